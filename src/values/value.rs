//! The wire format of a value.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize, Serializer};
use std::borrow::Cow;

/// What an amount or date says, as JSON in one of six shapes.
///
/// ```
/// use claimsift::values::Value;
///
/// let value: Value = serde_json::from_str(r#"{"amount":1.2e9,"currency":"USD"}"#)?;
/// assert_eq!(serde_json::to_string(&value)?, r#"{"amount":1200000000,"currency":"USD"}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Value {
    /// `{"amount":40,"unit":"km"}`
    Amount(Amount),
    /// `{"min":10,"max":15,"unit":"percent"}`
    Range(Range),
    /// `{"ordinal":3}`
    Ordinal {
        /// Its place in the row, from 1.
        ordinal: u64,
    },
    /// `{"date":"2018-06"}`
    Date {
        /// As exact as it is known, in ISO 8601: `2018-06-12`, `2018-W24`, `2018-06`, `2018`; besides, as TIMEX3 has them,
        /// quarters `2018-Q3` and decades `1990s`.
        date: String,
        /// The part of that period which is meant: `mid-2018`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        part: Option<Part>,
    },
    /// `{"from":"2016","to":"2020"}`, both included.
    Period {
        /// The first day, month, year or minute.
        from: String,
        /// The last one.
        to: String,
        /// The time zone as written, of two times of the day.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        zone: Option<Cow<'static, str>>,
    },
    /// `{"time":"21:30","zone":"GMT"}`
    Time {
        /// Hours and minutes, of 24 hours.
        time: String,
        /// The time zone as written.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        zone: Option<Cow<'static, str>>,
    },
}

/// One number and what it counts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Amount {
    /// The double nearest to the number written; fractions are divided out (`a third`).
    #[serde(serialize_with = "plainly")]
    pub amount: f64,
    /// ISO 4217 code. `$` alone is `USD`, as news agencies write it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<Cow<'static, str>>,
    /// An SI symbol or the English word in the singular: `km`, `mile`, `percent`, `barrel/day`. For money, the name of a
    /// currency that several countries share: `rupee`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<Cow<'static, str>>,
    /// How the number bounds the amount; none when it is the amount.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bound: Option<Bound>,
}

/// Two numbers, and what they count.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Range {
    /// The lower number.
    #[serde(serialize_with = "plainly")]
    pub min: f64,
    /// The upper number.
    #[serde(serialize_with = "plainly")]
    pub max: f64,
    /// As in [`Amount`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<Cow<'static, str>>,
    /// As in [`Amount`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<Cow<'static, str>>,
    /// Only ever [`Bound::About`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bound: Option<Bound>,
}

/// How a number written with bounding words bounds the amount meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Bound {
    /// More than the number: `more than`, `over`.
    Above,
    /// Less than the number: `fewer than`, `under`.
    Below,
    /// The number or more: `at least`, `or more`.
    Min,
    /// The number or less: `up to`, `at most`.
    Max,
    /// Near the number: `about`, `nearly`, `some`.
    About,
}

/// A part of a period of time, as TIMEX3's START, MID and END, told apart as written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Part {
    /// `early`
    Early,
    /// `mid`, `the middle of`
    Mid,
    /// `late`
    Late,
    /// `the start of`, `the beginning of`
    Start,
    /// `the end of`
    End,
}

/// Largest whole number up to which doubles hold every whole number.
const LARGEST_EXACT: f64 = 9_007_199_254_740_992.0;

/// Writes `12`, not `12.0`.
fn plainly<S: Serializer>(number: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    if number.fract() == 0.0 && number.abs() <= LARGEST_EXACT {
        serializer.serialize_i64(*number as i64)
    } else {
        serializer.serialize_f64(*number)
    }
}
