//! What a run came to, for people and for programs.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::made::Made;
use super::{Outcome, counted, say};
use crate::pretty;
use crate::record::{ClaimSpan, ModelInfo};
use crate::screen::LeftOut;

/// The schema of [`Summary`].
const SCHEMA: &str = "claimsift/summary/1";

/// Counts of a run; one that goes on after a stop goes on counting.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub(super) struct Tally {
    /// Documents with a record.
    pub documents: u64,
    /// Of these, so many that the model did not read: other languages, duplicates.
    #[serde(default)]
    pub unread: u64,
    pub sentences: u64,
    pub claims: u64,
    /// Documents that failed.
    pub failed: u64,
    /// What failed them: how many.
    #[serde(default)]
    pub failures: BTreeMap<String, u64>,
    /// Items of the input that hold nothing to read, such as pictures.
    #[serde(default)]
    pub skipped: u64,
    /// Documents left out as was asked: other languages with `--other-languages skip`.
    #[serde(default)]
    pub left_out: u64,
    /// Documents left out because they were published before `--since`.
    #[serde(default)]
    pub too_old: u64,
    /// Bytes of the input that are behind.
    #[serde(default)]
    pub bytes: u64,
}

impl Tally {
    pub fn add(&mut self, made: &Made) {
        self.documents += 1;
        self.unread += u64::from(!made.read);
        self.sentences += made.sentences as u64;
        self.claims += made.claims.len() as u64;
    }

    /// How many were left out for this.
    pub fn left_out_for(&mut self, why: LeftOut) -> &mut u64 {
        match why {
            LeftOut::TooOld => &mut self.too_old,
            LeftOut::OtherLanguage => &mut self.left_out,
        }
    }

    pub fn fail(&mut self, kind: &str) {
        self.failed += 1;
        *self.failures.entry(kind.to_owned()).or_default() += 1;
    }

    /// How a run with these counts ended.
    pub fn outcome(&self) -> Outcome {
        if self.failed > 0 { Outcome::SomeFailed } else { Outcome::Good }
    }

    /// A line for people.
    pub fn line(&self, elapsed: Duration, output: Option<&Path>) -> String {
        let Self { documents, sentences, claims, .. } = self;
        let some = |count: u64, what: &str| if count > 0 { format!(", {count} {what}") } else { String::new() };
        let (failed, unread) = (some(self.failed, "failed"), some(self.unread, "not read (duplicates, other languages)"));
        let (skipped, left_out) = (some(self.skipped, "skipped"), some(self.left_out + self.too_old, "left out"));
        let output = output.map_or_else(String::new, |path| format!("; records in {}", path.display()));
        let seconds = elapsed.as_secs_f64();
        let (documents, sentences, claims) = (counted(*documents, "document"), counted(*sentences, "sentence"), counted(*claims, "claim"));
        format!("{documents}, {sentences}, {claims}{unread}{skipped}{left_out}{failed}, {seconds:.1} s{output}")
    }
}

/// The run, for programs (`--summary`).
#[derive(Clone, Serialize)]
pub(super) struct Summary<'r> {
    schema: &'static str,
    #[serde(flatten)]
    tally: &'r Tally,
    /// Seconds of this process; a run that went on took longer.
    seconds: f64,
    /// Of this process.
    sentences_per_second: f64,
    /// Whether it went on after a stop.
    resumed: bool,
    /// Whether it came to its end.
    complete: bool,
    output: Option<String>,
    errors: Option<String>,
    model: &'r ModelInfo,
}

impl<'r> Summary<'r> {
    /// `before` is what had been counted when this process began.
    pub fn new(tally: &'r Tally, before: &Tally, elapsed: Duration, complete: bool, model: &'r ModelInfo) -> Self {
        let seconds = elapsed.as_secs_f64();
        let sentences = tally.sentences.saturating_sub(before.sentences) as f64;
        Self {
            schema: SCHEMA,
            tally,
            seconds: (seconds * 1000.0).round() / 1000.0,
            sentences_per_second: if seconds > 0.0 { (sentences / seconds).round() } else { 0.0 },
            resumed: before != &Tally::default(),
            complete,
            output: None,
            errors: None,
            model,
        }
    }

    /// Where things were written.
    pub fn with_files(&self, output: Option<&Path>, errors: Option<&Path>) -> Self {
        let shown = |path: Option<&Path>| path.map(|p| p.display().to_string());
        Self { output: shown(output), errors: shown(errors), ..self.clone() }
    }
}

/// The claims most worth checking so far.
pub(super) struct Top {
    most: usize,
    claims: Vec<(String, ClaimSpan)>,
}

impl Top {
    pub fn new(most: usize) -> Self {
        Self { most, claims: Vec::new() }
    }

    pub fn add(&mut self, made: &Made) {
        if self.most == 0 {
            return;
        }
        self.claims.extend(made.claims.iter().map(|c| (made.doc_id.clone(), c.clone())));
        // A stable sort: of equal scores the one that came first stays first.
        self.claims.sort_by(|a, b| b.1.check_worthiness.total_cmp(&a.1.check_worthiness));
        self.claims.truncate(self.most);
    }

    pub fn show(&self) {
        if !self.claims.is_empty() {
            say("\nMost worth checking:");
        }
        for (doc_id, claim) in &self.claims {
            let who = pretty::claimed_by(claim);
            let words: Vec<&str> = claim.span.text.split_whitespace().collect();
            say(&pretty::shown(&format!("  {:.2}  {}", claim.check_worthiness, words.join(" "))));
            say(&pretty::shown(&format!("        {who}, in {doc_id}")));
        }
        if !self.claims.is_empty() {
            say("");
        }
    }
}
