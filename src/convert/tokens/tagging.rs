//! Tags on tokens: IOB1, IOB2 and BIOES (BILOU) into mentions, and mentions into IOB2.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::convert::LabelledEntity;
use crate::span::Span;

/// The tag of one token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::convert) enum Tag<'t> {
    /// `O`
    Outside,
    /// `B-PER`, `I-PER` …
    Inside {
        /// B, I, E, S, L or U.
        prefix: char,
        label: &'t str,
    },
}

impl<'t> Tag<'t> {
    /// Reads a tag.
    ///
    /// # Errors
    /// Where it is not one.
    pub(in crate::convert) fn read(tag: &'t str) -> Result<Self, String> {
        if tag == "O" {
            return Ok(Self::Outside);
        }
        let (prefix, label) = tag.split_once('-').unwrap_or_default();
        match (prefix, label) {
            (_, "") => {}
            ("B", _) => return Ok(Self::Inside { prefix: 'B', label }),
            ("I" | "M", _) => return Ok(Self::Inside { prefix: 'I', label }),
            ("E" | "L", _) => return Ok(Self::Inside { prefix: 'E', label }),
            ("S" | "U", _) => return Ok(Self::Inside { prefix: 'S', label }),
            _ => {}
        }
        Err(format!("found the tag {tag:?}, expected O, B-LABEL or I-LABEL (or E-, S-, L-, U-LABEL)"))
    }
}

/// Mentions as ranges of tokens. `B-` and `S-` open one, `E-` and `S-` close one, and as in conlleval `I-` and `E-`
/// open one where they go on with nothing of their label; so IOB1 reads rightly too.
pub(in crate::convert) fn mentions<'t>(tags: &[Tag<'t>]) -> Vec<(Range<usize>, &'t str)> {
    let mut found: Vec<(Range<usize>, &str)> = Vec::new();
    let mut open = None;
    for (n, tag) in tags.iter().enumerate() {
        let Tag::Inside { prefix, label } = *tag else {
            open = None;
            continue;
        };
        match found.last_mut() {
            Some((tokens, _)) if open == Some(label) && matches!(prefix, 'I' | 'E') => tokens.end = n + 1,
            _ => found.push((n..n + 1, label)),
        }
        open = (!matches!(prefix, 'E' | 'S')).then_some(label);
    }
    found
}

/// So many times more I- than B- open mentions in a file of IOB1, where a B- is a slip.
const SLIPS: usize = 100;

/// How a whole file uses its tags, seen sentence by sentence.
#[derive(Debug, Default)]
pub(in crate::convert) struct Habits {
    /// I- (or E-) that go on with nothing.
    loose: usize,
    /// B- where IOB1 would have I-.
    opening: usize,
    /// S- or E-, which only BIOES and BILOU have.
    closing: usize,
}

impl Habits {
    pub(in crate::convert) fn see(&mut self, tags: &[Tag]) {
        let mut open = None;
        for tag in tags {
            let Tag::Inside { prefix, label } = *tag else {
                open = None;
                continue;
            };
            match prefix {
                'I' if open != Some(label) => self.loose += 1,
                'B' if open != Some(label) => self.opening += 1,
                'E' if open != Some(label) => (self.loose, self.closing) = (self.loose + 1, self.closing + 1),
                'E' | 'S' => self.closing += 1,
                _ => {}
            }
            open = (!matches!(prefix, 'E' | 'S')).then_some(label);
        }
    }

    /// What people should know, each with how often it was so.
    pub(in crate::convert) fn notes(&self) -> Vec<(&'static str, usize)> {
        let mut notes = Vec::new();
        if self.closing > 0 {
            notes.push(("BIOES (BILOU) tags were read", 1));
        }
        match (self.loose, self.opening + self.closing) {
            (0, _) => {}
            // CoNLL-2003's own training file has a B- too many.
            (loose, others) if loose > SLIPS * others => notes.push(("IOB1 tags were read", 1)),
            (loose, _) => notes.push(("an I- that goes on with nothing opened a mention, as in conlleval", loose)),
        }
        notes
    }
}

/// Entities of which no two overlap: of those that do the longest, then the first, stays. Also how many did not.
pub(in crate::convert) fn flat(mut entities: Vec<&LabelledEntity>) -> (Vec<&LabelledEntity>, usize) {
    let all = entities.len();
    entities.sort_by_key(|e| (std::cmp::Reverse(e.span.len()), e.span.start));
    let mut kept: BTreeMap<usize, &LabelledEntity> = BTreeMap::new();
    for entity in entities {
        let Span { start, end } = entity.span;
        // None of those kept overlaps another, so that only the last to begin before the end can reach into this one.
        if kept.range(..end).next_back().is_none_or(|(_, before)| before.span.end <= start) {
            kept.insert(start, entity);
        }
    }
    let lost = all - kept.len();
    (kept.into_values().collect(), lost)
}

