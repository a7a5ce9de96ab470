//! Loaded weights, and the workers that share them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use tch::{Device, Kind, Tensor, nn};

use super::int8::Int8;
use super::weights::Stored;
use super::{Architecture, Backend, Card, Heads, Logits, ModelError, Network, Precision, weights};
use crate::encode::{Encoder, Window};

/// A checked model directory with its weights in memory.
pub struct Model {
    /// Its card.
    pub card: Card,
    /// The tokenizer, ready.
    pub encoder: Encoder,
    /// Resolved: never `Auto`.
    pub precision: Precision,
    network: Loaded,
}

/// The network, as a precision wants it.
enum Loaded {
    Floats { architecture: Architecture, weights: BTreeMap<String, Tensor> },
    Int8(Box<Int8>),
}

impl Model {
    /// Loads a model directory; checks hashes, shapes and label counts.
    ///
    /// # Errors
    /// Says exactly which file or tensor does not fit, and how.
    pub fn load(directory: &Path, precision: Precision) -> Result<Self, ModelError> {
        let card = Card::read(directory)?;
        // Hashing takes as long as the rest: one thread each. What does not have its hash is not used, whatever else is wrong.
        let (checked, loaded) = std::thread::scope(|scope| {
            let checked = scope.spawn(|| card.check_files(directory));
            let loaded = Self::load_unchecked(&card, directory, precision);
            (checked.join().unwrap_or_else(|_| Err(ModelError::file(directory, "hashing it failed"))), loaded)
        });
        checked?;
        let (encoder, precision, network) = loaded?;
        Ok(Self { card, encoder, precision, network })
    }

    fn load_unchecked(card: &Card, directory: &Path, precision: Precision) -> Result<(Encoder, Precision, Loaded), ModelError> {
        let architecture = Architecture::read(&directory.join("config.json"))?;
        if card.window_tokens > architecture.longest_window() {
            let reason =
                format!("window_tokens {} is above the {} positions of config.json", card.window_tokens, architecture.longest_window());
            return Err(ModelError::file(&directory.join("card.json"), reason));
        }
        let encoder = Encoder::from_file(&directory.join("tokenizer.json"), card.window_tokens)?;
        let precision = match precision.resolve() {
            Precision::Int8 if precision == Precision::Auto && !Int8::supports(&architecture) => Precision::F32,
            resolved => resolved,
        };
        let weights = weights::read_stored(&card.weight_files(directory))?;
        check_shapes(&weights, &architecture, card, directory)?;
        let network = if precision == Precision::Int8 {
            Loaded::Int8(Box::new(Int8::new(&architecture, &weights)?))
        } else {
            let weights = weights.into_iter().map(|(name, stored)| (name, stored.floats().to_kind(precision.kind()))).collect();
            Loaded::Floats { architecture, weights }
        };
        Ok((encoder, precision, network))
    }

    /// A worker for one thread. Workers share the weights' storage.
    ///
    /// # Errors
    /// When libtorch refuses to share it.
    pub fn worker(&self) -> Result<Worker, ModelError> {
        // One libtorch thread a worker: the work is parallel over packs of sentences, and results must not depend on it.
        tch::set_num_threads(1);
        let (architecture, weights) = match &self.network {
            Loaded::Int8(network) => return Ok(Worker { engine: Engine::Int8(Box::new(network.share())) }),
            Loaded::Floats { architecture, weights } => (architecture, weights),
        };
        let store = nn::VarStore::new(Device::Cpu);
        let network = Network::new(store.root(), architecture, Heads::of(&self.card.labels));
        for (name, mut variable) in store.variables() {
            let shared = weights.get(&name).ok_or_else(|| ModelError::Forward(format!("no weights for {name}")))?;
            tch::no_grad(|| variable.f_set_data(shared)).map_err(|e| ModelError::Forward(e.to_string()))?;
        }
        Ok(Worker { engine: Engine::Floats(Box::new(network)) })
    }
}

