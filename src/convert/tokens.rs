//! Tokens and running text: where each token stands in a text, and how a text is cut into tokens.
//!
//! [`join`] goes the other way where a corpus has only tokens; the tags on tokens are read and made in `tagging`.

#[cfg(test)]
pub(super) mod generated;
mod joining;
mod passages;
mod tagging;

use std::collections::BTreeSet;

pub(super) use joining::{join, unescaped};
pub(super) use passages::{Passage, one_line, passages, taggable};
pub(super) use tagging::{Habits, Tag, flat, iob2, mentions};

use crate::span::Span;

/// Finds every token in `text`, from which the tokens may differ in white space and PTB escapes only.
pub(super) fn align<'w>(text: &str, words: impl IntoIterator<Item = &'w str>) -> Result<Vec<Span>, String> {
    let mut at = 0;
    let mut spans = Vec::new();
    for word in words {
        let rest = text.get(at..).unwrap_or("");
        let start = at + (rest.len() - rest.trim_start().len());
        let here = text.get(start..).unwrap_or("");
        let Some(length) = length_at(here, word).or_else(|| length_at(here, unescaped(word))) else {
            return Err(format!("the token {word:?} does not stand at {:?} of `# text`", beginning(here)));
        };
        at = start + length;
        spans.push(Span::new(start, at));
    }
    match text.get(at..).unwrap_or("").trim() {
        "" => Ok(spans),
        rest => Err(format!("`# text` goes on with {:?}, which no token covers", beginning(rest))),
    }
}

/// How many bytes `word` takes at the start of `text`; white space inside it may be of another kind.
fn length_at(text: &str, word: &str) -> Option<usize> {
    let mut at = 0;
    for (n, piece) in word.split_whitespace().enumerate() {
        let rest = text.get(at..)?;
        let blank = rest.len() - rest.trim_start().len();
        if n > 0 {
            at += blank;
        }
        at += text.get(at..)?.starts_with(piece).then_some(piece.len())?;
    }
    (at > 0).then_some(at)
}

/// The lines of a file; they end with `\n`, `\r\n` or, as on old Macs, with `\r` alone.
pub(super) fn lines(content: &str) -> impl Iterator<Item = &str> {
    let mut rest = content;
    std::iter::from_fn(move || {
        let (line, tail) = rest.split_at(rest.find(['\n', '\r']).unwrap_or(rest.len()));
        let after = tail.strip_prefix("\r\n").or_else(|| tail.strip_prefix(['\n', '\r']));
        let is_over = rest.is_empty();
        rest = after.unwrap_or("");
        (!is_over).then_some(line)
    })
}

/// The first characters of a text, for messages.
pub(super) fn beginning(text: &str) -> String {
    text.chars().take(20).collect()
}

/// Cuts the stretch `within` of `text` into tokens: at white space, around punctuation, before `'s` and its kin, and
/// at each of `cuts`, so that what begins or ends there does so with a token. No token holds white space.
pub(super) fn split(text: &str, within: Span, cuts: &BTreeSet<usize>) -> Vec<Span> {
    let mut spans: Vec<Span> = Vec::new();
    let mut fresh = true; // the next character opens a token
    let mut before = None;
    let mut characters = within.of(text).char_indices().peekable();
    while let Some((offset, c)) = characters.next() {
        let at = within.start + offset;
        let after = characters.peek().map(|(_, c)| *c);
        let alone = stands_alone(before, c, after);
        let opens = fresh || alone || cuts.contains(&at) || opens_clitic(Span::new(at, within.end).of(text));
        fresh = c.is_whitespace() || alone;
        before = Some(c);
        let end = at + c.len_utf8();
        match spans.last_mut() {
            _ if c.is_whitespace() => {}
            Some(last) if !opens => last.end = end,
            _ => spans.push(Span::new(at, end)),
        }
    }
    spans
}

