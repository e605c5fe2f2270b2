//! Process groups and limits of Unix.

use std::io;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Child, Command, ExitStatus};

/// Gives the process a group of its own, and limits what it may take.
pub(super) fn prepare(command: &mut Command, memory: Option<u64>) {
    command.process_group(0);
    let limits = move || {
        limit(libc::RLIMIT_CORE, 0);
        if let Some(bytes) = memory {
            limit(libc::RLIMIT_AS, bytes);
        }
        Ok(())
    };
    // SAFETY: between fork and exec it only calls setrlimit: no memory is allocated, no lock is taken.
    unsafe { command.pre_exec(limits) };
}

#[cfg(all(target_os = "linux", target_env = "gnu"))]
type Resource = libc::__rlimit_resource_t;
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
type Resource = libc::c_int;

/// Sets a limit, where the system lets us: macOS may refuse one for the address space.
fn limit(resource: Resource, amount: u64) {
    let amount = amount as libc::rlim_t;
    let limit = libc::rlimit {
        rlim_cur: amount,
        rlim_max: amount,
    };
    // SAFETY: `limit` is there to be read.
    unsafe { libc::setrlimit(resource, &limit) };
}

/// Whether the process has ended. It is not reaped: until then, nobody else gets its number.
pub(super) fn has_ended(child: &mut Child) -> bool {
    // SAFETY: a struct of numbers and pointers, for which zero is a value.
    let mut info: libc::siginfo_t = unsafe { std::mem::zeroed() };
    let flags = libc::WEXITED | libc::WNOHANG | libc::WNOWAIT;
    // SAFETY: `info` is there to be written.
    let result = unsafe { libc::waitid(libc::P_PID, child.id() as libc::id_t, &mut info, flags) };
    let interrupted = || io::Error::last_os_error().kind() == io::ErrorKind::Interrupted;
    match result {
        // A process that has not ended leaves `info` as it was.
        0 => info.si_signo != 0,
        // If there is nobody to wait for, there is nothing to wait for.
        _ => !interrupted(),
    }
}

/// What `prepare` has set. Nothing has to be kept for that.
#[derive(Debug)]
pub(super) struct Bounds;

impl Bounds {
    pub(super) fn around(_child: &Child, _memory: Option<u64>) -> Self {
        Bounds
    }

    /// Ends the whole group of a process that has not been reaped.
    pub(super) fn kill(&self, child: &mut Child) {
        // SAFETY: a system call on numbers. The group is the child's own: `prepare` made it so, and its number is not free.
        unsafe { libc::kill(-(child.id() as libc::pid_t), libc::SIGKILL) };
    }
}

/// How a process ended that should not have, as the end of a sentence that begins with "it".
pub(crate) fn describe(status: ExitStatus) -> String {
    let name = match status.signal() {
        None => {
            let code = status.code().unwrap_or(-1);
            return format!("ended the process with exit code {code}, before the check was over");
        }
        Some(libc::SIGABRT) => "SIGABRT: it gave up by itself, with abort",
        Some(libc::SIGSEGV) => "SIGSEGV: it touched memory that it must not touch",
        Some(libc::SIGBUS) => "SIGBUS: it touched memory that is not there",
        Some(libc::SIGILL) => "SIGILL: it ran into an instruction that traps",
        Some(libc::SIGTRAP) => "SIGTRAP: it ran into an instruction that traps",
        Some(libc::SIGKILL) => "SIGKILL: somebody, or the system, ended it",
        Some(number) => return format!("was ended by signal {number}"),
    };
    format!("was ended by {name}")
}
