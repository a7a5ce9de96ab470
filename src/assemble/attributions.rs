//! Sources, cues and contents that belong together, and who the claimer is.

use super::{Entity, ReadSentence, quotes};
use crate::decode::Mention;
use crate::labels::{ClaimerKind, Mode, Role};
use crate::span::Span;

/// Who said what, by which words.
#[derive(Debug, Clone, PartialEq)]
pub struct Attribution {
    /// How the content is given.
    pub mode: Mode,
    /// Who is cited.
    pub source: Option<Span>,
    /// The words that attribute.
    pub cue: Option<Span>,
    /// What is attributed, in one or several parts, in order.
    pub content: Vec<Span>,
    /// Who it is, as far as the text around says.
    pub claimer: Option<Claimer>,
}

/// The party making a claim.
#[derive(Debug, Clone, PartialEq)]
pub struct Claimer {
    /// Its fullest name in the document, else the words of the source.
    pub name: String,
    /// What it is.
    pub kind: ClaimerKind,
    /// The entity it is, as an index.
    pub entity: Option<usize>,
    /// What it was found by.
    pub resolved_by: ResolvedBy,
    /// The model's score of the words it rests on, in [0, 1]; not calibrated.
    pub score: f32,
}

/// What a claimer was found by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ResolvedBy {
    /// The words of the source themselves.
    Source,
    /// A fuller name elsewhere in the document.
    Name,
}

/// An attribution being put together.
#[derive(Default)]
struct Draft {
    source: Option<Mention>,
    cue: Option<Mention>,
    content: Vec<Span>,
}

/// Links the mentions of each sentence, then joins quotations that go on over sentences.
pub(super) fn link(text: &str, sentences: &[ReadSentence], entities: &[Entity], quoted: &[Span]) -> Vec<Attribution> {
    let mut drafts: Vec<Draft> = Vec::new();
    for sentence in sentences {
        for draft in of_sentence(text, &sentence.reading.roles) {
            match drafts.last_mut() {
                Some(last) if goes_on(text, last, &draft, quoted) => {
                    last.content.extend(draft.content);
                    last.source = last.source.take().or(draft.source);
                    last.cue = last.cue.take().or(draft.cue);
                }
                _ => drafts.push(draft),
            }
        }
    }
    let mut attributions: Vec<Attribution> = drafts.into_iter().map(|d| finish(text, d, entities, quoted)).collect();
    attributions.sort_by_key(|a| a.content.first().map(|s| s.start));
    attributions
}

/// Each content goes to the nearest cue of its sentence, each cue takes the nearest source no cue has taken.
fn of_sentence(text: &str, roles: &[Mention]) -> Vec<Draft> {
    // Marks and signs alone name nobody and say nothing.
    let has_words = |m: &&Mention| m.span.of(text).chars().any(char::is_alphanumeric);
    let of = |role: Role| roles.iter().filter(has_words).filter(move |m| m.label == role as usize);
    let mut sources: Vec<Option<&Mention>> = of(Role::Source).map(Some).collect();
    let mut drafts: Vec<Draft> = of(Role::Cue).map(|cue| Draft { cue: Some(cue.clone()), ..Draft::default() }).collect();

    let mut pairs: Vec<(usize, usize, usize)> = Vec::new(); // distance, cue, source
    for (c, draft) in drafts.iter().enumerate() {
        for (s, source) in sources.iter().enumerate() {
            if let (Some(cue), Some(source)) = (&draft.cue, source) {
                pairs.push((distance(text, cue.span, source.span), c, s));
            }
        }
    }
    pairs.sort_unstable();
    for (_, c, s) in pairs {
        if drafts[c].source.is_none() && sources[s].is_some() {
            drafts[c].source = sources[s].take().cloned();
        }
    }

    for content in of(Role::Content) {
        let nearest = drafts.iter_mut().filter(|d| d.cue.is_some() || d.source.is_some()).min_by_key(|d| {
            let anchors = [&d.cue, &d.source].into_iter().flatten();
            anchors.map(|a| distance(text, a.span, content.span)).min().unwrap_or(usize::MAX)
        });
        match nearest {
            Some(draft) => draft.content.push(content.span),
            // No cue: a source alone ("Ann: …"), or a quotation that goes on.
            None => {
                let source = sources.iter_mut().find_map(Option::take).cloned();
                drafts.push(Draft { source, cue: None, content: vec![content.span] });
            }
        }
    }
    drafts.retain(|d| !d.content.is_empty());
    for draft in &mut drafts {
        draft.content = merged(text, std::mem::take(&mut draft.content));
    }
    drafts.sort_by_key(|d| d.content.first().map(|s| s.start));
    drafts
}

