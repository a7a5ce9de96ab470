use proptest::prelude::*;

use crate::convert::marks::samples::{documents, there_and_back};
use crate::convert::{ConvertError, Format, LabelledDocument, Reading, testing, write};
use crate::span::Span;

fn of(json: &str, lenient: bool) -> Result<Reading, ConvertError> {
    testing::file(super::read, "page.jsonld", json, lenient)
}

const TEXT: &str = r#"{"type":"Annotation","motivation":"describing","target":{"id":"http://example.org/a","type":"Text"},
    "body":[{"type":"TextualBody","purpose":"describing","value":"😀 Ann met Ann."},{"type":"TextualBody","purpose":"tagging","value":"document-text"}]}"#;

fn tagged(selector: &str) -> String {
    format!(
        r#"{{"id":"x","type":"Annotation","motivation":"tagging","body":{{"type":"TextualBody","value":"PER"}},"target":{{"source":"http://example.org/a","selector":{selector}}}}}"#
    )
}

fn spans(reading: &Reading) -> Vec<Span> {
    reading.documents[0].entities.iter().flatten().map(|e| e.span).collect()
}

#[test]
fn collections_pages_and_lists_are_read() {
    let mark = tagged(r#"{"type":"TextPositionSelector","start":2,"end":5}"#);
    let page = format!(r#"{{"@context":"http://www.w3.org/ns/anno.jsonld","type":"AnnotationPage","items":[{mark},{TEXT}]}}"#);
    let collection = format!(r#"{{"type":"AnnotationCollection","first":{page}}}"#);
    for json in [format!("[{mark},{TEXT}]"), page.clone(), collection] {
        let reading = of(&json, false).unwrap();
        assert_eq!(spans(&reading), [Span::new(5, 8)], "positions count code points");
        let d = &reading.documents[0];
        assert_eq!((d.doc_id.as_str(), d.url.as_deref()), ("http://example.org/a", Some("http://example.org/a")));
    }
}

#[test]
fn a_quote_finds_its_place_if_there_is_one() {
    let quote = |around: &str| format!("[{TEXT},\n{}]", tagged(&format!(r#"{{"type":"TextQuoteSelector","exact":"Ann"{around}}}"#)));
    assert_eq!(spans(&of(&quote(r#","suffix":".""#), false).unwrap()), [Span::new(13, 16)]);
    for (around, said) in [("", "more than once"), (r#","prefix":"met Bob""#, "is not in the text")] {
        let error = of(&quote(around), false).unwrap_err().to_string();
        assert!(error.contains("line 3") && error.contains(said), "{error}");
    }
    let both = tagged(r#"[{"type":"TextPositionSelector","start":3,"end":6},{"type":"TextQuoteSelector","exact":"Ann"}]"#);
    let json = format!("[{TEXT},\n{both}]");
    assert!(of(&json, false).unwrap_err().to_string().contains("as if counted in UTF-16 units"));
    assert_eq!(of(&json, true).unwrap().skipped.len(), 1);
}

#[test]
fn a_file_without_texts_is_refused_and_comments_are_left_out() {
    let mark = tagged(r#"{"type":"TextPositionSelector","start":2,"end":5}"#);
    let error = of(&format!("[{mark}]"), false).unwrap_err().to_string();
    assert!(error.contains("\"http://example.org/a\" is not in the file"), "{error}");
    let whole =
        mark.replace(r#""source":"http://example.org/a""#, r#""source":{"id":"http://example.org/a","type":"Text","value":"Hi Ann."}"#);
    assert_eq!(
        spans(&of(&format!("[{whole}]").replace("\"start\":2,\"end\":5", "\"start\":3,\"end\":6"), false).unwrap()),
        [Span::new(3, 6)]
    );
    let comment = mark.replace("tagging", "commenting");
    let reading = of(&format!("[{TEXT},{comment}]"), false).unwrap();
    assert!(spans(&reading).is_empty() && reading.notes[0].contains("comments"));
}

#[test]
fn an_id_that_stands_twice_is_an_error() {
    let mark = tagged(r#"{"type":"TextPositionSelector","start":2,"end":5}"#);
    let json = format!("[{TEXT},\n{mark},\n{mark}]");
    let error = of(&json, false).unwrap_err().to_string();
    assert!(error.contains("line 4") && error.contains("the id \"x\" stands twice"), "{error}");
    assert_eq!(spans(&of(&json, true).unwrap()).len(), 1);
    let page = |json: &str| format!("{{\"type\":\"AnnotationPage\",\"items\":[{json}]}}");
    let pages = |second: &str| of(&format!("[{},\n{}]", page(&format!("{TEXT},{mark}")), page(second)), false);
    assert!(pages(&mark).unwrap_err().to_string().contains("stands twice"));
    let other = format!("{TEXT},{mark}").replace("example.org/a", "example.org/b");
    assert_eq!(pages(&other).unwrap().documents.len(), 2, "short names are a page's own");
}

#[test]
fn a_page_that_goes_on_elsewhere_and_a_second_label_are_said() {
    let two = tagged(r#"{"type":"TextPositionSelector","start":2,"end":5}"#)
        .replace(r#""value":"PER"}"#, r#""value":"PER"},{"type":"TextualBody","value":"VIP"}]"#)
        .replace(r#""body":{"#, r#""body":[{"#);
    let page = format!(r#"{{"type":"AnnotationPage","next":"http://example.org/page2","items":[{TEXT},{two}]}}"#);
    let json = format!(r#"{{"type":"AnnotationCollection","first":{page}}}"#);
    assert!(of(&json, false).unwrap_err().to_string().contains("a second label, \"VIP\""));
    assert_eq!(of(&json, true).unwrap().notes, ["pages that have a next one: that was not read"]);
    let away = r#"{"type":"AnnotationCollection","first":"http://example.org/page1"}"#;
    assert!(of(away, false).unwrap_err().to_string().contains("found the reference \"http://example.org/page1\""));
}

#[test]
fn a_quote_that_overlaps_itself_is_in_the_text_more_than_once() {
    let text = TEXT.replace("😀 Ann met Ann.", "ééé");
    let json = format!("[{text},{}]", tagged(r#"{"type":"TextQuoteSelector","exact":"éé"}"#));
    assert!(of(&json, false).unwrap_err().to_string().contains("more than once"));
}

#[test]
fn two_documents_of_one_name_are_not_written() {
    let d = LabelledDocument { doc_id: "a".into(), ..LabelledDocument::default() };
    let folder = tempfile::tempdir().unwrap();
    let error = write(&[d.clone(), d], &folder.path().join("a.jsonld"), Format::WebAnnotation).unwrap_err();
    assert!(error.to_string().contains("two documents are called \"a\""));
}

proptest! {
    #[test]
    fn nothing_is_lost(documents in documents()) {
        let (back, losses) = there_and_back(&documents, Format::WebAnnotation, "out.jsonld").unwrap();
        prop_assert_eq!(back, documents);
        prop_assert!(losses.is_empty());
    }
}
