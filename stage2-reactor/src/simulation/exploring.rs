//! Whether this thread explores: it runs a program in a simulated world to see what a seed makes of it. What no seed
//! could decide is refused there.

use std::cell::Cell;
use std::io;
use std::marker::PhantomData;

thread_local! {
    static EXPLORING: Cell<bool> = const { Cell::new(false) };
}

/// Says that this thread explores, until it is dropped. A real [`Reactor`](crate::Reactor) cannot be made there.
#[derive(Debug)]
#[must_use = "the thread explores while this is alive"]
pub struct Exploring {
    before: bool,
    on_this_thread: PhantomData<*const ()>,
}

impl Exploring {
    /// From now on.
    pub fn begin() -> Self {
        Exploring {
            before: EXPLORING.replace(true),
            on_this_thread: PhantomData,
        }
    }
}

impl Drop for Exploring {
    fn drop(&mut self) {
        EXPLORING.set(self.before);
    }
}

/// Whether this thread explores.
pub fn is_exploring() -> bool {
    EXPLORING.get()
}

/// Refuses what was asked for, if this thread explores. `what` names it.
///
/// # Errors
///
/// If it does.
pub fn refuse(what: &str) -> io::Result<()> {
    if !is_exploring() {
        return Ok(());
    }
    let text =
        format!("{what} was asked for inside an exploration, where no seed decides what it does");
    Err(io::Error::new(io::ErrorKind::Unsupported, text))
}
