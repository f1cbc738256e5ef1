//! A software authenticator with the browser around it: every ceremony that it makes is valid, until a test changes one
//! thing about it.

use super::certificate::{AAGUID, ALTERNATIVE_NAME, Certificate, EXTENDED_KEY_USAGE, KEY_DESCRIPTION, NONCE, Name};
use super::encode::{Value, der};
use super::key::Key;
use sha2::{Digest, Sha256};

#[derive(Clone, Debug)]
pub(crate) struct Authenticator {
    // What the browser says.
    pub(crate) kind: Option<&'static str>,
    pub(crate) challenge: Vec<u8>,
    pub(crate) origin: &'static str,
    /// More members, each with a comma in front.
    pub(crate) more: &'static str,
    // What the authenticator says.
    pub(crate) rp_id: &'static str,
    pub(crate) flags: u8,
    pub(crate) sign_count: u32,
    pub(crate) aaguid: [u8; 16],
    pub(crate) id: Vec<u8>,
    pub(crate) key: Key,
    /// The COSE key, if it is to be another than that of `key`.
    pub(crate) cose: Option<Value>,
    /// Behind the rest of the authenticator data.
    pub(crate) tail: Vec<u8>,
    pub(crate) user_handle: Option<&'static [u8]>,
    /// A bit of the signature to flip.
    pub(crate) damaged: bool,
    // How it is attested.
    pub(crate) attestation: Attestation,
}

/// A statement, and who stands behind it.
#[derive(Clone, Debug)]
pub(crate) struct Attestation {
    pub(crate) format: &'static str,
    /// The name in the object, if it is to be another.
    pub(crate) name: Option<&'static str>,
    /// With what the statement is signed, and the number that it gives.
    pub(crate) key: Key,
    pub(crate) algorithm: Option<i64>,
    /// The certificate of `key` first; what names the ceremony is put into it when it is made.
    pub(crate) path: Vec<Certificate>,
    pub(crate) root: Certificate,
    pub(crate) tpm: Tpm,
    pub(crate) android: Android,
    /// Instead of what the statement is signed over, or what the certificate of Apple names.
    pub(crate) nonce: Option<[u8; 32]>,
    /// One more member.
    pub(crate) extra: bool,
    pub(crate) damaged: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct Tpm {
    pub(crate) version: &'static str,
    pub(crate) magic: [u8; 4],
    pub(crate) kind: [u8; 2],
    pub(crate) name_hash: [u8; 2],
    /// Instead of the credential.
    pub(crate) key: Option<Key>,
    /// Instead of the public area that is certified.
    pub(crate) certified: Option<Vec<u8>>,
    /// Behind `certInfo`, and behind `pubArea`.
    pub(crate) tails: [Vec<u8>; 2],
}

#[derive(Clone, Debug)]
pub(crate) struct Android {
    pub(crate) challenge: Option<[u8; 32]>,
    /// The list of the software, and that of the hardware, in DER.
    pub(crate) lists: [Vec<u8>; 2],
}

pub(crate) struct Registered {
    pub(crate) id: Vec<u8>,
    pub(crate) client_data_json: Vec<u8>,
    pub(crate) attestation_object: Vec<u8>,
}

pub(crate) struct Asserted {
    pub(crate) id: Vec<u8>,
    pub(crate) client_data_json: Vec<u8>,
    pub(crate) authenticator_data: Vec<u8>,
    pub(crate) signature: Vec<u8>,
    pub(crate) user_handle: Option<&'static [u8]>,
}

impl Authenticator {
    /// Attests in this format; `self` is packed without a certificate.
    pub(crate) fn new(format: &'static str) -> Self {
        let key = Key::p256(1);
        Self {
            kind: None,
            challenge: CHALLENGE.to_vec(),
            origin: ORIGIN,
            more: r#","crossOrigin":false"#,
            rp_id: RP_ID,
            flags: PRESENT | VERIFIED,
            sign_count: 7,
            aaguid: *b"model of a maker",
            id: b"the id of a credential, 32 bytes".to_vec(),
            attestation: Attestation::new(format, &key),
            key,
            cose: None,
            tail: Vec::new(),
            user_handle: Some(USER_HANDLE),
            damaged: false,
        }
    }

    pub(crate) fn with_key(mut self, key: Key) -> Self {
        // The certificates of Apple and Android are for the credential.
        if ["apple", "android-key"].contains(&self.attestation.format) {
            self.attestation.path[0].spki = key.spki();
            self.attestation.key = key.clone();
        }
        if self.attestation.format == "self" {
            self.attestation.key = key.clone();
        }
        self.key = key;
        self
    }

