//! The weights and lists of `[queue]`, as they come and as they are given.

use serde::{Deserialize, Serialize};

use super::terms::{Speaker, Term, words};

/// The weights and lists of `[queue]` in the configuration. A weight is what its reason adds to a score that is otherwise the
/// check-worthiness, so 0.1 is as much as ten points of a hundred.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Priorities {
    /// For check-worthiness 1.
    pub check_worthiness: f64,
    /// For each doubling of the outlets: 1 outlet adds nothing, 2 add it once, 4 twice.
    pub outlets: f64,
    /// For each doubling of the appearances beyond one an outlet.
    pub repeated: f64,
    /// For a claim that appears now; it halves every `half_life_hours`.
    pub freshness: f64,
    /// Hours until freshness is half of what it was; above 0.
    pub half_life_hours: f64,
    /// For a named person or organisation that makes the claim.
    pub claimer: f64,
    /// For an official: whose role or organisation is in `officials`.
    pub official: f64,
    /// For words given verbatim.
    pub quoted: f64,
    /// For an amount.
    pub amount: f64,
    /// For what can plainly be checked (`factual`).
    pub factual: f64,
    /// For harm words, however many.
    pub harm: f64,
    /// What a published check with the same claim takes away.
    pub checked: f64,
    /// Words of roles and organisations that make a claimer an official.
    pub officials: Vec<Term>,
    /// Words of which a claim may do harm if it is false. A `*` at the end stands for any ending.
    pub harm_words: Vec<Term>,
    /// Who is wanted; where this is not empty, all others' claims are off, also those of nobody.
    pub allow: Vec<Speakers>,
    /// Who is not wanted: their claims are off.
    pub deny: Vec<Speakers>,
    /// Who counts more, or less.
    pub boost: Vec<Boost>,
    /// Topics, the first that fits counts.
    pub topics: Vec<Topic>,
    /// Whether opinions are on.
    pub opinions: bool,
    /// Whether personal experience is on.
    pub personal: bool,
    /// Whether predictions without an amount or date are on.
    pub vague_predictions: bool,
}

/// Whom a rule is about: whoever fits each field given. Compared without case; `role` and `organisation` fit where all their words
/// stand in what the record says.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Speakers {
    /// The whole name.
    pub name: Option<Term>,
    /// Words of the role: `minister`.
    pub role: Option<Term>,
    /// Words of the organisation: `Ministry of Health`.
    pub organisation: Option<Term>,
}

/// Whose claims count more, or less.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Boost {
    /// The whole name.
    pub name: Option<Term>,
    /// Words of the role.
    pub role: Option<Term>,
    /// Words of the organisation.
    pub organisation: Option<Term>,
    /// What is added; below 0 is taken away.
    pub weight: f64,
}

/// A topic: told by subject codes or words.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Topic {
    /// Its name, as lists show it.
    pub name: String,
    /// Subject codes of documents; a code fits all codes that begin with it.
    pub subjects: Vec<String>,
    /// Words of claims. A `*` at the end stands for any ending.
    pub words: Vec<Term>,
    /// What it adds; below 0 is taken away.
    pub weight: f64,
}

/// Why weights and lists cannot be used.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum PrioritiesError {
    /// A weight that is no number, too large, or below 0.
    #[error("[queue] {field}: found {found}, expected a number from {least} to {most}")]
    Number {
        /// The key.
        field: String,
        /// What stands there.
        found: f64,
        /// The least it may be.
        least: f64,
        /// The most it may be.
        most: f64,
    },
    /// A rule that would fit everybody, or nobody.
    #[error("[queue] {field}, entry {entry}: found {found}, expected {expected}")]
    Entry {
        /// The key.
        field: &'static str,
        /// Its number, from 1.
        entry: usize,
        /// What stands there.
        found: &'static str,
        /// What should.
        expected: &'static str,
    },
}

/// Largest weight there is a use for: more drowns everything else.
const MOST: f64 = 10.0;
/// Longest half-life: ten years.
const LONGEST: f64 = 87_600.0;

impl Priorities {
    /// Checks that every weight is a number in range, and that every rule says whom or what it is about.
    ///
    /// # Errors
    /// With the first key that cannot be used, what was found there and what is expected.
    pub fn validate(&self) -> Result<(), PrioritiesError> {
        let within = |field: &str, found: f64, least: f64, most: f64| {
            let is_within = found >= least && found <= most;
            if is_within { Ok(()) } else { Err(PrioritiesError::Number { field: field.to_owned(), found, least, most }) }
        };
        for (field, found) in [
            ("check_worthiness", self.check_worthiness),
            ("outlets", self.outlets),
            ("repeated", self.repeated),
            ("freshness", self.freshness),
            ("claimer", self.claimer),
            ("official", self.official),
            ("quoted", self.quoted),
            ("amount", self.amount),
            ("factual", self.factual),
            ("harm", self.harm),
            ("checked", self.checked),
        ] {
            within(field, found, 0.0, MOST)?;
        }
        within("half_life_hours", self.half_life_hours, 0.01, LONGEST)?;
        let entry = |field, entry: usize, found, expected| Err(PrioritiesError::Entry { field, entry: entry + 1, found, expected });
        for (field, list) in [("allow", &self.allow), ("deny", &self.deny)] {
            if let Some(at) = list.iter().position(|s| !s.says_something()) {
                return entry(field, at, "no words", "a name, role or organisation");
            }
        }
        for (at, boost) in self.boost.iter().enumerate() {
            within("boost.weight", boost.weight, -MOST, MOST)?;
            if !boost.says_something() {
                return entry("boost", at, "no words", "a name, role or organisation");
            }
        }
        for (at, topic) in self.topics.iter().enumerate() {
            within("topics.weight", topic.weight, -MOST, MOST)?;
            if topic.name.trim().is_empty() {
                return entry("topics", at, "no name", "a name");
            }
            if topic.subjects.iter().all(|code| words(code).is_empty()) && !topic.words.iter().any(Term::says_something) {
                return entry("topics", at, "no words", "subjects or words");
            }
        }
        Ok(())
    }
}

impl Speakers {
    fn says_something(&self) -> bool {
        [&self.name, &self.role, &self.organisation].into_iter().flatten().any(Term::says_something)
    }

    pub(super) fn fit(&self, speaker: &Speaker) -> bool {
        speaker.fits(self.name.as_ref(), self.role.as_ref(), self.organisation.as_ref())
    }
}

impl std::fmt::Display for Speakers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&said([&self.name, &self.role, &self.organisation]))
    }
}

impl Boost {
    fn says_something(&self) -> bool {
        [&self.name, &self.role, &self.organisation].into_iter().flatten().any(Term::says_something)
    }

    pub(super) fn fits(&self, speaker: &Speaker) -> bool {
        speaker.fits(self.name.as_ref(), self.role.as_ref(), self.organisation.as_ref())
    }
}

impl std::fmt::Display for Boost {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&said([&self.name, &self.role, &self.organisation]))
    }
}

fn said(fields: [&Option<Term>; 3]) -> String {
    let given: Vec<String> = fields.into_iter().flatten().map(Term::to_string).collect();
    given.join(", ")
}
