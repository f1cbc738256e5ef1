//! What can be asked of an account, and what comes with the question.

use super::Passkeys;
use crate::Algorithm;
use crate::base::json::{Others, Read, Reader, named, readable, writable};
use crate::base::{Sensitive, Timestamp};
use crate::protect::session_token::{Claims, Method, TokenRefusal};
use alloc::{string::String, sync::Arc, vec::Vec};

/// One thing to do. In JavaScript each has a method of its own.
///
/// ```
/// use edge_mfa::engine::Command;
/// let command = Command::Verify { code: "123456".into(), factor: None, grant: None };
/// assert!(!format!("{command:?}").contains("123456"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(
    all(feature = "full", target_family = "wasm"),
    derive(tsify::Tsify),
    serde(rename_all = "camelCase", rename_all_fields = "camelCase")
)]
pub enum Command {
    /// Begin an enrolment; it replaces a pending one, never a live factor. Demands a fresh verification if there is a
    /// factor already.
    Enrol(Enrol),
    /// Prove that the authenticator took the pending factor over, by one of its codes.
    Confirm {
        /// As typed.
        #[cfg_attr(all(feature = "full", target_family = "wasm"), tsify(type = "string"))]
        code: Sensitive<String>,
    },
    /// Drop the pending enrolment.
    Cancel,
    /// Note how far somebody came with an enrolment, as their page tells it: for the figures, and good for nothing else. It
    /// is dropped where no enrolment was begun, and after the 50th of one.
    Progress(Progress),
    /// Spend a code of a factor, or a recovery code: their shapes tell them apart.
    Verify {
        /// As typed.
        #[cfg_attr(all(feature = "full", target_family = "wasm"), tsify(type = "string"))]
        code: Sensitive<String>,
        /// Only this factor.
        #[cfg_attr(all(feature = "full", target_family = "wasm"), tsify(optional))]
        factor: Option<u16>,
        /// What the verification is for: the session may do it once, within the policy's `freshness`.
        #[cfg_attr(all(feature = "full", target_family = "wasm"), tsify(optional))]
        grant: Option<Target>,
    },
    /// Is what came along enough for what is about to be done? A session that is, else a code, which is spent.
    Guard {
        /// As typed; it is not touched where the session is enough.
        #[cfg_attr(all(feature = "full", target_family = "wasm"), tsify(optional, type = "string"))]
        code: Option<Sensitive<String>>,
        /// What is enough.
        demand: Demand,
    },
    /// Find an authenticator again whose clock or counter ran away, by two codes in a row. Verifies as well.
    Resync {
        /// The first code, as typed.
        #[cfg_attr(all(feature = "full", target_family = "wasm"), tsify(type = "string"))]
        first: Sensitive<String>,
        /// The one after it.
        #[cfg_attr(all(feature = "full", target_family = "wasm"), tsify(type = "string"))]
        second: Sensitive<String>,
        /// Only this factor.
        #[cfg_attr(all(feature = "full", target_family = "wasm"), tsify(optional))]
        factor: Option<u16>,
    },
    /// Ask for what a browser needs to make a passkey (Web Authentication, section 5.4), with a challenge that replaces the
    /// one before. Demands a fresh verification if there is a factor already.
    RegistrationOptions(NewPasskey),
    /// Register the passkey that the browser made. Verifies as well.
    Register {
        /// What it answered.
        response: RegistrationResponse,
        /// How its owner calls it: 1 to 64 characters on one line.
        #[cfg_attr(all(feature = "full", target_family = "wasm"), tsify(optional))]
        name: Option<String>,
    },
    /// Ask for what a browser needs to use a passkey of the account (section 5.5), with a challenge that replaces the one
    /// before.
    AuthenticationOptions,
    /// Verify by a passkey.
    Authenticate {
        /// What the browser answered.
        response: AuthenticationResponse,
        /// What the verification is for: the session may do it once, within the policy's `freshness`.
        #[cfg_attr(all(feature = "full", target_family = "wasm"), tsify(optional))]
        grant: Option<Target>,
    },
    /// Sign in by a passkey alone, which tells who it is. The challenge comes with the context.
    SignIn {
        /// What the browser answered.
        response: AuthenticationResponse,
    },
    /// Make a new set of recovery codes; the old one ends with it. Demands a fresh verification.
    RegenerateRecoveryCodes,
    /// Give a factor another name. Demands a fresh verification.
    RenameFactor {
        /// Which one.
        factor: u16,
        /// 1 to 64 characters on one line.
        name: String,
    },
    /// Remove a factor; with the last one go the recovery codes and all sessions. Demands a fresh verification.
    RemoveFactor {
        /// Which one.
        factor: u16,
    },
    /// Look at the account: factors, sessions, devices, locks.
    Inspect,
    /// Is the session that comes with the context good?
    CheckSession,
    /// Close one session.
    CloseSession {
        /// Its id; that of the session in the context unless told.
        #[cfg_attr(all(feature = "full", target_family = "wasm"), tsify(optional))]
        id: Option<String>,
    },
    /// Close every session.
    CloseSessions,
    /// As an administrator: end every lock and forget the failures.
    Unlock,
    /// As an administrator: remove all factors, recovery codes, devices and sessions.
    Reset,
}

