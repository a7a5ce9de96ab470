//! Attributions from GUM's discourse trees (eRST, Zeldes et al. 2025), as its CoNLL-U has them in MISC.
//!
//! `Discourse=attribution-positive:4->3:0:sem-atsrc-28-_+lex-indwd-29-_` stands on the first word of the elementary
//! unit 4: this unit ("researchers say") attributes what the node around unit 3 says. The third number is the order in
//! which units are attached to their parent, so that the node is unit 3 with everything attached to it before. The
//! signals name the words of the source (`sem-atsrc`) and of the cue (`lex-ind…`, `dm`), counted through the document
//! from 1. Behind `;` come relations beside the tree, with an order at either end.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::lines::{Word, misc_value};
use crate::convert::intake::Intake;
use crate::convert::tokens::beginning;
use crate::convert::{ConvertError, LabelledAttribution, Parts};
use crate::span::Span;

/// An elementary discourse unit.
struct Unit<'t> {
    /// Its words, as a range of the document's.
    words: std::ops::Range<usize>,
    relations: Vec<Relation<'t>>,
}

struct Relation<'t> {
    name: &'t str,
    unit: usize,
    parent: Option<usize>,
    /// What is attached to the parent before this belongs to what this relates to.
    order: usize,
    signals: &'t str,
}

/// The attributions of a document; `None` where nothing is said about its discourse.
pub(super) fn attributions(
    path: &Path,
    words: &[Word],
    text: &str,
    intake: &mut Intake,
) -> Result<Option<Vec<LabelledAttribution>>, ConvertError> {
    let mut units: BTreeMap<usize, Unit> = BTreeMap::new();
    let mut last = None;
    for (n, word) in words.iter().enumerate() {
        let Some(value) = misc_value(word.misc, "Discourse") else { continue };
        let relations: Result<Vec<_>, _> = value.split(';').enumerate().map(|(at, r)| relation(r, at > 0)).collect();
        let relations = relations.map_err(|reason| ConvertError::line(path, word.line, reason));
        let Some(relations) = intake.take(relations)? else { continue };
        if let Some(unit) = last.and_then(|id| units.get_mut(&id)) {
            unit.words.end = n;
        }
        let Some(id) = relations.first().map(|r| r.unit) else { continue };
        last = Some(id);
        units.insert(id, Unit { words: n..words.len(), relations });
    }
    if units.is_empty() {
        return Ok(None);
    }
    let mut found = Vec::new();
    for unit in units.values() {
        for relation in unit.relations.iter().filter(|r| r.name.starts_with("attribution")) {
            let line = words.get(unit.words.start).map_or(0, |w| w.line);
            let read = attribution(relation, &units, words, text).map_err(|reason| ConvertError::line(path, line, reason));
            found.extend(intake.take(read)?);
        }
    }
    found.sort_by_key(LabelledAttribution::start);
    Ok(Some(found))
}

/// `name:id->parent:order:signals`, beside the tree `name:id->parent:order:order of the parent:signals`.
fn relation(written: &str, beside_the_tree: bool) -> Result<Relation<'_>, String> {
    let expected = || format!("found {:?} in Discourse=, expected RELATION:UNIT->PARENT:NUMBER", beginning(written));
    let mut parts = written.splitn(if beside_the_tree { 5 } else { 4 }, ':');
    let (name, edge) = parts.next().zip(parts.next()).ok_or_else(expected)?;
    let (unit, parent) = edge.split_once("->").map_or((edge, None), |(unit, parent)| (unit, Some(parent)));
    let number = |n: &str| n.parse::<usize>().map_err(|_| expected());
    if beside_the_tree {
        parts.next();
    }
    let order = number(parts.next().unwrap_or("0"))?;
    let signals = parts.next().unwrap_or("");
    Ok(Relation { name, unit: number(unit)?, parent: parent.map(number).transpose()?, order, signals })
}

