//! Items as people and machines see them: with who says so, why they stand where they stand, and where they appeared.

use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};

use super::clock::{self, Millis};
use super::error::QueueError;
use super::events::{Event, history};
use super::facts::{Counted, Facts, counted};
use super::priority::Priority;
use super::states::State;
use super::store::Queue;
use crate::labels::{ClaimType, ClaimerKind, Mode, Stance, Verifiability};

/// The schema of [`Item`].
pub const ITEM_SCHEMA: &str = "claimsift/queue-item/1";

/// Who makes a claim.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Speaker {
    /// Their name, or the words for them.
    pub name: String,
    /// What they are.
    pub kind: Option<ClaimerKind>,
    /// Such as "Treasury Secretary".
    pub role: Option<String>,
    /// Their party, where a roster gives it.
    pub party: Option<String>,
    /// Whom they speak for, where a roster gives it.
    pub organisation: Option<String>,
}

/// A check that somebody published on a claim.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PublishedCheck {
    /// What it came to.
    pub verdict: String,
    /// As a number, on the publisher's scale.
    pub rating: Option<f64>,
    /// Where it stands.
    pub url: String,
    /// Who published it.
    pub publisher: Option<String>,
    /// When, as the publisher writes it.
    pub published: Option<String>,
    /// The claim in the publisher's words.
    pub claim: String,
}

/// Where a claim stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Appearance {
    /// The occurrence: the claim's `id` in the record (`d-…` in a document that repeats another, `s-…` for samples).
    pub claim_id: String,
    /// The document.
    pub doc_id: String,
    /// Its version.
    pub version: Option<String>,
    /// Who published it.
    pub outlet: Option<String>,
    /// Its address.
    pub url: Option<String>,
    /// Its title.
    pub title: Option<String>,
    /// When, as the record has it.
    pub published: Option<String>,
    /// Whom it puts the claim down to.
    pub speaker: Option<String>,
    /// The claim's words there.
    pub text: String,
    /// `live`, `superseded` by a newer version, or `withdrawn`.
    pub state: String,
}

/// A claim with all that the queue knows of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Item {
    /// `claimsift/queue-item/1`
    pub schema: String,
    /// Its number.
    pub item: i64,
    /// Its place in the list, from 1.
    pub rank: Option<i64>,
    /// How far it has come.
    pub state: State,
    /// Priority, as the weights have it.
    pub score: f64,
    /// Why, in words.
    pub why: Vec<String>,
    /// What it is about, where the weights name topics.
    pub topic: Option<String>,
    /// Why it is left out unless all are asked for.
    pub off: Option<String>,
    /// Why it is not listed: `merged`, `embargoed`, `gone` (no article says so any more), `sampled`.
    pub hidden: Option<String>,
    /// Why it is to be looked at again.
    pub attention: Option<String>,
    /// Its words where it is put best.
    pub text: String,
    /// Who says so; `null` for the journalist.
    pub speaker: Option<Speaker>,
    /// How it is given.
    pub mode: Mode,
    /// `refute` where the speaker denies it.
    pub stance: Stance,
    /// The highest check-worthiness of its occurrences.
    pub check_worthiness: f64,
    /// As in the record.
    pub verifiability: Option<Verifiability>,
    /// As in the record.
    pub types: Vec<ClaimType>,
    /// The date it names.
    pub date: Option<String>,
    /// How many outlets carry it.
    pub outlets: usize,
    /// In how many documents and places.
    pub appeared: usize,
    /// What somebody else found of it.
    pub check: Option<PublishedCheck>,
    /// Who has it, or decided.
    pub assignee: Option<String>,
    /// Until when they have it.
    pub lease_until: Option<String>,
    /// The number of that lease, to be named by who works on it: a program of the same name may have another.
    #[serde(default)]
    pub lease_id: Option<i64>,
    /// Why it was dropped.
    pub reason: Option<String>,
    /// What the check came to.
    pub verdict: Option<String>,
    /// As a number.
    pub rating: Option<f64>,
    /// Where it can be read, and what it rests on.
    pub evidence: Vec<String>,
    /// Anything else.
    pub note: Option<String>,
    /// The item it is part of now.
    pub merged_into: Option<i64>,
    /// When it came in.
    pub added: String,
    /// Every place it stands in that may be shown; filled by `show` and `export`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub appearances: Vec<Appearance>,
    /// All that happened to it; filled by `show`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub events: Vec<Event>,
}

/// What [`read`] reads.
pub(super) const COLUMNS: &str =
    "id, state, hidden, off, score, facts, checked, assignee, lease_until, reason, verdict, rating, evidence, note, attention,
    merged_into, added, lease_id";

impl Queue {
    /// One item, with its appearances and events.
    ///
    /// # Errors
    /// When there is none of this number.
    pub fn show(&self, item: i64, now: Millis) -> Result<Item, QueueError> {
        let now = self.moment(now)?;
        let mut statement = self.db.prepare_cached(&format!("SELECT {COLUMNS} FROM items WHERE id = ?"))?;
        let row = statement.query_row([item], |row| Ok(read(row))).optional()?.ok_or_else(|| QueueError::NoItem(item.to_string()))?;
        let (mut shown, _) = row?;
        // An embargo may have ended since the item was counted, or not have.
        let Counted { facts, hidden, .. } = counted(&self.db, &self.priorities, item, now)?;
        shown.hidden = hidden.map(str::to_owned);
        shown.put(&facts);
        let weighed = facts.weigh(&self.priorities, now);
        finish(&self.db, &mut shown, &weighed, now)?;
        shown.appearances = appearances(&self.db, item, now)?;
        shown.events = history(&self.db, item)?;
        Ok(shown)
    }

