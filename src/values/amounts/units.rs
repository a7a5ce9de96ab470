//! What a number counts: percentages, units of measure, units of time, money.

use super::currencies::{self, Currency};
use super::numbers::{Form, Number};
use super::ordinals;
use crate::values::Label;
use crate::values::tokens::{Tokens, before};
use std::borrow::Cow;

/// What a number counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::values) enum Unit {
    /// `percent`, `percentage point`, `basis point`.
    Percent(&'static str),
    Money(Currency),
    Measure(Measure),
    Time(TimeUnit),
    /// A unit with two readings, `5 pounds` and `200m`, so that the number is no amount we can name.
    Unclear,
}

impl Unit {
    /// A plain unit of measure by its name on the wire.
    pub(super) fn measure(name: &'static str) -> Self {
        Self::Measure(Measure::plain(name))
    }
}

/// A unit of measure, and the time it is measured by: `barrels a day`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::values) struct Measure {
    pub(super) power: Power,
    pub(super) name: &'static str,
    pub(super) per: Option<TimeUnit>,
}

/// `square`, `cubic` or neither.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::values) enum Power {
    Plain,
    Square,
    Cubic,
}

impl Measure {
    fn plain(name: &'static str) -> Self {
        Self { power: Power::Plain, name, per: None }
    }

    pub(super) fn is_temperature(self) -> bool {
        matches!(self.name, "°C" | "°F" | "degree")
    }

    /// Its name on the wire: `square mile`, `barrel/day`.
    pub(super) fn wire(self) -> Cow<'static, str> {
        let power = match self.power {
            Power::Plain => "",
            Power::Square => "square ",
            Power::Cubic => "cubic ",
        };
        match self.per {
            None if power.is_empty() => Cow::Borrowed(self.name),
            None => Cow::Owned(format!("{power}{}", self.name)),
            Some(TimeUnit::Hour) if self.name == "mile" => Cow::Borrowed("mph"),
            Some(TimeUnit::Hour) if self.name == "km" => Cow::Borrowed("km/h"),
            Some(TimeUnit::Second) if self.name == "m" => Cow::Borrowed("m/s"),
            Some(per) => Cow::Owned(format!("{power}{}/{}", self.name, per.wire())),
        }
    }
}

/// A unit of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::values) enum TimeUnit {
    Second,
    Minute,
    Hour,
    Night,
    Day,
    Weekend,
    Week,
    Fortnight,
    Month,
    Quarter,
    Season,
    Year,
    Decade,
    Century,
}

impl TimeUnit {
    /// The unit of a word, and whether the word is a plural.
    pub(in crate::values) fn of(word: &str) -> Option<(Self, bool)> {
        let unit = match word {
            "second" | "seconds" | "sec" | "secs" => Self::Second,
            "minute" | "minutes" | "min" | "mins" => Self::Minute,
            "hour" | "hours" | "hr" | "hrs" => Self::Hour,
            "night" | "nights" => Self::Night,
            "day" | "days" => Self::Day,
            "weekend" | "weekends" => Self::Weekend,
            "week" | "weeks" => Self::Week,
            "fortnight" | "fortnights" => Self::Fortnight,
            "month" | "months" => Self::Month,
            "quarter" | "quarters" => Self::Quarter,
            "season" | "seasons" => Self::Season,
            "year" | "years" | "yr" | "yrs" => Self::Year,
            "decade" | "decades" => Self::Decade,
            "century" | "centuries" => Self::Century,
            _ => return None,
        };
        Some((unit, word.ends_with('s')))
    }

    /// Its name on the wire.
    pub(in crate::values) fn wire(self) -> &'static str {
        match self {
            Self::Second => "second",
            Self::Minute => "minute",
            Self::Hour => "hour",
            Self::Night => "night",
            Self::Day => "day",
            Self::Weekend => "weekend",
            Self::Week => "week",
            Self::Fortnight => "fortnight",
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::Season => "season",
            Self::Year => "year",
            Self::Decade => "decade",
            Self::Century => "century",
        }
    }

    /// OntoNotes has lengths below a day under TIME.
    pub(in crate::values) fn label(self) -> Label {
        match self {
            Self::Second | Self::Minute | Self::Hour | Self::Night => Label::Time,
            _ => Label::Date,
        }
    }
}

