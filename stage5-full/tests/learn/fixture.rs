//! A workspace to learn in.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// What an exercise of the fixture is made of: a function that adds two numbers, and stays at the largest.
pub(crate) const SOLUTION: &str = r#"//! Adds.
// starter| #![allow(unused)]
// starter end

fn add(a: u64, b: u64) -> u64 {
    // starter| todo!("add `b` to `a`")
    a.saturating_add(b)
    // starter end
}

#[cfg(test)]
mod check;
"#;

const CHECKS: &str = r#"//! What a sum is.

use stage1_green_threads::course::{cannot_tell, check};

use super::add;

/// Small numbers have the sum that everybody knows.
#[test]
fn sums_are_right() {
    check(|seed| assert_eq!(add(seed, 2), seed + 2, "two more than {seed}"));
}

/// The largest number stays the largest.
#[test]
fn it_saturates() {
    check(|_| {
        if add(1, 1) != 2 {
            return cannot_tell();
        }
        assert_eq!(add(u64::MAX, 1), u64::MAX, "there is nothing above the largest");
    });
}
"#;

/// The solution with another expression, as a wrong answer that `check` catches.
pub(crate) fn wrong(check: &str, expression: &str) -> String {
    format!(
        "//! Caught by: {check}\n//!\n//! People do.\n\n{}",
        answer(expression)
    )
}

/// What a learner may write.
pub(crate) fn answer(expression: &str) -> String {
    format!("fn add(a: u64, b: u64) -> u64 {{\n    {expression}\n}}\n\n#[cfg(test)]\nmod check;\n")
}

pub(crate) fn starter() -> String {
    "//! Adds.\n#![allow(unused)]\n\nfn add(a: u64, b: u64) -> u64 {\n    todo!(\"add `b` to `a`\")\n}\n\n#[cfg(test)]\nmod check;\n".to_owned()
}

/// A workspace in a folder of its own, which is removed at the end.
pub(crate) struct Fixture {
    pub(crate) root: PathBuf,
    /// The stage. Each fixture has another: cargo keeps what it builds by the package's name.
    package: String,
    exercises: Vec<&'static str>,
}

impl Fixture {
    /// A workspace with these exercises, all alike.
    pub(crate) fn new(name: &str, exercises: &[&'static str]) -> Self {
        let fixture = Fixture {
            root: Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("learn-{name}")),
            package: format!("stage1-{name}"),
            exercises: exercises.to_vec(),
        };
        // It may be left from a run that was interrupted.
        let _ = fs::remove_dir_all(&fixture.root);
        let workspace = Path::new(env!("CARGO_MANIFEST_DIR"))
            .parent()
            .expect("a stage lies in the workspace");
        fixture.write_manifests(workspace);
        fixture.write_exercises();
        fixture
    }

    fn write_manifests(&self, workspace: &Path) {
        let package = &self.package;
        self.write(
            "Cargo.toml",
            &format!("[workspace]\nresolver = \"3\"\nmembers = [\"{package}\"]\n"),
        );
        // The versions are those that are here already.
        let lock = fs::read_to_string(workspace.join("Cargo.lock"));
        self.write("Cargo.lock", &lock.expect("the workspace has a lock file"));
        self.write(&self.path("src/lib.rs"), "");
        let head =
            format!("[package]\nname = \"{package}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n");
        // Cargo takes `/` on every system.
        let stage1 = workspace.join("stage1-green-threads");
        let stage1 = stage1.to_string_lossy().replace('\\', "/");
        let dependency =
            format!("\n[dependencies]\nstage1-green-threads = {{ path = {stage1:?} }}\n");
        let mut manifest = head + &dependency + &target("variants", "variants.rs");
        for folder in &self.exercises {
            manifest += &target(folder, &format!("{folder}/exercise.rs"));
        }
        self.write(&self.path("Cargo.toml"), &manifest);
    }

    /// The path of a file of the stage.
    pub(crate) fn path(&self, file: &str) -> String {
        format!("{}/{file}", self.package)
    }

    /// The path of a file of an exercise.
    pub(crate) fn path_in(&self, exercise: &str, file: &str) -> String {
        self.path(&format!("exercises/{exercise}/{file}"))
    }

    fn write_exercises(&self) {
        let (mut course, mut variants) = (String::new(), String::new());
        for (index, folder) in self.exercises.iter().enumerate() {
            let id = format!("1.{}", index + 1);
            course += &format!(
                "[[exercise]]\nid = \"{id}\"\nfolder = \"{folder}\"\ntitle = \"Add\"\npoints = 10\nminutes = 5\nkind = \"core\"\nhints = [\"first\", \"second\"]\nlimit_seconds = 2\n\n"
            );
            variants += &format!("mod {folder} {{\n");
            for name in ["exercise", "solution", "wrong_one_more", "wrong_wraps"] {
                variants += &format!("    #[path = \"{name}.rs\"]\n    mod {name};\n");
            }
            variants += "}\n";
            self.write_in(
                folder,
                "README.md",
                &format!("Add. `cargo learn check {id}`\n"),
            );
            self.write_in(folder, "exercise.rs", &starter());
            self.write_in(folder, "solution.rs", SOLUTION);
            self.write_in(folder, "check.rs", CHECKS);
            self.write_in(
                folder,
                "wrong_one_more.rs",
                &wrong("sums_are_right", "a.saturating_add(b).saturating_add(1)"),
            );
            self.write_in(
                folder,
                "wrong_wraps.rs",
                &wrong("it_saturates", "a.wrapping_add(b)"),
            );
        }
        self.write(&self.path("exercises/course.toml"), &course);
        self.write(&self.path("exercises/variants.rs"), &variants);
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.root.join(path);
        fs::create_dir_all(path.parent().expect("a file lies in a folder"))
            .expect("a folder of the test's own");
        fs::write(path, text).expect("a file of the test's own");
    }

    pub(crate) fn write_in(&self, exercise: &str, file: &str, text: &str) {
        self.write(&self.path_in(exercise, file), text);
    }

    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.root.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// `cargo learn` with these arguments, in the workspace's folder.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_learn"));
        // What the tests of this workspace were built from need not be built again.
        let target = Path::new(env!("CARGO_TARGET_TMPDIR"))
            .parent()
            .expect("it lies in the target folder");
        command.current_dir(&self.root).args(arguments);
        command
            .env("CARGO_TARGET_DIR", target)
            .env("CARGO_NET_OFFLINE", "true");
        command.env_remove("LEARN_SEEDS").env_remove("LEARN_LIMIT");
        command
    }

    pub(crate) fn learn(&self, arguments: &[&str]) -> Said {
        let output = self
            .command(arguments)
            .output()
            .expect("cargo learn starts");
        Said::of(&output)
    }
}

impl Drop for Fixture {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.root);
    }
}

fn target(name: &str, path: &str) -> String {
    format!("\n[[test]]\nname = \"{name}\"\npath = \"exercises/{path}\"\ntest = false\n")
}

/// What a command said, and with which status it ended.
pub(crate) struct Said {
    pub(crate) status: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Said {
    fn of(output: &Output) -> Self {
        Said {
            status: output.status.code().unwrap_or(-1),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// Fails the test unless the status is `status`, and all of `parts` were said.
    #[track_caller]
    pub(crate) fn expect(self, status: i32, parts: &[&str]) -> Self {
        let all = format!("{}{}", self.out, self.err);
        for part in parts {
            assert!(all.contains(part), "{part:?} is missing:\n{all}");
        }
        assert_eq!(self.status, status, "{all}");
        self
    }
}
