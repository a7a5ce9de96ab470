//! Offsets of a file, in its unit, held against the text they point into.

use sha2::{Digest, Sha256};

use super::Parts;
use crate::span::{OffsetUnit, Positions, Span};

/// Turns offsets into spans of one text, and back.
pub(super) struct Places<'t> {
    text: &'t str,
    positions: Positions,
}

/// How many characters of a text an error shows.
const SHOWN: usize = 40;

impl<'t> Places<'t> {
    pub(super) fn new(text: &'t str, unit: OffsetUnit) -> Self {
        Self { text, positions: Positions::new(text, unit) }
    }

    /// The span `[start, end)`, which must lie in the text and not be empty.
    pub(super) fn span(&self, start: usize, end: usize) -> Result<Span, String> {
        if start >= end {
            return Err(format!("found offsets {start}..{end}, expected an end after the start"));
        }
        Ok(Span::new(self.byte(start)?, self.byte(end)?))
    }

    /// The span, whose words must be `surface`.
    pub(super) fn surface(&self, start: usize, end: usize, surface: &str) -> Result<Span, String> {
        let span = self.span(start, end).map_err(|reason| reason + &self.hint(start, end, surface))?;
        let found = span.of(self.text);
        if found == surface {
            return Ok(span);
        }
        let alike: String = found.chars().zip(surface.chars()).take_while(|(a, b)| a == b).map(|(a, _)| a).collect();
        let parting = if alike.is_empty() { String::new() } else { format!("; they part after {:?}", shown(&alike)) };
        let hint = self.hint(start, end, surface);
        Err(format!("at {start}..{end} the text is {:?}, the annotation says {:?}{parting}{hint}", shown(found), shown(surface)))
    }

    /// Parts: in order, apart, never empty, with the ends of `hull`.
    pub(super) fn parts(&self, hull: Span, parts: &[(usize, usize)]) -> Result<Parts, String> {
        let spans = parts.iter().map(|(start, end)| self.span(*start, *end)).collect::<Result<Parts, _>>()?;
        if spans.windows(2).any(|pair| pair[0].end > pair[1].start) {
            return Err(format!("the parts {parts:?} overlap or are out of order"));
        }
        if spans.is_empty() || Span::hull_of(&spans) != hull {
            let (start, end) = self.of(hull);
            return Err(format!("the parts {parts:?} do not reach from start to end, {start}..{end}"));
        }
        Ok(spans)
    }

    pub(super) fn text(&self) -> &'t str {
        self.text
    }

    /// The span in the unit of the file.
    pub(super) fn of(&self, span: Span) -> (usize, usize) {
        (self.positions.of_byte(span.start), self.positions.of_byte(span.end))
    }

    fn byte(&self, at: usize) -> Result<usize, String> {
        self.positions.to_byte(self.text, at).ok_or_else(|| {
            let length = self.positions.of_byte(self.text.len());
            let unit = named(self.positions.unit());
            if at > length {
                format!("offset {at} lies past the end of the text of {length} {unit}")
            } else {
                format!("offset {at} stands inside a character; offsets count {unit}")
            }
        })
    }

    /// Whether another unit would make sense of the offsets.
    fn hint(&self, start: usize, end: usize, surface: &str) -> String {
        let fits = |unit: &OffsetUnit| Places::new(self.text, *unit).span(start, end).is_ok_and(|s| s.of(self.text) == surface);
        let units = [OffsetUnit::Char, OffsetUnit::Utf16, OffsetUnit::Byte];
        let other = units.into_iter().filter(|u| *u != self.positions.unit()).find(fits);
        other
            .map(|u| format!("; the offsets look as if counted in {}, expected {}", named(u), named(self.positions.unit())))
            .unwrap_or_default()
    }
}

/// Goes through the sentences of a text, which stand in order and apart.
pub(super) struct InOrder<'t> {
    text: &'t str,
    before: usize,
}

impl<'t> InOrder<'t> {
    pub(super) fn of(text: &'t str) -> Self {
        Self { text, before: 0 }
    }

    /// The next sentence, without white space around it.
    pub(super) fn next(&mut self, span: Span) -> Result<Span, String> {
        let sentence = span.trimmed(self.text);
        if sentence.is_empty() {
            return Err("a sentence of nothing but white space".to_owned());
        }
        if sentence.start < self.before {
            let words = shown(sentence.of(self.text));
            return Err(format!("the sentence {words:?} overlaps the one before it, or belongs before it"));
        }
        self.before = sentence.end;
        Ok(sentence)
    }
}

/// What an offset unit counts.
pub(super) fn named(unit: OffsetUnit) -> &'static str {
    match unit {
        OffsetUnit::Char => "code points",
        OffsetUnit::Byte => "UTF-8 bytes",
        OffsetUnit::Utf16 => "UTF-16 units",
    }
}

fn shown(text: &str) -> String {
    let count = text.chars().count();
    if count <= SHOWN { text.to_owned() } else { text.chars().take(SHOWN).chain(['…']).collect() }
}

/// SHA-256 of the text in UTF-8, lower-case hex.
pub(super) fn sha256(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Whether the text is still the one that was annotated.
pub(super) fn check_hash(text: &str, expected: &str) -> Result<(), String> {
    match sha256(text) {
        hash if hash.eq_ignore_ascii_case(expected) => Ok(()),
        hash => Err(format!("text_sha256 is {expected}, the text's is {hash}: the text was changed after it was annotated")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_is_said_exactly() {
        let text = "😀 Ann said";
        let chars = Places::new(text, OffsetUnit::Char);
        assert_eq!(chars.surface(2, 5, "Ann"), Ok(Span::new(5, 8)));
        assert!(chars.surface(3, 6, "Ann").unwrap_err().contains("counted in UTF-16 units"));
        assert!(chars.surface(2, 5, "And").unwrap_err().contains("they part after \"An\""));
        assert!(chars.span(2, 99).unwrap_err().contains("past the end of the text of 10 code points"));
        assert!(chars.span(3, 3).is_err() && chars.span(4, 3).is_err());
        assert!(Places::new(text, OffsetUnit::Utf16).span(1, 4).unwrap_err().contains("inside a character"));
    }

    #[test]
    fn parts_are_in_order_and_reach_from_end_to_end() {
        let places = Places::new("abcdef", OffsetUnit::Char);
        let hull = Span::new(1, 5);
        assert_eq!(places.parts(hull, &[(1, 2), (2, 5)]), Ok(vec![Span::new(1, 2), Span::new(2, 5)]));
        for wrong in [&[(1, 3), (2, 5)][..], &[(4, 5), (1, 2)], &[(1, 4)], &[], &[(1, 1), (2, 5)]] {
            assert!(places.parts(hull, wrong).is_err(), "{wrong:?}");
        }
    }
}
