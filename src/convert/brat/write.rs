//! brat's files from documents: a `.txt` and an `.ann` each, and the `annotation.conf` that brat opens them with.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;

use super::line_breaks::{escaped, pieces};
use super::names::{Known, allowed, file_name};
use super::{
    ATTRIBUTION, Besides, CLAIM, CLAIMER, CONTENT, CUE, DOCUMENT, FROM, MODE, NO_TYPE, NOTES, SENTENCE, SOURCE, TYPE, VERIFIABILITY, WORTH,
    joined,
};
use crate::convert::writing::{Losses, put};
use crate::convert::{
    ConvertError, LabelledAttribution, LabelledClaim, LabelledClaimer, LabelledDocument, LabelledEntity, LabelledSentence, Loss,
};
use crate::labels::{Verifiability, Worth};
use crate::span::{OffsetUnit, Positions, Span};

/// Writes a folder.
pub(in crate::convert) fn write(documents: &[LabelledDocument], path: &Path) -> Result<Vec<Loss>, ConvertError> {
    if path == Path::new("-") || path.is_file() {
        return Err(ConvertError::file(path, "brat is a folder of files; name a folder"));
    }
    let mut losses = Losses::default();
    let mut known = Known::default();
    let mut names = BTreeSet::new();
    for document in documents {
        let name = file_name(&document.doc_id, &mut names);
        let annotation = annotation(document, &name, &mut known, &mut losses);
        put(&path.join(format!("{name}.txt")), document.text.as_bytes())?;
        put(&path.join(format!("{name}.ann")), annotation.as_bytes())?;
    }
    put(&path.join("annotation.conf"), known.configuration().as_bytes())?;
    Ok(losses.list())
}

fn annotation(document: &LabelledDocument, name: &str, known: &mut Known, losses: &mut Losses) -> String {
    let besides = Besides {
        doc_id: (document.doc_id != name).then(|| document.doc_id.clone()),
        url: document.url.clone(),
        rebuilt: document.rebuilt,
        ..Besides::default()
    };
    let positions = Positions::new(&document.text, OffsetUnit::Char);
    let mut file = File { text: &document.text, positions, lines: String::new(), next: BTreeMap::new(), besides, losses };
    file.losses.add("carriage returns", document.text.matches('\r').count());
    if let Some(entities) = &document.entities {
        file.annotated("entities");
        file.entities(entities, &mut known.labels);
    }
    if let Some(sentences) = &document.sentences {
        file.annotated("sentences");
        sentences.iter().for_each(|s| file.sentence(s, known));
    }
    let mut events = HashMap::new();
    if let Some(attributions) = &document.attributions {
        file.annotated("attributions");
        for (at, attribution) in attributions.iter().enumerate() {
            events.extend(file.attribution(attribution).map(|id| (at, id)));
        }
    }
    if let Some(claims) = &document.claims {
        file.annotated("claims");
        claims.iter().for_each(|c| file.claim(c, &events));
    }
    file.finish()
}

/// An `.ann` file in the making.
struct File<'d, 'l> {
    text: &'d str,
    positions: Positions,
    lines: String,
    /// The last number each kind of annotation was given.
    next: BTreeMap<char, usize>,
    besides: Besides,
    losses: &'l mut Losses,
}

/// Where a span is written: its offsets and words, and how many pieces each of its parts came to.
#[derive(Clone)]
struct Place {
    body: String,
    pieces: Vec<usize>,
}

impl File<'_, '_> {
    fn annotated(&mut self, layer: &str) {
        self.besides.annotated.push(layer.to_owned());
    }

    /// Adds a line, and says its id.
    fn line(&mut self, kind: char, body: &str) -> String {
        let number = self.next.entry(kind).or_default();
        *number += 1;
        let id = format!("{kind}{number}");
        self.lines.push_str(&format!("{id}\t{body}\n"));
        id
    }

