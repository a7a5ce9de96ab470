//! Sentences ranked by their score, some of them worth checking.
//!
//! Precision-recall measures treat equal scores as one step, as scikit-learn does; P@k and R-Precision break ties by
//! the order of the documents, as the CheckThat! scorers do.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The depths of P@k (CheckThat!).
pub const DEPTHS: [usize; 6] = [1, 3, 5, 10, 20, 50];

/// Bins of the calibration error, each of the same mass.
pub const BINS: usize = 15;

/// A scored sentence.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scored {
    /// In [0, 1].
    pub score: f64,
    /// Whether gold says it is worth checking.
    pub positive: bool,
    /// Its document, as an index.
    pub document: usize,
}

/// All scored sentences of a set, best first; equal scores in their given order.
#[derive(Debug, Clone, Default)]
pub struct Ranking {
    items: Vec<Scored>,
    /// Σ 1/log2(i+1) over the first i ranks.
    discounts: Vec<f64>,
}

/// What a ranking is worth. `None` is undefined: there is nothing to rank, or nothing positive, or nothing else.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct RankingScores {
    /// Σ (R_k − R_{k−1})·P_k over distinct scores (scikit-learn's average precision).
    pub average_precision: Option<f64>,
    /// Area under the ROC curve: the chance that a positive stands above a negative, ties as a half.
    pub auroc: Option<f64>,
    /// Area under the precision-recall curve, by trapezoids.
    pub auprc: Option<f64>,
    /// Normalised discounted cumulative gain, ties averaged.
    pub ndcg: Option<f64>,
    /// Precision at the rank that is the number of positives.
    pub r_precision: Option<f64>,
    /// Positives in the first k, over k, for [`DEPTHS`], however many are ranked (as trec_eval).
    pub precision_at: [Option<f64>; DEPTHS.len()],
    /// Mean precision at the rank of each positive, ties in their given order: the average precision of CheckThat!.
    pub average_precision_in_order: Option<f64>,
    /// 1 over the rank of the first positive.
    pub reciprocal_rank: Option<f64>,
    /// The highest F1 any threshold gives.
    pub best_f1: Option<f64>,
    /// The threshold that gives it, half-way to the next lower score.
    pub best_threshold: Option<f64>,
    /// Expected calibration error over [`BINS`] bins of equal mass.
    pub ece: Option<f64>,
    /// Mean squared difference of score and truth.
    pub brier: Option<f64>,
}

/// A bin of the reliability diagram.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Bin {
    /// Sentences in it; not always whole, since bins have equal mass.
    pub count: f64,
    /// Their mean score.
    pub score: f64,
    /// The share of them that is worth checking.
    pub positive: f64,
}

/// A point of the precision-recall curve.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CurvePoint {
    /// Everything scored at or above it is called worth checking.
    pub threshold: f64,
    /// Precision then.
    pub precision: f64,
    /// Recall then.
    pub recall: f64,
}

/// The state of a walk down the ranking, at the end of a group of equal scores.
#[derive(Debug, Clone, Copy, Default)]
struct Step {
    score: f64,
    seen_before: f64,
    correct_before: f64,
    seen: f64,
    correct: f64,
}

impl Ranking {
    /// Sorts `items`, which stand in the order of their documents.
    #[must_use]
    pub fn new(mut items: Vec<Scored>) -> Self {
        items.sort_by(|a, b| b.score.total_cmp(&a.score));
        let mut discounts = Vec::with_capacity(items.len() + 1);
        let mut sum = 0.0;
        // Twice as many ranks as items: a resample may hold more than the set.
        for rank in 0..=2 * items.len() {
            discounts.push(sum);
            sum += 1.0 / (rank as f64 + 2.0).log2();
        }
        Self { items, discounts }
    }

    /// The items, best first.
    #[must_use]
    pub fn items(&self) -> &[Scored] {
        &self.items
    }

