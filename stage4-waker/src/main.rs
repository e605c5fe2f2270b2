//! The program of this stage: the job, polling only what was woken.

use std::process::ExitCode;

use stage1_green_threads::program::{self, CountingAllocator};
use stage4_waker::job::STAGE;

#[global_allocator]
static HEAP: CountingAllocator = CountingAllocator::new();

fn main() -> ExitCode {
    program::main(&[STAGE])
}
