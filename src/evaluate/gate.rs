//! Scores that must not fall: what a newsroom's own continuous integration asks before it takes a new model.

use std::path::{Component, Path, PathBuf};

use super::report::{HEADLINES, Report, SetReport, smaller_is_better};

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
/// When a set of `before` was not scored, or was another: other documents, other labels.
pub fn worse(report: &Report, before: &Report, tolerance: f64) -> Result<Vec<String>, String> {
    let mut failures = Vec::new();
    for old in &before.sets {
        let new = report.sets.iter().find(|s| plain(&s.name) == plain(&old.name)).ok_or_else(|| {
            let names: Vec<&str> = report.sets.iter().map(|s| s.name.as_str()).collect();
            format!("the saved report has a set {:?}, this one only {}", old.name, names.join(", "))
        })?;
        comparable(new, old)?;
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

/// A path as it is meant: `./gold/` is `gold`.
fn plain(name: &str) -> PathBuf {
    Path::new(name).components().filter(|c| *c != Component::CurDir).collect()
}

/// Scores of other documents or in other labels say nothing of each other.
fn comparable(new: &SetReport, old: &SetReport) -> Result<(), String> {
    if new.documents != old.documents {
        return Err(format!("{}: found {} documents, the saved report has {}", new.name, new.documents, old.documents));
    }
    let labels = |set: &SetReport| set.entity_labels.as_ref().map(|s| s.name);
    match (labels(new), labels(old)) {
        (Some(new_labels), Some(old_labels)) if new_labels != old_labels => {
            let name = &new.name;
            Err(format!("{name}: entities are compared as {new_labels:?}, in the saved report as {old_labels:?}; give --scheme"))
        }
        _ => Ok(()),
    }
}
