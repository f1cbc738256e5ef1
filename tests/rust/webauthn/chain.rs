//! §7.1 step 24: from the authenticator's certificate to a trust anchor, and nowhere else (W3).

use crate::authenticator::{Authenticator, leaf_name, middle_name, root_name};
use crate::certificate::{BASIC_CONSTRAINTS, Certificate, KEY_USAGE};
use crate::encode::der;
use crate::key::Key;
use crate::relying_party::{Asked, NOW};
use edge_mfa::webauthn::{Refusal, Trust};

/// Registers with one change, when the root as it was is trusted; and the same where nobody is, which gives no trust.
fn changed(change: impl FnOnce(&mut Authenticator)) -> Option<Refusal> {
    let mut authenticator = Authenticator::new("packed");
    let asked = Asked::trusting(&authenticator);
    change(&mut authenticator);
    let open = Asked::default().register(&authenticator).unwrap();
    assert_eq!(open.into_credential().trust, Trust::None);
    let registered = asked.register(&authenticator);
    if let Ok(registered) = &registered {
        assert_eq!(registered.clone().into_credential().trust, Trust::Anchored);
    }
    registered.err()
}

fn path(authenticator: &mut Authenticator) -> &mut Vec<Certificate> {
    &mut authenticator.attestation.path
}

#[test]
fn a_chain_ends_at_an_anchor() {
    assert_eq!(changed(|_| {}), None);
    assert_eq!(
        changed(|at| {
            path(at).pop();
        }),
        Some(Refusal::Untrusted),
        "a certificate is missing"
    );
    assert_eq!(
        changed(|at| path(at)[0].issuer = root_name()),
        Some(Refusal::CertificateChain),
        "the wrong kind of key"
    );
    assert_eq!(changed(|at| path(at)[0].issuer = leaf_name()), Some(Refusal::CertificateChain));
    assert_eq!(changed(|at| path(at)[1].issuer = leaf_name()), Some(Refusal::Untrusted));
    assert_eq!(changed(|at| path(at)[1].subject = leaf_name()), Some(Refusal::CertificateChain));
    let root_included = |at: &mut Authenticator| at.attestation.path.push(at.attestation.root.clone());
    assert_eq!(changed(root_included), None, "the root may come along");
}

#[test]
fn every_certificate_is_signed_by_the_next() {
    for place in 0..2 {
        assert_eq!(changed(|at| path(at)[place].damaged = true), Some(Refusal::Signature));
        let by_another = |at: &mut Authenticator| {
            path(at)[place].signer = if place == 0 { Key::Rsa } else { Key::p384(22) };
        };
        let expected = (place == 1).then_some(Refusal::Signature);
        assert_eq!(changed(by_another), expected, "{place}");
        // An algorithm that is not that of the issuer's key.
        let strange = |at: &mut Authenticator| path(at)[place].signer = Key::ed25519(9);
        let refusal = if place == 0 { Refusal::CertificateChain } else { Refusal::Untrusted };
        assert_eq!(changed(strange), Some(refusal), "{place}");
    }
}

/// W3.
#[test]
fn w3_a_self_signed_root_in_the_statement_gives_no_trust() {
    // All of the attacker's own making, under the names of the maker.
    let forge = |at: &mut Authenticator, name: fn() -> crate::certificate::Name| {
        let key = Key::p384(66);
        let root = Certificate::new(name(), &key, name(), &key).authority(None);
        path(at)[1].issuer = name();
        path(at)[1].signer = key;
        path(at).push(root);
    };
    assert_eq!(changed(|at| forge(at, root_name)), Some(Refusal::Signature), "the name of the anchor");
    assert_eq!(changed(|at| forge(at, leaf_name)), Some(Refusal::Untrusted), "another name");
    // The real root behind a chain that it never signed.
    let append = |at: &mut Authenticator| {
        forge(at, leaf_name);
        let root = at.attestation.root.clone();
        path(at).push(root);
    };
    assert_eq!(changed(append), Some(Refusal::CertificateChain));
    // A certificate of the authenticator that signed itself.
    let alone = |at: &mut Authenticator| {
        path(at).pop();
        path(at)[0].issuer = leaf_name();
        path(at)[0].signer = Key::p256(20);
    };
    assert_eq!(changed(alone), Some(Refusal::Untrusted));
}

