//! One function for each parser: any bytes in, no panic, and what was read must survive being written.
//!
//! `cargo fuzz` runs them on nightly; `tests/rust/fuzz.rs` includes this file and runs them on stable.

use edge_mfa::engine::{Command, Context, Policy, Record, address, step};
use edge_mfa::migration::{self, Part};
use edge_mfa::otpauth::Account;
use edge_mfa::protect::api_key::{ApiKey, NewApiKey, StoredApiKey};
use edge_mfa::protect::session_token::{self, SessionId};
use edge_mfa::protect::{Environment, KeyId, KeyRing, Purpose, Seeded, key_of};
use edge_mfa::qr::{Color, Level, PngOptions, Qr, SvgOptions};
use edge_mfa::webauthn::{
    self, AttestationPolicy, AuthenticationResponse, Ceremony, Credential, Refusal, RegistrationResponse, RelyingParty,
    UserVerification,
};
use edge_mfa::{Digits, Error, Hotp, Secret, Timestamp, Totp, Verdict, Window, recovery};
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

/// [`webauthn::register`] of any attestation object, trusted and not.
pub fn attestation_object(data: &[u8]) {
    let client_data = client_data_of("webauthn.create");
    register(&client_data, data, &AttestationPolicy::default());
    // A certificate that comes along is trusted, or there is none.
    let certificates = data.windows(2).enumerate().filter(|(_, head)| *head == [0x30, 0x82]).filter_map(|(at, _)| {
        let length = usize::from(u16::from_be_bytes(*data.get(at + 2..)?.first_chunk()?));
        let certificate = data.get(at..at + 4 + length)?;
        AttestationPolicy::new(vec![certificate.to_vec()], vec![]).is_ok().then(|| certificate.to_vec())
    });
    if let Ok(policy) = AttestationPolicy::new(certificates.take(4).collect(), vec![]) {
        register(&client_data, data, &policy);
    }
}

/// [`webauthn::authenticate`] with any authenticator data, and [`webauthn::register`] without attestation.
pub fn authenticator_data(data: &[u8]) {
    authenticate(&client_data_of("webauthn.get"), data);
    let head = [b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x59", &(data.len() as u16).to_be_bytes()[..]].concat();
    register(&client_data_of("webauthn.create"), &[&head, data].concat(), &AttestationPolicy::default());
}

/// [`webauthn::authenticate`] with any client data.
pub fn client_data(data: &[u8]) {
    let _ = webauthn::challenge_of(data);
    authenticate(data, &[&Sha256::digest(RP_ID)[..], &[5, 0, 0, 0, 1]].concat());
}

/// [`Credential::from_bytes`]: what reads writes the same again, to the byte.
pub fn credential(data: &[u8]) {
    if let Ok(credential) = Credential::from_bytes(data) {
        assert!(credential.to_bytes() == data);
    }
}

fn register(client_data_json: &[u8], attestation_object: &[u8], policy: &AttestationPolicy) {
    let party = relying_party();
    let response =
        RegistrationResponse { id: b"the id of a credential, 32 bytes", client_data_json, attestation_object };
    if let Ok(pending) = webauthn::register(&response, &ceremony(&party), policy) {
        assert!(pending.checks().iter().all(|check| !check.message.is_empty()));
        let is_signed = !pending.checks().is_empty();
        match pending.answer(&[]) {
            Ok(registration) => {
                assert!(!is_signed);
                credential(&registration.into_credential().to_bytes());
            }
            Err(refusal) => assert_eq!(refusal, Refusal::Signature),
        }
    }
}

fn authenticate(client_data_json: &[u8], authenticator_data: &[u8]) {
    let party = relying_party();
    let stored =
        [&[0, 0, 2, 0, 0, 0, 0][..], &[0; 16], b"id", b"\xa4\x01\x01\x03\x27\x20\x06\x21\x58\x20", &[7; 32]].concat();
    let Ok(stored) = Credential::from_bytes(&stored) else { unreachable!() };
    let response = AuthenticationResponse {
        id: b"id",
        client_data_json,
        authenticator_data,
        signature: &[0; 64],
        user_handle: Some(b"user"),
    };
    if let Ok(pending) = webauthn::authenticate(&response, &ceremony(&party), &stored, b"user") {
        assert_eq!(pending.checks().len(), 1);
        assert_eq!(pending.answer(&[]), Err(Refusal::Signature));
    }
}

fn relying_party() -> RelyingParty {
    RelyingParty::new(RP_ID.into(), vec!["https://login.example.org:8443".into()], vec![])
        .unwrap_or_else(|_| unreachable!())
}

fn ceremony(relying_party: &RelyingParty) -> Ceremony<'_> {
    let now = Timestamp::from_secs(1_800_000_000).unwrap_or_else(|_| unreachable!());
    Ceremony { relying_party, challenge: CHALLENGE, user_verification: UserVerification::Preferred, now }
}

