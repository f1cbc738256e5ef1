//! What an answer did not pass.

use crate::base::ascii;

/// Declares the refusals, their names and what they are from one table.
macro_rules! refusals {
    ($($(#[$doc:meta])* $variant:ident $name:literal)+) => {
        /// The check that an answer did not pass. The names are stable.
        ///
        /// ```
        /// use edge_mfa::webauthn::Refusal;
        /// assert_eq!(Refusal::Origin.name(), "origin");
        /// ```
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Refusal {
            $($(#[$doc])* $variant,)+
        }

        impl Refusal {
            /// Every refusal, in the order of the checks.
            ///
            /// ```
            /// assert!(edge_mfa::webauthn::Refusal::ALL.len() > 30);
            /// ```
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// In snake case.
            ///
            /// ```
            /// assert_eq!(edge_mfa::webauthn::Refusal::RpIdHash.name(), "rp_id_hash");
            /// ```
            #[must_use]
            pub const fn name(self) -> &'static str {
                ascii::part(concat!($($name, " ",)+), b' ', self as usize)
            }
        }
    };
}

refusals! {
    /// 7.1 step 6, 7.2 step 9: the client data are no JSON of the kind.
    ClientData "client_data"
    /// 7.1 step 7, 7.2 step 10: it is the answer to another ceremony.
    Type "type"
    /// 7.1 step 8, 7.2 step 11: it answers another challenge.
    Challenge "challenge"
    /// 7.1 step 9, 7.2 step 12: the page is none of ours; scheme, host and port have to be the same.
    Origin "origin"
    /// 7.1 step 10, 7.2 step 13: the page was in a frame of another origin.
    CrossOrigin "cross_origin"
    /// 7.1 step 11, 7.2 step 14: the frame was in a page that may not have it.
    TopOrigin "top_origin"
    /// 7.1 step 13: no attestation object in canonical CBOR, or with other members.
    AttestationObject "attestation_object"
    /// 6.1: no authenticator data, or with something behind them.
    AuthenticatorData "authenticator_data"
    /// 7.1 step 14, 7.2 step 15: made for another domain.
    RpIdHash "rp_id_hash"
    /// 7.1 step 15, 7.2 step 16: nobody was there.
    UserPresence "user_presence"
    /// 7.1 step 16, 7.2 step 17: the person was not verified.
    UserVerification "user_verification"
    /// 7.1 step 17, 7.2 step 18: backed up, and yet no passkey that can be.
    BackupState "backup_state"
    /// 7.2 step 19: it could be backed up before, or could not.
    BackupEligibility "backup_eligibility"
    /// 6.5.1: no credential public key in canonical CBOR, or one that has more or less than its kind.
    PublicKey "public_key"
    /// 7.1 step 20: an algorithm that was not asked for: neither ES256, EdDSA (Ed25519), ES384 nor RS256.
    Algorithm "algorithm"
    /// 7.1 step 22: an attestation statement format that is not known.
    AttestationFormat "attestation_format"
    /// 7.1 step 23, section 8: the attestation statement is none of its format.
    AttestationStatement "attestation_statement"
    /// Section 8: the algorithm of the attestation is not the credential's, or none that is taken.
    AttestationAlgorithm "attestation_algorithm"
    /// Section 8: a certificate is no X.509 version 3 in DER.
    Certificate "certificate"
    /// 8.2.1, 8.3.1: the attestation certificate does not say what it has to.
    CertificateContent "certificate_content"
    /// 8.2, 8.3: the attestation certificate is of another model.
    CertificateAaguid "certificate_aaguid"
    /// 8.4, 8.6, 8.8: the attestation certificate has another key than the credential, or one of another kind.
    CertificateKey "certificate_key"
    /// 8.3: what the TPM certified is not this credential.
    TpmPublicArea "tpm_public_area"
    /// 8.3: what the TPM certified is not this ceremony.
    TpmCertification "tpm_certification"
    /// 8.4: the key description of Android is not this ceremony's, or allows more.
    AndroidKey "android_key"
    /// 8.8: the certificate of Apple is not this ceremony's.
    AppleNonce "apple_nonce"
    /// 7.1 step 24: the chain of certificates is broken, or not valid now.
    CertificateChain "certificate_chain"
    /// 7.1 step 24: no trust anchor stands behind the attestation.
    Untrusted "untrusted"
    /// 7.1 step 24: the model is not one of those that are taken.
    Aaguid "aaguid"
    /// 7.1 step 25: the credential id is longer than 1,023 bytes, empty, or another one than the browser says.
    CredentialId "credential_id"
    /// 7.2 step 6: the passkey is somebody else's, as it says itself.
    UserHandle "user_handle"
    /// 7.1 step 23, 7.2 step 21: a signature is not good.
    Signature "signature"
}
