//! Calendar dates in British, American and ISO order, months, and spans of them: `12 June 2018`, `June 12-15`, `12/06/2018`.

use super::{Dated, joint, names, period, value, years};
use crate::values::amounts::ordinals;
use crate::values::calendar::{Date, month_length};
use crate::values::tokens::{Kind, Shape, Tokens, before};
use crate::values::vocabulary;
use crate::values::{Day, Label, Reading};

/// The parts of a date that are written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Parts {
    year: Option<i32>,
    month: Option<u8>,
    day: Option<u8>,
    /// Monday is 0.
    weekday: Option<u8>,
}

impl Parts {
    /// The date, if its year is written, the calendar has it, and the weekday agrees.
    fn date(self) -> Option<Date> {
        let (year, month) = (self.year?, self.month?);
        let Some(day) = self.day else { return Some(Date::Month(year, month)) };
        let day = Day::new(year, month, day)?;
        self.weekday.is_none_or(|weekday| weekday == day.weekday()).then_some(Date::Day(day))
    }

    /// Whether some year has it.
    fn exists(self) -> bool {
        let leap_year = 2000;
        match (self.month, self.day) {
            (Some(month), Some(day)) => day <= month_length(self.year.unwrap_or(leap_year), month),
            _ => true,
        }
    }
}

/// Reads a calendar date, a month, or a span of two.
pub(in crate::values) fn read(t: &Tokens, published: Option<Day>, at: usize) -> Option<Reading> {
    if !t.is_free_before(at) {
        return None;
    }
    if let Some((date, end)) = numeric(t, at) {
        return Some(Reading::new(end, Label::Date, date.map(value)));
    }
    if t.word(at) == "between" {
        return between(t, at + 1);
    }
    range(t, at).or_else(|| list(t, at)).or_else(|| {
        let (parts, end) = written(t, at)?;
        Some(of_relative_year(t, published, parts, end).unwrap_or(Dated { date: parts.date(), end }).reading())
    })
}

/// Reads what follows `between`: `12 June and 15 July`, `12 and 15 June`.
fn between(t: &Tokens, at: usize) -> Option<Reading> {
    if let Some((from, and)) = written(t, at) {
        let start = Some(and + 1).filter(|_| t.word(and) == "and")?;
        let (to, end) = written(t, start).or_else(|| later_day(t, from, start))?;
        return Some(span(from, to, end));
    }
    let (day, and) = day(t, at).filter(|(_, and)| t.word(*and) == "and")?;
    let (to, end) = written(t, and + 1).filter(|(to, _)| to.day.is_some())?;
    Some(span(Parts { month: to.month, day: Some(day), ..Parts::default() }, to, end))
}

/// Reads the year told from the day of publication: `April [last year]`.
fn of_relative_year(t: &Tokens, published: Option<Day>, parts: Parts, end: usize) -> Option<Dated> {
    let start = end + usize::from(t.word(end) == "of");
    let shift = match t.word(start) {
        "last" => -1,
        "this" => 0,
        "next" => 1,
        _ => return None,
    };
    let is_year = t.word(start + 1) == "year" && t.past_possessive(start + 2) == start + 2 && parts.year.is_none();
    let date = || Parts { year: Some(published?.year() + shift), ..parts }.date();
    is_year.then(|| Dated { date: date(), end: start + 2 })
}

/// Reads a month, with or without its year, which the words before promise: `early [May]`.
pub(super) fn month(t: &Tokens, at: usize) -> Option<Dated> {
    let (month, end) = names::month(t, at).filter(|_| !names::is_abbreviated(t, at))?;
    match year_after(t, end) {
        Some((year, end)) => Some(Dated { date: Some(Date::Month(year, month)), end }),
        None if starts_day(t, end) => None,
        None => Some(Dated { date: None, end }),
    }
}

/// Reads two dates of which the first may leave its month or year to the second: `12-15 June 2018`, `12 June to 15 July`,
/// `June 12-15`.
fn range(t: &Tokens, at: usize) -> Option<Reading> {
    if let Some((day, end)) = day(t, at) {
        let start = joint(t, end).filter(|_| !follows_range_of_days(t, at));
        if let Some((to, end)) = start.and_then(|start| written(t, start)).filter(|(to, _)| to.day.is_some()) {
            return Some(span(Parts { month: to.month, day: Some(day), ..Parts::default() }, to, end));
        }
    }
    let (from, end) = written(t, at)?;
    let start = joint(t, end)?;
    let (to, end) = written(t, start).or_else(|| later_day(t, from, start))?;
    (from.day.is_some() == to.day.is_some() && !super::is_moved(t, at)).then(|| span(from, to, end))
}

/// In `6 to 12-15 June` we lose our way.
fn follows_range_of_days(t: &Tokens, at: usize) -> bool {
    t.is_glued(at) && t.is_digits(before(at, 2))
}

