//! §8.2 to §8.8: one statement for every condition, which it alone fails.

use crate::authenticator::{Attestation, Authenticator, FORMATS, leaf_name, properties, tpm_name};
use crate::certificate::{
    AAGUID, ALTERNATIVE_NAME, BASIC_CONSTRAINTS, Certificate, EXTENDED_KEY_USAGE, KEY_DESCRIPTION, NONCE,
};
use crate::encode::{Value, der};
use crate::key::Key;
use crate::relying_party::Asked;
use edge_mfa::webauthn::{Refusal, Trust};

/// What becomes of a statement of this format with one change. It is the same whether the maker is trusted or not.
fn changed(format: &'static str, change: impl FnOnce(&mut Attestation)) -> Option<Refusal> {
    let mut authenticator = Authenticator::new(format);
    assert_eq!(Asked::default().register(&authenticator).err(), None, "{format} as it is");
    let trusting = Asked::trusting(&authenticator);
    change(&mut authenticator.attestation);
    let refusal = Asked::default().register(&authenticator).err();
    // Of signatures that are not good and a broken chain, the chain is seen first.
    if refusal.is_some_and(|refusal| refusal != Refusal::Signature) {
        assert_eq!(trusting.register(&authenticator).err(), refusal, "{format}, trusted");
    }
    refusal
}

const CERTIFIED: [&str; 5] = ["packed", "tpm", "android-key", "fido-u2f", "apple"];

#[test]
fn a_statement_has_the_members_of_its_format() {
    for format in FORMATS {
        assert_eq!(changed(format, |at| at.extra = true), Some(Refusal::AttestationStatement), "{format}");
    }
    // Of another format.
    for (format, name) in [("packed", "none"), ("apple", "packed"), ("packed", "tpm"), ("fido-u2f", "apple")] {
        assert_eq!(
            changed(format, |at| at.name = Some(name)),
            Some(Refusal::AttestationStatement),
            "{format} as {name}"
        );
    }
    assert_eq!(changed("none", |at| at.name = Some("packed")), Some(Refusal::AttestationStatement));
    assert_eq!(changed("none", |at| at.name = Some("tpm")), Some(Refusal::AttestationStatement));
}

#[test]
fn a_statement_is_signed() {
    for format in ["self", "packed", "tpm", "android-key", "fido-u2f"] {
        assert_eq!(changed(format, |at| at.damaged = true), Some(Refusal::Signature), "{format}");
    }
    for format in ["self", "packed", "android-key"] {
        assert_eq!(changed(format, |at| at.nonce = Some([7; 32])), Some(Refusal::Signature), "{format}");
    }
    for format in ["packed", "tpm", "fido-u2f"] {
        assert_eq!(changed(format, |at| at.key = Key::p256(99)), Some(Refusal::Signature), "{format}");
    }
}

#[test]
fn a_statement_is_signed_with_the_algorithm_of_its_key() {
    for format in ["self", "packed", "tpm", "android-key"] {
        let with = |algorithm| changed(format, |at| at.algorithm = Some(algorithm));
        assert_eq!(with(-257), Some(Refusal::AttestationAlgorithm), "{format}");
        assert_eq!(with(-65535), Some(Refusal::AttestationAlgorithm), "{format}: RS1");
        assert_eq!(with(-36), Some(Refusal::AttestationAlgorithm), "{format}");
    }
    // The hash in a TPM's statement is that of its algorithm; we have one.
    assert_eq!(changed("tpm", |at| at.algorithm = Some(-35)), Some(Refusal::AttestationAlgorithm));
}

