//! How far a run has come, so that it can go on after any end.
//!
//! A journal is a file of JSON lines beside the output. Its first line says what run it is of; then a line follows for every stretch of output that
//! is on disk, and for every document that made or may have made trouble. A line that a kill cut off is no line.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::fd::AsRawFd;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::emit::Position;

/// The first line's `schema`.
const SCHEMA: &str = "claimsift/journal/2";

/// A line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum Line {
    /// What run this is of.
    Run { schema: String, run: String },
    /// A process goes on with it.
    Resumed,
    /// Everything up to here is on disk.
    At(Box<Mark>),
    /// A document that is left out; one on which the reader hangs is not even read.
    Poison { item: u64, why: String, reading: bool },
    /// A document about to be read alone, after a crash that it may have brought about.
    Trying { item: u64 },
    /// It is through.
    Tried { item: u64 },
    /// The program crashed while these were under way, and this one of them was being read.
    Crashed { signal: i32, items: Vec<u64>, reading: Option<u64> },
    /// Everything is written; the output has its name, or is about to get it.
    Closed { last: Position, tally: serde_json::Value },
}

/// A place where a run can go on.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Mark {
    /// Of the output.
    pub output: Position,
    /// A hash of all documents of the input up to here, in hex.
    pub input: String,
    /// Bytes of the file of errors.
    pub errors: u64,
    /// What had been counted by then.
    pub tally: serde_json::Value,
}

/// How far a document that made trouble is kept away from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Avoid {
    /// It is read, for its name, and not worked on.
    Work,
    /// It is passed over unread.
    Reading,
    /// Passing over it made the same trouble: the rest of the file it lies in is left out.
    File,
}

/// A document that is left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Poison {
    /// What it did.
    pub why: String,
    /// How far it is kept away from.
    pub avoid: Avoid,
}

/// What an earlier run left.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Past {
    /// Where to go on; `None` for the beginning.
    pub mark: Option<Mark>,
    /// Hashes of the input, as [`Mark::input`], behind so many documents: all that were noted, in order.
    pub inputs: Vec<(u64, String)>,
    /// Documents that are left out, by their place in the input.
    pub poison: BTreeMap<u64, Poison>,
    /// Documents to be read one at a time, since one of them crashed the program.
    pub suspects: Vec<u64>,
    /// Nobody knows what ended the run before: the next documents are suspects.
    pub careful: bool,
    /// The end of a run that only had to give its output the name, and what it had counted.
    pub closed: Option<(Position, serde_json::Value)>,
}

/// Why a run cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// The file cannot be read or written.
    #[error("the journal {}", path.display())]
    File {
        /// The journal.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// It is of another run.
    #[error(
        "the journal {} is of a run with other options, another model or another version of claimsift; give the same ones to go on, or leave out --resume to begin anew",
        path.display()
    )]
    OtherRun {
        /// The journal.
        path: PathBuf,
    },
    /// It is no journal.
    #[error("{} is no journal of claimsift (its first line is no `{SCHEMA}`); delete it, or leave out --resume to begin anew", path.display())]
    NoJournal {
        /// The file.
        path: PathBuf,
    },
    /// Another process is writing it.
    #[error("the journal {} is in use: another run is writing the same output; wait for it, or choose another --output", path.display())]
    InUse {
        /// The journal.
        path: PathBuf,
    },
}

/// A journal being kept.
pub struct Journal {
    path: PathBuf,
    file: File,
}

impl Journal {
    /// Begins the journal of a run; what stood there is gone. `run` tells it from others.
    ///
    /// # Errors
    /// When it cannot be written, or another process writes it.
    pub fn begin(path: &Path, run: &str) -> Result<Self, JournalError> {
        let mut journal = Self::open(path)?;
        journal.file.set_len(0).map_err(|e| journal.failed(e))?;
        journal.put(&Line::Run { schema: SCHEMA.into(), run: run.into() }, true)?;
        Ok(journal)
    }

