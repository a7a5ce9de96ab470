//! What a reader carries: whether to stop or to skip, what becomes of labels, what people should know.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::{LabelledDocument, Options};

/// What was read.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Reading {
    /// The documents, in order.
    pub documents: Vec<LabelledDocument>,
    /// What was left out when reading leniently, each with file and line.
    pub skipped: Vec<ConvertError>,
    /// What people should know, each once, with how often it was so.
    pub notes: Vec<String>,
}

/// Why annotation could not be read or written.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ConvertError {
    /// The file could not be opened or is not what it should be.
    #[error("{path}: {reason}")]
    File {
        /// The file or folder.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// A line is not what it should be.
    #[error("{path}, line {line}: {reason}")]
    Line {
        /// The file.
        path: PathBuf,
        /// Its line, from 1.
        line: usize,
        /// What was found and expected.
        reason: String,
    },
}

impl ConvertError {
    pub(super) fn file(path: &Path, reason: impl std::fmt::Display) -> Self {
        Self::File { path: path.to_path_buf(), reason: reason.to_string() }
    }

    pub(super) fn line(path: &Path, line: usize, reason: impl std::fmt::Display) -> Self {
        Self::Line { path: path.to_path_buf(), line, reason: reason.to_string() }
    }
}

/// Goes through a reader from file to file.
pub(super) struct Intake<'o> {
    options: &'o Options,
    skipped: Vec<ConvertError>,
    notes: BTreeMap<String, usize>,
    /// Labels that are no entity to us, and how often.
    dropped: RefCell<BTreeMap<String, usize>>,
}

impl<'o> Intake<'o> {
    pub(super) fn new(options: &'o Options) -> Self {
        Self { options, skipped: Vec::new(), notes: BTreeMap::new(), dropped: RefCell::default() }
    }

    /// A folder that texts of stand-off gold are looked for in.
    pub(super) fn texts(&self) -> Option<&'o Path> {
        self.options.texts.as_deref()
    }

    /// What was read; where it could not be, the error in strict reading, nothing (and the error kept) in lenient.
    pub(super) fn take<T>(&mut self, read: Result<T, ConvertError>) -> Result<Option<T>, ConvertError> {
        match read {
            Ok(value) => Ok(Some(value)),
            Err(error) if self.options.lenient => {
                self.skipped.push(error);
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// What a label of the corpus is to us: `Ok(None)` where it is no entity.
    pub(super) fn label(&self, label: &str) -> Result<Option<String>, String> {
        let ours = self.options.labels.map(label)?;
        if ours.is_none() {
            *self.dropped.borrow_mut().entry(label.to_owned()).or_default() += 1;
        }
        Ok(ours)
    }

    /// Something people should know; the same note counts up.
    pub(super) fn note(&mut self, note: impl Into<String>) {
        *self.notes.entry(note.into()).or_default() += 1;
    }

    pub(super) fn finish(self, documents: Vec<LabelledDocument>) -> Reading {
        let mut notes: Vec<String> =
            self.notes.into_iter().map(|(note, n)| if n > 1 { format!("{note} ({n} times)") } else { note }).collect();
        let dropped: Vec<String> = self.dropped.into_inner().into_iter().map(|(label, n)| format!("{label} {n}")).collect();
        if !dropped.is_empty() {
            notes.push(format!("labels that are no entities to us were left out: {}", dropped.join(", ")));
        }
        Reading { documents, skipped: self.skipped, notes }
    }
}
