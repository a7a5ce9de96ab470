//! Items for others: JSON lines, CSV, schema.org, Label Studio, gold. Nothing under embargo gets out.

use std::io::Read;

use flate2::read::DeflateDecoder;
use serde_json::{Map, Value, json};

use super::clock::Millis;
use super::error::QueueError;
use super::gold;
use super::items::{Appearance, Item, PublishedCheck, Speaker};
use super::listing::ListOptions;
use super::store::Queue;
use crate::convert::{self, LabelledDocument};
use crate::labels::{ClaimerKind, Stance};
use crate::record::Record;

/// What items can be written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum ExportFormat {
    /// One item a line, with its appearances.
    Jsonl,
    /// One item a row.
    Csv,
    /// schema.org `Claim`s, with the `ClaimReview`s that speak of them.
    JsonLd,
    /// Label Studio's tasks: the articles, with what the model found as predictions.
    LabelStudio,
}

/// What was exported, and what had to be left out.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Exported {
    /// The bytes of the file; empty for Label Studio, whose tasks are in `documents`.
    pub bytes: Vec<u8>,
    /// Articles to be written as Label Studio's tasks.
    pub documents: Vec<LabelledDocument>,
    /// How many items or documents there are.
    pub count: usize,
    /// What was left out, and why.
    pub left_out: Vec<String>,
}

impl Queue {
    /// Writes the items that `options` list.
    ///
    /// # Errors
    /// When the queue cannot be read.
    pub fn export(&mut self, format: ExportFormat, options: &ListOptions, now: Millis) -> Result<Exported, QueueError> {
        let mut items = self.list(options, None, now)?;
        self.with_appearances(&mut items, now)?;
        let count = items.len();
        let wrong = |e: &dyn std::fmt::Display| QueueError::content("an item", e);
        let bytes = match format {
            ExportFormat::Jsonl => {
                let mut lines = Vec::new();
                for item in &items {
                    serde_json::to_writer(&mut lines, item).map_err(|e| wrong(&e))?;
                    lines.push(b'\n');
                }
                lines
            }
            ExportFormat::Csv => csv(&items).map_err(|e| wrong(&e))?,
            ExportFormat::JsonLd => {
                let graph: Vec<Value> = items.iter().map(claim).collect();
                let mut bytes =
                    serde_json::to_vec_pretty(&json!({"@context": "https://schema.org", "@graph": graph})).map_err(|e| wrong(&e))?;
                bytes.push(b'\n');
                bytes
            }
            ExportFormat::LabelStudio => return self.articles(&items, now),
        };
        Ok(Exported { bytes, count, ..Exported::default() })
    }

    /// Writes what the desk decided as gold, a document a line (`docs/gold-format.md`).
    ///
    /// # Errors
    /// When the queue cannot be read.
    pub fn export_gold(&mut self, now: Millis) -> Result<Exported, QueueError> {
        let now = self.moment(now)?;
        gold::export(&self.db, now)
    }

    /// The articles in which items stand, each once, in the order they came.
    fn articles(&self, items: &[Item], now: Millis) -> Result<Exported, QueueError> {
        let now = self.moment(now)?;
        let mut documents = std::collections::BTreeSet::new();
        let mut of_item = self.db.prepare(
            "SELECT DISTINCT o.document FROM occurrences o JOIN documents d ON d.id = o.document
             WHERE o.item = ? AND o.state = 'live' AND d.embargo <= ? AND substr(o.claim_id, 1, 2) <> 'd-'",
        )?;
        for item in items {
            documents.extend(of_item.query_map([item.item, now], |r| r.get::<_, i64>(0))?.collect::<Result<Vec<_>, _>>()?);
        }
        let mut exported = Exported::default();
        let mut textless = 0;
        for document in documents {
            match convert::from_record(&stored(&self.db, document)?) {
                Ok(labelled) => exported.documents.push(labelled),
                Err(_) => textless += 1,
            }
        }
        if textless > 0 {
            exported.left_out.push(format!("{textless} documents whose records came without their text"));
        }
        exported.count = exported.documents.len();
        Ok(exported)
    }
}

/// The record of a document as it came.
pub(super) fn stored(db: &rusqlite::Connection, document: i64) -> Result<Record, QueueError> {
    let packed: Vec<u8> = db.prepare_cached("SELECT record FROM documents WHERE id = ?")?.query_row([document], |r| r.get(0))?;
    let mut json = Vec::new();
    DeflateDecoder::new(packed.as_slice()).read_to_end(&mut json).map_err(|e| QueueError::content("a record", e))?;
    serde_json::from_slice(&json).map_err(|e| QueueError::content("a record", e))
}

const COLUMNS: [&str; 31] = [
    "item",
    "rank",
    "state",
    "score",
    "claim",
    "speaker",
    "kind",
    "role",
    "party",
    "organisation",
    "mode",
    "stance",
    "date",
    "check_worthiness",
    "outlets",
    "appearances",
    "topic",
    "why",
    "attention",
    "check_verdict",
    "check_url",
    "verdict",
    "rating",
    "evidence",
    "reason",
    "note",
    "assignee",
    "added",
    "first_outlet",
    "first_url",
    "documents",
];

