//! Parts of periods: `early June`, `mid-2018`, `late 1990s`, `the end of last year`.

use super::{names, period_of};
use crate::values::tokens::Tokens;
use crate::values::value::{Part, Value};
use crate::values::{Day, Label, Reading};

/// Reads a part of a month, year, decade or other period.
pub(in crate::values) fn read(t: &Tokens, published: Option<Day>, at: usize) -> Option<Reading> {
    if !t.is_free_before(at) || t.is_capitalised(at) && !t.opens(at) {
        return None;
    }
    let (part, start) = part(t, at)?;
    if let Some(whole) = period_of(t, published, start) {
        let value = whole.date.map(|date| Value::Date { date: date.to_string(), part: Some(part) });
        return Some(Reading::new(whole.end, Label::Date, value));
    }
    // `the end of the year`; `early summer`
    let is_vague = t.word(start) == "the" && matches!(t.word(start + 1), "year" | "month" | "week" | "decade" | "century" | "season");
    if is_vague && matches!(part, Part::Start | Part::End | Part::Mid) && t.word(start - 1) == "of" {
        return Some(Reading::new(start + 2, Label::Date, None));
    }
    (names::is_season(t.word(start)) && t.word(start) != "fall" && t.word(start) != "spring")
        .then(|| Reading::new(start + 1, Label::Date, None))
}

/// The part, and where the period starts.
fn part(t: &Tokens, at: usize) -> Option<(Part, usize)> {
    let of = |part| {
        let start = at + 2;
        let has_article =
            t.word(start) == "the" && !matches!(t.word(start + 1), "year" | "month" | "week" | "decade" | "century" | "season");
        (t.word(at + 1) == "of").then_some((part, start + usize::from(has_article)))
    };
    match t.word(at) {
        "early" => Some((Part::Early, t.past_hyphen(at + 1))),
        "mid" => Some((Part::Mid, t.past_hyphen(at + 1))),
        "late" => Some((Part::Late, t.past_hyphen(at + 1))),
        "start" | "beginning" => of(Part::Start),
        "middle" => of(Part::Mid),
        "end" => of(Part::End),
        _ => None,
    }
}
