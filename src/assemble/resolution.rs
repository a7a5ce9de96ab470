//! Who a source is that only points to somebody: "he", "the senator", "the company", "I" inside a quotation.
//!
//! A wrong name is worse than none. So a pronoun needs one bearer that fits, or one that clearly is the one spoken of:
//! whoever was cited last, or is the first named in the sentence before. Else it stays unresolved.

use std::collections::BTreeMap;

use super::claimers::{Claimer, ResolvedBy};
use super::gender::Gender;
use super::scene::Scene;
use super::{Attribution, bodies, roles};
use crate::labels::{ClaimerKind, Mode};
use crate::roster::Roster;
use crate::span::Span;

/// What a source points with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Pointer {
    /// "he", "she"
    Person(Gender),
    /// "it", or "the company" with its noun
    Body(Option<String>),
    /// "they"
    Several,
    /// "I", "we"
    Speaker,
    /// "who" (or, where not, "which"), right behind its bearer
    Relative(bool),
    /// "the senator": the words of the description
    Described(Vec<String>),
}

/// Fills in the claimers that only point, and what is known of those that are persons. The attributions are in order of
/// their contents.
pub(super) fn resolve(mut scene: Scene, roster: Option<&Roster>, attributions: &mut [Attribution]) {
    let mut order: Vec<usize> = (0..attributions.len()).collect();
    order.sort_by_key(|&at| anchor(&attributions[at]));
    for at in order {
        let Some(source) = attributions[at].source.or(attributions[at].subject) else { continue };
        if scene.is_silent(source, attributions[at].cue, &attributions[at].content) {
            attributions[at].claimer = None;
        }
        let Some(claimer) = &attributions[at].claimer else { continue };
        if claimer.kind == ClaimerKind::Unresolved
            && let Some(pointer) = pointer(scene.words(source))
        {
            let found = match pointer {
                Pointer::Speaker => speaker_of(attributions, source).map(|c| Claimer { resolved_by: ResolvedBy::Speaker, ..c }),
                pointer => scene.bearer(&pointer, source, attributions[at].cue, &attributions[at].content, claimer.score),
            };
            // Whoever speaks says "I" of himself.
            let verbatim =
                |c: &Claimer| around(attributions, source).is_some_and(|a| a.mode == Mode::Direct && is_same(a.claimer.as_ref(), c));
            let found = found.filter(|c| c.resolved_by != ResolvedBy::Pronoun || !verbatim(c));
            if let Some(found) = found {
                attributions[at].claimer = Some(found);
            }
        }
        // Who speaks in a transcript is not whom the others speak of, "I" is nobody new, and a sentence is not about what "which" takes up.
        if let Some(claimer) = &attributions[at].claimer
            && attributions[at].cue.is_some()
            && pointer(scene.words(source)) != Some(Pointer::Relative(false))
            && !(claimer.kind == ClaimerKind::Unresolved && pointer(scene.words(source)) == Some(Pointer::Speaker))
        {
            scene.heard(&attributions[at]);
        }
    }
    inherit(attributions);
    for at in 0..attributions.len() {
        let own = &attributions[at];
        if own.mode == Mode::Direct && own.source.is_none() && own.cue.is_none() && own.claimer.is_none() && own.within.is_none() {
            attributions[at].claimer = scene.speaks_on(&attributions[at].content, attributions);
        }
    }
    for claimer in attributions.iter_mut().filter_map(|a| a.claimer.as_mut()) {
        claimer.role = claimer.entity.and_then(|entity| scene.role(entity));
        if let Some(person) = roster.and_then(|r| r.find(&claimer.name)) {
            claimer.name.clone_from(&person.name);
            claimer.kind = ClaimerKind::Person;
            claimer.role = claimer.role.take().or_else(|| person.role.clone());
            claimer.party.clone_from(&person.party);
            claimer.organisation.clone_from(&person.organisation);
        }
    }
}

fn anchor(attribution: &Attribution) -> usize {
    [attribution.source, attribution.cue].into_iter().flatten().map(|s| s.start).min().unwrap_or(usize::MAX)
}

/// A cue without a source of its own speaks for the subject of a cue before; what that one turned out to be, it is.
fn inherit(attributions: &mut [Attribution]) {
    let lenders: BTreeMap<Span, Claimer> = attributions.iter().filter_map(|a| Some((a.source?, a.claimer.clone()?))).collect();
    for borrower in attributions.iter_mut().filter(|a| a.source.is_none() && a.claimer.is_some()) {
        if let Some(lender) = borrower.subject.and_then(|subject| lenders.get(&subject)) {
            borrower.claimer = Some(lender.clone());
        }
        if let Some(own) = borrower.claimer.as_mut().filter(|_| borrower.subject.is_some()) {
            own.resolved_by = ResolvedBy::Subject;
        }
    }
}

fn pointer(source: &str) -> Option<Pointer> {
    let words: Vec<String> = source.split_whitespace().map(|w| w.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase()).collect();
    let first = words.first()?.as_str();
    if words.len() <= 2 {
        match first {
            "he" | "him" | "his" => return Some(Pointer::Person(Gender::Male)),
            "she" | "her" | "hers" => return Some(Pointer::Person(Gender::Female)),
            "it" | "its" => return Some(Pointer::Body(None)),
            "they" | "them" | "their" => return Some(Pointer::Several),
            "i" | "we" | "me" | "us" | "my" | "our" => return Some(Pointer::Speaker),
            "who" | "which" => return Some(Pointer::Relative(first == "who")),
            _ => {}
        }
    }
    let last = words.last()?;
    if first != "the" || words.len() > 4 {
        None
    } else if roles::is_role(last) {
        Some(Pointer::Described(words[1..].to_vec()))
    } else {
        (bodies::is_body(last) && words.len() == 2).then(|| Pointer::Body(Some(last.clone())))
    }
}

/// How many attributions before a source may be around it.
const NESTED: usize = 32;

/// Whoever says the content that a source stands in.
fn speaker_of(attributions: &[Attribution], source: Span) -> Option<Claimer> {
    around(attributions, source)?.claimer.clone().filter(|c| c.kind != ClaimerKind::Unresolved)
}

/// The innermost attribution in whose content a source stands.
fn around(attributions: &[Attribution], source: Span) -> Option<&Attribution> {
    let before = attributions.partition_point(|a| a.content.first().is_some_and(|part| part.start <= source.start));
    let near = attributions[..before].iter().rev().take(NESTED);
    let around = near.filter(|a| a.source != Some(source) && a.content.iter().any(|part| part.contains(&source)));
    around.min_by_key(|a| Span::hull_of(&a.content).len())
}

/// Whether two claimers are one who is named.
fn is_same(one: Option<&Claimer>, other: &Claimer) -> bool {
    one.is_some_and(|one| one.entity.is_some() && one.name == other.name)
}

#[cfg(test)]
mod tests;
