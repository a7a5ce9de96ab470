//! Paths, globs and standard input → documents, one at a time, in the order of the arguments.
//!
//! 1. `inputs` (with `walk`, `glob`, `ids`): arguments → files and their names
//! 2. `charset`: bytes → text
//! 3. `text` (with `furniture`), `markdown` (with `front_matter`), `jsonl` (with `lines`, `object`):
//!    a file → documents with their blocks
//! 4. `metadata`: fields beside a text → `Source`
//!
//! A document that cannot be read is a [`Failure`], and reading goes on after it. Memory holds one document, the
//! listing of the directories being walked, and 16 bytes for each id given.

#![allow(clippy::result_large_err, reason = "a Failure is no larger than the Document beside it")]

mod charset;
mod error;
mod front_matter;
mod furniture;
mod glob;
mod ids;
mod inputs;
mod jsonl;
mod lines;
mod markdown;
mod metadata;
mod object;
#[cfg(test)]
mod testing;
mod text;
mod transcript;
mod walk;

use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

pub use self::error::{IngestError, Place};
use self::ids::{Name, Naming, SeenIds};
use self::inputs::{Input, Inputs};
use self::jsonl::JsonLines;
use crate::document::{Document, Source};

/// What a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// Plain text, one document.
    Text,
    /// Markdown, one document.
    Markdown,
    /// JSON lines, a document each.
    Jsonl,
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Format::Text => "text",
            Format::Markdown => "markdown",
            Format::Jsonl => "jsonl",
        })
    }
}

/// How documents are read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IngestOptions {
    /// The format of every input; by default a file's extension says it, and standard input is text.
    pub format: Option<Format>,
    /// The JSONL field that holds the text.
    pub text_field: String,
    /// The JSONL field that holds the document's id, a string or a number; by default path and line are the id.
    pub id_field: Option<String>,
    /// The most bytes a document (a line, for JSONL) may have; a larger one fails and is never held in memory.
    pub max_document_bytes: u64,
}

/// Far above any article, far below what would hurt: a novel has 1 MB.
const MAX_DOCUMENT_BYTES: u64 = 10_000_000;

impl Default for IngestOptions {
    fn default() -> Self {
        Self { format: None, text_field: "text".to_owned(), id_field: None, max_document_bytes: MAX_DOCUMENT_BYTES }
    }
}

/// A document, file or argument that could not be read.
#[derive(Debug)]
pub struct Failure {
    /// The id the document has or would have had; the argument, where it did not come to a document.
    pub doc_id: String,
    /// As far as known; `format` is empty where the argument did not come to a file.
    pub source: Source,
    /// Why.
    pub error: IngestError,
}

impl Failure {
    /// Of an argument or a file that was not opened.
    fn of(name: &str, error: IngestError) -> Self {
        let source = Source { path: name.to_owned(), ..Source::default() };
        Self { doc_id: name.to_owned(), source, error }
    }
}

/// The documents that `paths` stand for, read while they are asked for.
///
/// A path is a file; a directory, of which all files with a known extension are read, sorted by the bytes of their
/// paths, hidden ones left out; a glob (`*`, `?`, `[..]`, `**`) unless a file has that very name; or `-`, standard
/// input. Only regular files are opened, so that nothing waits for a pipe.
///
/// A document's id is the field [`IngestOptions::id_field`], or its path relative to the working directory, with
/// `#n` for line n of JSONL.
pub fn documents(paths: &[String], options: &IngestOptions) -> Documents {
    let naming = Naming::beneath(std::env::current_dir().ok());
    Documents::new(paths, options, naming, Box::new(io::stdin()))
}

/// The blocks of a plain text, as [`documents`] finds them.
#[must_use]
pub fn text_blocks(text: &str) -> Vec<crate::document::Block> {
    text::blocks(text, None)
}

/// Iterator over documents; see [`documents`].
pub struct Documents {
    paths: Vec<String>,
    options: IngestOptions,
    naming: Naming,
    inputs: Inputs,
    stdin: Option<Box<dyn Read + Send>>,
    open: Option<(JsonLines, u64)>,
    seen: SeenIds,
    /// Bytes of the inputs that are done with.
    done: u64,
}

impl Documents {
    fn new(paths: &[String], options: &IngestOptions, naming: Naming, stdin: Box<dyn Read + Send>) -> Self {
        Self {
            paths: paths.to_vec(),
            options: options.clone(),
            inputs: Inputs::new(paths.to_vec(), naming.clone()),
            naming,
            stdin: Some(stdin),
            open: None,
            seen: SeenIds::default(),
            done: 0,
        }
    }

