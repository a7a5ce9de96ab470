//! Arithmetic on rows of numbers, between two products of matrices.
//!
//! Every row is worked on alone and in one order, so that its numbers depend on no other row: the compiler makes these loops as
//! wide as the CPU allows, but may not reorder sums. `mul_add` rounds once on every CPU.

use multiversion::multiversion;

use super::products::{OFFSET, Outliers};

/// Numbers summed side by side: a row's sum is that of so many sums.
pub(super) const LANES: usize = 16;

/// The largest number that a rounded row holds.
pub(super) const LARGEST: u8 = 127;

/// How many times its root mean square a number of a row may be and still be rounded with the others: what lies farther out would make their steps
/// coarser, and there is little of it ("outlier features": Dettmers et al., 2022).
const FARTHEST: f32 = 5.0;

/// Added to a small number it leaves it rounded in the lowest bits: 1.5 · 2^23.
const ROUNDING: f32 = 12_582_912.0;

/// What a row is multiplied by before it is rounded, where `limit` becomes [`LARGEST`]; 0 where that is no ordinary number. A hair less than it should
/// be, so that nothing within the limit exceeds [`LARGEST`].
fn inverse(limit: f32) -> f32 {
    const SMALLEST: f32 = 1e-20;
    if limit >= SMALLEST && limit.is_finite() { (1.0 - f32::EPSILON) / limit * f32::from(LARGEST) } else { 0.0 }
}

/// Writes `row` into `rounded` as whole numbers from −127 to 127, with the products' offset added; gives the number that 127 stands for. Numbers
/// farther out than [`FARTHEST`] are put among `outliers` instead, and 0 into their place.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2+fma"))]
pub(super) fn round(row: &[f32], rounded: &mut [u8], outliers: &mut Outliers) -> f32 {
    let limit = limit(row);
    write_rounded(row, limit, rounded, outliers);
    limit
}

/// The largest number of a row that is rounded with the others: its largest, if none lies far out.
#[inline(always)]
fn limit(row: &[f32]) -> f32 {
    let (mut most, mut squares) = ([0.0f32; LANES], [0.0f32; LANES]);
    let (chunks, rest) = row.as_chunks::<LANES>();
    for chunk in chunks {
        most = std::array::from_fn(|lane| larger(most[lane], chunk[lane].abs()));
        squares = std::array::from_fn(|lane| chunk[lane].mul_add(chunk[lane], squares[lane]));
    }
    let largest = rest.iter().fold(together(most, larger), |most, value| larger(most, value.abs()));
    let squares = rest.iter().fold(together(squares, |a, b| a + b), |sum, value| value.mul_add(*value, sum));
    let far = (squares / row.len() as f32).sqrt() * FARTHEST;
    if far < largest { far } else { largest }
}

#[inline(always)]
fn write_rounded(row: &[f32], limit: f32, rounded: &mut [u8], outliers: &mut Outliers) {
    const NONE: u8 = OFFSET as u8;
    // What lies beyond the limit, or is no number, leaves a mark below all that is rounded.
    const MARK: u8 = NONE - LARGEST - 1;
    let by = inverse(limit);
    for (to, from) in rounded.iter_mut().zip(row) {
        let steps = from * by;
        let steps = if steps.abs() <= f32::from(LARGEST) { steps } else { f32::from(MARK) - f32::from(NONE) };
        *to = (steps + (ROUNDING + f32::from(NONE))).to_bits() as u8;
    }
    let mut from = 0;
    while let Some(at) = rounded.get(from..row.len()).and_then(|rest| memchr::memchr(MARK, rest)).map(|at| from + at) {
        rounded[at] = NONE;
        let steps = row[at] * by;
        if !steps.is_nan() {
            outliers.push((at, steps.round_ties_even() as i16));
        }
        from = at + 1;
    }
}

/// The larger one; the first where the second is no number.
#[inline(always)]
pub(super) fn larger(a: f32, b: f32) -> f32 {
    if b > a { b } else { a }
}

