//! Sources, cues and contents that belong together.

mod parts;
mod sharing;

use std::collections::BTreeSet;

use parts::{filled, merged, without_hearer};

use super::claimers::{Claimer, ResolvedBy, claimer};
use super::ends::{completed_content, completed_source, whole, with_closing_mark, with_even_end, without_apostrophe};
use super::quotes::{self, Quotation, overlapping};
use super::{Entity, ReadSentence, entities_under};
use crate::decode::Mention;
use crate::labels::{Mode, Role, Stance};
use crate::span::Span;

/// Who said what, by which words.
#[derive(Debug, Clone, PartialEq)]
pub struct Attribution {
    /// How the content is given.
    pub mode: Mode,
    /// Who is cited.
    pub source: Option<Span>,
    /// Who is cited where the cue has no source of its own: the source of the cue before it, or whoever its sentence begins with.
    pub subject: Option<Span>,
    /// The words that attribute.
    pub cue: Option<Span>,
    /// What is attributed, in one or several parts, in order.
    pub content: Vec<Span>,
    /// Who it is, as far as the text around says.
    pub claimer: Option<Claimer>,
    /// Whether whoever is cited stands by the words.
    pub stance: Stance,
    /// The attribution inside whose content this one stands, as an index: "X said that Y had told him …".
    pub within: Option<usize>,
}

/// An attribution being put together.
#[derive(Default)]
struct Draft {
    source: Option<Mention>,
    subject: Option<Mention>,
    cue: Option<Mention>,
    content: Vec<Span>,
}

/// From this share of quoted letters on, a content is taken as given verbatim.
const VERBATIM: f64 = 0.5;

/// Links the mentions of each sentence, then joins quotations that go on over sentences.
pub(super) fn link(text: &str, sentences: &[ReadSentence], entities: &[Entity], quoted: &[Quotation]) -> Vec<Attribution> {
    let mut drafts: Vec<Draft> = Vec::new();
    let mut herald: Option<Draft> = None;
    for sentence in sentences {
        let (said, silent): (Vec<Draft>, Vec<Draft>) = of_sentence(text, sentence).into_iter().partition(|d| !d.content.is_empty());
        for mut draft in said.into_iter().map(|d| named_before(text, d, sentence.span, entities)) {
            // "The paper reports:", and a paragraph of its words.
            if let Some(herald) = herald.take()
                && draft.cue.is_none()
                && draft.source.is_none()
                && quotes::share(text, &draft.content, quoted) > VERBATIM
            {
                draft = Draft { content: draft.content, ..herald };
            }
            match drafts.last_mut() {
                Some(last) if goes_on(text, last, &draft, quoted) => {
                    last.content.extend(draft.content);
                }
                _ => drafts.push(draft),
            }
        }
        herald = silent.into_iter().next_back().filter(|d| announces(text, d, sentence.span));
    }
    drafts.retain(|d| {
        !d.cue.as_ref().is_some_and(|cue| says_nothing(cue.span.of(text))) || quotes::share(text, &d.content, quoted) > VERBATIM
    });
    // "Intended to": one plain word with nobody who said it is nothing that was said.
    drafts.retain(|d| d.source.is_some() || !is_one_word(text, &d.content) || quotes::share(text, &d.content, quoted) > VERBATIM);
    drafts.retain(|d| d.cue.is_some() || quotes::share(text, &d.content, quoted) > VERBATIM || announced(text, d));
    fill_quotations(text, &mut drafts, quoted);
    let mut attributions: Vec<Attribution> = drafts.into_iter().map(|d| finish(text, d, entities, quoted)).collect();
    attributions.sort_by_key(|a| a.content.first().map(|s| s.start));
    attributions
}

fn is_one_word(text: &str, content: &[Span]) -> bool {
    content.iter().flat_map(|p| p.of(text).split_whitespace()).take(2).count() < 2
}

/// How many attributions before a place may reach over it: a bound for endless documents.
pub(super) const NEAR: usize = 32;

