//! Who is cited inside what somebody says: "The mayor said the engineer had told her that the bridge was unsafe."
//!
//! The model gives each word one role, so whoever stands inside a content is found by words: a subject, a verb that reports, and
//! "that" or a clause behind it. What a pronoun says there stays with the speaker, who mostly means himself.

use super::claimers::claimer;
use super::clauses::{Word, hold_verb, is_finite, joined_by_that, words};
use super::{Attribution, Entity};
use crate::decode::Mention;
use crate::labels::{Mode, Role, Stance};
use crate::span::Span;

/// Verbs that name whom they tell.
const TELLING: [&str; 6] = ["told", "assured", "informed", "warned", "reminded", "notified"];
/// Verbs that need nobody to tell.
const SAYING: [&str; 10] =
    ["said", "says", "claimed", "admitted", "testified", "concluded", "announced", "acknowledged", "insisted", "warned"];
/// What may stand before such a verb and belongs to it.
const HELPING: [&str; 5] = ["had", "has", "have", "also", "later"];
/// Subjects that only point back, and passives, of whom nothing is known.
const NOBODY: [&str; 18] =
    ["he", "she", "it", "they", "we", "i", "you", "who", "which", "that", "this", "been", "was", "were", "is", "are", "be", "being"];
/// Who hears what is told, in one word.
const HEARERS: [&str; 10] = ["him", "her", "them", "me", "us", "reporters", "police", "investigators", "journalists", "lawmakers"];
/// Words behind whom is told that begin no clause.
const NO_CLAUSE: [&str; 11] = ["to", "about", "of", "how", "why", "what", "whether", "not", "in", "on", "at"];
/// The most words of who is cited.
const LONGEST_SOURCE: usize = 10;
/// The most words between a verb that tells and "that": "told the House committee on Monday that".
const LONGEST_HEARER: usize = 7;

/// Somebody cited inside a content.
struct Cited {
    source: Span,
    cue: Span,
    content: Span,
}

/// The attributions inside indirect contents that nothing the model saw stands in.
pub(super) fn find(text: &str, attributions: &[Attribution], entities: &[Entity]) -> Vec<Attribution> {
    let mut found = Vec::new();
    for (at, outer) in attributions.iter().enumerate() {
        let [content] = outer.content[..] else { continue };
        let score = outer.claimer.as_ref().map_or(0.0, |claimer| claimer.score);
        if outer.mode != Mode::Indirect || outer.source.is_none() || holds_another(attributions, at, content) {
            continue;
        }
        for cited in all_cited(text, &joined_by_that(text, content)) {
            let source = Mention { span: cited.source, label: Role::Source as usize, score };
            let claimer = claimer(text, &source, None, entities);
            found.push(Attribution {
                mode: Mode::Indirect,
                source: Some(cited.source),
                subject: None,
                cue: Some(cited.cue),
                content: vec![cited.content],
                claimer: Some(claimer),
                stance: Stance::Affirm,
                within: None,
            });
        }
    }
    found
}

/// Who is cited in the pieces of a content. "… had assured him that A and that B": B is whoever's A is.
fn all_cited(text: &str, pieces: &[Span]) -> Vec<Cited> {
    let mut found: Vec<Cited> = Vec::new();
    for piece in pieces {
        match (cited(text, *piece), found.last_mut()) {
            (Some(next), _) => found.push(next),
            (None, Some(last)) => last.content = last.content.hull(piece),
            (None, None) => {}
        }
    }
    found
}

/// Whether a content of another attribution lies in this one.
fn holds_another(attributions: &[Attribution], at: usize, content: Span) -> bool {
    let from = attributions.partition_point(|a| a.content.first().is_some_and(|p| p.start < content.start));
    attributions[from..]
        .iter()
        .take_while(|a| a.content.first().is_some_and(|p| p.start < content.end))
        .any(|a| !std::ptr::eq(a, &attributions[at]))
}

/// Reads "the engineer had told her on Monday that the bridge was unsafe".
fn cited(text: &str, piece: Span) -> Option<Cited> {
    let words = words(text, piece);
    let from = usize::from(words.first().is_some_and(|word| word.lower == "that"));
    let furthest = words.len().min(from + LONGEST_SOURCE + 2);
    let verb = (from + 1..furthest).find(|&at| is_finite(&words[at].lower) && !helps(&words[at]))?;
    let last = (from..verb).rev().find(|&at| !helps(&words[at]))?;
    let subject = &words[from..=last];
    if subject.len() > LONGEST_SOURCE || subject.iter().any(|word| NOBODY.contains(&word.lower.as_str())) {
        return None;
    }
    let (cue, start) = reported(text, &words, verb, piece.end)?;
    let source = Span::new(words[from].start, words[last].end);
    Some(Cited {
        source: Span::new(source.start, source.start + source.of(text).trim_end_matches(',').len()),
        cue: Span::new(words[last + 1].start, words[cue].end),
        content: Span::new(words[start].start, piece.end),
    })
}

fn helps(word: &Word) -> bool {
    HELPING.contains(&word.lower.as_str())
}

/// The last word of the cue and the first of what is reported, for the verb at a place.
fn reported(text: &str, words: &[Word], verb: usize, end: usize) -> Option<(usize, usize)> {
    let behind = |at: usize| words.get(at).map_or("", |word| word.lower.as_str());
    let (cue, start) = if SAYING.contains(&behind(verb)) && behind(verb + 1) == "that" {
        (verb, verb + 1)
    } else if TELLING.contains(&behind(verb)) {
        let cue = verb + usize::from(HEARERS.contains(&behind(verb + 1)));
        let that = (cue + 1..words.len().min(verb + LONGEST_HEARER)).find(|&at| behind(at) == "that");
        // "had told her the Senate would vote"
        let clause = (cue > verb && !NO_CLAUSE.contains(&behind(cue + 1))).then_some(cue + 1);
        (cue, that.or(clause)?)
    } else {
        return None;
    };
    let content = Span::new(words.get(start)?.start, end);
    hold_verb(text, &[content]).then_some((cue, start))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(piece: &str) -> Option<(&str, &str, &str)> {
        cited(piece, Span::new(0, piece.len())).map(|c| (c.source.of(piece), c.cue.of(piece), c.content.of(piece)))
    }

    #[test]
    fn who_is_cited_inside_is_read_with_verb_and_words() {
        for (piece, found) in [
            (
                "the chief engineer, Peter Okafor, had told her on Monday that the bridge was unsafe",
                ("the chief engineer, Peter Okafor", "had told her", "that the bridge was unsafe"),
            ),
            ("that Whitfield had told her the Senate would vote", ("Whitfield", "had told her", "the Senate would vote")),
            ("the agency admitted that records were lost", ("the agency", "admitted", "that records were lost")),
        ] {
            assert_eq!(read(piece), Some(found));
        }
    }

    #[test]
    fn pronouns_passives_and_other_verbs_cite_nobody() {
        for piece in [
            "he had told her that it was over",
            "Okafor was told that it was over",
            "the council told him to leave the room",
            "the bridge had closed and that it was over",
            "prices that Smith said were high had told",
            "",
            "that",
            "Ann said that",
        ] {
            assert_eq!(read(piece), None, "{piece}");
        }
    }
}
