//! Sessions: opening, checking, closing.

use super::enrol::is_unprintable;
use super::throttle::half_thumbprint;
use crate::base::{Entropy, Error, Sensitive, Timestamp, bits::READABLE};
use crate::engine::record::{Device, Record, Session};
use crate::engine::step::{Stop, Turn};
use crate::engine::{Context, Denial, EventKind, Outcome, Verified};
use crate::protect::session_token::{Claims, Level, Method, SessionId, TokenRefusal};
use alloc::string::String;
use alloc::vec::Vec;

/// What a right code brings: a new session, or the one that came along, proved anew.
pub(super) fn open(
    turn: &mut Turn<'_>,
    factor: Option<u16>,
    drift: Option<i64>,
    methods: &[Method],
    level: Level,
) -> Result<(), Stop> {
    let now = turn.now();
    let policy = turn.policy;
    let mut id = SessionId::generate(&mut turn.entropy)?;
    if let Ok(claims) = turn.session() {
        id = claims.id;
    }
    let limit = now.plus_secs(policy.session_lifetime);
    let device = remember(turn)?;
    let sessions = &mut turn.record.sessions;
    let opened = sessions.iter().find(|session| session.id == *id.as_bytes()).map_or(now, |session| session.opened);
    keep(sessions, &|session| session.expires > now && session.id != *id.as_bytes());
    while sessions.len() >= policy.most_sessions.into() {
        sessions.remove(0);
    }
    let context = turn.context;
    let name = context.remember.as_deref().or(context.origin.agent.as_deref()).unwrap_or_default();
    sessions.push(Session { id: *id.as_bytes(), opened, expires: limit, name: label(name) });
    let session = Claims {
        issuer: context.issuer.clone(),
        subject: context.subject.clone(),
        id,
        issued: now,
        expires: idle_end(now, limit, policy.session_idle),
        limit,
        authenticated: now,
        methods: methods.into(),
        level,
        epoch: turn.record.epoch,
        bound_to: context.bound_to,
    };
    let recovery_codes_left = turn.record.recovery.as_ref().map_or(0, crate::engine::record::Recovery::left);
    let recovery_codes = turn.codes.take();
    turn.outcome = Outcome::Verified(Verified { factor, drift, recovery_codes_left, recovery_codes, device, session });
    Ok(())
}

/// What the token of a session says, if one came along.
pub(crate) type Presented<'a> = Option<Result<&'a Claims, TokenRefusal>>;

/// That of a context.
pub(super) fn came_along(context: &Context) -> Presented<'_> {
    context.session.as_ref().map(|session| session.as_ref().map_err(|refusal| *refusal))
}

/// The session that came along, if its token is good and the subject's own.
pub(super) fn presented<'a>(session: Presented<'a>, subject: &str) -> Result<&'a Claims, Denial> {
    match session {
        Some(Ok(claims)) if claims.subject == subject => Ok(claims),
        Some(Ok(_)) => Err(Denial::WrongSubject),
        Some(Err(TokenRefusal::Expired)) => Err(Denial::Expired),
        Some(Err(TokenRefusal::Binding)) => Err(Denial::WrongToken),
        Some(Err(_)) | None => Err(Denial::NoSession),
    }
}

pub(crate) fn close(turn: &mut Turn<'_>, id: Option<&str>) -> Result<(), Stop> {
    let id = match id {
        Some(text) => SessionId::parse(text)?,
        None => turn.session()?.id,
    };
    let before = turn.record.sessions.len();
    keep(&mut turn.record.sessions, &|session| session.id != *id.as_bytes());
    if turn.record.sessions.len() == before {
        return Err(Denial::Unknown.into());
    }
    turn.record.keep_grants(&|grant| grant.session != *id.as_bytes());
    turn.happened(EventKind::SessionClosed);
    Ok(())
}

/// Drops the other sessions.
#[inline(never)]
fn keep(sessions: &mut Vec<Session>, which: &dyn Fn(&Session) -> bool) {
    sessions.retain(which);
}

/// What a session began ends with it: an enrolment that somebody else began must not be confirmed afterwards.
pub(crate) fn close_all(turn: &mut Turn<'_>) {
    turn.record.close_sessions();
    turn.happened(EventKind::SessionsClosed);
    turn.record.replaced = None;
    if turn.record.pending.take().is_some() {
        turn.happened(EventKind::EnrolmentCancelled);
    }
}

