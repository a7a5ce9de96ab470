//! The words of a claim as likeness compares them: heads of synonyms, names, amounts and dates, in order.

use serde::{Deserialize, Serialize};

use super::amounts::Amount;
use super::dates::When;
use super::force::Force;
use super::vocabulary::{LEXICON, compares, excuses_negation, is_be, is_mutual, is_title, negates, places, without_prefix};
use crate::values::{self, Day, Finding, Label};

/// How much a word says of what is claimed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) enum Kind {
    /// `people`, `make`
    #[serde(rename = "l")]
    Light,
    /// `nurse`, `approve`
    #[serde(rename = "c")]
    Content,
    /// A word of a name; also a score or a code: `2-1`.
    #[serde(rename = "n")]
    Name,
}

/// A word that stands for all that mean the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Word(pub(super) String, pub(super) Kind);

/// A name, as the heads of its words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Name {
    #[serde(rename = "w")]
    pub(super) words: Vec<String>,
    /// Of two words and more: `snp`.
    #[serde(rename = "i", default, skip_serializing_if = "String::is_empty")]
    pub(super) initials: String,
    /// Whether it may be who does or suffers something, not where or when.
    #[serde(rename = "a", default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) acts: bool,
    /// Whether only its place, first in a sentence, gives it a capital, for all one can tell.
    #[serde(rename = "m", default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) may_be: bool,
}

/// What was read.
#[derive(Debug, Default)]
pub(super) struct Reading {
    pub(super) words: Vec<Word>,
    /// Who acts first: the agent of a passive stands before the others.
    pub(super) names: Vec<Name>,
    pub(super) amounts: Vec<Amount>,
    pub(super) dates: Vec<When>,
    pub(super) is_negated: bool,
    /// Classes of [`super::vocabulary`], each with the member.
    pub(super) marks: Vec<(u8, u8)>,
    pub(super) qualifiers: Vec<u8>,
    /// Where in `words` what follows "than" begins.
    pub(super) than: Option<usize>,
    /// Whether its parties may be named in either order.
    pub(super) is_mutual: bool,
    /// Whether a passive names who acts: `was struck by`.
    pub(super) is_passive: bool,
    /// Whether amounts stand as `from` one `to` another.
    pub(super) moves: bool,
}

/// How many words before "by" a form of "be" is looked for.
const PASSIVE: usize = 8;

struct Token<'t> {
    surface: &'t str,
    lower: String,
    start: usize,
    is_capital: bool,
    /// Capitals throughout: `NATO`.
    is_short: bool,
    is_possessive: bool,
    /// First of a sentence.
    opens: bool,
}

/// Reads a claim of which the attribution is gone.
pub(super) fn read(text: &str, published: Option<Day>) -> Reading {
    let tokens = tokens(text);
    let found = values::find(text, published);
    let words: Vec<&str> = tokens.iter().map(|t| t.lower.as_str()).collect();
    let is_named = |t: &Token| t.is_capital && When::of_name(&t.lower).is_some();
    let is_value =
        |at: usize| tokens.get(at).is_some_and(|t| is_named(t) || found.iter().any(|f| f.span.start <= t.start && t.start < f.span.end));
    let force = Force { words: &words, is_value: &is_value }.marks();
    Reader { tokens: &tokens, found: &found, text, out: Reading { marks: force, ..Reading::default() }, name: None, agent: None }.read()
}

struct Reader<'t> {
    tokens: &'t [Token<'t>],
    found: &'t [Finding],
    text: &'t str,
    out: Reading,
    /// The name that is being read.
    name: Option<Name>,
    /// Which of the names is the agent of a passive.
    agent: Option<usize>,
}

impl<'t> Reader<'t> {
    fn read(mut self) -> Reading {
        let mut at = 0;
        while at < self.tokens.len() {
            at += self.step(at).max(1);
        }
        self.end_name();
        if let Some(agent) = self.agent.filter(|&a| a < self.out.names.len()) {
            let name = self.out.names.remove(agent);
            self.out.names.insert(0, name);
        }
        self.out.marks.sort_unstable();
        self.out.marks.dedup();
        self.out
    }

