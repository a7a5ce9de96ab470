//! What a system says of the gold documents: run now, or read from what it said earlier.

use std::collections::BTreeSet;

use anyhow::{Result, anyhow};
use rayon::prelude::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::align::{self, Pairs};
use crate::convert::{self, LabelledDocument, OneOf};
use crate::document::Document;
use crate::ingest;
use crate::labels::{ClaimType, Verifiability, Worth};
use crate::pipeline::{self, Extractor};
use crate::record::{ModelInfo, ProgramInfo};
use crate::render::{self, RenderOptions};
use crate::span::{OffsetUnit, Span};
use crate::split::Sentence;

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
    /// There is no prediction: this is what counts in its place.
    pub(super) missing: bool,
}

/// What a system says anything of, in the whole set. Of the rest no score is defined; a document without a prediction
/// changes nothing of that.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Says {
    pub(super) worth: bool,
    pub(super) scores: bool,
    pub(super) verifiability: bool,
    pub(super) types: bool,
    pub(super) claims: bool,
    pub(super) claimers: bool,
    pub(super) attributions: bool,
    pub(super) entities: bool,
    pub(super) boundaries: bool,
}

impl Says {
    fn of<'p>(documents: impl Iterator<Item = &'p LabelledDocument>) -> Self {
        let mut says = Self::default();
        for document in documents {
            for sentence in document.sentences.iter().flatten() {
                says.worth |= sentence.worth.is_some();
                says.scores |= sentence.score.is_some();
                says.verifiability |= sentence.verifiability.is_some();
                says.types |= sentence.types.is_some();
            }
            says.claims |= document.claims.is_some();
            says.claimers |= document.claims.iter().flatten().any(|c| c.claimer.is_some());
            says.attributions |= document.attributions.is_some();
            says.entities |= document.entities.is_some();
            says.boundaries |= document.sentences.is_some() && !document.rebuilt;
        }
        says
    }
}

/// What a system says of a set.
#[derive(Default)]
pub struct Predictions {
    /// The entity labels it can give.
    pub(super) labels: BTreeSet<String>,
    pub(super) says: Says,
    /// For each gold document.
    pub(super) documents: Vec<Predicted>,
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
        let documents: Vec<Predicted> =
            extractor.install(|| gold.par_iter().map(|d| run_one(d, extractor, options, own_sentences)).collect::<Result<_>>())?;
        Ok(Self {
            labels: extractor.entity_labels().iter().cloned().collect(),
            says: Says::of(documents.iter().map(|d| &d.document)),
            documents,
            parting: Vec::new(),
        })
    }

    /// Takes predictions made earlier, in whatever order.
    #[must_use]
    pub fn of(gold: &[LabelledDocument], predicted: &[LabelledDocument]) -> Self {
        Self::of_sets(&[gold], predicted).0.pop().unwrap_or_default()
    }

    /// Takes predictions of several sets; gives those of each, and how many predictions are of none of them.
    #[must_use]
    pub fn of_sets(sets: &[&[LabelledDocument]], predicted: &[LabelledDocument]) -> (Vec<Self>, usize) {
        let Pairs { of_gold, left, parting } = align::pair(sets.iter().copied().flatten(), predicted);
        let labels: BTreeSet<String> = predicted.iter().flat_map(|d| d.entities.iter().flatten()).map(|e| e.label.clone()).collect();
        let says = Says::of(predicted.iter());
        let mut first = 0;
        let of_set = |gold: &&[LabelledDocument]| {
            let range = first..first + gold.len();
            first = range.end;
            Self {
                labels: labels.clone(),
                says,
                documents: of_gold[range.clone()]
                    .iter()
                    .zip(*gold)
                    .map(|(at, gold)| Predicted::earlier(at.map(|a| &predicted[a]), gold))
                    .collect(),
                parting: parting.iter().filter(|(at, _)| range.contains(at)).map(|(_, place)| place.clone()).collect(),
            }
        };
        (sets.iter().map(of_set).collect(), left.len())
    }
}

impl Predictions {
    /// Names of the gold documents without a prediction.
    pub(super) fn missing(&self, gold: &[LabelledDocument]) -> Vec<String> {
        gold.iter().zip(&self.documents).filter(|(_, p)| p.missing).map(|(d, _)| d.doc_id.clone()).collect()
    }

    /// How many gold documents have a prediction.
    #[must_use]
    pub fn matched(&self) -> usize {
        self.documents.iter().filter(|d| !d.missing).count()
    }
}

