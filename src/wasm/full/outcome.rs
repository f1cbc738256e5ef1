//! Outcomes as JavaScript sees them: `ok` says whether it was done, and sessions are signed tokens.

use super::engine::Engine;
use crate::base::json::{self, Write};
use crate::engine::{self, Denial, FactorKind, Outcome as Core};
use crate::otpauth;
use crate::protect::session_token::{Level, Method};
use crate::{Algorithm, Diagnosis, Digits, Error, Period, Secret, Timestamp};
use alloc::string::String;
use alloc::vec::Vec;
use tsify::Tsify;

/// What a command came to.
#[derive(Tsify)]
#[serde(untagged)]
#[allow(dead_code)] // For TypeScript.
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
#[allow(dead_code)] // For TypeScript.
pub struct Done {
    #[tsify(type = "true")]
    ok: bool,
}

/// An enrolment to show to its owner, and to nobody else.
#[derive(Tsify)]
#[serde(rename_all = "camelCase")]
#[allow(dead_code)] // For TypeScript.
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
#[allow(dead_code)] // For TypeScript.
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
#[allow(dead_code)] // For TypeScript.
pub struct RecoveryCodes {
    #[tsify(type = "true")]
    ok: bool,
    codes: Vec<String>,
}

/// A session that is good now.
#[derive(Tsify)]
#[serde(rename_all = "camelCase")]
#[allow(dead_code)] // For TypeScript.
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
#[allow(dead_code)] // For TypeScript.
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

/// An outcome as JSON text, with everything signed that has to be. It must not leave before the record is stored.
pub(super) fn write(outcome: &Core, engine: &Engine) -> Result<String, Error> {
    let mut text = String::with_capacity(512);
    let mut object = |names: &str, values: &[&dyn Write]| json::object(&mut text, names, values);
    match outcome {
        // Nothing is decided yet: what is asked goes out beside it.
        Core::Done | Core::Check(_) => object("ok", &[&true]),
        Core::Enrolling(enrolling) => {
            let engine::Enrolling { kind, secret, algorithm, digits, period, counter, expires, weak, .. } = enrolling;
            let link = link(enrolling, &engine.issuer)?;
            let uri = if *weak { None } else { Some(link.build()?) };
            let is_totp = *kind == FactorKind::Totp;
            let (period, counter) = (is_totp.then_some(*period), (!is_totp).then_some(*counter));
            let names = "ok uri secret kind algorithm digits period counter expires_at weak";
            object(names, &[&true, &uri, secret, kind, algorithm, digits, &period, &counter, expires, weak]);
        }
        Core::Verified(verified) => {
            let engine::Verified { factor, drift, recovery_codes_left, recovery_codes, device, session } = verified;
            let names = "ok factor drift session session_id methods level authenticated_at expires_at recovery_codes_left recovery_codes device";
            object(
                names,
                &[
                    &true,
                    factor,
                    drift,
                    &session.sign(&engine.ring)?,
                    &session.id.text(),
                    &session.methods,
                    &session.level,
                    &session.authenticated,
                    &session.limit,
                    recovery_codes_left,
                    recovery_codes,
                    device,
                ],
            );
        }
        Core::RecoveryCodes(set) => object("ok codes", &[&true, &set.codes]),
        Core::Session(good) => {
            let claims = &good.claims;
            let renewed = good.renewed.as_ref().map(|claims| claims.sign(&engine.ring)).transpose()?;
            let names = "ok subject id methods level authenticated_at expires_at renewed";
            object(
                names,
                &[
                    &true,
                    &claims.subject,
                    &claims.id.text(),
                    &claims.methods,
                    &claims.level,
                    &claims.authenticated,
                    &claims.limit,
                    &renewed,
                ],
            );
        }
        Core::Denied(denied) => {
            let engine::Denied { reason, retry_at, attempts_left, diagnosis, drift, check } = denied;
            let names = "ok reason retry_at attempts_left diagnosis drift check";
            object(names, &[&false, reason, retry_at, attempts_left, diagnosis, drift, check]);
        }
        Core::Account(account) => account.write(&mut text),
        Core::RegistrationOptions(options) => options.write(&mut text),
        Core::AuthenticationOptions(options) => options.write(&mut text),
    }
    Ok(text)
}

/// What a QR code of the enrolment says.
fn link(enrolling: &engine::Enrolling, issuer: &str) -> Result<otpauth::Account, Error> {
    let digits = Digits::new(enrolling.digits)?;
    Ok(otpauth::Account {
        issuer: issuer.into(),
        account: enrolling.account.clone(),
        secret: Secret::parse(&enrolling.secret)?,
        algorithm: enrolling.algorithm,
        kind: match enrolling.kind {
            FactorKind::Totp => otpauth::Kind::Totp { digits, period: Period::from_secs(enrolling.period)? },
            _ => otpauth::Kind::Hotp { digits, counter: enrolling.counter },
        },
    })
}
