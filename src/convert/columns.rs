//! One token a line, columns apart by tabs or blanks, sentences apart by blank lines: CoNLL-2003 and its kin.
//!
//! Comments as CoNLL-U has them (`# newdoc id`, `# text`), and some of our own, so that texts come back as they were:
//! `# text_exact` (JSON, where `# text` cannot hold a line break), `# space_after` and `# space_before` (JSON, where
//! sentences are not apart by one line break), `# rebuilt = false`, `# entities = none`, `# sentences = none`.

mod layout;
mod tagged_lines;

use std::path::Path;

use super::intake::Intake;
use super::tokens::{Habits, Tag, align, join, lines, mentions};
use super::{ConvertError, LabelledDocument, LabelledEntity, LabelledSentence, files, text_of};
use crate::span::Span;
use layout::{Layout, Line};

pub(super) use tagged_lines::write;

/// CoNLL-2003 itself is `eng.train`, `eng.testa`, `eng.testb`; others have `dev` and `test`.
const EXTENSIONS: &[&str] = &["conll", "iob", "iob2", "bio", "tsv", "txt", "train", "testa", "testb", "dev", "test"];

/// One sentence of the file.
#[derive(Default)]
struct Block<'t> {
    rows: Vec<Row<'t>>,
    comments: Vec<(&'t str, &'t str)>,
    opens_document: bool,
    /// Why it cannot be read.
    wrong: Option<ConvertError>,
}

struct Row<'t> {
    line: usize,
    word: &'t str,
    tag: Tag<'t>,
}

impl Block<'_> {
    fn comment(&self, key: &str) -> Option<&str> {
        self.comments.iter().find(|(k, _)| *k == key).map(|(_, value)| *value)
    }

    /// Rows that can be read, or not.
    fn has_rows(&self) -> bool {
        !self.rows.is_empty() || self.wrong.is_some()
    }

    fn line(&self) -> usize {
        self.rows.first().map_or(0, |row| row.line)
    }
}

/// Whether the first lines of a file have a column of tags beside one of words.
pub(super) fn looks_tagged(head: &str) -> bool {
    Layout::of(head).is_some()
}

pub(super) fn read(path: &Path, intake: &mut Intake) -> Result<Vec<LabelledDocument>, ConvertError> {
    let mut documents = Vec::new();
    let mut with_tags = 0;
    for file in files(path, EXTENSIONS)? {
        let content = text_of(&file);
        let Some(content) = intake.take(content)? else { continue };
        let Some(layout) = Layout::of(&content) else {
            // A corpus comes with other texts beside it: its source, its licence.
            if path.is_dir() {
                intake.note(format!("{} holds no column of tags and was passed over", name_of(&file)));
                continue;
            }
            return Err(untagged(path));
        };
        with_tags += 1;
        if let Some(note) = layout.note() {
            intake.note(note);
        }
        documents.extend(read_file(&file, &content, &layout, intake)?);
    }
    if with_tags == 0 { Err(untagged(path)) } else { Ok(documents) }
}

