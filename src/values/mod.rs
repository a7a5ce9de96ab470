//! Reads written amounts and dates: any English text in, spans with a label and, where it can be read exactly, a value out.
//!
//! The text is cut into tokens once (`tokens`). At each token every reader of `READERS` is asked what starts there, and
//! the longest reading wins; `traps` reads what looks like an amount and is none, such as `3-1`, and wins in silence. A
//! reader looks at a bounded number of tokens, so the time is linear in the text.
//!
//! 1. `tokens`: words, digits and marks, each knowing whether white space stands before it;
//! 2. `amounts`: numbers in digits and words, what they count, and the words that bound them;
//! 3. `dates`: calendar dates, years, quarters, clock times, and dates told from the day of publication;
//! 4. `calendar`, `rational`: the arithmetic behind, exact;
//! 5. `value`: the wire format; `vocabulary`: the longer word lists.
//!
//! Precision comes before recall: a form with two readings gets a span without a value, or is left alone.
//!
//! What a span holds, following OntoNotes where it is clear:
//!
//! - `the`, `a`, `an` before and `'s` after stay outside, save where `a` is the number: `a dozen`, `a third`, `a year ago`;
//! - the words that bound an amount stay outside and are told by [`Bound`]: more than `200`, `five` or more;
//! - MONEY holds the currency and the scale word, `$5-10m`; a rate (`a share`) stays outside, in QUANTITY it stays inside
//!   (`two million barrels a day`), being part of the unit;
//! - a range is one span, with `between` and without `from`: `between 10 and 15`, from `2016 to 2020`. In `rose from 5% to
//!   7%` and `rose 2% to 7%` two amounts stand, not a range;
//! - lengths of time are DATE from a day on and TIME below, ages are DATE (`25-year-old`, `aged 25`).

mod amounts;
mod calendar;
mod dates;
mod rational;
#[cfg(test)]
mod tests;
mod tokens;
mod traps;
mod value;
mod vocabulary;

use crate::span::Span;
use serde::{Deserialize, Serialize};
use std::fmt;
use tokens::Tokens;

pub use calendar::{Day, InvalidDay};
pub use value::{Amount, Bound, Part, Range, Value};

/// What a finding is, as OntoNotes defines its numeric entity types (Weischedel et al., OntoNotes 5.0, 2013).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Label {
    /// A date or a length of time of a day or more, absolute, relative or vague; an age.
    Date,
    /// A time of the day or a length of time below a day.
    Time,
    /// An amount of money with its currency.
    Money,
    /// A percentage, percentage points, basis points.
    Percent,
    /// A number with a unit of measure.
    Quantity,
    /// A number that none of the others takes; a fraction.
    Cardinal,
    /// `first`, `21st`.
    Ordinal,
}

impl Label {
    /// The label as the record writes it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Date => "DATE",
            Self::Time => "TIME",
            Self::Money => "MONEY",
            Self::Percent => "PERCENT",
            Self::Quantity => "QUANTITY",
            Self::Cardinal => "CARDINAL",
            Self::Ordinal => "ORDINAL",
        }
    }
}

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One amount or date of a text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// Where it stands, in bytes of the text given.
    pub span: Span,
    /// What it is.
    pub label: Label,
    /// What it says; none where it is vague, has two readings, or needs a day of publication that was not given.
    pub value: Option<Value>,
}

/// Finds the amounts and dates of a text, in order and without overlap, in time linear in its length.
///
/// `published` is the day the text appeared; without it `last week` has no value.
///
/// ```
/// use claimsift::values::{Day, Label, find};
///
/// let text = "Sales rose 5.2% to more than £1.2bn last year.";
/// let found = find(text, Day::new(2018, 6, 12));
/// let surfaces: Vec<&str> = found.iter().map(|f| f.span.of(text)).collect();
/// assert_eq!(surfaces, ["5.2%", "£1.2bn", "last year"]);
/// assert_eq!(found[1].label, Label::Money);
/// let value = serde_json::to_string(&found[1].value)?;
/// assert_eq!(value, r#"{"amount":1200000000,"currency":"GBP","bound":"above"}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[must_use]
pub fn find(text: &str, published: Option<Day>) -> Vec<Finding> {
    let tokens = Tokens::new(text);
    let mut found = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let Some(reading) = longest(&tokens, published, at) else {
            at += 1;
            continue;
        };
        if let Some((label, value)) = reading.meaning {
            found.push(Finding { span: tokens.span(at, reading.end), label, value });
        }
        at = reading.end.max(at + 1);
    }
    found
}

/// What a reader made of the tokens from where it was asked up to `end`.
struct Reading {
    /// One past the last token.
    end: usize,
    /// None for a stretch known to hold no amount or date.
    meaning: Option<(Label, Option<Value>)>,
}

impl Reading {
    fn new(end: usize, label: Label, value: Option<Value>) -> Self {
        Self { end, meaning: Some((label, value)) }
    }

    /// A stretch to pass over.
    fn nothing(end: usize) -> Self {
        Self { end, meaning: None }
    }
}

/// Reads what starts at a token, if it is the reader's business. A reader looks at a bounded number of tokens.
type Reader = fn(&Tokens, Option<Day>, usize) -> Option<Reading>;

/// All readers; of two readings of one length the earlier reader's counts.
const READERS: &[Reader] = &[
    dates::clock::read,
    dates::days::read,
    dates::weekdays::read,
    dates::years::read,
    dates::quarters::read,
    dates::parts::read,
    dates::relative::read,
    dates::holidays::read,
    dates::durations::read,
    amounts::measures::read,
    amounts::ordinals::read,
    traps::read,
];

/// The longest reading of what starts at a token.
fn longest(tokens: &Tokens, published: Option<Day>, at: usize) -> Option<Reading> {
    let readings = READERS.iter().filter_map(|read| read(tokens, published, at));
    readings.reduce(|best, next| if next.end > best.end { next } else { best })
}
