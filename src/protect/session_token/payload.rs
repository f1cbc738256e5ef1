//! The claims as JSON.

use super::{Claims, Level, Method, SessionId, decode_array, encode};
use crate::base::Timestamp;
use alloc::borrow::Cow;
use serde::{Deserialize, Serialize};

/// In the order in which they are written. What is not known here is left alone: a later version may say more.
#[derive(Serialize, Deserialize)]
pub(super) struct Payload<'a> {
    #[serde(borrow)]
    iss: Cow<'a, str>,
    #[serde(borrow)]
    sub: Cow<'a, str>,
    #[serde(borrow)]
    sid: Cow<'a, str>,
    iat: u64,
    exp: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    session_expiry: Option<u64>,
    auth_time: u64,
    amr: Cow<'a, [Method]>,
    acr: Level,
    epoch: u32,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    ath: Option<Cow<'a, str>>,
}

impl<'a> Payload<'a> {
    pub(super) fn of(claims: &'a Claims) -> Self {
        let seconds = |time: Timestamp| time.as_millis() / 1000;
        Self {
            iss: Cow::Borrowed(&claims.issuer),
            sub: Cow::Borrowed(&claims.subject),
            sid: Cow::Owned(encode(claims.id.as_bytes())),
            iat: seconds(claims.issued),
            exp: seconds(claims.expires),
            session_expiry: Some(seconds(claims.limit)).filter(|limit| *limit != seconds(claims.expires)),
            auth_time: seconds(claims.authenticated),
            amr: Cow::Borrowed(&claims.methods),
            acr: claims.level,
            epoch: claims.epoch,
            ath: claims.bound_to.map(|thumbprint| Cow::Owned(encode(&thumbprint))),
        }
    }

    pub(super) fn claims(self) -> Option<Claims> {
        let time = |seconds| Timestamp::from_secs(seconds).ok();
        Some(Claims {
            issuer: self.iss.into_owned(),
            subject: self.sub.into_owned(),
            id: SessionId::from_bytes(decode_array(&self.sid)?),
            issued: time(self.iat)?,
            expires: time(self.exp)?,
            limit: time(self.session_expiry.unwrap_or(self.exp))?,
            authenticated: time(self.auth_time)?,
            methods: self.amr.into_owned(),
            level: self.acr,
            epoch: self.epoch,
            bound_to: match self.ath {
                Some(thumbprint) => Some(decode_array(&thumbprint)?),
                None => None,
            },
        })
    }
}
