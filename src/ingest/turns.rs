//! Turns of a conversation: JSON lines (`speaker`, `role`, `text`), and what subtitles become.

use serde_json::{Map, Value};

use super::article::{Article, Found};
use super::metadata::{adopt, described};
use crate::document::{BlockKind, Document, Speakers};

/// The longest label the program takes for a speaker, in bytes.
const LONGEST_LABEL: usize = 60;

/// The conversation of a file: one article, a turn for each line. The first line may instead say what the whole is: `title`, `date`,
/// `url` and the other fields of a source.
///
/// # Errors
/// A line is not an object, or has no `text`: line, column, what was found and what was expected.
pub(super) fn read(text: &str) -> Result<Vec<Found>, String> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut article = Article::default();
    let mut talk = Talk::default();
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    for (first, (at, line)) in std::iter::once(true).chain(std::iter::repeat(false)).zip(lines) {
        let failed = |reason: String, column: usize| format!("line {}, column {column}: {reason}", at + 1);
        let expected = "expected an object with `speaker` and `text`";
        let value: Value = serde_json::from_str(line).map_err(|error| {
            let said = error.to_string();
            let said = said.split(" at line ").next().unwrap_or(&said).to_owned();
            failed(format!("not valid JSON: {said}; {expected}"), error.column())
        })?;
        let Value::Object(fields) = value else {
            return Err(failed(format!("found {}; {expected}", described(&value)), 1));
        };
        match fields.get("text") {
            Some(Value::String(words)) => {
                let speaker = name(&fields, "speaker").map_err(|reason| failed(reason, 1))?;
                let role = name(&fields, "role").map_err(|reason| failed(reason, 1))?;
                talk.say(speaker.map(|speaker| labelled(speaker, role)), words);
            }
            None if first => describe(fields, &mut article),
            found => {
                let found = found.map_or("no field `text`", described);
                return Err(failed(format!("found {found} where the words should be; {expected}"), 1));
            }
        }
    }
    talk.set(&mut article);
    if article.blocks.is_empty() {
        return Err("line 1, column 1: found no turn; expected an object with `speaker` and `text` on each line".to_owned());
    }
    Ok(vec![Found::Article(Box::new(article))])
}

/// A name, if the field is given.
fn name<'v>(fields: &'v Map<String, Value>, field: &str) -> Result<Option<&'v str>, String> {
    match fields.get(field) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(name)) => Ok(Some(name.trim()).filter(|name| !name.is_empty())),
        Some(other) => Err(format!("field `{field}` is {}; expected a string", described(other))),
    }
}

/// The speaker with the role in brackets behind the name, "Jane Roe (moderator)", if both have room.
fn labelled(speaker: &str, role: Option<&str>) -> String {
    let role = role.map(|role| role.replace(['(', ')', '[', ']', ':'], " ")).unwrap_or_default();
    let role = role.split_whitespace().collect::<Vec<_>>().join(" ");
    let label = format!("{speaker} ({role})");
    if role.is_empty() || speaker.contains('(') || label.len() > LONGEST_LABEL { speaker.to_owned() } else { label }
}

/// Takes what the first line says of the whole.
fn describe(mut fields: Map<String, Value>, article: &mut Article) {
    if let Some(date) = fields.remove("date") {
        fields.entry("published").or_insert(date);
    }
    if let Some(Value::String(language)) = fields.remove("language") {
        article.language = Some(language);
    }
    let mut document = Document::default();
    adopt(fields, &mut document);
    article.source = document.source;
    article.warnings.extend(document.warnings);
}

/// What is said, by whom.
#[derive(Debug, Default)]
pub(super) struct Talk {
    said: Vec<(Option<String>, String)>,
}

impl Talk {
    /// Adds words; nobody knows who says them where `speaker` is `None`.
    pub fn say(&mut self, speaker: Option<String>, words: &str) {
        if words.chars().any(char::is_alphanumeric) {
            self.said.push((speaker, words.to_owned()));
        }
    }

    /// Adds its blocks: the title as the headline, a turn "Name: words" for whatever a speaker says, a paragraph for what nobody does.
    ///
    /// A speaker is written as [`Speakers`] recognise one: `SPEAKER_01` becomes "SPEAKER 01", "host" becomes "Host", and where most are
    /// in capitals, all are. Who cannot be written so at all stands in a paragraph that nobody speaks.
    pub fn set(self, article: &mut Article) {
        let title = article.source.title.clone();
        article.push(BlockKind::Headline, title.as_deref().unwrap_or_default());
        let turns: Vec<(Option<String>, String)> = self
            .said
            .into_iter()
            .map(|(speaker, words)| {
                (speaker.map(|speaker| written(&speaker)).filter(|speaker| speaker.contains(char::is_alphanumeric)), words)
            })
            .collect();
        let lines: Vec<String> = turns.iter().filter_map(|(speaker, _)| speaker.as_deref()).map(|speaker| format!("{speaker}: ")).collect();
        let speakers = Speakers::among(lines.iter().map(String::as_str));
        let mut nameless = None;
        for (speaker, words) in turns {
            let Some(speaker) = speaker else {
                article.push(BlockKind::Paragraph, &words);
                continue;
            };
            let known = |label: &str| speakers.of(&format!("{label}: ")).is_some();
            let shouted = speaker.to_uppercase();
            let label = [&speaker, &shouted].into_iter().find(|label| known(label));
            let kind = if label.is_some() { BlockKind::Turn } else { BlockKind::Paragraph };
            article.push(kind, &format!("{}: {words}", label.unwrap_or(&speaker)));
            if label.is_none() {
                nameless.get_or_insert(speaker);
            }
        }
        if let Some(speaker) = nameless {
            article
                .warnings
                .push(format!("`{speaker}` cannot be told for a speaker's name; what such speakers say is attributed to nobody"));
        }
    }
}

