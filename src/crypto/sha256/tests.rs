//! The compression function of the full wasm against RustCrypto's.

use super::super::{Algorithm, rustcrypto};
use super::compress;
use proptest::prelude::*;

proptest! {
    #[test]
    fn any_block_changes_any_state_as_the_crate_does(
        words: [u64; 8],
        block in proptest::array::uniform32(any::<[u8; 2]>()),
    ) {
        let mut ours = words.map(|word| word & u64::MAX << 32);
        let mut theirs = ours;
        compress(&mut ours, block.as_flattened());
        rustcrypto::compress(Algorithm::Sha256, &mut theirs, block.as_flattened());
        prop_assert_eq!(ours, theirs);
    }
}
