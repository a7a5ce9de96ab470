//! `claimsift queue`: what leaves it, as its receivers get it.

mod support;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::mpsc::{Receiver, channel};

use claimsift::assemble::key;
use serde_json::{Value, json};

use support::desk::{CRIME, JOBS, TRAINS, good, json_of, line, many, plain, queue};
use support::{assert_says, folder, run};

fn stdout_of(here: &Path, args: &[&str]) -> String {
    good(here, args).stdout
}

/// A receiver of webhooks that answers each request with the next of these, the last for ever; nothing where it is 0. Gives its address, and
/// the claims it was told of.
fn receiver(answers: &'static [u16]) -> (String, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}/claims", listener.local_addr().expect("an address"));
    let (sender, told) = channel();
    std::thread::spawn(move || {
        let mut open = Vec::new();
        for (n, stream) in listener.incoming().flatten().enumerate() {
            let Some(text) = claim_of(&stream) else { continue };
            let _ = sender.send(text);
            match answers.get(n).or(answers.last()) {
                Some(0) | None => open.push(stream),
                Some(status) => {
                    let _ =
                        (&stream).write_all(format!("HTTP/1.1 {status} X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").as_bytes());
                }
            }
        }
    });
    (url, told)
}

/// The words of the claim in a request.
fn claim_of(stream: &TcpStream) -> Option<String> {
    let mut reader = BufReader::new(stream);
    let mut length = 0;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 || line == "\r\n" {
            break;
        }
        if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let event: Value = serde_json::from_slice(&body).ok()?;
    event["item"]["text"].as_str().map(str::to_owned)
}

/// Nobody listens there (discard).
const NOBODY: &str = "http://127.0.0.1:9/claims";

#[test]
fn no_cell_is_a_formula_for_a_spreadsheet() {
    let claim = "=HYPERLINK(\"http://evil.example\",\"Crime\") fell by 40 percent in 2018";
    let record = line("a", "@Post", &[claim], |r| r["claims"][0]["claimer"]["name"] = json!("+44 Cole"));
    let desk = folder(&[("records.jsonl", record)]);
    let here = desk.path();
    good(here, &["add", "records.jsonl"]);
    let csv = stdout_of(here, &["export", "--to", "csv"]);
    assert_says(&csv, &["\"'=HYPERLINK(", ",'+44 Cole,", ",'@Post,"]);
    let raw = stdout_of(here, &["export", "--raw-csv"]);
    assert_says(&raw, &["\"=HYPERLINK(", ",+44 Cole,", ",@Post,"]);
    assert_eq!(run(&mut queue(here, &["export", "--to", "json-ld", "--raw-csv"])).code, 2);
}

#[test]
fn whoever_never_answers_costs_one_wait() {
    let desk = folder(&[("records.jsonl", plain("a", "Post", &[CRIME, JOBS, TRAINS]))]);
    let here = desk.path();
    let (url, told) = receiver(&[0]);
    let ran = good(here, &["add", "records.jsonl", "--webhook", &url]);
    assert_says(&ran.stderr, &["0 events delivered, 3 wait in the spool, 0 refused"]);
    assert_eq!(told.try_iter().collect::<Vec<_>>(), [CRIME], "the others went to the spool untried");
    let (url, told) = receiver(&[200]);
    assert_says(&good(here, &["announce", "--webhook", &url]).stderr, &["3 events delivered, 0 wait"]);
    assert_eq!(told.try_iter().collect::<Vec<_>>(), [CRIME, JOBS, TRAINS]);
}

#[test]
fn a_wrong_key_keeps_events_and_a_refusal_is_said_and_can_be_tried_again() {
    let desk = folder(&[("records.jsonl", plain("a", "Post", &[CRIME])), ("more.jsonl", plain("b", "Post", &[JOBS]))]);
    let here = desk.path();
    let (url, _told) = receiver(&[401]);
    assert_says(&good(here, &["add", "records.jsonl", "--webhook", &url]).stderr, &["1 waits in the spool, 0 refused", "401"]);
    let (url, _told) = receiver(&[200, 422]);
    let refused = run(&mut queue(here, &["add", "more.jsonl", "--webhook", &url]));
    assert_eq!(refused.code, 1, "{}", refused.stderr);
    assert_says(&refused.stderr, &["1 event delivered, 0 wait in the spool, 1 refused", "422"]);
    let (url, told) = receiver(&[200]);
    assert_says(&good(here, &["announce", "--webhook", &url]).stderr, &["0 events delivered"]);
    let again = good(here, &["announce", "--webhook", &url, "--retry-refused"]);
    assert_says(&again.stderr, &["1 refused event is sent once more", "1 event delivered"]);
    assert_eq!(told.try_iter().collect::<Vec<_>>(), [JOBS]);
}

