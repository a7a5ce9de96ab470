//! Our own gold: `docs/gold-format.md`.

use std::path::Path;

use serde::Deserialize;

use super::{ConvertError, GoldAttribution, GoldClaim, GoldClaimer, GoldDocument, GoldEntity, GoldSentence, Parts, text_of};
use crate::labels::{ClaimType, ClaimerKind, Mode, Verifiability, Worth};
use crate::span::{OffsetUnit, Positions, Span};

/// The schema this reads.
const SCHEMA: &str = "claimsift/gold/1";

#[derive(Deserialize)]
struct File {
    schema: String,
    doc_id: String,
    offset_unit: OffsetUnit,
    text: String,
    sentences: Option<Vec<Sentence>>,
    entities: Option<Vec<Entity>>,
    attributions: Option<Vec<Attribution>>,
    claims: Option<Vec<Claim>>,
}

#[derive(Deserialize)]
struct Sentence {
    start: usize,
    end: usize,
    label: Option<Worth>,
    verifiability: Option<Verifiability>,
    types: Option<Vec<ClaimType>>,
}

#[derive(Deserialize)]
struct Entity {
    #[serde(flatten)]
    span: Surface,
    label: String,
}

#[derive(Deserialize)]
struct Surface {
    start: usize,
    end: usize,
    text: String,
    parts: Option<Vec<[usize; 2]>>,
}

#[derive(Deserialize)]
struct Attribution {
    mode: Mode,
    source: Option<Surface>,
    cue: Option<Surface>,
    content: Option<Surface>,
    claimer: Option<Claimer>,
}

#[derive(Deserialize)]
struct Claimer {
    name: String,
    kind: ClaimerKind,
}

#[derive(Deserialize)]
struct Claim {
    #[serde(flatten)]
    span: Surface,
    mode: Mode,
    attribution: Option<usize>,
    claimer: Option<Claimer>,
}

/// Turns offsets of the file into spans, and holds them against the text.
struct Reader<'t> {
    text: &'t str,
    positions: Positions,
}

pub(super) fn read(path: &Path) -> Result<Vec<GoldDocument>, ConvertError> {
    let content = text_of(path)?;
    let file: File =
        serde_json::from_str(&content).map_err(|e| ConvertError::line(path, e.line(), format!("column {}: {e}", e.column())))?;
    if file.schema != SCHEMA {
        return Err(ConvertError::file(path, format!("found schema {:?}, expected {SCHEMA:?}", file.schema)));
    }
    document(file).map(|d| vec![d]).map_err(|reason| ConvertError::file(path, reason))
}

fn document(file: File) -> Result<GoldDocument, String> {
    let reader = Reader { text: &file.text, positions: Positions::new(&file.text, file.offset_unit) };
    let sentences = each(file.sentences, |s| {
        let span = reader.span(s.start, s.end)?;
        Ok(GoldSentence { span, worth: s.label, verifiability: s.verifiability, types: s.types })
    })?;
    let entities = each(file.entities, |e| Ok(GoldEntity { span: reader.hull(&e.span)?, label: e.label }))?;
    let attributions = each(file.attributions, |a| {
        Ok(GoldAttribution {
            mode: Some(a.mode),
            source: reader.parts(a.source)?,
            cue: reader.parts(a.cue)?,
            content: reader.parts(a.content)?,
            claimer: a.claimer.map(GoldClaimer::from),
        })
    })?;
    let claims = each(file.claims, |c| {
        let parts = reader.parts(Some(c.span))?.unwrap_or_default();
        Ok(GoldClaim { parts, mode: c.mode, attribution: c.attribution, claimer: c.claimer.map(GoldClaimer::from) })
    })?;
    Ok(GoldDocument { doc_id: file.doc_id, sentences, entities, attributions, claims, text: file.text })
}

fn each<A, B>(items: Option<Vec<A>>, read: impl FnMut(A) -> Result<B, String>) -> Result<Option<Vec<B>>, String> {
    items.map(|items| items.into_iter().map(read).collect()).transpose()
}

impl From<Claimer> for GoldClaimer {
    fn from(c: Claimer) -> Self {
        Self { name: c.name, kind: c.kind }
    }
}

impl Reader<'_> {
    fn span(&self, start: usize, end: usize) -> Result<Span, String> {
        match (self.positions.to_byte(self.text, start), self.positions.to_byte(self.text, end)) {
            (Some(a), Some(b)) if a < b => Ok(Span::new(a, b)),
            _ => Err(format!("offsets {start}..{end} do not fit the text")),
        }
    }

    fn hull(&self, surface: &Surface) -> Result<Span, String> {
        let span = self.span(surface.start, surface.end)?;
        if span.of(self.text) == surface.text {
            Ok(span)
        } else {
            let (start, end) = (surface.start, surface.end);
            Err(format!("at {start}..{end} the text is {:?}, the annotation says {:?}", span.of(self.text), surface.text))
        }
    }

    fn parts(&self, surface: Option<Surface>) -> Result<Option<Parts>, String> {
        let Some(surface) = surface else { return Ok(None) };
        let hull = self.hull(&surface)?;
        match surface.parts {
            None => Ok(Some(vec![hull])),
            Some(parts) => parts.iter().map(|[s, e]| self.span(*s, *e)).collect::<Result<_, _>>().map(Some),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(json: &str) -> Result<Vec<GoldDocument>, ConvertError> {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), json).unwrap();
        read(file.path())
    }

    #[test]
    fn a_surface_that_is_not_the_text_is_refused() {
        let gold = |surface| {
            format!(
                r#"{{"schema":"claimsift/gold/1","doc_id":"a","offset_unit":"char","text":"😀 Ann","entities":[{{"start":2,"end":5,"text":"{surface}","label":"PERSON"}}]}}"#
            )
        };
        let documents = of(&gold("Ann")).unwrap();
        assert_eq!(documents[0].entities.as_ref().unwrap()[0].span, Span::new(5, 8));
        assert_eq!(documents[0].claims, None, "what is not annotated is not empty but absent");
        assert!(of(&gold("Bob")).unwrap_err().to_string().contains("the text is \"Ann\""));
    }

    #[test]
    fn another_schema_and_broken_json_are_refused() {
        assert!(
            of(r#"{"schema":"x/1","doc_id":"a","offset_unit":"char","text":""}"#).unwrap_err().to_string().contains("claimsift/gold/1")
        );
        assert!(of("{\n\"schema\":").unwrap_err().to_string().contains("line 2"));
    }
}
