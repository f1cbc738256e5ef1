//! The compact compression functions against RustCrypto's.

use super::super::{Algorithm, rustcrypto};
use super::{compress, round_constants, start};
use crate::base::Wiped;
use core::sync::atomic::Ordering::Relaxed;
use proptest::prelude::*;

proptest! {
    /// Any state: of words of 32 bits, the upper halves; SHA-1 has five.
    #[test]
    fn any_block_changes_any_state_as_the_crates_do(
        words: [u64; 8],
        block: [u64; 16],
    ) {
        let block = Wiped::new(block);
        for (algorithm, length, mask) in [
            (Algorithm::Sha1, 5, u64::MAX << 32),
            (Algorithm::Sha256, 8, u64::MAX << 32),
            (Algorithm::Sha512, 8, u64::MAX),
        ] {
            let mut ours = words.map(|word| word & mask);
            ours.iter_mut().skip(length).for_each(|word| *word = 0);
            let mut theirs = ours;
            compress(algorithm, &mut ours, &block);
            rustcrypto::compress(algorithm, &mut theirs, &block);
            prop_assert_eq!(ours, theirs);
        }
    }
}

/// FIPS 180-4 sections 5.3.5 and 4.2.3, of that the first and the last; a wrong one between them would fail the test above.
#[test]
fn the_constants_are_the_roots_of_the_primes() {
    assert!(start().eq(rustcrypto::start()));
    let constants = round_constants().each_ref().map(|constant| constant.load(Relaxed));
    assert_eq!((constants.first(), constants.last()), (Some(&0x428a_2f98_d728_ae22), Some(&0x6c44_198c_4a47_5817)));
}
