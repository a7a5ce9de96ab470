//! Whether what somebody is said to have said can be so or not: "prices rose" can, "a price rise" and "to cut prices" cannot.

use super::word_count;
use crate::assemble::Attribution;
use crate::assemble::attributions::SAID;
use crate::assemble::clauses::{hold_verb, is_finite, is_verb};
use crate::labels::Mode;
use crate::roster::words_of;
use crate::span::Span;

/// Contents of fewer words name something rather than assert it; where somebody says them, three can do ("nobody
/// was hurt").
const FEWEST_WORDS: usize = 4;
/// Contents of so many words assert something only if they show a verb.
const FEW_WORDS: usize = 6;

/// Verbs of what somebody did or is said to have done, and nouns of such verbs: "admits *using* the code".
const OF_DEEDS: [&str; 16] = [
    "accus",
    "acknowledg",
    "admi",
    "alleg",
    "arrest",
    "charg",
    "claim",
    "confess",
    "convict",
    "deni",
    "deny",
    "guilty",
    "indict",
    "jail",
    "report",
    "suspect",
];
/// Behind these a thing follows, no clause: "called *for*".
const BEFORE_THINGS: [&str; 12] = ["about", "against", "at", "by", "for", "from", "into", "of", "on", "over", "to", "with"];

/// Words that open a question.
const QUESTIONING: [&str; 20] = [
    "how", "what", "when", "where", "which", "who", "is", "are", "was", "were", "will", "would", "can", "could", "should", "do", "does",
    "did", "has", "have",
];
/// Verbs of whoever wants to know: "How was it right that …, he *asked*".
const ASKING: [&str; 9] = ["ask", "asked", "asking", "asks", "inquired", "wonder", "wondered", "wondering", "wonders"];

/// What kind of words a content is.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Said {
    /// Something that is so or not.
    Assertion,
    /// An indirect question.
    Question,
    /// A plan, a demand, a thing: "to pay more", "a freeze".
    Thing,
}

/// What kind of words the content of an attribution is.
pub(super) fn said(text: &str, attribution: &Attribution) -> Said {
    let content = &attribution.content;
    let words: Vec<String> = content.iter().flat_map(|p| words_of(p.of(text))).take(FEW_WORDS + 1).collect();
    let linked = attribution.source.is_some() && attribution.cue.is_some();
    let few = if words.len() > FEW_WORDS { word_count(text, content) } else { words.len() };
    match words.first().map(String::as_str) {
        Some("whether" | "if" | "why") => Said::Question,
        Some("who" | "whom" | "whose") if attribution.mode == Mode::Indirect => Said::Question,
        Some(first) if QUESTIONING.contains(&first) && is_asked(text, attribution) => Said::Question,
        _ if attribution.mode == Mode::Indirect && (is_object(text, attribution) || is_torn(text, content)) => Said::Thing,
        Some("to") => Said::Thing,
        // "explained how a smaller increase was a cut": that it is so, the author says.
        Some("how") if attribution.mode == Mode::Indirect => Said::Thing,
        Some("just" | "exactly") if attribution.mode == Mode::Indirect && words.get(1).is_some_and(|word| word == "how") => Said::Thing,
        Some("of") if !words.get(1).is_some_and(|word| word.ends_with("ing")) => Said::Thing,
        _ if few < FEWEST_WORDS - usize::from(linked) => Said::Thing,
        _ if words.len() <= FEW_WORDS && !words.iter().any(|word| is_verb(word)) => Said::Thing,
        _ if (attribution.mode == Mode::Indirect || attribution.source.is_none()) && names_something(text, attribution) => Said::Thing,
        // `called it a "vanity project"`
        _ if attribution.mode == Mode::Mixed && is_named_so(text, attribution) => Said::Thing,
        _ if attribution.source.is_none() && attribution.cue.is_some_and(|cue| Span::hull_of(content).contains(&cue)) => Said::Thing,
        _ => Said::Assertion,
    }
}

