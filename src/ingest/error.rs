//! What can go wrong while reading, said so that the reader can mend it.

use std::fmt;
use std::io;

use super::compressed::Spoilt;

/// Where in the input something stands: a file, or one line of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Path as named in the records; `-` for standard input.
    pub path: String,
    /// Line, counted from 1, where the file holds a document a line.
    pub line: Option<u64>,
}

impl Place {
    /// A whole file.
    #[must_use]
    pub fn file(path: &str) -> Self {
        Self { path: path.to_owned(), line: None }
    }

    /// The line `number` (from 1) of a file.
    #[must_use]
    pub fn line(path: &str, number: u64) -> Self {
        Self { path: path.to_owned(), line: Some(number) }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.path == "-" { "standard input" } else { &self.path })?;
        self.line.map_or(Ok(()), |line| write!(f, ", line {line}"))
    }
}

/// Why a document could not be read.
///
/// A message names the place, what was found and expected, and what to do. An input/output cause is kept as
/// [`source`](std::error::Error::source) and not repeated in the message: print the chain.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IngestError {
    /// Nothing stands at a path.
    #[error("{place}: there is no such file; give a file, a directory, a glob such as `news/**/*.txt`, or `-`")]
    Missing {
        /// The path.
        place: Place,
        /// What the system said.
        source: io::Error,
    },
    /// A file or directory cannot be opened, listed or read.
    #[error("{place}: cannot be read; check its permissions and its disk")]
    Read {
        /// Where reading stopped.
        place: Place,
        /// What the system said.
        source: io::Error,
    },
    /// A pipe, a socket or a device, which might block for ever.
    #[error("{place}: is {found}; expected a regular file; to read a pipe, give `-` and redirect it to standard input")]
    NotRegular {
        /// The path.
        place: Place,
        /// What it is.
        found: &'static str,
    },
    /// A directory or archive that holds nothing to read.
    #[error("{place}: no news file in it; looked for {}", super::formats::known_extensions())]
    NoNewsFile {
        /// The directory or archive.
        place: Place,
    },
    /// A glob that matches nothing.
    #[error("{place}: no file matches this glob; hidden files are matched only by a part that begins with a dot")]
    NoMatch {
        /// The glob.
        place: Place,
    },
    /// A glob that cannot be understood.
    #[error("{place}: not a glob (character {at}: {reason}); write a literal `*`, `?` or `[` as `[*]`, `[?]` or `[[]`")]
    BadGlob {
        /// The glob.
        place: Place,
        /// Character at which it goes wrong, from 1.
        at: usize,
        /// What is wrong there.
        reason: &'static str,
    },
    /// More bytes than a document may have.
    #[error("{place}: has {found} bytes; expected at most {limit}; split it, or raise --max-document-bytes")]
    TooLarge {
        /// The document.
        place: Place,
        /// Its size in bytes, in words where only a lower bound is known.
        found: String,
        /// The most allowed.
        limit: u64,
    },
    /// Nothing to read but white space.
    #[error("{place}: {what} is empty or holds only white space; expected text")]
    Empty {
        /// The document.
        place: Place,
        /// What is empty.
        what: String,
    },
    /// Bytes that are not text.
    #[error("{place}: not a text: {reason}")]
    Binary {
        /// The document.
        place: Place,
        /// How it was recognised, and what to do.
        reason: String,
    },
    /// A line that is not JSON.
    #[error("{place}, column {column}: not valid JSON: {reason}; expected one JSON object on each line")]
    BadJson {
        /// The line.
        place: Place,
        /// Byte of the line, from 1.
        column: usize,
        /// What the JSON parser says.
        reason: String,
    },
    /// A file that is JSON, but not a document a line.
    #[error("{place}: looks like JSON spread over several lines; expected one object on each line; convert it: {convert}")]
    NotLines {
        /// The line that gives it away.
        place: Place,
        /// The command that converts it.
        convert: &'static str,
    },
    /// A line that is JSON, but not an object.
    #[error("{place}: found {found}; expected one JSON object on each line")]
    NotAnObject {
        /// The line.
        place: Place,
        /// What it is.
        found: &'static str,
    },
    /// An object without a field it needs.
    #[error("{place}: field `{field}` is missing; found fields: {found}; name the {option} field with --{option}-field")]
    MissingField {
        /// The line.
        place: Place,
        /// The field.
        field: String,
        /// The fields there are.
        found: String,
        /// `text` or `id`.
        option: &'static str,
    },
    /// A field of a type that cannot be used.
    #[error("{place}: field `{field}` is {found}; expected {expected}; another can be named with --{option}-field")]
    FieldType {
        /// The line.
        place: Place,
        /// The field.
        field: String,
        /// What it is.
        found: &'static str,
        /// What it should be.
        expected: &'static str,
        /// `text` or `id`.
        option: &'static str,
    },
    /// JSONL that is UTF-16, whose lines cannot be told apart bytewise.
    #[error("{place}: JSONL must be UTF-8, but begins with a UTF-16 byte-order mark; convert it: iconv -f UTF-16 -t UTF-8")]
    Utf16Lines {
        /// The file.
        place: Place,
    },
    /// A file that is not what its format asks for, or is damaged.
    #[error("{place}: not valid {format}: {reason}")]
    Malformed {
        /// The file, or the record in it.
        place: Place,
        /// What it was read as.
        format: &'static str,
        /// What is wrong, and where.
        reason: String,
    },
    /// An item that is in order and holds no article: a picture, a planning note, a page of links.
    #[error("{place}: skipped: {reason}")]
    NoText {
        /// The item.
        place: Place,
        /// What it is instead.
        reason: String,
    },
    /// Compressed bytes that stand for absurdly many.
    #[error(
        "{place}: expands to more than {limit} times its size, as files made to fill a disk do; if it is meant, raise --max-expansion-ratio"
    )]
    Bomb {
        /// The file.
        place: Place,
        /// The most allowed, times.
        limit: u64,
    },
    /// Archives in archives, and so on.
    #[error("{place}: lies in {limit} archives already; unpack the outermost")]
    TooDeep {
        /// The innermost that was found.
        place: Place,
        /// How many may lie in one another.
        limit: u8,
    },
    /// An id that an earlier document of the run has.
    #[error("{place}: repeated id: an earlier document of this run is `{doc_id}` already; give each document once")]
    RepeatedId {
        /// The document.
        place: Place,
        /// The id.
        doc_id: String,
    },
}

