//! The Gregorian calendar, as far as dates in news need it.

use std::fmt;
use std::str::FromStr;

/// A day of the years 1 to 9999.
///
/// ```
/// use claimsift::values::Day;
///
/// assert_eq!("2018-06-12".parse(), Ok(Day::new(2018, 6, 12).unwrap()));
/// assert_eq!(Day::new(2018, 2, 29), None);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day {
    year: i32,
    month: u8,
    day: u8,
}

impl Day {
    /// The day, if the calendar has it.
    #[must_use]
    pub fn new(year: i32, month: u8, day: u8) -> Option<Self> {
        let exists = (1..=9999).contains(&year) && day >= 1 && day <= month_length(year, month);
        exists.then_some(Self { year, month, day })
    }

    /// The year.
    #[must_use]
    pub fn year(self) -> i32 {
        self.year
    }

    /// The month, from 1.
    #[must_use]
    pub fn month(self) -> u8 {
        self.month
    }

    /// The day of the month, from 1.
    #[must_use]
    pub fn day(self) -> u8 {
        self.day
    }

    /// The day so many days later, or earlier.
    pub(super) fn plus_days(self, days: i64) -> Option<Self> {
        Self::from_number(self.number().checked_add(days)?)
    }

    /// The day of the week; Monday is 0.
    pub(super) fn weekday(self) -> u8 {
        // 1970-01-01, day 0, was a Thursday
        u8::try_from((self.number() + 3).rem_euclid(7)).unwrap_or(0)
    }

    /// The week, as ISO 8601 counts them: that of a week's Thursday in the Thursday's year.
    pub(super) fn week(self) -> Option<Date> {
        let thursday = self.plus_days(3 - i64::from(self.weekday()))?;
        let new_year = Self::new(thursday.year, 1, 1)?;
        let week = (thursday.number() - new_year.number()) / 7 + 1;
        Some(Date::Week(thursday.year, u8::try_from(week).ok()?))
    }

    /// Days since 1970-01-01; Howard Hinnant's `days_from_civil`.
    fn number(self) -> i64 {
        let year = i64::from(self.year) - i64::from(self.month <= 2);
        let era = year.div_euclid(400);
        let year_of_era = year.rem_euclid(400);
        let month_from_march = (i64::from(self.month) + 9) % 12;
        let day_of_year = (153 * month_from_march + 2) / 5 + i64::from(self.day) - 1;
        era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
    }

    /// The way back; Hinnant's `civil_from_days`.
    fn from_number(number: i64) -> Option<Self> {
        let days = number.checked_add(719_468)?;
        let day_of_era = days.rem_euclid(146_097);
        let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_from_march = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
        let month = (month_from_march + 2) % 12 + 1;
        let year = days.div_euclid(146_097) * 400 + year_of_era + i64::from(month <= 2);
        Self::new(i32::try_from(year).ok()?, u8::try_from(month).ok()?, u8::try_from(day).ok()?)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

/// A text that is no day of the calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidDay(String);

impl fmt::Display for InvalidDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} is no day of the calendar; write it as 2018-06-12", self.0)
    }
}

impl std::error::Error for InvalidDay {}

impl FromStr for Day {
    type Err = InvalidDay;

    fn from_str(text: &str) -> Result<Self, InvalidDay> {
        let mut parts = text.splitn(3, '-');
        let mut part = |width: usize| parts.next().filter(|p| p.len() == width && p.bytes().all(|b| b.is_ascii_digit()));
        let day = match (part(4), part(2), part(2)) {
            (Some(year), Some(month), Some(day)) => match (year.parse(), month.parse(), day.parse()) {
                (Ok(year), Ok(month), Ok(day)) => Self::new(year, month, day),
                _ => None,
            },
            _ => None,
        };
        day.ok_or_else(|| InvalidDay(text.to_owned()))
    }
}

/// Days of a month; 0 for a month there is not.
pub(super) fn month_length(year: i32, month: u8) -> u8 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    }
}

/// A date as exact as it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Date {
    Decade(i32),
    Year(i32),
    Quarter(i32, u8),
    Month(i32, u8),
    Week(i32, u8),
    Day(Day),
}

impl Date {
    /// The month so many months after that of `day`, or before.
    pub(super) fn month_from(day: Day, months: i32) -> Option<Self> {
        let count = day.year.checked_mul(12)?.checked_add(i32::from(day.month) - 1)?.checked_add(months)?;
        Some(Self::Month(count.div_euclid(12), u8::try_from(count.rem_euclid(12)).ok()? + 1))
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Decade(year) => write!(f, "{year:04}s"),
            Self::Year(year) => write!(f, "{year:04}"),
            Self::Quarter(year, quarter) => write!(f, "{year:04}-Q{quarter}"),
            Self::Month(year, month) => write!(f, "{year:04}-{month:02}"),
            Self::Week(year, week) => write!(f, "{year:04}-W{week:02}"),
            Self::Day(day) => day.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_of_eight_centuries_goes_there_and_back() {
        let mut day = Day::new(1599, 12, 31).unwrap();
        let mut weekday = day.weekday();
        while day.year() < 2400 {
            let next = day.plus_days(1).unwrap();
            assert!(next > day, "{next} after {day}");
            assert_eq!(next.to_string().parse(), Ok(next));
            assert_eq!(next.weekday(), (weekday + 1) % 7);
            (day, weekday) = (next, next.weekday());
        }
    }

    #[test]
    fn weekdays_and_weeks_that_people_know() {
        let day = |text: &str| text.parse::<Day>().unwrap();
        assert_eq!(day("2018-06-12").weekday(), 1, "the Singapore summit was on a Tuesday");
        assert_eq!(day("2021-01-03").week(), Some(Date::Week(2020, 53)));
        assert_eq!(day("2018-12-31").week(), Some(Date::Week(2019, 1)));
    }

    #[test]
    fn what_is_no_day_is_an_error_that_shows_it() {
        for text in ["", "2018-13-01", "2018-6-1", "2018-06-12T00:00", "+018-06-12", "0000-01-01"] {
            let error = text.parse::<Day>().unwrap_err();
            assert!(error.to_string().contains(&format!("{text:?}")), "{error}");
        }
    }

    #[test]
    fn the_edges_of_the_calendar_are_none() {
        let last = Day::new(9999, 12, 31).unwrap();
        assert_eq!(last.plus_days(1), None);
        assert_eq!(last.plus_days(i64::MAX), None);
        assert_eq!(Date::month_from(last, i32::MAX), None);
    }
}
