//! Prodigy's JSONL: a text a line with its tokens, spans and relations. Offsets count code points; a span's last
//! token is inclusive, and a relation names the last token of each of its two spans.

mod tokens;

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;

use super::intake::Intake;
use super::json_pieces::{JsonFile, Piece, each_file, or_default};
use super::marks::{CLAIMER, CLAIMER_KIND, Desk, Head, HeadOut, Link, Mark, Sheet, draw, gather, settled, whole_text};
use super::places::Places;
use super::writing::{Losses, put};
use super::{ConvertError, LabelledDocument, Loss};
use crate::span::{OffsetUnit, Span};
use tokens::{Token, TokenAt};

#[derive(Deserialize)]
struct Task<'f> {
    text: String,
    answer: Option<String>,
    #[serde(borrow)]
    meta: Option<&'f RawValue>,
    #[serde(default, deserialize_with = "or_default")]
    tokens: Vec<TokenAt>,
    #[serde(borrow, default, deserialize_with = "or_default")]
    spans: Vec<&'f RawValue>,
    #[serde(borrow, default, deserialize_with = "or_default")]
    relations: Vec<&'f RawValue>,
    /// The class of the whole text, where that was asked for, or the options chosen for it.
    #[serde(default)]
    label: Value,
    #[serde(default)]
    accept: Value,
}

/// What tasks have beside the text and its origin.
const FIELDS: [&str; 9] = ["answer", "tokens", "spans", "relations", "label", "accept", "options", "_input_hash", "_task_hash"];

/// A span; `id`, `score` and the claimer are fields of ours.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Marked {
    start: usize,
    end: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    token_start: Option<usize>,
    token_end: Option<usize>,
    #[serde(default, deserialize_with = "or_default")]
    label: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    score: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    claimer: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    claimer_kind: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct Relation {
    head: usize,
    child: usize,
    head_span: Option<Marked>,
    child_span: Option<Marked>,
    #[serde(default, deserialize_with = "or_default")]
    label: String,
}

pub(super) fn read(path: &Path, intake: &mut Intake) -> Result<Vec<LabelledDocument>, ConvertError> {
    let mut read = Vec::new();
    each_file(path, &["jsonl", "json"], intake, |file, pieces, intake| {
        for piece in pieces {
            let document = document(piece, file, intake);
            read.extend(intake.take(document)?.flatten());
        }
        Ok(())
    })?;
    Ok(settled(read))
}

fn document(piece: Piece, file: &JsonFile, intake: &mut Intake) -> Result<Option<(LabelledDocument, bool)>, ConvertError> {
    piece.has_one_of(&FIELDS)?;
    let task: Task = piece.parse()?;
    match task.answer.as_deref() {
        Some(answer @ ("reject" | "ignore")) => {
            intake.note(format!("tasks answered with {answer:?} are left out"));
            return Ok(None);
        }
        Some("accept") | None => {}
        Some(other) => return Err(piece.wrong(format!("found answer {other:?}, expected accept, reject or ignore"))),
    }
    // In files of others `meta` may be anything.
    let head: Head = task.meta.and_then(|meta| piece.part(meta).parse().ok()).unwrap_or_default();
    let doc_id = head.doc_id().unwrap_or_else(|| format!("{}#{}", file.stem(), piece.line()));
    let mut desk = Desk { intake, doc_id, pieces: Vec::new(), whole: piece };
    let sheet = sheet(&task, &mut desk)?;
    let sheet = sheet.with_classes(&mut desk).joined(&mut desk)?;
    let mut document = gather(&sheet, task.text, &mut desk)?;
    let told = head.tell(&mut document);
    Ok(Some((document, told)))
}

