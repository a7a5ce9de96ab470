//! Documents on which system and baseline differ.

use std::collections::BTreeSet;

use maud::{Markup, html};

use super::figures::{grouped, number, signed};
use super::headlines::direction;
use crate::evaluate::report::{Changed, SetReport};

/// Rows shown from each end of the list: the worst losses, the best gains.
const EACH_END: usize = 100;
/// A longer table is folded.
const UNFOLDED: usize = 20;

/// The table; nothing without changes.
pub(super) fn table(set: &SetReport, id: &str) -> Markup {
    if set.changed.is_empty() {
        return html! {};
    }
    let all = set.changed.len();
    let first = all.min(EACH_END);
    let last = all.saturating_sub(EACH_END).max(first);
    let documents: BTreeSet<&str> = set.changed.iter().map(|c| c.doc_id.as_str()).collect();
    html! {
        h3 id={ (id) "-changes" } { "What changed against the baseline" }
        p.muted {
            (grouped(all)) " headline scores differ, in " (grouped(documents.len())) " documents. Largest losses first, largest gains last."
            @if last > first { " " (grouped(last - first)) " in between are left out here; --json has them." }
        }
        details open[all <= UNFOLDED] {
            summary { "Documents, before and after" }
            div.scroll tabindex="0" role="region" aria-label="Changed documents" {
                table {
                    thead {
                        tr {
                            th scope="col" { "Document" }
                            th scope="col" { "Score" }
                            th.figure scope="col" { "Before → after" }
                            th.figure scope="col" { "Change" }
                        }
                    }
                    tbody {
                        @for change in set.changed.iter().take(first).chain(set.changed.iter().skip(last)) { (row(change)) }
                    }
                }
            }
        }
    }
}

fn row(change: &Changed) -> Markup {
    let difference = change.value.zip(change.baseline).map(|(after, before)| after - before);
    let class = difference.map_or("", |d| direction(&change.score, d));
    html! {
        tr {
            th scope="row" { span.name { (change.doc_id) } }
            td { code { (change.score) } }
            td.figure { (number(change.baseline)) " → " (number(change.value)) }
            td.figure.(class) { (difference.map_or_else(|| "–".into(), signed)) }
        }
    }
}