/// A factor to enrol. What is left out is the policy's.
///
/// ```
/// use edge_mfa::engine::Enrol;
/// let phone = Enrol { name: Some("Phone".into()), ..Enrol::default() };
/// # let _ = phone;
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(all(feature = "full", target_family = "wasm"), derive(tsify::Tsify), serde(rename_all = "camelCase"))]
pub struct Enrol {
    /// `totp` (default) or `hotp`.
    #[cfg_attr(all(feature = "full", target_family = "wasm"), tsify(optional))]
    pub kind: FactorKind,
    /// How its owner calls it: 1 to 64 characters on one line.
    #[cfg_attr(all(feature = "full", target_family = "wasm"), tsify(optional))]
    pub name: Option<String>,
    /// What the authenticator shows beside the issuer: a user name or an e-mail address; the subject unless told.
    #[cfg_attr(all(feature = "full", target_family = "wasm"), tsify(optional))]
    pub account: Option<String>,
    /// Base32 of a secret that exists already, as of a hardware token; a new one is made unless told.
    #[cfg_attr(all(feature = "full", target_family = "wasm"), tsify(optional, type = "string"))]
    pub secret: Option<Sensitive<String>>,
    /// `SHA1`, `SHA256` or `SHA512`.
    #[cfg_attr(all(feature = "full", target_family = "wasm"), tsify(optional))]
    pub algorithm: Option<Algorithm>,
    /// 6, 7 or 8.
    #[cfg_attr(all(feature = "full", target_family = "wasm"), tsify(optional))]
    pub digits: Option<u8>,
    /// Seconds.
    #[cfg_attr(all(feature = "full", target_family = "wasm"), tsify(optional))]
    pub period: Option<u32>,
    /// Where a hardware token stands.
    #[cfg_attr(all(feature = "full", target_family = "wasm"), tsify(optional))]
    pub counter: Option<u64>,
}

/// How far somebody came with an enrolment. Words are of lower-case letters and `_`, 32 at most.
///
/// ```
/// use edge_mfa::engine::Progress;
/// let shown = Progress { step: "qr_shown".into(), milliseconds: Some(120), ..Progress::default() };
/// # let _ = shown;
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(all(feature = "full", target_family = "wasm"), derive(tsify::Tsify), serde(rename_all = "camelCase"))]
pub struct Progress {
    /// What was done, as `qr_shown`.
    pub step: String,
    /// Why it went wrong, as `clock_drift`.
    #[cfg_attr(all(feature = "full", target_family = "wasm"), tsify(optional))]
    pub reason: Option<String>,
    /// Since the page began.
    #[cfg_attr(all(feature = "full", target_family = "wasm"), tsify(optional))]
    pub milliseconds: Option<u32>,
}

/// A passkey to be made. What is left out is up to the browser.
///
/// ```
/// use edge_mfa::engine::{Attachment, NewPasskey};
/// let security_key = NewPasskey { attachment: Some(Attachment::CrossPlatform), ..NewPasskey::default() };
/// # let _ = security_key;
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(all(feature = "full", target_family = "wasm"), derive(tsify::Tsify), serde(rename_all = "camelCase"))]
pub struct NewPasskey {
    /// What the browser shows of the account: a user name or an e-mail address; the subject unless told.
    #[cfg_attr(all(feature = "full", target_family = "wasm"), tsify(optional))]
    pub account: Option<String>,
    /// The person's name; the same as `account` unless told.
    #[cfg_attr(all(feature = "full", target_family = "wasm"), tsify(optional))]
    pub display_name: Option<String>,
    /// Where it may live: anywhere unless told.
    #[cfg_attr(all(feature = "full", target_family = "wasm"), tsify(optional))]
    pub attachment: Option<Attachment>,
}

