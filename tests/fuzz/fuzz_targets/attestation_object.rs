#![no_main]
libfuzzer_sys::fuzz_target!(|data: &[u8]| edge_mfa_fuzz::attestation_object(data));
