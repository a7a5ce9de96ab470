//! Records as four Parquet tables: documents, sentences, entities, claims. `doc_id` joins them.
//!
//! Each table is a folder of parts; a part's file takes its name when it is whole. Rows go to disk in groups, so that memory stays flat.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use parquet::basic::{Compression, ZstdLevel};
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DoubleType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;
use serde::Serialize;

use crate::record::{ClaimSpan, EntitySpan, Record, SentenceSpan};
use crate::span::{Positions, Span};

/// Documents whose rows are held before they are written as one group.
const GROUP_DOCUMENTS: usize = 256;
/// And at most so many bytes of values, which a few books reach.
const GROUP_BYTES: usize = 16 << 20;

/// What the name of an unfinished part ends in.
const PARTIAL: &str = ".partial";

/// The tables of a run under way.
pub(super) struct Tables {
    folder: PathBuf,
    part: u64,
    /// Documents whose rows are held.
    documents: usize,
    tables: Vec<Table>,
}

impl Tables {
    /// Tables in `folder`, beginning with part number `part` (from 0); what stands there of it or of later ones is removed.
    pub fn open(folder: &Path, part: u64) -> io::Result<Self> {
        let tables = [documents(), sentences(), entities(), claims()].into();
        let tables = Self { folder: folder.to_path_buf(), part, documents: 0, tables };
        for table in &tables.tables {
            fs::create_dir_all(folder.join(table.name))?;
            for entry in fs::read_dir(folder.join(table.name))? {
                let path = entry?.path();
                let number = path.file_name().and_then(|name| name.to_str()?.strip_prefix("part-")?.get(..5)?.parse::<u64>().ok());
                if number.is_some_and(|number| number > part) {
                    fs::remove_file(path)?;
                }
            }
        }
        Ok(tables)
    }

    /// Adds a record's rows.
    pub fn add(&mut self, record: &Record) -> io::Result<()> {
        let surfaces = Surfaces::of(record);
        for table in &mut self.tables {
            match table.name {
                "documents" => document_row(table, record),
                "sentences" => record.sentences.iter().for_each(|s| sentence_row(table, record, s, &surfaces)),
                "entities" => record.entities.iter().for_each(|e| entity_row(table, record, e)),
                _ => record.claims.iter().for_each(|c| claim_row(table, record, c)),
            }
        }
        self.documents += 1;
        let bytes: usize = self.tables.iter().map(|table| table.bytes).sum();
        if self.documents >= GROUP_DOCUMENTS || bytes >= GROUP_BYTES { self.write_groups() } else { Ok(()) }
    }

    fn write_groups(&mut self) -> io::Result<()> {
        for table in &mut self.tables {
            table.write_group(&part_path(&self.folder, table.name, self.part))?;
        }
        self.documents = 0;
        Ok(())
    }

    /// Ends the part: its files take their names, and the next begins.
    pub fn close_part(&mut self) -> io::Result<()> {
        self.write_groups()?;
        for table in &mut self.tables {
            table.close(&part_path(&self.folder, table.name, self.part))?;
        }
        self.part += 1;
        Ok(())
    }
}

/// Refuses a folder that holds anything but tables: what a run writes there replaces all of it. One that is not there will do.
pub(super) fn only_tables(folder: &Path) -> io::Result<()> {
    let names = [documents().name, sentences().name, entities().name, claims().name];
    let entries = match fs::read_dir(folder) {
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => return Ok(()),
        entries => entries?,
    };
    for entry in entries {
        let name = entry?.file_name();
        if !names.iter().any(|table| name == *table) {
            let found = format!("{} holds {}; expected nothing, or the tables {}", folder.display(), name.display(), names.join(", "));
            return Err(io::Error::new(io::ErrorKind::AlreadyExists, found));
        }
    }
    Ok(())
}

fn part_path(folder: &Path, table: &str, part: u64) -> PathBuf {
    folder.join(table).join(format!("part-{:05}.parquet", part + 1))
}

/// The words of a record's sentences, which the record itself does not repeat.
struct Surfaces<'r> {
    text: Option<(&'r str, Positions)>,
}

impl<'r> Surfaces<'r> {
    fn of(record: &'r Record) -> Self {
        Self { text: record.text.as_deref().map(|text| (text, Positions::new(text, record.offset_unit))) }
    }

