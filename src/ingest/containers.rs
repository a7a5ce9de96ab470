//! Files that hold documents, and files that hold files: each opened by what it is, read while it is asked for.

use std::collections::VecDeque;
use std::io::{self, Cursor, Read};
use std::path::{Path, PathBuf};

use super::compressed::{Codec, expanded};
use super::documents::passed_over;
use super::error::{IngestError, Place};
use super::formats::{self, Format, HEAD, Kind};
use super::ids::{Name, SeenIds};
use super::jsonl::JsonLines;
use super::tar::Tar;
use super::warc::Warc;
use super::whole::{self, Whole};
use super::zip::Zip;
use super::{Failure, IngestOptions, begun};
use crate::document::Document;

/// What a container gives: a document, or a container that lies in it.
pub(super) enum Item {
    /// A document.
    Document(Box<Document>),
    /// To be read to its end before the outer one goes on.
    Container(Box<dyn Container>),
}

/// A file that holds documents.
pub(super) trait Container: Send {
    /// The next of what is in it, or why that could not be read; none at the end.
    fn next(&mut self, desk: &mut Desk) -> Option<Result<Item, Failure>>;
}

/// What all readers of a run share.
pub(super) struct Desk {
    /// How documents are read.
    pub options: IngestOptions,
    /// The ids given so far.
    pub seen: SeenIds,
    /// The next item is named and not read.
    pub passing_over: bool,
}

impl Desk {
    /// Notes a container's name.
    ///
    /// # Errors
    /// It was given before.
    pub fn claim(&mut self, name: &Name) -> Result<(), IngestError> {
        if self.seen.container(&name.text) {
            return Ok(());
        }
        Err(IngestError::RepeatedId { place: Place::file(&name.text), doc_id: name.text.clone() })
    }
}

/// Documents that are read already.
pub(super) struct Ready(VecDeque<Result<Document, Failure>>);

impl Ready {
    /// In their order.
    pub fn new(documents: impl IntoIterator<Item = Result<Document, Failure>>) -> Self {
        Self(documents.into_iter().collect())
    }
}

impl Container for Ready {
    fn next(&mut self, _: &mut Desk) -> Option<Result<Item, Failure>> {
        self.0.pop_front().map(|document| document.map(|document| Item::Document(Box::new(document))))
    }
}

impl Container for JsonLines {
    fn next(&mut self, desk: &mut Desk) -> Option<Result<Item, Failure>> {
        if std::mem::take(&mut desk.passing_over) {
            return self.pass_over().map(Err);
        }
        let document = self.next_document(&desk.options, &mut desk.seen)?;
        Some(document.map(|document| Item::Document(Box::new(document))))
    }
}

/// A file to be opened, wherever it lies.
pub(super) struct Entry {
    /// How records name it; its last part tells what it is.
    pub name: Name,
    /// Its content, from the beginning.
    pub bytes: Box<dyn Read + Send>,
    /// Its size in bytes, where that is known before.
    pub size: Option<u64>,
    /// Where it lies on the disk, if it does.
    pub disk: Option<PathBuf>,
    /// In how many archives it lies.
    pub depth: u8,
}

/// Archives may lie in one another so deep: a backup of backups has 3.
const MOST_ARCHIVES: u8 = 4;
/// A file may be compressed so many times over: servers do it twice.
const MOST_CODECS: usize = 3;

/// Opens a file by its format: the one asked for, or what its name, its root element or its first bytes say.
pub(super) fn open(entry: Entry, desk: &mut Desk) -> Result<Box<dyn Container>, Failure> {
    let name = entry.name.clone();
    let shown = shown_format(&entry, desk);
    opened(entry, desk).map_err(|error| {
        let Document { doc_id, source, .. } = begun(&name, shown);
        Failure { doc_id, source, error }
    })
}

/// What a file that could not be opened is said to be.
fn shown_format(entry: &Entry, desk: &Desk) -> &'static str {
    match formats::kind(Path::new(&entry.name.text)) {
        Some(Kind::Tar) => "tar",
        Some(Kind::Zip) => "zip",
        Some(Kind::Of(format)) => desk.options.format.unwrap_or(format).name(),
        Some(Kind::Xml) => desk.options.format.map_or("xml", Format::name),
        None => desk.options.format.unwrap_or(Format::Text).name(),
    }
}

