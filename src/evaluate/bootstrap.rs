//! How sure a score is: documents are drawn again with replacement, and the scores computed anew each time.
//!
//! Percentile intervals, and the paired bootstrap for two systems on the same documents (Efron & Tibshirani 1993;
//! Berg-Kirkpatrick et al., EMNLP 2012).

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How often to draw, and from which seed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Bootstrap {
    /// Draws; 0 for no intervals.
    pub resamples: usize,
    /// Everything drawn follows from it.
    pub seed: u64,
}

impl Default for Bootstrap {
    fn default() -> Self {
        Self { resamples: 1000, seed: 1 }
    }
}

/// The share of draws an interval holds.
pub const LEVEL: f64 = 0.95;

impl Bootstrap {
    /// The scores of every draw: `score` is given how often each of `documents` was drawn.
    ///
    /// The n-th draw depends on seed and n alone, so neither threads nor a second system change it.
    pub(super) fn draws<T: Send>(&self, documents: usize, score: impl Fn(&[u32]) -> T + Sync) -> Vec<T> {
        (0..self.resamples)
            .into_par_iter()
            .map_init(
                || vec![0u32; documents],
                |times, draw| {
                    let mut generator = ChaCha8Rng::seed_from_u64(self.seed);
                    generator.set_stream(draw as u64);
                    times.fill(0);
                    for _ in 0..documents {
                        times[generator.gen_range(0..documents)] += 1;
                    }
                    score(times)
                },
            )
            .collect()
    }
}

/// The interval that holds [`LEVEL`] of `values`, as (low, high); `None` without values.
pub(super) fn interval(mut values: Vec<f64>) -> Option<(f64, f64)> {
    values.sort_by(f64::total_cmp);
    let tail = (1.0 - LEVEL) / 2.0;
    Some((quantile(&values, tail)?, quantile(&values, 1.0 - tail)?))
}

/// The quantile of sorted values, linear between two of them.
fn quantile(sorted: &[f64], q: f64) -> Option<f64> {
    let at = q * sorted.len().checked_sub(1)? as f64;
    let (low, high) = (sorted.get(at.floor() as usize)?, sorted.get(at.ceil() as usize)?);
    Some(low + (high - low) * at.fract())
}

/// Two-sided p-value of "there is no difference": twice the share of draws on the rarer side of 0, counting one
/// more draw so that it is never 0 (Davison & Hinkley 1997).
pub(super) fn p_value(differences: &[f64]) -> Option<f64> {
    let (n, below) = (differences.len(), differences.iter().filter(|d| **d <= 0.0).count());
    let above = differences.iter().filter(|d| **d >= 0.0).count();
    (n > 0).then(|| (2.0 * (below.min(above) + 1) as f64 / (n + 1) as f64).min(1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_are_the_same_at_any_number_of_threads_and_hold_as_many_documents() {
        let bootstrap = Bootstrap { resamples: 50, seed: 7 };
        let on = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| bootstrap.draws(9, <[u32]>::to_vec))
        };
        assert_eq!(on(1), on(3));
        assert!(on(2).iter().all(|times| times.iter().sum::<u32>() == 9));
        assert_ne!(on(1)[0], on(1)[1]);
    }

    #[test]
    fn the_interval_of_a_mean_is_about_two_standard_errors_wide() {
        // 400 documents, half of them right: the standard error of the mean is 0.025.
        let values: Vec<f64> = (0..400).map(|i| f64::from(i % 2)).collect();
        let mean = |times: &[u32]| values.iter().zip(times).map(|(v, t)| v * f64::from(*t)).sum::<f64>() / 400.0;
        let (low, high) = interval(Bootstrap { resamples: 2000, seed: 3 }.draws(400, mean)).unwrap();
        assert!((low - 0.451).abs() < 0.006 && (high - 0.549).abs() < 0.006, "{low} {high}");
    }

    #[test]
    fn p_values_are_two_sided_and_never_zero() {
        assert_eq!(p_value(&[1.0; 999]), Some(2.0 / 1000.0));
        assert_eq!(p_value(&[-1.0; 999]), Some(2.0 / 1000.0));
        assert_eq!(p_value(&[0.0; 10]), Some(1.0), "two systems that agree do not differ");
        assert_eq!(p_value(&[]), None);
        assert_eq!(interval(vec![]), None);
        let (low, high) = interval(vec![1.0, 0.0]).unwrap();
        assert!((low - 0.025).abs() < 1e-12 && (high - 0.975).abs() < 1e-12, "{low} {high}");
    }
}
