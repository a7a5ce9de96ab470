//! A finished model is calibrated, its threshold chosen and its scores taken, all on the development sets.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::{Context, Result};

use super::{Config, DataSet, TaskName};
use crate::convert::{LabelledSentence, OneOf};
use crate::decode::{Reading, likeliest};
use crate::evaluate::{self, Bootstrap, GoldSet, HEADLINES, Predictions, Scored, SetReport};
use crate::labels::{ClaimType, Verifiability};
use crate::model::{Calibration, Lean, Model, Precision, Scaling, Threshold};
use crate::pipeline::Extractor;
use crate::span::Span;

/// Used until a development set says better.
pub(super) const FIRST_THRESHOLD: f64 = 0.5;

/// Scores of one set, and which were right.
type Graded = Vec<Scored>;

/// Calibrates the model in `folder`, chooses its threshold, scores it, and writes all of it into its card.
///
/// # Errors
/// When a development set cannot be read, or the model fails.
pub fn calibrate(config: &Config, folder: &Path, log: &mut dyn FnMut(&str)) -> Result<()> {
    if config.dev.is_empty() {
        return Ok(());
    }
    let gold = config.dev.iter().map(|set| config.gold(set).with_context(|| format!("dev set {}", set.name)));
    let gold: Vec<GoldSet> = gold.collect::<Result<_>>()?;
    // As users run it.
    let mut model = Model::load(folder, Precision::Auto)?;
    model.card.calibration = Calibration::default();
    let mut card = model.card.clone();
    card.scores.clear();
    let plain = Extractor::new(model, 0)?;
    let (worth, entities) = (judges(config, TaskName::CheckWorthiness), judges(config, TaskName::Entities));
    let judging: BTreeSet<usize> = worth.iter().chain(&entities).copied().collect();
    let mut graded = BTreeMap::new();
    for at in judging {
        let predictions = Predictions::run(&gold[at].documents, &plain, FIRST_THRESHOLD, false)?;
        graded.insert(at, evaluate::graded(&gold[at], &predictions));
    }
    let names = |sets: &[usize]| sets.iter().map(|&at| config.dev[at].name.as_str()).collect::<Vec<_>>().join(", ");
    let of_worth: Vec<Graded> = worth.iter().map(|at| graded[at].0.clone()).collect();
    let of_entities: Vec<Graded> = entities.iter().map(|at| graded[at].1.clone()).collect();
    card.calibration = Calibration {
        check_worthiness: fitted(&of_worth, &names(&worth)),
        entities: fitted(&of_entities, &names(&entities)),
        opinion: None,
    };
    let of_opinions = config.dev.iter().enumerate().filter(|(_, set)| set.calibrates.contains(&TaskName::Verifiability));
    let of_opinions: Vec<usize> = of_opinions.map(|(at, _)| at).collect();
    if !card.labels.verifiability.is_empty() && !of_opinions.is_empty() {
        let judged: Vec<Vec<Judged>> = of_opinions.iter().map(|&at| judged(&gold[at], &plain)).collect::<Result<_>>()?;
        let chosen_on = format!("{}, best mean F1", names(&of_opinions));
        card.calibration.opinion = best_lean(&judged).map(|offset| Lean { offset, chosen_on });
    }
    if let Some(value) = best_threshold(&of_worth, card.calibration.check_worthiness.as_ref()) {
        let chosen_on = format!("{}, best F1 or a point below{}", names(&worth), if worth.len() > 1 { " in the mean" } else { "" });
        card.thresholds.check_worthiness = Threshold { value, chosen_on };
    }
    let of_types = judges(config, TaskName::Types);
    if !card.labels.types.is_empty() && !of_types.is_empty() {
        let scored: Vec<Vec<Typed>> = of_types.iter().map(|&at| typed(&gold[at], &plain)).collect::<Result<_>>()?;
        let chosen_on = format!("{}, best micro-F1{}", names(&of_types), if of_types.len() > 1 { " in the mean" } else { "" });
        card.thresholds.types = best_type_threshold(&scored).map(|value| Threshold { value, chosen_on }).or(card.thresholds.types);
    }
    log(&format!("calibration {:?}, thresholds {:?}", card.calibration, card.thresholds));

    // As users run it.
    let mut model = Model::load(folder, Precision::Auto)?;
    model.card = card.clone();
    let extractor = Extractor::new(model, 0)?;
    for (set, gold) in config.dev.iter().zip(&gold) {
        let predictions = Predictions::run(&gold.documents, &extractor, card.thresholds.check_worthiness.value, false)?;
        let report = evaluate::score(gold, &predictions, None, None, Bootstrap { resamples: 0, ..Bootstrap::default() });
        let scores = card_scores(&report, &set.tasks);
        scores.iter().for_each(|(measure, value)| log(&format!("dev {}: {measure} {value:.4}", set.name)));
        card.scores.insert(set.name.clone(), scores);
    }
    Ok(card.write(folder)?)
}

