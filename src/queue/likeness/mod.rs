//! Whether two claims say the same. Lexical, deterministic, and wary: a changed number, date, place, party, direction or a
//! negation keeps two claims apart however alike their words are.
//!
//! 1. `attribution`: whom the claim is put down to is left off;
//! 2. `words`: what is left, as heads of synonyms, names, amounts and dates (`vocabulary`: the lists behind; [`crate::values`]
//!    reads the amounts and dates);
//! 3. `amounts`, `dates`: when two of them may be one, written or rounded otherwise;
//! 4. `force`: of how many it is said, whether it is or is to be, holds or held, over what time; `conflict`: what keeps two claims apart;
//! 5. `bands`: which of a million claims are worth comparing with one.
//!
//! How well it does, on labelled pairs, stands in `docs/likeness.md`; the pairs are in `fixtures/pairs/`.

mod amounts;
mod attribution;
mod bands;
mod conflict;
mod dates;
mod force;
#[cfg(test)]
mod tests;
mod vocabulary;
mod words;

use serde::{Deserialize, Serialize};

use crate::values::Day;
use amounts::Amount;
use dates::When;
use words::{Kind, Name, Word};

pub use conflict::{Conflict, conflict};

/// Score from which on two claims without a conflict are the same. Set on the dev half of `fixtures/pairs/`.
pub const SAME: f64 = 0.68;

/// What a matched or unmatched thing weighs. Set by hand, in steps of a half, on the dev half of `fixtures/pairs/`.
const LIGHT: f64 = 0.3;
const CONTENT: f64 = 1.0;
const NAME: f64 = 1.5;
const AMOUNT: f64 = 2.0;
const DATE: f64 = 0.5;
/// Least that two claims share in words, and altogether: less is told of too many things. Where they share all, the first is enough
/// altogether. Set on real news.
const WORDS_SHARED: f64 = 2.0;
const SHARED: f64 = 3.0;
/// What each says that the other does not, as far as it is as much, counts so much; what the longer says beyond that, so much.
const INSTEAD: f64 = 1.5;
const BEYOND: f64 = 0.5;

/// What of a claim is compared. Made once a claim and kept with it; two of one [`Features::VERSION`] may be compared.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Features {
    #[serde(rename = "w")]
    words: Vec<Word>,
    #[serde(rename = "n", default, skip_serializing_if = "Vec::is_empty")]
    names: Vec<Name>,
    #[serde(rename = "a", default, skip_serializing_if = "Vec::is_empty")]
    amounts: Vec<Amount>,
    #[serde(rename = "d", default, skip_serializing_if = "Vec::is_empty")]
    dates: Vec<When>,
    #[serde(rename = "not", default, skip_serializing_if = "std::ops::Not::not")]
    is_negated: bool,
    #[serde(rename = "m", default, skip_serializing_if = "Vec::is_empty")]
    marks: Vec<(u8, u8)>,
    #[serde(rename = "q", default, skip_serializing_if = "Vec::is_empty")]
    qualifiers: Vec<u8>,
    #[serde(rename = "t", default, skip_serializing_if = "Option::is_none")]
    than: Option<usize>,
    #[serde(rename = "mu", default, skip_serializing_if = "std::ops::Not::not")]
    is_mutual: bool,
    #[serde(rename = "p", default, skip_serializing_if = "std::ops::Not::not")]
    is_passive: bool,
    #[serde(rename = "mo", default, skip_serializing_if = "std::ops::Not::not")]
    moves: bool,
}

impl Features {
    /// Features of another version are to be made anew from the claim's text: the lists they were made with were others.
    pub const VERSION: u32 = 3;

