//! Amounts as likeness compares them: in one unit a dimension, and as exact as they were written.

use serde::{Deserialize, Serialize};

use crate::values::{Bound, Label, Value};

/// How far apart two readings of one fraction or of one measure in two units may be: `a third` and `33 percent`, `40 miles` and `64 km`.
const CONVERTED: f64 = 0.02;
/// How far a number may lie beyond one with a bounding word, as part of it: `more than 900,000` and `906,000`.
const BOUNDED: f64 = 0.1;
/// Fewest digits of a number that may be a rounded one without a word that says so: `1.2 billion` for `1.24 billion`.
const PLAINLY_ROUNDED: u32 = 2;

/// A number with what it counts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Amount {
    /// In the base unit of its dimension.
    #[serde(rename = "n")]
    number: f64,
    /// As it was written, which tells how exact it is.
    #[serde(rename = "w")]
    written: f64,
    /// The dimension, else the unit; empty for a count.
    #[serde(rename = "u", default, skip_serializing_if = "String::is_empty")]
    of: String,
    /// The unit, where it is not the base unit.
    #[serde(rename = "i", default, skip_serializing_if = "String::is_empty")]
    unit: String,
    #[serde(rename = "b", default, skip_serializing_if = "Option::is_none")]
    bound: Option<Bound>,
    /// Whether it was written as a fraction.
    #[serde(rename = "f", default, skip_serializing_if = "std::ops::Not::not")]
    is_fraction: bool,
}

/// The dimension of a unit, and how many of the base unit it is.
fn dimension(unit: &str) -> Option<(&'static str, f64)> {
    Some(match unit {
        "percent" => ("percent", 1.0),
        "percentage point" => ("point", 1.0),
        "basis point" => ("point", 0.01),
        "second" => ("time", 1.0 / 86_400.0),
        "minute" => ("time", 1.0 / 1_440.0),
        "hour" => ("time", 1.0 / 24.0),
        "day" => ("time", 1.0),
        "week" => ("time", 7.0),
        "fortnight" => ("time", 14.0),
        "month" => ("time", 365.25 / 12.0),
        "quarter" => ("time", 365.25 / 4.0),
        "year" => ("time", 365.25),
        "decade" => ("time", 3_652.5),
        "century" => ("time", 36_525.0),
        "mm" => ("length", 0.001),
        "cm" => ("length", 0.01),
        "m" => ("length", 1.0),
        "km" => ("length", 1_000.0),
        "inch" => ("length", 0.0254),
        "foot" => ("length", 0.3048),
        "yard" => ("length", 0.9144),
        "mile" => ("length", 1_609.344),
        "g" => ("mass", 0.001),
        "kg" => ("mass", 1.0),
        "tonne" => ("mass", 1_000.0),
        "square m" => ("area", 0.0001),
        "hectare" => ("area", 1.0),
        "acre" => ("area", 0.404_686),
        "square km" => ("area", 100.0),
        "square mile" => ("area", 258.999),
        "km/h" => ("speed", 1.0),
        "mph" => ("speed", 1.609_344),
        _ => return None,
    })
}

impl Amount {
    /// What was read; nothing for dates and times of the day.
    pub(super) fn of(label: Label, value: &Value) -> Vec<Self> {
        match value {
            Value::Amount(a) => {
                let is_count = label == Label::Cardinal && a.unit.is_none() && a.currency.is_none();
                let is_fraction = is_count && a.amount > 0.0 && a.amount < 1.0;
                if is_fraction {
                    return vec![Self { is_fraction, ..Self::new(a.amount * 100.0, "percent", a.bound) }];
                }
                vec![Self::new(a.amount, a.currency.as_deref().or(a.unit.as_deref()).unwrap_or(""), a.bound)]
            }
            Value::Range(r) => {
                let unit = r.currency.as_deref().or(r.unit.as_deref()).unwrap_or("");
                vec![Self::new(r.min, unit, r.bound), Self::new(r.max, unit, r.bound)]
            }
            Value::Ordinal { ordinal } => vec![Self::new(*ordinal as f64, "ordinal", None)],
            _ => Vec::new(),
        }
    }

    /// So much of a unit.
    pub(super) fn new(written: f64, unit: &str, bound: Option<Bound>) -> Self {
        let (of, number, unit) = match dimension(unit) {
            Some((of, base)) => (of, written * base, if base == 1.0 { "" } else { unit }),
            None => (unit, written, ""),
        };
        Self { number, written, of: of.to_owned(), unit: unit.to_owned(), bound, is_fraction: false }
    }

    /// So many of this many: `two in five`.
    pub(super) fn share_of(&self, some: f64) -> Option<Self> {
        let all = self.count().filter(|all| some >= 1.0 && some < *all)?;
        Some(Self { is_fraction: true, ..Self::new(some / all * 100.0, "percent", None) })
    }

