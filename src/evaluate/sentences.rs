//! Sentences against gold: where they end, and how they were graded.

use super::mistakes::Notebook;
use super::predict::SentenceReading;
use super::ranking::{DEPTHS, Ranking, Scored};
use super::spans::{Counts, exact};
use super::tally::{Prf, Sheet, Slot, Tally};
use crate::convert::{LabelledDocument, LabelledSentence, OneOf};
use crate::labels::{ClaimType, Verifiability, Worth};
use crate::span::Span;

/// What counts as worth checking.
const POSITIVE: [Worth; 1] = [Worth::Cfs];
/// What holds something that can be checked (AFaCTA's question).
const VERIFIABLE: [Verifiability; 2] = [Verifiability::Factual, Verifiability::Mixed];
/// What is subjective (CheckThat!'s SUBJ).
const SUBJECTIVE: [Verifiability; 1] = [Verifiability::Opinion];

/// Counts where sentences end: in characters that are not white space, the end of the text left out, since every
/// splitter gets that.
pub(super) struct BoundaryCounter(Prf);

impl BoundaryCounter {
    pub(super) fn new(sheet: &mut Sheet) -> Self {
        Self(sheet.prf("sentences.boundary"))
    }

    pub(super) fn count(&self, gold: &[LabelledSentence], predicted: &[Span], text: &str, tally: &mut Tally) {
        let ends = |spans: Vec<Span>| {
            let mut ends = Vec::new();
            let (mut visible, mut at) = (0, 0);
            for span in spans {
                visible += text.get(at..span.end).unwrap_or("").chars().filter(|c| !c.is_whitespace()).count();
                at = span.end.max(at);
                ends.push(visible);
            }
            let all = visible + text.get(at..).unwrap_or("").chars().filter(|c| !c.is_whitespace()).count();
            ends.retain(|end| *end < all);
            ends
        };
        tally.add_counts(self.0, exact(&ends(gold.iter().map(|s| s.span).collect()), &ends(predicted.to_vec())));
    }
}

/// A gold sentence and what was predicted of it.
pub(super) type Graded<'g> = (&'g LabelledSentence, SentenceReading);

/// Counts check-worthiness.
pub(super) struct WorthCounter {
    class: Prf,
    per_document: Option<PerDocument>,
}

/// Means over documents, as the CheckThat! labs give them: ties in their order, 0 for a document without positives.
struct PerDocument {
    average_precision: (Slot, Slot),
    r_precision: (Slot, Slot),
    reciprocal_rank: (Slot, Slot),
    precision_at: Vec<(Slot, Slot)>,
}

impl WorthCounter {
    /// `documents` says whether documents are rankings: of more than one graded sentence.
    pub(super) fn new(sheet: &mut Sheet, documents: bool) -> Self {
        let class = sheet.prf("check_worthiness");
        let per_document = documents.then(|| PerDocument {
            average_precision: sheet.mean("check_worthiness.map"),
            r_precision: sheet.mean("check_worthiness.mean_r_precision"),
            reciprocal_rank: sheet.mean("check_worthiness.mean_reciprocal_rank"),
            precision_at: DEPTHS.map(|k| sheet.mean(&format!("check_worthiness.mean_precision_at_{k}"))).into(),
        });
        Self { class, per_document }
    }

    /// Scored sentences of the document, for the ranking of all. `missing` says whether nobody read it, `scores`
    /// whether the predictions of the set have scores to rank by.
    pub(super) fn count(
        &self,
        graded: &[Graded],
        missing: bool,
        scores: bool,
        document: usize,
        tally: &mut Tally,
        notebook: &mut Notebook,
    ) -> Vec<Scored> {
        let mut counts = Counts::default();
        let mut ranked = Vec::new();
        let mut any = false;
        for (sentence, reading) in graded {
            let Some(positive) = sentence.worth.as_ref().and_then(|w| w.is_one_of(&POSITIVE)) else { continue };
            let called = reading.worthy.unwrap_or(false);
            counts += Counts { correct: u64::from(positive && called), predicted: u64::from(called), gold: u64::from(positive) };
            any = true;
            // What nobody read ranks last. What was read without a score cannot rank.
            let unread = *reading == SentenceReading::default();
            if let Some(score) = reading.score.or(unread.then_some(0.0)).filter(|_| scores) {
                ranked.push(Scored { score, positive, document });
            }
            if positive != called {
                let side = [("CFS", &[sentence.span][..])];
                let (wanted, found) = (positive.then_some(side[0]), called.then_some(side[0]));
                notebook.compare("check_worthiness", wanted, found, reading.score);
            }
        }
        tally.add_counts(self.class, counts);
        if let (Some(slots), true) = (&self.per_document, any && scores) {
            // A document nobody read earns nothing by the order its sentences stand in.
            slots.count(if missing { &[] } else { &ranked }, tally);
        }
        ranked
    }
}