    /// All measures; `times` says how often each document counts (absent: once).
    #[must_use]
    pub fn scores(&self, times: Option<&[u32]>) -> RankingScores {
        let weights: Vec<f64> = match times {
            Some(times) => self.items.iter().map(|item| f64::from(times[item.document])).collect(),
            None => vec![1.0; self.items.len()],
        };
        let (mut total, mut positives, mut squares) = (0.0, 0.0, 0.0);
        for (item, w) in self.items.iter().zip(&weights) {
            total += w;
            positives += if item.positive { *w } else { 0.0 };
            squares += w * (item.score - f64::from(u8::from(item.positive))).powi(2);
        }
        if total == 0.0 {
            return RankingScores::default();
        }
        let mut sums = Sums::new(positives);
        let mut bins = Bins::of(total);
        self.walk(&weights, |step| {
            sums.step(step, &|rank| self.discount(rank));
            bins.step(step);
        });
        let defined = |value: f64| (positives > 0.0).then_some(value);
        let (top, reciprocal_rank) = self.tops(&weights, positives);
        let in_order = times.is_none().then(|| self.precisions()); // of one document only, which is never drawn again
        RankingScores {
            average_precision: defined(sums.precision / positives),
            auroc: (positives > 0.0 && total > positives).then(|| sums.above / (positives * (total - positives))),
            auprc: defined(sums.area),
            ndcg: defined(sums.gain / self.discount(positives)),
            r_precision: defined(top[DEPTHS.len()] / positives),
            precision_at: std::array::from_fn(|i| Some(top[i] / DEPTHS[i] as f64)),
            average_precision_in_order: in_order.and_then(|sum| defined(sum / positives)),
            reciprocal_rank,
            best_f1: sums.best.map(|(f1, _)| f1).filter(|_| positives > 0.0),
            best_threshold: sums.best.map(|(_, threshold)| threshold).filter(|_| positives > 0.0),
            ece: Some(bins.error(total)),
            brier: Some(squares / total),
        }
    }

    /// The expected calibration error alone.
    pub(super) fn ece(&self, times: Option<&[u32]>) -> Option<f64> {
        let weights: Vec<f64> = self.items.iter().map(|item| times.map_or(1.0, |t| f64::from(t[item.document]))).collect();
        let total: f64 = weights.iter().sum();
        let mut bins = Bins::of(total);
        self.walk(&weights, |step| bins.step(step));
        (total > 0.0).then(|| bins.error(total))
    }

    /// Calls `step` at the end of each group of equal scores that has any weight, and once more with the score below.
    fn walk(&self, weights: &[f64], mut step: impl FnMut(&Step)) {
        let mut at = Step::default();
        let mut group = self.items.first().map_or(0.0, |i| i.score);
        let mut close = |at: &mut Step, group: f64| {
            if at.seen > at.seen_before {
                at.score = group;
                step(at);
                (at.seen_before, at.correct_before) = (at.seen, at.correct);
            }
        };
        for (item, &w) in self.items.iter().zip(weights) {
            if w == 0.0 {
                continue;
            }
            if item.score != group {
                close(&mut at, group);
                group = item.score;
            }
            at.seen += w;
            at.correct += if item.positive { w } else { 0.0 };
        }
        close(&mut at, group);
    }

    /// Positives among the first k of each of [`DEPTHS`], then among the first `positives`; and one over the first
    /// positive's rank. Stops as soon as all are known.
    fn tops(&self, weights: &[f64], positives: f64) -> ([f64; DEPTHS.len() + 1], Option<f64>) {
        let depths: [f64; DEPTHS.len() + 1] = std::array::from_fn(|i| DEPTHS.get(i).map_or(positives, |d| *d as f64));
        let deepest = depths.iter().copied().fold(0.0, f64::max);
        let mut found = [0.0; DEPTHS.len() + 1];
        let (mut seen, mut first) = (0.0, None);
        for (item, &w) in self.items.iter().zip(weights) {
            if item.positive && w > 0.0 {
                first.get_or_insert(1.0 / (seen + 1.0));
                found.iter_mut().zip(depths).for_each(|(f, depth)| *f += w.min((depth - seen).max(0.0)));
            }
            seen += w;
            if seen >= deepest && first.is_some() {
                break;
            }
        }
        (found, first)
    }

    /// Σ precision at the rank of each positive, rank by rank.
    fn precisions(&self) -> f64 {
        let hits = self.items.iter().enumerate().filter(|(_, item)| item.positive);
        hits.enumerate().map(|(before, (rank, _))| (before + 1) as f64 / (rank + 1) as f64).sum()
    }

