//! Three things at a time: while the model works on one batch, the next is read and the last is written.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::sync_channel;
use std::thread;

use super::guard;
use crate::document::{Document, Source};
use crate::ingest::{Documents, Failure};
use crate::screen::Screen;
use crate::timings::{Stage, Timings};

/// Documents are handed to the threads in batches of about this many bytes of text: enough to keep many threads
/// busy, little enough for memory to stay flat.
const BATCH_BYTES: usize = 1 << 20;
/// And at most this many documents, so that output is not far behind input.
const BATCH_DOCUMENTS: usize = 64;

/// Batches that may wait between two of the three.
const WAITING: usize = 1;

/// Faults of a reader in a row before reading is given up.
const MOST_FAULTS: u32 = 20;

/// The input of a run: numbered items, each a document or none.
pub(super) struct Items {
    pub documents: Documents,
    pub screen: Screen,
    /// So many were written by an earlier run.
    pub done: u64,
    /// Items that are not read again, and why.
    pub poison: BTreeMap<u64, String>,
    /// Items that are worked on alone.
    pub suspects: Vec<u64>,
}

/// What comes out of the flow, in the order of the input.
pub(super) enum Done<T> {
    /// Documents, worked on. Fewer than were read where the run was stopped.
    Batch(Vec<T>),
    /// An item that came to no document.
    Fault(Box<Fault>),
    /// A document left out as was asked.
    LeftOut,
}

/// An item that came to no document.
pub(super) struct Fault {
    pub doc_id: String,
    pub source: Source,
    pub stage: &'static str,
    /// What kind of failure, for the summary.
    pub kind: String,
    pub error: String,
    /// It held nothing to read, and nothing is wrong.
    pub skipped: bool,
}

impl From<Failure> for Fault {
    fn from(failure: Failure) -> Self {
        let (skipped, kind) = (failure.is_skipped(), failure.error.kind().to_owned());
        let error = format!("{:#}", anyhow::Error::from(failure.error));
        Self { doc_id: failure.doc_id, source: failure.source, stage: "ingest", kind, error, skipped }
    }
}

/// A batch on its way to the threads.
pub(super) struct Batch {
    /// The place of its first document in the input.
    pub first: u64,
    /// It is one document that may have crashed the program.
    pub suspect: bool,
    pub documents: Vec<Document>,
}

/// Reads `items` in batches, has `work` done on each, and hands the results to `write`, until that fails or `stop` is set.
///
/// `work` is told by its second argument when nobody wants its results any more; `write` is told how many bytes of the input were read
/// when its part was. Once a batch came back short, nothing behind it is written.
///
/// # Errors
/// Those of `write`.
pub(super) fn run<T: Send, E>(
    items: Items,
    timings: &Arc<Timings>,
    stop: &Arc<AtomicBool>,
    work: impl Fn(Batch, &AtomicBool) -> Vec<T> + Sync,
    mut write: impl FnMut(Done<T>, u64) -> Result<(), E>,
) -> Result<(), E> {
    let (to_work, batches) = sync_channel(WAITING);
    let (to_write, results) = sync_channel(WAITING);
    // Nobody waits for the reader: standard input may be silent for hours, and then it notices late that it can end.
    let reading = Reading { items, next: 0, waiting: None, faults: 0, timings: Arc::clone(timings), stop: Arc::clone(stop) };
    thread::spawn(move || {
        for (part, read) in reading {
            if to_work.send((part, read)).is_err() {
                return;
            }
        }
    });
    thread::scope(|scope| {
        let work = &work;
        scope.spawn(move || {
            while let Some((part, read)) = next_unless(stop, &batches) {
                let (done, short) = match part {
                    Part::Batch(batch) => {
                        let asked = batch.documents.len();
                        let done = work(batch, stop);
                        let short = done.len() < asked;
                        (Done::Batch(done), short)
                    }
                    Part::Fault(fault) => (Done::Fault(fault), false),
                    Part::LeftOut => (Done::LeftOut, false),
                };
                if to_write.send((done, read)).is_err() || short {
                    return;
                }
            }
        });
        let written = results.into_iter().try_for_each(|(done, read)| write(done, read));
        if written.is_err() {
            stop.store(true, Ordering::Relaxed);
        }
        written
    })
}

