//! Work on items: taken for a while, given back, begun, done, dropped, and all of it taken back.
//!
//! `step` is what may be done to one; `due`, what happens by the clock alone.

mod due;
mod step;

use rusqlite::OptionalExtension;

pub(super) use self::due::{LIFTED, RUN_OUT};
pub use self::step::{By, Step, Verdict};
use super::clock::{self, Millis};
use super::error::QueueError;
use super::events::{Happened, Kind, PROGRAM, Standing};
use super::items::Item;
use super::listing::{self, ListOptions};
use super::states::{Reason, State};
use super::store::{Desk, Queue};

/// An event that nobody did says nothing.
pub(super) fn named(actor: &str) -> Result<(), QueueError> {
    if actor.trim().is_empty() {
        return Err(QueueError::Invalid { what: "actor", found: format!("{actor:?}"), expected: "a name" });
    }
    Ok(())
}

impl Queue {
    /// Hands out the items that stand highest, for `lease` milliseconds; nobody else gets them meanwhile. Their `lease_id` may be named
    /// in [`Queue::step`].
    ///
    /// # Errors
    /// When the queue cannot be written to.
    pub fn next(&mut self, options: &ListOptions, lease: Millis, actor: &str, now: Millis) -> Result<Vec<Item>, QueueError> {
        named(actor)?;
        self.write(now, |desk| {
            let ranked = listing::ranked(desk.db, desk.priorities, options, desk.now)?;
            let mut items = ranked.items;
            for item in &mut items {
                let before = desk.standing(item.item)?;
                let until = desk.now + lease;
                let lease_id = desk.happened(&Happened {
                    from: Some(before.state),
                    to: Some(State::Assigned),
                    rank: item.rank,
                    before: Some(&before),
                    ..Happened::new(item.item, Kind::Leased, actor)
                })?;
                let (assignee, lease_id, lease_until) = (Some(actor.to_owned()), Some(lease_id), Some(until));
                desk.stand(item.item, &Standing { state: State::Assigned, assignee, lease_id, lease_until, ..before })?;
                item.state = State::Assigned;
                item.assignee = Some(actor.to_owned());
                item.lease_id = lease_id;
                item.lease_until = Some(clock::shown(until));
            }
            desk.show(&items, actor)?;
            desk.keep_scores(&ranked.fallen)?;
            Ok(items)
        })
    }

    /// Does the same to several items: to all of them or, where one of them cannot have it done, to none. `lease` is the `lease_id` by
    /// which whoever does it has the item: two programs of one name are told apart by it.
    ///
    /// # Errors
    /// When an item's state does not allow it, somebody else has it, the lease is over, or a verdict cannot be shown.
    pub fn step(&mut self, items: &[i64], step: Step, lease: Option<i64>, by: By, now: Millis) -> Result<(), QueueError> {
        named(by.actor)?;
        if let Step::Done(verdict) = step {
            verdict.validate()?;
        }
        self.write(now, |desk| items.iter().try_for_each(|item| desk.step(*item, step, lease, by)))
    }

    /// Gives an item back.
    ///
    /// # Errors
    /// When nobody has it, or somebody else.
    pub fn release(&mut self, item: i64, reason: Option<&str>, by: By, now: Millis) -> Result<(), QueueError> {
        self.step(&[item], Step::Release { reason }, None, by, now)
    }

    /// Begins to check an item. `lease` is for how many milliseconds; without one it is kept until it is done, dropped or released.
    ///
    /// # Errors
    /// When it is decided already, or somebody else has it.
    pub fn start(&mut self, item: i64, lease: Option<Millis>, by: By, now: Millis) -> Result<(), QueueError> {
        self.step(&[item], Step::Start { lease }, None, by, now)
    }

    /// The check is published; again with another verdict, where that has changed.
    ///
    /// # Errors
    /// When it was dropped, somebody else has it, or the verdict cannot be shown.
    pub fn done(&mut self, item: i64, verdict: &Verdict, by: By, now: Millis) -> Result<(), QueueError> {
        self.step(&[item], Step::Done(verdict), None, by, now)
    }

    /// It will not be checked.
    ///
    /// # Errors
    /// When it is decided already, or somebody else has it.
    pub fn drop_item(&mut self, item: i64, reason: Reason, note: Option<&str>, by: By, now: Millis) -> Result<(), QueueError> {
        self.step(&[item], Step::Drop { reason, note }, None, by, now)
    }

    /// Takes back the last change of an item, by a new event; again, the one before that. Gives what was taken back.
    ///
    /// # Errors
    /// When there is none, it is somebody else's, or somebody else has the item.
    pub fn undo(&mut self, item: i64, actor: &str, now: Millis) -> Result<Kind, QueueError> {
        let by = By { actor, force: false };
        self.write(now, |desk| desk.undo(item, by))
    }

