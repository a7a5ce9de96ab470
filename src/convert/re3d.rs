//! re3d (Dstl, 2017): entities of documents on the conflict in Syria and Iraq; `documents.json` and `entities.json` as
//! `mongoexport` writes them, an object a line.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::intake::Intake;
use super::{ConvertError, LabelledDocument, LabelledEntity, listing, text_of};
use crate::span::{OffsetUnit, Positions, Span};

#[derive(Deserialize)]
struct Document {
    #[serde(rename = "_id")]
    id: String,
    text: String,
    #[serde(rename = "sourceUrl")]
    url: Option<String>,
}

#[derive(Deserialize)]
struct Entity {
    #[serde(rename = "documentId")]
    document: String,
    /// In characters.
    begin: usize,
    end: usize,
    #[serde(rename = "type")]
    label: String,
    value: String,
    /// How sure the crowd was of the type, by a model of the annotators.
    confidence: Option<f64>,
}

/// A folder with the two files, or a folder of such folders.
pub(super) fn read(path: &Path, intake: &mut Intake) -> Result<Vec<LabelledDocument>, ConvertError> {
    let folder = if path.is_file() { path.parent().unwrap_or(path) } else { path };
    let is_set = |folder: &Path| folder.join("documents.json").is_file();
    let sets: Vec<PathBuf> =
        if is_set(folder) { vec![folder.to_path_buf()] } else { listing(folder)?.into_iter().filter(|f| is_set(f)).collect() };
    if sets.is_empty() {
        return Err(ConvertError::file(path, "no documents.json beside an entities.json was found, here or one folder down"));
    }
    let mut documents = Vec::new();
    for set in sets {
        documents.extend(read_set(&set, intake)?);
    }
    Ok(documents)
}

fn read_set(folder: &Path, intake: &mut Intake) -> Result<Vec<LabelledDocument>, ConvertError> {
    let mut documents = Vec::new();
    let mut places = HashMap::new();
    let path = folder.join("documents.json");
    for (line, read) in objects::<Document>(&path, intake)? {
        if places.contains_key(&read.id) {
            intake.take::<()>(Err(ConvertError::line(&path, line, format!("document {:?} came before", read.id))))?;
            continue;
        }
        places.insert(read.id.clone(), (documents.len(), Positions::new(&read.text, OffsetUnit::Char)));
        let (entities, url) = (Some(Vec::new()), read.url.filter(|url| !url.is_empty()));
        documents.push(LabelledDocument { doc_id: read.id, text: read.text, url, entities, ..LabelledDocument::default() });
    }
    let path = folder.join("entities.json");
    for (line, read) in objects::<Entity>(&path, intake)? {
        let wrong = |reason: String| ConvertError::line(&path, line, reason);
        let place = places.get(&read.document).ok_or_else(|| wrong(format!("no document {:?} in documents.json", read.document)));
        let Some((at, positions)) = intake.take(place)? else { continue };
        let Some(document) = documents.get_mut(*at) else { continue };
        let found = entity(&read, &document.text, positions, intake).map_err(wrong);
        if let Some(Some(entity)) = intake.take(found)? {
            document.entities.get_or_insert_default().push(entity);
        }
    }
    for document in &mut documents {
        document.entities.get_or_insert_default().sort_by_key(|e| e.span);
        without_carriage_returns(document);
    }
    Ok(documents)
}

fn entity(read: &Entity, text: &str, positions: &Positions, intake: &mut Intake) -> Result<Option<LabelledEntity>, String> {
    let (start, end) = (read.begin, read.end);
    let span = match (positions.to_byte(text, start), positions.to_byte(text, end)) {
        (Some(a), Some(b)) if a < b => Span::new(a, b).trimmed(text),
        _ => return Err(format!("offsets {start}..{end} do not fit the text of {} characters", text.chars().count())),
    };
    if !same(span.of(text), &read.value) {
        return Err(format!("at {start}..{end} the text is {:?}, the annotation says {:?}", span.of(text), read.value));
    }
    if span.is_empty() {
        intake.note("re3d: an entity of nothing but white space was left out");
        return Ok(None);
    }
    Ok(intake.label(&read.label)?.map(|label| LabelledEntity { span, label, score: read.confidence }))
}

