//! Client addresses, as far as a budget needs them.

use crate::base::Error;
use core::net::IpAddr;

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
        let plain = text.split_once('%').map_or(text, |(plain, _)| plain);
        let address: IpAddr = plain.parse().map_err(|_| Error::AddressInvalid)?;
        Ok(Self(match address.to_canonical() {
            IpAddr::V4(address) => {
                let [a, b, c, d] = address.octets();
                [4, a, b, c, d, 0, 0, 0, 0]
            }
            IpAddr::V6(address) => {
                let [a, b, c, d, e, f, g, h, ..] = address.octets();
                [6, a, b, c, d, e, f, g, h]
            }
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