    fn word(&self, at: usize) -> &'t str {
        self.tokens.get(at).map_or("", |t| t.lower.as_str())
    }

    fn previous(&self, at: usize, n: usize) -> &'t str {
        at.checked_sub(n).map_or("", |at| self.word(at))
    }

    /// Reads what stands here and says how many tokens that was.
    fn step(&mut self, at: usize) -> usize {
        let Some(token) = self.tokens.get(at) else { return 1 };
        if let Some(finding) = self.finding(at) {
            let length = self.length(at, finding);
            if let Some(beyond) = self.amount(at, length, finding) {
                self.end_name();
                return length + beyond;
            }
        }
        let word = token.lower.as_str();
        if let Some(when) = When::of_name(word).filter(|_| token.is_capital) {
            self.end_name();
            self.out.dates.push(when);
            return 1;
        }
        if self.negation(at) {
            self.end_name();
            return 1;
        }
        let rest = self.tokens.iter().skip(at).map(|t| t.lower.as_str());
        if let Some((short, length)) = LEXICON.short_form(rest) {
            let is_name = token.is_capital && (!token.opens || self.tokens.get(at + length - 1).is_some_and(|t| t.is_capital));
            if is_name {
                self.named(at, short.to_owned())
            } else {
                self.said(LEXICON.head(short))
            }
            return length;
        }
        if let Some(times) = multiple(word) {
            self.end_name();
            self.out.amounts.push(Amount::new(times, "fold", None));
            return 1;
        }
        if self.is_name(at) {
            let head = LEXICON.country(word).map_or_else(|| LEXICON.head(word), str::to_owned);
            self.named(at, head);
            return 1;
        }
        self.plain(at);
        1
    }

    /// An ordinary word.
    fn plain(&mut self, at: usize) {
        let Some(token) = self.tokens.get(at) else { return };
        let word = token.lower.as_str();
        let next_is_name = |at: usize| self.tokens.get(at).is_some_and(|t| t.is_capital);
        let joins = matches!(word, "of" | "for" | "de" | "van" | "von" | "al" | "bin") && next_is_name(at + 1)
            || matches!(word, "of" | "for") && self.word(at + 1) == "the" && next_is_name(at + 2)
            || word == "the" && matches!(self.previous(at, 1), "of" | "for") && next_is_name(at + 1);
        if !joins {
            self.end_name();
        }
        if word == "than" && self.finding(at + 1).is_none() && self.out.than.is_none() {
            self.out.than = Some(self.out.words.len());
        }
        let is_passive = (1..=3).any(|n| is_be(self.previous(at, n)));
        if compares(word) && !is_passive && self.finding(at + 1).is_none() && self.out.than.is_none() {
            self.out.than = Some(self.out.words.len() + 1);
        }
        if word == "from" && self.finding(at + 1).is_some_and(|f| f.label != Label::Date) {
            self.out.moves = true;
        }
        self.out.is_mutual |= is_mutual(word);
        self.out.is_passive |= word == "by" && (1..=PASSIVE).any(|n| is_be(self.previous(at, n)));
        let bounds = matches!(word, "more" | "less" | "fewer") && self.word(at + 1) == "than" && self.finding(at + 2).is_some();
        if LEXICON.is_empty(word) && !token.is_short || bounds || word == "than" {
            return;
        }
        if token.surface.starts_with(|c: char| c.is_ascii_digit()) {
            self.out.words.push(Word(word.to_owned(), Kind::Name));
            return;
        }
        let head = LEXICON.head(word);
        if token.is_capital && token.opens {
            self.out.names.push(Name { words: vec![head.clone()], initials: String::new(), acts: true, may_be: true });
        }
        self.said(head);
    }

    fn said(&mut self, head: String) {
        self.out.marks.extend_from_slice(LEXICON.classes(&head));
        self.out.qualifiers.extend(LEXICON.qualifier(&head));
        let kind = if LEXICON.is_light(&head) { Kind::Light } else { Kind::Content };
        self.out.words.push(Word(head, kind));
    }

    fn named(&mut self, at: usize, head: String) {
        let Some(token) = self.tokens.get(at) else { return };
        let acts = !self.is_placed(at) && !token.is_possessive;
        let name = self.name.get_or_insert_with(|| Name { words: Vec::new(), initials: String::new(), acts, may_be: false });
        name.words.push(head.clone());
        name.initials.extend(token.lower.chars().next());
        if self.is_agent(at) && self.agent.is_none() {
            self.agent = Some(self.out.names.len());
        }
        self.out.words.push(Word(head, Kind::Name));
        if token.is_possessive {
            self.end_name();
        }
    }

    fn end_name(&mut self) {
        if let Some(mut name) = self.name.take() {
            if name.words.len() < 2 {
                name.initials.clear();
            }
            self.out.names.push(name);
        }
    }

    /// Whether a preposition stands before the name here: `in the Ukraine`.
    fn is_placed(&self, at: usize) -> bool {
        let before = self.previous(at, 1);
        places(before) || matches!(before, "the" | "a" | "an") && places(self.previous(at, 2))
    }

    /// Whether the name here does what a passive says: `was struck by the Russian`.
    fn is_agent(&self, at: usize) -> bool {
        let by = (1..=3).find(|&n| self.previous(at, n) == "by");
        by.is_some_and(|n| (n + 1..=n + PASSIVE).any(|m| is_be(self.previous(at, m))))
    }

    fn is_name(&self, at: usize) -> bool {
        let Some(token) = self.tokens.get(at).filter(|t| t.is_capital) else { return false };
        let word = token.lower.as_str();
        let country = LEXICON.country(word).is_some() && (word != "us" || token.is_short);
        if token.is_short && token.surface.len() > 1 || country {
            return true;
        }
        let goes_on = self.tokens.get(at + 1).is_some_and(|t| t.is_capital && !t.opens) && !token.is_possessive;
        (!token.opens || goes_on || token.is_possessive) && !LEXICON.is_empty(word) && !is_title(word)
    }

    /// Whether the word here negates the claim.
    fn negation(&mut self, at: usize) -> bool {
        let word = self.word(at);
        let is_yet = word == "yet" && self.word(at + 1) == "to";
        if !is_yet && (!negates(word) || excuses_negation(self.word(at + 1))) {
            return false;
        }
        let positive = without_prefix(word).map(|rest| LEXICON.head(rest));
        self.out.is_negated = !self.out.is_negated;
        if let Some(head) = positive {
            self.said(head);
        }
        true
    }

    /// What values read from the token here on.
    fn finding(&self, at: usize) -> Option<&'t Finding> {
        let start = self.tokens.get(at)?.start;
        self.found.iter().find(|f| f.span.start <= start && start < f.span.end)
    }

    /// How many tokens a finding covers from here on.
    fn length(&self, at: usize, finding: &Finding) -> usize {
        self.tokens.iter().skip(at).take_while(|t| t.start < finding.span.end).count()
    }

    /// How many tokens of `of a percentage point` stand here.
    fn points(&self, at: usize) -> Option<usize> {
        let mut end = at;
        for words in [&["of"][..], &["a", "one"], &["percentage", "percent"]] {
            end += usize::from(words.contains(&self.word(end)));
        }
        (self.word(end) == "point").then_some(end + 1 - at)
    }

    /// Takes an amount or date, if it can be told; says how many tokens it takes beyond those of the finding.
    fn amount(&mut self, at: usize, length: usize, finding: &Finding) -> Option<usize> {
        let Some(value) = &finding.value else {
            let surface = finding.span.of(self.text);
            let number = surface.split_whitespace().next().and_then(|w| w.replace(',', "").parse::<f64>().ok()).filter(|n| n.is_finite());
            let is_count = matches!(finding.label, Label::Cardinal | Label::Quantity);
            let number = number.filter(|_| is_count && length == 1)?;
            self.out.amounts.push(Amount::new(number, "", None));
            return Some(0);
        };
        if let Some(when) = When::of(value) {
            self.out.dates.push(when);
            return Some(0);
        }
        let amounts = Amount::of(finding.label, value);
        if let (Some(points), [part]) = (self.points(at + length), amounts.as_slice()) {
            self.out.amounts.extend(part.clone().points());
            return Some(points);
        }
        if let [all] = amounts.as_slice()
            && let Some(share) = self.share(at, all)
        {
            self.out.amounts.push(share);
            return Some(0);
        }
        if amounts.is_empty() {
            return None;
        }
        self.out.amounts.extend(amounts);
        Some(0)
    }

    /// The share that `two in` and a number after it make; takes back the first number, if it was taken for an amount.
    fn share(&mut self, at: usize, all: &Amount) -> Option<Amount> {
        if self.previous(at, 1) != "in" {
            return None;
        }
        if self.previous(at, 2) == "one" {
            return all.share_of(1.0);
        }
        self.finding(at.checked_sub(2)?)?;
        let share = all.share_of(self.out.amounts.last()?.count()?)?;
        self.out.amounts.pop();
        Some(share)
    }
}

