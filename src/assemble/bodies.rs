//! Which organisation or place of a document a short name means: an acronym, a name without "Corp.".

use std::collections::{BTreeMap, BTreeSet};

use crate::roster::words_of;

/// An organisation's or place's name as it is compared: its words in small letters, without stops and articles; one
/// spelling for those that everybody writes in several ways.
pub(super) fn words(name: &str) -> Vec<String> {
    let mut words = words_of(name);
    if words.len() > 1 && words[0] == "the" {
        words.remove(0);
    }
    let joined = words.join(" ");
    match SPELLINGS.iter().find(|(_, others)| others.contains(&joined.as_str())) {
        Some((one, _)) => one.split(' ').map(str::to_owned).collect(),
        None => words,
    }
}

/// Names that stand for one another in any text.
const SPELLINGS: [(&str, &[&str]); 5] = [
    ("united states", &["us", "usa", "united states of america", "america"]),
    ("united kingdom", &["uk", "britain", "great britain"]),
    ("united nations", &["un"]),
    ("european union", &["eu"]),
    ("european central bank", &["ecb"]),
];

/// Words that the short name of an organisation leaves out at its end.
const DESCRIPTORS: [&str; 37] = [
    "inc",
    "corp",
    "corporation",
    "co",
    "company",
    "companies",
    "ltd",
    "limited",
    "plc",
    "llc",
    "llp",
    "ag",
    "sa",
    "nv",
    "se",
    "spa",
    "gmbh",
    "group",
    "holdings",
    "holding",
    "motor",
    "motors",
    "oil",
    "bank",
    "airlines",
    "airways",
    "technologies",
    "international",
    "industries",
    "stores",
    "foundation",
    "department",
    "ministry",
    "agency",
    "party",
    "records",
    "pictures",
];

/// Nouns for any organisation that a text has named.
const ANY_BODY: &str = "
    agency airline bank body bookmaker brewer broadcaster brokerage business carmaker carrier chain charity company conglomerate consortium
    consultancy cooperative developer drugmaker firm group insurer label lender magazine maker manufacturer network newspaper operator
    organisation organization paper producer publisher regulator retailer store supermarket team watchdog website";

/// Nouns that are part of the name: "the commission" is not the Council.
const NAMED_BODY: &str = "
    airport association authority bank board bureau centre center club commission committee confederation congress corporation council court
    department exchange federation foundation fund institute institution league ministry office parliament party school senate society station
    studio tribunal trust union university";

/// Those nouns that go with any name. The others mean a business, and no [`PUBLIC`] body.
const ANY_KIND: [&str; 10] =
    ["agency", "bank", "body", "charity", "group", "organisation", "organization", "regulator", "team", "watchdog"];

/// Words in the names of bodies that are no business.
const PUBLIC: &str = "
    association authority board bureau commission committee confederation congress council court department federation institute league ministry office
    parliament party senate society tribunal union university";

/// Nouns for what is printed, and words in the names of such.
const PRINTED: [&str; 3] = ["paper", "newspaper", "magazine"];
const PAPERS: &str = "
    billboard chronicle daily economist express figaro gazette globe guardian herald independent inquirer journal ledger magazine mail mirror monde monitor
    news newspaper newsweek observer paper pais post press record register reporter republic review scotsman spiegel standard star sun telegraph time times
    tribune today variety week weekly world zeit zeitung";

pub(super) fn is_body(noun: &str) -> bool {
    ANY_BODY.split_whitespace().chain(NAMED_BODY.split_whitespace()).any(|body| body == noun)
}

/// Whether the organisation of this name may be called by the noun alone: "the firm" is no commission, "the paper" is the Times or the Post.
pub(super) fn is_called(name: &str, noun: &str) -> bool {
    let words = words(name);
    let holds = |list: &str| words.iter().any(|word| list.split_whitespace().any(|entry| entry == word));
    let fits = if PRINTED.contains(&noun) { holds(PAPERS) } else { ANY_KIND.contains(&noun) || !holds(PUBLIC) };
    words.iter().any(|word| word == noun) || ANY_BODY.split_whitespace().any(|body| body == noun) && fits
}

