//! environmental-claims (Stammbach et al., ACL 2023): a sentence of a company report a line of JSON, a claim or not.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::gathering::Gathering;
use super::page::{Columns, lines};
use super::sentence;
use super::sheet::each_file;
use crate::convert::intake::Intake;
use crate::convert::writing::{Losses, put};
use crate::convert::{ConvertError, LabelledDocument, LabelledSentence, Loss, OneOf, text_of};
use crate::labels::Worth;

#[derive(Serialize, Deserialize)]
struct Row {
    text: String,
    label: u64,
}

/// Each sentence is a document; an environmental claim is what a fact-checker would look at.
pub(in crate::convert) fn read(path: &Path, intake: &mut Intake) -> Result<Vec<LabelledDocument>, ConvertError> {
    each_file(path, &["jsonl", "json"], intake, |file, intake| {
        let mut gathering = Gathering::new(file);
        for (at, line) in text_of(file)?.lines().enumerate().filter(|(_, l)| !l.trim().is_empty()) {
            if let Some((text, worthy)) = intake.take(row(line).map_err(|reason| ConvertError::line(file, at + 1, reason)))? {
                let graded = LabelledSentence { worth: Some(OneOf::worthy(worthy)), ..LabelledSentence::default() };
                gathering.alone(None, at + 1, &text, graded);
            }
        }
        Ok(gathering.finish())
    })
}

fn row(line: &str) -> Result<(String, bool), String> {
    let row: Row =
        serde_json::from_str(line).map_err(|e| format!("column {}: {e}; expected {{\"text\": …, \"label\": 0 or 1}}", e.column()))?;
    match row.label {
        0 | 1 => Ok((sentence(row.text.trim())?, row.label == 1)),
        other => Err(format!("found label {other}, expected 0 or 1")),
    }
}

/// A line for each sentence known to be check-worthy or not.
pub(in crate::convert) fn write(documents: &[LabelledDocument], path: &Path) -> Result<Vec<Loss>, ConvertError> {
    let mut losses = Losses::default();
    let mut content = String::new();
    for line in lines(documents, Columns { worth: true, ..Columns::default() }, &mut losses) {
        let Some(worthy) = worthy(line.sentence, &mut losses) else { continue };
        let row = serde_json::to_string(&Row { text: line.text, label: worthy.into() }).map_err(|e| ConvertError::file(path, e))?;
        content.push_str(&row);
        content.push('\n');
    }
    put(path, content.as_bytes())?;
    Ok(losses.list())
}

/// Whether the sentence is check-worthy, for formats that know no more; what is not known is counted.
pub(super) fn worthy(sentence: &LabelledSentence, losses: &mut Losses) -> Option<bool> {
    let grade = sentence.worth.as_ref();
    let worthy = grade.and_then(|w| w.is_one_of(&[Worth::Cfs]));
    losses.add("sentences not known to be check-worthy or not", usize::from(worthy.is_none()));
    losses.add("differences between NFS and UFS", usize::from(worthy == Some(false) && grade.is_some_and(|w| w.known().is_some())));
    worthy
}

#[cfg(test)]
mod tests {
    use super::super::tests::{apart, graded_documents, of, written_and_read};
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_bad_line_is_named_and_can_be_skipped() {
        let content = "{\"text\": \"We cut 5%.\", \"label\": 1}\n\n{\"text\": \"Hm\", \"label\": 2}\n{\"text\": \"Cut";
        assert!(of(read, content, false).unwrap_err().to_string().contains("line 3: found label 2"));
        let lenient = of(read, content, true).unwrap();
        assert_eq!((lenient.documents.len(), lenient.skipped.len()), (1, 2));
        assert!(lenient.skipped[1].to_string().contains("line 4"), "{:?}", lenient.skipped);
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(documents in graded_documents(|worth, _, _| LabelledSentence {
            worth: Some(OneOf::worthy(worth == Worth::Cfs)),
            ..LabelledSentence::default()
        })) {
            let (read, losses) = written_and_read(&documents, write, read);
            prop_assert_eq!(read, apart(&documents, |_, _, row| format!("t.tsv#{row}")));
            prop_assert!(losses.iter().all(|l| l.what.contains("documents")), "{:?}", losses);
        }
    }
}
