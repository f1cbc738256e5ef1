//! `otpauth://` URIs: what is built is read back exactly, and what is doubtful is refused.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use edge_mfa::otpauth::{Account, Kind, Parsed, Warning};
use edge_mfa::{Algorithm, Digits, Error, Period, Secret};
use proptest::prelude::*;
use serde_json::Value;

#[path = "vectors.rs"]
mod vectors;

const SECRET: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

fn account(issuer: &str, account: &str) -> Account {
    Account {
        issuer: issuer.into(),
        account: account.into(),
        secret: Secret::parse(SECRET).unwrap(),
        algorithm: Algorithm::Sha1,
        kind: Kind::default(),
    }
}

/// The URI of a valid account with more parameters, or others.
fn with(parameters: &str) -> String {
    format!("otpauth://totp/Example:alice?secret={SECRET}{parameters}")
}

fn read(uri: &str) -> Account {
    Account::parse(uri).unwrap_or_else(|error| panic!("{uri}: {error}")).account
}

fn refused(uri: &str) -> Error {
    Account::parse(uri).expect_err(uri)
}

// --- the shared vectors ---

/// Our answer where respected readers differ, and why.
const EITHER: &[(&str, Result<(), Error>)] = &[
    // 2^64 − 1 is exact here; the JavaScript boundary refuses what a number cannot hold.
    ("counter=18446744073709551615&secret=", Ok(())),
    ("&counter=18446744073709551615", Ok(())),
    // Legacy secrets must stay readable; `Warning::WeakSecret` says so, and `build` refuses them.
    ("account?secret=abba", Ok(())),
    ("Issuer:account?secret=abba", Ok(())),
    ("bar?secret=GAYTEMZUGU3DOOBZGAYTEMZU", Ok(())),
    ("secret=ONSWG4TFOQ%3D%3D%3D%3D%3D%3D", Ok(())),
    // Two names for the issuer: a person would be shown one and mean the other.
    ("TestA:account?secret=abba&issuer=TestB", Err(Error::UriIssuerMismatch)),
    ("Contoso:alice%40contoso.com", Err(Error::UriIssuerMismatch)),
    ("ID:100000000000001", Err(Error::UriIssuerMismatch)),
    // Seen in QR codes, and there is only one way to read them.
    ("Slack:Acme (alice@example.com)", Ok(())),
    ("1password:?", Ok(())),
    ("issuer=Air+Canada", Ok(())),
    ("?ISSUER=Example&SECRET=", Ok(())),
    ("secret=JBSW%20Y3DP", Ok(())),
    ("OTPAUTH://TOTP/", Ok(())),
    // Nothing asks for Steam's codes; `Warning::PlainSteam` says so.
    ("Steam:Sophia?", Ok(())),
    // Without a counter both sides would have to guess.
    ("hotp/bar?secret=AAAQEAYEAUDAOCAJBIFQYDIOB4", Err(Error::UriCounterMissing)),
    // Four seconds are unusual, not wrong.
    ("&period=4", Ok(())),
];

fn ours(uri: &str) -> Result<(), Error> {
    let found: Vec<_> = EITHER.iter().filter(|(part, _)| uri.contains(part)).collect();
    // "TestA:account?secret=abba" has the shorter text in it, too: the longest decides.
    found.iter().max_by_key(|(part, _)| part.len()).unwrap_or_else(|| panic!("no decision for {uri}")).1
}

fn same_fields(parsed: &Parsed, fields: &Value, uri: &str) {
    let account = &parsed.account;
    assert_eq!(account.kind.name(), fields["type"], "{uri}");
    assert_eq!(account.issuer, fields["issuer"].as_str().unwrap(), "{uri}");
    assert_eq!(account.account, fields["account"].as_str().unwrap(), "{uri}");
    assert_eq!(account.secret.as_bytes(), vectors::hex(&fields["secretHex"]), "{uri}");
    assert_eq!(account.algorithm.name(), fields["algorithm"], "{uri}");
    assert_eq!(account.kind.digits(), fields["digits"], "{uri}");
    match account.kind {
        Kind::Totp { period, .. } => assert_eq!(period.as_secs(), fields["period"], "{uri}"),
        Kind::Hotp { counter, .. } => assert_eq!(counter.to_string(), fields["counter"].to_string().replace('"', "")),
        _ => assert_eq!(fields["period"], 30, "{uri}"),
    }
}

