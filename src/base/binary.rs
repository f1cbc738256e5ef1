//! The bytes of a record: fields one after the other, without names (the wire format of `postcard`).
//!
//! Numbers are written in sevens of bits, the lowest first (LEB128), a signed one after zigzag; `u8`, `bool` and arrays of
//! bytes as they are; texts and lists behind their length; an option and a variant behind a number. A type lists its
//! fields once, for [`binary`]. The crate is the oracle of the tests: what `serde` derives for it is several kilobytes of
//! the full wasm.

use super::{Secret, Sensitive, Timestamp};
use alloc::string::String;
use alloc::vec::Vec;
use zeroize::Zeroize;

/// The value that all of the bytes make, and not one too many.
pub(crate) fn read<T: Binary>(bytes: &[u8]) -> Option<T> {
    let mut reader = Reader { rest: bytes, is_good: true };
    let value = T::read(&mut reader);
    (reader.is_good && reader.rest.is_empty()).then_some(value)
}

/// What can be written and read.
pub(crate) trait Binary {
    fn write(&self, to: &mut Vec<u8>);

    /// A value that says nothing where the bytes are none: the reader knows.
    fn read(from: &mut Reader<'_>) -> Self;
}

/// Bytes to be read. It stays bad once they were none, so that nobody has to ask in between.
pub(crate) struct Reader<'a> {
    rest: &'a [u8],
    is_good: bool,
}

impl<'a> Reader<'a> {
    /// The value, if it is one; else what says nothing.
    pub(crate) fn good<T>(&mut self, value: Option<T>, nothing: T) -> T {
        self.is_good &= value.is_some();
        value.unwrap_or(nothing)
    }

    #[inline(never)]
    fn take(&mut self, length: usize) -> &'a [u8] {
        let parts = self.rest.split_at_checked(length);
        let (taken, rest) = self.good(parts, (&[], &[]));
        self.rest = rest;
        taken
    }

    /// As short as it can be.
    #[inline(never)]
    pub(crate) fn number(&mut self) -> u64 {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = u8::read(self);
            let bits = u64::from(byte & 0x7f);
            number |= bits << shift;
            if byte < 0x80 {
                let is_shortest = number >> shift == bits && (bits > 0 || shift == 0);
                return self.good(is_shortest.then_some(number), 0);
            }
        }
        self.good(None, 0)
    }

    fn bytes(&mut self) -> &'a [u8] {
        let length = usize::try_from(self.number()).ok();
        let length = self.good(length, 0);
        self.take(length)
    }
}

#[inline(never)]
fn write_number(mut number: u64, to: &mut Vec<u8>) {
    while number > 0x7f {
        to.push(number.to_le_bytes()[0] | 0x80);
        number >>= 7;
    }
    to.push(number.to_le_bytes()[0]);
}

fn write_bytes(bytes: &[u8], to: &mut Vec<u8>) {
    write_number(bytes.len() as u64, to);
    to.extend_from_slice(bytes);
}

/// Makes a struct binary: `binary!(Near: step, at)`.
macro_rules! binary {
    ($type:ty: $($field:ident),+ $(,)?) => {
        impl $crate::base::binary::Binary for $type {
            fn write(&self, to: &mut alloc::vec::Vec<u8>) {
                $($crate::base::binary::Binary::write(&self.$field, to);)+
            }

            fn read(from: &mut $crate::base::binary::Reader<'_>) -> Self {
                Self { $($field: $crate::base::binary::Binary::read(from)),+ }
            }
        }
    };
}
pub(crate) use binary;

impl Binary for u8 {
    fn write(&self, to: &mut Vec<u8>) {
        to.push(*self);
    }

    fn read(from: &mut Reader<'_>) -> Self {
        from.take(1).first().copied().unwrap_or_default()
    }
}

impl Binary for bool {
    fn write(&self, to: &mut Vec<u8>) {
        to.push((*self).into());
    }

    fn read(from: &mut Reader<'_>) -> Self {
        let byte = u8::read(from);
        from.good((byte < 2).then_some(byte == 1), false)
    }
}

macro_rules! number {
    ($($type:ty)+) => {
        $(impl Binary for $type {
            fn write(&self, to: &mut Vec<u8>) {
                write_number((*self).into(), to);
            }

            fn read(from: &mut Reader<'_>) -> Self {
                let number = from.number().try_into().ok();
                from.good(number, 0)
            }
        })+
    };
}

number!(u16 u32 u64);

/// Zigzag: those near zero are short.
impl Binary for i64 {
    fn write(&self, to: &mut Vec<u8>) {
        write_number((self << 1 ^ self >> 63).cast_unsigned(), to);
    }

    fn read(from: &mut Reader<'_>) -> Self {
        let number = from.number();
        (number >> 1).cast_signed() ^ -(number & 1).cast_signed()
    }
}

impl<const N: usize> Binary for [u8; N] {
    fn write(&self, to: &mut Vec<u8>) {
        to.extend_from_slice(self);
    }

    fn read(from: &mut Reader<'_>) -> Self {
        from.take(N).try_into().unwrap_or([0; N])
    }
}

impl Binary for String {
    fn write(&self, to: &mut Vec<u8>) {
        write_bytes(self.as_bytes(), to);
    }

    fn read(from: &mut Reader<'_>) -> Self {
        let text = core::str::from_utf8(from.bytes()).ok();
        from.good(text, "").into()
    }
}

impl<T: Binary> Binary for Option<T> {
    fn write(&self, to: &mut Vec<u8>) {
        self.is_some().write(to);
        if let Some(value) = self {
            value.write(to);
        }
    }

    fn read(from: &mut Reader<'_>) -> Self {
        bool::read(from).then(|| T::read(from))
    }
}

impl<T: Binary> Binary for Vec<T> {
    fn write(&self, to: &mut Vec<u8>) {
        write_number(self.len() as u64, to);
        self.iter().for_each(|item| item.write(to));
    }

    fn read(from: &mut Reader<'_>) -> Self {
        let mut items = Self::new();
        for _ in 0..from.number() {
            items.push(T::read(from));
            if !from.is_good {
                break;
            }
        }
        items
    }
}

impl<T: Binary + Zeroize> Binary for Sensitive<T> {
    fn write(&self, to: &mut Vec<u8>) {
        (**self).write(to);
    }

    fn read(from: &mut Reader<'_>) -> Self {
        Self::new(T::read(from))
    }
}

impl Binary for Secret {
    fn write(&self, to: &mut Vec<u8>) {
        write_bytes(self.as_bytes(), to);
    }

    fn read(from: &mut Reader<'_>) -> Self {
        let secret = Self::from_bytes(from.bytes()).ok();
        from.good(secret, Self::nothing())
    }
}

/// Milliseconds since 1970.
impl Binary for Timestamp {
    fn write(&self, to: &mut Vec<u8>) {
        self.as_millis().write(to);
    }

    fn read(from: &mut Reader<'_>) -> Self {
        let time = Self::from_millis(from.number()).ok();
        from.good(time, Self::EPOCH)
    }
}

#[cfg(test)]
mod tests;
