//! Refusals as problem details (RFC 9457), with the challenges of RFC 6750 and RFC 9470.

use crate::Diagnosis;
use crate::base::json::{self, Write};
use crate::base::{Timestamp, ascii, decimal};
use crate::engine::{Demand, Denial, Denied};
use alloc::string::String;
use alloc::vec::Vec;

/// Declares the codes, their status, title and help text from one table.
macro_rules! problems {
    ($($variant:ident $status:literal $code:literal $title:literal $detail:literal)+) => {
        /// What went wrong, as a client tells problems apart. The codes are stable.
        ///
        /// ```
        /// use edge_mfa::http::ProblemCode;
        /// assert_eq!(ProblemCode::Locked.name(), "locked");
        /// assert_eq!(ProblemCode::parse("locked"), Some(ProblemCode::Locked));
        /// ```
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[non_exhaustive]
        #[cfg_attr(all(feature = "full", target_family = "wasm"), repr(u32))]
        pub enum ProblemCode {
            $(#[doc = concat!(stringify!($status), " `", $code, "`: ", $title)] $variant,)+
        }

        impl ProblemCode {
            /// Every code, in the order of the table in the documentation.
            ///
            /// ```
            /// assert!(edge_mfa::http::ProblemCode::ALL.len() > 20);
            /// ```
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The HTTP status.
            ///
            /// ```
            /// assert_eq!(edge_mfa::http::ProblemCode::Locked.status(), 429);
            /// ```
            #[must_use]
            pub const fn status(self) -> u16 {
                match self { $(Self::$variant => $status,)+ }
            }
        }

        /// A line for the code, the title and the help text of each. One text for all is much smaller in the wasm than
        /// tables of pointers.
        const TEXTS: &str = concat!($($code, "\n", $title, "\n", $detail, "\n",)+);
    };
}

problems! {
    InvalidRequest 400 "invalid_request" "The request cannot be read" "A header or the body is malformed, too long, or there twice."
    CodeMalformed 400 "code_malformed" "This is no code" "A code is the digits that the app shows, or a recovery code."
    AuthenticationRequired 401 "authentication_required" "Sign in first" "Send Authorization: Bearer with the token of the first factor."
    InvalidToken 401 "invalid_token" "The sign-in is not valid" "The bearer token is expired, revoked or not for this service. Sign in again."
    VerificationRequired 401 "verification_required" "A second factor is needed" "Send a code as X-MFA-Token, or a session that is fresh enough as X-Session-Token."
    SessionInvalid 401 "session_invalid" "The session is over" "It expired, was closed, or belongs to another sign-in. Verify again."
    CodeRejected 401 "code_rejected" "The code is not right" "Type the code that the app shows now, and check that the phone sets its clock by itself."
    CodeReplayed 401 "code_replayed" "The code was used already" "Each code is good once. Wait for the next one."
    CodeExpired 401 "code_expired" "The code is over" "It was right a while ago. Type the one that the app shows now; if it is that one, set the phone's clock to automatic."
    ClockDrift 401 "clock_drift" "The phone's clock is off" "The code is right for another time. Set the phone's clock to automatic and type the next code."
    AlgorithmMismatch 401 "algorithm_mismatch" "The app computes another kind of code" "This app ignores the hash that was asked for. Use another app, or have the factor set up with SHA1."
    DigitsMismatch 401 "digits_mismatch" "The app shows another number of digits" "This app ignores the number of digits that was asked for. Use another app, or have the factor set up with six."
    PeriodMismatch 401 "period_mismatch" "The app changes its codes at other times" "This app ignores the period that was asked for. Use another app, or have the factor set up with 30 seconds."
    PreviousSecret 401 "previous_secret" "The code is of an older entry" "It is of an earlier QR code, or of a factor that there is already. Type the code of the new entry."
    Misread 401 "misread" "The code is not typed as it is shown" "Two digits are in the wrong order, or some are left out. Type all of the code that the app shows now."
    PasskeyRefused 401 "passkey_refused" "The passkey was not accepted" "Try it again on this page; if it fails again, use another way, and register the passkey anew."
    PasskeyUnknown 401 "passkey_unknown" "The account does not know this passkey" "It was removed here. Remove it from the device, too, and use another way."
    PasskeyExpired 403 "passkey_expired" "The passkey is too old" "Verify in another way, and register the passkey anew."
    InsufficientScope 403 "insufficient_scope" "The token does not allow this" "Ask for a token with the scopes that are named."
    Forbidden 403 "forbidden" "Not allowed" "This is not open to service accounts."
    InsecureTransport 403 "insecure_transport" "HTTPS is needed" "Codes and tokens are taken over HTTPS only, except on this machine."
    CrossOrigin 403 "cross_origin" "Not from this page" "The service does not answer pages of this origin."
    NotFound 404 "not_found" "There is nothing here" "No such address, factor or session."
    MethodNotAllowed 405 "method_not_allowed" "Not this way" "Use one of the methods in the header Allow."
    NotAcceptable 406 "not_acceptable" "JSON is all there is" "Accept application/json."
    NoPendingEnrolment 409 "no_pending_enrolment" "Nothing to confirm" "Start the enrolment again."
    EnrolmentExpired 409 "enrolment_expired" "The QR code is too old" "Start the enrolment again, and confirm it within ten minutes."
    TooManyFactors 409 "too_many_factors" "No more factors" "Remove one first."
    AlreadyEnrolled 409 "already_enrolled" "This secret is enrolled already" "Enrol another one."
    NoChallenge 409 "no_challenge" "The question is over" "Ask for new options, and answer them once and within five minutes."
    PasskeyTaken 409 "passkey_taken" "The passkey is another account's" "Make a new one for this account."
    NotEnrolled 409 "not_enrolled" "There is no factor yet" "Enrol one first."
    ContentTooLarge 413 "content_too_large" "The body is too long" "Nothing that is asked here is longer than 16 kB."
    UnsupportedMediaType 415 "unsupported_media_type" "JSON is all that is read" "Send Content-Type: application/json."
    Locked 429 "locked" "Too many wrong codes" "Wait as long as Retry-After says. A recovery code is taken now."
    Disabled 429 "disabled" "Codes are not taken any more" "There were too many wrong codes in a row. Use a recovery code, or ask an administrator."
    Internal 500 "internal" "Something is broken" "The service could not answer. Nothing was decided."
    Unavailable 503 "unavailable" "Not now" "The service cannot reach what it needs. Nothing was decided; try again."
}

impl ProblemCode {
    /// In snake case: `code` of a problem, and the end of its `type`.
    ///
    /// ```
    /// assert_eq!(edge_mfa::http::ProblemCode::NotFound.name(), "not_found");
    /// ```
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.text(0)
    }

    const fn title(self) -> &'static str {
        self.text(1)
    }

    const fn detail(self) -> &'static str {
        self.text(2)
    }

    const fn text(self, which: usize) -> &'static str {
        ascii::part(TEXTS, b'\n', self as usize * 3 + which)
    }

    /// The one that has this name.
    ///
    /// ```
    /// assert_eq!(edge_mfa::http::ProblemCode::parse("no such problem"), None);
    /// ```
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        let mut rest = TEXTS;
        for code in Self::ALL {
            let (found, texts) = ascii::split(rest, b'\n');
            if found == name {
                return Some(*code);
            }
            rest = ascii::split(ascii::split(texts, b'\n').1, b'\n').1;
        }
        None
    }

    /// What a denial is over HTTP. Whether somebody has a factor is not told where a code was typed: `not_enrolled` is
    /// `code_rejected` there.
    ///
    /// ```
    /// use edge_mfa::engine::{Denial, Denied};
    /// use edge_mfa::http::ProblemCode;
    /// let wrong = |reason| Denied { attempts_left: Some(2), ..Denied::of(reason) };
    /// assert_eq!(ProblemCode::of(&wrong(Denial::NotEnrolled)), ProblemCode::of(&wrong(Denial::Mismatch)));
    /// ```
    #[must_use]
    pub const fn of(denied: &Denied) -> Self {
        match (denied.reason, denied.diagnosis, denied.attempts_left) {
            (Denial::Mismatch, Some(diagnosis), _) => Self::of_diagnosis(diagnosis),
            (Denial::NotEnrolled, _, None) => Self::NotEnrolled,
            (reason, ..) => Self::of_reason(reason),
        }
    }

    const fn of_diagnosis(diagnosis: Diagnosis) -> Self {
        match diagnosis {
            Diagnosis::Expired => Self::CodeExpired,
            Diagnosis::Clock => Self::ClockDrift,
            Diagnosis::Algorithm => Self::AlgorithmMismatch,
            Diagnosis::Digits => Self::DigitsMismatch,
            Diagnosis::Period => Self::PeriodMismatch,
            Diagnosis::PreviousSecret => Self::PreviousSecret,
            Diagnosis::Misread => Self::Misread,
        }
    }

    /// A function by itself, so that it becomes a table.
    #[inline(never)]
    const fn of_reason(reason: Denial) -> Self {
        match reason {
            Denial::Mismatch | Denial::NotEnrolled => Self::CodeRejected,
            Denial::Replayed => Self::CodeReplayed,
            Denial::Malformed => Self::CodeMalformed,
            Denial::Locked => Self::Locked,
            Denial::Disabled => Self::Disabled,
            Denial::NotPending => Self::NoPendingEnrolment,
            Denial::EnrolmentExpired => Self::EnrolmentExpired,
            Denial::VerificationRequired => Self::VerificationRequired,
            Denial::TooManyFactors => Self::TooManyFactors,
            Denial::AlreadyEnrolled => Self::AlreadyEnrolled,
            Denial::Unknown => Self::NotFound,
            Denial::NoChallenge => Self::NoChallenge,
            Denial::PasskeyRefused => Self::PasskeyRefused,
            Denial::PasskeyUnknown => Self::PasskeyUnknown,
            Denial::PasskeyTaken => Self::PasskeyTaken,
            Denial::PasskeyExpired => Self::PasskeyExpired,
            Denial::NoSession | Denial::WrongSubject | Denial::WrongToken | Denial::Closed | Denial::Expired => {
                Self::SessionInvalid
            }
        }
    }

    /// Whether another proof of the second factor would do (RFC 9470 section 3).
    const fn is_step_up(self) -> bool {
        matches!(
            self,
            Self::VerificationRequired
                | Self::SessionInvalid
                | Self::CodeRejected
                | Self::PasskeyRefused
                | Self::PasskeyUnknown
                | Self::CodeReplayed
                | Self::CodeExpired
                | Self::ClockDrift
                | Self::AlgorithmMismatch
                | Self::DigitsMismatch
                | Self::PeriodMismatch
                | Self::PreviousSecret
                | Self::Misread
        )
    }
}

