//! What looks like an amount and is none: scores, telephone numbers, events, years in words. Passed over in silence.

use super::amounts::numbers;
use super::tokens::{Tokens, before};
use super::{Day, Reading};

/// Most groups of digits in one telephone number.
const MOST_GROUPS: usize = 8;
/// Fewest digits of a telephone number that neither starts with a zero nor a plus.
const FEWEST_DIGITS: usize = 7;

/// Reads what is to be passed over.
pub(super) fn read(t: &Tokens, _: Option<Day>, at: usize) -> Option<Reading> {
    let end = telephone(t, at).or_else(|| pair(t, at)).or_else(|| spoken_year(t, at)).or_else(|| name(t, at))?;
    Some(Reading::nothing(end))
}

/// `020 7946 0958`, `+44 20 7946`, `555-1234`
fn telephone(t: &Tokens, at: usize) -> Option<usize> {
    if !t.is_digits(at) || t.is_digits(before(at, 1)) {
        return None;
    }
    let mut end = at;
    let mut digits = 0;
    for _ in 0..MOST_GROUPS {
        if t.integer(end, 1..=11).is_none() && t.integer(end, 12..=15).is_none() {
            break;
        }
        digits += t.surface(end).len();
        end += 1;
        let next = t.past_hyphen(end);
        if !t.is_digits(next) || next == end && t.is_glued(next) {
            break;
        }
        end = next;
    }
    let groups = (end - at).div_ceil(2);
    let is_marked = t.surface(at).starts_with('0') || t.mark(before(at, 1)) == Some('+') && t.is_glued(at);
    let is_long = groups > 1 && digits >= FEWEST_DIGITS && t.surface(before(end, 1)).len() > 2;
    (is_marked && (groups > 1 || digits >= FEWEST_DIGITS) || is_long).then_some(end)
}

/// Two numbers joined: `3-1`, `9/11`, `24/7`, `16:9`.
fn pair(t: &Tokens, at: usize) -> Option<usize> {
    let is_joint = matches!(t.mark(at + 1), Some('-' | '–' | '/' | ':'));
    let joined = t.is_digits(at) && is_joint && t.is_glued(at + 1) && t.is_glued(at + 2) && t.is_digits(at + 2);
    joined.then_some(at + 3)
}

/// `nineteen eighty-four`, `twenty twenty`
fn spoken_year(t: &Tokens, at: usize) -> Option<usize> {
    let (century, end) = numbers::below_hundred(t, at)?;
    let (rest, last) = numbers::below_hundred(t, end)?;
    ((10..=21).contains(&century) && end == at + 1 && rest >= 10 && !t.is_hyphen(last)).then_some(last)
}

/// Names that hold a number: `50 Cent`, `Three Mile Island`, `Five Live`.
fn name(t: &Tokens, at: usize) -> Option<usize> {
    if t.surface(at) == "50" && t.surface(at + 1) == "Cent" {
        return Some(at + 2);
    }
    let is_name = t.is_capitalised(at) && t.is_capitalised(at + 1) && numbers::below_hundred(t, at).is_some_and(|(_, end)| end == at + 1);
    is_name.then_some(at + 2)
}
