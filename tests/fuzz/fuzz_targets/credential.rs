#![no_main]
libfuzzer_sys::fuzz_target!(|data: &[u8]| edge_mfa_fuzz::credential(data));
