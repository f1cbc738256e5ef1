//! Outcomes as JavaScript sees them: `ok` says whether it was done, and sessions are signed tokens.

use super::engine::Engine;
use crate::base::json::{self, writable};
use crate::engine::{self, Denial, FactorKind, Outcome as Core};
use crate::otpauth;
use crate::protect::session_token::{Claims, Level, Method};
use crate::{Algorithm, Diagnosis, Digits, Error, Period, Secret, Timestamp};
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use tsify::Tsify;

/// What a command came to.
#[derive(Tsify)]
#[serde(untagged)]
pub enum Outcome {
    Done(Done),
    Enrolling(Enrolling),
    Verified(Verified),
    RegistrationOptions(engine::RegistrationOptions),
    AuthenticationOptions(engine::AuthenticationOptions),
    RecoveryCodes(RecoveryCodes),
    Account(engine::Account),
    Session(Session),
    Denied(Denied),
}

/// It was done.
#[derive(Tsify)]
pub struct Done {
    #[tsify(type = "true")]
    ok: bool,
}

/// An enrolment to show to its owner, and to nobody else.
#[derive(Tsify)]
#[serde(rename_all = "camelCase")]
pub struct Enrolling {
    #[tsify(type = "true")]
    ok: bool,
    /// `otpauth://…`, for a QR code; not for an imported secret that is too short.
    #[tsify(optional)]
    uri: Option<String>,
    /// Base32 of the secret, for typing it in.
    secret: String,
    kind: FactorKind,
    algorithm: Algorithm,
    digits: u8,
    /// Seconds; of TOTP.
    #[tsify(optional)]
    period: Option<u32>,
    /// The next counter; of HOTP.
    #[tsify(optional)]
    counter: Option<u64>,
    /// When it is dropped if nobody confirms it; milliseconds since 1970.
    expires_at: Timestamp,
    /// The secret is shorter than RFC 4226 demands: an imported, legacy one.
    weak: bool,
}

/// A right code, and the session that it bought.
#[derive(Tsify)]
#[serde(rename_all = "camelCase")]
pub struct Verified {
    #[tsify(type = "true")]
    ok: bool,
    /// The number of the factor; absent for a recovery code.
    #[tsify(optional)]
    factor: Option<u16>,
    /// Time steps that the authenticator is ahead; of TOTP.
    #[tsify(optional)]
    drift: Option<i64>,
    /// The session token: `X-Session-Token` of the requests to come.
    session: String,
    session_id: String,
    /// How it was authenticated (RFC 8176).
    #[tsify(type = "string[]")]
    methods: Vec<Method>,
    /// What that is worth (NIST SP 800-63B).
    #[tsify(type = "\"aal1\" | \"aal2\" | \"aal3\"")]
    level: Level,
    /// When its owner last proved a factor; milliseconds since 1970.
    authenticated_at: Timestamp,
    /// When the session ends; milliseconds since 1970.
    expires_at: Timestamp,
    recovery_codes_left: u8,
    /// The first set, to be shown once: the account just got its first factor.
    #[tsify(optional)]
    recovery_codes: Option<Vec<String>>,
    /// The token of the device that was to be remembered: give it as `device` from now on.
    #[tsify(optional)]
    device: Option<String>,
}

/// A new set of recovery codes, to be shown once.
#[derive(Tsify)]
pub struct RecoveryCodes {
    #[tsify(type = "true")]
    ok: bool,
    codes: Vec<String>,
}

/// A session that is good now.
#[derive(Tsify)]
#[serde(rename_all = "camelCase")]
pub struct Session {
    #[tsify(type = "true")]
    ok: bool,
    subject: String,
    id: String,
    /// How it was authenticated (RFC 8176).
    #[tsify(type = "string[]")]
    methods: Vec<Method>,
    /// What that is worth (NIST SP 800-63B).
    #[tsify(type = "\"aal1\" | \"aal2\" | \"aal3\"")]
    level: Level,
    /// When its owner last proved a factor; milliseconds since 1970.
    authenticated_at: Timestamp,
    expires_at: Timestamp,
    /// The same session with its idle time begun anew: send it back in place of the old token.
    #[tsify(optional)]
    renewed: Option<String>,
}

/// No, and why not.
#[derive(Tsify)]
#[serde(rename_all = "camelCase")]
pub struct Denied {
    #[tsify(type = "false")]
    ok: bool,
    reason: Denial,
    /// When it makes sense to try again; milliseconds since 1970.
    #[tsify(optional)]
    retry_at: Option<Timestamp>,
    /// How many more wrong codes lock.
    #[tsify(optional)]
    attempts_left: Option<u8>,
    /// What its owner can do about a wrong code: it was the right one of an earlier time step (`expired`) or under another
    /// hash (`algorithm`); and at the enrolment, to whoever could begin one now, of a clock that is `drift` steps ahead
    /// (`clock`), with other `digits`, of another `period`, of an older entry (`previous_secret`), or typed wrongly
    /// (`misread`).
    #[tsify(optional)]
    diagnosis: Option<Diagnosis>,
    /// How many time steps the authenticator is ahead.
    #[tsify(optional)]
    drift: Option<i64>,
    /// Which check a passkey did not pass.
    #[tsify(optional, type = "string")]
    check: Option<&'static str>,
}

