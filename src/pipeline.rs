//! The stages, in order, on all threads.

use std::any::Any;
use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use rayon::prelude::*;

use crate::assemble::{Assembly, ReadSentence, assemble};
use crate::decode::{Decoder, Reading};
use crate::document::Document;
use crate::encode::{Encoded, Encoder, Window};
use crate::model::{Backend, Card, Model, ModelError, Precision, Worker, packs};
use crate::record::{Coverage, ModelInfo, ThresholdInfo};
use crate::render::Annotated;
use crate::repeated::Repeated;
use crate::roster::Roster;
use crate::span::Span;
use crate::split;
use crate::timings::{Stage, Timings};

/// More threads than this is taken for a mistake.
const MOST_THREADS: usize = 1024;

/// A document that failed after it was read, and why.
#[derive(Debug)]
pub struct Failed {
    /// The document.
    pub document: Document,
    /// What went wrong.
    pub error: AnnotateError,
}

/// Why a document could not be annotated.
#[derive(Debug, thiserror::Error)]
pub enum AnnotateError {
    /// The model failed.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// It took longer than it may.
    #[error("took more than {0:?}; split it, or raise --timeout-per-document")]
    Timeout(Duration),
    /// The program has a fault that this document brought to light.
    #[error("the program failed on this document ({0}); please report it")]
    Panic(String),
}

impl AnnotateError {
    /// The stage it failed in, as error lines name it.
    #[must_use]
    pub fn stage(&self) -> &'static str {
        match self {
            Self::Model(_) => "model",
            Self::Timeout(_) => "timeout",
            Self::Panic(_) => "panic",
        }
    }
}

/// A model with a worker for each thread.
pub struct Extractor {
    card: Card,
    precision: Precision,
    encoder: Encoder,
    decoder: Decoder,
    roster: Option<Roster>,
    repeated: Repeated,
    timings: Arc<Timings>,
    timeout: Option<Duration>,
    /// One for each thread of the pool. A thread only ever takes its own, so nothing waits here.
    workers: Vec<Mutex<Worker>>,
    pool: rayon::ThreadPool,
}

impl Extractor {
    /// Takes a loaded model; `threads` of 0 means one for each core.
    ///
    /// # Errors
    /// When threads or workers cannot be made.
    pub fn new(model: Model, threads: usize) -> Result<Self> {
        ensure!(threads <= MOST_THREADS, "found {threads} threads, expected at most {MOST_THREADS}");
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            // Each libtorch call runs on the thread that makes it.
            .start_handler(|_| tch::set_num_threads(1))
            .build()
            .context("cannot start the threads")?;
        let workers = (0..pool.current_num_threads()).map(|_| model.worker().map(Mutex::new)).collect::<Result<Vec<_>, ModelError>>()?;
        let decoder = Decoder::of(&model.card);
        Ok(Self {
            decoder,
            precision: model.precision,
            card: model.card,
            encoder: model.encoder,
            roster: None,
            repeated: Repeated::default(),
            timings: Arc::default(),
            timeout: None,
            workers,
            pool,
        })
    }

    /// The extractor with people it knows: their names, aliases and roles.
    #[must_use]
    pub fn with_roster(self, roster: Option<Roster>) -> Self {
        Self { roster, ..self }
    }

    /// The extractor, giving up a document that takes longer than `timeout`.
    #[must_use]
    pub fn with_timeout(self, timeout: Option<Duration>) -> Self {
        Self { timeout, ..self }
    }

    /// The model's card.
    #[must_use]
    pub fn card(&self) -> &Card {
        &self.card
    }

    /// Where the time of this extractor went.
    #[must_use]
    pub fn timings(&self) -> &Arc<Timings> {
        &self.timings
    }

    /// How many threads it works on.
    #[must_use]
    pub fn threads(&self) -> usize {
        self.workers.len()
    }

    /// What scores, as records say it; `threshold` is the check-worthiness from which on a sentence makes a claim.
    #[must_use]
    pub fn model_info(&self, threshold: f64) -> ModelInfo {
        ModelInfo {
            name: self.card.name.clone(),
            version: self.card.version.clone(),
            sha256: self.card.digest(),
            precision: self.precision.as_str().into(),
            kernel: self.precision.kernel().into(),
            thresholds: ThresholdInfo { check_worthiness: threshold },
        }
    }

    /// The entity labels mentions point to.
    #[must_use]
    pub fn entity_labels(&self) -> &[String] {
        self.decoder.entity_labels()
    }

    /// Runs `work` on the extractor's threads.
    pub fn install<R: Send>(&self, work: impl FnOnce() -> R + Send) -> R {
        self.pool.install(work)
    }

