//! Label Studio's JSON: a list of tasks, their annotations (by people) and predictions (by programs).
//!
//! Offsets into a `Text` count code points; before label-studio-frontend #308 they counted UTF-16 units, which is told
//! from the regions' words. JSON-MIN exports are read as far as they go: they have no relations.

mod config;
mod writing;

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::intake::Intake;
use super::json_pieces::{JsonFile, Piece};
use super::marks::{Desk, Head, Link, Mark, Sheet, gather, settled};
use super::places::Places;
use super::{ConvertError, LabelledDocument, files};
use crate::span::{OffsetUnit, Span};
pub(super) use writing::write;

#[derive(Deserialize)]
struct Task<'f> {
    id: Option<i64>,
    #[serde(borrow)]
    data: Option<&'f RawValue>,
    #[serde(borrow, default)]
    annotations: Vec<Results<'f>>,
    #[serde(borrow, default)]
    predictions: Vec<Results<'f>>,
}

#[derive(Deserialize)]
struct Results<'f> {
    #[serde(borrow, default)]
    result: Vec<&'f RawValue>,
    #[serde(default)]
    was_cancelled: bool,
}

#[derive(Deserialize)]
struct Data {
    text: Option<String>,
}

/// One result: a region, an answer about a region, or a relation.
#[derive(Deserialize)]
struct Result1 {
    #[serde(rename = "type")]
    kind: String,
    id: Option<String>,
    from_name: Option<String>,
    value: Option<Region>,
    score: Option<f64>,
    from_id: Option<String>,
    to_id: Option<String>,
    #[serde(default)]
    labels: Option<Vec<String>>,
}

/// A region's place and labels, or an answer about it.
#[derive(Deserialize)]
struct Region {
    start: Option<usize>,
    end: Option<usize>,
    text: Option<Words>,
    #[serde(default)]
    labels: Vec<String>,
    #[serde(default)]
    choices: Vec<String>,
}

/// A region's words, or what was typed about it.
#[derive(Deserialize)]
#[serde(untagged, expecting = "expected a text or a list of texts")]
enum Words {
    Surface(String),
    Typed(Vec<String>),
}

pub(super) fn read(path: &Path, intake: &mut Intake) -> Result<Vec<LabelledDocument>, ConvertError> {
    let mut read = Vec::new();
    for path in files(path, &["json", "jsonl"])? {
        let file = JsonFile::open(&path)?;
        for (index, piece) in file.documents()?.into_iter().enumerate() {
            let document = document(piece, format!("{}#{}", file.stem(), index + 1), intake);
            read.extend(intake.take(document)?);
        }
    }
    Ok(settled(read))
}

fn document(piece: Piece, name: String, intake: &mut Intake) -> Result<(LabelledDocument, bool), ConvertError> {
    let task: Task = piece.parse()?;
    let Some(data) = task.data.map(|raw| piece.part(raw)) else { return minimal(piece, name, intake) };
    let head: Head = data.parse()?;
    let Some(text) = data.parse::<Data>()?.text else { return Err(data.wrong("found no \"text\" in the task's data")) };
    let doc_id = head.doc_id().or(task.id.map(|id| id.to_string())).unwrap_or(name);
    let results = chosen(&task, intake);
    let mut desk = Desk { intake, doc_id, pieces: Vec::new(), whole: piece };
    let pieces: Vec<Piece> = results.iter().map(|raw| piece.part(raw)).collect();
    let sheet = sheet(&text, &pieces, &mut desk)?.joined(&mut desk)?;
    let mut document = gather(&sheet, text, &mut desk)?;
    let told = head.tell(&mut document);
    Ok((document, told))
}

/// The first annotation that stands; where there is none, the first prediction.
fn chosen<'t, 'f>(task: &'t Task<'f>, intake: &mut Intake) -> &'t [&'f RawValue] {
    let standing: Vec<&Results> = task.annotations.iter().filter(|a| !a.was_cancelled).collect();
    if standing.len() > 1 {
        intake.note("tasks with several annotations: the first is taken");
    }
    if standing.is_empty() && task.predictions.len() > 1 {
        intake.note("tasks with several predictions: the first is taken");
    }
    standing.first().copied().or(task.predictions.first()).map_or(&[], |results| &results.result)
}

/// A task of a JSON-MIN export: its data beside lists of regions, each under the name of its control.
fn minimal(piece: Piece, name: String, intake: &mut Intake) -> Result<(LabelledDocument, bool), ConvertError> {
    let fields: BTreeMap<String, &RawValue> = piece.parse()?;
    let Some(text) = piece.parse::<Data>()?.text else { return Err(piece.wrong("found neither \"data\" nor \"text\", expected a task")) };
    let head: Head = piece.parse()?;
    let mut desk = Desk { intake, doc_id: head.doc_id().unwrap_or(name), pieces: Vec::new(), whole: piece };
    let unit = OffsetUnit::Char;
    let mut sheet = Sheet::default();
    for raw in fields.values().filter(|raw| raw.get().starts_with("[{")) {
        for item in piece.part(raw).items()? {
            let Some(region) = desk.intake.take(item.parse::<Region>())? else { continue };
            let marks = place(&region, &Places::new(&text, unit));
            if let Some(span) = desk.take(item, marks)? {
                let origin = desk.origin(item);
                sheet.marks.extend(region.labels.into_iter().map(|label| Mark { label, parts: vec![span], origin, ..Mark::default() }));
            }
        }
    }
    let mut document = gather(&sheet, text, &mut desk)?;
    let told = head.tell(&mut document);
    Ok((document, told))
}

