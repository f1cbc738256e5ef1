//! Who asks for passkeys, and which are taken.

use crate::webauthn::{AttestationPolicy, RelyingParty};

/// The relying party (Web Authentication, section 4), and what it thinks of attestation.
///
/// ```
/// use edge_mfa::engine::Passkeys;
/// use edge_mfa::webauthn::{AttestationPolicy, RelyingParty};
/// let passkeys = Passkeys {
///     relying_party: RelyingParty::new("example.com".into(), vec!["https://example.com".into()], vec![])?,
///     attestation: AttestationPolicy::default(), // of any model, attested or not
/// };
/// # let _ = passkeys;
/// # Ok::<(), edge_mfa::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Passkeys {
    /// The domain, and the origins of its pages.
    pub relying_party: RelyingParty,
    /// Which models are taken.
    pub attestation: AttestationPolicy,
}
