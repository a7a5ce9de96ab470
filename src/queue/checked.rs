//! Checks that somebody published already, and which items they speak of.

use rusqlite::{OptionalExtension, params};

use super::checks::Check;
use super::clock::Millis;
use super::clusters::{Bands, parsed};
use super::error::QueueError;
use super::events::{Happened, Kind};
use super::likeness::{Features, likeness};
use super::store::{Desk, Queue};

/// What importing checks came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct Imported {
    /// Checks that are new.
    pub new: usize,
    /// Checks whose verdict or date has changed.
    pub changed: usize,
    /// Checks that were there already.
    pub known: usize,
    /// Items that one of them says something of.
    pub items: usize,
}

impl Queue {
    /// Takes in published checks, all in one transaction; those there already change nothing.
    ///
    /// # Errors
    /// When they cannot be stored.
    pub fn import_checks(&mut self, checks: &[Check], actor: &str, now: Millis) -> Result<Imported, QueueError> {
        self.write(now, |desk| {
            let mut imported = Imported::default();
            for check in checks {
                desk.import(check, actor, &mut imported)?;
            }
            Ok(imported)
        })
    }
}

impl Desk<'_> {
    fn import(&self, check: &Check, actor: &str, imported: &mut Imported) -> Result<(), QueueError> {
        if let Some((id, changed)) = self.known_check(check)? {
            if !changed {
                imported.known += 1;
                return Ok(());
            }
            imported.changed += 1;
            self.db
                .prepare_cached("UPDATE checks SET verdict = ?, rating = ?, publisher = ?, published = ? WHERE id = ?")?
                .execute(params![check.verdict, check.rating, check.publisher, check.published, id])?;
            let mut of_it = self.db.prepare_cached("SELECT id FROM items WHERE checked = ?")?;
            let items = of_it.query_map([id], |r| r.get(0))?.collect::<Result<Vec<i64>, _>>()?;
            return items.into_iter().try_for_each(|item| self.recount(item));
        }
        let features = features_of(&check.claim, check.claim_date.as_deref(), check.published.as_deref());
        let written = serde_json::to_string(&features).map_err(|e| QueueError::content("a check", e))?;
        self.db
            .prepare_cached(
                "INSERT INTO checks (claim, claimant, verdict, rating, url, publisher, claim_date, published, features, added)
                 VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            )?
            .execute(params![
                check.claim,
                check.claimant,
                check.verdict,
                check.rating,
                check.url,
                check.publisher,
                check.claim_date,
                check.published,
                written,
                self.now
            ])?;
        let id = self.db.last_insert_rowid();
        self.index(id, &features, Bands::Checks)?;
        imported.new += 1;
        for item in self.items_like(&features)? {
            self.attach(item, id, actor)?;
            imported.items += 1;
        }
        Ok(())
    }

    /// The check of this address and claim, and whether what it says has changed.
    fn known_check(&self, check: &Check) -> Result<Option<(i64, bool)>, QueueError> {
        let mut statement = self.db.prepare_cached(
            "SELECT id, (verdict, rating, publisher, published) IS NOT (?3, ?4, ?5, ?6) FROM checks WHERE url = ?1 AND claim = ?2",
        )?;
        let known = params![check.url, check.claim, check.verdict, check.rating, check.publisher, check.published];
        Ok(statement.query_row(known, |r| Ok((r.get(0)?, r.get(1)?))).optional()?)
    }

    /// The items without a check that say the same.
    fn items_like(&self, features: &Features) -> Result<Vec<i64>, QueueError> {
        let mut items = std::collections::BTreeSet::new();
        for owner in self.sharing(features, Bands::Occurrences)? {
            let mut statement = self.db.prepare_cached(
                "SELECT o.item, o.features FROM occurrences o JOIN items i ON i.id = o.item WHERE o.id = ? AND i.checked IS NULL",
            )?;
            let Some((item, theirs)) = statement.query_row([owner], |r| Ok((r.get(0)?, r.get::<_, String>(1)?))).optional()? else {
                continue;
            };
            if likeness(features, &parsed(&theirs)?).is_some() {
                items.insert(item);
            }
        }
        Ok(items.into_iter().collect())
    }

    /// Looks for a published check of a new item; the likest counts. Gives whether there is one.
    pub(super) fn look_up(&self, item: i64, features: &Features) -> Result<bool, QueueError> {
        let mut best: Option<(f64, i64)> = None;
        for owner in self.sharing(features, Bands::Checks)? {
            let mut statement = self.db.prepare_cached("SELECT features FROM checks WHERE id = ?")?;
            let theirs: String = statement.query_row([owner], |r| r.get(0))?;
            if let Some(score) = likeness(features, &parsed(&theirs)?).filter(|score| best.is_none_or(|(most, _)| *score > most)) {
                best = Some((score, owner));
            }
        }
        let Some((_, check)) = best else { return Ok(false) };
        self.attach(item, check, super::events::PROGRAM)?;
        Ok(true)
    }

    fn attach(&self, item: i64, check: i64, actor: &str) -> Result<(), QueueError> {
        self.db.prepare_cached("UPDATE items SET checked = ? WHERE id = ?")?.execute([check, item])?;
        let said = self
            .db
            .prepare_cached("SELECT verdict || ', ' || url FROM checks WHERE id = ?")?
            .query_row([check], |r| r.get::<_, String>(0))?;
        self.happened(&Happened { reason: Some(&said), ..Happened::new(item, Kind::Checked, actor) })?;
        self.recount(item)
    }

    pub(super) fn remake_checks(&self) -> Result<(), QueueError> {
        let mut all = self.db.prepare("SELECT id, claim, claim_date, published FROM checks")?;
        let mut put = self.db.prepare("UPDATE checks SET features = ? WHERE id = ?")?;
        let mut rows = all.query([])?;
        while let Some(r) = rows.next()? {
            let (claim, date, published): (String, Option<String>, Option<String>) = (r.get(1)?, r.get(2)?, r.get(3)?);
            let features = features_of(&claim, date.as_deref(), published.as_deref());
            put.execute(params![serde_json::to_string(&features).map_err(|e| QueueError::content("a check", e))?, r.get::<_, i64>(0)?])?;
            self.index(r.get(0)?, &features, Bands::Checks)?;
        }
        Ok(())
    }
}

/// The date of a claim is when it was made: "last month" counts from there, or from the day of the check.
fn features_of(claim: &str, claim_date: Option<&str>, published: Option<&str>) -> Features {
    Features::of(claim, None, claim_date.or(published))
}
