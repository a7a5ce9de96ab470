//! `claimsift queue add`: lines of records, batch by batch.

use std::fs::File;
use std::io::{BufRead, BufReader};

use anyhow::{Context, Result};
use serde::Deserialize;

use super::{Desk, announcing, given};
use crate::cli::{Outcome, counted, print, say};
use crate::queue::{AddOptions, Added};
use crate::record::{CLAIM_SCHEMA, ERROR_SCHEMA, RECORD_SCHEMA, Record};

/// The most bytes of lines in one transaction: others want to write, too.
const BATCH_BYTES: usize = 4 << 20;
/// So many lines that could not be read are named; the rest are counted.
const NAMED: usize = 20;

#[derive(clap::Args)]
pub(super) struct Args {
    /// Files that `claimsift extract` wrote; `-` is standard input.
    #[arg(required = true, value_name = "RECORDS")]
    records: Vec<String>,
    #[command(flatten)]
    webhook: announcing::Receiver,
    /// How many records go to the disk at once; each batch is there whole or not at all.
    #[arg(long, default_value_t = 64, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    batch: u16,
    /// Write what each batch came to as a line of JSON, when it is on the disk.
    #[arg(long)]
    json: bool,
    /// Say nothing but errors.
    #[arg(short, long)]
    quiet: bool,
}

/// Finds files that are not there before any is taken in.
pub(super) fn look(args: &Args) -> Result<()> {
    args.records.iter().try_for_each(|name| given::look(name))
}

pub(super) fn run(args: &Args, desk: &mut Desk) -> Result<Outcome> {
    // What is wrong with its address must be known before anything is added.
    let webhook = args.webhook.open(&desk.path)?;
    if webhook.is_some() {
        announcing::begin(false, desk)?;
    }
    // Whoever is told later, by `announce`, is told of these, too.
    let options = AddOptions { actor: desk.actor.clone(), announce: true };
    let mut adding = Adding { args, desk, options, batch: Vec::new(), bytes: 0, added: Added::default(), passed: 0, refused: 0 };
    let read = args.records.iter().try_for_each(|name| adding.file(name)).and_then(|()| adding.flush());
    if !args.quiet || read.is_err() {
        say(&adding.line());
    }
    read?;
    let failed = adding.refused > 0;
    let told = webhook.map_or(Ok(Outcome::Good), |webhook| announcing::announce(webhook, desk, args.quiet))?;
    Ok(if failed { Outcome::SomeFailed } else { told })
}

struct Adding<'a> {
    args: &'a Args,
    desk: &'a mut Desk,
    options: AddOptions,
    batch: Vec<Record>,
    bytes: usize,
    added: Added,
    /// Error lines of `extract`.
    passed: usize,
    /// Lines that are no records.
    refused: usize,
}

/// A line, by what stands in it.
enum Line {
    Record(Box<Record>),
    Error,
    Refused(String),
}

#[derive(Deserialize)]
struct Head {
    schema: Option<String>,
}

impl Adding<'_> {
    fn file(&mut self, name: &str) -> Result<()> {
        let reader: Box<dyn BufRead> = match name {
            "-" => Box::new(std::io::stdin().lock()),
            path => Box::new(BufReader::new(File::open(path).with_context(|| path.to_owned())?)),
        };
        let mut lines = reader;
        let (mut line, mut number) = (Vec::new(), 0usize);
        loop {
            line.clear();
            if lines.read_until(b'\n', &mut line).with_context(|| name.to_owned())? == 0 {
                return Ok(());
            }
            number += 1;
            if line.trim_ascii().is_empty() {
                continue;
            }
            match read(line.trim_ascii()) {
                Line::Record(record) => self.take(*record, line.len())?,
                Line::Error => self.passed += 1,
                Line::Refused(reason) => self.refuse(&format!("{name}:{number}: {reason}")),
            }
        }
    }

    fn take(&mut self, record: Record, bytes: usize) -> Result<()> {
        self.batch.push(record);
        self.bytes += bytes;
        if self.batch.len() >= usize::from(self.args.batch) || self.bytes >= BATCH_BYTES {
            self.flush()?;
        }
        Ok(())
    }

    fn flush(&mut self) -> Result<()> {
        if self.batch.is_empty() {
            return Ok(());
        }
        let now = self.desk.now();
        let added = self.desk.queue.add(&self.batch, &self.options, now)?;
        self.batch.clear();
        self.bytes = 0;
        added.warnings.iter().for_each(|warning| say(&format!("claimsift: {warning}")));
        if self.args.json {
            print(&(serde_json::to_string(&added)? + "\n"))?;
        }
        self.added.and(added);
        Ok(())
    }

    fn refuse(&mut self, what: &str) {
        self.refused += 1;
        match self.refused {
            1..=NAMED => say(&format!("claimsift: {what}")),
            n if n == NAMED + 1 => say("claimsift: further lines that cannot be taken are only counted"),
            _ => {}
        }
    }

    /// What was added, as people read it.
    fn line(&self) -> String {
        let Added { documents, claims, known, items, checked, copies, sampled, superseded, withdrawn, reopened, .. } = &self.added;
        let items = if *items == 1 { "1 of them an item of its own".to_owned() } else { format!("{items} of them items of their own") };
        let (documents, claims) = (counted(*documents, "document"), counted(*claims, "claim"));
        let mut line = format!("{documents}: {claims} new, {items}; {known} known");
        let mut also = |count: usize, what: &str| {
            if count > 0 {
                line += &format!(", {count} {what}");
            }
        };
        also(*checked, "checked elsewhere already");
        also(*copies, "in copies");
        also(*sampled, if *sampled == 1 { "sample from below the threshold" } else { "samples from below the threshold" });
        also(*superseded, "superseded");
        also(*withdrawn, "withdrawn");
        also(*reopened, if *reopened == 1 { "item to be looked at again" } else { "items to be looked at again" });
        also(self.passed, if self.passed == 1 { "error line passed over" } else { "error lines passed over" });
        also(self.refused, if self.refused == 1 { "line not taken" } else { "lines not taken" });
        line
    }
}

fn read(line: &[u8]) -> Line {
    let head: Head = match serde_json::from_slice(line) {
        Ok(head) => head,
        Err(error) => return Line::Refused(format!("not a line of JSON ({error}); was the file cut off?")),
    };
    match head.schema.as_deref() {
        Some(RECORD_SCHEMA) => match serde_json::from_slice(line) {
            Ok(record) => Line::Record(Box::new(record)),
            Err(error) => Line::Refused(format!("not a record: {error}")),
        },
        Some(ERROR_SCHEMA) => Line::Error,
        Some(CLAIM_SCHEMA) => Line::Refused("a single claim (claimsift extract --only claims), expected a record".into()),
        Some(other) if other.starts_with("claimsift/record/") => Line::Refused(format!(
            "found schema {other:?}, expected {RECORD_SCHEMA:?}: a newer claimsift wrote it, and is needed to add it"
        )),
        Some(other) => Line::Refused(format!("found schema {other:?}, expected {RECORD_SCHEMA:?}")),
        None => Line::Refused(format!("no schema, expected {RECORD_SCHEMA:?}")),
    }
}
