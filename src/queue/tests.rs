//! The queue as a whole, without the program around it.

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::assemble::key;
use crate::convert::{self, Format, OneOf};
use crate::labels::Worth;
use crate::model::digest_of;
use crate::record::Record;

/// 2026-11-23T08:00:00Z, a Monday.
pub(super) const MORNING: Millis = 1_795_420_800_000;
pub(super) const ANN: By = By { actor: "ann", force: false };
pub(super) const BOB: By = By { actor: "bob", force: false };

/// A record whose text is one claim a sentence.
pub(super) fn record(doc_id: &str, outlet: &str, claims: &[&str]) -> Record {
    with(doc_id, outlet, claims, &[], |_| {})
}

/// The same, with sentences that are no claims behind, and changed.
pub(super) fn with(doc_id: &str, outlet: &str, claims: &[&str], others: &[&str], change: impl Fn(&mut serde_json::Value)) -> Record {
    let (mut text, mut sentences, mut spans) = (String::new(), Vec::new(), Vec::new());
    for (id, words) in claims.iter().chain(others).enumerate() {
        let start = text.chars().count();
        text += words;
        let end = text.chars().count();
        text += ". ";
        let is_claim = id < claims.len();
        sentences
            .push(json!({"id": id, "block": null, "start": start, "end": end + 1, "check_worthiness": if is_claim { 0.75 } else { 0.1 },
            "label": if is_claim { "CFS" } else { "NFS" }, "verifiability": if is_claim { "factual" } else { "none" }, "types": []}));
        if is_claim {
            spans.push(json!({"id": format!("c-{}", &digest_of(format!("{doc_id}{start}-{end}").as_bytes())[..16]), "key": key(words),
                "sentences": [id], "block": null, "start": start, "end": end, "text": words, "quoted": [], "check_worthiness": 0.75,
                "verifiability": "factual", "types": ["quantity"], "entities": [], "mode": "indirect", "attribution": null,
                "claimer": {"name": "Dana Cole", "kind": "person", "entity": null, "role": "mayor", "party": "Greens", "resolved_by": "source", "score": 1.0},
                "date": null}));
        }
    }
    let mut json = json!({
        "schema": "claimsift/record/1", "doc_id": doc_id, "text": text, "text_sha256": "", "offset_unit": "char",
        "source": {"path": doc_id, "format": "jsonl", "outlet": outlet, "published": "2026-11-23T06:00:00Z", "subjects": []},
        "language": null, "duplicate_of": null, "blocks": [], "sentences": sentences, "entities": [], "attributions": [], "claims": spans,
        "coverage": {"chars": 0, "scored_chars": 0, "windows": 0, "truncated": 0},
        "model": {"name": "m", "version": "1", "sha256": "", "precision": "f32", "kernel": "", "thresholds": {"check_worthiness": 0.5}},
        "program": {"version": "0", "config_sha256": ""}, "warnings": []
    });
    change(&mut json);
    json["text_sha256"] = json!(digest_of(json["text"].as_str().unwrap_or_default().as_bytes()));
    serde_json::from_value(json).unwrap()
}

pub(super) struct Desk {
    pub queue: Queue,
    pub folder: tempfile::TempDir,
}

pub(super) fn desk() -> Desk {
    let folder = tempfile::tempdir().unwrap();
    Desk { queue: Queue::create(&folder.path().join("q.db")).unwrap(), folder }
}

impl Desk {
    pub fn add(&mut self, records: &[Record]) -> Added {
        self.queue.add(records, &options(), MORNING).unwrap()
    }

    /// The words of what is listed.
    pub fn listed(&mut self, now: Millis) -> Vec<String> {
        self.queue.list(&ListOptions::default(), None, now).unwrap().into_iter().map(|i| i.text).collect()
    }

    pub fn item(&self, words: &str) -> Item {
        let id: i64 =
            self.queue.db.query_row("SELECT item FROM occurrences WHERE text = ? ORDER BY id LIMIT 1", [words], |r| r.get(0)).unwrap();
        self.queue.show(id, MORNING).unwrap()
    }

    pub fn number(&self, words: &str) -> i64 {
        self.item(words).item
    }
}

pub(super) fn options() -> AddOptions {
    AddOptions { actor: "feed".into(), announce: true }
}

pub(super) fn verdict() -> Verdict {
    Verdict { verdict: "false".into(), rating: Some(1.0), evidence: vec!["https://example.org/check".into()], note: None }
}

