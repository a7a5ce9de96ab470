//! The lines of an `.ann` file.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use super::{ATTRIBUTION, CONTENT, CUE, SOURCE};
use crate::convert::intake::Intake;
use crate::convert::places::Places;
use crate::convert::{ConvertError, Parts, text_of};
use crate::span::{OffsetUnit, Span};

/// What an `.ann` file says, each kind in the order of the file.
#[derive(Debug, Default)]
pub(super) struct Standoff {
    pub bounds: Vec<Bound>,
    /// Where in `bounds` an id stands.
    pub by_id: HashMap<String, usize>,
    pub events: Vec<Event>,
    pub relations: Vec<Relation>,
    pub attributes: Vec<Attribute>,
    pub notes: Vec<Note>,
}

/// `T1<tab>Source 0 5;9 12<tab>surface`
#[derive(Debug)]
pub(super) struct Bound {
    pub line: usize,
    pub id: String,
    pub label: String,
    pub parts: Parts,
}

/// `E1<tab>Attribution:T4 Source:T1 Cue:T2`
#[derive(Debug)]
pub(super) struct Event {
    pub line: usize,
    pub id: String,
    /// The first is the event's type and its trigger.
    pub roles: Vec<(String, String)>,
}

impl Event {
    /// Whether it links source, cue and content; an event that begins with one of these has lost its trigger.
    pub fn is_attribution(&self) -> bool {
        self.roles.first().is_some_and(|(name, _)| name.starts_with(ATTRIBUTION) || matches!(name.as_str(), SOURCE | CUE | CONTENT))
    }
}

/// `R1<tab>From Arg1:T1 Arg2:E1`
#[derive(Debug)]
pub(super) struct Relation {
    pub line: usize,
    pub label: String,
    pub from: String,
    pub to: String,
}

/// `A1<tab>Mode E1 direct`
#[derive(Debug)]
pub(super) struct Attribute {
    pub line: usize,
    pub name: String,
    pub target: String,
    pub value: String,
}

/// `#1<tab>AnnotatorNotes E1<tab>text`
#[derive(Debug)]
pub(super) struct Note {
    pub line: usize,
    pub target: String,
    pub text: String,
}

/// A document's text without carriage returns, and where the file's own characters stand in it.
pub(super) struct Text<'r> {
    raw: Places<'r>,
    pub clean: String,
}

impl<'r> Text<'r> {
    pub fn new(raw: &'r str) -> Self {
        let clean = raw.replace("\r\n", "\n").replace('\r', "\n");
        Self { raw: Places::new(raw, OffsetUnit::Char), clean }
    }

    /// brat counts the characters of the file: a Windows line end is two.
    fn span(&self, start: usize, end: usize) -> Result<Span, String> {
        let raw = self.raw.text();
        let span = self.raw.span(start, end)?;
        let moved = |byte: usize| if raw.len() == self.clean.len() { byte } else { byte - raw[..byte].matches("\r\n").count() };
        Ok(Span::new(moved(span.start), moved(span.end)))
    }
}

/// An annotation, and the lines after it that begin none: a surface with line breaks goes on there.
struct Entry<'t> {
    line: usize,
    id: &'t str,
    body: &'t str,
    more: Vec<(usize, &'t str)>,
}

/// Reads an `.ann` file; annotations that cannot be read, and those that name them, are taken by `intake`.
pub(super) fn standoff(path: &Path, text: &Text, intake: &mut Intake) -> Result<Standoff, ConvertError> {
    let content = text_of(path)?;
    let mut found = Standoff::default();
    let mut ids = HashSet::new();
    for entry in entries(&content) {
        let wrong = |bad| wrong(path, bad);
        let Some(entry) = intake.take(entry.map_err(wrong))? else { continue };
        let read = if entry.id == "*" || ids.insert(entry.id) {
            found.add(&entry, text)
        } else {
            Err((entry.line, format!("{} is defined a second time", entry.id)))
        };
        intake.take(read.map_err(wrong))?;
    }
    let undefined = |line, id: &str| wrong(path, (line, format!("{id} is named but not defined")));
    for relation in &found.relations {
        for id in [&relation.from, &relation.to].into_iter().filter(|id| !ids.contains(id.as_str())) {
            intake.take::<()>(Err(undefined(relation.line, id)))?;
        }
    }
    for attribute in found.attributes.iter().filter(|a| !ids.contains(a.target.as_str())) {
        intake.take::<()>(Err(undefined(attribute.line, &attribute.target)))?;
    }
    Ok(found)
}

