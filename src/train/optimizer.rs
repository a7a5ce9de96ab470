//! AdamW (Loshchilov and Hutter, 2019) over f32 master weights, whatever the network computes in.
//!
//! Ours rather than tch's because its state can be saved, and because of the word embeddings: a batch touches a
//! few hundred of 30,522 rows, and only those rows and their moments are updated.

use anyhow::{Result, ensure};
use tch::nn::VarStore;
use tch::{Kind, Tensor};

use super::config::{Config, OptimizerConfig};
use super::group_of;

const BETAS: (f64, f64) = (0.9, 0.999);
const EPSILON: f64 = 1e-8;

/// Variables that learn alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Group {
    WordEmbeddings,
    Encoder,
    Heads,
}

struct Parameter {
    name: String,
    group: Group,
    decay: f64,
    /// The share of its group's rate that it learns with.
    share: f64,
    /// What the network computes with.
    variable: Tensor,
    master: Tensor,
    mean: Tensor,
    variance: Tensor,
}

pub(super) struct AdamW {
    settings: OptimizerConfig,
    parameters: Vec<Parameter>,
    steps: i64,
    mixed: bool,
}

impl AdamW {
    /// Takes the f32 values of all variables as master weights; `kind` is what the network will compute in.
    pub(super) fn new(store: &VarStore, config: &Config, kind: Kind) -> Result<Self> {
        let mixed = kind != Kind::Float;
        let mut parameters = Vec::new();
        let variables = store.variables();
        let layers = variables.keys().filter_map(|name| layer_of(name)).max().map_or(0, |top| top + 1);
        for (name, variable) in variables {
            ensure!(variable.kind() == Kind::Float, "{name} is not in f32");
            let plain = name.ends_with(".bias") || name.contains("LayerNorm");
            parameters.push(Parameter {
                group: group_of(&name),
                share: match group_of(&name) {
                    Group::Heads => 1.0,
                    _ => config.optimizer.layer_decay.powi(layers - 1 - layer_of(&name).unwrap_or(-1)),
                },
                decay: if plain { 0.0 } else { config.optimizer.weight_decay },
                master: if mixed { variable.detach().copy() } else { variable.detach() },
                mean: variable.detach().zeros_like(),
                variance: variable.detach().zeros_like(),
                variable,
                name,
            });
        }
        parameters.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(Self { settings: config.optimizer.clone(), parameters, steps: 0, mixed })
    }

    /// Takes hold of the variables again after the store changed their kind.
    pub(super) fn bind(&mut self, store: &VarStore) {
        let variables = store.variables();
        for p in &mut self.parameters {
            if let Some(variable) = variables.get(&p.name) {
                p.variable = variable.shallow_clone();
            }
        }
    }

    /// One step along the gradients that stand in the variables, which are cleared. `share` of the highest rates;
    /// `ids` are the tokens of the batch.
    ///
    /// # Errors
    /// When a gradient is infinite or no number: nothing is changed then.
    pub(super) fn step(&mut self, share: f64, ids: &Tensor) -> Result<()> {
        let rows = distinct(ids);
        let norm = tch::no_grad(|| self.norm(&rows));
        ensure!(norm.is_finite(), "the gradient is no number any more (norm {norm}); try lower rates");
        self.steps += 1;
        let scale = (self.settings.clip_norm / (norm + 1e-6)).min(1.0);
        let step = Step { share, scale, steps: self.steps, mixed: self.mixed };
        let settings = &self.settings;
        for p in &mut self.parameters {
            tch::no_grad(|| match p.group {
                Group::WordEmbeddings => step.rows(p, settings, &rows),
                Group::Encoder | Group::Heads => step.whole(p, settings),
            });
        }
        Ok(())
    }

    /// The norm of all gradients together.
    fn norm(&self, rows: &Tensor) -> f64 {
        let squares: f64 = self
            .parameters
            .iter()
            .filter(|p| p.variable.grad().defined())
            .map(|p| {
                let gradient = p.variable.grad();
                let gradient = if p.group == Group::WordEmbeddings { gradient.index_select(0, rows) } else { gradient };
                gradient.to_kind(Kind::Float).norm().double_value(&[]).powi(2)
            })
            .sum();
        squares.sqrt()
    }

    /// Name and value of every master weight, in the order of names.
    pub(super) fn weights(&self) -> Vec<(String, Tensor)> {
        self.parameters.iter().map(|p| (p.name.clone(), p.master.shallow_clone())).collect()
    }

    /// Everything a run needs to go on, by name.
    pub(super) fn state(&self) -> Vec<(String, Tensor)> {
        let mut state = vec![("steps".to_owned(), Tensor::from_slice(&[self.steps]))];
        for p in &self.parameters {
            for (part, tensor) in [("master", &p.master), ("mean", &p.mean), ("variance", &p.variance)] {
                state.push((format!("{part}.{}", p.name), tensor.shallow_clone()));
            }
        }
        state
    }

