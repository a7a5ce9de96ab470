//! Checks that somebody published already, and which items they speak of.

use rusqlite::{OptionalExtension, params};

use super::checks::Check;
use super::clock::Millis;
use super::clusters::{Bands, parsed};
use super::error::QueueError;
use super::events::{Happened, Kind, PROGRAM, Standing};
use super::likeness::{Features, likeness};
use super::moves::{By, named, nobody_elses};
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

    /// Takes a published check off an item that it does not speak of. What stands at its address is not put to the item again; undo takes it back.
    /// Another check that says the same may take its place.
    ///
    /// # Errors
    /// When the item has no check, or somebody else has it in hand.
    pub fn uncheck(&mut self, item: i64, by: By, now: Millis) -> Result<(), QueueError> {
        named(by.actor)?;
        self.write(now, |desk| desk.uncheck(item, by))
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
            // Who looks at the item later must see that the verdict was another.
            return items.into_iter().try_for_each(|item| self.attach(item, id, actor));
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
            if self.takes_the_place(id, item)? {
                self.attach(item, id, actor)?;
                imported.items += 1;
            }
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

    /// Whether an item has no check yet, or an older one of the same address.
    fn takes_the_place(&self, check: i64, item: i64) -> Result<bool, QueueError> {
        let mut statement = self.db.prepare_cached(
            "SELECT NOT EXISTS (SELECT 1 FROM refused r JOIN checks c ON c.id = r.checked JOIN checks n ON n.id = ?1
                 WHERE r.item = ?2 AND c.url = n.url)
               AND NOT EXISTS (SELECT 1 FROM items i JOIN checks c ON c.id = i.checked JOIN checks n ON n.id = ?1
                 WHERE i.id = ?2 AND (c.url <> n.url OR coalesce(c.published, '') > coalesce(n.published, '')))",
        )?;
        Ok(statement.query_row([check, item], |r| r.get(0))?)
    }

    /// The items that say the same.
    fn items_like(&self, features: &Features) -> Result<Vec<i64>, QueueError> {
        let mut items = std::collections::BTreeSet::new();
        for owner in self.sharing(features, Bands::Occurrences)? {
            let mut statement = self.db.prepare_cached("SELECT item, features FROM occurrences WHERE id = ?")?;
            let Some((item, theirs)) = statement.query_row([owner], |r| Ok((r.get(0)?, r.get::<_, String>(1)?))).optional()? else {
                continue;
            };
            if likeness(features, &parsed(&theirs)?).is_some() {
                items.insert(item);
            }
        }
        Ok(items.into_iter().collect())
    }

    /// Looks for a published check of an item that has a new wording. Gives whether it has one that it had not.
    pub(super) fn look_up(&self, item: i64, features: &Features) -> Result<bool, QueueError> {
        if self.check_of(item)?.is_some() {
            return Ok(false);
        }
        let Some(check) = self.likest(item, std::slice::from_ref(features))? else { return Ok(false) };
        self.attach(item, check, PROGRAM)?;
        Ok(true)
    }

    /// Looks for a published check anew, after an item's wordings are others. One that speaks of none of them goes.
    pub(super) fn look_again(&self, item: i64) -> Result<(), QueueError> {
        let mut statement =
            self.db.prepare_cached("SELECT features FROM occurrences WHERE item = ? AND features IS NOT NULL ORDER BY id")?;
        let wordings = statement.query_map([item], |r| r.get::<_, String>(0))?.collect::<Result<Vec<_>, _>>()?;
        if wordings.is_empty() {
            return Ok(());
        }
        let wordings = wordings.iter().map(|w| parsed(w)).collect::<Result<Vec<_>, _>>()?;
        match self.likest(item, &wordings)? {
            check if check == self.check_of(item)? => Ok(()),
            Some(check) => self.attach(item, check, PROGRAM),
            None => self.set_check(item, None),
        }
    }

    /// The check that says what one of these wordings says and was not refused; the likest counts, and of one address the newest.
    fn likest(&self, item: i64, wordings: &[Features]) -> Result<Option<i64>, QueueError> {
        let mut found: Vec<(f64, i64, String, Option<String>)> = Vec::new();
        let mut statement = self.db.prepare_cached(
            "SELECT features, url, published FROM checks c WHERE id = ?1
               AND NOT EXISTS (SELECT 1 FROM refused r JOIN checks o ON o.id = r.checked WHERE r.item = ?2 AND o.url = c.url)",
        )?;
        for features in wordings {
            for owner in self.sharing(features, Bands::Checks)? {
                let row = statement.query_row([owner, item], |r| Ok((r.get::<_, String>(0)?, r.get(1)?, r.get(2)?))).optional()?;
                let Some((theirs, url, published)) = row else { continue };
                if let Some(score) = likeness(features, &parsed(&theirs)?) {
                    found.push((score, owner, url, published));
                }
            }
        }
        // The first import of equals.
        let Some((.., url, _)) = found.iter().max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1))) else { return Ok(None) };
        Ok(found.iter().filter(|f| f.2 == *url).max_by_key(|f| (&f.3, f.1)).map(|f| f.1))
    }

    fn check_of(&self, item: i64) -> Result<Option<i64>, QueueError> {
        Ok(self.db.prepare_cached("SELECT checked FROM items WHERE id = ?")?.query_row([item], |r| r.get(0))?)
    }

    fn set_check(&self, item: i64, check: Option<i64>) -> Result<(), QueueError> {
        self.db.prepare_cached("UPDATE items SET checked = ? WHERE id = ?")?.execute(params![check, item])?;
        Ok(())
    }

    fn attach(&self, item: i64, check: i64, actor: &str) -> Result<(), QueueError> {
        self.set_check(item, Some(check))?;
        let said = self.said(check)?;
        self.happened(&Happened { reason: Some(&said), ..Happened::new(item, Kind::Checked, actor) })?;
        self.recount(item)
    }

    fn said(&self, check: i64) -> Result<String, QueueError> {
        Ok(self.db.prepare_cached("SELECT verdict || ', ' || url FROM checks WHERE id = ?")?.query_row([check], |r| r.get(0))?)
    }

    fn uncheck(&self, item: i64, by: By) -> Result<(), QueueError> {
        let standing = self.still_own(item)?;
        nobody_elses(item, &standing, by)?;
        let check = self.check_of(item)?.ok_or_else(|| QueueError::Refused(format!("item {item} has no published check")))?;
        self.db.prepare_cached("INSERT OR IGNORE INTO refused VALUES (?, ?)")?.execute([item, check])?;
        self.happened(&Happened {
            reason: Some(&self.said(check)?),
            before: Some(&Standing { checked: Some(check), ..standing }),
            ..Happened::new(item, Kind::Unchecked, by.actor)
        })?;
        self.set_check(item, None)?;
        self.look_again(item)?;
        self.recount(item)
    }

    /// Takes an [`Desk::uncheck`] back.
    pub(super) fn check_again(&self, item: i64, before: &Standing) -> Result<(), QueueError> {
        let Some(check) = before.checked else { return Ok(()) };
        self.db.prepare_cached("DELETE FROM refused WHERE item = ? AND checked = ?")?.execute([item, check])?;
        self.set_check(item, Some(check))
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
