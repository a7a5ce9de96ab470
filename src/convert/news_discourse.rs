//! NewsDiscourse (Choubey et al., ACL 2020): a sentence a line behind its mark, `S7 Text`, paragraphs apart by blank
//! lines. The .ann files grade what sentences do in the news; nothing of that is ours, so only the bounds are read.

use std::path::{Path, PathBuf};

use super::intake::Intake;
use super::{ConvertError, LabelledDocument, LabelledSentence, extension, listing, text_of};
use crate::span::Span;

/// A file, a folder of them, or a folder of such folders.
pub(super) fn read(path: &Path, intake: &mut Intake) -> Result<Vec<LabelledDocument>, ConvertError> {
    let mut documents = Vec::new();
    for (name, file) in articles(path, intake)? {
        if let Some(document) = intake.take(article(name, &file))? {
            documents.push(document);
        }
    }
    if documents.is_empty() {
        return Err(ConvertError::file(path, "no .txt whose sentences carry marks (S1, S2 …) was found"));
    }
    Ok(documents)
}

/// The articles and their names; one folder down, the folder's name goes before, as names come again there.
fn articles(path: &Path, intake: &mut Intake) -> Result<Vec<(String, PathBuf)>, ConvertError> {
    let stem = |file: &Path| file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    if !path.is_dir() {
        return Ok(vec![(stem(path), path.to_path_buf())]);
    }
    let mut articles = Vec::new();
    for entry in listing(path)? {
        if entry.is_dir() {
            let folder = entry.file_name().unwrap_or_default().to_string_lossy().into_owned();
            articles.extend(listing(&entry)?.into_iter().map(|file| (format!("{folder}/{}", stem(&file)), file)));
        } else {
            articles.push((stem(&entry), entry));
        }
    }
    articles.retain(|(_, file)| {
        let is_text = extension(file) == "txt";
        let is_graded = file.with_extension("ann").is_file();
        if is_text && !is_graded {
            intake.note("news-discourse: a .txt without an .ann beside it was left out");
        }
        is_text && is_graded
    });
    Ok(articles)
}

/// What a line is.
enum Line<'t> {
    Blank,
    /// A sentence of the article, and its number.
    Sentence(usize, &'t str),
    Headline(&'t str),
    Address(&'t str),
    /// When it was fetched and by whom it is: not the article's own words.
    Credits,
}

fn article(name: String, path: &Path) -> Result<LabelledDocument, ConvertError> {
    let mut document = LabelledDocument { doc_id: name, sentences: Some(Vec::new()), ..LabelledDocument::default() };
    let (mut last, mut between) = (0, "");
    for (at, line) in text_of(path)?.lines().enumerate() {
        let wrong = |reason: String| ConvertError::line(path, at + 1, reason);
        match kind(line).map_err(wrong)? {
            Line::Blank => between = if document.text.is_empty() { "" } else { "\n\n" },
            Line::Credits => {}
            Line::Address(url) => document.url = Some(url.to_owned()),
            Line::Headline(text) => add(&mut document, &mut between, text),
            Line::Sentence(number, _) if number != last + 1 => return Err(wrong(format!("found mark S{number}, expected S{}", last + 1))),
            Line::Sentence(number, text) => {
                last = number;
                add(&mut document, &mut between, text);
            }
        }
    }
    if last == 0 { Err(ConvertError::file(path, "no sentence carries a mark (S1, S2 …)")) } else { Ok(document) }
}

fn kind(line: &str) -> Result<Line<'_>, String> {
    let line = line.trim();
    if line.is_empty() {
        return Ok(Line::Blank);
    }
    let (mark, rest) = line.split_once(char::is_whitespace).map_or((line, ""), |(mark, rest)| (mark, rest.trim()));
    match (mark, mark.strip_prefix('S').and_then(|n| n.parse().ok())) {
        (_, Some(number)) => Ok(Line::Sentence(number, rest)),
        ("H", _) => Ok(Line::Headline(rest)),
        ("URL", _) => Ok(Line::Address(rest)),
        ("DATE/", _) => Ok(Line::Credits),
        _ => Err(format!(
            "found {:?}, expected a line that begins with S1, S2 …, H, URL or DATE/",
            line.chars().take(20).collect::<String>()
        )),
    }
}

/// Adds a sentence behind what stands `between`, a blank where it goes on in the same paragraph.
fn add(document: &mut LabelledDocument, between: &mut &str, text: &str) {
    if text.is_empty() {
        return;
    }
    document.text.push_str(between);
    let start = document.text.len();
    document.text.push_str(text);
    let sentence = LabelledSentence { span: Span::new(start, document.text.len()), ..LabelledSentence::default() };
    document.sentences.get_or_insert_default().push(sentence);
    *between = " ";
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Result<LabelledDocument, ConvertError> {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("World")).unwrap();
        std::fs::write(folder.path().join("World/n.txt"), text).unwrap();
        std::fs::write(folder.path().join("World/n.ann"), "").unwrap();
        std::fs::write(folder.path().join("README.txt"), "About these articles").unwrap();
        read(folder.path(), &mut Intake::new(&Default::default())).map(|mut d| d.remove(0))
    }

    #[test]
    fn marks_go_and_sentences_and_paragraphs_stay() {
        let text = "URL http://e/1\r\n\r\nDATE/ AUTHOR 2018-01-01\tAUTHORS: A B\r\n\r\nH Dams fail\r\n\r\nS1 It rained.\r\nS2 S3 fell. \r\n\r\nS3 “No,” he said.\r\n";
        let document = of(text).unwrap();
        assert_eq!(document.text, "Dams fail\n\nIt rained. S3 fell.\n\n“No,” he said.");
        let sentences: Vec<_> = document.sentences.iter().flatten().map(|s| s.span.of(&document.text)).collect();
        assert_eq!(sentences, ["Dams fail", "It rained.", "S3 fell.", "“No,” he said."]);
        assert_eq!((document.doc_id.as_str(), document.url.as_deref(), document.rebuilt), ("World/n", Some("http://e/1"), false));
    }

    #[test]
    fn a_line_without_a_mark_and_a_gap_in_the_numbers_are_refused() {
        assert!(of("S1 One.\n\nTwo.\n").unwrap_err().to_string().contains("line 3: found \"Two.\""));
        assert!(of("S1 One.\nS3 Three.\n").unwrap_err().to_string().contains("line 2: found mark S3, expected S2"));
        assert!(of("H Only a headline\n").unwrap_err().to_string().contains("no sentence carries a mark"));
    }
}
