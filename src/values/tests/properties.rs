//! What holds for every text.

use super::super::{Day, Value, find};
use super::published;
use proptest::prelude::*;

/// Checks the findings of a text and gives their number.
fn check(text: &str, published: Option<Day>) -> usize {
    let found = find(text, published);
    let mut end = 0;
    for finding in &found {
        let span = finding.span;
        assert!(span.start >= end && span.end > span.start, "{span:?} after {end} in {text:?}");
        assert!(text.get(span.start..span.end).is_some(), "{span:?} splits a character of {text:?}");
        assert!(!span.of(text).starts_with(char::is_whitespace) && !span.of(text).ends_with(char::is_whitespace));
        if let Some(value) = &finding.value {
            let json = serde_json::to_string(value).unwrap();
            assert!(!json.contains("null"), "{json} is no number");
            assert_eq!(&serde_json::from_str::<Value>(&json).unwrap(), value, "{json} goes there and back");
        }
        end = span.end;
    }
    found.len()
}

/// Words and marks of which amounts and dates are made, in any order.
#[rustfmt::skip] // a filled list reads better than a word a line
const PIECES: &[&str] = &[
    " ", " ", " ", "-", "–", "'", "’", "s", ".", ",", "/", ":", "$", "US", "£", "€", "%", "(", ")", "°", "C", "½", "é", "😀", "\u{301}",
    "\n\n", "0", "1", "5", "12", "31", "60", "2018", "1,000", "9.30", "1.2.3", "99999999999999999999", "m", "bn", "k", "p", "km", "ft",
    "in", "one", "two", "twenty", "five", "hundred", "thousand", "million", "dozen", "half", "third", "quarter", "quarters", "second",
    "a", "an", "and", "of", "or", "to", "from", "between", "out", "more", "than", "at", "least", "over", "about", "June", "May",
    "Sept", "Tuesday", "on", "last", "next", "this", "week", "year", "years", "day", "hours", "ago", "old", "aged", "early", "mid",
    "end", "the", "first", "21st", "Q3", "am", "pm", "GMT", "o", "clock", "noon", "Christmas", "Day", "per", "cent", "percent",
    "point", "euros", "dollars", "pounds", "people", "One", "Channel", "fiscal", "said", "was", "will", "\u{200b}", "\u{a0}", "٣",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn any_text_reads(text in "\\PC*", dated in any::<bool>()) {
        check(&text, published().filter(|_| dated));
    }

    #[test]
    fn any_row_of_pieces_reads(pieces in proptest::collection::vec(proptest::sample::select(PIECES), 0..24), spaced in any::<bool>()) {
        let text = pieces.join(if spaced { " " } else { "" });
        check(&text, published());
        // The edges of the calendar
        check(&text, Day::new(1, 1, 1));
        check(&text, Day::new(9999, 12, 31));
    }

    #[test]
    fn any_line_of_bytes_reads(text in "(?s)[\\x00-\\x7fé½–’€😀\u{301}]*") {
        check(&text, None);
    }

    #[test]
    fn what_stands_behind_a_blank_line_does_not_matter(pieces in proptest::collection::vec(proptest::sample::select(PIECES), 0..12)) {
        let text = pieces.join(" ");
        let alone = find(&text, None);
        let followed = find(&format!("{text}\n\nand five million euros"), None);
        prop_assert_eq!(&followed[..alone.len().min(followed.len())], &alone[..]);
    }
}

/// A megabyte of one thing. Were a reader's reach not bounded, this would take hours.
#[test]
fn a_megabyte_of_one_thing_takes_linear_time() {
    for piece in ["7", "and ", "$"] {
        check(&piece.repeat((1 << 20) / piece.len()), published());
    }
}

/// Pieces after which a reader hopes for more.
#[rustfmt::skip] // a filled list reads better than a word a line
const GOING_ON: &[&str] = &[
    "1,", "1,000,", "7 ", "7-", "7/", "7:", "7.", "$5", "one ", "one and ", "hundred ", "million ", "two million ", "a ", "half a ",
    "of ", "to ", "five to ", "between ", "between 5 and ", "June ", "June 5 to ", "early ", "the end of ", "last ", "first ",
    "on Tuesday ", "was on ", "in ", "one in ", "(", "'", "’s ", "-", "½", "\n", "\n\n", " ", "é", "😀", "2018-", "a.m.", "9am to ",
    "or more ",
];

/// What readers go on reading for as long as they can.
#[test]
fn long_rows_of_what_goes_on_take_linear_time() {
    const SIZE: usize = 1 << 15;
    for piece in GOING_ON {
        check(&piece.repeat(SIZE / piece.len()), published());
    }
}
