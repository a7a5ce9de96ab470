//! One line of JSONL → one document.

use serde_json::{Map, Value};

use super::IngestOptions;
use super::charset::decode_utf8;
use super::error::{IngestError, Place};
use super::lines::Line;
use super::metadata::{adopt, described};
use super::text::blocks;
use crate::document::Document;
use crate::span::Span;

/// How many of the fields found a message names.
const FIELDS_NAMED: usize = 12;

/// Reads a line into the document: its id where a field holds it, its source, its text and blocks.
///
/// Where a title is given that the text does not begin with, the document's text is the title, `\n\n`, the text: a
/// headline is read and scored like the rest. A title that stands over the text, either way, is its headline block.
///
/// # Errors
/// The line is not JSON, not an object, or lacks what it needs; what could be read of the source is then in the
/// document all the same.
pub(super) fn fill(document: &mut Document, line: &Line, place: &Place, options: &IngestOptions) -> Result<(), IngestError> {
    let decoded = decode_utf8(&line.bytes);
    document.warnings.extend(decoded.warnings);
    let mut fields = object(&decoded.text, line, place)?;
    let found = named(&fields);
    let id = options.id_field.as_deref().map(|field| id(&fields, field, place, &found));
    let text = fields.remove(&options.text_field);
    adopt(fields, document);
    if let Some(id) = id {
        document.doc_id = id?;
    }
    let field = || options.text_field.clone();
    let text = match text {
        Some(Value::String(text)) if text.trim().is_empty() => {
            return Err(IngestError::Empty { place: place.clone(), what: format!("field `{}`", field()) });
        }
        Some(Value::String(text)) => text,
        Some(other) => {
            return Err(IngestError::FieldType {
                place: place.clone(),
                field: field(),
                found: described(&other),
                expected: "a string",
                option: "text",
            });
        }
        None => {
            return Err(IngestError::MissingField { place: place.clone(), field: field(), found, option: "text" });
        }
    };
    let (text, title) = under_title(document.source.title.as_deref(), text);
    document.blocks = blocks(&text, title);
    document.text = text;
    Ok(())
}

fn object(text: &str, line: &Line, place: &Place) -> Result<Map<String, Value>, IngestError> {
    match serde_json::from_str(text) {
        Ok(Value::Object(fields)) => Ok(fields),
        Ok(Value::Array(_)) if line.number == 1 => Err(not_lines(place, "jq -c '.[]' FILE")),
        Ok(other) => Err(IngestError::NotAnObject { place: place.clone(), found: described(&other) }),
        Err(_) if line.number == 1 && text.trim() == "[" => Err(not_lines(place, "jq -c '.[]' FILE")),
        Err(_) if line.number == 1 && text.trim() == "{" => Err(not_lines(place, "jq -c . FILE")),
        Err(error) => {
            let said = error.to_string();
            let said = said.split(" at line ").next().unwrap_or(&said);
            let cut = if error.is_eof() && !line.ended { " (the file ends within this line; was it cut off?)" } else { "" };
            Err(IngestError::BadJson { place: place.clone(), column: error.column(), reason: format!("{said}{cut}") })
        }
    }
}

fn not_lines(place: &Place, convert: &'static str) -> IngestError {
    IngestError::NotLines { place: place.clone(), convert }
}

/// The fields there are, for a message.
fn named(fields: &Map<String, Value>) -> String {
    let mut names: Vec<&str> = fields.keys().take(FIELDS_NAMED).map(String::as_str).collect();
    if names.is_empty() {
        return "none".to_owned();
    }
    if fields.len() > FIELDS_NAMED {
        names.push("…");
    }
    names.join(", ")
}

fn id(fields: &Map<String, Value>, field: &str, place: &Place, found: &str) -> Result<String, IngestError> {
    let (place, field) = (place.clone(), field.to_owned());
    match fields.get(&field) {
        Some(Value::String(id)) if !id.trim().is_empty() => Ok(id.clone()),
        Some(Value::Number(id)) => Ok(id.to_string()),
        Some(other) => {
            let expected = "a string or a number";
            Err(IngestError::FieldType { place, field, found: described(other), expected, option: "id" })
        }
        None => Err(IngestError::MissingField { place, field, found: found.to_owned(), option: "id" }),
    }
}

