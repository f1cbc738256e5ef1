//! `otpauth.build`, `otpauth.parse`, `otpauth.buildMigration` and `otpauth.parseMigration`.

use super::entropy::System;
use super::exchange::{Arguments, OrThrow, refuse};
use super::hotp::{algorithm, counter, digits};
use super::json;
use super::secret::secret;
use super::totp::period;
use crate::base::{Entropy, MAX_SAFE_INTEGER, decimal};
use crate::otpauth::{self, Account, Kind, Parsed, Warning};
use crate::{Error, migration};
use alloc::{string::String, vec::Vec};

/// An account → its URI.
pub(super) fn build(arguments: &mut Arguments) -> Vec<u8> {
    account(arguments).build().or_throw().into_bytes()
}

/// `uri` → the account with its warnings.
pub(super) fn parse(arguments: &mut Arguments) -> Vec<u8> {
    let mut json = String::new();
    let Parsed { account, warnings } = Account::parse(arguments.text(Error::UriType)).or_throw();
    push(&mut json, &account, &warnings);
    json.into_bytes()
}

/// Accounts → a list of URIs.
pub(super) fn build_migration(arguments: &mut Arguments) -> Vec<u8> {
    let mut accounts = Vec::new();
    while !arguments.is_empty() {
        if accounts.len() == 1000 {
            refuse(Error::MigrationUnsupported);
        }
        accounts.push(account(arguments));
    }
    let mut id = [0; 4];
    System.fill(&mut id).or_throw();
    let uris = migration::build(&accounts, u32::from_le_bytes(id)).or_throw();
    let mut json = String::new();
    json::texts(&mut json, "", uris.iter().map(String::as_str));
    json.into_bytes()
}

/// URIs, all parts of one export → a list of accounts.
pub(super) fn parse_migration(arguments: &mut Arguments) -> Vec<u8> {
    let uris = arguments.texts(100, Error::UriType);
    if uris.is_empty() {
        refuse(Error::UriType);
    }
    accounts(&migration::parse(&uris).or_throw())
}

/// One URI, which may be a part of more → a list of accounts.
pub(super) fn parse_part(arguments: &mut Arguments) -> Vec<u8> {
    accounts(&migration::Part::parse(arguments.text(Error::UriType)).or_throw().accounts)
}

fn accounts(accounts: &[Account]) -> Vec<u8> {
    let mut json = String::new();
    let mut before = '[';
    for account in accounts {
        json.push(before);
        push(&mut json, account, &otpauth::warnings(account));
        before = ',';
    }
    json.push(']');
    json.into_bytes()
}

/// A generator, which is `type, secret, algorithm, digits, counter, period`; then `issuer, account`.
fn account(arguments: &mut Arguments) -> Account {
    let name = arguments.text(Error::TypeInvalid);
    let secret = secret(arguments);
    let algorithm = algorithm(arguments);
    let kind = match name {
        "totp" => {
            let digits = digits(arguments);
            arguments.skip(1);
            Kind::Totp { digits, period: period(arguments) }
        }
        "hotp" => {
            let kind = Kind::Hotp { digits: digits(arguments), counter: counter(arguments) };
            arguments.skip(1);
            kind
        }
        "steam" => {
            arguments.skip(3);
            Kind::Steam
        }
        _ => refuse(Error::TypeInvalid),
    };
    let issuer = arguments.text(Error::IssuerInvalid).into();
    Account { issuer, account: arguments.text(Error::AccountInvalid).into(), secret, algorithm, kind }
}

fn push(json: &mut String, account: &Account, warnings: &[Warning]) {
    json::text(json, "{\"type\":", account.kind.name());
    json::text(json, ",\"issuer\":", &account.issuer);
    json::text(json, ",\"account\":", &account.account);
    json::text(json, ",\"secret\":", &account.secret.to_base32());
    json::text(json, ",\"algorithm\":", account.algorithm.name());
    decimal::push_named(json, ",\"digits\":", account.kind.digits().into());
    let (name, number) = match account.kind {
        Kind::Totp { period, .. } => (",\"period\":", period.as_secs().into()),
        Kind::Hotp { counter, .. } => (",\"counter\":", counter),
        Kind::Steam => (",\"period\":", 30),
    };
    if number > MAX_SAFE_INTEGER {
        refuse(Error::CounterInvalid);
    }
    decimal::push_named(json, name, number);
    json::texts(json, ",\"warnings\":", warnings.iter().map(|warning| warning.name()));
    json.push('}');
}