/// Reads the unit of a number, and the token after it.
pub(super) fn after(t: &Tokens, number: &Number) -> Option<(Unit, usize)> {
    let at = link(t, number);
    let glued = t.is_glued(at) && at == number.end;
    percent(t, at)
        .or_else(|| currencies::after(t, at, number))
        .or_else(|| degrees(t, at, number))
        .or_else(|| time(t, at, number))
        .or_else(|| measure(t, at, glued))
}

/// Where the unit of a number starts: past the hyphen of `five-mile`, the `of an` of `three quarters of an hour`, the `an` of
/// `half an hour`, the `of` of `thousands of miles`.
fn link(t: &Tokens, number: &Number) -> usize {
    let end = number.end;
    let is_of = t.word(end) == "of";
    let has_article = |at| matches!(t.word(at), "a" | "an");
    match number.form {
        Form::Vague if is_of => end + 1,
        Form::Fraction if is_of && has_article(end + 1) => end + 2,
        Form::Fraction if has_article(t.past_hyphen(end)) && t.word(before(end, 1)) == "half" => t.past_hyphen(t.past_hyphen(end) + 1),
        _ => t.past_hyphen(end),
    }
}

fn percent(t: &Tokens, at: usize) -> Option<(Unit, usize)> {
    let is_point = |at| matches!(t.word(at), "point" | "points");
    if matches!(t.mark(at), Some('%' | '％')) {
        let point = t.past_hyphen(at + 1);
        return Some(if is_point(point) { (Unit::Percent("percentage point"), point + 1) } else { (Unit::Percent("percent"), at + 1) });
    }
    let second = t.past_hyphen(at + 1);
    match t.word(at) {
        "percent" | "pct" if is_point(second) => Some((Unit::Percent("percentage point"), second + 1)),
        "percent" | "pct" => Some((Unit::Percent("percent"), at + 1)),
        "pc" if t.is_glued(at) => Some((Unit::Percent("percent"), at + 1)),
        "per" if t.word(second) == "cent" => Some((Unit::Percent("percent"), second + 1)),
        "percentage" if is_point(second) => Some((Unit::Percent("percentage point"), second + 1)),
        "basis" if is_point(second) => Some((Unit::Percent("basis point"), second + 1)),
        _ => None,
    }
}

/// Reads `°C`, `degrees Celsius`, and `C` right after digits.
fn degrees(t: &Tokens, at: usize, number: &Number) -> Option<(Unit, usize)> {
    let scale = |at: usize| match (t.word(at), t.surface(at)) {
        ("celsius" | "centigrade", _) | (_, "C") => Some("°C"),
        ("fahrenheit", _) | (_, "F") => Some("°F"),
        _ => None,
    };
    let unit = |name, end| Some((Unit::measure(name), end));
    let is_word = matches!(t.word(at), "degree" | "degrees");
    if t.mark(at) == Some('°') || is_word {
        // Degrees in words are also those of universities
        return match scale(at + 1) {
            Some(name) => unit(name, at + 2),
            None if is_word && number.form != Form::Digits => Some((Unit::Unclear, at + 1)),
            None => unit("degree", at + 1),
        };
    }
    let letter = t.is_glued(at) && number.scale.is_none() && number.form == Form::Digits && t.surface(at).len() == 1;
    scale(at).filter(|_| letter).and_then(|name| unit(name, at + 1))
}