fn untagged(path: &Path) -> ConvertError {
    let reason = "no column of tags (`O`, `B-X`, `I-X`) beside a column of words was found; expected one token a line";
    ConvertError::file(path, reason)
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn read_file(path: &Path, content: &str, layout: &Layout, intake: &mut Intake) -> Result<Vec<LabelledDocument>, ConvertError> {
    let blocks = blocks(path, content, layout, intake);
    let mut habits = Habits::default();
    for block in &blocks {
        habits.see(&block.rows.iter().map(|row| row.tag).collect::<Vec<_>>());
    }
    for (note, count) in habits.notes() {
        (0..count).for_each(|_| intake.note(note));
    }
    assemble(path, blocks, intake)
}

/// The documents as the file has them; where it has none, each sentence is one.
fn assemble(path: &Path, blocks: Vec<Block>, intake: &mut Intake) -> Result<Vec<LabelledDocument>, ConvertError> {
    let name = name_of(path);
    let has_documents = blocks.iter().any(|b| b.opens_document);
    let mut documents: Vec<LabelledDocument> = Vec::new();
    let mut gap = String::new();
    for mut block in blocks {
        if block.opens_document || !has_documents || documents.is_empty() {
            let number = documents.len() + 1;
            documents.push(opened(&block, || format!("{name}#{number}")));
            gap.clear();
        }
        let (Some(document), true) = (documents.last_mut(), block.has_rows()) else { continue };
        let read = block.wrong.take().map_or(Ok(()), Err).and_then(|()| append(path, document, &block, &mut gap, intake));
        intake.take(read)?;
    }
    documents.retain(|d| !d.text.is_empty());
    Ok(documents)
}

fn opened(block: &Block, name: impl Fn() -> String) -> LabelledDocument {
    LabelledDocument {
        doc_id: block.comment("newdoc id").filter(|id| !id.is_empty()).map_or_else(name, str::to_owned),
        rebuilt: block.comment("rebuilt") != Some("false"),
        sentences: (block.comment("sentences") != Some("none")).then(Vec::new),
        entities: (block.comment("entities") != Some("none")).then(Vec::new),
        ..LabelledDocument::default()
    }
}

fn blocks<'t>(path: &Path, content: &'t str, layout: &Layout, intake: &mut Intake) -> Vec<Block<'t>> {
    let mut blocks = vec![Block::default()];
    let mut seen_row = false;
    for (number, line) in lines(content).enumerate().map(|(n, line)| (n + 1, line)) {
        let line = layout.line(line);
        let opens_document =
            line == Line::DocumentStart || matches!(line, Line::Comment(key, _) if key == "newdoc" || key.starts_with("newdoc "));
        // A document may begin without a blank line before it.
        if (opens_document || line == Line::Blank) && blocks.last().is_none_or(Block::has_rows) {
            blocks.push(Block::default());
        }
        let Some(block) = blocks.last_mut() else { break };
        block.opens_document |= opens_document;
        match line {
            Line::Blank | Line::DocumentStart => {}
            Line::Comment(key, value) => block.comments.push((key, value)),
            Line::Row { word, tag } if !seen_row && Layout::is_header(word, tag) => seen_row = true,
            Line::Row { word: "", tag: "O" } => intake.note("a row without a word was passed over"),
            Line::Row { word, tag } => {
                seen_row = true;
                match row(path, number, word, tag) {
                    Ok(row) => block.rows.push(row),
                    Err(error) => block.wrong = block.wrong.take().or(Some(error)),
                }
            }
            Line::Short(found) => {
                let need = layout.word.max(layout.tag) + 1;
                let reason = format!("found {found} columns, expected at least {need}: {line:?}");
                block.wrong = block.wrong.take().or_else(|| Some(ConvertError::line(path, number, reason)));
            }
        }
    }
    blocks
}

fn row<'t>(path: &Path, line: usize, word: &'t str, tag: &'t str) -> Result<Row<'t>, ConvertError> {
    if word.is_empty() {
        return Err(ConvertError::line(path, line, format!("found the tag {tag:?} on no word")));
    }
    let tag = Tag::read(tag).map_err(|reason| ConvertError::line(path, line, reason))?;
    Ok(Row { line, word, tag })
}