/// The text with its title over it, and where the title stands if it is a line of its own there.
fn under_title(title: Option<&str>, text: String) -> (String, Option<Span>) {
    let Some(title) = title.map(str::trim).filter(|title| !title.is_empty()) else { return (text, None) };
    let body = text.trim_start();
    match body.strip_prefix(title) {
        Some(after) => {
            let start = text.len() - body.len();
            let rest_of_line = after.split(['\n', '\r']).next().unwrap_or_default();
            let span = rest_of_line.trim().is_empty().then(|| Span::new(start, start + title.len()));
            (text, span)
        }
        None => (format!("{title}\n\n{text}"), Some(Span::new(0, title.len()))),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::document::BlockKind::{Headline, Paragraph};

    fn line(bytes: &[u8]) -> Line {
        Line { number: 3, bytes: bytes.to_vec(), length: bytes.len() as u64, ended: true }
    }

    fn filled(line: &Line, options: &IngestOptions) -> Result<Document, String> {
        let mut document = Document::default();
        fill(&mut document, line, &Place::line("x.jsonl", line.number), options).map(|()| document).map_err(|error| error.to_string())
    }

    fn read(object: &Value) -> Document {
        filled(&line(object.to_string().as_bytes()), &IngestOptions::default()).unwrap()
    }

    fn error(object: &str) -> String {
        filled(&line(object.as_bytes()), &IngestOptions::default()).unwrap_err()
    }

    fn blocks_of(document: &Document) -> Vec<(crate::document::BlockKind, &str)> {
        document.blocks.iter().map(|block| (block.kind, block.span.of(&document.text))).collect()
    }

    #[test]
    fn a_title_is_set_over_a_text_without_it() {
        let document = read(&json!({"title": " It failed. ", "text": "Words.\n\nMore"}));
        assert_eq!(document.text, "It failed.\n\nWords.\n\nMore");
        assert_eq!(blocks_of(&document), [(Headline, "It failed."), (Paragraph, "Words."), (Paragraph, "More")]);
        assert_eq!(document.source.title.as_deref(), Some(" It failed. "));
    }

    #[test]
    fn a_title_that_the_text_begins_with_is_not_doubled() {
        let document = read(&json!({"title": "It failed.", "text": "\nIt failed. \nWords.\n\nMore"}));
        assert_eq!(document.text, "\nIt failed. \nWords.\n\nMore");
        assert_eq!(blocks_of(&document), [(Headline, "It failed."), (Paragraph, "Words."), (Paragraph, "More")]);
        let document = read(&json!({"title": "It", "text": "It failed."}));
        assert_eq!(blocks_of(&document), [(Paragraph, "It failed.")]);
        let document = read(&json!({"title": "It", "text": "It"}));
        assert_eq!(blocks_of(&document), [(Headline, "It")]);
    }

    #[test]
    fn without_a_title_the_text_is_kept_as_it_was() {
        let document = read(&json!({"title": "", "text": " a\u{0}b\r\n", "desk": 1}));
        assert_eq!(document.text, " a\u{0}b\r\n");
        assert_eq!(Value::Object(document.source.fields), json!({"desk": 1}));
    }

    #[test]
    fn the_text_can_be_named() {
        let options = IngestOptions { text_field: "body".into(), ..IngestOptions::default() };
        let document = filled(&line(br#"{"body":"Words","text":7}"#), &options).unwrap();
        assert_eq!((document.text.as_str(), document.source.fields.get("text")), ("Words", Some(&json!(7))));
    }

    #[test]
    fn a_missing_or_wrong_text_names_the_line_and_the_fields() {
        assert_eq!(
            error(r#"{"title":"a","url":"b"}"#),
            "x.jsonl, line 3: field `text` is missing; found fields: title, url; name the text field with --text-field"
        );
        assert_eq!(
            error(r#"{"text":["a"]}"#),
            "x.jsonl, line 3: field `text` is a list; expected a string; another can be named with --text-field"
        );
        assert!(error("{}").contains("found fields: none;"));
        assert!(error(r#"{"text":" \n"}"#).contains("line 3: field `text` is empty"));
    }

    #[test]
    fn what_is_read_before_a_failure_stays_in_the_source() {
        let mut document = Document::default();
        let place = Place::line("x.jsonl", 1);
        let line = line(br#"{"url":"u"}"#);
        assert!(fill(&mut document, &line, &place, &IngestOptions::default()).is_err());
        assert_eq!(document.source.url.as_deref(), Some("u"));
    }

    #[test]
    fn an_id_is_a_string_or_a_number() {
        let options = IngestOptions { id_field: Some("id".into()), ..IngestOptions::default() };
        let id = |object: &str| filled(&line(object.as_bytes()), &options).map(|document| document.doc_id);
        assert_eq!(id(r#"{"text":"a","id":"n-1"}"#), Ok("n-1".into()));
        assert_eq!(id(r#"{"text":"a","id":18446744073709551615}"#), Ok("18446744073709551615".into()));
        assert_eq!(
            id(r#"{"text":"a"}"#).unwrap_err(),
            "x.jsonl, line 3: field `id` is missing; found fields: text; name the id field with --id-field"
        );
        assert!(id(r#"{"text":"a","id":null}"#).unwrap_err().contains("is null; expected a string or a number"));
        assert!(id(r#"{"text":"a","id":""}"#).unwrap_err().contains("is an empty string"));
    }

    #[test]
    fn broken_json_names_line_and_column_and_says_why() {
        assert_eq!(
            error(r#"{"text": "a" "b"}"#),
            "x.jsonl, line 3, column 14: not valid JSON: expected `,` or `}`; expected one JSON object on each line"
        );
        assert!(error(r#"{"text": "\ud800"}"#).contains("not valid JSON"));
        assert!(error(&"[".repeat(1000)).contains("recursion limit"));
        assert!(error("7").contains("line 3: found a number; expected one JSON object"));
        assert!(error("[]").contains("found a list"));
    }

    #[test]
    fn a_line_that_is_cut_off_says_so() {
        let line = Line { ended: false, ..line(br#"{"text": "abc"#) };
        let error = filled(&line, &IngestOptions::default()).unwrap_err();
        assert!(error.contains("the file ends within this line"), "{error}");
    }

    #[test]
    fn json_that_is_not_one_object_a_line_is_recognised() {
        for (text, convert) in [("[", "jq -c '.[]' FILE"), ("{", "jq -c . FILE"), (r#"[{"text":"a"}]"#, "jq -c '.[]' FILE")] {
            let line = Line { number: 1, ..line(text.as_bytes()) };
            assert!(filled(&line, &IngestOptions::default()).unwrap_err().ends_with(convert));
        }
    }

    #[test]
    fn a_line_that_is_not_utf8_is_guessed_with_a_warning() {
        let document = filled(&line(b"{\"text\":\"Le pr\xe9sident fran\xe7ais\"}"), &IngestOptions::default()).unwrap();
        assert_eq!(document.text, "Le président français");
        assert!(document.warnings[0].contains("windows-1252"));
    }
}
