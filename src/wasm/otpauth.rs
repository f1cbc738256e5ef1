//! `otpauth.build`, `otpauth.parse`, `otpauth.buildMigration` and `otpauth.parseMigration`.

use super::entropy::System;
use super::exchange::{Arguments, respond};
use super::hotp::{algorithm, counter, digits};
use super::json;
use super::secret::secret;
use super::totp::period;
use crate::base::{Entropy, MAX_SAFE_INTEGER};
use crate::otpauth::{Account, Kind, Parsed};
use crate::{Error, migration};
use alloc::{string::String, vec::Vec};
use wasm_bindgen::prelude::wasm_bindgen;

/// An account → its URI.
#[wasm_bindgen]
pub fn otpauth_build() -> bool {
    respond(|arguments| Ok(account(arguments)?.build()?.into_bytes()))
}

/// `uri` → the account with its warnings.
#[wasm_bindgen]
pub fn otpauth_parse() -> bool {
    respond(|arguments| {
        let mut json = String::new();
        push(&mut json, &Account::parse(arguments.text(Error::UriType)?)?)?;
        Ok(json.into_bytes())
    })
}

/// `count`, then so many accounts → a list of URIs.
#[wasm_bindgen]
pub fn migration_build() -> bool {
    respond(|arguments| {
        let count = arguments.whole(LIST_MOST, Error::MigrationUnsupported)?.unwrap_or(0);
        let mut accounts = Vec::new();
        for _ in 0..count {
            accounts.push(account(arguments)?);
        }
        let mut id = [0; 4];
        System.fill(&mut id)?;
        let uris = migration::build(&accounts, u32::from_le_bytes(id))?;
        let mut json = String::new();
        json::texts(&mut json, "", &uris);
        Ok(json.into_bytes())
    })
}

/// `count`, then so many URIs → a list of accounts; with `count` absent, one URI, which may be a part of more.
#[wasm_bindgen]
pub fn migration_parse() -> bool {
    respond(|arguments| {
        let accounts = match arguments.whole(LIST_MOST, Error::UriType)? {
            None => migration::Part::parse(arguments.text(Error::UriType)?)?.accounts,
            Some(count) => {
                let mut uris = Vec::new();
                for _ in 0..count {
                    uris.push(arguments.text(Error::UriType)?);
                }
                migration::parse(&uris)?
            }
        };
        let mut json = String::from("[");
        for account in accounts {
            if json.len() > 1 {
                json.push(',');
            }
            push(&mut json, &Parsed::from(account))?;
        }
        json.push(']');
        Ok(json.into_bytes())
    })
}

/// `type?, secret, algorithm?, digits?, period?, counter?, issuer, account`.
fn account(arguments: &mut Arguments<'_>) -> Result<Account, Error> {
    let name = arguments.text_or("totp", Error::TypeInvalid)?;
    let secret = secret(arguments)?;
    let algorithm = algorithm(arguments)?;
    let kind = match name {
        "totp" => {
            let kind = Kind::Totp { digits: digits(arguments)?, period: period(arguments)? };
            arguments.next();
            kind
        }
        "hotp" => {
            let digits = digits(arguments)?;
            arguments.next();
            Kind::Hotp { digits, counter: counter(arguments)? }
        }
        "steam" => {
            arguments.next();
            arguments.next();
            arguments.next();
            Kind::Steam
        }
        _ => return Err(Error::TypeInvalid),
    };
    let issuer = arguments.text(Error::IssuerInvalid)?.into();
    let account = arguments.text(Error::AccountInvalid)?.into();
    Ok(Account { issuer, account, secret, algorithm, kind })
}

fn push(json: &mut String, parsed: &Parsed) -> Result<(), Error> {
    let account = &parsed.account;
    json::text(json, "{\"type\":", account.kind.name());
    json::text(json, ",\"issuer\":", &account.issuer);
    json::text(json, ",\"account\":", &account.account);
    json::text(json, ",\"secret\":", &account.secret.to_base32());
    json::text(json, ",\"algorithm\":", account.algorithm.name());
    json::number(json, ",\"digits\":", account.kind.digits().into());
    match account.kind {
        Kind::Totp { period, .. } => json::number(json, ",\"period\":", period.as_secs().into()),
        Kind::Hotp { counter, .. } if counter > MAX_SAFE_INTEGER => return Err(Error::CounterInvalid),
        Kind::Hotp { counter, .. } => json::number(json, ",\"counter\":", counter),
        Kind::Steam => json::number(json, ",\"period\":", 30),
    }
    json.push_str(",\"warnings\":[");
    let mut before = "";
    for warning in &parsed.warnings {
        json::text(json, before, warning.name());
        before = ",";
    }
    json.push_str("]}");
    Ok(())
}

/// Far more than an authenticator holds.
const LIST_MOST: u64 = 10_000;
