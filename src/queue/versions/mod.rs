//! Articles change: new versions, corrections, withdrawals, copies.
//!
//! Two records are versions of one article when they have one guid (of one outlet), or one `doc_id` and no guid or address that
//! tells them apart (`article`). Here a record gets its place among them; `outcome` is what that does to claims, `copies` are
//! documents that repeat another.

mod article;
mod copies;
mod outcome;

use std::cmp::Ordering;

use rusqlite::params;
use sha2::{Digest, Sha256};

use self::article::Version;
use super::adding::{Adding, Kin, NEVER, embargo, packed};
use super::clock::{self, Millis};
use super::error::QueueError;
use super::events::{Happened, Kind};
use super::export::stored;
use crate::record::Record;

/// Statuses that take an article back, as ninjs and NewsML-G2 have them, and words that feeds use in their place.
const WITHDRAWN: [&str; 7] = ["canceled", "cancelled", "withheld", "withdrawn", "killed", "retracted", "deleted"];
const CURRENT: &str = "current";
const SUPERSEDED: &str = "superseded";
const WITHDRAWN_STATE: &str = "withdrawn";

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

fn is_withdrawn(record: &Record) -> bool {
    let status = record.source.pub_status.as_deref().unwrap_or_default().trim().to_lowercase();
    let status = status.strip_prefix("stat:").unwrap_or(&status);
    WITHDRAWN.contains(&status)
}

