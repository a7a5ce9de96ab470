//! Who is on the scene where a pronoun stands: the persons and bodies named so far, and whoever was cited last.

use super::claimers::{Claimer, ResolvedBy};
use super::clauses::is_finite;
use super::gender::Gender;
use super::profiles::Profiles;
use super::quotes::{self, Quotation};
use super::resolution::Pointer;
use super::turns::{self, Turn};
use super::{Attribution, Entity, ReadSentence, attributions, bodies, claimers, entities_under, gender, roles};
use crate::labels::{ClaimerKind, Mode};
use crate::span::Span;

/// How many sentences back a pronoun's bearer may stand.
const REACH: usize = 2;
/// How many sentences back somebody cited may still be meant when nobody else was named since.
const SPEAKER_REACH: usize = 4;

/// How many of those named or cited last may be meant: a bound for endless sentences.
const MOST: usize = 32;

/// The longest phrase, in bytes, that a sentence opens with.
const LONGEST_PHRASE: usize = 120;

/// How many bytes before a description the same one is looked for.
const LONGEST_WAY_BACK: usize = 400;

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

/// Words by which a sentence turns to somebody else.
const TURNING: [&str; 4] = ["but", "while", "although", "whereas"];

/// Verbs of whoever was cited last.
const ADDING: [&str; 5] = ["added", "adds", "adding", "continued", "continues"];

/// Who says nothing: "few people would have described him so".
const NOBODY: [&str; 4] = ["few", "nobody", "none", "neither"];

/// What others say of whom it is said.
const ACCUSED: [&str; 5] = ["accused", "suspected", "charged", "convicted", "acquitted"];

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

