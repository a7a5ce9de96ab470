//! ninjs, news in JSON: one item, a list of them, or the answer of a search.
//!
//! Versions 1 to 3 name the same things in different ways: `body_text`, `bodies`; `versioncreated`, `versionCreated`. All are read.

mod bodies;
mod item;
#[cfg(test)]
mod tests;

use serde_json::{Map, Value};

use super::article::Found;
use super::metadata::described;

/// Fields under which services give their items.
const LISTS: [&str; 11] = ["items", "item", "_items", "results", "hits", "data", "docs", "newsitems", "articles", "_source", "response"];
/// What the fields of an item begin with; those of the first three are no answer's.
const OPENINGS: [&str; 8] = ["headline", "body", "bodies", "description", "uri", "versioncreated", "title", "associations"];
const OWN_OPENINGS: usize = 3;
/// Those that files of any kind have: a package of a program has a description, too.
const ANYBODYS: [&str; 2] = ["description", "title"];
/// Fields that tell an item which has no other opening.
const TELLING: [&str; 12] = [
    "byline",
    "firstcreated",
    "guid",
    "language",
    "located",
    "profile",
    "published",
    "pubstatus",
    "slugline",
    "subject",
    "subjects",
    "urgency",
];

/// The items of a file.
///
/// # Errors
/// The file is not JSON, or holds no item: line, column, what was found and what was expected.
pub(super) fn read(text: &str) -> Result<Vec<Found>, String> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let value: Value = serde_json::from_str(text).map_err(|error| {
        let said = error.to_string();
        let said = said.split(" at line ").next().unwrap_or(&said);
        let cut = if error.is_eof() { " (the file ends there; was it cut off?)" } else { "" };
        format!("line {}, column {}: not valid JSON: {said}{cut}; expected a ninjs item", error.line(), error.column())
    })?;
    let mut found = Vec::new();
    add(&value, &mut found);
    if found.is_empty() {
        let expected = "expected a ninjs item (`uri`, `headline`, `body_text` …), a list of them, or an object with `items`; \
                        other JSON is read an object a line: --format jsonl --text-field FIELD";
        let names = value.as_object().map(|fields| fields.keys().take(8).map(String::as_str).collect::<Vec<_>>().join(", "));
        let names = names.map(|names| format!(" with the fields: {names}")).unwrap_or_default();
        return Err(format!("line 1, column 1: found {}{names}; {expected}", described(&value)));
    }
    Ok(found)
}

/// Adds the items of a value. The depth of JSON is limited by its parser.
fn add(value: &Value, found: &mut Vec<Found>) {
    match value {
        Value::Array(values) => {
            let (inner, other): (Vec<&Value>, Vec<&Value>) = values.iter().partition(|value| value.is_array() || value.is_object());
            inner.iter().for_each(|value| add(value, found));
            if let Some(first) = other.first().filter(|_| !inner.is_empty()) {
                let reason = format!("found {} in the list ({} such values); expected an item", described(first), other.len());
                found.push(Found::Skipped { guid: None, reason });
            }
        }
        Value::Object(fields) if is_item(fields) => item::add(fields, found),
        Value::Object(fields) => {
            let lists = LISTS.iter().filter_map(|name| get(fields, name));
            lists.filter(|list| list.is_array() || list.is_object()).for_each(|list| add(list, found));
        }
        _ => {}
    }
}

fn is_item(fields: &Map<String, Value>) -> bool {
    let lists = |name: &&str| get(fields, name).and_then(Value::as_array).is_some_and(|list| list.iter().any(Value::is_object));
    let openings = if LISTS.iter().any(lists) { &OPENINGS[..OWN_OPENINGS] } else { &OPENINGS[..] };
    let names: Vec<String> = fields.keys().map(|name| name.to_lowercase()).collect();
    let telling = names.iter().any(|name| TELLING.contains(&name.as_str()));
    let counts = |opening: &&&str| telling || !ANYBODYS.contains(opening);
    names.iter().any(|name| openings.iter().filter(counts).any(|opening| name.starts_with(opening)))
}

/// The field of this name, however its letters are written.
fn get<'v>(fields: &'v Map<String, Value>, name: &str) -> Option<&'v Value> {
    fields
        .get(name)
        .or_else(|| fields.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value))
        .filter(|v| !v.is_null())
}

/// A string, or a number as one; `None` where it is empty.
fn string(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()).filter(|text| !text.trim().is_empty()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// The string in the first of the fields that holds one.
fn first_string(fields: &Map<String, Value>, names: &[&str]) -> Option<String> {
    names.iter().find_map(|name| string(get(fields, name)?))
}

/// The objects in the first of the fields that holds some: in a list, by name, or one alone.
fn objects<'v>(fields: &'v Map<String, Value>, names: &[&str]) -> Vec<&'v Map<String, Value>> {
    let Some(value) = names.iter().find_map(|name| get(fields, name)) else { return Vec::new() };
    match value {
        Value::Array(values) => values.iter().filter_map(Value::as_object).collect(),
        Value::Object(named) if named.values().any(Value::is_object) => named.values().filter_map(Value::as_object).collect(),
        Value::Object(one) => vec![one],
        _ => Vec::new(),
    }
}
