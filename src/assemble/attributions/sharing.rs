//! Cues that share the source of the cue before: "X said A, *adding* B", "X fined Y and *believes* B".

use super::Draft;
use crate::assemble::clauses::is_finite;
use crate::assemble::{Entity, entities_under};
use crate::decode::Mention;
use crate::labels::Role;
use crate::span::Span;

/// Gives the cues of a sentence that have no source the one whose words go on. The drafts are in order of their cues; those whose cue had no
/// content stand among them: "Officials *announced* an arrest and said …".
pub(super) fn share(text: &str, sentence: Span, drafts: &mut [Draft]) {
    if let [first, second, ..] = drafts
        && let (Some(cue), Some(told), Some(source)) = (&first.cue, &second.cue, &second.source)
        && first.source.is_none()
        && fronted(text, sentence, cue.span, source.span)
        && source.span.start < told.span.start
    {
        first.subject = Some(source.clone());
    }
    for at in 1..drafts.len() {
        let (before, rest) = drafts.split_at_mut(at);
        let Some(this) = rest.first_mut().filter(|d| d.source.is_none()) else { continue };
        let Some(cue) = this.cue.as_ref().map(|cue| cue.span) else { continue };
        this.subject = before.iter().rev().take(super::BESIDE).find_map(|lender| {
            let (told, source) = (lender.cue.as_ref()?.span, lender.source.as_ref().or(lender.subject.as_ref())?);
            let between = Span::new(told.end, cue.start.max(told.end));
            (source.span.start < cue.start && goes_on(text, between, cue)).then(|| source.clone())
        });
    }
}

/// Whether a sentence begins with what its subject says, too: "*Citing* a study, Ann accused …", "After *saying* that it rained, she left".
fn fronted(text: &str, sentence: Span, cue: Span, source: Span) -> bool {
    let before = text.get(sentence.start..cue.start).unwrap_or("").trim();
    let begins = before.is_empty() || LEADING.contains(&before.to_lowercase().as_str());
    let doing = cue.of(text).split_whitespace().next().is_some_and(|word| word.ends_with("ing"));
    begins && doing && text.get(cue.end..source.start).is_some_and(|between| between.trim_end().ends_with(','))
}

/// Whoever a sentence begins with, where the cue goes on from what he does: "Acme is filing a complaint, claiming that …".
pub(super) fn leads(text: &str, sentence: Span, cue: &Mention, entities: &[Entity]) -> Option<Mention> {
    let before = Span::new(sentence.start, cue.span.start.max(sentence.start));
    let first = entities_under(entities, before).next().map(|at| &entities[at])?;
    let article = Span::new(sentence.start, first.span.start.max(sentence.start)).of(text).trim();
    let named = ["PERSON", "ORG"].contains(&first.label.as_str()) && ["", "The"].contains(&article);
    let rest = Span::new(first.span.end.min(before.end), before.end);
    if rest.len() > LONGEST_LEAD {
        return None;
    }
    let acts = rest.of(text).starts_with(' ') && rest.of(text).split_whitespace().next().is_some_and(is_finite);
    (named && acts && !turns_aside(rest.of(text)) && goes_on(text, rest, cue.span)).then(|| Mention {
        span: Span::new(sentence.start, first.span.end).trimmed(text),
        label: Role::Source as usize,
        score: cue.score.min(first.score),
    })
}

/// The most bytes between whoever a sentence begins with and a cue: a bound for endless sentences.
const LONGEST_LEAD: usize = 400;
/// Words that stand before or behind what joins a cue to the words before: "and *also* said", ", *even* suggesting".
const BESIDES: [&str; 10] = ["again", "also", "even", "further", "instead", "later", "not", "now", "then", "thus"];
/// Words that join a cue to the one before.
const JOINING: [&str; 4] = ["and", "but", "or", "yet"];
/// … and a form in -ing.
const LEADING: [&str; 5] = ["by", "before", "after", "while", "without"];
/// Words behind which another may be the subject.
const ASIDE: [&str; 7] = ["who", "whom", "whose", "which", "that", "when", "where"];
/// Whoever these say it to did not say it.
const PASSIVE: [&str; 7] = ["was", "were", "is", "are", "been", "being", "be"];

/// Whether a cue goes on from the words between it and the one before. Not in the passive, where its subject is told.
fn goes_on(text: &str, between: Span, cue: Span) -> bool {
    let besides = |word: &&str| BESIDES.contains(word) || word.len() > 4 && word.ends_with("ly");
    let verb = cue.of(text).split_whitespace().find(|word| !besides(word)).map(str::to_lowercase).unwrap_or_default();
    let lead = between.of(text).trim_end();
    let joint = lead.split_whitespace().rev().find(|word| !besides(word)).unwrap_or("");
    let doing = verb.ends_with("ing") && verb.len() > 4;
    let marked = joint.ends_with([',', '”', '"', '’', '—', '–']) || joint == "-" || joint == "--";
    let joined = JOINING.contains(&joint) && !PASSIVE.contains(&verb.as_str());
    joined || doing && (marked || LEADING.contains(&joint) && !turns_aside(lead))
}

fn turns_aside(words: &str) -> bool {
    words.split_whitespace().any(|word| ASIDE.contains(&word))
}
