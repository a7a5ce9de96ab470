//! Moments: milliseconds since 1970, UTC. The clock itself is the caller's.

use jiff::civil::DateTime;
use jiff::fmt::rfc2822;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// Milliseconds since 1970, UTC.
pub type Millis = i64;

/// A minute.
pub const MINUTE: Millis = 60_000;
/// An hour.
pub const HOUR: Millis = 60 * MINUTE;

/// The moment a text names: ISO 8601 (`2026-11-23`, `2026-11-23T08:15`, with or without a zone; without one UTC is meant) or
/// RFC 2822 (`Mon, 23 Nov 2026 08:15:00 GMT`).
#[must_use]
pub fn moment(text: &str) -> Option<Millis> {
    exact(text).or_else(|| zoneless(text).map(Timestamp::as_millisecond))
}

/// The last moment a text can mean: one without a zone is over at last twelve hours behind UTC. What is embargoed until then
/// must not be let out early.
#[must_use]
pub fn latest(text: &str) -> Option<Millis> {
    exact(text).or_else(|| {
        let there = zoneless(text)?.checked_add(SignedDuration::from_hours(12)).ok()?;
        Some(there.as_millisecond())
    })
}

fn exact(text: &str) -> Option<Millis> {
    let text = text.trim();
    let iso = text.parse::<Timestamp>().ok();
    iso.or_else(|| rfc2822::parse(text).ok().map(|z| z.timestamp())).map(|t| t.as_millisecond())
}

fn zoneless(text: &str) -> Option<Timestamp> {
    let there: DateTime = text.trim().parse().ok()?;
    TimeZone::UTC.to_timestamp(there).ok()
}

/// The moment as `2026-11-23T08:15:00Z`; what no calendar has as the bare number.
#[must_use]
pub fn shown(at: Millis) -> String {
    // To the second: who reads it wants no more.
    Timestamp::from_millisecond(at - at.rem_euclid(1000)).map_or_else(|_| at.to_string(), |t| t.to_string())
}

/// The day of a moment in UTC, as `2026-11-23`.
#[must_use]
pub fn day(at: Millis) -> String {
    shown(at).get(..10).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_read_however_feeds_write_it() {
        let expected = Some(1_795_421_700_000);
        for text in [
            "2026-11-23T08:15:00Z",
            "2026-11-23T09:15:00+01:00",
            "2026-11-23T09:15:00+0100",
            " 2026-11-23 08:15 ",
            "Mon, 23 Nov 2026 08:15:00 GMT",
            "Mon, 23 Nov 2026 03:15:00 -0500",
        ] {
            assert_eq!(moment(text), expected, "{text}");
        }
        assert_eq!(shown(1_795_421_700_123), "2026-11-23T08:15:00Z");
        assert_eq!((day(1_795_421_700_123).as_str(), moment("2026-11-23")), ("2026-11-23", Some(1_795_392_000_000)));
        for text in ["", "soon", "2026-13-40", "23/11/2026"] {
            assert_eq!(moment(text), None, "{text}");
        }
    }

    #[test]
    fn without_a_zone_the_end_of_an_embargo_is_the_last_it_can_be() {
        assert_eq!(latest("2026-11-23T08:15"), moment("2026-11-23T08:15").map(|at| at + 12 * HOUR));
        assert_eq!(latest("2026-11-23T08:15Z"), moment("2026-11-23T08:15"));
    }
}