/// A quotation is one content: the attribution that holds its beginning holds the rest too, over sentences and
/// paragraphs that show no cue. Attributions inside it, of whom the speaker cites, stay beside it.
fn fill_quotations(text: &str, drafts: &mut Vec<Draft>, quoted: &[Quotation]) {
    let mut from = 0;
    let mut gone: BTreeSet<usize> = BTreeSet::new();
    while from < quoted.len() {
        let begins_in = |d: &Draft, q: Span| {
            let before = d.content.partition_point(|p| p.start <= q.start);
            let part = before.checked_sub(1).and_then(|at| d.content.get(at)).filter(|p| p.overlaps(&q));
            part.is_some_and(|p| quotes::share(text, &[*p], quoted) > VERBATIM)
        };
        // Those that begin before the quotation does, or with it.
        let around = |drafts: &[Draft], q: Span| {
            let to = drafts.partition_point(|d| d.content.first().is_some_and(|p| p.start <= q.start));
            to.saturating_sub(NEAR)..to
        };
        // A paragraph that opens with somebody else's words does not go on the speech before.
        let anew = |q: Span| drafts[around(drafts, q)].iter().any(|d| d.cue.is_some() && d.source.is_some() && begins_in(d, q));
        let to = (from + 1..quoted.len()).find(|&q| !quoted[q].goes_on || anew(quoted[q].span)).unwrap_or(quoted.len());
        let speech = &quoted[from..to];
        let first = speech[0].span;
        // Where the words that attribute stand inside the marks, the marks were never closed and say nothing.
        let outside = |d: &Draft| [&d.cue, &d.source].into_iter().flatten().all(|m| !m.span.overlaps(&first));
        let end = speech.last().map_or(first.end, |q| q.span.end);
        let inside = around(drafts, first).start..drafts.partition_point(|d| d.content.first().is_some_and(|p| p.start < end));
        // "A. B," she said: the words that attribute stand right behind, and the model saw only B.
        let closes = |d: &Draft| {
            let anchor = [&d.cue, &d.source].into_iter().flatten().map(|m| m.span.start).min().filter(|_| d.cue.is_some());
            let follows = anchor.is_some_and(|at| at >= end && Span::new(end, at).of(text).chars().all(no_word));
            follows && d.content.iter().any(|p| p.start < end && p.overlaps(&first.hull(&Span::new(end, end))))
        };
        let begins = |at: &usize| !gone.contains(at) && outside(&drafts[*at]) && begins_in(&drafts[*at], first);
        let attributed = |at: &usize| drafts[*at].cue.is_some() || drafts[*at].source.is_some();
        let owner = around(drafts, first)
            .find(|at| attributed(at) && begins(at))
            .or_else(|| inside.clone().find(|&at| !gone.contains(&at) && closes(&drafts[at])))
            .or_else(|| around(drafts, first).find(begins));
        if let Some(owner) = owner {
            // Pieces without words of their own to attribute them are the owner's.
            let piece =
                |d: &Draft| d.cue.is_none() && d.source.is_none() && d.content.iter().all(|p| overlapping(speech, *p).next().is_some());
            let pieces: Vec<usize> = inside.filter(|&at| at != owner && !gone.contains(&at) && piece(&drafts[at])).collect();
            let whole = |q: &Quotation| drafts[owner].content.binary_search_by(|p| within(p, &q.span)).is_ok();
            if pieces.is_empty() && speech.iter().all(whole) {
                from = to;
                continue;
            }
            // Drafts that are gone keep their contents, so that all stay in order.
            let mut content: Vec<Span> = pieces.iter().flat_map(|&at| drafts[at].content.clone()).collect();
            content.append(&mut drafts[owner].content);
            gone.extend(pieces);
            content.extend(speech.iter().map(|q| with_closing_mark(text, q.span)));
            drafts[owner].content = merged(text, content, no_word);
        }
        from = to;
    }
    let mut at = 0;
    drafts.retain(|_| {
        at += 1;
        !gone.contains(&(at - 1))
    });
}

/// Where a part stands to a span: around it, before it, or behind its start.
fn within(part: &Span, span: &Span) -> std::cmp::Ordering {
    if part.contains(span) { std::cmp::Ordering::Equal } else { part.start.cmp(&span.start).then(std::cmp::Ordering::Less) }
}

