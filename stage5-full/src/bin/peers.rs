//! `cargo peers`: builds the benchmark beside this crate, which is no member of the workspace, and runs it.
//!
//! The alias in `.cargo/config.toml` starts this, and not the benchmark itself: it knows where that lies, whatever folder
//! it is called from.

use std::env;
use std::path::Path;
use std::process::{Command, ExitCode};

fn main() -> ExitCode {
    let package = Path::new(env!("CARGO_MANIFEST_DIR")).join("peers");
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .args(["run", "--quiet", "--release", "--manifest-path"])
        .arg(package.join("Cargo.toml"))
        .arg("--")
        .args(env::args_os().skip(1))
        .status();
    match status {
        Ok(status) => ExitCode::from(status.code().map_or(1, |code| code as u8)),
        Err(error) => {
            eprintln!(
                "error: cannot start cargo to build {}: {error}",
                package.display()
            );
            ExitCode::FAILURE
        }
    }
}
