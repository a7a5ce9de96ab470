//! What annotation tools know: labelled spans, classes of a span, and relations between two spans.
//!
//! Sentences, the three parts of attributions and claims are spans with a label of their own (`Sentence`, `Source`,
//! `Cue`, `Content`, `Claim`); every other span is an entity. Relations tie an attribution together and a claim to
//! it. Label Studio, doccano, Prodigy and Web Annotation write all this in their own ways.

mod drawing;
mod gathering;
mod head;
mod labels_only;
mod pieces;
#[cfg(test)]
pub(super) mod samples;

use std::collections::BTreeMap;

use super::intake::Intake;
use super::json_pieces::Piece;
use super::{ConvertError, Parts};
pub(super) use drawing::draw;
pub(super) use gathering::gather;
pub(super) use head::{Head, HeadOut, settled};
pub(super) use labels_only::{sentence_class, whole_text};

/// Everything marked in one text.
#[derive(Debug, Default)]
pub(super) struct Sheet {
    pub marks: Vec<Mark>,
    pub links: Vec<Link>,
}

/// A labelled span with its classes.
#[derive(Debug, Default, Clone)]
pub(super) struct Mark {
    pub label: String,
    pub parts: Parts,
    pub score: Option<f64>,
    pub features: Features,
    /// Which of the [`Desk`]'s pieces it was read from.
    pub origin: usize,
}

/// The classes of a mark: what is asked ([`WORTH`] …), and the answers.
pub(super) type Features = BTreeMap<String, Vec<String>>;

/// A relation between two marks, by their places.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Link {
    pub from: usize,
    pub to: usize,
    pub name: String,
}

pub(super) const WORTH: &str = "worth";
pub(super) const VERIFIABILITY: &str = "verifiability";
pub(super) const TYPE: &str = "type";
pub(super) const MODE: &str = "mode";
pub(super) const CLAIMER: &str = "claimer";
pub(super) const CLAIMER_KIND: &str = "claimer_kind";

/// The type of a sentence that was looked at and is of no type.
pub(super) const UNTYPED: &str = "untyped";

/// From a part of a span to a later one.
const PART: &str = "part";
/// From a claim to its attribution.
const ATTRIBUTION: &str = "attribution";
/// From an attribution's content to its source, and to its cue.
const SOURCE: &str = "source";
const CUE: &str = "cue";
/// The names of all relations.
pub(super) const LINKS: [&str; 4] = [SOURCE, CUE, ATTRIBUTION, PART];

/// What a label stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Sentence,
    Source,
    Cue,
    Content,
    Claim,
    Entity,
}

/// Before the label of an entity that would be taken for something else.
const ENTITY: &str = "entity:";

impl Kind {
    /// Those with a label of their own.
    pub(super) const NAMED: [(Kind, &str); 5] =
        [(Kind::Sentence, "Sentence"), (Kind::Source, "Source"), (Kind::Cue, "Cue"), (Kind::Content, "Content"), (Kind::Claim, "Claim")];

    pub(super) fn of(label: &str) -> Kind {
        Self::NAMED.iter().find(|(_, name)| name.eq_ignore_ascii_case(label)).map_or(Kind::Entity, |(kind, _)| *kind)
    }

    fn name(self) -> String {
        Self::NAMED.iter().find(|(kind, _)| *kind == self).map(|(_, name)| (*name).to_owned()).unwrap_or_default()
    }

    /// Source, cue or content.
    fn is_role(self) -> bool {
        matches!(self, Kind::Source | Kind::Cue | Kind::Content)
    }
}

impl Mark {
    pub(super) fn kind(&self) -> Kind {
        Kind::of(&self.label)
    }

    pub(super) fn feature(&self, name: &str) -> &[String] {
        self.features.get(name).map(Vec::as_slice).unwrap_or_default()
    }
}

impl Sheet {
    fn add(&mut self, mark: Mark) -> usize {
        self.marks.push(mark);
        self.marks.len() - 1
    }

    fn link(&mut self, from: usize, to: usize, name: &str) {
        self.links.push(Link { from, to, name: name.to_owned() });
    }

    /// Leaves only the marks that stand for themselves in `becomes`; links follow a mark to the one it became, and
    /// go with one that became none.
    fn keep(self, becomes: &[Option<usize>]) -> Sheet {
        let stays = |index: usize| becomes.get(index).copied().flatten() == Some(index);
        let mut places = Vec::with_capacity(becomes.len());
        let mut next = 0;
        for index in 0..becomes.len() {
            places.push(next);
            next += usize::from(stays(index));
        }
        let place = |index: usize| places.get(becomes.get(index).copied().flatten()?).copied();
        let links = self.links.iter().filter_map(|l| Some(Link { from: place(l.from)?, to: place(l.to)?, name: l.name.clone() }));
        let links = links.filter(|l| l.from != l.to).collect();
        let marks = self.marks.into_iter().enumerate().filter(|(index, _)| stays(*index)).map(|(_, mark)| mark).collect();
        Sheet { marks, links }
    }
}

/// Parts in order and apart: those that overlap become one.
fn apart(mut parts: Parts) -> Parts {
    parts.sort();
    let mut kept = Parts::new();
    for part in parts {
        match kept.last_mut() {
            Some(last) if last.overlaps(&part) => *last = last.hull(&part),
            _ => kept.push(part),
        }
    }
    kept
}

/// Where the marks of one text were read, and what becomes of those that make no sense.
pub(super) struct Desk<'d, 'o, 'f> {
    pub intake: &'d mut Intake<'o>,
    /// What the document is called in errors.
    pub doc_id: String,
    /// The pieces of the file that marks name as their origin.
    pub pieces: Vec<Piece<'f>>,
    /// The piece the whole document stands in.
    pub whole: Piece<'f>,
}

impl<'f> Desk<'_, '_, 'f> {
    /// Notes where the next mark comes from.
    pub(super) fn origin(&mut self, piece: Piece<'f>) -> usize {
        self.pieces.push(piece);
        self.pieces.len() - 1
    }

    /// What was read from `piece`, or nothing where it made no sense and the reading is lenient.
    pub(super) fn take<T>(&mut self, piece: Piece<'f>, read: Result<T, String>) -> Result<Option<T>, ConvertError> {
        let doc_id = &self.doc_id;
        self.intake.take(read.map_err(|reason| piece.wrong(format!("{doc_id}: {reason}"))))
    }

    /// As [`Desk::take`], for a mark.
    fn take_mark<T>(&mut self, origin: usize, read: Result<T, String>) -> Result<Option<T>, ConvertError> {
        let piece = self.pieces.get(origin).copied().unwrap_or(self.whole);
        self.take(piece, read)
    }
}