/// The IOB2 tag of each token; `entities` are in order, do not overlap and begin and end with a token.
pub(in crate::convert) fn iob2(tokens: &[Span], entities: &[&LabelledEntity]) -> Vec<String> {
    let last_before = |end: usize| entities.get(entities.partition_point(|e| e.span.start < end).checked_sub(1)?);
    let tag = |token: &Span| match last_before(token.end).filter(|e| e.span.contains(token)) {
        Some(entity) if entity.span.start == token.start => format!("B-{}", entity.label),
        Some(entity) => format!("I-{}", entity.label),
        None => "O".to_owned(),
    };
    tokens.iter().map(tag).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn entity(start: usize, end: usize) -> LabelledEntity {
        LabelledEntity { span: Span::new(start, end), label: "X".into(), score: None }
    }

    type Found<'t> = Vec<(Range<usize>, &'t str)>;

    fn read(tags: &str) -> (Found<'_>, Vec<(&'static str, usize)>) {
        let tags: Vec<Tag> = tags.split(' ').map(|t| Tag::read(t).unwrap()).collect();
        let mut habits = Habits::default();
        habits.see(&tags);
        (mentions(&tags), habits.notes())
    }

    #[test]
    fn every_scheme_gives_the_same_mentions() {
        let expected = vec![(0..2, "PER"), (2..3, "PER"), (3..4, "LOC"), (5..6, "PER")];
        for (tags, note) in [
            ("I-PER I-PER B-PER I-LOC O I-PER", Some("IOB1 tags were read")),
            ("B-PER I-PER B-PER B-LOC O B-PER", None),
            ("B-PER E-PER S-PER S-LOC O S-PER", Some("BIOES (BILOU) tags were read")),
            ("B-PER L-PER U-PER U-LOC O U-PER", Some("BIOES (BILOU) tags were read")),
        ] {
            let (found, notes) = read(tags);
            assert_eq!(found, expected, "{tags}");
            assert_eq!(notes.first().map(|n| n.0), note, "{tags}");
        }
    }

    #[test]
    fn a_loose_i_opens_a_mention_and_is_told() {
        let (found, notes) = read("B-PER I-LOC O I-LOC E-LOC I-LOC");
        assert_eq!(found, [(0..1, "PER"), (1..2, "LOC"), (3..5, "LOC"), (5..6, "LOC")]);
        assert_eq!(notes.last().unwrap().1, 3);
    }

    #[test]
    fn a_slip_does_not_make_iob1_something_else() {
        let mostly_iob1 = format!("B-LOC O {}", ["I-PER O"; 101].join(" "));
        assert_eq!(read(&mostly_iob1).1, [("IOB1 tags were read", 1)]);
        let mixed = format!("B-LOC O {}", ["I-PER O"; 100].join(" "));
        assert_eq!(read(&mixed).1[0].1, 100);
    }

    #[test]
    fn what_is_no_tag_is_refused() {
        for tag in ["", "B", "B-", "o", "X-PER", "PER", "-X-"] {
            assert!(Tag::read(tag).is_err(), "{tag}");
        }
        assert_eq!(Tag::read("B-creative-work"), Ok(Tag::Inside { prefix: 'B', label: "creative-work" }));
    }

    #[test]
    fn of_overlapping_entities_the_longest_then_the_first_stays() {
        let all = [entity(0, 4), entity(2, 9), entity(9, 10), entity(3, 10), entity(20, 21)];
        let (kept, lost) = flat(all.iter().collect());
        assert_eq!((kept.iter().map(|e| e.span.start).collect::<Vec<_>>(), lost), (vec![2, 9, 20], 2));
    }

    proptest! {
        #[test]
        fn no_two_that_stay_overlap_and_what_does_not_stay_overlaps_one(spans in prop::collection::vec((0usize..40, 1usize..12), 0..12)) {
            let all: Vec<_> = spans.iter().map(|(start, length)| entity(*start, start + length)).collect();
            let (kept, lost) = flat(all.iter().collect());
            prop_assert_eq!(kept.len() + lost, all.len());
            prop_assert!(kept.windows(2).all(|pair| pair[0].span.end <= pair[1].span.start));
            for entity in &all {
                prop_assert!(kept.iter().any(|k| k.span.overlaps(&entity.span) && k.span.len() >= entity.span.len()));
            }
            let tokens: Vec<Span> = (0..60).map(|at| Span::new(at, at + 1)).collect();
            for (token, tag) in tokens.iter().zip(iob2(&tokens, &kept)) {
                let over = kept.iter().find(|k| k.span.contains(token));
                let expected = over.map_or("O", |k| if k.span.start == token.start { "B-X" } else { "I-X" });
                prop_assert_eq!(tag, expected);
            }
        }
    }
}
