//! What a queue must stand: old files again, late versions, wrong clocks, one item for two hands, checks that speak of something else.

use serde_json::{Value, json};

use super::tests::{ANN, BOB, CRIME, Desk, JOBS, MORNING, TRAINS, desk, record, verdict, with};
use super::*;
use crate::record::Record;

/// A version of article `a` with these fields of its source.
fn version(claims: &[&str], source: Value) -> Record {
    with("a", "Post", claims, &[], |r| {
        for (name, value) in source.as_object().into_iter().flatten() {
            r["source"][name] = value.clone();
        }
    })
}

fn is_listed(desk: &mut Desk, words: &str, now: Millis) -> bool {
    desk.listed(now).contains(&words.to_owned())
}

const DAY: Millis = 24 * HOUR;
const NOTICE: &str = "Editors please kill this story";

#[test]
fn an_old_file_revives_no_killed_article_and_shortens_no_embargo() {
    let mut desk = desk();
    let first = version(&[CRIME], json!({"guid": "g", "version": "1"}));
    desk.add(&[first.clone(), version(&[NOTICE], json!({"guid": "g", "version": "2", "pub_status": "canceled"}))]);
    desk.add(&[first]);
    assert!(desk.listed(MORNING).is_empty());
    desk.add(&[version(&[CRIME], json!({"guid": "g", "version": "3"}))]);
    assert_eq!(desk.listed(MORNING), [CRIME], "a newer version brings it back");

    let until = |day: u32| with("b", "Post", &[JOBS], &[], |r| r["source"]["embargoed_until"] = json!(format!("2026-11-{day}T10:00:00Z")));
    desk.add(&[until(23), until(24), until(23)]);
    let item = desk.item(JOBS).item;
    let revised: Vec<_> = desk.queue.show(item, MORNING).unwrap().events.into_iter().filter(|e| e.kind == Kind::Revised).collect();
    let reasons: Vec<_> = revised.iter().filter_map(|e| e.reason.as_deref()).collect();
    assert_eq!(reasons, ["embargo: until 2026-11-24T10:00:00Z, before until 2026-11-23T10:00:00Z"]);
    assert!(!is_listed(&mut desk, JOBS, MORNING + 3 * HOUR));
    assert!(is_listed(&mut desk, JOBS, MORNING + 27 * HOUR));
}

#[test]
fn what_comes_late_neither_revives_nor_kills() {
    let killed = |version: &str| self::version(&[NOTICE], json!({"guid": "g", "version": version, "pub_status": "canceled"}));
    let said = |claims: &[&str], version: &str| self::version(claims, json!({"guid": "g", "version": version}));
    let mut desk = desk();
    desk.add(&[said(&[CRIME], "1"), killed("3"), said(&[CRIME, JOBS], "2")]);
    assert!(desk.listed(MORNING).is_empty());
    let mut desk = super::tests::desk();
    desk.add(&[said(&[CRIME], "1.10"), killed("1.9")]);
    assert_eq!(desk.listed(MORNING), [CRIME]);
}

#[test]
fn a_correction_taken_back_counts() {
    let mut desk = desk();
    let at = |claim: &str, hour: u32| version(&[claim], json!({"guid": "g", "modified": format!("2026-11-23T0{hour}:00:00Z")}));
    desk.add(&[at(CRIME, 5), at(TRAINS, 6), at(CRIME, 7)]);
    assert_eq!(desk.listed(MORNING), [CRIME]);
}

