//! The other side of the software authenticator: what was asked of it.

use super::authenticator::{Asserted, Authenticator, CHALLENGE, ORIGIN, RP_ID, Registered, USER_HANDLE};
use super::platform::answer;
use edge_mfa::Timestamp;
use edge_mfa::webauthn::{
    Assertion, AttestationPolicy, AuthenticationResponse, Ceremony, Credential, Pending, Refusal, Registration,
    RegistrationResponse, RelyingParty, UserVerification, authenticate, register,
};

/// 2027-01-15, 08:00.
pub(crate) const NOW: u64 = 1_800_000_000;

/// Everything that was asked.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) top_origins: Vec<&'static str>,
    pub(crate) verification: UserVerification,
    pub(crate) anchors: Vec<Vec<u8>>,
    pub(crate) aaguids: Vec<[u8; 16]>,
}

impl Default for Asked {
    fn default() -> Self {
        Self {
            top_origins: Vec::new(),
            verification: UserVerification::Required,
            anchors: Vec::new(),
            aaguids: Vec::new(),
        }
    }
}

impl Asked {
    /// Trusts the maker of this authenticator, who has to vouch for it.
    pub(crate) fn trusting(authenticator: &Authenticator) -> Self {
        Self { anchors: vec![authenticator.attestation.root.to_der()], ..Self::default() }
    }

    pub(crate) fn register(&self, authenticator: &Authenticator) -> Result<Registration, Refusal> {
        answer(self.begin(&authenticator.register())?)
    }

    pub(crate) fn begin(&self, registered: &Registered) -> Result<Pending<Registration>, Refusal> {
        let response = RegistrationResponse {
            id: &registered.id,
            client_data_json: &registered.client_data_json,
            attestation_object: &registered.attestation_object,
        };
        let policy = AttestationPolicy::new(self.anchors.clone(), self.aaguids.clone()).unwrap();
        register(&response, &self.ceremony(&self.party()), &policy)
    }

    pub(crate) fn sign_in(&self, authenticator: &Authenticator, credential: &Credential) -> Result<Assertion, Refusal> {
        answer(self.begin_sign_in(&authenticator.assert(), credential)?)
    }

    pub(crate) fn begin_sign_in(
        &self,
        asserted: &Asserted,
        credential: &Credential,
    ) -> Result<Pending<Assertion>, Refusal> {
        let response = AuthenticationResponse {
            id: &asserted.id,
            client_data_json: &asserted.client_data_json,
            authenticator_data: &asserted.authenticator_data,
            signature: &asserted.signature,
            user_handle: asserted.user_handle,
        };
        authenticate(&response, &self.ceremony(&self.party()), credential, USER_HANDLE)
    }

    fn party(&self) -> RelyingParty {
        let origins = ["https://example.org", ORIGIN].map(String::from).into();
        RelyingParty::new(RP_ID.into(), origins, self.top_origins.iter().map(|&top| top.into()).collect()).unwrap()
    }

    fn ceremony<'a>(&self, party: &'a RelyingParty) -> Ceremony<'a> {
        let now = Timestamp::from_secs(NOW).unwrap();
        Ceremony { relying_party: party, challenge: CHALLENGE, user_verification: self.verification, now }
    }
}
