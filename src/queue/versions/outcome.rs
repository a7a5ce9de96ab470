//! What becomes of the claims of versions that were replaced, withdrawn or brought back, and of the items they are in.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use rusqlite::params;

use super::article::Version;
use super::{CURRENT, Placed, SUPERSEDED, Turn};
use crate::queue::adding::{AddOptions, Added, Adding, Kin};
use crate::queue::error::QueueError;
use crate::queue::events::{Happened, Kind, PROGRAM, Standing};
use crate::queue::export::stored;
use crate::queue::states::State;
use crate::queue::store::Desk;
use crate::record::Record;

/// Two claims that share this much of their words, of all they have, are one claim changed.
const CHANGED: f64 = 0.5;

impl Adding<'_> {
    /// After the claims of a record are in: what became of those of the versions before.
    pub(in crate::queue) fn settle_versions(&mut self, record: &Record, placed: &Placed) -> Result<(), QueueError> {
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
    pub(in crate::queue) fn look_again(&mut self, item: i64, before: Standing, reason: &str) -> Result<(), QueueError> {
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
}

impl Desk<'_> {
    /// The embargo of a version has ended: now it replaces those before.
    pub(in crate::queue) fn take_effect(&self, document: i64) -> Result<(), QueueError> {
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
    let words = |text: &str| -> BTreeSet<String> { crate::roster::words_of(text).into_iter().collect() };
    let (a, b) = (words(a), words(b));
    let all = a.union(&b).count();
    if all == 0 { 0.0 } else { a.intersection(&b).count() as f64 / all as f64 }
}
