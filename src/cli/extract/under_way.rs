//! A run under way: what comes of each item of the input is counted and written, in order.

use std::io::IsTerminal;
use std::sync::atomic::AtomicBool;

use anyhow::Result;
use indicatif::ProgressBar;

use super::flags::Args;
use super::meaning::{self, Engine};
use super::{opening, terminal};
use crate::cli::feed::Feed;
use crate::cli::flow::{self, Behind, Came, Done, Fault, Items, Seal};
use crate::cli::guard::{self, Stop};
use crate::cli::made::{Made, Output};
use crate::cli::say;
use crate::cli::summary::{Tally, Top};
use crate::cli::writing::{self, ErrorFile, SharedJournal, Target};
use crate::document::Document;
use crate::emit::EmitError;
use crate::ingest;
use crate::journal::Past;
use crate::pipeline::Failed;
use crate::render::{self, Annotated};
use crate::timings::Stage;

/// Documents behind the last mark that may have ended a run nobody knows the end of: all that can have been under way.
const UNDER_WAY: u64 = 256;

/// One run: where it writes, and what it will say of itself.
pub(super) struct Run {
    top: Top,
    tally: Tally,
    bar: ProgressBar,
    target: Target,
    errors: Option<ErrorFile>,
    feed: Option<Feed>,
    /// Of the input, behind the item at hand.
    seal: Seal,
    behind: Behind,
}

/// What is left of a run to speak of.
pub(super) struct Closed {
    pub top: Top,
    pub tally: Tally,
    pub feed: Option<Feed>,
    /// Whether nothing was there to be read: what stood under the output's name is as it was.
    pub empty: bool,
}

impl Run {
    /// Opens what stands beside the output; `errors` are the bytes of error lines, `tally` the counts, of the run that is gone on with.
    pub fn begin(args: &Args, target: Target, errors: u64, tally: Tally) -> Result<Self> {
        let errors = args.errors.as_deref().map(|path| ErrorFile::open(path, errors)).transpose()?;
        let feed = args.queue.as_deref().map(Feed::open).transpose()?;
        let (top, bar, seal) = (Top::new(args.top), ProgressBar::hidden(), Seal::default());
        Ok(Self { top, tally, bar, target, errors, feed, seal, behind: Behind::default() })
    }

    /// Reads, annotates and writes everything, behind what `past` says is done.
    pub fn all(&mut self, args: &Args, engine: &Engine, stop: &Stop, journal: Option<&SharedJournal>, past: Past) -> Result<()> {
        let Engine { extractor, threshold, options } = engine;
        let items = self.items(args, journal, past);
        let shape = meaning::shape(args);
        let make = |annotated: Annotated| {
            #[cfg(debug_assertions)]
            guard::mishap(&annotated.document.doc_id);
            extractor.timings().time(Stage::Emit, || Made::of(&annotated, options, shape))
        };
        let work = |documents: Vec<Document>, places: &[u64], unwanted: &AtomicBool| {
            let watch = |n: usize, begins: bool| guard::watch(places[n], begins);
            extractor.annotate_all(documents, *threshold, &make, unwanted, &watch)
        };
        flow::run(items, extractor.timings(), stop.flag(), work, |done| match done {
            Done::Item(came, seal) => {
                self.seal = seal;
                match came {
                    Came::Document(made) => self.write(made),
                    Came::Fault(fault) => self.fault(*fault),
                    Came::LeftOut(why) => {
                        *self.tally.left_out_for(why) += 1;
                        self.item(None)
                    }
                }
            }
            Done::Pause(behind) => self.pause(behind),
        })?;
        self.settle(true)
    }

    /// The input, with what earlier runs know of it.
    fn items(&mut self, args: &Args, journal: Option<&SharedJournal>, past: Past) -> Items {
        let documents = ingest::documents(&args.paths, &meaning::ingest_options(args)).without(opening::own_files(args));
        if !args.quiet && !args.pretty && std::io::stderr().is_terminal() {
            self.bar = terminal::progress(documents.bytes_total());
        }
        if let Some(journal) = journal {
            guard::note_crashes(writing::lock(journal).descriptor());
        }
        let Past { mark, inputs, poison, mut suspects, careful, .. } = past;
        let done = mark.map_or(0, |mark| mark.output.items);
        if careful {
            suspects = (done..done + UNDER_WAY).filter(|item| !poison.contains_key(item)).collect();
        }
        Items { documents, screen: meaning::screen(args), done, seals: inputs, poison, suspects, journal: journal.cloned() }
    }

    /// Behind a batch.
    fn pause(&mut self, behind: Behind) -> Result<()> {
        self.behind = behind;
        self.tally.bytes = behind.bytes;
        self.bar.set_position(behind.bytes);
        if self.tally.failed > 0 {
            self.bar.set_message(format!("{} failed", self.tally.failed));
        }
        self.settle(false)
    }

    /// Passes on what was written; the queue has it before the journal says so.
    fn settle(&mut self, now: bool) -> Result<()> {
        if let Some(feed) = &mut self.feed {
            feed.flush()?;
        }
        self.target.settle(self.errors.as_ref(), now)
    }

    fn item(&mut self, made: Option<&Made>) -> Result<()> {
        Ok(self.target.item(made, self.seal, self.errors.as_ref().map_or(0, ErrorFile::bytes), &self.tally)?)
    }

    fn write(&mut self, made: Result<std::io::Result<Made>, Box<Failed>>) -> Result<()> {
        let made = match made {
            Ok(made) => made.map_err(|source| EmitError::Write { target: "a record".into(), kept: "kept", source })?,
            Err(failed) => {
                let Failed { document, error } = *failed;
                let (stage, kind) = (error.stage(), error.stage().to_owned());
                let error = format!("{:#}", anyhow::Error::from(error));
                return self.fault(Fault { doc_id: document.doc_id, source: document.source, stage, kind, error, skipped: false });
            }
        };
        self.tally.add(&made);
        self.top.add(&made);
        if let Some(feed) = &mut self.feed {
            feed.take(&made)?;
        }
        if let Output::Page(page) = &made.output {
            terminal::show(page)?;
        }
        self.item(Some(&made))
    }

    fn fault(&mut self, fault: Fault) -> Result<()> {
        if fault.skipped {
            self.tally.skipped += 1;
        } else {
            self.tally.fail(&fault.kind);
        }
        let stage = if fault.skipped { "skipped" } else { fault.stage };
        let line = render::error_line(fault.doc_id, fault.source, stage, fault.error);
        let line = serde_json::to_string(&line).unwrap_or_else(|_| line.error.clone());
        match &mut self.errors {
            Some(errors) => errors.line(&line)?,
            None => self.bar.suspend(|| say(&line)),
        }
        self.item(None)
    }

    /// Gives the output its name, where the run `went` well to its end and a signal has not `stopped` it.
    pub fn close(self, went: Result<()>, stopped: bool) -> Result<Closed> {
        let Self { top, tally, bar, target, feed, behind, .. } = self;
        let mut empty = false;
        match went {
            Ok(()) if stopped => {}
            // A wrong path is no reason to lose what stands there.
            Ok(()) if behind.inputs == 0 => {
                target.abandon()?;
                empty = true;
            }
            Ok(()) => target.finish(&tally)?,
            // The reader took what it wanted.
            Err(error) if matches!(error.downcast_ref(), Some(EmitError::Closed)) => {}
            Err(error) => return Err(error),
        }
        bar.finish_and_clear();
        Ok(Closed { top, tally, feed, empty })
    }
}