/// A speaker's name with capitals, and nothing but what names have.
fn written(speaker: &str) -> String {
    let (name, brackets) = speaker.split_at(speaker.find(['(', '[']).unwrap_or(speaker.len()));
    let plain: String =
        name.chars().map(|c| if c.is_alphanumeric() || matches!(c, '.' | '-' | '\'' | '’' | ',' | '#' | '&') { c } else { ' ' }).collect();
    let capital = |word: &str| {
        let mut letters = word.chars();
        letters.next().map(|first| first.to_uppercase().chain(letters).collect::<String>()).unwrap_or_default()
    };
    let words: Vec<&str> = plain.split_whitespace().collect();
    // "Ursula von der Leyen" has her small words, "speaker one" has not.
    let small = words.iter().all(|word| word.starts_with(char::is_lowercase));
    let fits = |word: &&str| small || !crate::document::PARTICLES.contains(word);
    let words: Vec<String> = words.iter().map(|word| if fits(word) { capital(word) } else { (*word).to_owned() }).collect();
    let brackets = brackets.replace(':', " ");
    format!("{} {}", words.join(" "), brackets.trim()).trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use BlockKind::{Headline, Paragraph, Turn};

    #[test]
    fn every_line_is_a_turn_of_its_speaker() {
        let found = read(include_str!("../../fixtures/wires/hearing.turns.jsonl")).unwrap();
        let [article] = &Found::articles(found)[..] else { panic!() };
        let expected = [
            (Headline, "Hearing on the flood wall"),
            (Turn, "Ann Lee (Mayor): We raised the wall by 40 centimetres."),
            (Turn, "SPEAKER 01: It was 20. I have the plans here."),
            (Turn, "Jane Roe (D-Harlow): Which is it?"),
            (Paragraph, "(The witness nods.) The hearing was adjourned at noon."),
            (Turn, "Host: Thank you: that is all."),
        ];
        assert_eq!(article.read(), expected);
        let source = &article.source;
        assert_eq!((source.published.as_deref(), source.outlet.as_deref()), (Some("2024-03-06"), Some("Harlow Council")));
        assert_eq!((article.language.as_deref(), source.fields.get("room")), (Some("en"), Some(&Value::from("B"))));
    }

    #[test]
    fn a_line_that_is_no_turn_is_named() {
        let error = |text: &str| read(text).unwrap_err();
        let damaged = error(include_str!("../../fixtures/wires/damaged.turns.jsonl"));
        assert!(
            damaged.starts_with("line 2, column 34: not valid JSON: EOF while parsing an object; expected an object with"),
            "{damaged}"
        );
        let textless = error(include_str!("../../fixtures/wires/textless.turns.jsonl"));
        assert!(textless.starts_with("line 2, column 1: found no field `text` where the words should be; expected"), "{textless}");
        assert!(error("[1]").starts_with("line 1, column 1: found a list; expected an object with"));
        assert!(error("{\"text\":\"a\",\"speaker\":7}").contains("field `speaker` is a number; expected a string"));
        assert!(error("{\"title\":\"a\"}\n\n{\"text\":null}").starts_with("line 3, column 1: found null where"));
        assert!(error("\n").contains("found no turn"));
    }

    #[test]
    fn roles_stand_behind_names_where_they_have_room() {
        assert_eq!(labelled("Ann Lee", Some("R-Ohio: (chair)")), "Ann Lee (R-Ohio chair)");
        assert_eq!(labelled("Ann Lee", Some(" ")), "Ann Lee");
        assert_eq!(labelled("Ann Lee (D)", Some("chair")), "Ann Lee (D)");
        assert_eq!(labelled("Ann Lee", Some(&"x".repeat(60))), "Ann Lee");
    }

    #[test]
    fn whoever_cannot_be_written_as_a_speaker_speaks_in_a_paragraph() {
        let found = read("{\"speaker\":\"Ann Lee\",\"text\":\"We won.\"}\n{\"speaker\":\"1, 2, 3, 4, 5, 6, 7\",\"text\":\"No.\"}").unwrap();
        let [article] = &Found::articles(found)[..] else { panic!() };
        assert_eq!(article.read(), [(Turn, "Ann Lee: We won."), (Paragraph, "1, 2, 3, 4, 5, 6, 7: No.")]);
        assert!(article.warnings[0].contains("cannot be told for a speaker's name"));
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig { failure_persistence: None, ..Default::default() })]

        #[test]
        fn any_lines_are_read_or_refused(text in "(\\{\"text\":\"[a-zA-Z:é ]{0,9}\"(,\"speaker\":\"[A-Za-z_ (]{0,9}\")?(,\"role\":\"[a-z)]{0,5}\")?\\}|\\{|\n|7|null){0,12}") {
            match read(&text) {
                Ok(found) => drop(Found::articles(found)),
                Err(error) => proptest::prop_assert!(error.starts_with("line "), "{}", error),
            }
        }
    }
}
