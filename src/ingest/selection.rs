//! Which files are read, by their record paths.

use std::fmt;
use std::path::Path;
use std::str::FromStr;

use ::glob::{MatchOptions, Pattern};

use super::error::{IngestError, Place};
use super::formats::{self, Kind};

/// A glob on record paths. Without `/` it is held against the last part of a path, else against all of it, where archives count
/// as directories: `2024.tar/sport/*.html` names what records call `2024.tar#sport/…`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathGlob {
    pattern: Pattern,
    whole: bool,
}

/// `*` and `?` stop at `/`, `**` does not.
const RULES: MatchOptions = MatchOptions { case_sensitive: true, require_literal_separator: true, require_literal_leading_dot: false };

impl FromStr for PathGlob {
    type Err = IngestError;

    /// # Errors
    /// [`IngestError::BadGlob`] for an unclosed `[` or a `**` that is not a part of its own.
    fn from_str(glob: &str) -> Result<Self, IngestError> {
        let bad = |error: ::glob::PatternError| IngestError::BadGlob { place: Place::file(glob), at: error.pos + 1, reason: error.msg };
        Ok(Self { pattern: Pattern::new(glob).map_err(bad)?, whole: glob.contains('/') })
    }
}

impl fmt::Display for PathGlob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.pattern.as_str())
    }
}

impl PathGlob {
    fn matches(&self, path: &str) -> bool {
        let last = path.rsplit('/').next().unwrap_or(path);
        self.pattern.matches_with(if self.whole { path } else { last }, RULES)
    }
}

/// Which files are read. By default, all.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Selection {
    /// Only files that one of these matches; all, if there is none. Archives are opened all the same.
    pub include: Vec<PathGlob>,
    /// None that one of these matches, nor what lies in an archive or a directory that one matches.
    pub exclude: Vec<PathGlob>,
}

impl Selection {
    /// Whether the file (or archive) that records call `path` is opened.
    #[must_use]
    pub fn takes(&self, path: &str) -> bool {
        let is_archive = || matches!(formats::kind(Path::new(path)), Some(Kind::Tar | Kind::Zip));
        let path = path.replace('#', "/");
        let included = || self.include.iter().any(|glob| glob.matches(&path));
        !self.excludes(&path) && (self.include.is_empty() || is_archive() || included())
    }

    /// Whether the file, directory or archive `path`, or one that it lies in, is excluded.
    #[must_use]
    pub fn excludes(&self, path: &str) -> bool {
        let path = path.replace('#', "/");
        let above = path.match_indices('/').filter_map(|(at, _)| path.get(..at));
        !self.exclude.is_empty() && above.chain([path.as_str()]).any(|part| self.exclude.iter().any(|glob| glob.matches(part)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn globs(globs: &[&str]) -> Vec<PathGlob> {
        globs.iter().map(|glob| glob.parse().unwrap()).collect()
    }

    fn taken(include: &[&str], exclude: &[&str], path: &str) -> bool {
        Selection { include: globs(include), exclude: globs(exclude) }.takes(path)
    }

    #[test]
    fn a_glob_without_a_slash_is_held_against_the_last_part() {
        assert!(taken(&["*.html"], &[], "a/b/c.html"));
        assert!(taken(&["*.html"], &[], "a.tar#b/c.html"));
        assert!(!taken(&["*.html"], &[], "a/b.html/c.txt"));
        assert!(!taken(&["*.html"], &["draft-*"], "a/draft-1.html"));
    }

    #[test]
    fn a_glob_with_a_slash_is_held_against_all_of_the_path() {
        assert!(taken(&["a/**/c.txt"], &[], "a/b/c.txt"));
        assert!(!taken(&["a/*.txt"], &[], "a/b/c.txt"));
        assert!(taken(&["2024.tar/sport/*.txt"], &[], "2024.tar#sport/c.txt"));
    }

    #[test]
    fn archives_are_opened_for_what_is_included_and_not_if_excluded() {
        assert!(taken(&["*.html"], &[], "a/b.tar.gz"));
        assert!(!taken(&["*.html"], &["b.*"], "a/b.tar.gz"));
        assert!(!taken(&[], &["b.tar"], "b.tar#c.txt"));
        assert!(!taken(&[], &["sport"], "news/sport/c.txt"));
        assert!(taken(&[], &["sport"], "news/sports/c.txt"));
        assert!(taken(&[], &[], "anything"));
    }

    #[test]
    fn a_glob_that_is_none_says_where() {
        let error = "a[b".parse::<PathGlob>().unwrap_err().to_string();
        assert!(error.starts_with("a[b: not a glob (character 2: "), "{error}");
    }
}
