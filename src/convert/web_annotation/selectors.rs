//! Where in a text an annotation stands.

use serde::{Deserialize, Serialize};

use crate::convert::places::Places;
use crate::span::Span;

/// How many characters of what stands around a quote are written.
const AROUND: usize = 16;

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "type")]
pub(super) enum Selector {
    #[serde(rename = "TextPositionSelector")]
    Position { start: usize, end: usize },
    #[serde(rename = "TextQuoteSelector")]
    Quote {
        exact: String,
        #[serde(default, skip_serializing_if = "String::is_empty")]
        prefix: String,
        #[serde(default, skip_serializing_if = "String::is_empty")]
        suffix: String,
    },
    #[serde(other)]
    Other,
}

/// Both selectors of a span.
pub(super) fn of(span: Span, text: &str, places: &Places) -> [Selector; 2] {
    let (start, end) = places.of(span);
    let before = text.get(..span.start).unwrap_or_default();
    let prefix = before.char_indices().rev().nth(AROUND - 1).map_or(before, |(at, _)| &before[at..]).to_owned();
    let suffix = text.get(span.end..).unwrap_or_default().chars().take(AROUND).collect();
    [Selector::Position { start, end }, Selector::Quote { exact: span.of(text).to_owned(), prefix, suffix }]
}

/// The span that all of `selectors` mean.
pub(super) fn found(selectors: &[Selector], places: &Places) -> Result<Span, String> {
    let mut position = None;
    let mut quote = None;
    for selector in selectors {
        match selector {
            Selector::Position { start, end } => position = Some((*start, *end)),
            Selector::Quote { exact, prefix, suffix } => quote = Some((exact, prefix, suffix)),
            Selector::Other => {}
        }
    }
    match (position, quote) {
        (Some((start, end)), Some((exact, ..))) => places.surface(start, end, exact),
        (Some((start, end)), None) => places.span(start, end),
        (None, Some((exact, prefix, suffix))) => quoted(places.text(), exact, prefix, suffix),
        (None, None) => Err("found no selector of text, expected a TextPositionSelector or a TextQuoteSelector".to_owned()),
    }
}

/// Where the quote stands, if that is one place.
fn quoted(text: &str, exact: &str, prefix: &str, suffix: &str) -> Result<Span, String> {
    if exact.is_empty() {
        return Err("the quote is empty".to_owned());
    }
    let around = format!("{prefix}{exact}{suffix}");
    // One character on each time: quotes may overlap.
    let step = around.chars().next().map_or(1, char::len_utf8);
    let next = |from: usize| text.get(from..).and_then(|rest| rest.find(&around)).map(|at| from + at);
    let starts = std::iter::successors(next(0), |at| next(at + step));
    match starts.take(2).collect::<Vec<_>>()[..] {
        [at] => Ok(Span::new(at + prefix.len(), at + prefix.len() + exact.len())),
        [] => Err(format!("the quote {exact:?} is not in the text")),
        _ => Err(format!("the quote {exact:?} is in the text more than once, and no position says where")),
    }
}