    /// Takes back the last change of each of several items, or of none of them; with force also what somebody else did, or has in hand.
    ///
    /// # Errors
    /// As [`Queue::undo`].
    pub fn undo_all(&mut self, items: &[i64], by: By, now: Millis) -> Result<Vec<Kind>, QueueError> {
        self.write(now, |desk| items.iter().map(|item| desk.undo(*item, by)).collect())
    }

    /// The number of the item that `name` means: `12`, `#12`, or the id of one of its claims.
    ///
    /// # Errors
    /// When there is none.
    pub fn find(&self, name: &str) -> Result<i64, QueueError> {
        let missing = || QueueError::NoItem(name.to_owned());
        if let Ok(number) = name.trim_start_matches('#').parse::<i64>() {
            let known = self.db.prepare_cached("SELECT 1 FROM items WHERE id = ?")?.exists([number])?;
            return if known { Ok(number) } else { Err(missing()) };
        }
        let mut statement = self.db.prepare_cached("SELECT item FROM occurrences WHERE claim_id = ? ORDER BY id DESC LIMIT 1")?;
        statement.query_row([name], |r| r.get(0)).optional()?.ok_or_else(missing)
    }
}

impl Desk<'_> {
    /// How an item stands that is not part of another.
    pub(super) fn still_own(&self, item: i64) -> Result<Standing, QueueError> {
        let standing = self.standing(item)?;
        match standing.merged_into {
            Some(into) => Err(QueueError::Merged { item, into }),
            None => Ok(standing),
        }
    }

    fn step(&self, item: i64, step: Step, lease: Option<i64>, by: By) -> Result<(), QueueError> {
        let before = self.still_own(item)?;
        if let Some(lease) = lease.filter(|lease| before.lease_id != Some(*lease) && !by.force) {
            return Err(QueueError::Stale { item, lease, now: before.lease_id });
        }
        if !step.from().contains(&before.state) {
            let needed = step.from().iter().map(|s| s.as_str()).collect::<Vec<_>>().join(", ");
            return Err(QueueError::NotFrom { item, state: before.state, wanted: step.kind().as_str(), needed });
        }
        nobody_elses(item, &before, by)?;
        let mut after = step.change(before.clone(), by.actor, self.now);
        let event = self.happened(&Happened {
            from: Some(before.state),
            to: Some(after.state),
            reason: step.reason(),
            before: Some(&before),
            ..Happened::new(item, step.kind(), by.actor)
        })?;
        let goes_on = before.state.is_held() && before.assignee == after.assignee;
        after.lease_id = after.state.is_held().then_some(before.lease_id.filter(|_| goes_on).unwrap_or(event));
        self.stand(item, &after)?;
        self.recount(item)
    }

    fn undo(&self, item: i64, by: By) -> Result<Kind, QueueError> {
        named(by.actor)?;
        let nothing = || QueueError::NothingToUndo { item, why: "nobody has changed it, or the lease ran out".to_owned() };
        let change = self.last_change(item)?.ok_or_else(nothing)?;
        let now = self.standing(item)?;
        nobody_elses(item, &now, by)?;
        if change.actor != by.actor && change.actor != PROGRAM && !by.force {
            return Err(QueueError::NotYours { item, change: change.kind.as_str(), who: change.actor });
        }
        // A merge or split moved occurrences, and a check was taken off: what else was done to the items since stays.
        let is_standing = !matches!(change.kind, Kind::Merged | Kind::TookIn | Kind::SplitOff | Kind::Unchecked);
        self.happened(&Happened {
            from: Some(now.state),
            to: Some(if is_standing { change.before.state } else { now.state }),
            reason: Some(change.kind.as_str()),
            undoes: Some(change.id),
            ..Happened::new(item, Kind::Undone, by.actor)
        })?;
        match change.kind {
            Kind::Unchecked => self.check_again(item, &change.before)?,
            _ if is_standing => self.stand(item, &change.before)?,
            _ => self.move_back(item, change.kind, &change.before, by)?,
        }
        self.recount(item)?;
        Ok(change.kind)
    }
}

/// What somebody else has in hand is theirs, unless it is taken over by force.
pub(super) fn nobody_elses(item: i64, standing: &Standing, by: By) -> Result<(), QueueError> {
    match standing.assignee.as_ref().filter(|who| standing.state.is_held() && *who != by.actor && !by.force) {
        Some(holder) => Err(QueueError::Held { item, holder: held(holder, standing.lease_until) }),
        None => Ok(()),
    }
}

fn held(holder: &str, until: Option<Millis>) -> String {
    until.map_or_else(|| holder.to_owned(), |until| format!("{holder} until {}", clock::shown(until)))
}