/// Reads a unit of time, with the adjectives that only stress it: `three consecutive years`.
fn time(t: &Tokens, at: usize, number: &Number) -> Option<(Unit, usize)> {
    let stress = matches!(
        t.word(at),
        "consecutive"
            | "straight"
            | "successive"
            | "full"
            | "more"
            | "calendar"
            | "working"
            | "extra"
            | "additional"
            | "further"
            | "whole"
            | "solid"
            | "long"
            | "short"
            | "business"
    );
    let at = if stress { at + 1 } else { at };
    let (unit, is_plural) = TimeUnit::of(t.word(at))?;
    // `one season-ticket`, `six Days of War`, `the two second-half goals`
    let is_joined = at > number.end && t.is_hyphen(before(at, 1));
    let joins_on = !is_joined && t.past_hyphen(at + 1) > at + 1 && !matches!(t.word(at + 2), "old" | "olds" | "long" | "plus");
    let is_ordinal = unit == TimeUnit::Second && !is_plural && number.form == Form::Words && !is_joined;
    // `three quarters full`; with `four consecutive quarters` no part is meant
    let is_part = unit == TimeUnit::Quarter && !stress;
    (!is_ordinal && !is_part && !joins_on && t.is_lower(at)).then_some((Unit::Time(unit), at + 1))
}

/// Reads a unit of measure with its power and the time it is measured by.
fn measure(t: &Tokens, at: usize, glued: bool) -> Option<(Unit, usize)> {
    let (power, noun) = match t.word(at) {
        "square" | "sq" => (Power::Square, t.past_hyphen(t.past_stop(at + 1))),
        "cubic" | "cu" => (Power::Cubic, t.past_hyphen(t.past_stop(at + 1))),
        _ => (Power::Plain, at),
    };
    let (name, end) = if power == Power::Plain { unit(t, noun, glued)? } else { (length(t.word(noun))?, noun + 1) };
    let (per, end) = rate(t, end);
    Some((Unit::Measure(Measure { power, name, per }), end))
}

/// Reads `a day`, `per hour`, `/h` after a unit.
fn rate(t: &Tokens, at: usize) -> (Option<TimeUnit>, usize) {
    let by = t.past_hyphen(at);
    let noun = match (t.word(by), t.mark(by)) {
        ("a" | "an" | "per", _) => t.past_hyphen(by + 1),
        (_, Some('/')) if t.is_glued(by) => by + 1,
        _ => return (None, at),
    };
    let unit = match t.word(noun) {
        "h" => Some(TimeUnit::Hour),
        "s" => Some(TimeUnit::Second),
        word => TimeUnit::of(word).filter(|(_, is_plural)| !is_plural).map(|(unit, _)| unit),
    };
    match unit {
        Some(unit) if t.past_hyphen(noun + 1) == noun + 1 && !matches!(t.word(noun + 1), "ago" | "earlier" | "later") => {
            (Some(unit), noun + 1)
        }
        _ => (None, at),
    }
}

/// Units of length, which may be squared.
fn length(word: &str) -> Option<&'static str> {
    Some(match word {
        "km" | "kms" | "kilometre" | "kilometres" | "kilometer" | "kilometers" => "km",
        "m" | "metre" | "metres" | "meter" | "meters" => "m",
        "cm" | "cms" | "centimetre" | "centimetres" | "centimeter" | "centimeters" => "cm",
        "mm" | "millimetre" | "millimetres" | "millimeter" | "millimeters" => "mm",
        "mile" | "miles" => "mile",
        "yard" | "yards" | "yd" | "yds" => "yard",
        "foot" | "feet" | "ft" => "foot",
        "inch" | "inches" => "inch",
        _ => return None,
    })
}

