//! The parts of an article, wherever its format keeps them → its blocks, and nothing twice.

use std::collections::BTreeSet;

use super::Piece;
use crate::document::{BlockKind, Source};
use crate::ingest::article::Article;
use crate::ingest::furniture::of_line;
use crate::ingest::text::blocks;
use crate::ingest::transcript::Transcript;
use crate::span::Span;

/// Among so many pieces the body may repeat headline, byline or dateline.
const HEAD_PIECES: usize = 6;
/// Among so many a standfirst may be repeated: it is often the first sentences.
const LEAD_PIECES: usize = 8;
/// The most letters of them.
const LEAD_LETTERS: usize = 5_000;
/// The most subjects of an article; those of people and places run to dozens.
const MOST_SUBJECTS: usize = 500;
/// What opens a note of correction, before its colon.
const CORRECTS: [&str; 10] = [
    "correction",
    "corrections",
    "corrected",
    "clarification",
    "clarifications",
    "corrections and clarifications",
    "corrections & amplifications",
    "correction and clarification",
    "correction to this story",
    "erratum",
];
/// What opens one without a colon.
const CORRECTS_SO: [&str; 10] = [
    "corrects ",
    "clarifies ",
    "this story corrects",
    "this version corrects",
    "this story has been corrected",
    "this article has been corrected",
    "this story was corrected",
    "this article was corrected",
    "an earlier version of this",
    "a previous version of this",
];
/// Notes of editors may correct, or say other things.
const EDITORS: [&str; 4] = ["editor's note", "editors' note", "editors note", "note to editors"];
const AMENDS: [&str; 5] = ["correct", "clarif", "earlier version", "previous version", "misstate"];

/// The parts of an article.
#[derive(Debug, Default)]
pub(in crate::ingest) struct Story {
    /// The title over the article.
    pub headline: Option<String>,
    /// Subheadings and summaries under it.
    pub standfirst: Vec<String>,
    /// Author lines.
    pub bylines: Vec<String>,
    /// Where and when.
    pub dateline: Option<String>,
    /// Notes of correction that stand beside the text.
    pub corrections: Vec<String>,
    /// The text.
    pub body: Vec<Piece>,
    /// Words under pictures that stand beside the text.
    pub captions: Vec<String>,
}

impl Story {
    /// Sets the article's blocks: headline, standfirst, byline, dateline, corrections, body, captions; `title` and `byline` of its
    /// source, where they are not known yet.
    ///
    /// Left out is what is said already: a body's own headline, byline or dateline over its text, a standfirst that the first paragraphs
    /// hold word for word, a dateline before a paragraph that opens with one, a caption given twice. Paragraphs that correct are
    /// corrections; those of a transcript are turns.
    pub fn set(mut self, article: &mut Article) {
        self.body.retain(|(_, words)| words.chars().any(char::is_alphanumeric));
        let own = self.body.iter().position(|(kind, _)| *kind == BlockKind::Headline);
        let headline = self.headline.take().filter(|words| !words.trim().is_empty());
        let headline = headline.or_else(|| own.map(|at| self.body.remove(at).1));
        self.drop_repeated(headline.as_deref());
        fill(&mut article.source.title, headline.as_deref());
        fill(&mut article.source.byline, Some(&self.bylines.join("; ")));
        article.push(BlockKind::Headline, headline.as_deref().unwrap_or_default());
        for words in self.fresh_standfirst(headline.as_deref()) {
            article.push(BlockKind::Standfirst, words);
        }
        self.bylines.iter().for_each(|words| article.push(BlockKind::Byline, words));
        if let Some(dateline) = self.dateline.as_deref().filter(|dateline| !self.is_dated(dateline)) {
            article.push(BlockKind::Dateline, dateline);
        }
        self.corrections.iter().for_each(|words| article.push(BlockKind::Correction, words));
        let mut known: BTreeSet<String> = self.body.iter().map(|(_, words)| letters(words)).collect();
        for (kind, words) in kinds(self.body) {
            article.push(kind, &words);
        }
        for words in self.captions {
            if known.insert(letters(&words)) {
                article.push(BlockKind::Caption, &words);
            }
        }
    }

