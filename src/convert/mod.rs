//! Annotation in the formats people have, read into one set of types and written from them.
//!
//! `evaluate` and `train` read through here: one implementation of each format. A corpus that does not annotate
//! something leaves it `None`, so that nothing is learnt from, or scored against, labels nobody gave; where it does
//! not tell classes apart, a sentence has [`OneOf`] several. `docs/formats.md` says what each format can hold.

mod brat;
mod classes;
mod columns;
mod conllu;
mod doccano;
mod gmb;
mod gold;
mod guess;
mod intake;
mod json_pieces;
mod label_studio;
mod labelled;
mod labels;
mod marks;
mod news_discourse;
mod percent;
mod places;
mod prodigy;
mod re3d;
mod records;
mod schema_org;
mod tables;
#[cfg(test)]
mod testing;
mod tokens;
mod web_annotation;
mod writing;

use std::path::{Path, PathBuf};

pub use guess::guess;
pub use intake::{ConvertError, Reading};
pub use labelled::{LabelledAttribution, LabelledClaim, LabelledClaimer, LabelledDocument, LabelledEntity, LabelledSentence, OneOf, Parts};
pub use labels::{LabelMap, Unknown};
pub use records::labelled as from_record;
pub use writing::Loss;

use intake::Intake;

/// A way to write annotation down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize, serde::Serialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
#[value(rename_all = "kebab-case")]
pub enum Format {
    /// Our own gold: a JSON file a document, or JSONL (`docs/gold-format.md`).
    Gold,
    /// What `claimsift extract` writes.
    Records,
    /// CoNLL-U: sentences; entities and attributions as GUM has them.
    Conllu,
    /// One token a line with columns, the tags in one of them, IOB1 or IOB2 (CoNLL-2003, WikiGold, UNER, CrossNER …).
    Columns,
    /// brat standoff: `NAME.txt` beside `NAME.ann`, or `text/` beside `attributions/` as PolNeAR has it.
    Brat,
    /// CheckThat! check-worthiness and subjectivity, TSV or CSV, from 2018 on.
    Checkthat,
    /// ClaimBuster's CSV: `Text`, `Verdict` (-1 NFS, 0 UFS, 1 CFS) and `File_id`.
    Claimbuster,
    /// NewsSD's CSV: `Sentence`, `Label` (OBJ or SUBJ).
    Newssd,
    /// PoliClaim's TSV: `text`, `label` (verifiable or not), `category` (C0 to C5).
    Policlaim,
    /// environmental-claims' JSONL: `text`, `label` (0 or 1).
    EnvironmentalClaims,
    /// The Groningen Meaning Bank as a CSV of words.
    Gmb,
    /// re3d: a folder with `documents.json` and `entities.json`.
    Re3d,
    /// NewsDiscourse: a folder of brat files whose texts carry sentence marks.
    NewsDiscourse,
    /// Label Studio's JSON: tasks with annotations or predictions.
    LabelStudio,
    /// doccano's JSONL.
    Doccano,
    /// Prodigy's JSONL.
    Prodigy,
    /// W3C Web Annotation: JSON-LD, a list of annotations.
    WebAnnotation,
    /// schema.org `Claim`, JSON-LD; only written.
    SchemaOrg,
}

impl Format {
    /// The name as the command line has it.
    #[must_use]
    pub fn name(self) -> String {
        clap::ValueEnum::to_possible_value(&self).map(|v| v.get_name().to_owned()).unwrap_or_default()
    }
}

/// How to read.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// What becomes of entity labels.
    pub labels: LabelMap,
    /// Leave out what cannot be read, and list it, instead of stopping there.
    pub lenient: bool,
    /// Where texts are that gold only points to, when they are not beside it.
    pub texts: Option<std::path::PathBuf>,
}

