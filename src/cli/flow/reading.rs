//! The reader: items in their order, with what earlier runs know of them.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use sha2::{Digest, Sha256};

use super::handover::Handover;
use super::{Batch, Behind, Came, Fault, GivenUp, Items, Seal, guard};
use crate::cli::writing;
use crate::document::{Document, Source};
use crate::ingest::Failure;
use crate::journal::{Avoid, Journal, JournalError, Poison};
use crate::timings::{Stage, Timings};

/// Documents are handed to the threads in batches of about this many bytes of text: enough to keep many threads
/// busy, little enough for memory to stay flat.
const BATCH_BYTES: usize = 1 << 20;
/// And at most this many items, so that output is not far behind input.
const BATCH_ITEMS: usize = 64;

/// Faults of the reader in a row before reading is given up.
const MOST_FAULTS: u32 = 20;

/// Items being read.
pub(super) struct Reading {
    items: Items,
    /// The place of the next item, shared with who is told of waiting.
    next: Arc<AtomicU64>,
    seal: Seal,
    /// How many of [`Items::seals`] were looked at.
    compared: usize,
    /// The item that is tried alone, and not known to be through.
    trying: Option<u64>,
    faults: u32,
    timings: Arc<Timings>,
    stop: Arc<AtomicBool>,
    handover: Arc<Handover>,
    ended: Option<Result<(), GivenUp>>,
}

type Read = Result<Document, Failure>;

impl Reading {
    pub fn new(mut items: Items, timings: Arc<Timings>, stop: Arc<AtomicBool>, handover: Arc<Handover>) -> Self {
        let next = Arc::new(AtomicU64::new(0));
        let (place, waiting) = (Arc::clone(&next), Arc::clone(&handover));
        items.documents = items.documents.telling_waits(move |begins| {
            // A document whose bytes have not come yet does not hang.
            let place = (!begins).then(|| place.load(Ordering::Relaxed));
            guard::reading(place);
            waiting.waits(begins);
        });
        Self { items, next, seal: Seal::default(), compared: 0, trying: None, faults: 0, timings, stop, handover, ended: None }
    }

    /// Files and streams that were there, so far.
    pub fn inputs(&self) -> Arc<AtomicU64> {
        self.items.documents.found_counter()
    }

    /// Reads to the end of the input, or until nobody wants more.
    pub fn run(mut self) {
        while self.ended.is_none() {
            match self.step() {
                Ok(true) => {}
                Ok(false) => self.ended = Some(Ok(())),
                Err(given_up) => self.ended = Some(Err(given_up)),
            }
        }
    }

    /// Reads an item; false at the end.
    fn step(&mut self) -> Result<bool, GivenUp> {
        let place = self.next.load(Ordering::Relaxed);
        if self.stop.load(Ordering::Relaxed) || !self.alone(place) {
            return Ok(false);
        }
        let poison = self.items.poison.get(&place).cloned();
        guard::reading(Some(place));
        let read = catch_unwind(AssertUnwindSafe(|| {
            let timings = Arc::clone(&self.timings);
            timings.time(Stage::Ingest, || {
                let read = self.read(poison.as_ref().map(|poison| poison.avoid))?;
                self.seal(&read);
                Some(self.screened(read, poison))
            })
        }));
        guard::reading(None);
        let came = match read {
            Ok(None) if self.items.done > place => return Err(self.changed(self.items.done)),
            Ok(None) => return Ok(false),
            Ok(Some(came)) => {
                self.faults = 0;
                came
            }
            Err(_) => {
                self.faults += 1;
                let input = self.items.documents.input().to_owned();
                if self.faults >= MOST_FAULTS {
                    return Err(GivenUp::Faults { times: self.faults, input });
                }
                self.seal_with(&["panic", &input]);
                Came::Fault(Box::new(reader_fault(input)))
            }
        };
        self.next.store(place + 1, Ordering::Relaxed);
        self.compare(place + 1)?;
        Ok(place < self.items.done || self.pass_on(place, came))
    }

    fn read(&mut self, avoid: Option<Avoid>) -> Option<Read> {
        let documents = &mut self.items.documents;
        match avoid {
            None | Some(Avoid::Work) => documents.next(),
            Some(Avoid::Reading) => documents.pass_over(),
            Some(Avoid::File) => documents.pass_over_file().map(Err),
        }
    }