#[test]
fn certificates_are_valid_now() {
    for place in 0..2 {
        let early = |at: &mut Authenticator| path(at)[place].not_before = "20270115080001Z";
        let late = |at: &mut Authenticator| path(at)[place].not_after = "20270115075959Z";
        assert_eq!(changed(early), Some(Refusal::CertificateChain), "{place}");
        assert_eq!(changed(late), Some(Refusal::CertificateChain), "{place}");
        let now = |at: &mut Authenticator| {
            path(at)[place].not_before = "20270115080000Z";
            path(at)[place].not_after = "20270115080000Z";
        };
        assert_eq!(changed(now), None, "{NOW} is both ends");
    }
    assert_eq!(changed(|at| path(at)[0].not_after = "99991231235959Z"), None);
    let mut authenticator = Authenticator::new("packed");
    authenticator.attestation.root.not_after = "20260101000000Z";
    assert_eq!(Asked::trusting(&authenticator).register(&authenticator).err(), Some(Refusal::Untrusted));
}

#[test]
fn only_authorities_sign_certificates() {
    let not: [fn(&mut Certificate); 4] = [
        |certificate| certificate.without(BASIC_CONSTRAINTS),
        |certificate| certificate.replace(BASIC_CONSTRAINTS, true, der(b"\x30", &[])),
        |certificate| certificate.replace(KEY_USAGE, true, b"\x03\x02\x07\x80".to_vec()),
        |certificate| certificate.replace(KEY_USAGE, true, vec![]),
    ];
    for change in not {
        assert_eq!(changed(|at| change(&mut path(at)[1])), Some(Refusal::CertificateChain));
        let mut authenticator = Authenticator::new("packed");
        change(&mut authenticator.attestation.root);
        let refusal = Asked::trusting(&authenticator).register(&authenticator).err();
        assert_eq!(refusal, Some(Refusal::Untrusted), "the anchor is none");
    }
    assert_eq!(changed(|at| path(at)[1].without(KEY_USAGE)), None);
    assert_eq!(
        changed(|at| path(at)[1].replace(BASIC_CONSTRAINTS, true, der(b"\x30", &[b"\x01\x01\x01"]))),
        Some(Refusal::CertificateChain)
    );
}

#[test]
fn an_authority_allows_so_many_others_under_it() {
    let insert = |length: Option<u8>| {
        move |at: &mut Authenticator| {
            // Root, upper, middle, authenticator.
            let (upper_name, upper_key) = (vec![(3, "Upper")], Key::p384(30));
            let upper = Certificate::new(upper_name.clone(), &upper_key, root_name(), &Key::p384(21)).authority(length);
            path(at)[1].issuer = upper_name;
            path(at)[1].signer = upper_key;
            path(at).push(upper);
        }
    };
    assert_eq!(changed(insert(None)), None);
    assert_eq!(changed(insert(Some(1))), None);
    assert_eq!(changed(insert(Some(0))), Some(Refusal::CertificateChain));
    let mut authenticator = Authenticator::new("packed");
    authenticator.attestation.root = authenticator.attestation.root.authority(Some(0));
    assert_eq!(Asked::trusting(&authenticator).register(&authenticator).err(), Some(Refusal::Untrusted));
    let wide = |at: &mut Authenticator| {
        path(at)[1].replace(BASIC_CONSTRAINTS, true, der(b"\x30", &[b"\x01\x01\xff\x02\x02\x01\x00"]));
    };
    assert_eq!(changed(wide), None, "256 of them");
}

#[test]
fn a_critical_extension_that_is_not_known_is_refused() {
    const STRANGE: &[u8] = b"\x55\x1d\x1e";
    for place in 0..2 {
        let with = |critical| {
            move |at: &mut Authenticator| path(at)[place] = path(at)[place].clone().with(STRANGE, critical, vec![])
        };
        assert_eq!(changed(with(true)), Some(Refusal::CertificateChain), "{place}");
        assert_eq!(changed(with(false)), None, "{place}");
    }
}

