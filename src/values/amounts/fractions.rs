//! Fractions: `half`, `a third`, `two-thirds`, `one in five`, `nine out of ten`.

use super::numbers::{self, Form, Number};
use crate::values::rational::Rational;
use crate::values::tokens::{Tokens, before};
use crate::values::vocabulary;

/// Reads a fraction in words.
///
/// `a third man` and `the last three quarters` are none, so a fraction written with a space must show itself by what stands
/// around it.
pub(super) fn fraction(t: &Tokens, at: usize) -> Option<Number> {
    if t.word(at) == "half" {
        return half(t, at);
    }
    let is_article = t.word(at) == "a";
    let (numerator, end) = if is_article { (1, at + 1) } else { numbers::below_hundred(t, at)? };
    let noun = t.past_hyphen(end);
    let (denominator, is_plural) = denominator(t.word(noun))?;
    let value = Rational::new(numerator, denominator).filter(|value| value.is_below(Rational::ONE))?;
    let end = noun + 1;
    let is_joined = noun > at + 1 && t.is_hyphen(noun - 1);
    let fits = is_plural == (numerator > 1) && t.past_hyphen(end) == end && !t.is_capitalised(noun);
    // `quarters` are also periods
    let is_clear = is_plural && (denominator != 4 || is_joined && !follows_place(t, at));
    let shown = is_clear || is_joined && !is_article || is_shown(t, at, end);
    let fraction = Number { value: Some(value), end, form: Form::Fraction, scale: None };
    // `a quarter of a million`
    let whole = numbers::scale(t.word(end + 2)).filter(|_| t.are(end, &["of", "a"]));
    (fits && shown).then(|| whole.map_or(fraction, |scale| fraction.scaled_by(scale, end + 3)))
}

/// The number a fraction divides by, and whether the word is a plural.
fn denominator(word: &str) -> Option<(i128, bool)> {
    const NOUNS: [&str; 9] = ["half", "third", "quarter", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"];
    if word == "halves" {
        return Some((2, true));
    }
    let singular = word.strip_suffix('s').unwrap_or(word);
    let place = NOUNS.iter().position(|noun| *noun == singular)?;
    Some((i128::try_from(place + 2).ok()?, singular.len() < word.len()))
}

/// Reads `half of`, `half the`, `by half`, `half a million`, `half an hour`. In `the first half` it is none.
fn half(t: &Tokens, at: usize) -> Option<Number> {
    let half = Number { value: Some(Rational::HALF), end: at + 1, form: Form::Fraction, scale: None };
    if follows_place(t, at) || t.is_capitalised(at) && !t.opens(at) {
        return None;
    }
    let next = t.past_hyphen(at + 1);
    let has_article = matches!(t.word(next), "a" | "an");
    let noun = if has_article { t.past_hyphen(next + 1) } else { next };
    if let Some(scale) = numbers::scale(t.word(noun)).filter(|_| noun > at + 1) {
        // `half a million-dollar`: the article is not the number's
        return (t.past_hyphen(noun + 1) == noun + 1).then(|| half.scaled_by(scale, noun + 1));
    }
    let is_share = matches!(t.word(at + 1), "the" | "its" | "his" | "her" | "their" | "our" | "my" | "of");
    let is_shown = next == at + 1 && is_shown(t, at, at + 1);
    (has_article || is_share || is_shown || is_halved_unit(t, next)).then_some(half)
}

/// `half-hour`; not `half-century`, which is fifty runs, nor `half-year`, which is a period of accounts.
fn is_halved_unit(t: &Tokens, at: usize) -> bool {
    t.is_hyphen(before(at, 1)) && matches!(t.word(at), "hour" | "mile")
}

/// Whether the words around say that a fraction is meant: `a third of`, `by a third`, `a quarter more`.
fn is_shown(t: &Tokens, at: usize, end: usize) -> bool {
    if t.word(at) != "a" && follows_place(t, at) {
        return false;
    }
    let previous = t.word(before(at, 1));
    // Nobody writes `under a third man`
    let is_measured = matches!(previous, "than" | "nearly" | "almost" | "roughly" | "approximately" | "least" | "under" | "over");
    let by = is_measured || matches!(previous, "by" | "about" | "around");
    match t.word(end) {
        "of" => !matches!(t.word(end + 1), "the") || !t.are(end + 2, &["season"]),
        "more" | "less" | "fewer" | "higher" | "lower" | "larger" | "smaller" | "bigger" => true,
        "to" | "in" | "from" | "since" | "on" | "at" | "this" | "last" | "compared" | "as" | "and" | "over" | "during" | "" => {
            by && t.past_hyphen(end) == end
        }
        "time" | "times" | "term" | "year" | "season" | "party" | "consecutive" | "successive" | "straight" => false,
        _ => is_measured && t.is_lower(end) && t.past_hyphen(end) == end && !t.is_glued(end),
    }
}

/// Whether an ordinal or the like makes a period of what follows: `the last three quarters`, `the second half of`.
fn follows_place(t: &Tokens, at: usize) -> bool {
    vocabulary::makes_period(t.word(before(at, 1)))
}

/// Reads `in five` or `out of ten` after a number: the number is that share of them.
pub(super) fn ratio(t: &Tokens, share: Option<Rational>, end: usize) -> Option<Number> {
    let joint = t.past_hyphen(end);
    let whole = match t.word(joint) {
        "in" => t.past_hyphen(joint + 1),
        "out" if t.word(joint + 1) == "of" => joint + 2,
        _ => return None,
    };
    // A ratio inside a ratio would recurse
    let (of, last) = match t.number(whole) {
        Some(of) if !t.surface(whole).starts_with('0') => (of, whole + 1),
        Some(_) => return None,
        None => numbers::below_hundred(t, whole).map(|(of, last)| (Rational::whole(of), last))?,
    };
    let (share, of_whole) = (share?, of.as_whole()?);
    let is_single = share == Rational::ONE;
    // `two in three games`, `six in 2004`: only tenths are surely shares
    let is_usual = t.word(joint) == "out" || (is_single && (2..=1000).contains(&of_whole)) || of_whole == 10;
    let counts_time = vocabulary::recurs(t.word(t.past_hyphen(last)));
    if !is_usual || counts_time && t.word(joint) == "in" || !share.is_below(of) || !t.is_free_after(last) {
        return None;
    }
    let value = Rational::new(share.as_whole()?, of_whole);
    Some(Number { value, end: last, form: Form::Fraction, scale: None })
}