    /// The size of all files to be read, in bytes; none if standard input is among them.
    ///
    /// Lists every directory and opens no file: microseconds a file, to be called once.
    #[must_use]
    pub fn bytes_total(&self) -> Option<u64> {
        let mut total = 0;
        for input in Inputs::new(self.paths.clone(), self.naming.clone()) {
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
        self.done + self.open.as_ref().map_or(0, |(lines, _)| lines.bytes_read())
    }

    /// Begins an input; a document if the input is one, none if it holds many.
    fn begin(&mut self, input: Input) -> Option<Result<Document, Failure>> {
        let (path, name, size) = match input {
            Input::Stdin => (None, Name { text: "-".to_owned(), lossy: false }, 0),
            Input::File { path, name, size } => (Some(path), name, size),
        };
        let by_extension = || path.as_deref().and_then(inputs::known_format);
        let format = self.options.format.or_else(by_extension).unwrap_or(Format::Text);
        let mut document = begun(&name, format);
        let begun = if format == Format::Jsonl {
            self.begin_lines(name, path, size)
        } else {
            let filled = self.fill(&mut document, format, path.as_deref(), size);
            if filled.is_ok() {
                return Some(Ok(document));
            }
            filled
        };
        let error = begun.err()?;
        Some(Err(Failure { doc_id: document.doc_id, source: document.source, error }))
    }

    fn begin_lines(&mut self, name: Name, path: Option<PathBuf>, size: u64) -> Result<(), IngestError> {
        let place = Place::file(&name.text);
        if !self.seen.container(&name.text) {
            self.done += size;
            return Err(IngestError::RepeatedId { place, doc_id: name.text });
        }
        match self.reader(path.as_deref()) {
            Ok(reader) => {
                self.open = Some((JsonLines::new(name, reader, &self.options), size));
                Ok(())
            }
            Err(source) => {
                self.done += size;
                Err(IngestError::Read { place, source })
            }
        }
    }

    /// Reads an input that is one document.
    fn fill(&mut self, document: &mut Document, format: Format, path: Option<&Path>, size: u64) -> Result<(), IngestError> {
        let place = Place::file(&document.doc_id);
        let limit = self.options.max_document_bytes;
        self.done += size;
        if !self.seen.document(&document.doc_id) {
            return Err(IngestError::RepeatedId { place, doc_id: document.doc_id.clone() });
        }
        if size > limit {
            return Err(IngestError::TooLarge { place, found: size.to_string(), limit });
        }
        let mut bytes = Vec::new();
        // One byte more than allowed tells a file that grew, or standard input, that is too large.
        let read = self.reader(path).and_then(|file| file.take(limit.saturating_add(1)).read_to_end(&mut bytes));
        let length = match read {
            Ok(length) => length as u64,
            Err(source) => return Err(IngestError::Read { place, source }),
        };
        if path.is_none() {
            self.done += length;
        }
        if length > limit {
            return Err(IngestError::TooLarge { place, found: format!("more than {limit}"), limit });
        }
        document.source.raw_sha256 = Some(raw_sha256(&bytes));
        let decoded = charset::decode(&bytes).map_err(|reason| IngestError::Binary { place: place.clone(), reason })?;
        document.warnings.extend(decoded.warnings);
        if format == Format::Markdown {
            markdown::fill(document, &decoded.text);
        } else {
            document.blocks = text::blocks(&decoded.text, None);
            document.text = decoded.text;
        }
        if document.blocks.is_empty() {
            return Err(IngestError::Empty { place, what: "the document".to_owned() });
        }
        Ok(())
    }

    fn reader(&mut self, path: Option<&Path>) -> io::Result<Box<dyn Read + Send>> {
        match path {
            Some(path) => Ok(Box::new(File::open(path)?)),
            None => Ok(self.stdin.take().unwrap_or_else(|| Box::new(io::empty()))),
        }
    }
}

impl Iterator for Documents {
    type Item = Result<Document, Failure>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some((lines, size)) = &mut self.open {
                if let Some(document) = lines.next_document(&self.options, &mut self.seen) {
                    return Some(document);
                }
                // A file given up early counts whole.
                self.done += lines.bytes_read().max(*size);
                self.open = None;
            }
            let document = match self.inputs.next()? {
                Ok(input) => self.begin(input),
                Err(failure) => Some(Err(failure)),
            };
            if document.is_some() {
                return document;
            }
        }
    }
}

/// A document of which only the place is known.
fn begun(name: &Name, format: Format) -> Document {
    let source = Source { path: name.text.clone(), format: format.to_string(), ..Source::default() };
    let warnings = if name.lossy {
        vec!["the file's name is not valid Unicode; it is shown with replacement characters".to_owned()]
    } else {
        Vec::new()
    };
    Document { doc_id: name.text.clone(), source, warnings, ..Document::default() }
}

fn raw_sha256(bytes: &[u8]) -> String {
    format!("{:x}", Sha256::digest(bytes))
}

#[cfg(test)]
mod tests;
