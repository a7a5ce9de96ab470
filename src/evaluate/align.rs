//! Gold and prediction side by side: documents by their text, then spans from one text to the other.
//!
//! Texts are the same when they are so but for white space: a corpus of tokens and the article it was made from
//! fit together. Ids need not be unique; of several documents with the same text those with the same id go
//! together first, the others in order.

use std::collections::{HashMap, VecDeque};

use crate::convert::{LabelledDocument, Parts};
use crate::span::Span;

/// For each gold document, its prediction (an index); and what fits nothing.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Pairs {
    pub(super) of_gold: Vec<Option<usize>>,
    /// Predictions without gold.
    pub(super) left: Vec<usize>,
    /// Gold documents (as indices) with a prediction of their id but another text: where both part.
    pub(super) parting: Vec<(usize, String)>,
}

pub(super) fn pair<'g>(gold: impl IntoIterator<Item = &'g LabelledDocument>, predicted: &[LabelledDocument]) -> Pairs {
    let gold: Vec<(&LabelledDocument, String)> = gold.into_iter().map(|d| (d, dense(&d.text))).collect();
    let keys: Vec<String> = predicted.iter().map(|d| dense(&d.text)).collect();
    let mut by_text: HashMap<&str, VecDeque<usize>> = HashMap::new();
    let mut by_both: HashMap<(&str, &str), VecDeque<usize>> = HashMap::new();
    for (at, (document, key)) in predicted.iter().zip(&keys).enumerate() {
        by_text.entry(key).or_default().push_back(at);
        by_both.entry((key, &document.doc_id)).or_default().push_back(at);
    }
    let mut of_gold: Vec<Option<usize>> =
        gold.iter().map(|(d, key)| by_both.get_mut(&(key.as_str(), d.doc_id.as_str()))?.pop_front()).collect();
    let mut used = vec![false; predicted.len()];
    of_gold.iter().flatten().for_each(|&at| used[at] = true);
    for ((_, key), found) in gold.iter().zip(&mut of_gold).filter(|(_, found)| found.is_none()) {
        let Some(free) = by_text.get_mut(key.as_str()) else { continue };
        while let Some(at) = free.pop_front() {
            if !used[at] {
                (used[at], *found) = (true, Some(at));
                break;
            }
        }
    }
    let left: Vec<usize> = (0..predicted.len()).filter(|&at| !used[at]).collect();
    let by_id: HashMap<&str, &LabelledDocument> = left.iter().rev().map(|&at| (predicted[at].doc_id.as_str(), &predicted[at])).collect();
    let alone = gold.iter().zip(&of_gold).enumerate().filter(|(_, (_, found))| found.is_none());
    let parting = alone.filter_map(|(at, ((g, _), _))| Some((at, where_they_part(g, by_id.get(g.doc_id.as_str())?)))).collect();
    Pairs { of_gold, left, parting }
}

/// The text without white space.
fn dense(text: &str) -> String {
    text.split_whitespace().collect()
}

fn where_they_part(gold: &LabelledDocument, predicted: &LabelledDocument) -> String {
    let visible = |text: &str| text.char_indices().filter(|(_, c)| !c.is_whitespace()).collect::<Vec<_>>();
    let (a, b) = (visible(&gold.text), visible(&predicted.text));
    let same = a.iter().zip(&b).take_while(|((_, x), (_, y))| x == y).count();
    let rest = |text: &str, at: Option<&(usize, char)>| match at {
        Some(&(at, _)) => format!("{:?}", text[at..].chars().take(30).collect::<String>()),
        None => "its end".to_owned(),
    };
    let place = a.get(same).map_or(gold.text.len(), |(at, _)| *at);
    format!(
        "{}: gold and prediction part at character {}: the gold has {}, the prediction {}",
        gold.doc_id,
        gold.text[..place].chars().count(),
        rest(&gold.text, a.get(same)),
        rest(&predicted.text, b.get(same)),
    )
}