    /// Adds a span, if there is anything in it.
    fn bound(&mut self, label: &str, parts: &[Span]) -> Option<String> {
        self.place(parts).map(|place| self.at(label, place))
    }

    /// Where a span is written, if there is anything in it; what it loses is counted.
    fn place(&mut self, parts: &[Span]) -> Option<Place> {
        let parts = self.apart(parts);
        let cut: Vec<Vec<Span>> = parts.iter().map(|p| pieces(self.text, *p)).filter(|p| !p.is_empty()).collect();
        self.losses.add("empty parts of spans", parts.len() - cut.len());
        let untrimmed = parts.iter().filter(|p| p.trimmed(self.text) != **p && !p.trimmed(self.text).is_empty()).count();
        self.losses.add("white space at the ends of spans", untrimmed);
        let all: Vec<Span> = cut.iter().flatten().copied().collect();
        if all.is_empty() {
            return None;
        }
        let at = |byte| self.positions.of_byte(byte);
        let offsets: Vec<String> = all.iter().map(|p| format!("{} {}", at(p.start), at(p.end))).collect();
        let surface: Vec<&str> = all.iter().map(|p| p.of(self.text)).collect();
        let body = format!("{}\t{}", offsets.join(";"), surface.join(" "));
        Some(Place { body, pieces: cut.iter().map(Vec::len).collect() })
    }

    /// Adds a span there.
    fn at(&mut self, label: &str, place: Place) -> String {
        let id = self.line('T', &format!("{label} {}", place.body));
        if place.pieces.iter().any(|count| *count > 1) && matches!(label, SOURCE | CUE | CONTENT | CLAIM) {
            self.besides.pieces.insert(id.clone(), place.pieces);
        }
        id
    }

    /// In order; brat's pieces do not overlap.
    fn apart(&mut self, parts: &[Span]) -> Vec<Span> {
        let mut sorted = parts.to_vec();
        sorted.sort();
        let mut apart: Vec<Span> = Vec::new();
        for part in sorted {
            match apart.last_mut() {
                Some(last) if last.overlaps(&part) => {
                    *last = last.hull(&part);
                    self.losses.add("overlaps between the parts of a span", 1);
                }
                _ => apart.push(part),
            }
        }
        apart
    }

    fn entities(&mut self, entities: &[LabelledEntity], labels: &mut BTreeSet<String>) {
        let names = allowed(entities);
        for entity in entities {
            let name = names.get(entity.label.as_str()).map_or(entity.label.as_str(), String::as_str);
            labels.insert(name.to_owned());
            let written = self.bound(name, &[entity.span]);
            self.losses.add("entities without words", usize::from(written.is_none()));
            self.losses.add("scores", usize::from(entity.score.is_some()));
        }
        let changed = names.into_iter().filter(|(label, name)| label != name);
        self.besides.labels = changed.map(|(label, name)| (name, label.to_owned())).collect();
    }

    fn sentence(&mut self, sentence: &LabelledSentence, known: &mut Known) {
        self.losses.add("scores", usize::from(sentence.score.is_some()));
        let Some(id) = self.bound(SENTENCE, &[sentence.span]) else {
            self.losses.add("sentences without words", 1);
            return;
        };
        if let Some(worth) = sentence.worth.as_ref().map(|w| joined(w, Worth::as_str)) {
            self.line('A', &format!("{WORTH} {id} {worth}"));
            known.worth.insert(worth);
        }
        if let Some(verifiability) = sentence.verifiability.as_ref().map(|v| joined(v, Verifiability::as_str)) {
            self.line('A', &format!("{VERIFIABILITY} {id} {verifiability}"));
            known.verifiability.insert(verifiability);
        }
        if sentence.types.as_ref().is_some_and(Vec::is_empty) {
            self.line('A', &format!("{NO_TYPE} {id}"));
        }
        for claim_type in sentence.types.iter().flatten() {
            self.line('A', &format!("{TYPE}{} {id}", claim_type.as_str()));
        }
    }

