//! What may end a run early: signals, crashes, and documents that take for ever.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI32, AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use crate::journal::CRASH_LINE;

/// Set by the first Ctrl-C or SIGTERM; the second ends the program at once.
#[derive(Clone, Default)]
pub(super) struct Stop {
    stopped: Arc<AtomicBool>,
    by: Arc<AtomicUsize>,
}

impl Stop {
    /// Listens from now on.
    pub fn listen() -> Result<Self> {
        let stop = Self::default();
        // A file that reaches its limit gives an error, like a full disk; it does not end the program.
        #[cfg(unix)]
        // SAFETY: set before other threads start.
        unsafe {
            libc::signal(libc::SIGXFSZ, libc::SIG_IGN);
        }
        for signal in [signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM] {
            let listen = || -> std::io::Result<()> {
                signal_hook::flag::register_conditional_shutdown(signal, exit_status(signal), Arc::clone(&stop.stopped))?;
                signal_hook::flag::register_usize(signal, Arc::clone(&stop.by), signal as usize)?;
                signal_hook::flag::register(signal, Arc::clone(&stop.stopped)).map(|_| ())
            };
            listen().context("cannot listen for signals")?;
        }
        Ok(stop)
    }

    /// The flag itself.
    pub fn flag(&self) -> &Arc<AtomicBool> {
        &self.stopped
    }

    /// The signal that stopped the run.
    pub fn signal(&self) -> Option<i32> {
        let signal = self.by.load(Ordering::Relaxed);
        (signal != 0).then_some(signal as i32)
    }

    /// The exit status of a run that a signal stopped.
    pub fn status(&self) -> Option<u8> {
        self.signal().map(|signal| exit_status(signal) as u8)
    }
}

/// What shells say of a process that a signal ended.
fn exit_status(signal: i32) -> i32 {
    128 + signal
}

/// How many documents may be worked on at once and still be named after a crash.
const SLOTS: usize = 256;
/// The documents being worked on, by their place in the input plus 1; 0 is none.
static UNDER_WAY: [AtomicU64; SLOTS] = [const { AtomicU64::new(0) }; SLOTS];
/// When each was begun, in milliseconds of [`since_start`].
static BEGUN: [AtomicU64; SLOTS] = [const { AtomicU64::new(0) }; SLOTS];
/// The document being read, and since when, in the same way.
static READING: AtomicU64 = AtomicU64::new(0);
static READING_BEGUN: AtomicU64 = AtomicU64::new(0);
/// The journal, for a handler that can do nothing but write; -1 is none.
static JOURNAL: AtomicI32 = AtomicI32::new(-1);

/// Notes which document is being read from now on; none while the reader waits.
pub(super) fn reading(item: Option<u64>) {
    READING_BEGUN.store(since_start(), Ordering::Relaxed);
    READING.store(item.map_or(0, |item| item + 1), Ordering::Release);
}

/// Notes that the work on a document is begun or done.
pub(super) fn watch(item: u64, begins: bool) {
    let (from, to) = if begins { (0, item + 1) } else { (item + 1, 0) };
    for (slot, begun) in UNDER_WAY.iter().zip(&BEGUN) {
        if slot.load(Ordering::Relaxed) != from {
            continue;
        }
        if begins {
            begun.store(since_start(), Ordering::Relaxed);
        }
        if slot.compare_exchange(from, to, Ordering::AcqRel, Ordering::Relaxed).is_ok() {
            return;
        }
    }
}

fn since_start() -> u64 {
    static START: std::sync::OnceLock<Instant> = std::sync::OnceLock::new();
    START.get_or_init(Instant::now).elapsed().as_millis() as u64
}

/// A document that has been under way for longer than `limit`, and whether it is being read.
pub(super) fn overdue(limit: Duration) -> Option<(u64, bool)> {
    let now = since_start();
    let late = |slot: &AtomicU64, begun: &AtomicU64| {
        let item = slot.load(Ordering::Acquire).checked_sub(1)?;
        let elapsed = now.saturating_sub(begun.load(Ordering::Relaxed));
        (u128::from(elapsed) > limit.as_millis()).then_some(item)
    };
    let worked_on = UNDER_WAY.iter().zip(&BEGUN).find_map(|(slot, begun)| late(slot, begun));
    worked_on.map(|item| (item, false)).or_else(|| late(&READING, &READING_BEGUN).map(|item| (item, true)))
}

