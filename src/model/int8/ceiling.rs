//! What the CPU could do at best: the products of a network's layers, and nothing else.

use super::products::{Kernel, Matrix, Outliers};

/// The products alone, with the kernel that the network has, on made-up numbers. For benchmarks.
pub struct Ceiling {
    layers: Vec<[Matrix; 4]>,
    rows: Vec<u8>,
    products: Vec<f32>,
    count: usize,
}

impl Ceiling {
    /// Products of `rows` tokens, in `layers` layers of `hidden` and `inner` numbers, each with weights of its own.
    #[must_use]
    pub fn new(layers: usize, hidden: usize, inner: usize, rows: usize) -> Self {
        let matrix = |outputs: usize, inputs: usize| {
            let weights: Vec<i8> = (0..outputs * inputs).map(|at| (at % 255) as u8 as i8).collect();
            Matrix::new(&weights, inputs, Kernel::here())
        };
        let layer = |_| [matrix(3 * hidden, hidden), matrix(hidden, hidden), matrix(inner, hidden), matrix(hidden, inner)];
        let widest = inner.max(3 * hidden);
        let numbers = (0..rows * widest).map(|at| (at % 251) as u8).collect();
        Self { layers: (0..layers).map(layer).collect(), rows: numbers, products: vec![0.0; rows * widest], count: rows }
    }

    /// All products once; gives one of the numbers, so that they cannot be left out.
    pub fn run(&mut self) -> f32 {
        for matrix in self.layers.iter().flatten() {
            let (inputs, outputs) = matrix.widths();
            matrix.product(&self.rows[..self.count * inputs], &Outliers::default(), &mut self.products[..self.count * outputs]);
        }
        self.products.first().copied().unwrap_or_default()
    }
}