/// The sets that judge a task: those that say so, else the first that is for it.
fn judges(config: &Config, task: TaskName) -> Vec<usize> {
    let of = |wanted: fn(&DataSet, TaskName) -> bool| (0..config.dev.len()).filter(|&at| wanted(&config.dev[at], task)).collect::<Vec<_>>();
    let named = of(|set, task| set.calibrates.contains(&task));
    if named.is_empty() { of(|set, task| set.tasks.contains(&task)).into_iter().take(1).collect() } else { named }
}

/// Every set counts alike, whatever its size.
fn fitted(sets: &[Graded], names: &str) -> Option<Scaling> {
    let weighted = |set: &Graded| {
        let weight = 1000.0 / set.len().max(1) as f64;
        set.iter().map(move |s| (s.score, s.positive, weight)).collect::<Vec<_>>()
    };
    Scaling::fit(&sets.iter().flat_map(weighted).collect::<Vec<_>>(), names)
}

/// F1 that is no better than this is no better: the standard error of the difference between two thresholds on a few hundred sentences.
const AS_GOOD: f64 = 0.01;

/// The threshold on calibrated scores with the best F1, in the mean over sets; of those as good as the best the lowest, since a
/// claim that is missed costs more than one that is read. It stands half-way to the next lower score, on the grid of what records show.
fn best_threshold(sets: &[Graded], scaling: Option<&Scaling>) -> Option<f64> {
    let scaled = |s: &Scored| scaling.map_or(s.score, |scaling| scaling.apply(s.score));
    let sets: Vec<Vec<(f64, bool)>> =
        sets.iter().filter(|set| set.iter().any(|s| s.positive)).map(|set| set.iter().map(|s| (scaled(s), s.positive)).collect()).collect();
    let mut scores: Vec<f64> = sets.iter().flatten().map(|(score, _)| *score).collect();
    scores.sort_by(f64::total_cmp);
    scores.dedup();
    let middles = scores.windows(2).map(|pair| (pair[0] + pair[1]) / 2.0).map(|t| (t * 1e4).round() / 1e4);
    let mean = |threshold: f64| sets.iter().map(|set| f1(set, threshold)).sum::<f64>() / sets.len() as f64;
    let means: Vec<(f64, f64)> = middles.map(|t| (t, mean(t))).collect();
    let best = means.iter().map(|(_, mean)| *mean).reduce(f64::max)?;
    means.into_iter().find(|(_, mean)| *mean >= best - AS_GOOD).map(|(threshold, _)| threshold)
}

/// What gold says of a sentence's verifiability, and the logits of the classes.
type Judged = (OneOf<Verifiability>, Vec<f32>);

fn judged(gold: &GoldSet, extractor: &Extractor) -> Result<Vec<Judged>> {
    let read = graded_sentences(gold, extractor, |s| s.verifiability.clone())?;
    Ok(read.into_iter().map(|(wanted, reading)| (wanted, reading.verifiability_scores)).collect())
}

/// What is subjective, and what holds something that can be checked: the two questions the field asks of verifiability.
const QUESTIONS: [&[Verifiability]; 2] = [&[Verifiability::Opinion], &[Verifiability::Factual, Verifiability::Mixed]];

/// The lean towards `opinion`, on a grid of quarters, with the best F1 (of yes and of no) in the mean over the questions that
/// each set answers, and then over sets; the smallest of equals, `None` where no set answers any.
fn best_lean(sets: &[Vec<Judged>]) -> Option<f64> {
    let of_set = |set: &Vec<Judged>, lean: f64| {
        let of_question = |question: &&[Verifiability]| {
            let answers: Vec<(bool, bool)> = set
                .iter()
                .filter_map(|(wanted, logits)| Some((wanted.is_one_of(question)?, question.contains(&likeliest(logits, lean)?))))
                .collect();
            let f1 = |class: bool| {
                let count =
                    |wanted: fn(bool, bool) -> bool| answers.iter().filter(|(gold, found)| wanted(*gold == class, *found == class)).count();
                2.0 * count(|gold, found| gold && found) as f64 / (count(|gold, _| gold) + count(|_, found| found)).max(1) as f64
            };
            let both = answers.iter().any(|(gold, _)| *gold) && answers.iter().any(|(gold, _)| !gold);
            both.then(|| (f1(true) + f1(false)) / 2.0)
        };
        mean(QUESTIONS.iter().filter_map(of_question))
    };
    let grid = (0..=16).map(|step| f64::from(step) / 4.0);
    let means = grid.filter_map(|lean| Some((lean, mean(sets.iter().filter_map(|set| of_set(set, lean)))?)));
    means.reduce(|best, next| if next.1 > best.1 { next } else { best }).map(|(lean, _)| lean)
}

fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (sum, count) = values.fold((0.0, 0), |(sum, count), value| (sum + value, count + 1));
    (count > 0).then(|| sum / f64::from(count))
}

/// What the model reads in every sentence of which gold says something.
fn graded_sentences<T>(gold: &GoldSet, extractor: &Extractor, grade: impl Fn(&LabelledSentence) -> Option<T>) -> Result<Vec<(T, Reading)>> {
    let mut found = Vec::new();
    for document in &gold.documents {
        let graded = document.sentences.iter().flatten().filter_map(|s| Some((s.span, grade(s)?)));
        let (spans, wanted): (Vec<Span>, Vec<T>) = graded.unzip();
        found.extend(wanted.into_iter().zip(extractor.read(&document.text, &spans)?));
    }
    Ok(found)
}