/// A refusal, and what its client needs to know beyond the code.
///
/// ```
/// use edge_mfa::http::{Problem, ProblemCode};
/// let reply = Problem { realm: "Example", ..Problem::of(ProblemCode::InvalidToken) }.reply();
/// assert_eq!(reply.status, 401);
/// assert!(reply.body.starts_with(r#"{"type":"urn:problem-type:edge-mfa:invalid_token","title":"The sign-in"#));
/// ```
#[derive(Clone, Debug)]
pub struct Problem<'a> {
    /// What went wrong.
    pub code: ProblemCode,
    /// The issuer, which is the realm of the challenges.
    pub realm: &'a str,
    /// Seconds until it makes sense to try again.
    pub retry_after: Option<u64>,
    /// How many more wrong codes lock.
    pub attempts_left: Option<u8>,
    /// How many time steps the authenticator is ahead.
    pub drift: Option<i64>,
    /// Which check a passkey did not pass.
    pub check: Option<&'a str>,
    /// What a fresh proof has to meet.
    pub demand: Option<&'a Demand>,
    /// The scopes that are needed.
    pub scopes: &'a [String],
    /// Seconds that the clock of the service is known to be off, if those are many: then codes may be right and refused.
    pub clock_offset: Option<i64>,
}

impl<'a> Problem<'a> {
    /// A problem with nothing more to say.
    ///
    /// ```
    /// use edge_mfa::http::{Problem, ProblemCode};
    /// assert_eq!(Problem::of(ProblemCode::NotFound).reply().status, 404);
    /// ```
    #[must_use]
    pub const fn of(code: ProblemCode) -> Self {
        Self {
            code,
            realm: "",
            retry_after: None,
            attempts_left: None,
            drift: None,
            check: None,
            demand: None,
            scopes: &[],
            clock_offset: None,
        }
    }