pub(super) const CRIME: &str = "Crime in Ravensport fell by 40 percent in 2018";
pub(super) const JOBS: &str = "Unemployment in Leeds rose to 7.5 percent in 2019";
pub(super) const TRAINS: &str = "The railway company cancelled 1,200 trains in May 2020";

#[test]
fn adding_twice_changes_nothing() {
    let mut desk = desk();
    let records = [record("a", "Post", &[CRIME, JOBS]), record("b", "Herald", &[TRAINS])];
    let first = desk.add(&records);
    assert_eq!((first.documents, first.claims, first.items, first.known), (2, 3, 3, 0));
    let before = desk.queue.stats().unwrap();
    let again = desk.add(&records);
    assert_eq!((again.claims, again.items, again.known), (0, 0, 3));
    let after = desk.queue.stats().unwrap();
    assert_eq!((before.events, before.occurrences), (after.events, after.occurrences));
}

#[test]
fn one_claim_of_many_outlets_is_one_item_and_another_number_is_another() {
    let mut desk = desk();
    desk.add(&[record("a", "Post", &[CRIME]), record("b", "Herald", &["In 2018, crime in Ravensport fell by 40%"])]);
    desk.add(&[record("c", "Echo", &[CRIME]), record("d", "Echo", &["Crime in Ravensport fell by 50 percent in 2018"])]);
    let items = desk.queue.list(&ListOptions::default(), None, MORNING).unwrap();
    assert_eq!(items.iter().map(|i| (i.appeared, i.outlets)).collect::<Vec<_>>(), [(3, 3), (1, 1)]);
    assert!(items[0].score > items[1].score && items[0].why.iter().any(|w| w.contains("3 outlets")), "{:?}", items[0].why);
    let shown = desk.queue.show(items[0].item, MORNING).unwrap();
    assert_eq!(shown.appearances.iter().filter_map(|a| a.outlet.as_deref()).collect::<Vec<_>>(), ["Post", "Herald", "Echo"]);
    assert_eq!(shown.events.iter().map(|e| e.kind).collect::<Vec<_>>(), [Kind::Added, Kind::Appeared, Kind::Appeared]);
    assert_eq!(shown.events[0].model.as_deref(), Some("m 1"));
}

#[test]
fn nothing_is_handed_out_twice_until_its_lease_runs_out() {
    let mut desk = desk();
    desk.add(&[record("a", "Post", &[CRIME, JOBS, TRAINS])]);
    let two = ListOptions { top: 2, ..ListOptions::default() };
    let first = desk.queue.next(&two, 30 * MINUTE, "ann", MORNING).unwrap();
    let second = desk.queue.next(&two, 30 * MINUTE, "bob", MORNING).unwrap();
    assert_eq!((first.len(), second.len()), (2, 1));
    assert!(second.iter().all(|s| first.iter().all(|f| f.item != s.item)));
    assert!(desk.queue.next(&two, 30 * MINUTE, "bob", MORNING + 29 * MINUTE).unwrap().is_empty());
    // An older clock does not bring time back: what was leased at 8:29 counts from there.
    assert_eq!(desk.listed(MORNING + 30 * MINUTE).len(), 3);
    let later = desk.queue.next(&two, 30 * MINUTE, "bob", MORNING - 5 * HOUR).unwrap();
    assert_eq!(later.len(), 2);
    assert!(later.iter().all(|i| i.lease_until.as_deref() == Some("2026-11-23T09:00:00Z")), "{later:?}");
    let events = desk.queue.show(first[0].item, MORNING).unwrap().events;
    let expired = events.iter().find(|e| e.kind == Kind::Expired).unwrap();
    assert_eq!((expired.actor.as_str(), expired.reason.as_deref()), ("claimsift", Some("the lease of ann ran out")));
}

