//! Every check of our own ceremonies, as JSON for `tests/js/signature-checks.test.js`, which asks WebCrypto.

use crate::authenticator::{Authenticator, FORMATS};
use crate::key::Key;
use crate::platform::is_good;
use crate::relying_party::Asked;
use edge_mfa::webauthn::SignatureCheck;
use serde_json::{Value, json};

#[test]
fn checks_are_written_for_the_other_platforms() {
    let mut checks = Vec::new();
    for format in FORMATS {
        let authenticator = Authenticator::new(format);
        let asked = match format {
            "none" | "self" => Asked::default(),
            _ => Asked::trusting(&authenticator),
        };
        push(&mut checks, format, asked.begin(&authenticator.register()).unwrap().checks());
    }
    for key in Key::all() {
        let mut authenticator = Authenticator::new("none").with_key(key);
        let credential = Asked::default().register(&authenticator).unwrap().into_credential();
        for damaged in [false, true] {
            authenticator.damaged = damaged;
            let pending = Asked::default().begin_sign_in(&authenticator.assert(), &credential).unwrap();
            push(&mut checks, "assertion", pending.checks());
        }
    }
    assert_eq!(checks.iter().filter(|check| check["good"] == false).count(), Key::all().len());
    let path = concat!(env!("CARGO_TARGET_TMPDIR"), "/signatures-of-ceremonies.json");
    std::fs::write(path, serde_json::to_string(&checks).unwrap()).unwrap();
}

fn push(to: &mut Vec<Value>, what: &str, checks: &[SignatureCheck]) {
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    to.extend(checks.iter().map(|check| {
        json!({
            "what": what,
            "algorithm": check.algorithm.name(),
            "key": hex(&check.public_key),
            "message": hex(&check.message),
            "signature": hex(&check.signature),
            "good": is_good(check),
        })
    }));
}