impl IngestError {
    /// What is to be said of an error of reading: of the disk, or of compressed bytes.
    pub(super) fn of_read(place: Place, source: io::Error) -> Self {
        match source.get_ref().and_then(|inner| inner.downcast_ref::<Spoilt>()) {
            Some(Spoilt::Bomb { limit }) => Self::Bomb { place, limit: *limit },
            Some(Spoilt::Damaged { what, reason }) => Self::Malformed { place, format: what, reason: reason.clone() },
            None => Self::Read { place, source },
        }
    }

    /// Whether nothing went wrong: there was only nothing to read.
    #[must_use]
    pub fn is_skipped(&self) -> bool {
        matches!(self, Self::NoText { .. })
    }
}

impl IngestError {
    /// One word for what kind of trouble it is, for counts of many.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Missing { .. } | Self::NoNewsFile { .. } | Self::NoMatch { .. } | Self::BadGlob { .. } => "missing",
            Self::Read { .. } | Self::NotRegular { .. } => "unreadable",
            Self::TooLarge { .. } | Self::Bomb { .. } | Self::TooDeep { .. } => "too-large",
            Self::Empty { .. } => "empty",
            Self::RepeatedId { .. } => "repeated-id",
            Self::NoText { .. } => "no-text",
            _ => "malformed",
        }
    }
}
