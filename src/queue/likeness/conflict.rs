//! What keeps two claims apart, however alike their words are.

use std::fmt;

use super::vocabulary::{LEXICON, MIRRORED};
use super::words::{Kind, Name, Word};
use super::{Amount, Features, When, pairs};

/// Most words of the one stretch in which two claims of otherwise equal words differ.
const REPLACED: usize = 2;
/// Fewest words such claims share.
const FRAME: usize = 2;
/// Most parties of which the order is told: with more, they are listed rather than set against each other.
const PARTIES: usize = 4;
/// Shortest words of which one may be another spelling of the other: `judgment`, `judgement`.
const SPELT: usize = 6;
/// How many words after "than" are compared with those before it.
const COMPARED: usize = 3;

/// Why two claims do not say the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Conflict {
    /// Each has a number that the other has not.
    Number,
    /// Their dates exclude each other.
    Date,
    /// One says what the other denies.
    Negation,
    /// Each names someone or somewhere that the other does not.
    Name,
    /// Words that exclude each other: `rose` and `fell`, `deaths` and `cases`.
    Opposite,
    /// One measures what the other measures in part: `core inflation`.
    Qualifier,
    /// The parties, or the numbers from and to which something went, stand the other way round.
    Order,
    /// The same words but for what it is about.
    Subject,
}

impl fmt::Display for Conflict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Number => "another number",
            Self::Date => "another date",
            Self::Negation => "one says what the other denies",
            Self::Name => "another person, place or organisation",
            Self::Opposite => "words that exclude each other",
            Self::Qualifier => "another measure",
            Self::Order => "the other way round",
            Self::Subject => "about something else",
        })
    }
}

/// What keeps the two apart, if anything does; the first that is found.
#[must_use]
pub fn conflict(a: &Features, b: &Features) -> Option<Conflict> {
    let shortened = (a.shortened_for(b), b.shortened_for(a));
    let (a, b) = (shortened.0.as_ref().unwrap_or(a), shortened.1.as_ref().unwrap_or(b));
    let amounts = pairs(&a.amounts, &b.amounts, Amount::agrees);
    if amounts.len() < a.amounts.len().min(b.amounts.len()) {
        return Some(Conflict::Number);
    }
    if pairs(&a.dates, &b.dates, When::agrees).len() < a.dates.len().min(b.dates.len()) {
        return Some(Conflict::Date);
    }
    if a.is_negated != b.is_negated {
        return Some(Conflict::Negation);
    }
    if a.names_someone_not_in(b) && b.names_someone_not_in(a) {
        return Some(Conflict::Name);
    }
    if a.qualifiers.iter().any(|q| !b.qualifiers.contains(q)) || b.qualifiers.iter().any(|q| !a.qualifiers.contains(q)) {
        return Some(Conflict::Qualifier);
    }
    let opposite = opposite(a, b);
    if opposite == Opposite::Plainly {
        return Some(Conflict::Opposite);
    }
    let is_turned =
        is_turned(a, b) || a.moves && b.moves && amounts.windows(2).any(|w| matches!(w, [(_, first), (_, then)] if then < first));
    match (is_turned, opposite == Opposite::Mirrored) {
        (true, false) => return Some(Conflict::Order),
        (false, true) => return Some(Conflict::Opposite),
        _ => {}
    }
    is_replaced(a, b).then_some(Conflict::Subject)
}

#[derive(PartialEq, Eq)]
enum Opposite {
    No,
    /// In words whose parties may be swapped: A beat B, B lost to A.
    Mirrored,
    Plainly,
}

fn opposite(a: &Features, b: &Features) -> Opposite {
    let mut found = Opposite::No;
    for &(class, _) in &a.marks {
        let of = |f: &Features, member: u8| f.marks.contains(&(class, member));
        let theirs: Vec<u8> = b.marks.iter().filter(|(c, _)| *c == class).map(|(_, m)| *m).collect();
        let is_shared = theirs.is_empty() || theirs.iter().any(|m| of(a, *m));
        if !is_shared {
            if !MIRRORED.contains(&class) {
                return Opposite::Plainly;
            }
            found = Opposite::Mirrored;
        }
    }
    found
}

impl Features {
    fn names_someone_not_in(&self, other: &Self) -> bool {
        self.names.iter().any(|name| !name.may_be && !other.knows(name))
    }

    /// Whether a name's words all stand here, or its last one does as a name of its own.
    fn knows(&self, name: &Name) -> bool {
        let has = |word: &String| self.words.iter().any(|w| w.0 == *word);
        if name.words.iter().all(has) {
            return true;
        }
        let is_plain = !name.words.iter().any(|w| matches!(w.as_str(), "north" | "south" | "east" | "west" | "new"));
        is_plain && self.names.iter().any(|n| matches!(n.words.as_slice(), [only] if name.words.last() == Some(only)))
    }
}

