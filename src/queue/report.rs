//! What the queue holds, and how well its list served the desk.

use std::collections::BTreeMap;

use rusqlite::params;
use serde::{Deserialize, Serialize};

use super::clock::{self, Millis};
use super::error::QueueError;
use super::facts::Facts;
use super::states::State;
use super::store::Queue;

/// What a desk looks at in a day.
pub const BUDGET: i64 = 15;
/// Where nobody is cited, the author speaks.
const AUTHOR: &str = "(the author)";
const NOT_KNOWN: &str = "(not known)";

/// How many of what the queue holds.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stats {
    /// Items by state, without samples and those that became part of another.
    pub items: BTreeMap<String, u64>,
    /// Items nobody has that are not listed: `embargoed`, `gone`, `off`.
    pub unlisted: BTreeMap<String, u64>,
    /// Sentences below the threshold taken in as samples.
    pub samples: u64,
    /// Items that became part of another.
    pub merged: u64,
    /// Appearances by state: `live`, `superseded`, `withdrawn`.
    pub occurrences: BTreeMap<String, u64>,
    /// Documents by state.
    pub documents: BTreeMap<String, u64>,
    /// Published checks.
    pub checks: u64,
    /// Events.
    pub events: u64,
    /// Bytes of the file.
    pub bytes: i64,
}

/// What became of the items of one speaker, party or outlet.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    /// Items that were shown.
    pub shown: u64,
    /// Items somebody began to check, or whose check was published, but for those that turned out to be no claim of that speaker:
    /// dropped in the end as `not-checkable`, `bad-span` or `wrong-speaker`.
    pub chosen: u64,
    /// Items dropped.
    pub dropped: u64,
}

/// How well the list served the desk.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// The first day that is counted, in UTC.
    pub since: Option<String>,
    /// Days on which a list was shown.
    pub days: u64,
    /// Items that were shown or decided.
    pub all: Share,
    /// Of them, those whose check was published.
    pub published: u64,
    /// Items dropped, by reason.
    pub dropped: BTreeMap<String, u64>,
    /// Of the 15 items that were shown first on each day, the share that was chosen; nothing where nothing was shown.
    pub precision_at_15: Option<f64>,
    /// How many they were.
    pub among_15: u64,
    /// By who makes the claim.
    pub speakers: BTreeMap<String, Share>,
    /// By their party.
    pub parties: BTreeMap<String, Share>,
    /// By outlet; an item counts for each that carried it.
    pub outlets: BTreeMap<String, Share>,
    /// Samples from below the threshold somebody decided on.
    pub samples_decided: u64,
    /// Those of them that were claims: what the model missed.
    pub samples_missed: u64,
}

impl Queue {
    /// Counts what is there.
    ///
    /// # Errors
    /// When the queue cannot be read.
    pub fn stats(&self) -> Result<Stats, QueueError> {
        let one = |sql: &str| -> Result<u64, QueueError> { Ok(self.db.query_row(sql, [], |r| r.get(0))?) };
        Ok(Stats {
            items: self.counts("SELECT state, count(*) FROM items WHERE merged_into IS NULL AND NOT sampled GROUP BY state")?,
            unlisted: self.counts(
                "SELECT coalesce(hidden, 'off'), count(*) FROM items
                 WHERE state = 'new' AND (hidden IN ('embargoed', 'gone') OR hidden IS NULL AND off IS NOT NULL) GROUP BY 1",
            )?,
            samples: one("SELECT count(*) FROM items WHERE sampled")?,
            merged: one("SELECT count(*) FROM items WHERE merged_into IS NOT NULL")?,
            occurrences: self.counts("SELECT state, count(*) FROM occurrences GROUP BY state")?,
            documents: self.counts("SELECT state, count(*) FROM documents GROUP BY state")?,
            checks: one("SELECT count(*) FROM checks")?,
            events: one("SELECT count(*) FROM events")?,
            bytes: self.db.query_row("SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()", [], |r| r.get(0))?,
        })
    }

    fn counts(&self, sql: &str) -> Result<BTreeMap<String, u64>, QueueError> {
        Ok(self.db.prepare(sql)?.query_map([], |r| Ok((r.get(0)?, r.get(1)?)))?.collect::<Result<_, _>>()?)
    }

