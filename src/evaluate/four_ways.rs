//! The four ways of SemEval-2013 task 9 to score labelled spans, as nervaluate 1.2.1 computes them.
//!
//! Each prediction gets one verdict and uses at most one gold span, each gold span is used at most once, and
//! predictions choose in order (by place, then label): a perfect gold span first, else the first that overlaps.

use std::ops::AddAssign;

use super::spans::Neighbours;
use crate::span::Span;

/// Less of a gold span than this share is no overlap (nervaluate's default).
const LEAST_OVERLAP: f64 = 0.01;

/// Verdicts of one way. They add up over documents.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Verdicts {
    /// As gold has it.
    pub correct: u64,
    /// Overlapping gold, but not as gold has it.
    pub incorrect: u64,
    /// Overlapping gold: half a credit.
    pub partial: u64,
    /// In gold only.
    pub missed: u64,
    /// In the prediction only.
    pub spurious: u64,
}

impl Verdicts {
    /// Correct ones, and half the partial ones.
    #[must_use]
    pub fn credit(&self) -> f64 {
        self.correct as f64 + self.partial as f64 / 2.0
    }

    /// What was predicted.
    #[must_use]
    pub fn actual(&self) -> u64 {
        self.correct + self.incorrect + self.partial + self.spurious
    }

    /// What gold has.
    #[must_use]
    pub fn possible(&self) -> u64 {
        self.correct + self.incorrect + self.partial + self.missed
    }
}

impl AddAssign for Verdicts {
    fn add_assign(&mut self, other: Self) {
        self.correct += other.correct;
        self.incorrect += other.incorrect;
        self.partial += other.partial;
        self.missed += other.missed;
        self.spurious += other.spurious;
    }
}

/// The verdicts of all four ways.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct FourWays {
    /// Boundaries and label.
    pub strict: Verdicts,
    /// Boundaries, whatever the label.
    pub exact: Verdicts,
    /// Boundaries, or half a credit for an overlap, whatever the label.
    pub partial: Verdicts,
    /// The label, on any overlap.
    pub kind: Verdicts,
}

#[derive(Clone, Copy, PartialEq)]
enum Way {
    Strict,
    Exact,
    Partial,
    Kind,
}

/// A span with its label, as an index.
type Labelled = (Span, usize);

/// Scores `predicted` against `gold`, both of one document and sorted.
#[must_use]
pub fn four_ways(gold: &[Labelled], predicted: &[Labelled]) -> FourWays {
    let neighbours = Neighbours::of(gold.iter().map(|(span, _)| *span));
    let judged = |way| judge(way, gold, &neighbours, predicted);
    FourWays { strict: judged(Way::Strict), exact: judged(Way::Exact), partial: judged(Way::Partial), kind: judged(Way::Kind) }
}

fn judge(way: Way, gold: &[Labelled], neighbours: &Neighbours, predicted: &[Labelled]) -> Verdicts {
    let mut used = vec![false; gold.len()];
    let mut verdicts = Verdicts::default();
    for prediction in predicted {
        let free: Vec<usize> = neighbours.near(prediction.0).filter(|&g| !used[g] && overlap(gold[g].0, prediction.0)).collect();
        let Some((chosen, perfect)) = choose(way, gold, &free, *prediction) else {
            verdicts.spurious += 1;
            continue;
        };
        used[chosen] = true;
        match (perfect, way) {
            (true, _) => verdicts.correct += 1,
            (false, Way::Partial) => verdicts.partial += 1,
            (false, _) => verdicts.incorrect += 1,
        }
    }
    verdicts.missed = used.iter().filter(|u| !**u).count() as u64;
    verdicts
}

/// The gold span a prediction takes, and whether it is what the way wants.
fn choose(way: Way, gold: &[Labelled], free: &[usize], (span, label): Labelled) -> Option<(usize, bool)> {
    let perfect = match way {
        Way::Strict => free.iter().find(|&&g| gold[g] == (span, label)),
        Way::Exact | Way::Partial => free.iter().find(|&&g| gold[g].0 == span),
        Way::Kind => {
            let apart = |g: Span| g.start.abs_diff(span.start) + g.end.abs_diff(span.end);
            free.iter().filter(|&&g| gold[g].1 == label).min_by_key(|&&g| apart(gold[g].0))
        }
    };
    perfect.map(|g| (*g, true)).or_else(|| free.first().map(|g| (*g, false)))
}

fn overlap(gold: Span, predicted: Span) -> bool {
    let shared = gold.shared(&predicted);
    shared > 0 && shared as f64 / gold.len() as f64 >= LEAST_OVERLAP
}
