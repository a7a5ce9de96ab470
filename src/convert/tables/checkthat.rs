//! CheckThat! labs (CLEF, from 2018 on): check-worthiness of debates, tweets and sentences, and subjectivity.
//!
//! Debates of 2018 and 2019 have no header: `line speaker text label`, and for fact-checking (2018, task 2) `line
//! speaker text claim_number normalized_claim label`. Tweets (2020 to 2024) and sentences (2023 on) have one.

use std::path::Path;

use super::gathering::Gathering;
use super::newssd::subjectivity;
use super::page::{Columns, lines, save};
use super::policlaim::checkable;
use super::rows::Row;
use super::sheet::{Sheet, each_file, name};
use super::{environmental, sentence, zero_or_one};
use crate::convert::intake::Intake;
use crate::convert::writing::Losses;
use crate::convert::{ConvertError, LabelledDocument, LabelledSentence, Loss, OneOf};

const LABELS: [&str; 5] = ["check_worthiness", "claim_worthiness", "class_label", "label", "check_worthy"];
const TEXTS: [&str; 4] = ["tweet_text", "text", "sentence", "sentence_text"];

/// What a label says of its sentence.
type Meaning = fn(&str) -> Result<LabelledSentence, String>;

/// The tables of a file or folder; a debate is one document, a tweet or sentence is one too.
pub(in crate::convert) fn read(path: &Path, intake: &mut Intake) -> Result<Vec<LabelledDocument>, ConvertError> {
    each_file(path, &["tsv", "csv", "txt"], intake, |file, intake| {
        let sheet = Sheet::open(file, intake)?;
        let first = sheet.rows.first().map(|r| r.cells.iter().map(|c| name(c)).collect::<Vec<_>>()).unwrap_or_default();
        if first.iter().any(|c| TEXTS.contains(&c.as_str())) {
            named(file, sheet.with_header(), intake)
        } else {
            debate(file, &sheet, intake)
        }
    })
}

/// A debate without a header.
fn debate(file: &Path, sheet: &Sheet, intake: &mut Intake) -> Result<Vec<LabelledDocument>, ConvertError> {
    let grade: Meaning = match sheet.rows.first().map_or(0, |r| r.cells.len()) {
        4 => |cell| Ok(worthy(zero_or_one(cell)?)),
        6 => |cell| Ok(worthy(is_checked(cell)?)),
        3 => {
            return Err(ConvertError::line(
                file,
                1,
                "found line, speaker and text without a label, as test files have it; expected a labelled file",
            ));
        }
        other => {
            let reason =
                format!("found {other} columns and no header; expected one with {}, or the 4 or 6 columns of a debate", TEXTS.join(" or "));
            return Err(ConvertError::line(file, 1, reason));
        }
    };
    let name = file.file_stem().unwrap_or_default().to_string_lossy();
    let mut gathering = Gathering::new(file);
    for row in &sheet.rows {
        let read = sheet.cell(row, 2, sentence).and_then(|text| Ok((text, sheet.cell(row, 3, grade)?)));
        if let Some((text, graded)) = intake.take(read)? {
            gathering.line(&name, &text, graded);
        }
    }
    Ok(gathering.finish())
}

/// A claim number: the sentence was to be fact-checked.
fn is_checked(cell: &str) -> Result<bool, String> {
    match cell {
        "N/A" => Ok(false),
        number if number.parse::<usize>().is_ok() => Ok(true),
        other => Err(format!("found {other:?}, expected a claim's number or N/A")),
    }
}

/// The columns of a table with a header.
struct Places {
    text: usize,
    label: usize,
    /// Whether the tweet makes a verifiable claim (2020 and 2021).
    claim: Option<usize>,
    id: Option<usize>,
    url: Option<usize>,
    meaning: Meaning,
}

fn named(file: &Path, sheet: Sheet, intake: &mut Intake) -> Result<Vec<LabelledDocument>, ConvertError> {
    if sheet.has(&LABELS).is_none() {
        return Err(ConvertError::line(file, 1, format!("no label, as test files have it; expected a column {}", LABELS.join(" or "))));
    }
    let places = Places {
        text: sheet.needs(&TEXTS)?,
        label: sheet.needs(&LABELS)?,
        claim: sheet.has(&["claim"]),
        id: sheet.has(&["sentence_id", "tweet_id", "id"]),
        url: sheet.has(&["tweet_url", "url"]),
        meaning: meaning(file)?,
    };
    let mut gathering = Gathering::new(file);
    for (at, row) in sheet.rows.iter().enumerate() {
        let Some((text, graded)) = intake.take(graded(&sheet, row, &places))? else { continue };
        let document = gathering.alone(places.id.map(|column| row.cell(column)), at + 1, &text, graded);
        if let (Some(document), Some(url)) = (document, places.url.map(|column| row.cell(column)).filter(|url| !url.is_empty())) {
            document.url = Some(url.to_owned());
        }
    }
    Ok(gathering.finish())
}