fn wrong(path: &Path, (line, reason): (usize, String)) -> ConvertError {
    ConvertError::line(path, line, reason)
}

fn entries(content: &str) -> Vec<Result<Entry<'_>, (usize, String)>> {
    let mut entries: Vec<Result<Entry, (usize, String)>> = Vec::new();
    for (at, line) in content.lines().enumerate() {
        let entry = line.split_once('\t').filter(|(id, _)| is_id(id));
        match (entry, entries.last_mut()) {
            (Some((id, body)), _) => entries.push(Ok(Entry { line: at + 1, id, body, more: Vec::new() })),
            (None, Some(Ok(last))) if last.id.starts_with('T') => last.more.push((at + 1, line)),
            (None, _) if line.trim().is_empty() => {}
            (None, _) => entries.push(Err((at + 1, no_annotation(line)))),
        }
    }
    entries
}

fn no_annotation(line: &str) -> String {
    let start: String = line.chars().take(20).collect();
    format!("found {start:?}, expected an annotation: T, E, R, A, M, N or # with a number, or *, and a tab")
}

/// A letter or sign and a number, or `*`.
fn is_id(id: &str) -> bool {
    let number = id.strip_prefix(|c: char| c.is_ascii_alphabetic() || c == '#');
    id == "*" || number.is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()))
}

impl Standoff {
    fn add(&mut self, entry: &Entry, text: &Text) -> Result<(), (usize, String)> {
        let (line, id) = (entry.line, entry.id.to_owned());
        let at_line = |reason: String| (line, reason);
        match entry.id.as_bytes().first() {
            Some(b'T') => {
                let bound = bound(entry, text)?;
                self.by_id.insert(id, self.bounds.len());
                self.bounds.push(bound);
            }
            Some(b'E') => self.events.push(Event { line, id, roles: roles(entry.body).map_err(at_line)? }),
            Some(b'R') => self.relations.push(relation(line, entry.body).map_err(at_line)?),
            Some(b'A' | b'M') => {
                let mut words = entry.body.splitn(3, ' ');
                let (Some(name), Some(target)) = (words.next(), words.next()) else {
                    return Err((line, format!("found {:?}, expected a name, an id and a value apart by blanks", entry.body)));
                };
                let value = words.next().unwrap_or_default().trim().to_owned();
                self.attributes.push(Attribute { line, name: name.to_owned(), target: target.trim().to_owned(), value });
            }
            Some(b'#') => {
                let (head, text) = entry.body.split_once('\t').unwrap_or((entry.body, ""));
                let (_, target) =
                    head.split_once(' ').ok_or_else(|| (line, format!("found {head:?}, expected a kind of note and an id")))?;
                self.notes.push(Note { line, target: target.to_owned(), text: text.to_owned() });
            }
            Some(b'N' | b'*') => {}
            _ => return Err((line, no_annotation(entry.id))),
        }
        Ok(())
    }

    /// The ids of spans that are there only to say where an event of their label stands.
    pub fn triggers(&self) -> HashSet<&str> {
        let first = self.events.iter().filter_map(|e| e.roles.first());
        first.filter(|(name, id)| self.bound(id).is_some_and(|b| b.label == *name)).map(|(_, id)| id.as_str()).collect()
    }

    /// The span with this id.
    pub fn bound(&self, id: &str) -> Option<&Bound> {
        self.by_id.get(id).and_then(|at| self.bounds.get(*at))
    }
}

