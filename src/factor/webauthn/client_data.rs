//! What the browser says of the ceremony (section 5.8.1).

use super::{Ceremony, Refusal};
use crate::base::bits::decode_base64_url;
use crate::base::json::{self, Others, Read, Reader};
use alloc::string::String;
use subtle::ConstantTimeEq;

/// Other members are left for later versions, as the section says.
#[derive(Default)]
struct ClientData {
    kind: String,
    challenge: String,
    origin: String,
    cross_origin: bool,
    top_origin: Option<String>,
}

impl Read for ClientData {
    fn start() -> Self {
        Self::default()
    }

    fn read(&mut self, from: &mut Reader<'_>) -> Option<()> {
        from.object(
            "type challenge origin cross_origin top_origin",
            3,
            &mut [&mut self.kind, &mut self.challenge, &mut self.origin, &mut self.cross_origin, &mut self.top_origin],
            Others::Skipped,
        )
    }
}

/// 7.1 steps 6 to 11, 7.2 steps 9 to 14.
pub(super) fn check(bytes: &[u8], kind: &str, ceremony: &Ceremony<'_>) -> Result<(), Refusal> {
    let data = read(bytes).ok_or(Refusal::ClientData)?;
    if data.kind != kind {
        return Err(Refusal::Type);
    }
    let challenge = decode_base64_url(&data.challenge).ok_or(Refusal::Challenge)?;
    if !bool::from(challenge.ct_eq(ceremony.challenge)) {
        return Err(Refusal::Challenge);
    }
    let party = ceremony.relying_party;
    if !party.has(&data.origin) {
        return Err(Refusal::Origin);
    }
    if data.cross_origin && !party.is_framed() {
        return Err(Refusal::CrossOrigin);
    }
    match &data.top_origin {
        // A page that has one is in a frame, whatever else it says.
        Some(_) if !data.cross_origin => Err(Refusal::CrossOrigin),
        Some(top) if !party.may_be_in(top) => Err(Refusal::TopOrigin),
        _ => Ok(()),
    }
}

/// The challenge that client data answer, if it is 32 bytes long: to throw it away before anything else is looked at.
///
/// ```
/// use edge_mfa::webauthn::challenge_of;
/// let zeros = "A".repeat(43);
/// let data = format!(r#"{{"type":"webauthn.get","challenge":"{zeros}","origin":"https://example.com"}}"#);
/// assert_eq!(challenge_of(data.as_bytes()), Some([0; 32]));
/// assert_eq!(challenge_of(b"{}"), None);
/// ```
#[must_use]
pub fn challenge_of(client_data: &[u8]) -> Option<[u8; 32]> {
    decode_base64_url(&read(client_data)?.challenge)?.as_slice().try_into().ok()
}

fn read(bytes: &[u8]) -> Option<ClientData> {
    // "UTF-8 decode" of the steps takes a byte order mark away.
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    json::read(core::str::from_utf8(bytes).ok()?)
}