/// Adds a sentence to the text, behind `gap`, and its entities at their places; `gap` becomes what follows it.
fn append(path: &Path, document: &mut LabelledDocument, block: &Block, gap: &mut String, intake: &mut Intake) -> Result<(), ConvertError> {
    let at = |reason| ConvertError::line(path, block.line(), reason);
    let words = block.rows.iter().map(|row| row.word);
    let (text, spans) = match (json(block, "text_exact").map_err(at)?, block.comment("text")) {
        (Some(text), _) => (text.clone(), align(&text, words).map_err(at)?),
        (None, Some(text)) => (text.to_owned(), align(text, words).map_err(at)?),
        (None, None) => {
            let mut text = String::new();
            let spans = join(&mut text, &words.collect::<Vec<_>>());
            (text, spans)
        }
    };
    let before = json(block, "space_before").map_err(at)?.unwrap_or_default();
    let after = json(block, "space_after").map_err(at)?;
    document.text.push_str(gap);
    document.text.push_str(&before);
    let base = document.text.len();
    document.text.push_str(&text);
    let span = Span::new(base, document.text.len()).trimmed(&document.text);
    if let Some(sentences) = &mut document.sentences {
        sentences.push(LabelledSentence { span, ..LabelledSentence::default() });
    }
    "\n".clone_into(gap);
    if let Some(after) = after {
        document.text.push_str(&after);
        gap.clear();
    }
    let Some(entities) = document.entities.as_mut() else { return Ok(()) };
    let tags: Vec<Tag> = block.rows.iter().map(|row| row.tag).collect();
    for (tokens, label) in mentions(&tags) {
        let (Some(first), Some(last)) = (spans.get(tokens.start), spans.get(tokens.end - 1)) else { continue };
        let line = block.rows.get(tokens.start).map_or(0, |row| row.line);
        let mapped = intake.label(label).map_err(|reason| ConvertError::line(path, line, reason));
        if let Some(Some(label)) = intake.take(mapped)? {
            entities.push(LabelledEntity { span: Span::new(base + first.start, base + last.end), label, score: None });
        }
    }
    Ok(())
}

