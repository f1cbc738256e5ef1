//! The budget of one client address over all accounts.
//!
//! It has a record of its own, under a key that is a keyed hash of the [`Network`](crate::protect::Network): sealed like
//! the others, and forgotten when nothing in it matters any more.

use super::Policy;
use crate::base::binary;
use crate::base::{Error, Timestamp};
use crate::protect::Throttle;
use alloc::vec::Vec;

/// Until when an address is locked, by its record.
///
/// # Errors
/// [`Error::RecordMalformed`] for bytes that are no such record.
///
/// ```
/// use edge_mfa::{Timestamp, engine::{Policy, address}};
/// assert_eq!(address::locked(None, Timestamp::from_secs(0)?, &Policy::default())?, None);
/// # Ok::<(), edge_mfa::Error>(())
/// ```
pub fn locked(record: Option<&[u8]>, now: Timestamp, policy: &Policy) -> Result<Option<Timestamp>, Error> {
    Ok(read(record)?.locked(now, &policy.address_limits()))
}

/// Counts a failure: the record to store, and when it can be forgotten.
///
/// # Errors
/// [`Error::RecordMalformed`] for bytes that are no such record.
///
/// ```
/// use edge_mfa::{Timestamp, engine::{Policy, address}};
/// let (policy, now) = (Policy::default(), Timestamp::from_secs(1_800_000_000)?);
/// let mut record = None;
/// for _ in 0..policy.address_failures {
///     record = Some(address::charge(record.as_deref(), now, &policy)?.0);
/// }
/// assert_eq!(address::locked(record.as_deref(), now, &policy)?, Some(now.plus_secs(policy.address_lock)));
/// # Ok::<(), edge_mfa::Error>(())
/// ```
pub fn charge(record: Option<&[u8]>, now: Timestamp, policy: &Policy) -> Result<(Vec<u8>, Timestamp), Error> {
    let mut throttle = read(record)?;
    throttle.fail(now, &policy.address_limits());
    let mut bytes = Vec::from([VERSION]);
    binary::write(&mut throttle, &mut bytes);
    Ok((bytes, now.plus_secs(policy.address_within.saturating_add(policy.address_lock))))
}

fn read(record: Option<&[u8]>) -> Result<Throttle, Error> {
    let Some(bytes) = record else { return Ok(Throttle::default()) };
    match bytes.split_first() {
        Some((&VERSION, body)) => binary::read(body).ok_or(Error::RecordMalformed),
        Some((&0, _)) | None => Err(Error::RecordMalformed),
        Some(_) => Err(Error::RecordVersion),
    }
}

const VERSION: u8 = 1;
