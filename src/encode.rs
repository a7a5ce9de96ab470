//! Words of a sentence, and the windows of token ids a model reads.
//!
//! Words are cut here, from the original text, and handed to the tokenizer one by one, so every span is ours and
//! exact whatever the tokenizer's normalizer lower-cases, strips or drops.

use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};
use std::ops::Range;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use tokenizers::{EncodeInput, InputSequence, Tokenizer};

use crate::span::Span;

/// A longer run is cut: it is no word of a language written with spaces, and must not fill a window by itself.
const LONGEST_WORD_CHARS: usize = 48;

/// The longest word and the two special tokens must fit.
pub const SMALLEST_WINDOW: usize = LONGEST_WORD_CHARS + 2;

/// How a word is written. The encoder adds a learned embedding of it, since its vocabulary is lower-case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Case {
    /// Special tokens, punctuation, symbols, scripts without case.
    None = 0,
    /// `claims`
    Lower = 1,
    /// `Claims`, also a single capital
    Title = 2,
    /// `NATO`
    Upper = 3,
    /// Anything with a digit.
    Digits = 4,
    /// `iPhone`, `McDonald`
    Mixed = 5,
}

impl Case {
    /// How many there are: the size of the case embedding.
    pub const COUNT: i64 = 6;

    /// The case of a word.
    #[must_use]
    pub fn of(word: &str) -> Self {
        if word.chars().any(char::is_numeric) {
            return Self::Digits;
        }
        let mut cased = word.chars().filter(|c| c.is_lowercase() || c.is_uppercase());
        let Some(first) = cased.next() else { return Self::None };
        let (mut lower, mut upper) = (0, 0);
        for c in cased {
            if c.is_uppercase() { upper += 1 } else { lower += 1 }
        }
        match (first.is_uppercase(), upper, lower) {
            (false, 0, _) => Self::Lower,
            (true, 0, _) => Self::Title,
            (true, _, 0) => Self::Upper,
            _ => Self::Mixed,
        }
    }
}

/// The tokens of one model call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window {
    /// Token ids, with the special tokens at both ends.
    pub ids: Vec<i64>,
    /// The [`Case`] of each token's word.
    pub cases: Vec<i64>,
    /// For each word this window scores, the position of its first token.
    pub first: Vec<usize>,
    /// The words this window scores. The windows of a sentence score each of its words exactly once.
    pub scores: Range<usize>,
}

/// A sentence made ready for the model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Encoded {
    /// The words, in order, document-absolute. Together they hold every character that is not white space.
    pub words: Vec<Span>,
    /// The model calls it takes: one, unless the sentence is longer than a window.
    pub windows: Vec<Window>,
}

/// What can go wrong with a tokenizer.
#[derive(Debug, thiserror::Error)]
pub enum EncodeError {
    /// The file could not be read as a tokenizer.
    #[error("cannot read the tokenizer {path}: {reason}")]
    Unreadable {
        /// The file.
        path: String,
        /// What the library says.
        reason: String,
    },
    /// A special token the encoder needs is not in the vocabulary.
    #[error("the tokenizer's vocabulary has no {0}")]
    NoSpecial(&'static str),
    /// The tokenizer refused a word.
    #[error("the tokenizer failed on {surface:?}: {reason}")]
    Failed {
        /// The start of the words it was given.
        surface: String,
        /// What the library says.
        reason: String,
    },
}

/// Words whose tokens are kept: enough for those that come again, a few MB.
const KEPT_WORDS: usize = 1 << 16;

/// Words and their tokens, as the tokenizer gave them. Each word has one place; the first that comes keeps it. Nothing waits for anything:
/// where two threads come at once, one of them has worked in vain.
#[derive(Debug)]
struct Known(Box<[Place]>);

/// A word, and the ids of its tokens.
type Place = OnceLock<(Box<str>, Box<[i64]>)>;

impl Known {
    fn new() -> Self {
        Self(std::iter::repeat_with(OnceLock::new).take(KEPT_WORDS).collect())
    }

    fn place(&self, word: &str) -> &Place {
        // Always the same one, in every run.
        let hash = BuildHasherDefault::<DefaultHasher>::default().hash_one(word);
        &self.0[hash as usize % KEPT_WORDS]
    }

    fn of(&self, word: &str) -> Option<&[i64]> {
        self.place(word).get().filter(|(known, _)| **known == *word).map(|(_, pieces)| &**pieces)
    }

