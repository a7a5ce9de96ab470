//! Graded sentences put together to documents.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use crate::convert::{LabelledDocument, LabelledSentence};
use crate::span::Span;

/// The documents of one file as they come.
///
/// The rows that name a document, one after the other, make it up, a sentence a line; a row that names none is a
/// document by itself. Line breaks inside a sentence become blanks, so that a line stays a sentence.
pub(super) struct Gathering {
    file: String,
    documents: Vec<LabelledDocument>,
    /// The name the rows of the last document gave it.
    open: Option<String>,
    /// How often a name has been asked for.
    asked: HashMap<String, usize>,
    given: HashSet<String>,
}

impl Gathering {
    pub fn new(path: &Path) -> Self {
        let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Self { file, documents: Vec::new(), open: None, asked: HashMap::new(), given: HashSet::new() }
    }

    /// Adds a sentence to the document named so, or begins that.
    pub fn line(&mut self, document: &str, text: &str, graded: LabelledSentence) {
        if self.open.as_deref() != Some(document) {
            self.begin(document);
            self.open = Some(document.to_owned());
        }
        self.push(text, graded);
    }

    /// Adds a document of one sentence: the `number`th row, or named by `id`.
    pub fn alone(&mut self, id: Option<&str>, number: usize, text: &str, graded: LabelledSentence) -> Option<&mut LabelledDocument> {
        let numbered = format!("{}#{number}", self.file);
        self.begin(id.filter(|id| !id.is_empty()).unwrap_or(&numbered));
        self.open = None;
        self.push(text, graded);
        self.documents.last_mut()
    }

    pub fn finish(self) -> Vec<LabelledDocument> {
        self.documents
    }

    /// A name given before comes with how often it has been: `a`, `a#2`; a higher number where a row has that name.
    fn begin(&mut self, name: &str) {
        let count = self.asked.entry(name.to_owned()).or_default();
        let doc_id = loop {
            *count += 1;
            let doc_id = if *count > 1 { format!("{name}#{count}") } else { name.to_owned() };
            if self.given.insert(doc_id.clone()) {
                break doc_id;
            }
        };
        self.documents.push(LabelledDocument { doc_id, rebuilt: true, sentences: Some(Vec::new()), ..LabelledDocument::default() });
    }

    fn push(&mut self, text: &str, graded: LabelledSentence) {
        let Some(document) = self.documents.last_mut() else { return };
        if !document.text.is_empty() {
            document.text.push('\n');
        }
        let start = document.text.len();
        document.text.push_str(&on_one_line(text));
        let span = Span::new(start, document.text.len());
        document.sentences.get_or_insert_default().push(LabelledSentence { span, ..graded });
    }
}

/// The text trimmed, with a blank for each line break and the white space around it.
pub(super) fn on_one_line(text: &str) -> String {
    let lines = text.split(['\n', '\r']).map(str::trim).filter(|l| !l.is_empty());
    lines.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_a_document_are_its_lines_and_others_stand_alone() {
        let mut gathering = Gathering::new("x/t.csv".as_ref());
        for (document, text) in [("a", "One."), ("a", " Two\r\n halves. "), ("b", "Three."), ("a", "Four.")] {
            gathering.line(document, text, LabelledSentence::default());
        }
        gathering.alone(None, 5, "Five.", LabelledSentence::default());
        gathering.alone(Some("b"), 6, "Six.", LabelledSentence::default());
        let documents = gathering.finish();
        let named: Vec<_> = documents.iter().map(|d| (d.doc_id.as_str(), d.text.as_str())).collect();
        assert_eq!(named, [("a", "One.\nTwo halves."), ("b", "Three."), ("a#2", "Four."), ("t.csv#5", "Five."), ("b#2", "Six.")]);
        let second = documents[0].sentences.as_ref().unwrap()[1].span;
        assert_eq!(second.of(&documents[0].text), "Two halves.");
    }

    #[test]
    fn no_two_documents_get_one_name() {
        let names = |ids: &[&str]| {
            let mut gathering = Gathering::new("t.csv".as_ref());
            for id in ids {
                gathering.alone(Some(id), 1, "A.", LabelledSentence::default());
            }
            gathering.finish().into_iter().map(|d| d.doc_id).collect::<Vec<_>>()
        };
        assert_eq!(names(&["1", "1", "1#2", "1"]), ["1", "1#2", "1#2#2", "1#3"]);
        assert_eq!(names(&["1#2", "1", "1", "1"]), ["1#2", "1", "1#3", "1#4"]);
    }
}