/// How many words stand between two spans.
fn distance(text: &str, a: Span, b: Span) -> usize {
    let between = Span::new(a.end.min(b.end), a.start.max(b.start));
    between.of(text).split_whitespace().count()
}

/// Parts with only white space between them are one part.
fn merged(text: &str, mut parts: Vec<Span>) -> Vec<Span> {
    parts.sort();
    let mut out: Vec<Span> = Vec::new();
    for part in parts {
        match out.last_mut() {
            Some(last) if Span::new(last.end, part.start).of(text).trim().is_empty() => *last = last.hull(&part),
            _ => out.push(part),
        }
    }
    out
}

/// Whether a content without cue and source of its own belongs to the quotation before: both stand in quotation
/// marks, and nothing but marks, white space and the words of the attribution lies between.
fn goes_on(text: &str, last: &Draft, next: &Draft, quoted: &[Span]) -> bool {
    if next.cue.is_some() || next.source.is_some() {
        return false;
    }
    let (Some(before), Some(after)) = (last.content.last(), next.content.first()) else { return false };
    let edge = [&last.cue, &last.source].into_iter().flatten().map(|m| m.span.end).chain([before.end]).max().unwrap_or(before.end);
    let between = Span::new(edge, after.start).of(text);
    let adjacent = between.chars().all(|c| !c.is_alphanumeric());
    adjacent && quotes::share(text, &next.content, quoted) > 0.5 && quotes::share(text, &last.content, quoted) > 0.5
}