fn client_data_of(kind: &str) -> Vec<u8> {
    let challenge = "YSBjaGFsbGVuZ2Ugb2YgMzIgYnl0ZXMsIGJ1cm5lZC4";
    let origin = "https://login.example.org:8443";
    format!(r#"{{"type":"{kind}","challenge":"{challenge}","origin":"{origin}","crossOrigin":false}}"#).into_bytes()
}

/// What the software authenticator of the tests is asked, so that what it answers is valid here.
const CHALLENGE: &[u8] = b"a challenge of 32 bytes, burned.";
const RP_ID: &str = "example.org";

/// [`Secret::parse`]: the canonical text reads back as the same bytes.
pub fn secret(data: &[u8]) {
    if let Ok(secret) = Secret::parse(&text(data)) {
        assert!(!secret.as_bytes().is_empty());
        assert_eq!(Secret::parse(&secret.to_base32()), Ok(secret));
    }
}

/// [`Account::parse`]: what can be built reads back as the same account.
pub fn otpauth(data: &[u8]) {
    let Ok(parsed) = Account::parse(&text(data)) else { return };
    match parsed.account.build() {
        Ok(uri) => assert_eq!(Account::parse(&uri).map(|again| again.account), Ok(parsed.account)),
        // Names and secrets that are read but never handed out.
        Err(error) => assert!(matches!(
            error,
            Error::IssuerInvalid | Error::AccountInvalid | Error::SecretTooShort | Error::UriTooLong
        )),
    }
}

/// [`Part::parse`]: of a URI, and of the protocol buffer inside one.
pub fn migration(data: &[u8]) {
    part(&text(data));
    part(&format!("otpauth-migration://offline?data={}", base64(data)));
}

fn part(uri: &str) {
    let Ok(part) = Part::parse(uri) else { return };
    let _ = migration::parse(&[uri]);
    if let Ok(built) = migration::build(&part.accounts, 7) {
        let built: Vec<&str> = built.iter().map(String::as_str).collect();
        assert_eq!(migration::parse(&built), Ok(part.accounts));
    }
}

/// [`Totp::verify`]: a code is accepted only if it is one of the window, and once.
pub fn totp(data: &[u8]) {
    let (numbers, code) = split(data);
    let time = Timestamp::from_millis(numbers >> 11).unwrap_or_else(|_| unreachable!());
    let window = Window::new(2, 2).unwrap_or_else(|_| unreachable!());
    for totp in [Totp::new(seed()).with_digits(digits(numbers)), Totp::steam(seed())] {
        if let Verdict::Accepted(matched) = totp.verify(&code, time, window, None) {
            assert!(matched.drift.abs() <= 2);
            assert!(!totp.verify(&code, time, window, Some(matched.step)).is_accepted());
        }
        assert!(totp.verify(&totp.generate(time), time, window, None).is_accepted());
    }
}

/// [`Hotp::verify`] and [`Hotp::resync`].
pub fn hotp(data: &[u8]) {
    let (counter, code) = split(data);
    let token = Hotp::new(seed()).with_digits(digits(counter));
    if let Ok(Verdict::Accepted(at)) = token.verify(&code, counter, 5) {
        assert!(at >= counter && at - counter <= 5);
        assert_eq!(token.verify(&token.generate(at), at, 0), Ok(Verdict::Accepted(at)));
    }
    let (first, second) = code.split_at(code.floor_char_boundary(code.len() / 2));
    let _ = token.resync([first, second], counter, 5);
}

/// [`recovery::Key::verify`]: of a typed code, and of lines as hashes.
pub fn recovery(data: &[u8]) {
    let text = text(data);
    let Ok(key) = recovery::Key::new(&[7; 32]) else { unreachable!() };
    let hash = "$hmac-sha256$k=AAAAAA$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA";
    assert!(!key.verify(&text, &[hash]).is_ok_and(|verdict| verdict.is_accepted()));
    let (code, hashes) = text.split_once('\n').unwrap_or(("", &text));
    let hashes: Vec<&str> = hashes.split('\n').collect();
    let _ = key.verify(code, &hashes);
    let _ = key.verify(&text, &[]);
}

/// [`Qr::encode`] and its drawings: no label and no colour gets out of the SVG.
pub fn qr(data: &[u8]) {
    let text = text(data);
    let level = [Level::L, Level::M, Level::Q, Level::H][data.len() % 4];
    let _ = Level::parse(&text);
    let dark = Color::parse(&text).unwrap_or(Color::BLACK);
    let light = text.split_once(' ').and_then(|(_, light)| Color::parse(light).ok()).unwrap_or(Color::WHITE);
    let Ok(qr) = Qr::encode(&text, level) else { return };
    let (numbers, _) = split(data);
    let (size, margin) = (u32::from(numbers as u16) % 800, u32::from((numbers >> 16) as u8) % 120);
    let options = SvgOptions { size, margin, dark, light, title: Some(&text), description: Some(&text) };
    if let Ok(svg) = qr.svg(&options) {
        let plain = qr.svg(&SvgOptions { title: Some(""), description: Some(""), ..options }).unwrap_or_default();
        for mark in ['<', '>', '"', '\''] {
            assert_eq!(svg.matches(mark).count(), plain.matches(mark).count());
        }
    }
    let _ = qr.png(&PngOptions { size, margin, dark, light });
    let _ = qr.text(margin);
}

/// [`KeyRing::parse`]: the text of a ring reads back as the same ring.
pub fn key_ring(data: &[u8]) {
    let text = text(data);
    let _ = KeyId::parse(&text);
    if let Ok(ring) = KeyRing::parse(&text) {
        let again = KeyRing::parse(&ring.to_text()).unwrap_or_else(|_| unreachable!());
        assert!(again.to_text() == ring.to_text() && again.keys().eq(ring.keys()));
    }
}

/// [`ApiKey::parse`] and [`StoredApiKey::open`]: of a text as it is, and of bytes that are sealed as a record.
pub fn api_key(data: &[u8]) {
    let text = text(data);
    for environment in [Environment::Live, Environment::Test] {
        if let Some(key) = ApiKey::parse(&text, environment) {
            assert!(text.len() == 67 && text.get(10..26) == Some(key.id()));
        }
    }
    let mut entropy = Seeded::new([1; 32]);
    let now = Timestamp::from_secs(0).unwrap_or_else(|_| unreachable!());
    let ring = KeyRing::generate(Environment::Live, now, &mut entropy).unwrap_or_else(|_| unreachable!());
    let new = NewApiKey::generate(&ring, &text, now, &mut entropy).unwrap_or_else(|_| unreachable!());
    let key = ApiKey::parse(&new.text, Environment::Live).unwrap_or_else(|| unreachable!());
    let place = key.place();
    let stored = StoredApiKey::open(&ring, &place, &new.record).unwrap_or_else(|_| unreachable!());
    assert!(stored.claims() == text && !stored.verify(&key, now));
    let sealed = ring.seal(Purpose::ApiKey, &place, data, &mut entropy).unwrap_or_else(|_| unreachable!());
    if let Ok(stored) = StoredApiKey::open(&ring, &place, &sealed) {
        assert!(!stored.verify(&key, now));
        let _ = stored.claims();
    }
}

/// [`KeyRing::open`]: nothing opens that was not sealed, and what was opens for its owner only.
pub fn seal(data: &[u8]) {
    let (ring, owner) = (ring(), text(data.get(..9).unwrap_or_default()));
    assert!(ring.open(Purpose::Record, &owner, data).is_err());
    let _ = key_of(data);
    let sealed = ring.seal(Purpose::Event, &owner, data, &mut Seeded::new([7; 32])).unwrap_or_else(|_| unreachable!());
    assert!(ring.open(Purpose::Event, &owner, &sealed).is_ok_and(|plain| *plain == data));
    assert!(ring.open(Purpose::Event, &format!("{owner}."), &sealed).is_err());
    let header = sealed.get(..6).unwrap_or_default();
    assert!(ring.open(Purpose::Event, &owner, &[header, data].concat()).is_err());
}

/// [`session_token::verify`]: of any text, and of any payload under a right signature.
pub fn session_token(data: &[u8]) {
    let (text, ring) = (text(data), ring());
    let now = Timestamp::from_secs(1_790_000_000).unwrap_or_else(|_| unreachable!());
    assert!(session_token::verify(&ring, "Example", &text, None, now).is_err());
    let _ = SessionId::parse(&text);
    if let Ok(claims) = session_token::verify(&ring, "Example", &signed(&ring, data), None, now) {
        assert!(claims.expires > now && claims.issuer == "Example");
        let again = claims.sign(&ring).unwrap_or_else(|_| unreachable!());
        assert_eq!(session_token::verify(&ring, "Example", &again, None, now), Ok(claims));
    }
}

/// [`Record::from_bytes`]: what reads writes the same again, and no command fails on it in any other way than by an error.
pub fn record(data: &[u8]) {
    let Ok(now) = Timestamp::from_secs(1_800_000_030) else { unreachable!() };
    let (context, policy) = (Context::new("alice", now, [7; 32]), Policy::default());
    let _ = address::charge(Some(data), now, &policy);
    let Ok(record) = Record::from_bytes(data) else { return };
    let bytes = record.to_bytes();
    assert!(Record::from_bytes(&bytes) == Ok(record.clone()));
    // There is one way to write a record; one of an earlier version is written as of this.
    assert!(data.first() < bytes.first() || *bytes == data);
    for command in [
        Command::Verify { code: "123456".into(), factor: None, grant: None },
        Command::Verify { code: "0123-4567-89AB-CDEF".into(), factor: None, grant: None },
        Command::Resync { first: "123456".into(), second: "654321".into(), factor: None },
        Command::Confirm { code: "123456".into() },
        Command::Inspect,
        Command::CloseSessions,
        Command::Unlock,
    ] {
        let Ok(step) = step(record.clone(), command, &context, &policy) else { continue };
        assert!(step.record.is_some() || step.events.is_empty());
        assert!(step.record.is_none_or(|record| Record::from_bytes(&record.to_bytes()) == Ok(record)));
    }
}

/// As another JWT library signs it, with the exported key.
fn signed(ring: &KeyRing, payload: &[u8]) -> String {
    let set: serde_json::Value = serde_json::from_str(&session_token::jwk_set(ring)).unwrap_or_default();
    let header = format!(r#"{{"alg":"HS256","kid":"{}","typ":"mfa-session+jwt"}}"#, ring.newest());
    let text = format!("{}.{}", base64_url(header.as_bytes()), base64_url(payload));
    let key = key_bytes(set["keys"][0]["k"].as_str().unwrap_or_default());
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&key) else { unreachable!() };
    mac.update(text.as_bytes());
    format!("{text}.{}", base64_url(&mac.finalize().into_bytes()))
}

fn ring() -> KeyRing {
    let now = Timestamp::from_secs(1_790_000_000).unwrap_or_else(|_| unreachable!());
    KeyRing::generate(Environment::Test, now, &mut Seeded::new([7; 32])).unwrap_or_else(|_| unreachable!())
}

fn key_bytes(base64_url: &str) -> Vec<u8> {
    let value = |symbol| SYMBOLS.iter().position(|known| *known == symbol).unwrap_or_default();
    let symbols: Vec<u8> = base64_url.replace('-', "+").replace('_', "/").into_bytes();
    let bits = symbols.iter().flat_map(|symbol| (0..6).rev().map(|bit| value(*symbol) >> bit & 1)).collect::<Vec<_>>();
    bits.chunks_exact(8).map(|bits| bits.iter().fold(0, |byte, bit| byte << 1 | *bit as u8)).collect()
}

fn base64_url(bytes: &[u8]) -> String {
    base64(bytes).replace('+', "-").replace('/', "_")
}

fn text(data: &[u8]) -> String {
    String::from_utf8_lossy(data).into_owned()
}

/// Eight bytes as a number, and the rest as text.
fn split(data: &[u8]) -> (u64, String) {
    let (number, rest) = data.split_first_chunk().unwrap_or((&[0; 8], data));
    (u64::from_be_bytes(*number), text(rest))
}

fn digits(number: u64) -> Digits {
    [Digits::SIX, Digits::SEVEN, Digits::EIGHT][(number % 3) as usize]
}

fn seed() -> Secret {
    Secret::from_bytes(b"12345678901234567890").unwrap_or_else(|_| unreachable!())
}

fn base64(bytes: &[u8]) -> String {
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let word = chunk.iter().chain(&[0; 2]).take(3).fold(0, |word, byte| word << 8 | usize::from(*byte));
        text.extend((0..=chunk.len()).map(|place| char::from(SYMBOLS[word >> (18 - 6 * place) & 63])));
    }
    text
}

const SYMBOLS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
