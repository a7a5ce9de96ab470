//! Counts of documents, and the scores that are made of their sums.

use std::collections::HashMap;

use indexmap::IndexMap;

use super::spans::Counts;

/// Where a count stands in the sums of a set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Slot(u32);

/// The three counts behind precision, recall and F1. Correct ones may be halves (partial credit).
#[derive(Debug, Clone, Copy)]
pub(super) struct Prf {
    correct: Slot,
    predicted: Slot,
    gold: Slot,
}

/// How a score is made of sums. A score that would divide by nothing is undefined.
#[derive(Debug, Clone)]
enum Formula {
    Ratio(Slot, Slot),
    F1(Prf),
    /// F1 of two means over the same number of things.
    F1OfMeans {
        precision: Slot,
        recall: Slot,
        of: Slot,
    },
    /// The mean F1 of those that occur in gold or prediction.
    MacroF1(Vec<Prf>),
}

/// What is counted in a set, and which scores come of it, in the order people read them.
#[derive(Debug, Default)]
pub(super) struct Sheet {
    counts: Vec<String>,
    formulas: IndexMap<String, Formula>,
}

impl Sheet {
    /// A new count.
    pub(super) fn count(&mut self, name: impl Into<String>) -> Slot {
        self.counts.push(name.into());
        Slot(self.counts.len() as u32 - 1)
    }

    /// `NAME.precision`, `NAME.recall` and `NAME.f1`.
    pub(super) fn prf(&mut self, name: &str) -> Prf {
        let [correct, predicted, gold] = ["correct", "predicted", "gold"].map(|part| self.count(format!("{name}.{part}")));
        let prf = Prf { correct, predicted, gold };
        self.formulas.insert(format!("{name}.precision"), Formula::Ratio(correct, predicted));
        self.formulas.insert(format!("{name}.recall"), Formula::Ratio(correct, gold));
        self.formulas.insert(format!("{name}.f1"), Formula::F1(prf));
        prf
    }

    /// A mean, under `name`: (sum, how many).
    pub(super) fn mean(&mut self, name: &str) -> (Slot, Slot) {
        let pair = (self.count(format!("{name}.sum")), self.count(format!("{name}.of")));
        self.formulas.insert(name.to_owned(), Formula::Ratio(pair.0, pair.1));
        pair
    }

    /// Means of precision and recall over the same things, and the F1 of both: (precisions, recalls, how many).
    pub(super) fn means(&mut self, name: &str) -> [Slot; 3] {
        let [precision, recall, of] = ["precisions", "recalls", "of"].map(|part| self.count(format!("{name}.{part}")));
        self.formulas.insert(format!("{name}.precision"), Formula::Ratio(precision, of));
        self.formulas.insert(format!("{name}.recall"), Formula::Ratio(recall, of));
        self.formulas.insert(format!("{name}.f1"), Formula::F1OfMeans { precision, recall, of });
        [precision, recall, of]
    }

    /// The mean F1 of `parts`.
    pub(super) fn macro_f1(&mut self, name: &str, parts: Vec<Prf>) {
        self.formulas.insert(name.to_owned(), Formula::MacroF1(parts));
    }

    /// The names of the scores, in order.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.formulas.keys().map(String::as_str)
    }

    /// The names of the counts, in order.
    pub(super) fn counts(&self) -> &[String] {
        &self.counts
    }

    /// The scores, in the order of [`Sheet::names`].
    pub(super) fn scores(&self, sums: &[f64]) -> Vec<Option<f64>> {
        self.formulas.values().map(|formula| formula.of(sums)).collect()
    }
}

impl Formula {
    fn of(&self, sums: &[f64]) -> Option<f64> {
        let at = |slot: Slot| sums[slot.0 as usize];
        let f1 = |p: &Prf| over(2.0 * at(p.correct), at(p.predicted) + at(p.gold));
        match self {
            Self::Ratio(part, whole) => over(at(*part), at(*whole)),
            Self::F1(prf) => f1(prf),
            Self::F1OfMeans { precision, recall, of } => {
                let (p, r) = (over(at(*precision), at(*of))?, over(at(*recall), at(*of))?);
                Some(if p + r > 0.0 { 2.0 * p * r / (p + r) } else { 0.0 })
            }
            Self::MacroF1(parts) => {
                let occurring: Vec<f64> = parts.iter().filter_map(f1).collect();
                over(occurring.iter().sum(), occurring.len() as f64)
            }
        }
    }
}

fn over(part: f64, whole: f64) -> Option<f64> {
    (whole > 0.0).then(|| part / whole)
}

/// What one document adds to the sums.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Tally(Vec<(u32, f64)>);

impl Tally {
    pub(super) fn add(&mut self, slot: Slot, value: f64) {
        if value != 0.0 {
            self.0.push((slot.0, value));
        }
    }

    pub(super) fn add_counts(&mut self, prf: Prf, counts: Counts) {
        self.add_credit(prf, counts.correct as f64, counts.predicted, counts.gold);
    }

