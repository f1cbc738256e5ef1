//! The core as WebAssembly, twice: `lean` for pages and `full` for servers. Compile, bind, shrink.

use std::fmt::Display;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use wasm_bindgen_cli_support::Bindgen;

use crate::error::{Context, Error, Result};
use crate::plan::{Log, Plan};
use crate::tool::{cargo, node_script};
use crate::workspace::Workspace;
use crate::{order, types};

/// One of the two.
struct Build {
    /// The Cargo feature, and the name of the files.
    name: &'static str,
    /// The Cargo profile, and its folder.
    profile: &'static str,
    /// What the compiler gets instead of the flags in .cargo/config.toml.
    rustflags: Option<&'static [&'static str]>,
    /// Whether wasm-bindgen declares what it exports to TypeScript.
    bound: bool,
    optimise: &'static [&'static str],
}

/// For size first: this one is downloaded by pages. What counts is how it compresses: loops built anew from a flat form,
/// and expressions that are written again rather than kept in a variable, are larger or no smaller, and 0.3 kB less; and
/// functions of one module beside each other are alike.
const LEAN: Build = Build {
    name: "lean",
    profile: "release",
    rustflags: None,
    bound: false,
    optimise: &[
        "--traps-never-happen",
        "--low-memory-unused",
        "--flatten",
        "--rereloop",
        "-Oz",
        "--gufa",
        "-Oz",
        "--converge",
        "--skip-pass=local-cse",
        "--dealign",
        "--reorder-functions-by-name",
        "--strip-debug",
        "--strip-producers",
        "--strip-target-features",
    ],
};

/// As small as its budget in tests/packaging/size.js demands, and then fast. With the compact AES it is still ahead of the
/// others. The compiler inlines more than the profile's opt-level "z" does, and wasm-opt nothing: as fast as "s", and 5 kB
/// less. Loops are built anew as in the lean one, for 0.9 kB, and keep the variables that they have, for 0.5; branches whose
/// outcome is known from where they come are skipped more often than by default, for 0.4.
const FULL: Build = Build {
    name: "full",
    profile: "full",
    rustflags: Some(&[
        // Data begins where the stack ends: its addresses are a byte shorter than behind a stack of 1 MiB.
        "-Clink-arg=-zstack-size=65536",
        // Values are handles on both sides (src/wasm/full/js.rs): with this feature, wasm-bindgen would make references of
        // them.
        "-Ctarget-feature=-reference-types",
        "-Clink-args=--no-check-features --features=bulk-memory,bulk-memory-opt,call-indirect-overlong,multivalue,\
         mutable-globals,nontrapping-fptoint,sign-ext",
        "--cfg=aes_backend_soft=\"compact\"",
        "-Cllvm-args=-inline-threshold=10 -disable-lsr -jump-threading-threshold=12",
        "-Clink-args=--lto-O2 -mllvm -inline-threshold=0 -mllvm -inline-call-penalty=50 \
         -mllvm -disable-lsr -mllvm -jump-threading-threshold=12",
    ]),
    bound: true,
    optimise: &[
        // Of what is read and not used: memory that is there is all that safe Rust reads.
        "--ignore-implicit-traps",
        "--flatten",
        "--rereloop",
        "-O3",
        "-O3",
        "--converge",
        "--skip-pass=local-cse",
        "--always-inline-max-function-size=0",
        "--one-caller-inline-max-function-size=0",
        "--low-memory-unused",
        // Hints of which no engine makes anything, and which differ: 0.3 kB.
        "--dealign",
        "--reorder-functions",
        "--strip-debug",
        "--strip-producers",
        "--strip-target-features",
    ],
};

/// Adds the steps that fill `pkg/dist/wasm` with `lean.wasm` and `full.wasm`, each again as base64, and with
/// what the full one exports as TypeScript declares it.
pub(crate) fn build<'a>(ws: &'a Workspace, plan: &mut Plan<'a>) {
    plan.command("compile the lean wasm", LEAN.compile(ws));
    plan.command("compile the full wasm", FULL.compile(ws));
    plan.step("wasm-bindgen, wasm-opt", move |log| {
        let dist = begin_dist(&ws.pkg().join("dist"))?;
        for build in [LEAN, FULL] {
            let made = build.finish(ws, log)?;
            build.write_dist(&made, &dist)?;
        }
        Ok(())
    });
}

