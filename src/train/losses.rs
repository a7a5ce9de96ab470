//! What a step is off by, head by head.

use tch::{Kind, Reduction, Tensor};

use super::batches::{Allowed, Batch, Lesson};
use crate::model::Outputs;

/// The heads, in the order of [`Losses`].
pub(super) const HEADS: [&str; 5] = ["entities", "attributions", "check-worthiness", "verifiability", "types"];

/// The loss of each head that the batch teaches.
pub(super) type Losses = [Option<Tensor>; 5];

/// `weight` is that of what the teacher says.
pub(super) fn of(outputs: &Outputs, batch: &Batch, weight: f64) -> Losses {
    let gold = of_gold(outputs, batch);
    match &batch.taught {
        Some(lesson) if weight > 0.0 => {
            let mut taught = of_lesson(outputs, lesson).into_iter().map(|loss| loss.map(|l| l * weight));
            gold.map(|gold| match (gold, taught.next().flatten()) {
                (Some(gold), Some(taught)) => Some(gold + taught),
                (gold, taught) => gold.or(taught),
            })
        }
        _ => gold,
    }
}

fn of_lesson(outputs: &Outputs, lesson: &Lesson) -> Losses {
    let words = |scores: &Tensor, said: &Tensor| Some(alike(&scores.reshape([-1, said.size()[1]]).index_select(0, &lesson.words), said));
    let sentences = |scores: Option<&Tensor>, said: &Tensor| {
        let rows = scores?.index_select(0, &lesson.sentences);
        (said.size()[1] > 0 && said.size()[0] > 0).then(|| alike(&rows, said))
    };
    [
        words(&outputs.entities, &lesson.entities),
        words(&outputs.attributions, &lesson.attributions),
        sentences(Some(&outputs.worth), &lesson.worth),
        sentences(outputs.verifiability.as_ref(), &lesson.verifiability),
        outputs.types.as_ref().filter(|_| lesson.types.numel() > 0).map(|scores| {
            let rows = scores.index_select(0, &lesson.sentences);
            rows.binary_cross_entropy_with_logits::<Tensor>(&lesson.types, None, None, Reduction::Mean)
        }),
    ]
}

/// Cross-entropy against probabilities, in the mean over rows.
fn alike(scores: &Tensor, said: &Tensor) -> Tensor {
    -(scores.log_softmax(-1, Kind::Float) * said).sum_dim_intlist(&[1i64][..], false, Kind::Float).mean(Kind::Float)
}

fn of_gold(outputs: &Outputs, batch: &Batch) -> Losses {
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
