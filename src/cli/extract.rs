//! `claimsift extract`, from the flags to the exit status.
//!
//! 1. [`flags`]: what can be said
//! 2. [`meaning`]: what that is to the library
//! 3. [`opening`]: what is written to
//! 4. [`under_way`]: the run ([`terminal`] shows how far it is, [`hangs`] ends it where a document does not)

mod flags;
mod hangs;
mod meaning;
mod opening;
mod terminal;
mod under_way;

use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

pub(super) use self::flags::Args;
pub(super) use self::hangs::HUNG;
use self::meaning::Engine;
use self::under_way::{Closed, Run};
use super::guard::Stop;
use super::summary::{Summary, Tally};
use super::writing::{self, Begun};
use super::{Outcome, counted, isolate, say};
use crate::emit::{self, Plan};

pub(super) fn run(args: &Args) -> Result<Outcome> {
    opening::check(args)?;
    if let Some(output) = args.output.as_deref().filter(|_| args.isolate && !isolate::is_child()) {
        return watched(args, output);
    }
    let stop = Stop::listen()?;
    let engine = Engine::of(args)?;
    if args.verbose {
        engine.introduce();
    }
    let begun = opening::begin(args, &engine.options)?;
    match &begun.past.closed {
        Some((_, counted)) => ended_before(args, &engine, counted),
        None => to_the_end(args, &engine, begun, &stop),
    }
}

/// Lets a process of its own do the work.
fn watched(args: &Args, output: &Path) -> Result<Outcome> {
    // Whoever begins again must read it again.
    ensure!(!args.paths.iter().any(|path| path == "-"), "--isolate cannot read standard input again after a crash; expected files");
    isolate::run(&Plan::new(output, args.split_every).beside(writing::JOURNAL), args.resume)
}

/// All that the earlier run had not come to was to say so.
fn ended_before(args: &Args, engine: &Engine, counted: &serde_json::Value) -> Result<Outcome> {
    say("the run was at its end already: its output has its name now");
    let tally = counts(counted)?;
    summarize(args, &Summary::new(&tally, &tally, Duration::ZERO, true, &engine.options.model))?;
    Ok(tally.outcome())
}

/// Runs from the beginning, or from where an earlier run was, to the end of the input or until a signal comes.
fn to_the_end(args: &Args, engine: &Engine, begun: Begun, stop: &Stop) -> Result<Outcome> {
    let Begun { target, journal, past } = begun;
    let before = past.mark.as_ref().map(|mark| counts(&mark.tally)).transpose()?.unwrap_or_default();
    if let Some(mark) = past.mark.as_ref().filter(|_| !args.quiet) {
        say(&format!("going on after {} of the input", counted(mark.output.items, "document")));
    }
    let mut run = Run::begin(args, target, past.mark.as_ref().map_or(0, |mark| mark.errors), before.clone())?;
    let started = Instant::now();
    if let (Some(journal), Some(timeout)) = (&journal, args.timeout_per_document) {
        hangs::watch(timeout, journal);
    }
    let went = run.all(args, engine, stop, journal.as_ref(), past);
    let stopped = stop.status();
    let closed = run.close(went, stopped.is_some())?;
    let ending = Ending { before, elapsed: started.elapsed(), stopped, resumable: journal.is_some() };
    ending.tell(args, engine, closed)
}

fn counts(noted: &serde_json::Value) -> Result<Tally> {
    serde_json::from_value(noted.clone()).context("the journal's counts")
}

/// How a run ended.
struct Ending {
    /// What had been counted when this process began.
    before: Tally,
    elapsed: Duration,
    /// The exit status of a run that a signal stopped.
    stopped: Option<u8>,
    /// Whether a stopped run can be gone on with.
    resumable: bool,
}

impl Ending {
    /// Says what the run came to.
    fn tell(&self, args: &Args, engine: &Engine, closed: Closed) -> Result<Outcome> {
        let Closed { top, tally, feed, empty } = closed;
        let output = args.output.as_deref().filter(|_| self.stopped.is_none());
        if let Some(path) = output.filter(|_| empty) {
            say(&format!("there was nothing to read: {} is as it was", path.display()));
        }
        if !args.quiet {
            top.show();
            say(&tally.line(self.elapsed, output.filter(|_| !empty)));
            feed.iter().for_each(|feed| say(&feed.line()));
        }
        if args.timings {
            let sentences = usize::try_from(tally.sentences - self.before.sentences).unwrap_or_default();
            say(&engine.extractor.timings().table(sentences));
        }
        summarize(args, &Summary::new(&tally, &self.before, self.elapsed, self.stopped.is_none(), &engine.options.model))?;
        let Some(status) = self.stopped else { return Ok(tally.outcome()) };
        let how = if self.resumable { "; the same command with --resume goes on" } else { "" };
        say(&format!("stopped before the end{how}"));
        Ok(Outcome::Stopped(ExitCode::from(status)))
    }
}

/// Writes the summary, where one is asked for.
fn summarize(args: &Args, summary: &Summary) -> Result<()> {
    let Some(path) = &args.summary else { return Ok(()) };
    let summary = summary.with_files(args.output.as_deref(), args.errors.as_deref());
    Ok(emit::write_whole(path, format!("{}\n", serde_json::to_string_pretty(&summary)?).as_bytes())?)
}
