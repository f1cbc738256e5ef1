//! `policy`.

use super::{Read, answer, typed};
use crate::Error;
use crate::base::json::writable;
use crate::engine::{Policy, PolicySettings, Weakness};
use alloc::vec::Vec;
use tsify::{Ts, Tsify};
use wasm_bindgen::prelude::*;

/// The whole policy, and what it gives up.
#[wasm_bindgen(js_name = policyCheck)]
pub fn policy_check(settings: &Ts<PolicySettings>) -> Result<Ts<PolicyReport>, JsValue> {
    answer(|| {
        let policy = Policy::from_json(&settings.json(Error::PolicyInvalid)?)?;
        typed(&PolicyReport { weaknesses: policy.check(), policy })
    })
}

/// A policy, and what it gives up.
#[derive(Tsify)]
pub struct PolicyReport {
    /// With every setting.
    policy: Policy,
    /// Against the defaults; empty if it gives up nothing.
    weaknesses: Vec<Weakness>,
}

writable!(PolicyReport: policy, weaknesses);
