//! Articles change: new versions, corrections, withdrawals, copies.
//!
//! Two records are versions of one article when they have one guid (of one outlet), or one `doc_id` and no guid or address that
//! tells them apart.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use rusqlite::params;
use sha2::{Digest, Sha256};

use super::adding::{AddOptions, Added, Adding, Kin, embargo, packed};
use super::clock;
use super::error::QueueError;
use super::events::{Happened, Kind, PROGRAM, Standing};
use super::export::stored;
use super::facts::host;
use super::states::State;
use super::store::Desk;
use crate::record::Record;

/// A version of an article.
struct Version {
    id: i64,
    version: String,
    modified_at: Option<i64>,
    state: &'static str,
    text_sha256: String,
}

impl Version {
    fn is_same(&self, record: &Record) -> bool {
        self.version == record.source.version.as_deref().unwrap_or_default() && self.text_sha256 == record.text_sha256
    }

    /// Whether it is newer than the record (`Greater`) or older: by their numbers, else by their times; nothing where neither says it.
    fn against(&self, record: &Record) -> Option<Ordering> {
        let ours = record.source.version.as_deref().and_then(parts);
        let by_number = parts(&self.version).zip(ours).map(|(theirs, ours)| theirs.cmp(&ours)).filter(|order| order.is_ne());
        let modified = record.source.modified.as_deref().and_then(clock::moment);
        by_number.or_else(|| self.modified_at.zip(modified).map(|(theirs, ours)| theirs.cmp(&ours)).filter(|order| order.is_ne()))
    }
}

/// Where a version was published.
struct Place {
    guid: Option<String>,
    outlet: Option<String>,
    url: Option<String>,
}

impl Place {
    /// Whether it is a version of the record's article: of one guid and outlet, or of one name that nothing tells apart.
    fn is_of_article(&self, has_its_name: bool, record: &Record) -> bool {
        let source = &record.source;
        let may_be = |a: &Option<String>, b: &Option<String>| a.is_none() || b.is_none() || a == b;
        if self.guid.is_some() && self.guid == source.guid {
            return has_its_name && self.url == source.url || self.is_of_outlet(source.outlet.as_deref(), source.url.as_deref());
        }
        has_its_name && may_be(&self.guid, &source.guid) && may_be(&self.url, &source.url)
    }

    /// Feeds that do not say whose they are, and number their articles, are told apart by their addresses.
    fn is_of_outlet(&self, outlet: Option<&str>, url: Option<&str>) -> bool {
        if let Some((theirs, ours)) = self.outlet.as_deref().zip(outlet) {
            return theirs == ours;
        }
        let is_number = self.guid.as_ref().is_some_and(|guid| guid.len() < SHORT && !guid.contains(':'));
        let hosts = self.url.as_deref().and_then(host).zip(url.and_then(host));
        !is_number || hosts.is_none_or(|(theirs, ours)| theirs == ours)
    }
}

/// Statuses that take an article back, as ninjs and NewsML-G2 have them, and words that feeds use in their place.
const WITHDRAWN: [&str; 7] = ["canceled", "cancelled", "withheld", "withdrawn", "killed", "retracted", "deleted"];
const CURRENT: &str = "current";
const SUPERSEDED: &str = "superseded";
const WITHDRAWN_STATE: &str = "withdrawn";
/// A guid as short as that, without a colon, is a number of its feed: other feeds may have it, too.
const SHORT: usize = 16;
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

