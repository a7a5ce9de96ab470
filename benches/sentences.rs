//! Compares sentence splitters with ours: boundary precision, recall and F1, and time.
//!
//! `cargo bench --bench sentences`; `CLAIMSIFT_SHOW=claimsift` adds that splitter's errors. Data:
//! `$CLAIMSIFT_DATA`, else `../shared/data` beside the crate.
//!
//! A boundary is the end of a sentence inside a text, counted in characters that are not white
//! space, so that no splitter is scored on where it leaves the space. The end of a text is no
//! boundary, as every splitter gets it for nothing; `F1+ends` counts it none the less.

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Instant;

use claimsift::convert::{self, Format, LabelledDocument, Options};
use claimsift::split::split;
use icu_segmenter::{SentenceSegmenter, options::SentenceBreakInvariantOptions};
use punkt_n::{SentenceByteOffsetTokenizer, TrainingData, params::Standard};
use unicode_segmentation::UnicodeSegmentation;

/// Texts with the sentence ends a person marked in them.
struct Corpus {
    name: String,
    texts: Vec<Reference>,
}

/// A text and its boundaries.
struct Reference {
    text: String,
    boundaries: BTreeSet<usize>,
}

type Splitter = Box<dyn Fn(&str) -> Vec<String>>;

fn main() {
    let corpora = corpora();
    let splitters = splitters();
    for corpus in &corpora {
        let bytes: usize = corpus.texts.iter().map(|reference| reference.text.len()).sum();
        let gold: usize = corpus.texts.iter().map(|reference| reference.boundaries.len()).sum();
        println!("\n{}: {} texts, {bytes} bytes, {gold} boundaries", corpus.name, corpus.texts.len());
        println!("{:<24}{:>9}{:>9}{:>9}{:>9}{:>12}{:>10}", "splitter", "P", "R", "F1", "F1+ends", "texts right", "ms/MB");
        for (name, splitter) in &splitters {
            report(name, splitter, corpus, bytes);
        }
    }
}

/// Scores and times one splitter on one corpus and prints its row.
fn report(name: &str, splitter: &Splitter, corpus: &Corpus, bytes: usize) {
    let started = Instant::now();
    let pieces: Vec<Vec<String>> = corpus.texts.iter().map(|reference| splitter(&reference.text)).collect();
    let elapsed = started.elapsed();
    let (mut correct, mut predicted, mut gold, mut right) = (0, 0, 0, 0);
    for (reference, pieces) in corpus.texts.iter().zip(&pieces) {
        let found = boundaries(pieces.iter().map(String::as_str));
        correct += found.intersection(&reference.boundaries).count();
        predicted += found.len();
        gold += reference.boundaries.len();
        right += usize::from(found == reference.boundaries);
        if env::var("CLAIMSIFT_SHOW").is_ok_and(|show| show == name) {
            show_errors(&corpus.name, reference, &found);
        }
    }
    let texts = corpus.texts.len();
    let share = |part: usize, whole: usize| (whole > 0).then(|| part as f64 / whole as f64);
    let cell = |value: Option<f64>| value.map_or("-".to_owned(), |value| format!("{value:.4}"));
    println!(
        "{name:<24}{:>9}{:>9}{:>9}{:>9}{:>12}{:>10.1}",
        cell(share(correct, predicted)),
        cell(share(correct, gold)),
        cell(share(2 * correct, predicted + gold)),
        cell(share(2 * (correct + texts), predicted + gold + 2 * texts)),
        format!("{right}/{texts}"),
        elapsed.as_secs_f64() * 1e3 / (bytes as f64 / 1e6),
    );
}

/// Prints each boundary missed (`-`) and each spurious one (`+`), with its surroundings.
fn show_errors(corpus: &str, reference: &Reference, found: &BTreeSet<usize>) {
    for &at in found.symmetric_difference(&reference.boundaries) {
        let solid: Vec<(usize, char)> = reference.text.char_indices().filter(|(_, c)| !c.is_whitespace()).collect();
        let byte = solid[at].0;
        let before: String = reference.text[..byte].chars().rev().take(40).collect();
        let before: String = before.chars().rev().collect();
        let after: String = reference.text[byte..].chars().take(30).collect();
        let sign = if found.contains(&at) { '+' } else { '-' };
        println!("{corpus} {sign} {:?} | {:?}", before, after);
    }
}

