//! The counters of an item: what its occurrences come to, carried on from what has changed, so that one more is not all of them anew.
//!
//! Items with few occurrences are counted from scratch each time. Of one with many the counters are kept (`tallies`), and the database
//! itself notes what comes and goes (`uncounted`). Where a change cannot be told from the counters, or the clock has passed what
//! they rest on, all is counted anew: a tally that was carried on and one from scratch are the same.

mod live;
#[cfg(test)]
mod trial;

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension, params};
use serde::{Deserialize, Serialize};

pub(super) use self::live::word;
use self::live::{LIVE, Live, live};
use super::clock::Millis;
use super::error::QueueError;
use super::facts::Facts;
use super::priority::Priorities;
use super::store::{AHEAD, Desk};

/// From so many live occurrences on, counters are kept; in tests, few are many.
const MANY: usize = if cfg!(test) { 3 } else { 64 };

/// What the live occurrences of an item come to.
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Tally {
    /// Those that may be seen.
    pub appearances: usize,
    /// Those under embargo.
    embargoed: usize,
    speaker: Option<Voice>,
    /// How often each.
    outlets: BTreeMap<String, usize>,
    subjects: BTreeMap<String, usize>,
    check_worthiness: Most<f64>,
    published: Most<Millis>,
    /// Dates of publication too far ahead of the clock to be any: the earliest, negated.
    unborn: Most<Millis>,
    /// The embargo that ends next, negated.
    due: Most<Millis>,
    /// The one that ended last.
    opened: Most<Millis>,
}

/// The occurrence that speaks for its item.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
struct Voice {
    /// Nobody asked not to hear them.
    wanted: bool,
    /// How well it is known who says so.
    named: u8,
    check_worthiness: f64,
    occurrence: i64,
}

impl Voice {
    /// Those who are denied do not speak, unless nobody else says so; the first of equals does.
    fn speaks_before(&self, other: &Self) -> bool {
        let rank = |voice: &Self| (voice.wanted, voice.named, voice.check_worthiness);
        rank(self) > rank(other) || rank(self) == rank(other) && self.occurrence < other.occurrence
    }
}

/// The greatest of some values, and how many have it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
struct Most<T>(Option<(T, usize)>);

impl<T> Default for Most<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T: PartialOrd + Copy> Most<T> {
    fn add(&mut self, value: T) {
        match &mut self.0 {
            Some((most, _)) if *most > value => {}
            Some((most, times)) if *most == value => *times += 1,
            _ => self.0 = Some((value, 1)),
        }
    }

    /// Whether it can be told what is left.
    fn remove(&mut self, value: T) -> bool {
        match &mut self.0 {
            Some((most, times)) if *most == value => {
                *times = times.saturating_sub(1);
                *times > 0
            }
            most => most.is_some(),
        }
    }

    fn get(&self) -> Option<T> {
        self.0.map(|(most, _)| most)
    }
}

/// By what occurrences are judged.
#[derive(Clone, Copy)]
struct Sight<'a> {
    priorities: &'a Priorities,
    clock: Millis,
}

impl Sight<'_> {
    /// A date further ahead is a slip, or no date of publication: it must not make an item fresh for years.
    fn horizon(self) -> Millis {
        self.clock.saturating_add(AHEAD)
    }
}

impl Tally {
    /// Counted from scratch.
    pub(super) fn of(db: &Connection, priorities: &Priorities, item: i64, clock: Millis) -> Result<Self, QueueError> {
        let mut statement = db.prepare_cached(&format!("{LIVE} WHERE o.item = ? AND o.state = 'live' ORDER BY o.id"))?;
        let mut rows = statement.query([item])?;
        let (mut tally, sight) = (Self::default(), Sight { priorities, clock });
        while let Some(row) = rows.next()? {
            tally.add(&live(row)?, sight);
        }
        Ok(tally)
    }

    /// When the next embargo ends.
    pub(super) fn due(&self) -> Option<Millis> {
        self.due.get().map(|end| -end)
    }