    /// A denial as a problem.
    ///
    /// ```
    /// use edge_mfa::Timestamp;
    /// use edge_mfa::engine::{Denial, Denied};
    /// use edge_mfa::http::Problem;
    /// let now = Timestamp::from_secs(1_800_000_000)?;
    /// let locked = Denied { retry_at: Some(now.plus_secs(30)), ..Denied::of(Denial::Locked) };
    /// assert!(Problem::denied(&locked, now).reply().headers.contains(&("Retry-After", "30".into())));
    /// # Ok::<(), edge_mfa::Error>(())
    /// ```
    #[must_use]
    pub fn denied(denied: &Denied, now: Timestamp) -> Self {
        let wait = |until: Timestamp| until.as_millis().saturating_sub(now.as_millis()).div_ceil(1000);
        Self {
            retry_after: denied.retry_at.map(wait),
            attempts_left: denied.attempts_left,
            drift: denied.drift,
            check: denied.check,
            ..Self::of(ProblemCode::of(denied))
        }
    }

    /// The answer.
    ///
    /// ```
    /// use edge_mfa::engine::Demand;
    /// use edge_mfa::http::{Problem, ProblemCode};
    /// let demand = Demand { max_age: Some(60), ..Demand::default() };
    /// let stale = Problem { realm: "Example", demand: Some(&demand), ..Problem::of(ProblemCode::VerificationRequired) };
    /// let challenge = &stale.reply().headers[1].1;
    /// assert!(challenge.starts_with(r#"Bearer realm="Example", error="insufficient_user_authentication""#));
    /// assert!(challenge.ends_with(r#", acr_values="aal2", max_age="60""#));
    /// ```
    pub fn reply(&self) -> Reply {
        let mut headers = Vec::from([("Content-Type", String::from("application/problem+json"))]);
        if let Some(challenge) = self.challenge() {
            headers.push(("WWW-Authenticate", challenge));
        }
        // A wrong code that locks is answered as a wrong code; the next one is told how long to wait.
        if let (429 | 503, Some(seconds)) = (self.code.status(), self.retry_after) {
            headers.push(("Retry-After", number(seconds)));
        }
        Reply { status: self.code.status(), headers, body: self.body() }
    }