    pub(crate) fn register(&self) -> Registered {
        let client_data_json = self.client_data("webauthn.create");
        let authenticator_data = self.authenticator_data(true);
        let statement = self.statement(&authenticator_data, &Sha256::digest(&client_data_json).into());
        let format = self.attestation.name.unwrap_or(match self.attestation.format {
            "self" => "packed",
            format => format,
        });
        let object = Value::Map(vec![
            (Value::Text("fmt"), Value::Text(format)),
            (Value::Text("attStmt"), Value::Map(statement)),
            (Value::Text("authData"), Value::Bytes(authenticator_data)),
        ]);
        Registered { id: self.id.clone(), client_data_json, attestation_object: object.encode() }
    }

    pub(crate) fn assert(&self) -> Asserted {
        let client_data_json = self.client_data("webauthn.get");
        let authenticator_data = self.authenticator_data(false);
        let mut signature = self.key.sign(&[&authenticator_data[..], &Sha256::digest(&client_data_json)].concat());
        if self.damaged {
            *signature.last_mut().unwrap() ^= 1;
        }
        Asserted { id: self.id.clone(), client_data_json, authenticator_data, signature, user_handle: self.user_handle }
    }

    pub(crate) fn client_data(&self, kind: &'static str) -> Vec<u8> {
        let (kind, challenge) = (self.kind.unwrap_or(kind), base64_url(&self.challenge));
        format!(r#"{{"type":"{kind}","challenge":"{challenge}","origin":"{}"{}}}"#, self.origin, self.more).into()
    }

    pub(crate) fn authenticator_data(&self, attested: bool) -> Vec<u8> {
        let mut data = Sha256::digest(self.rp_id).to_vec();
        data.push(self.flags | if attested { ATTESTED } else { 0 });
        data.extend_from_slice(&self.sign_count.to_be_bytes());
        if (data[32] & ATTESTED) != 0 {
            data.extend_from_slice(&self.aaguid);
            data.extend_from_slice(&(self.id.len() as u16).to_be_bytes());
            data.extend_from_slice(&self.id);
            data.extend_from_slice(&self.cose.clone().unwrap_or_else(|| cose(&self.key)).encode());
        }
        data.extend_from_slice(&self.tail);
        data
    }

    fn statement(&self, data: &[u8], client_data_hash: &[u8; 32]) -> Vec<(Value, Value)> {
        let attestation = &self.attestation;
        let signed = match attestation.nonce {
            Some(nonce) => nonce.to_vec(),
            None => [data, client_data_hash].concat(),
        };
        let mut path = attestation.path.clone();
        let mut members = match attestation.format {
            "none" => Vec::new(),
            "self" => vec![self.algorithm(), attestation.signed(&signed)],
            "packed" => vec![self.algorithm(), attestation.signed(&signed)],
            "android-key" => {
                let description = attestation.android.description(client_data_hash);
                path[0] = path[0].clone().with(KEY_DESCRIPTION, false, description);
                vec![self.algorithm(), attestation.signed(&signed)]
            }
            "fido-u2f" => {
                let point = [&[4], &self.key.point()[..]].concat();
                let message = [&[0], &data[..32], client_data_hash, &self.id, &point].concat();
                vec![attestation.signed(&message)]
            }
            "apple" => {
                let nonce = Sha256::digest(&signed);
                let value = der(b"\x30", &[&der(b"\xa1", &[&der(b"\x04", &[&nonce])])]);
                path[0] = path[0].clone().with(NONCE, false, value);
                Vec::new()
            }
            "tpm" => self.tpm(&signed),
            format => panic!("{format}"),
        };
        if !path.is_empty() {
            let chain = path.iter().map(|certificate| Value::Bytes(certificate.to_der())).collect();
            members.push((Value::Text("x5c"), Value::Array(chain)));
        }
        if attestation.extra {
            members.push((Value::Text("more"), Value::Int(1)));
        }
        // The shorter first, then by bytes.
        members.sort_by_key(|(key, _)| (key.encode().len(), key.encode()));
        members
    }

    fn algorithm(&self) -> (Value, Value) {
        let algorithm = self.attestation.algorithm.unwrap_or_else(|| self.attestation.key.algorithm());
        (Value::Text("alg"), Value::Int(algorithm))
    }

    fn tpm(&self, signed: &[u8]) -> Vec<(Value, Value)> {
        let tpm = &self.attestation.tpm;
        let public = [tpm.public_area(tpm.key.as_ref().unwrap_or(&self.key)), tpm.tails[1].clone()].concat();
        let name = [&tpm.name_hash[..], &Sha256::digest(tpm.certified.as_ref().unwrap_or(&public))].concat();
        let info = [
            &tpm.magic[..],
            &tpm.kind,
            &sized(b"the signer"),
            &sized(&Sha256::digest(signed)),
            &[7; 17],
            &[8; 8],
            &sized(&name),
            &sized(b""),
            &tpm.tails[0],
        ]
        .concat();
        vec![
            self.algorithm(),
            self.attestation.signed(&info),
            (Value::Text("ver"), Value::Text(tpm.version)),
            (Value::Text("pubArea"), Value::Bytes(public)),
            (Value::Text("certInfo"), Value::Bytes(info)),
        ]
    }
}

impl Attestation {
    /// A root, an authority of another curve under it, and the authenticator's; FIDO U2F has one certificate only.
    fn new(format: &'static str, credential: &Key) -> Self {
        let (root_key, middle_key) = (Key::p384(21), Key::Rsa);
        let key = match format {
            "self" | "apple" | "android-key" => credential.clone(),
            _ => Key::p256(20),
        };
        let root = Certificate::new(root_name(), &root_key, root_name(), &root_key).authority(None);
        let middle = Certificate::new(middle_name(), &middle_key, root_name(), &root_key).authority(Some(0));
        let subject = match format {
            "tpm" => Vec::new(),
            _ => leaf_name(),
        };
        let leaf = Certificate::new(subject, &key, middle_name(), &middle_key);
        let path = match format {
            "none" | "self" => Vec::new(),
            "fido-u2f" => vec![Certificate::new(leaf_name(), &key, root_name(), &root_key)],
            "packed" => vec![leaf.with(AAGUID, false, der(b"\x04", &[b"model of a maker"])), middle],
            "tpm" => {
                let leaf = leaf.with(ALTERNATIVE_NAME, true, tpm_name(&[1, 2, 3])).with(
                    EXTENDED_KEY_USAGE,
                    false,
                    der(b"\x30", &[&der(b"\x06", &[b"\x67\x81\x05\x08\x03"])]),
                );
                vec![leaf, middle]
            }
            _ => vec![leaf, middle],
        };
        Self {
            format,
            name: None,
            key,
            algorithm: None,
            path,
            root,
            tpm: Tpm {
                version: "2.0",
                magic: *b"\xffTCG",
                kind: [0x80, 0x17],
                name_hash: [0, 0x0b],
                key: None,
                certified: None,
                tails: [Vec::new(), Vec::new()],
            },
            android: Android { challenge: None, lists: [Vec::new(), properties(Some(0), Some(&[2]), false)] },
            nonce: None,
            extra: false,
            damaged: false,
        }
    }

