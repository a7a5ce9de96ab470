//! Sources, cues and contents against gold, and whether they are linked as gold links them.

use std::collections::BTreeSet;

use super::mistakes::Notebook;
use super::spans::{Counts, Neighbours, beside, clip, exact, length, members, shared, under, words};
use super::tally::{Prf, Sheet, Slot, Tally};
use crate::convert::{LabelledAttribution, LabelledDocument, Parts};
use crate::labels::Role;
use crate::span::Span;

/// Counts attributions.
pub(super) struct AttributionCounter {
    roles: Vec<RoleCounter>,
    /// Gold links found; predicted links that gold has.
    found: (Slot, Slot),
    right: (Slot, Slot),
    mode: (Slot, Slot),
}

/// Counts one of source, cue and content.
struct RoleCounter {
    role: Role,
    name: String,
    exact: Prf,
    begin: Prf,
    word: Prf,
    jaccard: (Slot, Slot),
    piece: Prf,
}

impl RoleCounter {
    fn new(sheet: &mut Sheet, role: Role) -> Self {
        let name = role.as_str().to_lowercase();
        let full = |measure: &str| format!("attributions.{name}.{measure}");
        Self {
            role,
            exact: sheet.prf(&full("exact")),
            begin: sheet.prf(&full("begin")),
            word: sheet.prf(&full("word")),
            jaccard: sheet.mean(&full("jaccard")),
            piece: sheet.prf(&full("piece")),
            name,
        }
    }

    fn count(&self, gold: &LabelledDocument, predicted: &LabelledDocument, text: &Text, tally: &mut Tally, notebook: &mut Notebook) {
        let (wanted, found) = (spans_of(gold, self.role), spans_of(predicted, self.role));
        tally.add_counts(self.exact, exact(&wanted, &found));
        let begins = |all: &[Parts]| all.iter().filter_map(|parts| parts.first().map(|p| p.start)).collect::<Vec<_>>();
        tally.add_counts(self.begin, exact(&begins(&wanted), &begins(&found)));
        let words = |all: &[Parts]| under(&text.words, all.iter().flatten());
        tally.add_counts(self.word, members(&words(&wanted), &words(&found)));
        let pieces = |all: &[Parts]| clip(all.iter().flatten(), &text.sentences, &gold.text);
        let (wanted_pieces, found_pieces) = (pieces(&wanted), pieces(&found));
        tally.add_counts(
            self.piece,
            Counts {
                correct: wanted_pieces.intersection(&found_pieces).count() as u64,
                predicted: found_pieces.len() as u64,
                gold: wanted_pieces.len() as u64,
            },
        );
        self.compare(&wanted, &found, text, tally, notebook);
    }

    /// Each gold span beside the one predicted for it: their Jaccard index over words, and what differs.
    fn compare(&self, wanted: &[Parts], found: &[Parts], text: &Text, tally: &mut Tally, notebook: &mut Notebook) {
        fn slices(all: &[Parts]) -> Vec<&[Span]> {
            all.iter().map(Vec::as_slice).collect()
        }
        for (g, p) in beside(&slices(wanted), &slices(found), |g, p| wanted[g] == found[p]) {
            let (gold, predicted) = (g.map(|g| wanted[g].as_slice()), p.map(|p| found[p].as_slice()));
            if let Some(gold) = gold {
                let (a, b) = (under(&text.words, gold), under(&text.words, predicted.unwrap_or_default()));
                let all = a.union(&b).count();
                tally.add_value(self.jaccard, if all > 0 { a.intersection(&b).count() as f64 / all as f64 } else { 0.0 });
            }
            notebook.compare(&self.name, gold.map(|s| (self.role.as_str(), s)), predicted.map(|s| (self.role.as_str(), s)), None);
        }
    }
}

/// What is needed of a document's text again and again.
struct Text {
    words: Vec<Span>,
    sentences: Vec<Span>,
}

impl AttributionCounter {
    pub(super) fn new(sheet: &mut Sheet) -> Self {
        let roles = [Role::Source, Role::Cue, Role::Content].map(|role| RoleCounter::new(sheet, role)).into();
        Self {
            roles,
            found: sheet.mean("attributions.links.accuracy"),
            right: sheet.mean("attributions.links.precision"),
            mode: sheet.mean("attributions.mode.accuracy"),
        }
    }

