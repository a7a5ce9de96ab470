//! The ends of a claim: without quotation marks and stops, without what only leads up to it.

use super::clauses::is_finite;
use super::quotes::closer_of;
use crate::span::Span;

/// Words that join a sentence to the one before and say nothing themselves.
const CONNECTIVES: [&str; 7] = ["And ", "But ", "Meanwhile, ", "However, ", "Moreover, ", "Still, ", "Also, "];

/// Takes quotation marks, stops and commas off the ends of every part, and off the first what leads up to it: a
/// dateline, a bullet, a connective, the "that" of an attributed content.
pub(super) fn clean(text: &str, parts: Vec<Span>, attributed: bool) -> Vec<Span> {
    let mut cleaned: Vec<Span> = Vec::new();
    for part in parts {
        let mut span = part.trimmed(text);
        // "*But*, he said, it fell"
        let bare = |words: &'static str| words.trim_end_matches([',', ' ']);
        if cleaned.is_empty() && CONNECTIVES.iter().any(|word| bare(word) == span.of(text).trim_end_matches(',')) {
            continue;
        }
        if cleaned.is_empty() {
            span = without_lead(text, span);
            // "That has been solved" begins with its subject.
            let subject = |surface: &str| {
                let mut words = surface.split_whitespace().skip(1);
                words.next().is_some_and(is_finite) && words.next() != Some("of")
            };
            for word in CONNECTIVES.into_iter().chain(attributed.then_some("that ")) {
                if span.of(text).starts_with(word) && !(word == "that " && subject(span.of(text))) {
                    span = Span::new(span.start + word.len(), span.end).trimmed(text);
                }
            }
            // "accused *of* stealing $2m"
            let deed = |rest: &str| rest.split_whitespace().next().is_some_and(|word| word.ends_with("ing") && word.len() > 5);
            if attributed && span.of(text).strip_prefix("of ").is_some_and(deed) {
                span = Span::new(span.start + 3, span.end).trimmed(text);
            }
        }
        span = unquoted(text, span);
        if span.of(text).chars().any(char::is_alphanumeric) {
            cleaned.push(span);
        }
    }
    cleaned
}

/// The part without a noun that only says it is said: "*a claim that* he was paid".
pub(super) fn without_noun(text: &str, part: Span) -> Span {
    const NOUNS: [&str; 12] = [
        "accusation",
        "accusations",
        "allegation",
        "allegations",
        "claim",
        "claims",
        "report",
        "reports",
        "rumours",
        "suggestion",
        "suggestions",
        "speculation",
    ];
    let surface = part.of(text);
    let Some((noun, rest)) = surface.split_once(" that ") else { return part };
    let fits = noun.split_whitespace().count() <= 3 && noun.split_whitespace().next_back().is_some_and(|last| NOUNS.contains(&last));
    if fits { Span::new(part.end - rest.len(), part.end).trimmed(text) } else { part }
}

/// The most characters a dateline takes.
const LONGEST_DATELINE: usize = 60;

/// The span without a list's bullet or a dateline ("LAGOS, March 4 (Newswire) -") at its start.
fn without_lead(text: &str, span: Span) -> Span {
    let surface = span.of(text);
    let bullet = surface.strip_prefix(['-', '–', '—', '•', '*', '·']).filter(|rest| rest.starts_with(char::is_whitespace));
    if let Some(rest) = bullet {
        return Span::new(span.end - rest.len(), span.end).trimmed(text);
    }
    let dash = [" — ", " – ", " - ", " -- "].iter().filter_map(|d| surface.find(d).map(|at| (at, d.len()))).min();
    match dash {
        Some((at, length))
            if at <= LONGEST_DATELINE && is_dateline(&surface[..at]) && !surface[at + length..].starts_with(char::is_lowercase) =>
        {
            Span::new(span.start + at + length, span.end).trimmed(text)
        }
        _ => span,
    }
}

/// Whether these words are only a place in capitals, its country, a date, an agency in brackets.
fn is_dateline(words: &str) -> bool {
    const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let capitals = |word: &str| word.chars().any(char::is_alphabetic) && !word.chars().any(char::is_lowercase);
    let mut after_comma = false;
    let mut place = false;
    words.split_whitespace().all(|word| {
        let month = word.get(..3).is_some_and(|m| MONTHS.contains(&m.to_lowercase().as_str()));
        let fits = capitals(word)
            || month
            || word.starts_with('(')
            || word.starts_with(|c: char| c.is_ascii_digit())
            || after_comma && word.starts_with(char::is_uppercase);
        place |= capitals(word);
        after_comma = word.ends_with(',');
        fits
    }) && place
}

/// Marks that stand around a claim, at most: more are no quotation.
const MOST_MARKS: usize = 8;

