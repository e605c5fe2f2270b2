//! How much heap is in use: a global allocator that counts, for the programs only.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::sync::atomic::{AtomicBool, AtomicIsize, Ordering};

/// Bytes in use, and whether anybody counts them. Static, as there is one heap.
static IN_USE: AtomicIsize = AtomicIsize::new(0);
static COUNTED: AtomicBool = AtomicBool::new(false);

thread_local! {
    /// Whether this thread's allocations are the observer's own, and not to be counted.
    static UNCOUNTED: Cell<bool> = const { Cell::new(false) };
}

/// The system's allocator, with a count of the bytes in use.
///
/// ```
/// use stage1_green_threads::program::CountingAllocator;
///
/// #[global_allocator]
/// static HEAP: CountingAllocator = CountingAllocator::new();
/// # fn main() {}
/// ```
#[derive(Debug, Default)]
pub struct CountingAllocator;

impl CountingAllocator {
    /// For a `static` with `#[global_allocator]`.
    pub const fn new() -> Self {
        CountingAllocator
    }
}

fn count(change: isize) {
    if !UNCOUNTED.get() {
        // Ordering: a sum needs no order, and whoever reads it knows by other means (all tasks
        // wait) that nobody is changing it.
        IN_USE.fetch_add(change, Ordering::Relaxed);
    }
}

// SAFETY: every call goes to `System` unchanged, and its result comes back unchanged. Counting
// neither allocates nor panics: the thread-local is const-initialised and has no destructor.
unsafe impl GlobalAlloc for CountingAllocator {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size() as isize);
        // SAFETY: our caller keeps the contract of `alloc`, which is the same.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        count(layout.size() as isize);
        // SAFETY: as above.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        count(-(layout.size() as isize));
        // SAFETY: the block came from `System`, through `alloc` or `realloc` here.
        unsafe { System.dealloc(block, layout) }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count(size as isize - layout.size() as isize);
        // SAFETY: as above.
        unsafe { System.realloc(block, layout, size) }
    }
}

/// Bytes of heap in use, or `None` where [`CountingAllocator`] is not the global allocator.
pub(crate) fn in_use() -> Option<isize> {
    if !COUNTED.load(Ordering::Relaxed) {
        // Any allocation shows who the allocator is.
        let before = IN_USE.load(Ordering::Relaxed);
        let probe = std::hint::black_box(Box::new([0u8; 64]));
        let counted = IN_USE.load(Ordering::Relaxed) != before;
        drop(probe);
        COUNTED.store(counted, Ordering::Relaxed);
    }
    COUNTED
        .load(Ordering::Relaxed)
        .then(|| IN_USE.load(Ordering::Relaxed))
}

/// Runs `f` without counting what it allocates and frees. What is allocated inside must be freed
/// inside another such call.
pub(crate) fn uncounted<R>(f: impl FnOnce() -> R) -> R {
    struct Restore(bool);
    impl Drop for Restore {
        fn drop(&mut self) {
            UNCOUNTED.set(self.0);
        }
    }
    let _restore = Restore(UNCOUNTED.replace(true));
    f()
}
