//! Extraction against gold: counts that add up, divided once; what has nothing to divide by is absent.

mod documents;
mod ranking;
mod spans;

use std::collections::BTreeMap;

use anyhow::{Result, anyhow};
use rayon::prelude::*;

pub use ranking::{Ranking, average_precision};
pub use spans::Counts;

use crate::convert::GoldDocument;
use crate::decode::Reading;
use crate::document::Document;
use crate::ingest;
use crate::labels::{Role, Worth};
use crate::pipeline::Extractor;
use crate::span::Span;

/// Something to be scored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Task {
    /// Entities, strict: boundaries and label.
    Entities,
    /// Sources, cues and contents.
    Attributions,
    /// Check-worthiness of sentences.
    CheckWorthiness,
    /// Claims as they are cut from whole documents.
    Claims,
}

/// The counts of a run.
#[derive(Debug, Clone, Default)]
pub struct Outcome {
    entities: Option<Counts>,
    entities_by_label: BTreeMap<String, Counts>,
    roles: Option<[Counts; 3]>,
    role_words: Option<[Counts; 3]>,
    links: Option<Counts>,
    claims: Option<documents::ClaimCounts>,
    ranking: Option<Ranking>,
}

/// Runs the model over gold documents and counts. Sentences are the gold's where it has any.
///
/// # Errors
/// When the model fails.
pub fn run(documents: &[GoldDocument], extractor: &Extractor, tasks: &[Task]) -> Result<Outcome> {
    let outcomes: Vec<Result<Outcome>> = extractor.install(|| documents.par_iter().map(|d| document(d, extractor, tasks)).collect());
    let mut sum = Outcome::default();
    for outcome in outcomes {
        sum.add(outcome?);
    }
    Ok(sum)
}

fn document(gold: &GoldDocument, extractor: &Extractor, tasks: &[Task]) -> Result<Outcome> {
    let spans: Vec<Span> = gold.sentences_or_ours().iter().map(|s| s.span).collect();
    let readings = extractor.read(&gold.text, &spans)?;
    let mut outcome = Outcome::default();
    if let (Some(entities), true) = (&gold.entities, tasks.contains(&Task::Entities)) {
        let labels = extractor.entity_labels();
        let wanted: Vec<(Span, &str)> = entities.iter().map(|e| (e.span, e.label.as_str())).collect();
        let found: Vec<(Span, &str)> = readings.iter().flat_map(|r| &r.entities).map(|m| (m.span, labels[m.label].as_str())).collect();
        outcome.entities = Some(spans::exact(&wanted, &found));
        for label in labels {
            let of = |all: &[(Span, &str)]| all.iter().filter(|(_, l)| l == label).map(|(s, _)| *s).collect::<Vec<_>>();
            outcome.entities_by_label.insert(label.clone(), spans::exact(&of(&wanted), &of(&found)));
        }
    }
    if gold.attributions.is_some() && tasks.contains(&Task::Attributions) {
        attributions(gold, &spans, &readings, &mut outcome);
    }
    let attributions = gold.attributions.as_ref().filter(|_| tasks.contains(&Task::Attributions));
    let claims = gold.claims.as_ref().filter(|_| tasks.contains(&Task::Claims));
    if attributions.is_some() || claims.is_some() {
        // As a document goes through `extract`, with its own sentences and blocks.
        let blocks = ingest::text_blocks(&gold.text);
        let document = Document { doc_id: gold.doc_id.clone(), text: gold.text.clone(), blocks, ..Document::default() };
        let threshold = extractor.card().thresholds.check_worthiness.value;
        let found = extractor.annotate(document, threshold).map_err(|failed| anyhow!(failed.1))?.assembly;
        outcome.links = attributions.map(|gold| documents::links(gold, &found.attributions));
        outcome.claims = claims.map(|gold| documents::claims(gold, &found.claims));
    }
    if let (Some(sentences), true) = (&gold.sentences, tasks.contains(&Task::CheckWorthiness)) {
        let graded = sentences.iter().zip(&readings).filter_map(|(s, r)| s.worth.map(|w| (r.check_worthiness(), w == Worth::Cfs)));
        outcome.ranking = Some(Ranking::new(graded.collect()));
    }
    Ok(outcome)
}

