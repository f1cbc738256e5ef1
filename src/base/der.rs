//! DER (ITU-T X.690): the one form in which certificates and signatures are written. An element is a slice of the text that
//! it stands in.

use alloc::vec::Vec;

/// The content of the next element, which has to have this tag.
pub(crate) fn take<'a>(text: &mut &'a [u8], tag: u32) -> Option<&'a [u8]> {
    let (found, content) = next(text)?;
    (found == tag).then_some(content)
}

/// The same of an element that may be missing.
pub(crate) fn option<'a>(text: &mut &'a [u8], tag: u32) -> Option<Option<&'a [u8]>> {
    if text.first().is_some_and(|first| u32::from(*first) == tag) { take(text, tag).map(Some) } else { Some(None) }
}

/// The content of an element with nothing behind it.
pub(crate) fn whole(mut text: &[u8], tag: u32) -> Option<&[u8]> {
    let content = take(&mut text, tag)?;
    text.is_empty().then_some(content)
}

/// The next element as it stands there.
pub(crate) fn element<'a>(text: &mut &'a [u8], tag: u32) -> Option<&'a [u8]> {
    let before = *text;
    take(text, tag)?;
    before.get(..before.len() - text.len())
}

/// Tag and content of the next element. Of a tag over 30 the number stands below its first byte.
pub(crate) fn next<'a>(text: &mut &'a [u8]) -> Option<(u32, &'a [u8])> {
    let mut tag = u32::from(*text.split_off_first()?);
    if tag & 31 == 31 {
        let mut number = 0;
        loop {
            let byte = *text.split_off_first()?;
            number = number << 7 | u32::from(byte & 0x7f);
            if byte < 0x80 {
                break;
            }
            // Of three bytes at most, and none of them without need.
            (1..1 << 14).contains(&number).then_some(())?;
        }
        tag = tag << 24 | number;
    }
    let length = match *text.split_off_first()? {
        length @ 0..=0x7f => length.into(),
        size @ 0x81..=0x83 => {
            let bytes = text.split_off(..usize::from(size & 0x7f))?;
            let length = bytes.iter().fold(0, |length, byte| length << 8 | usize::from(*byte));
            // What would have fitted into fewer bytes has to.
            (length >= 0x80 && bytes.first() != Some(&0)).then_some(length)?
        }
        _ => return None,
    };
    Some((tag, text.split_off(..length)?))
}

/// A positive whole number, without the zero that keeps it positive.
pub(crate) fn unsigned<'a>(text: &mut &'a [u8]) -> Option<&'a [u8]> {
    match take(text, INTEGER)? {
        [] | [0x80..=0xff, ..] | [0, 0..=0x7f, ..] => None,
        [0, rest @ ..] => Some(rest),
        value => Some(value),
    }
}

pub(crate) const BOOLEAN: u32 = 0x01;
pub(crate) const INTEGER: u32 = 0x02;
pub(crate) const BIT_STRING: u32 = 0x03;
pub(crate) const OCTET_STRING: u32 = 0x04;
pub(crate) const OID: u32 = 0x06;
pub(crate) const SEQUENCE: u32 = 0x30;
pub(crate) const SET: u32 = 0x31;

/// Appends an element.
pub(crate) fn push(to: &mut Vec<u8>, tag: u32, content: &[u8]) {
    to.push(tag.to_be_bytes()[3]);
    let [.., upper, lower] = content.len().to_be_bytes();
    match (upper, lower) {
        (0, 0..=0x7f) => to.push(lower),
        (0, _) => to.extend_from_slice(&[0x81, lower]),
        _ => to.extend_from_slice(&[0x82, upper, lower]),
    }
    to.extend_from_slice(content);
}

#[cfg(test)]
mod tests;
