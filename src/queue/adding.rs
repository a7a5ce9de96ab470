//! Records → occurrences, each in the item it belongs to.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;

use flate2::Compression;
use flate2::write::DeflateEncoder;
use rusqlite::{OptionalExtension, params};
use sha2::{Digest, Sha256};

use super::clock::{self, Millis};
use super::clusters::features_of;
use super::error::QueueError;
use super::events::{Happened, Kind};
use super::facts::Facts;
use super::moves::named;
use super::states::State;
use super::store::{Desk, Queue};
use super::versions::Placed;
use crate::assemble::key;
use crate::labels::{Worth, is_amount};
use crate::record::{ClaimSpan, Record, SentenceSpan};
use crate::span::{Positions, Span};

/// Of so many sentences below the threshold one is taken in, so that misses can be seen: 5%.
const SAMPLED_OF: u64 = 20;
/// An embargo whose end cannot be read never ends by itself.
pub(super) const NEVER: Millis = Millis::MAX;

/// How records are added.
#[derive(Debug, Clone, Default)]
pub struct AddOptions {
    /// Who adds them.
    pub actor: String,
    /// New items are announced later ([`Queue::unannounced`]), as a webhook needs it.
    pub announce: bool,
}

/// What adding came to. Counted when it was on the disk, and not before.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Added {
    /// Records.
    pub documents: usize,
    /// Claims that are new.
    pub claims: usize,
    /// Claims that were there already.
    pub known: usize,
    /// Items made for them; the other new claims joined one.
    pub items: usize,
    /// New items that a published check says something of.
    pub checked: usize,
    /// Appearances in documents that repeat another.
    pub copies: usize,
    /// Sentences below the threshold that were taken in as samples.
    pub sampled: usize,
    /// Occurrences that a newer version of their article replaced.
    pub superseded: usize,
    /// Occurrences whose article was withdrawn.
    pub withdrawn: usize,
    /// Items that are to be looked at again.
    pub reopened: usize,
    /// What people should know.
    pub warnings: Vec<String>,
}

impl Added {
    /// Adds what another call came to.
    pub fn and(&mut self, other: Self) {
        self.documents += other.documents;
        self.claims += other.claims;
        self.known += other.known;
        self.items += other.items;
        self.checked += other.checked;
        self.copies += other.copies;
        self.sampled += other.sampled;
        self.superseded += other.superseded;
        self.withdrawn += other.withdrawn;
        self.reopened += other.reopened;
        self.warnings.extend(other.warnings);
    }
}

impl Queue {
    /// Adds the claims of these records, all in one transaction: either every one of them is on the disk when this returns, or none.
    /// What is there already changes nothing.
    ///
    /// # Errors
    /// When they cannot be stored.
    pub fn add(&mut self, records: &[Record], options: &AddOptions, now: Millis) -> Result<Added, QueueError> {
        named(&options.actor)?;
        self.write(now, |desk| {
            let mut adding = Adding { desk, options, added: Added::default(), touched: BTreeSet::new() };
            for record in records {
                adding.record(record)?;
            }
            for item in &adding.touched {
                desk.recount(*item)?;
            }
            Ok(adding.added)
        })
    }
}

/// Some records on their way in.
pub(super) struct Adding<'a> {
    pub desk: &'a Desk<'a>,
    pub options: &'a AddOptions,
    pub added: Added,
    /// Items to be counted anew, once, at the end.
    pub touched: BTreeSet<i64>,
}

/// A claim, or a sentence below the threshold, as it is stored.
struct Wording<'r> {
    claim_id: &'r str,
    key: &'r str,
    text: &'r str,
    claim: Option<&'r ClaimSpan>,
    sentence: Option<&'r SentenceSpan>,
    has_amount: bool,
}

