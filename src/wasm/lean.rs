//! Bindings of the lean build: everything crosses in one shared buffer.
//!
//! A call is: JavaScript asks [`exchange::begin`] for room, writes the arguments there one after the other, calls the
//! function, and finds the answer where [`exchange::answer`] points; [`exchange::end`] wipes all of it. The functions
//! only convert and delegate: which values are good is decided by the types of the core.
//!
//! The exports are plain functions of the module, not wasm-bindgen's: with nothing but numbers in their signatures there
//! is no glue to write, and the detour through its generator made the file 1.3 kB larger.

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

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    core::arch::wasm32::unreachable()
}