/// Reads two days listed, which have no value in common: `12 and 13 June`, `June 12 and 13`.
fn list(t: &Tokens, at: usize) -> Option<Reading> {
    let is_and = |at| matches!(t.word(at), "and" | "or");
    let end = match day(t, at) {
        Some((_, and)) if is_and(and) => written(t, and + 1).filter(|(parts, _)| parts.day.is_some())?.1,
        _ => {
            let (from, and) = written(t, at).filter(|(parts, _)| parts.day.is_some() && parts.year.is_none())?;
            let (_, end) = later_day(t, from, and + 1).filter(|_| is_and(and))?;
            end
        }
    };
    Some(Reading::new(end, Label::Date, None))
}

/// The day that ends a span of days within a month: `June 12-[15]`, `June 12-[15, 2018]`.
fn later_day(t: &Tokens, from: Parts, at: usize) -> Option<(Parts, usize)> {
    let (day, end) = day(t, at).filter(|_| from.day.is_some())?;
    let goes_on =
        t.is_lower(end) && !matches!(t.word(end), "in" | "at" | "and" | "to" | "for" | "with" | "as" | "when" | "after" | "before");
    if goes_on || t.is_glued(end) && !t.is_free_after(end) || matches!(t.mark(end), Some('%' | '$' | '£' | '€')) {
        return None;
    }
    let year = from.year.is_none().then(|| year_after(t, end)).flatten();
    let (year, end) = year.map_or((None, end), |(year, end)| (Some(year), end));
    Some((Parts { month: from.month, day: Some(day), year, weekday: None }, end))
}

/// The reading of two dates. What one lacks, the year above all, the other gives, if the span then goes forward.
fn span(from: Parts, to: Parts, end: usize) -> Reading {
    let to = Parts { year: to.year.or(from.year), ..to };
    let from = Parts { year: from.year.or(to.year), ..from };
    let is_forward = (from.year, from.month, from.day) < (to.year, to.month, to.day);
    let value = from.date().zip(to.date()).filter(|_| is_forward).map(|(from, to)| period(from, to));
    Reading::new(end, Label::Date, value)
}

/// Reads one date in words and digits, which has a month at least, with the weekday before it.
fn written(t: &Tokens, at: usize) -> Option<(Parts, usize)> {
    if let Some((weekday, start)) = names::weekday_before_date(t, at) {
        let (parts, end) = day_first(t, start).or_else(|| month_first(t, start)).filter(|(parts, _)| parts.day.is_some())?;
        return Some((Parts { weekday: Some(weekday), ..parts }, end));
    }
    day_first(t, at).or_else(|| month_first(t, at))
}

/// Reads `12 June 2018`, `12th of June`.
fn day_first(t: &Tokens, at: usize) -> Option<(Parts, usize)> {
    let (day, after_day) = day(t, at).or_else(|| spelled_day(t, at))?;
    let is_of = t.word(after_day) == "of";
    let joined = if is_of { after_day + 1 } else { t.past_hyphen(after_day) };
    let (month, end) = names::month(t, joined)?;
    let (year, end) = year_after(t, end).map_or((None, end), |(year, end)| (Some(year), end));
    let parts = Parts { year, month: Some(month), day: Some(day), weekday: None };
    // `20 March protesters`, `five of May's ministers`
    (parts.exists() && !(is_of && t.is_digits(at) && after_day == at + 1)).then_some((parts, end))
}

/// Reads `June 12, 2018`, `June 2018` and, where it cannot be a name, `June`.
fn month_first(t: &Tokens, at: usize) -> Option<(Parts, usize)> {
    let (month, after_month) = names::month(t, at)?;
    let only_month = |year, end| (Parts { year, month: Some(month), ..Parts::default() }, end);
    if let Some((day, end)) = day(t, after_month).filter(|&(_, end)| ends_day(t, end)) {
        let year = year_after(t, end);
        let parts = Parts { year: year.map(|(year, _)| year), month: Some(month), day: Some(day), weekday: None };
        // `in June 20 people died`
        let is_count = t.word(before(at, 1)) == "in" && year.is_none() || vocabulary::is_counted(t.word(end));
        if parts.exists() && !is_count {
            return Some((parts, year.map_or(end, |(_, end)| end)));
        }
    }
    if let Some((year, end)) = year_after(t, after_month) {
        return Some(only_month(Some(year), end));
    }
    let is_alone = !names::is_abbreviated(t, at) && names::is_month_alone(t, at) && t.is_free_after(after_month);
    (is_alone || may_join(t, at, after_month)).then(|| only_month(None, after_month))
}

/// Whether another month is joined to this one, so that it is one too: `January-March`, `from May to July`.
fn may_join(t: &Tokens, at: usize, end: usize) -> bool {
    let joins = |at: usize| joint(t, at).is_some() || t.word(at) == "and";
    let is_month = |at: usize| names::month(t, at).is_some() && !names::is_abbreviated(t, at);
    let follows = at >= 2 && joins(at - 1) && is_month(at - 2) && t.is_free_after(end);
    is_month(at) && (joins(end) && is_month(end + 1) || follows)
}

