//! A desk with a queue: records made by hand, and `claimsift queue` as Ann runs it in the morning.

use std::path::Path;
use std::process::Command;

use claimsift::assemble::key;
use claimsift::model::digest_of;
use serde_json::{Value, json};

use super::{Ran, claimsift, run};

/// Three claims of which no two are alike.
pub const CRIME: &str = "Crime in Ravensport fell by 40 percent in 2018";
/// See [`CRIME`].
pub const JOBS: &str = "Unemployment in Leeds rose to 7.5 percent in 2019";
/// See [`CRIME`].
pub const TRAINS: &str = "The railway company cancelled 1,200 trains in May 2020";

/// A line of `claimsift extract` for a text of one claim a sentence, with a `change` made to it.
pub fn line(doc_id: &str, outlet: &str, claims: &[&str], change: impl Fn(&mut Value)) -> String {
    let text: String = claims.iter().map(|claim| format!("{claim}. ")).collect();
    let (mut sentences, mut spans, mut at) = (Vec::new(), Vec::new(), 0);
    for (id, words) in claims.iter().enumerate() {
        let (start, end) = (at, at + words.chars().count());
        at = end + 2;
        sentences.push(json!({"id": id, "block": null, "start": start, "end": end + 1, "check_worthiness": 0.75, "label": "CFS", "verifiability": "factual", "types": ["quantity"]}));
        spans.push(json!({"id": format!("c-{}", &digest_of(format!("{doc_id}\0{start}-{end}").as_bytes())[..16]), "key": key(words), "sentences": [id], "block": null,
            "start": start, "end": end, "text": words, "quoted": [], "check_worthiness": 0.75, "verifiability": "factual", "types": ["quantity"], "entities": [],
            "mode": "indirect", "attribution": null, "date": null,
            "claimer": {"name": "Dana Cole", "kind": "person", "entity": null, "role": "mayor", "resolved_by": "source", "score": 1.0}}));
    }
    let mut record = json!({
        "schema": "claimsift/record/1", "doc_id": doc_id, "text": text, "text_sha256": digest_of(text.as_bytes()), "offset_unit": "char",
        "source": {"path": doc_id, "format": "jsonl", "outlet": outlet, "published": "2026-11-23T06:00:00Z", "subjects": []},
        "language": null, "duplicate_of": null, "blocks": [], "sentences": sentences, "entities": [], "attributions": [], "claims": spans,
        "coverage": {"chars": 0, "scored_chars": 0, "windows": 0, "truncated": 0},
        "model": {"name": "m", "version": "1", "sha256": "", "precision": "f32", "kernel": "", "thresholds": {"check_worthiness": 0.5}},
        "program": {"version": "0", "config_sha256": ""}, "warnings": []
    });
    change(&mut record);
    format!("{record}\n")
}

/// [`line`] as it is.
pub fn plain(doc_id: &str, outlet: &str, claims: &[&str]) -> String {
    line(doc_id, outlet, claims, |_| {})
}

/// `claimsift queue ARGS` at eight in the morning, by Ann.
pub fn queue(here: &Path, args: &[&str]) -> Command {
    let mut command = claimsift(here);
    command
        .env_remove("CLAIMSIFT_QUEUE")
        .env_remove("CLAIMSIFT_ACTOR")
        .arg("queue")
        .args(["--actor", "ann", "--now", "2026-11-23T08:00:00Z"])
        .args(args);
    command
}

/// [`queue`], which must end well.
pub fn good(here: &Path, args: &[&str]) -> Ran {
    let ran = run(&mut queue(here, args));
    assert_eq!(ran.code, 0, "{args:?}: {}", ran.stderr);
    ran
}

/// The lines of JSON on standard output.
pub fn json_of(ran: &Ran) -> Vec<Value> {
    ran.stdout.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect()
}

/// The claims of `n` documents that share no words that count.
pub fn many(n: usize) -> String {
    (0..n)
        .map(|i| plain(&format!("d{i}"), "Post", &[&format!("Town number {i} built {} houses in {}", i * 7 + 3, 1900 + i % 100)]))
        .collect()
}
