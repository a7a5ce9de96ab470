//! brat standoff: spans (`T`, discontinuous ones too) and the attributions (`E`) that link them.
//!
//! Two layouts are read: `NAME.txt` beside `NAME.ann`, and PolNeAR's `text/NAME.txt` with
//! `attributions/NAME_ANNOTATOR.ann`, of which the first by name is taken where several annotators worked.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::{ConvertError, GoldAttribution, GoldDocument, GoldEntity, Parts, listing, text_of};
use crate::span::{OffsetUnit, Positions, Span};

pub(super) fn read(folder: &Path) -> Result<Vec<GoldDocument>, ConvertError> {
    let (texts, annotations) = match (folder.join("text"), folder.join("attributions")) {
        (t, a) if t.is_dir() && a.is_dir() => (listing(&t)?, listing(&a)?),
        _ => (listing(folder)?, listing(folder)?),
    };
    let has = |p: &PathBuf, extension: &str| p.extension().is_some_and(|e| e == extension);
    let annotations: Vec<PathBuf> = annotations.into_iter().filter(|p| has(p, "ann")).collect();
    let mut documents = Vec::new();
    for text in texts.iter().filter(|p| has(p, "txt")) {
        let stem = text.file_stem().unwrap_or_default().to_string_lossy();
        // Sorted, so the first whose name begins with the article's is the first annotator's.
        let annotation = annotations.iter().find(|a| {
            let name = a.file_stem().unwrap_or_default().to_string_lossy();
            name.strip_prefix(&*stem).is_some_and(|rest| rest.is_empty() || rest.starts_with('_'))
        });
        if let Some(annotation) = annotation {
            documents.push(document(&stem, text_of(text)?, annotation)?);
        }
    }
    if documents.is_empty() {
        return Err(ConvertError::file(folder, "no .txt with an .ann of its name was found"));
    }
    Ok(documents)
}

fn document(name: &str, text: String, annotation: &Path) -> Result<GoldDocument, ConvertError> {
    let positions = Positions::new(&text, OffsetUnit::Char);
    let mut spans: BTreeMap<String, (String, Parts)> = BTreeMap::new();
    let mut events = Vec::new();
    for (number, line) in text_of(annotation)?.lines().enumerate() {
        let wrong = |reason: String| ConvertError::line(annotation, number + 1, reason);
        match kind_of(line) {
            Some(b'T') => {
                let (id, label, parts) = text_bound(line, &text, &positions).map_err(wrong)?;
                spans.insert(id, (label, parts));
            }
            Some(b'E') => events.push((number + 1, line.to_owned())),
            // Relations, attributes and notes say nothing of ours; other lines go on with the surface of the one
            // before, where an annotated stretch holds a line break.
            _ => {}
        }
    }
    let mut attributions = Vec::new();
    for (number, line) in events {
        if let Some(found) = event(&line, &spans).map_err(|reason| ConvertError::line(annotation, number, reason))? {
            attributions.push(found);
        }
    }
    attributions.sort_by_key(first_place);
    let entities = spans
        .into_values()
        .filter(|(label, _)| !is_part_of_attribution(label))
        .flat_map(|(label, parts)| parts.into_iter().map(move |span| GoldEntity { span, label: label.clone() }))
        .collect::<Vec<_>>();
    Ok(GoldDocument {
        doc_id: name.to_owned(),
        text,
        entities: (!entities.is_empty()).then_some(entities),
        attributions: Some(attributions),
        ..GoldDocument::default()
    })
}

/// The letter of a line that begins an annotation: a letter or sign, a number, a tab.
fn kind_of(line: &str) -> Option<u8> {
    let (id, _) = line.split_once('\t')?;
    let (kind, number) = id.split_at_checked(1)?;
    (!number.is_empty() && number.bytes().all(|b| b.is_ascii_digit())).then(|| kind.as_bytes().first().copied())?
}

