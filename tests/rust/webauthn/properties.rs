//! What holds for any input: no panic, and no byte of a signed ceremony that may be another.

use crate::authenticator::{
    Asserted, Authenticator, BACKUP_ELIGIBLE, EXTENSIONS, FORMATS, PRESENT, Registered, VERIFIED,
};
use crate::key::Key;
use crate::platform::answer;
use crate::relying_party::Asked;
use proptest::prelude::*;

/// Each byte becomes each of these others.
const FLIPS: [u8; 3] = [0x01, 0x10, 0x80];

#[test]
fn no_byte_of_an_assertion_may_be_another() {
    for key in Key::all() {
        let mut authenticator = Authenticator::new("none").with_key(key);
        let credential = Asked::default().register(&authenticator).unwrap().into_credential();
        authenticator.flags = PRESENT | VERIFIED | EXTENSIONS;
        authenticator.tail = b"\xa1\x63abc\x41\x07".to_vec();
        authenticator.sign_count = 8;
        let refused = |change: &dyn Fn(&mut Asserted)| {
            let mut asserted = authenticator.assert();
            change(&mut asserted);
            Asked::default().begin_sign_in(&asserted, &credential).and_then(answer).is_err()
        };
        assert!(!refused(&|_| {}));
        let whole = authenticator.assert();
        for flip in FLIPS {
            for at in 0..whole.id.len() {
                assert!(refused(&|asserted| asserted.id[at] ^= flip), "id {at}");
            }
            for at in 0..whole.client_data_json.len() {
                assert!(refused(&|asserted| asserted.client_data_json[at] ^= flip), "client data {at}");
            }
            for at in 0..whole.authenticator_data.len() {
                assert!(refused(&|asserted| asserted.authenticator_data[at] ^= flip), "authenticator data {at}");
            }
            for at in 0..whole.signature.len() {
                assert!(refused(&|asserted| asserted.signature[at] ^= flip), "signature {at}");
            }
        }
    }
}

/// Without attestation nothing is signed. With it everything is but the statement's names and the certificates' own
/// bytes, which the chain signs.
#[test]
fn no_byte_of_an_attested_registration_may_be_another() {
    for format in ["packed", "tpm", "android-key", "fido-u2f", "apple"] {
        let mut authenticator = Authenticator::new(format);
        authenticator.flags |= BACKUP_ELIGIBLE;
        let asked = Asked::trusting(&authenticator);
        let whole = authenticator.register();
        let refused = |change: &dyn Fn(&mut Registered)| {
            let mut registered = Registered {
                id: whole.id.clone(),
                client_data_json: whole.client_data_json.clone(),
                attestation_object: whole.attestation_object.clone(),
            };
            change(&mut registered);
            asked.begin(&registered).and_then(answer).is_err()
        };
        assert!(!refused(&|_| {}));
        for at in 0..whole.client_data_json.len() {
            assert!(refused(&|registered| registered.client_data_json[at] ^= 1), "{format}: client data {at}");
        }
        // FIDO U2F signs the RP ID, the credential and its key, not the flags, the counter and the AAGUID.
        let unsigned = match format {
            "fido-u2f" => {
                let data = authenticator.authenticator_data(true);
                let start = find(&whole.attestation_object, &data);
                start + 32..start + 32 + 5 + 16
            }
            _ => 0..0,
        };
        for at in 0..whole.attestation_object.len() {
            if !unsigned.contains(&at) {
                assert!(refused(&|registered| registered.attestation_object[at] ^= 1), "{format}: object {at}");
            }
        }
    }
}

fn find(whole: &[u8], part: &[u8]) -> usize {
    whole.windows(part.len()).position(|window| window == part).unwrap()
}

proptest! {
    #[test]
    fn damaged_registrations_are_read_or_refused(
        format in 0..FORMATS.len(),
        edits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..3_u8), 1..6),
    ) {
        let authenticator = Authenticator::new(FORMATS[format]);
        let mut registered = authenticator.register();
        for (at, byte, how) in edits {
            let object = &mut registered.attestation_object;
            if object.is_empty() {
                break;
            }
            let at = at.index(object.len());
            match how {
                0 => object[at] = byte,
                1 => object.insert(at, byte),
                _ => object.truncate(at),
            }
        }
        let _ = Asked::default().begin(&registered).map(answer);
        let _ = Asked::trusting(&authenticator).begin(&registered).map(answer);
    }

    #[test]
    fn any_bytes_are_read_or_refused(data in prop::collection::vec(any::<u8>(), 0..300), client_data: String) {
        let authenticator = Authenticator::new("none");
        let mut registered = authenticator.register();
        registered.attestation_object = data.clone();
        prop_assert!(Asked::default().begin(&registered).is_err());
        let credential = Asked::default().register(&authenticator).unwrap().into_credential();
        let mut asserted = authenticator.assert();
        (asserted.authenticator_data, asserted.signature) = (data.clone(), data);
        prop_assert!(Asked::default().begin_sign_in(&asserted, &credential).is_err());
        asserted.client_data_json = client_data.into();
        prop_assert!(Asked::default().begin_sign_in(&asserted, &credential).is_err());
    }
}
