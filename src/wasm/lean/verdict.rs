//! The answer to a code, as two numbers.

use crate::Verdict;
use alloc::vec::Vec;

/// What matched and, for a time step, its drift, as 64-bit floats; what matched is −1, −2 or −3 for a refusal, by the place of
/// its reason in `Reason` and in pkg/src/verdict.ts.
pub(super) fn answer(verdict: Verdict<u64>, drift: i64) -> Vec<u8> {
    let matched = match verdict {
        Verdict::Accepted(matched) => matched as f64,
        Verdict::Refused(reason) => -1.0 - f64::from(reason as u8),
    };
    [matched, drift as f64].map(f64::to_le_bytes).concat()
}
