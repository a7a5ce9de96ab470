//! Months, weekdays and seasons by name.

use crate::values::tokens::{Tokens, before};

const MONTHS: [&str; 12] =
    ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"];
const WEEKDAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// Reads a month by its full name or abbreviation, and the token after it.
///
/// Whether the word is a month here (`Jan`, `May`, `March`) its neighbours must say.
pub(super) fn month(t: &Tokens, at: usize) -> Option<(u8, usize)> {
    if !t.is_capitalised(at) {
        return None;
    }
    let word = t.word(at);
    if let Some(place) = MONTHS.iter().position(|month| *month == word) {
        return Some((u8::try_from(place + 1).ok()?, at + 1));
    }
    let is_short = word.len() == 3 || word == "sept";
    let place = MONTHS.iter().position(|month| is_short && month.starts_with(word))?;
    Some((u8::try_from(place + 1).ok()?, t.past_stop(at + 1)))
}

/// Whether a month is abbreviated, so that alone it may be a name.
pub(super) fn is_abbreviated(t: &Tokens, at: usize) -> bool {
    !MONTHS.contains(&t.word(at))
}

/// Whether a month's full name standing alone means the month: `in May`, `the July bombings`; not `Theresa May`, `by May`.
pub(super) fn is_month_alone(t: &Tokens, at: usize) -> bool {
    let previous = t.word(before(at, 1));
    let is_surely_before =
        matches!(previous, "in" | "last" | "next" | "since" | "until" | "till" | "during" | "early" | "late" | "mid" | "this");
    let is_before = is_surely_before || matches!(previous, "of" | "by" | "from" | "to" | "before" | "after" | "for" | "and" | "between");
    let is_named = t.is_capitalised(before(at, 1)) && !t.opens(before(at, 1)) || t.is_capitalised(at + 1) && !is_before;
    match t.word(at) {
        "may" => is_surely_before && t.past_possessive(at + 1) == at + 1 && !t.is_capitalised(at + 1),
        "march" => is_before,
        "april" | "june" | "august" => is_before && !t.is_capitalised(at + 1) || !is_named && !t.opens(at),
        _ => !is_named || is_before,
    }
}

/// Reads a weekday's full name; Monday is 0.
pub(super) fn weekday(t: &Tokens, at: usize) -> Option<u8> {
    let word = t.word(at);
    let singular = WEEKDAYS.iter().position(|day| *day == word).filter(|_| t.is_capitalised(at));
    singular.and_then(|place| u8::try_from(place).ok())
}

/// Reads a weekday before a date, where it may be abbreviated, and the token after it: `Tuesday, [12 June]`, `Tues. [June 12]`.
pub(super) fn weekday_before_date(t: &Tokens, at: usize) -> Option<(u8, usize)> {
    let end = t.past_stop(at + 1);
    let end = if t.mark(end) == Some(',') { end + 1 } else { end };
    let end = if t.word(end) == "the" { end + 1 } else { end };
    if let Some(day) = weekday(t, at) {
        return Some((day, end));
    }
    let word = t.word(at);
    let is_short = t.is_capitalised(at) && (word.len() == 3 || matches!(word, "tues" | "weds" | "thur" | "thurs"));
    let place = WEEKDAYS.iter().position(|day| is_short && (day.starts_with(word) || word == "weds" && *day == "wednesday"))?;
    Some((u8::try_from(place).ok()?, end))
}

/// `Mondays`
pub(super) fn is_weekday_plural(t: &Tokens, at: usize) -> bool {
    t.is_capitalised(at) && t.word(at).strip_suffix('s').is_some_and(|word| WEEKDAYS.contains(&word))
}

/// Seasons of the year, of which `spring` and `fall` have other meanings.
pub(super) fn is_season(word: &str) -> bool {
    matches!(word, "spring" | "summer" | "autumn" | "winter" | "fall")
}

/// Times of the day that go with a weekday.
pub(super) fn is_day_part(word: &str) -> bool {
    matches!(word, "morning" | "afternoon" | "evening" | "night" | "lunchtime")
}
