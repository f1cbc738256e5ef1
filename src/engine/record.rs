//! What is kept of one account.

use crate::base::binary::{self, Binary, Bytes, binary};
use crate::base::{Error, Secret, Sensitive, Timestamp, Wiped};
use crate::protect::Throttle;
use crate::{Algorithm, Digits, Hotp, Period, Totp};
use alloc::{string::String, vec, vec::Vec};
use core::fmt;
use subtle::ConstantTimeEq;

/// Everything about one account: its factors, failures, devices and sessions.
///
/// It is opaque: [`step`](super::step) reads and writes it. Seal its bytes before they are stored; they hold secrets.
///
/// ```
/// use edge_mfa::engine::Record;
/// let record = Record::default();
/// assert_eq!(Record::from_bytes(&record.to_bytes())?, record);
/// # Ok::<(), edge_mfa::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Record {
    pub(super) factors: Vec<Factor>,
    /// Beside the live factors, until it is confirmed.
    pub(super) pending: Option<Pending>,
    pub(super) recovery: Option<Recovery>,
    /// Wrong codes from devices that are not known.
    pub(super) strangers: Throttle,
    /// Wrong codes from known devices, which others cannot lock.
    pub(super) familiar: Throttle,
    /// Wrong recovery codes, which are taken under a lock of the others.
    pub(super) recovering: Throttle,
    /// Wrong codes since the last right one; the same of recovery codes.
    pub(super) row: u16,
    pub(super) recovery_row: u16,
    pub(super) devices: Vec<Device>,
    pub(super) sessions: Vec<Session>,
    /// Sessions of an earlier epoch are closed.
    pub(super) epoch: u32,
    /// The number that the next factor gets; none is used twice.
    pub(super) next_factor: u16,
    /// How many events there were.
    pub(super) events: u64,
    /// What sessions may do once. Since version 2.
    pub(super) grants: Vec<Grant>,
    /// What passkeys know the account by: 32 random bytes, none before the first passkey. Since version 3.
    pub(super) user_handle: Vec<u8>,
    /// The registration that waits for its answer. Since version 3.
    pub(super) registering: Option<Ceremony>,
    /// The assertion that waits for its answer. Since version 3.
    pub(super) asserting: Option<Ceremony>,
    /// The secret of the enrolment that the pending one replaced: an old QR code may still be scanned. Since version 3.
    pub(super) replaced: Option<Secret>,
    /// How much may still be told of enrolments. Since version 4.
    pub(super) progress: u8,
    /// The day that this is of, counted from 1970. Since version 5.
    pub(super) progress_day: u64,
}

binary!(Record: factors, pending, recovery, strangers, familiar, recovering, row, recovery_row, devices, sessions, epoch, next_factor, events, grants, user_handle, registering, asserting, replaced, progress, progress_day);

impl Record {
    /// The bytes to seal: the version of the schema, and the record.
    ///
    /// ```
    /// assert_eq!(edge_mfa::engine::Record::default().to_bytes()[0], 5);
    /// ```
    #[must_use]
    pub fn to_bytes(&self) -> Sensitive<Vec<u8>> {
        self.clone().written()
    }

    /// [`Record::to_bytes`] without a copy: the record stays as it is.
    pub(crate) fn written(&mut self) -> Sensitive<Vec<u8>> {
        // Room for a usual one, so that no copy of it is left behind by growing.
        let mut bytes = Vec::with_capacity(2048);
        bytes.push(VERSION);
        binary::write(self, &mut bytes);
        Sensitive::new(bytes)
    }

