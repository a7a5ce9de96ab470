//! Dates told from the day of publication or of the story: `yesterday`, `last week`, `this morning`, `recent years`.

use super::{Dated, names};
use crate::values::amounts::units::TimeUnit;
use crate::values::calendar::Date;
use crate::values::tokens::{Tokens, before};
use crate::values::{Day, Label, Reading};

/// Reads a relative date or time.
pub(in crate::values) fn read(t: &Tokens, published: Option<Day>, at: usize) -> Option<Reading> {
    // `USA Today`, `the New Year's`
    if !t.is_free_before(at) || t.is_capitalised(at) && !t.opens(at) {
        return None;
    }
    time(t, at)
        .or_else(|| day(t, published, at))
        .or_else(|| period(t, published, at).map(Dated::reading))
        .or_else(|| narrated(t, at))
        .filter(|reading| t.is_free_after(reading.end))
}

/// Reads `tonight`, `this morning`, `yesterday evening`, `last night`.
fn time(t: &Tokens, at: usize) -> Option<Reading> {
    let next = t.word(at + 1);
    let is_time = match t.word(at) {
        "tonight" => return Some(Reading::new(at + 1, Label::Time, None)),
        "yesterday" | "tomorrow" => names::is_day_part(next),
        "this" => matches!(next, "morning" | "afternoon" | "evening" | "lunchtime"),
        "last" => next == "night",
        _ => false,
    };
    is_time.then(|| Reading::new(at + 2, Label::Time, None))
}

/// Reads `today`, `yesterday`, `the day after tomorrow`.
fn day(t: &Tokens, published: Option<Day>, at: usize) -> Option<Reading> {
    let (days, end) = match t.word(at) {
        "today" => (0, at + 1),
        "yesterday" => (-1, at + 1),
        "tomorrow" => (1, at + 1),
        "day" if t.are(at + 1, &["before", "yesterday"]) => (-2, at + 3),
        "day" if t.are(at + 1, &["after", "tomorrow"]) => (2, at + 3),
        _ => return None,
    };
    // `today's consumers` are those of these years
    let is_now = days == 0 && t.past_possessive(end) > end;
    Some(Dated { date: published.filter(|_| !is_now).and_then(|day| day.plus_days(days)).map(Date::Day), end }.reading())
}

/// Reads `last week`, `this year`, `next month`, `last summer`, `next season`, with `earlier` or `later` before.
pub(super) fn period(t: &Tokens, published: Option<Day>, at: usize) -> Option<Dated> {
    let start = if matches!(t.word(at), "earlier" | "later") { at + 1 } else { at };
    let shift = match t.word(start) {
        "last" => -1,
        "this" => 0,
        "next" => 1,
        _ => return None,
    };
    let noun = start + 1;
    let end = noun + 1;
    if t.past_hyphen(end) > end {
        return None; // `last year-end`, `this week-long`
    }
    if let Some((month, end)) = names::month(t, noun).filter(|_| !names::is_abbreviated(t, noun)) {
        // `last June` may be this year's or last year's; `this May` is a person as well
        let is_month = shift != 0 || t.word(noun) != "may";
        let date = published.filter(|_| shift == 0).map(|day| Date::Month(day.year(), month));
        return is_month.then_some(Dated { date, end });
    }
    if names::is_season(t.word(noun))
        || matches!(t.word(noun), "weekend" | "season" | "quarter" | "decade" | "century" | "term" | "christmas" | "easter")
    {
        // `this fall in prices`
        let is_fall = t.word(noun) == "fall" && t.word(end) == "in";
        return (!is_fall).then_some(Dated { date: None, end });
    }
    // `the last year` is a length of time, and so is `in the next week`
    let is_length = t.word(before(at, 1)) == "the";
    let day = published.filter(|_| !is_length);
    let date = match t.word(noun) {
        "week" => day.and_then(|day| day.plus_days(7 * i64::from(shift))?.week()),
        "month" => day.and_then(|day| Date::month_from(day, shift)),
        "year" => day.map(|day| Date::Year(day.year() + shift)),
        _ => return None,
    };
    Some(Dated { date, end })
}

/// Reads dates told from the story: `the following day`, `the same month`, `recent years`, `every year`, `past few weeks`.
fn narrated(t: &Tokens, at: usize) -> Option<Reading> {
    let (unit, is_plural) = TimeUnit::of(t.word(at + 1)).unwrap_or((TimeUnit::Second, false));
    let is_date = unit.label() == Label::Date;
    let fits = match t.word(at) {
        "following" | "previous" | "same" | "preceding" => is_date && !is_plural,
        "every" | "each" => is_date && !is_plural,
        "past" => is_date && !is_plural && t.word(before(at, 1)) == "the",
        "recent" | "coming" => is_date && (is_plural || t.word(at) == "coming" && unit != TimeUnit::Day),
        "next" => t.word(at + 1) == "day",
        _ => false,
    };
    (fits && t.past_hyphen(at + 2) == at + 2).then(|| Reading::new(at + 2, Label::Date, None))
}
