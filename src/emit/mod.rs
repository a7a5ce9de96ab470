//! Records out: lines to standard output, or files that appear whole or not at all.
//!
//! 1. [`Sink`]: lines, one run
//! 2. [`Output`] (with `plan`, `packing`, `tables`): the files of a run that may be killed and go on

mod output;
mod packing;
mod plan;
mod sink;
mod tables;

use std::io;
use std::path::Path;

use serde::Serialize;

pub use output::Output;
pub use plan::{Plan, Position};
pub use sink::Sink;

/// Why a line could not be written.
#[derive(Debug, thiserror::Error)]
pub enum EmitError {
    /// Whoever reads the output has closed it: no failure, but nothing more to do.
    #[error("the reader of the output has gone")]
    Closed,
    /// The output cannot be written.
    #[error("cannot write {target} (what was written so far was {kept})")]
    Write {
        /// The file, or standard output.
        target: String,
        /// What became of the lines before.
        kept: &'static str,
        /// What the system said.
        source: io::Error,
    },
}

/// `value` as one line of JSON, with its end: so that threads can make lines and one writes them.
///
/// # Errors
/// When the value cannot be JSON.
pub fn line(value: &impl Serialize) -> io::Result<Vec<u8>> {
    let mut bytes = serde_json::to_vec(value)?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// Writes a file that appears whole or not at all; `-` is standard output.
///
/// # Errors
/// As [`Sink::file`] and [`Sink::line`].
pub fn write_whole(path: &Path, content: &[u8]) -> Result<(), EmitError> {
    let mut sink = if path == Path::new("-") { Sink::stdout() } else { Sink::file(path)? };
    sink.bytes(content)?;
    sink.finish()
}