    /// The number, if it counts things.
    pub(super) fn count(&self) -> Option<f64> {
        self.of.is_empty().then_some(self.number)
    }

    /// A fraction as part of a percentage point: `a quarter of a point`.
    pub(super) fn points(self) -> Option<Self> {
        self.is_fraction.then(|| Self::new(self.written / 100.0, "percentage point", self.bound))
    }

    /// Whether the two may be one amount: equal, one rounded from the other, or one in another unit.
    pub(super) fn agrees(&self, other: &Self) -> bool {
        if self.of != other.of || self.excludes(other) {
            return false;
        }
        let (a, b) = (self.number, other.number);
        let far = (a - b).abs() / a.abs().max(b.abs()).max(f64::MIN_POSITIVE);
        if far < 1e-9 {
            return true;
        }
        if self.is_fraction != other.is_fraction || self.unit != other.unit {
            return far <= CONVERTED;
        }
        self.rounds(other) || other.rounds(self)
    }

    /// Whether nothing can be in both bounds: `more than 40`, `fewer than 40`.
    fn excludes(&self, other: &Self) -> bool {
        let upwards = |b| matches!(b, Some(Bound::Above | Bound::Min));
        let downwards = |b| matches!(b, Some(Bound::Below | Bound::Max));
        upwards(self.bound) && downwards(other.bound) || downwards(self.bound) && upwards(other.bound)
    }

    /// Whether this is the other, rounded.
    fn rounds(&self, exact: &Self) -> bool {
        let (digits, place) = digits(self.written);
        let (more, finer) = digits_of(exact);
        if more <= digits || finer >= place || self.of == "ordinal" {
            return false;
        }
        let beyond = exact.written - self.written;
        let is_near = beyond.abs() <= place / 2.0 * (1.0 + 1e-9);
        let is_within = beyond.abs() <= BOUNDED * self.written.abs() && beyond.abs() <= place;
        match (self.bound, exact.bound) {
            (None, _) => is_near && digits >= PLAINLY_ROUNDED,
            (Some(_), Some(bound)) if bound != Bound::About => false,
            (Some(Bound::About), _) => is_within,
            (Some(Bound::Above | Bound::Min), _) => is_within && beyond >= 0.0,
            (Some(Bound::Below | Bound::Max), _) => is_within && beyond <= 0.0,
        }
    }
}

fn digits_of(amount: &Amount) -> (u32, f64) {
    digits(amount.written)
}

/// How many digits a number was written with, trailing zeros apart, and what the last one of them counts: `906,000` → 3, 1000.
fn digits(number: f64) -> (u32, f64) {
    let written = format!("{:e}", number.abs());
    let (mantissa, exponent) = written.split_once('e').unwrap_or((&written, "0"));
    let digits = mantissa.bytes().filter(u8::is_ascii_digit).count() as u32;
    let exponent: i32 = exponent.parse().unwrap_or(0);
    (digits, 10_f64.powi(exponent + 1 - digits as i32))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn agree(a: (f64, &str, Option<Bound>), b: (f64, &str, Option<Bound>)) -> bool {
        let (a, b) = (Amount::new(a.0, a.1, a.2), Amount::new(b.0, b.1, b.2));
        assert_eq!(a.agrees(&b), b.agrees(&a), "{a:?} {b:?}");
        a.agrees(&b)
    }

    #[test]
    fn rounding_is_allowed_where_it_shows() {
        assert!(agree((1.83e12, "USD", None), (1.8e12, "USD", Some(Bound::About))));
        assert!(agree((1.83e12, "USD", None), (1.8e12, "USD", None)));
        assert!(agree((906_000.0, "", None), (900_000.0, "", Some(Bound::Above))));
        assert!(agree((12.0, "month", None), (1.0, "year", None)));
        assert!(agree((40.0, "mile", None), (64.0, "km", None)));
    }

    #[test]
    fn another_number_is_another_number() {
        for (a, b) in [(11.2, 11.7), (3_000.0, 5_000.0), (4.9, 5.0), (301.0, 310.0), (22.0, 20.0), (2.0, 12.0), (1_400.0, 14_000.0)] {
            assert!(!agree((a, "", None), (b, "", None)), "{a} {b}");
        }
        assert!(!agree((880_000.0, "", None), (900_000.0, "", Some(Bound::Above))));
        assert!(!agree((20.0, "", Some(Bound::Min)), (22.0, "", Some(Bound::Min))));
        assert!(!agree((40.0, "", Some(Bound::Above)), (40.0, "", Some(Bound::Below))));
        assert!(!agree((2.0, "percent", None), (2.0, "percentage point", None)));
        assert!(!agree((12.0, "day", None), (12.0, "week", None)));
    }

    #[test]
    fn digits_are_those_written() {
        assert_eq!(digits(906_000.0), (3, 1_000.0));
        assert_eq!(digits(0.25), (2, 0.01));
        assert_eq!(digits(0.0), (1, 1.0));
    }
}
