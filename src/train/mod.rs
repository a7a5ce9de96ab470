//! Training: gold in any format that `convert` reads, and a base encoder, into a model directory.

mod batches;
mod calibrate;
mod checkpoint;
mod config;
mod corpora;
mod data_set;
mod examples;
mod export;
mod grades;
mod losses;
mod names;
mod optimizer;
mod teacher;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result, bail};
use tch::{Device, Kind, Tensor, nn};

pub use calibrate::{calibrate, card_scores};
pub use config::{BaseConfig, Config, OptimizerConfig, TeacherConfig};
pub use data_set::{DataSet, Derived, Meant, Part, TaskName};

use crate::encode::Encoder;
use crate::labels::{Role, Verifiability, Worth};
use crate::model::{Architecture, Card, Heads, Labels, Network, Precision, read_weights};
use batches::{Batch, Corpus};
use losses::{HEADS, Losses};
use optimizer::{AdamW, Group};
use teacher::Teacher;

/// How a training is run, beside its configuration.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Where the model directory is written.
    pub output: PathBuf,
    /// Go on from the last checkpoint of this output, if there is one.
    pub resume: bool,
    /// Stop after this many steps, with a checkpoint: for trying a configuration.
    pub stop_after: Option<usize>,
}

/// Trains as `config` says and writes a model directory to `options.output`; reports through `log`, a line each.
///
/// # Errors
/// When the configuration, the data or the base cannot be read, or the output cannot be written.
pub fn train(config: &Config, options: &Options, log: &mut dyn FnMut(&str)) -> Result<()> {
    tch::manual_seed(config.seed);
    let base = config.base_directory();
    let card = base.join("card.json").exists().then(|| Card::read(&base)).transpose()?;
    let labels = card.as_ref().map_or_else(|| config.labels(), |c| c.labels.clone());
    let encoder = Encoder::from_file(&base.join("tokenizer.json"), config.window_tokens).context("the base's tokenizer")?;
    let mut architecture = Architecture::read(&base.join("config.json"))?.with_cases();
    if let Some(layers) = config.base.layers {
        if !(1..=architecture.layers()).contains(&layers) {
            bail!("base.layers: found {layers}, expected 1 to {}", architecture.layers());
        }
        architecture.cut_to(layers);
    }
    if config.window_tokens > architecture.longest_window() {
        bail!("window_tokens {} is above the base's {} positions", config.window_tokens, architecture.longest_window());
    }
    // Read now, so that a slip in the configuration does not show only after hours.
    for set in &config.dev {
        config.gold(set).with_context(|| format!("dev set {}", set.name))?;
    }

    let checkpoints = options.output.join("checkpoint");
    let teacher = config.teacher_directory().map(|folder| Teacher::load(&folder, &labels)).transpose()?;
    let mut corpora: Vec<Corpus> = Vec::new();
    for set in &config.data {
        let mut read = || -> Result<Corpus> {
            let documents = config.corpus(set)?;
            let silver = config.silver(set, &documents)?;
            let examples = examples::make(&documents, silver.as_deref(), set, &encoder, &labels)?;
            let taught = teacher.as_ref().filter(|_| set.distil).map(|t| t.read(&documents, &checkpoints, log)).transpose()?;
            Ok(Corpus { examples, taught })
        };
        if let Some(task) = set.tasks.iter().find(|task| !teachable(&labels, **task)) {
            bail!("data set {}: the model has no head for {}", set.name, task.as_str());
        }
        let made = read().with_context(|| format!("data set {}", set.name))?;
        let tokens = made.examples.iter().map(|e| e.ids.len()).sum::<usize>();
        log(&format!("data {}: {} examples, {tokens} tokens", set.name, made.examples.len()));
        if made.examples.is_empty() {
            bail!("data set {} gives no example for its tasks", set.name);
        }
        corpora.push(made);
    }
    drop(teacher);

    let mut store = nn::VarStore::new(Device::Cpu);
    let heads = Heads::of(&labels);
    let network = Network::new(store.root(), &architecture, heads);
    let fresh = initialise(&store, &base, card.as_ref())?;
    log(&format!("base {}: {} variables, new: {}", base.display(), store.variables().len(), fresh.join(", ")));
    let keep = config.base.keep.unwrap_or_default();
    if !(0.0..1.0).contains(&keep) {
        bail!("base.keep: found {keep}, expected a share from 0 to below 1");
    }
    let kept = (keep > 0.0).then(|| copy_of(&store, &fresh));
    let (kind, precision) = match config.precision {
        Precision::Bf16 => (Kind::BFloat16, "bf16"),
        Precision::F32 | Precision::Auto => (Kind::Float, "f32"),
        Precision::Int8 => bail!("precision: found \"int8\", in which nothing can be learnt; expected \"f32\", \"bf16\" or \"auto\""),
    };
    let mut optimizer = AdamW::new(&store, config, kind)?;
    if kind != Kind::Float {
        store.set_kind(kind);
    }
    optimizer.bind(&store);

    let schedule = batches::schedule(&corpora, config);
    let total = schedule.len();
    let mut done = if options.resume { checkpoint::load(&checkpoints, config, &mut optimizer)? } else { 0 };
    if done > 0 {
        log(&format!("resumed after step {done}"));
    }
    log(&format!("{total} steps in {} epochs, precision {precision}", config.optimizer.epochs));

    let last = options.stop_after.map_or(total, |n| total.min(n));
    let mut window = Report::default();
    while done < last {
        // Seeded by step, so that a resumed run draws the same dropout.
        tch::manual_seed(config.seed.wrapping_add(done as i64 + 1));
        let batch = Batch::of(&corpora, &schedule[done], heads);
        let outputs = network.forward(&batch.ids, &batch.cases, Some(&batch.mask), true)?;
        let losses = losses::of(&outputs, &batch, config.teacher.as_ref().map_or(0.0, |t| t.weight));
        // A batch of which nothing is known teaches nothing, and still counts as a step.
        if let Some(loss) = losses.iter().flatten().map(Tensor::shallow_clone).reduce(|a, b| a + b) {
            loss.backward();
            optimizer.step(config.rate_at(done, total), &batch.ids).with_context(|| format!("step {}", done + 1))?;
        }
        window.add(&losses, batch.tokens);
        done += 1;
        if done % config.log_every == 0 || done == last {
            log(&window.line(done, total, config.rate_at(done - 1, total)));
            window = Report::default();
        }
        if done % config.checkpoint_every == 0 || done == last {
            checkpoint::save(&checkpoints, done, config, &optimizer)?;
        }
    }
    if done < total {
        log(&format!("stopped after step {done}; --resume goes on"));
        return Ok(());
    }

    let learnt = optimizer.weights();
    let weights = match kept {
        Some(kept) => learnt.into_iter().map(|(name, learnt)| mixed(name, &learnt, &kept, keep)).collect(),
        None => learnt,
    };
    export::write(config, options, &labels, &architecture, weights)?;
    calibrate(config, &options.output, log)?;
    log(&format!("wrote {}", options.output.display()));
    checkpoint::remove(&checkpoints);
    Ok(())
}

