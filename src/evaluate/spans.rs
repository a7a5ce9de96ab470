//! Counting spans.

use std::collections::BTreeMap;
use std::ops::AddAssign;

use crate::span::Span;

/// What was found, of what was wanted. Adds up over documents; divided only at the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// In both.
    pub correct: u64,
    /// In the prediction.
    pub predicted: u64,
    /// In the gold.
    pub gold: u64,
}

impl Counts {
    /// Correct of predicted; `None` where nothing was predicted.
    #[must_use]
    pub fn precision(&self) -> Option<f64> {
        (self.predicted > 0).then(|| self.correct as f64 / self.predicted as f64)
    }

    /// Correct of gold; `None` where there is no gold.
    #[must_use]
    pub fn recall(&self) -> Option<f64> {
        (self.gold > 0).then(|| self.correct as f64 / self.gold as f64)
    }

    /// The harmonic mean of both: 2·correct ÷ (predicted + gold); `None` where both are empty.
    #[must_use]
    pub fn f1(&self) -> Option<f64> {
        (self.predicted + self.gold > 0).then(|| 2.0 * self.correct as f64 / (self.predicted + self.gold) as f64)
    }
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.correct += other.correct;
        self.predicted += other.predicted;
        self.gold += other.gold;
    }
}

/// Items are correct when they are equal; each gold item is matched once.
pub(super) fn exact<T: Ord>(gold: &[T], found: &[T]) -> Counts {
    let mut left: BTreeMap<&T, u64> = BTreeMap::new();
    for item in gold {
        *left.entry(item).or_default() += 1;
    }
    let mut correct = 0;
    for item in found {
        if let Some(count) = left.get_mut(item).filter(|c| **c > 0) {
            *count -= 1;
            correct += 1;
        }
    }
    Counts { correct, predicted: found.len() as u64, gold: gold.len() as u64 }
}

/// The words (runs without white space) that lie under the spans of each side, wholly or in part.
pub(super) fn words(text: &str, gold: &[Span], found: &[Span]) -> Counts {
    let mut counts = Counts::default();
    let mut at = 0;
    for word in text.split_whitespace() {
        // `split_whitespace` yields slices of `text` in order, so the next match is this word.
        let start = at + text[at..].find(word).unwrap_or(0);
        at = start + word.len();
        let word = Span::new(start, at);
        let under = |spans: &[Span]| spans.iter().any(|s| s.overlaps(&word));
        let (g, f) = (under(gold), under(found));
        counts.gold += u64::from(g);
        counts.predicted += u64::from(f);
        counts.correct += u64::from(g && f);
    }
    counts
}

/// Cuts labelled spans at sentence borders; pieces are trimmed, empty ones dropped.
pub(super) fn clip(spans: &[(Span, usize)], sentences: &[Span], text: &str) -> Vec<(Span, usize)> {
    let mut pieces = Vec::new();
    for (span, label) in spans {
        let from = sentences.partition_point(|s| s.end <= span.start);
        for sentence in sentences[from..].iter().take_while(|s| s.start < span.end) {
            let piece = Span::new(span.start.max(sentence.start), span.end.min(sentence.end)).trimmed(text);
            if !piece.is_empty() {
                pieces.push((piece, *label));
            }
        }
    }
    pieces.sort();
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repeated_items_are_matched_as_often_as_gold_has_them() {
        assert_eq!(exact(&[1, 1, 2], &[1, 1, 1, 3]), Counts { correct: 2, predicted: 4, gold: 3 });
        assert_eq!(exact::<u8>(&[], &[]).f1(), None, "nothing to score is no score, not 0 or 1");
        assert_eq!(exact(&[1], &[]).f1(), Some(0.0));
    }

    #[test]
    fn words_count_when_a_span_touches_them() {
        let text = "Ann said it is so";
        let counts = words(text, &[Span::new(0, 8)], &[Span::new(4, 11)]);
        assert_eq!(counts, Counts { correct: 1, predicted: 2, gold: 2 });
    }

    #[test]
    fn a_span_over_two_sentences_is_one_piece_in_each() {
        let text = "A b. C d.";
        let pieces = clip(&[(Span::new(2, 8), 0)], &[Span::new(0, 4), Span::new(5, 9)], text);
        assert_eq!(pieces, [(Span::new(2, 4), 0), (Span::new(5, 8), 0)]);
    }
}
