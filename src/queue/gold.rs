//! What the desk decided, as gold (`docs/gold-format.md`), for `evaluate` and `train` to read.
//!
//! Every sentence of a document stands there, so that it can be read in its place, but only those somebody decided on have labels:
//! what has none is not negative, only not looked at. Claims and entities are left out altogether, for nobody has said that there are
//! no others. Sentences from below the threshold that were taken in as samples are marked `sampled`.

use std::collections::BTreeMap;

use rusqlite::{Connection, params};
use serde::Serialize;

use super::clock::Millis;
use super::error::QueueError;
use super::events::Kind;
use super::export::{Exported, stored};
use super::states::Reason;
use crate::labels::{ClaimerKind, Mode, Stance, Verifiability, Worth};
use crate::record::{ClaimSpan, Record, SentenceSpan};
use crate::span::{OffsetUnit, Positions, Span};

const SCHEMA: &str = "claimsift/gold/1";
/// What stands between the parts of a claim in the queue's words for it.
const BETWEEN_PARTS: &str = " … ";

#[derive(Serialize)]
struct Document<'r> {
    schema: &'static str,
    doc_id: &'r str,
    offset_unit: OffsetUnit,
    text_sha256: &'r str,
    /// Where its sentences end is our doing.
    rebuilt: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'r str>,
    text: &'r str,
    sentences: Vec<Sentence<'r>>,
}

#[derive(Serialize)]
struct Sentence<'r> {
    start: usize,
    end: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<OneOrSeveral>,
    #[serde(skip_serializing_if = "Option::is_none")]
    verifiability: Option<OneOrSeveral>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mode: Option<Mode>,
    #[serde(skip_serializing_if = "Option::is_none")]
    claimer: Option<Claimer<'r>>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    sampled: bool,
    /// The items decided on.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    items: Vec<i64>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum OneOrSeveral {
    One(&'static str),
    Several(Vec<&'static str>),
}

#[derive(Serialize)]
struct Claimer<'r> {
    name: &'r str,
    kind: ClaimerKind,
}

/// What the desk came to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Checking,
    Published,
    NotCheckable,
    NotInteresting,
    /// Dropped for what says nothing of the sentence: a wrong speaker or span, a duplicate.
    Nothing,
}

/// What was decided on one occurrence; samples stand there without, too.
struct Decided {
    claim_id: String,
    text: String,
    item: i64,
    verdict: Option<Verdict>,
    sampled: bool,
}

/// What a decision says of a sentence.
#[derive(Default)]
struct Grade {
    worth: Vec<Worth>,
    verifiability: Vec<Verifiability>,
    sampled: bool,
    items: Vec<i64>,
    published: Vec<String>,
}

pub(super) fn export(db: &Connection, now: Millis) -> Result<Exported, QueueError> {
    let mut exported = Exported::default();
    let (mut textless, mut foreign) = (0, 0);
    for (document, decisions) in by_document(db, now)? {
        let record = stored(db, document)?;
        let Some(text) = record.text.as_deref() else {
            textless += 1;
            continue;
        };
        let mut grades: BTreeMap<usize, Grade> = BTreeMap::new();
        for decided in &decisions {
            let sentences = sentences_of(decided, &record, text);
            foreign += usize::from(sentences.is_empty());
            for sentence in sentences {
                grades.entry(sentence).or_default().add(decided);
            }
        }
        let gold = Document {
            schema: SCHEMA,
            doc_id: &record.doc_id,
            offset_unit: record.offset_unit,
            text_sha256: &record.text_sha256,
            rebuilt: true,
            url: record.source.url.as_deref(),
            text,
            sentences: record.sentences.iter().map(|s| written(s, grades.remove(&s.id), &record)).collect(),
        };
        serde_json::to_writer(&mut exported.bytes, &gold).map_err(|e| QueueError::content("a document", e))?;
        exported.bytes.push(b'\n');
        exported.count += 1;
    }
    if textless > 0 {
        exported.left_out.push(format!("{textless} documents whose records came without their text"));
    }
    if foreign > 0 {
        exported.left_out.push(format!("{foreign} decisions on words that cannot be found again in their document"));
    }
    Ok(exported)
}

