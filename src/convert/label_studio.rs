//! Label Studio's JSON: a list of tasks, their annotations (by people) and predictions (by programs).
//!
//! Offsets into a `Text` count code points; before label-studio-frontend #308 they counted UTF-16 units, which is told
//! from the regions' words. JSON-MIN exports are read as far as they go: they have no relations.

mod config;
mod minimal;
mod regions;
mod writing;

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::intake::Intake;
use super::json_pieces::{Piece, each_file};
use super::marks::{Desk, Head, Link, Mark, Sheet, gather, settled};
use super::places::Places;
use super::{ConvertError, LabelledDocument};
use crate::span::Span;
use regions::{OF_NO_REGION, PLAIN, Region, place, unit};
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

/// The types of results that say something of a text.
const LABELS: &str = "labels";
const CHOICES: &str = "choices";
const TEXTAREA: &str = "textarea";
const RELATION: &str = "relation";

/// One result: a region, an answer about a region, or a relation.
#[derive(Deserialize)]
struct Result1<'f> {
    #[serde(rename = "type")]
    kind: String,
    id: Option<String>,
    from_name: Option<String>,
    #[serde(borrow)]
    value: Option<&'f RawValue>,
    score: Option<f64>,
    from_id: Option<String>,
    to_id: Option<String>,
    #[serde(default)]
    labels: Option<Vec<String>>,
}

pub(super) fn read(path: &Path, intake: &mut Intake) -> Result<Vec<LabelledDocument>, ConvertError> {
    let mut read = Vec::new();
    each_file(path, &["json", "jsonl"], intake, |file, pieces, intake| {
        for (piece, number) in pieces.into_iter().zip(1..) {
            let document = document(piece, format!("{}#{number}", file.stem()), intake);
            read.extend(intake.take(document)?);
        }
        Ok(())
    })?;
    Ok(settled(read))
}

fn document(piece: Piece, name: String, intake: &mut Intake) -> Result<(LabelledDocument, bool), ConvertError> {
    let task: Task = piece.parse()?;
    let Some(data) = task.data.map(|raw| piece.part(raw)) else { return minimal::document(piece, name, intake) };
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

fn sheet<'f>(text: &str, pieces: &[Piece<'f>], desk: &mut Desk<'_, '_, 'f>) -> Result<Sheet, ConvertError> {
    let results = results(pieces, desk)?;
    let labelled: Vec<_> = results.iter().filter(|(_, r, _)| r.kind == LABELS).collect();
    let places = Places::new(text, unit(text, labelled.iter().map(|(.., region)| region), desk));
    let mut sheet = Sheet::default();
    let mut ids: BTreeMap<&str, usize> = BTreeMap::new();
    for (piece, result, region) in labelled {
        let read = place(region, &places).and_then(|span| apart(result, span, &ids, &sheet, &places));
        if let Some(span) = desk.take(*piece, read)? {
            let origin = desk.origin(*piece);
            if let Some(id) = &result.id {
                ids.entry(id).or_insert(sheet.marks.len());
            }
            let mark = |label: &String| Mark { label: label.clone(), parts: vec![span], score: result.score, origin, ..Mark::default() };
            sheet.marks.extend(region.labels.iter().map(mark));
        }
    }
    for (piece, result, region) in &results {
        match result.kind.as_str() {
            RELATION => {
                let link = link(result, &ids);
                sheet.links.extend(desk.take(*piece, link)?);
            }
            CHOICES | TEXTAREA => answer(result, region, &ids, &mut sheet, desk),
            _ => {}
        }
    }
    Ok(sheet)
}

/// The results of types that we know, with their values, which other types have in other shapes.
fn results<'f>(pieces: &[Piece<'f>], desk: &mut Desk<'_, '_, 'f>) -> Result<Vec<(Piece<'f>, Result1<'f>, Region)>, ConvertError> {
    let mut results = Vec::new();
    for piece in pieces {
        let Some(result) = desk.intake.take(piece.parse::<Result1>())? else { continue };
        let known = match result.kind.as_str() {
            RELATION | CHOICES | TEXTAREA => Ok(()),
            LABELS if result.value.is_some() => Ok(()),
            LABELS => Err("a region without a value".to_owned()),
            other => Err(format!("found a result of type {other:?}, expected labels, choices, textarea or relation: {PLAIN}")),
        };
        if desk.take(*piece, known)?.is_none() {
            continue;
        }
        let region = result.value.map_or(Ok(Region::default()), |value| piece.part(value).parse());
        results.extend(desk.intake.take(region)?.map(|region| (*piece, result, region)));
    }
    Ok(results)
}

/// Several controls may label one region; another region needs another id.
fn apart(result: &Result1, span: Span, ids: &BTreeMap<&str, usize>, sheet: &Sheet, places: &Places) -> Result<Span, String> {
    let before = result.id.as_deref().and_then(|id| ids.get(id)).and_then(|at| sheet.marks.get(*at));
    match before.and_then(|mark| mark.parts.first()) {
        Some(first) if *first != span => {
            let id = result.id.as_deref().unwrap_or_default();
            Err(format!("the region {id:?} stands twice, at {:?} and {:?}", places.of(*first), places.of(span)))
        }
        _ => Ok(span),
    }
}

fn link(result: &Result1, ids: &BTreeMap<&str, usize>) -> Result<Link, String> {
    let place = |id: &Option<String>| {
        let id = id.as_deref().ok_or("a relation without from_id or to_id")?;
        ids.get(id).copied().ok_or_else(|| format!("the relation names the region {id:?}, which is not there"))
    };
    let name = result.labels.iter().flatten().next().cloned().unwrap_or_default();
    Ok(Link { from: place(&result.from_id)?, to: place(&result.to_id)?, name })
}

/// What was chosen or typed about a region, under the name of the control. About the whole text we ask nothing.
fn answer(result: &Result1, value: &Region, ids: &BTreeMap<&str, usize>, sheet: &mut Sheet, desk: &mut Desk) {
    let region = result.id.as_deref().and_then(|id| ids.get(id)).and_then(|at| sheet.marks.get_mut(*at));
    match (region, &result.from_name) {
        (Some(mark), Some(name)) => mark.features.entry(name.clone()).or_default().extend(value.answers().cloned()),
        _ => desk.intake.note(OF_NO_REGION),
    }
}

#[cfg(test)]
mod tests;
