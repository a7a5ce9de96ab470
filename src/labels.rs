//! The closed label sets of the field, and IOB2 tags over any of them.

use serde::{Deserialize, Serialize};

macro_rules! label_set {
    ($(#[$doc:meta])* $name:ident, $rename:literal { $($(#[$vdoc:meta])* $variant:ident => $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema)]
        #[serde(rename_all = $rename)]
        pub enum $name { $($(#[$vdoc])* $variant),+ }

        impl $name {
            /// Every label, in the order of the set.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The label as the record writes it.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }

            /// The label written `text`, if there is one.
            #[must_use]
            pub fn parse(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|l| l.as_str() == text)
            }
        }
    };
}

label_set! {
    /// Check-worthiness as ClaimBuster grades it (Arslan et al., ICWSM 2020).
    Worth, "UPPERCASE" {
        /// Non-factual sentence.
        Nfs => "NFS",
        /// Unimportant factual sentence.
        Ufs => "UFS",
        /// Check-worthy factual sentence.
        Cfs => "CFS",
    }
}

label_set! {
    /// Whether a sentence holds specific, checkable facts (AFaCTA's question).
    Verifiability, "lowercase" {
        /// Specific and checkable.
        Factual => "factual",
        /// Checkable and judging at once.
        Mixed => "mixed",
        /// A judgement, wish or guess.
        Opinion => "opinion",
        /// Neither: questions, greetings, fragments.
        None => "none",
    }
}

label_set! {
    /// What kind of claim it is; a claim can be of several types (Full Fact, AFaCTA).
    ClaimType, "lowercase" {
        /// A number or a comparison.
        Quantity => "quantity",
        /// One thing goes with, or causes, another.
        Correlation => "correlation",
        /// Laws and rules in force.
        Rules => "rules",
        /// A pledge or forecast.
        Prediction => "prediction",
        /// A specific action by someone.
        Event => "event",
        /// Personal experience.
        Personal => "personal",
        /// None of these.
        Other => "other",
    }
}

label_set! {
    /// How a claim is given.
    Mode, "lowercase" {
        /// Verbatim, in quotation marks.
        Direct => "direct",
        /// Reported in the author's words.
        Indirect => "indirect",
        /// Reported, with some words verbatim.
        Mixed => "mixed",
        /// Asserted by the author.
        Author => "author",
    }
}

label_set! {
    /// Whether whoever is cited stands by the words or against them.
    Stance, "lowercase" {
        /// "said that", "warned that"
        Affirm => "affirm",
        /// "denied that", "rejected claims that"
        Refute => "refute",
    }
}

impl Default for Stance {
    /// Records of before did not tell denials apart.
    fn default() -> Self {
        Self::Affirm
    }
}

label_set! {
    /// What kind of party a claimer is.
    ClaimerKind, "lowercase" {
        /// A named person.
        Person => "person",
        /// A named organisation.
        Organisation => "organisation",
        /// A report, study, law or other document.
        Document => "document",
        /// Described, not named.
        Unnamed => "unnamed",
        /// Referred to by words whose bearer was not found.
        Unresolved => "unresolved",
    }
}

label_set! {
    /// The three parts of an attribution (PolNeAR; Newell et al., LREC 2018).
    Role, "UPPERCASE" {
        /// Who is cited.
        Source => "SOURCE",
        /// The words that attribute.
        Cue => "CUE",
        /// What is attributed.
        Content => "CONTENT",
    }
}

/// OntoNotes' labels of what has a written form of its own: amounts, dates, times.
const AMOUNTS: [&str; 7] = ["DATE", "TIME", "MONEY", "PERCENT", "QUANTITY", "CARDINAL", "ORDINAL"];

/// Whether an entity label is that of an amount, date or time.
#[must_use]
pub fn is_amount(label: &str) -> bool {
    AMOUNTS.contains(&label)
}

/// IOB2 tags over a list of labels: 0 is `O`, then `B-`, `I-` of each label in turn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TagSet {
    labels: Vec<String>,
}

impl TagSet {
    /// Tags over `labels`, in this order.
    #[must_use]
    pub fn new(labels: Vec<String>) -> Self {
        Self { labels }
    }

    /// The labels, in order.
    #[must_use]
    pub fn labels(&self) -> &[String] {
        &self.labels
    }

    /// How many tags there are: two a label, and `O`.
    #[must_use]
    pub fn tags(&self) -> usize {
        2 * self.labels.len() + 1
    }

    /// The position of `label`.
    #[must_use]
    pub fn label(&self, label: &str) -> Option<usize> {
        self.labels.iter().position(|l| l == label)
    }

    /// The tag that opens a mention of the label at `index`.
    #[must_use]
    pub fn begin(index: usize) -> usize {
        2 * index + 1
    }

    /// The tag that goes on with a mention of the label at `index`.
    #[must_use]
    pub fn inside(index: usize) -> usize {
        2 * index + 2
    }

    /// The position of a tag's label; `None` for `O`.
    #[must_use]
    pub fn label_of(tag: usize) -> Option<usize> {
        tag.checked_sub(1).map(|t| t / 2)
    }

    /// Whether the tag opens a mention.
    #[must_use]
    pub fn is_begin(tag: usize) -> bool {
        tag % 2 == 1
    }

    /// Whether `next` may stand after `previous` (`None` at the start): an `I-` needs its own label before it.
    #[must_use]
    pub fn may_follow(previous: Option<usize>, next: usize) -> bool {
        Self::is_begin(next) || next == 0 || previous.is_some_and(|p| Self::label_of(p) == Self::label_of(next))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_inside_tag_needs_its_own_label_before_it() {
        let (b0, i0, b1, i1) = (1, 2, 3, 4);
        assert!(TagSet::may_follow(None, b0) && TagSet::may_follow(Some(b0), i0) && TagSet::may_follow(Some(i0), i0));
        assert!(!TagSet::may_follow(None, i0) && !TagSet::may_follow(Some(0), i0) && !TagSet::may_follow(Some(b1), i0));
        assert!(TagSet::may_follow(Some(i1), b1), "a mention may touch the next of its label");
    }

    #[test]
    fn labels_are_written_and_read_alike() {
        for worth in Worth::ALL {
            assert_eq!(Worth::parse(worth.as_str()), Some(*worth));
            assert_eq!(serde_json::to_string(worth).unwrap(), format!("\"{}\"", worth.as_str()));
        }
        for mode in Mode::ALL {
            assert_eq!(serde_json::to_string(mode).unwrap(), format!("\"{}\"", mode.as_str()));
        }
    }
}