    /// Goes on with the journal of a run, if there is one.
    ///
    /// # Errors
    /// When it is of another run, or cannot be read.
    pub fn resume(path: &Path, run: &str) -> Result<Option<(Self, Past)>, JournalError> {
        if !path.exists() {
            return Ok(None);
        }
        let mut journal = Self::open(path)?;
        let mut text = String::new();
        let read = journal.file.seek(SeekFrom::Start(0)).and_then(|_| journal.file.read_to_string(&mut text));
        read.map_err(|e| journal.failed(e))?;
        // What a kill cut off is written over.
        let whole = text.rfind('\n').map_or(0, |at| at + 1);
        if whole == 0 {
            drop(journal);
            return Ok(None);
        }
        let cut = journal.file.set_len(whole as u64).and_then(|()| journal.file.seek(SeekFrom::End(0)));
        cut.map_err(|e| journal.failed(e))?;
        let mut lines = text[..whole].lines().filter(|line| !line.trim().is_empty()).map(serde_json::from_str::<Line>);
        match lines.next() {
            Some(Ok(Line::Run { schema, run: found })) if schema == SCHEMA => {
                if found != run {
                    return Err(JournalError::OtherRun { path: path.to_path_buf() });
                }
            }
            _ => return Err(JournalError::NoJournal { path: path.to_path_buf() }),
        }
        // A handler may have written into the middle of a line.
        let past = past(lines.filter_map(Result::ok));
        journal.put(&Line::Resumed, false)?;
        Ok(Some((journal, past)))
    }

    fn open(path: &Path) -> Result<Self, JournalError> {
        let failed = |source| JournalError::File { path: path.to_path_buf(), source };
        if let Some(folder) = path.parent().filter(|p| !p.as_os_str().is_empty()) {
            fs::create_dir_all(folder).map_err(failed)?;
        }
        let file = OpenOptions::new().read(true).append(true).create(true).open(path).map_err(failed)?;
        // Held until the process ends, however it does.
        match file.try_lock() {
            Ok(()) => Ok(Self { path: path.to_path_buf(), file }),
            Err(fs::TryLockError::WouldBlock) => Err(JournalError::InUse { path: path.to_path_buf() }),
            Err(fs::TryLockError::Error(e)) => Err(failed(e)),
        }
    }

    /// Says that everything up to `mark` is on disk.
    ///
    /// # Errors
    /// When the journal cannot be written.
    pub fn at(&mut self, mark: &Mark) -> Result<(), JournalError> {
        self.put(&Line::At(Box::new(mark.clone())), true)
    }

    /// Says that a document is to be left out, and whether the program was reading it or working on it.
    ///
    /// # Errors
    /// When the journal cannot be written.
    pub fn poison(&mut self, item: u64, why: &str, reading: bool) -> Result<(), JournalError> {
        self.put(&Line::Poison { item, why: why.into(), reading }, true)
    }

    /// Says which document is read next, alone. Survives the process, not the machine.
    ///
    /// # Errors
    /// When the journal cannot be written.
    pub fn trying(&mut self, item: u64) -> Result<(), JournalError> {
        self.put(&Line::Trying { item }, false)
    }

    /// Says that a document which was tried is through.
    ///
    /// # Errors
    /// When the journal cannot be written.
    pub fn tried(&mut self, item: u64) -> Result<(), JournalError> {
        self.put(&Line::Tried { item }, false)
    }

    /// Says that all is written, and what was counted.
    ///
    /// # Errors
    /// When the journal cannot be written.
    pub fn closed(&mut self, last: Position, tally: serde_json::Value) -> Result<(), JournalError> {
        self.put(&Line::Closed { last, tally }, true)
    }

    /// Ends the journal: there is nothing to go on with.
    ///
    /// # Errors
    /// When it cannot be removed.
    pub fn remove(self) -> Result<(), JournalError> {
        fs::remove_file(&self.path).map_err(|e| self.failed(e))
    }

    /// Notes for a process that could not do it that a signal ended it.
    ///
    /// # Errors
    /// When the journal cannot be written.
    pub fn note_crash(path: &Path, signal: i32) -> Result<(), JournalError> {
        let mut journal = Self::open(path)?;
        // The process may have died within a line.
        let begun = journal.file.write_all(b"\n");
        begun.map_err(|e| journal.failed(e))?;
        journal.put(&Line::Crashed { signal, items: Vec::new(), reading: None }, true)
    }