#[test]
fn the_recorded_uris_are_read_or_refused_as_expected() {
    let Some(file) = vectors::read("otpauth/uris.json") else { return };
    for case in ["valid", "malformed"].iter().flat_map(|list| file[list].as_array().unwrap()) {
        let uri = case["uri"].as_str().unwrap();
        let parsed = Account::parse(uri);
        match case["expect"].as_str() {
            Some("accept") => assert_eq!(parsed.as_ref().err(), None, "{uri}"),
            Some("reject") => assert!(parsed.is_err(), "{uri}"),
            Some("either") => assert_eq!(parsed.as_ref().map(|_| ()), ours(uri).as_ref().copied(), "{uri}"),
            other => panic!("{other:?}"),
        }
        if let (Ok(parsed), fields @ Value::Object(_)) = (&parsed, &case["parsed"]) {
            same_fields(parsed, fields, uri);
        }
    }
}

// --- reading ---

#[test]
fn defaults_are_sha1_six_digits_and_thirty_seconds() {
    let account = read(&format!("otpauth://totp/alice?secret={SECRET}"));
    assert_eq!((account.algorithm, account.kind), (Algorithm::Sha1, Kind::default()));
    assert_eq!(account.issuer, "");
}

#[test]
fn what_is_unusual_is_warned_of() {
    let warnings = |uri: &str| Account::parse(uri).unwrap().warnings;
    assert_eq!(warnings(&with("&issuer=Example")), []);
    assert_eq!(warnings("otpauth://totp/Example:alice?secret=JBSWY3DPEHPK3PXP"), [Warning::WeakSecret]);
    assert_eq!(warnings(&format!("otpauth://totp/alice?secret={SECRET}")), [Warning::NoIssuer]);
    assert_eq!(warnings(&format!("otpauth://totp/Example:?secret={SECRET}")), [Warning::NoAccount]);
    assert_eq!(warnings(&format!("otpauth://totp/Steam:alice?secret={SECRET}")), [Warning::PlainSteam]);
    let plus = format!("otpauth://totp/Air%20Canada:alice?secret={SECRET}&issuer=Air+Canada");
    assert_eq!(warnings(&plus), [Warning::PlusAsSpace]);
    assert_eq!(read(&plus).issuer, "Air Canada");
}

#[test]
fn a_plus_in_a_name_is_a_plus() {
    let uri = format!("otpauth://totp/C++:a+b?secret={SECRET}&issuer=C%2B%2B");
    assert_eq!((read(&uri).issuer.as_str(), read(&uri).account.as_str()), ("C++", "a+b"));
}

#[test]
fn steam_is_asked_for_by_encoder_or_by_five_digits_of_steam() {
    let steam = |parameters: &str| Account::parse(&format!("otpauth://totp/Steam:a?secret={SECRET}{parameters}"));
    for asked in ["&encoder=steam", "&ENCODER=Steam", "&digits=5", "&encoder=steam&digits=5&period=30&algorithm=SHA1"] {
        assert_eq!(steam(asked).unwrap().account.kind, Kind::Steam, "{asked}");
    }
    assert_eq!(steam("&encoder=steam&digits=6"), Err(Error::DigitsInvalid));
    assert_eq!(steam("&encoder=steam&period=60"), Err(Error::PeriodInvalid));
    assert_eq!(steam("&encoder=steam&algorithm=SHA256"), Err(Error::AlgorithmInvalid));
}

