//! Tells the line breaks that only wrap prose from those that end a line for good.

use super::judge::{Start, is_list_number};
use super::{Gap, Word, lexicon};

/// Widths, in characters, of a line that prose may have been wrapped after.
const WRAP_WIDTHS: std::ops::RangeInclusive<usize> = 40..=100;

/// Fewest lines that show by themselves that a paragraph is wrapped; two may be a headline and its text.
const TELLING_LINES: usize = 3;

/// A line of the text.
struct Line {
    /// Index of its first word.
    first: usize,
    /// Characters of its first word.
    first_width: usize,
    /// Characters of the line, white space around it aside.
    width: usize,
    /// White space before its first word.
    indent: usize,
}

/// Turns the line breaks that only wrap prose into spaces: the line before is as long as a wrapped
/// one and either full, for the column its paragraph or the document is wrapped at, or its sentence
/// visibly goes on. Items of a list and indented first lines stay on lines of their own.
pub(super) fn unwrap_lines(text: &str, words: &mut [Word]) {
    let lines = lines(text, words);
    let paragraphs: Vec<&[Line]> = lines.chunk_by(|_, next| words[next.first].gap != Gap::BlankLine).collect();
    let column = paragraphs.iter().filter_map(|lines| column(lines)).max();

    for paragraph in paragraphs {
        let own_column = self::column(paragraph).or(column);
        for pair in paragraph.windows(2) {
            let [before, line] = pair else { continue };
            let is_full = own_column.is_some_and(|column| before.is_full(line, column));
            let may_wrap = WRAP_WIDTHS.contains(&before.width) && line.indent <= before.indent + 1;
            let word = words[line.first].of(text);
            if may_wrap && !is_bullet(word) && (is_full || goes_on(words[line.first - 1].of(text), word)) {
                words[line.first].gap = Gap::Space;
            }
        }
    }
}

/// The lines of a text.
fn lines(text: &str, words: &[Word]) -> Vec<Line> {
    let starts_line = |at: usize| at == 0 || matches!(words[at].gap, Gap::LineBreak | Gap::BlankLine);
    let firsts: Vec<usize> = (0..words.len()).filter(|&at| starts_line(at)).collect();
    let ends = firsts.iter().skip(1).copied().chain([words.len()]);
    let line = |(&first, end): (&usize, usize)| {
        let Word { start, .. } = words[first];
        let lead = &text[if first == 0 { 0 } else { words[first - 1].end }..start];
        Line {
            first,
            first_width: words[first].of(text).chars().count(),
            width: text[start..words[end - 1].end].chars().count(),
            indent: lead.chars().rev().take_while(|c| matches!(c, ' ' | '\t')).count(),
        }
    };
    firsts.iter().zip(ends).map(line).collect()
}

impl Line {
    /// Whether the next line's first word had no room left here.
    fn is_full(&self, next: &Line, column: usize) -> bool {
        self.width <= column && self.width + 1 + next.first_width > column
    }
}

/// The column a paragraph is visibly wrapped at: that of its widest line, if all but the last are full.
fn column(paragraph: &[Line]) -> Option<usize> {
    let widest = paragraph.iter().map(|line| line.width).max()?;
    let all_full = || paragraph.windows(2).all(|pair| pair[0].is_full(&pair[1], widest));
    (paragraph.len() >= TELLING_LINES && WRAP_WIDTHS.contains(&widest) && all_full()).then_some(widest)
}

/// Whether a sentence visibly goes on from the last word of one line to the first of the next.
fn goes_on(last: &str, next: &str) -> bool {
    Start::of(next) == Start::Lower || last.ends_with(',') || lexicon::expects_more(last)
}

/// Whether a line that starts with this word is an item of a list.
fn is_bullet(word: &str) -> bool {
    matches!(word, "-" | "–" | "—" | "*" | "•" | "·" | "▪" | "‣" | "◦" | "+") || word.strip_suffix(['.', ')']).is_some_and(is_list_number)
}