/// `T1<tab>Source 89 106;110 120<tab>surface`
fn text_bound(line: &str, text: &str, positions: &Positions) -> Result<(String, String, Parts), String> {
    let mut fields = line.split('\t');
    let (Some(id), Some(middle)) = (fields.next(), fields.next()) else {
        return Err("expected id, label and offsets apart by tabs".into());
    };
    let (label, ranges) = middle.split_once(' ').ok_or_else(|| format!("found {middle:?}, expected a label and offsets"))?;
    let mut parts = Parts::new();
    for range in ranges.split(';') {
        let numbers: Vec<usize> = range.split_whitespace().filter_map(|n| n.parse().ok()).collect();
        let [start, end] = numbers[..] else { return Err(format!("found offsets {range:?}, expected two numbers")) };
        match (positions.to_byte(text, start), positions.to_byte(text, end)) {
            (Some(start), Some(end)) if start < end => parts.push(Span::new(start, end).trimmed(text)),
            _ => return Err(format!("offsets {start} {end} do not fit the text of {} characters", text.chars().count())),
        }
    }
    parts.retain(|p| !p.is_empty());
    parts.sort();
    Ok((id.to_owned(), label.to_owned(), parts))
}

/// `E1<tab>Attribution:T4 Content:T3 Cue:T2 Source:T1`, where a role may come again as `Source2`.
fn event(line: &str, spans: &BTreeMap<String, (String, Parts)>) -> Result<Option<GoldAttribution>, String> {
    let Some((_, roles)) = line.split_once('\t') else { return Err("expected an id and roles apart by a tab".into()) };
    let mut found = GoldAttribution::default();
    for role in roles.split_whitespace() {
        let (name, id) = role.split_once(':').ok_or_else(|| format!("found {role:?}, expected ROLE:T1"))?;
        let (_, parts) = spans.get(id).ok_or_else(|| format!("{id} is named but not defined"))?;
        let slot = match name.trim_end_matches(|c: char| c.is_ascii_digit()) {
            "Source" => &mut found.source,
            "Cue" => &mut found.cue,
            "Content" => &mut found.content,
            _ => continue,
        };
        let slot = slot.get_or_insert_default();
        slot.extend(parts);
        slot.sort();
        slot.dedup();
    }
    Ok((found.source.is_some() || found.cue.is_some() || found.content.is_some()).then_some(found))
}

/// PolNeAR marks the trigger too: `Attribution`, `Attribution-no-source`.
fn is_part_of_attribution(label: &str) -> bool {
    matches!(label, "Source" | "Cue" | "Content") || label.starts_with("Attribution")
}

fn first_place(a: &GoldAttribution) -> usize {
    [&a.source, &a.cue, &a.content].into_iter().flatten().flatten().map(|s| s.start).min().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(text: &str, annotation: &str) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("a.txt"), text).unwrap();
        std::fs::write(folder.path().join("a.ann"), annotation).unwrap();
        folder
    }

    #[test]
    fn discontinuous_contents_keep_their_parts_and_offsets_count_characters() {
        let text = "“Ça,” Ann said, “va.”";
        let folder = folder(
            text,
            "T1\tContent 0 5;16 21\t“Ça,” “va.”\nT2\tSource 6 9\tAnn\nT3\tCue 10 14\tsaid\nT4\tAttribution 10 14\tsaid\nE1\tAttribution:T4 Content:T1 Source:T2 Cue:T3\n",
        );
        let documents = read(folder.path()).unwrap();
        let attribution = &documents[0].attributions.as_ref().unwrap()[0];
        let of = |parts: &Option<Parts>| parts.iter().flatten().map(|s| s.of(text)).collect::<Vec<_>>();
        assert_eq!(of(&attribution.content), ["“Ça,”", "“va.”"]);
        assert_eq!((of(&attribution.source), of(&attribution.cue)), (vec!["Ann"], vec!["said"]));
    }

    #[test]
    fn offsets_outside_the_text_name_file_and_line() {
        let folder = folder("short", "T1\tSource 0 99\tshort\n");
        let error = read(folder.path()).unwrap_err().to_string();
        assert!(error.contains("a.ann, line 1") && error.contains("0 99"), "{error}");
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
        assert_eq!(read(folder.path()).unwrap()[0].attributions.as_ref().unwrap().len(), 1);
    }
}
