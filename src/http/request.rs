//! The headers of a request, parsed once.

use super::ProblemCode;
use crate::base::Sensitive;
use alloc::string::String;

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

/// What a request came with. Nothing of it is verified yet.
///
/// ```
/// use edge_mfa::http::{Credentials, Headers, ProblemCode};
/// let read = |authorization| Credentials::read(Headers { authorization: Some(authorization), ..Headers::default() });
/// assert_eq!(read("bearer abc.def")?.primary.as_deref().map(String::as_str), Some("abc.def"));
/// assert_eq!(read("Bearer one, Bearer two"), Err(ProblemCode::InvalidRequest));
/// assert_eq!(read("Basic YWxpY2U6cHc="), Err(ProblemCode::AuthenticationRequired));
/// # Ok::<(), ProblemCode>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Credentials {
    /// The bearer token (RFC 6750 section 2.1).
    pub primary: Option<Sensitive<String>>,
    /// A code, as typed.
    pub code: Option<Sensitive<String>>,
    /// A session token.
    pub session: Option<Sensitive<String>>,
    /// The token of a known device.
    pub device: Option<Sensitive<String>>,
}

impl Credentials {
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
    pub fn read(headers: Headers<'_>) -> Result<Self, ProblemCode> {
        Ok(Self {
            primary: headers.authorization.map(bearer).transpose()?,
            code: read(headers.mfa_token, CODE_LONGEST, |byte| matches!(byte, b' '..=b'~') && byte != b',')?,
            session: read(headers.session_token, SESSION_LONGEST, is_token)?,
            device: read(headers.device_token, DEVICE_LONGEST, |byte| byte.is_ascii_alphanumeric())?,
        })
    }
}

/// `Bearer`, a space or more, and a token; the scheme in any case (RFC 9110 section 11.1).
fn bearer(value: &str) -> Result<Sensitive<String>, ProblemCode> {
    if value.len() > BEARER_LONGEST || !value.bytes().all(|byte| byte == b' ' || is_token(byte)) {
        return Err(ProblemCode::InvalidRequest);
    }
    let (scheme, token) = value.split_once(' ').unwrap_or((value, ""));
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(ProblemCode::AuthenticationRequired);
    }
    let token = token.trim_start_matches(' ');
    let is_one = !token.is_empty() && !token.contains(' ');
    if is_one { Ok(token.into()) } else { Err(ProblemCode::InvalidRequest) }
}

fn read(
    value: Option<&str>,
    longest: usize,
    allows: impl Fn(u8) -> bool,
) -> Result<Option<Sensitive<String>>, ProblemCode> {
    let Some(value) = value else { return Ok(None) };
    let is_one = (1..=longest).contains(&value.len()) && value.bytes().all(allows);
    if is_one { Ok(Some(value.into())) } else { Err(ProblemCode::InvalidRequest) }
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
