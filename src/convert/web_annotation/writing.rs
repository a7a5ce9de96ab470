//! Annotations as they are written: one page of them.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::{Value, json};

use super::{CONTEXT, DOCUMENT_TEXT, LAYER, REBUILT, encoded, selectors};
use crate::convert::marks::{CLAIMER, HeadOut, Link, Mark, draw};
use crate::convert::places::Places;
use crate::convert::writing::{Losses, put};
use crate::convert::{ConvertError, LabelledDocument, Loss};
use crate::span::OffsetUnit;

pub(in crate::convert) fn write(documents: &[LabelledDocument], path: &Path) -> Result<Vec<Loss>, ConvertError> {
    let mut losses = Losses::default();
    let mut names = BTreeSet::new();
    let mut items = Vec::new();
    for (index, document) in documents.iter().enumerate() {
        if !names.insert(&document.doc_id) {
            return Err(ConvertError::file(
                path,
                format!("two documents are called {:?}: annotations could not tell them apart", document.doc_id),
            ));
        }
        annotations(index, document, &mut items, &mut losses);
    }
    let page = json!({"@context": CONTEXT, "id": "#page", "type": "AnnotationPage", "items": items});
    let mut bytes = serde_json::to_vec_pretty(&page).map_err(|e| ConvertError::file(path, e))?;
    bytes.push(b'\n');
    put(path, &bytes)?;
    Ok(losses.list())
}

fn annotations(index: usize, document: &LabelledDocument, items: &mut Vec<Value>, losses: &mut Losses) {
    let source = encoded(&document.doc_id);
    items.push(text(index, document, &source));
    let sheet = draw(document, losses);
    let places = Places::new(&document.text, OffsetUnit::Char);
    let id = |at: usize| format!("#d{index}a{at}");
    for (at, mark) in sheet.marks.iter().enumerate() {
        let target = |span| json!({"source": source, "selector": selectors::of(span, &document.text, &places)});
        let targets: Vec<Value> = mark.parts.iter().map(|span| target(*span)).collect();
        items.push(annotation(&id(at), "tagging", bodies(mark), targets));
    }
    for (at, Link { from, to, name }) in sheet.links.iter().enumerate() {
        items.push(annotation(&format!("#d{index}l{at}"), "linking", vec![tag(name)], vec![json!(id(*from)), json!(id(*to))]));
    }
}

fn annotation(id: &str, motivation: &str, body: Vec<Value>, target: Vec<Value>) -> Value {
    json!({"id": id, "type": "Annotation", "motivation": motivation, "body": body, "target": target})
}

/// The annotation that holds the text.
fn text(index: usize, document: &LabelledDocument, source: &str) -> Value {
    let head = HeadOut::of(document);
    let mut body =
        vec![json!({"type": "TextualBody", "purpose": "describing", "format": "text/plain", "value": document.text}), tag(DOCUMENT_TEXT)];
    body.extend(head.layers.iter().map(|layer| tag(&format!("{LAYER}{layer}"))));
    if head.rebuilt {
        body.push(tag(REBUILT));
    }
    let mut target = json!({"id": source, "type": "Text", "format": "text/plain"});
    if let Some(url) = head.url {
        target["canonical"] = json!(url);
    }
    annotation(&format!("#d{index}"), "describing", body, vec![target])
}

/// The label first, then the classes, the claimer's name and the score.
fn bodies(mark: &Mark) -> Vec<Value> {
    let mut bodies = vec![tag(&mark.label)];
    for (name, answers) in &mark.features {
        let body = |answer: &String| if name == CLAIMER { textual("identifying", answer) } else { tag(&format!("{name}:{answer}")) };
        bodies.extend(answers.iter().map(body));
    }
    bodies.extend(mark.score.map(|score| textual("assessing", &score.to_string())));
    bodies
}

fn tag(value: &str) -> Value {
    textual("tagging", value)
}

fn textual(purpose: &str, value: &str) -> Value {
    json!({"type": "TextualBody", "purpose": purpose, "value": value})
}
