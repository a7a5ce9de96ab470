//! What is worth checking, cut clean.

use super::{Attribution, Entity, ReadSentence};
use crate::document::{BlockKind, Document};
use crate::labels::Mode;
use crate::model::digest_of;
use crate::span::Span;

/// Something a fact-checker could check.
#[derive(Debug, Clone, PartialEq)]
pub struct Claim {
    /// Its words, in one or several parts, in order.
    pub parts: Vec<Span>,
    /// Those of its words that are given verbatim.
    pub quoted: Vec<Span>,
    /// The sentences it stands in, as indices.
    pub sentences: Vec<usize>,
    /// The highest check-worthiness of these sentences, in [0, 1].
    pub check_worthiness: f64,
    /// How it is given.
    pub mode: Mode,
    /// The attribution it comes from, as an index; `None` where the author asserts it.
    pub attribution: Option<usize>,
    /// The entities inside it, as indices.
    pub entities: Vec<usize>,
}

/// A short identifier made from a hash.
pub type MachineId = String;

impl Claim {
    /// The smallest span that holds it.
    #[must_use]
    pub fn hull(&self) -> Span {
        self.parts.iter().copied().reduce(|a, b| a.hull(&b)).unwrap_or_default()
    }

    /// The occurrence: document, version and place. Adding a claim twice changes nothing.
    #[must_use]
    pub fn id(&self, document: &Document) -> MachineId {
        let places: Vec<String> = self.parts.iter().map(|p| format!("{}-{}", p.start, p.end)).collect();
        let version = document.source.version.as_deref().unwrap_or("");
        short("c", &format!("{}\0{version}\0{}", document.doc_id, places.join(",")))
    }
}

/// The same words elsewhere have the same key: a hash of the claim's words, lower-cased, without punctuation but for
/// what changes an amount.
#[must_use]
pub fn key(claim_text: &str) -> MachineId {
    let mut normal = String::with_capacity(claim_text.len());
    let chars: Vec<char> = claim_text.chars().collect();
    for (at, &c) in chars.iter().enumerate() {
        let digit = |i: Option<usize>| i.and_then(|i| chars.get(i)).is_some_and(char::is_ascii_digit);
        let in_number = digit(at.checked_sub(1)) && digit(Some(at + 1)) && matches!(c, '.' | ':' | '/' | '-' | '–');
        let minus = matches!(c, '-' | '−') && digit(Some(at + 1)) && at.checked_sub(1).is_none_or(|i| chars[i].is_whitespace());
        let thousands = c == ',' && digit(at.checked_sub(1)) && digit(Some(at + 1));
        if c.is_alphanumeric() || in_number || matches!(c, '%' | '$' | '£' | '€' | '¥') {
            normal.extend(c.to_lowercase());
        } else if minus {
            normal.push('-');
        } else if !thousands && !matches!(c, '\'' | '’') && !normal.ends_with(' ') {
            normal.push(' ');
        }
    }
    short("k", normal.trim())
}

/// A prefix and the first 16 hex digits of a hash.
fn short(prefix: &str, content: &str) -> MachineId {
    format!("{prefix}-{}", &digest_of(content.as_bytes())[..16])
}

/// One claim for each attributed content in sentences at or above the threshold; where a sentence holds no content,
/// one for the sentence.
pub(super) fn cut(
    document: &Document,
    sentences: &[ReadSentence],
    entities: &[Entity],
    attributions: &[Attribution],
    quoted: &[Span],
    threshold: f64,
) -> Vec<Claim> {
    let text = document.text.as_str();
    let worthy: Vec<bool> = sentences.iter().map(|s| reaches(s, threshold) && can_assert(s, text)).collect();
    let mut covered = vec![false; sentences.len()];
    let mut claims = Vec::new();
    for (at, attribution) in attributions.iter().enumerate() {
        let touched: Vec<usize> =
            (0..sentences.len()).filter(|&i| attribution.content.iter().any(|p| p.overlaps(&sentences[i].span))).collect();
        touched.iter().for_each(|&i| covered[i] = true);
        let kept: Vec<usize> = touched.into_iter().filter(|&i| worthy[i]).collect();
        let (Some(&first), Some(&last)) = (kept.first(), kept.last()) else { continue };
        let range = sentences[first].span.hull(&sentences[last].span);
        let parts = attribution.content.iter().map(|p| Span::new(p.start.max(range.start), p.end.min(range.end))).collect();
        claims.extend(claim(text, parts, kept, sentences, entities, quoted, attribution.mode, Some(at)));
    }
    for (at, sentence) in sentences.iter().enumerate() {
        if worthy[at] && !covered[at] {
            claims.extend(claim(text, vec![sentence.span], vec![at], sentences, entities, quoted, Mode::Author, None));
        }
    }
    claims.sort_by_key(|c| c.hull());
    claims
}

fn reaches(sentence: &ReadSentence, threshold: f64) -> bool {
    sentence.reading.check_worthiness() >= threshold
}

/// Bylines, datelines and questions assert nothing.
fn can_assert(sentence: &ReadSentence, text: &str) -> bool {
    let furniture = matches!(sentence.kind, Some(BlockKind::Byline | BlockKind::Dateline));
    let question = sentence.span.of(text).trim_end_matches(|c: char| !c.is_alphanumeric() && c != '?').ends_with('?');
    !furniture && !question
}