    /// When the last of those embargoes ended that are over.
    pub(super) fn opened(&self) -> Option<Millis> {
        self.opened.get()
    }

    /// The facts of the occurrence that speaks, with the sum of all; nothing, where none may be seen.
    pub(super) fn facts(&self, db: &Connection) -> Result<Option<Facts>, QueueError> {
        let Some(speaker) = self.speaker else { return Ok(None) };
        let mut statement = db.prepare_cached(&format!("{LIVE} WHERE o.id = ?"))?;
        let mut rows = statement.query([speaker.occurrence])?;
        let row = rows.next()?.ok_or(rusqlite::Error::QueryReturnedNoRows)?;
        Ok(Some(Facts {
            check_worthiness: self.check_worthiness.get().unwrap_or(0.0).max(0.0),
            subjects: self.subjects.keys().cloned().collect(),
            outlets: self.outlets.len().max(1),
            appearances: self.appearances,
            published_at: self.published.get(),
            ..live(row)?.facts
        }))
    }

    fn add(&mut self, live: &Live, sight: Sight) {
        if live.embargo > sight.clock {
            self.embargoed += 1;
            return self.due.add(-live.embargo);
        }
        self.appearances += 1;
        if live.embargo > 0 {
            self.opened.add(live.embargo);
        }
        let facts = &live.facts;
        for name in live.outlet.iter().cloned() {
            *self.outlets.entry(name).or_default() += 1;
        }
        for subject in facts.subjects.iter().cloned() {
            *self.subjects.entry(subject).or_default() += 1;
        }
        self.check_worthiness.add(facts.check_worthiness);
        match facts.published_at {
            Some(at) if at > sight.horizon() => self.unborn.add(-at),
            Some(at) => self.published.add(at),
            None => {}
        }
        let (wanted, named) = (!facts.is_unwanted(sight.priorities), facts.named());
        let voice = Voice { wanted, named, check_worthiness: facts.check_worthiness, occurrence: live.id };
        if self.speaker.is_none_or(|speaker| voice.speaks_before(&speaker)) {
            self.speaker = Some(voice);
        }
    }

    /// Whether it can be told what is left.
    fn remove(&mut self, live: &Live, sight: Sight) -> bool {
        if live.embargo > sight.clock {
            self.embargoed = self.embargoed.saturating_sub(1);
            return self.due.remove(-live.embargo);
        }
        self.appearances = self.appearances.saturating_sub(1);
        let facts = &live.facts;
        self.speaker.is_some_and(|speaker| speaker.occurrence != live.id)
            && (live.embargo <= 0 || self.opened.remove(live.embargo))
            && live.outlet.iter().all(|name| one_less(&mut self.outlets, name))
            && facts.subjects.iter().all(|subject| one_less(&mut self.subjects, subject))
            && self.check_worthiness.remove(facts.check_worthiness)
            && facts.published_at.is_none_or(|at| if at > sight.horizon() { self.unborn.remove(-at) } else { self.published.remove(at) })
    }

    /// Whether what was seen and what was not when it was counted is the same by this clock.
    fn holds(&self, sight: Sight) -> bool {
        self.due.get().is_none_or(|end| -end > sight.clock)
            && self.opened.get().is_none_or(|end| end <= sight.clock)
            && self.unborn.get().is_none_or(|at| -at > sight.horizon())
            && self.published.get().is_none_or(|at| at <= sight.horizon())
    }
}

/// Whether there was one.
fn one_less(counts: &mut BTreeMap<String, usize>, name: &str) -> bool {
    let Some(count) = counts.get_mut(name) else { return false };
    *count = count.saturating_sub(1);
    if *count == 0 {
        counts.remove(name);
    }
    true
}

