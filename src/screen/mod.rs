//! Which documents the model does not read: old ones, those in another language, and those that repeat an earlier one.
//!
//! 1. `language` (with `codes`): what a text is written in
//! 2. `duplicates`: texts that say what an earlier one said

mod codes;
mod duplicates;
mod language;

pub use codes::{UnknownLanguage, known as known_language};
use duplicates::Duplicates;

use crate::document::{Document, Unread};
use crate::values::Day;

/// What becomes of documents in other languages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum OtherLanguages {
    /// A record with a warning and without sentences.
    #[default]
    Note,
    /// No record.
    Skip,
    /// They are read all the same.
    Read,
}

/// How documents are screened.
#[derive(Debug, Clone, PartialEq)]
pub struct ScreenOptions {
    /// The language to be read, as [`known_language`] gives it: every text is in another language than a code it does not know.
    pub language: String,
    /// What becomes of others.
    pub others: OtherLanguages,
    /// Documents known to be published before this day are left out.
    pub since: Option<Day>,
    /// From which similarity on, in (0, 1], a document repeats an earlier one; `None` where that is not looked for.
    pub dedupe: Option<f64>,
}

impl Default for ScreenOptions {
    fn default() -> Self {
        Self { language: "en".into(), others: OtherLanguages::default(), since: None, dedupe: None }
    }
}

/// Why a document is left out altogether.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeftOut {
    /// It was published before [`ScreenOptions::since`].
    TooOld,
    /// It is in another language, and [`OtherLanguages::Skip`] was asked for.
    OtherLanguage,
}

/// Looks at documents in the order of the input. It remembers some 800 bytes of each that may be repeated.
pub struct Screen {
    options: ScreenOptions,
    duplicates: Option<Duplicates>,
}

impl Screen {
    /// A screen that has seen nothing yet.
    #[must_use]
    pub fn new(options: ScreenOptions) -> Self {
        let duplicates = options.dedupe.map(Duplicates::new);
        Self { options, duplicates }
    }

    /// Says in the document what it is written in and whether it is read.
    ///
    /// # Errors
    /// Where it is left out altogether: why.
    pub fn look(&mut self, mut document: Document) -> Result<Document, LeftOut> {
        if self.options.since.is_some_and(|since| document.published().is_some_and(|day| day < since)) {
            return Err(LeftOut::TooOld);
        }
        let detected = language::detected(&document.text);
        if let Some(language) = detected {
            document.language = Some(language.to_owned());
        }
        if let Some(found) = detected.filter(|found| *found != self.options.language) {
            match self.options.others {
                OtherLanguages::Skip => return Err(LeftOut::OtherLanguage),
                OtherLanguages::Note => {
                    document.warnings.push(format!(
                        "the text is in another language (`{found}`, expected `{}`): no sentence was scored; --other-languages read scores it",
                        self.options.language
                    ));
                    document.unread = Some(Unread::OtherLanguage);
                    return Ok(document);
                }
                OtherLanguages::Read => {}
            }
        }
        if let Some(duplicate) = self.duplicates.as_mut().and_then(|known| known.look(&document)) {
            document.unread = Some(Unread::Repeats(duplicate));
        }
        Ok(document)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GERMAN: &str = "Der Bürgermeister sagte am Montag, die Zahl der Verbrechen sei in zwei Jahren um vierzig Prozent gesunken. Die Opposition \
        bezweifelt das und verlangt, dass die Zahlen von einer unabhängigen Stelle geprüft werden, bevor der Rat im Herbst entscheidet.";

    fn document(id: &str, text: &str) -> Document {
        Document { doc_id: id.into(), text: text.into(), ..Document::default() }
    }

    #[test]
    fn other_languages_are_noted_skipped_or_read() {
        let look = |others| Screen::new(ScreenOptions { others, ..ScreenOptions::default() }).look(document("d", GERMAN));
        let noted = look(OtherLanguages::Note).unwrap();
        assert_eq!((noted.language.as_deref(), &noted.unread), (Some("de"), &Some(Unread::OtherLanguage)));
        assert!(noted.warnings[0].contains("`de`, expected `en`"), "{:?}", noted.warnings);
        assert_eq!(look(OtherLanguages::Skip).err(), Some(LeftOut::OtherLanguage));
        let read = look(OtherLanguages::Read).unwrap();
        assert!(read.unread.is_none() && read.warnings.is_empty());
    }

    #[test]
    fn documents_before_a_day_are_left_out() {
        let mut screen = Screen::new(ScreenOptions { since: Some("2024-03-05".parse().unwrap()), ..ScreenOptions::default() });
        let mut left_out = |published: &str| {
            let mut document = document("d", "Words.");
            document.source.published = Some(published.into());
            screen.look(document).err()
        };
        assert_eq!(left_out("2024-03-04T23:59:59Z"), Some(LeftOut::TooOld));
        assert_eq!((left_out("2024-03-05"), left_out("yesterday")), (None, None));
    }

    #[test]
    fn repeats_name_the_first() {
        let text =
            "The council voted on Monday to close three schools in the north of the city after a report found that numbers had fallen.";
        let mut screen = Screen::new(ScreenOptions { dedupe: Some(0.8), ..ScreenOptions::default() });
        assert!(screen.look(document("first", text)).unwrap().unread.is_none());
        let again = screen.look(document("second", text)).unwrap();
        let Some(Unread::Repeats(duplicate)) = again.unread else { panic!("not seen: {:?}", again.unread) };
        assert_eq!((duplicate.document.as_str(), duplicate.similarity), ("first", 1.0));
    }
}