fn sheet<'f>(task: &Task<'f>, desk: &mut Desk<'_, '_, 'f>) -> Result<Sheet, ConvertError> {
    let places = Places::new(&task.text, OffsetUnit::Char);
    let mut sheet = Sheet::default();
    let mut spans: Vec<Marked> = Vec::new();
    for raw in &task.spans {
        let piece = desk.whole.part(raw);
        let Some(span) = desk.intake.take(piece.parse::<Marked>())? else { continue };
        if span.label.is_empty() {
            desk.intake.note("spans without a label are left out");
            continue;
        }
        let read = place(&span, &places, &task.tokens).map_err(|reason| format!("{:?}: {reason}", span.label));
        if let Some(place) = desk.take(piece, read)? {
            let mut mark =
                Mark { label: span.label.clone(), parts: vec![place], score: span.score, origin: desk.origin(piece), ..Mark::default() };
            let asked = [(CLAIMER, &span.claimer), (CLAIMER_KIND, &span.claimer_kind)];
            mark.features.extend(asked.into_iter().filter_map(|(name, answer)| Some((name.to_owned(), vec![answer.clone()?]))));
            sheet.marks.push(mark);
            spans.push(span);
        }
    }
    let ids: BTreeMap<usize, usize> = spans.iter().enumerate().filter_map(|(at, span)| Some((span.id?, at))).collect();
    for raw in &task.relations {
        let piece = desk.whole.part(raw);
        let Some(relation) = desk.intake.take(piece.parse::<Relation>())? else { continue };
        let read = token(relation.head, &task.tokens).and_then(|()| token(relation.child, &task.tokens));
        let read = read.map_err(|reason| format!("the relation {:?}: {reason}", relation.label));
        if desk.take(piece, read)?.is_none() {
            continue;
        }
        let end = |span: &Option<Marked>, token: usize| named(span.as_ref(), token, &spans, &ids);
        match (end(&relation.head_span, relation.head), end(&relation.child_span, relation.child)) {
            (Some(from), Some(to)) => sheet.links.push(Link { from, to, name: relation.label }),
            _ => desk.intake.note("relations between tokens at which no span is are left out"),
        }
    }
    graded(task, &mut sheet, desk);
    Ok(sheet)
}

/// Classes of the whole text: `"label": "CFS"`, or the options of `accept`.
fn graded(task: &Task, sheet: &mut Sheet, desk: &mut Desk) {
    let chosen = task.accept.as_array().into_iter().flatten().chain([&task.label]);
    for class in chosen.filter(|class| !class.is_null()) {
        match class.as_str().and_then(|class| whole_text(class, &task.text).ok()) {
            Some(mark) if sheet.marks.iter().any(|m| m.label == mark.label && m.parts == mark.parts) => {}
            Some(mark) => sheet.marks.push(mark),
            None => desk.intake.note(format!("labels of whole texts that are no class of a sentence are left out, such as {class}")),
        }
    }
}

/// Whether there is such a token, where the task tells its tokens.
fn token(index: usize, tokens: &[TokenAt]) -> Result<(), String> {
    if index < tokens.len() || tokens.is_empty() {
        return Ok(());
    }
    Err(format!("it names the token {index}, but there are {}", tokens.len()))
}

/// Where the span stands, which its tokens must agree with.
fn place(span: &Marked, places: &Places, tokens: &[TokenAt]) -> Result<Span, String> {
    let place = match &span.text {
        Some(text) => places.surface(span.start, span.end, text)?,
        None => places.span(span.start, span.end)?,
    };
    for index in [span.token_start, span.token_end].into_iter().flatten() {
        token(index, tokens)?;
    }
    let at = |index: Option<usize>| index.and_then(|index| tokens.get(index));
    let (first, last) = (at(span.token_start).map_or(span.start, |t| t.start), at(span.token_end).map_or(span.end, |t| t.end));
    if (first, last) != (span.start, span.end) {
        return Err(format!("the span is {}..{}, its tokens are {first}..{last}", span.start, span.end));
    }
    Ok(place)
}

/// The span a relation names: by our id, else by its place and label, else the one that ends with its token, else one
/// that holds it.
fn named(named: Option<&Marked>, token: usize, spans: &[Marked], ids: &BTreeMap<usize, usize>) -> Option<usize> {
    if let Some(at) = named.and_then(|n| ids.get(&n.id?)) {
        return Some(*at);
    }
    let find = |wanted: &dyn Fn(&Marked) -> bool| spans.iter().position(wanted);
    let alike = |n: &Marked, s: &Marked| (n.start, n.end) == (s.start, s.end) && (n.label.is_empty() || n.label == s.label);
    let holds = |s: &Marked| s.token_start.zip(s.token_end).is_some_and(|(first, last)| (first..=last).contains(&token));
    named.and_then(|n| find(&|s| alike(n, s))).or_else(|| find(&|s| s.token_end == Some(token))).or_else(|| find(&holds))
}

#[derive(Serialize)]
struct TaskOut<'d> {
    text: &'d str,
    meta: HeadOut<'d>,
    tokens: Vec<Token<'d>>,
    spans: Vec<Marked>,
    relations: Vec<Relation>,
    answer: &'static str,
}

