//! The files of a run that may be killed at any moment and go on.
//!
//! While a run is under way its file is called `NAME.partial`; it takes its name at the end. What was written up to a [`Position`] stays
//! as it is: a run that goes on cuts the file there and writes on, and in the end the bytes are those of a run that was never stopped.
//! So compressed frames and Parquet parts end after fixed numbers of items, whatever the batches were.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::EmitError;
use super::packing::{Frame, Packing};
use super::sink::resolved;
use super::tables::Tables;
use crate::record::Record;

/// Items in a compressed frame: large enough to compress well, small enough to lose little.
const FRAME_ITEMS: u64 = 256;
/// Items in a Parquet part, unless the user says otherwise.
const TABLE_ITEMS: u64 = 2_000;
/// What the name of an unfinished file ends in.
const PARTIAL: &str = ".partial";
/// What a folder of tables is called.
const TABLES: &str = ".parquet";

/// Where a run writes, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    path: PathBuf,
    layout: Layout,
    split_every: Option<u64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Layout {
    Lines(Packing),
    Tables,
}

/// How far a run has come: everything up to here is on disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Position {
    /// Documents of the input behind, those that failed and those left out too.
    pub items: u64,
    /// The part being written, from 0.
    pub part: u64,
    /// Bytes of that part's file.
    pub bytes: u64,
}

impl Plan {
    /// What a file name asks for: `.gz` and `.zst` are compressed, `.parquet` is a folder of four tables, anything else holds lines. With
    /// `split_every`, a new file after so many documents: `records-00001.jsonl` …
    #[must_use]
    pub fn new(path: &Path, split_every: Option<u64>) -> Self {
        let path = resolved(path);
        let name = path.to_string_lossy();
        let layout = if name.ends_with(TABLES) { Layout::Tables } else { Layout::Lines(Packing::of(&name).0) };
        Self { layout, split_every, path }
    }

    /// Whether records go into tables, not lines.
    #[must_use]
    pub fn is_tables(&self) -> bool {
        self.layout == Layout::Tables
    }

    /// Whether a file can stand there; makes the folder it stands in.
    ///
    /// # Errors
    /// When something else does, or the folder cannot be made.
    pub fn check(&self) -> Result<(), EmitError> {
        let failed = self.failed("nothing");
        if self.layout != Layout::Tables && self.path.is_dir() {
            return Err(failed(io::Error::new(io::ErrorKind::IsADirectory, "it is a folder, expected a file")));
        }
        if self.layout == Layout::Tables && self.path.is_file() {
            return Err(failed(io::Error::new(io::ErrorKind::NotADirectory, "it is a file, expected a folder of tables or nothing")));
        }
        match self.path.parent().filter(|p| !p.as_os_str().is_empty()) {
            Some(folder) => fs::create_dir_all(folder).map_err(failed),
            None => Ok(()),
        }
    }

    /// A file that stands beside the output, of the same name and `ending`.
    #[must_use]
    pub fn beside(&self, ending: &str) -> PathBuf {
        with_ending(&self.path, ending)
    }

    /// Where the output is worked on, before it takes its name.
    fn workplace(&self, part: u64) -> PathBuf {
        match self.layout {
            Layout::Tables => self.beside(PARTIAL),
            Layout::Lines(_) => with_ending(&self.part_path(part), PARTIAL),
        }
    }

    /// The name of a part: the output's own where it is not split.
    fn part_path(&self, part: u64) -> PathBuf {
        if self.split_every.is_none() {
            return self.path.clone();
        }
        let (stem, ending) = self.numbered();
        self.path.with_file_name(format!("{stem}-{:05}{ending}", part + 1))
    }

    /// What stands before and behind the number of a part.
    fn numbered(&self) -> (String, String) {
        let name = self.path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let (packing, bare) = Packing::of(&name);
        let at = bare.rfind('.').filter(|&at| at > 0).unwrap_or(bare.len());
        (bare[..at].to_owned(), format!("{}{}", &bare[at..], packing.ending()))
    }

    /// After how many items a part ends; `None` for never.
    fn part_items(&self) -> Option<u64> {
        match self.layout {
            Layout::Tables => Some(self.split_every.unwrap_or(TABLE_ITEMS)),
            Layout::Lines(_) => self.split_every,
        }
    }

    fn failed(&self, kept: &'static str) -> impl Fn(io::Error) -> EmitError + use<> {
        let target = self.path.display().to_string();
        move |source| EmitError::Write { target: target.clone(), kept, source }
    }
}

fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// What a full disk leaves.
const KEPT: &str = "kept; the run can go on with --resume";

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
                if from.is_none() && workplace.exists() {
                    fs::remove_dir_all(&workplace).map_err(&failed)?;
                }
                Open::Tables(Box::new(Tables::open(&workplace, position.part).map_err(&failed)?))
            }
            Layout::Lines(packing) => {
                let file = lines_file(&workplace, position.bytes).map_err(&failed)?;
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
        if let Open::Lines { file, .. } = &mut self.open {
            file.sync_all()?;
            fs::rename(self.plan.workplace(ended), self.plan.part_path(ended))?;
            *file = lines_file(&self.plan.workplace(self.position.part), 0)?;
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

impl Plan {
    /// Gives a closed output its name; does nothing where it has it already.
    ///
    /// # Errors
    /// What the system says.
    pub fn name(&self, last: Position) -> Result<(), EmitError> {
        self.named(last).map_err(self.failed(KEPT))
    }

    fn named(&self, last: Position) -> io::Result<()> {
        let workplace = self.workplace(last.part);
        if !workplace.exists() {
            return Ok(());
        }
        let (name, empty) = (self.part_path(last.part), workplace.metadata()?.len() == 0);
        match self.layout {
            Layout::Tables => {
                if self.path.exists() {
                    fs::remove_dir_all(&self.path)?;
                }
                return fs::rename(&workplace, &self.path);
            }
            // A part begun and never filled.
            Layout::Lines(_) if self.split_every.is_some() && empty && last.part > 0 => fs::remove_file(&workplace)?,
            Layout::Lines(_) => fs::rename(&workplace, name)?,
        }
        self.remove_stale_parts(last.part + u64::from(!(empty && last.part > 0)))
    }

    /// Parts of a longer run before would pass for this one's.
    fn remove_stale_parts(&self, mut part: u64) -> io::Result<()> {
        while self.split_every.is_some() && self.part_path(part).exists() {
            fs::remove_file(self.part_path(part))?;
            part += 1;
        }
        Ok(())
    }
}

/// The unfinished file, cut to `bytes`.
fn lines_file(path: &Path, bytes: u64) -> io::Result<File> {
    let mut file = OpenOptions::new().write(true).create(true).truncate(bytes == 0).open(path)?;
    let found = file.metadata()?.len();
    if found < bytes {
        let reason =
            format!("{} has {found} bytes, its journal says {bytes}: it was changed meanwhile; run without --resume", path.display());
        return Err(io::Error::new(io::ErrorKind::InvalidData, reason));
    }
    file.set_len(bytes)?;
    file.seek(SeekFrom::End(0))?;
    Ok(file)
}

/// Writes a frame out and begins the next; gives its bytes.
fn write_frame(file: &mut File, frame: &mut Frame, packing: Packing) -> io::Result<u64> {
    let bytes = std::mem::replace(frame, Frame::new(packing)?).close()?;
    file.write_all(&bytes)?;
    Ok(bytes.len() as u64)
}
