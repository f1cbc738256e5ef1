//! What a command answers. A denied code is an outcome, not an error.

use super::{Attachment, FactorKind};
use crate::base::json::{self, Write, named, writable};
use crate::base::{Sensitive, Timestamp};
use crate::protect::session_token::Claims;
use crate::webauthn::SignatureCheck;
use crate::{Algorithm, Diagnosis};
use alloc::{string::String, vec::Vec};

/// The answer to a command. It must not leave before the record and the events that came with it are stored.
///
/// ```
/// use edge_mfa::{Timestamp, engine::{Command, Context, Denial, Outcome, Policy, Record, step}};
/// let context = Context::new("alice", Timestamp::from_secs(1_800_000_000)?, [7; 32]);
/// let verify = Command::Verify { code: "123456".into(), factor: None, grant: None };
/// let step = step(Record::default(), verify, &context, &Policy::default())?;
/// assert!(matches!(step.outcome, Outcome::Denied(denied) if denied.reason == Denial::NotEnrolled));
/// # Ok::<(), edge_mfa::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "a code that was not looked at is not verified"]
pub enum Outcome {
    /// It was done, and there is nothing more to say.
    Done,
    /// An enrolment waits for its confirmation.
    Enrolling(Enrolling),
    /// A right code, and the session that it bought.
    Verified(Verified),
    /// What a browser needs to make a passkey.
    RegistrationOptions(RegistrationOptions),
    /// What a browser needs to use a passkey.
    AuthenticationOptions(AuthenticationOptions),
    /// Nothing is decided: have these signatures checked, and give the same command again to the same record, with the
    /// good ones as its [`signatures`](super::Context::signatures).
    Check(Vec<SignatureCheck>),
    /// A new set of recovery codes.
    RecoveryCodes(RecoveryCodes),
    /// How the account stands.
    Account(Account),
    /// A good session.
    Session(GoodSession),
    /// No.
    Denied(Denied),
}

/// An enrolment to show to its owner, as a QR code and as text, and to nobody else.
///
/// ```
/// # use edge_mfa::{Timestamp, engine::{Command, Context, Enrol, Outcome, Policy, Record, step}};
/// # let context = Context::new("alice", Timestamp::from_secs(1_800_000_000)?, [7; 32]);
/// let step = step(Record::default(), Command::Enrol(Enrol::default()), &context, &Policy::default())?;
/// let Outcome::Enrolling(enrolling) = step.outcome else { panic!("the first factor needs no verification") };
/// assert_eq!(enrolling.expires, context.now.plus_secs(600));
/// # Ok::<(), edge_mfa::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enrolling {
    /// Which codes.
    pub kind: FactorKind,
    /// What the authenticator is to show beside the issuer.
    pub account: String,
    /// Base32 of the secret.
    pub secret: Sensitive<String>,
    /// The hash.
    pub algorithm: Algorithm,
    /// 6, 7 or 8.
    pub digits: u8,
    /// Seconds; of TOTP.
    pub period: u32,
    /// The next counter; of HOTP.
    pub counter: u64,
    /// When it is dropped if nobody confirms it.
    pub expires: Timestamp,
    /// The secret is shorter than RFC 4226 demands: an imported, legacy one.
    pub weak: bool,
}

/// What a right code brought.
///
/// ```
/// # use edge_mfa::engine::{Outcome, Verified};
/// fn steps(outcome: &Outcome) -> Option<i64> {
///     match outcome {
///         Outcome::Verified(Verified { drift, .. }) => *drift, // of TOTP
///         _ => None,
///     }
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// The factor; none for a recovery code.
    pub factor: Option<u16>,
    /// The time step of the code less that of now: the authenticator is so many steps ahead.
    pub drift: Option<i64>,
    /// Recovery codes that are left.
    pub recovery_codes_left: u8,
    /// The first set, when the account has its first factor.
    pub recovery_codes: Option<Sensitive<Vec<String>>>,
    /// The token of the device, if it was to be remembered.
    pub device: Option<Sensitive<String>>,
    /// The session, to be signed.
    pub session: Claims,
}

