//! Tasks as they are written: annotations, or predictions where a program gave scores.

use std::path::Path;

use serde_json::{Value, json};

use super::config;
use crate::convert::marks::{CLAIMER, HeadOut, Link, Mark, Sheet, draw};
use crate::convert::places::Places;
use crate::convert::writing::{Losses, put};
use crate::convert::{ConvertError, LabelledDocument, Loss};
use crate::span::{OffsetUnit, Span};

/// Writes the tasks, and beside them `NAME.config.xml`, the labelling interface they need.
pub(in crate::convert) fn write(documents: &[LabelledDocument], path: &Path) -> Result<Vec<Loss>, ConvertError> {
    let mut losses = Losses::default();
    let sheets: Vec<Sheet> = documents.iter().map(|d| draw(d, &mut losses).in_single_parts()).collect();
    let tasks = documents.iter().zip(&sheets).enumerate().map(|(index, (d, sheet))| task(index, d, sheet)).collect::<Result<Vec<_>, _>>();
    let written = tasks.and_then(|tasks| serde_json::to_vec_pretty(&tasks));
    put(path, &written.map_err(|e| ConvertError::file(path, e))?)?;
    if path != Path::new("-") {
        put(&path.with_extension("config.xml"), config::xml(&sheets).as_bytes())?;
    }
    Ok(losses.list())
}

fn task(index: usize, document: &LabelledDocument, sheet: &Sheet) -> serde_json::Result<Value> {
    let mut data = serde_json::to_value(HeadOut::of(document))?;
    data["text"] = json!(document.text);
    let places = Places::new(&document.text, OffsetUnit::Char);
    let id = |at: usize| format!("t{index}r{at}");
    let mut result = Vec::new();
    for (at, mark) in sheet.marks.iter().enumerate() {
        region(&id(at), mark, &document.text, &places, &mut result);
    }
    let relation =
        |l: &Link| json!({"type": "relation", "from_id": id(l.from), "to_id": id(l.to), "direction": "right", "labels": [l.name]});
    result.extend(sheet.links.iter().map(relation));
    let scores = || sheet.marks.iter().filter_map(|m| m.score);
    // A task's score sorts tasks by what is best looked at first.
    let highest = document.sentences.iter().flatten().filter_map(|s| s.score).reduce(f64::max);
    let mut results = json!({"result": result});
    let layer = if scores().next().is_some() { "predictions" } else { "annotations" };
    if layer == "predictions" {
        results["model_version"] = json!("claimsift");
    }
    if let Some(score) = highest {
        results["score"] = json!(score);
    }
    let mut task = json!({"data": data});
    task[layer] = json!([results]);
    Ok(task)
}

/// The region, and each answer about it under the same id.
fn region(id: &str, mark: &Mark, text: &str, places: &Places, result: &mut Vec<Value>) {
    let hull = Span::hull_of(&mark.parts);
    let (start, end) = places.of(hull);
    let item = |name: &str, kind: &str, key: &str, value: Value| {
        let mut item = json!({"id": id, "from_name": name, "to_name": "text", "type": kind, "value": {"start": start, "end": end}});
        item["value"][key] = value;
        item
    };
    let mut labels = item(config::LABEL, "labels", "labels", json!([mark.label]));
    labels["value"]["text"] = json!(hull.of(text));
    if let Some(score) = mark.score {
        labels["score"] = json!(score);
    }
    result.push(labels);
    for (name, answers) in &mark.features {
        let (kind, key) = if name == CLAIMER { ("textarea", "text") } else { ("choices", "choices") };
        result.push(item(name, kind, key, json!(answers)));
    }
}
