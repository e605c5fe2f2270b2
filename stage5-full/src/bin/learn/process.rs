//! A process with limits, whose output is kept in bounded memory.
//!
//! ```text
//!   run ──▶ spawn: a group of its own, memory limited ──▶ waits, at most the time limit ──▶ ends the whole group
//!                     │ stdout and stderr, one pipe
//!                     ▼
//!                  capture: keeps the beginning and the end, and reads the rest
//! ```

mod capture;

#[cfg_attr(unix, path = "process/unix.rs")]
#[cfg_attr(windows, path = "process/windows.rs")]
mod system;

use std::io;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

use capture::Capture;
use stage5_full::time::{sleep, timeout};

use system::Bounds;
pub(crate) use system::describe;

/// How often it is asked whether a process has ended: at first, and at most.
const FIRST_LOOK: Duration = Duration::from_millis(1);
const SLOWEST_LOOK: Duration = Duration::from_millis(20);

/// What a process may take.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    pub(crate) time: Duration,
    /// Bytes of memory, where the system can limit that: of address space on Unix, committed ones on Windows.
    pub(crate) memory: Option<u64>,
    /// How many bytes of output are kept: half of them from its beginning, half from its end.
    pub(crate) output: usize,
}

/// A process that is over.
#[derive(Debug)]
pub(crate) struct Ended {
    /// `None`: its time was up, and it was ended.
    pub(crate) status: Option<ExitStatus>,
    /// What it wrote to stdout and stderr, in order.
    pub(crate) output: String,
}

/// Runs `command` to its end, or to that of its time.
///
/// # Cancel safety
///
/// When it is dropped, the process is ended.
pub(crate) async fn run(mut command: Command, limits: Limits) -> Result<Ended, String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let cannot = |error: io::Error| format!("cannot run {name}: {error}");
    let (reader, writer) = io::pipe().map_err(cannot)?;
    command.stdin(Stdio::null());
    command
        .stdout(writer.try_clone().map_err(cannot)?)
        .stderr(writer);
    system::prepare(&mut command, limits.memory);
    let mut group = Group::of(command.spawn().map_err(cannot)?, limits.memory);
    // With the command, our copies of the pipe's writing end go.
    drop(command);
    let capture = Capture::start(reader, limits.output);
    let ended = timeout(limits.time, group.ended()).await;
    let status = group.end().map_err(cannot)?;
    Ok(Ended {
        status: ended.is_ok().then_some(status),
        output: capture.finish().await,
    })
}

/// A process, and what it has started. They end when this is dropped.
struct Group {
    process: Child,
    bounds: Bounds,
}

impl Group {
    fn of(process: Child, memory: Option<u64>) -> Self {
        let bounds = Bounds::around(&process, memory);
        Group { process, bounds }
    }

    /// Waits until the process itself has ended.
    async fn ended(&mut self) {
        let mut pause = FIRST_LOOK;
        while !system::has_ended(&mut self.process) {
            sleep(pause).await;
            pause = (pause * 2).min(SLOWEST_LOOK);
        }
    }

    /// Ends whoever is left of the group.
    fn end(&mut self) -> io::Result<ExitStatus> {
        self.bounds.kill(&mut self.process);
        self.process.wait()
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        // If it has been ended already, this does nothing.
        if matches!(self.process.try_wait(), Ok(None)) {
            let _ = self.end();
        }
    }
}

#[cfg(test)]
mod tests;