/// Reads all documents of `path` (a file or a folder), in the order of the file, or sorted by name.
///
/// # Errors
/// At the first thing that is not as the format has it, with file and line; when reading leniently only where
/// nothing at all can be read.
pub fn read(path: &Path, format: Format, options: &Options) -> Result<Reading, ConvertError> {
    let mut intake = Intake::new(options);
    let intake_ref = &mut intake;
    let documents = match format {
        Format::Gold => gold::read(path, intake_ref),
        Format::Records => records::read(path, intake_ref),
        Format::Conllu => conllu::read(path, intake_ref),
        Format::Columns => columns::read(path, intake_ref),
        Format::Brat => brat::read(path, intake_ref),
        Format::Checkthat => tables::checkthat::read(path, intake_ref),
        Format::Claimbuster => tables::claimbuster::read(path, intake_ref),
        Format::Newssd => tables::newssd::read(path, intake_ref),
        Format::Policlaim => tables::policlaim::read(path, intake_ref),
        Format::EnvironmentalClaims => tables::environmental::read(path, intake_ref),
        Format::Gmb => gmb::read(path, intake_ref),
        Format::Re3d => re3d::read(path, intake_ref),
        Format::NewsDiscourse => news_discourse::read(path, intake_ref),
        Format::LabelStudio => label_studio::read(path, intake_ref),
        Format::Doccano => doccano::read(path, intake_ref),
        Format::Prodigy => prodigy::read(path, intake_ref),
        Format::WebAnnotation => web_annotation::read(path, intake_ref),
        Format::SchemaOrg => Err(ConvertError::file(path, "schema-org is only written, not read")),
    }?;
    let reading = intake.finish(documents);
    match (reading.documents.is_empty(), reading.skipped.first()) {
        (false, _) => Ok(reading),
        (true, Some(first)) => Err(first.clone()),
        (true, None) => Err(ConvertError::file(path, format!("no document was read as {}", format.name()))),
    }
}

/// Writes `documents` to `path`, whole or not at all, and says what the format could not hold.
///
/// # Errors
/// When it cannot be written, or the format is only read.
pub fn write(documents: &[LabelledDocument], path: &Path, format: Format) -> Result<Vec<Loss>, ConvertError> {
    match format {
        Format::Gold => gold::write(documents, path),
        Format::Conllu => conllu::write(documents, path),
        Format::Columns => columns::write(documents, path),
        Format::Brat => brat::write(documents, path),
        Format::Checkthat => tables::checkthat::write(documents, path),
        Format::Claimbuster => tables::claimbuster::write(documents, path),
        Format::Newssd => tables::newssd::write(documents, path),
        Format::Policlaim => tables::policlaim::write(documents, path),
        Format::EnvironmentalClaims => tables::environmental::write(documents, path),
        Format::LabelStudio => label_studio::write(documents, path),
        Format::Doccano => doccano::write(documents, path),
        Format::Prodigy => prodigy::write(documents, path),
        Format::WebAnnotation => web_annotation::write(documents, path),
        Format::SchemaOrg => schema_org::write(documents, path),
        Format::Records | Format::Gmb | Format::Re3d | Format::NewsDiscourse => Err(ConvertError::file(
            path,
            format!(
                "{} is only read; written are gold, conllu, columns, brat, checkthat, claimbuster, newssd, policlaim, \
                 environmental-claims, label-studio, doccano, prodigy, web-annotation, schema-org",
                format.name()
            ),
        )),
    }
}

/// The files of `path`: itself, or what lies in the folder with one of `extensions`, sorted.
fn files(path: &Path, extensions: &[&str]) -> Result<Vec<PathBuf>, ConvertError> {
    if !path.is_dir() {
        return Ok(vec![path.to_path_buf()]);
    }
    let mut files = listing(path)?;
    files.retain(|f| f.is_file() && extensions.contains(&extension(f).as_str()));
    if files.is_empty() {
        return Err(ConvertError::file(path, format!("the folder holds no .{} file", extensions.join(" or ."))));
    }
    Ok(files)
}

/// The extension in lower case; empty where there is none.
fn extension(path: &Path) -> String {
    path.extension().and_then(|e| e.to_str()).unwrap_or_default().to_ascii_lowercase()
}

/// What lies in the folder, sorted.
fn listing(folder: &Path) -> Result<Vec<PathBuf>, ConvertError> {
    let entries = std::fs::read_dir(folder).map_err(|e| ConvertError::file(folder, e))?;
    let mut files: Vec<PathBuf> = entries.flatten().map(|e| e.path()).collect();
    files.sort();
    Ok(files)
}

/// The file's text, without a byte order mark.
fn text_of(path: &Path) -> Result<String, ConvertError> {
    let bytes = std::fs::read(path).map_err(|e| ConvertError::file(path, e))?;
    match bytes.get(..2) {
        Some([0x1f, 0x8b]) => return Err(ConvertError::file(path, "found a gzip file, expected text; unpack it first")),
        Some([0xff, 0xfe] | [0xfe, 0xff]) => return Err(ConvertError::file(path, "found UTF-16, expected UTF-8; save it as UTF-8")),
        _ => {}
    }
    let text = String::from_utf8(bytes).map_err(|e| {
        let at = e.utf8_error().valid_up_to();
        let line = 1 + e.as_bytes()[..at].iter().filter(|b| **b == b'\n').count();
        ConvertError::line(path, line, format!("not UTF-8: a wrong byte at offset {at}"))
    })?;
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}
