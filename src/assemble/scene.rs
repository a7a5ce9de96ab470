//! Who is on the scene where a pronoun stands: the persons and bodies named so far, and whoever was cited last.

use std::collections::BTreeMap;

use super::claimers::{Claimer, ResolvedBy};
use super::gender::{self, Gender};
use super::quotes::{self, Quotation};
use super::resolution::Pointer;
use super::{Entity, ReadSentence, persons, roles};
use crate::labels::ClaimerKind;
use crate::roster::Roster;
use crate::span::Span;

/// How many sentences back a pronoun's bearer may stand.
const REACH: usize = 2;
/// How many sentences back somebody cited may still be meant when nobody else was named since.
const SPEAKER_REACH: usize = 4;

/// How sure a resolution is, as a factor of the score.
const ONLY_ONE: f32 = 0.9;
const CLEAREST: f32 = 0.75;

/// Words that join a sentence to the one before.
const JOINING: [&str; 6] = ["But", "And", "However,", "Meanwhile,", "Earlier,", "Later,"];

/// Words that open a sentence and make what follows no subject.
const OPENING: [&str; 18] = [
    "In", "On", "At", "For", "With", "After", "Before", "When", "While", "As", "If", "To", "From", "By", "Like", "Under", "Despite",
    "Although",
];

/// Somebody who was named or pointed to.
#[derive(Debug, Clone, Copy)]
struct Mentioned {
    span: Span,
    /// An entity that is it.
    entity: usize,
    sentence: usize,
    /// Whether it may be what its sentence is about: not inside a quotation, and not only the owner of something.
    subject: bool,
}

/// What has been named so far, and who was cited.
pub(super) struct Scene<'t> {
    text: &'t str,
    sentences: &'t [ReadSentence],
    entities: &'t [Entity],
    persons: Vec<Mentioned>,
    bodies: Vec<Mentioned>,
    /// Of each person's cluster: how it is spoken of, and what it is.
    known: BTreeMap<usize, (Option<Gender>, Option<String>)>,
    /// The last source, and who it was.
    last: Option<(Span, usize, Claimer)>,
}

impl<'t> Scene<'t> {
    pub(super) fn new(
        text: &'t str,
        sentences: &'t [ReadSentence],
        entities: &'t [Entity],
        quoted: &[Quotation],
        roster: Option<&Roster>,
    ) -> Self {
        let mentioned = |entity: usize| {
            let span = entities[entity].span;
            let after = text.get(span.end..).unwrap_or("");
            let owner = after.starts_with("'s") || after.starts_with("’s");
            Mentioned {
                span,
                entity,
                sentence: sentence_of(sentences, span),
                subject: !owner && quotes::share(text, &[span], quoted) == 0.0,
            }
        };
        let of = |labels: &[&str]| -> Vec<Mentioned> {
            (0..entities.len()).filter(|&at| labels.contains(&entities[at].label.as_str())).map(mentioned).collect()
        };
        let persons = of(&["PERSON"]);
        let known = known(text, sentences, entities, &persons, roster);
        Self { text, sentences, entities, persons, bodies: of(&["ORG"]), known, last: None }
    }

    pub(super) fn role(&self, entity: usize) -> Option<String> {
        self.known.get(&self.entities.get(entity)?.cluster)?.1.clone()
    }

    /// Remembers who was cited, also by a pronoun: whoever speaks is spoken of.
    pub(super) fn heard(&mut self, source: Span, claimer: Claimer) {
        let sentence = sentence_of(self.sentences, source);
        if let Some(entity) = claimer.entity {
            let here = Mentioned { span: source, entity, sentence, subject: true };
            let list = if claimer.kind == ClaimerKind::Person { &mut self.persons } else { &mut self.bodies };
            let at = list.partition_point(|m| m.span < source);
            if list.get(at).is_none_or(|m| m.span != source) {
                list.insert(at, here);
            }
        }
        self.last = Some((source, sentence, claimer));
    }

