//! Session tokens: compact JWS with HS256 (RFC 7515, RFC 7519), which any JWT library reads.
//!
//! ```text
//! {"alg":"HS256","kid":"<id of the key>","typ":"mfa-session+jwt"}
//! {"iss","sub","sid","iat","exp","session_expiry"?,"auth_time","amr","acr","epoch","ath"?}
//! ```
//!
//! The header is compared, not parsed: nothing that comes with a token chooses how it is verified.

mod authentication;
mod known;
mod payload;

use super::key_ring::{KeyId, KeyRing};
use crate::base::bits::{base64_url, decode_base64_url, encode_base64_url};
use crate::base::{Entropy, Error, Sensitive, Timestamp, Wiped, ascii};
use crate::crypto::{self, Digest, HmacKey};
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use subtle::ConstantTimeEq;

pub use authentication::{Level, Method};
pub use known::Known;
use known::Slot;

/// What a session token says.
///
/// A token counts in seconds (RFC 7519 *NumericDate*): milliseconds are cut off.
///
/// ```
/// use edge_mfa::Timestamp;
/// use edge_mfa::protect::session_token::{self, Claims, Level, Method, SessionId};
/// use edge_mfa::protect::{Environment, KeyRing, Seeded};
///
/// let mut entropy = Seeded::new([7; 32]); // 32 bytes of the platform
/// let now = Timestamp::from_secs(1_790_000_000)?;
/// let ring = KeyRing::generate(Environment::Test, now, &mut entropy)?;
/// let claims = Claims {
///     issuer: "Example".into(),
///     subject: "alice".into(),
///     id: SessionId::generate(&mut entropy)?,
///     issued: now,
///     expires: now.plus_secs(43_200),
///     limit: now.plus_secs(43_200),
///     authenticated: now,
///     methods: vec![Method::Pwd, Method::Otp, Method::Mfa],
///     level: Level::Aal2,
///     epoch: 1,
///     bound_to: None,
/// };
/// let token = claims.sign(&ring)?;
/// assert_eq!(session_token::verify(&ring, "Example", &token, None, now), Ok(claims));
/// # Ok::<(), edge_mfa::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claims {
    /// `iss`: the service.
    pub issuer: String,
    /// `sub`: the account.
    pub subject: String,
    /// `sid`: the session.
    pub id: SessionId,
    /// `iat`: when the token was made.
    pub issued: Timestamp,
    /// `exp`: from when on it is refused.
    pub expires: Timestamp,
    /// `session_expiry` (OpenID Connect Enterprise Extensions): the end of the session, however often its token is renewed.
    /// Left out where it is [`Claims::expires`].
    pub limit: Timestamp,
    /// `auth_time`: when the person last proved a factor.
    pub authenticated: Timestamp,
    /// `amr`: how.
    pub methods: Vec<Method>,
    /// `acr`: what that is worth.
    pub level: Level,
    /// `epoch`: counted up to close all sessions of the account.
    pub epoch: u32,
    /// `ath` (RFC 9449 section 4.2): [`thumbprint`] of the primary token that the session belongs to.
    pub bound_to: Option<[u8; 32]>,
}

impl Claims {
    /// The token, signed with the newest key.
    ///
    /// # Errors
    /// [`Error::SubjectInvalid`] where issuer and subject are so long that the token would pass 4 KiB.
    ///
    /// ```
    /// # use edge_mfa::{Timestamp, protect::{Environment, KeyRing, Seeded, session_token::*}};
    /// # let mut entropy = Seeded::new([7; 32]);
    /// # let now = Timestamp::from_secs(0)?;
    /// # let ring = KeyRing::generate(Environment::Test, now, &mut entropy)?;
    /// # let claims = Claims {
    /// #     issuer: "Example".into(), subject: "alice".into(), id: SessionId::generate(&mut entropy)?,
    /// #     issued: now, expires: now.plus_secs(60), limit: now.plus_secs(60), authenticated: now,
    /// #     methods: vec![Method::Otp], level: Level::Aal1, epoch: 0, bound_to: None,
    /// # };
    /// assert_eq!(claims.sign(&ring)?.split('.').count(), 3);
    /// # Ok::<(), edge_mfa::Error>(())
    /// ```
    pub fn sign(&self, ring: &KeyRing) -> Result<String, Error> {
        let payload = payload::write(self);
        let key = ring.newest_key();
        let mut token = String::with_capacity(payload.len() * 4 / 3 + 160);
        token.push_str(&key.header);
        token.push('.');
        encode_base64_url(&mut token, payload.as_bytes());
        let tag = key.signing.tag(token.as_bytes());
        token.push('.');
        encode_base64_url(&mut token, tag.as_bytes());
        if token.len() > LONGEST { Err(Error::SubjectInvalid) } else { Ok(token) }
    }
}

