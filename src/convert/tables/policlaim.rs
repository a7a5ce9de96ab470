//! PoliClaim (Ni et al., AFaCTA, ACL 2024): a sentence of a governor's speech a row, verifiable or not.

use std::path::Path;

use super::gathering::Gathering;
use super::page::{Bounds, Columns, lines, save};
use super::rows::Row;
use super::sheet::{Sheet, each_file};
use super::{sentence, zero_or_one};
use crate::convert::intake::Intake;
use crate::convert::writing::Losses;
use crate::convert::{ConvertError, LabelledDocument, LabelledSentence, Loss, OneOf};
use crate::labels::{ClaimType, Verifiability};

/// The corpus's categories of facts, C1 to C5.
const CATEGORIES: [ClaimType; 5] = [ClaimType::Event, ClaimType::Quantity, ClaimType::Correlation, ClaimType::Rules, ClaimType::Prediction];

/// The columns, under the names of the released tables and of the spreadsheets they were made from.
struct Places {
    text: usize,
    label: usize,
    speech: Option<usize>,
    category: Option<usize>,
}

/// Rows that people labelled; rows that only a model judged ("silver") have no label and are left out.
pub(in crate::convert) fn read(path: &Path, intake: &mut Intake) -> Result<Vec<LabelledDocument>, ConvertError> {
    each_file(path, &["tsv", "csv"], intake, |file, intake| {
        let sheet = Sheet::open(file, intake)?.with_header();
        let places = Places {
            text: sheet.needs(&["text", "sentences", "sentence"])?,
            label: sheet.needs(&["label", "golden"])?,
            speech: sheet.has(&["speech"]),
            category: sheet.has(&["category", "category1"]),
        };
        let mut gathering = Gathering::new(file);
        for (at, row) in sheet.rows.iter().enumerate() {
            if row.cell(places.label).is_empty() {
                intake.note("policlaim: a row without a label was left out; only a model judged it");
                continue;
            }
            let Some((text, graded)) = intake.take(graded(&sheet, row, &places))? else { continue };
            match places.speech.map(|column| row.cell(column)).filter(|name| !name.is_empty()) {
                Some(name) => gathering.line(name, &text, graded),
                None => _ = gathering.alone(None, at + 1, &text, graded),
            }
        }
        Ok(gathering.finish())
    })
}

/// The categories are GPT-4's; they are taken where people found the sentence verifiable, for the others nobody
/// who judged it said that there is no such fact.
fn graded(sheet: &Sheet, row: &Row, places: &Places) -> Result<(String, LabelledSentence), ConvertError> {
    let text = sheet.cell(row, places.text, sentence)?;
    let verifiable = sheet.cell(row, places.label, zero_or_one)?;
    let types = match places.category {
        Some(column) if verifiable && !row.cell(column).is_empty() => Some(sheet.cell(row, column, categories)?),
        _ => None,
    };
    Ok((text, LabelledSentence { verifiability: Some(checkable(verifiable)), types, ..LabelledSentence::default() }))
}

/// Whether a sentence holds a verifiable fact, where no more is known.
pub(super) fn checkable(yes: bool) -> OneOf<Verifiability> {
    use Verifiability::{Factual, Mixed, None, Opinion};
    OneOf::Several(if yes { vec![Factual, Mixed] } else { vec![Opinion, None] })
}

/// `C1, C2`, `C2 and C4.`, `C0`; what GPT-4 went on to say behind the codes is left alone.
fn categories(cell: &str) -> Result<Vec<ClaimType>, String> {
    let wrong = || format!("found {:?}, expected C0 to C5", cell.chars().take(30).collect::<String>());
    let words = cell.split([' ', ',', '.']).filter(|w| !w.is_empty() && *w != "and");
    let mut types = Vec::new();
    for (at, word) in words.enumerate() {
        let code = word.strip_prefix('C').and_then(|c| c.parse::<usize>().ok());
        match code.map(|code| (code, code.checked_sub(1).and_then(|c| CATEGORIES.get(c)))) {
            Some((0, _)) => {}
            Some((_, Some(found))) if !types.contains(found) => types.push(*found),
            Some((_, Some(_))) => {}
            Some((_, None)) => return Err(wrong()),
            None if at == 0 => return Err(wrong()),
            None => break,
        }
    }
    Ok(types)
}

