//! Says at which gaps between words a sentence ends.

use super::lexicon::{self, Abbreviation};
use super::{Gap, Word};

/// Marks that end a sentence.
pub(super) const STOPS: &[char] = &['.', '!', '?', '…', '‼', '⁇', '⁈', '⁉', '؟', '۔', '।', '॥', '。', '｡', '！', '？'];
/// What may stand between a stop and the end of its sentence.
pub(super) const CLOSERS: &[char] = &['"', '\'', '”', '’', '“', '»', '›', '」', '』', ')', ']', '}', '）', '*', '_'];
/// The closers that end a quotation.
const CLOSING_QUOTES: &[char] = &['"', '\'', '”', '’', '“', '»', '›'];
/// What may stand before the first letter of a sentence.
const OPENERS: &[char] = &['"', '\'', '“', '‘', '„', '«', '‹', '(', '[', '{', '*', '_', '¿', '¡'];
/// Longest name, in words, looked through for the verb that attributes a quotation to it.
const LONGEST_NAME: usize = 4;

/// Walks over the gaps of a text in order.
pub(super) struct Judge<'t> {
    text: &'t str,
    words: &'t [Word],
    /// The word the present sentence opens with.
    opening: usize,
    /// The word the next gap is judged by: in `end. [3] Next` that is `end.`, twice.
    last: usize,
    /// The ending of that word, found once, as the word may be long and judged by often.
    ending: Option<Ending<'t>>,
    /// How many straight marks the present sentence holds.
    marks: usize,
}

impl<'t> Judge<'t> {
    pub(super) fn new(text: &'t str, words: &'t [Word]) -> Self {
        let first = words.first().map_or("", |word| word.of(text));
        Self { text, words, opening: 0, last: 0, ending: Ending::of(first), marks: straight_marks(first) }
    }

    /// Whether a sentence ends before this word. To be asked of every word but the first, in order.
    pub(super) fn ends_before(&mut self, next: usize) -> bool {
        let word = self.words[next].of(self.text);
        // `"It failed. "`: what opened a quotation is closed by a mark that stands alone.
        let trails = self.ending.is_some() && (trails(word) || word == "\"" && self.marks % 2 == 1);
        let ends = match self.words[next].gap {
            Gap::Glued | Gap::BlankLine => true,
            Gap::LineBreak => !self.ending.is_some_and(|ending| ending.binds()),
            Gap::Space => !trails && self.ending.is_some_and(|ending| self.ends_at(ending, next)),
        };
        if ends {
            self.opening = next;
            self.marks = 0;
        }
        self.marks += straight_marks(word);
        if ends || !trails {
            self.last = next;
            self.ending = Ending::of(word);
        }
        ends
    }

    /// Whether a sentence ends at the stop of this ending, with a space before the next word.
    fn ends_at(&self, ending: Ending, next: usize) -> bool {
        let word = self.words[next].of(self.text);
        let start = Start::of(word);
        match ending.stops {
            _ if ending.closes_quote() && is_dash(word) => false,
            "." if ending.core.is_empty() => start != Start::Lower,
            "." => self.ends_at_full_stop(ending, word),
            stops if stops.contains("..") || stops.contains('…') => start.opens(),
            stops if stops.contains(['!', '?']) => self.ends_at_mark(ending, next),
            _ => true,
        }
    }

    /// Judges `!` and `?`. In lower case, a quotation or parenthesis goes on (`“Why?” he asked`), as
    /// does a sentence after a name (`the Yahoo! site`).
    fn ends_at_mark(&self, ending: Ending, next: usize) -> bool {
        let word = self.words[next].of(self.text);
        let is_bare = ending.closers.is_empty();
        let is_name = is_bare && lexicon::name_with_mark(ending.core);
        if Start::of(word) == Start::Lower {
            let is_cry = ending.stops == "!" && Start::of(ending.core) == Start::Upper;
            return is_bare && !is_name && (self.last == self.opening || !is_cry);
        }
        if is_name {
            return opens_sentence(word);
        }
        !(ending.closes_quote() && self.reports_speech(next))
    }

    /// Whether a name and a verb of speech that ends the clause start here: `Mr. Smith asked.`
    fn reports_speech(&self, next: usize) -> bool {
        let is_capitalised = |word: &&Word| Start::of(word.of(self.text)) == Start::Upper;
        let name = self.words[next..].iter().take(LONGEST_NAME).take_while(is_capitalised).count();
        let verb = self.words.get(next + name).map_or("", |word| word.of(self.text));
        let bare = verb.trim_end_matches(['.', ',', ':', ';']);
        // `“Why?” Police said on Monday that …` is two sentences; `asked` takes up the question
        let takes_up = bare.len() < verb.len() || bare.starts_with("ask");
        name > 0 && takes_up && lexicon::reports_speech(bare)
    }

    /// Judges a full stop by the word it stands after.
    fn ends_at_full_stop(&self, ending: Ending, word: &str) -> bool {
        let start = Start::of(word);
        let is_label = self.last == self.opening && is_list_label(ending.core);
        if is_label || start == Start::Lower && !ending.closers.is_empty() {
            return false;
        }
        let before = self.words[self.last.saturating_sub(1)].of(self.text);
        match abbreviation(ending.core).filter(|_| !lexicon::takes_letter(before)) {
            Some(Abbreviation::Binds) => false,
            Some(Abbreviation::BindsNumber | Abbreviation::OftenEnds) => start.opens(),
            Some(Abbreviation::MayEnd) => opens_sentence(word) || ending.closes_quote() && start == Start::Upper,
            Some(Abbreviation::Clock) => start == Start::Upper && !lexicon::follows_clock(letters(word)),
            // News seldom starts a sentence in lower case: a short capitalised word is abbreviated
            None => start != Start::Lower || !is_short_name(ending.core),
        }
    }
}

