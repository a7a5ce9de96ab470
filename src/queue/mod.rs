//! A queue of claims that remembers: each claim once, however many outlets carry it, handed to one desk at a time.
//!
//! 1. `adding`: records → occurrences of claims (`versions`: articles that change, are withdrawn or repeated; `again`: claims that come back)
//! 2. `clusters`: occurrences that say the same ([`likeness`]) → one item; by hand, too
//! 3. `checked`: items that a published check ([`checks`]) says something of
//! 4. `facts`: what the occurrences of an item come to (`tally`), and what that is worth ([`priority`])
//! 5. `items`, in order (`listing`); `moves`: items handed out, begun, done, dropped, and all of it undone (`states`, `events`)
//! 6. `export`, `gold`, `announcing` ([`webhook`]): items for others; `report`: how well it all served
//!
//! `store` is the file: SQLite, every call one transaction. Nothing in here reads the clock: `now` is an argument, in
//! [milliseconds](Millis).

mod adding;
mod again;
mod announcing;
mod checked;
pub mod checks;
mod clock;
mod clusters;
mod error;
mod events;
mod export;
mod facts;
mod gold;
mod items;
pub mod likeness;
mod listing;
mod moves;
pub mod priority;
mod report;
mod states;
mod store;
mod tally;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod trials;
mod versions;
pub mod webhook;

pub use adding::{AddOptions, Added};
pub use checked::Imported;
pub use clock::{HOUR, MINUTE, Millis, moment, shown};
pub use error::QueueError;
pub use events::{Event, Kind};
pub use export::{ExportError, ExportFormat, Exported};
pub use items::{Appearance, ITEM_SCHEMA, Item, PublishedCheck, Speaker};
pub use listing::ListOptions;
pub use moves::{By, Step, Verdict};
pub use report::{BUDGET, Report, Share, Stats};
pub use states::{Reason, State};
pub use store::Queue;
