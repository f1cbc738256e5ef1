//! The few shapes that are answered as JSON: the smallest way to hand JavaScript an object.

use crate::base::decimal;
use crate::{Reason, Verdict};
use alloc::string::String;

/// `{"valid":true,…}` or `{"valid":false,"reason":…}`.
pub(super) fn verdict(verdict: Verdict<(&str, u64)>) -> String {
    let mut json = String::from("{\"valid\":");
    match verdict {
        Verdict::Accepted((name, matched)) => number(&mut json, name, matched),
        Verdict::Refused(reason) => text(&mut json, "false,\"reason\":", reason.name()),
    }
    json.push('}');
    json
}

/// The verdict on a code that is not even text.
pub(super) fn not_text() -> String {
    let mut json = verdict(Verdict::Refused(Reason::Malformed));
    json.pop();
    json.push_str(",\"message\":\"code must be a string: a number loses its leading zeros\"}");
    json
}

/// A name with everything around it, then a number.
pub(super) fn number(json: &mut String, name: &str, number: u64) {
    json.push_str(name);
    decimal::push(json, number);
}

/// A name with everything around it, then a quoted text.
pub(super) fn text(json: &mut String, name: &str, text: &str) {
    json.push_str(name);
    json.push('"');
    for letter in text.chars() {
        if letter < ' ' {
            json.push_str("\\u00");
            json.push(if letter < '\x10' { '0' } else { '1' });
            json.push(char::from(b"0123456789abcdef".get(letter as usize & 15).copied().unwrap_or_default()));
            continue;
        }
        if letter == '"' || letter == '\\' {
            json.push('\\');
        }
        json.push(letter);
    }
    json.push('"');
}

/// A list of quoted texts.
pub(super) fn texts(json: &mut String, name: &str, list: &[String]) {
    json.push_str(name);
    let mut before = "[";
    for item in list {
        text(json, before, item);
        before = ",";
    }
    json.push_str(if list.is_empty() { "[]" } else { "]" });
}
