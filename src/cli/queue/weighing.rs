//! `claimsift queue weights`

use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use serde::{Deserialize, Serialize};

use super::{Desk, given};
use crate::cli::{Outcome, print, say};
use crate::queue::priority::Priorities;

/// What weights stand in: the table `[queue]` of a configuration.
#[derive(Default, Serialize, Deserialize)]
struct File {
    #[serde(default)]
    queue: Priorities,
}

/// Prints all that is in force, as a file that could be given back.
pub(super) fn print_all(desk: &Desk) -> Result<Outcome> {
    let given = desk.queue.weights()?;
    let file: File = given.as_deref().map_or_else(|| Ok(File::default()), toml::from_str)?;
    let whose = if given.is_some() { "The weights of this queue" } else { "The program's own weights" };
    print(&format!("# {whose}; docs/priority.md explains them.\n{}", toml::to_string(&file)?))?;
    Ok(Outcome::Good)
}

/// The weights of a file, as they stand there.
pub(super) fn read(file: &Path) -> Result<String> {
    let toml = given::text(file)?;
    check(&toml).with_context(|| given::name(file))?;
    Ok(toml)
}

/// Takes them.
pub(super) fn take(toml: &str, desk: &mut Desk) -> Result<Outcome> {
    let now = desk.now();
    desk.queue.set_weights(toml, now)?;
    say("every item weighed anew");
    Ok(Outcome::Good)
}

/// Whatever stands outside of `[queue]` would be passed over: a key that was meant for it must not be.
fn check(text: &str) -> Result<()> {
    let file: toml::Table = toml::from_str(text)?;
    if let Some((key, value)) = file.iter().find(|(_, value)| !value.is_table()) {
        bail!("found {key} = {value} outside of a table, expected it below [queue]");
    }
    let found = || file.keys().map(|key| format!("[{key}]")).collect::<Vec<_>>().join(", ");
    ensure!(
        file.contains_key("queue"),
        "found {}, expected a table [queue]",
        if file.is_empty() { "no table".to_owned() } else { found() }
    );
    let File { queue } = toml::from_str(text)?;
    queue.validate().context("the weights cannot be used")
}
