//! §7.1, in its order.

use crate::authenticator::{
    Authenticator, BACKED_UP, BACKUP_ELIGIBLE, EXTENSIONS, FORMATS, PRESENT, VERIFIED, base64_url, cose,
};
use crate::encode::Value;
use crate::key::Key;
use crate::relying_party::Asked;
use edge_mfa::webauthn::{Refusal, Trust, UserVerification};

#[test]
fn every_format_registers_a_credential_of_every_algorithm() {
    for format in FORMATS {
        for key in Key::all() {
            // A TPM has no Ed25519, and FIDO U2F has nothing but P-256.
            if (format == "tpm" && key.algorithm() == -8) || (format == "fido-u2f" && key.algorithm() != -7) {
                continue;
            }
            let authenticator = Authenticator::new(format).with_key(key.clone());
            let registered = Asked::default().register(&authenticator);
            let registered = registered.unwrap_or_else(|refusal| panic!("{format}: {refusal:?}"));
            assert!(registered.user_verified);
            let credential = registered.into_credential();
            assert_eq!(credential.id, authenticator.id);
            let asserted = Asked::default().begin_sign_in(&authenticator.assert(), &credential).unwrap();
            assert_eq!(asserted.checks()[0].public_key, key.spki());
            assert_eq!(credential.sign_count, 7);
            assert!(!credential.backup_eligible && !credential.backed_up);
            assert_eq!(credential.trust, Trust::None);
            let aaguid = if format == "fido-u2f" { [0; 16] } else { authenticator.aaguid };
            assert_eq!(credential.aaguid, aaguid);
        }
    }
}

/// Steps 5 and 6.
#[test]
fn client_data_is_json_of_a_ceremony() {
    let asked = Asked::default();
    for bad in ["", "{}", "[]", "null", "{\"type\":\"webauthn.create\"}", "\u{feff}\u{feff}{}"] {
        let mut registered = Authenticator::new("none").register();
        registered.client_data_json = bad.into();
        assert_eq!(asked.begin(&registered).err(), Some(Refusal::ClientData), "{bad}");
    }
    let valid = Authenticator::new("none").client_data("webauthn.create");
    for (from, to) in [
        ("}", ",}"),
        ("}", "} x"),
        ("\"type\"", "\"type\":\"webauthn.create\",\"type\""),
        ("\"origin\"", "\"Origin\""),
        ("\"origin\":", "\"origin\":1,\"o\":"),
        ("false", "\"false\""),
        ("create", "cr\u{0}ate"),
        ("false", "fal se"),
        ("\",\"challenge", "\" \"\",\"challenge"),
    ] {
        let mut registered = Authenticator::new("none").register();
        registered.client_data_json = String::from_utf8(valid.clone()).unwrap().replacen(from, to, 1).into();
        assert_eq!(asked.begin(&registered).err(), Some(Refusal::ClientData), "{to}");
    }
    let mut registered = Authenticator::new("none").register();
    registered.client_data_json = [&valid[..valid.len() - 1], b",\"\xff\":1}"].concat();
    assert_eq!(asked.begin(&registered).err(), Some(Refusal::ClientData), "no UTF-8");
}

/// Another spelling of the same JSON is the same: the specification leaves the parser to us.
#[test]
fn client_data_may_be_written_in_another_way() {
    let valid = String::from_utf8(Authenticator::new("none").client_data("webauthn.create")).unwrap();
    for spelling in [
        format!("\u{feff}{valid}"),
        valid.replace(':', " :\n").replace(" :\n//", "://").replace(" :\n8443", ":8443"),
        valid.replace("https://", "https:\\/\\/"),
        valid.replace("login", "\\u006c\\u006Fgin"),
        valid.replace('}', ",\"x y\":[1.5e3,null,{\" \\\" \":\"a  b\\\\\"}] }"),
    ] {
        let mut registered = Authenticator::new("none").register();
        registered.client_data_json = spelling.clone().into();
        assert!(asked_of(&registered), "{spelling}");
    }
}

fn asked_of(registered: &crate::authenticator::Registered) -> bool {
    Asked::default().begin(registered).is_ok()
}

