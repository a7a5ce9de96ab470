//! A run in a process of its own, begun again where it was whenever a document takes the process down.

use std::path::Path;
use std::process::{Child, Command, ExitCode, ExitStatus};
use std::time::Duration;

use anyhow::{Context, Result, bail};

use super::extract::HUNG;
use super::guard::Stop;
use super::{Outcome, say};
use crate::journal::Journal;

/// Says to the child that it is one.
const CHILD: &str = "CLAIMSIFT_ISOLATED";

/// A process that dies so often without getting on has another trouble than a document.
const MOST_DEATHS: u32 = 5;

/// How often the child is looked at.
const LOOK: Duration = Duration::from_millis(50);

/// Whether this process is the one that does the work.
pub(super) fn is_child() -> bool {
    std::env::var_os(CHILD).is_some()
}

/// Runs this same command in a child, again and again until it comes to its end; `journal` is the journal it keeps.
pub(super) fn run(journal: &Path) -> Result<Outcome> {
    let stop = Stop::listen()?;
    let program = std::env::current_exe().context("cannot find this program")?;
    let mut deaths = 0;
    let mut resume = false;
    loop {
        let before = std::fs::read(journal).unwrap_or_default();
        let mut command = Command::new(&program);
        command.args(std::env::args_os().skip(1)).env(CHILD, "1");
        if resume && !std::env::args_os().any(|a| a == "--resume") {
            command.arg("--resume");
        }
        let child = command.spawn().with_context(|| format!("cannot start {}", program.display()))?;
        let ended = wait(child, &stop)?;
        let Some(how) = death(ended) else {
            return Ok(match ended.code() {
                Some(0) => Outcome::Good,
                Some(1) => Outcome::SomeFailed,
                code => Outcome::Stopped(ExitCode::from(u8::try_from(code.unwrap_or(2)).unwrap_or(2))),
            });
        };
        if stop.status().is_some() {
            bail!("the run was stopped and did not end well ({how})");
        }
        let got_on = marks(&std::fs::read(journal).unwrap_or_default()) > marks(&before);
        deaths = if got_on { 1 } else { deaths + 1 };
        if deaths > MOST_DEATHS || !journal.exists() {
            bail!("the run ended {deaths} times without getting on ({how}); what it had written is kept, --resume goes on");
        }
        say(&format!("claimsift: the run ended ({how}); it goes on where it was"));
        if ended.code().is_none() {
            note(journal, ended)?;
        }
        resume = true;
    }
}

/// How often a journal says that something is on disk.
fn marks(journal: &[u8]) -> usize {
    journal.split(|&byte| byte == b'\n').filter(|line| line.starts_with(b"{\"kind\":\"at\"")).count()
}

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

/// Waits for the child. What stops this process stops the child: Ctrl-C reaches both, SIGTERM is passed on.
fn wait(mut child: Child, stop: &Stop) -> Result<ExitStatus> {
    let mut told = false;
    loop {
        if let Some(ended) = child.try_wait().context("cannot wait for the run")? {
            return Ok(ended);
        }
        if stop.status().is_some() && !told {
            told = true;
            terminate(&child);
        }
        std::thread::sleep(LOOK);
    }
}

#[cfg(unix)]
fn terminate(child: &Child) {
    // SAFETY: a signal to a child that has not been waited for: its number is its own.
    unsafe {
        libc::kill(child.id() as libc::pid_t, libc::SIGTERM);
    }
}

#[cfg(not(unix))]
fn terminate(_child: &Child) {}
