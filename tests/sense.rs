//! What `claimsift extract` makes of a document as a whole: values, dates, transcripts, a roster, a page for the terminal.

mod support;

use claimsift::document::BlockKind;
use claimsift::labels::ClaimerKind;
use claimsift::record::Record;
use support::invariants::check_whole;
use support::{extract, folder, root, run};

/// The record of one file, every sentence a claim.
fn record(name: &str, text: &str, options: &[&str]) -> Record {
    let news = folder(&[(name, text)]);
    let ran = run(extract(news.path(), &[name, "--min-check-worthiness", "0"]).args(options));
    let [record] = <[Record; 1]>::try_from(ran.records(0)).expect("one record");
    check_whole(&record);
    record
}

#[test]
fn amounts_and_dates_have_values_and_claims_their_date() {
    let line = r#"{"text": "The council spent $1.2 billion on roads last year. It had spent a third of that in June 2016.", "published": "2018-06-12T08:00:00Z"}"#;
    let record = record("news.jsonl", line, &[]);
    let value = |surface: &str| {
        let found = record.entities.iter().find(|e| e.text == surface).unwrap_or_else(|| panic!("{surface}: {:?}", record.entities));
        serde_json::to_value(&found.value).unwrap()
    };
    assert_eq!(value("$1.2 billion"), serde_json::json!({"amount": 1_200_000_000, "currency": "USD"}));
    assert_eq!(value("last year"), serde_json::json!({"date": "2017"}));
    assert_eq!(value("June 2016"), serde_json::json!({"date": "2016-06"}));
    let dates: Vec<String> = record.claims.iter().map(|c| serde_json::to_string(&c.date).unwrap()).collect();
    assert_eq!(dates, [r#"{"value":"2017","basis":"published"}"#, r#"{"value":"2016-06","basis":"text"}"#]);
}

const DEBATE: &str = "The debate in full\n\nDANA COLE: Crime fell by 40 percent in two years. I was there.\n\n[APPLAUSE]\n\n\
    MR. LEE (D-Ohio): Crime rose by 20 percent.\n\nDANA COLE: It fell.\n";

#[test]
fn what_stands_in_a_turn_its_speaker_claims() {
    let record = record("debate.txt", DEBATE, &[]);
    let kinds: Vec<BlockKind> = record.blocks.iter().map(|b| b.kind).collect();
    assert_eq!(kinds, [BlockKind::Headline, BlockKind::Turn, BlockKind::Turn, BlockKind::Turn, BlockKind::Turn]);
    let claims: Vec<(&str, &str)> =
        record.claims.iter().map(|c| (c.claimer.as_ref().map_or("", |c| c.name.as_str()), c.span.text.as_str())).collect();
    for claim in [
        ("DANA COLE", "Crime fell by 40 percent in two years"),
        ("DANA COLE", "I was there"),
        ("LEE", "Crime rose by 20 percent"),
        ("DANA COLE", "It fell"),
    ] {
        assert!(claims.contains(&claim), "{claim:?} is not among {claims:?}");
    }
    assert!(record.claims.iter().all(|c| !c.span.text.contains("APPLAUSE") && !c.span.text.contains("COLE")), "{claims:?}");
}

const ROSTER: &str = "name,aliases,role,party\nDana Cole,Mayor Cole;D. Cole,mayor of Ravensport,Independent\n";

#[test]
fn the_roster_says_who_is_meant_and_what_one_is() {
    let debate = DEBATE.replace("DANA COLE", "D. COLE");
    let people = folder(&[("people.csv", ROSTER)]);
    let path = people.path().join("people.csv").display().to_string();
    let with = record("debate.txt", &debate, &["--roster", &path]);
    let without = record("debate.txt", &debate, &[]);
    let claimer = |record: &Record| record.claims.iter().find(|c| c.span.text == "I was there").and_then(|c| c.claimer.clone()).unwrap();
    let found = claimer(&with);
    assert_eq!((found.name.as_str(), found.kind), ("Dana Cole", ClaimerKind::Person));
    assert_eq!((found.role.as_deref(), found.party.as_deref()), (Some("mayor of Ravensport"), Some("Independent")));
    assert_eq!(claimer(&without).name, "D. COLE");
    assert_ne!(with.program.config_sha256, without.program.config_sha256);
}

#[test]
fn a_roster_that_means_two_people_by_one_name_is_refused() {
    let people = folder(&[("people.csv", "name\nDana Cole\nDana Cole\n"), ("news.txt", "It rained.")]);
    let ran = run(&mut extract(people.path(), &["news.txt", "--roster", "people.csv"]));
    assert_eq!((ran.code, ran.stdout.as_str()), (2, ""));
    assert!(ran.stderr.contains("people.csv: entry 2: \"Dana Cole\" is also a name of \"Dana Cole\" (entry 1)"), "{}", ran.stderr);
}

/// A text without its escape sequences.
fn plain(colourful: &str) -> String {
    let mut out = String::new();
    let mut rest = colourful;
    while let Some((before, after)) = rest.split_once("\u{1b}[") {
        out.push_str(before);
        rest = after.split_once('m').map_or("", |(_, rest)| rest);
    }
    out + rest
}

#[test]
fn the_page_for_the_terminal_says_the_same_with_colours_and_without() {
    let pretty = |force: bool| {
        let mut command = extract(root(), &["fixtures/news/court-report.txt", "--pretty"]);
        command.env_remove("NO_COLOR").env_remove("CLICOLOR_FORCE").env("COLUMNS", "100");
        if force {
            command.env("CLICOLOR_FORCE", "1");
        }
        let ran = run(&mut command);
        assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
        ran.stdout
    };
    let (piped, forced) = (pretty(false), pretty(true));
    assert!(!piped.contains('\u{1b}') && forced.contains('\u{1b}'));
    assert_eq!(plain(&forced), piped);
    let record = &run(&mut extract(root(), &["fixtures/news/court-report.txt"])).records(0)[0];
    let words = piped.split([' ', '\n']).filter(|w| !w.is_empty()).collect::<Vec<_>>().join(" ");
    for claim in &record.claims {
        let first: Vec<&str> = claim.span.text.split_whitespace().take(4).collect();
        assert!(words.contains(&format!(":\u{a0}{}", first.join(" "))), "{} is not marked", claim.span.text);
    }
    assert_eq!(words.matches('[').count(), words.matches(']').count());
    let named = record.claims.iter().filter_map(|c| c.claimer.as_ref()).next().expect("somebody claims something");
    assert!(words.contains(&named.name));
}

#[test]
fn text_from_outside_cannot_steer_the_terminal() {
    let news = folder(&[("news.txt", "Crime \u{1b}[31mfell by 40 percent\u{7} in 2018.")]);
    let ran = run(extract(news.path(), &["news.txt", "--pretty"]).env("CLICOLOR_FORCE", "1"));
    assert!(!ran.stdout.contains("\u{1b}[31mfell") && !ran.stdout.contains('\u{7}'), "{:?}", ran.stdout);
}

#[test]
fn the_open_model_learnt_from_nothing_restricted_and_says_as_much() {
    let directory = root().join("models/newsroom-small-open");
    let card = claimsift::model::Card::read(&directory).unwrap();
    let restricted: Vec<&str> = card.data.iter().filter(|source| source.restricted).map(|source| source.name.as_str()).collect();
    assert_eq!((card.data.is_empty(), restricted), (false, vec![]));
    let news = folder(&[("news.txt", "Unemployment in Ohio fell to 4.1 percent in June 2016.")]);
    let mut command = support::claimsift(news.path());
    let ran = run(command.args(["extract", "--quiet", "news.txt", "--model"]).arg(&directory));
    let record = &ran.records(0)[0];
    check_whole(record);
    assert!(record.entities.iter().any(|e| e.text == "Ohio") && record.sentences[0].types.is_some(), "{record:?}");
}

#[test]
fn the_default_model_says_all_that_the_record_has_a_place_for() {
    let news = folder(&[("news.txt", "Unemployment in Ohio fell to 4.1 percent in June 2016, Senator Ann Lee said.")]);
    let mut command = support::claimsift(news.path());
    command.env("CLAIMSIFT_MODELS", root().join("models"));
    let ran = run(command.args(["extract", "--quiet", "news.txt"]));
    let record = &ran.records(0)[0];
    check_whole(record);
    assert_eq!(record.model.name, "newsroom");
    let sentence = &record.sentences[0];
    assert!(sentence.verifiability.is_some() && sentence.types.is_some());
    let labels: Vec<&str> = record.entities.iter().map(|e| e.label.as_str()).collect();
    assert_eq!(labels, ["GPE", "PERCENT", "DATE", "PERSON"]);
    let claimer = record.claims.first().and_then(|c| c.claimer.as_ref()).expect("somebody claims it");
    assert_eq!((claimer.name.as_str(), claimer.role.as_deref()), ("Ann Lee", Some("Senator")));
}
