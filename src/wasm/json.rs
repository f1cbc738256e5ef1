//! The few shapes that are answered as JSON: the smallest way to hand JavaScript an object.

use crate::base::decimal;
use crate::{Reason, Verdict};
use alloc::string::String;

/// `{"valid":true,…}` or `{"valid":false,"reason":…}`.
pub(super) fn verdict<M>(verdict: Verdict<M>, accepted: impl FnOnce(&mut String, M)) -> String {
    let mut json = String::from("{\"valid\":");
    match verdict {
        Verdict::Accepted(matched) => {
            json.push_str("true");
            accepted(&mut json, matched);
        }
        Verdict::Refused(reason) => {
            json.push_str("false");
            text(&mut json, ",\"reason\":", reason.name());
        }
    }
    json.push('}');
    json
}

/// The verdict on a code that is not even text.
pub(super) fn not_text() -> String {
    let mut json = verdict(Verdict::<()>::Refused(Reason::Malformed), |_, ()| {});
    json.pop();
    text(&mut json, ",\"message\":", "code must be a string: a number loses its leading zeros");
    json.push('}');
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
        match letter {
            '"' | '\\' => json.extend(['\\', letter]),
            '\0'..='\x1f' => {
                json.push_str("\\u00");
                let code = u32::from(letter);
                json.extend([code >> 4, code & 15].map(|nibble| char::from_digit(nibble, 16).unwrap_or('0')));
            }
            _ => json.push(letter),
        }
    }
    json.push('"');
}

/// A list of quoted texts.
pub(super) fn texts<'a>(json: &mut String, name: &str, list: impl IntoIterator<Item = &'a str>) {
    json.push_str(name);
    let mut before = "[";
    for item in list {
        text(json, before, item);
        before = ",";
    }
    json.push_str(if before == "[" { "[]" } else { "]" });
}