/// The span without stops at its end and marks around it; a mark stays where its partner is inside.
fn unquoted(text: &str, span: Span) -> Span {
    let mut surface = span.of(text);
    let mut start = span.start;
    for _ in 0..MOST_MARKS {
        let before = surface;
        surface = without_stops(surface);
        let Some(first) = surface.chars().next() else { break };
        let last = surface.chars().next_back().unwrap_or(first);
        let inside = &surface[first.len_utf8()..];
        match closer_of(first).map(|closer| partner(inside, first, closer)) {
            // The two ends are one pair.
            Some(Some(at)) if at + last.len_utf8() == inside.len() => (surface, start) = (&inside[..at], start + first.len_utf8()),
            // Never closed.
            Some(None) => (surface, start) = (inside, start + first.len_utf8()),
            _ if unopened(surface, last) => surface = &surface[..surface.len() - last.len_utf8()],
            _ => {}
        }
        let skipped = surface.len() - surface.trim_start().len();
        (surface, start) = (&surface[skipped..], start + skipped);
        if surface.len() == before.len() {
            break;
        }
    }
    Span::new(start, start + surface.len())
}

fn without_stops(surface: &str) -> &str {
    let trimmed = surface.trim_end_matches(|c: char| matches!(c, '.' | ',' | ';' | ':') || c.is_whitespace() || is_pictograph(c));
    // "U.S." keeps its last stop.
    if surface[trimmed.len()..].starts_with('.') && abbreviated(trimmed) { &surface[..=trimmed.len()] } else { trimmed }
}

/// Emoji, dingbats and what joins them.
fn is_pictograph(c: char) -> bool {
    matches!(c, '\u{2600}'..='\u{27bf}' | '\u{1f000}'..='\u{1faff}' | '\u{fe0f}' | '\u{200d}')
}

/// Where, in what follows an opening mark, the mark that closes it stands.
fn partner(inside: &str, opener: char, closer: char) -> Option<usize> {
    let mut depth = 0;
    for (at, c) in inside.char_indices() {
        let apostrophe = c == '’' && inside[at + c.len_utf8()..].starts_with(char::is_alphanumeric);
        if c == closer && !apostrophe {
            if depth == 0 {
                return Some(at);
            }
            depth -= 1;
        } else if c == opener {
            depth += 1;
        }
    }
    None
}

/// Whether the closing mark at the end has no opening one before it. A last `’` may be an apostrophe, and stays.
fn unopened(surface: &str, last: char) -> bool {
    let count = |mark: char| surface.matches(mark).count();
    match last {
        '”' => count('“') + count('„') < count('”'),
        '»' => count('«') < count('»'),
        '"' => count('"') % 2 == 1,
        _ => false,
    }
}

/// Whether a text that a stop follows ends in an abbreviation such as "U.S" or "p.m".
fn abbreviated(text: &str) -> bool {
    let last = text.rsplit(char::is_whitespace).next().unwrap_or("");
    last.contains('.')
        && last
            .split('.')
            .all(|part| part.trim_matches(|c: char| !c.is_alphanumeric()).chars().count() == 1 && part.contains(char::is_alphabetic))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn cleaned(text: &str) -> Vec<&str> {
        clean(text, vec![Span::new(0, text.len())], true).into_iter().map(|s| s.of(text)).collect()
    }

    #[test]
    fn marks_stops_and_that_are_no_part_of_a_claim() {
        assert_eq!(cleaned("that the plan “failed.”"), ["the plan “failed.”"]);
        assert_eq!(cleaned("“The plan failed,”"), ["The plan failed"]);
        assert_eq!(cleaned("“The plan” failed “twice.”"), ["“The plan” failed “twice.”"]);
        assert_eq!(cleaned("It grew in the U.S."), ["It grew in the U.S."]);
        assert_eq!(cleaned("\"The plan failed.\""), ["The plan failed"]);
        assert_eq!(cleaned("“It never closed."), ["It never closed"]);
        assert_eq!(cleaned("But it fell 2.4%."), ["it fell 2.4%"]);
        assert_eq!(cleaned("LAGOS, March 4 (Newswire) - Prices rose - a lot."), ["Prices rose - a lot"]);
        assert_eq!(cleaned("MILLBROOK, Ohio — A man fell"), ["A man fell"]);
        for whole in ["NATO spending — the highest ever — rose", "GDP - adjusted for inflation - fell", "So far 120 people came"] {
            assert_eq!(cleaned(whole), [whole]);
        }
        assert_eq!(cleaned("- All schools are shut"), ["All schools are shut"]);
        assert_eq!(cleaned("that has been solved"), ["that has been solved"]);
        assert_eq!(cleaned("that costs of writing it fell"), ["costs of writing it fell"]);
        assert_eq!(cleaned("Orders have tripled. 😮"), ["Orders have tripled"]);
        assert_eq!(cleaned("of stealing $2m"), ["stealing $2m"]);
        assert_eq!(cleaned("of three crimes"), ["of three crimes"]);
        assert!(cleaned("“…”").is_empty());
        let (text, parts) = ("But, he said, it fell.", vec![Span::new(0, 4), Span::new(14, 22)]);
        assert_eq!(clean(text, parts, true), [Span::new(14, 21)]);
    }

    proptest! {
        #[test]
        fn cleaning_any_text_stays_inside_it(text in "[a-zU.S, “”‘’\"«»'😀]*") {
            for span in clean(&text, vec![Span::new(0, text.len())], true) {
                prop_assert!(text.get(span.start..span.end).is_some_and(|s| !s.is_empty()));
            }
        }
    }
}
