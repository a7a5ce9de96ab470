//! How annotation is read: options that `evaluate` and `convert` share.

use std::path::Path;

use anyhow::{Context, Result};

use super::{data_folder, say};
use crate::convert::{self, Format, LabelMap, Options, Reading, Unknown};

// Flattened into other `Args`: its group needs a name of its own.
#[derive(clap::Args, Clone)]
#[group(id = "reading")]
pub(super) struct Args {
    /// The format that is read; told from the file where absent.
    #[arg(long, value_enum, value_name = "FORMAT")]
    from: Option<Format>,
    /// What an entity label of the corpus is to us, or `none`; repeatable.
    #[arg(long, value_name = "THEIRS=OURS", value_parser = pair)]
    map: Vec<(String, String)>,
    /// Leave out what cannot be read, and say so, instead of stopping.
    #[arg(long)]
    pub(super) lenient: bool,
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (theirs, ours) = text.split_once('=').ok_or_else(|| format!("found {text:?}, expected THEIRS=OURS"))?;
    Ok((theirs.to_owned(), ours.to_owned()))
}

impl Args {
    /// The same, but for the format; told from the file where absent.
    pub(super) fn with_format(&self, from: Option<Format>) -> Self {
        Self { from, ..self.clone() }
    }

    /// Reads annotation, with the usual corpora's labels as ours; what was left out is said on standard error.
    pub(super) fn read(&self, path: &Path, unknown: Unknown) -> Result<(Format, Reading)> {
        self.read_with(path, LabelMap::usual(unknown))
    }

    /// Reads annotation with labels as they are, but for --map.
    pub(super) fn read_as_it_is(&self, path: &Path) -> Result<(Format, Reading)> {
        self.read_with(path, LabelMap::default())
    }

    fn read_with(&self, path: &Path, mut labels: LabelMap) -> Result<(Format, Reading)> {
        if !path.exists() {
            anyhow::bail!("{}: no such file or folder", path.display());
        }
        let told = || format!("{}: its format cannot be told; give --from (--predictions-from for predictions)", path.display());
        let format = self.from.or_else(|| convert::guess(path)).with_context(told)?;
        self.map.iter().for_each(|(theirs, ours)| labels.set(theirs, ours));
        let reading = convert::read(path, format, &Options { labels, lenient: self.lenient, texts: data_folder() })
            .with_context(|| format!("cannot be read as {}", format.name()))?;
        for error in &reading.skipped {
            say(&format!("claimsift: left out: {error}"));
        }
        Ok((format, reading))
    }
}