    fn of_sentence(&self, sentence: &SentenceSpan) -> Option<String> {
        let (text, positions) = self.text.as_ref()?;
        let byte = |at| positions.to_byte(text, at);
        Some(Span::new(byte(sentence.start)?, byte(sentence.end)?).of(text).to_owned())
    }
}

/// A table: its columns, and the rows that are not yet written.
struct Table {
    name: &'static str,
    columns: Vec<Column>,
    /// The column that the next value belongs to.
    next: usize,
    /// Bytes of the values held, roughly.
    bytes: usize,
    writer: Option<SerializedFileWriter<File>>,
}

struct Column {
    name: &'static str,
    values: Values,
}

/// The values of a column. Where a value may be missing, or there may be many, `levels` say so, as Parquet wants them.
enum Values {
    Text(Vec<ByteArray>),
    OptionalText(Vec<ByteArray>, Vec<i16>),
    Whole(Vec<i64>),
    OptionalWhole(Vec<i64>, Vec<i16>),
    Number(Vec<f64>),
    OptionalNumber(Vec<f64>, Vec<i16>),
    Truth(Vec<bool>),
    Texts { values: Vec<ByteArray>, defined: Vec<i16>, repeated: Vec<i16> },
}

impl Values {
    fn declared(&self, name: &str) -> String {
        match self {
            Self::Text(_) => format!("required binary {name} (STRING);"),
            Self::OptionalText(..) => format!("optional binary {name} (STRING);"),
            Self::Whole(_) => format!("required int64 {name};"),
            Self::OptionalWhole(..) => format!("optional int64 {name};"),
            Self::Number(_) => format!("required double {name};"),
            Self::OptionalNumber(..) => format!("optional double {name};"),
            Self::Truth(_) => format!("required boolean {name};"),
            Self::Texts { .. } => format!("required group {name} (LIST) {{ repeated group list {{ required binary element (STRING); }} }}"),
        }
    }
}