#[test]
fn every_step_is_an_event_and_undone_by_one() {
    let mut desk = desk();
    desk.add(&[record("a", "Post", &[CRIME])]);
    let item = desk.number(CRIME);
    desk.queue.list(&ListOptions::default(), Some("ann"), MORNING).unwrap();
    desk.queue.start(item, None, ANN, MORNING).unwrap();
    assert!(matches!(desk.queue.done(item, &verdict(), BOB, MORNING), Err(QueueError::Held { .. })));
    desk.queue.done(item, &verdict(), By { force: true, ..BOB }, MORNING).unwrap();
    let wrong = desk.queue.drop_item(item, Reason::BadSpan, None, BOB, MORNING).unwrap_err();
    assert!(wrong.to_string().contains("item 1 is published: dropped needs one that is new, assigned, checking"), "{wrong}");
    assert!(desk.listed(MORNING).is_empty());
    let done = desk.queue.show(item, MORNING).unwrap();
    assert_eq!((done.state, done.verdict.as_deref(), done.evidence.len()), (State::Published, Some("false"), 1));
    let last = done.events.last().unwrap();
    assert_eq!((last.actor.as_str(), last.from, last.to, last.rank), ("bob", Some(State::Checking), Some(State::Published), Some(1)));

    assert!(matches!(desk.queue.undo(item, "ann", MORNING), Err(QueueError::NotYours { .. })));
    assert_eq!(desk.queue.undo(item, "bob", MORNING).unwrap(), Kind::Published);
    let back = desk.queue.show(item, MORNING).unwrap();
    assert_eq!((back.state, back.assignee.as_deref(), back.verdict), (State::Checking, Some("ann"), None));
    assert_eq!(desk.queue.undo(item, "ann", MORNING).unwrap(), Kind::Started);
    assert_eq!(desk.listed(MORNING), [CRIME]);
    assert!(desk.queue.undo(item, "ann", MORNING).unwrap_err().to_string().contains("nobody has changed it"));
    let events = desk.queue.show(item, MORNING).unwrap().events;
    assert_eq!(events.iter().filter(|e| e.undoes.is_some()).count(), 2, "what was undone stays on record");
}

#[test]
fn events_cannot_be_changed() {
    let mut desk = desk();
    desk.add(&[record("a", "Post", &[CRIME])]);
    for sql in ["UPDATE events SET actor = 'nobody'", "DELETE FROM events"] {
        assert!(desk.queue.db.execute(sql, []).unwrap_err().to_string().contains("only ever appended"));
    }
}

#[test]
fn a_new_version_opens_again_what_it_no_longer_says() {
    let mut desk = desk();
    let version = |claims: &[&str], n: u64| with("a", "Post", claims, &[], |r| r["source"]["version"] = json!(n.to_string()));
    desk.add(&[version(&[CRIME, JOBS, TRAINS], 1)]);
    let (crime, jobs) = (desk.number(CRIME), desk.number(JOBS));
    for item in [crime, jobs] {
        desk.queue.done(item, &verdict(), ANN, MORNING).unwrap();
    }
    let corrected = "Crime in Ravensport fell by 14 percent in 2018";
    let added = desk.add(&[version(&[corrected, JOBS], 2)]);
    assert_eq!((added.claims, added.items, added.superseded, added.reopened), (2, 1, 3, 1));
    let changed = desk.queue.show(crime, MORNING).unwrap();
    let new = desk.number(corrected);
    assert_eq!((changed.state, changed.hidden.as_deref()), (State::New, None), "it is to be looked at again");
    assert_eq!(changed.attention, Some(format!("changed in version 2 of a, now item {new}")));
    assert_eq!(changed.verdict.as_deref(), Some("false"), "what was found stays known");
    assert_eq!(desk.queue.show(jobs, MORNING).unwrap().state, State::Published, "it still says so");
    assert_eq!(desk.item(TRAINS).hidden.as_deref(), Some("gone"));
    assert_eq!(desk.listed(MORNING).len(), 2);
    // A version that comes late changes nothing.
    let late = desk.add(&[version(&[TRAINS], 1)]);
    assert_eq!((late.superseded, late.reopened), (0, 0));
    assert_eq!(desk.item(TRAINS).hidden.as_deref(), Some("gone"));
}

#[test]
fn versions_are_told_by_guid_and_other_articles_of_one_name_are_not() {
    let mut desk = desk();
    let of = |doc_id: &str, guid: &str, claims: &[&str]| with(doc_id, "Post", claims, &[], |r| r["source"]["guid"] = json!(guid));
    desk.add(&[of("feed.jsonl#1", "urn:1", &[CRIME])]);
    assert_eq!(desk.add(&[of("feed.jsonl#1", "urn:2", &[JOBS])]).superseded, 0, "tomorrow's feed has another first article");
    assert_eq!(desk.add(&[of("feed.jsonl#7", "urn:1", &[TRAINS])]).superseded, 1);
    let mut listed = desk.listed(MORNING);
    listed.sort();
    assert_eq!(listed, [TRAINS, JOBS]);
}

