//! Client addresses, as far as a budget needs them.

use crate::base::{Error, ascii};
use alloc::vec::Vec;

/// What of an address is counted together: an IPv4 address, or the /64 that one IPv6 subscriber has.
///
/// All spellings of an address are one, and an IPv4 address mapped into IPv6 is that IPv4 address.
///
/// ```
/// use edge_mfa::{Error, protect::Network};
/// assert_eq!(Network::parse("2001:db8::1")?, Network::parse("2001:0DB8:0:0:ffff::7")?);
/// assert_eq!(Network::parse("::ffff:192.0.2.1")?, Network::parse("192.0.2.1")?);
/// assert_eq!(Network::parse("192.0.2.1, 198.51.100.7"), Err(Error::AddressInvalid));
/// # Ok::<(), Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network([u8; 9]);

impl Network {
    /// Reads one address, without a port; a zone (`%eth0`) is dropped.
    ///
    /// # Errors
    /// [`Error::AddressInvalid`] for anything else.
    ///
    /// ```
    /// use edge_mfa::protect::Network;
    /// assert!(Network::parse("localhost").is_err());
    /// ```
    pub fn parse(text: &str) -> Result<Self, Error> {
        let octets = octets(ascii::split(text, b'%').0).ok_or(Error::AddressInvalid)?;
        Ok(Self(match *octets {
            [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, a, b, c, d] => [4, a, b, c, d, 0, 0, 0, 0],
            [a, b, c, d, e, f, g, h, ..] => [6, a, b, c, d, e, f, g, h],
            _ => return Err(Error::AddressInvalid),
        }))
    }

    /// The bytes that stand for it: hash them with a key before they are stored.
    ///
    /// ```
    /// use edge_mfa::protect::Network;
    /// assert_eq!(Network::parse("192.0.2.1")?.as_bytes(), [4, 192, 0, 2, 1, 0, 0, 0, 0]);
    /// # Ok::<(), edge_mfa::Error>(())
    /// ```
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

/// The 16 octets of an address; those of IPv4 as it is mapped into IPv6 (RFC 4291 section 2.5.5.2). The parser of
/// `core::net` is the oracle of the tests: it is three kilobytes of the full wasm.
fn octets(text: &str) -> Option<Vec<u8>> {
    let gap = text.as_bytes().windows(2).position(|pair| pair == b"::");
    let (head, tail) = match gap {
        Some(at) => (text.get(..at)?, text.get(at + 2..)?),
        None => (text, ""),
    };
    let (mut octets, mut last) = (Vec::with_capacity(16), Vec::with_capacity(16));
    if !ascii::contains(text, b':') {
        octets.extend_from_slice(&[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff]);
    }
    push(&mut octets, head)?;
    push(&mut last, tail)?;
    // `::` is one group of zeros or more (section 2.2), and nothing follows an IPv4 address.
    let zeros = 16_usize.checked_sub(octets.len() + last.len())?;
    octets.resize(16 - last.len(), 0);
    octets.append(&mut last);
    let is_end = !ascii::contains(ascii::split(text, b'.').1, b':');
    (is_end && gap.is_some() == (zeros > 0)).then_some(octets)
}

/// Appends what stands between colons: two octets each, or an IPv4 address.
fn push(octets: &mut Vec<u8>, groups: &str) -> Option<()> {
    for group in ascii::parts(groups, b':').filter(|_| !groups.is_empty()) {
        if !ascii::contains(group, b'.') {
            octets.extend_from_slice(&number(group, 16)?.to_be_bytes());
            continue;
        }
        let end = octets.len() + 4;
        for digits in ascii::parts(group, b'.') {
            let is_padded = digits.len() > 1 && digits.starts_with('0');
            octets.push(number(digits, 10).filter(|_| !is_padded)?.try_into().ok()?);
        }
        (octets.len() == end).then_some(())?;
    }
    Some(())
}

/// Of one to four digits.
fn number(digits: &str, radix: u32) -> Option<u16> {
    (1..=4).contains(&digits.len()).then_some(())?;
    let mut number = 0;
    for digit in digits.bytes() {
        number = number * radix + char::from(digit).to_digit(radix)?;
    }
    u16::try_from(number).ok()
}

#[cfg(test)]
mod tests;