    /// The file, for a signal handler: what it writes there by [`CRASH_LINE`] is read by [`Journal::resume`].
    #[must_use]
    pub fn descriptor(&self) -> i32 {
        self.file.as_raw_fd()
    }

    fn put(&mut self, line: &Line, sync: bool) -> Result<(), JournalError> {
        let written = serde_json::to_vec(line).map_err(io::Error::from).and_then(|mut bytes| {
            bytes.push(b'\n');
            // One write: a kill leaves all of a line or a part of it, never a mixture of two.
            self.file.write_all(&bytes)?;
            if sync { self.file.sync_data() } else { Ok(()) }
        });
        written.map_err(|e| self.failed(e))
    }

    fn failed(&self, source: io::Error) -> JournalError {
        JournalError::File { path: self.path.clone(), source }
    }
}

/// The parts of a line about a crash, for a signal handler that cannot make one: what stands before the signal's number, between that and
/// the items, between these and the one being read, and behind it.
pub(crate) const CRASH_LINE: [&str; 4] = ["\n{\"kind\":\"crashed\",\"signal\":", ",\"items\":[", "],\"reading\":", "}\n"];

/// How much a journal knows, and how many stretches of output it has on disk: a run whose journal learns nothing more gets nowhere.
#[must_use]
pub fn progress(journal: &[u8]) -> (usize, usize) {
    let lines = journal.split(|&byte| byte == b'\n').filter_map(|line| Some((line, serde_json::from_slice::<Line>(line).ok()?)));
    let (mut known, mut marks) = (BTreeSet::new(), 0);
    for (text, line) in lines {
        marks += usize::from(matches!(line, Line::At(_)));
        match line {
            // Said twice it is no news.
            Line::At(_) | Line::Poison { .. } | Line::Tried { .. } | Line::Crashed { .. } => drop(known.insert(text)),
            _ => {}
        }
    }
    (known.len(), marks)
}

fn past(lines: impl Iterator<Item = Line>) -> Past {
    let mut past = Past::default();
    let mut trying = None;
    for line in lines {
        match line {
            Line::At(mark) => {
                let done = mark.output.items;
                past.suspects.retain(|&item| item >= done);
                past.inputs.push((done, mark.input.clone()));
                past.mark = Some(*mark);
                past.careful = false;
            }
            Line::Poison { item, why, reading } => past.leave_out(item, why, reading),
            Line::Trying { item } => trying = Some(item),
            Line::Tried { item } => {
                trying = None;
                past.suspects.retain(|&suspect| suspect != item);
            }
            // Nobody says that what was tried before had anything to do with the end.
            Line::Resumed => trying = None,
            Line::Crashed { signal, items, reading } => past.crashed(signal, &items, reading, trying.take()),
            Line::Closed { last, tally } => past.closed = Some((last, tally)),
            Line::Run { .. } => {}
        }
    }
    past.suspects.retain(|item| !past.poison.contains_key(item));
    past.suspects.sort_unstable();
    past.suspects.dedup();
    past
}

impl Past {
    /// What a crash says. It has to happen twice: a document that did it alone is tried once more.
    fn crashed(&mut self, signal: i32, items: &[u64], reading: Option<u64>, trying: Option<u64>) {
        let why = || format!("it crashed the program (signal {signal})");
        if let Some(again) = reading.filter(|item| self.poison.contains_key(item)) {
            return self.leave_out(again, why(), true);
        }
        match trying.filter(|item| items.is_empty() || items.contains(item)) {
            // A process that was killed could not say what it was doing.
            Some(item) => self.leave_out(item, why(), items.is_empty() || reading == Some(item)),
            None => {
                self.careful |= items.is_empty();
                self.suspects.extend(items);
            }
        }
    }

    /// Each time that reading it makes trouble it is kept further away from.
    fn leave_out(&mut self, item: u64, why: String, reading: bool) {
        let first = if reading { Avoid::Reading } else { Avoid::Work };
        let further = |known: &mut Poison| {
            known.avoid = match known.avoid {
                _ if !reading => known.avoid,
                Avoid::Work => Avoid::Reading,
                Avoid::Reading | Avoid::File => Avoid::File,
            };
        };
        self.poison.entry(item).and_modify(further).or_insert(Poison { why, avoid: first });
    }
}

#[cfg(test)]
mod tests;