    pub(super) fn add_credit(&mut self, prf: Prf, credit: f64, predicted: u64, gold: u64) {
        self.add(prf.correct, credit);
        self.add(prf.predicted, predicted as f64);
        self.add(prf.gold, gold as f64);
    }

    /// One thing that has a `value`.
    pub(super) fn add_value(&mut self, (sum, of): (Slot, Slot), value: f64) {
        self.add(sum, value);
        self.add(of, 1.0);
    }

    /// The same in one way of writing: each slot once, in order.
    pub(super) fn settle(&mut self) {
        self.0.sort_by_key(|(slot, _)| *slot);
        self.0.dedup_by(|later, first| {
            let same = later.0 == first.0;
            first.1 += if same { later.1 } else { 0.0 };
            same
        });
    }

    /// Adds this tally, `times` over, to `sums`.
    pub(super) fn add_to(&self, sums: &mut [f64], times: f64) {
        for (slot, value) in &self.0 {
            sums[*slot as usize] += times * value;
        }
    }
}

/// The tallies of all documents of a set. Many are alike, most of all where a document is one sentence: equal ones are
/// held once, and summed once.
#[derive(Debug, Default)]
pub(super) struct Tallies {
    kinds: Vec<Tally>,
    /// Document → its kind.
    of_document: Vec<u32>,
}

impl Tallies {
    pub(super) fn new(tallies: impl Iterator<Item = Tally>) -> Self {
        let mut found: HashMap<Vec<(u32, u64)>, u32> = HashMap::new();
        let mut all = Self::default();
        for mut tally in tallies {
            tally.settle();
            let key = tally.0.iter().map(|(slot, value)| (*slot, value.to_bits())).collect();
            let kind = *found.entry(key).or_insert_with(|| {
                all.kinds.push(tally);
                all.kinds.len() as u32 - 1
            });
            all.of_document.push(kind);
        }
        all
    }

    /// The document's tally.
    pub(super) fn of(&self, document: usize) -> &Tally {
        &self.kinds[self.of_document[document] as usize]
    }

    /// The sums of `slots` slots; `times` says how often each document counts (absent: once).
    pub(super) fn sums(&self, slots: usize, times: Option<&[u32]>) -> Vec<f64> {
        let mut of_kind = vec![0u32; self.kinds.len()];
        for (at, kind) in self.of_document.iter().enumerate() {
            of_kind[*kind as usize] += times.map_or(1, |t| t[at]);
        }
        let mut sums = vec![0.0; slots];
        for (tally, times) in self.kinds.iter().zip(of_kind).filter(|(_, times)| *times > 0) {
            tally.add_to(&mut sums, f64::from(times));
        }
        sums
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_summed_and_divided_once() {
        let mut sheet = Sheet::default();
        let (a, b) = (sheet.prf("a"), sheet.prf("b"));
        sheet.macro_f1("both", vec![a, b]);
        let mut tally = Tally::default();
        tally.add_counts(a, Counts { correct: 1, predicted: 1, gold: 4 });
        let mut sums = vec![0.0; sheet.counts().len()];
        tally.add_to(&mut sums, 2.0);
        let scores: Vec<_> = sheet.names().zip(sheet.scores(&sums)).collect();
        assert_eq!(scores[..3], [("a.precision", Some(1.0)), ("a.recall", Some(0.25)), ("a.f1", Some(0.4))]);
        assert_eq!(scores[3..6], [("b.precision", None), ("b.recall", None), ("b.f1", None)], "nothing to divide by is no score");
        assert_eq!(scores[6], ("both", Some(0.4)), "what does not occur has no part in the mean");
    }

    #[test]
    fn equal_tallies_are_held_once_and_sum_up_all_the_same() {
        let (a, b) = (Slot(0), Slot(1));
        let tally = |values: &[(Slot, f64)]| {
            let mut tally = Tally::default();
            values.iter().for_each(|(slot, value)| tally.add(*slot, *value));
            tally
        };
        let all = Tallies::new([tally(&[(a, 1.0), (b, 0.5), (a, 1.0)]), tally(&[(b, 0.5), (a, 2.0)]), tally(&[])].into_iter());
        assert_eq!((all.kinds.len(), all.of(0) == all.of(1)), (2, true));
        assert_eq!(all.sums(2, None), [4.0, 1.0]);
        assert_eq!(all.sums(2, Some(&[0, 3, 5])), [6.0, 1.5]);
    }

    #[test]
    fn overlap_is_the_f1_of_the_means() {
        let mut sheet = Sheet::default();
        let [p, r, n] = sheet.means("overlap");
        let mut tally = Tally::default();
        for (slot, value) in [(p, 0.5), (r, 1.0), (n, 2.0)] {
            tally.add(slot, value);
        }
        let mut sums = vec![0.0; 3];
        tally.add_to(&mut sums, 1.0);
        assert_eq!(sheet.scores(&sums), [Some(0.25), Some(0.5), Some(2.0 * 0.25 * 0.5 / 0.75)]);
        assert_eq!(sheet.scores(&[0.0; 3]), [None, None, None]);
    }
}
