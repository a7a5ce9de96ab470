//! rust-bert's own `BertModel` on the sentences other engines read: a peer of `make bench`.
//!
//! `cargo bench --bench rust_bert -- MODEL SENTENCES.json THREADS BATCH f32|bf16`: batches of sentences sorted by length and padded, THREADS
//! threads in each operation; prints what `benches/peers/peer.py` prints.

use std::path::Path;
use std::time::Instant;

use claimsift::encode::{Encoder, Window};
use claimsift::model;
use claimsift::span::Span;
use rust_bert::bert::{BertConfig, BertEmbeddings, BertModel};
use tch::{Device, Kind, Tensor, nn};

const HEADS: [&str; 5] = ["entities", "attributions", "worth", "verifiability", "types"];
/// Of these heads, so many look at words, the others at sentences.
const OF_WORDS: usize = 2;

fn main() {
    let started = Instant::now();
    let arguments: Vec<String> = std::env::args().skip(1).filter(|a| !a.starts_with("--")).collect();
    let [name, file, threads, batch, kind] = &arguments[..] else {
        eprintln!(
            "rust_bert: found {} arguments, expected MODEL SENTENCES.json THREADS BATCH f32|bf16; `make bench` gives them",
            arguments.len()
        );
        return;
    };
    tch::set_num_threads(threads.parse().expect("THREADS is a number"));
    let batch: usize = batch.parse().expect("BATCH is a number");
    let kind = if kind == "bf16" { Kind::BFloat16 } else { Kind::Float };
    let directory = model::find(name).expect("no such model");
    let encoder = Encoder::from_file(&directory.join("tokenizer.json"), 256).expect("no tokenizer");
    let network = Network::load(&directory, kind);

    let sentences: Vec<String> =
        serde_json::from_str(&std::fs::read_to_string(file).expect("no file of sentences")).expect("no list of strings");
    let mut sentences: Vec<&str> = sentences.iter().map(String::as_str).collect();
    sentences.sort_by_key(|s| s.chars().count());
    let read = |sentences: &[&str]| sentences.chunks(batch).map(|some| network.read(&encoder, some)).sum::<usize>();
    read(&sentences[sentences.len() / 2..][..1]);
    let startup = started.elapsed().as_secs_f64();
    read(&sentences.iter().step_by((sentences.len() / 64).max(1)).copied().collect::<Vec<_>>());
    let begun = Instant::now();
    let tokens = read(&sentences);
    let seconds = begun.elapsed().as_secs_f64();
    println!("{}", serde_json::json!({"startup": startup, "seconds": seconds, "sentences": sentences.len(), "tokens": tokens}));
}

struct Network {
    encoder: BertModel<BertEmbeddings>,
    heads: Vec<nn::Linear>,
    kind: Kind,
}

impl Network {
    fn load(directory: &Path, kind: Kind) -> Self {
        let config = std::fs::read_to_string(directory.join("config.json")).expect("no config.json");
        let config: BertConfig = serde_json::from_str(&config).expect("not BERT's configuration");
        let mut store = nn::VarStore::new(Device::Cpu);
        let weights = Tensor::read_safetensors(directory.join("model.safetensors")).expect("no weights in one file");
        let outputs = |name: &str| weights.iter().find(|(n, _)| *n == format!("{name}.bias")).map_or(1, |(_, bias)| bias.size()[0]);
        let encoder = BertModel::new(store.root() / "bert", &config);
        let heads = HEADS.map(|name| nn::linear(store.root() / name, config.hidden_size, outputs(name), Default::default())).into();
        // rust-bert's model has a pooler that ours does without; it costs next to nothing.
        for (name, mut variable) in store.variables().into_iter().filter(|(name, _)| !name.contains(".pooler.")) {
            let (_, stored) = weights.iter().find(|(n, _)| *n == name).unwrap_or_else(|| panic!("no weights for {name}"));
            tch::no_grad(|| variable.copy_(stored));
        }
        store.set_kind(kind);
        Self { encoder, heads, kind }
    }

    /// Tags a batch; gives how many tokens it had.
    fn read(&self, encoder: &Encoder, sentences: &[&str]) -> usize {
        let encode = |s: &&str| encoder.encode(s, Span::new(0, s.len())).expect("a sentence is not encoded").windows;
        let windows: Vec<Window> = sentences.iter().flat_map(encode).collect();
        let longest = windows.iter().map(|w| w.ids.len()).max().unwrap_or(0);
        let padded = |of: &dyn Fn(&Window) -> Vec<i64>| {
            let rows: Vec<i64> = windows
                .iter()
                .flat_map(|w| {
                    let mut row = of(w);
                    row.resize(longest, 0);
                    row
                })
                .collect();
            Tensor::from_slice(&rows).view([windows.len() as i64, longest as i64])
        };
        let (ids, cases, mask) = (padded(&|w| w.ids.clone()), padded(&|w| w.cases.clone()), padded(&|w| vec![1; w.ids.len()]));
        tch::no_grad(|| {
            let output =
                self.encoder.forward_t(Some(&ids), Some(&mask), Some(&cases), None, None, None, None, false).expect("the model failed");
            let states = output.hidden_state;
            let weight = mask.unsqueeze(-1).to_kind(self.kind);
            let pooled =
                (&states * &weight).sum_dim_intlist(&[1i64][..], false, self.kind) / weight.sum_dim_intlist(&[1i64][..], false, self.kind);
            for (at, head) in self.heads.iter().enumerate() {
                let scores = (if at < OF_WORDS { &states } else { &pooled }).apply(head);
                let _: Vec<i64> = Vec::try_from(scores.argmax(-1, false).view(-1)).expect("no numbers");
            }
        });
        windows.iter().map(|w| w.ids.len()).sum()
    }
}