impl Table {
    fn new(name: &'static str, columns: Vec<(&'static str, Values)>) -> Self {
        let columns = columns.into_iter().map(|(name, values)| Column { name, values }).collect();
        Self { name, columns, next: 0, bytes: 0, writer: None }
    }

    fn column(&mut self) -> &mut Values {
        let at = self.next;
        self.bytes += size_of::<ByteArray>();
        self.next = (at + 1) % self.columns.len();
        &mut self.columns[at].values
    }

    fn text(&mut self, text: &str) -> &mut Self {
        self.bytes += text.len();
        if let Values::Text(values) = self.column() {
            values.push(text.into());
        }
        self
    }

    fn optional(&mut self, text: Option<&str>) -> &mut Self {
        self.bytes += text.map_or(0, str::len);
        if let Values::OptionalText(values, levels) = self.column() {
            levels.push(i16::from(text.is_some()));
            values.extend(text.map(ByteArray::from));
        }
        self
    }

    fn whole(&mut self, number: usize) -> &mut Self {
        if let Values::Whole(values) = self.column() {
            values.push(number as i64);
        }
        self
    }

    fn optional_whole(&mut self, number: Option<usize>) -> &mut Self {
        if let Values::OptionalWhole(values, levels) = self.column() {
            levels.push(i16::from(number.is_some()));
            values.extend(number.map(|n| n as i64));
        }
        self
    }

    fn number(&mut self, number: f64) -> &mut Self {
        if let Values::Number(values) = self.column() {
            values.push(number);
        }
        self
    }

    fn optional_number(&mut self, number: Option<f64>) -> &mut Self {
        if let Values::OptionalNumber(values, levels) = self.column() {
            levels.push(i16::from(number.is_some()));
            values.extend(number);
        }
        self
    }

    fn truth(&mut self, truth: bool) -> &mut Self {
        if let Values::Truth(values) = self.column() {
            values.push(truth);
        }
        self
    }

    fn texts<'t>(&mut self, texts: impl IntoIterator<Item = &'t str>) -> &mut Self {
        let mut bytes = 0;
        if let Values::Texts { values, defined, repeated } = self.column() {
            let before = values.len();
            for text in texts {
                bytes += size_of::<ByteArray>() + text.len();
                repeated.push(i16::from(values.len() > before));
                defined.push(1);
                values.push(text.into());
            }
            if values.len() == before {
                repeated.push(0);
                defined.push(0);
            }
        }
        self.bytes += bytes;
        self
    }

    fn schema(&self) -> String {
        let columns: Vec<String> = self.columns.iter().map(|c| c.values.declared(c.name)).collect();
        format!("message {} {{ {} }}", self.name, columns.join(" "))
    }

    fn writer(&mut self, path: &Path) -> Result<&mut SerializedFileWriter<File>, ParquetError> {
        if self.writer.is_none() {
            let schema = Arc::new(parse_message_type(&self.schema())?);
            let properties = WriterProperties::builder()
                .set_compression(Compression::ZSTD(ZstdLevel::default()))
                // The same bytes from every build.
                .set_created_by("claimsift".into())
                .build();
            self.writer = Some(SerializedFileWriter::new(File::create(partial(path))?, schema, Arc::new(properties))?);
        }
        self.writer.as_mut().ok_or_else(|| ParquetError::General("no writer".into()))
    }

    /// Writes the rows held as a group, if there are any.
    fn write_group(&mut self, path: &Path) -> io::Result<()> {
        let rows = match self.columns.first().map(|c| &c.values) {
            Some(Values::Text(values)) => values.len(),
            _ => 0,
        };
        if rows == 0 {
            return Ok(());
        }
        let mut columns = std::mem::take(&mut self.columns);
        let written = self.writer_for(&columns, path).and_then(|writer| write_rows(writer, &mut columns));
        self.columns = columns;
        self.bytes = 0;
        written.map_err(io::Error::from)
    }

    fn writer_for(&mut self, columns: &[Column], path: &Path) -> Result<&mut SerializedFileWriter<File>, ParquetError> {
        let named = columns.iter().map(|c| Column { name: c.name, values: c.values.empty() }).collect();
        self.columns = named;
        self.writer(path)
    }

    /// Ends the part's file and gives it its name; a part without rows is a file, too.
    fn close(&mut self, path: &Path) -> io::Result<()> {
        self.writer(path)?;
        if let Some(writer) = self.writer.take() {
            writer.into_inner()?.sync_all()?;
            fs::rename(partial(path), path)?;
        }
        Ok(())
    }
}

fn partial(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(PARTIAL);
    name.into()
}

impl Values {
    /// A column of the same kind without values.
    fn empty(&self) -> Self {
        match self {
            Self::Text(_) => text(),
            Self::OptionalText(..) => optional(),
            Self::Whole(_) => whole(),
            Self::OptionalWhole(..) => optional_whole(),
            Self::Number(_) => number(),
            Self::OptionalNumber(..) => optional_number(),
            Self::Truth(_) => truth(),
            Self::Texts { .. } => texts(),
        }
    }
}

fn write_rows(writer: &mut SerializedFileWriter<File>, columns: &mut [Column]) -> Result<(), ParquetError> {
    let mut group = writer.next_row_group()?;
    for column in columns {
        let Some(mut to) = group.next_column()? else { break };
        let empty = column.values.empty();
        let values = std::mem::replace(&mut column.values, empty);
        match &values {
            Values::Text(values) => to.typed::<ByteArrayType>().write_batch(values, None, None)?,
            Values::OptionalText(values, levels) => to.typed::<ByteArrayType>().write_batch(values, Some(levels), None)?,
            Values::Whole(values) => to.typed::<Int64Type>().write_batch(values, None, None)?,
            Values::OptionalWhole(values, levels) => to.typed::<Int64Type>().write_batch(values, Some(levels), None)?,
            Values::Number(values) => to.typed::<DoubleType>().write_batch(values, None, None)?,
            Values::OptionalNumber(values, levels) => to.typed::<DoubleType>().write_batch(values, Some(levels), None)?,
            Values::Truth(values) => to.typed::<BoolType>().write_batch(values, None, None)?,
            Values::Texts { values, defined, repeated } => {
                to.typed::<ByteArrayType>().write_batch(values, Some(defined), Some(repeated))?
            }
        };
        to.close()?;
    }
    group.close().map(|_| ())
}

