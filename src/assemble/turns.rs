//! Transcripts: whatever stands in a turn, its speaker says.

use super::attributions::Attribution;
use super::claimers::{Claimer, ResolvedBy};
use super::mentions::Named;
use super::{Entity, ReadSentence, entities_under, roles, under};
use crate::document::{BlockKind, Document, speaker};
use crate::labels::{ClaimerKind, Mode, Stance};
use crate::span::Span;

/// A paragraph of a transcript.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Turn {
    /// The name it opens with; `None` where it goes on the turn before.
    label: Option<Span>,
    /// What is said.
    pub(super) said: Span,
}

/// Words in place of a name that name nobody.
const NOBODY: [&str; 22] = [
    "q",
    "a",
    "question",
    "answer",
    "moderator",
    "reporter",
    "reporters",
    "interviewer",
    "audience",
    "speaker",
    "unidentified",
    "unknown",
    "host",
    "announcer",
    "narrator",
    "voice",
    "all",
    "operator",
    "member",
    "male",
    "female",
    "chorus",
];

/// The paragraphs of transcripts, in order.
pub(super) fn find(document: &Document) -> Vec<Turn> {
    let turn = |span: Span| {
        let label = speaker(span.of(&document.text)).map(|label| Span::new(span.start, span.start + label.len()));
        let start = label.map_or(span.start, |label| label.end + 1);
        Turn { label, said: Span::new(start, span.end).trimmed(&document.text) }
    };
    let turns = document.blocks.iter().filter(|b| b.kind == BlockKind::Turn).map(|b| turn(b.span));
    turns.filter(|turn| !turn.said.is_empty()).collect()
}

/// Takes the speakers for persons, whatever the model takes them for: "LEE:" is a name in spite of its capitals.
pub(super) fn name_speakers(text: &str, turns: &[Turn], named: Vec<Named>) -> Vec<Named> {
    let persons = turns.iter().filter_map(|turn| name(text, turn.label?));
    let mut all: Vec<Named> = persons.map(|span| Named { span, label: "PERSON".into(), score: 1.0, value: None }).collect();
    if all.is_empty() {
        return named;
    }
    all.extend(named.into_iter().filter(|n| !is_label(turns, n.span)));
    all.sort_by_key(|n| n.span);
    all
}

/// The words of a label that are somebody's name: without titles, brackets, offices.
fn name(text: &str, label: Span) -> Option<Span> {
    let surface = label.of(text);
    let end = surface.find(['(', '[', ',']).unwrap_or(surface.len());
    let mut name = Span::new(label.start, label.start + end).trimmed(text);
    while let Some((first, rest)) = name.of(text).split_once(char::is_whitespace) {
        if !is_title(first) {
            break;
        }
        name = Span::new(name.end - rest.len(), name.end).trimmed(text);
    }
    let mut words = name.of(text).split_whitespace().map(|w| w.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase());
    let nobody = words.any(|word| NOBODY.contains(&word.as_str()) || roles::is_role(&word) || word.chars().all(char::is_numeric));
    (!nobody && !name.is_empty()).then_some(name)
}

fn is_title(word: &str) -> bool {
    const TITLES: [&str; 15] =
        ["mr", "mrs", "ms", "miss", "dr", "sir", "dame", "lord", "lady", "sen", "rep", "gov", "gen", "president", "senator"];
    TITLES.contains(&word.trim_end_matches('.').to_lowercase().as_str())
}

/// Whether a span stands in the label of a turn: who speaks is not whom the turn speaks of.
pub(super) fn is_label(turns: &[Turn], span: Span) -> bool {
    let at = turns.partition_point(|turn| turn.said.end <= span.start);
    turns.get(at).and_then(|turn| turn.label).is_some_and(|label| label.overlaps(&span))
}

