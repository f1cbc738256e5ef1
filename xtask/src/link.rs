//! The linker of the wasm: rustc calls it in place of `rust-lld`.
//!
//! rustc has optimised all crates as one, but its passes go over them once. What they find out late, as that to free memory
//! does nothing in a call of its own (`src/wasm/full/memory.rs`), they cannot use where they began. So `rust-lld` gets the
//! result as LLVM's bitcode instead of code, and optimises it once more.

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
    let mut words = words.iter();
    while let Some(word) = words.next() {
        match word.as_str() {
            "--export" => match words.next() {
                Some(name) if !UNUSED.contains(&name.as_str()) => link.args([word, name]),
                _ => &mut link,
            },
            word if word.strip_prefix("--export=").is_some_and(|name| UNUSED.contains(&name)) => &mut link,
            word if word.ends_with(".rcgu.o") => link.arg(&bitcode),
            word => link.arg(word),
        };
    }
    let status = link.status().context("`rust-lld` did not start")?;
    if status.success() { Ok(()) } else { Err(Error::new(format!("`rust-lld` failed: {status}"))) }
}

/// What rustc and wasm-bindgen export and nobody imports.
const UNUSED: [&str; 4] = ["__heap_base", "__data_end", "__abort_handler", "__instance_terminated"];