/// Where a passkey lives (Web Authentication, section 5.4.5).
///
/// ```
/// assert_ne!(edge_mfa::engine::Attachment::Platform, edge_mfa::engine::Attachment::CrossPlatform);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(all(feature = "full", target_family = "wasm"), derive(tsify::Tsify), serde(rename_all = "kebab-case"))]
pub enum Attachment {
    /// In the device itself, or in its password manager.
    Platform,
    /// In something that can be taken along: a security key, or a phone beside the device.
    CrossPlatform,
}

/// What a browser answers to a registration: `RegistrationResponseJSON` (Web Authentication, section 5.1), as far as it is
/// read. Bytes are base64url without padding.
///
/// ```
/// # use edge_mfa::engine::RegistrationResponse;
/// fn credential(response: &RegistrationResponse) -> &str {
///     &response.id
/// }
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(all(feature = "full", target_family = "wasm"), derive(tsify::Tsify), serde(rename_all = "camelCase"))]
pub struct RegistrationResponse {
    /// The credential id.
    pub id: String,
    /// The client data.
    pub client_data_json: String,
    /// The attestation object.
    pub attestation_object: String,
    /// How the browser may reach it again: `usb`, `nfc`, `ble`, `smart-card`, `hybrid`, `internal`.
    #[cfg_attr(all(feature = "full", target_family = "wasm"), tsify(optional))]
    pub transports: Vec<String>,
    /// Where it lives.
    #[cfg_attr(all(feature = "full", target_family = "wasm"), tsify(optional))]
    pub attachment: Option<Attachment>,
}

/// What a browser answers to an assertion: `AuthenticationResponseJSON` (Web Authentication, section 5.1), as far as it is
/// read. Bytes are base64url without padding.
///
/// ```
/// # use edge_mfa::engine::AuthenticationResponse;
/// fn credential(response: &AuthenticationResponse) -> &str {
///     &response.id
/// }
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(all(feature = "full", target_family = "wasm"), derive(tsify::Tsify), serde(rename_all = "camelCase"))]
pub struct AuthenticationResponse {
    /// The credential id.
    pub id: String,
    /// The client data.
    pub client_data_json: String,
    /// The authenticator data.
    pub authenticator_data: String,
    /// The signature.
    pub signature: String,
    /// Whom the passkey takes the account for.
    #[cfg_attr(all(feature = "full", target_family = "wasm"), tsify(optional))]
    pub user_handle: Option<String>,
}

/// What a guarded request has to come with.
///
/// ```
/// use edge_mfa::engine::Demand;
/// use edge_mfa::protect::session_token::Method;
/// // A one-time code of the last five minutes; a recovery code will not do.
/// let fresh = Demand { max_age: Some(300), methods: vec![Method::Otp], ..Demand::default() };
/// # let _ = fresh;
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(all(feature = "full", target_family = "wasm"), derive(tsify::Tsify), serde(rename_all = "camelCase"))]
pub struct Demand {
    /// Seconds since a factor was proved (RFC 9470 `max_age`).
    #[cfg_attr(all(feature = "full", target_family = "wasm"), tsify(optional))]
    pub max_age: Option<u32>,
    /// Proved in one of these ways (RFC 8176); in any unless told.
    #[cfg_attr(all(feature = "full", target_family = "wasm"), tsify(optional, type = "string[]"))]
    pub methods: Vec<Method>,
    /// What is about to be done.
    #[cfg_attr(all(feature = "full", target_family = "wasm"), tsify(optional))]
    pub target: Option<Target>,
    /// The proof has to be for the target alone, and is good for it once. Always so for a resource or an amount.
    #[cfg_attr(all(feature = "full", target_family = "wasm"), tsify(optional))]
    pub once: bool,
    /// Let those pass who have no factor yet.
    #[cfg_attr(all(feature = "full", target_family = "wasm"), tsify(optional))]
    pub if_enrolled: bool,
}