/// The four subtasks of 2022 have the same columns; only the file's name tells them apart. Other years have a 1B too.
fn meaning(file: &Path) -> Result<Meaning, ConvertError> {
    let name = file.file_name().unwrap_or_default().to_string_lossy().to_uppercase();
    let is_task = |task: &str, topic: &str| name.contains(task) && (name.contains("CT22") || name.contains(topic));
    if is_task("_1C_", "HARMFUL") || is_task("_1D_", "ATTENTION") {
        return Err(ConvertError::file(
            file,
            "by its name a table of subtask 1C (harmful) or 1D (attention-worthy), which grade other things",
        ));
    }
    Ok(if is_task("_1B_", "CLAIM") { |cell| zero_or_one(cell).map(verifiable).or_else(|_| class(cell)) } else { class })
}

fn graded(sheet: &Sheet, row: &Row, places: &Places) -> Result<(String, LabelledSentence), ConvertError> {
    let text = sheet.cell(row, places.text, sentence)?;
    let mut graded = sheet.cell(row, places.label, places.meaning)?;
    if let Some(claim) = places.claim {
        graded.verifiability = Some(checkable(sheet.cell(row, claim, zero_or_one)?));
    }
    Ok((text, graded))
}

fn class(cell: &str) -> Result<LabelledSentence, String> {
    match cell.to_ascii_uppercase().as_str() {
        "YES" | "1" | "1.0" | "CFS" => Ok(worthy(true)),
        "NO" | "0" | "0.0" | "NFS" => Ok(worthy(false)),
        "OBJ" | "SUBJ" => Ok(LabelledSentence { verifiability: Some(subjectivity(cell)?), ..LabelledSentence::default() }),
        "" => Err("found no label; test files have none".to_owned()),
        _ => Err(format!("found {cell:?}, expected Yes or No, 1 or 0, CFS or NFS (check-worthiness), OBJ or SUBJ (subjectivity)")),
    }
}

fn worthy(yes: bool) -> LabelledSentence {
    LabelledSentence { worth: Some(OneOf::worthy(yes)), ..LabelledSentence::default() }
}

fn verifiable(yes: bool) -> LabelledSentence {
    LabelledSentence { verifiability: Some(checkable(yes)), ..LabelledSentence::default() }
}

