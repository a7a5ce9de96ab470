//! Attention of one sentence, head by head: every token looks at every other of its own sentence, and at nothing else.

use multiversion::multiversion;

use super::rows::{LANES, exp, larger};

/// Sums worked on side by side: one alone would wait for itself.
const SUMS: usize = 8;

/// The shape of attention.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shape {
    /// Numbers in a token's state.
    pub hidden: usize,
    /// Heads; each has `hidden / heads` numbers.
    pub heads: usize,
}

/// Room that is used again and again.
#[derive(Default)]
pub(super) struct Scratch {
    /// Numbers × queries.
    queries: Vec<f32>,
    /// Keys × queries, sixteen queries at a time.
    scores: Vec<[f32; LANES]>,
}

/// What a head adds to a score for how far apart two tokens stand.
#[derive(Clone, Copy)]
pub(super) struct Distances<'a> {
    /// Heads × distances, from the farthest ahead to the farthest behind, and as many more as are worked on side by side.
    pub table: &'a [f32],
    /// The position of distance 0.
    pub middle: usize,
}

/// Writes what the tokens see into `seen` (tokens × hidden); `qkv` holds query, key and value of each token side by side.
///
/// Sixteen queries go side by side, so that nothing has to be added across them.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2+fma"))]
pub(super) fn attend(qkv: &[f32], shape: Shape, distances: Option<Distances>, seen: &mut [f32], scratch: &mut Scratch) {
    let Shape { hidden, heads } = shape;
    let tokens = seen.len() / hidden;
    let width = hidden / heads;
    let padded = tokens.next_multiple_of(LANES);
    let by = 1.0 / (width as f32).sqrt();
    scratch.queries.clear();
    scratch.queries.resize(width * padded, 0.0);
    scratch.scores.clear();
    scratch.scores.resize(tokens.next_multiple_of(SUMS), [0.0; LANES]);
    let (queries, scores) = (&mut scratch.queries[..], &mut scratch.scores[..]);
    for head in 0..heads {
        let columns = head * width;
        for (token, row) in qkv.chunks_exact(3 * hidden).enumerate() {
            for (of_number, value) in queries.chunks_exact_mut(padded).zip(&row[columns..][..width]) {
                of_number[token] = value * by;
            }
        }
        for first in (0..tokens).step_by(LANES) {
            for (block, scores) in scores.as_chunks_mut::<SUMS>().0.iter_mut().enumerate() {
                // The last keys may be fewer: the last one is then worked out again, and not read.
                let key = |n: usize| &qkv[(block * SUMS + n).min(tokens - 1) * 3 * hidden + hidden + columns..][..width];
                let keys = [key(0), key(1), key(2), key(3), key(4), key(5), key(6), key(7)];
                let mut sums = [[0.0f32; LANES]; SUMS];
                for (number, queries) in queries.chunks_exact(padded).enumerate() {
                    let queries = &queries[first..][..LANES];
                    for (sums, key) in sums.iter_mut().zip(&keys) {
                        let key = key[number];
                        for (sum, query) in sums.iter_mut().zip(queries) {
                            *sum = key.mul_add(*query, *sum);
                        }
                    }
                }
                *scores = sums;
            }
            let scores = &mut scores[..tokens];
            if let Some(Distances { table, middle }) = distances {
                let table = &table[head * (table.len() / heads)..];
                for (key, scores) in scores.iter_mut().enumerate() {
                    let biases = &table[middle + first - key..][..LANES];
                    scores.iter_mut().zip(biases).for_each(|(score, bias)| *score += bias);
                }
            }
            let shares = exponentials(scores).map(|sum| 1.0 / sum);
            let values = &qkv[2 * hidden + columns..];
            let seen = &mut seen[first * hidden + columns..];
            let mut from = 0;
            while from < width {
                from += match width - from {
                    SUMS.. => look::<SUMS>(&values[from..], scores, &shares, &mut seen[from..], hidden),
                    _ => look::<1>(&values[from..], scores, &shares, &mut seen[from..], hidden),
                };
            }
        }
    }
}

