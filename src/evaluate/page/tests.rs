use indexmap::IndexMap;
use proptest::prelude::*;

use super::figures::{grouped, shortened, signed};
use super::headlines::Verdict;
use super::layers::{Piece, covers, pieces, surface};
use super::page;
use super::thinned::thinned;
use crate::evaluate::{
    Bin, Bootstrap, Changed, Confusion, CurvePoint, Difference, Kind, Marked, Mistake, REPORT_SCHEMA, Report, Scheme, SchemeName, Score,
    SetReport, SystemInfo,
};

const EVIL: &str = "<script>alert('\"&')</script>";

fn system(name: &str) -> SystemInfo {
    SystemInfo { name: name.into(), sha256: Some(name.into()), precision: Some(name.into()), threshold: Some(0.5) }
}

fn report(name: &str, sets: Vec<SetReport>) -> Report {
    let (schema, program) = (REPORT_SCHEMA.into(), name.into());
    let (system, baseline) = (system(name), Some(system(name)));
    let bootstrap = Bootstrap { resamples: 1000, seed: 1 };
    Report { schema, program, system, baseline, bootstrap, without_gold: 1, skipped_predictions: 1, sets }
}

fn set(name: &str) -> SetReport {
    SetReport {
        name: name.into(),
        format: name.into(),
        documents: 1,
        without_prediction: Vec::new(),
        baseline_without_prediction: Vec::new(),
        skipped: 0,
        notes: Vec::new(),
        entity_labels: None,
        scores: IndexMap::new(),
        counts: IndexMap::new(),
        confusion: None,
        reliability: Vec::new(),
        curve: Vec::new(),
        compared: IndexMap::new(),
        changed: Vec::new(),
        mistakes: Vec::new(),
    }
}

/// A set in which everything is there and every text is `name`.
fn full(name: &str) -> SetReport {
    let score = Score { value: Some(0.5), low: Some(0.25), high: Some(0.75) };
    let difference = Difference { baseline: Some(0.25), difference: Some(0.25), low: Some(0.1), high: Some(0.4), p: Some(0.01) };
    let names = [name, "entities.strict.f1", "check_worthiness.precision", "check_worthiness.recall"];
    let kinds = [Kind::Missed, Kind::Spurious, Kind::Boundary, Kind::Label, Kind::Both];
    SetReport {
        without_prediction: vec![name.into()],
        baseline_without_prediction: vec![name.into()],
        skipped: 1,
        notes: vec![name.into()],
        entity_labels: Some(Scheme { name: SchemeName::Names, labels: vec![name.into()], left_out: [(name.to_owned(), 1)].into() }),
        scores: names.iter().map(|n| ((*n).to_owned(), score)).collect(),
        counts: [(format!("{name}.gold"), 2.0)].into_iter().collect(),
        confusion: Some(Confusion { labels: vec![name.into()], counts: vec![vec![1, 2], vec![3, 0]] }),
        reliability: vec![Bin { count: 2.0, score: 0.5, positive: 1.0 }],
        curve: vec![CurvePoint { threshold: 0.5, precision: 0.5, recall: 1.0 }],
        compared: names.iter().map(|n| ((*n).to_owned(), difference)).collect(),
        changed: vec![Changed { doc_id: name.into(), score: name.into(), baseline: None, value: Some(1.0) }],
        mistakes: kinds.into_iter().map(|kind| mistake(name, kind, name)).collect(),
        ..set(name)
    }
}

fn mistake(task: &str, kind: Kind, text: &str) -> Mistake {
    let side = |there: bool| there.then(|| Marked { label: text.into(), parts: vec![(0, 1)] });
    let (gold, predicted) = (side(kind != Kind::Spurious), side(kind != Kind::Missed));
    let (doc_id, context) = (text.into(), text.into());
    Mistake { doc_id, task: task.into(), kind, context, start: 0, gold, predicted, score: Some(0.5) }
}

/// Where `words` stand in `text`, in characters.
fn at(text: &str, words: &str) -> (usize, usize) {
    let start = text[..text.find(words).unwrap()].chars().count();
    (start, start + words.chars().count())
}