/// Whether the character is a token of its own: punctuation that holds no word or number together.
fn stands_alone(before: Option<char>, c: char, after: Option<char>) -> bool {
    let inside = |test: fn(char) -> bool| before.is_some_and(test) && after.is_some_and(test);
    match c {
        '.' | ',' | ':' => !inside(|c| c.is_ascii_digit()),
        '-' | '\'' | '’' | '_' | '&' | '@' => !inside(char::is_alphanumeric),
        _ => {
            c.is_ascii_punctuation()
                || matches!(c, '\u{2010}'..='\u{2027}' | '\u{2030}'..='\u{205e}' | '«' | '»' | '¿' | '¡' | '\u{3001}'..='\u{3003}')
        }
    }
}

/// Whether `'s`, `'re`, `'ve`, `'ll`, `'d` or `'m` begins here and ends with the word.
fn opens_clitic(rest: &str) -> bool {
    let Some(tail) = rest.strip_prefix(['\'', '’']) else { return false };
    let end = tail.find(|c: char| !c.is_alphanumeric()).unwrap_or(tail.len());
    matches!(tail.get(..end).unwrap_or("").to_ascii_lowercase().as_str(), "s" | "re" | "ve" | "ll" | "d" | "m")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn surfaces(text: &str, cuts: &[usize]) -> Vec<String> {
        split(text, Span::new(0, text.len()), &cuts.iter().copied().collect()).iter().map(|s| s.of(text).to_owned()).collect()
    }

    #[test]
    fn punctuation_numbers_and_clitics_are_cut_as_readers_expect() {
        assert_eq!(surfaces("“Don’t!” said O’Neil’s U.S. aide.", &[]).join("|"), "“|Don’t|!|”|said|O’Neil|’s|U|.|S|.|aide|.");
        assert_eq!(surfaces("3.5-point\trise, 10:30", &[]).join("|"), "3.5-point|rise|,|10:30");
        assert_eq!(surfaces("Anglo-Dutch", &[5, 6]).join("|"), "Anglo|-|Dutch");
    }

    #[test]
    fn tokens_are_found_whatever_the_white_space_and_the_escapes() {
        let text = "a\u{a0}(b)  1 000";
        let spans = align(text, ["a", "-LRB-", "b", ")", "1\u{a0}000"]).unwrap();
        assert_eq!(spans.iter().map(|s| s.of(text)).collect::<Vec<_>>(), ["a", "(", "b", ")", "1 000"]);
        assert!(align("a b", ["a"]).unwrap_err().contains("\"b\""));
        assert!(align("a b", ["a", "c"]).unwrap_err().contains("\"c\""));
        assert!(align("a b", ["a", "b", "c"]).unwrap_err().contains("\"c\""));
    }

    #[test]
    fn lines_end_at_any_line_end() {
        assert_eq!(lines("a\n\nb\r\n\r\nc\r\rd").collect::<Vec<_>>(), ["a", "", "b", "", "c", "", "d"]);
        assert_eq!(lines("a\r").chain(lines("b\n")).chain(lines("")).collect::<Vec<_>>(), ["a", "b"]);
    }

    proptest! {
        #[test]
        fn tokens_hold_all_but_white_space_and_break_at_every_cut(text in "[a-z'.,\u{301}é😀א \t\n\u{a0}-]{0,40}", cut in 0usize..60) {
            let cut = (0..=cut.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap();
            let spans = split(&text, Span::new(0, text.len()), &BTreeSet::from([cut]));
            let kept: String = spans.iter().map(|s| s.of(&text)).collect();
            prop_assert_eq!(kept, text.split_whitespace().collect::<String>());
            prop_assert!(spans.iter().all(|s| cut <= s.start || s.end <= cut));
            prop_assert!(spans.iter().all(|s| !s.of(&text).contains(char::is_whitespace)));
            let found = align(&text, spans.iter().map(|s| s.of(&text))).unwrap();
            prop_assert_eq!(found, spans);
        }
    }
}
