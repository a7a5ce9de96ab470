//! Logits to mentions and sentence scores.

use crate::encode::Encoded;
use crate::labels::{TagSet, Worth};
use crate::model::{Backend, Logits, ModelError};
use crate::span::Span;

/// One labelled span.
#[derive(Debug, Clone, PartialEq)]
pub struct Mention {
    /// Where it stands, document-absolute.
    pub span: Span,
    /// Its label's position in the tag set.
    pub label: usize,
    /// The geometric mean of its tags' probabilities, in [0, 1]; not calibrated.
    pub score: f32,
}

/// What the model reads in one sentence.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// Entity mentions, in order, without overlap.
    pub entities: Vec<Mention>,
    /// Parts of attributions, in order, without overlap; labels as in [`crate::labels::Role`].
    pub roles: Vec<Mention>,
    /// The probability of each class of [`Worth`], in their order.
    pub worth: [f32; 3],
    /// Model calls it took.
    pub windows: usize,
    /// Bytes under the words that came back with scores.
    pub scored_bytes: usize,
}

impl Reading {
    /// The score for priority: the probability of [`Worth::Cfs`], to four decimals. Records show it so, and what is
    /// compared with a threshold must be what they show.
    #[must_use]
    pub fn check_worthiness(&self) -> f64 {
        rounded(self.worth[Worth::Cfs as usize])
    }
}

/// A score to four decimals: more are noise, and make records long.
#[must_use]
pub fn rounded(score: f32) -> f64 {
    (f64::from(score) * 1e4).round() / 1e4
}

/// Reads one sentence: every window through the backend, the windows joined, the tags decoded.
///
/// # Errors
/// When the backend fails, or its output does not have a row for every word.
pub fn read(encoded: &Encoded, backend: &dyn Backend, entities: &TagSet, roles: &TagSet) -> Result<Reading, ModelError> {
    let mut joined = Logits { entities: Vec::new(), attributions: Vec::new(), worth: Vec::new() };
    let mut worth = [1.0, 0.0, 0.0];
    for window in &encoded.windows {
        let logits = backend.forward(window)?;
        joined.entities.extend(logits.entities);
        joined.attributions.extend(logits.attributions);
        // A sentence of several windows is as worth checking as the worthiest of them.
        let classes = softmax(&logits.worth);
        if let [nfs, ufs, cfs] = classes[..]
            && (cfs > worth[2] || joined.worth.is_empty())
        {
            worth = [nfs, ufs, cfs];
        }
        joined.worth = logits.worth;
    }
    let words = encoded.words.len();
    if joined.entities.len() != words || joined.attributions.len() != words {
        let found = joined.entities.len();
        return Err(ModelError::Forward(format!("{found} rows of scores came back for {words} words")));
    }
    Ok(Reading {
        entities: mentions(&encoded.words, &joined.entities, entities),
        roles: mentions(&encoded.words, &joined.attributions, roles),
        worth,
        windows: encoded.windows.len(),
        scored_bytes: encoded.words.iter().zip(&joined.entities).map(|(word, _)| word.len()).sum(),
    })
}

/// The mentions of the most probable sequence of tags in which every `I-` stands behind its own label.
fn mentions(words: &[Span], logits: &[Vec<f32>], tags: &TagSet) -> Vec<Mention> {
    let log_probabilities: Vec<Vec<f32>> = logits.iter().map(|row| log_softmax(row)).collect();
    let best = best_path(&log_probabilities, tags.tags());
    let mut found: Vec<Mention> = Vec::new();
    let mut counts: Vec<(f32, u32)> = Vec::new(); // sum of log probabilities and number of words of each mention
    for ((word, &tag), row) in words.iter().zip(&best).zip(&log_probabilities) {
        let Some(label) = TagSet::label_of(tag) else { continue };
        match (found.last_mut(), counts.last_mut()) {
            (Some(mention), Some((sum, count))) if !TagSet::is_begin(tag) => {
                mention.span.end = word.end;
                *sum += row[tag];
                *count += 1;
            }
            _ => {
                found.push(Mention { span: *word, label, score: 0.0 });
                counts.push((row[tag], 1));
            }
        }
    }
    for (mention, (sum, count)) in found.iter_mut().zip(counts) {
        mention.score = (sum / count as f32).exp();
    }
    found
}

/// Viterbi over the transitions that IOB2 allows.
fn best_path(rows: &[Vec<f32>], tags: usize) -> Vec<usize> {
    let mut scores: Vec<f32> = Vec::new();
    let mut back: Vec<Vec<usize>> = Vec::with_capacity(rows.len());
    for row in rows {
        let mut next = vec![f32::NEG_INFINITY; tags];
        let mut from = vec![0; tags];
        for tag in 0..tags.min(row.len()) {
            if scores.is_empty() {
                if TagSet::may_follow(None, tag) {
                    next[tag] = row[tag];
                }
                continue;
            }
            for (previous, &score) in scores.iter().enumerate() {
                if TagSet::may_follow(Some(previous), tag) && score + row[tag] > next[tag] {
                    next[tag] = score + row[tag];
                    from[tag] = previous;
                }
            }
        }
        scores = next;
        back.push(from);
    }
    let Some(mut tag) = (0..scores.len()).max_by(|&a, &b| scores[a].total_cmp(&scores[b]).then(b.cmp(&a))) else {
        return Vec::new();
    };
    let mut path = vec![0; rows.len()];
    for at in (0..rows.len()).rev() {
        path[at] = tag;
        tag = back[at][tag];
    }
    path
}

fn log_softmax(row: &[f32]) -> Vec<f32> {
    let top = row.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let total = row.iter().map(|x| (x - top).exp()).sum::<f32>().ln() + top;
    row.iter().map(|x| x - total).collect()
}

fn softmax(row: &[f32]) -> Vec<f32> {
    log_softmax(row).into_iter().map(f32::exp).collect()
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
    }
}
