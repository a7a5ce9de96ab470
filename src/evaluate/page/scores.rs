//! Every score, task by task: precision, recall and F1 of one name in one row.

use maud::{Markup, html};

use super::figures::{number, range};
use super::headlines::{comparison, comparison_head, reading};
use crate::evaluate::report::{Score, SetReport};
use crate::evaluate::table::silent_tasks;

struct Row<'s> {
    /// The score's name, without `.f1` where precision and recall stand beside it.
    name: &'s str,
    /// The score's whole name.
    score: &'s str,
    precision: Option<Score>,
    recall: Option<Score>,
    value: Score,
}

/// A collapsed table for each task.
pub(super) fn by_task(set: &SetReport) -> Markup {
    let silent = silent_tasks(set);
    html! {
        h4 { "All scores by task" }
        @for (task, rows) in tasks(set) {
            @if silent.contains(&task) {
                p.silent { b { (words(task)) } ": no score is defined, gold or prediction says nothing of it." }
            } @else {
                details {
                    summary { b { (words(task)) } " " span.muted { (count(&rows)) } }
                    (table(set, task, &rows))
                }
            }
        }
    }
}

/// A task's name as people write it.
pub(super) fn words(task: &str) -> String {
    task.replace('_', "-")
}

fn count(rows: &[Row]) -> String {
    if rows.len() == 1 { "1 row".into() } else { format!("{} rows", rows.len()) }
}

/// Rows by task, in the order of the scores.
fn tasks(set: &SetReport) -> Vec<(&str, Vec<Row<'_>>)> {
    let mut tasks: Vec<(&str, Vec<Row>)> = Vec::new();
    for row in set.scores.iter().filter_map(|(name, score)| row(set, name, *score)) {
        let task = row.name.split('.').next().unwrap_or_default();
        match tasks.last_mut() {
            Some((last, rows)) if *last == task => rows.push(row),
            _ => tasks.push((task, vec![row])),
        }
    }
    tasks
}

/// The row of a score; `None` for precision and recall that stand in their F1's row.
fn row<'s>(set: &SetReport, name: &'s str, value: Score) -> Option<Row<'s>> {
    let get = |stem: &str, suffix: &str| set.scores.get(&format!("{stem}.{suffix}")).copied();
    let inside = [".precision", ".recall"].iter().find_map(|suffix| name.strip_suffix(suffix));
    if inside.is_some_and(|stem| get(stem, "f1").is_some()) {
        return None;
    }
    let stem = name.strip_suffix(".f1").filter(|stem| get(stem, "precision").is_some());
    let part = |suffix: &str| stem.and_then(|stem| get(stem, suffix));
    Some(Row { name: stem.unwrap_or(name), score: name, precision: part("precision"), recall: part("recall"), value })
}

fn table(set: &SetReport, task: &str, rows: &[Row]) -> Markup {
    let compared = !set.compared.is_empty();
    let parts = rows.iter().any(|r| r.precision.is_some());
    let all_f1 = rows.iter().all(|r| r.score.ends_with("f1"));
    html! {
        div.scroll tabindex="0" role="region" aria-label={ "Scores of " (words(task)) } {
            table {
                thead {
                    tr {
                        th scope="col" { "Score" }
                        th.figure scope="col" { "Gold" }
                        @if parts { th.figure scope="col" { "Precision" } th.figure scope="col" { "Recall" } }
                        th.figure scope="col" { (if all_f1 { "F1" } else if parts { "F1 or value" } else { "Value" }) }
                        th.figure scope="col" { "Interval" }
                        @if compared { (comparison_head()) }
                    }
                }
                tbody { @for row in rows { (line(set, row, parts, compared)) } }
            }
        }
    }
}

fn line(set: &SetReport, row: &Row, parts: bool, compared: bool) -> Markup {
    let support = set.counts.get(&format!("{}.gold", row.name)).map(|n| format!("{n:.0}"));
    let part = |score: Option<Score>| score.map(|s| number(s.value)).unwrap_or_default();
    html! {
        tr {
            th scope="row" { code { (row.name) } span.muted.small { (reading(row.score)) } }
            td.figure { (support.unwrap_or_default()) }
            @if parts { td.figure { (part(row.precision)) } td.figure { (part(row.recall)) } }
            td.figure { b { (number(row.value.value)) } }
            td.figure.muted { (range(row.value.low, row.value.high).unwrap_or_default()) }
            @if compared { (comparison(row.score, set.compared.get(row.score))) }
        }
    }
}
