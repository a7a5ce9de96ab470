//! How the system's allocator keeps memory, and whether there is enough of it for a run.

use std::path::Path;

use anyhow::{Result, ensure};

/// Megabytes, as limits are set: 2²⁰ bytes.
const MB: u64 = 1 << 20;

/// What is needed before the first document is read, and for each further thread.
#[derive(Debug, Clone, Copy)]
struct Need {
    first: u64,
    further: u64,
}

/// Addresses, of which most stand for no memory: libraries, stacks, the allocator's arenas (64 MB for each thread). To these comes the model.
/// The shipped models were measured: 1,021 MB (weights of 43 MB) and 1,240 MB (105 MB) with one thread, 50 to 66 MB for each further one.
const ADDRESSES: Need = Need { first: 900 * MB, further: 70 * MB };
/// So many times the size of its weights has a model in addresses while it is loaded.
const WEIGHTS: u64 = 4;
/// Memory that is really used.
const RESIDENT: Need = Need { first: 700 * MB, further: 100 * MB };

impl Need {
    fn of(self, threads: usize) -> u64 {
        self.first + self.further * (threads.max(1) as u64 - 1)
    }

    /// So many threads can do with `limit`; none where not even one can.
    fn threads(self, limit: u64) -> Option<u64> {
        Some(limit.checked_sub(self.first)? / self.further + 1)
    }
}

/// Refuses to begin where the system would not give enough: an allocation that fails in the midst of it can leave threads waiting for ever.
///
/// # Errors
/// With the limit, what is needed, and what can be done.
pub(super) fn check(model: &Path, threads: usize) -> Result<()> {
    let addresses = Need { first: ADDRESSES.first + WEIGHTS * weights(model), ..ADDRESSES };
    enough("the address space (ulimit -v)", address_limit(), addresses, threads)?;
    enough("the memory of this control group (memory.max)", group_limit(), RESIDENT, threads)
}

/// Bytes of the weights of the model in this folder; 0 where they cannot be looked at, of which loading has more to say.
fn weights(model: &Path) -> u64 {
    let entries = std::fs::read_dir(model).into_iter().flatten().flatten();
    let files = entries.filter(|entry| entry.path().extension().is_some_and(|ending| ending == "safetensors"));
    files.filter_map(|entry| Some(entry.metadata().ok()?.len())).sum()
}

fn enough(of: &str, limit: Option<u64>, need: Need, threads: usize) -> Result<()> {
    let Some(limit) = limit else { return Ok(()) };
    let needed = need.of(threads);
    let advice = match need.threads(limit) {
        Some(fewer) => format!("raise the limit, or give --threads {fewer}"),
        None => "raise the limit".to_owned(),
    };
    let (has, wants) = (limit / MB, needed / MB);
    ensure!(
        limit >= needed,
        "{of} is limited to {has} MB; {} about {wants} MB; {advice}",
        if threads == 1 { "1 thread needs".to_owned() } else { format!("{threads} threads need") }
    );
    Ok(())
}

/// The most addresses this process may have; `None` without a limit.
#[cfg(unix)]
fn address_limit() -> Option<u64> {
    let mut limit = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: a call that fills the structure given.
    let asked = unsafe { libc::getrlimit(libc::RLIMIT_AS, &raw mut limit) };
    (asked == 0 && limit.rlim_cur != libc::RLIM_INFINITY).then_some(limit.rlim_cur)
}

#[cfg(not(unix))]
fn address_limit() -> Option<u64> {
    None
}

/// The smallest limit of this process's control group and those around it (version 2), as far as they can be read.
fn group_limit() -> Option<u64> {
    let groups = std::fs::read_to_string("/proc/self/cgroup").ok()?;
    let group = unified(&groups)?;
    let folder = Path::new("/sys/fs/cgroup").join(group.trim_start_matches('/'));
    let limits = folder.ancestors().take_while(|folder| folder.starts_with("/sys/fs/cgroup"));
    limits.filter_map(|folder| of_file(&std::fs::read_to_string(folder.join("memory.max")).ok()?)).min()
}

/// The group in the one hierarchy of version 2, from what `/proc/self/cgroup` says.
fn unified(groups: &str) -> Option<&str> {
    groups.lines().find_map(|line| line.strip_prefix("0::"))
}

/// What `memory.max` says; `None` for `max`.
fn of_file(text: &str) -> Option<u64> {
    text.trim().parse().ok()
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_thread_needs_some_more() {
        let need = Need { first: 700 * MB, further: 100 * MB };
        assert_eq!([0, 1, 2, 5].map(|threads| need.of(threads) / MB), [700, 700, 800, 1_100]);
        assert_eq!([699, 700, 799, 800, 1_150].map(|limit| need.threads(limit * MB)), [None, Some(1), Some(1), Some(2), Some(5)]);
    }

    #[test]
    fn too_little_is_refused_with_what_was_found_and_what_to_do() {
        let need = Need { first: 700 * MB, further: 100 * MB };
        assert!(enough("memory", None, need, 64).is_ok());
        assert!(enough("memory", Some(800 * MB), need, 2).is_ok());
        let said = |limit, threads| enough("memory", Some(limit), need, threads).unwrap_err().to_string();
        assert_eq!(said(950 * MB, 4), "memory is limited to 950 MB; 4 threads need about 1000 MB; raise the limit, or give --threads 3");
        assert_eq!(said(600 * MB, 1), "memory is limited to 600 MB; 1 thread needs about 700 MB; raise the limit");
    }

    #[test]
    fn limits_are_read_as_the_system_writes_them() {
        assert_eq!(unified("1:name=systemd:/\n0::/user.slice/a.scope\n"), Some("/user.slice/a.scope"));
        assert_eq!(unified("4:memory:/\n"), None);
        assert_eq!((of_file("max\n"), of_file("1073741824\n")), (None, Some(1_073_741_824)));
    }
}
