//! Work on items: taken for a while, given back, begun, done, dropped, and all of it taken back.

use rusqlite::OptionalExtension;

use super::clock::{self, Millis};
use super::error::QueueError;
use super::events::{Happened, Kind, PROGRAM, Standing};
use super::items::Item;
use super::listing::{self, ListOptions};
use super::states::{Reason, State};
use super::store::{Desk, Queue};

/// Who works, and whether what somebody else has in hand may be taken over.
#[derive(Debug, Clone, Copy)]
pub struct By<'a> {
    /// Their name.
    pub actor: &'a str,
    /// Take over what somebody else has.
    pub force: bool,
}

/// What a check came to.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Verdict {
    /// In words: "false", "half true".
    pub verdict: String,
    /// As a number, on the scale of the house.
    pub rating: Option<f64>,
    /// Where it can be read, and what it rests on.
    pub evidence: Vec<String>,
    /// Anything else.
    pub note: Option<String>,
}

const FROM_OPEN: &[State] = &[State::New, State::Assigned, State::Checking];

impl Queue {
    /// Hands out the items that stand highest, for `lease` milliseconds; nobody else gets them meanwhile.
    ///
    /// # Errors
    /// When the queue cannot be written to.
    pub fn next(&mut self, options: &ListOptions, lease: Millis, actor: &str, now: Millis) -> Result<Vec<Item>, QueueError> {
        self.write(now, |desk| {
            let ranked = listing::ranked(desk.db, desk.priorities, options, desk.now)?;
            let mut items = ranked.items;
            for item in &mut items {
                let before = desk.standing(item.item)?;
                let until = desk.now + lease;
                desk.stand(
                    item.item,
                    &Standing { state: State::Assigned, assignee: Some(actor.to_owned()), lease_until: Some(until), ..before.clone() },
                )?;
                desk.happened(&Happened {
                    from: Some(before.state),
                    to: Some(State::Assigned),
                    rank: item.rank,
                    before: Some(&before),
                    ..Happened::new(item.item, Kind::Leased, actor)
                })?;
                item.state = State::Assigned;
                item.assignee = Some(actor.to_owned());
                item.lease_until = Some(clock::shown(until));
            }
            desk.show(&items, actor)?;
            desk.keep_scores(&ranked.fallen)?;
            Ok(items)
        })
    }

    /// Gives an item back.
    ///
    /// # Errors
    /// When nobody has it, or somebody else.
    pub fn release(&mut self, item: i64, reason: Option<&str>, by: By, now: Millis) -> Result<(), QueueError> {
        self.write(now, |desk| {
            desk.step(item, by, Kind::Released, &[State::Assigned, State::Checking], reason, |before| Standing {
                state: State::New,
                assignee: None,
                lease_until: None,
                ..before
            })
        })
    }

    /// Begins to check an item. `lease` is for how many milliseconds; without one it is kept until it is done, dropped or released.
    ///
    /// # Errors
    /// When it is decided already, or somebody else has it.
    pub fn start(&mut self, item: i64, lease: Option<Millis>, by: By, now: Millis) -> Result<(), QueueError> {
        self.write(now, |desk| {
            let until = lease.map(|lease| desk.now + lease);
            desk.step(item, by, Kind::Started, FROM_OPEN, None, |before| Standing {
                state: State::Checking,
                assignee: Some(by.actor.to_owned()),
                lease_until: until,
                ..before
            })
        })
    }

    /// The check is published; again with another verdict, where that has changed.
    ///
    /// # Errors
    /// When it was dropped, or somebody else has it.
    pub fn done(&mut self, item: i64, verdict: &Verdict, by: By, now: Millis) -> Result<(), QueueError> {
        self.write(now, |desk| {
            let from = [FROM_OPEN, &[State::Published]].concat();
            desk.step(item, by, Kind::Published, &from, Some(&verdict.verdict), |before| Standing {
                state: State::Published,
                assignee: Some(by.actor.to_owned()),
                lease_until: None,
                verdict: Some(verdict.verdict.clone()),
                rating: verdict.rating,
                evidence: verdict.evidence.clone(),
                note: verdict.note.clone(),
                attention: None,
                ..before
            })
        })
    }

