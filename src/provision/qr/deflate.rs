//! Compression of scan lines: zlib (RFC 1950), one block of fixed Huffman codes (RFC 1951 section 3.2.6).

use alloc::vec::Vec;

/// A zlib stream of lines of one length, in which much repeats the byte or the line before.
pub(super) struct Zlib {
    bits: Bits,
    previous: Vec<u8>,
    width: usize,
    adler: (u32, u32),
}

impl Zlib {
    /// `width` is the bytes in each line, at least 3.
    pub(super) fn new(width: usize) -> Self {
        let mut bits = Bits { bytes: [0x78, 0x01].to_vec(), pending: 0, count: 0 };
        // The last block, fixed codes.
        bits.push(0b011, 3);
        Self { bits, previous: Vec::new(), width, adler: (1, 0) }
    }

    /// Appends a line as many times as told.
    pub(super) fn write(&mut self, line: &[u8], times: u32) {
        for _ in 0..times {
            self.add_to_checksum(line);
        }
        if times > 0 {
            self.write_once(line);
            self.previous.clear();
            self.previous.extend_from_slice(line);
            self.write_match(self.width, (times as usize - 1) * self.width);
        }
    }

    pub(super) fn finish(mut self) -> Vec<u8> {
        // The end of the block, seven zeros, and up to seven more to the end of the byte.
        self.bits.push(0, 14);
        let mut bytes = self.bits.bytes;
        bytes.extend_from_slice(&(self.adler.1 << 16 | self.adler.0).to_be_bytes());
        bytes
    }

    /// Adler-32; a line is far shorter than the 5552 bytes after which the sums would overflow.
    fn add_to_checksum(&mut self, line: &[u8]) {
        let (mut low, mut high) = self.adler;
        for byte in line {
            low += u32::from(*byte);
            high += low;
        }
        self.adler = (low % 65_521, high % 65_521);
    }

    fn write_once(&mut self, line: &[u8]) {
        let mut last = None;
        let mut rest = line;
        let mut above = core::mem::take(&mut self.previous);
        let mut above_rest = above.as_slice();
        while let Some((first, _)) = rest.split_first() {
            let run = rest.iter().take_while(|byte| Some(**byte) == last).count();
            let copy = rest.iter().zip(above_rest).take_while(|(byte, old)| byte == old).count();
            let length = run.max(copy);
            let taken = if length < 3 {
                self.bits.push_symbol(u16::from(*first));
                1
            } else {
                self.write_match(if run < copy { self.width } else { 1 }, length);
                length
            };
            let (done, left) = rest.split_at_checked(taken).unwrap_or_default();
            last = done.last().copied();
            rest = left;
            above_rest = above_rest.get(taken..).unwrap_or_default();
        }
        above.clear();
        self.previous = above;
    }

    /// Repeats `length` bytes, none or at least 3, from `distance` bytes before.
    fn write_match(&mut self, distance: usize, length: usize) {
        let mut rest = length;
        while rest > 0 {
            // One or two bytes cannot be left over. 258 bytes would have a code of their own, which is not used.
            let take = if rest <= 257 { rest } else { (rest - 3).min(257) };
            rest -= take;
            self.bits.push_length(take);
            self.bits.push_distance(distance);
        }
    }
}

/// A bit string, the least significant bit first.
struct Bits {
    bytes: Vec<u8>,
    pending: u32,
    count: u32,
}

impl Bits {
    fn push(&mut self, value: u32, width: u32) {
        self.pending |= value << self.count;
        self.count += width;
        while self.count >= 8 {
            let [byte, ..] = self.pending.to_le_bytes();
            self.bytes.push(byte);
            self.pending >>= 8;
            self.count -= 8;
        }
    }

    /// A literal or length symbol; Huffman codes begin with their most significant bit.
    fn push_symbol(&mut self, symbol: u16) {
        let (code, width) = match symbol {
            0..144 => (0x30 + symbol, 8),
            144..256 => (0x190 + symbol - 144, 9),
            256..280 => (symbol - 256, 7),
            _ => (0xC0 + symbol - 280, 8),
        };
        self.push(u32::from(code.reverse_bits() >> (16 - width)), width);
    }

    /// A length from 3 to 257.
    fn push_length(&mut self, length: usize) {
        let (class, extra, width) = classify(length - 3, 2);
        self.push_symbol(257 + class);
        self.push(extra, width);
    }

    fn push_distance(&mut self, distance: usize) {
        let (class, extra, width) = classify(distance - 1, 1);
        self.push(u32::from(class.reverse_bits() >> 11), 5);
        self.push(extra, width);
    }
}

/// The class of a number whose highest bit and `mantissa` following bits it gives, and the bits below with their width.
fn classify(number: usize, mantissa: u32) -> (u16, u32, u32) {
    let number = u16::try_from(number).unwrap_or(0);
    let width = (16 - number.leading_zeros()).saturating_sub(mantissa + 1);
    let class = (number >> width) + u16::try_from(width << mantissa).unwrap_or(0);
    (class, u32::from(number) & ((1 << width) - 1), width)
}
