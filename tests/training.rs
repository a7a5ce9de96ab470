//! Training, on an encoder and corpora small enough to be learnt by heart.

use std::path::{Path, PathBuf};

use claimsift::convert::{Format, LabelMap, LabelledDocument, Unknown};
use claimsift::document::Document;
use claimsift::evaluate::{self, Bootstrap, GoldSet, Predictions};
use claimsift::labels::{ClaimType, Verifiability};
use claimsift::model::{Model, Precision};
use claimsift::pipeline::Extractor;
use claimsift::span::Span;
use claimsift::train::{Config, Options, train};
use claimsift::{convert, model};

/// A folder with three tiny corpora and a configuration that learns them.
struct Course {
    folder: tempfile::TempDir,
}

impl Course {
    fn new(change: impl Fn(String) -> String) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let put = |name: &str, content: &str| std::fs::write(folder.path().join(name), content).unwrap();
        put(
            "names.iob2",
            "Ann B-PER\nSmith I-PER\nsaid O\nit O\n\nBonn B-LOC\nis O\nin O\nGermany B-LOC\n\nthe O\nUN B-ORG\nsaid O\nno O\n\nit O\nwas O\nhe O\n",
        );
        put("debate.csv", "Text,Verdict,File_id\nit was 50 percent of the year,1,a\nis it the year?,-1,a\nhe was in the million,0,a\n");
        std::fs::create_dir(folder.path().join("articles")).unwrap();
        put("articles/a.txt", "Ann said that it was the year.");
        put(
            "articles/a.ann",
            "T1\tSource 0 3\tAnn\nT2\tCue 4 8\tsaid\nT3\tContent 9 29\tthat it was the year\nE1\tSource:T1 Cue:T2 Content:T3\n",
        );
        let base = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/tiny-base");
        let config = format!(
            r#"
name = "tiny"
version = "1"
seed = 3
precision = "f32"
window_tokens = 64
entity_labels = ["PERSON", "ORG", "LOC"]
log_every = 40
checkpoint_every = 1000
[base]
path = {base:?}
name = "random"
licence = "none"
[optimizer]
epochs = 60
batch_tokens = 64
learning_rate = 3e-3
head_learning_rate = 1e-2
[[data]]
name = "names"
path = "names.iob2"
tasks = ["entities"]
[[data]]
name = "debate"
path = "debate.csv"
tasks = ["check-worthiness"]
[[data]]
name = "articles"
path = "articles"
tasks = ["attributions"]
restricted = true
[[dev]]
name = "debate"
path = "debate.csv"
tasks = ["check-worthiness"]
"#
        );
        put("course.toml", &change(config));
        Self { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn run(&self, output: &str, resume: bool, stop_after: Option<usize>) -> anyhow::Result<Vec<String>> {
        let config = Config::read(&self.path("course.toml"), None)?;
        let mut lines = Vec::new();
        train(&config, &Options { output: self.path(output), resume, stop_after }, &mut |line| lines.push(line.to_owned()))?;
        Ok(lines)
    }

    /// Trains in a process of its own: dropout draws from a generator that a process has only one of.
    fn process(&self, output: &str, arguments: &[&str]) -> String {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_claimsift"));
        command.arg("train").arg(self.path("course.toml")).arg("-o").arg(self.path(output)).args(arguments);
        let output = command.output().unwrap();
        let log = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.success(), "{log}");
        log
    }
}

fn scores(model: &Path, gold: &Path) -> std::collections::BTreeMap<String, f64> {
    let options = convert::Options { labels: LabelMap::usual(Unknown::Refuse), ..Default::default() };
    let documents = convert::read(gold, convert::guess(gold).unwrap(), &options).unwrap().documents;
    let gold = GoldSet { documents, ..GoldSet::default() };
    let extractor = Extractor::new(Model::load(model, Precision::F32).unwrap(), 1).unwrap();
    let predictions = Predictions::run(&gold.documents, &extractor, 0.5, false).unwrap();
    let report = evaluate::score(&gold, &predictions, None, None, Bootstrap { resamples: 0, seed: 1 });
    report.scores.into_iter().filter_map(|(name, score)| Some((name, score.value?))).collect()
}

