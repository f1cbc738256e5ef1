//! The commands, each a plan of steps.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::error::{Context, Error, Result};
use crate::plan::Plan;
use crate::tool::{cargo, node, node_script};
use crate::workspace::Workspace;
use crate::{engines, package, setup};

pub(crate) fn build(ws: &Workspace) -> Result<()> {
    let mut plan = Plan::new(ws);
    package::build(ws, &mut plan);
    plan.run()
}

pub(crate) fn check(ws: &Workspace) -> Result<()> {
    let mut plan = Plan::new(ws);
    check_steps(ws, &mut plan);
    plan.run()
}

/// Writes what `check` would complain of, as far as a program can.
pub(crate) fn fmt(ws: &Workspace) -> Result<()> {
    let mut plan = Plan::new(ws);
    plan.command("cargo fmt", cargo(ws, &["fmt", "--all"]));
    plan.step("npm ci (tests)", |log| setup::npm_ci(log, &ws.tests()));
    plan.command("biome", biome(ws, &["--write"]));
    plan.run()
}

pub(crate) fn test(ws: &Workspace) -> Result<()> {
    let mut plan = Plan::new(ws);
    check_steps(ws, &mut plan);
    plan.check_with_closing_lines(
        "cargo test",
        |line| ["test result:", "     Running", "   Doc-tests"].iter().any(|start| line.starts_with(start)),
        cargo(ws, &["test", "--package", "edge-mfa", "--no-fail-fast"]),
    );
    plan.step("databases, HSM, Firefox", |log| engines::install(log, ws));
    let tests = node_tests(
        ws,
        &[
            "js",
            "client",
            "packaging",
            "runtime",
            "wizard",
            "browser",
            "store",
            "keys",
            "auth",
            "service",
            "examples",
            "bench",
            "load",
        ],
    )?;
    plan.check_with_closing_lines("node --test", |line| line.starts_with("ℹ "), tests);
    plan.check_with_closing_lines("size budget", |_| true, size_script(ws));
    plan.run()
}

pub(crate) fn size(ws: &Workspace) -> Result<()> {
    install_for_tests(ws)?;
    take_over(size_script(ws))
}

/// `start` chooses the rows that begin so.
pub(crate) fn bench(ws: &Workspace, start: Option<&str>) -> Result<()> {
    install_for_tests(ws)?;
    let mut bench = node(ws);
    bench.args(["--expose-gc", "tests/bench/bench.js", "--floor"]).args(start);
    take_over(bench)
}

/// Every store on its real engine, up to a million accounts; these are kept in memory, too.
pub(crate) fn bench_stores(ws: &Workspace) -> Result<()> {
    let mut plan = Plan::new(ws);
    package::build(ws, &mut plan);
    package::install(ws, &mut plan);
    plan.step("databases", |log| engines::install(log, ws));
    plan.run()?;
    let mut bench = node(ws);
    bench.args(["--max-old-space-size=8192", "tests/bench/stores.js"]);
    take_over(bench)
}

/// The API with the guard and without, over HTTP; `start` chooses the places that begin so.
pub(crate) fn load(ws: &Workspace, start: Option<&str>) -> Result<()> {
    install_for_tests(ws)?;
    let mut load = node(ws);
    load.arg("tests/load/load.js").args(start);
    take_over(load)
}

pub(crate) fn demo(ws: &Workspace) -> Result<()> {
    let mut plan = Plan::new(ws);
    package::build(ws, &mut plan);
    npm_ci_www(ws, &mut plan);
    plan.run()?;
    let mut serve = node(ws);
    serve.arg("www/serve.js");
    take_over(serve)
}

pub(crate) fn fuzz(ws: &Workspace, seconds: u32) -> Result<()> {
    let targets = ws.tests().join("fuzz/fuzz_targets");
    let mut names: Vec<String> =
        files(&targets)?.iter().filter_map(|path| Some(path.file_stem()?.to_string_lossy().into_owned())).collect();
    names.sort();

    let mut plan = Plan::new(ws);
    plan.step("cargo-fuzz", |log| setup::fuzz(log, ws));
    plan.command("corpus", cargo(ws, &["test", "--package", "edge-mfa", "--test", "fuzz"]));
    for name in names {
        let mut run = Command::new("cargo");
        // rustup's `+nightly` gives way to the toolchain that `cargo xtask` itself runs under.
        run.args(["fuzz", "run", "--fuzz-dir", "tests/fuzz"]).env("RUSTUP_TOOLCHAIN", "nightly").current_dir(&ws.root);
        run.env("PATH", path_with(&ws.target.join("tools/bin"))?).env_remove("CARGO");
        // What is found joins the first folder; the second is what `cargo test` begins with.
        let found = targets.with_file_name("corpus").join(&name);
        fs::create_dir_all(&found).context(format_args!("creating {}", found.display()))?;
        run.args([Path::new(&name), &found, &ws.target.join("tmp/fuzz").join(&name)]);
        run.arg("--").arg(format!("-max_total_time={seconds}"));
        plan.check(&format!("fuzz {name}"), run);
    }
    plan.run()
}

