//! Subtitles, WebVTT and SubRip → turns and paragraphs.
//!
//! 1. `cues`: a file → its cues, with the lines of each
//! 2. `words`: a line → words without tags, and who says them
//! 3. here: cues → turns of one speaker, paragraphs of nobody's

mod cues;
#[cfg(test)]
mod tests;
mod words;

use self::cues::{Cue, File};
use self::words::{Said, Voice};
use super::article::{Article, Found};
use super::furniture::ends_sentence;
use super::turns::Talk;
use crate::document::is_stage_direction;

/// A pause, in milliseconds, after which what nobody is named for stands in a paragraph of its own.
const PAUSE: u64 = 4_000;
/// A paragraph of so many bytes ends with its sentence.
const PARAGRAPH: usize = 600;
/// One of so many ends anyway: automatic subtitles have no stops.
const LONGEST_PARAGRAPH: usize = 2_400;
/// Lines of fewer words may be said twice in a row.
const REPEATED_WORDS: usize = 3;
/// The most lines that stay on the screen from one cue to the next.
const STAYING_LINES: usize = 10;

/// Reads WebVTT.
///
/// # Errors
/// There is no cue: line and column, what was found and what was expected.
pub(super) fn read_vtt(text: &str) -> Result<Vec<Found>, String> {
    cues::vtt(text).map(talk)
}

/// Reads SubRip (`.srt`).
///
/// # Errors
/// There is no cue: line and column, what was found and what was expected.
pub(super) fn read_srt(text: &str) -> Result<Vec<Found>, String> {
    cues::srt(text).map(talk)
}

fn talk(file: File) -> Vec<Found> {
    let mut article = Article { language: file.language, warnings: file.warnings, ..Article::default() };
    article.source.title = file.title;
    let said = said(&file.cues);
    if said.is_empty() {
        return vec![Found::Skipped { guid: None, reason: "subtitles without words".to_owned() }];
    }
    join(said).set(&mut article);
    vec![Found::Article(Box::new(article))]
}

/// What is said, line by line, with its times; nothing that only stays on the screen from one cue to the next, and no sounds.
fn said(cues: &[Cue]) -> Vec<(Said, Option<(u64, u64)>)> {
    let mut all = Vec::new();
    let mut shown: Vec<String> = Vec::new();
    let parts: Vec<Vec<Said>> = cues.iter().map(|cue| cue.lines.iter().flat_map(|line| words::of_line(line)).collect()).collect();
    let tagged = parts.iter().flatten().any(|part| matches!(part.voice, Voice::Named(_)));
    for (cue, mut lines) in cues.iter().zip(parts) {
        // Where tags name whoever speaks, a cue without one is nobody's.
        if let Some(first) = lines.first_mut().filter(|first| tagged && first.voice == Voice::Same) {
            first.voice = Voice::Nobody;
        }
        // `</v>` at a cue's end says nothing of the next.
        lines.pop_if(|last| last.voice == Voice::Nobody && last.words.is_empty());
        let texts: Vec<String> = lines.iter().map(|line| line.words.clone()).collect();
        // Subtitles that roll up repeat the line above.
        let stay = (1..=shown.len().min(texts.len()).min(STAYING_LINES))
            .rev()
            .find(|&n| shown[shown.len() - n..] == texts[..n] && long(&texts[..n]));
        for line in lines.into_iter().skip(stay.unwrap_or(0)) {
            if !is_stage_direction(&line.words) {
                all.push((line, cue.times));
            }
        }
        if !texts.is_empty() {
            shown = texts;
        }
    }
    words::name_speakers(all.iter_mut().map(|(said, _)| said));
    all.retain(|(said, _)| !said.words.is_empty() || said.voice != Voice::Same);
    if all.iter().all(|(said, _)| said.words.is_empty()) { Vec::new() } else { all }
}

fn long(lines: &[String]) -> bool {
    lines.iter().map(|line| line.split_whitespace().count()).sum::<usize>() >= REPEATED_WORDS
}

/// Joins the lines of one speaker to a turn, and those of nobody to paragraphs.
fn join(said: Vec<(Said, Option<(u64, u64)>)>) -> Talk {
    let mut talk = Talk::default();
    let mut speaker: Option<String> = None;
    let mut words = String::new();
    let mut before: Option<u64> = None;
    for (line, times) in said {
        let paused = before.zip(times).is_some_and(|(end, (start, _))| start > end.saturating_add(PAUSE));
        let full = words.len() > LONGEST_PARAGRAPH || words.len() > PARAGRAPH && ends_sentence(&words);
        let changes = match &line.voice {
            Voice::Same => speaker.is_none() && (paused || full),
            Voice::Named(name) => speaker.as_ref() != Some(name),
            Voice::Nobody => speaker.is_some() || paused || full,
            Voice::Other => true,
        };
        if changes {
            talk.say(speaker.clone(), &std::mem::take(&mut words));
        }
        match line.voice {
            Voice::Named(name) => speaker = Some(name),
            Voice::Other | Voice::Nobody => speaker = None,
            Voice::Same => {}
        }
        if !words.is_empty() {
            words.push(' ');
        }
        words.push_str(&line.words);
        before = times.map(|(_, end)| end).or(before);
    }
    talk.say(speaker, &words);
    talk
}
