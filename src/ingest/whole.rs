//! A file that is read at once → the documents in it.

use std::io::Read;

use super::article::{Article, Found};
use super::charset::{self, Decoded};
use super::containers::{Desk, Entry, Ready};
use super::error::{IngestError, Place};
use super::formats::{self, Format};
use super::ids::Name;
use super::{Failure, IngestOptions, begun, html, markdown, newsml, ninjs, nitf, raw_sha256, subtitles, text, turns};
use crate::document::Document;

/// What such a file is read as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Whole {
    /// This.
    As(Format),
    /// XML of the kind its root element names.
    ByRoot,
}

/// Reads a file to its end: its documents, and why others could not be read.
pub(super) fn read(entry: Entry, whole: Whole, desk: &mut Desk) -> Ready {
    let name = entry.name.clone();
    let format = match whole {
        Whole::As(format) => format.name(),
        Whole::ByRoot => "xml",
    };
    let mut document = begun(&name, format);
    match file(entry, whole, &mut document, desk) {
        Ok(Content::One) => Ready::new([Ok(document)]),
        Ok(Content::Found(found)) => Ready::new(documents(found, &name, &document, desk)),
        Err(error) => Ready::new([Err(Failure { doc_id: document.doc_id, source: document.source, error })]),
    }
}

/// What a file came to.
enum Content {
    /// The document at hand, filled.
    One,
    /// Articles, which share what is known of the file.
    Found(Vec<Found>),
}

fn file(entry: Entry, whole: Whole, document: &mut Document, desk: &mut Desk) -> Result<Content, IngestError> {
    let place = Place::file(&document.doc_id);
    if !desk.seen.document(&document.doc_id) {
        return Err(IngestError::RepeatedId { place, doc_id: document.doc_id.clone() });
    }
    let listed = entry.size.filter(|_| entry.disk.is_some());
    let bytes = content(entry, &place, &desk.options)?;
    if let Some(listed) = listed.filter(|&listed| listed != bytes.len() as u64) {
        let warning = format!("changed while it was read: {listed} bytes were listed, {} were read", bytes.len());
        document.warnings.push(warning);
    }
    document.source.raw_sha256 = Some(raw_sha256(&bytes));
    let binary = |reason| IngestError::Binary { place: place.clone(), reason };
    let Decoded { text, warnings } = match whole {
        Whole::As(Format::Html) => charset::decode_page(&bytes, None),
        Whole::As(Format::Nitf | Format::Newsml) | Whole::ByRoot => charset::decode_xml(&bytes),
        Whole::As(_) => charset::decode(&bytes),
    }
    .map_err(binary)?;
    document.warnings.extend(warnings);
    if text.trim().is_empty() {
        return Err(IngestError::Empty { place, what: "the document".to_owned() });
    }
    let format = match whole {
        Whole::As(format) => format,
        Whole::ByRoot => formats::of_root(&text).map_err(|root| unknown_root(root, &place))?,
    };
    format.name().clone_into(&mut document.source.format);
    let found = match format {
        Format::Markdown => {
            markdown::fill(document, &text);
            return one(document, place);
        }
        Format::Html => html::read(&text, None),
        Format::Ninjs => ninjs::read(&text),
        Format::Nitf => nitf::read(&text),
        Format::Newsml => newsml::read(&text),
        Format::Vtt => subtitles::read_vtt(&text),
        Format::Srt => subtitles::read_srt(&text),
        Format::Turns => turns::read(&text),
        Format::Text | Format::Jsonl | Format::Warc => {
            document.blocks = text::blocks(&text, None);
            document.text = text;
            return one(document, place);
        }
    };
    found.map(Content::Found).map_err(|reason| IngestError::Malformed { place, format: format.name(), reason })
}

fn one(document: &Document, place: Place) -> Result<Content, IngestError> {
    if document.blocks.is_empty() {
        return Err(IngestError::Empty { place, what: "the document".to_owned() });
    }
    Ok(Content::One)
}

/// All bytes of a file, if they are not too many.
fn content(entry: Entry, place: &Place, options: &IngestOptions) -> Result<Vec<u8>, IngestError> {
    let limit = options.max_document_bytes;
    let too_large = |found: String| IngestError::TooLarge { place: place.clone(), found, limit };
    if let Some(size) = entry.size.filter(|&size| size > limit) {
        return Err(too_large(size.to_string()));
    }
    let mut bytes = Vec::new();
    // One byte more than allowed tells a file that grew, or one of unknown size, that is too large.
    let read = entry.bytes.take(limit.saturating_add(1)).read_to_end(&mut bytes);
    match read {
        Ok(length) if length as u64 > limit => Err(too_large(format!("more than {limit}"))),
        Ok(_) => Ok(bytes),
        Err(source) => Err(IngestError::of_read(place.clone(), source)),
    }
}

fn unknown_root(root: &str, place: &Place) -> IngestError {
    let found = if root.is_empty() { "no root element".to_owned() } else { format!("the root element <{root}>") };
    let reason = format!("found {found}; expected that of NITF, NewsML-G2 or XHTML; --format reads it as something else");
    IngestError::Malformed { place: place.clone(), format: "news XML", reason }
}

/// The documents of a file; where it holds several items, `#n` tells them apart.
fn documents(found: Vec<Found>, name: &Name, file: &Document, desk: &mut Desk) -> Vec<Result<Document, Failure>> {
    let many = found.len() > 1;
    if found.is_empty() {
        let error = IngestError::NoText { place: Place::file(&name.text), reason: "it holds no item".to_owned() };
        return vec![Err(Failure { doc_id: file.doc_id.clone(), source: file.source.clone(), error })];
    }
    let numbered = (1..).zip(found);
    numbered
        .map(|(n, found): (usize, Found)| {
            let mut document = file.clone();
            if many {
                document.doc_id = format!("{}#{n}", name.text);
                if !desk.seen.document(&document.doc_id) {
                    let (place, doc_id) = (Place::file(&document.doc_id), document.doc_id.clone());
                    let error = IngestError::RepeatedId { place, doc_id };
                    return Err(Failure { doc_id: document.doc_id, source: document.source, error });
                }
            }
            filled(document, found)
        })
        .collect()
}

/// The document with what was found, or why there is none.
pub(super) fn filled(mut document: Document, found: Found) -> Result<Document, Failure> {
    let place = Place::file(&document.doc_id);
    let reason = match found {
        Found::Article(article) if !article.blocks.is_empty() => {
            fill(&mut document, *article);
            return Ok(document);
        }
        Found::Article(article) => {
            fill(&mut document, *article);
            "an item without text".to_owned()
        }
        Found::Skipped { guid, reason } => {
            document.source.guid = guid;
            reason
        }
        Found::Damaged { guid, reason } => {
            document.source.guid = guid;
            let error = IngestError::Malformed { place, format: Format::Newsml.name(), reason };
            return Err(Failure { doc_id: document.doc_id, source: document.source, error });
        }
    };
    Err(Failure { doc_id: document.doc_id, source: document.source, error: IngestError::NoText { place, reason } })
}

/// Puts an article into a document of which path, format and hash are known.
fn fill(document: &mut Document, article: Article) {
    let Article { mut source, language, text, blocks, warnings } = article;
    let known = std::mem::take(&mut document.source);
    (source.path, source.format, source.raw_sha256) = (known.path, known.format, known.raw_sha256);
    document.source = source;
    document.language = language;
    document.text = text;
    document.blocks = blocks;
    document.warnings.extend(warnings);
}