#[test]
fn a_generator_comes_with_every_kind() {
    let time = edge_mfa::Timestamp::from_secs(59).unwrap();
    assert_eq!(read(&with("&digits=8")).totp().unwrap().generate(time), "94287082");
    assert_eq!(read(&with("&period=59")).totp().unwrap().step(time), 1);
    assert_eq!(read(&with("&encoder=steam")).totp().unwrap().generate(time), "PV9M4");
    let counted = read(&with("&counter=1&digits=8").replace("totp", "hotp"));
    assert_eq!(counted.hotp().unwrap().generate(1), "94287082");
    assert!(counted.totp().is_none() && read(&with("")).hotp().is_none());
}

// --- refusing ---

#[test]
fn another_scheme_or_type_is_refused() {
    for uri in [
        "",
        "o",
        "otpauth:",
        "otpauth:/totp/a?secret=",
        "http://totp/a",
        "otpauth://",
        "otpauth:///",
        "otpauth://xotp/a",
        "otpauth://totp2/a",
        " otpauth://totp/a",
        "otpauth-migration://offline?data=AA",
        "ótpauth://totp/a",
    ] {
        assert_eq!(refused(uri), Error::UriScheme, "{uri}");
    }
}

#[test]
fn a_label_without_a_name_or_with_two_colons_is_refused() {
    for label in ["", "a:b:c", "a%3Ab:c", "a:b%3ac", "::", "a::b"] {
        assert_eq!(refused(&format!("otpauth://totp/{label}?secret={SECRET}")), Error::UriLabel, "{label}");
    }
    assert_eq!(refused("otpauth://totp"), Error::UriLabel);
}

#[test]
fn an_issuer_that_differs_from_the_prefix_is_refused() {
    // E1
    for issuer in ["Evil", "example", "Example%20", "Example%00", "Ex%C3%A4mple", "Example%E2%80%AE", "Example+"] {
        assert_eq!(refused(&with(&format!("&issuer={issuer}"))), Error::UriIssuerMismatch, "{issuer}");
    }
    assert_eq!(read(&with("&issuer=Example")).issuer, "Example");
    assert_eq!(read(&with("&issuer=")).issuer, "Example");
}

#[test]
fn a_parameter_twice_is_refused_in_any_case() {
    // E1
    for twice in [
        format!("&secret={SECRET}"),
        format!("&SECRET={SECRET}"),
        "&Secret".into(),
        "&issuer=Example&ISSUER=Example".into(),
        "&digits=6&digits=6".into(),
        "&period=30&Period=30".into(),
        "&algorithm=SHA1&algorithm=SHA1".into(),
        "&counter=1&counter=1".into(),
        "&encoder=steam&encoder=steam".into(),
    ] {
        assert_eq!(refused(&with(&twice)), Error::UriDuplicate, "{twice}");
    }
    assert!(Account::parse(&with("&image=a&image=b")).is_ok());
}

#[test]
fn broken_escapes_text_that_is_not_utf_8_and_fragments_are_refused() {
    for broken in ["%", "%4", "%zz", "%%20", "%4g", "%FF", "%C3", "%C3%28", "%ED%A0%80", "%F8%88%80%80%80"] {
        let label = format!("otpauth://totp/Example:{broken}?secret={SECRET}");
        assert_eq!(refused(&label), Error::UriEncoding, "{broken}");
        assert_eq!(refused(&with(&format!("&issuer={broken}"))), Error::UriEncoding, "{broken}");
        assert_eq!(refused(&format!("otpauth://totp/a?secret={broken}")), Error::UriEncoding, "{broken}");
    }
    for uri in [with("#"), with("#fragment"), with("&issuer=a#b"), "otpauth://totp/a#b?secret=AA".into()] {
        assert_eq!(refused(&uri), Error::UriEncoding, "{uri}");
    }
}

#[test]
fn what_is_missing_has_its_own_error() {
    assert_eq!(refused("otpauth://totp/alice"), Error::UriSecretMissing);
    assert_eq!(refused("otpauth://totp/alice?"), Error::UriSecretMissing);
    assert_eq!(refused("otpauth://totp/alice?issuer=Example"), Error::UriSecretMissing);
    assert_eq!(refused("otpauth://totp/alice?secret="), Error::SecretEmpty); // E3
    assert_eq!(refused(&with("").replace("totp", "hotp")), Error::UriCounterMissing);
}

