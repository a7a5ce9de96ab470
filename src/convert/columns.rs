//! One token a line, columns apart by white space, sentences apart by blank lines: CoNLL-2003 and its kin.

use std::path::Path;

use super::{ConvertError, GoldDocument, GoldEntity, GoldSentence, text_of};
use crate::span::Span;

/// One token and its tag.
struct Token<'t> {
    word: &'t str,
    tag: &'t str,
}

/// One sentence of the file.
#[derive(Default)]
struct Block<'t> {
    tokens: Vec<Token<'t>>,
    /// `# text = …`
    text: Option<&'t str>,
    /// `# newdoc id = …`, or `-DOCSTART-`
    opens_document: Option<String>,
    line: usize,
}

pub(super) fn read(path: &Path) -> Result<Vec<GoldDocument>, ConvertError> {
    let content = text_of(path)?;
    let (word_column, tag_column) = columns(path, &content)?;
    let mut documents: Vec<GoldDocument> = Vec::new();
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    for block in blocks(path, &content, word_column, tag_column)? {
        if block.opens_document.is_some() || documents.is_empty() {
            documents.push(GoldDocument {
                doc_id: block
                    .opens_document
                    .clone()
                    .filter(|id| !id.is_empty())
                    .unwrap_or_else(|| format!("{name}#{}", documents.len() + 1)),
                sentences: Some(Vec::new()),
                entities: Some(Vec::new()),
                ..GoldDocument::default()
            });
        }
        if let (Some(document), false) = (documents.last_mut(), block.tokens.is_empty()) {
            append(path, document, &block)?;
        }
    }
    documents.retain(|d| !d.text.is_empty());
    Ok(documents)
}

/// Which columns hold the word and the tag: the tag's is the last one in which every cell reads as a tag and some
/// are more than `O`; the word's is the first that is not a running number.
fn columns(path: &Path, content: &str) -> Result<(usize, usize), ConvertError> {
    let rows: Vec<Vec<&str>> = content
        .lines()
        .filter(|l| !l.trim().is_empty() && !l.starts_with("# ") && !l.starts_with("-DOCSTART-"))
        .take(5_000)
        .map(|l| l.split_whitespace().collect())
        .collect();
    let width = rows.iter().map(Vec::len).min().unwrap_or(0);
    let is_tag = |cell: &str| cell == "O" || cell.get(..2).is_some_and(|p| matches!(p, "B-" | "I-" | "E-" | "S-") && cell.len() > 2);
    let tag = (0..width).rev().find(|&c| rows.iter().all(|r| is_tag(r[c])) && rows.iter().any(|r| r[c] != "O"));
    let word = (0..width).find(|&c| !rows.iter().all(|r| r[c].parse::<f64>().is_ok()));
    match (word, tag) {
        (Some(word), Some(tag)) if word != tag => Ok((word, tag)),
        _ => Err(ConvertError::file(
            path,
            "no column of tags (`O`, `B-X`, `I-X`) beside a column of words was found; expected one token a line",
        )),
    }
}

fn blocks<'t>(path: &Path, content: &'t str, word: usize, tag: usize) -> Result<Vec<Block<'t>>, ConvertError> {
    let mut blocks = vec![Block::default()];
    for (number, line) in content.lines().enumerate() {
        let Some(block) = blocks.last_mut() else { break };
        if line.trim().is_empty() {
            if !block.tokens.is_empty() || block.opens_document.is_some() {
                blocks.push(Block::default());
            }
        } else if line.starts_with("-DOCSTART-") {
            block.opens_document = Some(String::new());
        } else if let Some(comment) = line
            .strip_prefix("# ")
            .filter(|c| !c.contains('\t') && (c.contains(" = ") || c.starts_with("newdoc") || c.starts_with("newpar")))
        {
            // A token "#" is followed by its columns, a comment by "key = value".
            if let Some(id) = comment.strip_prefix("newdoc id = ") {
                block.opens_document = Some(id.to_owned());
            } else if let Some(text) = comment.strip_prefix("text = ") {
                block.text = Some(text);
            }
        } else {
            let cells: Vec<&str> = line.split_whitespace().collect();
            let (Some(&word), Some(&tag)) = (cells.get(word), cells.get(tag)) else {
                let need = word.max(tag) + 1;
                return Err(ConvertError::line(path, number + 1, format!("found {} columns, expected at least {need}", cells.len())));
            };
            if block.tokens.is_empty() {
                block.line = number + 1;
            }
            block.tokens.push(Token { word, tag });
        }
    }
    Ok(blocks)
}