/// The specification lets the certificate of the authenticator itself be the anchor.
#[test]
fn an_anchor_may_be_any_certificate_of_the_path() {
    for place in 0..2 {
        let authenticator = Authenticator::new("packed");
        let mut asked = Asked::trusting(&authenticator);
        asked.anchors = vec![authenticator.attestation.path[place].to_der()];
        assert_eq!(asked.register(&authenticator).unwrap().into_credential().trust, Trust::Anchored, "{place}");
        let checks = asked.begin(&authenticator.register()).unwrap().checks().len();
        assert_eq!(checks, 1 + place, "what is above an anchor is not checked");
    }
}

/// Makers renew their roots and keep the names.
#[test]
fn one_of_several_anchors_with_the_same_name_must_have_signed() {
    let authenticator = Authenticator::new("packed");
    let real = Asked::trusting(&authenticator).anchors.remove(0);
    let namesake = |key: Key| {
        let root = Certificate::new(root_name(), &key, root_name(), &key).authority(None);
        root.to_der()
    };
    let others = [namesake(Key::p384(31)), namesake(Key::p256(32)), namesake(Key::ed25519(33))];
    let mut asked = Asked::trusting(&authenticator);
    for place in 0..=others.len() {
        asked.anchors = others.to_vec();
        asked.anchors.insert(place, real.clone());
        assert_eq!(asked.register(&authenticator).unwrap().into_credential().trust, Trust::Anchored);
    }
    asked.anchors = others.to_vec();
    assert_eq!(asked.register(&authenticator).err(), Some(Refusal::Signature));
    // One good signature in the chain does not stand in for another.
    let mut damaged = authenticator.clone();
    damaged.attestation.path[0].damaged = true;
    asked.anchors.push(real);
    assert_eq!(asked.register(&damaged).err(), Some(Refusal::Signature));
}

#[test]
fn chains_of_every_kind_of_key_are_followed() {
    for (at_root, at_middle) in Key::all().into_iter().flat_map(|root| Key::all().map(|middle| (root.clone(), middle)))
    {
        let mut authenticator = Authenticator::new("packed");
        let attestation = &mut authenticator.attestation;
        attestation.root = Certificate::new(root_name(), &at_root, root_name(), &at_root).authority(None);
        attestation.path[1] = Certificate::new(middle_name(), &at_middle, root_name(), &at_root).authority(None);
        attestation.path[0].signer = at_middle;
        let asked = Asked::trusting(&authenticator);
        assert_eq!(asked.register(&authenticator).unwrap().into_credential().trust, Trust::Anchored);
        assert_eq!(asked.begin(&authenticator.register()).unwrap().checks().len(), 3);
    }
}

/// In certificates any hash goes with any key.
#[test]
fn certificates_are_signed_with_any_hash() {
    for (key, names) in [
        (Key::p256(40), ["ECDSA P-256 SHA-256", "ECDSA P-256 SHA-384", "ECDSA P-256 SHA-512"]),
        (Key::p384(40), ["ECDSA P-384 SHA-256", "ECDSA P-384 SHA-384", "ECDSA P-384 SHA-512"]),
        (Key::Rsa, ["RSASSA-PKCS1-v1_5 SHA-256", "RSASSA-PKCS1-v1_5 SHA-384", "RSASSA-PKCS1-v1_5 SHA-512"]),
    ] {
        for (hash, name) in (0..).zip(names) {
            let mut authenticator = Authenticator::new("packed");
            let attestation = &mut authenticator.attestation;
            attestation.path[1] = Certificate::new(middle_name(), &key, root_name(), &Key::p384(21)).authority(None);
            attestation.path[0].signer = key.clone();
            attestation.path[0].hash = Some(hash);
            let asked = Asked::trusting(&authenticator);
            assert_eq!(asked.begin(&authenticator.register()).unwrap().checks()[1].algorithm.name(), name);
            assert_eq!(asked.register(&authenticator).unwrap().into_credential().trust, Trust::Anchored, "{name}");
            authenticator.attestation.path[0].damaged = true;
            assert_eq!(asked.register(&authenticator).err(), Some(Refusal::Signature), "{name}");
        }
    }
}