#[test]
fn values_out_of_range_have_their_own_errors() {
    for (parameter, error, values) in [
        ("digits", Error::DigitsInvalid, &["", "0", "5", "9", "10", "11", "-6", "+6", "6.0", "262", "six", "６"][..]),
        (
            "period",
            Error::PeriodInvalid,
            &["", "0", "-1", "2147483648", "4294967326", "30s", "1e3", "18446744073709551646"],
        ),
        (
            "algorithm",
            Error::AlgorithmInvalid,
            &["", "MD5", "RC4", "SHA", "SHA3", "SHA-3-256", "SHA1 ", "SHA--1", "SHA224"],
        ),
    ] {
        for value in values {
            assert_eq!(refused(&with(&format!("&{parameter}={value}"))), error, "{parameter}={value}");
        }
    }
    for counter in ["", "-1", "1.5", "18446744073709551616", "0x1", "1e3"] {
        let uri = with(&format!("&counter={counter}")).replace("totp", "hotp");
        assert_eq!(refused(&uri), Error::CounterInvalid, "{counter}");
    }
}

#[test]
fn secrets_that_are_no_base32_have_their_own_errors() {
    for (secret, error) in [
        ("GEZD0NBV", Error::SecretCharacter),
        ("GEZD1NBV", Error::SecretCharacter),
        ("GEZD8NBV", Error::SecretCharacter),
        ("GEZD9NBV", Error::SecretCharacter),
        ("GEZ", Error::SecretLength),
        ("MZ=XW6", Error::SecretPadding),
        ("%3D", Error::SecretEmpty),
        ("GEZD+NBV", Error::SecretCharacter),
    ] {
        assert_eq!(refused(&format!("otpauth://totp/a?secret={secret}")), error, "{secret}");
    }
    assert_eq!(refused(&format!("otpauth://totp/a?secret={}", "A".repeat(824))), Error::SecretTooLong);
}

#[test]
fn a_uri_beyond_16384_bytes_is_refused() {
    let fill = |length: usize| format!("{}&x={}", with(""), "a".repeat(length - with("").len() - 3));
    assert!(Account::parse(&fill(16_384)).is_ok());
    assert_eq!(refused(&fill(16_385)), Error::UriTooLong);
}

// --- building ---

#[test]
fn the_uri_is_exact_to_the_byte() {
    let mut account = account("ACME & Co", "jö@example.com");
    assert_eq!(
        account.build().unwrap(),
        format!(
            "otpauth://totp/ACME%20%26%20Co:j%C3%B6%40example.com?secret={SECRET}\
             &issuer=ACME%20%26%20Co&algorithm=SHA1&digits=6&period=30"
        )
    );
    account.issuer.clear();
    account.algorithm = Algorithm::Sha512;
    account.kind = Kind::Hotp { digits: Digits::EIGHT, counter: u64::MAX };
    assert_eq!(
        account.build().unwrap(),
        format!(
            "otpauth://hotp/j%C3%B6%40example.com?secret={SECRET}\
             &algorithm=SHA512&digits=8&counter=18446744073709551615"
        )
    );
}

#[test]
fn names_that_would_read_back_as_another_account_are_refused() {
    for name in ["a:b", ":", " a", "a ", " "] {
        assert_eq!(account(name, "alice").build(), Err(Error::IssuerInvalid), "{name:?}");
        assert_eq!(account("Example", name).build(), Err(Error::AccountInvalid), "{name:?}");
    }
    assert_eq!(account("Example", "").build(), Err(Error::AccountInvalid));
    assert!(account("", "alice").build().is_ok());
}

#[test]
fn a_weak_secret_is_not_provisioned() {
    // E3
    let mut account = account("Example", "alice");
    account.secret = Secret::from_bytes(&[7; 15]).unwrap();
    assert_eq!(account.build(), Err(Error::SecretTooShort));
    account.secret = Secret::from_bytes(&[7; 16]).unwrap();
    assert!(account.build().is_ok());
}

