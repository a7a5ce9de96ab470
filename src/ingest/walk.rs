//! Walks a directory, for itself or for a glob: sorted by path bytes, hidden names left out, every directory
//! behind a symbolic link at most once.

use std::cmp::Ordering;
use std::collections::HashSet;
use std::ffi::OsStr;
use std::io;
use std::path::{Component, Path, PathBuf};

use walkdir::{DirEntry, WalkDir};

use super::formats;
use super::glob::{Glob, Match};

/// A file to read (regular or not), or what could not be listed and why.
pub(super) type Step = Result<PathBuf, (PathBuf, io::Error)>;

/// A walk under way. It holds the names of the directories it stands in, and no others.
pub(super) struct Walk {
    root: PathBuf,
    real_root: Option<PathBuf>,
    /// The argument and its meaning, for a glob.
    glob: Option<(String, Glob)>,
    entries: walkdir::IntoIter,
    linked: HashSet<PathBuf>,
    found_any: bool,
}

impl Walk {
    /// All files with a known extension below `root`.
    pub fn directory(root: PathBuf) -> Self {
        let real_root = root.canonicalize().ok();
        Self::new(root, real_root, None)
    }

    /// All files that `glob`, written `pattern`, matches.
    pub fn glob(pattern: String, glob: Glob) -> Self {
        Self::new(glob.base.clone(), None, Some((pattern, glob)))
    }

    fn new(root: PathBuf, real_root: Option<PathBuf>, glob: Option<(String, Glob)>) -> Self {
        let entries = WalkDir::new(&root).follow_links(true).min_depth(1).sort_by(by_path_bytes).into_iter();
        Self { root, real_root, glob, entries, linked: HashSet::new(), found_any: false }
    }

    /// Where the walk began.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The glob as it was written, if the walk is for one.
    pub fn pattern(&self) -> Option<&str> {
        self.glob.as_ref().map(|(pattern, _)| pattern.as_str())
    }

    /// Whether the walk has come upon a file it is for, or something it could not list.
    pub fn found_any(&self) -> bool {
        self.found_any
    }

    fn hidden(&self, depth: usize, name: &OsStr) -> bool {
        let shown = self.glob.as_ref().is_some_and(|(_, glob)| glob.shows_hidden(depth));
        is_hidden(name) && !shown
    }

    fn enters(&mut self, entry: &DirEntry) -> bool {
        let name = entry.file_name().to_string_lossy();
        !self.hidden(entry.depth(), entry.file_name())
            && self.glob.as_ref().is_none_or(|(_, glob)| glob.enters(entry.depth(), &name))
            && !(entry.path_is_symlink() && self.covered(entry.path()))
    }

    /// Whether what the link leads to is read anyway; notes it as read otherwise.
    fn covered(&mut self, link: &Path) -> bool {
        let Ok(target) = link.canonicalize() else { return false };
        let beneath = self.real_root.as_ref().and_then(|root| target.strip_prefix(root).ok());
        let walked = |path: &Path| path.components().all(|part| !matches!(part, Component::Normal(name) if is_hidden(name)));
        beneath.is_some_and(walked) || !self.linked.insert(target)
    }

    fn takes(&self, entry: &DirEntry) -> bool {
        let known = || formats::kind(entry.path()).is_some();
        !self.hidden(entry.depth(), entry.file_name())
            && match &self.glob {
                None => known(),
                Some((_, glob)) => {
                    let beneath = entry.path().strip_prefix(&self.root).unwrap_or(entry.path());
                    match glob.of_file(entry.depth(), beneath) {
                        Match::No => false,
                        Match::Named => true,
                        Match::Beneath => known(),
                    }
                }
            }
    }

    /// What is to be said of an entry that cannot be listed; nothing where no text is lost by it.
    fn trouble(&self, error: walkdir::Error) -> Option<(PathBuf, io::Error)> {
        let path = error.path().unwrap_or(&self.root).to_owned();
        let hidden = path.file_name().is_some_and(|name| self.hidden(error.depth(), name));
        let no_such_base = self.glob.is_some() && error.depth() == 0;
        // A link to a directory that the walk stands in: its files are read there.
        if error.loop_ancestor().is_some() || hidden && error.depth() > 0 || no_such_base {
            return None;
        }
        let text = error.to_string();
        Some((path, error.into_io_error().unwrap_or_else(|| io::Error::other(text))))
    }
}

