//! brat standoff (brat.nlplab.org/standoff.html): `NAME.txt` beside `NAME.ann`, spans (`T`) and what links and grades them.
//!
//! `read` finds the files, `standoff` reads the lines of an `.ann`, `layers` makes annotation of them; `write` writes
//! that under `names` that brat allows, cut at `line_breaks`. What brat has no place for (that a layer was annotated
//! and found empty, a document's name) stands in a note of ours on its first sentence.

mod layers;
mod line_breaks;
mod names;
mod read;
mod standoff;
mod write;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::OneOf;

pub(super) use read::read;
pub(super) use write::write;

/// Labels of spans that are no entities.
const SENTENCE: &str = "Sentence";
const CLAIM: &str = "Claim";
const SOURCE: &str = "Source";
const CUE: &str = "Cue";
const CONTENT: &str = "Content";
/// The event that links a source, a cue and a content, and its trigger; PolNeAR has `Attribution-no-source` too.
const ATTRIBUTION: &str = "Attribution";
/// The relation from a claim to its attribution.
const FROM: &str = "From";
/// Attributes: of attributions and claims, then of sentences; a sentence's types are flags, `Type-quantity`.
const MODE: &str = "Mode";
const WORTH: &str = "Worth";
const VERIFIABILITY: &str = "Verifiability";
const TYPE: &str = "Type-";
/// A sentence whose types were annotated, and there are none.
const NO_TYPE: &str = "Type-none";
/// Notes: who made a claim, and what a document is besides.
const NOTES: &str = "AnnotatorNotes";
const CLAIMER: &str = "claimer: ";
const DOCUMENT: &str = "claimsift: ";

/// What brat has no place for in a document.
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct Besides {
    #[serde(skip_serializing_if = "Option::is_none")]
    doc_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    rebuilt: bool,
    /// Of sentences, entities, attributions and claims those that were annotated.
    annotated: Vec<String>,
    /// Entity labels that brat does not allow, under the names they have here.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    labels: BTreeMap<String, String>,
    /// brat parts a span at line breaks: how many pieces each part of such a span came to, by its id.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pieces: BTreeMap<String, Vec<usize>>,
}

/// Whether the label is one of those above.
fn is_no_entity(label: &str) -> bool {
    matches!(label, SENTENCE | CLAIM | SOURCE | CUE | CONTENT) || label.starts_with(ATTRIBUTION)
}

/// `NFS-or-UFS`; brat's own configuration parts values by `|`.
fn joined<T: Copy + PartialEq>(classes: &OneOf<T>, name: fn(T) -> &'static str) -> String {
    classes.classes().iter().map(|c| name(*c)).collect::<Vec<_>>().join("-or-")
}

fn parted<T: Copy + PartialEq>(value: &str, all: &[T], name: fn(T) -> &'static str) -> Result<OneOf<T>, String> {
    let words = value.split("-or-").flat_map(|v| v.split('|'));
    let classes: Option<Vec<T>> = words.map(|word| all.iter().copied().find(|c| name(*c) == word)).collect();
    match classes.as_deref() {
        Some([one]) => Ok(OneOf::One(*one)),
        Some(several) => Ok(OneOf::Several(several.to_vec())),
        None => {
            let known: Vec<_> = all.iter().map(|c| name(*c)).collect();
            Err(format!("found {value:?}, expected {}, or several of them joined by `-or-`", known.join(", ")))
        }
    }
}
