//! How far a run has come, so that it can go on after any end.
//!
//! A journal is a file of JSON lines beside the output. Its first line says what run it is of; then a line follows for every stretch of output that
//! is on disk, and for every document that must not be read again. A line that a kill cut off is no line.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::fd::AsRawFd;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::emit::Position;

/// The first line's `schema`.
const SCHEMA: &str = "claimsift/journal/1";

/// A line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum Line {
    /// What run this is of.
    Run { schema: String, run: String },
    /// Everything up to here is on disk.
    At(Box<Mark>),
    /// A document that is not to be read again.
    Poison { item: u64, why: String },
    /// A document about to be read alone, after a crash that several may have brought about.
    Trying { item: u64 },
    /// The program crashed while these were being worked on.
    Crashed { signal: i32, items: Vec<u64> },
    /// Everything is written; the output has its name, or is about to get it.
    Closed { last: Position },
}

/// A place where a run can go on.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Mark {
    /// Of the output.
    pub output: Position,
    /// Bytes of the file of errors.
    pub errors: u64,
    /// What had been counted by then.
    pub tally: serde_json::Value,
}

/// What an earlier run left.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Past {
    /// Where to go on; `None` for the beginning.
    pub mark: Option<Mark>,
    /// Documents that are not to be read again, by their place in the input, and why.
    pub poison: BTreeMap<u64, String>,
    /// Documents to be read one at a time, since one of them crashed the program.
    pub suspects: Vec<u64>,
    /// Nobody knows what ended the run before: the next documents are suspects.
    pub careful: bool,
    /// The end of a run that only had to give its output the name.
    pub closed: Option<Position>,
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

    /// Says that a document is not to be read again.
    ///
    /// # Errors
    /// When the journal cannot be written.
    pub fn poison(&mut self, item: u64, why: &str) -> Result<(), JournalError> {
        self.put(&Line::Poison { item, why: why.into() }, true)
    }

    /// Says which document is read next, alone. Survives the process, not the machine.
    ///
    /// # Errors
    /// When the journal cannot be written.
    pub fn trying(&mut self, item: u64) -> Result<(), JournalError> {
        self.put(&Line::Trying { item }, false)
    }

    /// Says that all is written.
    ///
    /// # Errors
    /// When the journal cannot be written.
    pub fn closed(&mut self, last: Position) -> Result<(), JournalError> {
        self.put(&Line::Closed { last }, true)
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
        journal.put(&Line::Crashed { signal, items: Vec::new() }, true)
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
/// the items, and behind them.
pub(crate) const CRASH_LINE: [&str; 3] = ["\n{\"kind\":\"crashed\",\"signal\":", ",\"items\":[", "]}\n"];

fn past(lines: impl Iterator<Item = Line>) -> Past {
    let mut past = Past::default();
    let mut trying = None;
    for line in lines {
        match line {
            Line::At(mark) => {
                let done = mark.output.items;
                past.suspects.retain(|&item| item >= done);
                past.mark = Some(*mark);
                past.careful = false;
                trying = None;
            }
            Line::Poison { item, why } => drop(past.poison.insert(item, why)),
            Line::Trying { item } => trying = Some(item),
            Line::Crashed { signal, items } => {
                let alone = trying.take().or(if let [one] = items[..] { Some(one) } else { None });
                match alone {
                    Some(item) => drop(past.poison.insert(item, format!("it crashed the program (signal {signal})"))),
                    None => {
                        past.careful |= items.is_empty();
                        past.suspects.extend(items);
                    }
                }
            }
            Line::Closed { last } => past.closed = Some(last),
            Line::Run { .. } => {}
        }
    }
    past.suspects.retain(|item| !past.poison.contains_key(item));
    past.suspects.sort_unstable();
    past.suspects.dedup();
    past
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(items: u64) -> Mark {
        Mark { output: Position { items, part: 0, bytes: items * 10 }, errors: 0, tally: serde_json::json!({"documents": items}) }
    }

    fn resumed(path: &Path) -> Past {
        Journal::resume(path, "r").unwrap().unwrap().1
    }

    #[test]
    fn a_run_goes_on_where_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.jsonl.journal");
        assert!(Journal::resume(&path, "r").unwrap().is_none());
        let mut journal = Journal::begin(&path, "r").unwrap();
        journal.at(&mark(64)).unwrap();
        journal.at(&mark(128)).unwrap();
        assert!(matches!(Journal::begin(&path, "r"), Err(JournalError::InUse { .. })));
        drop(journal);
        // A kill in the middle of a line.
        let mut text = fs::read_to_string(&path).unwrap();
        text.push_str("{\"kind\":\"at\",\"output\":{\"items\":19");
        fs::write(&path, &text).unwrap();
        assert_eq!(resumed(&path).mark, Some(mark(128)));
        let (mut journal, _) = Journal::resume(&path, "r").unwrap().unwrap();
        journal.at(&mark(192)).unwrap();
        journal.closed(mark(192).output).unwrap();
        drop(journal);
        let past = resumed(&path);
        assert_eq!((past.mark, past.closed), (Some(mark(192)), Some(mark(192).output)));
        assert!(matches!(Journal::resume(&path, "other"), Err(JournalError::OtherRun { .. })));
        fs::write(&path, "my diary\n").unwrap();
        assert!(matches!(Journal::resume(&path, "r"), Err(JournalError::NoJournal { .. })));
    }

    #[test]
    fn what_crashed_alone_is_poison_and_what_crashed_in_company_is_suspect() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("j");
        let crash = |items: &str| {
            let [before, between, behind] = CRASH_LINE;
            let mut file = OpenOptions::new().append(true).open(&path).unwrap();
            write!(file, "{before}11{between}{items}{behind}").unwrap();
        };
        drop(Journal::begin(&path, "r").unwrap());
        crash("7,9");
        assert_eq!(resumed(&path).suspects, [7, 9]);
        let (mut journal, _) = Journal::resume(&path, "r").unwrap().unwrap();
        journal.at(&mark(8)).unwrap();
        journal.trying(9).unwrap();
        drop(journal);
        crash("9");
        let past = resumed(&path);
        assert_eq!((past.suspects.len(), past.poison.keys().copied().collect::<Vec<_>>()), (0, vec![9]));
        assert!(past.poison[&9].contains("signal 11"));
    }
}
