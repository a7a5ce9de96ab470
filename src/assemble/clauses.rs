//! Where one sentence asserts two things: "Spending fell by 38%, while visits dropped by 19%."
//!
//! Told from words alone, without a parser: after a comma and a joining word there must stand a subject and, soon, a verb that
//! can only be a clause's; before them, too. What is not clear stays together.

use super::lexicon::{Lexicon, lexicon};
use crate::span::Span;

/// The fewest words of an assertion.
const FEWEST_WORDS: usize = 3;
/// Within so many words of a clause's start its verb has to come.
const REACH: usize = 10;
/// … and within so many where no comma stands before it; the shorter for what may be a participle.
const SHORT_REACH: (usize, usize) = (5, 3);

/// Forms that are mostly a clause's verb where they follow a subject.
static VERBS: Lexicon = lexicon!("
    accept accepts added adds affects agree agrees allow allows am announces appear appears are aren't argue argues ask asks became become becomes began
    begins believe believes belong belongs bought bring brings broke brought built came can can't cannot carries carry come comes confirms consists
    contain contains continue continues could couldn't create creates decides declines denies depend depends describes deserve deserves did didn't do does
    doesn't don't draws drew drove earn earns employ employs enjoys exist exists expect expects faces feel feels fell felt flew follows forbids fought
    found gave generates get gets give gives go goes got grew grow grows had hadn't happens has hasn't have haven't held holds hurts include includes
    infects insists intends involve involves is isn't keep keeps kept knew know knows lack lacks laid lay leaves led left lets loses lost made make makes
    may meant meets met might moves must needs operates oppose opposes owes owns paid pays prefer prefers prevents proposes protects prove proves provide
    provides put quit raises ran rang reaches read receive receives recognises reduces refuses relies rely remain remains represents require requires
    rises rose runs said sang sank sat saw says see seem seems sees sell sells sent serves set shall shook shot should shouldn't showed sits sold sought
    speaks spends spent spoke spreads stays stood struck suffers suggests swept take takes taught tells tend tends thinks threatens threw told took
    travels treats tries understands uses voted wants was wasn't went were weren't wishes woke won won't wore worries would wouldn't wrote");
/// Verbs that are as often nouns or adjectives: none after an article, a number or another word that asks for a noun.
static OFTEN_NOUNS: Lexicon = lexicon!("
    answers benefits calls can causes charges claims controls cost costs cover covers cut cuts ends estimates face fails fall falls find finds forced
    forces forecast harms helps hit hits hold hope hopes hurt increases killed lead leads lie lies like likes limits live lives look looks lose love loves
    may mean means meet might must need offer offers pay plan plans play plays produce produces read rise run say serve show shows shut spend split stand
    stands start starts stay stop stops support supports think try turn turns use visits vote votes want wanted will win wins work works");
/// Those of them that behind a noun in the singular are nouns, too, having another form for it and for the past.
static SINGULAR_NOUNS: Lexicon = lexicon!("
    call charge claim control cover fall help hold hope increase lie like limit live look love need offer pay plan play rise run say show stand start stay
    stop support think try turn use vote want win work");
static ASK_FOR_NOUNS: Lexicon = lexicon!("
    a an the its his her their our my your this that these those no any some more of in for to by with from at on as 's each every another last next new such first second");
/// Words that begin a clause by themselves.
static PERSONS: Lexicon = lexicon!(
    "he she it they we you i there he's she's it's they're we're you're i'm he'd she'd they'd we'd i've they've we've there's there're nobody everybody everyone"
);
/// Words that begin no subject.
static NO_SUBJECT: Lexicon = lexicon!("
    about above across after against along also although among and around as at back because before behind below beside besides between beyond both but by despite down
    due during either especially even eventually ever finally for from how however if in including indeed inside instead into itself just largely last later less like made
    mainly mostly much near nearly neither never nor not now of off often on once only onto or out outside over partly perhaps possibly rather since so sometimes soon still
    subsequently such than that then therefore though through throughout thus to today together tomorrow too towards under unless until up upon usually via what when where whether which
    while who whom whose why will with within without yesterday yet who've");
/// Words behind which a verb belongs to another clause than the one that is looked at.
static INNER_CLAUSE: Lexicon =
    lexicon!("who which that whose whom where when what if because whether to he she they we i it you how why than as");
/// Words that end as a past tense and are none.
static NO_PAST: Lexicon = lexicon!("need red bed hundred indeed united sacred speed seed feed weed so-called alleged aged designed");
/// Verbs behind whose comma what is said goes on.
static SAYING: Lexicon = lexicon!("
    added admitted announced argued asked believes claimed claims declared explained insisted noted replied reported said say says stated suggested
    tells testified thinks told warned warns wrote");
/// Words that end an assertion about an amount or a time.
static MEASURES: Lexicon = lexicon!(
    "lower higher percent cent million billion trillion ago today yesterday monday tuesday wednesday thursday friday saturday sunday"
);
/// Words that make everything up to the next comma depend on what follows.
static SUBORDINATE: Lexicon =
    lexicon!("if now when although while because as since after before unless though until once whether that who which");

/// Whether a word looks like a verb of a clause.
pub(super) fn is_verb(word: &str) -> bool {
    is_finite(word) || ["ing", "n't", "'s", "'re", "'ve", "'ll", "'d", "'m"].iter().any(|end| word.ends_with(end))
}

/// Whether a word can be a verb by itself: not a form in -ing, not a possessive.
pub(super) fn is_finite(word: &str) -> bool {
    VERBS.contains(word) || OFTEN_NOUNS.contains(word) || ends_as_past(word)
}

/// Whether a word has the ending of a past tense, which may be a participle.
fn ends_as_past(word: &str) -> bool {
    word.ends_with("ed") && !NO_PAST.contains(word)
}

/// Whether a verb of a clause stands anywhere in these words but first.
pub(super) fn hold_verb(text: &str, parts: &[Span]) -> bool {
    let words: Vec<Word> = parts.iter().flat_map(|part| words(text, *part)).collect();
    words.iter().any(|word| ["n't", "'re", "'ve", "'ll", "'d", "'m"].iter().any(|end| word.lower.ends_with(end)))
        || words.iter().any(|word| is_one_of(&word.lower, "it's he's she's that's there's what's"))
        || holds_own_verb(&words)
}

/// Whether a verb stands in these words that is not a relative clause's: none in "a deal on debts which are due".
fn holds_own_verb(words: &[Word]) -> bool {
    let named = is_one_of(words.first().map_or("", |w| w.lower.as_str()), "a an the its his her their our my this these");
    let first_doing = (1..words.len()).find(|&at| words[at].lower.ends_with("ing"));
    let mut at = 1;
    while at < words.len() {
        let word = words[at].lower.as_str();
        let restrictive = !words[at - 1].ends(',') && words[at - 1].lower != "of";
        // "reports alleging that she …"
        let reported = word == "that" && first_doing.is_some_and(|first| first < at);
        // "a curfew it put in place"
        let joined =
            is_one_of(&words[at - 1].lower, "ago later earlier year week month day time today and but or because when while if as than");
        let contact = named && at > 1 && !words[at - 1].ends(',') && !joined && is_one_of(word, "i you he she it we they");
        let relative = is_one_of(word, "which who whom whose") && (named || restrictive) || named && is_one_of(word, "where that");
        if relative || reported || contact {
            // Its own verb, and what belongs to that.
            while at < words.len() && !finite_at(words, at) {
                at += 1;
            }
            let perfect = words.get(at).is_some_and(|word| is_one_of(&word.lower, "have has had"));
            at += 1 + usize::from(perfect);
            while at < words.len() && (ends_as_past(&words[at].lower) || is_one_of(&words[at].lower, "not never been be being also")) {
                at += 1;
            }
        } else if finite_at(words, at) && !names_here(words, at) {
            return true;
        } else {
            at += 1;
        }
    }
    false
}

/// Whether a word that can be a noun is one where it stands: "a 53% pay *rise*", "significant *cuts*".
fn names_here(words: &[Word], at: usize) -> bool {
    let (word, before) = (words[at].lower.as_str(), words[at - 1].lower.as_str());
    if SINGULAR_NOUNS.contains(word) {
        let plural = before.ends_with('s') || is_one_of(before, "people men women children police they we you i who not never");
        return !plural && !before.ends_with("ly");
    }
    at + 1 == words.len() && word.ends_with('s') && OFTEN_NOUNS.contains(word)
}

/// The pieces of a stretch that each assert something by themselves, in order; the stretch alone where there is one.
pub(super) fn independent(text: &str, span: Span) -> Vec<Span> {
    let words = words(text, span);
    let mut pieces = Vec::new();
    let (mut from, mut start) = (0, span.start);
    for at in 1..words.len() {
        let before = &words[at - 1];
        let comma = before.ends(',') && is_one_of(&words[at].lower, "and but while whereas");
        let measured = || is_measure(before) && is_one_of(&next_lower(&words, at), "the its his her their");
        let there = || next_lower(&words, at) == "there" && is_one_of(&next_lower(&words, at + 1), "is are was were");
        let joined = comma || is_one_of(&words[at].lower, "and while") && (measured() || there());
        let next = if joined { at + 1 } else { at };
        if !(joined || before.ends(';')) || at - from < FEWEST_WORDS || words.len() - next < FEWEST_WORDS {
            continue;
        }
        let (left, right) = (&words[from..at], &words[next..]);
        if closed(&text[start..before.end])
            && closed(&text[words[next].start..span.end])
            && asserts(left)
            && begins_clause(right, &words[at - 1], left)
            && (comma || before.ends(';') || soon(right))
        {
            pieces.push(Span::new(start, before.end));
            (from, start) = (next, words[next].start);
        }
    }
    pieces.push(Span::new(start, span.end));
    pieces
}

/// Whether a word ends an assertion about an amount or a time: "ended 0.4% lower *and the euro weakened*".
fn is_measure(word: &Word) -> bool {
    MEASURES.contains(&word.lower) || word.lower.ends_with(|c: char| c.is_ascii_digit()) || word.surface.ends_with('%')
}

/// Whether a clause that no comma divides from the one before shows its verb at once.
fn soon(clause: &[Word]) -> bool {
    let sure = |at: usize| !ends_as_past(&clause[at].lower) || at < SHORT_REACH.1;
    (1..clause.len().min(SHORT_REACH.0)).any(|at| sure(at) && finite_at(clause, at))
}

fn next_lower(words: &[Word], at: usize) -> String {
    words.get(at + 1).map_or_else(String::new, |word| word.lower.clone())
}

/// "that it rained and that it poured": two stretches, where both have words enough.
pub(super) fn joined_by_that(text: &str, span: Span) -> Vec<Span> {
    let mut pieces = vec![span];
    for joint in [" and that ", " but that "] {
        pieces = pieces.into_iter().flat_map(|piece| divided(text, piece, joint)).collect();
    }
    let long = |piece: &Span| piece.of(text).split_whitespace().count() >= FEWEST_WORDS;
    if pieces.iter().all(long) { pieces } else { vec![span] }
}

/// The pieces of a span between joints.
fn divided(text: &str, span: Span, joint: &str) -> Vec<Span> {
    let mut pieces = Vec::new();
    let mut rest = span;
    while let Some(at) = rest.of(text).find(joint) {
        pieces.push(Span::new(rest.start, rest.start + at));
        rest = Span::new(rest.start + at + joint.len(), rest.end);
    }
    pieces.push(rest);
    pieces
}

/// A word of a stretch as it stands and as it is compared.
pub(super) struct Word {
    pub(super) start: usize,
    pub(super) end: usize,
    surface: String,
    /// In small letters, without marks around it.
    pub(super) lower: String,
}

impl Word {
    fn ends(&self, mark: char) -> bool {
        self.surface.ends_with(mark)
    }
}

/// The words of a stretch.
pub(super) fn words(text: &str, span: Span) -> Vec<Word> {
    let surface = span.of(text);
    let base = surface.as_ptr() as usize;
    surface
        .split_whitespace()
        .map(|word| {
            let start = span.start + (word.as_ptr() as usize - base);
            let lower = word.trim_matches(|c: char| !c.is_alphanumeric()).replace('’', "'").to_lowercase();
            Word { start, end: start + word.len(), surface: word.to_owned(), lower }
        })
        .collect()
}

/// Whether a word is among the few that are named where it is asked; for more there is a [`Lexicon`].
fn is_one_of(word: &str, list: &str) -> bool {
    list.split_whitespace().any(|entry| entry == word)
}

/// Whether every mark that opens inside closes inside; the marks around the whole stretch do not count.
fn closed(surface: &str) -> bool {
    let inner = surface.trim_matches(|c: char| !c.is_alphanumeric() && c != ')' && c != '(');
    let count = |mark: char| inner.matches(mark).count();
    count('“') == count('”') && count('"') % 2 == 0 && count('(') == count(')') && count('«') == count('»')
}

/// Whether a clause with a verb of its own stands here that depends on nothing behind it.
fn asserts(words: &[Word]) -> bool {
    let leads = SUBORDINATE.contains(&words[0].lower) && !words[..words.len() - 1].iter().any(|w| w.ends(','));
    !leads && (1..words.len()).any(|at| finite_at(words, at) || words[at].lower.ends_with("n't"))
        || is_one_of(&words[0].lower, "he's she's it's they're we're you're i'm i've they've we've there's")
}

/// Whether the word at a place is a clause's verb, as far as it and the word before it tell.
fn finite_at(words: &[Word], at: usize) -> bool {
    let word = words[at].lower.as_str();
    if words[at - 1].lower == "to" {
        return false;
    }
    let noun_before = ASK_FOR_NOUNS.contains(&words[at - 1].lower) || words[at - 1].lower.ends_with("'s");
    if OFTEN_NOUNS.contains(word) || ends_as_past(word) { is_finite(word) && !noun_before } else { is_finite(word) }
}

/// Whether a subject and its verb stand at the start of these words. `joint` is the word before the comma or semicolon,
/// `left` what stands before it.
fn begins_clause(words: &[Word], joint: &Word, left: &[Word]) -> bool {
    let first = &words[0];
    if PERSONS.contains(&first.lower) {
        return !first.ends(',');
    }
    // "Allied has improved": a name is no verb, whatever it looks like.
    let looks_like_verb = || {
        VERBS.contains(&first.lower)
            || ends_as_past(&first.lower)
            || OFTEN_NOUNS.contains(&first.lower) && !words.get(1).is_some_and(|w| VERBS.contains(&w.lower) || ends_as_past(&w.lower))
    };
    if first.lower.is_empty()
        || NO_SUBJECT.contains(&first.lower)
        || first.lower.ends_with("ly")
        || first.lower.ends_with("ing")
        || !first.surface.starts_with(char::is_uppercase) && looks_like_verb()
    {
        return false;
    }
    // In a list "…, and a child trapped" is no clause; a form in -ed is no proof there.
    // "Ann Lee, 17, and another", "he said, while": neither is the end of a clause.
    let aside = joint.ends(',') && left.len() > 1 && left[left.len() - 2].ends(',');
    // "In Rotterdam, planting costs …": the comma behind a phrase that opens the sentence makes no list.
    let opening = usize::from(NO_SUBJECT.contains(&left[0].lower) || left[0].lower.ends_with("ly"));
    let listed = joint.ends(',') && left[..left.len() - 1].iter().filter(|w| w.ends(',')).count() > opening;
    if aside || first.ends(',') || SAYING.contains(&joint.lower) {
        return false;
    }
    let mut at = 1;
    while at < words.len().min(REACH) {
        let word = &words[at];
        if INNER_CLAUSE.contains(&word.lower) {
            return false;
        }
        let doubtful = OFTEN_NOUNS.contains(&word.lower) && listed || ends_as_past(&word.lower) && (listed || is_participle(words, at));
        if finite_at(words, at) && !doubtful {
            return true;
        }
        // "the queue reaches the church"
        let next = words.get(at + 1).map_or("", |w| w.lower.as_str());
        if at == 2
            && word.lower.ends_with('s')
            && is_one_of(&first.lower, "the a an its his her their")
            && is_one_of(next, "the a an its his her their to")
        {
            return true;
        }
        if word.ends(',') {
            // "the bridge, opened in 1987, lies": what is put in between ends at the next comma.
            let Some(end) = (at + 1..words.len().min(at + REACH)).find(|&i| words[i].ends(',')) else { return false };
            return end + 1 < words.len() && finite_at(words, end + 1);
        }
        at += 1;
    }
    false
}

/// Whether a form in -ed says what was done to its noun: "61 people injured by glass".
fn is_participle(words: &[Word], at: usize) -> bool {
    let next = words.get(at + 1).map_or("", |w| w.lower.as_str());
    let amount =
        words.get(at + 2).is_some_and(|w| w.lower.starts_with(|c: char| c.is_ascii_digit()) || w.surface.starts_with(['£', '$', '€']));
    // "and Olive Penhale abstained"
    let named = words[at - 1].surface.starts_with(char::is_uppercase);
    next.is_empty() && !named || next == "by" && !amount || next == "with"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(text: &str) -> Vec<&str> {
        independent(text, Span::new(0, text.len())).iter().map(|p| p.of(text)).collect()
    }

    #[test]
    fn two_clauses_with_a_verb_each_are_two() {
        for (text, second) in [
            ("Spending on the service fell by 38%, while visits dropped by 19%.", "visits dropped by 19%."),
            ("It has 164 flats, and 37 of them are home to a wheelchair user.", "37 of them are home to a wheelchair user."),
            (
                "Councils must keep one route open, and the Tarrow Bridge, opened in 1987, lies upstream.",
                "the Tarrow Bridge, opened in 1987, lies upstream.",
            ),
            ("Planting costs about €1,900 per tree, and young trees need 80 litres a week.", "young trees need 80 litres a week."),
            ("Greenland was granted self-rule in 1979; the law went into effect a year later.", "the law went into effect a year later."),
            ("They’ve closed four wards, and they still took the charge.", "they still took the charge."),
            ("Pernod has reduced its debt to 1.8bn euros, while Allied has improved its chains.", "Allied has improved its chains."),
            ("Orders have tripled this year, and the queue reaches the church.", "the queue reaches the church."),
            ("Orders have tripled, and the queue reaches the church.", "the queue reaches the church."),
            (
                "Two Labour councillors voted against, and the Conservative Olive Penhale abstained.",
                "the Conservative Olive Penhale abstained.",
            ),
            ("In Rotterdam, planting costs €1,900 per tree, and young trees need 80 litres a week.", "young trees need 80 litres a week."),
            ("The forms are sent and there are no signs of a delay.", "there are no signs of a delay."),
            ("The index ended 0.4% lower and the euro weakened to $1.08.", "the euro weakened to $1.08."),
            (
                "It’s a careful piece of work, but the death counts in some cities were small.",
                "the death counts in some cities were small.",
            ),
        ] {
            assert_eq!(pieces(text).get(1), Some(&second), "{text}");
        }
    }

    #[test]
    fn what_shares_a_subject_a_verb_or_a_quotation_stays_together() {
        for text in [
            "The firm sold four plants, and later closed the fifth.",
            "He met Ann Lee, 17, and another teenager who was there.",
            "It sells cars, trucks, and boats in Ohio.",
            "The storm killed two men, a woman, and a child trapped in a car.",
            "Prices rose in May, and by June had doubled.",
            "If taxes rise, and wages fall sharply, shops will close.",
            "Now that networks are bedding down, and it is becoming essential, shops are keen.",
            "The rules bind Spain, Italy, and France was never asked.",
            "She called it “a plain theft, and it was a big one” in court.",
            "The fire injured 12 people, and 61 people treated by medics.",
            "The bank cut its forecast for 2026 and the year after that.",
            "Sales rose in 2024, he said, while the shops were shut.",
            "He was 100 and the oldest surviving convicted criminal.",
        ] {
            assert_eq!(pieces(text), [text]);
        }
    }

    #[test]
    fn a_thing_shows_no_verb_of_its_own() {
        let verb = |text: &str| hold_verb(text, &[Span::new(0, text.len())]);
        for thing in [
            "a 53% pay rise",
            "a deal to defer about $135m of debt which was due in May",
            "significant cuts",
            "The modest profit rise",
            "the men who were killed in the fire",
            "councils in England to provide a library service",
            "extent to which people have become reliant on their phones",
            "published reports alleging that she claimed that he had lied",
            "a bill designed to hamstring the agency",
            "foundation spending that personally benefited him",
            "a midnight curfew it put in place on Thursday",
        ] {
            assert!(!verb(thing), "{thing}");
        }
        for clause in [
            "the men who were killed in the fire had no masks",
            "the bank cut its rates",
            "profits rise in May",
            "the roof leaked",
            "the law that was passed means less tax",
            "the rules breach the law and it may sue",
            "the policy of mandating that voters prove that they are eligible appears to help one side",
            "prison takes in 25% of them, 40% of whom are black",
            "they need help",
            "prices will rise",
        ] {
            assert!(verb(clause), "{clause}");
        }
    }

    #[test]
    fn any_text_is_cut_into_pieces_in_order() {
        for text in [
            "",
            ",",
            ", and",
            "; ; ;",
            "a, and, and he, and he, and he was, but it is;",
            "é, and “it",
            "他, and it was, and it is here now",
        ] {
            let found = independent(text, Span::new(0, text.len()));
            assert!(!found.is_empty() && found.windows(2).all(|w| w[0].end <= w[1].start), "{text}");
        }
    }
}
