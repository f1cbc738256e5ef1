//! Folder = layer, and imports only go down: a path in `src/` that points up fails here.
//!
//! Two kinds of paths lead from one layer to another. `crate::base::Error` names the layer, and must be in the table.
//! `crate::Secret` names what the crate root re-exports, which is public API: it only has to come from a lower layer.
//! That is how `provision` takes `crate::Algorithm`: the public type of `crypto`, without access to what is inside.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use std::collections::HashMap;
use std::path::Path;

/// Every layer, lowest first, with those that it may name (itself aside).
const LAYERS: &[(&str, &[&str])] = &[
    ("base", &[]),
    ("crypto", &["base"]),
    ("factor", &["base", "crypto"]),
    ("provision", &["base", "factor"]),
    ("protect", &["base", "crypto"]),
    ("engine", &["base", "factor", "protect"]),
    ("http", &["base", "engine"]),
    ("wasm", &["base", "crypto", "factor", "provision", "protect", "engine", "http"]),
];

/// Named in `crypto` only. (`subtle` and `zeroize` are no cryptography but how any code handles a secret.)
const CRYPTOGRAPHY: [&str; 6] = ["sha1", "sha2", "hmac", "aes", "polyval", "aes_gcm"];

#[test]
fn no_import_points_up() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let root = reexports(&std::fs::read_to_string(src.join("lib.rs")).unwrap());
    assert_eq!(root.get("Algorithm").map(String::as_str), Some("crypto"));
    let mut files = Vec::new();
    collect(&src, &mut files);
    assert!(files.len() > 30, "only {} files were found", files.len());

    let mut errors = Vec::new();
    for file in files {
        let module = module_of(file.strip_prefix(&src).unwrap());
        // A test module may use the crates that are its oracle, whatever they are.
        if module.is_empty() || module.last().is_some_and(|name| name == "tests") {
            continue;
        }
        let source = std::fs::read_to_string(&file).unwrap();
        errors.extend(check(&module, &source, &root).into_iter().map(|error| format!("{}: {error}", file.display())));
    }
    assert!(errors.is_empty(), "{}", errors.join("\n"));
}

#[test]
fn every_folder_is_a_layer() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for entry in std::fs::read_dir(src).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap();
        assert!(name == "lib" || rank(name).is_some(), "{} is in no layer", path.display());
        assert!(name == "lib" || path.is_dir() || path.with_extension("").is_dir(), "{} has no folder", path.display());
    }
}

#[test]
fn an_import_that_points_up_is_found() {
    let root =
        reexports("pub use base::{Error, Secret};\npub use crypto::Algorithm;\npub use provision::{otpauth, qr};");
    let errors = |module: &str, source: &str| {
        let module: Vec<_> = module.split("::").map(String::from).collect();
        check(&module, source, &root)
    };
    for (module, up) in [
        ("base::secret", "use crate::crypto::Algorithm;"),
        ("base::secret", "use crate::Algorithm;"),
        ("base::secret", "use super::super::factor::Totp;"),
        ("base", "use super::factor::Totp;"),
        ("base::secret", "use crate::{\n    base::Error,\n    provision::{otpauth::Account, qr},\n};"),
        ("base::secret", "use crate::{Error, otpauth};"),
        ("base::secret", "fn f() { crate::factor::totp::verify() }"),
        ("base::wiped", "mod plain { use super::super::super::factor::Totp; }"),
        ("crypto::hmac", "pub(crate) use crate::factor::{Totp};"),
        ("factor::totp", "use crate::provision::otpauth::Account;"),
        ("factor::totp", "use crate::qr;"),
        ("provision::otpauth", "use crate::crypto::HmacKey;"),
        ("provision::otpauth", "use crate::{crypto::HmacKey};"),
        ("provision::otpauth", "use crate::wasm::json;"),
        ("provision::otpauth", "use super::super::wasm::json;"),
        ("provision::otpauth", "use crate::*;"),
        ("factor::totp", "use sha1::Sha1;"),
        ("base::secret", "fn f() { ::hmac::new() }"),
        ("base::secret", "use crate::unknown::Thing;"),
    ] {
        assert_ne!(errors(module, up), [""; 0], "{module}: {up}");
    }
    for (module, down) in [
        ("base::secret", "use super::{Error, wiped::Wiped}; use crate::base::Error; use crate::Error;"),
        (
            "base::secret",
            "//! [`crate::factor`]\n// use crate::factor;\n/* crate::wasm */ fn f() { \"crate::wasm::x\" }",
        ),
        ("base::wiped", "mod plain { use super::super::Error; }"),
        ("crypto::hash", "use crate::base::Wiped; use sha1::block_api::compress;"),
        ("factor::totp", "use super::{Hotp, hotp::Found}; use crate::crypto::{Algorithm, HmacKey};"),
        ("factor::totp", "fn f(&self) -> u8 { self.hmac.tag(b'\"') } use crate::base::Error;"),
        ("provision::otpauth", "use crate::{Algorithm, Error, Secret, qr}; use crate::factor::{Digits, Totp};"),
        ("wasm::totp", "use crate::{Algorithm, otpauth}; use crate::crypto::HmacKey; use super::json;"),
    ] {
        assert_eq!(errors(module, down), [""; 0], "{module}: {down}");
    }
}

