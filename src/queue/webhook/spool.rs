//! Events on disk: those that wait, and beside them those that the receiver did not want.

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use super::WebhookError;

/// Lines of JSON in a file, and the files beside it.
pub(super) struct Spool {
    path: PathBuf,
}

impl Spool {
    pub(super) fn new(path: &Path) -> Self {
        Self { path: path.to_owned() }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// The lock that keeps two processes from sending one spool; let go when dropped.
    pub(super) fn locked(&self) -> Result<File, WebhookError> {
        let open = || {
            let file = OpenOptions::new().create(true).append(true).open(self.beside(".lock"))?;
            file.lock()?;
            Ok(file)
        };
        open().map_err(|source| self.broken(source))
    }

    /// The events that wait, in order.
    pub(super) fn waiting(&self) -> Result<Vec<String>, WebhookError> {
        self.lines(&self.path)
    }

    /// The events the receiver did not want, in order.
    pub(super) fn refused(&self) -> Result<Vec<String>, WebhookError> {
        self.lines(&self.beside(".refused"))
    }

    /// Adds an event, and returns when it is on disk.
    pub(super) fn wait(&self, event: &str) -> Result<(), WebhookError> {
        append(&self.path, event).map_err(|source| self.broken(source))
    }

    /// Puts an event aside, and returns when it is on disk.
    pub(super) fn put_aside(&self, event: &str) -> Result<(), WebhookError> {
        append(&self.beside(".refused"), event).map_err(|source| self.broken(source))
    }

    /// Replaces the events that wait, all or none.
    pub(super) fn replace(&self, events: &[String]) -> Result<(), WebhookError> {
        rewrite(&self.path, events).map_err(|source| self.broken(source))
    }

    /// Replaces the events put aside, all or none.
    pub(super) fn replace_refused(&self, events: &[String]) -> Result<(), WebhookError> {
        rewrite(&self.beside(".refused"), events).map_err(|source| self.broken(source))
    }

    fn lines(&self, path: &Path) -> Result<Vec<String>, WebhookError> {
        match std::fs::read(path) {
            Ok(bytes) => Ok(String::from_utf8_lossy(&bytes).lines().filter(|l| !l.trim().is_empty()).map(str::to_owned).collect()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
            Err(error) => Err(self.broken(error)),
        }
    }

    /// The spool's name with an ending.
    fn beside(&self, ending: &str) -> PathBuf {
        let mut name = self.path.clone().into_os_string();
        name.push(ending);
        name.into()
    }

    fn broken(&self, source: io::Error) -> WebhookError {
        WebhookError::Spool { path: self.path.clone(), source }
    }
}

/// Adds a line to a file, and returns when it is on disk.
fn append(path: &Path, line: &str) -> io::Result<()> {
    let mut file = OpenOptions::new().create(true).read(true).append(true).open(path)?;
    // a line that a kill tore off must not swallow this one
    let mut last = [b'\n'];
    if file.seek(SeekFrom::End(0))? > 0 {
        file.seek(SeekFrom::End(-1))?;
        file.read_exact(&mut last)?;
    }
    let start = if last == [b'\n'] { "" } else { "\n" };
    file.write_all(format!("{start}{line}\n").as_bytes())?;
    file.sync_all()?;
    sync_folder(path)
}

/// Replaces a file, whole or not at all.
fn rewrite(path: &Path, lines: &[String]) -> io::Result<()> {
    let mut file = tempfile::NamedTempFile::new_in(folder(path))?;
    for line in lines {
        writeln!(file, "{line}")?;
    }
    file.as_file().sync_all()?;
    file.persist(path).map_err(|e| e.error)?;
    sync_folder(path)
}

fn folder(path: &Path) -> &Path {
    path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// A new name is on disk only with its folder.
fn sync_folder(path: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder(path))?.sync_all() } else { Ok(()) }
}
