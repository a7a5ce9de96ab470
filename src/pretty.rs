//! A record as a page for a terminal: the article with its claims, names and sources marked, and under every sentence who
//! claims what, how.
//!
//! Claims stand in numbered brackets and who makes them under the sentence, so that the page can be read without colours.

use std::collections::BTreeMap;
use std::fmt::Write;

use anstyle::{AnsiColor, Style};

use crate::assemble::ResolvedBy;
use crate::document::BlockKind;
use crate::labels::{Mode, Stance, Verifiability, Worth, is_amount};
use crate::record::{AttributionSpan, ClaimSpan, ClaimerInfo, EntitySpan, Record, SentenceSpan, TextSpan};
use crate::span::{Positions, Span};
use crate::values::Value;

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
    /// The parts of claims, each with the claim's number on the page.
    claims: Vec<(Span, usize)>,
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
        for (number, claim) in (1..).zip(&record.claims) {
            let parts = claim.span.parts.clone().unwrap_or_else(|| vec![(claim.span.start, claim.span.end)]);
            for &at in &claim.sentences {
                if let Some(sentence) = sentences.get_mut(at) {
                    sentence.claims.extend(parts.iter().map(|(start, end)| (span(*start, *end), number)));
                }
            }
        }
        Self { record, text, width: width.max(MARGIN + 20), sentences }
    }

    fn head(&self, out: &mut String) {
        let source = &self.record.source;
        push_line(out, &styled(TITLE, &self.record.doc_id));
        let given: Vec<&str> =
            [&source.outlet, &source.byline, &source.published, &source.url].into_iter().flatten().map(String::as_str).collect();
        if !given.is_empty() {
            push_line(out, &shown(&given.join(" · ")));
        }
        let worthy = self.record.sentences.iter().filter(|s| s.label == Worth::Cfs).count();
        let counts = format!(
            "{} sentences, {worthy} worth checking (●), {} claims [in brackets]",
            self.record.sentences.len(),
            self.record.claims.len()
        );
        let model = format!(
            "{} {}, worth checking from {:.2}",
            self.record.model.name, self.record.model.version, self.record.model.thresholds.check_worthiness
        );
        push_line(out, &styled(FAINT, &format!("{counts} · {model}")));
        if source.published.is_none() {
            push_line(out, &styled(FAINT, "no date of publication: \"Monday\" and \"last year\" have no value"));
        }
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
        for (at, claim) in
            self.record.claims.iter().enumerate().skip(from).take_while(|(_, claim)| claim.sentences.first() == Some(&sentence.id))
        {
            self.wrapped(out, &" ".repeat(MARGIN), &self.described(at + 1, claim));
        }
    }

    fn is_title(&self, sentence: &SentenceSpan) -> bool {
        let block = sentence.block.and_then(|at| self.record.blocks.get(at));
        block.is_some_and(|block| block.kind == BlockKind::Headline)
    }

    /// The words of a sentence, each in its own style, every claim in brackets of its own with its number.
    fn marked(&self, Shown { span: stretch, marks, claims }: &Shown, title: bool) -> String {
        let mut cuts: Vec<usize> = marks.iter().map(|m| m.span).chain(claims.iter().map(|c| c.0)).flat_map(|s| [s.start, s.end]).collect();
        cuts.extend([stretch.start, stretch.end]);
        cuts.retain(|at| (stretch.start..=stretch.end).contains(at));
        cuts.sort_unstable();
        cuts.dedup();
        let mut out = String::new();
        for pair in cuts.windows(2) {
            let piece = Span::new(pair[0], pair[1]);
            let base = if title { TITLE } else { Style::new() };
            let own = marks.iter().find(|m| m.span.overlaps(&piece)).map_or(base, |m| m.style);
            let style = if claims.iter().any(|(claim, _)| claim.overlaps(&piece)) { own.bold() } else { own };
            // Of claims that begin together the longer one opens first.
            let mut opening: Vec<&(Span, usize)> = claims.iter().filter(|(claim, _)| claim.start == piece.start).collect();
            opening.sort_by_key(|(claim, number)| (std::cmp::Reverse(claim.end), *number));
            opening.iter().for_each(|(_, number)| out.push_str(&styled(CLAIM, &format!("[{number}:\u{a0}"))));
            each_word(&mut out, piece.of(self.text), style);
            let closing = claims.iter().filter(|(claim, _)| claim.end == piece.end).count();
            out.push_str(&styled(CLAIM, &"]".repeat(closing)));
        }
        out
    }

    /// What a claim is beside its words: who makes it and by which words, how it is given, of what kind, about when.
    fn described(&self, number: usize, claim: &ClaimSpan) -> String {
        let attribution = claim.attribution.as_ref().and_then(|id| self.record.attributions.iter().find(|a| a.id == *id));
        let mut said = vec![claimed_by(claim)];
        let words: Vec<&str> = attribution.iter().flat_map(|a| attributing(a)).collect();
        if !words.is_empty() {
            said.push(format!("“{}”", words.join(" … ")));
        }
        if let Some(who) = claim.claimer.as_ref().filter(|who| !matches!(who.resolved_by, ResolvedBy::Source | ResolvedBy::Name)) {
            said.push(format!("found by {}, {:.2}", by(who.resolved_by), who.score));
        }
        said.extend((claim.mode != Mode::Author).then(|| given(claim.mode).to_owned()));
        said.extend(claim.verifiability.map(|v| kind(v).to_owned()));
        let types: Vec<&str> = claim.types.iter().flatten().map(|t| t.as_str()).collect();
        said.extend((!types.is_empty()).then(|| types.join(", ")));
        said.extend(claim.date.as_ref().map(|date| date.value.clone()));
        let denied = claim.stance == Stance::Refute;
        let mut out = styled(FAINT, &format!("└ {number} "));
        each_word(&mut out, &said.join(" · "), if denied { WORTHY } else { FAINT });
        out
    }

    /// Who is cited, who else is named, what amounts and dates there are: each once, with how often.
    fn names(&self, out: &mut String) {
        let mut clusters: BTreeMap<usize, Vec<&EntitySpan>> = BTreeMap::new();
        for entity in &self.record.entities {
            clusters.entry(entity.cluster).or_default().push(entity);
        }
        let mut cited: BTreeMap<&str, (usize, &ClaimerInfo)> = BTreeMap::new();
        for who in self.record.claims.iter().filter_map(|c| c.claimer.as_ref()) {
            cited.entry(&who.name).or_insert((0, who)).0 += 1;
        }
        let (amounts, names): (Vec<_>, Vec<_>) = clusters.values().partition(|cluster| is_amount(&cluster[0].label));
        // A bare number says nothing without what it counts.
        let amounts = amounts.iter().filter(|cluster| !matches!(cluster[0].label.as_str(), "CARDINAL" | "ORDINAL"));
        let lines: [(&str, Vec<String>); 3] = [
            ("Cited", cited.values().map(|(claims, who)| format!("{} ×{claims}", introduced(who))).collect()),
            ("Named", names.iter().map(|cluster| named(cluster)).collect()),
            ("Amounts and dates", amounts.map(|cluster| named(cluster)).collect()),
        ];
        for (title, shown) in lines.iter().filter(|(_, shown)| !shown.is_empty()) {
            out.push('\n');
            self.wrapped(out, &format!("{title}: "), &shown.join(" · "));
        }
    }

    fn wrapped(&self, out: &mut String, margin: &str, words: &str) {
        let indent = " ".repeat(if margin.ends_with(": ") { 2 } else { MARGIN + usize::from(margin.trim().is_empty()) * 2 });
        let options = textwrap::Options::new(self.width).initial_indent(margin).subsequent_indent(&indent).break_words(false);
        for line in textwrap::wrap(words, options) {
            push_line(out, &line);
        }
    }
}

