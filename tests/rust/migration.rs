//! Google Authenticator exports: all accounts back, from parts in any order, and nothing guessed.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use edge_mfa::migration::{self, Part};
use edge_mfa::otpauth::{Account, Kind};
use edge_mfa::{Algorithm, Digits, Error, Period, Secret};
use proptest::prelude::*;
use serde_json::Value;

#[path = "vectors.rs"]
mod vectors;

// --- the shared vectors ---

fn same_fields(account: &Account, fields: &Value) {
    assert_eq!(account.kind.name(), fields["type"]);
    assert_eq!(account.secret.as_bytes(), vectors::hex(&fields["secretHex"]));
    assert_eq!(account.secret.to_base32(), fields["secretBase32"].as_str().unwrap());
    assert_eq!(account.issuer, fields["issuer"].as_str().unwrap());
    // The issuer before the name is the issuer once more: it is taken off.
    let name = fields["name"].as_str().unwrap();
    assert_eq!(account.account, name.strip_prefix(&format!("{}:", account.issuer)).unwrap_or(name));
    assert_eq!(account.algorithm.name(), fields["algorithm"]);
    assert_eq!(account.kind.digits(), fields["digits"]);
    match account.kind {
        Kind::Totp { period, .. } => assert_eq!(period.as_secs(), fields["period"]),
        Kind::Hotp { counter, .. } => assert_eq!(counter, fields["counter"].as_u64().unwrap()),
        kind => panic!("{kind:?}"),
    }
}

#[test]
fn the_recorded_exports_are_read_or_refused_as_expected() {
    let Some(file) = vectors::read("migration/migration.json") else { return };
    for case in file["valid"].as_array().unwrap() {
        let part = Part::parse(case["uri"].as_str().unwrap()).unwrap_or_else(|error| panic!("{case}: {error}"));
        let expected = case["accounts"].as_array().unwrap();
        assert_eq!(part.accounts.len(), expected.len(), "{case}");
        part.accounts.iter().zip(expected).for_each(|(account, fields)| same_fields(account, fields));
        assert_eq!(part.index, case["batchIndex"].as_u64().unwrap());
        assert_eq!(part.count, case["batchSize"].as_u64().unwrap().max(1));
        assert_eq!(part.id, case["batchId"].as_i64().unwrap().cast_unsigned());
    }
    for case in file["invalid"].as_array().unwrap() {
        assert!(Part::parse(case["uri"].as_str().unwrap()).is_err(), "{case}");
    }
}

// --- protocol buffers by hand ---

fn base64(bytes: &[u8]) -> String {
    const SYMBOLS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let word = u32::from_be_bytes([0, chunk[0], *chunk.get(1).unwrap_or(&0), *chunk.get(2).unwrap_or(&0)]);
        for place in 0..4 {
            let symbol = SYMBOLS[(word >> (18 - 6 * place) & 63) as usize];
            text.push(if place <= chunk.len() { char::from(symbol) } else { '=' });
        }
    }
    text
}

fn uri(payload: &[u8]) -> String {
    format!("otpauth-migration://offline?data={}", base64(payload).replace('+', "%2B").replace('=', "%3D"))
}

/// A field with a length; everything here is shorter than 128 bytes.
fn field(number: u8, bytes: &[u8]) -> Vec<u8> {
    [&[number << 3 | 2, u8::try_from(bytes.len()).unwrap()], bytes].concat()
}

/// An account of 16 bytes of secret and the name `a`, and more fields.
fn account(more: &[u8]) -> Vec<u8> {
    field(1, &[field(1, &[7; 16]), field(2, b"a"), more.to_vec()].concat())
}

/// One part: of how many, which, and of what export.
fn part(count: u8, index: u8, id: u8, name: &str) -> String {
    let account = field(1, &[field(1, &[7; 16]), field(2, name.as_bytes())].concat());
    uri(&[&account[..], &[0x10, 1, 0x18, count, 0x20, index, 0x28, id]].concat())
}

fn parse(payload: &[u8]) -> Result<Part, Error> {
    Part::parse(&uri(payload))
}

#[test]
fn the_handwritten_account_is_read() {
    let read = parse(&account(&[])).unwrap();
    assert_eq!((read.index, read.count, read.id), (0, 1, 0));
    assert_eq!(read.accounts[0].account, "a");
    assert_eq!(read.accounts[0].kind, Kind::default());
}

