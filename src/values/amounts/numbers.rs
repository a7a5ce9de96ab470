//! Numbers in digits and in words, with their scale words: `1.2bn`, `two and a half million`.

use super::fractions;
use crate::values::rational::Rational;
use crate::values::tokens::{Kind, Shape, Tokens, before};

/// Most scale words in one number, `two million three hundred thousand and five`; bounds the time spent at one token.
const MOST_GROUPS: usize = 4;

/// A number as it stands in a text.
#[derive(Debug, Clone, Copy)]
pub(in crate::values) struct Number {
    /// None for vague numbers (`hundreds`) and those too long to hold.
    pub(in crate::values) value: Option<Rational>,
    /// One past its last token.
    pub(in crate::values) end: usize,
    pub(in crate::values) form: Form,
    /// The scale word, if it multiplies the whole of the number: in `5 to 10 million` it holds for both.
    pub(in crate::values) scale: Option<Rational>,
}

/// How a number is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::values) enum Form {
    /// In digits, with or without a scale word.
    Digits,
    /// In words.
    Words,
    /// The word `one` alone, most often a pronoun.
    One,
    /// `hundreds`, `several thousand`: no value.
    Vague,
    /// `half`, `a third`, `two-thirds`, `one in five`.
    Fraction,
}

/// Reads a number.
pub(in crate::values) fn number(t: &Tokens, at: usize) -> Option<Number> {
    match t.kind(at)? {
        Kind::Word => fractions::fraction(t, at).or_else(|| vague(t, at)).or_else(|| words(t, at)),
        _ => digits(t, at),
    }
}

/// Reads a number in digits with its scale words. Suffixes of one letter are left to the reader of items, for `5m` may be metres.
pub(super) fn digits(t: &Tokens, at: usize) -> Option<Number> {
    let form = Form::Digits;
    if let Some(part) = vulgar(t, at) {
        return Some(Number { value: Some(part), end: at + 1, form, scale: None });
    }
    let Some(Kind::Digits(shape)) = t.kind(at) else { return None };
    let has_leading_zero = t.surface(at).starts_with('0') && t.surface(at).len() > 1;
    if shape == Shape::Other || shape != Shape::Decimal && has_leading_zero {
        return None;
    }
    if let Some(ratio) = fractions::ratio(t, t.number(at), at + 1) {
        return Some(ratio);
    }
    let whole = t.number(at);
    let (value, end) = match vulgar(t, at + 1).filter(|_| t.is_glued(at + 1)) {
        Some(part) => (whole.and_then(|whole| whole.plus(part)), at + 2),
        None => and_a_part(t, whole, at + 1),
    };
    Some(scaled(t, Number { value, end, form, scale: None }))
}

fn vulgar(t: &Tokens, at: usize) -> Option<Rational> {
    match t.kind(at)? {
        Kind::Vulgar(numerator, denominator) => Rational::new(numerator.into(), denominator.into()),
        _ => None,
    }
}

/// Takes up to two scale words after digits: `5 hundred million`.
fn scaled(t: &Tokens, number: Number) -> Number {
    let mut number = number;
    for _ in 0..2 {
        let at = t.past_hyphen(number.end);
        // `£22 billions worth`
        let singular = t.word(at).strip_suffix("ions").map(|stem| format!("{stem}ion"));
        let Some(scale) = scale(singular.as_deref().unwrap_or(t.word(at))).or_else(|| abbreviated_scale(t.word(at))) else { break };
        number = number.scaled_by(scale, at + 1);
    }
    number
}

impl Number {
    pub(super) fn scaled_by(self, scale: Rational, end: usize) -> Self {
        let value = self.value.and_then(|value| value.times(scale));
        let scale = self.scale.map_or(Some(scale), |before| before.times(scale));
        Self { value, end, scale, ..self }
    }

    /// Whether it is at least a thousand by a scale word.
    pub(super) fn is_large(self) -> bool {
        self.scale.is_some_and(|scale| Rational::whole(999).is_below(scale))
    }
}

