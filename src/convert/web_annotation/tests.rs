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
