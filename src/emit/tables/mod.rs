//! Records as four Parquet tables, which `doc_id` joins: [`documents`], [`sentences`], [`entities`], [`claims`].
//!
//! Each table is a folder of parts; a part's file takes its name when it is whole. Rows go to disk in groups ([`held`] until then, in columns
//! that each hold values of one [`kind`]), so that memory stays flat.

mod claims;
mod documents;
mod entities;
mod held;
mod kind;
mod sentences;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use self::held::Table;
use self::sentences::Surfaces;
use crate::record::Record;

/// Documents whose rows are held before they are written as one group.
const GROUP_DOCUMENTS: usize = 256;
/// And at most so many bytes of values, which a few books reach.
const GROUP_BYTES: usize = 16 << 20;

/// What the tables are called, in the order of [`Tables::tables`].
const NAMES: [&str; 4] = [documents::NAME, sentences::NAME, entities::NAME, claims::NAME];

/// The tables of a run under way.
pub(super) struct Tables {
    folder: PathBuf,
    part: u64,
    /// Documents whose rows are held.
    documents: usize,
    tables: [Table; 4],
}

impl Tables {
    /// Tables in `folder`, beginning with part number `part` (from 0); what stands there of it or of later ones is removed.
    pub fn open(folder: &Path, part: u64) -> io::Result<Self> {
        for name in NAMES {
            let parts = folder.join(name);
            fs::create_dir_all(&parts)?;
            for entry in fs::read_dir(parts)? {
                let path = entry?.path();
                if number_of(&path).is_some_and(|number| number > part) {
                    fs::remove_file(path)?;
                }
            }
        }
        let tables = [documents::table(), sentences::table(), entities::table(), claims::table()];
        Ok(Self { folder: folder.to_path_buf(), part, documents: 0, tables })
    }

    /// Adds a record's rows.
    pub fn add(&mut self, record: &Record) -> io::Result<()> {
        let surfaces = Surfaces::of(record);
        let [documents, sentences, entities, claims] = &mut self.tables;
        documents::add(documents, record);
        record.sentences.iter().for_each(|sentence| sentences::add(sentences, record, sentence, &surfaces));
        record.entities.iter().for_each(|entity| entities::add(entities, record, entity));
        record.claims.iter().for_each(|claim| claims::add(claims, record, claim));
        self.documents += 1;
        let bytes: usize = self.tables.iter().map(Table::bytes).sum();
        if self.documents >= GROUP_DOCUMENTS || bytes >= GROUP_BYTES { self.write_groups() } else { Ok(()) }
    }

    fn write_groups(&mut self) -> io::Result<()> {
        for table in &mut self.tables {
            table.write_group(&part_path(&self.folder, table.name(), self.part))?;
        }
        self.documents = 0;
        Ok(())
    }

    /// Ends the part: its files take their names, and the next begins.
    pub fn close_part(&mut self) -> io::Result<()> {
        self.write_groups()?;
        for table in &mut self.tables {
            table.close(&part_path(&self.folder, table.name(), self.part))?;
        }
        self.part += 1;
        Ok(())
    }
}

/// Refuses a folder that holds anything but tables: what a run writes there replaces all of it. One that is not there will do.
pub(super) fn only_tables(folder: &Path) -> io::Result<()> {
    let entries = match fs::read_dir(folder) {
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => return Ok(()),
        entries => entries?,
    };
    for entry in entries {
        let name = entry?.file_name();
        if !NAMES.iter().any(|table| name == *table) {
            let found = format!("{} holds {}; expected nothing, or the tables {}", folder.display(), name.display(), NAMES.join(", "));
            return Err(io::Error::new(io::ErrorKind::AlreadyExists, found));
        }
    }
    Ok(())
}

fn part_path(folder: &Path, table: &str, part: u64) -> PathBuf {
    folder.join(table).join(format!("part-{:05}.parquet", part + 1))
}

/// The number in the name of a part (from 1), finished or not.
fn number_of(path: &Path) -> Option<u64> {
    path.file_name()?.to_str()?.strip_prefix("part-")?.get(..5)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_large_documents_are_a_group_as_many_small_ones_are() {
        let folder = tempfile::tempdir().unwrap();
        let mut tables = Tables::open(folder.path(), 0).unwrap();
        let held = |tables: &Tables| tables.tables.iter().map(Table::bytes).sum::<usize>();
        let book: Record = serde_json::from_value(serde_json::json!({
            "schema": "claimsift/record/1", "doc_id": "a.txt", "text": "x".repeat(GROUP_BYTES / 4), "text_sha256": "", "offset_unit": "char",
            "source": {"path": "a.txt", "format": "text", "subjects": []}, "language": null, "duplicate_of": null, "blocks": [],
            "sentences": [], "entities": [], "attributions": [], "claims": [], "warnings": [],
            "coverage": {"chars": 0, "scored_chars": 0, "windows": 0, "truncated": 0},
            "model": {"name": "m", "version": "1", "sha256": "", "precision": "f32", "kernel": "", "thresholds": {"check_worthiness": 0.5}},
            "program": {"version": "0", "config_sha256": ""}
        }))
        .unwrap();
        for n in 1..=8 {
            tables.add(&book).unwrap();
            assert_eq!(held(&tables) == 0, n % 4 == 0, "after {n}");
        }
        tables.close_part().unwrap();
        let file = fs::File::open(part_path(folder.path(), documents::NAME, 0)).unwrap();
        let reader = parquet::file::serialized_reader::SerializedFileReader::new(file).unwrap();
        assert_eq!(parquet::file::reader::FileReader::num_row_groups(&reader), 2);
    }
}
