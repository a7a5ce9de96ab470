//! The table of entities: each mention, its cluster, and what its words amount to.

use super::held::Table;
use super::kind::{NUMBER, OPTIONAL_TEXT, TEXT, WHOLE};
use crate::record::{EntitySpan, Record};

pub(super) const NAME: &str = "entities";

/// The table without rows.
pub(super) fn table() -> Table {
    Table::new(
        NAME,
        [
            ("doc_id", TEXT),
            ("id", TEXT),
            ("start", WHOLE),
            ("end", WHOLE),
            ("text", TEXT),
            ("label", TEXT),
            ("score", NUMBER),
            ("cluster", WHOLE),
            ("canonical", TEXT),
            ("value", OPTIONAL_TEXT),
        ],
    )
}

/// Adds the row of an entity of `record`.
pub(super) fn add(table: &mut Table, record: &Record, entity: &EntitySpan) {
    // The value as JSON, which DuckDB and pandas both take apart.
    let value = entity.value.as_ref().and_then(|value| serde_json::to_string(value).ok());
    table
        .text(&record.doc_id)
        .text(&entity.id)
        .whole(entity.start)
        .whole(entity.end)
        .text(&entity.text)
        .text(&entity.label)
        .number(entity.score)
        .whole(entity.cluster)
        .text(&entity.canonical)
        .optional_text(value.as_deref());
}
