//! What `claimsift extract` writes, read back: `docs/record.md`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::classes::scored;
use super::intake::Intake;
use super::json_pieces::{Piece, each_file};
use super::places::{InOrder, Places, check_hash};
use super::{
    ConvertError, LabelledAttribution, LabelledClaim, LabelledClaimer, LabelledDocument, LabelledEntity, LabelledSentence, OneOf, Parts,
};
use crate::record::{
    AttributionSpan, CLAIM_SCHEMA, ClaimSpan, ClaimerInfo, ERROR_SCHEMA, EntitySpan, RECORD_SCHEMA, Record, SentenceSpan, TextSpan,
};

#[derive(Deserialize)]
struct Head {
    schema: Option<String>,
}

pub(super) fn read(path: &Path, intake: &mut Intake) -> Result<Vec<LabelledDocument>, ConvertError> {
    let mut seen: BTreeMap<String, (PathBuf, usize)> = BTreeMap::new();
    let mut documents = Vec::new();
    each_file(path, &["jsonl", "json"], intake, |file, pieces, intake| {
        for piece in pieces {
            let read = document(piece, intake).and_then(|document| match seen.get(&document.doc_id) {
                Some((first, line)) => {
                    Err(piece.wrong(format!("{:?} stands in {}, line {line}, already", document.doc_id, first.display())))
                }
                None => Ok(document),
            });
            if let Some(document) = intake.take(read)? {
                seen.insert(document.doc_id.clone(), (file.path().to_path_buf(), piece.line()));
                documents.push(document);
            }
        }
        Ok(())
    })?;
    Ok(documents)
}

fn document(piece: Piece, intake: &mut Intake) -> Result<LabelledDocument, ConvertError> {
    match piece.parse::<Head>()?.schema.as_deref() {
        Some(RECORD_SCHEMA) => {}
        Some(CLAIM_SCHEMA) => return Err(piece.wrong("a single claim (claimsift extract --only claims), expected a record")),
        Some(ERROR_SCHEMA) => return Err(piece.wrong("an error line of claimsift extract, expected a record")),
        Some(other) => return Err(piece.wrong(format!("found schema {other:?}, expected {RECORD_SCHEMA:?}"))),
        None => return Err(piece.wrong(format!("no schema, expected {RECORD_SCHEMA:?}"))),
    }
    let mut document = labelled(&piece.parse::<Record>()?).map_err(|reason| piece.wrong(reason))?;
    let mut entities = Vec::new();
    for entity in document.entities.take().unwrap_or_default() {
        let wrong = |reason: String| piece.wrong(format!("{}: {reason}", document.doc_id));
        if let Some(Some(label)) = intake.take(intake.label(&entity.label).map_err(wrong))? {
            entities.push(LabelledEntity { label, ..entity });
        }
    }
    Ok(LabelledDocument { entities: Some(entities), ..document })
}

/// A record as annotation: every span, class and score it holds.
///
/// # Errors
/// When the record has no text, or its offsets do not fit it.
pub fn labelled(record: &Record) -> Result<LabelledDocument, String> {
    labelled_parts(record).map_err(|reason| format!("{}: {reason}", record.doc_id))
}

fn labelled_parts(record: &Record) -> Result<LabelledDocument, String> {
    let text = record.text.as_deref().ok_or("the record has no text: records made with --no-text cannot be read")?;
    check_hash(text, &record.text_sha256)?;
    let reader = Reader { places: Places::new(text, record.offset_unit), attributions: &record.attributions };
    let mut order = InOrder::of(text);
    Ok(LabelledDocument {
        doc_id: record.doc_id.clone(),
        text: text.to_owned(),
        rebuilt: false,
        url: record.source.url.clone(),
        sentences: Some(each("sentences", &record.sentences, |s| reader.sentence(s, &mut order))?),
        entities: Some(each("entities", &record.entities, |e| reader.entity(e))?),
        attributions: Some(each("attributions", &record.attributions, |a| reader.attribution(a))?),
        claims: Some(each("claims", &record.claims, |c| reader.claim(c))?),
    })
}