    /// What an item comes to. Documents that were written before are looked at, too: later ones may repeat them.
    fn screened(&mut self, read: Read, poison: Option<Poison>) -> Came<Document> {
        match (read, poison) {
            (read, Some(poison)) => Came::Fault(Box::new(left_out(read, &poison))),
            (Ok(document), None) => self.items.screen.look(document).map_or_else(Came::LeftOut, Came::Document),
            (Err(failure), None) => Came::Fault(Box::new(failure.into())),
        }
    }

    fn pass_on(&self, place: u64, came: Came<Document>) -> bool {
        let behind = Behind { bytes: self.items.documents.bytes_read(), inputs: self.inputs().load(Ordering::Relaxed) };
        let seal = self.seal;
        self.handover.put(|batch: &mut Batch| {
            if let Came::Document(document) = &came {
                batch.bytes += document.text.len();
            }
            batch.items.push((place, came, seal));
            batch.behind = behind;
            batch.items.len() >= BATCH_ITEMS || batch.bytes >= BATCH_BYTES
        })
    }

    /// Sees to it that a suspect is the only item under way, from its reading to the end of the work on it. False once nobody wants more.
    fn alone(&mut self, place: u64) -> bool {
        if let Some(tried) = self.trying.take() {
            if !self.handover.finish_all() {
                return false;
            }
            self.note(|journal| journal.tried(tried));
        }
        if place < self.items.done || self.items.suspects.binary_search(&place).is_err() {
            return true;
        }
        if !self.handover.finish_all() {
            return false;
        }
        self.note(|journal| journal.trying(place));
        self.trying = Some(place);
        true
    }

    /// Without these notes a second crash would not say what it came from; the run is none the worse.
    fn note(&self, put: impl FnOnce(&mut Journal) -> Result<(), JournalError>) {
        if let Some(journal) = &self.items.journal {
            let _ = put(&mut writing::lock(journal));
        }
    }

    fn seal(&mut self, read: &Read) {
        match read {
            Ok(document) => {
                let text = || format!("{:x}", Sha256::digest(&document.text));
                let content = document.source.raw_sha256.clone().unwrap_or_else(text);
                self.seal_with(&["document", &document.doc_id, &content]);
            }
            Err(failure) => self.seal_with(&[failure.error.kind(), &failure.doc_id]),
        }
    }

    fn seal_with(&mut self, words: &[&str]) {
        let mut digest = Sha256::new_with_prefix(self.seal.0.to_be_bytes());
        for word in words {
            digest.update((word.len() as u64).to_be_bytes());
            digest.update(word);
        }
        let half = digest.finalize().iter().take(16).fold(0u128, |hash, &byte| hash << 8 | u128::from(byte));
        self.seal = Seal(half);
    }

    /// Compares what was read so far with what an earlier run noted of it.
    fn compare(&mut self, read: u64) -> Result<(), GivenUp> {
        while let Some((behind, seal)) = self.items.seals.get(self.compared).filter(|(behind, _)| *behind <= read) {
            if *behind == read && *seal != self.seal.to_string() {
                return Err(self.changed(read));
            }
            self.compared += 1;
        }
        Ok(())
    }

    fn changed(&self, to: u64) -> GivenUp {
        let same = self.compared.checked_sub(1).and_then(|last| self.items.seals.get(last));
        GivenUp::Changed { from: same.map_or(0, |(behind, _)| *behind) + 1, to }
    }
}

impl Drop for Reading {
    /// However the reader ends, those who wait for it are told; a fault of its own is no end of the input.
    fn drop(&mut self) {
        let faulty = || GivenUp::Faults { times: self.faults + 1, input: self.items.documents.input().to_owned() };
        let ended = self.ended.take().unwrap_or_else(|| Err(faulty()));
        self.handover.end(ended);
    }
}

/// A document that is left out for what it did.
fn left_out(read: Read, poison: &Poison) -> Fault {
    let (doc_id, source) = match read {
        Ok(Document { doc_id, source, .. }) => (doc_id, source),
        Err(Failure { doc_id, source, .. }) => (doc_id, source),
    };
    let much = if poison.avoid == Avoid::File { " with the rest of its file" } else { "" };
    let error = format!("left out{much}: {} in an earlier run", poison.why);
    Fault { doc_id, source, stage: "crash", kind: "crash".into(), error, skipped: false }
}

fn reader_fault(input: String) -> Fault {
    let error = "the program failed while reading it; please report the file".to_owned();
    let source = Source { path: input.clone(), ..Source::default() };
    Fault { doc_id: input, source, stage: "panic", kind: "panic".into(), error, skipped: false }
}
