//! Polls task and handle by hand, and writes down what happens in which order.

mod log;
mod looks;

use std::cell::{Cell, RefCell};
use std::future::{pending, poll_fn, ready};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use stage1_green_threads::course::{cannot_tell, check, expect_eq};

use super::{Failure, JoinHandle, task};

use log::Log;
use looks::{Looks, WATCHED};

/// The usual case.
#[test]
fn the_output_reaches_the_handle() {
    check(|_| {
        let log = Log::default();
        let (mut task, mut handle) = task(ready(42));
        has_no_answer_yet(&mut handle, &log);
        is_over(&mut task, &log.waker("the task"), "its future was ready");
        expect_eq(
            log.take(),
            ["the handle is woken"],
            "the task is over: its handle must be woken, once",
        );
        answers(
            &mut handle,
            &log,
            Ok(42),
            "the future gave its output. What the handle gives:",
        );
    });
}

/// A panic stays in its task.
#[test]
fn a_panic_is_answered_with_the_panic() {
    check(|_| {
        let log = Log::default();
        let (mut task, mut handle) = task(async { panic_with(ON_PURPOSE) });
        has_no_answer_yet(&mut handle, &log);
        let polled = catch_unwind(AssertUnwindSafe(|| poll(&mut task, &log.waker("the task"))));
        assert!(
            polled.is_ok(),
            "the future panicked, and the panic went on out of Task::poll, into the executor: there\n\
             it takes all other tasks with it"
        );
        assert!(
            polled.is_ok_and(|polled| polled.is_ready()),
            "a task whose future has panicked is over, but it was Pending"
        );
        answers(
            &mut handle,
            &log,
            Err(Failure::Panicked(Box::new(ON_PURPOSE))),
            "the future panicked. Whoever waits for it must learn that, with the payload: a panic is\n\
             a bug to be reported, an abort was asked for. What the handle gives:",
        );
    });
}

/// Also a future that waits for ever can be aborted.
#[test]
fn an_abort_wakes_the_task_that_waits() {
    check(|_| {
        let log = Log::default();
        let (mut task, mut handle) = task(pending::<u32>());
        let waker = log.waker("the task");
        waits(&mut task, &waker);
        handle.abort();
        expect_eq(
            log.take(),
            ["the task is woken"],
            "abort() was called while the future waited. An executor polls only what is woken:\n\
             without a wake it never comes back to this task, and the handle waits for ever. The wakes\n\
             that followed:",
        );
        is_over(&mut task, &waker, "it was aborted");
        answers(
            &mut handle,
            &log,
            Err(Failure::Aborted),
            "the task was aborted, and is over. What the handle gives:",
        );
    });
}

/// The future itself may be the one that aborts.
#[test]
fn a_task_that_aborts_itself_ends() {
    check(|_| {
        let log = Log::default();
        let own: Rc<RefCell<Option<JoinHandle<u32>>>> = Rc::default();
        let found_it_borrowed = Rc::new(Cell::new(false));
        let (inside, borrowed) = (own.clone(), found_it_borrowed.clone());
        let (mut task, handle) = task(poll_fn(move |_| {
            let handle = inside.borrow();
            let handle = handle.as_ref().expect("the task was not polled before");
            borrowed.set(handle.shared.try_borrow_mut().is_err());
            if !borrowed.get() {
                handle.abort();
            }
            Poll::Pending
        }));
        *own.borrow_mut() = Some(handle);
        let waker = log.waker("the task");
        let ended_at_once = poll(&mut task, &waker).is_ready();
        assert!(
            !found_it_borrowed.get(),
            "this is what happened:\n\
             \x20 poll()      borrows `shared`, and polls the future\n\
             \x20 the future  calls abort() on its own handle\n\
             \x20 abort()     borrows `shared`, which is borrowed: that panics (it was not called here)\n\
             The future is somebody else's code, and may call what it likes. Leave the waker, let go\n\
             of `shared`, and then poll"
        );
        // A task may also look for an abort when its future has been polled, and needs no wake then.
        if !ended_at_once {
            expect_eq(
                log.take(),
                ["the task is woken"],
                "the future called abort() on its own handle in its first poll, and returned Pending.\n\
                 So did its task, and nothing woke it: when abort() came, no waker of this poll had been\n\
                 left. Leave it before the poll: whatever happens in there may want it. The wakes:",
            );
            is_over(&mut task, &waker, "the future had called abort()");
        }
        let mut handle = own.take().expect("it was put there above");
        answers(
            &mut handle,
            &log,
            Err(Failure::Aborted),
            "the future called abort() on its own handle, and its task is over. What the handle gives:",
        );
    });
}

/// Who hears "aborted" may rely on the future's resources being free.
#[test]
fn the_answer_comes_when_the_future_is_gone() {
    check(|_| {
        let log = Log::default();
        let held = log.on_drop("the future is dropped");
        let (mut task, mut handle) = task(async move {
            let _held = held;
            pending::<u32>().await
        });
        let waker = log.waker("the task");
        waits(&mut task, &waker);
        has_no_answer_yet(&mut handle, &log);
        handle.abort();
        let _ = poll(&mut task, &waker);
        let mut log = log.take();
        log.retain(|event| event != "the task is woken");
        expect_eq(
            log,
            ["the future is dropped", "the handle is woken"],
            "the future may hold a file or a lock: whoever gets the answer takes it for free. So the\n\
             future goes first, and it goes where it is polled: abort() only asks for that. The order\n\
             in which it happened:",
        );
    });
}

