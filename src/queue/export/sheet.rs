//! Items as a table: a row an item, in CSV.

use std::io::Write;

use crate::labels::ClaimerKind;
use crate::queue::items::{Appearance, Item, PublishedCheck, Speaker};

const COLUMNS: [&str; 31] = [
    "item",
    "rank",
    "state",
    "score",
    "claim",
    "speaker",
    "kind",
    "role",
    "party",
    "organisation",
    "mode",
    "stance",
    "date",
    "check_worthiness",
    "outlets",
    "appearances",
    "topic",
    "why",
    "attention",
    "check_verdict",
    "check_url",
    "verdict",
    "rating",
    "evidence",
    "reason",
    "note",
    "assignee",
    "added",
    "first_outlet",
    "first_url",
    "documents",
];

/// What a cell may not begin with: spreadsheets would take it for a formula and run it.
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// Rows on their way out.
pub(super) struct Sheet<W: Write> {
    writer: csv::Writer<W>,
    /// Cells are written as they are.
    is_raw: bool,
}

impl<W: Write> Sheet<W> {
    /// Begins with the names of the columns.
    pub(super) fn new(out: W, is_raw: bool) -> Result<Self, csv::Error> {
        let mut writer = csv::Writer::from_writer(out);
        writer.write_record(COLUMNS)?;
        Ok(Self { writer, is_raw })
    }

    pub(super) fn row(&mut self, i: &Item) -> Result<(), csv::Error> {
        let cell = |text: &str| if self.is_raw { text.to_owned() } else { guarded(text) };
        let text = |field: &Option<String>| cell(field.as_deref().unwrap_or_default());
        let speaker = |field: fn(&Speaker) -> Option<&str>| cell(i.speaker.as_ref().and_then(field).unwrap_or_default());
        let check = |field: fn(&PublishedCheck) -> &str| cell(i.check.as_ref().map(field).unwrap_or_default());
        let first = i.appearances.iter().find(|a| a.state == "live");
        let place = |field: fn(&Appearance) -> Option<&str>| cell(first.and_then(field).unwrap_or_default());
        let documents: Vec<&str> = i.appearances.iter().map(|a| a.doc_id.as_str()).collect();
        self.writer.write_record([
            i.item.to_string(),
            i.rank.map(|r| r.to_string()).unwrap_or_default(),
            i.state.as_str().to_owned(),
            format!("{:.4}", i.score),
            cell(&i.text),
            speaker(|s| Some(&s.name)),
            speaker(|s| s.kind.map(ClaimerKind::as_str)),
            speaker(|s| s.role.as_deref()),
            speaker(|s| s.party.as_deref()),
            speaker(|s| s.organisation.as_deref()),
            i.mode.as_str().to_owned(),
            i.stance.as_str().to_owned(),
            text(&i.date),
            i.check_worthiness.to_string(),
            i.outlets.to_string(),
            i.appeared.to_string(),
            text(&i.topic),
            cell(&i.why.join("; ")),
            text(&i.attention),
            check(|c| &c.verdict),
            check(|c| &c.url),
            text(&i.verdict),
            i.rating.map(|r| r.to_string()).unwrap_or_default(),
            cell(&i.evidence.join(" ")),
            text(&i.reason),
            text(&i.note),
            text(&i.assignee),
            i.added.clone(),
            place(|a| a.outlet.as_deref()),
            place(|a| a.url.as_deref()),
            cell(&documents.join("; ")),
        ])
    }

    pub(super) fn finish(mut self) -> std::io::Result<()> {
        self.writer.flush()
    }
}

/// A text that no spreadsheet takes for a formula: `'` stands before what begins like one.
fn guarded(text: &str) -> String {
    if text.starts_with(FORMULA) { format!("'{text}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::guarded;

    #[test]
    fn what_begins_like_a_formula_is_guarded() {
        for text in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"] {
            assert_eq!(guarded(text), format!("'{text}"));
        }
        for text in ["", "1", "a=b", "'=1", "Tax rose – by 5"] {
            assert_eq!(guarded(text), text);
        }
    }
}
