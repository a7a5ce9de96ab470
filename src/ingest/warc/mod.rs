//! Web archives (WARC 0.17 to 1.1): a document for each page of HTML or plain text.

mod ahead;
mod http;
mod record;
mod stream;

use std::io;

use serde_json::Value;

use self::http::Response;
use self::record::{Fields, Record, Records};
use super::charset::{self, value_of};
use super::compressed::Codec;
use super::containers::{Container, Desk, Item};
use super::documents::passed_over;
use super::error::{IngestError, Place};
use super::ids::Name;
use super::whole::filled;
use super::{Failure, Format, IngestOptions, begun, html, raw_sha256, text};
use crate::document::Document;

/// The head of a response has so many bytes at most.
const HEAD: u64 = 1 << 16;

/// A web archive being read, a record at a time.
pub(super) struct Warc {
    name: Name,
    records: Records,
}

/// What a page is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Page {
    Html,
    Text,
}

impl Warc {
    /// Reads `bytes`, compressed by `codec` record by record (or not at all), known as `name`.
    pub fn new(name: Name, bytes: Box<dyn io::Read + Send>, codec: Option<Codec>, options: &IngestOptions) -> Self {
        Self { name, records: Records::new(bytes, codec, options.max_expansion_ratio) }
    }

    /// The document that a record is, or why it could not be read; none if it is something else.
    fn document(&mut self, record: &Record, desk: &mut Desk) -> io::Result<Option<Result<Document, Failure>>> {
        let limit = desk.options.max_document_bytes;
        let kept = if may_be_page(&record.fields) { limit.saturating_add(HEAD) } else { 0 };
        let block = self.records.content(record, kept)?;
        if kept == 0 {
            return Ok(None);
        }
        let mut document = self.begun();
        described(&record.fields, &mut document);
        let read = page(&block, record, &mut document, desk);
        Ok(match read {
            Ok(None) => None,
            Ok(Some(found)) if desk.seen.document(&document.doc_id) => Some(match found {
                Some(article) => filled_page(document, article),
                None => Ok(document),
            }),
            Ok(Some(_)) => {
                let (place, doc_id) = (Place::file(&document.doc_id), document.doc_id.clone());
                Some(Err(failed(document, IngestError::RepeatedId { place, doc_id })))
            }
            Err(error) => Some(Err(failed(document, error))),
        })
    }

    /// A document of which only its place is known.
    fn begun(&self) -> Document {
        let document = begun(&self.name, Format::Warc.name());
        Document { doc_id: format!("{}#{}", self.name.text, self.records.number), ..document }
    }

    /// The failure of the record at hand; looks for the next.
    fn damaged(&mut self, error: io::Error) -> Failure {
        let document = self.begun();
        let place = Place::file(&document.doc_id);
        let error = match self.records.recover(&error) {
            Ok(()) => error,
            Err(worse) => worse,
        };
        failed(document, IngestError::of_read(place, error))
    }
}

impl Container for Warc {
    fn next(&mut self, desk: &mut Desk) -> Option<Result<Item, Failure>> {
        loop {
            let found = match self.records.next() {
                Ok(None) => return None,
                Ok(Some(record)) => self.document(&record, desk),
                Err(error) => Err(error),
            };
            match found {
                Ok(None) => {}
                Ok(Some(document)) => return Some(document.map(|document| Item::Document(Box::new(document)))),
                Err(error) => return Some(Err(self.damaged(error))),
            }
        }
    }
}

fn failed(document: Document, error: IngestError) -> Failure {
    Failure { doc_id: document.doc_id, source: document.source, error }
}

/// Whether a record may hold a page: what was sent, what was saved, or what was made of it.
fn may_be_page(fields: &Fields) -> bool {
    let kind = fields.get("warc-type").unwrap_or_default().to_ascii_lowercase();
    let later_segment = fields.get("warc-segment-number").is_some_and(|number| number != "1");
    let uri = fields.get("warc-target-uri").unwrap_or_default().trim_matches(['<', '>']);
    // What a crawler notes of itself, and what sites tell crawlers.
    let for_crawlers = uri.starts_with("metadata:") || uri.ends_with("/robots.txt");
    let content = fields.get("content-type").unwrap_or_default();
    !later_segment
        && !for_crawlers
        && match kind.as_str() {
            "response" => content.is_empty() || content.to_ascii_lowercase().starts_with("application/http"),
            "resource" | "conversion" => kind_of(content, b"").is_some(),
            _ => false,
        }
}

