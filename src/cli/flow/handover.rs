//! Where the reader leaves batches and the threads that work fetch them.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::{Batch, GivenUp};

/// Full batches that may wait.
const WAITING: usize = 1;

/// A reader that has waited so long for its input may wait for hours: what it has read so far is worked on meanwhile.
const SILENCE: Duration = Duration::from_millis(200);

/// How often it is looked whether the run is stopped, or the reader is kept waiting.
const LOOK: Duration = Duration::from_millis(100);

/// A batch being filled, and those that are full.
#[derive(Default)]
pub(super) struct Handover {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    filling: Batch,
    full: VecDeque<Batch>,
    /// Batches that were fetched and are not done.
    under_way: usize,
    /// Since when the reader waits for its input.
    waits: Option<Instant>,
    end: Option<Result<(), GivenUp>>,
    /// Nobody fetches any more.
    closed: bool,
}

impl Handover {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts something into the batch at hand by `add`, which says whether that is full now. False once nobody wants more.
    pub fn put(&self, add: impl FnOnce(&mut Batch) -> bool) -> bool {
        let mut state = self.lock();
        if add(&mut state.filling) { self.hand_over(state) } else { !state.closed }
    }

    /// Hands over the batch at hand, and waits until there is room for another.
    fn hand_over(&self, mut state: MutexGuard<'_, State>) -> bool {
        if !state.filling.is_empty() {
            let full = std::mem::take(&mut state.filling);
            state.full.push_back(full);
            self.changed.notify_all();
        }
        let full = self.changed.wait_while(state, |state| state.full.len() > WAITING && !state.closed);
        !full.unwrap_or_else(PoisonError::into_inner).closed
    }

    /// Hands over what there is, and waits until all of it is done. False once nobody wants more.
    pub fn finish_all(&self) -> bool {
        let state = self.lock();
        if !self.hand_over(state) {
            return false;
        }
        let busy = |state: &mut State| (!state.full.is_empty() || state.under_way > 0) && !state.closed;
        let done = self.changed.wait_while(self.lock(), busy);
        !done.unwrap_or_else(PoisonError::into_inner).closed
    }

    /// Says that the reader waits for its input, or that this has come.
    pub fn waits(&self, begins: bool) {
        self.lock().waits = begins.then(Instant::now);
    }

    /// Says that nothing more comes, because the input is at its end or reading was given up.
    pub fn end(&self, how: Result<(), GivenUp>) {
        let mut state = self.lock();
        if !state.filling.is_empty() {
            let rest = std::mem::take(&mut state.filling);
            state.full.push_back(rest);
        }
        state.end = Some(how);
        self.changed.notify_all();
    }

    /// The next batch; none at the end or once `stop` is set. The batch fetched before is done now.
    pub fn fetch(&self, stop: &AtomicBool) -> Option<Batch> {
        let mut state = self.lock();
        if state.under_way > 0 {
            state.under_way = 0;
            self.changed.notify_all();
        }
        loop {
            if stop.load(Ordering::Relaxed) {
                return None;
            }
            // Full ones are older than the one being filled.
            let silent = state.waits.is_some_and(|since| since.elapsed() >= SILENCE);
            let found =
                state.full.pop_front().or_else(|| (silent && !state.filling.is_empty()).then(|| std::mem::take(&mut state.filling)));
            if let Some(batch) = found {
                state.under_way = 1;
                self.changed.notify_all();
                return Some(batch);
            }
            if state.end.is_some() {
                return None;
            }
            (state, _) = self.changed.wait_timeout(state, LOOK).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Nothing more is fetched; says why reading was given up, if it was.
    pub fn close(&self) -> Result<(), GivenUp> {
        let mut state = self.lock();
        state.closed = true;
        self.changed.notify_all();
        state.end.take().unwrap_or(Ok(()))
    }
}
