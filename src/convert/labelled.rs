//! What annotation comes to, whoever wrote it: people (gold), or a program whose records are read back.

use serde::{Deserialize, Serialize};

use crate::labels::{ClaimType, ClaimerKind, Mode, Verifiability, Worth};
use crate::span::Span;

/// A document with whatever is annotated in it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct LabelledDocument {
    /// The corpus's name for it.
    pub doc_id: String,
    /// Its text; rebuilt from the tokens where the corpus has only those.
    pub text: String,
    /// The text was put together from tokens or rows: where its sentences end is our doing, not an author's.
    pub rebuilt: bool,
    /// Where it was published.
    pub url: Option<String>,
    /// Its sentences, in order, trimmed.
    pub sentences: Option<Vec<LabelledSentence>>,
    /// Its entities, in order.
    pub entities: Option<Vec<LabelledEntity>>,
    /// Its attributions.
    pub attributions: Option<Vec<LabelledAttribution>>,
    /// Its claims.
    pub claims: Option<Vec<LabelledClaim>>,
}

/// A sentence and what it was graded.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct LabelledSentence {
    /// Where it stands.
    pub span: Span,
    /// Check-worthiness.
    pub worth: Option<OneOf<Worth>>,
    /// Verifiability.
    pub verifiability: Option<OneOf<Verifiability>>,
    /// Types.
    pub types: Option<Vec<ClaimType>>,
    /// The score of check-worthiness, in [0, 1], where a program gave one.
    pub score: Option<f64>,
    /// How what it says is given, where the sentence was graded as a whole.
    pub mode: Option<Mode>,
    /// Who says so; `None` for the author, and where nobody was asked.
    pub claimer: Option<LabelledClaimer>,
}

/// The classes something may be of: one where the annotation tells them apart, several where it does not
/// (a sentence that is "not check-worthy" is NFS or UFS).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(untagged)]
pub enum OneOf<T> {
    /// This one.
    One(T),
    /// One of these, two or more.
    Several(Vec<T>),
}

impl<T: Copy + PartialEq> OneOf<T> {
    /// The class, where it is known.
    #[must_use]
    pub fn known(&self) -> Option<T> {
        match self {
            Self::One(class) => Some(*class),
            Self::Several(_) => None,
        }
    }

    /// Every class it may be of.
    #[must_use]
    pub fn classes(&self) -> &[T] {
        match self {
            Self::One(class) => std::slice::from_ref(class),
            Self::Several(classes) => classes,
        }
    }

    /// Whether it is one of `positive`; `None` where it may or may not be.
    #[must_use]
    pub fn is_one_of(&self, positive: &[T]) -> Option<bool> {
        let inside = self.classes().iter().filter(|c| positive.contains(c)).count();
        if inside == 0 {
            Some(false)
        } else if inside == self.classes().len() {
            Some(true)
        } else {
            None
        }
    }
}

impl OneOf<Worth> {
    /// Check-worthy or not, where no more is known.
    #[must_use]
    pub fn worthy(yes: bool) -> Self {
        if yes { Self::One(Worth::Cfs) } else { Self::Several(vec![Worth::Nfs, Worth::Ufs]) }
    }
}

/// A labelled span.
#[derive(Debug, Clone, PartialEq)]
pub struct LabelledEntity {
    /// Where it stands.
    pub span: Span,
    /// Its label, in the corpus's own words unless a [`LabelMap`](super::LabelMap) maps them.
    pub label: String,
    /// Its score, in [0, 1], where a program gave one.
    pub score: Option<f64>,
}

/// A span in one or several pieces: in order, apart, never empty.
pub type Parts = Vec<Span>;

/// Who said what, by which words.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct LabelledAttribution {
    /// How it is given.
    pub mode: Option<Mode>,
    /// Who is cited.
    pub source: Option<Parts>,
    /// The words that attribute.
    pub cue: Option<Parts>,
    /// What is attributed.
    pub content: Option<Parts>,
    /// Who it is in the end, where the annotation says so.
    pub claimer: Option<LabelledClaimer>,
}

/// The party making a claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabelledClaimer {
    /// Its fullest name, or its description.
    pub name: String,
    /// What it is.
    pub kind: ClaimerKind,
}

/// A claim.
#[derive(Debug, Clone, PartialEq)]
pub struct LabelledClaim {
    /// Where it stands.
    pub parts: Parts,
    /// How it is given.
    pub mode: Mode,
    /// The attribution it comes from, as an index.
    pub attribution: Option<usize>,
    /// Who makes it; `None` for the author.
    pub claimer: Option<LabelledClaimer>,
}

impl LabelledAttribution {
    /// Source, cue and content, those there are.
    pub fn spans(&self) -> impl Iterator<Item = &Parts> {
        [&self.source, &self.cue, &self.content].into_iter().flatten()
    }

    /// Where the first of its words stands.
    #[must_use]
    pub fn start(&self) -> usize {
        self.spans().flatten().map(|s| s.start).min().unwrap_or(0)
    }
}

impl LabelledDocument {
    /// The annotated sentences where there are any, else ours, of which nothing is known.
    #[must_use]
    pub fn sentences_or_ours(&self) -> Vec<LabelledSentence> {
        self.sentences.clone().unwrap_or_else(|| {
            let ours = crate::split::split(&self.text).into_iter().map(|s| s.span).filter(|span| !span.is_empty());
            ours.map(|span| LabelledSentence { span, ..LabelledSentence::default() }).collect()
        })
    }
}
