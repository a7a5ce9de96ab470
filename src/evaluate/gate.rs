//! Scores that must not fall: what a newsroom's own continuous integration asks before it takes a new model.

use super::report::{HEADLINES, Report, smaller_is_better};

/// A score that must not be under a value.
#[derive(Debug, Clone, PartialEq)]
pub struct Floor {
    /// The score's name.
    pub score: String,
    /// The least it may be; for errors, such as `check_worthiness.ece`, the most.
    pub value: f64,
}

impl std::str::FromStr for Floor {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (score, value) = text.split_once('=').ok_or_else(|| format!("found {text:?}, expected NAME=VALUE"))?;
        let value: f64 = value.trim().parse().map_err(|_| format!("found {value:?}, expected a number"))?;
        if value.is_nan() {
            return Err("found NaN, expected a number".into());
        }
        Ok(Self { score: score.trim().to_owned(), value })
    }
}

/// Every way in which `report` falls under `floors`, a line each; none when it passes. A floor holds in every set
/// that has its score.
///
/// # Errors
/// When no set has a score of that name.
pub fn under(report: &Report, floors: &[Floor]) -> Result<Vec<String>, String> {
    let mut failures = Vec::new();
    for floor in floors {
        let mut known = false;
        for set in &report.sets {
            let Some(score) = set.scores.get(&floor.score) else { continue };
            known = true;
            let error = smaller_is_better(&floor.score);
            let passes = score.value.is_some_and(|v| if error { v <= floor.value } else { v >= floor.value });
            if !passes {
                let found = score.value.map_or("undefined".to_owned(), |v| format!("{v:.4}"));
                let side = if error { "at most" } else { "at least" };
                failures.push(format!("{}: {} is {found}, expected {side} {}", set.name, floor.score, floor.value));
            }
        }
        if !known {
            return Err(unknown(report, &floor.score));
        }
    }
    Ok(failures)
}

fn unknown(report: &Report, score: &str) -> String {
    let mut names: Vec<&str> = report.sets.iter().flat_map(|s| s.scores.keys().map(String::as_str)).collect();
    names.sort_unstable();
    names.dedup();
    let alike = |name: &str| name.bytes().zip(score.bytes()).take_while(|(a, b)| a == b).count();
    let most = names.iter().map(|n| alike(n)).max().unwrap_or(0);
    // Those that begin most like it; where nothing does, the headlines.
    let near = names.into_iter().filter(|n| if most > 0 { alike(n) == most } else { HEADLINES.contains(n) });
    format!("no set has a score {score:?}; there are {}", near.take(12).collect::<Vec<_>>().join(", "))
}

/// Every headline score of `before` that `report` does not reach, `tolerance` allowed, a line each. Sets go by name.
///
/// # Errors
/// When a set of `before` was not scored.
pub fn worse(report: &Report, before: &Report, tolerance: f64) -> Result<Vec<String>, String> {
    let mut failures = Vec::new();
    for old in &before.sets {
        let new = report.sets.iter().find(|s| s.name == old.name).ok_or_else(|| {
            let names: Vec<&str> = report.sets.iter().map(|s| s.name.as_str()).collect();
            format!("the saved report has a set {:?}, this one only {}", old.name, names.join(", "))
        })?;
        for name in HEADLINES {
            let Some(was) = old.scores.get(name).and_then(|s| s.value) else { continue };
            let is = new.scores.get(name).and_then(|s| s.value);
            let loss = is.map(|is| if smaller_is_better(name) { is - was } else { was - is });
            if loss.is_none_or(|loss| loss > tolerance + 1e-12) {
                let found = is.map_or("undefined".to_owned(), |v| format!("{v:.4}"));
                failures.push(format!("{}: {name} is {found}, was {was:.4}", old.name));
            }
        }
    }
    Ok(failures)
}
