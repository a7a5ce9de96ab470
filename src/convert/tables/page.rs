//! Graded sentences written as a table.

use std::path::Path;

use super::gathering::on_one_line;
use crate::convert::writing::{Losses, put};
use crate::convert::{ConvertError, LabelledDocument, LabelledSentence, Loss};

/// What a table has columns for.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Columns {
    pub worth: bool,
    pub verifiability: bool,
    pub types: bool,
    /// The document's name, which also tells where it ends.
    pub document: bool,
    /// The document's name, in a table where each sentence is a document.
    pub id: bool,
}

/// A sentence to write.
pub(super) struct Line<'d> {
    pub document: &'d LabelledDocument,
    pub sentence: &'d LabelledSentence,
    /// On one line.
    pub text: String,
    /// Its place in the document, from 1.
    pub number: usize,
}

impl Line<'_> {
    /// A name for a sentence that is a document by itself: the document's, numbered where that has several.
    pub fn id(&self) -> String {
        let alone = self.document.sentences.as_ref().is_none_or(|s| s.len() == 1);
        if alone { self.document.doc_id.clone() } else { format!("{}#{}", self.document.doc_id, self.number) }
    }
}

/// The sentences of all documents for a table with these columns; what has none is counted.
pub(super) fn lines<'d>(documents: &'d [LabelledDocument], columns: Columns, losses: &mut Losses) -> Vec<Line<'d>> {
    let mut lines = Vec::new();
    for document in documents {
        count_document(document, columns, losses);
        let sentences = document.sentences.iter().flatten();
        for (at, sentence) in sentences.enumerate() {
            let text = on_one_line(sentence.span.of(&document.text));
            if text.is_empty() {
                losses.add("empty sentences", 1);
                continue;
            }
            count_sentence(sentence, columns, losses);
            lines.push(Line { document, sentence, text, number: at + 1 });
        }
    }
    lines
}

/// Tells where a table that names documents runs two of them together: one after the other under one name.
#[derive(Default)]
pub(super) struct Bounds<'d> {
    last: Option<&'d LabelledDocument>,
}

impl<'d> Bounds<'d> {
    /// Counts the bound before this row if it is lost.
    pub fn row(&mut self, document: &'d LabelledDocument, losses: &mut Losses) {
        let runs_on = |last: &LabelledDocument| !std::ptr::eq(last, document) && last.doc_id == document.doc_id;
        losses.add("bounds between documents of one name", usize::from(self.last.is_some_and(runs_on)));
        self.last = Some(document);
    }
}

fn count_document(document: &LabelledDocument, columns: Columns, losses: &mut Losses) {
    let number = |annotated: bool, what: &str, losses: &mut Losses| losses.add(what, usize::from(annotated));
    let sentences = document.sentences.as_deref().unwrap_or_default();
    let one_a_line: Vec<String> = sentences.iter().map(|s| on_one_line(s.span.of(&document.text))).collect();
    number(sentences.is_empty(), "documents without sentences", losses);
    number(
        !sentences.is_empty() && one_a_line.join("\n") != document.text,
        "layouts of documents (their sentences come a line each)",
        losses,
    );
    number(!columns.document && sentences.len() > 1, "bounds of documents (each sentence becomes one)", losses);
    number(!columns.document && !columns.id, "names of documents", losses);
    number(document.url.is_some(), "web addresses", losses);
    losses.add("entities", document.entities.as_ref().map_or(0, Vec::len));
    losses.add("attributions", document.attributions.as_ref().map_or(0, Vec::len));
    losses.add("claims", document.claims.as_ref().map_or(0, Vec::len));
}

fn count_sentence(sentence: &LabelledSentence, columns: Columns, losses: &mut Losses) {
    losses.add("check-worthiness grades", usize::from(!columns.worth && sentence.worth.is_some()));
    losses.add("verifiability grades", usize::from(!columns.verifiability && sentence.verifiability.is_some()));
    losses.add("types of sentences", usize::from(!columns.types && sentence.types.is_some()));
    losses.add("scores", usize::from(sentence.score.is_some()));
}

/// Writes rows under a header, quoting what needs it as pandas does.
pub(super) fn save(path: &Path, delimiter: u8, header: &[&str], rows: &[Vec<String>], losses: Losses) -> Result<Vec<Loss>, ConvertError> {
    let mut writer = csv::WriterBuilder::new().delimiter(delimiter).from_writer(Vec::new());
    let mut written = writer.write_record(header);
    for row in rows {
        written = written.and_then(|()| writer.write_record(row));
    }
    let content = written.map_err(|e| e.to_string()).and_then(|()| writer.into_inner().map_err(|e| e.to_string()));
    put(path, &content.map_err(|e| ConvertError::file(path, e))?)?;
    Ok(losses.list())
}
