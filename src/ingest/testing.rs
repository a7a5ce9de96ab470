//! A directory of files for the tests of this room.

use std::fs;
use std::path::Path;

use tempfile::TempDir;

/// A temporary directory, removed at the end.
pub(super) struct Tree(TempDir);

impl Tree {
    /// With files at these paths, each holding "x".
    pub fn of(paths: &[&str]) -> Self {
        let tree = Self(tempfile::tempdir().unwrap());
        for path in paths {
            tree.write(path, "x");
        }
        tree
    }

    /// Writes one file, and the directories it lies in.
    pub fn write(&self, path: &str, bytes: impl AsRef<[u8]>) {
        let path = self.root().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    /// Where it stands.
    pub fn root(&self) -> &Path {
        self.0.path()
    }

    /// Arguments, absolute: paths in the tree (`-` and absolute ones stay).
    pub fn paths(&self, relative: &[&str]) -> Vec<String> {
        let absolute = |path: &&str| match *path {
            "-" => "-".to_owned(),
            path => self.root().join(path).to_string_lossy().into_owned(),
        };
        relative.iter().map(absolute).collect()
    }

    /// A text without the tree's own path in it.
    pub fn relative(&self, text: &str) -> String {
        text.replace(&format!("{}/", self.root().display()), "")
    }
}
