//! Logits to mentions and sentence scores.

use crate::encode::Encoded;
use crate::labels::{ClaimType, TagSet, Verifiability, Worth};
use crate::model::{Calibration, Card, Logits, ModelError};
use crate::span::Span;

/// One labelled span.
#[derive(Debug, Clone, PartialEq)]
pub struct Mention {
    /// Where it stands, document-absolute.
    pub span: Span,
    /// Its label's position in the tag set.
    pub label: usize,
    /// The geometric mean of its tags' probabilities, in [0, 1]; calibrated for entities where the card says how.
    pub score: f32,
}

/// What the model reads in one sentence.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Reading {
    /// Entity mentions, in order, without overlap; scores calibrated.
    pub entities: Vec<Mention>,
    /// Parts of attributions, in order, without overlap; labels as in [`crate::labels::Role`].
    pub roles: Vec<Mention>,
    /// The probability of each class of [`Worth`], in their order.
    pub worth: [f32; 3],
    /// The calibrated probability of [`Worth::Cfs`].
    pub score: f32,
    /// `None` where the model has no such head.
    pub verifiability: Option<Verifiability>,
    /// The logits of its classes in the order of [`Verifiability::ALL`], as the model gives them; empty without such a head.
    pub verifiability_scores: Vec<f32>,
    /// `None` where the model has no such head; in the order of [`ClaimType::ALL`].
    pub types: Option<Vec<ClaimType>>,
    /// The probability of each type that the sentence can have, whether it reaches the threshold or not.
    pub type_scores: Vec<(ClaimType, f32)>,
    /// Model calls it took.
    pub windows: usize,
    /// Bytes under the words that came back with scores.
    pub scored_bytes: usize,
}

impl Reading {
    /// The score for priority: the calibrated probability of [`Worth::Cfs`], to four decimals. Records show it so, and what
    /// is compared with a threshold must be what they show.
    #[must_use]
    pub fn check_worthiness(&self) -> f64 {
        rounded(self.score)
    }
}

impl Reading {
    /// What was read of the words under `from`, for the same words under `to`.
    #[must_use]
    pub fn moved(&self, from: Span, to: Span) -> Self {
        let mut moved = self.clone();
        let place = |at: usize| at - from.start + to.start;
        for mention in moved.entities.iter_mut().chain(&mut moved.roles) {
            mention.span = Span::new(place(mention.span.start), place(mention.span.end));
        }
        moved
    }
}

/// A score to four decimals: more are noise, and make records long.
#[must_use]
pub fn rounded(score: f32) -> f64 {
    (f64::from(score) * 1e4).round() / 1e4
}

/// Used where a card names no threshold for types.
const TYPE_THRESHOLD: f64 = 0.5;

/// What a model's scores mean, as its card says.
#[derive(Debug, Clone)]
pub struct Decoder {
    entities: TagSet,
    roles: TagSet,
    types: Vec<ClaimType>,
    type_threshold: f64,
    calibration: Calibration,
}

impl Decoder {
    /// The decoder of a model.
    #[must_use]
    pub fn of(card: &Card) -> Self {
        Self {
            entities: TagSet::new(card.labels.entities.clone()),
            roles: TagSet::new(card.labels.attributions.clone()),
            types: card.labels.types.iter().filter_map(|t| ClaimType::parse(t)).collect(),
            type_threshold: card.thresholds.types.as_ref().map_or(TYPE_THRESHOLD, |t| t.value),
            calibration: card.calibration.clone(),
        }
    }

    /// The entity labels that mentions point to.
    #[must_use]
    pub fn entity_labels(&self) -> &[String] {
        self.entities.labels()
    }

