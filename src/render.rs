//! A document with all that was found in it → its record, in the unit and with the fields asked for.

use crate::assemble::{Assembly, Attribution, Claimer, ReadSentence, key};
use crate::decode::rounded;
use crate::document::{Document, Unread};
use crate::labels::Worth;
use crate::model::digest_of;
use crate::record::{
    AttributionSpan, BlockSpan, CLAIM_SCHEMA, ClaimDate, ClaimLine, ClaimSpan, ClaimerInfo, Context, Coverage, ERROR_SCHEMA, EntitySpan,
    ErrorLine, ModelInfo, ProgramInfo, RECORD_SCHEMA, Record, SentenceSpan, TextSpan,
};
use crate::span::{OffsetUnit, Positions, Span};

/// A document and all that was found in it.
#[derive(Debug, Clone)]
pub struct Annotated {
    /// The document.
    pub document: Document,
    /// Its sentences.
    pub sentences: Vec<ReadSentence>,
    /// Its entities, attributions and claims.
    pub assembly: Assembly,
    /// How much of it was scored.
    pub coverage: Coverage,
}

/// How records are written.
#[derive(Debug, Clone, PartialEq)]
pub struct RenderOptions {
    /// What offsets count.
    pub offsets: OffsetUnit,
    /// Whether the text itself is written.
    pub with_text: bool,
    /// What scored it.
    pub model: ModelInfo,
    /// What ran the model.
    pub program: ProgramInfo,
}

/// The record of a document.
#[must_use]
pub fn record(annotated: &Annotated, options: &RenderOptions) -> Record {
    let document = &annotated.document;
    let writer = Writer { text: &document.text, positions: Positions::new(&document.text, options.offsets) };
    let threshold = options.model.thresholds.check_worthiness;
    let found = &annotated.assembly;
    let duplicate_of = match &document.unread {
        Some(Unread::Repeats(duplicate)) => Some(duplicate.clone()),
        _ => None,
    };
    Record {
        schema: RECORD_SCHEMA.into(),
        doc_id: document.doc_id.clone(),
        source: document.source.clone(),
        text: (options.with_text && duplicate_of.is_none()).then(|| document.text.clone()),
        text_sha256: digest_of(document.text.as_bytes()),
        offset_unit: options.offsets,
        language: document.language.clone(),
        duplicate_of,
        blocks: document.blocks.iter().enumerate().map(|(id, b)| writer.block(id, b)).collect(),
        sentences: annotated.sentences.iter().enumerate().map(|(id, s)| writer.sentence(id, s, threshold)).collect(),
        entities: (0..found.entities.len()).map(|id| writer.entity(id, found)).collect(),
        attributions: found.attributions.iter().enumerate().map(|(id, a)| writer.attribution(id, a)).collect(),
        claims: (0..found.claims.len()).map(|at| writer.claim(at, annotated)).collect(),
        coverage: annotated.coverage.clone(),
        model: options.model.clone(),
        program: options.program.clone(),
        warnings: document.warnings.clone(),
    }
}

/// Every claim of a record as a line of its own; `text` is the document's, since the record may come without it.
#[must_use]
pub fn claim_lines(record: Record, text: &str) -> Vec<ClaimLine> {
    let positions = Positions::new(text, record.offset_unit);
    let surface = |s: &SentenceSpan| {
        let byte = |at| positions.to_byte(text, at).unwrap_or(0);
        Span::new(byte(s.start), byte(s.end)).of(text).to_owned()
    };
    let around = |claim: &ClaimSpan| {
        let (first, last) = (claim.sentences.first().copied().unwrap_or(0), claim.sentences.last().copied().unwrap_or(0));
        let own: Vec<String> = record.sentences.iter().filter(|s| (first..=last).contains(&s.id)).map(surface).collect();
        Context {
            before: first.checked_sub(1).and_then(|i| record.sentences.get(i)).map(surface),
            sentence: own.join(" "),
            after: record.sentences.get(last + 1).map(surface),
        }
    };
    record
        .claims
        .iter()
        .map(|claim| ClaimLine {
            schema: CLAIM_SCHEMA.into(),
            doc_id: record.doc_id.clone(),
            source: record.source.clone(),
            text_sha256: record.text_sha256.clone(),
            offset_unit: record.offset_unit,
            context: around(claim),
            attribution: record.attributions.iter().find(|a| claim.attribution.as_ref() == Some(&a.id)).cloned(),
            within: around_attribution(&record, claim),
            entities: record.entities.iter().filter(|e| claim.entities.contains(&e.id)).cloned().collect(),
            claim: claim.clone(),
            model: record.model.clone(),
            program: record.program.clone(),
            warnings: record.warnings.clone(),
        })
        .collect()
}