impl Default for Outcome {
    fn default() -> Self {
        Self::Done(Done { ok: true })
    }
}

impl Outcome {
    /// Signs what has to be signed. It must not leave before the record is stored.
    pub(super) fn new(core: Core, engine: &Engine) -> Result<Self, Error> {
        Ok(match core {
            Core::Done => Self::Done(Done { ok: true }),
            Core::Enrolling(enrolling) => Self::Enrolling(Enrolling::new(enrolling, &engine.issuer)?),
            Core::Verified(verified) => Self::Verified(Verified {
                ok: true,
                factor: verified.factor,
                drift: verified.drift,
                session: verified.session.sign(&engine.ring)?,
                session_id: verified.session.id.to_string(),
                methods: verified.session.methods.clone(),
                level: verified.session.level,
                authenticated_at: verified.session.authenticated,
                expires_at: verified.session.limit,
                recovery_codes_left: verified.recovery_codes_left,
                recovery_codes: verified.recovery_codes.map(|codes| codes.to_vec()),
                device: verified.device.map(|device| (*device).clone()),
            }),
            Core::RecoveryCodes(set) => Self::RecoveryCodes(RecoveryCodes { ok: true, codes: set.codes.to_vec() }),
            Core::Account(account) => Self::Account(account),
            Core::Session(good) => Self::session(&good.claims, good.renewed.as_ref(), engine)?,
            Core::RegistrationOptions(options) => Self::RegistrationOptions(options),
            Core::AuthenticationOptions(options) => Self::AuthenticationOptions(options),
            // Nothing is decided yet: what is asked has gone out before.
            Core::Check(_) => Self::default(),
            Core::Denied(engine::Denied { reason, retry_at, attempts_left, diagnosis, drift, check }) => {
                Self::Denied(Denied { ok: false, reason, retry_at, attempts_left, diagnosis, drift, check })
            }
        })
    }

    fn session(claims: &Claims, renewed: Option<&Claims>, engine: &Engine) -> Result<Self, Error> {
        Ok(Self::Session(Session {
            ok: true,
            subject: claims.subject.clone(),
            id: claims.id.to_string(),
            methods: claims.methods.clone(),
            level: claims.level,
            authenticated_at: claims.authenticated,
            expires_at: claims.limit,
            renewed: renewed.map(|claims| claims.sign(&engine.ring)).transpose()?,
        }))
    }
}

impl Enrolling {
    fn new(enrolling: engine::Enrolling, issuer: &str) -> Result<Self, Error> {
        let engine::Enrolling { kind, account, secret, algorithm, digits, period, counter, expires, weak } = enrolling;
        let link = otpauth::Account {
            issuer: issuer.into(),
            account,
            secret: Secret::parse(&secret)?,
            algorithm,
            kind: match kind {
                FactorKind::Totp => {
                    otpauth::Kind::Totp { digits: Digits::new(digits)?, period: Period::from_secs(period)? }
                }
                _ => otpauth::Kind::Hotp { digits: Digits::new(digits)?, counter },
            },
        };
        let is_totp = kind == FactorKind::Totp;
        Ok(Self {
            ok: true,
            uri: if weak { None } else { Some(link.build()?) },
            secret: (*secret).clone(),
            kind,
            algorithm,
            digits,
            period: is_totp.then_some(period),
            counter: (!is_totp).then_some(counter),
            expires_at: expires,
            weak,
        })
    }
}

impl json::Write for Outcome {
    fn write(&self, to: &mut String) {
        let value: &dyn json::Write = match self {
            Self::Done(value) => value,
            Self::Enrolling(value) => value,
            Self::Verified(value) => value,
            Self::RegistrationOptions(value) => value,
            Self::AuthenticationOptions(value) => value,
            Self::RecoveryCodes(value) => value,
            Self::Account(value) => value,
            Self::Session(value) => value,
            Self::Denied(value) => value,
        };
        value.write(to);
    }
}

writable!(Done: ok);
writable!(Enrolling: ok, uri, secret, kind, algorithm, digits, period, counter, expires_at, weak);
writable!(Verified: ok, factor, drift, session, session_id, methods, level, authenticated_at, expires_at, recovery_codes_left, recovery_codes, device);
writable!(RecoveryCodes: ok, codes);
writable!(Session: ok, subject, id, methods, level, authenticated_at, expires_at, renewed);
writable!(Denied: ok, reason, retry_at, attempts_left, diagnosis, drift, check);
