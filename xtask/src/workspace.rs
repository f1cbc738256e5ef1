//! Where things are, and that only one xtask writes them at a time.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use crate::error::{Context, Error, Result};

pub(crate) struct Workspace {
    pub(crate) root: PathBuf,
    /// Cargo's target directory.
    pub(crate) target: PathBuf,
    pub(crate) verbose: bool,
    /// Held as long as the process lives: two builds at once would overwrite each other's files.
    _lock: File,
}

impl Workspace {
    pub(crate) fn open(verbose: bool) -> Result<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"))
            .parent()
            .ok_or_else(|| Error::new("xtask must lie in the workspace"))?
            .to_path_buf();
        let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), |dir| root.join(dir));
        let own = target.join("xtask");
        fs::create_dir_all(&own).context(format_args!("creating {}", own.display()))?;
        let lock = File::create(own.join("lock")).context("creating target/xtask/lock")?;
        if lock.try_lock().is_err() {
            eprintln!("waiting for another `cargo xtask` …");
            lock.lock().context("waiting for another `cargo xtask`")?;
        }
        Ok(Self { root, target, verbose, _lock: lock })
    }

    pub(crate) fn pkg(&self) -> PathBuf {
        self.root.join("pkg")
    }

    pub(crate) fn tests(&self) -> PathBuf {
        self.root.join("tests")
    }

    pub(crate) fn www(&self) -> PathBuf {
        self.root.join("www")
    }

    /// What the steps print, one file each.
    pub(crate) fn logs(&self) -> PathBuf {
        self.target.join("xtask/logs")
    }

    /// The packed npm package.
    pub(crate) fn tarball(&self) -> PathBuf {
        self.target.join("pack/edge-mfa.tgz")
    }
}
