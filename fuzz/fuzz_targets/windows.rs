//! Words and windows of any text, as the shipped models are given them.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    claimsift_fuzz::windows::check(&String::from_utf8_lossy(data));
});
