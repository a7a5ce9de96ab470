//! Predictions against gold.
//!
//! 1. [`predict`](Predictions): a system's word on the gold documents, run now or read from a file, laid on the
//!    gold's text (`align`)
//! 2. `counter`: every task counts each document by itself (`sentences`, `claims`, `attributions`, `entities`), in
//!    labels both sides have (`scheme`), and notes what differs (`mistakes`)
//! 3. `tally`, [`ranking`](Ranking): counts are summed and divided once; scores rank
//! 4. `bootstrap`: the same again over documents drawn anew, for intervals
//! 5. [`Report`]: all of it, for machines; [`table`] and [`page`] for people, [`gate`] for continuous integration
//!
//! Which measure is what: `docs/evaluation.md`.

mod align;
mod attributions;
mod bootstrap;
mod claimers;
mod claims;
mod counter;
mod entities;
mod four_ways;
pub mod gate;
mod mistakes;
mod outcome;
pub mod page;
mod predict;
mod ranking;
mod report;
mod scheme;
mod sentences;
mod spans;
pub mod table;
mod tally;

use indexmap::IndexMap;

pub use bootstrap::{Bootstrap, LEVEL};
pub use claimers::token_f1;
pub use entities::Confusion;
pub use four_ways::{FourWays, Verdicts, four_ways};
pub use mistakes::{Kind, Marked, Mistake};
pub use predict::{Predictions, SystemInfo};
pub use ranking::{BINS, Bin, CurvePoint, DEPTHS, Ranking, RankingScores, Scored};
pub use report::{Changed, Difference, HEADLINES, REPORT_SCHEMA, Report, Score, SetReport, smaller_is_better};
pub use scheme::{Scheme, SchemeName};

use crate::convert::LabelledDocument;
use counter::Counter;
use outcome::Outcome;
use tally::Sheet;

/// Points of the precision-recall curve in a report, at most.
const CURVE_POINTS: usize = 200;

/// Documents to score against.
#[derive(Debug, Clone, Default)]
pub struct GoldSet {
    /// Its file or folder.
    pub name: String,
    /// Its format.
    pub format: String,
    /// Its documents; entity labels are ours.
    pub documents: Vec<LabelledDocument>,
    /// What could not be read.
    pub skipped: usize,
    /// What people should know of it.
    pub notes: Vec<String>,
}

/// Scores predictions, and compares them with a baseline's on the same documents. Entities are compared in `scheme`, or
/// in the finest labels all sides have.
#[must_use]
pub fn score(
    gold: &GoldSet,
    predictions: &Predictions,
    baseline: Option<&Predictions>,
    scheme: Option<SchemeName>,
    bootstrap: Bootstrap,
) -> SetReport {
    let systems: Vec<&Predictions> = std::iter::once(predictions).chain(baseline).collect();
    let labels: Vec<_> = systems.iter().map(|s| &s.labels).collect();
    let mut sheet = Sheet::default();
    let counter = Counter::new(&mut sheet, &gold.documents, Scheme::of(&gold.documents, &labels, scheme));
    let ranked = counter.grades_worth() && systems.iter().any(|s| s.says.scores);
    let ours = Outcome::of(&sheet, &counter, gold, predictions, ranked);
    let theirs = baseline.map(|b| Outcome::of(&sheet, &counter, gold, b, ranked));

    let draws = draws(gold.documents.len(), &ours, theirs.as_ref(), bootstrap);
    let (names, values) = (ours.names(), ours.scores(None));
    let before = theirs.as_ref().map(|t| t.scores(None));
    let mut scores = IndexMap::new();
    let mut compared = IndexMap::new();
    for at in in_order_of_tasks(&names) {
        // The threshold that fits best is chosen on these very documents; an interval would say nothing of it.
        let drawn = if names[at].ends_with(".best_threshold") { &[] } else { &draws[..] };
        scores.insert(names[at].clone(), with_interval(values[at], drawn, at));
        if let Some(before) = &before {
            compared.insert(names[at].clone(), difference(values[at], before[at], drawn, at));
        }
    }
    SetReport {
        name: gold.name.clone(),
        format: gold.format.clone(),
        documents: gold.documents.len(),
        without_prediction: predictions.missing(&gold.documents),
        baseline_without_prediction: baseline.map(|b| b.missing(&gold.documents)).unwrap_or_default(),
        skipped: gold.skipped,
        notes: gold.notes.clone(),
        entity_labels: counter.scheme().cloned(),
        scores,
        counts: sheet.counts().iter().cloned().zip(ours.sums(None)).collect(),
        confusion: counter.scheme().map(|_| ours.confusion.clone()),
        reliability: ours.ranking.reliability(),
        curve: ours.ranking.curve(CURVE_POINTS),
        compared,
        changed: theirs.map(|t| outcome::changed(&gold.documents, &ours, &t)).unwrap_or_default(),
        mistakes: ours.mistakes,
    }
}

/// The scores of a system's sentences and entities, and whether each was right: what calibration is fitted on.
#[must_use]
pub fn graded(gold: &GoldSet, predictions: &Predictions) -> (Vec<Scored>, Vec<Scored>) {
    let mut sheet = Sheet::default();
    let counter = Counter::new(&mut sheet, &gold.documents, Scheme::of(&gold.documents, &[&predictions.labels], None));
    let outcome = Outcome::of(&sheet, &counter, gold, predictions, false);
    (outcome.ranking.items().to_vec(), outcome.entities.map(|e| e.items().to_vec()).unwrap_or_default())
}

/// All scores of one draw: the system's, and the baseline's.
type Draw = (Vec<Option<f64>>, Vec<Option<f64>>);

/// None where there are not two documents to draw from.
fn draws(documents: usize, ours: &Outcome, theirs: Option<&Outcome>, bootstrap: Bootstrap) -> Vec<Draw> {
    if documents < 2 {
        return Vec::new();
    }
    bootstrap.draws(documents, |times| (ours.scores(Some(times)), theirs.map(|t| t.scores(Some(times))).unwrap_or_default()))
}

/// The score at `at`, whose value is `value`.
fn with_interval(value: Option<f64>, draws: &[Draw], at: usize) -> Score {
    let drawn = draws.iter().filter_map(|(ours, _)| ours[at]).collect();
    let interval = bootstrap::interval(drawn).filter(|_| value.is_some());
    Score { value, low: interval.map(|i| i.0), high: interval.map(|i| i.1) }
}

fn difference(value: Option<f64>, baseline: Option<f64>, draws: &[Draw], at: usize) -> Difference {
    let difference = value.zip(baseline).map(|(a, b)| a - b);
    let drawn: Vec<f64> = draws.iter().filter_map(|(ours, theirs)| Some(ours[at]? - theirs[at]?)).collect();
    let p = bootstrap::p_value(&drawn).filter(|_| difference.is_some());
    let interval = bootstrap::interval(drawn).filter(|_| difference.is_some());
    Difference { baseline, difference, low: interval.map(|i| i.0), high: interval.map(|i| i.1), p }
}

/// The scores' indices, task by task.
fn in_order_of_tasks(names: &[String]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..names.len()).collect();
    order.sort_by_key(|&at| report::TASKS.iter().position(|task| names[at].split('.').next() == Some(task)));
    order
}