/// What is over is not changed by an abort.
#[test]
fn an_abort_that_comes_too_late_changes_nothing() {
    check(|_| {
        let log = Log::default();
        let (mut task, mut handle) = task(ready(42));
        is_over(&mut task, &log.waker("the task"), "its future was ready");
        handle.abort();
        let _ = poll(&mut task, &log.waker("the task"));
        answers(
            &mut handle,
            &log,
            Ok(42),
            "the task had given its output before abort() was called: it is not aborted any more.\n\
             What the handle gives:",
        );
    });
}

/// Executors drop their unfinished tasks when they go away.
#[test]
fn a_task_that_is_dropped_unfinished_was_aborted() {
    check(|_| {
        let log = Log::default();
        let (mut task, mut handle) = task(pending::<u32>());
        waits(&mut task, &log.waker("the task"));
        has_no_answer_yet(&mut handle, &log);
        drop(task);
        expect_eq(
            log.take(),
            ["the handle is woken"],
            "a task was dropped unfinished, as an executor does when it goes away. Its handle may be\n\
             on another executor, and nobody else will ever tell it. The wakes that followed:",
        );
        answers(
            &mut handle,
            &log,
            Err(Failure::Aborted),
            "a task was dropped unfinished. What its handle gives:",
        );
    });
}

/// Executors also drop the tasks that are over.
#[test]
fn a_task_that_is_dropped_when_it_is_over_keeps_its_answer() {
    check(|_| {
        let log = Log::default();
        let (mut task, mut handle) = task(ready(42));
        is_over(&mut task, &log.waker("the task"), "its future was ready");
        drop(task);
        answers(
            &mut handle,
            &log,
            Ok(42),
            "the task gave its output, its executor dropped it, and then the handle was asked. A task\n\
             that is dropped is not always one that is unfinished. What the handle gives:",
        );
    });
}

/// A waker may call whatever it likes, and so this task and its handle.
#[test]
fn a_waker_may_come_back_at_once() {
    check(|_| {
        let (mut aborted, handle) = task(pending());
        let task_looks = Looks::at(&handle);
        let _ = poll(&mut aborted, &task_looks.clone().into());
        handle.abort();
        task_looks.must_have_found_it_free("abort() woke the task");

        let (mut polled, mut handle) = task(ready(42));
        let handle_looks = Looks::at(&handle);
        let _ = poll(&mut handle, &handle_looks.clone().into());
        let _ = poll(&mut polled, Waker::noop());
        handle_looks.must_have_found_it_free("the task ended and woke the handle");

        let (dropped, mut handle) = task(pending());
        let dropped_looks = Looks::at(&handle);
        let _ = poll(&mut handle, &dropped_looks.clone().into());
        drop(dropped);
        dropped_looks.must_have_found_it_free("the task was dropped and woke the handle");
        WATCHED.set(None);
        if ![task_looks, handle_looks, dropped_looks]
            .iter()
            .all(|looks| looks.was_woken())
        {
            cannot_tell(); // Who is to be woken is the matter of other checks.
        }
    });
}

/// What the future of a check says that panics; std prints it, whether or not the panic is caught.
const ON_PURPOSE: &str = "(the future of this check panics on purpose)";

/// A panic, as an expression of any type.
fn panic_with(words: &'static str) -> u32 {
    std::panic::panic_any(words)
}

fn poll<F: Future + Unpin>(future: &mut F, waker: &Waker) -> Poll<F::Output> {
    Pin::new(future).poll(&mut Context::from_waker(waker))
}

/// Polls a task whose future waits.
#[track_caller]
fn waits(task: &mut (impl Future<Output = ()> + Unpin), waker: &Waker) {
    assert!(
        poll(task, waker).is_pending(),
        "the future was Pending, and its task was Ready"
    );
}

/// Polls a task that ends by that.
#[track_caller]
fn is_over(task: &mut (impl Future<Output = ()> + Unpin), waker: &Waker, why: &str) {
    assert!(
        poll(task, waker).is_ready(),
        "{why}, and the task was polled: it is over, but it was Pending"
    );
}

#[track_caller]
fn has_no_answer_yet(handle: &mut JoinHandle<u32>, log: &Log) {
    expect_eq(
        answer(handle, log),
        "nothing yet",
        "the task is not over. What the handle gives:",
    );
}

#[track_caller]
fn answers(handle: &mut JoinHandle<u32>, log: &Log, expected: Result<u32, Failure>, words: &str) {
    expect_eq(answer(handle, log), in_words(expected), words);
}

/// What the handle gives now.
fn answer(handle: &mut JoinHandle<u32>, log: &Log) -> String {
    match poll(handle, &log.waker("the handle")) {
        Poll::Pending => "nothing yet".into(),
        Poll::Ready(result) => in_words(result),
    }
}

fn in_words(result: Result<u32, Failure>) -> String {
    match result {
        Ok(output) => format!("the output {output}"),
        Err(Failure::Aborted) => "aborted".into(),
        Err(Failure::Panicked(payload)) => match payload.downcast_ref::<&str>() {
            Some(words) => format!("panicked: {words}"),
            None => "panicked, with another payload".into(),
        },
    }
}
