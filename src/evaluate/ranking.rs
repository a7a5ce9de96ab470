//! Ranked and thresholded sentences.

use super::Counts;

/// Scored items, each positive or not.
#[derive(Debug, Clone, Default)]
pub struct Ranking {
    items: Vec<(f64, bool)>,
}

impl Ranking {
    /// From `(score, positive)`.
    #[must_use]
    pub fn new(items: Vec<(f64, bool)>) -> Self {
        Self { items }
    }

    pub(super) fn add(&mut self, other: Self) {
        self.items.extend(other.items);
    }

    /// Counts of the positive class when everything at or above `threshold` is called positive.
    #[must_use]
    pub fn counts_at(&self, threshold: f64) -> Counts {
        let mut counts = Counts::default();
        for &(score, positive) in &self.items {
            let called = score >= threshold;
            counts.correct += u64::from(called && positive);
            counts.predicted += u64::from(called);
            counts.gold += u64::from(positive);
        }
        counts
    }

    /// The threshold with the highest F1, half-way to the next lower score; `None` without a positive.
    #[must_use]
    pub fn best_threshold(&self) -> Option<f64> {
        let mut sorted = self.items.clone();
        sorted.sort_by(|a, b| b.0.total_cmp(&a.0));
        let gold = sorted.iter().filter(|i| i.1).count() as u64;
        let mut best: Option<(f64, f64)> = None;
        let mut correct = 0;
        for (at, &(score, positive)) in sorted.iter().enumerate() {
            correct += u64::from(positive);
            let next = sorted.get(at + 1).map_or(0.0, |n| n.0);
            if next == score {
                continue; // a threshold cannot part equal scores
            }
            let f1 = Counts { correct, predicted: at as u64 + 1, gold }.f1().unwrap_or(0.0);
            if best.is_none_or(|(top, _)| f1 > top) {
                best = Some((f1, f64::midpoint(score, next)));
            }
        }
        best.filter(|_| gold > 0).map(|(_, threshold)| threshold)
    }

    /// See [`average_precision`].
    #[must_use]
    pub fn average_precision(&self) -> Option<f64> {
        average_precision(&self.items)
    }
}

/// Average precision as scikit-learn defines it: Σ (R_k − R_{k−1})·P_k over descending distinct scores, so that
/// the order of ties does not matter. `None` without a positive.
#[must_use]
pub fn average_precision(items: &[(f64, bool)]) -> Option<f64> {
    let mut sorted = items.to_vec();
    sorted.sort_by(|a, b| b.0.total_cmp(&a.0));
    let gold = sorted.iter().filter(|i| i.1).count();
    if gold == 0 {
        return None;
    }
    let (mut sum, mut correct, mut seen_correct) = (0.0, 0usize, 0usize);
    for (at, &(score, positive)) in sorted.iter().enumerate() {
        correct += usize::from(positive);
        if sorted.get(at + 1).is_none_or(|n| n.0 != score) {
            sum += (correct - seen_correct) as f64 * correct as f64 / (at + 1) as f64;
            seen_correct = correct;
        }
    }
    Some(sum / gold as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn average_precision_is_scikit_learns() {
        // sklearn.metrics.average_precision_score([1,0,1,0], [.9,.8,.7,.1]) and with ties
        assert!((average_precision(&[(0.9, true), (0.8, false), (0.7, true), (0.1, false)]).unwrap() - 0.833_333_333).abs() < 1e-9);
        assert!(
            (average_precision(&[(0.5, true), (0.5, false), (0.5, false), (0.1, true)]).unwrap() - (1.0 / 3.0 + 0.5) / 2.0).abs() < 1e-9
        );
        assert_eq!(average_precision(&[(0.5, false)]), None);
    }

    #[test]
    fn the_best_threshold_parts_scores_and_never_equal_ones() {
        let ranking = Ranking::new(vec![(0.9, true), (0.6, true), (0.6, false), (0.2, false)]);
        let best = ranking.best_threshold().unwrap();
        assert!((best - 0.4).abs() < 1e-9, "{best}");
        assert_eq!(ranking.counts_at(best), Counts { correct: 2, predicted: 3, gold: 2 });
    }
}
