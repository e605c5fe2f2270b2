//! Processes of Windows. A check belongs to a job, and so does whatever it starts: the job limits what each of them may take,
//! and ends all of them when its last handle is closed, also if that is because this program was ended.
//!
//! A build belongs to none: cargo has a job of its own, and what a linker leaves running serves other builds too.

use std::mem;
use std::os::windows::io::{AsRawHandle, FromRawHandle, OwnedHandle};
use std::process::{Child, Command, ExitStatus};
use std::ptr;

use windows_sys::Win32::System::JobObjects::{
    AssignProcessToJobObject, CreateJobObjectW, JOB_OBJECT_LIMIT_DIE_ON_UNHANDLED_EXCEPTION,
    JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE, JOB_OBJECT_LIMIT_PROCESS_MEMORY,
    JOBOBJECT_EXTENDED_LIMIT_INFORMATION, JobObjectExtendedLimitInformation,
    SetInformationJobObject, TerminateJobObject,
};

pub(super) fn prepare(_command: &mut Command, _memory: Option<u64>) {}

/// The job of a check. There is none for a build, nor where the system refuses one.
#[derive(Debug)]
pub(super) struct Bounds(Option<OwnedHandle>);

impl Bounds {
    /// Puts a process that was just spawned into a job. What it has started before that, in its first moment, stays outside.
    pub(super) fn around(child: &Child, memory: Option<u64>) -> Self {
        let job = memory.and_then(new_job).filter(|job| {
            // SAFETY: both handles are open.
            unsafe { AssignProcessToJobObject(job.as_raw_handle(), child.as_raw_handle()) != 0 }
        });
        Bounds(job)
    }

    /// Ends the process, and what it has started.
    pub(super) fn kill(&self, child: &mut Child) {
        // It may have ended by itself.
        let _ = child.kill();
        if let Some(job) = &self.0 {
            // SAFETY: the handle is open.
            unsafe { TerminateJobObject(job.as_raw_handle(), 1) };
        }
    }
}

/// A job in which each process may commit so many bytes of memory, and ends without a window when it crashes.
fn new_job(memory: u64) -> Option<OwnedHandle> {
    // SAFETY: it asks for no attributes and no name.
    let job = unsafe { CreateJobObjectW(ptr::null(), ptr::null()) };
    if job.is_null() {
        return None;
    }
    // SAFETY: the handle is new, and nobody else's.
    let job = unsafe { OwnedHandle::from_raw_handle(job) };
    let mut limits = JOBOBJECT_EXTENDED_LIMIT_INFORMATION::default();
    limits.ProcessMemoryLimit = memory as usize;
    limits.BasicLimitInformation.LimitFlags = JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE
        | JOB_OBJECT_LIMIT_DIE_ON_UNHANDLED_EXCEPTION
        | JOB_OBJECT_LIMIT_PROCESS_MEMORY;
    // SAFETY: the handle is open; `limits` is what this class of information is made of, and so large.
    let is_set = unsafe {
        SetInformationJobObject(
            job.as_raw_handle(),
            JobObjectExtendedLimitInformation,
            (&raw const limits).cast(),
            mem::size_of_val(&limits) as u32,
        )
    };
    (is_set != 0).then_some(job)
}

pub(super) fn has_ended(child: &mut Child) -> bool {
    !matches!(child.try_wait(), Ok(None))
}

/// How a process ended that should not have, as the end of a sentence that begins with "it".
pub(crate) fn describe(status: ExitStatus) -> String {
    let code = status.code().unwrap_or(-1);
    let name = match code as u32 {
        0xC000_0005 => ": it touched memory that it must not touch",
        0xC000_00FD => ": its stack overflowed",
        0xC000_0409 => ": it gave up by itself, with abort",
        0xC000_001D => ": it ran into an instruction that is none",
        // The system's own codes are negative.
        _ if code < 0 => ", before the check was over",
        _ => return format!("ended the process with exit code {code}, before the check was over"),
    };
    format!("ended the process with code {code:#x}{name}")
}
