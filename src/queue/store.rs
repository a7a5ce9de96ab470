//! The file: opened, brought up to date, written to in whole transactions.
//!
//! SQLite with a write-ahead log, synchronised at every commit: what a call acknowledged is on the disk, and a process that is
//! killed leaves the last whole transaction. Writers take turns (`BEGIN IMMEDIATE`), readers never wait.

use std::path::Path;
use std::time::{Duration, Instant};

use rusqlite::{Connection, OpenFlags, OptionalExtension, TransactionBehavior};

use super::clock::{HOUR, Millis};
use super::error::QueueError;
use super::likeness::Features;
use super::priority::Priorities;

/// How long a writer waits for its turn.
pub const PATIENCE: Duration = Duration::from_secs(30);
/// A clock that is so much earlier than the last event was not turned back: the event was written by one that was ahead.
pub(super) const AHEAD: Millis = 24 * HOUR;
/// Marks the file as ours: `clsq`.
const APPLICATION: i64 = 0x636c_7371;
/// What brings a queue of version n up to n + 1. Only ever appended to.
const MIGRATIONS: &[&str] = &[include_str!("schema/1.sql"), include_str!("schema/2.sql"), include_str!("schema/3.sql")];
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
    /// The weights they were read from, as the queue keeps them.
    given: Option<String>,
}

