//! Three things at a time: while the model works on one batch, the next is read and the last is written.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::sync_channel;
use std::thread;

use crate::document::Document;
use crate::ingest::{Documents, Failure};
use crate::timings::{Stage, Timings};

/// Documents are handed to the threads in batches of about this many bytes of text: enough to keep many threads
/// busy, little enough for memory to stay flat.
const BATCH_BYTES: usize = 1 << 20;
/// And at most this many documents, so that output is not far behind input.
const BATCH_DOCUMENTS: usize = 64;

/// Batches that may wait between two of the three.
const WAITING: usize = 1;

/// What comes out of the flow, in the order of the input.
pub(super) enum Done<T> {
    /// A batch of documents, worked on.
    Batch(Vec<T>),
    /// A document that could not be read.
    Failed(Box<Failure>),
}

/// Reads `documents` in batches, has `work` done on each, and hands the results to `write`, until that fails.
///
/// `work` is told by its second argument when nobody wants its results any more; `write` is told how many bytes of the input were read
/// when its part was.
///
/// # Errors
/// Those of `write`.
pub(super) fn run<T: Send, E>(
    documents: Documents,
    timings: &Arc<Timings>,
    work: impl Fn(Vec<Document>, &AtomicBool) -> Vec<T> + Sync,
    mut write: impl FnMut(Done<T>, u64) -> Result<(), E>,
) -> Result<(), E> {
    let (to_work, batches) = sync_channel(WAITING);
    let (to_write, results) = sync_channel(WAITING);
    // Nobody waits for the reader: standard input may be silent for hours, and then it notices late that it can end.
    let batches_of = Batches::of(documents, Arc::clone(timings));
    thread::spawn(move || {
        for (part, read) in batches_of {
            if to_work.send((part, read)).is_err() {
                return;
            }
        }
    });
    let unwanted = AtomicBool::new(false);
    thread::scope(|scope| {
        let (work, unwanted) = (&work, &unwanted);
        scope.spawn(move || {
            for (part, read) in batches {
                let done = match part {
                    Done::Batch(documents) => Done::Batch(work(documents, unwanted)),
                    Done::Failed(failure) => Done::Failed(failure),
                };
                if to_write.send((done, read)).is_err() {
                    return;
                }
            }
        });
        let written = results.into_iter().try_for_each(|(done, read)| write(done, read));
        unwanted.store(true, Ordering::Relaxed);
        written
    })
}

/// Documents in batches; a document that could not be read ends one.
struct Batches {
    documents: Documents,
    failure: Option<Box<Failure>>,
    timings: Arc<Timings>,
}

impl Batches {
    fn of(documents: Documents, timings: Arc<Timings>) -> Self {
        Self { documents, failure: None, timings }
    }
}

impl Iterator for Batches {
    type Item = (Done<Document>, u64);

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(failure) = self.failure.take() {
            return Some((Done::Failed(failure), self.documents.bytes_read()));
        }
        let (mut batch, mut bytes) = (Vec::new(), 0);
        while batch.len() < BATCH_DOCUMENTS && bytes < BATCH_BYTES {
            match self.timings.time(Stage::Ingest, || self.documents.next()) {
                Some(Ok(document)) => {
                    bytes += document.text.len();
                    batch.push(document);
                }
                Some(Err(failure)) if batch.is_empty() => return Some((Done::Failed(Box::new(failure)), self.documents.bytes_read())),
                Some(Err(failure)) => {
                    self.failure = Some(Box::new(failure));
                    break;
                }
                None => break,
            }
        }
        (!batch.is_empty()).then(|| (Done::Batch(batch), self.documents.bytes_read()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::{self, IngestOptions};

    fn folder(files: usize) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for n in 0..files {
            let content: &[u8] = if n == 70 { b"\x00\x00\x00\x00" } else { b"Paris burns." };
            std::fs::write(folder.path().join(format!("{n:03}.txt")), content).unwrap();
        }
        folder
    }

    fn documents(folder: &tempfile::TempDir) -> Documents {
        ingest::documents(&[folder.path().display().to_string()], &IngestOptions::default())
    }

    #[test]
    fn results_come_in_the_order_of_the_input() {
        let folder = folder(150);
        let mut found = Vec::new();
        let work = |batch: Vec<Document>, _: &AtomicBool| batch.into_iter().map(|d| d.doc_id).collect();
        let write = |done: Done<String>, _| -> Result<(), ()> {
            match done {
                Done::Batch(ids) => found.extend(ids),
                Done::Failed(failure) => found.push(failure.doc_id),
            }
            Ok(())
        };
        run(documents(&folder), &Arc::default(), work, write).unwrap();
        let expected: Vec<String> = (0..150).map(|n| format!("{n:03}.txt")).collect();
        assert_eq!(found.iter().map(|id| id.rsplit('/').next().unwrap().to_owned()).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn a_writer_that_fails_ends_the_run() {
        let folder = folder(400);
        let mut written = 0;
        let write = |_: Done<()>, _| {
            written += 1;
            Err("full")
        };
        let work = |batch: Vec<Document>, _: &AtomicBool| batch.iter().map(|_| ()).collect();
        assert_eq!(run(documents(&folder), &Arc::default(), work, write), Err("full"));
        assert_eq!(written, 1);
    }
}