impl Iterator for Walk {
    type Item = Step;

    fn next(&mut self) -> Option<Step> {
        loop {
            let step = match self.entries.next()? {
                Ok(entry) if entry.file_type().is_dir() => {
                    if !self.enters(&entry) {
                        self.entries.skip_current_dir();
                    }
                    None
                }
                Ok(entry) => self.takes(&entry).then(|| Ok(entry.into_path())),
                Err(error) => self.trouble(error).map(Err),
            };
            if step.is_some() {
                self.found_any = true;
                return step;
            }
        }
    }
}

fn is_hidden(name: &OsStr) -> bool {
    name.as_encoded_bytes().starts_with(b".")
}

/// Siblings in the order of their full paths: a directory's name counts with the `/` that follows it.
fn by_path_bytes(a: &DirEntry, b: &DirEntry) -> Ordering {
    fn bytes(entry: &DirEntry) -> impl Iterator<Item = &u8> {
        let is_dir = entry.file_type().is_dir() || entry.path_is_symlink() && entry.path().is_dir();
        let slash: &[u8] = if is_dir { b"/" } else { b"" };
        entry.file_name().as_encoded_bytes().iter().chain(slash)
    }
    bytes(a).cmp(bytes(b))
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::symlink;

    use super::super::testing::Tree;
    use super::*;

    fn walked(tree: &Tree, walk: Walk) -> Vec<String> {
        walk.map(|step| match step {
            Ok(path) => tree.relative(&path.to_string_lossy()),
            Err((path, error)) => format!("!{}: {error}", tree.relative(&path.to_string_lossy())),
        })
        .collect()
    }

    fn globbed(tree: &Tree, pattern: &str) -> Vec<String> {
        let pattern = tree.root().join(pattern).to_string_lossy().into_owned();
        let glob = Glob::parse(&pattern).unwrap();
        walked(tree, Walk::glob(pattern, glob))
    }

    #[test]
    fn links_that_lead_back_are_not_followed() {
        let tree = Tree::of(&["d/a/x.txt", "d/b/y.txt"]);
        let d = tree.root().join("d");
        for (target, link) in [("..", "a/up"), ("../b", "a/across"), ("../a", "b/across"), (".", "here")] {
            symlink(target, d.join(link)).unwrap();
        }
        assert_eq!(walked(&tree, Walk::directory(d)), ["d/a/x.txt", "d/b/y.txt"]);
    }

    #[test]
    fn many_directories_linked_crosswise_end() {
        let names: Vec<String> = (0..12).map(|n| format!("d/{n:02}/x.txt")).collect();
        let tree = Tree::of(&names.iter().map(String::as_str).collect::<Vec<_>>());
        let d = tree.root().join("d");
        for from in 0..12 {
            for to in 0..12 {
                symlink(d.join(format!("{to:02}")), d.join(format!("{from:02}/to{to:02}"))).unwrap();
            }
        }
        assert_eq!(walked(&tree, Walk::directory(d)), names);
        assert!(globbed(&tree, "d/**/*.txt").len() <= 24, "each directory, and once more through a link");
    }

    #[test]
    fn a_link_that_leads_outside_or_to_a_hidden_place_is_followed_once() {
        let tree = Tree::of(&["out/o.txt", "d/.h/h.txt", "d/z.txt"]);
        let d = tree.root().join("d");
        for (target, link) in [("../out", "a"), ("../out", "b"), (".h", "c")] {
            symlink(target, d.join(link)).unwrap();
        }
        symlink("z.txt", d.join("y.txt")).unwrap();
        assert_eq!(walked(&tree, Walk::directory(d)), ["d/a/o.txt", "d/c/h.txt", "d/y.txt", "d/z.txt"]);
    }

    #[test]
    fn a_glob_follows_the_links_it_matches() {
        let tree = Tree::of(&["d/real/x.txt"]);
        symlink("real", tree.root().join("d/latest")).unwrap();
        assert_eq!(globbed(&tree, "d/l*/*.txt"), ["d/latest/x.txt"]);
        assert_eq!(globbed(&tree, "d/l*/**/*.txt"), ["d/latest/x.txt"]);
        assert_eq!(globbed(&tree, "d/*"), ["d/latest/x.txt", "d/real/x.txt"]);
    }
}