    /// The reliability diagram: bins of equal mass, lowest scores first; none without items.
    #[must_use]
    pub fn reliability(&self) -> Vec<Bin> {
        let mut bins = Bins::of(self.items.len() as f64);
        self.walk(&vec![1.0; self.items.len()], |step| bins.step(step));
        bins.finish().into_iter().rev().filter(|b| b.count > 0.0).collect()
    }

    /// The precision-recall curve, highest threshold first, of at most `most` points; none without a positive.
    #[must_use]
    pub fn curve(&self, most: usize) -> Vec<CurvePoint> {
        let positives = self.items.iter().filter(|i| i.positive).count() as f64;
        let mut points = Vec::new();
        self.walk(&vec![1.0; self.items.len()], |step| {
            points.push(CurvePoint { threshold: step.score, precision: step.correct / step.seen, recall: step.correct / positives });
        });
        if positives == 0.0 || most == 0 {
            return Vec::new();
        }
        let stride = points.len().div_ceil(most);
        let last = points.len() - 1;
        points.into_iter().enumerate().filter(|(at, _)| at % stride == 0 || *at == last).map(|(_, point)| point).collect()
    }

    fn discount(&self, rank: f64) -> f64 {
        // A resample may hold more items than the set; beyond the table the sum is computed.
        let rank = rank as usize;
        match self.discounts.get(rank) {
            Some(sum) => *sum,
            None => {
                let known = self.discounts.len() - 1;
                self.discounts[known] + (known..rank).map(|r| 1.0 / (r as f64 + 2.0).log2()).sum::<f64>()
            }
        }
    }
}

/// Bins of equal mass, filled best scores first. Items of one score share bins evenly, so their order does not matter.
struct Bins {
    bins: [Bin; BINS],
    open: usize,
    size: f64,
}

impl Bins {
    fn of(total: f64) -> Self {
        Self { bins: [Bin { count: 0.0, score: 0.0, positive: 0.0 }; BINS], open: 0, size: total / BINS as f64 }
    }

    fn step(&mut self, step: &Step) {
        let mut left = step.seen - step.seen_before;
        let rate = (step.correct - step.correct_before) / left;
        while left > 0.0 {
            let last = self.open + 1 == BINS;
            let bin = &mut self.bins[self.open];
            let taken = if last { left } else { (self.size - bin.count).min(left) };
            bin.count += taken;
            bin.score += taken * step.score;
            bin.positive += taken * rate;
            left -= taken;
            // The last bin takes what rounding leaves over.
            self.open += usize::from(!last && bin.count >= self.size * (1.0 - 1e-12));
        }
    }

    fn error(self, total: f64) -> f64 {
        self.finish().iter().map(|b| b.count * (b.score - b.positive).abs()).sum::<f64>() / total
    }

    /// Sums become means.
    fn finish(mut self) -> [Bin; BINS] {
        for bin in self.bins.iter_mut().filter(|b| b.count > 0.0) {
            bin.score /= bin.count;
            bin.positive /= bin.count;
        }
        self.bins
    }
}

/// What adds up along a walk.
struct Sums {
    positives: f64,
    precision: f64,
    above: f64,
    area: f64,
    gain: f64,
    last_precision: f64,
    /// F1 and threshold.
    best: Option<(f64, f64)>,
    /// F1 and score of a group whose threshold waits for the next lower score.
    waiting: Option<f64>,
}

impl Sums {
    fn new(positives: f64) -> Self {
        Self { positives, precision: 0.0, above: 0.0, area: 0.0, gain: 0.0, last_precision: 1.0, best: None, waiting: None }
    }

