//! Plain text → blocks. The text itself is kept exactly as it was decoded.

use super::furniture::{ends_sentence, is_headline, of_line};
use super::transcript::Transcript;
use crate::document::{Block, BlockKind};
use crate::span::Span;

/// Bylines and datelines are looked for among so many lines that are not blank.
const HEAD_LINES: usize = 6;
/// Hard-wrapped text has at least so many lines; fewer show no pattern.
const WRAP_LINES: usize = 4;
/// Widths, in characters, at which text is hard-wrapped: mail and wires at 60 to 80, some to 100.
const WRAP_WIDTHS: std::ops::RangeInclusive<usize> = 40..=100;

/// A line that is not blank, without the white space around it.
#[derive(Debug, Clone, Copy)]
struct Line {
    span: Span,
    chars: usize,
    indented: bool,
    /// Whether a blank line stands before it.
    after_blank: bool,
}

/// What ends a paragraph.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Breaks {
    BlankLines,
    EveryLine,
    /// Lines are broken at a width, in characters.
    Wrapped(usize),
}

/// The blocks of `text`: trimmed, in order, every character that is not white space in exactly one.
///
/// `title` is the headline where the caller knows it; the blocks are then those of the text after it. Otherwise the
/// first block is the headline if it is one line, short, not closed by a full stop, and more text follows.
///
/// Paragraphs are separated by blank lines. Where there is none, each line is a paragraph, unless the text looks
/// hard-wrapped: at least four lines, the widest of 40 to 100 characters; at least half of the line ends had no room
/// for the next line's first word; at most a quarter had room and yet stand inside a sentence; and at most half end
/// a sentence. A hard-wrapped paragraph ends where a sentence (or the first line) ends although the next word had
/// room, or where the next line is indented.
pub(super) fn blocks(text: &str, title: Option<Span>) -> Vec<Block> {
    let mut blocks: Vec<Block> = title.map(|span| Block { kind: BlockKind::Headline, span }).into_iter().collect();
    let lines = lines(text, title.map_or(0, |title| title.end));
    let breaks = breaks(text, &lines);
    let transcript = Transcript::among(&lines.iter().map(|line| line.span.of(text)).collect::<Vec<_>>());
    let mut open = false;
    for (at, line) in lines.iter().enumerate() {
        let opens_turn = transcript.is_some_and(|t| t.opens(at, line.span.of(text)));
        let furniture = if at < HEAD_LINES && !opens_turn { of_line(line.span.of(text)) } else { None };
        let previous = at.checked_sub(1).and_then(|before| lines.get(before));
        let spoken = transcript.is_some_and(|t| t.holds(at));
        let ended = transcript.is_some_and(|t| at > 0 && t.holds(at - 1)) && !spoken;
        let apart = opens_turn || ended || previous.is_none_or(|previous| is_apart(text, breaks, previous, line, at == 1));
        let running = if spoken { BlockKind::Turn } else { BlockKind::Paragraph };
        match blocks.last_mut() {
            Some(block) if open && !apart && furniture.is_none() => block.span = block.span.hull(&line.span),
            _ => blocks.push(Block { kind: furniture.unwrap_or(running), span: line.span }),
        }
        open = furniture.is_none();
    }
    if title.is_none() && blocks.len() > 1 {
        mark_headline(text, &mut blocks);
    }
    blocks
}

fn mark_headline(text: &str, blocks: &mut [Block]) {
    if let Some(first) = blocks.first_mut() {
        let surface = first.span.of(text);
        if first.kind == BlockKind::Paragraph && !surface.contains(LINE_ENDS) && is_headline(surface) {
            first.kind = BlockKind::Headline;
        }
    }
}

/// Line ends of every system, and Unicode's two. `\r\n` counts as `\r`, an empty line, which is not a blank one.
const LINE_ENDS: [char; 4] = ['\n', '\r', '\u{2028}', '\u{2029}'];

