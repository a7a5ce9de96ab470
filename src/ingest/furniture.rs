//! The lines around an article that are not its running text: headline, byline, dateline.
//!
//! Rules for one line each, for English-language news. They are cautious: a line they do not know stays running
//! text, and all text is read and scored whatever they say.

use crate::document::{BlockKind, PARTICLES};

/// Longest headline, in characters. Headlines of news sites end near 110.
const HEADLINE_CHARS: usize = 120;
/// Longest byline or dateline, in characters.
const FURNITURE_CHARS: usize = 100;
/// Words in the first name of a byline: "Jane Smith" to "Maria del Carmen de la Cruz".
const NAME_WORDS: std::ops::RangeInclusive<usize> = 2..=6;
/// Words a date in a dateline is made of; "May" only with its capital alone, so that "MAY" is not a month.
const DATE_WORDS: [&str; 33] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
    "Jan",
    "Feb",
    "Mar",
    "Apr",
    "Jun",
    "Jul",
    "Aug",
    "Sep",
    "Sept",
    "Oct",
    "Nov",
    "Dec",
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
    "Today",
    "Yesterday",
];
/// Words in the credit of a picture.
const CREDIT_WORDS: usize = 8;
/// What a credit begins with.
const CREDITS: [&str; 11] =
    ["credit", "credits", "photo", "photos", "photograph", "photographer", "picture", "image", "images", "courtesy", "copyright"];
/// Who lends pictures, in words without marks.
const LENDERS: [&str; 17] = [
    "Getty",
    "AP",
    "AFP",
    "Reuters",
    "REUTERS",
    "EPA",
    "PA",
    "Shutterstock",
    "Alamy",
    "iStock",
    "Bloomberg",
    "Handout",
    "Unsplash",
    "Flickr",
    "Wikimedia",
    "Xinhua",
    "UPI",
];
/// Words in lower case that stand between names.
const BETWEEN_NAMES: [&str; 9] = ["via", "for", "by", "of", "the", "and", "from", "/", "|"];
const DASHES: [char; 4] = ['—', '–', '―', '-'];

/// Byline or dateline, if the line is nothing else.
pub(super) fn of_line(line: &str) -> Option<BlockKind> {
    if line.chars().count() > FURNITURE_CHARS {
        None
    } else if is_byline(line) {
        Some(BlockKind::Byline)
    } else {
        is_dateline(line).then_some(BlockKind::Dateline)
    }
}

/// Whether a line over an article can be its headline: short, and not closed by a full stop.
///
/// A question or exclamation mark is no obstacle, nor is the stop of initials ("… in the U.S.").
pub(super) fn is_headline(line: &str) -> bool {
    let bare = without_closers(line);
    let initials = || bare.rsplit(char::is_whitespace).next().is_some_and(is_initials);
    line.chars().count() <= HEADLINE_CHARS && (!bare.ends_with(['.', '。']) || initials())
}

/// Whether what stands under a picture only says whose picture it is: "Photograph: Jo Lee/AP", "AFP via Getty Images".
pub(super) fn is_credit(line: &str) -> bool {
    let words: Vec<&str> = line.split_whitespace().collect();
    let Some(first) = words.first() else { return false };
    if words.len() > CREDIT_WORDS || ends_sentence(line.trim_end_matches('.')) || words.len() > 2 && line.ends_with('.') {
        return false;
    }
    let opens = bare(first);
    let labelled = CREDITS.iter().any(|credit| opens.eq_ignore_ascii_case(credit))
        && (words.len() == 1 || is_names(&words[1..]) || first.ends_with(':'));
    let mut parts = line.split(|c: char| !c.is_alphanumeric());
    labelled || line.starts_with('©') || is_names(&words) && parts.any(|part| LENDERS.contains(&part))
}

/// Whether words are names, and what stands between names.
fn is_names(words: &[&str]) -> bool {
    let is_name = |word: &&str| bare(word).starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit()) || PARTICLES.contains(word);
    words
        .iter()
        .all(|word| is_name(word) || BETWEEN_NAMES.contains(word) || bare(word).is_empty() || *word == "iStock" || *word == "source,")
}

/// Whether a line ends a sentence: a stop, perhaps followed by closing quotes or brackets.
pub(super) fn ends_sentence(line: &str) -> bool {
    without_closers(line).ends_with(['.', '!', '?', '…', '。', '！', '？'])
}

fn without_closers(line: &str) -> &str {
    line.trim_end_matches(['"', '\'', '”', '’', '»', ')', ']', ' ', '\u{a0}'])
}

/// Two letters or more, each with its stop: "U.S.", "D.C.", "a.m.".
fn is_initials(word: &str) -> bool {
    let letters: Vec<&str> = word.trim_start_matches(['(', '“', '"']).split_terminator('.').collect();
    letters.len() >= 2 && letters.iter().all(|letter| letter.chars().count() == 1 && starts_alphabetic(letter))
}

fn starts_alphabetic(word: &str) -> bool {
    word.starts_with(char::is_alphabetic)
}

