//! A line of a cue → its words without tags, and who says them.

use std::collections::BTreeSet;

use html5ever::data::NAMED_ENTITIES;

use crate::document::Speakers;
use crate::ingest::furniture::ends_sentence;

/// The longest name of a character, in bytes.
const LONGEST_NAME: usize = 40;

/// Who says a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Voice {
    /// Whoever spoke before: nothing says otherwise.
    Same,
    /// Somebody else, of whom no name is given: `>>`, `-`.
    Other,
    /// Nobody that is named, in a file that names whoever speaks in tags.
    Nobody,
    /// Somebody by name.
    Named(String),
}

/// A line, or the part of it that one voice says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Said {
    /// Who.
    pub voice: Voice,
    /// What, with single spaces.
    pub words: String,
}

/// The parts of a line: more than one where it has several voice tags. `</v>` closes a voice.
pub(super) fn of_line(line: &str) -> Vec<Said> {
    let mut all: Vec<Said> = Vec::new();
    let mut voice = Voice::Same;
    let mut words = String::new();
    let mut rest = line;
    while let Some(at) = rest.find(['<', '{']) {
        let (before, after) = rest.split_at(at);
        words.push_str(before);
        let Some((tag, behind)) = tag(after) else {
            words.push_str(&after[..1]);
            rest = &after[1..];
            continue;
        };
        rest = behind;
        let speaker = speaker_of_tag(tag);
        if speaker.is_some() || tag == "/v" {
            add(&mut all, voice, &std::mem::take(&mut words));
            voice = speaker.map_or(Voice::Nobody, Voice::Named);
        }
    }
    words.push_str(rest);
    add(&mut all, voice, &words);
    all
}

/// The inside of the tag that a text begins with, and what is behind it: `<i>`, `<00:01.000>`, `{\an8}`.
fn tag(text: &str) -> Option<(&str, &str)> {
    let (open, close) = if text.starts_with('<') { ('<', '>') } else { ('{', '}') };
    let inside = text.strip_prefix(open)?;
    let opens = if open == '<' { inside.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '/') } else { inside.starts_with('\\') };
    let end = inside.find(['<', '{', close]).filter(|_| opens)?;
    let behind = inside.get(end..)?.strip_prefix(close)?;
    Some((&inside[..end], behind))
}

/// "Ann Lee" of `v.loud Ann Lee`.
fn speaker_of_tag(tag: &str) -> Option<String> {
    let rest = tag.strip_prefix('v').filter(|rest| rest.starts_with(['.', ' ', '\t']))?;
    let (_, name) = rest.split_once([' ', '\t'])?;
    let name = tidy(name);
    (!name.is_empty()).then_some(name)
}

/// Adds words said by a voice, with what marks a change of it: `>>`, `-`, `♪` go.
fn add(all: &mut Vec<Said>, voice: Voice, words: &str) {
    let words = tidy(words);
    let bare = words.trim_start_matches(['>', '-', '–', '—', '♪', '♫', '#']).trim_start();
    let marks = &words[..words.len() - bare.len()];
    let changes = marks.contains(">>") || bare.starts_with(char::is_alphanumeric) && is_dialogue_dash(marks);
    let kept = if changes || marks.contains(['♪', '♫']) { bare } else { words.as_str() };
    let kept = kept.replace(['♪', '♫'], " ");
    let words = kept.split_whitespace().collect::<Vec<_>>().join(" ");
    let voice = if changes && voice == Voice::Same { Voice::Other } else { voice };
    if !words.is_empty() || voice != Voice::Same {
        all.push(Said { voice, words });
    }
}

/// "- No." and "-No." are another's words; "-5 degrees" would be one's own, and stays.
fn is_dialogue_dash(marks: &str) -> bool {
    matches!(marks.trim(), "-" | "–" | "—")
}

/// Single spaces, and characters for their entities.
fn tidy(words: &str) -> String {
    let mut plain = String::with_capacity(words.len());
    let mut rest = words;
    while let Some((before, after)) = rest.split_once('&') {
        plain.push_str(before);
        let ends = after.bytes().take(LONGEST_NAME).position(|byte| byte == b';');
        let known = ends.and_then(|at| Some((character(&after[..at])?, &after[at + 1..])));
        match known {
            Some((character, behind)) => {
                plain.push(character);
                rest = behind;
            }
            None => {
                plain.push('&');
                rest = after;
            }
        }
    }
    plain.push_str(rest);
    let marks = ['\u{200e}', '\u{200f}', '\u{202a}', '\u{202c}', '\u{feff}'];
    plain.replace(marks, "").split_whitespace().collect::<Vec<_>>().join(" ")
}

fn character(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16),
            None => number.parse(),
        };
        return code.ok().and_then(char::from_u32);
    }
    NAMED_ENTITIES.get(format!("{name};").as_str()).filter(|codes| codes.0 != 0).and_then(|codes| char::from_u32(codes.0))
}

/// Takes the names off lines that open with one, "ANN LEE: We won."
///
/// A name in capitals is one, and one after a mark of change. Another is one only where names return, and behind a sentence: "First: we won"
/// is none.
pub(super) fn name_speakers<'s>(said: impl Iterator<Item = &'s mut Said>) {
    let said: Vec<&mut Said> = said.collect();
    let speakers = Speakers::among(said.iter().map(|line| line.words.as_str()));
    let mut seen = BTreeSet::new();
    let returns = said.iter().filter_map(|line| speakers.of(&line.words)).any(|label| !seen.insert(label.to_owned()));
    let mut closed = true;
    for line in said {
        let after_sentence = std::mem::replace(&mut closed, ends_sentence(&line.words));
        let Some(label) = speakers.of(&line.words).filter(|_| !matches!(line.voice, Voice::Named(_))) else { continue };
        let shouted = !label.split(['(', '[']).next().unwrap_or(label).chars().any(char::is_lowercase);
        if shouted || line.voice == Voice::Other || returns && after_sentence {
            let words = line.words[label.len() + 1..].trim_start().to_owned();
            line.voice = Voice::Named(label.trim().to_owned());
            line.words = words;
        }
    }
}
