//! `claimsift extract` on good input: the records are whole, exact, valid and the same every time.

mod support;

use std::path::Path;
use std::sync::LazyLock;

use claimsift::document::BlockKind;
use claimsift::labels::{Mode, Worth};
use claimsift::record::{ClaimLine, Record, json_schema};
use claimsift::span::OffsetUnit;
use serde_json::{Value, json};
use support::invariants::{check, check_whole};
use support::{Ran, SCHEMA, claimsift, extract, folder, records, root, run, run_on, typed, valid};

/// The news fixtures in their order, with the model's own threshold.
static NEWS: LazyLock<Ran> = LazyLock::new(|| run(&mut extract(root(), &["fixtures/news", "--threads", "2"])));

/// Emoji, flags, combining marks, Windows line ends, NULs, and quotations in all marks.
const ODD: &str = "Zoe\u{308} said: “It cost €5m” 👨‍👩‍👧‍👦 in 🇫🇷.\r\nA line with a \0 NUL rose 3%.\r\n\r\n\
    «\u{c9}cole» e\u{301}tait 😮, sa\u{308}gte 𝕊chmidt — „Nein“! \u{feff}Then it\u{200b} fell… \u{1f3fd}\r\n";

fn record(command: &mut std::process::Command) -> Record {
    let ran = run(command);
    let [record] = <[Record; 1]>::try_from(ran.records(0)).expect("one record");
    check_whole(&record);
    record
}

/// The record of one text file.
/// In floats: unoptimised, as tests are built, the loops of the 8-bit path take minutes for a long text.
fn of_text(bytes: impl AsRef<[u8]>) -> Record {
    let news = folder(&[("news.txt", bytes)]);
    record(&mut extract(news.path(), &["news.txt", "--precision", "f32", "--min-check-worthiness", "0"]))
}

fn ids(records: &[Record]) -> Vec<&str> {
    records.iter().map(|r| r.doc_id.as_str()).collect()
}

#[test]
fn the_committed_schema_is_the_one_the_types_give() {
    let committed: Value = serde_json::from_str(&std::fs::read_to_string(root().join("docs/record.schema.json")).unwrap()).unwrap();
    assert!(committed == json_schema(), "run: cargo run --release -- schema > docs/record.schema.json");
    let printed = run(claimsift(root()).arg("schema"));
    assert_eq!((printed.code, printed.stderr.as_str()), (0, ""));
    assert!(serde_json::from_str::<Value>(&printed.stdout).unwrap() == committed);
}

#[test]
fn the_schema_refuses_what_is_no_record() {
    let whole: Value = serde_json::from_str(NEWS.stdout.lines().next().unwrap()).unwrap();
    assert!(SCHEMA.is_valid(&whole));
    for (field, wrong) in [("text_sha256", Value::Null), ("sentences", json!([{"id": 0}])), ("offset_unit", json!("byte or so"))] {
        let mut broken = whole.clone();
        broken[field] = wrong;
        assert!(!SCHEMA.is_valid(&broken), "{field}");
        broken.as_object_mut().unwrap().remove(field);
        assert!(!SCHEMA.is_valid(&broken), "without {field}");
    }
}

#[test]
fn the_records_of_the_news_fixtures_are_valid_and_whole() {
    let records = NEWS.records(0);
    assert_eq!(records.len(), std::fs::read_dir(root().join("fixtures/news")).unwrap().count());
    for record in &records {
        check_whole(record);
        assert_eq!(record.text.as_deref().unwrap(), std::fs::read_to_string(root().join(&record.doc_id)).unwrap());
        assert!(!record.sentences.is_empty() && record.warnings.is_empty());
    }
    let mut claims: Vec<&str> = records.iter().flat_map(|r| &r.claims).map(|c| c.id.as_str()).collect();
    let all = claims.len();
    claims.sort_unstable();
    claims.dedup();
    assert_eq!(claims.len(), all, "the ids of claims are unique over the documents");
}