/// A citation: its source and who that was.
#[derive(Debug, Clone)]
struct Cited {
    source: Span,
    sentence: usize,
    /// The last sentence of what was said.
    until: usize,
    /// Whether it was said: verbatim, or with a verb that says so.
    spoken: bool,
    claimer: Claimer,
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
    /// Whoever was cited last.
    last: Option<Cited>,
    /// Whoever was cited last that may be a single person.
    last_person: Option<Cited>,
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
            // "Mr Campbell's e-mail" is about Mr Campbell, "Mr Campbell's lawyer" is not.
            let owned = after.strip_prefix("'s ").or_else(|| after.strip_prefix("’s ")).unwrap_or("");
            let owner = owned.split_whitespace().take(3).any(roles::is_role);
            let fronted = is_fronted(text, sentences, span);
            let spoken_of = quotes::share(text, &[span], quoted) == 0.0 && !turns::is_label(turns, span);
            Mentioned { span, entity, sentence: sentence_of(sentences, span), subject: !owner && !fronted && spoken_of }
        };
        let of = |label: &str| (0..entities.len()).filter(|&at| entities[at].label == label).map(mentioned).collect();
        Self {
            text,
            sentences,
            entities,
            profiles,
            persons: of("PERSON"),
            bodies: of("ORG"),
            heard: Vec::new(),
            last: None,
            last_person: None,
        }
    }

    /// The surface of a span of the text.
    pub(super) fn words(&self, span: Span) -> &'t str {
        span.of(self.text)
    }

    /// Whether the source says nothing of the kind: "it is thought", "few people would say", "a
    /// treasurer accused of stealing".
    pub(super) fn is_silent(&self, source: Span, cue: Option<Span>, content: &[Span]) -> bool {
        let Some(cue) = cue else { return false };
        let words = cue.of(self.text).to_lowercase();
        let passive = ["is ", "was ", "has been ", "had been ", "is being "].iter().any(|start| words.starts_with(start));
        let accused = ACCUSED.iter().any(|verb| words.split_whitespace().any(|word| word == *verb));
        let of = |text: &str| ["of", "with", "over"].iter().any(|w| text.split_whitespace().next() == Some(w));
        let against = words.ends_with(" of") || words.ends_with(" with") || content.first().is_some_and(|part| of(part.of(self.text)));
        let nobody = source.of(self.text).split_whitespace().next().is_some_and(|word| NOBODY.contains(&word.to_lowercase().as_str()));
        nobody || passive && source.of(self.text).eq_ignore_ascii_case("it") || accused && against && source.end <= cue.start
    }

    /// What the person is that an entity names.
    pub(super) fn role(&self, entity: usize) -> Option<String> {
        self.profiles.role(self.entities.get(entity)?.cluster)
    }

    /// Remembers whom an attribution cites, also by a pronoun.
    pub(super) fn heard(&mut self, attribution: &Attribution) {
        let (Some(source), Some(claimer)) = (attribution.source, attribution.claimer.clone()) else { return };
        let sentence = sentence_of(self.sentences, source);
        if let Some(entity) = claimer.entity {
            self.heard.push(Mentioned { span: source, entity, sentence, subject: true });
        }
        // A stray mark behind the last word is none of it.
        let end = |part: &Span| part.start + self.words(*part).trim_end_matches(|c: char| !c.is_alphanumeric()).len();
        let until = attribution
            .content
            .last()
            .map_or(sentence, |part| sentence_of(self.sentences, Span::new(end(part).saturating_sub(1), end(part))));
        let spoken = attribution.mode == Mode::Direct
            || attribution.cue.is_some_and(|cue| self.words(cue).split_whitespace().any(|word| attributions::SAID.contains(&word)));
        let cited = Cited { source, sentence, until: until.max(sentence), spoken, claimer };
        if !is_body(&cited.claimer) && !is_several(&cited.claimer) {
            self.last_person = Some(cited.clone());
        }
        self.last = Some(cited);
    }

    /// Who is meant by a source that points, of an attribution with this cue and content.
    pub(super) fn bearer(&self, pointer: &Pointer, source: Span, cue: Option<Span>, content: &[Span], score: f32) -> Option<Claimer> {
        let adds = cue.is_some_and(|cue| ADDING.iter().any(|verb| cue.of(self.text).split_whitespace().any(|word| word == *verb)));
        let (entity, by, certainty) = match pointer {
            Pointer::Person(gender) => {
                if let Some(cited) = self.just_cited(source, adds, |claimer| self.is_person(claimer, *gender)) {
                    return Some(pointed(cited, score));
                }
                let fits = |m: &Mentioned| !within(content, m.span) && self.gender(m).is_none_or(|known| known == *gender);
                let (entity, certainty) = self.clearest(source, ClaimerKind::Person, fits)?;
                (entity, ResolvedBy::Pronoun, certainty)
            }
            Pointer::Body(noun) => {
                let pronoun = noun.is_none();
                if let Some(cited) = self.just_cited(source, adds, |claimer| pronoun && is_body(claimer)) {
                    return Some(pointed(cited, score));
                }
                let other = noun.as_deref().and_then(|noun| self.beside_the_same(source, noun));
                let called = |m: &Mentioned| {
                    noun.as_deref().is_none_or(|noun| bodies::is_called(&self.entities[m.entity].canonical, noun))
                        && !other.is_some_and(|(sentence, place)| m.sentence == sentence && m.span.start > place)
                };
                let near = self.clearest(source, ClaimerKind::Organisation, |m| !within(content, m.span) && called(m));
                let only = || Some((self.only_body(source, noun.as_deref()?)?, CLEAREST));
                let (entity, certainty) = near.or_else(only)?;
                (entity, if pronoun { ResolvedBy::Pronoun } else { ResolvedBy::Description }, certainty)
            }
            Pointer::Relative(who) => (self.right_before(source, *who)?, ResolvedBy::Pronoun, ONLY_ONE),
            Pointer::Described(words) => (self.profiles.described(words, source.start, self.entities)?, ResolvedBy::Description, ONLY_ONE),
            Pointer::Several => return self.just_cited(source, adds, is_several).map(|cited| pointed(cited, score)),
            Pointer::Speaker => return None,
        };
        let found = &self.entities[entity];
        let kind = if found.label == "PERSON" { ClaimerKind::Person } else { ClaimerKind::Organisation };
        let score = score.min(found.score) * certainty;
        Some(Claimer::new(found.canonical.clone(), kind, Some(entity), by, score))
    }

    fn gender(&self, mentioned: &Mentioned) -> Option<Gender> {
        self.profiles.gender(self.entities[mentioned.entity].cluster)
    }

    /// Where "the company" stood shortly before, and in which sentence: whom the same sentence names behind it is another. "The company sued the
    /// bank. The company said …"
    fn beside_the_same(&self, source: Span, noun: &str) -> Option<(usize, usize)> {
        let from = self.text.floor_char_boundary(source.start.saturating_sub(LONGEST_WAY_BACK));
        let before = Span::new(from, source.start).of(self.text);
        let place = ["the ", "The "].iter().filter_map(|article| before.rfind(&format!("{article}{noun}"))).max()?;
        let place = from + place;
        Some((sentence_of(self.sentences, Span::new(place, place + 1)), place))
    }

    /// Whoever was cited in the sentence before, or whose words end there, named or not, if it fits: who speaks goes on speaking. Whoever *adds* something was cited last,
    /// whoever else was named since.
    fn just_cited(&self, source: Span, adds: bool, fits: impl Fn(&Claimer) -> bool) -> Option<&Claimer> {
        let here = sentence_of(self.sentences, source);
        let Cited { sentence, until, claimer, .. } = self.last.as_ref()?;
        let start = self.sentences.get(here)?.span.start;
        // Somebody named between may be meant as well.
        let named = entities_under(self.entities, Span::new(start, source.start)).any(|e| NAMED.contains(&self.entities[e].label.as_str()));
        ([sentence, until].into_iter().any(|last| last + 1 == here) && (adds || !named) && fits(claimer)).then_some(claimer)
    }

    /// The sentence that ends right before a content that opens its own, in one paragraph with it.
    fn right_before_quotation(&self, content: &[Span]) -> Option<&ReadSentence> {
        let first = content.first()?;
        let here = sentence_of(self.sentences, *first);
        let (own, before) = (self.sentences.get(here)?, self.sentences.get(here.checked_sub(1)?)?);
        let opens = !Span::new(own.span.start, first.start.max(own.span.start)).of(self.text).contains(char::is_alphanumeric);
        (opens && own.block.is_some() && own.block == before.block).then_some(before)
    }

    /// Who speaks on in a quotation that has no words of its own to say so: whoever the sentence before cites, by name and outside quotation
    /// marks, where nobody else is named.
    pub(super) fn speaks_on(&self, content: &[Span], attributions: &[Attribution]) -> Option<Claimer> {
        let before = self.right_before_quotation(content)?.span;
        let to = attributions.partition_point(|a| a.content.first().is_some_and(|part| part.start < before.end));
        let near = attributions[to.saturating_sub(attributions::NEAR)..to].iter();
        let cites = |a: &&Attribution| {
            let words = [a.cue, a.source].into_iter().flatten();
            words.clone().count() == 2 && words.into_iter().all(|span| before.contains(&span)) && a.within.is_none()
        };
        let lender = near.filter(cites).max_by_key(|a| a.cue)?.claimer.as_ref()?;
        let cluster = self.entities.get(lender.entity?)?.cluster;
        let named = |entity: usize| {
            let entity = &self.entities[entity];
            entity.label == "PERSON" || entity.label == self.entities[lender.entity.unwrap_or_default()].label
        };
        let alone = entities_under(self.entities, before).filter(|&at| named(at)).all(|at| self.entities[at].cluster == cluster);
        (alone && [ClaimerKind::Person, ClaimerKind::Organisation].contains(&lender.kind)).then(|| Claimer {
            resolved_by: ResolvedBy::Speaker,
            score: lender.score * CLEAREST,
            ..lender.clone()
        })
    }

    /// Whether a claimer may be spoken of with the pronoun: a person whose gender fits, "the prime minister", "a
    /// spokeswoman".
    fn is_person(&self, claimer: &Claimer, gender: Gender) -> bool {
        match (claimer.kind, claimer.entity) {
            (ClaimerKind::Person, Some(entity)) => self.profiles.gender(self.entities[entity].cluster).is_none_or(|known| known == gender),
            (ClaimerKind::Unnamed | ClaimerKind::Unresolved, _) => {
                let head = claimers::head_word(&claimer.name);
                roles::is_role(&head) && gender::of_word(&head).is_none_or(|known| known == gender)
            }
            _ => false,
        }
    }

    /// The one bearer named shortly before that fits; of several, whoever was cited last or is the first named in the
    /// last sentence that names any.
    fn clearest(&self, source: Span, kind: ClaimerKind, fits: impl Fn(&Mentioned) -> bool) -> Option<(usize, f32)> {
        let here = sentence_of(self.sentences, source);
        let named = if kind == ClaimerKind::Person { &self.persons } else { &self.bodies };
        let before = &named[..named.partition_point(|m| m.span.end <= source.start)];
        let cluster = |m: &Mentioned| self.entities[m.entity].cluster;
        let of_kind = |m: &&Mentioned| (self.entities[m.entity].label == "PERSON") == (kind == ClaimerKind::Person);
        let reached = |m: &&Mentioned| m.sentence + REACH >= here;
        let cited = self.heard.iter().rev().take(MOST).take_while(reached).filter(of_kind);
        let mut near: Vec<&Mentioned> =
            before.iter().rev().take(MOST).take_while(reached).chain(cited).filter(|m| m.subject && fits(m)).collect();
        near.sort_by_key(|m| std::cmp::Reverse(m.span));
        let cited = if kind == ClaimerKind::Person { &self.last_person } else { &self.last }.as_ref();
        // Somebody without a name may have been cited since: "an official said".
        let stranger = |cited: &Cited| {
            cited.claimer.entity.is_none() && cited.until + REACH > here && near.first().is_none_or(|m| m.span < cited.source)
        };
        if kind == ClaimerKind::Person && cited.is_some_and(stranger) {
            return None;
        }
        let Some(nearest) = near.first() else {
            // Nobody named for a while: whoever was cited last, if that fits.
            let Cited { sentence, until, spoken, claimer, source: cited_at } = cited?;
            let entity = claimer.entity.filter(|_| claimer.kind == kind && until + SPEAKER_REACH >= here)?;
            let interrupted = self.last.as_ref().is_some_and(|last| last.source != *cited_at);
            if interrupted && !spoken || kind == ClaimerKind::Person && (until + 1..here).any(|between| self.describes_a_person(between)) {
                return None;
            }
            let since = before.last().is_none_or(|m| m.sentence <= *until);
            let mention = Mentioned { span: source, entity, sentence: *sentence, subject: true };
            return (since && fits(&mention)).then_some((entity, CLEAREST));
        };
        if near.iter().all(|m| cluster(m) == cluster(nearest)) {
            return Some((nearest.entity, ONLY_ONE));
        }
        if let Some(Cited { source: span, claimer, .. }) = cited
            && claimer.kind == kind
            && let Some(entity) = claimer.entity
            && near.iter().all(|m| m.span <= *span || cluster(m) == self.entities[entity].cluster)
            && near.iter().any(|m| m.span == *span || cluster(m) == self.entities[entity].cluster)
        {
            return Some((entity, CLEAREST));
        }
        // The last sentence before that names any of them, if it names only one or begins with one, and does not turn to another.
        let last = near.iter().find(|m| m.sentence < here)?.sentence;
        let of_last: Vec<&&Mentioned> = near.iter().filter(|m| m.sentence == last).collect();
        let first = of_last.last()?;
        if of_last.iter().any(|m| cluster(m) != cluster(first) && self.is_turned_to(m)) {
            return None;
        }
        let clear = self.begins(first) || of_last.iter().all(|m| cluster(m) == cluster(first));
        // Somebody else named since, in the sentence of the pronoun itself, may be meant as well.
        let rival = near.iter().any(|m| m.sentence == here && cluster(m) != cluster(first));
        (clear && !rival).then_some((first.entity, CLEAREST))
    }

    /// Whether a sentence begins with somebody it does not name: "The Australian has …", "The former striker …", "The 31-year-old …".
    fn describes_a_person(&self, sentence: usize) -> bool {
        let Some(sentence) = self.sentences.get(sentence).map(|s| s.span) else { return false };
        let mut words = sentence.of(self.text).split_whitespace();
        if words.next() != Some("The") {
            return false;
        }
        let (second, third) = (words.next().unwrap_or(""), words.next().unwrap_or(""));
        let opening = Span::new(sentence.start, (sentence.start + "The ".len() + second.len()).min(sentence.end));
        let people = || entities_under(self.entities, opening).any(|e| self.entities[e].label == "NORP") && is_finite(third);
        second.ends_with("-year-old") || roles::is_role(second) || roles::qualifies(second) && roles::is_role(third) || people()
    }

    /// Whether a sentence turns to somebody who was not its subject: "…, *but* Ann Lee is unmoved".
    fn is_turned_to(&self, mentioned: &Mentioned) -> bool {
        let Some(sentence) = self.sentences.get(mentioned.sentence) else { return false };
        let before = Span::new(sentence.span.start.min(mentioned.span.start), mentioned.span.start).of(self.text);
        before.split_whitespace().count() > 1 && before.split_whitespace().next_back().is_some_and(|word| TURNING.contains(&word))
    }

    /// "the tribunal", "the company", paragraphs later: the one organisation named before that can be called so.
    fn only_body(&self, source: Span, noun: &str) -> Option<usize> {
        let before = &self.bodies[..self.bodies.partition_point(|m| m.span.end <= source.start)];
        let mut called = before.iter().filter(|m| bodies::is_most_likely_called(&self.entities[m.entity].canonical, noun));
        let first = called.next()?;
        let cluster = self.entities[first.entity].cluster;
        called.all(|m| self.entities[m.entity].cluster == cluster).then_some(first.entity)
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

    /// "Ann Lee, who said", "Acme - which reported": whose name ends right before.
    fn right_before(&self, source: Span, who: bool) -> Option<usize> {
        let marks = [",", "-", "–", "—"];
        let ends_here =
            |m: &&Mentioned| m.span.end < source.start && marks.contains(&Span::new(m.span.end, source.start).of(self.text).trim());
        // "Acme and Beta, which have both released": more than one.
        let next = self.text[source.end..].split_whitespace().next().unwrap_or("");
        if !who && ["are", "both", "have", "were"].contains(&next) {
            return None;
        }
        let named = if who { &self.persons } else { &self.bodies };
        let at = named.partition_point(|m| m.span.end <= source.start);
        named[..at].last().filter(ends_here).map(|m| m.entity)
    }
}