/// What is about to be done, and to what. Each part is 1 to 256 characters on one line, and compared as it is.
///
/// ```
/// use edge_mfa::engine::Target;
/// let transfer = Target { action: "transfer".into(), resource: None, amount: Some("100 EUR".into()) };
/// # let _ = transfer;
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(all(feature = "full", target_family = "wasm"), derive(tsify::Tsify), serde(rename_all = "camelCase"))]
pub struct Target {
    /// A name of your own.
    pub action: String,
    /// What it is done to.
    #[cfg_attr(all(feature = "full", target_family = "wasm"), tsify(optional))]
    pub resource: Option<String>,
    /// How much of it.
    #[cfg_attr(all(feature = "full", target_family = "wasm"), tsify(optional))]
    pub amount: Option<String>,
}

/// How a factor is proved.
///
/// ```
/// assert_eq!(edge_mfa::engine::FactorKind::default(), edge_mfa::engine::FactorKind::Totp);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(all(feature = "full", target_family = "wasm"), derive(tsify::Tsify), serde(rename_all = "camelCase"))]
pub enum FactorKind {
    /// Codes by time.
    #[default]
    Totp,
    /// Codes by counter.
    Hotp,
    /// A key that signs (Web Authentication): it is registered, not enrolled.
    Passkey,
}

/// What a decision may depend on besides the record: time, randomness, and who asks from where.
///
/// ```
/// use edge_mfa::{Timestamp, engine::Context};
/// let context = Context::new("alice", Timestamp::from_secs(1_800_000_000)?, [7; 32]);
/// assert_eq!(context.subject, "alice");
/// # Ok::<(), edge_mfa::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Context {
    /// Whose account it is, as the first factor found out. The same text that the record is stored and sealed under.
    pub subject: String,
    /// Now.
    pub now: Timestamp,
    /// 32 random bytes, never used for another command.
    pub seed: Sensitive<[u8; 32]>,
    /// Who issues session tokens: the service.
    pub issuer: String,
    /// The session token that came along, as [`verify`](crate::protect::session_token::verify) found it.
    pub session: Option<Result<Claims, TokenRefusal>>,
    /// SHA-256 of the primary token, to which a new session is bound.
    pub bound_to: Option<[u8; 32]>,
    /// The token of a known device, as a verification answered it once.
    pub device: Option<Sensitive<String>>,
    /// Whether the device is to be remembered after a verification, and as what.
    pub remember: Option<String>,
    /// Until when the address is locked, see [`address`](super::address).
    pub address_locked: Option<Timestamp>,
    /// Who asks for passkeys, and which are taken; none are without it.
    pub passkeys: Option<Arc<Passkeys>>,
    /// What a [`Check`](super::Outcome::Check) has come to: the digests of the signatures that are good. None before it.
    pub signatures: Option<Vec<[u8; 32]>>,
    /// Whose the credential id of a registration is already, as its [`Claim`](super::Claim) says.
    pub owner: Option<String>,
    /// The challenge of a [`SignIn`](Command::SignIn), which was ours, is not over, and is spent with this.
    pub challenge: Option<[u8; 32]>,
    /// What the events say of where it came from: nothing that an address could be found by.
    pub origin: Origin,
}

impl Context {
    /// A context without anything that is optional.
    ///
    /// ```
    /// # use edge_mfa::{Timestamp, engine::Context};
    /// assert!(Context::new("alice", Timestamp::from_secs(0)?, [7; 32]).session.is_none());
    /// # Ok::<(), edge_mfa::Error>(())
    /// ```
    #[must_use]
    pub fn new(subject: &str, now: Timestamp, seed: [u8; 32]) -> Self {
        Self {
            subject: subject.into(),
            now,
            seed: Sensitive::new(seed),
            issuer: String::new(),
            session: None,
            bound_to: None,
            device: None,
            remember: None,
            address_locked: None,
            passkeys: None,
            signatures: None,
            owner: None,
            challenge: None,
            origin: Origin::default(),
        }
    }
}

/// Where a command came from, as far as the events tell.
///
/// ```
/// assert_eq!(edge_mfa::engine::Origin::default().country, None);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(all(feature = "full", target_family = "wasm"), derive(tsify::Tsify), serde(rename_all = "camelCase"))]
pub struct Origin {
    /// A keyed hash of the address: the same for the same network, and good for nothing else.
    #[cfg_attr(all(feature = "full", target_family = "wasm"), tsify(optional))]
    pub network: Option<String>,
    /// ISO 3166-1 alpha-2.
    #[cfg_attr(all(feature = "full", target_family = "wasm"), tsify(optional))]
    pub country: Option<String>,
    /// The user agent, cut to 256 characters, without control characters.
    #[cfg_attr(all(feature = "full", target_family = "wasm"), tsify(optional))]
    pub agent: Option<String>,
}

