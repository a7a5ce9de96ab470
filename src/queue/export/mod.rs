//! Items for others: JSON lines, CSV, schema.org, Label Studio, gold. Nothing under embargo gets out.

mod graph;
mod sheet;

use std::io::{self, Read, Write};

use flate2::read::DeflateDecoder;

use super::clock::Millis;
use super::error::QueueError;
use super::gold;
use super::listing::ListOptions;
use super::store::Queue;
use crate::convert::{self, LabelledDocument};
use crate::record::Record;
use graph::Known;
use sheet::Sheet;

/// What items can be written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum ExportFormat {
    /// One item a line, with its appearances.
    Jsonl,
    /// One item a row; `'` stands before texts that a spreadsheet would take for formulas.
    Csv,
    /// The same with all texts as they are.
    #[value(skip)]
    RawCsv,
    /// schema.org `Claim`s, with the `ClaimReview`s that speak of them.
    JsonLd,
    /// Label Studio's tasks: the articles, with what the model found as predictions.
    LabelStudio,
}

/// What was exported, and what had to be left out.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Exported {
    /// The bytes of the file; empty for Label Studio, whose tasks are in `documents`, and where they were written elsewhere.
    pub bytes: Vec<u8>,
    /// Articles to be written as Label Studio's tasks.
    pub documents: Vec<LabelledDocument>,
    /// How many items or documents there are.
    pub count: usize,
    /// What was left out, and why.
    pub left_out: Vec<String>,
}

/// Why items could not be exported.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The queue could not be read.
    #[error(transparent)]
    Queue(#[from] QueueError),
    /// They could not be written.
    #[error("the items could not be written")]
    Write(#[from] io::Error),
}

impl Queue {
    /// The items that `options` list, in memory.
    ///
    /// # Errors
    /// When the queue cannot be read.
    pub fn export(&mut self, format: ExportFormat, options: &ListOptions, now: Millis) -> Result<Exported, ExportError> {
        let mut bytes = Vec::new();
        let exported = self.export_to(format, options, &mut bytes, now)?;
        Ok(Exported { bytes, ..exported })
    }

    /// Writes the items that `options` list to `out`, one by one, all as they stand at one moment. Nothing is written to the queue, and nobody
    /// waits meanwhile.
    ///
    /// # Errors
    /// When the queue cannot be read, or `out` not be written to.
    pub fn export_to(
        &mut self,
        format: ExportFormat,
        options: &ListOptions,
        out: &mut dyn Write,
        now: Millis,
    ) -> Result<Exported, ExportError> {
        let mut count = 0;
        match format {
            ExportFormat::Jsonl => self.each(options, now, |_, item| {
                count += 1;
                serde_json::to_writer(&mut *out, &item).map_err(io::Error::from)?;
                Ok::<(), ExportError>(out.write_all(b"\n")?)
            })?,
            ExportFormat::Csv | ExportFormat::RawCsv => {
                let mut sheet = Sheet::new(&mut *out, format == ExportFormat::RawCsv).map_err(io::Error::from)?;
                self.each(options, now, |_, item| {
                    count += 1;
                    Ok::<(), ExportError>(sheet.row(&item).map_err(io::Error::from)?)
                })?;
                sheet.finish()?;
            }
            ExportFormat::JsonLd => count = self.graph(options, out, now)?,
            ExportFormat::LabelStudio => return self.articles(options, now),
        }
        Ok(Exported { count, ..Exported::default() })
    }

    /// A graph of claims, one a line.
    fn graph(&mut self, options: &ListOptions, out: &mut dyn Write, now: Millis) -> Result<usize, ExportError> {
        write!(out, "{{\"@context\":\"https://schema.org\",\"@graph\":[")?;
        let mut count = 0;
        self.each(options, now, |db, item| {
            let claim = graph::claim(&item, &Known::of(db, &item)?);
            out.write_all(if count == 0 { b"\n" } else { b",\n" })?;
            count += 1;
            Ok::<(), ExportError>(serde_json::to_writer(&mut *out, &claim).map_err(io::Error::from)?)
        })?;
        writeln!(out, "\n]}}")?;
        Ok(count)
    }

    /// Writes what the desk decided as gold, a document a line (`docs/gold-format.md`).
    ///
    /// # Errors
    /// When the queue cannot be read.
    pub fn export_gold(&mut self, now: Millis) -> Result<Exported, QueueError> {
        let now = self.moment(now)?;
        gold::export(&self.db, now)
    }

    /// The articles in which items stand, each once, in the order they came.
    fn articles(&mut self, options: &ListOptions, now: Millis) -> Result<Exported, ExportError> {
        let mut documents = std::collections::BTreeSet::new();
        let moment = self.moment(now)?;
        self.each(options, now, |db, item| {
            let mut of_item = db.prepare_cached(
                "SELECT DISTINCT o.document FROM occurrences o JOIN documents d ON d.id = o.document
                 WHERE o.item = ? AND o.state = 'live' AND d.embargo <= ? AND substr(o.claim_id, 1, 2) <> 'd-'",
            )?;
            documents.extend(of_item.query_map([item.item, moment], |r| r.get::<_, i64>(0))?.collect::<Result<Vec<_>, _>>()?);
            Ok::<(), QueueError>(())
        })?;
        let mut exported = Exported::default();
        let mut textless = 0;
        for document in documents {
            match convert::from_record(&stored(&self.db, document)?) {
                Ok(labelled) => exported.documents.push(labelled),
                Err(_) => textless += 1,
            }
        }
        if textless > 0 {
            exported.left_out.push(format!("{textless} documents whose records came without their text"));
        }
        exported.count = exported.documents.len();
        Ok(exported)
    }
}

/// The record of a document as it came.
pub(super) fn stored(db: &rusqlite::Connection, document: i64) -> Result<Record, QueueError> {
    let packed: Vec<u8> = db.prepare_cached("SELECT record FROM documents WHERE id = ?")?.query_row([document], |r| r.get(0))?;
    let mut json = Vec::new();
    DeflateDecoder::new(packed.as_slice()).read_to_end(&mut json).map_err(|e| QueueError::content("a record", e))?;
    serde_json::from_slice(&json).map_err(|e| QueueError::content("a record", e))
}
