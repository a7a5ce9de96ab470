//! Amounts with their labels and values: one item, or a range of two.

use super::bounds::{self, Bounding};
use super::counts;
use super::currencies::Name;
use super::items::{self, Item};
use super::numbers::Form;
use super::units::{TimeUnit, Unit};
use crate::values::dates::{durations, years};
use crate::values::rational::Rational;
use crate::values::tokens::{Tokens, before};
use crate::values::value::{Amount, Bound, Range, Value};
use crate::values::vocabulary;
use crate::values::{Day, Label, Reading};
use std::borrow::Cow;

/// How many times the lower end of a range the upper may be where `to` joins them: forecasts seldom reach further, and what does is a change
/// whose verb we do not know.
const WIDEST: i128 = 4;

/// Reads an amount, unless it is part of something else: `F-16`, `3G`.
pub(in crate::values) fn read(t: &Tokens, published: Option<Day>, at: usize) -> Option<Reading> {
    if !t.is_free_before(at) && !is_dashed(t, at) {
        return None;
    }
    if t.word(at) == "between" {
        return between(t, at);
    }
    let first = items::item(t, at)?;
    if let Some(reading) = range(t, at, &first) {
        return Some(reading);
    }
    let is_time = matches!(first.unit, Some(Unit::Time(_)));
    if let Some(reading) = durations::tail(t, published, at, &first).filter(|_| is_time) {
        return Some(reading);
    }
    if is_some_day(t, at, &first) {
        return Some(Reading::nothing(first.end));
    }
    if first.unit.is_none() {
        return counts::read(t, at, &first);
    }
    // What runs on is not what it seemed: `$5billionaire`, `10%/15%`
    let is_free = t.is_free_after(first.end) || t.past_hyphen(first.end) > first.end && !t.is_digits(first.end + 1);
    is_free.then(|| single(t, at, &first))
}

/// `one day they will`, which is no length of time.
fn is_some_day(t: &Tokens, at: usize, item: &Item) -> bool {
    let is_day = matches!(item.unit, Some(Unit::Time(TimeUnit::Day | TimeUnit::Night)));
    let is_length = matches!(t.word(before(at, 1)), "for" | "in" | "within" | "least" | "than" | "only" | "just" | "after");
    item.number.form == Form::One && is_day && !is_length && t.past_hyphen(item.number.end) == item.number.end
}

/// Whether a dash stands before, as in a list: `costs –£5m`. A hyphen is a minus or joins.
fn is_dashed(t: &Tokens, at: usize) -> bool {
    t.mark(before(at, 1)) == Some('–') && !t.is_digits(before(at, 2))
}

/// The reading of one item that has a unit.
pub(super) fn single(t: &Tokens, at: usize, item: &Item) -> Reading {
    let Some(label) = label(item.unit) else { return Reading::nothing(item.end) };
    Reading::new(item.end, label, amount(item, bounds::around(t, at, item)))
}

/// The value of one item.
pub(in crate::values) fn amount(item: &Item, bounding: Bounding) -> Option<Value> {
    let bound = match bounding {
        Bounding::Exact => None,
        Bounding::Known(bound) => Some(bound),
        Bounding::Unclear => return None,
    };
    let (number, currency, unit) = (counted(item.number.value?, item.unit)?, currency(item.unit), unit(item.unit));
    Some(Value::Amount(Amount { amount: number, currency, unit, bound }))
}

/// The label of what a unit counts; none where the unit is unclear.
pub(super) fn label(unit: Option<Unit>) -> Option<Label> {
    match unit {
        None => Some(Label::Cardinal),
        Some(Unit::Percent(_)) => Some(Label::Percent),
        Some(Unit::Money(_)) => Some(Label::Money),
        Some(Unit::Measure(_)) => Some(Label::Quantity),
        Some(Unit::Time(unit)) => Some(unit.label()),
        Some(Unit::Unclear) => None,
    }
}

/// The number in whole currency units.
fn counted(number: Rational, unit: Option<Unit>) -> Option<f64> {
    match unit {
        Some(Unit::Money(currency)) if currency.is_hundredth => number.times(Rational::new(1, 100)?)?.as_f64(),
        _ => number.as_f64(),
    }
}

fn currency(unit: Option<Unit>) -> Option<Cow<'static, str>> {
    match unit? {
        Unit::Money(currency) => match currency.name {
            Name::Code(code) => Some(Cow::Borrowed(code)),
            Name::Shared(_) => None,
        },
        _ => None,
    }
}

