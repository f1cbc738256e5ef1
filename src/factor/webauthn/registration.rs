//! Registering a credential (section 7.1).

use super::attestation::Attestation;
use super::authenticator_data::AuthenticatorData;
use super::cose::PublicKey;
use super::signature::Signatures;
use super::{AttestationPolicy, Ceremony, Credential, Pending, Refusal, client_data};
use crate::base::cbor;
use crate::crypto::sha256;
use alloc::vec::Vec;

/// What a browser answers to a registration, as bytes.
///
/// ```
/// # use edge_mfa::webauthn::RegistrationResponse;
/// fn size(response: &RegistrationResponse) -> usize {
///     response.attestation_object.len()
/// }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct RegistrationResponse<'a> {
    /// The credential id, as the browser says.
    pub id: &'a [u8],
    /// `clientDataJSON`.
    pub client_data_json: &'a [u8],
    /// `attestationObject`.
    pub attestation_object: &'a [u8],
}

/// A new passkey.
///
/// ```
/// # use edge_mfa::webauthn::{Credential, Registration};
/// fn keep(registration: Registration) -> Credential {
///     registration.into_credential()
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct Registration {
    credential: Credential,
    /// The person was verified, by a PIN or biometrics.
    pub user_verified: bool,
}

impl Registration {
    /// The passkey, to be stored unless its id is known already: that of another account must not be taken.
    ///
    /// ```
    /// # use edge_mfa::webauthn::Registration;
    /// fn id(registration: Registration) -> Vec<u8> {
    ///     registration.into_credential().id
    /// }
    /// ```
    #[must_use]
    pub fn into_credential(self) -> Credential {
        self.credential
    }
}

/// Checks all but the signatures, in the order of section 7.1.
///
/// # Errors
/// The first check that was not passed.
///
/// ```
/// use edge_mfa::Timestamp;
/// use edge_mfa::webauthn::{self, AttestationPolicy, Ceremony, Refusal, RegistrationResponse, RelyingParty, UserVerification};
/// let party = RelyingParty::new("example.com".into(), vec!["https://example.com".into()], vec![])?;
/// let ceremony = Ceremony {
///     relying_party: &party,
///     challenge: &[7; 32],
///     user_verification: UserVerification::Required,
///     now: Timestamp::from_secs(1_800_000_000)?,
/// };
/// let nonsense = RegistrationResponse { id: b"", client_data_json: b"{}", attestation_object: b"" };
/// let refused = webauthn::register(&nonsense, &ceremony, &AttestationPolicy::default());
/// assert_eq!(refused.unwrap_err(), Refusal::ClientData);
/// # Ok::<(), edge_mfa::Error>(())
/// ```
pub fn register(
    response: &RegistrationResponse<'_>,
    ceremony: &Ceremony<'_>,
    policy: &AttestationPolicy,
) -> Result<Pending<Registration>, Refusal> {
    client_data::check(response.client_data_json, "webauthn.create", ceremony)?;
    // Steps 12 and 13.
    let client_data_hash = sha256(response.client_data_json);
    let object = cbor::whole(response.attestation_object).filter(|object| cbor::count(object) == Some(3));
    let object = object.ok_or(Refusal::AttestationObject)?;
    let format = cbor::get(object, b"\x63fmt").and_then(cbor::text).ok_or(Refusal::AttestationObject)?;
    let statement = cbor::get(object, b"\x67attStmt").ok_or(Refusal::AttestationObject)?;
    let bytes = cbor::get(object, b"\x68authData").and_then(cbor::bytes).ok_or(Refusal::AttestationObject)?;
    let data = AuthenticatorData::read(bytes).ok_or(Refusal::AuthenticatorData)?;
    // Steps 14 to 17.
    data.check(ceremony)?;
    // Step 20, and the form of the key.
    let mut attested = data.attested.ok_or(Refusal::AuthenticatorData)?;
    // 8.6: an authenticator of FIDO U2F has no AAGUID and signs none, so that whatever stands there is nobody's word.
    if format == "fido-u2f" {
        attested.aaguid = &[0; 16];
    }
    let public_key = PublicKey::read(attested.public_key)?;
    // Steps 22 to 24.
    let mut attestation = Attestation {
        statement,
        data: bytes,
        rp_id_hash: data.rp_id_hash,
        attested: &attested,
        public_key: &public_key,
        client_data_hash,
        policy,
        certificates: Vec::new(),
    };
    let mut signatures = Signatures::default();
    let trust = attestation.check(format, ceremony.now, &mut signatures)?;
    // Step 25.
    if !(1..=ID_LONGEST).contains(&attested.id.len()) || attested.id != response.id {
        return Err(Refusal::CredentialId);
    }
    // Step 27; step 26 is the caller's, who knows all accounts.
    let mut credential = Credential::new(attested.id, attested.public_key, *attested.aaguid);
    credential.sign_count = data.sign_count;
    credential.backup_eligible = data.backup_eligible();
    credential.backed_up = data.backed_up();
    credential.trust = trust;
    Ok(Pending::new(Registration { credential, user_verified: data.user_verified() }, signatures))
}

/// Bytes.
const ID_LONGEST: usize = 1023;
