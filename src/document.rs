//! A document as it was read: its text, what each stretch of it is, and where it came from.

use serde::{Deserialize, Serialize};

use crate::span::Span;
use crate::values::Day;

/// What a stretch of a document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum BlockKind {
    /// The title over the article.
    Headline,
    /// The summary under the headline.
    Standfirst,
    /// Who wrote it.
    Byline,
    /// Where and when it was written.
    Dateline,
    /// Running text.
    Paragraph,
    /// Words under a picture.
    Caption,
    /// One speaker's turn in a transcript, which opens with one of the [`Speakers`], or a further paragraph of it.
    Turn,
    /// A correction or clarification.
    Correction,
}

/// One block of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Block {
    /// What it is.
    pub kind: BlockKind,
    /// Where it stands in the document's text.
    pub span: Span,
}

/// Where a document came from. Fields that the input does not give are `None`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Source {
    /// Path as reached from the working directory; `-` for standard input.
    pub path: String,
    /// What it was read as: `text`, `markdown`, `jsonl`, `html`, `ninjs`, `nitf`, `newsml`, `warc`, `vtt`, `srt` or `turns`; of what could
    /// not be opened also `xml`, `tar`, `zip`, or nothing.
    pub format: String,
    /// Canonical address.
    pub url: Option<String>,
    /// Publisher.
    pub outlet: Option<String>,
    /// Title given beside the text.
    pub title: Option<String>,
    /// Author line given beside the text.
    pub byline: Option<String>,
    /// Date of publication, as the input gives it.
    pub published: Option<String>,
    /// Date of the last change, as the input gives it.
    pub modified: Option<String>,
    /// Identifier given by the publisher.
    pub guid: Option<String>,
    /// Version given by the publisher.
    pub version: Option<String>,
    /// Publication status, such as `usable` or `withheld`.
    pub pub_status: Option<String>,
    /// Not to be published before.
    pub embargoed_until: Option<String>,
    /// Subject codes.
    pub subjects: Vec<String>,
    /// News urgency, 1 (most urgent) to 9.
    pub urgency: Option<u8>,
    /// Rights statement.
    pub rights: Option<String>,
    /// SHA-256 of the raw bytes the document was read from (the line, for JSONL), in lower-case hex.
    pub raw_sha256: Option<String>,
    /// Further fields of a JSONL line, as they were.
    #[serde(default, skip_serializing_if = "serde_json::Map::is_empty")]
    pub fields: serde_json::Map<String, serde_json::Value>,
}

/// Why the model does not read a document.
#[derive(Debug, Clone, PartialEq)]
pub enum Unread {
    /// It is in a language the model does not know.
    OtherLanguage,
    /// It says what an earlier one said.
    Repeats(Duplicate),
}

/// What a document repeats.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Duplicate {
    /// The first document of the run with this text.
    pub document: String,
    /// How alike they are, in [0, 1]: the share of word sequences they have in common, estimated; 1 for the same words.
    pub similarity: f64,
}

/// A document ready to be split.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Document {
    /// Unique in a run.
    pub doc_id: String,
    /// Where it came from.
    pub source: Source,
    /// Everything that is read and scored.
    pub text: String,
    /// The language the input names, as it names it; once it was screened, the one that was detected.
    pub language: Option<String>,
    /// Why the model does not read it; `None` where it does.
    pub unread: Option<Unread>,
    /// What the stretches of `text` are, in order, without overlap.
    pub blocks: Vec<Block>,
    /// What the reader wants people to know (a guessed encoding, say).
    pub warnings: Vec<String>,
}

impl Document {
    /// The day it appeared, which "last week" counts from: the beginning of `source.published`, where that is an ISO
    /// 8601 date.
    #[must_use]
    pub fn published(&self) -> Option<Day> {
        self.source.published.as_deref().and_then(|date| date.trim().get(..10)).and_then(|day| day.parse().ok())
    }
}

/// The longest name of a speaker, in bytes: "The Right Honourable Alexandra Featherstonehaugh (Con)".
const LONGEST_SPEAKER: usize = 60;
/// The most words of one.
const SPEAKER_WORDS: usize = 6;
/// Words that stand in names without a capital.
pub(crate) const PARTICLES: [&str; 15] = ["al", "bin", "da", "de", "del", "den", "der", "di", "el", "la", "le", "of", "the", "van", "von"];

/// How pages begin what is none of their article.
pub(crate) const BOILERPLATE: [&str; 17] = [
    "read more",
    "read also",
    "click here",
    "sign up",
    "subscribe",
    "follow us",
    "photo",
    "photograph",
    "image",
    "picture",
    "copyright",
    "©",
    "all rights reserved",
    "advertisement",
    "related",
    "watch",
    "listen",
];

/// How the speakers of a transcript are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Speakers {
    /// Most in capitals: then "Second: we cut taxes" opens no turn.
    capitals: bool,
}

impl Speakers {
    /// Looks at lines or paragraphs that may open with a speaker.
    pub fn among<'t>(lines: impl Iterator<Item = &'t str>) -> Self {
        let (mut all, mut shouted) = (0usize, 0usize);
        for label in lines.filter_map(label) {
            all += 1;
            shouted += usize::from(!label.chars().any(char::is_lowercase));
        }
        Self { capitals: shouted * 2 > all }
    }

    /// Who speaks a line, with what stands in brackets behind the name; `None` where it does not open so.
    #[must_use]
    pub fn of<'t>(&self, line: &'t str) -> Option<&'t str> {
        let name = |label: &str| label.split(['(', '[']).next().unwrap_or(label).to_owned();
        label(line).filter(|label| !self.capitals || !name(label).chars().any(char::is_lowercase))
    }
}

/// The words before a line's first colon, where they look like a name or an office.
fn label(line: &str) -> Option<&str> {
    let (label, said) = line.split_once(':')?;
    let name = label.split(['(', '[']).next().unwrap_or(label).trim();
    let words: Vec<&str> = name.split_whitespace().collect();
    let fits = |word: &&str| {
        let letters = word.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '\'' | '’' | ',' | '#' | '&'));
        letters && (word.starts_with(|c: char| c.is_uppercase() || c.is_numeric()) || PARTICLES.contains(word))
    };
    let named = label.len() <= LONGEST_SPEAKER && (1..=SPEAKER_WORDS).contains(&words.len()) && words.iter().all(fits);
    let lettered = name.starts_with(char::is_alphabetic);
    let page = BOILERPLATE.contains(&name.to_lowercase().as_str());
    (named && lettered && !page && (said.is_empty() || said.starts_with(char::is_whitespace))).then_some(label)
}

/// Whether a paragraph opens with somebody who is no [`Speakers`]' name: "Audience member: You lie." Who spoke before does
/// not speak it.
#[must_use]
pub fn opens_otherwise(paragraph: &str) -> bool {
    let Some((label, said)) = paragraph.split_once(": ") else { return false };
    let words = label.split_whitespace().count();
    (1..=5).contains(&words) && label.starts_with(char::is_uppercase) && said.trim_start().starts_with(char::is_uppercase)
}

/// Whether words stand wholly in brackets, as "[APPLAUSE]" does.
pub(crate) fn is_stage_direction(words: &str) -> bool {
    words.starts_with('[') && words.ends_with(']') || words.starts_with('(') && words.ends_with(')')
}
