//! Why `poll` takes `Pin<&mut Self>`: a future may point into itself.
//!
//! This innocent function keeps two things across its `.await`: a buffer, and a reference into it.
//!
//! ```
//! use stage3_executor::future::yield_now;
//!
//! async fn tail() -> u8 {
//!     let buffer = [1, 2, 3, 4];
//!     let tail = &buffer[1..];
//!     yield_now().await;
//!     tail[0]
//! }
//! # let executor = stage3_executor::Executor::new()?;
//! # assert_eq!(executor.block_on(tail()), 2);
//! # Ok::<(), std::io::Error>(())
//! ```
//!
//! Both must live in the future, so the compiler makes a value of which one field points at another:
//!
//! ```text
//!     at address 1000                         moved to address 2000
//!     +--------------------+                  +--------------------+
//!     | state: after await |                  | state: after await |
//!     | buffer  1 2 3 4    | 1004             | buffer  1 2 3 4    | 2004
//!     | tail:   1005 ------+--> inside        | tail:   1005 ------+--> where it *was*
//!     +--------------------+                  +--------------------+
//! ```
//!
//! A move in Rust copies bytes and asks nobody, so moving this value breaks it. But before its first
//! poll there is no `tail` yet, and moving is harmless: it must be possible to return a future from
//! a function, and to put it into a `Box` or a `Vec`. Hence a promise that is made before the first
//! poll and never taken back: **from now on this value stays where it is until it has been dropped.**
//! A `Pin<&mut F>` is a `&mut F` with that promise. [`SelfReferential`] below is `tail`, by hand.
//!
//! # Who promises, and how
//!
//! * `Box::pin(future)`: the value is on the heap; the box may move, the value does not.
//! * `pin!(future)`: the value is moved into a hidden local variable of this function, which cannot
//!   be named, so it cannot be moved any more.
//! * `unsafe { Pin::new_unchecked(..) }`: you promise. [`Timeout`](crate::time::Timeout) does that
//!   for its field, because it is pinned itself: a *pin projection*.
//!
//! # What `Pin` forbids
//!
//! Polling a future that could still be moved: `poll` is a method of `Pin<&mut F>`, not of `F`.
//!
//! ```compile_fail,E0599
//! use std::task::{Context, Waker};
//!
//! let mut future = async { 1 };
//! let _ = future.poll(&mut Context::from_waker(Waker::noop())); // no method named `poll`
//! ```
//!
//! Getting a plain `&mut` back out of the pin, with which `mem::swap` and `mem::replace` could move
//! the value:
//!
//! ```compile_fail,E0277
//! use std::pin::pin;
//!
//! async fn answer() -> u8 {
//!     42
//! }
//! let (mut one, mut other) = (pin!(answer()), pin!(answer()));
//! std::mem::swap(one.as_mut().get_mut(), other.as_mut().get_mut()); // cannot be unpinned
//! ```
//!
//! Using the variable that the value has been pinned out of:
//!
//! ```compile_fail,E0382
//! use std::pin::pin;
//!
//! let future = async { 1 };
//! let pinned = pin!(future);
//! let moved = future; // use of moved value
//! # drop(pinned);
//! ```
//!
//! # What it does not forbid
//!
//! Most types do not point into themselves and do not care; they are `Unpin`, and for them a
//! `Pin<&mut T>` is as good as a `&mut T`. A [`Sleep`](crate::time::Sleep) is one. Moving the
//! *pinned pointer* is always allowed:
//!
//! ```
//! use stage3_executor::time::sleep;
//! use std::pin::Pin;
//! use std::time::Duration;
//!
//! let mut nap = sleep(Duration::ZERO);
//! let nap: &mut _ = Pin::new(&mut nap).get_mut(); // `Sleep` is `Unpin`: in and out at will
//!
//! let boxed = Box::pin(async { 1 });
//! let elsewhere = boxed; // the box moves, the future in it does not
//! # drop((nap, elsewhere));
//! ```

use std::marker::PhantomPinned;
use std::pin::Pin;
use std::ptr;
use std::task::{Context, Poll};

/// What the compiler makes of the `async fn tail` at the top of this [module](self), by hand.
///
/// `PhantomPinned` says that this type is not [`Unpin`]; without it a caller could get a `&mut` out
/// of the pin between two polls and move the value, all in safe code:
///
/// ```compile_fail,E0277
/// use stage3_executor::pinning::SelfReferential;
///
/// let mut future = Box::pin(SelfReferential::new([1, 2, 3, 4]));
/// let moved = std::mem::replace(future.as_mut().get_mut(), SelfReferential::new([0; 4]));
/// ```
#[derive(Debug)]
pub struct SelfReferential {
    buffer: [u8; 4],
    /// Null before the first poll, then into `buffer`. A pointer, since there is no lifetime to
    /// give to a reference to a neighbour.
    tail: *const u8,
    _pinned: PhantomPinned,
}

impl SelfReferential {
    /// A future that is free to move until it is pinned to be polled: nothing points into it yet.
    pub fn new(buffer: [u8; 4]) -> Self {
        SelfReferential {
            buffer,
            tail: ptr::null(),
            _pinned: PhantomPinned,
        }
    }
}

// region: self_referential
impl Future for SelfReferential {
    type Output = u8;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<u8> {
        if self.tail.is_null() {
            // SAFETY: only `tail` is written through the reference; the value is not moved.
            let this = unsafe { self.get_unchecked_mut() };
            this.tail = ptr::from_ref(&this.buffer[1]);
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        // SAFETY: `tail` was set to a byte of `self.buffer` by an earlier poll. That poll took a
        // `Pin`, so the value has not been moved since, and it has not been dropped, as it is here.
        // Nothing writes to `buffer`.
        Poll::Ready(unsafe { *self.tail })
    }
}
// endregion: self_referential

#[cfg(test)]
mod tests {
    use super::*;
    use std::task::Waker;

    #[test]
    fn it_may_be_moved_until_it_is_polled_and_then_finds_its_own_byte() {
        let first = SelfReferential::new([1, 2, 3, 4]);
        let mut pinned = Box::pin(first); // a move
        let mut cx = Context::from_waker(Waker::noop());
        assert_eq!(pinned.as_mut().poll(&mut cx), Poll::Pending);
        let mut elsewhere = pinned; // moves the box only
        assert_eq!(elsewhere.as_mut().poll(&mut cx), Poll::Ready(2));
    }
}
