//! What a document and a roster say of each person: how one is spoken of, and what one is.

use std::collections::BTreeMap;

use super::gender::{self, Gender};
use super::{Entity, ReadSentence, persons, roles};
use crate::document::BlockKind;
use crate::roster::{Roster, words_of};

/// A person.
#[derive(Debug, Default)]
struct Profile {
    gender: Option<Gender>,
    /// The first role that stands beside a mention, else the roster's.
    role: Option<String>,
    /// Its words in small letters.
    role_words: Vec<String>,
    /// The entities that name the person, in order.
    mentions: Vec<usize>,
}

/// All persons of a document, by their clusters.
#[derive(Debug, Default)]
pub(super) struct Profiles {
    of: BTreeMap<usize, Profile>,
    /// For each word of a role the clusters of those who have it.
    by_word: BTreeMap<String, Vec<usize>>,
}

impl Profiles {
    pub(super) fn new(text: &str, sentences: &[ReadSentence], entities: &[Entity], roster: Option<&Roster>) -> Self {
        let mut of: BTreeMap<usize, Profile> = BTreeMap::new();
        for (at, entity) in entities.iter().enumerate().filter(|(_, e)| e.label == "PERSON") {
            let profile = of.entry(entity.cluster).or_default();
            profile.mentions.push(at);
            let sentence = sentences.partition_point(|s| s.span.end <= entity.span.start);
            // In a headline every word has its capital.
            let running = sentences.get(sentence).filter(|s| s.kind != Some(BlockKind::Headline));
            let beside = || running.and_then(|s| roles::beside(text, entity.span, s.span));
            profile.role = profile.role.take().or_else(beside);
            profile.gender = profile.gender.or_else(|| persons::gender_of(text, entity.span, &entity.canonical));
        }
        let mut by_word: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (&cluster, profile) in &mut of {
            // What the text says held when it was written; a roster may be newer.
            let listed = || roster.and_then(|r| r.find(&entities[*profile.mentions.first()?].canonical)?.role.clone());
            profile.role = profile.role.take().or_else(listed);
            profile.role_words = profile.role.as_deref().map(words_of).unwrap_or_default();
            profile.gender = profile.gender.or_else(|| profile.role_words.iter().find_map(|w| gender::of_word(w)));
            for word in &profile.role_words {
                by_word.entry(word.clone()).or_default().push(cluster);
            }
        }
        Self { of, by_word }
    }

    pub(super) fn gender(&self, cluster: usize) -> Option<Gender> {
        self.of.get(&cluster)?.gender
    }

    pub(super) fn role(&self, cluster: usize) -> Option<String> {
        self.of.get(&cluster)?.role.clone()
    }

    /// The one person whose role has all of these words, as the entity that names it last before the byte `at`.
    pub(super) fn described(&self, words: &[String], at: usize, entities: &[Entity]) -> Option<usize> {
        let head = words.last()?;
        let also: &[&str] = if head == "minister" { &["secretary", "chancellor"] } else { &[] };
        let heads = std::iter::once(head.as_str()).chain(also.iter().copied());
        let candidates = heads.filter_map(|word| self.by_word.get(word)).flatten();
        let mut fitting: Vec<usize> = candidates.copied().filter(|cluster| self.of.get(cluster).is_some_and(|p| p.is(words))).collect();
        fitting.sort_unstable();
        fitting.dedup();
        let [one] = fitting[..] else { return None };
        let profile = self.of.get(&one)?;
        let before = profile.mentions.partition_point(|&m| entities[m].span.end <= at);
        // "The information commissioner" may come before his name; "the minister" does not.
        let named = if words.len() > 1 { profile.mentions.first() } else { None };
        let bearer = before.checked_sub(1).and_then(|last| profile.mentions.get(last)).or(named);
        let gender = gender::of_word(head);
        bearer.copied().filter(|_| gender.is_none() || profile.gender.is_none() || profile.gender == gender)
    }
}

/// Words that make another role of a role: the shadow home secretary is not the home secretary.
const LESSENING: [&str; 10] = ["shadow", "former", "ex", "deputy", "vice", "assistant", "acting", "under", "designate", "elect"];

impl Profile {
    fn is(&self, words: &[String]) -> bool {
        let has = |word: &str| self.role_words.iter().any(|w| w == word);
        // Secretaries of state and chancellors are ministers; secretaries general and of parties are not.
        let minister = || (has("secretary") || has("chancellor")) && !has("general") && !has("press") && !has("private");
        let another = LESSENING.iter().any(|lesser| has(lesser) && !words.iter().any(|word| word == lesser));
        !another && words.iter().all(|word| has(word) || word == "minister" && minister())
    }
}
