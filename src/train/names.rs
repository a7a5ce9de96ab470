//! What a corpus says of names: which labels each word may have, given gold that knows some labels and silver (another
//! program's reading) that knows the others.
//!
//! Silver fills in what gold leaves open: labels gold does not know, and which of several a name of gold is. Where they
//! contradict or cross each other, gold is right.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use anyhow::{Result, bail};

use super::data_set::{DataSet, Meant};
use super::examples::{Classes, words_under};
use crate::convert::{LabelMap, LabelledDocument, LabelledEntity, Unknown};
use crate::labels::TagSet;
use crate::span::Span;

/// What labels mean what.
pub(super) struct Names {
    /// Label of the corpus → the labels it may be, as bits; bit 63: it may also be no entity.
    meant: BTreeMap<String, Classes>,
    /// Labels the corpus annotates wherever they occur.
    covered: Classes,
    /// Labels silver is believed in.
    trusted: Classes,
    /// Whether the corpus annotates entities at all.
    gold: bool,
    labels: Vec<String>,
}

const NONE: Classes = 1 << 63;

/// What labels of corpora are called that are no entities.
const NO_ENTITY: &str = "none";

impl Names {
    pub(super) fn of(set: &DataSet, documents: &[LabelledDocument], labels: &[String]) -> Result<Self> {
        let usual = LabelMap::usual(Unknown::Keep);
        let own = |label: &str| labels.iter().position(|l| l == label).map(|at| 1 << at);
        // A head that knows only names takes every place for a location.
        let bit = |label: &str| own(label).or_else(|| matches!(label, "GPE" | "FAC").then(|| own("LOC")).flatten());
        let mut meant = BTreeMap::new();
        let found: BTreeSet<&String> = documents.iter().flat_map(|d| d.entities.iter().flatten()).map(|e| &e.label).collect();
        for label in found {
            let ours: Vec<String> = match set.labels.as_ref() {
                Some(given) => given.get(label).map(Meant::labels).unwrap_or_default(),
                None => usual.map(label).unwrap_or_default().into_iter().collect(),
            };
            let mut classes = 0;
            for name in &ours {
                classes |= match bit(name) {
                    Some(bit) => bit,
                    None if name == NO_ENTITY => NONE,
                    None if set.labels.is_some() => bail!("data set {}: labels: found {name:?}, expected one of {labels:?}", set.name),
                    None => 0,
                };
            }
            meant.insert(label.clone(), classes);
        }
        let all = |names: &[String]| -> Result<Classes> {
            names.iter().try_fold(0, |bits, name| match bit(name) {
                Some(bit) => Ok(bits | bit),
                None => bail!("data set {}: found entity label {name:?}, expected one of {labels:?}", set.name),
            })
        };
        let named = match &set.labels {
            Some(given) => {
                all(&given.values().map(Meant::labels).filter(|l| !l.iter().any(|l| l == NO_ENTITY)).flatten().collect::<Vec<_>>())?
            }
            None => NONE - 1,
        };
        Ok(Self {
            covered: set.covers.as_deref().map_or(Ok(named), all)?,
            trusted: set.silver_labels.as_deref().map_or(Ok(NONE - 1), all)?,
            gold: documents.iter().any(|d| d.entities.is_some()),
            labels: labels.to_vec(),
            meant,
        })
    }

    /// The tags each word may have; nothing where neither gold nor silver says anything.
    pub(super) fn targets(&self, words: &[Span], gold: &LabelledDocument, silver: Option<&LabelledDocument>) -> Option<Vec<Classes>> {
        let gold = self.gold.then_some(gold.entities.as_ref()).flatten();
        let silver = silver.and_then(|d| d.entities.as_ref());
        if gold.is_none() && silver.is_none() {
            return None;
        }
        // Where nothing is named: gold leaves open what it does not cover, silver what it is not trusted with.
        let by_gold = gold.map_or(Classes::MAX, |_| self.tags(NONE | self.others(self.covered), None));
        let by_both = by_gold & silver.map_or(Classes::MAX, |_| self.tags(NONE | self.others(self.trusted), None));
        let mut targets = vec![by_both; words.len()];
        let gold = self.gold_mentions(words, gold.map_or(&[], Vec::as_slice));
        let silver = self.silver_mentions(words, silver.map_or(&[], Vec::as_slice));
        for (range, label) in &silver {
            let free = !gold.iter().any(|(taken, _)| taken.start < range.end && range.start < taken.end);
            let believed = free && label & self.trusted != 0 && self.mention(*label, true) & by_gold != 0;
            for at in range.clone() {
                // What it is not trusted with, what gold knows better, what crosses gold: gold alone.
                targets[at] = if believed { self.mention(*label, at == range.start) } else { by_gold };
            }
        }
        for (range, classes) in gold {
            // Silver says which of several labels it is only where it names the very same words.
            let same = silver.iter().find(|(other, label)| *other == range && label & self.trusted & classes != 0);
            let classes = same.map_or(classes, |(_, label)| *label);
            for at in range.clone() {
                targets[at] = self.mention(classes, at == range.start);
            }
        }
        Some(targets)
    }

