//! What a runtime costs before it runs: the time to build a hello-world, and how large it becomes.

use super::Settings;
use crate::measure::Figures;
use std::fs;
use std::io::{Error, Result};
use std::path::Path;
use std::process::Command;
use std::time::Instant;

/// A dependency and a program that spawns a task and awaits it on several threads.
fn hello_world(peer: &str) -> (String, &'static str) {
    let stage5 = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    match peer {
        "tokio" => (
            "tokio = { version = \"1\", features = [\"rt-multi-thread\", \"net\", \"time\"] }"
                .to_owned(),
            "fn main() {
                tokio::runtime::Runtime::new().unwrap().block_on(async {
                    tokio::spawn(async { println!(\"Hello, world!\") }).await.unwrap();
                });
            }",
        ),
        "smol" => (
            "smol = \"2\"".to_owned(),
            "fn main() {
                smol::block_on(async {
                    smol::spawn(async { println!(\"Hello, world!\") }).await;
                });
            }",
        ),
        _ => (
            format!("stage5-full = {{ path = {stage5:?}, default-features = false }}"),
            "fn main() {
                stage5_full::Runtime::new().unwrap().block_on(async {
                    stage5_full::spawn(async { println!(\"Hello, world!\") }).await.unwrap();
                });
            }",
        ),
    }
}

/// Seconds for `cargo build --release` of everything from nothing, the crates being downloaded; and the size of the program.
pub fn build(settings: Settings) -> Figures {
    let folder = std::env::temp_dir().join(format!("peers-hello-{}", std::process::id()));
    let figures = build_in(&folder, settings.peer);
    // What is left behind in the OS's folder for such files hurts nobody.
    let _removed = fs::remove_dir_all(&folder);
    figures.expect("cargo builds a hello-world")
}

fn build_in(folder: &Path, peer: &str) -> Result<Figures> {
    let (dependency, program) = hello_world(peer);
    let manifest = format!(
        "[package]\nname = \"hello\"\nedition = \"2024\"\n[dependencies]\n{dependency}\n[workspace]\n"
    );
    fs::create_dir_all(folder.join("src"))?;
    fs::write(folder.join("Cargo.toml"), manifest)?;
    fs::write(folder.join("src/main.rs"), program)?;
    // The same versions as in the other workloads.
    let lock = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.lock");
    fs::copy(lock, folder.join("Cargo.lock"))?;
    let crates = cargo(
        folder,
        &[
            "tree",
            "--prefix=none",
            "--edges=normal,build",
            "--no-dedupe",
        ],
    )?;
    let mut crates: Vec<_> = crates
        .lines()
        .filter_map(|line| line.split(' ').next())
        .collect();
    crates.sort_unstable();
    crates.dedup();
    let start = Instant::now();
    cargo(folder, &["build", "--release", "--quiet"])?;
    let seconds = start.elapsed().as_secs_f64();
    let size = fs::metadata(folder.join("target/release/hello"))?.len();
    Ok(vec![
        ("s", seconds),
        ("KiB", size as f64 / 1024.0),
        ("crates", crates.len() as f64),
    ])
}

fn cargo(folder: &Path, arguments: &[&str]) -> Result<String> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command
        .args(arguments)
        .current_dir(folder)
        .env("CARGO_TARGET_DIR", folder.join("target"));
    let output = command.output()?;
    if !output.status.success() {
        return Err(Error::other(
            String::from_utf8_lossy(&output.stderr).into_owned(),
        ));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
