//! The program of this stage: the job, on all cores; with `--compare` in every stage.

use std::process::ExitCode;

use stage1_green_threads::jobs::{GREEN, THREADS};
use stage1_green_threads::program::{self, CountingAllocator};

#[global_allocator]
static HEAP: CountingAllocator = CountingAllocator::new();

fn main() -> ExitCode {
    program::main_with_compare(&[
        THREADS,
        GREEN,
        stage2_reactor::job::STAGE,
        stage3_executor::job::STAGE,
        stage4_waker::job::STAGE,
        stage5_full::job::STAGE,
    ])
}