#[test]
fn feeds_that_number_alike_have_articles_of_their_own() {
    let of = |url: &str, claims: &[&str], guid: &str| {
        with(url, "", claims, &[], |r| {
            r["source"]["outlet"] = Value::Null;
            r["source"]["guid"] = json!(guid);
            r["source"]["url"] = json!(url);
        })
    };
    let mut desk = desk();
    desk.add(&[of("https://a.example/1", &[CRIME], "1001"), of("https://b.example/1", &[JOBS], "1001")]);
    assert_eq!(desk.listed(MORNING).len(), 2);
    let named = |outlet: &str, guid: &str| {
        with("feed#1", outlet, &[TRAINS], &[], |r| {
            r["source"]["guid"] = json!(guid);
            r["source"]["url"] = json!(format!("https://{outlet}.example/1"));
        })
    };
    desk.add(&[named("Post", "g1"), named("Herald", "g2")]);
    assert_eq!(desk.item(TRAINS).outlets, 2);
}

#[test]
fn a_version_under_embargo_replaces_nothing_before_its_time() {
    let mut desk = desk();
    desk.add(&[version(&[CRIME], json!({"guid": "g", "version": "1"}))]);
    desk.add(&[version(&[JOBS], json!({"guid": "g", "version": "2", "embargoed_until": "2026-11-23T12:00:00Z"}))]);
    assert_eq!(desk.listed(MORNING), [CRIME]);
    assert_eq!(desk.listed(MORNING + 4 * HOUR), [JOBS]);
}

#[test]
fn a_clock_far_ahead_is_forgotten_when_it_is_set_right() {
    let mut desk = desk();
    let held = with("e", "Post", &[TRAINS], &[], |r| r["source"]["embargoed_until"] = json!("2027-05-01T00:00:00Z"));
    desk.add(&[record("a", "Post", &[CRIME, JOBS]), held]);
    let ahead = MORNING + 1200 * DAY;
    let one = ListOptions { top: 1, ..ListOptions::default() };
    desk.queue.next(&one, 30 * MINUTE, "bob", ahead).unwrap();
    let taken = desk.queue.next(&one, 30 * MINUTE, "ann", MORNING).unwrap();
    assert_eq!(taken[0].lease_until.as_deref(), Some("2026-11-23T08:30:00Z"));
    assert!(!is_listed(&mut desk, TRAINS, MORNING));
    assert_eq!(desk.item(TRAINS).hidden.as_deref(), Some("embargoed"));
    assert_eq!(desk.listed(MORNING + HOUR).len(), 2, "both leases are over");
}

#[test]
fn undo_respects_whose_change_it_is_and_who_has_the_item() {
    let mut desk = desk();
    desk.add(&[record("a", "Post", &[CRIME])]);
    desk.queue.start(1, None, BOB, MORNING).unwrap();
    assert!(matches!(desk.queue.undo(1, "ann", MORNING), Err(QueueError::Held { .. })));
    desk.queue.release(1, None, BOB, MORNING).unwrap();
    assert!(matches!(desk.queue.undo(1, "ann", MORNING), Err(QueueError::NotYours { .. })));
    assert_eq!(desk.queue.undo_all(&[1], By { force: true, ..ANN }, MORNING).unwrap(), [Kind::Released]);
}

#[test]
fn chained_merges_come_apart_in_order() {
    let mut desk = desk();
    desk.add(&[record("a", "Post", &[CRIME]), record("b", "Herald", &[JOBS]), record("c", "Echo", &[TRAINS])]);
    desk.queue.merge(1, 2, "ann", MORNING).unwrap();
    desk.queue.merge(2, 3, "ann", MORNING).unwrap();
    let error = desk.queue.undo(1, "ann", MORNING).unwrap_err().to_string();
    assert!(error.contains("undo the merge of 2 into 3 first"), "{error}");
    let one = ListOptions { top: 1, ..ListOptions::default() };
    desk.queue.next(&one, MINUTE, "bob", MORNING).unwrap();
    let later = MORNING + HOUR;
    desk.queue.undo(2, "ann", later).unwrap();
    desk.queue.undo(1, "ann", later).unwrap();
    assert_eq!((1..4).map(|i| desk.queue.show(i, later).unwrap().appeared).collect::<Vec<_>>(), [1, 1, 1]);
}