/// From now on a crash is noted in the journal with this descriptor: its signal, and the documents under way.
#[cfg(unix)]
pub(super) fn note_crashes(journal: i32) {
    JOURNAL.store(journal, Ordering::SeqCst);
    for signal in [libc::SIGSEGV, libc::SIGBUS, libc::SIGILL, libc::SIGFPE, libc::SIGABRT] {
        // SAFETY: the handler does only what signal handlers may: atomics, `write`, `signal` and `raise`. It runs on the alternative stack that
        // the standard library sets up for each thread.
        unsafe {
            let mut action: libc::sigaction = std::mem::zeroed();
            action.sa_sigaction = on_crash as extern "C" fn(libc::c_int) as libc::sighandler_t;
            action.sa_flags = libc::SA_ONSTACK | libc::SA_NODEFER;
            libc::sigaction(signal, &raw const action, std::ptr::null_mut());
        }
    }
}

/// Elsewhere crashes are not noted.
#[cfg(not(unix))]
pub(super) fn note_crashes(_journal: i32) {}

#[cfg(unix)]
extern "C" fn on_crash(signal: libc::c_int) {
    // SAFETY: async-signal-safe calls alone, on memory that is static or on this stack.
    unsafe {
        libc::signal(signal, libc::SIG_DFL);
        let journal = JOURNAL.swap(-1, Ordering::SeqCst);
        if journal >= 0 {
            let mut line = [0u8; 24 * 64];
            let mut length = 0;
            let mut put = |bytes: &[u8]| {
                let room = line.len() - length;
                let bytes = &bytes[..bytes.len().min(room)];
                line[length..length + bytes.len()].copy_from_slice(bytes);
                length += bytes.len();
            };
            let [before, between, read, behind] = CRASH_LINE;
            let reading = READING.load(Ordering::Acquire).checked_sub(1);
            put(before.as_bytes());
            digits(signal as u64, &mut put);
            put(between.as_bytes());
            let mut first = true;
            // So many fit into the line.
            let worked_on = UNDER_WAY.iter().filter_map(|slot| slot.load(Ordering::Acquire).checked_sub(1));
            for item in reading.into_iter().chain(worked_on).take(64) {
                if !first {
                    put(b",");
                }
                first = false;
                digits(item, &mut put);
            }
            put(read.as_bytes());
            match reading {
                Some(item) => digits(item, &mut put),
                None => put(b"null"),
            }
            put(behind.as_bytes());
            libc::write(journal, line.as_ptr().cast(), length);
        }
        libc::raise(signal);
    }
}

/// A number in decimal digits, without an allocation.
#[cfg(unix)]
fn digits(mut number: u64, put: &mut impl FnMut(&[u8])) {
    let mut reversed = [0u8; 20];
    let mut count = 0;
    loop {
        reversed[count] = b'0' + (number % 10) as u8;
        count += 1;
        number /= 10;
        if number == 0 {
            break;
        }
    }
    for digit in reversed[..count].iter().rev() {
        put(std::slice::from_ref(digit));
    }
}

/// Ends the program here and now, from whatever thread.
#[allow(clippy::exit, reason = "the thread that hangs cannot be ended otherwise")]
pub(super) fn end(status: u8) -> ! {
    std::process::exit(i32::from(status))
}

/// What tests do to a document, to see that a run survives it: `CLAIMSIFT_MISHAP=panic:ID`, `crash:ID` or `hang:ID`. Not in releases.
#[cfg(debug_assertions)]
pub(super) fn mishap(doc_id: &str) {
    let Ok(asked) = std::env::var("CLAIMSIFT_MISHAP") else { return };
    match asked.split_once(':') {
        Some((what, id)) if id == doc_id => match what {
            "crash" => std::process::abort(),
            "hang" => std::thread::sleep(Duration::from_secs(3_600)),
            _ => std::panic::panic_any("a mishap that was asked for"),
        },
        _ => {}
    }
}
