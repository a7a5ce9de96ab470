//! Documents from brat's files.
//!
//! Two layouts are read: `NAME.txt` beside `NAME.ann`, and PolNeAR's `text/NAME.txt` with
//! `attributions/NAME_ANNOTATOR.ann`, of which the first by name is taken where several annotators worked.

use std::path::{Path, PathBuf};

use super::layers::Making;
use super::standoff::{Text, standoff};
use super::{Besides, DOCUMENT};
use crate::convert::intake::Intake;
use crate::convert::{ConvertError, LabelledDocument, extension, listing, text_of};

/// A folder of pairs, or one file of a pair.
pub(in crate::convert) fn read(path: &Path, intake: &mut Intake) -> Result<Vec<LabelledDocument>, ConvertError> {
    let is_polnear = path.join("text").is_dir() && path.join("attributions").is_dir();
    let pairs = if is_polnear { polnear(path, intake)? } else { pairs(path, intake)? };
    let mut documents = Vec::new();
    for (text, annotation) in pairs {
        let name = text.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let read = document(name, &text, &annotation, is_polnear, intake);
        documents.extend(intake.take(read)?);
    }
    if documents.is_empty() {
        return Err(ConvertError::file(path, "no .txt with an .ann of its name was found, or none could be read"));
    }
    Ok(alike(documents, is_polnear))
}

/// The texts and their annotation.
fn pairs(path: &Path, intake: &mut Intake) -> Result<Vec<(PathBuf, PathBuf)>, ConvertError> {
    if !path.is_dir() {
        return Ok(vec![(path.with_extension("txt"), path.with_extension("ann"))]);
    }
    let files = listing(path)?;
    let mut pairs = Vec::new();
    for file in files.iter().filter(|f| f.is_file()) {
        match extension(file).as_str() {
            "txt" if file.with_extension("ann").is_file() => pairs.push((file.clone(), file.with_extension("ann"))),
            "txt" => intake.note("brat: a .txt without an .ann beside it was left out"),
            "ann" if !file.with_extension("txt").is_file() => {
                intake.take::<()>(Err(ConvertError::file(file, "no .txt of this name beside it")))?;
            }
            _ => {}
        }
    }
    Ok(pairs)
}

fn polnear(folder: &Path, intake: &mut Intake) -> Result<Vec<(PathBuf, PathBuf)>, ConvertError> {
    let annotations: Vec<PathBuf> = listing(&folder.join("attributions"))?.into_iter().filter(|f| extension(f) == "ann").collect();
    let texts = listing(&folder.join("text"))?.into_iter().filter(|f| extension(f) == "txt");
    let stem = |file: &Path| file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    // Sorted, so the first whose name begins with the article's is the first annotator's.
    let mut pairs = Vec::new();
    for text in texts {
        let name = stem(&text);
        let is_its = |a: &&PathBuf| stem(a).strip_prefix(&name).is_some_and(|rest| rest.is_empty() || rest.starts_with('_'));
        let mut its = annotations.iter().filter(is_its);
        match its.next() {
            Some(first) => pairs.push((text, first.clone())),
            None => intake.note("brat: a text without annotation was left out"),
        }
        if its.next().is_some() {
            intake.note("brat: of a text's several annotators the first by name was taken");
        }
    }
    Ok(pairs)
}

/// What one document of a folder has annotated was looked for in all of them, unless they say themselves.
fn alike(read: Vec<(LabelledDocument, Option<Besides>)>, is_polnear: bool) -> Vec<LabelledDocument> {
    let has = |layer: fn(&LabelledDocument) -> bool| read.iter().any(|(d, _)| layer(d));
    let sentences = has(|d| d.sentences.is_some());
    let entities = has(|d| d.entities.is_some());
    let attributions = is_polnear || has(|d| d.attributions.is_some());
    let claims = has(|d| d.claims.is_some());
    let said = |besides: &Option<Besides>, layer: &str, folder: bool| match besides {
        Some(besides) => besides.annotated.iter().any(|l| l == layer),
        None => folder,
    };
    let fill = |(mut document, besides): (LabelledDocument, Option<Besides>)| {
        document.sentences = document.sentences.or_else(|| said(&besides, "sentences", sentences).then(Vec::new));
        document.entities = document.entities.or_else(|| said(&besides, "entities", entities).then(Vec::new));
        document.attributions = document.attributions.or_else(|| said(&besides, "attributions", attributions).then(Vec::new));
        document.claims = document.claims.or_else(|| said(&besides, "claims", claims).then(Vec::new));
        document
    };
    read.into_iter().map(fill).collect()
}

