//! The scores people look at first, and whether they are better than the baseline's.

use maud::{Markup, html};

use super::figures::{number, range, signed};
use super::whisker::whisker;
use crate::evaluate::bootstrap::LEVEL;
use crate::evaluate::report::{Difference, HEADLINES, Score, SetReport, smaller_is_better};

/// What a difference says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Better,
    Worse,
    /// Chance would do it, too.
    Unclear,
    Same,
}

impl Verdict {
    pub(super) fn of(score: &str, difference: &Difference) -> Option<Self> {
        let change = difference.difference?;
        if change == 0.0 {
            return Some(Self::Same);
        }
        // What lies outside the interval of a score is what a test at the same level calls clear.
        let clear = difference.p.is_some_and(|p| p < 1.0 - LEVEL);
        Some(match clear {
            false => Self::Unclear,
            true if (change > 0.0) == smaller_is_better(score) => Self::Worse,
            true => Self::Better,
        })
    }

    fn word(self) -> &'static str {
        match self {
            Self::Better => "better",
            Self::Worse => "worse",
            Self::Unclear => "not clear",
            Self::Same => "the same",
        }
    }
}

/// Headline scores that are defined, with their intervals.
pub(super) fn overview(set: &SetReport) -> Markup {
    let rows: Vec<(&str, Score)> =
        HEADLINES.iter().filter_map(|name| Some((*name, *set.scores.get(*name)?))).filter(|(_, s)| s.value.is_some()).collect();
    if rows.is_empty() {
        return html! { p.notice { "None of the headline scores is defined." } };
    }
    let compared = !set.compared.is_empty();
    html! {
        @if compared { p { (verdicts(set, &rows)) } }
        div.scroll tabindex="0" role="region" aria-label="Headline scores" {
            table.overview {
                thead {
                    tr {
                        th scope="col" { "Score" }
                        th.figure scope="col" { "Value" }
                        th.bar scope="col" { span.ends { span { "0" } span { "1" } } }
                        th.figure scope="col" { "Interval" }
                        @if compared { (comparison_head()) th scope="col" { "Verdict" } }
                    }
                }
                tbody { @for (name, score) in rows { (row(set, name, score, compared)) } }
            }
        }
        @if compared { p.muted.small { "The dashed upright line is the baseline." } }
    }
}

fn row(set: &SetReport, name: &str, score: Score, compared: bool) -> Markup {
    let difference = set.compared.get(name);
    html! {
        tr {
            th scope="row" { (title(name)) span.key { (name) (reading(name)) } }
            td.figure { b { (number(score.value)) } }
            td.bar { (whisker(score, difference.and_then(|d| d.baseline))) }
            td.figure.muted { (range(score.low, score.high).unwrap_or_else(|| "–".into())) }
            @if compared {
                (comparison(name, difference))
                td { (difference.and_then(|d| Verdict::of(name, d)).map_or("–", Verdict::word)) }
            }
        }
    }
}

/// Columns of a comparison: head.
pub(super) fn comparison_head() -> Markup {
    html! {
        th.figure scope="col" { "Baseline" }
        th.figure scope="col" { "Difference" }
        th.figure scope="col" { "Its interval" }
        th.figure scope="col" { "p" }
    }
}

/// Columns of a comparison. Colour follows direction, weight follows clearness; the sign says it without either.
pub(super) fn comparison(name: &str, difference: Option<&Difference>) -> Markup {
    let Some(all) = difference else { return html! { td.figure { "–" } td.figure { "–" } td.figure {} td.figure {} } };
    let class = all.difference.map_or("", |d| direction(name, d));
    let clear = matches!(Verdict::of(name, all), Some(Verdict::Better | Verdict::Worse));
    let interval = all.low.zip(all.high).map(|(low, high)| format!("{} to {}", signed(low), signed(high)));
    html! {
        td.figure data-name="baseline" { (number(all.baseline)) }
        td.figure.clear[clear].(class) { (all.difference.map_or_else(|| "–".into(), signed)) }
        td.figure.muted { (interval.unwrap_or_default()) }
        td.figure data-name="p" { (all.p.map(|p| format!("{p:.3}")).unwrap_or_default()) }
    }
}

/// The class of a change: for the better, for the worse, or none.
pub(super) fn direction(name: &str, change: f64) -> &'static str {
    match change {
        0.0 => "",
        c if (c > 0.0) == smaller_is_better(name) => "worse",
        _ => "better",
    }
}

/// Which way to read a score, where it is not the usual one.
pub(super) fn reading(name: &str) -> &'static str {
    if smaller_is_better(name) { " (lower is better)" } else { "" }
}

fn verdicts(set: &SetReport, rows: &[(&str, Score)]) -> String {
    let all: Vec<Verdict> = rows.iter().filter_map(|(name, _)| Verdict::of(name, set.compared.get(*name)?)).collect();
    let count = |verdict: Verdict| all.iter().filter(|v| **v == verdict).count();
    format!(
        "Of {} headline scores against the baseline: {} clearly better, {} clearly worse (p < {:.2}), {} not clear, {} the same.",
        all.len(),
        count(Verdict::Better),
        count(Verdict::Worse),
        1.0 - LEVEL,
        count(Verdict::Unclear),
        count(Verdict::Same)
    )
}

fn title(name: &str) -> &str {
    match name {
        "check_worthiness.f1" => "Check-worthiness: F1",
        "check_worthiness.average_precision" => "Check-worthiness: average precision",
        "check_worthiness.ece" => "Check-worthiness: calibration error",
        "verifiability.macro_f1" => "Verifiability: mean F1 of its classes",
        "verifiability.verifiable.f1" => "Verifiable or not: F1",
        "verifiability.subjectivity.macro_f1" => "Subjective or objective: mean F1",
        "types.micro.f1" => "Types of claims: F1",
        "claims.overlap.f1" => "Claims: F1 by overlap",
        "claims.met.f1" => "Claims: F1, met by half or more",
        "claimer.f1" => "Claimers: F1 by words",
        "attributions.source.exact.f1" => "Sources: F1, exact",
        "attributions.cue.exact.f1" => "Cues: F1, exact",
        "attributions.content.exact.f1" => "Contents: F1, exact",
        "attributions.content.word.f1" => "Contents: F1 by words",
        "attributions.links.accuracy" => "Links of source and content",
        "entities.strict.f1" => "Entities: F1, exact with label",
        "sentences.boundary.f1" => "Ends of sentences: F1",
        other => other,
    }
}