    /// Counts what was shown, chosen and dropped, from the day `since` (such as `2026-11-23`) on.
    ///
    /// # Errors
    /// When the queue cannot be read.
    pub fn report(&self, since: Option<&str>) -> Result<Report, QueueError> {
        let from_day = since.unwrap_or_default();
        let from: Millis = since.and_then(clock::moment).unwrap_or(Millis::MIN);
        let mut report = Report { since: since.map(str::to_owned), ..Report::default() };
        self.count_days(from_day, &mut report)?;
        let mut statement = self.db.prepare(&format!(
            "SELECT i.id, i.facts, i.state, i.reason, i.sampled,
               EXISTS (SELECT 1 FROM showings s WHERE s.item = i.id AND s.day >= ?1), {CHOSEN}
             FROM items i WHERE EXISTS (SELECT 1 FROM showings s WHERE s.item = i.id AND s.day >= ?1)
               OR EXISTS (SELECT 1 FROM events e WHERE e.item = i.id AND e.at >= ?2 AND e.kind IN ('started', 'published', 'dropped'))
             ORDER BY i.id"
        ))?;
        let mut rows = statement.query(params![from_day, from])?;
        while let Some(r) = rows.next()? {
            let facts = Facts::parse(r.get_ref(1)?.as_str().map_err(rusqlite::Error::from)?)?;
            let (state, reason): (State, Option<String>) = (r.get(2)?, r.get(3)?);
            let (sampled, shown, chosen): (bool, bool, bool) = (r.get(4)?, r.get(5)?, r.get(6)?);
            let dropped = state == State::Dropped;
            if sampled {
                report.samples_decided += u64::from(chosen || dropped);
                report.samples_missed += u64::from(chosen && !dropped);
                continue;
            }
            report.published += u64::from(state == State::Published);
            if let Some(reason) = reason.filter(|_| dropped) {
                *report.dropped.entry(reason).or_default() += 1;
            }
            let count = |share: &mut Share| {
                share.shown += u64::from(shown);
                share.chosen += u64::from(chosen);
                share.dropped += u64::from(dropped);
            };
            count(&mut report.all);
            count(report.speakers.entry(facts.claimer.unwrap_or_else(|| AUTHOR.to_owned())).or_default());
            facts.party.into_iter().for_each(|party| count(report.parties.entry(party).or_default()));
            for outlet in self.outlets_of(r.get(0)?)? {
                count(report.outlets.entry(outlet).or_default());
            }
        }
        Ok(report)
    }

    fn count_days(&self, from_day: &str, report: &mut Report) -> Result<(), QueueError> {
        let days = "SELECT count(DISTINCT s.day) FROM showings s JOIN items i ON i.id = s.item WHERE s.day >= ? AND NOT i.sampled";
        report.days = self.db.query_row(days, [from_day], |r| r.get(0))?;
        let sql = format!(
            "SELECT count(*), coalesce(sum({CHOSEN}), 0) FROM items i JOIN (
               SELECT s.item, row_number() OVER (PARTITION BY s.day ORDER BY s.at, s.rank, s.item) AS place
               FROM showings s JOIN items i ON i.id = s.item WHERE s.day >= ? AND NOT i.sampled
             ) s ON s.item = i.id WHERE s.place <= ?"
        );
        let (among, chosen): (u64, u64) = self.db.query_row(&sql, params![from_day, BUDGET], |r| Ok((r.get(0)?, r.get(1)?)))?;
        report.among_15 = among;
        report.precision_at_15 = (among > 0).then(|| chosen as f64 / among as f64);
        Ok(())
    }

    fn outlets_of(&self, item: i64) -> Result<Vec<String>, QueueError> {
        let mut statement = self.db.prepare_cached(
            "SELECT DISTINCT coalesce(d.outlet, ?2) FROM occurrences o JOIN documents d ON d.id = o.document
             WHERE o.item = ?1 AND o.state <> 'withdrawn' ORDER BY 1",
        )?;
        Ok(statement.query_map(params![item, NOT_KNOWN], |r| r.get(0))?.collect::<Result<_, _>>()?)
    }
}

/// Whether somebody began to check the item `i`, or published a check, did not take it back, and did not find it to be no claim.
const CHOSEN: &str = "(EXISTS (SELECT 1 FROM events e WHERE e.item = i.id AND e.kind IN ('started', 'published')
    AND NOT EXISTS (SELECT 1 FROM events u WHERE u.undoes = e.id))
    AND NOT (i.state = 'dropped' AND i.reason IN ('not-checkable', 'bad-span', 'wrong-speaker')))";