#[test]
fn what_was_withdrawn_while_it_waited_is_not_sent() {
    let guid = |r: &mut Value| r["source"]["guid"] = json!("urn:a");
    let kill = line("a", "Post", &[], |r| {
        guid(r);
        r["source"]["pub_status"] = json!("canceled");
        r["source"]["version"] = json!("2");
    });
    let desk = folder(&[("records.jsonl", line("a", "Post", &[CRIME], guid) + &plain("b", "Herald", &[JOBS])), ("kill.jsonl", kill)]);
    let here = desk.path();
    assert_says(&good(here, &["add", "records.jsonl", "--webhook", NOBODY]).stderr, &["2 wait in the spool"]);
    good(here, &["add", "kill.jsonl"]);
    let (url, told) = receiver(&[200]);
    let ran = good(here, &["announce", "--webhook", &url]);
    assert_says(&ran.stderr, &["1 event delivered, 0 wait in the spool, 0 refused, 1 dropped that may not be seen any more"]);
    assert_eq!(told.try_iter().collect::<Vec<_>>(), [JOBS]);
}

#[test]
fn announce_tells_of_whatever_came_in_since_it_began() {
    let desk = folder(&[
        ("old.jsonl", plain("a", "Post", &[CRIME])),
        ("new.jsonl", plain("b", "Post", &[JOBS])),
        ("held.jsonl", line("c", "Post", &[TRAINS], |r| r["source"]["embargoed_until"] = json!("2026-11-23T12:00:00Z"))),
    ]);
    let here = desk.path();
    let (url, told) = receiver(&[200]);
    good(here, &["add", "old.jsonl", "held.jsonl"]);
    let first = good(here, &["announce", "--webhook", &url]);
    assert_says(&first.stderr, &["1 item that was there before is not", "0 events delivered"]);
    good(here, &["add", "new.jsonl"]);
    good(here, &["announce", "--webhook", &url]);
    good(here, &["announce", "--webhook", &url, "--from", "all"]);
    good(here, &["--now", "2026-11-23T12:00:00Z", "announce", "--webhook", &url]);
    assert_eq!(told.try_iter().collect::<Vec<_>>(), [JOBS, TRAINS], "the old one never, the others once");
    let other = folder(&[("old.jsonl", plain("a", "Post", &[CRIME]))]);
    good(other.path(), &["add", "old.jsonl"]);
    good(other.path(), &["announce", "--webhook", &url, "--from", "all"]);
    assert_eq!(told.try_iter().collect::<Vec<_>>(), [CRIME]);
}

#[test]
fn gold_keeps_every_decision() {
    let version = |n: &str, claims: &[&str], guid: &str| {
        line("feed#1", "Post", claims, |r| {
            r["source"]["version"] = json!(n);
            r["source"]["guid"] = json!(guid);
        })
    };
    let other_model = line("m", "Echo", &[CRIME], |r| {
        r["claims"][0]["id"] = json!("c-anothermodels");
        r["claims"][0]["text"] = json!("in Ravensport fell by 40 percent");
        r["claims"][0]["key"] = json!(key("in Ravensport fell by 40 percent"));
        r["model"]["version"] = json!("2");
    });
    let desk = folder(&[
        ("two.jsonl", version("1", &[CRIME], "urn:1") + &version("1", &[JOBS], "urn:2")),
        ("later.jsonl", version("2", &[TRAINS], "urn:1")),
        ("first.jsonl", plain("m", "Echo", &[CRIME])),
        ("upgraded.jsonl", other_model),
    ]);
    let here = desk.path();
    let gold = |here: &Path| json_of(&good(here, &["export", "--gold"]));
    let labels = |document: &Value| -> Vec<Value> {
        document["sentences"].as_array().into_iter().flatten().filter(|s| !s["label"].is_null()).map(|s| s["label"].clone()).collect()
    };
    good(here, &["add", "two.jsonl"]);
    good(here, &["done", "1", "--verdict", "false"]);
    good(here, &["drop", "2", "--reason", "not-interesting"]);
    assert_eq!(gold(here).iter().flat_map(labels).collect::<Vec<_>>(), ["CFS", "UFS"], "two articles of one doc_id");
    good(here, &["add", "later.jsonl"]);
    assert_eq!(gold(here).iter().flat_map(labels).collect::<Vec<_>>(), ["CFS", "UFS"], "a version that dropped the claim");
    good(here, &["undo", "2"]);
    assert_eq!(gold(here).iter().flat_map(labels).collect::<Vec<_>>(), ["CFS"]);

    let here = &folder(&[
        ("first.jsonl", std::fs::read(here.join("first.jsonl")).expect("a file")),
        ("upgraded.jsonl", std::fs::read(here.join("upgraded.jsonl")).expect("a file")),
    ]);
    good(here.path(), &["add", "first.jsonl", "upgraded.jsonl"]);
    let cut = json_of(&good(here.path(), &["list", "--all", "--json"])).iter().find(|i| i["text"] != CRIME).map(|i| i["item"].to_string());
    // The other cut may have joined the item of the first: either way its decision is found.
    good(here.path(), &["done", cut.as_deref().unwrap_or("1"), "--verdict", "true"]);
    assert_eq!(gold(here.path()).iter().flat_map(labels).collect::<Vec<_>>(), ["CFS"], "another model cut the claim otherwise");
}