    /// Reads a record of this version of the schema, or of an earlier one.
    ///
    /// # Errors
    /// [`Error::RecordVersion`] where it was written by a newer edge-mfa, [`Error::RecordMalformed`] for anything else
    /// that is no record, whole and without a byte too many.
    ///
    /// ```
    /// use edge_mfa::{Error, engine::Record};
    /// assert_eq!(Record::from_bytes(&[99]), Err(Error::RecordVersion));
    /// assert_eq!(Record::from_bytes(&[1, 2, 3]), Err(Error::RecordMalformed));
    /// ```
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        let mut record = Self::default();
        record.read(bytes).map(|()| record)
    }

    /// The same into a default record.
    pub(crate) fn read(&mut self, bytes: &[u8]) -> Result<(), Error> {
        let (version, body) = bytes.split_first().ok_or(Error::RecordMalformed)?;
        // What a version added stands at the end, so that an older record lacks the bytes of its defaults.
        let added = match *version {
            0 => return Err(Error::RecordMalformed),
            version => LATER.get(usize::from(version)).ok_or(Error::RecordVersion)?,
        };
        let mut body = Wiped::new(body.to_vec());
        let length = body.len() + usize::from(*added);
        body.resize(length, 0);
        binary::read_into(&body, self).ok_or(Error::RecordMalformed)
    }

    pub(super) fn factor(&mut self, id: u16) -> Option<&mut Factor> {
        self.factors.iter_mut().find(|factor| factor.id == id)
    }
}

impl Default for Record {
    fn default() -> Self {
        Self::start()
    }
}

impl fmt::Debug for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Record(…)")
    }
}

/// The version of the schema. A new field of the record comes at its end and makes a new version: `from_bytes` then puts
/// the bytes of its default behind the older ones, and the last record of the version before becomes a fixture in
/// `tests/rust/record/`. Any other change needs the old types beside the new ones, with a conversion.
const VERSION: u8 = 5;
/// How many bytes a record of each version lacks: zeros, as all defaults are. Version 2 added a list of grants; 3 passkeys, an
/// empty list and three times nothing; 4 progress; and 5 the day of it.
const LATER: [u8; VERSION as usize + 1] = [0, 7, 6, 2, 1, 0];

/// A confirmed factor.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Factor {
    pub(super) id: u16,
    pub(super) name: String,
    pub(super) confirmed: Timestamp,
    pub(super) used: Option<Timestamp>,
    pub(super) kind: Kind,
}

binary!(Factor: id, name, confirmed, used, kind);

/// What each kind of factor keeps. Others come at the end: the order is part of the schema.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum Kind {
    Totp(TotpFactor),
    Hotp(HotpFactor),
    Passkey(PasskeyFactor),
}

impl Binary for Kind {
    fn start() -> Self {
        Self::Totp(Binary::start())
    }

    fn pass(&mut self, through: &mut Bytes<'_>) {
        let variant = through.byte(match self {
            Self::Totp(_) => 0,
            Self::Hotp(_) => 1,
            Self::Passkey(_) => 2,
        });
        match variant {
            1 if through.is_read() => *self = Self::Hotp(Binary::start()),
            2 if through.is_read() => *self = Self::Passkey(Binary::start()),
            _ => through.good((variant < 3).then_some(()), ()),
        }
        match self {
            Self::Totp(factor) => factor.pass(through),
            Self::Hotp(factor) => factor.pass(through),
            Self::Passkey(factor) => factor.pass(through),
        }
    }
}

#[derive(Clone, PartialEq, Eq)]
pub(super) struct TotpFactor {
    pub(super) secret: Secret,
    pub(super) algorithm: Algorithm,
    pub(super) digits: u8,
    pub(super) period: u32,
    /// The last accepted step: only a later one is accepted.
    pub(super) after: Option<u64>,
    /// Whether a replay of that step was already reported.
    pub(super) replayed: bool,
    /// Milliseconds that the authenticator's clock is ahead of ours, as far as its codes have told.
    pub(super) drift: i64,
    /// A right code beyond the window, which the next one may prove to be the authenticator's clock.
    pub(super) near: Option<Near>,
}

binary!(TotpFactor: secret, algorithm, digits, period, after, replayed, drift, near);

impl TotpFactor {
    pub(super) fn totp(&self) -> Result<Totp, Error> {
        let totp = Totp::new(self.secret.clone()).with_algorithm(self.algorithm);
        Ok(totp.with_digits(Digits::new(self.digits)?).with_period(Period::from_secs(self.period)?))
    }
}

#[derive(Clone, PartialEq, Eq)]
pub(super) struct Near {
    pub(super) step: u64,
    pub(super) at: Timestamp,
}

