//! Values that must not show up in a log.

use super::Wiped;
use core::fmt;
use core::ops::Deref;
use zeroize::Zeroize;

/// A value that `Debug` does not show and that is wiped when it is dropped: a typed code, a token, recovery codes.
///
/// ```
/// use edge_mfa::Sensitive;
/// let code = Sensitive::from("123456");
/// assert_eq!(&**code, "123456");
/// assert_eq!(format!("{code:?}"), "Sensitive(…)");
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Sensitive<T: Zeroize>(Wiped<T>);

impl<T: Zeroize> Sensitive<T> {
    /// Takes the value over.
    ///
    /// ```
    /// assert_eq!(edge_mfa::Sensitive::new(7_u8), edge_mfa::Sensitive::new(7));
    /// ```
    #[must_use]
    pub fn new(value: T) -> Self {
        Self(Wiped::new(value))
    }
}

impl<T: Zeroize> Sensitive<T> {
    pub(super) fn inner(&mut self) -> &mut T {
        &mut self.0
    }
}

impl<const N: usize> From<[u8; N]> for Sensitive<[u8; N]> {
    fn from(bytes: [u8; N]) -> Self {
        Self::new(bytes)
    }
}

impl From<&str> for Sensitive<alloc::string::String> {
    fn from(text: &str) -> Self {
        Self::new(text.into())
    }
}

impl<T: Zeroize> Deref for Sensitive<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: Zeroize> fmt::Debug for Sensitive<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sensitive(…)")
    }
}
