//! What a text is written in.

use whatlang::detect;

use super::codes::code_of;

/// Shorter texts are not judged: a headline of names may look like anything.
const SHORTEST: usize = 120;
/// So much of a long text is looked at: more says nothing new.
const LOOKED_AT: usize = 4_000;

/// The ISO 639-1 code of the language; `None` where that is not sure.
pub(super) fn detected(text: &str) -> Option<&'static str> {
    let end = text.char_indices().nth(LOOKED_AT).map_or(text.len(), |(at, _)| at);
    let looked_at = &text[..end];
    looked_at.chars().filter(|c| c.is_alphabetic()).nth(SHORTEST - 1)?;
    // What shouts is judged by its words, not by its letters' size.
    let found = detect(&looked_at.to_lowercase())?;
    found.is_reliable().then(|| code_of(found.lang()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn english_is_english_however_it_is_written() {
        let text = "The council voted on Monday to close three schools in the north of the city after a report found that numbers had fallen \
            for ten years in a row, and that no other way was left.";
        for text in [text.to_owned(), text.to_uppercase(), text.replace([',', '.'], ""), format!("BAGHDAD — {text}")] {
            assert_eq!(detected(&text), Some("en"), "{text}");
        }
    }

    #[test]
    fn little_text_is_not_judged() {
        assert_eq!(detected("Müller trifft Schröder in Köln"), None);
        assert_eq!(detected(&"1234 ".repeat(100)), None);
        assert_eq!(detected(""), None);
    }
}