    fn step(&mut self, step: &Step, discount: &dyn Fn(f64) -> f64) {
        let (size, hits) = (step.seen - step.seen_before, step.correct - step.correct_before);
        let precision = step.correct / step.seen;
        self.precision += hits * precision;
        self.above += (size - hits) * (step.correct_before + hits / 2.0);
        if self.positives > 0.0 {
            self.area += hits / self.positives * (precision + self.last_precision) / 2.0;
        }
        self.last_precision = precision;
        if hits > 0.0 {
            self.gain += hits / size * (discount(step.seen) - discount(step.seen_before));
        }
        if let (Some(score), Some(best)) = (self.waiting.take(), self.best.as_mut()) {
            best.1 = f64::midpoint(score, step.score);
        }
        let f1 = 2.0 * step.correct / (step.seen + self.positives);
        if self.best.is_none_or(|(top, _)| f1 > top) {
            self.best = Some((f1, step.score / 2.0)); // half-way to 0, unless a lower score follows
            self.waiting = Some(step.score);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ranking(items: &[(f64, bool)]) -> Ranking {
        Ranking::new(items.iter().enumerate().map(|(document, &(score, positive))| Scored { score, positive, document }).collect())
    }

    #[test]
    fn what_has_no_positive_or_no_items_is_undefined() {
        assert_eq!(ranking(&[]).scores(None), RankingScores::default());
        let none = ranking(&[(0.5, false)]).scores(None);
        assert_eq!(
            (none.average_precision, none.auroc, none.auprc, none.ndcg, none.r_precision, none.best_f1),
            (None, None, None, None, None, None)
        );
        assert_eq!((none.brier, none.precision_at[0], none.precision_at[1]), (Some(0.25), Some(0.0), Some(0.0)));
    }

    #[test]
    fn the_best_threshold_parts_scores_and_never_equal_ones() {
        let scores = ranking(&[(0.9, true), (0.6, true), (0.6, false), (0.2, false)]).scores(None);
        assert_eq!(scores.best_f1, Some(0.8));
        assert!((scores.best_threshold.unwrap() - 0.4).abs() < 1e-12);
        assert_eq!(ranking(&[(0.6, true)]).scores(None).best_threshold, Some(0.3));
    }

    #[test]
    fn a_document_that_counts_twice_is_as_good_as_standing_there_twice() {
        let once = ranking(&[(0.9, true), (0.9, false), (0.7, false), (0.3, true), (0.1, false)]);
        let twice = ranking(&[(0.9, true), (0.9, true), (0.9, false), (0.3, true), (0.3, true), (0.3, true)]);
        let (weighted, repeated) = (once.scores(Some(&[2, 1, 0, 3, 0])), twice.scores(None));
        let close = |a: Option<f64>, b: Option<f64>| (a.unwrap() - b.unwrap()).abs() < 1e-12;
        assert!(close(weighted.average_precision, repeated.average_precision));
        assert!(close(weighted.auroc, repeated.auroc) && close(weighted.auprc, repeated.auprc) && close(weighted.ndcg, repeated.ndcg));
        assert!(close(weighted.ece, repeated.ece) && close(weighted.brier, repeated.brier));
        assert!(close(weighted.r_precision, repeated.r_precision) && close(weighted.best_threshold, repeated.best_threshold));
        assert_eq!(weighted.precision_at, repeated.precision_at);
    }

    #[test]
    fn bins_have_equal_mass_and_do_not_depend_on_the_order_of_ties() {
        // Forty at 0.8 of which half are positive, sixty at 0.1 of which none is: every bin is off by 0.3 or 0.1.
        let mut items: Vec<_> = (0..40).map(|i| (0.8, i % 2 == 0)).chain((0..60).map(|_| (0.1, false))).collect();
        let ece = ranking(&items).scores(None).ece.unwrap();
        assert!((ece - (0.4 * 0.3 + 0.6 * 0.1)).abs() < 1e-9, "{ece}");
        items.reverse();
        assert!((ranking(&items).scores(None).ece.unwrap() - ece).abs() < 1e-12);
        let bins = ranking(&items).reliability();
        assert!(bins.iter().all(|b| (b.count - 100.0 / 15.0).abs() < 1e-6) && bins.len() == BINS);
        assert!(bins[0].score < bins[14].score);
    }

    #[test]
    fn a_curve_is_thinned_but_keeps_its_end() {
        let many: Vec<_> = (0..1000).map(|i| (1.0 - f64::from(i) / 1000.0, i % 3 == 0)).collect();
        let curve = ranking(&many).curve(100);
        assert!(curve.len() <= 101 && curve[0].threshold == 1.0 && curve.last().unwrap().recall == 1.0);
        assert!(ranking(&[(0.5, false)]).curve(10).is_empty());
    }
}
