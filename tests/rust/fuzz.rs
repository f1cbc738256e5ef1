//! The fuzz targets on stable Rust: a fixed corpus, damaged in many ways that are the same every time (E10).
#![allow(
    missing_docs,
    unreachable_pub,
    clippy::unreachable,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::panic
)]

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

#[path = "support/authenticator.rs"]
#[allow(dead_code)]
mod authenticator;
#[path = "support/certificate.rs"]
#[allow(dead_code)]
mod certificate;
#[path = "support/encode.rs"]
#[allow(dead_code)]
mod encode;
#[path = "support/key.rs"]
#[allow(dead_code)]
mod key;
#[path = "../fuzz/src/lib.rs"]
mod targets;

use authenticator::{Authenticator, FORMATS};
use key::Key;

const ROUNDS: usize = 20_000;
/// A symbol is a thousand times the work of a code.
const QR_ROUNDS: usize = 1_000;
/// So is sealing, or making a ring to sign with.
const SEAL_ROUNDS: usize = 5_000;
const LONGEST: usize = 10_000;
/// What the formats give a meaning.
const MARKS: &[u8] = b"%&=:#+$-/?\0\x80\xff \n0189";

/// Numbers that look random and are the same every time (xorshift64*).
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.next() >> 33) as usize % limit.max(1)
    }
}

/// One of the corpus, damaged up to eight times; now and then pure noise, and one in fifty of full length.
fn input(corpus: &[&[u8]], numbers: &mut Numbers) -> Vec<u8> {
    let mut bytes = corpus[numbers.below(corpus.len())].to_vec();
    if numbers.below(10) == 0 {
        bytes = (0..numbers.below(300)).map(|_| numbers.next() as u8).collect();
    }
    for _ in 0..numbers.below(9) {
        let (at, to) = (numbers.below(bytes.len()), numbers.below(bytes.len() + 1));
        let piece = bytes[at.min(to)..at.max(to)].to_vec();
        let other = corpus[numbers.below(corpus.len())];
        match numbers.below(7) {
            0 if !bytes.is_empty() => bytes[at] ^= 1 << numbers.below(8),
            1 if !bytes.is_empty() => bytes[at] = MARKS[numbers.below(MARKS.len())],
            2 => bytes.truncate(to),
            3 => drop(bytes.splice(at.min(to)..at.max(to), [])),
            4 => drop(bytes.splice(at..at, piece)),
            5 => drop(bytes.splice(at..at, other[numbers.below(other.len())..].iter().copied())),
            _ => drop(bytes.splice(at..at, "é\u{202e}\u{ff11}٣😀".bytes())),
        }
    }
    if numbers.below(50) == 0 && !bytes.is_empty() {
        bytes = bytes.iter().copied().cycle().take(LONGEST).collect();
    }
    bytes.truncate(LONGEST);
    bytes
}

fn run<T: Fn(&[u8])>(target: T, rounds: usize, corpus: &[&str]) {
    run_bytes(target, rounds, &corpus.iter().map(|text| text.as_bytes()).collect::<Vec<_>>());
}

fn run_bytes<T: Fn(&[u8])>(target: T, rounds: usize, corpus: &[&[u8]]) {
    write(std::any::type_name::<T>(), corpus);
    let mut numbers = Numbers(0x9e37_79b9_7f4a_7c15);
    corpus.iter().for_each(|entry| target(entry));
    for round in 0..rounds {
        let input = input(corpus, &mut numbers);
        let outcome = catch_unwind(AssertUnwindSafe(|| target(&input)));
        assert!(outcome.is_ok(), "round {round}: {}", input.escape_ascii());
    }
}

/// The corpus is where `cargo xtask fuzz` begins, too.
fn write(target: &str, corpus: &[&[u8]]) {
    let name = target.rsplit("::").next().unwrap();
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("fuzz").join(name);
    std::fs::create_dir_all(&folder).unwrap();
    for (at, entry) in corpus.iter().enumerate() {
        std::fs::write(folder.join(at.to_string()), entry).unwrap();
    }
}