#[test]
fn undoing_a_split_hides_no_verdict() {
    let mut desk = desk();
    desk.add(&[record("a", "Post", &[CRIME]), record("b", "Herald", &[CRIME])]);
    let claim = desk.queue.show(1, MORNING).unwrap().appearances[1].claim_id.clone();
    let new = desk.queue.split(1, &[claim], "ann", MORNING).unwrap();
    desk.queue.done(new, &verdict(), ANN, MORNING).unwrap();
    assert!(desk.queue.undo(1, "ann", MORNING).unwrap_err().to_string().contains("published verdict"));
}

#[test]
fn a_stale_lease_decides_nothing_and_several_items_are_done_together() {
    let mut desk = desk();
    desk.add(&[record("a", "Post", &[CRIME, JOBS])]);
    let one = ListOptions { top: 1, ..ListOptions::default() };
    let first = desk.queue.next(&one, MINUTE, "robot", MORNING).unwrap().remove(0);
    let both = desk.queue.next(&ListOptions::default(), HOUR, "robot", MORNING + 2 * MINUTE).unwrap();
    let robot = By { actor: "robot", force: false };
    let wrong = desk.queue.step(&[first.item], Step::Done(&verdict()), first.lease_id, robot, MORNING + 3 * MINUTE);
    assert!(matches!(wrong, Err(QueueError::Stale { .. })), "{wrong:?}");
    let now = both.iter().find(|i| i.item == first.item).unwrap().lease_id;
    assert!(desk.queue.step(&[1, 99, 2], Step::Start { lease: None }, None, robot, MORNING + 3 * MINUTE).is_err());
    assert_eq!(desk.queue.show(1, MORNING).unwrap().state, State::Assigned, "all or none");
    desk.queue.step(&[first.item], Step::Start { lease: None }, now, robot, MORNING + 3 * MINUTE).unwrap();
    desk.queue.step(&[first.item], Step::Done(&verdict()), now, robot, MORNING + 3 * MINUTE).unwrap();
}

#[test]
fn a_claim_without_a_date_is_looked_at_again_when_it_comes_back() {
    let claim = "Unemployment in Leeds is at 4.1 percent";
    let then = moment("2024-01-05T08:00:00Z").unwrap();
    let old = with("a", "Post", &[claim], &[], |r| r["source"]["published"] = json!("2024-01-05T06:00:00Z"));
    let mut desk = desk();
    desk.queue.add(&[old], &super::tests::options(), then).unwrap();
    desk.queue.done(1, &verdict(), ANN, then).unwrap();
    desk.add(&[record("b", "Herald", &[claim])]);
    let item = desk.queue.show(1, MORNING).unwrap();
    assert_eq!((item.state, item.attention.as_deref()), (State::New, Some("appeared again after 35 months")));
    desk.queue.drop_item(1, Reason::WrongSpeaker, None, ANN, MORNING).unwrap();
    desk.add(&[with("c", "Echo", &[claim], &[], |r| r["claims"][0]["claimer"]["name"] = json!("Ann Lee"))]);
    assert_eq!(desk.queue.show(1, MORNING).unwrap().state, State::New);
}

#[test]
fn denied_speakers_do_not_speak_while_others_say_so() {
    let mut desk = desk();
    desk.add(&[with("a", "Post", &[CRIME], &[], |r| r["claims"][0]["claimer"]["name"] = json!("Bob Ray"))]);
    desk.queue.set_weights("[queue]\ndeny = [{ name = \"Bob Ray\" }]\n", MORNING).unwrap();
    assert!(desk.listed(MORNING).is_empty());
    desk.add(&[record("b", "Herald", &[CRIME])]);
    let item = desk.queue.list(&ListOptions::default(), None, MORNING).unwrap().remove(0);
    assert_eq!((item.speaker.map(|s| s.name), item.outlets), (Some("Dana Cole".into()), 2));
}