pub(super) fn is_withdrawn(record: &Record) -> bool {
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

    /// The versions of the record's article.
    fn versions_of(&self, record: &Record) -> Result<Vec<Version>, QueueError> {
        let mut statement = self.desk.db.prepare_cached(
            "SELECT id, version, modified_at, state, text_sha256, guid, outlet, url, doc_id FROM documents WHERE doc_id = ?1
             UNION SELECT id, version, modified_at, state, text_sha256, guid, outlet, url, doc_id FROM documents WHERE guid = ?2 ORDER BY id",
        )?;
        let source = &record.source;
        let mut rows = statement.query(params![record.doc_id, source.guid])?;
        let mut versions = Vec::new();
        while let Some(r) = rows.next()? {
            let state: String = r.get(3)?;
            let place = Place { guid: r.get(5)?, outlet: r.get(6)?, url: r.get(7)? };
            if place.is_of_article(r.get::<_, String>(8)? == record.doc_id, record) {
                let state = [CURRENT, SUPERSEDED].into_iter().find(|s| *s == state).unwrap_or(WITHDRAWN_STATE);
                versions.push(Version { id: r.get(0)?, version: r.get(1)?, modified_at: r.get(2)?, state, text_sha256: r.get(4)? });
            }
        }
        Ok(versions)
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
        let changed = self
            .desk
            .db
            .prepare_cached(
                "UPDATE documents SET embargo = iif(?5, ?1, max(embargo, ?1)), pub_status = ?2, modified_at = coalesce(?4, modified_at)
                 WHERE id = ?3",
            )?
            .execute(params![embargo, record.source.pub_status, same.id, modified, order == Some(Ordering::Less)])?;
        if changed > 0 {
            self.touched.extend(self.claims_of(same.id)?.into_iter().map(|(_, item, ..)| item));
        }
        Ok(())
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

    /// After the claims of a record are in: what became of those of the versions before.
    pub(super) fn settle_versions(&mut self, record: &Record, placed: &Placed) -> Result<(), QueueError> {
        let outlet = record.source.outlet.as_deref().unwrap_or(&record.doc_id);
        if placed.turn == Some(Turn::Withdrawn) {
            for document in placed.replaces.iter().chain([&placed.document]) {
                let why = format!("{outlet} withdrew {}", record.doc_id);
                self.retire(*document, "withdrawn", Kind::Withdrawn, |_, _| Some(why.clone()))?;
            }
            return Ok(());
        }
        if placed.turn == Some(Turn::Restored) {
            self.restore(placed.document)?;
        }
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
        if !(before.state.is_held() || before.state == State::Published) {
            return Ok(());
        }
        self.look_again(item, before, reason)
    }

    /// Puts an item before people again, whatever was decided; who has it in hand keeps it.
    pub(super) fn look_again(&mut self, item: i64, before: Standing, reason: &str) -> Result<(), QueueError> {
        if before.attention.as_deref() == Some(reason) {
            return Ok(());
        }
        let to = if before.state.is_decided() { State::New } else { before.state };
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

/// A number of a version by its parts: 1.10 is newer than 1.9.
fn parts(version: &str) -> Option<Vec<u64>> {
    let version = version.trim().trim_start_matches(['v', 'V']);
    let mut parts = version.split('.').map(|part| part.parse().ok()).collect::<Option<Vec<u64>>>()?;
    while parts.last() == Some(&0) {
        parts.pop();
    }
    Some(parts)
}

/// What a record says of its article: where it comes from and what it says, whichever model read it.
fn digest(record: &Record) -> Result<Vec<u8>, QueueError> {
    let said = serde_json::to_vec(&(&record.doc_id, &record.text_sha256, &record.source, &record.duplicate_of));
    Ok(Sha256::digest(said.map_err(|e| QueueError::content("a record", e))?).to_vec())
}

impl Desk<'_> {
    /// The embargo of a version has ended: now it replaces those before.
    pub(super) fn take_effect(&self, document: i64) -> Result<(), QueueError> {
        let record = stored(self.db, document)?;
        let options = AddOptions { actor: PROGRAM.to_owned(), announce: false };
        let mut adding = Adding { desk: self, options: &options, added: Added::default(), touched: BTreeSet::new() };
        let versions = adding.versions_of(&record)?;
        let is_older = |v: &&Version| v.id != document && v.state == CURRENT && v.against(&record) != Some(Ordering::Greater);
        // What came after it, and waits too, is newer.
        let replaces: Vec<i64> = versions.iter().filter(is_older).map(|v| v.id).filter(|id| *id < document).collect();
        for old in &replaces {
            adding.set_document(*old, SUPERSEDED)?;
        }
        self.db.prepare_cached("UPDATE documents SET waits = 0 WHERE id = ?")?.execute([document])?;
        let placed = Placed { document, state: CURRENT, is_new: false, replaces, kin: Kin::new(), turn: None };
        adding.settle_versions(&record, &placed)?;
        adding.touched.iter().try_for_each(|item| self.recount(*item))
    }
}

/// How much two claims share of the words they have, in [0, 1].
fn alike(a: &str, b: &str) -> f64 {
    let words = |text: &str| -> std::collections::BTreeSet<String> { crate::roster::words_of(text).into_iter().collect() };
    let (a, b) = (words(a), words(b));
    let all = a.union(&b).count();
    if all == 0 { 0.0 } else { a.intersection(&b).count() as f64 / all as f64 }
}
