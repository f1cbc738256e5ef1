//! The challenge of a sign-in without a name: it is kept nowhere, so that nobody fills a store by asking for some.
//!
//! ```text
//! 8  when it is over, milliseconds since 1970
//! 8  random
//! 16 keyed hash of these
//! ```

use super::KeyRing;
use crate::base::{Entropy, Error, Timestamp};
use subtle::ConstantTimeEq;

/// Makes a challenge that is ours until it is over. Whoever takes it notes it down, and takes none twice.
///
/// # Errors
/// [`Error::EntropyUnavailable`] from `entropy`.
///
/// ```
/// # use edge_mfa::{Timestamp, protect::{Environment, KeyRing, Seeded}};
/// use edge_mfa::protect::challenge;
/// # let mut entropy = Seeded::new([7; 32]);
/// # let now = Timestamp::from_secs(1_800_000_000)?;
/// # let ring = KeyRing::generate(Environment::Test, now, &mut entropy)?;
/// let made = challenge::generate(&ring, now.plus_secs(300), &mut entropy)?;
/// assert_eq!(challenge::verify(&ring, &made, now), Some(now.plus_secs(300)));
/// assert_eq!(challenge::verify(&ring, &made, now.plus_secs(300)), None);
/// # Ok::<(), edge_mfa::Error>(())
/// ```
pub fn generate(ring: &KeyRing, expires: Timestamp, entropy: &mut impl Entropy) -> Result<[u8; 32], Error> {
    let mut challenge = [0; 32];
    let (body, tag) = challenge.split_at_mut(16);
    let (time, random) = body.split_at_mut(8);
    time.copy_from_slice(&expires.as_millis().to_be_bytes());
    entropy.fill(random)?;
    tag.copy_from_slice(&ring.keyed_id(LABEL, body));
    Ok(challenge)
}

/// When a challenge is over, if it is ours and is not over yet.
///
/// ```
/// # use edge_mfa::{Timestamp, protect::{Environment, KeyRing, Seeded, challenge}};
/// # let now = Timestamp::from_secs(0)?;
/// # let ring = KeyRing::generate(Environment::Test, now, &mut Seeded::new([7; 32]))?;
/// assert_eq!(challenge::verify(&ring, &[0xff; 32], now), None);
/// # Ok::<(), edge_mfa::Error>(())
/// ```
#[must_use]
pub fn verify(ring: &KeyRing, challenge: &[u8], now: Timestamp) -> Option<Timestamp> {
    let (body, tag) = challenge.split_at_checked(16)?;
    bool::from(ring.keyed_id(LABEL, body).ct_eq(tag)).then_some(())?;
    let expires = Timestamp::from_millis(u64::from_be_bytes(*body.first_chunk()?)).ok()?;
    (expires > now).then_some(expires)
}

const LABEL: &str = "edge-mfa sign-in challenge";
