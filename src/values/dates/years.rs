//! Years, decades and spans of years: `in 2018`, `the 1990s`, `2016-20`, `fiscal 2019`.

use super::{Dated, joint, names, period, value};
use crate::values::amounts::{bounds, counts, ordinals};
use crate::values::calendar::Date;
use crate::values::tokens::{Tokens, before};
use crate::values::vocabulary;
use crate::values::{Day, Label, Reading};

/// Years that news writes of in four digits.
const YEARS: std::ops::RangeInclusive<i32> = 1000..=2100;
/// Years so near that four digits alone are taken for one.
const RECENT: std::ops::RangeInclusive<i32> = 1900..=2099;

/// Reads a year, a decade or a span of years.
pub(in crate::values) fn read(t: &Tokens, _: Option<Day>, at: usize) -> Option<Reading> {
    if t.word(at) == "between" {
        let from = year(t, at + 1).filter(|(_, and)| t.word(*and) == "and")?;
        let to = year(t, from.1 + 1).filter(|(_, end)| t.is_free_after(*end) && !vocabulary::is_counted(t.word(*end)))?;
        return (from.0 < to.0).then(|| Reading::new(to.1, Label::Date, Some(period(Date::Year(from.0), Date::Year(to.0)))));
    }
    if let Some(named) = named(t, at) {
        return Some(named.reading());
    }
    if let Some(century) = century(t, at) {
        return Some(century.reading());
    }
    if let Some(short) = short(t, at) {
        return Some(short.reading());
    }
    if let Some(decade) = decade(t, at).filter(|_| is_decade(t, at)) {
        return Some(decade.reading());
    }
    // An opening quote goes with a decade (`'90s`), not with a year
    if !t.is_free_before(at) || !is_year(t, at) {
        return None;
    }
    span(t, at).or_else(|| {
        let (year, end) = year(t, at).filter(|(_, end)| t.is_free_after(*end))?;
        Some(Reading::new(end, Label::Date, Some(value(Date::Year(year)))))
    })
}

/// Four digits that may be a year, and the token after them.
pub(super) fn year(t: &Tokens, at: usize) -> Option<(i32, usize)> {
    t.integer(at, 4..=4).filter(|year| YEARS.contains(year)).map(|year| (year, at + 1))
}

/// Whether a number in digits looks like a year, so that only what it counts could make it a count.
pub(in crate::values) fn is_year_like(t: &Tokens, at: usize) -> bool {
    year(t, at).is_some()
}

/// Reads a year that the words before promise: `late [2004]`.
pub(super) fn year_in_context(t: &Tokens, at: usize) -> Option<Dated> {
    let (year, end) = year(t, at).filter(|(_, end)| t.is_free_after(*end))?;
    (!vocabulary::is_counted(t.word(end))).then_some(Dated { date: Some(Date::Year(year)), end })
}

/// Whether four digits are a year here, not a count (`2000 jobs`) nor part of a name (`Windows 2000`).
fn is_year(t: &Tokens, at: usize) -> bool {
    let Some((year, end)) = year(t, at) else { return false };
    let previous = t.word(before(at, 1));
    let follows_date_word =
        matches!(previous, "in" | "since" | "until" | "till" | "during" | "of" | "from" | "by" | "before" | "after" | "through");
    // `about 2000`, `up to 1950`: a year or a count
    let is_bounded = bounds::words_before(t, at).is_some();
    // A title; at the start of a quotation it may well be a year
    let is_quoted = matches!(t.mark(before(at, 1)), Some('"' | '“' | '\'' | '‘')) && matches!(t.mark(end), Some('"' | '”' | '\'' | '’'));
    let beside_digits = t.is_digits(before(at, 1)) || t.is_digits(end) && !t.is_glued(end);
    let is_named = counts::is_numbered(t, at) && previous != "year" || counts::follows_name(t, at) || previous == "no";
    if is_bounded || is_quoted || beside_digits || is_named || vocabulary::is_counted(t.word(end)) {
        return false;
    }
    let is_modifier = t.is_lower(end) && !vocabulary::follows_year(t.word(end));
    if RECENT.contains(&year) {
        // `in 2000 schools`: round numbers are counts as often
        return !(year % 50 == 0 && is_modifier);
    }
    // `the 1701 Act of Settlement`
    let is_of_name = previous == "the" && t.is_capitalised(end);
    let is_back_to = t.word(before(at, 2)) == "back" && previous == "to";
    (follows_date_word || is_of_name || is_back_to) && !is_modifier
}

/// Reads a span of years: `2016-2020`, `2016-20`, `2016/17`, from `2016 to 2020`.
fn span(t: &Tokens, at: usize) -> Option<Reading> {
    let (from, end) = year(t, at)?;
    let is_slash = t.mark(end) == Some('/') && t.is_glued(end) && t.is_glued(end + 1);
    let start = joint(t, end).or(is_slash.then_some(end + 1))?;
    let is_word = t.is_word(end);
    let (to, end) = match year(t, start) {
        Some((to, end)) => (to, end),
        None if is_word || !t.is_glued(start) => return None,
        None => (short_year(from, t.integer(start, 2..=2)?), start + 1),
    };
    if from >= to || !t.is_free_after(end) || is_word && super::is_moved(t, at) {
        return None;
    }
    // `2004-06` may be a month where dates are written like this
    let may_be_month = t.is_hyphen(start - 1) && t.surface(start).len() == 2 && to % 100 <= 12 && to > from + 1;
    let value = (!may_be_month).then(|| period(Date::Year(from), Date::Year(to)));
    Some(Reading::new(end, Label::Date, value))
}

