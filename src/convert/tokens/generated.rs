//! Documents for property tests: texts with emoji, combining marks, Hebrew, quotes and white space of all kinds.

use proptest::prelude::*;

use crate::convert::{LabelledDocument, LabelledEntity, LabelledSentence};
use crate::span::Span;

/// Whole documents, some without sentences; their entities may nest, touch and cross, but begin and end with what is no white space.
pub(in crate::convert) fn documents() -> impl Strategy<Value = Vec<LabelledDocument>> {
    prop::collection::vec(document(), 1..4).prop_map(|mut documents| {
        for (n, document) in documents.iter_mut().enumerate() {
            document.doc_id = format!("{} {n}", document.doc_id);
        }
        documents
    })
}

fn document() -> impl Strategy<Value = LabelledDocument> {
    let word = "[A-Zb0é😀אב\u{301}'\"’“.,#()$%|\\\\_-]{1,6}|O|B-x|-LRB-|``";
    let blank = "[ \t\n\r\u{a0}\u{2028}]{1,2}";
    let sentence = (word, prop::collection::vec((blank, word), 0..5))
        .prop_map(|(first, rest)| rest.into_iter().fold(first, |text, (blank, word)| text + &blank + &word));
    let sentences = prop::collection::vec((sentence, "\n\n| |[ \n\t\u{a0}\r]{0,3}"), 1..5);
    let entities = prop::option::of(prop::collection::vec((0usize..9, 0usize..30, 1usize..30, "[A-Z]{1,3}|a-b|x[(]y[)]|p[|]q%28"), 0..5));
    (("[a-z#= é]{0,6}x", "[ \n\t]{0,2}", any::<bool>(), any::<bool>()), sentences, entities).prop_map(
        |((doc_id, before, rebuilt, knows_sentences), sentences, entities)| {
            let mut document = LabelledDocument { doc_id, text: before, rebuilt, ..LabelledDocument::default() };
            let mut spans = Vec::new();
            for (sentence, gap) in &sentences {
                spans.push(Span::new(document.text.len(), document.text.len() + sentence.len()));
                document.text += sentence;
                document.text += gap;
            }
            document.entities = entities.map(|entities| {
                let placed = entities.into_iter().filter_map(|(n, from, length, label)| {
                    let within = spans[n % spans.len()];
                    let ends: Vec<usize> =
                        within.of(&document.text).char_indices().map(|(at, _)| within.start + at).chain([within.end]).collect();
                    let start = ends[from % ends.len()];
                    let end = ends[(from % ends.len() + length).min(ends.len() - 1)];
                    let span = Span::new(start, end).trimmed(&document.text);
                    (!span.is_empty()).then_some(LabelledEntity { span, label, score: None })
                });
                placed.collect()
            });
            document.sentences =
                knows_sentences.then(|| spans.into_iter().map(|span| LabelledSentence { span, ..LabelledSentence::default() }).collect());
            // Our own sentences may be others than those the entities were drawn for.
            let ours: Vec<Span> = document.sentences_or_ours().iter().map(|s| s.span).collect();
            if let Some(entities) = &mut document.entities {
                entities.retain(|e| ours.iter().any(|s| s.contains(&e.span)));
            }
            document
        },
    )
}

/// The document with its entities in a fixed order.
pub(in crate::convert) fn ordered(mut document: LabelledDocument) -> LabelledDocument {
    if let Some(entities) = &mut document.entities {
        entities.sort_by(|a, b| (a.span, &a.label).cmp(&(b.span, &b.label)));
    }
    document
}
