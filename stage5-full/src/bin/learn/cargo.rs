//! Building test targets: cargo does it, and says in JSON where the programs are.

use std::collections::BTreeMap;
use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use serde::Deserialize;
use stage5_full::task::spawn_blocking;

use crate::process::{self, Limits};

/// How much of what cargo says is kept. Where the programs are comes at the end.
const OUTPUT: usize = 64 * 1024 * 1024;

/// What cargo has built.
#[derive(Debug, Default)]
pub(crate) struct Built {
    /// The programs, by the names of their targets.
    pub(crate) programs: BTreeMap<String, PathBuf>,
    /// What the compiler said of each target, with the colours that were asked for.
    pub(crate) warnings: BTreeMap<String, Vec<String>>,
    pub(crate) errors: BTreeMap<String, Vec<String>>,
    /// What cargo said besides; it is the reason where a build fails without an error of the compiler.
    pub(crate) said: String,
    /// Whether the time was up.
    pub(crate) cut_off: bool,
}

/// A line that cargo prints with `--message-format=json`.
#[derive(Deserialize)]
#[serde(tag = "reason")]
enum Message {
    #[serde(rename = "compiler-artifact")]
    Artifact {
        target: Target,
        executable: Option<PathBuf>,
    },
    #[serde(rename = "compiler-message")]
    Diagnostic { target: Target, message: Diagnostic },
    #[serde(other)]
    Other,
}

#[derive(Deserialize)]
struct Target {
    name: String,
}

#[derive(Deserialize)]
struct Diagnostic {
    level: String,
    rendered: Option<String>,
}

/// `cargo build` for test targets of the package `package` of the workspace at `root`.
fn command(root: &Path, package: &str, targets: &[&str]) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command
        .current_dir(root)
        .args(["build", "--package", package]);
    for target in targets {
        command.args(["--test", target]);
    }
    command
}

/// Builds a target for somebody who watches: errors and warnings appear as cargo shows them.
pub(crate) async fn build_in_sight(
    root: &Path,
    package: &str,
    target: &str,
) -> Result<Option<PathBuf>, String> {
    let mut command = command(root, package, &[target]);
    command.args(["--quiet", "--message-format=json-render-diagnostics"]);
    command.stdin(Stdio::null()).stderr(Stdio::inherit());
    let output = spawn_blocking(move || command.output())
        .await
        .map_err(|error| error.to_string())?
        .map_err(|error| format!("cannot start cargo: {error}"))?;
    let mut built = Built::default();
    built.read(&String::from_utf8_lossy(&output.stdout));
    Ok(built.programs.remove(target))
}

/// Builds targets for somebody who reads the report later, in the folder `target` if one is given. A target that does not compile keeps none of the others back.
///
/// # Cancel safety
///
/// When it is dropped, cargo is ended.
pub(crate) async fn build(
    root: &Path,
    target: Option<&Path>,
    package: &str,
    targets: &[&str],
    time: Duration,
) -> Result<Built, String> {
    let mut command = command(root, package, targets);
    command.args([
        "--quiet",
        "--keep-going",
        "--message-format=json",
        "--color=never",
    ]);
    if let Some(target) = target {
        command.env("CARGO_TARGET_DIR", target);
    }
    let limits = Limits {
        time,
        memory: None,
        output: OUTPUT,
    };
    let ended = process::run(command, limits).await?;
    let mut built = Built {
        cut_off: ended.status.is_none(),
        ..Built::default()
    };
    built.read(&ended.output);
    Ok(built)
}

impl Built {
    fn read(&mut self, output: &str) {
        for line in output.lines() {
            match serde_json::from_str(line) {
                Ok(Message::Artifact {
                    target,
                    executable: Some(program),
                }) => {
                    self.programs.insert(target.name, program);
                }
                Ok(Message::Diagnostic { target, message }) => self.add(target.name, message),
                Ok(_) => {}
                Err(_) => self.said += &format!("{line}\n"),
            }
        }
    }

    fn add(&mut self, target: String, message: Diagnostic) {
        let text = message.rendered.unwrap_or_default();
        // The summary at the end ("2 warnings emitted") says nothing new.
        if text.contains(" emitted\n") || text.starts_with("error: aborting") {
            return;
        }
        let list = match message.level.as_str() {
            "warning" => &mut self.warnings,
            level if level.starts_with("error") => &mut self.errors,
            _ => return,
        };
        list.entry(target).or_default().push(text);
    }
}

#[test]
fn messages_of_cargo_are_sorted() {
    let mut built = Built::default();
    built.read(concat!(
        r#"{"reason":"compiler-artifact","target":{"name":"e1"},"executable":"/x/e1"}"#,
        "\n",
        r#"{"reason":"compiler-artifact","target":{"name":"lib"},"executable":null}"#,
        "\n",
        r#"{"reason":"compiler-message","target":{"name":"e2"},"message":{"level":"error","rendered":"error: no"}}"#,
        "\n",
        r#"{"reason":"build-finished","success":false}"#,
        "\nerror: could not compile\n",
    ));
    assert_eq!(built.programs["e1"], Path::new("/x/e1"));
    assert_eq!(built.programs.len(), 1);
    assert_eq!(built.errors["e2"], ["error: no"]);
    assert_eq!(built.said, "error: could not compile\n");
}