impl Adding<'_> {
    fn record(&mut self, record: &Record) -> Result<(), QueueError> {
        self.added.documents += 1;
        let placed = self.place(record)?;
        for claim in &record.claims {
            self.claim(claim, record, &placed)?;
        }
        self.sample(record, &placed)?;
        if placed.is_new && placed.state == "current" {
            self.copy(record, &placed)?;
        }
        self.settle_versions(record, &placed)
    }

    fn claim(&mut self, claim: &ClaimSpan, record: &Record, placed: &Placed) -> Result<(), QueueError> {
        if self.is_known(&claim.id, placed.document)? {
            self.added.known += 1;
            return Ok(());
        }
        let date = claim.date.as_ref().map(|d| d.value.as_str());
        let words = words_of(claim, record);
        let features = features_of(&words, date, record.source.published.as_deref(), Some(claim.mode));
        let amounts = record.entities.iter().filter(|e| claim.entities.contains(&e.id)).any(|e| is_amount(&e.label));
        let wording =
            Wording { claim_id: &claim.id, key: &claim.key, text: &words, claim: Some(claim), sentence: None, has_amount: amounts };
        // What a version before said in the same words stays where people have put it.
        let home = match placed.kin.get(&claim.key) {
            Some(item) => Some(*item),
            None => self.desk.home(&claim.key, &features)?,
        };
        let item = home.map_or_else(|| self.desk.new_item(false, !self.options.announce), Ok)?;
        let occurrence = self.desk.insert(&wording, placed, item)?;
        let is_wording = !self.desk.has_wording(item, &claim.key, &features)?;
        if is_wording {
            self.desk.make_findable(occurrence, &features)?;
        }
        self.event_of(item, occurrence, home.is_none())?;
        self.added.claims += 1;
        let is_checked = is_wording && self.desk.look_up(item, &features)?;
        if home.is_none() {
            self.added.items += 1;
            self.added.checked += usize::from(is_checked);
        } else if placed.state == "current" {
            self.appeared_again(item, occurrence, claim, record)?;
        }
        self.touched.insert(item);
        Ok(())
    }

    fn event_of(&self, item: i64, occurrence: i64, is_new: bool) -> Result<(), QueueError> {
        let kind = if is_new { Kind::Added } else { Kind::Appeared };
        let to = is_new.then_some(State::New);
        self.desk.happened(&Happened { to, occurrence: Some(occurrence), ..Happened::new(item, kind, &self.options.actor) })?;
        Ok(())
    }

    fn is_known(&self, claim_id: &str, document: i64) -> Result<bool, QueueError> {
        let mut statement = self.desk.db.prepare_cached("SELECT 1 FROM occurrences WHERE claim_id = ? AND document = ?")?;
        Ok(statement.exists(params![claim_id, document])?)
    }

    /// Takes in some sentences that came to no claim, the same ones wherever they stand: whether the model was right about them, only
    /// people can say.
    fn sample(&mut self, record: &Record, placed: &Placed) -> Result<(), QueueError> {
        let Some(text) = record.text.as_deref().filter(|_| placed.is_new && placed.state == "current") else { return Ok(()) };
        let positions = Positions::new(text, record.offset_unit);
        let claimed: BTreeSet<usize> = record.claims.iter().flat_map(|c| c.sentences.iter().copied()).collect();
        for sentence in record.sentences.iter().filter(|s| s.label != Worth::Cfs && !claimed.contains(&s.id)) {
            let byte = |at| positions.to_byte(text, at);
            let (Some(start), Some(end)) = (byte(sentence.start), byte(sentence.end)) else { continue };
            let words = Span::new(start, end).of(text);
            let key = key(words);
            if !is_sampled(&key) {
                continue;
            }
            let claim_id = format!("s-{}-{}", sentence.start, sentence.end);
            if self.is_known(&claim_id, placed.document)? {
                continue;
            }
            let home = self.sample_of(&key)?;
            let item = home.map_or_else(|| self.desk.new_item(true, true), Ok)?;
            let inside = |e: &&crate::record::EntitySpan| sentence.start <= e.start && e.end <= sentence.end;
            let has_amount = record.entities.iter().filter(inside).any(|e| is_amount(&e.label));
            let wording = Wording { claim_id: &claim_id, key: &key, text: words, claim: None, sentence: Some(sentence), has_amount };
            let occurrence = self.desk.insert(&wording, placed, item)?;
            self.event_of(item, occurrence, home.is_none())?;
            self.added.sampled += 1;
            self.touched.insert(item);
        }
        Ok(())
    }

    fn sample_of(&self, key: &str) -> Result<Option<i64>, QueueError> {
        let mut statement = self.desk.db.prepare_cached(
            "SELECT o.item FROM occurrences o JOIN items i ON i.id = o.item WHERE o.key = ? AND i.sampled ORDER BY o.id LIMIT 1",
        )?;
        Ok(statement.query_row([key], |r| r.get(0)).optional()?)
    }
}

/// Whether a sentence is one of those taken in, by the hash of its words.
fn is_sampled(key: &str) -> bool {
    let hash = Sha256::digest(key.as_bytes());
    u64::from_le_bytes([hash[0], hash[1], hash[2], hash[3], hash[4], hash[5], hash[6], hash[7]]).is_multiple_of(SAMPLED_OF)
}

