//! A document out of marks and links.

use std::collections::BTreeMap;

use super::{ATTRIBUTION, CLAIMER, CLAIMER_KIND, Desk, Kind, MODE, Mark, Sheet, TYPE, UNTYPED, VERIFIABILITY, WORTH, apart, labels_only};
use crate::convert::classes::{class, classes, one_of, scored};
use crate::convert::places::InOrder;
use crate::convert::{
    ConvertError, LabelledAttribution, LabelledClaim, LabelledClaimer, LabelledDocument, LabelledEntity, LabelledSentence, Parts,
};
use crate::labels::{ClaimType, ClaimerKind, Mode};
use crate::span::Span;

/// What the marks come to. A layer of which there is no mark stays `None`.
pub(in crate::convert) fn gather(sheet: &Sheet, text: String, desk: &mut Desk) -> Result<LabelledDocument, ConvertError> {
    let sentences = sentences(sheet, &text, desk)?;
    let entities = entities(sheet, desk)?;
    let ties = Ties::of(sheet, desk);
    let (attributions, place) = attributions(sheet, &ties, desk)?;
    let claims = claims(sheet, &ties, &attributions, &place, desk)?;
    let has = |wanted: fn(Kind) -> bool| sheet.marks.iter().any(|m| wanted(m.kind()));
    Ok(LabelledDocument {
        doc_id: desk.doc_id.clone(),
        text,
        sentences: has(|k| k == Kind::Sentence).then_some(sentences),
        entities: has(|k| k == Kind::Entity).then_some(entities),
        attributions: has(Kind::is_role).then_some(attributions),
        claims: has(|k| k == Kind::Claim).then_some(claims),
        ..LabelledDocument::default()
    })
}

fn marks(sheet: &Sheet, kind: Kind) -> impl Iterator<Item = (usize, &Mark)> {
    sheet.marks.iter().enumerate().filter(move |(_, m)| m.kind() == kind)
}

fn sentences(sheet: &Sheet, text: &str, desk: &mut Desk) -> Result<Vec<LabelledSentence>, ConvertError> {
    let mut found: Vec<(usize, Span)> = marks(sheet, Kind::Sentence).map(|(at, m)| (at, Span::hull_of(&m.parts).trimmed(text))).collect();
    found.sort_by_key(|(_, span)| *span);
    let mut order = InOrder::of(text);
    let mut sentences: Vec<LabelledSentence> = Vec::new();
    for (at, span) in found {
        let read = sentence(&sheet.marks[at], span).and_then(|s| Ok(LabelledSentence { span: order.next(span)?, ..s }));
        sentences.extend(desk.take_mark(sheet.marks[at].origin, read)?);
    }
    Ok(sentences)
}

fn sentence(mark: &Mark, span: Span) -> Result<LabelledSentence, String> {
    let types: Option<Vec<ClaimType>> = match mark.feature(TYPE) {
        [] => None,
        [untyped] if untyped == UNTYPED => Some(Vec::new()),
        words => Some(classes(words)?),
    };
    Ok(LabelledSentence {
        span,
        worth: one_of(mark.feature(WORTH))?,
        verifiability: one_of(mark.feature(VERIFIABILITY))?,
        types,
        score: scored(mark.score)?,
        ..LabelledSentence::default()
    })
}

fn entities(sheet: &Sheet, desk: &mut Desk) -> Result<Vec<LabelledEntity>, ConvertError> {
    let mut entities = Vec::new();
    for (_, mark) in marks(sheet, Kind::Entity) {
        let read = desk.intake.label(labels_only::plain(&mark.label)).and_then(|label| Ok((label, scored(mark.score)?)));
        if let Some((Some(label), score)) = desk.take_mark(mark.origin, read)? {
            entities.extend(mark.parts.iter().map(|span| LabelledEntity { span: *span, label: label.clone(), score }));
        }
    }
    entities.sort_by_key(|e| e.span);
    Ok(entities)
}

/// Which marks are linked with which, whatever the direction.
struct Ties<'s> {
    sheet: &'s Sheet,
    of: BTreeMap<usize, Vec<usize>>,
}

impl<'s> Ties<'s> {
    fn of(sheet: &'s Sheet, desk: &mut Desk) -> Self {
        let mut of: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for link in &sheet.links {
            let kinds = (sheet.marks[link.from].kind(), sheet.marks[link.to].kind());
            let (claim, other) = if kinds.0 == Kind::Claim { kinds } else { (kinds.1, kinds.0) };
            if other.is_role() && (claim.is_role() || claim == Kind::Claim) {
                of.entry(link.from).or_default().push(link.to);
                of.entry(link.to).or_default().push(link.from);
            } else {
                desk.intake.note(format!("relations that are not of an attribution are left out, such as {:?}", link.name));
            }
        }
        Self { sheet, of }
    }