    /// The whole way of one document: split → encode → forward → decode → assemble. `threshold` is the
    /// check-worthiness from which on a sentence makes a claim.
    ///
    /// # Errors
    /// When the model fails on a sentence; gives the document back.
    pub fn annotate(&self, document: Document, threshold: f64) -> Result<Annotated, Box<Failed>> {
        if document.unread.is_some() {
            return Ok(unread(document));
        }
        let sentences = self.timings.time(Stage::Split, || sentences(&document));
        self.annotate_within(document, sentences, threshold)
    }

    /// [`Extractor::annotate`] within given sentences.
    ///
    /// # Errors
    /// As there.
    pub fn annotate_within(&self, document: Document, sentences: Vec<split::Sentence>, threshold: f64) -> Result<Annotated, Box<Failed>> {
        let starts = starts_of(&document);
        let spans: Vec<Span> = sentences.iter().map(|s| s.span).collect();
        let deadline = self.timeout.map(|timeout| (Instant::now(), timeout));
        let readings = match self.read_until(&document.text, &spans, deadline) {
            Ok(readings) => readings,
            Err(error) => return Err(Box::new(Failed { document, error })),
        };
        let coverage = coverage(&document.text, &sentences, &readings);
        let sentences: Vec<ReadSentence> = spans
            .into_iter()
            .zip(readings)
            .map(|(span, reading)| {
                let block =
                    starts.partition_point(|&s| s <= span.start).checked_sub(1).filter(|&b| document.blocks[b].span.end > span.start);
                ReadSentence { span, block, kind: block.map(|b| document.blocks[b].kind), reading }
            })
            .collect();
        let assembly =
            self.timings.time(Stage::Assemble, || assemble(&document, &sentences, self.entity_labels(), threshold, self.roster.as_ref()));
        Ok(Annotated { document, sentences, assembly, coverage })
    }

    /// [`Extractor::annotate`] for many documents, in parallel, and `make` of each; results stand in the order of the documents.
    /// Once they are `unwanted`, no further document is begun, and results end before the first that was not. A document on which the
    /// program panics is one that failed. `watch` is told
    /// the place of each document when it is begun (true) and when it is done (false).
    pub fn annotate_all<T: Send>(
        &self,
        documents: Vec<Document>,
        threshold: f64,
        make: &(impl Fn(Annotated) -> T + Sync),
        unwanted: &AtomicBool,
        watch: &(impl Fn(usize, bool) + Sync),
    ) -> Vec<Result<T, Box<Failed>>> {
        let one = |(place, document): (usize, Document)| {
            if unwanted.load(Ordering::Relaxed) {
                return None;
            }
            watch(place, true);
            // What a panic leaves behind is not looked at: the worker's memory is written anew for each pack.
            let (doc_id, source) = (document.doc_id.clone(), document.source.clone());
            let made = catch_unwind(AssertUnwindSafe(|| self.annotate(document, threshold).map(make)));
            watch(place, false);
            Some(made.unwrap_or_else(|cause| {
                let document = Document { doc_id, source, ..Document::default() };
                Err(Box::new(Failed { document, error: AnnotateError::Panic(words_of(cause.as_ref())) }))
            }))
        };
        let made: Vec<Option<_>> = self.install(|| documents.into_par_iter().enumerate().map(one).collect());
        made.into_iter().map_while(|made| made).collect()
    }

    /// What the model reads in each of `sentences`, spans of `text`. A sentence's reading depends on nothing else.
    ///
    /// # Errors
    /// When the model fails on one of them.
    pub fn read(&self, text: &str, sentences: &[Span]) -> Result<Vec<Reading>, ModelError> {
        self.read_until(text, sentences, None).map_err(|error| match error {
            AnnotateError::Model(error) => error,
            other => ModelError::Forward(other.to_string()),
        })
    }

    fn read_until(&self, text: &str, sentences: &[Span], deadline: Deadline) -> Result<Vec<Reading>, AnnotateError> {
        let mut readings: Vec<Option<Reading>> = sentences.iter().map(|span| self.repeated.get(text, *span)).collect();
        // Every sentence once, even where it stands here twice.
        let mut seen: HashMap<&str, Span> = HashMap::new();
        let unread = sentences.iter().zip(&readings).filter(|(_, known)| known.is_none()).map(|(span, _)| *span);
        let unread: Vec<Span> = unread.filter(|span| seen.insert(span.of(text), *span).is_none()).collect();
        let mut read: HashMap<&str, (Span, Reading)> = HashMap::new();
        for (span, reading) in unread.iter().zip(self.read_anew(text, &unread, deadline)?) {
            self.repeated.keep(text, *span, &reading);
            read.insert(span.of(text), (*span, reading));
        }
        for (span, reading) in sentences.iter().zip(&mut readings).filter(|(_, known)| known.is_none()) {
            *reading = read.get(span.of(text)).map(|(from, found)| found.moved(*from, *span));
        }
        Ok(readings.into_iter().flatten().collect())
    }