    /// `sentences` are those in which pieces of spans are compared.
    pub(super) fn count(
        &self,
        gold: &LabelledDocument,
        predicted: &LabelledDocument,
        sentences: &[Span],
        tally: &mut Tally,
        notebook: &mut Notebook,
    ) {
        let text = Text { words: words(&gold.text), sentences: sentences.to_vec() };
        for role in &self.roles {
            role.count(gold, predicted, &text, tally, notebook);
        }
        let wanted: Vec<_> = gold.attributions.iter().flatten().collect();
        let found: Vec<_> = predicted.attributions.iter().flatten().collect();
        let hull = |a: &LabelledAttribution| Span::hull_of(a.content.as_deref().unwrap_or_default());
        let (by_wanted, by_found) = (Neighbours::of(wanted.iter().map(|a| hull(a))), Neighbours::of(found.iter().map(|a| hull(a))));
        for gold in wanted.iter().filter(|a| a.source.is_some() && a.content.is_some()) {
            let link = by_found.near(hull(gold)).map(|at| found[at]).find(|p| links(gold, p));
            tally.add_value(self.found, f64::from(u8::from(link.is_some())));
            if let (Some(mode), Some(given)) = (gold.mode, link.and_then(|l| l.mode)) {
                tally.add_value(self.mode, f64::from(u8::from(mode == given)));
            }
        }
        for predicted in found.iter().filter(|a| a.source.is_some() && a.content.is_some()) {
            tally.add_value(self.right, f64::from(u8::from(by_wanted.near(hull(predicted)).any(|at| links(wanted[at], predicted)))));
        }
    }
}

/// Every span of a role, each once: an attribution may share its source with another.
fn spans_of(document: &LabelledDocument, role: Role) -> Vec<Parts> {
    let spans = document.attributions.iter().flatten().filter_map(|a| match role {
        Role::Source => a.source.clone(),
        Role::Cue => a.cue.clone(),
        Role::Content => a.content.clone(),
    });
    spans.filter(|parts| !parts.is_empty()).collect::<BTreeSet<_>>().into_iter().collect()
}

/// Whether `predicted` has gold's link: its source overlaps gold's, and it covers at least half of gold's content.
fn links(gold: &LabelledAttribution, predicted: &LabelledAttribution) -> bool {
    let (Some(source), Some(content)) = (&gold.source, &gold.content) else { return false };
    let (Some(found_source), Some(found_content)) = (&predicted.source, &predicted.content) else { return false };
    shared(source, found_source) > 0 && 2 * shared(content, found_content) >= length(content)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attribution(source: Option<(usize, usize)>, content: (usize, usize)) -> LabelledAttribution {
        let span = |(start, end)| vec![Span::new(start, end)];
        LabelledAttribution { source: source.map(span), content: Some(span(content)), ..LabelledAttribution::default() }
    }

    #[test]
    fn a_link_needs_the_source_and_half_the_content() {
        let gold = attribution(Some((0, 3)), (10, 20));
        assert!(links(&gold, &attribution(Some((2, 5)), (10, 15))));
        assert!(!links(&gold, &attribution(Some((2, 5)), (10, 14))));
        assert!(!links(&gold, &attribution(Some((3, 5)), (10, 20))), "touching is not overlap");
        assert!(!links(&gold, &attribution(None, (10, 20))));
    }

    #[test]
    fn each_measure_counts_what_its_name_says() {
        let text = "Ann Lee said the plan failed badly.";
        let document =
            |attributions| LabelledDocument { text: text.into(), attributions: Some(attributions), ..LabelledDocument::default() };
        // The prediction has the right source twice over, and a content that begins right and ends two words early.
        let gold = document(vec![attribution(Some((0, 7)), (13, 34))]);
        let predicted = document(vec![attribution(Some((0, 7)), (13, 21)), attribution(Some((0, 7)), (13, 21))]);
        let mut sheet = Sheet::default();
        let counter = AttributionCounter::new(&mut sheet);
        let mut tally = Tally::default();
        let mut notebook = Notebook::new(&gold, vec![Span::new(0, text.len())]);
        counter.count(&gold, &predicted, &[Span::new(0, text.len())], &mut tally, &mut notebook);
        let mut sums = vec![0.0; sheet.counts().len()];
        tally.add_to(&mut sums, 1.0);
        let scores: std::collections::BTreeMap<_, _> = sheet.names().zip(sheet.scores(&sums)).collect();
        assert_eq!(scores["attributions.source.exact.f1"], Some(1.0), "one span, however often it is used");
        assert_eq!(scores["attributions.content.exact.f1"], Some(0.0));
        assert_eq!(scores["attributions.content.begin.f1"], Some(1.0));
        assert_eq!(scores["attributions.content.word.recall"], Some(0.5));
        assert_eq!(scores["attributions.content.word.precision"], Some(1.0));
        assert_eq!(scores["attributions.content.jaccard"], Some(0.5));
        assert_eq!(scores["attributions.cue.exact.f1"], None, "there is no cue on either side");
        assert_eq!(scores["attributions.links.accuracy"], Some(0.0), "8 of 21 bytes are less than half");
        assert_eq!(notebook.mistakes.len(), 1);
    }
}
