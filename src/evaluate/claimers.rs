//! Claimers against gold: of claims, or of sentences where gold grades these.

use std::collections::BTreeMap;

use super::mistakes::Notebook;
use super::sentences::Graded;
use super::spans::{length, shared};
use super::tally::{Sheet, Slot, Tally};
use crate::convert::{LabelledClaimer, LabelledDocument};
use crate::labels::ClaimerKind;
use crate::span::Span;

/// Counts claimers.
pub(super) struct ClaimerCounter {
    f1: (Slot, Slot),
    wrong_person: (Slot, Slot),
}

impl ClaimerCounter {
    pub(super) fn new(sheet: &mut Sheet) -> Self {
        Self { f1: sheet.mean("claimer.f1"), wrong_person: sheet.mean("claimer.wrong_person") }
    }

    /// Of two that say the same words: whether they are the same. "Nobody" is an answer, too.
    pub(super) fn compare(
        &self,
        gold: Option<&LabelledClaimer>,
        predicted: Option<&LabelledClaimer>,
        words: &[Span],
        tally: &mut Tally,
        notebook: &mut Notebook,
    ) {
        let name = |claimer: Option<&LabelledClaimer>| claimer.map_or("", |c| c.name.as_str()).to_owned();
        let (wanted, found) = (name(gold), name(predicted));
        let f1 = token_f1(&wanted, &found);
        tally.add_value(self.f1, f1);
        let named = predicted.is_some_and(|c| c.kind == ClaimerKind::Person);
        tally.add_value(self.wrong_person, f64::from(u8::from(named && f1 == 0.0)));
        if f1 < 1.0 {
            let shown = |name: &str| if name.is_empty() { "nobody".to_owned() } else { name.to_owned() };
            notebook.compare("claimer", Some((&shown(&wanted), words)), Some((&shown(&found), words)), None);
        }
    }

    /// Every sentence of which gold says how it is given, against the attribution whose content takes most of it, if
    /// that is a quarter or more.
    pub(super) fn count_sentences(&self, graded: &[Graded], predicted: &LabelledDocument, tally: &mut Tally, notebook: &mut Notebook) {
        for (sentence, _) in graded.iter().filter(|(sentence, _)| sentence.mode.is_some()) {
            let words = [sentence.span];
            let within = |parts: &Option<Vec<Span>>| parts.as_deref().map_or(0, |parts| shared(parts, &words));
            let attributions = predicted.attributions.iter().flatten();
            let most = attributions.max_by_key(|a| (within(&a.content), std::cmp::Reverse(a.start())));
            let found = most.filter(|a| 4 * within(&a.content) >= length(&words));
            self.compare(sentence.claimer.as_ref(), found.and_then(|a| a.claimer.as_ref()), &words, tally, notebook);
        }
    }
}

/// F1 of two names as bags of words: lower case, without punctuation and articles (SQuAD; Rajpurkar et al., EMNLP
/// 2016). Two empty names agree.
#[must_use]
pub fn token_f1(gold: &str, predicted: &str) -> f64 {
    let (wanted, found) = (tokens(gold), tokens(predicted));
    if wanted.is_empty() || found.is_empty() {
        return f64::from(u8::from(wanted.is_empty() && found.is_empty()));
    }
    let mut left: BTreeMap<&str, usize> = BTreeMap::new();
    wanted.iter().for_each(|t| *left.entry(t).or_default() += 1);
    let mut common = 0;
    for token in &found {
        if let Some(n) = left.get_mut(token.as_str()).filter(|n| **n > 0) {
            *n -= 1;
            common += 1;
        }
    }
    2.0 * f64::from(common) / (wanted.len() + found.len()) as f64
}

fn tokens(name: &str) -> Vec<String> {
    let plain: String = name.to_lowercase().chars().filter(|c| !c.is_ascii_punctuation()).collect();
    let mut bare = String::with_capacity(plain.len());
    for (run, is_word) in runs(&plain) {
        bare.push_str(if is_word && matches!(run, "a" | "an" | "the") { " " } else { run });
    }
    bare.split_whitespace().map(str::to_owned).collect()
}

/// The text cut where letters and digits begin or end, each piece with whether it is of these.
fn runs(text: &str) -> Vec<(&str, bool)> {
    let mut runs: Vec<(&str, bool)> = Vec::new();
    let mut start = 0;
    let mut last: Option<bool> = None;
    for (at, c) in text.char_indices() {
        if last.is_some_and(|l| l != c.is_alphanumeric()) {
            runs.push((&text[start..at], !c.is_alphanumeric()));
            start = at;
        }
        last = Some(c.is_alphanumeric());
    }
    runs.extend(last.map(|is_word| (&text[start..], is_word)));
    runs
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::convert::{LabelledAttribution, LabelledSentence};
    use crate::evaluate::predict::SentenceReading;
    use crate::labels::Mode;

    #[test]
    fn a_sentence_is_claimed_by_whom_most_of_it_is_attributed_to() {
        let lee = |name: &str| Some(LabelledClaimer { name: name.into(), kind: ClaimerKind::Person });
        let sentence =
            |at: usize, mode, claimer| LabelledSentence { span: Span::new(at, at + 40), mode, claimer, ..LabelledSentence::default() };
        let gold = [
            sentence(0, Some(Mode::Indirect), lee("Ann Lee")),
            sentence(40, Some(Mode::Author), None),
            sentence(80, Some(Mode::Author), None),
            sentence(120, None, None),
        ];
        let attribution = |from, to, name| LabelledAttribution {
            content: Some(vec![Span::new(from, to)]),
            claimer: lee(name),
            ..LabelledAttribution::default()
        };
        // The second takes too little of its sentence to count; the third is nobody's and gets a name.
        let attributions =
            vec![attribution(2, 30, "Lee"), attribution(30, 38, "Bob"), attribution(40, 45, "Bob"), attribution(80, 110, "Bob")];
        let predicted = LabelledDocument { attributions: Some(attributions), ..LabelledDocument::default() };
        let document = LabelledDocument { text: "x".repeat(200), ..LabelledDocument::default() };
        let mut sheet = Sheet::default();
        let counter = ClaimerCounter::new(&mut sheet);
        let mut tally = Tally::default();
        let graded: Vec<Graded> = gold.iter().map(|s| (s, SentenceReading::default())).collect();
        counter.count_sentences(&graded, &predicted, &mut tally, &mut Notebook::new(&document, vec![]));
        let mut sums = vec![0.0; sheet.counts().len()];
        tally.add_to(&mut sums, 1.0);
        let scores: BTreeMap<&str, Option<f64>> = sheet.names().zip(sheet.scores(&sums)).collect();
        assert!((scores["claimer.f1"].unwrap() - (2.0 / 3.0 + 1.0) / 3.0).abs() < 1e-12);
        assert_eq!(scores["claimer.wrong_person"], Some(1.0 / 3.0));
    }
}
