//! Text to data codewords: segments, their choice, and their bits (ISO/IEC 18004 section 7.4).

use alloc::vec::Vec;

/// How the characters of a segment are packed, the densest first.
///
/// ```
/// use edge_mfa::qr::Mode;
/// assert!(Mode::Numeric < Mode::Byte);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mode {
    /// Digits, 10 bits for three.
    Numeric,
    /// `0-9`, `A-Z` and ` $%*+-./:`, 11 bits for two.
    Alphanumeric,
    /// Any bytes, 8 bits each.
    Byte,
}

impl Mode {
    /// The densest mode that can hold the byte.
    fn of(byte: u8) -> Self {
        match value(byte) {
            0..10 => Self::Numeric,
            10..45 => Self::Alphanumeric,
            _ => Self::Byte,
        }
    }

    /// The width of the character count (ISO/IEC 18004 table 3).
    fn count_bits(self, version: u32) -> usize {
        match (self, version) {
            (Self::Byte, 10..) => 16,
            _ => 10 - self as usize + 2 * (usize::from(version > 9) + usize::from(version > 26)),
        }
    }

    /// The characters that are packed together.
    const fn group(self) -> usize {
        3 - self as usize
    }
}

/// Bytes to be packed in one mode.
///
/// ```
/// use edge_mfa::qr::{Mode, Segment};
/// assert!(Segment::new(Mode::Numeric, b"123").is_some());
/// assert!(Segment::new(Mode::Numeric, b"12a").is_none());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Segment<'a> {
    mode: Mode,
    bytes: &'a [u8],
}

impl<'a> Segment<'a> {
    /// Takes bytes for one mode; `None` when the mode cannot hold one of them.
    ///
    /// ```
    /// use edge_mfa::qr::{Mode, Segment};
    /// assert!(Segment::new(Mode::Alphanumeric, b"lower case").is_none());
    /// ```
    #[must_use]
    pub fn new(mode: Mode, bytes: &'a [u8]) -> Option<Self> {
        bytes.iter().all(|byte| Mode::of(*byte) <= mode).then_some(Self { mode, bytes })
    }

    fn write(&self, version: u32, bits: &mut Bits) {
        bits.push(1 << self.mode as u32, 4);
        bits.push(self.bytes.len(), self.mode.count_bits(version));
        let base = if self.mode == Mode::Numeric { 10 } else { 45 };
        for group in self.bytes.chunks(self.mode.group()) {
            let number = group.iter().fold(0, |number, byte| match self.mode {
                Mode::Byte => usize::from(*byte),
                _ => number * base + value(*byte),
            });
            bits.push(number, group.len() * (3 + 2 * self.mode as usize) + 1);
        }
    }
}

/// The longest part that is alphanumeric or digits, between bytes; or all as bytes, when that part is short.
///
/// A part of 16 characters saves, in any version, at least what it and a second byte segment cost.
pub(super) fn choose(text: &[u8]) -> [Segment<'_>; 3] {
    let (mut start, mut length, mut run) = (0, 0, 0);
    for (index, byte) in text.iter().enumerate() {
        run = if value(*byte) < 45 { run + 1 } else { 0 };
        if run > length {
            (start, length) = (index + 1 - run, run);
        }
    }
    if length < 16 && length < text.len() {
        (start, length) = (0, 0);
    }
    let (before, rest) = text.split_at_checked(start).unwrap_or_default();
    let (dense, after) = rest.split_at_checked(length).unwrap_or_default();
    let mode = if dense.iter().all(u8::is_ascii_digit) { Mode::Numeric } else { Mode::Alphanumeric };
    [
        Segment { mode: Mode::Byte, bytes: before },
        Segment { mode, bytes: dense },
        Segment { mode: Mode::Byte, bytes: after },
    ]
}

/// The segments' bits, terminated and padded (ISO/IEC 18004 sections 7.4.9 and 7.4.10).
///
/// `None` when the version is too small.
pub(super) fn data_codewords(eci: bool, segments: &[Segment<'_>], version: u32, capacity: usize) -> Option<Vec<u8>> {
    let mut bits = Bits { bytes: Vec::new(), pending: 0, count: 0 };
    if eci {
        bits.push(ECI_UTF_8, 12);
    }
    for segment in segments {
        if segments.len() == 1 || !segment.bytes.is_empty() {
            segment.write(version, &mut bits);
        }
    }
    if bits.bytes.len() * 8 + bits.count > capacity * 8 {
        return None;
    }
    // The terminator is four zeros, and up to seven more to the end of the byte.
    bits.push(0, 4 + 7);
    let mut bytes = bits.bytes;
    let mut padding = 0xEC;
    while bytes.len() < capacity {
        bytes.push(padding);
        padding ^= 0xEC ^ 0x11;
    }
    bytes.truncate(capacity);
    Some(bytes)
}

/// A bit string, the most significant bit first.
struct Bits {
    bytes: Vec<u8>,
    pending: usize,
    /// How many bits of `pending` are not in `bytes` yet, less than 8.
    count: usize,
}

impl Bits {
    fn push(&mut self, value: usize, width: usize) {
        self.pending = self.pending << width | value;
        self.count += width;
        while self.count >= 8 {
            self.count -= 8;
            let [byte, ..] = (self.pending >> self.count).to_le_bytes();
            self.bytes.push(byte);
        }
    }
}

/// The value of a character in the alphanumeric and, the same for digits, numeric mode (ISO/IEC 18004 table 5);
/// 45 for any other.
#[inline(never)]
fn value(byte: u8) -> usize {
    ALPHANUMERIC.iter().take_while(|character| **character != byte).count()
}

const ALPHANUMERIC: &[u8; 45] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

/// The ECI mode indicator and assignment 26.
const ECI_UTF_8: usize = 0b0111 << 8 | 26;