binary!(Near: step, at);

#[derive(Clone, PartialEq, Eq)]
pub(super) struct HotpFactor {
    pub(super) secret: Secret,
    pub(super) algorithm: Algorithm,
    pub(super) digits: u8,
    /// The next one that is accepted.
    pub(super) counter: u64,
    /// Whether a replay of the one before it was already reported.
    pub(super) replayed: bool,
}

binary!(HotpFactor: secret, algorithm, digits, counter, replayed);

impl HotpFactor {
    pub(super) fn hotp(&self) -> Result<Hotp, Error> {
        Ok(Hotp::new(self.secret.clone()).with_algorithm(self.algorithm).with_digits(Digits::new(self.digits)?))
    }
}

#[derive(Clone, PartialEq, Eq)]
pub(super) struct PasskeyFactor {
    /// A credential record (Web Authentication, section 4), as its own type writes it.
    pub(super) credential: Vec<u8>,
    /// Whether it lives in a platform; else it is a security key.
    pub(super) is_platform: bool,
    /// How it may be reached: a bit for each name of a list.
    pub(super) transports: u8,
    /// Whether its owner was told that it is soon to be registered anew.
    pub(super) told: bool,
}

binary!(PasskeyFactor: credential, is_platform, transports, told);

/// A challenge that waits for its answer. It is gone before that is looked at.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Ceremony {
    pub(super) challenge: [u8; 32],
    pub(super) expires: Timestamp,
    /// Whether the person has to be verified, not only present.
    pub(super) verified: bool,
}

binary!(Ceremony: challenge, expires, verified);

/// An enrolment that waits for its confirmation.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Pending {
    pub(super) name: String,
    pub(super) expires: Timestamp,
    pub(super) kind: Kind,
}

binary!(Pending: name, expires, kind);

/// A set of recovery codes.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Recovery {
    /// The key of its hashes, new for every set; the ring seals it with the record.
    pub(super) key: Sensitive<[u8; 32]>,
    pub(super) codes: Vec<RecoveryCode>,
    pub(super) made: Timestamp,
}

binary!(Recovery: key, codes, made);

impl Recovery {
    /// A set that is nobody's: what a code is held against where there is none. Its verdict means nothing.
    pub(super) fn nobodys(count: u8, now: Timestamp) -> Self {
        let code = RecoveryCode { hash: [0; 32], used: None, replayed: false };
        Self { key: Sensitive::new([0; 32]), codes: vec![code; count.into()], made: now }
    }

    pub(super) fn left(&self) -> u8 {
        let left = self.codes.iter().filter(|code| code.used.is_none()).count();
        u8::try_from(left).unwrap_or(u8::MAX)
    }
}

#[derive(Clone, PartialEq, Eq)]
pub(super) struct RecoveryCode {
    /// Salt and tag.
    pub(super) hash: [u8; 32],
    pub(super) used: Option<Timestamp>,
    /// Whether a second use was already reported.
    pub(super) replayed: bool,
}

binary!(RecoveryCode: hash, used, replayed);

/// A device that verified before and was to be remembered.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Device {
    /// SHA-256 of its token, the first half.
    pub(super) id: [u8; 16],
    pub(super) name: String,
    pub(super) first: Timestamp,
    pub(super) last: Timestamp,
}

binary!(Device: id, name, first, last);

impl Device {
    /// In constant time.
    pub(super) fn has(&self, id: &[u8; 16]) -> bool {
        self.id.ct_eq(id).into()
    }
}

#[derive(Clone, PartialEq, Eq)]
pub(super) struct Session {
    pub(super) id: [u8; 12],
    pub(super) opened: Timestamp,
    pub(super) expires: Timestamp,
    /// The name of the device or browser, for the account's owner to recognise.
    pub(super) name: String,
}

binary!(Session: id, opened, expires, name);

/// What a session may do once.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Grant {
    pub(super) session: [u8; 12],
    /// SHA-256 of the target, the first half.
    pub(super) target: [u8; 16],
    pub(super) expires: Timestamp,
}

binary!(Grant: session, target, expires);
