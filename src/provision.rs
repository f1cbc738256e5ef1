//! Getting a secret into an authenticator: `otpauth://` URIs, Google Authenticator exports, QR codes.

pub mod migration;
pub mod otpauth;
pub mod qr;