fn text() -> Values {
    Values::Text(Vec::new())
}
fn optional() -> Values {
    Values::OptionalText(Vec::new(), Vec::new())
}
fn whole() -> Values {
    Values::Whole(Vec::new())
}
fn optional_whole() -> Values {
    Values::OptionalWhole(Vec::new(), Vec::new())
}
fn number() -> Values {
    Values::Number(Vec::new())
}
fn optional_number() -> Values {
    Values::OptionalNumber(Vec::new(), Vec::new())
}
fn truth() -> Values {
    Values::Truth(Vec::new())
}
fn texts() -> Values {
    Values::Texts { values: Vec::new(), defined: Vec::new(), repeated: Vec::new() }
}

/// How an enum is written in a record.
fn name_of(value: &impl Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default()
}

fn names_of<T: Serialize>(values: Option<&Vec<T>>) -> Vec<String> {
    values.into_iter().flatten().map(name_of).collect()
}

// The columns of each table, and a row of it in the same order.

fn documents() -> Table {
    let source =
        ["url", "outlet", "title", "byline", "published", "modified", "guid", "version", "pub_status", "embargoed_until", "rights"];
    let mut columns = vec![("doc_id", text()), ("path", text()), ("format", text())];
    columns.extend(source.map(|name| (name, optional())));
    columns.extend([
        ("subjects", texts()),
        ("urgency", optional_whole()),
        ("language", optional()),
        ("duplicate_of", optional()),
        ("similarity", optional_number()),
        ("text", optional()),
        ("text_sha256", text()),
        ("offset_unit", text()),
        ("sentences", whole()),
        ("claims", whole()),
        ("chars", whole()),
        ("scored_chars", whole()),
        ("model", text()),
        ("model_version", text()),
        ("precision", text()),
        ("kernel", text()),
        ("threshold", number()),
        ("warnings", texts()),
    ]);
    Table::new("documents", columns)
}

fn document_row(table: &mut Table, record: &Record) {
    let source = &record.source;
    table.text(&record.doc_id).text(&source.path).text(&source.format);
    for field in [
        &source.url,
        &source.outlet,
        &source.title,
        &source.byline,
        &source.published,
        &source.modified,
        &source.guid,
        &source.version,
        &source.pub_status,
        &source.embargoed_until,
        &source.rights,
    ] {
        table.optional(field.as_deref());
    }
    table
        .texts(source.subjects.iter().map(String::as_str))
        .optional_whole(source.urgency.map(usize::from))
        .optional(record.language.as_deref())
        .optional(record.duplicate_of.as_ref().map(|d| d.document.as_str()))
        .optional_number(record.duplicate_of.as_ref().map(|d| d.similarity))
        .optional(record.text.as_deref())
        .text(&record.text_sha256)
        .text(&name_of(&record.offset_unit))
        .whole(record.sentences.len())
        .whole(record.claims.len())
        .whole(record.coverage.chars)
        .whole(record.coverage.scored_chars)
        .text(&record.model.name)
        .text(&record.model.version)
        .text(&record.model.precision)
        .text(&record.model.kernel)
        .number(record.model.thresholds.check_worthiness)
        .texts(record.warnings.iter().map(String::as_str));
}

fn sentences() -> Table {
    Table::new(
        "sentences",
        vec![
            ("doc_id", text()),
            ("id", whole()),
            ("block", optional_whole()),
            ("block_kind", optional()),
            ("start", whole()),
            ("end", whole()),
            ("text", optional()),
            ("check_worthiness", number()),
            ("label", text()),
            ("verifiability", optional()),
            ("types", texts()),
        ],
    )
}

fn sentence_row(table: &mut Table, record: &Record, sentence: &SentenceSpan, surfaces: &Surfaces) {
    let kind = sentence.block.and_then(|id| record.blocks.get(id)).map(|block| name_of(&block.kind));
    table
        .text(&record.doc_id)
        .whole(sentence.id)
        .optional_whole(sentence.block)
        .optional(kind.as_deref())
        .whole(sentence.start)
        .whole(sentence.end)
        .optional(surfaces.of_sentence(sentence).as_deref())
        .number(sentence.check_worthiness)
        .text(&name_of(&sentence.label))
        .optional(sentence.verifiability.as_ref().map(name_of).as_deref())
        .texts(names_of(sentence.types.as_ref()).iter().map(String::as_str));
}