named!(FactorKind, Camel: Totp, Hotp, Passkey);
named!(Attachment, Kebab: Platform, CrossPlatform);
readable!(Enrol: [] kind, name, account, secret, algorithm, digits, period, counter);
readable!(Progress: [step] reason, milliseconds);
readable!(NewPasskey: [] account, display_name, attachment);
readable!(RegistrationResponse: [id, client_data_json, attestation_object] transports, attachment);
readable!(AuthenticationResponse: [id, client_data_json, authenticator_data, signature] user_handle);
readable!(Demand: [] max_age, methods, target, once, if_enrolled);
readable!(Target: [action] resource, amount);
writable!(Origin: network, country, agent);

/// The name of a command, or an object of its name and its arguments.
impl Read for Command {
    fn start() -> Self {
        Self::Inspect
    }

    fn read(&mut self, from: &mut Reader<'_>) -> Option<()> {
        if from.is_text() {
            *self = Self::plain(&from.text()?)?;
            return Some(());
        }
        let mut count = 0;
        from.items(b'{', b'}', &mut |from| {
            count += 1;
            let name = from.text()?;
            from.eat(":")?;
            *self = Self::of(&name)?;
            self.arguments(from)
        })?;
        (count == 1).then_some(())
    }
}

impl Command {
    fn plain(name: &str) -> Option<Self> {
        Some(match name {
            "cancel" => Self::Cancel,
            "authenticationOptions" => Self::AuthenticationOptions,
            "regenerateRecoveryCodes" => Self::RegenerateRecoveryCodes,
            "inspect" => Self::Inspect,
            "checkSession" => Self::CheckSession,
            "closeSessions" => Self::CloseSessions,
            "unlock" => Self::Unlock,
            "reset" => Self::Reset,
            _ => return None,
        })
    }

    /// One that has arguments, before they are read.
    fn of(name: &str) -> Option<Self> {
        let code = Sensitive::start();
        Some(match name {
            "enrol" => Self::Enrol(Enrol::default()),
            "progress" => Self::Progress(Progress::default()),
            "registrationOptions" => Self::RegistrationOptions(NewPasskey::default()),
            "confirm" => Self::Confirm { code },
            "verify" => Self::Verify { code, factor: None, grant: None },
            "guard" => Self::Guard { code: None, demand: Demand::default() },
            "resync" => Self::Resync { first: code, second: Sensitive::start(), factor: None },
            "register" => Self::Register { response: RegistrationResponse::default(), name: None },
            "authenticate" => Self::Authenticate { response: AuthenticationResponse::default(), grant: None },
            "signIn" => Self::SignIn { response: AuthenticationResponse::default() },
            "renameFactor" => Self::RenameFactor { factor: 0, name: String::new() },
            "removeFactor" => Self::RemoveFactor { factor: 0 },
            "closeSession" => Self::CloseSession { id: None },
            _ => return None,
        })
    }

    fn arguments(&mut self, from: &mut Reader<'_>) -> Option<()> {
        let mut read =
            |names: &str, must, places: &mut [&mut dyn Read]| from.object(names, must, places, Others::Refused);
        match self {
            Self::Enrol(enrol) => enrol.read(from),
            Self::Progress(progress) => progress.read(from),
            Self::RegistrationOptions(new) => new.read(from),
            Self::Confirm { code } => read("code", 1, &mut [code]),
            Self::Verify { code, factor, grant } => read("code factor grant", 1, &mut [code, factor, grant]),
            Self::Guard { code, demand } => read("demand code", 1, &mut [demand, code]),
            Self::Resync { first, second, factor } => read("first second factor", 2, &mut [first, second, factor]),
            Self::Register { response, name } => read("response name", 1, &mut [response, name]),
            Self::Authenticate { response, grant } => read("response grant", 1, &mut [response, grant]),
            Self::SignIn { response } => read("response", 1, &mut [response]),
            Self::RenameFactor { factor, name } => read("factor name", 2, &mut [factor, name]),
            Self::RemoveFactor { factor } => read("factor", 1, &mut [factor]),
            Self::CloseSession { id } => read("id", 0, &mut [id]),
            _ => None,
        }
    }
}