/// Who makes a claim, as a line says it.
pub(crate) fn claimed_by(claim: &ClaimSpan) -> String {
    let denied = claim.stance == Stance::Refute;
    match &claim.claimer {
        Some(who) if denied => format!("DENIED by {}", introduced(who)),
        Some(who) => introduced(who),
        None if claim.mode == Mode::Author => "the author".to_owned(),
        None if denied => "DENIED".to_owned(),
        None => "nobody named".to_owned(),
    }
}

fn introduced(who: &ClaimerInfo) -> String {
    let more = [who.role.as_deref(), who.party.as_deref(), who.organisation.as_deref()];
    std::iter::once(who.name.as_str()).chain(more.into_iter().flatten()).collect::<Vec<_>>().join(", ")
}

/// Source and cue in the order of the text.
fn attributing(attribution: &AttributionSpan) -> impl Iterator<Item = &str> {
    let mut spans: Vec<&TextSpan> = [&attribution.source, &attribution.cue].into_iter().flatten().collect();
    spans.sort_by_key(|span| span.start);
    spans.into_iter().map(|span| span.text.as_str())
}

fn given(mode: Mode) -> &'static str {
    match mode {
        Mode::Direct => "quoted",
        Mode::Mixed => "partly quoted",
        Mode::Indirect => "reported",
        Mode::Author => "the author's",
    }
}

fn by(found: ResolvedBy) -> &'static str {
    match found {
        ResolvedBy::Source | ResolvedBy::Name => "name",
        ResolvedBy::Subject => "the subject before",
        ResolvedBy::Pronoun => "a pronoun",
        ResolvedBy::Description => "a description",
        ResolvedBy::Speaker => "who speaks",
    }
}

fn kind(verifiability: Verifiability) -> &'static str {
    match verifiability {
        Verifiability::Factual => "fact",
        Verifiability::Mixed => "fact and opinion",
        Verifiability::Opinion => "opinion",
        Verifiability::None => "nothing to check",
    }
}

fn named(cluster: &[&EntitySpan]) -> String {
    let first = cluster[0];
    let times = if cluster.len() > 1 { format!(" ×{}", cluster.len()) } else { String::new() };
    let name: Vec<&str> = first.canonical.split_whitespace().collect();
    let mut out = String::new();
    each_word(&mut out, &name.join(" "), style_of(&first.label));
    let what = match &first.value {
        Some(Value::Date { date, .. }) => format!(" {date}"),
        Some(Value::Period { from, to, .. }) => format!(" {from}/{to}"),
        _ if is_amount(&first.label) => String::new(),
        _ => format!(" {}", first.label),
    };
    each_word(&mut out, &format!("{what}{times}"), FAINT);
    out
}

fn style_of(label: &str) -> Style {
    match label {
        "PERSON" => PERSON,
        label if is_amount(label) => AMOUNT,
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
pub(crate) fn shown(words: &str) -> String {
    let steers = |c: char| c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    words.chars().map(|c| if steers(c) { '\u{fffd}' } else { c }).collect()
}

fn push_line(out: &mut String, line: &str) {
    out.push_str(line.trim_end());
    out.push('\n');
}
