//! Sentences with what a model would read in them marked by hand, for tests.

use super::ReadSentence;
use crate::decode::{Mention, Reading};
use crate::labels::Role;
use crate::span::Span;

/// The labels that names are marked with.
pub(super) const LABELS: [&str; 2] = ["PERSON", "ORG"];

/// Sources `[S …]`, cues `[C …]`, contents `[T …]`, persons `[P …]` and organisations `[O …]`, which may stand inside one
/// another; gives the text without the marks, a space behind every sentence.
pub(super) fn sentences(sentences: &[&str]) -> (String, Vec<ReadSentence>) {
    let mut text = String::new();
    let mut read = Vec::new();
    for sentence in sentences {
        let start = text.len();
        let (mut reading, mut open) = (Reading::default(), Vec::new());
        let mut rest = *sentence;
        while let Some(c) = rest.chars().next() {
            if let Some(mark) = ["[S ", "[C ", "[T ", "[P ", "[O "].iter().position(|m| rest.starts_with(m)) {
                open.push((mark, text.len()));
                rest = &rest[3..];
            } else if c == ']' {
                let (mark, from) = open.pop().unwrap();
                let (list, label) = match mark.checked_sub(Role::ALL.len()) {
                    Some(label) => (&mut reading.entities, label),
                    None => (&mut reading.roles, mark),
                };
                list.push(Mention { span: Span::new(from, text.len()), label, score: 0.9 });
                rest = &rest[1..];
            } else {
                text.push(c);
                rest = &rest[c.len_utf8()..];
            }
        }
        reading.roles.sort_by_key(|m| m.span);
        let span = Span::new(start, text.len());
        text.push(' ');
        read.push(ReadSentence { span, block: Some(0), kind: None, reading });
    }
    (text, read)
}
