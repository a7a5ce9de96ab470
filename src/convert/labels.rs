//! What corpora call their entities, and what we call them.

use std::collections::BTreeMap;

/// What becomes of the entity labels of a corpus. The default leaves them as they are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LabelMap {
    /// Label of the corpus → ours, or `None` for what is no entity to us.
    map: BTreeMap<String, Option<String>>,
    unknown: Unknown,
}

/// What becomes of a label that a map does not name.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Unknown {
    /// It stays.
    #[default]
    Keep,
    /// Its entities are dropped.
    Drop,
    /// It is an error.
    Refuse,
}

/// Labels as corpora write them → OntoNotes' names as we use them; `""` for what is no entity to us.
///
/// OntoNotes 5, CoNLL-2003, WikiGold, UNER, WNUT-17, BTC, CrossNER, GMB, re3d, GUM. Upper and lower case are told
/// apart: GMB's `gpe` are mostly nationalities, OntoNotes' `GPE` are countries and cities.
const KNOWN: &[(&str, &[&str])] = &[
    ("PERSON", &["PERSON", "PER", "per", "person", "Person", "politician", "researcher", "scientist", "musicalartist", "writer", "PERS"]),
    (
        "ORG",
        &[
            "ORG",
            "org",
            "organisation",
            "organization",
            "Organisation",
            "Organization",
            "corporation",
            "group",
            "politicalparty",
            "university",
            "band",
            "company",
            "ORGANIZATION",
        ],
    ),
    ("GPE", &["GPE"]),
    ("LOC", &["LOC", "geo", "location", "Location", "place", "country", "LOCATION", "loc"]),
    ("FAC", &["FAC", "FACILITY"]),
    ("NORP", &["NORP", "gpe", "Nationality"]),
    ("EVENT", &["EVENT", "eve", "event", "election"]),
    ("LAW", &["LAW"]),
    ("DATE", &["DATE", "tim", "time", "Temporal"]),
    ("TIME", &["TIME"]),
    ("MONEY", &["MONEY", "Money"]),
    ("PERCENT", &["PERCENT"]),
    ("QUANTITY", &["QUANTITY", "Quantity"]),
    ("CARDINAL", &["CARDINAL"]),
    ("ORDINAL", &["ORDINAL"]),
    (
        "",
        &[
            "MISC",
            "misc",
            "OTH",
            "OTHER",
            "WORK_OF_ART",
            "PRODUCT",
            "LANGUAGE",
            "product",
            "creative-work",
            "field",
            "task",
            "metrics",
            "algorithm",
            "programlang",
            "conference",
            "book",
            "poem",
            "award",
            "magazine",
            "literarygenre",
            "musicgenre",
            "song",
            "album",
            "musicalinstrument",
            "discipline",
            "enzyme",
            "protein",
            "chemicalelement",
            "chemicalcompound",
            "astronomicalobject",
            "academicjournal",
            "theory",
            "art",
            "nat",
            "object",
            "abstract",
            "animal",
            "plant",
            "substance",
            "Weapon",
            "Vehicle",
            "MilitaryPlatform",
            "DocumentReference",
            "CommsIdentifier",
            "Frequency",
            "Coordinate",
        ],
    ),
];

impl LabelMap {
    /// The labels of the usual corpora, mapped to ours: PERSON, NORP, ORG, GPE, LOC, FAC, EVENT, LAW, DATE, TIME,
    /// MONEY, PERCENT, QUANTITY, CARDINAL, ORDINAL.
    #[must_use]
    pub fn usual(unknown: Unknown) -> Self {
        let pairs = KNOWN.iter().flat_map(|(ours, theirs)| theirs.iter().map(move |t| (*t, *ours)));
        Self { map: pairs.map(|(theirs, ours)| (theirs.to_owned(), named(ours))).collect(), unknown }
    }

    /// Only what `map` says; other labels are dropped.
    #[must_use]
    pub fn only(map: &BTreeMap<String, String>) -> Self {
        Self { map: map.iter().map(|(theirs, ours)| (theirs.clone(), named(ours))).collect(), unknown: Unknown::Drop }
    }

    /// `theirs` is `ours` from now on; `ours` of `none` or nothing is no entity.
    pub fn set(&mut self, theirs: &str, ours: &str) {
        self.map.insert(theirs.to_owned(), if ours == "none" { None } else { named(ours) });
    }

    /// Everything that was `label` of ours is `other` from now on.
    pub fn rename(&mut self, label: &str, other: &str) {
        self.map.values_mut().flatten().filter(|ours| *ours == label).for_each(|ours| other.clone_into(ours));
    }

    /// What `label` is to us; `Ok(None)` where it is no entity.
    ///
    /// # Errors
    /// Where the label is not known and that is to be refused.
    pub fn map(&self, label: &str) -> Result<Option<String>, String> {
        match (self.map.get(label), self.unknown) {
            (Some(known), _) => Ok(known.clone()),
            (None, Unknown::Keep) => Ok(Some(label.to_owned())),
            (None, Unknown::Drop) => Ok(None),
            (None, Unknown::Refuse) => {
                Err(format!("unknown entity label {label:?}; say what it is with --map {label}=LABEL, or --map {label}=none"))
            }
        }
    }
}

fn named(label: &str) -> Option<String> {
    (!label.is_empty()).then(|| label.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_mapped_kept_dropped_or_refused() {
        let mut map = LabelMap::usual(Unknown::Refuse);
        assert_eq!(map.map("politician"), Ok(Some("PERSON".into())));
        assert_eq!((map.map("GPE"), map.map("gpe")), (Ok(Some("GPE".into())), Ok(Some("NORP".into()))));
        assert_eq!(map.map("MISC"), Ok(None));
        assert!(map.map("starship").unwrap_err().contains("--map starship="));
        map.set("starship", "none");
        assert_eq!(map.map("starship"), Ok(None));
        assert_eq!(LabelMap::default().map("starship"), Ok(Some("starship".into())));
        assert_eq!(LabelMap::only(&BTreeMap::new()).map("PER"), Ok(None));
    }

    #[test]
    fn no_label_has_two_meanings() {
        let all: Vec<_> = KNOWN.iter().flat_map(|(_, theirs)| *theirs).collect();
        assert_eq!(all.iter().collect::<std::collections::BTreeSet<_>>().len(), all.len());
    }
}
