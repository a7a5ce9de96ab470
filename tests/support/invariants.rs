//! What holds of every record, whatever the text and the model.

use std::collections::BTreeSet;

use claimsift::assemble::ResolvedBy;
use claimsift::record::{ClaimSpan, Record, SentenceSpan, TextSpan};
use claimsift::span::OffsetUnit;
use sha2::{Digest, Sha256};

/// Scores are written with four decimals, thresholds with all.
const ROUNDING: f64 = 5e-5;

/// Cuts a text by offsets of one unit, counted here and not by the program's own code.
struct Ruler<'t> {
    text: &'t str,
    /// For each offset the byte it stands at, if a character begins or the text ends there.
    bytes: Vec<Option<usize>>,
}

impl<'t> Ruler<'t> {
    fn new(text: &'t str, unit: OffsetUnit) -> Self {
        let mut bytes = Vec::new();
        for (at, c) in text.char_indices() {
            let width = match unit {
                OffsetUnit::Char => 1,
                OffsetUnit::Byte => c.len_utf8(),
                OffsetUnit::Utf16 => c.len_utf16(),
            };
            bytes.push(Some(at));
            bytes.resize(bytes.len() + width - 1, None);
        }
        bytes.push(Some(text.len()));
        Self { text, bytes }
    }

    fn cut(&self, start: usize, end: usize) -> &'t str {
        let byte = |at: usize| self.bytes.get(at).copied().flatten();
        let (Some(from), Some(to)) = (byte(start), byte(end)) else { panic!("{start}..{end} cuts a character or ends beyond the text") };
        self.text.get(from..to).unwrap_or_else(|| panic!("{start}..{end} ends before it starts"))
    }

    fn is_space(&self, start: usize, end: usize) -> bool {
        self.cut(start, end).trim().is_empty()
    }

    fn length(&self) -> usize {
        self.bytes.len() - 1
    }

    fn check(&self, span: &TextSpan) {
        assert_eq!(self.cut(span.start, span.end), span.text);
        assert!(span.start < span.end, "an empty span");
        let Some(parts) = &span.parts else { return };
        assert!(parts.len() > 1, "one part is no part");
        assert_eq!((parts[0].0, parts[parts.len() - 1].1), (span.start, span.end), "the hull of the parts");
        assert_in_order(parts);
        parts.iter().for_each(|p| assert!(!self.is_space(p.0, p.1)));
    }
}

fn assert_in_order(spans: &[(usize, usize)]) {
    assert!(spans.iter().all(|s| s.0 < s.1), "an empty span: {spans:?}");
    assert!(spans.windows(2).all(|w| w[0].1 <= w[1].0), "out of order or overlapping: {spans:?}");
}

/// Checks all that holds of every record. `text` is the document's text, also where the record comes without.
pub fn check(record: &Record, text: &str) {
    let ruler = Ruler::new(text, record.offset_unit);
    assert!(record.text.as_deref().is_none_or(|t| t == text));
    let sha: String = Sha256::digest(text).iter().map(|b| format!("{b:02x}")).collect();
    assert_eq!(record.text_sha256, sha);
    check_tiling(record, &ruler);
    check_coverage(record, text);
    check_entities(record, &ruler);
    check_attributions(record, &ruler);
    check_claims(record, &ruler);
}

/// [`check`] of a record that holds its text.
pub fn check_whole(record: &Record) {
    check(record, record.text.as_deref().expect("a record with its text"));
}

fn check_tiling(record: &Record, ruler: &Ruler) {
    let blocks: Vec<_> = record.blocks.iter().map(|b| (b.start, b.end)).collect();
    assert_in_order(&blocks);
    assert!(record.blocks.iter().enumerate().all(|(at, b)| b.id == at));

    let mut from = 0;
    for (at, sentence) in record.sentences.iter().enumerate() {
        assert_eq!(sentence.id, at);
        assert!(ruler.is_space(from, sentence.start), "text before sentence {at} is in no sentence");
        let words = ruler.cut(sentence.start, sentence.end);
        assert_eq!(words, words.trim(), "white space stands outside sentences");
        assert!((0.0..=1.0).contains(&sentence.check_worthiness));
        if let Some(block) = sentence.block {
            let (start, end) = blocks[block];
            assert!(start <= sentence.start && sentence.end <= end, "sentence {at} leaves its block");
        }
        from = sentence.end;
    }
    assert!(ruler.is_space(from, ruler.length()), "text after the last sentence");
}

fn check_coverage(record: &Record, text: &str) {
    let coverage = &record.coverage;
    assert_eq!(coverage.chars, text.chars().count());
    assert_eq!((coverage.scored_chars, coverage.truncated), (coverage.chars, 0), "text was skipped");
}

