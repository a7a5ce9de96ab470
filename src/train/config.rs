//! The training configuration: one TOML file says everything.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use serde::{Deserialize, Serialize};

use super::examples::Share;
use super::grades;
use crate::convert::{self, Format, LabelMap, LabelledDocument, LabelledSentence, OneOf, Unknown};
use crate::encode::SMALLEST_WINDOW;
use crate::evaluate::GoldSet;
use crate::labels::{Verifiability, Worth};
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
    /// Folders that relative paths are looked for in: the configuration's own, then the data folder.
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

/// A head that can be trained.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TaskName {
    /// Entities.
    Entities,
    /// Sources, cues, contents.
    Attributions,
    /// Check-worthiness.
    CheckWorthiness,
    /// Verifiability.
    Verifiability,
    /// Types.
    Types,
}

impl TaskName {
    /// The first word of its scores' names.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Entities => "entities",
            Self::Attributions => "attributions",
            Self::CheckWorthiness => "check_worthiness",
            Self::Verifiability => "verifiability",
            Self::Types => "types",
        }
    }
}

/// What a label of a corpus may be of ours: one, or one of several.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Meant {
    /// This one.
    One(String),
    /// One of these; `none` is no entity.
    OneOf(Vec<String>),
}

impl Meant {
    /// Every label it may be.
    #[must_use]
    pub fn labels(&self) -> Vec<String> {
        match self {
            Self::One(label) => vec![label.clone()],
            Self::OneOf(labels) => labels.clone(),
        }
    }
}

/// What a corpus teaches besides what it says in so many words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Derived {
    /// It asks only whether a sentence judges, and says nothing of facts beside the judgement: what it calls an opinion
    /// may be mixed, and what it calls none is factual or none.
    Subjectivity,
    /// From check-worthiness: NFS is opinion or none, UFS and CFS are factual or mixed.
    VerifiabilityFromCheckWorthiness,
    /// From verifiability: what holds nothing to check is NFS, the rest UFS or CFS.
    CheckWorthinessFromVerifiability,
}

/// Which documents of a set, by their order in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
#[value(rename_all = "kebab-case")]
pub enum Part {
    /// All.
    #[default]
    All,
    /// The first half, the middle one included where the number is odd.
    FirstHalf,
    /// The rest.
    SecondHalf,
}

impl Part {
    /// Keeps the part's documents.
    pub fn take<T>(self, documents: &mut Vec<T>) {
        let half = documents.len().div_ceil(2);
        match self {
            Self::All => {}
            Self::FirstHalf => documents.truncate(half),
            Self::SecondHalf => drop(documents.drain(..half)),
        }
    }
}

/// A corpus, and what of it is used.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DataSet {
    /// Its name.
    pub name: String,
    /// Where it is: relative to the configuration, else to the data folder (`CLAIMSIFT_DATA`).
    pub path: PathBuf,
    /// Its format; guessed where absent.
    pub format: Option<Format>,
    /// Which heads it teaches.
    pub tasks: Vec<TaskName>,
    /// Entity labels of the corpus → ours, one or one of several; others are no entities. Absent: the usual labels.
    pub labels: Option<BTreeMap<String, Meant>>,
    /// Our entity labels that the corpus annotates wherever they occur. Absent: those that `labels` names, or all.
    pub covers: Option<Vec<String>>,
    /// The same documents as a program read them: a file or folder of gold JSON, joined by `doc_id`. It says what the
    /// corpus leaves open.
    pub silver: Option<PathBuf>,
    /// Whether the teacher reads it, too.
    #[serde(default)]
    pub distil: bool,
    /// Keep this many of its sentences, evenly drawn. Absent: all.
    pub sentences: Option<usize>,
    /// Grades of sentences of the corpus, stand-off; nothing else of the corpus is learnt then (docs/training.md).
    pub grades: Option<PathBuf>,
    /// The labels silver is believed in. Absent: all.
    pub silver_labels: Option<Vec<String>>,
    /// What it teaches besides.
    #[serde(default)]
    pub derive: Vec<Derived>,
    /// Times it is seen in an epoch; below 1, another share of it in each epoch.
    #[serde(default = "defaults::one")]
    pub times: f64,
    /// The share of its sentences without any attribution that is kept.
    #[serde(default = "defaults::one")]
    pub blank: f64,
    /// Of a development set: the tasks whose scores are calibrated, and whose threshold is chosen, on it. Where no set says
    /// so, it is the first that is for the task.
    #[serde(default)]
    pub calibrates: Vec<TaskName>,
    /// Which of its documents.
    #[serde(default)]
    pub part: Part,
    /// Its licence, for the card.
    #[serde(default)]
    pub licence: String,
    /// Whether it is a research corpus over copyrighted text.
    #[serde(default)]
    pub restricted: bool,
    /// Whether it stands in for restricted sets: it is used only where these are left out.
    #[serde(default)]
    pub stand_in: bool,
}

