//! The report as one self-contained page, for people: scores, curves, what changed, and every mistake in its sentence.
//!
//! The page needs no network and works without its script, which only filters. Everything that comes from data is
//! escaped by `maud`.

mod browser;
mod changes;
mod curves;
mod entry;
mod figures;
mod headlines;
mod heat;
mod layers;
mod plot;
mod scores;
#[cfg(test)]
mod tests;
mod thinned;
mod whisker;

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::bootstrap::LEVEL;
use super::predict::SystemInfo;
use super::report::{Report, SetReport};
use super::table::{remarks, remarks_of_all};
use figures::grouped;

const STYLE: &str = include_str!("page/page.css");
const SCRIPT: &str = include_str!("page/page.js");

/// The page, HTML: the same report gives the same bytes.
#[must_use]
pub fn page(report: &Report) -> String {
    let markup = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="generator" content={ "claimsift " (report.program) };
                title { (report.system.name) ": evaluation" }
                style { (PreEscaped(STYLE)) }
            }
            body {
                header { (masthead(report)) (contents(report)) }
                main {
                    @for (at, set) in report.sets.iter().enumerate() { (of_set(report, set, at + 1)) }
                }
                footer { p { "Written by claimsift " (report.program) "." } }
                script { (PreEscaped(SCRIPT)) }
            }
        }
    };
    markup.into_string()
}

/// Who was scored, on what, and how sure the figures are.
fn masthead(report: &Report) -> Markup {
    let documents: usize = report.sets.iter().map(|s| s.documents).sum();
    let nothing = report.sets.iter().all(|s| s.scores.is_empty());
    html! {
        p.kicker { "Evaluation" }
        h1 { (report.system.name) }
        dl.facts {
            div { dt { "System" } dd { (who(&report.system)) } }
            @if let Some(baseline) = &report.baseline {
                div { dt { "Baseline" } dd { (who(baseline)) } }
            }
            div {
                dt { (if report.sets.len() == 1 { "Set" } else { "Sets" }) }
                dd {
                    @for (at, set) in report.sets.iter().enumerate() { @if at > 0 { ", " } span.name { (set.name) } }
                    @if report.sets.is_empty() { "none" }
                }
            }
            div { dt { "Documents" } dd { (grouped(documents)) } }
        }
        @for remark in remarks_of_all(report) { p.notice { (remark) "." } }
        @if nothing { p.notice { "Nothing can be scored." } } @else { p.lead { (how_sure(report)) } }
    }
}

fn who(system: &SystemInfo) -> Markup {
    html! {
        span.name { (system.name) }
        @if let Some(precision) = &system.precision { ", " (precision) }
        @if let Some(threshold) = system.threshold { ", check-worthy from " (format!("{threshold:.3}")) }
        @if let Some(digest) = &system.sha256 { br; span.digest { "sha256 " (digest) } }
    }
}

fn how_sure(report: &Report) -> String {
    let draws = report.bootstrap.resamples;
    if draws == 0 {
        return "No intervals were drawn (--resamples 0).".into();
    }
    let percent = LEVEL * 100.0;
    let mut text = format!(
        "The line around a score is its {percent:.0}% interval: the documents of the set were drawn again {} times, with replacement \
         (seed {}), and scored anew each time. It says how much the score hangs on which documents are in the set.",
        grouped(draws),
        report.bootstrap.seed
    );
    if report.baseline.is_some() {
        text.push_str(
            " System and baseline are compared on the same draws; p is the chance of a difference this large if there were none. \
             It is not corrected for looking at many scores.",
        );
    }
    text
}

/// The parts of a set's section that it has: anchor and name.
fn parts(set: &SetReport) -> Vec<(&'static str, &'static str)> {
    let parts = [
        ("scores", "Scores", !set.scores.is_empty()),
        ("curves", "Check-worthiness", !set.reliability.is_empty() || !set.curve.is_empty()),
        ("confusion", "Entity labels", heat::has_data(set)),
        ("changes", "Changes", !set.changed.is_empty()),
        ("mistakes", "Mistakes", !set.scores.is_empty() || !set.mistakes.is_empty()),
    ];
    parts.into_iter().filter(|(_, _, there)| *there).map(|(anchor, name, _)| (anchor, name)).collect()
}

fn contents(report: &Report) -> Markup {
    html! {
        nav aria-label="Contents" {
            ul.contents {
                @for (at, set) in report.sets.iter().enumerate() {
                    @let id = set_id(at + 1);
                    li {
                        a.name href={ "#" (id) } { (set.name) }
                        @for (anchor, name) in parts(set) { " " a href={ "#" (id) "-" (anchor) } { (name) } }
                    }
                }
            }
        }
    }
}

fn set_id(number: usize) -> String {
    format!("set-{number}")
}

fn of_set(report: &Report, set: &SetReport, number: usize) -> Markup {
    let id = set_id(number);
    html! {
        section.set id=(id) {
            h2 { (set.name) }
            p.muted { (set.format) ", " (grouped(set.documents)) (if set.documents == 1 { " document" } else { " documents" }) }
            @let remarks = remarks(set);
            @if !remarks.is_empty() {
                ul.remarks { @for remark in remarks { li { (remark) } } }
            }
            @if set.scores.is_empty() {
                p.notice { "Nothing in this set can be scored: its gold has no task that is known here." }
            } @else {
                h3 id={ (id) "-scores" } { "Scores" }
                (headlines::overview(set))
                (scores::by_task(set))
            }
            (curves::figures(report, set, &id))
            (heat::table(set, &id))
            (changes::table(set, &id))
            (browser::section(set, number, &id))
        }
    }
}
