//! One number with what it counts: `$5m`, `40 km`, `5.2%`, `6ft 2in`, `two hundred`.

use super::currencies;
use super::numbers::{self, Form, Number};
use super::units::{self, TimeUnit, Unit};
use crate::values::rational::Rational;
use crate::values::tokens::{Kind, Shape, Tokens, before};
use crate::values::vocabulary;

/// A number and its unit, as they stand in a text.
#[derive(Debug, Clone, Copy)]
pub(in crate::values) struct Item {
    /// One past its last token.
    pub(in crate::values) end: usize,
    pub(in crate::values) number: Number,
    pub(in crate::values) unit: Option<Unit>,
    /// Whether the unit stands before the number: `$5`.
    pub(in crate::values) is_prefixed: bool,
}

/// Reads a number with its unit, if it has one.
pub(in crate::values) fn item(t: &Tokens, at: usize) -> Option<Item> {
    let unsigned = past_minus(t, at);
    let item = money(t, unsigned).or_else(|| counted(t, unsigned))?;
    if unsigned == at {
        return Some(item);
    }
    // A hyphen may be a dash: only what can be negative is
    let can_be_negative = match item.unit {
        Some(Unit::Percent(_) | Unit::Money(_)) => true,
        Some(Unit::Measure(measure)) => measure.is_temperature(),
        _ => false,
    };
    let value = item.number.value.map(Rational::negated);
    can_be_negative.then_some(Item { number: Number { value, ..item.number }, ..item })
}

/// The token after a minus sign: `-5C`, `−£3m`.
fn past_minus(t: &Tokens, at: usize) -> usize {
    let is_minus = matches!(t.mark(at), Some('-' | '−')) && !t.is_glued(at) && t.is_glued(at + 1);
    if is_minus { at + 1 } else { at }
}

/// Reads an amount with its currency before it: `$1.2bn`, `EUR 5m`, `£50,000`.
fn money(t: &Tokens, at: usize) -> Option<Item> {
    let (currency, start) = currencies::before_number(t, at)?;
    let unit = Unit::Money(currency);
    Some(Item { is_prefixed: true, ..amount_of(t, unit, start)? })
}

/// Reads the second number of a range whose currency stood before the first: `$5-[10m]`.
pub(super) fn amount_of(t: &Tokens, unit: Unit, at: usize) -> Option<Item> {
    let mut number = numbers::digits(t, at).filter(|number| number.form == Form::Digits)?;
    // `£5m`, `£5 m`; with a space the other letters are words
    let letter = numbers::scale_letter(t.word(number.end)).filter(|_| t.is_glued(number.end) || t.surface(number.end) == "m");
    if let Some(scale) = letter.filter(|_| number.scale.is_none()) {
        number = number.scaled_by(scale, number.end + 1);
    }
    let unit = if is_another_dollar(t, number.end) { Unit::Unclear } else { unit };
    let runs_on = t.is_glued(number.end) && (t.is_word(number.end) || t.is_digits(number.end));
    (!runs_on).then_some(Item { end: number.end, number, unit: Some(unit), is_prefixed: false })
}

/// Whether a dollar sign before may be another country's: `$5m Canadian`.
fn is_another_dollar(t: &Tokens, at: usize) -> bool {
    matches!(t.word(at), "canadian" | "australian" | "singapore" | "taiwan")
}

/// Reads a number and the unit after it.
fn counted(t: &Tokens, at: usize) -> Option<Item> {
    let number = numbers::number(t, at)?;
    if let Some(item) = lettered(t, number) {
        return Some(item);
    }
    let Some((unit, end)) = units::after(t, &number) else {
        return Some(Item { end: number.end, number, unit: None, is_prefixed: false });
    };
    let item = Item { end, number, unit: Some(unit), is_prefixed: false };
    Some(compound(t, &item).unwrap_or(item))
}

/// Reads `5m`, `30k`, `2b`: a scale before a currency or what is counted in millions, metres before what is measured in
/// them, else unclear.
fn lettered(t: &Tokens, number: Number) -> Option<Item> {
    let at = number.end;
    let scale = numbers::scale_letter(t.word(at)).filter(|_| t.is_glued(at) && number.form == Form::Digits && number.scale.is_none())?;
    let large = number.scaled_by(scale, at + 1);
    let item = |number: Number, unit, end| Some(Item { end, number, unit, is_prefixed: false });
    if let Some((unit, end)) = units::after(t, &large).filter(|_| !t.is_glued(at + 1)) {
        return item(large, Some(unit), end);
    }
    if vocabulary::is_counted(t.word(at + 1)) && !t.is_glued(at + 1) {
        return item(large, None, at + 1);
    }
    let noun = t.past_hyphen(at + 1);
    let is_length = t.surface(at) == "m" && matches!(t.word(noun), "high" | "tall" | "long" | "wide" | "deep" | "away" | "below" | "above");
    let is_race = t.surface(at) == "m"
        && matches!(
            t.word(noun),
            "race" | "final" | "hurdles" | "sprint" | "freestyle" | "relay" | "backstroke" | "butterfly" | "breaststroke"
        );
    // Nobody writes `3,000m` for three billion
    let is_long = t.surface(at) == "m" && t.kind(before(at, 1)) == Some(Kind::Digits(Shape::Grouped));
    let unit = if is_length || is_race || is_long { Unit::measure("m") } else { Unit::Unclear };
    item(number, Some(unit), at + 1)
}

/// Reads two units of which one goes into the other, counted in the smaller: `6ft 2in`, `one minute 46.68 seconds`.
fn compound(t: &Tokens, item: &Item) -> Option<Item> {
    let (parts, lower) = smaller(item.unit?)?;
    let is_addend = |number: &Number| matches!(number.form, Form::Digits | Form::Words | Form::One) && number.scale.is_none();
    let small = numbers::number(t, item.end).filter(is_addend)?;
    let end = match units::after(t, &small) {
        Some((unit, end)) if unit == lower => end,
        // `6ft 2 in`, where `in` alone would be a preposition
        _ if lower == Unit::measure("inch") && t.is_digits(item.end) && t.word(small.end) == "in" && !t.is_word(small.end + 1) => {
            small.end + 1
        }
        _ => return None,
    };
    let value = item.number.value.and_then(|n| n.times(Rational::whole(parts))).and_then(|n| n.plus(small.value?));
    let number = Number { value, end: small.end, scale: None, ..item.number };
    Some(Item { end, number, unit: Some(lower), is_prefixed: false })
}

/// The unit that follows a larger one, and how many of it go into that.
fn smaller(unit: Unit) -> Option<(i128, Unit)> {
    match unit {
        Unit::Measure(_) if unit == Unit::measure("foot") => Some((12, Unit::measure("inch"))),
        Unit::Measure(_) if unit == Unit::measure("stone") => Some((14, Unit::measure("lb"))),
        Unit::Measure(_) if unit == Unit::measure("lb") => Some((16, Unit::measure("ounce"))),
        Unit::Time(TimeUnit::Minute) => Some((60, Unit::Time(TimeUnit::Second))),
        Unit::Time(TimeUnit::Hour) => Some((60, Unit::Time(TimeUnit::Minute))),
        Unit::Time(TimeUnit::Year) => Some((12, Unit::Time(TimeUnit::Month))),
        _ => None,
    }
}