#[test]
fn another_uri_is_refused() {
    for uri in [
        "",
        "otpauth://totp/a?secret=AA",
        "otpauth://offline?data=AA",
        "otpauth-migration://online?data=AA",
        "otpauth-migration://offline",
        "otpauth-migration://offline?",
        "otpauth-migration://offline?dat=AA",
        "otpauth-migration:offline?data=AA",
    ] {
        assert_eq!(Part::parse(uri), Err(Error::MigrationUri), "{uri}");
    }
}

#[test]
fn data_that_is_no_base64_is_refused() {
    for data in ["", "=", "====", "A", "A===", "CgA=A", "Cg=A", "!!!!", "Cg A", "C-_A", "Cg%0A", "CgB", "Cgé="] {
        let read = Part::parse(&format!("otpauth-migration://offline?data={data}"));
        assert_eq!(read, Err(Error::MigrationMalformed), "{data}");
    }
    for broken in ["%", "%4", "%zz", "%FF"] {
        let read = Part::parse(&format!("otpauth-migration://offline?data={broken}"));
        assert_eq!(read, Err(Error::UriEncoding), "{broken}");
    }
}

#[test]
fn padding_may_be_there_or_not() {
    for payload in [account(&[]), account(&[0x20, 1]), account(&[0x20, 1, 0x28])[..21].to_vec()] {
        let padded = base64(&payload);
        let plain = padded.trim_end_matches('=');
        let read = |data: &str| Part::parse(&format!("otpauth-migration://offline?data={data}"));
        assert_eq!(read(&padded), read(plain));
    }
}

#[test]
fn every_kind_of_malformed_protocol_buffer_is_refused() {
    let malformed: &[(&str, Vec<u8>)] = &[
        ("a key without a value", vec![0x10]),
        ("a varint without an end", vec![0x10, 0x80]),
        ("a varint of eleven bytes", [vec![0x10], vec![0x80; 10], vec![1]].concat()),
        ("a key of eleven bytes", [vec![0x80; 10], vec![1, 1]].concat()),
        ("a length past the end", vec![0x0a, 5, 1]),
        ("a length of 2^32", vec![0x0a, 0x80, 0x80, 0x80, 0x80, 0x10, 1]),
        ("a length of 2^64 - 1", [vec![0x0a], vec![0xff; 9], vec![1, 1]].concat()),
        ("eight bytes cut to seven", [vec![0x11], vec![0; 7]].concat()),
        ("four bytes cut to three", [vec![0x15], vec![0; 3]].concat()),
        ("a group start", vec![0x0b]),
        ("a group end", vec![0x0c]),
        ("wire type 6", vec![0x0e, 0]),
        ("wire type 7", vec![0x0f, 0]),
        ("field 0", vec![0x00, 1]),
        ("field 0 with a length", vec![0x02, 1, 0x61]),
        ("a name that is not UTF-8", account(&field(2, &[0xff]))),
        ("an issuer that is not UTF-8", account(&field(3, &[0xc3]))),
    ];
    for (what, payload) in malformed {
        assert_eq!(parse(payload), Err(Error::MigrationMalformed), "{what}");
        assert_eq!(parse(&[account(&[]), payload.clone()].concat()), Err(Error::MigrationMalformed), "{what}, later");
    }
    // The same inside an account.
    for (what, payload) in &malformed[..15] {
        assert_eq!(parse(&account(payload)), Err(Error::MigrationMalformed), "{what}, inside");
    }
    let cut = account(&[]);
    for length in 1..cut.len() {
        assert!(parse(&cut[..length]).is_err(), "cut to {length}");
    }
}

#[test]
fn unknown_fields_are_skipped() {
    let unknown = [&[0x78, 1][..], &[0x79; 9], &[0x7d; 5], &field(15, b"future")].concat();
    assert_eq!(
        parse(&[unknown.clone(), account(&unknown)].concat()).unwrap().accounts,
        parse(&account(&[])).unwrap().accounts
    );
}

#[test]
fn what_the_library_cannot_do_is_refused_and_never_replaced() {
    for (what, more) in [("MD5", [0x20, 4]), ("algorithm 5", [0x20, 5]), ("digits 3", [0x28, 3]), ("type 3", [0x30, 3])]
    {
        assert_eq!(parse(&account(&more)), Err(Error::MigrationUnsupported), "{what}");
    }
    assert_eq!(parse(&field(1, &field(2, b"a"))), Err(Error::SecretEmpty)); // E3
}

