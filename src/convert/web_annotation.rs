//! W3C Web Annotation Data Model (<https://www.w3.org/TR/annotation-model/>), JSON-LD: labels are `tagging` bodies,
//! places are text position and text quote selectors, relations are `linking` annotations of two others.
//!
//! Positions count code points, as the standard has it. A document's text is the body of an annotation of its own,
//! tagged `document-text`, so that a file can be read by itself.

mod reading;
mod selectors;
mod writing;

use super::percent;

pub(super) use reading::read;
pub(super) use writing::write;

/// The JSON-LD context of the standard.
const CONTEXT: &str = "http://www.w3.org/ns/anno.jsonld";
/// Tags the annotation whose other body is the text of its target.
const DOCUMENT_TEXT: &str = "document-text";
/// Before the name of a layer that was annotated.
const LAYER: &str = "layer:";
/// Tags a text that was rebuilt from tokens.
const REBUILT: &str = "rebuilt";

/// A document's name as a reference: all but letters, digits, `-._~/` percent-encoded.
fn encoded(doc_id: &str) -> String {
    percent::encoded(doc_id, |c| c.is_ascii_alphanumeric() || "-._~/".contains(c))
}

/// The name a reference stands for; an address on the web is left as it is.
fn decoded(reference: &str) -> String {
    if is_address(reference) { reference.to_owned() } else { percent::decoded(reference) }
}

fn is_address(reference: &str) -> bool {
    reference.starts_with("http://") || reference.starts_with("https://")
}

#[cfg(test)]
mod tests;
