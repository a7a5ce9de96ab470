//! A record as a page for a terminal: the article with its claims, names and sources marked, and under every sentence who
//! claims what, how.
//!
//! Claims stand in brackets, so that the page says the same without colours.

use std::collections::BTreeMap;
use std::fmt::Write;

use anstyle::{AnsiColor, Style};

use crate::document::BlockKind;
use crate::labels::{Mode, Worth};
use crate::record::{ClaimSpan, ClaimerInfo, EntitySpan, Record, SentenceSpan};
use crate::span::{Positions, Span};

const CLAIM: Style = Style::new().bold();
const PERSON: Style = AnsiColor::Cyan.on_default();
const NAME: Style = AnsiColor::Blue.on_default();
const AMOUNT: Style = AnsiColor::Magenta.on_default();
const SOURCE: Style = AnsiColor::Green.on_default();
const CUE: Style = AnsiColor::Green.on_default().italic();
const WORTHY: Style = AnsiColor::Red.on_default().bold();
const FAINT: Style = Style::new().dimmed();
const TITLE: Style = Style::new().bold().underline();

/// Before every line of an article: the score and its mark.
const MARGIN: usize = 8;

/// The page, as text with ANSI styles, in lines of at most `width` columns where words allow; `None` for a record
/// without its text.
#[must_use]
pub fn page(record: &Record, width: usize) -> Option<String> {
    let text = record.text.as_deref()?;
    let page = Page::new(record, text, width);
    let mut out = String::new();
    page.head(&mut out);
    for (sentence, shown) in record.sentences.iter().zip(&page.sentences) {
        page.sentence(sentence, shown, &mut out);
    }
    page.names(&mut out);
    Some(out)
}

/// A stretch of the text that is shown in its own way.
struct Marked {
    span: Span,
    style: Style,
}

struct Page<'r> {
    record: &'r Record,
    text: &'r str,
    width: usize,
    sentences: Vec<Shown>,
}

/// A sentence with what is shown in it, in bytes of the text.
struct Shown {
    span: Span,
    /// Names first: a source that is a name is shown as one.
    marks: Vec<Marked>,
    /// The parts of claims.
    claims: Vec<Span>,
}

impl<'r> Page<'r> {
    fn new(record: &'r Record, text: &'r str, width: usize) -> Self {
        let positions = Positions::new(text, record.offset_unit);
        let span = |start, end| Span::new(positions.to_byte(text, start).unwrap_or(0), positions.to_byte(text, end).unwrap_or(0));
        let shown = |s: &SentenceSpan| Shown { span: span(s.start, s.end), marks: Vec::new(), claims: Vec::new() };
        let mut sentences: Vec<Shown> = record.sentences.iter().map(shown).collect();
        let entities = record.entities.iter().map(|e| Marked { span: span(e.start, e.end), style: style_of(&e.label) });
        let attributed = record.attributions.iter().flat_map(|a| [(&a.source, SOURCE), (&a.cue, CUE)]);
        let attributed = attributed.filter_map(|(words, style)| words.as_ref().map(|w| Marked { span: span(w.start, w.end), style }));
        for mark in entities.chain(attributed) {
            let at = sentences.partition_point(|s| s.span.end <= mark.span.start);
            if let Some(sentence) = sentences.get_mut(at) {
                sentence.marks.push(mark);
            }
        }
        for claim in &record.claims {
            let parts = claim.span.parts.clone().unwrap_or_else(|| vec![(claim.span.start, claim.span.end)]);
            for &at in &claim.sentences {
                if let Some(sentence) = sentences.get_mut(at) {
                    sentence.claims.extend(parts.iter().map(|(start, end)| span(*start, *end)));
                }
            }
        }
        Self { record, text, width: width.max(MARGIN + 20), sentences }
    }

    fn head(&self, out: &mut String) {
        let worthy = self.record.sentences.iter().filter(|s| s.label == Worth::Cfs).count();
        let counts = format!("{} sentences, {worthy} worth checking, {} claims", self.record.sentences.len(), self.record.claims.len());
        let model = format!("{} {}", self.record.model.name, self.record.model.version);
        let threshold = self.record.model.thresholds.check_worthiness;
        push_line(out, &styled(TITLE, &self.record.doc_id));
        push_line(out, &styled(FAINT, &format!("{model}, threshold {threshold:.2} · {counts}")));
        for warning in &self.record.warnings {
            push_line(out, &styled(FAINT, &format!("warning: {warning}")));
        }
    }

    fn sentence(&self, sentence: &SentenceSpan, shown: &Shown, out: &mut String) {
        let before = sentence.id.checked_sub(1).and_then(|at| self.record.sentences.get(at));
        if before.is_none_or(|before| before.block != sentence.block) {
            out.push('\n');
        }
        let worthy = sentence.label == Worth::Cfs;
        let score = format!("{:.2}", sentence.check_worthiness);
        let score = if worthy { styled(WORTHY, &format!("● {score}")) } else { styled(FAINT, &format!("  {score}")) };
        let words = self.marked(shown, self.is_title(sentence));
        self.wrapped(out, &format!("{score}  "), &words);
        let from = self.record.claims.partition_point(|claim| claim.sentences.first() < Some(&sentence.id));
        for claim in self.record.claims[from..].iter().take_while(|claim| claim.sentences.first() == Some(&sentence.id)) {
            self.wrapped(out, &" ".repeat(MARGIN), &styled(FAINT, &format!("└ {}", described(claim))));
        }
    }