/// What goes into `PublicKeyCredentialCreationOptions` (Web Authentication, section 5.4). Bytes are base64url.
///
/// ```
/// # use edge_mfa::engine::RegistrationOptions;
/// fn is_first(options: &RegistrationOptions) -> bool {
///     options.exclude.is_empty()
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(all(feature = "full", target_family = "wasm"), derive(tsify::Tsify), serde(rename_all = "camelCase"))]
pub struct RegistrationOptions {
    /// True: there they are.
    #[cfg_attr(all(feature = "full", target_family = "wasm"), tsify(type = "true"))]
    pub ok: bool,
    /// `challenge`.
    pub challenge: String,
    /// `user.id`.
    pub user_handle: String,
    /// `user.name`.
    pub account: String,
    /// `user.displayName`.
    pub display_name: String,
    /// `pubKeyCredParams`: the algorithms (of COSE) that are taken, the best first.
    #[cfg_attr(all(feature = "full", target_family = "wasm"), tsify(type = "number[]"))]
    pub algorithms: &'static [i32],
    /// `authenticatorSelection.authenticatorAttachment`.
    #[cfg_attr(all(feature = "full", target_family = "wasm"), tsify(optional))]
    pub attachment: Option<Attachment>,
    /// `authenticatorSelection.userVerification` is `required`; else `preferred`.
    pub user_verification: bool,
    /// `attestation` is `direct`; else `none`.
    pub attestation: bool,
    /// `excludeCredentials`: the passkeys that there are.
    pub exclude: Vec<Descriptor>,
    /// `timeout`, in seconds.
    pub timeout: u32,
}

/// What goes into `PublicKeyCredentialRequestOptions` (Web Authentication, section 5.5). Bytes are base64url.
///
/// ```
/// # use edge_mfa::engine::AuthenticationOptions;
/// fn tells_who_it_is(options: &AuthenticationOptions) -> bool {
///     options.allow.is_empty()
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(all(feature = "full", target_family = "wasm"), derive(tsify::Tsify), serde(rename_all = "camelCase"))]
pub struct AuthenticationOptions {
    /// True: there they are.
    #[cfg_attr(all(feature = "full", target_family = "wasm"), tsify(type = "true"))]
    pub ok: bool,
    /// `challenge`.
    pub challenge: String,
    /// `allowCredentials`: the passkeys that there are.
    pub allow: Vec<Descriptor>,
    /// `userVerification` is `required`; else `preferred`.
    pub user_verification: bool,
    /// `timeout`, in seconds.
    pub timeout: u32,
}

/// A passkey as browsers are told of it (Web Authentication, section 5.8.3).
///
/// ```
/// # use edge_mfa::engine::Descriptor;
/// fn is_security_key(passkey: &Descriptor) -> bool {
///     passkey.transports.iter().any(|transport| transport == "usb")
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(all(feature = "full", target_family = "wasm"), derive(tsify::Tsify))]
pub struct Descriptor {
    /// The credential id, base64url.
    pub id: String,
    /// How it may be reached.
    #[cfg_attr(all(feature = "full", target_family = "wasm"), tsify(optional))]
    pub transports: Vec<String>,
    /// Always `public-key`.
    #[cfg_attr(all(feature = "full", target_family = "wasm"), serde(rename = "type"), tsify(type = "\"public-key\""))]
    pub kind: &'static str,
}

/// A new set of recovery codes: to be shown once.
///
/// ```
/// # use edge_mfa::engine::RecoveryCodes;
/// fn print(set: &RecoveryCodes) -> String {
///     set.codes.join("\n")
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecoveryCodes {
    /// In groups of four.
    pub codes: Sensitive<Vec<String>>,
}

/// A session that is good now.
///
/// ```
/// # use edge_mfa::engine::GoodSession;
/// fn must_be_sent_back(session: &GoodSession) -> bool {
///     session.renewed.is_some()
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GoodSession {
    /// What its token says.
    pub claims: Claims,
    /// The same session with its idle time begun anew, if a part of that is over. Its age stays what it was.
    pub renewed: Option<Claims>,
}

/// Why not.
///
/// ```
/// # use edge_mfa::engine::{Denial, Denied};
/// let denied = Denied::of(Denial::Replayed);
/// assert_eq!(denied.retry_at, None);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Denied {
    /// Why.
    pub reason: Denial,
    /// When it makes sense to try again.
    pub retry_at: Option<Timestamp>,
    /// How many more wrong codes lock.
    pub attempts_left: Option<u8>,
    /// What its owner can do about a wrong code.
    pub diagnosis: Option<Diagnosis>,
    /// How many time steps the authenticator is ahead, of [`Diagnosis::Clock`].
    pub drift: Option<i64>,
    /// Which check a passkey did not pass, of [`Denial::PasskeyRefused`].
    pub check: Option<&'static str>,
}