    /// An event over the spans; what triggers it is the cue, or else the content, or the source.
    fn attribution(&mut self, attribution: &LabelledAttribution) -> Option<String> {
        let [source, cue, content] =
            [&attribution.source, &attribution.cue, &attribution.content].map(|parts| parts.as_ref().and_then(|parts| self.place(parts)));
        let Some(trigger) = cue.clone().or_else(|| content.clone()).or_else(|| source.clone()) else {
            self.losses.add("attributions without words", 1);
            return None;
        };
        let mut links = String::new();
        for (role, place) in [(SOURCE, source), (CUE, cue), (CONTENT, content)] {
            if let Some(place) = place {
                links.push_str(&format!(" {role}:{}", self.at(role, place)));
            }
        }
        let trigger = self.at(ATTRIBUTION, trigger);
        let id = self.line('E', &format!("{ATTRIBUTION}:{trigger}{links}"));
        if let Some(mode) = attribution.mode {
            self.line('A', &format!("{MODE} {id} {}", mode.as_str()));
        }
        self.claimer(&id, attribution.claimer.as_ref());
        Some(id)
    }

    fn claim(&mut self, claim: &LabelledClaim, events: &HashMap<usize, String>) {
        let Some(id) = self.bound(CLAIM, &claim.parts) else {
            self.losses.add("claims without words", 1);
            return;
        };
        self.line('A', &format!("{MODE} {id} {}", claim.mode.as_str()));
        match claim.attribution.map(|at| events.get(&at)) {
            Some(Some(event)) => _ = self.line('R', &format!("{FROM} Arg1:{id} Arg2:{event}")),
            Some(None) => self.losses.add("links of claims to attributions that could not be written", 1),
            None => {}
        }
        self.claimer(&id, claim.claimer.as_ref());
    }

    fn claimer(&mut self, id: &str, claimer: Option<&LabelledClaimer>) {
        if let Some(claimer) = claimer {
            self.line('#', &format!("{NOTES} {id}\t{CLAIMER}{} ({})", escaped(&claimer.name), claimer.kind.as_str()));
        }
    }

    /// The note on the document stands on its first sentence, as brat has no other place.
    fn finish(mut self) -> String {
        let besides = serde_json::to_string(&self.besides).unwrap_or_default();
        self.line('#', &format!("{NOTES} sent:1\t{DOCUMENT}{besides}"));
        self.lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::convert::OneOf;
    use crate::convert::brat::read;
    use crate::convert::intake::Intake;
    use crate::labels::{ClaimType, ClaimerKind, Mode};
    use proptest::prelude::*;

    fn back(documents: &[LabelledDocument]) -> (Vec<LabelledDocument>, Vec<Loss>) {
        let folder = tempfile::tempdir().unwrap();
        let losses = write(documents, folder.path()).unwrap();
        (read(folder.path(), &mut Intake::new(&Default::default())).unwrap(), losses)
    }

    /// Words of a text apart by white space, as spans.
    fn words(text: &str) -> Vec<Span> {
        text.split_whitespace()
            .map(|w| w.as_ptr() as usize - text.as_ptr() as usize)
            .zip(text.split_whitespace())
            .map(|(at, w)| Span::new(at, at + w.len()))
            .collect()
    }

    /// One or two parts, each from one word to another.
    fn parts(words: &[Span], at: &[prop::sample::Index]) -> Vec<Span> {
        let mut places: Vec<usize> = at.iter().map(|i| i.index(words.len())).collect();
        places.sort_unstable();
        let part = |pair: &[usize]| words[pair[0]].hull(&words[pair[1]]);
        let mut parts = vec![part(&places[..2])];
        if places[2] > places[1] {
            parts.push(part(&places[2..]));
        }
        parts
    }

    fn span() -> impl Strategy<Value = Vec<prop::sample::Index>> {
        prop::collection::vec(any::<prop::sample::Index>(), 4)
    }

    fn claimer() -> impl Strategy<Value = Option<LabelledClaimer>> {
        let kind = prop::sample::select(ClaimerKind::ALL);
        prop::option::of(("[A-C(é😀\\\\\n\t) ]{0,5}", kind).prop_map(|(name, kind)| LabelledClaimer { name, kind }))
    }

    fn classes<T: Copy + PartialEq + std::fmt::Debug + 'static>(all: &'static [T]) -> impl Strategy<Value = Option<OneOf<T>>> {
        let some = prop::sample::subsequence(all, 1..all.len());
        prop::option::of(some.prop_map(|c| if let [one] = c[..] { OneOf::One(one) } else { OneOf::Several(c) }))
    }

