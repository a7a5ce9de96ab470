//! Weekdays: `on Tuesday`, `last Friday`, `Tuesday morning`; not `the Sunday Times`, `Black Wednesday`.

use super::{Dated, names, tense};
use crate::values::calendar::Date;
use crate::values::tokens::{Tokens, before};
use crate::values::vocabulary;
use crate::values::{Day, Label, Reading};

/// Reads a weekday. Its date is that of the most recent one, and only where the sentence tells of what has happened.
pub(in crate::values) fn read(t: &Tokens, published: Option<Day>, at: usize) -> Option<Reading> {
    if !t.is_free_before(at) {
        return None;
    }
    if let Some(reading) = title(t, at) {
        return Some(reading);
    }
    let modifier = matches!(t.word(at), "last" | "next" | "this" | "early" | "late" | "mid") && !t.is_capitalised(before(at, 1));
    let day_at = if modifier { t.past_hyphen(at + 1) } else { at };
    if names::is_weekday_plural(t, day_at) {
        return (!modifier).then(|| Reading::new(day_at + 1, Label::Date, None));
    }
    let weekday = names::weekday(t, day_at)?;
    let end = day_at + 1;
    if !t.is_free_after(end) && t.past_hyphen(end) == end || !modifier && follows_name(t, at) {
        return None;
    }
    // `Sunday Bloody Sunday`, where no preposition makes it a day
    let is_announced = modifier
        || t.opens(at)
        || matches!(t.word(before(at, 1)), "on" | "by" | "since" | "until" | "from" | "said" | "and" | "to" | "for" | "of");
    if t.is_capitalised(end) && !is_announced {
        return None;
    }
    if names::is_day_part(t.word(end)) && t.past_possessive(end) == end {
        return Some(Reading::new(end + 1, Label::Time, None));
    }
    let date = match t.word(at) {
        "last" => published.and_then(|day| latest(day, weekday, 1)),
        "next" | "this" | "early" | "late" | "mid" => None,
        _ => published.filter(|_| t.past_possessive(end) == end && tense::has_happened(t, at, end)).and_then(|day| latest(day, weekday, 0)),
    };
    Some(Dated { date: date.map(Date::Day), end }.reading())
}

/// The most recent such weekday, at least so many days before.
fn latest(published: Day, weekday: u8, least: i64) -> Option<Day> {
    let from = published.plus_days(-least)?;
    from.plus_days(-(i64::from(from.weekday()) - i64::from(weekday)).rem_euclid(7))
}

/// `Good Friday`, `Sheffield Wednesday`: the day is part of a name, unless the name ends there (`in London Tuesday`).
fn follows_name(t: &Tokens, at: usize) -> bool {
    let previous = before(at, 1);
    t.is_capitalised(previous)
        && !(t.opens(previous)
            && matches!(
                t.word(previous),
                "on" | "last" | "by" | "since" | "until" | "after" | "before" | "in" | "the" | "from" | "for" | "when"
            ))
}

/// Newspapers and the like, to be passed over: `Sunday Times`, `Mail on Sunday`.
fn title(t: &Tokens, at: usize) -> Option<Reading> {
    let is_day = names::weekday(t, at).is_some();
    let is_paper = |at: usize| t.is_capitalised(at) && vocabulary::is_title(t.word(at));
    if is_day && is_paper(at + 1) {
        return Some(Reading::nothing(at + 2));
    }
    let is_on_day = is_paper(at) && t.word(at + 1) == "on" && names::weekday(t, at + 2).is_some();
    is_on_day.then(|| Reading::nothing(at + 3))
}
