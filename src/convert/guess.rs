//! Which format a file or folder is in, told from names and first lines.

use std::io::Read;
use std::path::Path;

use serde_json::Value;

use super::{Format, columns, extension, listing};

/// How much of a file is looked at: more than the longest article on a line.
const HEAD: u64 = 1 << 20;

/// The format of `path`; `None` where it cannot be told.
#[must_use]
pub fn guess(path: &Path) -> Option<Format> {
    if path.is_dir() { of_folder(path) } else { of_file(path) }
}

fn of_folder(folder: &Path) -> Option<Format> {
    if folder.join("attributions").is_dir() {
        return Some(Format::Brat);
    }
    let inside = listing(folder).ok()?;
    let first = |wanted: &str| inside.iter().find(|p| p.is_file() && extension(p) == wanted);
    if let Some(annotation) = first("ann") {
        return Some(if has_sentence_marks(annotation) { Format::NewsDiscourse } else { Format::Brat });
    }
    if let Some(annotation) = inside.iter().filter_map(|p| listing(p).ok()).flatten().find(|p| extension(p) == "ann") {
        return has_sentence_marks(&annotation).then_some(Format::NewsDiscourse);
    }
    if inside.iter().any(|p| p.ends_with("documents.json") || p.join("documents.json").is_file()) {
        return Some(Format::Re3d);
    }
    let known = ["conllu", "json", "jsonl", "conll", "iob2", "tsv", "csv"].iter().find_map(|e| first(e));
    // Else the first file that tells: a licence often stands beside a corpus.
    known.and_then(|p| of_file(p)).or_else(|| inside.iter().filter(|p| p.is_file()).find_map(|p| of_file(p)))
}

/// NewsDiscourse labels the marks `S1`, `S2` … that stand in its texts.
fn has_sentence_marks(annotation: &Path) -> bool {
    let text = head(annotation).unwrap_or_default();
    let surface = text.lines().find(|l| l.starts_with('T')).and_then(|l| l.split('\t').nth(2));
    surface.and_then(|s| s.strip_prefix('S')).is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()))
}

fn of_file(file: &Path) -> Option<Format> {
    match extension(file).as_str() {
        "conllu" => return Some(Format::Conllu),
        "conll" | "iob2" | "iob" | "bio" => return Some(Format::Columns),
        _ => {}
    }
    let text = head(file)?;
    let text = text.trim_start_matches('\u{feff}');
    let start = text.trim_start();
    if start.starts_with(['{', '[']) { of_json(start) } else { of_table(start) }
}

