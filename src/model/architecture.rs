//! `config.json`: which encoder a model has, and of what size.

use std::path::Path;

use rust_bert::bert::BertConfig;
use serde::{Deserialize, Serialize};

use super::ModelError;
use crate::encode::Case;

/// Far above any encoder that runs on a CPU; beyond it a file is damaged.
const LARGEST_SIZE: i64 = 1_000_000;

/// With more, those of a distance each would reach beyond the farthest distance there is.
const MOST_BUCKETS: i64 = 511;

/// The encoders there are.
#[derive(Debug, Clone)]
pub(crate) enum Architecture {
    /// BERT and its kin, as rust-bert has them.
    Bert(BertConfig),
    /// MPNet, ours.
    Mpnet(MpnetConfig),
}

/// The size of an MPNet, under the names of its `config.json`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct MpnetConfig {
    pub model_type: String,
    pub hidden_act: String,
    pub hidden_size: i64,
    pub num_hidden_layers: i64,
    pub num_attention_heads: i64,
    pub intermediate_size: i64,
    pub vocab_size: i64,
    /// The first two rows belong to padding.
    pub max_position_embeddings: i64,
    pub relative_attention_num_buckets: i64,
    pub layer_norm_eps: f64,
    pub hidden_dropout_prob: f64,
    pub attention_probs_dropout_prob: f64,
    pub pad_token_id: i64,
}

#[derive(Deserialize)]
struct Kind {
    model_type: Option<String>,
}

impl Architecture {
    /// Reads a `config.json` in the Hugging Face manner.
    pub(crate) fn read(path: &Path) -> Result<Self, ModelError> {
        let text = std::fs::read_to_string(path).map_err(|e| ModelError::file(path, format!("cannot be read: {e}")))?;
        let wrong = |e: serde_json::Error| ModelError::file(path, format!("line {}: {e}", e.line()));
        let kind: Kind = serde_json::from_str(&text).map_err(wrong)?;
        let architecture = match kind.model_type.as_deref() {
            Some("mpnet") => Self::Mpnet(serde_json::from_str(&text).map_err(wrong)?),
            None | Some("bert") => Self::Bert(serde_json::from_str(&text).map_err(wrong)?),
            Some(other) => return Err(ModelError::file(path, format!("found model_type {other:?}, expected \"bert\" or \"mpnet\""))),
        };
        architecture.check().map_err(|reason| ModelError::file(path, reason))?;
        Ok(architecture)
    }

    /// What the encoders take for granted: rust-bert ends the program where it does not hold.
    fn check(&self) -> Result<(), String> {
        let sizes = match self {
            Self::Bert(c) => [
                ("hidden_size", c.hidden_size),
                ("num_hidden_layers", c.num_hidden_layers),
                ("num_attention_heads", c.num_attention_heads),
                ("intermediate_size", c.intermediate_size),
                ("vocab_size", c.vocab_size),
                ("max_position_embeddings", c.max_position_embeddings),
                ("type_vocab_size", c.type_vocab_size),
            ],
            Self::Mpnet(c) => [
                ("hidden_size", c.hidden_size),
                ("num_hidden_layers", c.num_hidden_layers),
                ("num_attention_heads", c.num_attention_heads),
                ("intermediate_size", c.intermediate_size),
                ("vocab_size", c.vocab_size),
                ("max_position_embeddings", c.max_position_embeddings),
                ("relative_attention_num_buckets", c.relative_attention_num_buckets),
            ],
        };
        if let Some((name, size)) = sizes.iter().find(|(_, size)| !(1..=LARGEST_SIZE).contains(size)) {
            return Err(format!("found {name} {size}, expected 1 to {LARGEST_SIZE}"));
        }
        let (hidden, heads) = (sizes[0].1, sizes[2].1);
        if hidden % heads != 0 {
            return Err(format!("hidden_size {hidden} is no multiple of num_attention_heads {heads}"));
        }
        match self {
            Self::Mpnet(c) if [c.hidden_dropout_prob, c.attention_probs_dropout_prob].iter().any(|p| !(0.0..1.0).contains(p)) => {
                Err("found a dropout outside 0 to 1".into())
            }
            Self::Mpnet(c) if c.hidden_act != "gelu" => Err(format!("found hidden_act {:?}, expected \"gelu\"", c.hidden_act)),
            Self::Mpnet(c) if !(4..=MOST_BUCKETS).contains(&c.relative_attention_num_buckets) => {
                Err(format!("found relative_attention_num_buckets {}, expected 4 to {MOST_BUCKETS}", c.relative_attention_num_buckets))
            }
            _ => Ok(()),
        }
    }

    /// Numbers in a token's state.
    pub(crate) fn hidden_size(&self) -> i64 {
        match self {
            Self::Bert(c) => c.hidden_size,
            Self::Mpnet(c) => c.hidden_size,
        }
    }

    /// Most tokens of a window.
    pub(crate) fn longest_window(&self) -> usize {
        let longest = match self {
            Self::Bert(c) => c.max_position_embeddings,
            Self::Mpnet(c) => c.max_position_embeddings - MpnetConfig::FIRST_POSITION,
        };
        usize::try_from(longest).unwrap_or(0)
    }

    /// Its layers.
    pub(crate) fn layers(&self) -> i64 {
        match self {
            Self::Bert(c) => c.num_hidden_layers,
            Self::Mpnet(c) => c.num_hidden_layers,
        }
    }

    /// Keeps only the lower `layers`.
    pub(crate) fn cut_to(&mut self, layers: i64) {
        match self {
            Self::Bert(c) => c.num_hidden_layers = layers,
            Self::Mpnet(c) => c.num_hidden_layers = layers,
        }
    }

    /// Gives BERT's table of token types a row for every [`Case`]; MPNet has a table of its own.
    pub(crate) fn with_cases(mut self) -> Self {
        if let Self::Bert(config) = &mut self {
            config.type_vocab_size = Case::COUNT;
        }
        self
    }

    /// As `config.json` holds it.
    pub(crate) fn to_json(&self) -> Result<String, serde_json::Error> {
        match self {
            Self::Bert(config) => serde_json::to_string_pretty(config),
            Self::Mpnet(config) => serde_json::to_string_pretty(config),
        }
    }
}
