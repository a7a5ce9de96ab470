//! What becomes of a run that a document hangs.

use std::sync::Arc;
use std::time::Duration;

use crate::cli::writing::{self, SharedJournal};
use crate::cli::{guard, say};

/// The exit status of a run that a document hung.
pub(in crate::cli) const HUNG: u8 = 4;

/// How often it is looked whether a document hangs.
const LOOK: Duration = Duration::from_millis(200);

/// A document is given up by the threads that work on it. One on which they hang ends the program: its journal says not to read it again.
pub(super) fn watch(timeout: Duration, journal: &SharedJournal) {
    let limit = timeout * 2 + Duration::from_secs(1);
    let journal = Arc::clone(journal);
    std::thread::spawn(move || {
        loop {
            std::thread::sleep(LOOK);
            if let Some((item, reading)) = guard::overdue(limit) {
                let noted = writing::lock(&journal).poison(item, &format!("it took more than {limit:?}"), reading);
                say(&format!("claimsift: document {} of the input hangs; the same command with --resume goes on without it", item + 1));
                if let Err(error) = noted {
                    say(&format!("claimsift: {error:#}"));
                }
                guard::end(HUNG);
            }
        }
    });
}