impl PerDocument {
    fn count(&self, ranked: &[Scored], tally: &mut Tally) {
        let items = ranked.iter().map(|s| Scored { document: 0, ..*s }).collect();
        let scores = Ranking::new(items).scores(None);
        let means = [
            (self.average_precision, scores.average_precision_in_order),
            (self.r_precision, scores.r_precision),
            (self.reciprocal_rank, scores.reciprocal_rank),
        ];
        let tops = self.precision_at.iter().copied().zip(scores.precision_at);
        for (slots, value) in means.into_iter().chain(tops) {
            tally.add_value(slots, value.unwrap_or(0.0));
        }
    }
}

/// Counts verifiability: four classes, and the two questions of the field that follow from them.
pub(super) struct VerifiabilityCounter {
    classes: Option<Vec<Prf>>,
    verifiable: Option<(Prf, (Slot, Slot))>,
    subjective: Option<[Prf; 2]>,
}

impl VerifiabilityCounter {
    /// A question is asked of a set only when its gold answers it for every sentence it grades.
    pub(super) fn new(sheet: &mut Sheet, gold: &[LabelledDocument]) -> Self {
        let graded = || gold.iter().flat_map(|d| d.sentences.iter().flatten()).filter_map(|s| s.verifiability.as_ref());
        let answered = |positive: &[Verifiability]| graded().all(|v| v.is_one_of(positive).is_some());
        let classes = graded().all(|v| v.known().is_some()).then(|| {
            let classes: Vec<Prf> = Verifiability::ALL.iter().map(|v| sheet.prf(&format!("verifiability.{}", v.as_str()))).collect();
            sheet.macro_f1("verifiability.macro_f1", classes.clone());
            classes
        });
        let verifiable = answered(&VERIFIABLE).then(|| {
            let prf = sheet.prf("verifiability.verifiable");
            (prf, sheet.mean("verifiability.verifiable.accuracy"))
        });
        let subjective = answered(&SUBJECTIVE).then(|| {
            let both = [sheet.prf("verifiability.subjective"), sheet.prf("verifiability.objective")];
            sheet.macro_f1("verifiability.subjectivity.macro_f1", both.into());
            both
        });
        Self { classes, verifiable, subjective }
    }

    pub(super) fn count(&self, graded: &[Graded], tally: &mut Tally, notebook: &mut Notebook) {
        for (sentence, reading) in graded {
            let Some(wanted) = &sentence.verifiability else { continue };
            // What was not graded, or left open, answers no question: it is missed.
            let found = &reading.verifiability;
            let answer = |positive: &[Verifiability]| found.as_ref().and_then(|f| f.is_one_of(positive));
            if let (Some(classes), Some(wanted)) = (&self.classes, wanted.known()) {
                let known = found.as_ref().and_then(OneOf::known);
                for (class, prf) in Verifiability::ALL.iter().zip(classes) {
                    tally.add_counts(*prf, binary(wanted == *class, known == Some(*class)));
                }
                let span = [sentence.span];
                notebook.compare("verifiability", Some((wanted.as_str(), &span)), known.map(|k| (k.as_str(), &span[..])), None);
            }
            if let (Some((prf, accuracy)), Some(wanted)) = (self.verifiable, wanted.is_one_of(&VERIFIABLE)) {
                let found = answer(&VERIFIABLE);
                tally.add_counts(prf, binary(wanted, found == Some(true)));
                tally.add_value(accuracy, f64::from(u8::from(found == Some(wanted))));
            }
            if let (Some([yes, no]), Some(wanted)) = (self.subjective, wanted.is_one_of(&SUBJECTIVE)) {
                let found = answer(&SUBJECTIVE);
                tally.add_counts(yes, binary(wanted, found == Some(true)));
                tally.add_counts(no, binary(!wanted, found == Some(false)));
            }
        }
    }
}

/// Counts types, of which a sentence may have several.
pub(super) struct TypeCounter {
    all: Prf,
    each: Vec<Prf>,
}

impl TypeCounter {
    pub(super) fn new(sheet: &mut Sheet) -> Self {
        let all = sheet.prf("types.micro");
        let each: Vec<Prf> = ClaimType::ALL.iter().map(|t| sheet.prf(&format!("types.{}", t.as_str()))).collect();
        sheet.macro_f1("types.macro_f1", each.clone());
        Self { all, each }
    }

    pub(super) fn count(&self, graded: &[Graded], tally: &mut Tally) {
        for (sentence, reading) in graded {
            let Some(wanted) = &sentence.types else { continue };
            let found = reading.types.as_deref().unwrap_or_default();
            for (kind, prf) in ClaimType::ALL.iter().zip(&self.each) {
                let counts = binary(wanted.contains(kind), found.contains(kind));
                tally.add_counts(*prf, counts);
                tally.add_counts(self.all, counts);
            }
        }
    }
}

fn binary(wanted: bool, found: bool) -> Counts {
    Counts { correct: u64::from(wanted && found), predicted: u64::from(found), gold: u64::from(wanted) }
}
