//! The program of this stage: the job with OS threads, then with green threads.

use std::process::ExitCode;

use stage1_green_threads::jobs::{GREEN, THREADS};
use stage1_green_threads::program::{self, CountingAllocator};

#[global_allocator]
static HEAP: CountingAllocator = CountingAllocator::new();

fn main() -> ExitCode {
    program::main(&[THREADS, GREEN])
}
