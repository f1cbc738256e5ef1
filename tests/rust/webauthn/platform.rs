//! The platform's part: whether a signature is good. WebCrypto in JavaScript, `RustCrypto` here.

use edge_mfa::webauthn::{Pending, Refusal, SignatureAlgorithm, SignatureCheck};
use rsa::pkcs8::DecodePublicKey;
use rsa::signature::Verifier;
use rsa::signature::hazmat::PrehashVerifier;
use sha2::{Digest, Sha256, Sha384, Sha512};

pub(crate) fn is_good(check: &SignatureCheck) -> bool {
    verify(check).unwrap_or_default()
}

fn verify(check: &SignatureCheck) -> Option<bool> {
    let SignatureCheck { public_key: key, message, signature, .. } = check;
    let hash = match check.algorithm {
        SignatureAlgorithm::P256Sha384 | SignatureAlgorithm::P384Sha384 => Sha384::digest(message).to_vec(),
        SignatureAlgorithm::P256Sha512 | SignatureAlgorithm::P384Sha512 => Sha512::digest(message).to_vec(),
        _ => Sha256::digest(message).to_vec(),
    };
    Some(match check.algorithm {
        SignatureAlgorithm::P256Sha256 | SignatureAlgorithm::P256Sha384 | SignatureAlgorithm::P256Sha512 => {
            let key = p256::ecdsa::VerifyingKey::from_public_key_der(key).ok()?;
            key.verify_prehash(&hash, &p256::ecdsa::Signature::from_slice(signature).ok()?).is_ok()
        }
        SignatureAlgorithm::P384Sha256 | SignatureAlgorithm::P384Sha384 | SignatureAlgorithm::P384Sha512 => {
            let key = p384::ecdsa::VerifyingKey::from_public_key_der(key).ok()?;
            key.verify_prehash(&hash, &p384::ecdsa::Signature::from_slice(signature).ok()?).is_ok()
        }
        SignatureAlgorithm::Ed25519 => {
            let key = ed25519_dalek::VerifyingKey::from_bytes(key.last_chunk()?).ok()?;
            key.verify(message, &ed25519_dalek::Signature::from_slice(signature).ok()?).is_ok()
        }
        SignatureAlgorithm::RsaSha256 => rsa::<Sha256>(key, message, signature)?,
        SignatureAlgorithm::RsaSha384 => rsa::<Sha384>(key, message, signature)?,
        SignatureAlgorithm::RsaSha512 => rsa::<Sha512>(key, message, signature)?,
        _ => return None,
    })
}

fn rsa<D: Digest + x509_cert::der::oid::AssociatedOid>(key: &[u8], message: &[u8], signature: &[u8]) -> Option<bool> {
    let key = rsa::PublicKey::from_public_key_der(key).ok()?;
    let signature = rsa::pkcs1v15::Signature::try_from(signature).ok()?;
    Some(rsa::pkcs1v15::VerifyingKey::<D>::new(key).verify(message, &signature).is_ok())
}

/// What it comes to with the platform's answers.
pub(crate) fn answer<T>(pending: Pending<T>) -> Result<T, Refusal> {
    let good: Vec<_> = pending.checks().iter().filter(|check| is_good(check)).map(SignatureCheck::digest).collect();
    pending.answer(&good)
}
