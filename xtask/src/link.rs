//! The linker of the wasm: rustc calls it in place of `rust-lld`.
//!
//! rustc has optimised all crates as one, but its passes go over them once. What they find out late, as that to free memory
//! does nothing in a call of its own (`src/wasm/full/memory.rs`), they cannot use where they began. So `rust-lld` gets the
//! result as LLVM's bitcode instead of code, and optimises it once more.
//!
//! It is told to let functions answer two values, such as where a slice is and how long it is, without a place in memory:
//! 1 kB. Nothing but the precompiled `compiler_builtins` is linked from outside, and a function of it that answers otherwise
//! than its caller expects is a warning, which fails the build.

use std::path::Path;
use std::process::Command;

use crate::error::{Context, Error, Result};

/// How rustc begins the arguments of a linker for wasm.
pub(crate) const FLAVOR: &str = "-flavor";

/// Links with these arguments, and the bitcode that lies beside the output in place of rustc's object.
pub(crate) fn again(words: &[String]) -> Result<()> {
    let out = words.iter().skip_while(|word| *word != "-o").nth(1);
    let out = out.ok_or_else(|| Error::new("rustc named no output to its linker"))?;
    let bitcode = Path::new(out).with_extension("bc");
    let mut link = Command::new("rust-lld");
    for word in words {
        if word.ends_with(".rcgu.o") {
            link.arg(&bitcode)
        } else {
            link.arg(word)
        };
    }
    let status = link.status().context("`rust-lld` did not start")?;
    if status.success() { Ok(()) } else { Err(Error::new(format!("`rust-lld` failed: {status}"))) }
}