    /// Fills in where items appeared.
    pub(super) fn with_appearances(&self, items: &mut [Item], now: Millis) -> Result<(), QueueError> {
        let now = self.moment(now)?;
        items.iter_mut().try_for_each(|item| {
            item.appearances = appearances(&self.db, item.item, now)?;
            Ok(())
        })
    }
}

/// Fills in what was weighed, and what else is known of an item.
pub(super) fn finish(db: &Connection, item: &mut Item, weighed: &Priority, now: Millis) -> Result<(), QueueError> {
    item.score = weighed.score;
    item.why.clone_from(&weighed.reasons);
    item.topic.clone_from(&weighed.topic);
    item.off.clone_from(&weighed.off);
    let mut statement = db.prepare_cached(
        "SELECT c.verdict, c.rating, c.url, c.publisher, c.published, c.claim FROM items i JOIN checks c ON c.id = i.checked WHERE i.id = ?",
    )?;
    let check = |r: &Row| {
        Ok(PublishedCheck {
            verdict: r.get(0)?,
            rating: r.get(1)?,
            url: r.get(2)?,
            publisher: r.get(3)?,
            published: r.get(4)?,
            claim: r.get(5)?,
        })
    };
    item.check = statement.query_row([item.item], check).optional()?;
    if item.hidden.as_deref() == Some("embargoed") {
        item.text = format!("(under embargo, {} appearances)", embargoed(db, item.item, now)?);
        (item.speaker, item.date) = (None, None);
    }
    if item.appeared == 0 && item.hidden.is_none() {
        item.why.push("no live article".to_owned());
    }
    Ok(())
}

fn embargoed(db: &Connection, item: i64, now: Millis) -> Result<i64, QueueError> {
    let mut statement = db.prepare_cached(
        "SELECT count(*) FROM occurrences o JOIN documents d ON d.id = o.document WHERE o.item = ? AND d.embargo > ? AND o.state = 'live'",
    )?;
    Ok(statement.query_row(params![item, now], |r| r.get(0))?)
}

/// An item as it is stored, with its facts.
pub(super) fn read(row: &Row) -> Result<(Item, Facts), QueueError> {
    let facts = Facts::parse(row.get_ref(5)?.as_str().map_err(rusqlite::Error::from)?)?;
    let evidence = row.get_ref(12)?.as_str().map_err(rusqlite::Error::from)?;
    let mut item = Item {
        schema: ITEM_SCHEMA.into(),
        item: row.get(0)?,
        rank: None,
        state: row.get(1)?,
        hidden: row.get(2)?,
        off: row.get(3)?,
        score: row.get(4)?,
        why: Vec::new(),
        topic: None,
        attention: row.get(14)?,
        text: String::new(),
        speaker: None,
        mode: Mode::Author,
        stance: Stance::Affirm,
        check_worthiness: 0.0,
        verifiability: None,
        types: Vec::new(),
        date: None,
        outlets: 0,
        appeared: 0,
        check: None,
        assignee: row.get(7)?,
        lease_until: row.get::<_, Option<Millis>>(8)?.map(clock::shown),
        lease_id: row.get(17)?,
        reason: row.get(9)?,
        verdict: row.get(10)?,
        rating: row.get(11)?,
        evidence: if evidence == "[]" {
            Vec::new()
        } else {
            serde_json::from_str(evidence).map_err(|e| QueueError::content("the evidence", e))?
        },
        note: row.get(13)?,
        merged_into: row.get(15)?,
        added: clock::shown(row.get(16)?),
        appearances: Vec::new(),
        events: Vec::new(),
    };
    item.put(&facts);
    Ok((item, facts))
}

impl Item {
    /// Takes over what its occurrences come to.
    fn put(&mut self, f: &Facts) {
        self.text.clone_from(&f.text);
        self.speaker = f.claimer.as_ref().map(|name| Speaker {
            name: name.clone(),
            kind: f.kind,
            role: f.role.clone(),
            party: f.party.clone(),
            organisation: f.organisation.clone(),
        });
        self.mode = f.mode.unwrap_or(Mode::Author);
        self.stance = f.stance;
        self.check_worthiness = f.check_worthiness;
        self.verifiability = f.verifiability;
        self.types.clone_from(&f.types);
        self.date.clone_from(&f.date);
        self.outlets = f.outlets;
        self.appeared = f.appearances;
    }
}

/// Where an item stands, but for what is under embargo.
fn appearances(db: &Connection, item: i64, now: Millis) -> Result<Vec<Appearance>, QueueError> {
    let mut statement = db.prepare_cached(
        "SELECT o.claim_id, d.doc_id, d.version, d.outlet, d.url, d.title, d.published, o.claimer, o.text, o.state
         FROM occurrences o JOIN documents d ON d.id = o.document WHERE o.item = ? AND d.embargo <= ? ORDER BY d.published_at, o.id",
    )?;
    let appearance = |r: &Row| {
        Ok(Appearance {
            claim_id: r.get(0)?,
            doc_id: r.get(1)?,
            version: r.get::<_, Option<String>>(2)?.filter(|v| !v.is_empty()),
            outlet: r.get(3)?,
            url: r.get(4)?,
            title: r.get(5)?,
            published: r.get(6)?,
            speaker: r.get(7)?,
            text: r.get(8)?,
            state: r.get(9)?,
        })
    };
    Ok(statement.query_map(params![item, now], appearance)?.collect::<Result<_, _>>()?)
}