/// `predicted` with every span where it stands in `text`, which differs from its own in white space at most.
/// Spans of nothing but white space are dropped.
pub(super) fn moved(mut predicted: LabelledDocument, text: &str) -> LabelledDocument {
    if predicted.text == text {
        return predicted;
    }
    let places = |text: &str| -> Vec<Span> {
        text.char_indices().filter(|(_, c)| !c.is_whitespace()).map(|(at, c)| Span::new(at, at + c.len_utf8())).collect()
    };
    let (from, to) = (places(&predicted.text), places(text));
    let there = |span: Span| -> Option<Span> {
        let first = from.partition_point(|p| p.start < span.start);
        let last = from.partition_point(|p| p.start < span.end).checked_sub(1)?;
        (first <= last).then(|| Some(Span::new(to.get(first)?.start, to.get(last)?.end)))?
    };
    let all = |parts: &mut Parts| *parts = parts.iter().filter_map(|p| there(*p)).collect();
    for sentences in predicted.sentences.iter_mut() {
        sentences.retain_mut(|s| there(s.span).map(|span| s.span = span).is_some());
    }
    for entities in predicted.entities.iter_mut() {
        entities.retain_mut(|e| there(e.span).map(|span| e.span = span).is_some());
    }
    for attribution in predicted.attributions.iter_mut().flatten() {
        [&mut attribution.source, &mut attribution.cue, &mut attribution.content].into_iter().flatten().for_each(all);
    }
    for claim in predicted.claims.iter_mut().flatten() {
        all(&mut claim.parts);
    }
    text.clone_into(&mut predicted.text);
    predicted
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::convert::LabelledEntity;

    fn document(id: &str, text: &str) -> LabelledDocument {
        LabelledDocument { doc_id: id.into(), text: text.into(), ..LabelledDocument::default() }
    }

    #[test]
    fn documents_meet_by_text_whatever_they_are_called() {
        let gold = [document("a", "One two."), document("b", "Three."), document("c", "Four.")];
        let predicted = [document("x.txt", "Three."), document("y.txt", "One\ntwo."), document("z", "Five.")];
        let pairs = pair(&gold, &predicted);
        assert_eq!(pairs.of_gold, [Some(1), Some(0), None]);
        assert_eq!(pairs.left, [2]);
        assert_eq!(pairs.parting, []);
    }

    #[test]
    fn equal_texts_go_by_id_then_by_order() {
        let gold = [document("a", "Same."), document("b", "Same."), document("a", "Same.")];
        let predicted = [document("q", "Same."), document("b", "Same."), document("a", "Same.")];
        assert_eq!(pair(&gold, &predicted).of_gold, [Some(2), Some(1), Some(0)]);
    }

    #[test]
    fn a_text_that_was_changed_is_told_with_the_place() {
        let pairs = pair(&[document("a", "The café is open.")], &[document("a", "The café was open.")]);
        assert_eq!(pairs.of_gold, [None]);
        let place = "a: gold and prediction part at character 9: the gold has \"is open.\", the prediction \"was open.\"";
        assert_eq!(pairs.parting, [(0, place.to_owned())]);
        let pairs = pair(&[document("a", "Short")], &[document("a", "Short one")]);
        assert!(pairs.parting[0].1.contains("the gold has its end, the prediction \"one\""), "{:?}", pairs.parting);
    }

    #[test]
    fn spans_move_over_other_white_space_and_many_byte_characters() {
        let entity = |start, end| LabelledEntity { span: Span::new(start, end), label: "X".into(), score: None };
        let mut predicted = document("a", "😀  Ann\n\nLee é");
        predicted.entities = Some(vec![entity(6, 14), entity(4, 6), entity(15, 17)]);
        let text = "😀 Ann Lee é";
        let moved = moved(predicted, text);
        let found: Vec<_> = moved.entities.iter().flatten().map(|e| e.span.of(text)).collect();
        assert_eq!(found, ["Ann Lee", "é"], "what stood on white space alone is gone");
    }
}