/// What was decided, by document: each version and each article has its own row. A version that was replaced is there only for what the one
/// now no longer says.
fn by_document(db: &Connection, now: Millis) -> Result<BTreeMap<i64, Vec<Decided>>, QueueError> {
    let mut documents: BTreeMap<i64, Vec<Decided>> = BTreeMap::new();
    let verdicts = verdicts(db)?;
    let mut statement = db.prepare(
        "SELECT o.document, o.claim_id, o.text, i.sampled FROM occurrences o
         JOIN items i ON i.id = o.item JOIN documents d ON d.id = o.document
         WHERE o.item = ?1 AND d.embargo <= ?2 AND d.state <> 'withdrawn' AND substr(o.claim_id, 1, 2) <> 'd-'
           AND (d.state = 'current' OR NOT EXISTS (
             SELECT 1 FROM occurrences n JOIN documents e ON e.id = n.document
             WHERE n.item = ?1 AND n.key = o.key AND e.state = 'current' AND (e.doc_id = d.doc_id OR e.guid = d.guid)))
         ORDER BY o.id",
    )?;
    for item in verdicts.keys().copied().chain(samples(db)?.into_iter().filter(|item| !verdicts.contains_key(item))) {
        let mut rows = statement.query(params![item, now])?;
        while let Some(r) = rows.next()? {
            let verdict = verdicts.get(&item).copied();
            let decided = Decided { claim_id: r.get(1)?, text: r.get(2)?, item, verdict, sampled: r.get(3)? };
            documents.entry(r.get(0)?).or_default().push(decided);
        }
    }
    Ok(documents)
}

fn samples(db: &Connection) -> Result<Vec<i64>, QueueError> {
    let mut statement = db.prepare("SELECT id FROM items WHERE sampled")?;
    Ok(statement.query_map([], |r| r.get(0))?.collect::<Result<_, _>>()?)
}

/// What the events of each item come to, but for those taken back. An article that changes opens an item again; what was decided on its
/// words stands.
fn verdicts(db: &Connection) -> Result<BTreeMap<i64, Verdict>, QueueError> {
    let mut statement = db.prepare(
        "SELECT item, kind, reason FROM events e WHERE kind IN ('started', 'published', 'dropped', 'released', 'expired')
           AND NOT EXISTS (SELECT 1 FROM events u WHERE u.undoes = e.id) ORDER BY id",
    )?;
    let mut verdicts: BTreeMap<i64, Verdict> = BTreeMap::new();
    let mut rows = statement.query([])?;
    while let Some(r) = rows.next()? {
        let (item, kind, reason): (i64, Kind, Option<String>) = (r.get(0)?, r.get(1)?, r.get(2)?);
        let before = verdicts.remove(&item);
        verdicts.extend(after(before, kind, reason.as_deref().and_then(Reason::parse)).map(|verdict| (item, verdict)));
    }
    Ok(verdicts)
}

/// What stands after one more event.
fn after(before: Option<Verdict>, kind: Kind, reason: Option<Reason>) -> Option<Verdict> {
    let is_published = before == Some(Verdict::Published);
    match (kind, reason) {
        (Kind::Published, _) => Some(Verdict::Published),
        (Kind::Dropped, Some(Reason::NotCheckable)) => Some(Verdict::NotCheckable),
        (Kind::Dropped, Some(Reason::NotInteresting)) => Some(Verdict::NotInteresting),
        // A check that was published shows that there was something to check, whatever became of the item.
        _ if is_published => before,
        (Kind::Started, _) => Some(Verdict::Checking),
        (Kind::Dropped, _) => Some(Verdict::Nothing),
        _ => before.filter(|verdict| *verdict != Verdict::Checking),
    }
}

