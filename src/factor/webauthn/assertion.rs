//! Verifying an assertion (section 7.2).

use super::authenticator_data::AuthenticatorData;
use super::signature::Signatures;
use super::{Ceremony, Credential, Pending, Refusal, client_data};
use crate::crypto::sha256;

/// What a browser answers to an assertion, as bytes.
///
/// ```
/// # use edge_mfa::webauthn::AuthenticationResponse;
/// fn says_who_it_is(response: &AuthenticationResponse) -> bool {
///     response.user_handle.is_some()
/// }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct AuthenticationResponse<'a> {
    /// The credential id.
    pub id: &'a [u8],
    /// `clientDataJSON`.
    pub client_data_json: &'a [u8],
    /// `authenticatorData`.
    pub authenticator_data: &'a [u8],
    /// `signature`.
    pub signature: &'a [u8],
    /// `userHandle`.
    pub user_handle: Option<&'a [u8]>,
}

/// A passkey was used.
///
/// ```
/// # use edge_mfa::webauthn::Assertion;
/// fn is_suspicious(assertion: &Assertion) -> bool {
///     assertion.sign_count_regressed
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
#[non_exhaustive]
pub struct Assertion {
    /// The person was verified, by a PIN or biometrics.
    pub user_verified: bool,
    /// How often the passkey signed, as far as it counts.
    pub sign_count: u32,
    /// It counts, and has counted backwards, or not on: there may be two of it (section 6.1.1).
    pub sign_count_regressed: bool,
    /// It is copied by a password manager now.
    pub backed_up: bool,
}

/// Checks all but the signature, in the order of section 7.2. `user_handle` is what the account's passkeys know it by.
///
/// # Errors
/// The first check that was not passed.
///
/// ```
/// # use edge_mfa::webauthn::{self, AuthenticationResponse, Ceremony, Credential, Refusal};
/// fn is_for_another_page(response: &AuthenticationResponse, ceremony: &Ceremony, credential: &Credential) -> bool {
///     webauthn::authenticate(response, ceremony, credential, b"alice").err() == Some(Refusal::Origin)
/// }
/// ```
pub fn authenticate(
    response: &AuthenticationResponse<'_>,
    ceremony: &Ceremony<'_>,
    credential: &Credential,
    user_handle: &[u8],
) -> Result<Pending<Assertion>, Refusal> {
    // Steps 5 and 6.
    if response.id != credential.id {
        return Err(Refusal::CredentialId);
    }
    if response.user_handle.is_some_and(|said| said != user_handle) {
        return Err(Refusal::UserHandle);
    }
    client_data::check(response.client_data_json, "webauthn.get", ceremony)?;
    let data = AuthenticatorData::read(response.authenticator_data).ok_or(Refusal::AuthenticatorData)?;
    // Steps 15 to 18.
    data.check(ceremony)?;
    // 6.1: an assertion carries no credential.
    if data.attested.is_some() {
        return Err(Refusal::AuthenticatorData);
    }
    // Step 19.
    if data.backup_eligible() != credential.backup_eligible {
        return Err(Refusal::BackupEligibility);
    }
    // Steps 20 and 21.
    let message = [response.authenticator_data, &sha256(response.client_data_json)].concat();
    let key = credential.public_key()?;
    let mut signatures = Signatures::default();
    key.algorithm.check(&key.spki, message, response.signature, &mut signatures)?;
    // Step 22: a signal.
    let counts = data.sign_count > 0 || credential.sign_count > 0;
    let assertion = Assertion {
        user_verified: data.user_verified(),
        sign_count: data.sign_count,
        sign_count_regressed: counts && data.sign_count <= credential.sign_count,
        backed_up: data.backed_up(),
    };
    Ok(Pending::new(assertion, signatures))
}
