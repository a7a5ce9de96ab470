//! Names that files and brat allow, and brat's configuration that names them all.

use std::collections::{BTreeMap, BTreeSet};

use super::{ATTRIBUTION, CLAIM, CONTENT, CUE, FROM, MODE, NO_TYPE, SENTENCE, SOURCE, TYPE, VERIFIABILITY, WORTH, is_no_entity};
use crate::convert::LabelledEntity;
use crate::labels::{ClaimType, Mode, Verifiability, Worth};

/// The longest a file's name gets before its extension, in bytes; file systems allow 255.
const LONGEST_NAME: usize = 150;

/// A name of letters, digits, `-`, `_` and `.` that no other document has, whatever its case.
pub(super) fn file_name(doc_id: &str, names: &mut BTreeSet<String>) -> String {
    let allowed = |c: char| if c.is_alphanumeric() || matches!(c, '-' | '_' | '.') { c } else { '_' };
    let mut stem: String = doc_id.chars().map(allowed).collect();
    stem = stem.trim_start_matches('.').to_owned();
    while stem.len() > LONGEST_NAME {
        stem.pop();
    }
    if stem.is_empty() {
        "document".clone_into(&mut stem);
    }
    let numbered = (2..).map(|n| format!("{stem}-{n}"));
    let name = std::iter::once(stem.clone()).chain(numbered).find(|name| names.insert(name.to_lowercase()));
    name.unwrap_or(stem)
}

/// A name that brat allows for each label: no two alike, none that means something else here.
pub(super) fn allowed(entities: &[LabelledEntity]) -> BTreeMap<&str, String> {
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let labels: BTreeSet<&str> = entities.iter().map(|e| e.label.as_str()).collect();
    let is_fine = |label: &str| !label.is_empty() && label.chars().all(is_allowed) && !is_no_entity(label);
    let mut names: BTreeMap<&str, String> = labels.iter().filter(|l| is_fine(l)).map(|l| (*l, (*l).to_owned())).collect();
    for label in labels.iter().filter(|l| !is_fine(l)) {
        let mut name: String = label.chars().map(|c| if is_allowed(c) { c } else { '_' }).collect();
        if is_no_entity(&name) {
            name.insert_str(0, "Entity-");
        }
        while name.is_empty() || names.values().any(|n| *n == name) {
            name.push('_');
        }
        names.insert(label, name);
    }
    names
}

/// What the configuration must name beside what is always there.
#[derive(Default)]
pub(super) struct Known {
    pub labels: BTreeSet<String>,
    pub worth: BTreeSet<String>,
    pub verifiability: BTreeSet<String>,
}

impl Known {
    pub fn configuration(mut self) -> String {
        self.labels.extend([SOURCE, CUE, CONTENT, CLAIM, SENTENCE].map(str::to_owned));
        self.worth.extend(Worth::ALL.iter().map(|w| w.as_str().to_owned()));
        self.verifiability.extend(Verifiability::ALL.iter().map(|v| v.as_str().to_owned()));
        let list = |values: BTreeSet<String>| values.into_iter().collect::<Vec<_>>().join("|");
        let labels = self.labels.into_iter().collect::<Vec<_>>().join("\n");
        let modes = Mode::ALL.iter().map(|m| m.as_str()).collect::<Vec<_>>().join("|");
        let types: String = ClaimType::ALL.iter().map(|t| format!("{TYPE}{}\tArg:{SENTENCE}\n", t.as_str())).collect();
        format!(
            "[entities]\n{labels}\n\n[relations]\n{FROM}\tArg1:{CLAIM}, Arg2:{ATTRIBUTION}\n<OVERLAP>\tArg1:<ANY>, Arg2:<ANY>, <OVL-TYPE>:<ANY>\n\n\
             [events]\n{ATTRIBUTION}\t{SOURCE}?:{SOURCE}, {CUE}?:{CUE}, {CONTENT}?:{CONTENT}\n\n\
             [attributes]\n{MODE}\tArg:{ATTRIBUTION}|{CLAIM}, Value:{modes}\n{WORTH}\tArg:{SENTENCE}, Value:{}\n\
             {VERIFIABILITY}\tArg:{SENTENCE}, Value:{}\n{types}{NO_TYPE}\tArg:{SENTENCE}\n",
            list(self.worth),
            list(self.verifiability),
        )
    }
}
