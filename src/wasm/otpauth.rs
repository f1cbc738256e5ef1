//! `otpauth.build`, `otpauth.parse`, `otpauth.buildMigration` and `otpauth.parseMigration`.

use super::exchange::{Arguments, respond};
use super::hotp::{algorithm, counter, digits};
use super::json;
use super::secret::{System, secret};
use super::totp::period;
use crate::base::{Entropy, MAX_SAFE_INTEGER};
use crate::otpauth::{Account, Kind, Parsed};
use crate::{Error, migration};
use alloc::{string::String, vec::Vec};
use wasm_bindgen::prelude::wasm_bindgen;

/// An account → its URI.
#[wasm_bindgen]
pub fn otpauth_build() -> bool {
    respond(|arguments| account(arguments)?.build())
}

/// `uri` → the account with its warnings.
#[wasm_bindgen]
pub fn otpauth_parse() -> bool {
    respond(|arguments| {
        let mut json = String::new();
        push(&mut json, &Account::parse(arguments.text(Error::UriType)?)?)?;
        Ok(json)
    })
}

/// `count`, then so many accounts → a list of URIs.
#[wasm_bindgen]
pub fn migration_build() -> bool {
    respond(|arguments| {
        let accounts = list(arguments, account)?;
        let mut id = [0; 4];
        System.fill(&mut id)?;
        let uris = migration::build(&accounts, u32::from_le_bytes(id))?;
        let mut json = String::new();
        json::texts(&mut json, "", uris.iter().map(String::as_str));
        Ok(json)
    })
}

/// `count`, then so many URIs → a list of accounts; with `count` absent, one URI, which may be a part of more.
#[wasm_bindgen]
pub fn migration_parse() -> bool {
    respond(|arguments| {
        let count = arguments.whole(LIST_MOST, Error::UriType)?;
        let accounts = match count {
            None => migration::Part::parse(arguments.text(Error::UriType)?)?.accounts,
            Some(count) => {
                let uris = (0..count).map(|_| arguments.text(Error::UriType)).collect::<Result<Vec<_>, _>>()?;
                migration::parse(uris)?
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
        Ok(json)
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
    json::texts(json, ",\"warnings\":", parsed.warnings.iter().map(|warning| warning.name()));
    json.push('}');
    Ok(())
}

fn list<'a, T>(
    arguments: &mut Arguments<'a>,
    item: impl Fn(&mut Arguments<'a>) -> Result<T, Error>,
) -> Result<Vec<T>, Error> {
    let count = arguments.whole(LIST_MOST, Error::MigrationUnsupported)?.unwrap_or(0);
    (0..count).map(|_| item(arguments)).collect()
}

/// Far more than an authenticator holds.
const LIST_MOST: u64 = 10_000;