/// A word's stops, what they close, and what closes over them: `(“U.S.”)` is `U.S`, `.`, `”)`.
#[derive(Clone, Copy)]
struct Ending<'t> {
    core: &'t str,
    stops: &'t str,
    closers: &'t str,
}

impl<'t> Ending<'t> {
    /// The ending of a word that has a stop, a reference mark after it aside.
    fn of(word: &'t str) -> Option<Self> {
        let mark = word.rfind('[').filter(|&at| is_reference(&word[at..]));
        let word = &word[..mark.unwrap_or(word.len())];
        let body = word.trim_end_matches(CLOSERS);
        let head = body.trim_end_matches(STOPS);
        (head.len() < body.len()).then(|| Self {
            core: head.trim_start_matches(OPENERS),
            stops: &body[head.len()..],
            closers: &word[body.len()..],
        })
    }

    fn closes_quote(&self) -> bool {
        self.closers.contains(CLOSING_QUOTES)
    }

    /// Whether this is an abbreviation that belongs to the word after it, even on a new line.
    fn binds(&self) -> bool {
        self.stops == "." && abbreviation(self.core) == Some(Abbreviation::Binds)
    }
}

/// What a word starts with, quotation marks and brackets aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Start {
    /// A capital letter, also inside a brand such as `iPhone`.
    Upper,
    Lower,
    Digit,
    /// A symbol, or a letter of a script without case.
    Other,
}

impl Start {
    pub(super) fn of(word: &str) -> Self {
        let mut chars = word.trim_start_matches(OPENERS).chars();
        match chars.next() {
            Some(first) if first.is_uppercase() => Self::Upper,
            Some(first) if first.is_lowercase() => match chars.next() {
                Some(second) if second.is_uppercase() => Self::Upper,
                _ => Self::Lower,
            },
            Some(first) if first.is_numeric() => Self::Digit,
            _ => Self::Other,
        }
    }

    /// Whether a sentence may well start so.
    fn opens(self) -> bool {
        matches!(self, Self::Upper | Self::Other)
    }
}

/// The kind of abbreviation a word is: listed, as the last part of `Lt.-Col.` may be, an initial, or
/// letters with stops between them.
fn abbreviation(core: &str) -> Option<Abbreviation> {
    let part = core.rsplit(['-', '–', '—', '/', '(']).next().unwrap_or(core);
    let is_initial = part.chars().count() == 1 && part.chars().all(char::is_uppercase);
    let is_short = |letters: &str| (1..=2).contains(&letters.chars().count()) && letters.chars().all(char::is_alphabetic);
    let is_acronym = part.contains('.') && part.split('.').all(is_short);
    let unlisted = (is_initial || is_acronym).then_some(Abbreviation::MayEnd);
    lexicon::abbreviation(part).or(unlisted)
}

/// Whether a word after a stop still belongs to the sentence it ended: a reference mark, a stray
/// stop or bracket, an emoticon.
fn trails(word: &str) -> bool {
    let is_stray = |c: char| c != '"' && (STOPS.contains(&c) || CLOSERS.contains(&c));
    let is_emoji = |c: char| matches!(c, '\u{1F000}'..|'\u{2764}'| '\u{FE0F}' | '\u{200D}');
    is_reference(word)
        || word.chars().all(is_stray)
        || word.chars().all(is_emoji)
        || matches!(word, ":)" | ":-)" | ":(" | ":-(" | ";)" | ";-)" | ":D" | ":P")
}

/// Whether this is a reference mark, such as `[12]` or `[3,4]`.
fn is_reference(word: &str) -> bool {
    let inner = word.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or("");
    inner.starts_with(|c: char| c.is_ascii_digit()) && inner.bytes().all(|byte| byte.is_ascii_digit() || byte == b',')
}

fn straight_marks(word: &str) -> usize {
    word.matches('"').count()
}

fn is_dash(word: &str) -> bool {
    matches!(word, "—" | "–" | "--" | "-")
}

/// Whether the first word of a sentence only labels it: `2. Wear a mask.`, `Q. Did you know?`
fn is_list_label(word: &str) -> bool {
    is_list_number(word) || word.len() == 1 && word.bytes().all(|byte| byte.is_ascii_alphabetic())
}

/// Whether this is a number short enough to count the items of a list.
pub(super) fn is_list_number(word: &str) -> bool {
    (1..=2).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether this is a capitalised word of two to five letters, not all of them capitals.
fn is_short_name(word: &str) -> bool {
    (2..=5).contains(&word.chars().count()) && word.starts_with(char::is_uppercase) && word.chars().skip(1).all(char::is_lowercase)
}

/// The letters and apostrophes a word starts with, quotation marks and brackets aside.
fn letters(word: &str) -> &str {
    let word = word.trim_start_matches(OPENERS);
    let is_other = |c: char| !c.is_alphabetic() && !matches!(c, '\'' | '’');
    word[..word.find(is_other).unwrap_or(word.len())].trim_end_matches(['\'', '’'])
}

/// Whether a word opens a sentence rather than continues a name; `A.` and `In-N-Out` do not.
fn opens_sentence(word: &str) -> bool {
    let letters = letters(word);
    let rest = &word.trim_start_matches(OPENERS)[letters.len()..];
    !rest.starts_with(['.', '-']) && lexicon::opens_sentence(letters)
}
