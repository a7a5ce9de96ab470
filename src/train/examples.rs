//! Gold documents to examples: the windows of their sentences with a tag for every word's first token.

use anyhow::Result;

use super::TaskName;
use super::batches::IGNORED;
use crate::convert::LabelledDocument;
use crate::encode::{Encoded, Encoder};
use crate::labels::{Role, TagSet};
use crate::span::Span;

/// One window and what is known of it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Example {
    pub ids: Vec<i64>,
    pub cases: Vec<i64>,
    pub entities: Option<Vec<i64>>,
    pub attributions: Option<Vec<i64>>,
    pub worth: Option<i64>,
}

pub(super) fn make(documents: &[LabelledDocument], tasks: &[TaskName], encoder: &Encoder, entity_tags: &TagSet) -> Result<Vec<Example>> {
    let mut examples = Vec::new();
    for document in documents {
        let entities =
            document.entities.as_ref().filter(|_| tasks.contains(&TaskName::Entities)).map(|entities| {
                entities.iter().filter_map(|e| entity_tags.label(&e.label).map(|label| (e.span, label))).collect::<Vec<_>>()
            });
        let roles = document.attributions.as_ref().filter(|_| tasks.contains(&TaskName::Attributions)).map(|_| role_spans(document));
        for sentence in document.sentences_or_ours() {
            let encoded = encoder.encode(&document.text, sentence.span)?;
            let entities = entities.as_ref().map(|spans| word_tags(&encoded.words, spans));
            let roles = roles.as_ref().map(|spans| word_tags(&encoded.words, spans));
            let worth = sentence
                .worth
                .and_then(|w| w.known())
                .map(|w| w as i64)
                .filter(|_| tasks.contains(&TaskName::CheckWorthiness) && encoded.windows.len() == 1);
            if entities.is_some() || roles.is_some() || worth.is_some() {
                examples.extend(windows(&encoded, entities.as_deref(), roles.as_deref(), worth));
            }
        }
    }
    Ok(examples)
}

/// Every part of every attribution, with its role.
fn role_spans(document: &LabelledDocument) -> Vec<(Span, usize)> {
    let roles = [Role::Source, Role::Cue, Role::Content];
    let mut spans = Vec::new();
    for a in document.attributions.iter().flatten() {
        for (role, parts) in roles.iter().zip([&a.source, &a.cue, &a.content]) {
            spans.extend(parts.iter().flatten().map(|span| (*span, *role as usize)));
        }
    }
    spans.sort();
    spans
}

/// An IOB2 tag for each word; a word belongs to the first span that shares a byte with it.
fn word_tags(words: &[Span], spans: &[(Span, usize)]) -> Vec<i64> {
    let mut tags = vec![0; words.len()];
    for (span, label) in spans {
        let from = words.partition_point(|w| w.end <= span.start);
        let mut begun = false;
        for at in from..words.len() {
            if !words[at].overlaps(span) {
                break;
            }
            if tags[at] == 0 {
                tags[at] = if begun { TagSet::inside(*label) } else { TagSet::begin(*label) } as i64;
                begun = true;
            }
        }
    }
    tags
}

fn windows(encoded: &Encoded, entities: Option<&[i64]>, roles: Option<&[i64]>, worth: Option<i64>) -> Vec<Example> {
    let spread = |tags: Option<&[i64]>, window: &crate::encode::Window| {
        tags.map(|tags| {
            let mut row = vec![IGNORED; window.ids.len()];
            for (&at, word) in window.first.iter().zip(window.scores.clone()) {
                row[at] = tags[word];
            }
            row
        })
    };
    encoded
        .windows
        .iter()
        .filter(|w| !w.first.is_empty())
        .map(|w| Example {
            ids: w.ids.clone(),
            cases: w.cases.clone(),
            entities: spread(entities, w),
            attributions: spread(roles, w),
            worth,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_that_a_span_cuts_is_tagged_and_touching_spans_begin_anew() {
        let words = [Span::new(0, 3), Span::new(4, 7), Span::new(8, 9), Span::new(10, 12)];
        let tags = word_tags(&words, &[(Span::new(0, 5), 0), (Span::new(8, 9), 0), (Span::new(10, 12), 1)]);
        assert_eq!(tags, [1, 2, 1, 3]);
    }
}