/// The attributions around a claim's own, from the inside out. Each stands behind the one around it.
fn around_attribution(record: &Record, claim: &ClaimSpan) -> Vec<AttributionSpan> {
    let named = |id: &Option<String>| record.attributions.iter().position(|a| Some(&a.id) == id.as_ref());
    let mut around = Vec::new();
    let mut at = named(&claim.attribution);
    while let Some(outer) = at.and_then(|at| named(&record.attributions[at].within).filter(|outer| *outer < at)) {
        around.push(record.attributions[outer].clone());
        at = Some(outer);
    }
    around
}

/// The line of a document that failed at `stage`.
#[must_use]
pub fn error_line(doc_id: String, source: crate::document::Source, stage: &str, error: String) -> ErrorLine {
    ErrorLine { schema: ERROR_SCHEMA.into(), doc_id, source, stage: stage.into(), error }
}

struct Writer<'t> {
    text: &'t str,
    positions: Positions,
}

impl Writer<'_> {
    fn at(&self, span: Span) -> (usize, usize) {
        (self.positions.of_byte(span.start), self.positions.of_byte(span.end))
    }

    fn block(&self, id: usize, block: &crate::document::Block) -> BlockSpan {
        let (start, end) = self.at(block.span);
        BlockSpan { id, kind: block.kind, start, end }
    }

    fn sentence(&self, id: usize, sentence: &ReadSentence, threshold: f64) -> SentenceSpan {
        let (start, end) = self.at(sentence.span);
        let [nfs, ufs, _] = sentence.reading.worth;
        let score = sentence.reading.check_worthiness();
        let label = if score >= threshold {
            Worth::Cfs
        } else if nfs >= ufs {
            Worth::Nfs
        } else {
            Worth::Ufs
        };
        SentenceSpan {
            id,
            block: sentence.block,
            start,
            end,
            check_worthiness: score,
            label,
            verifiability: sentence.reading.verifiability,
            types: sentence.reading.types.clone(),
        }
    }

    fn entity(&self, id: usize, found: &Assembly) -> EntitySpan {
        let entity = &found.entities[id];
        let (start, end) = self.at(entity.span);
        EntitySpan {
            id: entity_id(id),
            start,
            end,
            text: entity.span.of(self.text).to_owned(),
            label: entity.label.clone(),
            score: rounded(entity.score),
            cluster: entity.cluster,
            canonical: entity.canonical.clone(),
            value: entity.value.clone(),
        }
    }

    fn spans(&self, parts: &[Span]) -> TextSpan {
        let hull = Span::hull_of(parts);
        let (start, end) = self.at(hull);
        let several = (parts.len() > 1).then(|| parts.iter().map(|p| self.at(*p)).collect());
        TextSpan { start, end, text: hull.of(self.text).to_owned(), parts: several }
    }

    fn attribution(&self, id: usize, attribution: &Attribution) -> AttributionSpan {
        AttributionSpan {
            id: attribution_id(id),
            mode: attribution.mode,
            source: attribution.source.or(attribution.subject).map(|s| self.spans(&[s])),
            cue: attribution.cue.map(|s| self.spans(&[s])),
            content: self.spans(&attribution.content),
            claimer: attribution.claimer.as_ref().map(claimer),
            stance: attribution.stance,
            within: attribution.within.map(attribution_id),
        }
    }

    fn claim(&self, at: usize, annotated: &Annotated) -> ClaimSpan {
        let claim = &annotated.assembly.claims[at];
        let words: Vec<&str> = claim.parts.iter().map(|p| p.of(self.text)).collect();
        let attribution = claim.attribution.and_then(|a| annotated.assembly.attributions.get(a));
        let worthiest = &annotated.sentences[claim.worthiest].reading;
        ClaimSpan {
            id: claim.id(&annotated.document),
            key: key(&words.join(" ")),
            sentences: claim.sentences.clone(),
            block: claim.sentences.first().and_then(|&s| annotated.sentences[s].block),
            span: self.spans(&claim.parts),
            quoted: claim.quoted.iter().map(|q| self.at(*q)).collect(),
            check_worthiness: claim.check_worthiness,
            verifiability: worthiest.verifiability,
            types: worthiest.types.clone(),
            entities: claim.entities.iter().map(|&e| entity_id(e)).collect(),
            mode: claim.mode,
            stance: claim.stance,
            attribution: claim.attribution.map(attribution_id),
            claimer: attribution.and_then(|a| a.claimer.as_ref()).map(claimer),
            date: claim.date.as_ref().map(|date| ClaimDate { value: date.value.clone(), basis: date.basis }),
        }
    }
}

fn claimer(claimer: &Claimer) -> ClaimerInfo {
    ClaimerInfo {
        name: claimer.name.clone(),
        kind: claimer.kind,
        entity: claimer.entity.map(entity_id),
        role: claimer.role.clone(),
        party: claimer.party.clone(),
        organisation: claimer.organisation.clone(),
        resolved_by: claimer.resolved_by,
        score: rounded(claimer.score),
    }
}

fn entity_id(at: usize) -> String {
    format!("e{at}")
}

fn attribution_id(at: usize) -> String {
    format!("a{at}")
}
