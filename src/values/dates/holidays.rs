//! Holidays: `Christmas Day 2018`, `New Year's Eve`, `Easter`. Those of one date everywhere have a value with their year.

use super::{Dated, value, years};
use crate::values::calendar::Date;
use crate::values::tokens::{Tokens, before};
use crate::values::{Day, Label, Reading};

/// Reads a holiday or a season, with its year.
pub(in crate::values) fn read(t: &Tokens, _: Option<Day>, at: usize) -> Option<Reading> {
    if !t.is_free_before(at) {
        return None;
    }
    if let Some(season) = season(t, at) {
        return Some(season.reading());
    }
    let (fixed, end) = holiday(t, at)?;
    let year = years::year_in_context(t, end);
    let date = match (fixed, year.and_then(|year| year.date)) {
        (Some((month, day)), Some(Date::Year(year))) => Day::new(year, month, day).map(Date::Day),
        _ => None,
    };
    Some(Reading::new(year.map_or(end, |year| year.end), Label::Date, date.map(value)))
}

/// The month and day of a holiday, if they are the same every year, and the token after it.
type Holiday = (Option<(u8, u8)>, usize);

fn holiday(t: &Tokens, at: usize) -> Option<Holiday> {
    if !t.is_capitalised(at) {
        return None;
    }
    let noun = |at: usize, words: &[&str]| words.contains(&t.word(at)) && t.is_capitalised(at);
    let owner = t.past_possessive(at + 1);
    match t.word(at) {
        "christmas" if noun(at + 1, &["day"]) => Some((Some((12, 25)), at + 2)),
        "christmas" if noun(at + 1, &["eve"]) => Some((Some((12, 24)), at + 2)),
        "christmas" | "easter" if noun(at + 1, &["island", "carol", "monday", "sunday"]) => {
            Some((None, at + 2)).filter(|_| t.word(at + 1).ends_with("day"))
        }
        "christmas" if t.word(before(at, 1)) == "father" => None,
        "christmas" | "easter" => Some((None, at + 1)),
        "boxing" if noun(at + 1, &["day"]) => Some((Some((12, 26)), at + 2)),
        "new" if noun(at + 1, &["year"]) => new_year(t, at + 2),
        "good" if noun(at + 1, &["friday"]) && !noun(at + 2, &["agreement"]) => Some((None, at + 2)),
        "valentine" if owner > at + 1 && noun(owner, &["day"]) => Some((Some((2, 14)), owner + 1)),
        "halloween" => Some((Some((10, 31)), at + 1)),
        "thanksgiving" => Some((None, if noun(at + 1, &["day"]) { at + 2 } else { at + 1 })),
        "independence" | "labour" | "labor" | "memorial" | "bastille" if noun(at + 1, &["day"]) => Some((None, at + 2)),
        _ => None,
    }
}

/// Reads what follows `New Year`: `'s Day`, `'s Eve`, nothing.
fn new_year(t: &Tokens, at: usize) -> Option<Holiday> {
    let noun = t.past_possessive(at);
    match t.word(noun) {
        "day" if t.is_capitalised(noun) => Some((Some((1, 1)), noun + 1)),
        "eve" if t.is_capitalised(noun) => Some((Some((12, 31)), noun + 1)),
        _ => Some((None, at)),
    }
}

/// Reads `summer 2004`, `spring of 2005`: on which months, the hemisphere decides.
fn season(t: &Tokens, at: usize) -> Option<Dated> {
    if !super::names::is_season(t.word(at)) {
        return None;
    }
    let start = at + 1 + usize::from(t.word(at + 1) == "of");
    years::year_in_context(t, start).map(|year| Dated { date: None, end: year.end })
}
