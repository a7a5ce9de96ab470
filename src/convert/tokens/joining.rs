//! Running text from tokens alone, where nobody knows any more how they were set.

use crate::span::Span;

/// What a token of the Penn Treebank stands for: `-LRB-` for `(`, ` `` ` for `"`; other tokens for themselves.
pub(in crate::convert) fn unescaped(word: &str) -> &str {
    match word {
        "-LRB-" => "(",
        "-RRB-" => ")",
        "-LSB-" => "[",
        "-RSB-" => "]",
        "-LCB-" => "{",
        "-RCB-" => "}",
        "``" | "''" => "\"",
        _ => word,
    }
}

/// Writes the tokens behind `text` as a reader expects them to be set, and says where each came to stand.
///
/// Bracket escapes become brackets; PTB quotes become `"` where they open and close in turn, else they stay.
pub(in crate::convert) fn join(text: &mut String, words: &[&str]) -> Vec<Span> {
    let ptb_quotes = quotes_alternate(words);
    let mut quotes = Quotes::default();
    let mut glued = true; // nothing before the first token
    let mut spans = Vec::with_capacity(words.len());
    for (n, &word) in words.iter().enumerate() {
        let before = n.checked_sub(1).and_then(|n| words.get(n)).copied().unwrap_or("");
        let rest = words.get(n + 1..).unwrap_or_default();
        let side = quotes.side(word, before, rest).unwrap_or_else(|| side(word, rest.first().copied().unwrap_or("")));
        if !glued && side != Side::Left {
            text.push(' ');
        }
        glued = side == Side::Right;
        let start = text.len();
        text.push_str(if matches!(word, "``" | "''") && !ptb_quotes { word } else { unescaped(word) });
        spans.push(Span::new(start, text.len()));
    }
    spans
}

/// Where a token leans.
#[derive(Clone, Copy, PartialEq)]
enum Side {
    Neither,
    /// On the token before it.
    Left,
    /// On the token after it.
    Right,
}

fn side(word: &str, next: &str) -> Side {
    let starts_word = next.starts_with(|c: char| c.is_alphabetic() || c == '_');
    match unescaped(word) {
        "." | "," | ";" | ":" | "!" | "?" | ")" | "]" | "}" | "%" | "..." | "…" | "”" | "’" | "»" => Side::Left,
        "(" | "[" | "{" | "“" | "‘" | "«" | "¿" | "¡" | "#" => Side::Right,
        "@" if starts_word => Side::Right,
        word if word.ends_with(['$', '£', '€']) && next.starts_with(|c: char| c.is_ascii_digit()) => Side::Right,
        word if is_clitic(word) => Side::Left,
        _ => Side::Neither,
    }
}

fn is_clitic(word: &str) -> bool {
    let plain = word.to_ascii_lowercase().replace('’', "'");
    matches!(plain.as_str(), "'s" | "'m" | "'d" | "'re" | "'ve" | "'ll" | "n't")
}

/// Which quotes of the sentence are open.
#[derive(Default)]
struct Quotes {
    double: bool,
    single: bool,
}

impl Quotes {
    /// Where a quote leans; `None` for what is none. A single `'` behind an s, or without a fellow, is an apostrophe.
    fn side(&mut self, word: &str, before: &str, rest: &[&str]) -> Option<Side> {
        match word {
            "``" => Some(Side::Right),
            "''" => Some(Side::Left),
            // Said on from the sentence before: nothing opened it here, nothing would close it.
            "\"" if !self.double && matches!(before, "," | "." | "!" | "?") && !rest.contains(&"\"") => Some(Side::Left),
            "\"" => Some(turn(&mut self.double)),
            "'" if self.single => Some(turn(&mut self.single)),
            "'" if !before.ends_with(['s', 'S']) && rest.contains(&"'") => Some(turn(&mut self.single)),
            "'" => Some(Side::Left),
            _ => None,
        }
    }
}

fn turn(open: &mut bool) -> Side {
    *open = !*open;
    if *open { Side::Right } else { Side::Left }
}

/// Whether every ` `` ` is followed by its `''` before the next.
fn quotes_alternate(words: &[&str]) -> bool {
    let mut open = false;
    for word in words {
        match *word {
            "``" if !open => open = true,
            "''" if open => open = false,
            "``" | "''" => return false,
            _ => {}
        }
    }
    !open
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn joined(words: &str) -> String {
        let mut text = String::new();
        join(&mut text, &words.split(' ').collect::<Vec<_>>());
        text
    }

    #[test]
    fn text_is_set_as_a_reader_expects() {
        assert_eq!(joined("`` They do n't pay $ 5 '' , Ann 's aide -LRB- 29 -RRB- said ."), "\"They don't pay $5\", Ann's aide (29) said.");
        assert_eq!(joined("\" Yes , \" the workers ' union said : \" No ! \""), "\"Yes,\" the workers' union said: \"No!\"");
        assert_eq!(joined("He said ' maybe ' , 3 % at most"), "He said 'maybe', 3% at most");
        assert_eq!(joined("We suffered , \" said Ann"), "We suffered,\" said Ann", "the quote was opened a sentence before");
        assert_eq!(joined("a 5 '' pipe"), "a 5'' pipe", "inches are no quote");
        assert_eq!(joined("@ ann met them @ 5"), "@ann met them @ 5");
    }

    proptest! {
        #[test]
        fn every_span_is_its_token(words in prop::collection::vec("[a-z]{1,3}|[\"'(.,$]|n't|``|''|-LRB-|😀|a b", 0..12)) {
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            let mut text = "x\n".to_owned();
            let spans = join(&mut text, &words);
            for (span, word) in spans.iter().zip(&words) {
                prop_assert!(span.of(&text) == *word || span.of(&text) == unescaped(word));
            }
            let shown: String = spans.iter().map(|s| s.of(&text)).collect();
            prop_assert_eq!(text[2..].replace(' ', ""), shown.replace(' ', ""));
        }
    }
}
