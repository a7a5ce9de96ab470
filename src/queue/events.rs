//! What happened to an item: events, only ever appended, each with how the item stood before.

use rusqlite::{OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};

use super::clock;
use super::error::QueueError;
use super::states::{State, words};
use super::store::Desk;

/// Who does what the program does by itself.
pub(super) const PROGRAM: &str = "claimsift";

words! {
    /// What happened.
    Kind {
        /// The item was made.
        Added => "added",
        /// It appeared once more.
        Appeared => "appeared",
        /// Somebody took it.
        Leased => "leased",
        /// They gave it back.
        Released => "released",
        /// They did not give it back in time.
        Expired => "expired",
        /// Somebody began to check it.
        Started => "started",
        /// The check was published, or its verdict changed.
        Published => "published",
        /// It was dropped.
        Dropped => "dropped",
        /// An article that carried it has a newer version.
        Superseded => "superseded",
        /// An article that carried it was withdrawn.
        Withdrawn => "withdrawn",
        /// An article that carries it came again with another embargo or status.
        Revised => "revised",
        /// A withdrawn article is back.
        Restored => "restored",
        /// What it was decided on has changed: it is to be looked at again.
        Reopened => "reopened",
        /// A published check says something of it.
        Checked => "checked",
        /// Somebody said that the published check is not of it.
        Unchecked => "unchecked",
        /// It became part of another item.
        Merged => "merged",
        /// Another item became part of it.
        TookIn => "took-in",
        /// Some of its occurrences became an item of their own.
        SplitOff => "split-off",
        /// A change was taken back.
        Undone => "undone",
    }
}

/// How an item stands: all that undo brings back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Standing {
    pub state: State,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assignee: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lease_until: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verdict: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rating: Option<f64>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attention: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merged_into: Option<i64>,
    /// The event by which it is in hand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lease_id: Option<i64>,
    /// The check that was taken off it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checked: Option<i64>,
    /// The occurrences that a merge or split moved.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub moved: Vec<i64>,
    /// The item they were moved to or from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub other: Option<i64>,
}

/// An event to be written.
pub(super) struct Happened<'a> {
    pub item: i64,
    pub kind: Kind,
    pub actor: &'a str,
    pub from: Option<State>,
    pub to: Option<State>,
    pub reason: Option<&'a str>,
    pub rank: Option<i64>,
    pub occurrence: Option<i64>,
    pub undoes: Option<i64>,
    pub before: Option<&'a Standing>,
}

impl<'a> Happened<'a> {
    pub(super) fn new(item: i64, kind: Kind, actor: &'a str) -> Self {
        Self { item, kind, actor, from: None, to: None, reason: None, rank: None, occurrence: None, undoes: None, before: None }
    }
}

/// An event as it is shown.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// Its number.
    pub id: i64,
    /// When, as `2026-11-23T08:15:00Z`.
    pub at: String,
    /// Who.
    pub actor: String,
    /// What.
    pub kind: Kind,
    /// The state before, where it changed.
    pub from: Option<State>,
    /// The state after.
    pub to: Option<State>,
    /// Why, in words.
    pub reason: Option<String>,
    /// The model by whose claims the item came to be: name and version.
    pub model: Option<String>,
    /// How high it had stood in the list last.
    pub rank: Option<i64>,
    /// The event that was taken back.
    pub undoes: Option<i64>,
}

/// A change that undo may take back.
pub(super) struct Change {
    pub id: i64,
    pub kind: Kind,
    pub actor: String,
    pub before: Standing,
}

