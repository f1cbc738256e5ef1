//! Where a record is stored.

use crate::base::Error;
use crate::base::percent::{self, hex};
use crate::protect::thumbprint;
use alloc::string::String;

/// The key of an account's record: readable ASCII, different for every subject. It is the owner that the record is sealed
/// for, too.
///
/// The subject is taken as it is, byte by byte: if yours has several spellings, settle on one before.
///
/// # Errors
/// [`Error::SubjectInvalid`] for an empty text, for more than 256 bytes, for control characters and outer white space.
///
/// ```
/// use edge_mfa::{Error, engine::account_key};
/// assert_eq!(account_key("alice@example.com")?, "account:alice%40example.com");
/// assert_eq!(account_key(" alice"), Err(Error::SubjectInvalid));
/// # Ok::<(), Error>(())
/// ```
pub fn account_key(subject: &str) -> Result<String, Error> {
    let length = (1..=SUBJECT_LONGEST).contains(&subject.len());
    if !length || subject.trim() != subject || subject.chars().any(char::is_control) {
        return Err(Error::SubjectInvalid);
    }
    let mut key = String::from("account:");
    percent::encode(&mut key, subject);
    if key.len() > KEY_LONGEST {
        key.truncate("account:".len());
        key.push_str("sha256=");
        key.push_str(&hex(&thumbprint(subject)));
    }
    Ok(key)
}

/// The key of what tells whose a credential id (as base64url) is. It is the owner that this is sealed for, too.
///
/// ```
/// use edge_mfa::engine::credential_key;
/// assert!(credential_key("aWQ").starts_with("credential:"));
/// ```
#[must_use]
pub fn credential_key(id: &str) -> String {
    [CREDENTIAL, &hex(&thumbprint(id))].concat()
}

/// What the keys of credentials begin with.
pub(crate) const CREDENTIAL: &str = "credential:";

/// Bytes.
const SUBJECT_LONGEST: usize = 256;
/// Characters that every store takes as a key.
const KEY_LONGEST: usize = 280;