#[test]
fn certificates_are_certificates_and_not_too_many() {
    for format in CERTIFIED {
        let bad_key = |at: &mut Attestation| at.path[0].spki = der(b"\x30", &[]);
        let refusal = match format {
            "packed" | "tpm" => Refusal::AttestationAlgorithm,
            _ => Refusal::CertificateKey,
        };
        assert_eq!(changed(format, bad_key), Some(refusal), "{format}");
        let again = |at: &mut Attestation| at.path = vec![at.path[0].clone(); 9];
        assert_eq!(changed(format, again), Some(Refusal::AttestationStatement), "{format}");
        let version = |at: &mut Attestation| at.path[0].version = 3;
        assert_eq!(changed(format, version), Some(Refusal::Certificate), "{format}: version 4");
    }
    let two = |at: &mut Attestation| at.path.push(at.root.clone());
    assert_eq!(changed("fido-u2f", two), Some(Refusal::AttestationStatement));
    let none = |at: &mut Attestation| at.path.clear();
    // Packed without a certificate is signed with the credential itself, and this one is not.
    assert_eq!(changed("packed", none), Some(Refusal::Signature));
    for format in ["tpm", "fido-u2f"] {
        assert_eq!(changed(format, none), Some(Refusal::AttestationStatement), "{format}");
    }
}

/// §8.2.1 and §8.3.1.
#[test]
fn certificates_meet_their_requirements() {
    for format in ["packed", "tpm"] {
        let version = |at: &mut Attestation| {
            at.path[0].version = 1;
            at.path[0].extensions.clear();
        };
        assert_eq!(changed(format, version), Some(Refusal::Certificate), "{format}");
        let authority: [fn(&mut Certificate); 2] = [
            |certificate| certificate.replace(BASIC_CONSTRAINTS, true, der(b"\x30", &[b"\x01\x01\xff"])),
            |certificate| certificate.without(BASIC_CONSTRAINTS),
        ];
        for change in authority {
            assert_eq!(changed(format, |at| change(&mut at.path[0])), Some(Refusal::CertificateContent), "{format}");
        }
        let model: [fn(&mut Certificate); 4] = [
            |certificate| certificate.replace(AAGUID, false, der(b"\x04", &[b"other of a maker"])),
            |certificate| certificate.replace(AAGUID, true, der(b"\x04", &[b"model of a maker"])),
            |certificate| certificate.replace(AAGUID, false, b"model of a maker".to_vec()),
            |certificate| certificate.replace(AAGUID, false, vec![]),
        ];
        for change in model {
            let refusal = changed(format, |at| change(&mut at.path[0]));
            assert_eq!(refusal, Some(Refusal::CertificateAaguid), "{format}");
        }
        assert_eq!(changed(format, |at| at.path[0].without(AAGUID)), None, "it may say nothing");
    }
}

/// §8.2.1.
#[test]
fn a_packed_certificate_names_its_maker() {
    let subject = |kind, text| {
        changed("packed", |at| {
            at.path[0].subject = leaf_name();
            at.path[0].subject.iter_mut().filter(|(known, _)| *known == kind).for_each(|(_, value)| *value = text);
        })
    };
    let invalid = Some(Refusal::CertificateContent);
    for (kind, text) in
        [(6, "CHE"), (6, ""), (10, ""), (11, "authenticator attestation"), (11, "Authenticator Attestation "), (3, "")]
    {
        assert_eq!(subject(kind, text), invalid, "{kind} {text}");
    }
    for kind in [3, 6, 10, 11] {
        let without = |at: &mut Attestation| at.path[0].subject.retain(|(known, _)| *known != kind);
        assert_eq!(changed("packed", without), invalid, "without {kind}");
    }
    assert_eq!(subject(3, "Model 8"), None);
}

/// §8.3.
#[test]
fn a_tpm_certifies_the_credential_in_this_ceremony() {
    assert_eq!(changed("tpm", |at| at.tpm.version = "1.2"), Some(Refusal::AttestationStatement));
    assert_eq!(changed("tpm", |at| at.tpm.magic[0] = 0xfe), Some(Refusal::TpmCertification));
    assert_eq!(changed("tpm", |at| at.tpm.kind = [0x80, 0x18]), Some(Refusal::TpmCertification));
    assert_eq!(changed("tpm", |at| at.nonce = Some([7; 32])), Some(Refusal::TpmCertification));
    assert_eq!(changed("tpm", |at| at.tpm.key = Some(Key::p256(77))), Some(Refusal::TpmPublicArea));
    assert_eq!(changed("tpm", |at| at.tpm.certified = Some(vec![0; 90])), Some(Refusal::TpmCertification));
    assert_eq!(changed("tpm", |at| at.tpm.name_hash = [0, 0x0c]), Some(Refusal::TpmPublicArea), "named by SHA-384");
    for (tail, refusal) in [(0, Refusal::TpmCertification), (1, Refusal::TpmPublicArea)] {
        let longer = |at: &mut Attestation| at.tpm.tails[tail].push(0);
        assert_eq!(changed("tpm", longer), Some(refusal));
    }
}

