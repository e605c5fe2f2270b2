//! The program of this stage: the job, polling everybody at each event.

use std::process::ExitCode;

use stage1_green_threads::program::{self, CountingAllocator};
use stage3_executor::job::STAGE;

#[global_allocator]
static HEAP: CountingAllocator = CountingAllocator::new();

fn main() -> ExitCode {
    program::main(&[STAGE])
}
