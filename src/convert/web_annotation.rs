//! W3C Web Annotation Data Model (<https://www.w3.org/TR/annotation-model/>), JSON-LD: labels are `tagging` bodies,
//! places are text position and text quote selectors, relations are `linking` annotations of two others.
//!
//! Positions count code points, as the standard has it. A document's text is the body of an annotation of its own,
//! tagged `document-text`, so that a file can be read by itself.

mod reading;
mod selectors;
mod writing;

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
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~/".contains(&b);
    doc_id.bytes().map(|b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}

/// The name a reference stands for; an address on the web is left as it is.
fn decoded(reference: &str) -> String {
    if is_address(reference) {
        return reference.to_owned();
    }
    let mut bytes = Vec::new();
    let mut rest = reference.as_bytes();
    while let [first, after @ ..] = rest {
        let hex = after.get(..2).filter(|_| *first == b'%').and_then(|h| std::str::from_utf8(h).ok());
        match hex.and_then(|h| u8::from_str_radix(h, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| reference.to_owned())
}

fn is_address(reference: &str) -> bool {
    reference.starts_with("http://") || reference.starts_with("https://")
}

#[cfg(test)]
mod tests;
