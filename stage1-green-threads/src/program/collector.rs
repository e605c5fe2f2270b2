//! Listens to the runtime's events: counts them, always.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tracing::{Event, Metadata, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};

/// How often the things happened that the ledger shows.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Counts {
    pub(crate) resumes: u64,
    pub(crate) wakes: u64,
    pub(crate) os_waits: u64,
}

/// Hears every event of this process, from whatever thread.
#[derive(Debug, Default)]
pub(crate) struct Collector {
    resumes: AtomicU64,
    wakes: AtomicU64,
    os_waits: AtomicU64,
}

impl Collector {
    /// Makes a collector and has it listen for the rest of this process's life.
    pub(crate) fn install() -> io::Result<Arc<Self>> {
        let collector = Arc::new(Collector::default());
        let subscriber = tracing_subscriber::registry().with(Listener(collector.clone()));
        tracing::subscriber::set_global_default(subscriber).map_err(io::Error::other)?;
        Ok(collector)
    }

    /// Gives the counts so far, and starts again from 0.
    pub(crate) fn take_counts(&self) -> Counts {
        // Ordering: called before the job's threads are started and after they were joined.
        Counts {
            resumes: self.resumes.swap(0, Ordering::Relaxed),
            wakes: self.wakes.swap(0, Ordering::Relaxed),
            os_waits: self.os_waits.swap(0, Ordering::Relaxed),
        }
    }
}

/// The collector as a layer on top of `tracing`'s registry.
struct Listener(Arc<Collector>);

impl<S: Subscriber> Layer<S> for Listener {
    fn enabled(&self, metadata: &Metadata<'_>, _: Context<'_, S>) -> bool {
        metadata.target() == "stages"
    }

    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let counter = match event.metadata().name() {
            "resume" => &self.0.resumes,
            "wake" => &self.0.wakes,
            "park" => &self.0.os_waits,
            _ => return,
        };
        // Ordering: a count.
        counter.fetch_add(1, Ordering::Relaxed);
    }
}
