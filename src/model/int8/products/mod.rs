//! Products of 8-bit matrices, exact: the same whole numbers on every CPU.
//!
//! Rows that come in are whole numbers from −127 to 127, kept with 128 added, since the instructions want that side unsigned. What this adds
//! to a sum is the same for every row, and is taken off where the sum begins.

#[cfg(target_arch = "x86_64")]
mod x86;

/// Columns of a panel: what is worked on side by side.
const PANEL: usize = 64;

/// Columns of a line, each with four of its weights.
const LANES: usize = 16;

/// Numbers of a row multiplied at a time.
const QUAD: usize = 4;

/// Lines of a panel for each four numbers of a row.
const LINES: usize = PANEL / LANES;

/// What is added to the numbers of a row.
pub(super) const OFFSET: i32 = 128;

/// How products are worked out. What comes out is the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::model) enum Kernel {
    /// 64 multiplications an instruction.
    Vnni,
    /// 16 an instruction.
    Avx2,
    /// As the compiler sees fit.
    Plain,
}

impl Kernel {
    /// The fastest one of this CPU.
    pub(in crate::model) fn here() -> Self {
        #[cfg(target_arch = "x86_64")]
        {
            if std::arch::is_x86_feature_detected!("avx512bw") && std::arch::is_x86_feature_detected!("avx512vnni") {
                return Self::Vnni;
            }
            if std::arch::is_x86_feature_detected!("avx2") {
                return Self::Avx2;
            }
        }
        Self::Plain
    }
}

/// A register's worth of weights: sixteen columns of four.
#[derive(Clone, Copy)]
#[repr(C, align(64))]
struct Line([i8; PANEL]);

/// Weights, laid out as the products read them.
pub(super) struct Matrix {
    /// Panels of 64 columns; of each, for every four inputs, four lines.
    lines: Vec<Line>,
    /// What a sum begins with, for every column of every panel.
    starts: Vec<[i32; PANEL]>,
    outputs: usize,
    quads: usize,
    kernel: Kernel,
}

/// A number of a row that a byte does not hold: its place, where 0 stands for it, and the number.
pub(super) type Outlier = (usize, i16);

/// The outliers of some rows, one row after another.
#[derive(Default)]
pub(super) struct Outliers {
    all: Vec<(usize, Outlier)>,
    ends: Vec<usize>,
}

impl Outliers {
    pub(super) fn clear(&mut self) {
        self.all.clear();
        self.ends.clear();
    }

    /// One more of the row that has not ended.
    pub(super) fn push(&mut self, outlier: Outlier) {
        self.all.push((self.ends.len(), outlier));
    }

    pub(super) fn end_row(&mut self) {
        self.ends.push(self.all.len());
    }

    /// Those of `count` rows from `first` on, each with its row.
    pub(super) fn of_rows(&self, first: usize, count: usize) -> &[(usize, Outlier)] {
        let end = |rows: usize| rows.min(self.ends.len()).checked_sub(1).map_or(0, |last| self.ends[last]);
        &self.all[end(first)..end(first + count)]
    }

    /// Rows of `width` numbers with their outliers in their places, the offset added to all.
    fn among(&self, rows: &[u8], width: usize) -> Vec<i16> {
        let mut wider: Vec<i16> = rows.iter().map(|number| i16::from(*number)).collect();
        for &(row, (at, number)) in self.of_rows(0, rows.len() / width) {
            wider[row * width..][..width][at] = number.saturating_add(OFFSET as i16);
        }
        wider
    }
}

/// How many numbers a row of `inputs` takes: the last ones, if any, are multiplied by 0.
pub(super) fn width(inputs: usize) -> usize {
    inputs.next_multiple_of(QUAD)
}

impl Matrix {
    /// Lays out weights, outputs × inputs, each from −127 to 127.
    pub(super) fn new(weights: &[i8], inputs: usize, kernel: Kernel) -> Self {
        let inputs = inputs.max(1);
        let (outputs, quads) = (weights.len() / inputs, width(inputs) / QUAD);
        let panels = outputs.div_ceil(PANEL);
        let mut lines = vec![Line([0; PANEL]); panels * quads * LINES];
        let mut starts = vec![[0; PANEL]; panels];
        for (output, row) in weights.chunks_exact(inputs).enumerate() {
            let (panel, column) = (output / PANEL, output % PANEL);
            for (quad, numbers) in row.chunks(QUAD).enumerate() {
                let line = &mut lines[(panel * quads + quad) * LINES + column / LANES];
                line.0[column % LANES * QUAD..][..numbers.len()].copy_from_slice(numbers);
            }
            starts[panel][column] = -OFFSET * row.iter().map(|weight| i32::from(*weight)).sum::<i32>();
        }
        Self { lines, starts, outputs, quads, kernel }
    }

    /// Numbers of a row that comes in, and of one that comes out.
    pub(super) fn widths(&self) -> (usize, usize) {
        (self.quads * QUAD, self.outputs)
    }

    /// Writes the products of `rows` and their outliers into `products`, rows × outputs: whole numbers, as floats. What is missing at either end
    /// is left out.
    pub(super) fn product(&self, rows: &[u8], outliers: &Outliers, products: &mut [f32]) {
        match self.kernel {
            #[cfg(target_arch = "x86_64")]
            Kernel::Vnni => x86::with_vnni(self, rows, outliers, products),
            #[cfg(target_arch = "x86_64")]
            Kernel::Avx2 => x86::with_avx2(self, rows, outliers, products),
            _ => self.plainly(rows, outliers, products),
        }
    }

