//! Writes CoNLL-U: tokens with the white space around them, entities as brackets, which may nest and cross.

use std::fmt::Write as _;
use std::path::Path;

use super::bracketing::encoded;
use crate::convert::tokens::{Passage, one_line, passages, split, taggable};
use crate::convert::writing::{Losses, put};
use crate::convert::{ConvertError, LabelledDocument, LabelledEntity, Loss};
use crate::span::Span;

pub(in crate::convert) fn write(documents: &[LabelledDocument], path: &Path) -> Result<Vec<Loss>, ConvertError> {
    let mut losses = Losses::default();
    let mut out = String::new();
    for document in documents {
        put_document(&mut out, document, &mut losses);
    }
    put(path, out.as_bytes())?;
    Ok(losses.list())
}

fn put_document(out: &mut String, document: &LabelledDocument, losses: &mut Losses) {
    let passages = passages(document, losses);
    let spans: Vec<Span> = passages.iter().map(|p| p.span).collect();
    // Brackets are numbered through the document: equal numbers would say that two mentions are of one entity.
    let mut entities: Vec<(usize, &LabelledEntity)> = taggable(document, &spans, losses).into_iter().enumerate().collect();
    entities.sort_by_key(|(_, e)| e.span.start);
    let mut before = document.text.get(..spans.first().map_or(0, |s| s.start)).unwrap_or("").to_owned();
    for (n, passage) in passages.iter().enumerate() {
        if n == 0 {
            put_header(out, document);
        }
        if n == 0 || is_paragraph(&before) {
            out.push_str("# newpar\n");
        }
        put_comment(out, "sent_id", &format!("{}-{}", one_line(&document.doc_id), n + 1));
        let surface = passage.span.of(&document.text);
        put_comment(out, "text", &one_line(surface));
        let before_it = |at: usize| entities.partition_point(|(_, e)| e.span.start < at);
        let inside = entities.get(before_it(passage.span.start)..before_it(passage.span.end)).unwrap_or_default();
        let is_last = n + 1 == passages.len();
        put_tokens(out, &document.text, passage, inside, if n == 0 { &before } else { "" }, is_last);
        passage.gap.clone_into(&mut before);
    }
}

fn put_header(out: &mut String, document: &LabelledDocument) {
    put_comment(out, "newdoc id", &one_line(&document.doc_id));
    match document.entities {
        Some(_) => put_comment(out, "global.Entity", "eid-etype"),
        None => put_comment(out, "entities", "none"),
    }
    if document.sentences.is_none() {
        put_comment(out, "sentences", "none");
    }
    if let Some(url) = &document.url {
        put_comment(out, "meta::sourceURL", &one_line(url));
    }
    if document.rebuilt {
        put_comment(out, "rebuilt", "true");
    }
}

fn put_comment(out: &mut String, key: &str, value: &str) {
    let _ = writeln!(out, "# {key} = {value}");
}

fn put_tokens(out: &mut String, text: &str, passage: &Passage, entities: &[(usize, &LabelledEntity)], before: &str, is_last: bool) {
    let cuts = entities.iter().flat_map(|(_, e)| [e.span.start, e.span.end]).collect();
    let tokens = split(text, passage.span, &cuts);
    for (n, token) in tokens.iter().enumerate() {
        let next = tokens.get(n + 1);
        let gap = next.map_or(passage.gap.as_str(), |next| Span::new(token.end, next.start).of(text));
        let mut misc = Vec::new();
        let brackets = brackets(token, entities);
        if !brackets.is_empty() {
            misc.push(format!("Entity={brackets}"));
        }
        // What a reader does without being told: a blank, an empty line between paragraphs, nothing at the end.
        match (gap, next.is_none()) {
            (" ", false) | ("\n\n", true) if !(is_last && next.is_none()) => {}
            (" ", true) if !is_last => {}
            ("", true) if is_last => {}
            ("", _) => misc.push("SpaceAfter=No".to_owned()),
            (gap, _) => misc.push(format!("SpacesAfter={}", escaped(gap))),
        }
        if n == 0 && !before.is_empty() {
            misc.push(format!("SpacesBefore={}", escaped(before)));
        }
        let misc = if misc.is_empty() { "_".to_owned() } else { misc.join("|") };
        let _ = writeln!(out, "{}\t{}\t_\t_\t_\t_\t_\t_\t_\t{misc}", n + 1, token.of(text));
    }
    out.push('\n');
}

