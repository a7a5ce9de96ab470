//! Claims that appear again after the desk decided on them: when that is to be looked at anew.

use rusqlite::{OptionalExtension, params};

use super::adding::Adding;
use super::clock::{self, HOUR, Millis};
use super::error::QueueError;
use super::facts::{AGAIN_AFTER, Facts, is_dated};
use super::states::{Reason, State};
use super::store::AHEAD;
use crate::record::{ClaimSpan, Record};

/// A month, in days.
const MONTH: f64 = 30.44;

impl Adding<'_> {
    /// A claim has joined an item that was decided on: what that rested on may not hold for it.
    pub(super) fn appeared_again(&mut self, item: i64, occurrence: i64, claim: &ClaimSpan, record: &Record) -> Result<(), QueueError> {
        let before = self.desk.standing(item)?;
        let reason = before.reason.as_deref().and_then(Reason::parse);
        let why = match (before.state, reason) {
            (State::Dropped, Some(Reason::WrongSpeaker)) => {
                let speaker = claim.claimer.as_ref().map(|c| c.name.as_str());
                let is_other = self.is_first(item, occurrence, "claimer", speaker)?;
                is_other.then(|| format!("dropped as said by somebody else; now put down to {}", speaker.unwrap_or("the author")))
            }
            (State::Dropped, Some(Reason::BadSpan)) => {
                let is_other = self.is_first(item, occurrence, "text", Some(&claim.span.text))?;
                is_other.then(|| "dropped for its words; now there are others".to_owned())
            }
            (State::Dropped, Some(Reason::NotCheckable | Reason::Duplicate)) => None,
            (State::Published | State::Dropped, _) => self.long_after(item, occurrence, claim, record)?,
            _ => None,
        };
        why.map_or(Ok(()), |why| self.look_again(item, before, &why))
    }

    /// Whether no other occurrence of the item has this in a column, which is a fixed word.
    fn is_first(&self, item: i64, occurrence: i64, column: &str, value: Option<&str>) -> Result<bool, QueueError> {
        let sql = format!("SELECT 1 FROM occurrences WHERE item = ? AND id <> ? AND {column} IS ? LIMIT 1");
        Ok(!self.desk.db.prepare_cached(&sql)?.exists(params![item, occurrence, value])?)
    }

    /// Why a claim without a date of its own is to be looked at again, if it is that long since the decision and the last appearance.
    fn long_after(&self, item: i64, occurrence: i64, claim: &ClaimSpan, record: &Record) -> Result<Option<String>, QueueError> {
        if is_dated(&claim.span.text, claim.date.as_ref().map(|d| d.value.as_str())) {
            return Ok(None);
        }
        let now = self.desk.now;
        let published = record.source.published.as_deref().and_then(clock::moment).filter(|at| *at <= now.saturating_add(AHEAD));
        let decided: Option<Millis> = self
            .desk
            .db
            .prepare_cached(
                "SELECT e.at FROM events e WHERE e.item = ? AND e.kind IN ('published', 'dropped')
                   AND NOT EXISTS (SELECT 1 FROM events u WHERE u.undoes = e.id) ORDER BY e.id DESC LIMIT 1",
            )?
            .query_row([item], |r| r.get(0))
            .optional()?;
        // What came in with this batch is counted at its end: the facts know only what was there before.
        let facts: String = self.desk.db.prepare_cached("SELECT facts FROM items WHERE id = ?")?.query_row([item], |r| r.get(0))?;
        let last = Facts::parse(&facts)?.published_at.max(decided).max(self.last_of_batch(item, occurrence)?);
        let gap = last.map_or(0, |last| published.unwrap_or(now) - last);
        Ok((gap > AGAIN_AFTER).then(|| format!("appeared again after {:.0} months", gap as f64 / (24 * HOUR) as f64 / MONTH)))
    }

    /// The latest publication among the few occurrences that came in just now.
    fn last_of_batch(&self, item: i64, occurrence: i64) -> Result<Option<Millis>, QueueError> {
        let mut statement = self.desk.db.prepare_cached(
            "SELECT d.published_at FROM occurrences o JOIN documents d ON d.id = o.document
             WHERE o.item = ? AND o.id < ? AND o.state = 'live' ORDER BY o.id DESC LIMIT 1",
        )?;
        Ok(statement.query_row([item, occurrence], |r| r.get::<_, Option<Millis>>(0)).optional()?.flatten())
    }
}