/// Labels of those who can be cited.
const NAMED: [&str; 4] = ["PERSON", "ORG", "GPE", "LOC"];

/// A claimer, pointed to once more.
fn pointed(cited: &Claimer, score: f32) -> Claimer {
    Claimer { resolved_by: ResolvedBy::Pronoun, score: score.min(cited.score) * CLEAREST, ..cited.clone() }
}

/// Whether "it" may be the claimer: an organisation, a document, "the company".
fn is_body(claimer: &Claimer) -> bool {
    match claimer.kind {
        ClaimerKind::Organisation | ClaimerKind::Document => true,
        ClaimerKind::Unnamed | ClaimerKind::Unresolved => bodies::is_body(&claimers::head_word(&claimer.name)),
        ClaimerKind::Person => false,
    }
}

/// Whether "they" may be the claimer: "researchers", not a single body.
fn is_several(claimer: &Claimer) -> bool {
    let head = claimers::head_word(&claimer.name);
    let plural = head.ends_with('s') && !head.ends_with("ss") || ["people", "police", "men", "women"].contains(&head.as_str());
    claimer.kind == ClaimerKind::Unnamed && plural
}

fn within(content: &[Span], span: Span) -> bool {
    content.iter().any(|part| part.overlaps(&span))
}

/// Whether a name stands in the phrase that a sentence opens with: "At a meeting with Ann Lee, …".
fn is_fronted(text: &str, sentences: &[ReadSentence], span: Span) -> bool {
    let Some(sentence) = sentences.get(sentence_of(sentences, span)) else { return false };
    let before = Span::new(sentence.span.start, span.start).of(text);
    let opens = before.split_whitespace().next().is_some_and(|word| OPENING.contains(&word));
    opens && before.len() < LONGEST_PHRASE && !before.contains(',')
}

fn sentence_of(sentences: &[ReadSentence], span: Span) -> usize {
    sentences.partition_point(|s| s.span.end <= span.start)
}
