//! What may be done to an item, by whom, from which states, and what it changes.

use crate::queue::clock::Millis;
use crate::queue::error::QueueError;
use crate::queue::events::{Kind, Standing};
use crate::queue::states::{Reason, State};

/// Who works, and whether what somebody else has in hand may be taken over.
#[derive(Debug, Clone, Copy)]
pub struct By<'a> {
    /// Their name.
    pub actor: &'a str,
    /// Take over what somebody else has.
    pub force: bool,
}

/// What a check came to.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Verdict {
    /// In words: "false", "half true".
    pub verdict: String,
    /// As a number, on the scale of the house.
    pub rating: Option<f64>,
    /// Where it can be read, and what it rests on.
    pub evidence: Vec<String>,
    /// Anything else.
    pub note: Option<String>,
}

/// What may be done to an item.
#[derive(Debug, Clone, Copy)]
pub enum Step<'a> {
    /// Give it back.
    Release {
        /// Why.
        reason: Option<&'a str>,
    },
    /// Begin to check it.
    Start {
        /// For how many milliseconds; without, it is kept until it is done, dropped or released.
        lease: Option<Millis>,
    },
    /// The check is published; again with another verdict, where that has changed.
    Done(&'a Verdict),
    /// It will not be checked.
    Drop {
        /// Why not.
        reason: Reason,
        /// Anything else.
        note: Option<&'a str>,
    },
}

const OPEN: &[State] = &[State::New, State::Assigned, State::Checking];
const NOT_DROPPED: &[State] = &[State::New, State::Assigned, State::Checking, State::Published];
const HELD: &[State] = &[State::Assigned, State::Checking];

impl Step<'_> {
    pub(super) fn kind(&self) -> Kind {
        match self {
            Self::Release { .. } => Kind::Released,
            Self::Start { .. } => Kind::Started,
            Self::Done(_) => Kind::Published,
            Self::Drop { .. } => Kind::Dropped,
        }
    }

    /// The states it can be done from.
    pub(super) fn from(&self) -> &'static [State] {
        match self {
            Self::Release { .. } => HELD,
            Self::Done(_) => NOT_DROPPED,
            Self::Start { .. } | Self::Drop { .. } => OPEN,
        }
    }

    pub(super) fn reason(&self) -> Option<&str> {
        match self {
            Self::Release { reason } => *reason,
            Self::Start { .. } => None,
            Self::Done(verdict) => Some(&verdict.verdict),
            Self::Drop { reason, .. } => Some(reason.as_str()),
        }
    }

    pub(super) fn change(&self, before: Standing, actor: &str, now: Millis) -> Standing {
        let theirs = Standing { assignee: Some(actor.to_owned()), lease_until: None, ..before };
        match self {
            Self::Release { .. } => Standing { state: State::New, assignee: None, ..theirs },
            Self::Start { lease } => Standing { state: State::Checking, lease_until: lease.map(|lease| now + lease), ..theirs },
            Self::Done(verdict) => Standing {
                state: State::Published,
                verdict: Some(verdict.verdict.clone()),
                rating: verdict.rating,
                evidence: verdict.evidence.clone(),
                note: verdict.note.clone(),
                attention: None,
                ..theirs
            },
            Self::Drop { reason, note } => Standing {
                state: State::Dropped,
                reason: Some(reason.as_str().to_owned()),
                note: note.map(str::to_owned).or(theirs.note.clone()),
                attention: None,
                ..theirs
            },
        }
    }
}

impl Verdict {
    /// Whether it can be shown to readers: words, a number that is one, addresses that a browser opens as pages.
    pub(super) fn validate(&self) -> Result<(), QueueError> {
        let wrong = |what, found: String, expected| Err(QueueError::Invalid { what, found, expected });
        if self.verdict.trim().is_empty() {
            return wrong("verdict", format!("{:?}", self.verdict), "words such as \"half true\"");
        }
        if let Some(rating) = self.rating.filter(|r| !r.is_finite()) {
            return wrong("rating", rating.to_string(), "a number");
        }
        let is_page =
            |url: &str| ["http://", "https://"].iter().any(|s| url.get(..s.len()).is_some_and(|start| start.eq_ignore_ascii_case(s)));
        match self.evidence.iter().find(|url| !is_page(url)) {
            Some(url) => wrong("evidence", format!("{url:?}"), "an address that begins with http:// or https://"),
            None => Ok(()),
        }
    }
}
