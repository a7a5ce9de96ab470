//! `claimsift queue`, as a desk and its machines use it: several processes, killed ones, bad input.

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use claimsift::convert::{self, Format};
use serde_json::{Value, json};

use support::desk::{CRIME, JOBS, TRAINS, good, json_of, line, many, plain, queue};
use support::{assert_says, folder, run, run_on, skipped};

fn stats(here: &Path) -> Value {
    serde_json::from_str(&good(here, &["stats", "--json", "--check"]).stdout).expect("JSON")
}

#[test]
fn a_morning_at_the_desk() {
    let desk = folder(&[
        ("post.jsonl", plain("a", "Post", &[CRIME, JOBS])),
        ("herald.jsonl", plain("b", "Herald", &["In 2018, crime in Ravensport fell by 40%", TRAINS])),
    ]);
    let here = desk.path();
    let added = good(here, &["add", "post.jsonl", "herald.jsonl"]);
    assert_says(&added.stderr, &["2 documents: 4 claims new, 3 of them items of their own; 0 known"]);
    assert!(here.join("claimsift-queue.db").exists(), "the default place");
    assert_says(&good(here, &["add", "post.jsonl"]).stderr, &["0 claims new", "2 known"]);

    let list = good(here, &["list"]).stdout;
    assert_says(&list, &["rank", CRIME, "Dana Cole, mayor", "2 outlets", JOBS, TRAINS]);
    let items = json_of(&good(here, &["list", "--json", "--top", "1"]));
    assert_eq!((items.len(), items[0]["rank"].as_i64(), items[0]["outlets"].as_i64()), (1, Some(1), Some(2)));
    let number = items[0]["item"].to_string();

    let taken = json_of(&good(here, &["next", "--json", "--lease", "45"]));
    assert_eq!((taken[0]["item"].to_string(), taken[0]["lease_until"].as_str()), (number.clone(), Some("2026-11-23T08:45:00Z")));
    good(here, &["start", &number]);
    good(here, &["done", &number, "--verdict", "half true", "--rating", "3", "--evidence", "https://example.org/check"]);
    let others: Vec<String> = json_of(&good(here, &["list", "--json"])).iter().map(|i| i["item"].to_string()).collect();
    assert_eq!(others.len(), 2);
    good(here, &["drop", &others[0], "--reason", "not-interesting", "--note", "old"]);
    assert_says(
        &good(here, &["show", &number]).stdout,
        &["half true", "https://example.org/check", "2 times in 2 outlets", "ann published", "shown at 1"],
    );
    assert_says(&good(here, &["show", &others[0]]).stdout, &["dropped (not-interesting)", "note: old"]);
    good(here, &["undo", &others[0]]);
    assert_eq!(json_of(&good(here, &["list", "--json"])).len(), 2);
    let again = run(&mut queue(here, &["undo", &others[0]]));
    assert_eq!(again.code, 2);
    assert_says(&again.stderr, &["claimsift-queue.db", "nothing to undo"]);

    good(here, &["merge", &others[0], &others[1]]);
    assert_eq!(json_of(&good(here, &["list", "--json"])).len(), 1);
    good(here, &["undo", &others[1]]);
    assert_says(
        &good(here, &["report"]).stdout,
        &["3 items shown, 1 chosen, 1 published", "chosen of the first 15 a day: 33% of 3", "Dana Cole", "Herald"],
    );
    assert_eq!(stats(here)["items"], json!({"new": 2, "published": 1}));
    let decided = json_of(&good(here, &["list", "--json", "--state", "published", "--state", "dropped"]));
    assert_eq!(decided.iter().map(|i| i["verdict"].as_str()).collect::<Vec<_>>(), [Some("half true")]);
}