/// Every variable of the network stands in the files with its shape, and nothing else does.
fn check_shapes(weights: &BTreeMap<String, Stored>, architecture: &Architecture, card: &Card, directory: &Path) -> Result<(), ModelError> {
    let wrong = |path: &Path, tensor: &str, reason: String| ModelError::Shape { path: path.into(), tensor: tensor.into(), reason };
    let expected = expected_shapes(architecture, card);
    for (name, shape) in &expected {
        let files = card.weight_files(directory);
        let Some(found) = weights.get(name) else {
            return Err(wrong(files.first().map_or(directory, PathBuf::as_path), name, "is missing".into()));
        };
        if found.size() != *shape {
            let reason = format!("has shape {:?}, configuration and labels ask for {shape:?}", found.size());
            return Err(wrong(&found.path, name, reason));
        }
    }
    match weights.iter().find(|(name, _)| !expected.contains_key(*name)) {
        Some((unknown, stored)) => Err(wrong(&stored.path, unknown, "is not part of this architecture".into())),
        None => Ok(()),
    }
}

/// The shape of every variable, by name. Layers are alike, so one is made and looked at: a whole network of zeros takes a second.
fn expected_shapes(architecture: &Architecture, card: &Card) -> BTreeMap<String, Vec<i64>> {
    const FIRST_LAYER: &str = ".layer.0.";
    let mut one_layer = architecture.clone();
    one_layer.cut_to(1);
    let store = nn::VarStore::new(Device::Cpu);
    let _network = Network::new(store.root(), &one_layer, Heads::of(&card.labels));
    let mut expected = BTreeMap::new();
    for (name, variable) in store.variables() {
        if name.contains(FIRST_LAYER) {
            expected.extend((0..architecture.layers()).map(|n| (name.replace(FIRST_LAYER, &format!(".layer.{n}.")), variable.size())));
        } else {
            expected.insert(name, variable.size());
        }
    }
    expected
}

/// Runs windows through the network: a window's scores depend on nothing else.
pub struct Worker {
    engine: Engine,
}

enum Engine {
    /// One at a time: in floats, sums depend on what stands beside them.
    Floats(Box<Network>),
    Int8(Box<Int8>),
}

impl Backend for Worker {
    fn forward(&self, windows: &[&Window]) -> Result<Vec<Logits>, ModelError> {
        match &self.engine {
            Engine::Floats(network) => windows.iter().map(|window| alone(network, window)).collect(),
            Engine::Int8(network) => network.forward(windows),
        }
    }
}

fn alone(network: &Network, window: &Window) -> Result<Logits, ModelError> {
    let row = |values: &[i64]| Tensor::from_slice(values).unsqueeze(0);
    let outputs = tch::no_grad(|| network.forward(&row(&window.ids), &row(&window.cases), None, false))?;
    let first: Vec<i64> = window.first.iter().map(|&at| at as i64).collect();
    let first = Tensor::from_slice(&first);
    Ok(Logits {
        entities: rows(&outputs.entities.squeeze_dim(0).index_select(0, &first))?,
        attributions: rows(&outputs.attributions.squeeze_dim(0).index_select(0, &first))?,
        worth: row_of(&outputs.worth)?,
        verifiability: outputs.verifiability.as_ref().map(row_of).transpose()?.unwrap_or_default(),
        types: outputs.types.as_ref().map(row_of).transpose()?.unwrap_or_default(),
    })
}

/// The one row of a batch of one.
fn row_of(tensor: &Tensor) -> Result<Vec<f32>, ModelError> {
    Ok(rows(tensor)?.pop().unwrap_or_default())
}

fn rows(tensor: &Tensor) -> Result<Vec<Vec<f32>>, ModelError> {
    let width = tensor.size().last().copied().unwrap_or(0).max(1) as usize;
    let flat = Vec::<f32>::try_from(tensor.to_kind(Kind::Float).contiguous().view(-1)).map_err(|e| ModelError::Forward(e.to_string()))?;
    Ok(flat.chunks(width).map(<[f32]>::to_vec).collect())
}
