//! Listens to the runtime's events: counts them always, and records them if somebody will draw them.

use std::io;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tracing::{Event, Metadata, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};

use super::dump::Dump;
use super::happening::Happening;
use super::heap;
use super::recorder::{Recorder, Recording};
use crate::trace::{LiveTasks, is_ours};

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
    /// Whether there is a recorder: spares the lock if not.
    is_recording: AtomicBool,
    recorder: Mutex<Option<Recorder>>,
    /// Where all tasks are, if somebody will ask.
    live: Option<LiveTasks>,
}

impl Collector {
    /// Makes a collector and has it listen for the rest of this process's life. It keeps `live` up to date.
    pub(crate) fn install(live: Option<LiveTasks>) -> io::Result<Arc<Self>> {
        let collector = Arc::new(Collector {
            live,
            ..Collector::default()
        });
        let subscriber = tracing_subscriber::registry().with(Listener(collector.clone()));
        tracing::subscriber::set_global_default(subscriber).map_err(io::Error::other)?;
        Ok(collector)
    }

    /// Prints where all tasks are after `delay`, if it knows, and what this gives is not dropped before.
    pub(crate) fn dump_after(&self, delay: Option<Duration>) -> Option<Dump> {
        Some(Dump::after(delay?, self.live.clone()?))
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

    /// From here on, events are recorded. Their times are counted from `start`.
    pub(crate) fn start_recording(&self, start: Instant) {
        *self.recorder.lock().unwrap() = Some(Recorder::new(start));
        // Ordering: threads that the job starts later see it; earlier ones have nothing to say.
        self.is_recording.store(true, Ordering::Release);
    }

    /// Ends the recording, if there is one.
    pub(crate) fn stop_recording(&self) -> Option<Recording> {
        self.is_recording.store(false, Ordering::Release);
        let recorder = self.recorder.lock().unwrap().take();
        recorder.map(Recorder::finish)
    }

    /// Tells the list of live tasks and the recorder of an event, if there are such.
    fn tell(&self, event: &Event<'_>) {
        let is_recording = self.is_recording.load(Ordering::Acquire);
        if !is_recording && self.live.is_none() {
            return;
        }
        // What they keep is no task's heap.
        heap::uncounted(|| {
            let Some(happening) = Happening::of(event) else {
                return;
            };
            if let Some(live) = &self.live {
                live.read(happening);
            }
            if is_recording && let Some(recorder) = &mut *self.recorder.lock().unwrap() {
                recorder.record(thread_number(), happening);
            }
        });
    }
}

/// The collector as a layer on top of `tracing`'s registry.
struct Listener(Arc<Collector>);

impl<S: Subscriber> Layer<S> for Listener {
    fn enabled(&self, metadata: &Metadata<'_>, _: Context<'_, S>) -> bool {
        is_ours(metadata)
    }

    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let collector = &self.0;
        let counter = match event.metadata().name() {
            "resume" => Some(&collector.resumes),
            "wake" => Some(&collector.wakes),
            "park" => Some(&collector.os_waits),
            _ => None,
        };
        if let Some(counter) = counter {
            // Ordering: a count.
            counter.fetch_add(1, Ordering::Relaxed);
        }
        collector.tell(event);
    }
}

/// The number of the OS thread that calls, by first appearance here.
fn thread_number() -> u32 {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    thread_local! {
        // Ordering: the numbers need only differ.
        static NUMBER: u32 = NEXT.fetch_add(1, Ordering::Relaxed);
    }
    NUMBER.with(|number| *number)
}