fn attribution(relation: &Relation, units: &BTreeMap<usize, Unit>, words: &[Word], text: &str) -> Result<LabelledAttribution, String> {
    let Some(parent) = relation.parent.filter(|p| units.contains_key(p)) else {
        return Err(format!("the attribution {} has no unit it attributes", relation.unit));
    };
    let mut source = signalled(relation.signals, |kind| kind == "sem-atsrc", words.len())?;
    let cue = signalled(relation.signals, |kind| kind.starts_with("lex-ind") || kind.starts_with("dm-"), words.len())?;
    // Of several mentions of the source, that in the unit itself: the others only say who is meant.
    let own: BTreeSet<usize> = subtree(relation.unit, units).iter().filter_map(|id| units.get(id)).flat_map(|u| u.words.clone()).collect();
    if !source.is_disjoint(&own) {
        source.retain(|n| own.contains(n));
    }
    // An imperative ("note that …") is marked as its own source.
    if source.is_subset(&cue) {
        source.clear();
    }
    let cue = &cue - &source;
    let mut held = content_units(relation, parent, units);
    held.remove(&relation.unit);
    let content: BTreeSet<usize> = held.iter().filter_map(|id| units.get(id)).flat_map(|u| u.words.clone()).collect();
    let parts = |numbers: &BTreeSet<usize>| Some(pieces(numbers, words, text)).filter(|p| !p.is_empty());
    Ok(LabelledAttribution { mode: None, source: parts(&source), cue: parts(&cue), content: parts(&content), claimer: None })
}

/// The unit, all that was attached to it before, and where it goes on behind an insertion.
fn content_units(relation: &Relation, parent: usize, units: &BTreeMap<usize, Unit>) -> BTreeSet<usize> {
    let mut held = BTreeSet::from([parent]);
    let before = children(units, parent)
        .filter(|(id, child)| *id != relation.unit && (child.order < relation.order || child.name.starts_with("same-unit")));
    for (id, _) in before {
        held.extend(subtree(id, units));
    }
    held
}

/// A unit and all that hangs on it.
fn subtree(unit: usize, units: &BTreeMap<usize, Unit>) -> BTreeSet<usize> {
    let mut held = BTreeSet::new();
    let mut todo = vec![unit];
    while let Some(id) = todo.pop() {
        if held.insert(id) {
            todo.extend(children(units, id).map(|(id, _)| id));
        }
    }
    held
}

/// What is attached to a unit, in the tree.
fn children<'u>(units: &'u BTreeMap<usize, Unit<'u>>, parent: usize) -> impl Iterator<Item = (usize, &'u Relation<'u>)> {
    units.iter().filter_map(move |(id, unit)| unit.relations.first().filter(|r| r.parent == Some(parent)).map(|r| (*id, r)))
}

/// The words, counted from 0, of the signals whose kind is `wanted`: `sem-atsrc-28-30,33-_`.
fn signalled(signals: &str, wanted: impl Fn(&str) -> bool, words: usize) -> Result<BTreeSet<usize>, String> {
    let mut found = BTreeSet::new();
    for (kind, numbers) in signals.split('+').map(kind_and_words).filter(|(kind, _)| wanted(kind)) {
        for range in numbers.split(',').filter(|r| !r.is_empty()) {
            let (first, last) = range.split_once('-').unwrap_or((range, range));
            let bounds = first.parse::<usize>().ok().zip(last.parse::<usize>().ok());
            let Some((first, last)) = bounds.filter(|(first, last)| 1 <= *first && first <= last && *last <= words) else {
                return Err(format!("found the words {range:?} in a signal {kind:?}, expected numbers from 1 to {words}"));
            };
            found.extend(first - 1..last);
        }
    }
    Ok(found)
}

/// `TYPE-SUBTYPE-WORDS-STATUS` into `TYPE-SUBTYPE` and `WORDS`; both outer ones may hold `-`.
fn kind_and_words(signal: &str) -> (&str, &str) {
    let (head, _status) = signal.rsplit_once('-').unwrap_or((signal, ""));
    let is_words = |s: &str| !s.is_empty() && s.chars().all(|c| c.is_ascii_digit() || matches!(c, ',' | '-'));
    let splits = head.match_indices('-').filter_map(|(at, _)| Some((head.get(..at)?, head.get(at + 1..)?)));
    splits.into_iter().find(|(_, words)| is_words(words)).unwrap_or((head, ""))
}

