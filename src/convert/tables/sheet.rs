//! A table with names for its columns.

use std::path::{Path, PathBuf};

use super::rows::{Row, rows};
use crate::convert::intake::Intake;
use crate::convert::{ConvertError, files, text_of};

/// A file's rows under the names of its columns.
pub(super) struct Sheet {
    path: PathBuf,
    /// In lower case, `_` for blanks and hyphens; empty where the first row is no header.
    names: Vec<String>,
    pub rows: Vec<Row>,
}

/// The tables of a file or folder, each read by `read`; a folder's README is none, and a file of it that cannot be
/// read is taken by `intake`.
pub(super) fn each_file<T>(
    path: &Path,
    extensions: &[&str],
    intake: &mut Intake,
    mut read: impl FnMut(&Path, &mut Intake) -> Result<Vec<T>, ConvertError>,
) -> Result<Vec<T>, ConvertError> {
    let mut all = Vec::new();
    let is_readme = |file: &Path| file.file_stem().is_some_and(|stem| stem.eq_ignore_ascii_case("readme"));
    for file in files(path, extensions)?.iter().filter(|file| !path.is_dir() || !is_readme(file)) {
        let found = read(file, intake);
        if path.is_dir() {
            all.extend(intake.take(found)?.into_iter().flatten());
        } else {
            all.extend(found?);
        }
    }
    Ok(all)
}

impl Sheet {
    /// Reads the file; its first line says whether tabs or commas part the cells. Rows that cannot be read are taken
    /// by `intake`.
    pub fn open(path: &Path, intake: &mut Intake) -> Result<Self, ConvertError> {
        let content = text_of(path)?;
        let first =
            content.split(['\n', '\r']).find(|l| !l.trim().is_empty()).ok_or_else(|| ConvertError::file(path, "the file is empty"))?;
        let delimiter = if first.contains('\t') { '\t' } else { ',' };
        let mut read = Vec::new();
        for row in rows(&content, delimiter) {
            read.extend(intake.take(row.map_err(|(line, reason)| ConvertError::line(path, line, reason)))?);
        }
        Ok(Self { path: path.to_path_buf(), names: Vec::new(), rows: read })
    }

    /// Takes the first row as the names of the columns.
    pub fn with_header(mut self) -> Self {
        if !self.rows.is_empty() {
            self.names = self.rows.remove(0).cells.iter().map(|c| name(c)).collect();
        }
        self
    }

    /// The column with one of these names, the first of `names` there is.
    pub fn has(&self, names: &[&str]) -> Option<usize> {
        names.iter().find_map(|name| self.names.iter().position(|n| n == name))
    }

    /// As [`Sheet::has`], for a column that must be there.
    pub fn needs(&self, names: &[&str]) -> Result<usize, ConvertError> {
        self.has(names).ok_or_else(|| {
            let reason = format!("no column {} among {}", names.join(" or "), self.names.join(", "));
            ConvertError::line(&self.path, 1, reason)
        })
    }

    /// An error at the row.
    pub fn wrong(&self, row: &Row, reason: impl std::fmt::Display) -> ConvertError {
        ConvertError::line(&self.path, row.line, reason)
    }

    /// What the cell means, by `meaning`; an error names the column.
    pub fn cell<T>(&self, row: &Row, column: usize, meaning: impl Fn(&str) -> Result<T, String>) -> Result<T, ConvertError> {
        meaning(row.cell(column)).map_err(|reason| match self.names.get(column) {
            Some(name) => self.wrong(row, format!("column {name}: {reason}")),
            None => self.wrong(row, reason),
        })
    }
}

impl Row {
    /// The cell without white space around it; empty where there is none.
    pub fn cell(&self, column: usize) -> &str {
        self.cells.get(column).map_or("", |c| c.trim())
    }
}

/// A column's name whatever its case and separators.
pub(super) fn name(cell: &str) -> String {
    cell.trim().to_lowercase().replace([' ', '-'], "_")
}

#[cfg(test)]
mod tests {
    use crate::convert::Options;
    use crate::convert::intake::Intake;
    use crate::convert::tables::claimbuster::read;

    #[test]
    fn a_file_that_cannot_be_read_does_not_end_the_lenient_reading_of_its_folder() {
        let folder = tempfile::tempdir().unwrap();
        let wrong = folder.path().join("a.csv");
        std::fs::write(&wrong, "Text,Grade\nHello.,1\n").unwrap();
        std::fs::write(folder.path().join("b.csv"), "Text,Verdict\rHello.,1\r").unwrap();
        let options = Options { lenient: true, ..Options::default() };
        let mut intake = Intake::new(&options);
        let documents = read(folder.path(), &mut intake).unwrap();
        let reading = intake.finish(documents);
        assert_eq!((reading.documents.len(), reading.skipped.len()), (1, 1));
        assert!(read(&wrong, &mut Intake::new(&options)).is_err(), "there is nothing else to read");
        assert!(read(folder.path(), &mut Intake::new(&Options::default())).is_err());
    }
}
