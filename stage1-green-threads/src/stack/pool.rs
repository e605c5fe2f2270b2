//! The stacks of an OS thread that wait for their next coroutine.
//!
//! Stacks of one size form a class. The stack that was put back last is taken first, as its pages are
//! likely to be in the processor's caches. When a class has no stack, it carves another slot from
//! its region, and when that is used up it maps a new one.

use std::cell::RefCell;
use std::io;
use std::rc::Rc;

use super::region::{self, Region};
use super::{Stack, overflow, sys};

/// How many stacks a class keeps. Those beyond go back to the OS, with what they have touched.
const KEEP: usize = 1024;

thread_local! {
    static POOL: RefCell<Vec<Class>> = const { RefCell::new(Vec::new()) };
}

/// Stacks of one size.
struct Class {
    size: usize,
    /// The next smaller size: whoever asks for more than this, and no more than `size`, gets one of these.
    smaller: usize,
    free: Vec<Stack>,
    /// The region that has slots left to carve.
    region: Option<Rc<Region>>,
}

/// A stack of at least `bytes`.
// region: take
#[inline]
pub(super) fn take(bytes: usize) -> io::Result<Stack> {
    let bytes = bytes.max(1);
    let reused = POOL.try_with(|pool| {
        let mut classes = pool.borrow_mut();
        let mut fitting = classes.iter_mut();
        let class = fitting.find(|class| class.smaller < bytes && bytes <= class.size)?;
        class.free.pop()
    });
    match reused {
        Ok(Some(stack)) => Ok(stack),
        _ => carve(bytes),
    }
}

/// Keeps `stack` for the next [`take`] of its size.
#[inline]
pub(super) fn put_back(stack: Stack) {
    // If the pool is gone, or has enough, the stack is dropped, outside of the borrow.
    let _dropped = POOL.try_with(|pool| {
        let mut classes = pool.borrow_mut();
        let size = stack.size();
        match classes.iter_mut().find(|class| class.size == size) {
            Some(class) if class.free.len() < KEEP => {
                class.free.push(stack);
                None
            }
            _ => Some(stack),
        }
    });
}
// endregion: take

/// A stack that nobody has used yet.
#[cold]
fn carve(bytes: usize) -> io::Result<Stack> {
    let size = region::round_up(bytes)?;
    POOL.try_with(|pool| carve_from(&mut pool.borrow_mut(), size))
        // The OS thread is ending, and its pool is gone: a region for this one.
        .unwrap_or_else(|_| Region::map(size, 1)?.carve())
}

fn carve_from(classes: &mut Vec<Class>, size: usize) -> io::Result<Stack> {
    if classes.is_empty() {
        overflow::watch_this_thread();
    }
    let index = classes.iter().position(|class| class.size == size);
    let index = index.unwrap_or_else(|| {
        classes.push(Class {
            size,
            smaller: size - sys::page_size(),
            free: Vec::new(),
            region: None,
        });
        classes.len() - 1
    });
    let region = match classes[index].region.take() {
        Some(region) => region,
        None => Region::map(size, region::stacks_per_mapping(size))?,
    };
    let stack = region.carve();
    if region.has_room() {
        classes[index].region = Some(region);
    }
    stack
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stack_put_back_last_is_taken_first() {
        let (first, second) = (take(65536).unwrap(), take(65536).unwrap());
        let (first_top, second_top) = (first.top(), second.top());
        assert_ne!(first_top, second_top);
        first.recycle();
        second.recycle();
        let again = take(65536).unwrap();
        assert_eq!(again.top(), second_top);
        assert_eq!(take(65536).unwrap().top(), first_top);
    }

    #[test]
    fn sizes_are_rounded_up_to_pages_and_do_not_mix() {
        let odd = take(100_001).unwrap();
        let page = region::round_up(1).unwrap();
        assert!(odd.size() >= 100_001 && odd.size() < 100_001 + page);
        let top = odd.top();
        odd.recycle();
        assert_ne!(take(65536).unwrap().top(), top);
        assert_eq!(take(100_001).unwrap().top(), top);
    }

    #[test]
    fn neighbouring_stacks_start_at_different_cache_lines() {
        let stacks: Vec<_> = (0..8).map(|_| take(65536).unwrap()).collect();
        let mut lines: Vec<_> = stacks
            .iter()
            .map(|stack| stack.top().addr() - stack.start().addr())
            .collect();
        lines.sort_unstable();
        lines.dedup();
        // Neighbours differ, and most of these are.
        assert!(lines.len() >= 4, "{lines:?}");
    }

    #[test]
    fn no_bytes_at_all_are_one_page_which_is_reused() {
        let stack = take(0).unwrap();
        let top = stack.top();
        stack.recycle();
        assert_eq!(take(0).unwrap().top(), top);
    }

    #[test]
    fn a_class_keeps_no_more_than_its_limit() {
        let stacks: Vec<_> = (0..KEEP + 10).map(|_| take(65536).unwrap()).collect();
        stacks.into_iter().for_each(Stack::recycle);
        POOL.with_borrow(|classes| assert_eq!(classes[0].free.len(), KEEP));
    }
}
