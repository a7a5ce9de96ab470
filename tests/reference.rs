//! Our measures agree with the field's own tools. `scripts/reference_scores.py` computed what is expected here.

use std::collections::BTreeMap;
use std::path::Path;

use claimsift::convert::{LabelledDocument, LabelledEntity, LabelledSentence, OneOf};
use claimsift::evaluate::{Bootstrap, DEPTHS, FourWays, GoldSet, Predictions, Ranking, Scored, Verdicts, four_ways, score, token_f1};
use claimsift::labels::{ClaimType, Verifiability};
use claimsift::span::Span;
use serde_json::Value;

/// What `claimsift evaluate` says of these documents.
fn evaluated(gold: Vec<LabelledDocument>, predicted: Vec<LabelledDocument>) -> BTreeMap<String, Option<f64>> {
    let gold = GoldSet { documents: gold, ..GoldSet::default() };
    let predictions = Predictions::of(&gold.documents, &predicted);
    assert_eq!(predictions.matched(), gold.documents.len());
    let report = score(&gold, &predictions, None, None, Bootstrap { resamples: 0, seed: 1 });
    let counts = report.counts.into_iter().map(|(name, count)| (name, Some(count)));
    report.scores.into_iter().map(|(name, score)| (name, score.value)).chain(counts).collect()
}

fn reference(name: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/reference").join(name);
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn cases<'v>(value: &'v Value, key: &str) -> &'v Vec<Value> {
    let cases = value[key].as_array().unwrap();
    assert!(cases.len() >= 8, "{key}: only {} cases", cases.len());
    cases
}

/// Equal to far more than the four decimals that are asked for; `null` where one tool or we say undefined.
fn assert_close(case: &Value, what: &str, ours: Option<f64>, theirs: &Value) {
    let name = &case["name"];
    match (ours, theirs.as_f64()) {
        (Some(a), Some(b)) => assert!((a - b).abs() < 1e-9, "{name}, {what}: ours {a}, reference {b}"),
        (None, None) => {}
        (ours, theirs) => panic!("{name}, {what}: ours {ours:?}, reference {theirs:?}"),
    }
}

/// What a tool calls 0 though there is nothing to divide by, we call undefined.
fn unless_undefined(case: &Value, name: &str, theirs: &Value) -> Value {
    let undefined = case["undefined"].as_array().is_some_and(|u| u.iter().any(|n| n == name));
    if undefined { Value::Null } else { theirs.clone() }
}

fn over(part: f64, whole: f64) -> Option<f64> {
    (whole > 0.0).then(|| part / whole)
}

fn spans(value: &Value, labels: &[&str]) -> Vec<(Span, usize)> {
    let span = |v: &Value| {
        let at = |i: usize| v[i].as_u64().unwrap() as usize;
        (Span::new(at(0), at(1)), labels.iter().position(|l| *l == v[2]).unwrap())
    };
    let mut spans: Vec<_> = value.as_array().unwrap().iter().map(span).collect();
    // The labels' numbers stand in their alphabetical order, so this is the order of the file.
    spans.sort();
    spans
}

fn labels_of(case: &Value) -> Vec<&str> {
    let documents = case["documents"].as_array().unwrap();
    let mut labels: Vec<&str> = documents
        .iter()
        .flat_map(|d| d["gold"].as_array().unwrap().iter().chain(d["predicted"].as_array().unwrap()))
        .map(|s| s[2].as_str().unwrap())
        .collect();
    labels.sort_unstable();
    labels.dedup();
    labels
}

/// The documents of a case, of one side. A token is a letter.
fn with_entities(case: &Value, side: &str) -> Vec<LabelledDocument> {
    let document = |(at, document): (usize, &Value)| {
        let entity = |v: &Value| LabelledEntity {
            span: Span::new(v[0].as_u64().unwrap() as usize, v[1].as_u64().unwrap() as usize),
            label: v[2].as_str().unwrap().to_owned(),
            score: None,
        };
        LabelledDocument {
            doc_id: at.to_string(),
            text: "x".repeat(document["length"].as_u64().unwrap() as usize),
            entities: Some(document[side].as_array().unwrap().iter().map(entity).collect()),
            ..LabelledDocument::default()
        }
    };
    case["documents"].as_array().unwrap().iter().enumerate().map(document).collect()
}

