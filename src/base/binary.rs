//! The bytes of a record: fields one after the other, without names (the wire format of `postcard`).
//!
//! Numbers are written in sevens of bits, the lowest first (LEB128), a signed one after zigzag; `u8`, `bool` and arrays of
//! bytes as they are; texts and lists behind their length; an option and a variant behind a number. A type lists its
//! fields once, for [`binary`], and they pass in either direction: two functions for each type would be twice the wasm. The
//! crate is the oracle of the tests: what `serde` derives for it is several kilobytes of the full wasm.

use super::{Secret, Sensitive, Timestamp};
use alloc::string::String;
use alloc::vec::Vec;
use zeroize::Zeroize;

/// The value that all of the bytes make, and not one too many.
pub(crate) fn read<T: Binary>(bytes: &[u8]) -> Option<T> {
    let mut value = T::start();
    read_into(bytes, &mut value).map(|()| value)
}

/// The same into a value that says nothing yet: of one that does, what the bytes leave out would stay.
pub(crate) fn read_into(bytes: &[u8], value: &mut impl Binary) -> Option<()> {
    let mut through = Bytes { rest: bytes, is_good: true, written: None };
    value.pass(&mut through);
    (through.is_good && through.rest.is_empty()).then_some(())
}

/// Appends a value, which stays as it is.
pub(crate) fn write(value: &mut impl Binary, to: &mut Vec<u8>) {
    value.pass(&mut Bytes { rest: &[], is_good: true, written: Some(to) });
}

/// What can be written and read.
pub(crate) trait Binary {
    /// A value that says nothing: what is there before it is read, and where the bytes are none.
    fn start() -> Self;

    /// Is written, or becomes what is read.
    fn pass(&mut self, through: &mut Bytes<'_>);
}

/// Bytes to be read, or what is written. The first stay bad once they were none, so that nobody has to ask in between.
pub(crate) struct Bytes<'a> {
    rest: &'a [u8],
    is_good: bool,
    /// Where it is written.
    written: Option<&'a mut Vec<u8>>,
}

impl<'a> Bytes<'a> {
    /// The value, if it is one; else what says nothing.
    pub(crate) fn good<T>(&mut self, value: Option<T>, nothing: T) -> T {
        self.is_good &= value.is_some();
        value.unwrap_or(nothing)
    }

    pub(crate) const fn is_read(&self) -> bool {
        self.written.is_none()
    }

    /// So many bytes that are read.
    #[inline(never)]
    fn take(&mut self, length: usize) -> &'a [u8] {
        let parts = self.rest.split_at_checked(length);
        let (taken, rest) = self.good(parts, (&[], &[]));
        self.rest = rest;
        taken
    }

    /// Writes the byte, or answers the one that is read.
    #[inline(never)]
    pub(crate) fn byte(&mut self, byte: u8) -> u8 {
        match &mut self.written {
            Some(written) => {
                written.push(byte);
                byte
            }
            None => self.take(1).first().copied().unwrap_or_default(),
        }
    }

    #[inline(never)]
    fn flag(&mut self, flag: bool) -> bool {
        let byte = self.byte(flag.into());
        self.good((byte < 2).then_some(byte == 1), false)
    }

    /// Writes the number, or answers the one that is read; as short as it can be.
    #[inline(never)]
    fn number(&mut self, number: u64) -> u64 {
        let (mut rest, mut read) = (number, 0);
        for shift in (0..64).step_by(7) {
            let more = if rest > 0x7f { 0x80 } else { 0 };
            let byte = self.byte((rest & 0x7f) as u8 | more);
            rest >>= 7;
            let bits = u64::from(byte & 0x7f);
            read |= bits << shift;
            if byte < 0x80 {
                let is_shortest = read >> shift == bits && (bits > 0 || shift == 0);
                return self.good(is_shortest.then_some(read), 0);
            }
        }
        self.good(None, 0)
    }

    #[inline(never)]
    fn length(&mut self, length: usize) -> usize {
        let length = self.number(length as u64).try_into().ok();
        self.good(length, 0)
    }

    /// Writes the bytes behind their length, or answers those that are read.
    #[inline(never)]
    fn bytes(&mut self, bytes: &[u8]) -> Option<&'a [u8]> {
        let length = self.length(bytes.len());
        if let Some(written) = &mut self.written {
            written.extend_from_slice(bytes);
            return None;
        }
        Some(self.take(length))
    }
}