fn opened(mut entry: Entry, desk: &mut Desk) -> Result<Box<dyn Container>, IngestError> {
    let path = PathBuf::from(&entry.name.text);
    let place = Place::file(&entry.name.text);
    let asked = desk.options.format;
    let named = formats::kind(&path);
    let ratio = desk.options.max_expansion_ratio;
    let unread = |source| IngestError::of_read(place.clone(), source);
    let lines = asked == Some(Format::Jsonl);
    let mut head = peek(&mut entry, lines).map_err(unread)?;
    for _ in 0..MOST_CODECS {
        let Some(codec) = Codec::of_magic(&head) else { break };
        let is_warc = asked.map(Kind::Of).or(named) == Some(Kind::Of(Format::Warc));
        if is_warc && matches!(codec, Codec::Gzip | Codec::Zstd) {
            break; // read member by member, so that one that is damaged costs no other
        }
        entry = Entry { bytes: expanded(codec, entry.bytes, ratio).map_err(unread)?, size: None, disk: None, ..entry };
        head = peek(&mut entry, lines).map_err(unread)?;
    }
    let told = named.or_else(|| formats::kind_of_head(&head, &path));
    let is_archive = matches!(told, Some(Kind::Tar | Kind::Zip));
    if is_archive && entry.depth >= MOST_ARCHIVES {
        return Err(IngestError::TooDeep { place, limit: MOST_ARCHIVES });
    }
    let kind = if is_archive { told } else { asked.map(Kind::Of).or(told) };
    let format = match kind.unwrap_or(Kind::Of(Format::Text)) {
        Kind::Tar => {
            desk.claim(&entry.name)?;
            return Ok(Box::new(Tar::new(entry)));
        }
        Kind::Zip => {
            desk.claim(&entry.name)?;
            return Ok(Box::new(Zip::open(entry, desk)?));
        }
        Kind::Of(Format::Warc) => {
            desk.claim(&entry.name)?;
            return Ok(Box::new(Warc::new(entry.name, entry.bytes, Codec::of_magic(&head), &desk.options)));
        }
        Kind::Of(Format::Jsonl) => {
            desk.claim(&entry.name)?;
            return Ok(Box::new(JsonLines::new(entry.name, entry.bytes, &desk.options)));
        }
        Kind::Of(format) => Whole::As(format),
        Kind::Xml => Whole::ByRoot,
    };
    if std::mem::take(&mut desk.passing_over) {
        return Ok(Box::new(Ready::new([Err(passed_over(&entry.name.text))])));
    }
    Desk::mishap(&entry.name.text);
    Ok(Box::new(whole::read(entry, format, desk)))
}

/// No compression is known by more bytes.
const LONGEST_MAGIC: usize = 10;

/// The first bytes of a file, at most [`HEAD`]; they stay in front of the rest. Of `lines` no more are waited for than tell a compression: whoever
/// writes them may go on in an hour.
fn peek(entry: &mut Entry, lines: bool) -> io::Result<Vec<u8>> {
    let mut head = vec![0; HEAD];
    let mut length = 0;
    let enough = if lines { LONGEST_MAGIC } else { HEAD };
    while length < enough {
        match entry.bytes.read(&mut head[length..]) {
            Ok(0) => break,
            Ok(read) => length += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    head.truncate(length);
    let rest = std::mem::replace(&mut entry.bytes, Box::new(io::empty()));
    entry.bytes = Box::new(Cursor::new(head.clone()).chain(rest));
    Ok(head)
}

/// Whether a file in an archive is one to be read: not hidden, and of a known extension.
pub(super) fn is_news(inner: &[u8]) -> bool {
    let inner = plain(inner);
    let hidden = inner.split('/').any(|part| part.starts_with('.') && part != "." && part != "..");
    !hidden && formats::kind(Path::new(&inner)).is_some()
}

/// The record path of a file in an archive, if it is to be read and selected.
pub(super) fn inner_name(archive: &Name, inner: &[u8], desk: &Desk) -> Option<Name> {
    let lossy = archive.lossy || std::str::from_utf8(inner).is_err();
    let name = Name { text: format!("{}#{}", archive.text, plain(inner)), lossy };
    (is_news(inner) && desk.options.selection.takes(&name.text)).then_some(name)
}

/// A path in an archive as records show it.
fn plain(inner: &[u8]) -> String {
    String::from_utf8_lossy(inner).replace('\\', "/").trim_start_matches("./").to_owned()
}
