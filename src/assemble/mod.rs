//! The mentions of one document → entities in clusters, attributions with their claimers, claims.
//!
//! 1. `quotes`: which stretches stand in quotation marks
//! 2. `entities`: mentions of one name → one cluster with a canonical name
//! 3. `attributions`: sources, cues and contents that belong together
//! 4. `claimers`: who the source is
//! 5. `claims`: what of it all is worth checking, cut clean

mod attributions;
mod claimers;
mod claims;
mod entities;
mod quotes;

pub use attributions::Attribution;
pub use claimers::{Claimer, ResolvedBy};
pub use claims::{Claim, MachineId, key};
pub use entities::Entity;

use crate::decode::Reading;
use crate::document::{BlockKind, Document};
use crate::span::Span;

/// A sentence with what the model read in it.
#[derive(Debug, Clone, PartialEq)]
pub struct ReadSentence {
    /// Its place without white space around it.
    pub span: Span,
    /// The block it stands in, as an index; `None` for text outside all blocks.
    pub block: Option<usize>,
    /// What that block is.
    pub kind: Option<BlockKind>,
    /// What the model read.
    pub reading: Reading,
}

/// All that was found in a document.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Assembly {
    /// In order, without overlap.
    pub entities: Vec<Entity>,
    /// In order of their first part.
    pub attributions: Vec<Attribution>,
    /// In order of their first part.
    pub claims: Vec<Claim>,
}

/// Makes sense of a document's mentions. `threshold` is the check-worthiness from which on a sentence makes a claim.
#[must_use]
pub fn assemble(document: &Document, sentences: &[ReadSentence], entity_labels: &[String], threshold: f64) -> Assembly {
    let text = document.text.as_str();
    let quoted = quotes::find(text, &document.blocks);
    let entities = entities::collect(text, sentences, entity_labels);
    let attributions = attributions::link(text, sentences, &entities, &quoted);
    let claims = claims::cut(document, sentences, &entities, &attributions, &quoted, threshold);
    Assembly { entities, attributions, claims }
}

/// The sentences that share something with `span`, as indices.
fn under(sentences: &[ReadSentence], span: Span) -> std::ops::Range<usize> {
    let from = sentences.partition_point(|s| s.span.end <= span.start);
    from..sentences.partition_point(|s| s.span.start < span.end).max(from)
}