/// "By", then the name of a person; after it (a comma, "and", a dash) anything but a sentence.
fn is_byline(line: &str) -> bool {
    let Some(rest) = ["By ", "BY ", "by ", "By: "].iter().find_map(|by| line.strip_prefix(by)) else {
        return false;
    };
    let words: Vec<&str> = rest.split_whitespace().collect();
    let ends_name = |word: &&str| word.ends_with(',') || matches!(*word, "and" | "&" | "|" | "/" | "—" | "–" | "-");
    let name = match words.iter().position(ends_name) {
        Some(at) if words.get(at).is_some_and(|word| word.ends_with(',')) => words.get(..=at),
        Some(at) => words.get(..at),
        None => Some(words.as_slice()),
    };
    let is_name = |word: &&str| {
        let word = word.trim_end_matches(',');
        word.starts_with(char::is_uppercase) && !word.contains(char::is_numeric) || PARTICLES.contains(&word)
    };
    let closed = ends_sentence(rest) && !rest.ends_with("Jr.") && !rest.ends_with("Sr.");
    !closed && name.is_some_and(|name| NAME_WORDS.contains(&name.len()) && name.iter().all(is_name))
}

/// A place in capitals, then only what a dateline has: further places, an agency in brackets, a date, a dash.
fn is_dateline(line: &str) -> bool {
    let body = line.trim_end_matches(DASHES).trim_end();
    let dashed = body.len() < line.len();
    let (before, after) = body.split_once('(').unwrap_or((body, ""));
    let (agency, after) = after.split_once(')').unwrap_or(("", after));
    let words: Vec<&str> = before.split_whitespace().chain(after.split_whitespace()).collect();
    let Some(first) = words.first() else { return false };
    let dated = words.iter().any(|word| DATE_WORDS.contains(&bare(word)));
    let mut past_comma = false;
    let fits = words.iter().all(|word| {
        let fits = is_capitals(word)
            || past_comma && word.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit())
            || DASHES.iter().any(|dash| word.trim_matches(*dash).is_empty());
        past_comma |= word.ends_with(',');
        fits
    });
    let evidence = dashed || dated && past_comma || !agency.is_empty() && words.last().is_some_and(|w| is_dash(w));
    is_capitals(first) && fits && evidence && agency.split_whitespace().count() <= 4
}

fn is_dash(word: &str) -> bool {
    word.chars().all(|c| DASHES.contains(&c))
}

fn bare(word: &str) -> &str {
    word.trim_matches(|c: char| !c.is_alphanumeric())
}

fn is_capitals(word: &str) -> bool {
    let mut letters = word.chars().filter(|c| c.is_alphabetic()).peekable();
    letters.peek().is_some() && letters.all(char::is_uppercase) && word.chars().filter(|c| c.is_alphabetic()).count() > 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bylines() {
        for line in [
            "By Jane Smith",
            "BY JANE SMITH",
            "By Jane Smith and John Doe, Associated Press",
            "By Ursula von der Leyen",
            "By Robert F. Kennedy Jr.",
            "By The Associated Press",
            "By Jane Smith, Reuters | March 4, 2024",
        ] {
            assert_eq!(of_line(line), Some(BlockKind::Byline), "{line}");
        }
        for line in [
            "By Monday",
            "By the numbers",
            "By Air and Sea, Troops Move In",
            "By March 4 the army had left.",
            "By Jane Smith's account, nothing happened.",
            "Bypassing Jane Smith",
            "By ",
        ] {
            assert_eq!(of_line(line), None, "{line}");
        }
    }

    #[test]
    fn datelines() {
        for line in [
            "LONDON, March 4 —",
            "LONDON —",
            "NEW YORK (Reuters) -",
            "WASHINGTON, D.C., Jan. 5, 2024 (AP) --",
            "SAN JOSE, Calif., Sept. 3",
            "PARIS, Tuesday",
            "ST. LOUIS (AP) –",
        ] {
            assert_eq!(of_line(line), Some(BlockKind::Dateline), "{line}");
        }
        for line in [
            "LONDON, March 4 — The government fell.",
            "TRUMP WINS AGAIN",
            "TRUMP MAY RUN, AIDES SAY",
            "A plan —",
            "London, March 4 —",
            "—",
            "",
        ] {
            assert_eq!(of_line(line), None, "{line}");
        }
    }

    #[test]
    fn credits() {
        for line in [
            "Photograph: Jo Lee",
            "Photo by Jo Lee/Getty Images",
            "Image source, Getty Images",
            "Getty Images",
            "AFP via Getty Images",
            "(AP Photo/Jo van Lee)",
            "REUTERS/Jo Lee",
            "Credit: Jo Lee for The Courier",
            "© Jo Lee 2024",
            "Jo Lee / Alamy",
        ] {
            assert!(is_credit(line), "{line}");
        }
        for line in [
            "Jo Lee at the dam on Thursday",
            "Jo Lee",
            "Reuters reporters at work",
            "The Getty fire seen from the hills.",
            "Photo shows the wall of Ostrey",
            "Jo Lee joined AP.",
            "Image of the wall",
            "",
        ] {
            assert!(!is_credit(line), "{line}");
        }
    }

    #[test]
    fn headlines() {
        for line in ["Trump meets Kim", "Who won?", "“We won!”", "Talks open in the U.S.", "He said ‘never’"] {
            assert!(is_headline(line), "{line}");
        }
        for line in ["The talks opened.", "“The talks opened.”", "He said (so)."] {
            assert!(!is_headline(line), "{line}");
        }
        assert!(is_headline(&"é".repeat(120)));
        assert!(!is_headline(&"é".repeat(121)));
    }
}
