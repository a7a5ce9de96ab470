//! How languages are called.

use whatlang::Lang;

/// Codes that people use for a language that is told apart under another: ISO 639-1, ISO 639-3.
const OTHERS: [(&str, &str); 6] = [("no", "nb"), ("nor", "nb"), ("zho", "zh"), ("fas", "fa"), ("iw", "he"), ("in", "id")];

/// A code of no language that is told apart.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{found}` is the code of no language that is told apart; expected one of {}, or its code of three letters", codes().join(", "))]
pub struct UnknownLanguage {
    /// What was found instead.
    pub found: String,
}

/// The code that documents in a language get, ISO 639-1, from that code, its code in ISO 639-3 or one with a region (`en-GB`), in any case.
///
/// # Errors
/// It is none of them: the error names those there are.
pub fn known(code: &str) -> Result<&'static str, UnknownLanguage> {
    let wanted = code.trim().to_ascii_lowercase();
    let wanted = wanted.split(['-', '_']).next().unwrap_or_default();
    let wanted = OTHERS.iter().find(|(other, _)| *other == wanted).map_or(wanted, |(_, code)| code);
    let found = Lang::all().iter().find(|language| code_of(**language) == wanted || language.code() == wanted);
    found.map(|language| code_of(*language)).ok_or_else(|| UnknownLanguage { found: code.to_owned() })
}

/// All codes, in order.
fn codes() -> Vec<&'static str> {
    let mut codes: Vec<&str> = Lang::all().iter().map(|language| code_of(*language)).collect();
    codes.sort_unstable();
    codes
}

/// The ISO 639-1 code of a language.
pub(super) fn code_of(language: Lang) -> &'static str {
    match language {
        Lang::Afr => "af",
        Lang::Aka => "ak",
        Lang::Amh => "am",
        Lang::Ara => "ar",
        Lang::Aze => "az",
        Lang::Bel => "be",
        Lang::Ben => "bn",
        Lang::Bul => "bg",
        Lang::Cat => "ca",
        Lang::Ces => "cs",
        Lang::Cmn => "zh",
        Lang::Cym => "cy",
        Lang::Dan => "da",
        Lang::Deu => "de",
        Lang::Ell => "el",
        Lang::Eng => "en",
        Lang::Epo => "eo",
        Lang::Est => "et",
        Lang::Fin => "fi",
        Lang::Fra => "fr",
        Lang::Guj => "gu",
        Lang::Heb => "he",
        Lang::Hin => "hi",
        Lang::Hrv => "hr",
        Lang::Hun => "hu",
        Lang::Hye => "hy",
        Lang::Ind => "id",
        Lang::Ita => "it",
        Lang::Jav => "jv",
        Lang::Jpn => "ja",
        Lang::Kan => "kn",
        Lang::Kat => "ka",
        Lang::Khm => "km",
        Lang::Kor => "ko",
        Lang::Lat => "la",
        Lang::Lav => "lv",
        Lang::Lit => "lt",
        Lang::Mal => "ml",
        Lang::Mar => "mr",
        Lang::Mkd => "mk",
        Lang::Mya => "my",
        Lang::Nep => "ne",
        Lang::Nld => "nl",
        Lang::Nob => "nb",
        Lang::Ori => "or",
        Lang::Pan => "pa",
        Lang::Pes => "fa",
        Lang::Pol => "pl",
        Lang::Por => "pt",
        Lang::Ron => "ro",
        Lang::Rus => "ru",
        Lang::Sin => "si",
        Lang::Slk => "sk",
        Lang::Slv => "sl",
        Lang::Sna => "sn",
        Lang::Spa => "es",
        Lang::Srp => "sr",
        Lang::Swe => "sv",
        Lang::Tam => "ta",
        Lang::Tel => "te",
        Lang::Tgl => "tl",
        Lang::Tha => "th",
        Lang::Tuk => "tk",
        Lang::Tur => "tr",
        Lang::Ukr => "uk",
        Lang::Urd => "ur",
        Lang::Uzb => "uz",
        Lang::Vie => "vi",
        Lang::Yid => "yi",
        Lang::Zul => "zu",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_known_in_their_several_forms() {
        for (code, expected) in [
            ("en", "en"),
            ("EN", "en"),
            ("eng", "en"),
            ("en-GB", "en"),
            ("en_us", "en"),
            ("no", "nb"),
            ("nor", "nb"),
            ("zho", "zh"),
            (" de", "de"),
        ] {
            assert_eq!(known(code), Ok(expected), "{code}");
        }
        for language in Lang::all() {
            assert_eq!(known(language.code()), Ok(code_of(*language)));
            assert_eq!(known(code_of(*language)), Ok(code_of(*language)));
        }
        let mut codes = codes();
        codes.dedup();
        assert_eq!(codes.len(), Lang::all().len());
    }

    #[test]
    fn what_is_no_code_is_named_beside_those_there_are() {
        for code in ["english", "xx", "", "-", "e"] {
            let said = known(code).unwrap_err().to_string();
            assert!(said.starts_with(&format!("`{code}` is the code of no language")) && said.contains("de, el, en, eo"), "{said}");
        }
    }
}
