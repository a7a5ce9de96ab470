//! All counters of a set: what its gold annotates decides which there are.

use super::attributions::AttributionCounter;
use super::claimers::ClaimerCounter;
use super::claims::ClaimCounter;
use super::entities::{Confusion, EntityCounter};
use super::mistakes::{Mistake, Notebook};
use super::predict::{Predicted, Says};
use super::ranking::Scored;
use super::scheme::Scheme;
use super::sentences::{BoundaryCounter, Graded, TypeCounter, VerifiabilityCounter, WorthCounter};
use super::tally::{Sheet, Tally};
use crate::convert::{LabelledDocument, LabelledSentence};

/// A counter for each task that gold knows of.
pub(super) struct Counter {
    worth: Option<WorthCounter>,
    verifiability: Option<VerifiabilityCounter>,
    types: Option<TypeCounter>,
    claims: Option<ClaimCounter>,
    /// Of sentences, where gold has no claims.
    claimers: Option<ClaimerCounter>,
    attributions: Option<AttributionCounter>,
    entities: Option<EntityCounter>,
    boundaries: Option<BoundaryCounter>,
}

/// What a document adds.
#[derive(Debug, Default)]
pub(super) struct Counted {
    pub(super) tally: Tally,
    pub(super) ranked: Vec<Scored>,
    /// Predicted entities with their scores.
    pub(super) entities: Vec<Scored>,
    pub(super) confusion: Confusion,
    pub(super) mistakes: Vec<Mistake>,
}

impl Counter {
    /// The counters for what `gold` annotates.
    pub(super) fn new(sheet: &mut Sheet, gold: &[LabelledDocument], scheme: Scheme) -> Self {
        let any = |field: fn(&LabelledDocument) -> bool| gold.iter().any(field);
        let graded = |grade: fn(&LabelledSentence) -> bool| gold.iter().flat_map(|d| d.sentences.iter().flatten()).any(grade);
        let rankings = gold.iter().any(|d| d.sentences.iter().flatten().filter(|s| s.worth.is_some()).count() > 1);
        let claimers = any(|d| d.claims.iter().flatten().any(|c| c.claimer.is_some()));
        Self {
            worth: graded(|s| s.worth.is_some()).then(|| WorthCounter::new(sheet, rankings)),
            verifiability: graded(|s| s.verifiability.is_some()).then(|| VerifiabilityCounter::new(sheet, gold)),
            types: graded(|s| s.types.is_some()).then(|| TypeCounter::new(sheet)),
            claims: any(|d| d.claims.is_some()).then(|| ClaimCounter::new(sheet, claimers)),
            claimers: (graded(|s| s.mode.is_some()) && !any(|d| d.claims.is_some())).then(|| ClaimerCounter::new(sheet)),
            attributions: any(|d| d.attributions.is_some()).then(|| AttributionCounter::new(sheet)),
            entities: any(|d| d.entities.is_some()).then(|| EntityCounter::new(sheet, scheme)),
            boundaries: any(has_boundaries).then(|| BoundaryCounter::new(sheet)),
        }
    }

    /// Whether gold grades check-worthiness.
    pub(super) fn grades_worth(&self) -> bool {
        self.worth.is_some()
    }

    /// Whether gold has entities.
    pub(super) fn has_entities(&self) -> bool {
        self.entities.is_some()
    }

    /// The labels entities are compared in, where they are.
    pub(super) fn scheme(&self) -> Option<&Scheme> {
        self.entities.as_ref().map(EntityCounter::scheme)
    }

    /// Counts document `at`; of what the system never says anything nothing is counted.
    pub(super) fn count(&self, at: usize, gold: &LabelledDocument, predicted: &Predicted, says: Says) -> Counted {
        let sentences: Vec<_> = gold.sentences_or_ours().iter().map(|s| s.span).collect();
        let mut counted = Counted { confusion: self.confusion(), ..Counted::default() };
        let mut notebook = Notebook::new(gold, sentences.clone());
        let tally = &mut counted.tally;
        if let Some(sentences) = &gold.sentences {
            let graded: Vec<Graded> = sentences.iter().map(|s| (s, predicted.reading(s.span))).collect();
            if let (Some(counter), true) = (&self.worth, says.worth || says.scores) {
                counted.ranked = counter.count(&graded, predicted.missing, says.scores, at, tally, &mut notebook);
            }
            if let (Some(counter), true) = (&self.verifiability, says.verifiability) {
                counter.count(&graded, tally, &mut notebook);
            }
            if let (Some(counter), true) = (&self.types, says.types) {
                counter.count(&graded, tally);
            }
            if let (Some(counter), true) = (&self.claimers, says.attributions) {
                counter.count_sentences(&graded, &predicted.document, tally, &mut notebook);
            }
            if let (Some(counter), true) = (&self.boundaries, says.boundaries && has_boundaries(gold)) {
                counter.count(sentences, &predicted.sentences, &gold.text, tally);
            }
        }
        if let (Some(counter), true) = (&self.claims, says.claims && gold.claims.is_some()) {
            counter.count(gold, &predicted.document, says.claimers, tally, &mut notebook);
        }
        if let (Some(counter), true) = (&self.attributions, says.attributions && gold.attributions.is_some()) {
            counter.count(gold, &predicted.document, &sentences, tally, &mut notebook);
        }
        if let (Some(counter), true) = (&self.entities, says.entities && gold.entities.is_some()) {
            counter.count(gold, &predicted.document, tally, &mut counted.confusion, &mut notebook);
            counted.entities = counter.scored(gold, &predicted.document, at);
        }
        counted.mistakes = notebook.mistakes;
        counted
    }

    /// An empty table of the labels compared.
    pub(super) fn confusion(&self) -> Confusion {
        self.scheme().map(|s| Confusion::new(&s.labels)).unwrap_or_default()
    }
}

/// Whether the sentences say where each ends: the text is an author's, and they hold all of it.
fn has_boundaries(gold: &LabelledDocument) -> bool {
    let Some(sentences) = &gold.sentences else { return false };
    let mut at = 0;
    let gapless = sentences.iter().all(|s| {
        let between = gold.text.get(at..s.span.start).unwrap_or("");
        at = s.span.end.max(at);
        between.trim().is_empty()
    });
    !gold.rebuilt && gapless && gold.text.get(at..).unwrap_or("").trim().is_empty()
}