#[test]
fn a_training_learns_all_three_heads_and_writes_a_model_that_loads() {
    let course = Course::new(|config| config);
    course.run("model", false, None).unwrap();
    let model = course.path("model");
    assert!(!model.join("checkpoint").exists(), "a finished training leaves no checkpoint");
    assert_eq!(scores(&model, &course.path("names.iob2"))["entities.strict.f1"], 1.0);
    assert_eq!(scores(&model, &course.path("debate.csv"))["check_worthiness.f1"], 1.0);
    let attributions = scores(&model, &course.path("articles"));
    for role in ["source", "cue", "content"] {
        assert_eq!(attributions[&format!("attributions.{role}.exact.f1")], 1.0, "{role}");
    }
    let card = model::Card::read(&model).unwrap();
    assert_eq!(card.thresholds.check_worthiness.chosen_on, "debate, best F1 or a point below");
    assert_eq!(
        card.data.iter().map(|d| (d.name.as_str(), d.restricted)).collect::<Vec<_>>(),
        [("names", false), ("debate", false), ("articles", true)]
    );
}

#[test]
fn a_training_that_was_stopped_goes_on_to_the_same_bytes() {
    let course = Course::new(|config| config.replace("epochs = 60", "epochs = 6"));
    course.process("whole", &[]);
    let first = course.process("parts", &["--stop-after", "7"]);
    assert!(first.contains("--resume goes on"), "{first}");
    assert!(!course.path("parts/model.safetensors").exists());
    let second = course.process("parts", &["--resume"]);
    assert!(second.contains("resumed after step 7"), "{second}");
    let weights = |name: &str| std::fs::read(course.path(name).join("model.safetensors")).unwrap();
    assert!(weights("whole") == weights("parts"), "stopping and resuming changed the weights");
}

#[test]
fn a_checkpoint_of_another_configuration_is_refused() {
    let course = Course::new(|config| config.replace("epochs = 60", "epochs = 6"));
    course.run("model", false, Some(2)).unwrap();
    let changed = std::fs::read_to_string(course.path("course.toml")).unwrap().replace("seed = 3", "seed = 4");
    std::fs::write(course.path("course.toml"), changed).unwrap();
    let error = format!("{:#}", course.run("model", true, None).unwrap_err());
    assert!(error.contains("another configuration"), "{error}");
}

#[test]
fn a_model_is_fine_tuned_with_the_heads_it_has() {
    let course = Course::new(|config| config);
    course.run("model", false, None).unwrap();
    let gold = r#"{"schema":"claimsift/gold/1","doc_id":"mine","offset_unit":"char","text":"Bob said no.",
        "sentences":[{"start":0,"end":12,"label":"NFS","verifiability":"none","types":[]}],
        "entities":[{"start":0,"end":3,"text":"Bob","label":"PERSON"}]}"#;
    std::fs::create_dir(course.path("mine")).unwrap();
    std::fs::write(course.path("mine/one.json"), gold).unwrap();
    let tuning = "name = \"tuned\"\nversion = \"1\"\nwindow_tokens = 64\n[base]\npath = \"model\"\nname = \"tiny\"\nlicence = \"none\"\n[optimizer]\nepochs = 40\nbatch_tokens = 64\nlearning_rate = 3e-3\nhead_learning_rate = 1e-2\n\
        [[data]]\nname = \"mine\"\npath = \"mine\"\ntasks = [\"entities\", \"check-worthiness\"]\n";
    std::fs::write(course.path("course.toml"), tuning).unwrap();
    let lines = course.run("tuned", false, None).unwrap();
    assert!(lines.iter().any(|l| l.ends_with("new: ")), "no head starts anew: {lines:?}");
    assert_eq!(scores(&course.path("tuned"), &course.path("mine"))["entities.strict.f1"], 1.0);
}

