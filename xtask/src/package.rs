//! The npm package: built, packed, and installed from the tarball as a user would.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::error::{Context, Error, Result};
use crate::plan::{Log, Plan};
use crate::tool::{node_script, npm};
use crate::workspace::Workspace;
use crate::{setup, wasm};

/// Documents that go into the package from the root when `pkg/` has none of its own.
const DOCUMENTS: [&str; 4] = ["README.md", "CHANGELOG.md", "LICENSE-MIT", "LICENSE-APACHE"];

/// Adds the steps from an empty machine to `pkg/dist`.
pub(crate) fn build<'a>(ws: &'a Workspace, plan: &mut Plan<'a>) {
    plan.step("Rust targets", setup::rust);
    plan.step("npm ci (pkg)", |log| setup::npm_ci(log, &ws.pkg()));
    wasm::build(ws, plan);
    plan.command("tsc (pkg)", tsc(ws, &ws.pkg().join("tsconfig.json")));
    plan.step("tsc (pkg/src/cli)", |log| {
        log.run(tsc(ws, &ws.pkg().join("src/cli/tsconfig.json")))?;
        make_executable(&ws.pkg().join("dist/cli/main.js"))
    });
}

/// Adds the steps that pack `pkg/` and install the tarball for the tests.
pub(crate) fn install<'a>(ws: &'a Workspace, plan: &mut Plan<'a>) {
    plan.step("npm pack", |log| pack(log, ws));
    plan.step("npm ci (tests)", |log| {
        setup::npm_ci(log, &ws.tests())?;
        unpack(log, &ws.tarball(), &ws.tests())
    });
}

/// The TypeScript compiler of `pkg/`, on one project.
pub(crate) fn tsc(ws: &Workspace, project: &Path) -> Command {
    let mut command = node_script(ws, &ws.pkg(), "typescript/bin/tsc");
    command.arg("-p").arg(project);
    command
}

/// npm does this when it installs a package, but not again when that is built anew: `npx edge-mfa` in `www/` runs this file.
#[cfg(unix)]
fn make_executable(program: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(program, fs::Permissions::from_mode(0o755))
        .context(format_args!("making {} executable", program.display()))
}

#[cfg(not(unix))]
fn make_executable(_: &Path) -> Result<()> {
    Ok(())
}

/// Packs a copy, so that the documents of the root get in without lying in `pkg/` twice.
fn pack(log: &Log, ws: &Workspace) -> Result<()> {
    let out = ws.target.join("pack");
    let copy = out.join("package");
    if out.exists() {
        fs::remove_dir_all(&out).context(format_args!("removing {}", out.display()))?;
    }
    copy_tree(&ws.pkg().join("dist"), &copy.join("dist"))?;
    copy_file(&ws.pkg().join("package.json"), &copy.join("package.json"))?;
    for name in DOCUMENTS {
        let own = ws.pkg().join(name);
        let from = if own.exists() { own } else { ws.root.join(name) };
        if from.exists() {
            copy_file(&from, &copy.join(name))?;
        }
    }
    log.run(npm(&copy, &["pack", "--ignore-scripts", "--pack-destination", ".."]))?;
    // The name holds the version; everybody after this wants to know only one.
    let packed = list(&out)?.into_iter().find(|path| path.extension().is_some_and(|ending| ending == "tgz"));
    let packed = packed.ok_or_else(|| Error::new("npm pack left no tarball"))?;
    fs::copy(&packed, ws.tarball()).context("copying the tarball").map(|_| ())
}

/// What `npm install edge-mfa.tgz` does for a package without dependencies, in no time and without the registry.
fn unpack(log: &Log, tarball: &Path, folder: &Path) -> Result<()> {
    let place = folder.join("node_modules/edge-mfa");
    if place.is_symlink() {
        return Err(Error::new(format!("{} is a link: the tests want the packed package", place.display())));
    }
    if place.exists() {
        fs::remove_dir_all(&place).context(format_args!("removing {}", place.display()))?;
    }
    fs::create_dir_all(&place).context(format_args!("creating {}", place.display()))?;
    let mut tar = Command::new("tar");
    tar.arg("-xzf").arg(tarball).arg("-C").arg(place).arg("--strip-components=1");
    log.run(tar)
}

fn copy_tree(from: &Path, to: &Path) -> Result<()> {
    for path in list(from)? {
        let Some(name) = path.file_name() else {
            continue;
        };
        if path.is_dir() {
            copy_tree(&path, &to.join(name))?;
        } else {
            copy_file(&path, &to.join(name))?;
        }
    }
    Ok(())
}

fn copy_file(from: &Path, to: &Path) -> Result<()> {
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder).context(format_args!("creating {}", folder.display()))?;
    }
    fs::copy(from, to).context(format_args!("copying {}", from.display())).map(|_| ())
}

fn list(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).context(format_args!("reading {}", folder.display()))?;
    let mut paths = Vec::new();
    for entry in entries {
        paths.push(entry.context(format_args!("reading {}", folder.display()))?.path());
    }
    paths.sort();
    Ok(paths)
}
