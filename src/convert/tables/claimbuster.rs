//! ClaimBuster's tables (Arslan et al., ICWSM 2020): one graded sentence of a debate a row.

use std::path::Path;

use super::gathering::Gathering;
use super::page::{Bounds, Columns, lines, save};
use super::sentence;
use super::sheet::{Sheet, each_file};
use crate::convert::intake::Intake;
use crate::convert::writing::Losses;
use crate::convert::{ConvertError, LabelledDocument, LabelledSentence, Loss, OneOf};
use crate::labels::Worth;

/// The verdicts and what they are.
const VERDICTS: [(&str, Worth); 3] = [("-1", Worth::Nfs), ("0", Worth::Ufs), ("1", Worth::Cfs)];

/// The sentences of a debate, in order, make one document, a sentence a line.
pub(in crate::convert) fn read(path: &Path, intake: &mut Intake) -> Result<Vec<LabelledDocument>, ConvertError> {
    each_file(path, &["csv", "tsv"], intake, |file, intake| {
        let sheet = Sheet::open(file, intake)?.with_header();
        let (text, verdict) = (sheet.needs(&["text"])?, sheet.needs(&["verdict"])?);
        let (debate, id) = (sheet.has(&["file_id"]), sheet.has(&["sentence_id"]));
        let mut gathering = Gathering::new(file);
        for (at, row) in sheet.rows.iter().enumerate() {
            let read = sheet.cell(row, text, sentence).and_then(|text| Ok((text, sheet.cell(row, verdict, worth)?)));
            let Some((text, worth)) = intake.take(read)? else { continue };
            let graded = LabelledSentence { worth: Some(OneOf::One(worth)), ..LabelledSentence::default() };
            match debate.map(|column| row.cell(column)).filter(|name| !name.is_empty()) {
                Some(name) => gathering.line(name, &text, graded),
                None => _ = gathering.alone(id.map(|column| row.cell(column)), at + 1, &text, graded),
            }
        }
        Ok(gathering.finish())
    })
}

fn worth(cell: &str) -> Result<Worth, String> {
    let cell = cell.strip_suffix(".0").unwrap_or(cell);
    let found = VERDICTS.iter().find(|(verdict, _)| *verdict == cell);
    found.map(|(_, worth)| *worth).ok_or_else(|| format!("found {cell:?}, expected -1, 0 or 1"))
}

/// A row for each sentence whose grade is known, under the columns that mean something to a reader.
pub(in crate::convert) fn write(documents: &[LabelledDocument], path: &Path) -> Result<Vec<Loss>, ConvertError> {
    let mut losses = Losses::default();
    let mut rows = Vec::new();
    let mut bounds = Bounds::default();
    for line in lines(documents, Columns { worth: true, document: true, ..Columns::default() }, &mut losses) {
        let worth = line.sentence.worth.as_ref().and_then(OneOf::known);
        let Some((verdict, _)) = VERDICTS.iter().find(|(_, w)| Some(*w) == worth) else {
            losses.add("sentences not known to be NFS, UFS or CFS", 1);
            continue;
        };
        bounds.row(line.document, &mut losses);
        rows.push(vec![
            (rows.len() + 1).to_string(),
            line.text,
            line.document.doc_id.clone(),
            line.number.to_string(),
            (*verdict).to_owned(),
        ]);
    }
    save(path, b',', &["Sentence_id", "Text", "File_id", "Line_number", "Verdict"], &rows, losses)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{graded_documents, of, written_and_read};
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn rows_of_one_debate_make_one_document() {
        let rows =
            "Sentence_id,Text,File_id,Verdict\n1,\"We spend 50%, they say.\",a.txt,1\n2,Thank you.,a.txt,-1\n3,I was there.,b.txt,0\n";
        let documents = of(read, rows, false).unwrap().documents;
        assert_eq!(documents.len(), 2);
        let text = &documents[0].text;
        let graded: Vec<_> =
            documents[0].sentences.iter().flatten().map(|s| (s.span.of(text), s.worth.clone().and_then(|w| w.known()))).collect();
        assert_eq!(graded, [("We spend 50%, they say.", Some(Worth::Cfs)), ("Thank you.", Some(Worth::Nfs))]);
    }

    #[test]
    fn a_verdict_that_is_no_grade_names_the_line_and_can_be_skipped() {
        let rows = "Text,Verdict,File_id\n\"two\nlines\",1,a\nHello,7,a\n,1,a\n";
        let error = of(read, rows, false).unwrap_err().to_string();
        assert!(error.contains("line 4: column verdict") && error.contains("expected -1, 0 or 1"), "{error}");
        let lenient = of(read, rows, true).unwrap();
        assert_eq!((lenient.documents[0].text.as_str(), lenient.skipped.len()), ("two lines", 2));
    }

    #[test]
    fn neighbours_of_one_name_are_counted_as_they_come_back_as_one() {
        let document = |doc_id: &str, worth: Option<Worth>| {
            let worth = worth.map(OneOf::One);
            let sentences = Some(vec![LabelledSentence { span: crate::span::Span::new(0, 2), worth, ..LabelledSentence::default() }]);
            LabelledDocument { doc_id: doc_id.into(), text: "A.".into(), sentences, ..LabelledDocument::default() }
        };
        let known = Some(Worth::Cfs);
        let documents = [document("a", known), document("b", None), document("a", known), document("c", known), document("a", known)];
        let (read, losses) = written_and_read(&documents, write, read);
        assert_eq!(read.iter().map(|d| d.text.as_str()).collect::<Vec<_>>(), ["A.\nA.", "A.", "A."]);
        let bounds: Vec<_> = losses.iter().filter(|l| l.what.starts_with("bounds")).map(|l| l.count).collect();
        assert_eq!(bounds, [1]);
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(documents in graded_documents(|worth, _, _| LabelledSentence { worth: Some(OneOf::One(worth)), ..LabelledSentence::default() })) {
            prop_assert_eq!(written_and_read(&documents, write, read), (documents, vec![]));
        }
    }
}
