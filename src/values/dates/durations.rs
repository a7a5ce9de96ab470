//! What goes with a length of time: `two years ago`, `the past three years`, `25 years old`, `aged 16 to 24`, `a year earlier`.

use super::{Dated, names, period, years};
use crate::values::amounts::bounds::{self, Bounding};
use crate::values::amounts::items::{self, Item};
use crate::values::amounts::measures;
use crate::values::amounts::numbers::Form;
use crate::values::amounts::units::{TimeUnit, Unit};
use crate::values::calendar::{Date, month_length};
use crate::values::rational::Rational;
use crate::values::tokens::{Tokens, before};
use crate::values::value::{Amount, Range, Value};
use crate::values::{Day, Label, Reading};

/// Oldest age that is read without `aged`.
const OLDEST: i32 = 110;

/// Reads lengths of time that do not start with their number, and ages.
pub(in crate::values) fn read(t: &Tokens, published: Option<Day>, at: usize) -> Option<Reading> {
    if !t.is_free_before(at) {
        return None;
    }
    age(t, at).or_else(|| framed(t, at)).or_else(|| single(t, published, at)).or_else(|| vague(t, at))
}

/// Reads what follows a length of time that starts at `at`; none where nothing does.
pub(in crate::values) fn tail(t: &Tokens, published: Option<Day>, at: usize, item: &Item) -> Option<Reading> {
    let Some(Unit::Time(unit)) = item.unit else { return None };
    let joined = t.past_hyphen(item.end);
    let value = || measures::amount(item, bounds::around(t, at, item));
    match t.word(joined) {
        "old" | "olds" | "long" => Some(Reading::new(joined + 1, unit.label(), value())),
        "ago" => {
            let is_exact = bounds::around(t, at, item) == Bounding::Exact;
            let date = published.filter(|_| is_exact).and_then(|day| ago(day, item.number.value?.as_whole()?, unit));
            Some(Reading::new(joined + 1, unit.label(), date.map(super::value)))
        }
        "earlier" | "later" => Some(Reading::new(joined + 1, unit.label(), None)),
        "to" | "ended" | "ending" if unit == TimeUnit::Month => ending(t, joined + 1, item),
        _ => None,
    }
}

/// The date so long before; exact as the unit is.
fn ago(published: Day, count: i128, unit: TimeUnit) -> Option<Date> {
    let count = i32::try_from(count).ok()?.checked_neg()?;
    match unit {
        TimeUnit::Day => published.plus_days(count.into()).map(Date::Day),
        TimeUnit::Week => published.plus_days(7 * i64::from(count))?.week(),
        TimeUnit::Fortnight => published.plus_days(14 * i64::from(count))?.week(),
        TimeUnit::Month => Date::month_from(published, count),
        TimeUnit::Year => published.year().checked_add(count).filter(|year| *year > 0).map(Date::Year),
        _ => None,
    }
}

/// Reads `three months to December 2004`.
fn ending(t: &Tokens, at: usize, item: &Item) -> Option<Reading> {
    let day = t.integer(at, 1..=2);
    let at = at + usize::from(day.is_some());
    let (last, after_month) = names::month(t, at).filter(|_| !names::is_abbreviated(t, at))?;
    let Some(Dated { date: Some(Date::Year(year)), end }) = years::year_in_context(t, after_month) else {
        // `six months to March 31`
        let is_day = t.integer(after_month, 1..=2).is_some();
        return Some(Reading::new(after_month + usize::from(is_day), Label::Date, None));
    };
    // `three months to 31 December 2004`, the last of the month
    if day.is_some_and(|day| day != i32::from(month_length(year, last))) {
        return Some(Reading::new(end, Label::Date, None));
    }
    let months = item.number.value.and_then(Rational::as_whole).and_then(|n| i32::try_from(n).ok()).filter(|n| (1..=120).contains(n));
    let first = months.and_then(|months| Date::month_from(Day::new(year, last, 1)?, 1 - months));
    Some(Reading::new(end, Label::Date, first.map(|first| period(first, Date::Month(year, last)))))
}

/// Reads `past three years`, `first 20 minutes`, `next few weeks`.
fn framed(t: &Tokens, at: usize) -> Option<Reading> {
    if !matches!(
        t.word(at),
        "past" | "last" | "next" | "first" | "final" | "previous" | "prior" | "coming" | "following" | "preceding" | "opening" | "closing"
    ) || t.is_capitalised(at)
    {
        return None;
    }
    let reading = |end, unit: TimeUnit, value| Some(Reading::new(end, unit.label(), value));
    if let Some(item) = items::item(t, at + 1) {
        let item = quarters(t, item);
        let Some(Unit::Time(unit)) = item.unit else { return None };
        // In `the next five-year plan` the plan is the next
        let is_adjective = t.past_hyphen(item.number.end) > item.number.end;
        let is_free = t.is_free_after(item.end) && t.past_hyphen(item.end) == item.end && !is_adjective;
        return if is_free { reading(item.end, unit, measures::amount(&item, Bounding::Exact)) } else { None };
    }
    let (unit, end) = vague_length(t, at + 1)?;
    reading(end, unit, None)
}

/// Adds `quarters` to a number, which only after `past` and the like are surely periods.
fn quarters(t: &Tokens, item: Item) -> Item {
    let is_period = item.unit.is_none() && item.number.form == Form::Words && t.word(item.end) == "quarters";
    if is_period { Item { unit: Some(Unit::Time(TimeUnit::Quarter)), end: item.end + 1, ..item } } else { item }
}

