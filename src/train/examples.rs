//! Gold documents to examples: the windows of their sentences with what may be said of each word's first token.
//!
//! A target is the set of classes something may be of, as bits: one bit where the annotation says which, several where
//! it does not tell them apart, all or none (which is the same) where it says nothing. So a corpus teaches no more than
//! it annotates.

use std::ops::Range;

use anyhow::Result;

use super::data_set::{DataSet, TaskName};
use super::names::Names;
use crate::convert::{LabelledDocument, OneOf};
use crate::encode::{Encoded, Encoder};
use crate::labels::{ClaimType, Role, TagSet, Verifiability, Worth};
use crate::span::Span;

/// Classes, as bits; 0 teaches nothing.
pub(super) type Classes = u64;

/// One window and what is known of it.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Example {
    pub ids: Vec<i64>,
    pub cases: Vec<i64>,
    /// For each token.
    pub entities: Option<Vec<Classes>>,
    /// For each token.
    pub attributions: Option<Vec<Classes>>,
    pub worth: Classes,
    pub verifiability: Classes,
    /// Types it is of.
    pub types: Option<Classes>,
    /// The sentence it is of, counted through the corpus.
    pub sentence: usize,
    /// Whether it is all of the sentence.
    pub whole: bool,
    /// The first token of each word it scores.
    pub first: Vec<usize>,
    /// The words it scores, counted through the sentence.
    pub scores: Range<usize>,
}

impl Example {
    fn teaches(&self) -> bool {
        self.entities.is_some() || self.attributions.is_some() || self.worth | self.verifiability != 0 || self.types.is_some()
    }
}

/// The examples of a set. `silver` are its documents as a program read them, for entities.
pub(super) fn make(
    documents: &[LabelledDocument],
    silver: Option<&[LabelledDocument]>,
    set: &DataSet,
    encoder: &Encoder,
    labels: &crate::model::Labels,
) -> Result<Vec<Example>> {
    let has = |task| set.tasks.contains(&task);
    let names = has(TaskName::Entities).then(|| Names::of(set, documents, &labels.entities)).transpose()?;
    let types: Vec<ClaimType> = labels.types.iter().filter_map(|t| ClaimType::parse(t)).collect();
    let mut examples = Vec::new();
    let mut sentences = 0..;
    let mut blanks = Share::of(set.blank);
    for (at, document) in documents.iter().enumerate() {
        let silver = silver.map(|all| &all[at]);
        let roles = document.attributions.as_ref().filter(|_| has(TaskName::Attributions)).map(|_| role_spans(document));
        for sentence in document.sentences_or_ours() {
            let encoded = encoder.encode(&document.text, sentence.span)?;
            let whole = encoded.windows.len() == 1;
            let of_sentence = Example {
                sentence: sentences.next().unwrap_or(0),
                whole,
                worth: bits(set.worth(&sentence).as_ref().filter(|_| whole && has(TaskName::CheckWorthiness)), Worth::ALL),
                verifiability: bits(
                    set.verifiability(&sentence).as_ref().filter(|_| whole && has(TaskName::Verifiability)),
                    Verifiability::ALL,
                ),
                types: sentence.types.as_ref().filter(|_| whole && has(TaskName::Types)).map(|found| type_bits(found, &types)),
                ..Example::default()
            };
            let entities = names.as_ref().and_then(|names| names.targets(&encoded.words, document, silver));
            let roles = roles.as_ref().map(|spans| word_tags(&encoded.words, spans).into_iter().map(|tag| 1 << tag).collect::<Vec<_>>());
            if !set.distil && !of_sentence.teaches() && roles.as_ref().is_some_and(|tags| tags.iter().all(|t| *t == 1)) && !blanks.takes() {
                continue;
            }
            let made = windows(&encoded, entities.as_deref(), roles.as_deref(), &of_sentence);
            examples.extend(made.filter(|e| set.distil || e.teaches()));
        }
    }
    Ok(examples)
}

/// Takes a share of things, evenly.
pub(super) struct Share {
    share: f64,
    owed: f64,
}

impl Share {
    pub(super) fn of(share: f64) -> Self {
        Self { share, owed: 0.0 }
    }

    pub(super) fn takes(&mut self) -> bool {
        self.owed += self.share;
        let takes = self.owed >= 1.0;
        self.owed -= f64::from(u8::from(takes));
        takes
    }
}

fn bits<T: Copy + PartialEq>(classes: Option<&OneOf<T>>, all: &[T]) -> Classes {
    classes.map_or(0, |c| c.classes().iter().filter_map(|c| all.iter().position(|a| a == c)).fold(0, |bits, at| bits | 1 << at))
}

fn type_bits(found: &[ClaimType], known: &[ClaimType]) -> Classes {
    known.iter().enumerate().filter(|(_, t)| found.contains(t)).fold(0, |bits, (at, _)| bits | 1 << at)
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
fn word_tags(words: &[Span], spans: &[(Span, usize)]) -> Vec<usize> {
    let mut tags = vec![0; words.len()];
    for (span, label) in spans {
        let mut begun = false;
        for at in words_under(words, *span) {
            if tags[at] == 0 {
                tags[at] = if begun { TagSet::inside(*label) } else { TagSet::begin(*label) };
                begun = true;
            }
        }
    }
    tags
}

/// The words that share a byte with `span`.
pub(super) fn words_under(words: &[Span], span: Span) -> Range<usize> {
    let from = words.partition_point(|w| w.end <= span.start);
    from..from + words[from..].iter().take_while(|w| w.overlaps(&span)).count()
}

fn windows<'e>(
    encoded: &'e Encoded,
    entities: Option<&'e [Classes]>,
    roles: Option<&'e [Classes]>,
    of_sentence: &'e Example,
) -> impl Iterator<Item = Example> + 'e {
    let spread = |targets: Option<&[Classes]>, window: &crate::encode::Window| {
        targets.map(|targets| {
            let mut row = vec![0; window.ids.len()];
            for (&at, word) in window.first.iter().zip(window.scores.clone()) {
                row[at] = targets[word];
            }
            row
        })
    };
    encoded.windows.iter().filter(|w| !w.first.is_empty()).map(move |w| Example {
        ids: w.ids.clone(),
        cases: w.cases.clone(),
        entities: spread(entities, w),
        attributions: spread(roles, w),
        first: w.first.clone(),
        scores: w.scores.clone(),
        ..of_sentence.clone()
    })
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

    #[test]
    fn classes_that_are_not_told_apart_are_all_allowed() {
        assert_eq!(bits(Some(&OneOf::One(Worth::Cfs)), Worth::ALL), 0b100);
        assert_eq!(bits(Some(&OneOf::worthy(false)), Worth::ALL), 0b011);
        assert_eq!(bits::<Worth>(None, Worth::ALL), 0);
        assert_eq!(type_bits(&[ClaimType::Event, ClaimType::Personal], &[ClaimType::Quantity, ClaimType::Event]), 0b10);
    }
}
