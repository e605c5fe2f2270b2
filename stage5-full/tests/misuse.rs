//! What cannot work says so, and says what to do instead.

use std::future::Future;
use std::panic::{self, AssertUnwindSafe};
use std::time::Duration;

use futures::executor::block_on;
use stage5_full::net::{TcpListener, TcpStream, UdpSocket};
use stage5_full::runtime::{Builder, Handle, Runtime};
use stage5_full::task::{self, JoinSet};
use stage5_full::time;

fn runtime(workers: usize) -> Runtime {
    let runtime = Builder::new_multi_thread().worker_threads(workers).build();
    runtime.expect("a runtime")
}

/// What `misuse` panics with.
fn message_of(misuse: impl FnOnce()) -> String {
    let panic = panic::catch_unwind(AssertUnwindSafe(misuse)).expect_err("a panic");
    match panic.downcast::<String>() {
        Ok(message) => *message,
        Err(panic) => (*panic.downcast::<&str>().expect("a message")).to_owned(),
    }
}

/// What a task panics with on a worker.
fn message_of_task<F>(misuse: impl FnOnce(Handle) -> F) -> String
where
    F: Future<Output = ()> + Send + 'static,
{
    let runtime = runtime(1);
    let task = runtime.spawn(misuse(runtime.handle().clone()));
    let error = runtime.block_on(task).unwrap_err();
    message_of(|| panic::resume_unwind(error.into_panic()))
}

fn assert_says(message: &str, words: &[&str]) {
    for word in words {
        assert!(message.contains(word), "{word:?} is not in {message:?}");
    }
}

#[test]
fn block_on_inside_a_worker_is_refused_with_a_clear_message() {
    let message = message_of_task(|handle| async move { handle.block_on(async {}) });
    assert_says(&message, &["block_on", "use `.await`", "spawn_blocking"]);
}

#[test]
fn block_on_inside_block_on_is_refused_with_a_clear_message() {
    let (outer, inner) = (runtime(1), runtime(1));
    let message = message_of(|| outer.block_on(async { inner.block_on(async {}) }));
    assert_says(&message, &["block_on", "use `.await`", "spawn_blocking"]);
    // What was refused has harmed nobody.
    assert_eq!(outer.block_on(outer.spawn(async { 1 })).unwrap(), 1);
}

#[test]
fn spawn_outside_a_runtime_is_refused_with_a_clear_message() {
    let what_to_do = ["no runtime on this thread", "block_on", "Runtime::enter"];
    assert_says(&message_of(|| drop(task::spawn(async {}))), &what_to_do);
    assert_says(
        &message_of(|| drop(task::spawn_blocking(|| ()))),
        &what_to_do,
    );
    assert_says(
        &message_of(|| drop(JoinSet::new().spawn(async {}))),
        &what_to_do,
    );
    assert_says(&message_of(|| drop(Handle::current())), &what_to_do);
    let error = Handle::try_current().unwrap_err();
    assert_says(&error.to_string(), &what_to_do);
}

#[test]
fn a_socket_outside_a_runtime_is_an_error_that_says_so() {
    fn assert_refused<T>(socket: std::io::Result<T>) {
        let error = socket.err().expect("no socket without a reactor");
        assert_says(
            &error.to_string(),
            &["no runtime on this thread", "enter()"],
        );
    }
    assert_refused(block_on(TcpListener::bind("127.0.0.1:0")));
    assert_refused(block_on(TcpStream::connect("127.0.0.1:1")));
    assert_refused(block_on(UdpSocket::bind("127.0.0.1:0")));
    #[cfg(unix)]
    assert_refused(stage5_full::net::UnixStream::pair());
}

#[test]
fn a_timer_outside_a_runtime_is_refused_with_a_clear_message() {
    let wait = Duration::from_millis(1);
    let message = message_of(|| block_on(time::sleep(wait)));
    assert_says(&message, &["no runtime on this thread", "enter()"]);
    let message = message_of(|| block_on(time::timeout(wait, std::future::pending())).unwrap());
    assert_says(&message, &["no runtime on this thread", "enter()"]);
}

#[test]
fn a_socket_that_outlives_its_runtime_says_that_it_has_shut_down() {
    let first = runtime(1);
    let socket = first.block_on(UdpSocket::bind("127.0.0.1:0")).unwrap();
    drop(first);
    let error = runtime(1).block_on(socket.recv_from(&mut [0])).unwrap_err();
    assert_says(&error.to_string(), &["shut down"]);
}

#[test]
fn a_runtime_dropped_in_a_task_says_what_to_do_instead() {
    let inner = runtime(1);
    let message = message_of_task(|_| async move { drop(inner) });
    assert_says(&message, &["Runtime", "shutdown_background"]);
}

#[test]
fn settings_that_make_no_sense_are_refused_with_a_clear_message() {
    let builder = Builder::new_multi_thread;
    let message = message_of(|| drop(builder().worker_threads(0).build()));
    assert_says(&message, &["at least one worker"]);
    let message = message_of(|| drop(builder().max_blocking_threads(0).build()));
    assert_says(&message, &["at least one thread"]);
    let message = message_of(|| drop(builder().event_interval(0).build()));
    assert_says(&message, &["at least one poll"]);
    let message = message_of(|| drop(builder().global_queue_interval(0).build()));
    assert_says(&message, &["at least one poll"]);
}

#[test]
fn a_panic_in_block_on_leaves_the_runtime_usable() {
    let runtime = runtime(1);
    assert_eq!(
        message_of(|| runtime.block_on(async { panic!("on purpose") })),
        "on purpose"
    );
    assert_eq!(runtime.block_on(async { 1 }), 1);
    assert!(Handle::try_current().is_err());
}
