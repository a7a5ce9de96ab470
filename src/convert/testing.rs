//! What tests of readers share.

use super::intake::Intake;
use super::{ConvertError, LabelledDocument, Options, Reading};
use std::path::Path;

/// A format's reader.
pub(super) type Read = fn(&Path, &mut Intake) -> Result<Vec<LabelledDocument>, ConvertError>;

/// What `read` makes of a file called `name` with this content.
pub(super) fn file(read: Read, name: &str, content: impl AsRef<[u8]>, lenient: bool) -> Result<Reading, ConvertError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, content).unwrap();
    let options = Options { lenient, ..Options::default() };
    let mut intake = Intake::new(&options);
    let documents = read(&path, &mut intake)?;
    Ok(intake.finish(documents))
}
