//! Stretches in quotation marks, whatever the marks, also when they are never closed.

use crate::document::Block;
use crate::span::Span;

/// A stretch in quotation marks, marks not included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Quotation {
    pub span: Span,
    /// Whether it goes on the quotation before, which was left open at the end of its paragraph, as newspapers print
    /// a speech of several paragraphs, or where the next mark opens inside a paragraph.
    pub goes_on: bool,
}

/// The outermost quotations, in order, without overlap. A mark left open ends with its block.
pub(super) fn find(text: &str, blocks: &[Block]) -> Vec<Quotation> {
    let whole = [Span::new(0, text.len())];
    let stretches: Vec<Span> = if blocks.is_empty() { whole.to_vec() } else { blocks.iter().map(|b| b.span).collect() };
    let mut found: Vec<Quotation> = Vec::new();
    let mut left_open = false;
    for stretch in stretches {
        let inside = of_stretch(text, stretch);
        let first = found.len();
        found.extend(inside.quotations);
        if let Some(quotation) = found.get_mut(first) {
            // The mark that opens it is the first thing in its block.
            let before = Span::new(stretch.start, quotation.span.start).of(text);
            quotation.goes_on = left_open && before.chars().count() == 1;
        }
        left_open = inside.left_open;
    }
    found
}

struct Inside {
    quotations: Vec<Quotation>,
    left_open: bool,
}

fn of_stretch(text: &str, stretch: Span) -> Inside {
    let mut quotations = Vec::new();
    let mut open: Option<(usize, char)> = None; // where the quotation's words begin, and the mark that ends it
    let mut goes_on = false;
    let surface = stretch.of(text);
    for (at, c) in surface.char_indices() {
        let (here, after) = (stretch.start + at, stretch.start + at + c.len_utf8());
        match open {
            None => open = closer(surface, at, c).map(|closer| (after, closer)),
            // A mark that can only open: the one before was never closed, and everything after it would be taken
            // inside out.
            Some((start, closer)) if closer_of(c) == Some(closer) && only_opens(surface, at, c) => {
                quotations.push(Quotation { span: Span::new(start, here), goes_on });
                (open, goes_on) = (Some((after, closer)), true);
            }
            Some((start, closer)) if c == closer && closes(surface, at, c) => {
                quotations.push(Quotation { span: Span::new(start, here), goes_on });
                (open, goes_on) = (None, false);
            }
            Some(_) => {}
        }
    }
    if let Some((start, _)) = open {
        quotations.push(Quotation { span: Span::new(start, stretch.end), goes_on });
    }
    quotations.retain(|quotation| !quotation.span.is_empty());
    Inside { left_open: open.is_some(), quotations }
}

/// The mark that closes what `c` opens here, if it opens anything.
fn closer(surface: &str, at: usize, c: char) -> Option<char> {
    let before = surface[..at].chars().next_back();
    let after = surface[at + c.len_utf8()..].chars().next();
    let opens = before.is_none_or(|b| !b.is_alphanumeric()) && after.is_some_and(|a| !a.is_whitespace());
    match c {
        '“' | '„' | '«' => closer_of(c),
        // A straight mark also stands for inches; a single one is mostly an apostrophe, before a digit always.
        '"' if opens => closer_of(c),
        '‘' if opens && !after.is_some_and(char::is_numeric) => closer_of(c),
        _ => None,
    }
}

/// The partner of an opening mark.
pub(super) fn closer_of(opener: char) -> Option<char> {
    Some(match opener {
        '“' | '„' => '”',
        '"' => '"',
        '‘' => '’',
        '«' => '»',
        _ => return None,
    })
}

/// Whether a mark stands behind white space or a bracket and before a word.
fn only_opens(surface: &str, at: usize, c: char) -> bool {
    let before = surface[..at].chars().next_back();
    let after = surface[at + c.len_utf8()..].chars().next();
    before.is_some_and(|b| b.is_whitespace() || matches!(b, '(' | '[')) && after.is_some_and(char::is_alphanumeric)
}

/// Whether the mark really closes: an apostrophe looks like a closing single quotation mark.
fn closes(surface: &str, at: usize, c: char) -> bool {
    let before = surface[..at].chars().next_back();
    let after = surface[at + c.len_utf8()..].chars().next();
    match c {
        '’' => {
            before.is_some_and(|b| !b.is_whitespace())
                && after.is_none_or(|a| !a.is_alphanumeric())
                && !before.is_some_and(|b| b == 's' && after == Some(' '))
        }
        _ => true,
    }
}

/// The quotations that share something with a span.
pub(super) fn overlapping(quoted: &[Quotation], span: Span) -> impl Iterator<Item = &Quotation> {
    let from = quoted.partition_point(|q| q.span.end <= span.start);
    quoted[from..].iter().take_while(move |q| q.span.start < span.end)
}

/// How much of the spans' letters and digits stands in quotation marks, in [0, 1].
pub(super) fn share(text: &str, parts: &[Span], quoted: &[Quotation]) -> f64 {
    let (mut inside, mut all) = (0u32, 0u32);
    for part in parts {
        for (at, _) in part.of(text).char_indices().filter(|(_, c)| c.is_alphanumeric()) {
            all += 1;
            let here = part.start + at;
            let next = quoted.partition_point(|q| q.span.end <= here);
            inside += u32::from(quoted.get(next).is_some_and(|q| q.span.start <= here));
        }
    }
    if all == 0 { 0.0 } else { f64::from(inside) / f64::from(all) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::BlockKind;
    use proptest::prelude::*;

    fn of(text: &str) -> Vec<&str> {
        find(text, &[]).into_iter().map(|q| q.span.of(text)).collect()
    }

    #[test]
    fn marks_of_every_kind() {
        assert_eq!(of("“A ‘b’ c,” she said, “d.”"), ["A ‘b’ c,", "d."]);
        assert_eq!(of("He said \"no\" to a 6\" pipe"), ["no"]);
        assert_eq!(of("the ‘deep state’ isn’t the neighbours’ dog"), ["deep state"]);
        assert_eq!(of("dit-il « non »"), [" non "]);
        assert_eq!(of("He said \"no. She said \"yes\" twice"), ["no. She said ", "yes"], "a mark that only opens does not close");
        assert_eq!(of("“We cut it, she said. It grew. “Taxes fell,” he said."), ["We cut it, she said. It grew. ", "Taxes fell,"]);
        assert!(of("In the ‘90s it rose").is_empty());
    }

    #[test]
    fn an_unclosed_mark_ends_with_its_block() {
        let text = "“One two.\n\n“Three four.”\n\nFive six.";
        let block = |start: usize, end| Block { kind: BlockKind::Paragraph, span: Span::new(start, end) };
        let five = text.find("Five").unwrap();
        let three = text.find("“Three").unwrap();
        let found = find(text, &[block(0, three - 2), block(three, five - 2), block(five, text.len())]);
        assert_eq!(found.iter().map(|q| (q.span.of(text), q.goes_on)).collect::<Vec<_>>(), [("One two.", false), ("Three four.", true)]);
    }

    proptest! {
        #[test]
        fn stretches_are_in_order_and_on_character_boundaries(text in "[a-z “”‘’\"«»'\n😀]*") {
            let found = find(&text, &[]);
            prop_assert!(found.windows(2).all(|w| w[0].span.end <= w[1].span.start));
            prop_assert!(found.iter().all(|q| text.get(q.span.start..q.span.end).is_some()));
        }
    }
}
