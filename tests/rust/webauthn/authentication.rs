//! §7.2, in its order.

use crate::authenticator::{
    ATTESTED, Authenticator, BACKED_UP, BACKUP_ELIGIBLE, EXTENSIONS, PRESENT, USER_HANDLE, VERIFIED,
};
use crate::key::Key;
use crate::platform::is_good;
use crate::relying_party::Asked;
use edge_mfa::webauthn::{Credential, Refusal, UserVerification};

/// The record of what an authenticator registered.
fn credential(authenticator: &Authenticator) -> Credential {
    Asked::default().register(authenticator).unwrap().into_credential()
}

fn refused(change: impl FnOnce(&mut Authenticator)) -> Option<Refusal> {
    let mut authenticator = Authenticator::new("none");
    let credential = credential(&authenticator);
    authenticator.sign_count += 1;
    change(&mut authenticator);
    Asked::default().sign_in(&authenticator, &credential).err()
}

#[test]
fn a_credential_of_every_algorithm_signs_in() {
    for key in Key::all() {
        let mut authenticator = Authenticator::new("none").with_key(key);
        let credential = credential(&authenticator);
        authenticator.sign_count = 8;
        let assertion = Asked::default().sign_in(&authenticator, &credential).unwrap();
        assert!(assertion.user_verified && !assertion.backed_up);
        assert_eq!(assertion.sign_count, 8);
        assert!(!assertion.sign_count_regressed);
    }
}

/// Step 6.
#[test]
fn the_credential_is_the_one_on_record_and_of_the_account() {
    assert_eq!(refused(|at| at.id[0] ^= 1), Some(Refusal::CredentialId));
    assert_eq!(refused(|at| at.id.clear()), Some(Refusal::CredentialId));
    assert_eq!(refused(|at| at.user_handle = Some(b"somebody else")), Some(Refusal::UserHandle));
    assert_eq!(refused(|at| at.user_handle = Some(b"")), Some(Refusal::UserHandle));
    assert_eq!(refused(|at| at.user_handle = Some(&USER_HANDLE[1..])), Some(Refusal::UserHandle));

    // Who was known before need not be named; the engine asks for it where nobody was.
    assert_eq!(refused(|at| at.user_handle = None), None);
}

