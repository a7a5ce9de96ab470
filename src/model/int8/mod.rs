//! The fast path: the same network in 8 bits, several sentences at a time.
//!
//! A pack's tokens stand under one another in one matrix, without padding; only attention is told where a sentence ends. A window's
//! scores are the same bits alone and in any pack, and on every CPU: products are of whole numbers, and all other arithmetic has one order.

mod attention;
mod ceiling;
mod linear;
mod load;
mod products;
mod rows;
#[cfg(test)]
mod tests;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use rust_bert::Activation;

use super::architecture::Architecture;
use super::pack::packs;
use super::weights::Stored;
use super::{Backend, Logits, ModelError};
use crate::encode::Window;
use attention::{Distances, Shape, attend};
pub use ceiling::Ceiling;
use linear::{Linear, Rows};
pub(super) use products::Kernel;
use rows::Norm;

/// Weights by name.
type Weights = BTreeMap<String, Stored>;

/// Encoder and heads in 8 bits (the heads and embeddings in floats: they cost nothing).
pub(super) struct Int8 {
    shape: Shape,
    tables: Arc<Tables>,
    norm: Norm,
    layers: Arc<[Layer]>,
    distances: Option<Arc<DistanceTable>>,
    token_heads: Arc<Head>,
    sentence_heads: Arc<Head>,
    scratch: RefCell<Scratch>,
}

/// What is looked up for a token: rows of `hidden` numbers.
struct Tables {
    words: Vec<f32>,
    positions: Vec<f32>,
    cases: Vec<f32>,
}

/// MPNet's bias for every distance within a window.
struct DistanceTable {
    table: Vec<f32>,
    middle: usize,
}

struct Layer {
    qkv: Linear,
    output: Linear,
    attention_norm: Norm,
    inner: Linear,
    outer: Linear,
    norm: Norm,
}

/// Heads side by side, in floats.
struct Head {
    /// Inputs × outputs, of these a multiple of what is worked on side by side: the last ones give nothing.
    weights: Vec<f32>,
    bias: Vec<f32>,
    /// How many outputs each head has.
    outputs: Vec<usize>,
}

struct Scratch {
    states: Vec<f32>,
    seen: Vec<f32>,
    scales: Vec<f32>,
    products: Vec<f32>,
    narrow: Rows,
    wide: Rows,
    attention: attention::Scratch,
}

impl Int8 {
    /// Whether an encoder has nothing the fast path lacks.
    pub(super) fn supports(architecture: &Architecture) -> bool {
        match architecture {
            Architecture::Bert(config) => {
                matches!(config.hidden_act, Activation::gelu) && config.hidden_size.min(config.intermediate_size) > 1
            }
            Architecture::Mpnet(config) => config.hidden_size.min(config.intermediate_size) > 1,
        }
    }

    /// Rounds the weights of a checked model to 8 bits.
    pub(super) fn new(architecture: &Architecture, weights: &Weights) -> Result<Self, ModelError> {
        load::build(architecture, weights, Kernel::here())
    }

    /// The same network for another thread.
    pub(super) fn share(&self) -> Self {
        let inner = self.layers.first().map_or(0, |layer| layer.inner.bias.len());
        Self {
            shape: self.shape,
            tables: Arc::clone(&self.tables),
            norm: self.norm.clone(),
            layers: Arc::clone(&self.layers),
            distances: self.distances.clone(),
            token_heads: Arc::clone(&self.token_heads),
            sentence_heads: Arc::clone(&self.sentence_heads),
            scratch: RefCell::new(Scratch::new(self.shape, inner)),
        }
    }

    fn forward_pack(&self, pack: &[&Window]) -> Result<Vec<Logits>, ModelError> {
        if pack.iter().any(|w| w.cases.len() != w.ids.len() || w.first.iter().any(|&first| first >= w.ids.len())) {
            return Err(ModelError::Forward("a window has not a case for every token, or a word outside its tokens".into()));
        }
        let mut scratch = self.scratch.borrow_mut();
        let Scratch { states, seen, scales, products, narrow, wide, attention } = &mut *scratch;
        let hidden = self.shape.hidden;
        let tokens: usize = pack.iter().map(|w| w.ids.len()).sum();
        self.embed(pack, states)?;
        seen.resize(tokens * hidden, 0.0);
        scales.resize(tokens, 0.0);
        round_all(states, hidden, narrow, scales);
        for layer in self.layers.iter() {
            let qkv = layer.qkv.product(narrow, products);
            for (row, scale) in qkv.chunks_exact_mut(3 * hidden).zip(scales.iter()) {
                rows::unscale(row, *scale, &layer.qkv.columns, &layer.qkv.bias);
            }
            let mut from = 0;
            for window in pack {
                let to = from + window.ids.len();
                let distances = self.distances.as_ref().map(|d| Distances { table: &d.table, middle: d.middle });
                attend(&qkv[from * 3 * hidden..to * 3 * hidden], self.shape, distances, &mut seen[from * hidden..to * hidden], attention);
                from = to;
            }
            round_all(seen, hidden, narrow, scales);
            add_all(layer.output.product(narrow, products), scales, &layer.output, states, &layer.attention_norm);
            round_all(states, hidden, narrow, scales);

            let inner = layer.inner.bias.len();
            let thoughts = layer.inner.product(narrow, products);
            wide.fill(scales, |nth, scale, rounded, outliers| {
                let row = &mut thoughts[nth * inner..][..inner];
                rows::gelu(row, scale, &layer.inner.columns, &layer.inner.bias);
                rows::round(row, rounded, outliers)
            });
            add_all(layer.outer.product(wide, products), scales, &layer.outer, states, &layer.norm);
            round_all(states, hidden, narrow, scales);
        }
        let mut from = 0;
        Ok(pack
            .iter()
            .map(|window| {
                let own = &states[from * hidden..(from + window.ids.len()) * hidden];
                from += window.ids.len();
                self.decide(window, own)
            })
            .collect())
    }

