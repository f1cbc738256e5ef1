//! What an operator can set: every number, with its default and its bounds.

use crate::Algorithm;
use crate::base::json::{self, named, readable, writable};
use crate::base::{Error, ascii};
use crate::factor::Window;
use crate::protect::Limits;
use alloc::vec::Vec;
use core::ops::RangeInclusive;

/// Declares the policy, and beside it the same with every setting optional, which is what an operator writes.
macro_rules! policy {
    ($($(#[$doc:meta])* $setting:ident: $kind:ty = $default:expr, $bounds:expr;)+) => {
        /// What an operator can set. Durations are in seconds.
        ///
        /// ```
        /// use edge_mfa::engine::{Policy, PolicySettings};
        ///
        /// let day = PolicySettings { session_lifetime: Some(86_400), ..PolicySettings::default() };
        /// let policy = Policy::new(day)?;
        /// assert_eq!((policy.session_lifetime, policy.failures), (86_400, 3));
        /// # Ok::<(), edge_mfa::Error>(())
        /// ```
        #[derive(Clone, Debug, PartialEq, Eq)]
        #[cfg_attr(all(feature = "full", target_family = "wasm"), derive(tsify::Tsify), serde(rename_all = "camelCase"))]
        pub struct Policy {
            $($(#[$doc])* pub $setting: $kind,)+
        }

        /// A policy as an operator writes it: what is left out is the preset's.
        ///
        /// ```
        /// use edge_mfa::engine::{Policy, PolicySettings, Preset};
        /// let strict = PolicySettings { preset: Preset::Strict, ..PolicySettings::default() };
        /// assert_eq!(Policy::new(strict)?.window, 0);
        /// # Ok::<(), edge_mfa::Error>(())
        /// ```
        #[derive(Clone, Debug, Default, PartialEq, Eq)]
        #[cfg_attr(all(feature = "full", target_family = "wasm"), derive(tsify::Tsify), serde(rename_all = "camelCase"))]
        pub struct PolicySettings {
            /// Where the rest comes from.
            #[cfg_attr(all(feature = "full", target_family = "wasm"), tsify(optional))]
            pub preset: Preset,
            $($(#[$doc])*
            #[cfg_attr(all(feature = "full", target_family = "wasm"), tsify(optional))]
            pub $setting: Option<$kind>,)+
        }

        readable!(PolicySettings: [] preset, $($setting),+);

        impl PolicySettings {
            fn over(self, mut policy: Policy) -> Policy {
                $(if let Some(value) = self.$setting { policy.$setting = value; })+
                policy
            }
        }

        impl Policy {
            fn is_within_bounds(&self) -> bool {
                true $(&& self.$setting.is_within(*$bounds.start(), *$bounds.end()))+
            }
        }

        #[cfg(any(test, all(feature = "full", target_family = "wasm")))]
        impl json::Read for Given {
            fn start() -> Self {
                Self(Policy::default())
            }

            fn read(&mut self, from: &mut json::Reader<'_>) -> Option<()> {
                let names = json::names!(preset $($setting)+);
                let mut preset = Preset::default();
                from.object(names, 0, &mut [&mut preset, $(&mut self.0.$setting),+], json::Others::Refused)
            }
        }

        writable!(Policy: $($setting),+);

        impl Default for Policy {
            /// The preset `compatible`.
            fn default() -> Self {
                Self { $($setting: $default,)+ }
            }
        }
    };
}

policy! {
    /// The hash of new TOTP factors. Many authenticators know only `SHA1`.
    algorithm: Algorithm = Algorithm::Sha1, ANY;
    /// The digits of new factors: 6, 7 or 8. Many authenticators know only 6.
    digits: u8 = 6, 6..=8;
    /// The time step of new TOTP factors, 15 to 300.
    period: u32 = 30, 15..=300;
    /// The length of new secrets in bytes, 16 to 64.
    secret_bytes: u8 = 20, 16..=64;
    /// Time steps accepted before and after the expected one, 0 to 10. With 1 a code lives 90 seconds.
    window: u8 = 1, 0..=10;
    /// Time steps beyond the window in which two codes in a row find the authenticator's clock again, 0 to 10.
    resync: u8 = 0, 0..=10;
    /// How far a learned clock may be off, 0 to 3,600.
    drift: u32 = 300, 0..=3600;
    /// Counters that a hardware token may be ahead, 0 to 100.
    look_ahead: u32 = 10, 0..=100;
    /// The same for two codes in a row, 0 to 1,000.
    look_ahead_resync: u32 = 100, 0..=1000;
    /// How long an enrolment waits for its confirmation, 60 to 3,600.
    pending: u32 = 600, 60..=3600;
    /// Factors of one account, 1 to 10.
    most_factors: u8 = 5, 1..=10;
    /// Codes of a recovery set, 8 to 10.
    recovery_codes: u8 = 10, 8..=10;
    /// So many failures lock, 1 to 10.
    failures: u8 = 3, 1..=10;
    /// If they lie within so many seconds, 60 to 86,400.
    failures_within: u32 = 300, 60..=DAY;
    /// The first lock, the second and so on, one to ten of them, each 1 to 86,400; the last one is repeated.
    locks: Vec<u32> = Vec::from([30, 60, 120, 300]), 1..=DAY;
    /// So many failures in a row disable the codes until somebody recovers or unlocks the account, 3 to 100.
    failures_in_row: u8 = 100, 3..=100;
    /// So many failures from one address (one IPv6 /64) lock it for all accounts, 3 to 255.
    address_failures: u8 = 30, 3..=255;
    /// If they lie within so many seconds, 60 to 86,400.
    address_within: u32 = 900, 60..=DAY;
    /// For so long, 1 to 86,400.
    address_lock: u32 = 900, 1..=DAY;
    /// How long a session lasts, 43,200 to 86,400 (12 to 24 hours).
    session_lifetime: u32 = 43_200, DAY / 2..=DAY;
    /// How long a session lasts without being used, 60 to 86,400; 0 is as long as its lifetime.
    session_idle: u32 = 0, 0..=DAY;
    /// Whether a closed session ends at once, or with its lifetime.
    session_mode: SessionMode = SessionMode::Immediate, ANY;
    /// Open sessions of one account, 1 to 100; one more closes the oldest.
    most_sessions: u8 = 20, 1..=100;
    /// How old a verification may be that a change of factors demands, 30 to 3,600.
    freshness: u32 = 300, 30..=3600;
    /// Devices remembered for one account, 0 to 20; one more forgets the one that was not used for the longest time.
    most_devices: u8 = 10, 0..=20;
    /// How long a device is remembered without being used, 86,400 to 34,560,000 (a day to 400 days).
    device_lifetime: u32 = 15_552_000, DAY..=400 * DAY;
    /// Which passkeys have to verify the person, by a PIN or biometrics, and not only that somebody is there.
    verify_user: VerifyUser = VerifyUser::Platform, ANY;
    /// How long a challenge waits for a passkey, 30 to 3,600.
    challenge: u32 = 300, 30..=3600;
    /// How old a passkey of a platform (a phone, a laptop, a password manager) may be before it has to be registered anew,
    /// 86,400 to 315,360,000 (a day to ten years).
    passkey_lifetime: u32 = 31_536_000, DAY..=3650 * DAY;
    /// The same for security keys.
    security_key_lifetime: u32 = 63_072_000, DAY..=3650 * DAY;
    /// So long before that its owner is told, 0 to 34,560,000.
    passkey_reminder: u32 = 2_592_000, 0..=400 * DAY;
    /// The age at which a key of the key ring is due to be replaced, 86,400 to 34,560,000.
    key_lifetime: u32 = 7_776_000, DAY..=400 * DAY;
}

/// Where a policy starts from.
///
/// ```
/// use edge_mfa::engine::{Policy, Preset};
/// assert_eq!(Policy::preset(Preset::Compatible), Policy::default());
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(all(feature = "full", target_family = "wasm"), derive(tsify::Tsify), serde(rename_all = "camelCase"))]
pub enum Preset {
    /// What every authenticator and most people get on with.
    #[default]
    Compatible,
    /// OWASP ASVS 5, chapter 6: a code lives one time step (6.5.5), at the authenticator's own, learned clock, and a
    /// session ends after an hour without use.
    Strict,
}

/// What a closed session is.
///
/// ```
/// assert_eq!(edge_mfa::engine::SessionMode::default(), edge_mfa::engine::SessionMode::Immediate);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(all(feature = "full", target_family = "wasm"), derive(tsify::Tsify), serde(rename_all = "camelCase"))]
pub enum SessionMode {
    /// Ended at once: every check reads the store.
    #[default]
    Immediate,
    /// Good until it expires: a check looks at the token only.
    Offline,
}

/// Which passkeys have to verify the person (Web Authentication, section 4: user verification). Whoever signs in with a
/// passkey alone is always verified.
///
/// ```
/// assert_eq!(edge_mfa::engine::VerifyUser::default(), edge_mfa::engine::VerifyUser::Platform);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(all(feature = "full", target_family = "wasm"), derive(tsify::Tsify), serde(rename_all = "camelCase"))]
pub enum VerifyUser {
    /// Those of a platform; a security key is asked to.
    #[default]
    Platform,
    /// All.
    Always,
    /// None has to; all are asked to.
    Never,
}

impl PolicySettings {
    /// Reads them from JSON, with the names that they have in JavaScript and no white space.
    ///
    /// # Errors
    /// [`Error::PolicyInvalid`] for anything else, an unknown setting included.
    ///
    /// ```
    /// use edge_mfa::engine::{Policy, PolicySettings};
    /// let settings = PolicySettings::from_json(r#"{"preset":"strict","sessionLifetime":86400}"#)?;
    /// assert_eq!(Policy::new(settings)?.session_lifetime, 86_400);
    /// # Ok::<(), edge_mfa::Error>(())
    /// ```
    pub fn from_json(text: &str) -> Result<Self, Error> {
        json::read(text).ok_or(Error::PolicyInvalid)
    }
}

impl Policy {
    /// Makes a policy of a preset and what is set beside it.
    ///
    /// # Errors
    /// [`Error::PolicyInvalid`] for a setting out of its bounds.
    ///
    /// ```
    /// use edge_mfa::{Error, engine::{Policy, PolicySettings}};
    /// let never = PolicySettings { failures: Some(0), ..PolicySettings::default() };
    /// assert_eq!(Policy::new(never), Err(Error::PolicyInvalid));
    /// ```
    pub fn new(settings: PolicySettings) -> Result<Self, Error> {
        let preset = Self::preset(settings.preset);
        settings.over(preset).checked()
    }

    /// The same of settings in JSON, without their type in between.
    #[cfg(any(test, all(feature = "full", target_family = "wasm")))]
    pub(crate) fn from_json(text: &str) -> Result<Self, Error> {
        let Start { preset } = json::read(text).ok_or(Error::PolicyInvalid)?;
        let mut given = Given(Self::preset(preset));
        json::read_over(text, &mut given).ok_or(Error::PolicyInvalid)?;
        given.0.checked()
    }

    /// A preset as it is.
    ///
    /// ```
    /// use edge_mfa::engine::{Policy, Preset};
    /// assert_eq!(Policy::preset(Preset::Strict).session_idle, 3600);
    /// ```
    #[must_use]
    pub fn preset(preset: Preset) -> Self {
        let mut policy = Self::default();
        if preset == Preset::Strict {
            (policy.window, policy.resync, policy.session_idle) = (0, 1, 3600);
        }
        policy
    }

    /// What this policy gives up against the defaults, a line for each setting.
    ///
    /// ```
    /// use edge_mfa::engine::{Policy, PolicySettings};
    /// assert_eq!(Policy::default().check(), []);
    /// let patient = Policy::new(PolicySettings { window: Some(4), ..PolicySettings::default() })?;
    /// assert_eq!(patient.check()[0].setting, "window");
    /// # Ok::<(), edge_mfa::Error>(())
    /// ```
    #[must_use]
    pub fn check(&self) -> Vec<Weakness> {
        let usual = Self::default();
        let gives_up = [
            self.algorithm != usual.algorithm,
            self.digits != usual.digits,
            self.period != usual.period,
            self.secret_bytes < usual.secret_bytes,
            self.window > usual.window,
            self.resync > 1,
            self.drift > usual.drift,
            self.look_ahead > usual.look_ahead,
            self.look_ahead_resync > usual.look_ahead_resync,
            self.pending > usual.pending,
            self.recovery_codes < usual.recovery_codes,
            self.guesses_a_day() > usual.guesses_a_day(),
            self.address_failures > 100,
            self.session_lifetime > usual.session_lifetime,
            self.session_mode == SessionMode::Offline,
            self.freshness > 900,
            self.device_lifetime > usual.device_lifetime,
            self.verify_user == VerifyUser::Never,
            self.passkey_lifetime > usual.passkey_lifetime || self.security_key_lifetime > usual.security_key_lifetime,
            self.key_lifetime > usual.key_lifetime,
        ];
        let (mut weaknesses, mut rest) = (Vec::new(), WEAKNESSES);
        for gives_up in gives_up {
            let (line, others) = ascii::split(rest, b'\n');
            let (setting, why) = ascii::split(line, b':');
            if gives_up {
                weaknesses.push(Weakness { setting, why });
            }
            rest = others;
        }
        weaknesses
    }

    pub(super) fn limits(&self) -> Limits {
        Limits { failures: self.failures, within: self.failures_within, locks: self.locks.clone() }
    }

    pub(super) fn address_limits(&self) -> Limits {
        Limits { failures: self.address_failures, within: self.address_within, locks: Vec::from([self.address_lock]) }
    }

    /// The window, and so many steps more on both sides.
    pub(super) fn window(&self, more: u8) -> Window {
        let steps = self.window.saturating_add(more);
        Window::new(steps, steps).unwrap_or_default()
    }

    fn checked(self) -> Result<Self, Error> {
        let is_idle = self.session_idle == 0 || self.session_idle >= 60;
        if self.is_within_bounds() && is_idle { Ok(self) } else { Err(Error::PolicyInvalid) }
    }

    /// How many guesses somebody has who waits for the end of every lock.
    fn guesses_a_day(&self) -> u32 {
        let lock = self.locks.last().copied().unwrap_or(1).max(1);
        // Slower than the window of the failures there is no lock at all.
        let slowly = DAY / self.failures_within * u32::from(self.failures.saturating_sub(1));
        (DAY / lock * u32::from(self.failures)).max(slowly)
    }
}

/// What a setting can do.
trait Setting {
    /// Whether it lies within its bounds, if it has some.
    fn is_within(&self, _least: u32, _most: u32) -> bool {
        true
    }
}

impl Setting for u8 {
    fn is_within(&self, least: u32, most: u32) -> bool {
        u32::from(*self).is_within(least, most)
    }
}

impl Setting for u32 {
    fn is_within(&self, least: u32, most: u32) -> bool {
        (least..=most).contains(self)
    }
}

/// The bounds are those of each, and there are one to ten.
impl Setting for Vec<u32> {
    fn is_within(&self, least: u32, most: u32) -> bool {
        (1..=10).contains(&self.len()) && self.iter().all(|each| each.is_within(least, most))
    }
}

impl Setting for Algorithm {}
impl Setting for SessionMode {}
impl Setting for VerifyUser {}

/// A policy that settings are read into.
#[cfg(any(test, all(feature = "full", target_family = "wasm")))]
struct Given(Policy);

/// Where it starts from.
#[cfg(any(test, all(feature = "full", target_family = "wasm")))]
struct Start {
    preset: Preset,
}

#[cfg(any(test, all(feature = "full", target_family = "wasm")))]
readable!(Skipped Start: [] preset);

/// A setting that gives something up.
///
/// ```
/// use edge_mfa::engine::{Policy, PolicySettings};
/// let policy = Policy::new(PolicySettings { freshness: Some(3600), ..PolicySettings::default() })?;
/// assert!(policy.check()[0].why.contains("session"));
/// # Ok::<(), edge_mfa::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(all(feature = "full", target_family = "wasm"), derive(tsify::Tsify))]
pub struct Weakness {
    /// Its name in JavaScript.
    pub setting: &'static str,
    /// What it gives up.
    pub why: &'static str,
}

/// What is given up, a line for each of those that [`Policy::check`] looks at, in their order: one text for all is smaller in
/// the wasm than a table of pointers.
const WEAKNESSES: &str = "\
algorithm:many authenticators ignore it and use SHA1: their codes will not match
digits:many authenticators show six digits whatever the QR code says
period:many authenticators count in 30 seconds whatever the QR code says
secretBytes:shorter than the 160 bits that RFC 4226 recommends
window:a stolen code lives longer, and a guess hits more often
resync:two codes in a row are accepted from further away: stolen ones live longer
drift:an authenticator's clock may be led further away
lookAhead:a guess hits more counters
lookAheadResync:codes written down long ago are accepted in pairs
pending:a QR code that somebody else saw can be confirmed for longer
recoveryCodes:few codes are soon used up
failures, failuresWithin, locks:more guesses a day than by default
addressFailures:one address may try codes at many accounts
sessionLifetime:a stolen session is good for longer
sessionMode:a closed session stays good until it expires
freshness:a session left open can change the factors for longer
deviceLifetime:a stolen device keeps its own lane for longer
verifyUser:whoever holds an unlocked device is taken for its owner
passkeyLifetime, securityKeyLifetime:passkeys of people and devices long gone stay good
keyLifetime:keys are replaced less often than every 90 days
";

const DAY: u32 = 86_400;
/// Of what is no number.
const ANY: RangeInclusive<u32> = 0..=0;

named!(Preset, Camel: Compatible, Strict);
named!(SessionMode, Camel: Immediate, Offline);
named!(VerifyUser, Camel: Platform, Always, Never);
writable!(Weakness: setting, why);

#[cfg(test)]
mod tests;