/// The course of all heads, on the encoder in `tests/data/NAME`.
fn whole_course(base: &str) -> Course {
    let data = format!("{}/tests/data", env!("CARGO_MANIFEST_DIR"));
    let course = Course::new(|config| {
        config
            .replace("tests/data/tiny-base", &format!("tests/data/{base}"))
            .replace("entity_labels = [\"PERSON\", \"ORG\", \"LOC\"]", "entity_labels = [\"PERSON\", \"ORG\", \"GPE\", \"DATE\"]\nclaim_types = [\"quantity\", \"event\"]\nstorage = \"int8\"")
            .replace("tasks = [\"entities\"]", "tasks = [\"entities\"]\nlabels = { PER = \"PERSON\", ORG = \"ORG\", LOC = [\"GPE\"] }\nsilver = \"silver.jsonl\"")
            .replace("path = \"debate.csv\"\ntasks = [\"check-worthiness\"]\n[[data]]", "path = \"debate.csv\"\ntasks = [\"check-worthiness\", \"verifiability\"]\nderive = [\"verifiability-from-check-worthiness\"]\n[[data]]")
            + "[[data]]\nname = \"graded\"\npath = \"debate.csv\"\ngrades = \"grades.jsonl\"\ntasks = [\"verifiability\", \"types\"]\n"
    });
    assert!(Path::new(&data).join(base).is_dir());
    // What spaCy would say of the four sentences of names: each is a document of its own.
    let names = claimsift::convert::read(&course.path("names.iob2"), Format::Columns, &convert::Options::default()).unwrap().documents;
    let silver: String = names.iter().map(|d| silver_line(d, &[("it", "DATE"), ("Bonn", "ORG")])).collect();
    std::fs::write(course.path("silver.jsonl"), silver).unwrap();
    let debate = claimsift::convert::read(&course.path("debate.csv"), Format::Claimbuster, &convert::Options::default()).unwrap().documents;
    let graded = debate.iter().find(|d| d.text.contains("50 percent")).unwrap();
    let span = graded.sentences.as_ref().unwrap().iter().map(|s| s.span).find(|s| s.of(&graded.text).contains("50 percent")).unwrap();
    let grade = format!(
        "{{\"doc_id\":{:?},\"text_sha256\":\"{}\",\"start\":{},\"end\":{},\"label\":\"CFS\",\"verifiability\":\"factual\",\"types\":[\"quantity\"]}}\n",
        graded.doc_id,
        model::digest_of(graded.text.as_bytes()),
        span.start,
        span.end
    );
    std::fs::write(course.path("grades.jsonl"), grade).unwrap();
    course
}

fn find_word(text: &str, word: &str) -> Option<usize> {
    text.match_indices(word).map(|(at, _)| at).find(|&at| !text[..at].ends_with(char::is_alphanumeric))
}

fn silver_line(document: &LabelledDocument, names: &[(&str, &str)]) -> String {
    let found = names.iter().filter_map(|(name, label)| Some((find_word(&document.text, name)?, name, label)));
    let entities: Vec<String> = found
        .map(|(at, name, label)| format!("{{\"start\":{at},\"end\":{},\"text\":\"{name}\",\"label\":\"{label}\"}}", at + name.len()))
        .collect();
    let (id, text) = (&document.doc_id, &document.text);
    format!(
        "{{\"schema\":\"claimsift/gold/1\",\"doc_id\":{id:?},\"offset_unit\":\"char\",\"text\":{text:?},\"entities\":[{}]}}\n",
        entities.join(",")
    )
}

#[test]
fn every_corpus_teaches_what_it_says_and_both_encoders_learn_it() {
    for base in ["tiny-base", "tiny-mpnet"] {
        let course = whole_course(base);
        let lines = course.run("model", false, None).unwrap();
        let model = course.path("model");
        let card = model::Card::read(&model).unwrap();
        assert_eq!(card.labels.types, ["quantity", "event"]);
        let extractor = Extractor::new(Model::load(&model, Precision::F32).unwrap(), 1).unwrap();
        let entities = |text: &str| -> Vec<(String, String)> {
            let document = Document { doc_id: "d".into(), text: text.into(), ..Document::default() };
            let found = extractor.annotate(document, 0.5).unwrap().assembly.entities;
            found.iter().map(|e| (e.span.of(text).to_owned(), e.label.clone())).collect()
        };
        let pair = |name: &str, label: &str| (name.to_owned(), label.to_owned());
        assert_eq!(
            entities("Ann Smith said it"),
            [pair("Ann Smith", "PERSON"), pair("it", "DATE")],
            "{base}: silver fills in what gold leaves open"
        );
        assert_eq!(entities("Bonn is in Germany"), [pair("Bonn", "GPE"), pair("Germany", "GPE")], "{base}: gold is right against silver");
        let text = "it was 50 percent of the year";
        let read = extractor.read(text, &[Span::new(0, text.len())]).unwrap().remove(0);
        assert_eq!((read.verifiability, read.types), (Some(Verifiability::Factual), Some(vec![ClaimType::Quantity])), "{base}: {lines:?}");
        let question = "is it the year?";
        let read = extractor.read(question, &[Span::new(0, question.len())]).unwrap().remove(0);
        assert!(matches!(read.verifiability, Some(Verifiability::Opinion | Verifiability::None)), "{base}: {:?}", read.verifiability);
        assert_eq!(read.types, Some(vec![]), "what cannot be checked is of no type");
    }
}