fn csv(items: &[Item]) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(COLUMNS)?;
    for i in items {
        let speaker = |field: fn(&Speaker) -> Option<&str>| i.speaker.as_ref().and_then(field).unwrap_or_default().to_owned();
        let check = |field: fn(&PublishedCheck) -> &str| i.check.as_ref().map(field).unwrap_or_default().to_owned();
        let first = i.appearances.iter().find(|a| a.state == "live");
        let place = |field: fn(&Appearance) -> Option<&str>| first.and_then(field).unwrap_or_default().to_owned();
        let text = |field: &Option<String>| field.clone().unwrap_or_default();
        let documents: Vec<&str> = i.appearances.iter().map(|a| a.doc_id.as_str()).collect();
        writer.write_record([
            i.item.to_string(),
            i.rank.map(|r| r.to_string()).unwrap_or_default(),
            i.state.as_str().to_owned(),
            format!("{:.4}", i.score),
            i.text.clone(),
            speaker(|s| Some(&s.name)),
            speaker(|s| s.kind.map(ClaimerKind::as_str)),
            speaker(|s| s.role.as_deref()),
            speaker(|s| s.party.as_deref()),
            speaker(|s| s.organisation.as_deref()),
            i.mode.as_str().to_owned(),
            i.stance.as_str().to_owned(),
            text(&i.date),
            i.check_worthiness.to_string(),
            i.outlets.to_string(),
            i.appeared.to_string(),
            text(&i.topic),
            i.why.join("; "),
            text(&i.attention),
            check(|c| &c.verdict),
            check(|c| &c.url),
            text(&i.verdict),
            i.rating.map(|r| r.to_string()).unwrap_or_default(),
            i.evidence.join(" "),
            text(&i.reason),
            text(&i.note),
            text(&i.assignee),
            i.added.clone(),
            place(|a| a.outlet.as_deref()),
            place(|a| a.url.as_deref()),
            documents.join("; "),
        ])?;
    }
    writer.into_inner().map_err(|e| csv::Error::from(e.into_error()))
}

/// A `Claim` (<https://schema.org/Claim>). Whoever denies it is not its author.
fn claim(item: &Item) -> Value {
    let mut claim = object("Claim", [("@id", json!(format!("#claim-{}", item.item))), ("text", json!(item.text))]);
    let appearances: Vec<Value> = item.appearances.iter().filter(|a| a.state == "live").map(appearance).collect();
    if let Some(first) = appearances.first() {
        claim.insert("firstAppearance".into(), first.clone());
        claim.insert("appearance".into(), json!(appearances));
    }
    if let Some(author) = item.speaker.as_ref().filter(|_| item.stance == Stance::Affirm).and_then(author) {
        claim.insert("author".into(), author);
    }
    let reviews: Vec<Value> =
        [item.check.as_ref().map(review), item.verdict.as_ref().map(|v| own_review(v, item))].into_iter().flatten().collect();
    if !reviews.is_empty() {
        claim.insert("subjectOf".into(), json!(reviews));
    }
    Value::Object(claim)
}

fn object<const N: usize>(kind: &str, fields: [(&str, Value); N]) -> Map<String, Value> {
    let known = fields.into_iter().filter(|(_, value)| !value.is_null());
    std::iter::once(("@type".to_owned(), json!(kind))).chain(known.map(|(name, value)| (name.to_owned(), value))).collect()
}

fn appearance(a: &Appearance) -> Value {
    let publisher = a.outlet.as_ref().map(|outlet| Value::Object(object("Organization", [("name", json!(outlet))])));
    Value::Object(object(
        "CreativeWork",
        [
            ("identifier", json!(a.doc_id)),
            ("url", json!(a.url)),
            ("headline", json!(a.title)),
            ("datePublished", json!(a.published)),
            ("publisher", json!(publisher)),
        ],
    ))
}

/// The speaker where it is a person or an organisation: nothing else can be an author.
fn author(speaker: &Speaker) -> Option<Value> {
    let organisation = |name: &Option<String>| name.as_ref().map(|n| Value::Object(object("Organization", [("name", json!(n))])));
    match speaker.kind? {
        ClaimerKind::Person => Some(Value::Object(object(
            "Person",
            [
                ("name", json!(speaker.name)),
                ("jobTitle", json!(speaker.role)),
                ("affiliation", json!(organisation(&speaker.organisation))),
                ("memberOf", json!(organisation(&speaker.party))),
            ],
        ))),
        ClaimerKind::Organisation => Some(Value::Object(object("Organization", [("name", json!(speaker.name))]))),
        ClaimerKind::Document | ClaimerKind::Unnamed | ClaimerKind::Unresolved => None,
    }
}

fn rating(verdict: &str, rating: Option<f64>) -> Value {
    Value::Object(object("Rating", [("alternateName", json!(verdict)), ("ratingValue", json!(rating))]))
}

fn review(check: &PublishedCheck) -> Value {
    let publisher = check.publisher.as_ref().map(|p| Value::Object(object("Organization", [("name", json!(p))])));
    Value::Object(object(
        "ClaimReview",
        [
            ("url", json!(check.url)),
            ("claimReviewed", json!(check.claim)),
            ("datePublished", json!(check.published)),
            ("author", json!(publisher)),
            ("reviewRating", rating(&check.verdict, check.rating)),
        ],
    ))
}

fn own_review(verdict: &str, item: &Item) -> Value {
    Value::Object(object(
        "ClaimReview",
        [("url", json!(item.evidence.first())), ("claimReviewed", json!(item.text)), ("reviewRating", rating(verdict, item.rating))],
    ))
}