#[test]
fn a_check_of_something_else_comes_off_and_stays_off() {
    let check = |verdict: &str, published: &str, claim: &str| checks::Check {
        claim: claim.into(),
        claimant: None,
        verdict: verdict.into(),
        rating: None,
        url: "https://example.org/1".into(),
        publisher: None,
        claim_date: None,
        published: Some(published.into()),
    };
    let mut desk = desk();
    desk.add(&[record("a", "Post", &[CRIME]), record("b", "Herald", &[TRAINS])]);
    let of = |desk: &Desk, item: i64| desk.queue.show(item, MORNING).unwrap().check.map(|c| c.verdict);
    desk.queue.import_checks(&[check("false", "2020-01-01", CRIME)], "ann", MORNING).unwrap();
    desk.queue.import_checks(&[check("true", "2020-02-01", "In 2018, crime in Ravensport fell by 40%")], "ann", MORNING).unwrap();
    assert_eq!(of(&desk, 1).as_deref(), Some("true"), "the newest of one address");
    desk.queue.merge(1, 2, "ann", MORNING).unwrap();
    assert_eq!(of(&desk, 2).as_deref(), Some("true"));
    desk.queue.undo(1, "ann", MORNING).unwrap();
    assert_eq!(of(&desk, 2), None);
    desk.queue.uncheck(1, ANN, MORNING).unwrap();
    desk.queue
        .import_checks(&[check("half true", "2020-03-01", "In 2018 crime in Ravensport fell by 40 percent")], "ann", MORNING)
        .unwrap();
    assert_eq!(of(&desk, 1), None);
    assert_eq!(desk.queue.undo(1, "ann", MORNING).unwrap(), Kind::Unchecked);
    assert_eq!(of(&desk, 1).as_deref(), Some("true"));
    desk.queue.import_checks(&[check("mostly true", "2020-02-02", "In 2018, crime in Ravensport fell by 40%")], "ann", MORNING).unwrap();
    let item = desk.queue.show(1, MORNING).unwrap();
    let said = item.events.last().map(|e| (e.kind, e.reason.as_deref()));
    assert_eq!(said, Some((Kind::Checked, Some("mostly true, https://example.org/1"))), "a verdict that changes is an event");
    assert_eq!(item.check.map(|c| c.verdict).as_deref(), Some("mostly true"));
}

#[test]
fn what_was_decided_stays_to_be_seen_without_its_articles() {
    let mut desk = desk();
    desk.add(&[version(&[CRIME], json!({"guid": "g", "version": "1"}))]);
    desk.queue.done(1, &verdict(), ANN, MORNING).unwrap();
    desk.add(&[version(&[NOTICE], json!({"guid": "g", "version": "2", "pub_status": "canceled"}))]);
    desk.queue.done(1, &verdict(), ANN, MORNING).unwrap();
    let published = ListOptions { states: vec![State::Published], ..ListOptions::default() };
    let items = desk.queue.list(&published, None, MORNING).unwrap();
    assert!(items.len() == 1 && items[0].why.contains(&"no live article".to_owned()), "{items:?}");
}

#[test]
fn what_readers_could_not_use_is_refused() {
    let mut desk = desk();
    desk.add(&[record("a", "Post", &[CRIME])]);
    for wrong in [
        Verdict { verdict: " ".into(), ..verdict() },
        Verdict { rating: Some(f64::NAN), ..verdict() },
        Verdict { evidence: vec!["javascript:alert(1)".into()], ..verdict() },
    ] {
        assert!(matches!(desk.queue.done(1, &wrong, ANN, MORNING), Err(QueueError::Invalid { .. })), "{wrong:?}");
    }
    assert!(matches!(desk.queue.start(1, None, By { actor: " ", force: false }, MORNING), Err(QueueError::Invalid { .. })));
    desk.add(&[with("f", "Post", &[JOBS], &[], |r| r["source"]["published"] = json!("2099-01-01T00:00:00Z"))]);
    assert!(!desk.item(JOBS).why.iter().any(|w| w.contains("old")), "{:?}", desk.item(JOBS).why);
}
