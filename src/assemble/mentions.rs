//! What is named: the model's mentions cut to the name, and the amounts and dates that can be read exactly.

use super::ReadSentence;
use crate::labels::is_amount;
use crate::span::Span;
use crate::values::{self, Day, Label, Value};

/// One name, amount or date.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Named {
    pub(super) span: Span,
    pub(super) label: String,
    /// The model's score; where only the recogniser saw it, [`RECOGNISED`].
    pub(super) score: f32,
    pub(super) value: Option<Value>,
}

/// How often a stretch that the recogniser alone takes for an amount or date is one, by eye (docs/decisions.md).
const RECOGNISED: f32 = 0.98;

/// How much a label of an amount says; `None` for names. A number inside a date is part of the date.
fn rank(label: &str) -> Option<u8> {
    is_amount(label).then(|| u8::from(!matches!(label, "ORDINAL" | "CARDINAL")))
}

/// What stands in every sentence, in order, without overlap. `published` is the day that "last week" counts from.
pub(super) fn collect(text: &str, sentences: &[ReadSentence], labels: &[String], published: Option<Day>) -> Vec<Named> {
    sentences.iter().flat_map(|sentence| reconciled(tagged(text, sentence, labels), recognised(text, sentence.span, published))).collect()
}

/// The model's mentions, without what stands around a name.
fn tagged(text: &str, sentence: &ReadSentence, labels: &[String]) -> Vec<Named> {
    let mut found: Vec<Named> = Vec::new();
    for mention in &sentence.reading.entities {
        let Some(label) = labels.get(mention.label) else { continue };
        let mut span = bare(text, mention.span);
        if label == "PERSON" {
            span = with_hyphenated_end(text, without_address(text, span));
        }
        if label == "DATE" && counts_things(span.of(text)) {
            continue;
        }
        // A hyphenated end may take in the mention after it.
        let taken = found.last().is_some_and(|last| last.span.overlaps(&span));
        if !span.is_empty() && !taken {
            found.push(Named { span, label: corrected(span.of(text), label).to_owned(), score: mention.score, value: None });
        }
    }
    found
}

/// Names of countries that are no nationality, whatever stands behind them: "US firms".
const COUNTRIES: [&str; 5] = ["US", "U.S.", "USA", "UK", "U.K."];

/// What ends the name of a building.
const BUILDINGS: [&str; 6] = ["Prison", "Hospital", "Stadium", "Airport", "Jail", "Cathedral"];

/// The label of a name, corrected where its words leave no doubt.
fn corrected<'l>(surface: &str, label: &'l str) -> &'l str {
    let building = || surface.rsplit_once(' ').is_some_and(|(_, last)| BUILDINGS.contains(&last));
    match label {
        "NORP" if COUNTRIES.contains(&surface) => "GPE",
        "GPE" if building() => "FAC",
        _ => label,
    }
}

/// "the last three games": a number behind such a word, without a unit of time, is no date.
fn counts_things(surface: &str) -> bool {
    let Some((first, number)) = surface.split_once(' ') else { return false };
    let ordering = ["last", "past", "next", "first", "previous", "final"].contains(&first.to_lowercase().as_str());
    ordering && values::find(number, None).iter().any(|f| f.label == Label::Cardinal && f.span == Span::new(0, number.len()))
}

/// The amounts and dates of a sentence. Sentence by sentence, since none goes over the end of one.
fn recognised(text: &str, sentence: Span, published: Option<Day>) -> Vec<Named> {
    let findings = values::find(sentence.of(text), published);
    let place = |finding: &values::Finding| Span::new(sentence.start + finding.span.start, sentence.start + finding.span.end);
    let mut found: Vec<Named> = Vec::with_capacity(findings.len());
    for (at, finding) in findings.iter().enumerate() {
        let from = found.last().map_or(sentence.start, |last| last.span.end);
        let to = findings.get(at + 1).map_or(sentence.end, |next| place(next).start);
        found.push(Named {
            span: with_bounds(text, place(finding), Span::new(from, to), finding),
            label: finding.label.as_str().into(),
            score: RECOGNISED,
            value: finding.value.clone(),
        });
    }
    found
}

/// Words that bound an amount from the front, longer ones first.
const BOUNDS_BEFORE: [&str; 33] = [
    "in excess of",
    "no more than",
    "no fewer than",
    "no less than",
    "not more than",
    "as many as",
    "as much as",
    "a minimum of",
    "a maximum of",
    "an estimated",
    "more than",
    "greater than",
    "higher than",
    "longer than",
    "less than",
    "fewer than",
    "lower than",
    "at least",
    "at most",
    "up to",
    "close to",
    "over",
    "above",
    "under",
    "below",
    "nearly",
    "almost",
    "about",
    "around",
    "roughly",
    "approximately",
    "some",
    "circa",
];
/// And from behind.
const BOUNDS_BEHIND: [&str; 6] = [" or more", " or less", " or so", " or fewer", " plus", "+"];