    fn read_anew(&self, text: &str, sentences: &[Span], deadline: Deadline) -> Result<Vec<Reading>, AnnotateError> {
        let encode = |span: &Span| Ok(self.timings.time(Stage::Encode, || self.encoder.encode(text, *span)).map_err(ModelError::from)?);
        let in_time = || match deadline {
            Some((begun, timeout)) if begun.elapsed() > timeout => Err(AnnotateError::Timeout(timeout)),
            _ => Ok(()),
        };
        self.install(|| {
            let encoded: Vec<Encoded> = sentences.par_iter().map(encode).collect::<Result<_, AnnotateError>>()?;
            let read = |pack| in_time().and_then(|()| Ok(self.read_pack(pack)?));
            let packs: Vec<Vec<Reading>> = packs(&encoded, tokens_of).into_par_iter().map(read).collect::<Result<_, AnnotateError>>()?;
            Ok(packs.into_iter().flatten().collect())
        })
    }

    fn read_pack(&self, sentences: &[Encoded]) -> Result<Vec<Reading>, ModelError> {
        let windows: Vec<&Window> = sentences.iter().flat_map(|s| &s.windows).collect();
        let own = rayon::current_thread_index().unwrap_or(0) % self.workers.len();
        let worker = self.workers[own].lock().unwrap_or_else(PoisonError::into_inner);
        let mut logits = self.timings.time(Stage::Forward, || worker.forward(&windows))?.into_iter();
        let decode = |s: &Encoded| self.decoder.read(s, logits.by_ref().take(s.windows.len()).collect());
        self.timings.time(Stage::Decode, || sentences.iter().map(decode).collect())
    }
}

/// When a document was begun, and how long it may take.
type Deadline = Option<(Instant, Duration)>;

/// A document that the model does not read.
fn unread(document: Document) -> Annotated {
    let chars = document.text.chars().count();
    let coverage = Coverage { chars, scored_chars: 0, windows: 0, truncated: chars };
    Annotated { document, sentences: Vec::new(), assembly: Assembly::default(), coverage }
}

/// What a panic says.
fn words_of(cause: &(dyn Any + Send)) -> String {
    let words = cause.downcast_ref::<&str>().copied().or_else(|| cause.downcast_ref::<String>().map(String::as_str));
    words.unwrap_or("it does not say why").to_owned()
}

fn tokens_of(sentence: &Encoded) -> usize {
    sentence.windows.iter().map(|w| w.ids.len()).sum()
}

/// A document's sentences; they end where its blocks do, and tile the text.
#[must_use]
pub fn sentences(document: &Document) -> Vec<split::Sentence> {
    cut_at(&document.text, split::split(&document.text), &starts_of(document))
}

fn starts_of(document: &Document) -> Vec<usize> {
    document.blocks.iter().map(|b| b.span.start).collect()
}

/// Sentences end where blocks do: a headline without a stop is one, whatever follows it.
fn cut_at(text: &str, sentences: Vec<split::Sentence>, starts: &[usize]) -> Vec<split::Sentence> {
    let mut out = Vec::with_capacity(sentences.len());
    for sentence in sentences {
        let mut rest = sentence.tile;
        let from = starts.partition_point(|&s| s <= sentence.span.start);
        for &start in starts[from..].iter().take_while(|&&s| s < sentence.span.end) {
            out.push(Span::new(rest.start, start));
            rest = Span::new(start, rest.end);
        }
        out.push(rest);
    }
    out.into_iter().map(|tile| split::Sentence { tile, span: tile.trimmed(text) }).collect()
}

/// Counts the characters of the sentences of which every byte that is not white space came back with scores.
fn coverage(text: &str, sentences: &[split::Sentence], readings: &[Reading]) -> Coverage {
    let chars = text.chars().count();
    let to_score = |span: &Span| span.of(text).chars().filter(|c| !c.is_whitespace()).map(char::len_utf8).sum::<usize>();
    let whole = sentences.iter().zip(readings).filter(|(s, r)| r.scored_bytes == to_score(&s.span));
    let scored_chars = whole.map(|(s, _)| s.tile.of(text).chars().count()).sum();
    let windows = readings.iter().map(|r| r.windows).sum();
    Coverage { chars, scored_chars, windows, truncated: chars - scored_chars }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_end_where_blocks_begin_and_still_tile() {
        let text = "A headline\nBy Ann\nText here.";
        let whole = split::Sentence { tile: Span::new(0, text.len()), span: Span::new(0, text.len()) };
        let cut = cut_at(text, vec![whole], &[0, 11, 18]);
        assert_eq!(cut.iter().map(|s| s.tile.of(text)).collect::<String>(), text);
        assert_eq!(cut.iter().map(|s| s.span.of(text)).collect::<Vec<_>>(), ["A headline", "By Ann", "Text here."]);
    }
}