// --- the check ---

fn rank(layer: &str) -> Option<usize> {
    LAYERS.iter().position(|(name, _)| *name == layer)
}

/// Every path of `source` that its module may not name.
fn check(module: &[String], source: &str, root: &HashMap<String, String>) -> Vec<String> {
    let own = rank(&module[0]).expect("a layer");
    let mut errors = Vec::new();
    for path in paths(&tokens(source), module) {
        let first = path[0].as_str();
        if CRYPTOGRAPHY.contains(&first) {
            errors.extend((module[0] != "crypto").then(|| format!("{first} is named outside crypto")));
            continue;
        }
        let Some(target) = path.get(1) else { continue };
        let allowed = match (rank(target), root.get(target)) {
            (Some(layer), _) => layer == own || LAYERS[own].1.contains(&target.as_str()),
            (None, Some(layer)) => rank(layer).expect("a layer") <= own,
            (None, None) => false,
        };
        errors.extend((!allowed).then(|| format!("{} names {}", module.join("::"), path.join("::"))));
    }
    errors
}

/// What `lib.rs` re-exports, and the layer that it comes from.
fn reexports(lib: &str) -> HashMap<String, String> {
    let tokens = tokens(lib);
    let mut found = HashMap::new();
    for (at, token) in tokens.iter().enumerate() {
        if token == "use" && at > 0 && tokens[at - 1] == "pub" {
            for path in tree(&tokens[at + 1..], &mut 0) {
                found.insert(path.last().unwrap().clone(), path[0].clone());
            }
        }
    }
    found
}

/// The paths from the crate root (`crate::…`, `super::…` resolved, both written `crate::…`), and those of the
/// cryptography crates.
fn paths(tokens: &[String], module: &[String]) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    let mut inline: Vec<(usize, String)> = Vec::new();
    let mut depth = 0;
    let mut at = 0;
    while at < tokens.len() {
        match tokens[at].as_str() {
            "{" => depth += 1,
            "}" => {
                depth -= 1;
                inline.retain(|(opened, _)| *opened <= depth);
            }
            "mod" if tokens.get(at + 2).is_some_and(|token| token == "{") => {
                inline.push((depth + 1, tokens[at + 1].clone()));
            }
            start if is_start(tokens, at, start) => {
                let here = module.iter().chain(inline.iter().map(|(_, name)| name)).cloned().collect::<Vec<_>>();
                let mut end = 0;
                found.extend(tree(&tokens[at..], &mut end).into_iter().filter_map(|path| absolute(path, &here)));
                at += end;
                continue;
            }
            _ => {}
        }
        at += 1;
    }
    found
}