#[test]
fn checks_come_back_from_json_ld_as_they_went() {
    let checks = format!(
        "claim,verdict,rating,url,published,publisher,claimant,claim_date\n{CRIME},True,1.0,https://c.example/1,2019-02-01,Facts,Ann Lee,2019-01-20\n{JOBS},Mostly true,0.8,https://c.example/2,2019-02-01,Facts,,\n"
    );
    let desk = folder(&[("records.jsonl", plain("a", "Post", &[CRIME, JOBS, TRAINS])), ("checks.csv", checks)]);
    let here = desk.path();
    good(here, &["import-checks", "checks.csv"]);
    good(here, &["add", "records.jsonl"]);
    good(here, &["done", "3", "--verdict", "false", "--rating", "1", "--evidence", "https://house.example/3"]);
    good(here, &["export", "--to", "json-ld", "-o", "claims.json"]);
    let graph: Value = serde_json::from_str(&std::fs::read_to_string(here.join("claims.json")).expect("a file")).expect("JSON");
    let reviews: Vec<&Value> =
        graph["@graph"].as_array().into_iter().flatten().flat_map(|c| c["subjectOf"].as_array().into_iter().flatten()).collect();
    let own = reviews.iter().find(|r| r["url"] == "https://house.example/3").expect("the desk's own");
    assert_eq!(own["reviewRating"], json!({"@type": "Rating", "alternateName": "false"}), "no number without a scale");
    assert_eq!((own["datePublished"].as_str(), own["author"]["name"].as_str()), (Some("2026-11-23T08:00:00Z"), Some("ann")));

    let other = folder(&[
        ("claims.json", serde_json::to_vec(&graph).expect("JSON")),
        ("records.jsonl", plain("a", "Post", &[CRIME, JOBS]).into_bytes()),
    ]);
    good(other.path(), &["import-checks", "claims.json"]);
    good(other.path(), &["add", "records.jsonl"]);
    let read = |here: &Path, words: &str| -> Value {
        json_of(&good(here, &["list", "--json", "--peek"])).into_iter().find(|i| i["text"] == words).expect("listed")["check"].clone()
    };
    for claim in [CRIME, JOBS] {
        assert_eq!(read(other.path(), claim), read(here, claim));
        assert!(read(here, claim)["rating"].as_f64().is_some_and(|r| r >= 0.8));
    }
    good(other.path(), &["export", "--to", "json-ld", "-o", "again.json"]);
    let again = std::fs::read_to_string(other.path().join("again.json")).expect("a file");
    assert_says(&again, &["\"Ann Lee\"", "\"2019-01-20\"", "\"bestRating\":1", "\"worstRating\":0"]);
}

#[test]
fn precision_counts_the_first_fifteen_of_a_day_however_they_were_handed_out() {
    let desk = folder(&[("records.jsonl", many(20))]);
    let here = desk.path();
    good(here, &["add", "records.jsonl"]);
    let mut ranks = Vec::new();
    for n in 0..20 {
        let now = format!("2026-11-23T08:{n:02}:00Z");
        let item = json_of(&good(here, &["--now", &now, "next", "--json"])).remove(0);
        ranks.push(item["rank"].as_i64().unwrap_or(0));
        let number = item["item"].to_string();
        if n % 2 == 0 {
            good(here, &["--now", &now, "start", &number]);
        }
        if n % 4 == 0 {
            good(here, &["--now", &now, "drop", &number, "--reason", "not-checkable"]);
        }
    }
    assert_eq!(ranks, (1..=20).collect::<Vec<_>>(), "each next stands behind what was handed out before");
    let report: Value = serde_json::from_str(&stdout_of(here, &["report", "--json"])).expect("JSON");
    // Of the first fifteen, eight were started, and four of them were no claims after all.
    assert_eq!((report["among_15"].as_u64(), report["precision_at_15"].as_f64()), (Some(15), Some(4.0 / 15.0)));
}