fn finish(text: &str, draft: Draft, entities: &[Entity], quoted: &[Span]) -> Attribution {
    let content = merged(text, draft.content);
    let share = quotes::share(text, &content, quoted);
    let mode = if share > 0.95 {
        Mode::Direct
    } else if share > 0.0 {
        Mode::Mixed
    } else {
        Mode::Indirect
    };
    let claimer = draft.source.as_ref().map(|source| claimer(text, source, entities));
    Attribution { mode, source: draft.source.map(|m| m.span), cue: draft.cue.map(|m| m.span), content, claimer }
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

/// Words that point to somebody named elsewhere, or to nobody in particular.
const PRONOUNS: [&str; 16] =
    ["he", "she", "it", "they", "him", "her", "them", "his", "their", "i", "we", "you", "who", "this", "that", "these"];

/// Reads who the source is from its own words. A name counts only as the head of the phrase; else nobody is named.
fn claimer(text: &str, source: &Mention, entities: &[Entity]) -> Claimer {
    let head = head(text, source.span);
    let words = source.span.of(text).trim_matches(|c: char| !c.is_alphanumeric());
    let names: Vec<usize> = (0..entities.len()).filter(|&i| head.contains(&entities[i].span)).collect();
    let at_end = names.iter().copied().find(|&i| Span::new(entities[i].span.end, head.end).of(text).chars().all(|c| !c.is_alphanumeric()));
    let named = at_end.and_then(|i| match entities[i].label.as_str() {
        "PERSON" => Some((i, ClaimerKind::Person)),
        "ORG" => Some((i, ClaimerKind::Organisation)),
        _ => None,
    });
    match named {
        Some((i, kind)) => {
            let fuller = entities[i].canonical != entities[i].span.of(text);
            let resolved_by = if fuller { ResolvedBy::Name } else { ResolvedBy::Source };
            Claimer { name: entities[i].canonical.clone(), kind, entity: Some(i), resolved_by, score: source.score.min(entities[i].score) }
        }
        None => {
            let first = words.split_whitespace().next().unwrap_or("").to_lowercase();
            let pronoun = PRONOUNS.contains(&first.as_str()) || first == "the" || first == "both";
            let kind = if pronoun { ClaimerKind::Unresolved } else { ClaimerKind::Unnamed };
            Claimer {
                name: words.split_whitespace().collect::<Vec<_>>().join(" "),
                kind,
                entity: None,
                resolved_by: ResolvedBy::Source,
                score: source.score,
            }
        }
    }
}

/// The source up to the first comma, dash, bracket or word that only says more of it.
fn head(text: &str, source: Span) -> Span {
    let surface = source.of(text);
    let mut at = 0;
    for word in surface.split_inclusive(char::is_whitespace) {
        let bare = word.trim_end();
        if at > 0 && SAYS_MORE.contains(&bare.to_lowercase().as_str()) {
            return Span::new(source.start, source.start + at).trimmed(text);
        }
        if let Some(stop) = bare.find([',', '(', '—', '–', ';', ':']) {
            return Span::new(source.start, source.start + at + stop).trimmed(text);
        }
        at += word.len();
    }
    source
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::Reading;

    /// Sentences with `[S …]`, `[C …]`, `[T …]` marked; returns their readings over the text without the marks.
    fn marked(sentences: &[&str]) -> (String, Vec<ReadSentence>) {
        let mut text = String::new();
        let mut read = Vec::new();
        for sentence in sentences {
            let start = text.len();
            let (mut roles, mut open) = (Vec::new(), None);
            let mut rest = *sentence;
            while let Some(c) = rest.chars().next() {
                let role = ["[S ", "[C ", "[T "].iter().position(|m| rest.starts_with(m));
                if let Some(label) = role {
                    open = Some((label, text.len()));
                    rest = &rest[3..];
                } else if c == ']' {
                    let (label, from) = open.take().unwrap();
                    roles.push(Mention { span: Span::new(from, text.len()), label, score: 0.9 });
                    rest = &rest[1..];
                } else {
                    text.push(c);
                    rest = &rest[c.len_utf8()..];
                }
            }
            let span = Span::new(start, text.len());
            text.push(' ');
            let reading = Reading { entities: vec![], roles, worth: [0.0, 0.0, 1.0], windows: 1, words: 0 };
            read.push(ReadSentence { span, block: None, kind: None, reading });
        }
        (text, read)
    }

    fn linked(sentences: &[&str]) -> Vec<(Mode, String, String, Vec<String>)> {
        let (text, read) = marked(sentences);
        let quoted = quotes::find(&text, &[]);
        let own = |s: &Span| s.of(&text).to_owned();
        let found = link(&text, &read, &[], &quoted);
        found
            .iter()
            .map(|a| {
                (
                    a.mode,
                    a.source.as_ref().map(own).unwrap_or_default(),
                    a.cue.as_ref().map(own).unwrap_or_default(),
                    a.content.iter().map(own).collect(),
                )
            })
            .collect()
    }

    #[test]
    fn a_content_that_the_source_interrupts_has_two_parts() {
        let found = linked(&["[T “A one,”] [S she] [C said], [T “b two.”]"]);
        assert_eq!(found, [(Mode::Direct, "she".into(), "said".into(), vec!["“A one,”".into(), "“b two.”".into()])]);
    }

    #[test]
    fn two_cues_take_their_own_sources_and_contents() {
        let found = linked(&["[S Ann] [C said] [T it rained], but [S Bob] [C denied] [T that it did]."]);
        assert_eq!(found[0], (Mode::Indirect, "Ann".into(), "said".into(), vec!["it rained".into()]));
        assert_eq!(found[1], (Mode::Indirect, "Bob".into(), "denied".into(), vec!["that it did".into()]));
    }

    #[test]
    fn a_quotation_goes_on_over_sentences_but_plain_text_does_not() {
        let found = linked(&["[S Ann] [C said]: [T “It rained.]", "[T It poured.”]", "[T The sun shone]."]);
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].3, ["“It rained. It poured.”"]);
        assert_eq!(found[1].1, "", "a content without a source keeps none");
    }

    #[test]
    fn a_spokesman_is_not_whom_he_speaks_for() {
        let text = "a spokesman for Donald Trump and Kellyanne Conway, the manager";
        let person = |name: &str| {
            let start = text.find(name).unwrap();
            let span = Span::new(start, start + name.len());
            Entity { span, label: "PERSON".into(), score: 0.9, cluster: 0, canonical: name.into() }
        };
        let entities = [person("Donald Trump"), person("Kellyanne Conway")];
        let of =
            |from: &str| claimer(text, &Mention { span: Span::new(text.find(from).unwrap(), text.len()), label: 0, score: 0.9 }, &entities);
        assert_eq!((of("a spokesman").kind, of("a spokesman").entity), (ClaimerKind::Unnamed, None));
        assert_eq!((of("Kellyanne").kind, of("Kellyanne").name.as_str()), (ClaimerKind::Person, "Kellyanne Conway"));
    }
}
