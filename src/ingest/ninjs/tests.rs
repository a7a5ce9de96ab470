use proptest::prelude::*;

use super::*;
use crate::document::BlockKind::{Byline, Caption, Correction, Headline, Paragraph, Standfirst};
use crate::ingest::article::Article;

fn articles(text: &str) -> Vec<Article> {
    Found::articles(read(text).unwrap())
}

const FLOOD: &str = include_str!("../../../fixtures/wires/flood-1.6.ninjs.json");
const BUDGET: &str = include_str!("../../../fixtures/wires/budget-3.0.ninjs.json");
const SEARCH: &str = include_str!("../../../fixtures/wires/search-result.ninjs.json");

#[test]
fn every_part_of_an_item_is_a_block_and_the_markup_is_read() {
    let [article] = &articles(FLOOD)[..] else { panic!() };
    let expected = [
        (Headline, "River Lene floods 400 homes in Harlow"),
        (Standfirst, "The river reached 6.2 metres on Monday, the highest level since 1953."),
        (Byline, "By Jane Smith and Omar Haddad"),
        (Paragraph, "HARLOW (Northwire) — The River Lene flooded about 400 homes in Harlow on Monday, the city said."),
        (Paragraph, "“We have never seen this,” Mayor Ann Lee told reporters."),
        (Paragraph, "The river reached 6.2 metres — the highest level since 1953 & 40 cm above the flood wall."),
        (Paragraph, "Schools stay closed until Wednesday."),
        (Paragraph, "Three bridges are shut."),
        (Paragraph, "Power is out in two districts."),
        (Paragraph, "Year | Level"),
        (Paragraph, "1953 | 6.4 m"),
        (Paragraph, "2024 | 6.2 m"),
        (Correction, "CORRECTION: An earlier version gave the level as 6.7 metres."),
        (Caption, "A street in Harlow under water on Monday."),
    ];
    assert_eq!(article.read(), expected);
    assert!(article.warnings.is_empty());
}

#[test]
fn what_an_item_says_of_itself_finds_its_fields() {
    let flood = articles(FLOOD).remove(0);
    let source = flood.source;
    assert_eq!(flood.language.as_deref(), Some("en"));
    for (found, expected) in [
        (&source.guid, "urn:newsml:northwire.example:20240304:flood-17"),
        (&source.outlet, "Northwire"),
        (&source.title, "River Lene floods 400 homes in Harlow"),
        (&source.byline, "By Jane Smith and Omar Haddad"),
        (&source.published, "2024-03-04T06:10:00Z"),
        (&source.modified, "2024-03-04T09:30:00Z"),
        (&source.version, "3"),
        (&source.pub_status, "usable"),
        (&source.rights, "Copyright 2024 Northwire. Not for use in Northland before noon."),
    ] {
        assert_eq!(found.as_deref(), Some(expected));
    }
    assert_eq!((source.url, source.urgency), (None, Some(3)));
    assert_eq!(source.subjects, ["http://cv.example.org/topics/20000150", "weather"]);
    let fields = serde_json::json!({
        "slugline": "RIVER-FLOOD", "ednote": "Eds: Updates with quotes from the mayor.", "located": "Harlow, Northland", "subject_names": ["flood"],
    });
    assert_eq!(Value::Object(source.fields), fields);
}

#[test]
fn a_list_gives_its_articles_and_says_what_the_rest_is() {
    let found = read(BUDGET).unwrap();
    assert_eq!(
        Found::reasons(&found),
        ["an item of the type `picture`, without a body", "found a string in the list (1 such values); expected an item"]
    );
    let [budget, flash] = &articles(BUDGET)[..] else { panic!() };
    let expected = [
        (Headline, "Government to cut fuel tax by 5%"),
        (Standfirst, "Opposition calls plan a gamble"),
        (Byline, "Paul Reyes"),
        (Paragraph, "The government will cut fuel tax by 5% from July, Finance Minister Ida Berg said."),
        (Paragraph, "The cut will cost 1.2 billion crowns a year, she said."),
    ];
    assert_eq!(budget.read(), expected);
    let source = &budget.source;
    assert_eq!(source.url, source.guid);
    assert_eq!((source.pub_status.as_deref(), source.embargoed_until.as_deref()), (Some("withheld"), Some("2024-05-02T18:00:00+02:00")));
    assert_eq!((source.urgency, source.outlet.as_deref()), (Some(2), Some("Northwire")), "the item's own urgency, not its body's");
    assert_eq!(flash.read(), [(Headline, "URGENT: Fuel tax to be cut by 5%, minister says")]);
    assert_eq!(flash.warnings.len(), 1);
}

#[test]
fn answers_of_searches_and_texts_in_packages_are_read() {
    let found = articles(SEARCH);
    let headlines: Vec<&str> = found.iter().map(|article| article.read()[0].1).collect();
    assert_eq!(headlines, ["Bridge collapse story withdrawn", "The week in pictures", "Strike ends"]);
    assert_eq!(found[0].source.pub_status.as_deref(), Some("canceled"));
    assert_eq!(found[1].read()[1], (Caption, "Workers leave the depot."));
    let hits = r#"{"hits":{"total":1,"hits":[{"_source":{"headline":"A","body_text":"B."}}]}}"#;
    assert_eq!(articles(hits)[0].read(), [(Headline, "A"), (Paragraph, "B.")]);
}