    /// The words of each mention of gold that means something to us, and the labels it may be; none overlaps another.
    fn gold_mentions(&self, words: &[Span], entities: &[LabelledEntity]) -> Vec<(Range<usize>, Classes)> {
        let mut mentions: Vec<(Range<usize>, Classes)> = Vec::new();
        for entity in entities_under(entities, words) {
            let classes = self.meant.get(&entity.label).copied().unwrap_or(0);
            let range = words_under(words, entity.span);
            let end = mentions.last().map_or(0, |(taken, _)| taken.end);
            let range = range.start.max(end)..range.end.max(end);
            if classes != 0 && !range.is_empty() {
                mentions.push((range, classes));
            }
        }
        mentions
    }

    /// The words of each mention of silver, and its label; 0 for a label that is not ours.
    fn silver_mentions(&self, words: &[Span], entities: &[LabelledEntity]) -> Vec<(Range<usize>, Classes)> {
        let label = |e: &LabelledEntity| self.labels.iter().position(|l| *l == e.label).map_or(0, |at| 1 << at);
        entities_under(entities, words).map(|e| (words_under(words, e.span), label(e))).filter(|(range, _)| !range.is_empty()).collect()
    }

    fn others(&self, classes: Classes) -> Classes {
        ((1 << self.labels.len()) - 1) & !classes
    }

    /// The tags of a mention's first or later word.
    fn mention(&self, classes: Classes, begins: bool) -> Classes {
        self.tags(classes, Some(begins))
    }

    /// The tags of labels, those that begin or those that go on (`None`: both), and `O` with [`NONE`].
    fn tags(&self, classes: Classes, begins: Option<bool>) -> Classes {
        let of_label = |label: usize| {
            let (begin, inside) = (1 << TagSet::begin(label), 1 << TagSet::inside(label));
            match begins {
                Some(true) => begin,
                Some(false) => inside,
                None => begin | inside,
            }
        };
        let labels = (0..self.labels.len()).filter(|label| classes & (1 << label) != 0);
        labels.fold(0, |tags, label| tags | of_label(label)) | u64::from(classes & NONE != 0)
    }
}

