//! Mentions of one name make one cluster.

use std::collections::BTreeMap;

use super::ReadSentence;
use crate::span::Span;

/// A mention, with the cluster it belongs to.
#[derive(Debug, Clone, PartialEq)]
pub struct Entity {
    /// Where it stands.
    pub span: Span,
    /// Its label.
    pub label: String,
    /// The model's score, in [0, 1]; calibrated where the model's card says how.
    pub score: f32,
    /// Mentions of one entity share a number, counted from 0 in order of appearance.
    pub cluster: usize,
    /// The cluster's fullest name.
    pub canonical: String,
}

/// All entity mentions of a document, clustered: equal names of one label belong together, and the last name of a
/// person belongs to the one person of the document who bears it.
pub(super) fn collect(text: &str, sentences: &[ReadSentence], labels: &[String]) -> Vec<Entity> {
    let mut entities: Vec<Entity> = Vec::new();
    for mention in sentences.iter().flat_map(|s| &s.reading.entities) {
        let Some(label) = labels.get(mention.label) else { continue };
        let mut span = bare(text, mention.span);
        if label == "PERSON" {
            span = with_hyphenated_end(text, without_title(text, span));
        }
        if !span.is_empty() {
            entities.push(Entity { span, label: label.clone(), score: mention.score, cluster: 0, canonical: String::new() });
        }
    }
    let bearers = bearers(text, &entities);
    let mut clusters: BTreeMap<(String, String), usize> = BTreeMap::new();
    let mut names: Vec<String> = Vec::new();
    for entity in &mut entities {
        let surface = spaced(entity.span.of(text));
        let own = surface.to_lowercase();
        let name = match bearers.get(&own) {
            Some(Some(full)) if entity.label == "PERSON" => full.clone(),
            _ => surface,
        };
        let next = names.len();
        entity.cluster = *clusters.entry((entity.label.clone(), name.to_lowercase())).or_insert(next);
        if entity.cluster == next {
            names.push(name);
        }
    }
    for entity in &mut entities {
        entity.canonical.clone_from(&names[entity.cluster]);
    }
    entities
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
    span
}

/// Forms of address, which are outside a name.
const TITLES: [&str; 9] = ["Mr", "Mrs", "Ms", "Miss", "Dr", "Sir", "Dame", "Lord", "Lady"];

fn without_title(text: &str, span: Span) -> Span {
    let surface = span.of(text);
    match surface.split_once(char::is_whitespace) {
        Some((first, rest)) if TITLES.contains(&first.trim_end_matches('.')) => Span::new(span.end - rest.len(), span.end).trimmed(text),
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

/// A name on one line with single spaces.
fn spaced(surface: &str) -> String {
    surface.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// For the last name of every person with a full name, that full name; `None` where two persons share it.
fn bearers(text: &str, entities: &[Entity]) -> BTreeMap<String, Option<String>> {
    let mut bearers: BTreeMap<String, Option<String>> = BTreeMap::new();
    for entity in entities.iter().filter(|e| e.label == "PERSON") {
        let full = spaced(entity.span.of(text));
        let Some((_, last)) = full.rsplit_once(' ') else { continue };
        bearers
            .entry(last.to_lowercase())
            .and_modify(|known| {
                if known.as_ref().is_some_and(|k| k.to_lowercase() != full.to_lowercase()) {
                    *known = None;
                }
            })
            .or_insert_with(|| Some(full.clone()));
    }
    bearers
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::{Mention, Reading};

    fn clusters(text: &str, names: &[(&str, usize)]) -> Vec<(usize, String)> {
        let mut at = 0;
        let entities = names
            .iter()
            .map(|(name, label)| {
                let start = at + text[at..].find(name).unwrap();
                at = start + name.len();
                Mention { span: Span::new(start, at), label: *label, score: 0.9 }
            })
            .collect();
        let reading = Reading { entities, ..Reading::default() };
        let sentence = ReadSentence { span: Span::new(0, text.len()), block: None, kind: None, reading };
        collect(text, &[sentence], &["PERSON".into(), "ORG".into()]).into_iter().map(|e| (e.cluster, e.canonical)).collect()
    }

    #[test]
    fn a_last_name_joins_its_one_bearer() {
        let found = clusters(
            "Trump met Kim. Donald Trump left the FBI, the FBI's Trump",
            &[("Trump", 0), ("Kim", 0), ("Donald Trump", 0), ("the FBI", 1), ("FBI's", 1), ("Trump", 0)],
        );
        let expect = [(0, "Donald Trump"), (1, "Kim"), (0, "Donald Trump"), (2, "FBI"), (2, "FBI"), (0, "Donald Trump")];
        assert_eq!(found, expect.map(|(c, n)| (c, n.to_owned())));
    }

    #[test]
    fn a_hyphen_and_small_letters_end_a_full_name() {
        let found = clusters("Kim Jong-un met Barack Obama-era men", &[("Kim Jong", 0), ("Barack Obama", 0)]);
        assert_eq!(found.into_iter().map(|f| f.1).collect::<Vec<_>>(), ["Kim Jong-un", "Barack Obama"]);
    }

    #[test]
    fn two_bearers_of_a_last_name_stay_apart() {
        let found =
            clusters("Bill Clinton and Hillary Clinton; Clinton spoke", &[("Bill Clinton", 0), ("Hillary Clinton", 0), ("Clinton", 0)]);
        assert_eq!(found.iter().map(|f| f.0).collect::<Vec<_>>(), [0, 1, 2]);
        assert_eq!(found[2].1, "Clinton", "nobody is guessed");
    }
}
