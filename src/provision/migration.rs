//! Google Authenticator's account export: `otpauth-migration://offline?data=…` around a protocol buffer.
//!
//! An export of many accounts is split over several QR codes, its parts. The format has no published specification;
//! the fields are those that every reader of it agrees on. It holds a period of 30 seconds and 6 or 8 digits only.

mod protobuf;

use super::otpauth::{self, Account, Kind};
use crate::Algorithm;
use crate::base::bits::{BASE64, decode_base64};
use crate::base::{Error, Result, Secret, Wiped, ascii, ensure, percent, refuse, utf8};
use crate::factor::{Digits, Period};
use alloc::{borrow::ToOwned, string::String, vec::Vec};
use protobuf::{Reader, Writer};

/// One scanned QR code of an export.
///
/// ```
/// use edge_mfa::migration::Part;
///
/// let part = Part::parse("otpauth-migration://offline?data=Ch0KCkhlbGxvId6tvu8SBWFsaWNlGgJFeCABKAEwAhABGAIgAChN")?;
/// assert_eq!(part.accounts[0].account, "alice");
/// assert_eq!((part.index, part.count), (0, 2)); // the first of two
/// # Ok::<(), edge_mfa::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// In the order of the export.
    pub accounts: Vec<Account>,
    /// Which part this is, from 0.
    pub index: u64,
    /// How many parts the export has; at least 1.
    pub count: u64,
    /// What all parts of one export share.
    pub id: u64,
}

impl Part {
    /// Reads one part.
    ///
    /// An algorithm, digit count or type that the export leaves unspecified is SHA-1, six and TOTP. A name of the form
    /// `issuer:account` is taken apart.
    ///
    /// # Errors
    /// [`Error::MigrationUri`], [`Error::MigrationMalformed`], [`Error::MigrationUnsupported`] for an algorithm (MD5), digit
    /// count or type that cannot be used, and the errors of [`Secret::from_bytes`].
    ///
    /// ```
    /// use edge_mfa::{Error, migration::Part};
    /// assert_eq!(Part::parse("otpauth-migration://offline?data=AA"), Err(Error::MigrationMalformed));
    /// ```
    pub fn parse(uri: &str) -> Result<Self> {
        Ok(Self::read(uri)?.0)
    }

    /// The part, and the bytes that it was read from.
    fn read(uri: &str) -> Result<(Self, Wiped<Vec<u8>>)> {
        let query = ascii::strip_prefix(uri, PREFIX).ok_or(Error::MigrationUri)?;
        ensure(uri.len() <= PART_LONGEST, Error::UriTooLong)?;
        let data = ascii::split(query.strip_prefix("data=").ok_or(Error::MigrationUri)?, b'&').0;
        let data = Wiped::new(percent::decode(data, b'+')?);
        let payload = decode_base64(&data).ok_or(Error::MigrationMalformed)?;
        let mut accounts = Vec::new();
        let mut reader = Reader::new(&payload);
        while let Some((field, value)) = reader.next()? {
            if field == 1 {
                accounts.push(parse_account(value)?);
            }
        }
        ensure(!accounts.is_empty(), Error::MigrationMalformed)?;
        let [_, _, _, count, index, id, ..] = reader.numbers;
        Ok((Self { accounts, index, count: count.max(1), id }, payload))
    }
}

/// Reads all parts of one export, in any order, into its accounts. A part that is there twice counts once.
///
/// # Errors
/// Those of [`Part::parse`]; [`Error::MigrationMixed`] for parts of different exports, also where they only differ in what
/// stands in one place; [`Error::MigrationIncomplete`] where one is missing.
///
/// ```
/// use edge_mfa::{Error, migration};
/// let first = "otpauth-migration://offline?data=Ch0KCkhlbGxvId6tvu8SBWFsaWNlGgJFeCABKAEwAhABGAIgAChN";
/// assert_eq!(migration::parse(&[first]), Err(Error::MigrationIncomplete));
/// ```
pub fn parse(uris: &[&str]) -> Result<Vec<Account>> {
    let mut parts = Vec::new();
    for uri in uris {
        parts.push(Part::read(uri)?);
        let Some(((part, payload), before)) = parts.split_last() else { continue };
        for (other, its) in before {
            let same_export = other.id == part.id && other.count == part.count;
            ensure(same_export && (other.index != part.index || its == payload), Error::MigrationMixed)?;
        }
    }
    let count = parts.first().map_or(1, |(part, _)| part.count);
    let mut accounts = Vec::new();
    for index in 0..count {
        let (part, _) = parts.iter_mut().find(|(part, _)| part.index == index).ok_or(Error::MigrationIncomplete)?;
        accounts.append(&mut part.accounts);
    }
    // What is left stands behind the last part, and must not be dropped in silence.
    ensure(parts.iter().all(|(part, _)| part.index < count), Error::MigrationMixed)?;
    Ok(accounts)
}