/// The value of a scale word.
pub(super) fn scale(word: &str) -> Option<Rational> {
    let value = match word {
        "dozen" => 12,
        "hundred" => 100,
        "thousand" => 1_000,
        "lakh" | "lakhs" => 100_000,
        "million" => 1_000_000,
        "crore" | "crores" => 10_000_000,
        "billion" => 1_000_000_000,
        "trillion" => 1_000_000_000_000,
        _ => return None,
    };
    Some(Rational::whole(value))
}

/// The value of an abbreviated scale word that has no other meaning after digits.
fn abbreviated_scale(word: &str) -> Option<Rational> {
    match word {
        "mn" | "mln" => scale("million"),
        "bn" | "bln" => scale("billion"),
        "tn" | "trn" => scale("trillion"),
        _ => None,
    }
}

/// The value of a scale letter, which may also be a unit.
pub(super) fn scale_letter(word: &str) -> Option<Rational> {
    match word {
        "k" => scale("thousand"),
        "m" => scale("million"),
        "b" => scale("billion"),
        _ => None,
    }
}

/// Adds `and a half` to a number.
fn and_a_part(t: &Tokens, value: Option<Rational>, end: usize) -> (Option<Rational>, usize) {
    let and = t.past_hyphen(end);
    let article = t.past_hyphen(and + 1);
    let noun = t.past_hyphen(article + 1);
    let part = match t.word(noun) {
        "half" => Some(Rational::HALF),
        "quarter" => Rational::new(1, 4),
        "third" => Rational::new(1, 3),
        _ => None,
    };
    match part {
        Some(part) if t.word(and) == "and" && t.word(article) == "a" => (value.and_then(|value| value.plus(part)), noun + 1),
        _ => (value, end),
    }
}

/// Reads a number that has no value: `hundreds of thousands`, `several million`.
fn vague(t: &Tokens, at: usize) -> Option<Number> {
    let number = |end| Some(Number { value: None, end, form: Form::Vague, scale: None });
    let is_large = |word: &str| matches!(word, "thousands" | "millions" | "billions" | "trillions");
    match t.word(at) {
        "several" | "few" | "many"
            if !matches!(t.word(before(at, 1)), "as" | "so" | "how" | "too") && scale(t.word(at + 1)).is_some() && !t.is_hyphen(at + 2) =>
        {
            let more = usize::from(matches!(t.word(at + 2), "thousand" | "million" | "billion"));
            number(at + 2 + more)
        }
        "tens" | "hundreds" | "thousands" if t.word(at + 1) == "of" && is_large(t.word(at + 2)) => number(at + 3),
        "hundreds" | "dozens" => number(at + 1),
        word if is_large(word) => number(at + 1),
        _ => None,
    }
}

/// Reads a number in words: `twenty-five`, `a dozen`, `one hundred and twelve thousand`.
fn words(t: &Tokens, at: usize) -> Option<Number> {
    let mut group = group(t, at)?;
    if group.is_lone() && t.word(at) == "one" {
        let ratio = fractions::ratio(t, Some(Rational::ONE), at + 1);
        return ratio.or(Some(Number { value: Some(Rational::ONE), end: at + 1, form: Form::One, scale: None }));
    }
    if let Some(ratio) = group.value.filter(|_| group.scale.is_none()).and_then(|value| fractions::ratio(t, Some(value), group.end)) {
        return Some(ratio);
    }
    let mut number = Number { value: group.total(), end: group.end, form: Form::Words, scale: group.scale };
    for _ in 1..MOST_GROUPS {
        let Some(next) = lower_group(t, &group) else { break };
        number.value = number.value.and_then(|sum| sum.plus(next.total()?));
        (number.end, number.scale) = (next.end, None);
        group = next;
    }
    Some(number)
}

/// A number below a thousand and the scale word it is multiplied by.
struct Group {
    value: Option<Rational>,
    scale: Option<Rational>,
    end: usize,
    /// Whether it is one word without scale.
    words: usize,
}

impl Group {
    fn is_lone(&self) -> bool {
        self.words == 1 && self.scale.is_none()
    }

