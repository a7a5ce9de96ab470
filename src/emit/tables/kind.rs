//! What a column may hold, as Parquet declares and stores it.

use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DoubleType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::writer::SerializedColumnWriter;

/// The values of a column. Where a value may be missing, or there may be many, levels say so, as Parquet wants them.
pub(super) enum Values {
    Text(Vec<ByteArray>),
    OptionalText(Vec<ByteArray>, Vec<i16>),
    Whole(Vec<i64>),
    OptionalWhole(Vec<i64>, Vec<i16>),
    Number(Vec<f64>),
    OptionalNumber(Vec<f64>, Vec<i16>),
    Truth(Vec<bool>),
    Texts { values: Vec<ByteArray>, defined: Vec<i16>, repeated: Vec<i16> },
}

// Columns without values, of each kind: so that a table's columns can be listed like a schema.

/// Text.
pub(super) const TEXT: Values = Values::Text(Vec::new());
/// Text that may be missing.
pub(super) const OPTIONAL_TEXT: Values = Values::OptionalText(Vec::new(), Vec::new());
/// Whole numbers.
pub(super) const WHOLE: Values = Values::Whole(Vec::new());
/// Whole numbers that may be missing.
pub(super) const OPTIONAL_WHOLE: Values = Values::OptionalWhole(Vec::new(), Vec::new());
/// Numbers.
pub(super) const NUMBER: Values = Values::Number(Vec::new());
/// Numbers that may be missing.
pub(super) const OPTIONAL_NUMBER: Values = Values::OptionalNumber(Vec::new(), Vec::new());
/// Yes or no.
pub(super) const TRUTH: Values = Values::Truth(Vec::new());
/// Lists of text.
pub(super) const TEXTS: Values = Values::Texts { values: Vec::new(), defined: Vec::new(), repeated: Vec::new() };

impl Values {
    /// A column of the same kind without values.
    pub fn empty(&self) -> Self {
        match self {
            Self::Text(_) => TEXT,
            Self::OptionalText(..) => OPTIONAL_TEXT,
            Self::Whole(_) => WHOLE,
            Self::OptionalWhole(..) => OPTIONAL_WHOLE,
            Self::Number(_) => NUMBER,
            Self::OptionalNumber(..) => OPTIONAL_NUMBER,
            Self::Truth(_) => TRUTH,
            Self::Texts { .. } => TEXTS,
        }
    }

    /// The column in Parquet's notation of schemas.
    pub fn declared(&self, name: &str) -> String {
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

    /// Writes the values to the column of a group.
    pub fn write(&self, to: &mut SerializedColumnWriter<'_>) -> Result<(), ParquetError> {
        let written = match self {
            Self::Text(values) => to.typed::<ByteArrayType>().write_batch(values, None, None),
            Self::OptionalText(values, defined) => to.typed::<ByteArrayType>().write_batch(values, Some(defined), None),
            Self::Whole(values) => to.typed::<Int64Type>().write_batch(values, None, None),
            Self::OptionalWhole(values, defined) => to.typed::<Int64Type>().write_batch(values, Some(defined), None),
            Self::Number(values) => to.typed::<DoubleType>().write_batch(values, None, None),
            Self::OptionalNumber(values, defined) => to.typed::<DoubleType>().write_batch(values, Some(defined), None),
            Self::Truth(values) => to.typed::<BoolType>().write_batch(values, None, None),
            Self::Texts { values, defined, repeated } => to.typed::<ByteArrayType>().write_batch(values, Some(defined), Some(repeated)),
        };
        written.map(|_| ())
    }
}
