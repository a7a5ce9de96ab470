//! A model directory, checked and loaded; and the workers that turn windows into logits.
//!
//! Only this room and `train/` know of tensors. What crosses its border are plain vectors.

mod architecture;
mod calibration;
mod card;
mod int8;
mod mpnet;
mod network;
mod pack;
mod precision;
mod weights;
mod worker;

use std::path::{Path, PathBuf};

pub(crate) use architecture::Architecture;
pub use calibration::{Calibration, Lean, Scaling};
pub(crate) use card::FILE as CARD;
pub use card::{Base, Card, DataSource, FileEntry, Labels, SCHEMA, Threshold, Thresholds, digest_of, sha256_of};
pub use int8::Ceiling;
pub(crate) use network::{Heads, Network, Outputs};
pub(crate) use pack::packs;
pub use precision::Precision;
pub use weights::Storage;
pub(crate) use weights::{read as read_weights, write as write_weights};
pub use worker::{Model, Worker};

use crate::encode::Window;

/// Raw scores of one window. Rows stand in the order of [`Window::first`]: one for each word the window scores.
#[derive(Debug, Clone, PartialEq)]
pub struct Logits {
    /// Words × entity tags.
    pub entities: Vec<Vec<f32>>,
    /// Words × attribution tags.
    pub attributions: Vec<Vec<f32>>,
    /// One for each class of [`crate::labels::Worth`].
    pub worth: Vec<f32>,
    /// One for each class of [`crate::labels::Verifiability`]; empty where the model has no such head.
    pub verifiability: Vec<f32>,
    /// One for each type the model knows; empty where it has no such head.
    pub types: Vec<f32>,
}

/// Something that scores windows. It knows numbers, not text.
pub trait Backend: Send {
    /// Scores windows. What is said of a window depends on it alone, never on the others or on calls before.
    ///
    /// # Errors
    /// When the arithmetic itself fails (out of memory, say).
    fn forward(&self, windows: &[&Window]) -> Result<Vec<Logits>, ModelError>;
}

/// Why a model could not be loaded or run.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// No directory of that name was found.
    #[error("no model {name:?}: looked in {}; give --model NAME or a directory, or set CLAIMSIFT_MODELS",
        tried.iter().map(|p| p.display().to_string()).collect::<Vec<_>>().join(", "))]
    NotFound {
        /// What was asked for.
        name: String,
        /// Where it was looked for.
        tried: Vec<PathBuf>,
    },
    /// A file of the directory is missing or cannot be read.
    #[error("model file {}: {reason}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// A file is not the one the card describes.
    #[error("model file {}: its sha256 is {found}, the card says {expected}; the file is damaged or was changed: fetch the model again", path.display())]
    Hash {
        /// The file.
        path: PathBuf,
        /// What was computed.
        found: String,
        /// What the card says.
        expected: String,
    },
    /// A tensor is missing, or has another shape than configuration and labels ask for.
    #[error("model file {}: tensor `{tensor}` {reason}", path.display())]
    Shape {
        /// The file.
        path: PathBuf,
        /// The tensor's name.
        tensor: String,
        /// What was found and expected.
        reason: String,
    },
    /// The asked precision does not run here.
    #[error("{0}")]
    Precision(String),
    /// The arithmetic failed.
    #[error("the model failed: {0}")]
    Forward(String),
    /// The tokenizer of the directory does not work.
    #[error(transparent)]
    Encode(#[from] crate::encode::EncodeError),
}

impl ModelError {
    fn file(path: &Path, reason: impl std::fmt::Display) -> Self {
        Self::File { path: path.to_path_buf(), reason: reason.to_string() }
    }
}

/// The directory of the model `name`: itself if it is a directory, else `name` in `$CLAIMSIFT_MODELS`, in `models`
/// beside the program or one of the folders above it, or in `./models`.
///
/// # Errors
/// [`ModelError::NotFound`] with every place that was tried.
pub fn find(name: &str) -> Result<PathBuf, ModelError> {
    let direct = PathBuf::from(name);
    if direct.join(card::FILE).is_file() || (direct.is_dir() && name.contains(std::path::is_separator)) {
        return Ok(direct);
    }
    let mut tried = vec![direct];
    let beside = std::env::current_exe().ok().map(|exe| exe.ancestors().skip(1).take(4).map(|d| d.join("models")).collect::<Vec<_>>());
    let roots = std::env::var_os("CLAIMSIFT_MODELS")
        .map(PathBuf::from)
        .into_iter()
        .chain(beside.into_iter().flatten())
        .chain([PathBuf::from("models")]);
    for root in roots {
        let candidate = root.join(name);
        if candidate.is_dir() {
            return Ok(candidate);
        }
        if !tried.contains(&candidate) {
            tried.push(candidate);
        }
    }
    Err(ModelError::NotFound { name: name.to_owned(), tried })
}