/// Reads one unit of time where `a` or `an` is its number: `a year ago`, `an hour later`, `for a week`.
fn single(t: &Tokens, published: Option<Day>, at: usize) -> Option<Reading> {
    let (unit, end) = match t.word(at) {
        "a" | "an" if t.is_lower(at) || t.opens(at) => (TimeUnit::of(t.word(at + 1)).filter(|(_, is_plural)| !is_plural)?.0, at + 2),
        _ => return None,
    };
    let joined = t.past_hyphen(end);
    match t.word(joined) {
        "ago" => {
            let is_exact = bounds::words_before(t, at).is_none();
            let date = published.filter(|_| is_exact).and_then(|day| ago(day, 1, unit));
            return Some(Reading::new(joined + 1, unit.label(), date.map(super::value)));
        }
        // `a second later` is the unit, not the place
        "earlier" | "later" => return Some(Reading::new(joined + 1, unit.label(), None)),
        _ => {}
    }
    let is_length = matches!(t.word(before(at, 1)), "for" | "within" | "than" | "nearly" | "almost" | "least") && joined == end;
    let stands = is_length && unit != TimeUnit::Second && !t.is_lower(end) && t.past_possessive(end) == end && t.is_free_after(end);
    let amount = Amount { amount: 1.0, currency: None, unit: Some(unit.wire().into()), bound: bounds::words_before(t, at) };
    stands.then(|| Reading::new(end, unit.label(), Some(Value::Amount(amount))))
}

/// Reads `several years`, `few days`, `couple of weeks`, for `decades`, `year-earlier`.
fn vague(t: &Tokens, at: usize) -> Option<Reading> {
    if t.word(at) == "year" && t.past_hyphen(at + 1) > at + 1 && t.word(at + 2) == "earlier" {
        return Some(Reading::new(at + 3, Label::Date, None));
    }
    let (unit, end) = vague_length(t, at).or_else(|| {
        let (unit, _) = TimeUnit::of(t.word(at)).filter(|(_, is_plural)| *is_plural)?;
        let is_length = t.word(before(at, 1)) == "for" && t.is_lower(at) && t.past_hyphen(at + 1) == at + 1;
        (is_length && t.is_free_after(at + 1)).then_some((unit, at + 1))
    })?;
    let more = usize::from(matches!(t.word(end), "ago" | "earlier" | "later"));
    Some(Reading::new(end + more, unit.label(), None))
}

/// Reads a plural length with a vague number, and the token after it.
fn vague_length(t: &Tokens, at: usize) -> Option<(TimeUnit, usize)> {
    if matches!(t.word(before(at, 1)), "as" | "so" | "how" | "too") {
        return None;
    }
    let noun = match t.word(at) {
        "several" | "few" | "many" => at + 1,
        "couple" if t.word(at + 1) == "of" => at + 2,
        _ => return None,
    };
    let (unit, _) = TimeUnit::of(t.word(noun)).filter(|(_, is_plural)| *is_plural)?;
    t.is_free_after(noun + 1).then_some((unit, noun + 1))
}

/// Reads an age: `aged 25`, `aged 16 to 24`, `age of 18`, and the number in `Rooney, 19, scored`.
fn age(t: &Tokens, at: usize) -> Option<Reading> {
    let start = match (t.word(at), t.word(at + 1)) {
        ("aged", "between") => at + 2,
        ("aged", _) => at + 1,
        ("age", "of") => at + 2,
        ("age", _) if t.is_digits(at + 1) => at + 1,
        _ => return apposed(t, at),
    };
    let first = plain(t, start)?;
    let joins = matches!(t.word(first.end), "to" | "and" | "or") || t.is_hyphen(first.end) || t.mark(first.end) == Some('–');
    if let Some((second, low)) = joins.then(|| plain(t, first.end + 1)).flatten().zip(first.number.value) {
        let is_rising = second.number.value.is_some_and(|high| low.is_below(high));
        let value = if is_rising && !matches!(t.word(first.end), "or") { years_between(low, second.number.value?) } else { None };
        // In `aged 16 and 18` there are two ages
        let value = value.filter(|_| t.word(first.end) != "and" || t.word(at + 1) == "between");
        return t.is_free_after(second.end).then(|| Reading::new(second.end, Label::Date, value));
    }
    let aged = Item { unit: Some(Unit::Time(TimeUnit::Year)), ..first };
    t.is_free_after(first.end).then(|| Reading::new(first.end, Label::Date, measures::amount(&aged, bounds::around(t, start, &aged))))
}

/// A number that no unit follows, of the size of an age.
fn plain(t: &Tokens, at: usize) -> Option<Item> {
    let item = items::item(t, at).filter(|item| item.unit.is_none() && matches!(item.number.form, Form::Digits | Form::Words))?;
    item.number.value.filter(|value| value.is_below(Rational::whole(OLDEST.into()))).map(|_| item)
}

fn years_between(low: Rational, high: Rational) -> Option<Value> {
    let unit = Some(TimeUnit::Year.wire().into());
    Some(Value::Range(Range { min: low.as_f64()?, max: high.as_f64()?, currency: None, unit, bound: None }))
}

/// Reads the age in `Wayne Rooney, 19, scored`.
fn apposed(t: &Tokens, at: usize) -> Option<Reading> {
    let age = t.integer(at, 1..=3).filter(|age| (1..=OLDEST).contains(age) && !t.surface(at).starts_with('0'))?;
    let is_apposed =
        t.mark(before(at, 1)) == Some(',') && t.mark(at + 1) == Some(',') && t.is_capitalised(before(at, 2)) && !t.is_glued(at);
    // `Cups in 1998, 12, …` and other lists
    let is_list = t.is_digits(at + 2) || t.is_digits(before(at, 3));
    let amount = Amount { amount: f64::from(age), currency: None, unit: Some(TimeUnit::Year.wire().into()), bound: None };
    (is_apposed && !is_list).then(|| Reading::new(at + 1, Label::Date, Some(Value::Amount(amount))))
}
