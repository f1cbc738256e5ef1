//! The few shapes that are answered as JSON: the smallest way to hand JavaScript an object.

use super::exchange::Arguments;
use crate::Verdict;
use crate::base::{decimal, percent};
use alloc::{string::String, vec::Vec};

/// `{"valid":true,…}` with what matched after its name and, for a time step, its drift; or `{"valid":false,"reason":…}`, with a
/// `message` for the developer where a code was no string.
pub(super) fn verdict(arguments: &Arguments, verdict: Verdict<u64>, name: &str, drift: Option<i64>) -> Vec<u8> {
    let mut json = String::from("{\"valid\":");
    match verdict {
        Verdict::Accepted(matched) => {
            json.push_str("true");
            decimal::push_named(&mut json, name, matched);
            if let Some(drift) = drift {
                let name = if drift < 0 { ",\"drift\":-" } else { ",\"drift\":" };
                decimal::push_named(&mut json, name, drift.unsigned_abs());
            }
        }
        Verdict::Refused(reason) => {
            text(&mut json, "false,\"reason\":", reason.name());
            if !arguments.are_typed {
                text(&mut json, ",\"message\":", "code must be a string: a number loses leading zeros");
            }
        }
    }
    json.push('}');
    json.into_bytes()
}

/// A name with everything around it, then a quoted text.
pub(super) fn text(json: &mut String, name: &str, text: &str) {
    json.push_str(name);
    json.push('"');
    for letter in text.chars() {
        match u8::try_from(letter) {
            Ok(byte @ (..b' ' | b'"' | b'\\')) => {
                json.push_str("\\u00");
                percent::push_hex(json, byte, b'a');
            }
            _ => json.push(letter),
        }
    }
    json.push('"');
}

/// A list of quoted texts.
pub(super) fn texts<'a>(json: &mut String, name: &str, list: impl Iterator<Item = &'a str>) {
    json.push_str(name);
    json.push('[');
    let mut before = "";
    for item in list {
        text(json, before, item);
        before = ",";
    }
    json.push(']');
}
