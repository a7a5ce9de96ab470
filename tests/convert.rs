//! `claimsift convert` as people run it: what goes in comes out again, and what has no place is told.

mod support;

use std::path::{Path, PathBuf};

use claimsift::convert::{self, Format, LabelledDocument, Options};
use support::{Ran, claimsift, extract, folder, root, run};

fn convert(here: &Path, args: &[&str]) -> Ran {
    run(claimsift(here).arg("convert").args(args))
}

fn read(path: &Path, format: Format) -> Vec<LabelledDocument> {
    convert::read(path, format, &Options::default()).unwrap().documents
}

fn gold_folder() -> PathBuf {
    root().join("fixtures/gold")
}

/// Formats that hold all of our gold, each with what it is written to.
const WHOLE: [(&str, &str, Format); 6] = [
    ("gold", "gold.jsonl", Format::Gold),
    ("gold", "gold-folder", Format::Gold),
    ("brat", "brat", Format::Brat),
    ("label-studio", "tasks.json", Format::LabelStudio),
    ("prodigy", "prodigy.jsonl", Format::Prodigy),
    ("web-annotation", "web.json", Format::WebAnnotation),
];

#[test]
fn our_gold_comes_back_whole_from_every_format_that_holds_it() {
    let gold = read(&gold_folder(), Format::Gold);
    let here = folder::<&str>(&[]);
    for (name, file, format) in WHOLE {
        let ran = convert(here.path(), &[gold_folder().to_str().unwrap(), file, "--to", name]);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        assert!(!ran.stderr.contains("no place"), "{name}: {}", ran.stderr);
        assert_eq!(convert::guess(&here.path().join(file)), Some(format), "{name} is told from what was written");
        let back = read(&here.path().join(file), format);
        assert_eq!(back.len(), gold.len(), "{name}");
        for document in &gold {
            let again = back.iter().find(|d| d.doc_id == document.doc_id).unwrap_or_else(|| panic!("{name}: {} is gone", document.doc_id));
            assert!(again == document, "{name}: {} came back otherwise", document.doc_id);
        }
    }
}

