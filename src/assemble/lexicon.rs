//! Lists of words that many words are looked up in.

use std::collections::HashSet;
use std::sync::LazyLock;

/// A list of words, split once.
pub(super) struct Lexicon(LazyLock<HashSet<&'static str>, fn() -> HashSet<&'static str>>);

impl Lexicon {
    /// The words that `words` gives between white space.
    pub(super) const fn new(words: fn() -> HashSet<&'static str>) -> Self {
        Self(LazyLock::new(words))
    }

    pub(super) fn contains(&self, word: &str) -> bool {
        self.0.contains(word)
    }
}

/// A [`Lexicon`] of the words in a text.
macro_rules! lexicon {
    ($words:expr) => {
        crate::assemble::lexicon::Lexicon::new(|| $words.split_whitespace().collect())
    };
}
pub(super) use lexicon;
