//! `claimsift evaluate` as people run it: on gold in several formats, against predictions, as a gate.

mod support;

use std::path::Path;
use std::sync::LazyLock;

use claimsift::evaluate::{Kind, Mistake, Report};
use serde_json::Value;
use support::{Ran, claimsift, extract, folder, model, root, run};

/// `claimsift evaluate ARGS` with the shipped model.
fn evaluate(here: &Path, args: &[&str]) -> Ran {
    let by_model = !args.contains(&"--predictions");
    let mut command = claimsift(here);
    command.arg("evaluate").args(args);
    if by_model {
        // In floats: unoptimised, as tests are built, the loops of the 8-bit path take minutes.
        command.args(["--precision", "f32", "--model"]).arg(model());
    }
    run(&mut command)
}

fn report(ran: &Ran) -> Report {
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    serde_json::from_str(&ran.stdout).expect("a report")
}

/// The report on the fixtures, written once.
static FIXTURES: LazyLock<Ran> = LazyLock::new(|| evaluate(root(), &["fixtures/gold", "--json", "--resamples", "200"]));

fn value(report: &Report, name: &str) -> f64 {
    report.sets[0].scores[name].value.unwrap_or_else(|| panic!("{name} is undefined"))
}

/// Gold of one document in our format.
fn gold(id: &str, text: &str, entities: &str) -> String {
    format!(r#"{{"schema":"claimsift/gold/1","doc_id":"{id}","offset_unit":"char","text":"{text}","entities":[{entities}]}}"#)
}

const ANN: &str = r#"{"start":0,"end":3,"text":"Ann","label":"PERSON"}"#;

#[test]
fn the_report_on_the_fixtures_is_valid_and_holds_every_task() {
    let schema = jsonschema::validator_for(&Report::json_schema()).unwrap();
    let json: Value = serde_json::from_str(&FIXTURES.stdout).unwrap();
    assert!(schema.is_valid(&json));
    let committed: Value = serde_json::from_str(&std::fs::read_to_string(root().join("docs/report.schema.json")).unwrap()).unwrap();
    assert!(committed == Report::json_schema(), "run: make schema");
    let report = report(&FIXTURES);
    for name in [
        "check_worthiness.f1",
        "claims.overlap.f1",
        "claimer.f1",
        "attributions.links.accuracy",
        "entities.strict.f1",
        "sentences.boundary.f1",
    ] {
        let score = report.sets[0].scores[name];
        let (value, low, high) = (score.value.unwrap(), score.low.unwrap(), score.high.unwrap());
        assert!(0.5 < value && low <= value && value <= high && high <= 1.0, "{name}: {score:?}");
    }
    assert_eq!(report.sets[0].scores["types.personal.precision"].value, None, "of what a model never says there is no precision, not 0");
    assert_eq!(report.sets[0].reliability.iter().map(|b| b.count).sum::<f64>().round(), 277.0);
}

#[test]
fn the_report_is_the_same_bytes_at_any_number_of_threads() {
    for threads in ["1", "3"] {
        let mut command = claimsift(root());
        command.args(["evaluate", "fixtures/gold", "--json", "--resamples", "200", "--precision", "f32", "--model"]).arg(model());
        assert!(run(command.env("RAYON_NUM_THREADS", threads)).stdout == FIXTURES.stdout, "{threads} threads");
    }
}

#[test]
fn records_made_earlier_score_as_the_model_does_within_its_own_sentences() {
    let here = folder::<&str>(&[]);
    let records = here.path().join("records.jsonl");
    let made = run(extract(root(), &["fixtures/news", "--precision", "f32", "-o"]).arg(&records));
    assert_eq!(made.code, 0, "{}", made.stderr);
    let from_records =
        report(&evaluate(root(), &["fixtures/gold", "--json", "--resamples", "50", "--predictions", records.to_str().unwrap()]));
    let from_model = report(&evaluate(root(), &["fixtures/gold", "--json", "--resamples", "50", "--own-sentences"]));
    let scores = |r: &Report| r.sets[0].scores.clone();
    for (name, score) in scores(&from_records) {
        let other = scores(&from_model)[&name];
        // Records hold scores of four decimals, and so do those of the model.
        assert_eq!(score, other, "{name}");
    }
}

#[test]
fn a_system_against_itself_differs_nowhere() {
    let here = folder::<&str>(&[]);
    let records = here.path().join("records.jsonl");
    run(extract(root(), &["fixtures/news", "--precision", "f32", "-o"]).arg(&records));
    let records = records.to_str().unwrap();
    let report = report(&evaluate(root(), &["fixtures/gold", "--json", "--predictions", records, "--baseline", records]));
    assert_eq!(report.sets[0].changed, []);
    let difference = report.sets[0].compared["entities.strict.f1"];
    assert_eq!((difference.difference, difference.low, difference.high, difference.p), (Some(0.0), Some(0.0), Some(0.0), Some(1.0)));
}

#[test]
fn a_baseline_that_misses_something_is_told_with_interval_p_value_and_documents() {
    let text = "Ann saw Bob.";
    let both = format!("{ANN},{}", r#"{"start":8,"end":11,"text":"Bob","label":"PERSON"}"#);
    let files: Vec<(String, String)> =
        (0..12).map(|i| (format!("gold/{i:02}.json"), gold(&i.to_string(), &format!("{text} {i}"), &both))).collect();
    let mut all: Vec<(&str, String)> = files.iter().map(|(name, content)| (name.as_str(), content.clone())).collect();
    let half: String = (0..12).map(|i| gold(&i.to_string(), &format!("{text} {i}"), if i < 9 { ANN } else { &both }) + "\n").collect();
    let full: String = (0..12).map(|i| gold(&i.to_string(), &format!("{text} {i}"), &both) + "\n").collect();
    all.extend([("half.jsonl", half), ("full.jsonl", full)]);
    let here = folder(&all);
    let ran = evaluate(here.path(), &["gold", "--json", "--predictions", "full.jsonl", "--baseline", "half.jsonl"]);
    let report = report(&ran);
    assert_eq!(value(&report, "entities.strict.f1"), 1.0);
    let difference = report.sets[0].compared["entities.strict.recall"];
    assert_eq!((difference.baseline, difference.difference), (Some(15.0 / 24.0), Some(9.0 / 24.0)));
    assert!(difference.low.unwrap() > 0.2 && difference.high.unwrap() <= 0.5 && difference.p.unwrap() < 0.01, "{difference:?}");
    let changed: Vec<&str> = report.sets[0].changed.iter().filter(|c| c.score == "entities.strict.f1").map(|c| c.doc_id.as_str()).collect();
    assert_eq!(changed, ["0", "1", "2", "3", "4", "5", "6", "7", "8"]);
}

#[test]
fn a_gate_passes_falls_and_knows_its_scores() {
    let gate = |floors: &[&str]| evaluate(root(), &[&["fixtures/gold", "--resamples", "0"], floors].concat());
    let passed = gate(&["--fail-under", "entities.strict.f1=0.5", "--fail-under", "check_worthiness.ece=0.5"]);
    assert_eq!(passed.code, 0, "{}", passed.stderr);
    let fell = gate(&["--fail-under", "entities.strict.f1=0.99", "--fail-under", "check_worthiness.ece=0.001"]);
    assert_eq!(fell.code, 3);
    assert!(fell.stderr.contains("entities.strict.f1 is 0.") && fell.stderr.contains("at least 0.99"), "{}", fell.stderr);
    assert!(fell.stderr.contains("check_worthiness.ece") && fell.stderr.contains("at most 0.001"), "{}", fell.stderr);
    assert!(fell.stdout.contains("entities.strict"), "the report is written all the same");
    let undefined = gate(&["--fail-under", "types.personal.precision=0.1"]);
    assert!(undefined.code == 3 && undefined.stderr.contains("undefined"), "{}", undefined.stderr);
    let unknown = gate(&["--fail-under", "entities.strict.f2=0.1"]);
    assert!(unknown.code == 2 && unknown.stderr.contains("entities.strict.f1"), "{}", unknown.stderr);
    assert_eq!(gate(&["--fail-under", "entities.strict.f1"]).code, 2);
}

#[test]
fn no_worse_than_a_saved_report() {
    let here = folder(&[("saved.json", FIXTURES.stdout.as_str())]);
    let saved = here.path().join("saved.json");
    let gate = |report: &Path, more: &[&str]| {
        evaluate(root(), &[&["fixtures/gold", "--resamples", "0", "--no-worse-than", report.to_str().unwrap()], more].concat())
    };
    assert_eq!(gate(&saved, &[]).code, 0);
    let mut better: Value = serde_json::from_str(&FIXTURES.stdout).unwrap();
    let score = &mut better["sets"][0]["scores"]["claimer.f1"]["value"];
    *score = Value::from(score.as_f64().unwrap() + 0.01);
    std::fs::write(here.path().join("better.json"), better.to_string()).unwrap();
    let fell = gate(&here.path().join("better.json"), &[]);
    assert!(fell.code == 3 && fell.stderr.contains("claimer.f1 is 0."), "{}", fell.stderr);
    assert_eq!(gate(&here.path().join("better.json"), &["--tolerance", "0.02"]).code, 0);
    std::fs::write(here.path().join("other.json"), FIXTURES.stdout.replace("fixtures/gold", "elsewhere")).unwrap();
    let other = gate(&here.path().join("other.json"), &[]);
    assert!(other.code == 2 && other.stderr.contains("elsewhere"), "{}", other.stderr);
    std::fs::write(here.path().join("none.json"), "{\"schema\": 7}").unwrap();
    assert!(gate(&here.path().join("none.json"), &[]).stderr.contains("claimsift/report/1"));
    for tolerance in ["NaN", "inf", "-1"] {
        assert_eq!(gate(&saved, &[&format!("--tolerance={tolerance}")]).code, 2, "{tolerance}");
    }
    let mut fewer: Value = serde_json::from_str(&FIXTURES.stdout).unwrap();
    fewer["sets"][0]["documents"] = Value::from(3);
    std::fs::write(here.path().join("fewer.json"), fewer.to_string()).unwrap();
    assert!(gate(&here.path().join("fewer.json"), &[]).stderr.contains("found 15 documents, the saved report has 3"));
}

#[test]
fn documents_missing_on_one_side_are_counted_and_named() {
    let here = folder(&[
        ("gold.jsonl", format!("{}\n{}\n", gold("a", "Ann ran.", ANN), gold("b", "Ann sat.", ANN))),
        ("predicted.jsonl", format!("{}\n{}\n", gold("c", "Ann slept.", ANN), gold("x", "Ann  ran.", ANN))),
    ]);
    let report = report(&evaluate(here.path(), &["gold.jsonl", "--json", "--predictions", "predicted.jsonl"]));
    let set = &report.sets[0];
    assert_eq!((set.without_prediction.as_slice(), report.without_gold), (&["b".to_owned()][..], 1));
    assert_eq!((set.scores["entities.strict.precision"].value, set.scores["entities.strict.recall"].value), (Some(1.0), Some(0.5)));
}

#[test]
fn empty_sides_have_scores_that_say_so() {
    let here = folder(&[("gold.jsonl", gold("a", "Ann ran.", ANN)), ("none.jsonl", gold("a", "Ann ran.", ""))]);
    let scored =
        |gold: &str, predicted: &str| report(&evaluate(here.path(), &[gold, "--json", "--predictions", predicted])).sets.remove(0).scores;
    let missed = scored("gold.jsonl", "none.jsonl");
    assert_eq!((missed["entities.strict.precision"].value, missed["entities.strict.f1"].value), (None, Some(0.0)));
    assert_eq!(missed["entities.strict.f1"].low, None, "one document has no interval");
    let nothing = scored("none.jsonl", "none.jsonl");
    assert_eq!(nothing["entities.strict.f1"].value, None, "nothing to find and nothing found is no score");
}

#[test]
fn a_text_that_was_changed_is_an_error_with_the_place_or_left_out() {
    let here = folder(&[("gold.jsonl", gold("a", "Ann ran home.", ANN)), ("predicted.jsonl", gold("a", "Ann ran away.", ANN))]);
    let args = ["gold.jsonl", "--json", "--predictions", "predicted.jsonl"];
    let ran = evaluate(here.path(), &args);
    assert!(ran.code == 2 && ran.stderr.contains("part at character 8") && ran.stderr.contains("home."), "{}", ran.stderr);
    let lenient = evaluate(here.path(), &[&args[..], &["--lenient"]].concat());
    assert!(lenient.code == 2 && lenient.stderr.contains("holds no document of gold.jsonl, which has 1 document"), "{}", lenient.stderr);
}

#[test]
fn labels_nobody_knows_are_refused_by_line_or_mapped() {
    let here = folder(&[("gold.conll", "# newdoc id = a\nAnn\tB-PERSON\nran\tO\n\nEnterprise\tB-starship\n\n")]);
    let ran = evaluate(here.path(), &["gold.conll"]);
    assert!(ran.code == 2 && ran.stderr.contains("starship") && ran.stderr.contains("line 5"), "{}", ran.stderr);
    let mapped = evaluate(here.path(), &["gold.conll", "--json", "--map", "starship=none"]);
    assert_eq!(report(&mapped).sets[0].counts["entities.strict.gold"], 1.0);
    let lenient = evaluate(here.path(), &["gold.conll", "--json", "--lenient"]);
    assert_eq!(lenient.code, 1, "something was left out");
    assert_eq!(serde_json::from_str::<Report>(&lenient.stdout).unwrap().sets[0].skipped, 1);
    assert!(lenient.stderr.contains("left out") && lenient.stderr.contains("starship"), "{}", lenient.stderr);
}

#[test]
fn predictions_without_scores_or_grades_leave_these_scores_undefined() {
    let sentence = |more: &str| format!(r#"{{"start":0,"end":8{more}}}"#);
    let document = |sentence: &str| {
        format!(
            r#"{{"schema":"claimsift/gold/1","doc_id":"a","offset_unit":"char","text":"Ann ran. Bob sat.","sentences":[{sentence},{{"start":9,"end":17,"label":"NFS"}}]}}"#
        )
    };
    let here = folder(&[
        ("gold.jsonl", document(&sentence(r#","label":"CFS","verifiability":"factual""#))),
        ("classes.jsonl", document(&sentence(r#","label":"CFS""#))),
        ("scores.jsonl", document(&sentence(r#","label":"CFS","score":0.9"#))),
        (
            "none.conll",
            "# newdoc id = a\n# text = Ann ran.\nAnn\tB-PERSON\nran\tO\n.\tO\n\n# text = Bob sat.\nBob\tO\nsat\tO\n.\tO\n\n".to_owned(),
        ),
    ]);
    let scores =
        |more: &[&str]| report(&evaluate(here.path(), &[&["gold.jsonl", "--json", "--predictions"], more].concat())).sets.remove(0).scores;
    let classes = scores(&["classes.jsonl"]);
    assert_eq!(classes["check_worthiness.f1"].value, Some(1.0));
    assert!(!classes.contains_key("check_worthiness.average_precision"), "classes do not rank");
    assert_eq!(classes["verifiability.verifiable.f1"].value, None);
    assert_eq!(scores(&["none.conll"])["check_worthiness.f1"].value, None, "nobody graded anything");
    for (system, baseline) in [("scores.jsonl", "classes.jsonl"), ("classes.jsonl", "scores.jsonl")] {
        let compared = scores(&[system, "--baseline", baseline]);
        assert_eq!(compared["check_worthiness.average_precision"].value, (system == "scores.jsonl").then_some(1.0));
    }
}

#[test]
fn classes_left_open_answer_what_they_can() {
    let rows = |labels: &[&str]| {
        let rows: String = labels.iter().enumerate().map(|(at, label)| format!("Sentence number {at}.,{label},False\n")).collect();
        format!("Sentence,Label,Solved conflict\n{rows}")
    };
    let here = folder(&[("gold.csv", rows(&["SUBJ", "SUBJ", "OBJ", "OBJ"])), ("cautious.csv", rows(&["SUBJ", "OBJ", "OBJ", "OBJ"]))]);
    let report = report(&evaluate(here.path(), &["gold.csv", "--json", "--predictions", "cautious.csv"]));
    // SUBJ: 1 of 1, 1 of 2; OBJ: 2 of 3, 2 of 2.
    assert!((value(&report, "verifiability.subjectivity.macro_f1") - (2.0 / 3.0 + 0.8) / 2.0).abs() < 1e-12);
}

#[test]
fn labels_that_only_the_prediction_has_count_against_it() {
    let here = folder(&[
        ("gold.jsonl", gold("a", "Ann ran.", ANN)),
        ("predicted.jsonl", gold("a", "Ann ran.", &format!("{ANN},{}", r#"{"start":4,"end":7,"text":"ran","label":"ORG"}"#))),
    ]);
    let report = report(&evaluate(here.path(), &["gold.jsonl", "--json", "--predictions", "predicted.jsonl"]));
    assert_eq!(value(&report, "entities.strict.precision"), 0.5);
}

#[test]
fn a_document_nobody_read_earns_nothing_by_its_order() {
    let document = |id: &str, label: &str| {
        format!(
            r#"{{"schema":"claimsift/gold/1","doc_id":"{id}","offset_unit":"char","text":"Ann ran {id}. Bob sat.","sentences":[{{"start":0,"end":10,"label":"{label}","score":0.5}},{{"start":11,"end":19,"label":"NFS","score":0.1}}]}}"#
        ) + "\n"
    };
    let here = folder(&[("gold.jsonl", document("a", "CFS") + &document("b", "CFS")), ("one.jsonl", document("a", "CFS"))]);
    let report = report(&evaluate(here.path(), &["gold.jsonl", "--json", "--predictions", "one.jsonl"]));
    assert_eq!((value(&report, "check_worthiness.map"), value(&report, "check_worthiness.recall")), (0.5, 0.5));
}

#[test]
fn one_file_of_predictions_serves_several_sets_with_the_same_ids() {
    let here = folder(&[
        ("a.jsonl", gold("1", "Ann ran.", ANN)),
        ("b.jsonl", gold("1", "Ann sat.", ANN)),
        ("p.jsonl", format!("{}\n{}\n{}\n", gold("1", "Ann sat.", ANN), gold("1", "Ann ran.", ANN), gold("2", "Ann hid.", ANN))),
    ]);
    let report = report(&evaluate(here.path(), &["a.jsonl", "b.jsonl", "--json", "--predictions", "p.jsonl"]));
    assert!(report.sets.iter().all(|s| s.scores["entities.strict.f1"].value == Some(1.0)));
    assert_eq!(report.without_gold, 1);
}

#[test]
fn mistakes_and_page_show_what_went_wrong() {
    let here = folder(&[
        (
            "gold.jsonl",
            gold("a", "Ann <b>saw</b> Bob Lee.", &format!("{ANN},{}", r#"{"start":15,"end":22,"text":"Bob Lee","label":"PERSON"}"#)),
        ),
        ("predicted.jsonl", gold("a", "Ann <b>saw</b> Bob Lee.", r#"{"start":15,"end":18,"text":"Bob","label":"PERSON"}"#)),
    ]);
    let ran =
        evaluate(here.path(), &["gold.jsonl", "--predictions", "predicted.jsonl", "--mistakes", "mistakes.jsonl", "--html", "page.html"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let lines = std::fs::read_to_string(here.path().join("mistakes.jsonl")).unwrap();
    let mistakes: Vec<Mistake> = lines.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    let mut kinds: Vec<Kind> = mistakes.iter().map(|m| m.kind).collect();
    kinds.sort();
    assert_eq!(kinds, [Kind::Missed, Kind::Boundary]);
    let page = std::fs::read_to_string(here.path().join("page.html")).unwrap();
    assert!(page.contains("Bob") && page.contains("&lt;b&gt;") && !page.contains("<b>saw"), "the text stands there escaped");
    assert!(!page.contains("http://") && !page.contains("https://"), "the page needs no network");
}

#[test]
fn several_sets_in_several_formats_are_told_from_the_files() {
    let here = folder(&[
        ("debate.tsv", "1\tHOLT\tGood evening to you all.\t0\n2\tCLINTON\tWe cut the deficit by 400 billion dollars.\t1\n"),
        ("names.iob2", "# newdoc id = x\nAnn\tB-PER\nran\tO\n\n# newdoc id = y\nBob\tB-PER\nsat\tO\n\n"),
    ]);
    let report = report(&evaluate(here.path(), &["debate.tsv", "names.iob2", "--json", "--resamples", "50"]));
    let formats: Vec<&str> = report.sets.iter().map(|s| s.format.as_str()).collect();
    assert_eq!(formats, ["checkthat", "columns"]);
    assert_eq!(report.sets[0].scores["check_worthiness.map"].value, Some(1.0));
    assert!(report.sets[1].scores.contains_key("entities.strict.PERSON.f1") && !report.sets[1].scores.contains_key("check_worthiness.f1"));
    assert!(!report.sets[1].scores.contains_key("sentences.boundary.f1"), "sentences we put together ourselves prove nothing");
}
