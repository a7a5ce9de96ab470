//! Work on items: taken for a while, given back, begun, done, dropped, and all of it taken back.

use rusqlite::OptionalExtension;

use super::clock::{self, Millis};
use super::error::QueueError;
use super::events::{Happened, Kind, PROGRAM, Standing};
use super::items::Item;
use super::listing::{self, ListOptions};
use super::states::{Reason, State};
use super::store::{AHEAD, Desk, Queue};

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

/// What may be done to an item.
#[derive(Debug, Clone, Copy)]
pub enum Step<'a> {
    /// Give it back.
    Release {
        /// Why.
        reason: Option<&'a str>,
    },
    /// Begin to check it.
    Start {
        /// For how many milliseconds; without, it is kept until it is done, dropped or released.
        lease: Option<Millis>,
    },
    /// The check is published; again with another verdict, where that has changed.
    Done(&'a Verdict),
    /// It will not be checked.
    Drop {
        /// Why not.
        reason: Reason,
        /// Anything else.
        note: Option<&'a str>,
    },
}

const OPEN: &[State] = &[State::New, State::Assigned, State::Checking];
const NOT_DROPPED: &[State] = &[State::New, State::Assigned, State::Checking, State::Published];
const HELD: &[State] = &[State::Assigned, State::Checking];

impl Step<'_> {
    fn kind(&self) -> Kind {
        match self {
            Self::Release { .. } => Kind::Released,
            Self::Start { .. } => Kind::Started,
            Self::Done(_) => Kind::Published,
            Self::Drop { .. } => Kind::Dropped,
        }
    }

    /// The states it can be done from.
    fn from(&self) -> &'static [State] {
        match self {
            Self::Release { .. } => HELD,
            Self::Done(_) => NOT_DROPPED,
            Self::Start { .. } | Self::Drop { .. } => OPEN,
        }
    }

    fn reason(&self) -> Option<&str> {
        match self {
            Self::Release { reason } => *reason,
            Self::Start { .. } => None,
            Self::Done(verdict) => Some(&verdict.verdict),
            Self::Drop { reason, .. } => Some(reason.as_str()),
        }
    }

    fn change(&self, before: Standing, actor: &str, now: Millis) -> Standing {
        let theirs = Standing { assignee: Some(actor.to_owned()), lease_until: None, ..before };
        match self {
            Self::Release { .. } => Standing { state: State::New, assignee: None, ..theirs },
            Self::Start { lease } => Standing { state: State::Checking, lease_until: lease.map(|lease| now + lease), ..theirs },
            Self::Done(verdict) => Standing {
                state: State::Published,
                verdict: Some(verdict.verdict.clone()),
                rating: verdict.rating,
                evidence: verdict.evidence.clone(),
                note: verdict.note.clone(),
                attention: None,
                ..theirs
            },
            Self::Drop { reason, note } => Standing {
                state: State::Dropped,
                reason: Some(reason.as_str().to_owned()),
                note: note.map(str::to_owned).or(theirs.note.clone()),
                attention: None,
                ..theirs
            },
        }
    }
}

impl Verdict {
    /// Whether it can be shown to readers: words, a number that is one, addresses that a browser opens as pages.
    fn validate(&self) -> Result<(), QueueError> {
        let wrong = |what, found: String, expected| Err(QueueError::Invalid { what, found, expected });
        if self.verdict.trim().is_empty() {
            return wrong("verdict", format!("{:?}", self.verdict), "words such as \"half true\"");
        }
        if let Some(rating) = self.rating.filter(|r| !r.is_finite()) {
            return wrong("rating", rating.to_string(), "a number");
        }
        let is_page =
            |url: &str| ["http://", "https://"].iter().any(|s| url.get(..s.len()).is_some_and(|start| start.eq_ignore_ascii_case(s)));
        match self.evidence.iter().find(|url| !is_page(url)) {
            Some(url) => wrong("evidence", format!("{url:?}"), "an address that begins with http:// or https://"),
            None => Ok(()),
        }
    }
}

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
    /// Leases that have run out come back; embargoes that have ended are lifted, and articles that waited for it take effect.
    pub(super) fn settle(&self) -> Result<(), QueueError> {
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

/// The index is named: without statistics SQLite would rather read all items in the order of their numbers.
pub(super) const RUN_OUT: &str = "SELECT id FROM items INDEXED BY items_leased
    WHERE lease_until <= ? AND state IN ('assigned', 'checking') ORDER BY lease_until, id";
/// Facts that change by the clock: an embargo has ended, or, under a clock that was set right, has not.
pub(super) const LIFTED: &str = "SELECT id FROM (SELECT id, due AS at FROM items INDEXED BY items_due WHERE due <= ?1
    UNION SELECT id, opened FROM items INDEXED BY items_opened WHERE opened > ?1) ORDER BY at, id";
const FAR_AHEAD: &str = "SELECT id FROM items INDEXED BY items_leased
    WHERE lease_until > ? AND state IN ('assigned', 'checking') ORDER BY lease_until, id";
const WAITED: &str = "SELECT id FROM documents WHERE waits AND embargo <= ? ORDER BY embargo, id";

fn held(holder: &str, until: Option<Millis>) -> String {
    until.map_or_else(|| holder.to_owned(), |until| format!("{holder} until {}", clock::shown(until)))
}
