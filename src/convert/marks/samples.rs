//! Documents for property tests: every layer, awkward texts, spans that touch and nest.

use proptest::prelude::*;

use crate::convert::{
    ConvertError, Format, LabelledAttribution, LabelledClaim, LabelledClaimer, LabelledDocument, LabelledEntity, LabelledSentence, Loss,
    OneOf, Options, Parts, read, write,
};
use crate::labels::{ClaimType, ClaimerKind, Mode, Verifiability, Worth};
use crate::span::Span;

const WORDS: [&str; 12] = ["Ann", "said", "“Ça,", "va”", "😀", "👨‍👩‍👧", "e\u{301}te\u{301}", "שלום", "\"x\\y\"", "5%", "a\u{a0}b", "\\n"];
const GAPS: [&str; 7] = [" ", "", " ", "\n\n", "\t", "  ", "\r\n"];
const LABELS: [&str; 6] = ["PERSON", "claim", "CFS", "Content:direct", "entity:x", "type:event"];

/// A text, and where its words stand.
fn text() -> impl Strategy<Value = (String, Vec<Span>)> {
    prop::collection::vec((0..WORDS.len(), 0..GAPS.len()), 1..14).prop_map(|words| {
        let mut text = String::new();
        let mut spans = Vec::new();
        for (word, gap) in words {
            let start = text.len();
            text.push_str(WORDS[word]);
            spans.push(Span::new(start, text.len()));
            text.push_str(GAPS[gap]);
        }
        (text, spans)
    })
}

/// A stretch from one word to another.
fn stretch(words: Vec<Span>) -> impl Strategy<Value = Span> {
    (0..words.len(), 0..words.len()).prop_map(move |(a, b)| words[a.min(b)].hull(&words[a.max(b)]))
}

/// One or two parts, apart.
fn parts(words: Vec<Span>) -> impl Strategy<Value = Parts> {
    (stretch(words.clone()), stretch(words)).prop_map(|(a, b)| if a.end < b.start { vec![a, b] } else { vec![a] })
}

fn one_of<T: Copy + PartialEq + std::fmt::Debug + 'static>(all: &'static [T]) -> impl Strategy<Value = OneOf<T>> {
    prop::sample::subsequence(all, 1..all.len()).prop_map(|c| if let [one] = c[..] { OneOf::One(one) } else { OneOf::Several(c) })
}

/// Four decimals, as records have.
fn score() -> impl Strategy<Value = f64> {
    (0..=10_000_u16).prop_map(|n| f64::from(n) / 10_000.0)
}

fn sentences(words: Vec<Span>) -> impl Strategy<Value = Vec<LabelledSentence>> {
    let graded = (
        prop::option::of(one_of(Worth::ALL)),
        prop::option::of(one_of(Verifiability::ALL)),
        prop::option::of(prop::sample::subsequence(ClaimType::ALL, 0..3)),
        prop::option::of(score()),
    );
    prop::collection::vec((graded, 1..4_usize), 0..5).prop_map(move |sentences| {
        let mut rest = words.iter().copied();
        let mut found = Vec::new();
        for ((worth, verifiability, types, score), length) in sentences {
            let taken: Vec<Span> = rest.by_ref().take(length).collect();
            if !taken.is_empty() {
                found.push(LabelledSentence { span: Span::hull_of(&taken), worth, verifiability, types, score, ..Default::default() });
            }
        }
        found
    })
}

fn entities(words: Vec<Span>) -> impl Strategy<Value = Vec<LabelledEntity>> {
    let entity = (stretch(words), 0..LABELS.len(), prop::option::of(score()));
    let entity = entity.prop_map(|(span, label, score)| LabelledEntity { span, label: LABELS[label].to_owned(), score });
    prop::collection::vec(entity, 0..5).prop_map(|mut entities| {
        entities.sort_by_key(|e| e.span);
        entities
    })
}

fn claimer() -> impl Strategy<Value = LabelledClaimer> {
    (0..WORDS.len(), prop::sample::select(ClaimerKind::ALL)).prop_map(|(word, kind)| LabelledClaimer { name: WORDS[word].to_owned(), kind })
}

fn attributions(words: Vec<Span>) -> impl Strategy<Value = Vec<LabelledAttribution>> {
    let part = || prop::option::of(parts(words.clone()));
    let attribution =
        (prop::option::of(prop::sample::select(Mode::ALL)), part(), part(), parts(words.clone()), 0..3_u8, prop::option::of(claimer()));
    let attribution = attribution.prop_map(|(mode, source, cue, own, which, claimer)| {
        let (source, cue, content) = match which {
            0 => (Some(own), None, None),
            1 => (source, Some(own), None),
            _ => (source, cue, Some(own)),
        };
        LabelledAttribution { mode, source, cue, content, claimer }
    });
    prop::collection::vec(attribution, 0..4)
}

fn claims(words: Vec<Span>, attributions: usize) -> impl Strategy<Value = Vec<LabelledClaim>> {
    let claim = (parts(words), prop::sample::select(Mode::ALL), prop::option::of(0..4_usize), prop::option::of(claimer()));
    let claim = claim.prop_map(move |(parts, mode, attribution, claimer)| LabelledClaim {
        parts,
        mode,
        attribution: attribution.filter(|index| *index < attributions),
        claimer,
    });
    prop::collection::vec(claim, 0..4)
}

/// A document with everything a document can have.
pub(in crate::convert) fn document() -> impl Strategy<Value = LabelledDocument> {
    let annotated = |(text, words): (String, Vec<Span>)| {
        let layers = (
            prop::option::of(sentences(words.clone())),
            prop::option::of(entities(words.clone())),
            prop::option::of(attributions(words.clone())),
        );
        layers.prop_flat_map(move |(sentences, entities, attributions)| {
            let count = attributions.as_ref().map_or(0, Vec::len);
            let (text, words) = (text.clone(), words.clone());
            (prop::option::of(claims(words, count)), any::<bool>(), prop::option::of(Just("https://example.org/é?a=1&b=\"2\"".to_owned())))
                .prop_map(move |(claims, rebuilt, url)| LabelledDocument {
                    doc_id: String::new(),
                    text: text.clone(),
                    rebuilt,
                    url,
                    sentences: sentences.clone(),
                    entities: entities.clone(),
                    attributions: attributions.clone(),
                    claims,
                })
        })
    };
    text().prop_flat_map(annotated)
}

/// A few documents, each with a name of its own.
pub(in crate::convert) fn documents() -> impl Strategy<Value = Vec<LabelledDocument>> {
    const NAMES: [&str; 3] = ["a b/ñ.txt", "%41 #1", "7"];
    prop::collection::vec(document(), 1..4).prop_map(|documents| {
        let named = documents.into_iter().zip(NAMES);
        named.map(|(d, name)| LabelledDocument { doc_id: name.to_owned(), ..d }).collect()
    })
}

/// Written to a file called `name` and read again, with what was lost.
pub(in crate::convert) fn there_and_back(
    documents: &[LabelledDocument],
    format: Format,
    name: &str,
) -> Result<(Vec<LabelledDocument>, Vec<Loss>), ConvertError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    let losses = write(documents, &path, format)?;
    Ok((read(&path, format, &Options::default())?.documents, losses))
}
