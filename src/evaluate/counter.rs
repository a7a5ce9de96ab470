//! All counters of a set: what its gold annotates decides which there are.

use super::attributions::AttributionCounter;
use super::claims::ClaimCounter;
use super::entities::{Confusion, EntityCounter};
use super::mistakes::{Mistake, Notebook};
use super::predict::Predicted;
use super::ranking::Scored;
use super::scheme::Scheme;
use super::sentences::{BoundaryCounter, TypeCounter, VerifiabilityCounter, WorthCounter};
use super::tally::{Sheet, Tally};
use crate::convert::{LabelledDocument, LabelledSentence};

/// A counter for each task that gold and prediction both know of.
pub(super) struct Counter {
    worth: Option<WorthCounter>,
    verifiability: Option<VerifiabilityCounter>,
    types: Option<TypeCounter>,
    claims: Option<ClaimCounter>,
    attributions: Option<AttributionCounter>,
    entities: Option<EntityCounter>,
    boundaries: Option<BoundaryCounter>,
}

/// What a document adds.
#[derive(Debug, Default)]
pub(super) struct Counted {
    pub(super) tally: Tally,
    pub(super) ranked: Vec<Scored>,
    pub(super) confusion: Confusion,
    pub(super) mistakes: Vec<Mistake>,
}

impl Counter {
    /// The counters for what `gold` annotates and `predicted` says anything of.
    pub(super) fn new(sheet: &mut Sheet, gold: &[LabelledDocument], predicted: &[Option<Predicted>], scheme: Scheme) -> Self {
        let says = |field: fn(&LabelledDocument) -> bool| {
            let mut known = predicted.iter().flatten().peekable();
            known.peek().is_none() || known.any(|p| field(&p.document))
        };
        let both = |field: fn(&LabelledDocument) -> bool| gold.iter().any(field) && says(field);
        let graded = |grade: fn(&LabelledSentence) -> bool| {
            gold.iter().flat_map(|d| d.sentences.iter().flatten()).any(grade) && says(|d| d.sentences.is_some())
        };
        let rankings = gold.iter().any(|d| d.sentences.iter().flatten().filter(|s| s.worth.is_some()).count() > 1);
        Self {
            worth: graded(|s| s.worth.is_some()).then(|| WorthCounter::new(sheet, rankings)),
            verifiability: graded(|s| s.verifiability.is_some()).then(|| VerifiabilityCounter::new(sheet, gold)),
            types: graded(|s| s.types.is_some()).then(|| TypeCounter::new(sheet)),
            claims: both(|d| d.claims.is_some()).then(|| ClaimCounter::new(sheet)),
            attributions: both(|d| d.attributions.is_some()).then(|| AttributionCounter::new(sheet)),
            entities: both(|d| d.entities.is_some()).then(|| EntityCounter::new(sheet, scheme)),
            boundaries: both(|d| d.sentences.is_some() && !d.rebuilt).then(|| BoundaryCounter::new(sheet)),
        }
    }

    /// The labels entities are compared in, where they are.
    pub(super) fn scheme(&self) -> Option<&Scheme> {
        self.entities.as_ref().map(EntityCounter::scheme)
    }

    pub(super) fn count(&self, at: usize, gold: &LabelledDocument, predicted: &Predicted) -> Counted {
        let sentences: Vec<_> = gold.sentences_or_ours().iter().map(|s| s.span).collect();
        let mut counted = Counted { confusion: self.confusion(), ..Counted::default() };
        let mut notebook = Notebook::new(gold, sentences.clone());
        let tally = &mut counted.tally;
        if let Some(graded) = &gold.sentences {
            if let Some(counter) = &self.worth {
                counted.ranked = counter.count(graded, predicted, at, tally, &mut notebook);
            }
            if let Some(counter) = &self.verifiability {
                counter.count(graded, predicted, tally, &mut notebook);
            }
            if let Some(counter) = &self.types {
                counter.count(graded, predicted, tally);
            }
            if let (Some(counter), false) = (&self.boundaries, gold.rebuilt) {
                counter.count(graded, &predicted.sentences, &gold.text, tally);
            }
        }
        if let (Some(counter), true) = (&self.claims, gold.claims.is_some()) {
            counter.count(gold, &predicted.document, tally, &mut notebook);
        }
        if let (Some(counter), true) = (&self.attributions, gold.attributions.is_some()) {
            counter.count(gold, &predicted.document, &sentences, tally, &mut notebook);
        }
        if let (Some(counter), true) = (&self.entities, gold.entities.is_some()) {
            counter.count(gold, &predicted.document, tally, &mut counted.confusion, &mut notebook);
        }
        counted.mistakes = notebook.mistakes;
        counted
    }

    /// An empty table of the labels compared.
    pub(super) fn confusion(&self) -> Confusion {
        self.scheme().map(|s| Confusion::new(&s.labels)).unwrap_or_default()
    }
}
