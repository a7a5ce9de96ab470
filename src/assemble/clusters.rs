//! Mentions of one name, amount or date make one cluster, with the fullest name the document has for it.

use std::collections::BTreeMap;

use super::bodies;
use super::mentions::Named;
use super::persons::{self, PersonForm};
use crate::labels::is_amount;
use crate::roster::{Person, Roster};
use crate::span::Span;
use crate::values::Value;

/// A mention, with the cluster it belongs to.
#[derive(Debug, Clone, PartialEq)]
pub struct Entity {
    /// Where it stands.
    pub span: Span,
    /// Its label.
    pub label: String,
    /// The model's score, in [0, 1]; calibrated where the model's card says how.
    pub score: f32,
    /// What an amount or date says, where it can be read.
    pub value: Option<Value>,
    /// Mentions of one entity share a number, counted from 0 in order of appearance.
    pub cluster: usize,
    /// The cluster's fullest name in the document; of persons in a roster, the roster's.
    pub canonical: String,
}

/// A name as it is compared, by who may bear it: a place and its government are one, a person and a place of one name
/// are two.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Form {
    Person(PersonForm),
    /// An organisation or a place, as words in small letters.
    Body(Vec<String>),
    /// A nationality, party, event, law, amount: its label, and its words or what they say.
    Other(String, String),
}

impl Form {
    fn of(text: &str, named: &Named, listed: Option<&Person>) -> Self {
        let surface = named.span.of(text);
        if let Some(person) = listed {
            return Self::Person(PersonForm::listed(&person.name));
        }
        match named.label.as_str() {
            "PERSON" => Self::Person(PersonForm::of(text, named.span)),
            "ORG" | "GPE" | "LOC" | "FAC" => Self::Body(bodies::words(surface)),
            label => {
                let value = named.value.as_ref().filter(|_| is_amount(label)).and_then(|value| serde_json::to_string(value).ok());
                Self::Other(label.to_owned(), value.unwrap_or_else(|| spaced(surface).to_lowercase()))
            }
        }
    }
}

/// Puts the mentions into clusters. Nobody is guessed: a last name that two persons of the document bear is a cluster
/// of its own.
pub(super) fn cluster(text: &str, named: Vec<Named>, roster: Option<&Roster>) -> Vec<Entity> {
    let listed: Vec<Option<&Person>> = named.iter().map(|n| roster.and_then(|r| listed(text, n, r))).collect();
    let forms: Vec<Form> = named.iter().zip(&listed).map(|(n, person)| Form::of(text, n, *person)).collect();
    let fuller = fuller(text, &named, &forms);
    let full: Vec<&Form> = forms.iter().map(|form| fuller.get(form).unwrap_or(form)).collect();
    let mut numbers: BTreeMap<&Form, usize> = BTreeMap::new();
    let mut names: Vec<String> = Vec::new();
    let mut clusters: Vec<usize> = Vec::with_capacity(named.len());
    let mut by_roster: Vec<bool> = Vec::new();
    for ((form, mention), person) in full.iter().zip(&named).zip(&listed) {
        let next = names.len();
        let cluster = *numbers.entry(form).or_insert(next);
        let mut surface = spaced(mention.span.of(text));
        if let Form::Person(person) = form
            && person.is_addressed()
        {
            // Beside another Clinton, "Mrs Clinton" is the name.
            surface = with_address(text, mention.span);
        }
        if cluster == next {
            names.push(surface.clone());
            by_roster.push(false);
        }
        if let Some(person) = person {
            names[cluster].clone_from(&person.name);
            by_roster[cluster] = true;
        } else if !is_amount(&mention.label) && !by_roster[cluster] && says_more(&surface, &names[cluster]) {
            names[cluster] = surface;
        }
        clusters.push(cluster);
    }
    let persons: Vec<bool> = listed.iter().map(Option::is_some).collect();
    let entity = |((named, cluster), person): ((Named, usize), bool)| Entity {
        span: named.span,
        label: if person { "PERSON".into() } else { named.label },
        score: named.score,
        value: named.value,
        cluster,
        canonical: names[cluster].clone(),
    };
    named.into_iter().zip(clusters).zip(persons).map(entity).collect()
}