/// A comment of ours, whose value is a JSON string.
fn json(block: &Block, key: &str) -> Result<Option<String>, String> {
    let Some(value) = block.comment(key) else { return Ok(None) };
    serde_json::from_str(value).map(Some).map_err(|e| format!("`# {key}` is {value:?}, expected a JSON string: {e}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::convert::Options;

    fn attempt(content: &str, lenient: bool) -> Result<(Vec<LabelledDocument>, Vec<String>, usize), ConvertError> {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), content).unwrap();
        let options = Options { lenient, ..Options::default() };
        let mut intake = Intake::new(&options);
        let documents = read(file.path(), &mut intake)?;
        let reading = intake.finish(documents);
        Ok((reading.documents, reading.notes, reading.skipped.len()))
    }

    fn of(content: &str) -> Vec<LabelledDocument> {
        attempt(content, false).unwrap().0
    }

    fn entities(document: &LabelledDocument) -> Vec<(&str, &str)> {
        document.entities.iter().flatten().map(|e| (e.span.of(&document.text), e.label.as_str())).collect()
    }

    #[test]
    fn iob1_parts_touching_mentions_and_text_is_rebuilt() {
        let (documents, notes, _) = attempt(
            "-DOCSTART- -X- O O\r\n\r\nEU NNP I-NP I-ORG\r\nBritain NNP I-NP I-LOC\nFrance NNP I-NP B-LOC\n's POS I-NP O\ncase NN I-NP O\n( ( O O\n5 CD O O\n% NN O O\n) ) O O\n. . O O\n\nAnd CC O O\n\n-DOCSTART- -X- O O\n\nPeter NNP I-NP I-PER\nBlack NNP I-NP I-PER\n",
            false,
        )
        .unwrap();
        assert_eq!(documents.len(), 2);
        assert_eq!(documents[0].text, "EU Britain France's case (5%).\nAnd");
        assert!(documents[0].rebuilt);
        assert_eq!(entities(&documents[0]), [("EU", "ORG"), ("Britain", "LOC"), ("France", "LOC")]);
        assert_eq!(entities(&documents[1]), [("Peter Black", "PER")]);
        assert_eq!(notes, ["IOB1 tags were read"]);
    }

    #[test]
    fn tokens_stand_where_the_text_line_has_them() {
        let documents = of(
            "# newdoc id = a\n# text = In Tampa Bay, yes\n1\tIn\tO\t-\n2\tTampa\tB-LOC\t-\n3\tBay\tI-LOC\t-\n4\t,\tO\t-\n5\tyes\tO\t-\n",
        );
        assert_eq!((documents[0].doc_id.as_str(), documents[0].text.as_str()), ("a", "In Tampa Bay, yes"));
        assert_eq!(entities(&documents[0]), [("Tampa Bay", "LOC")]);
    }

    #[test]
    fn without_documents_each_sentence_is_one() {
        let documents = of("token\ttag\nRome\tB-LOC\n\n\nParis\tB-LOC\n# \tO\n");
        assert_eq!(documents.iter().map(|d| d.text.as_str()).collect::<Vec<_>>(), ["Rome", "Paris #"]);
        assert!(documents[1].doc_id.ends_with("#2"));
    }

    #[test]
    fn bad_lines_are_told_or_only_their_sentence_is_left_out() {
        let good = "a\tO\nb\tB-X\n\n".repeat(20);
        for (bad, says) in [
            ("c\tB-X\nd\n", "line 62: found 1 columns, expected at least 2"),
            ("c\tB-X\nd\tQ-X\n", "line 62: found the tag \"Q-X\""),
            ("c\tB-X\n\tB-X\n", "line 62: found the tag \"B-X\" on no word"),
            ("# text = c e\nc\tB-X\nd\tO\n", "line 62: the token \"d\" does not stand at \"e\""),
            ("# text_exact = \"c\nc\tB-X\n", "expected a JSON string"),
        ] {
            let error = attempt(&format!("{good}{bad}"), false).unwrap_err().to_string();
            assert!(error.contains(says), "{error}");
            let (documents, _, skipped) = attempt(&format!("{good}{bad}\ne\tO\n"), true).unwrap();
            assert_eq!((documents.len(), skipped), (21, 1), "{bad}");
        }
    }

    #[test]
    fn lines_of_old_macs_are_lines() {
        let documents = of("EU B-ORG\rrejects O\r\rGerman B-MISC\r");
        assert_eq!(documents.iter().map(|d| d.text.as_str()).collect::<Vec<_>>(), ["EU rejects", "German"]);
        let bad = format!("{}c Q-X\r", "a B-X\r\nb O\r".repeat(15));
        assert!(attempt(&bad, false).unwrap_err().to_string().contains("line 31: found the tag \"Q-X\""));
    }

    #[test]
    fn a_document_begins_without_a_blank_line_before_it() {
        for start in ["-DOCSTART- O", "# newdoc id = b", "# newdoc"] {
            let documents = of(&format!("-DOCSTART- O\n\nEU B-ORG\nran O\n{start}\nBob B-PER\n"));
            assert_eq!(documents.iter().map(|d| d.text.as_str()).collect::<Vec<_>>(), ["EU ran", "Bob"], "{start}");
        }
        let documents = of("EU B-ORG\nran O\n-DOCSTART- O\nBob B-PER\n\nwent O\n");
        assert_eq!(documents.iter().map(|d| d.text.as_str()).collect::<Vec<_>>(), ["EU ran", "Bob\nwent"]);
    }

    #[test]
    fn a_second_column_of_tags_is_told() {
        let nested = "1\tBank\tB-ORG\tO\n2\tof\tI-ORG\tO\n3\tRome\tI-ORG\tB-LOC\n";
        let (documents, notes, _) = attempt(nested, false).unwrap();
        assert_eq!(entities(&documents[0]), [("Rome", "LOC")]);
        assert_eq!(notes, ["columns 3 and 4 hold tags; column 4 was taken"]);
    }

    #[test]
    fn the_corpus_of_2003_is_read_from_its_folder() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["eng.train", "eng.testa", "eng.testb", "x.dev", "x.test"] {
            std::fs::write(folder.path().join(name), "Rome B-LOC\n").unwrap();
        }
        assert_eq!(read(folder.path(), &mut Intake::new(&Options::default())).unwrap().len(), 5);
    }

    #[test]
    fn a_file_without_tags_is_refused() {
        assert!(attempt("just some words\nof prose here\n", false).unwrap_err().to_string().contains("no column of tags"));
    }
}