    /// Reads one sentence: what was said of its windows joined, and decoded.
    ///
    /// # Errors
    /// When there is not a row of scores for every word.
    pub fn read(&self, encoded: &Encoded, of_windows: Vec<Logits>) -> Result<Reading, ModelError> {
        let (mut entities, mut roles) = (Vec::new(), Vec::new());
        // A sentence of several windows is what the worthiest of them is.
        let mut worthiest: Option<([f32; 3], Logits)> = None;
        for mut logits in of_windows {
            entities.append(&mut logits.entities);
            roles.append(&mut logits.attributions);
            if let [nfs, ufs, cfs] = softmax(&logits.worth)[..]
                && worthiest.as_ref().is_none_or(|(worth, _)| cfs > worth[Worth::Cfs as usize])
            {
                worthiest = Some(([nfs, ufs, cfs], logits));
            }
        }
        let words = encoded.words.len();
        if entities.len() != words || roles.len() != words {
            return Err(ModelError::Forward(format!("{} rows of scores came back for {words} words", entities.len())));
        }
        let (worth, logits) = worthiest.map_or(([1.0, 0.0, 0.0], None), |(worth, logits)| (worth, Some(logits)));
        let lean = self.calibration.opinion.as_ref().map_or(0.0, |lean| lean.offset);
        let verifiability = logits.as_ref().and_then(|l| likeliest(&l.verifiability, lean));
        // Without the lean: what leans towards an opinion may hold a fact all the same, and facts have types.
        let type_scores = logits.as_ref().map(|l| self.types_of(&l.types, likeliest(&l.verifiability, 0.0))).unwrap_or_default();
        let reaching = || type_scores.iter().filter(|(_, score)| f64::from(*score) >= self.type_threshold).map(|(kind, _)| *kind);
        Ok(Reading {
            entities: self.named(mentions(&encoded.words, &entities, &self.entities)),
            roles: mentions(&encoded.words, &roles, &self.roles),
            worth,
            score: Calibration::scaled(self.calibration.check_worthiness.as_ref(), worth[Worth::Cfs as usize]),
            verifiability,
            verifiability_scores: logits.as_ref().map(|l| l.verifiability.clone()).unwrap_or_default(),
            types: logits.filter(|l| !l.types.is_empty()).map(|_| reaching().collect()),
            type_scores,
            windows: encoded.windows.len(),
            scored_bytes: encoded.words.iter().zip(&entities).map(|(word, _)| word.len()).sum(),
        })
    }

    fn named(&self, mut mentions: Vec<Mention>) -> Vec<Mention> {
        for mention in &mut mentions {
            mention.score = Calibration::scaled(self.calibration.entities.as_ref(), mention.score);
        }
        mentions
    }

    /// The types that the sentence can have, with their probabilities: `verifiability` is the class that the model itself finds likeliest.
    /// What can not be checked is of no type, but that an opinion may be a forecast.
    fn types_of(&self, logits: &[f32], verifiability: Option<Verifiability>) -> Vec<(ClaimType, f32)> {
        let possible = |kind: ClaimType| match verifiability {
            Some(Verifiability::None) => false,
            Some(Verifiability::Opinion) => kind == ClaimType::Prediction,
            _ => true,
        };
        let scored = self.types.iter().zip(logits).map(|(kind, logit)| (*kind, 1.0 / (1.0 + (-logit).exp())));
        let mut found: Vec<(ClaimType, f32)> = scored.filter(|(kind, _)| possible(*kind)).collect();
        found.sort_by_key(|(kind, _)| *kind);
        found
    }
}

/// The class with the highest logit, after `lean` was added to that of `opinion`; none without classes.
#[must_use]
pub fn likeliest(logits: &[f32], lean: f64) -> Option<Verifiability> {
    let leaning = |class: Verifiability, logit: f32| f64::from(logit) + if class == Verifiability::Opinion { lean } else { 0.0 };
    let scored = Verifiability::ALL.iter().zip(logits).map(|(&class, &logit)| (class, leaning(class, logit)));
    scored.reduce(|best, next| if next.1 > best.1 { next } else { best }).map(|(class, _)| class)
}

