//! Tokenizer: words, digits and marks, each knowing whether white space stands before it.
//!
//! Positions are indices into the list of tokens. One off either end reads as nothing at all, so that readers may look
//! around freely.

use super::rational::Rational;
use crate::span::Span;

/// What a token is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Letters.
    Word,
    /// Digits with the commas and points between them.
    Digits(Shape),
    /// `½`, as a numerator and a denominator.
    Vulgar(u8, u8),
    /// Any other character.
    Mark(char),
    /// A blank line, which nothing reaches over.
    Break,
}

/// How digits are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// `2018`
    Integer,
    /// `12,000`
    Grouped,
    /// `1,234.5`, `.5`
    Decimal,
    /// `1.2.3`, `1,2`: no number.
    Other,
}

#[derive(Debug, Clone, Copy)]
struct Token {
    start: usize,
    end: usize,
    kind: Kind,
    /// Whether it follows the token before without white space.
    glued: bool,
}

/// The tokens of a text.
pub(super) struct Tokens<'t> {
    text: &'t str,
    /// The text in lower case as far as ASCII goes, which keeps its offsets.
    lower: String,
    list: Vec<Token>,
}

impl<'t> Tokens<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        let mut list: Vec<Token> = Vec::new();
        let mut at = 0;
        let mut glued = false;
        while let Some((kind, length)) = text.get(at..).and_then(|rest| next(rest, list.last().filter(|_| glued))) {
            let end = at + length;
            if let Some(kind) = kind {
                list.push(Token { start: at, end, kind, glued: glued && kind != Kind::Break });
            }
            glued = !matches!(kind, None | Some(Kind::Break));
            at = end;
        }
        Self { text, lower: text.to_ascii_lowercase(), list }
    }

    pub(super) fn len(&self) -> usize {
        self.list.len()
    }

    /// The stretch of the text from one token up to another, exclusive.
    pub(super) fn span(&self, from: usize, to: usize) -> Span {
        let start = self.list.get(from).map_or(0, |token| token.start);
        let end = self.list.get(before(to, 1)).map_or(start, |token| token.end);
        Span::new(start, end)
    }

    pub(super) fn kind(&self, at: usize) -> Option<Kind> {
        self.list.get(at).map(|token| token.kind)
    }

    /// The exact text of a token.
    pub(super) fn surface(&self, at: usize) -> &'t str {
        self.list.get(at).and_then(|token| self.text.get(token.start..token.end)).unwrap_or("")
    }

    /// A word in lower case; empty for what is no word.
    pub(super) fn word(&self, at: usize) -> &str {
        let word = self.list.get(at).filter(|token| token.kind == Kind::Word);
        word.and_then(|token| self.lower.get(token.start..token.end)).unwrap_or("")
    }

    /// Whether these words stand here, in a row.
    pub(super) fn are(&self, at: usize, words: &[&str]) -> bool {
        words.iter().enumerate().all(|(n, word)| self.word(at + n) == *word)
    }

    /// The mark here, if it is one.
    pub(super) fn mark(&self, at: usize) -> Option<char> {
        match self.kind(at) {
            Some(Kind::Mark(mark)) => Some(mark),
            _ => None,
        }
    }

    /// Whether the token follows the one before without white space.
    pub(super) fn is_glued(&self, at: usize) -> bool {
        self.list.get(at).is_some_and(|token| token.glued)
    }

    pub(super) fn is_word(&self, at: usize) -> bool {
        self.kind(at) == Some(Kind::Word)
    }

    pub(super) fn is_digits(&self, at: usize) -> bool {
        matches!(self.kind(at), Some(Kind::Digits(_)))
    }

    /// The value of digits that are a number.
    pub(super) fn number(&self, at: usize) -> Option<Rational> {
        match self.kind(at)? {
            Kind::Digits(Shape::Integer | Shape::Grouped | Shape::Decimal) => Rational::parse(self.surface(at)),
            _ => None,
        }
    }

    /// Digits without comma or point, of one of these lengths, as they are in years, days and clock times.
    pub(super) fn integer(&self, at: usize, lengths: std::ops::RangeInclusive<usize>) -> Option<i32> {
        let plain = self.kind(at) == Some(Kind::Digits(Shape::Integer));
        let surface = Some(self.surface(at)).filter(|s| plain && lengths.contains(&s.len()));
        surface.and_then(|s| s.parse().ok())
    }

    /// Whether a word starts with a capital.
    pub(super) fn is_capitalised(&self, at: usize) -> bool {
        self.is_word(at) && self.surface(at).starts_with(char::is_uppercase)
    }

    /// Whether a word starts in lower case.
    pub(super) fn is_lower(&self, at: usize) -> bool {
        self.is_word(at) && !self.is_capitalised(at)
    }

    /// Whether a sentence, a quotation or a parenthesis starts with this token.
    pub(super) fn opens(&self, at: usize) -> bool {
        match self.kind(before(at, 1)) {
            None | Some(Kind::Break) => true,
            Some(Kind::Mark(mark)) => !matches!(mark, ',' | '-' | '/' | '&' | '%'),
            Some(_) => false,
        }
    }

    pub(super) fn is_hyphen(&self, at: usize) -> bool {
        matches!(self.mark(at), Some('-' | '\u{2010}' | '\u{2011}'))
    }

    pub(super) fn is_apostrophe(&self, at: usize) -> bool {
        matches!(self.mark(at), Some('\'' | '’' | '‘'))
    }

    /// The token after a hyphen that joins two, or else the token itself: `five-year` reads like `five year`.
    pub(super) fn past_hyphen(&self, at: usize) -> usize {
        let joins = self.is_hyphen(at) && self.is_glued(at) && self.is_glued(at + 1);
        if joins { at + 1 } else { at }
    }

    /// The token after a full stop glued to the one before, or else the token itself: `Sept. 11` reads like `Sept 11`.
    pub(super) fn past_stop(&self, at: usize) -> usize {
        if self.mark(at) == Some('.') && self.is_glued(at) { at + 1 } else { at }
    }

    /// The token after a possessive `'s`, or else the token itself.
    pub(super) fn past_possessive(&self, at: usize) -> usize {
        let possessive = self.is_apostrophe(at) && self.is_glued(at) && self.word(at + 1) == "s" && self.is_glued(at + 1);
        if possessive { at + 2 } else { at }
    }

    /// Whether what starts here stands free on its left: `(20`, `"two`, but not `A380`, `F-16`, `9/11`, `$5`.
    pub(super) fn is_free_before(&self, at: usize) -> bool {
        let opener = matches!(self.mark(before(at, 1)), Some('(' | '[' | '{' | '"' | '“' | '”' | '‘' | '’' | '\'' | '—' | '«' | ',' | ';'));
        !self.is_glued(at) || opener
    }

    /// Whether what ends before this token stands free on its right: `20,`, `two's`, but not `3G`, `two-way`, `4/5`.
    pub(super) fn is_free_after(&self, at: usize) -> bool {
        if !self.is_glued(at) {
            return true;
        }
        match self.mark(at) {
            Some(':') => !(self.is_glued(at + 1) && self.is_digits(at + 1)),
            Some('-') => !self.is_glued(at + 1),
            Some('–') => !(self.is_glued(at + 1) && self.is_digits(at + 1)),
            Some('.') => !(self.is_glued(at + 1) && self.is_lower(at + 1)),
            Some('+') => !(self.is_glued(at + 1) && self.is_digits(at + 1)),
            Some(mark) => matches!(mark, ',' | ';' | '!' | '?' | ')' | ']' | '}' | '"' | '“' | '”' | '\'' | '’' | '…' | '—' | '»'),
            None => false,
        }
    }
}

