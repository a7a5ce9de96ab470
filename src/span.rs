//! The one span type of the house, and positions in other offset units.

use serde::{Deserialize, Serialize};

/// A half-open stretch `[start, end)` of a text, in UTF-8 bytes from the start of the document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// One past the last byte; never below `start`.
    pub end: usize,
}

impl Span {
    /// The span `[start, end)`; an `end` below `start` gives the empty span at `start`.
    #[must_use]
    pub fn new(start: usize, end: usize) -> Self {
        Self { start, end: end.max(start) }
    }

    /// Length in bytes.
    #[must_use]
    pub fn len(&self) -> usize {
        self.end - self.start
    }

    /// Whether nothing stands in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.start == self.end
    }

    /// The surface: the exact text under the span, or `""` when the span does not fit the text.
    #[must_use]
    pub fn of<'t>(&self, text: &'t str) -> &'t str {
        text.get(self.start..self.end).unwrap_or("")
    }

    /// Whether the two share at least one byte; touching spans do not.
    #[must_use]
    pub fn overlaps(&self, other: &Span) -> bool {
        self.shared(other) > 0
    }

    /// Whether `other` lies wholly inside.
    #[must_use]
    pub fn contains(&self, other: &Span) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// How many bytes the two share.
    #[must_use]
    pub fn shared(&self, other: &Span) -> usize {
        self.end.min(other.end).saturating_sub(self.start.max(other.start))
    }

    /// The smallest span holding both.
    #[must_use]
    pub fn hull(&self, other: &Span) -> Span {
        Span { start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// The smallest span holding all of `parts`; the empty span at 0 when there are none.
    #[must_use]
    pub fn hull_of(parts: &[Span]) -> Span {
        parts.iter().copied().reduce(|a, b| a.hull(&b)).unwrap_or_default()
    }

    /// The span without white space at its ends; empty at `start` when there is nothing else.
    #[must_use]
    pub fn trimmed(&self, text: &str) -> Span {
        let surface = self.of(text);
        let kept = surface.trim();
        if kept.is_empty() {
            return Span { start: self.start, end: self.start };
        }
        let start = self.start + (surface.len() - surface.trim_start().len());
        Span { start, end: start + kept.len() }
    }
}

/// The unit in which a record counts its offsets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, schemars::JsonSchema, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum OffsetUnit {
    /// Unicode scalar values, as Python counts.
    #[default]
    Char,
    /// UTF-8 bytes, as Rust and Go count.
    Byte,
    /// UTF-16 code units, as JavaScript and Java count.
    Utf16,
}

/// Turns byte positions of one text into another unit, and back, in logarithmic time.
///
/// Holds one entry for each non-ASCII character, so plain English costs next to nothing.
#[derive(Debug, Clone)]
pub struct Positions {
    unit: OffsetUnit,
    /// After the k-th non-ASCII character: its end in bytes, and the same place in the unit.
    steps: Vec<(usize, usize)>,
}

impl Positions {
    /// Reads `text` once.
    #[must_use]
    pub fn new(text: &str, unit: OffsetUnit) -> Self {
        let mut steps = Vec::new();
        if unit != OffsetUnit::Byte {
            let mut saved = 0; // bytes minus units so far
            for (at, c) in text.char_indices().filter(|(_, c)| !c.is_ascii()) {
                let units = if unit == OffsetUnit::Utf16 { c.len_utf16() } else { 1 };
                saved += c.len_utf8() - units;
                let end = at + c.len_utf8();
                steps.push((end, end - saved));
            }
        }
        Self { unit, steps }
    }

    /// The unit counted in.
    #[must_use]
    pub fn unit(&self) -> OffsetUnit {
        self.unit
    }

    /// The position, in the unit, of the byte `at` (a character boundary).
    #[must_use]
    pub fn of_byte(&self, at: usize) -> usize {
        match self.steps.partition_point(|&(byte, _)| byte <= at) {
            0 => at,
            k => self.steps[k - 1].1 + (at - self.steps[k - 1].0),
        }
    }

    /// The byte at which the position `at` of the unit stands, if it is a character boundary of `text`.
    #[must_use]
    pub fn to_byte(&self, text: &str, at: usize) -> Option<usize> {
        let byte = match self.steps.partition_point(|&(_, unit)| unit <= at) {
            0 => at,
            k => self.steps[k - 1].0 + (at - self.steps[k - 1].1),
        };
        (byte <= text.len() && text.is_char_boundary(byte) && self.of_byte(byte) == at).then_some(byte)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn touching_spans_do_not_overlap_and_nested_ones_do() {
        let (a, b, c) = (Span::new(0, 4), Span::new(4, 6), Span::new(1, 2));
        assert!(!a.overlaps(&b) && !b.overlaps(&a));
        assert!(a.overlaps(&c) && a.contains(&c) && !c.contains(&a));
        assert!(!a.overlaps(&Span::new(2, 2)), "an empty span shares no byte");
        assert_eq!(a.shared(&Span::new(3, 9)), 1);
    }

    #[test]
    fn an_emoji_is_one_char_two_utf16_units_and_four_bytes() {
        let text = "a😀b";
        let at = |unit| Positions::new(text, unit).of_byte(5);
        assert_eq!((at(OffsetUnit::Char), at(OffsetUnit::Utf16), at(OffsetUnit::Byte)), (2, 3, 5));
        assert_eq!(Positions::new(text, OffsetUnit::Utf16).to_byte(text, 2), None, "inside a surrogate pair");
        assert_eq!(Positions::new(text, OffsetUnit::Byte).to_byte(text, 2), None, "inside a character");
        assert_eq!(Positions::new(text, OffsetUnit::Char).to_byte(text, 9), None, "past the end");
    }

    proptest! {
        #[test]
        fn every_boundary_goes_there_and_back(text in "\\PC*|[a-zé😀\u{301}\r\n\0]*") {
            for unit in [OffsetUnit::Char, OffsetUnit::Byte, OffsetUnit::Utf16] {
                let positions = Positions::new(&text, unit);
                for (units, (byte, _)) in text.char_indices().enumerate() {
                    let at = positions.of_byte(byte);
                    if unit == OffsetUnit::Char { prop_assert_eq!(at, units); }
                    if unit == OffsetUnit::Utf16 { prop_assert_eq!(at, text[..byte].encode_utf16().count()); }
                    prop_assert_eq!(positions.to_byte(&text, at), Some(byte));
                }
            }
        }

        #[test]
        fn trimming_keeps_what_str_trim_keeps(text in "[ \t\na-c]*") {
            prop_assert_eq!(Span::new(0, text.len()).trimmed(&text).of(&text), text.trim());
        }
    }
}
