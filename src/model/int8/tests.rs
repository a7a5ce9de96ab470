//! The network in 8 bits against itself in other packs, and against floats.

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use rust_bert::bert::BertConfig;
use tch::{Device, Tensor, nn};

use super::linear::numbers;
use super::*;
use crate::model::architecture::MpnetConfig;
use crate::model::{Heads, Model, Network, Precision, Worker};

const VOCABULARY: i64 = 50;
const HEADS: Heads = Heads { entities: 5, attributions: 7, worth: 3, verifiability: 4, types: 2 };

fn architecture(kind: &str) -> Architecture {
    let sizes = serde_json::json!({
        "hidden_act": "gelu", "hidden_size": 64, "num_hidden_layers": 3, "num_attention_heads": 4, "intermediate_size": 128, "vocab_size": VOCABULARY,
        "max_position_embeddings": 80, "hidden_dropout_prob": 0.1, "attention_probs_dropout_prob": 0.1,
        // BERT's, and MPNet's.
        "type_vocab_size": 6, "initializer_range": 0.02,
        "model_type": kind, "relative_attention_num_buckets": 32, "layer_norm_eps": 1e-5, "pad_token_id": 1,
    });
    match kind {
        "bert" => Architecture::Bert(serde_json::from_value::<BertConfig>(sizes).unwrap()),
        _ => Architecture::Mpnet(serde_json::from_value::<MpnetConfig>(sizes).unwrap()),
    }
}

/// A network with random weights, in floats and in 8 bits.
fn networks(kind: &str) -> (Network, Int8) {
    let (network, weights) = floats(kind, 1.0);
    (network, Int8::new(&architecture(kind), &weights).unwrap())
}

/// A network with random weights. One place of all its states is so many times as large as the others: far out, as in models that have learnt.
fn floats(kind: &str, far: f64) -> (Network, Weights) {
    tch::set_num_threads(1);
    tch::manual_seed(7);
    let store = nn::VarStore::new(Device::Cpu);
    let network = Network::new(store.root(), &architecture(kind), HEADS);
    let mut weights = Weights::new();
    for (name, mut variable) in store.variables() {
        let middle = if name.contains("LayerNorm.weight") { 1.0 } else { 0.0 };
        let values = variable.randn_like() * 0.15 + middle;
        if name.contains("LayerNorm.weight") {
            let _ = values.slice(0, 7, 8, 1).multiply_scalar_(far);
        }
        tch::no_grad(|| variable.copy_(&values));
        weights.insert(name, Stored::of(variable.detach().copy()));
    }
    (network, weights)
}

fn windows() -> impl Strategy<Value = Vec<Window>> {
    let tokens = prop::collection::vec((0..VOCABULARY, 0..6i64), 1..70);
    let window = tokens.prop_map(|tokens| {
        let (ids, cases): (Vec<i64>, Vec<i64>) = tokens.into_iter().unzip();
        let first: Vec<usize> = (0..ids.len()).step_by(2).collect();
        Window { scores: 0..first.len(), ids, cases, first }
    });
    prop::collection::vec(window, 1..12)
}

fn numbers_of(logits: &Logits) -> Vec<f32> {
    let rows = logits.entities.iter().chain(&logits.attributions).flatten();
    rows.chain(&logits.worth).chain(&logits.verifiability).chain(&logits.types).copied().collect()
}

fn in_floats(network: &Network, window: &Window) -> Vec<f32> {
    let row = |values: &[i64]| Tensor::from_slice(values).unsqueeze(0);
    let outputs = tch::no_grad(|| network.forward(&row(&window.ids), &row(&window.cases), None, false)).unwrap();
    let first = Tensor::from_slice(&window.first.iter().map(|at| *at as i64).collect::<Vec<_>>());
    let of_words = [outputs.entities, outputs.attributions].map(|t| t.squeeze_dim(0).index_select(0, &first));
    let of_sentence = [Some(outputs.worth), outputs.verifiability, outputs.types].into_iter().flatten();
    of_words.into_iter().chain(of_sentence).flat_map(|t| numbers(&t).unwrap()).collect()
}

fn same_bits(a: &Logits, b: &Logits) -> bool {
    let bits = |logits: &Logits| numbers_of(logits).iter().map(|n| n.to_bits()).collect::<Vec<_>>();
    bits(a) == bits(b)
}

fn a_pack_changes_nothing(kind: &str) {
    let network = Int8::new(&architecture(kind), &floats(kind, 12.0).1).unwrap();
    let other_thread = network.share();
    let mut runner = TestRunner::new(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() });
    let check = |windows: Vec<Window>| {
        let forwards: Vec<&Window> = windows.iter().collect();
        let backwards: Vec<&Window> = windows.iter().rev().collect();
        let packed = network.forward(&forwards).unwrap();
        let reversed = other_thread.forward(&backwards).unwrap();
        for ((window, packed), reversed) in windows.iter().zip(&packed).zip(reversed.iter().rev()) {
            let alone = network.forward(&[window]).unwrap();
            prop_assert!(same_bits(&alone[0], packed) && same_bits(packed, reversed));
        }
        Ok(())
    };
    runner.run(&windows(), check).unwrap();
}