/// Whether a model of these labels has the task's head.
fn teachable(labels: &Labels, task: TaskName) -> bool {
    match task {
        TaskName::Entities => !labels.entities.is_empty(),
        TaskName::Attributions | TaskName::CheckWorthiness => true,
        TaskName::Verifiability => !labels.verifiability.is_empty(),
        TaskName::Types => !labels.types.is_empty(),
    }
}

/// Copies what the base holds into the network; names what stays at its random start.
///
/// A plain encoder's variables are those under `bert.` or `mpnet.`; a model directory has all of them. The table of token
/// types becomes the table of cases: every row starts as the row single sentences used, so that nothing changes
/// before something is learnt.
fn initialise(store: &nn::VarStore, base: &Path, card: Option<&Card>) -> Result<Vec<String>> {
    let files = match card {
        Some(card) => card.weight_files(base),
        None => vec![base.join("model.safetensors")],
    };
    let given = read_weights(&files)?;
    let mut fresh = Vec::new();
    for (name, mut variable) in store.variables() {
        let found = given.get(&name).or_else(|| encoder_variable(&name).and_then(|n| given.get(n)));
        let value = match found.map(|(tensor, _)| tensor) {
            Some(t) if name == "bert.embeddings.token_type_embeddings.weight" && t.size() != variable.size() => {
                t.narrow(0, 0, 1).expand(variable.size(), false)
            }
            Some(t) => t.shallow_clone(),
            None => {
                fresh.push(name);
                continue;
            }
        };
        if value.size() != variable.size() {
            if encoder_variable(&name).is_some() {
                bail!("{}: `{name}` has shape {:?}, config.json asks for {:?}", base.display(), value.size(), variable.size());
            }
            fresh.push(name);
            continue;
        }
        tch::no_grad(|| variable.copy_(&value.to_kind(variable.kind())));
    }
    fresh.sort();
    if let Some(missing) = fresh.iter().find(|n| encoder_variable(n).is_some_and(|n| n != CASES)) {
        bail!("{}: the encoder's `{missing}` is missing", base.display());
    }
    Ok(fresh)
}