/// A queue inside one transaction: all of it is kept, or nothing.
pub(super) struct Desk<'q> {
    pub db: &'q Connection,
    pub priorities: &'q Priorities,
    /// When things happen: the clock, but not before the last event, unless that was written by a clock far ahead. A clock that is
    /// turned back a little brings no lease back.
    pub now: Millis,
    /// What the clock says. Embargoes are judged by it alone: a last event from ahead of it must let nothing out.
    pub clock: Millis,
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
    /// As [`Queue::create`], [`QueueError::Missing`], and [`QueueError::Empty`].
    pub fn open(path: &Path) -> Result<Self, QueueError> {
        if !path.exists() {
            return Err(QueueError::Missing);
        }
        Self::with(path, OpenFlags::SQLITE_OPEN_READ_WRITE, MIGRATIONS)
    }

    fn with(path: &Path, flags: OpenFlags, migrations: &[&str]) -> Result<Self, QueueError> {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        if !folder.is_dir() {
            return Err(QueueError::NoFolder(folder.display().to_string()));
        }
        let mut db = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
        db.busy_timeout(PATIENCE)?;
        db.set_prepared_statement_cache_capacity(STATEMENTS);
        if !flags.contains(OpenFlags::SQLITE_OPEN_CREATE) && tables(&db)? == 0 {
            return Err(QueueError::Empty);
        }
        bring_up(&mut db, migrations)?;
        db.pragma_update(None, "synchronous", "FULL")?;
        db.pragma_update(None, "foreign_keys", true)?;
        db.pragma_update(None, "cache_size", -CACHE)?;
        let given = meta(&db, WEIGHTS)?;
        let mut queue = Self { priorities: weights_or_own(given.as_deref())?, given, db };
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
        // Somebody else may have given other weights since.
        let given = meta(&transaction, WEIGHTS)?;
        if given != self.given {
            self.priorities = weights_or_own(given.as_deref())?;
            self.given = given;
        }
        let desk = Desk { db: &transaction, priorities: &self.priorities, now: not_before_the_last(&transaction, now)?, clock: now };
        desk.settle()?;
        let done = work(&desk)?;
        transaction.commit()?;
        Ok(done)
    }

    /// The moment at which somebody who only reads looks: what the clock says, so that nothing under embargo is seen before its time.
    pub(super) fn moment(&self, now: Millis) -> Result<Millis, QueueError> {
        Ok(now)
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
        let new = priorities(toml)?;
        self.write(now, |desk| {
            set_meta(desk.db, WEIGHTS, toml)?;
            // Who speaks for an item depends on who is wanted.
            let is_anyone_else = (&desk.priorities.allow, &desk.priorities.deny) != (&new.allow, &new.deny);
            let desk = Desk { priorities: &new, ..*desk };
            if is_anyone_else { desk.recount_all() } else { desk.weigh_all() }
        })?;
        (self.priorities, self.given) = (new, Some(toml.to_owned()));
        Ok(())
    }

    fn remake_features(&mut self) -> Result<(), QueueError> {
        let transaction = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let desk = Desk { db: &transaction, priorities: &self.priorities, now: 0, clock: 0 };
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

/// The weights of a text, or the program's own.
fn weights_or_own(given: Option<&str>) -> Result<Priorities, QueueError> {
    given.map_or_else(|| Ok(Priorities::default()), priorities)
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
    Ok(last.filter(|last| (now..=now.saturating_add(AHEAD)).contains(last)).unwrap_or(now))
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
    // A table that others refer to may be made anew; it is switched on again when the queue is open.
    db.pragma_update(None, "foreign_keys", false)?;
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
    if tables(db)? > 0 && number("application_id")? != APPLICATION {
        return Err(QueueError::Foreign);
    }
    Ok(number("user_version")?)
}

fn tables(db: &Connection) -> Result<i64, QueueError> {
    Ok(db.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?)
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
        let further = [MIGRATIONS, &["ALTER TABLE items ADD COLUMN desk TEXT; UPDATE items SET desk = 'politics';"]].concat();
        let write = OpenFlags::SQLITE_OPEN_READ_WRITE;
        let queue = Queue::with(&path, write, &further).unwrap();
        assert_eq!(version(&queue.db).unwrap(), 4);
        queue.db.prepare("SELECT desk FROM items").unwrap();
        drop(queue);
        drop(Queue::with(&path, write, &further).unwrap());
        assert!(matches!(Queue::open(&path), Err(QueueError::Newer { found: 4, known: 3 })));
    }

    #[test]
    fn a_queue_of_the_first_version_keeps_its_articles_and_leases() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("q.db");
        let write = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
        let old = Queue::with(&path, write, &MIGRATIONS[..1]).unwrap();
        old.db
            .execute_batch(
                "INSERT INTO models VALUES (1, 'm', '1', '');
                 INSERT INTO documents VALUES (1, 'a', '1', 'x', 'g', 'Post', NULL, NULL, NULL, NULL, NULL, NULL, 500, '[]', NULL, 'current', 1, 7, x'00');
                 INSERT INTO items (id, state, score, facts, sampled, announced, added, assignee, lease_until)
                   VALUES (1, 'assigned', 0, '{}', 0, 1, 7, 'ann', 900);
                 INSERT INTO occurrences (id, claim_id, document, item, state, key, text, mode, stance, check_worthiness, types, quoted, has_amount, added)
                   VALUES (1, 'c-1', 1, 1, 'live', 'k', 't', 'author', 'affirm', 0.5, '', 0, 0, 7);
                 INSERT INTO events (id, item, at, actor, kind, before) VALUES (4, 1, 7, 'ann', 'leased', '{\"state\":\"new\"}');",
            )
            .unwrap();
        drop(old);
        let queue = Queue::open(&path).unwrap();
        let row = |sql: &str| queue.db.query_row(sql, [], |r| Ok((r.get::<_, i64>(0)?, r.get::<_, i64>(1)?))).unwrap();
        assert_eq!(row("SELECT embargo, waits FROM documents WHERE doc_id = 'a' AND state = 'current'"), (500, 0));
        assert_eq!(row("SELECT lease_id, opened FROM items"), (4, 500));
        assert!(!queue.db.prepare("PRAGMA foreign_key_check").unwrap().exists([]).unwrap(), "every reference still leads somewhere");
        assert!(queue.db.execute("DELETE FROM documents", []).is_err(), "and is kept");
        assert_eq!(queue.damage().unwrap(), Vec::<String>::new());
    }

    #[test]
    fn a_folder_that_is_not_there_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let error = Queue::create(&folder.path().join("nowhere/q.db")).unwrap_err().to_string();
        assert!(error.contains("nowhere") && error.contains("no folder"), "{error}");
        let error = Queue::create(folder.path()).unwrap_err().to_string();
        assert!(error.contains("cannot be opened"), "{error}");
    }

    #[test]
    fn a_migration_that_fails_changes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("q.db");
        drop(Queue::create(&path).unwrap());
        let broken = [MIGRATIONS, &["ALTER TABLE items ADD COLUMN desk TEXT; SELECT nonsense;"]].concat();
        assert!(Queue::with(&path, OpenFlags::SQLITE_OPEN_READ_WRITE, &broken).is_err());
        let queue = Queue::open(&path).unwrap();
        assert!(queue.db.prepare("SELECT desk FROM items").is_err(), "the half-done migration is gone");
    }

    #[test]
    fn what_is_no_queue_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("q.db");
        assert!(matches!(Queue::open(&path), Err(QueueError::Missing)));
        std::fs::write(&path, "").unwrap();
        assert!(matches!(Queue::open(&path), Err(QueueError::Empty)));
        assert_eq!(std::fs::read(&path).unwrap(), b"", "and nothing is made of it");
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
