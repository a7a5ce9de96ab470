//! Where a training stands, on disk: it can be killed at any step and go on.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use tch::Tensor;

use super::Config;
use super::optimizer::AdamW;
use crate::model::digest_of;

const STATE: &str = "state.safetensors";
const CONFIG: &str = "config.sha256";

/// Writes a checkpoint; the one before stays whole until the new one is.
pub(super) fn save(folder: &Path, done: usize, config: &Config, optimizer: &AdamW) -> Result<()> {
    std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let mut state = optimizer.state();
    state.push(("done".to_owned(), Tensor::from_slice(&[done as i64])));
    let temporary = folder.join("state.new");
    Tensor::write_safetensors(&state, &temporary).with_context(|| format!("cannot write {}", temporary.display()))?;
    std::fs::write(folder.join(CONFIG), fingerprint(config)?)?;
    std::fs::rename(&temporary, folder.join(STATE)).context("cannot put the checkpoint in place")
}

/// Takes up the checkpoint, if there is one; returns the steps done.
pub(super) fn load(folder: &Path, config: &Config, optimizer: &mut AdamW) -> Result<usize> {
    let path = folder.join(STATE);
    if !path.exists() {
        return Ok(0);
    }
    let written = std::fs::read_to_string(folder.join(CONFIG)).unwrap_or_default();
    ensure!(
        written == fingerprint(config)?,
        "{}: the checkpoint was made with another configuration; remove it, or give the old one",
        folder.display()
    );
    let mut state = Tensor::read_safetensors(&path).with_context(|| format!("{} is damaged", path.display()))?;
    let at = state.iter().position(|(name, _)| name == "done").with_context(|| format!("{} holds no step", path.display()))?;
    let done = state.swap_remove(at).1.int64_value(&[0]);
    optimizer.restore(state)?;
    Ok(done as usize)
}

/// Removes the checkpoint of a finished training.
pub(super) fn remove(folder: &Path) {
    let _ = std::fs::remove_dir_all(folder);
}

fn fingerprint(config: &Config) -> Result<String> {
    // What is only reported, or done with the weights at the end, does not change what is learnt.
    let mut learning = config.clone();
    (learning.log_every, learning.checkpoint_every) = (0, 0);
    learning.base.keep = None;
    learning.dev.clear();
    Ok(digest_of(serde_json::to_string(&learning)?.as_bytes()))
}