    /// What is compared of a claim.
    ///
    /// `claim_date` is the date that the claim's record names (`2018-06`, `2016/2020`), `published` the day or time its document
    /// appeared, ISO 8601; what cannot be read as such is as good as none.
    #[must_use]
    pub fn of(text: &str, claim_date: Option<&str>, published: Option<&str>) -> Self {
        let day: Option<Day> = published.and_then(|p| p.get(..10)).and_then(|p| p.parse().ok());
        let claimed = attribution::claimed(text);
        let mut read = words::read(claimed, day);
        if let Some(date) = claim_date.and_then(When::of_iso).filter(|date| !read.dates.contains(date)) {
            read.dates.push(date);
        }
        let features = Self {
            words: read.words,
            names: read.names,
            amounts: read.amounts,
            dates: read.dates,
            is_negated: read.is_negated,
            marks: read.marks,
            qualifiers: read.qualifiers,
            than: read.than,
            is_mutual: read.is_mutual,
            is_passive: read.is_passive,
            moves: read.moves,
        };
        let says = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).count();
        if says(claimed) < says(text) { features.as_reported() } else { features }
    }

    /// The same, of words that report what somebody said: "(she said) they were entitled" may stand for "they are entitled".
    #[must_use]
    pub fn as_reported(mut self) -> Self {
        self.marks.retain(|(class, _)| *class != force::RIGHT);
        self
    }

    /// Hashes of which two claims that say the same share at least one with high probability (measured in `docs/likeness.md`); to
    /// be indexed. Sorted, without repetition; empty where nothing can be compared.
    #[must_use]
    pub fn bands(&self) -> Vec<u64> {
        bands::of(self)
    }

    /// With the words of names that the other gives by their initials in short: `Scottish National Party` → `snp`.
    fn shortened_for(&self, other: &Self) -> Option<Self> {
        let is_given = |name: &Name| name.initials.len() > 1 && other.words.iter().any(|w| w.1 == Kind::Name && w.0 == name.initials);
        let short: Vec<&Name> = self.names.iter().filter(|n| is_given(n)).collect();
        if short.is_empty() {
            return None;
        }
        let mut new = self.clone();
        for name in short {
            let Some(at) = new.words.windows(name.words.len()).position(|w| w.iter().map(|w| &w.0).eq(name.words.iter())) else { continue };
            new.words.splice(at..at + name.words.len(), [Word(name.initials.clone(), Kind::Name)]);
        }
        for name in new.names.iter_mut().filter(|n| is_given(n)) {
            name.words = vec![std::mem::take(&mut name.initials)];
        }
        Some(new)
    }
}

/// How alike two claims are, in (0, 1], where they say the same; nothing where they do not, or say too little to tell (equal texts are
/// found by their key).
#[must_use]
pub fn likeness(a: &Features, b: &Features) -> Option<f64> {
    let score = overlap(a, b);
    (score >= SAME && conflict(a, b).is_none()).then_some(score)
}

/// How much of what two claims say they share, in [0, 1]; 0 also where that is too little to go by. Says nothing of what keeps them
/// apart.
#[must_use]
pub fn overlap(a: &Features, b: &Features) -> f64 {
    let shortened = (a.shortened_for(b), b.shortened_for(a));
    let (a, b) = (shortened.0.as_ref().unwrap_or(a), shortened.1.as_ref().unwrap_or(b));
    let words = a.words_shared(b);
    let amounts = paired(&a.amounts, &b.amounts, Amount::agrees);
    let dates = paired(&a.dates, &b.dates, When::agrees);
    let shared = words.0 + AMOUNT * amounts as f64 + DATE * dates as f64;
    let alone = |f: &Features, words: f64| words + AMOUNT * (f.amounts.len() - amounts) as f64 + DATE * (f.dates.len() - dates) as f64;
    let (in_a, in_b) = (alone(a, words.1), alone(b, words.2));
    let (less, more) = (in_a.min(in_b), in_a.max(in_b));
    let is_enough = if more > 0.0 { words.0 >= WORDS_SHARED && shared >= SHARED } else { shared >= WORDS_SHARED };
    if !is_enough {
        return 0.0;
    }
    if shared > 0.0 { shared / (shared + INSTEAD * less + BEYOND * (more - less)) } else { 0.0 }
}

impl Features {
    /// The weights of the words both have, only this has, only the other has; a word counts once.
    fn words_shared(&self, other: &Self) -> (f64, f64, f64) {
        let weight = |kind: Kind| match kind {
            Kind::Light => LIGHT,
            Kind::Content => CONTENT,
            Kind::Name => NAME,
        };
        let (mut both, mut here) = (0.0, 0.0);
        for (_, word) in self.words.iter().enumerate().filter(|(at, w)| is_first(&self.words, *at, w)) {
            match other.words.iter().find(|w| w.0 == word.0) {
                Some(same) => both += weight(word.1.max(same.1)),
                None => here += weight(word.1),
            }
        }
        let theirs = other.words.iter().enumerate().filter(|(at, w)| is_first(&other.words, *at, w));
        let there = theirs.filter(|(_, w)| !self.words.iter().any(|o| o.0 == w.0)).map(|(_, w)| weight(w.1)).sum();
        (both, here, there)
    }
}

/// Whether a word has not stood before.
fn is_first(words: &[Word], at: usize, word: &Word) -> bool {
    words.iter().position(|w| w.0 == word.0) == Some(at)
}

/// How many things of one list find a partner of their own in the other.
fn paired<T>(a: &[T], b: &[T], agree: impl Fn(&T, &T) -> bool) -> usize {
    pairs(a, b, agree).len()
}

/// The places of the things that find a partner of their own in the other list.
fn pairs<T>(a: &[T], b: &[T], agree: impl Fn(&T, &T) -> bool) -> Vec<(usize, usize)> {
    let mut found: Vec<(usize, usize)> = Vec::new();
    for (here, x) in a.iter().enumerate() {
        let free = b.iter().enumerate().find(|(there, y)| !found.iter().any(|(_, t)| t == there) && agree(x, y));
        found.extend(free.map(|(there, _)| (here, there)));
    }
    found
}