/// The lines from the byte `from` on that are not blank.
fn lines(text: &str, from: usize) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut after_blank = false;
    let mut at = from;
    for piece in text.get(from..).unwrap_or_default().split_inclusive(LINE_ENDS) {
        let whole = Span::new(at, at + piece.len());
        let span = whole.trimmed(text);
        at = whole.end;
        if !span.is_empty() {
            let indented = span.start - whole.start > 1 || piece.starts_with('\t');
            lines.push(Line { span, chars: span.of(text).chars().count(), indented, after_blank });
            after_blank = false;
        } else if !(piece == "\n" && text.get(..whole.start).is_some_and(|before| before.ends_with('\r'))) {
            after_blank = true;
        }
    }
    lines
}

/// How the lines form paragraphs.
fn breaks(text: &str, lines: &[Line]) -> Breaks {
    if lines.iter().skip(1).any(|line| line.after_blank) {
        return Breaks::BlankLines;
    }
    let width = lines.iter().map(|line| line.chars).max().unwrap_or(0);
    if lines.len() < WRAP_LINES || !WRAP_WIDTHS.contains(&width) {
        return Breaks::EveryLine;
    }
    let (mut full, mut early, mut stops) = (0, 0, 0);
    for (at, pair) in lines.windows(2).enumerate() {
        let [line, next] = pair else { continue };
        let stop = ends_sentence(line.span.of(text));
        let room = fits(text, line, next, width);
        full += usize::from(!room);
        early += usize::from(room && !stop && at > 0);
        stops += usize::from(stop);
    }
    let ends = lines.len() - 1;
    let wrapped = full * 2 >= ends && early * 4 <= ends && stops * 2 <= ends;
    if wrapped { Breaks::Wrapped(width) } else { Breaks::EveryLine }
}

/// Whether the first word of `next` would have had room at the end of `line`.
fn fits(text: &str, line: &Line, next: &Line, width: usize) -> bool {
    let word = next.span.of(text).split_whitespace().next().unwrap_or_default();
    line.chars + 1 + word.chars().count() <= width
}