    /// The members of RFC 9457 section 3.1 and ours.
    fn body(&self) -> String {
        let code = self.code.name();
        let (mut kind, mut detail) = (String::from(TYPE), String::from(self.code.detail()));
        kind.push_str(code);
        let is_step_up = self.code.is_step_up();
        if let (Some(seconds), true) = (self.clock_offset, is_step_up) {
            detail.push_str(" The clock of the service is off by ");
            seconds.write(&mut detail);
            detail.push_str(" s.");
        }
        let demand = self.demand.filter(|_| is_step_up);
        let names =
            "type title status detail code retry_after attempts_left drift check acr_values max_age methods action";
        let mut body = String::with_capacity(512);
        json::object(
            &mut body,
            names,
            &[
                &kind,
                &self.code.title(),
                &self.code.status(),
                &detail,
                &code,
                &self.retry_after,
                &self.attempts_left,
                &self.drift,
                &self.check,
                &is_step_up.then_some(ACR),
                &demand.and_then(|demand| demand.max_age),
                &demand.map(|demand| &demand.methods).filter(|methods| !methods.is_empty()),
                &demand.and_then(|demand| demand.target.as_ref()).map(|target| &target.action),
            ],
        );
        body
    }

    /// RFC 6750 section 3, RFC 9470 section 3.
    fn challenge(&self) -> Option<String> {
        let error = match self.code {
            ProblemCode::AuthenticationRequired => "",
            ProblemCode::InvalidToken => "invalid_token",
            ProblemCode::InsufficientScope => "insufficient_scope",
            code if code.is_step_up() => "insufficient_user_authentication",
            _ => return None,
        };
        let mut challenge = String::from("Bearer");
        let mut parts = 0;
        let mut add = |name: &str, value: &str| {
            challenge.push_str(if parts > 0 { ", " } else { " " });
            parts += 1;
            challenge.push_str(name);
            challenge.push_str("=\"");
            for symbol in value.chars() {
                challenge.push(quoted(symbol));
            }
            challenge.push('"');
        };
        add("realm", self.realm);
        if !error.is_empty() {
            add("error", error);
            add("error_description", self.code.title());
        }
        if self.code.is_step_up() {
            add("acr_values", ACR);
            if let Some(seconds) = self.demand.and_then(|demand| demand.max_age) {
                add("max_age", &number(seconds.into()));
            }
        }
        if !self.scopes.is_empty() {
            let mut scopes = String::new();
            for (at, scope) in self.scopes.iter().enumerate() {
                scopes.push_str(if at > 0 { " " } else { "" });
                scopes.push_str(scope);
            }
            add("scope", &scopes);
        }
        Some(challenge)
    }
}

fn number(number: u64) -> String {
    let mut text = String::new();
    decimal::push(&mut text, number);
    text
}

/// In a quoted string of a header: what has no place in one becomes a question mark.
const fn quoted(symbol: char) -> char {
    match symbol {
        '"' => '\'',
        '\\' => '/',
        ' '..='~' => symbol,
        _ => '?',
    }
}

/// An answer.
///
/// ```
/// use edge_mfa::http::{Problem, ProblemCode};
/// let reply = Problem::of(ProblemCode::Internal).reply();
/// assert_eq!(reply.headers, [("Content-Type", "application/problem+json".into())]);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// Names and values.
    pub headers: Vec<(&'static str, String)>,
    /// JSON.
    pub body: String,
}

/// The level that two factors are worth.
const ACR: &str = "aal2";
const TYPE: &str = "urn:problem-type:edge-mfa:";
