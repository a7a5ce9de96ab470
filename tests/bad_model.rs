//! A model directory that is not what it should be: the run ends with 2, writes nothing, and says what does not fit.

mod support;

use std::path::Path;

use serde_json::{Value, json};
use support::{assert_says, claimsift, extract_with, folder, model, root, run};

/// A model directory like the shipped one, with links to its files.
fn copied() -> tempfile::TempDir {
    let copy = tempfile::tempdir().unwrap();
    for entry in std::fs::read_dir(model()).unwrap() {
        let entry = entry.unwrap();
        std::os::unix::fs::symlink(entry.path(), copy.path().join(entry.file_name())).unwrap();
    }
    copy
}

/// Puts these bytes in the place of a file.
fn replace(directory: &Path, name: &str, bytes: impl AsRef<[u8]>) {
    let path = directory.join(name);
    std::fs::remove_file(&path).unwrap();
    std::fs::write(path, bytes).unwrap();
}

/// [`replace`], with a card that gives the new hash.
fn replace_with_card(directory: &Path, name: &str, bytes: impl AsRef<[u8]>) {
    replace(directory, name, bytes.as_ref());
    edit_card(directory, |card| {
        card["files"][name] = json!({"sha256": claimsift::model::digest_of(bytes.as_ref()), "bytes": bytes.as_ref().len()});
    });
}

fn edit_card(directory: &Path, edit: impl FnOnce(&mut Value)) {
    let mut card: Value = serde_json::from_slice(&std::fs::read(directory.join("card.json")).unwrap()).unwrap();
    edit(&mut card);
    replace(directory, "card.json", card.to_string());
}

/// A run with this model must end with 2, write nothing, and say these words.
fn refused(directory: &Path, words: &[&str]) {
    let news = folder(&[("a.txt", "Rent rose by 5% in May.")]);
    let ran = run(&mut extract_with(directory, news.path(), &["a.txt", "-o", "out.jsonl"]));
    assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{}", ran.stderr);
    assert!(!news.path().join("out.jsonl").exists());
    assert_eq!(ran.stderr.lines().count(), 1, "one line says it: {}", ran.stderr);
    assert_says(&ran.stderr, words);
}

#[test]
fn a_name_no_model_has() {
    let words = ["no model \"newsroom-tiny\"", "models/newsroom-tiny", "--model", "CLAIMSIFT_MODELS"];
    refused(Path::new("newsroom-tiny"), &words);
    let ran = run(claimsift(root()).env("CLAIMSIFT_MODELS", "/my/models").args(["extract", "fixtures/news", "--model", "newsroom-tiny"]));
    assert_eq!(ran.code, 2);
    assert_says(&ran.stderr, &["/my/models/newsroom-tiny"]);
}

#[test]
fn a_model_is_found_by_its_name() {
    let news = folder(&[("a.txt", "Rent rose by 5% in May.")]);
    let args = ["extract", "-q", "a.txt", "--model", "newsroom-small"];
    let ran = run(claimsift(news.path()).env("CLAIMSIFT_MODELS", root().join("models")).args(args));
    assert_eq!((ran.code, ran.stdout.lines().count()), (0, 1), "{}", ran.stderr);
}

#[test]
fn one_flipped_byte_of_the_weights() {
    let directory = copied();
    let mut bytes = std::fs::read(directory.path().join("model.safetensors")).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    replace(directory.path(), "model.safetensors", bytes);
    refused(directory.path(), &["model.safetensors", "sha256", "card says", "damaged or was changed", "fetch the model again"]);
}

#[test]
fn files_that_are_missing() {
    for name in ["card.json", "config.json", "tokenizer.json", "model.safetensors"] {
        let directory = copied();
        std::fs::remove_file(directory.path().join(name)).unwrap();
        refused(directory.path(), &[name, "cannot be read", "No such file"]);
    }
}

#[test]
fn a_card_that_does_not_list_a_file() {
    let directory = copied();
    edit_card(directory.path(), |card| drop(card["files"].as_object_mut().unwrap().remove("tokenizer.json")));
    refused(directory.path(), &["card.json", "files", "tokenizer.json"]);
}