/// The person of the roster that a name means, by itself or with the words before it: "Mayor Cole".
fn listed<'r>(text: &str, named: &Named, roster: &'r Roster) -> Option<&'r Person> {
    if !matches!(named.label.as_str(), "PERSON" | "ORG") {
        return None;
    }
    let from = (named.span.start.saturating_sub(LONGEST_TITLE)..=named.span.start).find(|&at| text.is_char_boundary(at))?;
    let before: Vec<&str> = text.get(from..named.span.start)?.split_whitespace().collect();
    let with = |words: usize| format!("{} {}", before[before.len() - words..].join(" "), named.span.of(text));
    (0..=before.len().min(2)).find_map(|words| roster.find(&with(words)))
}

/// How many bytes before a name an alias may begin.
const LONGEST_TITLE: usize = 40;

/// For each form that is short for another of the document, that other one.
fn fuller(text: &str, named: &[Named], forms: &[Form]) -> BTreeMap<Form, Form> {
    let mut persons: Vec<PersonForm> = Vec::new();
    let mut written: Vec<(Vec<String>, &str)> = Vec::new();
    for (form, mention) in forms.iter().zip(named) {
        match form {
            Form::Person(person) => persons.push(person.clone()),
            Form::Body(words) => written.push((words.clone(), mention.span.of(text))),
            Form::Other(..) => {}
        }
    }
    let of_persons = persons::fuller(persons).into_iter().map(|(short, full)| (Form::Person(short), Form::Person(full)));
    let of_bodies = bodies::fuller(&written, &explained(text, named, forms));
    of_persons.chain(of_bodies.into_iter().map(|(short, full)| (Form::Body(short), Form::Body(full)))).collect()
}

/// "International Monetary Fund (IMF)" and "IMF (International Monetary Fund)": two bodies, the second in brackets
/// right behind the first.
fn explained(text: &str, named: &[Named], forms: &[Form]) -> Vec<(Vec<String>, Vec<String>)> {
    let pair = |at: usize| {
        let (first, second) = (&named[at], &named[at + 1]);
        let between = Span::new(first.span.end, second.span.start).of(text);
        let bracketed = between.trim() == "(" && text.get(second.span.end..).is_some_and(|rest| rest.starts_with(')'));
        match (&forms[at], &forms[at + 1]) {
            (Form::Body(a), Form::Body(b)) if bracketed => Some((a.clone(), b.clone())),
            _ => None,
        }
    };
    (0..named.len().saturating_sub(1)).filter_map(pair).collect()
}

/// Whether a surface names the bearer of both more fully: by more words, or not all in capitals.
fn says_more(surface: &str, than: &str) -> bool {
    let words = |s: &str| s.split(' ').count();
    let shouted = |s: &str| s.chars().all(|c| !c.is_lowercase());
    (words(surface), !shouted(surface)) > (words(than), !shouted(than))
}

/// The name with the word before it.
fn with_address(text: &str, name: Span) -> String {
    let before = text.get(..name.start).unwrap_or("").trim_end();
    let address = before.rsplit(char::is_whitespace).next().unwrap_or("");
    spaced(&format!("{address} {}", name.of(text)))
}