/// A row for each sentence known to be check-worthy or not, as in 2024.
pub(in crate::convert) fn write(documents: &[LabelledDocument], path: &Path) -> Result<Vec<Loss>, ConvertError> {
    let mut losses = Losses::default();
    let mut rows = Vec::new();
    for line in lines(documents, Columns { worth: true, id: true, ..Columns::default() }, &mut losses) {
        if let Some(worthy) = environmental::worthy(line.sentence, &mut losses) {
            rows.push(vec![line.id(), line.text, if worthy { "Yes" } else { "No" }.to_owned()]);
        }
    }
    save(path, b'\t', &["Sentence_id", "Text", "class_label"], &rows, losses)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{apart, graded_documents, named, of, written_and_read};
    use super::*;
    use crate::labels::{Verifiability, Worth};
    use proptest::prelude::*;

    /// Id, text and the one grade of each document's only sentence.
    fn grades(content: &str) -> Vec<(String, String, LabelledSentence)> {
        let documents = of(read, content, false).unwrap().documents;
        let sentence = |d: &LabelledDocument| LabelledSentence { span: Default::default(), ..d.sentences.as_ref().unwrap()[0].clone() };
        documents.iter().map(|d| (d.doc_id.clone(), d.text.clone(), sentence(d))).collect()
    }

    #[test]
    fn a_debate_is_one_document_with_its_quotes() {
        let debate = "1\tHOLT\tI anchor \"Nightly.\"\t0\n2\tX\t\"Sure,\" he says.\t1\n";
        let document = named(read, "debate.tsv", debate, false).unwrap().documents.remove(0);
        assert_eq!((document.doc_id.as_str(), document.text.as_str()), ("debate", "I anchor \"Nightly.\"\n\"Sure,\" he says."));
        let worth: Vec<_> = document.sentences.iter().flatten().map(|s| s.worth.clone().unwrap().is_one_of(&[Worth::Cfs])).collect();
        assert_eq!(worth, [Some(false), Some(true)]);
        let checked = of(read, "1\tA\tHm.\tN/A\t-\t-\n2\tB\tJobs left.\t3\tJobs left.\tTRUE\n", false).unwrap().documents;
        let worth: Vec<_> = checked[0].sentences.iter().flatten().map(|s| s.worth.clone().unwrap().is_one_of(&[Worth::Cfs])).collect();
        assert_eq!(worth, [Some(false), Some(true)]);
    }

    #[test]
    fn tweets_and_sentences_are_read_whatever_the_header_is_like() {
        let tweets =
            "topic_id\ttweet_id\ttweet_url\ttweet_text\tclaim\tcheck_worthiness\r\nx\t7\thttp://e/7\t\"He \"\"said\"\" so\"\t1\t0\r\n";
        let graded = LabelledSentence { verifiability: Some(checkable(true)), ..worthy(false) };
        assert_eq!(grades(tweets), [("7".into(), "He \"said\" so".into(), graded)]);
        assert_eq!(of(read, tweets, false).unwrap().documents[0].url.as_deref(), Some("http://e/7"));
        assert_eq!(grades("class_label,Text,Sentence_ID\nyes,\"a, b\",9\n"), [("9".into(), "a, b".into(), worthy(true))]);
        let opinion = LabelledSentence { verifiability: Some(OneOf::One(Verifiability::Opinion)), ..LabelledSentence::default() };
        assert_eq!(
            grades("sentence_id\tsentence\tlabel\tsolved_conflict\nu-1\tAwful!\tSUBJ\tFalse\n"),
            [("u-1".into(), "Awful!".into(), opinion)]
        );
    }

    #[test]
    fn what_is_not_check_worthiness_or_has_no_label_is_refused() {
        let error = |name: &str, content: &str| super::super::tests::named(read, name, content, false).unwrap_err().to_string();
        assert!(error("t.tsv", "Sentence_id\tText\n1\tA.\n").contains("test files"));
        assert!(error("t.tsv", "1\tHOLT\tGood evening.\n").contains("test files"));
        assert!(error("t.tsv", "tweet_id\ttweet_text\tclass_label\n1\tA.\tyes_blame_authorities\n").contains("line 2: column class_label"));
        assert!(error("CT22_english_1D_attentionworthy_train.tsv", "tweet_id\ttweet_text\tclass_label\n1\tA.\t1\n").contains("1D"));
        let claims =
            super::super::tests::named(read, "CT22_english_1B_claim_train.tsv", "tweet_id\ttweet_text\tclass_label\n1\tA.\t1\n", false);
        assert_eq!(claims.unwrap().documents[0].sentences.as_ref().unwrap()[0].worth, None);
    }

    #[test]
    fn a_1b_of_another_year_is_no_verifiability() {
        let graded = |name: &str, label: &str| {
            let content = format!("sentence_id\tsentence\tlabel\n1\tA.\t{label}\n");
            let read = super::super::tests::named(read, name, &content, false).unwrap().documents.remove(0);
            let sentence = read.sentences.unwrap().remove(0);
            (sentence.worth.and_then(|w| w.is_one_of(&[Worth::Cfs])), sentence.verifiability.is_some())
        };
        assert_eq!(graded("CT23_1B_checkworthy_english_train.tsv", "Yes"), (Some(true), false));
        assert_eq!(graded("CT23_1B_checkworthy_english_train.tsv", "0"), (Some(false), false));
        assert_eq!(graded("CT24_1B_subjectivity_en.tsv", "SUBJ"), (None, true));
        assert_eq!(graded("CT23_1C_checkworthy_english_train.tsv", "No"), (Some(false), false));
        assert_eq!(graded("ct22_english_1b_claim_train.tsv", "Yes"), (Some(true), false), "Yes and No are check-worthiness");
        assert_eq!(graded("ct22_english_1b_claim_train.tsv", "1"), (None, true));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(documents in graded_documents(|worth, _, _| worthy(worth == Worth::Cfs))) {
            let (read, losses) = written_and_read(&documents, write, read);
            let name = |d: &LabelledDocument, at: usize, _| if d.sentences.as_ref().unwrap().len() == 1 { d.doc_id.clone() } else { format!("{}#{at}", d.doc_id) };
            prop_assert_eq!(read, apart(&documents, name));
            prop_assert!(losses.iter().all(|l| l.what.starts_with("bounds of documents")), "{:?}", losses);
        }
    }
}