    /// Each panel: its first column, its lines and the beginnings of its sums.
    fn panels(&self) -> impl Iterator<Item = (usize, &[Line], &[i32; PANEL])> {
        let lines = self.lines.chunks_exact((self.quads * LINES).max(1));
        lines.zip(&self.starts).enumerate().map(|(panel, (lines, starts))| (panel * PANEL, lines, starts))
    }

    fn plainly(&self, rows: &[u8], outliers: &Outliers, products: &mut [f32]) {
        let (width, outputs) = self.widths();
        let rows = outliers.among(rows, width);
        for (from, lines, starts) in self.panels() {
            for (row, products) in rows.chunks_exact(width).zip(products.chunks_exact_mut(outputs)) {
                let mut sums = *starts;
                for (numbers, lines) in row.chunks_exact(QUAD).zip(lines.chunks_exact(LINES)) {
                    for (sums, line) in sums.chunks_exact_mut(LANES).zip(lines) {
                        for (sum, weights) in sums.iter_mut().zip(line.0.chunks_exact(QUAD)) {
                            *sum +=
                                numbers.iter().zip(weights).map(|(number, weight)| i32::from(*number) * i32::from(*weight)).sum::<i32>();
                        }
                    }
                }
                products[from..].iter_mut().zip(sums).for_each(|(product, sum)| *product = sum as f32);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(at: usize, salt: usize) -> i32 {
        ((at * 7919 + salt * 104_729) % 255) as i32 - 127
    }

    /// All the kernels this CPU has.
    #[expect(clippy::print_stderr, reason = "what is left out is said")]
    fn kernels() -> Vec<Kernel> {
        let all = [Kernel::Plain, Kernel::Avx2, Kernel::Vnni];
        let best = all.iter().position(|kernel| *kernel == Kernel::here()).unwrap();
        if best < 2 {
            eprintln!("SKIPPED: products with what this CPU has not: {:?}", &all[best + 1..]);
        }
        all[..=best].to_vec()
    }

    #[test]
    fn products_are_exact_whatever_the_shape_and_the_kernel() {
        for (rows, inputs, outputs) in
            [(1, 1, 1), (5, 7, 3), (6, 64, 64), (13, 30, 65), (8, 384, 130), (3, 12, 112), (0, 4, 4), (2, 1536, 17)]
        {
            let weights: Vec<i8> = (0..inputs * outputs).map(|at| number(at, 1) as i8).collect();
            // What stands behind a row's own numbers must not count.
            let mut given = vec![77u8; rows * width(inputs)];
            for row in 0..rows {
                for at in 0..inputs {
                    given[row * width(inputs) + at] = (number(row * inputs + at, 2) + OFFSET) as u8;
                }
            }
            for kernel in kernels() {
                let mut products = vec![f32::NAN; rows * outputs];
                Matrix::new(&weights, inputs, kernel).product(&given, &Outliers::default(), &mut products);
                for row in 0..rows {
                    for output in 0..outputs {
                        let terms = (0..inputs).map(|at| number(row * inputs + at, 2) * i32::from(weights[output * inputs + at]));
                        let truth = terms.sum::<i32>() as f32;
                        assert_eq!(products[row * outputs + output], truth, "{kernel:?}, {rows} × {inputs} × {outputs}: {row}, {output}");
                    }
                }
            }
        }
    }

    #[test]
    fn an_outlier_is_multiplied_by_its_own_weights() {
        let (inputs, outputs) = (30, 131);
        let weights: Vec<i8> = (0..inputs * outputs).map(|at| number(at, 4) as i8).collect();
        // The third row has two beside each other, the second none, nor the fourth.
        let mut outliers = Outliers::default();
        for of_row in [&[(29, -128)][..], &[], &[(3, 1_400), (4, 255), (6, -1_021)]] {
            of_row.iter().for_each(|outlier| outliers.push(*outlier));
            outliers.end_row();
        }
        for kernel in kernels() {
            let mut products = vec![f32::NAN; 4 * outputs];
            Matrix::new(&weights, inputs, kernel).product(&[OFFSET as u8; 4 * 32], &outliers, &mut products);
            for output in 0..outputs {
                let weight = |at: usize| f32::from(weights[output * inputs + at]);
                let truth = [-128.0 * weight(29), 0.0, 1_400.0 * weight(3) + 255.0 * weight(4) - 1_021.0 * weight(6), 0.0];
                assert_eq!([0, 1, 2, 3].map(|row| products[row * outputs + output]), truth, "{kernel:?}, {output}");
            }
        }
    }

    #[test]
    fn the_largest_numbers_do_not_overflow() {
        let inputs = 3_072;
        for (number, weight) in [(255u8, 127i8), (255, -127), (1, 127), (1, -127)] {
            for kernel in kernels() {
                let mut products = [0.0];
                Matrix::new(&vec![weight; inputs], inputs, kernel).product(&vec![number; inputs], &Outliers::default(), &mut products);
                assert_eq!(products[0], ((i32::from(number) - OFFSET) * i32::from(weight) * inputs as i32) as f32, "{kernel:?}");
            }
        }
    }

    #[test]
    fn rows_and_products_of_other_lengths_end_where_the_shorter_ends() {
        let weights: Vec<i8> = (0..8 * 70).map(|at| number(at, 3) as i8).collect();
        for kernel in kernels() {
            let matrix = Matrix::new(&weights, 8, kernel);
            let mut products = vec![-0.5; 3 * 70 + 5];
            matrix.product(&[200; 2 * 8 + 3], &Outliers::default(), &mut products);
            assert!(products[..140].iter().all(|p| *p != -0.5) && products[140..].iter().all(|p| *p == -0.5), "{kernel:?}");
        }
    }
}
