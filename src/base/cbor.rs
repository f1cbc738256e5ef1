//! CBOR in the one form that authenticators may write it (CTAP 2.1, section 8: canonical): lengths as short as can be, none
//! left open, keys sorted and none twice. An item is a slice of the text that it stands in: nothing is copied.

/// The next item, whole and checked through.
pub(crate) fn take<'a>(text: &mut &'a [u8]) -> Option<&'a [u8]> {
    let before = *text;
    skip(text, DEEPEST)?;
    before.get(..before.len() - text.len())
}

/// An item with nothing behind it.
pub(crate) fn whole(mut text: &[u8]) -> Option<&[u8]> {
    let item = take(&mut text)?;
    text.is_empty().then_some(item)
}

/// The value of a key in a map; the key as it is written.
pub(crate) fn get<'a>(mut map: &'a [u8], key: &[u8]) -> Option<&'a [u8]> {
    let (MAP, count) = head(&mut map)? else { return None };
    for _ in 0..count {
        let found = take(&mut map)?;
        let value = take(&mut map)?;
        if found == key {
            return Some(value);
        }
    }
    None
}

/// How many entries a map has.
pub(crate) fn count(mut item: &[u8]) -> Option<u64> {
    let (MAP, count) = head(&mut item)? else { return None };
    Some(count)
}

/// How many items a list has, and these, one after the other.
pub(crate) fn list(mut item: &[u8]) -> Option<(u64, &[u8])> {
    let (LIST, count) = head(&mut item)? else { return None };
    Some((count, item))
}

/// A byte string.
pub(crate) fn bytes(mut item: &[u8]) -> Option<&[u8]> {
    let (BYTES, _) = head(&mut item)? else { return None };
    Some(item)
}

/// A text.
pub(crate) fn text(mut item: &[u8]) -> Option<&str> {
    let (TEXT, _) = head(&mut item)? else { return None };
    core::str::from_utf8(item).ok()
}

/// A whole number.
pub(crate) fn int(mut item: &[u8]) -> Option<i64> {
    let (kind, value) = head(&mut item)?;
    let value = i64::try_from(value).ok()?;
    match kind {
        UNSIGNED => Some(value),
        NEGATIVE => Some(-1 - value),
        _ => None,
    }
}

fn skip(text: &mut &[u8], depth: u8) -> Option<()> {
    let (kind, value) = head(text)?;
    match kind {
        UNSIGNED | NEGATIVE => {}
        BYTES | TEXT => {
            let content = text.split_off(..usize::try_from(value).ok()?)?;
            if kind == TEXT {
                core::str::from_utf8(content).ok()?;
            }
        }
        LIST | MAP => {
            let depth = depth.checked_sub(1)?;
            let mut last: &[u8] = &[];
            for _ in 0..value {
                if kind == MAP {
                    let before = *text;
                    skip(text, depth)?;
                    let key = before.get(..before.len() - text.len())?;
                    // Its kind and its length stand in front: the order of keys is that of their bytes.
                    if last >= key {
                        return None;
                    }
                    last = key;
                }
                skip(text, depth)?;
            }
        }
        // false and true.
        SIMPLE if value == 20 || value == 21 => {}
        _ => return None,
    }
    Some(())
}

/// Kind and value. What follows is of a string its content, of a list or a map its items.
fn head(text: &mut &[u8]) -> Option<(u8, u64)> {
    let first = text.split_off_first()?;
    let (kind, short) = (first >> 5, first & 31);
    let size = match short {
        0..24 => return Some((kind, short.into())),
        24..28 => 1_usize << (short - 24),
        _ => return None,
    };
    let bytes = text.split_off(..size)?;
    let value = bytes.iter().fold(0, |value, byte| value << 8 | u64::from(*byte));
    // What would have fitted into fewer bytes has to.
    let least = if size == 1 { 24 } else { 1 << (size * 4) };
    (value >= least && kind != SIMPLE).then_some((kind, value))
}

const UNSIGNED: u8 = 0;
const NEGATIVE: u8 = 1;
const BYTES: u8 = 2;
const TEXT: u8 = 3;
const LIST: u8 = 4;
const MAP: u8 = 5;
const SIMPLE: u8 = 7;
/// CTAP 2.1, section 8: four levels.
const DEEPEST: u8 = 4;

#[cfg(test)]
mod tests;