/// What a content type says a page is written in; where there is none, its own beginning says it.
fn kind_of(content_type: &str, body: &[u8]) -> Option<Page> {
    match content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase().as_str() {
        "text/html" | "application/xhtml+xml" => Some(Page::Html),
        "text/plain" => Some(Page::Text),
        "" => {
            let start = body.trim_ascii_start().get(..14).unwrap_or_default().to_ascii_lowercase();
            (start.starts_with(b"<!doctype html") || start.starts_with(b"<html")).then_some(Page::Html)
        }
        _ => None,
    }
}

/// What the header of a record says of a page.
fn described(fields: &Fields, document: &mut Document) {
    // Some writers set addresses in angle brackets, which belong to identifiers only.
    let bare = |name: &str| fields.get(name).map(|value| value.trim_matches(['<', '>']).to_owned());
    document.source.url = bare("warc-target-uri");
    document.source.guid = bare("warc-record-id");
    if let Some(date) = fields.get("warc-date") {
        document.source.fields.insert("warc_date".to_owned(), Value::String(date.to_owned()));
    }
    if let Some(why) = fields.get("warc-truncated") {
        document.warnings.push(format!("the archive holds only the beginning of this page (WARC-Truncated: {why})"));
    }
}

/// Reads the page in a record: into the document if it is plain text, else what was found in its HTML. None if there is no page.
#[allow(clippy::type_complexity, reason = "no page, a plain text, what an HTML page holds")]
fn page(
    block: &[u8],
    record: &Record,
    document: &mut Document,
    desk: &mut Desk,
) -> Result<Option<Option<super::article::Found>>, IngestError> {
    let place = Place::file(&document.doc_id);
    let options = &desk.options;
    let limit = options.max_document_bytes;
    let response = Response::read(block);
    let is_response = record.fields.get("warc-type").is_some_and(|kind| kind.eq_ignore_ascii_case("response"));
    let content_type = match &response {
        Some(response) if response.status != 200 => return Ok(None),
        Some(response) => response.fields.get("content-type").unwrap_or_default(),
        None if is_response => return Ok(None),
        None => record.fields.get("content-type").unwrap_or_default(),
    };
    let sent = response.as_ref().map_or(block, |response| response.body);
    let Some(kind) = kind_of(content_type, sent) else { return Ok(None) };
    // Records that are no page are no items, and leave the flag to the next.
    if std::mem::take(&mut desk.passing_over) {
        return Err(passed_over(&document.doc_id).error);
    }
    Desk::mishap(&document.doc_id);
    let (body, warning) = match &response {
        _ if record.length > limit.saturating_add(HEAD) => {
            return Err(IngestError::TooLarge { place, found: record.length.to_string(), limit });
        }
        Some(response) => response.content(limit, options.max_expansion_ratio).map_err(|reason| IngestError::Malformed {
            place: place.clone(),
            format: "HTTP body",
            reason,
        })?,
        None => (block.to_vec(), None),
    };
    if body.len() as u64 > limit {
        return Err(IngestError::TooLarge { place, found: format!("more than {limit}"), limit });
    }
    document.warnings.extend(warning);
    document.source.raw_sha256 = Some(raw_sha256(&body));
    let content_type = content_type.to_ascii_lowercase();
    let decoded = charset::decode_page(&body, value_of(&content_type, "charset"))
        .map_err(|reason| IngestError::Binary { place: place.clone(), reason })?;
    document.warnings.extend(decoded.warnings);
    if decoded.text.trim().is_empty() {
        return Err(IngestError::NoText { place, reason: "an empty page".to_owned() });
    }
    if kind == Page::Text {
        document.blocks = text::blocks(&decoded.text, None);
        document.text = decoded.text;
        return Ok(Some(None));
    }
    let found = html::read(&decoded.text, document.source.url.as_deref()).map_err(|reason| IngestError::Malformed {
        place,
        format: Format::Html.name(),
        reason,
    })?;
    Ok(found.into_iter().next().map(Some))
}

/// The document of an HTML page. Address and identifier are the record's; all else the page says of itself.
fn filled_page(document: Document, found: super::article::Found) -> Result<Document, Failure> {
    let record = document.source.clone();
    let of_record = |source: &mut crate::document::Source| {
        source.url = record.url.or_else(|| source.url.take());
        source.guid = record.guid;
        source.fields.extend(record.fields);
    };
    match filled(document, found) {
        Ok(mut document) => {
            of_record(&mut document.source);
            Ok(document)
        }
        Err(mut failure) => {
            of_record(&mut failure.source);
            Err(failure)
        }
    }
}

#[cfg(test)]
mod tests;
