//! As much of the protocol buffer wire format as the export needs; strict about what is not it.

use crate::base::{Error, Result, Wiped, refuse};
use alloc::vec::Vec;

/// The value of a field.
pub(super) enum Value<'a> {
    Number(u64),
    Bytes(&'a [u8]),
    /// A fixed-width value, which the export does not use.
    Skipped,
}

/// Reads the fields of one message.
pub(super) struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    pub(super) fn new(message: &'a [u8]) -> Self {
        Self(message)
    }

    /// The next field's number and value, `None` at the end.
    ///
    /// # Errors
    /// [`Error::MigrationMalformed`] for a cut message, an over-long varint, field 0 and the obsolete group types.
    pub(super) fn next(&mut self) -> Result<Option<(u64, Value<'a>)>> {
        if self.0.is_empty() {
            return Ok(None);
        }
        let key = self.varint()?;
        let value = match key & 7 {
            0 => Value::Number(self.varint()?),
            1 => self.take(8).map(|_| Value::Skipped)?,
            2 => {
                let length = self.varint()?;
                Value::Bytes(self.take(length)?)
            }
            5 => self.take(4).map(|_| Value::Skipped)?,
            _ => return refuse(Error::MigrationMalformed),
        };
        match key >> 3 {
            0 => refuse(Error::MigrationMalformed),
            field => Ok(Some((field, value))),
        }
    }

    fn varint(&mut self) -> Result<u64> {
        let mut number = 0;
        for place in 0..10 {
            let byte = self.take(1)?.first().copied().unwrap_or(0);
            number |= u64::from(byte & 0x7f) << (7 * place);
            if byte < 0x80 {
                return Ok(number);
            }
        }
        refuse(Error::MigrationMalformed)
    }

    fn take(&mut self, length: u64) -> Result<&'a [u8]> {
        let length = usize::try_from(length).map_err(|_| Error::MigrationMalformed)?;
        let (taken, rest) = self.0.split_at_checked(length).ok_or(Error::MigrationMalformed)?;
        self.0 = rest;
        Ok(taken)
    }
}

/// Writes the fields of one message.
#[derive(Default)]
pub(super) struct Writer(Wiped<Vec<u8>>);

impl Writer {
    pub(super) fn number(&mut self, field: u8, number: u64) {
        self.0.push(field << 3);
        self.varint(number);
    }

    pub(super) fn bytes(&mut self, field: u8, bytes: &[u8]) {
        self.0.push(field << 3 | 2);
        self.varint(bytes.len() as u64);
        self.0.extend_from_slice(bytes);
    }

    pub(super) fn into_bytes(self) -> Wiped<Vec<u8>> {
        self.0
    }

    fn varint(&mut self, number: u64) {
        let mut rest = number;
        loop {
            let low = (rest & 0x7f) as u8;
            rest >>= 7;
            if rest == 0 {
                return self.0.push(low);
            }
            self.0.push(low | 0x80);
        }
    }
}