#[test]
fn items_go_out_in_every_format_and_come_back_as_gold() {
    let desk = folder(&[("records.jsonl", plain("a", "Post", &[CRIME, JOBS, TRAINS]))]);
    let here = desk.path();
    good(here, &["add", "records.jsonl", "--quiet"]);
    good(here, &["done", "1", "--verdict", "true"]);
    good(here, &["drop", "2", "--reason", "not-checkable"]);
    assert_eq!(json_of(&good(here, &["export"])).len(), 3);
    assert_eq!(json_of(&good(here, &["export", "--state", "new"])).len(), 1);
    good(here, &["export", "--to", "csv", "-o", "items.csv"]);
    assert_eq!(std::fs::read_to_string(here.join("items.csv")).unwrap().lines().count(), 4);
    let claims: Value = serde_json::from_str(&good(here, &["export", "--to", "json-ld"]).stdout).unwrap();
    assert_eq!((claims["@graph"][0]["@type"].as_str(), claims["@graph"].as_array().map(Vec::len)), (Some("Claim"), Some(3)));
    good(here, &["export", "--to", "label-studio", "-o", "tasks.json"]);
    let tasks: Value = serde_json::from_str(&std::fs::read_to_string(here.join("tasks.json")).unwrap()).unwrap();
    assert_eq!(tasks[0]["data"]["text"].as_str().map(|t| t.starts_with(CRIME)), Some(true));
    assert!(tasks[0]["predictions"][0]["result"].as_array().is_some_and(|r| r.len() > 3), "{tasks}");
    good(here, &["export", "--gold", "-o", "gold.jsonl"]);
    let gold = convert::read(&here.join("gold.jsonl"), Format::Gold, &convert::Options::default()).unwrap();
    let labelled = gold.documents[0].sentences.iter().flatten().filter(|s| s.worth.is_some()).count();
    assert_eq!(labelled, 2, "what nobody decided on has no label");
}

#[test]
fn several_processes_never_get_the_same_item() {
    let desk = folder(&[("records.jsonl", many(60))]);
    let here = desk.path();
    good(here, &["add", "records.jsonl"]);
    let taken: Vec<Vec<i64>> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..4)
            .map(|n| {
                scope.spawn(move || {
                    let mut mine = Vec::new();
                    loop {
                        let ran = good(here, &["next", "-n", "4", "--json", "--actor", &format!("worker {n}")]);
                        let items = json_of(&ran);
                        if items.is_empty() {
                            return mine;
                        }
                        mine.extend(items.iter().filter_map(|i| i["item"].as_i64()));
                    }
                })
            })
            .collect();
        workers.into_iter().map(|w| w.join().expect("a worker")).collect()
    });
    let all: Vec<i64> = taken.concat();
    assert_eq!((all.len(), all.iter().collect::<BTreeSet<_>>().len()), (60, 60), "each once: {taken:?}");
}

#[test]
fn several_processes_may_add_at_once() {
    let desk = folder(&[("records.jsonl", many(80))]);
    let here = desk.path();
    std::thread::scope(|scope| {
        let adding: Vec<_> = (0..3).map(|_| scope.spawn(|| good(here, &["add", "records.jsonl", "--batch", "7"]))).collect();
        adding.into_iter().for_each(|a| drop(a.join().expect("it adds")));
    });
    assert_eq!((stats(here)["documents"].clone(), stats(here)["occurrences"].clone()), (json!({"current": 80}), json!({"live": 80})));
}