#[test]
fn strict_entities_are_seqevals() {
    let reference = reference("entities.json");
    let mut compared = 0;
    for case in cases(&reference, "cases").iter().filter(|c| !c["seqeval_strict"].is_null()) {
        let ours = evaluated(with_entities(case, "gold"), with_entities(case, "predicted"));
        for part in ["precision", "recall", "f1"] {
            let theirs = unless_undefined(case, &format!("seqeval_strict.micro.{part}"), &case["seqeval_strict"]["micro"][part]);
            assert_close(case, part, ours[&format!("entities.strict.{part}")], &theirs);
        }
        for label in labels_of(case) {
            let name = format!("entities.strict.{}", if label == "PER" { "PERSON" } else { label });
            let theirs = &case["seqeval_strict"]["labels"][label];
            assert_close(case, label, ours[&format!("{name}.gold")], &theirs["support"]);
            assert_close(case, label, ours[&format!("{name}.f1")], &theirs["f1"]);
        }
        let macro_f1 = unless_undefined(case, "seqeval_strict.macro.f1", &case["seqeval_strict"]["macro"]["f1"]);
        assert_close(case, "macro f1", ours["entities.strict.macro_f1"], &macro_f1);
        compared += 1;
    }
    assert!(compared > 40);
}

#[test]
fn overlapping_entities_are_nervaluates_in_the_report() {
    let reference = reference("entities.json");
    for case in cases(&reference, "cases") {
        let ours = evaluated(with_entities(case, "gold"), with_entities(case, "predicted"));
        for (name, way) in [("exact", "exact"), ("partial", "partial"), ("type", "ent_type")] {
            for part in ["precision", "recall", "f1"] {
                let theirs = unless_undefined(case, &format!("nervaluate.{way}.{part}"), &case["nervaluate"][way][part]);
                assert_close(case, name, ours[&format!("entities.{name}.{part}")], &theirs);
            }
        }
    }
}

#[test]
fn the_four_ways_are_nervaluates() {
    let reference = reference("entities.json");
    for case in cases(&reference, "cases") {
        let labels = labels_of(case);
        let mut sum = FourWays::default();
        for document in case["documents"].as_array().unwrap() {
            let ways = four_ways(&spans(&document["gold"], &labels), &spans(&document["predicted"], &labels));
            sum.strict += ways.strict;
            sum.exact += ways.exact;
            sum.partial += ways.partial;
            sum.kind += ways.kind;
        }
        for (name, ours) in [("strict", sum.strict), ("exact", sum.exact), ("partial", sum.partial), ("ent_type", sum.kind)] {
            let theirs = &case["nervaluate"][name];
            let count = |key: &str| theirs[key].as_u64().unwrap();
            let verdicts = Verdicts {
                correct: count("correct"),
                incorrect: count("incorrect"),
                partial: count("partial"),
                missed: count("missed"),
                spurious: count("spurious"),
            };
            assert_eq!(ours, verdicts, "{}: {name}", case["name"]);
            assert_eq!((ours.possible(), ours.actual()), (count("possible"), count("actual")), "{}: {name}", case["name"]);
            let wanted = |key: &str| unless_undefined(case, &format!("nervaluate.{name}.{key}"), &theirs[key]);
            assert_close(case, name, over(ours.credit(), ours.actual() as f64), &wanted("precision"));
            assert_close(case, name, over(ours.credit(), ours.possible() as f64), &wanted("recall"));
            assert_close(case, name, over(2.0 * ours.credit(), (ours.actual() + ours.possible()) as f64), &wanted("f1"));
        }
    }
}

/// The documents' rankings; each item is a document of its own unless `documents`.
fn ranking(case: &Value) -> Ranking {
    let scores = case["scores"].as_array().unwrap().iter().map(|s| s.as_f64().unwrap());
    let positives = case["positive"].as_array().unwrap().iter().map(|p| p.as_bool().unwrap());
    Ranking::new(scores.zip(positives).enumerate().map(|(document, (score, positive))| Scored { score, positive, document }).collect())
}

#[test]
fn rankings_are_scikit_learns() {
    let reference = reference("ranking.json");
    for case in cases(&reference, "cases") {
        let ranking = ranking(case);
        let ours = ranking.scores(None);
        let theirs = &case["sklearn"];
        assert_close(case, "average_precision", ours.average_precision, &theirs["average_precision"]);
        assert_close(case, "auroc", ours.auroc, &theirs["roc_auc"]);
        assert_close(case, "auprc", ours.auprc, &theirs["pr_auc"]);
        assert_close(case, "brier", ours.brier, &theirs["brier"]);
        if ranking.items().len() > 1 {
            // scikit-learn refuses a ranking of one
            assert_close(case, "ndcg", ours.ndcg, &theirs["ndcg"]);
        }
        // The curve holds every threshold, so also the one of the case.
        let threshold = case["threshold"].as_f64().unwrap();
        let curve = ranking.curve(usize::MAX);
        if let Some(point) = curve.iter().rev().find(|p| p.threshold >= threshold) {
            assert_close(case, "precision", Some(point.precision), &theirs["precision"]);
            assert_close(case, "recall", Some(point.recall), &theirs["recall"]);
        }
    }
}

