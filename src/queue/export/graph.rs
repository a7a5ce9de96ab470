//! Items as schema.org `Claim`s, with the `ClaimReview`s that speak of them.

use rusqlite::{Connection, OptionalExtension};
use serde_json::{Map, Value, json};

use crate::labels::{ClaimerKind, Stance};
use crate::queue::clock;
use crate::queue::error::QueueError;
use crate::queue::items::{Appearance, Item, PublishedCheck, Speaker};

/// What the queue knows of an item's reviews beyond the item itself.
#[derive(Default)]
pub(super) struct Known {
    /// Who made the claim that somebody else checked, and when.
    claimant: Option<String>,
    claim_date: Option<String>,
    /// Who published the desk's own check, and when.
    author: Option<String>,
    published: Option<String>,
}

impl Known {
    pub(super) fn of(db: &Connection, item: &Item) -> Result<Self, QueueError> {
        let mut known = Self::default();
        if item.check.is_some() {
            let mut check =
                db.prepare_cached("SELECT c.claimant, c.claim_date FROM items i JOIN checks c ON c.id = i.checked WHERE i.id = ?")?;
            let found = check.query_row([item.item], |r| Ok((r.get(0)?, r.get(1)?))).optional()?;
            (known.claimant, known.claim_date) = found.unwrap_or_default();
        }
        if item.verdict.is_some() {
            let mut done = db.prepare_cached(
                "SELECT e.actor, e.at FROM events e WHERE e.item = ? AND e.kind = 'published'
                   AND NOT EXISTS (SELECT 1 FROM events u WHERE u.undoes = e.id) ORDER BY e.id DESC LIMIT 1",
            )?;
            let found: Option<(String, i64)> = done.query_row([item.item], |r| Ok((r.get(0)?, r.get(1)?))).optional()?;
            (known.author, known.published) = found.map(|(actor, at)| (actor, clock::shown(at))).unzip();
        }
        Ok(known)
    }
}

/// A `Claim` (<https://schema.org/Claim>). Whoever denies it is not its author.
pub(super) fn claim(item: &Item, known: &Known) -> Value {
    let mut claim = object("Claim", [("@id", json!(format!("#claim-{}", item.item))), ("text", json!(item.text))]);
    let appearances: Vec<Value> = item.appearances.iter().filter(|a| a.state == "live").map(appearance).collect();
    if let Some(first) = appearances.first() {
        claim.insert("firstAppearance".into(), first.clone());
        claim.insert("appearance".into(), json!(appearances));
    }
    if let Some(author) = item.speaker.as_ref().filter(|_| item.stance == Stance::Affirm).and_then(author) {
        claim.insert("author".into(), author);
    }
    let theirs = item.check.as_ref().map(|check| review(check, known));
    let ours = item.verdict.as_ref().map(|verdict| own_review(verdict, item, known));
    let reviews: Vec<Value> = [theirs, ours].into_iter().flatten().collect();
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

/// Somebody else's check. Ratings are kept as what they are of the publisher's scale, whatever that was.
fn review(check: &PublishedCheck, known: &Known) -> Value {
    let scale = check.rating.map(|_| (0, 1));
    let rating = object(
        "Rating",
        [
            ("alternateName", json!(check.verdict)),
            ("ratingValue", json!(check.rating)),
            ("worstRating", json!(scale.map(|s| s.0))),
            ("bestRating", json!(scale.map(|s| s.1))),
        ],
    );
    let publisher = check.publisher.as_ref().map(|p| Value::Object(object("Organization", [("name", json!(p))])));
    let claimant = known.claimant.as_ref().map(|name| json!({"name": name}));
    let reviewed = object("Claim", [("author", json!(claimant)), ("datePublished", json!(known.claim_date))]);
    Value::Object(object(
        "ClaimReview",
        [
            ("url", json!(check.url)),
            ("claimReviewed", json!(check.claim)),
            ("datePublished", json!(check.published)),
            ("author", json!(publisher)),
            ("itemReviewed", if reviewed.len() > 1 { Value::Object(reviewed) } else { Value::Null }),
            ("reviewRating", Value::Object(rating)),
        ],
    ))
}

/// The desk's own check. Its number is on the scale of the house, which is not known here: the words alone go out.
fn own_review(verdict: &str, item: &Item, known: &Known) -> Value {
    let author = known.author.as_ref().map(|name| Value::Object(object("Person", [("name", json!(name))])));
    Value::Object(object(
        "ClaimReview",
        [
            ("url", json!(item.evidence.first())),
            ("claimReviewed", json!(item.text)),
            ("datePublished", json!(known.published)),
            ("author", json!(author)),
            ("reviewRating", Value::Object(object("Rating", [("alternateName", json!(verdict))]))),
        ],
    ))
}