/// "Ann: we won": a colon is cue enough.
fn announced(text: &str, draft: &Draft) -> bool {
    let (Some(source), Some(content)) = (&draft.source, draft.content.first()) else { return false };
    Span::new(source.span.end, content.start).of(text).trim() == ":"
}

/// Words that attribute nothing where no other stands beside them: "are", "about", "giving".
const NO_CUES: &str = "
    a about am an and are as at be been being by did do does for from gave give gives giving given had has have having in is of on or over that the to under
    was were with";

/// Whether a cue is none, or a guess of the author's: "must be glad".
fn says_nothing(cue: &str) -> bool {
    let lower = cue.to_lowercase();
    let mut words = lower.split_whitespace();
    let guess = ["must be ", "may be ", "might be "].iter().any(|start| lower.starts_with(start));
    guess || words.all(|word| NO_CUES.split_whitespace().any(|entry| entry == word))
}

/// Whether somebody's words are to follow: "The paper reports:", "She made the following comment:".
fn announces(text: &str, draft: &Draft, sentence: Span) -> bool {
    let Some(cue) = draft.cue.as_ref().filter(|_| draft.source.is_some() || draft.subject.is_some()) else { return false };
    let words = |from: usize| text.get(from..sentence.end).unwrap_or("").trim_end();
    words(cue.span.start).ends_with(':') && words(cue.span.end).split_whitespace().count() <= LONGEST_END
}

/// Verbs of which whoever is named right before them is the subject.
pub(super) const SAID: [&str; 12] =
    ["said", "says", "told", "tells", "added", "adds", "wrote", "argued", "insisted", "claimed", "warned", "admitted"];
/// Words that may stand between: "Ed Davey *meanwhile* said".
const BETWEEN: [&str; 8] = ["also", "meanwhile", "however", "later", "then", "though", "has", "had"];

/// A cue that found no source has the person or organisation right before it.
fn named_before(text: &str, mut draft: Draft, sentence: Span, entities: &[Entity]) -> Draft {
    let Some(cue) = draft.cue.as_ref().filter(|_| draft.source.is_none()) else { return draft };
    draft.subject = draft.subject.or_else(|| sharing::leads(text, sentence, cue, entities));
    if !cue.span.of(text).split_whitespace().find(|word| !BETWEEN.contains(word)).is_some_and(|word| SAID.contains(&word)) {
        return draft;
    }
    let before = Span::new(sentence.start, cue.span.start);
    let adjacent = |at: &usize| {
        let between = Span::new(entities[*at].span.end, cue.span.start.max(entities[*at].span.end)).of(text);
        between.split_whitespace().all(|word| BETWEEN.contains(&word))
    };
    let named = entities_under(entities, before).filter(|&at| ["PERSON", "ORG"].contains(&entities[at].label.as_str())).find(adjacent);
    draft.source =
        named.map(|at| Mention { span: entities[at].span, label: Role::Source as usize, score: cue.score.min(entities[at].score) });
    // The model took the name for what is said.
    if let Some(source) = &draft.source
        && draft.content.len() > 1
    {
        draft.content.retain(|part| !source.span.contains(part));
    }
    draft
}

const ARTICLES: [&str; 3] = ["the", "a", "an"];

/// How many cues and sources on either side of a place are looked at: a bound for endless sentences.
const BESIDE: usize = 8;

