//! claimsift reads news and finds the claims a fact-checker would want to check.
//!
//! The rooms, in the order the data walks through them:
//!
//! 1. [`ingest`]: paths, standard input → [`document::Document`]s
//!    ([`screen`]: those in another language, or that repeat an earlier one, are not read)
//! 2. [`split`]: a document's text → sentences that tile it
//! 3. [`encode`]: a sentence → words and windows of token ids
//! 4. [`model`]: windows → logits
//! 5. [`decode`]: logits → mentions and sentence scores
//! 6. [`assemble`]: the mentions of a document → entities, attributions, claims ([`values`]: what amounts and dates say)
//! 7. [`render`], [`record`]: all of it → the wire format
//! 8. [`emit`]: records → files (with a [`journal`], by which a run that was killed goes on) or lines of output, or [`pretty`]: a page for a terminal
//!
//! [`pipeline`] lists these stages and runs them on all cores; [`repeated`] sentences are scored once, and [`timings`] say where the
//! time goes. Beside the way stand [`convert`] (gold annotation in
//! the formats people have), [`evaluate`] (predictions against gold), [`train`] (gold → a model), [`queue`] (records → claims that fact-checkers lease) and [`cli`].
//! [`span`], [`labels`] and [`roster`] are what all of them speak of.
//!
//! ```no_run
//! use claimsift::{ingest, model::{self, Model, Precision}, pipeline::Extractor};
//!
//! let model = Model::load(&model::find("newsroom-small")?, Precision::Auto)?;
//! let extractor = Extractor::new(model, 0)?;
//! for document in ingest::documents(&["news/".to_owned()], &Default::default()).flatten() {
//!     let annotated = extractor.annotate(document, 0.5).map_err(|failed| failed.error)?;
//!     for claim in &annotated.assembly.claims {
//!         println!("{}", claim.hull().of(&annotated.document.text));
//!     }
//! }
//! # Ok::<(), anyhow::Error>(())
//! ```

#![deny(missing_docs)]
#![deny(clippy::print_stdout, clippy::print_stderr, clippy::dbg_macro, clippy::exit)]
#![cfg_attr(not(test), deny(clippy::unwrap_used, clippy::expect_used))]

pub mod assemble;
pub mod cli;
pub mod convert;
pub mod decode;
pub mod document;
pub mod emit;
pub mod encode;
pub mod evaluate;
pub mod ingest;
pub mod journal;
pub mod labels;
pub mod model;
pub mod pipeline;
pub mod pretty;
pub mod queue;
pub mod record;
pub mod render;
pub mod repeated;
pub mod roster;
pub mod screen;
pub mod span;
pub mod split;
pub mod timings;
pub mod train;
pub mod values;
