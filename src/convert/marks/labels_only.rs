//! Classes as labels, for tools whose spans have a label and nothing else.
//!
//! A sentence's classes are further marks over the sentence (`worth:CFS`, `verifiability:mixed`, `type:event`); how
//! an attribution or a claim is given stands behind its label (`Content:direct`).

use std::collections::BTreeMap;

use super::{Desk, ENTITY, Kind, MODE, Mark, Sheet, TYPE, VERIFIABILITY, WORTH};
use crate::convert::Parts;
use crate::labels::{Mode, Worth};
use crate::span::Span;

const ASKED: [&str; 3] = [WORTH, VERIFIABILITY, TYPE];

/// Whether a label says something of a sentence, an attribution or a claim.
pub(super) fn means_a_class(label: &str) -> bool {
    sentence_class(label).is_some() || given(label).is_some()
}

/// `worth:CFS`, or `CFS` alone: what is asked, and the answer.
pub(in crate::convert) fn sentence_class(label: &str) -> Option<(&'static str, &str)> {
    if Worth::parse(label).is_some() {
        return Some((WORTH, label));
    }
    let (asked, answer) = label.split_once(':')?;
    ASKED.iter().find(|a| **a == asked).map(|a| (*a, answer))
}

/// A class of the whole text, which is one sentence then.
pub(in crate::convert) fn whole_text(class: &str, text: &str) -> Result<Mark, String> {
    if sentence_class(class).is_none() {
        return Err(format!("found the class {class:?}, expected NFS, UFS or CFS, or verifiability:CLASS or type:CLASS"));
    }
    let span = Span::new(0, text.len()).trimmed(text);
    Ok(Mark { label: class.to_owned(), parts: vec![span], ..Mark::default() })
}

/// `Content:direct`: what it is, and how it is given.
fn given(label: &str) -> Option<(&str, &str)> {
    let (name, mode) = label.split_once(':')?;
    let known = !matches!(Kind::of(name), Kind::Entity | Kind::Sentence) && Mode::parse(mode).is_some();
    known.then_some((name, mode))
}

impl Sheet {
    /// Classes as labels. What stays among the features (claimers) has no label.
    pub(in crate::convert) fn with_labels_only(mut self) -> Sheet {
        for index in 0..self.marks.len() {
            let mark = &mut self.marks[index];
            if let Some([mode]) = mark.features.remove(MODE).as_deref() {
                mark.label = format!("{}:{mode}", mark.label);
            }
            let (asked, rest) = std::mem::take(&mut mark.features).into_iter().partition(|(name, _)| ASKED.contains(&name.as_str()));
            mark.features = rest;
            let parts = mark.parts.clone();
            let asked: super::Features = asked;
            for (name, answers) in asked {
                for answer in answers {
                    self.add(Mark { label: format!("{name}:{answer}"), parts: parts.clone(), ..Mark::default() });
                }
            }
        }
        self
    }

    /// Labels that are classes, made classes again.
    pub(in crate::convert) fn with_classes(mut self, desk: &mut Desk) -> Sheet {
        let mut becomes: Vec<Option<usize>> = (0..self.marks.len()).map(Some).collect();
        let sentences = self.marks.iter().enumerate().rev().filter(|(_, m)| m.kind() == Kind::Sentence);
        let mut sentences: BTreeMap<Parts, usize> = sentences.map(|(index, m)| (m.parts.clone(), index)).collect();
        for (index, becomes) in becomes.iter_mut().enumerate() {
            let label = self.marks[index].label.clone();
            if let Some((name, mode)) = given(&label) {
                self.marks[index].features.insert(MODE.to_owned(), vec![mode.to_owned()]);
                self.marks[index].label = name.to_owned();
            } else if let Some((asked, answer)) = sentence_class(&label) {
                let sentence = *sentences.entry(self.marks[index].parts.clone()).or_insert(index);
                if sentence == index {
                    desk.intake.note("spans graded without a Sentence span there are taken for sentences");
                    self.marks[index].label = Kind::Sentence.name();
                } else {
                    *becomes = Some(sentence);
                }
                self.marks[sentence].features.entry(asked.to_owned()).or_default().push(answer.to_owned());
            }
        }
        self.keep(&becomes)
    }
}

/// The label of an entity without what keeps it from being taken for something else.
pub(super) fn plain(label: &str) -> &str {
    label.strip_prefix(ENTITY).unwrap_or(label)
}
