//! Attention of one sentence, head by head: every token looks at every other of its own sentence, and at nothing else.

use multiversion::multiversion;

use super::rows::{LANES, exp, larger, together};

/// Tokens worked on side by side: one sum alone would wait for itself.
const QUERIES: usize = 4;

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
    /// Numbers × tokens.
    keys: Vec<f32>,
    /// Queries × tokens.
    scores: Vec<f32>,
    /// 0 for each token, and what lets nothing be seen behind them.
    ends: Vec<f32>,
}

/// What a head adds to a score for how far apart two tokens stand.
#[derive(Clone, Copy)]
pub(super) struct Distances<'a> {
    /// Heads × distances, from the farthest behind to the farthest ahead.
    pub table: &'a [f32],
    /// The position of distance 0.
    pub middle: usize,
}

/// Writes what the tokens see into `seen` (tokens × hidden); `qkv` holds query, key and value of each token side by side.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2+fma"))]
pub(super) fn attend(qkv: &[f32], shape: Shape, distances: Option<Distances>, seen: &mut [f32], scratch: &mut Scratch) {
    let Shape { hidden, heads } = shape;
    let tokens = seen.len() / hidden;
    let width = hidden / heads;
    let padded = tokens.next_multiple_of(LANES);
    let by = 1.0 / (width as f32).sqrt();
    scratch.keys.clear();
    scratch.keys.resize(width * padded, 0.0);
    scratch.scores.clear();
    scratch.scores.resize(QUERIES * padded, 0.0);
    scratch.ends.clear();
    scratch.ends.resize(tokens, 0.0);
    scratch.ends.resize(padded, f32::NEG_INFINITY);
    let (keys, scores, ends) = (&mut scratch.keys[..], &mut scratch.scores[..], &scratch.ends[..]);
    for head in 0..heads {
        let at = |token: usize, part: usize| token * 3 * hidden + part * hidden + head * width;
        for token in 0..tokens {
            let key = &qkv[at(token, 1)..][..width];
            for (of_number, value) in keys.chunks_exact_mut(padded).zip(key) {
                of_number[token] = *value;
            }
        }
        for first in (0..tokens).step_by(QUERIES) {
            // The last tokens may be fewer: the last one is then worked out again, and not read.
            let present = QUERIES.min(tokens - first);
            let query = |row: usize| &qkv[at((first + row).min(tokens - 1), 0)..][..width];
            let queries = [query(0), query(1), query(2), query(3)];
            for from in (0..padded).step_by(LANES) {
                let mut lanes = [[0.0f32; LANES]; QUERIES];
                for (number, keys) in keys.chunks_exact(padded).enumerate() {
                    let keys = &keys[from..][..LANES];
                    for (lanes, query) in lanes.iter_mut().zip(&queries) {
                        let query = query[number];
                        for (lane, key) in lanes.iter_mut().zip(keys) {
                            *lane = query.mul_add(*key, *lane);
                        }
                    }
                }
                for (row, lanes) in lanes.iter().enumerate() {
                    scores[row * padded + from..][..LANES].copy_from_slice(lanes);
                }
            }
            let mut sums = [0.0; QUERIES];
            for (row, (scores, sum)) in scores.chunks_exact_mut(padded).zip(&mut sums).enumerate() {
                scores.iter_mut().zip(ends).for_each(|(score, end)| *score = score.mul_add(by, *end));
                if let Some(Distances { table, middle }) = distances {
                    let ahead = &table[head * (table.len() / heads) + middle - (first + row).min(tokens - 1)..];
                    // What stands behind the last token counts for nothing, with a distance or without.
                    scores.iter_mut().zip(&ahead[..padded.min(ahead.len())]).for_each(|(score, bias)| *score += bias);
                }
                *sum = exponentials(scores);
            }
            let mut column = 0;
            while column < width {
                let from = head * width + column;
                let weights = Weights { scores, padded, sums: &sums[..present], tokens };
                column += match width - column {
                    LANES.. => look::<LANES>(&qkv[2 * hidden + from..], 3 * hidden, weights, &mut seen[first * hidden + from..], hidden),
                    _ => look::<1>(&qkv[2 * hidden + from..], 3 * hidden, weights, &mut seen[first * hidden + from..], hidden),
                };
            }
        }
    }
}

/// How much some queries look at each token.
struct Weights<'a> {
    /// Queries × `padded`, of which `tokens` count.
    scores: &'a [f32],
    padded: usize,
    tokens: usize,
    /// Of each query that is there, the sum of its scores.
    sums: &'a [f32],
}

/// Writes `COUNT` numbers of what the queries see: values begin every `step` numbers, what is seen every `hidden`. Gives `COUNT`.
#[inline(always)]
fn look<const COUNT: usize>(values: &[f32], step: usize, weights: Weights, seen: &mut [f32], hidden: usize) -> usize {
    let Weights { scores, padded, tokens, sums } = weights;
    let mut lanes = [[0.0f32; COUNT]; QUERIES];
    let rows = &scores[..QUERIES * padded];
    for other in 0..tokens {
        let value = &values[other * step..][..COUNT];
        for (lanes, row) in lanes.iter_mut().zip(rows.chunks_exact(padded)) {
            let weight = row[other];
            for (lane, value) in lanes.iter_mut().zip(value) {
                *lane = weight.mul_add(*value, *lane);
            }
        }
    }
    for (row, (mut lanes, sum)) in lanes.into_iter().zip(sums).enumerate() {
        let by = 1.0 / sum;
        lanes.iter_mut().for_each(|lane| *lane *= by);
        seen[row * hidden..][..COUNT].copy_from_slice(&lanes);
    }
    COUNT
}

/// e to the power of each score, less the largest one; gives their sum. For nothing at all it is as good as 0.
#[inline(always)]
fn exponentials(scores: &mut [f32]) -> f32 {
    let mut most = [f32::NEG_INFINITY; LANES];
    for chunk in scores.chunks_exact(LANES) {
        for (most, score) in most.iter_mut().zip(chunk) {
            *most = larger(*most, *score);
        }
    }
    let most = together(most, larger);
    let mut sums = [0.0f32; LANES];
    for chunk in scores.chunks_exact_mut(LANES) {
        for (sum, score) in sums.iter_mut().zip(chunk) {
            *score = exp(*score - most);
            *sum += *score;
        }
    }
    together(sums, |a, b| a + b)
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
                    let bias = distances.map_or(0.0, |d| d.table[head * (d.table.len() / shape.heads) + d.middle + other - token]);
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
