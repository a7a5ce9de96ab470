//! Tables: one graded sentence a row. `rows` cuts a file into rows, `sheet` names its columns, `gathering` makes
//! documents of graded sentences, `page` writes them; each format is a short specification over these.

pub(super) mod checkthat;
pub(super) mod claimbuster;
pub(super) mod environmental;
mod gathering;
pub(super) mod newssd;
mod page;
pub(super) mod policlaim;
mod rows;
mod sheet;

/// 0 or 1, also as pandas writes them beside empty cells.
fn zero_or_one(cell: &str) -> Result<bool, String> {
    match cell {
        "1" | "1.0" => Ok(true),
        "0" | "0.0" => Ok(false),
        other => Err(format!("found {other:?}, expected 0 or 1")),
    }
}

/// A cell that must hold text.
fn sentence(cell: &str) -> Result<String, String> {
    if cell.is_empty() { Err("found nothing, expected a sentence".into()) } else { Ok(cell.to_owned()) }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use proptest::prelude::*;

    use crate::convert::intake::Intake;
    use crate::convert::testing::{self, Read};
    use crate::convert::{ConvertError, LabelledDocument, LabelledSentence, Loss, Options, Reading};
    use crate::labels::{ClaimType, Verifiability, Worth};
    use crate::span::Span;

    type Write = fn(&[LabelledDocument], &Path) -> Result<Vec<Loss>, ConvertError>;

    /// A sentence's text and the classes to grade it with.
    type Drawn = (String, Worth, Verifiability, Vec<ClaimType>);

    /// What `read` makes of a file with this content, named `t.tsv`.
    pub(super) fn of(read: Read, content: &str, lenient: bool) -> Result<Reading, ConvertError> {
        named(read, "t.tsv", content, lenient)
    }

    pub(super) fn named(read: Read, name: &str, content: &str, lenient: bool) -> Result<Reading, ConvertError> {
        testing::file(read, name, content, lenient)
    }

    pub(super) fn written_and_read(documents: &[LabelledDocument], write: Write, read: Read) -> (Vec<LabelledDocument>, Vec<Loss>) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("t.tsv");
        let losses = write(documents, &path).unwrap();
        (read(&path, &mut Intake::new(&Options::default())).unwrap(), losses)
    }

    /// Documents as tables make them, their sentences graded by `grade`.
    pub(super) fn graded_documents(
        grade: fn(Worth, Verifiability, Vec<ClaimType>) -> LabelledSentence,
    ) -> impl Strategy<Value = Vec<LabelledDocument>> {
        let sentence = (
            "[a-c\"',;\té😀\u{301}שׁ]{0,8}[a\"😀]",
            prop::sample::select(Worth::ALL),
            prop::sample::select(Verifiability::ALL),
            prop::sample::subsequence(&ClaimType::ALL[..5], 0..3),
        );
        let document = prop::collection::vec(sentence.prop_filter("trimmed", |(t, ..)| t.trim() == t), 1..4);
        prop::collection::vec(document, 1..4).prop_map(move |documents| {
            let build = |(at, sentences): (usize, Vec<Drawn>)| {
                let mut document = LabelledDocument { doc_id: format!("d{at}"), rebuilt: true, ..LabelledDocument::default() };
                for (text, worth, verifiability, types) in sentences {
                    let start = document.text.len() + usize::from(!document.text.is_empty());
                    document.text = if start == 0 { text } else { format!("{}\n{text}", document.text) };
                    let span = Span::new(start, document.text.len());
                    document.sentences.get_or_insert_default().push(LabelledSentence { span, ..grade(worth, verifiability, types) });
                }
                document
            };
            documents.into_iter().enumerate().map(build).collect()
        })
    }

    /// A document for each of their sentences, named by `name`.
    pub(super) fn apart(documents: &[LabelledDocument], name: impl Fn(&LabelledDocument, usize, usize) -> String) -> Vec<LabelledDocument> {
        let mut row = 0;
        let mut all = Vec::new();
        for document in documents {
            for (at, sentence) in document.sentences.iter().flatten().enumerate() {
                row += 1;
                let text = sentence.span.of(&document.text).to_owned();
                let sentences = Some(vec![LabelledSentence { span: Span::new(0, text.len()), ..sentence.clone() }]);
                all.push(LabelledDocument {
                    doc_id: name(document, at + 1, row),
                    text,
                    rebuilt: true,
                    sentences,
                    ..LabelledDocument::default()
                });
            }
        }
        all
    }
}
