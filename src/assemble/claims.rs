//! What is worth checking, cut clean.

mod beside;
mod said;

use std::collections::BTreeSet;

use beside::beside;
use said::{Said, said};

use super::clauses::{independent, joined_by_that};
use super::cleaning::{clean, without_noun};
use super::quotes::{Quotation, overlapping};
use super::{Attribution, Entity, ReadSentence, entities_under, under};
use crate::document::{BOILERPLATE, BlockKind, Document, is_stage_direction};
use crate::labels::{Mode, Stance};
use crate::model::digest_of;
use crate::roster::words_of;
use crate::span::Span;
use crate::values::{self, Value};

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
    /// Whether whoever makes it stands by it, or denies it.
    pub stance: Stance,
    /// The attribution it comes from, as an index; `None` where the author asserts it.
    pub attribution: Option<usize>,
    /// The entities inside it, as indices.
    pub entities: Vec<usize>,
    /// The first date inside it that can be read and that it may be about.
    pub date: Option<When>,
}

/// The first date that a claim names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct When {
    /// As in the record.
    pub value: String,
    /// What it was read from.
    pub basis: DateBasis,
}

/// What the date of a claim was read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum DateBasis {
    /// The words of the claim alone: "in June 2018".
    Text,
    /// The words of the claim and the day the document appeared: "last month".
    Published,
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

/// What claims are cut from.
pub(super) struct Found<'d> {
    pub(super) document: &'d Document,
    pub(super) sentences: &'d [ReadSentence],
    pub(super) entities: &'d [Entity],
    pub(super) attributions: &'d [Attribution],
    pub(super) quoted: &'d [Quotation],
    /// For each sentence of a transcript's turn: what is said there, and the place of its attribution.
    pub(super) turns: Vec<Option<(Span, usize)>>,
}

/// One claim for each attributed content in sentences at or above the threshold; where a sentence holds no content,
/// one for the sentence. In transcripts every sentence is a claim of its own, its speaker's.
pub(super) fn cut(found: &Found, threshold: f64) -> Vec<Claim> {
    let Found { sentences, attributions, .. } = found;
    let text = found.document.text.as_str();
    let worthy: Vec<bool> = sentences.iter().map(|s| reaches(s, threshold) && can_assert(s, text)).collect();
    let lengths: Vec<usize> = sentences.iter().map(|s| word_count(text, &[s.span])).collect();
    let mut covered = vec![false; sentences.len()];
    let mut claims = Vec::new();
    let turns: BTreeSet<usize> = found.turns.iter().flatten().map(|(_, place)| *place).collect();
    for (at, attribution) in attributions.iter().enumerate().filter(|(at, _)| !turns.contains(at)) {
        let touched: Vec<usize> = under(sentences, Span::hull_of(&attribution.content))
            .filter(|&i| attribution.content.iter().any(|p| p.overlaps(&sentences[i].span)))
            .collect();
        match said(text, attribution) {
            Said::Assertion => {}
            // "agreed to pay 30% more", "pledged £76m": that somebody did so is the author's word.
            Said::Thing => continue,
            // What is left of such a sentence is the author's, unless the question is most of it.
            Said::Question => {
                let words = word_count(text, &attribution.content);
                touched.iter().for_each(|&i| covered[i] |= 2 * words > lengths[i]);
                continue;
            }
        }
        touched.iter().for_each(|&i| covered[i] = true);
        let kept: Vec<usize> = touched.into_iter().filter(|&i| worthy[i]).collect();
        for group in groups(text, &kept, sentences, attribution) {
            let stretch = Span::hull_of(&group.iter().map(|&i| sentences[i].span).collect::<Vec<_>>());
            let inside = attribution.content.iter().map(|p| Span::new(p.start.max(stretch.start), p.end.min(stretch.end)));
            let mut parts: Vec<Span> = inside.filter(|p| !p.is_empty()).collect();
            if let (Stance::Refute, Some(first)) = (attribution.stance, parts.first_mut()) {
                *first = without_noun(text, *first);
            }
            let own = conjuncts(text, parts).into_iter().filter(|parts| !is_somebody_elses(attributions, at, parts));
            claims.extend(own.filter_map(|parts| claim(found, parts, group.clone(), Some(at))));
        }
    }
    for (at, sentence) in sentences.iter().enumerate().filter(|(at, _)| worthy[*at]) {
        let turn = found.turns.get(at).copied().flatten();
        // Whom a speaker cites claims something, and the speaker claims that.
        if covered[at] && turn.is_none() {
            let rest = beside(found, at).into_iter().flat_map(|rest| independent(text, rest));
            claims.extend(rest.filter_map(|clause| claim(found, vec![clause], vec![at], None)));
            continue;
        }
        let words = turn.map_or(sentence.span, |(said, _)| Span::new(sentence.span.start.max(said.start), sentence.span.end.min(said.end)));
        let clauses = independent(text, words).into_iter();
        claims.extend(clauses.filter_map(|clause| claim(found, vec![clause], vec![at], turn.map(|(_, place)| place))));
    }
    claims.sort_by_key(|c| c.hull());
    // Where two attributions share a sentence, its words are claimed once.
    let mut seen = BTreeSet::new();
    claims.retain(|c| seen.insert(c.parts.clone()));
    claims
}

