//! re3d (Dstl, 2017): entities of documents on the conflict in Syria and Iraq; `documents.json` and `entities.json` as
//! `mongoexport` writes them, an object a line.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::intake::Intake;
use super::places::Places;
use super::{ConvertError, LabelledDocument, LabelledEntity, listing, text_of};
use crate::span::{OffsetUnit, Span};

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
    let mut documents: Vec<LabelledDocument> = Vec::new();
    let mut ids = HashMap::new();
    let path = folder.join("documents.json");
    for (line, read) in objects::<Document>(&path, intake)? {
        if ids.contains_key(&read.id) {
            intake.take::<()>(Err(ConvertError::line(&path, line, format!("document {:?} came before", read.id))))?;
            continue;
        }
        ids.insert(read.id.clone(), documents.len());
        let url = read.url.filter(|url| !url.is_empty());
        documents.push(LabelledDocument { doc_id: read.id, text: read.text, url, ..LabelledDocument::default() });
    }
    let mut making: Vec<_> = documents.iter().map(|d| (Places::new(&d.text, OffsetUnit::Char), Vec::new())).collect();
    let path = folder.join("entities.json");
    for (line, read) in objects::<Entity>(&path, intake)? {
        let wrong = |reason: String| ConvertError::line(&path, line, reason);
        let of = ids.get(&read.document).and_then(|at| making.get_mut(*at));
        let of = of.ok_or_else(|| wrong(format!("no document {:?} in documents.json", read.document)));
        let Some((places, entities)) = intake.take(of)? else { continue };
        let found = entity(&read, places, intake).map_err(wrong);
        entities.extend(intake.take(found)?.flatten());
    }
    let found: Vec<Vec<LabelledEntity>> = making.into_iter().map(|(_, entities)| entities).collect();
    for (document, mut entities) in documents.iter_mut().zip(found) {
        entities.sort_by_key(|e| e.span);
        document.entities = Some(entities);
        without_carriage_returns(document);
    }
    Ok(documents)
}

fn entity(read: &Entity, places: &Places, intake: &mut Intake) -> Result<Option<LabelledEntity>, String> {
    let (start, end, text) = (read.begin, read.end, places.text());
    let span = places.span(start, end)?.trimmed(text);
    if let Some(wrong) = read.confidence.filter(|score| !(0.0..=1.0).contains(score)) {
        return Err(format!("found confidence {wrong}, expected one from 0 to 1"));
    }
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
    fn a_confidence_past_one_and_the_offset_that_does_not_fit_are_named() {
        let error = |entity: String| of(DOCUMENT, &entity, false).unwrap_err().to_string();
        let sure = entity(2, 6, "'Al'");
        assert!(error(sure.replace("0.5", "7")).contains("line 1: found confidence 7, expected one from 0 to 1"));
        assert!(error(sure.replace("0.5", "-0.1")).contains("-0.1"));
        assert!(of(DOCUMENT, &sure.replace("0.5", "1"), false).is_ok() && of(DOCUMENT, &sure.replace("0.5", "null"), false).is_ok());
        assert!(error(entity(2, 99, "x")).contains("line 1: offset 99 lies past the end of the text of 18 code points"));
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