/// Writes `COUNT` numbers of what sixteen queries, or as many as there are, see; gives `COUNT`.
#[inline(always)]
fn look<const COUNT: usize>(values: &[f32], scores: &[[f32; LANES]], shares: &[f32; LANES], seen: &mut [f32], hidden: usize) -> usize {
    let mut sums = [[0.0f32; LANES]; COUNT];
    for (values, scores) in values.chunks(3 * hidden).zip(scores) {
        let values = &values[..COUNT];
        for (sums, value) in sums.iter_mut().zip(values) {
            for (sum, score) in sums.iter_mut().zip(scores) {
                *sum = value.mul_add(*score, *sum);
            }
        }
    }
    for sums in &mut sums {
        sums.iter_mut().zip(shares).for_each(|(sum, share)| *sum *= share);
    }
    for (query, seen) in seen.chunks_mut(hidden).take(LANES).enumerate() {
        for (seen, sums) in seen[..COUNT].iter_mut().zip(&sums) {
            *seen = sums[query];
        }
    }
    COUNT
}

/// e to the power of each score, less its query's largest one; gives their sums.
#[inline(always)]
fn exponentials(scores: &mut [[f32; LANES]]) -> [f32; LANES] {
    let mut most = [f32::NEG_INFINITY; LANES];
    for scores in scores.iter() {
        for (most, score) in most.iter_mut().zip(scores) {
            *most = larger(*most, *score);
        }
    }
    let mut sums = [0.0f32; LANES];
    for scores in scores.iter_mut() {
        for ((score, most), sum) in scores.iter_mut().zip(&most).zip(&mut sums) {
            *score = exp(*score - most);
            *sum += *score;
        }
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The same in the plainest way, in f64.
    fn plainly(qkv: &[f32], shape: Shape, distances: Option<Distances>) -> Vec<f64> {
        let (hidden, width) = (shape.hidden, shape.hidden / shape.heads);
        let tokens = qkv.len() / (3 * hidden);
        let number = |token: usize, part: usize, at: usize| f64::from(qkv[token * 3 * hidden + part * hidden + at]);
        let mut seen = vec![0.0; tokens * hidden];
        for head in 0..shape.heads {
            let columns = head * width..(head + 1) * width;
            for token in 0..tokens {
                let score = |other: usize| {
                    let dot: f64 = columns.clone().map(|c| number(token, 0, c) * number(other, 1, c)).sum();
                    let bias = distances.map_or(0.0, |d| d.table[head * (d.table.len() / shape.heads) + d.middle + token - other]);
                    (dot / (width as f64).sqrt() + f64::from(bias)).exp()
                };
                let all: f64 = (0..tokens).map(score).sum();
                for c in columns.clone() {
                    seen[token * hidden + c] = (0..tokens).map(|other| score(other) / all * number(other, 2, c)).sum();
                }
            }
        }
        seen
    }

    #[test]
    fn attention_is_what_the_formula_says() {
        for (tokens, heads, width) in [(1, 1, 4), (5, 2, 32), (16, 3, 8), (37, 2, 64), (20, 1, 80)] {
            let shape = Shape { hidden: heads * width, heads };
            let qkv: Vec<f32> = (0..tokens * 3 * shape.hidden).map(|i| ((i * 7919 % 1009) as f32 / 300.0).sin()).collect();
            let table: Vec<f32> = (0..heads * 101).map(|i| ((i * 31 % 97) as f32 / 20.0).cos()).collect();
            for distances in [None, Some(Distances { table: &table, middle: 50 })] {
                let mut seen = vec![0.0; tokens * shape.hidden];
                attend(&qkv, shape, distances, &mut seen, &mut Scratch::default());
                for (found, expected) in seen.iter().zip(plainly(&qkv, shape, distances)) {
                    assert!((f64::from(*found) - expected).abs() < 1e-5, "{found} {expected}");
                }
            }
        }
    }
}