    /// Takes back what [`AdamW::state`] gave.
    pub(super) fn restore(&mut self, state: Vec<(String, Tensor)>) -> Result<()> {
        let mut state: std::collections::HashMap<String, Tensor> = state.into_iter().collect();
        let steps = state.remove("steps").map(|t| t.int64_value(&[0]));
        tch::no_grad(|| {
            for p in &mut self.parameters {
                for (part, tensor) in [("master", &mut p.master), ("mean", &mut p.mean), ("variance", &mut p.variance)] {
                    let saved = state.remove(&format!("{part}.{}", p.name));
                    ensure!(
                        saved.as_ref().is_some_and(|s| s.size() == tensor.size()),
                        "the checkpoint is of another network: `{}` does not fit",
                        p.name
                    );
                    if let Some(saved) = saved {
                        tensor.copy_(&saved);
                    }
                }
                p.variable.copy_(&p.master);
            }
            Ok(())
        })?;
        self.steps = steps.unwrap_or(0);
        Ok(())
    }
}

/// What all updates of a step share.
struct Step {
    share: f64,
    scale: f64,
    steps: i64,
    mixed: bool,
}

impl Step {
    /// The gradient; none where nothing was ever learnt.
    fn gradient(p: &Parameter) -> Option<Tensor> {
        let gradient = p.variable.grad();
        if gradient.defined() {
            return Some(gradient);
        }
        // A head that was learnt from before a stop goes on by its momentum alone, as it would have without the stop.
        (p.variance.sum(Kind::Float).double_value(&[]) != 0.0).then(|| p.variable.zeros_like())
    }

    fn rate(&self, p: &Parameter, settings: &OptimizerConfig) -> f64 {
        let highest = match p.group {
            Group::Heads => settings.head_learning_rate,
            Group::WordEmbeddings | Group::Encoder => settings.learning_rate,
        };
        self.share * p.share * highest
    }

    fn whole(&self, p: &mut Parameter, settings: &OptimizerConfig) {
        let Some(mut gradient) = Self::gradient(p) else { return };
        let rate = self.rate(p, settings);
        let scaled = gradient.to_kind(Kind::Float) * self.scale;
        adam(&mut p.master, &mut p.mean, &mut p.variance, &scaled, rate, p.decay, self.steps);
        if self.mixed {
            p.variable.copy_(&p.master);
        }
        let _ = gradient.zero_();
    }

    /// Only the rows that the batch touched.
    fn rows(&self, p: &mut Parameter, settings: &OptimizerConfig, rows: &Tensor) {
        let Some(mut gradient) = Self::gradient(p) else { return };
        let rate = self.rate(p, settings);
        let part = |t: &Tensor| t.index_select(0, rows);
        let (mut master, mut mean, mut variance) = (part(&p.master), part(&p.mean), part(&p.variance));
        let of_rows = part(&gradient).to_kind(Kind::Float) * self.scale;
        adam(&mut master, &mut mean, &mut variance, &of_rows, rate, p.decay, self.steps);
        let _ = p.master.index_copy_(0, rows, &master);
        let _ = p.mean.index_copy_(0, rows, &mean);
        let _ = p.variance.index_copy_(0, rows, &variance);
        if self.mixed {
            let _ = p.variable.index_copy_(0, rows, &master.to_kind(p.variable.kind()));
        }
        let _ = gradient.index_fill_(0, rows, 0.0);
    }
}

/// The layer a variable belongs to, counted from below.
fn layer_of(name: &str) -> Option<i32> {
    name.split_once(".layer.")?.1.split('.').next()?.parse().ok()
}

/// The rows of the word embeddings that a batch touches.
fn distinct(ids: &Tensor) -> Tensor {
    let mut rows = Vec::<i64>::try_from(ids.view(-1)).unwrap_or_default();
    rows.sort_unstable();
    rows.dedup();
    Tensor::from_slice(&rows)
}

fn adam(master: &mut Tensor, mean: &mut Tensor, variance: &mut Tensor, gradient: &Tensor, rate: f64, decay: f64, steps: i64) {
    let corrected = |beta: f64| 1.0 - beta.powi(steps.min(i64::from(i32::MAX)) as i32);
    let _ = mean.lerp_(gradient, 1.0 - BETAS.0);
    let _ = variance.lerp_(&gradient.square(), 1.0 - BETAS.1);
    let denominator = (variance.sqrt() / corrected(BETAS.1).sqrt()).g_add_scalar_(EPSILON);
    if decay > 0.0 {
        let _ = master.g_mul_scalar_(1.0 - rate * decay);
    }
    let _ = master.g_sub_(&(&*mean / denominator).g_mul_scalar_(rate / corrected(BETAS.0)));
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two steps by the published update rule, worked out by hand.
    #[test]
    fn two_steps_are_those_of_the_paper() {
        let (mut w, mut m, mut v) = (Tensor::from_slice(&[1.0f32]), Tensor::from_slice(&[0.0f32]), Tensor::from_slice(&[0.0f32]));
        let g = Tensor::from_slice(&[0.5f32]);
        adam(&mut w, &mut m, &mut v, &g, 0.1, 0.01, 1);
        // The first step moves by the rate, whatever the gradient: 1·(1 − 0.001) − 0.1.
        assert!((w.double_value(&[0]) - 0.899).abs() < 1e-5);
        adam(&mut w, &mut m, &mut v, &g, 0.1, 0.01, 2);
        assert!((w.double_value(&[0]) - (0.899 * 0.999 - 0.1)).abs() < 1e-5);
    }
}
