//! Parks many green threads at once and tells what each costs.
//!
//! `cargo run --release -p stage1-green-threads --example parked -- 100000`

use std::time::Instant;

use stage1_green_threads::stack::DEFAULT_STACK_SIZE;
use stage1_green_threads::{JoinHandle, park, run, spawn, yield_now};

fn main() {
    let count = std::env::args().nth(1).map(|text| text.parse::<usize>());
    let count = match count.unwrap_or(Ok(100_000)) {
        Ok(count) if count > 0 => count,
        _ => {
            eprintln!("usage: parked [HOW MANY GREEN THREADS, at least 1]");
            std::process::exit(2);
        }
    };
    run(move || park_all(count));
}

fn park_all(count: usize) {
    let (memory, start) = (resident(), Instant::now());
    let threads: Vec<_> = (0..count).map(|_| spawn(park)).collect();
    yield_now(); // Each has its first turn, and parks.
    println!(
        "{count} green threads are parked, after {:.1?}",
        start.elapsed()
    );
    match (memory, resident()) {
        (Some(before), Some(now)) => {
            let each = now.saturating_sub(before) / count;
            println!("{each} bytes of memory each, of {DEFAULT_STACK_SIZE} bytes of stack");
        }
        _ => println!("this system does not tell how much memory a process has"),
    }
    let start = Instant::now();
    threads.iter().for_each(|thread| thread.thread().unpark());
    threads.into_iter().for_each(joined);
    println!(
        "all have been woken and have ended, after {:.1?}",
        start.elapsed()
    );
}

fn joined(thread: JoinHandle<()>) {
    thread
        .join()
        .expect("a thread that only parks does not panic");
}

/// The bytes of memory that the process has.
fn resident() -> Option<usize> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
    let kibibytes: usize = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kibibytes * 1024)
}

#[test]
fn a_thousand_threads_are_parked_and_end() {
    run(|| park_all(1000));
}