/// The boundaries between pieces of a text, in characters that are not white space.
fn boundaries<'t>(pieces: impl Iterator<Item = &'t str>) -> BTreeSet<usize> {
    let mut at = 0;
    let mut ends: BTreeSet<usize> = pieces
        .map(|piece| {
            at += piece.chars().filter(|c| !c.is_whitespace()).count();
            at
        })
        .collect();
    ends.remove(&at);
    ends.remove(&0);
    ends
}

/// Every splitter that can be had here, ours last.
fn splitters() -> Vec<(&'static str, Splitter)> {
    let mut splitters: Vec<(&'static str, Splitter)> =
        vec![("unicode-segmentation", Box::new(|text| owned(text.split_sentence_bounds()))), ("icu_segmenter", Box::new(icu))];
    let english = TrainingData::english();
    splitters.push(("punkt", by_paragraph(move |text| punkt(text, &english))));
    match language_tool_rules() {
        Some(rules) => splitters.push(("srx + LanguageTool", by_paragraph(move |text| owned(rules.split(text))))),
        None => {
            println!("skipped srx: no segment.srx; set CLAIMSIFT_SRX to LanguageTool's rule file")
        }
    }
    splitters.push(("segtok", by_paragraph(|text| segtok::segmenter::split_single(text, Default::default()))));
    splitters.push(("claimsift", Box::new(|text| owned(split(text).iter().map(|s| s.tile.of(text))))));
    splitters
}

fn owned<'t>(pieces: impl Iterator<Item = &'t str>) -> Vec<String> {
    pieces.map(str::to_owned).collect()
}

fn icu(text: &str) -> Vec<String> {
    let ends: Vec<usize> = SentenceSegmenter::new(SentenceBreakInvariantOptions::default()).segment_str(text).collect();
    ends.windows(2).map(|pair| text[pair[0]..pair[1]].to_owned()).collect()
}

/// By offsets, as punkt's own slices leave characters out.
fn punkt(text: &str, english: &TrainingData) -> Vec<String> {
    let starts = SentenceByteOffsetTokenizer::<Standard>::new(text, english).map(|(start, _)| start);
    let mut cuts: Vec<usize> = starts.chain([0, text.len()]).collect();
    cuts.sort_unstable();
    cuts.windows(2).map(|pair| text[pair[0]..pair[1]].to_owned()).collect()
}

/// Hands a splitter that knows no blank lines one paragraph at a time.
fn by_paragraph(splitter: impl Fn(&str) -> Vec<String> + 'static) -> Splitter {
    Box::new(move |text| text.split("\n\n").flat_map(&splitter).collect())
}

/// LanguageTool's rules (LGPL, so read where cargo unpacked the `srx` crate, never embedded).
fn language_tool_rules() -> Option<srx::Rules> {
    let file = env::var_os("CLAIMSIFT_SRX").map(PathBuf::from).or_else(unpacked_rules)?;
    let rules = srx::SRX::from_str(&fs::read_to_string(file).ok()?).ok()?;
    Some(rules.language_rules("en_two"))
}

/// `segment.srx` in cargo's copy of the `srx` crate.
fn unpacked_rules() -> Option<PathBuf> {
    let home = env::var_os("CARGO_HOME").map(PathBuf::from).or_else(|| env::home_dir().map(|home| home.join(".cargo")))?;
    let registries = fs::read_dir(home.join("registry/src")).ok()?;
    let mut files = registries.flatten().map(|registry| registry.path().join("srx-0.1.4/data/segment.srx"));
    files.find(|file| file.is_file())
}

