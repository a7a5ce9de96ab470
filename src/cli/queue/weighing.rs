//! `claimsift queue weights`

use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use serde::{Deserialize, Serialize};

use super::Desk;
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

/// Takes the weights of a file.
pub(super) fn take(file: &Path, desk: &mut Desk) -> Result<Outcome> {
    let name = || file.display().to_string();
    let toml = std::fs::read_to_string(file).with_context(name)?;
    check(&toml).with_context(name)?;
    let now = desk.now();
    desk.queue.set_weights(&toml, now).with_context(name)?;
    say("every item weighed anew");
    Ok(Outcome::Good)
}

/// Whatever stands outside of `[queue]` would be passed over: a key that was meant for it must not be.
fn check(toml: &str) -> Result<()> {
    let file: toml::Table = toml::from_str(toml)?;
    if let Some((key, value)) = file.iter().find(|(_, value)| !value.is_table()) {
        bail!("found {key} = {value} outside of a table, expected it below [queue]");
    }
    let found = || file.keys().map(|key| format!("[{key}]")).collect::<Vec<_>>().join(", ");
    ensure!(
        file.contains_key("queue"),
        "found {}, expected a table [queue]",
        if file.is_empty() { "no table".to_owned() } else { found() }
    );
    Ok(())
}