impl DataSet {
    /// Verifiability of a sentence, as this set teaches it.
    pub(super) fn verifiability(&self, sentence: &LabelledSentence) -> Option<OneOf<Verifiability>> {
        use Verifiability::{Factual, Mixed, None, Opinion};
        let several =
            |yes: bool, then: [Verifiability; 2], other: [Verifiability; 2]| OneOf::Several((if yes { then } else { other }).into());
        let derives = |derived| self.derive.contains(&derived);
        match (&sentence.verifiability, &sentence.worth) {
            (Some(class), _) if derives(Derived::Subjectivity) => {
                class.is_one_of(&[Opinion]).map(|judges| several(judges, [Opinion, Mixed], [Factual, None]))
            }
            (Option::None, Some(worth)) if derives(Derived::VerifiabilityFromCheckWorthiness) => {
                worth.is_one_of(&[Worth::Nfs]).map(|nothing| several(nothing, [Opinion, None], [Factual, Mixed]))
            }
            (class, _) => class.clone(),
        }
    }

    /// Check-worthiness of a sentence, as this set teaches it.
    pub(super) fn worth(&self, sentence: &LabelledSentence) -> Option<OneOf<Worth>> {
        let derives = self.derive.contains(&Derived::CheckWorthinessFromVerifiability);
        match (&sentence.worth, &sentence.verifiability) {
            (None, Some(class)) if derives => class
                .is_one_of(&[Verifiability::Factual, Verifiability::Mixed])
                .map(|verifiable| if verifiable { OneOf::Several(vec![Worth::Ufs, Worth::Cfs]) } else { OneOf::One(Worth::Nfs) }),
            (worth, _) => worth.clone(),
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
    /// Reads a configuration. `data` is the folder relative paths are looked for in when the configuration's own
    /// folder has none of that name.
    ///
    /// # Errors
    /// When the file cannot be read, is no such TOML, or makes no sense.
    pub fn read(path: &Path, data: &Path) -> Result<Self> {
        let mut config = Self::parse(path, data)?;
        config.resolve().with_context(|| path.display().to_string())?;
        Ok(config)
    }

    /// The open variant of a configuration: nothing restricted is learnt from, what stands in for it is, and the name gets `-open`
    /// behind it.
    ///
    /// # Errors
    /// As [`Config::read`], and when nothing is left to learn from.
    pub fn read_permissive(path: &Path, data: &Path) -> Result<Self> {
        let mut config = Self::parse(path, data)?;
        config.permissive_only = true;
        config.name.push_str("-open");
        config.resolve().with_context(|| path.display().to_string())?;
        Ok(config)
    }

    fn parse(path: &Path, data: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        let mut config: Self = toml::from_str(&text).with_context(|| format!("{} is no training configuration", path.display()))?;
        let own = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new(".")).to_path_buf();
        config.roots = vec![own, data.to_path_buf()];
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

    /// A corpus to learn from: its part, with its own labels.
    pub(super) fn corpus(&self, set: &DataSet) -> Result<Vec<LabelledDocument>> {
        let mut documents = self.read_set(set, LabelMap::default())?.documents;
        if let Some(path) = &set.grades {
            documents = grades::graded(&self.locate(path), documents)?;
        }
        if let Some(wanted) = set.sentences {
            thin_out(&mut documents, wanted);
        }
        Ok(documents)
    }

    /// What a program read in the documents of a corpus, in their order.
    pub(super) fn silver(&self, set: &DataSet, documents: &[LabelledDocument]) -> Result<Option<Vec<LabelledDocument>>> {
        let Some(path) = set.silver.as_ref().map(|path| self.locate(path)) else { return Ok(None) };
        let options = convert::Options::default();
        let read = convert::read(&path, Format::Gold, &options)?.documents;
        let mut by_id: BTreeMap<String, LabelledDocument> = read.into_iter().map(|d| (d.doc_id.clone(), d)).collect();
        let of = |document: &LabelledDocument| {
            let silver =
                by_id.remove(&document.doc_id).with_context(|| format!("{}: holds no document {:?}", path.display(), document.doc_id))?;
            ensure!(silver.text == document.text, "{}: the text of {:?} is not that of the corpus", path.display(), document.doc_id);
            Ok(silver)
        };
        documents.iter().map(of).collect::<Result<Vec<_>>>().map(Some)
    }

    fn read_set(&self, set: &DataSet, labels: LabelMap) -> Result<GoldSet> {
        let path = self.locate(&set.path);
        let format = set
            .format
            .or_else(|| convert::guess(&path))
            .with_context(|| format!("{}: no such file, or its format cannot be told; give `format`", path.display()))?;
        let reading = convert::read(&path, format, &convert::Options { labels, lenient: false, texts: self.roots.last().cloned() })?;
        let mut documents = reading.documents;
        set.part.take(&mut documents);
        Ok(GoldSet { name: set.name.clone(), format: format.name(), documents, skipped: reading.skipped.len(), notes: reading.notes })
    }

    fn locate(&self, path: &Path) -> PathBuf {
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

/// Keeps `wanted` sentences of all documents, evenly drawn.
fn thin_out(documents: &mut [LabelledDocument], wanted: usize) {
    let total: usize = documents.iter().map(|d| d.sentences_or_ours().len()).sum();
    let mut share = Share::of(wanted as f64 / total.max(1) as f64);
    for document in documents {
        let sentences = document.sentences_or_ours();
        document.sentences = Some(sentences.into_iter().filter(|_| share.takes()).collect());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_share_no_document_and_miss_none() {
        for n in 0..5 {
            let all: Vec<usize> = (0..n).collect();
            let (mut first, mut second) = (all.clone(), all.clone());
            Part::FirstHalf.take(&mut first);
            Part::SecondHalf.take(&mut second);
            first.extend(second);
            assert_eq!(first, all);
        }
    }
}
