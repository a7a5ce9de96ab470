//! Where the time goes: seconds of each stage, summed over threads.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

/// A stage of the way; see [`crate::pipeline`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Files to documents.
    Ingest,
    /// Text to sentences.
    Split,
    /// Sentences to token ids.
    Encode,
    /// Token ids to logits.
    Forward,
    /// Logits to mentions.
    Decode,
    /// Mentions to entities, attributions and claims.
    Assemble,
    /// All of it to lines of output.
    Emit,
}

impl Stage {
    /// All, in the order the data takes.
    pub const ALL: [Self; 7] = [Self::Ingest, Self::Split, Self::Encode, Self::Forward, Self::Decode, Self::Assemble, Self::Emit];

    /// Its name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ingest => "ingest",
            Self::Split => "split",
            Self::Encode => "encode",
            Self::Forward => "forward",
            Self::Decode => "decode",
            Self::Assemble => "assemble",
            Self::Emit => "emit",
        }
    }
}

/// A clock for each stage. Threads share it without waiting for one another.
#[derive(Debug, Default)]
pub struct Timings([AtomicU64; Stage::ALL.len()]);

impl Timings {
    /// Does `work`, and counts the time to `stage`.
    pub fn time<R>(&self, stage: Stage, work: impl FnOnce() -> R) -> R {
        let started = Instant::now();
        let done = work();
        let nanoseconds = u64::try_from(started.elapsed().as_nanos()).unwrap_or(u64::MAX);
        self.0[stage as usize].fetch_add(nanoseconds, Ordering::Relaxed);
        done
    }

    /// Seconds of a stage so far.
    #[must_use]
    pub fn seconds(&self, stage: Stage) -> f64 {
        self.0[stage as usize].load(Ordering::Relaxed) as f64 / 1e9
    }

    /// A line for each stage: seconds, share, microseconds a sentence.
    #[must_use]
    pub fn table(&self, sentences: usize) -> String {
        let all: f64 = Stage::ALL.iter().map(|&stage| self.seconds(stage)).sum();
        let line = |&stage: &Stage| {
            let seconds = self.seconds(stage);
            let share = if all > 0.0 { 100.0 * seconds / all } else { 0.0 };
            let each = if sentences > 0 { format!("{:.0}", 1e6 * seconds / sentences as f64) } else { "–".to_owned() };
            format!("{:<10}{seconds:>10.3} s{share:>8.1} %{each:>10} µs a sentence", stage.as_str())
        };
        Stage::ALL.iter().map(line).collect::<Vec<_>>().join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_stage_has_its_own_clock() {
        let timings = Timings::default();
        let found = timings.time(Stage::Split, || {
            std::thread::sleep(std::time::Duration::from_millis(5));
            7
        });
        assert_eq!(found, 7);
        assert!(timings.seconds(Stage::Split) >= 0.005);
        assert_eq!(timings.seconds(Stage::Forward), 0.0);
        let table = timings.table(2);
        assert_eq!(table.lines().count(), Stage::ALL.len());
        assert!(table.lines().any(|line| line.starts_with("split") && line.contains("100.0 %")), "{table}");
    }
}