    fn embed(&self, pack: &[&Window], states: &mut Vec<f32>) -> Result<(), ModelError> {
        let hidden = self.shape.hidden;
        states.clear();
        for window in pack {
            for (position, (&id, &case)) in window.ids.iter().zip(&window.cases).enumerate() {
                let outside = || ModelError::Forward(format!("token {id} at {position} is outside the model's tables"));
                let row_of = |table, at| row_of(table, at, hidden).ok_or_else(outside);
                let from = states.len();
                states.extend(row_of(&self.tables.words, id)?);
                let sum = &mut states[from..];
                for other in [row_of(&self.tables.positions, position as i64)?, row_of(&self.tables.cases, case)?] {
                    sum.iter_mut().zip(other).for_each(|(sum, other)| *sum += other);
                }
                rows::normalise(sum, &self.norm);
            }
        }
        Ok(())
    }

    /// The heads on a window's states.
    fn decide(&self, window: &Window, states: &[f32]) -> Logits {
        let hidden = self.shape.hidden;
        let mut pooled = vec![0.0f32; hidden];
        for row in states.chunks_exact(hidden) {
            pooled.iter_mut().zip(row).for_each(|(sum, value)| *sum += value);
        }
        let count = window.ids.len().max(1) as f32;
        pooled.iter_mut().for_each(|sum| *sum /= count);
        let mut of_words = window.first.iter().map(|at| self.token_heads.apply(&states[at * hidden..(at + 1) * hidden]));
        let (mut entities, mut attributions) = (Vec::new(), Vec::new());
        for mut word in &mut of_words {
            attributions.push(word.pop().unwrap_or_default());
            entities.push(word.pop().unwrap_or_default());
        }
        let mut of_sentence = self.sentence_heads.apply(&pooled).into_iter();
        let mut next = || of_sentence.next().unwrap_or_default();
        Logits { entities, attributions, worth: next(), verifiability: next(), types: next() }
    }
}

impl Backend for Int8 {
    fn forward(&self, windows: &[&Window]) -> Result<Vec<Logits>, ModelError> {
        let mut logits = Vec::with_capacity(windows.len());
        for pack in packs(windows, |window| window.ids.len()) {
            logits.append(&mut self.forward_pack(pack)?);
        }
        Ok(logits)
    }
}

impl Scratch {
    fn new(shape: Shape, inner: usize) -> Self {
        Self {
            states: Vec::new(),
            seen: Vec::new(),
            scales: Vec::new(),
            products: Vec::new(),
            narrow: Rows::new(shape.hidden),
            wide: Rows::new(inner),
            attention: attention::Scratch::default(),
        }
    }
}

impl Head {
    /// The outputs of each head for one state.
    fn apply(&self, state: &[f32]) -> Vec<Vec<f32>> {
        let mut sums = self.bias.clone();
        rows::multiply(state, &self.weights, &mut sums);
        let mut rest = &sums[..];
        let cut = |&count: &usize| {
            let (own, after) = rest.split_at(count);
            rest = after;
            own.to_vec()
        };
        self.outputs.iter().map(cut).collect()
    }
}

/// A row of a table whose rows are `width` wide.
fn row_of(table: &[f32], at: i64, width: usize) -> Option<&[f32]> {
    let at = usize::try_from(at).ok()?.checked_mul(width)?;
    table.get(at..at.checked_add(width)?)
}

/// Writes every row of `states` into `into`, divided by its own scale, which `scales` keeps, and rounded.
fn round_all(states: &[f32], width: usize, into: &mut Rows, scales: &mut [f32]) {
    into.fill(scales, |nth, _, rounded, outliers| rows::round(&states[nth * width..][..width], rounded, outliers));
}

/// Adds a layer's output to the states, and normalises them.
fn add_all(product: &mut [f32], scales: &[f32], layer: &Linear, states: &mut [f32], norm: &Norm) {
    let width = layer.bias.len();
    for ((row, state), scale) in product.chunks_exact_mut(width).zip(states.chunks_exact_mut(width)).zip(scales) {
        rows::add_and_normalise(row, *scale, &layer.columns, &layer.bias, state, norm);
    }
}
