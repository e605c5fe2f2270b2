//! The program of this stage: the job on green threads that park in the reactor.

use std::process::ExitCode;

use stage1_green_threads::program::{self, CountingAllocator};
use stage2_reactor::job::STAGE;

#[global_allocator]
static HEAP: CountingAllocator = CountingAllocator::new();

fn main() -> ExitCode {
    program::main(&[STAGE])
}