/// Reads a token that one of the ring's keys signed.
///
/// In this order: its shape, the canonical encoding of its parts, the header byte by byte, the signature in constant
/// time, and only then what it says. `bound_to` is the [`thumbprint`] of the primary token of this request; it must be the
/// one that the session was opened with, and none if that had none.
///
/// # Errors
/// A [`TokenRefusal`] is a verdict: treat all of them as "no session".
///
/// ```
/// # use edge_mfa::{Timestamp, protect::{Environment, KeyRing, Seeded}};
/// use edge_mfa::protect::session_token::{self, TokenRefusal};
/// # let now = Timestamp::from_secs(0)?;
/// # let ring = KeyRing::generate(Environment::Test, now, &mut Seeded::new([7; 32]))?;
/// let refused = session_token::verify(&ring, "Example", "eyJhbGciOiJub25lIn0.e30.", None, now);
/// assert_eq!(refused, Err(TokenRefusal::Malformed)); // no signature at all
/// # Ok::<(), edge_mfa::Error>(())
/// ```
pub fn verify(
    ring: &KeyRing,
    issuer: &str,
    token: &str,
    bound_to: Option<&[u8; 32]>,
    now: Timestamp,
) -> Result<Claims, TokenRefusal> {
    let parts = Parts::of(token).ok_or(TokenRefusal::Malformed)?;
    let payload = parts.payload()?;
    if !parts.is_tag(&parts.key(ring)?.tag(parts.signed.as_bytes())) {
        return Err(TokenRefusal::Signature);
    }
    let claims = parts.claims(&payload)?;
    check(&claims, issuer, bound_to, now).map(|()| claims)
}

/// As [`verify`], but a payload that is known need not be read again. Its signature is made and compared each time.
///
/// # Errors
/// Those of [`verify`].
///
/// ```
/// # use edge_mfa::{Timestamp, protect::{Environment, KeyRing, Seeded}};
/// use edge_mfa::protect::session_token::{self, Known, TokenRefusal};
/// # let now = Timestamp::from_secs(0)?;
/// # let ring = KeyRing::generate(Environment::Test, now, &mut Seeded::new([7; 32]))?;
/// let mut known = Known::new();
/// let refused = session_token::verify_again(&ring, "Example", "eyJhbGciOiJub25lIn0.e30.", None, now, &mut known);
/// assert_eq!(refused, Err(TokenRefusal::Malformed));
/// # Ok::<(), edge_mfa::Error>(())
/// ```
pub fn verify_again<'a>(
    ring: &KeyRing,
    issuer: &str,
    token: &str,
    bound_to: Option<&[u8; 32]>,
    now: Timestamp,
    known: &'a mut Known,
) -> Result<&'a Claims, TokenRefusal> {
    let parts = Parts::of(token).ok_or(TokenRefusal::Malformed)?;
    let (slot, kept, keep) = known.slot(parts.payload).ok_or(TokenRefusal::Malformed)?;
    // Of another key that has the same id the inner hash is another one: then it is made anew, as if nothing were known.
    if !slot.is_of(parts.payload) || !parts.is_tag(&parts.key(ring)?.finish(&slot.inner)) {
        let payload = parts.payload()?;
        let key = parts.key(ring)?;
        let inner = key.begin(parts.signed.as_bytes());
        if !parts.is_tag(&key.finish(inner.as_bytes())) {
            return Err(TokenRefusal::Signature);
        }
        let inner = inner.as_bytes().first_chunk().copied().unwrap_or_default();
        let claims = parts.claims(&payload)?;
        *kept += parts.payload.len();
        keep(&mut || *slot = Slot { claims: Some(claims.clone()), payload: parts.payload.into(), inner });
    }
    let claims = slot.claims.as_ref().ok_or(TokenRefusal::Malformed)?;
    check(claims, issuer, bound_to, now).map(|()| claims)
}

/// What is checked of the claims each time.
fn check(claims: &Claims, issuer: &str, bound_to: Option<&[u8; 32]>, now: Timestamp) -> Result<(), TokenRefusal> {
    if claims.issuer != issuer {
        return Err(TokenRefusal::Issuer);
    }
    if claims.issued > now.plus_secs(AHEAD_MOST) {
        return Err(TokenRefusal::NotYet);
    }
    if claims.expires <= now {
        return Err(TokenRefusal::Expired);
    }
    let is_bound = is_same(claims.bound_to.as_ref(), bound_to);
    if is_bound { Ok(()) } else { Err(TokenRefusal::Binding) }
}

