//! The mentions of one document → entities in clusters, attributions with their claimers, claims.
//!
//! 1. `quotes`: which stretches stand in quotation marks
//! 2. `mentions`: the model's mentions cut to the name, beside amounts and dates that can be read exactly
//! 3. `clusters`: mentions of one name → one cluster with a canonical name (`persons`, `bodies`: what a short name means)
//! 4. `attributions`: sources, cues and contents that belong together
//!    (`ends`: whole ones; `turns`: who speaks in a transcript; `chains`: whom a speaker cites)
//! 5. `claimers`: who the source is, by its own words
//! 6. `resolution`: who it is, by the sentences around (`scene`: who was named; `profiles`, `gender`, `roles`: what is said of them)
//! 7. `claims`: what of it all is worth checking (`clauses`: one assertion each; `cleaning`: cut clean)

mod attributions;
mod bodies;
mod chains;
mod claimers;
mod claims;
mod clauses;
mod cleaning;
mod clusters;
mod ends;
mod gender;
mod lexicon;
#[cfg(test)]
mod marked;
mod mentions;
mod persons;
mod profiles;
mod quotes;
mod resolution;
mod roles;
mod scene;
mod turns;

pub use attributions::Attribution;
pub use claimers::{Claimer, ResolvedBy};
pub use claims::{Claim, DateBasis, MachineId, When, key};
pub use clusters::Entity;

use crate::decode::Reading;
use crate::document::{BlockKind, Document};
use crate::roster::Roster;
use crate::span::Span;
use claims::Found;
use profiles::Profiles;
use scene::Scene;

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

/// Makes sense of a document's mentions. `threshold` is the check-worthiness from which on a sentence makes a claim;
/// `roster` lists people that the newsroom knows.
#[must_use]
pub fn assemble(
    document: &Document,
    sentences: &[ReadSentence],
    entity_labels: &[String],
    threshold: f64,
    roster: Option<&Roster>,
) -> Assembly {
    let text = document.text.as_str();
    let quoted = quotes::find(text, &document.blocks);
    let turns = turns::find(document);
    let named = mentions::collect(text, sentences, entity_labels, document.published());
    let entities = clusters::cluster(text, turns::name_speakers(text, &turns, named), roster);
    let mut attributions = attributions::link(text, sentences, &entities, &quoted);
    attributions.extend(chains::find(text, &attributions, &entities));
    attributions.sort_by_key(|a| a.content.first().map(|s| s.start));
    let of_turns = turns::attribute(text, &turns, &entities, &mut attributions);
    attributions::nest(&mut attributions);
    let profiles = Profiles::new(text, sentences, &entities, roster);
    let scene = Scene::new(text, sentences, &entities, &quoted, &turns, profiles);
    resolution::resolve(scene, roster, &mut attributions);
    let turns = turns::of_sentences(&turns, &of_turns, sentences);
    let claims =
        claims::cut(&Found { document, sentences, entities: &entities, attributions: &attributions, quoted: &quoted, turns }, threshold);
    Assembly { entities, attributions, claims }
}

/// The sentences that share something with `span`, as indices.
fn under(sentences: &[ReadSentence], span: Span) -> std::ops::Range<usize> {
    let from = sentences.partition_point(|s| s.span.end <= span.start);
    from..sentences.partition_point(|s| s.span.start < span.end).max(from)
}

/// The entities that share something with `span`, as indices.
fn entities_under(entities: &[Entity], span: Span) -> std::ops::Range<usize> {
    let from = entities.partition_point(|e| e.span.end <= span.start);
    from..entities.partition_point(|e| e.span.start < span.end).max(from)
}
