//! What only shows in whole documents: linked attributions, and claims.

use super::Counts;
use crate::assemble::{Attribution, Claim};
use crate::convert::{GoldAttribution, GoldClaim};
use crate::span::Span;

/// Gold attributions with source and content whose link was found: a predicted attribution whose source overlaps
/// the gold source and whose content covers at least half of the gold content (the protocol used for BBC Citron).
pub(super) fn links(gold: &[GoldAttribution], found: &[Attribution]) -> Counts {
    let linked = |source: &[Span], content: &[Span]| {
        found.iter().any(|a| {
            let meets = a.source.is_some_and(|s| source.iter().any(|g| g.overlaps(&s)));
            meets && 2 * shared(content, &a.content) >= length(content)
        })
    };
    let pairs: Vec<_> = gold.iter().filter_map(|a| Some((a.source.as_ref()?, a.content.as_ref()?))).collect();
    let correct = pairs.iter().filter(|(source, content)| linked(source, content)).count() as u64;
    let predicted = found.iter().filter(|a| a.source.is_some()).count() as u64;
    Counts { correct, predicted, gold: pairs.len() as u64 }
}

/// How well claims were cut. Adds up over documents.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct ClaimCounts {
    /// Sums, over gold claims, of the share of the best predicted claim that lies in the gold one, and the reverse.
    pub precision: f64,
    pub recall: f64,
    /// Gold claims met by a predicted one for at least half of either, each predicted claim used once.
    pub met: Counts,
}

impl ClaimCounts {
    pub(super) fn add(&mut self, other: Self) {
        self.precision += other.precision;
        self.recall += other.recall;
        self.met += other.met;
    }

    /// Overlap as NewsClaims has it: F1 of the mean precision and the mean recall over gold claims.
    pub(super) fn overlap_f1(&self) -> Option<f64> {
        let n = self.met.gold as f64;
        let (p, r) = (self.precision / n, self.recall / n);
        (n > 0.0).then(|| if p + r > 0.0 { 2.0 * p * r / (p + r) } else { 0.0 })
    }
}

pub(super) fn claims(gold: &[GoldClaim], found: &[Claim]) -> ClaimCounts {
    let mut counts =
        ClaimCounts { met: Counts { correct: 0, predicted: found.len() as u64, gold: gold.len() as u64 }, ..ClaimCounts::default() };
    let mut used = vec![false; found.len()];
    for claim in gold {
        let best = (0..found.len()).max_by_key(|&i| (shared(&claim.parts, &found[i].parts), std::cmp::Reverse(length(&found[i].parts))));
        let Some(best) = best else { continue };
        let common = shared(&claim.parts, &found[best].parts);
        if common == 0 {
            continue;
        }
        counts.precision += common as f64 / length(&found[best].parts) as f64;
        counts.recall += common as f64 / length(&claim.parts) as f64;
        if !used[best] && (2 * common >= length(&found[best].parts) || 2 * common >= length(&claim.parts)) {
            used[best] = true;
            counts.met.correct += 1;
        }
    }
    counts
}

fn length(parts: &[Span]) -> usize {
    parts.iter().map(Span::len).sum()
}

fn shared(a: &[Span], b: &[Span]) -> usize {
    a.iter().flat_map(|a| b.iter().map(move |b| a.shared(b))).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::labels::Mode;

    fn gold(start: usize, end: usize) -> GoldClaim {
        GoldClaim { parts: vec![Span::new(start, end)], mode: Mode::Author, attribution: None, claimer: None }
    }

    fn found(start: usize, end: usize) -> Claim {
        let parts = vec![Span::new(start, end)];
        Claim { parts, quoted: vec![], sentences: vec![], check_worthiness: 1.0, mode: Mode::Author, attribution: None, entities: vec![] }
    }

    #[test]
    fn claims_are_met_once_and_overlap_is_of_the_means() {
        // The first gold claim lies wholly in the first prediction, which is twice as long; the second has none.
        let counts = claims(&[gold(0, 10), gold(50, 60)], &[found(0, 20), found(30, 40)]);
        assert_eq!(counts.met, Counts { correct: 1, predicted: 2, gold: 2 });
        assert_eq!((counts.precision, counts.recall), (0.5, 1.0));
        assert_eq!(counts.overlap_f1(), Some(2.0 * 0.25 * 0.5 / 0.75));
        assert_eq!(claims(&[], &[found(0, 1)]).overlap_f1(), None);
    }

    #[test]
    fn a_link_needs_the_source_and_half_the_content() {
        let gold =
            [GoldAttribution { source: Some(vec![Span::new(0, 3)]), content: Some(vec![Span::new(10, 20)]), ..GoldAttribution::default() }];
        let with = |source: Option<Span>, content: Span| {
            [Attribution { mode: Mode::Indirect, source, cue: None, content: vec![content], claimer: None }]
        };
        assert_eq!(links(&gold, &with(Some(Span::new(2, 5)), Span::new(10, 15))).correct, 1);
        assert_eq!(links(&gold, &with(Some(Span::new(2, 5)), Span::new(10, 14))).correct, 0);
        assert_eq!(links(&gold, &with(Some(Span::new(3, 5)), Span::new(10, 20))).correct, 0, "touching is not overlap");
        assert_eq!(links(&gold, &with(None, Span::new(10, 20))), Counts { correct: 0, predicted: 0, gold: 1 });
    }
}