/// The signing keys as a JWK Set (RFC 7517 section 5), newest first: what another JWT library needs to verify tokens.
///
/// Whoever has them can make tokens, too. They open no record.
///
/// ```
/// # use edge_mfa::{Timestamp, protect::{Environment, KeyRing, Seeded, session_token}};
/// let ring = KeyRing::generate(Environment::Test, Timestamp::from_secs(0)?, &mut Seeded::new([7; 32]))?;
/// let set = session_token::jwk_set(&ring);
/// assert!(set.starts_with(&format!(r#"{{"keys":[{{"kty":"oct","kid":"{}","alg":"HS256""#, ring.newest())));
/// # Ok::<(), edge_mfa::Error>(())
/// ```
#[must_use]
pub fn jwk_set(ring: &KeyRing) -> Sensitive<String> {
    // Never grows, which would leave a copy behind.
    let mut set = String::with_capacity(128 * (ring.keys().count() + 1));
    set.push_str(r#"{"keys":["#);
    for (place, key) in ring.all().enumerate() {
        set.push_str(if place > 0 { "," } else { "" });
        for part in [r#"{"kty":"oct","kid":""#, &key.id.text(), r#"","alg":"HS256","use":"sig","k":""#] {
            set.push_str(part);
        }
        encode_base64_url(&mut set, &*key.signing_key());
        set.push_str(r#""}"#);
    }
    set.push_str("]}");
    Sensitive::new(set)
}

/// SHA-256 of a primary token, to bind a session to it.
///
/// ```
/// use edge_mfa::protect::thumbprint;
/// assert_ne!(thumbprint("one token"), thumbprint("another token"));
/// ```
#[must_use]
pub fn thumbprint(token: &str) -> [u8; 32] {
    crypto::sha256(token.as_bytes())
}

/// Why a token is refused.
///
/// ```
/// use edge_mfa::protect::session_token::TokenRefusal;
/// assert_eq!(TokenRefusal::Expired.name(), "expired");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[cfg_attr(all(feature = "full", target_family = "wasm"), repr(u32))]
pub enum TokenRefusal {
    /// Not three parts of canonical base64url of up to 4 KiB, or a payload that we never write.
    Malformed,
    /// Another header than ours: another algorithm, `none`, another type, another order.
    Header,
    /// No key of the ring has this id.
    KeyUnknown,
    /// Not signed with that key, or changed since.
    Signature,
    /// Made for another service.
    Issuer,
    /// Made more than 60 seconds after now.
    NotYet,
    /// Its time is over.
    Expired,
    /// Bound to another primary token, or to one where none is, or to none where one is.
    Binding,
}

impl TokenRefusal {
    /// In snake case, for logs and for JavaScript.
    ///
    /// ```
    /// use edge_mfa::protect::session_token::TokenRefusal;
    /// assert_eq!(TokenRefusal::KeyUnknown.name(), "key_unknown");
    /// ```
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::Header => "header",
            Self::KeyUnknown => "key_unknown",
            Self::Signature => "signature",
            Self::Issuer => "issuer",
            Self::NotYet => "not_yet",
            Self::Expired => "expired",
            Self::Binding => "binding",
        }
    }
}

/// What a session is called: 12 random bytes. No secret; it opens nothing.
///
/// ```
/// # use edge_mfa::protect::Seeded;
/// use edge_mfa::protect::session_token::SessionId;
/// let id = SessionId::generate(&mut Seeded::new([7; 32]))?;
/// assert_eq!(SessionId::parse(&id.to_string())?, id);
/// # Ok::<(), edge_mfa::Error>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SessionId([u8; 12]);

impl SessionId {
    /// A new one.
    ///
    /// # Errors
    /// [`Error::EntropyUnavailable`] from `entropy`.
    ///
    /// ```
    /// # use edge_mfa::protect::{Seeded, session_token::SessionId};
    /// assert_eq!(SessionId::generate(&mut Seeded::new([7; 32]))?.to_string().len(), 16);
    /// # Ok::<(), edge_mfa::Error>(())
    /// ```
    pub fn generate(entropy: &mut impl Entropy) -> Result<Self, Error> {
        let mut bytes = [0; 12];
        entropy.fill(&mut bytes)?;
        Ok(Self(bytes))
    }