#[inline(always)]
fn sum(row: &[f32]) -> f32 {
    let mut lanes = [0.0f32; LANES];
    let chunks = row.chunks_exact(LANES);
    let rest = chunks.remainder();
    for chunk in chunks {
        for (lane, value) in lanes.iter_mut().zip(chunk) {
            *lane += value;
        }
    }
    together(lanes, |a, b| a + b) + rest.iter().sum::<f32>()
}

/// All lanes in one, by halves: one after the other, each would wait for the one before.
#[inline(always)]
pub(super) fn together(lanes: [f32; LANES], of: impl Fn(f32, f32) -> f32) -> f32 {
    // Else the compiler keeps pairs of lanes apart, as they are wanted here, in the loop that makes them.
    let mut lanes = std::hint::black_box(lanes);
    let mut half = LANES / 2;
    while half > 0 {
        for lane in 0..half {
            lanes[lane] = of(lanes[lane], lanes[lane + half]);
        }
        half /= 2;
    }
    lanes[0]
}

/// A product's row becomes what the linear layer gives: times the row's scale and the columns', plus the bias.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2+fma"))]
pub(super) fn unscale(row: &mut [f32], scale: f32, columns: &[f32], bias: &[f32]) {
    unscaled(row, scale, columns, bias);
}

#[inline(always)]
fn unscaled(row: &mut [f32], scale: f32, columns: &[f32], bias: &[f32]) {
    for ((value, column), bias) in row.iter_mut().zip(columns).zip(bias) {
        *value = value.mul_add(scale * column, *bias);
    }
}

/// [`unscale`] and GELU.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2+fma"))]
pub(super) fn gelu(row: &mut [f32], scale: f32, columns: &[f32], bias: &[f32]) {
    for ((value, column), bias) in row.iter_mut().zip(columns).zip(bias) {
        let x = value.mul_add(scale * column, *bias);
        *value = 0.5 * x * (1.0 + erf(x * std::f32::consts::FRAC_1_SQRT_2));
    }
}

/// [`unscale`], added to `states` and normalised there (layer norm).
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2+fma"))]
pub(super) fn add_and_normalise(row: &mut [f32], scale: f32, columns: &[f32], bias: &[f32], states: &mut [f32], norm: &Norm) {
    unscaled(row, scale, columns, bias);
    let mut sums = [0.0f32; LANES];
    in_lanes(states, row, row, |lane, state, value, _| {
        *state += value;
        sums[lane] += *state;
    });
    centred(states, together(sums, |a, b| a + b), norm);
}

/// Does something to each number of a row, with those of two others that stand in its place, and the lane it is in.
#[inline(always)]
fn in_lanes(row: &mut [f32], others: &[f32], more: &[f32], mut work: impl FnMut(usize, &mut f32, f32, f32)) {
    let mut chunks = row.chunks_exact_mut(LANES).zip(others.chunks_exact(LANES)).zip(more.chunks_exact(LANES));
    for ((chunk, others), more) in &mut chunks {
        for (lane, ((value, other), more)) in chunk.iter_mut().zip(others).zip(more).enumerate() {
            work(lane, value, *other, *more);
        }
    }
    let whole = row.len() / LANES * LANES;
    for (lane, ((value, other), more)) in row[whole..].iter_mut().zip(&others[whole..]).zip(&more[whole..]).enumerate() {
        work(lane, value, *other, *more);
    }
}

/// What layer norm multiplies by and adds.
#[derive(Clone)]
pub(super) struct Norm {
    pub weight: std::sync::Arc<[f32]>,
    pub bias: std::sync::Arc<[f32]>,
    pub epsilon: f32,
}

/// Layer norm (Ba et al., 2016) of a row.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2+fma"))]
pub(super) fn normalise(row: &mut [f32], norm: &Norm) {
    centred(row, sum(row), norm);
}

