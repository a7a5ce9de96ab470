//! Sentences out of the lines of CoNLL-U, each word at its place in the sentence's text.

use std::path::Path;

use crate::convert::ConvertError;
use crate::convert::tokens::{align, lines};
use crate::span::Span;

/// One sentence.
#[derive(Debug, Default)]
pub(super) struct Sentence<'t> {
    opens_paragraph: bool,
    pub(super) text: String,
    /// `SpacesBefore` of its first token.
    pub(super) space_before: String,
    pub(super) words: Vec<Word<'t>>,
    /// What tags of entities stand on: words, or multiword tokens that carry one themselves.
    pub(super) tagged: Vec<Tagged<'t>>,
    space_after: Option<String>,
}

/// The comments above a sentence, which say more than the sentence: what document and paragraph begin here.
#[derive(Debug, Default)]
pub(super) struct Comments<'t>(Vec<&'t str>);

/// One syntactic word.
#[derive(Debug, Clone)]
pub(super) struct Word<'t> {
    pub(super) line: usize,
    /// In the text of its sentence, until it is [`moved`](Word::moved).
    pub(super) span: Span,
    pub(super) upos: &'t str,
    pub(super) misc: &'t str,
}

/// A token and its tag.
#[derive(Debug)]
pub(super) struct Tagged<'t> {
    pub(super) line: usize,
    pub(super) span: Span,
    pub(super) tag: Option<&'t str>,
}

/// One line with ten columns.
#[derive(Debug, Clone, Copy)]
struct Row<'t> {
    line: usize,
    /// First and last word; for a word twice the same.
    ids: (usize, usize),
    is_range: bool,
    form: &'t str,
    upos: &'t str,
    misc: &'t str,
}

impl Word<'_> {
    /// The word where its sentence begins at `base`.
    pub(super) fn moved(&self, base: usize) -> Self {
        Self { span: Span::new(base + self.span.start, base + self.span.end), ..self.clone() }
    }
}

/// The value of `key` in MISC.
pub(super) fn misc_value<'t>(misc: &'t str, key: &str) -> Option<&'t str> {
    misc.split('|').find_map(|pair| pair.strip_prefix(key)?.strip_prefix('='))
}

/// The value of the comment `key` in the file, where it stands first.
pub(super) fn header<'t>(content: &'t str, key: &str) -> Option<&'t str> {
    lines(content).filter_map(|l| l.strip_prefix('#')).find_map(|comment| value(comment, key))
}

fn value<'t>(comment: &'t str, key: &str) -> Option<&'t str> {
    let value = comment.trim_start().strip_prefix(key)?.trim_start().strip_prefix('=')?;
    Some(value.strip_prefix(' ').unwrap_or(value))
}

/// The sentences of a file, or why one cannot be read, each with its comments.
pub(super) fn sentences<'t>(path: &Path, content: &'t str) -> Vec<(Comments<'t>, Result<Sentence<'t>, ConvertError>)> {
    let lines: Vec<(usize, &str)> = lines(content).enumerate().map(|(n, line)| (n + 1, line)).collect();
    let blocks = lines.split(|(_, line)| line.trim().is_empty());
    let with_words = blocks.filter(|block| block.iter().any(|(_, line)| !line.starts_with('#')));
    let read = |block| {
        let comments = Comments::of(block);
        let sentence = sentence(block, &comments).map_err(|(line, reason)| ConvertError::line(path, line, reason));
        (comments, sentence)
    };
    with_words.map(read).collect()
}

type Wrong = (usize, String);

fn is_comment(line: &str) -> bool {
    line.starts_with('#') && !line.contains('\t')
}

