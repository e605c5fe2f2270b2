//! Whom the reactor tells that something has happened: the one thing it does not know.
//!
//! The reactor stores a `W` for everybody who waits, and when the event comes it unparks that `W`.
//! What a `W` is, it never asks. Here it is a green thread; in stage 3 it becomes something else,
//! and not a line of the reactor changes.

/// Something that waits, and can be told that its wait is over.
///
/// A value may be unparked once too often (a *spurious* unpark): whoever waits looks again at what
/// it waited for, and waits anew if it has not come.
// region: unpark
pub trait Unpark: Clone + 'static {
    /// Makes whoever waits runnable.
    ///
    /// The reactor holds no lock while it calls this (nor while it drops or clones a waiter), so
    /// it may use the reactor again: register, wait, set timers, drop sockets.
    fn unpark(self);

    /// Whether `other` would unpark the very same waiter.
    ///
    /// An optimisation only: a `false` where it could be `true` costs a replacement.
    fn same(&self, _other: &Self) -> bool {
        false
    }

    /// A hint that this is going to be unparked in a moment, after others.
    ///
    /// An optimisation only: whoever can has the cache fetch what that will touch. The reactor holds a lock while it calls this.
    fn prefetch(&self) {}
}
// endregion: unpark
