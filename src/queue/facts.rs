//! What the occurrences of an item come to, and what that is worth: kept with the item, so that lists need not look further.

use rusqlite::{Connection, params};
use serde::{Deserialize, Serialize};

use super::clock::{HOUR, Millis, moment};
use super::error::QueueError;
use super::priority::{Circumstances, Priorities, Priority};
use super::store::Desk;
use super::tally::Tally;
use crate::labels::{ClaimType, ClaimerKind, Mode, Stance, Verifiability};
use crate::values::{Label, find};

/// A claim without a date of its own that appears again so long after it was decided on, and after it appeared last, may have become
/// another: "unemployment is at 4.1 percent".
pub(super) const AGAIN_AFTER: Millis = 90 * 24 * HOUR;
/// A check that is older than that by so much counts half.
const YEAR: Millis = 365 * 24 * HOUR;

/// What an item's visible occurrences come to. The one that speaks for it: the best named claimer, then the most check-worthy,
/// then the first.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Facts {
    pub text: String,
    pub check_worthiness: f64,
    pub verifiability: Option<Verifiability>,
    pub types: Vec<ClaimType>,
    pub mode: Option<Mode>,
    pub stance: Stance,
    pub claimer: Option<String>,
    pub kind: Option<ClaimerKind>,
    pub role: Option<String>,
    pub party: Option<String>,
    pub organisation: Option<String>,
    pub date: Option<String>,
    pub quoted: bool,
    pub has_amount: bool,
    pub subjects: Vec<String>,
    pub outlets: usize,
    pub appearances: usize,
    /// The latest publication.
    pub published_at: Option<Millis>,
    /// The verdict of a published check.
    pub checked: Option<String>,
    /// When that was published, where the claim has no date of its own.
    #[serde(default)]
    pub checked_at: Option<Millis>,
}

impl Facts {
    /// What priority looks at, when it is `now`.
    fn circumstances(&self, now: Millis) -> Circumstances<'_> {
        Circumstances {
            check_worthiness: self.check_worthiness,
            outlets: self.outlets,
            appearances: self.appearances,
            age_hours: self.published_at.map(|at| (now - at).max(0) as f64 / HOUR as f64),
            text: &self.text,
            verifiability: self.verifiability,
            types: &self.types,
            mode: self.mode.unwrap_or(Mode::Author),
            claimer: self.claimer.as_deref(),
            claimer_role: self.role.as_deref(),
            claimer_organisation: self.organisation.as_deref(),
            claimer_named_person: self.kind == Some(ClaimerKind::Person),
            quoted: self.quoted,
            has_amount: self.has_amount,
            subjects: &self.subjects,
            checked: self.checked.as_deref(),
        }
    }

    pub(super) fn weigh(&self, priorities: &Priorities, now: Millis) -> Priority {
        let weighed = priorities.weigh(&self.circumstances(now));
        let share = self.check_counts();
        if share >= 1.0 {
            return weighed;
        }
        let unchecked = priorities.weigh(&Circumstances { checked: None, ..self.circumstances(now) }).score;
        Priority { score: ((unchecked - share * (unchecked - weighed.score)) * 1e6).round() / 1e6, ..weighed }
    }

    /// How much a published check still says of a claim without a date, in (0, 1]: all while it is fresh, half a year after, and so on.
    /// Its age is counted to the claim's latest appearance, so that scores only fall while nothing happens.
    fn check_counts(&self) -> f64 {
        let (Some(checked), Some(appeared)) = (self.checked_at, self.published_at) else { return 1.0 };
        let beyond = (appeared - checked - AGAIN_AFTER).max(0);
        0.5_f64.powf(beyond as f64 / YEAR as f64)
    }

    /// Whether whoever says so is denied, or not among those allowed.
    pub(super) fn is_unwanted(&self, priorities: &Priorities) -> bool {
        if priorities.allow.is_empty() && priorities.deny.is_empty() {
            return false;
        }
        let (claimer, role, organisation) = (self.claimer.clone(), self.role.clone(), self.organisation.clone());
        // With nothing else known of it, a claim is off by its speaker alone.
        let speaker = Self { claimer, role, organisation, kind: self.kind, ..Self::default() };
        priorities.weigh(&speaker.circumstances(0)).off.is_some()
    }

    pub(super) fn parse(text: &str) -> Result<Self, QueueError> {
        serde_json::from_str(text).map_err(|e| QueueError::content("an item", e))
    }

    /// How well it is known who says so: a name is worth most.
    pub(super) fn named(&self) -> u8 {
        match self.kind {
            Some(ClaimerKind::Person) => 3,
            Some(ClaimerKind::Organisation | ClaimerKind::Document) => 2,
            Some(ClaimerKind::Unnamed) => 1,
            Some(ClaimerKind::Unresolved) | None => 0,
        }
    }
}

