//! What a verification answers. A refused code is a value, not an error.

/// The answer to a submitted code.
///
/// ```
/// use edge_mfa::{Reason, Verdict};
/// let verdict: Verdict<u64> = Verdict::Refused(Reason::Mismatch);
/// assert!(!verdict.is_accepted());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "a code that was not looked at is not verified"]
pub enum Verdict<M> {
    /// The code is good; store what it matched before anything else happens.
    Accepted(M),
    /// The code is refused.
    Refused(Reason),
}

impl<M> Verdict<M> {
    /// Whether the code is good.
    ///
    /// ```
    /// assert!(edge_mfa::Verdict::Accepted(7_u64).is_accepted());
    /// ```
    #[must_use]
    pub const fn is_accepted(&self) -> bool {
        matches!(self, Self::Accepted(_))
    }

    /// With another match.
    pub(crate) fn map<N>(self, with: impl FnOnce(M) -> N) -> Verdict<N> {
        match self {
            Self::Accepted(matched) => Verdict::Accepted(with(matched)),
            Self::Refused(reason) => Verdict::Refused(reason),
        }
    }
}

/// Why a code is refused.
///
/// ```
/// assert_eq!(edge_mfa::Reason::Replayed.name(), "replayed");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
// In the order of pkg/src/verdict.ts, which knows them by their places.
pub enum Reason {
    /// A well-formed code that does not match.
    Mismatch,
    /// A right code whose step, or a later one, was already accepted (RFC 6238 section 5.2).
    Replayed,
    /// Not a code at all: another length, other characters.
    Malformed,
}

impl Reason {
    /// The name in the JavaScript API.
    ///
    /// ```
    /// assert_eq!(edge_mfa::Reason::Malformed.name(), "malformed");
    /// ```
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Mismatch => "mismatch",
            Self::Replayed => "replayed",
            Self::Malformed => "malformed",
        }
    }
}