impl Denied {
    /// A denial with nothing more to say.
    ///
    /// ```
    /// # use edge_mfa::engine::{Denial, Denied};
    /// assert_eq!(Denied::of(Denial::Expired).attempts_left, None);
    /// ```
    #[must_use]
    pub const fn of(reason: Denial) -> Self {
        Self { reason, retry_at: None, attempts_left: None, diagnosis: None, drift: None, check: None }
    }
}

/// Why a command was denied.
///
/// ```
/// assert_ne!(edge_mfa::engine::Denial::Locked, edge_mfa::engine::Denial::Disabled);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(
    all(feature = "full", target_family = "wasm"),
    derive(tsify::Tsify),
    serde(rename_all = "snake_case"),
    repr(u32)
)]
#[non_exhaustive]
pub enum Denial {
    /// A code, but not a right one. It counts as a failure.
    Mismatch,
    /// A right code that was used before. It does not count.
    Replayed,
    /// No code at all. It does not count.
    Malformed,
    /// Too many failures: try again at `retryAt`.
    Locked,
    /// So many failures in a row that codes of this kind are taken no more: recover the account, or have it unlocked.
    Disabled,
    /// The account has no such factor.
    NotEnrolled,
    /// There is no enrolment to confirm.
    NotPending,
    /// The session is over.
    Expired,
    /// The enrolment is over.
    EnrolmentExpired,
    /// A verification is needed first: the account has a factor, and no fresh session came along.
    VerificationRequired,
    /// The account has all the factors that it may have.
    TooManyFactors,
    /// The account has a factor with this secret already.
    AlreadyEnrolled,
    /// There is no factor, or no session, with this id.
    Unknown,
    /// There is no challenge for this answer, or it is over, or it was answered before.
    NoChallenge,
    /// The passkey did not pass a check.
    PasskeyRefused,
    /// The account has no such passkey: its owner may remove it from the device.
    PasskeyUnknown,
    /// The passkey is another account's.
    PasskeyTaken,
    /// The passkey is so old that it has to be registered anew.
    PasskeyExpired,
    /// No session came along, or its token is none of ours.
    NoSession,
    /// The session belongs to somebody else.
    WrongSubject,
    /// The session belongs to another primary token.
    WrongToken,
    /// The session was closed.
    Closed,
}

/// How an account stands; nothing secret is in it.
///
/// ```
/// # use edge_mfa::{Timestamp, engine::{Command, Context, Outcome, Policy, Record, step}};
/// # let context = Context::new("alice", Timestamp::from_secs(1_800_000_000)?, [7; 32]);
/// let step = step(Record::default(), Command::Inspect, &context, &Policy::default())?;
/// let Outcome::Account(account) = step.outcome else { panic!("everybody may look") };
/// assert!(account.factors.is_empty());
/// # Ok::<(), edge_mfa::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(all(feature = "full", target_family = "wasm"), derive(tsify::Tsify), serde(rename_all = "camelCase"))]
pub struct Account {
    /// True: everybody may look.
    #[cfg_attr(all(feature = "full", target_family = "wasm"), tsify(type = "true"))]
    pub ok: bool,
    /// Those that are confirmed.
    pub factors: Vec<FactorState>,
    /// When the pending enrolment is dropped.
    #[cfg_attr(all(feature = "full", target_family = "wasm"), tsify(optional))]
    pub pending_until: Option<Timestamp>,
    /// Whom its passkeys take it for, base64url; there is none before the first one.
    #[cfg_attr(all(feature = "full", target_family = "wasm"), tsify(optional))]
    pub user_handle: Option<String>,
    /// Recovery codes that are left.
    pub recovery_codes_left: u8,
    /// Until when codes are not taken from devices that are not known.
    #[cfg_attr(all(feature = "full", target_family = "wasm"), tsify(optional))]
    pub locked_until: Option<Timestamp>,
    /// Whether there were so many failures in a row that codes are not taken at all.
    pub disabled: bool,
    /// Wrong codes since the last right one.
    pub failures_in_row: u16,
    /// Open sessions, oldest first.
    pub sessions: Vec<SessionState>,
    /// Remembered devices.
    pub devices: Vec<DeviceState>,
}

