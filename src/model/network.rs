//! The network: an encoder, and a linear head on it for each thing that is told of words and sentences.
//!
//! BERT's table of token types carries the embedding of each word's case (`crate::encode::Case`): both are small
//! learned vectors added to every token's embedding, and single sentences leave the token types unused.

use std::borrow::Borrow;

use rust_bert::bert::{BertEmbeddings, BertModel};
use tch::nn::{self, Module};
use tch::{Kind, Tensor};

use super::architecture::Architecture;
use super::mpnet::Mpnet;
use super::{Labels, ModelError};
use crate::labels::TagSet;

/// How many outputs each head has; 0 where a model lacks the head.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Heads {
    pub entities: i64,
    pub attributions: i64,
    pub worth: i64,
    pub verifiability: i64,
    pub types: i64,
}

impl Heads {
    pub(crate) fn of(labels: &Labels) -> Self {
        let tags = |labels: &[String]| TagSet::new(labels.to_vec()).tags() as i64;
        Self {
            entities: tags(&labels.entities),
            attributions: tags(&labels.attributions),
            worth: labels.check_worthiness.len() as i64,
            verifiability: labels.verifiability.len() as i64,
            types: labels.types.len() as i64,
        }
    }
}

enum Encoder {
    Bert(BertModel<BertEmbeddings>),
    Mpnet(Mpnet),
}

impl Encoder {
    fn new(path: &nn::Path, architecture: &Architecture) -> Self {
        match architecture {
            Architecture::Bert(config) => Self::Bert(BertModel::new_with_optional_pooler(path / "bert", config, false)),
            Architecture::Mpnet(config) => Self::Mpnet(Mpnet::new(path / "mpnet", config)),
        }
    }

    fn forward(&self, ids: &Tensor, cases: &Tensor, mask: Option<&Tensor>, train: bool) -> Result<Tensor, ModelError> {
        match self {
            Self::Bert(bert) => {
                let output = bert.forward_t(Some(ids), mask, Some(cases), None, None, None, None, train);
                Ok(output.map_err(|e| ModelError::Forward(e.to_string()))?.hidden_state)
            }
            Self::Mpnet(mpnet) => Ok(mpnet.forward(ids, cases, mask, train)),
        }
    }
}

/// Encoder and heads. Its variables are named `bert.…` or `mpnet.…`, and `entities.…`, `attributions.…`, `worth.…`,
/// `verifiability.…`, `types.…`.
pub(crate) struct Network {
    encoder: Encoder,
    entities: nn::Linear,
    attributions: nn::Linear,
    worth: nn::Linear,
    verifiability: Option<nn::Linear>,
    types: Option<nn::Linear>,
}

/// Raw scores of a batch: `[sentences, tokens, tags]` twice, then `[sentences, classes]`; all in f32.
pub(crate) struct Outputs {
    pub entities: Tensor,
    pub attributions: Tensor,
    pub worth: Tensor,
    pub verifiability: Option<Tensor>,
    pub types: Option<Tensor>,
}

impl Network {
    pub(crate) fn new<'p>(path: impl Borrow<nn::Path<'p>>, architecture: &Architecture, heads: Heads) -> Self {
        let path = path.borrow();
        let head = |name: &str, outputs| nn::linear(path / name, architecture.hidden_size(), outputs, nn::LinearConfig::default());
        Self {
            encoder: Encoder::new(path, architecture),
            entities: head("entities", heads.entities),
            attributions: head("attributions", heads.attributions),
            worth: head("worth", heads.worth),
            verifiability: (heads.verifiability > 0).then(|| head("verifiability", heads.verifiability)),
            types: (heads.types > 0).then(|| head("types", heads.types)),
        }
    }

    /// `ids`, `cases`: `[sentences, tokens]`, whole numbers; `mask` the same, 1 where a token stands and 0 where
    /// padding does (`None`: no padding).
    pub(crate) fn forward(&self, ids: &Tensor, cases: &Tensor, mask: Option<&Tensor>, train: bool) -> Result<Outputs, ModelError> {
        let states = self.encoder.forward(ids, cases, mask, train)?;
        let pooled = match mask {
            None => states.mean_dim(&[1i64][..], false, states.kind()),
            Some(mask) => {
                let mask = mask.unsqueeze(-1).to_kind(states.kind());
                (&states * &mask).sum_dim_intlist(&[1i64][..], false, states.kind())
                    / mask.sum_dim_intlist(&[1i64][..], false, states.kind())
            }
        };
        let of = |head: &nn::Linear, states: &Tensor| head.forward(states).to_kind(Kind::Float);
        Ok(Outputs {
            entities: of(&self.entities, &states),
            attributions: of(&self.attributions, &states),
            worth: of(&self.worth, &pooled),
            verifiability: self.verifiability.as_ref().map(|head| of(head, &pooled)),
            types: self.types.as_ref().map(|head| of(head, &pooled)),
        })
    }
}