/// Whether nearly all of a piece of a content is what its speaker cites somebody else with: "Okafor had told her that …".
fn is_somebody_elses(attributions: &[Attribution], at: usize, piece: &[Span]) -> bool {
    const NEARLY_ALL: f64 = 0.8;
    let piece = Span::hull_of(piece);
    attributions[at + 1..].iter().take_while(|a| a.content.first().is_some_and(|p| p.start < piece.end)).any(|a| {
        let words: Vec<Span> = a.content.iter().copied().chain(a.source).chain(a.cue).collect();
        let hull = Span::hull_of(&words);
        a.within == Some(at) && a.mode == Mode::Indirect && hull.shared(&piece) as f64 >= NEARLY_ALL * piece.len() as f64
    })
}

/// Words that take up the sentence before.
const TAKING_UP: [&str; 11] = ["it", "it's", "that", "that's", "this", "these", "those", "and", "but", "so", "which"];

/// How many words these parts hold.
fn word_count(text: &str, parts: &[Span]) -> usize {
    parts.iter().map(|p| p.of(text).split_whitespace().count()).sum()
}

/// Every sentence of a content asserts something by itself, but that the words which attribute may cut one in two: "It was
/// theft," she said. "It went on for years."
/// What does not take up the words before stands by itself: "We sold 1,900," she said. "We used to sell 250."
fn groups(text: &str, kept: &[usize], sentences: &[ReadSentence], attribution: &Attribution) -> Vec<Vec<usize>> {
    let words = [attribution.source, attribution.cue];
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for &at in kept {
        let interrupted = |before: usize| {
            let (first, second) = (sentences[before].span, sentences[at].span);
            let content_before = attribution.content.iter().filter(|p| p.overlaps(&first)).map(|p| p.end).max().unwrap_or(first.end);
            let takes_up = words_of(second.of(text)).first().is_some_and(|word| TAKING_UP.contains(&word.as_str()));
            words.iter().flatten().any(|w| content_before <= w.start && w.end <= second.start) && before + 1 == at && takes_up
        };
        match groups.last_mut() {
            Some(group) if group.len() == 1 && group.last().copied().is_some_and(interrupted) => group.push(at),
            _ => groups.push(vec![at]),
        }
    }
    groups
}

/// Several claims where one stretch holds several "that" or several clauses with a verb each.
fn conjuncts(text: &str, parts: Vec<Span>) -> Vec<Vec<Span>> {
    let [part] = parts[..] else { return vec![parts] };
    joined_by_that(text, part).into_iter().flat_map(|span| independent(text, span)).map(|span| vec![span]).collect()
}

