//! What a text is written in.

use whatlang::{Lang, detect};

/// Shorter texts are not judged: a headline of names may look like anything.
const SHORTEST: usize = 120;
/// So much of a long text is looked at: more says nothing new.
const LOOKED_AT: usize = 4_000;

/// The ISO 639-1 code of the language, or its ISO 639-3 code where it has no other; `None` where that is not sure.
pub(super) fn detected(text: &str) -> Option<&'static str> {
    let end = text.char_indices().nth(LOOKED_AT).map_or(text.len(), |(at, _)| at);
    let looked_at = &text[..end];
    looked_at.chars().filter(|c| c.is_alphabetic()).nth(SHORTEST - 1)?;
    // What shouts is judged by its words, not by its letters' size.
    let found = detect(&looked_at.to_lowercase())?;
    found.is_reliable().then(|| code(found.lang()))
}

fn code(language: Lang) -> &'static str {
    match language {
        Lang::Eng => "en",
        Lang::Deu => "de",
        Lang::Fra => "fr",
        Lang::Spa => "es",
        Lang::Por => "pt",
        Lang::Ita => "it",
        Lang::Nld => "nl",
        Lang::Swe => "sv",
        Lang::Dan => "da",
        Lang::Nob => "nb",
        Lang::Fin => "fi",
        Lang::Pol => "pl",
        Lang::Ces => "cs",
        Lang::Hun => "hu",
        Lang::Ron => "ro",
        Lang::Tur => "tr",
        Lang::Rus => "ru",
        Lang::Ukr => "uk",
        Lang::Bul => "bg",
        Lang::Ell => "el",
        Lang::Ara => "ar",
        Lang::Heb => "he",
        Lang::Pes => "fa",
        Lang::Hin => "hi",
        Lang::Cmn => "zh",
        Lang::Jpn => "ja",
        Lang::Kor => "ko",
        Lang::Vie => "vi",
        Lang::Ind => "id",
        Lang::Tha => "th",
        Lang::Cat => "ca",
        Lang::Hrv => "hr",
        Lang::Srp => "sr",
        Lang::Slk => "sk",
        Lang::Slv => "sl",
        Lang::Est => "et",
        Lang::Lav => "lv",
        Lang::Lit => "lt",
        other => other.code(),
    }
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
