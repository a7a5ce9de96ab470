//! Whether a sentence tells of a day that has passed: `was arrested on Tuesday`, not `will meet on Tuesday`.
//!
//! Without a parser, the verb next to the date decides, and anything that may be another tense decides against.

use crate::values::tokens::{Tokens, before};
use crate::values::vocabulary;

/// Furthest word looked at for the verb.
const REACH: usize = 12;

/// What a word says of the time of its clause.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Tense {
    Past,
    /// Future, present, or doubtful.
    Other,
}

/// Whether the weekday in `[at, end)` is one that has passed, by the words around it.
pub(super) fn has_happened(t: &Tokens, at: usize, end: usize) -> bool {
    let previous = before(at, 1);
    if t.word(previous) == "said" {
        return true; // American: `the company said Tuesday`
    }
    if t.word(previous) != "on" || plans_ahead(t, end) {
        return false;
    }
    if t.opens(previous) {
        return ahead(t, end) == Some(Tense::Past);
    }
    behind(t, previous) == Some(Tense::Past)
}

/// Whether the verb after the date is of the future: `the talks on Tuesday will`.
fn plans_ahead(t: &Tokens, end: usize) -> bool {
    (0..3).any(|n| matches!(t.word(end + n), "will" | "would" | "could" | "may" | "might" | "should" | "when" | "is" | "are" | "if"))
}

/// The tense of the nearest verb after a date that opens its sentence.
fn ahead(t: &Tokens, end: usize) -> Option<Tense> {
    let words = (end..end + REACH).take_while(|&at| !ends_clause(t, at) || at == end);
    words.filter_map(|at| tense(t, at)).next()
}

/// The tense of the nearest verb before a date, in its clause.
fn behind(t: &Tokens, on: usize) -> Option<Tense> {
    for n in 1..=REACH {
        let at = before(on, n);
        if ends_clause(t, at) {
            return None;
        }
        if vocabulary::reports_speech(t.word(at)) {
            // In `he said talks on Tuesday` the day belongs to the talks
            return if n == 1 || is_addressed(t, at + 1) { participle(t, at) } else { Some(Tense::Other) };
        }
        if let Some(tense) = tense(t, at) {
            return Some(tense);
        }
    }
    None
}

fn ends_clause(t: &Tokens, at: usize) -> bool {
    t.kind(at).is_none()
        || t.mark(at).is_some_and(|mark| matches!(mark, '.' | ',' | ';' | ':' | '!' | '?' | '(' | ')' | '"' | '“' | '”' | '—' | '–'))
}

/// `told reporters on Tuesday`, `said in a statement on Tuesday`
fn is_addressed(t: &Tokens, at: usize) -> bool {
    let noun = if matches!(t.word(at), "the" | "in") { at + 1 } else { at };
    let noun = if matches!(t.word(noun), "a" | "an" | "the") { noun + 1 } else { noun };
    let is_hearer = matches!(
        t.word(noun),
        "reporters" | "journalists" | "parliament" | "statement" | "interview" | "speech" | "report" | "letter" | "bbc" | "court"
    );
    is_hearer && t.word(noun + 1) == "on"
}

fn tense(t: &Tokens, at: usize) -> Option<Tense> {
    if !t.is_lower(at) {
        return None;
    }
    let word = t.word(at);
    if is_past_form(word) {
        return participle(t, at);
    }
    match word {
        "was" | "were" | "had" | "did" | "went" | "came" | "took" | "gave" | "began" | "fell" | "rose" | "saw" | "broke" | "drew"
        | "became" | "ran" | "spoke" | "wrote" | "grew" | "flew" | "threw" => Some(Tense::Past),
        "will" | "ll" | "would" | "shall" | "should" | "could" | "can" | "may" | "might" | "must" | "due" | "set" | "planning"
        | "plans" | "plan" | "hopes" | "hope" | "expects" | "expect" | "intends" | "going" | "ahead" | "upcoming" | "forthcoming"
        | "next" | "if" | "unless" | "when" | "is" | "are" | "be" | "face" | "faces" | "play" | "plays" | "meet" | "meets" | "host"
        | "hosts" | "travel" | "travels" | "visit" | "visits" | "begin" | "begins" | "start" | "starts" | "open" | "opens" | "return"
        | "returns" | "launch" | "launches" | "takes" | "take" | "against" | "before" | "until" | "starting" | "entertain"
        | "entertains" | "clash" | "match" | "game" | "meeting" | "hearing" | "vote" | "election" | "elections" | "talks" | "summit"
        | "final" | "debate" => Some(Tense::Other),
        "to" if is_infinitive(t, at + 1) => Some(Tense::Other),
        _ => None,
    }
}

/// Whether a verb may follow `to`: `agreed to sell`, against `rose to 5%`, `flew to Paris`, `sent to the`.
fn is_infinitive(t: &Tokens, at: usize) -> bool {
    t.is_lower(at) && !vocabulary::follows_preposition_to(t.word(at))
}

/// What a past form says, which may be a participle: `was held`, but `to be held`; `the injured` says nothing.
fn participle(t: &Tokens, at: usize) -> Option<Tense> {
    let is_to_be = (1..=2).any(|n| vocabulary::precedes_future(t.word(before(at, n))));
    let is_adjective =
        matches!(t.word(before(at, 1)), "the" | "a" | "an" | "his" | "her" | "its" | "their" | "our" | "this" | "that" | "of" | "with");
    match t.word(at) {
        "expected" | "scheduled" | "planned" | "proposed" | "hoped" => Some(Tense::Other),
        _ if is_to_be => Some(Tense::Other),
        _ => (!is_adjective).then_some(Tense::Past),
    }
}

/// Pasts that may be participles, and those that look like the present; not `need`, `hundred`, `united`.
fn is_past_form(word: &str) -> bool {
    let is_regular = word.len() >= 5 && word.ends_with("ed") && !word.ends_with("eed");
    vocabulary::is_irregular_past(word)
        || is_regular && !matches!(word, "hundred" | "sacred" | "united" | "naked" | "wicked" | "indeed" | "limited")
}
