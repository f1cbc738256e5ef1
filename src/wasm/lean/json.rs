//! The few shapes that are answered as JSON: the smallest way to hand JavaScript an object.

use crate::base::percent;
use alloc::string::String;

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