/// A name on one line with single spaces.
fn spaced(surface: &str) -> String {
    surface.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Cluster and canonical name of each of the names, found in the text one after the other.
    fn clusters(text: &str, names: &[(&str, &str)], roster: Option<&Roster>) -> Vec<(usize, String)> {
        let mut at = 0;
        let named = names
            .iter()
            .map(|(name, label)| {
                let start = at + text[at..].find(name).unwrap();
                at = start + name.len();
                Named { span: Span::new(start, at), label: (*label).into(), score: 0.9, value: None }
            })
            .collect();
        cluster(text, named, roster).into_iter().map(|e| (e.cluster, e.canonical)).collect()
    }

    fn check(text: &str, expected: &[(&str, &str, usize, &str)]) {
        let names: Vec<(&str, &str)> = expected.iter().map(|e| (e.0, e.1)).collect();
        let expected: Vec<(usize, String)> = expected.iter().map(|e| (e.2, e.3.to_owned())).collect();
        assert_eq!(clusters(text, &names, None), expected, "{text}");
    }

    #[test]
    fn a_short_name_joins_its_one_bearer() {
        let trump = "Donald J. Trump";
        check(
            "Trump met Kim. Donald Trump (Donald J. Trump) left the FBI, the FBI's Trump and Donald",
            &[
                ("Trump", "PERSON", 0, trump),
                ("Kim", "PERSON", 1, "Kim"),
                ("Donald Trump", "PERSON", 0, trump),
                ("Donald J. Trump", "PERSON", 0, trump),
                ("FBI", "ORG", 2, "FBI"),
                ("FBI", "ORG", 2, "FBI"),
                ("Trump", "PERSON", 0, trump),
                ("Donald", "PERSON", 0, trump),
            ],
        );
    }

    #[test]
    fn a_peer_of_a_place_is_no_namesake_without_one() {
        check(
            "Sion Roberts left. Lord Roberts of Conwy denied it; Lord Roberts smiled",
            &[("Sion Roberts", "PERSON", 0, "Sion Roberts"), ("Roberts", "PERSON", 1, "Roberts"), ("Roberts", "PERSON", 1, "Roberts")],
        );
    }

    #[test]
    fn two_bearers_of_a_last_name_stay_apart_unless_the_address_tells() {
        check(
            "Bill Clinton and Hillary Clinton; Clinton spoke, Mrs Clinton listened",
            &[
                ("Bill Clinton", "PERSON", 0, "Bill Clinton"),
                ("Hillary Clinton", "PERSON", 1, "Hillary Clinton"),
                ("Clinton", "PERSON", 2, "Clinton"),
                ("Clinton", "PERSON", 1, "Hillary Clinton"),
            ],
        );
        check(
            "Michael Howard spoke. Mrs Howard smiled at Mr Howard",
            &[
                ("Michael Howard", "PERSON", 0, "Michael Howard"),
                ("Howard", "PERSON", 1, "Mrs Howard"),
                ("Howard", "PERSON", 0, "Michael Howard"),
            ],
        );
        check("Mr Smith and Smith", &[("Smith", "PERSON", 0, "Smith"), ("Smith", "PERSON", 0, "Smith")]);
        check(
            "George W. Bush, George H. W. Bush, George Bush",
            &[
                ("George W. Bush", "PERSON", 0, "George W. Bush"),
                ("George H. W. Bush", "PERSON", 1, "George H. W. Bush"),
                ("George Bush", "PERSON", 2, "George Bush"),
            ],
        );
    }

    #[test]
    fn acronyms_and_short_names_join_the_body_they_stand_for() {
        check(
            "The IMF and the International Monetary Fund; Ford, Ford Motor, Ford Motor Co.; the U.S. and the United States",
            &[
                ("IMF", "ORG", 0, "International Monetary Fund"),
                ("International Monetary Fund", "ORG", 0, "International Monetary Fund"),
                ("Ford", "ORG", 1, "Ford Motor Co."),
                ("Ford Motor", "ORG", 1, "Ford Motor Co."),
                ("Ford Motor Co.", "ORG", 1, "Ford Motor Co."),
                ("U.S.", "GPE", 2, "United States"),
                ("United States", "GPE", 2, "United States"),
            ],
        );
        // Explained in brackets, whatever the letters; two expansions explain nothing.
        check(
            "Médecins Sans Frontières (MSFI) and MSFI",
            &[
                ("Médecins Sans Frontières", "ORG", 0, "Médecins Sans Frontières"),
                ("MSFI", "ORG", 0, "Médecins Sans Frontières"),
                ("MSFI", "ORG", 0, "Médecins Sans Frontières"),
            ],
        );
        check(
            "Bank of America, Bank of Austria, BA",
            &[("Bank of America", "ORG", 0, "Bank of America"), ("Bank of Austria", "ORG", 1, "Bank of Austria"), ("BA", "ORG", 2, "BA")],
        );
    }

    #[test]
    fn a_person_and_a_place_of_one_name_are_two() {
        check("Lincoln was not born in Lincoln", &[("Lincoln", "PERSON", 0, "Lincoln"), ("Lincoln", "GPE", 1, "Lincoln")]);
    }

    #[test]
    fn the_roster_gives_all_names_of_a_person_one() {
        let file = tempfile::Builder::new().suffix(".csv").tempfile().unwrap();
        std::fs::write(file.path(), "name,aliases\nDonald Trump,The Donald; POTUS\n").unwrap();
        let roster = Roster::read(file.path()).unwrap();
        let found = clusters(
            "POTUS, Trump and Mr. Donald Trump",
            &[("POTUS", "ORG"), ("Trump", "PERSON"), ("Donald Trump", "PERSON")],
            Some(&roster),
        );
        assert_eq!(found, vec![(0, "Donald Trump".to_owned()); 3]);
        let found = clusters("Trump spoke. The Donald left", &[("Trump", "PERSON"), ("Donald", "PERSON")], Some(&roster));
        assert_eq!(found, vec![(0, "Donald Trump".to_owned()); 2], "whichever name comes first");
    }
}
