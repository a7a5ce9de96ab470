//! Quarters, halves and thirds of years: `the third quarter of 2018`, `Q3`, `the first half of last year`, `the first three months of 2005`.

use super::{Dated, period, years};
use crate::values::amounts::items;
use crate::values::amounts::ordinals;
use crate::values::amounts::units::{TimeUnit, Unit};
use crate::values::calendar::Date;
use crate::values::tokens::{Tokens, before};
use crate::values::{Day, Label, Reading};

/// Reads a quarter, a half, or the first or last months of a year.
pub(in crate::values) fn read(t: &Tokens, published: Option<Day>, at: usize) -> Option<Reading> {
    if !t.is_free_before(at) {
        return None;
    }
    half(t, published, at).or_else(|| months(t, published, at)).or_else(|| quarter(t, published, at).map(Dated::reading))
}

/// Reads a quarter; its value needs a calendar year.
pub(super) fn quarter(t: &Tokens, published: Option<Day>, at: usize) -> Option<Dated> {
    let (number, end) = lettered(t, at, "q").or_else(|| spelled(t, at)).or_else(|| last(t, published, at))?;
    let quarter = u8::try_from(number).ok().filter(|quarter| (1..=4).contains(quarter))?;
    let Some((year, end)) = of_year(t, published, end) else { return Some(Dated { date: None, end }) };
    Some(Dated { date: year.map(|year| Date::Quarter(year, quarter)), end })
}

/// `Q3`, `H1`
fn lettered(t: &Tokens, at: usize, letter: &str) -> Option<(u64, usize)> {
    let number = t.integer(at + 1, 1..=1).filter(|_| t.word(at) == letter && t.is_capitalised(at) && t.is_glued(at + 1))?;
    t.is_free_after(at + 2).then_some((u64::try_from(number).ok()?, at + 2))
}

/// `third quarter`, `third-quarter`
fn spelled(t: &Tokens, at: usize) -> Option<(u64, usize)> {
    let (number, end) = ordinals::ordinal(t, at)?;
    let noun = t.past_hyphen(end);
    let stands = t.word(noun) == "quarter" && t.past_hyphen(noun + 1) == noun + 1 && (t.is_lower(at) || t.opens(at));
    stands.then_some((number, noun + 1))
}

/// `last quarter of 2004`, where the year says that it is the fourth; else the last one before.
fn last(t: &Tokens, published: Option<Day>, at: usize) -> Option<(u64, usize)> {
    let is_last = matches!(t.word(at), "last" | "final") && t.word(at + 1) == "quarter";
    (is_last && of_year(t, published, at + 2).is_some()).then_some((4, at + 2))
}

/// Reads the first or second half of a year.
fn half(t: &Tokens, published: Option<Day>, at: usize) -> Option<Reading> {
    let (number, end) = lettered(t, at, "h").or_else(|| {
        let (number, end) = ordinals::ordinal(t, at)?;
        (t.word(end) == "half").then_some((number, end + 1))
    })?;
    let (year, end) = of_year(t, published, end)?;
    let months = match number {
        1 => (1, 6),
        2 => (7, 12),
        _ => return None,
    };
    Some(within(year, months, end))
}

/// Reads `first three months of 2005`.
fn months(t: &Tokens, published: Option<Day>, at: usize) -> Option<Reading> {
    let is_first = match t.word(at) {
        "first" => true,
        "last" | "final" => false,
        _ => return None,
    };
    let item = items::item(t, at + 1).filter(|item| item.unit == Some(Unit::Time(TimeUnit::Month)))?;
    let count = item.number.value?.as_whole().and_then(|n| u8::try_from(n).ok()).filter(|n| (1..12).contains(n))?;
    let (year, end) = of_year(t, published, item.end)?;
    Some(within(year, if is_first { (1, count) } else { (13 - count, 12) }, end))
}

/// The reading of some months of a year.
fn within(year: Option<i32>, (first, last): (u8, u8), end: usize) -> Reading {
    let value = year.map(|year| period(Date::Month(year, first), Date::Month(year, last)));
    Reading::new(end, Label::Date, value)
}

/// Reads the year a period is of, none if it is no calendar year: `of 2018`, ` 2018`, `of last year`, `of the year`.
fn of_year(t: &Tokens, published: Option<Day>, at: usize) -> Option<(Option<i32>, usize)> {
    let has_preposition = matches!(t.word(at), "of" | "in");
    let start = at + usize::from(has_preposition);
    if let Some(year) = years::year_in_context(t, start).filter(|_| !t.is_glued(start)) {
        let Some(Date::Year(number)) = year.date else { return None };
        return Some((Some(number), year.end));
    }
    if !has_preposition {
        return None;
    }
    if t.are(start, &["the", "year"]) && t.word(at) == "of" {
        return Some((None, start + 2));
    }
    let is_fiscal = matches!(t.word(start), "fiscal" | "financial") && years::year(t, start + 1).is_some();
    if is_fiscal {
        return Some((None, start + 2));
    }
    let shift = match t.word(start) {
        "last" => -1,
        "this" => 0,
        "next" => 1,
        _ => return None,
    };
    (t.word(start + 1) == "year" && t.word(before(start, 1)) == "of").then(|| (published.map(|day| day.year() + shift), start + 2))
}
