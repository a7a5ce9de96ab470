//! Words and phrases of the configuration, read once into what is compared, and who speaks.

use serde::{Deserialize, Serialize};

use super::Circumstances;

/// A word or phrase to be looked for, with its words as they are compared. In a configuration it is a plain string.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct Term {
    text: String,
    words: Vec<String>,
}

impl From<String> for Term {
    fn from(text: String) -> Self {
        Self { words: words(&text), text }
    }
}

impl From<&str> for Term {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

impl From<Term> for String {
    fn from(term: Term) -> Self {
        term.text
    }
}

impl std::fmt::Display for Term {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text)
    }
}

impl Term {
    /// Whether it has words at all.
    pub(super) fn says_something(&self) -> bool {
        !self.words.is_empty()
    }

    /// Where its words stand in a text, in a row; a `*` at a word's end stands for any ending.
    pub(super) fn find(&self, text: &[String]) -> Option<usize> {
        let fits = |(word, wanted): (&String, &String)| wanted.strip_suffix('*').map_or(word == wanted, |stem| word.starts_with(stem));
        let here = |w: &[String]| w.iter().zip(&self.words).all(fits);
        self.says_something().then(|| text.windows(self.words.len()).position(here)).flatten()
    }

    /// Whether all its words stand in a text, in any order.
    pub(super) fn is_within(&self, text: &[String]) -> bool {
        self.says_something() && self.words.iter().all(|w| text.contains(w))
    }
}

/// The words of a text in lower case; a `*` stays with the word it ends.
pub(super) fn words(text: &str) -> Vec<String> {
    let parts = text.split(|c: char| !(c.is_alphanumeric() || c == '*' || c == ':'));
    parts.map(|w| w.trim_matches(':').to_lowercase()).filter(|w| !w.is_empty() && w != "*").collect()
}

/// A claimer in words that can be compared.
pub(super) struct Speaker {
    name: Vec<String>,
    role: Vec<String>,
    organisation: Vec<String>,
}

impl Speaker {
    pub(super) fn of(c: &Circumstances<'_>) -> Self {
        let read = |field: Option<&str>| field.map(words).unwrap_or_default();
        Self { name: read(c.claimer), role: read(c.claimer_role), organisation: read(c.claimer_organisation) }
    }

    /// Whether a term stands in the role or the organisation.
    pub(super) fn is_one(&self, term: &Term) -> bool {
        term.is_within(&self.role) || term.is_within(&self.organisation)
    }

    /// Whether the claimer fits each field given; an organisation may also speak in its own name.
    pub(super) fn fits(&self, name: Option<&Term>, role: Option<&Term>, organisation: Option<&Term>) -> bool {
        [name, role, organisation].into_iter().flatten().any(Term::says_something)
            && name.is_none_or(|n| n.words == self.name)
            && role.is_none_or(|r| r.is_within(&self.role))
            && organisation.is_none_or(|o| o.is_within(&self.organisation) || o.words == self.name)
    }
}
