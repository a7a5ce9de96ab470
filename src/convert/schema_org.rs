//! schema.org: one `Claim` (<https://schema.org/Claim>) for each claim, JSON-LD. Only written; a `ClaimReview` would
//! need a rating, which is a fact-checker's.

use std::path::Path;

use serde_json::{Map, Value, json};

use super::places::{Places, sha256};
use super::writing::{Losses, put};
use super::{ConvertError, LabelledClaim, LabelledClaimer, LabelledDocument, Loss};
use crate::labels::ClaimerKind;
use crate::span::OffsetUnit;

/// Between two parts of a claim that other words stand between.
const LEFT_OUT: &str = " […] ";

pub(super) fn write(documents: &[LabelledDocument], path: &Path) -> Result<Vec<Loss>, ConvertError> {
    let mut losses = Losses::default();
    let mut graph = Vec::new();
    for document in documents {
        count_losses(document, &mut losses);
        let places = Places::new(&document.text, OffsetUnit::Char);
        graph.extend(document.claims.iter().flatten().filter(|c| !c.parts.is_empty()).map(|c| claim(c, document, &places)));
    }
    let mut bytes = serde_json::to_vec_pretty(&json!({ "@context": "https://schema.org", "@graph": graph }))
        .map_err(|e| ConvertError::file(path, e))?;
    bytes.push(b'\n');
    put(path, &bytes)?;
    Ok(losses.list())
}

fn claim(claim: &LabelledClaim, document: &LabelledDocument, places: &Places) -> Value {
    let words: Vec<&str> = claim.parts.iter().map(|p| p.of(&document.text)).collect();
    let offsets: Vec<String> = claim.parts.iter().map(|p| places.of(*p)).map(|(start, end)| format!("{start}-{end}")).collect();
    let mut appearance = Map::from_iter([("@type".to_owned(), json!("CreativeWork")), ("identifier".to_owned(), json!(document.doc_id))]);
    if let Some(url) = &document.url {
        appearance.insert("url".to_owned(), json!(url));
    }
    // The place is part of the identity: the same words elsewhere are another claim.
    let identity = sha256(&format!("{}\n{}", document.doc_id, offsets.join(",")));
    let mut object = Map::from_iter([
        ("@type".to_owned(), json!("Claim")),
        ("@id".to_owned(), json!(format!("#claim-{}", identity.get(..32).unwrap_or(&identity)))),
        ("text".to_owned(), json!(words.join(LEFT_OUT))),
        ("appearance".to_owned(), Value::Object(appearance)),
    ]);
    if let Some(author) = claim.claimer.as_ref().and_then(author) {
        object.insert("author".to_owned(), author);
    }
    Value::Object(object)
}

/// The claimer where it is a person or an organisation: nothing else can be an author.
fn author(claimer: &LabelledClaimer) -> Option<Value> {
    let kind = match claimer.kind {
        ClaimerKind::Person => "Person",
        ClaimerKind::Organisation => "Organization",
        ClaimerKind::Document | ClaimerKind::Unnamed | ClaimerKind::Unresolved => return None,
    };
    Some(json!({ "@type": kind, "name": claimer.name }))
}

fn count_losses(d: &LabelledDocument, losses: &mut Losses) {
    let claims = || d.claims.iter().flatten();
    losses.add("sentences", d.sentences.iter().flatten().count());
    losses.add("entities", d.entities.iter().flatten().count());
    losses.add("attributions", d.attributions.iter().flatten().count());
    losses.add("claims without a place", claims().filter(|c| c.parts.is_empty()).count());
    losses.add("modes of claims", claims().count());
    losses.add(
        "claimers that are no person or organisation",
        claims().filter_map(|c| c.claimer.as_ref()).filter(|c| author(c).is_none()).count(),
    );
    losses.add("document texts", usize::from(!d.text.trim().is_empty()));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::labels::Mode;
    use crate::span::Span;

    fn written(documents: &[LabelledDocument]) -> (Value, Vec<Loss>) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("claims.jsonld");
        let losses = write(documents, &path).unwrap();
        (serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap(), losses)
    }

    fn document() -> LabelledDocument {
        let claimed = |parts: Vec<Span>, kind: Option<ClaimerKind>| LabelledClaim {
            parts,
            mode: Mode::Direct,
            attribution: None,
            claimer: kind.map(|kind| LabelledClaimer { name: "Ann Lee".into(), kind }),
        };
        LabelledDocument {
            doc_id: "a".into(),
            text: "“Prices, Ann said, fell.” Rents fell.".into(),
            url: Some("https://example.org/a".into()),
            claims: Some(vec![
                claimed(vec![Span::new(3, 10), Span::new(21, 25)], Some(ClaimerKind::Person)),
                claimed(vec![Span::new(30, 40)], None),
                claimed(vec![Span::new(30, 40)], Some(ClaimerKind::Unresolved)),
            ]),
            ..LabelledDocument::default()
        }
    }

    #[test]
    fn a_claim_has_its_words_its_author_and_where_it_stands() {
        let (json, losses) = written(&[document()]);
        let claims = json["@graph"].as_array().unwrap();
        assert_eq!(claims[0]["text"], "Prices, […] fell");
        assert_eq!(claims[0]["author"], json!({"@type": "Person", "name": "Ann Lee"}));
        assert_eq!(claims[0]["appearance"]["url"], "https://example.org/a");
        assert!(claims[1].get("author").is_none() && claims[2].get("author").is_none());
        assert!(claims.iter().all(|c| c["@type"] == "Claim"));
        assert!(losses.contains(&Loss { what: "claimers that are no person or organisation".into(), count: 1 }));
    }

    #[test]
    fn a_claim_is_called_the_same_again_and_another_place_otherwise() {
        let ids = |d: &LabelledDocument| -> Vec<Value> {
            written(std::slice::from_ref(d)).0["@graph"].as_array().unwrap().iter().map(|c| c["@id"].clone()).collect()
        };
        let first = ids(&document());
        assert_eq!(first, ids(&document()));
        assert_ne!(first[0], first[1]);
        assert_ne!(first[0], ids(&LabelledDocument { doc_id: "b".into(), ..document() })[0]);
    }
}