#[test]
fn the_plain_text_is_read_where_the_markup_is_only_its_beginning_or_damaged() {
    let short = r#"{"headline":"A","body_xhtml":"<p>One.</p>","body_text":"One.\n\nTwo and three and four."}"#;
    assert_eq!(articles(short)[0].read().len(), 3);
    let damaged = r#"{"headline":"A","bodies":[{"contentType":"text/vnd.IPTC.NITF","value":"<nitf><body>"},{"value":"One."}]}"#;
    let article = articles(damaged).remove(0);
    assert_eq!(article.read()[1], (Paragraph, "One."));
    assert!(article.warnings[0].starts_with("a body was left out, which cannot be read: line 1, column 13: the file ends inside `<body>`"));
}

#[test]
fn what_cannot_be_read_says_where_and_why() {
    let cut = read(include_str!("../../../fixtures/wires/cut-off.ninjs.json")).unwrap_err();
    assert!(cut.starts_with("line 4, column 29: not valid JSON: EOF while parsing a string (the file ends there"), "{cut}");
    let other = read(include_str!("../../../fixtures/wires/no-ninjs.json")).unwrap_err();
    assert!(
        other.starts_with("line 1, column 1: found an object with the fields: name, private, version; expected a ninjs item"),
        "{other}"
    );
    assert!(read("[]").unwrap_err().contains("found a list; expected a ninjs item"));
    assert!(read("[7, 8]").unwrap_err().contains("found a list;"));
    assert!(read("7").unwrap_err().contains("found a number"));
    assert!(read(&"[".repeat(1_000_000)).unwrap_err().contains("recursion limit"));
    let event = r#"{"uri":"urn:e","title":"Press conference","eventDetails":{},"descriptions":[{"value":"At noon."}]}"#;
    assert_eq!(Found::reasons(&read(event).unwrap()), ["an item of the type `event`, without a body"]);
    assert_eq!(Found::reasons(&read(r#"{"uri":"urn:e","type":"text"}"#).unwrap()), ["an item without text"]);
}

fn json() -> impl Strategy<Value = Value> {
    let words = prop_oneof![
        Just("<p>One.<p>Two"),
        Just("Words."),
        Just("<nitf><body><p>x</p></body></nitf>"),
        Just("text/html"),
        Just(""),
        Just("picture")
    ];
    let leaf = prop_oneof![words.prop_map(|s| Value::String(s.to_owned())), Just(Value::Null), any::<u8>().prop_map(Value::from)];
    let names = prop::sample::select(vec![
        "uri",
        "type",
        "headline",
        "headlines",
        "body_text",
        "bodies",
        "body_xhtml",
        "value",
        "role",
        "contentType",
        "items",
        "associations",
        "descriptions",
        "urgency",
        "subject",
        "by",
        "pubstatus",
        "located",
    ]);
    leaf.prop_recursive(4, 40, 6, move |inner| {
        let list = prop::collection::vec(inner.clone(), 0..4).prop_map(Value::Array);
        let object = prop::collection::vec((names.clone(), inner), 0..6);
        prop_oneof![
            list,
            object.prop_map(|fields| Value::Object(fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()))
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_json_is_read_or_refused(value in json()) {
        Found::articles(read(&value.to_string()).unwrap_or_default());
    }

    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,40}") {
        if let Err(error) = read(&text) { prop_assert!(error.starts_with("line "), "{}", error); }
    }
}

/// Reads the samples of the format's makers where they are at hand.
#[test]
#[allow(clippy::print_stderr, reason = "a test that skips says so")]
fn real_samples_are_read() {
    let Some(data) = std::env::var_os("CLAIMSIFT_DATA") else {
        eprintln!("SKIPPED: the samples of IPTC are read only where CLAIMSIFT_DATA names a folder");
        return;
    };
    let samples = std::path::Path::new(&data).join("formats/iptc_ninjs/examples");
    for (file, articles) in [
        ("1.4/ninjsExComplex1.json", 1),
        ("2.1/dpa_text.json", 1),
        ("2.1/ap_audio.json", 0),
        ("3.0/collection/20231016-event-timeline-sample.json", 0),
    ] {
        let text = std::fs::read_to_string(samples.join(file)).unwrap();
        assert_eq!(Found::articles(read(&text).unwrap()).len(), articles, "{file}");
    }
}

#[test]
fn json_of_other_kinds_is_no_item_and_is_told_by_its_fields() {
    for (text, fields) in [
        (
            r#"{"name":"site","version":"1.2.0","type":"module","description":"The site of a newspaper"}"#,
            "description, name, type, version",
        ),
        (r#"{"title":"Settings","type":"object","properties":{}}"#, "properties, title, type"),
        (r#"{"title":"Fire in Paris","text":"It burns."}"#, "text, title"),
    ] {
        let error = read(text).unwrap_err();
        assert!(error.contains("found an object with the fields: ") && error.contains("--format jsonl"), "{error}");
        assert!(fields.split(", ").all(|field| error.contains(field)), "{error}");
    }
    assert!(read(r#"{"title":"Fire in Paris","slugline":"FIRE","description":"It burns."}"#).is_ok());
}
