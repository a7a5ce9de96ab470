use super::{Sentence, split};
use proptest::prelude::*;
use std::fs;

/// The surfaces of the sentences of a text.
fn surfaces(text: &str) -> Vec<&str> {
    split(text).iter().map(|sentence| sentence.span.of(text)).collect()
}

/// A sentence of the fixtures with the white space that joins it to the next.
fn joined(line: &str) -> String {
    match line.strip_suffix("\\-") {
        Some(glued) => glued.to_owned(),
        None if line.ends_with("\\n") => line.replace("\\n", "\n").replace("\\r", "\r"),
        None => line.replace("\\n", "\n").replace("\\r", "\r") + " ",
    }
}

#[test]
fn splits_every_hard_case() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/hard_sentences.txt");
    let cases = fs::read_to_string(path).expect(path);
    let mut failures = Vec::new();
    let mut count = 0;
    for block in cases.split("\n\n") {
        let (kind, lines): (Vec<&str>, Vec<&str>) = block.lines().partition(|line| line.starts_with("# "));
        let expected: Vec<String> = lines.into_iter().map(joined).collect();
        let text = expected.concat();
        let expected: Vec<&str> = expected.iter().map(|sentence| sentence.trim()).collect();
        let found = surfaces(&text);
        if found != expected {
            failures.push(format!("{}\n  expected {expected:?}\n  found    {found:?}", kind.join(" ")));
        }
        count += usize::from(!expected.is_empty());
    }
    assert!(count >= 60, "{path} has only {count} cases");
    assert!(failures.is_empty(), "{} of {count} cases:\n{}", failures.len(), failures.join("\n"));
}

#[test]
fn empty_text_has_no_sentence() {
    assert_eq!(split(""), []);
}

#[test]
fn white_space_alone_is_one_sentence_with_an_empty_span() {
    let text = " \r\n\t\u{2029}";
    let sentences = split(text);
    assert_eq!(sentences.len(), 1);
    assert_eq!(sentences[0].tile.of(text), text);
    assert!(sentences[0].span.is_empty());
}

#[test]
fn leading_space_goes_to_the_first_sentence_and_other_space_to_the_one_before() {
    let text = "\n One. \n\n Two.\t";
    let tiles: Vec<&str> = split(text).iter().map(|sentence| sentence.tile.of(text)).collect();
    assert_eq!(tiles, ["\n One. \n\n ", "Two.\t"]);
}

#[test]
fn every_kind_of_blank_line_ends_a_sentence() {
    for blank in ["\n\n", "\r\n\r\n", "\r\r", "\n \t\n", "\u{2029}", "\u{2028}\u{2028}", "\u{85}\n"] {
        let text = format!("the long{blank}and the short");
        assert_eq!(surfaces(&text), ["the long", "and the short"], "{blank:?}");
    }
}

#[test]
fn megabytes_of_one_thing_finish() {
    let long_word = "(".repeat(500_000) + "a." + &" .".repeat(250_000);
    let fixed = ["a.", "(", ".", "\"", ". ", "! ", "a. ", "[1]", "a\n", "\n", "。", "aa.Aa", "aa.Aa。", "A.B. ", "?\" Aa ", "\0", " "];
    let repeated = fixed.map(|unit| unit.repeat(1_000_000 / unit.len()));
    for text in repeated.iter().chain([&long_word]) {
        check_tiles(text, &split(text)).expect("sentences tile the text");
    }
}

/// The invariants every text's sentences keep.
fn check_tiles(text: &str, sentences: &[Sentence]) -> Result<(), TestCaseError> {
    let mut at = 0;
    for Sentence { tile, span } in sentences {
        prop_assert_eq!(tile.start, at);
        prop_assert!(tile.start < tile.end);
        prop_assert!(text.is_char_boundary(tile.start) && text.is_char_boundary(tile.end));
        prop_assert_eq!(span.of(text), tile.of(text).trim());
        prop_assert!(tile.start <= span.start && span.end <= tile.end);
        prop_assert!(!span.is_empty() || text.trim().is_empty());
        at = tile.end;
    }
    prop_assert_eq!(at, text.len());
    Ok(())
}

/// Strings of the pieces that the rules look at, far likelier to reach them than any string is.
fn eventful() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "Mr",
        "U.S",
        "a",
        "said",
        "asked",
        "The",
        "12",
        "Yahoo",
        "p.m",
        "aa",
        "é",
        "文",
        "🎉",
        "🇫🇷",
        "\u{301}",
        "ש",
        "\0",
        ".",
        "...",
        "…",
        "!",
        "?",
        "。",
        "؟",
        "\"",
        "”",
        "''",
        "(",
        ")",
        "[3]",
        "-",
        "—",
        ":)",
        ",",
        " ",
        "  ",
        "\t",
        "\n",
        "\r\n",
        "\r",
        "\u{a0}",
        "\u{2028}",
        "\u{2029}",
        "\u{feff}",
        "the committee that met in private for most of",
    ]);
    prop::collection::vec(pieces, 0..60).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn sentences_tile_any_text(text in any::<String>()) {
        check_tiles(&text, &split(&text))?;
    }

    #[test]
    fn sentences_tile_eventful_text(text in eventful()) {
        check_tiles(&text, &split(&text))?;
    }

    #[test]
    fn a_blank_line_parts_any_two_texts(before in eventful(), after in eventful()) {
        let (before, after) = (format!("x{before}y"), format!("x{after}y"));
        let text = format!("{before}\n\n{after}");
        prop_assert!(split(&text).iter().any(|sentence| sentence.tile.end == before.len() + 2));
    }

    #[test]
    fn single_carriage_returns_read_as_line_feeds(text in eventful()) {
        let unix = text.replace("\r\n", "\n").replace('\r', "\n");
        let windows = unix.replace('\n', "\r\n");
        let starts: Vec<String> = surfaces(&windows).iter().map(|surface| surface.replace("\r\n", "\n")).collect();
        prop_assert_eq!(starts, surfaces(&unix));
    }
}
