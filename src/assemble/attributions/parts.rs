//! The parts of a content: joined where nothing divides them, without what is none of it.

use crate::assemble::clauses::hold_verb;
use crate::span::Span;

/// Parts that overlap, or have nothing between them but characters that `bridges`, as one.
pub(super) fn merged(text: &str, mut parts: Vec<Span>, bridges: fn(char) -> bool) -> Vec<Span> {
    parts.sort();
    let mut out: Vec<Span> = Vec::new();
    for part in parts {
        match out.last_mut() {
            Some(last) if Span::new(last.end, part.start).of(text).chars().all(bridges) => *last = last.hull(&part),
            _ => out.push(part),
        }
    }
    out
}

/// The most words between two parts of a content that nothing divides.
const LONGEST_GAP: usize = 6;

/// Parts of a sentence with a few words between them that neither attribute nor end it, as one: what the model left out is said, too.
pub(super) fn filled(text: &str, content: Vec<Span>, attributing: &[Span]) -> Vec<Span> {
    let mut filled: Vec<Span> = Vec::with_capacity(content.len());
    let free = |gap: Span| !attributing.iter().any(|span| span.overlaps(&gap));
    for part in content {
        let gap = |last: &Span| Span::new(last.end, part.start);
        let small = |gap: Span| {
            let words = gap.of(text);
            let apart = words.contains(['\n', '“', '”', '"', '‘', '»', '«', ';', ':', '!', '?']) || words.contains(". ");
            !apart && words.split_whitespace().count() <= LONGEST_GAP && free(gap)
        };
        // "30 trillion rupiah (*$3.2bn; £1.*7bn)"
        let bracketed = |last: &Span| {
            let between = gap(last).of(text);
            has_open_bracket(last.of(text)) && between.len() <= LONGEST_BRACKET && !between.contains([')', '\n'])
        };
        match filled.last_mut() {
            Some(last) if small(gap(last)) || bracketed(last) && free(gap(last)) => *last = last.hull(&part),
            _ => filled.push(part),
        }
    }
    // "Halo … to be one of the finest … *the sequel*": behind words that nobody said.
    if let [.., before, last] = filled[..]
        && is_scrap(text, last)
        && free(Span::new(before.end, last.start))
    {
        filled.pop();
    }
    filled
}

/// The most bytes that stand in brackets within a content.
const LONGEST_BRACKET: usize = 60;

fn has_open_bracket(words: &str) -> bool {
    words.rfind('(').is_some_and(|open| !words[open..].contains(')'))
}

/// Whether so few words say nothing by themselves.
fn is_scrap(text: &str, part: Span) -> bool {
    let words = part.of(text);
    words.split_whitespace().count() <= 2 && !words.contains(['“', '”', '"', '‘']) && !hold_verb(text, &[part])
}

/// A content without whom it is told: "somebody told *me* it fell".
pub(super) fn without_hearer(text: &str, cue: Span, content: Span) -> Span {
    const TELLING: [&str; 4] = ["told", "tells", "tell", "telling"];
    const HEARERS: [&str; 7] = ["me ", "him ", "her ", "us ", "them ", "you ", "reporters "];
    let tells = cue.end < content.start && cue.of(text).split_whitespace().next_back().is_some_and(|verb| TELLING.contains(&verb));
    let hearer = HEARERS.iter().find(|hearer| tells && content.of(text).starts_with(**hearer));
    hearer.map_or(content, |hearer| Span::new(content.start + hearer.len(), content.end).trimmed(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(text: &str, words: &str) -> Span {
        let start = text.find(words).unwrap();
        Span::new(start, start + words.len())
    }

    #[test]
    fn brackets_are_filled_and_scraps_go() {
        let text = "Acme said it owed 30m rupiah ($3.2bn; £1.7bn) to banks, and its rivals had bought up all of the rest";
        let of = |parts: &[&str], attributing: &[&str]| {
            let attributing: Vec<Span> = attributing.iter().map(|words| place(text, words)).collect();
            let parts = parts.iter().map(|words| place(text, words)).collect();
            filled(text, parts, &attributing).into_iter().map(|part| part.of(text)).collect::<Vec<_>>()
        };
        assert_eq!(of(&["it owed 30m rupiah (", "7bn) to banks"], &["Acme"]), ["it owed 30m rupiah ($3.2bn; £1.7bn) to banks"]);
        assert_eq!(of(&["it owed 30m", "the rest"], &["Acme"]), ["it owed 30m"]);
        assert_eq!(of(&["it owed 30m", "the rest"], &["its rivals"]), ["it owed 30m", "the rest"]);
        assert_eq!(of(&["Acme", "all of the rest"], &["had bought"]), ["Acme", "all of the rest"], "a subject is no scrap");
    }

    #[test]
    fn whom_it_is_told_is_no_part_of_what_is_told() {
        let text = "somebody told me this was the biggest, and told her tale";
        let of = |cue: &str, content: &str| without_hearer(text, place(text, cue), place(text, content)).of(text);
        assert_eq!(of("somebody told", "me this was the biggest"), "this was the biggest");
        assert_eq!(of("somebody", "me this was the biggest"), "me this was the biggest");
    }
}
