//! Bindings of the lean build: numbers cross, and the memory is shared.
//!
//! A call is: JavaScript writes what an argument holds into [`exchange::room`] and hands it over as an
//! [`exchange::argument`], the last one first; [`exchange::run`] finds the operation by its number and gives the answer away;
//! [`exchange::end`] wipes all of it. The operations only convert and delegate: which values are good is decided by the types
//! of the core.
//!
//! The exports are plain functions of the module, not wasm-bindgen's: with nothing but numbers in their signatures there
//! is no glue to write, and the detour through its generator made the file 1.3 kB larger. Four for all operations,
//! because the names of exports are in the file.

mod arena;
mod entropy;
mod exchange;
mod hotp;
mod json;
mod otpauth;
mod qr;
mod recovery;
mod secret;
mod totp;
mod verdict;

use exchange::Operation;

/// What JavaScript can ask for, in the order of pkg/src/operation.ts.
const OPERATIONS: [Operation; 19] = [
    secret::generate,
    secret::parse,
    secret::bytes,
    totp::generate,
    totp::verify,
    hotp::generate,
    hotp::verify,
    hotp::resync,
    otpauth::build,
    otpauth::parse,
    otpauth::build_migration,
    otpauth::parse_migration,
    otpauth::parse_part,
    qr::svg,
    qr::data_uri,
    qr::png,
    qr::text,
    recovery::generate,
    recovery::verify,
];

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    core::arch::wasm32::unreachable()
}
