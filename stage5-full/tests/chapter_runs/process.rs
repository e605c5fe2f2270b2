//! A cargo command, run with a time limit.

use std::fs::{self, File};
use std::io::{self, Read, Seek};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// How often is looked whether a command has ended.
const LOOK: Duration = Duration::from_millis(20);

/// What came of a command.
#[derive(Debug)]
pub(super) struct Ended {
    /// What it printed, stdout and stderr as they came.
    pub(super) output: String,
    /// `None` if its time was up.
    pub(super) status: Option<ExitStatus>,
}

impl Ended {
    pub(super) fn succeeded(&self) -> bool {
        self.status.is_some_and(|status| status.success())
    }
}

/// Runs `words`, which are `cargo` and its arguments after variables for its environment, in the folder `root`, for `limit` at
/// most.
///
/// # Errors
///
/// If it cannot be started.
pub(super) fn run(
    words: &[String],
    root: &Path,
    environment: &[(&str, String)],
    limit: Duration,
) -> io::Result<Ended> {
    // A file and not a pipe, which a process that is left behind would keep open.
    let mut printed = file()?;
    let variables = words.iter().map_while(|word| word.split_once('='));
    let arguments = words.iter().skip_while(|word| *word != "cargo").skip(1);
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or("cargo".into()));
    command
        .args(arguments)
        .current_dir(root)
        .env("CARGO_TERM_QUIET", "true")
        .env("CARGO_TERM_COLOR", "never")
        .env_remove("RUST_BACKTRACE")
        .envs(environment.iter().map(|(name, value)| (name, value)))
        .envs(variables)
        .stdin(Stdio::null())
        .stdout(printed.try_clone()?)
        .stderr(printed.try_clone()?);
    let status = wait(start(&mut command)?, limit)?;
    printed.rewind()?;
    let mut bytes = Vec::new();
    printed.read_to_end(&mut bytes)?;
    let output = String::from_utf8_lossy(&bytes).into_owned();
    Ok(Ended { output, status })
}

/// A file for the output of one command.
fn file() -> io::Result<File> {
    static FILES: AtomicUsize = AtomicUsize::new(0);
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("outputs");
    fs::create_dir_all(&folder)?;
    let number = FILES.fetch_add(1, Ordering::Relaxed);
    let mut options = File::options();
    options.read(true).write(true).create(true).truncate(true);
    options.open(folder.join(format!("{}-{number}.txt", std::process::id())))
}

fn wait(mut child: Child, limit: Duration) -> io::Result<Option<ExitStatus>> {
    let end = Instant::now() + limit;
    while Instant::now() < end {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        thread::sleep(LOOK);
    }
    kill(&child)?;
    child.wait()?;
    Ok(None)
}

/// Starts cargo so that it can be ended together with the program that it starts.
#[cfg(unix)]
fn start(command: &mut Command) -> io::Result<Child> {
    use std::os::unix::process::CommandExt;
    command.process_group(0).spawn()
}

#[cfg(unix)]
fn kill(child: &Child) -> io::Result<()> {
    let group = child.id() as libc::pid_t;
    // SAFETY: a system call on numbers. The child has not been waited for, so the group is still its own.
    match unsafe { libc::kill(-group, libc::SIGKILL) } {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
}

#[cfg(windows)]
fn start(command: &mut Command) -> io::Result<Child> {
    command.spawn()
}

#[cfg(windows)]
fn kill(child: &Child) -> io::Result<()> {
    let id = child.id().to_string();
    let tree = ["/T", "/F", "/PID", id.as_str()];
    Command::new("taskkill").args(tree).output().map(drop)
}
