//! A coroutine as a future: plain code awaits other futures, under this executor and others.

use std::cell::Cell;
use std::future::poll_fn;
use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::task::Poll;

use stage3_executor::future::{join, yield_now};
use stage3_executor::net::{TcpListener, TcpStream};
use stage3_executor::{Awaiter, Executor, Stackful};

#[test]
fn plain_code_awaits_from_any_depth() {
    fn sum(awaiter: &Awaiter, n: u32) -> u32 {
        if n == 0 {
            return 0;
        }
        awaiter.wait(yield_now());
        n + sum(awaiter, n - 1)
    }
    let future = Stackful::new(|awaiter| sum(awaiter, 10)).unwrap();
    assert_eq!(Executor::new().unwrap().block_on(future), 55);
}

#[test]
fn while_it_waits_others_run() {
    let executor = Executor::new().unwrap();
    let (steps, counted) = (Rc::new(Cell::new(0)), Rc::new(Cell::new(0)));
    let counter = Rc::clone(&steps);
    let wait = Stackful::new(move |awaiter| {
        awaiter.wait(poll_fn(|_| match counter.get() {
            100 => Poll::Ready(()),
            _ => Poll::Pending,
        }));
        counter.get()
    });
    let count = async {
        for _ in 0..100 {
            yield_now().await;
            steps.set(steps.get() + 1);
        }
        counted.set(steps.get());
    };
    let (seen, ()) = executor.block_on(join(wait.unwrap(), count));
    assert_eq!((seen, counted.get()), (100, 100));
}

#[test]
fn it_talks_over_sockets() {
    let executor = Executor::new().unwrap();
    let text = executor.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let server = Stackful::new(move |awaiter| {
            let (stream, _) = awaiter.wait(listener.accept()).unwrap();
            let mut text = Vec::new();
            write!(text, "hello").unwrap();
            awaiter.wait(stream.write_all(&text)).unwrap();
        });
        let client = async {
            let mut text = Vec::new();
            let stream = TcpStream::connect(address).await.unwrap();
            stream.read_to_end(&mut text).await.unwrap();
            text
        };
        join(server.unwrap(), client).await.1
    });
    assert_eq!(text, b"hello");
}

#[test]
fn dropping_it_drops_what_is_on_its_stack() {
    struct OnDrop(Rc<Cell<u32>>);
    impl Drop for OnDrop {
        fn drop(&mut self) {
            self.0.set(self.0.get() + 1);
        }
    }
    let dropped = Rc::new(Cell::new(0));
    let witness = OnDrop(Rc::clone(&dropped));
    let future = Stackful::new(move |awaiter| {
        let _witness = witness;
        awaiter.wait(std::future::pending::<()>());
    });
    let mut future = future.unwrap();
    Executor::new().unwrap().block_on(async {
        assert!(futures::poll!(&mut future).is_pending());
    });
    assert_eq!(dropped.get(), 0);
    drop(future);
    assert_eq!(dropped.get(), 1);
}

#[test]
fn its_panic_comes_out_of_the_poll() {
    let future = Stackful::new(|_| -> () { panic!("spilled") }).unwrap();
    let executor = Executor::new().unwrap();
    let panic = catch_unwind(AssertUnwindSafe(|| executor.block_on(future))).unwrap_err();
    assert_eq!(panic.downcast_ref(), Some(&"spilled"));
}

#[test]
fn it_works_under_an_executor_of_others_which_listens_to_wakers() {
    let future = Stackful::new(|awaiter| {
        for _ in 0..3 {
            awaiter.wait(yield_now());
        }
        "done"
    });
    assert_eq!(futures::executor::block_on(future.unwrap()), "done");
}
