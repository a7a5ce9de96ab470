//! A run in a process of its own, begun again where it was whenever a document takes the process down.

use std::ffi::OsString;
use std::path::Path;
use std::process::{Child, Command, ExitCode, ExitStatus};
use std::time::Duration;

use anyhow::{Context, Result, bail};

use super::extract::HUNG;
use super::guard::Stop;
use super::{Outcome, say};
use crate::journal::{self, Journal};

/// Says to the child that it is one.
const CHILD: &str = "CLAIMSIFT_ISOLATED";

/// A process that dies so often without anything being learnt has another trouble than a document.
const MOST_DEATHS: u32 = 5;
/// So does one that dies so often without a stretch of output being written: documents that crash it do not come in hundreds.
const MOST_DEATHS_UNWRITTEN: u32 = 250;

/// How often the child is looked at.
const LOOK: Duration = Duration::from_millis(50);

/// Whether this process is the one that does the work.
pub(super) fn is_child() -> bool {
    std::env::var_os(CHILD).is_some()
}

/// Runs this same command in a child, again and again until it comes to its end; `journal` is the journal it keeps. `resumes`: it is told to
/// go on already.
pub(super) fn run(journal: &Path, resumes: bool) -> Result<Outcome> {
    let stop = Stop::listen()?;
    let program = std::env::current_exe().context("cannot find this program")?;
    let (mut deaths, mut unwritten) = (0, 0);
    let mut again = false;
    loop {
        let before = std::fs::read(journal).unwrap_or_default();
        let mut command = Command::new(&program);
        command.args(line(std::env::args_os().skip(1).collect(), again && !resumes)).env(CHILD, "1");
        apart(&mut command);
        let child = command.spawn().with_context(|| format!("cannot start {}", program.display()))?;
        let ended = wait(child, &stop)?;
        let died = death(ended);
        if let Some(status) = stop.status().filter(|_| died.is_some() || ended.code() == stop.status().map(i32::from)) {
            return Ok(Outcome::Stopped(ExitCode::from(status)));
        }
        let Some(how) = died else {
            return Ok(match ended.code() {
                Some(0) => Outcome::Good,
                Some(1) => Outcome::SomeFailed,
                code => Outcome::Stopped(ExitCode::from(u8::try_from(code.unwrap_or(2)).unwrap_or(2))),
            });
        };
        let ((knew, had), (knows, has)) = (journal::progress(&before), journal::progress(&std::fs::read(journal).unwrap_or_default()));
        // The first process begins the journal anew.
        let (learnt, written) = if again || resumes { (knows > knew, has > had) } else { (knows > 0, has > 0) };
        deaths = if learnt { 1 } else { deaths + 1 };
        unwritten = if written { 0 } else { unwritten + 1 };
        if deaths > MOST_DEATHS || unwritten > MOST_DEATHS_UNWRITTEN || !journal.exists() {
            let times = deaths.max(unwritten);
            bail!("the run ended {times} times without getting on ({how}); what it had written is kept, --resume goes on");
        }
        say(&format!("claimsift: the run ended ({how}); it goes on where it was"));
        if ended.code().is_none() {
            note(journal, ended)?;
        }
        again = true;
    }
}

/// The command line of a child: what follows a `--` are paths, so that a flag stands right behind the command.
fn line(mut arguments: Vec<OsString>, resume: bool) -> Vec<OsString> {
    if resume {
        let behind = arguments.iter().position(|argument| argument == "extract").map_or(0, |at| at + 1);
        arguments.insert(behind, "--resume".into());
    }
    arguments
}

/// A group of its own keeps Ctrl-C, which is passed on, from reaching the child twice; and it ends when this process does, however that ends.
#[cfg(unix)]
fn apart(command: &mut Command) {
    use std::os::unix::process::CommandExt;
    command.process_group(0);
    #[cfg(target_os = "linux")]
    {
        let parent = std::process::id();
        let end_with_parent = move || {
            // SAFETY: two system calls, which may stand between fork and exec.
            let gone = unsafe { libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGTERM) != 0 || u32::try_from(libc::getppid()) != Ok(parent) };
            if gone { Err(std::io::Error::other("the process that watches is gone")) } else { Ok(()) }
        };
        // SAFETY: it allocates nothing unless it fails, and touches no lock.
        unsafe {
            command.pre_exec(end_with_parent);
        }
    }
}

#[cfg(not(unix))]
fn apart(_command: &mut Command) {}

/// How a process ended that did not come to its end by itself.
fn death(ended: ExitStatus) -> Option<String> {
    match ended.code() {
        Some(code) if code == i32::from(HUNG) => Some("a document hung".into()),
        Some(_) => None,
        None => Some(ended.to_string()),
    }
}

/// A process that was killed outright could not note it.
#[cfg(unix)]
fn note(journal: &Path, ended: ExitStatus) -> Result<()> {
    use std::os::unix::process::ExitStatusExt;
    match ended.signal() {
        Some(signal) if signal == libc::SIGKILL => Ok(Journal::note_crash(journal, signal)?),
        _ => Ok(()),
    }
}

#[cfg(not(unix))]
fn note(_journal: &Path, _ended: ExitStatus) -> Result<()> {
    Ok(())
}

/// Waits for the child. What stops this process stops the child: the signal is passed on.
fn wait(mut child: Child, stop: &Stop) -> Result<ExitStatus> {
    let mut told = false;
    loop {
        if let Some(ended) = child.try_wait().context("cannot wait for the run")? {
            return Ok(ended);
        }
        if let Some(signal) = stop.signal().filter(|_| !told) {
            told = true;
            pass_on(&child, signal);
        }
        std::thread::sleep(LOOK);
    }
}

#[cfg(unix)]
fn pass_on(child: &Child, signal: i32) {
    // SAFETY: a signal to a child that has not been waited for: its number is its own.
    unsafe {
        libc::kill(child.id() as libc::pid_t, signal);
    }
}

#[cfg(not(unix))]
fn pass_on(_child: &Child, _signal: i32) {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flag_is_put_before_what_is_only_paths() {
        let words = |words: &[&str]| words.iter().map(OsString::from).collect::<Vec<_>>();
        let given = ["extract", "-o", "out.jsonl", "--isolate", "--", "extract", "-a.txt"];
        assert_eq!(line(words(&given), true), words(&["extract", "--resume", "-o", "out.jsonl", "--isolate", "--", "extract", "-a.txt"]));
        assert_eq!(line(words(&given), false), words(&given));
    }
}
