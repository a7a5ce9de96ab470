//! The architecture: rust-bert's BERT encoder and three linear heads on it.
//!
//! BERT's table of token types carries the embedding of each word's case (`crate::encode::Case`): both are small
//! learned vectors added to every token's embedding, and single sentences leave the token types unused.

use std::borrow::Borrow;
use std::path::Path;

use rust_bert::bert::{BertConfig, BertEmbeddings, BertModel};
use tch::nn::{self, Module};
use tch::{Kind, Tensor};

use super::{Labels, ModelError};
use crate::labels::TagSet;

/// Far above any encoder that runs on a CPU; beyond it a file is damaged.
const LARGEST_SIZE: i64 = 1_000_000;

/// How many outputs each head has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Heads {
    pub entities: i64,
    pub attributions: i64,
    pub worth: i64,
}

impl Heads {
    pub(crate) fn of(labels: &Labels) -> Self {
        let tags = |labels: &[String]| TagSet::new(labels.to_vec()).tags() as i64;
        Self { entities: tags(&labels.entities), attributions: tags(&labels.attributions), worth: labels.check_worthiness.len() as i64 }
    }
}

/// Encoder and heads. Its variables are named `bert.…`, `entities.…`, `attributions.…`, `worth.…`.
pub(crate) struct Network {
    bert: BertModel<BertEmbeddings>,
    entities: nn::Linear,
    attributions: nn::Linear,
    worth: nn::Linear,
}

/// Raw scores of a batch: `[sentences, tokens, tags]` twice, and `[sentences, classes]`; all in f32.
pub(crate) struct Outputs {
    pub entities: Tensor,
    pub attributions: Tensor,
    pub worth: Tensor,
}

impl Network {
    pub(crate) fn new<'p>(path: impl Borrow<nn::Path<'p>>, config: &BertConfig, heads: Heads) -> Self {
        let path = path.borrow();
        let head = |name: &str, outputs| nn::linear(path / name, config.hidden_size, outputs, nn::LinearConfig::default());
        Self {
            bert: BertModel::new_with_optional_pooler(path / "bert", config, false),
            entities: head("entities", heads.entities),
            attributions: head("attributions", heads.attributions),
            worth: head("worth", heads.worth),
        }
    }

    /// `ids`, `cases`: `[sentences, tokens]`, whole numbers; `mask` the same, 1 where a token stands and 0 where
    /// padding does (`None`: no padding).
    pub(crate) fn forward(&self, ids: &Tensor, cases: &Tensor, mask: Option<&Tensor>, train: bool) -> Result<Outputs, ModelError> {
        let output = self.bert.forward_t(Some(ids), mask, Some(cases), None, None, None, None, train);
        let states = output.map_err(|e| ModelError::Forward(e.to_string()))?.hidden_state;
        let pooled = match mask {
            None => states.mean_dim(&[1i64][..], false, states.kind()),
            Some(mask) => {
                let mask = mask.unsqueeze(-1).to_kind(states.kind());
                (&states * &mask).sum_dim_intlist(&[1i64][..], false, states.kind())
                    / mask.sum_dim_intlist(&[1i64][..], false, states.kind())
            }
        };
        Ok(Outputs {
            entities: self.entities.forward(&states).to_kind(Kind::Float),
            attributions: self.attributions.forward(&states).to_kind(Kind::Float),
            worth: self.worth.forward(&pooled).to_kind(Kind::Float),
        })
    }
}

/// The encoder's configuration, from a `config.json` in the Hugging Face manner.
pub(crate) fn read_config(path: &Path) -> Result<BertConfig, ModelError> {
    let text = std::fs::read_to_string(path).map_err(|e| ModelError::file(path, format!("cannot be read: {e}")))?;
    let config: BertConfig = serde_json::from_str(&text).map_err(|e| ModelError::file(path, format!("line {}: {e}", e.line())))?;
    // rust-bert takes these for granted, and ends the program where they do not hold.
    let sizes = [
        config.hidden_size,
        config.num_hidden_layers,
        config.num_attention_heads,
        config.intermediate_size,
        config.vocab_size,
        config.max_position_embeddings,
        config.type_vocab_size,
    ];
    if sizes.iter().any(|&size| !(1..=LARGEST_SIZE).contains(&size)) {
        return Err(ModelError::file(
            path,
            format!(
                "found a size outside 1 to {LARGEST_SIZE} among hidden_size, num_hidden_layers, num_attention_heads, intermediate_size, vocab_size, max_position_embeddings, type_vocab_size"
            ),
        ));
    }
    if config.hidden_size % config.num_attention_heads != 0 {
        return Err(ModelError::file(
            path,
            format!("hidden_size {} is no multiple of num_attention_heads {}", config.hidden_size, config.num_attention_heads),
        ));
    }
    Ok(config)
}
