//! The file: opened, brought up to date, written to in whole transactions.
//!
//! SQLite with a write-ahead log, synchronised at every commit: what a call acknowledged is on the disk, and a process that is
//! killed leaves the last whole transaction. Writers take turns (`BEGIN IMMEDIATE`), readers never wait.

use std::path::Path;
use std::time::{Duration, Instant};

use rusqlite::{Connection, OpenFlags, OptionalExtension, TransactionBehavior};

use super::clock::Millis;
use super::error::QueueError;
use super::likeness::Features;
use super::priority::Priorities;

/// How long a writer waits for its turn.
pub const PATIENCE: Duration = Duration::from_secs(30);
/// Marks the file as ours: `clsq`.
const APPLICATION: i64 = 0x636c_7371;
/// What brings a queue of version n up to n + 1. Only ever appended to.
const MIGRATIONS: &[&str] = &[include_str!("schema/1.sql")];
/// Memory for pages, in KiB: indices of hashes are written all over.
const CACHE: i64 = 128 * 1024;
/// How many statements are kept ready.
const STATEMENTS: usize = 96;

const WEIGHTS: &str = "weights";
const FEATURES: &str = "features";

/// A queue of claims in a file.
#[derive(Debug)]
pub struct Queue {
    pub(super) db: Connection,
    pub(super) priorities: Priorities,
}

/// A queue inside one transaction: all of it is kept, or nothing.
pub(super) struct Desk<'q> {
    pub db: &'q Connection,
    pub priorities: &'q Priorities,
    /// Never before the last event: a clock that goes backwards brings no lease back.
    pub now: Millis,
}

impl Queue {
    /// Opens the queue in `path`, or makes one.
    ///
    /// # Errors
    /// When it cannot be opened, is no queue, or a newer program's.
    pub fn create(path: &Path) -> Result<Self, QueueError> {
        Self::with(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE, MIGRATIONS)
    }

    /// Opens the queue in `path`, which must be there.
    ///
    /// # Errors
    /// As [`Queue::create`], and [`QueueError::Missing`].
    pub fn open(path: &Path) -> Result<Self, QueueError> {
        if !path.exists() {
            return Err(QueueError::Missing);
        }
        Self::with(path, OpenFlags::SQLITE_OPEN_READ_WRITE, MIGRATIONS)
    }

    fn with(path: &Path, flags: OpenFlags, migrations: &[&str]) -> Result<Self, QueueError> {
        let mut db = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
        db.busy_timeout(PATIENCE)?;
        db.set_prepared_statement_cache_capacity(STATEMENTS);
        bring_up(&mut db, migrations)?;
        db.pragma_update(None, "synchronous", "FULL")?;
        db.pragma_update(None, "foreign_keys", true)?;
        db.pragma_update(None, "cache_size", -CACHE)?;
        let weights = meta(&db, WEIGHTS)?;
        let priorities = weights.map_or_else(|| Ok(Priorities::default()), |text| priorities(&text))?;
        let mut queue = Self { db, priorities };
        if meta(&queue.db, FEATURES)? != Some(Features::VERSION.to_string()) && !queue.is_read_only()? {
            queue.remake_features()?;
        }
        Ok(queue)
    }

    /// Whether it can only be read.
    pub(super) fn is_read_only(&self) -> Result<bool, QueueError> {
        Ok(self.db.is_readonly("main")?)
    }

    /// Does `work` in one transaction, as the only writer, after leases have run out and embargoes ended.
    pub(super) fn write<T>(&mut self, now: Millis, work: impl FnOnce(&Desk) -> Result<T, QueueError>) -> Result<T, QueueError> {
        let transaction = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let desk = Desk { db: &transaction, priorities: &self.priorities, now: not_before_the_last(&transaction, now)? };
        desk.settle()?;
        let done = work(&desk)?;
        transaction.commit()?;
        Ok(done)
    }

    /// The moment it is for this queue when the clock says `now`.
    pub(super) fn moment(&self, now: Millis) -> Result<Millis, QueueError> {
        not_before_the_last(&self.db, now)
    }

    /// The weights as they were given; nothing where they are the program's own.
    ///
    /// # Errors
    /// When the queue cannot be read.
    pub fn weights(&self) -> Result<Option<String>, QueueError> {
        meta(&self.db, WEIGHTS)
    }

    /// Takes other weights, from TOML with a table `[queue]`, and weighs every item anew. They are kept in the queue, so that all
    /// who work from it see one order.
    ///
    /// # Errors
    /// When they cannot be read, or not be stored.
    pub fn set_weights(&mut self, toml: &str, now: Millis) -> Result<(), QueueError> {
        self.priorities = priorities(toml)?;
        self.write(now, |desk| {
            set_meta(desk.db, WEIGHTS, toml)?;
            desk.weigh_all()
        })
    }

    fn remake_features(&mut self) -> Result<(), QueueError> {
        let transaction = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let desk = Desk { db: &transaction, priorities: &self.priorities, now: 0 };
        desk.remake_features()?;
        set_meta(&transaction, FEATURES, &Features::VERSION.to_string())?;
        Ok(transaction.commit()?)
    }

    /// Reads the whole file and says what is wrong with it: nothing, where all is well. Takes seconds for each gigabyte.
    ///
    /// # Errors
    /// When not even that can be told.
    pub fn damage(&self) -> Result<Vec<String>, QueueError> {
        let mut statement = self.db.prepare("PRAGMA integrity_check")?;
        let said = statement.query_map([], |row| row.get::<_, String>(0))?.collect::<Result<Vec<_>, _>>()?;
        Ok(said.into_iter().filter(|line| line != "ok").collect())
    }
}