/// The amount with the words that bound it, as OntoNotes cuts amounts, inside `within`; the recogniser says of each whether
/// it has any.
fn with_bounds(text: &str, span: Span, within: Span, finding: &values::Finding) -> Span {
    let bounded = match &finding.value {
        Some(Value::Amount(amount)) => amount.bound.is_some(),
        Some(Value::Range(range)) => range.bound.is_some(),
        _ => false,
    };
    if !bounded {
        return span;
    }
    let before = Span::new(within.start, span.start).of(text).trim_end();
    let matches = |words: &&&str| {
        let from = before.len().checked_sub(words.len());
        let fits = from.and_then(|from| before.get(from..)).is_some_and(|end| end.eq_ignore_ascii_case(words));
        fits && from.and_then(|from| before.get(..from)).is_some_and(|rest| !rest.ends_with(char::is_alphanumeric))
    };
    let start = BOUNDS_BEFORE.iter().find(matches).map_or(span.start, |words| within.start + before.len() - words.len());
    let behind = Span::new(span.end, within.end).of(text);
    let whole = |words: &&&str| behind.strip_prefix(**words).is_some_and(|rest| !rest.starts_with(char::is_alphanumeric));
    let end = BOUNDS_BEHIND.iter().find(whole).map_or(span.end, |words| span.end + words.len());
    Span::new(start, end)
}

/// Both readings as one, in order: the recogniser is exact in what it knows, and yields to a mention that says more than
/// all it finds there.
fn reconciled(tagged: Vec<Named>, mut recognised: Vec<Named>) -> Vec<Named> {
    let mut kept: Vec<Named> = Vec::with_capacity(tagged.len() + recognised.len());
    let mut dropped = vec![false; recognised.len()];
    let mut from = 0; // the first finding that does not end before the mention at hand
    for mut mention in tagged {
        while recognised.get(from).is_some_and(|f| f.span.end <= mention.span.start) {
            from += 1;
        }
        let to = from + recognised[from..].iter().take_while(|f| f.span.start < mention.span.end).count();
        let rivals = &mut recognised[from..to];
        if rivals.iter().all(|finding| says_more(&mention, finding)) && !dropped[from..to].contains(&true) {
            dropped[from..to].fill(true);
            if let [finding] = rivals
                && matches!(finding.value, Some(Value::Amount(_) | Value::Range(_)))
                && ["MONEY", "QUANTITY", "PERCENT"].contains(&mention.label.as_str())
            {
                // "5 million pesos" is a sum of 5 million, whatever pesos are.
                mention.value = finding.value.take();
            }
            kept.push(mention);
        } else {
            let alike = rivals.iter_mut().filter(|finding| finding.label == mention.label);
            alike.for_each(|finding| finding.score = finding.score.max(mention.score));
        }
    }
    kept.extend(recognised.into_iter().zip(dropped).filter(|(_, dropped)| !dropped).map(|(finding, _)| finding));
    kept.sort_by_key(|named| named.span);
    kept
}

/// Whether the model's mention counts, not the finding it overlaps: a name that holds a number ("Boeing 747"), a
/// longer amount that does ("the first three months").
fn says_more(mention: &Named, finding: &Named) -> bool {
    let longer = mention.span.contains(&finding.span) && mention.span != finding.span;
    match (rank(&mention.label), rank(&finding.label)) {
        (None, _) => longer || mention.span == finding.span && finding.label != Label::Date.as_str(),
        (Some(of_mention), Some(of_finding)) => longer && of_mention > of_finding,
        (Some(_), None) => false,
    }
}

/// The span without a leading article and a trailing `'s`, which are outside a name.
fn bare(text: &str, span: Span) -> Span {
    let mut span = span.trimmed(text);
    for article in ["the ", "The ", "THE ", "a ", "A ", "an ", "An "] {
        if span.of(text).starts_with(article) {
            span = Span::new(span.start + article.len(), span.end).trimmed(text);
            break;
        }
    }
    for suffix in ["'s", "’s"] {
        if let Some(rest) = span.of(text).strip_suffix(suffix) {
            span = Span::new(span.start, span.start + rest.len());
        }
    }
    // "the Teamsters' strike"
    if let Some(rest) = span.of(text).strip_suffix(['\'', '’']).filter(|rest| rest.ends_with('s') && !rest.contains(['\'', '‘'])) {
        span = Span::new(span.start, span.start + rest.len());
    }
    span
}