fn entities_under<'e>(entities: &'e [LabelledEntity], words: &[Span]) -> impl Iterator<Item = &'e LabelledEntity> {
    let (start, end) = (words.first().map_or(0, |w| w.start), words.last().map_or(0, |w| w.end));
    entities.iter().filter(move |e| e.span.start < end && start < e.span.end)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LABELS: [&str; 4] = ["PERSON", "GPE", "LOC", "DATE"];

    fn document(text: &str, entities: Option<&[(&str, &str)]>) -> LabelledDocument {
        let entity = |(name, label): &(&str, &str)| {
            let start = text.find(name).unwrap();
            LabelledEntity { span: Span::new(start, start + name.len()), label: (*label).into(), score: None }
        };
        LabelledDocument { text: text.into(), entities: entities.map(|e| e.iter().map(entity).collect()), ..LabelledDocument::default() }
    }

    /// The tags that each word of `text` may have.
    fn allowed(set: &str, text: &str, gold: Option<&[(&str, &str)]>, silver: Option<&[(&str, &str)]>) -> Vec<Vec<String>> {
        let set: DataSet = toml::from_str(&format!("name = \"s\"\npath = \"p\"\ntasks = [\"entities\"]\n{set}")).unwrap();
        let labels = LABELS.map(str::to_owned);
        let (gold, silver) = (document(text, gold), silver.map(|s| document(text, Some(s))));
        let names = Names::of(&set, std::slice::from_ref(&gold), &labels).unwrap();
        let mut at = 0;
        let words: Vec<Span> = text
            .split(' ')
            .map(|w| {
                at += w.len() + 1;
                Span::new(at - w.len() - 1, at - 1)
            })
            .collect();
        let tag = |t: usize| {
            TagSet::label_of(t).map_or("O".to_owned(), |l| format!("{}-{}", if TagSet::is_begin(t) { "B" } else { "I" }, LABELS[l]))
        };
        let of_word = |classes: u64| {
            if classes == u64::MAX { vec!["any".into()] } else { (0..9).filter(|t| classes & (1 << t) != 0).map(tag).collect() }
        };
        names.targets(&words, &gold, silver.as_ref()).unwrap().into_iter().map(of_word).collect()
    }

    const NAMES: &str = "labels = { PER = \"PERSON\", LOC = [\"GPE\", \"LOC\"] }\ncovers = [\"PERSON\", \"GPE\", \"LOC\"]";

    #[test]
    fn gold_that_knows_no_dates_leaves_them_open() {
        let found = allowed(NAMES, "Ann saw Lake Como today", Some(&[("Ann", "PER"), ("Lake Como", "LOC")]), None);
        let open = ["O", "B-DATE", "I-DATE"];
        assert_eq!(found, [&["B-PERSON"][..], &open, &["B-GPE", "B-LOC"], &["I-GPE", "I-LOC"], &open]);
    }

    #[test]
    fn silver_says_what_gold_leaves_open_and_no_more() {
        let gold: &[_] = &[("Ann", "PER"), ("Lake Como", "LOC")];
        let silver: &[_] = &[("Ann", "DATE"), ("saw", "PERSON"), ("Lake Como", "LOC"), ("today", "DATE")];
        let found = allowed(NAMES, "Ann saw Lake Como today", Some(gold), Some(silver));
        // Ann is no date, and saw no person: there gold knows better, and what it leaves open stays open.
        assert_eq!(found, [&["B-PERSON"][..], &["O", "B-DATE", "I-DATE"], &["B-LOC"], &["I-LOC"], &["B-DATE"]]);
    }

    #[test]
    fn silver_alone_is_believed_in_what_it_is_trusted_with() {
        let found = allowed("silver_labels = [\"DATE\"]", "Ann came today ok", None, Some(&[("Ann", "PERSON"), ("today", "DATE")]));
        let no_date = ["O", "B-PERSON", "I-PERSON", "B-GPE", "I-GPE", "B-LOC", "I-LOC"];
        assert_eq!(found, [&["any"][..], &no_date, &["B-DATE"], &no_date]);
    }

    #[test]
    fn silver_that_is_silent_or_crosses_gold_changes_nothing_of_it() {
        let set = "labels = { MISC = [\"GPE\", \"none\"] }\ncovers = [\"GPE\"]";
        let gold: &[_] = &[("Iraqi", "MISC"), ("Memorial Day", "MISC")];
        let found = allowed(set, "Iraqi men on Memorial Day weekend", Some(gold), Some(&[("Memorial Day weekend", "DATE")]));
        let (perhaps, within) = (&["O", "B-GPE"][..], &["O", "I-GPE"][..]);
        let open = &["O", "B-PERSON", "I-PERSON", "B-LOC", "I-LOC", "B-DATE", "I-DATE"][..];
        assert_eq!(found, [perhaps, &["O"], &["O"], perhaps, within, open]);
    }

    #[test]
    fn a_label_may_also_be_no_entity() {
        let set = "labels = { PER = \"PERSON\", MISC = [\"GPE\", \"none\"] }\ncovers = [\"PERSON\", \"GPE\", \"LOC\", \"DATE\"]";
        let found = allowed(set, "Ann likes Big Apple", Some(&[("Ann", "PER"), ("Big Apple", "MISC")]), None);
        assert_eq!(found, [&["B-PERSON"][..], &["O"], &["O", "B-GPE"], &["O", "I-GPE"]]);
    }
}