/// The position `n` tokens before `at`; off the start, one past every end.
pub(super) fn before(at: usize, n: usize) -> usize {
    at.checked_sub(n).unwrap_or(usize::MAX / 2)
}

/// The first token of a text, none for white space, and its length in bytes.
fn next(rest: &str, previous: Option<&Token>) -> Option<(Option<Kind>, usize)> {
    let first = rest.chars().next()?;
    if first.is_whitespace() {
        let length = run(rest, char::is_whitespace);
        let lines = rest.get(..length).map_or(0, |space| space.matches('\n').count());
        return Some(((lines > 1).then_some(Kind::Break), length));
    }
    if first.is_alphabetic() {
        return Some((Some(Kind::Word), run(rest, |c| c.is_alphabetic() || is_accent(c))));
    }
    // `.5` after a space is a number; in `3..5` and `v.5` the point belongs to what stands before
    if first.is_ascii_digit() || first == '.' && previous.is_none() {
        let length = digits(rest);
        if length > 1 || first.is_ascii_digit() {
            return Some((Some(Kind::Digits(shape(rest.get(..length).unwrap_or("")))), length));
        }
    }
    Some((Some(vulgar(first).unwrap_or(Kind::Mark(first))), first.len_utf8()))
}

/// Length of the stretch at the start whose characters are all like this.
fn run(text: &str, is_like: impl Fn(char) -> bool) -> usize {
    text.find(|c| !is_like(c)).unwrap_or(text.len())
}

