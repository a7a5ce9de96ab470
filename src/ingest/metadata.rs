//! Fields that come with a text → [`Source`]. What is not known, or not of the right type, is kept as it was.

use serde_json::{Map, Value};

use crate::document::{Document, Source};

/// The fields of [`Source`] that hold a string.
pub(super) const STRINGS: [&str; 10] =
    ["url", "outlet", "title", "byline", "published", "modified", "guid", "version", "pub_status", "embargoed_until"];

/// The field of `source` called `name`, if it holds a string.
fn slot<'s>(source: &'s mut Source, name: &str) -> Option<&'s mut Option<String>> {
    Some(match name {
        "url" => &mut source.url,
        "outlet" => &mut source.outlet,
        "title" => &mut source.title,
        "byline" => &mut source.byline,
        "published" => &mut source.published,
        "modified" => &mut source.modified,
        "guid" => &mut source.guid,
        "version" => &mut source.version,
        "pub_status" => &mut source.pub_status,
        "embargoed_until" => &mut source.embargoed_until,
        "rights" => &mut source.rights,
        _ => return None,
    })
}

/// Puts every field into the document's source: known ones of the right type in their places, all others into
/// `fields`; a known one of another type with a warning. A known field that is `null` counts as not given.
pub(super) fn adopt(fields: Map<String, Value>, document: &mut Document) {
    for (name, value) in fields {
        if let Err((value, expected)) = place(&name, value, &mut document.source) {
            if let Some(expected) = expected {
                let found = described(&value);
                document.warnings.push(format!("field `{name}` is {found}; expected {expected}; kept under `source.fields` as it was"));
            }
            document.source.fields.insert(name, value);
        }
    }
}

/// Puts one field in its place, or gives it back with what was expected if its name is known.
fn place(name: &str, value: Value, source: &mut Source) -> Result<(), (Value, Option<&'static str>)> {
    match (name, value) {
        ("subjects" | "urgency", Value::Null) => {}
        ("subjects", Value::Array(items)) if items.iter().all(Value::is_string) => {
            let strings = items.into_iter().filter_map(|item| match item {
                Value::String(item) => Some(item),
                _ => None,
            });
            source.subjects = strings.collect();
        }
        ("subjects", value) => return Err((value, Some("a list of strings"))),
        ("urgency", value) => match value.as_u64().and_then(|n| u8::try_from(n).ok()) {
            Some(urgency @ 1..=9) => source.urgency = Some(urgency),
            _ => return Err((value, Some("a whole number from 1 (most urgent) to 9"))),
        },
        (name, value) => match (slot(source, name), value) {
            (None, value) => return Err((value, None)),
            (Some(_), Value::Null) => {}
            (Some(slot), Value::String(text)) => *slot = Some(text),
            (Some(slot), Value::Number(number)) if name == "version" => *slot = Some(number.to_string()),
            (Some(_), value) => return Err((value, Some("a string"))),
        },
    }
    Ok(())
}

/// A JSON value in a word or two, for messages.
pub(super) fn described(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(text) if text.trim().is_empty() => "an empty string",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn adopted(fields: Value) -> Document {
        let Value::Object(fields) = fields else { panic!("not an object") };
        let mut document = Document::default();
        adopt(fields, &mut document);
        document
    }

    #[test]
    fn known_fields_find_their_places() {
        let all: Map<String, Value> = STRINGS.iter().chain(&["rights"]).map(|name| ((*name).to_owned(), json!(name))).collect();
        let mut all = Value::Object(all);
        all["subjects"] = json!(["medtop:1", "x"]);
        all["urgency"] = json!(3);
        let document = adopted(all);
        let mut source = document.source;
        for name in STRINGS.iter().chain(&["rights"]) {
            assert_eq!(slot(&mut source, name).unwrap().as_deref(), Some(*name));
        }
        assert_eq!((source.subjects, source.urgency), (vec!["medtop:1".to_owned(), "x".to_owned()], Some(3)));
        assert!(source.fields.is_empty() && document.warnings.is_empty());
    }

    #[test]
    fn a_version_may_be_a_number_and_null_is_not_given() {
        let document = adopted(json!({"version": 2, "title": null, "subjects": null, "urgency": null}));
        assert_eq!(document.source.version.as_deref(), Some("2"));
        assert_eq!(document.source, Source { version: Some("2".into()), ..Source::default() });
    }

    #[test]
    fn other_fields_are_kept_unchanged() {
        let document = adopted(json!({"desk": {"id": [1, null, 1e300]}, "path": "x", "note": null}));
        let expected = json!({"desk": {"id": [1, null, 1e300]}, "path": "x", "note": null});
        assert_eq!(Value::Object(document.source.fields), expected);
        assert_eq!(document.source.path, "", "a field cannot overwrite where the document was read");
        assert!(document.warnings.is_empty());
    }

    #[test]
    fn a_known_field_of_another_type_is_kept_with_a_warning() {
        for (name, value, warning) in [
            ("title", json!(7), "field `title` is a number; expected a string; kept under `source.fields` as it was"),
            ("urgency", json!(0), "a number; expected a whole number from 1"),
            ("urgency", json!(10), "expected a whole number"),
            ("urgency", json!(1.5), "expected a whole number"),
            ("urgency", json!("3"), "field `urgency` is a string;"),
            ("subjects", json!("a"), "expected a list of strings"),
            ("subjects", json!(["a", 1]), "field `subjects` is a list; expected a list of strings"),
        ] {
            let document = adopted(json!({name: value}));
            assert_eq!(document.source.fields.get(name), Some(&value));
            assert!(document.warnings[0].contains(warning), "{:?}", document.warnings);
        }
    }
}
