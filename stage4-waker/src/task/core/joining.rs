//! What a task's one join handle does: it takes the result, or leaves a waker for it.

use std::task::{Context, Poll};

use super::{Stage, Task};
use crate::task::join::Join;
use crate::task::{JoinError, Schedule};

impl<F: Future + 'static, S: Schedule> Join<F::Output> for Task<F, S>
where
    F::Output: 'static,
{
    unsafe fn poll_join(&self, cx: &mut Context<'_>) -> Poll<Result<F::Output, JoinError>> {
        if !self.state.is_complete() && self.state.withdraw_join_waker() {
            // SAFETY: the cell is withdrawn, and the caller is the join handle: it is ours until published.
            let cell = unsafe { &mut *self.join_waker.get() };
            match cell {
                Some(old) => old.clone_from(cx.waker()),
                None => *cell = Some(cx.waker().clone()),
            }
            if self.state.publish_join_waker() {
                return Poll::Pending;
            }
            // The task completed without having seen the waker, and never will.
            *cell = None;
        }
        // SAFETY: the task is complete, `HANDLE` was set then, and the caller is the join handle.
        let Stage::Output(output) = (unsafe { &mut *self.stage.get() }) else {
            unreachable!("a task that is complete has no future");
        };
        let output = output.take();
        let result = output.expect("a JoinHandle was polled after it had given its output");
        Poll::Ready(result.map_err(|failure| JoinError::new(self.id, failure)))
    }

    unsafe fn drop_handle(&self) {
        let mine = self.state.drop_handle();
        if mine.take_output {
            // SAFETY: the task is complete and the caller is the join handle. A panic in the output's destructor has
            // been reported by the panic hook and is not for the one who dropped a handle.
            let _ = unsafe { self.drop_stage() };
        }
        if mine.take_waker {
            // SAFETY: `JOIN_WAKER` was not seen by the completer and is clear, so its cell is ours.
            let waker = unsafe { (*self.join_waker.get()).take() };
            drop(waker);
        }
    }
}
