//! The test vectors of Web Authentication Level 3, section 16. They are read where they are, and skipped where they are not.
//!
//! Decided about them: ES512 and Ed448 are not taken, and refused by name; pages in frames are taken where their top
//! origins are configured; what stands for the model in an attestation by fido-u2f is not signed and is taken as zero; the
//! certificate of the key of Android does not say where the key is from nor what it is for, so that it is taken without trust
//! anchors and refused with them.

use crate::platform::answer;
use edge_mfa::Timestamp;
use edge_mfa::webauthn::{
    self, AttestationPolicy, AuthenticationResponse, Ceremony, Credential, Refusal, RegistrationResponse, RelyingParty,
    Trust, UserVerification,
};
use serde_json::Value;
use std::path::Path;

fn file() -> Option<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/vectors/webauthn/w3c-level3-vectors.json");
    let Ok(text) = std::fs::read_to_string(&path) else {
        println!("skipped: there is no {}", path.display());
        return None;
    };
    Some(serde_json::from_str(&text).unwrap())
}

fn hex(value: &Value) -> Vec<u8> {
    let text = value.as_str().unwrap();
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}

#[test]
fn the_vectors_of_level_3() {
    let Some(file) = file() else { return };
    let vectors = file["vectors"].as_array().unwrap();
    assert_eq!(vectors.len(), 15);
    let root = hex(&file["attestationCaCertHex"]);
    let anchored = AttestationPolicy::new(vec![root], vec![]).unwrap();
    // The certificates are valid from 2024 on.
    let now = Timestamp::from_secs(1_800_000_000).unwrap();
    let mut refused = Vec::new();
    for vector in vectors {
        let name = vector["name"].as_str().unwrap();
        let party = RelyingParty::new(
            "example.org".into(),
            vec!["https://example.org".into()],
            vec!["https://example.com".into()],
        )
        .unwrap();
        let [registration, authentication] = [&vector["raw"]["registration"], &vector["raw"]["authentication"]];
        let challenge = hex(&registration["challenge"]);
        let flags = |part: &str, flag: &str| vector["expectedFlags"][part][flag].as_bool().unwrap();
        let ceremony = |challenge| Ceremony {
            relying_party: &party,
            challenge,
            user_verification: UserVerification::Preferred,
            now,
        };
        let id = hex(&registration["credential_id"]);
        let response = RegistrationResponse {
            id: &id,
            client_data_json: &hex(&registration["clientDataJSON"]),
            attestation_object: &hex(&registration["attestationObject"]),
        };
        let is_silent = name.starts_with("android-key");
        if is_silent {
            let refused = webauthn::register(&response, &ceremony(&challenge), &anchored);
            assert_eq!(refused.err(), Some(Refusal::Untrusted), "{name}");
        }
        let is_anchored = vector["attestationRoot"].is_string() && !is_silent;
        let policy = if is_anchored { anchored.clone() } else { AttestationPolicy::default() };
        let registered = match webauthn::register(&response, &ceremony(&challenge), &policy) {
            Ok(pending) => answer(pending).unwrap_or_else(|refusal| panic!("{name}: {refusal:?}")),
            Err(Refusal::Algorithm) => {
                refused.push(name);
                continue;
            }
            Err(refusal) => panic!("{name}: {refusal:?}"),
        };
        assert_eq!(registered.user_verified, flags("registration", "uv"), "{name}");
        let credential = registered.into_credential();
        let aaguid = if name.starts_with("fido-u2f") { vec![0; 16] } else { hex(&vector["aaguidHex"]) };
        assert_eq!(credential.aaguid.to_vec(), aaguid, "{name}");
        assert_eq!(credential.backup_eligible, flags("registration", "be"), "{name}");
        assert_eq!(credential.backed_up, flags("registration", "bs"), "{name}");
        assert_eq!(credential.trust == Trust::Anchored, is_anchored, "{name}");
        let credential = Credential::from_bytes(&credential.to_bytes()).unwrap();

        let challenge = hex(&authentication["challenge"]);
        let response = AuthenticationResponse {
            id: &id,
            client_data_json: &hex(&authentication["clientDataJSON"]),
            authenticator_data: &hex(&authentication["authenticatorData"]),
            signature: &hex(&authentication["signature"]),
            user_handle: None,
        };
        let pending = webauthn::authenticate(&response, &ceremony(&challenge), &credential, b"alice");
        let assertion = answer(pending.unwrap_or_else(|refusal| panic!("{name}: {refusal:?}"))).unwrap();
        assert_eq!(assertion.user_verified, flags("authentication", "uv"), "{name}");
        assert_eq!(assertion.backed_up, flags("authentication", "bs"), "{name}");
    }
    assert_eq!(refused, ["packed-es512", "packed-ed448"]);
}

/// W3: without its anchor the same attestation gives no trust; and under another one it is refused.
#[test]
fn w3_a_root_that_nobody_trusts_gives_no_trust() {
    let Some(file) = file() else { return };
    let vector = file["vectors"].as_array().unwrap().iter().find(|vector| vector["name"] == "packed-es256").unwrap();
    let registration = &vector["raw"]["registration"];
    let party = RelyingParty::new("example.org".into(), vec!["https://example.org".into()], vec![]).unwrap();
    let challenge = hex(&registration["challenge"]);
    let ceremony = Ceremony {
        relying_party: &party,
        challenge: &challenge,
        user_verification: UserVerification::Required,
        now: Timestamp::from_secs(1_800_000_000).unwrap(),
    };
    let id = hex(&registration["credential_id"]);
    let response = RegistrationResponse {
        id: &id,
        client_data_json: &hex(&registration["clientDataJSON"]),
        attestation_object: &hex(&registration["attestationObject"]),
    };
    let open = answer(webauthn::register(&response, &ceremony, &AttestationPolicy::default()).unwrap()).unwrap();
    assert_eq!(open.into_credential().trust, Trust::None);
    // A root of the same name with another key.
    let mut other = hex(&file["attestationCaCertHex"]);
    let at = other.windows(3).position(|bytes| bytes == [0x00, 0x04, 0x00]).or_else(|| {
        let prefix = [0x03, 0x42, 0x00, 0x04];
        other.windows(4).position(|bytes| bytes == prefix).map(|at| at + 3)
    });
    let at = at.unwrap() + 5;
    other[at] ^= 1;
    let policy = AttestationPolicy::new(vec![other], vec![]).unwrap();
    let refused = webauthn::register(&response, &ceremony, &policy).map(answer);
    assert_eq!(refused.unwrap().unwrap_err(), Refusal::Signature);
}
