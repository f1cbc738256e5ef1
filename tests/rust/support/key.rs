//! Private keys that sign as authenticators and makers do, always the same.

use ed25519_dalek::Signer;
use p256::ecdsa::signature::hazmat::PrehashSigner;
use rsa::pkcs8::DecodePrivateKey;
use rsa::signature::SignatureEncoding;
use rsa::traits::PublicKeyParts;
use sha2::{Digest, Sha256, Sha384, Sha512};
use std::sync::LazyLock;

#[derive(Clone, Debug)]
pub(crate) enum Key {
    P256(p256::ecdsa::SigningKey),
    P384(p384::ecdsa::SigningKey),
    Ed25519(ed25519_dalek::SigningKey),
    Rsa,
}

/// Made by `openssl genpkey` for these tests; it guards nothing.
static RSA: LazyLock<rsa::PrivateKey> =
    LazyLock::new(|| rsa::PrivateKey::from_pkcs8_der(include_bytes!("rsa.der")).unwrap());

impl Key {
    pub(crate) fn p256(seed: u8) -> Self {
        Self::P256(p256::ecdsa::SigningKey::from_slice(&[seed; 32]).unwrap())
    }

    pub(crate) fn p384(seed: u8) -> Self {
        Self::P384(p384::ecdsa::SigningKey::from_slice(&[seed; 48]).unwrap())
    }

    pub(crate) fn ed25519(seed: u8) -> Self {
        Self::Ed25519(ed25519_dalek::SigningKey::from_bytes(&[seed; 32]))
    }

    /// One of each kind.
    pub(crate) fn all() -> [Self; 4] {
        [Self::p256(3), Self::p384(3), Self::ed25519(3), Self::Rsa]
    }

    /// The number of its COSE algorithm.
    pub(crate) fn algorithm(&self) -> i64 {
        match self {
            Self::P256(_) => -7,
            Self::P384(_) => -35,
            Self::Ed25519(_) => -8,
            Self::Rsa => -257,
        }
    }

    /// Both coordinates of a point; of other keys, the bytes that there are.
    pub(crate) fn point(&self) -> Vec<u8> {
        match self {
            Self::P256(key) => key.verifying_key().to_sec1_point(false).as_bytes()[1..].to_vec(),
            Self::P384(key) => key.verifying_key().to_sec1_point(false).as_bytes()[1..].to_vec(),
            Self::Ed25519(key) => key.verifying_key().to_bytes().to_vec(),
            Self::Rsa => self.modulus(),
        }
    }

    /// The modulus, and the exponent 65,537.
    pub(crate) fn modulus(&self) -> Vec<u8> {
        RSA.n().to_be_bytes_trimmed_vartime().into_vec()
    }

    /// As an authenticator signs (§6.5.5), and a maker its certificates.
    pub(crate) fn sign(&self, message: &[u8]) -> Vec<u8> {
        match self {
            Self::P256(key) => {
                let signature: p256::ecdsa::Signature = key.sign(message);
                signature.to_der().as_bytes().to_vec()
            }
            Self::P384(key) => {
                let signature: p384::ecdsa::Signature = key.sign(message);
                signature.to_der().as_bytes().to_vec()
            }
            Self::Ed25519(key) => key.sign(message).to_bytes().to_vec(),
            Self::Rsa => rsa::pkcs1v15::SigningKey::<Sha256>::new(RSA.clone()).sign(message).to_vec(),
        }
    }

    /// The same with another hash, as certificates may be signed: its `AlgorithmIdentifier` without the tag, and the
    /// signature. `hash` is 0 for SHA-256, 1 for SHA-384 and 2 for SHA-512.
    pub(crate) fn sign_with(&self, hash: u8, message: &[u8]) -> (Vec<u8>, Vec<u8>) {
        let digest = match hash {
            0 => Sha256::digest(message).to_vec(),
            1 => Sha384::digest(message).to_vec(),
            _ => Sha512::digest(message).to_vec(),
        };
        let mut identifier = self.signature_identifier().to_vec();
        let signature = match self {
            Self::P256(key) => {
                identifier[9] = 2 + hash;
                let signature: p256::ecdsa::Signature = key.sign_prehash(&digest).unwrap();
                signature.to_der().as_bytes().to_vec()
            }
            Self::P384(key) => {
                identifier[9] = 2 + hash;
                let signature: p384::ecdsa::Signature = key.sign_prehash(&digest).unwrap();
                signature.to_der().as_bytes().to_vec()
            }
            Self::Ed25519(_) => self.sign(message),
            Self::Rsa => {
                identifier[10] = 11 + hash;
                match hash {
                    0 => rsa::pkcs1v15::SigningKey::<Sha256>::new(RSA.clone()).sign(message).to_vec(),
                    1 => rsa::pkcs1v15::SigningKey::<Sha384>::new(RSA.clone()).sign(message).to_vec(),
                    _ => rsa::pkcs1v15::SigningKey::<Sha512>::new(RSA.clone()).sign(message).to_vec(),
                }
            }
        };
        (identifier, signature)
    }

    /// `AlgorithmIdentifier` of what [`Key::sign`] does, without its tag.
    pub(crate) fn signature_identifier(&self) -> &'static [u8] {
        match self {
            Self::P256(_) => b"\x06\x08\x2a\x86\x48\xce\x3d\x04\x03\x02",
            Self::P384(_) => b"\x06\x08\x2a\x86\x48\xce\x3d\x04\x03\x03",
            Self::Ed25519(_) => b"\x06\x03\x2b\x65\x70",
            Self::Rsa => b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b\x05\x00",
        }
    }

    /// `SubjectPublicKeyInfo`, by the crates that the keys are of.
    pub(crate) fn spki(&self) -> Vec<u8> {
        use p256::pkcs8::EncodePublicKey;
        match self {
            Self::P256(key) => key.verifying_key().to_public_key_der().unwrap().as_bytes().to_vec(),
            Self::P384(key) => key.verifying_key().to_public_key_der().unwrap().as_bytes().to_vec(),
            Self::Ed25519(key) => {
                [&b"\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00"[..], key.verifying_key().as_bytes()].concat()
            }
            Self::Rsa => RSA.to_public_key().to_public_key_der().unwrap().as_bytes().to_vec(),
        }
    }
}