fn run_one(gold: &LabelledDocument, extractor: &Extractor, options: &RenderOptions, own_sentences: bool) -> Result<Predicted> {
    // As a document goes through `extract`.
    let blocks = ingest::text_blocks(&gold.text);
    let document = Document { doc_id: gold.doc_id.clone(), text: gold.text.clone(), blocks, ..Document::default() };
    let own = pipeline::sentences(&document);
    let sentences = own.iter().map(|s| s.span).filter(|s| !s.is_empty()).collect();
    if !needs_model(gold) {
        let document = LabelledDocument { text: gold.text.clone(), sentences: Some(Vec::new()), ..LabelledDocument::default() };
        return Ok(Predicted { document, sentences, missing: false });
    }
    let given = gold.sentences.as_ref().filter(|_| !own_sentences);
    let within = match given {
        Some(given) => filled(&gold.text, given.iter().map(|s| s.span).collect(), &own),
        None => own,
    };
    let threshold = options.model.thresholds.check_worthiness;
    let annotated = extractor.annotate_within(document, within, threshold).map_err(|failed| anyhow!(failed.error))?;
    let document = convert::from_record(&render::record(&annotated, options)).map_err(|reason| anyhow!(reason))?;
    Ok(Predicted { document, sentences, missing: false })
}

/// The given sentences, and what of our own lies between them: gold may have graded some sentences only.
fn filled(text: &str, given: Vec<Span>, own: &[Sentence]) -> Vec<Sentence> {
    let mut all = given.clone();
    for sentence in own {
        let mut start = sentence.span.start;
        let from = given.partition_point(|g| g.end <= sentence.span.start);
        for taken in given[from..].iter().take_while(|g| g.start < sentence.span.end) {
            all.push(Span::new(start, taken.start.max(start)).trimmed(text));
            start = taken.end.max(start);
        }
        all.push(Span::new(start, sentence.span.end.max(start)).trimmed(text));
    }
    all.retain(|span| !span.is_empty());
    all.sort();
    all.dedup();
    all.into_iter().map(|span| Sentence { tile: span, span }).collect()
}

/// Where sentences end is no model's doing.
fn needs_model(gold: &LabelledDocument) -> bool {
    let graded = gold.sentences.iter().flatten().any(|s| s.worth.is_some() || s.verifiability.is_some() || s.types.is_some());
    graded || gold.entities.is_some() || gold.attributions.is_some() || gold.claims.is_some()
}

impl Predicted {
    /// What was said earlier of a gold document, laid on its text.
    fn earlier(predicted: Option<&LabelledDocument>, gold: &LabelledDocument) -> Self {
        let Some(predicted) = predicted else { return Self { missing: true, ..Self::default() } };
        let document = align::moved(predicted.clone(), &gold.text);
        let sentences = document.sentences.iter().flatten().map(|s| s.span).collect();
        Self { document, sentences, missing: false }
    }

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
                reading.verifiability.clone_from(&sentence.verifiability);
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
    pub(super) verifiability: Option<OneOf<Verifiability>>,
    pub(super) types: Option<Vec<ClaimType>>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::convert::LabelledSentence;

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
            Predicted { document: LabelledDocument { sentences: Some(sentences), ..LabelledDocument::default() }, ..Predicted::default() };
        let both = predicted.reading(Span::new(0, 24));
        assert_eq!((both.score, both.worthy), (Some(0.9), Some(true)), "three bytes of the third do not count");
        assert_eq!(predicted.reading(Span::new(30, 40)).score, Some(0.3), "a piece of ours is read as ours");
        assert_eq!(predicted.reading(Span::new(70, 80)), SentenceReading::default());
    }

    #[test]
    fn what_gold_did_not_grade_is_read_in_our_sentences() {
        let text = "One. Two. Three. Four.";
        let own: Vec<Sentence> = crate::split::split(text);
        let of = |given: &[Span]| filled(text, given.to_vec(), &own).iter().map(|s| s.span.of(text)).collect::<Vec<_>>();
        assert_eq!(of(&[Span::new(5, 9)]), ["One.", "Two.", "Three.", "Four."]);
        assert_eq!(of(&[Span::new(7, 16)]), ["One.", "Tw", "o. Three.", "Four."]);
        assert_eq!(of(&[]), ["One.", "Two.", "Three.", "Four."]);
    }
}
