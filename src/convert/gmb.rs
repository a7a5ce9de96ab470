//! The Groningen Meaning Bank (Bos et al. 2017) as a CSV of words, the public extract with coarse entity tags.
//!
//! `Sentence #,Word,POS,Tag`: only the first word of a sentence names it. Nothing tells documents apart, so each
//! sentence is one.

use std::borrow::Cow;
use std::path::Path;

use super::intake::Intake;
use super::tokens::{Tag, join, mentions};
use super::{ConvertError, LabelledDocument, LabelledEntity, LabelledSentence};
use crate::span::Span;

const COLUMNS: [&str; 4] = ["Sentence #", "Word", "POS", "Tag"];

struct Word {
    line: usize,
    surface: String,
    tag: String,
}

/// One sentence, or why it cannot be read.
struct Sentence {
    name: String,
    words: Result<Vec<Word>, ConvertError>,
}

pub(super) fn read(path: &Path, intake: &mut Intake) -> Result<Vec<LabelledDocument>, ConvertError> {
    let bytes = std::fs::read(path).map_err(|e| ConvertError::file(path, e))?;
    let content = decoded(&bytes, intake);
    let mut documents = Vec::new();
    for sentence in sentences(path, &content)? {
        let read = sentence.words.and_then(|words| document(path, &sentence.name, &words, intake));
        documents.extend(intake.take(read)?);
    }
    Ok(documents)
}

/// The public copy is Windows-1252, copies of it are UTF-8.
fn decoded<'b>(bytes: &'b [u8], intake: &mut Intake) -> Cow<'b, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text.strip_prefix('\u{feff}').unwrap_or(text)),
        Err(_) => {
            intake.note("the file is not UTF-8 and was read as Windows-1252");
            encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes).0
        }
    }
}

fn sentences(path: &Path, content: &str) -> Result<Vec<Sentence>, ConvertError> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(content.as_bytes());
    let header = reader.headers().map_err(|e| ConvertError::line(path, 1, e))?;
    if !header.iter().map(str::trim).eq(COLUMNS) {
        let found = header.iter().collect::<Vec<_>>().join(",");
        return Err(ConvertError::line(path, 1, format!("found the columns {found:?}, expected {:?}", COLUMNS.join(","))));
    }
    let mut sentences: Vec<Sentence> = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|e| ConvertError::line(path, e.position().map_or(0, |p| line_of(p.line())), e))?;
        let line = record.position().map_or(0, |p| line_of(p.line()));
        if let Some(name) = record.get(0).map(str::trim).filter(|name| !name.is_empty() || sentences.is_empty())
            && sentences.last().is_none_or(|last| last.name != name)
        {
            sentences.push(Sentence { name: name.to_owned(), words: Ok(Vec::new()) });
        }
        let Some(sentence) = sentences.last_mut() else { continue };
        match (word(path, line, &record), &mut sentence.words) {
            (Ok(word), Ok(words)) => words.push(word),
            (Err(error), words @ Ok(_)) => *words = Err(error),
            (_, Err(_)) => {}
        }
    }
    Ok(sentences)
}

fn line_of(line: u64) -> usize {
    usize::try_from(line).unwrap_or(usize::MAX)
}

fn word(path: &Path, line: usize, record: &csv::StringRecord) -> Result<Word, ConvertError> {
    let wrong = |reason: String| ConvertError::line(path, line, reason);
    let (Some(surface), Some(tag), 4) = (record.get(1), record.get(3), record.len()) else {
        return Err(wrong(format!("found {} columns, expected 4", record.len())));
    };
    if surface.contains('\n') {
        return Err(wrong("a quoted word goes on over several lines; is a quote not closed?".into()));
    }
    if surface.trim().is_empty() {
        return Err(wrong("found no word".into()));
    }
    Tag::read(tag.trim()).map_err(wrong)?;
    Ok(Word { line, surface: surface.trim().to_owned(), tag: tag.trim().to_owned() })
}

fn document(path: &Path, name: &str, words: &[Word], intake: &mut Intake) -> Result<LabelledDocument, ConvertError> {
    let mut text = String::new();
    let spans = join(&mut text, &words.iter().map(|w| w.surface.as_str()).collect::<Vec<_>>());
    let tags: Vec<Tag> = words.iter().filter_map(|w| Tag::read(&w.tag).ok()).collect();
    let mut entities = Vec::new();
    for (tokens, label) in mentions(&tags) {
        let line = words.get(tokens.start).map_or(0, |w| w.line);
        let mapped = intake.label(label).map_err(|reason| ConvertError::line(path, line, reason));
        if let Some(Some(label)) = intake.take(mapped)? {
            let span = Span::hull_of(spans.get(tokens).unwrap_or_default());
            entities.push(LabelledEntity { span, label, score: None });
        }
    }
    let sentence = LabelledSentence { span: Span::new(0, text.len()).trimmed(&text), ..LabelledSentence::default() };
    Ok(LabelledDocument {
        doc_id: name.to_owned(),
        text,
        rebuilt: true,
        sentences: Some(vec![sentence]),
        entities: Some(entities),
        ..LabelledDocument::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::convert::{Reading, testing};

    fn of(content: &[u8], lenient: bool) -> Result<Reading, ConvertError> {
        testing::file(read, "a.csv", content, lenient)
    }

    #[test]
    fn sentences_are_documents_and_old_encodings_are_told() {
        let reading = of(
            b"Sentence #,Word,POS,Tag\r\nSentence: 1,Caf\xe9,NNP,B-org\r\n,Rom,NNP,I-org\r\n,\"\"\"\",``,O\r\n,\",\",\",\",O\r\nSentence: 2,Yes,UH,O\r\n",
            false,
        )
        .unwrap();
        let first = &reading.documents[0];
        assert_eq!((first.text.as_str(), first.doc_id.as_str()), ("Café Rom \",", "Sentence: 1"));
        assert_eq!(first.entities.as_ref().unwrap()[0].span.of(&first.text), "Café Rom");
        assert_eq!((reading.documents.len(), reading.notes.len()), (2, 1));
    }

    #[test]
    fn a_bad_row_is_told_with_its_line_or_costs_its_sentence() {
        let head = "Sentence #,Word,POS,Tag\nSentence: 1,a,X,O\n";
        for (bad, says) in [
            (",b,X\n", "line 3: found 3 columns"),
            (",b,X,geo\n", "line 3: found the tag \"geo\""),
            (",\"b,X,O\nc,X,O\n", "line 3"),
            (", ,X,O\n", "line 3: found no word"),
        ] {
            let error = of(format!("{head}{bad}").as_bytes(), false).unwrap_err().to_string();
            assert!(error.contains(says), "{error}");
        }
        let reading = of(format!("{head},b,X\nSentence: 2,c,X,O\n").as_bytes(), true).unwrap();
        assert_eq!((reading.documents.len(), reading.skipped.len()), (1, 1));
        assert!(of(b"Word,Tag\na,O\n", false).unwrap_err().to_string().contains("expected \"Sentence #,Word,POS,Tag\""));
    }
}
