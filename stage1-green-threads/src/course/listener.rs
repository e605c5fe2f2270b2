//! From the runtime's events to the log of the check that is running.
//!
//! One listener hears every thread of the process, so that a check may start threads of its own. Whose event it is, is then
//! easy to say, since only one check runs at a time: it belongs to that one, unless the thread has spoken in an earlier one,
//! which was cut off and still runs.

use std::cell::Cell;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, Once, PoisonError};

use tracing::{Event, Metadata, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};

use super::log::Log;
use crate::program::Happening;
use crate::trace::is_ours;

/// The runs that have begun, and the log of the one under way.
static RUNS: Mutex<Runs> = Mutex::new(Runs {
    begun: 0,
    log: None,
});

struct Runs {
    begun: u32,
    log: Option<Log>,
}

fn runs() -> MutexGuard<'static, Runs> {
    RUNS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// While it lives, what happens is logged.
pub(super) struct Listening(());

impl Listening {
    pub(super) fn start() -> Self {
        static INSTALL: Once = Once::new();
        INSTALL.call_once(|| {
            let subscriber = tracing_subscriber::registry().with(Listener);
            // Somebody else may be listening already: then there are no events to show.
            let _ = tracing::subscriber::set_global_default(subscriber);
        });
        let mut runs = runs();
        runs.begun += 1;
        runs.log = Some(Log::default());
        Listening(())
    }

    pub(super) fn stop(self) -> Log {
        runs().log.take().unwrap_or_default()
    }
}

struct Listener;

impl<S: Subscriber> Layer<S> for Listener {
    fn enabled(&self, metadata: &Metadata<'_>, _: Context<'_, S>) -> bool {
        is_ours(metadata)
    }

    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let Some(happening) = Happening::of(event) else {
            return;
        };
        let mut runs = runs();
        let thread = Thread::here(runs.begun);
        if thread.run != runs.begun {
            return;
        }
        if let Some(log) = &mut runs.log {
            log.record(thread.number, happening);
        }
    }
}

/// The OS thread that calls.
#[derive(Clone, Copy)]
struct Thread {
    /// By first appearance in this process.
    number: u32,
    /// The run in which it was first heard.
    run: u32,
}

impl Thread {
    fn here(run: u32) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        thread_local! {
            static HERE: Cell<Option<Thread>> = const { Cell::new(None) };
        }
        let thread = HERE.get().unwrap_or_else(|| Thread {
            // Ordering: the numbers need only differ.
            number: NEXT.fetch_add(1, Ordering::Relaxed),
            run,
        });
        HERE.set(Some(thread));
        thread
    }
}
