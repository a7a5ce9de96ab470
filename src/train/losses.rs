//! What a step is off by, head by head.

use tch::{Kind, Reduction, Tensor};

use super::batches::{Allowed, Batch};
use crate::model::Outputs;

/// The heads, in the order of [`Losses`].
pub(super) const HEADS: [&str; 5] = ["entities", "attributions", "check-worthiness", "verifiability", "types"];

/// The loss of each head that the batch teaches.
pub(super) type Losses = [Option<Tensor>; 5];

pub(super) fn of(outputs: &Outputs, batch: &Batch) -> Losses {
    [
        batch.entities.as_ref().map(|target| allowed(&outputs.entities, target)),
        batch.attributions.as_ref().map(|target| allowed(&outputs.attributions, target)),
        batch.worth.as_ref().map(|target| allowed(&outputs.worth, target)),
        outputs.verifiability.as_ref().zip(batch.verifiability.as_ref()).map(|(scores, target)| allowed(scores, target)),
        outputs.types.as_ref().zip(batch.types.as_ref()).map(|(scores, (rows, flags))| {
            scores.index_select(0, rows).binary_cross_entropy_with_logits::<Tensor>(flags, None, None, Reduction::Mean)
        }),
    ]
}

/// −log of the probability that the allowed classes have together, in the mean over rows: cross-entropy where one class is
/// allowed, and a loss that does not ask which where several are (Jin and Ghahramani, NIPS 2002).
fn allowed(scores: &Tensor, target: &Allowed) -> Tensor {
    let classes = scores.size().last().copied().unwrap_or(1);
    let rows = scores.reshape([-1, classes]).index_select(0, &target.rows);
    let all = rows.logsumexp(&[1i64][..], false);
    (all - (rows + &target.bars).logsumexp(&[1i64][..], false)).mean(Kind::Float)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_allowed_class_is_cross_entropy_and_two_are_their_sum() {
        let scores = Tensor::from_slice(&[1.0f32, 2.0, 3.0]).view([1, 3]);
        let loss = |bars: [f32; 3]| {
            let target = Allowed { rows: Tensor::from_slice(&[0i64]), bars: Tensor::from_slice(&bars).view([1, 3]) };
            allowed(&scores, &target).double_value(&[])
        };
        let share = |x: f64| x.exp() / (1f64.exp() + 2f64.exp() + 3f64.exp());
        assert!((loss([-1e9, 0.0, -1e9]) + share(2.0).ln()).abs() < 1e-5);
        assert!((loss([0.0, -1e9, 0.0]) + (share(1.0) + share(3.0)).ln()).abs() < 1e-5);
    }
}
