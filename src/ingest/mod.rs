//! Paths, globs and standard input → documents, one at a time, in the order of the arguments.
//!
//! 1. `inputs` (with `walk`, `glob`, `ids`, `selection`): arguments → files and their names
//! 2. `containers` (with `formats`): a file → what reads it; a container may lie in another
//! 3. `compressed`, `tar`, `zip`: bytes that stand for files
//! 4. `whole`: a file that is read at once → its documents, by
//!    - `charset`: bytes → text
//!    - `text` (with `furniture`, `transcript`), `markdown` (with `front_matter`), `html`: a text → blocks
//!    - `ninjs`, `nitf`, `newsml`, `subtitles`, `turns`: a text in a markup of news → `article`s
//! 5. `jsonl` (with `lines`, `object`), `warc`: files that hold a document a line, a page a record
//! 6. `metadata`: fields beside a text → `Source`
//!
//! A document that cannot be read is a [`Failure`], and reading goes on after it. Memory holds one file or record, up to
//! [`IngestOptions::max_document_bytes`], the listing of the directories being walked, and 16 bytes for each id given.

#![allow(clippy::result_large_err, reason = "a Failure is no larger than the Document beside it")]

mod article;
mod charset;
mod compressed;
mod containers;
mod documents;
mod error;
mod formats;
mod front_matter;
mod furniture;
mod glob;
mod html;
mod ids;
mod inputs;
mod jsonl;
mod lines;
mod markdown;
mod metadata;
mod newsml;
mod ninjs;
mod nitf;
mod object;
mod selection;
mod subtitles;
mod tar;
#[cfg(test)]
mod testing;
mod text;
mod transcript;
mod turns;
mod walk;
mod warc;
mod whole;
mod xml;
mod zip;

use std::io;

use sha2::{Digest, Sha256};

pub use self::documents::Documents;
pub use self::error::{IngestError, Place};
pub use self::formats::Format;
use self::ids::{Name, Naming};
pub use self::selection::{PathGlob, Selection};
use crate::document::{Document, Source};

/// How documents are read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IngestOptions {
    /// The format of every input that is no archive; by default names and first bytes say it, and what they do not is text.
    pub format: Option<Format>,
    /// The JSONL field that holds the text.
    pub text_field: String,
    /// The JSONL field that holds the document's id, a string or a number; by default path and line are the id.
    pub id_field: Option<String>,
    /// The most bytes a document (a line, for JSONL; a record's body, for WARC) may have; a larger one fails and is never held
    /// in memory. So many may a file in a format that is read whole have.
    pub max_document_bytes: u64,
    /// The most times its size that compressed bytes may stand for, past the first megabyte.
    pub max_expansion_ratio: u64,
    /// Which files are read.
    pub selection: Selection,
}

/// Far above any article, far below what would hurt: a novel has 1 MB.
const MAX_DOCUMENT_BYTES: u64 = 10_000_000;
/// Deflate comes to 1032 at most, with nothing but repetition; news comes to 10.
const MAX_EXPANSION_RATIO: u64 = 1000;

impl Default for IngestOptions {
    fn default() -> Self {
        Self {
            format: None,
            text_field: "text".to_owned(),
            id_field: None,
            max_document_bytes: MAX_DOCUMENT_BYTES,
            max_expansion_ratio: MAX_EXPANSION_RATIO,
            selection: Selection::default(),
        }
    }
}

/// A document, file or argument that could not be read, or held nothing to read.
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

    /// Whether nothing went wrong: the item was in order and held no article. To be reported, not to be counted as failed.
    #[must_use]
    pub fn is_skipped(&self) -> bool {
        self.error.is_skipped()
    }
}

/// The documents that `paths` stand for, read while they are asked for.
///
/// A path is a file; a directory, of which all files with a known extension are read, sorted by the bytes of their
/// paths, hidden ones left out; a glob (`*`, `?`, `[..]`, `**`) unless a file has that very name; or `-`, standard
/// input. Only regular files are opened, so that nothing waits for a pipe.
///
/// A document's id is the field [`IngestOptions::id_field`], or its path relative to the working directory, with
/// `#inner/path` for a file in an archive, and `#n` for line n of JSONL, record n of WARC, and item n of a message.
pub fn documents(paths: &[impl AsRef<std::ffi::OsStr>], options: &IngestOptions) -> Documents {
    let naming = Naming::beneath(std::env::current_dir().ok());
    Documents::new(paths, options, naming, Box::new(io::stdin()))
}

/// The blocks of a plain text, as [`documents`] finds them.
#[must_use]
pub fn text_blocks(text: &str) -> Vec<crate::document::Block> {
    text::blocks(text, None)
}

/// A document of which only the place is known.
fn begun(name: &Name, format: &str) -> Document {
    let source = Source { path: name.text.clone(), format: format.to_owned(), ..Source::default() };
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
mod hostile;
#[cfg(test)]
mod tests;