/// The mentions of the most probable sequence of tags in which every `I-` stands behind its own label.
fn mentions(words: &[Span], logits: &[Vec<f32>], tags: &TagSet) -> Vec<Mention> {
    // Every tag of a word loses the same when its logits become log probabilities: the best path is the same.
    let best = best_path(logits, tags.tags());
    let mut found: Vec<Mention> = Vec::new();
    let mut counts: Vec<(f32, u32)> = Vec::new(); // sum of log probabilities and number of words of each mention
    for ((word, &tag), row) in words.iter().zip(&best).zip(logits) {
        let Some(label) = TagSet::label_of(tag) else { continue };
        let log_probability = row[tag] - log_sum_exp(row);
        match (found.last_mut(), counts.last_mut()) {
            (Some(mention), Some((sum, count))) if !TagSet::is_begin(tag) => {
                mention.span.end = word.end;
                *sum += log_probability;
                *count += 1;
            }
            _ => {
                found.push(Mention { span: *word, label, score: 0.0 });
                counts.push((log_probability, 1));
            }
        }
    }
    for (mention, (sum, count)) in found.iter_mut().zip(counts) {
        mention.score = (sum / count as f32).exp();
    }
    found
}

/// Viterbi over the transitions that IOB2 allows: `O` and `B-` may follow any tag, so they follow the best one; `I-` follows its own `B-` or `I-`.
fn best_path(rows: &[Vec<f32>], tags: usize) -> Vec<usize> {
    let mut scores = vec![f32::NEG_INFINITY; tags];
    let mut next = scores.clone();
    // For each tag of each row the tag before it.
    let mut back = vec![0; rows.len() * tags];
    for (at, row) in rows.iter().enumerate() {
        let best = first_best(&scores);
        next.fill(f32::NEG_INFINITY);
        for (tag, &logit) in row.iter().enumerate().take(tags) {
            let inside = !TagSet::may_follow(None, tag);
            let previous = match inside {
                true if scores[tag] > scores[tag - 1] => tag,
                true => tag - 1,
                false => best,
            };
            let before = match (at, inside) {
                (0, true) => f32::NEG_INFINITY,
                (0, false) => 0.0,
                _ => scores[previous],
            };
            if before + logit > f32::NEG_INFINITY {
                next[tag] = before + logit;
                back[at * tags + tag] = previous;
            }
        }
        std::mem::swap(&mut scores, &mut next);
    }
    let mut tag = first_best(&scores);
    let mut path = vec![0; rows.len()];
    for (at, place) in path.iter_mut().enumerate().rev() {
        *place = tag;
        tag = back[at * tags + tag];
    }
    path
}

/// The first of the highest scores.
fn first_best(scores: &[f32]) -> usize {
    let better = |best: usize, at: usize| if scores[at] > scores[best] { at } else { best };
    (0..scores.len()).reduce(better).unwrap_or(0)
}

fn log_sum_exp(row: &[f32]) -> f32 {
    let top = row.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    row.iter().map(|x| (x - top).exp()).sum::<f32>().ln() + top
}

