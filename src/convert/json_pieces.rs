//! A file of JSON, and the line in which each piece of it stands: JSON Lines, a list of documents, or one document.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::value::RawValue;

use super::{ConvertError, extension, text_of};

/// A file of JSON.
pub(super) struct JsonFile {
    path: PathBuf,
    content: String,
}

/// A value somewhere in a file.
#[derive(Clone, Copy)]
pub(super) struct Piece<'f> {
    file: &'f JsonFile,
    json: &'f str,
    /// A place before it, in bytes, and the line there: lines are counted from here.
    known: (usize, usize),
}

impl JsonFile {
    pub(super) fn open(path: &Path) -> Result<Self, ConvertError> {
        let content = text_of(path)?;
        if content.trim().is_empty() {
            return Err(ConvertError::file(path, "the file is empty, expected JSON"));
        }
        Ok(Self { path: path.to_path_buf(), content })
    }

    /// Everything in it.
    pub(super) fn whole(&self) -> Piece<'_> {
        Piece { file: self, json: self.content.trim(), known: (0, 1) }
    }

    /// Its lines, without the empty ones.
    pub(super) fn lines(&self) -> Vec<Piece<'_>> {
        let whole = self.whole();
        let lines = self.content.split('\n').zip(1..).map(|(line, number)| (line.trim(), number)).filter(|(line, _)| !line.is_empty());
        lines.map(|(json, number)| Piece { json, known: (whole.at(json), number), ..whole }).collect()
    }

    /// Its documents, whether they stand in a list, one a line, or one alone over many lines.
    pub(super) fn documents(&self) -> Result<Vec<Piece<'_>>, ConvertError> {
        if self.whole().json.starts_with('[') {
            return self.whole().items();
        }
        let one_a_line = || self.lines().first().is_some_and(|line| line.parse::<&RawValue>().is_ok());
        if ["jsonl", "ndjson"].contains(&extension(&self.path).as_str()) || one_a_line() {
            return Ok(self.lines());
        }
        Ok(vec![self.whole()])
    }

    /// The file's name without its extension, for documents that have none of their own.
    pub(super) fn stem(&self) -> String {
        self.path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
    }
}

impl<'f> Piece<'f> {
    pub(super) fn json(self) -> &'f str {
        self.json
    }

    /// What the piece says; an error names the line of the file.
    pub(super) fn parse<T: Deserialize<'f>>(self) -> Result<T, ConvertError> {
        serde_json::from_str(self.json).map_err(|e| {
            let said = e.to_string();
            let reason = said.rsplit_once(" at line ").map_or(said.as_str(), |(reason, _)| reason);
            let column = if e.line() == 1 { String::new() } else { format!("column {}: ", e.column()) };
            ConvertError::line(&self.file.path, self.line() + e.line().max(1) - 1, format!("{column}{reason}"))
        })
    }

    /// The values of a list.
    pub(super) fn items(self) -> Result<Vec<Piece<'f>>, ConvertError> {
        let mut before = self;
        let mut next = |raw: &'f RawValue| {
            let piece = Piece { known: before.known, ..self.part(raw) };
            before = Piece { known: (self.at(piece.json), piece.line()), ..piece };
            before
        };
        Ok(self.parse::<Vec<&'f RawValue>>()?.into_iter().map(&mut next).collect())
    }

    /// A value inside this one.
    pub(super) fn part(self, raw: &'f RawValue) -> Piece<'f> {
        Piece { json: raw.get(), ..self }
    }

    pub(super) fn wrong(self, reason: impl std::fmt::Display) -> ConvertError {
        ConvertError::line(&self.file.path, self.line(), reason)
    }

    /// The line it begins in.
    pub(super) fn line(self) -> usize {
        let (from, line) = self.known;
        let between = self.file.content.as_bytes().get(from..self.at(self.json)).unwrap_or_default();
        line + between.iter().filter(|b| **b == b'\n').count()
    }

    /// Where in the file `json`, a part of it, begins.
    fn at(self, json: &str) -> usize {
        (json.as_ptr() as usize).saturating_sub(self.file.content.as_ptr() as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines_of(name: &str, content: &str) -> Vec<usize> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        let file = JsonFile::open(&path).unwrap();
        file.documents().unwrap().iter().map(|p| p.line()).collect()
    }

    #[test]
    fn documents_stand_in_a_list_a_line_each_or_alone() {
        assert_eq!(lines_of("a.json", "\n[{\"a\":\n1},\n\n {}]"), [2, 5]);
        assert_eq!(lines_of("a.jsonl", "{}\r\n\r\n{}\r\n"), [1, 3]);
        assert_eq!(lines_of("a.json", "{}\n{}\n"), [1, 2], "lines under the wrong name");
        assert_eq!(lines_of("a.json", "{\n\"a\": 1\n}\n"), [1]);
    }

    #[test]
    fn an_error_names_the_line_in_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.json");
        std::fs::write(&path, "[{},\n{\"a\":\n\n\"x\"}]").unwrap();
        let file = JsonFile::open(&path).unwrap();
        let error = file.documents().unwrap()[1].parse::<std::collections::BTreeMap<String, usize>>().unwrap_err().to_string();
        assert!(error.contains("line 4") && !error.contains("at line"), "{error}");
    }
}