/// Everything a reviewer should not have to look for.
fn check_steps<'a>(ws: &'a Workspace, plan: &mut Plan<'a>) {
    const STRICT: [&str; 3] = ["--", "-D", "warnings"];
    let clippy = |words: &[&str]| {
        let mut command = cargo(ws, &["clippy"]);
        command.args(words).args(STRICT);
        command
    };
    package::build(ws, plan);
    package::install(ws, plan);
    npm_ci_www(ws, plan);

    plan.check("cargo fmt", cargo(ws, &["fmt", "--all", "--check"]));
    plan.check("cargo clippy (host)", clippy(&["--package", "edge-mfa", "--all-targets"]));
    plan.check(
        "cargo clippy (lean)",
        clippy(&["--package", "edge-mfa", "--lib", "--features", "lean", "--target", "wasm32-unknown-unknown"]),
    );
    plan.check(
        "cargo clippy (full)",
        clippy(&["--package", "edge-mfa", "--lib", "--features", "full", "--target", "wasm32-unknown-unknown"]),
    );
    plan.check("cargo clippy (xtask)", clippy(&["--package", "xtask"]));
    plan.check("no_std build", cargo(ws, &["build", "--package", "edge-mfa", "--target", "thumbv7em-none-eabi"]));
    let mut doc = cargo(ws, &["doc", "--package", "edge-mfa", "--no-deps"]);
    doc.env("RUSTDOCFLAGS", "-D warnings");
    plan.check("cargo doc", doc);

    plan.check("tsc (types of the packed package)", package::tsc(ws, &ws.tests().join("packaging/tsconfig.json")));
    plan.check("tsc (clients of the stores)", package::tsc(ws, &ws.tests().join("store/tsconfig.json")));
    plan.check("tsc (undici, Express)", package::tsc(ws, &ws.tests().join("client/tsconfig.json")));
    plan.check("tsc (www)", package::tsc(ws, &ws.www().join("tsconfig.json")));
    plan.check("biome", biome(ws, &["--error-on-warnings"]));
    let mut publint = node_script(ws, &ws.tests(), "publint/src/cli.js");
    publint.arg("--strict").arg(ws.tarball());
    plan.check("publint", publint);
    let mut attw = node_script(ws, &ws.tests(), "@arethetypeswrong/cli/dist/index.js");
    attw.args(["--profile", "esm-only", "--no-emoji", "--exclude-entrypoints", "lean.wasm", "full.wasm", "--"])
        .arg(ws.tarball());
    plan.check("are the types wrong", attw);
}

/// The demo's lockfile links `pkg/`, so it needs no more than a build.
fn npm_ci_www<'a>(ws: &'a Workspace, plan: &mut Plan<'a>) {
    plan.step("npm ci (www)", |log| setup::npm_ci(log, &ws.www()));
}

fn install_for_tests(ws: &Workspace) -> Result<()> {
    let mut plan = Plan::new(ws);
    package::build(ws, &mut plan);
    package::install(ws, &mut plan);
    plan.run()
}

/// Formatting and lints of everything that is not Rust. The name of the file of rules keeps biome from taking `tests/`
/// for a project of its own.
fn biome(ws: &Workspace, words: &[&str]) -> Command {
    let mut biome = node_script(ws, &ws.tests(), "@biomejs/biome/bin/biome");
    biome.args(["check", "--config-path=tests/lint.json"]).args(words).args(["pkg", "www", "tests"]);
    biome
}

fn size_script(ws: &Workspace) -> Command {
    let mut size = node(ws);
    size.arg("tests/packaging/size.js");
    size
}

/// All `*.test.js` below the folders of `tests/`, named one by one: Node 20 knows no patterns.
fn node_tests(ws: &Workspace, folders: &[&str]) -> Result<Command> {
    let mut tests = Vec::new();
    for folder in folders.iter().map(|name| ws.tests().join(name)).filter(|folder| folder.exists()) {
        tests.extend(files(&folder)?.into_iter().filter(|path| path.to_string_lossy().ends_with(".test.js")));
    }
    tests.sort();
    let mut command = node(ws);
    // A test that leaves something running would otherwise wait for ever. Two files at once on any machine: most of them wait
    // for another process, and on two cores Node would take one.
    command.args(["--test", "--test-reporter=spec", "--test-timeout=120000", "--test-concurrency=2"]).args(tests);
    Ok(command)
}

/// All files below a folder.
fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).context(format_args!("reading {}", folder.display()))? {
        let path = entry.context(format_args!("reading {}", folder.display()))?.path();
        if path.is_dir() {
            found.extend(files(&path)?);
        } else {
            found.push(path);
        }
    }
    Ok(found)
}

fn path_with(folder: &Path) -> Result<std::ffi::OsString> {
    let rest = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::iter::once(folder.to_path_buf()).chain(std::env::split_paths(&rest));
    std::env::join_paths(folders).context("making the PATH")
}

/// Becomes the command, so that Ctrl-C and the exit code are its own.
fn take_over(mut command: Command) -> Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::process::CommandExt;
        let cause = command.exec();
        Err(Error::new(format!("{} did not start: {cause}", command.get_program().to_string_lossy())))
    }
    #[cfg(not(unix))]
    {
        let status = command.status().context("starting the command")?;
        if status.success() { Ok(()) } else { Err(Error::new(format!("it ended with {status}"))) }
    }
}
