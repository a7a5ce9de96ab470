//! WebVTT and SubRip → cues. What is damaged is kept as words, with a warning.

/// So many damaged places are named in warnings.
const PLACES_WARNED: usize = 5;

/// What a file of subtitles holds.
#[derive(Debug, Default)]
pub(super) struct File {
    /// What stands behind `WEBVTT`.
    pub title: Option<String>,
    /// The language its header names.
    pub language: Option<String>,
    /// In the order of the file.
    pub cues: Vec<Cue>,
    /// What people should know.
    pub warnings: Vec<String>,
}

/// Words on the screen at one time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cue {
    /// From when to when, in milliseconds; `None` where that cannot be read.
    pub times: Option<(u64, u64)>,
    /// As they stand, tags and all.
    pub lines: Vec<String>,
}

/// Reads WebVTT; comments, styles and regions are left out.
///
/// # Errors
/// There is no cue.
pub(super) fn vtt(text: &str) -> Result<File, String> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut file = File::default();
    let mut blocks = blocks(text);
    let headed = blocks.first().is_some_and(|block| is_header(block.lines[0]));
    if headed {
        let header = blocks.remove(0);
        read_header(&header.lines, &mut file);
        // A cue may follow without a blank line.
        if let Some(at) = header.lines.iter().position(|line| parted(line).is_some()) {
            blocks.insert(0, Block { line: header.line + at, lines: header.lines[at..].to_vec() });
        }
    } else {
        file.warnings.push("line 1, column 1: the file does not begin with `WEBVTT`; its cues were read all the same".to_owned());
    }
    blocks.retain(|block| !is_note(block));
    cues(blocks, &mut file, text)?;
    Ok(file)
}

/// Reads SubRip.
///
/// # Errors
/// There is no cue.
pub(super) fn srt(text: &str) -> Result<File, String> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut file = File::default();
    cues(blocks(text), &mut file, text)?;
    Ok(file)
}

const ARROW: &str = "-->";
/// How arrows are damaged.
const OTHER_ARROWS: [&str; 4] = ["->", "—>", "–>", "→"];

/// Where the times of a cue are parted, if the line holds them.
fn parted(line: &str) -> Option<(&str, &str)> {
    let timed = line.trim_start().starts_with(|c: char| c.is_ascii_digit());
    let clocks = || line.matches(':').count() >= 2;
    let other = || OTHER_ARROWS.iter().filter(|_| clocks()).find_map(|arrow| line.split_once(*arrow));
    line.split_once(ARROW).or_else(other).filter(|_| timed)
}

fn is_header(line: &str) -> bool {
    line.strip_prefix("WEBVTT").is_some_and(|rest| rest.is_empty() || rest.starts_with(char::is_whitespace))
}

fn read_header(lines: &[&str], file: &mut File) {
    let title = lines[0].trim_start_matches("WEBVTT").trim_start_matches([' ', '\t', '-', '–', ':']).trim();
    file.title = Some(title.to_owned()).filter(|title| !title.is_empty());
    for line in &lines[1..] {
        match line.split_once(':') {
            Some((name, value)) if name.trim().eq_ignore_ascii_case("language") => file.language = Some(value.trim().to_owned()),
            Some((name, value)) if name.trim().eq_ignore_ascii_case("title") => file.title = Some(value.trim().to_owned()),
            _ => {}
        }
    }
}

/// Comments, styles and regions.
fn is_note(block: &Block<'_>) -> bool {
    let opens = |word: &str| block.lines[0].strip_prefix(word).is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t', ':']));
    ["NOTE", "STYLE", "REGION"].into_iter().any(opens) && block.lines.get(1).is_none_or(|line| parted(line).is_none())
}

/// Lines without a blank one between them.
#[derive(Debug)]
struct Block<'t> {
    /// Of the file, from 1.
    line: usize,
    /// At least one.
    lines: Vec<&'t str>,
}

fn blocks(text: &str) -> Vec<Block<'_>> {
    let mut blocks: Vec<Block<'_>> = Vec::new();
    let mut apart = true;
    // `\r` alone ends a line in both formats; `\r\n` is one end.
    let lines = text.split('\n').flat_map(|line| line.strip_suffix('\r').unwrap_or(line).split('\r'));
    for (number, line) in (1..).zip(lines) {
        if line.is_empty() {
            apart = true;
            continue;
        }
        match blocks.last_mut().filter(|_| !apart) {
            Some(block) => block.lines.push(line),
            None => blocks.push(Block { line: number, lines: vec![line] }),
        }
        apart = false;
    }
    blocks
}

/// Reads cues out of blocks.
fn cues(blocks: Vec<Block<'_>>, file: &mut File, text: &str) -> Result<(), String> {
    let mut damaged: Vec<String> = Vec::new();
    let mut timed = 0;
    for block in blocks {
        let mut lines = block.lines.as_slice();
        let mut cue: Option<Cue> = None;
        let mut at = block.line;
        while let Some((line, rest)) = lines.split_first() {
            // A number or name stands over the times.
            let named = rest.first().is_some_and(|next| parted(next).is_some()) && (cue.is_none() || is_number(line));
            if parted(line).is_some() {
                let times = times(line);
                timed += 1;
                if times.is_none() {
                    damaged.push(format!("line {at}"));
                }
                file.cues.extend(cue.take());
                cue = Some(Cue { times, lines: Vec::new() });
            } else if !named {
                match &mut cue {
                    Some(cue) => cue.lines.push((*line).to_owned()),
                    None if is_number(line) => {}
                    // A blank line inside a cue, or a cue that lost its times.
                    None => {
                        damaged.push(format!("line {at}"));
                        cue = Some(Cue { times: None, lines: vec![(*line).to_owned()] });
                    }
                }
            }
            lines = rest;
            at += 1;
        }
        file.cues.extend(cue);
    }
    if timed == 0 {
        let first: String = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default().trim().chars().take(40).collect();
        return Err(format!(
            "line 1, column 1: found `{first}` and no cue after it; expected times such as `00:00:01.000 --> 00:00:04.000`"
        ));
    }
    if !damaged.is_empty() {
        let more = if damaged.len() > PLACES_WARNED { ", …" } else { "" };
        damaged.truncate(PLACES_WARNED);
        file.warnings.push(format!("cues without times that can be read; their words were kept: {}{more}", damaged.join(", ")));
    }
    Ok(())
}

fn is_number(line: &str) -> bool {
    let line = line.trim();
    !line.is_empty() && line.bytes().all(|b| b.is_ascii_digit())
}

/// `00:00:01.000 --> 00:00:04,000 align:start`, in milliseconds.
fn times(line: &str) -> Option<(u64, u64)> {
    let (start, rest) = parted(line)?;
    let end = rest.split_whitespace().next()?;
    Some((time(start.trim())?, time(end)?))
}

/// `hh:mm:ss.ttt`, hours and thousandths optional; a comma does for the point.
fn time(text: &str) -> Option<u64> {
    let (clock, fraction) = text.split_once(['.', ',']).unwrap_or((text, "0"));
    let mut seconds = 0u64;
    let parts: Vec<&str> = clock.split(':').collect();
    for part in (2..=3).contains(&parts.len()).then_some(&parts)? {
        let part: u64 = part.trim().parse().ok()?;
        seconds = seconds.checked_mul(60)?.checked_add(part)?;
    }
    let thousandths: u64 = format!("{fraction:0<3}").get(..3)?.parse().ok()?;
    seconds.checked_mul(1000)?.checked_add(thousandths)
}
