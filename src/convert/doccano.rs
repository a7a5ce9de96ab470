//! doccano's JSONL: its relation export, which is also written, and the older exports of spans and of classes alone.
//!
//! doccano counts UTF-16 units (its issue #2290), grapheme clusters in projects that ask for them. Files made by other
//! programs for it often count code points. Fields it does not know it keeps, and exports with the document.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::intake::Intake;
use super::json_pieces::{JsonFile, Piece, each_file};
use super::marks::{CLAIMER, Desk, Head, HeadOut, Link, Mark, Sheet, draw, gather, settled, whole_text};
use super::places::{Places, named};
use super::writing::{Losses, put};
use super::{ConvertError, LabelledDocument, Loss};
use crate::span::{OffsetUnit, Span};

/// Every export has one of these, even where nothing was marked; `offset_unit` is ours.
const FIELDS: [&str; 5] = ["label", "labels", "entities", "relations", "offset_unit"];

/// A line, whatever project it is from.
#[derive(Deserialize)]
struct Line<'f> {
    #[serde(alias = "data")]
    text: String,
    offset_unit: Option<OffsetUnit>,
    #[serde(borrow, default, alias = "labels")]
    label: Option<Vec<&'f RawValue>>,
    #[serde(borrow, default)]
    entities: Option<Vec<&'f RawValue>>,
    #[serde(borrow, default)]
    relations: Option<Vec<&'f RawValue>>,
}

#[derive(Deserialize, Serialize)]
struct Entity {
    id: Option<i64>,
    label: String,
    start_offset: usize,
    end_offset: usize,
}

#[derive(Deserialize, Serialize)]
struct Relation {
    id: Option<i64>,
    from_id: i64,
    to_id: i64,
    #[serde(rename = "type")]
    name: String,
}

pub(super) fn read(path: &Path, intake: &mut Intake) -> Result<Vec<LabelledDocument>, ConvertError> {
    let mut read = Vec::new();
    each_file(path, &["jsonl", "json"], intake, |file, pieces, intake| {
        for piece in pieces {
            let document = document(piece, file, intake);
            read.extend(intake.take(document)?);
        }
        Ok(())
    })?;
    Ok(settled(read))
}

fn document(piece: Piece, file: &JsonFile, intake: &mut Intake) -> Result<(LabelledDocument, bool), ConvertError> {
    piece.has_one_of(&FIELDS)?;
    let line: Line = piece.parse()?;
    let head: Head = piece.parse()?;
    let doc_id = head.doc_id().unwrap_or_else(|| format!("{}#{}", file.stem(), piece.line()));
    let unit = line.offset_unit.unwrap_or(OffsetUnit::Utf16);
    if line.offset_unit.is_none() && line.text.chars().any(|c| c.len_utf16() > 1) {
        intake.note(format!("offsets are taken to count {}, as doccano does, in texts with emoji and the like", named(unit)));
    }
    let mut desk = Desk { intake, doc_id, pieces: Vec::new(), whole: piece };
    let sheet = sheet(&line, &Places::new(&line.text, unit), &mut desk)?;
    let sheet = sheet.with_classes(&mut desk).joined(&mut desk)?;
    let mut document = gather(&sheet, line.text, &mut desk)?;
    let told = head.tell(&mut document);
    Ok((document, told))
}

fn sheet<'f>(line: &Line<'f>, places: &Places, desk: &mut Desk<'_, '_, 'f>) -> Result<Sheet, ConvertError> {
    let mut sheet = Sheet::default();
    let mut ids: BTreeMap<i64, usize> = BTreeMap::new();
    for raw in [&line.label, &line.entities].into_iter().flatten().flatten() {
        let piece = desk.whole.part(raw);
        if let Some(class) = raw.get().starts_with('"').then(|| piece.parse::<String>()).transpose()? {
            let read = whole_text(&class, &line.text);
            sheet.marks.extend(desk.take(piece, read)?);
            continue;
        }
        let entity = desk.intake.take(if raw.get().starts_with('[') { triple(piece) } else { piece.parse::<Entity>() })?;
        let Some(entity) = entity else { continue };
        if entity.id.is_some_and(|id| ids.contains_key(&id)) {
            desk.take(piece, Err::<(), _>(format!("id {:?} stands twice", entity.id.unwrap_or_default())))?;
            continue;
        }
        let read = places.span(entity.start_offset, entity.end_offset);
        if let Some(span) = desk.take(piece, read.map_err(|reason| format!("{:?}: {reason}", entity.label)))? {
            let origin = desk.origin(piece);
            ids.extend(entity.id.map(|id| (id, sheet.marks.len())));
            sheet.marks.push(Mark { label: entity.label, parts: vec![span], origin, ..Mark::default() });
        }
    }
    for raw in line.relations.iter().flatten() {
        let piece = desk.whole.part(raw);
        let Some(relation) = desk.intake.take(piece.parse::<Relation>())? else { continue };
        let place = |id: i64| {
            ids.get(&id).copied().ok_or_else(|| format!("the relation {:?} names the span {id}, which is not there", relation.name))
        };
        let read = place(relation.from_id).and_then(|from| Ok(Link { from, to: place(relation.to_id)?, name: relation.name.clone() }));
        sheet.links.extend(desk.take(piece, read)?);
    }
    Ok(sheet)
}

