//! The text of a document: in the gold itself, or, where its licence forbids copies, in a file that stands elsewhere.

use std::path::Path;

use super::wire::Top;
use crate::convert::places::check_hash;
use crate::ingest::{self, IngestOptions};

/// The document's text. `gold` is the file that annotates it, `texts` a folder that files are looked for in when there is none
/// beside the gold.
pub(super) fn of(top: &Top, gold: &Path, texts: Option<&Path>) -> Result<String, String> {
    let text = match (&top.text, &top.text_path) {
        (Some(text), None) => text.clone(),
        (None, Some(path)) => elsewhere(path, gold, texts)?,
        _ => return Err("expected either text or text_path".into()),
    };
    match &top.text_sha256 {
        Some(hash) => check_hash(&text, hash)?,
        None if top.text.is_none() => return Err("expected text_sha256 beside text_path".into()),
        None => {}
    }
    Ok(text)
}

/// What `extract` reads in the file.
fn elsewhere(path: &str, gold: &Path, texts: Option<&Path>) -> Result<String, String> {
    let beside = gold.parent().unwrap_or(Path::new("")).join(path);
    let found = [Some(beside), texts.map(|folder| folder.join(path))].into_iter().flatten().find(|p| p.is_file());
    let found = found.ok_or_else(|| match texts {
        Some(folder) => format!("its text {path} is neither beside the gold nor in {}", folder.display()),
        None => format!("its text {path} is not beside the gold"),
    })?;
    let mut documents = ingest::documents(&[found.display().to_string()], &IngestOptions::default());
    match documents.next() {
        Some(Ok(document)) => Ok(document.text),
        Some(Err(failure)) => Err(format!("its text cannot be read: {}", failure.error)),
        None => Err(format!("its text {path} holds nothing")),
    }
}
