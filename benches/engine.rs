//! How fast the model works, and how near that is to what the CPU can do.
//!
//! `cargo bench --bench engine [MODEL]`: tokens a second of one thread, on the sentences of `fixtures/news`; each figure is the median of
//! several rounds, in which everything takes its turn. The ceiling is the 8-bit products alone: the same kernel, the same shapes, nothing
//! else.

use std::fmt::Write as _;
use std::hint::black_box;
use std::path::Path;
use std::time::Instant;

use claimsift::encode::Window;
use claimsift::ingest;
use claimsift::model::{self, Backend, Ceiling, Model, Precision, Worker};
use claimsift::pipeline::sentences;

const ROUNDS: usize = 7;

/// Tokens of the packs whose products are timed alone.
const PACKS: [usize; 5] = [32, 64, 128, 256, 512];

fn main() {
    tch::set_num_threads(1);
    let name = std::env::args().skip(1).find(|a| !a.starts_with("--")).unwrap_or_else(|| "newsroom-small".into());
    let directory = model::find(&name).expect("no such model");
    let fast = Model::load(&directory, Precision::Int8).expect("the model does not load");
    let floats = Model::load(&directory, Precision::F32).expect("the model does not load");
    let windows = windows(&fast);
    let tokens: usize = windows.iter().map(|w| w.ids.len()).sum();
    println!(
        "{name}, {} sentences, {:.1} tokens each, one thread, median of {ROUNDS} rounds",
        windows.len(),
        tokens as f64 / windows.len() as f64
    );

    let (fast, floats) = (fast.worker().expect("no worker"), floats.worker().expect("no worker"));
    let mut ceilings: Vec<Ceiling> = PACKS.iter().map(|&rows| ceiling_of(&directory, rows)).collect();
    let few = &windows[..windows.len().min(60)];
    let mut rates: Vec<Vec<f64>> = vec![Vec::new(); PACKS.len() + 3];
    for _ in 0..ROUNDS {
        for ((rates, ceiling), rows) in rates.iter_mut().zip(&mut ceilings).zip(PACKS) {
            rates.push(products_alone(ceiling, rows, tokens));
        }
        rates[PACKS.len()].push(rate(&fast, &windows, windows.len()));
        rates[PACKS.len() + 1].push(rate(&fast, &windows, 1));
        rates[PACKS.len() + 2].push(rate(&floats, few, 1));
    }
    let mut medians = rates.into_iter().map(median);
    let best = medians.by_ref().take(PACKS.len()).zip(PACKS).map(|(rate, rows)| {
        println!("{:<44}{rate:>10.0} tokens/s", format!("products alone, {rows} rows"));
        rate
    });
    let ceiling = best.fold(0.0, f64::max);
    for what in ["int8, packs", "int8, a sentence at a time", "f32, the first 60 sentences, one at a time"] {
        let rate = medians.next().unwrap_or_default();
        let mut line = format!("{what:<44}{rate:>10.0} tokens/s");
        let _ = write!(line, "{:>6.0} % of the ceiling", 100.0 * rate / ceiling);
        println!("{line}");
    }
}

fn windows(model: &Model) -> Vec<Window> {
    let documents = ingest::documents(&["fixtures/news".to_owned()], &Default::default()).flatten();
    let mut windows = Vec::new();
    for document in documents {
        for sentence in sentences(&document) {
            windows.extend(model.encoder.encode(&document.text, sentence.span).expect("a sentence is not encoded").windows);
        }
    }
    windows
}

/// Tokens a second, `at_once` windows in one call.
fn rate(worker: &Worker, windows: &[Window], at_once: usize) -> f64 {
    let started = Instant::now();
    let mut tokens = 0;
    for some in windows.chunks(at_once) {
        tokens += some.iter().map(|w| w.ids.len()).sum::<usize>();
        black_box(worker.forward(&some.iter().collect::<Vec<_>>()).expect("the model failed"));
    }
    tokens as f64 / started.elapsed().as_secs_f64()
}

fn median(mut rates: Vec<f64>) -> f64 {
    rates.sort_by(f64::total_cmp);
    rates[rates.len() / 2]
}

/// The products of a model's layers alone.
fn ceiling_of(directory: &Path, rows: usize) -> Ceiling {
    let config = std::fs::read_to_string(directory.join("config.json")).expect("no config.json");
    let config: serde_json::Value = serde_json::from_str(&config).expect("config.json is no JSON");
    let size = |name: &str| config[name].as_u64().expect("config.json lacks a size") as usize;
    Ceiling::new(size("num_hidden_layers"), size("hidden_size"), size("intermediate_size"), rows)
}

/// Tokens a second, `rows` at a time.
fn products_alone(ceiling: &mut Ceiling, rows: usize, tokens: usize) -> f64 {
    let times = (tokens / rows).max(1);
    let started = Instant::now();
    for _ in 0..times {
        black_box(ceiling.run());
    }
    (times * rows) as f64 / started.elapsed().as_secs_f64()
}
