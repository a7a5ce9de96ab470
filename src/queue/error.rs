//! Why the queue could not do what it was asked.

use rusqlite::ErrorCode;

use super::states::State;

/// Why the queue could not do what it was asked. Nothing was changed, unless the message says otherwise.
#[derive(Debug, thiserror::Error)]
pub enum QueueError {
    /// There is no file.
    #[error("there is no queue; `claimsift queue add` makes one")]
    Missing,
    /// There is a file, with nothing in it.
    #[error("the file is empty: it is no queue; `claimsift queue add` makes one of it")]
    Empty,
    /// The folder it would stand in is not there.
    #[error("there is no folder {0}")]
    NoFolder(String),
    /// It cannot be opened: a folder stands there, or it may not be read.
    #[error("it cannot be opened: expected a file that may be read")]
    NotOpened(#[source] rusqlite::Error),
    /// It is a database, but somebody else's.
    #[error("this is a database of another program, not a queue of claimsift")]
    Foreign,
    /// A newer program made it.
    #[error("this queue is of version {found}, this program knows versions up to {known}: use the newer claimsift that made it")]
    Newer {
        /// The queue's version.
        found: i64,
        /// The newest this program knows.
        known: i64,
    },
    /// It may not be written to.
    #[error("the queue may not be written to: file or folder are read-only, nothing was changed")]
    ReadOnly,
    /// No space is left.
    #[error("the disk is full: what was not yet acknowledged was not kept, all before it was")]
    Full,
    /// The system could not read or write the file.
    #[error("the file could not be read or written: what was not yet acknowledged was not kept, all before it was")]
    Disk(#[source] rusqlite::Error),
    /// Somebody else has been writing for too long.
    #[error("another process has been writing for {} s without a pause: try again", super::store::PATIENCE.as_secs())]
    Busy,
    /// It is no database, or parts of it cannot be read.
    #[error("the file is damaged or no database: keep it, restore a copy, and add the records again (what is there twice is passed over)")]
    Damaged(#[source] rusqlite::Error),
    /// Anything else that the database says.
    #[error("the database failed")]
    Database(#[source] rusqlite::Error),
    /// What stands in it cannot be read.
    #[error("{what} in the queue cannot be read: {reason}")]
    Content {
        /// What it is.
        what: &'static str,
        /// Why.
        reason: String,
    },
    /// No item has this number, and no occurrence this id.
    #[error("no item {0}")]
    NoItem(String),
    /// The item is part of another now.
    #[error("item {item} is part of item {into} now")]
    Merged {
        /// The item.
        item: i64,
        /// Where its occurrences are.
        into: i64,
    },
    /// It may not go from this state to that one.
    #[error("item {item} is {}: {wanted} needs one that is {needed}", .state.as_str())]
    NotFrom {
        /// The item.
        item: i64,
        /// Its state.
        state: State,
        /// What was asked.
        wanted: &'static str,
        /// The states it could be done from.
        needed: String,
    },
    /// Somebody else has it.
    #[error("item {item} is with {holder}; --force takes it over")]
    Held {
        /// The item.
        item: i64,
        /// Who has it.
        holder: String,
    },
    /// The lease that was named is over, or another's.
    #[error("lease {lease} of item {item} is over{}; --force does it all the same", .now.map_or_else(String::new, |now| format!(", lease {now} holds it")))]
    Stale {
        /// The item.
        item: i64,
        /// The lease that was named.
        lease: i64,
        /// The lease by which somebody has the item.
        now: Option<i64>,
    },
    /// The last change is somebody else's.
    #[error("item {item}: its last change, {change}, is {who}'s; --force takes it back")]
    NotYours {
        /// The item.
        item: i64,
        /// What was done.
        change: &'static str,
        /// Who did it.
        who: String,
    },
    /// There is no change, or none that can be taken back.
    #[error("item {item}: nothing to undo: {why}")]
    NothingToUndo {
        /// The item.
        item: i64,
        /// Why not.
        why: String,
    },
    /// Items that cannot be merged, or occurrences that cannot be split off.
    #[error("{0}")]
    Refused(String),
    /// What was given cannot be used.
    #[error("found {found} as {what}, expected {expected}")]
    Invalid {
        /// What it was given as.
        what: &'static str,
        /// What was given.
        found: String,
        /// What it should have been.
        expected: &'static str,
    },
    /// The weights are not what they should be.
    #[error("the weights cannot be used: {0}")]
    Weights(String),
}

impl From<rusqlite::Error> for QueueError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::CannotOpen) => Self::NotOpened(error),
            Some(ErrorCode::ReadOnly) => Self::ReadOnly,
            Some(ErrorCode::DiskFull) => Self::Full,
            Some(ErrorCode::SystemIoFailure) => Self::Disk(error),
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy,
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Self::Damaged(error),
            _ => Self::Database(error),
        }
    }
}

impl QueueError {
    /// Something stored that cannot be read back.
    pub(super) fn content(what: &'static str, reason: impl std::fmt::Display) -> Self {
        Self::Content { what, reason: reason.to_string() }
    }
}
