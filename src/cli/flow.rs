//! Three things at a time: while the model works on one batch, the next is read and the last is written.

mod handover;
mod reading;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::thread;
use std::time::Duration;

use self::handover::Handover;
use self::reading::Reading;
use super::guard;
use super::writing::SharedJournal;
use crate::document::{Document, Source};
use crate::ingest::{Documents, Failure};
use crate::journal::Poison;
use crate::screen::{LeftOut, Screen};
use crate::timings::Timings;

/// Batches that may wait to be written.
const WAITING: usize = 1;

/// How long the writer waits before it looks whether what it wrote should go to the disk.
const IDLE: Duration = Duration::from_millis(250);

/// The input of a run: numbered items, each a document or none.
pub(super) struct Items {
    pub documents: Documents,
    pub screen: Screen,
    /// So many were written by an earlier run.
    pub done: u64,
    /// Seals that the input had behind so many items, in order.
    pub seals: Vec<(u64, String)>,
    /// Items that are left out.
    pub poison: BTreeMap<u64, Poison>,
    /// Items that are read and worked on alone.
    pub suspects: Vec<u64>,
    /// Where it is noted which of these are tried.
    pub journal: Option<SharedJournal>,
}

/// What an item came to.
pub(super) enum Came<D> {
    /// A document; worked on, behind the threads.
    Document(D),
    /// No document.
    Fault(Box<Fault>),
    /// A document left out as was asked.
    LeftOut(LeftOut),
}

/// What is told to who writes, in the order of the input.
pub(super) enum Done<T> {
    /// An item.
    Item(Came<T>, Seal),
    /// A batch is through, or nothing has come for a while.
    Pause(Behind),
}

/// Where the input stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Behind {
    /// Bytes that are read.
    pub bytes: u64,
    /// Files and streams that were there.
    pub inputs: u64,
}

/// A hash of all items up to one, so that a run which goes on notices that its input is another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Seal(pub u128);

impl std::fmt::Display for Seal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:032x}", self.0)
    }
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

/// Why reading was given up.
#[derive(Debug, thiserror::Error)]
pub(super) enum GivenUp {
    /// What is read now is not what was read then.
    #[error(
        "the input changed at document {}: since the run began a document was added, removed or edited there; put the input back and go on with \
         --resume, or leave that out to begin anew (nothing that was written is lost)",
        stretch(.from, .to)
    )]
    Changed {
        /// The first document, from 1, that may be another.
        from: u64,
        /// The last.
        to: u64,
    },
    /// The reader fails whatever it is given.
    #[error(
        "the program failed {times} times in a row while reading, last in {input}; please report it. What was written is kept, --resume goes on"
    )]
    Faults {
        /// How often.
        times: u32,
        /// The input, as records name it.
        input: String,
    },
}

fn stretch(from: &u64, to: &u64) -> String {
    if to > from { format!("{from} (or later, up to {to})") } else { from.to_string() }
}

/// Items on their way to the threads.
#[derive(Default)]
pub(super) struct Batch {
    items: Vec<(u64, Came<Document>, Seal)>,
    /// Bytes of text.
    bytes: usize,
    behind: Behind,
}

impl Batch {
    fn is_empty(&self) -> bool {
        self.items.is_empty()
    }
}

/// Reads `items` in batches, has `work` done on the documents of each (their places in the input beside them), and hands the results to
/// `write`, until that fails or `stop` is set.
///
/// `work` is told by its last argument when nobody wants its results any more. Once it gave fewer than it was given, nothing behind them is
/// written.
///
/// # Errors
/// Those of `write`, and [`GivenUp`].
pub(super) fn run<T: Send>(
    items: Items,
    timings: &Arc<Timings>,
    stop: &Arc<AtomicBool>,
    work: impl Fn(Vec<Document>, &[u64], &AtomicBool) -> Vec<T> + Sync,
    mut write: impl FnMut(Done<T>) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let handover = Arc::new(Handover::default());
    let (to_write, results) = sync_channel(WAITING);
    let reading = Reading::new(items, Arc::clone(timings), Arc::clone(stop), Arc::clone(&handover));
    let inputs = reading.inputs();
    // Nobody waits for the reader: standard input may be silent for hours, and then it notices late that it can end.
    thread::spawn(move || reading.run());
    thread::scope(|scope| {
        let (work, handover) = (&work, &*handover);
        scope.spawn(move || {
            while let Some(batch) = handover.fetch(stop) {
                let (done, behind, short) = worked(batch, |documents, places| work(documents, places, stop));
                if to_write.send((done, behind)).is_err() || short {
                    return;
                }
            }
        });
        let mut behind = Behind::default();
        let mut written = || loop {
            match results.recv_timeout(IDLE) {
                Ok((done, to)) => {
                    behind = to;
                    done.into_iter().try_for_each(|(came, seal)| write(Done::Item(came, seal)))?;
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => {
                    // What was passed over behind the last item counts, too.
                    return if stop.load(Ordering::Relaxed) {
                        Ok(())
                    } else {
                        write(Done::Pause(Behind { inputs: inputs.load(Ordering::Relaxed), ..behind }))
                    };
                }
            }
            write(Done::Pause(behind))?;
        };
        let written: anyhow::Result<()> = written();
        if written.is_err() {
            stop.store(true, Ordering::Relaxed);
        }
        drop(results);
        let read = handover.close();
        written?;
        Ok(read?)
    })
}

/// A batch with its documents worked on: what came of each item, where the input stands, and whether some documents were not begun.
#[allow(clippy::type_complexity, reason = "named once, used once")]
fn worked<T>(batch: Batch, work: impl FnOnce(Vec<Document>, &[u64]) -> Vec<T>) -> (Vec<(Came<T>, Seal)>, Behind, bool) {
    let (mut documents, mut places, mut others) = (Vec::new(), Vec::new(), Vec::new());
    for (place, came, seal) in batch.items {
        let other = match came {
            Came::Document(document) => {
                documents.push(document);
                places.push(place);
                None
            }
            Came::Fault(fault) => Some(Came::Fault(fault)),
            Came::LeftOut(why) => Some(Came::LeftOut(why)),
        };
        others.push((other, seal));
    }
    let asked = documents.len();
    let made = if asked > 0 { work(documents, &places) } else { Vec::new() };
    let short = made.len() < asked;
    let mut made = made.into_iter();
    let done = others.into_iter().map_while(|(other, seal)| Some((other.or_else(|| made.next().map(Came::Document))?, seal)));
    (done.collect(), batch.behind, short)
}

#[cfg(test)]
mod tests;
