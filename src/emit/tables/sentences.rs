//! The table of sentences: each with its words and its scores.

use super::held::Table;
use super::kind::{NUMBER, OPTIONAL_TEXT, OPTIONAL_WHOLE, TEXT, TEXTS, WHOLE};
use crate::record::{Record, SentenceSpan};
use crate::span::{Positions, Span};

pub(super) const NAME: &str = "sentences";

/// The table without rows.
pub(super) fn table() -> Table {
    Table::new(
        NAME,
        [
            ("doc_id", TEXT),
            ("id", WHOLE),
            ("block", OPTIONAL_WHOLE),
            ("block_kind", OPTIONAL_TEXT),
            ("start", WHOLE),
            ("end", WHOLE),
            ("text", OPTIONAL_TEXT),
            ("check_worthiness", NUMBER),
            ("label", TEXT),
            ("verifiability", OPTIONAL_TEXT),
            ("types", TEXTS),
        ],
    )
}

/// Adds the row of a sentence of `record`, whose surfaces stand beside.
pub(super) fn add(table: &mut Table, record: &Record, sentence: &SentenceSpan, surfaces: &Surfaces) {
    let block = sentence.block.and_then(|id| record.blocks.get(id));
    table
        .text(&record.doc_id)
        .whole(sentence.id)
        .optional_whole(sentence.block)
        .optional_name_of(block.map(|block| &block.kind))
        .whole(sentence.start)
        .whole(sentence.end)
        .optional_text(surfaces.of_sentence(sentence))
        .number(sentence.check_worthiness)
        .name_of(&sentence.label)
        .optional_name_of(sentence.verifiability.as_ref())
        .names_of(sentence.types.as_deref());
}

/// The words of a record's sentences, which the record itself does not repeat.
pub(super) struct Surfaces<'r> {
    text: Option<(&'r str, Positions)>,
}

impl<'r> Surfaces<'r> {
    pub fn of(record: &'r Record) -> Self {
        Self { text: record.text.as_deref().map(|text| (text, Positions::new(text, record.offset_unit))) }
    }

    fn of_sentence(&self, sentence: &SentenceSpan) -> Option<&'r str> {
        let (text, positions) = self.text.as_ref()?;
        let byte = |at| positions.to_byte(text, at);
        Some(Span::new(byte(sentence.start)?, byte(sentence.end)?).of(text))
    }
}
