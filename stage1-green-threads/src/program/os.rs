//! What std does not do: CPU time, threads and memory of this process, limits, a deeper backlog.
//!
//! Each figure is an `Option`: `None` where this OS cannot tell.

#[cfg_attr(unix, path = "os/unix.rs")]
#[cfg_attr(windows, path = "os/windows.rs")]
mod sys;

pub(crate) use sys::{cpu_time, deepen_backlog, open_files_limit, os_threads, touched_stack};
