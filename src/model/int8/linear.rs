//! A linear layer in 8 bits: an exact product of whole numbers, between scales of rows and of columns.
//!
//! Each column of weights is divided by its own largest value before it is rounded, each row that comes in by its own, and the product
//! multiplied by both: no row suffers for another, and none depends on what stands beside it. What of a row lies far out is not rounded, but
//! multiplied in floats and added.

use std::sync::Arc;

use tch::{Kind, Tensor};

use super::products::{self, Kernel, Matrix, Outliers};
use super::rows;
use crate::model::ModelError;
use crate::model::weights::{self, Stored};

/// The layer.
pub(super) struct Linear {
    matrix: Matrix,
    /// What each output is multiplied by.
    pub columns: Arc<[f32]>,
    /// What is added then.
    pub bias: Arc<[f32]>,
}

impl Linear {
    /// From weights, outputs × inputs, several layers' one under another.
    pub(super) fn new(weights: &[&Stored], bias: &Tensor, kernel: Kernel) -> Result<Self, ModelError> {
        let (rounded, largest): (Vec<Tensor>, Vec<Tensor>) = weights.iter().map(|part| part.rounded()).unzip();
        let (rounded, largest) = (Tensor::cat(&rounded, 0).contiguous(), numbers(&Tensor::cat(&largest, 0))?);
        let inputs = rounded.size().get(1).map_or(0, |&inputs| inputs as usize);
        let step = 1.0 / f64::from(weights::LARGEST) / f64::from(rows::LARGEST);
        Ok(Self {
            matrix: Matrix::new(&Vec::<i8>::try_from(rounded.view(-1)).map_err(failed)?, inputs, kernel),
            columns: largest.iter().map(|of_row| (f64::from(*of_row) * step) as f32).collect(),
            bias: numbers(bias)?.into(),
        })
    }

    /// The product of the rows of `input` with the rounded weights, in `room`: still to be multiplied by the rows' scales and `columns`, and
    /// without bias.
    pub(super) fn product<'a>(&self, input: &Rows, room: &'a mut Vec<f32>) -> &'a mut [f32] {
        let length = input.count * self.bias.len();
        if room.len() < length {
            room.resize(length, 0.0);
        }
        let products = &mut room[..length];
        self.matrix.product(&input.numbers, &input.outliers, products);
        products
    }
}

/// Rows made ready for a product, in memory that is used again.
pub(super) struct Rows {
    numbers: Vec<u8>,
    width: usize,
    count: usize,
    outliers: Outliers,
}

impl Rows {
    /// For rows of `width` numbers.
    pub(super) fn new(width: usize) -> Self {
        Self { numbers: Vec::new(), width: products::width(width), count: 0, outliers: Outliers::default() }
    }

    /// As many rows as there are `scales`: `write` is given the place of one after the other, what stood for its scale, its room and where its
    /// outliers go, and gives its scale.
    pub(super) fn fill(&mut self, scales: &mut [f32], mut write: impl FnMut(usize, f32, &mut [u8], &mut Outliers) -> f32) {
        self.count = scales.len();
        self.numbers.resize(self.count * self.width, 0);
        self.outliers.clear();
        for (nth, (rounded, scale)) in self.numbers.chunks_exact_mut(self.width).zip(scales).enumerate() {
            *scale = write(nth, *scale, rounded, &mut self.outliers);
            self.outliers.end_row();
        }
    }
}

/// A tensor's numbers, copied.
pub(super) fn numbers(tensor: &Tensor) -> Result<Vec<f32>, ModelError> {
    Vec::<f32>::try_from(tensor.to_kind(Kind::Float).contiguous().view(-1)).map_err(failed)
}

fn failed(error: tch::TchError) -> ModelError {
    ModelError::Forward(error.to_string())
}
