//! `http`.

use super::engine::engine;
use super::{Number, Read, answer, typed};
use crate::engine::{Demand, Denial, Denied};
use crate::http::{Access, Admission, Headers, Principal, Problem, ProblemCode};
use crate::{Diagnosis, Error, Timestamp};
use alloc::string::String;
use alloc::vec::Vec;
use serde::{Deserialize, Serialize};
use tsify::{Ts, Tsify};
use wasm_bindgen::prelude::*;

/// What a request came with, or the problem with its headers.
#[wasm_bindgen]
pub fn credentials(headers: &Ts<HeaderValues>) -> Result<Ts<Credentials>, JsValue> {
    answer(|| {
        let headers: HeaderValues = headers.read(Error::ContextInvalid)?;
        let read = crate::http::Credentials::read(Headers {
            authorization: headers.authorization.as_deref(),
            mfa_token: headers.mfa_token.as_deref(),
            session_token: headers.session_token.as_deref(),
            device_token: headers.device_token.as_deref(),
        });
        let problem = read.as_ref().err().map(|problem| problem.name());
        let read = read.unwrap_or_default();
        let text = |part: Option<crate::Sensitive<String>>| part.map(|part| (*part).clone());
        typed(&Credentials {
            primary: text(read.primary),
            code: text(read.code),
            session: text(read.session),
            device: text(read.device),
            problem,
        })
    })
}

/// `ask`: for the second factor; `exempt`: let the service account pass; else the code of a problem.
#[wasm_bindgen]
pub fn admit(principal: &Ts<Principal>, access: &Ts<Access>) -> Result<String, JsValue> {
    answer(|| {
        let admission =
            crate::http::admit(&principal.read(Error::ContextInvalid)?, &access.read(Error::DemandInvalid)?);
        let name = match admission {
            Ok(Admission::Ask) => "ask",
            Ok(Admission::Exempt) => "exempt",
            Err(problem) => problem.name(),
        };
        Ok(name.into())
    })
}

/// A refusal as an answer.
#[wasm_bindgen]
pub fn reply(handle: &Number, refusal: &Ts<Refusal>) -> Result<Ts<Reply>, JsValue> {
    answer(|| {
        let engine = engine(handle)?;
        let refusal: Refusal = refusal.read(Error::ContextInvalid)?;
        let mut problem = match (refusal.reason, &refusal.problem) {
            (Some(reason), _) => {
                let Refusal { retry_at, attempts_left, diagnosis, drift, .. } = refusal;
                Problem::denied(&Denied { reason, retry_at, attempts_left, diagnosis, drift }, refusal.now)
            }
            (None, Some(code)) => Problem::of(ProblemCode::parse(code).ok_or(Error::ContextInvalid)?),
            (None, None) => Problem::of(ProblemCode::Internal),
        };
        problem.realm = &engine.issuer;
        problem.demand = refusal.demand.as_ref();
        problem.scopes = &refusal.scopes;
        problem.clock_offset = refusal.clock_offset;
        problem.retry_after = refusal.retry_after.or(problem.retry_after);
        let crate::http::Reply { status, headers, body } = problem.reply();
        typed(&Reply { status, headers, body })
    })
}

/// The headers of a request, as they came.
#[derive(Default, Deserialize, Tsify)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct HeaderValues {
    #[tsify(optional)]
    authorization: Option<String>,
    #[tsify(optional)]
    mfa_token: Option<String>,
    #[tsify(optional)]
    session_token: Option<String>,
    #[tsify(optional)]
    device_token: Option<String>,
}

/// What a request came with, or what is wrong with its headers.
#[derive(Serialize, Tsify)]
pub struct Credentials {
    #[serde(skip_serializing_if = "Option::is_none")]
    #[tsify(optional)]
    primary: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[tsify(optional)]
    code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[tsify(optional)]
    session: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[tsify(optional)]
    device: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[tsify(optional)]
    problem: Option<&'static str>,
}

/// A problem by its code, or a denial by its reason, and what there is to say of it.
#[derive(Deserialize, Tsify)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
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
    /// Milliseconds since 1970.
    now: Timestamp,
    /// What was demanded.
    #[tsify(optional)]
    demand: Option<Demand>,
    /// The scopes that were demanded.
    #[serde(default)]
    #[tsify(optional)]
    scopes: Vec<String>,
    /// Seconds.
    #[tsify(optional)]
    retry_after: Option<u64>,
    /// Seconds that the clock of the service is off, if those are many.
    #[tsify(optional)]
    clock_offset: Option<i64>,
}

/// An answer.
#[derive(Serialize, Tsify)]
pub struct Reply {
    status: u16,
    #[tsify(type = "[string, string][]")]
    headers: Vec<(&'static str, String)>,
    body: String,
}