/// Makes a struct binary: `binary!(Near: step, at)`.
macro_rules! binary {
    ($type:ty: $($field:ident),+ $(,)?) => {
        impl $crate::base::binary::Binary for $type {
            fn start() -> Self {
                Self { $($field: $crate::base::binary::Binary::start()),+ }
            }

            fn pass(&mut self, through: &mut $crate::base::binary::Bytes<'_>) {
                $($crate::base::binary::Binary::pass(&mut self.$field, through);)+
            }
        }
    };
}
pub(crate) use binary;

impl Binary for u8 {
    fn start() -> Self {
        0
    }

    fn pass(&mut self, through: &mut Bytes<'_>) {
        *self = through.byte(*self);
    }
}

impl Binary for bool {
    fn start() -> Self {
        false
    }

    fn pass(&mut self, through: &mut Bytes<'_>) {
        *self = through.flag(*self);
    }
}

macro_rules! number {
    ($($type:ty)+) => {
        $(impl Binary for $type {
            fn start() -> Self {
                0
            }

            fn pass(&mut self, through: &mut Bytes<'_>) {
                let number = through.number((*self).into()).try_into().ok();
                *self = through.good(number, 0);
            }
        })+
    };
}

number!(u16 u32 u64);

/// Zigzag: those near zero are short.
impl Binary for i64 {
    fn start() -> Self {
        0
    }

    fn pass(&mut self, through: &mut Bytes<'_>) {
        let number = through.number((*self << 1 ^ *self >> 63).cast_unsigned());
        *self = (number >> 1).cast_signed() ^ -(number & 1).cast_signed();
    }
}

impl<const N: usize> Binary for [u8; N] {
    fn start() -> Self {
        [0; N]
    }

    fn pass(&mut self, through: &mut Bytes<'_>) {
        self.iter_mut().for_each(|byte| byte.pass(through));
    }
}

impl Binary for String {
    fn start() -> Self {
        Self::new()
    }

    fn pass(&mut self, through: &mut Bytes<'_>) {
        if let Some(bytes) = through.bytes(self.as_bytes()) {
            *self = through.good(core::str::from_utf8(bytes).ok(), "").into();
        }
    }
}

impl<T: Binary> Binary for Option<T> {
    fn start() -> Self {
        None
    }

    fn pass(&mut self, through: &mut Bytes<'_>) {
        if through.flag(self.is_some()) {
            self.get_or_insert_with(T::start).pass(through);
        }
    }
}

impl<T: Binary> Binary for Vec<T> {
    fn start() -> Self {
        Self::new()
    }

    fn pass(&mut self, through: &mut Bytes<'_>) {
        for place in 0..through.length(self.len()) {
            if place == self.len() {
                self.push(T::start());
            }
            if let Some(item) = self.get_mut(place) {
                item.pass(through);
            }
            if !through.is_good {
                break;
            }
        }
    }
}

impl<T: Binary + Zeroize> Binary for Sensitive<T> {
    fn start() -> Self {
        Self::new(T::start())
    }

    fn pass(&mut self, through: &mut Bytes<'_>) {
        self.inner().pass(through);
    }
}

impl Binary for Secret {
    fn start() -> Self {
        Self::nothing()
    }

    fn pass(&mut self, through: &mut Bytes<'_>) {
        if let Some(bytes) = through.bytes(self.as_bytes()) {
            *self = through.good(Self::from_bytes(bytes).ok(), Self::nothing());
        }
    }
}

/// Milliseconds since 1970.
impl Binary for Timestamp {
    fn start() -> Self {
        Self::EPOCH
    }

    fn pass(&mut self, through: &mut Bytes<'_>) {
        let time = Self::from_millis(through.number(self.as_millis())).ok();
        *self = through.good(time, Self::EPOCH);
    }
}

#[cfg(test)]
mod tests;
