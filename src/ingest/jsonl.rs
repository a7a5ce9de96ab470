//! A file that holds a document a line.

use std::io::{BufReader, Read};

use super::documents::passed_over;
use super::error::{IngestError, Place};
use super::ids::{Name, SeenIds};
use super::lines::{Line, Lines};
use super::object;
use super::{Failure, Format, IngestOptions, begun, raw_sha256};
use crate::document::Document;

/// A JSONL file being read, a line at a time.
pub(super) struct JsonLines {
    name: Name,
    lines: Lines<BufReader<Box<dyn Read + Send>>>,
    /// Whether any line was not blank.
    any: bool,
    ended: bool,
}

impl JsonLines {
    /// Reads from `reader`, known as `name`.
    pub fn new(name: Name, reader: Box<dyn Read + Send>, options: &IngestOptions) -> Self {
        let lines = Lines::new(BufReader::new(reader), options.max_document_bytes);
        Self { name, lines, any: false, ended: false }
    }

    /// The next document, or why it could not be read; none at the end.
    pub fn next_document(&mut self, options: &IngestOptions, seen: &mut SeenIds) -> Option<Result<Document, Failure>> {
        while !self.ended {
            match self.lines.next_line() {
                Ok(Some(line)) if is_blank(&line) => {}
                Ok(Some(line)) => {
                    self.any = true;
                    return Some(self.document(&line, options, seen));
                }
                Ok(None) => self.ended = true,
                Err(source) => {
                    (self.ended, self.any) = (true, true);
                    let place = Place::line(&self.name.text, self.lines.number());
                    return Some(Err(self.failure(IngestError::of_read(place, source))));
                }
            }
        }
        if self.any {
            return None;
        }
        self.any = true;
        let place = Place::file(&self.name.text);
        Some(Err(self.failure(IngestError::Empty { place, what: "the file".to_owned() })))
    }

    /// Passes over the next line that is not blank; none at the end.
    pub fn pass_over(&mut self) -> Option<Failure> {
        loop {
            match self.lines.next_line() {
                Ok(Some(line)) if is_blank(&line) => {}
                Ok(Some(line)) => {
                    self.any = true;
                    return Some(passed_over(&format!("{}#{}", self.name.text, line.number)));
                }
                Ok(None) => return None,
                Err(source) => {
                    (self.ended, self.any) = (true, true);
                    let place = Place::line(&self.name.text, self.lines.number());
                    return Some(self.failure(IngestError::of_read(place, source)));
                }
            }
        }
    }

    fn document(&mut self, line: &Line, options: &IngestOptions, seen: &mut SeenIds) -> Result<Document, Failure> {
        let mut document = begun(&self.name, Format::Jsonl.name());
        document.doc_id = format!("{}#{}", self.name.text, line.number);
        match self.fill(&mut document, line, options, seen) {
            Ok(()) => Ok(document),
            Err(error) => {
                // Past these, the rest of the file is no lines of JSON: one failure says it all.
                self.ended = matches!(error, IngestError::Utf16Lines { .. } | IngestError::NotLines { .. });
                Err(Failure { doc_id: document.doc_id, source: document.source, error })
            }
        }
    }

    fn fill(&self, document: &mut Document, line: &Line, options: &IngestOptions, seen: &mut SeenIds) -> Result<(), IngestError> {
        let place = Place::line(&self.name.text, line.number);
        if line.length > options.max_document_bytes {
            let found = line.length.to_string();
            return Err(IngestError::TooLarge { place, found, limit: options.max_document_bytes });
        }
        if line.number == 1 && (line.bytes.starts_with(b"\xff\xfe") || line.bytes.starts_with(b"\xfe\xff")) {
            return Err(IngestError::Utf16Lines { place: Place::file(&self.name.text) });
        }
        document.source.raw_sha256 = Some(raw_sha256(&line.bytes));
        object::fill(document, line, &place, options)?;
        if seen.document(&document.doc_id) { Ok(()) } else { Err(IngestError::RepeatedId { place, doc_id: document.doc_id.clone() }) }
    }

    fn failure(&self, error: IngestError) -> Failure {
        let Document { doc_id, source, .. } = begun(&self.name, Format::Jsonl.name());
        Failure { doc_id, source, error }
    }
}

fn is_blank(line: &Line) -> bool {
    // A byte-order mark alone, or nothing: what an editor leaves of an empty line.
    let bytes = line.bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&line.bytes);
    line.length == line.bytes.len() as u64 && bytes.trim_ascii().is_empty()
}

#[cfg(test)]
mod tests {
    use std::io::{self, Cursor};

    use super::*;

    fn read(bytes: impl AsRef<[u8]>, options: &IngestOptions) -> Vec<Result<(String, String), (String, String)>> {
        read_from(Box::new(Cursor::new(bytes.as_ref().to_vec())), options)
    }