pub(super) fn write(documents: &[LabelledDocument], path: &Path) -> Result<Vec<Loss>, ConvertError> {
    let mut losses = Losses::default();
    let mut bytes = Vec::new();
    for document in documents {
        serde_json::to_writer(&mut bytes, &task(document, &mut losses)).map_err(|e| ConvertError::file(path, e))?;
        bytes.push(b'\n');
    }
    put(path, &bytes)?;
    Ok(losses.list())
}

fn task<'d>(document: &'d LabelledDocument, losses: &mut Losses) -> TaskOut<'d> {
    let sheet = draw(document, losses).in_single_parts().with_labels_only();
    let places = Places::new(&document.text, OffsetUnit::Char);
    let hulls: Vec<Span> = sheet.marks.iter().map(|m| Span::hull_of(&m.parts)).collect();
    let tokens = tokens::of(&document.text, &hulls);
    let token_at = |at: usize| tokens.partition_point(|t| t.start <= at).saturating_sub(1);
    let span = |(id, (mark, hull)): (usize, (&Mark, &Span))| {
        let (start, end) = places.of(*hull);
        let said = |name: &str| mark.feature(name).first().cloned();
        Marked {
            start,
            end,
            text: Some(hull.of(&document.text).to_owned()),
            token_start: Some(token_at(hull.start)),
            token_end: Some(token_at(hull.end.saturating_sub(1))),
            label: mark.label.clone(),
            id: Some(id),
            score: mark.score,
            claimer: said(CLAIMER),
            claimer_kind: said(CLAIMER_KIND),
        }
    };
    let spans: Vec<Marked> = sheet.marks.iter().zip(&hulls).enumerate().map(span).collect();
    let end = |at: usize| Marked { text: None, score: None, claimer: None, claimer_kind: None, ..spans[at].clone() };
    let relation = |link: &Link| {
        let (head, child) = (end(link.from), end(link.to));
        let token = |span: &Marked| span.token_end.unwrap_or_default();
        Relation { head: token(&head), child: token(&child), head_span: Some(head), child_span: Some(child), label: link.name.clone() }
    };
    let relations = sheet.links.iter().map(relation).collect();
    let tokens = tokens.iter().map(|t| t.written(&document.text, &places)).collect();
    TaskOut { text: &document.text, meta: HeadOut::of(document), tokens, spans, relations, answer: "accept" }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::convert::marks::samples::{documents, there_and_back};
    use crate::convert::{Format, OneOf, Reading, testing};
    use crate::labels::Worth;

    fn of(lines: &str, lenient: bool) -> Result<Reading, ConvertError> {
        testing::file(read, "set.jsonl", lines, lenient)
    }

    #[test]
    fn rejected_and_ignored_tasks_are_left_out_with_a_note() {
        let task = |answer: &str| {
            format!("{{\"text\":\"😀 Ann\",\"spans\":[{{\"start\":2,\"end\":5,\"label\":\"PER\"}}],\"answer\":\"{answer}\"}}\n")
        };
        let reading = of(&(task("reject") + &task("accept") + &task("ignore") + &task("reject")), false).unwrap();
        let d = &reading.documents[0];
        assert_eq!((reading.documents.len(), d.doc_id.as_str(), d.entities.as_ref().unwrap()[0].span.of(&d.text)), (1, "set#2", "Ann"));
        assert_eq!(reading.notes, ["tasks answered with \"ignore\" are left out", "tasks answered with \"reject\" are left out (2 times)"]);
        assert!(of(&task("maybe"), false).unwrap_err().to_string().contains("found answer \"maybe\""));
    }

    #[test]
    fn a_relation_without_its_spans_is_found_by_its_tokens() {
        let tokens = r#"[{"text":"Ann","start":0,"end":3,"id":0,"ws":true},{"text":"said","start":4,"end":8,"id":1,"ws":true},{"text":"so","start":9,"end":11,"id":2,"ws":false}]"#;
        let spans = r#"[{"start":0,"end":3,"token_start":0,"token_end":0,"label":"Source"},{"start":4,"end":11,"token_start":1,"token_end":2,"label":"Content"}]"#;
        let line =
            |relation: &str| format!("{{\"text\":\"Ann said so\",\"tokens\":{tokens},\"spans\":{spans},\"relations\":[{relation}]}}\n");
        let reading = of(&line(r#"{"head":2,"child":0,"label":"source"}"#), false).unwrap();
        let a = &reading.documents[0].attributions.as_ref().unwrap()[..];
        assert!(a.len() == 1 && a[0].source == Some(vec![Span::new(0, 3)]), "{a:?}");
        let error = of(&line(r#"{"head":2,"child":7,"label":"source"}"#), false).unwrap_err().to_string();
        assert!(error.contains("line 1") && error.contains("the token 7"), "{error}");
        let wrong = line("").replace("\"token_end\":2", "\"token_end\":1");
        assert!(of(&wrong, false).unwrap_err().to_string().contains("the span is 4..11, its tokens are 4..8"));
        assert_eq!(of(&wrong, true).unwrap().documents[0].attributions.as_ref().unwrap()[0].content, None);
    }

    const TOKENS: &str =
        r#"[{"text":"Ann","start":0,"end":3,"id":0},{"text":"said","start":4,"end":8,"id":1},{"text":"so","start":9,"end":11,"id":2}]"#;

    #[test]
    fn a_token_that_is_not_there_is_an_error() {
        let line = format!(
            r#"{{"text":"Ann said so","tokens":{TOKENS},"spans":[{{"start":0,"end":3,"token_start":0,"token_end":99,"label":"X"}}]}}"#
        );
        let error = of(&line, false).unwrap_err().to_string();
        assert!(error.contains("\"X\": it names the token 99, but there are 3"), "{error}");
        assert_eq!(of(&line, true).unwrap().skipped.len(), 1);
    }

    #[test]
    fn null_is_as_good_as_absent_and_relations_without_spans_are_noted() {
        let line = format!(
            "{{\"text\":\"Ann said so\",\"spans\":null,\"tokens\":null,\"relations\":null}}\n{{\"text\":\"Ann said so\",\"tokens\":{TOKENS},\"spans\":[],\"relations\":\
             [{{\"head\":1,\"child\":0,\"label\":\"subj\",\"head_span\":{{\"start\":4,\"end\":8,\"label\":null}},\"child_span\":null}}]}}\n"
        );
        let reading = of(&line, false).unwrap();
        assert_eq!(reading.documents.len(), 2);
        assert_eq!(reading.notes, ["relations between tokens at which no span is are left out"]);
    }

    #[test]
    fn a_relation_names_the_span_that_ends_with_its_token() {
        let spans = r#"[{"start":0,"end":11,"token_start":0,"token_end":2,"label":"Content"},{"start":0,"end":3,"token_start":0,"token_end":0,"label":"Source"},{"start":4,"end":8,"token_start":1,"token_end":1,"label":"Cue"}]"#;
        let line = format!(
            r#"{{"text":"Ann said so","tokens":{TOKENS},"spans":{spans},"relations":[{{"head":1,"child":0,"label":"x"}},{{"head":2,"child":1,"label":"x"}}]}}"#
        );
        let attributions = of(&line, false).unwrap().documents.remove(0).attributions.unwrap();
        assert_eq!(attributions.len(), 1);
        assert_eq!((&attributions[0].source, &attributions[0].cue), (&Some(vec![Span::new(0, 3)]), &Some(vec![Span::new(4, 8)])));
    }

    #[test]
    fn classes_of_the_whole_text_grade_its_sentence() {
        let lines = r#"{"text":"Taxes fell.","label":"CFS","answer":"accept"}
{"text":"Taxes rose.","options":[{"id":"UFS"}],"accept":["UFS","type:event"],"answer":"accept"}
{"text":"Yes.","label":"POSITIVE","answer":"accept"}"#;
        let reading = of(lines, false).unwrap();
        let worth = |at: usize| reading.documents[at].sentences.as_ref().unwrap().first().and_then(|s| s.worth.clone());
        assert_eq!([worth(0), worth(1), worth(2)], [Some(OneOf::One(Worth::Cfs)), Some(OneOf::One(Worth::Ufs)), None]);
        assert!(reading.notes.iter().any(|n| n.contains("such as \"POSITIVE\"")), "{:?}", reading.notes);
    }

    #[test]
    fn a_line_of_another_format_is_refused() {
        let line = r#"{"schema":"claimsift/gold/1","doc_id":"a","text":"Ann ran","entities":[]}"#;
        assert!(of(line, false).unwrap_err().to_string().contains("found only the fields \"doc_id\""));
    }

    proptest! {
        #[test]
        fn nothing_is_lost(documents in documents()) {
            let (back, losses) = there_and_back(&documents, Format::Prodigy, "out.jsonl").unwrap();
            prop_assert_eq!(back, documents);
            prop_assert!(losses.is_empty());
        }
    }
}