/// The corpus writes a blank for a line break, and single quotes for all others.
fn same(surface: &str, value: &str) -> bool {
    let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ").replace(['"', '“', '”', '‘', '’'], "'");
    plain(surface) == plain(value)
}

/// Takes them out of the text and moves the entities.
fn without_carriage_returns(document: &mut LabelledDocument) {
    if !document.text.contains('\r') {
        return;
    }
    let moved = |at: usize| at - document.text[..at].matches('\r').count();
    for entity in document.entities.iter_mut().flatten() {
        entity.span = Span::new(moved(entity.span.start), moved(entity.span.end));
    }
    document.text = document.text.replace('\r', "");
}

/// The objects of a file and their lines.
fn objects<T: DeserializeOwned>(path: &Path, intake: &mut Intake) -> Result<Vec<(usize, T)>, ConvertError> {
    let mut objects = Vec::new();
    for (at, line) in text_of(path)?.lines().enumerate().filter(|(_, l)| !l.trim().is_empty()) {
        let wrong =
            |e: serde_json::Error| ConvertError::line(path, at + 1, format!("column {}: {e}; expected one object a line", e.column()));
        objects.extend(intake.take(serde_json::from_str(line).map_err(wrong))?.map(|object| (at + 1, object)));
    }
    Ok(objects)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::convert::{Options, Reading};

    fn of(documents: &str, entities: &str, lenient: bool) -> Result<Reading, ConvertError> {
        let folder = tempfile::tempdir().unwrap();
        let set = folder.path().join("A source");
        std::fs::create_dir(&set).unwrap();
        std::fs::write(set.join("documents.json"), documents).unwrap();
        std::fs::write(set.join("entities.json"), entities).unwrap();
        let options = Options { lenient, ..Options::default() };
        let mut intake = Intake::new(&options);
        let documents = read(folder.path(), &mut intake)?;
        Ok(intake.finish(documents))
    }

    fn entity(begin: usize, end: usize, value: &str) -> String {
        serde_json::json!({"_id": "x", "begin": begin, "end": end, "type": "Person", "value": value, "documentId": "d", "confidence": 0.5})
            .to_string()
    }

    const DOCUMENT: &str = r#"{"_id": "d", "text": "😀 “Al” Gor,\r\nBo Li", "title": "T", "sourceUrl": "http://e/"}"#;

    #[test]
    fn offsets_count_characters_and_surfaces_may_differ_in_white_space_and_quotes() {
        let entities = [entity(2, 10, "'Al' Gor"), entity(13, 18, "Bo Li"), entity(7, 18, "Gor, Bo Li")].join("\n");
        let document = of(DOCUMENT, &entities, false).unwrap().documents.remove(0);
        let surfaces: Vec<_> = document.entities.iter().flatten().map(|e| e.span.of(&document.text)).collect();
        assert_eq!(surfaces, ["“Al” Gor", "Gor,\nBo Li", "Bo Li"]);
        assert_eq!((document.url.as_deref(), document.entities.as_ref().unwrap()[0].score), (Some("http://e/"), Some(0.5)));
    }

    #[test]
    fn what_does_not_fit_names_its_line_and_can_be_skipped() {
        let other = entity(2, 6, "Al").replace("\"d\"", "\"e\"");
        let entities = [entity(2, 6, "'Al'"), entity(2, 6, "Bob"), entity(2, 99, "x"), other, "{\"begin\": 1".to_owned()].join("\n");
        let strict = entities.lines().take(4).collect::<Vec<_>>().join("\n");
        assert!(of(DOCUMENT, &strict, false).unwrap_err().to_string().contains("entities.json, line 2: at 2..6 the text is \"“Al”\""));
        let lenient = of(DOCUMENT, &entities, true).unwrap();
        assert_eq!((lenient.documents[0].entities.as_ref().unwrap().len(), lenient.skipped.len()), (1, 4));
    }
}