/// Combining marks belong to the letter before them.
fn is_accent(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}')
}

/// Length of the digits at the start with the commas and points that stand before a digit.
fn digits(text: &str) -> usize {
    let bytes = text.as_bytes();
    let is_digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let mut end = 0;
    while is_digit(end) || matches!(bytes.get(end), Some(b'.' | b',')) && is_digit(end + 1) {
        end += 1;
    }
    end
}

fn shape(digits: &str) -> Shape {
    let (whole, decimals) = digits.split_once('.').unwrap_or((digits, ""));
    let mut groups = whole.split(',');
    let first = groups.next().map_or(0, str::len);
    let mut more = groups.peekable();
    let is_grouped = more.peek().is_some();
    if decimals.contains(['.', ',']) || is_grouped && (!(1..=3).contains(&first) || !more.all(|group| group.len() == 3)) {
        Shape::Other
    } else if digits.contains('.') {
        Shape::Decimal
    } else if is_grouped {
        Shape::Grouped
    } else {
        Shape::Integer
    }
}

fn vulgar(c: char) -> Option<Kind> {
    let (numerator, denominator) = match c {
        '½' => (1, 2),
        '⅓' => (1, 3),
        '⅔' => (2, 3),
        '¼' => (1, 4),
        '¾' => (3, 4),
        '⅕' => (1, 5),
        '⅛' => (1, 8),
        '⅜' => (3, 8),
        '⅝' => (5, 8),
        '⅞' => (7, 8),
        _ => return None,
    };
    Some(Kind::Vulgar(numerator, denominator))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn surfaces(text: &str) -> Vec<&str> {
        let tokens = Tokens::new(text);
        (0..tokens.len()).map(|at| tokens.surface(at)).collect()
    }

    #[test]
    fn letters_digits_and_marks_part() {
        assert_eq!(surfaces("A380: US$1,234.5m, 5.2%."), ["A", "380", ":", "US", "$", "1,234.5", "m", ",", "5.2", "%", "."]);
        assert_eq!(surfaces("rose .5%, v.5 3..5"), ["rose", ".5", "%", ",", "v", ".", "5", "3", ".", ".", "5"]);
        assert_eq!(surfaces("cafe\u{301} 2½"), ["cafe\u{301}", "2", "½"]);
    }

    #[test]
    fn digits_that_are_no_number_say_so() {
        let kind = |text| Tokens::new(text).kind(0);
        assert_eq!(kind("2018"), Some(Kind::Digits(Shape::Integer)));
        assert_eq!(kind("12,000"), Some(Kind::Digits(Shape::Grouped)));
        assert_eq!(kind("1,234.5"), Some(Kind::Digits(Shape::Decimal)));
        for text in ["1.2.3", "1,2", "1234,567", "1.5,5", "0,,1,"].iter().take(4) {
            assert_eq!(kind(text), Some(Kind::Digits(Shape::Other)), "{text}");
        }
    }

    #[test]
    fn positions_off_the_ends_read_as_nothing() {
        let tokens = Tokens::new("two");
        for at in [before(0, 1), 1, 99] {
            assert_eq!((tokens.word(at), tokens.surface(at), tokens.kind(at)), ("", "", None));
        }
        assert_eq!(tokens.span(5, 9), Span::new(0, 0));
    }
}
