//! The flow, without a model.

use super::*;
use crate::ingest::{self, IngestOptions};
use crate::journal::Avoid;
use crate::screen::ScreenOptions;

fn folder(files: usize) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for n in 0..files {
        let content: &[u8] = if n == 70 { b"\x00\x00\x00\x00" } else { b"Paris burns." };
        std::fs::write(folder.path().join(format!("{n:03}.txt")), content).unwrap();
    }
    folder
}

fn items(folder: &tempfile::TempDir, done: u64, poison: &[u64], suspects: &[u64]) -> Items {
    let poisoned = |item: &u64| (*item, Poison { why: "it crashed".to_owned(), avoid: Avoid::Work });
    Items {
        documents: ingest::documents(&[folder.path()], &IngestOptions::default()),
        screen: Screen::new(ScreenOptions::default()),
        done,
        seals: Vec::new(),
        poison: poison.iter().map(poisoned).collect(),
        suspects: suspects.to_vec(),
        journal: None,
    }
}

/// What a flow comes to: ids in their order, seals behind them, and the batches by their places.
struct Found {
    ids: Vec<String>,
    seals: Vec<Seal>,
    batches: Vec<Vec<u64>>,
    ended: anyhow::Result<()>,
}

fn found(items: Items) -> Found {
    let (mut ids, mut seals, batches) = (Vec::new(), Vec::new(), std::sync::Mutex::new(Vec::new()));
    let work = |documents: Vec<Document>, places: &[u64], _: &AtomicBool| {
        batches.lock().unwrap().push(places.to_vec());
        documents.into_iter().map(|d| d.doc_id).collect()
    };
    let write = |done: Done<String>| {
        if let Done::Item(came, seal) = done {
            seals.push(seal);
            ids.push(match came {
                Came::Document(id) => id,
                Came::Fault(fault) => format!("!{} {}", fault.doc_id, fault.kind),
                Came::LeftOut(_) => "-".into(),
            });
        }
        Ok(())
    };
    let ended = run(items, &Arc::default(), &Arc::default(), work, write);
    let ids = ids.iter().map(|id| id.rsplit('/').next().unwrap().to_owned()).collect();
    Found { ids, seals, batches: batches.into_inner().unwrap(), ended }
}

fn sizes(batches: &[Vec<u64>]) -> Vec<(u64, usize)> {
    batches.iter().map(|places| (places[0], places.len())).collect()
}

#[test]
fn results_come_in_the_order_of_the_input_and_faults_end_no_batch() {
    let folder = folder(150);
    let Found { ids, batches, .. } = found(items(&folder, 0, &[], &[]));
    assert_eq!(ids.len(), 150);
    let mut expected: Vec<String> = (0..150).map(|n| format!("{n:03}.txt")).collect();
    assert!(ids[70].starts_with("070.txt ") && ids[70].len() > 8, "{}", ids[70]);
    expected[70].clone_from(&ids[70]);
    assert_eq!(ids, expected);
    assert_eq!(sizes(&batches), [(0, 64), (64, 63), (128, 22)]);
}

#[test]
fn a_run_that_goes_on_leaves_out_what_was_done_and_what_crashed_and_is_careful_with_suspects() {
    let folder = folder(60);
    let Found { ids, batches, .. } = found(items(&folder, 50, &[55], &[52, 53]));
    assert_eq!(ids.len(), 10);
    assert_eq!(ids[5], "055.txt crash");
    assert_eq!(batches, [vec![50, 51], vec![52], vec![53], vec![54, 56, 57, 58, 59]]);
}

#[test]
fn an_input_that_changed_is_noticed_and_one_that_did_not_is_not() {
    let folder = folder(130);
    let whole = found(items(&folder, 0, &[], &[]));
    let seals = || [64, 128].map(|n| (n as u64, whole.seals[n - 1].to_string())).to_vec();
    let again = found(Items { seals: seals(), ..items(&folder, 128, &[], &[]) });
    assert_eq!((again.ids.len(), again.ended.is_ok()), (2, true));
    assert_eq!(again.seals, whole.seals[128..]);
    let changed = |change: &dyn Fn(), back: &dyn Fn(), said: &str| {
        change();
        let found = found(Items { seals: seals(), ..items(&folder, 128, &[], &[]) });
        back();
        let error = found.ended.unwrap_err().to_string();
        assert!(found.ids.is_empty() && error.contains(said), "{error}");
    };
    let at = |name: &str| folder.path().join(name);
    let (write, remove) =
        (|name: &str, text: &str| std::fs::write(at(name), text).unwrap(), |name: &str| std::fs::remove_file(at(name)).unwrap());
    changed(&|| write("000-a.txt", "Rome burns."), &|| remove("000-a.txt"), "the input changed at document 1 (or later, up to 64)");
    changed(&|| write("100.txt", "Rome burns."), &|| write("100.txt", "Paris burns."), "the input changed at document 65");
    changed(&|| remove("120.txt"), &|| write("120.txt", "Paris burns."), "the input changed at document 65");
    changed(&|| (100..130).for_each(|n| remove(&format!("{n}.txt"))), &|| {}, "the input changed at document 65");
}

#[test]
fn a_writer_that_fails_ends_the_run() {
    let folder = folder(400);
    let mut written = 0;
    let write = |_: Done<()>| {
        written += 1;
        anyhow::bail!("full")
    };
    let work = |documents: Vec<Document>, _: &[u64], _: &AtomicBool| documents.iter().map(|_| ()).collect();
    let ended = run(items(&folder, 0, &[], &[]), &Arc::default(), &Arc::default(), work, write);
    assert_eq!(ended.unwrap_err().to_string(), "full");
    assert_eq!(written, 1);
}

#[test]
fn nothing_is_written_behind_a_batch_that_came_back_short() {
    let folder = folder(200);
    let mut written = 0;
    let write = |done: Done<()>| {
        written += usize::from(matches!(done, Done::Item(..)));
        Ok(())
    };
    // The fault at 70 stands behind the last document that was begun.
    let work = |documents: Vec<Document>, places: &[u64], _: &AtomicBool| {
        documents.iter().map(|_| ()).take(if places[0] == 64 { 3 } else { 64 }).collect()
    };
    run(items(&folder, 0, &[], &[]), &Arc::default(), &Arc::default(), work, write).unwrap();
    assert_eq!(written, 67);
}

#[test]
fn what_was_read_is_handed_over_when_the_input_falls_silent() {
    let handover = Arc::new(Handover::default());
    let add = |batch: &mut Batch| {
        batch.items.push((7, Came::LeftOut(LeftOut::TooOld), Seal::default()));
        false
    };
    assert!(handover.put(add));
    handover.waits(true);
    let begun = std::time::Instant::now();
    let batch = handover.fetch(&AtomicBool::new(false)).unwrap();
    assert_eq!(batch.items[0].0, 7);
    assert!(begun.elapsed() < Duration::from_secs(5));
    handover.end(Ok(()));
    assert!(handover.fetch(&AtomicBool::new(false)).is_none());
}
