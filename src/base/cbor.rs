//! CBOR in the one form that authenticators may write it (CTAP 2.1, section 8: canonical): lengths as short as can be, none
//! left open, keys sorted and none twice. An item is a slice of the text that it stands in: nothing is copied.

/// The first item, whole and checked through, and what follows it.
pub(crate) fn split(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let rest = skip(text, DEEPEST)?;
    text.split_at_checked(text.len() - rest.len())
}

/// An item with nothing behind it.
pub(crate) fn whole(text: &[u8]) -> Option<&[u8]> {
    let (item, rest) = split(text)?;
    rest.is_empty().then_some(item)
}

/// The value of a key in a map; the key as it is written.
pub(crate) fn get<'a>(map: &'a [u8], key: &[u8]) -> Option<&'a [u8]> {
    let (MAP, count, mut rest) = head(map)? else { return None };
    for _ in 0..count {
        let (found, after) = split(rest)?;
        let (value, after) = split(after)?;
        if found == key {
            return Some(value);
        }
        rest = after;
    }
    None
}

/// How many entries a map has.
pub(crate) fn count(item: &[u8]) -> Option<u64> {
    let (MAP, count, _) = head(item)? else { return None };
    Some(count)
}

pub(crate) fn is_map(item: &[u8]) -> bool {
    count(item).is_some()
}

/// How many items a list has, and these, one after the other.
pub(crate) fn list(item: &[u8]) -> Option<(u64, &[u8])> {
    let (LIST, count, rest) = head(item)? else { return None };
    Some((count, rest))
}

/// A byte string.
pub(crate) fn bytes(item: &[u8]) -> Option<&[u8]> {
    let (BYTES, _, rest) = head(item)? else { return None };
    Some(rest)
}

/// A text.
pub(crate) fn text(item: &[u8]) -> Option<&str> {
    let (TEXT, _, rest) = head(item)? else { return None };
    core::str::from_utf8(rest).ok()
}

/// A whole number.
pub(crate) fn int(item: &[u8]) -> Option<i64> {
    let (kind, value, _) = head(item)?;
    let value = i64::try_from(value).ok()?;
    match kind {
        UNSIGNED => Some(value),
        NEGATIVE => Some(-1 - value),
        _ => None,
    }
}

/// What follows the first item.
fn skip(text: &[u8], depth: u8) -> Option<&[u8]> {
    let (kind, value, mut rest) = head(text)?;
    match kind {
        UNSIGNED | NEGATIVE => Some(rest),
        BYTES | TEXT => {
            let (content, rest) = rest.split_at_checked(usize::try_from(value).ok()?)?;
            (kind == BYTES || core::str::from_utf8(content).is_ok()).then_some(rest)
        }
        LIST => {
            let depth = depth.checked_sub(1)?;
            for _ in 0..value {
                rest = skip(rest, depth)?;
            }
            Some(rest)
        }
        MAP => {
            let depth = depth.checked_sub(1)?;
            let mut last: Option<&[u8]> = None;
            for _ in 0..value {
                let after = skip(rest, depth)?;
                let key = rest.get(..rest.len() - after.len())?;
                if last.is_some_and(|last| order(last) >= order(key)) {
                    return None;
                }
                last = Some(key);
                rest = skip(after, depth)?;
            }
            Some(rest)
        }
        // false and true.
        SIMPLE if value == 20 || value == 21 => Some(rest),
        _ => None,
    }
}

/// By the kind, then by the length, then byte by byte.
fn order(key: &[u8]) -> (u8, usize, &[u8]) {
    (key.first().map_or(0, |first| first >> 5), key.len(), key)
}

/// Kind, value and what follows: of a string its content, of a list or a map its items.
fn head(text: &[u8]) -> Option<(u8, u64, &[u8])> {
    let (first, rest) = text.split_first()?;
    let (kind, short) = (first >> 5, first & 31);
    let size = match short {
        0..24 => return Some((kind, short.into(), rest)),
        24..28 => 1_usize << (short - 24),
        _ => return None,
    };
    let (bytes, rest) = rest.split_at_checked(size)?;
    let value = bytes.iter().fold(0, |value, byte| value << 8 | u64::from(*byte));
    // What would have fitted into fewer bytes has to.
    let least = if size == 1 { 24 } else { 1 << (size * 4) };
    (value >= least && kind != SIMPLE).then_some((kind, value, rest))
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