    prop_compose! {
        fn layers()(
            entities in prop::collection::vec((span(), prop::sample::select(vec!["PER", "WORK OF ART", "WORK_OF_ART", "Sentence", "Entité", ""])), 0..5),
            sentences in prop::collection::vec((span(), classes(Worth::ALL), classes(Verifiability::ALL), prop::option::of(prop::sample::subsequence(ClaimType::ALL, 0..3))), 0..4),
            attributions in prop::collection::vec((prop::option::of(span()), prop::option::of(span()), span(), prop::option::of(prop::sample::select(Mode::ALL)), claimer()), 0..4),
            claims in prop::collection::vec((span(), prop::sample::select(Mode::ALL), prop::option::of(any::<prop::sample::Index>()), claimer()), 0..4),
            text in "([a😀é\u{301}ש\"\\\\|;]{1,3}[ \n\t]{1,2}){1,9}",
            annotated in any::<[bool; 4]>(),
            (rebuilt, url) in (any::<bool>(), prop::option::of("http://[a-z]{3}")),
        ) -> LabelledDocument {
            let words = words(&text);
            let hull = |at: &[prop::sample::Index]| Span::hull_of(&parts(&words, at)[..1]);
            let mut document = LabelledDocument { rebuilt, url, ..LabelledDocument::default() };
            let labelled: Vec<_> = entities.iter().map(|(at, label)| LabelledEntity { span: hull(at), label: (*label).into(), score: None }).collect();
            let mut graded: Vec<_> = sentences.into_iter()
                .map(|(at, worth, verifiability, types)| LabelledSentence { span: hull(&at), worth, verifiability, types, ..Default::default() }).collect();
            graded.sort_by_key(|s| s.span);
            graded.dedup_by(|later, kept| kept.span.overlaps(&later.span));
            let of = |at: Option<Vec<prop::sample::Index>>| at.map(|at| parts(&words, &at));
            let attributed: Vec<_> = attributions.into_iter().map(|(source, cue, content, mode, claimer)| LabelledAttribution {
                mode, source: of(source), cue: of(cue), content: of(Some(content)), claimer,
            }).collect();
            let links = if annotated[2] { attributed.len() } else { 0 };
            let claimed = claims.into_iter().map(|(at, mode, link, claimer)| LabelledClaim {
                parts: parts(&words, &at), mode, attribution: link.filter(|_| links > 0).map(|l| l.index(links)), claimer,
            }).collect();
            document.entities = annotated[0].then_some(labelled);
            document.sentences = annotated[1].then_some(graded);
            document.attributions = annotated[2].then_some(attributed);
            document.claims = annotated[3].then_some(claimed);
            document.text = text;
            document
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))] // each writes and reads several files
        #[test]
        fn what_is_written_is_read(mut documents in prop::collection::vec(layers(), 1..4)) {
            for (at, document) in documents.iter_mut().enumerate() {
                document.doc_id = format!("{at}/a b");
            }
            let (read, losses) = back(&documents);
            prop_assert_eq!(read, documents);
            prop_assert_eq!(losses, vec![]);
        }
    }

    #[test]
    fn names_that_files_cannot_have_come_back_and_are_never_the_same() {
        let ids = ["a/b", "a_b", "A_B", "", "..", &"é".repeat(200)];
        let documents: Vec<_> =
            ids.map(|id| LabelledDocument { doc_id: id.into(), text: "x".into(), ..LabelledDocument::default() }).into();
        let mut found: Vec<_> = back(&documents).0.into_iter().map(|d| d.doc_id).collect();
        found.sort();
        let mut expected = ids.map(str::to_owned);
        expected.sort();
        assert_eq!(found, expected);
    }

    #[test]
    fn what_has_no_words_or_place_is_counted() {
        let document = LabelledDocument {
            text: "a b".into(),
            entities: Some(vec![
                LabelledEntity { span: Span::new(0, 2), label: "X".into(), score: Some(0.5) },
                LabelledEntity { span: Span::new(2, 9), label: "X".into(), score: None },
            ]),
            attributions: Some(vec![LabelledAttribution { mode: Some(Mode::Direct), ..LabelledAttribution::default() }]),
            claims: Some(vec![LabelledClaim {
                parts: vec![Span::new(1, 3), Span::new(0, 2)],
                mode: Mode::Direct,
                attribution: Some(0),
                claimer: None,
            }]),
            ..LabelledDocument::default()
        };
        let (read, losses) = back(&[document]);
        let lost: Vec<_> = losses.iter().map(|l| (l.what.as_str(), l.count)).collect();
        let expected = [
            ("attributions without words", 1),
            ("empty parts of spans", 1),
            ("entities without words", 1),
            ("links of claims to attributions that could not be written", 1),
            ("overlaps between the parts of a span", 1),
            ("scores", 1),
            ("white space at the ends of spans", 1),
        ];
        assert_eq!(lost, expected);
        assert_eq!(read[0].claims.as_ref().unwrap()[0].parts, [Span::new(0, 3)]);
        assert_eq!((read[0].attributions.as_deref(), read[0].claims.as_ref().unwrap()[0].attribution), (Some(&[][..]), None));
    }

    #[test]
    fn what_a_trigger_loses_is_counted_once() {
        let cue = Some(vec![Span::new(0, 2), Span::new(1, 3)]);
        let attributions = Some(vec![LabelledAttribution { cue, ..LabelledAttribution::default() }]);
        let (read, losses) = back(&[LabelledDocument { text: "a b".into(), attributions, ..LabelledDocument::default() }]);
        assert_eq!(losses.iter().map(|l| (l.what.as_str(), l.count)).collect::<Vec<_>>(), [("overlaps between the parts of a span", 1)]);
        assert_eq!(read[0].attributions.as_ref().unwrap()[0].cue, Some(vec![Span::new(0, 3)]));
    }

    #[test]
    fn the_configuration_names_what_the_files_use() {
        let folder = tempfile::tempdir().unwrap();
        let sentence = LabelledSentence { span: Span::new(0, 1), worth: Some(OneOf::worthy(false)), ..LabelledSentence::default() };
        let entities = Some(vec![LabelledEntity { span: Span::new(0, 1), label: "Claim".into(), score: None }]);
        let document = LabelledDocument { text: "a".into(), sentences: Some(vec![sentence]), entities, ..LabelledDocument::default() };
        write(&[document], folder.path()).unwrap();
        let configuration = std::fs::read_to_string(folder.path().join("annotation.conf")).unwrap();
        assert!(configuration.contains("Worth\tArg:Sentence, Value:CFS|NFS|NFS-or-UFS|UFS\n"), "{configuration}");
        assert!(configuration.starts_with("[entities]\nClaim\nContent\nCue\nEntity-Claim\n"), "{configuration}");
        assert!(write(&[], "-".as_ref()).unwrap_err().to_string().contains("name a folder"));
    }
}