#[test]
fn what_was_acknowledged_survives_a_kill() {
    let desk = folder(&[("records.jsonl", many(600))]);
    let here = desk.path();
    for acknowledged in [1, 40, 90] {
        let mut child = queue(here, &["add", "records.jsonl", "--batch", "1", "--json"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program starts");
        let lines = BufReader::new(child.stdout.take().expect("piped")).lines();
        assert_eq!(lines.take(acknowledged).filter(Result::is_ok).count(), acknowledged);
        child.kill().expect("it runs");
        child.wait().expect("a child");
        let kept = stats(here);
        let count = |what: &str, state: &str| kept[what][state].as_u64().unwrap_or(0);
        assert!(count("documents", "current") >= acknowledged as u64, "{kept}");
        assert_eq!(count("documents", "current"), count("occurrences", "live"), "no half record");
    }
    good(here, &["add", "records.jsonl"]);
    assert_eq!(stats(here)["occurrences"], json!({"live": 600}));
}

/// Each step of the desk is killed sooner or later after its start: what was said to be done is done, what was not is done wholly or not at all.
#[test]
fn no_step_of_the_desk_is_half_done_when_killed() {
    const TRIALS: u32 = 24;
    let desk = folder(&[("records.jsonl", many(TRIALS as usize))]);
    let here = desk.path();
    good(here, &["add", "records.jsonl"]);
    let started = Instant::now();
    let first = json_of(&good(here, &["next", "--json"])).remove(0);
    let usual = started.elapsed();
    good(here, &["release", &first["item"].to_string()]);
    // From at once to half as long again as a step takes.
    let killed = |trial: u32, args: &[&str]| {
        let mut child = queue(here, args).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("the program starts");
        std::thread::sleep(usual * 3 * trial / (2 * TRIALS));
        child.kill().expect("it can be killed");
        child.wait_with_output().expect("a child")
    };

    let mut taken = BTreeMap::new();
    for trial in 0..TRIALS {
        let worker = format!("worker {trial}");
        let said = killed(trial, &["next", "--json", "--actor", &worker]).stdout;
        // A line cut short was never read by anybody.
        for item in said.split_inclusive(|&b| b == b'\n').filter_map(|line| serde_json::from_slice::<Value>(line).ok()) {
            let before = taken.insert(item["item"].as_i64().expect("a number"), worker.clone());
            assert_eq!(before, None, "item {} went to two", item["item"]);
        }
    }
    let shown = |item: i64| json_of(&good(here, &["show", &item.to_string(), "--json"])).remove(0);
    for (item, worker) in &taken {
        assert_eq!(shown(*item)["assignee"], json!(worker), "item {item} was handed out");
    }

    let steps: [&[&str]; 3] = [&["start"], &["done", "--verdict", "true"], &["drop", "--reason", "duplicate"]];
    let ends = ["checking", "published", "dropped"];
    for item in 1..=i64::from(TRIALS) {
        let trial = item as usize;
        let (step, end) = (steps[trial % steps.len()], ends[trial % steps.len()]);
        let number = item.to_string();
        let args: Vec<&str> = step.iter().copied().chain([number.as_str(), "--force"]).collect();
        let done = killed(item as u32 - 1, &args).status.success();
        let now = shown(item);
        assert!(!done || now["state"] == end, "item {item} was said to be {end}: {now}");
        let last = now["events"].as_array().and_then(|events| events.iter().rev().find(|e| !e["to"].is_null())).expect("an event");
        assert_eq!(last["to"], now["state"], "item {item}: its state is what its events say");
        assert_eq!(now["verdict"].is_null(), now["state"] != "published", "item {item}: verdict and state together");
    }
    assert_eq!(stats(here)["occurrences"], json!({"live": TRIALS}));
}

#[test]
fn a_lease_comes_back_and_no_clock_brings_it_back_twice() {
    let desk = folder(&[("records.jsonl", plain("a", "Post", &[CRIME]))]);
    let here = desk.path();
    good(here, &["add", "records.jsonl"]);
    let next = |now: &str| json_of(&good(here, &["--now", now, "next", "--json"])).len();
    // The later --now counts.
    assert_eq!(next("2026-11-23T09:00:00Z"), 1);
    assert_eq!(next("2026-11-23T09:29:59Z"), 0);
    assert_eq!(next("2026-11-23T09:30:00Z"), 1);
    assert_eq!(next("2026-11-23T03:00:00Z"), 0, "the clock went backwards");
    let other = run(&mut queue(here, &["done", "1", "--verdict", "true", "--actor", "bob"]));
    assert_eq!(other.code, 2);
    assert_says(&other.stderr, &["item 1 is with ann until 2026-11-23T10:00:00Z", "--force"]);
    good(here, &["done", "1", "--verdict", "true", "--actor", "bob", "--force"]);
}

#[test]
fn lines_that_are_no_records_are_named_and_the_rest_goes_in() {
    let error =
        r#"{"schema":"claimsift/error/1","doc_id":"x","source":{"path":"x","format":"text","subjects":[]},"stage":"ingest","error":"e"}"#;
    let newer = plain("n", "Post", &[TRAINS]).replace("claimsift/record/1", "claimsift/record/2");
    let whole = plain("b", "Post", &[JOBS]);
    let cut = &whole[..whole.len() / 2];
    let input = format!(
        "{}{error}\n\n{newer}{{\"schema\":\"claimsift/claim/1\"}}\n{{}}\n{}{cut}",
        plain("a", "Post", &[CRIME]),
        plain("c", "Echo", &[TRAINS])
    );
    let desk = folder(&[("records.jsonl", input)]);
    let ran = run(&mut queue(desk.path(), &["add", "records.jsonl"]));
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    assert_says(
        &ran.stderr,
        &[
            "records.jsonl:4: found schema \"claimsift/record/2\", expected \"claimsift/record/1\": a newer claimsift",
            "records.jsonl:5: a single claim",
            "records.jsonl:6: no schema",
            "records.jsonl:8: not a line of JSON",
            "2 documents: 2 claims new",
            "1 error line passed over, 4 lines not taken",
        ],
    );
    let piped = run_on(&mut queue(desk.path(), &["add", "-"]), plain("d", "Sun", &[CRIME]).as_bytes());
    assert_eq!(piped.code, 0, "{}", piped.stderr);
    let missing = run(&mut queue(desk.path(), &["add", "nowhere.jsonl"]));
    assert_eq!(missing.code, 2);
    assert_says(&missing.stderr, &["nowhere.jsonl", "No such file"]);
    assert!(!missing.stderr.contains("claimsift-queue.db"), "the file at fault is named, not the queue: {}", missing.stderr);
}

#[test]
fn what_is_no_queue_or_a_newer_one_is_left_alone() {
    let desk = folder(&[("records.jsonl", plain("a", "Post", &[CRIME])), ("letter.db", "Dear editor, ".repeat(400))]);
    let here = desk.path();
    let refused = |args: &[&str], says: &[&str]| {
        let ran = run(&mut queue(here, args));
        assert_eq!(ran.code, 2, "{args:?}: {}", ran.stderr);
        assert_says(&ran.stderr, says);
    };
    refused(&["list"], &["claimsift-queue.db", "there is no queue", "queue add"]);
    refused(&["--db", "letter.db", "add", "records.jsonl"], &["letter.db", "damaged or no database"]);
    assert!(std::fs::read_to_string(here.join("letter.db")).unwrap().starts_with("Dear editor"));
    good(here, &["add", "records.jsonl"]);
    let path = here.join("claimsift-queue.db");
    let mut bytes = std::fs::read(&path).unwrap();
    // SQLite's header keeps the user's version in the four bytes from 60 on.
    bytes[60..64].copy_from_slice(&99u32.to_be_bytes());
    std::fs::write(&path, bytes).unwrap();
    refused(&["list"], &["of version 99", "newer claimsift"]);
}

#[test]
fn a_queue_that_cannot_be_written_to_is_still_read() {
    let desk = folder(&[("records.jsonl", plain("a", "Post", &[CRIME])), ("more.jsonl", plain("b", "Post", &[JOBS]))]);
    let here = desk.path();
    good(here, &["add", "records.jsonl"]);
    let path = here.join("claimsift-queue.db");
    let mut permissions = std::fs::metadata(&path).unwrap().permissions();
    permissions.set_readonly(true);
    std::fs::set_permissions(&path, permissions).unwrap();
    if std::fs::OpenOptions::new().write(true).open(&path).is_ok() {
        return skipped("a_queue_that_cannot_be_written_to_is_still_read", "whoever runs this may write to everything");
    }
    let ran = run(&mut queue(here, &["add", "more.jsonl"]));
    assert_eq!(ran.code, 2);
    assert_says(&ran.stderr, &["may not be written to", "0 documents"]);
    assert_says(&good(here, &["list"]).stdout, &[CRIME]);
}

/// A limit on the size of files stands for a disk that fills up.
#[cfg(unix)]
#[test]
fn when_no_more_can_be_written_what_was_acknowledged_stays() {
    let desk = folder(&[("records.jsonl", many(2000))]);
    let here = desk.path();
    let mut command = Command::new("sh");
    let program = env!("CARGO_BIN_EXE_claimsift");
    let limited = "trap '' XFSZ; ulimit -f 1500; exec \"$@\"";
    command
        .current_dir(here)
        .args(["-c", limited, "sh", program, "queue", "add", "records.jsonl", "--json", "--batch", "10"])
        .stdin(Stdio::null());
    let ran = run(&mut command);
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    assert_says(&ran.stderr, &["claimsift-queue.db", "what was not yet acknowledged was not kept, all before it was"]);
    let acknowledged = 10 * ran.stdout.lines().count();
    assert!(acknowledged > 0, "{}", ran.stderr);
    assert_eq!(stats(here)["documents"]["current"].as_u64(), Some(acknowledged as u64));
    assert_says(&ran.stderr, &[&format!("{acknowledged} documents: {acknowledged} claims new")]);
}

#[test]
fn published_checks_are_matched_and_bad_entries_named() {
    let check = json!({"@type": "ClaimReview", "url": "https://example.org/crime", "claimReviewed": "In 2018, crime in Ravensport fell by 40%", "datePublished": "2026-01-02",
        "author": {"@type": "Organization", "name": "Facts"}, "reviewRating": {"@type": "Rating", "alternateName": "Half true"}});
    let mut empty = check.clone();
    empty["claimReviewed"] = json!("");
    let desk = folder(&[("checks.jsonl", format!("{check}\n{empty}\n")), ("records.jsonl", plain("a", "Post", &[CRIME, JOBS]))]);
    let here = desk.path();
    let ran = run(&mut queue(here, &["import-checks", "checks.jsonl"]));
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    assert_says(&ran.stderr, &["left out", "1 check new"]);
    assert_says(&good(here, &["add", "records.jsonl"]).stderr, &["1 checked elsewhere already"]);
    let items = json_of(&good(here, &["list", "--json"]));
    assert_eq!((items[0]["text"].as_str(), items[1]["check"]["verdict"].as_str()), (Some(JOBS), Some("Half true")));
    assert_says(&good(here, &["list"]).stdout, &["checked: Half true, Facts, https://example.org/crime"]);
    let number = items[1]["item"].as_i64().or(items[1]["id"].as_i64()).unwrap().to_string();
    assert_says(&good(here, &["uncheck", &number]).stderr, &["is not checked any more"]);
    assert!(!good(here, &["list"]).stdout.contains("Half true"));
    assert_eq!(run(&mut queue(here, &["uncheck", &number])).code, 2, "there is none to take off");
    good(here, &["undo", &number]);
    assert_says(&good(here, &["list"]).stdout, &["checked: Half true"]);
}

#[test]
fn embargoed_claims_stay_in_the_dark_until_their_time() {
    let held = line("a", "Post", &[CRIME], |r| r["source"]["embargoed_until"] = json!("2026-11-23T12:00:00Z"));
    let desk = folder(&[("records.jsonl", held)]);
    let here = desk.path();
    good(here, &["add", "records.jsonl"]);
    for args in [
        &["list", "--all", "--json"][..],
        &["next", "--json"],
        &["export"],
        &["export", "--to", "csv"],
        &["export", "--gold"],
        &["show", "1", "--json"],
    ] {
        assert!(!good(here, args).stdout.contains("Ravensport"), "{args:?}");
    }
    assert_eq!(json_of(&good(here, &["--now", "2026-11-23T12:00:00Z", "list", "--json"])).len(), 1);
}

#[test]
fn weights_are_kept_in_the_queue() {
    let desk = folder(&[
        ("records.jsonl", plain("a", "Post", &[CRIME, TRAINS])),
        ("weights.toml", "[queue]\ntopics = [{ name = \"rails\", words = [\"trains\"], weight = 0.9 }]\n".to_owned()),
        ("wrong.toml", "[queue]\nharm = \"much\"\n".to_owned()),
    ]);
    let here = desk.path();
    good(here, &["add", "records.jsonl"]);
    good(here, &["weights", "weights.toml"]);
    let first = &json_of(&good(here, &["list", "--json"]))[0];
    assert_eq!((first["text"].as_str(), first["topic"].as_str()), (Some(TRAINS), Some("rails")));
    let wrong = run(&mut queue(here, &["weights", "wrong.toml"]));
    assert_eq!(wrong.code, 2);
    assert_says(&wrong.stderr, &["wrong.toml", "harm"]);
    assert_says(&good(here, &["weights"]).stdout, &["rails"]);
}

#[test]
fn a_webhook_that_is_away_gets_its_events_later() {
    let desk = folder(&[("records.jsonl", plain("a", "Post", &[CRIME]))]);
    let here = desk.path();
    // Nobody listens at port 9 (discard): the event waits beside the queue.
    let ran = run(&mut queue(here, &["add", "records.jsonl", "--webhook", "http://127.0.0.1:9/claims"]));
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_says(&ran.stderr, &["1 waits in the spool"]);
    let spool = std::fs::read_to_string(here.join("claimsift-queue.db.spool")).unwrap();
    assert!(spool.contains(CRIME), "{spool}");
    let wrong = run(&mut queue(here, &["add", "records.jsonl", "--webhook", "claims"]));
    assert_eq!(wrong.code, 2);
    assert_says(&wrong.stderr, &["webhook", "claims"]);
}
