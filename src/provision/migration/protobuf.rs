//! As much of the protocol buffer wire format as the export needs; strict about what is not it.

use crate::base::{Error, Result, Wiped, ensure, refuse};
use alloc::vec::Vec;

/// Reads the fields of one message.
pub(super) struct Reader<'a> {
    rest: &'a [u8],
    /// Those of the fields that are numbers, as far as they are read; 0 for one that is not there.
    pub(super) numbers: [u64; 8],
}

impl<'a> Reader<'a> {
    pub(super) fn new(message: &'a [u8]) -> Self {
        Self { rest: message, numbers: [0; 8] }
    }

    /// Reads up to the next field that is bytes: its number and its value, `None` at the end.
    ///
    /// Values of a fixed width, which the export does not use, are read over.
    ///
    /// # Errors
    /// [`Error::MigrationMalformed`] for a cut message, an over-long varint, field 0 and the obsolete group types.
    pub(super) fn next(&mut self) -> Result<Option<(u64, &'a [u8])>> {
        while !self.rest.is_empty() {
            let key = self.varint()?;
            let field = key >> 3;
            ensure(field > 0, Error::MigrationMalformed)?;
            match key & 7 {
                0 => {
                    let number = self.varint()?;
                    if let Some(place) = self.numbers.get_mut(usize::try_from(field).unwrap_or(usize::MAX)) {
                        *place = number;
                    }
                }
                1 => _ = self.take(8)?,
                2 => {
                    let length = self.varint()?;
                    return Ok(Some((field, self.take(length)?)));
                }
                5 => _ = self.take(4)?,
                _ => return refuse(Error::MigrationMalformed),
            }
        }
        Ok(None)
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
        let (taken, rest) = self.rest.split_at_checked(length).ok_or(Error::MigrationMalformed)?;
        self.rest = rest;
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
