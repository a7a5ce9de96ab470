//! What is said of a whole document beside its text.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::convert::LabelledDocument;

/// The layers of annotation a document can have.
const LAYERS: [&str; 4] = ["sentences", "entities", "attributions", "claims"];

/// The fields we write into whatever room a format has for the like.
#[derive(Debug, Serialize)]
pub(in crate::convert) struct HeadOut<'d> {
    pub doc_id: &'d str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<&'d str>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub rebuilt: bool,
    /// What was annotated, even where nothing was found.
    pub layers: Vec<&'static str>,
}

impl<'d> HeadOut<'d> {
    pub(in crate::convert) fn of(d: &'d LabelledDocument) -> Self {
        let annotated = [d.sentences.is_some(), d.entities.is_some(), d.attributions.is_some(), d.claims.is_some()];
        let layers = LAYERS.into_iter().zip(annotated).filter(|(_, is)| *is).map(|(name, _)| name).collect();
        Self { doc_id: &d.doc_id, url: d.url.as_deref(), rebuilt: d.rebuilt, layers }
    }
}

/// The same fields as they are read; in files of others they may hold anything.
#[derive(Debug, Default, Deserialize)]
pub(in crate::convert) struct Head {
    #[serde(default)]
    doc_id: Value,
    #[serde(default)]
    id: Value,
    #[serde(default)]
    url: Value,
    #[serde(default)]
    rebuilt: Value,
    #[serde(default)]
    layers: Value,
}

impl Head {
    /// What the document is called, if it is.
    pub(in crate::convert) fn doc_id(&self) -> Option<String> {
        [&self.doc_id, &self.id].into_iter().find_map(|value| match value {
            Value::String(name) if !name.is_empty() => Some(name.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        })
    }

    /// Puts the fields into the document; `true` where the file says what was annotated.
    pub(in crate::convert) fn tell(&self, document: &mut LabelledDocument) -> bool {
        document.url = self.url.as_str().map(str::to_owned);
        document.rebuilt = self.rebuilt.as_bool().unwrap_or(false);
        let Some(layers) = self.layers.as_array() else { return false };
        annotated(document, &layers.iter().filter_map(Value::as_str).collect());
        true
    }
}

fn annotated(document: &mut LabelledDocument, layers: &BTreeSet<&str>) {
    for layer in layers {
        match *layer {
            "sentences" => _ = document.sentences.get_or_insert_default(),
            "entities" => _ = document.entities.get_or_insert_default(),
            "attributions" => _ = document.attributions.get_or_insert_default(),
            "claims" => _ = document.claims.get_or_insert_default(),
            _ => {}
        }
    }
}

/// The documents of a file. A tool does not say what people looked for; what they marked in one document, they
/// looked for in the others too. `told` marks documents that say it themselves.
pub(in crate::convert) fn settled(read: Vec<(LabelledDocument, bool)>) -> Vec<LabelledDocument> {
    let found: BTreeSet<&str> = read.iter().filter(|(_, told)| !told).flat_map(|(d, _)| HeadOut::of(d).layers).collect();
    let settle = |(mut document, told): (LabelledDocument, bool)| {
        if !told {
            annotated(&mut document, &found);
        }
        document
    };
    read.into_iter().map(settle).collect()
}
