//! The documents of a run, one after the other.

use std::fs::File;
use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::compressed::Counted;
use super::containers::{self, Container, Desk, Entry, Item};
use super::error::{IngestError, Place};
use super::ids::{Name, Naming, SeenIds};
use super::inputs::{Input, Inputs};
use super::{Failure, IngestOptions};
use crate::document::Document;

/// Iterator over documents; see [`super::documents`].
pub struct Documents {
    paths: Vec<String>,
    desk: Desk,
    naming: Naming,
    inputs: Inputs,
    stdin: Option<Box<dyn Read + Send>>,
    /// What is being read: each lies in the one before.
    open: Vec<Box<dyn Container>>,
    /// The size of the input at hand.
    size: u64,
    /// Bytes read of it.
    read: Arc<AtomicU64>,
    /// Bytes of the inputs that are done with.
    done: u64,
    left_out: u64,
}

impl Documents {
    pub(super) fn new(paths: &[String], options: &IngestOptions, naming: Naming, stdin: Box<dyn Read + Send>) -> Self {
        Self {
            paths: paths.to_vec(),
            inputs: Inputs::new(paths.to_vec(), naming.clone(), options.selection.clone()),
            desk: Desk { options: options.clone(), seen: SeenIds::default() },
            naming,
            stdin: Some(stdin),
            open: Vec::new(),
            size: 0,
            read: Arc::default(),
            done: 0,
            left_out: 0,
        }
    }

    /// The size of all files to be read, in bytes (compressed ones as they lie on the disk); none if standard input is among them.
    ///
    /// Lists every directory and opens no file: microseconds a file, to be called once.
    #[must_use]
    pub fn bytes_total(&self) -> Option<u64> {
        let mut total = 0;
        for input in Inputs::new(self.paths.clone(), self.naming.clone(), self.desk.options.selection.clone()) {
            match input {
                Ok(Input::Stdin) => return None,
                Ok(Input::File { size, .. }) => total += size,
                Err(_) => {}
            }
        }
        Some(total)
    }

    /// How many of those bytes are behind: read, or passed over because of a failure.
    #[must_use]
    pub fn bytes_read(&self) -> u64 {
        self.done + self.read.load(Ordering::Relaxed)
    }

    /// How many documents were left out because they were published before [`IngestOptions::since`].
    #[must_use]
    pub fn left_out(&self) -> u64 {
        self.left_out
    }

    /// Opens an input, and puts it on the stack.
    fn begin(&mut self, input: Input) -> Result<(), Failure> {
        let (disk, name, size) = match input {
            Input::Stdin => (None, Name { text: "-".to_owned(), lossy: false }, None),
            Input::File { path, name, size } => (Some(path), name, Some(size)),
        };
        self.size = size.unwrap_or(0);
        let bytes: io::Result<Box<dyn Read + Send>> = match &disk {
            Some(path) => File::open(path).map(|file| Box::new(file) as _),
            None => Ok(self.stdin.take().unwrap_or_else(|| Box::new(io::empty()))),
        };
        let bytes = match bytes {
            Ok(bytes) => Box::new(Counted::new(bytes, Arc::clone(&self.read))),
            Err(source) => return Err(Failure::of(&name.text, IngestError::Read { place: Place::file(&name.text), source })),
        };
        let entry = Entry { name, bytes, size, disk, depth: 0 };
        self.open.push(containers::open(entry, &mut self.desk)?);
        Ok(())
    }

    /// Closes the books on the input at hand; one given up early counts whole.
    fn end(&mut self) {
        self.done += self.read.swap(0, Ordering::Relaxed).max(self.size);
        self.size = 0;
    }

    /// Whether a document is known to be too old.
    fn is_left_out(&self, document: &Document) -> bool {
        self.desk.options.since.is_some_and(|since| document.published().is_some_and(|day| day < since))
    }
}

impl Iterator for Documents {
    type Item = Result<Document, Failure>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let Some(container) = self.open.last_mut() else {
                self.end();
                let begun = self.inputs.next()?.and_then(|input| self.begin(input));
                match begun {
                    Ok(()) => continue,
                    Err(failure) => return Some(Err(failure)),
                }
            };
            match container.next(&mut self.desk) {
                None => drop(self.open.pop()),
                Some(Ok(Item::Container(inner))) => self.open.push(inner),
                Some(Ok(Item::Document(document))) if self.is_left_out(&document) => self.left_out += 1,
                Some(Ok(Item::Document(document))) => return Some(Ok(*document)),
                Some(Err(failure)) => return Some(Err(failure)),
            }
        }
    }
}
