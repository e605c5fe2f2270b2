//! A log of wakes and drops.

use std::sync::{Arc, Mutex};
use std::task::{Wake, Waker};

/// What happened, in order.
#[derive(Clone, Default)]
pub(super) struct Log(Arc<Mutex<Vec<String>>>);

impl Log {
    pub(super) fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap())
    }

    /// A waker that writes down when it is called.
    pub(super) fn waker(&self, who: &str) -> Waker {
        let text = format!("{who} is woken");
        Waker::from(Arc::new(Entry {
            text,
            log: self.clone(),
        }))
    }

    /// Something that writes down when it is dropped.
    pub(super) fn on_drop(&self, text: &str) -> OnDrop {
        OnDrop(Entry {
            text: text.into(),
            log: self.clone(),
        })
    }
}

struct Entry {
    text: String,
    log: Log,
}

impl Entry {
    fn write(&self) {
        self.log.0.lock().unwrap().push(self.text.clone());
    }
}

impl Wake for Entry {
    fn wake(self: Arc<Self>) {
        self.write();
    }
}

pub(super) struct OnDrop(Entry);

impl Drop for OnDrop {
    fn drop(&mut self) {
        self.0.write();
    }
}
