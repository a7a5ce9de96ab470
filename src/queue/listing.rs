//! Items in order.
//!
//! Scores are kept with the items as they were weighed last. With time they only fall, so the kept ones are bounds: the list is read
//! from the highest down, each is weighed anew, and reading stops when nothing below can come up any more.

use std::collections::{BTreeMap, BinaryHeap};

use rusqlite::{Connection, params};

use super::clock::{self, Millis};
use super::error::QueueError;
use super::items::{COLUMNS, Item, finish, read};
use super::moves::{LIFTED, RUN_OUT};
use super::priority::{Priorities, Priority};
use super::states::State;
use super::store::{Desk, Queue};

/// From so many fallen scores on they are written back, lest the next list weighs them again.
const WORTH_WRITING: usize = 256;

/// Which items are listed.
#[derive(Debug, Clone, PartialEq)]
pub struct ListOptions {
    /// At most so many.
    pub top: usize,
    /// At most so many of one topic.
    pub per_topic: Option<usize>,
    /// In these states; none: in any.
    pub states: Vec<State>,
    /// Also what is off by default: opinions, personal experience, vague predictions, speakers denied.
    pub all: bool,
    /// Sentences from below the threshold, taken in as samples, in place of claims.
    pub sampled: bool,
}

impl Default for ListOptions {
    fn default() -> Self {
        Self { top: usize::MAX, per_topic: None, states: vec![State::New], all: false, sampled: false }
    }
}

/// Items in order, and those whose kept scores were too high.
pub(super) struct Ranked {
    pub items: Vec<Item>,
    pub fallen: Vec<(i64, f64)>,
}

impl Queue {
    /// The items that stand highest, and when it was shown to whom, unless `seen_by` is nobody.
    ///
    /// # Errors
    /// When the queue cannot be read.
    pub fn list(&mut self, options: &ListOptions, seen_by: Option<&str>, now: Millis) -> Result<Vec<Item>, QueueError> {
        let may_write = !self.is_read_only()?;
        if may_write && self.is_to_settle(now)? {
            self.write(now, |_| Ok(()))?;
        }
        let ranked = ranked(&self.db, &self.priorities, options, self.moment(now)?)?;
        let seen_by = seen_by.filter(|_| options.states == [State::New] && !options.sampled);
        if may_write && (seen_by.is_some() || ranked.fallen.len() >= WORTH_WRITING) {
            self.write(now, |desk| {
                desk.keep_scores(&ranked.fallen)?;
                seen_by.map_or(Ok(()), |actor| desk.show(&ranked.items, actor))
            })?;
        }
        Ok(ranked.items)
    }

    fn is_to_settle(&self, now: Millis) -> Result<bool, QueueError> {
        let now = self.moment(now)?;
        Ok(self.db.prepare_cached(RUN_OUT)?.exists([now])? || self.db.prepare_cached(LIFTED)?.exists([now])?)
    }
}

impl Desk<'_> {
    /// Remembers what was shown today, and how high; the first showing of a day counts.
    pub(super) fn show(&self, items: &[Item], actor: &str) -> Result<(), QueueError> {
        let day = clock::day(self.now);
        let mut statement = self.db.prepare_cached("INSERT OR IGNORE INTO showings (day, item, rank, at, actor) VALUES (?, ?, ?, ?, ?)")?;
        for item in items {
            statement.execute(params![day, item.item, item.rank, self.now, actor])?;
        }
        Ok(())
    }

    pub(super) fn keep_scores(&self, fallen: &[(i64, f64)]) -> Result<(), QueueError> {
        let mut statement = self.db.prepare_cached("UPDATE items SET score = ?1 WHERE id = ?2 AND score > ?1")?;
        for (item, score) in fallen {
            statement.execute(params![score, item])?;
        }
        Ok(())
    }
}

/// An item that was weighed and waits for its turn.
struct Waiting {
    score: f64,
    item: Item,
    weighed: Priority,
}

impl Ord for Waiting {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        // The older of equals first.
        self.score.total_cmp(&other.score).then(other.item.item.cmp(&self.item.item))
    }
}

impl PartialOrd for Waiting {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Waiting {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Waiting {}

/// The items that stand highest now.
pub(super) fn ranked(db: &Connection, priorities: &Priorities, options: &ListOptions, now: Millis) -> Result<Ranked, QueueError> {
    let mut statement = db.prepare_cached(&format!("SELECT {COLUMNS} FROM items WHERE {} ORDER BY score DESC, id", condition(options)))?;
    let mut rows = statement.query([])?;
    let mut taking = Taking { db, options, now, items: Vec::new(), topics: BTreeMap::new() };
    let (mut waiting, mut fallen) = (BinaryHeap::<Waiting>::new(), Vec::new());
    while !taking.is_full() {
        let Some(row) = rows.next()? else { break };
        let (item, facts) = read(row)?;
        let bound = item.score;
        while waiting.peek().is_some_and(|w| w.score > bound) && !taking.is_full() {
            taking.take(waiting.pop())?;
        }
        let weighed = facts.weigh(priorities, now);
        if weighed.score < bound {
            fallen.push((item.item, weighed.score));
        }
        waiting.push(Waiting { score: weighed.score, item, weighed });
    }
    while !taking.is_full() && !waiting.is_empty() {
        taking.take(waiting.pop())?;
    }
    Ok(Ranked { items: taking.items, fallen })
}

/// Fixed words only: the index of open items is used where the condition is its own.
fn condition(options: &ListOptions) -> String {
    let mut parts: Vec<String> = match options.states.as_slice() {
        [] => Vec::new(),
        [one] => vec![format!("state = '{}'", one.as_str())],
        several => vec![format!("state IN ({})", several.iter().map(|s| format!("'{}'", s.as_str())).collect::<Vec<_>>().join(", "))],
    };
    parts.push(if options.sampled { "hidden = 'sampled'" } else { "hidden IS NULL" }.to_owned());
    if !options.all && !options.sampled {
        parts.push("off IS NULL".to_owned());
    }
    parts.join(" AND ")
}

/// Takes items in their order, within the day's budget.
struct Taking<'a> {
    db: &'a Connection,
    options: &'a ListOptions,
    now: Millis,
    items: Vec<Item>,
    topics: BTreeMap<String, usize>,
}

impl Taking<'_> {
    fn is_full(&self) -> bool {
        self.items.len() >= self.options.top
    }

    fn take(&mut self, waiting: Option<Waiting>) -> Result<(), QueueError> {
        let Some(Waiting { mut item, weighed, .. }) = waiting else { return Ok(()) };
        if let (Some(most), Some(topic)) = (self.options.per_topic, &weighed.topic) {
            let count = self.topics.entry(topic.clone()).or_default();
            if *count >= most {
                return Ok(());
            }
            *count += 1;
        }
        item.rank = i64::try_from(self.items.len() + 1).ok();
        finish(self.db, &mut item, &weighed, self.now)?;
        self.items.push(item);
        Ok(())
    }
}
