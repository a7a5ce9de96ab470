use proptest::prelude::*;

use super::*;
use crate::document::BlockKind::{self, Headline, Paragraph, Turn};

fn one(found: Result<Vec<Found>, String>) -> Article {
    Found::articles(found.unwrap()).remove(0)
}

fn vtt(cues: &str) -> Vec<(BlockKind, String)> {
    one(read_vtt(&format!("WEBVTT\n\n{cues}"))).read().into_iter().map(|(kind, words)| (kind, words.to_owned())).collect()
}

/// Cues of two seconds, one after the other.
fn cues(lines: &[&str]) -> String {
    lines.iter().enumerate().map(|(at, line)| format!("00:{:02}.000 --> 00:{:02}.000\n{line}\n\n", at * 2, at * 2 + 2)).collect()
}

#[test]
fn voices_make_turns_and_what_has_none_stands_alone() {
    let article = one(read_vtt(include_str!("../../../fixtures/wires/debate.vtt")));
    let expected = [
        (Headline, "Harlow council debate"),
        (Turn, "Ann Lee: We raised the flood wall by 40 centimetres in 2019."),
        (Turn, "Bob Cole: That’s wrong. It was 20."),
        (Paragraph, "The council is back after the break."),
        (Turn, "Host: Thank you both."),
        (Turn, "Ann Lee: Thank you."),
    ];
    assert_eq!(article.read(), expected);
    assert_eq!((article.language.as_deref(), article.source.title.as_deref()), (Some("en"), Some("Harlow council debate")));
    assert!(article.warnings.is_empty());
}

#[test]
fn names_and_marks_of_change_make_turns() {
    let article = one(read_srt(include_str!("../../../fixtures/wires/news.srt")));
    let expected = [
        (Turn, "ANNA FOSTER: Good evening. The river has flooded 400 homes. The mayor spoke today."),
        (Turn, "MAYOR LEE: We have never seen this before."),
        (Paragraph, "Will the wall hold?"),
        (Paragraph, "We think so."),
        (Turn, "ANNA FOSTER: Schools stay closed."),
    ];
    assert_eq!(article.read(), expected);
}

#[test]
fn what_stays_on_the_screen_is_read_once() {
    let article = one(read_vtt(include_str!("../../../fixtures/wires/rolling.vtt")));
    assert_eq!(article.read(), [(Paragraph, "the river has flooded four hundred homes")]);
    assert_eq!(vtt(&cues(&["No.", "No."])), [(Paragraph, "No. No.".to_owned())]);
}

#[test]
fn damaged_cues_are_kept_with_a_warning() {
    let article = one(read_srt(include_str!("../../../fixtures/wires/damaged.srt")));
    let words = "The first cue has a short arrow. The second has a letter in its time. The third has a blank line in its middle.";
    assert!(article.text.contains("The second has a letter in its time. The third has a blank line in its middle."), "{}", article.text);
    assert!(words.split(". ").all(|sentence| article.text.contains(sentence)));
    assert_eq!(article.warnings, ["cues without times that can be read; their words were kept: line 6, line 13"]);
    let headless = one(read_vtt(include_str!("../../../fixtures/wires/headless.vtt")));
    assert_eq!(headless.read(), [(Paragraph, "No header stands over this.")]);
    assert!(headless.warnings[0].starts_with("line 1, column 1: the file does not begin with `WEBVTT`"));
}

#[test]
fn a_file_without_cues_is_an_error_and_one_without_words_is_skipped() {
    let error = read_vtt(include_str!("../../../fixtures/wires/no-cue.vtt")).unwrap_err();
    assert_eq!(error, "line 1, column 1: found `WEBVTT` and no cue after it; expected times such as `00:00:01.000 --> 00:00:04.000`");
    assert!(read_srt("").is_err());
    let silent = read_vtt(&format!("WEBVTT\n\n{}", cues(&["[MUSIC]", "♪ ♪"]))).unwrap();
    assert_eq!(Found::reasons(&silent), ["subtitles without words"]);
}

#[test]
fn paragraphs_end_at_pauses_and_when_they_are_long() {
    let pause = "00:01.000 --> 00:02.000\nOne\n\n00:05.000 --> 00:06.000\ntwo.\n\n00:20.000 --> 00:21.000\nThree.\n";
    assert_eq!(vtt(pause), [(Paragraph, "One two.".to_owned()), (Paragraph, "Three.".to_owned())]);
    let lines: Vec<String> = (0..25).map(|at| format!("This is the sentence with the number {at}, and a few words more.")).collect();
    let long = vtt(&cues(&lines.iter().map(String::as_str).collect::<Vec<_>>()));
    assert!(long.len() == 3 && long.iter().all(|(kind, words)| *kind == Paragraph && words.ends_with("more.")), "{long:?}");
}

#[test]
fn a_colon_alone_names_nobody() {
    assert_eq!(vtt(&cues(&["Ann Lee won.", "First: she raised taxes.", "Then: nothing."])).len(), 1);
    let returns = vtt(&cues(&["Ann: We won.", "It was close.", "Bob: No.", "Ann: Yes."]));
    let expected = ["Ann: We won. It was close.", "Bob: No.", "Ann: Yes."];
    assert_eq!(returns, expected.map(|words| (Turn, words.to_owned())));
}

#[test]
fn names_are_written_so_that_they_are_recognised() {
    let mixed = vtt(&cues(&["ANN LEE: We won.", "<v Bob Cole>No.", "ANN LEE: Yes.", "<v spk_1>Why?", "ANN LEE: So."]));
    let expected = ["ANN LEE: We won.", "BOB COLE: No.", "ANN LEE: Yes.", "SPK 1: Why?", "ANN LEE: So."];
    assert_eq!(mixed.iter().map(|(_, words)| words.as_str()).collect::<Vec<_>>(), expected);
    assert_eq!(vtt(&cues(&["<v -->Well, so it is."]))[0], (Paragraph, "Well, so it is.".to_owned()), "no times");
    let strange = one(read_vtt(&format!("WEBVTT\n\n{}", cues(&["<v Ann>We won.", "<v ???>No."]))));
    assert_eq!(strange.read().len(), 2, "{:?}", strange.read());
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_subtitles_are_read_or_refused(
        text in "(WEBVTT|NOTE|[0-9]{1,3}|\n|\n\n|\r|[0-9]{2}:[0-9]{2}[.,][0-9]{1,3} --> [0-9]{2}:[0-9]{2}|<v [A-Za-z _]{1,6}>|</v>|<i>|\\{\\\\an8\\}|>> |- |[A-Z]{1,5}: |[a-zé.♪ ]{1,9}|&gt;|&|<|\\{|-->){0,40}",
    ) {
        Found::articles(read_vtt(&text).unwrap_or_default());
        Found::articles(read_srt(&text).unwrap_or_default());
    }

    #[test]
    fn every_turn_opens_with_a_speaker(names in prop::collection::vec("[A-Za-zé_0-9 .:<'-]{1,12}", 1..6)) {
        let lines: Vec<String> = names.iter().map(|name| format!("<v {name}>Well, we won.")).collect();
        let read = vtt(&cues(&lines.iter().map(String::as_str).collect::<Vec<_>>()));
        let turns: Vec<&str> = read.iter().filter(|(kind, _)| *kind == Turn).map(|(_, words)| words.as_str()).collect();
        let speakers = crate::document::Speakers::among(turns.iter().copied());
        for turn in turns { prop_assert!(speakers.of(turn).is_some(), "{}", turn); }
    }
}