/// Each content goes to the nearest cue of its sentence, each cue takes the nearest source no cue has taken. Those without a content come too.
fn of_sentence(text: &str, sentence: &ReadSentence) -> Vec<Draft> {
    let roles = &sentence.reading.roles;
    // Marks and signs alone name nobody and say nothing.
    let has_words = |m: &&Mention| m.span.of(text).chars().any(char::is_alphanumeric);
    let of = |role: Role| roles.iter().filter(has_words).filter(move |m| m.label == role as usize);
    // "The", cut off from "The Public Libraries Act", names nobody.
    let names = |m: &&Mention| !ARTICLES.contains(&m.span.of(text).to_lowercase().as_str());
    let mut sources: Vec<Option<Mention>> = of(Role::Source).filter(names).map(|m| Some(whole(text, m))).collect();
    let mut drafts: Vec<Draft> = of(Role::Cue).map(|cue| Draft { cue: Some(without_apostrophe(text, cue)), ..Draft::default() }).collect();

    let mut pairs: Vec<(usize, usize, usize)> = Vec::new(); // distance, cue, source
    for (c, cue) in drafts.iter().enumerate().filter_map(|(c, draft)| Some((c, draft.cue.as_ref()?))) {
        let next = sources.partition_point(|s| s.as_ref().is_some_and(|s| s.span.start < cue.span.start));
        for (s, source) in sources.iter().enumerate().take(next + BESIDE).skip(next.saturating_sub(BESIDE)) {
            pairs.extend(source.as_ref().map(|source| (distance(cue.span, source.span), c, s)));
        }
    }
    pairs.sort_unstable();
    for (_, c, s) in pairs {
        if drafts[c].source.is_none() && sources[s].is_some() {
            drafts[c].source = sources[s].take();
        }
    }

    let cues = drafts.len();
    for content in of(Role::Content) {
        let next = drafts[..cues].partition_point(|d| d.cue.as_ref().is_some_and(|cue| cue.span.start < content.span.start));
        let beside = if cues == 0 {
            drafts.len().saturating_sub(BESIDE)..drafts.len()
        } else {
            next.saturating_sub(BESIDE)..cues.min(next + BESIDE)
        };
        let nearest = drafts[beside].iter_mut().filter(|d| d.cue.is_some() || d.source.is_some()).min_by_key(|d| {
            let anchors = [&d.cue, &d.source].into_iter().flatten();
            anchors.map(|a| distance(a.span, content.span)).min().unwrap_or(usize::MAX)
        });
        match nearest {
            Some(draft) => draft.content.push(content.span),
            // No cue: a source alone ("Ann: …"), or a quotation that goes on.
            None => {
                let source = sources.iter_mut().find_map(Option::take);
                drafts.push(Draft { source, content: vec![content.span], ..Draft::default() });
            }
        }
    }
    sharing::share(text, sentence.span, &mut drafts[..cues]);
    let mut starts: Vec<usize> = roles.iter().map(|m| m.span.start).collect();
    starts.sort_unstable();
    for draft in &mut drafts {
        for source in [&mut draft.source, &mut draft.subject].into_iter().flatten() {
            source.span = completed_source(text, sentence.span, &starts, source.span);
        }
        draft.content.iter_mut().for_each(|part| *part = completed_content(text, sentence.span, &starts, *part));
        draft.content = merged(text, std::mem::take(&mut draft.content), char::is_whitespace);
    }
    drafts.sort_by_key(|d| d.content.first().map(|s| s.start));
    drafts
}

/// How far two spans are apart, in bytes.
fn distance(a: Span, b: Span) -> usize {
    a.start.max(b.start).saturating_sub(a.end.min(b.end))
}

/// White space, and marks.
fn no_word(c: char) -> bool {
    !c.is_alphanumeric()
}

/// Whether a content without cue and source of its own belongs to the quotation before: both stand in quotation
/// marks, and nothing but marks, white space and the words of the attribution lies between.
fn goes_on(text: &str, last: &Draft, next: &Draft, quoted: &[Quotation]) -> bool {
    if next.cue.is_some() || next.source.is_some() || next.content.iter().any(|p| overlapping(quoted, *p).any(|q| q.goes_on)) {
        return false;
    }
    let (Some(before), Some(after)) = (last.content.last(), next.content.first()) else { return false };
    // Whoever is cited inside a quotation does not go on behind his own words; whoever gives it does.
    let words = || [&last.cue, &last.source].into_iter().flatten();
    if overlapping(quoted, *before).any(|q| words().any(|m| m.span.overlaps(&q.span))) {
        return false;
    }
    let edge = words().map(|m| m.span.end).chain([before.end]).max().unwrap_or(before.end);
    let between = Span::new(edge, after.start).of(text);
    let adjacent = between.chars().all(no_word) || ends_sentence(between) && words().count() == 2;
    adjacent && quotes::share(text, &next.content, quoted) > VERBATIM && quotes::share(text, &[*before], quoted) > VERBATIM
}

