//! The wire format, held against a committed record. `make fixtures` rebuilds it, deliberately.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// Kinds of CPU differ in the last digits of a score.
const TOLERANCE: f64 = 2e-3;

#[test]
fn the_record_of_the_first_article_is_the_committed_one() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let expected_path = root.join("fixtures/expected/diplomacy.json");
    let output = Command::new(env!("CARGO_BIN_EXE_claimsift"))
        .current_dir(root)
        .args(["extract", "fixtures/news/diplomacy.txt", "--precision", "f32", "--model", "models/newsroom-small"])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut found: Value = serde_json::from_slice(&output.stdout).unwrap();
    // Which CPU this is says nothing of the format.
    found["model"]["kernel"] = "any".into();
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::create_dir_all(expected_path.parent().unwrap()).unwrap();
        std::fs::write(&expected_path, format!("{}\n", serde_json::to_string_pretty(&found).unwrap())).unwrap();
    }
    let expected: Value = serde_json::from_str(&std::fs::read_to_string(&expected_path).unwrap()).unwrap();
    let mut differences = Vec::new();
    compare("", &expected, &found, &mut differences);
    assert!(differences.is_empty(), "the record changed; if it should, run `make fixtures`:\n{}", differences.join("\n"));
}

/// Names every place where two values differ.
fn compare(place: &str, expected: &Value, found: &Value, differences: &mut Vec<String>) {
    match (expected, found) {
        (Value::Object(a), Value::Object(b)) => {
            for key in a.keys().chain(b.keys().filter(|k| !a.contains_key(*k))) {
                compare(&format!("{place}/{key}"), a.get(key).unwrap_or(&Value::Null), b.get(key).unwrap_or(&Value::Null), differences);
            }
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            for (at, (a, b)) in a.iter().zip(b).enumerate() {
                compare(&format!("{place}/{at}"), a, b, differences);
            }
        }
        (Value::Number(a), Value::Number(b)) if a.is_f64() && b.is_f64() => {
            if (a.as_f64().unwrap() - b.as_f64().unwrap()).abs() > TOLERANCE {
                differences.push(format!("{place}: expected {a}, found {b}"));
            }
        }
        _ if expected == found => {}
        _ => differences.push(format!("{place}: expected {expected}, found {found}")),
    }
}
