//! Line breaks, which brat's spans do not cross and its notes do not hold.

use crate::span::Span;

/// The span cut at line breaks, which brat's spans do not cross.
pub(super) fn pieces(text: &str, span: Span) -> Vec<Span> {
    let mut pieces = Vec::new();
    let mut start = span.start;
    for line in span.of(text).split('\n') {
        let piece = Span::new(start, start + line.len()).trimmed(text);
        start += line.len() + 1;
        if !piece.is_empty() {
            pieces.push(piece);
        }
    }
    pieces
}

/// Pieces that only line breaks and other white space part are one mention: brat cuts there.
pub(super) fn over_line_breaks(text: &str, parts: &[Span]) -> Vec<Span> {
    let mut spans: Vec<Span> = Vec::new();
    for part in parts {
        match spans.last_mut() {
            Some(last) if is_line_break(Span::new(last.end, part.start).of(text)) => last.end = part.end,
            _ => spans.push(*part),
        }
    }
    spans
}

fn is_line_break(between: &str) -> bool {
    between.contains('\n') && between.trim().is_empty()
}

/// Text for a note, which is one line.
pub(super) fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('\n', "\\n").replace('\t', "\\t").replace('\r', "\\r")
}

/// What was escaped.
pub(super) fn unescaped(text: &str) -> String {
    let mut plain = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('n') => plain.push('\n'),
                Some('t') => plain.push('\t'),
                Some('r') => plain.push('\r'),
                other => plain.extend(other),
            },
            other => plain.push(other),
        }
    }
    plain
}
