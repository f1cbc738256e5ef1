//! Builds, checks, tests and serves edge-mfa, and does its own set-up. No product logic.
//!
//! ```text
//!  build   wasm ► wasm-opt ► tsc                                pkg/dist
//!  check   build ► npm pack ► install in tests/ ► lints, types, package
//!  test    check ► cargo test ► every runtime ► size budget
//! ```

mod commands;
mod engines;
mod error;
mod link;
mod order;
mod package;
mod plan;
mod setup;
mod tool;
mod types;
mod wasm;
mod workspace;

use std::process::ExitCode;

use error::{Error, Result};
use workspace::Workspace;

const HELP: &str = "\
cargo xtask <command> [--verbose]

  build            the npm package: wasm, JavaScript and types into pkg/dist
  check            formatting, lints, types, documentation, the packed package
  fmt              formats everything and fixes what can be fixed by itself
  test             check, then every test on every runtime, then the size budget
  size             what a page downloads when it imports everything
  bench [row]      speed beside the other packages; only the rows that begin so
  bench --stores   decisions per second in every store, by the number of accounts
  load [place]     requests per second with the guard and without; only in workerd, or in Node
  demo             serves www/ and its Worker; Ctrl-C stops it
  fuzz [seconds]   every fuzz target in tests/fuzz, 30 seconds each unless told

  --verbose        show what every step prints, not just the failing one's
";

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    let mut words: Vec<String> = std::env::args().skip(1).collect();
    if words.first().is_some_and(|word| word == link::FLAVOR) {
        return link::again(&words);
    }
    let verbose = words.iter().any(|word| word == "--verbose" || word == "-v");
    words.retain(|word| word != "--verbose" && word != "-v");
    let words: Vec<&str> = words.iter().map(String::as_str).collect();

    if let [] | ["help" | "--help" | "-h"] = words[..] {
        print!("{HELP}");
        return Ok(());
    }
    let ws = Workspace::open(verbose)?;
    match words[..] {
        ["build"] => commands::build(&ws),
        ["check"] => commands::check(&ws),
        ["fmt"] => commands::fmt(&ws),
        ["test"] => commands::test(&ws),
        ["size"] => commands::size(&ws),
        ["bench"] => commands::bench(&ws, None),
        ["bench", "--stores"] => commands::bench_stores(&ws),
        ["bench", start] => commands::bench(&ws, Some(start)),
        ["load"] => commands::load(&ws, None),
        ["load", start] => commands::load(&ws, Some(start)),
        ["demo"] => commands::demo(&ws),
        ["fuzz"] => commands::fuzz(&ws, 30),
        ["fuzz", seconds] => {
            let seconds = seconds.parse().map_err(|_| Error::new("fuzz takes a whole number of seconds"))?;
            commands::fuzz(&ws, seconds)
        }
        _ => Err(Error::new(format!("unknown command `{}`\n\n{HELP}", words.join(" ")))),
    }
}
