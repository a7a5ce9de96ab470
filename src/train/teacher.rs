//! What a larger model says of sentences: probabilities that a smaller one learns to give, too (Hinton et al., 2015).
//!
//! Sentences are read once, before the first step, and what the teacher says is kept beside the checkpoints.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use tch::{Device, Kind, Tensor, nn};

use super::batches::padded;
use crate::convert::LabelledDocument;
use crate::encode::{Encoder, Window};
use crate::model::{Architecture, Card, Heads, Labels, Network, digest_of, read_weights};

/// Tokens of a batch that is only read: no gradients, so more fit.
const BATCH_TOKENS: usize = 4096;

/// A line of the log after this many batches.
const LOG_EVERY: usize = 10;

/// A loaded teacher.
pub(super) struct Teacher {
    network: Network,
    encoder: Encoder,
    digest: String,
    _store: nn::VarStore,
}

/// What the teacher says of a corpus; in half precision, probabilities that add up to 1 (of types: each by itself).
pub(super) struct Taught {
    /// The first word of each sentence, as a row of the next two.
    pub starts: Vec<i64>,
    /// Words × entity tags.
    pub entities: Tensor,
    /// Words × attribution tags.
    pub attributions: Tensor,
    /// Sentences × classes.
    pub worth: Tensor,
    /// Sentences × classes; no columns where the teacher has no such head.
    pub verifiability: Tensor,
    /// Sentences × types; no columns where the teacher has no such head.
    pub types: Tensor,
}

impl Teacher {
    /// Loads a model directory as it stands; its labels must be the student's.
    pub(super) fn load(folder: &Path, labels: &Labels) -> Result<Self> {
        let card = Card::read(folder)?;
        card.check_files(folder)?;
        ensure!(card.labels == *labels, "the teacher {} has other labels than the model to train", folder.display());
        let architecture = Architecture::read(&folder.join("config.json"))?;
        let store = nn::VarStore::new(Device::Cpu);
        let network = Network::new(store.root(), &architecture, Heads::of(labels));
        let weights = read_weights(&card.weight_files(folder))?;
        for (name, mut variable) in store.variables() {
            let (weight, _) = weights.get(&name).with_context(|| format!("the teacher {} lacks `{name}`", folder.display()))?;
            tch::no_grad(|| variable.f_copy_(&weight.to_kind(Kind::Float))).with_context(|| format!("the teacher's `{name}`"))?;
        }
        let encoder = Encoder::from_file(&folder.join("tokenizer.json"), card.window_tokens)?;
        Ok(Self { network, encoder, digest: card.digest(), _store: store })
    }

    /// Reads every sentence of a corpus, or takes what was kept in `folder` of an earlier reading.
    pub(super) fn read(&self, documents: &[LabelledDocument], folder: &Path, log: &mut dyn FnMut(&str)) -> Result<Taught> {
        let mut starts = Vec::new();
        let mut words = 0;
        let mut windows: Vec<(usize, i64, Window)> = Vec::new(); // sentence, row of its first word, window
        let mut identity = self.digest.clone();
        for document in documents {
            identity = digest_of(format!("{identity}{}", document.text).as_bytes());
            for sentence in document.sentences_or_ours() {
                identity = digest_of(format!("{identity} {}-{}", sentence.span.start, sentence.span.end).as_bytes());
                let encoded = self.encoder.encode(&document.text, sentence.span)?;
                windows.extend(encoded.windows.into_iter().map(|w| (starts.len(), words, w)));
                starts.push(words);
                words += encoded.words.len() as i64;
            }
        }
        let kept = folder.join(format!("taught-{}.safetensors", identity.get(..16).unwrap_or_default()));
        if kept.exists() {
            return Taught::of(starts, words, Tensor::read_safetensors(&kept).with_context(|| format!("{} is damaged", kept.display()))?);
        }
        let taught = self.forward(starts, words, windows, log)?;
        std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
        let temporary = folder.join("taught.new");
        Tensor::write_safetensors(&taught.tables(), &temporary).with_context(|| format!("cannot write {}", temporary.display()))?;
        std::fs::rename(&temporary, &kept).with_context(|| format!("cannot put {} in place", kept.display()))?;
        Ok(taught)
    }