impl Desk<'_> {
    /// The counters of an item as it is now.
    pub(super) fn tally(&self, item: i64) -> Result<Tally, QueueError> {
        let mut kept = self.db.prepare_cached("SELECT counters FROM tallies WHERE item = ?")?;
        let kept: Option<String> = kept.query_row([item], |r| r.get(0)).optional()?;
        if let Some(kept) = &kept
            && let Some(tally) = self.carried_on(item, kept)?
        {
            return Ok(tally);
        }
        if kept.is_some() {
            self.db.prepare_cached("DELETE FROM tallies WHERE item = ?")?.execute([item])?;
        }
        let tally = Tally::of(self.db, self.priorities, item, self.clock)?;
        if tally.appearances + tally.embargoed >= MANY {
            self.db.prepare_cached("INSERT INTO tallies VALUES (?, ?)")?.execute(params![item, written(&tally)?])?;
        }
        Ok(tally)
    }

    /// Nothing is kept any more: whoever speaks for an item may be another now.
    pub(super) fn forget_tallies(&self) -> Result<(), QueueError> {
        self.db.execute("DELETE FROM tallies", [])?;
        Ok(())
    }

    /// The counters that were kept, with what has changed since; nothing where that cannot be told, or where there are few left.
    fn carried_on(&self, item: i64, kept: &str) -> Result<Option<Tally>, QueueError> {
        let mut tally: Tally = serde_json::from_str(kept).map_err(|e| QueueError::content("the counters of an item", e))?;
        let sight = Sight { priorities: self.priorities, clock: self.clock };
        if !tally.holds(sight) {
            return Ok(None);
        }
        let mut changed = self
            .db
            .prepare_cached(&format!("{LIVE} JOIN uncounted u ON u.occurrence = o.id WHERE u.item = ? AND u.change = ? ORDER BY o.id"))?;
        // What came is counted first: less is lost from sight by what went.
        for change in [1, -1] {
            let mut rows = changed.query([item, change])?;
            while let Some(row) = rows.next()? {
                let live = live(row)?;
                if change > 0 {
                    tally.add(&live, sight);
                } else if !tally.remove(&live, sight) {
                    return Ok(None);
                }
            }
        }
        if tally.appearances + tally.embargoed < MANY {
            return Ok(None);
        }
        let changed = self.db.prepare_cached("DELETE FROM uncounted WHERE item = ?")?.execute([item])?;
        if changed > 0 {
            self.db.prepare_cached("UPDATE tallies SET counters = ? WHERE item = ?")?.execute(params![written(&tally)?, item])?;
        }
        Ok(Some(tally))
    }
}

fn written(tally: &Tally) -> Result<String, QueueError> {
    serde_json::to_string(tally).map_err(|e| QueueError::content("the counters of an item", e))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::labels::ClaimerKind;

    fn said(id: i64, text: &str, kind: Option<ClaimerKind>, worth: f64, outlet: &str) -> Live {
        let facts = Facts { text: text.into(), kind, check_worthiness: worth, subjects: vec!["b".into(), text.into()], ..Facts::default() };
        Live { id, facts, outlet: Some(outlet.into()), embargo: 0 }
    }

    #[test]
    fn the_best_named_occurrence_speaks_and_what_goes_is_counted_off() {
        let priorities = Priorities::default();
        let sight = Sight { priorities: &priorities, clock: 0 };
        let all = [
            said(1, "a", None, 0.9, "Post"),
            said(2, "c", Some(ClaimerKind::Person), 0.6, "Post"),
            said(3, "d", Some(ClaimerKind::Person), 0.6, "Herald"),
        ];
        let of = |some: &[usize]| {
            let mut tally = Tally::default();
            some.iter().for_each(|at| tally.add(&all[*at], sight));
            tally
        };
        let mut tally = of(&[0, 1, 2]);
        assert_eq!(tally.speaker.map(|s| s.occurrence), Some(2));
        assert_eq!(of(&[2, 1, 0]), tally, "whatever came first");
        assert_eq!((tally.outlets.len(), tally.subjects.len(), tally.check_worthiness.get()), (2, 4, Some(0.9)));
        assert!(tally.remove(&all[2], sight));
        assert_eq!(tally, of(&[0, 1]));
        assert!(!tally.remove(&all[1], sight), "who speaks then is not known");
    }
}