    /// Reads the 16 characters of base64url that `Display` writes.
    ///
    /// # Errors
    /// [`Error::CommandInvalid`]: a command names a session that cannot be.
    ///
    /// ```
    /// use edge_mfa::{Error, protect::session_token::SessionId};
    /// assert_eq!(SessionId::parse("no session id"), Err(Error::CommandInvalid));
    /// ```
    pub fn parse(text: &str) -> Result<Self, Error> {
        decode_array(text).map(Self).ok_or(Error::CommandInvalid)
    }

    /// From the bytes of a stored one.
    ///
    /// ```
    /// use edge_mfa::protect::session_token::SessionId;
    /// assert_eq!(SessionId::from_bytes([0; 12]).to_string(), "AAAAAAAAAAAAAAAA");
    /// ```
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 12]) -> Self {
        Self(bytes)
    }

    /// The bytes, to be stored.
    ///
    /// ```
    /// use edge_mfa::protect::session_token::SessionId;
    /// assert_eq!(SessionId::from_bytes([7; 12]).as_bytes(), &[7; 12]);
    /// ```
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 12] {
        &self.0
    }

    /// What `Display` writes.
    pub(crate) fn text(&self) -> String {
        base64_url(&self.0)
    }
}

impl fmt::Display for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text())
    }
}

impl fmt::Debug for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SessionId({self})")
    }
}

/// A token in pieces.
struct Parts<'a> {
    /// Header and payload as they were signed.
    signed: &'a str,
    header: &'a str,
    payload: &'a str,
    signature: [u8; 32],
}

impl<'a> Parts<'a> {
    fn of(token: &'a str) -> Option<Self> {
        if token.len() > LONGEST {
            return None;
        }
        let (signed, signature) = token.split_at_checked(token.len().checked_sub(SIGNATURE)?)?;
        // A second point would be in one of these, and is in no alphabet.
        let (header, payload) = ascii::split(signed, b'.');
        (header.len() < signed.len()).then_some(())?;
        Some(Self { signed, header, payload, signature: decode_array(signature.strip_prefix('.')?)? })
    }

    fn payload(&self) -> Result<Wiped<Vec<u8>>, TokenRefusal> {
        decode_base64_url(self.payload).ok_or(TokenRefusal::Malformed)
    }

    /// The key of the ring that its header names.
    fn key<'r>(&self, ring: &'r KeyRing) -> Result<&'r HmacKey, TokenRefusal> {
        ring.signer(self.header).map(|key| &key.signing).ok_or_else(|| self.unknown())
    }

    /// Whether this is its signature.
    fn is_tag(&self, tag: &Digest) -> bool {
        tag.as_bytes().ct_eq(&self.signature).into()
    }

    fn claims(&self, payload: &[u8]) -> Result<Claims, TokenRefusal> {
        core::str::from_utf8(payload).ok().and_then(payload::read).ok_or(TokenRefusal::Malformed)
    }

    /// What is wrong with a header that no key of the ring has.
    #[cold]
    fn unknown(&self) -> TokenRefusal {
        let Some(header) = decode_base64_url(self.header) else { return TokenRefusal::Malformed };
        if key_id(&header).is_none() { TokenRefusal::Header } else { TokenRefusal::KeyUnknown }
    }
}

/// The header of all tokens of a key, encoded.
pub(super) fn header(key: KeyId) -> String {
    base64_url([HEADER_START, &key.text(), HEADER_END].concat().as_bytes())
}

/// The key id of a header that is ours to the byte.
fn key_id(header: &[u8]) -> Option<KeyId> {
    let id = header.strip_prefix(HEADER_START.as_bytes())?.strip_suffix(HEADER_END.as_bytes())?;
    KeyId::parse(core::str::from_utf8(id).ok()?).ok()
}

/// In constant time where both are there.
fn is_same(one: Option<&[u8; 32]>, other: Option<&[u8; 32]>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => one.ct_eq(other).into(),
        (one, other) => one.is_none() && other.is_none(),
    }
}

fn decode_array<const N: usize>(text: &str) -> Option<[u8; N]> {
    decode_base64_url(text)?.as_slice().try_into().ok()
}

const HEADER_START: &str = r#"{"alg":"HS256","kid":""#;
const HEADER_END: &str = r#"","typ":"mfa-session+jwt"}"#;
/// A point, and 32 bytes in base64url.
const SIGNATURE: usize = 44;
/// Bytes of a token.
const LONGEST: usize = 4096;
/// Seconds that the clock of who signed may be ahead of ours.
const AHEAD_MOST: u32 = 60;
