//! What went wrong, span by span, for people to read.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::convert::LabelledDocument;
use crate::span::{OffsetUnit, Positions, Span};

/// One thing that gold and prediction see differently.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Mistake {
    /// The document.
    pub doc_id: String,
    /// What was looked for: `entities`, `source`, `cue`, `content`, `claims`, `claimer`, `check_worthiness`,
    /// `verifiability`.
    pub task: String,
    /// What is wrong with it.
    pub kind: Kind,
    /// The sentence or sentences it stands in.
    pub context: String,
    /// Where the context begins in the document, in characters.
    pub start: usize,
    /// What gold has.
    pub gold: Option<Marked>,
    /// What was predicted.
    pub predicted: Option<Marked>,
    /// The score of the prediction, where it has one.
    pub score: Option<f64>,
}

/// What is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// In gold, not predicted.
    Missed,
    /// Predicted, not in gold.
    Spurious,
    /// The right label on the wrong words.
    Boundary,
    /// The wrong label on the right words.
    Label,
    /// The wrong label on words that overlap.
    Both,
}

/// Words and what they are called.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Marked {
    /// A label, a class, or a claimer's name.
    pub label: String,
    /// `[start, end)` in characters of the context; several where the span has several parts.
    pub parts: Vec<(usize, usize)>,
}

/// Makes mistakes of one document.
pub(super) struct Notebook<'d> {
    document: &'d LabelledDocument,
    sentences: Vec<Span>,
    positions: Positions,
    pub(super) mistakes: Vec<Mistake>,
}

/// One side of a mistake: a label and the words it is on.
pub(super) type Side<'s> = Option<(&'s str, &'s [Span])>;

impl<'d> Notebook<'d> {
    pub(super) fn new(document: &'d LabelledDocument, sentences: Vec<Span>) -> Self {
        Self { document, sentences, positions: Positions::new(&document.text, OffsetUnit::Char), mistakes: Vec::new() }
    }

    /// Notes what differs between two sides; nothing where they agree.
    pub(super) fn compare(&mut self, task: &str, gold: Side, predicted: Side, score: Option<f64>) {
        let kind = match (gold, predicted) {
            (Some(g), Some(p)) if g == p => return,
            (Some((g, _)), Some((p, _))) if g == p => Kind::Boundary,
            (Some((_, g)), Some((_, p))) if g == p => Kind::Label,
            (Some(_), Some(_)) => Kind::Both,
            (Some(_), None) => Kind::Missed,
            (None, Some(_)) => Kind::Spurious,
            (None, None) => return,
        };
        let hull = Span::hull_of(&[gold, predicted].into_iter().flatten().flat_map(|(_, parts)| parts).copied().collect::<Vec<_>>());
        let context = self.context(hull);
        let at = |byte: usize| self.positions.of_byte(byte);
        let start = at(context.start);
        let marked = |(label, parts): (&str, &[Span])| Marked {
            label: label.to_owned(),
            parts: parts.iter().map(|p| (at(p.start) - start, at(p.end) - start)).collect(),
        };
        self.mistakes.push(Mistake {
            doc_id: self.document.doc_id.clone(),
            task: task.to_owned(),
            kind,
            context: context.of(&self.document.text).to_owned(),
            start,
            gold: gold.map(marked),
            predicted: predicted.map(marked),
            score,
        });
    }

    /// The sentences that `hull` touches, as one.
    fn context(&self, hull: Span) -> Span {
        let from = self.sentences.partition_point(|s| s.end <= hull.start);
        let touched = self.sentences[from..].iter().take_while(|s| s.start < hull.end);
        touched.fold(hull, |context, s| context.hull(s))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_follow_from_label_and_words_and_places_are_in_the_context() {
        let document = LabelledDocument { doc_id: "d".into(), text: "É. Ann Lee ran. Bob.".into(), ..LabelledDocument::default() };
        let mut notebook = Notebook::new(&document, vec![Span::new(0, 3), Span::new(4, 16), Span::new(17, 21)]);
        let (ann, ann_lee) = ([Span::new(4, 7)], [Span::new(4, 11)]);
        notebook.compare("entities", Some(("PERSON", &ann)), Some(("PERSON", &ann)), None);
        assert!(notebook.mistakes.is_empty(), "what agrees is no mistake");
        notebook.compare("entities", Some(("PERSON", &ann_lee)), Some(("PERSON", &ann)), Some(0.9));
        notebook.compare("entities", Some(("PERSON", &ann)), Some(("ORG", &ann)), None);
        notebook.compare("entities", Some(("PERSON", &ann)), Some(("ORG", &ann_lee)), None);
        notebook.compare("entities", Some(("PERSON", &ann)), None, None);
        notebook.compare("entities", None, Some(("ORG", &ann)), None);
        let kinds: Vec<Kind> = notebook.mistakes.iter().map(|m| m.kind).collect();
        assert_eq!(kinds, [Kind::Boundary, Kind::Label, Kind::Both, Kind::Missed, Kind::Spurious]);
        let first = &notebook.mistakes[0];
        assert_eq!((first.context.as_str(), first.start), ("Ann Lee ran.", 3));
        assert_eq!(first.gold.as_ref().unwrap().parts, [(0, 7)]);
    }
}
