//! `otpauth://` URIs (the key URI format that authenticators scan).
//!
//! Building is byte-exact: RFC 3986 escapes (`%20`, never `+`), upper-case algorithm names, no padding, the issuer both
//! before the account and as a parameter. Reading is forgiving where authenticators are, and strict where a doubt would
//! show a person the wrong account.

use crate::Algorithm;
use crate::base::bits::BASE32;
use crate::base::{Error, Result, Secret, Wiped, ascii, decimal, ensure, percent, refuse};
use crate::factor::{Digits, Hotp, Period, Totp};
use alloc::{string::String, vec::Vec};

/// An account as an authenticator holds it.
///
/// ```
/// use edge_mfa::{Algorithm, Secret, otpauth};
///
/// let account = otpauth::Account {
///     issuer: "ACME Co".into(),
///     account: "john.doe@email.com".into(),
///     secret: Secret::parse("HXDMVJECJJWSRB3HWIZR4IFUGFTMXBOZ")?,
///     algorithm: Algorithm::Sha1,
///     kind: otpauth::Kind::default(),
/// };
/// assert_eq!(
///     account.build()?,
///     "otpauth://totp/ACME%20Co:john.doe%40email.com?secret=HXDMVJECJJWSRB3HWIZR4IFUGFTMXBOZ\
///      &issuer=ACME%20Co&algorithm=SHA1&digits=6&period=30"
/// );
/// # Ok::<(), edge_mfa::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Who runs the service; empty if unknown.
    pub issuer: String,
    /// Whose account it is there: a user name or an e-mail address.
    pub account: String,
    /// The shared key.
    pub secret: Secret,
    /// The hash; Steam has SHA-1 only.
    pub algorithm: Algorithm,
    /// What kind of codes it makes.
    pub kind: Kind,
}

/// The kind of codes of an account, with what that kind needs.
///
/// ```
/// use edge_mfa::{Digits, otpauth::Kind};
/// assert_eq!(Kind::Hotp { digits: Digits::SIX, counter: 7 }.name(), "hotp");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// By time (RFC 6238).
    Totp {
        /// 6 to 8.
        digits: Digits,
        /// Of a time step.
        period: Period,
    },
    /// By counter (RFC 4226).
    Hotp {
        /// 6 to 8.
        digits: Digits,
        /// Of the next code.
        counter: u64,
    },
    /// Steam's five characters every 30 seconds.
    Steam,
}

impl Kind {
    /// `totp`, `hotp` or `steam`.
    ///
    /// ```
    /// assert_eq!(edge_mfa::otpauth::Kind::default().name(), "totp");
    /// ```
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Totp { .. } => "totp",
            Self::Hotp { .. } => "hotp",
            Self::Steam => "steam",
        }
    }

    /// The number of characters of a code.
    ///
    /// ```
    /// assert_eq!(edge_mfa::otpauth::Kind::Steam.digits(), 5);
    /// ```
    #[must_use]
    pub const fn digits(&self) -> u8 {
        match self {
            Self::Totp { digits, .. } | Self::Hotp { digits, .. } => digits.count(),
            Self::Steam => 5,
        }
    }
}

impl Default for Kind {
    fn default() -> Self {
        Self::Totp { digits: Digits::SIX, period: Period::default() }
    }
}

/// What [`Account::parse`] read.
///
/// ```
/// let parsed = edge_mfa::otpauth::Account::parse("otpauth://totp/alice?secret=JBSWY3DPEHPK3PXP")?;
/// assert_eq!(parsed.warnings.len(), 2); // a weak secret, and no issuer
/// # Ok::<(), edge_mfa::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parsed {
    /// The account.
    pub account: Account,
    /// What is unusual about it.
    pub warnings: Vec<Warning>,
}

impl From<Account> for Parsed {
    /// Notes what is unusual about an account, wherever it comes from.
    fn from(account: Account) -> Self {
        let warnings = warnings(&account);
        Self { account, warnings }
    }
}

