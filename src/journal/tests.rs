//! What journals say after stops, kills and crashes.

use super::*;

fn mark(items: u64) -> Mark {
    let output = Position { items, part: 0, bytes: items * 10 };
    Mark { output, input: format!("{items:x}"), errors: 0, tally: serde_json::json!({"documents": items}) }
}

fn resumed(path: &Path) -> Past {
    Journal::resume(path, "r").unwrap().unwrap().1
}

/// A journal of these lines.
fn of(lines: &[Line]) -> Past {
    past(lines.iter().cloned())
}

fn crashed(items: &[u64], reading: Option<u64>) -> Line {
    Line::Crashed { signal: 11, items: items.to_vec(), reading }
}

fn poison(past: &Past) -> Vec<(u64, Avoid)> {
    past.poison.iter().map(|(item, poison)| (*item, poison.avoid)).collect()
}

#[test]
fn a_run_goes_on_where_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out.jsonl.journal");
    assert!(Journal::resume(&path, "r").unwrap().is_none());
    let mut journal = Journal::begin(&path, "r").unwrap();
    journal.at(&mark(64)).unwrap();
    journal.at(&mark(128)).unwrap();
    assert!(matches!(Journal::begin(&path, "r"), Err(JournalError::InUse { .. })));
    drop(journal);
    // A kill in the middle of a line.
    let mut text = fs::read_to_string(&path).unwrap();
    text.push_str("{\"kind\":\"at\",\"output\":{\"items\":19");
    fs::write(&path, &text).unwrap();
    let past = resumed(&path);
    assert_eq!((past.mark, past.inputs), (Some(mark(128)), vec![(64, "40".into()), (128, "80".into())]));
    let (mut journal, _) = Journal::resume(&path, "r").unwrap().unwrap();
    journal.at(&mark(192)).unwrap();
    journal.closed(mark(192).output, mark(192).tally).unwrap();
    drop(journal);
    let past = resumed(&path);
    assert_eq!((past.mark, past.closed), (Some(mark(192)), Some((mark(192).output, mark(192).tally))));
    assert!(matches!(Journal::resume(&path, "other"), Err(JournalError::OtherRun { .. })));
    fs::write(&path, "my diary\n").unwrap();
    assert!(matches!(Journal::resume(&path, "r"), Err(JournalError::NoJournal { .. })));
}

#[test]
fn a_crash_makes_suspects_and_the_one_that_crashes_again_is_left_out() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("j");
    let crash = |items: &str, reading: &str| {
        let [before, between, read, behind] = CRASH_LINE;
        let mut file = OpenOptions::new().append(true).open(&path).unwrap();
        write!(file, "{before}11{between}{items}{read}{reading}{behind}").unwrap();
    };
    drop(Journal::begin(&path, "r").unwrap());
    crash("7,9", "null");
    assert_eq!(resumed(&path).suspects, [7, 9]);
    let (mut journal, _) = Journal::resume(&path, "r").unwrap().unwrap();
    journal.at(&mark(8)).unwrap();
    journal.trying(9).unwrap();
    drop(journal);
    crash("9", "9");
    let past = resumed(&path);
    assert_eq!((past.suspects.len(), poison(&past)), (0, vec![(9, Avoid::Reading)]));
    assert!(past.poison[&9].why.contains("signal 11"));
}

#[test]
fn one_crash_alone_is_no_proof() {
    let past = of(&[crashed(&[5], None)]);
    assert_eq!((poison(&past), past.suspects), (vec![], vec![5]));
    let past = of(&[crashed(&[5], None), Line::Resumed, Line::Trying { item: 5 }, crashed(&[5], None)]);
    assert_eq!(poison(&past), [(5, Avoid::Work)]);
}

#[test]
fn what_was_tried_before_is_not_blamed() {
    let stale = [crashed(&[3, 5], None), Line::Trying { item: 3 }, Line::Tried { item: 3 }, crashed(&[8], None)];
    let past = of(&stale);
    assert_eq!((poison(&past), past.suspects), (vec![], vec![5, 8]));
    let other = of(&[Line::Trying { item: 3 }, crashed(&[8], None)]);
    assert_eq!((poison(&other), other.suspects), (vec![], vec![8]));
    let killed = of(&[Line::Trying { item: 3 }, Line::Resumed, crashed(&[], None)]);
    assert_eq!((poison(&killed), killed.careful), (vec![], true));
    let killed = of(&[Line::Trying { item: 3 }, crashed(&[], None)]);
    assert_eq!(poison(&killed), [(3, Avoid::Reading)]);
}

#[test]
fn what_cannot_even_be_passed_over_costs_its_file() {
    let hang = |reading| Line::Poison { item: 2, why: "it hangs".into(), reading };
    assert_eq!(poison(&of(&[hang(false)])), [(2, Avoid::Work)]);
    assert_eq!(poison(&of(&[hang(false), hang(true)])), [(2, Avoid::Reading)]);
    assert_eq!(poison(&of(&[hang(true), crashed(&[2], Some(2))])), [(2, Avoid::File)]);
}

#[test]
fn progress_is_what_was_not_known() {
    let bytes = |lines: &[Line]| lines.iter().map(|line| serde_json::to_string(line).unwrap() + "\n").collect::<String>();
    let of = |lines: &[Line]| progress(bytes(lines).as_bytes());
    assert_eq!(of(&[Line::Resumed, crashed(&[1], None), Line::Trying { item: 1 }]), (1, 0));
    assert_eq!(of(&[crashed(&[], None), crashed(&[], None)]), (1, 0));
    assert_eq!(of(&[crashed(&[1], None), crashed(&[2], None), Line::At(Box::new(mark(1)))]), (3, 1));
}
