//! A document as marks and links.

use std::collections::BTreeMap;

use super::{
    ATTRIBUTION, CLAIMER, CLAIMER_KIND, CUE, ENTITY, Features, Kind, MODE, Mark, SOURCE, Sheet, TYPE, UNTYPED, VERIFIABILITY, WORTH,
    labels_only,
};
use crate::convert::classes::{Class, words};
use crate::convert::writing::Losses;
use crate::convert::{LabelledAttribution, LabelledClaimer, LabelledDocument, LabelledEntity, LabelledSentence, Parts};
use crate::labels::Mode;

/// Every annotation of the document, each span once.
pub(in crate::convert) fn draw(document: &LabelledDocument, losses: &mut Losses) -> Sheet {
    let mut sheet = Sheet::default();
    for sentence in document.sentences.iter().flatten() {
        sheet.add(of_sentence(sentence));
    }
    for entity in document.entities.iter().flatten() {
        sheet.add(of_entity(entity));
    }
    let mut shared = Shared::default();
    let anchors: Vec<Option<usize>> = document.attributions.iter().flatten().map(|a| attribution(&mut sheet, a, &mut shared)).collect();
    losses.add("attributions without words", anchors.iter().filter(|a| a.is_none()).count());
    for claim in document.claims.iter().flatten() {
        if claim.parts.is_empty() {
            losses.add("claims without a place", 1);
            continue;
        }
        let features = given(Some(claim.mode), claim.claimer.as_ref());
        let mark = sheet.add(Mark { label: Kind::Claim.name(), parts: claim.parts.clone(), features, ..Mark::default() });
        match claim.attribution.map(|index| anchors.get(index).copied().flatten()) {
            Some(Some(anchor)) => sheet.link(mark, anchor, ATTRIBUTION),
            Some(None) => losses.add("claims' attributions without words", 1),
            None => {}
        }
    }
    sheet
}

fn of_sentence(s: &LabelledSentence) -> Mark {
    let mut features = Features::new();
    if let Some(worth) = &s.worth {
        features.insert(WORTH.to_owned(), words(worth.classes()));
    }
    if let Some(verifiability) = &s.verifiability {
        features.insert(VERIFIABILITY.to_owned(), words(verifiability.classes()));
    }
    if let Some(types) = &s.types {
        features.insert(TYPE.to_owned(), if types.is_empty() { vec![UNTYPED.to_owned()] } else { words(types) });
    }
    Mark { label: Kind::Sentence.name(), parts: vec![s.span], score: s.score, features, origin: 0 }
}

fn of_entity(e: &LabelledEntity) -> Mark {
    let mistaken = Kind::of(&e.label) != Kind::Entity || labels_only::means_a_class(&e.label) || e.label.starts_with(ENTITY);
    let label = if mistaken { format!("{ENTITY}{}", e.label) } else { e.label.clone() };
    Mark { label, parts: vec![e.span], score: e.score, ..Mark::default() }
}

/// Sources and cues that stand already: one source may have said several things.
type Shared = BTreeMap<(u8, Parts), usize>;

/// Marks the attribution and gives the mark that is only its own: its content, else its cue, else its source.
fn attribution(sheet: &mut Sheet, a: &LabelledAttribution, shared: &mut Shared) -> Option<usize> {
    let words = [(Kind::Content, &a.content, ""), (Kind::Cue, &a.cue, CUE), (Kind::Source, &a.source, SOURCE)];
    let mut there = words.into_iter().filter_map(|(kind, parts, link)| Some((kind, parts.as_ref().filter(|p| !p.is_empty())?, link)));
    let (kind, parts, _) = there.next()?;
    let features = given(a.mode, a.claimer.as_ref());
    let anchor = sheet.add(Mark { label: kind.name(), parts: parts.clone(), features, ..Mark::default() });
    for (kind, parts, link) in there {
        let key = (kind as u8, parts.clone());
        let mark = || sheet.add(Mark { label: kind.name(), parts: parts.clone(), ..Mark::default() });
        let mark = *shared.entry(key).or_insert_with(mark);
        sheet.link(anchor, mark, link);
    }
    Some(anchor)
}

/// How something is given, and by whom.
fn given(mode: Option<Mode>, claimer: Option<&LabelledClaimer>) -> Features {
    let mode = mode.map(|m| (MODE.to_owned(), vec![m.word().to_owned()]));
    let name = claimer.map(|c| (CLAIMER.to_owned(), vec![c.name.clone()]));
    let kind = claimer.map(|c| (CLAIMER_KIND.to_owned(), vec![c.kind.word().to_owned()]));
    [mode, name, kind].into_iter().flatten().collect()
}