#[test]
fn a_withdrawn_article_takes_its_claims_along_and_may_come_back() {
    let mut desk = desk();
    let article = record("a", "Post", &[CRIME, JOBS]);
    desk.add(&[article.clone(), record("b", "Herald", &[JOBS])]);
    let crime = desk.number(CRIME);
    desk.queue.done(crime, &verdict(), ANN, MORNING).unwrap();
    let kill = with("a", "Post", &[], &["Editors: please kill this story"], |r| r["source"]["pub_status"] = json!("canceled"));
    let added = desk.add(&[kill]);
    assert_eq!((added.withdrawn, added.reopened), (2, 1));
    assert_eq!(desk.item(CRIME).attention.as_deref(), Some("Post withdrew a"));
    assert_eq!((desk.item(JOBS).appeared, desk.item(JOBS).outlets), (1, 1), "the Herald still says so");
    let again = desk.add(&[article]);
    assert_eq!((again.known, desk.item(JOBS).appeared), (2, 1), "an old file brings nothing back");
    let back = desk.add(&[with("a", "Post", &[CRIME, JOBS], &[], |r| r["source"]["version"] = json!("2"))]);
    assert!(back.warnings[0].contains("it stays withdrawn"), "{:?}", back.warnings);
    assert_eq!(desk.item(JOBS).appeared, 1);
}

#[test]
fn what_is_under_embargo_is_nowhere_until_its_time() {
    let mut desk = desk();
    let until = |end: &str| with("a", "Post", &[CRIME], &["A colourless scene"], |r| r["source"]["embargoed_until"] = json!(end));
    desk.add(&[until("2026-11-23T12:00:00Z"), record("b", "Herald", &[JOBS])]);
    let noon = MORNING + 4 * HOUR;
    let all = ListOptions { states: Vec::new(), all: true, ..ListOptions::default() };
    for now in [MORNING, noon - 1] {
        assert_eq!(desk.listed(now), [JOBS]);
        for format in [ExportFormat::Jsonl, ExportFormat::Csv, ExportFormat::JsonLd] {
            let exported = desk.queue.export(format, &all, now).unwrap();
            assert!(!String::from_utf8(exported.bytes).unwrap().contains("Ravensport"), "{format:?}");
        }
        assert_eq!(desk.queue.export(ExportFormat::LabelStudio, &all, now).unwrap().documents.len(), 1);
        assert!(desk.queue.unannounced(9, now).unwrap().iter().all(|i| i.text == JOBS));
        assert!(!serde_json::to_string(&desk.item(CRIME)).unwrap().contains("Ravensport"));
    }
    assert_eq!(desk.queue.next(&ListOptions::default(), MINUTE, "ann", noon - 1).unwrap().len(), 1);
    assert_eq!(desk.queue.unannounced(9, noon).unwrap().iter().filter(|i| i.text == CRIME).count(), 1);
    assert!(desk.listed(noon).contains(&CRIME.to_owned()));
    let odd = with("c", "Post", &[TRAINS], &[], |r| r["source"]["embargoed_until"] = json!("next week"));
    let added = desk.queue.add(&[odd], &options(), noon).unwrap();
    assert!(added.warnings[0].contains("\"next week\" cannot be read as a time: its claims stay hidden"), "{:?}", added.warnings);
    assert!(!desk.listed(noon + 1000 * HOUR).contains(&TRAINS.to_owned()));
}

#[test]
fn a_document_that_repeats_another_is_an_appearance_whichever_came_first() {
    for copy_first in [false, true] {
        let mut desk = desk();
        let original = record("a", "Agency", &[CRIME, JOBS, TRAINS]);
        // It was cut at the end.
        let copy = with("b", "Herald", &[], &[CRIME, JOBS], |r| r["duplicate_of"] = json!({"document": "a", "similarity": 0.9}));
        let both = if copy_first { [copy.clone(), original.clone()] } else { [original.clone(), copy.clone()] };
        assert_eq!(both.iter().map(|r| desk.add(std::slice::from_ref(r)).copies).sum::<usize>(), 2);
        assert_eq!((desk.item(CRIME).outlets, desk.item(JOBS).appeared, desk.item(TRAINS).appeared), (2, 2, 1));
        assert_eq!(desk.add(&both).copies, 0);
    }
}