fn unit(unit: Option<Unit>) -> Option<Cow<'static, str>> {
    match unit? {
        Unit::Percent(name) => Some(Cow::Borrowed(name)),
        Unit::Measure(measure) => Some(measure.wire()),
        Unit::Time(unit) => Some(Cow::Borrowed(unit.wire())),
        Unit::Money(currency) => match currency.name {
            Name::Shared(name) => Some(Cow::Borrowed(name)),
            Name::Code(_) => None,
        },
        Unit::Unclear => None,
    }
}

/// Reads `between 5% and 10%`.
fn between(t: &Tokens, at: usize) -> Option<Reading> {
    let first = items::item(t, at + 1)?;
    if t.word(first.end) != "and" {
        return None;
    }
    let range = Pair::new(first, second(t, &first, first.end + 1)?)?;
    (range.is_rising() && range.stands_free(t)).then(|| range.reading(t, None))
}

/// Reads `10-15%`, `£5m to £10m`, `two or three years`; not a score, nor a change (`rose 2% to 7%`, `cut from 5% to 3%`).
fn range(t: &Tokens, at: usize, first: &Item) -> Option<Reading> {
    let (join, start) = joint(t, first.end)?;
    let range = Pair::new(*first, second(t, first, start)?)?;
    let is_plain = range.unit().is_none();
    let is_bare = range.unit().is_none() && !vocabulary::is_counted(t.word(range.second.end));
    let is_years = years::is_year_like(t, at) && first.unit.is_none() && (is_bare || !years::is_year_like(t, start));
    let is_whole = |item: &Item| item.number.value.and_then(Rational::as_whole);
    match join {
        // `in 2006 or 2007`, `from 4.5 in 2005 to 5.5 million tonnes`
        _ if is_years => return None,
        // Scores and votes are written like this; what is counted right after says it is an amount
        Join::Dash if is_plain && range.second.number.scale.is_none() && !vocabulary::is_counted(t.word(range.second.end)) => return None,
        // `three to one`, `lost 10 to 15`
        Join::To if is_plain && !(t.is_lower(range.second.end) && counts::may_stand(t, at, first.number)) => return None,
        // `gave $5 to 10 schools`
        Join::To | Join::Or if first.is_prefixed && !range.second.is_prefixed && !range.shares_scale(t) => return None,
        Join::Or if is_whole(first).map(|n| n + 1) != is_whole(&range.second) => return None,
        Join::Or if is_plain && !counts::may_stand(t, at, first.number) => return None,
        _ => {}
    }
    if !range.is_rising() || !range.stands_free(t) {
        return None;
    }
    if join == Join::To && (is_change(t, at) || range.is_wide()) {
        if is_plain {
            return None;
        }
        // Without a unit of its own the first number is not readable alone
        let label = label(range.unit())?;
        return first.unit.is_none().then(|| Reading::new(range.second.end, label, None));
    }
    Some(range.reading(t, bounds::words_before(t, at)))
}

/// The second item of a range; a currency before the first number holds for it too.
fn second(t: &Tokens, first: &Item, at: usize) -> Option<Item> {
    match first.unit {
        Some(unit @ Unit::Money(_)) if first.is_prefixed && t.is_digits(at) => items::amount_of(t, unit, at),
        _ => items::item(t, at),
    }
}

/// What joins two numbers.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Join {
    Dash,
    To,
    Or,
}

/// Reads what joins two numbers, and where the second starts.
fn joint(t: &Tokens, at: usize) -> Option<(Join, usize)> {
    let is_dash = t.is_hyphen(at) || t.mark(at) == Some('–');
    match t.word(at) {
        "to" => Some((Join::To, at + 1)),
        "or" => Some((Join::Or, at + 1)),
        _ if is_dash && t.is_glued(at) && t.is_glued(at + 1) => {
            // `five-to-ten-year`
            let is_to = t.word(at + 1) == "to" && t.past_hyphen(at + 2) > at + 2;
            Some(if is_to { (Join::To, at + 3) } else { (Join::Dash, at + 1) })
        }
        // `16- to 24-year-olds`
        _ if is_dash && t.is_glued(at) && t.word(at + 1) == "to" => Some((Join::To, at + 2)),
        _ => None,
    }
}

