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
use super::export::{Exported, stored};
use super::states::{Reason, State};
use crate::labels::{ClaimerKind, Mode, Stance, Verifiability, Worth};
use crate::record::{ClaimSpan, Record, SentenceSpan};
use crate::span::OffsetUnit;

const SCHEMA: &str = "claimsift/gold/1";

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

/// What somebody decided on one occurrence.
struct Decided {
    claim_id: String,
    item: i64,
    state: State,
    reason: Option<Reason>,
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
    for document in documents(db, now)? {
        let record = stored(db, document)?;
        let Some(text) = record.text.as_deref() else {
            textless += 1;
            continue;
        };
        let mut grades: BTreeMap<usize, Grade> = BTreeMap::new();
        for decided in decisions(db, document)? {
            let sentences = sentences_of(&decided, &record);
            foreign += usize::from(sentences.is_empty());
            for sentence in sentences {
                grades.entry(sentence).or_default().add(&decided);
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
        exported.left_out.push(format!("{foreign} decisions on claims that the record kept does not have"));
    }
    Ok(exported)
}

/// The documents somebody decided on, or that hold samples; of several versions the last.
fn documents(db: &Connection, now: Millis) -> Result<Vec<i64>, QueueError> {
    let mut statement = db.prepare(
        "SELECT max(d.id) FROM documents d WHERE d.embargo <= ? AND d.state <> 'withdrawn' AND EXISTS (
           SELECT 1 FROM occurrences o JOIN items i ON i.id = o.item
           WHERE o.document = d.id AND (i.state IN ('checking', 'published', 'dropped') OR i.sampled))
         GROUP BY d.doc_id ORDER BY 1",
    )?;
    Ok(statement.query_map([now], |r| r.get(0))?.collect::<Result<_, _>>()?)
}

fn decisions(db: &Connection, document: i64) -> Result<Vec<Decided>, QueueError> {
    let mut statement = db.prepare_cached(
        "SELECT o.claim_id, i.id, i.state, i.reason, i.sampled FROM occurrences o JOIN items i ON i.id = o.item
         WHERE o.document = ? AND substr(o.claim_id, 1, 2) <> 'd-' AND (i.state IN ('checking', 'published', 'dropped') OR i.sampled)
         ORDER BY o.id",
    )?;
    let decided = |r: &rusqlite::Row| {
        let reason: Option<String> = r.get(3)?;
        Ok(Decided {
            claim_id: r.get(0)?,
            item: r.get(1)?,
            state: r.get(2)?,
            reason: reason.as_deref().and_then(Reason::parse),
            sampled: r.get(4)?,
        })
    };
    Ok(statement.query_map(params![document], decided)?.collect::<Result<_, _>>()?)
}

fn sentences_of(decided: &Decided, record: &Record) -> Vec<usize> {
    if decided.sampled {
        let at = |s: &&SentenceSpan| format!("s-{}-{}", s.start, s.end) == decided.claim_id;
        return record.sentences.iter().filter(at).map(|s| s.id).collect();
    }
    record.claims.iter().find(|c| c.id == decided.claim_id).map(|c| c.sentences.clone()).unwrap_or_default()
}

impl Grade {
    fn add(&mut self, decided: &Decided) {
        self.sampled |= decided.sampled;
        let (worth, verifiability): (&[Worth], &[Verifiability]) = match (decided.state, decided.reason) {
            // Somebody found it worth the work.
            (State::Checking | State::Published, _) => (&[Worth::Cfs], &[Verifiability::Factual, Verifiability::Mixed]),
            (State::Dropped, Some(Reason::NotCheckable)) => (&[Worth::Nfs, Worth::Ufs], &[Verifiability::Opinion, Verifiability::None]),
            (State::Dropped, Some(Reason::NotInteresting)) => (&[Worth::Ufs], &[]),
            // A wrong speaker or span, or a duplicate, says nothing of the sentence.
            _ => (&[], &[]),
        };
        if decided.state.is_decided() || decided.state == State::Checking {
            self.items.push(decided.item);
        }
        if decided.state == State::Published && !decided.sampled {
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
