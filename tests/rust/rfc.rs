//! The values of RFC 4226, RFC 6238 and RFC 4648. RFC 2202 and 4231 are beside the HMAC, which is not public.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::cast_possible_truncation
)]

use edge_mfa::{Algorithm, Digits, Error, Hotp, Period, Reason, Secret, Timestamp, Totp, Verdict, Window};

#[path = "vectors.rs"]
mod vectors;

const SEED: &str = "1234567890123456789012345678901234567890123456789012345678901234";
const SEED_LENGTHS: [(Algorithm, usize); 3] = [(Algorithm::Sha1, 20), (Algorithm::Sha256, 32), (Algorithm::Sha512, 64)];

fn seed(length: usize) -> Secret {
    Secret::from_bytes(&SEED.as_bytes()[..length]).unwrap()
}

/// RFC 4226 appendix D: the truncated decimals; a code is their last digits.
const HOTP: [u32; 10] = [
    1_284_755_224,
    1_094_287_082,
    137_359_152,
    1_726_969_429,
    1_640_338_314,
    868_254_676,
    1_918_287_922,
    82_162_583,
    673_399_871,
    645_520_489,
];

#[test]
fn hotp_makes_the_values_of_rfc_4226_appendix_d() {
    let codes = ["755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489"];
    let token = Hotp::new(seed(20));
    for (counter, code) in (0..).zip(codes) {
        assert_eq!(token.generate(counter), code);
        assert_eq!(token.verify(code, counter, 0), Ok(Verdict::Accepted(counter)));
    }
}

#[test]
fn hotp_of_every_length_is_the_end_of_the_truncated_decimal() {
    for digits in [Digits::SIX, Digits::SEVEN, Digits::EIGHT] {
        let token = Hotp::new(seed(20)).with_digits(digits);
        let width = usize::from(digits.count());
        for (counter, decimal) in (0..).zip(HOTP) {
            assert_eq!(token.generate(counter), format!("{:0width$}", decimal % 10_u32.pow(width as u32)));
        }
    }
}

/// RFC 6238 appendix B: seconds, then the codes of SHA-1, SHA-256 and SHA-512.
const TOTP: [(u64, [&str; 3]); 6] = [
    (59, ["94287082", "46119246", "90693936"]),
    (1_111_111_109, ["07081804", "68084774", "25091201"]),
    (1_111_111_111, ["14050471", "67062674", "99943326"]),
    (1_234_567_890, ["89005924", "91819424", "93441116"]),
    (2_000_000_000, ["69279037", "90698825", "38618901"]),
    (20_000_000_000, ["65353130", "77737706", "47863826"]),
];

#[test]
fn totp_makes_and_takes_the_values_of_rfc_6238_appendix_b() {
    let exact = Window::new(0, 0).unwrap();
    for (secs, codes) in TOTP {
        let time = Timestamp::from_secs(secs).unwrap();
        for (code, (algorithm, length)) in codes.iter().zip(SEED_LENGTHS) {
            let totp = Totp::new(seed(length)).with_algorithm(algorithm).with_digits(Digits::EIGHT);
            assert_eq!(totp.generate(time), *code, "{algorithm:?} at {secs}");
            let Verdict::Accepted(matched) = totp.verify(code, time, exact, None) else { panic!("{code} is right") };
            assert_eq!((matched.step, matched.drift), (secs / 30, 0));
            let again = totp.verify(code, time, exact, Some(matched.step));
            assert_eq!(again, Verdict::Refused(Reason::Replayed));
        }
    }
}

/// RFC 4648 section 10.
const BASE32: [(&str, &str); 6] = [
    ("f", "MY======"),
    ("fo", "MZXQ===="),
    ("foo", "MZXW6==="),
    ("foob", "MZXW6YQ="),
    ("fooba", "MZXW6YTB"),
    ("foobar", "MZXW6YTBOI======"),
];

#[test]
fn base32_is_that_of_rfc_4648_section_10() {
    for (bytes, text) in BASE32 {
        assert_eq!(Secret::parse(text).unwrap().as_bytes(), bytes.as_bytes());
        assert_eq!(Secret::from_bytes(bytes.as_bytes()).unwrap().to_base32(), text.trim_end_matches('='));
    }
    assert_eq!(Secret::parse(""), Err(Error::SecretEmpty));
}

#[test]
fn the_recorded_rfc_vectors_agree() {
    if let Some(file) = vectors::read("rfc/rfc4226-hotp.json") {
        let token = Hotp::new(Secret::from_bytes(&vectors::hex(&file["secretHex"])).unwrap());
        for case in file["cases"].as_array().unwrap() {
            assert_eq!(token.generate(case["counter"].as_u64().unwrap()), case["code"].as_str().unwrap());
        }
    }
    if let Some(file) = vectors::read("rfc/rfc6238-totp.json") {
        for case in file["cases"].as_array().unwrap() {
            let totp = Totp::new(Secret::from_bytes(&vectors::hex(&case["secretHex"])).unwrap())
                .with_algorithm(Algorithm::parse(case["algorithm"].as_str().unwrap()).unwrap())
                .with_digits(Digits::new(case["digits"].as_u64().unwrap() as u8).unwrap())
                .with_period(Period::from_secs(case["period"].as_u64().unwrap() as u32).unwrap());
            let time = Timestamp::from_secs(case["time"].as_u64().unwrap()).unwrap();
            assert_eq!(totp.generate(time), case["code"].as_str().unwrap(), "{case}");
        }
    }
    if let Some(file) = vectors::read("rfc/rfc4648-base.json") {
        for case in file["cases"].as_array().unwrap() {
            let secret = Secret::parse(case["base32"].as_str().unwrap());
            assert_eq!(secret.map(|secret| secret.as_bytes().to_vec()).unwrap_or_default(), vectors::hex(&case["hex"]));
        }
    }
}
