//! Dates, times and lengths of time.
//!
//! 1. [`days`]: calendar dates, `12 June 2018`;
//! 2. [`years`]: years, decades and spans of them;
//! 3. [`quarters`]: quarters, halves and `the first three months of`;
//! 4. [`weekdays`]: `on Tuesday`, and [`tense`], which says whether that day has passed;
//! 5. [`relative`]: `yesterday`, `last week`; [`holidays`]: `Christmas Day 2018`;
//! 6. [`parts`]: `early`, `mid-`, `the end of` any of these;
//! 7. [`durations`]: what follows a length of time, `two years ago`, and ages;
//! 8. [`clock`]: times of the day;
//! 9. [`names`]: months, weekdays and seasons by name.

pub(super) mod clock;
pub(super) mod days;
pub(super) mod durations;
pub(super) mod holidays;
mod names;
pub(super) mod parts;
pub(super) mod quarters;
pub(super) mod relative;
mod tense;
pub(super) mod weekdays;
pub(super) mod years;

use super::calendar::Date;
use super::tokens::Tokens;
use super::value::Value;
use super::{Day, Label, Reading};
use crate::values::vocabulary;

/// A date and the token after it; the date is none where it is vague or needs a day of publication.
#[derive(Debug, Clone, Copy)]
struct Dated {
    date: Option<Date>,
    end: usize,
}

impl Dated {
    fn reading(self) -> Reading {
        Reading::new(self.end, Label::Date, self.date.map(value))
    }
}

/// A date on the wire.
fn value(date: Date) -> Value {
    Value::Date { date: date.to_string(), part: None }
}

/// Two dates on the wire.
fn period(from: Date, to: Date) -> Value {
    Value::Period { from: from.to_string(), to: to.to_string(), zone: None }
}

/// Reads a period that has parts: a month, a year, a decade, `last year`, `the third quarter of 2018`, `this season`.
///
/// Only to be asked after words such as `early` or `end of`, which say that a date follows.
fn period_of(t: &Tokens, published: Option<Day>, at: usize) -> Option<Dated> {
    let longer = |a: Dated, b: Dated| if b.end > a.end { b } else { a };
    let readers = [
        years::decade(t, at),
        years::year_in_context(t, at),
        days::month(t, at),
        relative::period(t, published, at),
        quarters::quarter(t, published, at),
    ];
    readers.into_iter().flatten().reduce(longer)
}

/// Whether a dash or a word here joins two dates, and where the second starts: `12-15 June`, `2016 to 2020`.
fn joint(t: &Tokens, at: usize) -> Option<usize> {
    let is_dash = t.is_hyphen(at) || matches!(t.mark(at), Some('–' | '—'));
    let is_even = t.is_glued(at) == t.is_glued(at + 1);
    let is_word = matches!(t.word(at), "to" | "until" | "till" | "through");
    (is_word || is_dash && is_even).then_some(at + 1)
}

/// Whether two dates are what something was moved from and to: `postponed from 2004 to 2006`.
fn is_moved(t: &Tokens, at: usize) -> bool {
    (1..=8).any(|n| vocabulary::moves(t.word(super::tokens::before(at, n))))
}
