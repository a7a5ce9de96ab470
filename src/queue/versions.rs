//! Articles change: new versions, corrections, withdrawals, copies.
//!
//! Two records are versions of one article when they have one guid (of one outlet), or one `doc_id` and no guid or address that
//! tells them apart.

use rusqlite::{OptionalExtension, params};

use super::adding::{Adding, Kin, embargo, packed};
use super::clock;
use super::error::QueueError;
use super::events::{Happened, Kind, PROGRAM, Standing};
use super::export::stored;
use super::states::State;
use crate::record::Record;

/// Statuses that take an article back, as ninjs and NewsML-G2 have them, and words that feeds use in their place.
const WITHDRAWN: [&str; 7] = ["canceled", "cancelled", "withheld", "withdrawn", "killed", "retracted", "deleted"];
/// Two claims that share this much of their words, of all they have, are one claim changed.
const CHANGED: f64 = 0.5;

/// Where a record stands among the versions of its article.
pub(super) struct Placed {
    pub document: i64,
    /// `current`, `superseded` or `withdrawn`.
    pub state: &'static str,
    pub is_new: bool,
    /// The versions it replaces.
    pub replaces: Vec<i64>,
    /// Where their claims are, by their words.
    pub kin: Kin,
    /// The article was withdrawn by it, or came back.
    pub turn: Option<Turn>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Turn {
    Withdrawn,
    Restored,
}

/// Another version of the article.
struct Version {
    id: i64,
    version: String,
    modified_at: Option<i64>,
    state: String,
}

pub(super) fn is_withdrawn(record: &Record) -> bool {
    let status = record.source.pub_status.as_deref().unwrap_or_default().trim().to_lowercase();
    let status = status.strip_prefix("stat:").unwrap_or(&status);
    WITHDRAWN.contains(&status)
}

impl Adding<'_> {
    /// Finds or makes the document's row.
    pub(super) fn place(&mut self, record: &Record) -> Result<Placed, QueueError> {
        let withdrawn = is_withdrawn(record);
        if let Some((document, state)) = self.found(record)? {
            self.freshen(record, document)?;
            let turn = match (withdrawn, state.as_str()) {
                (true, "current") => Some(Turn::Withdrawn),
                (false, "withdrawn") => Some(Turn::Restored),
                _ => None,
            };
            let state = match (withdrawn, state.as_str()) {
                (true, _) => "withdrawn",
                (false, "superseded") => "superseded",
                (false, _) => "current",
            };
            self.set_document(document, state)?;
            let replaces = if turn == Some(Turn::Withdrawn) { self.current_others(record, document)? } else { Vec::new() };
            return Ok(Placed { document, state, is_new: false, replaces, kin: Kin::new(), turn });
        }
        let others = self.others(record)?;
        let late = !withdrawn && others.iter().any(|other| other.state == "current" && is_newer(other, record));
        let state = match (withdrawn, late) {
            (true, _) => "withdrawn",
            (false, true) => "superseded",
            (false, false) => "current",
        };
        let current = others.iter().filter(|o| o.state == "current").map(|o| o.id);
        let replaces: Vec<i64> = if late { Vec::new() } else { current.collect() };
        let document = self.insert_document(record, state)?;
        let mut kin = Kin::new();
        for old in &replaces {
            kin.extend(self.claims_of(*old)?.into_iter().map(|(_, item, key, _)| (key, item)));
            self.set_document(*old, if withdrawn { "withdrawn" } else { "superseded" })?;
        }
        Ok(Placed { document, state, is_new: true, replaces, kin, turn: withdrawn.then_some(Turn::Withdrawn) })
    }

    fn found(&self, record: &Record) -> Result<Option<(i64, String)>, QueueError> {
        let version = record.source.version.as_deref().unwrap_or_default();
        let mut statement =
            self.desk.db.prepare_cached("SELECT id, state FROM documents WHERE doc_id = ? AND version = ? AND text_sha256 = ?")?;
        Ok(statement.query_row(params![record.doc_id, version, record.text_sha256], |r| Ok((r.get(0)?, r.get(1)?))).optional()?)
    }