impl Desk<'_> {
    /// What an item is worth, whether it may be seen, and when that changes, after its occurrences, state or check are others.
    pub(super) fn recount(&self, item: i64) -> Result<(), QueueError> {
        let Counted { facts, hidden, due, opened } = told(self.db, item, &self.tally(item)?)?;
        let weighed = facts.weigh(self.priorities, self.now);
        let written = serde_json::to_string(&facts).map_err(|e| QueueError::content("an item", e))?;
        self.db
            .prepare_cached("UPDATE items SET facts = ?, hidden = ?, due = ?, opened = ?, score = ?, topic = ?, off = ? WHERE id = ?")?
            .execute(params![written, hidden, due, opened, weighed.score, weighed.topic, weighed.off, item])?;
        Ok(())
    }

    /// Counts every item anew, as other speakers ask.
    pub(super) fn recount_all(&self) -> Result<(), QueueError> {
        self.forget_tallies()?;
        let mut all = self.db.prepare("SELECT id FROM items ORDER BY id")?;
        let items = all.query_map([], |r| r.get(0))?.collect::<Result<Vec<i64>, _>>()?;
        items.into_iter().try_for_each(|item| self.recount(item))
    }

    /// Weighs every item anew, as other weights ask.
    pub(super) fn weigh_all(&self) -> Result<(), QueueError> {
        let mut all = self.db.prepare("SELECT id, facts FROM items")?;
        let mut put = self.db.prepare("UPDATE items SET score = ?, topic = ?, off = ? WHERE id = ?")?;
        let mut rows = all.query([])?;
        while let Some(row) = rows.next()? {
            let weighed = Facts::parse(row.get_ref(1)?.as_str().map_err(rusqlite::Error::from)?)?.weigh(self.priorities, self.now);
            put.execute(params![weighed.score, weighed.topic, weighed.off, row.get::<_, i64>(0)?])?;
        }
        Ok(())
    }
}

/// What an item comes to by the clock.
pub(super) struct Counted {
    pub facts: Facts,
    /// Why it is not listed.
    pub hidden: Option<&'static str>,
    /// When the next embargo ends.
    pub due: Option<Millis>,
    /// When the last of those embargoes ended that are over.
    pub opened: Option<Millis>,
}

/// An item's occurrences looked at anew, whatever is kept of them.
pub(super) fn counted(db: &Connection, priorities: &Priorities, item: i64, clock: Millis) -> Result<Counted, QueueError> {
    told(db, item, &Tally::of(db, priorities, item, clock)?)
}

fn told(db: &Connection, item: i64, tally: &Tally) -> Result<Counted, QueueError> {
    let held = held_of(db, item)?;
    let mut facts = tally.facts(db)?.unwrap_or(Facts { outlets: 0, appearances: 0, ..held.facts });
    facts.checked_at =
        held.check.as_ref().and_then(|c| c.1.as_deref()).and_then(moment).filter(|_| !is_dated(&facts.text, facts.date.as_deref()));
    facts.checked = held.check.map(|c| c.0);
    let hidden = match facts.appearances {
        _ if held.merged => Some("merged"),
        0 if tally.due().is_some() => Some("embargoed"),
        0 if !held.stays => Some("gone"),
        _ if held.sampled => Some("sampled"),
        _ => None,
    };
    Ok(Counted { facts, hidden, due: tally.due(), opened: tally.opened() })
}

/// What is known of an item beside its occurrences.
struct HeldOf {
    /// As they were before.
    facts: Facts,
    sampled: bool,
    /// It is listed though no article says so any more: somebody has it or decided on it, or it is to be looked at again.
    stays: bool,
    merged: bool,
    /// The verdict of its check, and when that was published.
    check: Option<(String, Option<String>)>,
}

fn held_of(db: &Connection, item: i64) -> Result<HeldOf, QueueError> {
    let mut statement = db.prepare_cached(
        "SELECT i.facts, i.sampled, i.attention IS NOT NULL OR i.state <> 'new', i.merged_into IS NOT NULL, c.verdict, c.published
         FROM items i LEFT JOIN checks c ON c.id = i.checked WHERE i.id = ?",
    )?;
    let mut rows = statement.query([item])?;
    let r = rows.next()?.ok_or_else(|| QueueError::NoItem(item.to_string()))?;
    let facts = Facts::parse(r.get_ref(0)?.as_str().map_err(rusqlite::Error::from)?)?;
    let (verdict, published): (Option<String>, Option<String>) = (r.get(4)?, r.get(5)?);
    Ok(HeldOf { facts, sampled: r.get(1)?, stays: r.get(2)?, merged: r.get(3)?, check: verdict.map(|v| (v, published)) })
}

/// Whether a claim says of itself when it holds: "in May 2020". What does not may be said anew, and be another claim.
pub(super) fn is_dated(text: &str, date: Option<&str>) -> bool {
    date.is_some() || find(text, None).iter().any(|found| found.label == Label::Date)
}

/// Who publishes an address, where nothing else says it.
pub(super) fn host(url: &str) -> Option<&str> {
    let host = url.split_once("://")?.1.split(['/', '?', '#']).next()?;
    Some(host.strip_prefix("www.").unwrap_or(host)).filter(|host| !host.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_tells_who_publishes_it() {
        assert_eq!(host("https://www.example.org/a?b"), Some("example.org"));
        assert_eq!((host("example.org/a"), host("file:///a")), (None, None));
    }
}