    fn keep(&self, word: &str, pieces: &[i64]) {
        // A place that is taken stays as it is.
        let _ = self.place(word).set((word.into(), pieces.into()));
    }
}

/// Turns sentences into windows.
#[derive(Debug, Clone)]
pub struct Encoder {
    tokenizer: Tokenizer,
    known: Arc<Known>,
    cls: i64,
    sep: i64,
    unk: i64,
    /// Tokens a window may hold besides its two special ones.
    room: usize,
}

impl Encoder {
    /// An encoder from a `tokenizer.json`, with windows of at most `max_tokens` tokens (special ones included).
    ///
    /// # Errors
    /// When the file is no tokenizer, or lacks `[CLS]` and `<s>`, `[SEP]` and `</s>`, `[UNK]` and `<unk>`.
    pub fn from_file(path: &Path, max_tokens: usize) -> Result<Self, EncodeError> {
        let unreadable = |reason: String| EncodeError::Unreadable { path: path.display().to_string(), reason };
        let mut tokenizer = Tokenizer::from_file(path).map_err(|e| unreadable(e.to_string()))?;
        tokenizer.with_truncation(None).map_err(|e| unreadable(e.to_string()))?;
        tokenizer.with_padding(None);
        // RoBERTa's names of the ends first: MPNet's vocabulary holds BERT's, too, unused.
        let first = |names: [&'static str; 2]| names.iter().find_map(|name| tokenizer.token_to_id(name)).map(i64::from);
        let special = |names| first(names).ok_or(EncodeError::NoSpecial(names[1]));
        let (cls, sep, unk) = (special(["<s>", "[CLS]"])?, special(["</s>", "[SEP]"])?, special(["[UNK]", "<unk>"])?);
        // A word of the longest length can take one token a character, and must fit.
        let room = max_tokens.saturating_sub(2).max(LONGEST_WORD_CHARS);
        Ok(Self { tokenizer, known: Arc::new(Known::new()), cls, sep, unk, room })
    }

    /// Cuts `sentence` of `text` into words and windows.
    ///
    /// # Errors
    /// When the tokenizer itself fails; no text is known to make it.
    pub fn encode(&self, text: &str, sentence: Span) -> Result<Encoded, EncodeError> {
        let words = words(text, sentence);
        let surfaces: Vec<&str> = words.iter().map(|w| w.of(text)).collect();
        let pieces = self.pieces(&surfaces)?;
        let windows = cut(&pieces, self.room).into_iter().map(|(holds, scores)| self.window(&surfaces, &pieces, holds, scores)).collect();
        Ok(Encoded { words, windows })
    }

    /// The token ids of each word; at least one, `[UNK]` where the tokenizer drops the word (control characters). A word has the same ones
    /// wherever it stands.
    fn pieces(&self, surfaces: &[&str]) -> Result<Vec<Vec<i64>>, EncodeError> {
        let mut pieces: Vec<Vec<i64>> = surfaces.iter().map(|word| self.known.of(word).map(<[i64]>::to_vec).unwrap_or_default()).collect();
        let new: Vec<usize> = (0..surfaces.len()).filter(|&word| pieces[word].is_empty()).collect();
        if new.is_empty() {
            return Ok(pieces);
        }
        let input = EncodeInput::Single(InputSequence::from(new.iter().map(|&word| surfaces[word]).collect::<Vec<_>>()));
        // Not `encode_fast`: it leaves out which word a token is of.
        let encoding = self
            .tokenizer
            .encode(input, false)
            .map_err(|e| EncodeError::Failed { surface: surfaces[new[0]].to_string(), reason: e.to_string() })?;
        for (id, word) in encoding.get_ids().iter().zip(encoding.get_word_ids()) {
            if let Some(&word) = word.and_then(|w| new.get(w as usize)) {
                pieces[word].push(i64::from(*id));
            }
        }
        for word in new {
            if pieces[word].is_empty() {
                pieces[word].push(self.unk);
            }
            pieces[word].truncate(self.room);
            self.known.keep(surfaces[word], &pieces[word]);
        }
        Ok(pieces)
    }

    fn window(&self, surfaces: &[&str], pieces: &[Vec<i64>], holds: Range<usize>, scores: Range<usize>) -> Window {
        let mut window = Window { ids: vec![self.cls], cases: vec![Case::None as i64], first: Vec::new(), scores: scores.clone() };
        for word in holds {
            if scores.contains(&word) {
                window.first.push(window.ids.len());
            }
            window.ids.extend(&pieces[word]);
            window.cases.resize(window.ids.len(), Case::of(surfaces[word]) as i64);
        }
        window.ids.push(self.sep);
        window.cases.push(Case::None as i64);
        window
    }
}

/// What keeps characters together in one word.
#[derive(PartialEq, Eq, Clone, Copy)]
enum Class {
    Space,
    /// Letters, digits and the marks on them.
    Alphanumeric,
    /// A stop, bracket, quotation mark or sign: each a word of its own, as BERT's pre-tokenizer has it.
    Punctuation,
    /// Emoji and other symbols: runs stay together, so that no span ends inside a flag or a family.
    Symbol,
}

fn class(c: char) -> Class {
    if c.is_whitespace() {
        Class::Space
    } else if c.is_alphanumeric() || is_mark(c) {
        Class::Alphanumeric
    } else if c.is_ascii() || matches!(c, '\u{a1}'..='\u{bf}' | '\u{2010}'..='\u{205e}' | '\u{20a0}'..='\u{20cf}' | '\u{3001}'..='\u{303f}')
    {
        // Latin-1 punctuation, general punctuation, currency signs, CJK punctuation.
        if matches!(c, '\u{200d}') { Class::Symbol } else { Class::Punctuation }
    } else {
        Class::Symbol
    }
}

/// Combining marks of the scripts that news in Latin letters meets; they belong to the letter before.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{591}'..='\u{5bd}' | '\u{64b}'..='\u{65f}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}')
}

/// Whether `c` only adds to the character before it (marks, joiners, variation selectors, skin tones).
fn extends(c: char) -> bool {
    is_mark(c) || matches!(c, '\u{200d}' | '\u{fe00}'..='\u{fe0f}' | '\u{1f3fb}'..='\u{1f3ff}' | '\u{e0020}'..='\u{e007f}')
}

/// The words of `within`, document-absolute.
fn words(text: &str, within: Span) -> Vec<Span> {
    let mut words: Vec<Span> = Vec::new();
    let mut open: Option<(Class, usize)> = None; // class and length in characters of the word at the end of `words`
    for (at, c) in within.of(text).char_indices() {
        let (start, end) = (within.start + at, within.start + at + c.len_utf8());
        let class = class(c);
        if class == Class::Space {
            open = None;
            continue;
        }
        match (&mut open, words.last_mut()) {
            (Some((_, chars)), Some(word)) if extends(c) && *chars < 2 * LONGEST_WORD_CHARS => {
                word.end = end;
                *chars += 1;
            }
            (Some((of, chars)), Some(word)) if *of == class && class != Class::Punctuation && *chars < LONGEST_WORD_CHARS => {
                word.end = end;
                *chars += 1;
            }
            _ => {
                words.push(Span::new(start, end));
                open = Some((class, 1));
            }
        }
    }
    words
}

/// Cuts words into windows of at most `room` tokens: for each, the words it holds and the words it scores.
///
/// Neighbouring windows share up to half their tokens, and a shared word is scored where it has more context.
fn cut(pieces: &[Vec<i64>], room: usize) -> Vec<(Range<usize>, Range<usize>)> {
    let mut windows: Vec<(Range<usize>, Range<usize>)> = Vec::new();
    let (mut start, mut end, mut tokens) = (0, 0, 0);
    loop {
        while end < pieces.len() && tokens + pieces[end].len() <= room {
            tokens += pieces[end].len();
            end += 1;
        }
        let scored_from = match windows.last_mut() {
            Some((held, scored)) => {
                let middle = start + (held.end - start) / 2;
                scored.end = middle;
                middle
            }
            None => 0,
        };
        windows.push((start..end, scored_from..end));
        if end >= pieces.len() {
            return windows;
        }
        // The next window begins so that half of this one's tokens stand in both, or fewer where a long word comes.
        while start < end && (tokens > room / 2 || tokens + pieces[end].len() > room) {
            tokens -= pieces[start].len();
            start += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn surfaces(text: &str) -> Vec<&str> {
        words(text, Span::new(0, text.len())).iter().map(|w| w.of(text)).collect()
    }

    #[test]
    fn words_are_cut_as_bert_cuts_them_but_never_inside_a_character_people_see() {
        assert_eq!(surfaces("U.S. isn’t £5.2m"), ["U", ".", "S", ".", "isn", "’", "t", "£", "5", ".", "2m"]);
        assert_eq!(surfaces("Jose\u{301}! 👨‍👩‍👧🇫🇷 ok"), ["Jose\u{301}", "!", "👨‍👩‍👧🇫🇷", "ok"]);
        assert_eq!(surfaces("a\0b\r\nc"), ["a", "\0", "b", "c"]);
    }

    #[test]
    fn case_is_read_from_the_original_word() {
        let cases: Vec<Case> = ["claims", "Claims", "A", "NATO", "2018", "G20", "iPhone", "McDonald", "—"].map(Case::of).into();
        use Case::{Digits, Lower, Mixed, None, Title, Upper};
        assert_eq!(cases, [Lower, Title, Title, Upper, Digits, Digits, Mixed, Mixed, None]);
    }

    fn encoder(max_tokens: usize) -> Encoder {
        Encoder::from_file(Path::new("tests/data/tiny-base/tokenizer.json"), max_tokens).unwrap()
    }

    #[test]
    fn every_word_gets_its_own_tokens() {
        let encoder = encoder(64);
        let id = |token: &str| i64::from(encoder.tokenizer.token_to_id(token).unwrap());
        let text = "The\0 \u{1} sáid 😀";
        let encoded = encoder.encode(text, Span::new(0, text.len())).unwrap();
        let window = &encoded.windows[0];
        let (s, i) = (id("said"), id("[UNK]"));
        // A control character is a word the tokenizer drops, an emoji one it does not know.
        assert_eq!(window.ids, [id("[CLS]"), id("the"), i, i, s, i, id("[SEP]")]);
        assert_eq!(window.first, [1, 2, 3, 4, 5]);
        assert_eq!(window.cases[1..5], [Case::Title as i64, 0, 0, Case::Lower as i64]);
    }

    #[test]
    fn a_word_has_the_same_tokens_again_and_in_any_company() {
        let text = "Sáid the\0 mayor, said THE mayor: unbelievablenesses 😀 said.";
        let all = Span::new(0, text.len());
        let encoder = encoder(64);
        let (first, again) = (encoder.encode(text, all).unwrap(), encoder.encode(text, all).unwrap());
        assert_eq!(first, again);
        let window = &first.windows[0];
        for (at, word) in first.words.iter().enumerate() {
            let alone = self::encoder(64).encode(text, *word).unwrap();
            let end = window.first.get(at + 1).copied().unwrap_or(window.ids.len() - 1);
            assert_eq!(alone.windows[0].ids[1..alone.windows[0].ids.len() - 1], window.ids[window.first[at]..end], "{}", word.of(text));
        }
    }

    proptest! {
        #[test]
        fn any_text_is_encoded_with_a_first_token_for_every_word(text in "\\PC*|[a-z .\u{301}\u{200d}😀é漢\r\n\0]*") {
            let encoder = encoder(64);
            let encoded = encoder.encode(&text, Span::new(0, text.len())).unwrap();
            let scored: usize = encoded.windows.iter().map(|w| w.first.len()).sum();
            prop_assert_eq!(scored, encoded.words.len());
            for window in &encoded.windows {
                prop_assert!(window.ids.len() <= 64 && window.ids.len() == window.cases.len());
                prop_assert!(window.first.iter().all(|&at| at > 0 && at < window.ids.len() - 1));
                prop_assert!(window.first.windows(2).all(|w| w[0] < w[1]));
            }
        }

        #[test]
        fn words_hold_every_character_that_is_not_white_space(text in "\\PC*|[a-z .\u{301}\u{200d}😀é\r\n\0]*") {
            let found = words(&text, Span::new(0, text.len()));
            let joined: String = found.iter().map(|w| w.of(&text)).collect();
            let expected: String = text.chars().filter(|c| !c.is_whitespace()).collect();
            prop_assert_eq!(joined, expected);
            prop_assert!(found.windows(2).all(|w| w[0].end <= w[1].start));
            prop_assert!(found.iter().all(|w| w.of(&text).chars().count() <= 2 * LONGEST_WORD_CHARS));
        }

        #[test]
        fn windows_score_every_word_once_and_hold_no_more_than_fits(lengths in prop::collection::vec(1usize..20, 0..200), room in 20usize..60) {
            let pieces: Vec<Vec<i64>> = lengths.iter().map(|&n| vec![0; n]).collect();
            let windows = cut(&pieces, room);
            let scored: Vec<usize> = windows.iter().flat_map(|(_, scores)| scores.clone()).collect();
            prop_assert_eq!(scored, (0..pieces.len()).collect::<Vec<_>>());
            for (holds, scores) in &windows {
                prop_assert!(holds.start <= scores.start && scores.end <= holds.end);
                prop_assert!(lengths[holds.clone()].iter().sum::<usize>() <= room);
            }
        }
    }
}