#[test]
fn any_text_is_a_secret_or_refused() {
    run(
        targets::secret,
        ROUNDS,
        &["GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", "gezd-gnbv gy3t qojq", "MZXW6===", "ＭＺＸＷ６", ""],
    );
}

#[test]
fn any_text_is_an_account_or_refused() {
    run(
        targets::otpauth,
        ROUNDS,
        &[
            "otpauth://totp/Example:alice@google.com?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Example",
            "otpauth://hotp/L%C3%A9on?algorithm=SHA256&digits=8&counter=18446744073709551615&secret=AAAQEAYEAUDAOCAJBIFQYDIOB4",
            "otpauth://totp/Steam:a?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&encoder=steam&digits=5&period=30",
            "otpauth://totp/Air%20Canada:b?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Air+Canada&period=2147483647",
        ],
    );
}

#[test]
fn any_text_and_any_bytes_are_an_export_or_refused() {
    run(
        targets::migration,
        ROUNDS,
        &[
            "otpauth-migration://offline?data=Ci4KCkhlbGxvId6tvu8SEWFsaWNlQGV4YW1wbGUuY29tGgdFeGFtcGxlIAEoATACEAEYASAAKOvlkMX%2F%2F%2F%2F%2F%2FwE%3D",
            "otpauth-migration://offline?data=CicKFPvvvvvvvvvvvvv7777777777777EgVlPz8+PhoCRXggASgBMAIQARgBIAAo6+WQxf//////AQ==",
            "\n\x2c\n\x141234567890123456789\x12\x03bob\x1a\x07Example \x01(\x010\x018\x04\x10\x01\x18\x01 \0",
            "\n\x1d\n\nHello!abcd\x12\x05alice\x1a\x02Ex \x02(\x020\x02\x10\x01\x18\x02 \x01(\x4d",
        ],
    );
}

#[test]
fn any_text_is_a_totp_code_or_refused() {
    run(
        targets::totp,
        ROUNDS,
        &[
            "\x00\x00\x00\x00\x00\x00\x00\x00755224",
            "\x00\x00\x00\x00\x00\x00\x00\x00755 224",
            "12345678٠٨١٨٠٤",
            "12345678PV9M4",
            "",
        ],
    );
}

#[test]
fn any_text_is_an_hotp_code_or_refused() {
    run(
        targets::hotp,
        ROUNDS,
        &[
            "\x00\x00\x00\x00\x00\x00\x00\x00755224",
            "\x00\x00\x00\x00\x00\x00\x00\x00755224287082",
            "12345678０８１８０４",
            "",
        ],
    );
}

#[test]
fn any_text_is_a_recovery_code_or_refused_and_so_are_hashes() {
    run(
        targets::recovery,
        ROUNDS,
        &[
            "0123-4567-89AB-CDEF\n$hmac-sha256$k=AAAAAA$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA",
            "oooo-IIII-llll-0000\n$hmac-sha256$k=/+8AAA$AAAAAAAAAAAAAAAAAAAAAA==$AAAAAAAAAAAAAAAAAAAAAA==\n\n",
            "ＡＢＣＤ ０１２３ ４５６７ ８９００",
        ],
    );
}

#[test]
fn any_text_is_a_qr_code_or_refused_and_stays_inside_the_drawing() {
    run(
        targets::qr,
        QR_ROUNDS,
        &[
            "otpauth://totp/Example:alice@google.com?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Example",
            "</title><script>alert('x')</script>\" onload=\"x\" & \u{fffe}\u{ffff}\0 ]]> <!-- -->",
            "#123 #fed",
            "0123456789012345678901234567890 ABC",
        ],
    );
}

#[test]
fn any_text_is_a_key_ring_or_refused() {
    run(
        targets::key_ring,
        ROUNDS,
        &[
            "mfak_test_e2a0c194_20260924_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8",
            "\r\n mfak_test_e2a0c194_20260924_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8\t",
            "mfak_live_3250e084_20260924_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8",
            "mfak_live_00000000_99991231_",
            "e2a0c194",
        ],
    );
}

