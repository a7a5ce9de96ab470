//! Items in order.
//!
//! Scores are kept with the items as they were weighed last. With time they only fall, so the kept ones are bounds: the list is read
//! from the highest down, each is weighed anew, and reading stops when nothing below can come up any more.

use std::collections::{BTreeMap, BinaryHeap};

use rusqlite::{Connection, params};

use super::clock::{self, Millis};
use super::error::QueueError;
use super::facts::Facts;
use super::items::{COLUMNS, Item, finish, read};
use super::moves::{LIFTED, RUN_OUT};
use super::priority::{Priorities, Priority};
use super::states::State;
use super::store::{Desk, Queue};

/// From so many fallen scores on they are written back, lest the next list weighs them again; at once at most so many, lest others
/// wait for their turn to write.
const WORTH_WRITING: usize = 256;
const MOST_WRITTEN: usize = 4096;

/// Which items are listed.
#[derive(Debug, Clone, PartialEq)]
pub struct ListOptions {
    /// At most so many.
    pub top: usize,
    /// At most so many of one topic; of what is handed out, so many a day (UTC).
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
    pub fallen: Vec<Fallen>,
}

/// An item that was worth more when it was weighed last.
pub(super) struct Fallen {
    item: i64,
    from: f64,
    to: f64,
}

/// How many items of each topic were taken out of a day's list.
type Taken = BTreeMap<Option<String>, usize>;

impl Queue {
    /// The items that stand highest, with their appearances, and when it was shown to whom, unless `seen_by` is nobody.
    ///
    /// # Errors
    /// When the queue cannot be read.
    pub fn list(&mut self, options: &ListOptions, seen_by: Option<&str>, now: Millis) -> Result<Vec<Item>, QueueError> {
        let may_write = self.settled(now)?;
        let mut ranked = highest(&self.db, &self.priorities, options, self.moment(now)?, &Taken::new())?;
        let seen_by = seen_by.filter(|_| options.states == [State::New] && !options.sampled);
        if may_write && (seen_by.is_some() || ranked.fallen.len() >= WORTH_WRITING) {
            self.write(now, |desk| {
                desk.keep_scores(&ranked.fallen)?;
                seen_by.map_or(Ok(()), |actor| desk.show(&ranked.items, actor))
            })?;
        }
        self.with_appearances(&mut ranked.items, now)?;
        Ok(ranked.items)
    }

    /// Fills in where items appeared, as [`Queue::list`] does; [`Queue::next`] leaves it out.
    ///
    /// # Errors
    /// When the queue cannot be read.
    pub fn places(&self, items: &mut [Item], now: Millis) -> Result<(), QueueError> {
        self.with_appearances(items, now)
    }

    /// Gives the items that are meant, and the connection, one by one, in their order and with their appearances, all as they stand at one moment. Nothing is
    /// written meanwhile, and nobody has to wait.
    pub(super) fn each<E: From<QueueError>>(
        &mut self,
        options: &ListOptions,
        now: Millis,
        mut take: impl FnMut(&Connection, Item) -> Result<(), E>,
    ) -> Result<(), E> {
        self.settled(now)?;
        let snapshot = self.db.unchecked_transaction().map_err(QueueError::from)?;
        let now = self.moment(now)?;
        let ids = in_order(&snapshot, &self.priorities, options, now)?;
        let mut statement = snapshot.prepare(&format!("SELECT {COLUMNS} FROM items WHERE id = ?")).map_err(QueueError::from)?;
        let mut budget = Budget::new(options, &Taken::new());
        for id in ids {
            if budget.is_full() {
                break;
            }
            let (mut item, facts) = statement.query_row([id], |row| Ok(read(row))).map_err(QueueError::from)??;
            let weighed = facts.weigh(&self.priorities, now);
            let Some(rank) = budget.rank(&weighed) else { continue };
            item.rank = Some(rank);
            finish(&snapshot, &mut item, &weighed, now)?;
            self.with_appearances(std::slice::from_mut(&mut item), now)?;
            take(&snapshot, item)?;
        }
        Ok(())
    }

