//! What must hold of the words and windows that the encoder makes of a sentence.

use std::path::Path;
use std::sync::OnceLock;

use crate::encode::{Encoded, Encoder, SMALLEST_WINDOW};
use crate::span::Span;
use crate::split::split;

/// Tokenizers, one with the special tokens of RoBERTa, one with those of BERT.
const MODELS: [&str; 2] = ["newsroom", "newsroom-small"];
/// Tokens in a window: too few, the fewest, some, the most.
const SIZES: [usize; 4] = [0, SMALLEST_WINDOW, 97, 512];
/// So many bytes of a text are looked at: tokenizers take their time, each text meets eight of them.
const LONGEST: usize = 1 << 13;

/// Splits a text into sentences and encodes each with all tokenizers, in windows of all sizes.
pub fn check(text: &str) {
    let text = &text[..text.floor_char_boundary(LONGEST)];
    for sentence in split(text) {
        for (encoder, most) in encoders() {
            let encoded = encoder.encode(text, sentence.span).expect("any text is encoded");
            words(text, sentence.span, &encoded.words);
            windows(&encoded, *most);
        }
    }
}

/// Encoders, and the most tokens their windows may have; read once.
fn encoders() -> &'static [(Encoder, usize)] {
    static ENCODERS: OnceLock<Vec<(Encoder, usize)>> = OnceLock::new();
    ENCODERS.get_or_init(|| {
        let models = Path::new(env!("CARGO_MANIFEST_DIR")).join("../models");
        let made = MODELS.iter().flat_map(|model| SIZES.map(|size| (models.join(model).join("tokenizer.json"), size)));
        made.map(|(path, size)| (Encoder::from_file(&path, size).expect("a tokenizer of ours"), size.max(SMALLEST_WINDOW))).collect()
    })
}

/// Words lie in their sentence, in order, and hold each of its characters once, white space apart.
fn words(text: &str, sentence: Span, words: &[Span]) {
    let mut end = sentence.start;
    for word in words {
        assert!(end <= word.start && word.start < word.end && word.end <= sentence.end, "{word:?} after {end} in {sentence:?}");
        assert!(text.get(word.start..word.end).is_some(), "{word:?} cuts a character");
        end = word.end;
    }
    let held = words.iter().flat_map(|word| word.of(text).chars());
    assert!(held.eq(sentence.of(text).chars().filter(|c| !c.is_whitespace())), "{sentence:?}: the words do not hold it");
}

/// Windows score each word once, in order, by a token that lies between their special ones, and are no larger than allowed.
fn windows(encoded: &Encoded, most: usize) {
    let mut scored = 0;
    for window in &encoded.windows {
        assert!(window.ids.len() >= 2 && window.ids.len() <= most, "{} tokens in a window of {most}", window.ids.len());
        assert_eq!(window.ids.len(), window.cases.len());
        assert_eq!(window.scores.start, scored);
        assert_eq!(window.first.len(), window.scores.len());
        assert!(window.first.iter().all(|first| (1..window.ids.len() - 1).contains(first)), "{:?}", window.first);
        assert!(window.first.is_sorted_by(|one, other| one < other), "{:?}", window.first);
        scored = window.scores.end;
    }
    assert_eq!(scored, encoded.words.len());
}