    fn with(&self, at: usize, kind: Kind) -> impl Iterator<Item = usize> {
        self.of.get(&at).into_iter().flatten().copied().filter(move |other| self.sheet.marks[*other].kind() == kind)
    }

    /// Whether an attribution is told by this mark: its content, else its cue, else its source.
    fn is_anchor(&self, at: usize) -> bool {
        match self.sheet.marks[at].kind() {
            Kind::Content => true,
            Kind::Cue => self.with(at, Kind::Content).next().is_none(),
            Kind::Source => self.with(at, Kind::Content).chain(self.with(at, Kind::Cue)).next().is_none(),
            _ => false,
        }
    }
}

/// The attributions, and in which of them each mark stands first.
type Attributions = (Vec<LabelledAttribution>, BTreeMap<usize, usize>);

fn attributions(sheet: &Sheet, ties: &Ties, desk: &mut Desk) -> Result<Attributions, ConvertError> {
    let mut attributions = Vec::new();
    let mut place = BTreeMap::new();
    for anchor in (0..sheet.marks.len()).filter(|at| ties.is_anchor(*at)) {
        let kind = sheet.marks[anchor].kind();
        let contents: Vec<usize> = if kind == Kind::Content { vec![anchor] } else { Vec::new() };
        let cues: Vec<usize> = if kind == Kind::Cue { vec![anchor] } else { ties.with(anchor, Kind::Cue).collect() };
        let mut sources: Vec<usize> = if kind == Kind::Source { vec![anchor] } else { ties.with(anchor, Kind::Source).collect() };
        if sources.is_empty() {
            // The source may hang on the cue instead of the content.
            sources = cues.iter().flat_map(|cue| ties.with(*cue, Kind::Source)).collect();
        }
        let all: Vec<&Mark> = [&contents, &cues, &sources].into_iter().flatten().map(|at| &sheet.marks[*at]).collect();
        let read = given(&all).map(|(mode, claimer)| LabelledAttribution {
            mode,
            source: parts(sheet, &sources),
            cue: parts(sheet, &cues),
            content: parts(sheet, &contents),
            claimer,
        });
        if let Some(attribution) = desk.take_mark(sheet.marks[anchor].origin, read)? {
            place.insert(anchor, attributions.len());
            for other in cues.into_iter().chain(sources) {
                place.entry(other).or_insert(attributions.len());
            }
            attributions.push(attribution);
        }
    }
    Ok((attributions, place))
}

fn parts(sheet: &Sheet, marks: &[usize]) -> Option<Parts> {
    let parts = apart(marks.iter().flat_map(|at| sheet.marks[*at].parts.iter().copied()).collect());
    (!parts.is_empty()).then_some(parts)
}

fn claims(
    sheet: &Sheet,
    ties: &Ties,
    attributions: &[LabelledAttribution],
    place: &BTreeMap<usize, usize>,
    desk: &mut Desk,
) -> Result<Vec<LabelledClaim>, ConvertError> {
    let mut claims = Vec::new();
    for (at, mark) in marks(sheet, Kind::Claim) {
        let tied = ties.of.get(&at).map(Vec::as_slice).unwrap_or_default();
        let attribution = tied.iter().find_map(|other| place.get(other)).copied();
        let read = given(&[mark]).and_then(|(mode, claimer)| {
            if !tied.is_empty() && attribution.is_none() {
                return Err(format!("the claim's {ATTRIBUTION} was left out"));
            }
            // Nobody marked how it is given: as its attribution is, or the author's own.
            let its = attribution.map(|index| attributions[index].mode.unwrap_or(Mode::Indirect));
            Ok(LabelledClaim { parts: mark.parts.clone(), mode: mode.or(its).unwrap_or(Mode::Author), attribution, claimer })
        });
        claims.extend(desk.take_mark(mark.origin, read)?);
    }
    Ok(claims)
}

/// How it is given and by whom, wherever that is said first.
fn given(marks: &[&Mark]) -> Result<(Option<Mode>, Option<LabelledClaimer>), String> {
    let first = |name: &str| marks.iter().find_map(|m| m.feature(name).first());
    let mode = first(MODE).map(|word| class(word)).transpose()?;
    let kind = first(CLAIMER_KIND).map(|word| class(word)).transpose()?;
    let claimer = first(CLAIMER).map(|name| LabelledClaimer { name: name.clone(), kind: kind.unwrap_or(ClaimerKind::Unresolved) });
    Ok((mode, claimer))
}
