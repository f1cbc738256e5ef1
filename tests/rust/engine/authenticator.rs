//! A passkey in software, and what somebody does with it.

use crate::person::Person;
use edge_mfa::engine::{
    Attachment, AuthenticationOptions, AuthenticationResponse, Command, NewPasskey, Outcome, Passkeys,
    RegistrationOptions, RegistrationResponse,
};
use edge_mfa::webauthn::{AttestationPolicy, RelyingParty};
use p256::ecdsa::signature::Signer;
use p256::ecdsa::{Signature, SigningKey};
use sha2::{Digest, Sha256};
use std::sync::Arc;

const ORIGIN: &str = "https://example.com";
pub(crate) const UP: u8 = 1;
pub(crate) const UV: u8 = 4;
pub(crate) const BE: u8 = 8;
pub(crate) const BS: u8 = 16;

pub(crate) fn passkeys() -> Arc<Passkeys> {
    let relying_party = RelyingParty::new("example.com".into(), vec![ORIGIN.into()], vec![]).unwrap();
    Arc::new(Passkeys { relying_party, attestation: AttestationPolicy::default() })
}

/// An authenticator in software: ES256, no attestation.
#[derive(Clone)]
pub(crate) struct Passkey {
    key: SigningKey,
    pub(crate) id: Vec<u8>,
    pub(crate) flags: u8,
    pub(crate) count: u32,
    pub(crate) handle: Option<String>,
    /// Of the page, as the browser says.
    pub(crate) origin: &'static str,
}

impl Passkey {
    pub(crate) fn new(seed: u8) -> Self {
        let key = SigningKey::from_slice(&[seed; 32]).unwrap();
        Self { key, id: vec![seed; 16], flags: UP | UV, count: 0, handle: None, origin: ORIGIN }
    }

    pub(crate) fn id(&self) -> String {
        base64url(&self.id)
    }

    fn client_data(&self, kind: &str, challenge: &str) -> Vec<u8> {
        let origin = self.origin;
        format!(r#"{{"type":"webauthn.{kind}","challenge":"{challenge}","origin":"{origin}","crossOrigin":false}}"#)
            .into()
    }

    fn data(&self, flags: u8) -> Vec<u8> {
        [&Sha256::digest("example.com")[..], &[flags], &self.count.to_be_bytes()].concat()
    }

    pub(crate) fn create(&mut self, options: &RegistrationOptions) -> RegistrationResponse {
        self.handle = Some(options.user_handle.clone());
        let point = self.key.verifying_key().to_sec1_point(false);
        let (x, y) = (point.x().unwrap(), point.y().unwrap());
        let cose = [&[0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 32][..], x, &[0x22, 0x58, 32], y].concat();
        let length = u16::try_from(self.id.len()).unwrap().to_be_bytes();
        let data = [self.data(self.flags | 0x40), vec![0; 16], length.to_vec(), self.id.clone(), cose].concat();
        let head = b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58";
        RegistrationResponse {
            id: self.id(),
            client_data_json: base64url(&self.client_data("create", &options.challenge)),
            attestation_object: base64url(&[&head[..], &[u8::try_from(data.len()).unwrap()], &data].concat()),
            transports: vec!["internal".into(), "hybrid".into(), "carrier-pigeon".into()],
            attachment: Some(Attachment::Platform),
        }
    }

    pub(crate) fn get(&mut self, challenge: &str) -> AuthenticationResponse {
        let (client, data) = (self.client_data("get", challenge), self.data(self.flags));
        let signature: Signature = self.key.sign(&[&data[..], &Sha256::digest(&client)].concat());
        AuthenticationResponse {
            id: self.id(),
            client_data_json: base64url(&client),
            authenticator_data: base64url(&data),
            signature: base64url(signature.to_der().as_bytes()),
            user_handle: self.handle.clone(),
        }
    }
}

fn base64url(bytes: &[u8]) -> String {
    const SYMBOLS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let bits: Vec<u8> = bytes.iter().flat_map(|byte| (0..8).rev().map(move |at| byte >> at & 1)).collect();
    let symbol = |bits: &[u8]| bits.iter().chain([&0; 6]).take(6).fold(0, |value, bit| value << 1 | usize::from(*bit));
    bits.chunks(6).map(|bits| char::from(SYMBOLS[symbol(bits)])).collect()
}

impl Person {
    /// Decides, has the platform check what it is asked for, and decides again.
    pub(crate) fn ask_twice(&mut self, command: &Command) -> Outcome {
        if let Command::Register { response, .. } = command {
            self.owner = self.owners.get(&response.id).cloned();
        }
        let mut step = self.decide(command.clone()).unwrap();
        if let Outcome::Check(checks) = &step.outcome {
            assert!(step.events.is_empty() && step.claims.is_empty(), "nothing is decided yet");
            self.signatures = Some(checks.iter().filter(|check| is_good(check)).map(|check| check.digest()).collect());
            step = self.decide(command.clone()).unwrap();
        }
        (self.signatures, self.owner) = (None, None);
        self.finish(&step)
    }

    pub(crate) fn registration(&mut self, new: NewPasskey) -> RegistrationOptions {
        match self.ask(Command::RegistrationOptions(new)) {
            Outcome::RegistrationOptions(options) => options,
            other => panic!("{other:?}"),
        }
    }

    pub(crate) fn register(&mut self, passkey: &mut Passkey) -> Outcome {
        let options = self.registration(NewPasskey::default());
        let response = passkey.create(&options);
        self.ask_twice(&Command::Register { response, name: Some("Telephone".into()) })
    }

    pub(crate) fn options(&mut self) -> AuthenticationOptions {
        match self.ask(Command::AuthenticationOptions) {
            Outcome::AuthenticationOptions(options) => options,
            other => panic!("{other:?}"),
        }
    }

    pub(crate) fn use_passkey(&mut self, passkey: &mut Passkey) -> Outcome {
        passkey.count += 1;
        let response = passkey.get(&self.options().challenge);
        self.ask_twice(&Command::Authenticate { response, grant: None })
    }
}

fn is_good(check: &edge_mfa::webauthn::SignatureCheck) -> bool {
    use p256::ecdsa::signature::Verifier;
    use p256::pkcs8::DecodePublicKey;
    let Ok(key) = p256::ecdsa::VerifyingKey::from_public_key_der(&check.public_key) else { return false };
    Signature::from_slice(&check.signature).is_ok_and(|signature| key.verify(&check.message, &signature).is_ok())
}
