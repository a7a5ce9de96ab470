//! A linear layer in 8 bits: FBGEMM's product, between scales of rows and of columns.
//!
//! The kernel knows one scale for all weights, and takes the range of what comes in from the whole matrix. So each column of weights is
//! divided by its own largest value before it is rounded, each row that comes in by its own, and the product multiplied by both. A last
//! row that holds −1 and 1 makes the kernel's range the same for every matrix: sums of whole numbers are exact, and a row's product
//! does not depend on what stands beside it.

use std::sync::Arc;

use tch::{Device, Kind, Scalar, Tensor};

use crate::model::weights::Stored;
use crate::model::{ModelError, precision};

/// The layer. Copies share their memory.
pub(super) struct Linear {
    packed: Tensor,
    offsets: Tensor,
    /// Of the weights' shape, without their memory: the kernel looks at nothing but the shape.
    shape: Tensor,
    zeros: Tensor,
    /// One over the largest number a weight becomes.
    step: f64,
    /// What each output is multiplied by.
    pub columns: Arc<[f32]>,
    /// What is added then.
    pub bias: Arc<[f32]>,
}

impl Linear {
    /// Packs weights (outputs × inputs, several layers' one under another) in 8 bits as the kernel wants them.
    pub(super) fn new(weights: &[&Stored], bias: &Tensor) -> Result<Self, ModelError> {
        let most = precision::largest_weight();
        let (rounded, largest): (Vec<Tensor>, Vec<Tensor>) = weights.iter().map(|part| part.rounded(most)).unzip();
        let (rounded, largest) = (Tensor::cat(&rounded, 0), Tensor::cat(&largest, 0));
        let outputs = rounded.size()[0];
        Ok(Self {
            packed: rounded.f_fbgemm_pack_quantized_matrix().map_err(failed)?,
            offsets: rounded.sum_dim_intlist(&[1i64][..], false, Kind::Int),
            shape: Tensor::zeros([1, 1], (Kind::Int8, Device::Cpu)).expand(rounded.size(), false),
            zeros: Tensor::zeros([outputs], (Kind::Float, Device::Cpu)),
            step: 1.0 / f64::from(most),
            columns: numbers(&largest)?.into(),
            bias: numbers(bias)?.into(),
        })
    }

    /// The same layer for another thread.
    pub(super) fn share(&self) -> Self {
        Self {
            packed: self.packed.shallow_clone(),
            offsets: self.offsets.shallow_clone(),
            shape: self.shape.shallow_clone(),
            zeros: self.zeros.shallow_clone(),
            step: self.step,
            columns: Arc::clone(&self.columns),
            bias: Arc::clone(&self.bias),
        }
    }

    /// The product of the rows of `input`, each within [−1, 1], with the rounded weights: still to be multiplied by the rows'
    /// scales and `columns`, and without bias.
    pub(super) fn product(&self, input: &Rows) -> Result<Product, ModelError> {
        let matrix = input.tensor.narrow(0, 0, input.count as i64 + 1);
        let (step, zero) = (Scalar::from(self.step), Scalar::from(0i64));
        let product = matrix.f_fbgemm_linear_int8_weight_fp32_activation(&self.shape, &self.packed, &self.offsets, step, zero, &self.zeros);
        Ok(Product(product.map_err(failed)?))
    }
}

/// Rows made ready for a product, in memory that is used again.
pub(super) struct Rows {
    tensor: Tensor,
    width: usize,
    room: usize,
    count: usize,
}

impl Rows {
    pub(super) fn new(width: usize) -> Self {
        Self { tensor: Tensor::zeros([1, width as i64], (Kind::Float, Device::Cpu)), width, room: 0, count: 0 }
    }

    /// Makes room for `count` rows, to be written.
    pub(super) fn resize(&mut self, count: usize) -> &mut [f32] {
        if count > self.room {
            self.room = count;
            self.tensor = Tensor::zeros([count as i64 + 1, self.width as i64], (Kind::Float, Device::Cpu));
        }
        self.count = count;
        let all = slice_of(&mut self.tensor);
        // The row that holds the range.
        let last = &mut all[count * self.width..(count + 1) * self.width];
        last.fill(0.0);
        if let [first, second, ..] = last {
            (*first, *second) = (-1.0, 1.0);
        }
        &mut all[..count * self.width]
    }
}

/// What the kernel gave: a row for each row, and one for the range.
pub(super) struct Product(Tensor);

impl Product {
    /// All rows, one behind the other.
    pub(super) fn rows(&mut self) -> &mut [f32] {
        slice_of(&mut self.0)
    }
}

/// The numbers of a tensor, in place.
fn slice_of(tensor: &mut Tensor) -> &mut [f32] {
    debug_assert!(tensor.kind() == Kind::Float && tensor.is_contiguous());
    // SAFETY: the tensor is contiguous, holds `numel` floats in memory of its own (made by `zeros` or by the kernel), and lives as long as the
    // borrow; nothing else points to that memory meanwhile.
    unsafe { std::slice::from_raw_parts_mut(tensor.data_ptr().cast::<f32>(), tensor.numel()) }
}

/// A tensor's numbers, copied.
pub(super) fn numbers(tensor: &Tensor) -> Result<Vec<f32>, ModelError> {
    Vec::<f32>::try_from(tensor.to_kind(Kind::Float).contiguous().view(-1)).map_err(failed)
}

fn failed(error: tch::TchError) -> ModelError {
    ModelError::Forward(error.to_string())
}
