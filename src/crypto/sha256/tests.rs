//! The compression function of the full wasm against RustCrypto's.

use super::super::{Algorithm, rustcrypto};
use super::compress;
use crate::base::Wiped;
use proptest::prelude::*;

proptest! {
    #[test]
    fn any_block_changes_any_state_as_the_crate_does(
        words: [u64; 8],
        block: [u64; 16],
    ) {
        let block = Wiped::new(block);
        let mut ours = words.map(|word| word & u64::MAX << 32);
        let mut theirs = ours;
        compress(&mut ours, &block);
        rustcrypto::compress(Algorithm::Sha256, &mut theirs, &block);
        prop_assert_eq!(ours, theirs);
    }
}
