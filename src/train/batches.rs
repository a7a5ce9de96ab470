//! Which examples stand in which step, and their tensors.

use rand::SeedableRng;
use rand::seq::SliceRandom;
use tch::{Kind, Tensor};

use super::config::Config;
use super::examples::{Classes, Example};
use super::teacher::Taught;
use crate::model::Heads;

/// Batches are cut from this many at a time sorted by length, so that padding stays small and order stays random.
const POOL: usize = 32;

/// The examples of a data set, and what the teacher says of its sentences.
pub(super) struct Corpus {
    pub examples: Vec<Example>,
    pub taught: Option<Taught>,
}

/// A step: a corpus and its examples.
pub(super) type Step = (usize, Vec<usize>);

/// All steps of all epochs, wholly determined by data and seed. A batch holds examples of one corpus.
pub(super) fn schedule(corpora: &[Corpus], config: &Config) -> Vec<Step> {
    let mut steps = Vec::new();
    for epoch in 0..config.optimizer.epochs {
        let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64((config.seed as u64) ^ ((epoch as u64) << 32));
        let mut of_epoch: Vec<Step> = Vec::new();
        for (corpus, Corpus { examples, .. }) in corpora.iter().enumerate() {
            let mut order = drawn(examples.len(), config.data[corpus].times, epoch, config.seed as u64);
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

/// The examples of a corpus that an epoch sees: `times` all of them, in one order over all epochs, so that a share is
/// another one in the next.
fn drawn(examples: usize, times: f64, epoch: usize, seed: u64) -> Vec<usize> {
    let mut order: Vec<usize> = (0..examples).collect();
    order.shuffle(&mut rand_chacha::ChaCha8Rng::seed_from_u64(seed));
    let count = (examples as f64 * times).round().max(1.0) as usize;
    order.into_iter().cycle().skip(epoch * count % examples.max(1)).take(if examples == 0 { 0 } else { count }).collect()
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

/// What some rows of scores should be: the rows, and what their classes are allowed (0) or not (far below it).
pub(super) struct Allowed {
    pub rows: Tensor,
    pub bars: Tensor,
}

/// Added to the score of a class that a target does not allow.
const BARRED: f32 = -1e9;

impl Allowed {
    /// Of targets over `classes` classes; those that allow none or all teach nothing.
    fn of(targets: &[Classes], classes: i64) -> Option<Self> {
        let all = if classes >= 64 { Classes::MAX } else { (1 << classes) - 1 };
        let taught: Vec<(usize, Classes)> =
            targets.iter().enumerate().map(|(at, t)| (at, t & all)).filter(|(_, t)| *t != 0 && *t != all).collect();
        let rows: Vec<i64> = taught.iter().map(|(at, _)| *at as i64).collect();
        let bars: Vec<f32> =
            taught.iter().flat_map(|(_, t)| (0..classes).map(move |c| if t & (1 << c) == 0 { BARRED } else { 0.0 })).collect();
        (!rows.is_empty())
            .then(|| Self { rows: Tensor::from_slice(&rows), bars: Tensor::from_slice(&bars).view([rows.len() as i64, classes]) })
    }
}

/// The tensors of a step: `[examples, tokens]`, and the targets of tokens (counted through the batch) and sentences.
pub(super) struct Batch {
    pub ids: Tensor,
    pub cases: Tensor,
    pub mask: Tensor,
    pub entities: Option<Allowed>,
    pub attributions: Option<Allowed>,
    pub worth: Option<Allowed>,
    pub verifiability: Option<Allowed>,
    /// Sentences, and for each 1 where it is of a type.
    pub types: Option<(Tensor, Tensor)>,
    pub taught: Option<Lesson>,
    pub tokens: usize,
}

impl Batch {
    pub(super) fn of(corpora: &[Corpus], (corpus, members): &Step, heads: Heads) -> Self {
        let examples: Vec<&Example> = members.iter().map(|&i| &corpora[*corpus].examples[i]).collect();
        let width = examples.iter().map(|e| e.ids.len()).max().unwrap_or(0);
        let matrix = |of: &dyn Fn(&Example) -> Vec<i64>| {
            Tensor::from_slice(&padded(examples.iter().map(|e| of(e)), width, 0)).view([examples.len() as i64, width as i64])
        };
        // An example of a corpus that annotates this only in part teaches nothing here.
        let of_tokens = |of: fn(&Example) -> Option<&Vec<Classes>>, tags| {
            Allowed::of(&padded(examples.iter().map(|e| of(e).cloned().unwrap_or_default()), width, 0), tags)
        };
        let of_sentences = |of: fn(&Example) -> Classes, classes| Allowed::of(&examples.iter().map(|e| of(e)).collect::<Vec<_>>(), classes);
        Self {
            ids: matrix(&|e| e.ids.clone()),
            cases: matrix(&|e| e.cases.clone()),
            mask: matrix(&|e| vec![1; e.ids.len()]),
            entities: of_tokens(|e| e.entities.as_ref(), heads.entities),
            attributions: of_tokens(|e| e.attributions.as_ref(), heads.attributions),
            worth: of_sentences(|e| e.worth, heads.worth),
            verifiability: of_sentences(|e| e.verifiability, heads.verifiability),
            types: types(&examples, heads.types),
            taught: corpora[*corpus].taught.as_ref().map(|taught| Lesson::of(taught, &examples, width)),
            tokens: examples.iter().map(|e| e.ids.len()).sum(),
        }
    }
}

/// What the teacher says of a batch: probabilities, and the rows of scores they are for (words counted through the batch).
pub(super) struct Lesson {
    pub words: Tensor,
    pub entities: Tensor,
    pub attributions: Tensor,
    pub sentences: Tensor,
    pub worth: Tensor,
    pub verifiability: Tensor,
    pub types: Tensor,
}

impl Lesson {
    fn of(taught: &Taught, examples: &[&Example], width: usize) -> Self {
        let (mut words, mut rows, mut sentences, mut of_sentences) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for (at, example) in examples.iter().enumerate() {
            let start = taught.starts[example.sentence];
            words.extend(example.first.iter().map(|first| (at * width + first) as i64));
            rows.extend(example.scores.clone().map(|word| start + word as i64));
            if example.whole {
                sentences.push(at as i64);
                of_sentences.push(example.sentence as i64);
            }
        }
        let (rows, of_sentences) = (Tensor::from_slice(&rows), Tensor::from_slice(&of_sentences));
        let said = |table: &Tensor, rows: &Tensor| table.index_select(0, rows).to_kind(Kind::Float);
        Self {
            words: Tensor::from_slice(&words),
            entities: said(&taught.entities, &rows),
            attributions: said(&taught.attributions, &rows),
            sentences: Tensor::from_slice(&sentences),
            worth: said(&taught.worth, &of_sentences),
            verifiability: said(&taught.verifiability, &of_sentences),
            types: said(&taught.types, &of_sentences),
        }
    }
}

pub(super) fn padded<T: Copy>(rows: impl Iterator<Item = Vec<T>>, width: usize, padding: T) -> Vec<T> {
    let mut flat = Vec::new();
    for row in rows {
        let end = flat.len() + width;
        flat.extend(row);
        flat.resize(end, padding);
    }
    flat
}

fn types(examples: &[&Example], types: i64) -> Option<(Tensor, Tensor)> {
    let known: Vec<(i64, Classes)> = examples.iter().enumerate().filter_map(|(at, e)| Some((at as i64, e.types?))).collect();
    if known.is_empty() || types == 0 {
        return None;
    }
    let rows: Vec<i64> = known.iter().map(|(at, _)| *at).collect();
    let flags: Vec<f32> = known.iter().flat_map(|(_, of)| (0..types).map(move |t| f32::from(u8::from(of & (1 << t) != 0)))).collect();
    Some((Tensor::from_slice(&rows), Tensor::from_slice(&flags).view([rows.len() as i64, types])))
}
