//! Whom a claim is put down to is no part of what it says: the words of attribution are left off.

use super::vocabulary::{attributes, may_attribute};

/// Most words from the start of a sentence to the verb that attributes the rest.
const LONGEST_LEAD: usize = 12;
/// Most words between that verb and its "that": `told reporters on Thursday that`.
const LONGEST_GAP: usize = 5;
/// Most words of an attribution at the end.
const LONGEST_TAIL: usize = 16;

/// The text without `X said that` before, `, X said` and `, according to X` after, and quotation marks around it.
pub(super) fn claimed(text: &str) -> &str {
    let body = without_lead(without_tail(unquoted(text.trim())));
    body.trim_matches(|c: char| is_quote(c) || c.is_whitespace() || c == ',')
}

fn is_quote(c: char) -> bool {
    matches!(c, '"' | '“' | '”' | '«' | '»')
}

/// `"The words," somebody said.` → `The words,`
fn unquoted(text: &str) -> &str {
    let Some(inner) = text.strip_prefix(is_quote) else { return text };
    let Some(end) = inner.find(is_quote) else { return inner };
    let (quoted, rest) = inner.split_at(end);
    let is_attribution = words(rest).take(LONGEST_TAIL).any(|(_, word)| may_attribute(&word));
    let is_all = rest.chars().all(|c| !c.is_alphanumeric());
    if is_all || is_attribution && words(rest).count() <= LONGEST_TAIL { quoted } else { text }
}

fn without_tail(text: &str) -> &str {
    let Some(comma) = text.rfind(", ") else { return text };
    let (body, tail) = text.split_at(comma);
    let tail: Vec<String> = words(tail).map(|(_, word)| word).collect();
    let starts = tail.first().is_some_and(|w| attributes(w) || w == "according");
    let cue = tail.iter().rposition(|w| may_attribute(w));
    // the verb ends the tail, save for when it was said and to whom
    let ends = cue.is_some_and(|at| {
        at > 0 && (tail.len() - at <= 1 || tail.get(at + 1).is_some_and(|w| w == "on") || tail.get(at).is_some_and(|w| w == "told"))
    });
    let is_attribution = tail.len() <= LONGEST_TAIL && (starts || ends);
    if is_attribution && words(body).count() > 2 { body } else { text }
}

fn without_lead(text: &str) -> &str {
    let list: Vec<(usize, String)> = words(text).take(LONGEST_LEAD + LONGEST_GAP + 3).collect();
    let word = |at: usize| list.get(at).map_or("", |(_, w)| w.as_str());
    let from = |at: usize| list.get(at).and_then(|(start, _)| text.get(*start..)).unwrap_or(text);
    if word(0) == "according" && word(1) == "to" {
        return text.find(", ").and_then(|comma| text.get(comma + 2..)).unwrap_or(text);
    }
    let Some(cue) = (1..list.len().min(LONGEST_LEAD)).find(|&at| may_attribute(word(at))) else { return text };
    let before = list.get(cue).and_then(|(start, _)| text.get(..*start)).unwrap_or("");
    let is_clause = (0..cue).any(|at| matches!(word(at), "as" | "while" | "after" | "when" | "because" | "if" | "but" | "although"));
    if is_clause || before.matches(", ").count() > 2 {
        return text;
    }
    if let Some(that) = (cue + 1..=cue + LONGEST_GAP).find(|&at| word(at) == "that") {
        return from(that + 1);
    }
    let goes_on =
        !matches!(word(cue + 1), "" | "to" | "no" | "yes" | "in" | "on" | "at" | "of" | "so" | "goodbye" | "sorry" | "nothing" | "it");
    if attributes(word(cue)) && goes_on { from(cue + 1) } else { text }
}

/// The words of a text in lower case, each with where it starts.
fn words(text: &str) -> impl Iterator<Item = (usize, String)> {
    text.split(|c: char| !(c.is_alphanumeric() || c == '\'' || c == '’' || c == '-')).filter(|w| !w.is_empty()).map(|w| {
        let start = w.as_ptr() as usize - text.as_ptr() as usize;
        (start, w.to_lowercase())
    })
}

#[cfg(test)]
mod tests {
    use super::claimed;

    #[test]
    fn the_words_of_attribution_are_left_off() {
        for (text, claim) in [
            ("Police told reporters on Friday that the man had fled.", "the man had fled."),
            ("\"The mine is closed,\" Ann Lee said.", "The mine is closed"),
            ("The mine is closed, according to figures from the owner.", "The mine is closed"),
            ("According to the union, the mine is closed.", "the mine is closed."),
            ("The mine is closed, officials in Kyiv said on Monday.", "The mine is closed"),
            ("The mayor said the mine was closed.", "the mine was closed."),
            ("“The mine is closed”", "The mine is closed"),
        ] {
            assert_eq!(claimed(text), claim);
        }
    }

    #[test]
    fn what_only_looks_like_an_attribution_stays() {
        for text in [
            "Divers found 53 coins off Malta.",
            "The group claimed responsibility.",
            "Shares fell as analysts warned that growth may slow.",
            "The \"mine\" is closed.",
            "The fire, which lasted all night, killed two.",
            "",
            "said",
            "\"",
        ] {
            assert_eq!(claimed(text), text.trim_matches('"'));
        }
    }
}
