//! Who a source is, read from its own words: a name, a document, somebody unnamed, or nobody we can tell.

use super::clauses::is_finite;
use super::{Entity, bodies, entities_under, roles};
use crate::decode::Mention;
use crate::labels::ClaimerKind;
use crate::span::Span;

/// The party making a claim.
#[derive(Debug, Clone, PartialEq)]
pub struct Claimer {
    /// Its fullest name in the document, else the words of the source.
    pub name: String,
    /// What it is.
    pub kind: ClaimerKind,
    /// The entity it is, as an index.
    pub entity: Option<usize>,
    /// What a person is, where the text says it beside the name, or a roster does: "Treasury Secretary".
    pub role: Option<String>,
    /// The party a roster gives.
    pub party: Option<String>,
    /// The organisation a roster gives.
    pub organisation: Option<String>,
    /// What it was found by.
    pub resolved_by: ResolvedBy,
    /// The model's score of the words it rests on, in [0, 1]; not calibrated.
    pub score: f32,
}

impl Claimer {
    /// A claimer of whom no more is known yet.
    pub(super) fn new(name: String, kind: ClaimerKind, entity: Option<usize>, resolved_by: ResolvedBy, score: f32) -> Self {
        Self { name, kind, entity, role: None, party: None, organisation: None, resolved_by, score }
    }
}

/// What a claimer was found by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ResolvedBy {
    /// The words of the source themselves.
    Source,
    /// A fuller name elsewhere in the document.
    Name,
    /// The source of another cue of the sentence: "X said A, adding B".
    Subject,
    /// A pronoun, over sentences: "he".
    Pronoun,
    /// A noun that says what the bearer is, over sentences: "the senator", "the company".
    Description,
    /// Whoever speaks the words it stands in: "I" in a quotation, a turn of a transcript; or goes on speaking: a quotation without words of its own to
    /// say whose it is, right behind what its speaker said.
    Speaker,
}

/// Words after which a source only says more of who it is: "a spokesman *for* the mayor" is not the mayor.
const SAYS_MORE: [&str; 20] = [
    "of",
    "for",
    "from",
    "at",
    "in",
    "on",
    "who",
    "whose",
    "with",
    "to",
    "by",
    "and",
    "or",
    "which",
    "that",
    "as",
    "including",
    "near",
    "about",
    "inside",
];

/// What speaks by being written.
const DOCUMENTS: [&str; 46] = [
    "affidavit",
    "agreement",
    "analysis",
    "article",
    "assessment",
    "assessments",
    "audit",
    "bill",
    "book",
    "census",
    "complaint",
    "data",
    "document",
    "documents",
    "email",
    "emails",
    "estimates",
    "figures",
    "filing",
    "forecast",
    "footage",
    "images",
    "index",
    "indictment",
    "inquiry",
    "law",
    "lawsuit",
    "letter",
    "memo",
    "notice",
    "papers",
    "poll",
    "polls",
    "post",
    "records",
    "report",
    "reports",
    "research",
    "review",
    "ruling",
    "statement",
    "statistics",
    "studies",
    "study",
    "survey",
    "transcript",
];

/// Words that alone point to somebody named elsewhere, or to nobody in particular.
const PRONOUNS: [&str; 23] = [
    "he", "she", "it", "they", "him", "her", "them", "his", "its", "their", "i", "we", "me", "us", "my", "our", "you", "who", "which",
    "this", "that", "these", "both",
];

/// Those of them that, with a noun behind, say whose it is: "his lawyer" is not he.
const OWNING: [&str; 6] = ["her", "his", "its", "their", "my", "our"];
/// … but what stands in these he says.
const OWN_WORDS: [&str; 7] = ["account", "comments", "memoir", "remarks", "speech", "testimony", "tweet"];

