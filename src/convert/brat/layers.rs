//! A document's sentences, entities, attributions and claims from what an `.ann` says.

use std::collections::HashMap;
use std::path::Path;

use super::line_breaks::{over_line_breaks, unescaped};
use super::standoff::{Attribute, Bound, Event, Relation, Standoff};
use super::{
    ATTRIBUTION, Besides, CLAIM, CLAIMER, CONTENT, CUE, FROM, MODE, NO_TYPE, SENTENCE, SOURCE, TYPE, VERIFIABILITY, WORTH, is_no_entity,
    parted,
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
            sentences.push((sentence, bound));
        }
        sentences.sort_by_key(|(s, _)| s.span);
        let mut apart: Vec<LabelledSentence> = Vec::new();
        for (sentence, bound) in sentences {
            match apart.last() {
                Some(last) if last.span.overlaps(&sentence.span) => {
                    let reason = format!("sentence {} overlaps the one before it, {:?}", bound.id, last.span.of(self.text));
                    self.intake.take::<()>(Err(self.wrong(bound.line, reason)))?;
                }
                _ => apart.push(sentence),
            }
        }
        Ok(apart)
    }

    pub fn entities(&mut self, is_polnear: bool) -> Result<Vec<LabelledEntity>, ConvertError> {
        let mut entities = Vec::new();
        let triggers = self.found.triggers();
        for bound in self.found.bounds.iter().filter(|b| !is_no_entity(&b.label) && !triggers.contains(b.id.as_str())) {
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
            let mut attribution = self.event(event)?;
            if !event.is_attribution() {
                self.intake.note("brat: an event that is no Attribution was left out");
                continue;
            }
            in_events.extend(event.roles.iter().map(|(_, id)| id.as_str()));
            if attribution.spans().next().is_some() {
                attribution.mode = self.mode(&event.id)?;
                attribution.claimer = self.claimer(&event.id)?;
                let members = event.roles.iter().map(|(_, id)| id.clone()).chain([event.id.clone()]);
                found.push((attribution, members.collect()));
            } else {
                self.intake.note("brat: an Attribution without Source, Cue and Content was left out");
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
    fn event(&mut self, event: &Event) -> Result<LabelledAttribution, ConvertError> {
        let mut attribution = LabelledAttribution::default();
        for (role, id) in &event.roles {
            let role = role.trim_end_matches(|c: char| c.is_ascii_digit());
            let wrong = match self.found.bound(id) {
                Some(bound) => {
                    self.give(&mut attribution, role, bound);
                    continue;
                }
                None if !self.is_event(id) => format!("{id} is named but not defined"),
                None if event.is_attribution() && matches!(role, SOURCE | CUE | CONTENT) => {
                    format!("{role} {id} is an event, expected a span")
                }
                None => continue,
            };
            self.intake.take::<()>(Err(self.wrong(event.line, wrong)))?;
        }
        Ok(attribution)
    }

    fn is_event(&self, id: &str) -> bool {
        self.found.events.iter().any(|e| e.id == id)
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
                (Some(_), Some(_)) => {}
                _ if self.is_of_a_claim(relation) => {}
                _ => self.intake.note("brat: a relation that links no attribution was left out"),
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

    /// The attribution a claim was taken from.
    fn from(&mut self, claim: &Bound, owners: &Owners) -> Result<Option<usize>, ConvertError> {
        let mut found = None;
        for relation in self.found.relations.iter().filter(|r| r.label == FROM && r.from == claim.id) {
            let to = &relation.to;
            let reason = match owners.get(to) {
                Some(owner) if found.is_none() => {
                    found = Some(*owner);
                    continue;
                }
                Some(_) => format!("a second {FROM} of {}; a claim comes from one attribution", claim.id),
                None if self.found.bound(to).is_some() || self.is_event(to) => {
                    format!("{FROM} leads to {to}, expected an {ATTRIBUTION} or a span of one")
                }
                // Said where the relations were read.
                None => continue,
            };
            self.intake.take::<()>(Err(self.wrong(relation.line, reason)))?;
        }
        Ok(found)
    }

    fn is_of_a_claim(&self, relation: &Relation) -> bool {
        relation.label == FROM && self.found.bound(&relation.from).is_some_and(|b| b.label == CLAIM)
    }

    /// Attributes of others' making, which nothing here is made of.
    pub fn note_other_attributes(&mut self) {
        for Attribute { name, target, .. } in &self.found.attributes {
            let label = self.found.bound(target).map(|b| b.label.as_str());
            let is_read = match label {
                Some(SENTENCE) => matches!(name.as_str(), WORTH | VERIFIABILITY) || name.starts_with(TYPE),
                Some(CLAIM) => name == MODE,
                Some(_) => false,
                None => name == MODE && self.found.events.iter().any(|e| e.id == *target && e.is_attribution()),
            };
            if !is_read {
                self.intake.note("brat: an attribute that is no grade or Mode of ours was left out");
            }
        }
    }

    pub fn claims(&mut self, owners: &Owners) -> Result<Vec<LabelledClaim>, ConvertError> {
        let mut claims = Vec::new();
        for bound in self.found.bounds.iter().filter(|b| b.label == CLAIM) {
            let attribution = self.from(bound, owners)?;
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
