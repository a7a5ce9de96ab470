//! Files given to the queue. What is wrong with them is known before a queue is made or changed, and names them alone.

use std::fs::{self, File};
use std::path::Path;

use anyhow::{Context, Result, bail};

/// Whether a file can be read, as far as that can be told without reading it: a pipe is opened only once.
pub(super) fn look(name: &str) -> Result<()> {
    if name == "-" {
        return Ok(());
    }
    let found = fs::metadata(name).with_context(|| name.to_owned())?;
    if found.is_dir() {
        bail!("{name}: found a folder, expected a file");
    }
    if found.is_file() {
        File::open(name).with_context(|| name.to_owned())?;
    }
    Ok(())
}

/// The text of a file, or of standard input where it is `-`.
pub(super) fn text(file: &Path) -> Result<String> {
    let bytes = if file == Path::new("-") {
        let mut bytes = Vec::new();
        std::io::Read::read_to_end(&mut std::io::stdin(), &mut bytes).map(|_| bytes)
    } else {
        fs::read(file)
    };
    let name = name(file);
    let bytes = bytes.with_context(|| name.clone())?;
    String::from_utf8(bytes).map_err(|error| {
        let (at, bytes) = (error.utf8_error().valid_up_to(), error.as_bytes());
        let line = bytes.iter().take(at).filter(|byte| **byte == b'\n').count() + 1;
        let found = bytes.get(at).copied().unwrap_or_default();
        anyhow::anyhow!("{name}:{line}: found the byte {found:#04x} at offset {at}, expected text in UTF-8")
    })
}

/// What a file is called in messages.
pub(super) fn name(file: &Path) -> String {
    if file == Path::new("-") { "standard input".to_owned() } else { file.display().to_string() }
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_byte_that_is_no_text_is_named_with_its_place() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("checks.csv");
        std::fs::write(&path, b"claim,verdict,url\nCaf\xe9,True,http://x").unwrap();
        let error = super::text(&path).unwrap_err().to_string();
        assert!(error.ends_with("checks.csv:2: found the byte 0xe9 at offset 21, expected text in UTF-8"), "{error}");
    }
}
