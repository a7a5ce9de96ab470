//! Where a source or a content begins and ends, mended: the model sometimes stops within a phrase, and marks come in pairs.

use super::lexicon::{Lexicon, lexicon};
use crate::decode::Mention;
use crate::span::Span;

/// Words that no phrase ends in where another word follows: "direct benefits to".
static LEADING_ON: Lexicon = lexicon!("
    a about according an and as at between by for from her his in including into its of on or our than that the their to what which who whose with");
/// The most words that are added to a source that leads on, and to a content.
const LONGEST_ADDED: (usize, usize) = (5, 14);
/// How many bytes behind it are looked at: a bound for endless sentences.
const LOOKED_AT: usize = 400;
/// What ends a phrase.
const MARKS: [char; 11] = [',', ';', ':', '—', '–', '“', '”', '"', '(', ')', '»'];

/// The fewest words of a source that is completed, and of a content: what is shorter is a guess.
const FEWEST: (usize, usize) = (2, 4);

/// A source that ends in a word which leads on, up to the end of its phrase: "Her submission to *the court* noted". `others` are where the mentions
/// of its sentence begin, in order.
pub(super) fn completed_source(text: &str, sentence: Span, others: &[usize], source: Span) -> Span {
    // "who in 2010 said": what leads on is about the saying.
    let relative = source.of(text).split_once(' ').filter(|(first, _)| ["who", "which"].contains(first));
    if let Some((first, _)) = relative.filter(|_| leads_on(text, source)) {
        return Span::new(source.start, source.start + first.len());
    }
    let next = next_of(others, source).unwrap_or(sentence.end);
    phrase_end(text, source, sentence.end.min(next), FEWEST.0, LONGEST_ADDED.0).unwrap_or(source)
}

/// A part of a content that ends in a word which leads on, up to the end of its phrase: "what it gave to *the agency*,". Not where another mention
/// begins there.
pub(super) fn completed_content(text: &str, sentence: Span, others: &[usize], part: Span) -> Span {
    let completed = bracket_end(text, part, sentence.end).or_else(|| phrase_end(text, part, sentence.end, FEWEST.1, LONGEST_ADDED.1));
    completed.filter(|whole| next_of(others, part).is_none_or(|next| next >= whole.end)).unwrap_or(part)
}

/// The most bytes up to the bracket that closes one.
const LONGEST_BRACKET: usize = 60;

/// A part that ends in an opening bracket, up to the closing one: "20 trillion rupiah (*$2.2bn; £1.1bn)*".
fn bracket_end(text: &str, part: Span, end: usize) -> Option<Span> {
    let rest = Span::new(part.end, end.max(part.end)).of(text);
    let closing = rest.find(')').filter(|&at| at <= LONGEST_BRACKET && part.of(text).ends_with('('))?;
    Some(Span::new(part.start, part.end + closing + 1))
}

fn next_of(others: &[usize], span: Span) -> Option<usize> {
    others[others.partition_point(|&start| start < span.end)..].first().copied()
}

fn leads_on(text: &str, span: Span) -> bool {
    let last = span.of(text).split_whitespace().next_back().unwrap_or("").to_lowercase();
    LEADING_ON.contains(&last)
}

/// The span up to the end of the phrase that it leads on to before `end`, if it has so many words and does.
fn phrase_end(text: &str, span: Span, end: usize, fewest: usize, longest: usize) -> Option<Span> {
    let all = Span::new(span.end, end.max(span.end)).of(text);
    let rest = &all[..all.floor_char_boundary(LOOKED_AT)];
    let goes_on = rest.starts_with(' ') && rest[1..].starts_with(char::is_alphanumeric);
    if !goes_on || !leads_on(text, span) || span.of(text).split_whitespace().count() < fewest {
        return None;
    }
    let is_end = |(at, c): &(usize, char)| MARKS.contains(c) && !rest[at + c.len_utf8()..].starts_with(|c: char| c.is_ascii_digit());
    let whole = (rest.len() == all.len()).then_some(rest.len());
    let marked = rest.char_indices().find(is_end).map(|(at, _)| at).or(whole)?;
    let added = rest[..marked].trim_end_matches(|c: char| c.is_whitespace() || matches!(c, '.' | '!' | '?' | '…'));
    let words = added.split_whitespace().count();
    (words > 0 && words <= longest && !added.contains('\n')).then(|| Span::new(span.start, span.end + added.len()))
}

/// Words at the end of a source that say when or how often somebody says something.
const ADVERBS: [&str; 14] = [
    "also",
    "meanwhile",
    "however",
    "later",
    "then",
    "earlier",
    "already",
    "repeatedly",
    "initially",
    "recently",
    "previously",
    "first",
    "at",
    "once",
];

/// A source without a genitive's end before it and an adverb behind it, up to the end of its last word: "'s Gershon Report",
/// "Conte at first", "The 28-", "Only 11".
pub(super) fn whole(text: &str, source: &Mention) -> Mention {
    let mut span = source.span;
    if let Some(rest) = span.of(text).strip_prefix("'s ").or_else(|| span.of(text).strip_prefix("’s ")) {
        span = Span::new(span.end - rest.len(), span.end);
    }
    if span.of(text).ends_with('-') {
        let rest = text[span.end..].find(|c: char| c.is_whitespace() || c == ',').unwrap_or(text.len() - span.end);
        span = Span::new(span.start, span.end + rest);
    }
    if text[span.end..].starts_with('%') {
        span = Span::new(span.start, span.end + 1);
    }
    while let Some((before, _)) = span.of(text).rsplit_once(' ').filter(|(_, last)| ADVERBS.contains(last)) {
        span = Span::new(span.start, span.start + before.len()).trimmed(text);
    }
    // Marks alone name nobody.
    let span = if span.of(text).chars().any(char::is_alphanumeric) { span } else { source.span };
    Mention { span, ..source.clone() }
}

/// A cue without the apostrophe of the word before it: "fans' *hope for*".
pub(super) fn without_apostrophe(text: &str, cue: &Mention) -> Mention {
    let rest = cue.span.of(text).strip_prefix(['\'', '’']).filter(|rest| rest.starts_with(' ')).map(str::trim_start);
    let start = rest.filter(|rest| !rest.is_empty()).map_or(cue.span.start, |rest| cue.span.end - rest.len());
    Mention { span: Span::new(start, cue.span.end), ..cue.clone() }
}

/// The span with the mark that closes it, if one does.
pub(super) fn with_closing_mark(text: &str, span: Span) -> Span {
    let mark = text.get(span.end..).and_then(|rest| rest.chars().next()).filter(|c| matches!(c, '”' | '"' | '’' | '»'));
    Span::new(span.start, span.end + mark.map_or(0, char::len_utf8))
}

/// A content with the mark that closes it, and without the stop behind that mark, which ends the sentence around it.
pub(super) fn with_even_end(text: &str, part: Span) -> Span {
    let surface = part.of(text);
    if let Some(rest) = surface.strip_suffix('.').filter(|rest| rest.ends_with(['”', '"', '»'])) {
        return Span::new(part.start, part.start + rest.len());
    }
    let open = surface.matches('“').count() > surface.matches('”').count() || surface.matches('"').count() % 2 == 1;
    if open { with_closing_mark(text, part) } else { part }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(text: &str, words: &str) -> Span {
        let start = text.find(words).unwrap();
        Span::new(start, start + words.len())
    }

    /// A source and a content of a text, and where else a mention begins, as they are when they are whole.
    fn both<'t>(text: &'t str, source: &str, content: &str, other: &str) -> (&'t str, &'t str) {
        let (source, content, all) = (place(text, source), place(text, content), Span::new(0, text.len()));
        let mut others = vec![source.start, content.start, place(text, other).start];
        others.sort_unstable();
        (completed_source(text, all, &others, source).of(text), completed_content(text, all, &others, content).of(text))
    }

    #[test]
    fn what_leads_on_goes_on_to_the_end_of_its_phrase() {
        let text = "Her submission to the court noted that it gave 4,000 files to the AP, which printed them.";
        let whole = both(text, "Her submission to", "that it gave 4,000 files to the", "noted");
        assert_eq!(whole, ("Her submission to the court", "that it gave 4,000 files to the AP"));
        let text = "He wrote that it takes 1,560 tons of carbon.";
        assert_eq!(both(text, "He", "it takes 1,560 tons of", "wrote").1, "it takes 1,560 tons of carbon");
    }

    #[test]
    fn what_is_whole_or_leads_to_somebody_elses_words_stays() {
        let text = "What they are looking for, she said, and what they hope for the firm said.";
        assert_eq!(both(text, "she", "What they are looking for", "said"), ("she", "What they are looking for"));
        assert_eq!(both(text, "the firm", "what they hope for", "said"), ("the firm", "what they hope for"));
        let text = "Ann, who in 2010 said the plan failed, left the day after it did.";
        assert_eq!(both(text, "who in", "the", "said"), ("who", "the"));
        for text in ["a b c to", "a b c to é", "a b c to\n\nthe", "a b c to  the"] {
            assert!(text.starts_with(both(text, "a b c to", "a b c to", "a").1));
        }
    }
}