/// The same session with its idle time begun anew, once a quarter of that is over; its age stays what it was.
pub(crate) fn renew(claims: &Claims, now: Timestamp, idle: u32) -> Option<Claims> {
    let due = idle > 0 && claims.issued.is_older_than(idle / 4, now) && claims.expires < claims.limit;
    due.then(|| Claims { issued: now, expires: idle_end(now, claims.limit, idle), ..claims.clone() })
}

/// The same for a code.
pub(super) fn open_by_code(turn: &mut Turn<'_>, factor: Option<u16>, drift: Option<i64>) -> Result<(), Stop> {
    open(turn, factor, drift, methods(factor.is_some()), Level::Aal2)
}

/// How a code proves its owner. RFC 8176 has no name for a recovery code: it does not pass for a one-time code.
pub(super) const fn methods(is_one_time_code: bool) -> &'static [Method] {
    if is_one_time_code { &[Method::Otp, Method::Mfa] } else { &[Method::Mfa] }
}

fn idle_end(now: Timestamp, limit: Timestamp, idle: u32) -> Timestamp {
    if idle == 0 { limit } else { now.plus_secs(idle).min(limit) }
}

impl<'a> Turn<'a> {
    /// The session that came along, if it is good.
    pub(super) fn session(&self) -> Result<&'a Claims, Denial> {
        let claims = presented(came_along(self.context), &self.context.subject)?;
        let open = |session: &Session| session.id == *claims.id.as_bytes() && session.expires > self.now();
        if claims.epoch != self.record.epoch || !self.record.sessions.iter().any(open) {
            return Err(Denial::Closed);
        }
        Ok(claims)
    }

    /// Whether a good session with a fresh verification came along.
    pub(super) fn verified_lately(&self) -> Result<(), Denial> {
        match self.session() {
            Ok(claims) if !claims.authenticated.is_older_than(self.policy.freshness, self.now()) => Ok(()),
            _ => Err(Denial::VerificationRequired),
        }
    }

    /// Whether a factor may be added now.
    pub(super) fn may_add(&self) -> Result<(), Denial> {
        if !self.record.factors.is_empty() {
            self.verified_lately()?;
        }
        // The last number is given to nobody: what comes after it would have it, too.
        let is_full = self.record.factors.len() >= usize::from(self.policy.most_factors);
        if is_full || self.record.next_factor == u16::MAX { Err(Denial::TooManyFactors) } else { Ok(()) }
    }
}

impl Record {
    pub(super) fn close_sessions(&mut self) {
        self.sessions.clear();
        self.grants.clear();
        self.epoch = self.epoch.wrapping_add(1);
    }
}

/// Takes note of the device; answers its token if it is a new one to be remembered.
fn remember(turn: &mut Turn<'_>) -> Result<Option<Sensitive<String>>, Error> {
    let (now, policy) = (turn.now(), turn.policy);
    if let Some(device) = turn.familiar_device().and_then(|at| turn.record.devices.get_mut(at)) {
        device.last = now;
        return Ok(None);
    }
    let Some(name) = turn.context.remember.as_deref().filter(|_| policy.most_devices > 0) else {
        return Ok(None);
    };
    let mut random = [0; 20];
    turn.entropy.fill(&mut random)?;
    let mut token = String::with_capacity(32);
    READABLE.encode(&mut token, &random);
    let token = Sensitive::new(token);

    let devices = &mut turn.record.devices;
    while let Some((at, longest_ago)) = devices.iter().enumerate().min_by_key(|(_, device)| device.last) {
        let is_over = longest_ago.last.is_older_than(policy.device_lifetime, now);
        if !is_over && devices.len() < policy.most_devices.into() {
            break;
        }
        devices.remove(at);
    }
    devices.push(Device { id: half_thumbprint(&token), name: label(name), first: now, last: now });
    turn.happened(EventKind::NewDevice);
    Ok(Some(token))
}

/// What came from a request, fit to be shown: at most 64 characters, none of them a control character.
fn label(text: &str) -> String {
    text.chars().filter(|symbol| !is_unprintable(*symbol)).take(64).collect()
}
