//! The one error type: its codes are a contract.
#![allow(missing_docs)]

use edge_mfa::Error;
use std::collections::HashSet;

fn snake_case(variant: &str) -> String {
    let mut code = String::new();
    for letter in variant.chars() {
        if letter.is_ascii_uppercase() && !code.is_empty() {
            code.push('_');
        }
        code.push(letter.to_ascii_lowercase());
    }
    code
}

#[test]
fn every_code_is_its_variant_in_snake_case() {
    for error in Error::ALL {
        assert_eq!(error.code(), snake_case(&format!("{error:?}")));
    }
}

#[test]
fn all_holds_every_variant_once() {
    let codes: HashSet<_> = Error::ALL.iter().map(|error| error.code()).collect();
    assert_eq!(codes.len(), Error::ALL.len());
    // The discriminants count up from 0, so a variant that ALL lacked would leave a hole or follow the last one.
    for (index, error) in Error::ALL.iter().enumerate() {
        assert_eq!(*error as usize, index);
    }
}

#[test]
fn every_text_begins_with_the_words_of_its_code_and_is_one_line() {
    let texts: HashSet<_> = Error::ALL.iter().map(ToString::to_string).collect();
    assert_eq!(texts.len(), Error::ALL.len());
    for error in Error::ALL {
        let text = error.to_string();
        assert!(text.starts_with(&error.code().replace('_', " ")) && !text.contains('\n'), "{text}");
    }
}
