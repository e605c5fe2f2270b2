//! Processes of Windows. There is no memory limit here, and what a process has started is not ended with it.

use std::process::{Child, Command, ExitStatus};

pub(super) fn prepare(_command: &mut Command, _memory: Option<u64>) {}

pub(super) fn has_ended(child: &mut Child) -> bool {
    !matches!(child.try_wait(), Ok(None))
}

pub(super) fn kill(child: &mut Child) {
    // It may have ended by itself.
    let _ = child.kill();
}

/// How a process ended that should not have, as the end of a sentence that begins with "it".
pub(crate) fn describe(status: ExitStatus) -> String {
    let code = status.code().unwrap_or(-1);
    let name = match code as u32 {
        0xC000_0005 => ": it touched memory that it must not touch",
        0xC000_00FD => ": its stack overflowed",
        0xC000_0409 => ": it gave up by itself, with abort",
        0xC000_001D => ": it ran into an instruction that is none",
        _ => ", before the check was over",
    };
    format!("ended the process with code {code:#x}{name}")
}
