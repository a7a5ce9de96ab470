//! Which columns of a file hold what, and which lines are comments, told by their content.

use std::collections::BTreeMap;

use crate::convert::tokens::{Tag, lines};

/// How many lines are looked at.
const ENOUGH: usize = 20_000;
/// So many cells of the column of tags must read as tags; the others are told as errors, each with its line.
const MOST: f64 = 0.95;

/// What CoNLL-2000 and CoNLL-2003 call the chunks of a sentence, which are no entities.
const CHUNKS: &[&str] = &["NP", "VP", "PP", "ADVP", "ADJP", "SBAR", "PRT", "CONJP", "INTJ", "LST", "UCP"];

/// Where a file has its words and tags.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Layout {
    pub(super) word: usize,
    pub(super) tag: usize,
    /// Columns whose tags were not taken, chunks aside.
    passed_over: Vec<usize>,
}

/// What a line is.
#[derive(Debug, PartialEq)]
pub(super) enum Line<'t> {
    Blank,
    /// `-DOCSTART-`
    DocumentStart,
    /// `# key = value`; without a value `# key`.
    Comment(&'t str, &'t str),
    Row {
        word: &'t str,
        tag: &'t str,
    },
    /// Too few columns: so many.
    Short(usize),
}

/// The cells of a line: at tabs where there are any, else at blanks. Only these: other white space may be a word's.
pub(super) fn cells(line: &str) -> Vec<&str> {
    if line.contains('\t') { line.split('\t').map(str::trim).collect() } else { line.split(' ').filter(|cell| !cell.is_empty()).collect() }
}

impl Layout {
    /// The tags' column is the last in which nearly every cell reads as a tag and some are more than `O` (or the last
    /// of all where every tag is `O`), chunks only where there are no other tags; the words' is the first that holds
    /// neither tags, running numbers nor fillers.
    pub(super) fn of(content: &str) -> Option<Self> {
        let lines = lines(content).filter(|l| !l.trim().is_empty() && !l.starts_with("# ") && !l.starts_with("-DOCSTART-"));
        let rows: Vec<Vec<&str>> = lines.take(ENOUGH).map(cells).collect();
        let mut widths: BTreeMap<usize, usize> = BTreeMap::new();
        for row in &rows {
            *widths.entry(row.len()).or_default() += 1;
        }
        let (width, _) = widths.into_iter().max_by_key(|(_, rows)| *rows)?;
        let rows: Vec<_> = rows.into_iter().filter(|r| r.len() == width).collect();
        let column = |c: usize| rows.iter().filter_map(move |r| r.get(c).copied());
        let tags = |c: usize| column(c).filter(|cell| Tag::read(cell).is_ok()).count() as f64 >= MOST * (rows.len() as f64 - 1.0);
        let tells = |c: usize| column(c).any(|cell| cell != "O" && Tag::read(cell).is_ok());
        let holds_tags: Vec<usize> = (0..width).filter(|&c| tags(c) && column(c).any(|cell| Tag::read(cell).is_ok())).collect();
        // The first column holds the tags only where no other does: a text may be of words that look like tags.
        let of_entities: Vec<usize> = holds_tags.iter().copied().filter(|&c| !are_chunks(column(c))).collect();
        let usable = if of_entities.iter().any(|c| *c > 0) || holds_tags == [0] { &of_entities } else { &holds_tags };
        let tag = match usable.iter().rev().find(|&&c| c > 0 && tells(c)).or(usable.last()) {
            Some(0) if !tells(0) => return None,
            tag => *tag?,
        };
        let filler = |cell: &str| matches!(cell, "_" | "-" | "-X-") || cell.parse::<u64>().is_ok();
        let first = (0..width).find(|c| *c != tag)?;
        let word = (0..width).find(|c| !holds_tags.contains(c) && !column(*c).all(filler)).unwrap_or(first);
        let passed_over = of_entities.into_iter().filter(|&c| c != tag && c != word && tells(c)).collect();
        Some(Self { word, tag, passed_over })
    }

    /// What people should know about columns that were not taken.
    pub(super) fn note(&self) -> Option<String> {
        let mut columns: Vec<usize> = self.passed_over.iter().chain([&self.tag]).map(|c| c + 1).collect();
        columns.sort_unstable();
        let (last, others) = columns.split_last().filter(|(_, others)| !others.is_empty())?;
        let others = others.iter().map(usize::to_string).collect::<Vec<_>>().join(", ");
        Some(format!("columns {others} and {last} hold tags; column {} was taken", self.tag + 1))
    }