/// Words that make `5% to 7%` a change from one to the other.
fn is_change(t: &Tokens, at: usize) -> bool {
    let is_spread = |word| {
        matches!(
            word,
            "range" | "ranges" | "ranged" | "ranging" | "vary" | "varies" | "varying" | "varied" | "anywhere" | "anything" | "somewhere"
        )
    };
    let words = || (1..=4).map(|n| t.word(before(at, n)));
    words().any(vocabulary::changes) && !words().any(is_spread)
}

/// Two items that may be the ends of a range.
struct Pair {
    first: Item,
    second: Item,
    /// The value of the first, with the scale it shares with the second; none where it may or may not share it.
    low: Option<Rational>,
}

impl Pair {
    /// None where the two count different things.
    fn new(first: Item, second: Item) -> Option<Self> {
        let agree = match (first.unit, second.unit) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(a), Some(b)) => a == b && a != Unit::Unclear,
        };
        let is_number = |item: &Item| matches!(item.number.form, Form::Digits | Form::Words | Form::One);
        if !agree || !is_number(&first) || !is_number(&second) {
            return None;
        }
        Some(Self { low: Self::low(&first, &second), first, second })
    }

    /// Whether two amounts with a unit each are so far apart that they are hardly a range: `adding $1.89 to $48.62`.
    fn is_wide(&self) -> bool {
        let widest = self.low.and_then(|low| low.times(Rational::whole(WIDEST)));
        self.first.unit.is_some() && widest.zip(self.second.number.value).is_some_and(|(widest, high)| widest.is_below(high))
    }

    /// Whether only the second has a scale word, `£10 to 15m`, and it counts nothing else (`gave £10 to 15m people`).
    fn shares_scale(&self, t: &Tokens) -> bool {
        self.second.number.scale.is_some() && !vocabulary::is_counted(t.word(self.second.end))
    }

    /// The value of the first: `5 to 10 million` shares the scale, `$5 to $10 million` may or may not.
    fn low(first: &Item, second: &Item) -> Option<Rational> {
        let value = first.number.value?;
        let Some(scale) = second.number.scale.filter(|_| first.number.scale.is_none()) else {
            // `£10-15,000` may mean ten thousand
            let thousands = value.times(Rational::whole(1000))?;
            let is_short = first.number.form == Form::Digits && first.number.scale.is_none() && thousands.is_below(second.number.value?);
            return (!is_short).then_some(value);
        };
        let mantissa = second.number.value?.times(scale.inverse()?)?;
        let is_shared = !second.is_prefixed && second.number.is_large() && value.is_below(mantissa);
        if is_shared { value.times(scale) } else { None }
    }

    fn unit(&self) -> Option<Unit> {
        self.second.unit.or(self.first.unit)
    }

    /// Whether the second number is the larger, as far as they can be read.
    fn is_rising(&self) -> bool {
        match (self.low.or(self.first.number.value), self.second.number.value) {
            (Some(low), Some(high)) => low.is_below(high),
            _ => false,
        }
    }

    /// One past the last token, and whether the range is still an amount: `16- to 24-year-olds`; but `two to three years ago`.
    fn end(&self, t: &Tokens) -> (usize, bool) {
        let joined = t.past_hyphen(self.second.end);
        match t.word(joined) {
            "old" | "olds" | "long" if matches!(self.unit(), Some(Unit::Time(_))) => (joined + 1, true),
            "ago" | "earlier" | "later" if matches!(self.unit(), Some(Unit::Time(_))) => (joined + 1, false),
            _ => (self.second.end, true),
        }
    }

    fn stands_free(&self, t: &Tokens) -> bool {
        let end = self.second.end;
        t.is_free_after(end) || self.unit().is_some() && t.past_hyphen(end) > end && !t.is_digits(end + 1)
    }

    fn reading(&self, t: &Tokens, bound: Option<Bound>) -> Reading {
        let (end, is_length) = self.end(t);
        let value = || {
            let unit_read = self.unit();
            let (min, max) = (counted(self.low?, unit_read)?, counted(self.second.number.value?, unit_read)?);
            let (currency, unit) = (currency(unit_read), unit(unit_read));
            match bound {
                None | Some(Bound::About) => Some(Value::Range(Range { min, max, currency, unit, bound })),
                Some(_) => None,
            }
        };
        match label(self.unit()) {
            Some(label) => Reading::new(end, label, value().filter(|_| is_length)),
            None => Reading::nothing(self.second.end),
        }
    }
}
