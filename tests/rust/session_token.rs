//! Session tokens: what we sign we accept, for as long as it says, and nothing that is one byte away from it (S6, S7).
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

use edge_mfa::protect::session_token::{Claims, Known, Level, Method, SessionId, TokenRefusal, jwk_set};
use edge_mfa::protect::{Environment, KeyRing, Seeded, session_token, thumbprint};
use edge_mfa::{Error, Timestamp};
use hmac::{Hmac, KeyInit, Mac};
use proptest::prelude::*;
use serde_json::{Value, json};

const ISSUER: &str = "Example";
const NOW: u64 = 1_790_000_000;

fn at(seconds: u64) -> Timestamp {
    Timestamp::from_secs(seconds).unwrap()
}

fn ring_of(environment: Environment, seed: u8) -> KeyRing {
    KeyRing::generate(environment, at(NOW), &mut Seeded::new([seed; 32])).unwrap()
}

fn ring() -> KeyRing {
    ring_of(Environment::Live, 1)
}

fn claims() -> Claims {
    Claims {
        issuer: ISSUER.into(),
        subject: "alice@example.com".into(),
        id: SessionId::from_bytes([7; 12]),
        issued: at(NOW),
        expires: at(NOW + 3_600),
        limit: at(NOW + 43_200),
        authenticated: at(NOW - 10),
        methods: vec![Method::Pwd, Method::Otp, Method::Mfa],
        level: Level::Aal2,
        epoch: 3,
        bound_to: None,
    }
}

fn token() -> String {
    claims().sign(&ring()).unwrap()
}

fn check(token: &str) -> Result<Claims, TokenRefusal> {
    verify(&ring(), ISSUER, token, None, at(NOW))
}

/// Header, payload and signature.
fn split(token: &str) -> [&str; 3] {
    token.split('.').collect::<Vec<_>>().try_into().unwrap()
}

fn base64(bytes: impl AsRef<[u8]>) -> String {
    const SYMBOLS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut text = String::new();
    for chunk in bytes.as_ref().chunks(3) {
        let word = chunk.iter().chain(&[0; 2]).take(3).fold(0, |word, byte| word << 8 | usize::from(*byte));
        text.extend((0..=chunk.len()).map(|place| char::from(SYMBOLS[word >> (18 - 6 * place) & 63])));
    }
    text
}

fn unbase64(text: &str) -> Vec<u8> {
    let value = |symbol: char| base64_value(symbol);
    let bits: Vec<u8> = text.chars().flat_map(|symbol| (0..6).rev().map(move |bit| value(symbol) >> bit & 1)).collect();
    bits.chunks_exact(8).map(|bits| bits.iter().fold(0, |byte, bit| byte << 1 | bit)).collect()
}

fn base64_value(symbol: char) -> u8 {
    let symbols = ('A'..='Z').chain('a'..='z').chain('0'..='9').chain(['-', '_']);
    (0..).zip(symbols).find(|(_, known)| *known == symbol).unwrap().0
}

/// The newest of the exported keys: its id and its bytes.
fn exported(ring: &KeyRing) -> (String, Vec<u8>) {
    let set: Value = serde_json::from_str(&jwk_set(ring)).unwrap();
    let key = &set["keys"][0];
    (key["kid"].as_str().unwrap().into(), unbase64(key["k"].as_str().unwrap()))
}

/// A token as any JWT library would make it, with a key that is right.
fn signed(header: &str, payload: &str) -> String {
    signed_with(&exported(&ring()).1, header, payload)
}

fn signed_with(key: &[u8], header: &str, payload: &str) -> String {
    signed_raw(key, &format!("{}.{}", base64(header), base64(payload)))
}

fn signed_raw(key: &[u8], text: &str) -> String {
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(key).unwrap();
    mac.update(text.as_bytes());
    format!("{text}.{}", base64(mac.finalize().into_bytes()))
}

fn header() -> String {
    String::from_utf8(unbase64(split(&token())[0])).unwrap()
}

