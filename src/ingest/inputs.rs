//! Arguments → files, in the order of the arguments, sorted within directories and globs.

use std::ffi::OsString;
use std::fs::{self, FileType, Metadata};
use std::io;
use std::path::PathBuf;
use std::vec;

use super::Failure;
use super::error::{IngestError, Place};
use super::glob::Glob;
use super::ids::{Name, Naming};
use super::selection::Selection;
use super::walk::Walk;

/// Something to read.
#[derive(Debug)]
pub(super) enum Input {
    /// Standard input.
    Stdin,
    /// A regular file.
    File {
        /// How to open it.
        path: PathBuf,
        /// How records name it.
        name: Name,
        /// Its size in bytes.
        size: u64,
    },
}

/// The inputs that arguments stand for, found while they are asked for.
pub(super) struct Inputs {
    arguments: vec::IntoIter<OsString>,
    naming: Naming,
    selection: Selection,
    walk: Option<Walk>,
}

impl Inputs {
    /// Nothing is looked at before the first `next`.
    pub fn new(arguments: Vec<OsString>, naming: Naming, selection: Selection) -> Self {
        Self { arguments: arguments.into_iter(), naming, selection, walk: None }
    }

    /// What an argument is; none if a walk was begun, or the file is not selected.
    fn argument(&mut self, argument: OsString) -> Option<Result<Input, Failure>> {
        if argument == "-" {
            return Some(Ok(Input::Stdin));
        }
        let path = PathBuf::from(argument);
        // Looked at without following links: a broken link exists, and is not a glob. What is not Unicode is no glob either.
        let pattern = path.to_str().filter(|pattern| fs::symlink_metadata(&path).is_err() && Glob::is_written_in(pattern));
        if let Some(pattern) = pattern {
            match Glob::parse(pattern) {
                Ok(glob) => self.walk = Some(Walk::glob(pattern.to_owned(), glob)),
                Err(error) => return Some(Err(Failure::of(pattern, error))),
            }
            return None;
        }
        match fs::metadata(&path) {
            Ok(found) if found.is_dir() => {
                self.walk = Some(Walk::directory(path));
                None
            }
            found => self.selected(path, found),
        }
    }

    /// A file, or why it cannot be read, if it is selected.
    fn selected(&self, path: PathBuf, found: io::Result<Metadata>) -> Option<Result<Input, Failure>> {
        let name = self.naming.name(&path);
        // What cannot be looked at may be a directory full of what is included.
        let wanted = if found.is_ok() { self.selection.takes(&name.text) } else { !self.selection.excludes(&name.text) };
        wanted.then(|| Self::file(path, name, found))
    }

    /// Lets through regular files only: opening a FIFO or a device can block for ever.
    fn file(path: PathBuf, name: Name, found: io::Result<Metadata>) -> Result<Input, Failure> {
        let place = Place::file(&name.text);
        let error = match found {
            Ok(found) if found.is_file() => return Ok(Input::File { path, name, size: found.len() }),
            Ok(found) => IngestError::NotRegular { place, found: kind(found.file_type()) },
            Err(source) if source.kind() == io::ErrorKind::NotFound => IngestError::Missing { place, source },
            Err(source) => IngestError::Read { place, source },
        };
        Err(Failure::of(&name.text, error))
    }

    fn nothing_found(&self, walk: &Walk) -> Failure {
        match walk.pattern() {
            Some(pattern) => Failure::of(pattern, IngestError::NoMatch { place: Place::file(pattern) }),
            None => {
                let name = self.naming.name(walk.root()).text;
                Failure::of(&name, IngestError::NoNewsFile { place: Place::file(&name) })
            }
        }
    }
}

impl Iterator for Inputs {
    type Item = Result<Input, Failure>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(mut walk) = self.walk.take() {
                if let Some(step) = walk.next() {
                    self.walk = Some(walk);
                    let (path, found) = step.map_or_else(|(path, error)| (path, Err(error)), |path| (path.clone(), fs::metadata(path)));
                    if let Some(input) = self.selected(path, found) {
                        return Some(input);
                    }
                    continue;
                }
                if !walk.found_any() {
                    return Some(Err(self.nothing_found(&walk)));
                }
            }
            let argument = self.arguments.next()?;
            if let Some(input) = self.argument(argument) {
                return Some(input);
            }
        }
    }
}

#[cfg(unix)]
fn kind(found: FileType) -> &'static str {
    use std::os::unix::fs::FileTypeExt;
    match found {
        kind if kind.is_fifo() => "a pipe (FIFO)",
        kind if kind.is_socket() => "a socket",
        kind if kind.is_char_device() || kind.is_block_device() => "a device",
        kind if kind.is_dir() => "a directory",
        _ => "not a regular file",
    }
}

#[cfg(not(unix))]
fn kind(found: FileType) -> &'static str {
    if found.is_dir() { "a directory" } else { "not a regular file" }
}

#[cfg(test)]
mod tests {
    use super::super::testing::Tree;
    use super::*;

    /// What the arguments, relative to the tree, come to: names, or messages after a `!`.
    fn inputs(tree: &Tree, arguments: &[&str]) -> Vec<String> {
        let naming = Naming::beneath(Some(tree.root().to_owned()));
        let paths = tree.paths(arguments).into_iter().map(OsString::from).collect();
        Inputs::new(paths, naming, Selection::default())
            .map(|input| match input {
                Ok(Input::Stdin) => "-".to_owned(),
                Ok(Input::File { name, .. }) => name.text,
                Err(failure) => format!("!{}", tree.relative(&failure.error.to_string())),
            })
            .collect()
    }

