//! Our own grades of sentences in corpora: stand-off, since their texts are not ours to copy.
//!
//! A line of JSON a sentence: `{"doc_id", "text_sha256", "start", "end", "label", "verifiability", "types"}`, offsets in
//! characters. Only graded sentences of a corpus are kept, and nothing else that it says.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

use crate::convert::{LabelledDocument, LabelledSentence, OneOf};
use crate::labels::{ClaimType, Verifiability, Worth};
use crate::model::digest_of;
use crate::span::{OffsetUnit, Positions, Span};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Grade {
    doc_id: String,
    text_sha256: String,
    start: usize,
    end: usize,
    label: Worth,
    verifiability: Verifiability,
    types: Vec<ClaimType>,
}

/// The documents that hold graded sentences, with these alone.
pub(super) fn graded(path: &Path, documents: Vec<LabelledDocument>) -> Result<Vec<LabelledDocument>> {
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let mut of: BTreeMap<String, Vec<(usize, Grade)>> = BTreeMap::new();
    for (at, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let grade: Grade = serde_json::from_str(line).with_context(|| format!("{}, line {}", path.display(), at + 1))?;
        of.entry(grade.doc_id.clone()).or_default().push((at + 1, grade));
    }
    let mut kept = Vec::new();
    for document in documents {
        let Some(mut grades) = of.remove(&document.doc_id) else { continue };
        grades.sort_by_key(|(_, grade)| grade.start);
        let hash = digest_of(document.text.as_bytes());
        let positions = Positions::new(&document.text, OffsetUnit::Char);
        let byte = |at| positions.to_byte(&document.text, at);
        let sentence = |(line, grade): (usize, Grade)| -> Result<LabelledSentence> {
            let place = || format!("{}, line {line}: {}", path.display(), grade.doc_id);
            ensure!(grade.text_sha256 == hash, "{}: found a text with sha256 {hash}, expected {}", place(), grade.text_sha256);
            let ends = byte(grade.start).zip(byte(grade.end)).filter(|(start, end)| start < end);
            let (start, end) = ends.with_context(|| format!("{}: {}–{} is no stretch of the text", place(), grade.start, grade.end))?;
            Ok(LabelledSentence {
                span: Span::new(start, end),
                worth: Some(OneOf::One(grade.label)),
                verifiability: Some(OneOf::One(grade.verifiability)),
                types: Some(grade.types),
                ..LabelledSentence::default()
            })
        };
        let sentences = Some(grades.into_iter().map(sentence).collect::<Result<_>>()?);
        let LabelledDocument { doc_id, text, rebuilt, .. } = document;
        kept.push(LabelledDocument { doc_id, text, rebuilt, sentences, ..LabelledDocument::default() });
    }
    ensure!(of.is_empty(), "{}: the corpus has no document {:?}", path.display(), of.keys().next().map_or("", String::as_str));
    Ok(kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grades(lines: &str) -> Result<Vec<LabelledDocument>> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("grades.jsonl");
        std::fs::write(&path, lines)?;
        let document = |id: &str, text: &str| LabelledDocument { doc_id: id.into(), text: text.into(), ..LabelledDocument::default() };
        graded(&path, vec![document("a", "Café. It rose 5%."), document("b", "Other.")])
    }

    fn line(doc_id: &str, text: &str, start: usize, end: usize) -> String {
        let hash = digest_of(text.as_bytes());
        format!(
            r#"{{"doc_id":"{doc_id}","text_sha256":"{hash}","start":{start},"end":{end},"label":"CFS","verifiability":"factual","types":["quantity"]}}"#
        )
    }

    #[test]
    fn only_graded_sentences_are_kept_at_the_right_place() {
        let found = grades(&line("a", "Café. It rose 5%.", 6, 17)).unwrap();
        assert_eq!(found.len(), 1);
        let sentence = &found[0].sentences.as_ref().unwrap()[0];
        assert_eq!(sentence.span.of(&found[0].text), "It rose 5%.");
        assert_eq!((sentence.worth.as_ref(), sentence.types.as_deref()), (Some(&OneOf::One(Worth::Cfs)), Some(&[ClaimType::Quantity][..])));
    }

    #[test]
    fn grades_that_do_not_fit_the_corpus_are_refused_with_their_place() {
        for (lines, said) in [
            (line("a", "Another text", 0, 4), "line 1: a: found a text with sha256"),
            (line("a", "Café. It rose 5%.", 6, 99), "6–99 is no stretch"),
            (line("z", "Zzz", 0, 1), "no document \"z\""),
            ("{}".to_owned(), "line 1"),
        ] {
            let error = format!("{:#}", grades(&lines).unwrap_err());
            assert!(error.contains(said), "{error:?} does not say {said:?}");
        }
    }
}