/// Spans are compared sentence by sentence: what a gold span holds of a sentence is one span there.
fn attributions(gold: &GoldDocument, sentences: &[Span], readings: &[Reading], outcome: &mut Outcome) {
    let wanted = spans::clip(&crate::train::role_spans(gold), sentences, &gold.text);
    let mut exact = [Counts::default(); 3];
    let mut words = [Counts::default(); 3];
    let found: Vec<(Span, usize)> = readings.iter().flat_map(|r| &r.roles).map(|m| (m.span, m.label)).collect();
    for role in Role::ALL.iter().map(|r| *r as usize) {
        let of = |all: &[(Span, usize)]| all.iter().filter(|(_, r)| *r == role).map(|(s, _)| *s).collect::<Vec<_>>();
        let (wanted, found) = (of(&wanted), of(&found));
        exact[role] = spans::exact(&wanted, &found);
        words[role] = spans::words(&gold.text, &wanted, &found);
    }
    (outcome.roles, outcome.role_words) = (Some(exact), Some(words));
}

impl Outcome {
    fn add(&mut self, other: Outcome) {
        fn merge<T>(mine: &mut Option<T>, theirs: Option<T>, add: impl FnOnce(&mut T, T)) {
            match (mine.as_mut(), theirs) {
                (Some(m), Some(t)) => add(m, t),
                (None, theirs) => *mine = theirs,
                (Some(_), None) => {}
            }
        }
        let three = |m: &mut [Counts; 3], t: [Counts; 3]| m.iter_mut().zip(t).for_each(|(m, t)| *m += t);
        merge(&mut self.entities, other.entities, |m, t| *m += t);
        for (label, counts) in other.entities_by_label {
            *self.entities_by_label.entry(label).or_default() += counts;
        }
        merge(&mut self.roles, other.roles, three);
        merge(&mut self.role_words, other.role_words, three);
        merge(&mut self.links, other.links, |m, t| *m += t);
        merge(&mut self.claims, other.claims, |m, t| m.add(t));
        merge(&mut self.ranking, other.ranking, Ranking::add);
    }

    /// The threshold at which F1 of the positive class is highest, if check-worthiness was scored.
    #[must_use]
    pub fn best_threshold(&self) -> Option<f64> {
        self.ranking.as_ref().and_then(Ranking::best_threshold)
    }

    /// Every measure that is defined: name → value. `threshold` is the one for check-worthiness.
    #[must_use]
    pub fn scores(&self, threshold: f64) -> BTreeMap<String, f64> {
        let mut scores = Scores::default();
        if let Some(c) = &self.entities {
            scores.counts("entities.strict", c);
        }
        for (label, c) in &self.entities_by_label {
            scores.counts(&format!("entities.strict.{label}"), c);
        }
        for role in Role::ALL {
            let name = role.as_str().to_lowercase();
            if let Some(roles) = &self.roles {
                scores.counts(&format!("attributions.{name}.exact"), &roles[*role as usize]);
            }
            if let Some(words) = &self.role_words {
                scores.counts(&format!("attributions.{name}.word"), &words[*role as usize]);
            }
        }
        if let Some(links) = &self.links {
            scores.put("attributions.links.accuracy", links.recall());
        }
        if let Some(claims) = &self.claims {
            scores.counts("claims.met", &claims.met);
            scores.put("claims.overlap.f1", claims.overlap_f1());
        }
        if let Some(ranking) = &self.ranking {
            scores.counts("check_worthiness", &ranking.counts_at(threshold));
            scores.put("check_worthiness.average_precision", ranking.average_precision());
            scores.put("check_worthiness.best_f1", ranking.best_threshold().and_then(|t| ranking.counts_at(t).f1()));
        }
        scores.0
    }
}

/// Named values; what is undefined is left out.
#[derive(Default)]
struct Scores(BTreeMap<String, f64>);

impl Scores {
    fn put(&mut self, name: impl Into<String>, value: Option<f64>) {
        if let Some(value) = value {
            self.0.insert(name.into(), value);
        }
    }

    fn counts(&mut self, name: &str, counts: &Counts) {
        self.put(format!("{name}.precision"), counts.precision());
        self.put(format!("{name}.recall"), counts.recall());
        self.put(format!("{name}.f1"), counts.f1());
    }
}
