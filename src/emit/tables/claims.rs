//! The table of claims: each with who makes it, who is cited for it, and where it was published, so that it can be read alone.

use super::held::Table;
use super::kind::{NUMBER, OPTIONAL_NUMBER, OPTIONAL_TEXT, OPTIONAL_WHOLE, TEXT, TEXTS, TRUTH, WHOLE};
use crate::record::{ClaimSpan, Record};

pub(super) const NAME: &str = "claims";

/// The table without rows.
pub(super) fn table() -> Table {
    Table::new(
        NAME,
        [
            ("doc_id", TEXT),
            ("id", TEXT),
            ("key", TEXT),
            ("first_sentence", OPTIONAL_WHOLE),
            ("last_sentence", OPTIONAL_WHOLE),
            ("block", OPTIONAL_WHOLE),
            ("start", WHOLE),
            ("end", WHOLE),
            ("text", TEXT),
            ("verbatim", TRUTH),
            ("check_worthiness", NUMBER),
            ("verifiability", OPTIONAL_TEXT),
            ("types", TEXTS),
            ("entities", TEXTS),
            ("mode", TEXT),
            ("stance", TEXT),
            ("attribution", OPTIONAL_TEXT),
            ("source", OPTIONAL_TEXT),
            ("cue", OPTIONAL_TEXT),
            ("claimer", OPTIONAL_TEXT),
            ("claimer_kind", OPTIONAL_TEXT),
            ("claimer_role", OPTIONAL_TEXT),
            ("claimer_score", OPTIONAL_NUMBER),
            ("date", OPTIONAL_TEXT),
            ("url", OPTIONAL_TEXT),
            ("outlet", OPTIONAL_TEXT),
            ("published", OPTIONAL_TEXT),
        ],
    )
}

/// Adds the row of a claim of `record`.
pub(super) fn add(table: &mut Table, record: &Record, claim: &ClaimSpan) {
    let attribution = record.attributions.iter().find(|a| claim.attribution.as_ref() == Some(&a.id));
    let (claimer, source) = (claim.claimer.as_ref(), &record.source);
    table
        .text(&record.doc_id)
        .text(&claim.id)
        .text(&claim.key)
        .optional_whole(claim.sentences.first().copied())
        .optional_whole(claim.sentences.last().copied())
        .optional_whole(claim.block)
        .whole(claim.span.start)
        .whole(claim.span.end)
        .text(&claim.span.text)
        .truth(!claim.quoted.is_empty())
        .number(claim.check_worthiness)
        .optional_name_of(claim.verifiability.as_ref())
        .names_of(claim.types.as_deref())
        .texts(claim.entities.iter().map(String::as_str))
        .name_of(&claim.mode)
        .name_of(&claim.stance)
        .optional_text(claim.attribution.as_deref())
        .optional_text(attribution.and_then(|a| a.source.as_ref()).map(|s| s.text.as_str()))
        .optional_text(attribution.and_then(|a| a.cue.as_ref()).map(|c| c.text.as_str()))
        .optional_text(claimer.map(|c| c.name.as_str()))
        .optional_name_of(claimer.map(|c| &c.kind))
        .optional_text(claimer.and_then(|c| c.role.as_deref()))
        .optional_number(claimer.map(|c| c.score))
        .optional_text(claim.date.as_ref().map(|d| d.value.as_str()))
        .optional_text(source.url.as_deref())
        .optional_text(source.outlet.as_deref())
        .optional_text(source.published.as_deref());
}
