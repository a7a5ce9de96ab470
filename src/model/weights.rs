//! Weights on disk: safetensors, in half precision, or in 8 bits with a scale for every row.
//!
//! Eight bits halve the files again. A matrix's row is divided by its own largest value, so no row suffers for another; what is no
//! matrix stays in half precision. The network computes with the floats these stand for.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use tch::{Kind, Tensor};

use super::ModelError;

/// How weights are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Storage {
    /// 16-bit floats.
    #[default]
    Half,
    /// 8-bit whole numbers, and a float for each row.
    Int8,
}

/// A file holds no more than this, so that every host of repositories takes it.
const LARGEST_FILE: usize = 90_000_000;

/// Smaller matrices stay in half precision: they cost nothing.
const SMALLEST_MATRIX: i64 = 65_536;

/// What the name of a matrix's scales ends with.
const SCALE: &str = ".row_scale";

/// The largest number of 8 bits that has its negative.
pub(super) const LARGEST: u8 = 127;

/// Writes weights into `folder`, in one file or in several; gives their names.
pub(crate) fn write(weights: Vec<(String, Tensor)>, folder: &Path, storage: Storage) -> Result<Vec<String>, ModelError> {
    let mut stored: Vec<(String, Tensor)> = Vec::new();
    for (name, weight) in weights {
        let matrix = weight.dim() == 2 && weight.numel() as i64 >= SMALLEST_MATRIX;
        if storage == Storage::Int8 && matrix {
            let (rows, scales) = quantized(&weight);
            stored.push((format!("{name}{SCALE}"), scales));
            stored.push((name, rows));
        } else {
            stored.push((name, weight.to_kind(Kind::Half)));
        }
    }
    let mut files: Vec<Vec<(String, Tensor)>> = vec![Vec::new()];
    let mut size = 0;
    for (name, tensor) in stored {
        let bytes = tensor.numel() * tensor.kind().elt_size_in_bytes();
        if size + bytes > LARGEST_FILE && size > 0 {
            files.push(Vec::new());
            size = 0;
        }
        size += bytes;
        if let Some(file) = files.last_mut() {
            file.push((name, tensor));
        }
    }
    let count = files.len();
    let mut names = Vec::with_capacity(count);
    for (at, file) in files.into_iter().enumerate() {
        let name = if count == 1 { "model.safetensors".to_owned() } else { format!("model-{}-of-{count}.safetensors", at + 1) };
        let path = folder.join(&name);
        Tensor::write_safetensors(&file, &path).map_err(|e| ModelError::file(&path, format!("cannot be written: {e}")))?;
        names.push(name);
    }
    Ok(names)
}

/// A weight as it is stored: half the memory of its floats, or a quarter.
pub(crate) struct Stored {
    values: Tensor,
    row_scale: Option<Tensor>,
    /// The file it stands in.
    pub path: PathBuf,
}

impl Stored {
    /// The weight in 32-bit floats.
    pub(crate) fn floats(&self) -> Tensor {
        match &self.row_scale {
            Some(scale) => self.values.to_kind(Kind::Float) * scale,
            None => self.values.to_kind(Kind::Float),
        }
    }

    /// A matrix's rows as whole numbers of at most [`LARGEST`], and the largest absolute value of each row (outputs × 1).
    pub(crate) fn rounded(&self) -> (Tensor, Tensor) {
        match &self.row_scale {
            // As it stands: no detour through floats, which would give the same.
            Some(scale) => (self.values.shallow_clone(), scale.to_kind(Kind::Float) * f64::from(LARGEST)),
            None => {
                let (rows, scales) = quantized(&self.floats());
                (rows, scales * f64::from(LARGEST))
            }
        }
    }

    /// Its shape.
    pub(crate) fn size(&self) -> Vec<i64> {
        self.values.size()
    }

    #[cfg(test)]
    pub(crate) fn of(values: Tensor) -> Self {
        Self { values, row_scale: None, path: PathBuf::new() }
    }
}

/// Reads the weights of `files`, as floats, by name, each with the file it stands in.
pub(crate) fn read(files: &[PathBuf]) -> Result<BTreeMap<String, (Tensor, PathBuf)>, ModelError> {
    Ok(read_stored(files)?.into_iter().map(|(name, stored)| (name, (stored.floats(), stored.path))).collect())
}

