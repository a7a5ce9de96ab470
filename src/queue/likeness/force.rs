//! What changes a claim without changing what it is about: of how many it is said, whether it is or is to be, whether a right holds or
//! held, and over what time an amount is counted. Each becomes a mark, as members of the classes of [`super::vocabulary`] do: two claims conflict where both have marks
//! of one class and none in common.

use super::vocabulary::LEXICON;

/// Class and member.
pub(super) type Mark = (u8, u8);

/// Of how many: a class beyond those of the lists.
const SHARE: u8 = 200;
const FEW: Mark = (SHARE, 0);
const SOME: Mark = (SHARE, 1);
const MOST: Mark = (SHARE, 2);
const ALL: Mark = (SHARE, 3);

/// Whether a right or a duty holds, or held.
pub(super) const RIGHT: u8 = 202;
const HOLDS: Mark = (RIGHT, 0);
const HELD: Mark = (RIGHT, 1);
/// How far before its word the verb of a right may stand: "are not legally entitled".
const VERB: usize = 3;

/// Whether it is: a class of which every claim has one.
const REALITY: u8 = 201;
const FACT: Mark = (REALITY, 0);
const TO_BE: Mark = (REALITY, 1);

/// The member of the class of `per-year` that stands for "over ten years".
const TOTAL: u8 = 100;
/// How far behind an amount "a year", and how far behind "over" the "years" may stand.
const NEAR: usize = 4;

/// The words of a claim in lower case, and which of them are part of an amount or date.
pub(super) struct Force<'r> {
    pub words: &'r [&'r str],
    pub is_value: &'r dyn Fn(usize) -> bool,
}

