//! Which person of a document a short name means: "Mrs Clinton" beside Bill and Hillary Clinton.

use std::collections::{BTreeMap, BTreeSet};

use super::gender::{self, Gender};
use crate::roster::words_of;
use crate::span::Span;

/// A person's name as it is compared.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct PersonForm {
    /// In small letters, without stops.
    words: Vec<String>,
    /// What the form of address before it says: "Mr Clinton" and "Mrs Clinton" are two.
    addressed: Option<Gender>,
}

impl PersonForm {
    /// The form of a name where it stands.
    pub(super) fn of(text: &str, name: Span) -> Self {
        let mut words = words_of(name.of(text));
        words.extend(seat(text, name).into_iter().flat_map(words_of));
        Self { words, addressed: gender::of_address(text, name) }
    }

    /// The form of all names of a person in the roster.
    pub(super) fn listed(name: &str) -> Self {
        Self { words: words_of(name), addressed: None }
    }

    /// Whether only a form of address tells it from others: "Mrs Clinton".
    pub(super) fn is_addressed(&self) -> bool {
        self.addressed.is_some() && !self.is_full()
    }

    fn is_full(&self) -> bool {
        self.words.len() > 1
    }
}

/// What a peer is of: "Lord Roberts *of Conwy*" is no other Roberts.
fn seat(text: &str, name: Span) -> Option<&str> {
    const PEERS: [&str; 5] = ["Lord", "Lady", "Baroness", "Viscount", "Earl"];
    let before = text.get(..name.start)?.strip_suffix(' ')?;
    let peer = PEERS.iter().any(|title| before.ends_with(title));
    let place = text.get(name.end..)?.strip_prefix(" of ").filter(|rest| peer && rest.starts_with(char::is_uppercase))?;
    let end = place.find(|c: char| !c.is_alphanumeric()).unwrap_or(place.len());
    text.get(name.end + 1..name.end + " of ".len() + end)
}

/// What tells two bearers of a last name apart from each other, but not from their namesakes.
const SUFFIXES: [&str; 5] = ["jr", "sr", "ii", "iii", "iv"];

/// First name, last name, suffix: what all full names of a person share.
type Key = (String, String, Option<String>);

fn key(words: &[String]) -> Key {
    let suffix = words.last().filter(|last| words.len() > 2 && SUFFIXES.contains(&last.as_str()));
    let bare = &words[..words.len() - usize::from(suffix.is_some())];
    (bare.first().cloned().unwrap_or_default(), bare.last().cloned().unwrap_or_default(), suffix.cloned())
}

/// What stands between first and last name.
fn middle(words: &[String]) -> &[String] {
    let suffix = key(words).2.is_some();
    words.get(1..words.len() - 1 - usize::from(suffix)).unwrap_or_default()
}

/// A person of the document: full names that agree.
struct Bearer {
    /// The fullest of them.
    full: PersonForm,
    gender: Option<Gender>,
}

