//! Parks a million tasks (or as many as the first argument says) and prints what each costs.
//!
//! `cargo run --release -p stage5-full --example parked -- 1000000`
//!
//! Every task has been polled once and has returned `Pending`. What it costs then is its one allocation and its place in
//! a worker's list.

use std::alloc::{GlobalAlloc, Layout, System};
use std::future::poll_fn;
use std::sync::atomic::{AtomicIsize, AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::task::Poll;

use stage5_full::runtime::Runtime;

/// Counts the bytes that are allocated.
struct Counting;

static ALLOCATED: AtomicIsize = AtomicIsize::new(0);

#[global_allocator]
static HEAP: Counting = Counting;

// SAFETY: all calls go to the system's allocator unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATED.fetch_add(layout.size() as isize, Ordering::Relaxed);
        // SAFETY: the caller keeps the contract of `alloc`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        ALLOCATED.fetch_sub(layout.size() as isize, Ordering::Relaxed);
        // SAFETY: the caller keeps the contract of `dealloc`.
        unsafe { System.dealloc(pointer, layout) }
    }
}

fn main() {
    let tasks = match std::env::args().nth(1).map(|argument| argument.parse()) {
        None => 1_000_000,
        Some(Ok(tasks)) if tasks > 0 => tasks,
        Some(_) => {
            eprintln!("usage: parked [TASKS]");
            std::process::exit(2);
        }
    };
    let runtime = Runtime::new().expect("a runtime");
    let (heap_before, resident_before) = (ALLOCATED.load(Ordering::Relaxed), resident());
    let (all_parked, wait) = mpsc::channel();
    let unparked = Arc::new(AtomicUsize::new(tasks));
    for _ in 0..tasks {
        let (all_parked, unparked) = (all_parked.clone(), unparked.clone());
        drop(runtime.spawn(async move {
            poll_fn(|_| {
                if unparked.fetch_sub(1, Ordering::Relaxed) == 1 {
                    all_parked.send(()).expect("main waits");
                }
                Poll::<()>::Pending
            })
            .await;
        }));
    }
    wait.recv().expect("the last task says so");
    let heap = ALLOCATED.load(Ordering::Relaxed) - heap_before;
    println!(
        "{tasks} tasks are parked on {} workers",
        runtime.metrics().num_workers()
    );
    println!("{} bytes of heap each", heap / tasks as isize);
    if let (Some(before), Some(now)) = (resident_before, resident()) {
        println!(
            "{} bytes of resident memory each",
            now.saturating_sub(before) / tasks
        );
    }
}

/// The process's resident memory in bytes, where the OS tells.
fn resident() -> Option<usize> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
    let kib: usize = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kib * 1024)
}
