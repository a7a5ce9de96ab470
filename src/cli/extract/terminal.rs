//! What a terminal shows during a run: pages, and how far the run is.

use std::io::Write;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use crate::emit::EmitError;

/// How often the bar moves while nothing is done.
const TICK: Duration = Duration::from_millis(200);

/// Writes a page to standard output, with colours where that is a terminal.
pub(super) fn show(page: &str) -> Result<(), EmitError> {
    let mut stdout = anstream::stdout().lock();
    match writeln!(stdout, "{page}").and_then(|()| stdout.flush()) {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Err(EmitError::Closed),
        Err(source) => Err(EmitError::Write { target: "standard output".into(), kept: "passed on", source }),
        Ok(()) => Ok(()),
    }
}

/// A bar over the bytes of the input; where nobody knows how many there are, a count of them.
pub(super) fn progress(total: Option<u64>) -> ProgressBar {
    let bar = match total {
        Some(bytes) => ProgressBar::new(bytes),
        None => ProgressBar::new_spinner(),
    };
    let template = if total.is_some() {
        "{bar:30} {bytes}/{total_bytes}  {bytes_per_sec}  {eta} left  {msg}"
    } else {
        "{spinner} {bytes}  {bytes_per_sec}  {msg}"
    };
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar.enable_steady_tick(TICK);
    bar
}
