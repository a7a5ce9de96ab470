//! Which claims are worth comparing: weighted MinHash over words and names, several hashes to a band.

use super::Features;
use super::vocabulary::LEXICON;
use super::words::{Kind, Word};

/// How many bands a claim has, and how many hashes one is made of. Measured in `docs/likeness.md`.
const BANDS: u64 = 16;
const ROWS: u64 = 3;

/// The bands of a claim.
pub(super) fn of(features: &Features) -> Vec<u64> {
    let words: Vec<(u64, f64)> = features.words.iter().filter_map(|w| Some((hash(w.0.as_bytes()), weight(w)?))).collect();
    if words.is_empty() {
        return Vec::new();
    }
    let mut bands: Vec<u64> =
        (0..BANDS).map(|band| (0..ROWS).fold(mix(band), |sum, row| mix(sum ^ least(&words, band * ROWS + row)))).collect();
    bands.sort_unstable();
    bands.dedup();
    bands
}

/// How likely a word is to stand for its claim: names most, words so common that they have synonyms listed less, light ones never.
fn weight(word: &Word) -> Option<f64> {
    let common = if LEXICON.is_common(&word.0) { 0.5 } else { 1.0 };
    match word.1 {
        Kind::Light => None,
        Kind::Content => Some(common),
        Kind::Name => Some(2.0 * common),
    }
}

/// The word whose hash, drawn from an exponential distribution of its weight, is the least: two claims have the same one with the
/// probability of their weighted Jaccard likeness.
fn least(words: &[(u64, f64)], seed: u64) -> u64 {
    let draw = |&(word, weight): &(u64, f64)| {
        // 53 bits, never 0
        let uniform = ((mix(word ^ mix(seed ^ 0x9e37_79b9_7f4a_7c15)) >> 11) + 1) as f64 / 9_007_199_254_740_993.0;
        -uniform.ln() / weight
    };
    words.iter().map(|w| (draw(w), w.0)).min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1))).map_or(0, |(_, word)| word)
}

/// FNV-1a, 64 bits.
fn hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |sum, byte| (sum ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

/// The finalizer of SplitMix64 (Steele, Lea, Flood, 2014).
fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
