//! libtorch's warnings, turned off where we know better.
//!
//! It calls the 8-bit kernels deprecated, once a process, on standard error. We link one release of it, which has them; users can do
//! nothing about it.

use std::ffi::c_int;
use std::sync::Mutex;

/// Above libtorch's 1, `WARNING`.
const ERRORS_ONLY: c_int = 2;

unsafe extern "C" {
    /// libtorch's: messages below it are not shown. A plain number, read when a message is about to be shown.
    static mut FLAGS_caffe2_log_level: c_int;
}

static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

/// Runs `work` with libtorch's warnings turned off.
pub(super) fn quietly<R>(work: impl FnOnce() -> R) -> R {
    let _held = ONE_AT_A_TIME.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    // SAFETY: an aligned number that lives as long as the program; nobody but us writes it, and we do so one at a time.
    let before = unsafe { std::ptr::replace(&raw mut FLAGS_caffe2_log_level, ERRORS_ONLY) };
    let done = work();
    // SAFETY: as above.
    unsafe { FLAGS_caffe2_log_level = before };
    done
}