/// Neighbouring words in one piece each, without commas, dashes and full stops at its ends: a unit of discourse ends
/// with the comma before "he said", content as others annotate it does not.
fn pieces(numbers: &BTreeSet<usize>, words: &[Word], text: &str) -> Parts {
    let is_edge = |n: usize| words.get(n).is_some_and(|w| matches!(w.span.of(text), "," | "." | ":" | ";" | "-" | "--" | "–" | "—"));
    let mut runs: Vec<std::ops::Range<usize>> = Vec::new();
    for &n in numbers {
        match runs.last_mut() {
            Some(run) if run.end == n => run.end = n + 1,
            _ => runs.push(n..n + 1),
        }
    }
    let mut parts: Parts = Vec::new();
    for run in runs {
        let Some(first) = run.clone().find(|n| !is_edge(*n)) else { continue };
        let Some(last) = run.rev().find(|n| !is_edge(*n)) else { continue };
        let Some(span) = words.get(first..=last).map(|w| Span::hull_of(&w.iter().map(|w| w.span).collect::<Vec<_>>())) else { continue };
        match parts.last_mut() {
            // Words of one multiword token may share their place.
            Some(part) if span.start <= part.end => *part = part.hull(&span),
            _ => parts.push(span),
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Words, some with what stands behind `Discourse=` on them: `word{…}`.
    fn of(marked: &str) -> Vec<[Vec<String>; 3]> {
        let (mut text, mut placed) = (String::new(), Vec::new());
        for word in marked.split(' ') {
            let (form, discourse) = word.split_once('{').unwrap_or((word, ""));
            let start = text.len();
            text += form;
            let misc =
                if discourse.is_empty() { "_".to_owned() } else { format!("Discourse={}", discourse.replace('~', " ").replace('}', "")) };
            placed.push((Span::new(start, text.len()), misc));
            text.push(' ');
        }
        let numbered = placed.iter().zip(1..);
        let words: Vec<Word> = numbered.map(|((span, misc), line)| Word { line, span: *span, upos: "_", misc }).collect();
        let found = attributions(Path::new("x"), &words, &text, &mut Intake::new(&Default::default())).unwrap().unwrap();
        let shown = |parts: &Option<Parts>| parts.iter().flatten().map(|s| s.of(&text).to_owned()).collect();
        found.iter().map(|a| [shown(&a.source), shown(&a.cue), shown(&a.content)]).collect()
    }

    fn owned(parts: [&[&str]; 3]) -> [Vec<String>; 3] {
        parts.map(|p| p.iter().map(|s| (*s).to_owned()).collect())
    }

    #[test]
    fn content_is_the_unit_with_what_was_attached_to_it_before() {
        let found = of(
            "Prices{ROOT:1:0} fell , because{causal-cause:2->1:0} rain{elaboration:3->2:0} came , Ann{attribution-positive:4->1:1:sem-atsrc-8-_+lex-indwd-9-gold} said . Yet{joint-other_m:5->1:2} he left .",
        );
        assert_eq!(found, [owned([&["Ann"], &["said"], &["Prices fell , because rain came"]])]);
    }

    #[test]
    fn content_goes_on_behind_an_insertion_and_stops_before_what_was_attached_later() {
        let found = of(
            "Rain{ROOT:1:0} , he{attribution-positive:2->1:0:sem-atsrc-3-_+dm-according~to-4,5-_} so thinks , is{same-unit_m:3->1:1} near . Good{evaluation:4->1:2} !",
        );
        assert_eq!(found, [owned([&["he"], &["so thinks"], &["Rain", "is near"]])]);
    }

    #[test]
    fn relations_beside_the_tree_count_and_the_nearest_source_is_taken() {
        let found = of(
            "Bo{attribution-positive:1->2:0:sem-atsrc-1-_+lex-indwd-2-_} says yes{ROOT:2:0} then{attribution-positive:3->2:1:sem-atsrc-1,5-_+lex-indwd-6-_;attribution-negative:3->4:0:0:lex-indwd-6-_+sem-atsrc-5-gold} he denies no{joint-list_m:4->2:2}",
        );
        assert_eq!(found.len(), 3);
        assert!(found.contains(&owned([&["Bo"], &["says"], &["yes"]])));
        assert!(found.contains(&owned([&["he"], &["denies"], &["Bo says yes"]])), "{found:?}");
        assert!(found.contains(&owned([&["he"], &["denies"], &["no"]])));
    }

    #[test]
    fn an_imperative_has_no_source() {
        let found = of("Note{attribution-positive:1->2:0:sem-atsrc-1-_+lex-indwd-1-_} this{ROOT:2:0}");
        assert_eq!(found, [owned([&[], &["Note"], &["this"]])]);
    }

    #[test]
    fn signals_are_told_from_their_words() {
        assert_eq!(kind_and_words("sem-atsrc-31-41,43-gold"), ("sem-atsrc", "31-41,43"));
        assert_eq!(kind_and_words("dm-well-known-5-_"), ("dm-well-known", "5"));
        assert_eq!(kind_and_words("grf-qt-_-gold"), ("grf-qt-_", ""));
    }
}
