//! JSON-MIN: a task's data beside lists of regions, each under the name of its control, without relations.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use super::Data;
use super::regions::{OF_NO_REGION, Region, place, unit};
use crate::convert::intake::Intake;
use crate::convert::json_pieces::Piece;
use crate::convert::marks::{CLAIMER, CLAIMER_KIND, Desk, Head, MODE, Mark, Sheet, TYPE, VERIFIABILITY, WORTH, gather};
use crate::convert::places::Places;
use crate::convert::{ConvertError, LabelledDocument};
use crate::span::Span;

/// The controls whose answers we know; other fields may be the task's data.
const ASKED: [&str; 6] = [WORTH, VERIFIABILITY, TYPE, MODE, CLAIMER, CLAIMER_KIND];

/// Label Studio writes an answer of one word as that word, and drops the place of its region.
const WITHOUT_A_PLACE: &str =
    "JSON-MIN does not say of which region an answer is: answers without a place are left out, the JSON export has them";

/// A region, under the name of its control.
type Named<'f> = (String, Piece<'f>, Region);

pub(super) fn document(piece: Piece, name: String, intake: &mut Intake) -> Result<(LabelledDocument, bool), ConvertError> {
    let fields: BTreeMap<String, &RawValue> = piece.parse()?;
    let Some(text) = piece.parse::<Data>()?.text else { return Err(piece.wrong("found neither \"data\" nor \"text\", expected a task")) };
    let head: Head = piece.parse()?;
    let mut desk = Desk { intake, doc_id: head.doc_id().unwrap_or(name), pieces: Vec::new(), whole: piece };
    let (labelled, answers) = regions(fields, &mut desk)?;
    let places = Places::new(&text, unit(&text, labelled.iter().map(|(.., region)| region), &mut desk));
    let mut sheet = Sheet::default();
    for (_, item, region) in labelled {
        if let Some(span) = desk.take(item, place(&region, &places))? {
            let origin = desk.origin(item);
            sheet.marks.extend(region.labels.into_iter().map(|label| Mark { label, parts: vec![span], origin, ..Mark::default() }));
        }
    }
    for (name, item, region) in answers {
        if let Some(span) = desk.take(item, place(&region, &places))? {
            answer(&name, &region, &mut sheet, span, &mut desk);
        }
    }
    let mut document = gather(&sheet, text, &mut desk)?;
    let told = head.tell(&mut document);
    Ok((document, told))
}

/// The regions with labels, and those with answers, told by their place only.
fn regions<'f>(
    fields: BTreeMap<String, &'f RawValue>,
    desk: &mut Desk<'_, '_, 'f>,
) -> Result<(Vec<Named<'f>>, Vec<Named<'f>>), ConvertError> {
    let (mut labelled, mut answers) = (Vec::new(), Vec::new());
    for (name, raw) in fields {
        let is_asked = ASKED.contains(&name.as_str());
        let piece = desk.whole.part(raw);
        let items = match piece.json().as_bytes() {
            [b'[', ..] => piece.items()?,
            // A single answer stands without a list.
            [b'{' | b'"', ..] if is_asked => vec![piece],
            _ => continue,
        };
        for item in items {
            if !item.json().starts_with('{') {
                if is_asked {
                    desk.intake.note(WITHOUT_A_PLACE);
                }
                continue;
            }
            let Some(region) = desk.intake.take(item.parse::<Region>())? else { continue };
            if !region.labels.is_empty() {
                labelled.push((name.clone(), item, region));
            } else if region.answers().next().is_some() && region.has_a_place() {
                answers.push((name.clone(), item, region));
            } else {
                desk.intake.note("lists of objects without labels or answers of a region are left out");
            }
        }
    }
    Ok((labelled, answers))
}

/// Puts an answer to the marks at its place.
fn answer(name: &str, region: &Region, sheet: &mut Sheet, span: Span, desk: &mut Desk) {
    let mut marks = sheet.marks.iter_mut().filter(|mark| mark.parts == [span]).peekable();
    if marks.peek().is_none() {
        desk.intake.note(OF_NO_REGION);
    }
    for mark in marks {
        mark.features.entry(name.to_owned()).or_default().extend(region.answers().cloned());
    }
}
