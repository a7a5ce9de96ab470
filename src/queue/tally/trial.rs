//! Whatever happens to a queue: counters that were carried on say what counting from scratch says.

use std::collections::BTreeMap;

use serde_json::json;

use super::Tally;
use crate::queue::facts::{Counted, Facts, counted};
use crate::queue::tests::{ANN, BOB, CRIME, JOBS, MORNING, TRAINS, desk, options, verdict, with};
use crate::queue::*;
use crate::record::Record;

/// Numbers that look like chance, the same ones for a seed.
struct Dice(u64);

impl Dice {
    /// One of 0 to `sides` - 1.
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }

    fn of<'c, T>(&mut self, choices: &'c [T]) -> &'c T {
        &choices[usize::try_from(self.roll(choices.len() as u64)).unwrap()]
    }

    /// Some article: new or another version, of few outlets, with claims of few speakers; held back, killed or a copy of another.
    fn record(&mut self, now: Millis) -> Record {
        let outlet = *self.of(&["Post", "Herald", "Echo", "Times"]);
        let (doc_id, claims) =
            (format!("{outlet}-{}", self.roll(3)), [CRIME, CRIME, "In 2018, crime in Ravensport fell by 40%", JOBS, TRAINS]);
        let claims: Vec<&str> = claims.into_iter().filter(|_| self.roll(2) == 0).collect();
        let (version, worth, subject) = (self.roll(3), self.roll(4), self.roll(5));
        let (name, kind) =
            *self.of(&[("Dana Cole", "person"), ("Bob Ray", "person"), ("a spokesman", "unnamed"), ("Greens", "organisation")]);
        let published = now - HOUR * *self.of(&[-4000, 0, 1, 5, 5, 30]);
        let embargo = (self.roll(6) == 0).then(|| now + HOUR * *self.of(&[-3, 1, 4, 9]));
        let (is_killed, original) = (self.roll(12) == 0, (self.roll(8) == 0).then(|| format!("Post-{}", self.roll(3))));
        let claims = if original.is_some() { Vec::new() } else { claims };
        with(&doc_id, outlet, &claims, &["Here it ends"], |r| {
            r["source"]["guid"] = json!(doc_id);
            r["source"]["version"] = json!(version.to_string());
            r["source"]["published"] = json!(shown(published));
            r["source"]["subjects"] = json!([format!("s{subject}")]);
            r["source"]["embargoed_until"] = json!(embargo.map(shown));
            r["source"]["pub_status"] = json!(is_killed.then_some("canceled"));
            if let Some(original) = &original {
                r["duplicate_of"] = json!({"document": original, "similarity": 1.0});
                r["text"] = json!(format!("{CRIME}. {TRAINS}."));
            }
            for claim in r["claims"].as_array_mut().into_iter().flatten() {
                claim["check_worthiness"] = json!(0.5 + worth as f64 / 10.0);
                claim["claimer"]["name"] = json!(name);
                claim["claimer"]["kind"] = json!(kind);
            }
        })
    }
}

/// Does something to the queue; whether it could be done.
fn something(queue: &mut Queue, dice: &mut Dice, now: Millis) -> (&'static str, bool) {
    let items: i64 = queue.db.query_row("SELECT max(id) FROM items", [], |r| Ok(r.get::<_, Option<i64>>(0)?.unwrap_or(1))).unwrap();
    let mut any = || 1 + i64::try_from(dice.roll(items.unsigned_abs())).unwrap();
    let (a, b) = (any(), any());
    let by = By { force: true, ..*dice.of(&[ANN, BOB]) };
    match dice.roll(20) {
        0..10 => {
            let records: Vec<Record> = (0..dice.roll(4) + 1).map(|_| dice.record(now)).collect();
            ("add", queue.add(&records, &options(), now).is_ok())
        }
        10 | 11 => ("merge", queue.merge(a, b, by.actor, now).is_ok()),
        12 => {
            let claims: Vec<String> =
                queue.show(a, now).unwrap().appearances.iter().filter(|_| dice.roll(3) == 0).map(|o| o.claim_id.clone()).collect();
            ("split", queue.split(a, &claims, by.actor, now).is_ok())
        }
        13..16 => ("undo", queue.undo_all(&[a], by, now).is_ok()),
        16 => ("done", queue.done(a, &verdict(), by, now).is_ok()),
        17 => ("drop", queue.drop_item(a, Reason::BadSpan, None, by, now).is_ok()),
        18 => ("next", queue.next(&ListOptions { top: 1, ..ListOptions::default() }, HOUR, by.actor, now).is_ok()),
        _ => {
            let weights = *dice.of(&["", "[queue]\ndeny = [{ name = \"Bob Ray\" }]\n", "[queue]\nallow = [{ name = \"Dana Cole\" }]\n"]);
            ("weights", queue.set_weights(weights, now).is_ok())
        }
    }
}

#[test]
fn counters_that_are_carried_on_say_what_counting_from_scratch_says() {
    let (mut done, mut carried) = (BTreeMap::new(), 0);
    for seed in 1..=4 {
        let (mut desk, mut dice, mut now) = (desk(), Dice(seed), MORNING);
        for step in 0..120 {
            now += HOUR * *dice.of(&[0, 0, 1, 6, -2]);
            let (what, could) = something(&mut desk.queue, &mut dice, now);
            *done.entry(what).or_insert(0) += usize::from(could);
            if dice.roll(3) > 0 {
                continue;
            }
            let at = format!("seed {seed}, step {step}, {what}");
            let check = |desk: &store::Desk| {
                carried += desk.db.query_row("SELECT count(*) FROM tallies", [], |r| r.get::<_, usize>(0))?;
                let items: Vec<i64> = desk.db.prepare("SELECT id FROM items")?.query_map([], |r| r.get(0))?.collect::<Result<_, _>>()?;
                for item in items {
                    assert_eq!(desk.tally(item)?, Tally::of(desk.db, desk.priorities, item, desk.clock)?, "{at}, item {item}");
                    desk.recount(item)?;
                    let Counted { facts, hidden, due, opened } = counted(desk.db, desk.priorities, item, desk.clock)?;
                    let kept = desk.db.query_row("SELECT facts, hidden, due, opened FROM items WHERE id = ?", [item], |r| {
                        Ok((r.get::<_, String>(0)?, r.get::<_, Option<String>>(1)?, r.get(2)?, r.get(3)?))
                    })?;
                    assert_eq!(
                        (Facts::parse(&kept.0)?, kept.1.as_deref(), kept.2, kept.3),
                        (facts, hidden, due, opened),
                        "{at}, item {item}"
                    );
                }
                Ok(())
            };
            desk.queue.write(now, check).unwrap();
        }
    }
    assert!(done.len() == 8 && done.values().all(|times| *times > 5) && carried > 100, "{done:?}, {carried} carried on");
}
