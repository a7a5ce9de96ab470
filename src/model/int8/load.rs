//! From stored weights to the network in 8 bits.

use std::cell::RefCell;
use std::sync::Arc;

use tch::Tensor;

use super::attention::Shape;
use super::linear::{Linear, numbers};
use super::rows::{LANES, Norm};
use super::{DistanceTable, Head, Int8, Kernel, Layer, Scratch, Tables, Weights};
use crate::model::ModelError;
use crate::model::architecture::{Architecture, MpnetConfig};
use crate::model::mpnet;
use crate::model::weights::Stored;

/// The network in 8 bits, of weights that fit the architecture.
pub(super) fn build(architecture: &Architecture, weights: &Weights, kernel: Kernel) -> Result<Int8, ModelError> {
    if !Int8::supports(architecture) {
        return Err(ModelError::Precision(
            "precision int8 knows encoders with GELU alone, wider than one number; use --precision f32".into(),
        ));
    }
    let stored = |name: &str| weights.get(name).ok_or_else(|| ModelError::Forward(format!("no weights for {name}")));
    let of = |name: &str| stored(name).map(Stored::floats);
    let names = Names::of(architecture);
    let norm = |prefix: &str| -> Result<Norm, ModelError> {
        Ok(Norm {
            weight: numbers(&of(&format!("{prefix}.weight"))?)?.into(),
            bias: numbers(&of(&format!("{prefix}.bias"))?)?.into(),
            epsilon: names.epsilon,
        })
    };
    let linear = |prefixes: &[String]| -> Result<Linear, ModelError> {
        let matrices = prefixes.iter().map(|prefix| stored(&format!("{prefix}.weight"))).collect::<Result<Vec<_>, _>>()?;
        let biases = prefixes.iter().map(|prefix| of(&format!("{prefix}.bias"))).collect::<Result<Vec<_>, _>>()?;
        Linear::new(&matrices, &Tensor::cat(&biases, 0), kernel)
    };
    let layer = |n: i64| -> Result<Layer, ModelError> {
        let at = |name: &str| format!("{}.encoder.layer.{n}.{name}", names.encoder);
        Ok(Layer {
            qkv: linear(&names.query_key_value.map(at))?,
            output: linear(&[at(names.attention_output)])?,
            attention_norm: norm(&at(names.attention_norm))?,
            inner: linear(&[at("intermediate.dense")])?,
            outer: linear(&[at("output.dense")])?,
            norm: norm(&at("output.LayerNorm"))?,
        })
    };
    let head = |parts: &[&str]| -> Result<Head, ModelError> {
        let present: Vec<&&str> = parts.iter().filter(|part| weights.contains_key(&format!("{part}.weight"))).collect();
        let matrices = present.iter().map(|part| of(&format!("{part}.weight"))).collect::<Result<Vec<_>, _>>()?;
        let biases = present.iter().map(|part| of(&format!("{part}.bias"))).collect::<Result<Vec<_>, _>>()?;
        let bias = Tensor::cat(&biases, 0);
        let filling = bias.size()[0].unsigned_abs().next_multiple_of(LANES as u64) as i64 - bias.size()[0];
        Ok(Head {
            weights: numbers(&Tensor::cat(&matrices, 0).transpose(0, 1).constant_pad_nd([0, filling]))?,
            bias: numbers(&bias.constant_pad_nd([0, filling]))?,
            outputs: parts
                .iter()
                .map(|part| weights.get(&format!("{part}.bias")).map_or(0, |bias| bias.size().iter().product::<i64>() as usize))
                .collect(),
        })
    };
    let table = |name: &str| numbers(&of(&format!("{}.embeddings.{name}.weight", names.encoder))?);
    let mut positions = table("position_embeddings")?;
    positions.drain(..names.first_position * architecture.hidden_size() as usize);
    let distances = match architecture {
        Architecture::Mpnet(config) => {
            let learnt = of("mpnet.encoder.relative_attention_bias.weight")?;
            Some(Arc::new(DistanceTable::new(&numbers(&learnt)?, config, architecture.longest_window())))
        }
        Architecture::Bert(_) => None,
    };
    let shape = Shape { hidden: architecture.hidden_size() as usize, heads: names.heads };
    Ok(Int8 {
        shape,
        tables: Arc::new(Tables { words: table("word_embeddings")?, positions, cases: table(names.cases)? }),
        norm: norm(&format!("{}.embeddings.LayerNorm", names.encoder))?,
        layers: (0..architecture.layers()).map(layer).collect::<Result<_, _>>()?,
        distances,
        token_heads: Arc::new(head(&["entities", "attributions"])?),
        sentence_heads: Arc::new(head(&["worth", "verifiability", "types"])?),
        scratch: RefCell::new(Scratch::new(shape, names.inner)),
    })
}

impl DistanceTable {
    /// From `learnt`, buckets × heads, what each head adds for each distance within a window, from the farthest ahead on, and some beyond.
    fn new(learnt: &[f32], config: &MpnetConfig, longest: usize) -> Self {
        let (heads, farthest) = (config.num_attention_heads as usize, longest as i64);
        let buckets: Vec<usize> =
            (-farthest..=farthest + LANES as i64).map(|d| mpnet::bucket(-d, config.relative_attention_num_buckets) as usize).collect();
        let table = (0..heads).flat_map(|head| buckets.iter().map(move |bucket| learnt[bucket * heads + head])).collect();
        Self { table, middle: longest }
    }
}

/// What an encoder calls its parts.
struct Names {
    encoder: &'static str,
    query_key_value: [&'static str; 3],
    attention_output: &'static str,
    attention_norm: &'static str,
    cases: &'static str,
    first_position: usize,
    epsilon: f32,
    heads: usize,
    inner: usize,
}

impl Names {
    fn of(architecture: &Architecture) -> Self {
        match architecture {
            Architecture::Bert(config) => Self {
                encoder: "bert",
                query_key_value: ["attention.self.query", "attention.self.key", "attention.self.value"],
                attention_output: "attention.output.dense",
                attention_norm: "attention.output.LayerNorm",
                cases: "token_type_embeddings",
                first_position: 0,
                // What rust-bert has for every BERT.
                epsilon: 1e-12,
                heads: config.num_attention_heads as usize,
                inner: config.intermediate_size as usize,
            },
            Architecture::Mpnet(config) => Self {
                encoder: "mpnet",
                query_key_value: ["attention.attn.q", "attention.attn.k", "attention.attn.v"],
                attention_output: "attention.attn.o",
                attention_norm: "attention.LayerNorm",
                cases: "case_embeddings",
                first_position: MpnetConfig::FIRST_POSITION as usize,
                epsilon: config.layer_norm_eps as f32,
                heads: config.num_attention_heads as usize,
                inner: config.intermediate_size as usize,
            },
        }
    }
}
