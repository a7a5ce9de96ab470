//! Where a run writes: standard output, or files that a journal goes with.

use std::fs::{File, OpenOptions};
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, Result};

use super::made::{Made, Output as Written};
use super::summary::Tally;
use crate::emit::{EmitError, Output, Plan, Sink};
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
    cut: Option<(crate::emit::Position, u64, Tally)>,
}

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
        None => (Journal::begin(&journal_path, run)?, Past::default()),
    };
    if past.closed.is_none() {
        let output = Output::open(plan, past.mark.as_ref().map(|mark| mark.output))?;
        let journal = Arc::new(Mutex::new(journal));
        let files = Files { output, journal: Arc::clone(&journal), cut: None };
        return Ok(Begun { target: Target::Files(Box::new(files)), journal: Some(journal), past });
    }
    let last = past.closed.unwrap_or_default();
    plan.name(last)?;
    journal.remove()?;
    Ok(Begun { target: Target::Terminal, journal: None, past })
}

/// What the name of a journal ends in, behind the output's.
pub(super) const JOURNAL: &str = ".journal";

impl Target {
    /// Writes an item: a document, or nothing for one that came to none. `errors` and `tally` are what they are behind it.
    pub fn item(&mut self, made: Option<&Made>, errors: u64, tally: &Tally) -> Result<(), EmitError> {
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
                    files.cut = Some((files.output.position(), errors, tally.clone()));
                }
                Ok(())
            }
        }
    }

    /// Passes on what was written so far: a reader sees each batch when it is done, and a run can go on behind it.
    pub fn settle(&mut self) -> Result<()> {
        match self {
            Self::Terminal => Ok(()),
            Self::Stream(sink) => Ok(sink.flush()?),
            Self::Files(files) => {
                let Some((output, errors, tally)) = files.cut.take() else { return Ok(()) };
                files.output.sync()?;
                let mark = Mark { output, errors, tally: serde_json::to_value(tally)? };
                Ok(lock(&files.journal).at(&mark)?)
            }
        }
    }

    /// Ends the output; files take their names only now.
    pub fn finish(self) -> Result<()> {
        match self {
            Self::Terminal => Ok(()),
            Self::Stream(sink) => Ok(sink.finish()?),
            Self::Files(files) => {
                let Files { output, journal, .. } = *files;
                let last = output.position();
                let plan = output.close()?;
                lock(&journal).closed(last)?;
                plan.name(last)?;
                let path = plan.beside(JOURNAL);
                std::fs::remove_file(&path).with_context(|| format!("the journal {}", path.display()))
            }
        }
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
            // A pipe or a device has no length.
            if file.metadata()?.is_file() {
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

    /// Bytes so far.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }
}
