//! A task is a value you can poll: the idea of this stage, complete.
//!
//! Two tasks wait, at the same time, on one thread, without a stack of their own. One is an
//! `async fn`, the other is what the compiler makes of one, written by hand. An executor polls both
//! whenever anything has happened. Only the standard library is used; `Sleep` below stands for
//! every leaf future, and the thread that sleeps until the next deadline for the reactor.
//!
//! Run it: `cargo run -p stage3-executor --example minimal`

use std::cell::Cell;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::{Duration, Instant};

thread_local! {
    /// The earliest moment at which anybody who waits can go on.
    static NEXT_EVENT: Cell<Option<Instant>> = const { Cell::new(None) };
}

/// The leaf: it is ready when its moment has come; until then it says when to ask again.
struct Sleep(Instant);

fn sleep(duration: Duration) -> Sleep {
    Sleep(Instant::now() + duration)
}

impl Future for Sleep {
    type Output = ();

    fn poll(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<()> {
        if Instant::now() >= self.0 {
            return Poll::Ready(());
        }
        let earliest = NEXT_EVENT.get().map_or(self.0, |next| next.min(self.0));
        NEXT_EVENT.set(Some(earliest));
        Poll::Pending
    }
}

const PAUSE: Duration = Duration::from_millis(200);

/// The first task, in the language's own words.
async fn tea() -> &'static str {
    println!("  tea: put the kettle on");
    sleep(PAUSE).await;
    println!("  tea: pour, and let it draw");
    sleep(PAUSE).await;
    "tea"
}

// region: machine
/// The second task, by hand: where it stands, and what it needs there.
enum Toast {
    Start,
    FirstSide(Sleep),
    SecondSide(Sleep),
    Done,
}

impl Future for Toast {
    type Output = &'static str;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<&'static str> {
        loop {
            // Each arm does what comes between two waits, and names the state that follows.
            let next = match &mut *self {
                Toast::Start => {
                    println!("  toast: in");
                    Toast::FirstSide(sleep(PAUSE * 3 / 2))
                }
                Toast::FirstSide(wait) => match Pin::new(wait).poll(cx) {
                    Poll::Pending => return Poll::Pending,
                    Poll::Ready(()) => {
                        println!("  toast: turn");
                        Toast::SecondSide(sleep(PAUSE))
                    }
                },
                Toast::SecondSide(wait) => match Pin::new(wait).poll(cx) {
                    Poll::Pending => return Poll::Pending,
                    Poll::Ready(()) => {
                        *self = Toast::Done;
                        return Poll::Ready("toast");
                    }
                },
                Toast::Done => panic!("polled after it was done"),
            };
            *self = next;
        }
    }
}
// endregion: machine

type Task = Pin<Box<dyn Future<Output = &'static str>>>;

// region: executor
/// The executor: polls everybody, waits for the next event, and again, until all are done. Returns
/// who finished, in order, and how many polls it took.
fn run(mut tasks: Vec<Task>) -> (Vec<&'static str>, usize) {
    let (mut finished, mut polls) = (Vec::new(), 0);
    // The waker does nothing: everybody is asked again anyway.
    let mut cx = Context::from_waker(Waker::noop());
    while !tasks.is_empty() {
        println!("polling everybody ({})", tasks.len());
        tasks.retain_mut(|task| {
            polls += 1;
            match task.as_mut().poll(&mut cx) {
                Poll::Ready(name) => {
                    println!("  {name}: done");
                    finished.push(name);
                    false
                }
                Poll::Pending => true,
            }
        });
        if let Some(next) = NEXT_EVENT.take() {
            thread::sleep(next.saturating_duration_since(Instant::now()));
        }
    }
    (finished, polls)
}
// endregion: executor

fn main() {
    let (finished, polls) = run(vec![Box::pin(tea()), Box::pin(Toast::Start)]);
    println!("{finished:?} took {polls} polls");
    println!(
        "size of a task: {} bytes and {} bytes",
        size_of_val(&tea()),
        size_of::<Toast>()
    );
}

#[test]
fn the_async_fn_and_the_machine_wait_at_the_same_time() {
    let start = Instant::now();
    let (finished, polls) = run(vec![Box::pin(tea()), Box::pin(Toast::Start)]);
    assert!(finished.contains(&"tea") && finished.contains(&"toast"));
    assert!(start.elapsed() >= PAUSE * 5 / 2);
    // Both are polled at the start, and those that are left at each of the four events. On a busy
    // machine two events may be seen at once.
    assert!(polls <= 20, "{polls} polls: it spins");
}