fn payload() -> Value {
    serde_json::from_slice(&unbase64(split(&token())[1])).unwrap()
}

/// The verdict of the library, which is the same for a payload that it has read before.
fn verify(
    ring: &KeyRing,
    issuer: &str,
    token: &str,
    bound_to: Option<&[u8; 32]>,
    now: Timestamp,
) -> Result<Claims, TokenRefusal> {
    let verdict = session_token::verify(ring, issuer, token, bound_to, now);
    let mut known = Known::new();
    for _ in 0..2 {
        let again = session_token::verify_again(ring, issuer, token, bound_to, now, &mut known);
        assert_eq!(again, verdict.as_ref().map_err(|refusal| *refusal));
    }
    verdict
}

#[test]
fn a_payload_that_was_read_before_is_no_verdict() {
    let (token, mut known) = (token(), Known::new());
    let mut ask = |ring: &KeyRing, issuer, token: &str, bound_to, now| {
        session_token::verify_again(ring, issuer, token, bound_to, now, &mut known).cloned()
    };
    assert_eq!(ask(&ring(), ISSUER, &token, None, at(NOW)), Ok(claims()));
    let [header, payload, _] = split(&token);
    let forged = format!("{header}.{payload}.{}", base64([0; 32]));
    assert_eq!(ask(&ring(), ISSUER, &forged, None, at(NOW)), Err(TokenRefusal::Signature));
    let others = ring_of(Environment::Live, 2);
    assert_eq!(ask(&others, ISSUER, &token, None, at(NOW)), Err(TokenRefusal::KeyUnknown));
    assert_eq!(ask(&ring(), "Another", &token, None, at(NOW)), Err(TokenRefusal::Issuer));
    assert_eq!(ask(&ring(), ISSUER, &token, Some(&[1; 32]), at(NOW)), Err(TokenRefusal::Binding));
    assert_eq!(ask(&ring(), ISSUER, &token, None, at(NOW + 3_600)), Err(TokenRefusal::Expired));
    assert_eq!(ask(&ring(), ISSUER, &token, None, at(NOW)), Ok(claims()));
}

#[test]
fn more_sessions_than_there_are_places_for_are_told_apart() {
    let (ring, mut known) = (ring(), Known::new());
    for _ in 0..2 {
        for number in 0..500 {
            let one = Claims { subject: format!("person {number}"), ..claims() };
            let token = one.sign(&ring).unwrap();
            let read = session_token::verify_again(&ring, ISSUER, &token, None, at(NOW), &mut known);
            assert_eq!(read, Ok(&one));
        }
    }
}

#[test]
fn a_token_says_what_was_signed() {
    assert_eq!(check(&token()), Ok(claims()));
    let bare = Claims { methods: Vec::new(), limit: claims().expires, level: Level::Aal3, epoch: u32::MAX, ..claims() };
    assert_eq!(check(&bare.sign(&ring()).unwrap()), Ok(bare));
}