/// Whether two parties, or what stands before and after "than", have changed places.
fn is_turned(a: &Features, b: &Features) -> bool {
    let (parties, others) = (parties(a), parties(b));
    if !a.is_mutual && !b.is_mutual && parties.len().max(others.len()) <= PARTIES {
        let shared: Vec<usize> = parties.iter().filter_map(|name| others.iter().position(|n| n == name)).collect();
        if shared.windows(2).any(|w| matches!(w, [first, then] if then < first)) {
            return true;
        }
    }
    if has_moved(a, b) && has_moved(b, a) || !a.is_mutual && a.is_passive == b.is_passive && have_traded_places(a, b) {
        return true;
    }
    let (Some(a), Some(b)) = (sides(a), sides(b)) else { return false };
    let meet = |x: &[&str], y: &[&str]| x.iter().any(|w| y.contains(w));
    meet(&a.0, &b.1) && meet(&a.1, &b.0)
}

/// Whether somebody who acts in the one is where something happens in the other: "Armenia shelled villages in Azerbaijan".
fn has_moved(a: &Features, b: &Features) -> bool {
    let roles = |f: &Features, name: &String| -> (bool, bool) {
        let all = || f.names.iter().filter(|n| n.words.last() == Some(name));
        (all().any(|n| n.acts), all().any(|n| !n.acts))
    };
    a.names.iter().filter_map(|n| n.words.last()).any(|name| roles(a, name) == (true, false) && roles(b, name) == (false, true))
}

/// Whether the words are the same, in one order, but for two that stand where the other stood, and not side by side: `mpox outbreak`,
/// `outbreak of mpox`.
fn have_traded_places(a: &Features, b: &Features) -> bool {
    let (a, b) = (weighty(a), weighty(b));
    let other: Vec<(usize, (&&str, &&str))> = a.iter().zip(&b).enumerate().filter(|(_, (x, y))| x != y).collect();
    a.len() == b.len() && matches!(other.as_slice(), [(first, (x, y)), (then, (v, w))] if x == w && y == v && then - first > 1)
}

/// The last words of the names that may act, the agent's first, each once.
fn parties(f: &Features) -> Vec<&str> {
    let mut list: Vec<&str> = Vec::new();
    for name in f.names.iter().filter(|n| n.acts).filter_map(|n| n.words.last()) {
        if !list.contains(&name.as_str()) {
            list.push(name);
        }
    }
    list
}

/// The words before "than", or a verb that compares, and the few after it; without those on both sides.
fn sides(f: &Features) -> Option<(Vec<&str>, Vec<&str>)> {
    let at = f.than?;
    let end = f.words.len().min(at + COMPARED);
    let (before, after) = (f.words.get(..at)?, f.words.get(at..end)?);
    Some((weighty_beside(before, after), weighty_beside(after, before)))
}

/// Whether the same words stand around other ones, in one place: a changed subject rather than another way to put it. Words that say
/// little are passed over, and then looked at for one that stands for a weightier one: `cases`, `vaccinations`.
fn is_replaced(a: &Features, b: &Features) -> bool {
    let weighs = |f: &Features, word: &str| f.words.iter().any(|w| w.0 == word && w.1 != Kind::Light);
    let one = |(in_a, in_b): (&[&str], &[&str])| matches!((in_a, in_b), ([v], [w]) if weighs(a, v) || weighs(b, w));
    differ(&weighty(a), &weighty(b)).is_some() || differ(&every(a), &every(b)).is_some_and(one)
}

/// The few words in which two lists differ, in one place, if each side has some that are not elsewhere in the other.
fn differ<'l, 'w>(a: &'l [&'w str], b: &'l [&'w str]) -> Option<(&'l [&'w str], &'l [&'w str])> {
    let before = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let most = a.len().min(b.len()) - before;
    let after = a.iter().rev().zip(b.iter().rev()).take(most).take_while(|(x, y)| x == y).count();
    let (in_a, in_b) = (a.get(before..a.len() - after)?, b.get(before..b.len() - after)?);
    let is_short = |list: &[&str]| (1..=REPLACED).contains(&list.len());
    let is_new = in_a.iter().all(|w| !b.contains(w)) && in_b.iter().all(|w| !a.contains(w));
    let is_spelling = matches!((in_a, in_b), ([x], [y]) if is_spelling(x, y) || LEXICON.are_alike(x, y));
    (before + after >= FRAME && is_short(in_a) && is_short(in_b) && is_new && !is_spelling).then_some((in_a, in_b))
}

/// Whether one letter more, less or another makes one word of the other.
fn is_spelling(a: &str, b: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let (long, short) = (a.len().max(b.len()), a.len().min(b.len()));
    let before = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
    let after = a.iter().rev().zip(b.iter().rev()).take(short - before).take_while(|(x, y)| x == y).count();
    short >= SPELT && before > 0 && long - before - after <= 1
}

/// The words that say something and do not stand on the other side too.
fn weighty_beside<'f>(list: &'f [Word], others: &[Word]) -> Vec<&'f str> {
    list.iter().filter(|w| w.1 != Kind::Light && !others.iter().any(|o| o.0 == w.0)).map(|w| w.0.as_str()).collect()
}

fn every(f: &Features) -> Vec<&str> {
    f.words.iter().map(|w| w.0.as_str()).collect()
}

fn weighty(f: &Features) -> Vec<&str> {
    f.words.iter().filter(|w| w.1 != Kind::Light).map(|w| w.0.as_str()).collect()
}