impl Desk<'_> {
    /// Writes an event. Its model is that of the occurrence named, else of the one that speaks for the item.
    pub(super) fn happened(&self, event: &Happened) -> Result<i64, QueueError> {
        let before = event.before.map(serde_json::to_string).transpose().map_err(|e| QueueError::content("an event", e))?;
        let rank = match event.rank {
            Some(rank) => Some(rank),
            None if event.to.is_some() => self.last_rank(event.item)?,
            None => None,
        };
        self.db
            .prepare_cached(
                "INSERT INTO events (item, at, actor, kind, from_state, to_state, reason, model, rank, occurrence, undoes, before)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, (SELECT d.model FROM occurrences o JOIN documents d ON d.id = o.document
                   WHERE o.id = coalesce(?9, (SELECT min(id) FROM occurrences WHERE item = ?1))), ?8, ?9, ?10, ?11)",
            )?
            .execute(params![
                event.item,
                self.now,
                event.actor,
                event.kind,
                event.from,
                event.to,
                event.reason,
                rank,
                event.occurrence,
                event.undoes,
                before
            ])?;
        Ok(self.db.last_insert_rowid())
    }

    fn last_rank(&self, item: i64) -> Result<Option<i64>, QueueError> {
        let mut statement = self.db.prepare_cached("SELECT rank FROM showings WHERE item = ? ORDER BY day DESC LIMIT 1")?;
        Ok(statement.query_row([item], |row| row.get(0)).optional()?)
    }

    /// The last change of an item that has not been taken back yet. A lease that ran out has taken itself back: it is passed over.
    pub(super) fn last_change(&self, item: i64) -> Result<Option<Change>, QueueError> {
        let mut statement = self.db.prepare_cached(
            "SELECT id, kind, actor, before FROM events e WHERE item = ? AND before IS NOT NULL AND undoes IS NULL
               AND NOT EXISTS (SELECT 1 FROM events u WHERE u.undoes = e.id) ORDER BY id DESC",
        )?;
        let mut rows = statement.query([item])?;
        let mut ran_out = false;
        while let Some(r) = rows.next()? {
            let kind: Kind = r.get(1)?;
            ran_out |= kind == Kind::Expired;
            if kind == Kind::Expired || ran_out && matches!(kind, Kind::Leased | Kind::Started) {
                continue;
            }
            let before = serde_json::from_str(&r.get::<_, String>(3)?).map_err(|e| QueueError::content("an event", e))?;
            return Ok(Some(Change { id: r.get(0)?, kind, actor: r.get(2)?, before }));
        }
        Ok(None)
    }

    pub(super) fn standing(&self, item: i64) -> Result<Standing, QueueError> {
        let mut statement = self.db.prepare_cached(
            "SELECT state, assignee, lease_until, reason, verdict, rating, evidence, note, attention, merged_into, lease_id FROM items WHERE id = ?",
        )?;
        let (mut standing, evidence) = statement
            .query_row([item], |r| {
                let standing = Standing {
                    state: r.get(0)?,
                    assignee: r.get(1)?,
                    lease_until: r.get(2)?,
                    reason: r.get(3)?,
                    verdict: r.get(4)?,
                    rating: r.get(5)?,
                    evidence: Vec::new(),
                    note: r.get(7)?,
                    attention: r.get(8)?,
                    merged_into: r.get(9)?,
                    lease_id: r.get(10)?,
                    checked: None,
                    moved: Vec::new(),
                    other: None,
                };
                Ok((standing, r.get::<_, String>(6)?))
            })
            .optional()?
            .ok_or_else(|| QueueError::NoItem(item.to_string()))?;
        standing.evidence = serde_json::from_str(&evidence).map_err(|e| QueueError::content("the evidence", e))?;
        Ok(standing)
    }

    pub(super) fn stand(&self, item: i64, to: &Standing) -> Result<(), QueueError> {
        let evidence = serde_json::to_string(&to.evidence).map_err(|e| QueueError::content("the evidence", e))?;
        self.db
            .prepare_cached(
                "UPDATE items SET state = ?, assignee = ?, lease_until = ?, reason = ?, verdict = ?, rating = ?, evidence = ?, note = ?,
                 attention = ?, merged_into = ?, lease_id = ? WHERE id = ?",
            )?
            .execute(params![
                to.state,
                to.assignee,
                to.lease_until,
                to.reason,
                to.verdict,
                to.rating,
                evidence,
                to.note,
                to.attention,
                to.merged_into,
                to.lease_id,
                item
            ])?;
        Ok(())
    }
}

/// All that happened to an item, oldest first.
pub(super) fn history(db: &rusqlite::Connection, item: i64) -> Result<Vec<Event>, QueueError> {
    let mut statement = db.prepare_cached(
        "SELECT e.id, e.at, e.actor, e.kind, e.from_state, e.to_state, e.reason, m.name || ' ' || m.version, e.rank, e.undoes
         FROM events e LEFT JOIN models m ON m.id = e.model WHERE e.item = ? ORDER BY e.id",
    )?;
    Ok(statement.query_map([item], event)?.collect::<Result<_, _>>()?)
}

fn event(row: &Row) -> rusqlite::Result<Event> {
    Ok(Event {
        id: row.get(0)?,
        at: clock::shown(row.get(1)?),
        actor: row.get(2)?,
        kind: row.get(3)?,
        from: row.get(4)?,
        to: row.get(5)?,
        reason: row.get(6)?,
        model: row.get(7)?,
        rank: row.get(8)?,
        undoes: row.get(9)?,
    })
}
