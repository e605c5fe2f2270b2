//! From a fault in a guard to a message that says whose stack was too small.
//!
//! The OS reports the fault to a handler, which has to be very careful: it may take no lock and allocate
//! nothing, and there is no stack left where the fault happened. It looks the address up in the registry;
//! if it lies in the guard of one of our stacks, the `Base` at that stack's top has the name.
//! Any other fault goes on to whoever had a handler before, such as std's for the stacks of OS threads.

#[cfg_attr(unix, path = "overflow/unix.rs")]
#[cfg_attr(windows, path = "overflow/windows.rs")]
mod handler;

use std::fmt::{self, Write};

use super::{registry, start_of, sys};
use crate::switch::Base;

/// Sets up the handler (once in a process), and what it needs on this OS thread.
pub(super) use handler::watch_this_thread;

/// A text of limited length that needs no memory but its own.
struct Message {
    bytes: [u8; 320],
    length: usize,
}

impl Message {
    fn as_bytes(&self) -> &[u8] {
        &self.bytes[..self.length]
    }
}

impl Write for Message {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let room = &mut self.bytes[self.length..];
        let length = text.len().min(room.len());
        room[..length].copy_from_slice(&text.as_bytes()[..length]);
        self.length += length;
        Ok(())
    }
}

/// The message, if `address` lies in the guard of a stack. Safe in a signal handler.
#[cfg(unix)]
fn message_for(address: usize) -> Option<Message> {
    let (slot, top) = registry::slot_of(address)?;
    let stack = slot + sys::guard_size();
    (address < stack).then(|| message(slot, top))
}

/// The message, if this runs on one of our stacks, which has overflowed.
#[cfg(windows)]
fn message_here() -> Option<Message> {
    let local = 0_u8;
    let (slot, top) = registry::slot_of((&raw const local).addr())?;
    Some(message(slot, top))
}

/// Says who has overflowed the stack of the slot from `slot` to `top`.
fn message(slot: usize, top: usize) -> Message {
    // SAFETY: at the start of a stack whose guard is hit there is a `Base`, for somebody runs on it; and
    // its name lives as long as its coroutine.
    let (task, name) = unsafe {
        let base = &*std::ptr::with_exposed_provenance::<Base>(start_of(slot, top)).sub(1);
        let name = (!base.name.is_null()).then(|| {
            let bytes = std::slice::from_raw_parts(base.name, base.name_length);
            // Cut off, so that what matters fits in.
            std::str::from_utf8_unchecked(&bytes[..bytes.len().min(160)])
        });
        (base.task, name)
    };
    let mut message = Message {
        bytes: [0; 320],
        length: 0,
    };
    let _ = match (task, name) {
        (0, _) => write!(message, "\na coroutine"),
        (_, None) => write!(message, "\ngreen thread {task}"),
        (_, Some(name)) => write!(message, "\ngreen thread {task} \"{name}\""),
    };
    let size = top - (slot + sys::guard_size());
    let _ = writeln!(
        message,
        " has overflowed its stack of {size} bytes (`stack_size` gives it a larger one)"
    );
    message
}