    /// Takes out of the body's beginning what stands beside it.
    fn drop_repeated(&mut self, headline: Option<&str>) {
        let beside = headline.into_iter().chain(self.bylines.iter().map(String::as_str)).chain(self.dateline.as_deref());
        let beside: BTreeSet<String> = beside.chain(self.corrections.iter().map(String::as_str)).map(letters).collect();
        let mut at = 0;
        self.body.retain(|(kind, words)| {
            at += 1;
            at > HEAD_PIECES && *kind != BlockKind::Headline || !beside.contains(&letters(words))
        });
    }

    /// The standfirsts that say what neither the headline nor the first paragraphs say.
    fn fresh_standfirst<'s>(&'s self, headline: Option<&str>) -> Vec<&'s str> {
        let lead: String = self.body.iter().take(LEAD_PIECES).map(|(_, words)| letters(words)).collect();
        let lead: String = lead.chars().take(LEAD_LETTERS).collect();
        let headline = headline.map(letters).unwrap_or_default();
        let mut said = BTreeSet::new();
        let fresh = |words: &&String| {
            let bare = letters(words);
            !lead.contains(&bare) && !headline.contains(&bare) && said.insert(bare)
        };
        self.standfirst.iter().filter(fresh).map(String::as_str).collect()
    }

    /// Whether the text says itself where it was written.
    fn is_dated(&self, dateline: &str) -> bool {
        let first = self.body.iter().find(|(kind, _)| matches!(kind, BlockKind::Paragraph | BlockKind::Dateline));
        first.is_some_and(|(kind, words)| {
            *kind == BlockKind::Dateline || letters(words).starts_with(&letters(dateline)) || opens_with_dateline(words)
        })
    }
}

/// Whether a paragraph opens as "GENEVA (AP) — The talks" does.
fn opens_with_dateline(words: &str) -> bool {
    let line =
        [" -- ", " — ", " – ", " - "].iter().filter_map(|dash| words.find(dash).map(|at| &words[..at])).min_by_key(|line| line.len());
    line.is_some_and(|line| of_line(&format!("{} —", line.trim())) == Some(BlockKind::Dateline))
}

/// The body with what its paragraphs are.
fn kinds(mut body: Vec<Piece>) -> Vec<Piece> {
    for (kind, words) in &mut body {
        *words = words.split_whitespace().collect::<Vec<_>>().join(" ");
        *kind = match *kind {
            BlockKind::Headline => BlockKind::Paragraph,
            BlockKind::Paragraph | BlockKind::Turn if is_correction(words) => BlockKind::Correction,
            kind => kind,
        };
    }
    let running: Vec<usize> = (0..body.len()).filter(|&at| matches!(body[at].0, BlockKind::Paragraph | BlockKind::Turn)).collect();
    let lines: Vec<&str> = running.iter().map(|&at| body[at].1.as_str()).collect();
    let transcript = Transcript::among(&lines);
    for (line, at) in running.into_iter().enumerate() {
        let spoken = transcript.is_some_and(|transcript| transcript.holds(line));
        body[at].0 = if spoken { BlockKind::Turn } else { BlockKind::Paragraph };
    }
    body
}

/// Whether a paragraph is a note that corrects.
pub(in crate::ingest) fn is_correction(words: &str) -> bool {
    let words = words.trim_start_matches(|c: char| !c.is_alphanumeric()).to_lowercase().replace('’', "'");
    let label = words.split([':', '—', '(']).next().unwrap_or_default().trim();
    let opens = |with: &&str| words.starts_with(*with);
    CORRECTS.contains(&label)
        || CORRECTS_SO.iter().any(opens)
        || EDITORS.iter().any(opens) && AMENDS.iter().any(|word| words.contains(word))
}