/// Writes an export, ten accounts a part so that each is a QR code that a phone reads well.
///
/// `id` marks the parts that belong together; any number will do that another export does not have.
///
/// # Errors
/// [`Error::MigrationUnsupported`] for what the format cannot hold (seven digits, another period, Steam),
/// [`Error::IssuerInvalid`], [`Error::AccountInvalid`], [`Error::UriTooLong`] for names of many kilobytes, and
/// [`Error::MigrationIncomplete`] for no account at all.
///
/// ```
/// use edge_mfa::{migration, otpauth::Account};
/// let alice = Account::parse("otpauth://totp/Ex:alice?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")?.account;
/// let uris = migration::build(&[alice.clone()], 77)?;
/// assert_eq!(migration::parse(&[&uris[0]])?, [alice]);
/// # Ok::<(), edge_mfa::Error>(())
/// ```
pub fn build(accounts: &[Account], id: u32) -> Result<Vec<String>> {
    ensure(!accounts.is_empty(), Error::MigrationIncomplete)?;
    let parts = accounts.chunks(PART_ACCOUNTS);
    let count = parts.len() as u64;
    let mut uris = Vec::new();
    for (index, accounts) in (0..).zip(parts) {
        uris.push(build_part(accounts, index, count, id)?);
    }
    Ok(uris)
}

fn build_part(accounts: &[Account], index: u64, count: u64, id: u32) -> Result<String> {
    let mut payload = Writer::default();
    for account in accounts {
        payload.bytes(1, &build_account(account)?.into_bytes());
    }
    payload.number(2, 1);
    payload.number(3, count);
    payload.number(4, index);
    payload.number(5, (id >> 1).into()); // a positive int32
    let mut data = Wiped::new(String::new());
    BASE64.encode(&mut data, &payload.into_bytes());
    while !data.len().is_multiple_of(4) {
        data.push('=');
    }
    let mut uri = String::from(PREFIX);
    uri.push_str("data=");
    percent::encode(&mut uri, &data);
    ensure(uri.len() <= PART_LONGEST, Error::UriTooLong)?;
    Ok(uri)
}

fn build_account(account: &Account) -> Result<Writer> {
    account.check_names()?;
    let (digits, kind, counter) = match account.kind {
        Kind::Totp { digits, period } if period == Period::default() => (digits, TOTP, None),
        Kind::Hotp { digits, counter } => (digits, HOTP, Some(counter)),
        _ => return refuse(Error::MigrationUnsupported),
    };
    let mut fields = Writer::default();
    fields.bytes(1, account.secret.as_bytes());
    fields.bytes(2, account.account.as_bytes());
    fields.bytes(3, account.issuer.as_bytes());
    fields.number(
        4,
        match account.algorithm {
            Algorithm::Sha1 => 1,
            Algorithm::Sha256 => 2,
            Algorithm::Sha512 => 3,
        },
    );
    fields.number(
        5,
        match digits {
            Digits::SIX => 1,
            Digits::EIGHT => 2,
            _ => return refuse(Error::MigrationUnsupported),
        },
    );
    fields.number(6, kind);
    if let Some(counter) = counter {
        fields.number(7, counter);
    }
    Ok(fields)
}

fn parse_account(fields: &[u8]) -> Result<Account> {
    let (mut secret, mut name, mut issuer) = (&[][..], String::new(), String::new());
    let mut reader = Reader::new(fields);
    while let Some((field, value)) = reader.next()? {
        match field {
            1 => secret = value,
            2 => name = text(value)?,
            3 => issuer = text(value)?,
            _ => {}
        }
    }
    let [.., algorithm, digits, kind, counter] = reader.numbers;
    let algorithm = match algorithm {
        0 | 1 => Algorithm::Sha1,
        2 => Algorithm::Sha256,
        3 => Algorithm::Sha512,
        _ => return refuse(Error::MigrationUnsupported),
    };
    let digits = match digits {
        0 | 1 => Digits::SIX,
        2 => Digits::EIGHT,
        _ => return refuse(Error::MigrationUnsupported),
    };
    let kind = match kind {
        HOTP => Kind::Hotp { digits, counter },
        0 | TOTP => Kind::Totp { digits, period: Period::default() },
        _ => return refuse(Error::MigrationUnsupported),
    };
    let (issuer, account) = names(&name, &issuer);
    Ok(Account {
        issuer: issuer.to_owned(),
        account: account.to_owned(),
        secret: Secret::from_bytes(secret)?,
        algorithm,
        kind,
    })
}

/// Apps write the issuer before the name, too; a prefix that is another issuer stays part of the name.
fn names<'a>(name: &'a str, issuer: &'a str) -> (&'a str, &'a str) {
    match otpauth::split_label(name) {
        Some((prefix, account)) if prefix == issuer || issuer.is_empty() => (prefix, account),
        _ => (issuer, name),
    }
}

fn text(bytes: &[u8]) -> Result<String> {
    let text = utf8::decode(bytes).ok_or(Error::MigrationMalformed)?;
    Ok(text)
}

const PREFIX: &str = "otpauth-migration://offline?";
const HOTP: u64 = 1;
const TOTP: u64 = 2;
/// As Google Authenticator splits them.
const PART_ACCOUNTS: usize = 10;
/// Bytes; a QR code holds fewer than 3,000.
const PART_LONGEST: usize = 16_384;
