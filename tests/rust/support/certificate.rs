//! Certificates, signed on the spot.

use super::encode::der;
use super::key::Key;

/// An X.509 certificate before it is signed. Every part can be changed.
#[derive(Clone, Debug)]
pub(crate) struct Certificate {
    /// From 0, which is version 1.
    pub(crate) version: u8,
    pub(crate) issuer: Name,
    pub(crate) subject: Name,
    pub(crate) not_before: &'static str,
    pub(crate) not_after: &'static str,
    pub(crate) spki: Vec<u8>,
    pub(crate) extensions: Vec<Extension>,
    pub(crate) signer: Key,
    /// Of [`Key::sign_with`]; the usual one of the key.
    pub(crate) hash: Option<u8>,
    /// A bit of the signature to flip.
    pub(crate) damaged: bool,
}

/// Attributes: the last byte of 2.5.4.x, and the text.
pub(crate) type Name = Vec<(u8, &'static str)>;

#[derive(Clone, Debug)]
pub(crate) struct Extension {
    pub(crate) identifier: &'static [u8],
    pub(crate) critical: bool,
    pub(crate) value: Vec<u8>,
}

impl Certificate {
    /// For `holder`, signed with `signer`; no authority.
    pub(crate) fn new(subject: Name, holder: &Key, issuer: Name, signer: &Key) -> Self {
        Self {
            version: 2,
            issuer,
            subject,
            not_before: "20240101000000Z",
            not_after: "20491231235959Z",
            spki: holder.spki(),
            extensions: vec![Extension { identifier: BASIC_CONSTRAINTS, critical: true, value: der(b"\x30", &[]) }],
            signer: signer.clone(),
            hash: None,
            damaged: false,
        }
    }

    /// An authority.
    pub(crate) fn authority(mut self, path_length: Option<u8>) -> Self {
        let length = path_length.map(|length| der(b"\x02", &[&[length]])).unwrap_or_default();
        self.extensions = vec![
            Extension {
                identifier: BASIC_CONSTRAINTS,
                critical: true,
                value: der(b"\x30", &[b"\x01\x01\xff", &length]),
            },
            // keyCertSign and cRLSign.
            Extension { identifier: KEY_USAGE, critical: true, value: b"\x03\x02\x01\x06".to_vec() },
        ];
        self
    }

    pub(crate) fn with(mut self, identifier: &'static [u8], critical: bool, value: Vec<u8>) -> Self {
        self.extensions.push(Extension { identifier, critical, value });
        self
    }

    pub(crate) fn without(&mut self, identifier: &[u8]) {
        self.extensions.retain(|extension| extension.identifier != identifier);
    }

    pub(crate) fn replace(&mut self, identifier: &'static [u8], critical: bool, value: Vec<u8>) {
        self.without(identifier);
        self.extensions.push(Extension { identifier, critical, value });
    }

    pub(crate) fn to_der(&self) -> Vec<u8> {
        let usual = self.signer.signature_identifier().to_vec();
        let identifier = self.hash.map_or(usual, |hash| self.signer.sign_with(hash, b"").0);
        let identifier = der(b"\x30", &[&identifier]);
        let version = if self.version == 0 { Vec::new() } else { der(b"\xa0", &[b"\x02\x01", &[self.version]]) };
        let validity = der(b"\x30", &[&time(self.not_before), &time(self.not_after)]);
        let extensions = self.extensions.iter().flat_map(Extension::to_der).collect::<Vec<_>>();
        let extensions = match extensions.is_empty() {
            true => Vec::new(),
            false => der(b"\xa3", &[&der(b"\x30", &[&extensions])]),
        };
        let (issuer, subject) = (name(&self.issuer), name(&self.subject));
        let serial = b"\x02\x01\x07";
        let signed =
            der(b"\x30", &[&version, serial, &identifier, &issuer, &validity, &subject, &self.spki, &extensions]);
        let mut signature = match self.hash {
            Some(hash) => self.signer.sign_with(hash, &signed).1,
            None => self.signer.sign(&signed),
        };
        if self.damaged {
            *signature.last_mut().unwrap() ^= 1;
        }
        der(b"\x30", &[&signed, &identifier, &der(b"\x03", &[&[0], &signature])])
    }
}

impl Extension {
    fn to_der(&self) -> Vec<u8> {
        let critical: &[u8] = if self.critical { b"\x01\x01\xff" } else { b"" };
        der(b"\x30", &[&der(b"\x06", &[self.identifier]), critical, &der(b"\x04", &[&self.value])])
    }
}

fn name(attributes: &Name) -> Vec<u8> {
    let attribute = |(kind, text): &(u8, &str)| {
        let tag = if *kind == 6 { b"\x13" } else { b"\x0c" };
        let member = der(b"\x30", &[b"\x06\x03\x55\x04", &[*kind], &der(tag, &[text.as_bytes()])]);
        der(b"\x31", &[&member])
    };
    der(b"\x30", &[&attributes.iter().flat_map(attribute).collect::<Vec<_>>()])
}

/// `UTCTime` from 1950 until 2049, as the standard demands.
fn time(text: &str) -> Vec<u8> {
    if ("1950".."2050").contains(&&text[..4]) {
        der(b"\x17", &[&text.as_bytes()[2..]])
    } else {
        der(b"\x18", &[text.as_bytes()])
    }
}

pub(crate) const KEY_USAGE: &[u8] = b"\x55\x1d\x0f";
pub(crate) const ALTERNATIVE_NAME: &[u8] = b"\x55\x1d\x11";
pub(crate) const BASIC_CONSTRAINTS: &[u8] = b"\x55\x1d\x13";
pub(crate) const EXTENDED_KEY_USAGE: &[u8] = b"\x55\x1d\x25";
pub(crate) const AAGUID: &[u8] = b"\x2b\x06\x01\x04\x01\x82\xe5\x1c\x01\x01\x04";
pub(crate) const KEY_DESCRIPTION: &[u8] = b"\x2b\x06\x01\x04\x01\xd6\x79\x02\x01\x11";
pub(crate) const NONCE: &[u8] = b"\x2a\x86\x48\x86\xf7\x63\x64\x08\x02";