    fn read_from(reader: Box<dyn Read + Send>, options: &IngestOptions) -> Vec<Result<(String, String), (String, String)>> {
        let name = Name { text: "x.jsonl".into(), lossy: false };
        let mut lines = JsonLines::new(name, reader, options);
        let mut seen = SeenIds::default();
        std::iter::from_fn(|| lines.next_document(options, &mut seen))
            .map(|document| match document {
                Ok(document) => Ok((document.doc_id, document.text)),
                Err(failure) => Err((failure.doc_id, failure.error.to_string())),
            })
            .collect()
    }

    fn ok(id: &str, text: &str) -> Result<(String, String), (String, String)> {
        Ok((id.to_owned(), text.to_owned()))
    }

    #[test]
    fn blank_lines_are_skipped_and_counted_and_any_line_end_will_do() {
        let found = read("\u{feff}{\"text\":\"a\"}\r\n\r\n \n{\"text\":\"b\"}", &IngestOptions::default());
        assert_eq!(found, [ok("x.jsonl#1", "a"), ok("x.jsonl#4", "b")]);
    }

    #[test]
    fn reading_goes_on_after_a_line_that_fails() {
        let found = read("{\"text\":1}\n{\n{\"text\":\"c\"}\n{\"te", &IngestOptions::default());
        assert_eq!(found.len(), 4);
        assert!(found[0].as_ref().unwrap_err().1.starts_with("x.jsonl, line 1: field `text` is a number"));
        assert_eq!(found[1].as_ref().unwrap_err().0, "x.jsonl#2");
        assert_eq!(found[2], ok("x.jsonl#3", "c"));
        assert!(found[3].as_ref().unwrap_err().1.contains("was it cut off?"));
    }

    #[test]
    fn a_line_above_the_limit_fails_and_the_next_is_read() {
        let options = IngestOptions { max_document_bytes: 12, ..IngestOptions::default() };
        let found = read("{\"text\":\"ab\"}\n{\"text\":\"a\"}\r\n", &options);
        let message = "x.jsonl, line 1: has 13 bytes; expected at most 12; split it, or raise --max-document-bytes".to_owned();
        assert_eq!(found, [Err(("x.jsonl#1".to_owned(), message)), ok("x.jsonl#2", "a")]);
    }

    #[test]
    fn an_id_given_twice_fails_the_second_time() {
        let options = IngestOptions { id_field: Some("id".into()), ..IngestOptions::default() };
        let found = read("{\"text\":\"a\",\"id\":1}\n{\"text\":\"b\",\"id\":\"1\"}\n{\"text\":\"c\"}\n", &options);
        assert_eq!(found[0], ok("1", "a"));
        let (id, message) = found[1].clone().unwrap_err();
        assert_eq!(id, "1");
        assert!(message.starts_with("x.jsonl, line 2: repeated id: an earlier document"), "{message}");
        assert_eq!(found[2].as_ref().unwrap_err().0, "x.jsonl#3", "where no id is found, the line names it");
    }

    #[test]
    fn a_file_of_other_json_or_of_utf16_fails_once() {
        for bytes in [b"[\n{\"text\":\"a\"},\n{\"text\":\"b\"}\n]\n".as_slice(), b"{\n\"text\":\"a\"\n}\n", b"\xff\xfe{\0\n\0"] {
            let found = read(bytes, &IngestOptions::default());
            assert_eq!(found.len(), 1, "{found:?}");
            assert!(found[0].is_err());
        }
    }

    #[test]
    fn a_file_without_a_line_fails_once() {
        for bytes in ["", "\n \n", "\u{feff}"] {
            let found = read(bytes, &IngestOptions::default());
            let message = "x.jsonl: the file is empty or holds only white space; expected text".to_owned();
            assert_eq!(found, [Err(("x.jsonl".to_owned(), message))]);
        }
    }

    #[test]
    fn a_disk_that_fails_ends_the_file_and_keeps_the_cause() {
        struct Broken;
        impl Read for Broken {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::Error::other("disk on fire"))
            }
        }
        let good = Cursor::new(b"{\"text\":\"a\"}\n{".to_vec());
        let found = read_from(Box::new(good.chain(Broken)), &IngestOptions::default());
        assert_eq!(found.len(), 2);
        assert_eq!(found[1].as_ref().unwrap_err().1, "x.jsonl, line 2: cannot be read; check its permissions and its disk");
        let name = Name { text: "-".into(), lossy: false };
        let options = IngestOptions::default();
        let failure =
            JsonLines::new(name, Box::new(Broken), &options).next_document(&options, &mut SeenIds::default()).unwrap().unwrap_err();
        assert_eq!(std::error::Error::source(&failure.error).unwrap().to_string(), "disk on fire");
    }

    #[test]
    fn the_hash_is_of_the_line_without_its_end() {
        let name = Name { text: "x.jsonl".into(), lossy: false };
        let options = IngestOptions::default();
        let reader = Box::new(Cursor::new(b"{\"text\":\"a\"}\r\n".to_vec()));
        let document = JsonLines::new(name, reader, &options).next_document(&options, &mut SeenIds::default()).unwrap().unwrap();
        assert_eq!(document.source.raw_sha256, Some(raw_sha256(b"{\"text\":\"a\"}")));
    }
}
