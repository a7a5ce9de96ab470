//! The Groningen Meaning Bank (Bos et al. 2017) as a CSV of words, the public extract with coarse entity tags.
//!
//! `Sentence #,Word,POS,Tag`: only the first word of a sentence names it. Nothing tells documents apart, so each
//! sentence is one.

use std::borrow::Cow;
use std::path::Path;

use super::intake::Intake;
use super::tokens::{Tag, beginning, join, lines, mentions};
use super::{ConvertError, LabelledDocument, LabelledEntity, LabelledSentence, files};
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
    let mut documents = Vec::new();
    for file in files(path, &["csv"])? {
        let bytes = std::fs::read(&file).map_err(|e| ConvertError::file(&file, e))?;
        let content = decoded(&bytes, intake);
        for sentence in sentences(&file, &content)? {
            let read = sentence.words.and_then(|words| document(&file, &sentence.name, &words, intake));
            documents.extend(intake.take(read)?);
        }
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
    let mut numbered = lines(content).enumerate().map(|(n, line)| (n + 1, line));
    let header = numbered.next().map_or(Ok(Vec::new()), |(_, line)| cells(line)).map_err(|reason| ConvertError::line(path, 1, reason))?;
    if !header.iter().map(|name| name.trim()).eq(COLUMNS) {
        return Err(ConvertError::line(path, 1, format!("found the columns {:?}, expected {:?}", header.join(","), COLUMNS.join(","))));
    }
    let mut sentences: Vec<Sentence> = Vec::new();
    for (number, line) in numbered {
        // Whatever is wrong with the rest of a row, it still tells whose it is.
        let name = line.split(',').next().unwrap_or("").trim_matches(|c: char| c == '"' || c.is_whitespace());
        if sentences.last().is_none_or(|last| !name.is_empty() && last.name != name) {
            sentences.push(Sentence { name: name.to_owned(), words: Ok(Vec::new()) });
        }
        let Some(sentence) = sentences.last_mut() else { continue };
        let word = cells(line).and_then(|cells| word(number, &cells)).map_err(|reason| ConvertError::line(path, number, reason));
        match (word, &mut sentence.words) {
            (Ok(Some(word)), Ok(words)) => words.push(word),
            (Err(error), words @ Ok(_)) => *words = Err(error),
            (Ok(None), _) | (_, Err(_)) => {}
        }
    }
    sentences.retain(|s| !s.words.as_ref().is_ok_and(Vec::is_empty));
    Ok(sentences)
}

/// The cells of one line, none of a blank one. No word goes on over lines, so a quote that is not closed is a stray one.
fn cells(line: &str) -> Result<Vec<String>, String> {
    let mut cells = Vec::new();
    let mut rest = Some(line).filter(|line| !line.trim().is_empty());
    while let Some(from) = rest {
        let (cell, after) = match from.strip_prefix('"') {
            Some(inside) => unquoted(inside)?,
            None => {
                let (cell, after) = from.split_at(from.find(',').unwrap_or(from.len()));
                (cell.to_owned(), after)
            }
        };
        cells.push(cell);
        rest = after.strip_prefix(',');
        if rest.is_none() && !after.trim().is_empty() {
            return Err(format!("a quote closes before {:?}; inside a quoted cell write quotes twice", beginning(after)));
        }
    }
    Ok(cells)
}

/// The cell up to its closing quote, and what follows that.
fn unquoted(from: &str) -> Result<(String, &str), String> {
    let (mut cell, mut rest) = (String::new(), from);
    while let Some((before, after)) = rest.split_once('"') {
        cell.push_str(before);
        let Some(after) = after.strip_prefix('"') else { return Ok((cell, after)) };
        cell.push('"');
        rest = after;
    }
    Err(format!("the quote before {:?} is not closed on its line", beginning(from)))
}

fn word(line: usize, cells: &[String]) -> Result<Option<Word>, String> {
    let (surface, tag) = match cells {
        [] => return Ok(None),
        [_, word, _, tag] => (word.trim(), tag.trim()),
        other => return Err(format!("found {} columns, expected 4", other.len())),
    };
    if surface.is_empty() {
        return Err("found no word".into());
    }
    Tag::read(tag)?;
    Ok(Some(Word { line, surface: surface.to_owned(), tag: tag.to_owned() }))
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
            (",\"b\"c,X,O\n", "line 3: a quote closes before \"c,X,O\""),
        ] {
            let error = of(format!("{head}{bad}").as_bytes(), false).unwrap_err().to_string();
            assert!(error.contains(says), "{error}");
        }
        let reading = of(format!("{head},b,X\nSentence: 2,c,X,O\n").as_bytes(), true).unwrap();
        assert_eq!((reading.documents.len(), reading.skipped.len()), (1, 1));
        assert!(of(b"Word,Tag\na,O\n", false).unwrap_err().to_string().contains("expected \"Sentence #,Word,POS,Tag\""));
    }

    #[test]
    fn a_stray_quote_costs_one_sentence_not_the_rest_of_the_file() {
        let row = |n| format!("Sentence: {n},{},NN,O\n,\"\"\"\",``,O\n", if n == 2 { "\"x" } else { "x" });
        let content = format!("Sentence #,Word,POS,Tag\n{}", (1..=100).map(row).collect::<String>());
        let error = of(content.as_bytes(), false).unwrap_err().to_string();
        assert!(error.contains("line 4: the quote before \"x,NN,O\" is not closed on its line"), "{error}");
        let reading = of(content.as_bytes(), true).unwrap();
        let names: Vec<&str> = reading.documents.iter().map(|d| d.doc_id.as_str()).collect();
        assert_eq!((names.len(), reading.skipped.len()), (99, 1));
        assert_eq!((names[0], names[1], reading.documents[0].text.as_str()), ("Sentence: 1", "Sentence: 3", "x \""));
    }

    #[test]
    fn a_folder_is_read() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("licence.txt"), "free").unwrap();
        std::fs::write(folder.path().join("ner_dataset.csv"), "Sentence #,Word,POS,Tag\nSentence: 1,a,X,O\n").unwrap();
        assert_eq!(read(folder.path(), &mut Intake::new(&Default::default())).unwrap().len(), 1);
    }
}