fn check_entities(record: &Record, ruler: &Ruler) {
    let spans: Vec<_> = record.entities.iter().map(|e| (e.start, e.end)).collect();
    assert_in_order(&spans);
    for (at, entity) in record.entities.iter().enumerate() {
        assert_eq!(entity.id, format!("e{at}"));
        assert_eq!(ruler.cut(entity.start, entity.end), entity.text);
        assert!((0.0..=1.0).contains(&entity.score));
        assert!(!entity.canonical.is_empty());
        let fellows = record.entities.iter().filter(|e| e.cluster == entity.cluster);
        assert!(fellows.clone().all(|e| e.canonical == entity.canonical), "one cluster, one name");
    }
}

fn check_attributions(record: &Record, ruler: &Ruler) {
    for (at, attribution) in record.attributions.iter().enumerate() {
        assert_eq!(attribution.id, format!("a{at}"));
        [&attribution.source, &attribution.cue].into_iter().flatten().for_each(|s| ruler.check(s));
        ruler.check(&attribution.content);
        let shared = attribution.claimer.as_ref().is_some_and(|c| matches!(c.resolved_by, ResolvedBy::Subject | ResolvedBy::Speaker));
        assert!(attribution.claimer.is_none() || attribution.source.is_some() || shared, "who is cited is the claimer");
        let outer = |id: &String| record.attributions[..at].iter().any(|a| &a.id == id);
        assert!(attribution.within.as_ref().is_none_or(outer), "what stands around an attribution stands before it");
        let Some(claimer) = &attribution.claimer else { continue };
        assert!(!claimer.name.trim().is_empty(), "a claimer without a name: {attribution:?}");
        assert!((0.0..=1.0).contains(&claimer.score));
        let known = |id: &String| record.entities.iter().any(|e| &e.id == id && e.canonical == claimer.name);
        assert!(claimer.entity.as_ref().is_none_or(known), "the claimer is no entity of the record: {claimer:?}");
    }
    assert!(record.attributions.windows(2).all(|w| w[0].content.start <= w[1].content.start), "in order");
}

fn check_claims(record: &Record, ruler: &Ruler) {
    let ids: BTreeSet<&str> = record.claims.iter().map(|c| c.id.as_str()).collect();
    assert_eq!(ids.len(), record.claims.len(), "ids are unique");
    assert!(record.claims.windows(2).all(|w| w[0].span.start <= w[1].span.start), "in order");
    record.claims.iter().for_each(|claim| check_claim(claim, record, ruler));
}

fn check_claim(claim: &ClaimSpan, record: &Record, ruler: &Ruler) {
    ruler.check(&claim.span);
    let whole = [(claim.span.start, claim.span.end)];
    let parts = claim.span.parts.as_deref().unwrap_or(&whole);
    assert_in_order(&claim.quoted);
    for &(start, end) in &claim.quoted {
        assert!(parts.iter().any(|p| p.0 <= start && end <= p.1), "{:?} is quoted outside the claim", ruler.cut(start, end));
    }

    let sentences: Vec<&SentenceSpan> = claim.sentences.iter().map(|&id| &record.sentences[id]).collect();
    assert!(!sentences.is_empty() && claim.sentences.windows(2).all(|w| w[0] < w[1]), "{:?}", claim.sentences);
    for sentence in &sentences {
        assert!(parts.iter().any(|p| p.0 < sentence.end && sentence.start < p.1), "no word of the claim is in sentence {}", sentence.id);
    }
    assert_eq!(claim.block, sentences[0].block);
    let best = sentences.iter().map(|s| s.check_worthiness).fold(0.0, f64::max);
    assert_eq!(claim.check_worthiness, best, "as worth checking as its worthiest sentence");
    assert!(claim.check_worthiness >= record.model.thresholds.check_worthiness - ROUNDING, "below the threshold");

    for id in &claim.entities {
        let entity = record.entities.iter().find(|e| &e.id == id).unwrap_or_else(|| panic!("no entity {id}"));
        assert!(parts.iter().any(|p| p.0 < entity.end && entity.start < p.1), "{id} is outside the claim");
    }
    let attribution = claim.attribution.as_ref().map(|id| record.attributions.iter().find(|a| &a.id == id));
    match attribution {
        None => assert!(claim.claimer.is_none(), "a claimer without an attribution"),
        Some(None) => panic!("no attribution {:?}", claim.attribution),
        Some(Some(attribution)) => {
            assert_eq!((&claim.claimer, claim.mode), (&attribution.claimer, attribution.mode));
            let content = &attribution.content;
            assert!(content.start <= claim.span.start && claim.span.end <= content.end, "a claim is a stretch of the content");
        }
    }
}