/// What opens and closes at a token: the longer outside the shorter; where mentions cross, what closes goes first.
fn brackets(token: &Span, entities: &[(usize, &LabelledEntity)]) -> String {
    let is_open = |e: &LabelledEntity| e.span != *token;
    let ends = entities.iter().filter(|(_, e)| is_open(e) && e.span.end == token.end);
    let closing: String = ends.map(|(id, _)| format!("e{})", id + 1)).collect();
    let mut starts: Vec<_> = entities.iter().filter(|(_, e)| e.span.start == token.start).collect();
    starts.sort_by_key(|(id, e)| (std::cmp::Reverse(e.span.end), *id));
    let bracket = |(id, e): &&(usize, &LabelledEntity)| format!("(e{}-{}{}", id + 1, encoded(&e.label), if is_open(e) { "" } else { ")" });
    let opening: String = starts.iter().map(bracket).collect();
    if opening.ends_with(')') && !starts.iter().any(|(_, e)| is_open(e)) { opening + &closing } else { closing + &opening }
}

/// Whether an empty line stands in it.
fn is_paragraph(gap: &str) -> bool {
    gap.matches('\n').count() > 1
}

/// UDPipe's escapes for white space.
fn escaped(spaces: &str) -> String {
    spaces.replace('\\', "\\\\").replace(' ', "\\s").replace('\t', "\\t").replace('\r', "\\r").replace('\n', "\\n").replace('|', "\\p")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::convert::intake::Intake;
    use crate::convert::tokens::generated::{documents, ordered};
    use proptest::prelude::*;

    #[test]
    fn crossing_and_nested_mentions_are_bracketed() {
        let entity = |start, end, label: &str| LabelledEntity { span: Span::new(start, end), label: label.into(), score: None };
        let entities = [entity(0, 7, "A"), entity(2, 7, "B"), entity(6, 7, "C"), entity(6, 9, "D-E")];
        let numbered: Vec<_> = entities.iter().enumerate().collect();
        let at = |start, end| brackets(&Span::new(start, end), &numbered);
        assert_eq!(at(0, 1), "(e1-A");
        assert_eq!(at(2, 5), "(e2-B");
        assert_eq!(at(6, 7), "e1)e2)(e4-D%2DE(e3-C)");
        assert_eq!(at(8, 9), "e4)");
        assert_eq!(brackets(&Span::new(6, 7), &numbered[..3]), "(e3-C)e1)e2)");
    }

    #[test]
    fn sentences_nobody_annotated_are_not_invented() {
        let document = LabelledDocument { doc_id: "a".into(), text: "Ann ran. Bob sat.".into(), ..LabelledDocument::default() };
        let file = tempfile::NamedTempFile::new().unwrap();
        write(std::slice::from_ref(&document), file.path()).unwrap();
        assert!(std::fs::read_to_string(file.path()).unwrap().contains("# sentences = none\n"));
        assert_eq!(super::super::read(file.path(), &mut Intake::new(&Default::default())).unwrap(), [document]);
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(documents in documents()) {
            let file = tempfile::NamedTempFile::new().unwrap();
            prop_assert_eq!(write(&documents, file.path()).unwrap(), []);
            let back = super::super::read(file.path(), &mut Intake::new(&Default::default())).unwrap();
            let ordered_all = |documents: Vec<LabelledDocument>| documents.into_iter().map(ordered).collect::<Vec<_>>();
            prop_assert_eq!(ordered_all(back), ordered_all(documents));
        }
    }
}