fn document(
    name: String,
    text: &Path,
    annotation: &Path,
    is_polnear: bool,
    intake: &mut Intake,
) -> Result<(LabelledDocument, Option<Besides>), ConvertError> {
    let raw = text_of(text)?;
    let text = Text::new(&raw);
    let found = standoff(annotation, &text, intake)?;
    let mut besides = None;
    for note in &found.notes {
        if let Some(json) = note.text.strip_prefix(DOCUMENT) {
            besides = intake.take(serde_json::from_str::<Besides>(json).map_err(|e| ConvertError::line(annotation, note.line, e)))?;
        }
    }
    let (kept, plain) = (besides.as_ref(), Besides::default());
    let mut making =
        Making { found: &found, path: annotation, text: &text.clean, besides: kept.unwrap_or(&plain), is_ours: kept.is_some(), intake };
    let sentences = making.sentences()?;
    let entities = making.entities(is_polnear)?;
    let (attributions, owners) = making.attributions()?;
    let claims = making.claims(&owners)?;
    making.note_other_attributes();
    let document = LabelledDocument {
        doc_id: kept.and_then(|b| b.doc_id.clone()).unwrap_or(name),
        rebuilt: kept.is_some_and(|b| b.rebuilt),
        url: kept.and_then(|b| b.url.clone()),
        sentences: (!sentences.is_empty()).then_some(sentences),
        entities: (!entities.is_empty()).then_some(entities),
        attributions: (!attributions.is_empty()).then_some(attributions),
        claims: (!claims.is_empty()).then_some(claims),
        text: text.clean,
    };
    Ok((document, besides))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::convert::{Options, Reading};
    use crate::labels::Mode;
    use crate::span::Span;

    /// What is read from `a.txt` and `a.ann`.
    fn of(text: &str, annotation: &str, lenient: bool) -> Result<Reading, ConvertError> {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("a.txt"), text).unwrap();
        std::fs::write(folder.path().join("a.ann"), annotation).unwrap();
        of_folder(folder.path(), lenient)
    }

    fn of_folder(folder: &Path, lenient: bool) -> Result<Reading, ConvertError> {
        let options = Options { lenient, ..Options::default() };
        let mut intake = Intake::new(&options);
        let documents = read(folder, &mut intake)?;
        Ok(intake.finish(documents))
    }

    fn error(text: &str, annotation: &str) -> String {
        of(text, annotation, false).unwrap_err().to_string()
    }

    fn surfaces<'t>(document: &'t LabelledDocument, parts: &Option<Vec<Span>>) -> Vec<&'t str> {
        parts.iter().flatten().map(|s| s.of(&document.text)).collect()
    }

    #[test]
    fn discontinuous_contents_keep_their_parts_and_offsets_count_characters() {
        let text = "“Ça,” Ann said, “va.”";
        let annotation = "T1\tContent 0 5;16 21\t“Ça,” “va.”\nT2\tSource 6 9\tAnn\nT3\tCue 10 14\tsaid\nT4\tAttribution 10 14\tsaid\n\
                          E1\tAttribution:T4 Content:T1 Source:T2 Cue:T3\nA1\tMode E1 direct\n#1\tAnnotatorNotes E1\tclaimer: Ann\\tLee (person)\n";
        let document = of(text, annotation, false).unwrap().documents.remove(0);
        let attribution = &document.attributions.as_ref().unwrap()[0];
        assert_eq!(surfaces(&document, &attribution.content), ["“Ça,”", "“va.”"]);
        assert_eq!((surfaces(&document, &attribution.source), surfaces(&document, &attribution.cue)), (vec!["Ann"], vec!["said"]));
        assert_eq!((attribution.mode, attribution.claimer.as_ref().unwrap().name.as_str()), (Some(Mode::Direct), "Ann\tLee"));
        assert_eq!((&document.entities, &document.sentences), (&None, &None));
    }

    #[test]
    fn events_of_others_are_no_attributions_and_what_is_not_read_is_said() {
        let annotation = "T1\tPER 0 3\tAnn\nT2\tPER 13 16\tBob\nT3\tTransfer 4 8\tgave\nE1\tTransfer:T3 Source:T1 Target:T2\n\
                          R1\tKnows Arg1:T1 Arg2:T2\nA1\tNegated E1\nA2\tMode T1 direct\n";
        let reading = of("Ann gave it, Bob", annotation, false).unwrap();
        let document = &reading.documents[0];
        assert_eq!((document.entities.iter().flatten().count(), &document.attributions), (2, &None), "the trigger is no entity");
        let said = |what: &str| reading.notes.iter().any(|n| n.contains(what));
        assert!(said("an event that") && said("a relation that") && said("an attribute that is no grade or Mode of ours was left out (2"));
        assert!(error("Ann", "T1\tAttack 0 3\tAnn\nE1\tAttack:T1 Of:T7\n").contains("line 2: T7 is named"));
        let empty = of("Ann", "T1\tAttribution 0 3\tAnn\nE1\tAttribution:T1\n", false).unwrap();
        assert!(empty.notes[0].contains("without Source"), "{:?}", empty.notes);
    }

    #[test]
    fn sentences_that_overlap_are_refused() {
        let annotation = "T1\tSentence 4 9\tspoke\nT2\tSentence 0 6\tAnn sp\nT3\tSentence 10 12\tup\n";
        assert!(error("Ann spoke up", annotation).contains("line 1: sentence T1 overlaps the one before it, \"Ann sp\""));
        let lenient = of("Ann spoke up", annotation, true).unwrap();
        let sentences: Vec<_> = lenient.documents[0].sentences.iter().flatten().map(|s| s.span).collect();
        assert_eq!((sentences, lenient.skipped.len()), (vec![Span::new(0, 6), Span::new(10, 12)], 1));
    }

    #[test]
    fn a_claim_must_come_from_one_attribution() {
        let spans = "T1\tPER 0 3\tAnn\nT2\tCue 4 8\tsaid\nT3\tClaim 9 11\tit\nE1\tAttribution:T2 Cue:T2\nA1\tMode T3 direct\n";
        let error = error("Ann said it", &format!("{spans}R1\tFrom Arg1:T3 Arg2:T1\n"));
        assert!(error.contains("line 6: From leads to T1, expected an Attribution or a span of one"), "{error}");
        let lenient =
            of("Ann said it", &format!("{spans}R1\tFrom Arg1:T3 Arg2:T1\nR2\tFrom Arg1:T3 Arg2:E1\nR3\tFrom Arg1:T3 Arg2:T2\n"), true);
        let lenient = lenient.unwrap();
        assert_eq!((lenient.documents[0].claims.as_ref().unwrap()[0].attribution, lenient.skipped.len()), (Some(0), 2));
    }

    #[test]
    fn a_bad_role_does_not_take_the_event_along() {
        let annotation = "T1\tCue 4 8\tsaid\nT2\tSource 0 3\tBob\nE1\tAttribution:T1 Source:T2 Cue:T1\nA1\tMode E1 direct\n\
                          T4\tClaim 9 11\tit\nR1\tFrom Arg1:T4 Arg2:E1\nA2\tMode T4 direct\n";
        assert!(error("Ann said it", &annotation.replace("Bob", "Ann").replace("Source:T2", "Source:T9")).contains("line 3: T9 is named"));
        let lenient = of("Ann said it", annotation, true).unwrap();
        let document = &lenient.documents[0];
        let attribution = &document.attributions.as_ref().unwrap()[0];
        assert_eq!(
            (surfaces(document, &attribution.cue), &attribution.source, attribution.mode),
            (vec!["said"], &None, Some(Mode::Direct))
        );
        assert_eq!((document.claims.as_ref().unwrap()[0].attribution, lenient.skipped.len()), (Some(0), 2), "{:?}", lenient.skipped);
    }

    #[test]
    fn what_does_not_fit_names_file_and_line() {
        let says = |annotation: &str, expected: &[&str]| {
            let error = error("Ann spoke\nup", annotation);
            assert!(expected.iter().all(|e| error.contains(e)), "{error}");
        };
        says("T1\tSource 0 99\tshort\n", &["a.ann, line 1", "at 0 99: offset 99 lies past the end of the text of 12 code points"]);
        says("T1\tSource 5 3\tshort\n", &["line 1", "expected an end after the start"]);
        says("T1\tPER 0 3\tAnna\n", &["line 1", "the text there has …\"Ann\", the surface …\"Anna\""]);
        says("T1\tPER 0 3\tAnn\nT1\tPER 4 9\tspoke\n", &["line 2: T1 is defined a second time"]);
        says("T1\tPER 0 3\tAnn\nand more\n", &["line 2: found \"and more\""]);
        says("X1\tPER 0 3\tAnn\n", &["line 1: found \"X1\""]);
        says("T1\tPER 0 5;3 9\tAnn s spoke\n", &["overlap"]);
        says("E1\tAttribution:T1\n", &["line 1: T1 is named but not defined"]);
        says("T1\tPER 0 3\tAnn\nA1\tMode E7 direct\n", &["line 2: E7 is named but not defined"]);
        says("T1\tSentence 0 3\tAnn\nA1\tWorth T1 high\n", &["line 2: found \"high\", expected NFS"]);
        says("T1\tCue 0 3\tAnn\nE1\tAttribution:T1 Cue:T1\nA1\tMode E1 loud\n", &["line 3: found mode \"loud\""]);
    }

    #[test]
    fn lenient_reading_leaves_out_what_is_wrong_and_what_names_it() {
        let annotation = "T1\tPER 0 3\tBob\nT2\tPER 4 9\tspoke\nE1\tAttribution:T2 Cue:T1\nnonsense\n";
        let reading = of("Ann spoke", annotation, true).unwrap();
        assert_eq!((reading.documents[0].entities.as_ref().unwrap().len(), reading.skipped.len()), (1, 3), "{:?}", reading.skipped);
        assert_eq!(reading.documents[0].attributions, None);
    }

    #[test]
    fn surfaces_may_go_on_over_lines_or_have_blanks_for_them() {
        let annotation = "T1\tPER 0 9\tAnn\n\nBlake\nT2\tPER 0 9\tAnn  Blake\nT3\tPER 0 3;5 9\tAnn Blake\n";
        let error = error("Ann\n\nBlake", annotation);
        assert!(error.contains("line 1"), "the offsets are one short of the surface: {error}");
        let right = annotation.replace(" 9", " 10");
        let document = of("Ann\n\nBlake", &right, false).unwrap().documents.remove(0);
        let found: Vec<_> = document.entities.iter().flatten().map(|e| e.span).collect();
        assert_eq!(found, [Span::new(0, 10); 3], "brat parts mentions at line breaks");
    }

    #[test]
    fn windows_line_ends_count_two_characters_and_leave_the_text() {
        let document = of("Ann\r\nLee spoke", "T1\tPER 5 8\tLee\r\nT2\tPER 0 8\tAnn Lee\r\n", false).unwrap().documents.remove(0);
        assert_eq!(document.text, "Ann\nLee spoke");
        assert_eq!(document.entities.iter().flatten().map(|e| e.span.of(&document.text)).collect::<Vec<_>>(), ["Ann\nLee", "Lee"]);
    }

    #[test]
    fn relations_without_events_make_attributions_and_claims_find_them() {
        let text = "Ann said it rains. Bob left.";
        let annotation = "T1\tSource 0 3\tAnn\nT2\tCue 4 8\tsaid\nT3\tContent 9 17\tit rains\nT4\tSource 19 22\tBob\nT5\tClaim 9 17\tit rains\n\
                          R1\tSays Arg1:T1 Arg2:T2\nR2\tWhat Arg1:T2 Arg2:T3\nR3\tFrom Arg1:T5 Arg2:T3\n*\tEquiv T1 T4\n\
                          N1\tReference T1 Wikipedia:1\tAnn\n";
        let reading = of(text, annotation, false).unwrap();
        let document = &reading.documents[0];
        let attributions = document.attributions.as_ref().unwrap();
        assert_eq!((attributions.len(), surfaces(document, &attributions[0].content)), (1, vec!["it rains"]));
        assert_eq!(document.claims.as_ref().unwrap()[0].attribution, Some(0));
        assert!(reading.notes.iter().any(|n| n.contains("nothing links")), "{:?}", reading.notes);
    }

    #[test]
    fn pieces_of_an_entity_are_mentions() {
        let reading = of("North and South Korea", "T1\tGPE 0 5;16 21\tNorth Korea\n", false).unwrap();
        let document = &reading.documents[0];
        assert_eq!(document.entities.iter().flatten().map(|e| e.span.of(&document.text)).collect::<Vec<_>>(), ["North", "Korea"]);
        assert!(reading.notes[0].contains("discontinuous"));
    }

    #[test]
    fn a_document_without_what_others_have_is_annotated_all_the_same() {
        let folder = tempfile::tempdir().unwrap();
        for (name, annotation) in [("a", "T1\tPER 0 3\tAnn\n"), ("b", "")] {
            std::fs::write(folder.path().join(format!("{name}.txt")), "Ann").unwrap();
            std::fs::write(folder.path().join(format!("{name}.ann")), annotation).unwrap();
        }
        std::fs::write(folder.path().join("README.txt"), "x").unwrap();
        let reading = of_folder(folder.path(), false).unwrap();
        assert_eq!((&reading.documents[1].entities, &reading.documents[1].attributions), (&Some(vec![]), &None));
        std::fs::write(folder.path().join("c.ann"), "").unwrap();
        assert!(of_folder(folder.path(), false).unwrap_err().to_string().contains("no .txt of this name"));
    }

    #[test]
    fn of_several_annotators_the_first_by_name_is_taken() {
        let folder = tempfile::tempdir().unwrap();
        for sub in ["text", "attributions"] {
            std::fs::create_dir(folder.path().join(sub)).unwrap();
        }
        std::fs::write(folder.path().join("text/n.txt"), "Ann spoke").unwrap();
        std::fs::write(folder.path().join("attributions/n_b.ann"), "").unwrap();
        std::fs::write(folder.path().join("attributions/n_a.ann"), "T1\tSource 0 3\tAnn\nE1\tSource:T1\n").unwrap();
        let reading = of_folder(folder.path(), false).unwrap();
        assert_eq!(reading.documents[0].attributions.as_ref().unwrap().len(), 1);
    }
}