#[test]
fn merging_and_splitting_are_undone_whole() {
    let mut desk = desk();
    desk.add(&[record("a", "Post", &[CRIME]), record("b", "Herald", &[JOBS]), record("c", "Echo", &[TRAINS])]);
    let (crime, jobs, trains) = (desk.number(CRIME), desk.number(JOBS), desk.number(TRAINS));
    desk.queue.merge(jobs, crime, "ann", MORNING).unwrap();
    assert!(matches!(desk.queue.merge(jobs, trains, "ann", MORNING), Err(QueueError::Merged { .. })));
    assert!(matches!(desk.queue.start(jobs, None, ANN, MORNING), Err(QueueError::Merged { into, .. }) if into == crime));
    assert_eq!((desk.queue.show(crime, MORNING).unwrap().appeared, desk.listed(MORNING).len()), (2, 2));
    // The same words join where they are now, and go back with them.
    desk.add(&[record("d", "Sun", &[JOBS])]);
    assert_eq!(desk.queue.show(crime, MORNING).unwrap().appeared, 3);
    assert_eq!(desk.queue.undo(crime, "ann", MORNING).unwrap(), Kind::TookIn);
    assert_eq!(desk.queue.show(crime, MORNING).unwrap().appeared, 1);
    assert_eq!(desk.queue.show(jobs, MORNING).unwrap().appeared, 2);
    assert!(desk.queue.undo(jobs, "ann", MORNING).is_err(), "taken back once for both");

    let claim = desk.queue.show(jobs, MORNING).unwrap().appearances[1].claim_id.clone();
    let new = desk.queue.split(jobs, std::slice::from_ref(&claim), "ann", MORNING).unwrap();
    assert_eq!((desk.queue.find(&claim).unwrap(), desk.queue.show(new, MORNING).unwrap().appeared), (new, 1));
    desk.add(&[record("e", "Star", &[JOBS])]);
    assert_eq!(desk.queue.show(new, MORNING).unwrap().appeared, 2, "the wording is found where it was put last");
    assert!(desk.queue.split(new, &["c-none".into()], "ann", MORNING).is_err());
    assert_eq!(desk.queue.undo(jobs, "ann", MORNING).unwrap(), Kind::SplitOff);
    assert_eq!(desk.queue.show(jobs, MORNING).unwrap().appeared, 3);
    desk.queue.done(trains, &verdict(), ANN, MORNING).unwrap();
    let error = desk.queue.merge(trains, crime, "ann", MORNING).unwrap_err().to_string();
    assert!(error.contains("the verdict is lost"), "{error}");
}

#[test]
fn what_was_checked_elsewhere_shows_the_verdict_and_ranks_lower() {
    let check = |claim: &str, verdict: &str| checks::Check {
        claim: claim.into(),
        claimant: None,
        verdict: verdict.into(),
        rating: None,
        url: format!("https://example.org/{}", key(claim)),
        publisher: Some("Facts".into()),
        claim_date: None,
        published: Some("2020-01-01".into()),
    };
    let mut desk = desk();
    desk.add(&[record("a", "Post", &[JOBS, TRAINS])]);
    let (jobs, before) = (desk.number(JOBS), desk.item(JOBS).score);
    let both = [check(JOBS, "true"), check("In 2018, crime in Ravensport fell by 40%", "half true")];
    let imported = desk.queue.import_checks(&both, "ann", MORNING).unwrap();
    assert_eq!((imported.new, imported.items), (2, 1));
    let item = desk.queue.show(jobs, MORNING).unwrap();
    assert_eq!(item.check.as_ref().map(|c| (c.verdict.as_str(), c.publisher.as_deref())), Some(("true", Some("Facts"))));
    assert!(item.score < before);
    let added = desk.add(&[record("b", "Post", &[CRIME])]);
    assert_eq!((added.items, added.checked), (1, 1));
    assert_eq!(desk.listed(MORNING)[0], TRAINS);
    let again = desk.queue.import_checks(&[check(JOBS, "false"), both[1].clone()], "ann", MORNING).unwrap();
    assert_eq!((again.new, again.changed, again.known), (0, 1, 1));
    assert_eq!(desk.queue.show(jobs, MORNING).unwrap().check.unwrap().verdict, "false");
}

