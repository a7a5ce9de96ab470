//! What happens by the clock alone: leases run out, embargoes end, articles that waited for that take effect.

use rusqlite::OptionalExtension;

use crate::queue::clock::Millis;
use crate::queue::error::QueueError;
use crate::queue::events::{Happened, Kind, PROGRAM, Standing};
use crate::queue::states::State;
use crate::queue::store::{AHEAD, Desk};

/// The index is named: without statistics SQLite would rather read all items in the order of their numbers.
pub(in crate::queue) const RUN_OUT: &str = "SELECT id FROM items INDEXED BY items_leased
    WHERE lease_until <= ? AND state IN ('assigned', 'checking') ORDER BY lease_until, id";
/// Facts that change by the clock: an embargo has ended, or, under a clock that was set right, has not.
pub(in crate::queue) const LIFTED: &str = "SELECT id FROM (SELECT id, due AS at FROM items INDEXED BY items_due WHERE due <= ?1
    UNION SELECT id, opened FROM items INDEXED BY items_opened WHERE opened > ?1) ORDER BY at, id";
const FAR_AHEAD: &str = "SELECT id FROM items INDEXED BY items_leased
    WHERE lease_until > ? AND state IN ('assigned', 'checking') ORDER BY lease_until, id";
const WAITED: &str = "SELECT id FROM documents WHERE waits AND embargo <= ? ORDER BY embargo, id";

impl Desk<'_> {
    /// Leases that have run out come back; embargoes that have ended are lifted, and articles that waited for it take effect.
    pub(in crate::queue) fn settle(&self) -> Result<(), QueueError> {
        let ids = |sql: &str, at: Millis| -> Result<Vec<i64>, QueueError> {
            Ok(self.db.prepare_cached(sql)?.query_map([at], |r| r.get(0))?.collect::<Result<_, _>>()?)
        };
        for item in ids(FAR_AHEAD, self.now.saturating_add(AHEAD))? {
            self.shorten(item)?;
        }
        for item in ids(RUN_OUT, self.now)? {
            let before = self.standing(item)?;
            self.stand(item, &Standing { state: State::New, assignee: None, lease_until: None, lease_id: None, ..before.clone() })?;
            let reason = before.assignee.as_ref().map(|who| format!("the lease of {who} ran out"));
            self.happened(&Happened {
                from: Some(before.state),
                to: Some(State::New),
                reason: reason.as_deref(),
                before: Some(&before),
                ..Happened::new(item, Kind::Expired, PROGRAM)
            })?;
            self.recount(item)?;
        }
        for item in ids(LIFTED, self.clock)? {
            self.recount(item)?;
        }
        for document in ids(WAITED, self.clock)? {
            self.take_effect(document)?;
        }
        Ok(())
    }

    /// A lease given by a clock that was far ahead would not end for years: it counts from now on.
    fn shorten(&self, item: i64) -> Result<(), QueueError> {
        let before = self.standing(item)?;
        let mut given =
            self.db.prepare_cached("SELECT at FROM events WHERE item = ? AND kind IN ('leased', 'started') ORDER BY id DESC LIMIT 1")?;
        let given: Option<Millis> = given.query_row([item], |r| r.get(0)).optional()?;
        let (Some(given), Some(until)) = (given, before.lease_until) else { return Ok(()) };
        if given <= self.now.saturating_add(AHEAD) {
            return Ok(());
        }
        self.stand(item, &Standing { lease_until: Some(self.now + (until - given).max(0)), ..before })
    }
}
