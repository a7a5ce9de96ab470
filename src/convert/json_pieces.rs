//! A file of JSON, and the line in which each piece of it stands: JSON Lines, a list of documents, or one document.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use super::intake::Intake;
use super::{ConvertError, extension, files, text_of};

/// A file of JSON.
pub(super) struct JsonFile {
    path: PathBuf,
    content: String,
    is_one_line: bool,
}

/// A value somewhere in a file.
#[derive(Clone, Copy)]
pub(super) struct Piece<'f> {
    file: &'f JsonFile,
    json: &'f str,
    /// A place before it, in bytes, with the line and column there: they are counted from here.
    known: (usize, usize, usize),
    /// Which document of a list it belongs to, from 1.
    listed: Option<usize>,
}

/// Hands every file of JSON in `path` to `read`, with its documents. Of several files, lenient reading leaves out those
/// that cannot be read; a single one must be readable.
pub(super) fn each_file(
    path: &Path,
    extensions: &[&str],
    intake: &mut Intake,
    mut read: impl for<'f> FnMut(&'f JsonFile, Vec<Piece<'f>>, &mut Intake) -> Result<(), ConvertError>,
) -> Result<(), ConvertError> {
    let paths = files(path, extensions)?;
    for path in &paths {
        let opened = JsonFile::open(path);
        let Some(file) = (if paths.len() == 1 { Some(opened?) } else { intake.take(opened)? }) else { continue };
        let documents = file.documents(intake)?;
        read(&file, documents, intake)?;
    }
    Ok(())
}

/// A field that may be `null`, which says no more than that it is absent.
pub(super) fn or_default<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(field: D) -> Result<T, D::Error> {
    Option::deserialize(field).map(Option::unwrap_or_default)
}

impl JsonFile {
    pub(super) fn open(path: &Path) -> Result<Self, ConvertError> {
        let content = text_of(path)?;
        if content.trim().is_empty() {
            return Err(ConvertError::file(path, "the file is empty, expected JSON"));
        }
        let is_one_line = !content.trim().contains('\n');
        Ok(Self { path: path.to_path_buf(), content, is_one_line })
    }

    /// Everything in it.
    pub(super) fn whole(&self) -> Piece<'_> {
        Piece { file: self, json: self.content.trim(), known: (0, 1, 1), listed: None }
    }

    /// Its lines, without the empty ones.
    pub(super) fn lines(&self) -> Vec<Piece<'_>> {
        let whole = self.whole();
        let lines = self.content.split('\n').zip(1..).filter(|(line, _)| !line.trim().is_empty());
        lines.map(|(line, number)| Piece { json: line.trim(), known: (whole.at(line), number, 1), ..whole }).collect()
    }

    /// Its documents, whether they stand in a list, one a line, or one alone over many lines.
    fn documents(&self, intake: &mut Intake) -> Result<Vec<Piece<'_>>, ConvertError> {
        let whole = self.whole();
        if whole.json.starts_with('[') {
            let items = match intake.take(whole.items())? {
                Some(items) => items,
                None => whole.items_before_the_break(),
            };
            return Ok(items.into_iter().zip(1..).map(|(item, number)| Piece { listed: Some(number), ..item }).collect());
        }
        let one_a_line = || self.lines().first().is_some_and(|line| line.parse::<&RawValue>().is_ok());
        if ["jsonl", "ndjson"].contains(&extension(&self.path).as_str()) || one_a_line() {
            return Ok(self.lines());
        }
        Ok(vec![whole])
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// The file's name without its extension, for documents that have none of their own.
    pub(super) fn stem(&self) -> String {
        self.path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
    }
}

