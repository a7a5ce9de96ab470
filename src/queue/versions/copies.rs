//! Documents that repeat another: they are appearances of its claims, whichever of the two came first.

use rusqlite::params;

use super::Placed;
use crate::queue::adding::Adding;
use crate::queue::error::QueueError;
use crate::queue::events::{Happened, Kind};
use crate::queue::export::stored;
use crate::record::Record;

impl Adding<'_> {
    /// A document that repeats another carries those of its claims that stand in it, whichever of the two came first.
    pub(in crate::queue) fn copy(&mut self, record: &Record, placed: &Placed) -> Result<(), QueueError> {
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
