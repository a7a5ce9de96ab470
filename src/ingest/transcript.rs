//! Transcripts: lines that open with who speaks, "ANN LEE: We won."

use std::collections::BTreeMap;

use super::furniture::ends_sentence;
use crate::document::Speakers;

/// So many turns make a transcript; fewer may be chance.
const FEWEST_TURNS: usize = 3;
/// Words behind a speaker from which on they are speech, though no stop ends their line.
const SPEECH_WORDS: usize = 4;

/// Where the lines of a transcript stand in a text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Transcript {
    speakers: Speakers,
    first: usize,
    /// One past the last line that may be somebody's.
    end: usize,
}

impl Transcript {
    /// The transcript among the lines: at least three open with a speaker, one speaker returns, at least half of what they
    /// say reads as speech, and between the first and the last of them at least a third of the lines do. A list of
    /// "Price: £10" is none, nor are three questions in an article.
    pub(super) fn among(lines: &[&str]) -> Option<Self> {
        let speakers = Speakers::among(lines.iter().copied());
        let mut turns: BTreeMap<&str, usize> = BTreeMap::new();
        let mut labelled: Vec<usize> = Vec::new();
        for (at, line) in lines.iter().enumerate() {
            if let Some(label) = speakers.of(line) {
                *turns.entry(label).or_default() += 1;
                labelled.push(at);
            }
        }
        // "Transcript: The debate" at the top is nobody who speaks.
        let title = labelled.first() == Some(&0) && speakers.of(lines[0]).is_some_and(|label| turns.get(label) == Some(&1));
        labelled.drain(..usize::from(title));
        let (first, last) = (*labelled.first()?, *labelled.last()?);
        let speech = |at: &&usize| ends_sentence(lines[**at]) || lines[**at].split_whitespace().count() > SPEECH_WORDS;
        let spoken = labelled.iter().filter(speech).count();
        let dense = labelled.len() * 3 > last - first;
        let is_one = labelled.len() >= FEWEST_TURNS && turns.values().any(|&times| times > 1) && spoken * 2 >= labelled.len() && dense;
        // The last turn is no longer than the longest before.
        let longest = labelled.windows(2).map(|pair| pair[1] - pair[0]).max().unwrap_or(1);
        is_one.then_some(Self { speakers, first, end: last + longest.max(2) })
    }

    /// Whether the line stands in the transcript.
    pub(super) fn holds(&self, at: usize) -> bool {
        (self.first..self.end).contains(&at)
    }

    /// Whether the line opens a turn.
    pub(super) fn opens(&self, at: usize, line: &str) -> bool {
        self.holds(at) && self.speakers.of(line).is_some()
    }
}

#[cfg(test)]
mod tests {
    use crate::document::BlockKind;
    use crate::ingest::text_blocks;

    fn turns(text: &str) -> Vec<&str> {
        text_blocks(text).into_iter().filter(|b| b.kind == BlockKind::Turn).map(|b| b.span.of(text)).collect()
    }

    #[test]
    fn every_speaker_opens_a_turn_and_paragraphs_between_go_on() {
        let text = "The debate in full\n\nANN LEE: We won.\nIt was close.\nBOB COLE (D-Ohio): You lost.\n\nBy a lot.\n\nANN LEE: No.";
        assert_eq!(turns(text), ["ANN LEE: We won.\nIt was close.", "BOB COLE (D-Ohio): You lost.", "By a lot.", "ANN LEE: No."]);
        let lines = "Q: Why?\nA: Because it rained.\nQ: When?";
        assert_eq!(turns(lines), ["Q: Why?", "A: Because it rained.", "Q: When?"]);
    }

    #[test]
    fn a_transcript_begins_and_ends_inside_an_article() {
        let article = "It is here.\n\nQ: Why?\n\nA: Because it rained.\n\nQ: When?\n\nOn Monday.\n\nThe end came soon.\n\nIt stopped.";
        assert_eq!(turns(article), ["Q: Why?", "A: Because it rained.", "Q: When?", "On Monday."]);
        let capitals = "Transcript: The debate\n\nANN LEE: We won.\n\nSecond: we cut taxes.\n\nBOB COLE: No.\n\nANN LEE: Yes.";
        assert_eq!(turns(capitals), ["ANN LEE: We won.", "Second: we cut taxes.", "BOB COLE: No.", "ANN LEE: Yes."]);
        let wrapped = "ANN LEE: We won the vote by a narrow margin and\nwe will govern for everybody in the city.\nBOB COLE: You won nothing at all and everybody\nhere knows it well enough.\nANN LEE: The count says that we did win, and the\ncourt has said it too.";
        assert_eq!(turns(wrapped).len(), 3);
    }

    #[test]
    fn other_colons_open_none() {
        for text in [
            "Ann Lee said: It rained.\n\nBob Cole said: It did not.\n\nAnn Lee said: It did.",
            "Price: £10\n\nColour: red\n\nPrice: £20\n\nColour: blue",
            "Ann Lee: We won.\n\nThe others did not answer.",
            "READ MORE: Who won?\n\nIt rained.\n\nREAD MORE: Who lost?\n\nREAD MORE: Who cares?",
            "Update: it rained.\n\nCorrection: it did not.\n\nSource: the weather office.",
        ] {
            assert!(turns(text).is_empty(), "{text}");
        }
    }
}
