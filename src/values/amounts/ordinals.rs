//! Ordinals: `first`, `twenty-first`, `21st`; not `at first`, `a split second`, `First Minister`, `the 82nd Airborne`.

use super::{counts, numbers};
use crate::values::tokens::{Tokens, before};
use crate::values::value::Value;
use crate::values::vocabulary;
use crate::values::{Day, Label, Reading};

/// Reads an ordinal.
pub(in crate::values) fn read(t: &Tokens, _: Option<Day>, at: usize) -> Option<Reading> {
    if !t.is_free_before(at) {
        return None;
    }
    let (ordinal, end) = ordinal(t, at)?;
    let stands = if t.is_digits(at) { is_place_in_digits(t, at, end) } else { is_place_in_words(t, at, end) };
    stands.then(|| Reading::new(end, Label::Ordinal, Some(Value::Ordinal { ordinal })))
}

/// The ordinal here, whatever it means, and the token after it.
pub(in crate::values) fn ordinal(t: &Tokens, at: usize) -> Option<(u64, usize)> {
    if t.is_digits(at) {
        let number = u64::try_from(t.number(at)?.as_whole()?).ok().filter(|n| *n > 0 && !t.surface(at).contains('.'))?;
        return (t.is_glued(at + 1) && t.word(at + 1) == suffix(number)).then_some((number, at + 2));
    }
    if let Some(number) = word(t.word(at)) {
        return Some((number, at + 1));
    }
    let unit = t.past_hyphen(at + 1);
    let tens = numbers::tens(t.word(at)).and_then(|tens| u64::try_from(tens).ok())?;
    let number = word(t.word(unit)).filter(|n| *n < 10)?;
    (unit > at + 1).then_some((tens + number, unit + 1))
}

/// `st`, `nd`, `rd` or `th`, as the number is spoken.
fn suffix(number: u64) -> &'static str {
    match (number % 100, number % 10) {
        (11..=13, _) => "th",
        (_, 1) => "st",
        (_, 2) => "nd",
        (_, 3) => "rd",
        _ => "th",
    }
}

fn word(word: &str) -> Option<u64> {
    const WORDS: [&str; 20] = [
        "first",
        "second",
        "third",
        "fourth",
        "fifth",
        "sixth",
        "seventh",
        "eighth",
        "ninth",
        "tenth",
        "eleventh",
        "twelfth",
        "thirteenth",
        "fourteenth",
        "fifteenth",
        "sixteenth",
        "seventeenth",
        "eighteenth",
        "nineteenth",
        "twentieth",
    ];
    let round = match word {
        "thirtieth" => 30,
        "fortieth" => 40,
        "fiftieth" => 50,
        "sixtieth" => 60,
        "seventieth" => 70,
        "eightieth" => 80,
        "ninetieth" => 90,
        "hundredth" => 100,
        "thousandth" => 1000,
        _ => WORDS.iter().position(|w| *w == word).and_then(|place| u64::try_from(place + 1).ok())?,
    };
    Some(round)
}

/// Before a capitalised word, digits are part of a name (`82nd Airborne`), save after a possessive: `his 10th Premiership goal`.
fn is_place_in_digits(t: &Tokens, at: usize, end: usize) -> bool {
    let is_owned = matches!(t.word(before(at, 1)), "his" | "her" | "its" | "their" | "our" | "my" | "s");
    // `one 15th the power` is a fraction
    let is_part = t.word(before(at, 1)) == "one";
    (!t.is_capitalised(end) || is_owned) && !is_part && !counts::follows_name(t, at) && goes_on(t, end)
}

fn is_place_in_words(t: &Tokens, at: usize, end: usize) -> bool {
    if t.is_capitalised(at) && (!t.opens(at) || t.is_capitalised(end) || t.mark(end) == Some(',')) {
        return false;
    }
    let (previous, next) = (t.word(before(at, 1)), t.word(end));
    match t.word(at) {
        "first" if previous == "at" || next == "and" && t.word(end + 1) == "foremost" => false,
        "first" => {
            !(matches!(next, "aid" | "name" | "names" | "lady" | "hand" | "minister") || t.are(end, &["of", "all"])) && goes_on(t, end)
        }
        "second" => is_second_place(t, at, end) && goes_on(t, end),
        "third" | "fourth" | "fifth" | "sixth" | "eighth" | "tenth" if is_part(t, at, end) => false,
        _ => goes_on(t, end),
    }
}

/// Whether `second` is a place and not a unit of time, a verb or part of an idiom.
fn is_second_place(t: &Tokens, at: usize, end: usize) -> bool {
    let previous = t.word(before(at, 1));
    let follows_unit_word = matches!(previous, "per" | "split" | "every" | "one" | "half" | "each") || t.is_digits(before(at, 1));
    let is_moment = matches!(previous, "a") && !t.is_word(end) || matches!(t.word(end), "later" | "earlier" | "ago");
    let is_verb = previous == "to" && !matches!(t.word(end), "place" | "spot" | "in" | "on");
    !(follows_unit_word || is_verb || is_moment || matches!(t.word(end), "thoughts" | "nature" | "hand" | "best"))
}

/// `one third of`, `a tenth of`: parts, which the reader of fractions takes or leaves.
fn is_part(t: &Tokens, at: usize, end: usize) -> bool {
    matches!(t.word(before(at, 1)), "one") || t.word(before(at, 1)) == "a" && t.word(end) == "of"
}

/// What may be joined to an ordinal by a hyphen: `second-largest`, `first-round`; not `third-party`, `second-hand`.
fn goes_on(t: &Tokens, end: usize) -> bool {
    let joined = t.past_hyphen(end);
    if joined == end {
        return t.is_free_after(end) && !t.is_word(end) || !t.is_glued(end);
    }
    let word = t.word(joined);
    word.ends_with("est") || vocabulary::joins_ordinal(word)
}
