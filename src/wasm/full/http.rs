//! `http`.

use super::engine::engine;
use super::{Maybe, MaybeNumber, Number, Read, Text, answer};
use crate::base::json::{Read as _, readable};
use crate::base::{ascii, decimal};
use crate::engine::{Demand, Denial, Denied};
use crate::http::{Access, Admission, Credentials, Headers, Principal, Problem, ProblemCode};
use crate::{Diagnosis, Error, Timestamp};
use alloc::string::String;
use alloc::vec::Vec;
use tsify::{Ts, Tsify};
use wasm_bindgen::prelude::*;

/// The length of the bearer token, which is the end of `Authorization`; 0 where there is none, and absent where one of the
/// four headers cannot be read. The other three are what they are then.
#[wasm_bindgen]
pub fn bearer(authorization: &Maybe, mfa_token: &Maybe, session_token: &Maybe, device_token: &Maybe) -> MaybeNumber {
    let length = || {
        let text = |value: &Maybe| value.read(Error::ContextInvalid).map_err(|_| ProblemCode::InvalidRequest);
        let (authorization, mfa_token) = (text(authorization)?, text(mfa_token)?);
        let (session_token, device_token) = (text(session_token)?, text(device_token)?);
        let read = Credentials::read(Headers {
            authorization: authorization.as_deref(),
            mfa_token: mfa_token.as_deref(),
            session_token: session_token.as_deref(),
            device_token: device_token.as_deref(),
        });
        read.map(|read| read.primary.map_or(0, str::len))
    };
    answer(|| match length() {
        Ok(length) => Ok(Some(length as f64)),
        Err(ProblemCode::AuthenticationRequired) => Ok(Some(0.0)),
        Err(_) => Ok(None),
    })
}

/// `ask`: for the second factor; `exempt`: let the service account pass; else the code of a problem. Scopes are separated by
/// spaces; `service` and `services` are `yes` or anything else.
#[wasm_bindgen]
pub fn admit(scopes: &Text, service: &Text, needed: &Text, services: &Text) -> Text {
    answer(|| {
        let list = |text: &Text| -> Result<Vec<String>, Error> {
            let text = text.read(Error::ContextInvalid)?;
            let mut scopes = Vec::new();
            for scope in ascii::parts(&text, b' ').filter(|scope| !scope.is_empty()) {
                scopes.push(String::from(scope));
            }
            Ok(scopes)
        };
        let is = |text: &Text| text.read(Error::ContextInvalid).map(|text| text == "yes");
        let principal = Principal { scopes: list(scopes)?, service: is(service)? };
        let name = match crate::http::admit(&principal, &Access { scopes: list(needed)?, services: is(services)? }) {
            Ok(Admission::Ask) => "ask",
            Ok(Admission::Exempt) => "exempt",
            Err(problem) => problem.name(),
        };
        Ok(String::from(name))
    })
}

/// A refusal as an answer: a line of the status, a line for each header, an empty one, and the body.
#[wasm_bindgen]
pub fn reply(handle: &Number, refusal: &Ts<Refusal>) -> Text {
    answer(|| {
        let engine = engine(handle)?;
        let mut told = Refusal::start();
        refusal.read(&mut told, Error::ContextInvalid)?;
        let mut problem = match (told.reason, &told.problem) {
            (Some(reason), _) => {
                let Refusal { retry_at, attempts_left, diagnosis, drift, .. } = told;
                let denied = Denied { reason, retry_at, attempts_left, diagnosis, drift, check: None };
                Problem::denied(&denied, told.now)
            }
            (None, Some(code)) => Problem::of(ProblemCode::parse(code).ok_or(Error::ContextInvalid)?),
            (None, None) => Problem::of(ProblemCode::Internal),
        };
        problem.realm = &engine.issuer;
        problem.check = told.check.as_deref();
        problem.demand = told.demand.as_ref();
        problem.scopes = &told.scopes;
        problem.clock_offset = told.clock_offset;
        problem.retry_after = told.retry_after.or(problem.retry_after);
        let reply = problem.reply();
        let mut text = String::with_capacity(1024);
        decimal::push(&mut text, reply.status.into());
        for (name, value) in &reply.headers {
            text.push_str(&["\n", name, ": ", value].concat());
        }
        text.push_str("\n\n");
        text.push_str(&reply.body);
        Ok(text)
    })
}

/// A problem by its code, or a denial by its reason, and what there is to say of it.
#[derive(Tsify)]
#[serde(rename_all = "camelCase")]
pub struct Refusal {
    #[tsify(optional)]
    problem: Option<String>,
    #[tsify(optional)]
    reason: Option<Denial>,
    #[tsify(optional)]
    retry_at: Option<Timestamp>,
    #[tsify(optional)]
    attempts_left: Option<u8>,
    #[tsify(optional)]
    diagnosis: Option<Diagnosis>,
    #[tsify(optional)]
    drift: Option<i64>,
    #[tsify(optional)]
    check: Option<String>,
    /// Milliseconds since 1970.
    now: Timestamp,
    /// What was demanded.
    #[tsify(optional)]
    demand: Option<Demand>,
    /// The scopes that were demanded.
    #[tsify(optional)]
    scopes: Vec<String>,
    /// Seconds.
    #[tsify(optional)]
    retry_after: Option<u64>,
    /// Seconds that the clock of the service is off, if those are many.
    #[tsify(optional)]
    clock_offset: Option<i64>,
}

readable!(
    Refusal: [now]
    problem, reason, retry_at, attempts_left, diagnosis, drift, check, demand, scopes, retry_after, clock_offset
);