#[test]
fn nothing_from_data_becomes_markup() {
    let html = page(&report(EVIL, vec![full(EVIL)]));
    assert_eq!(html.matches("<script").count(), 1, "the page's own");
    assert_eq!(html.matches("</script").count(), 1);
    assert!(!html.contains("alert('\""), "quotes would end an attribute");
    assert!(html.contains("&lt;script&gt;alert"), "it is shown as it is");
}

#[test]
fn the_page_needs_no_network_and_is_the_same_every_time() {
    let report = report("a", vec![full("b"), full("c")]);
    let html = page(&report);
    assert_eq!(html, page(&report.clone()));
    for outside in ["http:", "https:", " src=", "@import", "url(", "<link"] {
        assert!(!html.contains(outside), "{outside}");
    }
}

#[test]
fn a_report_without_data_says_so() {
    let nothing = page(&report("a", Vec::new()));
    assert!(nothing.contains("Nothing can be scored."));
    let html = page(&report("a", vec![set("empty")]));
    assert!(html.contains("Nothing in this set can be scored"));
    for absent in ["<svg", "<table", "<h3", "NaN"] {
        assert!(!html.contains(absent), "{absent}");
    }
}

#[test]
fn scores_that_are_not_defined_are_a_line_and_a_dash() {
    let undefined = Score { value: None, low: None, high: None };
    let mut set = full("b");
    set.scores.insert("types.micro.f1".into(), undefined);
    set.scores.insert("entities.exact.f1".into(), undefined);
    let html = page(&report("a", vec![set]));
    assert!(html.contains("<b>types</b>: no score is defined"));
    assert!(html.contains("entities.exact.f1</code>"));
    assert!(html.contains("<b>–</b>"));
}

#[test]
fn layers_overlap_and_have_parts_around_an_emoji() {
    let text = "👩‍🚀 Zoë said “Go 🚀 now”, then: “Stay.”";
    let gold = [at(text, "Go 🚀 now"), at(text, "Stay.")];
    let predicted = [at(text, "🚀 now”, then")];
    let marked: Vec<(String, bool, bool)> = pieces(text, &gold, &predicted)
        .into_iter()
        .map(|piece| match piece {
            Piece::Words { text, gold, predicted } => (text, gold, predicted),
            Piece::Cut => panic!("nothing here is long"),
        })
        .collect();
    let expected = [
        ("👩‍🚀 Zoë said “", false, false),
        ("Go ", true, false),
        ("🚀 now", true, true),
        ("”, then", false, true),
        (": “", false, false),
        ("Stay.", true, false),
        ("”", false, false),
    ];
    assert_eq!(marked, expected.map(|(text, gold, predicted)| (text.to_owned(), gold, predicted)));
    assert_eq!(surface(text, &gold), "Go 🚀 now … Stay.");
}

#[test]
fn long_contexts_are_cut_around_their_marks() {
    let text = format!("{}here{}there{}", "far ".repeat(200), " off".repeat(300), " end".repeat(200));
    let marks = [at(&text, "here"), at(&text, "there")];
    let pieces = pieces(&text, &marks, &[]);
    let cuts: Vec<usize> = pieces.iter().enumerate().filter(|(_, p)| **p == Piece::Cut).map(|(at, _)| at).collect();
    assert_eq!(cuts, [0, 4, 8], "before, between, after");
    let Piece::Words { text: before, .. } = &pieces[1] else { panic!("words come after the cut") };
    assert!(before.len() >= 160 && before.len() < 180 && before.starts_with("far"), "{before:?}");
}

#[test]
fn a_long_mark_keeps_its_ends() {
    let text = "word ".repeat(1000);
    let pieces = pieces(&text, &[(0, 5000)], &[]);
    assert!(matches!(&pieces[..], [Piece::Words { gold: true, .. }, Piece::Cut, Piece::Words { gold: true, .. }]), "{}", pieces.len());
}

