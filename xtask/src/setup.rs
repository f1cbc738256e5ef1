//! What a fresh machine lacks. Each does nothing when all is there, and needs no network then.

use std::fs;
use std::path::Path;

use crate::error::{Context, Error, Result};
use crate::plan::Log;
use crate::tool::{self, npm, rustup};
use crate::workspace::Workspace;

const TARGETS: [&str; 2] = ["wasm32-unknown-unknown", "thumbv7em-none-eabi"];
const COMPONENTS: [&str; 2] = ["clippy", "rustfmt"];

/// The compilation targets and components. The toolchain itself must be there: rust-toolchain.toml names it.
pub(crate) fn rust(log: &Log) -> Result<()> {
    for (kind, wanted) in [("target", TARGETS), ("component", COMPONENTS)] {
        let installed = tool::output(rustup(&[kind, "list", "--installed"]), "install Rust through https://rustup.rs")?;
        for name in wanted {
            // Components are listed with the host's triple after their name.
            if !installed.lines().any(|line| line.starts_with(name)) {
                log.run(rustup(&[kind, "add", name]))?;
            }
        }
    }
    Ok(())
}

/// `npm ci`, when the lockfile is another than the last time.
pub(crate) fn npm_ci(log: &Log, folder: &Path) -> Result<()> {
    let lock = fs::read(folder.join("package-lock.json"))
        .context(format_args!("{} has no package-lock.json", folder.display()))?;
    let stamp = folder.join("node_modules/.edge-mfa-installed");
    if fs::read(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    log.run(npm(folder, &["ci"]))?;
    fs::create_dir_all(folder.join("node_modules")).context("creating node_modules")?;
    fs::write(&stamp, lock).context(format_args!("writing {}", stamp.display()))
}

/// cargo-fuzz under target/, and a nightly toolchain, which only its owner should install.
pub(crate) fn fuzz(log: &Log, ws: &Workspace) -> Result<()> {
    let toolchains = tool::output(rustup(&["toolchain", "list"]), "install Rust through https://rustup.rs")?;
    if !toolchains.lines().any(|line| line.starts_with("nightly")) {
        return Err(Error::new(
            "fuzzing needs a nightly compiler: rustup toolchain install nightly --profile minimal --no-self-update",
        ));
    }
    let tools = ws.target.join("tools");
    if tools.join("bin").join(format!("cargo-fuzz{}", std::env::consts::EXE_SUFFIX)).exists() {
        return Ok(());
    }
    let mut install = tool::cargo(ws, &["install", "cargo-fuzz", "--version", "0.13.2", "--locked", "--root"]);
    install.arg(tools);
    log.run(install)
}
