//! The core as WebAssembly: compile, bind, shrink.

use std::fs;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use wasm_bindgen_cli_support::Bindgen;

use crate::error::{Context, Error, Result};
use crate::plan::Plan;
use crate::tool::{cargo, node_script};
use crate::workspace::Workspace;

/// For size first: this one is downloaded by pages.
const OPTIMISE: &[&str] = &[
    "-Oz",
    "--converge",
    "--traps-never-happen",
    "--low-memory-unused",
    "--enable-bulk-memory",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
];

/// How a wasm calls the functions that wasm-bindgen writes.
const GLUE: &[u8] = b"./lean_bg.js";

/// Adds the steps that fill `pkg/dist/wasm` with `lean.wasm` and the same as base64, `lean-inline.js`.
pub(crate) fn lean<'a>(ws: &'a Workspace, plan: &mut Plan<'a>) {
    let out = ws.target.join("wasm/lean");

    let mut compile = cargo(ws, &["rustc", "--release", "--lib", "--target", "wasm32-unknown-unknown"]);
    compile.args(["--package", "edge-mfa", "--features", "lean", "--crate-type", "cdylib",
        // With its list of target features the wasm would get a table for externrefs, of which it has none.
        "--config",
        "profile.release.strip=true",
    ]);
    // These would replace the flags of .cargo/config.toml, and with them the compact SHA-2.
    compile.env_remove("RUSTFLAGS").env_remove("CARGO_ENCODED_RUSTFLAGS");
    plan.command("compile the wasm", compile);

    let bound = out.clone();
    plan.step("wasm-bindgen", move |_| bind(&ws.target.join("wasm32-unknown-unknown/release/edge_mfa.wasm"), &bound));

    plan.step("wasm-opt", move |log| {
        let bound = out.join("lean_bg.wasm");
        let small = out.join("lean.wasm");
        let recipe = Recipe::of(&bound, &out)?;
        if !(small.exists() && recipe.is_done()) {
            let mut shrink = node_script(ws, &ws.pkg(), "binaryen/bin/wasm-opt");
            shrink.args(OPTIMISE).arg(&bound).arg("-o").arg(&small);
            log.run(shrink)?;
            recipe.done()?;
        }
        write_dist(&out, &ws.pkg().join("dist"))
    });
}

/// Turns the compiler's wasm into one with JavaScript's view of its exports.
fn bind(wasm: &Path, out: &Path) -> Result<()> {
    fs::create_dir_all(out).context(format_args!("creating {}", out.display()))?;
    let mut bindgen = Bindgen::new();
    bindgen.input_path(wasm).out_name("lean").typescript(true);
    bindgen.remove_name_section(true).remove_producers_section(true);
    bindgen.bundler(true).context("wasm-bindgen")?;
    bindgen.generate(out).context(format_args!("wasm-bindgen on {}", wasm.display()))
}

/// Begins a new `pkg/dist`, so that no file of an earlier build gets into the package.
fn write_dist(from: &Path, dist: &Path) -> Result<()> {
    if dist.exists() {
        fs::remove_dir_all(dist).context(format_args!("removing {}", dist.display()))?;
    }
    let to = dist.join("wasm");
    fs::create_dir_all(&to).context(format_args!("creating {}", to.display()))?;
    let wasm = fs::read(from.join("lean.wasm")).context("reading the wasm")?;
    // The lean build imports two functions of its own, which pkg/src/runtime/link.ts gives it.
    if wasm.windows(GLUE.len()).any(|name| name == GLUE) {
        return Err(Error::new("the lean wasm asks for wasm-bindgen's glue, which the package does not ship"));
    }
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
        let mut now = fs::read(input).context("reading the bound wasm")?;
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
