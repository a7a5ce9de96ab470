//! Tokens that every span begins and ends with.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::convert::places::Places;
use crate::span::Span;

/// A token as it is written; `ws` where a space follows that is no token of its own.
#[derive(Serialize)]
pub(super) struct Token<'t> {
    text: &'t str,
    start: usize,
    end: usize,
    id: usize,
    ws: bool,
}

/// As much of a token as spans are held against.
#[derive(Deserialize)]
pub(super) struct TokenAt {
    pub start: usize,
    pub end: usize,
}

/// A token's place in the text.
#[derive(Debug, PartialEq)]
pub(super) struct Place {
    pub start: usize,
    end: usize,
    id: usize,
    ws: bool,
}

impl Place {
    pub(super) fn written<'t>(&self, text: &'t str, places: &Places) -> Token<'t> {
        let span = Span::new(self.start, self.end);
        let (start, end) = places.of(span);
        Token { text: span.of(text), start, end, id: self.id, ws: self.ws }
    }
}

/// What characters stand together.
#[derive(PartialEq, Clone, Copy)]
enum Sort {
    Word,
    Sign,
    White,
}

/// Words, single signs and stretches of white space, cut wherever a span begins or ends. As in spaCy, a single space
/// goes with the token before it; with the spaces, the tokens make up the whole text.
pub(super) fn of(text: &str, spans: &[Span]) -> Vec<Place> {
    let cuts: BTreeSet<usize> = spans.iter().flat_map(|s| [s.start, s.end]).collect();
    // A space that a span begins or ends with must be a token.
    let (starts, ends): (BTreeSet<usize>, BTreeSet<usize>) = spans.iter().map(|s| (s.start, s.end)).unzip();
    let mut tokens: Vec<Place> = Vec::new();
    let mut before = None;
    for (at, c) in text.char_indices() {
        let end = at + c.len_utf8();
        let sort = sort(c, before);
        let alone = !starts.contains(&at) && !ends.contains(&end);
        let goes_on = before == Some(sort) && sort != Sort::Sign || joins(c);
        match tokens.last_mut() {
            Some(last) if c == ' ' && alone && !last.ws && last.end == at => {
                last.ws = true;
                before = None;
                continue;
            }
            Some(last) if goes_on && !last.ws && last.end == at && !cuts.contains(&at) => last.end = end,
            _ => tokens.push(Place { start: at, end, id: tokens.len(), ws: false }),
        }
        before = Some(sort);
    }
    tokens
}

fn sort(c: char, before: Option<Sort>) -> Sort {
    match c {
        c if joins(c) => before.unwrap_or(Sort::Word),
        c if c.is_whitespace() => Sort::White,
        c if c.is_alphanumeric() => Sort::Word,
        _ => Sort::Sign,
    }
}

/// Combining marks, joiners, variation selectors and skin tones belong to the character before them.
fn joins(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}' | '\u{1f3fb}'..='\u{1f3ff}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn words<'t>(text: &'t str, spans: &[Span]) -> Vec<(&'t str, bool)> {
        of(text, spans).iter().map(|t| (Span::new(t.start, t.end).of(text), t.ws)).collect()
    }

    #[test]
    fn tokens_are_words_signs_and_white_space() {
        assert_eq!(
            words("“Cafe\u{301}\n\nis 5%”  x", &[]),
            [
                ("“", false),
                ("Cafe\u{301}", false),
                ("\n\n", false),
                ("is", true),
                ("5", false),
                ("%", false),
                ("”", true),
                (" ", false),
                ("x", false)
            ]
        );
        assert_eq!(words("Hawking's", &[Span::new(0, 4)]), [("Hawk", false), ("ing", false), ("'", false), ("s", false)]);
        assert_eq!(words("a b", &[Span::new(1, 3)]), [("a", false), (" ", false), ("b", false)], "a span that begins with a space");
    }

    proptest! {
        #[test]
        fn tokens_make_up_the_text_and_spans_are_whole_tokens(
            text in "[a-c .“\n\té😀\u{301}\u{200d}]{1,20}", a in any::<prop::sample::Index>(), b in any::<prop::sample::Index>(),
        ) {
            let bounds: Vec<usize> = text.char_indices().map(|(i, _)| i).chain([text.len()]).collect();
            let (a, b) = (bounds[a.index(bounds.len())], bounds[b.index(bounds.len())]);
            let span = Span::new(a.min(b), a.max(b));
            let spans = if span.is_empty() { vec![] } else { vec![span] };
            let tokens = of(&text, &spans);
            let rebuilt: String = tokens.iter().map(|t| format!("{}{}", Span::new(t.start, t.end).of(&text), if t.ws { " " } else { "" })).collect();
            prop_assert_eq!(rebuilt, text);
            for span in spans {
                prop_assert!(tokens.iter().any(|t| t.start == span.start) && tokens.iter().any(|t| t.end == span.end));
            }
        }
    }
}