fn reaches(sentence: &ReadSentence, threshold: f64) -> bool {
    sentence.reading.check_worthiness() >= threshold
}

/// Bylines, datelines, captions, questions, stage directions and what pages say of themselves assert nothing.
fn can_assert(sentence: &ReadSentence, text: &str) -> bool {
    let surface = sentence.span.of(text);
    let furniture = matches!(sentence.kind, Some(BlockKind::Byline | BlockKind::Dateline | BlockKind::Caption));
    let question = surface.trim_end_matches(|c: char| !c.is_alphanumeric() && c != '?').ends_with('?');
    let start: String = surface.chars().take(20).collect::<String>().to_lowercase();
    !furniture && !question && !is_stage_direction(surface) && !BOILERPLATE.iter().any(|words| start.starts_with(words))
}

/// The claim that these parts make, of sentences `within`; `None` where nothing is left of them when they are cut clean.
fn claim(found: &Found, parts: Vec<Span>, within: Vec<usize>, attribution: Option<usize>) -> Option<Claim> {
    let Found { sentences, entities, quoted, .. } = found;
    let text = found.document.text.as_str();
    let mode = attribution.map_or(Mode::Author, |at| found.attributions[at].mode);
    let mut parts = clean(text, parts, mode != Mode::Author);
    parts.sort();
    // "20,210" in a table says nothing.
    let wordy = parts.iter().flat_map(|p| p.of(text).split_whitespace()).filter(|word| word.contains(char::is_alphabetic)).take(2).count();
    if wordy < 2 {
        return None;
    }
    let within: Vec<usize> = within.into_iter().filter(|&i| parts.iter().any(|p| p.overlaps(&sentences[i].span))).collect();
    let worth = |i: usize| sentences[i].reading.check_worthiness();
    let worthiest = within.iter().copied().reduce(|best, i| if worth(i) > worth(best) { i } else { best })?;
    let spoken = attribution.is_some() && found.turns.get(worthiest).copied().flatten().map(|(_, place)| place) == attribution;
    let verbatim = if spoken {
        parts.clone()
    } else {
        let inside = |p: &Span| -> Vec<Span> {
            overlapping(quoted, *p).map(|q| Span::new(p.start.max(q.span.start), p.end.min(q.span.end))).collect()
        };
        parts.iter().flat_map(inside).filter(|s| !s.is_empty()).collect()
    };
    let inside: Vec<usize> =
        entities_under(entities, Span::hull_of(&parts)).filter(|&i| parts.iter().any(|p| p.overlaps(&entities[i].span))).collect();
    Some(Claim {
        quoted: verbatim,
        check_worthiness: worth(worthiest),
        worthiest,
        sentences: within,
        mode,
        stance: attribution.map_or(Stance::Affirm, |at| found.attributions[at].stance),
        attribution,
        date: inside.iter().find_map(|&i| when(text, &entities[i])),
        entities: inside,
        parts,
    })
}

/// The day, month, year or period that a date names.
fn when(text: &str, entity: &Entity) -> Option<When> {
    let value = match entity.value.as_ref().filter(|_| entity.label == "DATE")? {
        Value::Date { date, .. } => date.clone(),
        Value::Period { from, to, .. } => format!("{from}/{to}"),
        _ => return None,
    };
    // "The first since 1998" is not about 1998.
    let before = text.get(..entity.span.start).unwrap_or("").trim_end();
    if [" since", " Since", " until", " Until"].iter().any(|word| before.ends_with(word)) {
        return None;
    }
    // Read again without the day of publication: what still has its value did not need it.
    let alone = values::find(entity.span.of(text), None).into_iter().any(|f| f.value == entity.value);
    Some(When { value, basis: if alone { DateBasis::Text } else { DateBasis::Published } })
}

#[cfg(test)]
mod tests;
