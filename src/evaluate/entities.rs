//! Entities against gold: strict as seqeval has it, and the four ways of SemEval-2013.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::four_ways::four_ways;
use super::mistakes::Notebook;
use super::ranking::Scored;
use super::scheme::Scheme;
use super::spans::{beside, exact};
use super::tally::{Prf, Sheet, Tally};
use crate::convert::LabelledDocument;
use crate::span::Span;

/// Counts entities.
pub(super) struct EntityCounter {
    scheme: Scheme,
    strict: Prf,
    labels: Vec<Prf>,
    ways: [Prf; 3],
}

/// How often gold of one label was called another; the last row and column are "no entity".
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Confusion {
    /// The labels; row and column i are labels\[i\], those after the last are "no entity".
    pub labels: Vec<String>,
    /// Gold label → predicted label → how often.
    pub counts: Vec<Vec<u64>>,
}

impl Confusion {
    pub(super) fn new(labels: &[String]) -> Self {
        Self { labels: labels.to_vec(), counts: vec![vec![0; labels.len() + 1]; labels.len() + 1] }
    }

    pub(super) fn add_all(&mut self, other: &Self) {
        for (row, more) in self.counts.iter_mut().zip(&other.counts) {
            row.iter_mut().zip(more).for_each(|(cell, more)| *cell += more);
        }
    }

    /// One thing of label `gold`, called `predicted`; `None` is no entity.
    pub(super) fn add(&mut self, gold: Option<usize>, predicted: Option<usize>) {
        let none = self.labels.len();
        self.counts[gold.unwrap_or(none)][predicted.unwrap_or(none)] += 1;
    }
}

impl EntityCounter {
    pub(super) fn new(sheet: &mut Sheet, scheme: Scheme) -> Self {
        let strict = sheet.prf("entities.strict");
        let labels: Vec<Prf> = scheme.labels.iter().map(|label| sheet.prf(&format!("entities.strict.{label}"))).collect();
        sheet.macro_f1("entities.strict.macro_f1", labels.clone());
        let ways = ["exact", "partial", "type"].map(|way| sheet.prf(&format!("entities.{way}")));
        Self { scheme, strict, labels, ways }
    }

    pub(super) fn scheme(&self) -> &Scheme {
        &self.scheme
    }

    pub(super) fn count(
        &self,
        gold: &LabelledDocument,
        predicted: &LabelledDocument,
        tally: &mut Tally,
        confusion: &mut Confusion,
        notebook: &mut Notebook,
    ) {
        let wanted = self.scheme.entities(gold);
        let found = self.scheme.entities(predicted);
        tally.add_counts(self.strict, exact(&wanted, &found));
        let by_label = |all: &[(Span, usize)]| {
            let mut spans: BTreeMap<usize, Vec<Span>> = BTreeMap::new();
            all.iter().for_each(|(span, label)| spans.entry(*label).or_default().push(*span));
            spans
        };
        let (wanted_by, found_by) = (by_label(&wanted), by_label(&found));
        for (label, prf) in self.labels.iter().enumerate() {
            let of = |spans: &BTreeMap<usize, Vec<Span>>| spans.get(&label).cloned().unwrap_or_default();
            tally.add_counts(*prf, exact(&of(&wanted_by), &of(&found_by)));
        }
        let ways = four_ways(&wanted, &found);
        for (prf, way) in self.ways.into_iter().zip([ways.exact, ways.partial, ways.kind]) {
            tally.add_credit(prf, way.credit(), way.actual(), way.possible());
        }
        self.compare(&wanted, &found, confusion, notebook);
    }

    /// The scores of a document's predicted entities, and whether each is right in bounds and label.
    pub(super) fn scored(&self, gold: &LabelledDocument, predicted: &LabelledDocument, document: usize) -> Vec<Scored> {
        let mut left = self.scheme.entities(gold);
        let found = predicted.entities.iter().flatten();
        let compared = found.filter_map(|e| Some((self.scheme.entity(&predicted.text, e)?, e.score?)));
        compared
            .map(|(entity, score)| {
                let at = left.iter().position(|wanted| *wanted == entity);
                at.map(|at| left.swap_remove(at));
                Scored { score, positive: at.is_some(), document }
            })
            .collect()
    }

    fn compare(&self, wanted: &[(Span, usize)], found: &[(Span, usize)], confusion: &mut Confusion, notebook: &mut Notebook) {
        let parts = |all: &[(Span, usize)]| all.iter().map(|(span, _)| [*span]).collect::<Vec<_>>();
        let (gold_parts, found_parts) = (parts(wanted), parts(found));
        fn slices(all: &[[Span; 1]]) -> Vec<&[Span]> {
            all.iter().map(<[Span; 1]>::as_slice).collect()
        }
        let pairs = beside(&slices(&gold_parts), &slices(&found_parts), |g, p| wanted[g] == found[p]);
        for (g, p) in pairs {
            confusion.add(g.map(|g| wanted[g].1), p.map(|p| found[p].1));
            let side = |label: usize| self.scheme.labels[label].as_str();
            let gold = g.map(|g| (side(wanted[g].1), &gold_parts[g][..]));
            let predicted = p.map(|p| (side(found[p].1), &found_parts[p][..]));
            notebook.compare("entities", gold, predicted, None);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::convert::LabelledEntity;

    #[test]
    fn a_scored_entity_is_right_in_bounds_and_label_once() {
        let entity = |start, end, label: &str, score| LabelledEntity { span: Span::new(start, end), label: label.into(), score };
        let of = |entities| LabelledDocument { text: "Ann saw the UN".into(), entities: Some(entities), ..LabelledDocument::default() };
        let gold = of(vec![entity(0, 3, "PERSON", None), entity(12, 14, "ORG", None)]);
        let found = of(vec![
            entity(0, 3, "PERSON", Some(0.9)),
            entity(0, 3, "PERSON", Some(0.8)),
            entity(8, 14, "ORG", Some(0.7)),
            entity(4, 7, "ORG", Some(0.2)),
            entity(4, 7, "DATE", Some(0.1)),
            entity(12, 14, "ORG", None),
        ]);
        let mut sheet = Sheet::default();
        let labels = ["PERSON", "ORG"].map(str::to_owned).into();
        let counter = EntityCounter::new(&mut sheet, Scheme::of(std::slice::from_ref(&gold), &[&labels], None));
        let scored: Vec<(f64, bool)> = counter.scored(&gold, &found, 0).iter().map(|s| (s.score, s.positive)).collect();
        // The second Ann has no gold left; the article is outside the name; a date is not compared; no score, no item.
        assert_eq!(scored, [(0.9, true), (0.8, false), (0.7, true), (0.2, false)]);
    }
}
