//! What the occurrences of an item come to, and what that is worth: kept with the item, so that lists need not look further.

use std::collections::BTreeSet;

use rusqlite::{OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};

use super::clock::{HOUR, Millis};
use super::error::QueueError;
use super::priority::{Circumstances, Priority};
use super::store::Desk;
use crate::labels::{ClaimType, ClaimerKind, Mode, Stance, Verifiability};

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
}

/// One visible occurrence.
struct Seen {
    facts: Facts,
    outlet: Option<String>,
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

    pub(super) fn weigh(&self, priorities: &super::priority::Priorities, now: Millis) -> Priority {
        priorities.weigh(&self.circumstances(now))
    }

    pub(super) fn parse(text: &str) -> Result<Self, QueueError> {
        serde_json::from_str(text).map_err(|e| QueueError::content("an item", e))
    }

    /// How well it is known who says so: a name is worth most.
    fn named(&self) -> u8 {
        match self.kind {
            Some(ClaimerKind::Person) => 3,
            Some(ClaimerKind::Organisation | ClaimerKind::Document) => 2,
            Some(ClaimerKind::Unnamed) => 1,
            Some(ClaimerKind::Unresolved) | None => 0,
        }
    }

    fn speaks_before(&self, other: &Self) -> bool {
        (self.named(), self.check_worthiness) > (other.named(), other.check_worthiness)
    }
}

