//! The YAML or TOML block at the top of a Markdown file.

use serde_json::{Map, Value};

use super::metadata::{STRINGS, adopt};
use crate::document::Document;

/// Names that site generators use, and ours.
const ALIASES: [(&str, &str); 2] = [("author", "byline"), ("date", "published")];

/// Takes the front matter into the document's source and gives the text after it.
///
/// YAML stands between `---` lines, TOML between `+++` lines. What cannot be understood but is plainly meant as
/// front matter is left out of the text, kept whole in the field `front_matter`, and warned of. What is prose
/// between two rules stays text.
pub(super) fn take<'t>(text: &'t str, document: &mut Document) -> &'t str {
    let Some((raw, is_toml, rest)) = split(text) else { return text };
    let read = if is_toml { toml(raw) } else { yaml(raw) };
    match read {
        Ok(Some(fields)) => adopt(renamed(fields), document),
        Ok(None) => return text,
        Err(_) if !is_toml && !begins_with_key(raw) => return text,
        Err(reason) => {
            document.warnings.push(format!("the front matter could not be read ({reason}); kept whole under `source.fields.front_matter`"));
            document.source.fields.insert("front_matter".to_owned(), Value::String(raw.to_owned()));
        }
    }
    rest
}

/// The front matter between its fences, whether it is TOML, and what follows.
fn split(text: &str) -> Option<(&str, bool, &str)> {
    let mut lines = text.split_inclusive('\n');
    let first = lines.next()?;
    let closers: &[&str] = match first.trim_end() {
        "---" => &["---", "..."],
        "+++" => &["+++"],
        _ => return None,
    };
    let mut end = first.len();
    for line in lines {
        let after = end + line.len();
        if closers.contains(&line.trim_end()) {
            return Some((text.get(first.len()..end)?, first.starts_with('+'), text.get(after..)?));
        }
        end = after;
    }
    None
}

/// The fields of a YAML mapping; none if it is something else.
fn yaml(raw: &str) -> Result<Option<Map<String, Value>>, String> {
    // Strict booleans: `country: NO` is Norway.
    let options = serde_saphyr::options! { strict_booleans: true, with_snippet: false };
    match serde_saphyr::from_str_with_options(raw, options).map_err(|error| on_one_line(&error))? {
        Value::Object(fields) => Ok(Some(fields)),
        Value::Null => Ok(Some(Map::new())),
        _ => Ok(None),
    }
}

fn toml(raw: &str) -> Result<Option<Map<String, Value>>, String> {
    let table: toml::Table = raw.parse().map_err(|error: toml::de::Error| on_one_line(&error.message()))?;
    Ok(Some(table.into_iter().map(|(name, value)| (name, json(value))).collect()))
}

fn json(value: toml::Value) -> Value {
    match value {
        toml::Value::String(text) => Value::String(text),
        toml::Value::Integer(number) => number.into(),
        toml::Value::Float(number) => number.into(),
        toml::Value::Boolean(flag) => flag.into(),
        toml::Value::Datetime(date) => Value::String(date.to_string()),
        toml::Value::Array(items) => items.into_iter().map(json).collect(),
        toml::Value::Table(table) => table.into_iter().map(|(name, value)| (name, json(value))).collect(),
    }
}

fn on_one_line(error: &impl ToString) -> String {
    error.to_string().split_whitespace().collect::<Vec<_>>().join(" ")
}

fn begins_with_key(raw: &str) -> bool {
    let first = raw.lines().find(|line| !line.trim().is_empty() && !line.starts_with('#'));
    first
        .and_then(|line| line.split_once(':'))
        .is_some_and(|(key, _)| key.starts_with(char::is_alphabetic) && key.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-')))
}

/// Aliases under our names, where those are not given; and, for fields that hold strings, unquoted numbers and
/// lists of names as the strings that people meant.
fn renamed(mut fields: Map<String, Value>) -> Map<String, Value> {
    for (alias, name) in ALIASES {
        if !fields.contains_key(name)
            && let Some(value) = fields.remove(alias)
        {
            fields.insert(name.to_owned(), value);
        }
    }
    for (name, value) in &mut fields {
        if !STRINGS.contains(&name.as_str()) {
            continue;
        }
        if let Value::Number(number) = value {
            *value = Value::String(number.to_string());
        } else if name == "byline"
            && let Some(names) = value.as_array().and_then(|names| names.iter().map(Value::as_str).collect())
        {
            let names: Vec<&str> = names;
            *value = Value::String(names.join(", "));
        }
    }
    fields
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn taken(text: &str) -> (&str, Document) {
        let mut document = Document::default();
        (take(text, &mut document), document)
    }

    #[test]
    fn yaml_fields_go_to_the_source() {
        let (rest, document) = taken(
            "---\r\ntitle: \"Talks: a failure\"\nauthor: Jane Smith\ndate: 2024-03-04\nurl: https://x.org/1\n\
             country: NO\ntags: [a, b]\nversion: 3\n---\nText",
        );
        let source = document.source;
        assert_eq!(rest, "Text");
        assert_eq!(source.title.as_deref(), Some("Talks: a failure"));
        assert_eq!(source.byline.as_deref(), Some("Jane Smith"));
        assert_eq!(source.published.as_deref(), Some("2024-03-04"));
        assert_eq!(source.url.as_deref(), Some("https://x.org/1"));
        assert_eq!(source.version.as_deref(), Some("3"));
        assert_eq!(Value::Object(source.fields), json!({"country": "NO", "tags": ["a", "b"]}));
        assert!(document.warnings.is_empty());
    }

    #[test]
    fn toml_fields_go_to_the_source() {
        let (rest, document) = taken("+++\ntitle = \"T\"\ndate = 2024-03-04T10:00:00Z\n[extra]\nn = [1, 2.5, true]\n+++\nText");
        assert_eq!(rest, "Text");
        assert_eq!(document.source.title.as_deref(), Some("T"));
        assert_eq!(document.source.published.as_deref(), Some("2024-03-04T10:00:00Z"));
        assert_eq!(Value::Object(document.source.fields), json!({"extra": {"n": [1, 2.5, true]}}));
    }

    #[test]
    fn our_own_names_win_over_aliases_and_names_are_joined() {
        let (_, document) = taken("---\nauthor: A\nbyline: [B, C]\ntitle: 1984\n---\n");
        assert_eq!(document.source.byline.as_deref(), Some("B, C"));
        assert_eq!(document.source.title.as_deref(), Some("1984"));
        assert_eq!(document.source.fields.get("author"), Some(&json!("A")));
    }

    #[test]
    fn broken_front_matter_is_kept_and_warned_of() {
        let (rest, document) = taken("---\ntitle: Talks: a failure\n---\nText");
        assert_eq!(rest, "Text");
        assert_eq!(document.source.fields.get("front_matter"), Some(&json!("title: Talks: a failure\n")));
        assert!(document.warnings[0].contains("at line 1, column"), "{:?}", document.warnings);
        let (rest, document) = taken("+++\ntitle = \n+++\nText");
        assert_eq!((rest, document.warnings.len()), ("Text", 1));
    }

    #[test]
    fn prose_between_rules_and_an_open_fence_are_text() {
        for text in ["---\nSome words.\n---\nMore", "---\n* [a: b\n---\n", "---\ntitle: x\n", "Text\n---\na: b\n---\n"] {
            let (rest, document) = taken(text);
            assert_eq!((rest, document), (text, Document::default()));
        }
    }

    #[test]
    fn empty_front_matter_is_no_text() {
        assert_eq!(taken("---\n# nothing\n---\nText").0, "Text");
    }
}
