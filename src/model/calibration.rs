//! Scores that mean what they say: a model's probability → how often such things are so.
//!
//! Platt's scaling (1999): the log-odds, stretched and moved by two numbers that are fitted on a development set. It keeps
//! every ranking that records can show, and two numbers cannot learn a set by heart.

use serde::{Deserialize, Serialize};

/// A probability is kept this far from 0 and 1, whose log-odds are infinite: half of the last digit that records show.
const EDGE: f64 = 5e-5;

/// Steps of Newton's method; it stands still after about ten.
const MOST_STEPS: usize = 50;

/// Halvings of a step that would make things worse.
const MOST_HALVINGS: usize = 30;

/// How a model's scores are calibrated; a score without a scaling is as the model gives it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Calibration {
    /// For check-worthiness.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub check_worthiness: Option<Scaling>,
    /// For entities.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entities: Option<Scaling>,
    /// For the class `opinion` of verifiability.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opinion: Option<Lean>,
}

/// What is added to one class before the likeliest is taken, and where it comes from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Lean {
    /// Added to the class's logit.
    pub offset: f64,
    /// The sets it was chosen on.
    pub chosen_on: String,
}

/// A scaling of log-odds, and where it comes from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Scaling {
    /// What log-odds are multiplied by.
    pub slope: f64,
    /// What is added then.
    pub offset: f64,
    /// The sets it was fitted on.
    pub fitted_on: String,
}

impl Scaling {
    /// The scaling under which the truths are likeliest; none where all are alike, or there are none.
    ///
    /// `graded` are scores in [0, 1], whether each was right, and its weight. As Platt has it, truths are taken for a
    /// little less than certain, so that a perfect score stays finite.
    #[must_use]
    pub fn fit(graded: &[(f64, bool, f64)], fitted_on: &str) -> Option<Self> {
        let weight = |right: bool| graded.iter().filter(|g| g.1 == right).map(|g| g.2).sum::<f64>();
        let (right, wrong) = (weight(true), weight(false));
        if right <= 0.0 || wrong <= 0.0 {
            return None;
        }
        let (high, low) = ((right + 1.0) / (right + 2.0), 1.0 / (wrong + 2.0));
        let target = |is_right: bool| if is_right { high } else { low };
        let loss = |slope: f64, offset: f64| -> f64 {
            let of = |(score, is_right, weight): &(f64, bool, f64)| {
                let x = slope * log_odds(*score) + offset;
                // −t·ln p − (1−t)·ln(1−p), without overflow.
                weight * (x.max(0.0) - x * target(*is_right) + (-x.abs()).exp().ln_1p())
            };
            graded.iter().map(of).sum()
        };
        let (mut slope, mut offset) = (1.0, 0.0);
        let mut now = loss(slope, offset);
        for _ in 0..MOST_STEPS {
            // Gradient and curvature of the log loss, with a breath of ridge so that it can always be solved.
            let (mut g, mut h) = ([0.0, 0.0], [1e-6, 0.0, 1e-6]);
            for (score, is_right, weight) in graded {
                let x = log_odds(*score);
                let p = sigmoid(slope * x + offset);
                let off = weight * (p - target(*is_right));
                let bend = weight * p * (1.0 - p);
                g = [g[0] + off * x, g[1] + off];
                h = [h[0] + bend * x * x, h[1] + bend * x, h[2] + bend];
            }
            let determinant = h[0] * h[2] - h[1] * h[1];
            let step = [(h[2] * g[0] - h[1] * g[1]) / determinant, (h[0] * g[1] - h[1] * g[0]) / determinant];
            let tries = (0..MOST_HALVINGS).map(|n| 0.5f64.powi(n as i32)).map(|share| (slope - share * step[0], offset - share * step[1]));
            let better = tries.map(|(a, b)| (a, b, loss(a, b))).find(|(_, _, then)| *then < now);
            let Some((a, b, then)) = better else { break };
            (slope, offset, now) = (a, b, then);
        }
        // A falling scale would turn the ranking over: such scores say nothing.
        (slope > 0.0 && slope.is_finite() && offset.is_finite()).then(|| Self { slope, offset, fitted_on: fitted_on.to_owned() })
    }

    /// The calibrated score, in [0, 1].
    #[must_use]
    pub fn apply(&self, score: f64) -> f64 {
        sigmoid(self.slope * log_odds(score) + self.offset)
    }
}

impl Calibration {
    /// `score` under `scaling`, itself where there is none.
    pub(crate) fn scaled(scaling: Option<&Scaling>, score: f32) -> f32 {
        scaling.map_or(score, |s| s.apply(f64::from(score)) as f32)
    }
}

fn log_odds(score: f64) -> f64 {
    let p = score.clamp(EDGE, 1.0 - EDGE);
    (p / (1.0 - p)).ln()
}

fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_score_that_is_too_sure_is_brought_down_to_how_often_it_is_right() {
        // Of scores of .9 three in four are right, of scores of .1 one in four.
        let graded: Vec<(f64, bool, f64)> =
            (0..400).map(|i| if i % 2 == 0 { (0.9, i % 8 != 0, 1.0) } else { (0.1, i % 8 == 1, 1.0) }).collect();
        let scaling = Scaling::fit(&graded, "here").unwrap();
        assert!((scaling.apply(0.9) - 0.75).abs() < 0.01 && (scaling.apply(0.1) - 0.25).abs() < 0.01, "{scaling:?}");
        assert!(scaling.apply(0.5) > scaling.apply(0.4), "the ranking stays");
    }

    #[test]
    fn what_cannot_be_fitted_is_left_alone() {
        assert_eq!(Scaling::fit(&[], "here"), None);
        assert_eq!(Scaling::fit(&[(0.2, true, 1.0), (0.9, true, 1.0)], "here"), None);
        assert_eq!(Scaling::fit(&[(0.9, false, 1.0), (0.8, false, 1.0), (0.1, true, 1.0), (0.2, true, 1.0)], "here"), None, "upside down");
        let certain = Scaling::fit(&[(1.0, true, 1.0), (0.0, false, 1.0)], "here").unwrap();
        assert!(certain.apply(1.0) < 1.0 && certain.apply(1.0) > 0.5);
    }
}
