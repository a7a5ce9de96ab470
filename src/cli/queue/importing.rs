//! `claimsift queue import-checks`

use std::path::PathBuf;

use anyhow::Result;

use super::{Desk, given};
use crate::cli::{Outcome, counted, say};
use crate::queue::Imported;
use crate::queue::checks::{self, Check};

/// The checks of all files, and how many entries were none.
pub(super) struct Read {
    from: String,
    checks: Vec<Check>,
    refused: usize,
}

/// Reads every file: one that cannot be read keeps those before it out, too.
pub(super) fn read(files: &[PathBuf]) -> Result<Read> {
    let from = match files {
        [file] => given::name(file),
        several => counted(several.len(), "file"),
    };
    let mut read = Read { from, checks: Vec::new(), refused: 0 };
    let mut left_out = Vec::new();
    for file in files {
        for entry in checks::read(&given::name(file), &given::text(file)?).map_err(anyhow::Error::msg)? {
            match entry {
                Ok(check) => read.checks.push(check),
                Err(reason) => left_out.push(reason),
            }
        }
    }
    left_out.iter().for_each(|reason| say(&format!("claimsift: left out: {reason}")));
    read.refused = left_out.len();
    Ok(read)
}

/// Takes them in, all at once.
pub(super) fn take(read: &Read, desk: &mut Desk) -> Result<Outcome> {
    let now = desk.now();
    let Imported { new, changed, known, items } = desk.queue.import_checks(&read.checks, &desk.actor, now)?;
    let (new, items) = (counted(new, "check"), counted(items, "item"));
    say(&format!("{}: {new} new, {changed} changed, {known} known; they speak of {items} in the queue", read.from));
    Ok(if read.refused > 0 { Outcome::SomeFailed } else { Outcome::Good })
}