impl Build {
    fn compile(&self, ws: &Workspace) -> Command {
        let mut compile = cargo(ws, &["rustc", "--lib", "--target", TARGET, "--crate-type", "cdylib"]);
        compile.args(["--package", "edge-mfa", "--profile", self.profile, "--features", self.name]);
        // Set, either would replace the flags of .cargo/config.toml, and with them the compact SHA-2 of the lean one.
        compile.env_remove("RUSTFLAGS").env_remove("CARGO_ENCODED_RUSTFLAGS");
        compile.envs(self.rustflags.map(|flags| ("CARGO_ENCODED_RUSTFLAGS", flags.join("\x1f"))));
        compile.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", std::env::current_exe().unwrap_or_default());
        compile.args(["--", "--emit=llvm-bc"]);
        compile
    }

    /// Binds and shrinks, unless that was done to the same file in the same way before. Answers the folder.
    fn finish(&self, ws: &Workspace, log: &Log) -> Result<PathBuf> {
        let mut wasm = ws.target.join(TARGET).join(self.profile).join("edge_mfa.wasm");
        let out = ws.target.join("wasm").join(self.name);
        fs::create_dir_all(&out).context(format_args!("creating {}", out.display()))?;
        let recipe = Recipe::of(&wasm, self.optimise, &out)?;
        if recipe.is_done() {
            return Ok(out);
        }
        if self.bound {
            bind(&wasm, self.name, &out).map_err(|error| Error::new(format!("wasm-bindgen: {error}")))?;
            wasm = out.join(format!("{}_bg.wasm", self.name));
        }
        let shrunk = out.join(format!("{}.wasm", self.name));
        let mut shrink = node_script(ws, &ws.pkg(), "binaryen/bin/wasm-opt");
        shrink.args(self.optimise).arg(&wasm).arg("-o").arg(&shrunk);
        log.run(shrink)?;
        let wasm = fs::read(&shrunk).context("reading the wasm")?;
        fs::write(&shrunk, order::alike(&wasm)?).context("writing the wasm")?;
        recipe.done()?;
        Ok(out)
    }

    fn write_dist(&self, made: &Path, dist: &Path) -> Result<()> {
        let name = self.name;
        let wasm = fs::read(made.join(format!("{name}.wasm"))).context("reading the wasm")?;
        let inline = format!("export default \"{}\";\n", STANDARD.encode(&wasm));
        write(dist, format_args!("{name}.wasm"), &wasm)?;
        write(dist, format_args!("{name}-inline.js"), inline.as_bytes())?;
        if self.bound {
            let types =
                fs::read_to_string(made.join(format!("{name}.d.ts"))).context("reading what wasm-bindgen wrote")?;
            write(dist, format_args!("{name}.d.ts"), types::tidy(&types).as_bytes())?;
        }
        Ok(())
    }
}

/// Writes `NAME_bg.wasm`, without what describes its functions, and that as `NAME.d.ts`. The JavaScript around them, which it
/// writes, too, is not used: pkg/src/runtime/full/link.ts is half of it.
fn bind(wasm: &Path, name: &str, out: &Path) -> std::result::Result<(), impl Display> {
    let mut bindgen = Bindgen::new();
    bindgen.input_path(wasm).out_name(name).typescript(true);
    bindgen.remove_name_section(true).remove_producers_section(true);
    bindgen.bundler(true)?.generate(out)
}

/// Begins a new `pkg/dist`, so that no file of an earlier build gets into the package.
fn begin_dist(dist: &Path) -> Result<PathBuf> {
    if dist.exists() {
        fs::remove_dir_all(dist).context(format_args!("removing {}", dist.display()))?;
    }
    let to = dist.join("wasm");
    fs::create_dir_all(&to).context(format_args!("creating {}", to.display()))?;
    Ok(to)
}

fn write(folder: &Path, name: impl Display, content: &[u8]) -> Result<()> {
    let to = folder.join(name.to_string());
    fs::write(&to, content).context(format_args!("writing {}", to.display()))
}

/// What the last wasm-opt was given. It takes seconds, so it runs only when that changes.
struct Recipe {
    now: Vec<u8>,
    stamp: PathBuf,
}

impl Recipe {
    fn of(input: &Path, optimise: &[&str], folder: &Path) -> Result<Self> {
        let mut now = fs::read(input).context("reading the compiled wasm")?;
        now.extend(optimise.join(" ").bytes());
        Ok(Self { now, stamp: folder.join("optimised-from") })
    }

    fn is_done(&self) -> bool {
        fs::read(&self.stamp).is_ok_and(|before| before == self.now)
    }

    fn done(self) -> Result<()> {
        fs::write(&self.stamp, self.now).context("writing the stamp of wasm-opt")
    }
}

const TARGET: &str = "wasm32-unknown-unknown";