fn head(file: &Path) -> Option<String> {
    let mut bytes = Vec::new();
    std::fs::File::open(file).ok()?.take(HEAD).read_to_end(&mut bytes).ok()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

/// Told by the words that only one format has; a long document may not end within the head, so nothing is parsed but
/// single lines.
fn of_json(text: &str) -> Option<Format> {
    let has = |key: &str| text.contains(&format!("\"{key}\""));
    if text.contains("claimsift/gold/") {
        return Some(Format::Gold);
    }
    if text.contains("claimsift/record/") {
        return Some(Format::Records);
    }
    if text.contains("www.w3.org/ns/anno") {
        return Some(Format::WebAnnotation);
    }
    // The text may stand behind more annotations than are looked at.
    if has("from_name") || has("data") && (has("annotations") || has("predictions")) {
        return Some(Format::LabelStudio);
    }
    let line: Value = serde_json::from_str(text.lines().next()?).ok()?;
    let first = line.get(0).unwrap_or(&line);
    if first.get("spans").is_some() || first.get("tokens").is_some() {
        return Some(Format::Prodigy);
    }
    match first.get("label").or(first.get("labels")) {
        Some(Value::Number(_)) => Some(Format::EnvironmentalClaims),
        // JSON-MIN: regions as objects
        Some(Value::Array(regions)) if regions.iter().any(Value::is_object) => Some(Format::LabelStudio),
        Some(Value::Array(_)) => Some(Format::Doccano),
        _ => first.get("entities").map(|_| Format::Doccano),
    }
}

fn of_table(text: &str) -> Option<Format> {
    let first = text.lines().next()?;
    let cells: Vec<String> = first.split(['\t', ',']).map(|c| c.trim().trim_matches('"').to_lowercase()).collect();
    let has = |name: &str| cells.iter().any(|c| c == name);
    if has("verdict") {
        Some(Format::Claimbuster)
    } else if has("sentence #") {
        Some(Format::Gmb)
    } else if has("sentence") && has("label") && !first.contains('\t') && !has("sentence_id") {
        Some(Format::Newssd)
    } else if has("category") || has("golden") {
        Some(Format::Policlaim)
    } else if ["class_label", "check_worthiness", "claim_worthiness", "sentence_id"].iter().any(|n| has(n)) || is_debate(first) {
        Some(Format::Checkthat)
    } else {
        // The last line may be cut.
        columns::looks_tagged(text.rsplit_once('\n').map_or(text, |(whole, _)| whole)).then_some(Format::Columns)
    }
}

/// `12<tab>SPEAKER<tab>What was said.<tab>0`, as the debates of CheckThat! stand.
fn is_debate(line: &str) -> bool {
    let cells: Vec<&str> = line.split('\t').collect();
    cells.len() >= 4 && cells[0].parse::<u32>().is_ok() && cells.last().is_some_and(|c| matches!(c.trim(), "0" | "1"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guessed(name: &str, content: &str) -> Option<Format> {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(name), content).unwrap();
        guess(&folder.path().join(name))
    }

    #[test]
    fn formats_are_told_by_their_first_lines() {
        assert_eq!(guessed("a.csv", "Sentence_id,Text,Speaker,File_id,Verdict\n"), Some(Format::Claimbuster));
        assert_eq!(guessed("a.csv", "Sentence,Label,Solved conflict\n"), Some(Format::Newssd));
        assert_eq!(guessed("a.csv", "Sentence #,Word,POS,Tag\n"), Some(Format::Gmb));
        assert_eq!(guessed("a.tsv", "Sentence_id\tText\tclass_label\n"), Some(Format::Checkthat));
        assert_eq!(guessed("a.tsv", "sentence_id\tsentence\tlabel\n"), Some(Format::Checkthat));
        assert_eq!(guessed("a.tsv", "1\tHOLT\tGood evening.\t0\n"), Some(Format::Checkthat));
        assert_eq!(guessed("a.tsv", "split\tspeech\ttext\tlabel\tgolden\tlikelihood\tcategory\tveri\n"), Some(Format::Policlaim));
        assert_eq!(guessed("eng.testa", "-DOCSTART- -X- O O\n\nEU NNP I-NP I-ORG\n"), Some(Format::Columns));
        assert_eq!(guessed("a.jsonl", "{\"text\": \"We cut it.\", \"label\": 1}\n"), Some(Format::EnvironmentalClaims));
        assert_eq!(guessed("a.jsonl", "{\"text\":\"Ann\",\"label\":[[0,3,\"PER\"]]}\n"), Some(Format::Doccano));
        assert_eq!(guessed("a.jsonl", "{\"text\":\"Ann\",\"spans\":[]}\n"), Some(Format::Prodigy));
        assert_eq!(guessed("a.json", "[{\"data\":{\"text\":\"Ann\"},\"annotations\":[]}]"), Some(Format::LabelStudio));
        assert_eq!(guessed("a.json", "{\n \"schema\": \"claimsift/gold/1\"}"), Some(Format::Gold));
        assert_eq!(guessed("a.jsonl", "{\"schema\":\"claimsift/record/1\"}\n"), Some(Format::Records));
        assert_eq!(guessed("a.tsv", "one\ttwo\nthree\tfour\n"), None, "no column of tags");
        assert_eq!(guessed("a.md", "Only some words of prose that go on and on for more than one line."), None);
    }

    #[test]
    fn folders_are_told_by_what_lies_in_them() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(guess(folder.path()), None);
        std::fs::write(folder.path().join("a.ann"), "T1\tSpeech 10 12\tS1\n").unwrap();
        assert_eq!(guess(folder.path()), Some(Format::NewsDiscourse));
        std::fs::write(folder.path().join("a.ann"), "T1\tSource 10 12\tAnn\n").unwrap();
        assert_eq!(guess(folder.path()), Some(Format::Brat));
    }
}