#[test]
fn means_over_documents_are_those_of_the_checkthat_scorers() {
    let reference = reference("checkthat.json");
    let mut compared = 0;
    for case in cases(&reference, "cases") {
        let documents = case["documents"].as_array().unwrap();
        if documents.iter().all(|d| d["scores"].as_array().unwrap().len() < 2) {
            continue; // documents of one sentence are no rankings, and are not averaged
        }
        let side = |gold: bool| -> Vec<LabelledDocument> {
            let sentence = |at: usize, document: &Value| LabelledSentence {
                span: Span::new(2 * at, 2 * at + 2),
                worth: gold.then(|| OneOf::worthy(document["positive"][at].as_bool().unwrap())),
                score: document["scores"][at].as_f64().filter(|_| !gold),
                ..LabelledSentence::default()
            };
            let document = |(id, document): (usize, &Value)| {
                let n = document["scores"].as_array().unwrap().len();
                let sentences = (0..n).map(|at| sentence(at, document)).collect();
                LabelledDocument {
                    doc_id: id.to_string(),
                    text: "x.".repeat(n),
                    rebuilt: true,
                    sentences: Some(sentences),
                    ..LabelledDocument::default()
                }
            };
            documents.iter().enumerate().map(document).collect()
        };
        let ours = evaluated(side(true), side(false));
        assert_close(case, "map", ours["check_worthiness.map"], &case["map"]);
        assert_close(case, "r_precision", ours["check_worthiness.mean_r_precision"], &case["r_precision"]);
        assert_close(case, "mrr", ours["check_worthiness.mean_reciprocal_rank"], &case["mrr"]);
        for k in DEPTHS {
            let name = format!("check_worthiness.mean_precision_at_{k}");
            assert_close(case, &name, ours[&name], &case["precision_at_padded"][k.to_string()]);
        }
        compared += 1;
    }
    assert!(compared >= 15, "{compared}");
}

#[test]
fn names_are_compared_as_squad_compares_answers() {
    let reference = reference("classes.json");
    for case in cases(&reference, "squad") {
        let text = |key: &str| case[key].as_str().unwrap();
        assert_close(case, text("gold"), Some(token_f1(text("gold"), text("predicted"))), &case["f1"]);
    }
}

#[test]
fn classes_are_scikit_learns() {
    let scores = |sentences: &dyn Fn(&str) -> Vec<LabelledSentence>| {
        let document = |side: &str| {
            let mut sentences = sentences(side);
            let text = "x.".repeat(sentences.len());
            sentences.iter_mut().enumerate().for_each(|(at, s)| s.span = Span::new(2 * at, 2 * at + 2));
            vec![LabelledDocument { doc_id: "d".into(), text, rebuilt: true, sentences: Some(sentences), ..LabelledDocument::default() }]
        };
        evaluated(document("gold"), document("predicted"))
    };
    let reference = reference("classes.json");
    for case in cases(&reference, "verifiability") {
        let ours = scores(&|side| {
            let class = |v: &Value| Some(OneOf::One(Verifiability::parse(v.as_str().unwrap()).unwrap()));
            case[side]
                .as_array()
                .unwrap()
                .iter()
                .map(|v| LabelledSentence { verifiability: class(v), ..LabelledSentence::default() })
                .collect()
        });
        assert_close(case, "macro f1", ours["verifiability.macro_f1"], &case["sklearn"]["macro_f1"]);
    }
    for case in cases(&reference, "subjectivity") {
        let ours = scores(&|side| {
            let class = |v: &Value| match (v.as_str().unwrap(), side) {
                ("SUBJ", _) => OneOf::One(Verifiability::Opinion),
                ("OBJ", "gold") => OneOf::Several(vec![Verifiability::Factual, Verifiability::Mixed, Verifiability::None]),
                _ => OneOf::One(Verifiability::Factual),
            };
            let sentences = case[side].as_array().unwrap().iter();
            sentences.map(|v| LabelledSentence { verifiability: Some(class(v)), ..LabelledSentence::default() }).collect()
        });
        assert_close(case, "macro f1", ours["verifiability.subjectivity.macro_f1"], &case["sklearn"]["macro_f1"]);
    }
    for case in cases(&reference, "types") {
        let ours = scores(&|side| {
            let types = |v: &Value| v.as_array().unwrap().iter().map(|t| ClaimType::parse(t.as_str().unwrap()).unwrap()).collect();
            case[side]
                .as_array()
                .unwrap()
                .iter()
                .map(|v| LabelledSentence { types: Some(types(v)), ..LabelledSentence::default() })
                .collect()
        });
        assert_close(case, "micro f1", ours["types.micro.f1"], &unless_undefined(case, "micro_f1", &case["sklearn"]["micro_f1"]));
        assert_close(case, "macro f1", ours["types.macro_f1"], &unless_undefined(case, "macro_f1", &case["sklearn"]["macro_f1"]));
    }
}
