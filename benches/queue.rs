//! Times the queue with N occurrences of claims: `cargo bench --bench queue -- 100000`. The claims are made up, eight a document; every
//! third document is another outlet's copy of an earlier one, every tenth claim an earlier one put otherwise.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use claimsift::assemble::key;
use claimsift::model::digest_of;
use claimsift::queue::{AddOptions, HOUR, ListOptions, MINUTE, Millis, Queue, shown};
use claimsift::record::Record;
use serde_json::json;

/// 2026-11-23T08:00:00Z
const MORNING: Millis = 1_795_420_800_000;
const CLAIMS: usize = 8;
/// As `claimsift queue add` does.
const BATCH: usize = 64;
/// How often what takes little time is done.
const TIMES: usize = 200;
/// The bench calls itself with this word to have somebody to kill.
const VICTIM: &str = "victim";

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|a| !a.starts_with("--")).collect();
    if let [word, path, from] = arguments.as_slice()
        && word == VICTIM
    {
        return add_for_ever(Path::new(path), from.parse().unwrap_or(0));
    }
    let occurrences: usize = arguments.first().and_then(|n| n.parse().ok()).unwrap_or(20_000);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("queue.db");
    let documents = occurrences.div_ceil(CLAIMS);
    let mut queue = Queue::create(&path).expect("a queue");

    let mut batches = Vec::new();
    for from in (0..documents).step_by(BATCH) {
        let records: Vec<Record> = (from..documents.min(from + BATCH)).map(record).collect();
        let started = Instant::now();
        queue.add(&records, &options(), MORNING).expect("added");
        batches.push((records.len() * CLAIMS, started.elapsed()));
    }
    let total = documents * CLAIMS;
    let rate_of = |batches: &[(usize, Duration)]| rate(batches.iter().map(|b| b.0).sum(), batches.iter().map(|b| b.1).sum());
    println!(
        "{total} occurrences added: {:.0} a second ({:.0} in the last tenth)",
        rate_of(&batches),
        rate_of(&batches[batches.len() * 9 / 10..])
    );
    let again: Vec<Record> = (0..BATCH).map(record).collect();
    let known = timed(|| drop(queue.add(&again, &options(), MORNING).expect("added")));
    println!("added again: {:.0} a second", rate(BATCH * CLAIMS, known));

    let day = ListOptions { top: 15, per_topic: Some(3), ..ListOptions::default() };
    let first = timed(|| drop(queue.list(&day, None, MORNING).expect("a list")));
    let lists = timed(|| (0..TIMES).for_each(|_| drop(queue.list(&day, None, MORNING).expect("a list"))));
    println!("lists of 15, 3 a topic: {:.0} a second (the first took {:.1} ms)", rate(TIMES, lists), millis(first));
    let later = timed(|| drop(queue.list(&day, None, MORNING + 48 * HOUR).expect("a list")));
    println!("the first list two days later, when scores have fallen: {:.1} ms", millis(later));
    let one = ListOptions { top: 1, ..ListOptions::default() };
    let lease = |queue: &mut Queue| timed(|| drop(queue.next(&one, 30 * MINUTE, "bench", MORNING + 48 * HOUR).expect("an item")));
    let mut leases: Vec<Duration> = (0..TIMES).map(|_| lease(&mut queue)).collect();
    leases.sort();
    let (all, longest) = (leases.iter().sum(), leases.last().copied().unwrap_or_default());
    println!("leases, one by one, each synced: {:.0} a second (the slowest took {:.1} ms)", rate(TIMES, all), millis(longest));

    let stats = queue.stats().expect("counted");
    let items: u64 = stats.items.values().sum();
    println!("{items} items; {:.1} MB, {:.0} MB a million occurrences", stats.bytes as f64 / 1e6, stats.bytes as f64 / total as f64);
    drop(queue);
    recover(&path, documents);
}

/// Kills a process that adds, and opens what it left.
fn recover(path: &Path, from: usize) {
    let program = std::env::current_exe().expect("this program");
    let mut child = Command::new(program)
        .args([VICTIM, &path.display().to_string(), &from.to_string()])
        .stdout(Stdio::piped())
        .spawn()
        .expect("a child");
    let acknowledged = BufReader::new(child.stdout.take().expect("piped")).lines().take(20).filter(Result::is_ok).count();
    child.kill().expect("it runs");
    child.wait().expect("a child");
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    let log = std::fs::metadata(log).map_or(0, |m| m.len());
    let opening = timed(|| {
        drop(
            Queue::open(path)
                .and_then(|mut q| q.list(&ListOptions { top: 15, ..ListOptions::default() }, None, MORNING))
                .expect("it opens"),
        )
    });
    println!(
        "killed after {acknowledged} batches; opened and listed in {:.1} ms, with a log of {:.1} MB",
        millis(opening),
        log as f64 / 1e6
    );
}

