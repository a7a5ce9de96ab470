//! Comparing spans: equal ones, overlapping ones, the words under them.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::AddAssign;

use crate::span::Span;

/// What was found, of what was wanted. Adds up over documents; divided only at the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Counts {
    /// In both.
    pub correct: u64,
    /// In the prediction.
    pub predicted: u64,
    /// In the gold.
    pub gold: u64,
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.correct += other.correct;
        self.predicted += other.predicted;
        self.gold += other.gold;
    }
}

/// Items are correct when they are equal; each gold item is matched once.
#[must_use]
pub(super) fn exact<T: Ord>(gold: &[T], predicted: &[T]) -> Counts {
    let mut left: BTreeMap<&T, u64> = BTreeMap::new();
    for item in gold {
        *left.entry(item).or_default() += 1;
    }
    let mut correct = 0;
    for item in predicted {
        if let Some(count) = left.get_mut(item).filter(|c| **c > 0) {
            *count -= 1;
            correct += 1;
        }
    }
    Counts { correct, predicted: predicted.len() as u64, gold: gold.len() as u64 }
}

/// The words (runs without white space) of `text`, in order.
pub(super) fn words(text: &str) -> Vec<Span> {
    let starts = text.split_whitespace().map(|word| word.as_ptr() as usize - text.as_ptr() as usize);
    starts.zip(text.split_whitespace()).map(|(start, word)| Span::new(start, start + word.len())).collect()
}

/// The words, as indices, that lie under a span of `parts`, wholly or in part.
pub(super) fn under<'s>(words: &[Span], parts: impl IntoIterator<Item = &'s Span>) -> BTreeSet<usize> {
    let mut found = BTreeSet::new();
    for part in parts {
        let from = words.partition_point(|w| w.end <= part.start);
        found.extend(from..words.partition_point(|w| w.start < part.end).max(from));
    }
    found
}

/// Counts members of two sets.
pub(super) fn members(gold: &BTreeSet<usize>, predicted: &BTreeSet<usize>) -> Counts {
    Counts { correct: gold.intersection(predicted).count() as u64, predicted: predicted.len() as u64, gold: gold.len() as u64 }
}

/// Bytes of all parts.
pub(super) fn length(parts: &[Span]) -> usize {
    parts.iter().map(Span::len).sum()
}

/// Bytes that both have.
pub(super) fn shared(a: &[Span], b: &[Span]) -> usize {
    a.iter().flat_map(|a| b.iter().map(move |b| a.shared(b))).sum()
}

/// Cuts spans at sentence borders; pieces are trimmed, empty ones dropped.
pub(super) fn clip<'s>(spans: impl IntoIterator<Item = &'s Span>, sentences: &[Span], text: &str) -> BTreeSet<Span> {
    let mut pieces = BTreeSet::new();
    for span in spans {
        let from = sentences.partition_point(|s| s.end <= span.start);
        for sentence in sentences[from..].iter().take_while(|s| s.start < span.end) {
            let piece = Span::new(span.start.max(sentence.start), span.end.min(sentence.end)).trimmed(text);
            if !piece.is_empty() {
                pieces.insert(piece);
            }
        }
    }
    pieces
}

/// Things with a place, to be found by a span they may share something with.
pub(super) struct Neighbours {
    /// (start, thing), in order.
    starts: Vec<(usize, usize)>,
    /// The furthest end up to each of these.
    reach: Vec<usize>,
}

impl Neighbours {
    pub(super) fn of(hulls: impl Iterator<Item = Span>) -> Self {
        let mut all: Vec<(Span, usize)> = hulls.enumerate().map(|(at, hull)| (hull, at)).collect();
        all.sort_by_key(|(hull, at)| (hull.start, *at));
        let mut furthest = 0;
        let reach = all
            .iter()
            .map(|(hull, _)| {
                furthest = hull.end.max(furthest);
                furthest
            })
            .collect();
        Self { starts: all.iter().map(|(hull, at)| (hull.start, *at)).collect(), reach }
    }