fn sheet<'f>(text: &str, pieces: &[Piece<'f>], desk: &mut Desk<'_, '_, 'f>) -> Result<Sheet, ConvertError> {
    let mut results: Vec<(Piece, Result1)> = Vec::new();
    for piece in pieces {
        results.extend(desk.intake.take(piece.parse::<Result1>())?.map(|result| (*piece, result)));
    }
    let places = Places::new(text, unit(text, &results, desk));
    let mut sheet = Sheet::default();
    let mut ids: BTreeMap<String, usize> = BTreeMap::new();
    for (piece, result) in results.iter().filter(|(_, r)| r.kind == "labels") {
        let read = result
            .value
            .as_ref()
            .ok_or_else(|| "a region without a value".to_owned())
            .and_then(|value| Ok((value, place(value, &places)?)));
        if let Some((value, span)) = desk.take(*piece, read)? {
            let origin = desk.origin(*piece);
            ids.extend(result.id.clone().map(|id| (id, sheet.marks.len())));
            let mark = |label: &String| Mark { label: label.clone(), parts: vec![span], score: result.score, origin, ..Mark::default() };
            sheet.marks.extend(value.labels.iter().map(mark));
        }
    }
    for (piece, result) in &results {
        match result.kind.as_str() {
            "labels" => {}
            "relation" => {
                let link = link(result, &ids);
                sheet.links.extend(desk.take(*piece, link)?);
            }
            "choices" | "textarea" => answer(result, &ids, &mut sheet, desk),
            other => {
                _ = desk.take(
                    *piece,
                    Err::<(), _>(format!("found a result of type {other:?}, expected labels, choices, textarea or relation")),
                )?
            }
        }
    }
    Ok(sheet)
}

/// Code points, unless only UTF-16 units make sense of the words that regions bring along.
fn unit(text: &str, results: &[(Piece, Result1)], desk: &mut Desk) -> OffsetUnit {
    let regions: Vec<&Region> = results.iter().filter(|(_, r)| r.kind == "labels").filter_map(|(_, r)| r.value.as_ref()).collect();
    let fits = |unit| {
        let places = Places::new(text, unit);
        regions.iter().filter(|r| r.text.is_some()).all(|r| place(r, &places).is_ok())
    };
    if !fits(OffsetUnit::Char) && fits(OffsetUnit::Utf16) {
        desk.intake.note("offsets of old exports are taken to count UTF-16 units: only so do they fit the regions' words");
        return OffsetUnit::Utf16;
    }
    OffsetUnit::Char
}

fn place(region: &Region, places: &Places) -> Result<Span, String> {
    let (Some(start), Some(end)) = (region.start, region.end) else { return Err("a region without start and end".to_owned()) };
    match &region.text {
        // Label Studio writes line ends as `\n`, and white space as it shows it.
        Some(Words::Surface(words)) => {
            let span = places.span(start, end);
            let alike = |span: Span| shown(span.of(places.text())) == shown(words);
            span.and_then(|span| if alike(span) { Ok(span) } else { places.surface(start, end, words) })
        }
        _ => places.span(start, end),
    }
}

/// Words as Label Studio shows them.
fn shown(words: &str) -> String {
    words.replace("\\n", "\n").split_whitespace().collect::<Vec<_>>().join(" ")
}

fn link(result: &Result1, ids: &BTreeMap<String, usize>) -> Result<Link, String> {
    let place = |id: &Option<String>| {
        let id = id.as_deref().ok_or("a relation without from_id or to_id")?;
        ids.get(id).copied().ok_or_else(|| format!("the relation names the region {id:?}, which is not there"))
    };
    let name = result.labels.iter().flatten().next().cloned().unwrap_or_default();
    Ok(Link { from: place(&result.from_id)?, to: place(&result.to_id)?, name })
}

/// What was chosen or typed about a region, under the name of the control. About the whole text we ask nothing.
fn answer(result: &Result1, ids: &BTreeMap<String, usize>, sheet: &mut Sheet, desk: &mut Desk) {
    let region = result.id.as_ref().and_then(|id| ids.get(id)).and_then(|at| sheet.marks.get_mut(*at));
    let (Some(mark), Some(name), Some(value)) = (region, result.from_name.clone(), &result.value) else {
        desk.intake.note("choices and texts that are not of a region are left out");
        return;
    };
    let typed = match &value.text {
        Some(Words::Typed(typed)) => typed.as_slice(),
        _ => &[],
    };
    mark.features.entry(name).or_default().extend(value.choices.iter().chain(typed).cloned());
}

#[cfg(test)]
mod tests;