fn add_for_ever(path: &Path, from: usize) {
    let mut queue = Queue::open(path).expect("a queue");
    for batch in 0.. {
        let records: Vec<Record> = (0..BATCH).map(|n| record(from + batch * BATCH + n)).collect();
        queue.add(&records, &options(), MORNING).expect("added");
        println!("{batch}");
        std::io::stdout().flush().expect("a reader");
    }
}

fn options() -> AddOptions {
    AddOptions { actor: "bench".into(), announce: false }
}

fn timed(work: impl FnOnce()) -> Duration {
    let started = Instant::now();
    work();
    started.elapsed()
}

fn rate(count: usize, time: Duration) -> f64 {
    count as f64 / time.as_secs_f64()
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

/// The same number, scattered.
fn scattered(n: usize, salt: usize) -> usize {
    let mixed = (n as u64 ^ (salt as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    ((mixed ^ (mixed >> 29)).wrapping_mul(0x94d0_49bb_1331_11eb) >> 33) as usize
}

fn word(n: usize, salt: usize, of: usize) -> String {
    const SYLLABLES: [&str; 16] = ["ka", "ro", "mi", "ten", "sol", "bra", "vi", "dun", "lo", "per", "sha", "gu", "nel", "ost", "fi", "wex"];
    let n = scattered(n, salt) % of;
    [n % 16, n / 16 % 16, n / 256 % 16].map(|at| SYLLABLES[at]).concat()
}

const VERBS: [[&str; 2]; 4] = [["cut", "reduced"], ["built", "constructed"], ["bought", "purchased"], ["closed", "shut"]];
const THINGS: [&str; 12] = [
    "schools",
    "homes",
    "jobs",
    "hospital beds",
    "trains",
    "libraries",
    "police officers",
    "bus routes",
    "mines",
    "nurses",
    "farms",
    "bridges",
];

fn claim(n: usize) -> String {
    // Every tenth says in other words what an earlier one said.
    let (n, other) = if n % 10 == 9 { (scattered(n, 1) % n, 1) } else { (n, 0) };
    let place = word(n, 2, 2000);
    let place = place[..1].to_uppercase() + &place[1..];
    let (verb, thing) = (VERBS[scattered(n, 3) % 4][other], THINGS[scattered(n, 4) % 12]);
    let (number, year) = (2 + scattered(n, 5) % 9000, 1990 + scattered(n, 6) % 35);
    format!("The {} council of {place} {verb} {number} {thing} in {year}", word(n, 7, 300))
}

fn record(n: usize) -> Record {
    let original = if n % 3 == 2 { scattered(n, 8) % n } else { n };
    let words: Vec<String> = (0..CLAIMS).map(|c| claim(original * CLAIMS + c)).collect();
    let (mut text, mut sentences, mut claims) = (String::new(), Vec::new(), Vec::new());
    for (id, words) in words.iter().enumerate() {
        let start = text.len();
        text += words;
        let end = text.len();
        text += ", the mayor said. That was a surprise to everybody who had heard him speak of it in the spring. ";
        sentences.push(json!({"id": id, "block": 0, "start": start, "end": text.len() - 1, "check_worthiness": 0.75, "label": "CFS", "verifiability": "factual", "types": ["quantity"]}));
        claims.push(json!({"id": format!("c-{}", &digest_of(format!("{n} {id}").as_bytes())[..16]), "key": key(words), "sentences": [id], "block": 0, "start": start, "end": end,
            "text": words, "quoted": [], "check_worthiness": 0.5 + (scattered(n, id) % 50) as f64 / 100.0, "verifiability": "factual", "types": ["quantity"], "entities": [],
            "mode": "indirect", "attribution": null, "date": null,
            "claimer": {"name": "Dana Cole", "kind": "person", "entity": null, "role": "mayor", "resolved_by": "source", "score": 1.0}}));
    }
    let published = shown(MORNING - (scattered(n, 9) % 200) as Millis * HOUR);
    serde_json::from_value(json!({
        "schema": "claimsift/record/1", "doc_id": format!("d{n}"), "text": text, "text_sha256": digest_of(text.as_bytes()), "offset_unit": "byte",
        "source": {"path": "feed.jsonl", "format": "jsonl", "outlet": format!("Outlet {}", n % 40), "published": published, "subjects": []},
        "language": null, "duplicate_of": null, "blocks": [], "sentences": sentences, "entities": [], "attributions": [], "claims": claims,
        "coverage": {"chars": 0, "scored_chars": 0, "windows": 0, "truncated": 0},
        "model": {"name": "m", "version": "1", "sha256": "", "precision": "f32", "kernel": "", "thresholds": {"check_worthiness": 0.5}},
        "program": {"version": "0", "config_sha256": ""}, "warnings": []
    }))
    .expect("a record")
}