fn is_apart(text: &str, breaks: Breaks, line: &Line, next: &Line, first: bool) -> bool {
    match breaks {
        Breaks::BlankLines => next.after_blank,
        Breaks::EveryLine => true,
        Breaks::Wrapped(width) => {
            let closed = ends_sentence(line.span.of(text)) || first;
            next.indented && !line.indented || closed && fits(text, line, next, width)
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use BlockKind::{Byline, Dateline, Headline, Paragraph};

    fn read(text: &str) -> Vec<(BlockKind, &str)> {
        blocks(text, None).iter().map(|block| (block.kind, block.span.of(text))).collect()
    }

    #[test]
    fn blank_lines_separate_paragraphs() {
        let found = read("\n  Talks fail\n \t \nOne line,\nand another.\n\n\n\nTwo.\n");
        assert_eq!(found, [(Headline, "Talks fail"), (Paragraph, "One line,\nand another."), (Paragraph, "Two.")]);
    }

    #[test]
    fn crlf_and_lone_cr_are_line_ends() {
        assert_eq!(read("A head\r\n\r\nOne,\r\ntwo.\r\n"), [(Headline, "A head"), (Paragraph, "One,\r\ntwo.")]);
        assert_eq!(read("One.\r\nTwo.\r\n"), [(Paragraph, "One."), (Paragraph, "Two.")]);
        assert_eq!(read("A head\r\rOne,\rtwo."), [(Headline, "A head"), (Paragraph, "One,\rtwo.")]);
    }

    #[test]
    fn without_blank_lines_each_line_is_a_paragraph() {
        let found = read("Talks fail\nThe talks failed on Monday.\nNobody came.");
        let expected = [(Headline, "Talks fail"), (Paragraph, "The talks failed on Monday."), (Paragraph, "Nobody came.")];
        assert_eq!(found, expected);
    }

    #[test]
    fn hard_wrapped_text_is_not_cut_at_its_lines() {
        let wrapped = "Talks fail\n\
            The talks between the two sides failed on Monday after the\n\
            delegations could not agree on the order in which the items\n\
            of the agenda would be read out, people in the room said.\n\
            They left.\n\
            A spokesman for the ministry confirmed that no date has been\n\
            set for another meeting, and that none was being considered\n\
            at present.";
        let found = read(wrapped);
        assert_eq!(found.len(), 3, "{found:#?}");
        assert_eq!(found[0], (Headline, "Talks fail"));
        assert!(found[1].1.ends_with("They left."));
        assert!(found[2].1.starts_with("A spokesman"));
    }

    #[test]
    fn a_list_is_not_hard_wrapped_text() {
        let list = "Prime minister of the United Kingdom, since July\nKing of Spain\nPresident of France\nOther guests";
        assert_eq!(read(list).len(), 4);
    }

    #[test]
    fn short_lines_that_each_end_a_sentence_are_paragraphs() {
        let text = "The minister resigned on Monday evening.\nNo successor was named that night.\n\
                    Markets fell the next morning again.\nThe party is to meet on Thursday then.";
        assert_eq!(read(text).len(), 4);
    }

    #[test]
    fn byline_and_dateline_stand_alone_even_within_a_paragraph() {
        let found = read("Talks fail\nBy Jane Smith\nLONDON, March 4 —\n\nThe talks failed.");
        let expected =
            [(Headline, "Talks fail"), (Byline, "By Jane Smith"), (Dateline, "LONDON, March 4 —"), (Paragraph, "The talks failed.")];
        assert_eq!(found, expected);
    }

    #[test]
    fn text_after_a_byline_is_no_part_of_it() {
        let found = read("By Jane Smith\nThe talks\nfailed.\n\nNobody came.");
        let expected = [(Byline, "By Jane Smith"), (Paragraph, "The talks\nfailed."), (Paragraph, "Nobody came.")];
        assert_eq!(found, expected);
    }

    #[test]
    fn a_byline_far_down_is_text() {
        let text = format!("{}By Jane Smith", "Some words.\n\n".repeat(HEAD_LINES));
        assert_eq!(read(&text).last(), Some(&(Paragraph, "By Jane Smith")));
    }

    #[test]
    fn a_line_alone_or_a_sentence_is_no_headline() {
        assert_eq!(read("Talks fail"), [(Paragraph, "Talks fail")]);
        assert_eq!(read("Talks failed.\n\nNobody came.")[0].0, Paragraph);
        assert_eq!(read("Talks fail\nagain\n\nNobody came.")[0].0, Paragraph);
        assert_eq!(read(" \n"), []);
    }

    #[test]
    fn a_known_title_is_the_headline_and_the_rest_has_none() {
        let text = "It failed.\nSo there\n\nNobody came";
        let found: Vec<_> = blocks(text, Some(Span::new(0, 10))).iter().map(|b| (b.kind, b.span.of(text))).collect();
        assert_eq!(found, [(Headline, "It failed."), (Paragraph, "So there"), (Paragraph, "Nobody came")]);
    }

    proptest! {
        #[test]
        fn blocks_are_trimmed_in_order_and_hold_every_character(
            text in "([A-Z]?[a-zé😀 .\t\r\n\u{2028}\0]{0,12}|By Jane Smith\n|LONDON —\n){0,12}",
        ) {
            let mut at = 0;
            for block in blocks(&text, None) {
                let surface = block.span.of(&text);
                prop_assert!(!surface.is_empty());
                prop_assert_eq!(surface, surface.trim());
                prop_assert_eq!(text[at..block.span.start].trim(), "");
                at = block.span.end;
            }
            prop_assert_eq!(text[at..].trim(), "");
        }
    }
}
