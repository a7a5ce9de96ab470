//! Our own gold: `docs/gold-format.md`. A file holds one document, a list of them, or one a line (JSONL).

mod text;
mod wire;
mod writing;

use std::path::Path;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::classes::{class, classes, one_of, scored};
use super::intake::Intake;
use super::json_pieces::{Piece, each_file};
use super::places::{InOrder, Places};
use super::{ConvertError, LabelledAttribution, LabelledClaim, LabelledClaimer, LabelledDocument, LabelledEntity, LabelledSentence, Parts};
use crate::span::Span;
use wire::{Attribution, Claim, Claimer, Entity, SCHEMA, Sentence, Surface, Top};
pub(super) use writing::write;

pub(super) fn read(path: &Path, intake: &mut Intake) -> Result<Vec<LabelledDocument>, ConvertError> {
    let mut documents = Vec::new();
    each_file(path, &["json", "jsonl"], intake, |_, pieces, intake| {
        for piece in pieces {
            let read = document(piece, intake);
            documents.extend(intake.take(read)?);
        }
        Ok(())
    })?;
    Ok(documents)
}

fn document(piece: Piece, intake: &mut Intake) -> Result<LabelledDocument, ConvertError> {
    let top: Top = piece.parse()?;
    if top.schema != SCHEMA {
        return Err(piece.wrong(format!("found schema {:?}, expected {SCHEMA:?}", top.schema)));
    }
    let text = text::of(&top, piece.file(), intake.texts()).map_err(|reason| piece.wrong(format!("{}: {reason}", top.doc_id)))?;
    let reader = Reader { piece, doc_id: &top.doc_id, text: &text, places: Places::new(&text, top.offset_unit) };
    let sentences = reader.sentences(top.sentences, intake)?;
    let entities = reader.entities(top.entities, intake)?;
    let attributions = reader.each("attributions", top.attributions, intake, |a, _| reader.attribution(a))?;
    let kept = Kept::of(attributions.as_deref());
    let claims = reader.each("claims", top.claims, intake, |c, _| reader.claim(c, &kept))?;
    Ok(LabelledDocument {
        sentences,
        entities,
        attributions: flat(attributions),
        claims: flat(claims),
        doc_id: top.doc_id,
        text,
        rebuilt: top.rebuilt,
        url: top.url,
    })
}

fn flat<T>(items: Option<Vec<Option<T>>>) -> Option<Vec<T>> {
    items.map(|items| items.into_iter().flatten().collect())
}

/// Which attributions of the file were kept, and where.
struct Kept(Vec<Option<usize>>);

impl Kept {
    fn of(attributions: Option<&[Option<LabelledAttribution>]>) -> Self {
        let mut next = 0;
        let place = |a: &Option<LabelledAttribution>| {
            a.as_ref().map(|_| {
                next += 1;
                next - 1
            })
        };
        Self(attributions.unwrap_or_default().iter().map(place).collect())
    }

    fn place(&self, index: usize) -> Result<usize, String> {
        match self.0.get(index) {
            Some(Some(place)) => Ok(*place),
            Some(None) => Err(format!("its attribution {index} was left out")),
            None => Err(format!("found attribution {index}, but there are {}", self.0.len())),
        }
    }
}

/// One document while it is read.
struct Reader<'f, 't> {
    piece: Piece<'f>,
    doc_id: &'t str,
    text: &'t str,
    places: Places<'t>,
}

impl<'f> Reader<'f, '_> {
    /// Every annotation of a list, `None` where one was left out.
    fn each<W: Deserialize<'f>, T>(
        &self,
        name: &str,
        list: Option<Vec<&'f RawValue>>,
        intake: &mut Intake,
        mut read: impl FnMut(W, &Intake) -> Result<T, String>,
    ) -> Result<Option<Vec<Option<T>>>, ConvertError> {
        let Some(list) = list else { return Ok(None) };
        let mut items = Vec::with_capacity(list.len());
        for (index, raw) in list.into_iter().enumerate() {
            let piece = self.piece.part(raw);
            let wrong = |reason: String| piece.wrong(format!("{name}[{index}] of {}: {reason}", self.doc_id));
            let item = piece.parse().and_then(|item| read(item, intake).map_err(wrong));
            items.push(intake.take(item)?);
        }
        Ok(Some(items))
    }

    fn sentences(&self, list: Option<Vec<&'f RawValue>>, intake: &mut Intake) -> Result<Option<Vec<LabelledSentence>>, ConvertError> {
        let mut order = InOrder::of(self.text);
        let sentences = self.each("sentences", list, intake, |s: Sentence, _| {
            let sentence = self.sentence(s)?;
            Ok(LabelledSentence { span: order.next(sentence.span)?, ..sentence })
        })?;
        Ok(flat(sentences))
    }

    fn sentence(&self, s: Sentence) -> Result<LabelledSentence, String> {
        Ok(LabelledSentence {
            span: self.places.span(s.start, s.end)?,
            worth: one_of(&s.label.words())?,
            verifiability: one_of(&s.verifiability.words())?,
            types: s.types.map(|t| classes(&t)).transpose()?,
            score: scored(s.score)?,
            mode: s.mode.map(|m| class(&m)).transpose()?,
            claimer: claimer(s.claimer)?,
        })
    }

    fn entities(&self, list: Option<Vec<&'f RawValue>>, intake: &mut Intake) -> Result<Option<Vec<LabelledEntity>>, ConvertError> {
        let entities = self.each("entities", list, intake, |e: Entity, intake| {
            let span = self.hull(&e.span)?;
            let label = intake.label(&e.label)?;
            let score = scored(e.score)?;
            Ok(label.map(|label| LabelledEntity { span, label, score }))
        })?;
        Ok(flat(entities).map(|e| e.into_iter().flatten().collect()))
    }

    fn attribution(&self, a: Attribution) -> Result<LabelledAttribution, String> {
        Ok(LabelledAttribution {
            mode: a.mode.map(|m| class(&m)).transpose()?,
            source: self.parts(a.source)?,
            cue: self.parts(a.cue)?,
            content: self.parts(a.content)?,
            claimer: claimer(a.claimer)?,
        })
    }

    fn claim(&self, c: Claim, kept: &Kept) -> Result<LabelledClaim, String> {
        Ok(LabelledClaim {
            parts: self.parts(Some(c.span))?.unwrap_or_default(),
            mode: class(&c.mode)?,
            attribution: c.attribution.map(|index| kept.place(index)).transpose()?,
            claimer: claimer(c.claimer)?,
        })
    }

    fn hull(&self, surface: &Surface) -> Result<Span, String> {
        self.places.surface(surface.start, surface.end, &surface.text)
    }

    fn parts(&self, surface: Option<Surface>) -> Result<Option<Parts>, String> {
        let Some(surface) = surface else { return Ok(None) };
        let hull = self.hull(&surface)?;
        surface.parts.map_or(Ok(vec![hull]), |parts| self.places.parts(hull, &parts)).map(Some)
    }
}

fn claimer(claimer: Option<Claimer>) -> Result<Option<LabelledClaimer>, String> {
    claimer.map(|c| Ok(LabelledClaimer { kind: class(&c.kind)?, name: c.name })).transpose()
}

#[cfg(test)]
mod tests;