/// Reads the weights of `files`, by name, as they are stored.
pub(crate) fn read_stored(files: &[PathBuf]) -> Result<BTreeMap<String, Stored>, ModelError> {
    let mut weights: BTreeMap<String, Stored> = BTreeMap::new();
    let mut scales: Vec<(String, Tensor, PathBuf)> = Vec::new();
    for path in files {
        let tensors = Tensor::read_safetensors(path).map_err(|e| ModelError::file(path, format!("no safetensors file: {e}")))?;
        for (name, tensor) in tensors {
            match name.strip_suffix(SCALE) {
                Some(of) => scales.push((of.to_owned(), tensor, path.clone())),
                None if weights.contains_key(&name) => return Err(ModelError::file(path, format!("`{name}` stands in another file, too"))),
                None => drop(weights.insert(name, Stored { values: tensor, row_scale: None, path: path.clone() })),
            }
        }
    }
    for (name, scale, path) in scales {
        let wrong = |reason: String| ModelError::Shape { path: path.clone(), tensor: format!("{name}{SCALE}"), reason };
        let matrix = weights.get_mut(&name).ok_or_else(|| wrong(format!("scales no `{name}`")))?;
        let (kind, size) = (matrix.values.kind(), matrix.size());
        if kind != Kind::Int8 || size.len() != 2 || scale.size() != [size[0], 1] {
            return Err(wrong(format!("has shape {:?}, `{name}` is {kind:?} of shape {size:?}", scale.size())));
        }
        matrix.row_scale = Some(scale.to_kind(Kind::Float));
    }
    match weights.iter().find(|(_, stored)| stored.values.kind() == Kind::Int8 && stored.row_scale.is_none()) {
        Some((name, stored)) => {
            Err(ModelError::Shape { path: stored.path.clone(), tensor: name.clone(), reason: format!("has no `{name}{SCALE}`") })
        }
        None => Ok(weights),
    }
}

/// A matrix's rows in 8 bits, and what each is multiplied by.
fn quantized(matrix: &Tensor) -> (Tensor, Tensor) {
    let most = f64::from(LARGEST);
    let scales = matrix.abs().amax(&[1i64][..], true).clamp_min(f64::from(f32::MIN_POSITIVE)) / most;
    ((matrix / &scales).round().clamp(-most, most).to_kind(Kind::Int8), scales.to_kind(Kind::Float))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matrix() -> Tensor {
        // Rows of very different size: a scale for all of them would drown the small ones.
        let rows = Tensor::linspace(-1.0, 1.0, 300 * 256, (Kind::Float, tch::Device::Cpu)).view([300, 256]);
        rows * Tensor::linspace(0.001, 10.0, 300, (Kind::Float, tch::Device::Cpu)).view([300, 1])
    }

    #[test]
    fn eight_bits_come_back_within_half_a_step_of_each_row() {
        let folder = tempfile::tempdir().unwrap();
        let weights = || vec![("bias".to_owned(), Tensor::from_slice(&[0.5f32, -2.0])), ("matrix".to_owned(), matrix())];
        let names = write(weights(), folder.path(), Storage::Int8).unwrap();
        assert_eq!(names, ["model.safetensors"]);
        let path = folder.path().join(&names[0]);
        assert!(std::fs::metadata(&path).unwrap().len() < 2 * 300 * 256, "it is smaller than half precision");
        let read = read(&[path]).unwrap();
        assert_eq!(Vec::<f32>::try_from(read["bias"].0.to_kind(Kind::Float)).unwrap(), [0.5, -2.0]);
        let step = matrix().abs().amax(&[1i64][..], true) / f64::from(LARGEST);
        let off = ((&read["matrix"].0 - matrix()).abs() / step).max().double_value(&[]);
        assert!(off <= 0.501, "off by {off} steps");
    }

    #[test]
    fn stored_rows_are_taken_as_they_are_and_others_rounded_alike() {
        let folder = tempfile::tempdir().unwrap();
        let names = write(vec![("matrix".to_owned(), matrix())], folder.path(), Storage::Int8).unwrap();
        let stored = &read_stored(&[folder.path().join(&names[0])]).unwrap()["matrix"];
        let (rows, largest) = stored.rounded();
        let (anew, found) = Stored::of(stored.floats()).rounded();
        assert!(rows.equal(&anew) && largest.allclose(&found, 1e-6, 0.0, false));
    }

    #[test]
    fn a_matrix_without_its_scales_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("m.safetensors");
        let rows = Tensor::zeros([4, 4], (Kind::Int8, tch::Device::Cpu));
        let error = |tensors: Vec<(String, Tensor)>| {
            Tensor::write_safetensors(&tensors, &path).unwrap();
            read(std::slice::from_ref(&path)).unwrap_err().to_string()
        };
        assert!(error(vec![("m".into(), rows.shallow_clone())]).contains("has no `m.row_scale`"));
        let scale = |n| ("m.row_scale".to_owned(), Tensor::ones([n, 1], (Kind::Float, tch::Device::Cpu)));
        assert!(error(vec![("m".into(), rows.shallow_clone()), scale(3)]).contains("[3, 1]"));
        assert!(error(vec![scale(4)]).contains("scales no `m`"));
    }
}
