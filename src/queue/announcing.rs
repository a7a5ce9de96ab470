//! New items for whoever wants to be told: each once, after it may be seen.

use super::clock::Millis;
use super::error::QueueError;
use super::items::Item;
use super::store::Queue;

impl Queue {
    /// The items nobody was told of yet, oldest first, at most `most`: those that may be seen and are on, and were added to be announced.
    ///
    /// # Errors
    /// When the queue cannot be read.
    pub fn unannounced(&mut self, most: usize, now: Millis) -> Result<Vec<Item>, QueueError> {
        // An embargo that has ended meanwhile makes items visible.
        self.write(now, |_| Ok(()))?;
        let mut statement =
            self.db.prepare("SELECT id FROM items WHERE announced = 0 AND hidden IS NULL AND off IS NULL AND state NOT IN ('published', 'dropped') ORDER BY id LIMIT ?")?;
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        let ids = statement.query_map([most], |r| r.get(0))?.collect::<Result<Vec<i64>, _>>()?;
        ids.into_iter()
            .map(|id| {
                let mut item = self.show(id, now)?;
                item.events.clear();
                Ok(item)
            })
            .collect()
    }

    /// Whoever wants to be told has been told, or will be, of this item.
    ///
    /// # Errors
    /// When the queue cannot be written to.
    pub fn announced(&mut self, item: i64, now: Millis) -> Result<(), QueueError> {
        self.write(now, |desk| {
            desk.db.prepare_cached("UPDATE items SET announced = 1 WHERE id = ?")?.execute([item])?;
            Ok(())
        })
    }
}