#[test]
fn a_graded_sentence_has_a_chip_and_no_marks() {
    let text = "All of it. ";
    let worth = Marked { label: "CFS".into(), parts: vec![(0, 10)] };
    assert!(covers(text, &worth.parts) && !covers(text, &[(0, 9)]));
    let graded = Mistake { gold: Some(worth), score: Some(0.31), ..mistake("check_worthiness", Kind::Missed, text) };
    let html = super::entry::entry(&graded).into_string();
    assert!(html.contains("gold CFS, predicted not (score 0.310)"), "{html}");
    assert!(!html.contains("<mark"));
}

#[test]
fn thinning_keeps_rare_kinds_and_says_the_numbers() {
    let many = |task: &str, kind, n: usize| std::iter::repeat_with(move || mistake(task, kind, "x")).take(n).collect::<Vec<_>>();
    let mut all = many("entities", Kind::Missed, 4000);
    all.extend(many("entities", Kind::Both, 2));
    all.extend(many("cue", Kind::Spurious, 1200));
    all.extend(many("cue", Kind::Missed, 4000));
    let kept = thinned(&all, 3000);
    let count = |task: &str, kind| kept.iter().filter(|m| m.task == task && m.kind == kind).count();
    assert_eq!(count("entities", Kind::Both), 2, "the rare ones are all there");
    assert_eq!([count("cue", Kind::Spurious), count("entities", Kind::Missed), count("cue", Kind::Missed)], [999, 1000, 999]);
    let places: Vec<usize> = kept.iter().map(|m| all.iter().position(|o| std::ptr::eq(o, *m)).unwrap()).collect();
    assert!(places.is_sorted(), "in the order of the documents");
    assert!(places[998] > 3990, "from everywhere in the set");
    let html = page(&report("a", vec![SetReport { mistakes: all, ..full("b") }]));
    assert!(html.contains("3,000 of 9,202 mistakes are on this page"));
    assert_eq!(html.matches("<li data-task=").count(), 3000);
}

#[test]
fn a_smaller_error_is_better_and_chance_decides_nothing() {
    let difference = |d, p| Difference { baseline: Some(0.5), difference: Some(d), low: None, high: None, p: Some(p) };
    assert_eq!(Verdict::of("check_worthiness.ece", &difference(-0.1, 0.01)), Some(Verdict::Better));
    assert_eq!(Verdict::of("entities.strict.f1", &difference(-0.1, 0.01)), Some(Verdict::Worse));
    assert_eq!(Verdict::of("entities.strict.f1", &difference(0.1, 0.2)), Some(Verdict::Unclear));
    assert_eq!(Verdict::of("entities.strict.f1", &difference(0.0, 1.0)), Some(Verdict::Same));
}

#[test]
fn only_the_ends_of_many_changes_are_listed() {
    let changed = |n: usize| Changed { doc_id: format!("doc-{n:03}."), score: "claimer.f1".into(), baseline: Some(0.5), value: None };
    let html = page(&report("a", vec![SetReport { changed: (0..203).map(changed).collect(), ..full("b") }]));
    assert!(html.contains(" 3 in between are left out"));
    assert!(html.contains("doc-099.") && !html.contains("doc-100.") && !html.contains("doc-102.") && html.contains("doc-103."));
}

#[test]
fn numbers_are_written_for_people() {
    assert_eq!([grouped(7), grouped(999), grouped(1000), grouped(1_234_567)], ["7", "999", "1,000", "1,234,567"]);
    assert_eq!([signed(0.0125), signed(-0.5), signed(0.0)], ["+0.013", "−0.500", "0.000"]);
    assert_eq!(shortened("short", 8), "short");
    assert_eq!(shortened("one two three four five", 16), "one two … five");
}

proptest! {
    #[test]
    fn pieces_are_the_context_whatever_is_marked(
        text in "\\PC{0,120}",
        gold in prop::collection::vec((0usize..150, 0usize..150), 0..4),
        predicted in prop::collection::vec((0usize..150, 0usize..150), 0..4),
    ) {
        let mut joined = String::new();
        for piece in pieces(&text, &gold, &predicted) {
            match piece {
                Piece::Words { text, .. } => joined.push_str(&text),
                Piece::Cut => prop_assert!(false, "nothing here is long"),
            }
        }
        prop_assert_eq!(joined, text);
    }
}