/// Steps 8 to 14; the rest of the client data is tested with registration.
#[test]
fn client_data_is_of_this_ceremony() {
    assert_eq!(refused(|at| at.more = ",,"), Some(Refusal::ClientData));
    assert_eq!(refused(|at| at.kind = Some("webauthn.create")), Some(Refusal::Type));
    assert_eq!(refused(|at| at.challenge[0] ^= 1), Some(Refusal::Challenge));
    assert_eq!(refused(|at| at.origin = "https://login.example.org"), Some(Refusal::Origin));
    assert_eq!(refused(|at| at.more = r#","crossOrigin":true"#), Some(Refusal::CrossOrigin));
    assert_eq!(refused(|at| at.more = r#","topOrigin":"https://a.example""#), Some(Refusal::CrossOrigin));
}

/// Steps 15 to 18.
#[test]
fn the_authenticator_was_asked_by_us_and_somebody_was_there() {
    assert_eq!(refused(|at| at.tail = vec![0]), Some(Refusal::AuthenticatorData));
    assert_eq!(refused(|at| at.flags |= EXTENSIONS), Some(Refusal::AuthenticatorData));
    assert_eq!(refused(|at| at.rp_id = "example.com"), Some(Refusal::RpIdHash));
    assert_eq!(refused(|at| at.flags = VERIFIED), Some(Refusal::UserPresence));
    assert_eq!(refused(|at| at.flags = PRESENT), Some(Refusal::UserVerification));
    assert_eq!(refused(|at| at.flags |= BACKED_UP), Some(Refusal::BackupState));
    assert_eq!(refused(|at| at.flags |= ATTESTED), Some(Refusal::AuthenticatorData));
    assert_eq!(refused(|at| (at.flags, at.tail) = (at.flags | EXTENSIONS, vec![0xa0])), None);

    let mut authenticator = Authenticator::new("none");
    let credential = credential(&authenticator);
    let preferred = Asked { verification: UserVerification::Preferred, ..Asked::default() };
    authenticator.flags = PRESENT;
    assert!(!preferred.sign_in(&authenticator, &credential).unwrap().user_verified);
    authenticator.flags = VERIFIED;
    assert_eq!(preferred.sign_in(&authenticator, &credential).err(), Some(Refusal::UserPresence));
}

/// Step 19.
#[test]
fn eligibility_for_backup_never_changes() {
    assert_eq!(refused(|at| at.flags |= BACKUP_ELIGIBLE), Some(Refusal::BackupEligibility));
    let mut authenticator = Authenticator { flags: PRESENT | VERIFIED | BACKUP_ELIGIBLE, ..Authenticator::new("none") };
    let mut credential = credential(&authenticator);
    authenticator.flags |= BACKED_UP;
    let assertion = Asked::default().sign_in(&authenticator, &credential).unwrap();
    assert!(assertion.backed_up);
    credential.update(&assertion);
    assert!(credential.backed_up);
    authenticator.flags = PRESENT | VERIFIED;
    assert_eq!(Asked::default().sign_in(&authenticator, &credential).err(), Some(Refusal::BackupEligibility));
}

/// Steps 20 and 21.
#[test]
fn the_signature_is_of_the_credential_over_this_ceremony() {
    for key in Key::all() {
        let mut authenticator = Authenticator::new("none").with_key(key);
        let credential = credential(&authenticator);
        authenticator.damaged = true;
        assert_eq!(Asked::default().sign_in(&authenticator, &credential).err(), Some(Refusal::Signature));
    }
    assert_eq!(refused(|at| at.key = Key::p256(9)), Some(Refusal::Signature));
    assert_eq!(refused(|at| at.key = Key::p384(9)), Some(Refusal::Signature), "too long for the curve");
    assert_eq!(refused(|at| at.key = Key::Rsa), Some(Refusal::Signature));

    // Signed once, and sent with other client data.
    let authenticator = Authenticator::new("none");
    let credential = credential(&authenticator);
    let mut asserted = authenticator.assert();
    asserted.client_data_json = Authenticator { more: "", ..authenticator }.client_data("webauthn.get");
    let pending = Asked::default().begin_sign_in(&asserted, &credential).unwrap();
    assert!(!is_good(&pending.checks()[0]));
}

/// Step 22.
#[test]
fn a_counter_that_does_not_go_up_is_a_signal() {
    let mut authenticator = Authenticator::new("none");
    let mut credential = credential(&authenticator);
    for (stored, counted, regressed, kept) in [
        (0, 0, false, 0),
        (0, 1, false, 1),
        (7, 8, false, 8),
        (7, 7, true, 7),
        (7, 6, true, 7),
        (7, 0, true, 7),
        (0, u32::MAX, false, u32::MAX),
    ] {
        (credential.sign_count, authenticator.sign_count) = (stored, counted);
        let assertion = Asked::default().sign_in(&authenticator, &credential).unwrap();
        assert_eq!(assertion.sign_count_regressed, regressed, "{stored} {counted}");
        credential.update(&assertion);
        assert_eq!(credential.sign_count, kept);
    }
}

/// Nothing but the right answers to all checks decides.
#[test]
fn an_answer_to_another_check_answers_nothing() {
    let authenticator = Authenticator::new("none");
    let credential = credential(&authenticator);
    let begin = || Asked::default().begin_sign_in(&authenticator.assert(), &credential).unwrap();
    let check = begin().checks()[0].clone();
    let other = Asked::default();
    let other =
        other.begin_sign_in(&Authenticator { more: "", ..authenticator.clone() }.assert(), &credential).unwrap();
    let other = other.checks()[0].digest();

    assert_eq!(begin().answer(&[]), Err(Refusal::Signature));
    assert_eq!(begin().answer(&[other]), Err(Refusal::Signature));
    assert_eq!(begin().answer(&[[0; 32]]), Err(Refusal::Signature));
    assert!(begin().answer(&[other, check.digest()]).is_ok());

    // Every part counts.
    type Change = fn(&mut edge_mfa::webauthn::SignatureCheck);
    let changes: [Change; 4] = [
        |check| check.algorithm = edge_mfa::webauthn::SignatureAlgorithm::Ed25519,
        |check| check.public_key[30] ^= 1,
        |check| check.message[0] ^= 1,
        |check| check.signature[0] ^= 1,
    ];
    for change in changes {
        let mut changed = check.clone();
        change(&mut changed);
        assert_eq!(begin().answer(&[changed.digest()]), Err(Refusal::Signature));
    }
    // What ends one part does not begin the next.
    let mut moved = check.clone();
    moved.message.insert(0, moved.signature.pop().unwrap());
    assert_ne!(moved.digest(), check.digest());
}