/// Whether what is partly verbatim only names something: `called it a "vanity project"`, `used the same "tired arguments"`. What somebody *said* without
/// a verb may be all that is left of a sentence of his, and whom or what he blames he says is at fault.
fn is_named_so(text: &str, attribution: &Attribution) -> bool {
    let [content] = attribution.content[..] else { return false };
    let cue = attribution.cue.map_or_else(Vec::new, |cue| words_of(cue.of(text)));
    let says = cue.iter().any(|word| SAID.contains(&word.as_str()) || word.starts_with("blam") || word.starts_with("accus"));
    !cue.is_empty() && !says && !hold_verb(text, &[content])
}

/// Whether a cue says that somebody wants to know.
fn is_asked(text: &str, attribution: &Attribution) -> bool {
    attribution.cue.is_some_and(|cue| words_of(cue.of(text)).iter().any(|word| ASKING.contains(&word.as_str())))
}

/// Whether what somebody is said to have said is no clause: "a ban on loading at six depots". A form in -ing is a deed if it is one that somebody admits
/// or is accused of ("accused of stealing $2m"), or if it says what a name does: "Clinton leading Trump".
fn names_something(text: &str, attribution: &Attribution) -> bool {
    let starts: Vec<&str> = attribution.content.iter().flat_map(|p| p.of(text).split_whitespace()).take(2).collect();
    let lower = |at: usize| words_of(starts.get(at).copied().unwrap_or("")).pop().unwrap_or_default();
    let (first, second) = (lower(0), lower(1));
    let deed = first.ends_with("ing") && !NO_DEEDS.contains(&first.as_str())
        || second.ends_with("ing") && ["of", "for", "not", "ever"].contains(&first.as_str());
    let doing = second.ends_with("ing") && starts[0].starts_with(char::is_uppercase) && !DETERMINERS.contains(&first.as_str());
    let clause = first == "that" || doing || deed && is_of_deeds(text, attribution);
    !clause && !hold_verb(text, &attribution.content)
}

/// Words in -ing that name no deed: "denied wrongdoing".
const NO_DEEDS: [&str; 8] = ["wrongdoing", "spending", "funding", "trading", "training", "meeting", "hearing", "nothing"];

/// Words that begin a thing.
const DETERMINERS: [&str; 9] = ["the", "a", "an", "his", "her", "its", "their", "this", "these"];

/// Whether a cue says that somebody did, or is said to have done, what follows.
fn is_of_deeds(text: &str, attribution: &Attribution) -> bool {
    let cue = attribution.cue.map_or_else(String::new, |cue| cue.of(text).to_lowercase());
    cue.split_whitespace().any(|word| OF_DEEDS.iter().any(|stem| word.starts_with(stem)))
}

/// Whether the cue ends in a preposition and the content is only what belongs to that: "called for *reducing the rate to 28 percent*". Not where
/// somebody admits it or is accused of it.
fn is_object(text: &str, attribution: &Attribution) -> bool {
    let (Some(cue), Some(first)) = (attribution.cue, attribution.content.first()) else { return false };
    let words = cue.of(text).to_lowercase();
    let adjacent = cue.end < first.start && Span::new(cue.end, first.start).of(text).trim().is_empty();
    let before_thing = words.split_whitespace().next_back().is_some_and(|word| BEFORE_THINGS.contains(&word));
    adjacent && before_thing && !words.starts_with("according") && !is_of_deeds(text, attribution)
}

/// Whether a content is the word that a question or a relative clause begins with, torn from words without a verb: "*which* he called *good fun*".
fn is_torn(text: &str, content: &[Span]) -> bool {
    let [first, rest @ ..] = content else { return false };
    let verb = || rest[0].of(text).split_whitespace().next().is_some_and(is_finite) || hold_verb(text, rest);
    ["what", "which", "that"].contains(&first.of(text).trim().to_lowercase().as_str()) && !rest.is_empty() && !verb()
}
