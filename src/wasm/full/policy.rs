//! `policy`.

use super::{answer, json, typed};
use crate::Error;
use crate::base::json::writable;
use crate::engine::{Policy, PolicySettings, Weakness};
use alloc::vec::Vec;
use tsify::{Ts, Tsify};
use wasm_bindgen::prelude::*;

/// The whole policy, and what it gives up.
#[wasm_bindgen(js_name = policyCheck)]
pub fn policy_check(settings: &Ts<PolicySettings>) -> Ts<PolicyReport> {
    answer(|| {
        let policy = Policy::from_json(&json(settings, Error::PolicyInvalid)?)?;
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
