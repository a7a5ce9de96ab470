//! MPNet (Song et al., NeurIPS 2020) on tch: a BERT whose attention also knows how far apart two tokens stand, by one
//! table that all layers share. rust-bert has none.
//!
//! Names of variables are those of the published weights, so that these load as they are.

use std::borrow::Borrow;

use tch::nn::{self, Init, Module, ModuleT};
use tch::{Kind, Tensor};

use super::architecture::MpnetConfig;
use crate::encode::Case;

/// Tokens farther apart than this are as far as any.
const FARTHEST: f32 = 128.0;

/// Added to the scores of padding, so that nothing attends to it.
const NOWHERE: f64 = -1e9;

impl MpnetConfig {
    /// Positions are counted behind the padding id, as in fairseq.
    pub(crate) const FIRST_POSITION: i64 = 2;
}

/// The encoder. Its weights come from a file, so all begin as zeros, which costs nothing.
pub(crate) struct Mpnet {
    words: nn::Embedding,
    positions: nn::Embedding,
    cases: nn::Embedding,
    norm: nn::LayerNorm,
    distances: nn::Embedding,
    layers: Vec<Layer>,
    config: MpnetConfig,
}

struct Layer {
    query: nn::Linear,
    key: nn::Linear,
    value: nn::Linear,
    output: nn::Linear,
    attention_norm: nn::LayerNorm,
    inner: nn::Linear,
    outer: nn::Linear,
    norm: nn::LayerNorm,
}

impl Mpnet {
    pub(crate) fn new<'p>(path: impl Borrow<nn::Path<'p>>, config: &MpnetConfig) -> Self {
        let path = path.borrow();
        let embeddings = path / "embeddings";
        let table = |path: nn::Path, rows| {
            let settings = nn::EmbeddingConfig { ws_init: Init::Const(0.0), ..Default::default() };
            nn::embedding(path, rows, config.hidden_size, settings)
        };
        let zeros = nn::EmbeddingConfig { ws_init: Init::Const(0.0), ..Default::default() };
        let encoder = path / "encoder";
        Self {
            words: table(&embeddings / "word_embeddings", config.vocab_size),
            positions: table(&embeddings / "position_embeddings", config.max_position_embeddings),
            cases: table(&embeddings / "case_embeddings", Case::COUNT),
            norm: norm(&embeddings / "LayerNorm", config),
            distances: nn::embedding(
                &encoder / "relative_attention_bias",
                config.relative_attention_num_buckets,
                config.num_attention_heads,
                zeros,
            ),
            layers: (0..config.num_hidden_layers).map(|n| Layer::new(&encoder / "layer" / n, config)).collect(),
            config: config.clone(),
        }
    }

    /// `ids`, `cases`: `[sentences, tokens]`; `mask` the same, 0 at padding. Gives `[sentences, tokens, hidden]`.
    pub(crate) fn forward(&self, ids: &Tensor, cases: &Tensor, mask: Option<&Tensor>, train: bool) -> Tensor {
        let tokens = ids.size()[1];
        let positions = Tensor::arange(tokens, (Kind::Int64, ids.device())) + MpnetConfig::FIRST_POSITION;
        let embedded = self.words.forward(ids) + self.positions.forward(&positions) + self.cases.forward(cases);
        let mut states = self.norm.forward(&embedded).dropout(self.config.hidden_dropout_prob, train);
        let mut bias = self.distance_bias(tokens);
        if let Some(mask) = mask {
            let hidden: Tensor = (1.0 - mask.to_kind(bias.kind())) * NOWHERE;
            // Not in place: every sentence has its own padding.
            bias = bias.g_add(&hidden.unsqueeze(1).unsqueeze(1));
        }
        for layer in &self.layers {
            states = layer.forward(&states, &bias, &self.config, train);
        }
        states
    }

    /// What attention adds for the distance of two tokens: `[1, heads, tokens, tokens]`.
    fn distance_bias(&self, tokens: i64) -> Tensor {
        let buckets: Vec<i64> =
            (0..tokens).flat_map(|at| (0..tokens).map(move |to| bucket(to - at, self.config.relative_attention_num_buckets))).collect();
        let buckets = Tensor::from_slice(&buckets).view([tokens, tokens]);
        self.distances.forward(&buckets).permute([2, 0, 1]).unsqueeze(0)
    }
}

/// T5's buckets of distances (Raffel et al., JMLR 2020): half of them for what stands behind; of each half, one for each
/// of the nearest, then wider ones.
pub(super) fn bucket(distance: i64, buckets: i64) -> i64 {
    let half = buckets / 2;
    let exact = half / 2;
    let (side, far) = (if distance > 0 { half } else { 0 }, distance.abs());
    if far < exact {
        return side + far;
    }
    // In f32, as the weights were learnt.
    let share = (far as f32 / exact as f32).ln() / (FARTHEST / exact as f32).ln();
    side + (exact + (share * (half - exact) as f32) as i64).min(half - 1)
}

impl Layer {
    fn new(path: nn::Path, config: &MpnetConfig) -> Self {
        let (hidden, inner) = (config.hidden_size, config.intermediate_size);
        let attention = &path / "attention";
        let attn = &attention / "attn";
        Self {
            query: linear(&attn / "q", hidden, hidden),
            key: linear(&attn / "k", hidden, hidden),
            value: linear(&attn / "v", hidden, hidden),
            output: linear(&attn / "o", hidden, hidden),
            attention_norm: norm(&attention / "LayerNorm", config),
            inner: linear(&path / "intermediate" / "dense", hidden, inner),
            outer: linear(&path / "output" / "dense", inner, hidden),
            norm: norm(&path / "output" / "LayerNorm", config),
        }
    }

