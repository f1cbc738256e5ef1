//! The core as WebAssembly: compile, shrink.

use std::fs;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::error::{Context, Result};
use crate::plan::Plan;
use crate::tool::{cargo, node_script};
use crate::workspace::Workspace;

/// For size first: this one is downloaded by pages.
const OPTIMISE: &[&str] = &[
    "-Oz",
    "--converge",
    "--traps-never-happen",
    "--low-memory-unused",
    "--strip-debug",
    "--strip-producers",
    "--strip-target-features",
];

/// Adds the steps that fill `pkg/dist/wasm` with `lean.wasm` and the same as base64, `lean-inline.js`.
pub(crate) fn lean<'a>(ws: &'a Workspace, plan: &mut Plan<'a>) {
    let out = ws.target.join("wasm/lean");

    let mut compile = cargo(ws, &["rustc", "--release", "--lib", "--target", "wasm32-unknown-unknown"]);
    compile.args(["--package", "edge-mfa", "--features", "lean", "--crate-type", "cdylib"]);
    // These would replace the flags of .cargo/config.toml, and with them the compact SHA-2.
    compile.env_remove("RUSTFLAGS").env_remove("CARGO_ENCODED_RUSTFLAGS");
    plan.command("compile the wasm", compile);

    plan.step("wasm-opt", move |log| {
        let compiled = ws.target.join("wasm32-unknown-unknown/release/edge_mfa.wasm");
        fs::create_dir_all(&out).context(format_args!("creating {}", out.display()))?;
        let small = out.join("lean.wasm");
        let recipe = Recipe::of(&compiled, &out)?;
        if !(small.exists() && recipe.is_done()) {
            let mut shrink = node_script(ws, &ws.pkg(), "binaryen/bin/wasm-opt");
            shrink.args(OPTIMISE).arg(&compiled).arg("-o").arg(&small);
            log.run(shrink)?;
            recipe.done()?;
        }
        write_dist(&small, &ws.pkg().join("dist"))
    });
}

/// Begins a new `pkg/dist`, so that no file of an earlier build gets into the package.
fn write_dist(small: &Path, dist: &Path) -> Result<()> {
    if dist.exists() {
        fs::remove_dir_all(dist).context(format_args!("removing {}", dist.display()))?;
    }
    let to = dist.join("wasm");
    fs::create_dir_all(&to).context(format_args!("creating {}", to.display()))?;
    let wasm = fs::read(small).context("reading the wasm")?;
    let inline = format!("export default \"{}\";\n", STANDARD.encode(&wasm));
    fs::write(to.join("lean.wasm"), wasm).context("writing lean.wasm")?;
    fs::write(to.join("lean-inline.js"), inline).context("writing lean-inline.js")?;
    Ok(())
}

/// What the last wasm-opt was given. It takes seconds, so it runs only when that changes.
struct Recipe {
    now: Vec<u8>,
    stamp: PathBuf,
}

impl Recipe {
    fn of(input: &Path, folder: &Path) -> Result<Self> {
        let mut now = fs::read(input).context("reading the compiled wasm")?;
        now.extend(OPTIMISE.join(" ").bytes());
        Ok(Self { now, stamp: folder.join("optimised-from") })
    }

    fn is_done(&self) -> bool {
        fs::read(&self.stamp).is_ok_and(|before| before == self.now)
    }

    fn done(self) -> Result<()> {
        fs::write(&self.stamp, self.now).context("writing the stamp of wasm-opt")
    }
}