impl Adding<'_> {
    /// Finds or makes the document's row.
    pub(super) fn place(&mut self, record: &Record) -> Result<Placed, QueueError> {
        let versions = self.versions_of(record)?;
        let same = versions.iter().find(|v| v.is_same(record));
        if let Some(same) = same
            && !self.is_news(record, same)?
        {
            return Ok(Placed { document: same.id, state: same.state, is_new: false, replaces: Vec::new(), kin: Kin::new(), turn: None });
        }
        if same.is_none() {
            self.remember(record)?;
        }
        let others: Vec<&Version> = versions.iter().filter(|v| same.is_none_or(|s| s.id != v.id)).collect();
        let state = self.standing_of(record, same, &others);
        let mut replaces: Vec<&Version> = others.into_iter().filter(|o| o.state == CURRENT).collect();
        let document = match same {
            Some(same) => {
                self.freshen(record, same)?;
                if same.state == state {
                    replaces.clear();
                }
                self.set_document(same.id, state)?;
                same.id
            }
            None => self.insert_document(record, state)?,
        };
        if state == SUPERSEDED || state == WITHDRAWN_STATE && !is_withdrawn(record) {
            replaces.clear();
        }
        let mut kin = Kin::new();
        for old in &replaces {
            kin.extend(self.claims_of(old.id)?.into_iter().map(|(_, item, key, _)| (key, item)));
        }
        if state == CURRENT {
            replaces = self.without_public(document, replaces)?;
        }
        for old in &replaces {
            self.set_document(old.id, if state == WITHDRAWN_STATE { WITHDRAWN_STATE } else { SUPERSEDED })?;
        }
        let turn = match (same.map(|s| s.state), state) {
            (None, WITHDRAWN_STATE) if is_withdrawn(record) => Some(Turn::Withdrawn),
            (Some(before), WITHDRAWN_STATE) if before != WITHDRAWN_STATE => Some(Turn::Withdrawn),
            (Some(before), CURRENT) if before != CURRENT => Some(Turn::Restored),
            _ => None,
        };
        Ok(Placed { document, state, is_new: same.is_none(), replaces: replaces.iter().map(|v| v.id).collect(), kin, turn })
    }

    /// What becomes of a record: a version that comes late changes nothing, and only one that is known to be newer brings a withdrawn
    /// article back.
    fn standing_of(&mut self, record: &Record, same: Option<&Version>, others: &[&Version]) -> &'static str {
        let is_late = others.iter().copied().chain(same).any(|v| v.against(record) == Some(Ordering::Greater));
        if is_late {
            let is_any = |state| others.iter().any(|o| o.state == state);
            return match same {
                Some(same) => same.state,
                None if is_any(WITHDRAWN_STATE) && !is_any(CURRENT) => WITHDRAWN_STATE,
                None => SUPERSEDED,
            };
        }
        if is_withdrawn(record) {
            return WITHDRAWN_STATE;
        }
        let mut all = others.iter().copied().chain(same);
        let is_gone = all.clone().any(|v| v.state == WITHDRAWN_STATE) && !all.clone().any(|v| v.state == CURRENT);
        if is_gone && !all.any(|v| v.state == WITHDRAWN_STATE && v.against(record) == Some(Ordering::Less)) {
            self.added.warnings.push(format!(
                "{}: its article was withdrawn, and neither version nor modified says that this is newer: it stays withdrawn",
                record.doc_id
            ));
            return WITHDRAWN_STATE;
        }
        CURRENT
    }

    /// Whether a record says of its article what it has not said before. Adding an old file again must turn nothing back.
    fn is_news(&self, record: &Record, same: &Version) -> Result<bool, QueueError> {
        // Queues of before have no hashes, but the record itself.
        let is_known = self.is_remembered(record)? || digest(&stored(self.desk.db, same.id)?)? == digest(record)?;
        if !is_known {
            self.remember(record)?;
        }
        Ok(!is_known)
    }

    fn is_remembered(&self, record: &Record) -> Result<bool, QueueError> {
        Ok(self.desk.db.prepare_cached("SELECT 1 FROM lines WHERE digest = ?")?.exists([digest(record)?])?)
    }

    fn remember(&self, record: &Record) -> Result<(), QueueError> {
        self.desk.db.prepare_cached("INSERT OR IGNORE INTO lines VALUES (?)")?.execute([digest(record)?])?;
        Ok(())
    }

    /// The versions to be replaced now. Those that may be seen stay until the embargo of the one that replaces them has ended.
    fn without_public<'v>(&self, document: i64, replaces: Vec<&'v Version>) -> Result<Vec<&'v Version>, QueueError> {
        let mut of = self.desk.db.prepare_cached("SELECT embargo > ? FROM documents WHERE id = ?")?;
        let mut is_held = |id: i64| -> Result<bool, QueueError> { Ok(of.query_row([self.desk.clock, id], |r| r.get(0))?) };
        if replaces.is_empty() || !is_held(document)? {
            return Ok(replaces);
        }
        let mut now = Vec::new();
        for old in &replaces {
            if is_held(old.id)? {
                now.push(*old);
            }
        }
        let waits = now.len() < replaces.len();
        self.desk.db.prepare_cached("UPDATE documents SET waits = ? WHERE id = ?")?.execute(params![waits, document])?;
        Ok(now)
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

    /// The same text once more may come with another embargo or status. Without a sign that it is newer, an embargo only grows longer,
    /// and what is older changes nothing.
    fn freshen(&mut self, record: &Record, same: &Version) -> Result<(), QueueError> {
        let (order, embargo) = (same.against(record), embargo(record, &mut self.added.warnings));
        if order == Some(Ordering::Greater) {
            return Ok(());
        }
        let modified = record.source.modified.as_deref().and_then(clock::moment);
        let before = self.terms_of(same.id)?;
        self.desk
            .db
            .prepare_cached(
                "UPDATE documents SET embargo = iif(?5, ?1, max(embargo, ?1)), pub_status = ?2, modified_at = coalesce(?4, modified_at)
                 WHERE id = ?3",
            )?
            .execute(params![embargo, record.source.pub_status, same.id, modified, order == Some(Ordering::Less)])?;
        let after = self.terms_of(same.id)?;
        let reason = revised(&before, &after);
        for (occurrence, item, ..) in self.claims_of(same.id)? {
            if let Some(reason) = &reason {
                let event = Happened {
                    occurrence: Some(occurrence),
                    reason: Some(reason),
                    ..Happened::new(item, Kind::Revised, &self.options.actor)
                };
                self.desk.happened(&event)?;
            }
            self.touched.insert(item);
        }
        Ok(())
    }

    fn terms_of(&self, document: i64) -> Result<Terms, QueueError> {
        let mut statement = self.desk.db.prepare_cached("SELECT embargo, pub_status FROM documents WHERE id = ?")?;
        Ok(statement.query_row([document], |r| Ok((r.get(0)?, r.get(1)?)))?)
    }

    fn set_document(&self, document: i64, state: &str) -> Result<(), QueueError> {
        // Who does not stand any more does not wait either.
        let mut statement = self
            .desk
            .db
            .prepare_cached("UPDATE documents SET state = ?1, waits = waits AND ?1 = 'current' WHERE id = ?2 AND state <> ?1")?;
        statement.execute(params![state, document])?;
        Ok(())
    }

    /// The occurrences of a document: number, item, key, words.
    fn claims_of(&self, document: i64) -> Result<Vec<(i64, i64, String, String)>, QueueError> {
        let mut statement = self.desk.db.prepare_cached("SELECT id, item, key, text FROM occurrences WHERE document = ? ORDER BY id")?;
        let rows = statement.query_map([document], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

/// The end of an article's embargo, 0 where there is none, and its publication status.
type Terms = (Millis, Option<String>);

/// What changed in these, in words.
fn revised(before: &Terms, after: &Terms) -> Option<String> {
    let until = |end: Millis| match end {
        0 => "none".to_owned(),
        NEVER => "without an end that can be read".to_owned(),
        end => format!("until {}", clock::shown(end)),
    };
    let status = |terms: &Terms| terms.1.clone().unwrap_or_else(|| "none".to_owned());
    let embargo = (before.0 != after.0).then(|| format!("embargo: {}, before {}", until(after.0), until(before.0)));
    let status = (before.1 != after.1).then(|| format!("status: {}, before {}", status(after), status(before)));
    let changed: Vec<String> = embargo.into_iter().chain(status).collect();
    (!changed.is_empty()).then(|| changed.join("; "))
}

/// What a record says of its article: where it comes from and what it says, whichever model read it.
fn digest(record: &Record) -> Result<Vec<u8>, QueueError> {
    let said = serde_json::to_vec(&(&record.doc_id, &record.text_sha256, &record.source, &record.duplicate_of));
    Ok(Sha256::digest(said.map_err(|e| QueueError::content("a record", e))?).to_vec())
}