    /// The other versions of the record's article.
    fn others(&self, record: &Record) -> Result<Vec<Version>, QueueError> {
        let mut statement = self.desk.db.prepare_cached(
            "SELECT id, version, modified_at, state FROM documents
             WHERE doc_id = ?1 AND (guid IS NULL OR ?2 IS NULL OR guid = ?2) AND (guid = ?2 OR url IS NULL OR ?4 IS NULL OR url = ?4)
             UNION SELECT id, version, modified_at, state FROM documents
             WHERE guid = ?2 AND (outlet IS NULL OR ?3 IS NULL OR outlet = ?3) ORDER BY id",
        )?;
        let source = &record.source;
        let rows = statement.query_map(params![record.doc_id, source.guid, source.outlet, source.url], |r| {
            Ok(Version { id: r.get(0)?, version: r.get(1)?, modified_at: r.get(2)?, state: r.get(3)? })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    fn current_others(&self, record: &Record, document: i64) -> Result<Vec<i64>, QueueError> {
        Ok(self.others(record)?.into_iter().filter(|o| o.id != document && o.state == "current").map(|o| o.id).collect())
    }

    fn insert_document(&mut self, record: &Record, state: &str) -> Result<i64, QueueError> {
        let source = &record.source;
        let embargo = embargo(record, &mut self.added.warnings);
        let subjects = serde_json::to_string(&source.subjects).map_err(|e| QueueError::content("the subjects", e))?;
        self.desk
            .db
            .prepare_cached(
                "INSERT INTO documents (doc_id, version, text_sha256, guid, outlet, url, title, published, published_at, modified_at,
                   pub_status, embargo, subjects, duplicate_of, state, model, added, record)
                 VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            )?
            .execute(params![
                record.doc_id,
                source.version.as_deref().unwrap_or_default(),
                record.text_sha256,
                source.guid,
                source.outlet,
                source.url,
                source.title,
                source.published,
                source.published.as_deref().and_then(clock::moment),
                source.modified.as_deref().and_then(clock::moment),
                source.pub_status,
                embargo,
                subjects,
                record.duplicate_of.as_ref().map(|original| &original.document),
                state,
                self.desk.model_of(record)?,
                self.desk.now,
                packed(record)?
            ])?;
        Ok(self.desk.db.last_insert_rowid())
    }

    /// The same text once more may come with another embargo or status.
    fn freshen(&mut self, record: &Record, document: i64) -> Result<(), QueueError> {
        let embargo = embargo(record, &mut self.added.warnings);
        let changed = self
            .desk
            .db
            .prepare_cached("UPDATE documents SET embargo = ?1, pub_status = ?2 WHERE id = ?3 AND (embargo, pub_status) IS NOT (?1, ?2)")?
            .execute(params![embargo, record.source.pub_status, document])?;
        if changed > 0 {
            self.touched.extend(self.claims_of(document)?.into_iter().map(|(_, item, ..)| item));
        }
        Ok(())
    }

    fn set_document(&self, document: i64, state: &str) -> Result<(), QueueError> {
        self.desk.db.prepare_cached("UPDATE documents SET state = ?1 WHERE id = ?2 AND state <> ?1")?.execute(params![state, document])?;
        Ok(())
    }

    /// The occurrences of a document: number, item, key, words.
    fn claims_of(&self, document: i64) -> Result<Vec<(i64, i64, String, String)>, QueueError> {
        let mut statement = self.desk.db.prepare_cached("SELECT id, item, key, text FROM occurrences WHERE document = ? ORDER BY id")?;
        let rows = statement.query_map([document], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// After the claims of a record are in: what became of those of the versions before.
    pub(super) fn settle_versions(&mut self, record: &Record, placed: &Placed) -> Result<(), QueueError> {
        let outlet = record.source.outlet.as_deref().unwrap_or(&record.doc_id);
        match placed.turn {
            Some(Turn::Withdrawn) => {
                for document in placed.replaces.iter().chain([&placed.document]) {
                    self.set_document(*document, "withdrawn")?;
                    let why = format!("{outlet} withdrew {}", record.doc_id);
                    self.retire(*document, "withdrawn", Kind::Withdrawn, |_, _| Some(why.clone()))?;
                }
            }
            Some(Turn::Restored) => self.restore(placed.document)?,
            None => {
                let now = self.claims_of(placed.document)?;
                let version = record.source.version.as_deref().map_or_else(|| "a newer version".to_owned(), |v| format!("version {v}"));
                for document in &placed.replaces {
                    self.retire(*document, "superseded", Kind::Superseded, |item, text| {
                        if now.iter().any(|(_, theirs, ..)| *theirs == item) {
                            return None;
                        }
                        let changed = now.iter().filter(|(.., theirs)| alike(text, theirs) >= CHANGED);
                        let changed = changed.max_by(|a, b| alike(text, &a.3).total_cmp(&alike(text, &b.3)));
                        Some(match changed {
                            Some((_, to, ..)) => format!("changed in {version} of {}, now item {to}", record.doc_id),
                            None => format!("gone from {version} of {}", record.doc_id),
                        })
                    })?;
                }
            }
        }
        Ok(())
    }

    /// Takes the occurrences of a document out of sight; where `why` says that its item lost something, that is an event, and a
    /// decided item is opened again.
    fn retire(&mut self, document: i64, state: &str, kind: Kind, why: impl Fn(i64, &str) -> Option<String>) -> Result<(), QueueError> {
        for (occurrence, item, _, text) in self.claims_of(document)? {
            let changed = self
                .desk
                .db
                .prepare_cached("UPDATE occurrences SET state = ?1 WHERE id = ?2 AND state = 'live'")?
                .execute(params![state, occurrence])?;
            if changed == 0 {
                continue;
            }
            match kind {
                Kind::Withdrawn => self.added.withdrawn += 1,
                _ => self.added.superseded += 1,
            }
            self.touched.insert(item);
            let reason = why(item, &text);
            let noted =
                Happened { reason: reason.as_deref(), occurrence: Some(occurrence), ..Happened::new(item, kind, &self.options.actor) };
            self.desk.happened(&noted)?;
            if let Some(reason) = reason {
                self.reopen(item, &reason)?;
            }
        }
        Ok(())
    }

    /// A check that was published on words that are gone needs another look. Who has the item in hand is told; what was dropped
    /// stays dropped.
    fn reopen(&mut self, item: i64, reason: &str) -> Result<(), QueueError> {
        let before = self.desk.standing(item)?;
        if !(before.state.is_held() || before.state == State::Published) || before.attention.as_deref() == Some(reason) {
            return Ok(());
        }
        let to = if before.state == State::Published { State::New } else { before.state };
        self.desk.stand(item, &Standing { state: to, attention: Some(reason.to_owned()), ..before.clone() })?;
        self.desk.happened(&Happened {
            from: Some(before.state),
            to: Some(to),
            reason: Some(reason),
            before: Some(&before),
            ..Happened::new(item, Kind::Reopened, PROGRAM)
        })?;
        self.added.reopened += 1;
        Ok(())
    }

    fn restore(&mut self, document: i64) -> Result<(), QueueError> {
        for (occurrence, item, ..) in self.claims_of(document)? {
            self.desk.db.prepare_cached("UPDATE occurrences SET state = 'live' WHERE id = ?")?.execute([occurrence])?;
            self.desk.happened(&Happened { occurrence: Some(occurrence), ..Happened::new(item, Kind::Restored, &self.options.actor) })?;
            self.touched.insert(item);
        }
        Ok(())
    }

    /// A document that repeats another carries those of its claims that stand in it, whichever of the two came first.
    pub(super) fn copy(&mut self, record: &Record, placed: &Placed) -> Result<(), QueueError> {
        if let Some(original) = record.duplicate_of.as_ref().filter(|_| record.claims.is_empty()) {
            let mut statement = self.desk.db.prepare_cached("SELECT id FROM documents WHERE doc_id = ? AND state = 'current'")?;
            let originals = statement.query_map([&original.document], |r| r.get(0))?.collect::<Result<Vec<i64>, _>>()?;
            for original in originals {
                self.copy_claims(original, placed.document, record)?;
            }
        }
        if !record.claims.is_empty() {
            let mut statement = self.desk.db.prepare_cached(
                "SELECT d.id FROM documents d WHERE d.duplicate_of = ? AND d.state = 'current'
                   AND NOT EXISTS (SELECT 1 FROM occurrences o WHERE o.document = d.id AND substr(o.claim_id, 1, 2) NOT IN ('d-', 's-'))",
            )?;
            let copies = statement.query_map([&record.doc_id], |r| r.get(0))?.collect::<Result<Vec<i64>, _>>()?;
            for copy in copies {
                self.copy_claims(placed.document, copy, &stored(self.desk.db, copy)?)?;
            }
        }
        Ok(())
    }

    fn copy_claims(&mut self, original: i64, copy: i64, of_copy: &Record) -> Result<(), QueueError> {
        let mut insert = self.desk.db.prepare_cached(
            "INSERT OR IGNORE INTO occurrences (claim_id, document, item, state, key, text, claimer, kind, role, party, organisation, mode,
               stance, check_worthiness, verifiability, types, date, quoted, has_amount, added)
             SELECT 'd-' || substr(claim_id, 3), ?2, item, 'live', key, text, claimer, kind, role, party, organisation, mode, stance,
               check_worthiness, verifiability, types, date, quoted, has_amount, ?3
             FROM occurrences WHERE id = ?1 AND state = 'live' AND substr(claim_id, 1, 2) <> 's-'",
        )?;
        let text = of_copy.text.as_deref().map(bare);
        for (occurrence, item, _, words) in self.claims_of(original)? {
            // A copy that was cut or changed does not say all that its original says.
            if text.as_ref().is_some_and(|text| !text.contains(&bare(&words))) {
                continue;
            }
            if insert.execute(params![occurrence, copy, self.desk.now])? > 0 {
                let occurrence = Some(self.desk.db.last_insert_rowid());
                self.desk.happened(&Happened { occurrence, ..Happened::new(item, Kind::Appeared, &self.options.actor) })?;
                self.added.copies += 1;
                self.touched.insert(item);
            }
        }
        Ok(())
    }
}

/// The words of a text, with one space before and behind each.
fn bare(text: &str) -> String {
    format!(" {} ", crate::roster::words_of(text).join(" "))
}

/// Whether a version that is there is newer than the record: by their numbers, else by their times, else by who came last.
fn is_newer(other: &Version, record: &Record) -> bool {
    let number = |version: &str| version.trim().parse::<u64>().ok();
    if let (Some(theirs), Some(ours)) = (number(&other.version), record.source.version.as_deref().and_then(number))
        && theirs != ours
    {
        return theirs > ours;
    }
    let ours = record.source.modified.as_deref().and_then(clock::moment);
    matches!((other.modified_at, ours), (Some(theirs), Some(ours)) if theirs > ours)
}

/// How much two claims share of the words they have, in [0, 1].
fn alike(a: &str, b: &str) -> f64 {
    let words = |text: &str| -> std::collections::BTreeSet<String> { crate::roster::words_of(text).into_iter().collect() };
    let (a, b) = (words(a), words(b));
    let all = a.union(&b).count();
    if all == 0 { 0.0 } else { a.intersection(&b).count() as f64 / all as f64 }
}
