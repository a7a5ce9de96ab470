//! Sentences of any text.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    claimsift_fuzz::split(&String::from_utf8_lossy(data));
});
