//! The files of a run that may be killed at any moment and go on.
//!
//! While a run is under way its file is called `NAME.partial`; it takes its name at the end. What was written up to a [`Position`] stays
//! as it is: a run that goes on cuts the file there and writes on, and in the end the bytes are those of a run that was never stopped.
//! So compressed frames and Parquet parts end after fixed numbers of items, whatever the batches were.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::Path;

use super::EmitError;
use super::packing::{Frame, Packing};
use super::plan::{KEPT, Layout, Plan, Position};
use super::tables::Tables;
use crate::record::Record;

/// Items in a compressed frame: large enough to compress well, small enough to lose little.
const FRAME_ITEMS: u64 = 256;

/// The output of a run under way.
pub struct Output {
    plan: Plan,
    position: Position,
    open: Open,
}

enum Open {
    Lines { file: File, packing: Packing, frame: Frame, items: u64 },
    Tables(Box<Tables>),
}

impl Output {
    /// Begins anew, or goes on `from` where an earlier run was.
    ///
    /// # Errors
    /// When the folder cannot be written to, or the unfinished file is gone or shorter than it was.
    pub fn open(plan: Plan, from: Option<Position>) -> Result<Self, EmitError> {
        let failed = plan.failed("nothing");
        let position = from.unwrap_or_default();
        plan.check()?;
        let workplace = plan.workplace(position.part);
        let open = match plan.layout {
            Layout::Tables => {
                if position.part > 0 && !workplace.is_dir() {
                    return Err(failed(changed(&workplace, "is gone", "the tables so far")));
                }
                Open::Tables(Box::new(Tables::open(&workplace, position.part).map_err(&failed)?))
            }
            Layout::Lines(packing) => {
                let file = lines_file(&workplace, &plan.part_path(position.part), position.bytes).map_err(&failed)?;
                Open::Lines { file, packing, frame: Frame::new(packing).map_err(&failed)?, items: 0 }
            }
        };
        Ok(Self { plan, position, open })
    }

    /// Adds an item: the lines of a document, or its record where [`Plan::is_tables`]; neither for one that failed. True where the output
    /// may be cut here: then [`Output::position`] says how.
    ///
    /// # Errors
    /// What the system says (a full disk, say).
    pub fn add(&mut self, lines: &[Vec<u8>], record: Option<&Record>) -> Result<bool, EmitError> {
        self.added(lines, record).map_err(self.plan.failed(KEPT))
    }

    fn added(&mut self, lines: &[Vec<u8>], record: Option<&Record>) -> io::Result<bool> {
        let items = self.position.items + 1;
        let part_ends = self.plan.part_items().is_some_and(|every| items.is_multiple_of(every));
        let boundary = match &mut self.open {
            Open::Tables(tables) => {
                if let Some(record) = record {
                    tables.add(record)?;
                }
                if part_ends {
                    tables.close_part()?;
                }
                part_ends
            }
            Open::Lines { file, packing, frame, items: framed } => {
                lines.iter().try_for_each(|line| frame.add(line))?;
                *framed += 1;
                let frame_ends = *packing == Packing::Plain || items.is_multiple_of(FRAME_ITEMS) || part_ends;
                if frame_ends {
                    self.position.bytes += write_frame(file, frame, *packing)?;
                    *framed = 0;
                }
                frame_ends
            }
        };
        if part_ends {
            self.next_part()?;
        }
        self.position.items = items;
        Ok(boundary)
    }

    fn next_part(&mut self) -> io::Result<()> {
        let ended = self.position.part;
        self.position = Position { part: ended + 1, bytes: 0, ..self.position };
        let next = self.plan.workplace(self.position.part);
        if let Open::Lines { file, .. } = &mut self.open {
            file.sync_all()?;
            fs::rename(self.plan.workplace(ended), self.plan.part_path(ended))?;
            *file = new_file(&next)?;
        }
        Ok(())
    }

    /// Where the output stands, right behind an [`Output::add`] that said it may be cut.
    #[must_use]
    pub fn position(&self) -> Position {
        self.position
    }

