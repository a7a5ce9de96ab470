//! What a person is, where the text says it beside the name: "Treasury Secretary Ann Lee", "Ann Lee, the mayor of Leeds,".

use super::clauses::is_finite;
use super::lexicon::{Lexicon, lexicon};
use crate::span::Span;

/// The heads of phrases that say what somebody is.
static ROLES: Lexicon = lexicon!(
    "
    accountant activist actor actress administrator admiral adviser advisor aide ally ambassador analyst archbishop archdeacon artist
    attorney author banker baroness barrister bishop boss broker brother builder campaigner candidate captain cardinal ceo cfo chair
    chairman chairperson chairwoman champion chancellor chaplain chef chief chemist cleric co-author co-chair co-founder coach colleague
    colonel columnist comedian commander commentator commissioner composer congressman congresswoman constable consul
    consultant coo coordinator coroner correspondent councillor counsel creator critic cto curator daughter dealer dean defender delegate
    deputy designer detective developer diplomat director doctor economist editor employee engineer entrepreneur envoy executive expert
    farmer father fellow filmmaker forecaster foreman founder friend general geologist goalkeeper governor guitarist head headmaster
    headteacher historian husband imam inspector investigator investor journalist judge justice king lawmaker lawyer leader lecturer
    legislator librarian lieutenant lobbyist magistrate major manager marshal mayor mayoress meteorologist midfielder minister mother mp
    msp mep musician negotiator neighbour neighbor novelist nurse officer official officer operator organiser organizer owner partner
    pastor peer pensioner philosopher photographer physician physicist pilot player playwright poet policeman politician pope premier
    presenter president priest prince princess principal producer professor programmer prosecutor psychiatrist psychologist publisher
    queen rabbi rector reporter representative researcher resident scholar scientist secretary senator sergeant sheriff singer sister
    solicitor son speaker specialist spokesman spokesperson spokeswoman star statistician strategist striker student superintendent
    surgeon surveyor survivor taoiseach teacher technician tenant trader treasurer trustee tutor uncle under-secretary veteran vet
    vicar vice-chairman vice-president victim volunteer warden whip widow wife winger witness worker writer"
);

/// Words that a role may hold before its head without a capital.
static QUALIFIERS: Lexicon = lexicon!(
    "
    acting assistant associate basketball business chief city communications co-founder company county defence defense deputy district
    economic education energy environment executive federal finance financial first football foreign former general global health
    home housing interior international joint junior lead leading legal local managing marketing medical national new non-executive
    official operating oil opposition party permanent police policy political press prime principal private public regional research
    retired sales science school security senior shadow social sports staff state technical trade transport union
    veteran vice weather"
);

/// Words before a noun that are no part of what it says.
const DETERMINERS: [&str; 13] = ["the", "a", "an", "his", "her", "its", "their", "our", "my", "one", "another", "this", "that"];

/// The most characters in which a role behind a name is looked for.
const LONGEST_PHRASE: usize = 120;

/// The most words a role is read from: in front of a name, behind it.
const LONGEST: usize = 9;
const LONGEST_BEHIND: usize = 14;

pub(super) fn is_role(word: &str) -> bool {
    let word = word.to_lowercase();
    // "co-chairman", "ex-president"
    ROLES.contains(word.rsplit('-').next().unwrap_or(&word)) || ROLES.contains(&word)
}

/// Whether a word may stand in front of a name and belong to what it says of its bearer.
pub(super) fn qualifies(word: &str) -> bool {
    is_role(word) || QUALIFIERS.contains(&word.to_lowercase())
}

/// What stands beside the name in its sentence.
pub(super) fn beside(text: &str, name: Span, sentence: Span) -> Option<String> {
    let before = text.get(sentence.start..name.start)?;
    let after = text.get(name.end..sentence.end)?;
    let in_front = before.strip_suffix(char::is_whitespace).map(without_title).filter(|b| !b.ends_with(',')).and_then(ending);
    let behind = || after.strip_prefix(',').filter(|rest| rest.starts_with(char::is_whitespace)).and_then(opening);
    // What is put beside ends with a mark; "after talks with South Korea's president, Trump said" holds no such thing.
    let closed = after.trim_start().chars().next().is_none_or(|c| !c.is_alphanumeric());
    let in_apposition = || before.trim_end().strip_suffix(',').filter(|_| closed).and_then(ending);
    in_front.or_else(behind).or_else(in_apposition)
}

/// The text without the title that it ends in: "elections chief *Lord* Rennard".
fn without_title(text: &str) -> &str {
    const TITLES: [&str; 9] = ["Lord", "Lady", "Sir", "Dame", "Baroness", "Mr", "Mrs", "Ms", "Dr"];
    let text = text.trim_end();
    let title = text.split_whitespace().next_back().filter(|word| TITLES.contains(&word.trim_end_matches('.')));
    title.map_or(text, |title| text[..text.len() - title.len()].trim_end())
}