/// The most words between the words of an attribution and the end of its sentence: "told *the court on Monday.*"
const LONGEST_END: usize = 16;

/// Whether these words only end the sentence of an attribution, so that a quotation behind them is the same speaker's.
fn ends_sentence(words: &str) -> bool {
    let end = words.trim_end_matches(|c: char| c.is_whitespace() || quotes::closer_of(c).is_some());
    let Some(inner) = end.strip_suffix('.') else { return false };
    // "told them in Everett, Wash., on “Fox and Friends.”"
    let titles = inner.split(['“', '”', '"']).skip(1).step_by(2).all(|title| title.split_whitespace().count() <= LONGEST_TITLE);
    let goes_on = inner.split(". ").skip(1).all(|rest| rest.starts_with(char::is_lowercase));
    !words.contains('\n') && !inner.contains(['!', '?', ';', ':']) && titles && goes_on && inner.split_whitespace().count() <= LONGEST_END
}

/// The most words in quotation marks that only name something.
const LONGEST_TITLE: usize = 4;

fn finish(text: &str, draft: Draft, entities: &[Entity], quoted: &[Quotation]) -> Attribution {
    let mut content = merged(text, draft.content, char::is_whitespace);
    // "23 people died, which a committee blamed on lax inspections": what "which" takes up is the author's.
    if let (Some(source), [first, _, ..]) = (&draft.source, &content[..])
        && first.end <= source.span.start
        && ["which", "and", "but"].contains(&Span::new(first.end, source.span.start).of(text).trim_matches([',', ' ']))
    {
        content.remove(0);
    }
    let words: Vec<Span> = [&draft.source, &draft.cue].into_iter().flatten().map(|m| m.span).collect();
    content = filled(text, content, &words);
    if let Some(last) = content.last_mut() {
        *last = with_even_end(text, *last);
    }
    if let (Some(cue), Some(first)) = (&draft.cue, content.first_mut()) {
        *first = without_hearer(text, cue.span, *first);
    }
    let share = quotes::share(text, &content, quoted);
    let mode = if share > 0.98 {
        Mode::Direct
    } else if share > 0.0 {
        Mode::Mixed
    } else {
        Mode::Indirect
    };
    let own = draft.source.as_ref().map(|source| claimer(text, source, draft.cue.as_ref().map(|cue| cue.span), entities));
    let subject = draft.subject.filter(|_| own.is_none());
    let lent = || subject.as_ref().map(|s| Claimer { resolved_by: ResolvedBy::Subject, ..claimer(text, s, None, entities) });
    let claimer = own.or_else(lent);
    Attribution {
        mode,
        stance: draft.cue.as_ref().map_or(Stance::Affirm, |cue| stance(cue.span.of(text))),
        source: draft.source.map(|m| m.span),
        subject: subject.map(|m| m.span),
        cue: draft.cue.map(|m| m.span),
        content,
        claimer,
        within: None,
    }
}

/// How verbs begin that say a content is not so.
const REFUTING: [&str; 12] =
    ["deny", "deni", "denies", "denying", "disput", "reject", "refut", "rebut", "dismiss", "doubt", "disavow", "repudiat"];

/// Reads the stance from the words of a cue; "did not deny" affirms nothing, but refutes nothing either.
fn stance(cue: &str) -> Stance {
    let cue = cue.to_lowercase();
    let mut words = cue.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty());
    let refutes = words.clone().any(|word| REFUTING.iter().any(|verb| word.starts_with(verb)));
    let negated = words.any(|word| ["not", "never", "t", "without", "neither", "nor"].contains(&word));
    if refutes && !negated { Stance::Refute } else { Stance::Affirm }
}

/// Finds for each attribution the one it stands inside. They are in order of their contents.
pub(super) fn nest(attributions: &mut [Attribution]) {
    for at in 1..attributions.len() {
        let own = Span::hull_of(&attributions[at].content);
        let outer = attributions[at.saturating_sub(NEAR)..at]
            .iter()
            .rposition(|a| a.content.iter().any(|part| part.contains(&own) && part.len() > own.len()))
            .map(|found| at.saturating_sub(NEAR) + found);
        attributions[at].within = outer;
    }
}

#[cfg(test)]
mod tests;