    fn signed(&self, message: &[u8]) -> (Value, Value) {
        let mut signature = self.key.sign(message);
        if self.damaged {
            *signature.last_mut().unwrap() ^= 1;
        }
        (Value::Text("sig"), Value::Bytes(signature))
    }
}

impl Tpm {
    /// `TPMT_PUBLIC` of a key without a cipher, whose scheme is given for RSA and not for a curve.
    fn public_area(&self, key: &Key) -> Vec<u8> {
        let common =
            |kind: [u8; 2]| [&kind[..], &self.name_hash, &[0, 4, 0, 0], &sized(b"a policy"), &[0, 0x10]].concat();
        match key {
            Key::Rsa => [&common([0, 1])[..], b"\x00\x14\x00\x0b\x08\x00\0\0\0\0", &sized(&key.modulus())].concat(),
            _ => {
                let point = key.point();
                let (x, y) = point.split_at(point.len() / 2);
                let curve: &[u8] =
                    if x.len() == 32 { b"\x00\x10\x00\x03\x00\x10" } else { b"\x00\x10\x00\x04\x00\x10" };
                [&common([0, 0x23])[..], curve, &sized(x), &sized(y)].concat()
            }
        }
    }
}

impl Android {
    fn description(&self, client_data_hash: &[u8; 32]) -> Vec<u8> {
        let challenge = der(b"\x04", &[self.challenge.as_ref().unwrap_or(client_data_hash)]);
        let [software, hardware] = self.lists.clone().map(|list| der(b"\x30", &[&list]));
        let versions = b"\x02\x01\x03\x0a\x01\x01\x02\x01\x04\x0a\x01\x01";
        der(b"\x30", &[versions, &challenge, b"\x04\x00", &software, &hardware])
    }
}

/// An `AuthorizationList`, with a property that nobody knows in between.
pub(crate) fn properties(origin: Option<u8>, purposes: Option<&[u8]>, all_applications: bool) -> Vec<u8> {
    let mut list = Vec::new();
    if let Some(purposes) = purposes {
        let purposes: Vec<u8> = purposes.iter().flat_map(|purpose| der(b"\x02", &[&[*purpose]])).collect();
        list.extend(der(b"\xa1", &[&der(b"\x31", &[&purposes])]));
    }
    list.extend(der(b"\xa3", &[b"\x02\x02\x01\x00"]));
    if all_applications {
        list.extend(der(b"\xbf\x84\x58", &[b"\x05\x00"]));
    }
    if let Some(origin) = origin {
        list.extend(der(b"\xbf\x85\x3e", &[&der(b"\x02", &[&[origin]])]));
    }
    list
}

/// An alternative name with these of the three attributes of a TPM.
pub(crate) fn tpm_name(attributes: &[u8]) -> Vec<u8> {
    let attribute = |last: &u8| {
        let member = der(b"\x30", &[b"\x06\x05\x67\x81\x05\x02", &[*last], &der(b"\x0c", &[b"id:414D4400"])]);
        der(b"\x31", &[&member])
    };
    let name = der(b"\x30", &[&attributes.iter().flat_map(attribute).collect::<Vec<_>>()]);
    der(b"\x30", &[&der(b"\xa4", &[&name])])
}

/// A COSE key.
pub(crate) fn cose(key: &Key) -> Value {
    let number = |label: i64, value: i64| (Value::Int(label), Value::Int(value));
    let bytes = |label: i64, value: &[u8]| (Value::Int(label), Value::Bytes(value.to_vec()));
    let algorithm = number(3, key.algorithm());
    Value::Map(match key {
        Key::Rsa => vec![number(1, 3), algorithm, bytes(-1, &key.modulus()), bytes(-2, &[1, 0, 1])],
        Key::Ed25519(_) => vec![number(1, 1), algorithm, number(-1, 6), bytes(-2, &key.point())],
        _ => {
            let point = key.point();
            let (x, y) = point.split_at(point.len() / 2);
            let curve = if x.len() == 32 { 1 } else { 2 };
            vec![number(1, 2), algorithm, number(-1, curve), bytes(-2, x), bytes(-3, y)]
        }
    })
}

pub(crate) fn leaf_name() -> Name {
    vec![(6, "CH"), (10, "Maker"), (11, "Authenticator Attestation"), (3, "Model 7")]
}

pub(crate) fn middle_name() -> Name {
    vec![(10, "Maker"), (3, "Issuing authority")]
}

pub(crate) fn root_name() -> Name {
    vec![(10, "Maker"), (3, "Root")]
}

fn sized(bytes: &[u8]) -> Vec<u8> {
    [&(bytes.len() as u16).to_be_bytes()[..], bytes].concat()
}

/// Base64url without padding.
pub(crate) fn base64_url(bytes: &[u8]) -> String {
    const SYMBOLS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut text = String::new();
    for part in bytes.chunks(3) {
        let word = part.iter().fold(0_u32, |word, byte| word << 8 | u32::from(*byte)) << (8 * (3 - part.len()));
        text.extend((0..=part.len()).map(|place| char::from(SYMBOLS[(word >> (18 - 6 * place)) as usize & 63])));
    }
    text
}

pub(crate) const FORMATS: [&str; 7] = ["none", "self", "packed", "tpm", "android-key", "fido-u2f", "apple"];
pub(crate) const CHALLENGE: &[u8] = b"a challenge of 32 bytes, burned.";
pub(crate) const ORIGIN: &str = "https://login.example.org:8443";
pub(crate) const RP_ID: &str = "example.org";
pub(crate) const USER_HANDLE: &[u8] = b"a user handle that says nothing";

pub(crate) const PRESENT: u8 = 1;
pub(crate) const VERIFIED: u8 = 1 << 2;
pub(crate) const BACKUP_ELIGIBLE: u8 = 1 << 3;
pub(crate) const BACKED_UP: u8 = 1 << 4;
pub(crate) const ATTESTED: u8 = 1 << 6;
pub(crate) const EXTENSIONS: u8 = 1 << 7;