impl Desk<'_> {
    /// Looks at an item's occurrences anew: what it is worth, whether it may be seen, and when that changes.
    pub(super) fn recount(&self, item: i64) -> Result<(), QueueError> {
        let mut live = self.db.prepare_cached(
            "SELECT o.text, o.check_worthiness, o.verifiability, o.types, o.mode, o.stance, o.claimer, o.kind, o.role, o.party,
               o.organisation, o.date, o.quoted, o.has_amount, d.subjects, d.published_at, d.outlet, d.url, d.embargo
             FROM occurrences o JOIN documents d ON d.id = o.document WHERE o.item = ? AND o.state = 'live' ORDER BY o.id",
        )?;
        let (mut visible, mut due) = (Vec::new(), None::<Millis>);
        let mut rows = live.query([item])?;
        while let Some(row) = rows.next()? {
            let embargo: Millis = row.get(18)?;
            if embargo > self.now {
                due = Some(due.map_or(embargo, |d| d.min(embargo)));
            } else {
                visible.push(seen(row)?);
            }
        }
        drop(rows);
        let (old, sampled, attention, merged, verdict) = self.held_of(item)?;
        let mut facts = together(visible).unwrap_or(Facts { outlets: 0, appearances: 0, ..old });
        facts.checked = verdict;
        let hidden = match (merged, facts.appearances) {
            (true, _) => Some("merged"),
            (_, 0) if due.is_some() => Some("embargoed"),
            (_, 0) if !attention => Some("gone"),
            _ if sampled => Some("sampled"),
            _ => None,
        };
        let weighed = facts.weigh(self.priorities, self.now);
        let written = serde_json::to_string(&facts).map_err(|e| QueueError::content("an item", e))?;
        self.db
            .prepare_cached("UPDATE items SET facts = ?, hidden = ?, due = ?, score = ?, topic = ?, off = ? WHERE id = ?")?
            .execute(params![written, hidden, due, weighed.score, weighed.topic, weighed.off, item])?;
        Ok(())
    }

    /// The facts of before, whether it is a sample, is to be looked at again, is part of another, and the verdict of its check.
    fn held_of(&self, item: i64) -> Result<(Facts, bool, bool, bool, Option<String>), QueueError> {
        let mut statement = self.db.prepare_cached(
            "SELECT i.facts, i.sampled, i.attention IS NOT NULL OR i.state IN ('assigned', 'checking'), i.merged_into IS NOT NULL, c.verdict
             FROM items i LEFT JOIN checks c ON c.id = i.checked WHERE i.id = ?",
        )?;
        let found = statement.query_row([item], |r| Ok((r.get::<_, String>(0)?, r.get(1)?, r.get(2)?, r.get(3)?, r.get(4)?))).optional()?;
        let (facts, sampled, attention, merged, verdict) = found.ok_or_else(|| QueueError::NoItem(item.to_string()))?;
        Ok((Facts::parse(&facts)?, sampled, attention, merged, verdict))
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

fn seen(row: &Row) -> Result<Seen, QueueError> {
    let outlet: Option<String> = row.get(16)?;
    let url: Option<String> = row.get(17)?;
    let list = |at: usize| -> Result<String, rusqlite::Error> { row.get(at) };
    let facts = Facts {
        text: row.get(0)?,
        check_worthiness: row.get(1)?,
        verifiability: word(row, 2, Verifiability::parse)?,
        types: list(3)?.split_whitespace().filter_map(ClaimType::parse).collect(),
        mode: word(row, 4, Mode::parse)?,
        stance: word(row, 5, Stance::parse)?.unwrap_or_default(),
        claimer: row.get(6)?,
        kind: word(row, 7, ClaimerKind::parse)?,
        role: row.get(8)?,
        party: row.get(9)?,
        organisation: row.get(10)?,
        date: row.get(11)?,
        quoted: row.get(12)?,
        has_amount: row.get(13)?,
        subjects: serde_json::from_str(&list(14)?).map_err(|e| QueueError::content("the subjects of a document", e))?,
        published_at: row.get(15)?,
        outlets: 0,
        appearances: 1,
        checked: None,
    };
    Ok(Seen { facts, outlet: outlet.or_else(|| url.as_deref().and_then(host).map(str::to_owned)) })
}

fn word<T>(row: &Row, at: usize, parse: impl Fn(&str) -> Option<T>) -> Result<Option<T>, QueueError> {
    let text: Option<String> = row.get(at)?;
    Ok(text.as_deref().and_then(parse))
}

/// Who publishes an address, where nothing else says it.
pub(super) fn host(url: &str) -> Option<&str> {
    let host = url.split_once("://")?.1.split(['/', '?', '#']).next()?;
    Some(host.strip_prefix("www.").unwrap_or(host)).filter(|host| !host.is_empty())
}

/// The sum of what was seen; nothing, where nothing was.
fn together(seen: Vec<Seen>) -> Option<Facts> {
    let outlets: BTreeSet<&str> = seen.iter().filter_map(|s| s.outlet.as_deref()).collect();
    let subjects: BTreeSet<&String> = seen.iter().flat_map(|s| &s.facts.subjects).collect();
    // The first of equals: who came first, speaks.
    let speaker = seen.iter().reduce(|best, s| if s.facts.speaks_before(&best.facts) { s } else { best })?;
    Some(Facts {
        check_worthiness: seen.iter().map(|s| s.facts.check_worthiness).fold(0.0, f64::max),
        subjects: subjects.into_iter().cloned().collect(),
        outlets: outlets.len().max(1),
        appearances: seen.len(),
        published_at: seen.iter().filter_map(|s| s.facts.published_at).max(),
        ..speaker.facts.clone()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str, kind: Option<ClaimerKind>, worth: f64, outlet: &str) -> Seen {
        let facts = Facts { text: text.into(), kind, check_worthiness: worth, subjects: vec!["b".into(), text.into()], ..Facts::default() };
        Seen { facts, outlet: Some(outlet.into()) }
    }

    #[test]
    fn the_best_named_occurrence_speaks_and_all_are_counted() {
        let seen = vec![
            said("a", None, 0.9, "Post"),
            said("c", Some(ClaimerKind::Person), 0.6, "Post"),
            said("d", Some(ClaimerKind::Person), 0.6, "Herald"),
        ];
        let facts = together(seen).unwrap();
        assert_eq!((facts.text.as_str(), facts.check_worthiness, facts.outlets, facts.appearances), ("c", 0.9, 2, 3));
        assert_eq!(facts.subjects, ["a", "b", "c", "d"]);
        assert_eq!(together(Vec::new()), None);
    }

    #[test]
    fn an_address_tells_who_publishes_it() {
        assert_eq!(host("https://www.example.org/a?b"), Some("example.org"));
        assert_eq!((host("example.org/a"), host("file:///a")), (None, None));
    }
}