fn entities() -> Table {
    Table::new(
        "entities",
        vec![
            ("doc_id", text()),
            ("id", text()),
            ("start", whole()),
            ("end", whole()),
            ("text", text()),
            ("label", text()),
            ("score", number()),
            ("cluster", whole()),
            ("canonical", text()),
            ("value", optional()),
        ],
    )
}

fn entity_row(table: &mut Table, record: &Record, entity: &EntitySpan) {
    // The value as JSON, which DuckDB and pandas both take apart.
    let value = entity.value.as_ref().and_then(|value| serde_json::to_string(value).ok());
    table
        .text(&record.doc_id)
        .text(&entity.id)
        .whole(entity.start)
        .whole(entity.end)
        .text(&entity.text)
        .text(&entity.label)
        .number(entity.score)
        .whole(entity.cluster)
        .text(&entity.canonical)
        .optional(value.as_deref());
}

fn claims() -> Table {
    let mut columns = vec![("doc_id", text()), ("id", text()), ("key", text())];
    columns.extend([
        ("first_sentence", optional_whole()),
        ("last_sentence", optional_whole()),
        ("block", optional_whole()),
        ("start", whole()),
        ("end", whole()),
        ("text", text()),
        ("verbatim", truth()),
        ("check_worthiness", number()),
        ("verifiability", optional()),
        ("types", texts()),
        ("entities", texts()),
        ("mode", text()),
        ("stance", text()),
        ("attribution", optional()),
        ("source", optional()),
        ("cue", optional()),
        ("claimer", optional()),
        ("claimer_kind", optional()),
        ("claimer_role", optional()),
        ("claimer_score", optional_number()),
        ("date", optional()),
        ("url", optional()),
        ("outlet", optional()),
        ("published", optional()),
    ]);
    Table::new("claims", columns)
}

fn claim_row(table: &mut Table, record: &Record, claim: &ClaimSpan) {
    let attribution = record.attributions.iter().find(|a| claim.attribution.as_ref() == Some(&a.id));
    let claimer = claim.claimer.as_ref();
    table
        .text(&record.doc_id)
        .text(&claim.id)
        .text(&claim.key)
        .optional_whole(claim.sentences.first().copied())
        .optional_whole(claim.sentences.last().copied())
        .optional_whole(claim.block)
        .whole(claim.span.start)
        .whole(claim.span.end)
        .text(&claim.span.text)
        .truth(!claim.quoted.is_empty())
        .number(claim.check_worthiness)
        .optional(claim.verifiability.as_ref().map(name_of).as_deref())
        .texts(names_of(claim.types.as_ref()).iter().map(String::as_str))
        .texts(claim.entities.iter().map(String::as_str))
        .text(&name_of(&claim.mode))
        .text(&name_of(&claim.stance))
        .optional(claim.attribution.as_deref())
        .optional(attribution.and_then(|a| a.source.as_ref()).map(|s| s.text.as_str()))
        .optional(attribution.and_then(|a| a.cue.as_ref()).map(|c| c.text.as_str()))
        .optional(claimer.map(|c| c.name.as_str()))
        .optional(claimer.map(|c| name_of(&c.kind)).as_deref())
        .optional(claimer.and_then(|c| c.role.as_deref()))
        .optional_number(claimer.map(|c| c.score))
        .optional(claim.date.as_ref().map(|d| d.value.as_str()))
        .optional(record.source.url.as_deref())
        .optional(record.source.outlet.as_deref())
        .optional(record.source.published.as_deref());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_large_documents_are_a_group_as_many_small_ones_are() {
        let folder = tempfile::tempdir().unwrap();
        let mut tables = Tables::open(folder.path(), 0).unwrap();
        let held = |tables: &Tables| tables.tables.iter().map(|table| table.bytes).sum::<usize>();
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
        let file = File::open(part_path(folder.path(), "documents", 0)).unwrap();
        let reader = parquet::file::serialized_reader::SerializedFileReader::new(file).unwrap();
        assert_eq!(parquet::file::reader::FileReader::num_row_groups(&reader), 2);
    }
}
