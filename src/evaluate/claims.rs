//! Claims against gold: where they were cut, and who makes them.

use super::claimers::ClaimerCounter;
use super::mistakes::Notebook;
use super::spans::{Counts, Neighbours, beside, exact, length, shared};
use super::tally::{Prf, Sheet, Slot, Tally};
use crate::convert::{LabelledClaim, LabelledDocument};
use crate::span::Span;

/// Counts claims and claimers.
pub(super) struct ClaimCounter {
    /// Mean share of the prediction that lies in gold, the reverse, and over how many gold claims.
    overlap: [Slot; 3],
    exact: Prf,
    met: Prf,
    /// Where gold names claimers at all.
    claimers: Option<ClaimerCounter>,
}

impl ClaimCounter {
    pub(super) fn new(sheet: &mut Sheet, claimers: bool) -> Self {
        Self {
            overlap: sheet.means("claims.overlap"),
            exact: sheet.prf("claims.exact"),
            met: sheet.prf("claims.met"),
            claimers: claimers.then(|| ClaimerCounter::new(sheet)),
        }
    }

    /// `says_claimers` says whether the predictions of the set name any claimer.
    pub(super) fn count(
        &self,
        gold: &LabelledDocument,
        predicted: &LabelledDocument,
        says_claimers: bool,
        tally: &mut Tally,
        notebook: &mut Notebook,
    ) {
        let wanted: &[LabelledClaim] = gold.claims.as_deref().unwrap_or_default();
        let found: &[LabelledClaim] = predicted.claims.as_deref().unwrap_or_default();
        fn slices(all: &[LabelledClaim]) -> Vec<&[Span]> {
            all.iter().map(|c| c.parts.as_slice()).collect()
        }
        tally.add_counts(self.exact, exact(&slices(wanted), &slices(found)));
        let neighbours = Neighbours::of(found.iter().map(|f| Span::hull_of(&f.parts)));
        for claim in wanted {
            let (precision, recall) = best_overlap(claim, found, &neighbours);
            for (slot, value) in self.overlap.into_iter().zip([precision, recall, 1.0]) {
                tally.add(slot, value);
            }
        }
        let pairs = beside(&slices(wanted), &slices(found), |g, p| wanted[g].parts == found[p].parts);
        let mut correct = 0;
        for (g, p) in pairs {
            let (gold, predicted) = (g.map(|g| &wanted[g]), p.map(|p| &found[p]));
            notebook.compare("claims", gold.map(|c| ("CLAIM", &c.parts[..])), predicted.map(|c| ("CLAIM", &c.parts[..])), None);
            if let (Some(gold), Some(predicted)) = (gold, predicted)
                && meet(gold, predicted)
            {
                correct += 1;
                if let (Some(slots), true) = (&self.claimers, says_claimers) {
                    slots.compare(gold.claimer.as_ref(), predicted.claimer.as_ref(), &gold.parts, tally, notebook);
                }
            }
        }
        tally.add_counts(self.met, Counts { correct, predicted: found.len() as u64, gold: wanted.len() as u64 });
    }
}

/// The shares of the prediction that overlaps most with `claim`: how much of it lies in the claim, how much of the
/// claim in it; the shorter one where two overlap as much.
fn best_overlap(claim: &LabelledClaim, found: &[LabelledClaim], neighbours: &Neighbours) -> (f64, f64) {
    let near = neighbours.near(Span::hull_of(&claim.parts)).map(|at| &found[at]);
    let best = near.max_by_key(|f| (shared(&claim.parts, &f.parts), std::cmp::Reverse(length(&f.parts))));
    best.map_or((0.0, 0.0), |f| {
        let common = shared(&claim.parts, &f.parts) as f64;
        (common / length(&f.parts).max(1) as f64, common / length(&claim.parts).max(1) as f64)
    })
}

/// They share at least half of each.
fn meet(a: &LabelledClaim, b: &LabelledClaim) -> bool {
    let common = shared(&a.parts, &b.parts);
    common > 0 && 2 * common >= length(&a.parts).max(length(&b.parts))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::convert::LabelledClaimer;
    use crate::labels::{ClaimerKind, Mode};

    fn claim(start: usize, end: usize, claimer: Option<&str>) -> LabelledClaim {
        let claimer = claimer.map(|name| LabelledClaimer { name: name.into(), kind: ClaimerKind::Person });
        LabelledClaim { parts: vec![Span::new(start, end)], mode: Mode::Author, attribution: None, claimer }
    }

    fn scores(gold: Vec<LabelledClaim>, predicted: Vec<LabelledClaim>) -> BTreeMap<String, Option<f64>> {
        let document = |claims| LabelledDocument { text: "x".repeat(80), claims: Some(claims), ..LabelledDocument::default() };
        let (gold, predicted) = (document(gold), document(predicted));
        let mut sheet = Sheet::default();
        let counter = ClaimCounter::new(&mut sheet, true);
        let mut tally = Tally::default();
        counter.count(&gold, &predicted, true, &mut tally, &mut Notebook::new(&gold, vec![]));
        let mut sums = vec![0.0; sheet.counts().len()];
        tally.add_to(&mut sums, 1.0);
        sheet.names().map(str::to_owned).zip(sheet.scores(&sums)).collect()
    }

    #[test]
    fn claims_are_met_once_and_overlap_is_of_the_means() {
        // The first gold claim lies wholly in the first prediction, which is twice as long; the second has none.
        let scores = scores(vec![claim(0, 10, None), claim(50, 60, None)], vec![claim(0, 20, None), claim(30, 40, None)]);
        assert_eq!((scores["claims.met.precision"], scores["claims.met.recall"]), (Some(0.5), Some(0.5)));
        assert_eq!((scores["claims.overlap.precision"], scores["claims.overlap.recall"]), (Some(0.25), Some(0.5)));
        assert_eq!(scores["claims.overlap.f1"], Some(2.0 * 0.25 * 0.5 / 0.75));
        assert_eq!(scores["claims.exact.f1"], Some(0.0));
    }

    #[test]
    fn neither_a_letter_of_a_claim_nor_the_whole_page_meets_it() {
        let met = |predicted| scores(vec![claim(20, 40, None)], vec![predicted])["claims.met.f1"];
        assert_eq!(met(claim(20, 21, None)), Some(0.0));
        assert_eq!(met(claim(0, 80, None)), Some(0.0));
        assert_eq!(met(claim(30, 45, None)), Some(1.0), "half of the gold, and more of the prediction");
    }

    #[test]
    fn nobody_is_an_answer_and_a_wrong_name_is_the_worst() {
        let gold = || vec![claim(0, 10, None), claim(20, 30, Some("Ann Lee")), claim(40, 50, Some("Ann Lee"))];
        let right = scores(gold(), vec![claim(0, 10, None), claim(20, 30, Some("Ann Lee")), claim(40, 50, Some("Lee"))]);
        assert!((right["claimer.f1"].unwrap() - (1.0 + 1.0 + 2.0 / 3.0) / 3.0).abs() < 1e-12);
        assert_eq!(right["claimer.wrong_person"], Some(0.0));
        let wrong = scores(gold(), vec![claim(0, 10, Some("Bob")), claim(20, 30, None), claim(40, 50, Some("Ann Lee"))]);
        assert_eq!((wrong["claimer.f1"], wrong["claimer.wrong_person"]), (Some(1.0 / 3.0), Some(1.0 / 3.0)));
        assert_eq!(scores(gold(), vec![])["claimer.f1"], None, "of claims that were not found nothing can be said");
    }
}
