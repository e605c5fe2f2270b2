//! The program of this stage: the job, on all cores.

use std::process::ExitCode;

use stage1_green_threads::program::{self, CountingAllocator};
use stage5_full::job::STAGE;

#[global_allocator]
static HEAP: CountingAllocator = CountingAllocator::new();

fn main() -> ExitCode {
    program::main_with_compare(&[STAGE])
}
