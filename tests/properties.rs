//! What holds of any text, with the real model; and of any reading, without one.

mod support;

use std::sync::LazyLock;

use claimsift::assemble::{ReadSentence, assemble};
use claimsift::decode::{Mention, Reading};
use claimsift::document::{Block, BlockKind, Document};
use claimsift::labels::Role;
use claimsift::model::{Model, Precision};
use claimsift::pipeline::Extractor;
use claimsift::record::{Coverage, ModelInfo, ProgramInfo, Record, ThresholdInfo};
use claimsift::render::{self, Annotated, RenderOptions};
use claimsift::span::{OffsetUnit, Span};
use claimsift::{ingest, split};
use proptest::prelude::*;
use support::invariants::{check, check_whole};
use support::{folder, model, root};

const UNITS: [OffsetUnit; 3] = [OffsetUnit::Char, OffsetUnit::Byte, OffsetUnit::Utf16];

fn extractor(threads: usize) -> Extractor {
    Extractor::new(Model::load(&model(), Precision::Auto).expect("the shipped model"), threads).expect("threads")
}

static ONE: LazyLock<Extractor> = LazyLock::new(|| extractor(1));
static TWO: LazyLock<Extractor> = LazyLock::new(|| extractor(2));

/// So many cases, or as many as `PROPTEST_CASES` says if that is more; no file for those that fail: a bug gets a test of its own.
fn cases(cases: u32) -> ProptestConfig {
    let asked = ProptestConfig::default();
    ProptestConfig { cases: cases.max(asked.cases), failure_persistence: None, ..asked }
}

fn rendered(annotated: &Annotated, offsets: OffsetUnit, threshold: f64) -> Record {
    let model = ModelInfo {
        name: "m".into(),
        version: "1".into(),
        sha256: "0".into(),
        precision: "f32".into(),
        kernel: "none".into(),
        thresholds: ThresholdInfo { check_worthiness: threshold },
    };
    let program = ProgramInfo { version: "1".into(), config_sha256: "0".into() };
    render::record(annotated, &RenderOptions { offsets, with_text: true, model, program })
}

/// All that holds of a record, in every unit.
fn check_all(annotated: &Annotated, threshold: f64) {
    UNITS.iter().for_each(|&unit| check_whole(&rendered(annotated, unit, threshold)));
    let whole = rendered(annotated, OffsetUnit::Char, threshold);
    for line in render::claim_lines(Record { text: None, ..whole.clone() }, &annotated.document.text) {
        assert!(!line.context.sentence.is_empty());
    }
    check(&Record { text: None, ..whole }, &annotated.document.text);
}

/// Anything at all, and things that news is made of and offsets go wrong at.
fn any_text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        1 => "\\PC{0,12}",
        1 => any::<char>().prop_map(String::from),
        3 => prop::sample::select(vec![
            " ", "\n", "\r\n", "\n\n", "\t", "\u{a0}", "\u{2028}", "\0", "\u{feff}", "\u{200d}", "e\u{301}", "👩‍👩‍👦‍👦", "🇫🇷", "𝕊", "ß", "İ",
        ]).prop_map(String::from),
        3 => prop::sample::select(vec![". ", ", ", "?", "! ", "…", "“", "”", "\"", "‘", "’", "«", "»", "„", "'s ", "—", "(", ")", "U.S. ", "- "])
            .prop_map(String::from),
        4 => prop::sample::select(vec![
            "said ", "that ", "That ", "Ann Lee ", "the ", "The ", "Lee ", "OPEC ", "£5.2m ", "in June 2018 ", "according to ", "By Ann Lee",
        ]).prop_map(String::from),
    ];
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(cases(24))]

    #[test]
    fn any_text_is_annotated_whole_and_exactly(text in any_text(), threshold in prop::sample::select(vec![0.0, 0.5, 1.0])) {
        let document = Document { doc_id: "d".into(), text: text.clone(), ..Document::default() };
        let annotated = TWO.annotate(document, threshold).map_err(|failed| failed.error).expect("annotated");
        prop_assert_eq!(&annotated.document.text, &text);
        check_all(&annotated, threshold);
    }

    #[test]
    fn any_text_of_a_jsonl_line_keeps_its_characters_and_gets_its_blocks(text in any_text(), title in proptest::option::of("[A-Z][a-z ]{3,20}")) {
        let feed = folder(&[("feed.jsonl", serde_json::json!({"text": text, "title": title}).to_string())]);
        let paths = [feed.path().join("feed.jsonl").to_str().expect("a plain path").to_owned()];
        let read: Vec<_> = ingest::documents(&paths, &ingest::IngestOptions::default()).collect();
        prop_assert_eq!(read.len(), 1);
        prop_assert_eq!(read[0].is_err(), text.trim().is_empty(), "only a text without words fails");
        for document in read.into_iter().flatten() {
            prop_assert!(document.text.ends_with(&text));
            let annotated = TWO.annotate(document, 0.0).map_err(|failed| failed.error).expect("annotated");
            prop_assert!(!annotated.document.blocks.is_empty());
            prop_assert!(annotated.sentences.iter().all(|s| s.block.is_some()), "every sentence stands in a block");
            check_all(&annotated, 0.0);
        }
    }
}