#[test]
fn what_is_off_is_listed_on_demand_and_topics_share_the_day() {
    let mut desk = desk();
    let opinion = with("o", "Post", &["The mayor is a coward"], &[], |r| {
        r["claims"][0]["verifiability"] = json!("opinion");
        r["claims"][0]["types"] = json!([]);
    });
    desk.add(&[opinion, record("a", "Post", &[CRIME, JOBS, TRAINS])]);
    assert_eq!(desk.listed(MORNING).len(), 3);
    let all = ListOptions { all: true, ..ListOptions::default() };
    let items = desk.queue.list(&all, None, MORNING).unwrap();
    assert_eq!(items.len(), 4);
    assert_eq!(items.iter().filter(|i| i.off.is_some()).count(), 1);
    desk.queue.set_weights("[queue]\ntopics = [{ name = \"figures\", words = [\"percent\"], weight = 0.5 }]\n", MORNING).unwrap();
    let one = ListOptions { per_topic: Some(1), ..ListOptions::default() };
    let items = desk.queue.list(&one, None, MORNING).unwrap();
    assert_eq!(items.iter().map(|i| i.topic.as_deref()).collect::<Vec<_>>(), [Some("figures"), None]);
    assert!(desk.queue.set_weights("[queue]\ntopcis = []\n", MORNING).unwrap_err().to_string().contains("topcis"));
}

#[test]
fn a_list_is_what_weighing_everything_anew_would_give() {
    let mut desk = desk();
    let records: Vec<Record> = (0..60u32)
        .map(|n| {
            let claim = format!("Town {} built {} houses in {}", n * 7919 % 1000, n * 104_729 % 5000, 1950 + n);
            with(&format!("d{n}"), "Post", &[&claim], &[], |r| {
                r["source"]["published"] = json!(shown(MORNING - i64::from(n * 37 % 60) * 3 * HOUR));
                r["claims"][0]["check_worthiness"] = json!(0.5 + f64::from(n * 13 % 40) / 100.0);
            })
        })
        .collect();
    desk.add(&records);
    for days in [0, 1, 3, 30] {
        let now = MORNING + days * 24 * HOUR;
        let top = ListOptions { top: 10, ..ListOptions::default() };
        let listed: Vec<i64> = desk.queue.list(&top, None, now).unwrap().iter().map(|i| i.item).collect();
        desk.queue.set_weights("", now).unwrap();
        let anew: Vec<i64> = desk.queue.list(&top, None, now).unwrap().iter().map(|i| i.item).collect();
        assert_eq!(listed, anew, "after {days} days");
    }
}

/// Sentences enough that some are sampled.
fn dull() -> Vec<String> {
    (0..200).map(|n| format!("The band played its song number {n}")).collect()
}

#[test]
fn decisions_come_back_as_gold_and_what_nobody_looked_at_is_not_negative() {
    let mut desk = desk();
    let dull = dull();
    let others: Vec<&str> = dull.iter().map(String::as_str).collect();
    let added = desk.add(&[with("a", "Post", &[CRIME, JOBS, TRAINS], &others, |_| {})]);
    assert!((2..30).contains(&added.sampled), "{}", added.sampled);
    assert_eq!(desk.listed(MORNING).len(), 3, "samples are not listed with the claims");
    desk.queue.done(desk.number(CRIME), &verdict(), ANN, MORNING).unwrap();
    desk.queue.drop_item(desk.number(JOBS), Reason::NotInteresting, None, ANN, MORNING).unwrap();
    desk.queue.drop_item(desk.number(TRAINS), Reason::WrongSpeaker, None, ANN, MORNING).unwrap();
    let samples = ListOptions { sampled: true, top: 2, ..ListOptions::default() };
    let samples = desk.queue.next(&samples, HOUR, "ann", MORNING).unwrap();
    desk.queue.drop_item(samples[0].item, Reason::NotCheckable, None, ANN, MORNING).unwrap();
    desk.queue.done(samples[1].item, &verdict(), ANN, MORNING).unwrap();

    let exported = desk.queue.export_gold(MORNING).unwrap();
    let path = desk.folder.path().join("gold.jsonl");
    std::fs::write(&path, &exported.bytes).unwrap();
    let documents = convert::read(&path, Format::Gold, &convert::Options::default()).unwrap().documents;
    let sentences = documents[0].sentences.as_ref().unwrap();
    assert_eq!((sentences.len(), documents[0].claims.is_none(), documents[0].rebuilt), (203, true, true));
    let worth = |words: &str| sentences.iter().find(|s| s.span.of(&documents[0].text).starts_with(words)).unwrap().worth.clone();
    assert_eq!(worth(CRIME), Some(OneOf::One(Worth::Cfs)));
    assert_eq!(worth(JOBS), Some(OneOf::One(Worth::Ufs)));
    assert_eq!(worth(TRAINS), None, "a wrong speaker says nothing of the sentence");
    assert_eq!(worth(&samples[0].text), Some(OneOf::Several(vec![Worth::Nfs, Worth::Ufs])));
    assert_eq!(worth(&samples[1].text), Some(OneOf::One(Worth::Cfs)));
    assert_eq!(sentences.iter().filter(|s| s.worth.is_some()).count(), 4);
    assert_eq!(sentences[0].claimer.as_ref().map(|c| c.name.as_str()), Some("Dana Cole"));
    let marked = String::from_utf8(exported.bytes).unwrap().matches("\"sampled\":true").count();
    assert_eq!(marked, added.sampled);
    let report = desk.queue.report(None).unwrap();
    assert_eq!((report.samples_decided, report.samples_missed), (2, 1));
}