#[test]
fn every_offset_unit_cuts_the_very_words() {
    let news = folder(&[("odd.txt", ODD)]);
    let emoji = root().join("fixtures/news/emoji.txt");
    let mut ends = Vec::new();
    for unit in [OffsetUnit::Char, OffsetUnit::Byte, OffsetUnit::Utf16] {
        let name = serde_json::to_value(unit).unwrap();
        let mut command = extract(news.path(), &["odd.txt", "--min-check-worthiness", "0", "--offsets", name.as_str().unwrap()]);
        let records = run(command.arg(&emoji)).records(0);
        for record in &records {
            assert_eq!(record.offset_unit, unit);
            check_whole(record);
        }
        assert_eq!(records[0].text.as_deref(), Some(ODD), "the text is kept to the byte");
        ends.push(records[1].sentences.last().unwrap().end);
    }
    assert!(ends[0] < ends[2] && ends[2] < ends[1], "emoji are longer in UTF-16, and longest in bytes: {ends:?}");
}

#[test]
fn the_number_of_threads_leaves_no_trace() {
    let one = run(&mut extract(root(), &["fixtures/news", "--threads", "1"]));
    assert_eq!(one.code, 0);
    assert!(one.stdout == NEWS.stdout, "other bytes with one thread than with two");
}

#[test]
fn a_record_is_the_same_alone_and_among_others_and_output_keeps_the_order_of_input() {
    let order = ["fixtures/news/sport.txt", "fixtures/news/emoji.txt", "fixtures/news/opinion.txt"];
    let together = run(&mut extract(root(), &order));
    assert_eq!(ids(&together.records(0)), order);
    let alone = run(&mut extract(root(), &[order[1]]));
    let lines: Vec<&str> = together.stdout.lines().collect();
    assert_eq!(alone.stdout.trim_end(), lines[1]);
    for line in lines {
        assert!(NEWS.stdout.lines().any(|l| l == line), "another record than among all fixtures");
    }
}

#[test]
fn many_documents_of_any_length_come_out_in_their_order() {
    let length = |n: usize| if n.is_multiple_of(7) { 12 } else { 1 };
    let lines: String = (0..150).map(|n| json!({"text": format!("Rent rose {n}%. ").repeat(length(n))}).to_string() + "\n").collect();
    let news = folder(&[("feed.jsonl", lines.as_str())]);
    let found = run(&mut extract(news.path(), &["feed.jsonl", "--threads", "2"])).records(0);
    let expected: Vec<String> = (1..=150).map(|n| format!("feed.jsonl#{n}")).collect();
    assert_eq!(ids(&found), expected);
}

#[test]
fn claim_lines_stand_by_themselves() {
    let args = ["fixtures/news/court-report.txt", "fixtures/news/emoji.txt", "--min-check-worthiness", "0"];
    let records = run(&mut extract(root(), &args)).records(0);
    let ran = run(extract(root(), &args).args(["--only", "claims"]));
    assert_eq!(ran.code, 0);
    let lines: Vec<ClaimLine> = ran.stdout.lines().map(|l| typed(valid(l))).collect();
    assert_eq!(lines.len(), records.iter().map(|r| r.claims.len()).sum::<usize>());

    for (line, (record, claim)) in lines.iter().zip(records.iter().flat_map(|r| r.claims.iter().map(move |c| (r, c)))) {
        assert_eq!((line.schema.as_str(), &line.claim), ("claimsift/claim/1", claim));
        assert_eq!((&line.doc_id, &line.source, &line.model), (&record.doc_id, &record.source, &record.model));
        assert_eq!((&line.text_sha256, line.offset_unit), (&record.text_sha256, record.offset_unit));
        assert_eq!(line.attribution.as_ref().map(|a| &a.id), claim.attribution.as_ref());
        assert_eq!(line.entities.iter().map(|e| &e.id).collect::<Vec<_>>(), claim.entities.iter().collect::<Vec<_>>());

        let text: Vec<char> = record.text.as_deref().unwrap().chars().collect();
        let words = |id: usize| record.sentences.get(id).map(|s| text[s.start..s.end].iter().collect::<String>());
        let (first, last) = (claim.sentences[0], *claim.sentences.last().unwrap());
        assert_eq!(line.context.before, first.checked_sub(1).and_then(words));
        assert_eq!(line.context.after, words(last + 1));
        assert_eq!(line.context.sentence, (first..=last).filter_map(words).collect::<Vec<_>>().join(" "));
        if claim.mode == Mode::Author {
            assert!(line.context.sentence.contains(&claim.span.text));
        }
    }
}

