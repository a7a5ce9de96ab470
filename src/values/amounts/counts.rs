//! Numbers that no unit follows: which of them are amounts.
//!
//! Names (`Channel 4`), numbering (`page 5`), the pronoun `one` and parts of compounds (`two-way`) are none.

use super::bounds;
use super::items::Item;
use super::measures;
use super::numbers::{Form, Number};
use crate::values::Reading;
use crate::values::dates::years;
use crate::values::rational::Rational;
use crate::values::tokens::{Tokens, before};
use crate::values::vocabulary;

/// Longest street name looked through, in words: `10 Great Russell Street`.
const STREET_NAME: usize = 3;

/// Most numbers of a list looked back through.
const LONGEST_LIST: usize = 6;

/// Reads a number without a unit.
pub(super) fn read(t: &Tokens, at: usize, item: &Item) -> Option<Reading> {
    let number = &item.number;
    let is_compound = t.past_hyphen(item.end) > item.end && matches!(t.word(item.end + 1), "plus" | "odd");
    let stands = may_stand(t, at, *number) && (t.is_free_after(item.end) || is_compound);
    let is_amount = stands
        && match number.form {
            Form::Digits => is_amount_in_digits(t, at, number),
            Form::Words => !matches!(t.word(at), "zero"),
            Form::One => is_numeral_one(t, at),
            Form::Vague => true,
            // `half a chance`, `by a half`
            Form::Fraction => !matches!(t.word(item.end), "a" | "an"),
        };
    is_amount.then(|| measures::single(t, at, item))
}

/// Whether what stands before a number leaves it one: not a name, not a numbering.
pub(super) fn may_stand(t: &Tokens, at: usize, number: Number) -> bool {
    let head = head_of_list(t, at);
    let previous = before(head, 1);
    let word = t.word(previous);
    if is_numbered(t, head) || word == "no" && t.is_digits(at) || t.mark(previous) == Some('.') && t.word(before(at, 2)) == "no" {
        return false;
    }
    // `in '94`
    if t.is_digits(at) && t.is_apostrophe(previous) && t.is_glued(at) {
        return false;
    }
    if matches!(t.mark(previous), Some('#' | '№' | '@' | '&' | '+' | '=' | '*' | '/' | '^' | '~' | '_' | '\\')) {
        return false;
    }
    // `Magnificent Seven`, `Six Nations`, `Blink 182`
    let is_name = t.is_capitalised(at) && (!t.opens(at) || t.is_capitalised(number.end) && number.form != Form::Vague);
    !is_name && !follows_name(t, head)
}

/// The first of the numbers that are listed up to this one, which is named or counted as the first is: `at number 11 and [12]`.
fn head_of_list(t: &Tokens, at: usize) -> usize {
    let mut head = at;
    for _ in 0..LONGEST_LIST {
        let is_joined = t.mark(before(head, 1)) == Some(',') || matches!(t.word(before(head, 1)), "and" | "or" | "to");
        if !(is_joined && t.is_digits(head) && t.is_digits(before(head, 2))) {
            break;
        }
        head -= 2;
    }
    head
}

/// Whether the word before is capitalised and not one that may open a sentence before a number: `Windows 95`.
pub(in crate::values) fn follows_name(t: &Tokens, at: usize) -> bool {
    // `iPhone 14`
    t.surface(before(at, 1)).contains(char::is_uppercase) && !vocabulary::opens_before_number(t.word(before(at, 1)))
}

/// Whether the noun before a number is named by it rather than counted: `page 5`, `section 12`, `number 10`, `day three`.
pub(in crate::values) fn is_numbered(t: &Tokens, at: usize) -> bool {
    let noun = t.word(before(at, 1));
    let is_period = matches!(noun, "year" | "day" | "week" | "season" | "round" | "group" | "game" | "series" | "stage" | "part" | "class");
    // `last year 20 people died`
    let has_determiner = matches!(
        t.word(before(at, 2)),
        "the"
            | "a"
            | "last"
            | "this"
            | "next"
            | "each"
            | "every"
            | "per"
            | "that"
            | "previous"
            | "same"
            | "past"
            | "s"
            | "one"
            | "first"
            | "in"
            | "took"
    );
    is_period && !has_determiner || vocabulary::is_numbered(noun)
}

/// Whether a number in digits counts something.
fn is_amount_in_digits(t: &Tokens, at: usize, number: &Number) -> bool {
    if number.scale.is_some() {
        return true;
    }
    let (previous, end) = (before(at, 1), number.end);
    // References, scores, names: `(3)`, `[3]`, `, 3,`, `3's`; the number of a list: `1. The`
    let is_enclosed = matches!(t.mark(previous), Some('(' | '[')) && matches!(t.mark(end), Some(')' | ']'));
    let is_apposed = t.mark(previous) == Some(',') && t.mark(end) == Some(',') && !t.is_digits(before(at, 2)) && !t.is_digits(end + 1);
    let is_owner = t.past_possessive(end) > end;
    let is_listed = t.opens(at) && matches!(t.mark(end), Some('.' | ')')) && t.is_capitalised(end + 1);
    // `more optimistic about 2005`
    let is_surely_bounded =
        bounds::words_before(t, at).is_some() && !matches!(t.word(previous), "about" | "around" | "over" | "under" | "above" | "below");
    let is_year = years::is_year_like(t, at) && !vocabulary::is_counted(t.word(end)) && !is_surely_bounded;
    let is_zero = number.value == Some(Rational::whole(0));
    let beside_digits = t.is_digits(previous) || t.is_digits(end);
    !(is_enclosed || is_apposed || is_owner || is_listed || is_year || is_zero || beside_digits || is_street(t, end))
}

/// `10 Downing Street`
fn is_street(t: &Tokens, at: usize) -> bool {
    let is_road =
        |word| matches!(word, "street" | "road" | "avenue" | "lane" | "square" | "drive" | "place" | "boulevard" | "st" | "crescent");
    let name = (at..at + STREET_NAME).take_while(|&at| t.is_capitalised(at)).count();
    (1..=name).any(|n| t.is_capitalised(at + n) && is_road(t.word(at + n)))
}

/// Whether `one` is a number: only where the words before say so (`at least one child`).
fn is_numeral_one(t: &Tokens, at: usize) -> bool {
    let previous = (t.word(before(at, 2)), t.word(before(at, 1)));
    let is_counted_out = matches!(previous, ("at", "least") | ("more" | "less" | "fewer", "than") | (_, "exactly" | "only" | "just"));
    let next = t.word(at + 1);
    let is_pronoun = vocabulary::follows_pronoun_one(next);
    // `the only one not to confess`
    let is_the_one = previous == ("the", "only");
    is_counted_out && !is_the_one && !is_pronoun && t.is_lower(at + 1)
}
