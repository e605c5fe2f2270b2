//! A waker that looks whether it is called under a borrow.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Wake;

use super::super::{JoinHandle, Shared};

thread_local! {
    /// What a task and its handle share. It is looked at when a waker is called: is it borrowed?
    pub(super) static WATCHED: RefCell<Option<Rc<RefCell<Shared<u32>>>>> = const { RefCell::new(None) };
}

/// A task as its waker sees it: it looks at what is shared each time that it is woken.
#[derive(Default)]
pub(super) struct Looks {
    woken: AtomicBool,
    found_it_borrowed: AtomicBool,
}

impl Looks {
    pub(super) fn at(handle: &JoinHandle<u32>) -> Arc<Self> {
        WATCHED.set(Some(handle.shared.clone()));
        Arc::default()
    }

    pub(super) fn was_woken(&self) -> bool {
        self.woken.load(Ordering::Relaxed)
    }

    pub(super) fn must_have_found_it_free(&self, event: &str) {
        assert!(
            !self.found_it_borrowed.load(Ordering::Relaxed),
            "{event} while `shared` was still borrowed. A waker is somebody else's code: if it\n\
             polls the task or the handle at once, as an executor that polls in `wake` would, that\n\
             panics, for it is borrowed already. Take the waker out, let go of `shared`, then call it"
        );
    }
}

impl Wake for Looks {
    fn wake(self: Arc<Self>) {
        self.woken.store(true, Ordering::Relaxed);
        let watched = WATCHED.with_borrow(Clone::clone);
        if watched.is_some_and(|shared| shared.try_borrow_mut().is_err()) {
            self.found_it_borrowed.store(true, Ordering::Relaxed);
        }
    }
}
