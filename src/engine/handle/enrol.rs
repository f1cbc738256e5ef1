//! Enrolment: a pending factor beside the live ones, until one of its codes confirms it.

use super::one_time_code::Checked;
use super::{recover, session};
use crate::base::{Error, Secret, Sensitive};
use crate::engine::record::{Factor, HotpFactor, Key, Kind, Pending, TotpFactor};
use crate::engine::step::{Turn, denied};
use crate::engine::{Denial, Denied, Enrol, Enrolling, EventKind, FactorKind, Outcome};
use crate::factor::{Digits, Period, Window};
use alloc::string::String;

pub(crate) fn begin(turn: &mut Turn<'_>, enrol: Enrol) -> Result<Outcome, Error> {
    if let Some(denied) = turn.may_not_add() {
        return Ok(denied);
    }
    let name = name(enrol.name.as_deref().unwrap_or("Authenticator"))?;
    let secret = match &enrol.secret {
        Some(text) => Secret::parse(text)?,
        None => Secret::generate(&mut turn.entropy, turn.policy.secret_bytes.into())?,
    };
    if secret.as_bytes().len() < LEGACY {
        return Err(Error::SecretTooShort);
    }
    // A code would be good once for each.
    if turn.record.factors.iter().any(|factor| factor.kind.has(&secret)) {
        return Ok(denied(Denial::AlreadyEnrolled));
    }
    if enrol.counter.is_some_and(|counter| counter > COUNTER_MOST) {
        return Err(Error::CounterInvalid);
    }
    let expires = turn.now().plus_secs(turn.policy.pending);
    let enrolling = Enrolling {
        kind: enrol.kind,
        account: enrol.account.unwrap_or_else(|| turn.context.subject.clone()),
        secret: Sensitive::new(secret.to_base32()),
        algorithm: enrol.algorithm.unwrap_or(match enrol.kind {
            FactorKind::Totp => turn.policy.algorithm,
            FactorKind::Hotp => crate::Algorithm::Sha1,
            FactorKind::Passkey => return Err(Error::CommandInvalid),
        }),
        digits: Digits::new(enrol.digits.unwrap_or(turn.policy.digits))?.count(),
        period: Period::from_secs(enrol.period.unwrap_or(turn.policy.period))?.as_secs(),
        counter: enrol.counter.unwrap_or(0),
        expires,
        weak: secret.is_weak(),
    };
    let Enrolling { algorithm, digits, period, counter, .. } = enrolling;
    let kind = match enrol.kind {
        FactorKind::Totp => Kind::Totp(TotpFactor {
            secret: Key(secret),
            algorithm,
            digits,
            period,
            after: None,
            replayed: false,
            drift: 0,
            near: None,
        }),
        _ => Kind::Hotp(HotpFactor { secret: Key(secret), algorithm, digits, counter, replayed: false }),
    };
    let before = turn.record.pending.replace(Pending { name, expires, kind });
    turn.record.replaced = before.and_then(|pending| pending.kind.secret().cloned().map(Key));
    turn.happened(EventKind::EnrolmentStarted);
    Ok(Outcome::Enrolling(enrolling))
}

/// The code that confirms is spent: it cannot sign in as well.
pub(crate) fn confirm(turn: &mut Turn<'_>, code: &str) -> Result<Outcome, Error> {
    if let Some(refused) = turn.refused() {
        return Ok(refused);
    }
    let Some(mut pending) = turn.record.pending.take() else {
        return Ok(denied(Denial::NotPending));
    };
    if pending.expires <= turn.now() {
        return Ok(denied(Denial::EnrolmentExpired));
    }
    // Nothing is known of the authenticator's clock yet, so that a policy without a window has one here.
    let window = Window::default().max(turn.policy.window(0));
    let checked = pending.kind.check(code, turn.now(), window, turn.policy)?;
    let drift = match checked {
        Checked::Right { drift } => drift,
        other => {
            let found = pending.kind.diagnose_first(code, turn.now(), window)?;
            turn.record.pending = Some(pending);
            return Ok(match other {
                Checked::NoCode => denied(Denial::Malformed),
                Checked::Replayed { .. } => denied(Denial::Replayed),
                _ => Outcome::Denied(match found {
                    Some((diagnosis, drift)) => Denied { diagnosis: Some(diagnosis), drift, ..turn.fail() },
                    None => turn.fail(),
                }),
            });
        }
    };
    turn.record.replaced = None;
    turn.record.next_factor = turn.record.next_factor.saturating_add(1);
    let id = turn.record.next_factor;
    turn.record.factors.push(Factor {
        id,
        name: pending.name,
        confirmed: turn.now(),
        used: Some(turn.now()),
        kind: pending.kind,
    });
    turn.happened(EventKind::FactorAdded { factor: id });
    let codes = if turn.record.recovery.is_none() { Some(recover::make(turn)?) } else { None };
    turn.pardon();
    let mut verified = session::open(turn, Some(id), drift)?;
    verified.recovery_codes = codes;
    Ok(Outcome::Verified(verified))
}

pub(crate) fn cancel(turn: &mut Turn<'_>) -> Outcome {
    if turn.record.pending.take().is_none() {
        return denied(Denial::NotPending);
    }
    turn.record.replaced = None;
    turn.happened(EventKind::EnrolmentCancelled);
    Outcome::Done
}

/// A name that people gave: on one line, and not endless.
pub(super) fn name(text: &str) -> Result<String, Error> {
    let text = text.trim();
    if (1..=64).contains(&text.chars().count()) && !text.chars().any(is_unprintable) {
        Ok(text.into())
    } else {
        Err(Error::NameInvalid)
    }
}

/// Bytes of an imported secret: what authenticators had before RFC 4226 was read. Fewer can be guessed from a code or two.
const LEGACY: usize = 10;
/// 2^53 − 1, as in JavaScript: no look-ahead leads to the end of the numbers, where a counter would stand still.
const COUNTER_MOST: u64 = (1 << 53) - 1;

/// Control characters, and those that turn the direction of what stands around them.
pub(super) fn is_unprintable(symbol: char) -> bool {
    symbol.is_control()
        || matches!(symbol, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