fn sentence<'t>(block: &[(usize, &'t str)], comments: &Comments) -> Result<Sentence<'t>, Wrong> {
    let rows =
        block.iter().filter(|(_, l)| !is_comment(l)).filter_map(|(line, l)| row(*line, l).transpose()).collect::<Result<Vec<_>, _>>()?;
    let tokens = tokens(&rows)?;
    let (text, spans) = placed(comments.value("text"), &tokens).map_err(|reason| (tokens.first().map_or(0, |t| t.line), reason))?;
    let last = tokens.last().map_or("_", |t| t.misc);
    Ok(Sentence {
        opens_paragraph: comments.opens("newpar"),
        words: words(&rows, &tokens, &spans, &text),
        tagged: tagged(&rows, &tokens, &spans, &text),
        space_before: tokens.first().and_then(|t| misc_value(t.misc, "SpacesBefore")).map(unescaped).unwrap_or_default(),
        space_after: space_after(last),
        text,
    })
}

fn row(line: usize, content: &str) -> Result<Option<Row<'_>>, Wrong> {
    let cells: Vec<&str> = content.split('\t').collect();
    let &[id, form, _, upos, _, _, _, _, _, misc] = cells.as_slice() else {
        return Err((line, format!("found {} columns apart by tabs, expected 10", cells.len())));
    };
    if id.split_once('.').is_some_and(|(a, b)| a.parse::<usize>().is_ok() && b.parse::<usize>().is_ok()) {
        return Ok(None); // an empty node stands in no text
    }
    let (first, last) = id.split_once('-').unwrap_or((id, id));
    let (Ok(first), Ok(last)) = (first.parse::<usize>(), last.parse::<usize>()) else {
        return Err((line, format!("found the ID {id:?}, expected a number, a range as 1-2 or an empty node as 1.1")));
    };
    if form.trim().is_empty() {
        return Err((line, "found no FORM".into()));
    }
    for key in ["SpacesBefore", "SpacesAfter"] {
        // Anything else would become words of the text.
        if let Some(spaces) = misc_value(misc, key).filter(|spaces| !unescaped(spaces).trim().is_empty()) {
            return Err((line, format!("found {key}={spaces}, expected white space as \\s, \\t, \\r or \\n")));
        }
    }
    Ok(Some(Row { line, ids: (first, last), is_range: id.contains('-'), form, upos, misc }))
}

/// The rows that make up the text: words, and multiword tokens in the place of theirs.
fn tokens<'t>(rows: &[Row<'t>]) -> Result<Vec<Row<'t>>, Wrong> {
    let mut tokens: Vec<Row> = Vec::new();
    let (mut covered, mut next) = (0, 1);
    for row in rows {
        if row.ids.0 != next || row.ids.1 < row.ids.0 {
            return Err((row.line, format!("found the ID {}, expected {next}", row.ids.0)));
        }
        if row.is_range {
            covered = row.ids.1;
            tokens.push(*row);
            continue;
        }
        next += 1;
        if row.ids.0 > covered {
            tokens.push(*row);
        }
    }
    if next <= covered {
        return Err((rows.last().map_or(0, |r| r.line), format!("found no word {next}, which a multiword token promised")));
    }
    Ok(tokens)
}

/// The sentence's text and where its tokens stand. `# text` knows it; without it `SpaceAfter=No` does. What
/// `SpacesAfter` says about white space (a line break, say) is more exact than `# text`, which is one line.
fn placed(given: Option<&str>, tokens: &[Row]) -> Result<(String, Vec<Span>), String> {
    let found = given.map(|text| align(text, tokens.iter().map(|t| t.form))).transpose()?;
    let mut text = String::new();
    let mut spans = Vec::with_capacity(tokens.len());
    for (n, token) in tokens.iter().enumerate() {
        let start = text.len();
        let here = found.as_ref().and_then(|spans| spans.get(n));
        text.push_str(here.zip(given).map_or(token.form, |(span, given)| span.of(given)));
        spans.push(Span::new(start, text.len()));
        if n + 1 == tokens.len() {
            break;
        }
        let next = found.as_ref().and_then(|spans| spans.get(n + 1));
        let between = here.zip(next).zip(given).map(|((here, next), given)| Span::new(here.end, next.start).of(given));
        match (misc_value(token.misc, "SpacesAfter"), between) {
            (Some(exact), _) => text.push_str(&unescaped(exact)),
            (None, Some(between)) => text.push_str(between),
            (None, None) => text.push_str(space_after(token.misc).as_deref().unwrap_or(" ")),
        }
    }
    Ok((text, spans))
}