/// Adds one attribution for each paragraph, given verbatim by its speaker; what was linked inside stays, but for the
/// labels themselves. Gives for each turn the place of its attribution.
pub(super) fn attribute(text: &str, turns: &[Turn], entities: &[Entity], attributions: &mut Vec<Attribution>) -> Vec<usize> {
    let labels_only = |a: &Attribution| a.cue.is_none() && a.source.is_some_and(|source| is_label(turns, source));
    let linked = attributions.drain(..).filter(|a| !labels_only(a)).map(|a| (a, None));
    let mut all: Vec<(Attribution, Option<usize>)> = linked.collect();
    let mut speaking: Option<Claimer> = None;
    for (at, turn) in turns.iter().enumerate() {
        if let Some(label) = turn.label {
            speaking = Some(claimer(text, label, entities));
        }
        let attribution = Attribution {
            mode: Mode::Direct,
            stance: Stance::Affirm,
            source: turn.label,
            cue: None,
            content: vec![turn.said],
            claimer: speaking.clone(),
            within: None,
        };
        all.push((attribution, Some(at)));
    }
    all.sort_by_key(|(a, turn)| (a.content.first().map(|part| part.start), turn.is_none()));
    let mut places = vec![0; turns.len()];
    for (place, (attribution, turn)) in all.into_iter().enumerate() {
        if let Some(turn) = turn {
            places[turn] = place;
        }
        attributions.push(attribution);
    }
    places
}

fn claimer(text: &str, label: Span, entities: &[Entity]) -> Claimer {
    let person = entities_under(entities, label).find(|&i| entities[i].label == "PERSON");
    let words: Vec<&str> = label.of(text).split_whitespace().collect();
    Claimer {
        name: person.map_or_else(|| words.join(" "), |i| entities[i].canonical.clone()),
        kind: if person.is_some() { ClaimerKind::Person } else { ClaimerKind::Unnamed },
        entity: person,
        role: None,
        party: None,
        organisation: None,
        resolved_by: ResolvedBy::Speaker,
        score: 1.0,
    }
}

/// For each sentence of a turn: what is said in the turn, and the place of its attribution.
pub(super) fn of_sentences(turns: &[Turn], places: &[usize], sentences: &[ReadSentence]) -> Vec<Option<(Span, usize)>> {
    let mut of = vec![None; sentences.len()];
    for (turn, place) in turns.iter().zip(places) {
        for sentence in under(sentences, turn.said) {
            of[sentence] = Some((turn.said, *place));
        }
    }
    of
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assemble::{Assembly, assemble};
    use crate::decode::Reading;
    use crate::document::Block;

    const TEXT: &str = "MR. LEE: Taxes rose. I know it.\nThey fell in 2018.\nQ: Why?\nANN COLE (Lab): We said that Bob Lee cut them.";

    /// The transcript above, a sentence between stops, everything in it worth checking.
    fn assembled() -> Assembly {
        let mut blocks = Vec::new();
        let mut sentences: Vec<ReadSentence> = Vec::new();
        let mut at = 0;
        for line in TEXT.split_inclusive('\n') {
            blocks.push(Block { kind: BlockKind::Turn, span: Span::new(at, at + line.len()).trimmed(TEXT) });
            for part in line.split_inclusive(". ").filter(|part| *part != "MR. ") {
                let span = Span::new(at, at + part.len() + if part.starts_with("LEE") { 4 } else { 0 }).trimmed(TEXT);
                let reading = Reading { score: 0.9, ..Reading::default() };
                sentences.push(ReadSentence { span, block: Some(blocks.len() - 1), kind: Some(BlockKind::Turn), reading });
                at = span.end + 1;
            }
        }
        let document = Document { text: TEXT.into(), blocks, ..Document::default() };
        assemble(&document, &sentences, &["PERSON".into()], 0.5, None)
    }

    #[test]
    fn every_sentence_of_a_turn_is_a_claim_of_its_speaker() {
        let found = assembled();
        let claims: Vec<(&str, &str)> = found
            .claims
            .iter()
            .map(|c| (c.hull().of(TEXT), found.attributions[c.attribution.unwrap()].claimer.as_ref().map_or("", |c| c.name.as_str())))
            .collect();
        let lee = "LEE";
        assert_eq!(
            claims,
            [("Taxes rose", lee), ("I know it", lee), ("They fell in 2018", lee), ("We said that Bob Lee cut them", "ANN COLE")]
        );
        assert!(found.claims.iter().all(|c| c.quoted == c.parts && c.mode == Mode::Direct));
        assert_eq!(found.claims[2].date.as_ref().map(|d| d.value.as_str()), Some("2018"));
        let kinds: Vec<_> = found.attributions.iter().map(|a| a.claimer.as_ref().map(|c| (c.kind, c.name.as_str()))).collect();
        assert_eq!(kinds[2], Some((ClaimerKind::Unnamed, "Q")));
    }
}
