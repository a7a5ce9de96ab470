//! ClaimBuster's tables (Arslan et al., ICWSM 2020): one graded sentence of a debate a row.

use std::path::Path;

use serde::Deserialize;

use super::{ConvertError, GoldDocument, GoldSentence, text_of};
use crate::labels::Worth;
use crate::span::Span;

#[derive(Deserialize)]
struct Row {
    #[serde(rename = "Text")]
    text: String,
    #[serde(rename = "Verdict")]
    verdict: i8,
    #[serde(rename = "File_id", default)]
    file: String,
}

/// The sentences of a debate, in order, make one document, a sentence a line.
pub(super) fn read(path: &Path) -> Result<Vec<GoldDocument>, ConvertError> {
    let content = text_of(path)?;
    let mut documents: Vec<GoldDocument> = Vec::new();
    for row in csv::Reader::from_reader(content.as_bytes()).deserialize::<Row>() {
        let row = row.map_err(|e| {
            let line = e.position().map_or(0, |p| p.line() as usize);
            ConvertError::line(path, line, format!("{e}; expected the columns Text, Verdict and File_id"))
        })?;
        let worth = match row.verdict {
            -1 => Worth::Nfs,
            0 => Worth::Ufs,
            1 => Worth::Cfs,
            other => return Err(ConvertError::file(path, format!("Verdict {other} of {:?}: expected -1, 0 or 1", row.text))),
        };
        if documents.last().is_none_or(|d| d.doc_id != row.file) {
            documents.push(GoldDocument { doc_id: row.file, sentences: Some(Vec::new()), ..GoldDocument::default() });
        }
        let Some(document) = documents.last_mut() else { continue };
        let start = document.text.len();
        document.text.push_str(&row.text);
        let span = Span::new(start, document.text.len()).trimmed(&document.text);
        document.sentences.get_or_insert_default().push(GoldSentence { span, worth: Some(worth), ..GoldSentence::default() });
        document.text.push('\n');
    }
    Ok(documents)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(rows: &str) -> Result<Vec<GoldDocument>, ConvertError> {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), rows).unwrap();
        read(file.path())
    }

    #[test]
    fn rows_of_one_debate_make_one_document() {
        let documents =
            of("Sentence_id,Text,File_id,Verdict\n1,\"We spend 50%, they say.\",a.txt,1\n2,Thank you.,a.txt,-1\n3,I was there.,b.txt,0\n")
                .unwrap();
        assert_eq!(documents.len(), 2);
        let graded: Vec<_> = documents[0].sentences.iter().flatten().map(|s| (s.span.of(&documents[0].text), s.worth)).collect();
        assert_eq!(graded, [("We spend 50%, they say.", Some(Worth::Cfs)), ("Thank you.", Some(Worth::Nfs))]);
    }

    #[test]
    fn a_verdict_that_is_no_grade_names_the_line() {
        assert!(of("Text,Verdict,File_id\nHello,maybe,a\n").unwrap_err().to_string().contains("line 2"));
        assert!(of("Text,Verdict,File_id\nHello,7,a\n").unwrap_err().to_string().contains("expected -1, 0 or 1"));
    }
}