#[inline(always)]
fn centred(row: &mut [f32], sum: f32, norm: &Norm) {
    let count = row.len() as f32;
    let mean = sum / count;
    let mut lanes = [0.0f32; LANES];
    let mut chunks = row.chunks_exact_mut(LANES);
    for chunk in &mut chunks {
        for (lane, value) in lanes.iter_mut().zip(chunk) {
            *value -= mean;
            *lane += *value * *value;
        }
    }
    let mut squares = together(lanes, |a, b| a + b);
    for value in chunks.into_remainder() {
        *value -= mean;
        squares += *value * *value;
    }
    let by = 1.0 / (squares / count + norm.epsilon).sqrt();
    for ((value, weight), bias) in row.iter_mut().zip(norm.weight.iter()).zip(norm.bias.iter()) {
        *value = (*value * by).mul_add(*weight, *bias);
    }
}

/// Adds to `sums`, a multiple of [`LANES`], the product of a row with `weights`, inputs × outputs.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2+fma"))]
pub(super) fn multiply(row: &[f32], weights: &[f32], sums: &mut [f32]) {
    let outputs = sums.len().max(1);
    for (from, sums) in sums.as_chunks_mut::<LANES>().0.iter_mut().enumerate().map(|(chunk, sums)| (chunk * LANES, sums)) {
        let mut lanes = *sums;
        for (value, weights) in row.iter().zip(weights.chunks_exact(outputs)) {
            for (lane, weight) in lanes.iter_mut().zip(&weights[from..][..LANES]) {
                *lane = value.mul_add(*weight, *lane);
            }
        }
        *sums = lanes;
    }
}

/// The error function within 0.00003, where what is made of it is rounded to 8 bits: a polynomial in x², the least wrong one up to 3.2, beyond
/// which 1 is as near.
#[inline(always)]
fn erf(x: f32) -> f32 {
    const FAR: f32 = 3.2;
    let x = if x > FAR { FAR } else { x };
    let x = if x < -FAR { -FAR } else { x };
    let y = x * x;
    let p = y.mul_add(-2.400_072_6e-9, 1.419_132_3e-7);
    let p = y.mul_add(p, -3.739_728e-6);
    let p = y.mul_add(p, 5.846_663e-5);
    let p = y.mul_add(p, -6.112_877e-4);
    let p = y.mul_add(p, 4.584_106_4e-3);
    let p = y.mul_add(p, -2.581_434_4e-2);
    let p = y.mul_add(p, 1.118_642_1e-1);
    let p = y.mul_add(p, -3.757_072_4e-1);
    let p = y.mul_add(p, 1.128_325_7);
    x * p
}

