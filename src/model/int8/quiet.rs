//! libtorch's warnings, turned off where we know better.
//!
//! It calls the 8-bit kernels deprecated, once a process, on standard error. We link one release of it, which has them; users can do
//! nothing about it.

use std::ffi::c_int;
use std::sync::atomic::{AtomicI32, Ordering};
use std::sync::{Mutex, PoisonError};

/// Above libtorch's 1, `WARNING`.
const ERRORS_ONLY: c_int = 2;

unsafe extern "C" {
    /// libtorch's: messages below it are not shown. A plain number, read when a message is about to be shown.
    static mut FLAGS_caffe2_log_level: c_int;
}

static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

/// Gives the level back when it is dropped, whatever happened meanwhile.
struct Before(c_int);

impl Drop for Before {
    fn drop(&mut self) {
        level().store(self.0, Ordering::Relaxed);
    }
}

fn level() -> &'static AtomicI32 {
    // SAFETY: an aligned number that lives as long as the program. We write it only as an atomic; libtorch reads it as a plain word, and
    // either value will do for a message that another thread shows meanwhile.
    unsafe { AtomicI32::from_ptr(&raw mut FLAGS_caffe2_log_level) }
}

/// Runs `work` with libtorch's warnings turned off.
pub(super) fn quietly<R>(work: impl FnOnce() -> R) -> R {
    let _held = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let _before = Before(level().swap(ERRORS_ONLY, Ordering::Relaxed));
    work()
}
