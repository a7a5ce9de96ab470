//! Transcripts: whatever stands in a turn, its speaker says.

use super::attributions::Attribution;
use super::claimers::{Claimer, ResolvedBy};
use super::lexicon::{Lexicon, lexicon};
use super::mentions::{self, Named};
use super::{Entity, ReadSentence, entities_under, roles, under};
use crate::document::{BlockKind, Document, Speakers, is_stage_direction, opens_otherwise};
use crate::labels::{ClaimerKind, Mode, Stance};
use crate::roster::words_of;
use crate::span::Span;

/// A paragraph of a transcript.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Turn {
    /// The name it opens with; `None` where it goes on the turn before.
    label: Option<Span>,
    /// What is said; empty where the words stand in the next paragraph.
    said: Span,
    /// Whether somebody speaks of whom it is not clear that it is a name.
    strange: bool,
}

/// Words that open what names nobody.
static NOBODY: Lexicon = lexicon!(
    "
    a all announcer answer audience caller chorus court crowd female host interviewer male member members moderator narrator operator panel
    q question reporter reporters speaker the unidentified unknown voice voices"
);

/// The paragraphs of transcripts, in order.
pub(super) fn find(document: &Document) -> Vec<Turn> {
    let spans: Vec<Span> = document.blocks.iter().filter(|b| b.kind == BlockKind::Turn).map(|b| b.span).collect();
    let speakers = Speakers::among(spans.iter().map(|span| span.of(&document.text)));
    let turn = |span: &Span| {
        let surface = span.of(&document.text);
        let label = speakers.of(surface).map(|label| Span::new(span.start, span.start + label.len()));
        let start = label.map_or(span.start, |label| label.end + 1);
        Turn { label, said: Span::new(start, span.end).trimmed(&document.text), strange: label.is_none() && opens_otherwise(surface) }
    };
    spans.iter().map(turn).collect()
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

/// The words of a label that are somebody's name: without titles, offices, brackets.
fn name(text: &str, label: Span) -> Option<Span> {
    let surface = label.of(text);
    let end = surface.find(['(', '[', ',']).unwrap_or(surface.len());
    let mut name = Span::new(label.start, label.start + end).trimmed(text);
    while let Some((first, rest)) = name.of(text).split_once(char::is_whitespace) {
        let word = first.trim_end_matches('.');
        if !mentions::is_address(word) && !roles::is_role(word) {
            break;
        }
        name = Span::new(name.end - rest.len(), name.end).trimmed(text);
    }
    let words: Vec<String> = words_of(name.of(text));
    let nobody = |word: &String| NOBODY.contains(word);
    let counted = |word: &String| word.chars().all(char::is_numeric) || roles::is_role(word);
    (!words.first().is_none_or(nobody) && !words.iter().all(counted)).then_some(name)
}

/// Whether a span stands in the label of a turn: who speaks is not whom the turn speaks of.
pub(super) fn is_label(turns: &[Turn], span: Span) -> bool {
    let at = turns.partition_point(|turn| turn.said.end <= span.start);
    turns.get(at).and_then(|turn| turn.label).is_some_and(|label| label.overlaps(&span))
}

/// Adds one attribution for each paragraph, given verbatim by its speaker; what was linked inside stays, but for the
/// labels themselves. Gives for each turn the place of its attribution.
pub(super) fn attribute(text: &str, turns: &[Turn], entities: &[Entity], attributions: &mut Vec<Attribution>) -> Vec<Option<usize>> {
    // Words that only marks attribute are the speaker's, too.
    let inside = |span: Span| {
        let at = turns.partition_point(|turn| turn.said.end <= span.start);
        turns.get(at).is_some_and(|turn| turn.said.overlaps(&span))
    };
    let spoken = |a: &Attribution| a.content.iter().all(|part| inside(*part));
    let labels_only = |a: &Attribution| a.cue.is_none() && spoken(a) && a.source.is_none_or(|source| is_label(turns, source));
    let linked = attributions.drain(..).filter(|a| !labels_only(a)).map(|a| (a, None));
    let mut all: Vec<(Attribution, Option<usize>)> = linked.collect();
    let mut speaking: Option<Claimer> = None;
    for (at, turn) in turns.iter().enumerate() {
        if let Some(label) = turn.label {
            speaking = Some(claimer(text, label, entities));
        } else if turn.strange {
            speaking = None;
        }
        // "[APPLAUSE]" is what nobody says.
        let said = turn.said.of(text);
        if said.is_empty() || is_stage_direction(said) {
            continue;
        }
        let attribution = Attribution {
            mode: Mode::Direct,
            stance: Stance::Affirm,
            source: turn.label,
            cue: None,
            content: vec![turn.said],
            claimer: speaking.clone(),
            subject: None,
            within: None,
        };
        all.push((attribution, Some(at)));
    }
    all.sort_by_key(|(a, turn)| (a.content.first().map(|part| part.start), turn.is_none()));
    let mut places = vec![None; turns.len()];
    for (place, (attribution, turn)) in all.into_iter().enumerate() {
        if let Some(turn) = turn {
            places[turn] = Some(place);
        }
        attributions.push(attribution);
    }
    places
}

fn claimer(text: &str, label: Span, entities: &[Entity]) -> Claimer {
    let person = entities_under(entities, label).find(|&i| entities[i].label == "PERSON");
    let words: Vec<&str> = label.of(text).split_whitespace().collect();
    let name = person.map_or_else(|| words.join(" "), |i| entities[i].canonical.clone());
    let kind = if person.is_some() { ClaimerKind::Person } else { ClaimerKind::Unnamed };
    Claimer::new(name, kind, person, ResolvedBy::Speaker, 1.0)
}

/// For each sentence of a turn: what is said in the turn, and the place of its attribution.
pub(super) fn of_sentences(turns: &[Turn], places: &[Option<usize>], sentences: &[ReadSentence]) -> Vec<Option<(Span, usize)>> {
    let mut of = vec![None; sentences.len()];
    for (turn, place) in turns.iter().zip(places) {
        for sentence in under(sentences, turn.said) {
            of[sentence] = place.map(|place| (turn.said, place));
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
        assert_eq!(name("MAYOR LARRY KING", Span::new(0, 16)).map(|n| n.of("MAYOR LARRY KING")), Some("LARRY KING"));
        assert_eq!(["THE COURT", "MODERATOR", "Q", "SPEAKER 2"].map(|label| name(label, Span::new(0, label.len()))), [None; 4]);
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
