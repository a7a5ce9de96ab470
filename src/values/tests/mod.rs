//! Tables of written forms. In a row, `[` and `]` mark the spans that must be found, and nothing else may be.

mod amounts;
mod dates;
mod properties;
mod traps;

use super::{Day, Finding, find};
use serde_json::Value as Json;

/// A sentence with one span marked, its label, and its value on the wire.
type Row = (&'static str, &'static str, &'static str);

/// A Tuesday.
const PUBLISHED: &str = "2018-06-12";

fn published() -> Option<Day> {
    Some(PUBLISHED.parse().unwrap())
}

/// Finds in every row what is marked there, as if published on [`PUBLISHED`]; all failures are told at once.
fn check(rows: &[Row]) {
    check_published(rows, published());
}

fn check_published(rows: &[Row], published: Option<Day>) {
    let failures: Vec<String> = rows.iter().filter_map(|(marked, label, value)| failure(marked, &[(label, value)], published)).collect();
    assert!(failures.is_empty(), "{} of {} rows:\n{}", failures.len(), rows.len(), failures.join("\n"));
}

/// What is wrong with the findings of a sentence.
fn failure(marked: &str, expected: &[(&str, &str)], published: Option<Day>) -> Option<String> {
    let text = marked.replace(['[', ']'], "");
    let found = find(&text, published);
    let told = tell(&text, &found);
    let values_agree = found.len() == expected.len()
        && found.iter().zip(expected).all(|(finding, (label, value))| {
            let value: Json = serde_json::from_str(value).unwrap_or_else(|error| panic!("{value}: {error}"));
            finding.label.as_str() == *label && agree(&serde_json::to_value(&finding.value).unwrap(), &value)
        });
    (mark(&text, &found) != marked || !values_agree).then(|| format!("  {marked}\n    wanted {expected:?}\n    found  {told:?}"))
}

/// The text with its findings marked.
fn mark(text: &str, found: &[Finding]) -> String {
    let mut marked = String::new();
    let mut from = 0;
    for finding in found {
        marked += &format!("{}[{}]", &text[from..finding.span.start], finding.span.of(text));
        from = finding.span.end;
    }
    marked + &text[from..]
}

fn tell(text: &str, found: &[Finding]) -> Vec<String> {
    found.iter().map(|f| format!("{} {} {}", f.span.of(text), f.label, serde_json::to_string(&f.value).unwrap())).collect()
}

/// Whether two JSON values say the same; `12` and `12.0` do.
fn agree(a: &Json, b: &Json) -> bool {
    match (a, b) {
        (Json::Number(a), Json::Number(b)) => a.as_f64() == b.as_f64(),
        (Json::Object(a), Json::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(key, value)| b.get(key).is_some_and(|other| agree(value, other)))
        }
        _ => a == b,
    }
}