/// Whether a path of ours begins here, and not a field, a method or the middle of a path.
fn is_start(tokens: &[String], at: usize, token: &str) -> bool {
    let leads = tokens.get(at + 1).is_some_and(|next| next == "::");
    let inside = at > 0 && tokens[at - 1] == "::" && at > 1 && is_name(&tokens[at - 2]);
    leads && !inside && (token == "crate" || token == "super" || CRYPTOGRAPHY.contains(&token))
}

/// `super::x` of `a::b` as `crate::a::x`; `None` for a path that stays in its module's parent by name only.
fn absolute(path: Vec<String>, here: &[String]) -> Option<Vec<String>> {
    if path[0] != "super" {
        return Some(path);
    }
    let ups = path.iter().take_while(|name| *name == "super").count();
    let kept = here.len().checked_sub(ups)?;
    let parent = std::iter::once("crate".to_owned()).chain(here[..kept].iter().cloned());
    Some(parent.chain(path.into_iter().skip(ups)).collect())
}

/// The paths of a use tree (or of a single path), and how many tokens it takes.
fn tree(tokens: &[String], end: &mut usize) -> Vec<Vec<String>> {
    let mut path = Vec::new();
    while let Some(token) = tokens.get(*end) {
        if token == "{" {
            *end += 1;
            let mut all = Vec::new();
            while tokens.get(*end).is_some_and(|token| token != "}") {
                all.extend(tree(tokens, end).into_iter().map(|rest| [path.clone(), rest].concat()));
                if tokens.get(*end).is_some_and(|token| token != "}") {
                    *end += 1; // the comma
                }
            }
            *end += 1;
            return all;
        }
        if !is_name(token) && token != "*" {
            break;
        }
        path.push(token.clone());
        *end += 1;
        if tokens.get(*end).is_none_or(|token| token != "::") {
            break;
        }
        *end += 1;
    }
    if tokens.get(*end).is_some_and(|token| token == "as") {
        *end += 2;
    }
    if path.is_empty() {
        *end += 1;
        return Vec::new();
    }
    vec![path]
}

fn is_name(token: &str) -> bool {
    token.starts_with(|first: char| first.is_alphabetic() || first == '_')
}

/// Names, `::` and single marks; without comments, strings and characters.
fn tokens(source: &str) -> Vec<String> {
    let mut tokens = Vec::new();
    let mut rest = source;
    while let Some(first) = rest.chars().next() {
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else if first == '"' {
            string(rest)
        } else if first == '\'' {
            character(rest)
        } else if rest.starts_with("::") {
            tokens.push("::".into());
            2
        } else if first.is_alphanumeric() || first == '_' {
            let name = rest.find(|next: char| !next.is_alphanumeric() && next != '_').unwrap_or(rest.len());
            tokens.push(rest[..name].into());
            name
        } else {
            if !first.is_whitespace() {
                tokens.push(first.into());
            }
            first.len_utf8()
        };
        rest = &rest[length..];
    }
    tokens
}

fn string(rest: &str) -> usize {
    let mut escaped = false;
    let closing = rest.char_indices().skip(1).find(|(_, next)| {
        let closes = *next == '"' && !escaped;
        escaped = *next == '\\' && !escaped;
        closes
    });
    closing.map_or(rest.len(), |(at, _)| at + 1)
}

/// `'x'`, `'\n'`, `'\u{a0}'`; of a lifetime only the mark.
fn character(rest: &str) -> usize {
    let mut letters = rest.char_indices().skip(1);
    match (letters.next(), letters.next()) {
        (Some((_, '\\')), Some(_)) => rest[3..].find('\'').map_or(rest.len(), |at| at + 4),
        (Some(_), Some((at, '\''))) => at + 1,
        _ => 1,
    }
}

/// `base/secret.rs` as `base::secret`; the crate root is empty.
fn module_of(file: &Path) -> Vec<String> {
    let names = file.with_extension("").iter().map(|name| name.to_str().unwrap().to_owned()).collect::<Vec<_>>();
    if names == ["lib"] { Vec::new() } else { names }
}

fn collect(folder: &Path, files: &mut Vec<std::path::PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}
