//! What stands in a sentence beside somebody's words and is the author's.

use super::{Found, word_count};
use crate::assemble::attributions::NEAR;
use crate::assemble::clauses::is_finite;
use crate::assemble::entities_under;
use crate::labels::is_amount;
use crate::span::Span;

/// What the author asserts before the words of an attribution: "The agency fined the firm £450,000 after it admitted that
/// …". Only where it holds an amount and a verb: the rest of such a sentence mostly just leads up to the content.
pub(super) fn beside(found: &Found, at: usize) -> Option<Span> {
    let text = found.document.text.as_str();
    let sentence = found.sentences[at].span;
    let to = found.attributions.partition_point(|a| a.content.first().is_some_and(|p| p.start < sentence.end));
    let near = &found.attributions[to.saturating_sub(NEAR)..to];
    let words = near.iter().flat_map(|a| a.content.iter().copied().chain(a.source).chain(a.cue));
    let first = words.filter(|w| w.overlaps(&sentence)).map(|w| w.start).min()?;
    let mut rest = Span::new(sentence.start, first.max(sentence.start)).trimmed(text);
    let mut ended = rest.of(text).ends_with([',', ';', ':', '—', '–', '-']);
    while let Some(word) = rest.of(text).split_whitespace().next_back().filter(|w| LEADING_ON.contains(&w.to_lowercase().as_str())) {
        // "the week *that* the firm came": a part of what stands before.
        let relative = RELATIVE.contains(&word.to_lowercase().as_str());
        rest = Span::new(rest.start, rest.end - word.len()).trimmed(text);
        ended = !relative || rest.of(text).ends_with(',');
    }
    if !ended {
        // "It joined for £17m in 2004, but it …": what stands before the last mark is whole.
        let marks = [", ", "; ", " - ", " – ", " — "];
        let last = marks.iter().filter_map(|mark| rest.of(text).rfind(mark)).max()?;
        rest = Span::new(rest.start, rest.start + last).trimmed(text);
    }
    let amount = entities_under(found.entities, rest).any(|i| is_amount(&found.entities[i].label) && found.entities[i].label != "ORDINAL");
    let verb = rest.of(text).split_whitespace().skip(1).any(is_finite);
    let closed = !rest.of(text).contains(['“', '"', '‘']) && !OPEN_ENDS.iter().any(|end| rest.of(text).ends_with(end));
    (amount && verb && closed && !leads_in(text, rest) && word_count(text, &[rest]) >= FEWEST_BESIDE).then_some(rest)
}

/// Whether these words, without a comma, begin with a preposition: they say when or where something is so.
fn leads_in(text: &str, rest: Span) -> bool {
    const WHEN: [&str; 14] =
        ["about", "after", "as", "at", "before", "by", "despite", "during", "for", "from", "in", "on", "since", "under"];
    let words = rest.of(text);
    let first = words.split_whitespace().next().unwrap_or("").to_lowercase();
    WHEN.contains(&first.as_str()) && !words.trim_end_matches(',').contains(',')
}

/// The fewest words of an assertion beside an attribution.
const FEWEST_BESIDE: usize = 6;
/// Ends behind which words are missing.
const OPEN_ENDS: [&str; 9] = [" of", " for", " with", " to", " by", " on", " at", " from", " over"];
/// Those of the words that lead on which take up the word before.
const RELATIVE: [&str; 3] = ["whom", "that", "which"];
/// Words that lead on to an attribution.
const LEADING_ON: [&str; 12] = ["and", "but", "after", "as", "while", "when", "because", "although", "though", "whom", "that", "which"];