/// The sentences of the record that a decision is about: those of the claim, else, where another model or reading cut the claims, those in
/// which its words stand, if they stand there once.
fn sentences_of(decided: &Decided, record: &Record, text: &str) -> Vec<usize> {
    let of_claim = record.claims.iter().find(|c| c.id == decided.claim_id).map(|c| c.sentences.clone());
    let is_sample = |s: &&SentenceSpan| decided.sampled && format!("s-{}-{}", s.start, s.end) == decided.claim_id;
    let of_sample = record.sentences.iter().find(is_sample).map(|s| vec![s.id]);
    of_claim.or(of_sample).unwrap_or_else(|| {
        let positions = Positions::new(text, record.offset_unit);
        let mut found = Vec::new();
        for part in decided.text.split(BETWEEN_PARTS) {
            let mut places = text.match_indices(part);
            let (Some((start, _)), None) = (places.next(), places.next()) else { return Vec::new() };
            let here = Span::new(start, start + part.len());
            let span = |s: &SentenceSpan| Some(Span::new(positions.to_byte(text, s.start)?, positions.to_byte(text, s.end)?));
            found.extend(record.sentences.iter().filter(|s| span(s).is_some_and(|s| s.overlaps(&here))).map(|s| s.id));
        }
        found.dedup();
        found
    })
}

impl Grade {
    fn add(&mut self, decided: &Decided) {
        self.sampled |= decided.sampled;
        let (worth, verifiability): (&[Worth], &[Verifiability]) = match decided.verdict {
            // Somebody found it worth the work.
            Some(Verdict::Checking | Verdict::Published) => (&[Worth::Cfs], &[Verifiability::Factual, Verifiability::Mixed]),
            Some(Verdict::NotCheckable) => (&[Worth::Nfs, Worth::Ufs], &[Verifiability::Opinion, Verifiability::None]),
            Some(Verdict::NotInteresting) => (&[Worth::Ufs], &[]),
            Some(Verdict::Nothing) | None => (&[], &[]),
        };
        if decided.verdict.is_some() {
            self.items.push(decided.item);
        }
        if decided.verdict == Some(Verdict::Published) && !decided.sampled {
            self.published.push(decided.claim_id.clone());
        }
        self.worth.extend(worth);
        self.verifiability.extend(verifiability);
    }

    /// A sentence is as worthy as the worthiest thing it says; else whatever the decisions leave open.
    fn label(&self) -> Option<OneOrSeveral> {
        if self.worth.contains(&Worth::Cfs) {
            return Some(OneOrSeveral::One(Worth::Cfs.as_str()));
        }
        classes(Worth::ALL.iter().filter(|w| self.worth.contains(w)).map(|w| w.as_str()).collect())
    }

    fn verifiability(&self) -> Option<OneOrSeveral> {
        let yes = [Verifiability::Factual, Verifiability::Mixed];
        let checkable = self.verifiability.iter().any(|v| yes.contains(v));
        let held = |v: &&Verifiability| self.verifiability.contains(v) && (!checkable || yes.contains(v));
        classes(Verifiability::ALL.iter().filter(held).map(|v| v.as_str()).collect())
    }

    /// The one claim of the sentence whose speaker the desk let stand.
    fn said<'r>(&self, record: &'r Record, sentence: usize) -> Option<&'r ClaimSpan> {
        let mut here = record.claims.iter().filter(|c| c.sentences.contains(&sentence));
        let only = here.next().filter(|_| here.next().is_none())?;
        (self.published.contains(&only.id) && only.stance == Stance::Affirm).then_some(only)
    }
}

fn classes(mut classes: Vec<&'static str>) -> Option<OneOrSeveral> {
    match classes.len() {
        0 => None,
        1 => classes.pop().map(OneOrSeveral::One),
        _ => Some(OneOrSeveral::Several(classes)),
    }
}

fn written<'r>(sentence: &SentenceSpan, grade: Option<Grade>, record: &'r Record) -> Sentence<'r> {
    let grade = grade.unwrap_or_default();
    let said = grade.said(record, sentence.id);
    Sentence {
        start: sentence.start,
        end: sentence.end,
        label: grade.label(),
        verifiability: grade.verifiability(),
        mode: said.map(|c| c.mode),
        claimer: said.and_then(|c| c.claimer.as_ref()).map(|c| Claimer { name: &c.name, kind: c.kind }),
        sampled: grade.sampled,
        items: grade.items,
    }
}