fn each<A, B>(name: &str, items: &[A], mut read: impl FnMut(&A) -> Result<B, String>) -> Result<Vec<B>, String> {
    let numbered = items.iter().enumerate();
    numbered.map(|(index, item)| read(item).map_err(|reason| format!("{name}[{index}]: {reason}"))).collect()
}

struct Reader<'r> {
    places: Places<'r>,
    attributions: &'r [AttributionSpan],
}

impl Reader<'_> {
    fn sentence(&self, s: &SentenceSpan, order: &mut InOrder) -> Result<LabelledSentence, String> {
        Ok(LabelledSentence {
            span: order.next(self.places.span(s.start, s.end)?)?,
            worth: Some(OneOf::One(s.label)),
            verifiability: s.verifiability.map(OneOf::One),
            types: s.types.clone(),
            score: scored(Some(s.check_worthiness))?,
            ..LabelledSentence::default()
        })
    }

    fn entity(&self, e: &EntitySpan) -> Result<LabelledEntity, String> {
        let span = self.places.surface(e.start, e.end, &e.text)?;
        Ok(LabelledEntity { span, label: e.label.clone(), score: scored(Some(e.score))? })
    }

    fn attribution(&self, a: &AttributionSpan) -> Result<LabelledAttribution, String> {
        let parts = |span: &Option<TextSpan>| span.as_ref().map(|s| self.parts(s)).transpose();
        Ok(LabelledAttribution {
            mode: Some(a.mode),
            source: parts(&a.source)?,
            cue: parts(&a.cue)?,
            content: Some(self.parts(&a.content)?),
            claimer: a.claimer.as_ref().map(claimer),
        })
    }

    fn claim(&self, c: &ClaimSpan) -> Result<LabelledClaim, String> {
        let place = |id: &String| {
            let place = self.attributions.iter().position(|a| a.id == *id);
            place.ok_or_else(|| format!("its attribution {id:?} is not among the attributions"))
        };
        Ok(LabelledClaim {
            parts: self.parts(&c.span)?,
            mode: c.mode,
            attribution: c.attribution.as_ref().map(place).transpose()?,
            claimer: c.claimer.as_ref().map(claimer),
        })
    }

    fn parts(&self, span: &TextSpan) -> Result<Parts, String> {
        let hull = self.places.surface(span.start, span.end, &span.text)?;
        span.parts.as_ref().map_or(Ok(vec![hull]), |parts| self.places.parts(hull, parts))
    }
}