/// White space behind a token, where MISC says more than that there is some.
fn space_after(misc: &str) -> Option<String> {
    match misc_value(misc, "SpacesAfter") {
        Some(exact) => Some(unescaped(exact)),
        None => misc_value(misc, "SpaceAfter").filter(|v| v.eq_ignore_ascii_case("no")).map(|_| String::new()),
    }
}

/// UDPipe's escapes: `\s` a blank, `\t`, `\r`, `\n`, `\p` for `|`, `\\`.
fn unescaped(spaces: &str) -> String {
    let mut out = String::new();
    let mut characters = spaces.chars();
    while let Some(c) = characters.next() {
        match if c == '\\' { characters.next() } else { None } {
            Some('s') => out.push(' '),
            Some('t') => out.push('\t'),
            Some('r') => out.push('\r'),
            Some('n') => out.push('\n'),
            Some('p') => out.push('|'),
            Some(other) => out.push(other),
            None => out.push(c),
        }
    }
    out
}

/// Every word at its place: a piece of its multiword token where the pieces make it up, else all of it.
fn words<'t>(rows: &[Row<'t>], tokens: &[Row], spans: &[Span], text: &str) -> Vec<Word<'t>> {
    let mut words = Vec::new();
    for (token, span) in tokens.iter().zip(spans) {
        let up_to = |id: usize| rows.partition_point(|r| r.ids.0 <= id);
        let own = rows.get(up_to(token.ids.0.saturating_sub(1))..up_to(token.ids.1)).unwrap_or_default();
        let inside: Vec<&Row> = own.iter().filter(|r| !r.is_range).collect();
        let pieces = align(span.of(text), inside.iter().map(|r| r.form)).ok();
        for (n, row) in inside.into_iter().enumerate() {
            let piece = pieces.as_ref().and_then(|p| p.get(n));
            let span = piece.map_or(*span, |p| Span::new(span.start + p.start, span.start + p.end));
            words.push(Word { line: row.line, span, upos: row.upos, misc: row.misc });
        }
    }
    words
}

/// What carries tags: multiword tokens that have one, else words.
fn tagged<'t>(rows: &[Row<'t>], tokens: &[Row<'t>], spans: &[Span], text: &str) -> Vec<Tagged<'t>> {
    let tag = |misc| ["NER", "ner", "NE"].iter().find_map(|key| misc_value(misc, key));
    let mut tagged = Vec::new();
    for (token, span) in tokens.iter().zip(spans) {
        if !token.is_range || tag(token.misc).is_some() {
            tagged.push(Tagged { line: token.line, span: *span, tag: tag(token.misc) });
            continue;
        }
        let words = words(rows, &[*token], &[*span], text);
        tagged.extend(words.into_iter().map(|w| Tagged { line: w.line, span: w.span, tag: tag(w.misc) }));
    }
    tagged
}

impl<'t> Comments<'t> {
    fn of(block: &[(usize, &'t str)]) -> Self {
        Self(block.iter().filter(|(_, l)| is_comment(l)).map(|(_, l)| l.trim_start_matches('#')).collect())
    }

    /// The value of the comment `key`.
    pub(super) fn value(&self, key: &str) -> Option<&'t str> {
        self.0.iter().find_map(|c| value(c, key))
    }

    /// `# newdoc` or `# newpar`, with or without a name.
    pub(super) fn opens(&self, what: &str) -> bool {
        let named = |c: &str| c.trim().strip_prefix(what).is_some_and(|rest| rest.is_empty() || rest.trim_start().starts_with("id"));
        self.0.iter().any(|c| named(c))
    }
}

impl Sentence<'_> {
    /// White space between this sentence and `next`, or the document's end.
    pub(super) fn space_behind(&self, next: Option<&Sentence>) -> String {
        match (&self.space_after, next) {
            (Some(exact), _) if !exact.is_empty() => exact.clone(),
            (_, None) => String::new(),
            (_, Some(next)) if next.opens_paragraph => "\n\n".to_owned(),
            (Some(none), _) => none.clone(),
            (None, _) => " ".to_owned(),
        }
    }
}