/// For each form that is short for exactly one person of the document, that person's fullest form.
pub(super) fn fuller(forms: Vec<PersonForm>) -> BTreeMap<PersonForm, PersonForm> {
    let forms: BTreeSet<PersonForm> = forms.into_iter().collect();
    let mut short: BTreeMap<PersonForm, PersonForm> = BTreeMap::new();
    let bearers = bearers(&forms, &mut short);
    let (mut by_end, mut by_first) = (BTreeMap::<Vec<String>, Vec<usize>>::new(), BTreeMap::<&str, Vec<usize>>::new());
    // "López Obrador" is nobody beside Andrés Manuel López Obrador.
    let ends: BTreeSet<&[String]> = bearers.iter().flat_map(|b| (1..b.full.words.len()).map(|from| &b.full.words[from..])).collect();
    for (at, bearer) in bearers.iter().enumerate().filter(|(_, b)| !ends.contains(b.full.words.as_slice())) {
        let (first, _, suffix) = key(&bearer.full.words);
        let bare = &bearer.full.words[..bearer.full.words.len() - usize::from(suffix.is_some())];
        for from in 1..bare.len() {
            by_end.entry(bare[from..].to_vec()).or_default().push(at);
        }
        if let Some((name, _)) = bearer.full.words.split_first().filter(|_| !first.is_empty()) {
            by_first.entry(name).or_default().push(at);
        }
    }
    for form in &forms {
        let by_last = by_end.get(&form.words).map(Vec::as_slice).unwrap_or_default();
        let first =
            form.words.first().filter(|_| !form.is_full()).and_then(|w| by_first.get(w.as_str())).map(Vec::as_slice).unwrap_or_default();
        let seated = first.iter().any(|&at| bearers[at].full.words.get(1).is_some_and(|word| word == "of"));
        // "Lord Roberts" beside Ann Roberts and Lord Roberts of Conwy may be either.
        let either: Vec<usize> = by_last.iter().chain(first).copied().collect();
        let candidates = if seated {
            &either[..]
        } else if by_last.is_empty() {
            first
        } else {
            by_last
        };
        if let Some(bearer) = the_one(form, candidates, &bearers).filter(|b| b.full != *form) {
            short.insert(form.clone(), bearer.full.clone());
        } else if !form.is_full() && form.addressed.is_some() && candidates.is_empty() {
            // "Mr Smith" is "Smith", unless there is a Mrs Smith.
            let other = |gender| forms.contains(&PersonForm { words: form.words.clone(), addressed: Some(gender) });
            if !(other(Gender::Male) && other(Gender::Female)) {
                short.insert(form.clone(), PersonForm { addressed: None, ..form.clone() });
            }
        }
    }
    // A full form that itself is short for a fuller one leads there at once.
    let end_of = |form: &PersonForm| short.get(form).and_then(|next| short.get(next)).cloned();
    let ends: Vec<(PersonForm, PersonForm)> = short.keys().filter_map(|form| Some((form.clone(), end_of(form)?))).collect();
    short.extend(ends);
    short
}

/// The persons whose full names stand in the document. Full names that agree in all but a middle name are one person's;
/// `short` learns which is the fullest.
fn bearers(forms: &BTreeSet<PersonForm>, short: &mut BTreeMap<PersonForm, PersonForm>) -> Vec<Bearer> {
    let mut groups: BTreeMap<Key, Vec<&PersonForm>> = BTreeMap::new();
    for form in forms.iter().filter(|form| form.is_full()) {
        groups.entry(key(&form.words)).or_default().push(form);
    }
    let mut bearers = Vec::new();
    for group in groups.into_values() {
        let initials = |form: &&PersonForm| middle(&form.words).iter().filter_map(|w| w.chars().next()).collect::<String>();
        let middles: BTreeSet<String> = group.iter().map(initials).filter(|middle| !middle.is_empty()).collect();
        // "George W. Bush" and "George H. W. Bush" are two, and "George Bush" is either.
        let several = middles.len() > 1;
        let gender_of = |form: &PersonForm| form.addressed.or_else(|| form.words.first().and_then(|first| gender::of_given_name(first)));
        if several {
            bearers.extend(group.iter().map(|form| Bearer { full: (*form).clone(), gender: gender_of(form) }));
        } else if let Some(fullest) = group.iter().max_by_key(|form| (form.words.len(), form.words.iter().map(String::len).sum::<usize>()))
        {
            let gender = group.iter().find_map(|form| gender_of(form));
            short.extend(group.iter().filter(|form| *form != fullest).map(|form| ((*form).clone(), (*fullest).clone())));
            bearers.push(Bearer { full: (*fullest).clone(), gender });
        }
    }
    bearers
}

/// The only candidate that the form of address does not rule out; of several, the only one it speaks for.
fn the_one<'b>(form: &PersonForm, candidates: &[usize], bearers: &'b [Bearer]) -> Option<&'b Bearer> {
    let of = |at: &usize| &bearers[*at];
    let mut possible = candidates.iter().map(of).filter(|b| form.addressed.is_none() || b.gender.is_none() || b.gender == form.addressed);
    match (possible.next(), possible.next()) {
        (Some(one), None) => Some(one),
        (Some(_), Some(_)) if form.addressed.is_some() => {
            let mut certain = candidates.iter().map(of).filter(|b| b.gender == form.addressed);
            certain.next().filter(|_| certain.next().is_none())
        }
        _ => None,
    }
}

/// How a person is spoken of: what a form of address or the given name tells.
pub(super) fn gender_of(text: &str, mention: Span, canonical: &str) -> Option<Gender> {
    let given = || canonical.split_once(' ').and_then(|(first, _)| gender::of_given_name(first));
    gender::of_address(text, mention).or_else(given)
}
