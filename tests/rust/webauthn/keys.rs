//! COSE keys, `SubjectPublicKeyInfo`, and what is kept of them.

use crate::authenticator::{Authenticator, cose};
use crate::encode::Value;
use crate::key::Key;
use crate::relying_party::Asked;
use edge_mfa::Error;
use edge_mfa::webauthn::{Credential, Refusal};

fn members(key: &Key) -> Vec<(Value, Value)> {
    let Value::Map(members) = cose(key) else { panic!() };
    members
}

/// Registers a credential with this public key.
fn read(cose: &[u8]) -> Result<(), Refusal> {
    let authenticator = Authenticator { cose: Some(Value::Raw(cose.to_vec())), ..Authenticator::new("none") };
    Asked::default().register(&authenticator).map(|_| ())
}

#[test]
fn a_cose_key_has_the_members_of_its_algorithm() {
    let malformed = Err(Refusal::PublicKey);
    for key in Key::all() {
        let valid = members(&key);
        for place in 0..valid.len() {
            let mut without = valid.clone();
            without.remove(place);
            assert_eq!(read(&Value::Map(without).encode()), malformed, "{key:?} without {place}");
            let mut other_type = valid.clone();
            other_type[place].1 = Value::Text("x");
            assert_eq!(read(&Value::Map(other_type).encode()), malformed, "{key:?} {place}");
            if let Value::Bytes(bytes) = &valid[place].1 {
                for bytes in [[&bytes[..], &[1]].concat(), [&[0], &bytes[..]].concat(), bytes[1..].to_vec(), vec![]] {
                    let exponent = bytes == [1, 0, 1, 1] || bytes == [0, 1];
                    let mut changed = valid.clone();
                    changed[place].1 = Value::Bytes(bytes.clone());
                    let read = read(&Value::Map(changed).encode());
                    // An odd exponent is as good as another, and so is a longer modulus.
                    let rsa = key.algorithm() == -257 && (exponent || bytes.len() == 257) && bytes[0] != 0;
                    assert_eq!(read.is_err(), !rsa, "{key:?} {place} {bytes:?}");
                }
            }
        }
        let mut more = valid.clone();
        more.push((Value::Int(-5), Value::Int(1)));
        assert_eq!(read(&Value::Map(more).encode()), malformed, "{key:?} with more");
        for (place, numbers) in [(0, [1, 2, 3, 4]), (2, [1, 2, 6, 7])] {
            for number in numbers {
                let mut changed = valid.clone();
                if let (_, Value::Int(right)) = &changed[place]
                    && *right != number
                {
                    changed[place].1 = Value::Int(number);
                    assert_eq!(read(&Value::Map(changed).encode()), malformed, "{key:?} {place} {number}");
                }
            }
        }
        let longer = [&cose(&key).encode()[..], &[0]].concat();
        assert_eq!(read(&longer), Err(Refusal::AuthenticatorData), "a byte too many");
    }
}

#[test]
fn a_point_is_written_in_full() {
    let mut compressed = members(&Key::p256(1));
    compressed[4].1 = Value::Raw(vec![0xf5]);
    assert_eq!(read(&Value::Map(compressed).encode()), Err(Refusal::PublicKey));
}

#[test]
fn an_rsa_key_is_large_and_odd() {
    let with = |modulus: Vec<u8>, exponent: &[u8]| {
        let mut members = members(&Key::Rsa);
        members[2].1 = Value::Bytes(modulus);
        members[3].1 = Value::Bytes(exponent.to_vec());
        read(&Value::Map(members).encode()).is_ok()
    };
    let modulus = |length: usize| [&[0x80], &vec![0xff; length - 1][..]].concat();
    assert!(with(modulus(256), &[3]) && with(modulus(1024), &[1, 0, 1]) && with(modulus(512), &[0xff; 4]));
    assert!(!with(modulus(255), &[3]) && !with(modulus(1025), &[3]));
    assert!(!with([&[0x7f], &vec![0xff; 255][..]].concat(), &[3]), "2047 bits");
    let mut even = modulus(256);
    even[255] = 0xfe;
    assert!(!with(even, &[3]));
    for exponent in [&[][..], &[0], &[1], &[2], &[0, 3], &[1, 0, 0, 0, 1], &[1, 0, 0]] {
        assert!(!with(modulus(256), exponent), "{exponent:?}");
    }
}

#[test]
fn what_is_kept_comes_back() {
    for key in Key::all() {
        let authenticator = Authenticator::new("none").with_key(key);
        let credential = Asked::default().register(&authenticator).unwrap().into_credential();
        let bytes = credential.to_bytes();
        assert_eq!(Credential::from_bytes(&bytes), Ok(credential));
        // Not a byte more or less, and no flag that nobody set.
        assert_eq!(Credential::from_bytes(&[&bytes, &[0][..]].concat()), Err(Error::RecordMalformed));
        for length in 0..bytes.len() {
            assert_eq!(Credential::from_bytes(&bytes[..length]), Err(Error::RecordMalformed), "{length}");
        }
        for flag in 3..8 {
            let flagged = [&[bytes[0] | 1 << flag], &bytes[1..]].concat();
            assert_eq!(Credential::from_bytes(&flagged), Err(Error::RecordMalformed), "flag {flag}");
        }
    }
}