#[test]
fn topics_share_the_day_and_not_the_call() {
    let desk = folder(&[
        ("records.jsonl", many(6)),
        ("weights.toml", "[queue]\ntopics = [{ name = \"towns\", words = [\"town\"] }]\n".to_owned()),
    ]);
    let here = desk.path();
    good(here, &["add", "records.jsonl"]);
    good(here, &["weights", "weights.toml"]);
    let next = |now: &str| json_of(&good(here, &["--now", now, "next", "-n", "2", "--per-topic", "3", "--json"])).len();
    assert_eq!([next("2026-11-23T08:00:00Z"), next("2026-11-23T08:01:00Z"), next("2026-11-23T08:02:00Z")], [2, 1, 0]);
}

#[test]
fn weights_are_shown_whole_and_strays_refused() {
    let desk = folder(&[
        ("records.jsonl", plain("a", "Post", &[CRIME])),
        ("stray.toml", "outlets = 5.0\n".to_owned()),
        ("typo.toml", "[quue]\noutlets = 5.0\n".to_owned()),
    ]);
    let here = desk.path();
    good(here, &["add", "records.jsonl"]);
    let shown = stdout_of(here, &["weights"]);
    assert_says(&shown, &["[queue]", "outlets = 0.1", "half_life_hours = 24.0", "vaccin*", "[[queue.topics]]"]);
    for (file, says) in [
        ("stray.toml", "found outlets = 5.0 outside of a table, expected it below [queue]"),
        ("typo.toml", "found [quue], expected a table [queue]"),
    ] {
        let ran = run(&mut queue(here, &["weights", file]));
        assert_eq!(ran.code, 2);
        assert_says(&ran.stderr, &[file, says]);
    }
    std::fs::write(here.join("back.toml"), shown.replace("outlets = 0.1", "outlets = 0.2")).expect("a file");
    good(here, &["weights", "back.toml"]);
    assert_says(&stdout_of(here, &["weights"]), &["outlets = 0.2", "vaccin*"]);
}

#[test]
fn one_unknown_item_leaves_the_others_as_they_are() {
    let desk = folder(&[("records.jsonl", plain("a", "Post", &[CRIME, JOBS]))]);
    let here = desk.path();
    good(here, &["add", "records.jsonl"]);
    for args in [&["start", "1", "999", "2"][..], &["drop", "1", "999", "--reason", "other"], &["undo", "1", "999"], &["show", "1", "999"]]
    {
        let ran = run(&mut queue(here, args));
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{args:?}");
        assert_says(&ran.stderr, &["no item 999"]);
    }
    assert_eq!(json_of(&good(here, &["list", "--json"])).len(), 2);
    good(here, &["start", "2", "#2", "--actor", "bob"]);
    assert_eq!(run(&mut queue(here, &["done", "1", "2", "--verdict", "true"])).code, 2, "the second is bob's");
    assert_eq!(json_of(&good(here, &["list", "--json"])).len(), 1, "the first is as it was");
}

#[test]
fn the_list_says_where_a_claim_stands_and_machines_get_it_too() {
    let at = |doc: &str, outlet: &str| line(doc, outlet, &[CRIME], |r| r["source"]["url"] = json!(format!("https://{doc}.example/1")));
    let records: String = [("a", "Post"), ("b", "Herald"), ("c", "Echo"), ("d", "Sun")].map(|(doc, outlet)| at(doc, outlet)).concat();
    let desk = folder(&[("records.jsonl", records)]);
    let here = desk.path();
    good(here, &["add", "records.jsonl"]);
    let list = stdout_of(here, &["list"]);
    assert_says(
        &list.split_whitespace().collect::<Vec<_>>().join(" "),
        &["Post, 2026-11-23T06:00:00Z, https://a.example/1; also Herald, Echo and 1 more"],
    );
    for args in [&["list", "--json"][..], &["next", "--json"]] {
        let items = json_of(&good(here, args));
        assert_eq!(items[0]["appearances"].as_array().map(Vec::len), Some(4), "{args:?}");
    }
}

#[test]
fn exports_stand_in_the_order_of_the_list() {
    let desk = folder(&[("records.jsonl", many(40))]);
    let here = desk.path();
    good(here, &["add", "records.jsonl"]);
    let order =
        |args: &[&str]| -> Vec<String> { json_of(&good(here, args)).iter().map(|i| format!("{} {}", i["rank"], i["item"])).collect() };
    for now in ["2026-11-23T08:00:00Z", "2026-11-26T08:00:00Z"] {
        let listed = order(&["--now", now, "list", "--top", "100", "--peek", "--json"]);
        assert_eq!((listed.len(), &order(&["--now", now, "export", "--state", "new"])), (40, &listed));
    }
}
