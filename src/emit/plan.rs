//! Where a run writes, and how: the names of its files, and which files are its own.

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::EmitError;
use super::packing::Packing;
use super::sink::resolved;
use super::tables;

/// Items in a Parquet part, unless the user says otherwise.
const TABLE_ITEMS: u64 = 2_000;
/// What the name of an unfinished file ends in.
pub(super) const PARTIAL: &str = ".partial";
/// What a folder of tables is called.
const TABLES: &str = ".parquet";

/// Where a run writes, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    pub(super) path: PathBuf,
    pub(super) layout: Layout,
    pub(super) split_every: Option<u64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Layout {
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
        if self.layout == Layout::Tables {
            [&self.path, &self.beside(PARTIAL)].into_iter().try_for_each(|folder| tables::only_tables(folder)).map_err(&failed)?;
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
    pub(super) fn workplace(&self, part: u64) -> PathBuf {
        match self.layout {
            Layout::Tables => self.beside(PARTIAL),
            Layout::Lines(_) => with_ending(&self.part_path(part), PARTIAL),
        }
    }

    /// The name of a part: the output's own where it is not split.
    pub(super) fn part_path(&self, part: u64) -> PathBuf {
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

    /// Files of the run that stand beside the output, with the numbers of those that are parts.
    fn files(&self) -> io::Result<Vec<(PathBuf, Option<u64>)>> {
        let folder = self.path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let mut files = Vec::new();
        for entry in fs::read_dir(folder)? {
            let name = entry?.file_name();
            if let Some(number) = self.is_named(&name) {
                files.push((self.path.with_file_name(name), number));
            }
        }
        files.sort();
        Ok(files)
    }

    /// Whether a file of this name beside the output is the run's, and which part of it (from 0).
    fn is_named(&self, name: &OsStr) -> Option<Option<u64>> {
        let name = name.to_str()?;
        let bare = name.strip_suffix(PARTIAL).unwrap_or(name);
        if self.path.file_name().is_some_and(|own| own == bare) {
            return Some(None);
        }
        let (stem, ending) = self.numbered();
        let number = bare.strip_prefix(&stem)?.strip_prefix('-')?.strip_suffix(&ending)?;
        let is_number = number.len() >= 5 && number.bytes().all(|digit| digit.is_ascii_digit());
        self.split_every?;
        is_number.then(|| number.parse::<u64>().ok()?.checked_sub(1)).flatten().map(Some)
    }

    /// Tells the run's own files from its input, wherever it works: the output and its parts, finished or not, and what lies in them.
    pub fn own_files(&self) -> impl Fn(&Path) -> bool + Send + use<> {
        let folder = absolute(&self.path).parent().map(Path::to_path_buf);
        let plan = self.clone();
        move |path: &Path| {
            let path = absolute(path);
            let beneath = folder.as_ref().and_then(|folder| path.strip_prefix(folder).ok());
            beneath.and_then(|rest| rest.components().next()).is_some_and(|first| {
                let is_folder = beneath.is_some_and(|rest| rest.components().count() > 1);
                (!is_folder || plan.is_tables()) && plan.is_named(first.as_os_str()).is_some()
            })
        }
    }

    /// Removes what earlier runs left unfinished; with `parts`, what they finished of a split output, too.
    ///
    /// # Errors
    /// What the system says.
    pub fn clear(&self, parts: bool) -> Result<(), EmitError> {
        let clear = || {
            for (path, number) in self.files()? {
                let partial = path.extension().is_some_and(|ending| ending == &PARTIAL[1..]);
                match (partial, self.layout) {
                    (true, Layout::Tables) if path.is_dir() => fs::remove_dir_all(path)?,
                    (true, _) if path.is_file() => fs::remove_file(path)?,
                    (false, Layout::Lines(_)) if parts && number.is_some() => fs::remove_file(path)?,
                    _ => {}
                }
            }
            Ok(())
        };
        clear().map_err(self.failed("nothing"))
    }

    /// Gives a closed output its name; does nothing where it has it already.
    ///
    /// # Errors
    /// What the system says.
    pub fn name(&self, last: Position) -> Result<(), EmitError> {
        self.named(last).map_err(self.failed(KEPT))
    }

    fn named(&self, last: Position) -> io::Result<()> {
        let workplace = self.workplace(last.part);
        match self.layout {
            Layout::Tables if workplace.exists() => {
                if self.path.exists() {
                    tables::only_tables(&self.path)?;
                    fs::remove_dir_all(&self.path)?;
                }
                fs::rename(&workplace, &self.path)
            }
            Layout::Tables => Ok(()),
            Layout::Lines(_) => {
                // A part begun and never filled is none; where a run had come so far before, its last part has its name.
                let begun = self.split_every.is_some() && last.part > 0 && last.bytes == 0;
                let filled = match workplace.metadata() {
                    Ok(found) => !begun || found.len() > 0,
                    Err(_) => !begun || self.part_path(last.part).exists(),
                };
                if filled && workplace.exists() {
                    fs::rename(&workplace, self.part_path(last.part))?;
                }
                self.remove_parts_from(last.part + u64::from(filled))
            }
        }
    }

    /// Parts of a longer run before would pass for this one's; one that was begun and never filled goes last.
    fn remove_parts_from(&self, first: u64) -> io::Result<()> {
        let stale = |number: Option<u64>| number.is_some_and(|number| number >= first);
        self.files()?.into_iter().filter(|(_, number)| stale(*number)).try_for_each(|(path, _)| fs::remove_file(path))
    }

    /// After how many items a part ends; `None` for never.
    pub(super) fn part_items(&self) -> Option<u64> {
        match self.layout {
            Layout::Tables => Some(self.split_every.unwrap_or(TABLE_ITEMS)),
            Layout::Lines(_) => self.split_every,
        }
    }

    pub(super) fn failed(&self, kept: &'static str) -> impl Fn(io::Error) -> EmitError + use<> {
        let target = self.path.display().to_string();
        move |source| EmitError::Write { target: target.clone(), kept, source }
    }
}

/// A path that two ways of writing it share; the file itself need not be there.
fn absolute(path: &Path) -> PathBuf {
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let folder = fs::canonicalize(folder).unwrap_or_else(|_| folder.to_path_buf());
    path.file_name().map_or_else(|| folder.clone(), |name| folder.join(name))
}

pub(super) fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// What a full disk leaves.
pub(super) const KEPT: &str = "kept; the run can go on with --resume";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_knows_its_own_files() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let split = Plan::new(&at("out.jsonl"), Some(10)).own_files();
        for own in ["out.jsonl", "out.jsonl.partial", "out-00001.jsonl", "out-00012.jsonl.partial"] {
            assert!(split(&at(own)), "{own}");
        }
        for other in ["in.jsonl", "out-1.jsonl", "out-00000.jsonl", "out-00001.txt", "outer.jsonl", "out.jsonl/a.txt", "b/out.jsonl"] {
            assert!(!split(&at(other)), "{other}");
        }
        assert!(!Plan::new(&at("out.jsonl"), None).own_files()(&at("out-00001.jsonl")));
        assert!(Plan::new(&at("out.parquet"), None).own_files()(&at("out.parquet/claims/part-00001.parquet")));
    }

    #[test]
    fn a_folder_with_anything_but_tables_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.parquet");
        let plan = Plan::new(&path, None);
        fs::create_dir_all(path.join("claims")).unwrap();
        plan.check().unwrap();
        fs::write(path.join("thesis.txt"), "years of work").unwrap();
        let error = plan.check().unwrap_err();
        let cause = std::error::Error::source(&error).unwrap().to_string();
        assert!(cause.contains("thesis.txt") && cause.contains("documents, sentences, entities, claims"), "{cause}");
    }

    #[test]
    fn what_was_left_unfinished_is_cleared_and_what_was_finished_only_when_asked() {
        let folder = tempfile::tempdir().unwrap();
        let names = ["mine-00001.jsonl", "out-00001.jsonl", "out-00003.jsonl.partial", "out.jsonl", "out.jsonl.partial"];
        names.iter().for_each(|name| fs::write(folder.path().join(name), name).unwrap());
        let left = || {
            let mut names: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
            names.sort();
            names
        };
        let plan = Plan::new(&folder.path().join("out.jsonl"), Some(5));
        plan.clear(false).unwrap();
        assert_eq!(left(), ["mine-00001.jsonl", "out-00001.jsonl", "out.jsonl"]);
        plan.clear(true).unwrap();
        assert_eq!(left(), ["mine-00001.jsonl", "out.jsonl"]);
    }
}