/// Steps 7 to 11.
#[test]
fn client_data_is_of_this_ceremony() {
    let refused = |change: fn(&mut Authenticator)| {
        let mut authenticator = Authenticator::new("none");
        change(&mut authenticator);
        Asked::default().register(&authenticator).err()
    };
    for kind in ["webauthn.get", "webauthn.Create", "payment.create", ""] {
        let authenticator = Authenticator { kind: Some(kind), ..Authenticator::new("none") };
        assert_eq!(Asked::default().register(&authenticator).err(), Some(Refusal::Type), "{kind}");
    }
    assert_eq!(refused(|at| at.challenge[31] ^= 1), Some(Refusal::Challenge));
    assert_eq!(refused(|at| at.challenge.push(0)), Some(Refusal::Challenge));
    assert_eq!(refused(|at| at.challenge.truncate(31)), Some(Refusal::Challenge));
    assert_eq!(refused(|at| at.challenge.clear()), Some(Refusal::Challenge));
    // W1: each differs in one thing.
    for origin in [
        "http://login.example.org:8443",
        "https://login.example.org",
        "https://login.example.org:843",
        "https://login.example.org:8443/",
        "https://login.example.org:84430",
        "https://evil.login.example.org:8443",
        "https://login.example.org.evil.com:8443",
        "https://LOGIN.example.org:8443",
        "https://example.org:443",
        "null",
        "",
    ] {
        let authenticator = Authenticator { origin, ..Authenticator::new("none") };
        assert_eq!(Asked::default().register(&authenticator).err(), Some(Refusal::Origin), "{origin}");
    }
    assert_eq!(refused(|at| at.origin = "https://example.org"), None, "the other of our origins");
    assert_eq!(refused(|at| at.more = ""), None, "an old browser says nothing of frames");
    assert_eq!(refused(|at| at.more = r#","crossOrigin":true"#), Some(Refusal::CrossOrigin));
    let top = r#","crossOrigin":true,"topOrigin":"https://shop.example""#;
    let authenticator = Authenticator { more: top, ..Authenticator::new("none") };
    assert_eq!(Asked::default().register(&authenticator).err(), Some(Refusal::CrossOrigin));
}

/// Steps 10 and 11, where pages may embed us.
#[test]
fn only_expected_pages_embed_us() {
    let asked = Asked { top_origins: vec!["https://shop.example"], ..Asked::default() };
    let embedded = |more| asked.register(&Authenticator { more, ..Authenticator::new("none") }).err();
    assert_eq!(embedded(r#","crossOrigin":true,"topOrigin":"https://shop.example""#), None);
    assert_eq!(embedded(r#","crossOrigin":true"#), None, "the browser does not say by whom");
    assert_eq!(embedded(r#","crossOrigin":false"#), None);
    for other in [
        r#","crossOrigin":true,"topOrigin":"https://shop.example.evil""#,
        r#","crossOrigin":true,"topOrigin":"http://shop.example""#,
        r#","crossOrigin":true,"topOrigin":"https://login.example.org:8443""#,
        r#","crossOrigin":true,"topOrigin":"""#,
    ] {
        assert_eq!(embedded(other), Some(Refusal::TopOrigin), "{other}");
    }
    // Whatever else it says, a page that has one is in a frame.
    for other in
        [r#","crossOrigin":false,"topOrigin":"https://shop.example""#, r#","topOrigin":"https://shop.example""#]
    {
        assert_eq!(embedded(other), Some(Refusal::CrossOrigin), "{other}");
    }
}

/// Step 13.
#[test]
fn the_attestation_object_has_three_members_in_canonical_cbor() {
    let valid = Authenticator::new("none").register();
    let member = |name, value| (Value::Text(name), value);
    let (format, statement) = (member("fmt", Value::Text("none")), member("attStmt", Value::Map(vec![])));
    let data = member("authData", Value::Bytes(Authenticator::new("none").authenticator_data(true)));
    let right = Value::Map(vec![format.clone(), statement.clone(), data.clone()]);
    assert_eq!(right.encode(), valid.attestation_object);
    for bad in [
        Value::Map(vec![statement.clone(), format.clone(), data.clone()]),
        Value::Map(vec![format.clone(), statement.clone()]),
        Value::Map(vec![format.clone(), data.clone()]),
        Value::Map(vec![format.clone(), statement.clone(), data.clone(), member("something", Value::Int(1))]),
        Value::Map(vec![format.clone(), format.clone(), data.clone()]),
        Value::Map(vec![member("fmt", Value::Bytes(b"none".to_vec())), statement.clone(), data.clone()]),
        Value::Map(vec![format.clone(), statement, member("authData", Value::Text("data"))]),
        Value::Array(vec![]),
        Value::Raw([&valid.attestation_object[..], &[0]].concat()),
        Value::Raw(valid.attestation_object[..valid.attestation_object.len() - 1].to_vec()),
        Value::Raw([&[0xb8, 3], &valid.attestation_object[1..]].concat()),
        Value::Raw([&[0xbf], &valid.attestation_object[1..], &[0xff]].concat()),
        Value::Raw(vec![]),
    ] {
        let mut registered = Authenticator::new("none").register();
        registered.attestation_object = bad.encode();
        assert_eq!(Asked::default().begin(&registered).err(), Some(Refusal::AttestationObject), "{bad:?}");
    }
    let mut registered = Authenticator::new("none").register();
    registered.attestation_object = Value::Map(vec![format, member("attStmt", Value::Array(vec![])), data]).encode();
    assert_eq!(Asked::default().begin(&registered).err(), Some(Refusal::AttestationStatement));
}

/// Step 13, §6.1.
#[test]
fn authenticator_data_is_whole_and_not_more() {
    let changed = |change: fn(&mut Authenticator)| {
        let mut authenticator = Authenticator::new("none");
        change(&mut authenticator);
        Asked::default().register(&authenticator).err()
    };
    let malformed = Some(Refusal::AuthenticatorData);
    assert_eq!(changed(|at| at.tail = vec![0]), malformed, "a byte too many");
    assert_eq!(changed(|at| at.flags |= EXTENSIONS), malformed, "no extensions");
    assert_eq!(
        changed(|at| (at.flags, at.tail) = (at.flags | EXTENSIONS, vec![0x80])),
        malformed,
        "extensions that are no map"
    );
    assert_eq!(changed(|at| (at.flags, at.tail) = (at.flags | EXTENSIONS, vec![0xa0, 0])), malformed);
    assert_eq!(changed(|at| at.tail = vec![0xa0]), malformed, "extensions without the flag");
    assert_eq!(changed(|at| at.cose = Some(Value::Array(vec![]))), Some(Refusal::PublicKey), "a key that is no map");
    assert_eq!(changed(|at| at.cose = Some(Value::Raw(b"\xa2\x03\x26\x01\x02".to_vec()))), malformed, "not in order");
    assert_eq!(changed(|at| at.tail = vec![0; 9000]), malformed, "too long");
    let extensions = b"\xa1\x6bcredProtect\x02".to_vec();
    let with =
        Authenticator { flags: PRESENT | VERIFIED | EXTENSIONS, tail: extensions, ..Authenticator::new("packed") };
    assert!(Asked::default().register(&with).is_ok());
    // The bits that nothing is said about are left alone.
    assert_eq!(changed(|at| at.flags |= 1 << 1 | 1 << 5), None);

    for length in 0..36 {
        let mut data = Authenticator::new("none").authenticator_data(false);
        data.truncate(length);
        assert_eq!(registered_with(data), malformed, "{length} bytes");
    }
    assert_eq!(registered_with(Authenticator::new("none").authenticator_data(false)), Some(Refusal::AuthenticatorData));
}

fn registered_with(data: Vec<u8>) -> Option<Refusal> {
    let mut registered = Authenticator::new("none").register();
    let object = Value::Map(vec![
        (Value::Text("fmt"), Value::Text("none")),
        (Value::Text("attStmt"), Value::Map(vec![])),
        (Value::Text("authData"), Value::Bytes(data)),
    ]);
    registered.attestation_object = object.encode();
    Asked::default().begin(&registered).err()
}

/// Steps 14 to 17.
#[test]
fn the_authenticator_was_asked_by_us_and_somebody_was_there() {
    let flagged = |flags| Asked::default().register(&Authenticator { flags, ..Authenticator::new("none") }).err();
    for rp_id in ["example.com", "login.example.org", "example.org.", ""] {
        let authenticator = Authenticator { rp_id, ..Authenticator::new("none") };
        assert_eq!(Asked::default().register(&authenticator).err(), Some(Refusal::RpIdHash), "{rp_id}");
    }
    assert_eq!(flagged(VERIFIED), Some(Refusal::UserPresence));
    assert_eq!(flagged(PRESENT), Some(Refusal::UserVerification));
    assert_eq!(flagged(PRESENT | VERIFIED | BACKED_UP), Some(Refusal::BackupState));
    assert_eq!(flagged(PRESENT | VERIFIED | BACKUP_ELIGIBLE), None);
    assert_eq!(flagged(PRESENT | VERIFIED | BACKUP_ELIGIBLE | BACKED_UP), None);

    let asked = Asked { verification: UserVerification::Preferred, ..Asked::default() };
    let registered = asked.register(&Authenticator { flags: PRESENT, ..Authenticator::new("none") }).unwrap();
    assert!(!registered.user_verified);
    let unattended = Authenticator { flags: 0, ..Authenticator::new("none") };
    assert_eq!(asked.register(&unattended).err(), Some(Refusal::UserPresence));
}

/// Step 20.
#[test]
fn the_algorithm_is_one_that_was_asked_for() {
    for algorithm in [-36, -53, -9, -19, -37, -47, -258, -259, -65535, 5, i64::MIN, i64::MAX] {
        let Value::Map(mut members) = cose(&Key::p256(1)) else { panic!() };
        members[1].1 = Value::Int(algorithm);
        let authenticator = Authenticator { cose: Some(Value::Map(members)), ..Authenticator::new("none") };
        assert_eq!(Asked::default().register(&authenticator).err(), Some(Refusal::Algorithm));
    }
}

/// Step 21.
#[test]
fn a_format_that_is_not_known_is_refused() {
    for name in ["android-safetynet", "compound", "Packed", "packed ", ""] {
        let mut authenticator = Authenticator::new("none");
        authenticator.attestation.name = Some(name);
        assert_eq!(Asked::default().register(&authenticator).err(), Some(Refusal::AttestationFormat), "{name}");
    }
}

/// Step 24.
#[test]
fn who_asks_for_attestation_gets_it_or_no_credential() {
    for format in FORMATS {
        let authenticator = Authenticator::new(format);
        let registered = Asked::trusting(&authenticator).register(&authenticator);
        match format {
            "none" | "self" => assert_eq!(registered.err(), Some(Refusal::Untrusted)),
            _ => assert_eq!(registered.unwrap().into_credential().trust, Trust::Anchored, "{format}"),
        }
    }
}

/// Step 24.
#[test]
fn only_models_on_the_list_are_accepted() {
    for format in FORMATS {
        let authenticator = Authenticator::new(format);
        let mut asked = Asked { aaguids: vec![[9; 16], authenticator.aaguid], ..Asked::default() };
        let expected = (format == "fido-u2f").then_some(Refusal::Aaguid);
        assert_eq!(asked.register(&authenticator).err(), expected, "{format}: FIDO U2F cannot claim to be a model");
        asked.aaguids = vec![[9; 16]];
        assert_eq!(asked.register(&authenticator).err(), Some(Refusal::Aaguid), "{format}");
    }
}

/// Step 25, and that the answer names what was signed.
#[test]
fn a_credential_id_is_of_usual_length_and_the_one_that_was_signed() {
    for format in ["none", "packed", "fido-u2f"] {
        let with = |id: Vec<u8>| Asked::default().register(&Authenticator { id, ..Authenticator::new(format) }).err();
        assert_eq!(with(vec![7; 1023]), None);
        assert_eq!(with(vec![7]), None);
        assert_eq!(with(vec![7; 1024]), Some(Refusal::CredentialId));
        assert_eq!(with(vec![]), Some(Refusal::CredentialId));
        let mut registered = Authenticator::new(format).register();
        registered.id[0] ^= 1;
        assert_eq!(Asked::default().begin(&registered).err(), Some(Refusal::CredentialId));
        registered.id.clear();
        assert_eq!(Asked::default().begin(&registered).err(), Some(Refusal::CredentialId));
    }
}

#[test]
fn base64_url_of_the_authenticator_is_that_of_the_standard() {
    assert_eq!(base64_url(b"any carnal pleas"), "YW55IGNhcm5hbCBwbGVhcw", "of RFC 4648");
}