/// The variables as they are now, without those named.
fn copy_of(store: &nn::VarStore, without: &[String]) -> BTreeMap<String, Tensor> {
    let variables = store.variables().into_iter().filter(|(name, _)| !without.contains(name));
    variables.map(|(name, variable)| (name, tch::no_grad(|| variable.detach().copy()))).collect()
}

/// Learnt weights with a share of those that stood there before.
fn mixed(name: String, learnt: &Tensor, before: &BTreeMap<String, Tensor>, share: f64) -> (String, Tensor) {
    let weights = match before.get(&name) {
        Some(before) => tch::no_grad(|| before * share + learnt * (1.0 - share)),
        None => learnt.shallow_clone(),
    };
    (name, weights)
}

/// MPNet's embedding of cases, which no plain encoder has: it begins as zeros, which change nothing.
const CASES: &str = "embeddings.case_embeddings.weight";

/// The name a plain encoder has for a variable of ours.
fn encoder_variable(name: &str) -> Option<&str> {
    name.strip_prefix("bert.").or_else(|| name.strip_prefix("mpnet."))
}

/// What is said of some steps.
struct Report {
    since: Instant,
    tokens: usize,
    sums: [(f64, usize); HEADS.len()],
}

impl Default for Report {
    fn default() -> Self {
        Self { since: Instant::now(), tokens: 0, sums: Default::default() }
    }
}

impl Report {
    fn add(&mut self, losses: &Losses, tokens: usize) {
        self.tokens += tokens;
        for (sum, loss) in self.sums.iter_mut().zip(losses) {
            if let Some(value) = loss.as_ref().and_then(|l| f64::try_from(l).ok()) {
                *sum = (sum.0 + value, sum.1 + 1);
            }
        }
    }

    fn line(&self, done: usize, total: usize, rate: f64) -> String {
        let losses: Vec<String> =
            HEADS.iter().zip(self.sums).filter(|(_, s)| s.1 > 0).map(|(n, s)| format!("{n} {:.4}", s.0 / s.1 as f64)).collect();
        format!(
            "step {done}/{total}  {:.0}% of the rate  {:.0} tokens/s  loss: {}",
            rate * 100.0,
            self.tokens as f64 / self.since.elapsed().as_secs_f64(),
            losses.join(", ")
        )
    }
}

/// Splits variables by how they learn.
fn group_of(name: &str) -> Group {
    match encoder_variable(name) {
        Some("embeddings.word_embeddings.weight") => Group::WordEmbeddings,
        Some(CASES | "embeddings.token_type_embeddings.weight") | None => Group::Heads,
        Some(_) => Group::Encoder,
    }
}

/// The labels in the order the heads put them out.
impl Config {
    fn labels(&self) -> Labels {
        let names = |all: Vec<&str>| all.into_iter().map(str::to_owned).collect();
        let teaches = |task| self.data.iter().any(|set| set.tasks.contains(&task));
        let verifiability = if teaches(TaskName::Verifiability) { Verifiability::ALL } else { &[] };
        Labels {
            entities: self.entity_labels.clone(),
            attributions: names(Role::ALL.iter().map(|r| r.as_str()).collect()),
            check_worthiness: names(Worth::ALL.iter().map(|w| w.as_str()).collect()),
            verifiability: names(verifiability.iter().map(|v| v.as_str()).collect()),
            types: self.claim_types.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_holds_a_share_of_what_stood_before() {
        let before = BTreeMap::from([("a".to_owned(), Tensor::from_slice(&[1.0f32, 0.0]))]);
        let learnt = Tensor::from_slice(&[0.0f32, 2.0]);
        let values = |name: &str| Vec::<f32>::try_from(mixed(name.into(), &learnt, &before, 0.75).1).unwrap();
        assert_eq!(values("a"), [0.75, 0.5]);
        assert_eq!(values("new"), [0.0, 2.0]);
    }
}
