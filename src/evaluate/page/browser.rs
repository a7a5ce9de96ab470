//! Mistakes to look through: how many of which kind, filters, and the list.

use std::collections::BTreeMap;

use maud::{Markup, html};

use super::entry::{entry, word};
use super::figures::grouped;
use super::scores::words;
use super::thinned::thinned;
use crate::evaluate::mistakes::{Kind, Mistake};
use crate::evaluate::report::SetReport;

/// Mistakes of a set on the page, at most: a browser stays quick with a few megabytes.
pub(super) const MOST: usize = 3000;
/// Labels to choose from, at most.
const LABELS: usize = 60;
/// The task whose labels are names: too many to choose from, and the free text finds them.
const NAMES: &str = "claimer";

const KINDS: [(Kind, &str); 5] = [
    (Kind::Missed, "in gold, not predicted"),
    (Kind::Spurious, "predicted, not in gold"),
    (Kind::Boundary, "the right label on the wrong words"),
    (Kind::Label, "the wrong label on the right words"),
    (Kind::Both, "the wrong label on words that overlap"),
];

/// The section of a set; nothing where nothing was scored.
pub(super) fn section(set: &SetReport, number: usize, id: &str) -> Markup {
    if set.mistakes.is_empty() {
        return html! {
            @if !set.scores.is_empty() {
                h3 id={ (id) "-mistakes" } { "Mistakes" }
                p { "No mistakes were noted." }
            }
        };
    }
    let shown = thinned(&set.mistakes, MOST);
    html! {
        section.mistakes data-set=(number) {
            h3 id={ (id) "-mistakes" } { "Mistakes" }
            p { (told(set.mistakes.len(), shown.len())) }
            (totals(&set.mistakes, number))
            (key())
            (filters(&shown))
            p.status role="status" { (grouped(shown.len())) " mistakes" }
            ol.entries { @for mistake in &shown { (entry(mistake)) } }
            p.more hidden { button type="button" { "Show more" } }
        }
    }
}

fn told(all: usize, shown: usize) -> String {
    if shown == all {
        return format!("All {} mistakes are on this page.", grouped(all));
    }
    format!(
        "{} of {} mistakes are on this page, spread evenly over task and kind; --mistakes FILE writes all of them.",
        grouped(shown),
        grouped(all)
    )
}

/// How many of each task and kind there are, on the page or not; a number leads to its mistakes.
fn totals(mistakes: &[Mistake], number: usize) -> Markup {
    let mut tasks: Vec<&str> = Vec::new();
    let mut counts: BTreeMap<(&str, Kind), usize> = BTreeMap::new();
    for mistake in mistakes {
        if !tasks.contains(&mistake.task.as_str()) {
            tasks.push(&mistake.task);
        }
        *counts.entry((&mistake.task, mistake.kind)).or_default() += 1;
    }
    html! {
        div.scroll tabindex="0" role="region" aria-label="Mistakes by task and kind" {
            table.totals {
                thead { tr { th scope="col" { "Task" } @for (kind, _) in KINDS { th.figure scope="col" { (word(kind)) } } } }
                tbody {
                    @for task in tasks {
                        tr {
                            th scope="row" { (words(task)) }
                            @for (kind, _) in KINDS { td.figure { (total(&counts, task, kind, number)) } }
                        }
                    }
                }
            }
        }
    }
}

fn total(counts: &BTreeMap<(&str, Kind), usize>, task: &str, kind: Kind, number: usize) -> Markup {
    let Some(count) = counts.get(&(task, kind)) else { return html! { span.muted { "0" } } };
    html! { a href={ "#set=" (number) "&task=" (encoded(task)) "&kind=" (word(kind)) } { (grouped(*count)) } }
}

/// For the part of an address after `#`.
fn encoded(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    text.bytes().map(|b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}

fn key() -> Markup {
    html! {
        p.key-line {
            mark.g { "A line above the words is gold" } ", "
            mark.p { "a dashed line below is predicted" } ", "
            mark.g.p { "both where they agree" } "."
        }
        details.kinds {
            summary { "What the kinds mean" }
            dl { @for (kind, meaning) in KINDS { div { dt { (word(kind)) } dd { (meaning) } } } }
        }
    }
}

/// The form; the script shows it, since nothing answers it without one.
fn filters(shown: &[&Mistake]) -> Markup {
    let kinds: Vec<&str> = KINDS.iter().filter(|(kind, _)| shown.iter().any(|m| m.kind == *kind)).map(|(kind, _)| word(*kind)).collect();
    let mut tasks: Vec<&str> = Vec::new();
    for mistake in shown {
        if !tasks.contains(&mistake.task.as_str()) {
            tasks.push(&mistake.task);
        }
    }
    html! {
        form.filters hidden autocomplete="off" {
            (choice("task", &tasks))
            (choice("kind", &kinds))
            (choice("label", &labels(shown)))
            label { span { "document or words" } input type="search" name="text"; }
            button type="reset" { "Clear" }
        }
    }
}

fn choice(name: &str, values: &[&str]) -> Markup {
    html! {
        label {
            span { (name) }
            select name=(name) {
                option value="" data-name="all" { "all" }
                @for value in values { option value=(value) data-name=(words_of(name, value)) { (words_of(name, value)) } }
            }
        }
    }
}

/// Tasks are written as words, labels and kinds as they are.
fn words_of(name: &str, value: &str) -> String {
    if name == "task" { words(value) } else { value.to_owned() }
}

/// The most frequent labels of either side, in order of the alphabet.
fn labels<'m>(shown: &[&'m Mistake]) -> Vec<&'m str> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for mistake in shown.iter().filter(|m| m.task != NAMES) {
        for side in [&mistake.gold, &mistake.predicted].into_iter().flatten() {
            *counts.entry(&side.label).or_default() += 1;
        }
    }
    let mut labels: Vec<(&str, usize)> = counts.into_iter().collect();
    labels.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    labels.truncate(LABELS);
    labels.sort_unstable();
    labels.into_iter().map(|(label, _)| label).collect()
}