    /// Waits until everything written is on disk.
    ///
    /// # Errors
    /// What the system says.
    pub fn sync(&mut self) -> Result<(), EmitError> {
        match &mut self.open {
            Open::Lines { file, .. } => file.sync_data().map_err(self.plan.failed(KEPT)),
            Open::Tables(_) => Ok(()),
        }
    }

    /// Writes what is left; the output takes its name by [`Output::name`] then.
    ///
    /// # Errors
    /// What the system says.
    pub fn close(mut self) -> Result<Plan, EmitError> {
        let failed = self.plan.failed(KEPT);
        match &mut self.open {
            Open::Tables(tables) => tables.close_part().map_err(&failed)?,
            Open::Lines { file, packing, frame, items } => {
                if *items > 0 {
                    write_frame(file, frame, *packing).map_err(&failed)?;
                }
                file.sync_all().map_err(&failed)?;
            }
        }
        Ok(self.plan)
    }
}

/// The unfinished file `partial`, cut to `bytes`. A run that ended between giving a part its name and saying so takes the name `part` back.
fn lines_file(partial: &Path, part: &Path, bytes: u64) -> io::Result<File> {
    if bytes == 0 {
        return new_file(partial);
    }
    if !partial.exists() && part.metadata().is_ok_and(|found| found.is_file() && found.len() >= bytes) {
        fs::rename(part, partial)?;
    }
    let expected = format!("{bytes} bytes");
    let mut file = match OpenOptions::new().write(true).open(partial) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(changed(partial, "is gone", &expected)),
        opened => opened?,
    };
    let found = file.metadata()?.len();
    if found < bytes {
        return Err(changed(partial, &format!("has {found} bytes"), &expected));
    }
    file.set_len(bytes)?;
    file.seek(SeekFrom::End(0))?;
    Ok(file)
}

fn new_file(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create(true).truncate(true).open(path)
}

/// What the journal says is not there.
fn changed(path: &Path, found: &str, expected: &str) -> io::Error {
    let reason = format!("{} {found}, its journal says {expected}: it was changed meanwhile; run without --resume", path.display());
    io::Error::new(io::ErrorKind::InvalidData, reason)
}

/// Writes a frame out and begins the next; gives its bytes.
fn write_frame(file: &mut File, frame: &mut Frame, packing: Packing) -> io::Result<u64> {
    let bytes = std::mem::replace(frame, Frame::new(packing)?).close()?;
    file.write_all(&bytes)?;
    Ok(bytes.len() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn add(output: &mut Output, from: u64, to: u64) {
        for n in from..to {
            output.add(&[format!("{n}\n").into_bytes()], None).unwrap();
        }
    }

    #[test]
    fn a_part_that_has_its_name_already_is_gone_on_with() {
        let folder = tempfile::tempdir().unwrap();
        let plan = Plan::new(&folder.path().join("out.jsonl"), Some(4));
        let mut output = Output::open(plan.clone(), None).unwrap();
        add(&mut output, 0, 3);
        let mark = output.position();
        add(&mut output, 3, 4);
        // The end comes before the next part is there and before the journal says anything.
        drop(output);
        fs::remove_file(folder.path().join("out-00002.jsonl.partial")).unwrap();
        let mut output = Output::open(plan, Some(mark)).unwrap();
        add(&mut output, 3, 6);
        let last = output.position();
        output.close().unwrap().name(last).unwrap();
        let part = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
        assert_eq!([part("out-00001.jsonl"), part("out-00002.jsonl")], ["0\n1\n2\n3\n", "4\n5\n"]);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
    }

    #[test]
    fn an_unfinished_file_that_is_gone_is_refused_and_not_made_anew() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["out.jsonl", "out.parquet"] {
            let plan = Plan::new(&folder.path().join(name), None);
            let position = Position { items: 3000, part: u64::from(plan.is_tables()), bytes: 10 };
            let Err(error) = Output::open(plan, Some(position)) else { panic!("{name} was opened") };
            assert!(std::error::Error::source(&error).unwrap().to_string().contains("is gone"), "{error:?}");
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
