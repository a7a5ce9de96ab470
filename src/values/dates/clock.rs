//! Times of the day: `9:30 a.m.`, `21:30 GMT`, `noon`, `9am-5pm`.

use crate::values::amounts::numbers;
use crate::values::tokens::{Kind, Shape, Tokens, before};
use crate::values::value::Value;
use crate::values::{Day, Label, Reading};

/// A time of the day; none of its minutes is known where the half of the day is not.
#[derive(Debug, Clone, Copy)]
struct Clock {
    /// Minutes since midnight.
    minutes: Option<u16>,
    zone: Option<&'static str>,
    end: usize,
}

/// Reads a time of the day or a span of two.
pub(in crate::values) fn read(t: &Tokens, _: Option<Day>, at: usize) -> Option<Reading> {
    if !t.is_free_before(at) {
        return None;
    }
    let start = if t.word(at) == "between" { at + 1 } else { at };
    if let Some(reading) = span(t, start, start > at) {
        return Some(reading);
    }
    let clock = if start == at { clock(t, at)? } else { return None };
    let value = clock.minutes.map(|minutes| Value::Time { time: written(minutes), zone: clock.zone.map(Into::into) });
    Some(Reading::new(clock.end, Label::Time, value))
}

/// Reads `9am-5pm`, `10pm to 6am`, `7-9pm`.
fn span(t: &Tokens, at: usize, is_between: bool) -> Option<Reading> {
    if let Some(reading) = military_span(t, at, is_between) {
        return Some(reading);
    }
    let (first, second) = match start_of_span(t, at) {
        Some(first) => {
            let start = end_of_span(t, first.end, is_between);
            // `brought forward from 2115 GMT to 1945 GMT`
            let start = start.filter(|_| is_between || !t.is_word(first.end) || !super::is_moved(t, at));
            (first, clock(t, start?)?)
        }
        None => shared_half(t, at).filter(|_| !is_between)?,
    };
    let agree = first.zone.is_none() || first.zone == second.zone;
    let value = first.minutes.zip(second.minutes).filter(|_| agree).map(|(from, to)| period(from, to, second.zone));
    Some(Reading::new(second.end, Label::Time, value))
}

/// Where the second time of a span starts, if what stands here joins two.
fn end_of_span(t: &Tokens, at: usize, is_between: bool) -> Option<usize> {
    if is_between { (t.word(at) == "and").then_some(at + 1) } else { super::joint(t, at) }
}

/// Reads `7-9pm`, where the half of the day is written once, for both.
fn shared_half(t: &Tokens, at: usize) -> Option<(Clock, Clock)> {
    let hour = u16::try_from(t.integer(at, 1..=2)?).ok().filter(|hour| *hour > 0)?;
    let start = super::joint(t, at + 1)?;
    let last_hour = t.integer(start, 1..=2).and_then(|last| u16::try_from(last).ok()).filter(|last| hour < *last && *last < 12)?;
    let second = clock(t, start).filter(|second| meridiem(t, start + 1).is_some() && second.minutes.is_some())?;
    let half = second.minutes?.checked_sub(last_hour * 60)?;
    Some((Clock { minutes: Some(hour * 60 + half), zone: None, end: at + 1 }, second))
}

fn period(from: u16, to: u16, zone: Option<&'static str>) -> Value {
    Value::Period { from: written(from), to: written(to), zone: zone.map(Into::into) }
}

