//! Payloads that were read before.

use super::Claims;
use alloc::string::String;
use alloc::vec::Vec;

/// Up to 127 payloads of signed tokens, and what they say. Who has a session asks again and again, and to read and hash its
/// payload takes as long as all the rest.
///
/// Nothing is decided by it: the same text always says the same, and its signature, its times and whom it is bound to are
/// checked each time. It holds no signature, only the inner hash of one (RFC 2104), and so nothing that opens anything.
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
/// let token = claims.sign(&ring)?;
/// let mut known = Known::default();
/// for now in [now, now.plus_secs(59)] {
///     assert_eq!(verify_again(&ring, "Example", &token, None, now, &mut known), Ok(&claims));
/// }
/// let over = verify_again(&ring, "Example", &token, None, now.plus_secs(60), &mut known);
/// assert_eq!(over, Err(TokenRefusal::Expired));
/// # Ok::<(), edge_mfa::Error>(())
/// ```
#[derive(Debug)]
pub struct Known {
    slots: Vec<Slot>,
    /// Bytes of all payloads so far.
    kept: usize,
    keep: Keep,
}

/// Runs what allocates: where one's own memory has to be told from that of a call.
pub(crate) type Keep = fn(&mut dyn FnMut());

impl Default for Known {
    fn default() -> Self {
        Self::new()
    }
}

/// The payload as it is encoded in its token.
#[derive(Debug, Default)]
pub(super) struct Slot {
    pub(super) payload: String,
    /// There unless nothing was kept yet.
    pub(super) claims: Option<Claims>,
    /// Of the HMAC over header and payload: with the key it makes the signature.
    pub(super) inner: [u8; 32],
}

impl Slot {
    /// Eight bytes at a time: a comparison of texts is a loop over bytes in a wasm.
    pub(super) fn is_of(&self, payload: &str) -> bool {
        let (words, rest) = self.payload.as_bytes().as_chunks::<8>();
        let (others, other_rest) = payload.as_bytes().as_chunks::<8>();
        let is_same = |(one, other): (&[u8; 8], &[u8; 8])| u64::from_le_bytes(*one) == u64::from_le_bytes(*other);
        words.len() == others.len() && rest == other_rest && words.iter().zip(others).all(is_same)
    }
}

impl Known {
    /// Nothing yet.
    ///
    /// ```
    /// use edge_mfa::protect::session_token::Known;
    /// let known = Known::new(); // takes no memory before it is used
    /// # let _ = known;
    /// ```
    #[must_use]
    pub const fn new() -> Self {
        Self::kept_by(|work| work())
    }

    /// Nothing yet, and `keep` for what comes.
    pub(crate) const fn kept_by(keep: Keep) -> Self {
        Self { slots: Vec::new(), kept: 0, keep }
    }

    /// Bytes of all payloads that were kept so far, also of those whose places others have by now.
    #[cfg(all(feature = "full", target_family = "wasm"))]
    pub(crate) const fn kept(&self) -> usize {
        self.kept
    }

    /// Where a payload is, or has its place; and how it is kept.
    pub(super) fn slot(&mut self, payload: &str) -> Option<(&mut Slot, &mut usize, Keep)> {
        // The last symbols are of the thumbprint to which most sessions are bound.
        let place = payload.bytes().rev().take(16).fold(0, |sum: usize, byte| sum.wrapping_mul(33) ^ usize::from(byte));
        // One more place for what is too long to be kept: it is overwritten by the next.
        let place = if payload.len() <= LONGEST { place % SLOTS } else { SLOTS };
        if self.slots.is_empty() {
            (self.keep)(&mut || self.slots.resize_with(SLOTS + 1, Slot::default));
        }
        Some((self.slots.get_mut(place)?, &mut self.kept, self.keep))
    }
}

const SLOTS: usize = 127;
/// Bytes.
const LONGEST: usize = 1024;
