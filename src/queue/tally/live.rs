//! An occurrence as its row and its document's tell of it.

use rusqlite::Row;

use crate::labels::{ClaimType, ClaimerKind, Mode, Stance, Verifiability};
use crate::queue::clock::Millis;
use crate::queue::error::QueueError;
use crate::queue::facts::{Facts, host};

/// A live occurrence.
pub(super) struct Live {
    pub id: i64,
    pub facts: Facts,
    pub outlet: Option<String>,
    /// When it ends; 0 where there is none.
    pub embargo: Millis,
}

/// What is read of an occurrence.
pub(super) const LIVE: &str =
    "SELECT o.text, o.check_worthiness, o.verifiability, o.types, o.mode, o.stance, o.claimer, o.kind, o.role, o.party,
     o.organisation, o.date, o.quoted, o.has_amount, d.subjects, d.published_at, d.outlet, d.url, d.embargo, o.id
   FROM occurrences o JOIN documents d ON d.id = o.document";

/// The occurrence of a row of [`LIVE`].
pub(super) fn live(row: &Row) -> Result<Live, QueueError> {
    let outlet: Option<String> = row.get(16)?;
    let url: Option<String> = row.get(17)?;
    let list = |at: usize| -> Result<String, rusqlite::Error> { row.get(at) };
    let facts = Facts {
        text: row.get(0)?,
        check_worthiness: row.get(1)?,
        verifiability: word(row, 2, Verifiability::parse)?,
        types: list(3)?.split_whitespace().filter_map(ClaimType::parse).collect(),
        mode: word(row, 4, Mode::parse)?,
        stance: word(row, 5, Stance::parse)?.unwrap_or_default(),
        claimer: row.get(6)?,
        kind: word(row, 7, ClaimerKind::parse)?,
        role: row.get(8)?,
        party: row.get(9)?,
        organisation: row.get(10)?,
        date: row.get(11)?,
        quoted: row.get(12)?,
        has_amount: row.get(13)?,
        subjects: serde_json::from_str(&list(14)?).map_err(|e| QueueError::content("the subjects of a document", e))?,
        published_at: row.get(15)?,
        outlets: 0,
        appearances: 1,
        checked: None,
        checked_at: None,
    };
    let outlet = outlet.or_else(|| url.as_deref().and_then(host).map(str::to_owned));
    Ok(Live { id: row.get(19)?, facts, outlet, embargo: row.get(18)? })
}

/// A column that holds one of the words of an enumeration.
pub(in crate::queue) fn word<T>(row: &Row, at: usize, parse: impl Fn(&str) -> Option<T>) -> Result<Option<T>, QueueError> {
    let text: Option<String> = row.get(at)?;
    Ok(text.as_deref().and_then(parse))
}