fn written(minutes: u16) -> String {
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

/// Reads a time that nothing is joined to.
fn clock(t: &Tokens, at: usize) -> Option<Clock> {
    start_of_span(t, at).filter(|clock| t.is_free_after(clock.end))
}

/// Reads a time that another may be joined to: `[9am]-5pm`.
fn start_of_span(t: &Tokens, at: usize) -> Option<Clock> {
    let clock = named(t, at).or_else(|| spoken(t, at)).or_else(|| digital(t, at)).or_else(|| military(t, at))?;
    Some(zone(t, clock.end).map_or(clock, |(zone, end)| Clock { zone: Some(zone), end, ..clock }))
}

/// `noon`, `midnight`, `12 noon`
fn named(t: &Tokens, at: usize) -> Option<Clock> {
    let noun = at + usize::from(t.integer(at, 2..=2) == Some(12));
    let minutes = match t.word(noun) {
        "noon" | "midday" => 12 * 60,
        "midnight" => 0,
        _ => return None,
    };
    // `Midnight's Children`, `midnight-blue`
    let is_name = t.is_capitalised(noun) && !t.opens(noun) || t.past_possessive(noun + 1) > noun + 1;
    (!is_name).then_some(Clock { minutes: Some(minutes), zone: None, end: noun + 1 })
}

/// `nine o'clock`, `half past nine`: of which half of the day, they do not say.
fn spoken(t: &Tokens, at: usize) -> Option<Clock> {
    let vague = |end| Some(Clock { minutes: None, zone: None, end });
    let hour = |at: usize| {
        let is_digits = t.integer(at, 1..=2).is_some_and(|hour| (1..=12).contains(&hour));
        let is_word = numbers::below_hundred(t, at).is_some_and(|(hour, end)| (1..=12).contains(&hour) && end == at + 1);
        (is_digits || is_word) && t.is_free_after(at + 1)
    };
    if matches!((t.word(at), t.word(at + 1)), ("half" | "quarter", "past") | ("quarter", "to")) && hour(at + 2) {
        // `the first quarter to 10%`
        return vague(at + 3)
            .filter(|_| t.word(at + 1) == "past" || t.word(before(at, 1)) != "quarter")
            .filter(|_| t.word(at + 1) == "past" || matches!(t.word(before(at, 1)), "at" | "a" | "until" | "by"));
    }
    let is_oclock = t.word(at + 1) == "o" && t.is_apostrophe(at + 2) && t.word(at + 3) == "clock";
    if hour(at) && is_oclock { vague(at + 4) } else { None }
}

/// `9:30 a.m.`, `9.30am`, `9am`, `21:30`
fn digital(t: &Tokens, at: usize) -> Option<Clock> {
    let (hour, minute, end, has_colon) = hour_and_minute(t, at)?;
    if let Some((is_afternoon, end)) = meridiem(t, end) {
        let hour = (1..=12).contains(&hour).then(|| hour % 12 + if is_afternoon { 12 } else { 0 })?;
        return Some(Clock { minutes: Some(hour * 60 + minute), zone: None, end });
    }
    if !has_colon || hour > 23 {
        return None;
    }
    let zone = zone(t, end).map(|(zone, _)| zone);
    let is_announced =
        matches!(t.word(before(at, 1)), "at" | "by" | "from" | "until" | "till" | "before" | "after" | "around" | "about" | "since");
    if zone.is_none() && !is_announced || t.is_glued(end) && !t.is_free_after(end) {
        return None;
    }
    // Up to 12 only a leading zero, or a zone of people who count to 24, tells the half of the day
    let is_exact = hour > 12 || hour == 0 || t.surface(at).starts_with('0') || matches!(zone, Some("GMT" | "UTC" | "CET" | "CEST" | "BST"));
    Some(Clock { minutes: is_exact.then_some(hour * 60 + minute), zone: None, end })
}

/// Hours, minutes, the token after, and whether a colon parts them.
fn hour_and_minute(t: &Tokens, at: usize) -> Option<(u16, u16, usize, bool)> {
    if t.kind(at) == Some(Kind::Digits(Shape::Decimal)) {
        let (hour, minute) = t.surface(at).split_once('.').filter(|(_, minute)| minute.len() == 2)?;
        return Some((hour.parse().ok()?, minute.parse().ok().filter(|minute| *minute < 60)?, at + 1, false));
    }
    let hour = u16::try_from(t.integer(at, 1..=2)?).ok()?;
    let has_colon = t.mark(at + 1) == Some(':') && t.is_glued(at + 1) && t.is_glued(at + 2);
    match t.integer(at + 2, 2..=2).filter(|minute| has_colon && *minute < 60) {
        Some(minute) => Some((hour, u16::try_from(minute).ok()?, at + 3, true)),
        None if has_colon => None,
        None => Some((hour, 0, at + 1, false)),
    }
}

/// Reads `am`, `p.m.`: whether it is the afternoon, and the token after.
fn meridiem(t: &Tokens, at: usize) -> Option<(bool, usize)> {
    match t.word(at) {
        "am" => Some((false, at + 1)),
        "pm" => Some((true, at + 1)),
        letter @ ("a" | "p") => {
            let is_spelled = t.mark(at + 1) == Some('.') && t.word(at + 2) == "m" && t.is_glued(at + 1) && t.is_glued(at + 2);
            is_spelled.then(|| (letter == "p", t.past_stop(at + 3)))
        }
        _ => None,
    }
}

/// `2130 GMT`
fn military(t: &Tokens, at: usize) -> Option<Clock> {
    let minutes = four_digits(t, at).filter(|_| zone(t, at + 1).is_some())?;
    Some(Clock { minutes: Some(minutes), zone: None, end: at + 1 })
}

/// `between 2200 and 0700`, `from 2000 to 2100 GMT`, where a zero in front or a zone says that they are no years.
fn military_span(t: &Tokens, at: usize, is_between: bool) -> Option<Reading> {
    let from = four_digits(t, at)?;
    let start = end_of_span(t, at + 1, is_between)?;
    let to = four_digits(t, start)?;
    let zone = zone(t, start + 1);
    let has_zero = [at, start].iter().any(|&at| t.surface(at).starts_with('0'));
    let end = zone.map_or(start + 1, |(_, end)| end);
    let value = period(from, to, zone.map(|(zone, _)| zone));
    ((has_zero || zone.is_some()) && t.is_free_after(end)).then(|| Reading::new(end, Label::Time, Some(value)))
}

/// The minutes since midnight of `2130`.
fn four_digits(t: &Tokens, at: usize) -> Option<u16> {
    let digits = u16::try_from(t.integer(at, 4..=4)?).ok()?;
    let (hour, minute) = (digits / 100, digits % 100);
    (hour < 24 && minute < 60).then_some(hour * 60 + minute)
}

/// Reads a time zone, and the token after it.
fn zone(t: &Tokens, at: usize) -> Option<(&'static str, usize)> {
    const ZONES: [&str; 24] = [
        "GMT", "UTC", "BST", "EST", "EDT", "ET", "CST", "CDT", "CT", "MST", "MDT", "MT", "PST", "PDT", "PT", "CET", "CEST", "EET", "IST",
        "JST", "AEST", "AEDT", "HKT", "MSK",
    ];
    let zone = ZONES.iter().find(|zone| **zone == t.surface(at))?;
    t.is_free_after(at + 1).then_some((zone, at + 1))
}