#[test]
fn the_issuer_before_a_name_is_taken_off_where_it_is_the_issuer() {
    let names = |name: &str, issuer: &str| {
        let fields = [field(1, &[7; 16]), field(2, name.as_bytes()), field(3, issuer.as_bytes())].concat();
        let account = parse(&field(1, &fields)).unwrap().accounts.remove(0);
        (account.issuer, account.account)
    };
    for (name, issuer, expected) in [
        ("Ex:alice", "Ex", ("Ex", "alice")),
        ("Ex: alice", "Ex", ("Ex", "alice")),
        ("Ex:alice", "", ("Ex", "alice")),
        ("Other:alice", "Ex", ("Ex", "Other:alice")),
        ("Ex:a:b", "Ex", ("Ex", "Ex:a:b")),
        ("alice", "Ex", ("Ex", "alice")),
    ] {
        assert_eq!(names(name, issuer), (expected.0.into(), expected.1.into()), "{name} of {issuer}");
    }
}

#[test]
fn a_part_beyond_16384_bytes_is_refused() {
    let long = format!("otpauth-migration://offline?data={}", "A".repeat(16_384));
    assert_eq!(Part::parse(&long), Err(Error::UriTooLong));
}

#[test]
fn parts_must_be_all_of_one_export() {
    let (first, second) = (part(2, 0, 7, "alice"), part(2, 1, 7, "bob"));
    let names = |uris: &[&str]| {
        migration::parse(uris).map(|accounts| accounts.into_iter().map(|one| one.account).collect::<Vec<_>>())
    };
    assert_eq!(names(&[&first, &second]), Ok(vec!["alice".into(), "bob".into()]));
    assert_eq!(names(&[&second, &first]), Ok(vec!["alice".into(), "bob".into()]));
    assert_eq!(names(&[&first, &second, &first]), Ok(vec!["alice".into(), "bob".into()]));
    assert_eq!(names(&[]), Err(Error::MigrationIncomplete));
    assert_eq!(names(&[&second]), Err(Error::MigrationIncomplete));
    assert_eq!(names(&[&first, &first]), Err(Error::MigrationIncomplete));
    assert_eq!(names(&[&part(1, 5, 7, "alice")]), Err(Error::MigrationIncomplete));
    assert_eq!(names(&[&first, &part(2, 1, 8, "bob")]), Err(Error::MigrationMixed));
    assert_eq!(names(&[&first, &part(3, 1, 7, "bob")]), Err(Error::MigrationMixed));
}

#[test]
fn two_exports_that_share_a_place_are_mixed_and_lose_nothing() {
    // Exports without an id are all of id 0: the second must not be dropped silently.
    let read = migration::parse(&[&part(1, 0, 0, "alice"), &part(1, 0, 0, "bob")]);
    assert_eq!(read, Err(Error::MigrationMixed));
}

#[test]
fn a_part_beyond_the_last_is_refused_and_not_dropped() {
    assert_eq!(migration::parse(&[&part(1, 0, 7, "alice"), &part(1, 5, 7, "mallory")]), Err(Error::MigrationMixed));
}

#[test]
fn a_count_without_end_costs_nothing() {
    let payload = [&account(&[])[..], &[0x18], &[0xff; 9], &[1]].concat();
    assert_eq!(migration::parse(&[&uri(&payload)]), Err(Error::MigrationIncomplete));
}

// --- building ---

fn plain(name: &str) -> Account {
    Account {
        issuer: "Ex".into(),
        account: name.into(),
        secret: Secret::from_bytes(&[7; 20]).unwrap(),
        algorithm: Algorithm::Sha1,
        kind: Kind::default(),
    }
}

#[test]
fn what_the_format_cannot_hold_is_not_built() {
    let seconds = |secs| Period::from_secs(secs).unwrap();
    for kind in [
        Kind::Steam,
        Kind::Totp { digits: Digits::SIX, period: seconds(60) },
        Kind::Totp { digits: Digits::SEVEN, period: seconds(30) },
        Kind::Hotp { digits: Digits::SEVEN, counter: 0 },
    ] {
        let account = Account { kind, ..plain("alice") };
        assert_eq!(migration::build(&[plain("bob"), account], 1), Err(Error::MigrationUnsupported), "{kind:?}");
    }
    for name in ["a:b", " a", "a "] {
        assert_eq!(migration::build(&[plain(name)], 1), Err(Error::AccountInvalid), "{name:?}");
        let account = Account { issuer: name.into(), ..plain("alice") };
        assert_eq!(migration::build(&[account], 1), Err(Error::IssuerInvalid), "{name:?}");
    }
    assert_eq!(migration::build(&[plain("")], 1), Err(Error::AccountInvalid));
    assert_eq!(migration::build(&[], 1), Err(Error::MigrationIncomplete));
}