impl Force<'_> {
    fn word(&self, at: usize) -> &str {
        self.words.get(at).copied().unwrap_or("")
    }

    fn before(&self, at: usize) -> &str {
        at.checked_sub(1).map_or("", |at| self.word(at))
    }

    /// All marks.
    pub(super) fn marks(&self) -> Vec<Mark> {
        let mut marks: Vec<Mark> =
            (0..self.words.len()).flat_map(|at| self.share(at).into_iter().chain(self.rate(at)).chain(self.right(at))).collect();
        marks.extend(self.reality());
        marks
    }

    /// "most migrants", "few of the migrants"; not "the most", "some 40,000", "above all", "every year".
    fn share(&self, at: usize) -> Option<Mark> {
        let (word, next) = (self.word(at), self.word(at + 1));
        if (self.is_value)(at + 1) || next.is_empty() {
            return None;
        }
        let follows = |words: &[&str]| words.contains(&self.before(at));
        match word {
            "few" if follows(&["a", "quite"]) => Some(SOME),
            "few" if !follows(&["the", "past", "last", "next", "these", "those", "first"]) => Some(FEW),
            "some" => Some(SOME),
            "most" if !follows(&["the", "at", "second", "third", "its", "their", "his", "her", "s", "world"]) && !self.is_compared(at) => {
                Some(MOST)
            }
            "all" if !follows(&["in", "above", "after", "at", "for", "of", "first", "not"]) => Some(ALL),
            "every" if !matches!(next, "year" | "month" | "week" | "day" | "time" | "hour" | "other" | "single") => Some(ALL),
            _ => None,
        }
    }

    /// "is most likely", "are most expensive"
    fn is_compared(&self, at: usize) -> bool {
        matches!(self.before(at), "is" | "are" | "was" | "were" | "be" | "been")
    }

    /// Whether it is told as what is, or as what is to be or may be: "will", "is set to". A bare "to" behind no verb that is plainly one may be
    /// either, as in headlines: "Council to close library".
    fn reality(&self) -> Vec<Mark> {
        let is_ahead = |at: usize| match self.word(at) {
            "will" | "shall" | "may" | "might" | "could" | "would" | "wont" | "wouldnt" | "couldnt" => !(self.is_value)(at),
            "to" => self.is_verb(at + 1) && looks_ahead(self.before(at)) && !self.is_told_before(at - 1),
            _ => false,
        };
        let may_be_ahead = |at: usize| self.word(at) == "to" && self.is_verb(at + 1) && !(0..at).any(|n| is_past(self.word(n)));
        if (0..self.words.len()).any(is_ahead) {
            vec![TO_BE]
        } else if (0..self.words.len()).any(may_be_ahead) {
            vec![FACT, TO_BE]
        } else {
            vec![FACT]
        }
    }

    /// Whether a verb before this word tells of what was: "voters rejected a plan to …" says nothing of what is to be.
    fn is_told_before(&self, at: usize) -> bool {
        let own = usize::from(matches!(self.before(at), "is" | "are" | "was" | "were" | "be" | "been"));
        (0..at - own).any(|n| is_past(self.word(n)))
    }

    /// Whether a word may be a verb behind "to", for all a list can tell.
    fn is_verb(&self, at: usize) -> bool {
        let word = self.word(at);
        !(self.is_value)(at) && (matches!(word, "be" | "have") || !word.is_empty() && !word.ends_with('s') && !LEXICON.is_empty(word))
    }

    /// "pensioners are entitled to", "pensioners were entitled to": laws change. Other states are told in either tense, of one day.
    fn right(&self, at: usize) -> Option<Mark> {
        if !is_right(self.word(at)) {
            return None;
        }
        (at.saturating_sub(VERB)..at).rev().find_map(|n| match self.word(n) {
            "is" | "are" | "isnt" | "arent" => Some(HOLDS),
            "was" | "were" | "wasnt" | "werent" => Some(HELD),
            _ => None,
        })
    }

    /// "$1.5 billion a year", "$1.5 billion over ten years"
    fn rate(&self, at: usize) -> Option<Mark> {
        let is_counted = (at.saturating_sub(NEAR)..at).any(|n| (self.is_value)(n));
        let class = |head: &str| LEXICON.classes(head).first().copied();
        match self.word(at) {
            "a" | "an" | "per" | "each" | "every" => {
                let head = match self.word(at + 1) {
                    "day" => "per-day",
                    "week" => "per-week",
                    "month" => "per-month",
                    "quarter" => "per-quarter",
                    "year" => "per-year",
                    _ => return None,
                };
                let is_other = matches!(self.word(at + 2), "ago" | "later" | "earlier" | "before" | "after" | "or")
                    || matches!(
                        self.before(at),
                        "in" | "for" | "over" | "within" | "than" | "after" | "about" | "of" | "from" | "half" | "and"
                    );
                class(head).filter(|_| is_counted && !is_other)
            }
            "over" | "across" | "during" | "within" | "in" => {
                let spans = |n: &usize| matches!(self.word(*n), "years" | "months" | "weeks" | "days" | "decade" | "decades");
                let (class, _) = class("per-year")?;
                (is_counted && (at + 1..=at + NEAR).any(|n| spans(&n) && (at + 1..n).all(|n| self.leads_on(n)))).then_some((class, TOTAL))
            }
            _ => None,
        }
    }

    /// "the next ten" in "over the next ten years"
    fn leads_on(&self, at: usize) -> bool {
        (self.is_value)(at)
            || matches!(self.word(at), "the" | "a" | "next" | "past" | "last" | "coming" | "first" | "its" | "their" | "just" | "only")
    }
}

/// What the law gives or asks, behind "is": no word for something that happens on a day, as "allowed" may be.
#[rustfmt::skip] // a filled list reads better than a word a line
fn is_right(word: &str) -> bool {
    matches!(
        word,
        "entitled" | "eligible" | "exempt" | "liable" | "obliged" | "required" | "legal" | "illegal" | "lawful" | "unlawful" | "compulsory" | "mandatory" | "optional"
    )
}

/// Words after which "to" and a verb tell of what is to be: "is to", "plans to", "expected to".
#[rustfmt::skip] // a filled list reads better than a word a line
fn looks_ahead(word: &str) -> bool {
    matches!(
        word,
        "is" | "are" | "was" | "were" | "be" | "set" | "expected" | "expects" | "expect" | "due" | "going" | "likely" | "about" | "ready" | "poised" | "scheduled"
        | "plan" | "plans" | "planned" | "planning" | "promise" | "promises" | "promised" | "pledge" | "pledges" | "pledged" | "vow" | "vows" | "vowed"
        | "aim" | "aims" | "aimed" | "hope" | "hopes" | "hoped" | "intend" | "intends" | "intended" | "want" | "wants" | "wanted" | "proposes" | "proposed"
    )
}