#[allow(clippy::too_many_arguments, reason = "one call site each for contents and sentences; the rest is context")]
fn claim(
    text: &str,
    parts: Vec<Span>,
    within: Vec<usize>,
    sentences: &[ReadSentence],
    entities: &[Entity],
    quoted: &[Span],
    mode: Mode,
    attribution: Option<usize>,
) -> Option<Claim> {
    let parts = clean(text, parts);
    if parts.is_empty() {
        return None;
    }
    let touches = |span: &Span| parts.iter().any(|p| p.overlaps(span));
    let verbatim = quoted
        .iter()
        .flat_map(|q| parts.iter().map(move |p| Span::new(p.start.max(q.start), p.end.min(q.end))))
        .filter(|s| !s.is_empty())
        .collect();
    Some(Claim {
        quoted: verbatim,
        check_worthiness: within.iter().map(|&i| sentences[i].reading.check_worthiness()).fold(0.0, f64::max),
        sentences: within,
        mode,
        attribution,
        entities: (0..entities.len()).filter(|&i| touches(&entities[i].span)).collect(),
        parts,
    })
}

/// Takes quotation marks, stops and commas off the ends of every part, and a leading "that" off the first.
fn clean(text: &str, parts: Vec<Span>) -> Vec<Span> {
    let mut cleaned: Vec<Span> = Vec::new();
    for part in parts {
        let mut span = part.trimmed(text);
        if cleaned.is_empty() {
            for word in ["that ", "That "] {
                if span.of(text).starts_with(word) {
                    span = Span::new(span.start + word.len(), span.end).trimmed(text);
                }
            }
        }
        span = unquoted(text, span);
        if span.of(text).chars().any(char::is_alphanumeric) {
            cleaned.push(span);
        }
    }
    cleaned
}

/// The span without marks and stops at its ends; a mark stays where its partner is inside.
fn unquoted(text: &str, span: Span) -> Span {
    const OPENERS: [char; 5] = ['“', '"', '‘', '«', '„'];
    const CLOSERS: [char; 4] = ['”', '"', '’', '»'];
    let mut surface = span.of(text);
    let mut start = span.start;
    loop {
        let trimmed = surface.trim_end_matches(|c: char| matches!(c, '.' | ',' | ';' | ':') || c.is_whitespace());
        // "U.S." keeps its last stop.
        let trimmed = if surface[trimmed.len()..].starts_with('.') && abbreviated(trimmed) { &surface[..=trimmed.len()] } else { trimmed };
        let mut next = trimmed;
        if let (Some(first), Some(last)) = (next.chars().next(), next.chars().next_back()) {
            let opens = OPENERS.contains(&first);
            let closes = CLOSERS.contains(&last) && next.len() > last.len_utf8();
            let inner_closers =
                next.chars().skip(1).filter(|c| CLOSERS.contains(c) && *c != '’').count() - usize::from(closes && last != '’');
            let inner_openers = next.chars().skip(1).filter(|c| OPENERS.contains(c) && *c != '"').count();
            if opens && (closes || inner_closers == 0) {
                next = &next[first.len_utf8()..];
                start += first.len_utf8();
                if closes {
                    next = &next[..next.len() - last.len_utf8()];
                }
            } else if closes && !opens && last != '’' && inner_openers == 0 && !next[..next.len() - last.len_utf8()].contains('"') {
                next = &next[..next.len() - last.len_utf8()];
            }
        }
        let skipped = next.len() - next.trim_start().len();
        (surface, start) = (&next[skipped..], start + skipped);
        if next == trimmed && skipped == 0 || surface.is_empty() {
            return Span::new(start, start + surface.len());
        }
    }
}

/// Whether a text that a stop follows ends in an abbreviation such as "U.S" or "p.m".
fn abbreviated(text: &str) -> bool {
    let last = text.rsplit(char::is_whitespace).next().unwrap_or("");
    last.contains('.') && last.split('.').all(|letters| letters.trim_matches(|c: char| !c.is_alphanumeric()).chars().count() == 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn cleaned(text: &str) -> Vec<&str> {
        clean(text, vec![Span::new(0, text.len())]).into_iter().map(|s| s.of(text)).collect()
    }

    #[test]
    fn marks_stops_and_that_are_no_part_of_a_claim() {
        assert_eq!(cleaned("that the plan “failed.”"), ["the plan “failed.”"]);
        assert_eq!(cleaned("“The plan failed,”"), ["The plan failed"]);
        assert_eq!(cleaned("“The plan” failed “twice.”"), ["“The plan” failed “twice.”"]);
        assert_eq!(cleaned("It grew in the U.S."), ["It grew in the U.S."]);
        assert_eq!(cleaned("\"The plan failed.\""), ["The plan failed"]);
        assert_eq!(cleaned("“It never closed."), ["It never closed"]);
        assert!(cleaned("“…”").is_empty());
    }

    #[test]
    fn the_key_forgets_form_and_keeps_amounts() {
        assert_eq!(key("The plan, “failed” twice"), key("the plan failed  twice"));
        assert_eq!(key("It cost $1,200"), key("it cost $1200"));
        for other in ["it cost $12.5", "it cost 12.5", "it cost $125", "it cost $-12.5"] {
            assert_ne!(key(other), key("it cost $12,5 "), "{other}");
        }
        assert_ne!(key("down 1.2%"), key("down 12%"));
    }

    proptest! {
        #[test]
        fn cleaning_any_text_stays_inside_it(text in "[a-zU.S, “”‘’\"«»'😀]*") {
            for span in clean(&text, vec![Span::new(0, text.len())]) {
                prop_assert!(text.get(span.start..span.end).is_some_and(|s| !s.is_empty()));
            }
        }
    }
}