    fn forward(&self, starts: Vec<i64>, words: i64, mut windows: Vec<(usize, i64, Window)>, log: &mut dyn FnMut(&str)) -> Result<Taught> {
        windows.sort_by_key(|(sentence, _, window)| (window.ids.len(), *sentence));
        let mut taught: Option<Taught> = None;
        let mut rest = &windows[..];
        let mut batches = 0;
        while !rest.is_empty() {
            let fits = |n: usize| rest[..n].last().is_none_or(|(_, _, w)| n * w.ids.len() <= BATCH_TOKENS);
            let count = (1..=rest.len()).take_while(|&n| fits(n)).last().unwrap_or(1);
            let (batch, after) = rest.split_at(count);
            rest = after;
            let width = batch.iter().map(|(_, _, w)| w.ids.len()).max().unwrap_or(0);
            let matrix = |of: &dyn Fn(&Window) -> Vec<i64>| {
                Tensor::from_slice(&padded(batch.iter().map(|(_, _, w)| of(w)), width, 0)).view([count as i64, width as i64])
            };
            let (ids, cases, mask) = (matrix(&|w| w.ids.clone()), matrix(&|w| w.cases.clone()), matrix(&|w| vec![1; w.ids.len()]));
            let outputs = tch::no_grad(|| self.network.forward(&ids, &cases, Some(&mask), false))?;
            let shares = |scores: &Tensor| scores.softmax(-1, Kind::Float).to_kind(Kind::Half);
            let none = || Tensor::zeros([count as i64, 0], (Kind::Float, Device::Cpu));
            let of_words = [shares(&outputs.entities), shares(&outputs.attributions)].map(|t| t.reshape([-1, t.size()[2]]));
            let of_sentences = [
                shares(&outputs.worth),
                outputs.verifiability.as_ref().map_or_else(none, shares),
                outputs.types.as_ref().map_or_else(none, |scores| scores.sigmoid().to_kind(Kind::Half)),
            ];
            let taught = taught.get_or_insert_with(|| Taught::empty(&starts, words, &of_words, &of_sentences));
            taught.put(batch, width, &of_words, &of_sentences);
            batches += 1;
            if batches % LOG_EVERY == 0 {
                log(&format!("the teacher has read {} of {} windows", windows.len() - rest.len(), windows.len()));
            }
        }
        taught.context("there is no sentence to read")
    }
}

impl Taught {
    fn empty(starts: &[i64], words: i64, of_words: &[Tensor; 2], of_sentences: &[Tensor; 3]) -> Self {
        let table = |rows: i64, like: &Tensor| Tensor::zeros([rows, like.size()[1]], (Kind::Half, Device::Cpu));
        let sentences = starts.len() as i64;
        Self {
            entities: table(words, &of_words[0]),
            attributions: table(words, &of_words[1]),
            worth: table(sentences, &of_sentences[0]),
            verifiability: table(sentences, &of_sentences[1]),
            types: table(sentences, &of_sentences[2]),
            starts: starts.to_vec(),
        }
    }

    fn put(&mut self, batch: &[(usize, i64, Window)], width: usize, of_words: &[Tensor; 2], of_sentences: &[Tensor; 3]) {
        let (mut from, mut to) = (Vec::new(), Vec::new());
        for (at, (_, start, window)) in batch.iter().enumerate() {
            from.extend(window.first.iter().map(|first| (at * width + first) as i64));
            to.extend(window.scores.clone().map(|word| start + word as i64));
        }
        let (from, to) = (Tensor::from_slice(&from), Tensor::from_slice(&to));
        for (table, found) in [&mut self.entities, &mut self.attributions].into_iter().zip(of_words) {
            let _ = table.index_copy_(0, &to, &found.index_select(0, &from));
        }
        // Of a sentence of several windows the last one read counts.
        let sentences: Vec<i64> = batch.iter().map(|(sentence, _, _)| *sentence as i64).collect();
        let sentences = Tensor::from_slice(&sentences);
        for (table, found) in [&mut self.worth, &mut self.verifiability, &mut self.types].into_iter().zip(of_sentences) {
            if found.size()[1] > 0 {
                let _ = table.index_copy_(0, &sentences, found);
            }
        }
    }

    fn tables(&self) -> Vec<(String, Tensor)> {
        let named = [
            ("entities", &self.entities),
            ("attributions", &self.attributions),
            ("worth", &self.worth),
            ("verifiability", &self.verifiability),
            ("types", &self.types),
        ];
        named.map(|(name, tensor)| (name.to_owned(), tensor.shallow_clone())).into()
    }

    fn of(starts: Vec<i64>, words: i64, tables: Vec<(String, Tensor)>) -> Result<Self> {
        let mut tables: std::collections::HashMap<String, Tensor> = tables.into_iter().collect();
        let mut table = |name: &str| tables.remove(name).with_context(|| format!("what the teacher said lacks `{name}`"));
        let taught = Self {
            entities: table("entities")?,
            attributions: table("attributions")?,
            worth: table("worth")?,
            verifiability: table("verifiability")?,
            types: table("types")?,
            starts,
        };
        let rows = (taught.worth.size()[0], taught.entities.size()[0], taught.attributions.size()[0]);
        ensure!(
            rows == (taught.starts.len() as i64, words, words),
            "what the teacher said is of another corpus; remove the checkpoint folder"
        );
        Ok(taught)
    }
}
