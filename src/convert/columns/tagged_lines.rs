//! Writes two columns, token and IOB2 tag, with comments that keep the text as it was.

use std::fmt::Write as _;
use std::path::Path;

use crate::convert::tokens::{Passage, flat, iob2, one_line, passages, split, taggable};
use crate::convert::writing::{Losses, put};
use crate::convert::{ConvertError, LabelledDocument, LabelledEntity, Loss};
use crate::span::Span;

/// Writes `documents`, a sentence a block.
pub(in crate::convert) fn write(documents: &[LabelledDocument], path: &Path) -> Result<Vec<Loss>, ConvertError> {
    let mut losses = Losses::default();
    let mut out = String::new();
    for document in documents {
        losses.add("web addresses", usize::from(document.url.is_some()));
        put_document(&mut out, document, &mut losses);
    }
    put(path, out.as_bytes())?;
    Ok(losses.list())
}

fn put_document(out: &mut String, document: &LabelledDocument, losses: &mut Losses) {
    let passages = passages(document, losses);
    let held = held(document, &passages, losses);
    for (n, passage) in passages.iter().enumerate() {
        if n == 0 {
            put_line(out, "newdoc id", &one_line(&document.doc_id));
            if !document.rebuilt {
                put_line(out, "rebuilt", "false");
            }
            if document.entities.is_none() {
                put_line(out, "entities", "none");
            }
            if document.sentences.is_none() {
                put_line(out, "sentences", "none");
            }
        }
        put_spaces(out, document, &passages, n);
        put_sentence(out, &document.text, passage, &held);
    }
}

/// What is around the sentence, where a reader would not expect it.
fn put_spaces(out: &mut String, document: &LabelledDocument, passages: &[Passage], n: usize) {
    let Some(passage) = passages.get(n) else { return };
    let before = document.text.get(..passage.span.start).unwrap_or("");
    if n == 0 && !before.is_empty() {
        put_json(out, "space_before", before);
    }
    match (passages.get(n + 1), passage.gap.as_str()) {
        (Some(_), "\n") | (None, "") => {}
        (_, gap) => put_json(out, "space_after", gap),
    }
}

fn put_sentence(out: &mut String, text: &str, passage: &Passage, held: &[&LabelledEntity]) {
    let surface = passage.span.of(text);
    let line = one_line(surface);
    put_line(out, "text", &line);
    if line != surface {
        put_json(out, "text_exact", surface);
    }
    let inside = inside(held, passage.span);
    let tokens = split(text, passage.span, &inside.iter().flat_map(|e| [e.span.start, e.span.end]).collect());
    for (token, tag) in tokens.iter().zip(iob2(&tokens, inside)) {
        let _ = writeln!(out, "{}\t{tag}", token.of(text));
    }
    out.push('\n');
}

/// Those of `held`, which is sorted and lies in sentences, that lie in this one.
fn inside<'h, 'd>(held: &'h [&'d LabelledEntity], sentence: Span) -> &'h [&'d LabelledEntity] {
    let first = held.partition_point(|e| e.span.start < sentence.start);
    let end = held.partition_point(|e| e.span.start < sentence.end);
    held.get(first..end).unwrap_or_default()
}

/// The entities that IOB2 can hold, in the order of the text.
fn held<'d>(document: &'d LabelledDocument, passages: &[Passage], losses: &mut Losses) -> Vec<&'d LabelledEntity> {
    let spans: Vec<Span> = passages.iter().map(|p| p.span).collect();
    let fits = taggable(document, &spans, losses);
    let (kept, lost) = flat(fits);
    losses.add("nested or overlapping entities", lost);
    kept
}

fn put_line(out: &mut String, key: &str, value: &str) {
    let _ = writeln!(out, "# {key} = {value}");
}

fn put_json(out: &mut String, key: &str, value: &str) {
    put_line(out, key, &serde_json::Value::from(value).to_string());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::convert::intake::Intake;
    use crate::convert::tokens::generated::{documents, ordered};
    use crate::convert::{LabelledAttribution, LabelledSentence};
    use proptest::prelude::*;

    fn there_and_back(documents: &[LabelledDocument]) -> (Vec<LabelledDocument>, Vec<Loss>, String) {
        let file = tempfile::NamedTempFile::new().unwrap();
        let losses = write(documents, file.path()).unwrap();
        let back = super::super::read(file.path(), &mut Intake::new(&Default::default())).unwrap();
        (back.into_iter().map(ordered).collect(), losses, std::fs::read_to_string(file.path()).unwrap())
    }

    #[test]
    fn what_does_not_fit_is_counted() {
        let entity = |start, end| LabelledEntity { span: Span::new(start, end), label: "X".into(), score: Some(0.5) };
        let sentence = |start, end| LabelledSentence { span: Span::new(start, end), ..LabelledSentence::default() };
        let document = LabelledDocument {
            doc_id: "a".into(),
            text: "One two. Three.\n\nFour".into(),
            sentences: Some(vec![sentence(0, 8), sentence(9, 15)]),
            entities: Some(vec![entity(0, 7), entity(4, 7), entity(4, 14), entity(8, 9), entity(17, 19)]),
            attributions: Some(vec![LabelledAttribution::default()]),
            ..LabelledDocument::default()
        };
        let (back, losses, written) = there_and_back(std::slice::from_ref(&document));
        let losses: Vec<(&str, usize)> = losses.iter().map(|l| (l.what.as_str(), l.count)).collect();
        assert_eq!(
            losses,
            [
                ("attributions", 1),
                ("entities across sentences", 1),
                ("entities that begin or end with white space", 1),
                ("nested or overlapping entities", 1),
                ("scores of entities", 5),
                ("stretches of text outside sentences (written as sentences)", 1)
            ]
        );
        assert_eq!(back[0].text, document.text);
        assert!(written.contains("# space_after = \"\\n\\n\"\n") && written.contains("\ntwo\tI-X\n"), "{written}");
        assert!(written.ends_with("Fo\tB-X\nur\tO\n\n"), "every boundary of an entity is one of a token: {written}");
    }

    #[test]
    fn sentences_nobody_annotated_are_not_invented() {
        let document = LabelledDocument { doc_id: "a".into(), text: "Ann ran. Bob sat.".into(), ..LabelledDocument::default() };
        let (back, _, written) = there_and_back(std::slice::from_ref(&document));
        assert!(written.contains("# sentences = none\n") && written.matches("\n\n").count() == 2, "{written}");
        assert_eq!(back, [document]);
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(documents in documents()) {
            let (back, losses, _) = there_and_back(&documents);
            let mut lost = 0;
            let expected: Vec<LabelledDocument> = documents.into_iter().map(|mut document| {
                if let Some(entities) = document.entities.take() {
                    let (kept, not) = flat(entities.iter().collect());
                    lost += not;
                    document.entities = Some(kept.into_iter().cloned().collect());
                }
                ordered(document)
            }).collect();
            prop_assert_eq!(back, expected);
            prop_assert_eq!(losses.iter().map(|l| l.count).sum::<usize>(), lost);
        }
    }
}
