//! Who is on the scene where a pronoun stands: the persons and bodies named so far, and whoever was cited last.

use super::claimers::{Claimer, ResolvedBy};
use super::gender::Gender;
use super::profiles::Profiles;
use super::quotes::{self, Quotation};
use super::resolution::Pointer;
use super::turns::{self, Turn};
use super::{Entity, ReadSentence, roles};
use crate::labels::ClaimerKind;
use crate::span::Span;

/// How many sentences back a pronoun's bearer may stand.
const REACH: usize = 2;
/// How many sentences back somebody cited may still be meant when nobody else was named since.
const SPEAKER_REACH: usize = 4;

/// How many of those named or cited last may be meant: a bound for endless sentences.
const MOST: usize = 32;

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
    profiles: Profiles,
    persons: Vec<Mentioned>,
    bodies: Vec<Mentioned>,
    /// Those cited so far: whoever speaks is spoken of.
    heard: Vec<Mentioned>,
    /// The last source, its sentence, and who it was.
    last: Option<(Span, usize, Claimer)>,
}

impl<'t> Scene<'t> {
    pub(super) fn new(
        text: &'t str,
        sentences: &'t [ReadSentence],
        entities: &'t [Entity],
        quoted: &[Quotation],
        turns: &[Turn],
        profiles: Profiles,
    ) -> Self {
        let mentioned = |entity: usize| {
            let span = entities[entity].span;
            let after = text.get(span.end..).unwrap_or("");
            let owner = after.starts_with("'s") || after.starts_with("’s");
            let spoken_of = quotes::share(text, &[span], quoted) == 0.0 && !turns::is_label(turns, span);
            Mentioned { span, entity, sentence: sentence_of(sentences, span), subject: !owner && spoken_of }
        };
        let of = |label: &str| (0..entities.len()).filter(|&at| entities[at].label == label).map(mentioned).collect();
        Self { text, sentences, entities, profiles, persons: of("PERSON"), bodies: of("ORG"), heard: Vec::new(), last: None }
    }

    /// The surface of a span of the text.
    pub(super) fn words(&self, span: Span) -> &'t str {
        span.of(self.text)
    }

    /// What the person is that an entity names.
    pub(super) fn role(&self, entity: usize) -> Option<String> {
        self.profiles.role(self.entities.get(entity)?.cluster)
    }

    /// Remembers who was cited, also by a pronoun.
    pub(super) fn heard(&mut self, source: Span, claimer: Claimer) {
        let sentence = sentence_of(self.sentences, source);
        if let Some(entity) = claimer.entity {
            self.heard.push(Mentioned { span: source, entity, sentence, subject: true });
        }
        self.last = Some((source, sentence, claimer));
    }

    pub(super) fn bearer(&self, pointer: &Pointer, source: Span, score: f32) -> Option<Claimer> {
        let fits = |gender: Gender| move |m: &Mentioned| self.gender(m).is_none_or(|known| known == gender);
        let (entity, by, certainty) = match pointer {
            Pointer::Person(gender) => {
                let (entity, certainty) = self.clearest(source, ClaimerKind::Person, fits(*gender))?;
                (entity, ResolvedBy::Pronoun, certainty)
            }
            Pointer::Body => {
                let (entity, certainty) = self.clearest(source, ClaimerKind::Organisation, |_| true)?;
                let pronoun = source.of(self.text).eq_ignore_ascii_case("it");
                (entity, if pronoun { ResolvedBy::Pronoun } else { ResolvedBy::Description }, certainty)
            }
            Pointer::Relative => (self.right_before(source)?, ResolvedBy::Pronoun, ONLY_ONE),
            Pointer::Described(words) => (self.profiles.described(words, source.start, self.entities)?, ResolvedBy::Description, ONLY_ONE),
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
        self.profiles.gender(self.entities[mentioned.entity].cluster)
    }

    /// The one bearer named shortly before that fits; of several, whoever was cited last or is the first named in the
    /// last sentence that names any.
    fn clearest(&self, source: Span, kind: ClaimerKind, fits: impl Fn(&Mentioned) -> bool) -> Option<(usize, f32)> {
        let here = sentence_of(self.sentences, source);
        let named = if kind == ClaimerKind::Person { &self.persons } else { &self.bodies };
        let before = &named[..named.partition_point(|m| m.span.end <= source.start)];
        let cluster = |m: &Mentioned| self.entities[m.entity].cluster;
        let of_kind = |m: &&Mentioned| (self.entities[m.entity].label == "PERSON") == (kind == ClaimerKind::Person);
        let within = |m: &&Mentioned| m.sentence + REACH >= here;
        let cited = self.heard.iter().rev().take(MOST).take_while(within).filter(of_kind);
        let mut near: Vec<&Mentioned> =
            before.iter().rev().take(MOST).take_while(within).chain(cited).filter(|m| m.subject && fits(m)).collect();
        near.sort_by_key(|m| std::cmp::Reverse(m.span));
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

fn sentence_of(sentences: &[ReadSentence], span: Span) -> usize {
    sentences.partition_point(|s| s.span.end <= span.start)
}