/// What comes next; looks up now and then whether the run is stopped, since a reader of standard input may say nothing for hours.
fn next_unless<T>(stop: &AtomicBool, from: &std::sync::mpsc::Receiver<T>) -> Option<T> {
    use std::sync::mpsc::RecvTimeoutError;
    loop {
        match from.recv_timeout(std::time::Duration::from_millis(100)) {
            _ if stop.load(Ordering::Relaxed) => return None,
            Ok(found) => return Some(found),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return None,
        }
    }
}

/// A piece of the input.
enum Part {
    Batch(Batch),
    Fault(Box<Fault>),
    LeftOut,
}

/// Documents in batches; an item that came to no document ends one.
struct Reading {
    items: Items,
    /// The place of the next item.
    next: u64,
    waiting: Option<Part>,
    faults: u32,
    timings: Arc<Timings>,
    stop: Arc<AtomicBool>,
}

impl Reading {
    /// The next item that was not written before, with its place.
    fn item(&mut self) -> Option<(u64, Result<Document, Part>)> {
        loop {
            if self.stop.load(Ordering::Relaxed) || self.faults >= MOST_FAULTS {
                return None;
            }
            let place = self.next;
            let poison = self.items.poison.get(&place).cloned();
            guard::watch(place, true);
            let timings = Arc::clone(&self.timings);
            let read = timings.time(Stage::Ingest, || {
                catch_unwind(AssertUnwindSafe(|| match self.items.documents.next()? {
                    // Looked at even where it was written before: later documents may repeat it.
                    Ok(document) => Some(self.items.screen.look(document).map(Box::new).ok_or(Part::LeftOut)),
                    Err(failure) => Some(Err(Part::Fault(Box::new(failure.into())))),
                }))
            });
            guard::watch(place, false);
            self.faults = if read.is_ok() { 0 } else { self.faults + 1 };
            let item = match (read, poison) {
                (Ok(None), _) => return None,
                (Ok(Some(item)), None) => item.map(|document| *document),
                (Ok(Some(item)), Some(why)) => Err(Part::Fault(Box::new(poisoned(item.ok().map(|d| *d), &why)))),
                (Err(_), _) => Err(Part::Fault(Box::new(reader_fault()))),
            };
            self.next += 1;
            if place >= self.items.done {
                return Some((place, item));
            }
        }
    }

    fn is_suspect(&self, place: u64) -> bool {
        self.items.suspects.binary_search(&place).is_ok()
    }
}

/// A document that is not read again.
fn poisoned(document: Option<Document>, why: &str) -> Fault {
    let Document { doc_id, source, .. } = document.unwrap_or_default();
    let error = format!("left out: {why} in an earlier run");
    Fault { doc_id, source, stage: "crash", kind: "crash".into(), error, skipped: false }
}

fn reader_fault() -> Fault {
    let error = "the program failed while reading it; please report the file".to_owned();
    Fault { doc_id: "?".into(), source: Source::default(), stage: "panic", kind: "panic".into(), error, skipped: false }
}

