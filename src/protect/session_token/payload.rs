//! The claims as JSON.

use super::{Claims, Level, Method, SessionId, decode_array};
use crate::base::json::{self, member, readable};
use crate::base::{Timestamp, bits::base64_url};
use alloc::string::String;
use alloc::vec::Vec;

/// The payload of a token.
pub(super) fn write(claims: &Claims) -> String {
    let seconds = |time: Timestamp| time.as_millis() / 1000;
    let (expires, limit) = (seconds(claims.expires), seconds(claims.limit));
    let mut text = String::with_capacity(384);
    text.push('{');
    member(&mut text, "iss", &claims.issuer);
    member(&mut text, "sub", &claims.subject);
    member(&mut text, "sid", &claims.id.text());
    member(&mut text, "iat", &seconds(claims.issued));
    member(&mut text, "exp", &expires);
    if limit != expires {
        member(&mut text, "session_expiry", &limit);
    }
    member(&mut text, "auth_time", &seconds(claims.authenticated));
    member(&mut text, "amr", &claims.methods);
    member(&mut text, "acr", &claims.level);
    member(&mut text, "epoch", &claims.epoch);
    if let Some(thumbprint) = claims.bound_to {
        member(&mut text, "ath", &base64_url(&thumbprint));
    }
    text.push('}');
    text
}

/// What a payload says. What is not known here is left alone: a later version may say more.
pub(super) fn read(text: &str) -> Option<Claims> {
    json::read::<Payload>(text)?.claims()
}

struct Payload {
    iss: String,
    sub: String,
    sid: String,
    iat: u64,
    exp: u64,
    session_expiry: Option<u64>,
    auth_time: u64,
    amr: Vec<Method>,
    acr: Level,
    epoch: u32,
    ath: Option<String>,
}

readable!(Skipped Payload: [iss, sub, sid, iat, exp, auth_time, amr, acr, epoch] session_expiry, ath);

impl Payload {
    fn claims(self) -> Option<Claims> {
        let time = |seconds| Timestamp::from_secs(seconds).ok();
        Some(Claims {
            issuer: self.iss,
            subject: self.sub,
            id: SessionId::from_bytes(decode_array(&self.sid)?),
            issued: time(self.iat)?,
            expires: time(self.exp)?,
            limit: time(self.session_expiry.unwrap_or(self.exp))?,
            authenticated: time(self.auth_time)?,
            methods: self.amr,
            level: self.acr,
            epoch: self.epoch,
            bound_to: match self.ath {
                Some(thumbprint) => Some(decode_array(&thumbprint)?),
                None => None,
            },
        })
    }
}