/// What is unusual about an account, wherever it comes from.
pub(crate) fn warnings(account: &Account) -> Vec<Warning> {
    let plain_steam = matches!(account.kind, Kind::Totp { .. }) && is_steam(&account.issuer);
    let mut warnings = Vec::new();
    let mut note = |unusual, warning| {
        if unusual {
            warnings.push(warning);
        }
    };
    note(account.secret.is_weak(), Warning::WeakSecret);
    note(account.issuer.is_empty(), Warning::NoIssuer);
    note(account.account.is_empty(), Warning::NoAccount);
    note(plain_steam, Warning::PlainSteam);
    warnings
}

/// Something unusual in a URI that was read all the same.
///
/// ```
/// assert_eq!(edge_mfa::otpauth::Warning::WeakSecret.name(), "weak_secret");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Warning {
    /// The secret is shorter than 16 bytes (RFC 4226 section 4, R6).
    WeakSecret,
    /// There is no issuer.
    NoIssuer,
    /// There is no account name.
    NoAccount,
    /// The issuer parameter was form-encoded: its `+` was read as a space.
    PlusAsSpace,
    /// The issuer is Steam but nothing asks for Steam's codes: read as plain TOTP.
    PlainSteam,
}

impl Warning {
    /// The name in the JavaScript API.
    ///
    /// ```
    /// assert_eq!(edge_mfa::otpauth::Warning::NoIssuer.name(), "no_issuer");
    /// ```
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::WeakSecret => "weak_secret",
            Self::NoIssuer => "no_issuer",
            Self::NoAccount => "no_account",
            Self::PlusAsSpace => "plus_as_space",
            Self::PlainSteam => "plain_steam",
        }
    }
}

impl Account {
    /// Writes the URI.
    ///
    /// # Errors
    /// [`Error::IssuerInvalid`] and [`Error::AccountInvalid`] for names that would read back as another account: `:`,
    /// a space at either end, an empty account; [`Error::SecretTooShort`] under 16 bytes: a URI is for a new secret;
    /// [`Error::AlgorithmInvalid`] for Steam with another hash than SHA-1; [`Error::UriTooLong`] over 16,384 bytes.
    ///
    /// ```
    /// # use edge_mfa::{Error, otpauth};
    /// # let mut account = otpauth::Account::parse("otpauth://totp/a?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")?.account;
    /// account.issuer = "Bank: verified".into();
    /// assert_eq!(account.build(), Err(Error::IssuerInvalid));
    /// # Ok::<(), Error>(())
    /// ```
    pub fn build(&self) -> Result<String> {
        self.check_names()?;
        ensure(!self.secret.is_weak(), Error::SecretTooShort)?;
        ensure(self.kind != Kind::Steam || self.algorithm == Algorithm::Sha1, Error::AlgorithmInvalid)?;
        let mut uri = String::with_capacity(160);
        uri.push_str(if matches!(self.kind, Kind::Hotp { .. }) { "otpauth://hotp/" } else { "otpauth://totp/" });
        if !self.issuer.is_empty() {
            percent::encode(&mut uri, &self.issuer);
            uri.push(':');
        }
        percent::encode(&mut uri, &self.account);
        uri.push_str("?secret=");
        BASE32.encode(&mut uri, self.secret.as_bytes());
        if !self.issuer.is_empty() {
            uri.push_str("&issuer=");
            percent::encode(&mut uri, &self.issuer);
        }
        uri.push_str("&algorithm=");
        uri.push_str(self.algorithm.name());
        decimal::push_named(&mut uri, "&digits=", self.kind.digits().into());
        match self.kind {
            Kind::Totp { period, .. } => decimal::push_named(&mut uri, "&period=", period.as_secs().into()),
            Kind::Hotp { counter, .. } => decimal::push_named(&mut uri, "&counter=", counter),
            Kind::Steam => uri.push_str("&period=30&encoder=steam"),
        }
        ensure(uri.len() <= URI_LONGEST, Error::UriTooLong)?;
        Ok(uri)
    }

