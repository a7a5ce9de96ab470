//! Wires in XML: an article a file.

#![no_main]

use claimsift_fuzz::ingest::Format;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    claimsift_fuzz::read(Some(Format::Nitf), data);
});
