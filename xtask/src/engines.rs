//! The databases that the stores are tested with, the HSM of the keys, Firefox for the wizard, PyJWT for the sessions, and
//! what makes the virtual environment of the clients in Python. They are only installed here: the tests start their own, each with a folder and a
//! port for itself, and stop them.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::error::{Error, Result};
use crate::plan::Log;
use crate::setup;
use crate::tool::{self, node};
use crate::workspace::Workspace;

/// The program or file that must be there, and the Debian package that brings it.
const WANTED: [(&str, &str); 5] = [
    ("firefox-esr", "firefox-esr"),
    ("redis-server", "redis-server"),
    ("postgres", "postgresql"),
    ("softhsm2-util", "softhsm2"),
    ("/usr/lib/python3/dist-packages/jwt/__init__.py", "python3-jwt"),
];

/// Firefox, Redis, PostgreSQL, SoftHSM, PyJWT, and a Node that has an SQLite of its own.
pub(crate) fn install(log: &Log, ws: &Workspace) -> Result<()> {
    let mut asked = node(ws);
    asked.args(["--print", "Boolean(process.getBuiltinModule?.('node:sqlite'))"]);
    if tool::output(asked, "install Node")?.trim() != "true" {
        setup::npm_ci(log, &ws.tests().join("node24"))?;
    }

    let mut missing: Vec<&str> =
        WANTED.iter().filter(|(program, _)| find(program).is_none()).map(|(_, package)| *package).collect();
    if !makes_environments() {
        missing.push("python3-venv");
    }
    if missing.is_empty() {
        return Ok(());
    }
    if find("apt-get").is_none() {
        return Err(Error::new(format!(
            "the tests run real databases, an HSM in software, Firefox, and Python: install {}",
            missing.join(", ")
        )));
    }
    log.run(apt(&["update"])?)?;
    let mut install = apt(&["install", "--yes", "--no-install-recommends"])?;
    install.args(missing);
    log.run(install)
}

/// Whether the first Python of the path can make virtual environments: Debian's own only with one more package.
fn makes_environments() -> bool {
    let mut python = Command::new("python3");
    python.args(["-c", "import ensurepip, venv"]).stderr(Stdio::null());
    python.status().is_ok_and(|status| status.success())
}

/// Where a program is. Debian keeps those of PostgreSQL to itself.
fn find(program: &str) -> Option<PathBuf> {
    let debian = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let path = env::var_os("PATH").unwrap_or_default();
    let folders = env::split_paths(&path).chain(debian.map(|version| version.path().join("bin")));
    folders.map(|folder| folder.join(program)).find(|path| Path::is_file(path))
}

/// `apt-get`, which only root may use, without a question.
fn apt(words: &[&str]) -> Result<Command> {
    let mut id = Command::new("id");
    id.arg("-u");
    let root = tool::output(id, "it tells who runs this")?.trim() == "0";
    let mut command = if root { Command::new("env") } else { Command::new("sudo") };
    if !root {
        command.args(["--non-interactive", "env"]);
    }
    command.args(["DEBIAN_FRONTEND=noninteractive", "apt-get", "--quiet"]).args(words);
    Ok(command)
}