    fn total(&self) -> Option<Rational> {
        self.value?.times(self.scale.unwrap_or(Rational::ONE))
    }
}

fn group(t: &Tokens, at: usize) -> Option<Group> {
    let article = t.word(at) == "a" && t.word(at + 1) != "hundred";
    let (value, end) = if article { (1, at + 1) } else { below_thousand(t, at)? };
    let (value, end) = if article { (Some(Rational::ONE), end) } else { and_a_part(t, Some(Rational::whole(value)), end) };
    let word = t.past_hyphen(end);
    let scale = scale(t.word(word)).filter(|_| !article || word == end);
    match scale {
        // `a million-dollar deal`: the article is not the number
        Some(_) if article && t.past_hyphen(word + 1) > word + 1 => None,
        Some(scale) => Some(Group { value, scale: Some(scale), end: word + 1, words: word + 1 - at }),
        None if article => None,
        None => Some(Group { value, scale: None, end, words: end - at }),
    }
}

/// The group that goes on with a number, of a lower scale: `two million [five hundred thousand]`, `one thousand [and five]`.
fn lower_group(t: &Tokens, higher: &Group) -> Option<Group> {
    let scale = higher.scale?;
    if scale.is_below(Rational::whole(1000)) {
        return None;
    }
    let has_and = t.word(higher.end) == "and";
    let at = higher.end + usize::from(has_and);
    if t.word(at) == "a" || !t.is_word(at) {
        return None;
    }
    let lower = group(t, at)?;
    let is_tail = !has_and || lower.scale.is_none() && lower.total()?.is_below(Rational::whole(100));
    (is_tail && lower.total()?.is_below(scale) && !t.is_hyphen(lower.end)).then_some(lower)
}

fn below_thousand(t: &Tokens, at: usize) -> Option<(i128, usize)> {
    let (small, end) = if t.are(at, &["a", "hundred"]) { (1, at + 1) } else { below_hundred(t, at)? };
    let hundred = t.past_hyphen(end);
    if t.word(hundred) != "hundred" {
        return Some((small, end));
    }
    if t.word(at) == "a" && t.past_hyphen(hundred + 1) > hundred + 1 {
        return None;
    }
    let joined = t.past_hyphen(hundred + 1);
    let and = t.word(joined) == "and";
    let tail = t.past_hyphen(joined + usize::from(and));
    match below_hundred(t, tail) {
        // `between one hundred and two hundred`, `a hundred one-day games`
        Some((rest, end)) if t.word(end) != "hundred" && !t.is_hyphen(end) && (and || tail == hundred + 1) => {
            Some((small * 100 + rest, end))
        }
        _ => Some((small * 100, hundred + 1)),
    }
}

/// Reads a number word below a hundred: `seven`, `nineteen`, `twenty-five`.
pub(in crate::values) fn below_hundred(t: &Tokens, at: usize) -> Option<(i128, usize)> {
    let word = t.word(at);
    if let Some(value) = below_twenty(word) {
        return Some((value, at + 1));
    }
    let ten = tens(word)?;
    let unit = t.past_hyphen(at + 1);
    match below_twenty(t.word(unit)).filter(|value| (1..10).contains(value)) {
        Some(value) if unit > at + 1 || !t.is_hyphen(unit + 1) => Some((ten + value, unit + 1)),
        _ => Some((ten, at + 1)),
    }
}

fn below_twenty(word: &str) -> Option<i128> {
    const WORDS: [&str; 20] = [
        "zero",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "thirteen",
        "fourteen",
        "fifteen",
        "sixteen",
        "seventeen",
        "eighteen",
        "nineteen",
    ];
    WORDS.iter().position(|w| *w == word).and_then(|value| i128::try_from(value).ok())
}

/// The value of `twenty` to `ninety`.
pub(super) fn tens(word: &str) -> Option<i128> {
    const WORDS: [&str; 8] = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
    WORDS.iter().position(|w| *w == word).and_then(|n| i128::try_from(10 * n + 20).ok())
}
