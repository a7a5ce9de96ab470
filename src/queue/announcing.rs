//! New items for whoever wants to be told: each once, after it may be seen.

use rusqlite::OptionalExtension;

use super::clock::{self, Millis};
use super::error::QueueError;
use super::items::{Appearance, Item};
use super::store::{Desk, Queue};

/// Where the moment stands at which telling began.
const BEGUN: &str = "announcing-since";

impl Queue {
    /// Begins to tell, unless that has begun before: of what may be seen already only where `old` is to be told, too. Gives how many items
    /// were passed over as old, or nothing where it had begun.
    ///
    /// # Errors
    /// When the queue cannot be written to.
    pub fn begin_announcing(&mut self, old: bool, now: Millis) -> Result<Option<usize>, QueueError> {
        self.write(now, |desk| {
            if desk.has_begun()? {
                return Ok(None);
            }
            desk.db.execute("INSERT INTO meta VALUES (?, ?)", [BEGUN, &clock::shown(desk.now)])?;
            if old {
                // Items of before may be marked, though nobody was ever told.
                desk.db.execute("UPDATE items SET announced = 0 WHERE announced = 1 AND NOT sampled AND merged_into IS NULL", [])?;
                return Ok(Some(0));
            }
            Ok(Some(desk.db.execute("UPDATE items SET announced = 1 WHERE announced = 0 AND hidden IS NULL", [])?))
        })
    }

    /// The items nobody was told of yet, oldest first, at most `most`: those that may be seen and are on, and were added to be announced.
    ///
    /// # Errors
    /// When the queue cannot be read.
    pub fn unannounced(&mut self, most: usize, now: Millis) -> Result<Vec<Item>, QueueError> {
        // An embargo that has ended meanwhile makes items visible.
        self.write(now, |_| Ok(()))?;
        let mut statement = self.db.prepare(
            "SELECT id FROM items WHERE announced = 0 AND hidden IS NULL AND off IS NULL AND state NOT IN ('published', 'dropped')
             ORDER BY id LIMIT ?",
        )?;
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        let ids = statement.query_map([most], |r| r.get(0))?.collect::<Result<Vec<i64>, _>>()?;
        ids.into_iter().map(|id| self.told_of(id, now)).collect()
    }

    /// Whoever wants to be told has been told, or will be, of this item.
    ///
    /// # Errors
    /// When the queue cannot be written to.
    pub fn announced(&mut self, item: i64, now: Millis) -> Result<(), QueueError> {
        self.set_announced(item, true, now)
    }

    /// What is to be told now in place of an item that was to be told before: the same, or as it stands now where an appearance may not be
    /// seen any more; nothing where the item may not, which is told of when it may be seen again.
    ///
    /// # Errors
    /// When the queue cannot be read or written to.
    pub fn still_to_tell(&mut self, told: Item, now: Millis) -> Result<Option<Item>, QueueError> {
        let number = told.item;
        let current = match self.told_of(number, now) {
            Ok(current) => current,
            Err(QueueError::NoItem(_)) => return Ok(None),
            Err(error) => return Err(error),
        };
        if current.hidden.is_some() {
            self.set_announced(number, false, now)?;
            return Ok(None);
        }
        let is_live = |a: &&Appearance| a.state == "live";
        let stands = |a: &Appearance| current.appearances.iter().filter(is_live).any(|c| c.claim_id == a.claim_id && c.doc_id == a.doc_id);
        let is_same = told.appearances.iter().filter(is_live).all(stands);
        Ok(Some(if is_same { told } else { current }))
    }

    fn told_of(&self, item: i64, now: Millis) -> Result<Item, QueueError> {
        let mut item = self.show(item, now)?;
        item.events.clear();
        Ok(item)
    }

    fn set_announced(&mut self, item: i64, announced: bool, now: Millis) -> Result<(), QueueError> {
        self.write(now, |desk| {
            desk.db.prepare_cached("UPDATE items SET announced = ? WHERE id = ?")?.execute((announced, item))?;
            Ok(())
        })
    }
}

impl Desk<'_> {
    fn has_begun(&self) -> Result<bool, QueueError> {
        let mut statement = self.db.prepare("SELECT 1 FROM meta WHERE name = ?")?;
        Ok(statement.query_row([BEGUN], |_| Ok(())).optional()?.is_some())
    }
}
