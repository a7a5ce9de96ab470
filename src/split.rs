//! Sentence splitter: any text in, sentences that tile it out.
//!
//! The text is cut into words (stretches without white space) and each gap between two words is
//! judged by the word before it and the few after it, so the time is linear in the text:
//!
//! 1. [`words`] finds the words and what lies between them: nothing, space, a line break, a blank line;
//! 2. [`unwrap`] turns the line breaks of hard-wrapped prose into spaces;
//! 3. [`judge`] says at which gaps a sentence ends: at blank lines and line breaks, and at a space
//!    after `.`, `!`, `?` or `…`, unless an abbreviation, an initial, a list number, an ellipsis, a
//!    name such as `Yahoo!` or a quotation going on says otherwise.
//!
//! The rules are for English news; other scripts get their own stops and no abbreviations.
//! `benches/sentences.rs` compares them with other splitters.

mod judge;
mod lexicon;
#[cfg(test)]
mod tests;
mod unwrap;

use crate::span::Span;
use judge::{CLOSERS, Judge, STOPS};

/// One sentence of a document.
///
/// Tiles follow each other without gap or overlap from the first byte of the document to the last.
/// White space belongs to the sentence before it, at the start of a document to the first one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sentence {
    /// The sentence's stretch of the document with the white space around it, in bytes.
    pub tile: Span,
    /// The tile without its leading and trailing white space. Empty only if the whole document is
    /// white space.
    pub span: Span,
}

/// Splits a text into sentences that tile it, in time linear in its length.
///
/// An empty text has no sentence; a text of white space alone is one sentence with an empty span.
///
/// ```
/// use claimsift::split::split;
///
/// let text = "Mr. Smith moved to the U.S. in 2019. He never left.\n";
/// let sentences = split(text);
/// assert_eq!(sentences.len(), 2);
/// assert_eq!(sentences[1].span.of(text), "He never left.");
/// assert_eq!(sentences[1].tile.of(text), "He never left.\n");
/// ```
#[must_use]
pub fn split(text: &str) -> Vec<Sentence> {
    let mut words = words(text);
    unwrap::unwrap_lines(text, &mut words);

    let mut sentences = Vec::new();
    let mut start = 0;
    let mut judge = Judge::new(text, &words);
    for (next, word) in words.iter().enumerate().skip(1) {
        if judge.ends_before(next) {
            sentences.push(sentence(text, start, word.start));
            start = word.start;
        }
    }
    if start < text.len() {
        sentences.push(sentence(text, start, text.len()));
    }
    sentences
}

/// The sentence whose tile is `[start, end)`.
fn sentence(text: &str, start: usize, end: usize) -> Sentence {
    let tile = &text[start..end];
    let head = start + (tile.len() - tile.trim_start().len());
    Sentence { tile: Span::new(start, end), span: Span::new(head, head + tile.trim().len()) }
}

/// What stands between a word and the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Gap {
    /// Nothing, and yet a sentence ends there; see [`glued_ends`].
    Glued,
    Space,
    LineBreak,
    BlankLine,
}

/// A stretch without white space, and the gap before it.
#[derive(Debug, Clone, Copy)]
struct Word {
    start: usize,
    end: usize,
    gap: Gap,
}

impl Word {
    fn of<'t>(&self, text: &'t str) -> &'t str {
        &text[self.start..self.end]
    }
}

/// The words of a text, cut also where a sentence ends inside one.
fn words(text: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut rest = 0;
    while let Some(skipped) = text[rest..].find(|c: char| !c.is_whitespace()) {
        let start = rest + skipped;
        let length = text[start..].find(char::is_whitespace).unwrap_or(text.len() - start);
        let mut word = Word { start, end: start + length, gap: gap(&text[rest..start]) };
        rest = word.end;
        for cut in glued_ends(word.of(text)) {
            words.push(Word { end: start + cut, ..word });
            word = Word { start: start + cut, gap: Gap::Glued, ..word };
        }
        words.push(word);
    }
    words
}

/// Classifies white space by the line ends in it.
fn gap(space: &str) -> Gap {
    if space == " " {
        return Gap::Space;
    }
    let count = |end: &str| space.matches(end).count();
    let lines = count("\n") + count("\r") - count("\r\n") + count("\u{85}") + count("\u{2028}");
    // U+2029 separates paragraphs by itself
    match lines + 2 * count("\u{2029}") {
        0 => Gap::Space,
        1 => Gap::LineBreak,
        _ => Gap::BlankLine,
    }
}

/// The stops of scripts that put no space after them.
const IDEOGRAPHIC_STOPS: &[char] = &['。', '｡', '！', '？'];

/// Where sentences end inside a word, for want of a space: `。` always, and `the end.The next`, a
/// common slip in web text. Host names, mail addresses and file names are left whole.
fn glued_ends(word: &str) -> Vec<usize> {
    let is_plain = !word.contains(['@', '/', ':']);
    let mut cuts = Vec::new();
    // Where the letters before a stop begin; none once a stop was passed without a cut (`www.the.Times`)
    let mut letters = Some(0);
    let mut from = 0;
    while let Some(found) = word[from..].find(STOPS) {
        let stop = from + found;
        let closers = word[stop..].trim_start_matches(STOPS);
        let after = closers.trim_start_matches(CLOSERS);
        if after.is_empty() {
            break;
        }
        from = word.len() - after.len();
        let is_end =
            word[stop..].starts_with(IDEOGRAPHIC_STOPS) || letters.is_some_and(|start| is_plain && lacks_space(&word[start..stop], after));
        if is_end {
            cuts.push(from);
        }
        letters = is_end.then_some(from);
    }
    cuts
}

/// Whether a lower-case word and a capitalised one stand on either side of a stop.
fn lacks_space(before: &str, after: &str) -> bool {
    let mut after = after.chars();
    before.chars().count() > 1
        && before.chars().all(char::is_lowercase)
        && after.next().is_some_and(char::is_uppercase)
        && after.next().is_some_and(char::is_lowercase)
}
