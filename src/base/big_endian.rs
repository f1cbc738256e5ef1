//! Words as bytes, the highest first. A wasm has no instruction that swaps bytes: `to_be_bytes` is long there.

/// Writes the highest bytes of a word, as many as there is room for.
#[inline(never)]
pub(crate) fn write(word: u64, to: &mut [u8]) {
    let mut rest = word;
    for byte in to {
        *byte = (rest >> 56) as u8;
        rest <<= 8;
    }
}