#[test]
fn a_card_with_a_label_too_many() {
    // The head of entities may have any labels, so its size is what does not fit; those of the other two are fixed.
    let expected = [
        ("entities", ["model.safetensors", "entities.", "shape", "labels ask for"]),
        ("attributions", ["card.json", "attributions", "SHIP", "expected"]),
        ("check_worthiness", ["card.json", "check_worthiness", "SHIP", "expected"]),
    ];
    for (labels, said) in expected {
        let directory = copied();
        edit_card(directory.path(), |card| card["labels"][labels].as_array_mut().unwrap().push(json!("SHIP")));
        refused(directory.path(), &said);
    }
}

/// The program reads these heads by the order it knows; a card with another order describes another model.
#[test]
fn a_card_with_its_labels_in_another_order() {
    for labels in ["check_worthiness", "attributions"] {
        let directory = copied();
        edit_card(directory.path(), |card| card["labels"][labels].as_array_mut().unwrap().reverse());
        refused(directory.path(), &["card.json", labels, "expected"]);
    }
}

#[test]
fn a_card_of_another_schema() {
    let directory = copied();
    edit_card(directory.path(), |card| card["schema"] = json!("claimsift/model/2"));
    refused(directory.path(), &["card.json", "claimsift/model/2", "expected", "claimsift/model/1", "version"]);
}

#[test]
fn a_card_that_is_no_card() {
    for (text, words) in [("{", ["card.json", "line 1"]), ("{\"schema\":\"claimsift/model/1\"}", ["card.json", "missing field"])] {
        let directory = copied();
        replace(directory.path(), "card.json", text);
        refused(directory.path(), &words);
    }
}

#[test]
fn a_card_with_a_threshold_no_score_has() {
    let directory = copied();
    edit_card(directory.path(), |card| card["thresholds"]["check_worthiness"]["value"] = json!(7));
    refused(directory.path(), &["card.json", "check_worthiness", "7", "expected"]);
}

#[test]
fn a_card_with_windows_the_encoder_cannot_hold() {
    for tokens in [0, 3, 100_000] {
        let directory = copied();
        edit_card(directory.path(), |card| card["window_tokens"] = json!(tokens));
        refused(directory.path(), &["card.json", "window_tokens", &tokens.to_string()]);
    }
}

#[test]
fn weights_cut_off_though_the_card_agrees() {
    let bytes = std::fs::read(model().join("model.safetensors")).unwrap();
    for kept in [0, 7, 1000, bytes.len() / 2, bytes.len() - 1] {
        let directory = copied();
        replace_with_card(directory.path(), "model.safetensors", &bytes[..kept]);
        refused(directory.path(), &["model.safetensors", "safetensors file"]);
    }
}

#[test]
fn weights_whose_header_lies() {
    let directory = copied();
    replace_with_card(directory.path(), "model.safetensors", [0xff; 64]);
    refused(directory.path(), &["model.safetensors", "safetensors file"]);
}

#[test]
fn a_tokenizer_that_is_none_though_the_card_agrees() {
    let directory = copied();
    replace_with_card(directory.path(), "tokenizer.json", "{}");
    refused(directory.path(), &["tokenizer.json", "cannot read the tokenizer"]);
}

#[test]
fn a_configuration_that_is_none_though_the_card_agrees() {
    for text in ["{}", "[", "{\"hidden_size\":-1}"] {
        let directory = copied();
        replace_with_card(directory.path(), "config.json", text);
        refused(directory.path(), &["config.json"]);
    }
}

#[test]
fn a_configuration_of_another_size_though_the_card_agrees() {
    let shipped: Value = serde_json::from_slice(&std::fs::read(model().join("config.json")).unwrap()).unwrap();
    for (field, value) in
        [("num_hidden_layers", json!(1)), ("hidden_size", json!(120)), ("num_attention_heads", json!(7)), ("num_attention_heads", json!(0))]
    {
        let mut config = shipped.clone();
        config[field] = value;
        let directory = copied();
        replace_with_card(directory.path(), "config.json", config.to_string());
        refused(directory.path(), &["model file"]);
    }
}