/// The role that a text ends in: from its head back over capitals and qualifiers, or to a bearer ("Pell's lawyer").
fn ending(text: &str) -> Option<String> {
    let words: Vec<&str> = text.split_whitespace().rev().take(LONGEST).collect();
    let head = words.first().filter(|w| is_role(w))?;
    // "more professor than politician, Scott"
    if words.get(1).is_some_and(|word| ["than", "as", "like", "not"].contains(word)) {
        return None;
    }
    let mut role = vec![*head];
    let mut borne = false;
    for word in &words[1..] {
        let possessive = word.ends_with("'s") || word.ends_with("’s");
        let part = word.starts_with(char::is_uppercase) || QUALIFIERS.contains(word) || is_role(word);
        let closed = word.ends_with([',', ';', ':', '.', '"', '”', ')', '?', '!']) && !word.ends_with("U.S.");
        let closed = closed || NO_ROLES.contains(&word.to_lowercase()) || is_day_or_month(word);
        // Of a bearer, all of the name: "the Labour Party's leader".
        let outside = borne && !word.starts_with(char::is_uppercase);
        if closed || DETERMINERS.contains(&word.to_lowercase().as_str()) || !(part || possessive) || outside {
            break;
        }
        role.push(word);
        borne |= possessive;
    }
    role.reverse();
    Some(role.join(" "))
}

/// Words that, with the capital of a sentence's first word, are part of no role.
static NO_ROLES: Lexicon = lexicon!(
    "
    after although among and as asked at because before both but by despite during earlier even following for from however if in instead
    later like meanwhile now of on only since speaking still that then though to today under unlike when where while with without yet"
);

fn is_day_or_month(word: &str) -> bool {
    const NAMES: [&str; 19] = [
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    NAMES.contains(&word.to_lowercase().as_str())
}

/// The role that a text opens with, up to the mark that ends it: "the mayor of Leeds, said".
fn opening(text: &str) -> Option<String> {
    let text = text.char_indices().nth(LONGEST_PHRASE).and_then(|(at, _)| text.get(..at)).unwrap_or(text);
    let mark = text.find([',', ';', '(', '"', '“', '—', '–']);
    let phrase = text.get(..mark.or_else(|| text.rfind('.'))?)?;
    let mut words: Vec<&str> = phrase.split_whitespace().collect();
    if words.first().is_some_and(|w| *w == "who") && words.get(1).is_some_and(|w| ["is", "was"].contains(w)) {
        words.drain(..2);
    }
    if words.first().is_some_and(|w| DETERMINERS[..3].contains(&w.to_lowercase().as_str())) {
        words.remove(0);
    }
    let head_end = words.iter().position(|w| SAYS_WHERE.contains(w)).unwrap_or(words.len());
    let head = words[..head_end].last()?;
    // What a mark ends is all of it, "professor of economics and demography,"; else a name may follow: "the mayor and Bob".
    let another = |at: usize| words.get(at + 1).is_some_and(|next| mark.is_none() && next.starts_with(char::is_uppercase));
    // "a fellow at the institute *told* the BBC", "a director and someone *who* …"
    let ends = |at: usize| RELATIVE.contains(&words[at]) || words[at] == "and" && another(at) || at > head_end && is_finite(words[at]);
    let mut end = (0..words.len()).find(|&at| ends(at)).unwrap_or(words.len());
    if end >= 2 && words[end - 2] == "and" && ["someone", "one"].contains(&words[end - 1]) {
        end -= 2;
    }
    (end <= LONGEST_BEHIND && is_role(head)).then(|| words[..end].join(" "))
}

/// Words behind the head that say where or of what somebody is it.
const SAYS_WHERE: [&str; 10] = ["of", "for", "at", "in", "with", "on", "to", "from", "who", "and"];
/// Words that begin another clause.
const RELATIVE: [&str; 5] = ["who", "whose", "which", "that", "where"];

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str, name: &str) -> Option<String> {
        let start = text.find(name).unwrap();
        beside(text, Span::new(start, start + name.len()), Span::new(0, text.len()))
    }

    #[test]
    fn roles_stand_before_behind_and_in_apposition() {
        for (text, role) in [
            ("US Treasury Secretary Ann Lee said it fell.", Some("US Treasury Secretary")),
            ("It fell, said former prime minister Ann Lee.", Some("former prime minister")),
            ("It fell, the elections chief Lord Ann Lee said.", Some("chief")),
            ("Chairman Sir Ann Lee said it fell.", Some("Chairman")),
            ("Ann Lee, the mayor of Leeds, said it fell.", Some("mayor of Leeds")),
            ("Ann Lee, chief executive, said it fell.", Some("chief executive")),
            ("Pell’s lawyer, Ann Lee, said it fell.", Some("Pell’s lawyer")),
            ("He met the president, Ann Lee.", Some("president")),
            ("Then President Ann Lee left.", Some("President")),
            ("On Monday President\nAnn Lee left.", Some("President")),
            ("Ann Lee, the mayor and Bob.", Some("mayor")),
            ("He praised the Scottish Labour Party's Holyrood leader Ann Lee.", Some("Scottish Labour Party's Holyrood leader")),
            ("More professor than politician, Ann Lee left.", None),
            ("After talks with South Korea’s president, Ann Lee said it fell.", None),
            ("Despite administrator Ann Lee's work it fell.", Some("administrator")),
            (
                "Ann Lee, a lecturer at the University of Leeds who studies the rivers of the north, left.",
                Some("lecturer at the University of Leeds"),
            ),
            ("Ann Lee, professor of trade and law, left.", Some("professor of trade and law")),
            ("It fell, said Ann Lee, professor of trade and law.", Some("professor of trade and law")),
            ("Ann Lee, head of research at Acme and someone who knows, left.", Some("head of research at Acme")),
            ("Ann Lee, a fellow at the institute told the paper.", Some("fellow at the institute")),
            ("Ann Lee, 58, left.", None),
            ("On Monday, Ann Lee left.", None),
            ("Ann Lee left.", None),
        ] {
            assert_eq!(of(text, "Ann Lee").as_deref(), role, "{text}");
        }
    }
}