fn roles(body: &str) -> Result<Vec<(String, String)>, String> {
    let role = |word: &str| match word.split_once(':') {
        Some((name, id)) => Ok((name.to_owned(), id.to_owned())),
        None => Err(format!("found {word:?}, expected ROLE:T1")),
    };
    body.split_whitespace().map(role).collect()
}

fn relation(line: usize, body: &str) -> Result<Relation, String> {
    let mut words = body.split_whitespace();
    let label = words.next().unwrap_or_default().to_owned();
    let ids: Vec<&str> = words.filter_map(|w| w.split_once(':').map(|(_, id)| id)).collect();
    match ids[..] {
        [from, to] => Ok(Relation { line, label, from: from.to_owned(), to: to.to_owned() }),
        _ => Err(format!("found {body:?}, expected a label, Arg1:T1 and Arg2:T2")),
    }
}

fn bound(entry: &Entry, text: &Text) -> Result<Bound, (usize, String)> {
    let at_line = |reason: String| (entry.line, reason);
    let (middle, surface) = entry.body.split_once('\t').map_or((entry.body, None), |(middle, surface)| (middle, Some(surface)));
    let wanted = || at_line(format!("found {middle:?}, expected a label and offsets"));
    let (label, ranges) = middle.split_once(' ').ok_or_else(wanted)?;
    let mut parts = parts(ranges, text).map_err(at_line)?;
    if let Some(surface) = surface {
        let whole: String = parts.iter().map(|p| p.of(&text.clean)).collect();
        let goes_on: String = entry.more.iter().map(|(_, line)| *line).collect();
        let further = entry.more.iter().find(|(_, line)| !line.trim().is_empty());
        match (difference(&whole, &format!("{surface}{goes_on}")), further) {
            (None, _) => {}
            (Some(_), Some((line, more))) if difference(&whole, surface).is_none() => return Err((*line, no_annotation(more))),
            (Some(why), _) => return Err(at_line(why)),
        }
    } else if let Some((line, more)) = entry.more.iter().find(|(_, line)| !line.trim().is_empty()) {
        return Err((*line, no_annotation(more)));
    }
    parts.iter_mut().for_each(|p| *p = p.trimmed(&text.clean));
    parts.retain(|p| !p.is_empty());
    parts.sort();
    if parts.is_empty() {
        return Err(at_line(format!("nothing but white space stands at {ranges}")));
    }
    if parts.windows(2).any(|pair| pair[0].overlaps(&pair[1])) {
        return Err(at_line(format!("the pieces {ranges} overlap")));
    }
    Ok(Bound { line: entry.line, id: entry.id.to_owned(), label: label.to_owned(), parts })
}

/// `0 5;9 12`, in the order of the file, which is that of the surface.
fn parts(ranges: &str, text: &Text) -> Result<Parts, String> {
    let mut parts = Parts::new();
    for range in ranges.split(';') {
        let numbers: Result<Vec<usize>, _> = range.split_whitespace().map(str::parse).collect();
        let Ok([start, end]) = numbers.as_deref() else { return Err(format!("found offsets {range:?}, expected two numbers")) };
        parts.push(text.span(*start, *end).map_err(|reason| format!("at {start} {end}: {reason}"))?);
    }
    Ok(parts)
}

/// Where the text and a surface part; white space is left out, as tools write it in several ways.
fn difference(text: &str, surface: &str) -> Option<String> {
    let solid = |s: &str| s.chars().filter(|c| !c.is_whitespace()).collect::<Vec<_>>();
    let (text, surface) = (solid(text), solid(surface));
    if text == surface {
        return None;
    }
    let at = text.iter().zip(&surface).take_while(|(a, b)| a == b).count();
    let some = |chars: &[char]| chars.iter().skip(at.saturating_sub(10)).take(25).collect::<String>();
    Some(format!("without white space the text there has …{:?}, the surface …{:?}", some(&text), some(&surface)))
}
