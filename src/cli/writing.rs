//! Where a run writes: standard output, or files that a journal goes with.

use std::fs::{File, OpenOptions};
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use super::flow::Seal;
use super::made::{Made, Output as Written};
use super::summary::Tally;
use crate::emit::{EmitError, Output, Plan, Position, Sink};
use crate::journal::{Journal, Mark, Past};

/// The journal, which the threads that work look into, too.
pub(super) type SharedJournal = Arc<Mutex<Journal>>;

/// Where records go.
pub(super) enum Target {
    /// Nowhere: pages are shown.
    Terminal,
    /// Straight on.
    Stream(Sink),
    /// Files that can be gone on with.
    Files(Box<Files>),
}

/// Files under way, and their journal.
pub(super) struct Files {
    output: Output,
    journal: SharedJournal,
    /// Where the output may be cut, not yet in the journal.
    cut: Option<Cut>,
    /// When the journal was written last.
    settled: Instant,
}

/// A place where the output may be cut.
struct Cut {
    output: Position,
    input: Seal,
    errors: u64,
    tally: Tally,
}

/// What is written is made safe so often: each time costs a few milliseconds of waiting for the disk, and so much work is done again
/// after a kill.
const SETTLE_EVERY: Duration = Duration::from_millis(250);

/// How a run begins.
pub(super) struct Begun {
    pub target: Target,
    pub journal: Option<SharedJournal>,
    pub past: Past,
}

/// Opens the files of a run: anew, or where an earlier one of the same description was.
///
/// # Errors
/// When they cannot be written, or the journal is of another run.
pub(super) fn begin(plan: Plan, run: &str, resume: bool) -> Result<Begun> {
    plan.check()?;
    let journal_path = plan.beside(JOURNAL);
    let earlier = if resume { Journal::resume(&journal_path, run)? } else { None };
    let (journal, past) = match earlier {
        Some(earlier) => earlier,
        None => {
            let unfinished = journal_path.exists();
            let journal = Journal::begin(&journal_path, run)?;
            // Parts of a run that never came to its end are worth nothing; those of one that did stay until this one has its own.
            plan.clear(unfinished)?;
            (journal, Past::default())
        }
    };
    if past.closed.is_none() {
        let output = Output::open(plan, past.mark.as_ref().map(|mark| mark.output))?;
        let journal = Arc::new(Mutex::new(journal));
        let files = Files { output, journal: Arc::clone(&journal), cut: None, settled: Instant::now() };
        return Ok(Begun { target: Target::Files(Box::new(files)), journal: Some(journal), past });
    }
    if let Some((last, _)) = past.closed {
        plan.name(last)?;
    }
    journal.remove()?;
    Ok(Begun { target: Target::Terminal, journal: None, past })
}

/// What the name of a journal ends in, behind the output's.
pub(super) const JOURNAL: &str = ".journal";

impl Target {
    /// Writes an item: a document, or nothing for one that came to none. `input`, `errors` and `tally` are what they are behind it.
    pub fn item(&mut self, made: Option<&Made>, input: Seal, errors: u64, tally: &Tally) -> Result<(), EmitError> {
        let (lines, record): (&[Vec<u8>], _) = match made.map(|m| &m.output) {
            Some(Written::Lines(lines)) => (lines, None),
            Some(Written::Rows(record)) => (&[], Some(&**record)),
            Some(Written::Page(_)) | None => (&[], None),
        };
        match self {
            Self::Terminal => Ok(()),
            Self::Stream(sink) => lines.iter().try_for_each(|line| sink.made_line(line)),
            Self::Files(files) => {
                if files.output.add(lines, record)? {
                    files.cut = Some(Cut { output: files.output.position(), input, errors, tally: tally.clone() });
                }
                Ok(())
            }
        }
    }