    fn is_title(&self, sentence: &SentenceSpan) -> bool {
        let block = sentence.block.and_then(|at| self.record.blocks.get(at));
        block.is_some_and(|block| block.kind == BlockKind::Headline)
    }

    /// The words of a sentence, each in its own style, the claims in brackets.
    fn marked(&self, Shown { span: stretch, marks, claims }: &Shown, title: bool) -> String {
        let mut cuts: Vec<usize> = marks.iter().map(|m| m.span).chain(claims.iter().copied()).flat_map(|s| [s.start, s.end]).collect();
        cuts.extend([stretch.start, stretch.end]);
        cuts.retain(|at| (stretch.start..=stretch.end).contains(at));
        cuts.sort_unstable();
        cuts.dedup();
        let mut out = String::new();
        for pair in cuts.windows(2) {
            let piece = Span::new(pair[0], pair[1]);
            let claimed = claims.iter().find(|claim| claim.overlaps(&piece));
            let base = if title { TITLE } else { Style::new() };
            let own = marks.iter().find(|m| m.span.overlaps(&piece)).map_or(base, |m| m.style);
            let style = if claimed.is_some() { own.bold() } else { own };
            if claims.iter().any(|claim| claim.start == piece.start) {
                out.push_str(&styled(CLAIM, "["));
            }
            each_word(&mut out, piece.of(self.text), style);
            if claims.iter().any(|claim| claim.end == piece.end) {
                out.push_str(&styled(CLAIM, "]"));
            }
        }
        out
    }

    /// Every name once, with how often it stands there and what it says.
    fn names(&self, out: &mut String) {
        let mut clusters: BTreeMap<usize, Vec<&EntitySpan>> = BTreeMap::new();
        for entity in &self.record.entities {
            clusters.entry(entity.cluster).or_default().push(entity);
        }
        let shown: Vec<String> = clusters.values().map(|cluster| named(cluster)).collect();
        if !shown.is_empty() {
            out.push('\n');
            self.wrapped(out, "", &shown.join(" · "));
        }
    }

    fn wrapped(&self, out: &mut String, margin: &str, words: &str) {
        let indent = " ".repeat(if margin.is_empty() { 0 } else { MARGIN + usize::from(margin.trim().is_empty()) * 2 });
        let options = textwrap::Options::new(self.width).initial_indent(margin).subsequent_indent(&indent).break_words(false);
        for line in textwrap::wrap(words, options) {
            push_line(out, &line);
        }
    }
}

/// What a claim is beside its words: how it is given, by whom, of what kind, about when.
fn described(claim: &ClaimSpan) -> String {
    let mut said = Vec::new();
    match (&claim.claimer, claim.mode) {
        (Some(who), mode) => said.push(format!("{}, {}", claimer(who), mode.as_str())),
        (None, Mode::Author) => said.push("the author".to_owned()),
        (None, mode) => said.push(mode.as_str().to_owned()),
    }
    said.extend(claim.verifiability.map(|v| v.as_str().to_owned()));
    let types: Vec<&str> = claim.types.iter().flatten().map(|t| t.as_str()).collect();
    said.extend((!types.is_empty()).then(|| types.join(", ")));
    said.extend(claim.date.as_ref().map(|date| date.value.clone()));
    said.join(" · ")
}

fn claimer(who: &ClaimerInfo) -> String {
    let more: Vec<&str> =
        [who.role.as_deref(), who.party.as_deref(), who.organisation.as_deref(), Some(who.kind.as_str())].into_iter().flatten().collect();
    format!("{} ({})", who.name, more.join(", "))
}

fn named(cluster: &[&EntitySpan]) -> String {
    let first = cluster[0];
    let value = first.value.as_ref().and_then(|v| serde_json::to_string(v).ok()).map(|v| format!(" {v}")).unwrap_or_default();
    let times = if cluster.len() > 1 { format!(" ×{}", cluster.len()) } else { String::new() };
    let name: Vec<&str> = first.canonical.split_whitespace().collect();
    let mut out = String::new();
    each_word(&mut out, &name.join(" "), style_of(&first.label));
    each_word(&mut out, &format!(" {}{times}{value}", first.label), FAINT);
    out
}

fn style_of(label: &str) -> Style {
    match label {
        "PERSON" => PERSON,
        "DATE" | "TIME" | "MONEY" | "PERCENT" | "QUANTITY" | "CARDINAL" | "ORDINAL" => AMOUNT,
        _ => NAME,
    }
}

/// Each word by itself, so that a line can end behind it.
fn each_word(out: &mut String, words: &str, style: Style) {
    for piece in words.split_inclusive(char::is_whitespace) {
        let word = piece.trim_end();
        if !word.is_empty() {
            out.push_str(&styled(style, word));
        }
        if word.len() < piece.len() {
            out.push(' ');
        }
    }
}

fn styled(style: Style, words: &str) -> String {
    let mut out = String::new();
    // Writing to a String does not fail.
    let _ = write!(out, "{style}{}{style:#}", shown(words));
    out
}

/// Text from outside cannot steer the terminal.
fn shown(words: &str) -> String {
    words.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

fn push_line(out: &mut String, line: &str) {
    out.push_str(line.trim_end());
    out.push('\n');
}
