//! HTML that is no XML (`<br>`, `<p>` never closed, `a & b`) → the same pieces. Only its tags and words are read, as a browser's
//! tokenizer does; no tree is built, so that neither depth nor misnesting costs anything.

use std::cell::RefCell;

use html5ever::TokenizerResult;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{BufferQueue, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};

use super::flow::{Flow, Piece};

/// The most white space and quotation marks inside one tag: the tokenizer compares each attribute with all others of its tag.
const MAX_TAG_MARKS: usize = 4_000;
/// The most slashes, which part attributes, too, but which addresses and pictures in an address have many of.
const MAX_TAG_SLASHES: usize = 30_000;

/// The pieces of a fragment or page of HTML.
///
/// # Errors
/// A tag has thousands of attributes.
pub(in crate::ingest) fn pieces(html: &str) -> Result<Vec<Piece>, String> {
    if let Some(at) = crowded_tag(html) {
        let at = super::place(html, at);
        return Err(format!("HTML, {at}: a tag has thousands of attributes; expected fewer"));
    }
    let tokenizer = Tokenizer::new(Sink::default(), TokenizerOpts::default());
    let input = BufferQueue::default();
    input.push_back(StrTendril::from_slice(html));
    while !matches!(tokenizer.feed(&input), TokenizerResult::Done) {}
    tokenizer.end();
    Ok(tokenizer.sink.flow.into_inner().finish())
}

/// Byte of a tag that may have too many attributes, wherever it ends.
fn crowded_tag(html: &str) -> Option<usize> {
    let bytes = html.as_bytes();
    let mut opened = None;
    let (mut marks, mut slashes) = (0, 0);
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            b'<' if opened.is_none() && bytes.get(at + 1).is_some_and(u8::is_ascii_alphabetic) => {
                (opened, marks, slashes) = (Some(at), 0, 0);
            }
            b'>' => opened = None,
            b' ' | b'\t' | b'\n' | b'\x0c' | b'\r' | b'"' | b'\'' => marks += 1,
            b'/' => slashes += 1,
            _ => {}
        }
        if opened.is_some() && (marks > MAX_TAG_MARKS || slashes > MAX_TAG_SLASHES) {
            return opened;
        }
    }
    None
}

/// Gives tags and words to a [`Flow`].
#[derive(Debug, Default)]
struct Sink {
    flow: RefCell<Flow>,
}

impl TokenSink for Sink {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let mut flow = self.flow.borrow_mut();
        match token {
            Token::CharacterTokens(words) => flow.text(&words),
            Token::TagToken(tag) if tag.kind == TagKind::EndTag => flow.close(&tag.name),
            Token::TagToken(tag) => {
                flow.open(&tag.name);
                if tag.self_closing {
                    flow.close(&tag.name);
                    return TokenSinkResult::Continue;
                }
                return match &*tag.name {
                    "script" => TokenSinkResult::RawData(RawKind::ScriptData),
                    "title" | "textarea" => TokenSinkResult::RawData(RawKind::Rcdata),
                    "style" | "iframe" | "noscript" => TokenSinkResult::RawData(RawKind::Rawtext),
                    _ => TokenSinkResult::Continue,
                };
            }
            _ => {}
        }
        TokenSinkResult::Continue
    }
}