/// §8.3.1.
#[test]
fn a_tpm_certificate_is_for_attestation_by_a_tpm() {
    assert_eq!(changed("tpm", |at| at.path[0].subject = leaf_name()), Some(Refusal::CertificateContent));
    let invalid = Some(Refusal::CertificateContent);
    for attributes in [&[1, 2][..], &[1, 3], &[2, 3], &[]] {
        let partial = |at: &mut Attestation| at.path[0].replace(ALTERNATIVE_NAME, true, tpm_name(attributes));
        assert_eq!(changed("tpm", partial), invalid, "{attributes:?}");
    }
    assert_eq!(changed("tpm", |at| at.path[0].without(ALTERNATIVE_NAME)), invalid);
    // A name of a host.
    let host = |at: &mut Attestation| at.path[0].replace(ALTERNATIVE_NAME, true, der(b"\x30", &[b"\x82\x01a"]));
    assert_eq!(changed("tpm", host), invalid);
    let usage = Some(Refusal::CertificateContent);
    assert_eq!(changed("tpm", |at| at.path[0].without(EXTENDED_KEY_USAGE)), usage);
    let server = der(b"\x30", &[&der(b"\x06", &[b"\x2b\x06\x01\x05\x05\x07\x03\x01"])]);
    assert_eq!(changed("tpm", |at| at.path[0].replace(EXTENDED_KEY_USAGE, false, server)), usage);
}

/// §8.4.
#[test]
fn an_android_key_was_generated_there_to_sign_for_us() {
    let lists =
        |software: Vec<u8>, hardware: Vec<u8>| changed("android-key", |at| at.android.lists = [software, hardware]);
    let good = || properties(Some(0), Some(&[2]), false);
    let nothing = || properties(None, None, false);
    assert_eq!(lists(good(), vec![]), None);
    assert_eq!(lists(properties(Some(0), None, false), properties(None, Some(&[2]), false)), None, "in either list");
    for bad in [properties(Some(1), Some(&[2]), false), properties(Some(2), Some(&[2]), false)] {
        assert_eq!(lists(nothing(), bad.clone()), Some(Refusal::AndroidKey));
        assert_eq!(lists(bad, good()), Some(Refusal::AndroidKey), "right in one of them only");
    }
    for purposes in [&[3][..], &[2, 3], &[0, 1, 2], &[]] {
        let bad = properties(Some(0), Some(purposes), false);
        assert_eq!(lists(nothing(), bad.clone()), Some(Refusal::AndroidKey), "{purposes:?}");
        assert_eq!(lists(good(), bad), Some(Refusal::AndroidKey), "{purposes:?}");
    }
    for (software, hardware) in
        [(nothing(), properties(Some(0), Some(&[2]), true)), (properties(None, None, true), good())]
    {
        assert_eq!(lists(software, hardware), Some(Refusal::AndroidKey));
    }
    assert_eq!(changed("android-key", |at| at.android.challenge = Some([7; 32])), Some(Refusal::AndroidKey));
    let twice = |at: &mut Attestation| at.path[0] = at.path[0].clone().with(KEY_DESCRIPTION, false, der(b"\x30", &[]));
    assert_eq!(changed("android-key", twice), Some(Refusal::Certificate), "an extension twice");
    assert_eq!(lists(b"\xa1\x02\x31\x05".to_vec(), good()), Some(Refusal::AndroidKey));
    let both = [properties(Some(1), Some(&[3]), false), good()].concat();
    assert_eq!(lists(vec![], both), Some(Refusal::AndroidKey), "properties twice");

    // Of another key: the statement is signed by the maker's.
    let mut authenticator = Authenticator::new("android-key");
    authenticator.attestation.key = Key::p256(50);
    authenticator.attestation.path[0].spki = Key::p256(50).spki();
    assert_eq!(Asked::default().register(&authenticator).err(), Some(Refusal::CertificateKey));
}

