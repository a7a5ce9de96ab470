//! A sentence under two layers, gold and predicted: cut wherever a mark of either begins or ends.

use std::ops::Range;

/// Characters kept on each side of a mark.
const AROUND: usize = 160;
/// Characters of a mark kept at each of its ends.
const INSIDE: usize = 600;
/// How far a cut moves outwards to fall between words.
const TO_WORD: usize = 15;
/// Gaps shorter than this are no shorter as an ellipsis.
const GAP: usize = 24;

/// A piece of the sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    /// Words, and which layers mark them.
    Words {
        /// Never empty.
        text: String,
        gold: bool,
        predicted: bool,
    },
    /// Words left out.
    Cut,
}

/// Marks in characters, as [`Marked::parts`](crate::evaluate::Marked::parts) has them.
type Parts = [(usize, usize)];

/// The pieces of `context`, in order. Marks that leave the context are clipped, empty ones ignored.
pub(super) fn pieces(context: &str, gold: &Parts, predicted: &Parts) -> Vec<Piece> {
    let chars: Vec<char> = context.chars().collect();
    let (gold, predicted) = (clipped(gold, chars.len()), clipped(predicted, chars.len()));
    let kept = kept(&chars, gold.iter().chain(&predicted));
    let mut cuts: Vec<usize> = [&gold, &predicted, &kept].into_iter().flatten().flat_map(|r| [r.start, r.end]).collect();
    cuts.extend([0, chars.len()]);
    cuts.sort_unstable();
    cuts.dedup();
    let mut pieces = Vec::new();
    for (start, end) in cuts.iter().copied().zip(cuts.iter().copied().skip(1)) {
        let within = |layer: &[Range<usize>]| layer.iter().any(|r| r.start <= start && end <= r.end);
        push(
            &mut pieces,
            match within(&kept) {
                true => Piece::Words { text: text(&chars, start..end), gold: within(&gold), predicted: within(&predicted) },
                false => Piece::Cut,
            },
        );
    }
    pieces
}

/// The words of a mark, its parts joined by an ellipsis.
pub(super) fn surface(context: &str, parts: &Parts) -> String {
    let chars: Vec<char> = context.chars().collect();
    let words: Vec<String> = clipped(parts, chars.len()).into_iter().map(|part| text(&chars, part)).collect();
    words.join(" … ")
}

/// Whether the marks cover everything but white space.
pub(super) fn covers(context: &str, parts: &Parts) -> bool {
    context.chars().enumerate().all(|(at, c)| c.is_whitespace() || parts.iter().any(|(start, end)| (*start..*end).contains(&at)))
}

fn clipped(parts: &Parts, length: usize) -> Vec<Range<usize>> {
    parts.iter().map(|(start, end)| *start..(*end).min(length)).filter(|r| r.start < r.end).collect()
}

fn text(chars: &[char], range: Range<usize>) -> String {
    chars.get(range).unwrap_or_default().iter().collect()
}

/// Appends a piece, or lengthens the last one where nothing tells them apart.
fn push(pieces: &mut Vec<Piece>, piece: Piece) {
    match (pieces.last_mut(), piece) {
        (Some(Piece::Cut), Piece::Cut) => {}
        (Some(Piece::Words { text, gold, predicted }), Piece::Words { text: more, gold: g, predicted: p })
            if (*gold, *predicted) == (g, p) =>
        {
            text.push_str(&more);
        }
        (_, piece) => pieces.push(piece),
    }
}

/// What is shown: the ends of every mark with what stands around them; the beginning where nothing is marked.
fn kept<'r>(chars: &[char], marks: impl Iterator<Item = &'r Range<usize>>) -> Vec<Range<usize>> {
    let mut windows: Vec<Range<usize>> = marks
        .flat_map(|m| {
            let (head, tail) = ((m.start + INSIDE).min(m.end), m.end.saturating_sub(INSIDE).max(m.start));
            [m.start.saturating_sub(AROUND)..head, tail..m.end + AROUND]
        })
        .map(|w| to_words(chars, w))
        .collect();
    if windows.is_empty() {
        windows.push(to_words(chars, 0..2 * AROUND));
    }
    windows.sort_by_key(|w| (w.start, w.end));
    let mut joined: Vec<Range<usize>> = Vec::new();
    for window in windows {
        match joined.last_mut() {
            Some(last) if window.start <= last.end + GAP => last.end = last.end.max(window.end),
            _ => joined.push(window),
        }
    }
    ends_without_gap(joined, chars.len())
}

/// The window moved outwards to white space, if some is near.
fn to_words(chars: &[char], window: Range<usize>) -> Range<usize> {
    let end = window.end.min(chars.len());
    let space = |at: &usize| chars.get(*at).is_none_or(|c| c.is_whitespace());
    let start = (window.start.saturating_sub(TO_WORD)..=window.start).rev().find(|at| *at == 0 || space(&(at - 1)));
    start.unwrap_or(window.start)..(end..=end + TO_WORD).find(space).unwrap_or(end).min(chars.len())
}

fn ends_without_gap(mut windows: Vec<Range<usize>>, length: usize) -> Vec<Range<usize>> {
    if let Some(first) = windows.first_mut().filter(|w| w.start <= GAP) {
        first.start = 0;
    }
    if let Some(last) = windows.last_mut().filter(|w| w.end + GAP >= length) {
        last.end = length;
    }
    windows
}
