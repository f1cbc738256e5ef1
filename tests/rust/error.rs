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
fn every_message_is_a_line_of_its_own_and_what_display_shows() {
    let messages: HashSet<_> = Error::ALL.iter().map(|error| error.message()).collect();
    assert_eq!(messages.len(), Error::ALL.len());
    for error in Error::ALL {
        assert!(error.message().len() > 10 && !error.message().contains('\n'));
        assert_eq!(error.to_string(), error.message());
    }
}