/// §8.4: without a word on where the key comes from, nobody vouches for it.
#[test]
fn an_android_key_of_unknown_origin_is_trusted_by_nobody() {
    for (origin, purposes) in [(None, Some(&[2][..])), (Some(0), None), (None, None)] {
        let mut authenticator = Authenticator::new("android-key");
        authenticator.attestation.android.lists = [vec![], properties(origin, purposes, false)];
        assert_eq!(Asked::trusting(&authenticator).register(&authenticator).err(), Some(Refusal::Untrusted));
        assert_eq!(Asked::default().register(&authenticator).unwrap().into_credential().trust, Trust::None);
    }
}

/// §8.6.
#[test]
fn fido_u2f_is_p256_and_nothing_else() {
    for key in [Key::p384(5), Key::ed25519(5), Key::Rsa] {
        let other = |at: &mut Attestation| {
            at.path[0].spki = key.spki();
            at.key = key.clone();
        };
        assert_eq!(changed("fido-u2f", other), Some(Refusal::CertificateKey));
    }
    let mut authenticator = Authenticator::new("fido-u2f");
    authenticator.key = Key::p384(5);
    assert_eq!(Asked::default().register(&authenticator).err(), Some(Refusal::CertificateKey));
}

/// §8.8.
#[test]
fn the_certificate_of_apple_names_the_ceremony_and_the_key() {
    assert_eq!(changed("apple", |at| at.nonce = Some([7; 32])), Some(Refusal::AppleNonce));
    assert_eq!(changed("apple", |at| at.path[0].spki = Key::p256(50).spki()), Some(Refusal::CertificateKey));
    let twice = |at: &mut Attestation| at.path[0] = at.path[0].clone().with(NONCE, false, der(b"\x30", &[]));
    assert_eq!(changed("apple", twice), Some(Refusal::Certificate), "an extension twice");
}

/// Members of other types than they must have.
#[test]
fn members_are_of_their_types() {
    let statement = |members: Vec<(&'static str, Value)>| {
        let mut registered = Authenticator::new("none").register();
        let members = members.into_iter().map(|(name, value)| (Value::Text(name), value)).collect();
        let object = Value::Map(vec![
            (Value::Text("fmt"), Value::Text("packed")),
            (Value::Text("attStmt"), Value::Map(members)),
            (Value::Text("authData"), Value::Bytes(Authenticator::new("none").authenticator_data(true))),
        ]);
        registered.attestation_object = object.encode();
        Asked::default().begin(&registered).err()
    };
    let malformed = Some(Refusal::AttestationStatement);
    assert_eq!(statement(vec![("alg", Value::Text("-7")), ("sig", Value::Bytes(vec![]))]), malformed);
    assert_eq!(statement(vec![("alg", Value::Int(-7)), ("sig", Value::Text("sig"))]), malformed);
    assert_eq!(statement(vec![("alg", Value::Int(-7)), ("sig", Value::Bytes(vec![]))]), Some(Refusal::Signature));
    let x5c = |x5c| statement(vec![("alg", Value::Int(-7)), ("sig", Value::Bytes(vec![])), ("x5c", x5c)]);
    assert_eq!(x5c(Value::Bytes(vec![])), malformed);
    assert_eq!(x5c(Value::Array(vec![])), Some(Refusal::AttestationStatement));
    assert_eq!(x5c(Value::Array(vec![Value::Int(1)])), Some(Refusal::Certificate));
    assert_eq!(x5c(Value::Array(vec![Value::Bytes(vec![])])), Some(Refusal::Certificate));
}
