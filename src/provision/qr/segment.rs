//! Text to data codewords: segments, their cheapest choice, and their bits (ISO/IEC 18004 section 7.4).

use alloc::vec::Vec;
use core::iter::zip;
use core::ops::RangeInclusive;

use super::Level;
use super::version::Blocks;

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
        match byte {
            b'0'..=b'9' => Self::Numeric,
            b'A'..=b'Z' | b' ' | b'$' | b'%' | b'*' | b'+' | b'-' | b'.' | b'/' | b':' => Self::Alphanumeric,
            _ => Self::Byte,
        }
    }

    /// The width of the mode indicator and the character count (ISO/IEC 18004 tables 2 and 3).
    fn header_bits(self, version: u8) -> u32 {
        let range = u32::from(version > 9) + u32::from(version > 26);
        4 + match self {
            Self::Numeric => 10 + 2 * range,
            Self::Alphanumeric => 9 + 2 * range,
            Self::Byte if range == 0 => 8,
            Self::Byte => 16,
        }
    }

    /// What a character costs, in sixths of a bit.
    const fn sixths(self) -> u32 {
        match self {
            Self::Numeric => 20,
            Self::Alphanumeric => 33,
            Self::Byte => 48,
        }
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
        let fits = bytes.iter().all(|byte| Mode::of(*byte) <= mode);
        fits.then_some(Self { mode, bytes })
    }

    fn bits(&self, version: u8) -> usize {
        let payload = (self.bytes.len() * self.mode.sixths() as usize).div_ceil(6);
        self.mode.header_bits(version) as usize + payload
    }

    fn write(&self, version: u8, bits: &mut Bits) {
        let count = u32::try_from(self.bytes.len()).unwrap_or(0);
        bits.push(1 << self.mode as u32, 4);
        bits.push(count, self.mode.header_bits(version) - 4);
        match self.mode {
            Mode::Numeric => self.bytes.chunks(3).for_each(|group| bits.push_group(group, 10, [0, 4, 7, 10])),
            Mode::Alphanumeric => self.bytes.chunks(2).for_each(|group| bits.push_group(group, 45, [0, 6, 11, 0])),
            Mode::Byte => self.bytes.iter().for_each(|byte| bits.push(u32::from(*byte), 8)),
        }
    }
}

/// The segments that need the fewest bits in the versions that share the counts' widths with `version`.
///
/// A shortest path over runs of one kind of character: it never pays to change the mode within a run, because a
/// character saves more in the denser mode than both segments can lose by rounding.
pub(super) fn optimal(bytes: &[u8], version: u8) -> Vec<Segment<'_>> {
    let headers = MODES.map(|mode| 6 * mode.header_bits(version));
    let mut costs = headers;
    let mut runs = runs(bytes);
    for run in &mut runs {
        run.extend(&mut costs, headers);
    }
    let mut last = cheapest(costs).0;
    for run in runs.iter_mut().rev() {
        if run.entered >> last as u32 & 1 == 1 {
            last = run.best;
        }
        run.mode = last;
    }
    join(bytes, &runs)
}

