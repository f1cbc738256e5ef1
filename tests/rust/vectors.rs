//! The shared test vectors, for the tests that include this file.

use serde_json::Value;

/// A file of `../shared/vectors`, or `None` with a note where the folder is absent.
pub(crate) fn read(name: &str) -> Option<Value> {
    let path = format!("{}/../shared/vectors/{name}", env!("CARGO_MANIFEST_DIR"));
    match std::fs::read_to_string(&path) {
        Ok(text) => Some(serde_json::from_str(&text).expect("vectors are JSON")),
        Err(_) => {
            println!("skipped: {path} is not there");
            None
        }
    }
}

/// The bytes of a field in hexadecimal.
pub(crate) fn hex(field: &Value) -> Vec<u8> {
    let digits = field.as_str().expect("hexadecimal text");
    (0..digits.len()).step_by(2).map(|at| u8::from_str_radix(&digits[at..at + 2], 16).expect("hex")).collect()
}