fn softmax(row: &[f32]) -> Vec<f32> {
    let total = log_sum_exp(row);
    row.iter().map(|x| (x - total).exp()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn tags() -> TagSet {
        TagSet::new(vec!["A".into(), "B".into()])
    }

    fn spans(n: usize) -> Vec<Span> {
        (0..n).map(|i| Span::new(2 * i, 2 * i + 1)).collect()
    }

    #[test]
    fn an_inside_tag_alone_cannot_win() {
        // Greedy decoding would say I-A for the first word; nothing lets it stand there.
        let rows = vec![vec![0.0, 1.0, 3.0, 0.0, 0.0], vec![0.0, 0.0, 3.0, 0.0, 0.0], vec![5.0, 0.0, 0.0, 0.0, 0.0]];
        let found = mentions(&spans(3), &rows, &tags());
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].span, found[0].label), (Span::new(0, 3), 0));
        assert!(found[0].score > 0.0 && found[0].score < 1.0);
    }

    #[test]
    fn touching_mentions_of_one_label_stay_apart() {
        let rows = vec![vec![0.0, 9.0, 0.0, 0.0, 0.0], vec![0.0, 9.0, 0.0, 0.0, 0.0]];
        assert_eq!(mentions(&spans(2), &rows, &tags()).len(), 2);
    }

    fn read_with(decoder: &Decoder, verifiability: [f32; 4], types: [f32; 2]) -> Reading {
        let word = Encoded {
            words: spans(1),
            windows: vec![crate::encode::Window { ids: vec![0; 3], cases: vec![0; 3], first: vec![1], scores: 0..1 }],
        };
        let logits = Logits {
            entities: vec![vec![0.0, 2.0, 0.0, 0.0, 0.0]],
            attributions: vec![vec![9.0, 0.0, 0.0]],
            worth: vec![0.0, 0.0, 1.0],
            verifiability: verifiability.into(),
            types: types.into(),
        };
        decoder.read(&word, vec![logits]).unwrap()
    }

    fn decoder() -> Decoder {
        let scaling = |slope, offset| Some(crate::model::Scaling { slope, offset, fitted_on: "here".into() });
        Decoder {
            entities: tags(),
            roles: TagSet::new(vec!["A".into()]),
            types: vec![ClaimType::Prediction, ClaimType::Quantity],
            type_threshold: 0.6,
            calibration: Calibration { check_worthiness: scaling(2.0, 1.0), entities: scaling(0.5, 0.0), opinion: None },
        }
    }

    #[test]
    fn scores_are_calibrated_as_the_card_says() {
        let reading = read_with(&decoder(), [1.0, 0.0, 0.0, 0.0], [0.0, 0.0]);
        // P(CFS) = e/(e+2), so its log-odds are 1 − ln 2; stretched by 2 and moved by 1.
        let expected = 1.0 / (1.0 + (-(2.0 * (1.0 - 2f64.ln()) + 1.0)).exp());
        assert!((reading.check_worthiness() - expected).abs() < 1e-4, "{} is not {expected}", reading.check_worthiness());
        // P(B-A) = e²/(e²+4), log-odds 2 − ln 4; halved.
        let expected = 1.0 / (1.0 + (-0.5 * (2.0 - 4f64.ln())).exp());
        assert!((f64::from(reading.entities[0].score) - expected).abs() < 1e-4);
    }

    #[test]
    fn types_need_their_threshold_and_something_to_check() {
        let types = |verifiability, types| read_with(&decoder(), verifiability, types).types.unwrap();
        let (factual, opinion, none) = ([1.0, 0.0, 0.0, 0.0], [0.0, 0.0, 1.0, 0.0], [0.0, 0.0, 0.0, 1.0]);
        assert_eq!(types(factual, [3.0, 3.0]), [ClaimType::Quantity, ClaimType::Prediction], "in the order of the set");
        assert_eq!(types(factual, [0.3, 3.0]), [ClaimType::Quantity], "0.57 is under 0.6");
        assert_eq!(types(opinion, [3.0, 3.0]), [ClaimType::Prediction], "an opinion may be a forecast");
        assert_eq!(types(none, [3.0, 3.0]), []);
    }

    proptest! {
        #[test]
        fn any_scores_decode_to_allowed_tags(rows in prop::collection::vec(prop::collection::vec(-20f32..20.0, 5), 0..30)) {
            let path = best_path(&rows, 5);
            prop_assert_eq!(path.len(), rows.len());
            let mut previous = None;
            for tag in path {
                prop_assert!(TagSet::may_follow(previous, tag));
                previous = Some(tag);
            }
        }

        #[test]
        fn no_other_path_scores_more(rows in prop::collection::vec(prop::collection::vec(-9f32..9.0, 5), 1..5)) {
            let score = |path: &[usize]| path.iter().zip(&rows).map(|(&tag, row)| row[tag]).sum::<f32>();
            let allowed = |path: &[usize]| (0..path.len()).all(|at| TagSet::may_follow(at.checked_sub(1).map(|b| path[b]), path[at]));
            let all = (0..5usize.pow(rows.len() as u32)).map(|n| (0..rows.len()).map(|at| n / 5usize.pow(at as u32) % 5).collect::<Vec<_>>());
            let most = all.filter(|path| allowed(path)).map(|path| score(&path)).fold(f32::NEG_INFINITY, f32::max);
            prop_assert!((score(&best_path(&rows, 5)) - most).abs() < 1e-4);
        }
    }
}
