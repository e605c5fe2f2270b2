//! What a listener such as tokio-console hears of the runtime's tasks.
#![cfg(feature = "tracing")]

use std::fmt;
use std::sync::{Arc, Mutex};

use stage1_green_threads::trace::Console;
use stage1_green_threads::{park, run, spawn, yield_now};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

/// Notes what it hears, in words.
#[derive(Clone, Default)]
struct Ear(Arc<Mutex<Vec<String>>>);

impl Ear {
    fn note(&self, text: String) {
        self.0.lock().unwrap().push(text);
    }

    /// What is heard of spans and events that are not the runtime's own.
    fn hears(run: impl FnOnce()) -> Vec<String> {
        let ear = Ear::default();
        tracing::subscriber::with_default(Console::over(ear.clone()), run);
        std::mem::take(&mut *ear.0.lock().unwrap())
    }
}

/// Fields as ` name=value`.
struct Fields(String);

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        // Lines and columns change with this file.
        match field.name() {
            "loc.line" | "loc.col" => self.0 += &format!(" {}", field.name()),
            name => self.0 += &format!(" {name}={value:?}"),
        }
    }
}

impl Subscriber for Ear {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() != "stages"
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let mut heard = self.0.lock().unwrap();
        let id = 1 + heard.iter().filter(|text| text.contains("new ")).count() as u64;
        let mut fields = Fields(format!("new {id} {}", span.metadata().name()));
        span.record(&mut fields);
        assert!(span.is_root());
        heard.push(fields.0);
        Id::from_u64(id)
    }

    fn event(&self, event: &Event<'_>) {
        let mut fields = Fields(event.metadata().target().to_owned());
        event.record(&mut fields);
        self.note(fields.0);
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn enter(&self, span: &Id) {
        self.note(format!("enter {}", span.into_u64()));
    }

    fn exit(&self, span: &Id) {
        self.note(format!("exit {}", span.into_u64()));
    }

    fn try_close(&self, span: Id) -> bool {
        self.note(format!("close {}", span.into_u64()));
        true
    }
}

#[test]
fn a_task_is_a_span_with_the_names_that_the_console_knows() {
    let heard = Ear::hears(|| {
        run(|| {
            let parked = spawn(park);
            yield_now();
            parked.thread().unpark();
            parked.join().unwrap();
        });
    });
    let child = &heard.iter().find(|text| text.starts_with("new 2")).unwrap();
    assert!(
        child.starts_with("new 2 runtime.spawn kind=\"task\" task.id="),
        "{child}"
    );
    let place = format!("loc.file={:?} loc.line loc.col", file!());
    assert!(child.ends_with(&place), "{child}");
    let of_child: Vec<_> = heard
        .iter()
        .filter(|text| text.ends_with(" 2") || text.ends_with("id=2"))
        .collect();
    assert_eq!(
        of_child,
        [
            "tokio::task::waker op=\"waker.clone\" task.id=2",
            "enter 2",
            "exit 2",
            "tokio::task::waker op=\"waker.wake_by_ref\" task.id=2",
            "enter 2",
            "exit 2",
            "close 2",
        ]
    );
}

#[test]
fn a_task_with_a_name_has_it_in_its_span() {
    let heard = Ear::hears(|| run(|| ()));
    assert!(heard[0].contains("task.name=\"main\""), "{}", heard[0]);
}

#[test]
fn what_the_program_says_itself_passes_through() {
    let heard = Ear::hears(|| tracing::info!(target: "tea", cups = 2, "ready"));
    assert_eq!(heard, ["tea message=ready cups=2"]);
}