#[test]
fn any_text_is_an_api_key_or_refused_and_any_bytes_its_record() {
    run(
        targets::api_key,
        SEAL_ROUNDS,
        &[
            "mfaa_test_M2GT58X4MPKAFA59_A18N4MTMANB5EP2SB9DNRQAYBXG62RK3DAY9VXJH",
            "mfaa_live_M2GT58X4MPKAFA59_A18N4MTMANB5EP2SB9DNRQAYBXG62RK3DAY9VXJH",
            "\x01key of 32 bytes, key of 32 bytesand a hash of it that has 32, too.end in msclaims",
            "\x02",
        ],
    );
}

#[test]
fn any_bytes_open_or_are_refused() {
    run(targets::seal, SEAL_ROUNDS, &["\x01\x01abcdnonce of 12.text and tag of 16 b", "\x01\u{81}", "alice", ""]);
}

#[test]
fn any_text_and_any_signed_payload_are_a_session_or_refused() {
    run(
        targets::session_token,
        SEAL_ROUNDS,
        &[
            r#"{"iss":"Example","sub":"alice","sid":"BwcHBwcHBwcHBwcH","iat":1790000000,"exp":1790003600,"auth_time":1789999990,"amr":["pwd","otp","mfa"],"acr":"aal2","epoch":3}"#,
            r#"{"iss":"Example","sub":"\u0061\ud83d\ude00","sid":"BwcHBwcHBwcHBwcH","iat":0,"exp":1790003600,"session_expiry":1790003601,"auth_time":0,"amr":[],"acr":"aal3","epoch":4294967295,"ath":"__________________________________________8"}"#,
            "eyJhbGciOiJIUzI1NiIsImtpZCI6IjAwMDAwMDAwIiwidHlwIjoibWZhLXNlc3Npb24rand0In0.e30.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
            "eyJhbGciOiJub25lIn0.e30.",
        ],
    );
}

#[test]
fn any_bytes_are_a_record_or_refused() {
    let usual = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/rust/record/v1.bin")).unwrap();
    run_bytes(targets::record, ROUNDS, &[&usual, &[1; 14], &[1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]]);
}

#[test]
fn any_bytes_are_an_attestation_or_refused() {
    let corpus = FORMATS.map(|format| Authenticator::new(format).register().attestation_object);
    run_bytes(targets::attestation_object, ROUNDS, &corpus.each_ref().map(|object| &object[..]));
}

#[test]
fn any_bytes_are_authenticator_data_or_refused() {
    let keys = Key::all().map(|key| Authenticator::new("none").with_key(key));
    let mut corpus = keys.each_ref().map(|authenticator| authenticator.authenticator_data(true)).to_vec();
    corpus.push(keys[0].authenticator_data(false));
    let extended = Authenticator { flags: 0x85, tail: b"\xa1\x63abc\x01".to_vec(), ..keys[0].clone() };
    corpus.push(extended.authenticator_data(false));
    run_bytes(targets::authenticator_data, ROUNDS, &corpus.iter().map(|entry| &entry[..]).collect::<Vec<_>>());
}

#[test]
fn any_bytes_are_client_data_or_refused() {
    let usual = Authenticator::new("none").client_data("webauthn.get");
    let framed =
        Authenticator { more: r#","crossOrigin":true,"topOrigin":"https://a.example""#, ..Authenticator::new("none") };
    run_bytes(targets::client_data, ROUNDS, &[&usual, &framed.client_data("webauthn.get"), b"\xef\xbb\xbf{ }"]);
}

#[test]
fn any_bytes_are_a_credential_or_refused() {
    run_bytes(targets::credential, ROUNDS, &[b"\x07\0\x02\0\0\0\x01model of a makerid\xa1\x01\x02", &[0; 40]]);
}
