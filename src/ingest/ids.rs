//! Document ids: how a path becomes one, and which were given before.

use std::collections::HashSet;
use std::path::{Component, Path, PathBuf};

use sha2::{Digest, Sha256};

/// A path as records name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Name {
    /// Relative to the working directory when it lies beneath it, with `/` between the parts; else as given.
    pub text: String,
    /// Whether some part was not valid Unicode and shows replacement characters.
    pub lossy: bool,
}

/// Names paths relative to one directory.
#[derive(Debug, Clone)]
pub(super) struct Naming {
    here: Option<PathBuf>,
    /// `here` without symbolic links, for paths that reach it another way.
    real: Option<PathBuf>,
}

impl Naming {
    /// Names relative to `here`.
    pub fn beneath(here: Option<PathBuf>) -> Self {
        let real = here.as_ref().and_then(|here| here.canonicalize().ok());
        Self { here, real }
    }

    /// The name of `path`.
    pub fn name(&self, path: &Path) -> Name {
        let plain = |path: &Path| !path.components().any(|part| part == Component::ParentDir);
        if plain(path) {
            if path.is_relative() {
                return joined(path);
            }
            if let Some(beneath) = self.here.as_ref().and_then(|here| path.strip_prefix(here).ok()) {
                return joined(beneath);
            }
        }
        // `..` and links in absolute paths can still lead beneath the working directory; only the system knows.
        let real = path.canonicalize().ok();
        match real.as_ref().zip(self.real.as_ref()).and_then(|(path, here)| path.strip_prefix(here).ok()) {
            Some(beneath) => joined(beneath),
            None => Name { text: path.to_string_lossy().into_owned(), lossy: path.to_str().is_none() },
        }
    }
}

/// The parts of a relative path with `/` between them, without `.`.
fn joined(path: &Path) -> Name {
    let parts: Vec<_> =
        path.components().filter(|part| *part != Component::CurDir).map(|part| part.as_os_str().to_string_lossy()).collect();
    let text = if parts.is_empty() { ".".to_owned() } else { parts.join("/") };
    Name { text, lossy: path.to_str().is_none() }
}

/// The ids given so far, 16 bytes each: a run may have 10⁷ documents.
///
/// Half of a SHA-256 stands for an id; at 10⁷ ids two collide with a chance of about 10⁻²⁵.
#[derive(Debug, Default)]
pub(super) struct SeenIds(HashSet<u128>);

impl SeenIds {
    /// Notes a document's id; false if it was there.
    pub fn document(&mut self, doc_id: &str) -> bool {
        self.insert(b"document:", doc_id)
    }

    /// Notes a file that holds many documents; false if it was there.
    pub fn container(&mut self, name: &str) -> bool {
        self.insert(b"container:", name)
    }

    fn insert(&mut self, kind: &[u8], id: &str) -> bool {
        let digest = Sha256::new().chain_update(kind).chain_update(id).finalize();
        let half = digest.iter().take(16).fold(0u128, |hash, &byte| hash << 8 | u128::from(byte));
        self.0.insert(half)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(path: &str) -> String {
        Naming::beneath(Some(PathBuf::from("/news/tonight"))).name(Path::new(path)).text
    }

    #[test]
    fn a_path_beneath_the_working_directory_is_named_relative_to_it() {
        assert_eq!(name("./a//b/./c.txt"), "a/b/c.txt");
        assert_eq!(name("/news/tonight/a.txt"), "a.txt");
        assert_eq!(name("."), ".");
    }

    #[test]
    fn any_other_path_is_named_as_given() {
        assert_eq!(name("/news/other/a.txt"), "/news/other/a.txt");
        assert_eq!(name("../other/a.txt"), "../other/a.txt");
    }

    #[cfg(unix)]
    #[test]
    fn dots_and_links_that_lead_beneath_the_working_directory_are_seen_through() -> std::io::Result<()> {
        let outer = tempfile::tempdir()?;
        let here = outer.path().join("here");
        std::fs::create_dir(&here)?;
        std::fs::write(here.join("a.txt"), "a")?;
        std::os::unix::fs::symlink(&here, outer.path().join("link"))?;
        let naming = Naming::beneath(Some(here.clone()));
        assert_eq!(naming.name(&here.join("../here/a.txt")).text, "a.txt");
        assert_eq!(naming.name(&outer.path().join("link/a.txt")).text, "a.txt");
        Ok(())
    }

    #[cfg(unix)]
    #[test]
    fn a_name_that_is_not_unicode_is_marked() {
        use std::os::unix::ffi::OsStrExt;
        let path = Path::new(std::ffi::OsStr::from_bytes(b"caf\xe9.txt"));
        assert_eq!(Naming::beneath(None).name(path), Name { text: "caf\u{fffd}.txt".into(), lossy: true });
    }

    #[test]
    fn an_id_is_new_once_and_containers_have_their_own() {
        let mut seen = SeenIds::default();
        assert!(seen.document("a"));
        assert!(!seen.document("a"));
        assert!(seen.document("b"));
        assert!(seen.container("a"));
        assert!(!seen.container("a"));
    }
}