#[test]
fn what_a_format_has_no_place_for_is_told_with_its_number() {
    let here = folder::<&str>(&[]);
    let ran = convert(here.path(), &[gold_folder().to_str().unwrap(), "gold.conll"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    for loss in ["162 attributions", "174 claims"] {
        assert!(ran.stderr.contains(loss), "{loss}: {}", ran.stderr);
    }
    let (gold, back) = (read(&gold_folder(), Format::Gold), read(&here.path().join("gold.conll"), Format::Columns));
    let entities = |all: &[LabelledDocument]| all.iter().flat_map(|d| d.entities.clone().unwrap()).collect::<Vec<_>>();
    assert!(entities(&gold) == entities(&back));
    assert!(gold.iter().zip(&back).all(|(a, b)| a.text == b.text), "texts come back byte for byte");
}

#[test]
fn records_become_tasks_for_annotators_and_claims_for_the_web() {
    let here = folder(&[("news.txt", "The mayor spoke. “We cut crime by 40 percent in two years 😮,” Dana Cole told reporters.\n")]);
    let records = run(&mut extract(here.path(), &["news.txt", "-o", "records.jsonl"]));
    assert_eq!(records.code, 0, "{}", records.stderr);
    let ran = convert(here.path(), &["records.jsonl", "tasks.json", "--to", "label-studio"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let tasks: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(here.path().join("tasks.json")).unwrap()).unwrap();
    assert!(tasks[0]["predictions"][0]["result"].as_array().is_some_and(|r| !r.is_empty()), "what a program says is a prediction");
    let ran = convert(here.path(), &["records.jsonl", "-", "--to", "schema-org"]);
    let graph: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    let claim = &graph["@graph"][0];
    assert_eq!((claim["@type"].as_str(), claim["author"]["name"].as_str()), (Some("Claim"), Some("Dana Cole")));
    assert!(!ran.stdout.contains("ClaimReview"));
}

#[test]
fn wrong_calls_say_what_is_missing() {
    let here = folder(&[("a.bin", "\u{0}\u{1} what is this, and why is it here at all, nobody knows or will ever know")]);
    let ran = convert(here.path(), &["a.bin", "out.jsonl"]);
    assert!(ran.code == 2 && ran.stderr.contains("--to"), "{}", ran.stderr);
    let ran = convert(here.path(), &["a.bin", "out.jsonl", "--to", "gold"]);
    assert!(ran.code == 2 && ran.stderr.contains("--from"), "{}", ran.stderr);
    let ran = convert(here.path(), &["gone.json", "out.jsonl", "--to", "gold"]);
    assert!(ran.code == 2 && ran.stderr.contains("gone.json: no such file"), "{}", ran.stderr);
    let ran = convert(here.path(), &[gold_folder().to_str().unwrap(), "out", "--to", "re3d"]);
    assert!(ran.code == 2 && ran.stderr.contains("re3d is only read"), "{}", ran.stderr);
    assert!(!here.path().join("out.jsonl").exists());
}

/// Each is wrong in one place; what is said must name it.
const WRONG: &[(&str, &str, &str, &[&str])] = &[
    (
        "offsets outside the text",
        "a.jsonl",
        r#"{"schema":"claimsift/gold/1","doc_id":"a","offset_unit":"char","text":"Ann","entities":[{"start":1,"end":9,"text":"nn","label":"PERSON"}]}"#,
        &["line 1", "9"],
    ),
    (
        "an offset inside a character",
        "a.jsonl",
        r#"{"schema":"claimsift/gold/1","doc_id":"a","offset_unit":"byte","text":"é Ann","entities":[{"start":1,"end":6,"text":"Ann","label":"PERSON"}]}"#,
        &["line 1"],
    ),
    (
        "a surface that is not the text",
        "a.jsonl",
        r#"{"schema":"claimsift/gold/1","doc_id":"a","offset_unit":"char","text":"Ann ran","entities":[{"start":0,"end":3,"text":"Bob","label":"PERSON"}]}"#,
        &["line 1", "Ann", "Bob"],
    ),
    (
        "truncated JSON",
        "a.jsonl",
        "{\"schema\":\"claimsift/gold/1\",\"doc_id\":\"a\",\"offset_unit\":\"char\",\"text\":\"Ann\"}\n{\"schema\":\"claimsift/gold/1\",\"doc_",
        &["line 2"],
    ),
    ("an unknown class", "a.tsv", "Sentence_id\tText\tclass_label\n1\tWe cut it.\tYes\n2\tHello.\tPerhaps\n", &["line 3", "Perhaps"]),
    ("a missing column", "a.tsv", "Sentence_id\tclass_label\n1\tYes\n", &["line 1", "text"]),
    ("too few columns", "a.conll", "Ann\tB-PER\nran\n", &["line 2"]),
    ("not UTF-8", "a.tsv", "", &["line 2", "UTF-8"]),
];

#[test]
fn bad_input_names_file_and_line_and_lenient_reading_skips_and_counts() {
    for (what, file, content, expected) in WRONG {
        let mut bytes = content.as_bytes().to_vec();
        if bytes.is_empty() {
            bytes = b"Sentence_id\tText\tclass_label\n1\tCaf\xe9.\tYes\n".to_vec();
        }
        let here = folder(&[(*file, bytes)]);
        let ran = convert(here.path(), &[file, "out.jsonl", "--to", "gold"]);
        assert_eq!(ran.code, 2, "{what}: {}", ran.stderr);
        for part in expected.iter().chain([file]) {
            assert!(ran.stderr.contains(part), "{what}: {part:?} is not in {}", ran.stderr);
        }
        assert!(!here.path().join("out.jsonl").exists(), "{what}: nothing is written");
    }
    let lenient = |file: &str, content: &str| {
        let here = folder(&[(file, content)]);
        let ran = convert(here.path(), &[file, "out.jsonl", "--to", "gold", "--lenient"]);
        assert_eq!(ran.code, 1, "{}", ran.stderr);
        assert!(ran.stderr.contains("left out"), "{}", ran.stderr);
        read(&here.path().join("out.jsonl"), Format::Gold)
    };
    assert_eq!(lenient("a.tsv", WRONG[4].2).len(), 1, "the good row stays");
    assert_eq!(lenient("a.jsonl", WRONG[2].2)[0].entities, Some(vec![]), "the document stays without the wrong entity");
    assert_eq!(lenient("a.jsonl", WRONG[3].2).len(), 1);
}

#[test]
fn nothing_read_is_an_error_and_what_is_no_text_is_named() {
    let here =
        folder(&[("none.tsv", &b"Sentence_id\tText\tclass_label\n"[..]), ("a.jsonl.gz", b"\x1f\x8b\x08\0\0"), ("a.csv", b"\xff\xfeS\0")]);
    for (file, from, expected) in [("none.tsv", "checkthat", "no document"), ("a.jsonl.gz", "gold", "gzip"), ("a.csv", "newssd", "UTF-16")]
    {
        for lenient in [&[][..], &["--lenient"]] {
            let ran = convert(here.path(), &[&[file, "out.jsonl", "--from", from, "--to", "gold"], lenient].concat());
            assert!(ran.code == 2 && ran.stderr.contains(expected), "{file}: {}", ran.stderr);
        }
    }
    assert!(!here.path().join("out.jsonl").exists());
}

#[test]
fn stray_quotes_and_mixed_line_ends_do_not_swallow_rows() {
    let here = folder(&[(
        "a.tsv",
        "Sentence_id\tText\tclass_label\r\n1\t\"We cut it, he said.\tYes\r\n2\tHello \"there\".\tNo\n3\tThe end.\tNo\r\n",
    )]);
    let ran = convert(here.path(), &["a.tsv", "out.jsonl", "--to", "gold"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let texts: Vec<String> = read(&here.path().join("out.jsonl"), Format::Gold).into_iter().map(|d| d.text.trim().to_owned()).collect();
    assert_eq!(texts, ["\"We cut it, he said.", "Hello \"there\".", "The end."]);
}