/// How far 8 bits are from floats: the root of the mean square of the differences, as a share of that of the floats. Always the same
/// windows, since the farthest of random ones is a matter of luck.
fn distance_from_floats(kind: &str) -> f64 {
    let (floats, network) = networks(kind);
    let mut runner = TestRunner::deterministic();
    let (mut wrong, mut all) = (0.0, 0.0);
    for _ in 0..12 {
        for window in windows().new_tree(&mut runner).unwrap().current() {
            let truth = in_floats(&floats, &window);
            let found = numbers_of(&network.forward(&[&window]).unwrap()[0]);
            assert_eq!(truth.len(), found.len());
            wrong += truth.iter().zip(&found).map(|(a, b)| f64::from(a - b).powi(2)).sum::<f64>();
            all += truth.iter().map(|a| f64::from(*a).powi(2)).sum::<f64>();
        }
    }
    (wrong / all).sqrt()
}

#[test]
fn bert_says_the_same_bits_alone_and_in_any_pack() {
    a_pack_changes_nothing("bert");
}

#[test]
fn mpnet_says_the_same_bits_alone_and_in_any_pack() {
    a_pack_changes_nothing("mpnet");
}

#[test]
fn every_cpu_says_the_same_bits() {
    for kind in ["bert", "mpnet"] {
        let weights = floats(kind, 12.0).1;
        let of = |kernel| load::build(&architecture(kind), &weights, kernel).unwrap();
        let (here, plain) = (of(Kernel::here()), of(Kernel::Plain));
        let windows = windows().new_tree(&mut TestRunner::deterministic()).unwrap().current();
        let windows: Vec<&Window> = windows.iter().collect();
        let (here, plain) = (here.forward(&windows).unwrap(), plain.forward(&windows).unwrap());
        assert!(here.iter().zip(&plain).all(|(here, plain)| same_bits(here, plain)), "{kind}");
    }
}

#[test]
fn eight_bits_are_near_floats() {
    // On these windows: .016 and .026; with one scale for a whole matrix of weights it would be far more.
    for kind in ["bert", "mpnet"] {
        let distance = distance_from_floats(kind);
        assert!(distance <= 0.035, "{kind}: off by {distance}");
    }
}

#[test]
fn what_is_outside_the_tables_is_an_error() {
    let (_, network) = networks("bert");
    let window = Window { ids: vec![VOCABULARY], cases: vec![0], first: vec![0], scores: 0..1 };
    assert!(network.forward(&[&window]).unwrap_err().to_string().contains("outside the model's tables"));
}

/// The largest difference of a logit, entities' and attributions' and check-worthiness's, over the first `count` sentences of the fixtures.
fn farthest_from_floats(model: &str, count: usize) -> [f32; 3] {
    let load = |precision| Model::load(&crate::model::find(model).unwrap(), precision).unwrap();
    let (floats, whole) = (load(Precision::F32), load(Precision::Int8));
    let (floats_worker, whole_worker) = (floats.worker().unwrap(), whole.worker().unwrap());
    let mut texts: Vec<_> = std::fs::read_dir("fixtures/news").unwrap().map(|entry| entry.unwrap().path()).collect();
    texts.sort();
    let texts = texts.into_iter().map(|path| std::fs::read_to_string(path).unwrap());
    let sentences = texts.flat_map(|text| crate::split::split(&text).into_iter().map(move |sentence| (text.clone(), sentence.span)));
    let mut farthest = [0.0f32; 3];
    for (text, sentence) in sentences.take(count) {
        for window in floats.encoder.encode(&text, sentence).unwrap().windows {
            let of = |worker: &Worker| worker.forward(&[&window]).unwrap().remove(0);
            let (truth, found) = (of(&floats_worker), of(&whole_worker));
            let far = |truth: &[f32], found: &[f32]| truth.iter().zip(found).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
            let heads = [
                far(&truth.entities.concat(), &found.entities.concat()),
                far(&truth.attributions.concat(), &found.attributions.concat()),
                far(&truth.worth, &found.worth),
            ];
            farthest = std::array::from_fn(|head| farthest[head].max(heads[head]));
        }
    }
    farthest
}

#[test]
fn the_shipped_models_say_nearly_what_they_say_in_floats() {
    // .13, .12, .04 and .31, .24, .05 with the models shipped on 2026-11-24.
    for (model, count, limits) in [("newsroom", 40, [0.2, 0.2, 0.08]), ("newsroom-small", 120, [0.45, 0.35, 0.1])] {
        let farthest = farthest_from_floats(model, count);
        assert!(farthest.iter().zip(limits).all(|(far, limit)| *far <= limit), "{model}: {farthest:?}");
    }
}
