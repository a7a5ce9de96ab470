//! What is worth checking, cut clean.

use super::quotes::{Quotation, closer_of};
use super::{Attribution, Entity, ReadSentence, under};
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
    /// The sentence of the highest check-worthiness, as an index.
    pub worthiest: usize,
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
        Span::hull_of(&self.parts)
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
    quoted: &[Quotation],
    threshold: f64,
) -> Vec<Claim> {
    let text = document.text.as_str();
    let worthy: Vec<bool> = sentences.iter().map(|s| reaches(s, threshold) && can_assert(s, text)).collect();
    let mut covered = vec![false; sentences.len()];
    let mut claims = Vec::new();
    for (at, attribution) in attributions.iter().enumerate() {
        let touched: Vec<usize> = under(sentences, Span::hull_of(&attribution.content))
            .filter(|&i| attribution.content.iter().any(|p| p.overlaps(&sentences[i].span)))
            .collect();
        if !asserts(text, attribution) {
            // What is left of such a sentence is the author's, unless the content is most of it.
            let words = word_count(text, &attribution.content);
            touched.iter().for_each(|&i| covered[i] |= 2 * words > word_count(text, &[sentences[i].span]));
            continue;
        }
        touched.iter().for_each(|&i| covered[i] = true);
        let kept: Vec<usize> = touched.into_iter().filter(|&i| worthy[i]).collect();
        // Content in sentences below the threshold is no part of the claim, also between two that reach it.
        let parts = runs(&kept, sentences)
            .iter()
            .flat_map(|run| attribution.content.iter().map(|p| Span::new(p.start.max(run.start), p.end.min(run.end))))
            .filter(|p| !p.is_empty())
            .collect();
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

/// Contents of fewer words name something rather than assert it; where somebody says them, three can do ("nobody
/// was hurt").
const FEWEST_WORDS: usize = 4;

/// Whether a content is long enough to assert something, and neither an indirect question nor a plan.
fn asserts(text: &str, attribution: &Attribution) -> bool {
    let content = &attribution.content;
    let first = content.first().map_or("", |s| s.of(text)).split_whitespace().next().unwrap_or("").to_lowercase();
    let linked = attribution.source.is_some() && attribution.cue.is_some();
    let long = word_count(text, content) >= FEWEST_WORDS - usize::from(linked);
    long && !["whether", "if", "why", "to"].contains(&first.as_str())
}

fn word_count(text: &str, parts: &[Span]) -> usize {
    parts.iter().map(|p| p.of(text).split_whitespace().count()).sum()
}

/// The stretches that sentences next to each other make.
fn runs(kept: &[usize], sentences: &[ReadSentence]) -> Vec<Span> {
    let mut runs: Vec<(usize, Span)> = Vec::new();
    for &at in kept {
        match runs.last_mut() {
            Some((last, run)) if *last + 1 == at => (*last, *run) = (at, run.hull(&sentences[at].span)),
            _ => runs.push((at, sentences[at].span)),
        }
    }
    runs.into_iter().map(|(_, run)| run).collect()
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
    quoted: &[Quotation],
    mode: Mode,
    attribution: Option<usize>,
) -> Option<Claim> {
    let mut parts = clean(text, parts, mode != Mode::Author);
    parts.sort();
    let within: Vec<usize> = within.into_iter().filter(|&i| parts.iter().any(|p| p.overlaps(&sentences[i].span))).collect();
    if within.is_empty() {
        return None;
    }
    let touches = |span: &Span| parts.iter().any(|p| p.overlaps(span));
    let verbatim = quoted
        .iter()
        .flat_map(|q| parts.iter().map(move |p| Span::new(p.start.max(q.span.start), p.end.min(q.span.end))))
        .filter(|s| !s.is_empty())
        .collect();
    let worth = |i: usize| sentences[i].reading.check_worthiness();
    let worthiest = within.iter().copied().reduce(|best, i| if worth(i) > worth(best) { i } else { best })?;
    Some(Claim {
        quoted: verbatim,
        check_worthiness: worth(worthiest),
        worthiest,
        sentences: within,
        mode,
        attribution,
        entities: (0..entities.len()).filter(|&i| touches(&entities[i].span)).collect(),
        parts,
    })
}

/// Words that join a sentence to the one before and say nothing themselves.
const CONNECTIVES: [&str; 7] = ["And ", "But ", "Meanwhile, ", "However, ", "Moreover, ", "Still, ", "Also, "];

/// Takes quotation marks, stops and commas off the ends of every part, and off the first what leads up to it: a
/// dateline, a bullet, a connective, the "that" of an attributed content.
fn clean(text: &str, parts: Vec<Span>, attributed: bool) -> Vec<Span> {
    let mut cleaned: Vec<Span> = Vec::new();
    for part in parts {
        let mut span = part.trimmed(text);
        if cleaned.is_empty() {
            span = without_lead(text, span);
            for word in CONNECTIVES.into_iter().chain(attributed.then_some("that ")) {
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

/// The most characters a dateline takes.
const LONGEST_DATELINE: usize = 60;

/// The span without a list's bullet or a dateline ("LAGOS, March 4 (Newswire) -") at its start.
fn without_lead(text: &str, span: Span) -> Span {
    let surface = span.of(text);
    let bullet = surface.strip_prefix(['-', '–', '—', '•', '*', '·']).filter(|rest| rest.starts_with(char::is_whitespace));
    if let Some(rest) = bullet {
        return Span::new(span.end - rest.len(), span.end).trimmed(text);
    }
    let dash = [" — ", " – ", " - ", " -- "].iter().filter_map(|d| surface.find(d).map(|at| (at, d.len()))).min();
    match dash {
        Some((at, length))
            if at <= LONGEST_DATELINE && is_dateline(&surface[..at]) && !surface[at + length..].starts_with(char::is_lowercase) =>
        {
            Span::new(span.start + at + length, span.end).trimmed(text)
        }
        _ => span,
    }
}

/// Whether these words are only a place in capitals, its country, a date, an agency in brackets.
fn is_dateline(words: &str) -> bool {
    const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let capitals = |word: &str| word.chars().any(char::is_alphabetic) && !word.chars().any(char::is_lowercase);
    let mut after_comma = false;
    let mut place = false;
    words.split_whitespace().all(|word| {
        let month = word.get(..3).is_some_and(|m| MONTHS.contains(&m.to_lowercase().as_str()));
        let fits = capitals(word)
            || month
            || word.starts_with('(')
            || word.starts_with(|c: char| c.is_ascii_digit())
            || after_comma && word.starts_with(char::is_uppercase);
        place |= capitals(word);
        after_comma = word.ends_with(',');
        fits
    }) && place
}

/// The span without stops at its end and marks around it; a mark stays where its partner is inside.
fn unquoted(text: &str, span: Span) -> Span {
    let mut surface = span.of(text);
    let mut start = span.start;
    loop {
        let before = surface;
        surface = without_stops(surface);
        let Some(first) = surface.chars().next() else { break };
        let last = surface.chars().next_back().unwrap_or(first);
        let inside = &surface[first.len_utf8()..];
        match closer_of(first).map(|closer| partner(inside, first, closer)) {
            // The two ends are one pair.
            Some(Some(at)) if at + last.len_utf8() == inside.len() => (surface, start) = (&inside[..at], start + first.len_utf8()),
            // Never closed.
            Some(None) => (surface, start) = (inside, start + first.len_utf8()),
            _ if unopened(surface, last) => surface = &surface[..surface.len() - last.len_utf8()],
            _ => {}
        }
        let skipped = surface.len() - surface.trim_start().len();
        (surface, start) = (&surface[skipped..], start + skipped);
        if surface.len() == before.len() {
            break;
        }
    }
    Span::new(start, start + surface.len())
}

fn without_stops(surface: &str) -> &str {
    let trimmed = surface.trim_end_matches(|c: char| matches!(c, '.' | ',' | ';' | ':') || c.is_whitespace());
    // "U.S." keeps its last stop.
    if surface[trimmed.len()..].starts_with('.') && abbreviated(trimmed) { &surface[..=trimmed.len()] } else { trimmed }
}

/// Where, in what follows an opening mark, the mark that closes it stands.
fn partner(inside: &str, opener: char, closer: char) -> Option<usize> {
    let mut depth = 0;
    for (at, c) in inside.char_indices() {
        let apostrophe = c == '’' && inside[at + c.len_utf8()..].starts_with(char::is_alphanumeric);
        if c == closer && !apostrophe {
            if depth == 0 {
                return Some(at);
            }
            depth -= 1;
        } else if c == opener {
            depth += 1;
        }
    }
    None
}

/// Whether the closing mark at the end has no opening one before it. A last `’` may be an apostrophe, and stays.
fn unopened(surface: &str, last: char) -> bool {
    let count = |mark: char| surface.matches(mark).count();
    match last {
        '”' => count('“') + count('„') < count('”'),
        '»' => count('«') < count('»'),
        '"' => count('"') % 2 == 1,
        _ => false,
    }
}

/// Whether a text that a stop follows ends in an abbreviation such as "U.S" or "p.m".
fn abbreviated(text: &str) -> bool {
    let last = text.rsplit(char::is_whitespace).next().unwrap_or("");
    last.contains('.')
        && last
            .split('.')
            .all(|part| part.trim_matches(|c: char| !c.is_alphanumeric()).chars().count() == 1 && part.contains(char::is_alphabetic))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn cleaned(text: &str) -> Vec<&str> {
        clean(text, vec![Span::new(0, text.len())], true).into_iter().map(|s| s.of(text)).collect()
    }

    #[test]
    fn marks_stops_and_that_are_no_part_of_a_claim() {
        assert_eq!(cleaned("that the plan “failed.”"), ["the plan “failed.”"]);
        assert_eq!(cleaned("“The plan failed,”"), ["The plan failed"]);
        assert_eq!(cleaned("“The plan” failed “twice.”"), ["“The plan” failed “twice.”"]);
        assert_eq!(cleaned("It grew in the U.S."), ["It grew in the U.S."]);
        assert_eq!(cleaned("\"The plan failed.\""), ["The plan failed"]);
        assert_eq!(cleaned("“It never closed."), ["It never closed"]);
        assert_eq!(cleaned("But it fell 2.4%."), ["it fell 2.4%"]);
        assert_eq!(cleaned("LAGOS, March 4 (Newswire) - Prices rose - a lot."), ["Prices rose - a lot"]);
        assert_eq!(cleaned("MILLBROOK, Ohio — A man fell"), ["A man fell"]);
        for whole in ["NATO spending — the highest ever — rose", "GDP - adjusted for inflation - fell", "So far 120 people came"] {
            assert_eq!(cleaned(whole), [whole]);
        }
        assert_eq!(cleaned("- All schools are shut"), ["All schools are shut"]);
        assert!(cleaned("“…”").is_empty());
    }

    #[test]
    fn the_key_forgets_form_and_keeps_amounts() {
        assert_eq!(key("The plan, “failed” twice"), key("the plan failed  twice"));
        assert_eq!(key("It cost $1,200"), key("it cost $1200"));
        for other in ["it cost $12.5", "it cost 12.5", "it cost $125", "it cost $-12.5"] {
            assert_ne!(key(other), key("it cost $12 "), "{other}");
        }
        assert_ne!(key("down 1.2%"), key("down 12%"));
    }

    proptest! {
        #[test]
        fn cleaning_any_text_stays_inside_it(text in "[a-zU.S, “”‘’\"«»'😀]*") {
            for span in clean(&text, vec![Span::new(0, text.len())], true) {
                prop_assert!(text.get(span.start..span.end).is_some_and(|s| !s.is_empty()));
            }
        }
    }
}