/// Some thirty sentences, among them long and strange ones.
static SENTENCES: LazyLock<(String, Vec<Span>)> = LazyLock::new(|| {
    let read = |name: &str| std::fs::read_to_string(root().join("fixtures/news").join(name)).expect("a fixture");
    let long = "and the council paid the rent ".repeat(60);
    let text = format!("{}\n\n{}\n\n{long}\n\nÉ. \0 🇫🇷!\n\n7\n", read("emoji.txt"), read("diplomacy.txt"));
    let spans = split::split(&text).iter().map(|s| s.span).collect();
    (text, spans)
});

/// What the model reads in each sentence alone.
static ALONE: LazyLock<Vec<Reading>> = LazyLock::new(|| {
    let (text, spans) = &*SENTENCES;
    spans.iter().flat_map(|span| ONE.read(text, &[*span]).expect("a reading")).collect()
});

proptest! {
    #![proptest_config(cases(4))]

    #[test]
    fn a_sentence_is_read_the_same_whatever_stands_beside_it(order in Just((0..SENTENCES.1.len()).collect::<Vec<_>>()).prop_shuffle(), some in 2usize..40) {
        let (text, spans) = &*SENTENCES;
        let chosen: Vec<usize> = order.into_iter().take(some).collect();
        let shuffled: Vec<Span> = chosen.iter().map(|&at| spans[at]).collect();
        for extractor in [&*ONE, &*TWO] {
            let together = extractor.read(text, &shuffled).expect("readings");
            for (&at, reading) in chosen.iter().zip(&together) {
                prop_assert_eq!(reading, &ALONE[at], "{:?}", spans[at].of(text));
            }
        }
    }
}

#[test]
fn a_sentence_is_read_the_same_wherever_its_document_puts_it() {
    let sentence = "The council spent £5m on rent in June 2018, Ann Lee said.";
    let text = format!("Other words stand before.\n\n{sentence}");
    let moved = text.len() - sentence.len();
    let alone = ONE.read(sentence, &[Span::new(0, sentence.len())]).expect("a reading").remove(0);
    let mut later = ONE.read(&text, &[Span::new(moved, text.len())]).expect("a reading").remove(0);
    for mention in later.entities.iter_mut().chain(&mut later.roles) {
        mention.span = Span::new(mention.span.start - moved, mention.span.end - moved);
    }
    assert_eq!(alone, later);
}

/// A score on the threshold: what the model gives, not its four decimals, must decide both label and claim.
#[test]
fn labels_and_claims_agree_for_a_score_at_the_threshold() {
    let text = std::fs::read_to_string(root().join("fixtures/news/diplomacy.txt")).expect("a fixture");
    let document = Document { doc_id: "d".into(), text, ..Document::default() };
    let sentences = TWO.annotate(document.clone(), 0.0).map_err(|failed| failed.error).expect("annotated").sentences;
    for threshold in sentences.iter().map(|s| s.reading.check_worthiness()) {
        let annotated = TWO.annotate(document.clone(), threshold).map_err(|failed| failed.error).expect("annotated");
        let record = rendered(&annotated, OffsetUnit::Char, threshold);
        for claim in &record.claims {
            let labels: Vec<_> = claim.sentences.iter().map(|&s| record.sentences[s].label.as_str()).collect();
            let scores: Vec<_> = claim.sentences.iter().map(|&s| record.sentences[s].check_worthiness).collect();
            assert!(
                labels.iter().all(|&l| l == "CFS"),
                "a claim of sentences labelled {labels:?}, scored {scores:?}, threshold {threshold}"
            );
        }
    }
}

