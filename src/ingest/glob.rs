//! Globs: `*`, `?`, `[..]` within one part of a path, `**` for any number of parts.

use std::path::{Path, PathBuf};

use ::glob::Pattern;

use super::error::{IngestError, Place};

/// A glob, as a directory to walk and what to take beneath it.
#[derive(Debug)]
pub(super) struct Glob {
    /// Where the walk begins: the parts before the first wildcard.
    pub base: PathBuf,
    /// The parts from the first wildcard to the first `**`, one for each depth below the base.
    fixed: Vec<Pattern>,
    /// All parts from the first wildcard, if `**` is among them.
    deep: Option<Pattern>,
    /// Whether the last part is `**`, which names no file.
    open_ended: bool,
}

/// What a glob says of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Match {
    /// Not meant.
    No,
    /// Meant by name: read whatever its extension.
    Named,
    /// Lies in a directory that is meant: read if its extension is known.
    Beneath,
}

impl Glob {
    /// Whether a path is written as a glob.
    pub fn is_written_in(path: &str) -> bool {
        path.contains(['*', '?', '['])
    }

    /// Understands a glob.
    ///
    /// # Errors
    /// [`IngestError::BadGlob`] for an unclosed `[` or a `**` that is not a part of its own.
    pub fn parse(glob: &str) -> Result<Self, IngestError> {
        let bad = |error: ::glob::PatternError| IngestError::BadGlob { place: Place::file(glob), at: error.pos + 1, reason: error.msg };
        Pattern::new(glob).map_err(bad)?;
        let parts: Vec<&str> = glob.split('/').filter(|part| !matches!(*part, "" | ".")).collect();
        let wildcard = parts.iter().position(|part| Self::is_written_in(part)).unwrap_or(parts.len());
        let (literal, wild) = parts.split_at(wildcard);
        let mut base = PathBuf::from(if glob.starts_with('/') { "/" } else { "" });
        base.extend(literal);
        if base.as_os_str().is_empty() {
            base.push(".");
        }
        let fixed = wild.iter().take_while(|part| **part != "**");
        let fixed = fixed.map(|part| Pattern::new(part)).collect::<Result<Vec<_>, _>>().map_err(bad)?;
        let deep = (fixed.len() < wild.len()).then(|| Pattern::new(&wild.join("/")));
        let deep = deep.transpose().map_err(bad)?;
        Ok(Self { base, fixed, deep, open_ended: wild.last() == Some(&"**") })
    }

    /// Whether a directory at `depth` below the base (1 or more) can hold what is meant.
    pub fn enters(&self, depth: usize, name: &str) -> bool {
        self.part(depth).is_none_or(|part| part.matches(name))
    }

    /// Whether the part for this depth asks for hidden names.
    pub fn shows_hidden(&self, depth: usize) -> bool {
        self.part(depth).is_some_and(|part| part.as_str().starts_with('.'))
    }

    /// What is said of the file `beneath` the base, all of whose directories were entered.
    pub fn of_file(&self, depth: usize, beneath: &Path) -> Match {
        match &self.deep {
            Some(_) if self.open_ended && depth > self.fixed.len() => Match::Beneath,
            Some(deep) if !self.open_ended && deep.matches_with(&beneath.to_string_lossy(), RULES) => Match::Named,
            Some(_) => Match::No,
            // A directory that is itself matched is read as if it were given, as a shell would pass it.
            None if depth > self.fixed.len() => Match::Beneath,
            None if depth == self.fixed.len() && self.last_matches(beneath) => Match::Named,
            None => Match::No,
        }
    }

    /// What is asked of names at `depth` below the base, where that is fixed.
    fn part(&self, depth: usize) -> Option<&Pattern> {
        self.fixed.get(depth.checked_sub(1)?)
    }

    fn last_matches(&self, path: &Path) -> bool {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        self.fixed.last().is_some_and(|part| part.matches(&name))
    }
}

/// Wildcards stop at `/`; hidden names were sorted out before.
const RULES: ::glob::MatchOptions =
    ::glob::MatchOptions { case_sensitive: true, require_literal_separator: true, require_literal_leading_dot: false };

#[cfg(test)]
mod tests {
    use super::*;

    fn of(glob: &str, beneath: &str) -> Match {
        let glob = Glob::parse(glob).unwrap();
        let parts: Vec<&str> = beneath.split('/').collect();
        let directories = &parts[..parts.len() - 1];
        if !directories.iter().enumerate().all(|(at, name)| glob.enters(at + 1, name)) {
            return Match::No;
        }
        glob.of_file(parts.len(), Path::new(beneath))
    }

    #[test]
    fn the_walk_begins_before_the_first_wildcard() {
        let base = |glob| Glob::parse(glob).unwrap().base;
        assert_eq!(base("*.txt"), Path::new("."));
        assert_eq!(base("./news//2024-*/x.txt"), Path::new("news"));
        assert_eq!(base("/*"), Path::new("/"));
        assert_eq!(base("../a/**"), Path::new("../a"));
    }

    #[test]
    fn wildcards_stay_within_a_part() {
        assert_eq!(of("*.txt", "a.txt"), Match::Named);
        assert_eq!(of("*.txt", "b/a.txt"), Match::No);
        assert_eq!(of("2024-0[1-3]/?.txt", "2024-02/a.txt"), Match::Named);
        assert_eq!(of("2024-0[1-3]/?.txt", "2024-04/a.txt"), Match::No);
        assert_eq!(of("*/x.txt", "x.txt"), Match::No);
    }

    #[test]
    fn two_stars_cross_parts() {
        assert_eq!(of("**/*.txt", "a.txt"), Match::Named);
        assert_eq!(of("**/*.txt", "b/c/a.txt"), Match::Named);
        assert_eq!(of("**/*.txt", "b/c/a.md"), Match::No);
        assert_eq!(of("b*/**/a.md", "bb/a.md"), Match::Named);
        assert_eq!(of("b*/**/a.md", "c/a.md"), Match::No);
        assert_eq!(of("b*/**", "bb/c/a.md"), Match::Beneath);
        assert_eq!(of("b*/**", "a.md"), Match::No);
    }

    #[test]
    fn a_matched_directory_is_read_as_if_given() {
        assert_eq!(of("2024-*", "2024-03/deep/a.jpg"), Match::Beneath);
    }

    #[test]
    fn a_glob_that_is_none_says_where() {
        let error = Glob::parse("news/[a.txt").unwrap_err().to_string();
        assert!(error.starts_with("news/[a.txt: not a glob (character 6: "), "{error}");
        assert!(Glob::parse("a**b").is_err());
    }
}
