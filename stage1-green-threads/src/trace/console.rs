//! The runtime's events under the names that tokio-console listens for.
//!
//! ```text
//!   happened                   what the console hears
//!   spawn                      a new span `runtime.spawn`: kind, task.id, task.name, loc.file, loc.line, loc.col
//!   resume … suspend           the span is entered … exited
//!   complete                   the span is exited and closed
//!   wake                       an event of `tokio::task::waker`: op = "waker.wake_by_ref", task.id = the span's
//! ```
//!
//! The runtimes themselves hold no span, so those who do not listen pay nothing for this. A span is entered and exited from the
//! scheduler's side of a switch, in the same thread: it is never open where a coroutine leaves its stack.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tracing_core::callsite::DefaultCallsite;
use tracing_core::field::Value;
use tracing_core::metadata::Kind;
use tracing_core::span::{Attributes, Current, Id, Record};
use tracing_core::subscriber::Interest;
use tracing_core::{Dispatch, Event, Level, Metadata, Subscriber, metadata};

use super::happening::{Happening, Place, Word};
use super::is_ours;

static TASK: DefaultCallsite = DefaultCallsite::new(&TASK_METADATA);
static TASK_METADATA: Metadata<'static> = metadata! {
    name: "runtime.spawn",
    target: "tokio::task",
    level: Level::TRACE,
    fields: &["kind", "task.id", "task.name", "loc.file", "loc.line", "loc.col"],
    callsite: &TASK,
    kind: Kind::SPAN,
};

static WAKER: DefaultCallsite = DefaultCallsite::new(&WAKER_METADATA);
static WAKER_METADATA: Metadata<'static> = metadata! {
    name: "waker",
    target: "tokio::task::waker",
    level: Level::TRACE,
    fields: &["op", "task.id"],
    callsite: &WAKER,
    kind: Kind::EVENT,
};

/// A subscriber that tells another one what tokio-console wants to know, such as a registry with the layer of the crate
/// `console-subscriber`. Everything else passes through.
///
/// ```ignore
/// let registry = tracing_subscriber::registry().with(console_subscriber::spawn());
/// tracing::subscriber::set_global_default(Console::over(registry))?;
/// ```
///
/// `console-subscriber` must be built with `RUSTFLAGS="--cfg console_without_tokio_unstable"`, as there is no tokio here.
/// The events tell of wakes and not of wakers that are cloned or dropped, so the console shows one waker for each task.
#[derive(Debug)]
pub struct Console {
    inner: Dispatch,
    /// The spans of live tasks.
    spans: Mutex<HashMap<u64, Id>>,
}

impl Console {
    /// Tells `inner`.
    pub fn over(inner: impl Subscriber + Send + Sync + 'static) -> Self {
        let console = Console {
            inner: Dispatch::new(inner),
            spans: Mutex::default(),
        };
        // What listens is told of the names that are to come.
        TASK.interest();
        WAKER.interest();
        console
    }

    fn tell(&self, happening: Happening) {
        match happening {
            Happening::Spawn { task, name, place } => self.open(task, name, place),
            Happening::Resume { task, .. } => self.with(task, |span| self.inner.enter(span)),
            Happening::Suspend { task } => self.with(task, |span| self.inner.exit(span)),
            Happening::Wake { task } => {
                self.with(task, |span| self.waker("waker.wake_by_ref", span))
            }
            Happening::Complete { task, .. } => self.close(task),
            _ => {}
        }
    }

    fn open(&self, task: u64, Word(name): Word, place: Place) {
        if !self.inner.enabled(&TASK_METADATA) {
            return;
        }
        let (line, column) = (u64::from(place.line), u64::from(place.column));
        let name = Some(name).filter(|name| !name.is_empty());
        let values: [&dyn Value; 6] = [&"task", &task, &name, &place.file.0, &line, &column];
        let fields = TASK_METADATA.fields();
        let names = fields.iter().collect::<Vec<_>>();
        let pair = |index: usize| (&names[index], Some(values[index]));
        let values: [_; 6] = std::array::from_fn(pair);
        // A root, as tokio's spans of tasks are: who spawns a task is not what it runs in.
        let values = fields.value_set(&values);
        let span = self
            .inner
            .new_span(&Attributes::new_root(&TASK_METADATA, &values));
        // Without any waker, it would take a task that waits for one that is lost.
        self.waker("waker.clone", &span);
        self.spans().insert(task, span);
    }

    fn waker(&self, what: &str, span: &Id) {
        if !self.inner.enabled(&WAKER_METADATA) {
            return;
        }
        let fields = WAKER_METADATA.fields();
        let names = fields.iter().collect::<Vec<_>>();
        let id = span.into_u64();
        let values: [_; 2] = [
            (&names[0], Some(&what as &dyn Value)),
            (&names[1], Some(&id as &dyn Value)),
        ];
        let values = fields.value_set(&values);
        // If the task's own span is entered now, the console says that the task has woken itself.
        self.inner.event(&Event::new(&WAKER_METADATA, &values));
    }

    /// It was running, unless it was cancelled while it waited: leaving a span that was not entered does nothing.
    fn close(&self, task: u64) {
        let span = self.spans().remove(&task);
        if let Some(span) = span {
            self.inner.exit(&span);
            self.inner.try_close(span);
        }
    }

    fn with(&self, task: u64, act: impl FnOnce(&Id)) {
        let span = self.spans().get(&task).cloned();
        if let Some(span) = span {
            act(&span);
        }
    }

    fn spans(&self) -> MutexGuard<'_, HashMap<u64, Id>> {
        self.spans.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Subscriber for Console {
    fn register_callsite(&self, metadata: &'static Metadata<'static>) -> Interest {
        if is_ours(metadata) {
            Interest::always()
        } else {
            // `inner` hears of it as well, and is asked each time.
            Interest::sometimes()
        }
    }

    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        is_ours(metadata) || self.inner.enabled(metadata)
    }

    fn event(&self, event: &Event<'_>) {
        if !is_ours(event.metadata()) {
            return self.inner.event(event);
        }
        if let Some(happening) = Happening::of(event) {
            self.tell(happening);
        }
        if self.inner.enabled(event.metadata()) {
            self.inner.event(event);
        }
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        self.inner.new_span(span)
    }

    fn record(&self, span: &Id, values: &Record<'_>) {
        self.inner.record(span, values);
    }

    fn record_follows_from(&self, span: &Id, follows: &Id) {
        self.inner.record_follows_from(span, follows);
    }

    fn enter(&self, span: &Id) {
        self.inner.enter(span);
    }

    fn exit(&self, span: &Id) {
        self.inner.exit(span);
    }

    fn clone_span(&self, span: &Id) -> Id {
        self.inner.clone_span(span)
    }

    fn try_close(&self, span: Id) -> bool {
        self.inner.try_close(span)
    }

    fn current_span(&self) -> Current {
        self.inner.current_span()
    }
}
