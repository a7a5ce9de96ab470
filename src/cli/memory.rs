//! How the system's allocator keeps memory.

/// Lets what is freed stay with the program: the model asks for the same few megabytes thousands of times a second, and handing them
/// back to the system each time costs a sixth of the run, of a training half.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
pub(super) fn keep() {
    /// Larger pieces are still handed back; the largest that glibc allows here.
    const LARGEST_KEPT: libc::c_int = 32 << 20;
    const MOST_KEPT: libc::c_int = 512 << 20;
    // SAFETY: two settings of glibc's allocator, set before other threads start.
    unsafe {
        libc::mallopt(libc::M_MMAP_THRESHOLD, LARGEST_KEPT);
        libc::mallopt(libc::M_TRIM_THRESHOLD, MOST_KEPT);
    }
}

/// Other allocators keep it anyway.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub(super) fn keep() {}