fn priorities(toml: &str) -> Result<Priorities, QueueError> {
    #[derive(serde::Deserialize)]
    struct File {
        #[serde(default)]
        queue: Priorities,
    }
    let file: File = toml::from_str(toml).map_err(|e| QueueError::Weights(e.to_string()))?;
    file.queue.validate().map_err(|e| QueueError::Weights(e.to_string()))?;
    Ok(file.queue)
}

fn not_before_the_last(db: &Connection, now: Millis) -> Result<Millis, QueueError> {
    let last: Option<Millis> =
        db.prepare_cached("SELECT at FROM events ORDER BY id DESC LIMIT 1")?.query_row([], |r| r.get(0)).optional()?;
    Ok(last.map_or(now, |last| last.max(now)))
}

fn meta(db: &Connection, name: &str) -> Result<Option<String>, QueueError> {
    Ok(db.query_row("SELECT value FROM meta WHERE name = ?", [name], |row| row.get(0)).optional()?)
}

fn set_meta(db: &Connection, name: &str, value: &str) -> Result<(), QueueError> {
    db.execute("INSERT INTO meta VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value", [name, value])?;
    Ok(())
}

/// Makes the tables of a new file, or brings an older queue up to what this program knows.
fn bring_up(db: &mut Connection, migrations: &[&str]) -> Result<(), QueueError> {
    let known = i64::try_from(migrations.len()).unwrap_or(i64::MAX);
    let found = version(db)?;
    if found > known {
        return Err(QueueError::Newer { found, known });
    }
    let log: String = db.pragma_query_value(None, "journal_mode", |row| row.get(0))?;
    if found == known && log == "wal" {
        return Ok(());
    }
    if db.is_readonly("main")? {
        return Err(QueueError::ReadOnly);
    }
    keep_log(db)?;
    let transaction = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Another process may have done it meanwhile.
    let from = usize::try_from(version(&transaction)?).unwrap_or(0);
    for migration in migrations.iter().skip(from) {
        transaction.execute_batch(migration)?;
    }
    transaction.pragma_update(None, "application_id", APPLICATION)?;
    transaction.pragma_update(None, "user_version", known.max(version(&transaction)?))?;
    Ok(transaction.commit()?)
}

/// The version of a queue; 0 for an empty file.
fn version(db: &Connection) -> Result<i64, QueueError> {
    let number = |name| db.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    let tables: i64 = db.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    if tables > 0 && number("application_id")? != APPLICATION {
        return Err(QueueError::Foreign);
    }
    Ok(number("user_version")?)
}

/// Switches the write-ahead log on. SQLite does not wait for others here, so we do.
fn keep_log(db: &Connection) -> Result<(), QueueError> {
    let started = Instant::now();
    loop {
        match db.pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get::<_, String>(0)).map_err(QueueError::from) {
            Ok(_) => return Ok(()),
            Err(QueueError::Busy) if started.elapsed() < PATIENCE => std::thread::sleep(Duration::from_millis(20)),
            Err(error) => return Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_older_queue_is_brought_up_and_a_newer_one_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("q.db");
        drop(Queue::create(&path).unwrap());
        let further = [MIGRATIONS[0], "ALTER TABLE items ADD COLUMN desk TEXT; UPDATE items SET desk = 'politics';"];
        let write = OpenFlags::SQLITE_OPEN_READ_WRITE;
        let queue = Queue::with(&path, write, &further).unwrap();
        assert_eq!(version(&queue.db).unwrap(), 2);
        queue.db.prepare("SELECT desk FROM items").unwrap();
        drop(queue);
        drop(Queue::with(&path, write, &further).unwrap());
        assert!(matches!(Queue::open(&path), Err(QueueError::Newer { found: 2, known: 1 })));
    }

    #[test]
    fn a_migration_that_fails_changes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("q.db");
        drop(Queue::create(&path).unwrap());
        let broken = [MIGRATIONS[0], "ALTER TABLE items ADD COLUMN desk TEXT; SELECT nonsense;"];
        assert!(Queue::with(&path, OpenFlags::SQLITE_OPEN_READ_WRITE, &broken).is_err());
        let queue = Queue::open(&path).unwrap();
        assert!(queue.db.prepare("SELECT desk FROM items").is_err(), "the half-done migration is gone");
    }

    #[test]
    fn what_is_no_queue_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("q.db");
        assert!(matches!(Queue::open(&path), Err(QueueError::Missing)));
        std::fs::write(&path, "this is a letter to the editor, and a long one, of which no database could be made".repeat(9)).unwrap();
        assert!(matches!(Queue::create(&path), Err(QueueError::Damaged(_))));
        let other = folder.path().join("other.db");
        Connection::open(&other).unwrap().execute_batch("CREATE TABLE songs (name TEXT)").unwrap();
        assert!(matches!(Queue::create(&other), Err(QueueError::Foreign)));
    }

    #[test]
    fn several_may_make_one_queue_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("q.db");
        std::thread::scope(|scope| {
            let made: Vec<_> = (0..8).map(|_| scope.spawn(|| Queue::create(&path).map(|_| ()))).collect();
            made.into_iter().for_each(|m| m.join().unwrap().unwrap());
        });
    }
}
