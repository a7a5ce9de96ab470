//! A table whose rows are held in memory until they go to a part's file as a group.

use std::fs::{self, File};
use std::io;
use std::path::Path;
use std::sync::Arc;

use parquet::basic::{Compression, ZstdLevel};
use parquet::data_type::ByteArray;
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;
use serde::Serialize;

use super::kind::Values;
use crate::emit::plan::{PARTIAL, with_ending};

/// A table: its columns, and the rows that are not yet written. A row is given value by value, in the order of the columns.
pub(super) struct Table {
    name: &'static str,
    columns: Vec<Column>,
    /// The column that the next value belongs to.
    next: usize,
    /// Bytes of the values held, roughly.
    bytes: usize,
    /// The part's file, once it is begun.
    writer: Option<SerializedFileWriter<File>>,
}

struct Column {
    name: &'static str,
    values: Values,
}

impl Table {
    /// A table without rows.
    pub fn new(name: &'static str, columns: impl IntoIterator<Item = (&'static str, Values)>) -> Self {
        let columns = columns.into_iter().map(|(name, values)| Column { name, values }).collect();
        Self { name, columns, next: 0, bytes: 0, writer: None }
    }

    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Bytes of the values held, roughly; 0 where there are none.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    fn column(&mut self) -> &mut Values {
        let at = self.next;
        self.bytes += size_of::<ByteArray>();
        self.next = (at + 1) % self.columns.len();
        &mut self.columns[at].values
    }

    pub fn text(&mut self, text: &str) -> &mut Self {
        self.bytes += text.len();
        if let Values::Text(values) = self.column() {
            values.push(text.into());
        }
        self
    }

    pub fn optional_text(&mut self, text: Option<&str>) -> &mut Self {
        self.bytes += text.map_or(0, str::len);
        if let Values::OptionalText(values, defined) = self.column() {
            defined.push(i16::from(text.is_some()));
            values.extend(text.map(ByteArray::from));
        }
        self
    }

    /// An enum, as a record writes it.
    pub fn name_of(&mut self, value: &impl Serialize) -> &mut Self {
        self.text(&written(value))
    }

    pub fn optional_name_of(&mut self, value: Option<&impl Serialize>) -> &mut Self {
        self.optional_text(value.map(written).as_deref())
    }

    pub fn whole(&mut self, number: usize) -> &mut Self {
        if let Values::Whole(values) = self.column() {
            values.push(number as i64);
        }
        self
    }

    pub fn optional_whole(&mut self, number: Option<usize>) -> &mut Self {
        if let Values::OptionalWhole(values, defined) = self.column() {
            defined.push(i16::from(number.is_some()));
            values.extend(number.map(|n| n as i64));
        }
        self
    }

    pub fn number(&mut self, number: f64) -> &mut Self {
        if let Values::Number(values) = self.column() {
            values.push(number);
        }
        self
    }

    pub fn optional_number(&mut self, number: Option<f64>) -> &mut Self {
        if let Values::OptionalNumber(values, defined) = self.column() {
            defined.push(i16::from(number.is_some()));
            values.extend(number);
        }
        self
    }

    pub fn truth(&mut self, truth: bool) -> &mut Self {
        if let Values::Truth(values) = self.column() {
            values.push(truth);
        }
        self
    }

    pub fn texts<'t>(&mut self, texts: impl IntoIterator<Item = &'t str>) -> &mut Self {
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

    /// Enums, as a record writes them; none where there is no list.
    pub fn names_of<T: Serialize>(&mut self, values: Option<&[T]>) -> &mut Self {
        let names: Vec<String> = values.into_iter().flatten().map(written).collect();
        self.texts(names.iter().map(String::as_str))
    }

    /// Writes the rows held as a group of the part's file `path`, if there are any.
    pub fn write_group(&mut self, path: &Path) -> io::Result<()> {
        if self.bytes == 0 {
            return Ok(());
        }
        self.begin(path)?;
        if let Some(writer) = &mut self.writer {
            write_rows(writer, &mut self.columns)?;
        }
        self.bytes = 0;
        Ok(())
    }

    /// Ends the part's file and gives it its name; a part without rows is a file, too.
    pub fn close(&mut self, path: &Path) -> io::Result<()> {
        self.begin(path)?;
        if let Some(writer) = self.writer.take() {
            writer.into_inner()?.sync_all()?;
            fs::rename(with_ending(path, PARTIAL), path)?;
        }
        Ok(())
    }

    /// Begins the part's file, unless it is begun.
    fn begin(&mut self, path: &Path) -> Result<(), ParquetError> {
        if self.writer.is_none() {
            let schema = Arc::new(parse_message_type(&self.schema())?);
            let properties = WriterProperties::builder()
                .set_compression(Compression::ZSTD(ZstdLevel::default()))
                // The same bytes from every build.
                .set_created_by("claimsift".into())
                .build();
            self.writer = Some(SerializedFileWriter::new(File::create(with_ending(path, PARTIAL))?, schema, Arc::new(properties))?);
        }
        Ok(())
    }

    fn schema(&self) -> String {
        let columns: Vec<String> = self.columns.iter().map(|c| c.values.declared(c.name)).collect();
        format!("message {} {{ {} }}", self.name, columns.join(" "))
    }
}

/// Writes the columns as one group, and empties them.
fn write_rows(writer: &mut SerializedFileWriter<File>, columns: &mut [Column]) -> Result<(), ParquetError> {
    let mut group = writer.next_row_group()?;
    for column in columns {
        let Some(mut to) = group.next_column()? else { break };
        let empty = column.values.empty();
        std::mem::replace(&mut column.values, empty).write(&mut to)?;
        to.close()?;
    }
    group.close().map(|_| ())
}

fn written(value: &impl Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default()
}
