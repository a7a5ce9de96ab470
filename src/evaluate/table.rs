//! The report as a table for a terminal.

use std::fmt::Write;

use super::predict::SystemInfo;
use super::report::{Report, Score, SetReport, TASKS};
use super::scheme::Scheme;

/// One line: precision, recall and F1 of one name, or one value.
struct Row {
    name: String,
    precision: Option<Score>,
    recall: Option<Score>,
    /// F1, or the value.
    value: Score,
    /// The score that `value` is, to look up the comparison by.
    score: String,
}

/// What only some readers look for.
const DETAILS: [&str; 5] = ["precision_at_", ".mean_reciprocal_rank", ".begin", ".piece", ".ndcg"];

/// Documents that changed against the baseline, at most.
const SHOWN_CHANGES: usize = 10;

/// The whole report; `all` shows the scores, too, that only some readers look for.
#[must_use]
pub fn table(report: &Report, all: bool) -> String {
    let mut out = format!("{}\n", system(&report.system));
    if let Some(baseline) = &report.baseline {
        let _ = writeln!(out, "baseline: {}", system(baseline));
    }
    for remark in remarks_of_all(report) {
        let _ = writeln!(out, "{remark}");
    }
    for set in &report.sets {
        out.push('\n');
        of_set(&mut out, set, all);
    }
    out
}

fn system(system: &SystemInfo) -> String {
    let mut line = system.name.clone();
    if let Some(precision) = &system.precision {
        let _ = write!(line, ", {precision}");
    }
    if let Some(threshold) = system.threshold {
        let _ = write!(line, ", check-worthy from {threshold:.3}");
    }
    line
}

fn of_set(out: &mut String, set: &SetReport, all: bool) {
    let _ = writeln!(out, "{} ({}, {} documents)", set.name, set.format, set.documents);
    for remark in remarks(set) {
        let _ = writeln!(out, "  {remark}");
    }
    if set.scores.is_empty() {
        out.push_str("  nothing that can be scored\n");
        return;
    }
    let silent = silent_tasks(set);
    let shown = |row: &Row| (all || !DETAILS.iter().any(|d| row.name.contains(d))) && !silent.contains(&task_of(&row.name));
    let rows: Vec<Row> = rows(set).into_iter().filter(shown).collect();
    if rows.is_empty() {
        return;
    }
    let _ = write!(out, "  {:<44}{:>7}{:>10}{:>8}{:>8}  {:<14}", "", "gold", "precision", "recall", "F1", "95% interval");
    out.push_str(if set.compared.is_empty() { "\n" } else { "  baseline  difference              p\n" });
    for row in rows {
        line(out, set, &row);
    }
    for change in set.changed.iter().take(SHOWN_CHANGES) {
        let number = |v: Option<f64>| v.map_or("–".to_owned(), |v| format!("{v:.3}"));
        let _ = writeln!(out, "  {}: {} {} → {}", change.doc_id, change.score, number(change.baseline), number(change.value));
    }
    if set.changed.len() > SHOWN_CHANGES {
        let _ = writeln!(out, "  … and {} more changes; --json and --html have all", set.changed.len() - SHOWN_CHANGES);
    }
}

/// The first word of a score's name.
fn task_of(score: &str) -> &str {
    score.split('.').next().unwrap_or_default()
}

/// Tasks that gold has and of which no score is defined.
pub(super) fn silent_tasks(set: &SetReport) -> Vec<&'static str> {
    let undefined = |task: &str| {
        let mut scores = set.scores.iter().filter(|(name, _)| task_of(name) == task).peekable();
        scores.peek().is_some() && scores.all(|(_, score)| score.value.is_none())
    };
    TASKS.into_iter().filter(|task| undefined(task)).collect()
}

/// What people should know of the predictions before they read any score.
pub(super) fn remarks_of_all(report: &Report) -> Vec<String> {
    let about =
        [(report.without_gold, "predictions have no gold and do not count"), (report.skipped_predictions, "predictions could not be read")];
    about.into_iter().filter(|(n, _)| *n > 0).map(|(n, what)| format!("{n} {what}")).collect()
}

/// What people should know of a set before they read its scores.
pub(super) fn remarks(set: &SetReport) -> Vec<String> {
    let mut remarks = set.notes.clone();
    if set.skipped > 0 {
        remarks.push(format!("{} could not be read and were left out", set.skipped));
    }
    for (whose, missing) in [("", &set.without_prediction), ("of the baseline ", &set.baseline_without_prediction)] {
        if let Some(first) = missing.first() {
            let more = if missing.len() > 1 { " …" } else { "" };
            remarks.push(format!("without a prediction {whose}{} documents count as nothing found: {first}{more}", missing.len()));
        }
    }
    let silent = silent_tasks(set);
    if !silent.is_empty() {
        remarks.push(format!("no score is defined for {}: gold or prediction says nothing of it", silent.join(", ")));
    }
    remarks.extend(set.entity_labels.as_ref().map(labels));
    remarks
}

fn labels(scheme: &Scheme) -> String {
    let mut line = format!("entities are compared in {}", scheme.labels.join(" "));
    if !scheme.left_out.is_empty() {
        let left: Vec<String> = scheme.left_out.iter().map(|(label, n)| format!("{label} {n}")).collect();
        let _ = write!(line, "; not compared: {}", left.join(", "));
    }
    line
}

fn rows(set: &SetReport) -> Vec<Row> {
    let mut rows = Vec::new();
    for (name, score) in &set.scores {
        let stem = name.strip_suffix(".f1").filter(|stem| set.scores.contains_key(&format!("{stem}.precision")));
        let part = |suffix: &str| stem.and_then(|stem| set.scores.get(&format!("{stem}.{suffix}")).copied());
        let is_part = [".precision", ".recall"]
            .iter()
            .any(|s| name.strip_suffix(s).is_some_and(|stem| set.scores.contains_key(&format!("{stem}.f1"))));
        if !is_part {
            rows.push(Row {
                name: stem.unwrap_or(name).to_owned(),
                precision: part("precision"),
                recall: part("recall"),
                value: *score,
                score: name.clone(),
            });
        }
    }
    rows
}

fn line(out: &mut String, set: &SetReport, row: &Row) {
    let number = |value: Option<f64>| value.map_or("–".to_owned(), |v| format!("{v:.3}"));
    let cell = |score: Option<Score>| score.map_or(String::new(), |s| number(s.value));
    let support = set.counts.get(&format!("{}.gold", row.name)).map_or(String::new(), |n| format!("{n:.0}"));
    let interval = match (row.value.low, row.value.high) {
        (Some(low), Some(high)) => format!("{low:.3}–{high:.3}"),
        _ => String::new(),
    };
    let _ = write!(
        out,
        "  {:<44}{support:>7}{:>10}{:>8}{:>8}  {interval:<14}",
        row.name,
        cell(row.precision),
        cell(row.recall),
        number(row.value.value)
    );
    if let Some(difference) = set.compared.get(&row.score) {
        let range = match (difference.low, difference.high) {
            (Some(low), Some(high)) => format!("{low:+.3} to {high:+.3}"),
            _ => String::new(),
        };
        let signed = difference.difference.map_or("–".to_owned(), |d| format!("{d:+.3}"));
        let p = difference.p.map_or(String::new(), |p| format!("{p:.3}"));
        let _ = write!(out, "  {:>8}  {signed} {range:<17}{p:>6}", number(difference.baseline));
    }
    out.truncate(out.trim_end_matches(' ').len());
    out.push('\n');
}
