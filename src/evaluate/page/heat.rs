//! Gold labels against predicted ones, the darker the larger its share of the row.

use maud::{Markup, html};

use crate::evaluate::entities::Confusion;
use crate::evaluate::report::SetReport;

/// How "no entity" is called.
const NONE: &str = "none";

pub(super) fn has_data(set: &SetReport) -> bool {
    set.confusion.as_ref().is_some_and(|c| c.counts.iter().flatten().any(|n| *n > 0))
}

/// The table; nothing without entities.
pub(super) fn table(set: &SetReport, id: &str) -> Markup {
    let Some(confusion) = set.confusion.as_ref().filter(|_| has_data(set)) else { return html! {} };
    let names: Vec<&str> = confusion.labels.iter().map(String::as_str).chain([NONE]).collect();
    html! {
        h3 id={ (id) "-confusion" } { "Entity labels" }
        p.muted { "Gold labels in rows, predicted ones in columns. The stronger the shade, the larger the share of the row. "
            "“none” is no entity: the last column was missed, the last row is spurious." }
        div.scroll tabindex="0" role="region" aria-label="Confusion of entity labels" {
            table.heat {
                thead {
                    tr {
                        th.corner scope="col" { "gold, predicted as" }
                        @for name in &names { th.figure scope="col" { (name) } }
                        th.figure scope="col" { "all" }
                    }
                }
                tbody { @for (at, name) in names.iter().enumerate() { (row(confusion, at, name)) } }
            }
        }
    }
}

fn row(confusion: &Confusion, at: usize, name: &str) -> Markup {
    let none = confusion.labels.len();
    let counts = confusion.counts.get(at).map(Vec::as_slice).unwrap_or_default();
    let all: u64 = counts.iter().sum();
    html! {
        tr {
            th scope="row" { (name) }
            @for (column, count) in counts.iter().enumerate() {
                // What neither side has cannot be counted.
                @if at == none && column == none {
                    td.figure {}
                } @else {
                    td.figure.right[at == column] style={ "--share:" (share(*count, all)) } { (count) }
                }
            }
            td.figure.muted { (all) }
        }
    }
}

fn share(count: u64, all: u64) -> String {
    if all == 0 { "0".into() } else { format!("{:.3}", count as f64 / all as f64) }
}