/// Forms that are plainly past, or perfect, or passive.
#[rustfmt::skip] // a filled list reads better than a word a line
fn is_past(word: &str) -> bool {
    word.len() > 4 && word.ends_with("ed")
        || matches!(
            word,
            "is" | "are" | "was" | "were" | "has" | "have" | "had" | "did" | "does" | "rose" | "fell" | "grew" | "shrank" | "built" | "spent" | "bought" | "sold" | "won" | "lost"
            | "made" | "took" | "gave" | "went" | "came" | "held" | "paid" | "kept" | "found" | "met" | "ran" | "broke" | "wrote" | "began" | "left" | "led" | "sent" | "shot"
            | "stood" | "drew" | "drove" | "fought" | "died" | "said" | "got" | "became" | "struck" | "sank" | "lent" | "fled" | "brought" | "chose" | "withdrew"
        )
}

#[cfg(test)]
mod tests {
    use super::super::{Features, conflict, likeness};

    fn same(a: &str, b: &str) -> bool {
        let of = |text| Features::of(text, None, Some("2026-11-23"));
        assert_eq!(conflict(&of(a), &of(b)), conflict(&of(b), &of(a)), "{a}\n{b}");
        likeness(&of(a), &of(b)).is_some()
    }

    #[test]
    fn of_how_many_it_is_said_tells_claims_apart() {
        let of = |share: &str| format!("{share} migrants in Leeds pay council tax");
        for (a, b) in [
            ("Most", "Few"),
            ("All", "Most"),
            ("Some", "All"),
            ("All the", "Few"),
            ("Most of the", "Some"),
            ("No", "Some"),
            ("Every one of the", "Few"),
        ] {
            assert!(!same(&of(a), &of(b)), "{a} {b}");
        }
        for (a, b) in [("Most", "Most of the"), ("All", "All of the"), ("A few", "Some"), ("Most", "")] {
            assert!(same(&of(a), &of(b)), "{a} {b}");
        }
        assert!(same("Leeds has the most libraries of all cities in Yorkshire", "Leeds has the most libraries in Yorkshire"));
        assert!(same("Some 40,000 nurses in Leeds went on strike", "40,000 nurses in Leeds went on strike"));
    }

    #[test]
    fn what_is_to_be_is_not_what_is() {
        let fact = "The government has built 40 new hospitals in Yorkshire";
        for ahead in ["will build", "may build", "is to build", "plans to build", "could build", "is expected to build", "would build"] {
            assert!(!same(&format!("The government {ahead} 40 new hospitals in Yorkshire"), fact), "{ahead}");
            assert!(
                same(&format!("The government {ahead} 40 new hospitals in Yorkshire"), "Government to build 40 new hospitals in Yorkshire"),
                "{ahead}"
            );
        }
        assert!(!same(
            "The Bank of England raised interest rates to 5 percent",
            "The Bank of England may raise interest rates to 5 percent"
        ));
        assert!(same("The council closed the library in Leeds in May", "In May the council closed Leeds library"));
        assert!(same("The council used the money to build a library in Leeds", "The Leeds council used money to build a library"));
    }

    #[test]
    fn a_right_that_held_is_not_one_that_holds() {
        let of = |verb: &str| format!("Pensioners {verb} entitled to free bus travel in Leeds");
        for (a, b) in [("are", "were"), ("are", "were once"), ("are now", "were"), ("are legally", "were")] {
            assert!(!same(&of(a), &of(b)), "{a} {b}");
        }
        let reported = "Ann Lee said that pensioners were entitled to free bus travel in Leeds";
        assert!(same(&of("are"), reported) && same(&of("were"), reported), "what is reported stands in the past either way");
        let features = |verb| Features::of(&of(verb), None, None);
        assert!(likeness(&features("are"), &features("were").as_reported()).is_some());
        assert!(
            same("The swimming pool in Leeds is closed", "The swimming pool in Leeds was closed"),
            "so do headlines and their articles"
        );
    }

    #[test]
    fn a_rate_is_no_total() {
        let of = |over: &str| format!("The government spends $1.5 billion {over} on flood defences");
        for (a, b) in
            [("a year", "over ten years"), ("per year", "in the next five years"), ("a year", "a month"), ("a week", "over two decades")]
        {
            assert!(!same(&of(a), &of(b)), "{a} {b}");
        }
        assert!(same(&of("a year"), &of("a year")));
        assert!(same(&of("over ten years"), &of("in ten years")));
    }
}