/// Reads who the source of a cue is from its own words. A name counts only as the head of the phrase; else nobody is named.
pub(super) fn claimer(text: &str, source: &Mention, cue: Option<Span>, entities: &[Entity]) -> Claimer {
    let whole = source.span;
    // "Trump's admission": who owns such words said them.
    let owned = |span: Span| {
        ["'s", "’s"].iter().find_map(|end| span.of(text).strip_suffix(end)).map(|rest| Span::new(span.start, span.start + rest.len()))
    };
    let noun = cue.is_some_and(|cue| cue.start >= whole.end && !cue.of(text).split_whitespace().next().is_some_and(is_finite));
    let names_one = |span: &Span| span.of(text).contains(char::is_alphanumeric);
    let span = owned(whole).filter(|owner| noun && names_one(owner)).unwrap_or(whole);
    let head = head(text, span, entities);
    let words = span.of(text).trim_matches(|c: char| !c.is_alphanumeric() && c != '%');
    let names: Vec<usize> = entities_under(entities, head).filter(|&i| head.contains(&entities[i].span)).collect();
    let at_end = names.iter().copied().find(|&i| Span::new(entities[i].span.end, head.end).of(text).chars().all(|c| !c.is_alphanumeric()));
    // "Ann and Bob said", "Ann, Bob and Carl said": one of them is not who said it.
    let persons = entities_under(entities, span).filter(|&i| entities[i].label == "PERSON").count();
    let rest = Span::new(head.end, span.end).of(text);
    let joined = |words: &str| words.split_whitespace().any(|word| ["and", "or", "&"].contains(&word));
    let several = ["and", "or", "&"].contains(&rest.split_whitespace().next().unwrap_or("")) || persons > 1 && joined(rest);
    let at_end = at_end.filter(|_| !several);
    let named = at_end.or_else(|| apposition(text, span, entities).filter(|_| !several)).and_then(|i| match entities[i].label.as_str() {
        "PERSON" => Some((i, ClaimerKind::Person)),
        // "China said": the people who speak for it.
        "ORG" | "LOC" | "GPE" => Some((i, ClaimerKind::Organisation)),
        _ => None,
    });
    match named {
        Some((i, kind)) => {
            let words: Vec<&str> = entities[i].span.of(text).split_whitespace().collect();
            let fuller = entities[i].canonical != words.join(" ");
            let resolved_by = if fuller { ResolvedBy::Name } else { ResolvedBy::Source };
            Claimer::new(entities[i].canonical.clone(), kind, Some(i), resolved_by, source.score.min(entities[i].score))
        }
        None => {
            let first = words.split_whitespace().next().unwrap_or("").to_lowercase();
            let last = head.of(text).split_whitespace().next_back().unwrap_or("").to_lowercase();
            let count = words.split_whitespace().count();
            let owned = OWNING.contains(&first.as_str()) && !OWN_WORDS.contains(&last.as_str());
            let pronoun = PRONOUNS.contains(&first.as_str()) && (count == 1 || count == 2 && !owned);
            // "the Scottish Executive" names somebody by itself.
            let capital = words.split_whitespace().next_back().is_some_and(|w| w.starts_with(char::is_uppercase));
            let kind = if DOCUMENTS.contains(&last.as_str()) {
                ClaimerKind::Document
            } else if pronoun || first == "the" && points_back(&last) && !capital {
                ClaimerKind::Unresolved
            } else {
                ClaimerKind::Unnamed
            };
            let name = words.split_whitespace().collect::<Vec<_>>().join(" ");
            Claimer::new(name, kind, None, ResolvedBy::Source, source.score)
        }
    }
}

/// The last word of what a name says before it says more: "spokeswoman" of "a spokeswoman for the group".
pub(super) fn head_word(name: &str) -> String {
    let head = head(name, Span::new(0, name.len()), &[]).of(name);
    head.split_whitespace().next_back().unwrap_or("").trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase()
}

/// Whether "the" before a noun points to somebody the text has named: "the senator", "the company".
fn points_back(noun: &str) -> bool {
    roles::is_role(noun) || bodies::is_body(noun)
}

/// "the city's engineer, Peter Okafor", "the food agency, ANSES": where the second of the phrases between commas is a
/// person's full name or an organisation's and nothing else, that one.
fn apposition(text: &str, source: Span, entities: &[Entity]) -> Option<usize> {
    let surface = source.of(text);
    let start = surface.find(", ")? + 2;
    let end = surface[start..].find(',').map_or(surface.len(), |at| start + at);
    let second = Span::new(source.start + start, source.start + end).trimmed(text);
    let full_name = second.of(text).split_whitespace().count() > 1;
    let fits = |label: &str| full_name && label == "PERSON" || label == "ORG";
    entities_under(entities, second).find(|&i| fits(&entities[i].label) && entities[i].span == second)
}

