//! What token formats can hold of a document: its sentences with what stands between them, and its entities.

use crate::convert::writing::Losses;
use crate::convert::{LabelledDocument, LabelledEntity};
use crate::span::Span;

/// One sentence to write, and the white space behind it.
#[derive(Debug, PartialEq)]
pub(in crate::convert) struct Passage {
    pub(in crate::convert) span: Span,
    pub(in crate::convert) gap: String,
}

/// The sentences of `document`, ours where it has none; text outside them becomes sentences too, so that none is lost.
/// Counts what stands in a document or on its sentences that token formats have no place for.
pub(in crate::convert) fn passages(document: &LabelledDocument, losses: &mut Losses) -> Vec<Passage> {
    count_what_is_left_out(document, losses);
    let text = &document.text;
    let mut spans: Vec<Span> = Vec::new();
    let mut at = 0;
    for sentence in document.sentences_or_ours() {
        let span = sentence.span.trimmed(text);
        if span.start < at || span.is_empty() {
            losses.add("overlapping or empty sentences", 1);
            continue;
        }
        spans.extend(between(text, at, span.start, losses));
        spans.push(span);
        at = span.end;
    }
    spans.extend(between(text, at, text.len(), losses));
    let ends = spans.iter().skip(1).map(|s| s.start).chain([text.len()]).collect::<Vec<_>>();
    spans.into_iter().zip(ends).map(|(span, next)| Passage { span, gap: Span::new(span.end, next).of(text).to_owned() }).collect()
}

fn between(text: &str, start: usize, end: usize, losses: &mut Losses) -> Option<Span> {
    let span = Span::new(start, end).trimmed(text);
    let some = (!span.is_empty()).then_some(span)?;
    losses.add("stretches of text outside sentences (written as sentences)", 1);
    Some(some)
}

fn count_what_is_left_out(document: &LabelledDocument, losses: &mut Losses) {
    losses.add("documents without words", usize::from(document.text.trim().is_empty()));
    losses.add("line breaks in document names", usize::from(one_line(&document.doc_id) != document.doc_id));
    losses.add("attributions", document.attributions.iter().flatten().count());
    losses.add("claims", document.claims.iter().flatten().count());
    for sentence in document.sentences.iter().flatten() {
        losses.add("check-worthiness grades", usize::from(sentence.worth.is_some()));
        losses.add("verifiability grades", usize::from(sentence.verifiability.is_some()));
        losses.add("claim types of sentences", usize::from(sentence.types.is_some()));
        losses.add("scores of sentences", usize::from(sentence.score.is_some()));
    }
    losses.add("scores of entities", document.entities.iter().flatten().filter(|e| e.score.is_some()).count());
}

/// The entities that lie in one of the `sentences`, which are in order, and begin and end with a token; the others are
/// counted as losses.
pub(in crate::convert) fn taggable<'d>(document: &'d LabelledDocument, sentences: &[Span], losses: &mut Losses) -> Vec<&'d LabelledEntity> {
    let sentence_at = |at: usize| sentences.get(sentences.partition_point(|s| s.start <= at).checked_sub(1)?);
    let mut fits = Vec::new();
    for entity in document.entities.iter().flatten() {
        let why_not = if entity.span.is_empty() || entity.span.trimmed(&document.text) != entity.span {
            Some("entities that begin or end with white space")
        } else if !sentence_at(entity.span.start).is_some_and(|s| s.contains(&entity.span)) {
            Some("entities across sentences")
        } else if entity.label.is_empty() || entity.label.contains(|c: char| c.is_whitespace() || c.is_control()) {
            Some("entities whose label is empty or holds white space")
        } else {
            None
        };
        match why_not {
            Some(reason) => losses.add(reason, 1),
            None => fits.push(entity),
        }
    }
    fits
}

/// `text` on one line, for any program's idea of lines: each white space that is more than a blank becomes one.
pub(in crate::convert) fn one_line(text: &str) -> String {
    let breaks = |c: char| c.is_whitespace() && (c.is_control() || matches!(c, '\u{2028}' | '\u{2029}'));
    text.replace(breaks, " ")
}