/// A row for each sentence known to be verifiable or not.
pub(in crate::convert) fn write(documents: &[LabelledDocument], path: &Path) -> Result<Vec<Loss>, ConvertError> {
    let mut losses = Losses::default();
    let mut rows = Vec::new();
    let mut bounds = Bounds::default();
    for line in lines(documents, Columns { verifiability: true, types: true, document: true, ..Columns::default() }, &mut losses) {
        let grade = line.sentence.verifiability.as_ref();
        let Some(verifiable) = grade.and_then(|v| v.is_one_of(&[Verifiability::Factual, Verifiability::Mixed])) else {
            losses.add("sentences not known to be verifiable or not", 1);
            continue;
        };
        losses.add("differences between factual and mixed, opinion and none", usize::from(Some(&checkable(verifiable)) != grade));
        let label = u8::from(verifiable).to_string();
        bounds.row(line.document, &mut losses);
        rows.push(vec![line.document.doc_id.clone(), line.text, label, category(line.sentence, verifiable, &mut losses)]);
    }
    save(path, b'\t', &["speech", "text", "label", "category"], &rows, losses)
}

fn category(sentence: &LabelledSentence, verifiable: bool, losses: &mut Losses) -> String {
    let Some(types) = &sentence.types else { return String::new() };
    if !verifiable {
        losses.add("types of sentences that are not verifiable", 1);
        return String::new();
    }
    let code = |t: &ClaimType| CATEGORIES.iter().position(|c| c == t).map(|at| format!("C{}", at + 1));
    let codes: Vec<String> = types.iter().filter_map(code).collect();
    losses.add("types personal and other", types.len() - codes.len());
    if codes.is_empty() { "C0".to_owned() } else { codes.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{graded_documents, of, written_and_read};
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn only_labelled_rows_are_read_and_their_speeches_kept_together() {
        let rows = "split\tspeech\ttext\tlabel\tcategory\n\
            g\tXX2001\tTaxes fell.\t1\tC2 and C4.\ng\tXX2001\tGod bless.\t0\tC1\ns\tYY2002\tHm.\t\tC1\n\
            g\tZZ2003\tSo it is.\t1.0\tC0. It says no more than C1 does.\n";
        let reading = of(read, rows, false).unwrap();
        let types: Vec<_> = reading.documents.iter().flat_map(|d| d.sentences.iter().flatten()).map(|s| s.types.clone()).collect();
        assert_eq!(types, [Some(vec![ClaimType::Quantity, ClaimType::Rules]), None, Some(vec![])]);
        let named: Vec<_> = reading.documents.iter().map(|d| (d.doc_id.as_str(), d.text.as_str())).collect();
        assert_eq!(named, [("XX2001", "Taxes fell.\nGod bless."), ("ZZ2003", "So it is.")]);
        assert!(reading.notes[0].contains("without a label"));
    }

    #[test]
    fn a_label_or_category_that_is_none_is_refused() {
        let error = |row: &str| of(read, &format!("SENTENCES\tGolden\tcategory\n{row}\n"), false).unwrap_err().to_string();
        assert!(error("A.\tYes\tC1").contains("line 2: column golden"));
        assert!(error("A.\t1\tC6").contains("expected C0 to C5") && error("A.\t1\tnone").contains("expected C0 to C5"));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(documents in graded_documents(|_, v, types| {
            let verifiable = matches!(v, Verifiability::Factual | Verifiability::Mixed);
            let types = (verifiable && v != Verifiability::Mixed).then_some(types);
            LabelledSentence { verifiability: Some(checkable(verifiable)), types, ..LabelledSentence::default() }
        })) {
            prop_assert_eq!(written_and_read(&documents, write, read), (documents, vec![]));
        }
    }
}