    /// Refuses names that would read back as others.
    pub(super) fn check_names(&self) -> Result<()> {
        ensure(is_name(&self.issuer), Error::IssuerInvalid)?;
        ensure(is_name(&self.account) && !self.account.is_empty(), Error::AccountInvalid)
    }

    /// Reads a URI.
    ///
    /// Scheme, type and parameter names are read in any case; unknown parameters are ignored; the secret as
    /// [`Secret::parse`] reads it. Steam's codes are asked for by `encoder=steam`, or by `digits=5` of the issuer Steam.
    ///
    /// # Errors
    /// Every refusal has its own: the `Uri…` errors, and those of the values (secret, algorithm, digits, period, counter).
    /// A parameter given twice and an issuer that differs from the one before the account are refused.
    ///
    /// ```
    /// # use edge_mfa::{Error, otpauth::Account};
    /// let parsed = Account::parse("otpauth://totp/Example:alice@example.com?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")?;
    /// assert_eq!(parsed.account.issuer, "Example");
    /// let forged = "otpauth://totp/Bank:alice?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Evil";
    /// assert_eq!(Account::parse(forged), Err(Error::UriIssuerMismatch));
    /// # Ok::<(), Error>(())
    /// ```
    pub fn parse(uri: &str) -> Result<Parsed> {
        ensure(uri.len() <= URI_LONGEST, Error::UriTooLong)?;
        ensure(!ascii::contains(uri, b'#'), Error::UriEncoding)?;
        let rest = ascii::strip_prefix(uri, "otpauth://").ok_or(Error::UriScheme)?;
        let (path, query) = ascii::split(rest, b'?');
        let (kind, label) = ascii::split(path, b'/');
        let counted = kind.eq_ignore_ascii_case("hotp");
        ensure(counted || kind.eq_ignore_ascii_case("totp"), Error::UriScheme)?;
        let label = percent::decode(label, b'+')?;
        let (prefix, account) = split_label(&label).ok_or(Error::UriLabel)?;
        let query = Query(query);
        let (issuer, plus_as_space) = query.issuer(prefix)?;
        let secret = Wiped::new(percent::decode(query.value("secret")?.ok_or(Error::UriSecretMissing)?, b'+')?);
        let secret = Secret::parse(&secret)?;
        let algorithm = query.value("algorithm")?.map_or(Ok(Algorithm::default()), Algorithm::parse)?;
        let kind = query.kind(counted, &issuer, algorithm)?;
        let mut parsed = Parsed::from(Self { issuer, account: account.into(), secret, algorithm, kind });
        if plus_as_space {
            parsed.warnings.push(Warning::PlusAsSpace);
        }
        Ok(parsed)
    }

    /// The generator of a time-based account; `None` for a counter-based one.
    ///
    /// ```
    /// # use edge_mfa::{Timestamp, otpauth::Account};
    /// # let uri = "otpauth://totp/a?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&digits=8";
    /// let totp = Account::parse(uri)?.account.totp().unwrap();
    /// assert_eq!(totp.generate(Timestamp::from_secs(59)?), "94287082");
    /// # Ok::<(), edge_mfa::Error>(())
    /// ```
    #[must_use]
    pub fn totp(&self) -> Option<Totp> {
        match self.kind {
            Kind::Totp { digits, period } => Some(
                Totp::new(self.secret.clone()).with_algorithm(self.algorithm).with_digits(digits).with_period(period),
            ),
            Kind::Steam => Some(Totp::steam(self.secret.clone())),
            Kind::Hotp { .. } => None,
        }
    }

    /// The generator of a counter-based account; `None` for a time-based one.
    ///
    /// ```
    /// # use edge_mfa::otpauth::Account;
    /// # let uri = "otpauth://hotp/a?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&counter=9";
    /// assert_eq!(Account::parse(uri)?.account.hotp().unwrap().generate(9), "520489");
    /// # Ok::<(), edge_mfa::Error>(())
    /// ```
    #[must_use]
    pub fn hotp(&self) -> Option<Hotp> {
        match self.kind {
            Kind::Hotp { digits, .. } => {
                Some(Hotp::new(self.secret.clone()).with_algorithm(self.algorithm).with_digits(digits))
            }
            Kind::Totp { .. } | Kind::Steam => None,
        }
    }
}