/// A source without a letter ("»") has no name to give: the claimer is its words, or nobody.
#[test]
fn no_claimer_is_without_a_name() {
    let text = "It rained, » said.";
    let mention = |start: usize, end: usize, role: Role| Mention { span: Span::new(start, end), label: role as usize, score: 0.9 };
    let roles = vec![mention(0, 9, Role::Content), mention(11, 13, Role::Source), mention(14, 18, Role::Cue)];
    let reading = Reading { roles, worth: [0.0, 0.0, 1.0], score: 1.0, windows: 1, ..Reading::default() };
    let sentence = ReadSentence { span: Span::new(0, text.len()), block: None, kind: None, reading };
    let document = Document { text: text.into(), ..Document::default() };
    for attribution in assemble(&document, &[sentence], &[], 0.5, None).attributions {
        assert!(attribution.claimer.as_ref().is_none_or(|c| !c.name.is_empty()), "{attribution:?}");
    }
}

/// Mentions as a model gives them: in order, without overlap, from word to word.
fn mentions(labels: usize) -> impl Strategy<Value = Vec<(usize, usize, usize)>> {
    prop::collection::vec((0usize..6, 1usize..8, 0..labels), 0..8)
}

/// Lays mentions (words skipped, words held, label) over the words of a sentence.
fn laid(words: &[Span], mentions: &[(usize, usize, usize)]) -> Vec<Mention> {
    let mut at = 0;
    let mut laid = Vec::new();
    for &(skipped, held, label) in mentions {
        let (first, last) = (at + skipped, at + skipped + held - 1);
        let (Some(from), Some(to)) = (words.get(first), words.get(last)) else { break };
        laid.push(Mention { span: from.hull(to), label, score: 0.9 });
        at = last + 1;
    }
    laid
}

/// The words of a span, cut at white space and around signs, as the encoder does.
fn words(text: &str, within: Span) -> Vec<Span> {
    let mut words: Vec<Span> = Vec::new();
    let mut open = false;
    for (at, c) in within.of(text).char_indices() {
        let (start, end) = (within.start + at, within.start + at + c.len_utf8());
        match words.last_mut() {
            Some(word) if open && c.is_alphanumeric() => word.end = end,
            _ if c.is_whitespace() => {}
            _ => words.push(Span::new(start, end)),
        }
        open = c.is_alphanumeric();
    }
    words
}

proptest! {
    #![proptest_config(cases(2000))]

    #[test]
    fn whatever_the_model_reads_the_record_holds_together(
        text in any_text(),
        read in prop::collection::vec((mentions(3), mentions(Role::ALL.len()), 0.0f32..=1.0), 12),
        threshold in prop::sample::select(vec![0.0, 0.5]),
    ) {
        let sentences: Vec<ReadSentence> = split::split(&text).iter().zip(read.iter().cycle()).map(|(sentence, (entities, roles, worth))| {
            let words = words(&text, sentence.span);
            let reading = Reading {
                entities: laid(&words, entities),
                roles: laid(&words, roles),
                worth: [1.0 - worth, 0.0, *worth],
                score: *worth,
                windows: 1,
                ..Reading::default()
            };
            ReadSentence { span: sentence.span, block: None, kind: None, reading }
        }).collect();
        let blocks = vec![Block { kind: BlockKind::Paragraph, span: Span::new(0, text.len()).trimmed(&text) }];
        let blocks = if text.trim().is_empty() { Vec::new() } else { blocks };
        let document = Document { doc_id: "d".into(), text: text.clone(), blocks, ..Document::default() };
        let labels = ["PERSON", "ORG", "DATE"].map(str::to_owned);
        let assembly = assemble(&document, &sentences, &labels, threshold, None);
        let chars = text.chars().count();
        let coverage = Coverage { chars, scored_chars: chars, windows: sentences.len(), truncated: 0 };
        check_all(&Annotated { document, sentences, assembly, coverage }, threshold);
    }
}
