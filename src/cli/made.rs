//! What one document is written as, made on the thread that annotated it.

use std::io;

use crate::emit;
use crate::pretty;
use crate::record::{ClaimSpan, Record};
use crate::render::{self, Annotated, RenderOptions};

/// What documents are written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// A line each.
    Records,
    /// A line for each claim.
    Claims,
    /// Rows of tables.
    Rows,
    /// A page for the terminal.
    Pages,
}

/// A document, ready to be written.
pub(super) struct Made {
    pub doc_id: String,
    pub sentences: usize,
    pub claims: Vec<ClaimSpan>,
    /// Whether the model read it.
    pub read: bool,
    pub output: Output,
}

/// What of it is written.
pub(super) enum Output {
    /// Lines of JSON.
    Lines(Vec<Vec<u8>>),
    /// Rows.
    Rows(Box<Record>),
    /// A page.
    Page(String),
}

impl Made {
    /// Makes the output of a document.
    pub fn of(annotated: &Annotated, options: &RenderOptions, shape: Shape) -> io::Result<Self> {
        let record = render::record(annotated, options);
        let (sentences, claims, doc_id) = (record.sentences.len(), record.claims.clone(), record.doc_id.clone());
        let output = match shape {
            Shape::Records => Output::Lines(vec![emit::line(&record)?]),
            Shape::Claims => {
                let lines = render::claim_lines(record, &annotated.document.text);
                Output::Lines(lines.iter().map(emit::line).collect::<io::Result<_>>()?)
            }
            Shape::Rows => Output::Rows(Box::new(record)),
            Shape::Pages => Output::Page(pretty::page(&record, page_width()).unwrap_or_default()),
        };
        Ok(Self { doc_id, sentences, claims, read: annotated.document.unread.is_none(), output })
    }
}

/// The widest lines that are pleasant to read.
const WIDEST_PAGE: usize = 110;

fn page_width() -> usize {
    textwrap::termwidth().min(WIDEST_PAGE)
}
