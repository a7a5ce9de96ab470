//! NewsSD (Antici et al., LREC-COLING 2024): a sentence of news a row, objective or subjective.

use std::path::Path;

use super::gathering::Gathering;
use super::page::{Columns, lines, save};
use super::sentence;
use super::sheet::{Sheet, each_file};
use crate::convert::intake::Intake;
use crate::convert::writing::Losses;
use crate::convert::{ConvertError, LabelledDocument, LabelledSentence, Loss, OneOf};
use crate::labels::Verifiability;

/// Each sentence is a document: the corpus shuffles them and names no articles.
pub(in crate::convert) fn read(path: &Path, intake: &mut Intake) -> Result<Vec<LabelledDocument>, ConvertError> {
    each_file(path, &["csv", "tsv"], intake, |file, intake| {
        let sheet = Sheet::open(file, intake)?.with_header();
        let (text, label) = (sheet.needs(&["sentence"])?, sheet.needs(&["label"])?);
        let mut gathering = Gathering::new(file);
        for (at, row) in sheet.rows.iter().enumerate() {
            let read = sheet.cell(row, text, sentence).and_then(|text| Ok((text, sheet.cell(row, label, subjectivity)?)));
            if let Some((text, verifiability)) = intake.take(read)? {
                let graded = LabelledSentence { verifiability: Some(verifiability), ..LabelledSentence::default() };
                gathering.alone(None, at + 1, &text, graded);
            }
        }
        Ok(gathering.finish())
    })
}

/// A subjective sentence is an opinion; an objective one may hold facts, facts and judgement, or neither.
pub(super) fn subjectivity(cell: &str) -> Result<OneOf<Verifiability>, String> {
    match cell.to_ascii_uppercase().as_str() {
        "SUBJ" => Ok(OneOf::One(Verifiability::Opinion)),
        "OBJ" => Ok(OneOf::Several(vec![Verifiability::Factual, Verifiability::Mixed, Verifiability::None])),
        _ => Err(format!("found {cell:?}, expected OBJ or SUBJ")),
    }
}

/// A row for each sentence known to be an opinion or none.
pub(in crate::convert) fn write(documents: &[LabelledDocument], path: &Path) -> Result<Vec<Loss>, ConvertError> {
    let mut losses = Losses::default();
    let mut rows = Vec::new();
    for line in lines(documents, Columns { verifiability: true, ..Columns::default() }, &mut losses) {
        let grade = line.sentence.verifiability.as_ref();
        let Some(opinion) = grade.and_then(|v| v.is_one_of(&[Verifiability::Opinion])) else {
            losses.add("sentences not known to be opinions or none", 1);
            continue;
        };
        let label = if opinion { "SUBJ" } else { "OBJ" };
        losses.add("differences between factual, mixed and none", usize::from(subjectivity(label).ok().as_ref() != grade));
        rows.push(vec![line.text, label.to_owned(), "False".to_owned()]);
    }
    save(path, b',', &["Sentence", "Label", "Solved conflict"], &rows, losses)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{apart, graded_documents, of, written_and_read};
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_line_break_that_ends_a_cell_is_no_text() {
        let documents = of(read, "Sentence,Label,Solved conflict\n\"A, b.\n\",OBJ,False\nFine!,SUBJ,True\n", false).unwrap().documents;
        assert_eq!((documents[0].text.as_str(), documents[1].doc_id.as_str()), ("A, b.", "t.tsv#2"));
        let grade =
            |d: &LabelledDocument| d.sentences.as_ref().unwrap()[0].verifiability.as_ref().unwrap().is_one_of(&[Verifiability::Opinion]);
        assert_eq!((grade(&documents[0]), grade(&documents[1])), (Some(false), Some(true)));
        assert!(of(read, "Sentence,Label\nA,objective\n", false).unwrap_err().to_string().contains("line 2: column label"));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(documents in graded_documents(|_, v, _| {
            let label = if v == Verifiability::Opinion { "SUBJ" } else { "OBJ" };
            LabelledSentence { verifiability: subjectivity(label).ok(), ..LabelledSentence::default() }
        })) {
            let (read, losses) = written_and_read(&documents, write, read);
            prop_assert_eq!(read, apart(&documents, |_, _, row| format!("t.tsv#{row}")));
            prop_assert!(losses.iter().all(|l| l.what.contains("documents")), "{:?}", losses);
        }
    }
}
