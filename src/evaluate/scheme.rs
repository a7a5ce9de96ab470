//! Which entity labels can be compared, and where a name begins and ends.
//!
//! Conventions, so that figures compare: a set that does not tell countries and cities from other places is
//! compared in PERSON, ORG and LOC, with GPE and FAC as LOC and all else left out; a leading article and a
//! trailing 's are outside a name, on both sides.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::convert::{LabelledDocument, LabelledEntity};
use crate::span::Span;

/// The labels a set is compared in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Scheme {
    /// `names`: PERSON, ORG and LOC. `ontonotes`: as the gold has them.
    pub name: SchemeName,
    /// The labels compared.
    pub labels: Vec<String>,
    /// Gold entities that are not compared, by label.
    pub left_out: BTreeMap<String, usize>,
}

/// How fine the labels are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum SchemeName {
    /// PERSON, ORG, LOC.
    Names,
    /// The labels of OntoNotes.
    Ontonotes,
}

/// A label that only a set that tells countries and cities from other places has.
const FINE: &str = "GPE";

impl Scheme {
    /// The labels of gold and of the systems; the finest all of them have where no `name` is given. `systems` are the
    /// labels each of them can give.
    pub(super) fn of(gold: &[LabelledDocument], systems: &[&BTreeSet<String>], name: Option<SchemeName>) -> Self {
        let mut used: BTreeMap<&str, usize> = BTreeMap::new();
        for entity in gold.iter().flat_map(|d| d.entities.iter().flatten()) {
            *used.entry(&entity.label).or_default() += 1;
        }
        let fine = used.contains_key(FINE) && systems.iter().all(|labels| labels.contains(FINE));
        let name = name.unwrap_or(if fine { SchemeName::Ontonotes } else { SchemeName::Names });
        let mut labels = BTreeSet::new();
        let mut left_out = BTreeMap::new();
        for (label, count) in used {
            match name.map(label) {
                Some(ours) => drop(labels.insert(ours.to_owned())),
                None => drop(left_out.insert(label.to_owned(), count)),
            }
        }
        let given = systems.iter().flat_map(|labels| labels.iter());
        labels.extend(given.filter_map(|label| name.map(label)).map(str::to_owned));
        Self { name, labels: labels.into_iter().collect(), left_out }
    }

    /// What is compared of a document's entities: span, and label as an index into [`Scheme::labels`]; sorted.
    pub(super) fn entities(&self, document: &LabelledDocument) -> Vec<(Span, usize)> {
        let mut entities: Vec<_> = document.entities.iter().flatten().filter_map(|e| self.entity(&document.text, e)).collect();
        entities.sort();
        entities
    }

    /// What is compared of an entity.
    pub(super) fn entity(&self, text: &str, entity: &LabelledEntity) -> Option<(Span, usize)> {
        let label = self.name.map(&entity.label)?;
        let at = self.labels.iter().position(|l| l == label)?;
        Some((bare(text, entity.span), at))
    }
}

impl SchemeName {
    fn map(self, label: &str) -> Option<&str> {
        match (self, label) {
            (Self::Ontonotes, label) => Some(label),
            (Self::Names, "PERSON" | "PER") => Some("PERSON"),
            (Self::Names, "ORG") => Some("ORG"),
            (Self::Names, "LOC" | "GPE" | "FAC") => Some("LOC"),
            (Self::Names, _) => None,
        }
    }
}

/// The name without a leading article and a trailing 's; the span itself where nothing else is left.
fn bare(text: &str, span: Span) -> Span {
    let surface = span.of(text);
    let article = ["the ", "a ", "an "].iter().find(|a| surface.get(..a.len()).is_some_and(|s| s.eq_ignore_ascii_case(a)));
    let genitive = ["'s", "’s"].iter().find(|s| surface.ends_with(**s));
    let inner = Span::new(span.start + article.map_or(0, |a| a.len()), span.end - genitive.map_or(0, |s| s.len()));
    if inner.start < inner.end { inner.trimmed(text) } else { span }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(text: &str, entities: &[(&str, &str)]) -> LabelledDocument {
        let entity = |(surface, label): &(&str, &str)| {
            let start = text.find(surface).unwrap();
            LabelledEntity { span: Span::new(start, start + surface.len()), label: (*label).into(), score: None }
        };
        LabelledDocument { text: text.into(), entities: Some(entities.iter().map(entity).collect()), ..LabelledDocument::default() }
    }

    fn set(labels: &[&str]) -> BTreeSet<String> {
        labels.iter().map(|l| (*l).to_owned()).collect()
    }

    #[test]
    fn places_are_told_apart_only_where_both_sides_do() {
        let gold = [document("Ann saw Paris on Monday", &[("Ann", "PERSON"), ("Paris", "GPE"), ("Monday", "DATE")])];
        let coarse = Scheme::of(&gold, &[&set(&["PERSON", "ORG", "LOC"])], None);
        assert_eq!((coarse.name, coarse.labels.join(" ").as_str()), (SchemeName::Names, "LOC ORG PERSON"));
        assert_eq!(coarse.left_out, BTreeMap::from([("DATE".to_owned(), 1)]), "what is not compared is told");
        let fine = Scheme::of(&gold, &[&set(&["PERSON", "GPE", "LAW"])], None);
        assert_eq!(
            (fine.labels.join(" ").as_str(), fine.left_out.len()),
            ("DATE GPE LAW PERSON", 0),
            "what only a system has counts against it"
        );
        assert_eq!(fine.entities(&gold[0]).len(), 3, "a label the system lacks is missed, not excused");
    }

    #[test]
    fn a_scheme_can_be_asked_for() {
        let gold = [document("Ann saw Paris", &[("Ann", "PERSON"), ("Paris", "GPE")])];
        let of = |name| Scheme::of(&gold, &[&set(&["PERSON", "GPE"]), &set(&["PERSON"])], name).labels.join(" ");
        assert_eq!((of(None), of(Some(SchemeName::Ontonotes))), ("LOC PERSON".into(), "GPE PERSON".into()));
    }

    #[test]
    fn articles_and_genitives_are_outside_names() {
        let text = "The Guardian's editor met the UN, an A and the ’s";
        let of = |surface: &str| {
            let start = text.find(surface).unwrap();
            bare(text, Span::new(start, start + surface.len())).of(text)
        };
        assert_eq!(of("The Guardian's"), "Guardian");
        assert_eq!(of("the UN"), "UN");
        assert_eq!(of("editor"), "editor");
        assert_eq!(of("’s"), "’s", "nothing else would be left");
    }
}
