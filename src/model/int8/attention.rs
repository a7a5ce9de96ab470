//! Attention of one sentence, head by head: every token looks at every other of its own sentence, and at nothing else.

use multiversion::multiversion;

use super::rows::exp;

/// Columns worked on side by side.
const LANES: usize = 16;

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
    /// Numbers × queries.
    queries: Vec<f32>,
    /// Numbers × tokens.
    keys: Vec<f32>,
    /// Queries × tokens.
    scores: Vec<f32>,
    /// Tokens × queries.
    weights: Vec<f32>,
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
    scratch.queries.clear();
    scratch.queries.resize(QUERIES * width, 0.0);
    scratch.keys.clear();
    scratch.keys.resize(width * padded, 0.0);
    scratch.weights.clear();
    scratch.weights.resize(QUERIES * tokens, 0.0);
    scratch.scores.clear();
    scratch.scores.resize(QUERIES * padded, 0.0);
    let (queries, keys) = (&mut scratch.queries[..], &mut scratch.keys[..]);
    let (scores, weights) = (&mut scratch.scores[..], &mut scratch.weights[..]);
    for head in 0..heads {
        let at = |token: usize, part: usize| token * 3 * hidden + part * hidden + head * width;
        for token in 0..tokens {
            let key = &qkv[at(token, 1)..][..width];
            for (number, value) in key.iter().enumerate() {
                keys[number * padded + token] = *value;
            }
        }
        for first in (0..tokens).step_by(QUERIES) {
            // The last tokens may be fewer: what is left over is worked out again, and not read.
            let present = QUERIES.min(tokens - first);
            for row in 0..present {
                let query = &qkv[at(first + row, 0)..][..width];
                query.iter().zip(queries.chunks_exact_mut(QUERIES)).for_each(|(value, of_all)| of_all[row] = *value);
            }
            for from in (0..padded).step_by(LANES) {
                let mut lanes = [[0.0f32; LANES]; QUERIES];
                for (query, key) in queries.chunks_exact(QUERIES).zip(keys.chunks_exact(padded)) {
                    let key = &key[from..][..LANES];
                    for (lanes, query) in lanes.iter_mut().zip(query) {
                        for (lane, key) in lanes.iter_mut().zip(key) {
                            *lane = query.mul_add(*key, *lane);
                        }
                    }
                }
                for (row, lanes) in lanes.iter().enumerate() {
                    scores[row * padded + from..][..LANES].copy_from_slice(lanes);
                }
            }
            for row in 0..present {
                let scores = &mut scores[row * padded..][..padded];
                match distances {
                    Some(Distances { table, middle }) => {
                        let ahead = &table[head * (table.len() / heads) + middle - (first + row)..][..tokens];
                        scores.iter_mut().zip(ahead).for_each(|(score, bias)| *score = score.mul_add(by, *bias));
                    }
                    None => scores.iter_mut().for_each(|score| *score *= by),
                }
                softmax(scores, tokens);
                scores[..tokens].iter().zip(weights.chunks_exact_mut(QUERIES)).for_each(|(score, of_all)| of_all[row] = *score);
            }
            for part in (0..width).step_by(2 * LANES) {
                let count = (2 * LANES).min(width - part);
                let mut lanes = [[0.0f32; 2 * LANES]; QUERIES];
                for (other, weights) in weights.chunks_exact(QUERIES).enumerate() {
                    let value = &qkv[at(other, 2) + part..][..count];
                    let mut whole = [0.0f32; 2 * LANES];
                    let value = <&[f32; 2 * LANES]>::try_from(value).unwrap_or_else(|_| {
                        whole[..count].copy_from_slice(value);
                        &whole
                    });
                    for (lanes, weight) in lanes.iter_mut().zip(weights) {
                        for (lane, value) in lanes.iter_mut().zip(value) {
                            *lane = weight.mul_add(*value, *lane);
                        }
                    }
                }
                for (row, lanes) in lanes[..present].iter().enumerate() {
                    seen[(first + row) * hidden + head * width + part..][..count].copy_from_slice(&lanes[..count]);
                }
            }
        }
    }
}

/// Shares of 1 for the first `tokens` scores, 0 for what stands behind them.
#[inline(always)]
fn softmax(row: &mut [f32], tokens: usize) {
    row[tokens..].fill(f32::NEG_INFINITY);
    let mut most = [f32::NEG_INFINITY; LANES];
    for chunk in row.chunks_exact(LANES) {
        for (most, score) in most.iter_mut().zip(chunk) {
            *most = if *score > *most { *score } else { *most };
        }
    }
    let most = most.iter().fold(f32::NEG_INFINITY, |most, score| if *score > most { *score } else { most });
    for score in row.iter_mut() {
        *score = exp(*score - most);
    }
    row[tokens..].fill(0.0);
    let mut sums = [0.0f32; LANES];
    for chunk in row.chunks_exact(LANES) {
        for (sum, score) in sums.iter_mut().zip(chunk) {
            *sum += score;
        }
    }
    let by = 1.0 / sums.iter().sum::<f32>();
    for score in row.iter_mut() {
        *score *= by;
    }
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