/// The names of the standards, in the order that they are documented, and nothing else.
#[test]
fn a_token_is_a_jws_of_registered_claims() {
    let id = ring().newest();
    assert_eq!(header(), format!(r#"{{"alg":"HS256","kid":"{id}","typ":"mfa-session+jwt"}}"#));
    let claims = Claims { bound_to: Some([0xff; 32]), ..claims() };
    let payload = unbase64(split(&claims.sign(&ring()).unwrap())[1]);
    assert_eq!(
        String::from_utf8(payload).unwrap(),
        r#"{"iss":"Example","sub":"alice@example.com","sid":"BwcHBwcHBwcHBwcH","iat":1790000000,"exp":1790003600,"#
            .to_owned()
            + r#""session_expiry":1790043200,"auth_time":1789999990,"amr":["pwd","otp","mfa"],"acr":"aal2","epoch":3,"#
            + r#""ath":"__________________________________________8"}"#
    );
    assert_eq!(payload_of(&Claims { limit: claims.expires, bound_to: None, ..claims }).get("session_expiry"), None);
}

fn payload_of(claims: &Claims) -> Value {
    serde_json::from_slice(&unbase64(split(&claims.sign(&ring()).unwrap())[1])).unwrap()
}

#[test]
fn the_exported_keys_sign_what_we_accept() {
    let token = signed(&header(), &payload().to_string());
    assert_eq!(check(&token), Ok(claims()));
    let ring = ring().with_new_key(at(NOW), &mut Seeded::new([2; 32])).unwrap();
    let set: Value = serde_json::from_str(&jwk_set(&ring)).unwrap();
    let keys = set["keys"].as_array().unwrap();
    assert_eq!(keys.len(), 2);
    for (key, info) in keys.iter().zip(ring.keys()) {
        assert_eq!(key["kid"], info.id.to_string());
        assert_eq!((&key["kty"], &key["alg"], &key["use"]), (&json!("oct"), &json!("HS256"), &json!("sig")));
        assert_eq!(unbase64(key["k"].as_str().unwrap()).len(), 32);
        assert!(!ring.to_text().contains(key["k"].as_str().unwrap()));
    }
}

/// Made by node:crypto from what the documentation says.
#[test]
fn the_signing_key_of_a_ring_never_changes() {
    let ring = KeyRing::parse("mfak_test_e2a0c194_20260924_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8").unwrap();
    assert_eq!(exported(&ring), ("e2a0c194".into(), unbase64("GYw6zrWocecEWivEz83HIhxstDmo4a2zTJkAl4O8PQo")));
}

#[test]
fn milliseconds_are_cut_off() {
    let millis = |millis| Timestamp::from_millis(NOW * 1000 + millis).unwrap();
    let fine = Claims { issued: millis(999), expires: millis(2_999), limit: millis(2_999), ..claims() };
    let read = check(&fine.sign(&ring()).unwrap()).unwrap();
    assert_eq!((read.issued, read.expires, read.limit), (at(NOW), at(NOW + 2), at(NOW + 2)));
}

#[test]
fn a_token_expires_to_the_millisecond() {
    let end = (NOW + 3_600) * 1000;
    let check = |millis| verify(&ring(), ISSUER, &token(), None, Timestamp::from_millis(millis).unwrap());
    assert!(check(end - 1).is_ok());
    assert_eq!(check(end), Err(TokenRefusal::Expired));
    assert_eq!(check(end + 1), Err(TokenRefusal::Expired));
    assert_eq!(check((1 << 53) - 1), Err(TokenRefusal::Expired));
}

#[test]
fn a_token_of_the_future_is_refused_beyond_a_minute() {
    let check = |seconds| verify(&ring(), ISSUER, &token(), None, at(seconds));
    assert!(check(NOW - 60).is_ok());
    assert_eq!(check(NOW - 61), Err(TokenRefusal::NotYet));
    assert_eq!(check(0), Err(TokenRefusal::NotYet));
}

#[test]
fn a_token_of_another_issuer_is_refused() {
    for issuer in ["", "example", "Example ", "Example\0", "Other"] {
        assert_eq!(verify(&ring(), issuer, &token(), None, at(NOW)), Err(TokenRefusal::Issuer));
    }
}

/// S6, CVE-2024-28197.
#[test]
fn a_token_bound_to_one_primary_token_is_refused_with_another() {
    let (alice, bob) = (thumbprint("primary token of alice"), thumbprint("primary token of bob"));
    let bound = Claims { bound_to: Some(alice), ..claims() };
    let token = bound.sign(&ring()).unwrap();
    let check = |token: &str, primary| verify(&ring(), ISSUER, token, primary, at(NOW));
    assert_eq!(check(&token, Some(&alice)), Ok(bound));
    assert_eq!(check(&token, Some(&bob)), Err(TokenRefusal::Binding));
    assert_eq!(check(&token, None), Err(TokenRefusal::Binding));
    assert_eq!(check(&self::token(), Some(&alice)), Err(TokenRefusal::Binding));
}

#[test]
fn a_thumbprint_is_sha_256() {
    // FIPS 180-4, "abc".
    let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    let hex: String = thumbprint("abc").iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(hex, expected);
}

// --- S7, CVE-2026-27840 ---

#[test]
fn a_truncated_token_is_refused() {
    let token = token();
    for length in 0..token.len() {
        assert!(check(&token[..length]).is_err(), "{length}");
        assert!(check(&token[token.len() - length..]).is_err(), "the last {length}");
    }
    let [header, payload, signature] = split(&token);
    for text in [
        format!("{header}.{payload}"),
        format!("{header}.{payload}."),
        format!("{header}..{signature}"),
        format!(".{payload}.{signature}"),
        format!("{payload}.{signature}"),
        "..".into(),
        ".".into(),
        String::new(),
    ] {
        assert!(check(&text).is_err(), "{text}");
    }
}

#[test]
fn an_extended_token_is_refused() {
    let token = token();
    let [header, payload, signature] = split(&token);
    for more in ["A", "AA", "AAAA", "=", ".", "..", ".A", " ", "\n", "\0", "é"] {
        for text in [
            format!("{token}{more}"),
            format!("{more}{token}"),
            format!("{header}{more}.{payload}.{signature}"),
            format!("{header}.{payload}{more}.{signature}"),
        ] {
            assert!(check(&text).is_err(), "{text}");
        }
    }
    assert_eq!(check(&format!("{token}.{signature}")), Err(TokenRefusal::Malformed));
    assert_eq!(check(&format!("Bearer {token}")), Err(TokenRefusal::Malformed));
}

#[test]
fn a_changed_character_anywhere_is_refused() {
    let token = token();
    for (place, was) in token.char_indices() {
        for to in "ABCXYZabcxyz0189-_.=+/ ".chars().filter(|to| *to != was) {
            let changed = format!("{}{to}{}", &token[..place], &token[place + 1..]);
            assert!(check(&changed).is_err(), "{changed}");
        }
    }
}

/// The spellings of base64 that other decoders take for the same bytes.
#[test]
fn encodings_that_are_not_canonical_are_refused() {
    let key = exported(&ring()).1;
    let text = token();
    let [header, payload, signature] = split(&text);
    // 43 symbols hold two bits more than 32 bytes: three other last symbols mean the same to a lax decoder.
    let last = base64_value(signature.chars().last().unwrap());
    for bits in 1..4 {
        let other = ('A'..='Z').chain('a'..='z').chain('0'..='9').chain(['-', '_']).nth(usize::from(last | bits));
        let other = format!("{}{}", &signature[..42], other.unwrap());
        assert_eq!(unbase64(&other), unbase64(signature));
        assert_eq!(check(&format!("{header}.{payload}.{other}")), Err(TokenRefusal::Malformed));
    }
    // Spellings of header and payload, rightly signed as they are.
    let pad = |text: &str| format!("{text}{}", &"=="[..(4 - text.len() % 4) % 4]);
    let spaced = |text: &str| format!("{}\n{}", &text[..8], &text[8..]);
    let standard = |text: &str| text.replace('-', "+").replace('_', "/");
    let url = base64(r#"{"iss":"~~~???"}"#);
    assert_ne!(standard(&url), url);
    for (header, payload) in [
        (format!("{header}="), payload.into()),
        (header.into(), format!("{payload}=")),
        (header.into(), format!("{}==", pad(payload))),
        (spaced(header), payload.into()),
        (header.into(), spaced(payload)),
        (header.into(), format!("{payload}A")),
        (header.into(), standard(&url)),
        (format!("{header}\0"), payload.into()),
    ] {
        let token = signed_raw(&key, &format!("{header}.{payload}"));
        let refused = check(&token).unwrap_err();
        assert!(matches!(refused, TokenRefusal::Malformed | TokenRefusal::Header), "{token}: {refused:?}");
    }
    for signature in [pad(signature), standard(&base64([0xff; 32])), spaced(signature)] {
        assert_eq!(check(&format!("{header}.{payload}.{signature}")), Err(TokenRefusal::Malformed));
    }
}

#[test]
fn the_algorithm_none_is_refused() {
    let payload = payload().to_string();
    for none in ["none", "None", "NONE", "nOnE", ""] {
        for header in [
            format!(r#"{{"alg":"{none}"}}"#),
            format!(r#"{{"alg":"{none}","typ":"JWT"}}"#),
            header().replace("HS256", none),
        ] {
            let unsigned = format!("{}.{}", base64(&header), base64(&payload));
            assert_eq!(check(&format!("{unsigned}.")), Err(TokenRefusal::Malformed));
            assert_eq!(check(&format!("{unsigned}.{}", base64([0; 32]))), Err(TokenRefusal::Header));
            assert_eq!(check(&signed(&header, &payload)), Err(TokenRefusal::Header));
        }
    }
}

#[test]
fn other_algorithms_and_headers_are_refused_even_if_rightly_signed() {
    let (header, payload) = (header(), payload().to_string());
    let id = ring().newest();
    assert!(check(&signed(&header, &payload)).is_ok());
    for other in [
        header.replace("HS256", "HS512"),
        header.replace("HS256", "HS384"),
        header.replace("HS256", "RS256"),
        header.replace("HS256", "hs256"),
        header.replace("mfa-session+jwt", "JWT"),
        header.replace("mfa-session+jwt", "at+jwt"),
        header.replace("}", r#","crit":["exp"]}"#),
        header.replace("}", r#","jku":"https://example.com/keys"}"#),
        header.replace("{", r#"{"alg":"none","#),
        header.replace(',', ", "),
        format!("{header} "),
        format!(" {header}"),
        format!(r#"{{"alg":"HS256","kid":"{id}"}}"#),
        format!(r#"{{"typ":"mfa-session+jwt","alg":"HS256","kid":"{id}"}}"#),
        r#"{"alg":"HS256","typ":"mfa-session+jwt"}"#.into(),
        header.replace(&id.to_string(), ""),
        header.replace(&id.to_string(), &id.to_string().to_uppercase().replace(|digit: char| digit.is_numeric(), "A")),
        header.replace(&id.to_string(), &format!("{id}0")),
        header.replace(&id.to_string(), "../../etc"),
        header.replace(&id.to_string(), "+1234567"),
        "{}".into(),
        "null".into(),
        String::new(),
    ] {
        let refused = check(&signed(&other, &payload)).unwrap_err();
        assert_eq!(refused, TokenRefusal::Header, "{other}");
    }
}

#[test]
fn a_key_that_is_not_in_the_ring_is_unknown() {
    let foreign = claims().sign(&ring_of(Environment::Live, 2)).unwrap();
    assert_eq!(check(&foreign), Err(TokenRefusal::KeyUnknown));
}

#[test]
fn the_right_key_id_with_another_key_is_refused() {
    let payload = payload().to_string();
    let keys = [exported(&ring_of(Environment::Live, 2)).1, vec![0; 32], Vec::new(), exported(&ring()).0.into_bytes()];
    for key in keys {
        assert_eq!(check(&signed_with(&key, &header(), &payload)), Err(TokenRefusal::Signature));
    }
}

#[test]
fn a_swapped_header_is_refused() {
    let (text, other) = (token(), claims().sign(&ring_of(Environment::Live, 2)).unwrap());
    let ([header, payload, signature], [other_header, _, other_signature]) = (split(&text), split(&other));
    for (text, refused) in [
        (format!("{other_header}.{payload}.{signature}"), TokenRefusal::KeyUnknown),
        (format!("{header}.{payload}.{other_signature}"), TokenRefusal::Signature),
        (format!("{payload}.{header}.{signature}"), TokenRefusal::Header),
        (format!("{header}.{header}.{signature}"), TokenRefusal::Signature),
    ] {
        assert_eq!(check(&text), Err(refused), "{text}");
    }
    // Both keys in one ring: a signature belongs to the key that the header names.
    let both = ring().with_new_key(at(NOW), &mut Seeded::new([2; 32])).unwrap();
    let (old, new) = (token(), claims().sign(&both).unwrap());
    assert!(verify(&both, ISSUER, &old, None, at(NOW)).is_ok());
    let ([old_header, payload, signature], [new_header, _, new_signature]) = (split(&old), split(&new));
    for mixed in [format!("{new_header}.{payload}.{signature}"), format!("{old_header}.{payload}.{new_signature}")] {
        assert_eq!(verify(&both, ISSUER, &mixed, None, at(NOW)), Err(TokenRefusal::Signature));
    }
}

#[test]
fn tokens_of_test_keys_are_refused_under_live_ones() {
    let test = claims().sign(&ring_of(Environment::Test, 1)).unwrap();
    assert_eq!(check(&test), Err(TokenRefusal::KeyUnknown));
    // The same 32 bytes, and the id of the live key: still another signing key.
    let forged = signed_with(&exported(&ring_of(Environment::Test, 1)).1, &header(), &payload().to_string());
    assert_eq!(check(&forged), Err(TokenRefusal::Signature));
}

#[test]
fn tokens_of_retired_keys_are_accepted_until_the_key_is_gone() {
    let old = ring().newest();
    let ring = ring().with_new_key(at(NOW), &mut Seeded::new([2; 32])).unwrap();
    assert_eq!(verify(&ring, ISSUER, &token(), None, at(NOW)), Ok(claims()));
    let ring = ring.without_key(old).unwrap();
    assert_eq!(verify(&ring, ISSUER, &token(), None, at(NOW)), Err(TokenRefusal::KeyUnknown));
}

/// What an attacker changes is never looked at: the signature comes first.
#[test]
fn a_changed_payload_is_refused_before_it_is_read() {
    let text = token();
    let [header, _, signature] = split(&text);
    let mut later = payload();
    later["exp"] = json!(NOW + 1_000_000);
    for payload in [later.to_string(), "{}".into(), "not JSON".into(), "\u{0}".into(), "[".repeat(2_000)] {
        let forged = format!("{header}.{}.{signature}", base64(payload));
        assert_eq!(check(&forged), Err(TokenRefusal::Signature));
    }
}

#[test]
fn a_signed_payload_that_we_never_write_is_malformed() {
    let without = |claim: &str| {
        let mut payload = payload();
        payload.as_object_mut().unwrap().remove(claim);
        payload
    };
    let with = |claim: &str, value: Value| {
        let mut payload = payload();
        payload[claim] = value;
        payload
    };
    let mut payloads: Vec<String> = ["iss", "sub", "sid", "iat", "exp", "auth_time", "amr", "acr", "epoch"]
        .iter()
        .flat_map(|claim| [without(claim).to_string(), with(claim, Value::Null).to_string()])
        .collect();
    for (claim, value) in [
        ("exp", json!("1790003600")),
        ("exp", json!(1e9)),
        ("exp", json!(-1)),
        ("exp", json!(u64::MAX)),
        ("exp", json!(9_007_199_254_741_u64)),
        ("iat", json!(1.5)),
        ("iss", json!(["Example"])),
        ("sid", json!("short")),
        ("sid", json!("BwcHBwcHBwcHBwcHA")),
        ("amr", json!("otp")),
        ("amr", json!(["otp", "magic"])),
        ("acr", json!("aal9")),
        ("epoch", json!(4_294_967_296_u64)),
        ("ath", json!("short")),
        ("ath", json!("__________________________________________9")),
    ] {
        payloads.push(with(claim, value).to_string());
    }
    let plain = payload().to_string();
    payloads.push(plain.replacen('{', r#"{"sub":"bob","#, 1));
    payloads.extend(["", "null", "[]", "{}", "\"\"", "{\"iss\":"].map(String::from));
    payloads.push(format!("{plain}{plain}"));
    payloads.push(format!("{plain}\0"));
    payloads.push("[".repeat(2_900));
    for payload in payloads {
        assert_eq!(check(&signed(&header(), &payload)), Err(TokenRefusal::Malformed), "{payload}");
    }
    let not_text = signed_raw(&exported(&ring()).1, &format!("{}.{}", base64(header()), base64([0xff, 0xfe])));
    assert_eq!(check(&not_text), Err(TokenRefusal::Malformed));
}

/// A later version may say more: older ones read on.
#[test]
fn claims_that_are_not_known_yet_are_left_alone() {
    let mut payload = payload();
    payload["later"] = json!({ "a": [1, 2.5, null] });
    assert_eq!(check(&signed(&header(), &payload.to_string())), Ok(claims()));
}

#[test]
fn more_than_4_kib_is_not_even_decoded() {
    let long = |length| Claims { subject: "a".repeat(length), ..claims() };
    assert_eq!(long(5_000).sign(&ring()), Err(Error::SubjectInvalid));
    let longest = (0..).map_while(|length| long(2_500 + length).sign(&ring()).ok()).last().unwrap();
    assert!(longest.len() > 4_090 && longest.len() <= 4_096);
    assert!(check(&longest).is_ok());
    let longer = signed(&header(), &payload_of(&claims()).to_string().replace("alice", &"a".repeat(3_000)));
    assert_eq!(check(&longer), Err(TokenRefusal::Malformed));
    assert_eq!(check(&".".repeat(4_096)), Err(TokenRefusal::Malformed));
}

#[test]
fn names_are_read_as_they_are_written() {
    for method in ["face", "fpt", "geo", "hwk", "iris", "kba", "mca", "mfa", "otp", "pin", "pop", "pwd"] {
        assert_eq!(Method::parse(method).map(Method::name), Ok(method));
    }
    for method in ["rba", "retina", "sc", "sms", "swk", "tel", "user", "vbm", "wia"] {
        assert_eq!(Method::parse(method).map(Method::name), Ok(method));
    }
    for level in ["aal1", "aal2", "aal3"] {
        assert_eq!(Level::parse(level).map(Level::name), Ok(level));
    }
    assert!(Level::Aal1 < Level::Aal2 && Level::Aal2 < Level::Aal3);
}

#[test]
fn a_session_id_has_one_spelling() {
    let id = SessionId::generate(&mut Seeded::new([1; 32])).unwrap();
    assert_eq!(SessionId::parse(&id.to_string()), Ok(id));
    assert_eq!(SessionId::from_bytes(*id.as_bytes()), id);
    let text = id.to_string();
    for other in ["", &text[1..], &format!("{text}A"), &format!("{text}="), &format!(" {}", &text[1..])] {
        assert_eq!(SessionId::parse(other), Err(Error::CommandInvalid));
    }
}

proptest! {
    #[test]
    fn any_claims_are_read_as_they_were_signed(
        issuer in ".{1,60}",
        subject in ".{0,200}",
        id: [u8; 12],
        life in 1..100_000_u64,
        more in 0..100_000_u64,
        ago in 0..NOW,
        epoch: u32,
        bound_to: Option<[u8; 32]>,
    ) {
        let claims = Claims {
            issuer, subject, id: SessionId::from_bytes(id), epoch, bound_to,
            expires: at(NOW + life), limit: at(NOW + life + more), authenticated: at(NOW - ago), ..claims()
        };
        let token = claims.sign(&ring()).unwrap();
        prop_assert_eq!(verify(&ring(), &claims.issuer, &token, bound_to.as_ref(), at(NOW)), Ok(claims));
    }

    #[test]
    fn any_text_is_refused(text in "\\PC{0,200}", shaped in "[A-Za-z0-9_-]{0,90}[.][A-Za-z0-9_-]{0,90}[.][A-Za-z0-9_-]{43}") {
        prop_assert!(check(&text).is_err());
        prop_assert!(check(&shaped).is_err());
    }
}