/// The types that gold gives a sentence, and the scores of those the model can give it.
type Typed = (Vec<ClaimType>, Vec<(ClaimType, f32)>);

fn typed(gold: &GoldSet, extractor: &Extractor) -> Result<Vec<Typed>> {
    let read = graded_sentences(gold, extractor, |s| s.types.clone())?;
    Ok(read.into_iter().map(|(wanted, reading)| (wanted, reading.type_scores)).collect())
}

/// The threshold, on a grid of twentieths, with the best micro-F1 of types in the mean over sets; `None` where gold gives
/// no sentence any.
fn best_type_threshold(sets: &[Vec<Typed>]) -> Option<f64> {
    if sets.iter().flatten().all(|(wanted, _)| wanted.is_empty()) {
        return None;
    }
    let micro = |set: &Vec<Typed>, threshold: f64| {
        let (mut correct, mut called, mut all) = (0usize, 0usize, 0usize);
        for (wanted, scores) in set {
            let found: Vec<ClaimType> = scores.iter().filter(|(_, s)| f64::from(*s) >= threshold).map(|(kind, _)| *kind).collect();
            correct += found.iter().filter(|kind| wanted.contains(kind)).count();
            called += found.len();
            all += wanted.len();
        }
        2.0 * correct as f64 / (called + all).max(1) as f64
    };
    let grid = (1..20).map(|step| f64::from(step) / 20.0);
    let means = grid.map(|t| (t, sets.iter().map(|set| micro(set, t)).sum::<f64>()));
    means.reduce(|best, next| if next.1 > best.1 { next } else { best }).map(|(threshold, _)| threshold)
}

fn f1(set: &[(f64, bool)], threshold: f64) -> f64 {
    let count =
        |wanted: fn(bool, bool) -> bool| set.iter().filter(|(score, positive)| wanted(*score >= threshold, *positive)).count() as f64;
    2.0 * count(|called, positive| called && positive) / (count(|called, _| called) + count(|_, positive| positive)).max(1.0)
}

/// The headline scores of the tasks a set is for: what a card holds.
pub fn card_scores(report: &SetReport, tasks: &[TaskName]) -> BTreeMap<String, f64> {
    let wanted = |name: &str| tasks.iter().any(|t| name.split('.').next() == Some(t.as_str()));
    let headlines = HEADLINES.iter().filter(|name| wanted(name));
    headlines.filter_map(|name| Some(((*name).to_owned(), report.scores.get(*name)?.value?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(of: &[(f64, bool)]) -> Graded {
        of.iter().map(|(score, positive)| Scored { score: *score, positive: *positive, document: 0 }).collect()
    }

    #[test]
    fn the_threshold_of_types_takes_what_is_right_and_leaves_the_rest() {
        use ClaimType::{Event, Quantity};
        let set = vec![(vec![Quantity], vec![(Quantity, 0.45), (Event, 0.38)]), (vec![Event], vec![(Quantity, 0.1), (Event, 0.9)])];
        assert!((best_type_threshold(&[set]).unwrap() - 0.4).abs() < 1e-9);
        assert_eq!(best_type_threshold(&[vec![(vec![], vec![(Event, 0.9)])]]), None);
    }

    #[test]
    fn the_lean_is_the_smallest_that_answers_best() {
        use Verifiability::{Factual, Mixed, None, Opinion};
        // Factual, mixed, opinion, none.
        let judges = (OneOf::One(Opinion), vec![0.0, 2.0, 1.0, 0.0]);
        let reports = (OneOf::Several(vec![Factual, Mixed, None]), vec![3.0, 0.0, 0.0, 0.0]);
        let set = vec![judges.clone(), reports.clone()];
        assert_eq!(best_lean(&[set]), Some(1.25));
        let already = vec![(OneOf::One(Opinion), vec![0.0, 0.0, 1.0, 0.0]), reports];
        assert_eq!(best_lean(&[already]), Some(0.0));
        assert_eq!(best_lean(&[vec![judges]]), Option::None, "of one answer alone nothing can be told");
    }

    #[test]
    fn the_threshold_serves_all_sets_alike() {
        let one = set(&[(0.9, true), (0.8, true), (0.3, false), (0.2, false)]);
        assert_eq!(best_threshold(std::slice::from_ref(&one), None), Some(0.55));
        // In the other set the positives stand lower; only between .3 and .5 both are cut well.
        let other = set(&[(0.6, true), (0.5, true), (0.1, false)]);
        assert_eq!(best_threshold(&[one, other], None), Some(0.4));
        assert_eq!(best_threshold(&[set(&[(0.9, false)])], None), None);
        // One false alarm more in 400 sentences is nothing.
        let mut many = vec![(0.3, true), (0.2, false)];
        many.extend((0..400).map(|n| if n % 2 == 0 { (0.9, true) } else { (0.1, false) }));
        many.push((0.5, false));
        assert_eq!(best_threshold(&[set(&many)], None), Some(0.15));
    }
}
