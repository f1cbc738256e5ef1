//! The outside programs: cargo, rustup, node, npm. Everything else comes from an npm lockfile and runs in node.

use std::path::Path;
use std::process::Command;

use crate::error::{Context, Error, Result};
use crate::workspace::Workspace;

pub(crate) fn cargo(ws: &Workspace, words: &[&str]) -> Command {
    let mut command = Command::new("cargo");
    command.args(words).current_dir(&ws.root);
    command
}

pub(crate) fn rustup(words: &[&str]) -> Command {
    let mut command = Command::new("rustup");
    command.args(words);
    command
}

pub(crate) fn npm(folder: &Path, words: &[&str]) -> Command {
    let mut command = Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" });
    command.args(words).args(["--no-audit", "--no-fund", "--no-update-notifier"]).current_dir(folder);
    command
}

pub(crate) fn node(ws: &Workspace) -> Command {
    let mut command = Command::new("node");
    command.current_dir(&ws.root);
    command
}

/// A program that an npm package in `folder` brings, by its script: `.bin` has other names on Windows.
pub(crate) fn node_script(ws: &Workspace, folder: &Path, script: &str) -> Command {
    let mut command = node(ws);
    command.arg(folder.join("node_modules").join(script));
    command
}

/// Runs a quick command for what it prints.
pub(crate) fn output(mut command: Command, missing: &str) -> Result<String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command.output().context(format_args!("`{program}` did not start ({missing})"))?;
    if !output.status.success() {
        let reason = String::from_utf8_lossy(&output.stderr);
        return Err(Error::new(format!("`{program}` failed: {}", reason.trim())));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
