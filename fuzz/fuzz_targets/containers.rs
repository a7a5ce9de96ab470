//! Compression and archives, told by their first bytes.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    claimsift_fuzz::read(None, data);
});
