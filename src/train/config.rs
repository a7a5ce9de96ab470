//! The training configuration: one TOML file says everything.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use serde::{Deserialize, Serialize};

use super::data_set::{DataSet, Meant};
use crate::convert::{self, LabelMap, Unknown};
use crate::encode::SMALLEST_WINDOW;
use crate::evaluate::GoldSet;
use crate::model::{CARD, Card, DataSource, Precision, Storage, Threshold};

/// A training, as its TOML file gives it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The model's name.
    pub name: String,
    /// The model's version.
    pub version: String,
    /// Everything random follows from it.
    #[serde(default = "defaults::seed")]
    pub seed: i64,
    /// Arithmetic of the network; the optimizer always keeps f32.
    #[serde(default)]
    pub precision: Precision,
    /// Most tokens a window may hold.
    #[serde(default = "defaults::window_tokens")]
    pub window_tokens: usize,
    /// How the weights are written.
    #[serde(default)]
    pub storage: Storage,
    /// Entity labels of a new head; a base that is a model keeps its own.
    #[serde(default)]
    pub entity_labels: Vec<String>,
    /// Types of a new types head; none where a model is to have none.
    #[serde(default)]
    pub claim_types: Vec<String>,
    /// From which probability on a claim is of a type; 0.5 where absent.
    pub type_threshold: Option<Threshold>,
    /// What to start from.
    pub base: BaseConfig,
    /// Learn from nothing restricted, nor from a teacher that did.
    #[serde(default)]
    pub permissive_only: bool,
    /// A larger model to learn from, besides gold.
    pub teacher: Option<TeacherConfig>,
    /// How to learn.
    #[serde(default)]
    pub optimizer: OptimizerConfig,
    /// Steps between two log lines.
    #[serde(default = "defaults::log_every")]
    pub log_every: usize,
    /// Steps between two checkpoints.
    #[serde(default = "defaults::checkpoint_every")]
    pub checkpoint_every: usize,
    /// What to learn from.
    pub data: Vec<DataSet>,
    /// What to score the result on.
    #[serde(default)]
    pub dev: Vec<DataSet>,
    /// Folders that relative paths are looked for in: the configuration's own, then the data folder, where there is one.
    #[serde(skip)]
    roots: Vec<PathBuf>,
}

/// What to start from.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BaseConfig {
    /// A folder with `config.json`, `tokenizer.json` and `model.safetensors`: a BERT encoder, or a model of ours.
    pub path: PathBuf,
    /// Its name, for the card.
    pub name: String,
    /// Its licence, for the card.
    pub licence: String,
    /// Keep only this many of its lower layers.
    pub layers: Option<i64>,
    /// The share of its own weights in the weights that are written, from 0 to below 1; the rest are the learnt ones. A base that
    /// goes on learning forgets less so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keep: Option<f64>,
}

/// A larger model to learn from: what it says of the sets that `distil`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TeacherConfig {
    /// Its directory.
    pub path: PathBuf,
    /// How much its word counts against gold's.
    #[serde(default = "defaults::one")]
    pub weight: f64,
}

/// How to learn.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct OptimizerConfig {
    /// Times each example is seen, but for a set's `times`.
    pub epochs: usize,
    /// Most tokens in a batch, padding counted.
    pub batch_tokens: usize,
    /// Highest rate of the encoder.
    pub learning_rate: f64,
    /// Highest rate of the heads and of the embedding of case.
    pub head_learning_rate: f64,
    /// Each layer's rate is this share of the rate of the layer above it.
    pub layer_decay: f64,
    /// Decoupled weight decay (not on biases and norms).
    pub weight_decay: f64,
    /// Share of all steps over which the rate rises to its highest; then it falls linearly to 0.
    pub warmup: f64,
    /// Largest norm of all gradients together.
    pub clip_norm: f64,
}

impl Default for OptimizerConfig {
    /// The rates are those of the prototype: one epoch, batches of 1,024 tokens, AdamW, linear decay.
    fn default() -> Self {
        Self {
            epochs: 1,
            batch_tokens: 1024,
            learning_rate: 8e-5,
            head_learning_rate: 1e-3,
            layer_decay: 1.0,
            weight_decay: 0.01,
            warmup: 0.06,
            clip_norm: 1.0,
        }
    }
}

