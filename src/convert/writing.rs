//! What all writers need: files that appear whole, and an account of what did not fit.

use std::collections::BTreeMap;
use std::path::Path;

use super::ConvertError;
use crate::emit::EmitError;

/// Something the format has no place for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loss {
    /// What it is, in the plural: "attributions".
    pub what: String,
    /// How many there were.
    pub count: usize,
}

/// Counts what did not fit.
#[derive(Debug, Default)]
pub(super) struct Losses(BTreeMap<String, usize>);

impl Losses {
    /// `count` of `what` (a plural) have no place.
    pub(super) fn add(&mut self, what: &str, count: usize) {
        if count > 0 {
            *self.0.entry(what.to_owned()).or_default() += count;
        }
    }

    pub(super) fn list(self) -> Vec<Loss> {
        self.0.into_iter().map(|(what, count)| Loss { what, count }).collect()
    }
}

/// Writes a file whole or not at all; folders on the way are made, `-` is standard output.
pub(super) fn put(path: &Path, content: &[u8]) -> Result<(), ConvertError> {
    match crate::emit::write_whole(path, content) {
        Ok(()) | Err(EmitError::Closed) => Ok(()),
        Err(EmitError::Write { source, .. }) => Err(ConvertError::file(path, format!("cannot be written: {source}"))),
    }
}