/// Forms of address, which are outside a name.
const ADDRESSES: [&str; 22] = [
    "Mr",
    "Mrs",
    "Ms",
    "Miss",
    "Dr",
    "Sir",
    "Dame",
    "Lord",
    "Lady",
    "Prof",
    "Professor",
    "Rev",
    "Gen",
    "Col",
    "Capt",
    "Lt",
    "Sgt",
    "Sen",
    "Rep",
    "Gov",
    "Justice",
    "Judge",
];

/// Whether a word is a form of address.
pub(super) fn is_address(word: &str) -> bool {
    ADDRESSES.iter().any(|address| address.eq_ignore_ascii_case(word))
}

fn without_address(text: &str, span: Span) -> Span {
    let surface = span.of(text);
    match surface.split_once(char::is_whitespace) {
        Some((first, rest)) if is_address(first.trim_end_matches('.')) => Span::new(span.end - rest.len(), span.end).trimmed(text),
        _ => span,
    }
}

/// Endings that a hyphen joins to a name without being part of it: "Obama-era".
const NOT_NAMES: [&str; 10] = ["era", "led", "like", "run", "free", "born", "made", "ally", "owned", "style"];

/// "Kim Jong" before "-un": a hyphen and a few small letters belong to a full name.
fn with_hyphenated_end(text: &str, span: Span) -> Span {
    let rest = text.get(span.end..).and_then(|rest| rest.strip_prefix('-')).unwrap_or("");
    let end = rest.find(|c: char| !c.is_lowercase()).unwrap_or(rest.len());
    let full_name = span.of(text).contains(char::is_whitespace);
    let ending = &rest[..end];
    if full_name && (1..=5).contains(&ending.len()) && !NOT_NAMES.contains(&ending) && !rest[end..].starts_with(char::is_alphanumeric) {
        Span::new(span.start, span.end + 1 + end)
    } else {
        span
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::{Mention, Reading};

    const LABELS: [&str; 5] = ["PERSON", "ORG", "DATE", "MONEY", "CARDINAL"];

    /// Surface and label of what stands in a sentence in which the model sees `names`.
    fn named(text: &str, names: &[(&str, usize)]) -> Vec<(String, String)> {
        let mention = |(name, label): &(&str, usize)| {
            let start = text.find(name).unwrap();
            Mention { span: Span::new(start, start + name.len()), label: *label, score: 0.9 }
        };
        let reading = Reading { entities: names.iter().map(mention).collect(), ..Reading::default() };
        let sentence = ReadSentence { span: Span::new(0, text.len()), block: None, kind: None, reading };
        let found = collect(text, &[sentence], &LABELS.map(String::from), None);
        found.into_iter().map(|n| (n.span.of(text).to_owned(), n.label)).collect()
    }

    #[test]
    fn what_belongs_to_no_name_goes_and_hyphenated_ends_stay() {
        let found = named(
            "Kim Jong-un met Barack Obama-era men and Mr Lee at the FBI's door",
            &[("Kim Jong", 0), ("Barack Obama", 0), ("Mr Lee", 0), ("the FBI's", 1)],
        );
        assert_eq!(found.iter().map(|f| f.0.as_str()).collect::<Vec<_>>(), ["Kim Jong-un", "Barack Obama", "Lee", "FBI"]);
    }

    #[test]
    fn both_readings_become_one() {
        let pairs =
            |found: Vec<(String, String)>| found.into_iter().map(|(surface, label)| format!("{label} {surface}")).collect::<Vec<_>>();
        // What the model missed, or saw in part, is found; what only the model sees stays.
        assert_eq!(
            pairs(named("It cost $5 million in the recent past", &[("5 million", 4), ("the recent past", 2)])),
            ["MONEY $5 million", "DATE recent past"]
        );
        // A name holds its number, an unknown currency its sum.
        assert_eq!(
            pairs(named("The Boeing 747 cost 5 million pesos", &[("Boeing 747", 1), ("5 million pesos", 3)])),
            ["ORG Boeing 747", "MONEY 5 million pesos"]
        );
        // A year alone is a date, whatever the model takes it for.
        assert_eq!(pairs(named("He left in 2018", &[("2018", 1)])), ["DATE 2018"]);
        // What bounds an amount is part of it.
        assert_eq!(
            pairs(named("At least 37 of them, or 5% or more, lost about $10", &[])),
            ["CARDINAL At least 37", "PERCENT 5% or more", "MONEY about $10"]
        );
        assert_eq!(pairs(named("about 5 or some 10 people", &[])), ["CARDINAL about 5", "CARDINAL some 10"]);
        assert_eq!(
            pairs(named("two tranches of $5 million", &[("two tranches of $5 million", 3)])),
            ["CARDINAL two", "MONEY $5 million"],
            "what does not say more than all it holds loses nothing but itself"
        );
    }
}
