//! Under `panic = "abort"` nothing can unwind, so a suspended coroutine that is dropped leaks. A
//! program of its own shows it, as the choice is made for a whole program.
#![cfg(all(target_os = "linux", target_arch = "x86_64"))]

use std::fs;
use std::path::Path;
use std::process::Command;

const PROGRAM: &str = r#"
use stage1_green_threads::Coroutine;

struct Loud(&'static str);
impl Drop for Loud {
    fn drop(&mut self) {
        println!("dropped: {}", self.0);
    }
}

fn main() {
    let mut suspended = Coroutine::<(), (), ()>::new(|suspender, ()| {
        let _loud = Loud("suspended");
        suspender.suspend(());
    })
    .unwrap();
    suspended.resume(());
    drop(suspended);
    let loud = Loud("never run");
    drop(Coroutine::<(), (), ()>::new(move |_, ()| drop(loud)).unwrap());
    println!("end");
}
"#;

#[test]
fn under_panic_abort_a_dropped_suspended_coroutine_leaks() {
    let stage = Path::new(env!("CARGO_MANIFEST_DIR"));
    let package = Path::new(env!("CARGO_TARGET_TMPDIR")).join("panic_abort");
    let manifest = format!(
        "[package]\nname = \"panic-abort\"\nedition = \"2024\"\n[workspace]\n[dependencies]\n\
         stage1-green-threads = {{ path = {stage:?}, default-features = false }}\n\
         [profile.dev]\npanic = \"abort\"\n"
    );
    fs::create_dir_all(package.join("src")).unwrap();
    fs::write(package.join("Cargo.toml"), manifest).unwrap();
    fs::write(package.join("src/main.rs"), PROGRAM).unwrap();
    fs::copy(stage.join("../Cargo.lock"), package.join("Cargo.lock")).unwrap();
    let output = Command::new(env!("CARGO"))
        .args(["run", "--quiet", "--offline", "--target-dir", "target"])
        .env_remove("RUSTFLAGS")
        .current_dir(&package)
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert_eq!(text, "dropped: never run\nend\n", "{output:?}");
}