    fn forward(&self, states: &Tensor, bias: &Tensor, config: &MpnetConfig, train: bool) -> Tensor {
        let (sentences, tokens, hidden) = (states.size()[0], states.size()[1], config.hidden_size);
        let width = hidden / config.num_attention_heads;
        let split = |t: Tensor| t.view([sentences, tokens, config.num_attention_heads, width]).transpose(1, 2);
        let query = split(self.query.forward(states)) / (width as f64).sqrt();
        let scores = query.matmul(&split(self.key.forward(states)).transpose(-1, -2)) + bias;
        let weights = scores.softmax(-1, scores.kind()).dropout(config.attention_probs_dropout_prob, train);
        let seen = weights.matmul(&split(self.value.forward(states))).transpose(1, 2).contiguous().view([sentences, tokens, hidden]);
        let seen = self.output.forward(&seen).dropout(config.hidden_dropout_prob, train);
        let states = self.attention_norm.forward_t(&(seen + states), train);
        let thought = self.outer.forward(&self.inner.forward(&states).gelu("none")).dropout(config.hidden_dropout_prob, train);
        self.norm.forward_t(&(thought + states), train)
    }
}

fn linear(path: nn::Path, inputs: i64, outputs: i64) -> nn::Linear {
    let zeros = nn::LinearConfig { ws_init: Init::Const(0.0), bs_init: Some(Init::Const(0.0)), bias: true };
    nn::linear(path, inputs, outputs, zeros)
}

fn norm(path: nn::Path, config: &MpnetConfig) -> nn::LayerNorm {
    nn::layer_norm(path, vec![config.hidden_size], nn::LayerNormConfig { eps: config.layer_norm_eps, ..Default::default() })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::model::Architecture;

    /// The states the encoder in `folder` gives for `ids`, alone or padded to `width`.
    struct Loaded(Mpnet);

    impl Loaded {
        fn from(folder: &Path) -> Self {
            let Architecture::Mpnet(config) = Architecture::read(&folder.join("config.json")).unwrap() else { panic!("no MPNet") };
            let store = nn::VarStore::new(tch::Device::Cpu);
            let encoder = Mpnet::new(store.root(), &config);
            let weights: std::collections::HashMap<String, Tensor> =
                Tensor::read_safetensors(folder.join("model.safetensors")).unwrap().into_iter().collect();
            for (name, mut variable) in store.variables() {
                match weights.get(&name) {
                    Some(weight) => tch::no_grad(|| variable.copy_(weight)),
                    None => assert_eq!(name, "embeddings.case_embeddings.weight"),
                }
            }
            Self(encoder)
        }

        fn states(&self, ids: &[i64], width: usize) -> Vec<Vec<f32>> {
            let mut padded = ids.to_vec();
            padded.resize(width.max(ids.len()), 1);
            let row = |values: &[i64]| Tensor::from_slice(values).unsqueeze(0);
            let mask: Vec<i64> = (0..padded.len()).map(|at| i64::from(at < ids.len())).collect();
            let mask = (width > ids.len()).then(|| row(&mask));
            let states = tch::no_grad(|| self.0.forward(&row(&padded), &row(&vec![0; padded.len()]), mask.as_ref(), false));
            let states = states.squeeze_dim(0).narrow(0, 0, ids.len() as i64);
            Vec::<Vec<f32>>::try_from(states).unwrap()
        }
    }

    fn close(found: &[f32], expected: &[f32], within: f32) {
        assert_eq!(found.len(), expected.len());
        let farthest = found.iter().zip(expected).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        assert!(farthest < within, "off by {farthest}");
    }

    #[test]
    fn states_are_those_of_the_published_implementation() {
        let folder = Path::new("tests/data/tiny-mpnet");
        #[derive(serde::Deserialize)]
        struct Expected {
            ids: Vec<Vec<i64>>,
            states: Vec<Vec<Vec<f32>>>,
        }
        let expected: Expected = serde_json::from_str(&std::fs::read_to_string(folder.join("states.json")).unwrap()).unwrap();
        let encoder = Loaded::from(folder);
        for (ids, states) in expected.ids.iter().zip(&expected.states) {
            for width in [0, 190] {
                let found = encoder.states(ids, width);
                found.iter().zip(states).for_each(|(f, e)| close(f, e, 1e-3));
            }
        }
    }

    #[test]
    #[ignore = "needs `make base-encoders`; the tiny one above is held against the same program everywhere"]
    fn the_real_encoder_gives_the_published_states() {
        let folder = Path::new(".deps/base/all-mpnet-base-v2");
        #[derive(serde::Deserialize)]
        struct Expected {
            ids: Vec<Vec<i64>>,
            first_and_last_every_48th: Vec<[Vec<f32>; 2]>,
        }
        let expected: Expected = serde_json::from_str(&std::fs::read_to_string("tests/data/reference/mpnet.json").unwrap()).unwrap();
        let encoder = Loaded::from(folder);
        for (ids, [first, last]) in expected.ids.iter().zip(&expected.first_and_last_every_48th) {
            let found = encoder.states(ids, 0);
            let part = |row: &[f32]| row.iter().copied().step_by(48).collect::<Vec<_>>();
            close(&part(&found[0]), first, 1e-3);
            close(&part(&found[ids.len() - 1]), last, 1e-3);
        }
    }

    #[test]
    fn distances_fall_into_the_published_buckets() {
        // By the published rule with 32 buckets, worked out by hand: 8 exact ones on each side, then ever wider ones.
        let found: Vec<i64> = [0, -1, -7, -8, -11, -12, -127, -500, 1, 7, 8, 500].map(|d| bucket(d, 32)).into();
        assert_eq!(found, [0, 1, 7, 8, 8, 9, 15, 15, 17, 23, 24, 31]);
    }
}