/// Units of one or two words.
fn unit(t: &Tokens, at: usize, glued: bool) -> Option<(&'static str, usize)> {
    let word = t.word(at);
    let plural_next = t.word(t.past_hyphen(at + 1));
    let (two, end) = (|name| Some((name, t.past_hyphen(at + 1) + 1)), at + 1);
    match (word, plural_next) {
        ("nautical", "mile" | "miles") => return two("nautical mile"),
        ("metric", "ton" | "tons" | "tonne" | "tonnes") => return two("tonne"),
        ("light", "year" | "years") => return two("light-year"),
        ("fluid", "ounce" | "ounces") => return two("fluid ounce"),
        ("kilowatt", "hour" | "hours") => return two("kWh"),
        ("megawatt", "hour" | "hours") => return two("MWh"),
        _ => {}
    }
    if let Some(name) = length(word).filter(|_| word != "m") {
        return Some((name, end));
    }
    let name = match word {
        "kg" | "kgs" | "kilo" | "kilos" | "kilogram" | "kilograms" | "kilogramme" | "kilogrammes" => "kg",
        "gram" | "grams" | "gramme" | "grammes" => "g",
        "mg" | "milligram" | "milligrams" => "mg",
        "tonne" | "tonnes" => "tonne",
        "ton" | "tons" => "ton",
        "kiloton" | "kilotons" => "kiloton",
        "megaton" | "megatons" => "megaton",
        "lb" | "lbs" => "lb",
        "ounce" | "ounces" | "oz" => "ounce",
        "litre" | "litres" | "liter" | "liters" => "litre",
        "ml" | "millilitre" | "millilitres" | "milliliters" => "ml",
        "gallon" | "gallons" => "gallon",
        "pint" | "pints" => "pint",
        "barrel" | "barrels" => "barrel",
        "bushel" | "bushels" => "bushel",
        "hectare" | "hectares" => "hectare",
        "acre" | "acres" => "acre",
        "mph" => "mph",
        "kph" | "kmh" => "km/h",
        "bpd" => "barrel/day",
        "knot" | "knots" => "knot",
        "watt" | "watts" => "W",
        "kw" | "kilowatt" | "kilowatts" => "kW",
        "megawatt" | "megawatts" => "MW",
        "gw" | "gigawatt" | "gigawatts" => "GW",
        "terawatt" | "terawatts" => "TW",
        "kwh" => "kWh",
        "mwh" => "MWh",
        "gwh" => "GWh",
        "twh" => "TWh",
        "volt" | "volts" => "V",
        "horsepower" | "bhp" => "horsepower",
        "calorie" | "calories" => "calorie",
        "decibel" | "decibels" => "dB",
        "khz" | "kilohertz" => "kHz",
        "mhz" | "megahertz" => "MHz",
        "ghz" | "gigahertz" => "GHz",
        "kilobyte" | "kilobytes" => "kB",
        "megabyte" | "megabytes" => "MB",
        "gigabyte" | "gigabytes" => "GB",
        "terabyte" | "terabytes" => "TB",
        "kilobit" | "kilobits" => "kbit",
        "megabit" | "megabits" => "Mbit",
        "gigabit" | "gigabits" => "Gbit",
        "kbps" => "kbit/s",
        "mbps" => "Mbit/s",
        "gbps" => "Gbit/s",
        "megapixel" | "megapixels" => "megapixel",
        "furlong" | "furlongs" => "furlong",
        "carat" | "carats" => "carat",
        _ => return exact(t, at, glued).map(|name| (name, end)),
    };
    Some((name, end))
}

/// Units whose letters mean them only in this case, or only right after digits.
fn exact(t: &Tokens, at: usize, glued: bool) -> Option<&'static str> {
    Some(match t.surface(at) {
        "MW" => "MW",
        "GB" | "Gb" if glued => "GB",
        "GB" => "GB",
        "MB" => "MB",
        "KB" | "kB" => "kB",
        "TB" => "TB",
        // Below ten they are generations of mobile telephony
        "g" if glued && t.surface(before(at, 1)).len() > 1 => "g",
        "in" if glued => "inch",
        "st" if glued && ordinals::ordinal(t, before(at, 1)).is_none() => "stone",
        "stone" if t.is_digits(before(at, 1)) || matches!(t.word(at + 1), "heavier" | "lighter") => "stone",
        _ => return None,
    })
}
