//! What a system says of the gold documents: run now, or read from what it said earlier.

use std::collections::BTreeSet;

use anyhow::{Result, anyhow};
use rayon::prelude::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::align::{self, Pairs};
use crate::convert::{self, LabelledDocument};
use crate::document::Document;
use crate::ingest;
use crate::labels::Worth;
use crate::pipeline::{self, Extractor};
use crate::record::{ModelInfo, ProgramInfo};
use crate::render::{self, RenderOptions};
use crate::span::{OffsetUnit, Span};

/// Who predicted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SystemInfo {
    /// A model's name and version, or the file of predictions.
    pub name: String,
    /// The model's hash.
    pub sha256: Option<String>,
    /// The number format it ran in.
    pub precision: Option<String>,
    /// The check-worthiness from which on it makes claims.
    pub threshold: Option<f64>,
}

impl SystemInfo {
    /// A model.
    #[must_use]
    pub fn of(model: &ModelInfo) -> Self {
        Self {
            name: format!("{} {}", model.name, model.version),
            sha256: Some(model.sha256.clone()),
            precision: Some(model.precision.clone()),
            threshold: Some(model.thresholds.check_worthiness),
        }
    }

    /// Predictions made earlier.
    #[must_use]
    pub fn named(name: &str) -> Self {
        Self { name: name.to_owned(), sha256: None, precision: None, threshold: None }
    }
}

/// What a system says of one document.
#[derive(Debug, Clone, Default)]
pub(super) struct Predicted {
    /// Its annotation, in the text of the gold.
    pub(super) document: LabelledDocument,
    /// Its own sentences, wherever gold has its own.
    pub(super) sentences: Vec<Span>,
}

/// What a system says of a set.
pub struct Predictions {
    /// The entity labels it can give.
    pub(super) labels: BTreeSet<String>,
    /// For each gold document; `None` where there is no prediction.
    pub(super) documents: Vec<Option<Predicted>>,
    /// Predictions without gold.
    pub without_gold: usize,
    /// Documents whose text is not the gold's: where both part.
    pub parting: Vec<String>,
}

impl Predictions {
    /// Runs the extractor, within the gold's sentences where it has any, unless `own_sentences`. `threshold` is the
    /// check-worthiness from which on a sentence makes a claim.
    ///
    /// # Errors
    /// When the model fails.
    pub fn run(gold: &[LabelledDocument], extractor: &Extractor, threshold: f64, own_sentences: bool) -> Result<Self> {
        let program = ProgramInfo { version: env!("CARGO_PKG_VERSION").into(), config_sha256: String::new() };
        // Bytes are what spans count: nothing is converted there and back.
        let options = &RenderOptions { offsets: OffsetUnit::Byte, with_text: true, model: extractor.model_info(threshold), program };
        let documents =
            extractor.install(|| gold.par_iter().map(|d| run_one(d, extractor, options, own_sentences)).collect::<Result<_>>())?;
        Ok(Self { labels: extractor.entity_labels().iter().cloned().collect(), documents, without_gold: 0, parting: Vec::new() })
    }

    /// Takes predictions made earlier, in whatever order.
    #[must_use]
    pub fn of(gold: &[LabelledDocument], predicted: Vec<LabelledDocument>) -> Self {
        let Pairs { of_gold, left, parting } = align::pair(gold, &predicted);
        let labels = predicted.iter().flat_map(|d| d.entities.iter().flatten()).map(|e| e.label.clone()).collect();
        let documents = of_gold
            .iter()
            .zip(gold)
            .map(|(at, gold)| {
                let document = align::moved(predicted[(*at)?].clone(), &gold.text);
                let sentences = document.sentences.iter().flatten().map(|s| s.span).collect();
                Some(Predicted { document, sentences })
            })
            .collect();
        Self { labels, documents, without_gold: left.len(), parting }
    }
}

impl Predictions {
    /// How many gold documents have a prediction.
    #[must_use]
    pub fn matched(&self) -> usize {
        self.documents.iter().flatten().count()
    }
}

