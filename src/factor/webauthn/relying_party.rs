//! Who asks, and what for.

use crate::base::{Error, Timestamp, ascii, decimal};
use alloc::{string::String, vec::Vec};

/// A relying party: the domain that passkeys are made for, and the pages that may use them.
///
/// ```
/// use edge_mfa::{Error, webauthn::RelyingParty};
/// let origins = vec!["https://example.com".into(), "https://login.example.com:8443".into()];
/// assert!(RelyingParty::new("example.com".into(), origins, vec![]).is_ok());
/// assert_eq!(RelyingParty::new("example.com".into(), vec![], vec![]), Err(Error::RelyingPartyInvalid));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RelyingParty {
    id: String,
    origins: Vec<String>,
    top_origins: Vec<String>,
}

impl RelyingParty {
    /// `id` is a domain (5.4.2); `origins` are those of the pages (13.4.9), each `https://` with a host and maybe a port, and
    /// compared as they are; `top_origins` those of pages that may show ours in a frame, none if it is empty.
    ///
    /// An origin on another domain is a related one (5.11): browsers ask `https://ID/.well-known/webauthn` for those.
    ///
    /// # Errors
    /// [`Error::RelyingPartyInvalid`] for what can be neither.
    ///
    /// ```
    /// use edge_mfa::webauthn::RelyingParty;
    /// let local = RelyingParty::new("localhost".into(), vec!["http://localhost:8787".into()], vec![])?;
    /// # let _ = local;
    /// # Ok::<(), edge_mfa::Error>(())
    /// ```
    pub fn new(id: String, origins: Vec<String>, top_origins: Vec<String>) -> Result<Self, Error> {
        let are_origins = |list: &[String]| list.iter().all(|origin| is_origin(origin));
        if is_host(&id) && !origins.is_empty() && are_origins(&origins) && are_origins(&top_origins) {
            Ok(Self { id, origins, top_origins })
        } else {
            Err(Error::RelyingPartyInvalid)
        }
    }

    /// The domain.
    ///
    /// ```
    /// # use edge_mfa::webauthn::RelyingParty;
    /// let party = RelyingParty::new("example.com".into(), vec!["https://example.com".into()], vec![])?;
    /// assert_eq!(party.id(), "example.com");
    /// # Ok::<(), edge_mfa::Error>(())
    /// ```
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    pub(super) fn has(&self, origin: &str) -> bool {
        self.origins.iter().any(|own| own == origin)
    }

    /// Whether ours may be in frames at all.
    pub(super) fn is_framed(&self) -> bool {
        !self.top_origins.is_empty()
    }

    pub(super) fn may_be_in(&self, origin: &str) -> bool {
        self.top_origins.iter().any(|own| own == origin)
    }
}

/// A host in lower case, as browsers write it.
fn is_host(text: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'.');
    let is_between_dots = !matches!(text.as_bytes(), [] | [b'.', ..] | [.., b'.']);
    is_between_dots && text.len() <= 253 && text.bytes().all(is_part)
}

/// An origin as browsers write it (RFC 6454 section 6.2): no path, no user, the port only where it is another.
fn is_origin(text: &str) -> bool {
    let (scheme, rest) = ascii::split(text, b':');
    // Of an app: Android's, and those of browser extensions.
    if scheme == "android" {
        return rest.starts_with("apk-key-hash:");
    }
    let Some(rest) = rest.strip_prefix("//") else { return false };
    if scheme == "chrome-extension" {
        return true;
    }
    let (host, port) = ascii::split(rest, b':');
    let is_port = host.len() == rest.len() || decimal::parse(port).is_some_and(|port| (1..65_536).contains(&port));
    let is_local = host == "localhost" || host.ends_with(".localhost");
    is_host(host) && is_port && (scheme == "https" || scheme == "http" && is_local)
}

/// Whether the person has to be verified, by a PIN or biometrics (section 5.8.6).
///
/// ```
/// assert_eq!(edge_mfa::webauthn::UserVerification::default(), edge_mfa::webauthn::UserVerification::Required);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum UserVerification {
    /// Yes.
    #[default]
    Required,
    /// Not if the authenticator cannot.
    Preferred,
}

/// What an answer has to fit.
///
/// ```
/// use edge_mfa::{Timestamp, webauthn::{Ceremony, RelyingParty, UserVerification}};
/// let party = RelyingParty::new("example.com".into(), vec!["https://example.com".into()], vec![])?;
/// let ceremony = Ceremony {
///     relying_party: &party,
///     challenge: &[7; 32], // of the options that went out; good once
///     user_verification: UserVerification::Required,
///     now: Timestamp::from_secs(1_800_000_000)?,
/// };
/// # let _ = ceremony;
/// # Ok::<(), edge_mfa::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Ceremony<'a> {
    /// Who asked.
    pub relying_party: &'a RelyingParty,
    /// The challenge that the answer is to. Whoever takes the answer has thrown it away before.
    pub challenge: &'a [u8],
    /// Whether the person has to be verified.
    pub user_verification: UserVerification,
    /// When: certificates have to be valid then.
    pub now: Timestamp,
}

/// Which models are taken.
///
/// Without trust anchors every model is, and an attestation gives no trust, though it has to be right. A certificate that
/// has signed itself gives none either, unless it is an anchor.
///
/// ```
/// use edge_mfa::webauthn::AttestationPolicy;
/// assert!(!AttestationPolicy::default().is_wanted());
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AttestationPolicy {
    pub(super) anchors: Vec<Vec<u8>>,
    pub(super) aaguids: Vec<[u8; 16]>,
}

impl AttestationPolicy {
    /// `anchors` are certificates in DER: with some, only authenticators are taken whose attestation one of them stands
    /// behind. `aaguids` are the models that are taken; all if it is empty. Without anchors an authenticator may name any.
    ///
    /// # Errors
    /// [`Error::RelyingPartyInvalid`] for an anchor that is no certificate.
    ///
    /// ```
    /// use edge_mfa::{Error, webauthn::AttestationPolicy};
    /// assert_eq!(AttestationPolicy::new(vec![vec![1, 2, 3]], vec![]), Err(Error::RelyingPartyInvalid));
    /// ```
    pub fn new(anchors: Vec<Vec<u8>>, aaguids: Vec<[u8; 16]>) -> Result<Self, Error> {
        let are_certificates = anchors.iter().all(|der| super::certificate::Certificate::read(der).is_some());
        if are_certificates { Ok(Self { anchors, aaguids }) } else { Err(Error::RelyingPartyInvalid) }
    }

    /// Whether authenticators have to be asked for an attestation.
    ///
    /// ```
    /// # use edge_mfa::webauthn::AttestationPolicy;
    /// assert!(AttestationPolicy::new(vec![], vec![[7; 16]])?.is_wanted());
    /// # Ok::<(), edge_mfa::Error>(())
    /// ```
    #[must_use]
    pub fn is_wanted(&self) -> bool {
        !self.anchors.is_empty() || !self.aaguids.is_empty()
    }
}