    /// It will not be checked.
    ///
    /// # Errors
    /// When it is decided already, or somebody else has it.
    pub fn drop_item(&mut self, item: i64, reason: Reason, note: Option<&str>, by: By, now: Millis) -> Result<(), QueueError> {
        self.write(now, |desk| {
            desk.step(item, by, Kind::Dropped, FROM_OPEN, Some(reason.as_str()), |before| Standing {
                state: State::Dropped,
                assignee: Some(by.actor.to_owned()),
                lease_until: None,
                reason: Some(reason.as_str().to_owned()),
                note: note.map(str::to_owned).or(before.note.clone()),
                attention: None,
                ..before
            })
        })
    }

    /// Takes back the last change of an item, by a new event; again, the one before that. Gives what was taken back.
    ///
    /// # Errors
    /// When there is none, or the clock made it.
    pub fn undo(&mut self, item: i64, actor: &str, now: Millis) -> Result<Kind, QueueError> {
        self.write(now, |desk| desk.undo(item, actor))
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
    /// Leases that have run out come back; embargoes that have ended are lifted.
    pub(super) fn settle(&self) -> Result<(), QueueError> {
        let ids = |sql: &str| -> Result<Vec<i64>, QueueError> {
            Ok(self.db.prepare_cached(sql)?.query_map([self.now], |r| r.get(0))?.collect::<Result<_, _>>()?)
        };
        for item in ids(RUN_OUT)? {
            let before = self.standing(item)?;
            self.stand(item, &Standing { state: State::New, assignee: None, lease_until: None, ..before.clone() })?;
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
        for item in ids(LIFTED)? {
            self.recount(item)?;
        }
        Ok(())
    }

    /// How an item stands that is not part of another.
    pub(super) fn still_own(&self, item: i64) -> Result<Standing, QueueError> {
        let standing = self.standing(item)?;
        match standing.merged_into {
            Some(into) => Err(QueueError::Merged { item, into }),
            None => Ok(standing),
        }
    }

    fn step(
        &self,
        item: i64,
        by: By,
        kind: Kind,
        from: &[State],
        reason: Option<&str>,
        change: impl FnOnce(Standing) -> Standing,
    ) -> Result<(), QueueError> {
        let before = self.still_own(item)?;
        if !from.contains(&before.state) {
            let needed = from.iter().map(|s| s.as_str()).collect::<Vec<_>>().join(", ");
            return Err(QueueError::NotFrom { item, state: before.state, wanted: kind.as_str(), needed });
        }
        if let Some(holder) = before.assignee.as_ref().filter(|who| before.state.is_held() && *who != by.actor && !by.force) {
            return Err(QueueError::Held { item, holder: held(holder, before.lease_until) });
        }
        let after = change(before.clone());
        self.stand(item, &after)?;
        self.happened(&Happened {
            from: Some(before.state),
            to: Some(after.state),
            reason,
            before: Some(&before),
            ..Happened::new(item, kind, by.actor)
        })?;
        self.recount(item)
    }

    fn undo(&self, item: i64, actor: &str) -> Result<Kind, QueueError> {
        let nothing = |why: &str| QueueError::NothingToUndo { item, why: why.to_owned() };
        let change = self.last_change(item)?.ok_or_else(|| nothing("nobody has changed it"))?;
        if change.kind == Kind::Expired {
            return Err(nothing("its lease ran out; `next` hands it out again"));
        }
        let before = change.before.ok_or_else(|| nothing("how it stood before is not known"))?;
        let now = self.standing(item)?;
        self.happened(&Happened {
            from: Some(now.state),
            to: Some(before.state),
            reason: Some(change.kind.as_str()),
            undoes: Some(change.id),
            ..Happened::new(item, Kind::Undone, actor)
        })?;
        // A merge or split moved occurrences; what else was done to the items since stays.
        if matches!(change.kind, Kind::Merged | Kind::TookIn | Kind::SplitOff) {
            self.move_back(item, change.kind, &before, actor)?;
        } else {
            self.stand(item, &before)?;
        }
        self.recount(item)?;
        Ok(change.kind)
    }
}

/// The index is named: without statistics SQLite would rather read all items in the order of their numbers.
pub(super) const RUN_OUT: &str = "SELECT id FROM items INDEXED BY items_leased
    WHERE lease_until <= ? AND state IN ('assigned', 'checking') ORDER BY lease_until, id";
pub(super) const LIFTED: &str = "SELECT id FROM items INDEXED BY items_due WHERE due <= ? ORDER BY due, id";

fn held(holder: &str, until: Option<Millis>) -> String {
    until.map_or_else(|| holder.to_owned(), |until| format!("{holder} until {}", clock::shown(until)))
}