#[test]
fn the_report_says_what_the_list_was_good_for() {
    let mut desk = desk();
    desk.add(&[record("a", "Post", &[CRIME, JOBS]), record("b", "Herald", &[TRAINS, CRIME])]);
    assert_eq!(desk.queue.report(None).unwrap().precision_at_15, None);
    desk.queue.list(&ListOptions::default(), Some("ann"), MORNING).unwrap();
    desk.queue.list(&ListOptions::default(), Some("bob"), MORNING).unwrap();
    desk.queue.done(desk.number(CRIME), &verdict(), ANN, MORNING).unwrap();
    desk.queue.drop_item(desk.number(JOBS), Reason::NotInteresting, None, ANN, MORNING).unwrap();
    desk.queue.start(desk.number(TRAINS), None, ANN, MORNING).unwrap();
    desk.queue.undo(desk.number(TRAINS), "ann", MORNING).unwrap();
    let report = desk.queue.report(Some("2026-11-23")).unwrap();
    assert_eq!(report.all, Share { shown: 3, chosen: 1, dropped: 1 });
    assert_eq!((report.days, report.among_15, report.precision_at_15), (1, 3, Some(1.0 / 3.0)));
    assert_eq!(report.dropped.get("not-interesting"), Some(&1));
    assert_eq!(report.speakers["Dana Cole"], report.all);
    assert_eq!(report.parties["Greens"], report.all);
    assert_eq!((report.outlets["Post"].chosen, report.outlets["Herald"].chosen, report.outlets["Herald"].shown), (1, 1, 2));
    assert_eq!(desk.queue.report(Some("2026-11-24")).unwrap().all, Share::default());
}

