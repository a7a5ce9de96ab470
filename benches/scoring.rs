//! Scores 100,000 sentences, with and without intervals: `cargo bench --bench scoring`.
//!
//! Gold and predictions are made up: as many entities, attributions and claims as our annotated articles hold, three
//! quarters of them predicted right.

use claimsift::convert::{LabelledAttribution, LabelledClaim, LabelledClaimer, LabelledDocument, LabelledEntity, LabelledSentence, OneOf};
use claimsift::evaluate::{Bootstrap, GoldSet, Predictions, score};
use claimsift::labels::{ClaimType, ClaimerKind, Mode, Verifiability, Worth};
use claimsift::span::Span;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

const SENTENCES: usize = 100_000;

fn main() {
    divan::main();
}

/// Sentences of an article, or single ones as in a table.
#[divan::bench(args = [("articles", 0), ("articles", 1000), ("single sentences", 0), ("single sentences", 1000)], sample_count = 3)]
fn hundred_thousand_sentences(bencher: divan::Bencher, (kind, resamples): (&str, usize)) {
    let each = if kind == "articles" { 20 } else { 1 };
    let gold = GoldSet { documents: documents(each, 1.0), ..GoldSet::default() };
    let predictions = Predictions::of(&gold.documents, &documents(each, 0.75));
    bencher.bench(|| score(&gold, &predictions, None, None, Bootstrap { resamples, seed: 1 }));
}

/// A quarter more: two systems on the same sentences.
#[divan::bench(sample_count = 3)]
fn hundred_thousand_sentences_against_a_baseline(bencher: divan::Bencher) {
    let gold = GoldSet { documents: documents(20, 1.0), ..GoldSet::default() };
    let predictions = Predictions::of(&gold.documents, &documents(20, 0.75));
    let baseline = Predictions::of(&gold.documents, &documents(20, 0.7));
    bencher.bench(|| score(&gold, &predictions, Some(&baseline), None, Bootstrap::default()));
}

fn documents(sentences: usize, right: f64) -> Vec<LabelledDocument> {
    let mut dice = ChaCha8Rng::seed_from_u64(7);
    (0..SENTENCES / sentences).map(|at| document(at, sentences, right, &mut dice)).collect()
}

/// The same text for every share of right predictions; where a prediction is wrong, it begins a word too late.
fn document(at: usize, sentences: usize, right: f64, dice: &mut ChaCha8Rng) -> LabelledDocument {
    let mut document = LabelledDocument { doc_id: at.to_string(), ..LabelledDocument::default() };
    let (mut graded, mut entities, mut attributions, mut claims) = (vec![], vec![], vec![], vec![]);
    for number in 0..sentences {
        let start = document.text.len();
        document.text.push_str(&format!("In {at} the minister Ann Lee said that number {number} of the plans had failed in Paris. "));
        let mut span = |from: usize, to: usize| {
            let late = if dice.gen_bool(right) { 0 } else { 4 };
            Span::new(start + (from + late).min(to - 1), start + to)
        };
        let (name, place, source, content) = (span(20, 27), span(78, 84), span(9, 27), span(33, 80));
        let worthy = name.len() > 4;
        graded.push(LabelledSentence {
            span: Span::new(start, document.text.len() - 1),
            worth: Some(OneOf::One(if worthy { Worth::Cfs } else { Worth::Nfs })),
            verifiability: Some(OneOf::One(if place.len() > 4 { Verifiability::Factual } else { Verifiability::Opinion })),
            types: Some(vec![ClaimType::Event]),
            score: Some(dice.r#gen::<f64>() / 2.0 + if worthy { 0.5 } else { 0.0 }),
            ..LabelledSentence::default()
        });
        entities.extend([(name, "PERSON"), (place, "GPE")].map(|(span, label)| LabelledEntity { span, label: label.into(), score: None }));
        if number % 2 == 0 {
            let claimer = Some(LabelledClaimer { name: "Ann Lee".into(), kind: ClaimerKind::Person });
            claims.push(LabelledClaim {
                parts: vec![content],
                mode: Mode::Indirect,
                attribution: Some(attributions.len()),
                claimer: claimer.clone(),
            });
            attributions.push(LabelledAttribution {
                mode: Some(Mode::Indirect),
                source: Some(vec![source]),
                cue: Some(vec![Span::new(start + 28, start + 32)]),
                content: Some(vec![content]),
                claimer,
            });
        }
    }
    (document.sentences, document.entities) = (Some(graded), Some(entities));
    (document.attributions, document.claims) = (Some(attributions), Some(claims));
    document
}
