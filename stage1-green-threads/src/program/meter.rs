//! What a run cost: snapshots at its four moments.
//!
//! ```text
//!  start ──── fetch_begins ──── all have sent ──────────── fetch_done ──────────── finish
//!  clock,     heap              heap, threads, stacks      clock, CPU              clock, CPU
//!  CPU                          (everybody waits)
//! ```

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use super::heap;
use super::os;

/// The clock and the CPU time of this process, at one moment.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moment {
    pub(crate) at: Instant,
    cpu: Option<Duration>,
}

impl Moment {
    pub(crate) fn now() -> Self {
        Moment {
            at: Instant::now(),
            cpu: os::cpu_time(),
        }
    }

    /// Wall time and CPU time from `self` to `later`.
    pub(crate) fn until(&self, later: &Moment) -> (Duration, Option<Duration>) {
        let cpu = self.cpu.zip(later.cpu).map(|(a, b)| b.saturating_sub(a));
        (later.at - self.at, cpu)
    }
}

/// What was seen when all tasks waited.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Waiting {
    pub(crate) os_threads: Option<usize>,
    /// Bytes of heap per task.
    pub(crate) heap: Option<usize>,
    /// Bytes of stack per task that are in memory.
    pub(crate) touched: Option<usize>,
}

/// Takes the snapshots of one run.
#[derive(Debug)]
pub(crate) struct Meter {
    tasks: usize,
    stack: usize,
    start: Moment,
    heap_before: Mutex<Option<isize>>,
    has_sent: AtomicUsize,
    /// An address in the stack of each task that has sent. Allocated in full before the start.
    stacks: Mutex<Vec<usize>>,
    waiting: Mutex<Option<Waiting>>,
    fetch_done: Mutex<Option<Moment>>,
}

impl Meter {
    /// A meter for `tasks` tasks that reserve `stack` bytes of stack each.
    pub(crate) fn start(tasks: usize, stack: usize) -> Self {
        Meter {
            tasks,
            stack,
            heap_before: Mutex::new(heap::in_use()),
            has_sent: AtomicUsize::new(0),
            stacks: Mutex::new(Vec::with_capacity(tasks)),
            waiting: Mutex::new(None),
            fetch_done: Mutex::new(None),
            start: Moment::now(),
        }
    }

    pub(crate) fn fetch_begins(&self) {
        *self.heap_before.lock().unwrap() = heap::in_use();
    }

    pub(crate) fn sent(&self) {
        let local = 0u8;
        if self.stack != 0 {
            self.stacks.lock().unwrap().push((&raw const local).addr());
        }
        // Ordering: the last to come must see the stacks and the heap of all the others; AcqRel
        // makes each of these additions happen before the next.
        if self.has_sent.fetch_add(1, Ordering::AcqRel) + 1 == self.tasks {
            *self.waiting.lock().unwrap() = Some(self.look());
        }
    }

    /// Everybody waits, except the task that has come to look.
    fn look(&self) -> Waiting {
        let before = *self.heap_before.lock().unwrap();
        let heap = before.zip(heap::in_use()).map(|(before, now)| now - before);
        Waiting {
            os_threads: os::os_threads(),
            heap: heap.map(|bytes| bytes.max(0) as usize / self.tasks),
            touched: self.touched(),
        }
    }

    fn touched(&self) -> Option<usize> {
        if self.stack == 0 {
            return Some(0);
        }
        let stacks = self.stacks.lock().unwrap();
        let touched = stacks
            .iter()
            .map(|address| os::touched_stack(*address, self.stack));
        Some(touched.sum::<Option<usize>>()? / self.tasks)
    }

    pub(crate) fn fetch_done(&self) {
        *self.fetch_done.lock().unwrap() = Some(Moment::now());
    }

    /// The moments of start and of `fetch_done`, and what was seen in between.
    ///
    /// If no moment came at which all tasks waited, nothing was seen then.
    pub(crate) fn readings(&self) -> (Moment, Option<Moment>, Waiting) {
        let waiting = self.waiting.lock().unwrap().unwrap_or_default();
        (self.start, *self.fetch_done.lock().unwrap(), waiting)
    }
}