/// Whether the noun is part of the name, or is for any organisation and the name does not say that it is another kind.
pub(super) fn is_most_likely_called(name: &str, noun: &str) -> bool {
    let words = words_of(name);
    let part = words.iter().any(|word| word == noun);
    let another = || words.iter().any(|word| NAMED_BODY.split_whitespace().any(|body| body == word));
    part || ANY_BODY.split_whitespace().any(|body| body == noun) && !another()
}

/// Words that give no letter to an acronym.
const UNLETTERED: [&str; 8] = ["of", "the", "for", "and", "in", "on", "to", "&"];

type Words = Vec<String>;

/// For each name that is short for exactly one other of the document, that other. `written` are the names with their
/// surfaces, `explained` pairs of which the second stands in brackets behind the first.
pub(super) fn fuller(written: &[(Words, &str)], explained: &[(Words, Words)]) -> BTreeMap<Words, Words> {
    let names: BTreeSet<&Words> = written.iter().map(|(words, _)| words).collect();
    let mut short: BTreeMap<Words, Words> = BTreeMap::new();
    let (mut by_initials, mut by_letters) = (BTreeMap::<String, Vec<&Words>>::new(), BTreeMap::<String, Vec<&Words>>::new());
    let mut by_stem = BTreeMap::<&[String], Vec<&Words>>::new();
    for name in names.iter().filter(|name| name.len() > 1) {
        // "TimeWarner" is "Time Warner".
        by_letters.entry(name.concat()).or_default().push(name);
        by_initials.entry(initials(name)).or_default().push(name);
        for stem in stems(name) {
            by_stem.entry(stem).or_default().push(name);
        }
    }
    for (first, second) in explained {
        for (acronym, name) in [(second, first), (first, second)] {
            if acronym.len() == 1 && name.len() > 1 && acronym[0].chars().next() == name[0].chars().next() {
                short.insert(acronym.clone(), name.clone());
            }
        }
    }
    for (name, surface) in written {
        let capitals = surface.chars().filter(|c| c.is_uppercase()).count();
        let acronym = name.len() == 1 && capitals > 1 && !surface.contains(char::is_lowercase);
        let spaced = by_letters.get(&name[..].concat()).filter(|_| name.len() == 1);
        let expansions = by_initials.get(&name[..].concat()).filter(|_| acronym);
        if let Some([one]) = expansions.or(spaced).map(Vec::as_slice) {
            short.entry(name.clone()).or_insert_with(|| (*one).clone());
        } else if let Some(longest) = by_stem.get(name.as_slice()).and_then(|longer| chain_end(longer)) {
            short.entry(name.clone()).or_insert_with(|| longest.clone());
        }
    }
    let ends: Vec<(Words, Words)> =
        short.iter().filter_map(|(from, to)| Some((from.clone(), short.get(to).filter(|end| *end != from)?.clone()))).collect();
    short.extend(ends);
    short
}

fn initials(name: &[String]) -> String {
    name.iter().filter(|w| !UNLETTERED.contains(&w.as_str())).filter_map(|w| w.chars().next()).collect()
}

/// What is left of a name when descriptors go from its end, one by one.
fn stems(name: &[String]) -> impl Iterator<Item = &[String]> {
    let kept = name.iter().rposition(|w| !DESCRIPTORS.contains(&w.as_str())).map_or(1, |at| at + 1);
    (kept..name.len()).map(|to| &name[..to])
}

/// The longest of several names, if each is the beginning of the next.
fn chain_end<'n>(names: &[&'n Words]) -> Option<&'n Words> {
    let longest = names.iter().copied().max_by_key(|name| name.len())?;
    names.iter().all(|name| longest.starts_with(name)).then_some(longest)
}
