//! The certificates beside which `src/factor/webauthn/certificate/tests.rs` compares two readers: one behind
//! the other in a file, since the tests inside the crate have no standard library to make them with.

use crate::certificate::{AAGUID, Certificate};
use crate::key::Key;

/// One of each kind of key, with each date, half of them with extensions.
fn certificates() -> Vec<u8> {
    let certificate = |(place, date): (usize, &'static str)| {
        let keys = Key::all();
        let (subject, issuer) = (vec![(6, "CH"), (3, "Subject")], vec![(3, "Issuer")]);
        let mut certificate = Certificate::new(subject, &keys[place / 2], issuer, &keys[place % 4]);
        certificate.not_before = date;
        certificate.not_after = "99991231235959Z";
        if place % 2 == 1 {
            certificate = certificate.authority(Some(place as u8)).with(AAGUID, false, vec![4, 1, 7]);
        }
        certificate.to_der()
    };
    DATES.into_iter().enumerate().flat_map(certificate).collect()
}

const DATES: [&str; 8] = [
    "19500101000000Z",
    "19700101000000Z",
    "20000229235959Z",
    "20240101000000Z",
    "20491231235959Z",
    "20500301000000Z",
    "21000228120000Z",
    "99991231235959Z",
];

/// Run with `EDGE_MFA_WRITE=1` after a change here.
#[test]
fn the_file_of_certificates_is_this_one() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/rust/support/certificates.der");
    if std::env::var_os("EDGE_MFA_WRITE").is_some() {
        std::fs::write(path, certificates()).unwrap();
    }
    assert!(std::fs::read(path).unwrap() == certificates());
}