/// e to the power of `x`, which is at most 0: within two units in the last place; below -87 as at -87,
/// which is 1.6e-38. By powers of 2 and a polynomial, as in Cephes.
#[inline(always)]
pub(super) fn exp(x: f32) -> f32 {
    const SMALLEST: f32 = -87.0;
    let x = if x < SMALLEST { SMALLEST } else { x };
    let rounded = x.mul_add(std::f32::consts::LOG2_E, ROUNDING);
    let whole = rounded - ROUNDING;
    // ln 2 in two parts, the first exact in few bits.
    let rest = whole.mul_add(2.121_944_4e-4, whole.mul_add(-0.693_359_4, x));
    let p = rest.mul_add(1.987_569_1e-4, 1.398_2e-3);
    let p = rest.mul_add(p, 8.333_452e-3);
    let p = rest.mul_add(p, 4.166_579_6e-2);
    let p = rest.mul_add(p, 1.666_666_5e-1);
    let p = rest.mul_add(p, 0.5);
    let near = p.mul_add(rest * rest, rest) + 1.0;
    let power = f32::from_bits(rounded.to_bits().wrapping_add(127) << 23);
    near * power
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exp_and_erf_are_those_of_the_books() {
        for step in 0..=8_700 {
            let x = -(step as f32) / 100.0;
            let truth = f64::from(x).exp();
            assert!((f64::from(exp(x)) - truth).abs() <= truth * 4e-7, "exp({x}) = {}", exp(x));
        }
        assert!(exp(-1e9) < 1e-37 && exp(f32::NEG_INFINITY) < 1e-37);
        // From tables.
        for (x, truth) in [(0.0, 0.0), (0.5, 0.520_499_9), (1.0, 0.842_700_8), (2.0, 0.995_322_3), (-1.0, -0.842_700_8), (9.0, 1.0)] {
            assert!((erf(x) - truth).abs() < 4e-5, "erf({x}) = {}", erf(x));
        }
    }

    #[test]
    fn a_rounded_row_is_the_nearest_there_is() {
        for seed in 1..2_000u32 {
            let row: Vec<f32> =
                (0..37).map(|i| ((seed.wrapping_mul(2_654_435_761).wrapping_add(i * 40_503)) as f32).sin() * seed as f32 / 7.0).collect();
            let mut rounded = vec![0; row.len()];
            let (largest, outliers) = round_new(&row, &mut rounded);
            assert!(outliers.is_empty());
            for (value, rounded) in row.iter().zip(&rounded) {
                let number = i32::from(*rounded) - OFFSET;
                assert!(number.abs() <= 127);
                assert!(
                    (value - number as f32 * largest / 127.0).abs() <= largest / 254.0 * 1.0001,
                    "{value} of {largest} became {number}"
                );
            }
        }
    }

    #[test]
    fn what_lies_far_out_does_not_make_the_others_coarse() {
        let mut row: Vec<f32> = (0..100).map(|i| (i as f32).sin()).collect();
        row[7] = -90.0;
        row[97] = 60.0;
        let mut rounded = vec![0; row.len()];
        let (limit, outliers) = round_new(&row, &mut rounded);
        let rms = (row.iter().map(|v| v * v).sum::<f32>() / 100.0).sqrt();
        assert!((limit - 5.0 * rms).abs() < limit * 1e-5);
        assert_eq!(outliers.iter().map(|(at, _)| *at).collect::<Vec<_>>(), [7, 97]);
        for (at, value) in outliers {
            assert_eq!(i32::from(rounded[at]) - OFFSET, 0);
            assert!((f32::from(value) * limit / 127.0 - row[at]).abs() <= limit / 254.0, "{value}");
        }
    }

    fn round_new(row: &[f32], rounded: &mut [u8]) -> (f32, Vec<(usize, i16)>) {
        let mut outliers = Outliers::default();
        let limit = round(row, rounded, &mut outliers);
        outliers.end_row();
        (limit, outliers.of_rows(0, 1).iter().map(|(_, outlier)| *outlier).collect())
    }

    #[test]
    fn what_is_no_ordinary_number_becomes_nothing() {
        for row in [[0.0; 20], [f32::NAN; 20], [f32::INFINITY; 20], [f32::MIN_POSITIVE / 4.0; 20], [1e-18; 20]] {
            let mut rounded = [7; 20];
            let (largest, outliers) = round_new(&row, &mut rounded);
            assert!(outliers.is_empty());
            let whole = row[0] == 1e-18;
            assert!(
                rounded.iter().all(|number| i32::from(*number) - OFFSET == if whole { 127 } else { 0 }),
                "{} of {largest}: {rounded:?}",
                row[0]
            );
        }
        let mut rounded = [7; 3];
        round_new(&[f32::NAN, 1.0, -1.0], &mut rounded);
        assert_eq!(rounded.map(|number| i32::from(number) - OFFSET), [0, 127, -127]);
    }

    #[test]
    fn rows_are_normalised() {
        let mut row: Vec<f32> = (0..50).map(|i| (i * i) as f32).collect();
        let norm = Norm { weight: vec![2.0; 50].into(), bias: vec![1.0; 50].into(), epsilon: 0.0 };
        normalise(&mut row, &norm);
        let mean = row.iter().sum::<f32>() / 50.0;
        let variance = row.iter().map(|v| (v - mean) * (v - mean)).sum::<f32>() / 50.0;
        assert!((mean - 1.0).abs() < 1e-5 && (variance - 4.0).abs() < 1e-4, "{mean} {variance}");
    }
}
