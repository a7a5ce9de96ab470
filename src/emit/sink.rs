//! Lines to standard output, or to a file that appears whole or not at all.

use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;
use tempfile::NamedTempFile;

use super::{EmitError, line};

/// Where lines go.
pub struct Sink {
    target: Target,
    lines: u64,
}

enum Target {
    Stdout(BufWriter<io::Stdout>),
    /// A pipe or device that `-o` names: it is written to, never replaced.
    Device {
        writer: BufWriter<std::fs::File>,
        path: PathBuf,
    },
    File {
        writer: BufWriter<NamedTempFile>,
        path: PathBuf,
    },
}

impl Sink {
    /// Lines go to standard output.
    #[must_use]
    pub fn stdout() -> Self {
        Self { target: Target::Stdout(BufWriter::new(io::stdout())), lines: 0 }
    }

    /// Lines go to a temporary file beside `path`, which takes its name in [`Sink::finish`]; or straight to `path`
    /// where that is a pipe or a device.
    ///
    /// # Errors
    /// When the folder cannot be written to.
    pub fn file(path: &Path) -> Result<Self, EmitError> {
        let place = resolved(path);
        let folder = place.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let failed = |source| EmitError::Write { target: path.display().to_string(), kept: "nothing", source };
        std::fs::create_dir_all(folder).map_err(failed)?;
        if path.is_dir() {
            return Err(failed(io::Error::new(io::ErrorKind::IsADirectory, "it is a folder, expected a file")));
        }
        if std::fs::metadata(path).is_ok_and(|m| !m.is_file()) {
            let device = std::fs::OpenOptions::new().write(true).open(path).map_err(failed)?;
            return Ok(Self { target: Target::Device { writer: BufWriter::new(device), path: path.to_path_buf() }, lines: 0 });
        }
        let temporary = new_file(folder).map_err(failed)?;
        Ok(Self { target: Target::File { writer: BufWriter::new(temporary), path: path.to_path_buf() }, lines: 0 })
    }

    /// How many lines were written.
    #[must_use]
    pub fn lines(&self) -> u64 {
        self.lines
    }

    /// Writes `value` as one line of JSON.
    ///
    /// # Errors
    /// [`EmitError::Closed`] when the reader has gone, else what the system says (a full disk, say).
    pub fn line(&mut self, value: &impl Serialize) -> Result<(), EmitError> {
        let line = line(value).map_err(|e| self.failed(e))?;
        self.made_line(&line)
    }

    /// Writes a line that [`line`] made.
    ///
    /// # Errors
    /// As [`Sink::line`].
    pub fn made_line(&mut self, line: &[u8]) -> Result<(), EmitError> {
        self.lines += 1;
        self.bytes(line)
    }

    pub(super) fn bytes(&mut self, bytes: &[u8]) -> Result<(), EmitError> {
        let written = match &mut self.target {
            Target::Stdout(writer) => writer.write_all(bytes),
            Target::Device { writer, .. } => writer.write_all(bytes),
            Target::File { writer, .. } => writer.write_all(bytes),
        };
        written.map_err(|e| self.failed(e))
    }

    /// Passes on what is buffered, so that a reader of standard output sees each batch as it is done.
    ///
    /// # Errors
    /// As [`Sink::line`].
    pub fn flush(&mut self) -> Result<(), EmitError> {
        let flushed = match &mut self.target {
            Target::Stdout(writer) => writer.flush(),
            Target::Device { writer, .. } => writer.flush(),
            Target::File { .. } => Ok(()),
        };
        flushed.map_err(|e| self.failed(e))
    }

    /// Ends the output; a file gets its name only now.
    ///
    /// # Errors
    /// As [`Sink::line`].
    pub fn finish(mut self) -> Result<(), EmitError> {
        self.flush()?;
        let Target::File { writer, path } = self.target else { return Ok(()) };
        let failed = |source| EmitError::Write { target: path.display().to_string(), kept: "discarded", source };
        let temporary = writer.into_inner().map_err(|e| failed(e.into_error()))?;
        temporary.as_file().sync_all().map_err(failed)?;
        temporary.persist(resolved(&path)).map(|_| ()).map_err(|e| failed(e.error))
    }

    fn failed(&self, source: io::Error) -> EmitError {
        match &self.target {
            Target::Stdout(_) | Target::Device { .. } if source.kind() == io::ErrorKind::BrokenPipe => EmitError::Closed,
            Target::Device { path, .. } => EmitError::Write { target: path.display().to_string(), kept: "passed on", source },
            Target::Stdout(_) => EmitError::Write { target: "standard output".into(), kept: "passed on", source },
            Target::File { path, .. } => EmitError::Write { target: path.display().to_string(), kept: "discarded", source },
        }
    }
}

/// A link stays a link: what it points to is written.
pub(super) fn resolved(path: &Path) -> PathBuf {
    std::fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf())
}

/// A temporary file with the permissions of any new file.
fn new_file(folder: &Path) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(std::fs::Permissions::from_mode(0o666)); // the umask takes away what it does
    }
    builder.prefix(".claimsift-").tempfile_in(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_appears_whole_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("new/out.jsonl");
        let mut sink = Sink::file(&path).unwrap();
        sink.line(&1).unwrap();
        assert!(!path.exists(), "nothing under the name before the end");
        sink.finish().unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "1\n");

        let mut abandoned = Sink::file(&path).unwrap();
        abandoned.line(&2).unwrap();
        drop(abandoned);
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "1\n", "the old file stays");
        assert_eq!(std::fs::read_dir(folder.path().join("new")).unwrap().count(), 1, "no temporary file is left");
    }
}
