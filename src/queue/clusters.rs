//! Which occurrences are one item: by their words, by likeness, and by hand.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{OptionalExtension, params};

use super::error::QueueError;
use super::events::{Happened, Kind, Standing};
use super::likeness::{Features, conflict, likeness};
use super::moves::{By, named, nobody_elses};
use super::states::State;
use super::store::{Desk, Queue};
use super::tally::word;
use crate::labels::Mode;

/// The most owners looked at in one band: what stands in more tells little.
const IN_A_BAND: i64 = 64;
/// The most wordings compared with a claim: those that share most bands.
const COMPARED: usize = 128;
/// The most wordings of one key that are looked at.
const OF_A_KEY: i64 = 16;

/// Whose bands are meant.
#[derive(Clone, Copy)]
pub(super) enum Bands {
    Occurrences,
    Checks,
}

impl Desk<'_> {
    /// The item a claim belongs to, if there is one: the same words without a conflict, else the likeliest of the wordings that
    /// share a band.
    pub(super) fn home(&self, key: &str, features: &Features) -> Result<Option<i64>, QueueError> {
        if let Some(item) = self.of_same_words(key, features)? {
            return Ok(Some(item));
        }
        let mut best: Option<(f64, i64)> = None;
        for owner in self.sharing(features, Bands::Occurrences)? {
            let (item, theirs) = self.wording(owner)?;
            if let Some(score) = likeness(features, &theirs).filter(|score| best.is_none_or(|(most, _)| *score > most)) {
                best = Some((score, item));
            }
        }
        Ok(best.map(|(_, item)| item))
    }

    /// "Fell last month" is another claim in another month, though the words are the same.
    fn of_same_words(&self, key: &str, features: &Features) -> Result<Option<i64>, QueueError> {
        let mut statement = self.db.prepare_cached(
            "SELECT item, features FROM occurrences INDEXED BY occurrences_worded
             WHERE key = ? AND features IS NOT NULL ORDER BY id DESC LIMIT ?",
        )?;
        let mut rows = statement.query(params![key, OF_A_KEY])?;
        while let Some(row) = rows.next()? {
            if conflict(features, &parsed(&row.get::<_, String>(1)?)?).is_none() {
                return Ok(Some(row.get(0)?));
            }
        }
        Ok(None)
    }

    /// Who shares bands with these features, whoever shares most first.
    pub(super) fn sharing(&self, features: &Features, of: Bands) -> Result<Vec<i64>, QueueError> {
        let mut statement = self.db.prepare_cached(match of {
            Bands::Occurrences => "SELECT owner FROM bands WHERE band = ? ORDER BY owner DESC LIMIT ?",
            Bands::Checks => "SELECT owner FROM check_bands WHERE band = ? ORDER BY owner DESC LIMIT ?",
        })?;
        let mut shared: BTreeMap<i64, usize> = BTreeMap::new();
        for band in features.bands() {
            let mut rows = statement.query(params![band.cast_signed(), IN_A_BAND])?;
            while let Some(row) = rows.next()? {
                *shared.entry(row.get(0)?).or_default() += 1;
            }
        }
        let mut owners: Vec<(usize, i64)> = shared.into_iter().map(|(owner, count)| (count, owner)).collect();
        owners.sort_by_key(|(count, owner)| (std::cmp::Reverse(*count), *owner));
        owners.truncate(COMPARED);
        Ok(owners.into_iter().map(|(_, owner)| owner).collect())
    }

    fn wording(&self, occurrence: i64) -> Result<(i64, Features), QueueError> {
        let mut statement = self.db.prepare_cached("SELECT item, features FROM occurrences WHERE id = ?")?;
        let (item, features) = statement.query_row([occurrence], |r| Ok((r.get(0)?, r.get::<_, String>(1)?)))?;
        Ok((item, parsed(&features)?))
    }

    /// Whether an item has a wording of this key that does not conflict with `features`.
    pub(super) fn has_wording(&self, item: i64, key: &str, features: &Features) -> Result<bool, QueueError> {
        let mut statement = self.db.prepare_cached(
            "SELECT features FROM occurrences INDEXED BY occurrences_worded WHERE key = ? AND item = ? AND features IS NOT NULL",
        )?;
        let mut rows = statement.query(params![key, item])?;
        while let Some(row) = rows.next()? {
            if conflict(features, &parsed(&row.get::<_, String>(0)?)?).is_none() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Lets others find an occurrence by its words.
    pub(super) fn make_findable(&self, occurrence: i64, features: &Features) -> Result<(), QueueError> {
        let written = serde_json::to_string(features).map_err(|e| QueueError::content("a claim", e))?;
        self.db.prepare_cached("UPDATE occurrences SET features = ? WHERE id = ?")?.execute(params![written, occurrence])?;
        self.index(occurrence, features, Bands::Occurrences)
    }

    pub(super) fn index(&self, owner: i64, features: &Features, of: Bands) -> Result<(), QueueError> {
        let mut statement = self.db.prepare_cached(match of {
            Bands::Occurrences => "INSERT OR IGNORE INTO bands VALUES (?, ?)",
            Bands::Checks => "INSERT OR IGNORE INTO check_bands VALUES (?, ?)",
        })?;
        for band in features.bands() {
            statement.execute(params![band.cast_signed(), owner])?;
        }
        Ok(())
    }

    /// Sees to it that every wording of an item can be found, after occurrences were moved.
    fn keep_findable(&self, item: i64) -> Result<(), QueueError> {
        let mut statement = self.db.prepare_cached(
            "SELECT o.id, o.key, o.text, o.date, d.published, o.mode FROM occurrences o JOIN documents d ON d.id = o.document
             WHERE o.item = ?1 AND o.features IS NULL AND o.id = (SELECT min(p.id) FROM occurrences p WHERE p.item = ?1 AND p.key = o.key)
               AND NOT EXISTS (SELECT 1 FROM items i WHERE i.id = ?1 AND i.sampled)",
        )?;
        let mut rows = statement.query([item])?;
        while let Some(r) = rows.next()? {
            let (id, key, text): (i64, String, String) = (r.get(0)?, r.get(1)?, r.get(2)?);
            let (date, published): (Option<String>, Option<String>) = (r.get(3)?, r.get(4)?);
            let features = features_of(&text, date.as_deref(), published.as_deref(), word(r, 5, Mode::parse)?);
            if !self.has_wording(item, &key, &features)? {
                self.make_findable(id, &features)?;
            }
        }
        Ok(())
    }

    /// Makes all features anew, after what they are made with has changed.
    pub(super) fn remake_features(&self) -> Result<(), QueueError> {
        self.db.execute_batch("DELETE FROM bands; DELETE FROM check_bands;")?;
        let mut wordings = self.db.prepare(
            "SELECT o.id, o.text, o.date, d.published, o.mode FROM occurrences o JOIN documents d ON d.id = o.document
             WHERE o.features IS NOT NULL",
        )?;
        let mut rows = wordings.query([])?;
        while let Some(r) = rows.next()? {
            let (text, date, published): (String, Option<String>, Option<String>) = (r.get(1)?, r.get(2)?, r.get(3)?);
            let features = features_of(&text, date.as_deref(), published.as_deref(), word(r, 4, Mode::parse)?);
            self.make_findable(r.get(0)?, &features)?;
        }
        self.remake_checks()
    }

    fn move_to(&self, occurrences: &BTreeSet<i64>, item: i64) -> Result<(), QueueError> {
        let mut statement = self.db.prepare_cached("UPDATE occurrences SET item = ? WHERE id = ?")?;
        for occurrence in occurrences {
            statement.execute([item, *occurrence])?;
        }
        Ok(())
    }

    fn occurrences_of(&self, item: i64) -> Result<Vec<i64>, QueueError> {
        let mut statement = self.db.prepare_cached("SELECT id FROM occurrences WHERE item = ? ORDER BY id")?;
        Ok(statement.query_map([item], |r| r.get(0))?.collect::<Result<_, _>>()?)
    }

    fn recount_both(&self, a: i64, b: i64) -> Result<(), QueueError> {
        for item in [a, b] {
            self.keep_findable(item)?;
            self.look_again(item)?;
            self.recount(item)?;
        }
        Ok(())
    }

    fn merge(&self, item: i64, into: i64, actor: &str) -> Result<(), QueueError> {
        let (from, to) = (self.still_own(item)?, self.still_own(into)?);
        if item == into {
            return Err(QueueError::Refused(format!("item {item} cannot become part of itself")));
        }
        self.may_become_part(item, &from, into, &to)?;
        let moved = self.occurrences_of(item)?;
        let what = |other: i64, standing: &Standing| Standing { moved: moved.clone(), other: Some(other), ..standing.clone() };
        self.move_to(&moved.iter().copied().collect(), into)?;
        self.stand(item, &Standing { merged_into: Some(into), ..from.clone() })?;
        self.happened(&Happened {
            reason: Some(&format!("into {into}")),
            before: Some(&what(into, &from)),
            ..Happened::new(item, Kind::Merged, actor)
        })?;
        self.happened(&Happened {
            reason: Some(&format!("item {item}")),
            before: Some(&what(item, &to)),
            ..Happened::new(into, Kind::TookIn, actor)
        })?;
        self.recount_both(item, into)
    }

    /// Whether nothing is lost from sight when the appearances of one item become those of another.
    fn may_become_part(&self, item: i64, from: &Standing, into: i64, to: &Standing) -> Result<(), QueueError> {
        if from.state.is_held() {
            return Err(QueueError::Held { item, holder: from.assignee.clone().unwrap_or_default() });
        }
        if from.state == State::Published && to.state != State::Published {
            return Err(QueueError::Refused(format!(
                "item {item} has a published verdict, item {into} has none: merge {into} into {item}, or the verdict is lost from sight"
            )));
        }
        if self.is_sample(item)? != self.is_sample(into)? {
            return Err(QueueError::Refused(format!(
                "of the items {item} and {into} one is a sample from below the threshold, the other a claim: they are counted apart"
            )));
        }
        Ok(())
    }

    fn is_sample(&self, item: i64) -> Result<bool, QueueError> {
        Ok(self.db.prepare_cached("SELECT sampled FROM items WHERE id = ?")?.query_row([item], |r| r.get(0))?)
    }

    fn split(&self, item: i64, claims: &[String], actor: &str) -> Result<i64, QueueError> {
        let standing = self.still_own(item)?;
        let all = self.occurrences_of(item)?;
        let mut moved = BTreeSet::new();
        for claim in claims {
            let mut statement = self.db.prepare_cached("SELECT id FROM occurrences WHERE claim_id = ? AND item = ?")?;
            let found = statement.query_map(params![claim, item], |r| r.get(0))?.collect::<Result<Vec<i64>, _>>()?;
            if found.is_empty() {
                return Err(QueueError::Refused(format!("item {item} has no occurrence {claim}; `queue show {item}` lists them")));
            }
            moved.extend(found);
        }
        if moved.is_empty() || moved.len() == all.len() {
            return Err(QueueError::Refused(format!("a split of item {item} must take some of its {} occurrences, not all", all.len())));
        }
        let new = self.new_item(self.is_sample(item)?, true)?;
        self.move_to(&moved, new)?;
        self.happened(&Happened {
            reason: Some(&format!("split off item {item}")),
            to: Some(State::New),
            occurrence: moved.first().copied(),
            ..Happened::new(new, Kind::Added, actor)
        })?;
        self.happened(&Happened {
            reason: Some(&format!("item {new}")),
            before: Some(&Standing { moved: moved.into_iter().collect(), other: Some(new), ..standing }),
            ..Happened::new(item, Kind::SplitOff, actor)
        })?;
        self.recount_both(item, new)?;
        Ok(new)
    }

    /// Brings back what a merge or split moved, as far as it is still there. What joined since, with words that were moved, goes with it.
    pub(super) fn move_back(&self, item: i64, kind: Kind, before: &Standing, by: By) -> Result<(), QueueError> {
        let Some(other) = before.other else { return Ok(()) };
        if kind == Kind::SplitOff {
            return self.join_again(other, item, by);
        }
        let (part, whole) = if kind == Kind::Merged { (item, other) } else { (other, item) };
        let standing = self.standing(whole)?;
        self.not_elsewhere(whole, &standing)?;
        nobody_elses(whole, &standing, by)?;
        let back = self.still_there(&before.moved, whole)?;
        self.move_to(&back, part)?;
        self.stand(part, &Standing { merged_into: None, ..self.standing(part)? })?;
        self.undo_twin(other, item, by.actor)?;
        self.recount_both(part, whole)
    }

    /// The occurrences of `moved` that stand in an item, and what joined it since with their words.
    fn still_there(&self, moved: &[i64], whole: i64) -> Result<BTreeSet<i64>, QueueError> {
        let last = moved.iter().max().copied().unwrap_or(0);
        let mut key_of = self.db.prepare_cached("SELECT key FROM occurrences WHERE id = ? AND item = ?")?;
        let mut since = self.db.prepare_cached("SELECT id FROM occurrences WHERE item = ? AND key = ? AND id > ?")?;
        let (mut back, mut keys) = (BTreeSet::new(), BTreeSet::new());
        for occurrence in moved {
            let key: Option<String> = key_of.query_row([*occurrence, whole], |r| r.get(0)).optional()?;
            back.extend(key.as_ref().map(|_| *occurrence));
            keys.extend(key);
        }
        for key in &keys {
            back.extend(since.query_map(params![whole, key, last], |r| r.get::<_, i64>(0))?.collect::<Result<Vec<_>, _>>()?);
        }
        Ok(back)
    }

    /// What was split off comes back whole, where a merge would be allowed.
    fn join_again(&self, part: i64, item: i64, by: By) -> Result<(), QueueError> {
        let (from, to) = (self.standing(part)?, self.standing(item)?);
        self.not_elsewhere(part, &from)?;
        self.not_elsewhere(item, &to)?;
        self.may_become_part(part, &from, item, &to)?;
        let mut inside = self.db.prepare_cached("SELECT id FROM items WHERE merged_into = ? ORDER BY id LIMIT 1")?;
        if let Some(inner) = inside.query_row([part], |r| r.get::<_, i64>(0)).optional()? {
            return Err(QueueError::Refused(format!("undo the merge of {inner} into {part} first")));
        }
        self.move_to(&self.occurrences_of(part)?.into_iter().collect(), item)?;
        self.stand(part, &Standing { merged_into: Some(item), ..from })?;
        self.happened(&Happened { reason: Some(&format!("into {item}")), ..Happened::new(part, Kind::Merged, by.actor) })?;
        self.recount_both(item, part)
    }

    fn not_elsewhere(&self, item: i64, standing: &Standing) -> Result<(), QueueError> {
        match standing.merged_into {
            Some(into) => Err(QueueError::Refused(format!("undo the merge of {item} into {into} first"))),
            None => Ok(()),
        }
    }

    /// A merge is an event of both items: who takes back the one takes back the other.
    fn undo_twin(&self, other: i64, item: i64, actor: &str) -> Result<(), QueueError> {
        let mut statement = self.db.prepare_cached(
            "SELECT id, before FROM events e WHERE item = ? AND kind IN ('merged', 'took-in') AND before IS NOT NULL
               AND NOT EXISTS (SELECT 1 FROM events u WHERE u.undoes = e.id) ORDER BY id DESC",
        )?;
        let events = statement.query_map([other], |r| Ok((r.get::<_, i64>(0)?, r.get::<_, String>(1)?)))?.collect::<Result<Vec<_>, _>>()?;
        for (id, before) in events {
            let before: Standing = serde_json::from_str(&before).map_err(|e| QueueError::content("an event", e))?;
            if before.other == Some(item) {
                self.happened(&Happened { undoes: Some(id), ..Happened::new(other, Kind::Undone, actor) })?;
                return Ok(());
            }
        }
        Ok(())
    }
}

/// What likeness compares of a claim, which may be told in somebody's words or in the article's.
pub(super) fn features_of(text: &str, date: Option<&str>, published: Option<&str>, mode: Option<Mode>) -> Features {
    let features = Features::of(text, date, published);
    if matches!(mode, Some(Mode::Indirect | Mode::Mixed)) { features.as_reported() } else { features }
}

pub(super) fn parsed(features: &str) -> Result<Features, QueueError> {
    serde_json::from_str(features).map_err(|e| QueueError::content("what likeness compares", e))
}

impl Queue {
    /// Makes all occurrences of `item` occurrences of `into`.
    ///
    /// # Errors
    /// When either is part of another already, somebody has `item` in hand, or its published verdict would be lost from sight.
    pub fn merge(&mut self, item: i64, into: i64, actor: &str, now: i64) -> Result<(), QueueError> {
        named(actor)?;
        self.write(now, |desk| desk.merge(item, into, actor))
    }

    /// Makes an item of its own of some occurrences, by their claim ids, and gives its number.
    ///
    /// # Errors
    /// When the item has no such occurrences, or no others.
    pub fn split(&mut self, item: i64, claims: &[String], actor: &str, now: i64) -> Result<i64, QueueError> {
        named(actor)?;
        self.write(now, |desk| desk.split(item, claims, actor))
    }
}
