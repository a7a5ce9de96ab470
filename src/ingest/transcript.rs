//! Transcripts: lines that open with who speaks, "ANN LEE: We won."

use std::collections::BTreeMap;

use super::furniture::ends_sentence;
use crate::document::speaker;

/// So many turns make a transcript; fewer may be chance.
const FEWEST_TURNS: usize = 3;

/// Whether the lines are a transcript: at least three open with a speaker, one speaker returns, at least half of what
/// they say ends as sentences do, and turns are no rarity among the lines. A list of "Price: £10" is none.
pub(super) fn is_one<'t>(lines: impl Iterator<Item = &'t str>) -> bool {
    let (mut all, mut ended) = (0usize, 0usize);
    let mut turns: BTreeMap<&str, usize> = BTreeMap::new();
    for line in lines {
        all += 1;
        if let Some(label) = speaker(line) {
            *turns.entry(label).or_default() += 1;
            ended += usize::from(ends_sentence(line));
        }
    }
    let labelled: usize = turns.values().sum();
    labelled >= FEWEST_TURNS && turns.values().any(|&times| times > 1) && ended * 2 >= labelled && labelled * 10 >= all
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
    fn other_colons_open_none() {
        for text in [
            "Ann Lee said: It rained.\n\nBob Cole said: It did not.\n\nAnn Lee said: It did.",
            "Price: £10\n\nColour: red\n\nPrice: £20\n\nColour: blue",
            "Ann Lee: We won.\n\nThe others did not answer.",
            "Update: it rained.\n\nCorrection: it did not.\n\nSource: the weather office.",
        ] {
            assert!(turns(text).is_empty(), "{text}");
        }
    }
}