fn run_one(gold: &LabelledDocument, extractor: &Extractor, options: &RenderOptions, own_sentences: bool) -> Result<Option<Predicted>> {
    // As a document goes through `extract`.
    let blocks = ingest::text_blocks(&gold.text);
    let document = Document { doc_id: gold.doc_id.clone(), text: gold.text.clone(), blocks, ..Document::default() };
    let own = pipeline::sentences(&document);
    let sentences = own.iter().map(|s| s.span).filter(|s| !s.is_empty()).collect();
    if !needs_model(gold) {
        let document = LabelledDocument { text: gold.text.clone(), sentences: Some(Vec::new()), ..LabelledDocument::default() };
        return Ok(Some(Predicted { document, sentences }));
    }
    let given = gold.sentences.as_ref().filter(|_| !own_sentences);
    let within = match given {
        Some(given) => given.iter().map(|s| crate::split::Sentence { tile: s.span, span: s.span }).collect(),
        None => own,
    };
    let threshold = options.model.thresholds.check_worthiness;
    let annotated = extractor.annotate_within(document, within, threshold).map_err(|failed| anyhow!(failed.1))?;
    let document = convert::from_record(&render::record(&annotated, options)).map_err(|reason| anyhow!(reason))?;
    Ok(Some(Predicted { document, sentences }))
}

/// Where sentences end is no model's doing.
fn needs_model(gold: &LabelledDocument) -> bool {
    let graded = gold.sentences.iter().flatten().any(|s| s.worth.is_some() || s.verifiability.is_some() || s.types.is_some());
    graded || gold.entities.is_some() || gold.attributions.is_some() || gold.claims.is_some()
}

impl Predicted {
    /// What is said of a gold sentence: by the sentences that lie in it for the better part, or that hold it so.
    pub(super) fn reading(&self, gold: Span) -> SentenceReading {
        let mut reading = SentenceReading::default();
        let mut most = 0;
        let all = self.document.sentences.as_deref().unwrap_or_default();
        let from = all.partition_point(|s| s.span.end <= gold.start);
        for sentence in all[from..].iter().take_while(|s| s.span.start < gold.end) {
            let shared = gold.shared(&sentence.span);
            if 2 * shared < gold.len().min(sentence.span.len()) {
                continue;
            }
            // A gold sentence that is several of ours is as check-worthy as the worthiest of them.
            reading.score = match (reading.score, sentence.score) {
                (Some(a), Some(b)) => Some(a.max(b)),
                (a, b) => a.or(b),
            };
            let class = sentence.worth.as_ref().and_then(|w| w.is_one_of(&[Worth::Cfs]));
            reading.worthy = reading.worthy.or(class).map(|w| w || class == Some(true));
            if shared > most {
                most = shared;
                reading.verifiability = sentence.verifiability.as_ref().and_then(convert::OneOf::known);
                reading.types.clone_from(&sentence.types);
            }
        }
        reading
    }
}

/// What is said of a sentence.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct SentenceReading {
    pub(super) score: Option<f64>,
    pub(super) worthy: Option<bool>,
    pub(super) verifiability: Option<crate::labels::Verifiability>,
    pub(super) types: Option<Vec<crate::labels::ClaimType>>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::convert::{LabelledSentence, OneOf};

    #[test]
    fn a_gold_sentence_takes_the_worthiest_of_ours_that_lie_in_it() {
        let sentence = |start, end, worth, score| LabelledSentence {
            span: Span::new(start, end),
            worth: Some(OneOf::One(worth)),
            score: Some(score),
            ..LabelledSentence::default()
        };
        let sentences = vec![sentence(0, 10, Worth::Nfs, 0.1), sentence(11, 20, Worth::Cfs, 0.9), sentence(21, 60, Worth::Ufs, 0.3)];
        let predicted =
            Predicted { document: LabelledDocument { sentences: Some(sentences), ..LabelledDocument::default() }, sentences: vec![] };
        let both = predicted.reading(Span::new(0, 24));
        assert_eq!((both.score, both.worthy), (Some(0.9), Some(true)), "three bytes of the third do not count");
        assert_eq!(predicted.reading(Span::new(30, 40)).score, Some(0.3), "a piece of ours is read as ours");
        assert_eq!(predicted.reading(Span::new(70, 80)), SentenceReading::default());
    }
}