/// The query of a URI.
#[derive(Clone, Copy)]
struct Query<'a>(&'a str);

impl<'a> Query<'a> {
    /// The value of a parameter, still encoded; its name may be in any case.
    fn value(self, name: &str) -> Result<Option<&'a str>> {
        let mut value = None;
        let mut rest = self.0;
        while !rest.is_empty() {
            let (parameter, others) = ascii::split(rest, b'&');
            let (known, content) = ascii::split(parameter, b'=');
            if known.eq_ignore_ascii_case(name) && value.replace(content).is_some() {
                return refuse(Error::UriDuplicate);
            }
            rest = others;
        }
        Ok(value)
    }

    fn number(self, name: &str, error: Error) -> Result<Option<u64>> {
        let Some(text) = self.value(name)? else { return Ok(None) };
        let number = decimal::parse(text).ok_or(error)?;
        Ok(Some(number))
    }

    /// The issuer of the parameter, which must be the one before the account if there is one; and whether `+` was read
    /// as a space in it.
    fn issuer(self, prefix: &str) -> Result<(String, bool)> {
        let raw = self.value("issuer")?.unwrap_or_default();
        let exact = percent::decode(raw, b'+')?;
        if exact.is_empty() || exact == prefix {
            return Ok((prefix.into(), false));
        }
        let issuer = percent::decode(raw, b' ')?;
        ensure(prefix.is_empty() || issuer == prefix, Error::UriIssuerMismatch)?;
        let changed = issuer != exact;
        let issuer = ascii::trim(&issuer);
        ensure(is_name(issuer), Error::IssuerInvalid)?;
        Ok((issuer.into(), changed))
    }

    fn kind(self, counted: bool, issuer: &str, algorithm: Algorithm) -> Result<Kind> {
        let digits = self.number("digits", Error::DigitsInvalid)?;
        let period = self.number("period", Error::PeriodInvalid)?.unwrap_or(30);
        let counter = self.number("counter", Error::CounterInvalid)?;
        let encoder = self.value("encoder")?.unwrap_or_default();
        if !counted && (is_steam(encoder) || (is_steam(issuer) && digits == Some(5))) {
            // Steam has one setting only; anything else cannot be meant.
            return match (digits, period, algorithm) {
                (None | Some(5), 30, Algorithm::Sha1) => Ok(Kind::Steam),
                (None | Some(5), 30, _) => refuse(Error::AlgorithmInvalid),
                (None | Some(5), ..) => refuse(Error::PeriodInvalid),
                _ => refuse(Error::DigitsInvalid),
            };
        }
        let digits = Digits::new(u8::try_from(digits.unwrap_or(6)).unwrap_or(0))?;
        if counted {
            return Ok(Kind::Hotp { digits, counter: counter.ok_or(Error::UriCounterMissing)? });
        }
        Ok(Kind::Totp { digits, period: Period::from_secs(u32::try_from(period).unwrap_or(0))? })
    }
}

/// The issuer before the colon (empty if there is none) and the account; spaces around both are not part of them.
///
/// `None` for an empty label and a second colon.
pub(super) fn split_label(label: &str) -> Option<(&str, &str)> {
    let (issuer, account) = if ascii::contains(label, b':') { ascii::split(label, b':') } else { ("", label) };
    if label.is_empty() || ascii::contains(account, b':') {
        return None;
    }
    Some((ascii::trim(issuer), ascii::trim(account)))
}

/// Whether a name stands for itself in a label.
fn is_name(name: &str) -> bool {
    !ascii::contains(name, b':') && ascii::trim(name).len() == name.len()
}

fn is_steam(name: &str) -> bool {
    name.eq_ignore_ascii_case("steam")
}

/// Bytes; ten times what a QR code holds is no URI for one.
const URI_LONGEST: usize = 16_384;
