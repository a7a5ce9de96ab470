//! Gold as it is written: nothing of an annotated document is lost.

use std::collections::BTreeSet;
use std::path::Path;

use serde::Serialize;
use serde_json::ser::{PrettyFormatter, Serializer};

use super::wire::{Attribution, Claim, Claimer, Entity, SCHEMA, Sentence, Surface, Words, Written};
use crate::convert::classes::words;
use crate::convert::places::{Places, sha256};
use crate::convert::writing::{Losses, put};
use crate::convert::{
    ConvertError, LabelledAttribution, LabelledClaim, LabelledClaimer, LabelledDocument, LabelledSentence, Loss, Parts, extension,
};
use crate::span::{OffsetUnit, Span};

/// A folder with a file a document; `OUT.jsonl` (and standard output) with a line a document; or `OUT.json` with all.
pub(in crate::convert) fn write(documents: &[LabelledDocument], path: &Path) -> Result<Vec<Loss>, ConvertError> {
    let mut losses = Losses::default();
    let written: Vec<Written> = documents.iter().map(|d| of_document(d, &mut losses)).collect();
    let failed = |e: serde_json::Error| ConvertError::file(path, e);
    match extension(path).as_str() {
        _ if path == Path::new("-") => put(path, &lines(&written).map_err(failed)?)?,
        _ if path.is_dir() => folder(&written, path)?,
        "jsonl" | "ndjson" => put(path, &lines(&written).map_err(failed)?)?,
        "" => folder(&written, path)?,
        _ => match &written[..] {
            [one] => put(path, &pretty(one).map_err(failed)?)?,
            several => put(path, &pretty(&several).map_err(failed)?)?,
        },
    }
    Ok(losses.list())
}

fn folder(written: &[Written], folder: &Path) -> Result<(), ConvertError> {
    let mut taken = BTreeSet::new();
    for document in written {
        let stem = stem(document.doc_id);
        let numbered = (2..).map(|n| format!("{stem}-{n}"));
        let name = std::iter::once(stem.clone()).chain(numbered).find(|name| taken.insert(name.to_lowercase())).unwrap_or_default();
        let path = folder.join(format!("{name}.json"));
        put(&path, &pretty(document).map_err(|e| ConvertError::file(&path, e))?)?;
    }
    Ok(())
}

/// A document's name as the name of a file: `news/sport.txt` becomes `news_sport`.
fn stem(doc_id: &str) -> String {
    let name = doc_id.strip_suffix(".txt").or_else(|| doc_id.strip_suffix(".json")).unwrap_or(doc_id);
    let allowed = |c: char| if c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '#') { c } else { '_' };
    // File systems hold 255 bytes.
    let safe: String = name.chars().map(allowed).take(60).collect();
    let safe = safe.trim_start_matches(['.', '_']);
    if safe.is_empty() { "document".to_owned() } else { safe.to_owned() }
}

fn lines(written: &[Written]) -> serde_json::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    for document in written {
        serde_json::to_writer(&mut bytes, document)?;
        bytes.push(b'\n');
    }
    Ok(bytes)
}

fn pretty(value: &impl Serialize) -> serde_json::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    value.serialize(&mut Serializer::with_formatter(&mut bytes, PrettyFormatter::with_indent(b" ")))?;
    bytes.push(b'\n');
    Ok(bytes)
}

fn of_document<'d>(d: &'d LabelledDocument, losses: &mut Losses) -> Written<'d> {
    let text = Text { text: &d.text, places: Places::new(&d.text, OffsetUnit::Char) };
    losses.add("claims without a place", d.claims.iter().flatten().filter(|c| c.parts.is_empty()).count());
    Written {
        schema: SCHEMA,
        doc_id: &d.doc_id,
        offset_unit: OffsetUnit::Char,
        text_sha256: sha256(&d.text),
        rebuilt: d.rebuilt,
        url: d.url.as_deref(),
        text: &d.text,
        sentences: d.sentences.as_ref().map(|s| s.iter().map(|s| text.sentence(s)).collect()),
        entities: d.entities.as_ref().map(|e| {
            let entity = |e: &crate::convert::LabelledEntity| Entity { span: text.surface(e.span), label: e.label.clone(), score: e.score };
            e.iter().map(entity).collect()
        }),
        attributions: d.attributions.as_ref().map(|a| a.iter().map(|a| text.attribution(a)).collect()),
        claims: d.claims.as_ref().map(|c| c.iter().filter_map(|c| text.claim(c)).collect()),
    }
}

struct Text<'t> {
    text: &'t str,
    places: Places<'t>,
}

impl Text<'_> {
    fn sentence(&self, s: &LabelledSentence) -> Sentence {
        let (start, end) = self.places.of(s.span);
        Sentence {
            start,
            end,
            label: s.worth.as_ref().map(|w| Words::from(words(w.classes()))).unwrap_or_default(),
            verifiability: s.verifiability.as_ref().map(|v| Words::from(words(v.classes()))).unwrap_or_default(),
            types: s.types.as_deref().map(words),
            score: s.score,
            mode: s.mode.map(|m| m.as_str().to_owned()),
            claimer: claimer(s.claimer.as_ref()),
        }
    }

    fn attribution(&self, a: &LabelledAttribution) -> Attribution {
        let surface = |parts: &Option<Parts>| parts.as_ref().and_then(|p| self.parts(p));
        Attribution {
            mode: a.mode.map(|m| m.as_str().to_owned()),
            source: surface(&a.source),
            cue: surface(&a.cue),
            content: surface(&a.content),
            claimer: claimer(a.claimer.as_ref()),
        }
    }

    fn claim(&self, c: &LabelledClaim) -> Option<Claim> {
        let span = self.parts(&c.parts)?;
        Some(Claim { span, mode: c.mode.as_str().to_owned(), attribution: c.attribution, claimer: claimer(c.claimer.as_ref()) })
    }

    fn surface(&self, span: Span) -> Surface {
        let (start, end) = self.places.of(span);
        Surface { start, end, text: span.of(self.text).to_owned(), parts: None }
    }

    fn parts(&self, parts: &Parts) -> Option<Surface> {
        let several = (parts.len() > 1).then(|| parts.iter().map(|p| self.places.of(*p)).collect());
        (!parts.is_empty()).then(|| Surface { parts: several, ..self.surface(Span::hull_of(parts)) })
    }
}

fn claimer(claimer: Option<&LabelledClaimer>) -> Option<Claimer> {
    claimer.map(|c| Claimer { name: c.name.clone(), kind: c.kind.as_str().to_owned() })
}