    /// The things, as indices in order of place, that end behind `span`'s start and begin before its end; some of
    /// them may still share nothing with it.
    pub(super) fn near(&self, span: Span) -> impl Iterator<Item = usize> {
        let from = self.reach.partition_point(|end| *end <= span.start);
        let to = self.starts.partition_point(|(start, _)| *start < span.end).max(from);
        self.starts[from..to].iter().map(|(_, at)| *at)
    }
}

/// Goes through gold and predicted things once and sets beside each other what belongs together: equal ones first
/// (`equal` of their indices), then those that share most; each at most once. What is alone stands alone.
pub(super) fn beside(gold: &[&[Span]], predicted: &[&[Span]], equal: impl Fn(usize, usize) -> bool) -> Vec<(Option<usize>, Option<usize>)> {
    let mut candidates: Vec<(bool, usize, usize, usize)> = Vec::new();
    let neighbours = Neighbours::of(predicted.iter().map(|p| Span::hull_of(p)));
    for (g, parts) in gold.iter().enumerate() {
        for p in neighbours.near(Span::hull_of(parts)) {
            let common = shared(parts, predicted[p]);
            if common > 0 {
                candidates.push((equal(g, p), common, g, p));
            }
        }
    }
    candidates.sort_by(|a, b| (b.0, b.1).cmp(&(a.0, a.1)).then((a.2, a.3).cmp(&(b.2, b.3))));
    let (mut of_gold, mut of_predicted) = (vec![None; gold.len()], vec![None; predicted.len()]);
    for (_, _, g, p) in candidates {
        if of_gold[g].is_none() && of_predicted[p].is_none() {
            (of_gold[g], of_predicted[p]) = (Some(p), Some(g));
        }
    }
    let alone = of_predicted.iter().enumerate().filter(|(_, g)| g.is_none()).map(|(p, _)| (None, Some(p)));
    of_gold.iter().enumerate().map(|(g, p)| (Some(g), *p)).chain(alone).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repeated_items_are_matched_as_often_as_gold_has_them() {
        assert_eq!(exact(&[1, 1, 2], &[1, 1, 1, 3]), Counts { correct: 2, predicted: 4, gold: 3 });
        assert_eq!(exact::<u8>(&[], &[]), Counts::default());
    }

    #[test]
    fn words_count_when_a_span_touches_them() {
        let text = " Ann said é it";
        let words = words(text);
        assert_eq!(words.iter().map(|w| w.of(text)).collect::<Vec<_>>(), ["Ann", "said", "é", "it"]);
        assert_eq!(under(&words, &[Span::new(2, 3), Span::new(6, 10)]), BTreeSet::from([0, 1]), "up to the blank, not beyond");
        assert_eq!(under(&words, &[Span::new(0, 1), Span::new(5, 5)]), BTreeSet::new(), "white space and nothing hold no word");
    }

    #[test]
    fn a_span_over_two_sentences_is_one_piece_in_each() {
        let pieces = clip(&[Span::new(2, 8)], &[Span::new(0, 4), Span::new(5, 9)], "A b. C d.");
        assert_eq!(pieces, BTreeSet::from([Span::new(2, 4), Span::new(5, 8)]));
    }

    #[test]
    fn equal_things_stand_beside_each_other_before_longer_ones() {
        let (whole, inner, far) = ([Span::new(0, 9)], [Span::new(2, 4)], [Span::new(20, 22)]);
        let gold: [&[Span]; 3] = [&inner, &whole, &far];
        let predicted: [&[Span]; 2] = [&whole, &inner];
        let same = |g: usize, p: usize| gold[g] == predicted[p];
        assert_eq!(beside(&gold, &predicted, same), [(Some(0), Some(1)), (Some(1), Some(0)), (Some(2), None)]);
        assert_eq!(beside(&[], &predicted[..1], |_, _| false), [(None, Some(0))]);
    }
}
