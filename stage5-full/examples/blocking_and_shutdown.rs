//! Calls that block, on a worker and in the pool for them; abort; and the end.
//!
//! `cargo run --release -p stage5-full --example blocking_and_shutdown`

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use stage5_full::runtime::{Builder, Runtime};
use stage5_full::task::{self, JoinSet};

/// How long a call blocks, and how many there are.
const BLOCKS: Duration = Duration::from_millis(50);
const CALLS: usize = 8;

fn runtime() -> Runtime {
    let runtime = Builder::new_multi_thread().worker_threads(2).build();
    runtime.expect("a runtime")
}

fn blocking_calls(runtime: &Runtime, start: impl Fn(&mut JoinSet<()>)) -> Duration {
    let begin = Instant::now();
    runtime.block_on(async {
        let mut set = JoinSet::new();
        (0..CALLS).for_each(|_| start(&mut set));
        set.join_all().await;
    });
    begin.elapsed()
}

/// Says when its future is gone.
struct Counted(Arc<AtomicUsize>);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

/// Tasks that would go on for ever: half of them wait, and half of them never do.
fn spawn_endless(runtime: &Runtime, tasks: usize, dropped: &Arc<AtomicUsize>) {
    for number in 0..tasks {
        let counted = Counted(dropped.clone());
        drop(runtime.spawn(async move {
            let _counted = counted;
            loop {
                match number % 2 {
                    0 => task::yield_now().await,
                    _ => std::future::pending().await,
                }
            }
        }));
    }
}

fn main() {
    let runtime = runtime();
    println!("{CALLS} calls that block for {BLOCKS:?} each, 2 workers");
    let on_workers = blocking_calls(&runtime, |set| {
        set.spawn(async { thread::sleep(BLOCKS) });
    });
    println!("on the workers  {on_workers:9.1?}");
    let in_pool = blocking_calls(&runtime, |set| {
        set.spawn_blocking(|| thread::sleep(BLOCKS));
    });
    println!("in the pool     {in_pool:9.1?}");

    const TASKS: usize = 10_000;
    let dropped = Arc::new(AtomicUsize::new(0));
    spawn_endless(&runtime, TASKS, &dropped);
    let begin = Instant::now();
    drop(runtime);
    let elapsed = begin.elapsed();
    let dropped = dropped.load(Ordering::Relaxed);
    println!(
        "shutdown with {TASKS} tasks that never end: {dropped} futures dropped in {elapsed:.1?}"
    );
    assert_eq!(dropped, TASKS);
}

#[test]
fn the_pool_runs_calls_at_once_and_shutdown_drops_every_future_once() {
    main();
}