#[test]
fn parts_have_ten_accounts_and_share_an_id() {
    let accounts: Vec<_> = (0..21).map(|index| plain(&format!("user{index}"))).collect();
    let parts: Vec<_> =
        migration::build(&accounts, u32::MAX).unwrap().iter().map(|uri| Part::parse(uri).unwrap()).collect();
    assert_eq!(parts.iter().map(|part| part.accounts.len()).collect::<Vec<_>>(), [10, 10, 1]);
    assert_eq!(parts.iter().map(|part| (part.index, part.count)).collect::<Vec<_>>(), [(0, 3), (1, 3), (2, 3)]);
    assert!(parts.iter().all(|part| part.id == parts[0].id && part.id <= 0x7fff_ffff));
}

#[test]
fn what_is_built_can_be_read_however_long_the_accounts_are() {
    let long =
        Account { secret: Secret::from_bytes(&[7; 512]).unwrap(), issuer: "x".repeat(500), ..plain(&"y".repeat(500)) };
    let accounts = vec![long; 10];
    match migration::build(&accounts, 1) {
        Ok(uris) => {
            let uris: Vec<_> = uris.iter().map(String::as_str).collect();
            assert_eq!(migration::parse(&uris), Ok(accounts));
        }
        Err(error) => assert_eq!(error, Error::UriTooLong),
    }
}

// --- properties ---

fn any_account() -> impl Strategy<Value = Account> {
    let name = proptest::collection::vec(any::<char>(), 0..20)
        .prop_map(|name| name.into_iter().collect::<String>().replace(':', "").trim_matches(' ').to_owned());
    let algorithm = proptest::sample::select(vec![Algorithm::Sha1, Algorithm::Sha256, Algorithm::Sha512]);
    let digits = proptest::sample::select(vec![Digits::SIX, Digits::EIGHT]);
    let kind = (digits, proptest::option::of(any::<u64>())).prop_map(|(digits, counter)| match counter {
        Some(counter) => Kind::Hotp { digits, counter },
        None => Kind::Totp { digits, period: Period::default() },
    });
    let secret = proptest::collection::vec(any::<u8>(), 1..=64);
    (name.clone(), name, secret, algorithm, kind).prop_map(|(issuer, account, secret, algorithm, kind)| Account {
        issuer,
        account: if account.is_empty() { "alice".into() } else { account },
        secret: Secret::from_bytes(&secret).unwrap(),
        algorithm,
        kind,
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_is_built_is_read_back_from_parts_in_any_order(
        (accounts, order) in proptest::collection::vec(any_account(), 1..=35).prop_flat_map(|accounts| {
            let parts = accounts.len().div_ceil(10);
            (Just(accounts), Just((0..parts).collect::<Vec<_>>()).prop_shuffle())
        }),
        id: u32,
        twice: bool,
    ) {
        let uris = migration::build(&accounts, id).unwrap();
        prop_assert_eq!(uris.len(), order.len());
        let mut scanned: Vec<&str> = order.iter().map(|index| uris[*index].as_str()).collect();
        if twice {
            scanned.push(scanned[0]);
        }
        prop_assert_eq!(migration::parse(&scanned), Ok(accounts));
        if order.len() > 1 {
            prop_assert_eq!(migration::parse(&scanned[1..order.len()]), Err(Error::MigrationIncomplete));
        }
    }

    #[test]
    fn no_text_and_no_bytes_panic(text in ".*", bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = Part::parse(&text);
        let _ = parse(&bytes);
        let _ = parse(&field(1, &bytes[..bytes.len().min(127)]));
        let _ = migration::parse(&[&text, &uri(&bytes)]);
    }

    #[test]
    fn no_damaged_export_panics(
        accounts in proptest::collection::vec(any_account(), 1..4),
        damage in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>()), 1..5),
    ) {
        let mut uri = migration::build(&accounts, 1).unwrap().remove(0).into_bytes();
        for (place, byte) in damage {
            let place = place.index(uri.len());
            uri[place] = byte;
        }
        let _ = Part::parse(&String::from_utf8_lossy(&uri));
    }
}