impl<'f> Piece<'f> {
    /// The file it stands in.
    pub(super) fn file(self) -> &'f Path {
        &self.file.path
    }

    pub(super) fn json(self) -> &'f str {
        self.json
    }

    /// What the piece says; an error names line and column of the file.
    pub(super) fn parse<T: Deserialize<'f>>(self) -> Result<T, ConvertError> {
        serde_json::from_str(self.json).map_err(|e| {
            let said = e.to_string();
            let reason = said.rsplit_once(" at line ").map_or(said.as_str(), |(reason, _)| reason);
            let before: usize = self.json.split_inclusive('\n').take(e.line().saturating_sub(1)).map(str::len).sum();
            let at = self.at(self.json) + before + e.column().saturating_sub(1);
            ConvertError::line(&self.file.path, self.line() + e.line().max(1) - 1, format!("{}: {reason}", self.place(at)))
        })
    }

    /// Refuses what has none of a format's fields: it is of another format.
    pub(super) fn has_one_of(self, fields: &[&str]) -> Result<(), ConvertError> {
        let found: BTreeMap<String, IgnoredAny> = self.parse()?;
        if fields.iter().any(|field| found.contains_key(*field)) {
            return Ok(());
        }
        let names = found.keys().map(|name| format!("{name:?}")).collect::<Vec<_>>().join(", ");
        Err(self.wrong(format!("found only the fields {names}, expected one of {}", fields.join(", "))))
    }

    /// The values of a list.
    pub(super) fn items(self) -> Result<Vec<Piece<'f>>, ConvertError> {
        Ok(self.parts(self.parse::<Vec<&'f RawValue>>()?))
    }

    /// The values of a list that is not in order all through, up to there.
    fn items_before_the_break(self) -> Vec<Piece<'f>> {
        let mut found = Vec::new();
        let mut rest = self.json.strip_prefix('[');
        while let Some(json) = rest {
            let mut values = serde_json::Deserializer::from_str(json).into_iter::<&'f RawValue>();
            let Some(Ok(raw)) = values.next() else { break };
            found.push(raw);
            rest = json.get(values.byte_offset()..).and_then(|after| after.trim_start().strip_prefix(','));
        }
        self.parts(found)
    }

    /// Values inside this one, in order.
    fn parts(self, values: Vec<&'f RawValue>) -> Vec<Piece<'f>> {
        let mut before = self;
        let mut next = |raw: &'f RawValue| {
            let piece = Piece { known: before.known, ..self.part(raw) };
            let at = self.at(piece.json);
            let (line, column) = piece.line_and_column(at);
            before = Piece { known: (at, line, column), ..piece };
            before
        };
        values.into_iter().map(&mut next).collect()
    }

    /// A value inside this one.
    pub(super) fn part(self, raw: &'f RawValue) -> Piece<'f> {
        Piece { json: raw.get(), ..self }
    }

    pub(super) fn wrong(self, reason: impl std::fmt::Display) -> ConvertError {
        let says_more = self.is_in_the_only_line() && self.json.len() != self.file.whole().json.len();
        let place = if says_more { format!("{}: ", self.place(self.at(self.json))) } else { String::new() };
        ConvertError::line(&self.file.path, self.line(), format!("{place}{reason}"))
    }

    /// Whether the file is a single line, so that the line is no place.
    fn is_in_the_only_line(self) -> bool {
        self.file.is_one_line
    }

    /// The column of a byte of the file, counted in characters from 1, and in a long line the document.
    fn place(self, at: usize) -> String {
        let column = self.line_and_column(at).1;
        match self.listed.filter(|_| self.is_in_the_only_line()) {
            Some(number) => format!("document {number}, column {column}"),
            None => format!("column {column}"),
        }
    }

    /// The line it begins in.
    pub(super) fn line(self) -> usize {
        self.line_and_column(self.at(self.json)).0
    }

    /// Where a byte of the file is, which is not before what is known; columns count characters from 1.
    fn line_and_column(self, at: usize) -> (usize, usize) {
        let (from, line, column) = self.known;
        let between = self.file.content.as_bytes().get(from..at).unwrap_or_default();
        let characters = |bytes: &[u8]| bytes.iter().filter(|b| **b & 0xC0 != 0x80).count();
        match between.iter().rposition(|b| *b == b'\n') {
            Some(end) => (line + between.iter().filter(|b| **b == b'\n').count(), 1 + characters(&between[end + 1..])),
            None => (line, column + characters(between)),
        }
    }

    /// Where in the file `json`, a part of it, begins.
    fn at(self, json: &str) -> usize {
        (json.as_ptr() as usize).saturating_sub(self.file.content.as_ptr() as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::convert::Options;

    /// What `look` makes of the documents of a file.
    fn of<T>(name: &str, content: &str, lenient: bool, look: impl Fn(&[Piece]) -> T) -> Result<(T, Vec<ConvertError>), ConvertError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        let options = Options { lenient, ..Options::default() };
        let mut intake = Intake::new(&options);
        let mut found = None;
        each_file(&path, &[], &mut intake, |_, documents, _| {
            found = Some(look(&documents));
            Ok(())
        })?;
        Ok((found.unwrap(), intake.finish(Vec::new()).skipped))
    }

    fn lines(documents: &[Piece]) -> Vec<usize> {
        documents.iter().map(|p| p.line()).collect()
    }

    /// Why the second document is no counts of words.
    fn reason(documents: &[Piece]) -> String {
        documents[1].parse::<BTreeMap<String, usize>>().unwrap_err().to_string()
    }

    #[test]
    fn documents_stand_in_a_list_a_line_each_or_alone() {
        let lines_of = |name, content| of(name, content, false, lines).unwrap().0;
        assert_eq!(lines_of("a.json", "\n[{\"a\":\n1},\n\n {}]"), [2, 5]);
        assert_eq!(lines_of("a.jsonl", "{}\r\n\r\n{}\r\n"), [1, 3]);
        assert_eq!(lines_of("a.json", "{}\n{}\n"), [1, 2], "lines under the wrong name");
        assert_eq!(lines_of("a.json", "{\n\"a\": 1\n}\n"), [1]);
    }

    #[test]
    fn an_error_names_the_line_in_the_file() {
        let error = of("a.json", "[{},\n{\"a\":\n\n\"x\"}]", false, reason).unwrap().0;
        assert!(error.contains("line 4") && !error.contains("at line"), "{error}");
    }

    #[test]
    fn an_error_in_json_of_one_line_names_document_and_column() {
        let error = of("a.json", "[{\"😀\":1},{\"a\":true}]", false, reason).unwrap().0;
        assert!(error.contains("line 1: document 2, column 18: invalid type"), "{error}");
        let error = of("a.jsonl", "{}\n{\"a\":true}\n", false, reason).unwrap().0;
        assert!(error.contains("line 2: column 9: invalid type"), "{error}");
        let error = of("a.json", "[{\"😀\":1},{\"a\":true}]", false, |d| d[1].wrong("odd").to_string()).unwrap().0;
        assert!(error.ends_with("line 1: document 2, column 10: odd"), "{error}");
    }

    #[test]
    fn a_list_that_breaks_off_keeps_what_stands_before_the_break() {
        let broken = "[{\"a\": 1},\n {\"a\": 2},\n {\"a\":";
        assert!(of("a.json", broken, false, lines).unwrap_err().to_string().contains("line 3"));
        let (lines, skipped) = of("a.json", broken, true, lines).unwrap();
        assert_eq!((lines, skipped.len()), (vec![1, 2], 1));
    }

    #[test]
    fn one_unreadable_file_of_a_folder_does_not_stop_lenient_reading() {
        let folder = tempfile::tempdir().unwrap();
        for (name, content) in [("a.json", &b""[..]), ("b.json", b"{}"), ("c.json", b"\x1f\x8b")] {
            std::fs::write(folder.path().join(name), content).unwrap();
        }
        let read = |path: &Path, lenient| {
            let options = Options { lenient, ..Options::default() };
            let mut intake = Intake::new(&options);
            let mut count = 0;
            each_file(path, &["json"], &mut intake, |_, documents, _| {
                count += documents.len();
                Ok(())
            })
            .map(|()| (count, intake.finish(Vec::new()).skipped.len()))
        };
        assert_eq!(read(folder.path(), true), Ok((1, 2)));
        assert!(read(folder.path(), false).unwrap_err().to_string().contains("a.json: the file is empty"));
        assert!(read(&folder.path().join("a.json"), true).is_err(), "nothing at all could be read");
    }
}