#[test]
fn a_full_disk_keeps_what_was_acknowledged_and_nothing_else() {
    let mut desk = desk();
    desk.add(&[record("a", "Post", &[CRIME])]);
    let pages: i64 = desk.queue.db.pragma_query_value(None, "page_count", |r| r.get(0)).unwrap();
    desk.queue.db.pragma_update(None, "max_page_count", pages + 2).unwrap();
    let many: Vec<String> = (0..500).map(|n| format!("Town {n} built {n} houses in 1950")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let error = desk.queue.add(&[record("b", "Herald", &[JOBS]), record("c", "Echo", &many)], &options(), MORNING).unwrap_err();
    assert!(matches!(error, QueueError::Full), "{error}");
    let stats = desk.queue.stats().unwrap();
    assert_eq!((stats.documents.values().sum::<u64>(), stats.occurrences.values().sum::<u64>()), (1, 1));
    assert_eq!(desk.queue.damage().unwrap(), Vec::<String>::new());
}

#[test]
fn a_damaged_file_is_said_to_be_damaged() {
    let mut desk = desk();
    desk.add(&[record("a", "Post", &[CRIME, JOBS, TRAINS])]);
    let Desk { queue, folder } = desk;
    drop(queue);
    let path = folder.path().join("q.db");
    let mut bytes = std::fs::read(&path).unwrap();
    let end = bytes.len();
    bytes[4096..end].fill(0x5a);
    std::fs::write(&path, bytes).unwrap();
    let tried = Queue::open(&path).and_then(|mut q| q.list(&ListOptions::default(), None, MORNING));
    assert!(matches!(tried, Err(QueueError::Damaged(_))), "{tried:?}");
}

#[test]
fn whoever_wants_to_be_told_is_told_once() {
    let mut desk = desk();
    desk.add(&[record("a", "Post", &[CRIME, JOBS])]);
    let silent = AddOptions { announce: false, ..options() };
    desk.queue.add(&[record("b", "Post", &[TRAINS])], &silent, MORNING).unwrap();
    let items = desk.queue.unannounced(9, MORNING).unwrap();
    assert_eq!(items.iter().map(|i| i.text.as_str()).collect::<Vec<_>>(), [CRIME, JOBS]);
    desk.queue.announced(items[0].item, MORNING).unwrap();
    assert_eq!(desk.queue.unannounced(9, MORNING).unwrap().len(), 1);
}

#[test]
fn an_export_names_the_speaker_the_places_and_the_verdicts() {
    let mut desk = desk();
    desk.add(&[record("a", "Post", &[CRIME]), record("b", "Herald", &[CRIME])]);
    desk.queue.done(desk.number(CRIME), &verdict(), ANN, MORNING).unwrap();
    let all = ListOptions { states: Vec::new(), ..ListOptions::default() };
    let json: serde_json::Value = serde_json::from_slice(&desk.queue.export(ExportFormat::JsonLd, &all, MORNING).unwrap().bytes).unwrap();
    let claim = &json["@graph"][0];
    assert_eq!((claim["@type"].as_str(), claim["author"]["name"].as_str()), (Some("Claim"), Some("Dana Cole")));
    assert_eq!(claim["appearance"].as_array().map(Vec::len), Some(2));
    assert_eq!(claim["subjectOf"][0]["reviewRating"]["alternateName"], "false");
    let csv = String::from_utf8(desk.queue.export(ExportFormat::Csv, &all, MORNING).unwrap().bytes).unwrap();
    assert_eq!(csv.lines().count(), 2);
    let line = desk.queue.export(ExportFormat::Jsonl, &all, MORNING).unwrap().bytes;
    let item: Item = serde_json::from_slice(&line).unwrap();
    assert_eq!((item.schema.as_str(), item.appearances.len()), (ITEM_SCHEMA, 2));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Whatever two people do in whatever order: the events tell the state, and nothing is in two hands.
    #[test]
    fn events_tell_how_an_item_came_to_its_state(steps in prop::collection::vec((0..8u8, 1..4i64, any::<bool>(), 0..40i64), 1..40)) {
        let mut desk = desk();
        desk.add(&[record("a", "Post", &[CRIME, JOBS, TRAINS])]);
        let mut now = MORNING;
        let mut leases: std::collections::BTreeMap<i64, (String, Millis)> = std::collections::BTreeMap::new();
        for (step, item, is_ann, minutes) in steps {
            now += minutes * MINUTE;
            let by = if is_ann { ANN } else { BOB };
            let queue = &mut desk.queue;
            let before = queue.show(item, now).unwrap();
            let other_has_it = before.state.is_held() && before.assignee.as_deref() != Some(by.actor);
            let other_has_it = other_has_it && leases.get(&item).is_none_or(|(_, until)| *until > now);
            let acted = match step {
                0 | 1 => {
                    let got = queue.next(&ListOptions { top: 1, ..ListOptions::default() }, 30 * MINUTE, by.actor, now).unwrap();
                    for taken in got {
                        let held = leases.insert(taken.item, (by.actor.to_owned(), now + 30 * MINUTE));
                        let in_hand = queue.show(taken.item, now).unwrap();
                        prop_assert_eq!(in_hand.assignee.as_deref(), Some(by.actor));
                        let gave_back = |e: &Event| matches!(e.kind, Kind::Released | Kind::Undone | Kind::Expired);
                        let over = held.is_none_or(|(_, until)| until <= now) || in_hand.events.iter().any(gave_back);
                        prop_assert!(over, "handed out twice: {:?}", in_hand.events);
                    }
                    Ok(())
                }
                2 => queue.start(item, Some(20 * MINUTE), by, now).map(|()| { leases.insert(item, (by.actor.to_owned(), now + 20 * MINUTE)); }),
                3 => queue.done(item, &verdict(), by, now),
                4 => queue.drop_item(item, Reason::Other, None, by, now),
                5 => queue.release(item, None, by, now),
                _ => queue.undo(item, by.actor, now).map(|_| ()),
            };
            prop_assert!(!(acted.is_ok() && (2..6).contains(&step) && other_has_it), "taken from {:?}", before.assignee);
            for id in 1..4 {
                let shown = queue.show(id, now).unwrap();
                let mut state = None;
                for event in shown.events.iter().filter(|e| e.to.is_some()) {
                    prop_assert_eq!(event.from, state);
                    state = event.to;
                }
                prop_assert_eq!(state, Some(shown.state));
            }
        }
    }
}