#[test]
fn a_student_learns_from_what_the_teacher_says_alone() {
    let course = Course::new(|config| config);
    course.run("model", false, None).unwrap();
    let config = std::fs::read_to_string(course.path("course.toml")).unwrap();
    let taught = config
        .replace("[optimizer]", "[teacher]\npath = \"model\"\n[optimizer]")
        .replace("tasks = [\"entities\"]", "tasks = []\ndistil = true");
    std::fs::write(course.path("course.toml"), taught).unwrap();
    course.run("student", false, None).unwrap();
    assert_eq!(scores(&course.path("student"), &course.path("names.iob2"))["entities.strict.f1"], 1.0, "gold taught it no name");
    let without = config.replace("tasks = [\"entities\"]", "tasks = []\ndistil = true");
    std::fs::write(course.path("course.toml"), without).unwrap();
    let error = format!("{:#}", course.run("orphan", false, None).unwrap_err());
    assert!(error.contains("distil needs a [teacher]"), "{error}");
}

#[test]
fn the_open_variant_learns_from_nothing_restricted() {
    let course = Course::new(|config| {
        config.replace("epochs = 60", "epochs = 2").replace("tasks = [\"entities\"]", "tasks = [\"entities\"]\nstand_in = true")
    });
    let names = |config: &Config| config.data.iter().map(|s| s.name.clone()).collect::<Vec<_>>();
    let path = course.path("course.toml");
    let (whole, open) = (Config::read(&path, None).unwrap(), Config::read_permissive(&path, None).unwrap());
    assert_eq!(
        (whole.name.as_str(), names(&whole)),
        ("tiny", vec!["debate".to_owned(), "articles".to_owned()]),
        "a stand-in is not needed"
    );
    assert_eq!((open.name.as_str(), names(&open)), ("tiny-open", vec!["names".to_owned(), "debate".to_owned()]));
    let options = Options { output: course.path("open"), ..Options::default() };
    train(&open, &options, &mut |_| {}).unwrap();
    let card = model::Card::read(&course.path("open")).unwrap();
    assert!(card.name == "tiny-open" && card.data.iter().all(|source| !source.restricted));
}

#[test]
fn a_calibrated_model_says_how_sure_it_is_and_where_that_was_learnt() {
    let course = Course::new(|config| config);
    course.run("model", false, None).unwrap();
    let card = model::Card::read(&course.path("model")).unwrap();
    let scaling = card.calibration.check_worthiness.unwrap();
    assert!(scaling.slope > 0.0 && scaling.fitted_on == "debate", "{scaling:?}");
    assert_eq!(card.calibration.entities, None, "no dev set is for entities");
    // Again, without training: the same card.
    let config = Config::read(&course.path("course.toml"), None).unwrap();
    let before = std::fs::read(course.path("model/card.json")).unwrap();
    claimsift::train::calibrate(&config, &course.path("model"), &mut |_| {}).unwrap();
    assert!(before == std::fs::read(course.path("model/card.json")).unwrap());
}

#[test]
fn what_is_wrong_with_a_configuration_is_said() {
    let wrong = |change: fn(String) -> String, expected: &str| {
        let error = format!("{:#}", Course::new(change).run("model", false, None).unwrap_err());
        assert!(error.contains(expected), "{error:?} does not say {expected:?}");
    };
    wrong(|c| c.replace("seed = 3", "sead = 3"), "sead");
    wrong(|c| c.replace("names.iob2", "gone.iob2"), "gone.iob2");
    wrong(|c| c.replace("tiny-base", "no-base"), "tokenizer");
    wrong(|c| c.replace("epochs = 60", "epochs = 0"), "epochs >= 1");
    wrong(|c| c.replace("tasks = [\"entities\"]", "tasks = [\"attributions\"]"), "no example for its tasks");
    wrong(
        |c| c.replace("tasks = [\"entities\"]", "tasks = [\"entities\"]\nlabels = { PER = \"HUMAN\" }"),
        "found \"HUMAN\", expected one of",
    );
    wrong(|c| c.replace("tasks = [\"entities\"]", "tasks = [\"entities\"]\nsilver = \"gone.jsonl\""), "gone.jsonl");
    wrong(|c| c.replace("tasks = [\"entities\"]", "tasks = [\"entities\"]\ngrades = \"gone.jsonl\""), "gone.jsonl");
    wrong(|c| c.replace("tasks = [\"entities\"]", "tasks = [\"entities\"]\ntimes = 0"), "times above 0");
    wrong(|c| c.replace("name = \"random\"", "name = \"random\"\nlayers = 9"), "base.layers: found 9");
}