/// Two tags a label, `O` and one more bit are what a target has room for.
const MOST_LABELS: usize = 30;

mod defaults {
    pub fn one() -> f64 {
        1.0
    }
    pub fn seed() -> i64 {
        1
    }
    pub fn window_tokens() -> usize {
        256
    }
    pub fn log_every() -> usize {
        50
    }
    pub fn checkpoint_every() -> usize {
        250
    }
}

impl Config {
    /// Reads a configuration. `data` is the folder, if there is one, that relative paths are looked for in when the configuration's own
    /// folder has none of that name.
    ///
    /// # Errors
    /// When the file cannot be read, is no such TOML, or makes no sense.
    pub fn read(path: &Path, data: Option<&Path>) -> Result<Self> {
        let mut config = Self::parse(path, data)?;
        config.resolve().with_context(|| path.display().to_string())?;
        Ok(config)
    }

    /// The open variant of a configuration: nothing restricted is learnt from, what stands in for it is, and the name gets `-open`
    /// behind it.
    ///
    /// # Errors
    /// As [`Config::read`], and when nothing is left to learn from.
    pub fn read_permissive(path: &Path, data: Option<&Path>) -> Result<Self> {
        let mut config = Self::parse(path, data)?;
        config.permissive_only = true;
        config.name.push_str("-open");
        config.resolve().with_context(|| path.display().to_string())?;
        Ok(config)
    }

