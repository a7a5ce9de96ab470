//! A document's sentences, entities, attributions and claims from what an `.ann` says.

use std::collections::HashMap;
use std::path::Path;

use super::standoff::{Bound, Event, Standoff};
use super::{
    Besides, CLAIM, CLAIMER, CONTENT, CUE, FROM, MODE, NO_TYPE, SENTENCE, SOURCE, TYPE, VERIFIABILITY, WORTH, is_no_entity, parted,
};
use crate::convert::intake::Intake;
use crate::convert::{ConvertError, LabelledAttribution, LabelledClaim, LabelledClaimer, LabelledEntity, LabelledSentence};
use crate::labels::{ClaimType, ClaimerKind, Mode, Verifiability, Worth};
use crate::span::Span;

/// Labels with which PolNeAR's annotators marked what to talk about.
const POLNEAR_REMARKS: [&str; 2] = ["Discuss", "Discard"];

/// The making of one document's layers.
pub(super) struct Making<'a, 'o> {
    pub found: &'a Standoff,
    pub path: &'a Path,
    pub text: &'a str,
    pub besides: &'a Besides,
    /// The file says itself what it has besides.
    pub is_ours: bool,
    pub intake: &'a mut Intake<'o>,
}

/// The attribution that an event, or a span of it, belongs to.
pub(super) type Owners = HashMap<String, usize>;

impl Making<'_, '_> {
    fn wrong(&self, line: usize, reason: impl std::fmt::Display) -> ConvertError {
        ConvertError::line(self.path, line, reason)
    }

    pub fn sentences(&mut self) -> Result<Vec<LabelledSentence>, ConvertError> {
        let mut sentences = Vec::new();
        for bound in self.found.bounds.iter().filter(|b| b.label == SENTENCE) {
            let mut sentence = LabelledSentence { span: Span::hull_of(&bound.parts), ..LabelledSentence::default() };
            for attribute in self.found.attributes.iter().filter(|a| a.target == bound.id) {
                let graded = grade(&mut sentence, &attribute.name, &attribute.value);
                let graded = graded.map_err(|reason| self.wrong(attribute.line, reason));
                self.intake.take(graded)?;
            }
            sentences.push(sentence);
        }
        sentences.sort_by_key(|s| s.span);
        Ok(sentences)
    }

    pub fn entities(&mut self, is_polnear: bool) -> Result<Vec<LabelledEntity>, ConvertError> {
        let mut entities = Vec::new();
        for bound in self.found.bounds.iter().filter(|b| !is_no_entity(&b.label)) {
            if is_polnear && POLNEAR_REMARKS.contains(&bound.label.as_str()) {
                self.intake.note(format!("brat: PolNeAR's {} marks no entity and was left out", bound.label));
                continue;
            }
            let raw = self.besides.labels.get(&bound.label).unwrap_or(&bound.label);
            let label = self.intake.label(raw).map_err(|reason| self.wrong(bound.line, reason));
            let Some(Some(label)) = self.intake.take(label)? else { continue };
            let spans = over_line_breaks(self.text, &bound.parts);
            if spans.len() > 1 {
                self.intake.note("brat: a discontinuous entity became a mention for each piece");
            }
            entities.extend(spans.into_iter().map(|span| LabelledEntity { span, label: label.clone(), score: None }));
        }
        if !self.is_ours {
            entities.sort_by_key(|e| e.span);
        }
        Ok(entities)
    }

    /// In the order in which they begin; what we wrote ourselves stays as it was.
    pub fn attributions(&mut self) -> Result<(Vec<LabelledAttribution>, Owners), ConvertError> {
        let mut found: Vec<(LabelledAttribution, Vec<String>)> = Vec::new();
        let mut in_events: Vec<&str> = Vec::new();
        for event in &self.found.events {
            let read = self.event(event).map_err(|reason| self.wrong(event.line, reason));
            in_events.extend(event.roles.iter().map(|(_, id)| id.as_str()));
            let Some(mut attribution) = self.intake.take(read)? else { continue };
            if attribution.spans().next().is_some() {
                attribution.mode = self.mode(&event.id)?;
                attribution.claimer = self.claimer(&event.id)?;
                let members = event.roles.iter().map(|(_, id)| id.clone()).chain([event.id.clone()]);
                found.push((attribution, members.collect()));
            }
        }
        found.extend(self.linked(&in_events));
        if !self.is_ours {
            found.sort_by_key(|(attribution, _)| attribution.start());
        }
        let owner = |(at, (_, ids)): (usize, &(_, Vec<String>))| ids.iter().map(|id| (id.clone(), at)).collect::<Vec<_>>();
        let owners = found.iter().enumerate().flat_map(owner).collect();
        Ok((found.into_iter().map(|(attribution, _)| attribution).collect(), owners))
    }

    /// An event's roles; one may come again as `Source2`.
    fn event(&self, event: &Event) -> Result<LabelledAttribution, String> {
        let mut attribution = LabelledAttribution::default();
        for (role, id) in &event.roles {
            let role = role.trim_end_matches(|c: char| c.is_ascii_digit());
            let bound = self.found.bound(id);
            if bound.is_none() && !self.found.events.iter().any(|e| e.id == *id) {
                return Err(format!("{id} is named but not defined"));
            }
            match bound {
                Some(bound) => self.give(&mut attribution, role, bound),
                None if matches!(role, SOURCE | CUE | CONTENT) => return Err(format!("{role} {id} is an event, expected a span")),
                None => {}
            }
        }
        Ok(attribution)
    }