/// Adds a sentence to the text, and its entities at their places.
fn append(path: &Path, document: &mut GoldDocument, block: &Block) -> Result<(), ConvertError> {
    if !document.text.is_empty() {
        document.text.push('\n');
    }
    let base = document.text.len();
    let spans = match block.text {
        Some(text) => {
            document.text.push_str(text);
            align(text, &block.tokens).map_err(|reason| ConvertError::line(path, block.line, reason))?
        }
        None => join(&mut document.text, &block.tokens),
    };
    let spans: Vec<Span> =
        if block.text.is_some() { spans.into_iter().map(|s| Span::new(base + s.start, base + s.end)).collect() } else { spans };
    let sentence = GoldSentence { span: Span::new(base, document.text.len()).trimmed(&document.text), ..GoldSentence::default() };
    document.sentences.get_or_insert_default().push(sentence);
    document.entities.get_or_insert_default().extend(mentions(&block.tokens, &spans));
    Ok(())
}

/// Finds every token in the sentence's own text.
fn align(text: &str, tokens: &[Token]) -> Result<Vec<Span>, String> {
    let mut at = 0;
    tokens
        .iter()
        .map(|token| {
            let rest = text.get(at..).unwrap_or("");
            let skip = rest.len() - rest.trim_start().len();
            if !rest[skip..].starts_with(token.word) {
                return Err(format!(
                    "token {:?} does not stand at {:?} of `# text`",
                    token.word,
                    rest.chars().take(20).collect::<String>()
                ));
            }
            let span = Span::new(at + skip, at + skip + token.word.len());
            at = span.end;
            Ok(span)
        })
        .collect()
}

/// Writes the tokens as running text where the corpus gives none, and says where each came to stand.
fn join(text: &mut String, tokens: &[Token]) -> Vec<Span> {
    let mut quote_open = false;
    let mut glue = true; // nothing before the first token
    tokens
        .iter()
        .map(|token| {
            let word = token.word;
            let closes = matches!(word, "." | "," | ";" | ":" | "!" | "?" | ")" | "]" | "%" | "''" | "...")
                || word.starts_with('\'') && word.len() > 1 && word.len() <= 3
                || word == "n't"
                || word == "'" && !glue
                || word == "\"" && quote_open;
            if !glue && !closes {
                text.push(' ');
            }
            let start = text.len();
            text.push_str(word);
            if word == "\"" {
                quote_open = !quote_open;
            }
            glue = matches!(word, "(" | "[" | "$" | "``" | "#") || word == "\"" && quote_open;
            Span::new(start, text.len())
        })
        .collect()
}

/// Mentions from tags. In IOB1 a `B-` only parts two touching mentions of one label, in IOB2 it opens every
/// mention; both read rightly when an `I-` goes on with its own label and opens a mention anywhere else.
fn mentions(tokens: &[Token], spans: &[Span]) -> Vec<GoldEntity> {
    let mut found: Vec<GoldEntity> = Vec::new();
    let mut open: Option<&str> = None;
    for (token, span) in tokens.iter().zip(spans) {
        let label = token.tag.get(2..).filter(|_| token.tag != "O");
        match (label, found.last_mut()) {
            (Some(label), Some(last)) if open == Some(label) && !token.tag.starts_with("B-") && !token.tag.starts_with("S-") => {
                last.span.end = span.end
            }
            (Some(label), _) => found.push(GoldEntity { span: *span, label: label.to_owned() }),
            (None, _) => {}
        }
        open = label;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(content: &str) -> Vec<GoldDocument> {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), content).unwrap();
        read(file.path()).unwrap()
    }

    fn entities(document: &GoldDocument) -> Vec<(&str, &str)> {
        document.entities.iter().flatten().map(|e| (e.span.of(&document.text), e.label.as_str())).collect()
    }

    #[test]
    fn iob1_parts_touching_mentions_and_text_is_rebuilt() {
        let documents = of(
            "-DOCSTART- -X- O O\n\nEU NNP I-NP I-ORG\nBritain NNP I-NP I-LOC\nFrance NNP I-NP B-LOC\n's POS I-NP O\ncase NN I-NP O\n( ( O O\n5 CD O O\n% NN O O\n) ) O O\n. . O O\n\n-DOCSTART- -X- O O\n\nPeter NNP I-NP I-PER\nBlack NNP I-NP I-PER\n",
        );
        assert_eq!(documents.len(), 2);
        assert_eq!(documents[0].text, "EU Britain France's case (5%).");
        assert_eq!(entities(&documents[0]), [("EU", "ORG"), ("Britain", "LOC"), ("France", "LOC")]);
        assert_eq!(entities(&documents[1]), [("Peter Black", "PER")]);
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
    fn a_file_without_tags_is_refused() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "just some words\nof prose here\n").unwrap();
        assert!(read(file.path()).unwrap_err().to_string().contains("no column of tags"));
    }
}