    fn parse(path: &Path, data: Option<&Path>) -> Result<Self> {
        let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        let mut config: Self = toml::from_str(&text).with_context(|| format!("{} is no training configuration", path.display()))?;
        let own = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new(".")).to_path_buf();
        config.roots = std::iter::once(own).chain(data.map(Path::to_path_buf)).collect();
        if config.log_every == 0 || config.checkpoint_every == 0 {
            bail!("{}: expected log_every and checkpoint_every of at least 1", path.display());
        }
        let o = &config.optimizer;
        if config.window_tokens < SMALLEST_WINDOW {
            bail!("{}: found window_tokens {}, expected at least {SMALLEST_WINDOW}", path.display(), config.window_tokens);
        }
        if o.epochs == 0 || o.batch_tokens < config.window_tokens || o.learning_rate <= 0.0 || !(0.0..1.0).contains(&o.warmup) {
            bail!(
                "{}: expected epochs >= 1, batch_tokens >= window_tokens ({}), learning_rate > 0, warmup in [0, 1)",
                path.display(),
                config.window_tokens
            );
        }
        if !(o.layer_decay > 0.0 && o.layer_decay <= 1.0) {
            bail!("{}: found layer_decay {}, expected above 0, at most 1", path.display(), o.layer_decay);
        }
        if let Some(set) = config.data.iter().find(|s| !(s.times > 0.0 && s.times <= 100.0 && (0.0..=1.0).contains(&s.blank))) {
            bail!("{}: data set {}: expected times above 0 and at most 100, blank from 0 to 1", path.display(), set.name);
        }
        if let Some(set) = config.data.iter().find(|s| s.tasks.is_empty() && !s.distil) {
            bail!("{}: data set {}: found no tasks, expected some, or distil = true", path.display(), set.name);
        }
        if config.entity_labels.len() > MOST_LABELS {
            bail!("{}: found {} entity_labels, expected at most {MOST_LABELS}", path.display(), config.entity_labels.len());
        }
        if let Some(set) = config.data.iter().find(|s| s.distil && config.teacher.is_none()) {
            bail!("{}: data set {}: distil needs a [teacher]", path.display(), set.name);
        }
        if config.data.is_empty() {
            bail!("{}: expected at least one [[data]]", path.display());
        }
        Ok(config)
    }

    /// Drops the sets this training does not use.
    fn resolve(&mut self) -> Result<()> {
        let permissive = self.permissive_only;
        self.data.retain(|set| if permissive { !set.restricted } else { !set.stand_in });
        if permissive && !is_free(&self.base_directory()) {
            bail!("the base {} learnt from restricted data", self.base.name);
        }
        if self.teacher_directory().is_some_and(|teacher| permissive && !is_free(&teacher)) {
            self.teacher = None;
            self.data.iter_mut().for_each(|set| set.distil = false);
            // What only the teacher would have read teaches nothing now.
            self.data.retain(|set| !set.tasks.is_empty());
        }
        ensure!(!self.data.is_empty(), "no [[data]] is left to learn from");
        Ok(())
    }

    /// The folder of the teacher.
    pub(super) fn teacher_directory(&self) -> Option<PathBuf> {
        self.teacher.as_ref().map(|t| self.locate(&t.path))
    }

    /// The folder of the base.
    #[must_use]
    pub fn base_directory(&self) -> PathBuf {
        self.locate(&self.base.path)
    }

    /// A development set: its part, with our labels.
    ///
    /// # Errors
    /// When it cannot be read, or a label of it may be one of several of ours.
    pub fn gold(&self, set: &DataSet) -> Result<GoldSet> {
        let one = |(theirs, ours): (&String, &Meant)| match ours {
            Meant::One(ours) => Ok((theirs.clone(), ours.clone())),
            Meant::OneOf(several) => bail!("dev set {}: labels: found {theirs} = {several:?}, expected one label", set.name),
        };
        let labels = match &set.labels {
            Some(given) => LabelMap::only(&given.iter().map(one).collect::<Result<_>>()?),
            None => LabelMap::usual(Unknown::Drop),
        };
        self.read_set(set, labels)
    }

    pub(super) fn read_set(&self, set: &DataSet, labels: LabelMap) -> Result<GoldSet> {
        let path = self.locate(&set.path);
        ensure!(
            path.exists() || self.data_folder().is_some(),
            "{}: no such file or folder; set CLAIMSIFT_DATA to the folder that corpora such as {} are in (docs/data.md)",
            path.display(),
            set.path.display()
        );
        let format = set
            .format
            .or_else(|| convert::guess(&path))
            .with_context(|| format!("{}: no such file, or its format cannot be told; give `format`", path.display()))?;
        let reading = convert::read(&path, format, &convert::Options { labels, lenient: false, texts: self.data_folder() })?;
        let mut documents = reading.documents;
        set.part.take(&mut documents);
        Ok(GoldSet { name: set.name.clone(), format: format.name(), documents, skipped: reading.skipped.len(), notes: reading.notes })
    }

    fn data_folder(&self) -> Option<PathBuf> {
        self.roots.get(1).cloned()
    }

    pub(super) fn locate(&self, path: &Path) -> PathBuf {
        let mut candidates: Vec<PathBuf> = self.roots.iter().map(|root| root.join(path)).collect();
        let last = candidates.pop().unwrap_or_else(|| path.to_path_buf());
        candidates.into_iter().find(|p| p.exists()).unwrap_or(last)
    }

    /// The encoder's rate at `step` of `total`, as a share of its highest: a linear rise, then a linear fall.
    #[must_use]
    pub fn rate_at(&self, step: usize, total: usize) -> f64 {
        let warm = (self.optimizer.warmup * total as f64).max(1.0);
        let at = step as f64 + 1.0;
        if at <= warm { at / warm } else { ((total as f64 + 1.0 - at) / (total as f64 + 1.0 - warm)).max(0.0) }
    }

    /// The corpora learnt from, each once, for the card; those of a base and a teacher that are models of ours, too.
    #[must_use]
    pub fn sources(&self) -> Vec<DataSource> {
        let own =
            self.data.iter().map(|set| DataSource { name: set.name.clone(), licence: set.licence.clone(), restricted: set.restricted });
        let models = [Some(self.base_directory()), self.teacher_directory()].into_iter().flatten();
        let inherited = models.filter_map(|folder| Card::read(&folder).ok()).flat_map(|card| card.data);
        let mut sources: Vec<DataSource> = Vec::new();
        for source in own.chain(inherited) {
            if !sources.contains(&source) {
                sources.push(source);
            }
        }
        sources
    }
}

/// Whether a folder is of a plain encoder, or of a model of ours that learnt from nothing restricted.
fn is_free(folder: &Path) -> bool {
    !folder.join(CARD).exists() || Card::read(folder).is_ok_and(|card| card.data.iter().all(|source| !source.restricted))
}