#[test]
fn without_text_the_rest_of_a_record_stays() {
    let args = ["fixtures/news/emoji.txt", "--min-check-worthiness", "0"];
    let with = run(&mut extract(root(), &args)).records(0).remove(0);
    let without = run(extract(root(), &args).arg("--no-text")).records(0).remove(0);
    assert_eq!(without.text, None);
    check(&without, with.text.as_deref().unwrap());
    // The hash of the options differs, as it should.
    assert_ne!(with.program, without.program);
    assert_eq!(Record { text: None, program: without.program.clone(), ..with }, without);
}

#[test]
fn thresholds_of_0_and_1_take_all_and_next_to_nothing() {
    let at = |threshold: &str| {
        let record = record(&mut extract(root(), &["fixtures/news/court-report.txt", "--min-check-worthiness", threshold]));
        assert_eq!(record.model.thresholds.check_worthiness, threshold.parse::<f64>().unwrap());
        record
    };
    let (all, few) = (at("0"), at("1"));
    assert!(all.sentences.iter().all(|s| s.label == Worth::Cfs));
    let may_assert = |block: Option<usize>| block.is_none_or(|b| !matches!(all.blocks[b].kind, BlockKind::Byline | BlockKind::Dateline));
    let text: Vec<char> = all.text.as_deref().unwrap().chars().collect();
    for sentence in all.sentences.iter().filter(|s| may_assert(s.block)) {
        let asked = text[sentence.start..sentence.end].contains(&'?');
        let claimed = all.claims.iter().any(|c| c.sentences.contains(&sentence.id));
        assert!(asked || claimed, "sentence {} makes no claim", sentence.id);
    }
    assert!(few.claims.iter().all(|c| c.check_worthiness >= 1.0));
    let scores = |r: &Record| r.sentences.iter().map(|s| s.check_worthiness).collect::<Vec<_>>();
    assert_eq!(scores(&all), scores(&few), "the threshold moves labels, not scores");
}

#[test]
fn standard_input_is_a_document() {
    let emoji = std::fs::read(root().join("fixtures/news/emoji.txt")).unwrap();
    let found = run_on(&mut extract(root(), &["-"]), &emoji).records(0);
    let [record] = &found[..] else { panic!("one record: {found:?}") };
    check_whole(record);
    assert_eq!((record.doc_id.as_str(), record.source.format.as_str()), ("-", "text"));
    let file = NEWS.records(0).into_iter().find(|r| r.doc_id.ends_with("emoji.txt")).unwrap();
    assert_eq!((&record.sentences, &record.entities), (&file.sentences, &file.entities));

    let lines = run_on(&mut extract(root(), &["-", "--format", "jsonl"]), b"{\"text\":\"Rent rose.\"}\n\n{\"text\":\"It fell.\"}");
    assert_eq!(ids(&lines.records(0)), ["-#1", "-#3"]);
}

#[test]
fn jsonl_gives_ids_and_its_other_fields_to_the_source() {
    let line = json!({"guid": "urn:7", "body": "The council spent £5m.", "title": "Council spends", "urgency": 3,
        "subjects": ["medtop:11"], "desk": {"city": true}, "score": 1.5});
    let news = folder(&[("feed.jsonl", format!("{line}\n"))]);
    let record = record(&mut extract(news.path(), &["feed.jsonl", "--text-field", "body", "--id-field", "guid"]));
    assert_eq!(record.doc_id, "urn:7");
    let source = &record.source;
    assert_eq!((source.path.as_str(), source.format.as_str(), source.urgency), ("feed.jsonl", "jsonl", Some(3)));
    assert_eq!((source.title.as_deref(), source.guid.as_deref()), (Some("Council spends"), Some("urn:7")));
    assert_eq!(source.subjects, ["medtop:11"]);
    assert_eq!((&source.fields["desk"], &source.fields["score"]), (&json!({"city": true}), &json!(1.5)));
    assert_eq!(record.text.as_deref(), Some("Council spends\n\nThe council spent £5m."), "the title is read like the rest");
    assert_eq!(record.blocks[0].kind, BlockKind::Headline);
}