/// The corpora that are here, and the hard cases.
fn corpora() -> Vec<Corpus> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let data = env::var_os("CLAIMSIFT_DATA").map_or_else(|| root.join("../shared/data"), PathBuf::from);
    let mut corpora = Vec::new();
    for (name, place) in [("UD EWT dev", "dev/ud_ewt/en_ewt-ud-dev.conllu"), ("GUM dev", "dev/gum")] {
        let texts = annotated(&data.join(place), Format::Conllu);
        if texts.is_empty() {
            println!("skipped {name}: no {} (set CLAIMSIFT_DATA)", data.join(place).display());
            continue;
        }
        corpora.push(derived(name, "", &texts, str::to_owned));
        corpora.push(derived(name, ", one line a paragraph", &texts, |text| text.replace("\n\n", "\n")));
        corpora.push(derived(name, ", wrapped at 72", &texts, |text| wrapped(text, 72)));
    }
    // Some of its cuts are wrong (`Capt. | Shaun Lister`), so no splitter should reach 1.
    let news = annotated(&data.join("dev/news_discourse"), Format::NewsDiscourse);
    if news.is_empty() {
        println!("skipped NewsDiscourse dev: no {} (set CLAIMSIFT_DATA)", data.join("dev/news_discourse").display());
    } else {
        corpora.push(Corpus { name: "NewsDiscourse dev".into(), texts: news });
    }
    match fs::read_to_string(root.join("fixtures/hard_sentences.txt")) {
        Ok(cases) => corpora.push(Corpus { name: "hard cases".into(), texts: hard_cases(&cases) }),
        Err(error) => println!("skipped the hard cases: fixtures/hard_sentences.txt: {error}"),
    }
    corpora
}

/// A corpus with its white space changed; boundaries do not count it.
fn derived(name: &str, what: &str, texts: &[Reference], change: impl Fn(&str) -> String) -> Corpus {
    let change = |reference: &Reference| Reference { text: change(&reference.text), boundaries: reference.boundaries.clone() };
    Corpus { name: format!("{name}{what}"), texts: texts.iter().map(change).collect() }
}

/// Wraps each paragraph at a column, as mail and wire services do.
fn wrapped(text: &str, columns: usize) -> String {
    let paragraphs: Vec<String> = text.split("\n\n").map(|paragraph| fill(paragraph, columns)).collect();
    paragraphs.join("\n\n")
}

fn fill(paragraph: &str, columns: usize) -> String {
    let mut filled = String::new();
    let mut column = 0;
    for word in paragraph.split_whitespace() {
        let width = word.chars().count();
        let fits = column + 1 + width <= columns;
        if column > 0 {
            filled.push(if fits { ' ' } else { '\n' });
        }
        column = if column > 0 && fits { column + 1 + width } else { width };
        filled.push_str(word);
    }
    filled
}

/// The texts of a corpus with the sentences people marked; none where it is not here.
fn annotated(place: &Path, format: Format) -> Vec<Reference> {
    let documents = convert::read(place, format, &Options::default()).map(|reading| reading.documents).unwrap_or_default();
    let reference = |document: &LabelledDocument| {
        let sentences = document.sentences.iter().flatten().map(|s| s.span.of(&document.text));
        Reference { boundaries: boundaries(sentences), text: document.text.clone() }
    };
    documents.iter().map(reference).collect()
}

/// Reads the hard cases; the file tells its own format.
fn hard_cases(file: &str) -> Vec<Reference> {
    file.split("\n\n").map(hard_case).filter(|case| !case.text.is_empty()).collect()
}

fn hard_case(block: &str) -> Reference {
    let lines = block.lines().filter(|line| !line.starts_with("# ") && !line.is_empty());
    let sentences: Vec<String> = lines.map(joined).collect();
    let text = sentences.concat().trim_end().to_owned();
    Reference { text, boundaries: boundaries(sentences.iter().map(String::as_str)) }
}

/// A sentence with the white space that joins it to the next.
fn joined(line: &str) -> String {
    match line.strip_suffix("\\-") {
        Some(glued) => glued.to_owned(),
        None if line.ends_with("\\n") => line.replace("\\n", "\n").replace("\\r", "\r"),
        None => line.replace("\\n", "\n").replace("\\r", "\r") + " ",
    }
}