    /// Sees to it that leases have run out and embargoes ended, where that can be written. Gives whether it can.
    fn settled(&mut self, now: Millis) -> Result<bool, QueueError> {
        let may_write = !self.is_read_only()?;
        if may_write && self.is_to_settle(now)? {
            self.write(now, |_| Ok(()))?;
        }
        Ok(may_write)
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

    /// Keeps fallen scores, but of items that somebody else has weighed meanwhile.
    pub(super) fn keep_scores(&self, fallen: &[Fallen]) -> Result<(), QueueError> {
        let mut statement = self.db.prepare_cached("UPDATE items SET score = ?1 WHERE id = ?2 AND score = ?3")?;
        for Fallen { item, from, to } in fallen {
            statement.execute(params![to, item, from])?;
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

/// What is handed out next: it stands behind what was taken out of the day's list before, and shares the day's topics with that.
pub(super) fn ranked(db: &Connection, priorities: &Priorities, options: &ListOptions, now: Millis) -> Result<Ranked, QueueError> {
    highest(db, priorities, options, now, &taken(db, options, now)?)
}

/// What was shown today and is out of the list: handed out, in work or decided.
fn taken(db: &Connection, options: &ListOptions, now: Millis) -> Result<Taken, QueueError> {
    let mut statement = db.prepare_cached(
        "SELECT i.topic, count(*) FROM showings s JOIN items i ON i.id = s.item
         WHERE s.day = ? AND i.state <> 'new' AND i.sampled = ? GROUP BY i.topic",
    )?;
    let counts = statement.query_map(params![clock::day(now), options.sampled], |r| Ok((r.get(0)?, r.get(1)?)))?;
    Ok(counts.collect::<Result<_, _>>()?)
}

/// The items that stand highest now.
fn highest(db: &Connection, priorities: &Priorities, options: &ListOptions, now: Millis, taken: &Taken) -> Result<Ranked, QueueError> {
    let mut statement = db.prepare_cached(&format!("SELECT {COLUMNS} FROM items WHERE {} ORDER BY score DESC, id", condition(options)))?;
    let mut rows = statement.query([])?;
    let mut taking = Taking { db, now, budget: Budget::new(options, taken), items: Vec::new() };
    let (mut waiting, mut fallen) = (BinaryHeap::<Waiting>::new(), Vec::new());
    while !taking.budget.is_full() {
        let Some(row) = rows.next()? else { break };
        let (item, facts) = read(row)?;
        let bound = item.score;
        while waiting.peek().is_some_and(|w| w.score > bound) && !taking.budget.is_full() {
            taking.take(waiting.pop())?;
        }
        let weighed = facts.weigh(priorities, now);
        if weighed.score < bound && fallen.len() < MOST_WRITTEN {
            fallen.push(Fallen { item: item.item, from: bound, to: weighed.score });
        }
        waiting.push(Waiting { score: weighed.score, item, weighed });
    }
    while !taking.budget.is_full() && !waiting.is_empty() {
        taking.take(waiting.pop())?;
    }
    Ok(Ranked { items: taking.items, fallen })
}

/// The numbers of all items that are meant, as [`highest`] has them, with little memory for each.
fn in_order(db: &Connection, priorities: &Priorities, options: &ListOptions, now: Millis) -> Result<Vec<i64>, QueueError> {
    let mut statement = db.prepare(&format!("SELECT id, facts FROM items WHERE {}", condition(options)))?;
    let mut rows = statement.query([])?;
    let mut order: Vec<(f64, i64)> = Vec::new();
    while let Some(row) = rows.next()? {
        let facts = Facts::parse(row.get_ref(1)?.as_str().map_err(rusqlite::Error::from)?)?;
        order.push((facts.weigh(priorities, now).score, row.get(0)?));
    }
    order.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    Ok(order.into_iter().map(|(_, id)| id).collect())
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

/// How many items there may be, and of which topics.
struct Budget<'a> {
    options: &'a ListOptions,
    topics: BTreeMap<String, usize>,
    /// Items that were out of the list before.
    before: usize,
    count: usize,
}

impl<'a> Budget<'a> {
    fn new(options: &'a ListOptions, taken: &Taken) -> Self {
        let topics = taken.iter().filter_map(|(topic, count)| Some((topic.clone()?, *count))).collect();
        Self { options, topics, before: taken.values().sum(), count: 0 }
    }

    fn is_full(&self) -> bool {
        self.count >= self.options.top
    }

    /// The next place, unless there are enough of the topic.
    fn rank(&mut self, weighed: &Priority) -> Option<i64> {
        if let (Some(most), Some(topic)) = (self.options.per_topic, &weighed.topic) {
            let count = self.topics.entry(topic.clone()).or_default();
            if *count >= most {
                return None;
            }
            *count += 1;
        }
        self.count += 1;
        i64::try_from(self.before + self.count).ok()
    }
}

/// Takes items in their order, within the budget.
struct Taking<'a> {
    db: &'a Connection,
    now: Millis,
    budget: Budget<'a>,
    items: Vec<Item>,
}

impl Taking<'_> {
    fn take(&mut self, waiting: Option<Waiting>) -> Result<(), QueueError> {
        let Some(Waiting { mut item, weighed, .. }) = waiting else { return Ok(()) };
        let Some(rank) = self.budget.rank(&weighed) else { return Ok(()) };
        item.rank = Some(rank);
        finish(self.db, &mut item, &weighed, self.now)?;
        self.items.push(item);
        Ok(())
    }
}