#[test]
fn markdown_is_read_without_its_marks() {
    let page =
        "---\nurl: https://news.example/1\n---\n# Rents rise\n\nRents *rose* by [5%](https://x.example), she\nsaid.\n\n- One\n- Two\n";
    let news = folder(&[("page.md", page)]);
    let record = record(&mut extract(news.path(), &["page.md"]));
    assert_eq!((record.source.format.as_str(), record.source.url.as_deref()), ("markdown", Some("https://news.example/1")));
    assert_eq!(record.text.as_deref(), Some("Rents rise\n\nRents rose by 5%, she said.\n\nOne\n\nTwo"));
    assert_eq!(record.blocks[0].kind, BlockKind::Headline);
}

#[test]
fn windows_1252_is_guessed_and_the_guess_is_said() {
    let record = of_text(b"The caf\xe9 in Saint-Andr\xe9 paid \x80900, the owner said: \x93Too much.\x94 Nobody na\xefve objected.");
    assert!(record.text.as_deref().unwrap().contains("café in Saint-André paid €900, the owner said: “Too much.”"));
    assert!(record.warnings.iter().any(|w| w.contains("windows-1252")), "{:?}", record.warnings);
}

#[test]
fn a_byte_order_mark_is_no_text() {
    let record = of_text("\u{feff}Rent rose by 5%.");
    assert_eq!(record.text.as_deref(), Some("Rent rose by 5%."));
    assert_eq!((record.sentences[0].start, record.warnings.len()), (0, 0));
}

#[test]
fn a_sentence_of_5000_words_is_read_to_its_end() {
    let record = of_text("and the council paid the rent ".repeat(5000 / 6 + 1));
    assert_eq!(record.sentences.len(), 1);
    assert!(record.coverage.windows > 10, "one window holds some hundred words: {:?}", record.coverage);
}

#[test]
fn a_word_of_200_kb_is_read_to_its_end() {
    let record = of_text("national".repeat(25_000));
    assert_eq!((record.sentences.len(), record.sentences[0].end), (1, 200_000));
    assert!(record.coverage.windows > 10, "{:?}", record.coverage);
}

#[test]
fn an_output_file_holds_what_standard_output_would() {
    let news = folder(&[("a.txt", "Rent rose 5%."), ("b.txt", "It fell 3% in May.")]);
    let to_stdout = run(&mut extract(news.path(), &["a.txt", "b.txt"]));
    let to_file = run(&mut extract(news.path(), &["a.txt", "b.txt", "-o", "new/out.jsonl"]));
    assert_eq!((to_file.code, to_file.stdout.as_str(), to_file.stderr.as_str()), (0, "", ""));
    assert_eq!(std::fs::read_to_string(news.path().join("new/out.jsonl")).unwrap(), to_stdout.stdout);
    assert_eq!(names(&news.path().join("new")), ["out.jsonl"], "no other file is left");
}

#[test]
fn an_output_file_is_whole_though_some_documents_fail() {
    let news = folder(&[("a.txt", "Rent rose 5%."), ("b.txt", ""), ("c.txt", "It fell.")]);
    let ran = run(&mut extract(news.path(), &["a.txt", "b.txt", "c.txt", "-o", "out.jsonl"]));
    assert_eq!((ran.code, ran.errors().len()), (1, 1));
    let written = records(&std::fs::read_to_string(news.path().join("out.jsonl")).unwrap());
    assert_eq!(ids(&written), ["a.txt", "c.txt"]);
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}
