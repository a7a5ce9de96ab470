//! What was said of a sentence, for when it comes again: wire copy and boilerplate are scored once.
//!
//! A reading depends on the sentence alone, so a kept one is the same, bit for bit. What is used least makes room.

use std::sync::Arc;

use quick_cache::Weighter;
use quick_cache::sync::Cache;

use crate::decode::{Mention, Reading};
use crate::span::Span;

/// Memory for readings and their sentences, in bytes.
const ROOM: u64 = 64 << 20;

/// What a usual entry takes.
const USUAL: u64 = 1024;

/// Sentences and what was read in them; positions count from the sentence's start.
pub struct Repeated(Cache<Box<str>, Arc<Reading>, Bytes>);

#[derive(Clone)]
struct Bytes;

impl Weighter<Box<str>, Arc<Reading>> for Bytes {
    fn weight(&self, sentence: &Box<str>, reading: &Arc<Reading>) -> u64 {
        let mentions = reading.entities.len() + reading.roles.len();
        (sentence.len() + size_of::<Reading>() + mentions * size_of::<Mention>()) as u64 + 128
    }
}

impl Default for Repeated {
    fn default() -> Self {
        Self(Cache::with_weighter((ROOM / USUAL) as usize, ROOM, Bytes))
    }
}

impl Repeated {
    /// What was said of the words under `span`, if it still is known.
    #[must_use]
    pub fn get(&self, text: &str, span: Span) -> Option<Reading> {
        self.0.get(span.of(text)).map(|kept| kept.moved(Span::new(0, span.len()), span))
    }

    /// Keeps what was said of the words under `span`.
    pub fn keep(&self, text: &str, span: Span, reading: &Reading) {
        self.0.insert(span.of(text).into(), Arc::new(reading.moved(span, Span::new(0, span.len()))));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kept_reading_comes_back_where_its_sentence_stands() {
        let text = "One. Paris burns. Two. Paris burns.";
        let (first, second) = (Span::new(5, 17), Span::new(23, 35));
        let paris = |start| Mention { span: Span::new(start, start + 5), label: 0, score: 0.5 };
        let reading = |start| Reading { entities: vec![paris(start)], roles: vec![paris(start)], windows: 1, ..Reading::default() };
        let repeated = Repeated::default();
        assert_eq!(repeated.get(text, second), None);
        repeated.keep(text, first, &reading(5));
        assert_eq!(repeated.get(text, second), Some(reading(23)));
        assert_eq!(repeated.get(text, Span::new(0, 4)), None);
    }
}
