//! Enrolment: a pending factor beside the live ones, until one of its codes confirms it.

use super::one_time_code::Checked;
use super::{recover, session};
use crate::base::binary::Binary;
use crate::base::{Error, Secret, Sensitive};
use crate::engine::record::{Factor, HotpFactor, Kind, Pending, TotpFactor};
use crate::engine::step::{Stop, Turn};
use crate::engine::{Denial, Enrol, Enrolling, EventKind, FactorKind, Outcome, Progress};
use crate::factor::{Diagnosis, Digits, Period, Window, diagnosis};
use alloc::string::String;

pub(crate) fn begin(turn: &mut Turn<'_>, enrol: &Enrol) -> Result<(), Stop> {
    turn.may_add()?;
    let name = name(enrol.name.as_deref().unwrap_or("Authenticator"))?;
    let secret = match &enrol.secret {
        Some(text) => Secret::parse(text)?,
        None => Secret::generate(&mut turn.entropy, turn.policy.secret_bytes.into())?,
    };
    if secret.as_bytes().len() < LEGACY {
        return Err(Error::SecretTooShort.into());
    }
    // A code would be good once for each.
    if turn.record.factors.iter().any(|factor| factor.kind.has(&secret)) {
        return Err(Denial::AlreadyEnrolled.into());
    }
    if enrol.counter.is_some_and(|counter| counter > COUNTER_MOST) {
        return Err(Error::CounterInvalid.into());
    }
    let expires = turn.now().plus_secs(turn.policy.pending);
    let enrolling = Enrolling {
        kind: enrol.kind,
        account: enrol.account.as_ref().unwrap_or(&turn.context.subject).clone(),
        secret: Sensitive::new(secret.to_base32()),
        algorithm: enrol.algorithm.unwrap_or(match enrol.kind {
            FactorKind::Totp => turn.policy.algorithm,
            FactorKind::Hotp => crate::Algorithm::Sha1,
            FactorKind::Passkey => return Err(Error::CommandInvalid.into()),
        }),
        digits: Digits::new(enrol.digits.unwrap_or(turn.policy.digits))?.count(),
        period: Period::from_secs(enrol.period.unwrap_or(turn.policy.period))?.as_secs(),
        counter: enrol.counter.unwrap_or(0),
        expires,
        weak: secret.is_weak(),
    };
    let Enrolling { algorithm, digits, period, counter, .. } = enrolling;
    let kind = match enrol.kind {
        FactorKind::Totp => Kind::Totp(TotpFactor { secret, algorithm, digits, period, ..Binary::start() }),
        _ => Kind::Hotp(HotpFactor { secret, algorithm, digits, counter, replayed: false }),
    };
    turn.record.replaced = turn.record.pending.as_ref().and_then(|before| before.kind.secret().cloned());
    turn.record.pending = Some(Pending { name, expires, kind });
    let today = turn.now().as_millis() / 86_400_000;
    if turn.record.progress_day != today {
        (turn.record.progress, turn.record.progress_day) = (PROGRESS_MOST, today);
    }
    turn.happened(EventKind::EnrolmentStarted);
    turn.outcome = Outcome::Enrolling(enrolling);
    Ok(())
}

/// The code that confirms is spent: it cannot sign in as well.
pub(crate) fn confirm(turn: &mut Turn<'_>, code: &str) -> Result<(), Stop> {
    turn.may_try()?;
    let Some(mut pending) = turn.record.pending.take() else {
        return Err(if is_spent(turn, code)? { Denial::Replayed } else { Denial::NotPending }.into());
    };
    if pending.expires <= turn.now() {
        turn.record.replaced = None;
        return Err(Denial::EnrolmentExpired.into());
    }
    // Nothing is known of the authenticator's clock yet, so that a policy without a window has one here.
    let window = Window::default().max(turn.policy.window(0));
    let checked = pending.kind.check(code, None, turn.now(), window, turn.policy)?;
    let Checked::Right { drift } = checked else {
        let refused = refuse(turn, &pending.kind, checked, code, window);
        turn.record.pending = Some(pending);
        return Err(refused.map_or_else(Stop::from, Stop::from));
    };
    turn.record.replaced = None;
    let id = turn.add(pending.name, pending.kind)?;
    turn.pardon();
    session::open_by_code(turn, Some(id), drift)
}

impl Turn<'_> {
    /// Adds a factor that was just proved, and recovery codes with the first one.
    pub(super) fn add(&mut self, name: String, kind: Kind) -> Result<u16, Error> {
        let (now, id) = (self.now(), self.record.next_factor.saturating_add(1));
        self.record.next_factor = id;
        self.record.factors.push(Factor { id, name, confirmed: now, used: Some(now), kind });
        self.happened(EventKind::FactorAdded { factor: id });
        if self.record.recovery.is_none() {
            self.codes = Some(recover::make(self)?);
        }
        Ok(id)
    }
}