    pub(super) fn bearer(&self, pointer: &Pointer, source: Span, score: f32) -> Option<Claimer> {
        let fits = |gender: Gender| move |m: &Mentioned| self.gender(m).is_none_or(|known| known == gender);
        let (entity, by, certainty) = match pointer {
            Pointer::Person(gender) => {
                let (entity, certainty) = self.clearest(&self.persons, source, ClaimerKind::Person, fits(*gender))?;
                (entity, ResolvedBy::Pronoun, certainty)
            }
            Pointer::Body => {
                let (entity, certainty) = self.clearest(&self.bodies, source, ClaimerKind::Organisation, |_| true)?;
                let pronoun = source.of(self.text).eq_ignore_ascii_case("it");
                (entity, if pronoun { ResolvedBy::Pronoun } else { ResolvedBy::Description }, certainty)
            }
            Pointer::Relative => (self.right_before(source)?, ResolvedBy::Pronoun, ONLY_ONE),
            Pointer::Described(words) => (self.described(words, source)?, ResolvedBy::Description, ONLY_ONE),
            Pointer::Several => return self.several(source, score),
            Pointer::Speaker => return None,
        };
        let found = &self.entities[entity];
        let kind = if found.label == "PERSON" { ClaimerKind::Person } else { ClaimerKind::Organisation };
        let score = score.min(found.score) * certainty;
        Some(Claimer {
            name: found.canonical.clone(),
            kind,
            entity: Some(entity),
            role: None,
            party: None,
            organisation: None,
            resolved_by: by,
            score,
        })
    }

    fn gender(&self, mentioned: &Mentioned) -> Option<Gender> {
        self.known.get(&self.entities[mentioned.entity].cluster).and_then(|known| known.0)
    }

    /// The one bearer named shortly before that fits; of several, whoever was cited last or is the first named in the
    /// last sentence that names any.
    fn clearest(&self, named: &[Mentioned], source: Span, kind: ClaimerKind, fits: impl Fn(&Mentioned) -> bool) -> Option<(usize, f32)> {
        let here = sentence_of(self.sentences, source);
        let before = &named[..named.partition_point(|m| m.span.end <= source.start)];
        let cluster = |m: &Mentioned| self.entities[m.entity].cluster;
        let near: Vec<&Mentioned> =
            before.iter().rev().take_while(|m| m.sentence + REACH >= here).filter(|m| m.subject && fits(m)).collect();
        let Some(nearest) = near.first() else {
            // Nobody named for a while: whoever was cited last, if that fits.
            let (_, sentence, claimer) = self.last.as_ref()?;
            let entity = claimer.entity.filter(|_| claimer.kind == kind && sentence + SPEAKER_REACH >= here)?;
            let since = before.last().is_none_or(|m| m.sentence <= *sentence);
            let mention = Mentioned { span: source, entity, sentence: *sentence, subject: true };
            return (since && fits(&mention)).then_some((entity, CLEAREST));
        };
        if near.iter().all(|m| cluster(m) == cluster(nearest)) {
            return Some((nearest.entity, ONLY_ONE));
        }
        if let Some((span, _, claimer)) = &self.last
            && claimer.kind == kind
            && let Some(entity) = claimer.entity
            && near.iter().all(|m| m.span <= *span || cluster(m) == self.entities[entity].cluster)
            && near.iter().any(|m| m.span == *span || cluster(m) == self.entities[entity].cluster)
        {
            return Some((entity, CLEAREST));
        }
        // The last sentence before that names any of them, if it names only one or begins with one.
        let last = near.iter().find(|m| m.sentence < here)?.sentence;
        let of_last: Vec<&&Mentioned> = near.iter().filter(|m| m.sentence == last).collect();
        let first = of_last.last()?;
        let clear = self.begins(first) || of_last.iter().all(|m| cluster(m) == cluster(first));
        // Somebody else named since, in the sentence of the pronoun itself, may be meant as well.
        let rival = near.iter().any(|m| m.sentence == here && cluster(m) != cluster(first));
        (clear && !rival).then_some((first.entity, CLEAREST))
    }

    /// Whether somebody is the subject that a sentence begins with: nothing stands before but a role, a form of
    /// address, a word or two that join it to the sentence before.
    fn begins(&self, mentioned: &Mentioned) -> bool {
        let Some(sentence) = self.sentences.get(mentioned.sentence) else { return false };
        let before = Span::new(sentence.span.start, mentioned.span.start).of(self.text);
        let mut words = before.split_whitespace();
        words.all(|w| {
            JOINING.contains(&w) || w.starts_with(char::is_uppercase) && !OPENING.contains(&w) && !w.ends_with(',') || roles::qualifies(w)
        })
    }