/// The first of the versions whose data codewords hold the segments.
pub(super) fn smallest_version(
    eci: bool,
    segments: &[Segment<'_>],
    level: Level,
    versions: RangeInclusive<u8>,
) -> Option<u8> {
    for version in versions {
        let mut needed = if eci { 12 } else { 0 };
        for segment in segments {
            needed += segment.bits(version);
        }
        if needed <= 8 * Blocks::new(version, level).data_codewords() {
            return Some(version);
        }
    }
    None
}

/// The segments' bits, terminated and padded to the capacity (ISO/IEC 18004 sections 7.4.9 and 7.4.10).
pub(super) fn data_codewords(eci: bool, segments: &[Segment<'_>], version: u8, level: Level) -> Vec<u8> {
    let capacity = Blocks::new(version, level).data_codewords();
    let mut bits = Bits { bytes: Vec::with_capacity(capacity + 2), pending: 0, count: 0 };
    if eci {
        bits.push(ECI_UTF_8, 12);
    }
    for segment in segments {
        segment.write(version, &mut bits);
    }
    // The terminator and the padding to a byte; what does not fit any more is cut.
    bits.push(0, 4);
    bits.push(0, (8 - bits.count) % 8);
    let mut padding = 0xEC;
    while bits.bytes.len() < capacity {
        bits.bytes.push(padding);
        padding ^= 0xEC ^ 0x11;
    }
    bits.bytes.truncate(capacity);
    bits.bytes
}

/// Neighbouring bytes with the same densest mode.
struct Run {
    length: usize,
    /// The densest mode; after the choice, the chosen one.
    mode: Mode,
    /// The cheapest mode of this run, if the mode changes after it.
    best: Mode,
    /// For each mode, by bit: it is entered after this run, from `best`.
    entered: u32,
}

impl Run {
    /// From the costs of being in each mode before the run to those after it, in sixths of a bit.
    fn extend(&mut self, costs: &mut [u32; 3], headers: [u32; 3]) {
        let length = u32::try_from(self.length).unwrap_or(0);
        for (mode, cost) in zip(MODES, costs.iter_mut()) {
            *cost = if mode < self.mode { IMPOSSIBLE } else { *cost + mode.sixths() * length };
        }
        let (best, least) = cheapest(*costs);
        self.best = best;
        for ((mode, header), cost) in zip(zip(MODES, headers), costs) {
            if least + header < *cost {
                *cost = least + header;
                self.entered |= 1 << mode as u32;
            }
        }
    }
}

/// The mode with the least cost, rounded up to whole bits.
fn cheapest(costs: [u32; 3]) -> (Mode, u32) {
    let mut best = (Mode::Byte, u32::MAX);
    for (mode, cost) in zip(MODES, costs) {
        let closed = cost.div_ceil(6) * 6;
        if closed < best.1 {
            best = (mode, closed);
        }
    }
    best
}

fn runs(bytes: &[u8]) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for byte in bytes {
        let mode = Mode::of(*byte);
        match runs.last_mut() {
            Some(run) if run.mode == mode => run.length += 1,
            _ => runs.push(Run { length: 1, mode, best: mode, entered: 0 }),
        }
    }
    runs
}

fn join<'a>(bytes: &'a [u8], runs: &[Run]) -> Vec<Segment<'a>> {
    let mut segments: Vec<Segment<'a>> = Vec::with_capacity(runs.len());
    let (mut start, mut end) = (0, 0);
    for run in runs {
        if segments.pop_if(|before| before.mode == run.mode).is_none() {
            start = end;
        }
        end += run.length;
        segments.push(Segment { mode: run.mode, bytes: bytes.get(start..end).unwrap_or_default() });
    }
    segments
}

/// A bit string, the most significant bit first.
struct Bits {
    bytes: Vec<u8>,
    pending: u32,
    /// How many bits of `pending` are not in `bytes` yet, less than 8.
    count: u32,
}

impl Bits {
    fn push(&mut self, value: u32, width: u32) {
        self.pending = self.pending << width | value;
        self.count += width;
        while self.count >= 8 {
            self.count -= 8;
            let [byte, ..] = (self.pending >> self.count).to_le_bytes();
            self.bytes.push(byte);
        }
    }

    /// The characters as one number to the base; `widths` by the number of characters.
    fn push_group(&mut self, characters: &[u8], base: u32, widths: [u32; 4]) {
        let value = characters.iter().fold(0, |value, byte| value * base + alphanumeric(*byte));
        self.push(value, widths.get(characters.len()).copied().unwrap_or(0));
    }
}

/// The value of a character in the alphanumeric and, the same for digits, numeric mode (ISO/IEC 18004 table 5).
fn alphanumeric(byte: u8) -> u32 {
    u32::from(match byte {
        b'0'..=b'9' => byte - b'0',
        b'A'..=b'Z' => byte - b'A' + 10,
        b' ' => 36,
        b'$' => 37,
        b'%' => 38,
        b'*' => 39,
        b'+' => 40,
        b'-' => 41,
        b'.' => 42,
        b'/' => 43,
        _ => 44,
    })
}

const MODES: [Mode; 3] = [Mode::Numeric, Mode::Alphanumeric, Mode::Byte];

/// More than any text costs, and far from overflow.
const IMPOSSIBLE: u32 = 1 << 28;

/// The ECI mode indicator and assignment 26.
const ECI_UTF_8: u32 = 0b0111 << 8 | 26;