/// A confirmed factor.
///
/// ```
/// # use edge_mfa::engine::FactorState;
/// fn label(factor: &FactorState) -> &str {
///     &factor.name
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(all(feature = "full", target_family = "wasm"), derive(tsify::Tsify), serde(rename_all = "camelCase"))]
pub struct FactorState {
    /// Its number; it never gets another.
    pub id: u16,
    /// Which codes.
    pub kind: FactorKind,
    /// How its owner calls it.
    pub name: String,
    /// When it was confirmed.
    pub confirmed_at: Timestamp,
    /// When it last verified.
    #[cfg_attr(all(feature = "full", target_family = "wasm"), tsify(optional))]
    pub used_at: Option<Timestamp>,
    /// Its secret is shorter than RFC 4226 demands: have it replaced.
    pub weak: bool,
    /// Milliseconds that its clock is ahead, as far as known; of TOTP.
    #[cfg_attr(all(feature = "full", target_family = "wasm"), tsify(optional))]
    pub drift: Option<i64>,
    /// What is known of a passkey.
    #[cfg_attr(all(feature = "full", target_family = "wasm"), tsify(optional))]
    pub passkey: Option<PasskeyState>,
}

/// A passkey.
///
/// ```
/// # use edge_mfa::engine::PasskeyState;
/// fn is_to_be_registered_anew(passkey: &PasskeyState, now: edge_mfa::Timestamp) -> bool {
///     passkey.expires_at <= now
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(all(feature = "full", target_family = "wasm"), derive(tsify::Tsify), serde(rename_all = "camelCase"))]
pub struct PasskeyState {
    /// Its credential id, base64url.
    pub credential: String,
    /// Which model it is, as a UUID; zeros where it does not say.
    pub aaguid: String,
    /// It lives in a platform: a phone, a laptop, a password manager. Else it is a security key.
    pub platform: bool,
    /// It is copied by its password manager.
    pub backed_up: bool,
    /// Its model was attested by one of the trust anchors.
    pub attested: bool,
    /// From when on it is taken no more.
    pub expires_at: Timestamp,
}

/// An open session.
///
/// ```
/// # use edge_mfa::engine::SessionState;
/// fn label(session: &SessionState) -> &str {
///     &session.name
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(all(feature = "full", target_family = "wasm"), derive(tsify::Tsify), serde(rename_all = "camelCase"))]
pub struct SessionState {
    /// Its `sid`.
    pub id: String,
    /// The device or user agent, empty if there was none.
    pub name: String,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
    /// Whether it is the one that came with the question.
    pub current: bool,
}

/// A remembered device.
///
/// ```
/// # use edge_mfa::engine::DeviceState;
/// fn label(device: &DeviceState) -> &str {
///     &device.name
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(all(feature = "full", target_family = "wasm"), derive(tsify::Tsify), serde(rename_all = "camelCase"))]
pub struct DeviceState {
    /// As it was remembered.
    pub name: String,
    /// When it was first used.
    pub first_at: Timestamp,
    /// When it last verified.
    pub last_at: Timestamp,
}

named!(Denial, Snake: Mismatch, Replayed, Malformed, Locked, Disabled, NotEnrolled, NotPending, Expired, EnrolmentExpired, VerificationRequired, TooManyFactors, AlreadyEnrolled, Unknown, NoChallenge, PasskeyRefused, PasskeyUnknown, PasskeyTaken, PasskeyExpired, NoSession, WrongSubject, WrongToken, Closed);
writable!(Account: ok, factors, pending_until, user_handle, recovery_codes_left, locked_until, disabled, failures_in_row, sessions, devices);
writable!(FactorState: id, kind, name, confirmed_at, used_at, weak, drift, passkey);
writable!(PasskeyState: credential, aaguid, platform, backed_up, attested, expires_at);
writable!(SessionState: id, name, opened_at, expires_at, current);
writable!(DeviceState: name, first_at, last_at);
writable!(RegistrationOptions: ok, challenge, user_handle, account, display_name, algorithms, attachment, user_verification, attestation, exclude, timeout);
writable!(AuthenticationOptions: ok, challenge, allow, user_verification, timeout);

impl Write for Descriptor {
    fn write(&self, to: &mut String) {
        let transports = (!self.transports.is_empty()).then_some(&self.transports);
        json::object(to, "id transports type", &[&self.id, &transports, &self.kind]);
    }
}
