//! Dates as likeness compares them: stretches of days, or the name of a weekday or month where no year is known.

use serde::{Deserialize, Serialize};

use crate::values::Value;

/// When something is said to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub(super) enum When {
    /// First and last day, counted with 31 days to every month.
    Days(i32, i32),
    /// A month or weekday without a year: `january`.
    Named(String),
}

const MONTHS: [&str; 12] =
    ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"];
const WEEKDAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
/// Days of a month, and of a year of twelve of them.
const MONTH: i32 = 31;
const YEAR: i32 = 12 * MONTH;

impl When {
    /// What was read, unless it is no date.
    pub(super) fn of(value: &Value) -> Option<Self> {
        match value {
            Value::Date { date, .. } => Self::of_iso(date),
            Value::Period { from, to, .. } => Self::of_iso(&format!("{from}/{to}")),
            _ => None,
        }
    }

    /// `2018-06-12`, `2018-W24`, `2018-06`, `2018`, `2018-Q3`, `1990s`, or `from/to` of any of them.
    pub(super) fn of_iso(text: &str) -> Option<Self> {
        if let Some((from, to)) = text.split_once('/') {
            return match (Self::of_iso(from)?, Self::of_iso(to)?) {
                (Self::Days(from, _), Self::Days(_, to)) if from <= to => Some(Self::Days(from, to)),
                _ => None,
            };
        }
        let mut parts = text.split('-');
        let year = parts.next()?;
        if let Some(decade) = year.strip_suffix('s') {
            let first: i32 = decade.parse().ok()?;
            return Some(Self::Days(first.checked_mul(YEAR)?, first.checked_add(10)?.checked_mul(YEAR)? - 1));
        }
        let start = year.parse::<i32>().ok().filter(|y| (0..=9999).contains(y))? * YEAR;
        let Some(part) = parts.next() else { return Some(Self::Days(start, start + YEAR - 1)) };
        if let Some(quarter) = part.strip_prefix('Q') {
            let first = start + (quarter.parse::<i32>().ok().filter(|q| (1..=4).contains(q))? - 1) * 3 * MONTH;
            return Some(Self::Days(first, first + 3 * MONTH - 1));
        }
        if let Some(week) = part.strip_prefix('W') {
            // a week, and as many days more as months of 31 days may shift it
            let first = start + (week.parse::<i32>().ok().filter(|w| (1..=53).contains(w))? - 1) * 7;
            return Some(Self::Days(first - 4, first + 18));
        }
        let month = start + (part.parse::<i32>().ok().filter(|m| (1..=12).contains(m))? - 1) * MONTH;
        let Some(day) = parts.next() else { return Some(Self::Days(month, month + MONTH - 1)) };
        let day = month + day.get(..2)?.parse::<i32>().ok().filter(|d| (1..=31).contains(d))? - 1;
        Some(Self::Days(day, day))
    }

    /// A weekday or month by its name, in lower case.
    pub(super) fn of_name(word: &str) -> Option<Self> {
        let is_name = MONTHS.contains(&word) || WEEKDAYS.contains(&word);
        is_name.then(|| Self::Named(word.to_owned()))
    }

    /// Whether the two may be one time: one lies in the other, or they overlap, as far as both are known.
    pub(super) fn agrees(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Days(a, b), Self::Days(c, d)) => a <= d && c <= b,
            (Self::Named(a), Self::Named(b)) => a == b || MONTHS.contains(&a.as_str()) != MONTHS.contains(&b.as_str()),
            (Self::Days(from, to), Self::Named(name)) | (Self::Named(name), Self::Days(from, to)) => match month_of(name) {
                Some(month) => to - from >= YEAR - 1 || (from.div_euclid(MONTH)..=to.div_euclid(MONTH)).any(|m| m.rem_euclid(12) == month),
                None => true,
            },
        }
    }
}

fn month_of(name: &str) -> Option<i32> {
    MONTHS.iter().position(|m| *m == name).and_then(|m| i32::try_from(m).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn agree(a: &str, b: &str) -> bool {
        let read = |t: &str| When::of_iso(t).or_else(|| When::of_name(t)).unwrap();
        read(a).agrees(&read(b)) && read(b).agrees(&read(a))
    }

    #[test]
    fn a_day_agrees_with_its_month_its_week_and_its_year() {
        for (a, b) in [
            ("2018-06-12", "2018-06"),
            ("2018-06", "2018"),
            ("2018-06-12", "2018-W24"),
            ("2018-06", "2018-Q2"),
            ("1994", "1990s"),
            ("2018/2022", "2020"),
            ("2018-06-12", "june"),
            ("2018", "june"),
            ("june", "friday"),
            ("2018-06-12", "tuesday"),
        ] {
            assert!(agree(a, b), "{a} {b}");
        }
    }

    #[test]
    fn other_times_do_not_agree() {
        for (a, b) in [
            ("2018-06-12", "2018-07"),
            ("2018", "2019"),
            ("2018-Q1", "2018-Q2"),
            ("2018-06-12", "july"),
            ("1990s", "2000"),
            ("monday", "tuesday"),
        ] {
            assert!(!agree(a, b), "{a} {b}");
        }
    }

    #[test]
    fn what_is_no_date_is_none() {
        for text in ["", "x", "2018-13", "2018-06-x", "2018-06-é", "2022/2018", "99999999s", "2018-W99", "-5"] {
            assert_eq!(When::of_iso(text), None, "{text}");
        }
    }
}
