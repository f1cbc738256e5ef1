//! The headers of a request, parsed once.

use super::ProblemCode;
use crate::base::ascii;
use core::fmt;

/// The four headers as they came: of several with one name their values, joined by commas, as `Headers` of fetch does.
///
/// ```
/// use edge_mfa::http::Headers;
/// let headers = Headers { authorization: Some("Bearer abc"), ..Headers::default() };
/// assert_eq!(headers.mfa_token, None);
/// ```
#[derive(Clone, Copy, Default)]
pub struct Headers<'a> {
    /// `Authorization`.
    pub authorization: Option<&'a str>,
    /// `X-MFA-Token`.
    pub mfa_token: Option<&'a str>,
    /// `X-Session-Token`.
    pub session_token: Option<&'a str>,
    /// `X-Device-Token`.
    pub device_token: Option<&'a str>,
}

/// What a request came with, where it stands in the headers. Nothing of it is verified yet.
///
/// ```
/// use edge_mfa::http::{Credentials, Headers, ProblemCode};
/// let read = |authorization| Credentials::read(Headers { authorization: Some(authorization), ..Headers::default() });
/// assert_eq!(read("bearer abc.def")?.primary, Some("abc.def"));
/// assert_eq!(read("Bearer one, Bearer two"), Err(ProblemCode::InvalidRequest));
/// assert_eq!(read("Basic YWxpY2U6cHc="), Err(ProblemCode::AuthenticationRequired));
/// # Ok::<(), ProblemCode>(())
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct Credentials<'a> {
    /// The bearer token (RFC 6750 section 2.1): the end of `Authorization`.
    pub primary: Option<&'a str>,
    /// A code, as typed.
    pub code: Option<&'a str>,
    /// A session token.
    pub session: Option<&'a str>,
    /// The token of a known device.
    pub device: Option<&'a str>,
}

impl fmt::Debug for Credentials<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credentials(…)")
    }
}

impl<'a> Credentials<'a> {
    /// Reads the headers.
    ///
    /// # Errors
    /// [`ProblemCode::InvalidRequest`] where a header came twice, is too long or has a character that belongs in none of
    /// its kind; [`ProblemCode::AuthenticationRequired`] for a scheme that is not `Bearer`.
    ///
    /// ```
    /// use edge_mfa::http::{Credentials, Headers, ProblemCode};
    /// let twice = Headers { mfa_token: Some("123456, 654321"), ..Headers::default() };
    /// assert_eq!(Credentials::read(twice), Err(ProblemCode::InvalidRequest));
    /// ```
    pub fn read(headers: Headers<'a>) -> Result<Self, ProblemCode> {
        Ok(Self {
            primary: headers.authorization.map(bearer).transpose()?,
            code: read(headers.mfa_token, CODE_LONGEST, |byte| matches!(byte, b' '..=b'~') && byte != b',')?,
            session: read(headers.session_token, SESSION_LONGEST, is_token)?,
            device: read(headers.device_token, DEVICE_LONGEST, |byte| byte.is_ascii_alphanumeric())?,
        })
    }
}

/// `Bearer`, a space or more, and a token; the scheme in any case (RFC 9110 section 11.1).
fn bearer(value: &str) -> Result<&str, ProblemCode> {
    if value.len() > BEARER_LONGEST || !value.bytes().all(|byte| byte == b' ' || is_token(byte)) {
        return Err(ProblemCode::InvalidRequest);
    }
    let (scheme, token) = ascii::split(value, b' ');
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(ProblemCode::AuthenticationRequired);
    }
    let spaces = token.bytes().take_while(|byte| *byte == b' ').count();
    let token = token.get(spaces..).unwrap_or_default();
    let is_one = !token.is_empty() && !ascii::contains(token, b' ');
    if is_one { Ok(token) } else { Err(ProblemCode::InvalidRequest) }
}

fn read(value: Option<&str>, longest: usize, allows: impl Fn(u8) -> bool) -> Result<Option<&str>, ProblemCode> {
    let Some(value) = value else { return Ok(None) };
    let is_one = (1..=longest).contains(&value.len()) && value.bytes().all(allows);
    if is_one { Ok(Some(value)) } else { Err(ProblemCode::InvalidRequest) }
}

/// `b64token` of RFC 6750, as which every token is written. Asked of every character of every request.
#[inline(always)]
fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'+' | b'/' | b'=')
}

/// Bytes, as many as servers commonly take in a header.
const BEARER_LONGEST: usize = 8192;
const SESSION_LONGEST: usize = 4096;
const CODE_LONGEST: usize = 128;
const DEVICE_LONGEST: usize = 64;