/// Why a code does not confirm.
///
/// It is told to those only who could begin an enrolment of their own at this moment: with the first factor alone where
/// the account has no other, else with a fresh session. They win nothing by guessing at the secret of this one, and pay
/// for a diagnosis as for any wrong code, whether there is one or not.
fn refuse(turn: &mut Turn<'_>, pending: &Kind, checked: Checked, code: &str, window: Window) -> Result<Denial, Error> {
    let is_told = turn.may_add().is_ok();
    match checked {
        Checked::Replayed { .. } => return Ok(Denial::Replayed),
        // A code of another length is looked for, too, and what is looked for counts.
        Checked::NoCode if !is_told || diagnosis::digits(code).is_none() => return Ok(Denial::Malformed),
        _ => {}
    }
    if is_told {
        let replaced = turn.record.replaced.as_ref();
        if let Some((diagnosis, drift)) = pending.diagnose_first(code, turn.now(), window, turn.policy, replaced)? {
            (turn.denied.diagnosis, turn.denied.drift) = (Some(diagnosis), drift);
        } else if is_of_another(turn, code)? {
            turn.denied.diagnosis = Some(Diagnosis::PreviousSecret);
        }
    }
    Ok(turn.fail(false))
}

/// Whether it is a code of a live factor. It is spent then: to be told so is of no use for anything else.
fn is_of_another(turn: &mut Turn<'_>, code: &str) -> Result<bool, Error> {
    let (now, policy) = (turn.now(), turn.policy);
    for factor in &mut turn.record.factors {
        let mut kind = factor.kind.clone();
        match kind.check(code, None, now, policy.window(0), policy)? {
            Checked::Right { .. } => factor.kind = kind,
            Checked::Replayed { .. } => {}
            Checked::Wrong | Checked::NoCode => continue,
        }
        return Ok(true);
    }
    Ok(false)
}

/// Whether it is the code that confirmed the last factor, sent once more.
fn is_spent(turn: &Turn<'_>, code: &str) -> Result<bool, Error> {
    let Some(factor) = turn.record.factors.last() else { return Ok(false) };
    let checked = factor.kind.clone().check(code, None, turn.now(), turn.policy.window(0), turn.policy)?;
    Ok(matches!(checked, Checked::Replayed { .. }))
}

pub(crate) fn cancel(turn: &mut Turn<'_>) -> Result<(), Stop> {
    turn.record.pending.take().ok_or(Denial::NotPending)?;
    turn.record.replaced = None;
    turn.happened(EventKind::EnrolmentCancelled);
    Ok(())
}

/// What is too much is dropped without a word: who reports has nothing to do about it.
pub(crate) fn progress(turn: &mut Turn<'_>, progress: &Progress) -> Result<(), Stop> {
    if ![Some(&progress.step), progress.reason.as_ref()].into_iter().flatten().all(|word| is_word(word)) {
        return Err(Error::CommandInvalid.into());
    }
    if let Some(left) = turn.record.progress.checked_sub(1) {
        turn.record.progress = left;
        let Progress { step, reason, milliseconds } = progress.clone();
        turn.happened(EventKind::EnrolmentProgress { step, reason, milliseconds });
    }
    Ok(())
}

fn is_word(text: &str) -> bool {
    (1..=32).contains(&text.len()) && text.bytes().all(|symbol| symbol.is_ascii_lowercase() || symbol == b'_')
}

/// A name that people gave: on one line, and not endless.
pub(super) fn name(text: &str) -> Result<String, Error> {
    let text = text.trim();
    if is_line(text, 64, is_unprintable) { Ok(text.into()) } else { Err(Error::NameInvalid) }
}

/// Whether a text has so many characters at most, one at least, and none that has no place in it.
pub(super) fn is_line(text: &str, most: usize, has_no_place: fn(char) -> bool) -> bool {
    let mut count = 0;
    for symbol in text.chars() {
        count += 1;
        if count > most || has_no_place(symbol) {
            return false;
        }
    }
    count > 0
}

/// Reports of the enrolments of one account that begin on the same day: to begin anew gives no more of them.
const PROGRESS_MOST: u8 = 50;
/// Bytes of an imported secret: what authenticators had before RFC 4226 was read. Fewer can be guessed from a code or two.
const LEGACY: usize = 10;
/// 2^53 − 1, as in JavaScript: no look-ahead leads to the end of the numbers, where a counter would stand still.
const COUNTER_MOST: u64 = (1 << 53) - 1;

/// Control characters, and those that turn the direction of what stands around them.
pub(super) fn is_unprintable(symbol: char) -> bool {
    symbol.is_control()
        || matches!(symbol, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