fn claimer(c: &ClaimerInfo) -> LabelledClaimer {
    LabelledClaimer { name: c.name.clone(), kind: c.kind }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A record as `claimsift extract` writes it, in UTF-16 units.
    fn record(doc_id: &str, change: impl Fn(&mut serde_json::Value)) -> String {
        let text = "“😀 Prices fell,” Ann said.";
        let mut json = serde_json::json!({
            "schema": RECORD_SCHEMA, "doc_id": doc_id, "text": text, "text_sha256": super::super::places::sha256(text), "offset_unit": "utf16",
            "source": {"path": "a", "format": "text", "url": "https://example.org/a", "subjects": []},
            "language": null, "duplicate_of": null, "blocks": [],
            "sentences": [{"id": 0, "block": null, "start": 0, "end": 27, "check_worthiness": 0.75, "label": "CFS", "verifiability": null, "types": null}],
            "entities": [{"id": "e0", "start": 18, "end": 21, "text": "Ann", "label": "PER", "score": 0.5, "cluster": 0, "canonical": "Ann", "value": null}],
            "attributions": [{"id": "a7", "mode": "direct", "source": {"start": 18, "end": 21, "text": "Ann"}, "cue": null,
                "content": {"start": 0, "end": 17, "text": "“😀 Prices fell,”", "parts": [[0, 10], [11, 17]]}, "claimer": null}],
            "claims": [{"id": "c", "key": "k", "sentences": [0], "block": null, "start": 4, "end": 15, "text": "Prices fell", "quoted": [],
                "check_worthiness": 0.75, "verifiability": null, "types": null, "entities": [], "mode": "direct", "attribution": "a7",
                "claimer": {"name": "Ann", "kind": "person", "entity": null, "role": null, "resolved_by": "source", "score": 1.0}, "date": null}],
            "coverage": {"chars": 26, "scored_chars": 26, "windows": 1, "truncated": 0},
            "model": {"name": "m", "version": "1", "sha256": "", "precision": "f32", "kernel": "", "thresholds": {"check_worthiness": 0.5}},
            "program": {"version": "0", "config_sha256": ""}, "warnings": []
        });
        change(&mut json);
        json.to_string() + "\n"
    }

    fn of(content: &str, options: &crate::convert::Options) -> Result<crate::convert::Reading, ConvertError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("records.jsonl");
        std::fs::write(&path, content).unwrap();
        crate::convert::read(&path, crate::convert::Format::Records, options)
    }

    #[test]
    fn every_span_class_and_score_of_a_record_is_read() {
        let reading = of(&record("a", |_| {}), &Default::default()).unwrap();
        let d = &reading.documents[0];
        let (sentence, claim) = (&d.sentences.as_ref().unwrap()[0], &d.claims.as_ref().unwrap()[0]);
        assert_eq!((sentence.span.of(&d.text), sentence.score), (d.text.as_str(), Some(0.75)));
        assert_eq!(d.entities.as_ref().unwrap()[0].span.of(&d.text), "Ann");
        let content = d.attributions.as_ref().unwrap()[0].content.as_ref().unwrap();
        assert_eq!(content.iter().map(|s| s.of(&d.text)).collect::<Vec<_>>(), ["“😀 Prices", "fell,”"]);
        assert_eq!(
            (claim.attribution, claim.parts[0].of(&d.text), d.url.as_deref()),
            (Some(0), "Prices fell", Some("https://example.org/a"))
        );
    }

    type Change = dyn Fn(&mut serde_json::Value);

    #[test]
    fn lines_that_are_no_record_with_text_name_their_line() {
        let cases: [(&Change, &str); 9] = [
            (&|r| r["schema"] = CLAIM_SCHEMA.into(), "--only claims"),
            (&|r| r["schema"] = ERROR_SCHEMA.into(), "an error line"),
            (&|r| r["schema"] = "claimsift/record/9".into(), "claimsift/record/9"),
            (&|r| r["text"] = serde_json::Value::Null, "--no-text"),
            (&|r| r["text"] = "another text".into(), "changed after"),
            (&|r| r["sentences"][0]["check_worthiness"] = 7.into(), "sentences[0]: found score 7"),
            (&|r| r["entities"][0]["score"] = (-1).into(), "entities[0]: found score -1"),
            (&|r| r["sentences"] = serde_json::json!([r["sentences"][0], r["sentences"][0]]), "sentences[1]: the sentence"),
            (&|r| r["claims"][0]["attribution"] = "a9".into(), "claims[0]: its attribution \"a9\""),
        ];
        for (change, said) in cases {
            let content = record("good", |_| {}) + &record("bad", change);
            let error = of(&content, &Default::default()).unwrap_err().to_string();
            assert!(error.contains("line 2") && error.contains(said), "{error}");
            let lenient = of(&content, &crate::convert::Options { lenient: true, ..Default::default() }).unwrap();
            assert_eq!((lenient.documents.len(), lenient.skipped.len()), (1, 1));
        }
    }

    #[test]
    fn a_repeated_document_names_both_lines_and_labels_are_mapped() {
        let error = of(&(record("a", |_| {}) + "\n" + &record("a", |_| {})), &Default::default()).unwrap_err().to_string();
        assert!(error.contains("line 3") && error.contains("line 1"), "{error}");
        let options =
            crate::convert::Options { labels: crate::convert::LabelMap::usual(crate::convert::Unknown::Refuse), ..Default::default() };
        assert_eq!(of(&record("a", |_| {}), &options).unwrap().documents[0].entities.as_ref().unwrap()[0].label, "PERSON");
    }
}
