//! Plain text and Markdown.

#![no_main]

use claimsift_fuzz::ingest::Format;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    claimsift_fuzz::read(Some(Format::Text), data);
    claimsift_fuzz::read(Some(Format::Markdown), data);
});
