//! Whether the first factor is enough for what is asked, and whether the second one is to be asked for.

use super::ProblemCode;
use alloc::{string::String, vec::Vec};

/// Who the first factor says it is, beside the subject.
///
/// ```
/// use edge_mfa::http::Principal;
/// assert!(!Principal::default().service, "nobody is a service by accident");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Principal {
    /// What the token is good for (RFC 6749 section 3.3).
    pub scopes: Vec<String>,
    /// A service account, which has no second factor.
    pub service: bool,
}

/// What a guarded request demands of the first factor.
///
/// ```
/// use edge_mfa::http::Access;
/// let read = Access { scopes: vec!["read".into()], ..Access::default() };
/// # let _ = read;
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Access {
    /// All of these scopes.
    pub scopes: Vec<String>,
    /// Service accounts may pass, without a second factor.
    pub services: bool,
}

/// What follows from the first factor.
///
/// ```
/// assert_ne!(edge_mfa::http::Admission::Ask, edge_mfa::http::Admission::Exempt);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Admission {
    /// Ask for the second factor.
    Ask,
    /// A service account that may pass without one.
    Exempt,
}

/// Holds who asks against what is demanded.
///
/// # Errors
/// [`ProblemCode::InsufficientScope`], and [`ProblemCode::Forbidden`] for a service account where none may pass.
///
/// ```
/// use edge_mfa::http::{Access, Admission, Principal, ProblemCode, admit};
/// let service = Principal { service: true, ..Principal::default() };
/// assert_eq!(admit(&service, &Access::default()), Err(ProblemCode::Forbidden));
/// assert_eq!(admit(&service, &Access { services: true, ..Access::default() }), Ok(Admission::Exempt));
/// assert_eq!(admit(&Principal::default(), &Access::default()), Ok(Admission::Ask));
/// ```
pub fn admit(principal: &Principal, access: &Access) -> Result<Admission, ProblemCode> {
    match principal.service {
        true if !access.services => Err(ProblemCode::Forbidden),
        _ if !access.scopes.iter().all(|scope| principal.scopes.contains(scope)) => Err(ProblemCode::InsufficientScope),
        true => Ok(Admission::Exempt),
        false => Ok(Admission::Ask),
    }
}