/// `doubled`, `threefold`
fn multiple(word: &str) -> Option<f64> {
    Some(match word {
        "double" | "doubled" | "doubling" | "doubles" | "twofold" => 2.0,
        "triple" | "tripled" | "tripling" | "triples" | "trebled" | "threefold" => 3.0,
        "quadruple" | "quadrupled" | "fourfold" => 4.0,
        "fivefold" | "quintupled" => 5.0,
        "tenfold" => 10.0,
        "halved" | "halving" | "halves" | "halve" => 0.5,
        _ => return None,
    })
}

/// Cuts a text into words; `U.S.` is one, and so is `2-1`, and a possessive's `'s` is left off.
fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut list = Vec::new();
    let mut opens = true;
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|r| !r.is_empty()) {
        let Some(first) = rest.chars().next() else { break };
        if !first.is_alphanumeric() {
            let is_abbreviation = first == '.' && list.last().is_some_and(|t: &Token<'_>| t.surface.contains('.'));
            opens |= matches!(first, '.' | '!' | '?' | ':' | '"' | '“') && !is_abbreviation;
            at += first.len_utf8();
            continue;
        }
        let length = length_of_word(rest);
        let surface = rest.get(..length).unwrap_or("");
        let after = rest.get(length..).unwrap_or("");
        let possessive = ["'s", "’s", "'S"].iter().find(|s| after.starts_with(**s)).map_or(0, |s| s.len());
        let bare: String = surface.chars().filter(|c| !matches!(c, '.' | '\'' | '’')).collect();
        let is_number = first.is_ascii_digit();
        let lower = if is_number { surface.to_lowercase() } else { bare.to_lowercase() };
        let is_short = bare.chars().count() > 1 && bare.chars().all(char::is_uppercase);
        list.push(Token {
            surface,
            lower,
            start: at,
            is_capital: first.is_uppercase(),
            is_short,
            is_possessive: possessive > 0 || after.starts_with("' ") || after.starts_with("’ "),
            opens,
        });
        opens = false;
        at += length + possessive;
    }
    list
}

/// Letters and digits, with apostrophes before letters other than `'s`, points inside `U.S.` and marks between digits.
fn length_of_word(rest: &str) -> usize {
    let mut end = 0;
    let mut last = ' ';
    let mut chars = rest.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let next = chars.peek().map_or(' ', |(_, n)| *n);
        let inside = match c {
            '\'' | '’' => next.is_alphabetic() && !matches!(next, 's' | 'S'),
            '.' => {
                next.is_uppercase() && at == 1
                    || last.is_ascii_digit() && next.is_ascii_digit()
                    || last.is_uppercase() && end > 1 && next.is_uppercase()
            }
            ',' | ':' | '-' | '–' => last.is_ascii_digit() && next.is_ascii_digit(),
            c => c.is_alphanumeric(),
        };
        if !inside {
            break;
        }
        end = at + c.len_utf8();
        last = c;
    }
    end
}
