//! Records on their way into a queue while they are written (`extract --queue`).

use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result};

use super::made::{Made, Output};
use super::{counted, say};
use crate::queue::{AddOptions, Added, Millis, Queue};
use crate::record::Record;

/// A queue being fed.
pub(super) struct Feed {
    queue: Queue,
    options: AddOptions,
    waiting: Vec<Record>,
    added: Added,
}

impl Feed {
    /// Opens the queue, or makes it.
    pub fn open(path: &Path) -> Result<Self> {
        let queue = Queue::create(path).with_context(|| format!("the queue {}", path.display()))?;
        Ok(Self { queue, options: AddOptions { actor: "extract".into(), announce: true }, waiting: Vec::new(), added: Added::default() })
    }

    /// Takes a document's record.
    pub fn take(&mut self, made: &Made) -> Result<()> {
        match &made.output {
            Output::Lines(lines) => {
                for line in lines {
                    self.waiting.push(serde_json::from_slice(line).context("a record")?);
                }
            }
            Output::Rows(record) => self.waiting.push((**record).clone()),
            Output::Page(_) => {}
        }
        Ok(())
    }

    /// Adds what waits: it is on the disk before the run says that it is. What is there already, after a run that went on, changes nothing.
    pub fn flush(&mut self) -> Result<()> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let now = Millis::try_from(now.as_millis()).unwrap_or(Millis::MAX);
        let mut added = self.queue.add(&self.waiting, &self.options, now).context("the queue")?;
        std::mem::take(&mut added.warnings).iter().for_each(|warning| say(&format!("claimsift: {warning}")));
        self.added.and(added);
        self.waiting.clear();
        Ok(())
    }

    /// What the run brought into the queue.
    pub fn line(&self) -> String {
        let Added { claims, items, known, .. } = &self.added;
        let there =
            if *known == 1 { "1 claim that was there already".to_owned() } else { format!("{known} claims that were there already") };
        format!("queue: {}, {}, {there}", counted(*claims, "new claim"), counted(*items, "new item"))
    }
}
