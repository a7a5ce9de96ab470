//! The table of documents: where each came from, how much was found in it, and what read it.

use super::held::Table;
use super::kind::{NUMBER, OPTIONAL_NUMBER, OPTIONAL_TEXT, OPTIONAL_WHOLE, TEXT, TEXTS, WHOLE};
use crate::record::Record;

pub(super) const NAME: &str = "documents";

/// The table without rows.
pub(super) fn table() -> Table {
    Table::new(
        NAME,
        [
            ("doc_id", TEXT),
            ("path", TEXT),
            ("format", TEXT),
            ("url", OPTIONAL_TEXT),
            ("outlet", OPTIONAL_TEXT),
            ("title", OPTIONAL_TEXT),
            ("byline", OPTIONAL_TEXT),
            ("published", OPTIONAL_TEXT),
            ("modified", OPTIONAL_TEXT),
            ("guid", OPTIONAL_TEXT),
            ("version", OPTIONAL_TEXT),
            ("pub_status", OPTIONAL_TEXT),
            ("embargoed_until", OPTIONAL_TEXT),
            ("rights", OPTIONAL_TEXT),
            ("subjects", TEXTS),
            ("urgency", OPTIONAL_WHOLE),
            ("language", OPTIONAL_TEXT),
            ("duplicate_of", OPTIONAL_TEXT),
            ("similarity", OPTIONAL_NUMBER),
            ("text", OPTIONAL_TEXT),
            ("text_sha256", TEXT),
            ("offset_unit", TEXT),
            ("sentences", WHOLE),
            ("claims", WHOLE),
            ("chars", WHOLE),
            ("scored_chars", WHOLE),
            ("model", TEXT),
            ("model_version", TEXT),
            ("precision", TEXT),
            ("kernel", TEXT),
            ("threshold", NUMBER),
            ("warnings", TEXTS),
        ],
    )
}

/// Adds the row of a document.
pub(super) fn add(table: &mut Table, record: &Record) {
    let (source, twin) = (&record.source, record.duplicate_of.as_ref());
    table
        .text(&record.doc_id)
        .text(&source.path)
        .text(&source.format)
        .optional_text(source.url.as_deref())
        .optional_text(source.outlet.as_deref())
        .optional_text(source.title.as_deref())
        .optional_text(source.byline.as_deref())
        .optional_text(source.published.as_deref())
        .optional_text(source.modified.as_deref())
        .optional_text(source.guid.as_deref())
        .optional_text(source.version.as_deref())
        .optional_text(source.pub_status.as_deref())
        .optional_text(source.embargoed_until.as_deref())
        .optional_text(source.rights.as_deref())
        .texts(source.subjects.iter().map(String::as_str))
        .optional_whole(source.urgency.map(usize::from))
        .optional_text(record.language.as_deref())
        .optional_text(twin.map(|twin| twin.document.as_str()))
        .optional_number(twin.map(|twin| twin.similarity))
        .optional_text(record.text.as_deref())
        .text(&record.text_sha256)
        .name_of(&record.offset_unit)
        .whole(record.sentences.len())
        .whole(record.claims.len())
        .whole(record.coverage.chars)
        .whole(record.coverage.scored_chars)
        .text(&record.model.name)
        .text(&record.model.version)
        .text(&record.model.precision)
        .text(&record.model.kernel)
        .number(record.model.thresholds.check_worthiness)
        .texts(record.warnings.iter().map(String::as_str));
}