/// The year whose last two digits end a span: 20 after 2016, 00 after 1999.
fn short_year(from: i32, short: i32) -> i32 {
    let same_century = from - from % 100 + short;
    if short == 0 { same_century + 100 } else { same_century }
}

/// Reads `year 2018`, `fiscal 2019`, `fiscal year 2019`, `FY2019`, `2000 BC`.
fn named(t: &Tokens, at: usize) -> Option<Dated> {
    let year_at = |at: usize| year(t, at).filter(|(_, end)| t.is_free_after(*end));
    match (t.word(at), t.word(at + 1)) {
        // A fiscal year begins where its company or country lets it
        ("fiscal" | "financial", "year") => year_at(at + 2).map(|(_, end)| Dated { date: None, end }),
        ("fiscal", _) => year_at(at + 1).map(|(_, end)| Dated { date: None, end }),
        ("fy", _) if t.surface(at) == "FY" => year_at(at + 1).map(|(_, end)| Dated { date: None, end }),
        ("year", _) => year_at(at + 1).map(|(year, end)| Dated { date: Some(Date::Year(year)), end }),
        _ => {
            let is_era = t.is_digits(at) && t.integer(at, 1..=5).is_some() && matches!(t.surface(at + 1), "BC" | "BCE" | "AD" | "CE");
            is_era.then_some(Dated { date: None, end: at + 2 })
        }
    }
}

/// Reads `20th century`, `19th-century`; whether it starts with 00 or 01 people differ.
fn century(t: &Tokens, at: usize) -> Option<Dated> {
    let (_, end) = ordinals::ordinal(t, at).filter(|(number, _)| (2..=22).contains(number))?;
    let noun = t.past_hyphen(end);
    // `21st Century`, not `20th Century Fox`
    let is_named = t.is_capitalised(noun) && (t.is_capitalised(noun + 1) || !t.is_digits(at));
    let is_period = t.word(noun) == "century" && !is_named && t.is_free_before(at) && t.is_free_after(noun + 1);
    // `his second century of the season`
    let is_run = t.word(before(at, 1)) != "the" && noun == end || t.is_lower(at) && ordinals::ordinal(t, at).is_some_and(|(n, _)| n < 10);
    (is_period && !is_run).then_some(Dated { date: None, end: noun + 1 })
}

/// Reads `'94`; as with decades, of the years before '30 there are two in memory.
fn short(t: &Tokens, at: usize) -> Option<Dated> {
    let short = t.integer(at + 1, 2..=2).filter(|_| t.is_apostrophe(at) && !t.is_glued(at) && t.is_glued(at + 1))?;
    let end = at + 2;
    let is_year = matches!(t.word(before(at, 1)), "in" | "since" | "of" | "from" | "until" | "by" | "and")
        && t.is_free_after(end)
        && !t.is_apostrophe(end);
    is_year.then(|| Dated { date: (short >= 30).then_some(Date::Year(1900 + short)), end })
}

/// Reads a decade: `1990s`, `'90s`, `90s`, `nineties`; its value only where the century is written or plain.
pub(super) fn decade(t: &Tokens, at: usize) -> Option<Dated> {
    if matches!(t.word(at), "twenties" | "thirties" | "forties" | "fifties" | "sixties" | "seventies" | "eighties" | "nineties") {
        return Some(Dated { date: None, end: at + 1 });
    }
    let has_apostrophe = t.is_apostrophe(at) && !t.is_glued(at) && t.is_glued(at + 1);
    let digits = if has_apostrophe { at + 1 } else { at };
    let ends = |at: usize| {
        let letter = if t.is_apostrophe(at) && t.is_glued(at) { at + 1 } else { at };
        // `1980s-era`
        let is_free = t.is_free_after(letter + 1) || t.past_hyphen(letter + 1) > letter + 1;
        (t.surface(letter) == "s" && t.is_glued(letter) && is_free).then_some(letter + 1)
    };
    let end = ends(digits + 1)?;
    if let Some(year) = t.integer(digits, 4..=4).filter(|year| YEARS.contains(year) && year % 10 == 0 && !has_apostrophe) {
        // The 1900s may be a century
        return Some(Dated { date: (year % 100 != 0).then_some(Date::Decade(year)), end });
    }
    let short = t.integer(digits, 2..=2).filter(|short| short % 10 == 0)?;
    // Before the 2030s there is one '30s in memory, and two '20s
    let date = (has_apostrophe && short >= 30).then_some(Date::Decade(1900 + short));
    Some(Dated { date, end })
}

/// Whether a decade's neighbours say it is one, or an age: `the 90s`, `in his twenties`; not `low 60s`, `70s`.
fn is_decade(t: &Tokens, at: usize) -> bool {
    let is_whole = t.integer(at, 4..=4).is_some() || t.is_apostrophe(at);
    let previous = t.word(before(at, 1));
    let owned = matches!(previous, "his" | "her" | "their" | "my" | "our" | "s");
    t.is_free_before(at) && (is_whole || previous == "the" || owned) && !names::is_season(previous)
}
