//! Which examples stand in which step, and their tensors.

use rand::SeedableRng;
use rand::seq::SliceRandom;
use tch::Tensor;

use super::config::Config;
use super::examples::Example;

/// A target that teaches nothing: padding, inner wordpieces, special tokens.
pub(super) const IGNORED: i64 = -100;

/// Batches are cut from this many at a time sorted by length, so that padding stays small and order stays random.
const POOL: usize = 32;

/// A step: a corpus and its examples.
pub(super) type Step = (usize, Vec<usize>);

/// All steps of all epochs, wholly determined by data and seed. A batch holds examples of one corpus.
pub(super) fn schedule(corpora: &[Vec<Example>], config: &Config) -> Vec<Step> {
    let mut steps = Vec::new();
    for epoch in 0..config.optimizer.epochs {
        let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64((config.seed as u64) ^ ((epoch as u64) << 32));
        let mut of_epoch: Vec<Step> = Vec::new();
        for (corpus, examples) in corpora.iter().enumerate() {
            let mut order: Vec<usize> = (0..examples.len()).collect();
            order.shuffle(&mut rng);
            let mean = examples.iter().map(|e| e.ids.len()).sum::<usize>() / examples.len().max(1);
            let pool = POOL * (config.optimizer.batch_tokens / mean.max(1)).max(1);
            for chunk in order.chunks_mut(pool) {
                chunk.sort_by_key(|&i| examples[i].ids.len());
                of_epoch.extend(cut(chunk, examples, config.optimizer.batch_tokens).into_iter().map(|b| (corpus, b)));
            }
        }
        of_epoch.shuffle(&mut rng);
        steps.extend(of_epoch);
    }
    steps
}

/// Cuts examples sorted by length where one more would pad the batch beyond `most` tokens.
fn cut(sorted: &[usize], examples: &[Example], most: usize) -> Vec<Vec<usize>> {
    let mut batches: Vec<Vec<usize>> = Vec::new();
    for &at in sorted {
        let length = examples[at].ids.len();
        match batches.last_mut() {
            Some(batch) if (batch.len() + 1) * length <= most => batch.push(at),
            _ => batches.push(vec![at]),
        }
    }
    batches
}

/// The tensors of a step, `[examples, tokens]` but for `worth`, which is `[examples]`.
pub(super) struct Batch {
    pub ids: Tensor,
    pub cases: Tensor,
    pub mask: Tensor,
    pub entities: Option<Tensor>,
    pub attributions: Option<Tensor>,
    pub worth: Option<Tensor>,
    pub tokens: usize,
}

impl Batch {
    pub(super) fn of(corpora: &[Vec<Example>], (corpus, members): &Step) -> Self {
        let examples: Vec<&Example> = members.iter().map(|&i| &corpora[*corpus][i]).collect();
        let width = examples.iter().map(|e| e.ids.len()).max().unwrap_or(0);
        let matrix = |rows: Vec<&[i64]>, padding: i64| {
            let mut flat = Vec::with_capacity(rows.len() * width);
            for row in &rows {
                flat.extend_from_slice(row);
                flat.resize(flat.len() + width - row.len(), padding);
            }
            Tensor::from_slice(&flat).view([rows.len() as i64, width as i64])
        };
        let targets = |of: fn(&Example) -> Option<&[i64]>| {
            // An example of a corpus that annotates this only in part teaches nothing here.
            let rows: Vec<&[i64]> = examples.iter().map(|e| of(e).unwrap_or(&[])).collect();
            examples.iter().any(|e| of(e).is_some()).then(|| matrix(rows, IGNORED))
        };
        let ones: Vec<Vec<i64>> = examples.iter().map(|e| vec![1; e.ids.len()]).collect();
        let worth: Option<Vec<i64>> =
            examples.iter().any(|e| e.worth.is_some()).then(|| examples.iter().map(|e| e.worth.unwrap_or(IGNORED)).collect());
        Self {
            ids: matrix(examples.iter().map(|e| e.ids.as_slice()).collect(), 0),
            cases: matrix(examples.iter().map(|e| e.cases.as_slice()).collect(), 0),
            mask: matrix(ones.iter().map(Vec::as_slice).collect(), 0),
            entities: targets(|e| e.entities.as_deref()),
            attributions: targets(|e| e.attributions.as_deref()),
            worth: worth.map(|w| Tensor::from_slice(&w)),
            tokens: examples.iter().map(|e| e.ids.len()).sum(),
        }
    }
}