    /// "Ann Lee, who said": whose name ends right before.
    fn right_before(&self, source: Span) -> Option<usize> {
        let ends_here = |m: &&Mentioned| Span::new(m.span.end, source.start).of(self.text).trim() == "," && m.span.end < source.start;
        let before = |named: &[Mentioned]| -> Option<usize> {
            let at = named.partition_point(|m| m.span.end <= source.start);
            named[..at].last().filter(ends_here).map(|m| m.entity)
        };
        before(&self.persons).or_else(|| before(&self.bodies))
    }

    /// The one person named before whose role has all of these words.
    fn described(&self, words: &[String], source: Span) -> Option<usize> {
        let has = |role: &String| {
            let role: Vec<String> =
                role.split_whitespace().map(|w| w.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase()).collect();
            let another = LESSENING.iter().any(|w| role.iter().any(|r| r == w) && !words.iter().any(|word| word == w));
            !another && words.iter().all(|word| role.contains(word) || word == "minister" && is_minister(&role))
        };
        let fitting: Vec<usize> =
            self.known.iter().filter(|(_, (_, role))| role.as_ref().is_some_and(has)).map(|(cluster, _)| *cluster).collect();
        let [one] = fitting[..] else { return None };
        let gender = words.last().and_then(|word| gender::of_word(word));
        let mut of_one = self.persons.iter().filter(|m| self.entities[m.entity].cluster == one).peekable();
        // "The information commissioner" may come before his name; "the minister" does not.
        let cataphoric = words.len() > 1;
        let first = of_one.peek().copied().filter(|m| cataphoric || m.span.end <= source.start)?;
        let bearer = of_one.take_while(|m| m.span.end <= source.start).last().unwrap_or(first);
        (gender.is_none() || self.gender(bearer).is_none_or(|g| Some(g) == gender)).then_some(bearer.entity)
    }

    /// "they": whoever was cited last, if those are several, or a body.
    fn several(&self, source: Span, score: f32) -> Option<Claimer> {
        let (_, sentence, claimer) = self.last.as_ref()?;
        let near = sentence + REACH > sentence_of(self.sentences, source);
        let last_word = claimer.name.split_whitespace().next_back().unwrap_or("").to_lowercase();
        let plural = claimer.kind == ClaimerKind::Unnamed
            && (last_word.ends_with('s') || ["people", "police", "men", "women"].contains(&last_word.as_str()));
        let fits = plural || claimer.kind == ClaimerKind::Organisation;
        (near && fits).then(|| Claimer { resolved_by: ResolvedBy::Pronoun, score: score.min(claimer.score) * CLEAREST, ..claimer.clone() })
    }
}

/// Words that make another role of a role: the shadow home secretary is not the home secretary.
const LESSENING: [&str; 10] = ["shadow", "former", "ex", "deputy", "vice", "assistant", "acting", "under", "designate", "elect"];

/// Secretaries of state and chancellors are ministers; secretaries general and of parties are not.
fn is_minister(role: &[String]) -> bool {
    let has = |word: &str| role.iter().any(|w| w == word);
    (has("secretary") || has("chancellor")) && !has("general") && !has("press") && !has("private")
}

fn sentence_of(sentences: &[ReadSentence], span: Span) -> usize {
    sentences.partition_point(|s| s.span.end <= span.start)
}

/// Of each person's cluster: how it is spoken of, and the first role that stands beside a mention, or the roster's.
fn known(
    text: &str,
    sentences: &[ReadSentence],
    entities: &[Entity],
    persons: &[Mentioned],
    roster: Option<&Roster>,
) -> BTreeMap<usize, (Option<Gender>, Option<String>)> {
    let mut known: BTreeMap<usize, (Option<Gender>, Option<String>)> = BTreeMap::new();
    for mention in persons {
        let entity = &entities[mention.entity];
        let (gender, role) =
            known.entry(entity.cluster).or_insert_with(|| (None, roster.and_then(|r| r.find(&entity.canonical)?.role.clone())));
        let role_here = || sentences.get(mention.sentence).and_then(|s| roles::beside(text, entity.span, s.span));
        *role = role.take().or_else(role_here);
        let by_role = || role.as_ref().and_then(|r| r.split_whitespace().find_map(|w| gender::of_word(&w.to_lowercase())));
        *gender = gender.or_else(|| persons::gender_of(text, entity.span, &entity.canonical)).or_else(by_role);
    }
    known
}