    /// Spans outside of events, joined by relations.
    fn linked(&mut self, in_events: &[&str]) -> Vec<(LabelledAttribution, Vec<String>)> {
        let mut groups: Vec<Vec<&Bound>> = Vec::new();
        let is_free = |b: &&Bound| matches!(b.label.as_str(), SOURCE | CUE | CONTENT) && !in_events.contains(&b.id.as_str());
        for bound in self.found.bounds.iter().filter(is_free) {
            groups.push(vec![bound]);
        }
        for relation in &self.found.relations {
            let place = |id: &str| groups.iter().position(|g| g.iter().any(|b| b.id == id));
            match (place(&relation.from), place(&relation.to)) {
                (Some(a), Some(b)) if a != b => {
                    let moved = groups.remove(a.max(b));
                    groups[a.min(b)].extend(moved);
                }
                _ => {}
            }
        }
        for _ in groups.iter().filter(|g| g.len() == 1) {
            self.intake.note("brat: a Source, Cue or Content that nothing links was left out");
        }
        let attribution = |group: &Vec<&Bound>| {
            let mut attribution = LabelledAttribution::default();
            group.iter().for_each(|bound| self.give(&mut attribution, &bound.label, bound));
            (attribution, group.iter().map(|b| b.id.clone()).collect())
        };
        groups.iter().filter(|g| g.len() > 1).map(attribution).collect()
    }

    /// Adds a span to the part it plays.
    fn give(&self, attribution: &mut LabelledAttribution, role: &str, bound: &Bound) {
        let slot = match role {
            SOURCE => &mut attribution.source,
            CUE => &mut attribution.cue,
            CONTENT => &mut attribution.content,
            _ => return,
        };
        let slot = slot.get_or_insert_default();
        slot.extend(self.whole(bound));
        slot.sort();
        slot.dedup();
    }

    /// The parts as they were before line breaks cut them up.
    fn whole(&self, bound: &Bound) -> Vec<Span> {
        let counts = self.besides.pieces.get(&bound.id).filter(|c| c.iter().sum::<usize>() == bound.parts.len());
        let Some(counts) = counts else { return bound.parts.clone() };
        let mut pieces = bound.parts.iter().copied();
        counts.iter().map(|count| Span::hull_of(&pieces.by_ref().take(*count).collect::<Vec<_>>())).collect()
    }

    fn mode(&mut self, id: &str) -> Result<Option<Mode>, ConvertError> {
        let Some(attribute) = self.found.attributes.iter().find(|a| a.target == id && a.name == MODE) else { return Ok(None) };
        let mode = Mode::parse(&attribute.value).ok_or_else(|| {
            self.wrong(attribute.line, format!("found mode {:?}, expected direct, indirect, mixed or author", attribute.value))
        });
        self.intake.take(mode)
    }

    fn claimer(&mut self, id: &str) -> Result<Option<LabelledClaimer>, ConvertError> {
        let note = self.found.notes.iter().filter(|n| n.target == id).find_map(|n| Some((n.line, n.text.strip_prefix(CLAIMER)?)));
        let Some((line, text)) = note else { return Ok(None) };
        let claimer = text.strip_suffix(')').and_then(|t| t.rsplit_once(" ("));
        let claimer = claimer.and_then(|(name, kind)| Some(LabelledClaimer { name: unescaped(name), kind: ClaimerKind::parse(kind)? }));
        let kinds = || ClaimerKind::ALL.iter().map(|k| k.as_str()).collect::<Vec<_>>().join(", ");
        let claimer =
            claimer.ok_or_else(|| self.wrong(line, format!("found claimer {text:?}, expected NAME (KIND), a kind being {}", kinds())));
        self.intake.take(claimer)
    }

    pub fn claims(&mut self, owners: &Owners) -> Result<Vec<LabelledClaim>, ConvertError> {
        let mut claims = Vec::new();
        for bound in self.found.bounds.iter().filter(|b| b.label == CLAIM) {
            let relation = self.found.relations.iter().find(|r| r.label == FROM && r.from == bound.id);
            let attribution = relation.and_then(|r| owners.get(&r.to).copied());
            let mode = self.mode(&bound.id)?.unwrap_or_else(|| {
                self.intake.note("brat: a Claim without a Mode was taken for the author's");
                Mode::Author
            });
            claims.push(LabelledClaim { parts: self.whole(bound), mode, attribution, claimer: self.claimer(&bound.id)? });
        }
        Ok(claims)
    }
}

/// Puts an attribute's grade down; those of others' making mean nothing to us.
fn grade(sentence: &mut LabelledSentence, name: &str, value: &str) -> Result<(), String> {
    match name {
        WORTH => sentence.worth = Some(parted(value, Worth::ALL, Worth::as_str)?),
        VERIFIABILITY => sentence.verifiability = Some(parted(value, Verifiability::ALL, Verifiability::as_str)?),
        NO_TYPE => _ = sentence.types.get_or_insert_default(),
        _ => {
            if let Some(name) = name.strip_prefix(TYPE) {
                let found = ClaimType::parse(name).ok_or_else(|| format!("found {TYPE}{name}, which is no type of claim"))?;
                sentence.types.get_or_insert_default().push(found);
            }
        }
    }
    Ok(())
}

/// Pieces that only line breaks and other white space part are one mention: brat cuts there.
fn over_line_breaks(text: &str, parts: &[Span]) -> Vec<Span> {
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

/// Tabs and line breaks in a note.
fn unescaped(text: &str) -> String {
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