/// `[start, end, "LABEL"]`
fn triple(piece: Piece) -> Result<Entity, ConvertError> {
    let (start_offset, end_offset, label) = piece.parse()?;
    Ok(Entity { id: None, label, start_offset, end_offset })
}

#[derive(Serialize)]
struct LineOut<'d> {
    text: &'d str,
    #[serde(flatten)]
    head: HeadOut<'d>,
    offset_unit: OffsetUnit,
    entities: Vec<Entity>,
    relations: Vec<Relation>,
}

pub(super) fn write(documents: &[LabelledDocument], path: &Path) -> Result<Vec<Loss>, ConvertError> {
    let mut losses = Losses::default();
    let mut bytes = Vec::new();
    let mut next = 0;
    for document in documents {
        let line = line(document, &mut next, &mut losses);
        serde_json::to_writer(&mut bytes, &line).map_err(|e| ConvertError::file(path, e))?;
        bytes.push(b'\n');
    }
    put(path, &bytes)?;
    Ok(losses.list())
}

fn line<'d>(document: &'d LabelledDocument, next: &mut i64, losses: &mut Losses) -> LineOut<'d> {
    let sheet = draw(document, losses);
    losses.add("claimers", sheet.marks.iter().filter(|m| !m.feature(CLAIMER).is_empty()).count());
    losses.add("scores", sheet.marks.iter().filter(|m| m.score.is_some()).count());
    let sheet = sheet.in_single_parts().with_labels_only();
    let places = Places::new(&document.text, OffsetUnit::Utf16);
    let first = *next;
    let id = |at: usize| first + at as i64;
    let entity = |(at, mark): (usize, &Mark)| {
        let (start_offset, end_offset) = places.of(Span::hull_of(&mark.parts));
        Entity { id: Some(id(at)), label: mark.label.clone(), start_offset, end_offset }
    };
    let entities: Vec<Entity> = sheet.marks.iter().enumerate().map(entity).collect();
    let relation = |(at, l): (usize, &Link)| Relation { id: Some(id(at)), from_id: id(l.from), to_id: id(l.to), name: l.name.clone() };
    let relations: Vec<Relation> = sheet.links.iter().enumerate().map(relation).collect();
    *next += entities.len().max(relations.len()) as i64;
    LineOut { text: &document.text, head: HeadOut::of(document), offset_unit: OffsetUnit::Utf16, entities, relations }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::convert::marks::samples::{documents, there_and_back};
    use crate::convert::{Format, OneOf, Reading, testing};
    use crate::labels::Worth;

    fn of(lines: &str, lenient: bool) -> Result<Reading, ConvertError> {
        testing::file(read, "export.jsonl", lines, lenient)
    }

    fn surfaces(d: &LabelledDocument) -> Vec<(&str, &str)> {
        d.entities.iter().flatten().map(|e| (e.label.as_str(), e.span.of(&d.text))).collect()
    }

    #[test]
    fn the_exports_of_all_projects_are_read() {
        let reading = of(
            "{\"id\":3,\"text\":\"😀 Ann met Bo.\",\"label\":[[3,6,\"PER\"],[11,13,\"PER\"]],\"Comments\":[]}\r\n\
             {\"id\":4,\"text\":\"Ann spoke.\",\"labels\":[[0,3,\"PER\"]]}\n\
             {\"id\":5,\"data\":\"Nobody.\",\"label\":[]}\n\
             {\"id\":6,\"text\":\"Ann sang.\",\"entities\":[{\"id\":9,\"label\":\"PER\",\"start_offset\":0,\"end_offset\":3}],\"relations\":[]}\n",
            false,
        )
        .unwrap();
        assert_eq!(surfaces(&reading.documents[0]), [("PER", "Ann"), ("PER", "Bo")]);
        assert_eq!((surfaces(&reading.documents[1]), surfaces(&reading.documents[3])), (vec![("PER", "Ann")], vec![("PER", "Ann")]));
        assert_eq!(reading.documents[2].entities, Some(vec![]), "names were marked in the others");
        assert_eq!((reading.documents[0].doc_id.as_str(), &reading.documents[0].sentences), ("3", &None));
        assert!(reading.notes[0].contains("UTF-16 units"));
        let graded = of("{\"text\":\" Prices fell. \",\"label\":[\"CFS\"]}\n", false).unwrap();
        let sentence = &graded.documents[0].sentences.as_ref().unwrap()[0];
        assert_eq!((sentence.span, &sentence.worth), (Span::new(1, 13), &Some(OneOf::One(Worth::Cfs))));
        assert_eq!(graded.documents[0].doc_id, "export#1");
    }

    #[test]
    fn what_is_wrong_names_the_line_and_is_left_out_leniently() {
        for (line, said) in [
            (r#"{"text":"😀 Ann","label":[[1,4,"PER"]]}"#, "inside a character"),
            (r#"{"text":"Ann","label":[[0,4,"PER"]]}"#, "\"PER\": offset 4 lies past the end"),
            (r#"{"text":"Ann","label":[[0,3]]}"#, "invalid length"),
            (r#"{"text":"Ann","label":["positive"]}"#, "found the class \"positive\""),
            (r#"{"text":"Ann","entities":[],"relations":[{"from_id":1,"to_id":2,"type":"x"}]}"#, "the span 1, which is not there"),
            (r#"{"text":"Ann said","label":[[0,5,"Sentence"],[2,8,"Sentence"]]}"#, "overlaps"),
            (r#"{"text":"Ann","label":[[0,3,"Sentence"],[0,3,"worth:great"]]}"#, "found check-worthiness \"great\""),
        ] {
            let lines = format!("{{\"text\":\"Bo\",\"label\":[[0,2,\"PER\"]]}}\n\n{line}\n");
            let error = of(&lines, false).unwrap_err().to_string();
            assert!(error.contains("line 3") && error.contains(said), "{error}");
            let reading = of(&lines, true).unwrap();
            assert_eq!((reading.documents.len(), reading.skipped.len()), (2, 1), "{line}");
        }
    }

    #[test]
    fn attributions_are_tied_by_any_relations_among_source_cue_and_content() {
        let marks = r#"{"id":1,"label":"Content","start_offset":0,"end_offset":5},{"id":2,"label":"SOURCE","start_offset":6,"end_offset":9},
            {"id":3,"label":"Cue","start_offset":10,"end_offset":14},{"id":4,"label":"Claim","start_offset":0,"end_offset":5}"#;
        let relations =
            r#"{"from_id":3,"to_id":2,"type":"who"},{"from_id":3,"to_id":1,"type":"what"},{"from_id":1,"to_id":4,"type":"claim"}"#;
        let line = format!("{{\"text\":\"“Yes” Ann said\",\"entities\":[{marks}],\"relations\":[{relations}]}}").replace('\n', "");
        let reading = of(&line, false).unwrap();
        let d = &reading.documents[0];
        let a = &d.attributions.as_ref().unwrap()[0];
        let of = |parts: &Option<Vec<Span>>| parts.iter().flatten().map(|s| s.of(&d.text)).collect::<Vec<_>>();
        assert_eq!((of(&a.source), of(&a.cue), of(&a.content)), (vec!["Ann"], vec!["said"], vec!["“Yes”"]));
        assert_eq!(d.claims.as_ref().unwrap()[0].attribution, Some(0));
    }

    #[test]
    fn parts_are_joined_in_order_and_overlapping_ones_become_one() {
        let line = |relations: &str, label: &str| {
            let mark = |id: usize, label: &str, start: usize, end: usize| {
                format!(r#"{{"id":{id},"label":"{label}","start_offset":{start},"end_offset":{end}}}"#)
            };
            let marks = [mark(1, "Content", 7, 9), mark(2, label, 0, 3), mark(3, "Content", 2, 5)].join(",");
            format!("{{\"text\":\"“Yes,” he said\",\"entities\":[{marks}],\"relations\":[{relations}]}}")
        };
        let relations = r#"{"from_id":2,"to_id":1,"type":"part"},{"from_id":3,"to_id":2,"type":"Part"}"#;
        let d = of(&line(relations, "Content"), false).unwrap().documents.remove(0);
        let contents: Vec<_> = d.attributions.iter().flatten().filter_map(|a| a.content.clone()).collect();
        assert_eq!(contents.len(), 1);
        assert_eq!(contents[0].iter().map(|s| s.of(&d.text)).collect::<Vec<_>>(), ["“Yes,", "he"]);
        assert!(of(&line(relations, "Cue"), false).unwrap_err().to_string().contains("linked as parts of one span"));
    }

    #[test]
    fn a_line_of_another_format_is_refused() {
        let error = of("{\"text\":\"Ann ran\",\"spans\":[{\"start\":0,\"end\":3,\"label\":\"P\"}]}", false).unwrap_err().to_string();
        assert!(error.contains("found only the fields \"spans\", \"text\", expected one of label"), "{error}");
    }

    proptest! {
        #[test]
        fn all_but_claimers_and_scores_come_back(documents in documents()) {
            let (back, losses) = there_and_back(&documents, Format::Doccano, "out.jsonl").unwrap();
            let mut held = documents.clone();
            let mut lost = 0;
            for d in &mut held {
                for s in d.sentences.iter_mut().flatten() { lost += usize::from(s.score.take().is_some()); }
                for e in d.entities.iter_mut().flatten() { lost += usize::from(e.score.take().is_some()); }
                for a in d.attributions.iter_mut().flatten() { lost += usize::from(a.claimer.take().is_some()); }
                for c in d.claims.iter_mut().flatten() { lost += usize::from(c.claimer.take().is_some()); }
            }
            prop_assert_eq!(back, held);
            prop_assert_eq!(losses.iter().map(|l| l.count).sum::<usize>(), lost);
        }
    }
}