impl Desk<'_> {
    /// An item without occurrences. Samples are no news: nobody is told of them.
    pub(super) fn new_item(&self, sampled: bool, announced: bool) -> Result<i64, QueueError> {
        let nothing = serde_json::to_string(&Facts::default()).map_err(|e| QueueError::content("an item", e))?;
        self.db
            .prepare_cached(
                "INSERT INTO items (state, hidden, score, facts, sampled, announced, added) VALUES ('new', 'gone', 0, ?, ?, ?, ?)",
            )?
            .execute(params![nothing, sampled, announced, self.now])?;
        Ok(self.db.last_insert_rowid())
    }

    fn insert(&self, wording: &Wording, placed: &Placed, item: i64) -> Result<i64, QueueError> {
        let claim = wording.claim;
        let claimer = claim.and_then(|c| c.claimer.as_ref());
        let (worth, verifiability, types) = match (claim, wording.sentence) {
            (Some(c), _) => (c.check_worthiness, c.verifiability, c.types.as_deref()),
            (None, Some(s)) => (s.check_worthiness, s.verifiability, s.types.as_deref()),
            (None, None) => (0.0, None, None),
        };
        let types: Vec<&str> = types.unwrap_or_default().iter().map(|t| t.as_str()).collect();
        self.db
            .prepare_cached(
                "INSERT INTO occurrences (claim_id, document, item, state, key, text, claimer, kind, role, party, organisation, mode, stance,
                   check_worthiness, verifiability, types, date, quoted, has_amount, added)
                 VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            )?
            .execute(params![
                wording.claim_id,
                placed.document,
                item,
                if placed.state == "current" { "live" } else { placed.state },
                wording.key,
                wording.text,
                claimer.map(|c| &c.name),
                claimer.map(|c| c.kind.as_str()),
                claimer.and_then(|c| c.role.as_ref()),
                claimer.and_then(|c| c.party.as_ref()),
                claimer.and_then(|c| c.organisation.as_ref()),
                claim.map_or("author", |c| c.mode.as_str()),
                claim.map_or("affirm", |c| c.stance.as_str()),
                worth,
                verifiability.map(|v| v.as_str()),
                types.join(" "),
                claim.and_then(|c| c.date.as_ref()).map(|d| &d.value),
                claim.is_some_and(|c| !c.quoted.is_empty()),
                wording.has_amount,
                self.now
            ])?;
        Ok(self.db.last_insert_rowid())
    }

    pub(super) fn model_of(&self, record: &Record) -> Result<i64, QueueError> {
        let model = params![record.model.name, record.model.version, record.model.sha256];
        let mut find = self.db.prepare_cached("SELECT id FROM models WHERE name = ? AND version = ? AND sha256 = ?")?;
        if let Some(id) = find.query_row(model, |r| r.get(0)).optional()? {
            return Ok(id);
        }
        self.db.execute("INSERT INTO models (name, version, sha256) VALUES (?, ?, ?)", model)?;
        Ok(self.db.last_insert_rowid())
    }
}

/// The end of a record's embargo: 0 where there is none. What cannot be read is held back, and said.
pub(super) fn embargo(record: &Record, warnings: &mut Vec<String>) -> Millis {
    let Some(until) = record.source.embargoed_until.as_deref().filter(|u| !u.trim().is_empty()) else { return 0 };
    clock::latest(until).unwrap_or_else(|| {
        warnings.push(format!("{}: embargoed_until {until:?} cannot be read as a time: its claims stay hidden", record.doc_id));
        NEVER
    })
}

/// The record as it came, for exports that need its text.
pub(super) fn packed(record: &Record) -> Result<Vec<u8>, QueueError> {
    let wrong = |e: &dyn std::fmt::Display| QueueError::content("a record", e);
    let json = serde_json::to_vec(record).map_err(|e| wrong(&e))?;
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(&json).map_err(|e| wrong(&e))?;
    encoder.finish().map_err(|e| wrong(&e))
}

/// Words of occurrences and the items they are in.
pub(super) type Kin = BTreeMap<String, i64>;

/// The words of a claim, without what stands between its parts.
fn words_of(claim: &ClaimSpan, record: &Record) -> String {
    let hull = &claim.span.text;
    let Some(parts) = &claim.span.parts else { return hull.clone() };
    let positions = Positions::new(hull, record.offset_unit);
    let byte = |at: usize| positions.to_byte(hull, at.checked_sub(claim.span.start)?);
    let words: Option<Vec<&str>> = parts.iter().map(|(from, to)| Some(Span::new(byte(*from)?, byte(*to)?).of(hull))).collect();
    words.map_or_else(|| hull.clone(), |words| words.join(" … "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_sentence_in_twenty_is_sampled_and_always_the_same() {
        let keys: Vec<String> = (0..4000).map(|n| key(&format!("Sentence number {n}"))).collect();
        let sampled = keys.iter().filter(|k| is_sampled(k)).count();
        assert!((140..260).contains(&sampled), "{sampled} of 4000");
        assert_eq!(sampled, keys.iter().filter(|k| is_sampled(k)).count());
    }
}