    /// Passes on what was written so far: a reader sees each batch when it is done, and a run can go on behind it. Files, with the lines of
    /// `errors` that belong to them, wait for some more unless it is to be `now`.
    pub fn settle(&mut self, errors: Option<&ErrorFile>, now: bool) -> Result<()> {
        match self {
            Self::Terminal => Ok(()),
            Self::Stream(sink) => Ok(sink.flush()?),
            Self::Files(files) => {
                if !now && files.settled.elapsed() < SETTLE_EVERY {
                    return Ok(());
                }
                let Some(cut) = files.cut.take() else { return Ok(()) };
                files.output.sync()?;
                errors.map_or(Ok(()), ErrorFile::sync)?;
                let Cut { output, input, errors, tally } = cut;
                let mark = Mark { output, input: input.to_string(), errors, tally: serde_json::to_value(tally)? };
                lock(&files.journal).at(&mark)?;
                files.settled = Instant::now();
                Ok(())
            }
        }
    }

    /// Ends the output of a run that came to `tally`; files take their names only now.
    pub fn finish(self, tally: &Tally) -> Result<()> {
        match self {
            Self::Terminal => Ok(()),
            Self::Stream(sink) => Ok(sink.finish()?),
            Self::Files(files) => {
                let Files { output, journal, .. } = *files;
                let last = output.position();
                let plan = output.close()?;
                lock(&journal).closed(last, serde_json::to_value(tally)?)?;
                plan.name(last)?;
                let path = plan.beside(JOURNAL);
                std::fs::remove_file(&path).with_context(|| format!("the journal {}", path.display()))
            }
        }
    }

    /// Ends a run that found nothing to read: what stood under the output's name stays as it was.
    pub fn abandon(self) -> Result<()> {
        let Self::Files(files) = self else { return Ok(()) };
        let Files { output, journal, .. } = *files;
        let plan = output.close()?;
        plan.clear(false)?;
        drop(journal);
        let path = plan.beside(JOURNAL);
        std::fs::remove_file(&path).with_context(|| format!("the journal {}", path.display()))
    }
}

/// A thread that panicked leaves the journal whole: it is written a line at a time.
pub(super) fn lock(journal: &Mutex<Journal>) -> std::sync::MutexGuard<'_, Journal> {
    journal.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A file of error lines, written as they come.
pub(super) struct ErrorFile {
    file: File,
    path: PathBuf,
    bytes: u64,
}

impl ErrorFile {
    /// Begins the file, or goes on behind its first `bytes`.
    pub fn open(path: &Path, bytes: u64) -> Result<Self> {
        let open = || {
            let mut file = OpenOptions::new().write(true).create(true).truncate(false).open(path)?;
            let found = file.metadata()?;
            // A pipe or a device has no length.
            if found.is_file() {
                if found.len() < bytes {
                    let reason = format!("it has {} bytes, the run had written {bytes}; give the file of that run", found.len());
                    return Err(std::io::Error::new(std::io::ErrorKind::InvalidData, reason));
                }
                file.set_len(bytes)?;
                file.seek(SeekFrom::End(0))?;
            }
            Ok::<_, std::io::Error>(file)
        };
        let file = open().with_context(|| format!("cannot write the errors to {}", path.display()))?;
        Ok(Self { file, path: path.to_path_buf(), bytes })
    }

    /// Adds a line.
    pub fn line(&mut self, line: &str) -> Result<(), EmitError> {
        let written = self.file.write_all(format!("{line}\n").as_bytes());
        written.map_err(|source| EmitError::Write { target: self.path.display().to_string(), kept: "kept", source })?;
        self.bytes += line.len() as u64 + 1;
        Ok(())
    }

    /// Waits until all lines are on disk; a pipe or a device has none.
    fn sync(&self) -> Result<()> {
        if self.file.metadata().is_ok_and(|found| found.is_file()) {
            self.file.sync_data().with_context(|| format!("cannot write the errors to {}", self.path.display()))?;
        }
        Ok(())
    }

    /// Bytes so far.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_errors_is_cut_and_never_stretched() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("errors.jsonl");
        let mut errors = ErrorFile::open(&path, 0).unwrap();
        errors.line("one").unwrap();
        errors.line("two").unwrap();
        errors.sync().unwrap();
        drop(errors);
        drop(ErrorFile::open(&path, 4).unwrap());
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "one\n");
        let Err(error) = ErrorFile::open(&path, 8) else { panic!("it was stretched") };
        assert!(format!("{error:#}").contains("4 bytes, the run had written 8"), "{error:#}");
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "one\n");
    }
}
