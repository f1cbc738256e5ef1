//! The full wasm reads policies in a way of its own: it comes to the same.

use super::{Policy, PolicySettings};
use crate::Error;

#[test]
fn json_is_read_as_the_settings_are() {
    for text in [
        "{}",
        r#"{"preset":"strict"}"#,
        r#"{"preset":"strict","window":2}"#,
        r#"{"window":2,"preset":"strict","sessionIdle":0}"#,
        r#"{"preset":"compatible","resync":10,"algorithm":"SHA512","sessionMode":"offline","verifyUser":"never"}"#,
        r#"{"locks":[1],"digits":8,"period":15,"addressFailures":255,"sessionIdle":60}"#,
        r#"{"locks":[1,2,3,4,5,6,7,8,9,86400]}"#,
        r#"{"locks":[]}"#,
        r#"{"locks":[1,2,3,4,5,6,7,8,9,10,11]}"#,
        r#"{"locks":[30,86401]}"#,
        r#"{"digits":5}"#,
        r#"{"digits":256}"#,
        r#"{"period":14}"#,
        r#"{"addressFailures":2}"#,
        r#"{"sessionIdle":59}"#,
        r#"{"sessionIdle":86401}"#,
        r#"{"sessionLifetime":43199}"#,
        r#"{"preset":"strict","preset":"strict"}"#,
        r#"{"preset":"lenient"}"#,
        r#"{"window":2,"window":2}"#,
        r#"{"unknown":1}"#,
        r#"{"secret_bytes":20}"#,
        r#"{"window":null}"#,
        r#"{"window":1.5}"#,
        r#"{"window":1}}"#,
        "[]",
        "",
    ] {
        let by_settings = PolicySettings::from_json(text).and_then(Policy::new);
        assert_eq!(Policy::from_json(text), by_settings, "{text}");
    }
    assert_eq!(Policy::from_json(r#"{"window":11}"#), Err(Error::PolicyInvalid));
}
