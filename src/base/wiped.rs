//! Memory that is wiped after use.

/// A value that is overwritten when it is dropped.
#[cfg(not(all(any(feature = "lean", feature = "full"), target_family = "wasm")))]
pub(crate) type Wiped<T> = zeroize::Zeroizing<T>;

/// In the wasm nothing is wiped on its own: the memory and the stack of a call are wiped whole after it.
#[cfg(all(any(feature = "lean", feature = "full"), target_family = "wasm"))]
pub(crate) use plain::Wiped;

#[cfg(all(any(feature = "lean", feature = "full"), target_family = "wasm"))]
mod plain {
    use core::ops::{Deref, DerefMut};

    /// A value in memory that the boundary wipes.
    #[derive(Clone, Default, PartialEq, Eq)]
    pub(crate) struct Wiped<T>(T);

    impl<T> Wiped<T> {
        pub(crate) const fn new(value: T) -> Self {
            Self(value)
        }
    }

    impl<T> Deref for Wiped<T> {
        type Target = T;

        fn deref(&self) -> &T {
            &self.0
        }
    }

    impl<T> DerefMut for Wiped<T> {
        fn deref_mut(&mut self) -> &mut T {
            &mut self.0
        }
    }
}
