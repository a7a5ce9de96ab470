//! The hand annotation of the fixtures: it reads, it fits the articles, and it covers them.

use std::path::Path;

use claimsift::convert::{self, Format, LabelledDocument, OneOf, Options};
use claimsift::labels::Worth;

fn gold() -> Vec<LabelledDocument> {
    convert::read(&root().join("fixtures/gold"), Format::Gold, &Options::default()).unwrap().documents
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn every_article_has_gold_and_its_text_is_the_articles() {
    let documents = gold();
    let articles = std::fs::read_dir(root().join("fixtures/news")).unwrap().count();
    assert_eq!(documents.len(), articles);
    for document in &documents {
        let article = std::fs::read_to_string(root().join("fixtures/news").join(&document.doc_id)).unwrap();
        assert!(article == document.text, "{}: gold and article part", document.doc_id);
    }
}

#[test]
fn gold_sentences_hold_all_the_text_and_claims_lie_in_sentences_worth_checking() {
    for document in gold() {
        let sentences = document.sentences.as_ref().unwrap();
        let mut at = 0;
        for sentence in sentences {
            assert_eq!(document.text[at..sentence.span.start].trim(), "", "{}: text between sentences", document.doc_id);
            at = sentence.span.end;
        }
        assert_eq!(document.text[at..].trim(), "");
        for claim in document.claims.iter().flatten() {
            let worthy =
                sentences.iter().any(|s| s.worth == Some(OneOf::One(Worth::Cfs)) && claim.parts.iter().any(|p| p.overlaps(&s.span)));
            let hull = claim.parts[0].hull(claim.parts.last().unwrap());
            assert!(worthy, "{}: {:?} is a claim, its sentences are not CFS", document.doc_id, hull.of(&document.text));
        }
    }
}

/// The splitter against the hand annotation.
#[test]
fn our_sentences_are_those_of_the_annotators() {
    let (mut same, mut all) = (0, 0);
    for document in gold() {
        let ours: Vec<_> = claimsift::split::split(&document.text).into_iter().map(|s| s.span).collect();
        for sentence in document.sentences.iter().flatten() {
            all += 1;
            same += usize::from(ours.contains(&sentence.span));
        }
    }
    assert!(same as f64 / all as f64 >= 0.97, "{same} of {all} sentences");
}