    #[test]
    fn arguments_keep_their_order_and_directories_are_sorted_by_bytes() {
        let tree = Tree::of(&["d/b.txt", "d/a/z.md", "d/a-b.jsonl", "d/a.TXT", "d/B.ndjson", "x.txt"]);
        assert_eq!(inputs(&tree, &["x.txt", "d", "-"]), ["x.txt", "d/B.ndjson", "d/a-b.jsonl", "d/a.TXT", "d/a/z.md", "d/b.txt", "-"]);
    }

    #[test]
    fn hidden_and_unknown_files_of_a_directory_are_left_out() {
        let tree = Tree::of(&["d/.a.txt", "d/.git/b.txt", "d/c.jpg", "d/README", "d/e.text", "d/f.markdown"]);
        assert_eq!(inputs(&tree, &["d"]), ["d/e.text", "d/f.markdown"]);
    }

    #[test]
    fn a_directory_given_by_a_hidden_name_is_read() {
        let tree = Tree::of(&[".hidden/a.txt"]);
        assert_eq!(inputs(&tree, &[".hidden"]), [".hidden/a.txt"]);
    }

    #[test]
    fn a_file_given_by_name_is_taken_whatever_its_extension() {
        let tree = Tree::of(&["a.story", "d/b.story"]);
        assert_eq!(inputs(&tree, &["a.story", "d/*.story"]), ["a.story", "d/b.story"]);
    }

    #[test]
    fn a_directory_without_news_says_what_was_looked_for() {
        let tree = Tree::of(&["d/a.jpg"]);
        let found = inputs(&tree, &["d"]);
        assert_eq!(found.len(), 1);
        assert!(found[0].starts_with("!d: no news file in it; looked for .txt .text .md "), "{found:?}");
        assert!(found[0].ends_with(".zip, and these with .gz .zst .bz2 .xz"), "{found:?}");
    }

    #[test]
    fn a_missing_path_is_a_failure_and_the_rest_goes_on() {
        let tree = Tree::of(&["b.txt"]);
        let found = inputs(&tree, &["a.txt", "b.txt", ""]);
        assert!(found[0].starts_with("!a.txt: there is no such file; give a file,"), "{found:?}");
        assert_eq!(found[1], "b.txt");
        assert_eq!(found.len(), 3);
    }

    #[test]
    fn a_glob_is_sorted_and_one_that_matches_nothing_is_a_failure() {
        let tree = Tree::of(&["n/b/x.txt", "n/a/y.txt", "n/a-/w.txt", "n/.c/z.txt", "n/a/.z.txt"]);
        assert_eq!(inputs(&tree, &["n/*/?.txt"]), ["n/a-/w.txt", "n/a/y.txt", "n/b/x.txt"]);
        assert_eq!(inputs(&tree, &["n/**/*.txt"]), ["n/a-/w.txt", "n/a/y.txt", "n/b/x.txt"]);
        assert_eq!(inputs(&tree, &["n/[.]c/*"]).len(), 1);
        assert_eq!(inputs(&tree, &["n/.*/*.txt"]), ["n/.c/z.txt"]);
        let none = inputs(&tree, &["n/*.md", "nowhere/*"]);
        assert!(none.iter().all(|none| none.contains("no file matches this glob")), "{none:?}");
        assert_eq!(none.len(), 2);
    }

    #[test]
    fn a_file_that_is_named_like_a_glob_is_that_file() {
        let tree = Tree::of(&["[a].txt", "a.txt"]);
        assert_eq!(inputs(&tree, &["[a].txt", "[a].tx?"]), ["[a].txt", "a.txt"]);
    }

    #[test]
    fn a_glob_that_cannot_be_understood_is_a_failure() {
        let tree = Tree::of(&["a.txt"]);
        assert!(inputs(&tree, &["[a.txt"])[0].contains("not a glob"));
    }

    #[cfg(unix)]
    #[test]
    fn a_pipe_is_refused_without_waiting_for_a_writer() {
        let tree = Tree::of(&["d/a.txt"]);
        let made = std::process::Command::new("mkfifo").arg(tree.root().join("d/pipe.txt")).status().unwrap();
        assert!(made.success());
        let refused = "!d/pipe.txt: is a pipe (FIFO); expected a regular file; to read a pipe, give `-` and redirect \
                       it to standard input";
        assert_eq!(inputs(&tree, &["d"]), ["d/a.txt", refused]);
        assert_eq!(inputs(&tree, &["d/pipe.txt"]), [refused]);
        assert!(inputs(&tree, &["/dev/null"])[0].starts_with("!/dev/null: is a device"));
    }

    #[cfg(unix)]
    #[test]
    fn a_broken_or_circular_link_is_a_failure() {
        use std::os::unix::fs::symlink;
        let tree = Tree::of(&["d/c.txt"]);
        symlink("nowhere", tree.root().join("d/a.txt")).unwrap();
        symlink("b.txt", tree.root().join("d/b.txt")).unwrap();
        for found in [inputs(&tree, &["d"]), inputs(&tree, &["d/a.txt", "d/b.txt", "d/c.txt"])] {
            assert!(found[0].starts_with("!d/a.txt: there is no such file"), "{found:?}");
            assert!(found[1].starts_with("!d/b.txt: cannot be read"), "{found:?}");
            assert_eq!(found[2], "d/c.txt");
        }
    }
}