    /// What `line` is.
    pub(super) fn line<'t>(&self, line: &'t str) -> Line<'t> {
        if line.trim().is_empty() {
            return Line::Blank;
        }
        if line.starts_with("-DOCSTART-") {
            return Line::DocumentStart;
        }
        let cells = cells(line);
        let row = cells.get(self.word).zip(cells.get(self.tag));
        if let Some(comment) = line.strip_prefix("# ").or_else(|| line.strip_prefix('#').filter(|_| row.is_none())) {
            let (key, value) =
                comment.split_once(" = ").or_else(|| comment.strip_suffix(" =").map(|key| (key, ""))).unwrap_or((comment, ""));
            let named = comment.contains(" =") && key.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | ':' | ' '));
            let reads_as_row = row.is_some_and(|(_, tag)| Tag::read(tag).is_ok());
            // A token "#" is followed by its columns, a comment by "key = value" or by no tag.
            if named || !reads_as_row {
                return Line::Comment(key, value);
            }
        }
        match row {
            Some((word, tag)) => Line::Row { word, tag },
            None => Line::Short(cells.len()),
        }
    }

    /// Whether a row names the columns instead of filling them: `token`, `tag`.
    pub(super) fn is_header(word: &str, tag: &str) -> bool {
        let word = word.to_ascii_lowercase();
        Tag::read(tag).is_err() && matches!(word.as_str(), "token" | "tokens" | "word" | "words" | "form" | "text")
    }
}

/// Whether nearly all tags of a column are on chunks.
fn are_chunks<'t>(column: impl Iterator<Item = &'t str>) -> bool {
    let labels = column.filter_map(|cell| match Tag::read(cell) {
        Ok(Tag::Inside { label, .. }) => Some(label),
        _ => None,
    });
    let (chunks, others): (Vec<&str>, Vec<&str>) = labels.partition(|label| CHUNKS.contains(label));
    chunks.len() as f64 > MOST * (chunks.len() + others.len()) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(content: &str) -> Option<(usize, usize)> {
        Layout::of(content).map(|l| (l.word, l.tag))
    }

    #[test]
    fn columns_are_found_in_any_order() {
        assert_eq!(of("EU NNP I-NP I-ORG\nsays VBZ I-VP O\n"), Some((0, 3)));
        assert_eq!(of("1\tBay\tB-LOC\t-\tann\n2\tis\tO\t-\t-\n"), Some((1, 2)));
        assert_eq!(of("B-LOC Paris\nO is\n"), Some((1, 0)));
        assert_eq!(of("Rome -X- _ B-LOC\nis -X- _ O\n"), Some((0, 3)));
        assert_eq!(of("token\ttag\nRome\tB-LOC\n"), Some((0, 1)));
        assert_eq!(of("Rome\tO\nis\tO\n"), Some((0, 1)), "nothing was found in it");
        assert_eq!(of("3\tO\n4\tO\nmiles\tO\n"), Some((0, 1)), "words may be numbers");
        assert_eq!(of("B-x\tO\n"), Some((0, 1)), "words may look like tags");
        assert_eq!(of("EU NNP I-NP O\nsays VBZ I-VP O\n"), Some((0, 3)), "chunks are no entities");
        assert_eq!(of("EU NNP I-ORG I-NP\nsays VBZ O I-VP\n"), Some((0, 2)));
        assert_eq!(of("EU NNP I-NP\nsays VBZ I-VP\n"), Some((0, 2)), "but nothing else is there");
        assert_eq!(of("just some words\nof prose here\n"), None);
        assert_eq!(of(""), None);
    }

    #[test]
    fn columns_passed_over_are_told_unless_they_hold_chunks() {
        let note = |content: &str| Layout::of(content).unwrap().note();
        assert_eq!(note("EU NNP I-NP I-ORG\nsays VBZ I-VP O\n"), None);
        assert_eq!(note("EU I-NP B-ORG B-X O\nRome I-NP I-ORG O B-LOC\n").unwrap(), "columns 3, 4 and 5 hold tags; column 5 was taken");
        assert_eq!(note("EU B-ORG O\nsays O O\n"), None, "a column of O alone loses nothing");
    }

    #[test]
    fn a_number_sign_may_be_a_word() {
        let layout = Layout { word: 0, tag: 1, passed_over: Vec::new() };
        assert_eq!(layout.line("# O"), Line::Row { word: "#", tag: "O" });
        assert_eq!(layout.line("#\tO"), Line::Row { word: "#", tag: "O" });
        assert_eq!(layout.line("# text = a\tO"), Line::Comment("text", "a\tO"));
        assert_eq!(layout.line("# id 7 domain=en"), Line::Comment("id 7 domain=en", ""));
        assert_eq!(layout.line("#top O"), Line::Row { word: "#top", tag: "O" });
        assert_eq!(layout.line("Rome"), Line::Short(1));
    }
}