/// The source up to the first comma, dash, bracket, or word that only says more of it. What stands inside a name is none
/// of these: the Bank *of* England.
fn head(text: &str, source: Span, entities: &[Entity]) -> Span {
    let surface = source.of(text);
    let mut at = 0;
    let mut words = surface.split_inclusive(char::is_whitespace).peekable();
    while let Some(word) = words.next() {
        let bare = word.trim_end();
        let here = Span::new(source.start + at, source.start + at + bare.len());
        let named = entities_under(entities, here).any(|i| entities[i].span.start < here.start || entities[i].span.contains(&here));
        let before = Span::new(source.start, here.start).trimmed(text);
        let lower = bare.to_lowercase();
        // "a study published in May", "images seen by reporters"
        let participle =
            (lower.ends_with("ed") || lower == "seen") && words.peek().is_some_and(|next| SAYS_MORE.contains(&next.trim_end()));
        if at > 0 && !named && (SAYS_MORE.contains(&lower.as_str()) || participle) {
            return before;
        }
        if at > 0 && ["-", "--"].contains(&bare) {
            return before;
        }
        if let Some(stop) = bare.find([',', '(', '—', '–', ';', ':'])
            && !entities_under(entities, here)
                .any(|i| entities[i].span.start <= here.start + stop && here.start + stop < entities[i].span.end)
        {
            return Span::new(source.start, here.start + stop).trimmed(text);
        }
        at += word.len();
    }
    source
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The claimer of the source that begins with `from` and ends the text, with these persons and places in it.
    fn of(text: &str, from: &str, names: &[(&str, &str)]) -> (ClaimerKind, String) {
        let entity = |(name, label): &(&str, &str)| {
            let start = text.find(name).unwrap();
            let span = Span::new(start, start + name.len());
            Entity { span, label: (*label).into(), score: 0.9, value: None, cluster: 0, canonical: (*name).into() }
        };
        let entities: Vec<Entity> = names.iter().map(entity).collect();
        let source = Mention { span: Span::new(text.find(from).unwrap(), text.len()), label: 0, score: 0.9 };
        let found = claimer(text, &source, None, &entities);
        assert_eq!(found.entity.is_some(), matches!(found.kind, ClaimerKind::Person | ClaimerKind::Organisation));
        (found.kind, found.name)
    }

    #[test]
    fn who_owns_a_cue_said_it_and_no_owner_is_no_name() {
        let named = |text: &str, owner: usize| {
            let source = Mention { span: Span::new(0, owner), label: 0, score: 0.9 };
            claimer(text, &source, Some(Span::new(owner + 1, text.len())), &[]).name
        };
        assert_eq!(named("the envoy's admission", 11), "the envoy");
        assert_eq!(named("'s admission", 2), "s");
    }

    #[test]
    fn a_spokesman_is_not_whom_he_speaks_for() {
        let text = "a spokesman for Donald Trump";
        assert_eq!(of(text, "a", &[("Donald Trump", "PERSON")]), (ClaimerKind::Unnamed, text.into()));
        assert_eq!(of("his lawyer", "his", &[]), (ClaimerKind::Unnamed, "his lawyer".into()));
        assert_eq!(of("her account", "her", &[]).0, ClaimerKind::Unresolved);
        let text = "Trump's aide";
        assert_eq!(of(text, "Trump", &[("Trump", "PERSON")]), (ClaimerKind::Unnamed, text.into()));
    }

    #[test]
    fn a_name_at_the_head_or_in_apposition_is_who_it_is() {
        let cole = [("Dana Cole", "PERSON")];
        let named = (ClaimerKind::Person, "Dana Cole".to_owned());
        assert_eq!(of("Mayor Dana Cole, a Democrat", "Mayor", &cole), named);
        assert_eq!(of("the city's engineer, Dana Cole,", "the", &cole), named);
        assert_eq!(of("Dana Cole -- author of a book on Ann Lee --", "Dana", &[cole[0], ("Ann Lee", "PERSON")]), named);
        assert_eq!(of("The food agency, ANSES,", "The", &[("ANSES", "ORG")]), (ClaimerKind::Organisation, "ANSES".into()));
        assert_eq!(of("Rep. Dana Cole (D-N.C.), head of a caucus", "Rep.", &[("Dana Cole", "PERSON"), ("N.C.", "GPE")]), named);
        assert_eq!(of("China", "China", &[("China", "LOC")]), (ClaimerKind::Organisation, "China".into()));
    }

    #[test]
    fn what_stands_inside_a_name_ends_no_head() {
        let text = "the Department of Justice in Washington";
        assert_eq!(of(text, "the", &[("Department of Justice", "ORG")]), (ClaimerKind::Organisation, "Department of Justice".into()));
        let text = "the Food, Drug and Water Board";
        assert_eq!(of(text, "the", &[("Food, Drug and Water Board", "ORG")]).0, ClaimerKind::Organisation);
        assert_eq!(of("a study published in May", "a", &[]).0, ClaimerKind::Document);
        assert_eq!(of("a retired officer", "a", &[]), (ClaimerKind::Unnamed, "a retired officer".into()));
    }

    #[test]
    fn half_of_two_persons_is_not_who_it_is() {
        let text = "Dana Cole and Bob Lee";
        assert_eq!(of(text, "Dana", &[("Dana Cole", "PERSON"), ("Bob Lee", "PERSON")]), (ClaimerKind::Unnamed, text.into()));
        let (text, three) = ("Dana Cole, Bob Lee and Carl Day", [("Dana Cole", "PERSON"), ("Bob Lee", "PERSON"), ("Carl Day", "PERSON")]);
        assert_eq!(of(text, "Dana", &three), (ClaimerKind::Unnamed, text.into()));
    }

    #[test]
    fn nobody_is_guessed() {
        assert_eq!(of("she", "she", &[]).0, ClaimerKind::Unresolved);
        assert_eq!(of("the senator", "the", &[]).0, ClaimerKind::Unresolved);
        assert_eq!(of("experts", "experts", &[]).0, ClaimerKind::Unnamed);
        assert_eq!(of("a report", "a", &[]).0, ClaimerKind::Document);
    }
}
