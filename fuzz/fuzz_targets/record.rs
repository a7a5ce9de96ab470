//! Records: what is read is written and read as the same.

#![no_main]

use claimsift_fuzz::record::{ClaimLine, Record};

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    if let Ok(record) = serde_json::from_slice::<Record>(data) {
        let written = serde_json::to_vec(&record).expect("a record is written");
        assert_eq!(serde_json::from_slice::<Record>(&written).ok(), Some(record));
    }
    let _ = serde_json::from_slice::<ClaimLine>(data);
});