impl Iterator for Reading {
    type Item = (Part, u64);

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(part) = self.waiting.take() {
            return Some((part, self.items.documents.bytes_read()));
        }
        let (mut batch, mut bytes) = (Batch { first: 0, suspect: false, documents: Vec::new() }, 0);
        while batch.documents.len() < BATCH_DOCUMENTS && bytes < BATCH_BYTES {
            let Some((place, item)) = self.item() else { break };
            match item {
                Ok(document) => {
                    let suspect = self.is_suspect(place);
                    if suspect && !batch.documents.is_empty() {
                        self.waiting = Some(Part::Batch(Batch { first: place, suspect, documents: vec![document] }));
                        break;
                    }
                    if batch.documents.is_empty() {
                        batch.first = place;
                    }
                    bytes += document.text.len();
                    batch.documents.push(document);
                    if suspect {
                        batch.suspect = true;
                        break;
                    }
                }
                Err(part) if batch.documents.is_empty() => return Some((part, self.items.documents.bytes_read())),
                Err(part) => {
                    self.waiting = Some(part);
                    break;
                }
            }
        }
        (!batch.documents.is_empty()).then(|| (Part::Batch(batch), self.items.documents.bytes_read()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::{self, IngestOptions};
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
        Items {
            documents: ingest::documents(&[folder.path().display().to_string()], &IngestOptions::default()),
            screen: Screen::new(ScreenOptions::default()),
            done,
            poison: poison.iter().map(|&item| (item, "it crashed".to_owned())).collect(),
            suspects: suspects.to_vec(),
        }
    }

    fn found(items: Items) -> (Vec<String>, Vec<(u64, usize, bool)>) {
        let (mut found, batches) = (Vec::new(), std::sync::Mutex::new(Vec::new()));
        let work = |batch: Batch, _: &AtomicBool| {
            batches.lock().unwrap().push((batch.first, batch.documents.len(), batch.suspect));
            batch.documents.into_iter().map(|d| d.doc_id).collect()
        };
        let write = |done: Done<String>, _| -> Result<(), ()> {
            match done {
                Done::Batch(ids) => found.extend(ids),
                Done::Fault(fault) => found.push(format!("!{} {}", fault.doc_id, fault.kind)),
                Done::LeftOut => found.push("-".into()),
            }
            Ok(())
        };
        run(items, &Arc::default(), &Arc::default(), work, write).unwrap();
        (found.iter().map(|id| id.rsplit('/').next().unwrap().to_owned()).collect(), batches.into_inner().unwrap())
    }

    #[test]
    fn results_come_in_the_order_of_the_input() {
        let folder = folder(150);
        let (ids, batches) = found(items(&folder, 0, &[], &[]));
        assert_eq!(ids.len(), 150);
        let mut expected: Vec<String> = (0..150).map(|n| format!("{n:03}.txt")).collect();
        assert!(ids[70].starts_with("070.txt ") && ids[70].len() > 8, "{}", ids[70]);
        expected[70].clone_from(&ids[70]);
        assert_eq!(ids, expected);
        assert_eq!(batches, [(0, 64, false), (64, 6, false), (71, 64, false), (135, 15, false)]);
    }

    #[test]
    fn a_run_that_goes_on_leaves_out_what_was_done_and_what_crashed_and_is_careful_with_suspects() {
        let folder = folder(60);
        let (ids, batches) = found(items(&folder, 50, &[55], &[52, 53]));
        assert_eq!(ids.len(), 10);
        assert_eq!(ids[5], "055.txt crash");
        assert_eq!(batches, [(50, 2, false), (52, 1, true), (53, 1, true), (54, 1, false), (56, 4, false)]);
    }

    #[test]
    fn a_writer_that_fails_ends_the_run() {
        let folder = folder(400);
        let mut written = 0;
        let write = |_: Done<()>, _| {
            written += 1;
            Err("full")
        };
        let work = |batch: Batch, _: &AtomicBool| batch.documents.iter().map(|_| ()).collect();
        assert_eq!(run(items(&folder, 0, &[], &[]), &Arc::default(), &Arc::default(), work, write), Err("full"));
        assert_eq!(written, 1);
    }

    #[test]
    fn nothing_is_written_behind_a_batch_that_came_back_short() {
        let folder = folder(200);
        let mut written = 0;
        let write = |done: Done<()>, _| -> Result<(), ()> {
            written += if let Done::Batch(some) = done { some.len() } else { 1 };
            Ok(())
        };
        let work = |batch: Batch, _: &AtomicBool| batch.documents.iter().map(|_| ()).take(if batch.first == 64 { 3 } else { 64 }).collect();
        run(items(&folder, 0, &[], &[]), &Arc::default(), &Arc::default(), work, write).unwrap();
        assert_eq!(written, 67);
    }
}