#[test]
fn hostile_names_stay_names() {
    // E1
    for name in [
        "50% off",
        "a+b",
        "a&secret=AAAA",
        "a#b",
        "\u{202e}evil",
        "nul\0",
        "<script>",
        "a?b",
        "a/../b",
        "%3A",
        "=",
        "\r\n",
    ] {
        for account in [account(name, "alice"), account("Example", name), account("", name)] {
            let uri = account.build().unwrap();
            assert!(uri.bytes().all(|byte| byte.is_ascii_alphanumeric() || b":/?&=%-._~".contains(&byte)), "{uri}");
            assert_eq!(read(&uri), account);
        }
    }
}

#[test]
fn steam_is_built_with_sha1_only() {
    let mut account = account("Steam", "alice");
    account.kind = Kind::Steam;
    assert_eq!(read(&account.build().unwrap()), account);
    account.algorithm = Algorithm::Sha256;
    assert_eq!(account.build(), Err(Error::AlgorithmInvalid)); // `parse` refuses it
}

#[test]
fn names_too_long_to_be_read_back_are_not_built() {
    let longest = account("", &"é".repeat(2_700));
    assert_eq!(read(&longest.build().unwrap()), longest);
    assert_eq!(account("", &"é".repeat(2_800)).build(), Err(Error::UriTooLong));
    assert_eq!(account(&"é".repeat(2_000), "alice").build(), Err(Error::UriTooLong));
}

// --- properties ---

/// Any Unicode text that a label can hold, with the characters in it that a URI gives a meaning.
fn name() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => any::<char>().prop_map(String::from),
        1 => proptest::sample::select(vec![
            "%", "+", "&", "#", "=", "?", "/", "%2F", "%3A", "\u{202e}", "\0", "<script>", " ", "Steam", "é", "日本", "😀",
        ])
        .prop_map(String::from),
    ];
    proptest::collection::vec(piece, 0..30).prop_map(|pieces| pieces.concat().replace(':', "").trim_matches(' ').into())
}

fn any_account() -> impl Strategy<Value = Account> {
    let algorithm = proptest::sample::select(vec![Algorithm::Sha1, Algorithm::Sha256, Algorithm::Sha512]);
    let digits = (6_u8..=8).prop_map(|digits| Digits::new(digits).unwrap());
    let kind =
        (0..3, digits, 1..=0x7fff_ffff_u32, any::<u64>()).prop_map(|(kind, digits, period, counter)| match kind {
            0 => Kind::Totp { digits, period: Period::from_secs(period).unwrap() },
            1 => Kind::Hotp { digits, counter },
            _ => Kind::Steam,
        });
    let secret = proptest::collection::vec(any::<u8>(), 16..=512);
    (prop_oneof![1 => Just("Steam".into()), 9 => name()], name(), secret, algorithm, kind).prop_map(
        |(issuer, account, secret, algorithm, kind)| Account {
            issuer,
            account: if account.is_empty() { "alice".into() } else { account },
            secret: Secret::from_bytes(&secret).unwrap(),
            algorithm: if kind == Kind::Steam { Algorithm::Sha1 } else { algorithm },
            kind,
        },
    )
}

proptest! {
    #[test]
    fn what_is_built_is_read_back(account in any_account()) {
        let parsed = Account::parse(&account.build().unwrap()).unwrap();
        prop_assert_eq!(&parsed.account, &account);
        prop_assert_eq!(parsed, Parsed::from(account));
    }

    #[test]
    fn no_text_and_no_damaged_uri_panics(
        text in ".*",
        rest in "[a-z%0-9:+ ]{0,40}\\?[a-z=&%0-9]{0,80}",
        account in any_account(),
        damage in proptest::collection::vec((any::<proptest::sample::Index>(), any::<char>()), 1..5),
    ) {
        let _ = Account::parse(&text);
        let _ = Account::parse(&format!("otpauth://totp/{rest}"));
        let mut uri: Vec<char> = account.build().unwrap().chars().collect();
        for (place, other) in damage {
            let place = place.index(uri.len());
            uri[place] = other;
        }
        let _ = Account::parse(&uri.into_iter().collect::<String>());
    }
}