/// Whether the number after a month is its day, so that the month is not alone.
fn starts_day(t: &Tokens, at: usize) -> bool {
    day(t, at).is_some_and(|(_, end)| ends_day(t, end))
}

/// Whether nothing after a number makes it other than a day of the month: `June 12%`, `June 3:15`.
fn ends_day(t: &Tokens, end: usize) -> bool {
    let is_range = joint(t, end).is_some_and(|at| t.is_digits(at));
    (t.is_free_after(end) || is_range)
        && !matches!(t.mark(end), Some('%' | '+'))
        && !matches!(t.word(end), "million" | "billion" | "per" | "percent")
}

/// Reads the day of a month in digits, with or without ordinal suffix.
fn day(t: &Tokens, at: usize) -> Option<(u8, usize)> {
    let day = u8::try_from(t.integer(at, 1..=2)?).ok().filter(|day| (1..=31).contains(day))?;
    match ordinals::ordinal(t, at) {
        Some((_, end)) => Some((day, end)),
        None if t.is_glued(at + 1) && t.is_word(at + 1) => None,
        None => Some((day, at + 1)),
    }
}

/// Reads `first` in `the first of June`.
fn spelled_day(t: &Tokens, at: usize) -> Option<(u8, usize)> {
    let (day, end) = ordinals::ordinal(t, at).filter(|(day, end)| *day <= 31 && t.word(*end) == "of")?;
    Some((u8::try_from(day).ok()?, end))
}

/// Reads the year after a day or month, with a comma or `of` between or not.
fn year_after(t: &Tokens, at: usize) -> Option<(i32, usize)> {
    let start = if t.mark(at) == Some(',') || t.word(at) == "of" { at + 1 } else { at };
    let (year, end) = years::year(t, start)?;
    let is_range = joint(t, end).is_some_and(|at| names::month(t, at).is_some() || t.is_digits(at));
    let is_clear = !vocabulary::is_counted(t.word(end)) && (t.is_free_after(end) || is_range);
    is_clear.then_some((year, end))
}

/// Reads `2018-06-12`, `12/06/2018`, `12.06.2018`; a date that two orders read differently has none.
fn numeric(t: &Tokens, at: usize) -> Option<(Option<Date>, usize)> {
    if let Some(found) = dotted(t, at) {
        return Some(found);
    }
    let separator = |at: usize| t.mark(at).filter(|mark| matches!(mark, '-' | '/') && t.is_glued(at) && t.is_glued(at + 1));
    let mark = separator(at + 1).filter(|mark| separator(at + 3) == Some(*mark))?;
    let end = at + 5;
    if t.is_glued(end) && !(t.is_free_after(end) || t.word(end) == "t") {
        return None;
    }
    if let Some(year) = t.integer(at, 4..=4).filter(|_| mark == '-') {
        let (month, day) = (t.integer(at + 2, 2..=2)?, t.integer(at + 4, 2..=2)?);
        return Some((Some(exact(year, month, day)?), end)).filter(|_| t.is_free_after(end));
    }
    let (first, second, year) = (t.integer(at, 1..=2)?, t.integer(at + 2, 1..=2)?, t.integer(at + 4, 4..=4)?);
    Some((either(year, first, second)?, end)).filter(|_| t.is_free_after(end))
}

/// Reads `12.06.2018`, one token.
fn dotted(t: &Tokens, at: usize) -> Option<(Option<Date>, usize)> {
    if t.kind(at) != Some(Kind::Digits(Shape::Other)) || t.surface(at).len() > "12.06.2018".len() {
        return None;
    }
    let mut parts = t.surface(at).split('.');
    let (first, second, year) = (parts.next()?, parts.next()?, parts.next().filter(|year| year.len() == 4)?);
    let date = either(year.parse().ok()?, first.parse().ok()?, second.parse().ok()?)?;
    (parts.next().is_none() && t.is_free_after(at + 1)).then_some((date, at + 1))
}

/// The date of two numbers in unknown order; none where both orders give one, nothing where neither does.
fn either(year: i32, first: i32, second: i32) -> Option<Option<Date>> {
    match (exact(year, second, first), exact(year, first, second)) {
        (Some(british), Some(american)) => Some((british == american).then_some(british)),
        (Some(date), None) | (None, Some(date)) => Some(Some(date)),
        (None, None) => None,
    }
}

fn exact(year: i32, month: i32, day: i32) -> Option<Date> {
    let is_usual = (1000..=2999).contains(&year);
    let day = Day::new(year, u8::try_from(month).ok()?, u8::try_from(day).ok()?)?;
    is_usual.then_some(Date::Day(day))
}
