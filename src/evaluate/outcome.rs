//! Everything counted of one system on one set, and the scores that come of it.

use rayon::prelude::*;

use super::GoldSet;
use super::counter::{Counted, Counter};
use super::entities::Confusion;
use super::mistakes::Mistake;
use super::predict::Predictions;
use super::ranking::{DEPTHS, Ranking, RankingScores};
use super::report::{Changed, HEADLINES};
use super::tally::{Sheet, Tallies, Tally};
use crate::convert::LabelledDocument;

/// Everything counted of one system.
pub(super) struct Outcome<'s> {
    sheet: &'s Sheet,
    tallies: Tallies,
    /// Whether sentences are ranked: by this system, or by the one it is compared with.
    ranked: bool,
    pub(super) ranking: Ranking,
    /// Predicted entities by score: only how well it is calibrated is asked of them. `None` where gold has no entities.
    pub(super) entities: Option<Ranking>,
    pub(super) confusion: Confusion,
    pub(super) mistakes: Vec<Mistake>,
}

impl<'s> Outcome<'s> {
    pub(super) fn of(sheet: &'s Sheet, counter: &Counter, gold: &GoldSet, predictions: &Predictions, ranked: bool) -> Self {
        let pairs = gold.documents.par_iter().zip(&predictions.documents).enumerate();
        let documents: Vec<Counted> = pairs.map(|(at, (gold, predicted))| counter.count(at, gold, predicted, predictions.says)).collect();
        let mut confusion = counter.confusion();
        let (mut tallies, mut scored, mut entities, mut mistakes) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for document in documents {
            confusion.add_all(&document.confusion);
            tallies.push(document.tally);
            scored.extend(document.ranked);
            entities.extend(document.entities);
            mistakes.extend(document.mistakes);
        }
        let entities = counter.has_entities().then(|| Ranking::new(entities));
        Self { sheet, tallies: Tallies::new(tallies.into_iter()), ranked, ranking: Ranking::new(scored), entities, confusion, mistakes }
    }

    pub(super) fn sums(&self, times: Option<&[u32]>) -> Vec<f64> {
        self.tallies.sums(self.sheet.counts().len(), times)
    }

    /// The names of all scores.
    pub(super) fn names(&self) -> Vec<String> {
        let ranked = ranked_names().into_iter().filter(|_| self.ranked);
        let of_entities = self.entities.iter().map(|_| ENTITY_ECE.to_owned());
        self.sheet.names().map(str::to_owned).chain(ranked).chain(of_entities).collect()
    }

    /// All scores, in the order of [`Outcome::names`]; `times` says how often each document counts.
    pub(super) fn scores(&self, times: Option<&[u32]>) -> Vec<Option<f64>> {
        let mut scores = self.sheet.scores(&self.sums(times));
        if self.ranked {
            scores.extend(ranked_values(&self.ranking.scores(times)));
        }
        scores.extend(self.entities.as_ref().map(|e| e.ece(times)));
        scores
    }
}

/// Of the scores of predicted entities.
const ENTITY_ECE: &str = "entities.ece";

fn ranked_names() -> Vec<String> {
    let plain = ["average_precision", "auroc", "auprc", "ndcg", "r_precision", "best_f1", "best_threshold", "ece", "brier"];
    let tops = DEPTHS.map(|k| format!("precision_at_{k}"));
    plain.iter().map(|n| (*n).to_owned()).chain(tops).map(|n| format!("check_worthiness.{n}")).collect()
}

fn ranked_values(s: &RankingScores) -> Vec<Option<f64>> {
    let plain = [s.average_precision, s.auroc, s.auprc, s.ndcg, s.r_precision, s.best_f1, s.best_threshold, s.ece, s.brier];
    plain.into_iter().chain(s.precision_at).collect()
}

/// Documents on which a headline score differs, worst loss first; of scores that rank there is none of one document.
pub(super) fn changed(gold: &[LabelledDocument], ours: &Outcome, theirs: &Outcome) -> Vec<Changed> {
    let names: Vec<&str> = ours.sheet.names().collect();
    let alone = |tally: &Tally| {
        let mut sums = vec![0.0; ours.sheet.counts().len()];
        tally.add_to(&mut sums, 1.0);
        ours.sheet.scores(&sums)
    };
    let mut changed = Vec::new();
    for (at, document) in gold.iter().enumerate() {
        let (a, b) = (ours.tallies.of(at), theirs.tallies.of(at));
        if a == b {
            continue;
        }
        for ((name, value), baseline) in names.iter().zip(alone(a)).zip(alone(b)) {
            if value != baseline && HEADLINES.contains(name) {
                changed.push(Changed { doc_id: document.doc_id.clone(), score: (*name).to_owned(), baseline, value });
            }
        }
    }
    // Undefined is nothing to find and nothing found: as good as right.
    let gain = |c: &Changed| c.value.unwrap_or(1.0) - c.baseline.unwrap_or(1.0);
    changed.sort_by(|a, b| gain(a).total_cmp(&gain(b)));
    changed
}
