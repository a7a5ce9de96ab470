//! The words that bound an amount: `more than 200`, `up to 5%`, `six or more`.

use super::items::Item;
use super::numbers::Form;
use super::units::Unit;
use crate::values::tokens::{Tokens, before};
use crate::values::value::Bound;
use crate::values::vocabulary;

/// The bound that the words around an amount give it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::values) enum Bounding {
    /// No words: it is the amount.
    Exact,
    Known(Bound),
    /// Words that may bound it or not: `over two years`.
    Unclear,
}

/// Reads the bounding words around the amount from `start` on.
pub(in crate::values) fn around(t: &Tokens, start: usize, item: &Item) -> Bounding {
    // `pushed it up to 5%`, `lives up to half of`
    let is_moved_up = t.are(before(start, 2), &["up", "to"]) && (3..=5).any(|n| vocabulary::moves_up(t.word(before(start, n))));
    let over = t.word(before(start, 1)) == "over" && (is_crossed(item) || follows_verb(t, before(start, 2)));
    if over || is_moved_up {
        return Bounding::Unclear;
    }
    match (words_before(t, start), words_after(t, item.end)) {
        (Some(bound), None) | (None, Some(bound)) => Bounding::Known(bound),
        (None, None) => Bounding::Exact,
        (Some(_), Some(_)) => Bounding::Unclear,
    }
}

/// The bounding words before an amount.
pub(in crate::values) fn words_before(t: &Tokens, start: usize) -> Option<Bound> {
    let (third, second, first) = (t.word(before(start, 3)), t.word(before(start, 2)), t.word(before(start, 1)));
    let denied = matches!(third, "no" | "not" | "never");
    Some(match (second, first) {
        ("more" | "greater" | "higher" | "longer" | "larger" | "bigger" | "further" | "better" | "older" | "faster", "than") => {
            if denied {
                Bound::Max
            } else {
                Bound::Above
            }
        }
        ("less" | "fewer" | "lower" | "shorter" | "smaller" | "younger", "than") => {
            if denied {
                Bound::Min
            } else {
                Bound::Below
            }
        }
        ("at", "least") | ("minimum", "of") => Bound::Min,
        ("at", "most") | ("up", "to") | ("maximum", "of") => Bound::Max,
        ("many" | "much", "as") if third == "as" => Bound::Max,
        ("excess", "of") | ("upwards" | "upward", "of") => Bound::Above,
        ("close", "to") => Bound::About,
        (_, "over" | "above" | "exceeding") => Bound::Above,
        (_, "under" | "below") => Bound::Below,
        (_, "nearly" | "almost" | "about" | "around" | "roughly" | "approximately" | "approx" | "some" | "circa" | "estimated") => {
            Bound::About
        }
        _ => return None,
    })
}

/// The bounding words after an amount: `or more`, `200-odd`.
fn words_after(t: &Tokens, end: usize) -> Option<Bound> {
    if t.mark(end) == Some('+') && t.is_glued(end) {
        return Some(Bound::Min);
    }
    let joined = t.past_hyphen(end);
    match (t.word(end), t.word(end + 1)) {
        ("or", "more") | ("or" | "and", "above" | "over") => Some(Bound::Min),
        ("or", "less" | "fewer" | "under" | "below") => Some(Bound::Max),
        ("or", "so") => Some(Bound::About),
        _ if joined == end => None,
        _ => match t.word(joined) {
            "plus" => Some(Bound::Min),
            "odd" => Some(Bound::About),
            _ => None,
        },
    }
}

/// Whether `over` may mean across or during: `over two years`, `over three legs`, `over 10 miles`.
fn is_crossed(item: &Item) -> bool {
    match item.unit {
        Some(Unit::Time(_)) => true,
        Some(Unit::Measure(_)) => false,
        None => matches!(item.number.form, Form::Words | Form::One) && item.number.scale.is_none(),
        _ => false,
    }
}

/// Verbs that `over` belongs to: `handed over 200 documents`.
fn follows_verb(t: &Tokens, at: usize) -> bool {
    matches!(
        t.word(at),
        "take" | "takes" | "took" | "taken" | "taking" | "hand" | "handed" | "handing" | "turn" | "turned" | "turning" | "carried"
    )
}