/// Letters and digits of words alone, small: the same words in other dress are the same.
fn letters(words: &str) -> String {
    words.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The paragraphs of plain text, whose headline stands elsewhere.
pub(in crate::ingest) fn plain(text: &str) -> Vec<Piece> {
    // A title known to be empty keeps the first line from being taken for one.
    let blocks = blocks(text, Some(Span::new(0, 0)));
    blocks.iter().filter(|block| !block.span.is_empty()).map(|block| (block.kind, block.span.of(text).to_owned())).collect()
}

/// Sets a field that is not set yet, unless there is nothing to set it to.
pub(in crate::ingest) fn fill(field: &mut Option<String>, value: Option<&str>) {
    let value = value.map(str::trim).filter(|value| !value.is_empty());
    if field.is_none() {
        *field = value.map(str::to_owned);
    }
}

/// Keeps what has no field of its own, unless there is nothing to keep.
pub(in crate::ingest) fn keep(source: &mut Source, name: &str, values: Vec<String>) {
    let mut values: Vec<serde_json::Value> =
        values.into_iter().filter(|value| !value.trim().is_empty()).map(serde_json::Value::String).collect();
    let value = match values.len() {
        0 => return,
        1 => values.remove(0),
        _ => serde_json::Value::Array(values),
    };
    source.fields.insert(name.to_owned(), value);
}

/// Adds a subject's code, or its name where it has none; names beside codes are kept in the field `subject_names`. Beyond
/// [`MOST_SUBJECTS`] none is added.
pub(in crate::ingest) fn add_subject(source: &mut Source, code: Option<&str>, name: Option<&str>) {
    let Some(subject) = code.or(name).map(str::trim).filter(|subject| !subject.is_empty()) else { return };
    if source.subjects.len() == MOST_SUBJECTS || source.subjects.iter().any(|known| known == subject) {
        return;
    }
    source.subjects.push(subject.to_owned());
    if let (Some(_), Some(name)) = (code, name) {
        let names = source.fields.entry("subject_names").or_insert_with(|| serde_json::Value::Array(Vec::new()));
        if let serde_json::Value::Array(names) = names {
            names.push(serde_json::Value::String(name.to_owned()));
        }
    }
}

/// Sets the urgency, or warns.
pub(in crate::ingest) fn set_urgency(article: &mut Article, given: Option<&str>) {
    let Some(given) = given.map(str::trim).filter(|given| !given.is_empty()) else { return };
    match given.parse() {
        Ok(urgency @ 1..=9) => article.source.urgency = Some(urgency),
        _ => article.warnings.push(format!("the urgency is `{given}`; expected a whole number from 1 (most urgent) to 9; it was left out")),
    }
}

/// A publication status in the words of IPTC: small letters, no alias (`stat:usable`), and `canceled` for what is killed.
pub(in crate::ingest) fn status(given: &str) -> String {
    let status = given.rsplit([':', '/']).next().unwrap_or(given).trim().to_lowercase();
    match status.as_str() {
        "kill" | "killed" | "cancelled" | "cancel" | "mandatory kill" => "canceled".to_owned(),
        _ => status,
    }
}

/// A date as the input gives it, but `20130516T040100+0000` in the extended form of ISO 8601.
pub(in crate::ingest) fn iso(given: &str) -> String {
    let given = given.trim();
    let (day, clock) = given.split_at(given.find(['T', '+', 'Z']).unwrap_or(given.len()));
    let digits = |s: &str, len: usize| s.len() == len && s.bytes().all(|b| b.is_ascii_digit());
    if !digits(day, 8) {
        return given.to_owned();
    }
    let day = format!("{}-{}-{}", &day[..4], &day[4..6], &day[6..]);
    let (mark, clock) = clock.strip_prefix('T').map_or(("", clock), |clock| ("T", clock));
    let (time, zone) = clock.split_at(clock.find(['+', '-', 'Z']).unwrap_or(clock.len()));
    let parted = |s: &str| s.as_bytes().chunks(2).map(|pair| String::from_utf8_lossy(pair).into_owned()).collect::<Vec<_>>().join(":");
    let time = if digits(time, 6) || digits(time, 4) { parted(time) } else { time.to_owned() };
    let zone = match zone.split_at(zone.len().min(1)) {
        (sign, offset) if digits(offset, 4) => format!("{sign}{}", parted(offset)),
        _ => zone.to_owned(),
    };
    format!("{day}{mark}{time}{zone}")
}
